/* store_runs.h - the scenarios and runs a database has, brought to those of a study.
 *
 * For store.c. A run is one replication of a scenario. What was done for the same scenario with
 * the same digest is kept; all other results go. Ids follow the study's order, so that they do
 * not depend on what was done when.
 */
#ifndef FARGAUGE_DATA_STORE_RUNS_H
#define FARGAUGE_DATA_STORE_RUNS_H

#include <sqlite3.h>

#include "data/store.h"

struct fg_store_runs {
    int64_t *first_id; /* by scenario: that of its replication 0; the others follow */
    bool *done;        /* by run id */
};

/* Within the caller's transaction. After a failure too `out` is to be released. */
fg_status fg_store_runs_open(sqlite3 *database, const struct fg_store_study *study,
                             struct fg_store_runs *out, struct fg_error *error);
void fg_store_runs_release(struct fg_store_runs *runs);

static inline int64_t fg_store_run_id(const struct fg_store_runs *runs, uint32_t scenario,
                                      uint32_t replication)
{
    return runs->first_id[scenario] + replication;
}
static inline int64_t fg_store_scenario_id(uint32_t scenario)
{
    return (int64_t)scenario + 1;
}

#endif
