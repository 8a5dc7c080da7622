/* store.h - results in SQLite: one study a database.
 *
 * application_id marks our files, user_version is the schema. A replication's rows and its
 * "done" mark enter in one transaction, so a killed run leaves a good database and the next run
 * does what is missing. WAL while writing; fg_store_close leaves one file. Not thread-safe: the
 * batch writes under one lock. The views are the promise to other tools: scenario_cost,
 * hourly_cost, hourly_capacity, pod_outcome, pod_detail, and of nodes and zones hourly_allocatable,
 * hourly_zone, fullest_zone, hourly_wait, workload_zone, disruption; of prices scenario_prices. The
 * tables below them are ours.
 */
#ifndef FARGAUGE_DATA_STORE_H
#define FARGAUGE_DATA_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "models/base/status.h"
#include "models/result.h"
#include "models/scenario.h"

struct fg_store;
struct sqlite3;

enum fg_ledger_detail { FG_LEDGER_HOUR, FG_LEDGER_DAY, FG_LEDGER_TOTAL };

/* What a study puts into the store before it runs. */
struct fg_store_scenario {
    const char *name;
    const char *region;
    fg_unix_s start;
    uint32_t replication_count;
    const struct fg_allocation_settings *allocation; /* for reports; NULL = not named */
    uint8_t digest[16];                              /* of all that decides its rows */
};
struct fg_store_study {
    const char *name;
    const char *program_version;
    enum fg_ledger_detail detail;
    bool with_pods;
    uint32_t scenario_count;
    const struct fg_store_scenario *scenarios;
};

/* Creates `path` or opens it for writing. What that changes is committed with the first result or
 * by close, so that a study that fails before leaves the database as it was. Refused: a file that
 * is not SQLite, another program's database, a newer schema, another study's database (unless
 * `fresh`, which empties it). An empty file or an empty SQLite database counts as new. Scenarios no
 * longer in the study are removed; results whose digest differs are removed. */
fg_status fg_store_open(const char *path, const struct fg_store_study *study, bool fresh,
                        struct fg_store **out, struct fg_error *error);
bool fg_store_is_done(const struct fg_store *store, uint32_t scenario, uint32_t replication);
/* One transaction. `scenario` is the index in the study given to open. Where the first one fails,
 * all later ones fail for the same reason. */
fg_status fg_store_write(struct fg_store *store, uint32_t scenario, uint32_t replication,
                         const struct fg_result *result, struct fg_error *error);
/* Texts for the report: the assumptions that move the bill, in order; replaces earlier ones.
 * scenario UINT32_MAX = of the whole study. */
struct fg_store_note {
    uint32_t scenario;
    const char *kind; /* "price", "default", "left-out", "warning" */
    const char *text;
};
fg_status fg_store_write_notes(struct fg_store *store, const struct fg_store_note *notes,
                               uint32_t note_count, struct fg_error *error);
/* Takes back what opening changed and no result has committed; what was done before stays. For a
 * study that failed; only close may follow. */
void fg_store_give_up(struct fg_store *store);
/* Leaves one file (no WAL) and frees the store, also after a failure. */
fg_status fg_store_close(struct fg_store *store, struct fg_error *error);

/* For reports: opens read-only, checks that it is ours and has this schema. The caller closes
 * it with sqlite3_close. */
fg_status fg_store_open_for_reading(const char *path, struct sqlite3 **out, struct fg_error *error);

#endif
