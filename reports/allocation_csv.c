#include "reports/allocation_csv.h"

#include <stdlib.h>
#include <string.h>

#include "reports/allocation.h"
#include "reports/csv_writer.h"

static int compare_names(const void *a, const void *b)
{
    const struct fg_allocated_row *left = a, *right = b;
    int order = strcmp(left->name, right->name);
    return order != 0 ? order : (int)left->is_apart - (int)right->is_apart;
}

static void put_list(struct fg_csv_writer *csv, const char *scenario, uint32_t replication,
                     struct fg_allocation *list)
{
    if (list->count > 1)
        qsort(list->items, list->count, sizeof *list->items, compare_names);
    for (uint32_t i = 0; i < list->count; i++) {
        const struct fg_allocated_row *row = &list->items[i];
        fg_csv_put_text(csv, scenario);
        fg_csv_put_ratio(csv, replication, 1);
        fg_csv_put_text(csv, list->dimension);
        fg_csv_put_text(csv, row->name);
        fg_csv_put_ratio(csv, row->direct, FG_NANO_PER_DOLLAR);
        fg_csv_put_ratio(csv, row->shared, FG_NANO_PER_DOLLAR);
        fg_csv_put_ratio(csv, fg_allocated_total(row), FG_NANO_PER_DOLLAR);
        fg_csv_put_ratio(csv, fg_allocated_total(row), 1);
        fg_csv_end_line(csv);
    }
}

static fg_status put_replication(sqlite3 *database, const struct fg_comparison *comparison,
                                 const struct fg_compared_scenario *scenario, uint32_t replication,
                                 struct fg_csv_writer *csv, struct fg_error *error)
{
    const struct fg_allocation_settings *settings = scenario->allocation;
    struct fg_cost_cells cells;
    fg_status status =
        fg_cost_cells_read(database, comparison, scenario, replication, &cells, error);
    for (uint32_t i = 0; status == FG_OK && i < settings->dimension_count; i++) {
        struct fg_allocation list;
        fg_allocation_make(&cells, settings, settings->dimensions[i], &list);
        put_list(csv, scenario->name, replication, &list);
        fg_allocation_release(&list);
    }
    fg_cost_cells_release(&cells);
    return status;
}

static int compare_scenarios(const void *a, const void *b)
{
    const struct fg_compared_scenario *const *left = a, *const *right = b;
    return strcmp((*left)->name, (*right)->name);
}

fg_status fg_allocation_csv(sqlite3 *database, const struct fg_comparison *comparison, FILE *out,
                            struct fg_error *error)
{
    static const char *const headings[] = {"scenario",   "replication", "dimension", "name",
                                           "direct_usd", "shared_usd",  "usd",       "nano_usd"};
    struct fg_csv_writer csv = {.out = out};
    fg_status status = FG_OK;
    uint32_t count = comparison->scenario_count;
    const struct fg_compared_scenario **sorted = fg_allocate((size_t)count + 1, sizeof *sorted);
    for (size_t i = 0; i < sizeof headings / sizeof *headings; i++)
        fg_csv_put_text(&csv, headings[i]);
    fg_csv_end_line(&csv);
    for (uint32_t i = 0; i < count; i++)
        sorted[i] = &comparison->scenarios[i];
    qsort((void *)sorted, count, sizeof *sorted, compare_scenarios);
    for (uint32_t i = 0; status == FG_OK && i < count; i++)
        for (uint32_t r = 0; status == FG_OK && r < sorted[i]->replication_count; r++)
            if (sorted[i]->replications[r].done)
                status = put_replication(database, comparison, sorted[i], r, &csv, error);
    free((void *)sorted);
    return status;
}
