#include "data/store_runs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "data/store_sql.h"
#include "models/base/index.h"

/* Where the rows of a run stand. */
static const char *const row_tables[] = {"account",  "ledger",    "commitment", "commitment_hour",
                                         "coverage", "plan_rate", "usage_line", "usage_hour",
                                         "capacity", "zone",      "zone_loss",  "wait",
                                         "spread",   "outcome",   "pod"};
enum { ROW_TABLE_COUNT = sizeof row_tables / sizeof *row_tables };

/* ---- what was done before ---- */

struct done_run {
    int64_t id;
    bool wanted; /* the study has it, with this digest */
    const char *scenario;
    uint8_t digest[16];
    int64_t replication;
};
struct done_runs {
    uint32_t count, capacity;
    struct done_run *items;
    struct fg_index by_name; /* and replication */
    struct fg_arena arena;
};

static uint64_t hash_run(const char *scenario, int64_t replication)
{
    return fg_hash_bytes(scenario, strlen(scenario), (uint64_t)replication);
}

static fg_status read_done_runs(sqlite3 *database, struct done_runs *out, struct fg_error *error)
{
    sqlite3_stmt *query;
    fg_status status = fg_store_prepare(database,
                                        "SELECT r.id, s.name, s.digest, r.replication FROM run r"
                                        " JOIN scenario s ON s.id = r.scenario_id WHERE r.done = 1",
                                        &query, error);
    int code = SQLITE_DONE;
    while (status == FG_OK && (code = sqlite3_step(query)) == SQLITE_ROW) {
        const char *name = (const char *)sqlite3_column_text(query, 1);
        struct done_run run = {.id = sqlite3_column_int64(query, 0),
                               .scenario = fg_arena_string(&out->arena, name),
                               .replication = sqlite3_column_int64(query, 3)};
        if (sqlite3_column_bytes(query, 2) == sizeof run.digest)
            memcpy(run.digest, sqlite3_column_blob(query, 2), sizeof run.digest);
        out->items = fg_grow(out->items, &out->capacity, out->count + 1, sizeof *out->items);
        fg_index_put(&out->by_name, hash_run(run.scenario, run.replication), out->count);
        out->items[out->count++] = run;
    }
    if (code != SQLITE_DONE)
        status = fg_store_failed(database, error);
    sqlite3_finalize(query);
    return status;
}

static void release_done_runs(struct done_runs *runs)
{
    free(runs->items);
    fg_index_release(&runs->by_name);
    fg_arena_release(&runs->arena);
}

static struct done_run *find_done(const struct done_runs *done,
                                  const struct fg_store_scenario *scenario, uint32_t replication)
{
    uint64_t hash = hash_run(scenario->name, replication);
    uint32_t cursor = 0, i;
    while ((i = fg_index_next(&done->by_name, hash, &cursor)) < done->count)
        if (done->items[i].replication == replication &&
            strcmp(done->items[i].scenario, scenario->name) == 0 &&
            memcmp(done->items[i].digest, scenario->digest, sizeof scenario->digest) == 0)
            return &done->items[i];
    return NULL;
}

/* ---- rows ---- */

static fg_status move_rows(sqlite3 *database, int64_t from, int64_t to, struct fg_error *error)
{
    fg_status status = FG_OK;
    for (int t = 0; status == FG_OK && t < ROW_TABLE_COUNT; t++) {
        char sql[160];
        snprintf(sql, sizeof sql, "UPDATE %s SET run_id = %lld WHERE run_id = %lld", row_tables[t],
                 (long long)to, (long long)from);
        status = fg_store_run_sql(database, sql, error);
    }
    return status;
}

static fg_status drop_rows(sqlite3 *database, int64_t run_id, struct fg_error *error)
{
    fg_status status = FG_OK;
    for (int t = 0; status == FG_OK && t < ROW_TABLE_COUNT; t++) {
        char sql[96];
        snprintf(sql, sizeof sql, "DELETE FROM %s WHERE run_id = %lld", row_tables[t],
                 (long long)run_id);
        status = fg_store_run_sql(database, sql, error);
    }
    return status;
}

