# fargauge: one Makefile, no recursion; everything made lands in $(BUILD), the program in
# ./fargauge. V=1 shows full command lines. CC, CFLAGS, LDFLAGS are yours to set.

# ---- Debian packages: the one list of all that is used, by what needs it ----
PACKAGES_BUILD := gcc make libc6-dev libsqlite3-dev libcsv-dev libgsl-dev libfyaml-dev \
	libxxhash-dev zlib1g-dev libjs-chart.js
PACKAGES_TEST := libcmocka-dev chromium sqlite3 gzip
PACKAGES_TIDY := clang clang-format clang-tidy cppcheck libomp-dev libclang-rt-14-dev

BUILD ?= build
PREFIX ?= /usr/local
DESTDIR ?=
CC ?= gcc
CFLAGS ?= -O2 -g
CHART_JS := /usr/share/javascript/chart.js/chart.min.js
STANDARD := -std=c17 -D_GNU_SOURCE -I. -fopenmp -ffp-contract=off
WARNINGS := -Wall -Wextra -Wconversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes
ALL_CFLAGS = $(STANDARD) $(WARNINGS) $(CFLAGS) $(SANITIZE)
LIBS := -lsqlite3 -lcsv -lgsl -lgslcblas -lfyaml -lxxhash -lz -lm

SOURCES := $(sort $(wildcard models/*.c models/*/*.c data/*.c data/*/*.c reports/*.c \
	sim/controllers/*.c sim/replay/*.c sim/batch/*.c sim/commands/*.c))
OBJECTS := $(SOURCES:%.c=$(BUILD)/%.o)
UNIT_TESTS := $(patsubst %.c,$(BUILD)/%,$(sort $(wildcard tests/unit/*.c)))
PROPERTY_TESTS := $(patsubst %.c,$(BUILD)/%,$(sort $(wildcard tests/property/*.c)))
FUZZ_TARGETS := $(patsubst tests/fuzz/%.c,%,$(sort $(wildcard tests/fuzz/fuzz_*.c)))
HEADERS := $(sort $(wildcard models/*.h models/*/*.h data/*.h data/*/*.h reports/*.h sim/*/*.h tests/*.h tests/*/*.h))

ifeq ($(V),1)
Q :=
else
Q := @
endif

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.SECONDARY:
.PHONY: all demo test check bench asan ubsan tsan tidy fuzz install uninstall clean help \
	packages-build packages-test packages-tidy

## all: build the program (./fargauge)
all: fargauge

fargauge: $(BUILD)/fargauge
	$(Q)cp $< $@

$(BUILD)/fargauge: $(BUILD)/sim/main.o $(BUILD)/libfargauge.a
	@echo "  link    $@"
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS)

$(BUILD)/libfargauge.a: $(OBJECTS)
	@echo "  archive $@"
	$(Q)rm -f $@ && ar rcs $@ $^

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	@echo "  compile $<"
	$(Q)$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

# The catalog's tables and the page's script become part of the program.
$(BUILD)/data/embedded_catalog.o: $(wildcard data/catalog/*.csv)
$(BUILD)/reports/embedded_page.o: $(wildcard reports/page.*) $(CHART_JS)
$(BUILD)/reports/embedded_page.o: CFLAGS += -DFG_CHART_JS='"$(CHART_JS)"'

$(BUILD)/tests/%: tests/%.c $(BUILD)/libfargauge.a
	@mkdir -p $(@D)
	@echo "  test    $<"
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -MMD -MP -o $@ $< $(BUILD)/libfargauge.a -lcmocka $(LIBS)

## help: this list
help:
	@sed -n 's/^## //p' Makefile

## clean: remove all that was made
clean:
	rm -rf build build-* fargauge demo-out

-include $(OBJECTS:.o=.d) $(BUILD)/sim/main.d $(addsuffix .d,$(UNIT_TESTS) $(PROPERTY_TESTS))
