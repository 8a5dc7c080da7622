# fargauge: one Makefile, no recursion into folders; everything made lands in $(BUILD), the
# program in ./fargauge. V=1 shows full command lines. CC, CFLAGS, LDFLAGS are yours to set.

# ---- Debian packages: the one list of all that is used, by what needs it ----
PACKAGES_BUILD := gcc make libc6-dev libsqlite3-dev libcsv-dev libgsl-dev libfyaml-dev \
	libglpk-dev libxxhash-dev libyajl-dev zlib1g-dev libjs-chart.js
PACKAGES_TEST := libcmocka-dev chromium sqlite3 gzip
PACKAGES_TIDY := clang clang-format clang-tidy cppcheck libomp-dev libclang-rt-14-dev

BUILD ?= build
PROGRAM ?= fargauge
PREFIX ?= /usr/local
DESTDIR ?=
CC ?= gcc
CFLAGS ?= -O2 -g
CHART_JS := /usr/share/javascript/chart.js/chart.min.js
STANDARD := -std=c17 -D_GNU_SOURCE -I. -fopenmp -ffp-contract=off
WARNINGS := -Wall -Wextra -Wconversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes
ALL_CFLAGS = $(STANDARD) $(WARNINGS) $(CFLAGS) $(SANITIZE)
LIBS := -lsqlite3 -lcsv -lgsl -lgslcblas -lglpk -lfyaml -lxxhash -lyajl -lz -lm

