/* columns.h - the comparison's tables: what stands in each column, for text and page alike.
 *
 * To add a column, write its figure in columns.c and add a row to one of the lists there.
 */
#ifndef FARGAUGE_REPORTS_COLUMNS_H
#define FARGAUGE_REPORTS_COLUMNS_H

#include "reports/comparison.h"

/* What figures are made with; their texts live in the arena. */
struct fg_column_page {
    const struct fg_comparison *comparison;
    struct fg_arena *arena;
    const char **labels; /* of the scenarios */
    int decimals;        /* of amounts; 0 leaves the cents out */
};

struct fg_column {
    const char *top, *bottom; /* the heading in a narrow table, on two lines */
    const char *name;         /* the heading where there is room */
    const char *meaning;
    const char *(*figure)(const struct fg_column_page *page,
                          const struct fg_compared_scenario *scenario);
};

/* The first column of each list is the scenario's label. */
struct fg_column_list {
    uint32_t count;
    const struct fg_column *columns;
    /* Whether the scenario has a row; NULL = all have. */
    bool (*has_row)(const struct fg_compared_scenario *scenario);
};
extern const struct fg_column_list fg_columns_of_cost, fg_columns_of_capacity,
    fg_columns_of_spread,      /* for studies with replications */
    fg_columns_of_commitments, /* where there are any */
    fg_columns_of_prices,      /* where AWS bills something else, or public prices differ */
    fg_columns_of_bounds,      /* how far from the least possible */
    fg_columns_of_disruptions, fg_columns_of_zones;

bool fg_columns_have_row(const struct fg_column_list *list,
                         const struct fg_compared_scenario *scenario);
/* How many rows the list's table has. */
uint32_t fg_columns_count_rows(const struct fg_column_list *list,
                               const struct fg_comparison *comparison);

/* Whether any scenario has more than one replication. */
bool fg_columns_want_spread(const struct fg_comparison *comparison);

#endif
