#include "reports/budget.h"

#include <stdio.h>
#include <string.h>

#include "data/store.h"
#include "reports/comparison.h"
#include "reports/figures.h"

enum { NAMED_MAX = 3 };

/* The comparison has the cheapest first. */
static uint32_t name_dearest(struct fg_comparison *comparison, fg_nanodollars limit,
                             char message[1024])
{
    uint32_t over = 0;
    *message = '\0';
    for (uint32_t i = comparison->scenario_count; i-- > 0;) {
        const struct fg_compared_scenario *scenario = &comparison->scenarios[i];
        if (!scenario->has_month || scenario->month.mean <= limit)
            continue;
        size_t used = strlen(message);
        if (++over <= NAMED_MAX)
            snprintf(message + used, 1024 - used, "%s%.200s (%s USD)", over > 1 ? ", " : "",
                     scenario->name, fg_figure_usd(&comparison->arena, scenario->month.mean, 2));
    }
    size_t used = strlen(message);
    if (over > NAMED_MAX)
        snprintf(message + used, 1024 - used, " and %u more", over - NAMED_MAX);
    return over;
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