# ---- sources ----
SOURCES := $(sort $(wildcard models/*.c models/*/*.c data/*.c reports/*.c sim/controllers/*.c \
	sim/replay/*.c sim/batch/*.c sim/commands/*.c))
OBJECTS := $(SOURCES:%.c=$(BUILD)/%.o)
SUPPORT := $(patsubst %.c,$(BUILD)/%.o,$(sort $(wildcard tests/support/*.c)))
UNIT_TESTS := $(patsubst %.c,$(BUILD)/%,$(sort $(wildcard tests/unit/*.c)))
PROPERTY_TESTS := $(patsubst %.c,$(BUILD)/%,$(sort $(wildcard tests/property/*.c)))
CASES := $(sort $(wildcard tests/cases/*.sh))
LONG_CASES := $(sort $(wildcard tests/long/*.sh))
FUZZ_TARGETS := $(patsubst tests/fuzz/%.c,%,$(sort $(wildcard tests/fuzz/fuzz_*.c)))
BENCH_SUPPORT := $(BUILD)/bench/measure.o
BENCHES := $(patsubst %.c,$(BUILD)/%,$(sort $(wildcard bench/bench_*.c)))
C_FILES := $(SOURCES) sim/main.c $(sort $(wildcard tests/*/*.c bench/*.c))
H_FILES := $(sort $(wildcard models/*.h models/*/*.h data/*.h reports/*.h sim/*/*.h tests/*/*.h \
	bench/*.h))

ifeq ($(V),1)
Q :=
else
Q := @
endif

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.SECONDARY:
.PHONY: all demo test check bench asan ubsan tsan tidy fuzz snapshots install uninstall clean help \
	packages-build packages-test packages-tidy tests-all check-sanitized

## all        build the program, ./fargauge (the default)
all: $(PROGRAM)

## demo       install what is missing, build, and compare a month of a shop-like company
demo: packages-build
	$(Q)$(MAKE) --no-print-directory $(PROGRAM)
	$(Q)data/studies/demo.sh $(abspath $(PROGRAM)) demo-out

## check      the fast tests, under a minute
check: $(PROGRAM) $(UNIT_TESTS)
	$(Q)FARGAUGE=$(abspath $(PROGRAM)) tests/run.sh $(UNIT_TESTS) $(CASES)

## test       all tests; installs what they need; ends with "N passed, N failed"
test: packages-test
	$(Q)$(MAKE) --no-print-directory tests-all

tests-all: $(PROGRAM) $(UNIT_TESTS) $(PROPERTY_TESTS)
	$(Q)FARGAUGE=$(abspath $(PROGRAM)) tests/run.sh $(UNIT_TESTS) $(CASES) $(PROPERTY_TESTS) \
		$(LONG_CASES)

## bench      timed cases with checked answers, as ratios within one run
bench: $(PROGRAM) $(BENCHES)
	$(Q)set -e; for bench in $(BENCHES); do FARGAUGE=$(abspath $(PROGRAM)) $$bench; done

## asan ubsan tsan   the fast tests and a part of the property tests, sanitized
SANITIZE_asan := -fsanitize=address
SANITIZE_ubsan := -fsanitize=undefined -fno-sanitize-recover=all
SANITIZE_tsan := -fsanitize=thread
# ThreadSanitizer goes with clang: its OpenMP runtime tells it of barriers and locks.
tsan: packages-tidy
asan ubsan: packages-test
asan ubsan tsan:
	$(Q)TSAN_OPTIONS="ignore_noninstrumented_modules=1 suppressions=$(CURDIR)/tests/tsan.supp" \
		$(MAKE) --no-print-directory check-sanitized BUILD=build-$@ PROGRAM=build-$@/fargauge \
		CFLAGS="-O1 -g -DFG_DEBUG" SANITIZE="$(SANITIZE_$@) -fno-omit-frame-pointer" \
		$(if $(filter tsan,$@),CC=clang)

check-sanitized: $(PROGRAM) $(UNIT_TESTS) $(PROPERTY_TESTS)
	$(Q)FARGAUGE=$(abspath $(PROGRAM)) FARGAUGE_WORLDS=60 tests/run.sh $(UNIT_TESTS) $(CASES) \
		$(PROPERTY_TESTS)

## snapshots  the program that writes random clusters as YAML, for the golden cases
snapshots: $(BUILD)/make_snapshots

## fuzz       each fuzz target for FUZZ_SECONDS (default 60)
FUZZ_SECONDS ?= 60
fuzz: packages-tidy
	$(Q)$(MAKE) --no-print-directory fuzz-run BUILD=build-fuzz CC=clang \
		CFLAGS="-O1 -g -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined"

.PHONY: fuzz-run
fuzz-run: $(FUZZ_TARGETS:%=$(BUILD)/tests/fuzz/%)
	$(Q)set -e; for target in $(FUZZ_TARGETS); do echo "  fuzz    $$target"; \
		mkdir -p $(BUILD)/corpus/$$target; \
		$(BUILD)/tests/fuzz/$$target -max_total_time=$(FUZZ_SECONDS) -verbosity=0 -print_funcs=0 \
			-artifact_prefix=$(BUILD)/ $(BUILD)/corpus/$$target tests/fuzz/seeds/$$target; done

## tidy       formatting, clang-tidy, cppcheck, the arrows between folders; clean or it fails
tidy: packages-tidy
	$(Q)clang-format --dry-run --Werror $(C_FILES) $(H_FILES)
	$(Q)tests/arrows.sh
	$(Q)cppcheck --quiet --std=c11 --enable=warning,performance,portability --inline-suppr \
		--suppressions-list=tests/cppcheck.supp --error-exitcode=1 -j 2 -I . $(C_FILES)
	$(Q)printf '%s\n' $(C_FILES) | xargs -P 2 -n 6 sh -c 'clang-tidy --quiet "$$@" -- \
		$(STANDARD) -DFG_CHART_JS=\"$(CHART_JS)\" 2>/dev/null' tidy | \
		{ ! grep -E '(warning|error):'; }

## install    the program, its man page and bash completion, under PREFIX
install: $(PROGRAM)
	install -D -m 755 $(PROGRAM) $(DESTDIR)$(PREFIX)/bin/fargauge
	install -D -m 644 data/man/fargauge.1 $(DESTDIR)$(PREFIX)/share/man/man1/fargauge.1
	install -D -m 644 data/man/fargauge.bash \
		$(DESTDIR)$(PREFIX)/share/bash-completion/completions/fargauge

## uninstall  remove what install put there
uninstall:
	rm -f $(DESTDIR)$(PREFIX)/bin/fargauge $(DESTDIR)$(PREFIX)/share/man/man1/fargauge.1 \
		$(DESTDIR)$(PREFIX)/share/bash-completion/completions/fargauge

## clean      remove all that was made
clean:
	rm -rf build build-* fargauge demo-out

## help       this list
help:
	@sed -n 's/^## //p' Makefile

# ---- packages: one apt-get for what is missing; elsewhere the list is printed ----
packages-build: WANTED = $(PACKAGES_BUILD)
packages-test: WANTED = $(PACKAGES_BUILD) $(PACKAGES_TEST)
packages-tidy: WANTED = $(PACKAGES_BUILD) $(PACKAGES_TEST) $(PACKAGES_TIDY)
packages-build packages-test packages-tidy:
	$(Q)missing=; for package in $(WANTED); do \
		dpkg-query -W -f '$${Status}' $$package 2>/dev/null | grep -q ' installed$$' || \
			missing="$$missing $$package"; done; \
	if [ -z "$$missing" ]; then exit 0; fi; \
	if ! command -v apt-get >/dev/null; then \
		echo "no apt-get here; if the build fails, install what these Debian packages hold:"; \
		echo $(WANTED); exit 0; fi; \
	sudo=; [ "$$(id -u)" = 0 ] || sudo=sudo; \
	echo "  install$$missing"; \
	$$sudo apt-get -qq update && \
	DEBIAN_FRONTEND=noninteractive $$sudo apt-get -qq install -y --no-install-recommends \
		$$missing >/dev/null

# ---- how things are made ----
ifneq ($(PROGRAM),$(BUILD)/fargauge)
$(PROGRAM): $(BUILD)/fargauge
	$(Q)cp $< $@
endif

$(BUILD)/fargauge: $(BUILD)/sim/main.o $(BUILD)/libfargauge.a
	@echo "  link    $@"
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS)

$(BUILD)/libfargauge.a: $(OBJECTS)
	@echo "  archive $@"
	$(Q)rm -f $@ && ar qcs $@ $^

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	@echo "  compile $<"
	$(Q)$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

# The catalog's tables and the page's parts become bytes of the program.
$(BUILD)/data/embedded_catalog.o: $(wildcard data/catalog/*.csv)
$(BUILD)/reports/embedded_page.o: $(wildcard reports/page.*)
$(BUILD)/sim/commands/breakeven_html.o: sim/commands/breakeven.js
$(BUILD)/reports/advice_html.o: reports/advice.js
$(BUILD)/reports/embedded_page.o: ALL_CFLAGS += -DFG_CHART_JS='"$(CHART_JS)"'

$(BUILD)/tests/fuzz/%: tests/fuzz/%.c $(BUILD)/libfargauge.a
	@mkdir -p $(@D)
	@echo "  fuzz    $<"
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -fsanitize=fuzzer -MMD -MP -o $@ $< \
		$(BUILD)/libfargauge.a $(LIBS)

$(BUILD)/libsupport.a: $(SUPPORT)
	@echo "  archive $@"
	$(Q)rm -f $@ && ar qcs $@ $^
TEST_LIBS := $(BUILD)/libsupport.a $(BUILD)/libfargauge.a

$(BUILD)/tests/%: tests/%.c $(TEST_LIBS)
	@mkdir -p $(@D)
	@echo "  test    $<"
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -MMD -MP -o $@ $< $(TEST_LIBS) -lcmocka $(LIBS)

$(BUILD)/make_snapshots: tests/golden/make_snapshots.c $(TEST_LIBS)
	@mkdir -p $(@D)
	@echo "  link    $@"
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -MMD -MP -o $@ $< $(TEST_LIBS) $(LIBS)

$(BUILD)/bench/bench_%: bench/bench_%.c $(BENCH_SUPPORT) $(TEST_LIBS)
	@mkdir -p $(@D)
	@echo "  bench   $<"
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -MMD -MP -o $@ $< $(BENCH_SUPPORT) $(TEST_LIBS) $(LIBS)

-include $(OBJECTS:.o=.d) $(SUPPORT:.o=.d) $(BUILD)/sim/main.d $(UNIT_TESTS:=.d) \
	$(PROPERTY_TESTS:=.d) $(BUILD)/make_snapshots.d $(BENCHES:=.d) $(BENCH_SUPPORT:.o=.d)