static fg_status drop_unwanted_rows(sqlite3 *database, const struct fg_store_study *study,
                                    const struct done_runs *done, struct fg_error *error)
{
    fg_status status = FG_OK;
    for (uint32_t s = 0; s < study->scenario_count; s++) {
        for (uint32_t r = 0; r < study->scenarios[s].replication_count; r++) {
            struct done_run *run = find_done(done, &study->scenarios[s], r);
            if (run != NULL)
                run->wanted = true;
        }
    }
    for (uint32_t i = 0; status == FG_OK && i < done->count; i++)
        if (!done->items[i].wanted)
            status = drop_rows(database, done->items[i].id, error);
    return status;
}

/* ---- the study's scenarios and runs ---- */

static fg_status insert_scenario(sqlite3 *database, uint32_t number,
                                 const struct fg_store_scenario *scenario, struct fg_error *error)
{
    sqlite3_stmt *insert;
    fg_status status =
        fg_store_prepare(database, "INSERT INTO scenario VALUES(?,?,?,?,?,?,?)", &insert, error);
    if (status != FG_OK)
        return status;
    sqlite3_bind_int64(insert, 1, fg_store_scenario_id(number));
    sqlite3_bind_text(insert, 2, scenario->name, -1, SQLITE_STATIC);
    sqlite3_bind_int64(insert, 3, number);
    sqlite3_bind_text(insert, 4, scenario->region, -1, SQLITE_STATIC);
    sqlite3_bind_int64(insert, 5, scenario->start);
    sqlite3_bind_int64(insert, 6, scenario->replication_count);
    sqlite3_bind_blob(insert, 7, scenario->digest, sizeof scenario->digest, SQLITE_STATIC);
    if (sqlite3_step(insert) != SQLITE_DONE)
        status = fg_store_failed(database, error);
    sqlite3_finalize(insert);
    return status;
}

/* ---- what pricing.allocation asks for ---- */

static fg_status insert_names(sqlite3 *database, uint32_t number, const char *kind,
                              const char *const *names, uint32_t count, struct fg_error *error)
{
    sqlite3_stmt *insert;
    fg_status status =
        fg_store_prepare(database, "INSERT INTO allocation_name VALUES(?,?,?,?)", &insert, error);
    for (uint32_t i = 0; status == FG_OK && i < count; i++) {
        sqlite3_bind_int64(insert, 1, fg_store_scenario_id(number));
        sqlite3_bind_text(insert, 2, kind, -1, SQLITE_STATIC);
        sqlite3_bind_int64(insert, 3, i);
        sqlite3_bind_text(insert, 4, names[i], -1, SQLITE_STATIC);
        if (sqlite3_step(insert) != SQLITE_DONE)
            status = fg_store_failed(database, error);
        sqlite3_reset(insert);
    }
    sqlite3_finalize(insert);
    return status;
}

static fg_status insert_allocation(sqlite3 *database, uint32_t number,
                                   const struct fg_allocation_settings *settings,
                                   struct fg_error *error)
{
    sqlite3_stmt *insert;
    if (settings == NULL)
        return FG_OK;
    fg_status status =
        fg_store_prepare(database, "INSERT INTO allocation VALUES(?,?,?)", &insert, error);
    if (status != FG_OK)
        return status;
    sqlite3_bind_int64(insert, 1, fg_store_scenario_id(number));
    sqlite3_bind_text(insert, 2, fg_share_rule_name(settings->shared), -1, SQLITE_STATIC);
    sqlite3_bind_text(insert, 3, fg_share_rule_name(settings->idle), -1, SQLITE_STATIC);
    if (sqlite3_step(insert) != SQLITE_DONE)
        status = fg_store_failed(database, error);
    sqlite3_finalize(insert);
    if (status == FG_OK)
        status = insert_names(database, number, "dimension", settings->dimensions,
                              settings->dimension_count, error);
    if (status == FG_OK)
        status = insert_names(database, number, "namespace", settings->namespaces,
                              settings->namespace_count, error);
    return status;
}

