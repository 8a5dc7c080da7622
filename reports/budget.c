#include "reports/budget.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "data/store.h"
#include "reports/comparison.h"
#include "reports/figures.h"
#include "reports/utf8.h"

enum { NAMED_MAX = 3 };

static int compare_dearest(const void *a, const void *b)
{
    const struct fg_compared_scenario *const *left = a, *const *right = b;
    fg_nanodollars x = (*left)->month.mean, y = (*right)->month.mean;
    return x != y ? (x > y ? -1 : 1) : strcmp((*left)->name, (*right)->name);
}

/* Those over the limit, the dearest first. Freed by the caller. */
static const struct fg_compared_scenario **list_over(const struct fg_comparison *comparison,
                                                     fg_nanodollars limit, uint32_t *out_count)
{
    const struct fg_compared_scenario **over =
        fg_allocate(comparison->scenario_count, sizeof *over);
    *out_count = 0;
    for (uint32_t i = 0; i < comparison->scenario_count; i++)
        if (comparison->scenarios[i].has_month && comparison->scenarios[i].month.mean > limit)
            over[(*out_count)++] = &comparison->scenarios[i];
    qsort(over, *out_count, sizeof *over, compare_dearest);
    return over;
}

static uint32_t name_dearest(struct fg_comparison *comparison, fg_nanodollars limit,
                             char message[1024])
{
    uint32_t count;
    const struct fg_compared_scenario **over = list_over(comparison, limit, &count);
    size_t used = 0;
    *message = '\0';
    for (uint32_t i = 0; i < count && i < NAMED_MAX; i++)
        used +=
            (size_t)snprintf(message + used, 1024 - used, "%s%.200s (%s USD)", i > 0 ? ", " : "",
                             fg_utf8_clean(&comparison->arena, over[i]->name),
                             fg_figure_usd(&comparison->arena, over[i]->month.mean, 2));
    if (count > NAMED_MAX)
        snprintf(message + used, 1024 - used, " and %u more", count - NAMED_MAX);
    free((void *)over);
    return count;
}

fg_status fg_report_budget(const char *path, fg_nanodollars limit, uint32_t *out_over,
                           char message[1024], struct fg_error *error)
{
    struct sqlite3 *database;
    struct fg_comparison comparison;
    fg_status status = fg_store_open_for_reading(path, &database, error);
    if (status != FG_OK)
        return status;
    status = fg_comparison_read(database, NULL, &comparison, error);
    if (status == FG_OK)
        *out_over = name_dearest(&comparison, limit, message);
    fg_comparison_release(&comparison);
    sqlite3_close(database);
    return status;
}
