/* allocation.h - who bears the cost of a scenario, by the rules of models/allocation.h.
 *
 * Shared cost has a name of its own: (idle), (system), (cluster), (commitments) for what was not
 * used of them, (NAMESPACE) of a shared namespace, (other:NAME) of a line. (idle) and (system) are
 * cost of nodes: they are spread over those that ran on nodes, by what is booked on them of the
 * nodes, and over all only where nobody did. All else is spread over all names, by their direct
 * cost. Every list adds up to the bill to the nanodollar, and the sum of the shared cost is the
 * same under all rules. The mean over replications is that of what all of them cost together, each
 * figure rounded down; what is missing, or too much, goes to the dearest names.
 */
#ifndef FARGAUGE_REPORTS_ALLOCATION_H
#define FARGAUGE_REPORTS_ALLOCATION_H

#include <sqlite3.h>

#include "models/allocation.h"
#include "reports/comparison.h"

/* An account of the bill. */
struct fg_cost_cell {
    const char *namespace_name, *workload, *group, *charge;
    enum fg_cost_group cost_group;
    fg_nanodollars nano;
};

/* The bill of one replication, or of several together. */
struct fg_cost_cells {
    uint32_t count, capacity;
    struct fg_cost_cell *items;
    int64_t divisor;      /* how many replications */
    fg_nanodollars total; /* that lists add up to: of all of them / divisor, as the report has it */
    struct fg_arena arena;
};

enum { FG_ALL_REPLICATIONS = UINT32_MAX };
/* After a failure too the cells are to be released. */
fg_status fg_cost_cells_read(sqlite3 *database, const struct fg_comparison *comparison,
                             const struct fg_compared_scenario *scenario, uint32_t replication,
                             struct fg_cost_cells *out, struct fg_error *error);
void fg_cost_cells_release(struct fg_cost_cells *cells);

struct fg_allocated_row {
    const char *name;
    bool is_apart; /* shared cost, by its kind: all of it is `shared` */
    fg_nanodollars direct, shared;
    /* What is booked under the name itself: direct, or of what stands apart its shared cost. Of
     * several replications together. */
    fg_nanodollars groups[FG_COST_GROUP_COUNT];
};

struct fg_allocation {
    const char *dimension;
    uint32_t count, capacity;
    struct fg_allocated_row *items; /* the dearest first, then by name */
    struct fg_arena arena;
};

/* Texts are borrowed from the cells. */
void fg_allocation_make(const struct fg_cost_cells *cells,
                        const struct fg_allocation_settings *settings, const char *dimension,
                        struct fg_allocation *out);
void fg_allocation_release(struct fg_allocation *allocation);
static inline fg_nanodollars fg_allocated_total(const struct fg_allocated_row *row)
{
    return row->direct + row->shared;
}

/* "shared cost spread evenly, idle apart" */
const char *fg_allocation_words(const struct fg_allocation_settings *settings,
                                struct fg_arena *arena);

#endif
