/* series.h - what the charts of one scenario show: cost by charge, nodes and pods over time, of one
 * replication.
 *
 * Time is cut into steps of whole hours so that there are not too many points. Sums are exact:
 * a step's amount is the sum of its hours' rows, and all steps add up to the replication's
 * total.
 */
#ifndef FARGAUGE_REPORTS_SERIES_H
#define FARGAUGE_REPORTS_SERIES_H

#include <sqlite3.h>

#include "reports/comparison.h"

/* A node group or node pool, the Fargate profiles together, ... */
struct fg_pool_series {
    const char *pool;
    int64_t *node_seconds, *pod_seconds; /* by step */
    int64_t *pending_max;                /* the largest of the step's hours */
    int64_t *nodes_max;
};

/* All EC2 nodes together, by step. */
struct fg_node_series {
    int64_t *cpu_allocatable_milli_s, *cpu_requested_milli_s;
    int64_t *memory_allocatable_mib_s, *memory_requested_mib_s;
};

struct fg_series {
    struct fg_arena arena;
    uint32_t replication;
    int32_t first_hour, end_hour; /* hours since 1970; the last may be past the cut */
    uint32_t step_hours, step_count;
    int32_t first_step;     /* of a step's number * step_hours = its first hour */
    int64_t *step_seconds;  /* of each step inside the study */
    fg_nanodollars **costs; /* [charge of the comparison][step], NULL where there is none */
    uint32_t pool_count, pool_capacity;
    struct fg_pool_series *pools; /* sorted by name */
    struct fg_node_series nodes;
    int64_t *oldest_wait_s; /* of a pod for a node: the longest of the step's hours */
};

/* The first replication that is done; the scenario must have one. Steps are the shortest of a
 * list that gives at most `most_steps`, and at least as long as the ledger's detail. After a
 * failure too the series is to be released. */
fg_status fg_series_read(sqlite3 *database, const struct fg_comparison *comparison,
                         const struct fg_compared_scenario *scenario, uint32_t most_steps,
                         struct fg_series *out, struct fg_error *error);
void fg_series_release(struct fg_series *series);

#endif