/* Copies the row of a run that was done under its new id. */
static fg_status insert_run(sqlite3 *database, int64_t id, int64_t scenario_id,
                            uint32_t replication, const struct done_run *done,
                            struct fg_error *error)
{
    char sql[768];
    if (done == NULL)
        snprintf(sql, sizeof sql,
                 "INSERT INTO run(id, scenario_id, replication) VALUES(%lld,%lld,%u)",
                 (long long)id, (long long)scenario_id, replication);
    else
        snprintf(sql, sizeof sql,
                 "INSERT INTO run SELECT %lld, %lld, %u, done, cut_s, pod_count, left_out,"
                 " never_ran, peak_nodes, peak_fargate_vcpu_milli, wait_p50_s,"
                 " wait_p95_s, wait_max_s, requested_cpu_milli_s, requested_memory_mib_s,"
                 " fargate_waste_nano, node_idle_nano, node_nano, skipped_rows, evictions,"
                 " lost_work_s, preempted_pods, spot_interruptions, disrupted_nodes, dry_subnet,"
                 " dry_s, longest_wait_s, longest_wait_hour, compute_nano, bound_nano,"
                 " bound_spread_nano FROM old_run WHERE id = %lld",
                 (long long)id, (long long)scenario_id, replication, (long long)done->id);
    return fg_store_run_sql(database, sql, error);
}

/* Ids that are not yet in use by any row, to move rows by in two steps. */
#define PARKED (1LL << 40)

/* What a study's run needs: its rows at their parked or their final place. */
enum step { STEP_PARK, STEP_SETTLE };

static fg_status take_step(sqlite3 *database, const struct fg_store_study *study,
                           const struct done_runs *done, const struct fg_store_runs *runs,
                           enum step step, struct fg_error *error)
{
    fg_status status = FG_OK;
    for (uint32_t s = 0; status == FG_OK && s < study->scenario_count; s++) {
        for (uint32_t r = 0; status == FG_OK && r < study->scenarios[s].replication_count; r++) {
            const struct done_run *run = find_done(done, &study->scenarios[s], r);
            int64_t id = fg_store_run_id(runs, s, r);
            if (run == NULL || run->id == id)
                continue;
            status = step == STEP_PARK ? move_rows(database, run->id, id + PARKED, error)
                                       : move_rows(database, id + PARKED, id, error);
        }
    }
    return status;
}

static fg_status insert_all(sqlite3 *database, const struct fg_store_study *study,
                            const struct done_runs *done, const struct fg_store_runs *runs,
                            struct fg_error *error)
{
    fg_status status = FG_OK;
    for (uint32_t s = 0; status == FG_OK && s < study->scenario_count; s++) {
        const struct fg_store_scenario *scenario = &study->scenarios[s];
        status = insert_scenario(database, s, scenario, error);
        if (status == FG_OK)
            status = insert_allocation(database, s, scenario->allocation, error);
        for (uint32_t r = 0; status == FG_OK && r < scenario->replication_count; r++) {
            const struct done_run *run = find_done(done, scenario, r);
            int64_t id = fg_store_run_id(runs, s, r);
            runs->done[id] = run != NULL;
            status = insert_run(database, id, fg_store_scenario_id(s), r, run, error);
        }
    }
    return status;
}

static void number_runs(const struct fg_store_study *study, struct fg_store_runs *out)
{
    int64_t next_id = 1;
    out->first_id = fg_allocate(study->scenario_count, sizeof *out->first_id);
    for (uint32_t s = 0; s < study->scenario_count; s++) {
        out->first_id[s] = next_id;
        next_id += study->scenarios[s].replication_count;
    }
    out->done = fg_allocate((size_t)next_id, sizeof *out->done);
}

fg_status fg_store_runs_open(sqlite3 *database, const struct fg_store_study *study,
                             struct fg_store_runs *out, struct fg_error *error)
{
    struct done_runs done = {0};
    number_runs(study, out);
    fg_status status = read_done_runs(database, &done, error);
    if (status == FG_OK)
        status = fg_store_run_sql(database,
                                  "CREATE TEMP TABLE old_run AS SELECT * FROM run;"
                                  "DELETE FROM run; DELETE FROM allocation;"
                                  "DELETE FROM allocation_name; DELETE FROM scenario;",
                                  error);
    if (status == FG_OK)
        status = drop_unwanted_rows(database, study, &done, error);
    if (status == FG_OK)
        status = insert_all(database, study, &done, out, error);
    if (status == FG_OK)
        status = take_step(database, study, &done, out, STEP_PARK, error);
    if (status == FG_OK)
        status = take_step(database, study, &done, out, STEP_SETTLE, error);
    if (status == FG_OK)
        status = fg_store_run_sql(database, "DROP TABLE old_run", error);
    release_done_runs(&done);
    return status;
}

void fg_store_runs_release(struct fg_store_runs *runs)
{
    free(runs->first_id);
    free(runs->done);
    *runs = (struct fg_store_runs){0};
}
