#include "tests/support/study_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "data/catalog_reader.h"

#define TOP "study: s\nregion: us-east-1\ntrace: {file: p.csv}\n"
#define ONE "scenarios: [{name: a}]\n"

static struct fg_catalog catalog;
static struct fg_study study;
static struct fg_errors faults;
static char yaml_of_scenario[8000];

int fg_text_open_catalog(void **state)
{
    struct fg_error error = {0};
    (void)state;
    return fg_catalog_read(NULL, &catalog, &error) == FG_OK ? 0 : 1;
}

int fg_text_close_catalog(void **state)
{
    (void)state;
    fg_catalog_release(&catalog);
    return 0;
}

int fg_text_end(void **state)
{
    (void)state;
    fg_study_release(&study);
    free(faults.items);
    faults = (struct fg_errors){0};
    return 0;
}

const struct fg_study *fg_text_study(void)
{
    return &study;
}

const struct fg_errors *fg_text_faults(void)
{
    return &faults;
}

fg_status fg_text_parse(const char *yaml)
{
    struct fg_error error = {0};
    fg_study_release(&study);
    faults.count = 0;
    fg_status status =
        fg_study_parse("dir/s.yaml", yaml, strlen(yaml), &catalog, &study, &faults, &error);
    assert_int_equal(status, error.status);
    assert_int_equal(status == FG_OK, faults.count == 0);
    if (status != FG_OK) {
        assert_string_equal(error.message, faults.items[0].message);
        assert_int_equal(study.scenario_count, 0); /* released */
    }
    return status;
}

fg_status fg_text_read_file(const char *path, struct fg_error *error)
{
    fg_study_release(&study);
    faults.count = 0;
    return fg_study_read(path, &catalog, &study, &faults, error);
}

static void print_faults(void)
{
    for (uint32_t i = 0; i < faults.count; i++)
        print_error("%u:%u: %s\n", faults.items[i].line, faults.items[i].column,
                    faults.items[i].message);
}

void fg_text_reads(const char *yaml)
{
    fg_status status = fg_text_parse(yaml);
    print_faults();
    assert_int_equal(status, FG_OK);
}

void fg_text_faults_with(const char *yaml, uint32_t line, const char *message)
{
    assert_int_equal(fg_text_parse(yaml), FG_BAD_INPUT);
    if (faults.count != 1 || faults.items[0].line != line ||
        strcmp(faults.items[0].message, message) != 0) {
        print_faults();
        fail_msg("expected one fault, in line %u: %s", line, message);
    }
    assert_string_equal(faults.items[0].file, "dir/s.yaml");
}

bool fg_text_has_fault(uint32_t line, const char *message)
{
    uint32_t found = 0;
    for (uint32_t i = 0; i < faults.count; i++)
        found += faults.items[i].line == line && strcmp(faults.items[i].message, message) == 0;
    return found == 1;
}

const struct fg_scenario *fg_text_scenario(const char *lines)
{
    snprintf(yaml_of_scenario, sizeof yaml_of_scenario, TOP "%s" ONE, lines);
    fg_text_reads(yaml_of_scenario);
    assert_int_equal(study.scenario_count, 1);
    return &study.scenarios[0];
}

void fg_text_scenario_faults(const char *lines, uint32_t line, const char *message)
{
    snprintf(yaml_of_scenario, sizeof yaml_of_scenario, TOP "%s" ONE, lines);
    fg_text_faults_with(yaml_of_scenario, line, message);
}
