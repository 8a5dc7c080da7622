#include "reports/comparison_notes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reports/figures.h"
#include "reports/query.h"

/* The assumption with this kind and text, made if there is none: what holds for several
 * scenarios is said once. */
static struct fg_assumption *take(struct fg_comparison *comparison, const char *kind,
                                  const char *text)
{
    for (uint32_t i = 0; i < comparison->assumption_count; i++) {
        struct fg_assumption *known = &comparison->assumptions[i];
        if (strcmp(known->text, text) == 0 && strcmp(known->kind, kind) == 0)
            return known;
    }
    comparison->assumptions =
        fg_grow(comparison->assumptions, &comparison->assumption_capacity,
                comparison->assumption_count + 1, sizeof *comparison->assumptions);
    struct fg_assumption *made = &comparison->assumptions[comparison->assumption_count++];
    *made = (struct fg_assumption){.kind = fg_arena_string(&comparison->arena, kind),
                                   .text = fg_arena_string(&comparison->arena, text)};
    return made;
}

static void add_scenario(struct fg_assumption *assumption, uint32_t scenario)
{
    assumption->scenarios = fg_grow(assumption->scenarios, &assumption->scenario_capacity,
                                    assumption->scenario_count + 1, sizeof *assumption->scenarios);
    assumption->scenarios[assumption->scenario_count++] = scenario;
}

static int compare_numbers(const void *a, const void *b)
{
    const uint32_t *left = a, *right = b;
    return (*left > *right) - (*left < *right);
}

/* In the order of the comparison; what holds for every scenario is the study's. */
static void tidy_scenarios(struct fg_comparison *comparison)
{
    for (uint32_t i = 0; i < comparison->assumption_count; i++) {
        struct fg_assumption *assumption = &comparison->assumptions[i];
        if (assumption->scenario_count == comparison->scenario_count)
            assumption->scenario_count = 0;
        else if (assumption->scenario_count > 1)
            qsort(assumption->scenarios, assumption->scenario_count, sizeof *assumption->scenarios,
                  compare_numbers);
    }
}

static bool find_scenario(const struct fg_comparison *comparison, int64_t id, uint32_t *out)
{
    for (uint32_t i = 0; i < comparison->scenario_count; i++) {
        if (comparison->scenarios[i].id == id) {
            *out = i;
            return true;
        }
    }
    return false;
}

static void add_stretched(struct fg_comparison *comparison, uint32_t number)
{
    const struct fg_compared_scenario *scenario = &comparison->scenarios[number];
    char length[32];
    if (!scenario->has_month || scenario->cut_s >= FG_REPORT_WEEK_S)
        return;
    const char *text =
        fg_arena_format(&comparison->arena, "a month is stretched from %s of simulated time",
                        fg_calendar_print_duration(scenario->cut_s, length));
    add_scenario(take(comparison, "default", text), number);
}

/* "3 pods ask for ...", "1 pod asks for ..." */
static void add_count(struct fg_comparison *comparison, uint32_t number, int64_t count,
                      const char *one, const char *many)
{
    if (count == 0)
        return;
    const char *text =
        fg_arena_format(&comparison->arena, "%s %s", fg_figure_count(&comparison->arena, count),
                        count == 1 ? one : many);
    add_scenario(take(comparison, "left-out", text), number);
}

fg_status fg_comparison_read_notes(sqlite3 *database, struct fg_comparison *comparison,
                                   struct fg_error *error)
{
    for (uint32_t i = 0; i < comparison->scenario_count; i++)
        add_stretched(comparison, i);
    sqlite3_stmt *query;
    fg_status status = fg_query_prepare(
        database, "SELECT scenario_id, kind, text FROM note ORDER BY position", &query, error);
    while (status == FG_OK && fg_query_next(query)) {
        const char *text = (const char *)sqlite3_column_text(query, 2);
        uint32_t scenario;
        struct fg_assumption *assumption =
            take(comparison, (const char *)sqlite3_column_text(query, 1), text);
        if (sqlite3_column_type(query, 0) != SQLITE_NULL &&
            find_scenario(comparison, sqlite3_column_int64(query, 0), &scenario))
            add_scenario(assumption, scenario);
    }
    status = fg_query_finish(query, status, error);
    for (uint32_t i = 0; i < comparison->scenario_count; i++) {
        const struct fg_compared_scenario *scenario = &comparison->scenarios[i];
        add_count(comparison, i, scenario->left_out,
                  "pod arrives at the cut or later and is left out",
                  "pods arrive at the cut or later and are left out");
        add_count(comparison, i, scenario->skipped_rows,
                  "row of the trace could not be read and was skipped",
                  "rows of the trace could not be read and were skipped");
    }
    tidy_scenarios(comparison);
    return status;
}
