#include "data/store.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "data/store_schema.h"
#include "data/store_write.h"
#include "models/base/index.h"
#include "models/base/memory.h"

struct fg_store {
    sqlite3 *database;
    struct fg_store_writer *writer;
    uint32_t scenario_count;
    int64_t **run_ids; /* [scenario][replication] */
    bool **done;       /* likewise */
    uint32_t *replication_counts;
    int64_t *scenario_ids;
    bool pending;  /* what the new study changes is not committed yet */
    bool given_up; /* and never will be */
};

/* ---- small steps ---- */

static fg_status run_sql(sqlite3 *database, const char *sql, struct fg_error *error)
{
    return sqlite3_exec(database, sql, NULL, NULL, NULL) == SQLITE_OK
               ? FG_OK
               : fg_store_failed(database, error);
}

static fg_status prepare(sqlite3 *database, const char *sql, sqlite3_stmt **out,
                         struct fg_error *error)
{
    return sqlite3_prepare_v2(database, sql, -1, out, NULL) == SQLITE_OK
               ? FG_OK
               : fg_store_failed(database, error);
}

/* The one integer a query gives. */
static fg_status query_integer(sqlite3 *database, const char *sql, int64_t *out,
                               struct fg_error *error)
{
    sqlite3_stmt *statement;
    fg_status status = prepare(database, sql, &statement, error);
    if (status != FG_OK)
        return status;
    *out = 0;
    int code = sqlite3_step(statement);
    if (code == SQLITE_ROW)
        *out = sqlite3_column_int64(statement, 0);
    else if (code != SQLITE_DONE)
        status = fg_store_failed(database, error);
    sqlite3_finalize(statement);
    return status;
}

/* ---- is it ours ---- */

enum file_kind { FILE_EMPTY, FILE_OURS };

static fg_status refuse_foreign(const char *path, struct fg_error *error)
{
    return fg_error_set(error, FG_BAD_INPUT,
                        "%s is not a database of fargauge; expected one, an empty file or a new "
                        "name",
                        path);
}

static fg_status recognise(sqlite3 *database, const char *path, enum file_kind *out,
                           struct fg_error *error)
{
    struct fg_error inner = {0};
    int64_t application = 0, version = 0, tables = 0;
    fg_status status = query_integer(database, "PRAGMA application_id", &application, &inner);
    if (status == FG_OK)
        status = query_integer(database, "SELECT count(*) FROM sqlite_schema", &tables, &inner);
    if (status == FG_OK)
        status = query_integer(database, "PRAGMA user_version", &version, &inner);
    int code = sqlite3_errcode(database);
    if (status != FG_OK && (code == SQLITE_NOTADB || code == SQLITE_CORRUPT))
        return refuse_foreign(path, error);
    if (status != FG_OK && code == SQLITE_BUSY)
        return fg_error_set(error, FG_FAILED, "%s is in use by another run", path);
    if (status != FG_OK)
        return fg_error_set(error, status, "%s", inner.message);
    if (application == 0 && tables == 0) {
        *out = FILE_EMPTY;
        return FG_OK;
    }
    if (application != FG_STORE_APPLICATION_ID)
        return refuse_foreign(path, error);
    if (version != FG_STORE_SCHEMA_VERSION)
        return fg_error_set(error, FG_BAD_INPUT,
                            "%s has schema version %lld; this program writes version %d: use "
                            "another file",
                            path, (long long)version, FG_STORE_SCHEMA_VERSION);
    *out = FILE_OURS;
    return FG_OK;
}

/* ---- opening ---- */

static fg_status fill_charges(sqlite3 *database, struct fg_error *error)
{
    sqlite3_stmt *insert;
    fg_status status = prepare(database, "INSERT INTO charge VALUES(?,?,?,?)", &insert, error);
    for (int charge = 0; status == FG_OK && charge < FG_CHARGE_COUNT; charge++) {
        enum fg_charge code = (enum fg_charge)charge;
        sqlite3_bind_int(insert, 1, charge);
        sqlite3_bind_text(insert, 2, fg_charge_name(code), -1, SQLITE_STATIC);
        sqlite3_bind_text(insert, 3, fg_charge_unit(code), -1, SQLITE_STATIC);
        sqlite3_bind_int64(insert, 4, fg_charge_base_per_unit(code));
        if (sqlite3_step(insert) != SQLITE_DONE)
            status = fg_store_failed(database, error);
        sqlite3_reset(insert);
    }
    sqlite3_finalize(insert);
    return status;
}

static fg_status drop_everything(sqlite3 *database, struct fg_error *error)
{
    return run_sql(database,
                   "DROP VIEW IF EXISTS scenario_cost; DROP VIEW IF EXISTS hourly_cost;"
                   "DROP VIEW IF EXISTS hourly_capacity; DROP VIEW IF EXISTS pod_outcome;"
                   "DROP VIEW IF EXISTS pod_detail;"
                   "DROP TABLE IF EXISTS note; DROP TABLE IF EXISTS pod;"
                   "DROP TABLE IF EXISTS outcome; DROP TABLE IF EXISTS capacity;"
                   "DROP TABLE IF EXISTS ledger; DROP TABLE IF EXISTS account;"
                   "DROP TABLE IF EXISTS charge; DROP TABLE IF EXISTS run;"
                   "DROP TABLE IF EXISTS scenario; DROP TABLE IF EXISTS study;"
                   "DROP TABLE IF EXISTS hours;",
                   error);
}

static fg_status create_tables(sqlite3 *database, struct fg_error *error)
{
    char sql[128];
    snprintf(sql, sizeof sql, "PRAGMA application_id = %d; PRAGMA user_version = %d;",
             FG_STORE_APPLICATION_ID, FG_STORE_SCHEMA_VERSION);
    fg_status status = run_sql(database, sql, error);
    if (status == FG_OK)
        status = run_sql(database, fg_store_tables_sql, error);
    if (status == FG_OK)
        status = run_sql(database, fg_store_views_sql, error);
    return status == FG_OK ? fill_charges(database, error) : status;
}

static fg_status refuse_other_study(sqlite3 *database, const char *path,
                                    const struct fg_store_study *study, struct fg_error *error)
{
    sqlite3_stmt *statement;
    fg_status status = prepare(database, "SELECT name FROM study", &statement, error);
    if (status != FG_OK)
        return status;
    if (sqlite3_step(statement) == SQLITE_ROW) {
        const char *name = (const char *)sqlite3_column_text(statement, 0);
        if (strcmp(name, study->name) != 0)
            status = fg_error_set(error, FG_BAD_INPUT,
                                  "%s holds study '%s', not '%s'; use another file or --fresh",
                                  path, name, study->name);
    }
    sqlite3_finalize(statement);
    return status;
}

/* The study's row: written anew. */
static fg_status claim_study(sqlite3 *database, const struct fg_store_study *study,
                             struct fg_error *error)
{
    sqlite3_stmt *statement;
    fg_status status = run_sql(database, "DELETE FROM study", error);
    if (status == FG_OK)
        status = prepare(database, "INSERT INTO study VALUES(?,?,?,?)", &statement, error);
    if (status != FG_OK)
        return status;
    sqlite3_bind_text(statement, 1, study->name, -1, SQLITE_STATIC);
    sqlite3_bind_text(statement, 2, study->program_version, -1, SQLITE_STATIC);
    sqlite3_bind_int(statement, 3, (int)study->detail);
    sqlite3_bind_int(statement, 4, study->with_pods);
    if (sqlite3_step(statement) != SQLITE_DONE)
        status = fg_store_failed(database, error);
    sqlite3_finalize(statement);
    return status;
}

/* ---- which results are still good ---- */

struct kept_run {
    int64_t id;
    bool wanted; /* the study has it, with this digest */
    char *scenario;
    uint8_t digest[16];
    int64_t replication;
};
struct kept_runs {
    uint32_t count, capacity;
    struct kept_run *items;
    struct fg_index by_name; /* and replication */
};

static uint64_t hash_run(const char *scenario, int64_t replication)
{
    return fg_hash_bytes(scenario, strlen(scenario), (uint64_t)replication);
}

static fg_status read_done_runs(sqlite3 *database, struct kept_runs *out, struct fg_error *error)
{
    sqlite3_stmt *query;
    fg_status status = prepare(database,
                               "SELECT r.id, s.name, s.digest, r.replication FROM run r"
                               " JOIN scenario s ON s.id = r.scenario_id WHERE r.done = 1",
                               &query, error);
    while (status == FG_OK && sqlite3_step(query) == SQLITE_ROW) {
        struct kept_run run = {.id = sqlite3_column_int64(query, 0),
                               .replication = sqlite3_column_int64(query, 3)};
        if (sqlite3_column_bytes(query, 2) != sizeof run.digest)
            continue;
        memcpy(run.digest, sqlite3_column_blob(query, 2), sizeof run.digest);
        run.scenario = strdup((const char *)sqlite3_column_text(query, 1));
        out->items = fg_grow(out->items, &out->capacity, out->count + 1, sizeof *out->items);
        fg_index_put(&out->by_name, hash_run(run.scenario, run.replication), out->count);
        out->items[out->count++] = run;
    }
    sqlite3_finalize(query);
    return status;
}

static struct kept_run *find_kept(const struct kept_runs *kept,
                                  const struct fg_store_scenario *scenario, uint32_t replication)
{
    uint64_t hash = hash_run(scenario->name, replication);
    uint32_t cursor = 0, i;
    while ((i = fg_index_next(&kept->by_name, hash, &cursor)) < kept->count)
        if (kept->items[i].replication == replication &&
            strcmp(kept->items[i].scenario, scenario->name) == 0 &&
            memcmp(kept->items[i].digest, scenario->digest, sizeof scenario->digest) == 0)
            return &kept->items[i];
    return NULL;
}

/* Run ids follow the study's order, so that they do not depend on what was done when: rows of
 * results that are kept move to their new id, the others go. */
static fg_status move_rows(sqlite3 *database, int64_t from, int64_t to, struct fg_error *error)
{
    static const char *const tables[] = {"account", "ledger", "capacity", "outcome", "pod"};
    fg_status status = FG_OK;
    for (size_t i = 0; status == FG_OK && i < sizeof tables / sizeof *tables; i++) {
        char sql[160];
        snprintf(sql, sizeof sql, "UPDATE %s SET run_id = %lld WHERE run_id = %lld", tables[i],
                 (long long)to, (long long)from);
        status = run_sql(database, sql, error);
    }
    return status;
}

static fg_status drop_unwanted_rows(sqlite3 *database, const struct fg_store_study *study,
                                    const struct kept_runs *kept, struct fg_error *error)
{
    static const char *const tables[] = {"account", "ledger", "capacity", "outcome", "pod"};
    fg_status status = FG_OK;
    for (uint32_t s = 0; s < study->scenario_count; s++) {
        for (uint32_t r = 0; r < study->scenarios[s].replication_count; r++) {
            struct kept_run *run = find_kept(kept, &study->scenarios[s], r);
            if (run != NULL)
                run->wanted = true;
        }
    }
    for (uint32_t i = 0; i < kept->count; i++) {
        for (size_t t = 0; t < sizeof tables / sizeof *tables; t++) {
            char sql[96];
            snprintf(sql, sizeof sql, "DELETE FROM %s WHERE run_id = %lld", tables[t],
                     (long long)kept->items[i].id);
            if (status == FG_OK && !kept->items[i].wanted)
                status = run_sql(database, sql, error);
        }
    }
    return status;
}

static fg_status insert_scenario(struct fg_store *store, uint32_t number,
                                 const struct fg_store_scenario *scenario, struct fg_error *error)
{
    sqlite3_stmt *insert;
    fg_status status =
        prepare(store->database, "INSERT INTO scenario VALUES(?,?,?,?,?,?,?)", &insert, error);
    if (status != FG_OK)
        return status;
    sqlite3_bind_int64(insert, 1, number + 1);
    sqlite3_bind_text(insert, 2, scenario->name, -1, SQLITE_STATIC);
    sqlite3_bind_int64(insert, 3, number);
    sqlite3_bind_text(insert, 4, scenario->region, -1, SQLITE_STATIC);
    sqlite3_bind_int64(insert, 5, scenario->start);
    sqlite3_bind_int64(insert, 6, scenario->replication_count);
    sqlite3_bind_blob(insert, 7, scenario->digest, sizeof scenario->digest, SQLITE_STATIC);
    if (sqlite3_step(insert) != SQLITE_DONE)
        status = fg_store_failed(store->database, error);
    sqlite3_finalize(insert);
    store->scenario_ids[number] = number + 1;
    return status;
}

/* Copies a kept run's row under its new id. */
static fg_status insert_run(sqlite3 *database, int64_t id, int64_t scenario_id,
                            uint32_t replication, const struct kept_run *kept,
                            struct fg_error *error)
{
    char sql[640];
    if (kept == NULL)
        snprintf(sql, sizeof sql,
                 "INSERT INTO run(id, scenario_id, replication) VALUES(%lld,%lld,%u)",
                 (long long)id, (long long)scenario_id, replication);
    else
        snprintf(sql, sizeof sql,
                 "INSERT INTO run SELECT %lld, %lld, %u, done, cut_s, pod_count, left_out,"
                 " never_ran, unspread, peak_nodes, peak_fargate_vcpu_milli, wait_p50_s,"
                 " wait_p95_s, wait_max_s, requested_cpu_milli_s, requested_memory_mib_s,"
                 " fargate_waste_nano, node_idle_nano, node_nano FROM old_run WHERE id = %lld",
                 (long long)id, (long long)scenario_id, replication, (long long)kept->id);
    return run_sql(database, sql, error);
}

/* Ids that are not yet in use by any row, to move rows by in two steps. */
#define PARKED (1LL << 40)

static fg_status register_runs(struct fg_store *store, const struct fg_store_study *study,
                               const struct kept_runs *kept, struct fg_error *error)
{
    int64_t next_id = 1;
    fg_status status = FG_OK;
    for (uint32_t s = 0; status == FG_OK && s < study->scenario_count; s++) {
        const struct fg_store_scenario *scenario = &study->scenarios[s];
        status = insert_scenario(store, s, scenario, error);
        store->replication_counts[s] = scenario->replication_count;
        store->run_ids[s] = fg_allocate(scenario->replication_count, sizeof **store->run_ids);
        store->done[s] = fg_allocate(scenario->replication_count, sizeof **store->done);
        for (uint32_t r = 0; status == FG_OK && r < scenario->replication_count; r++) {
            const struct kept_run *run = find_kept(kept, scenario, r);
            int64_t id = next_id++;
            store->run_ids[s][r] = id;
            store->done[s][r] = run != NULL;
            status = insert_run(store->database, id, store->scenario_ids[s], r, run, error);
            if (status == FG_OK && run != NULL && run->id != id)
                status = move_rows(store->database, run->id, id + PARKED, error);
        }
    }
    for (uint32_t s = 0; status == FG_OK && s < study->scenario_count; s++) {
        for (uint32_t r = 0; status == FG_OK && r < study->scenarios[s].replication_count; r++) {
            const struct kept_run *run = find_kept(kept, &study->scenarios[s], r);
            int64_t id = store->run_ids[s][r];
            if (run != NULL && run->id != id)
                status = move_rows(store->database, id + PARKED, id, error);
        }
    }
    return status;
}

/* Whether the scenarios and runs stand in the database exactly as the study has them. */
static bool nothing_changed(struct fg_store *store, const struct fg_store_study *study,
                            const struct kept_runs *kept)
{
    int64_t scenarios = -1, runs = -1, id = 1;
    struct fg_error ignored = {0};
    query_integer(store->database, "SELECT count(*) FROM scenario", &scenarios, &ignored);
    query_integer(store->database, "SELECT count(*) FROM run", &runs, &ignored);
    if (scenarios != study->scenario_count)
        return false;
    uint32_t wanted = 0, found = 0;
    for (uint32_t s = 0; s < study->scenario_count; s++) {
        for (uint32_t r = 0; r < study->scenarios[s].replication_count; r++, id++) {
            const struct kept_run *run = find_kept(kept, &study->scenarios[s], r);
            if (run != NULL && run->id != id)
                return false;
            found += run != NULL;
            wanted++;
        }
    }
    return runs == wanted && found == kept->count;
}

static fg_status bring_up_to_date(struct fg_store *store, const struct fg_store_study *study,
                                  struct fg_error *error)
{
    struct kept_runs kept = {0};
    fg_status status = read_done_runs(store->database, &kept, error);
    bool same = status == FG_OK && nothing_changed(store, study, &kept);
    if (status == FG_OK)
        status = run_sql(store->database,
                         "CREATE TEMP TABLE old_run AS SELECT * FROM run;"
                         "DELETE FROM run; DELETE FROM scenario;",
                         error);
    if (status == FG_OK && !same)
        status = drop_unwanted_rows(store->database, study, &kept, error);
    if (status == FG_OK)
        status = register_runs(store, study, &kept, error);
    if (status == FG_OK)
        status = run_sql(store->database, "DROP TABLE old_run", error);
    for (uint32_t i = 0; i < kept.count; i++)
        free(kept.items[i].scenario);
    free(kept.items);
    fg_index_release(&kept.by_name);
    return status;
}

static fg_status prepare_database(struct fg_store *store, const char *path,
                                  const struct fg_store_study *study, bool fresh,
                                  struct fg_error *error)
{
    sqlite3 *database = store->database;
    enum file_kind kind = FILE_EMPTY;
    fg_status status = recognise(database, path, &kind, error);
    if (status == FG_OK && kind == FILE_OURS && !fresh)
        status = refuse_other_study(database, path, study, error);
    if (status == FG_OK)
        status = run_sql(database,
                         "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;"
                         "PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY; BEGIN IMMEDIATE",
                         error);
    if (status != FG_OK)
        return status;
    if (kind == FILE_OURS && fresh)
        status = drop_everything(database, error);
    if (status == FG_OK && (kind == FILE_EMPTY || fresh))
        status = create_tables(database, error);
    if (status == FG_OK)
        status = claim_study(database, study, error);
    if (status == FG_OK)
        status = bring_up_to_date(store, study, error);
    store->pending = status == FG_OK;
    if (status != FG_OK)
        sqlite3_exec(database, "ROLLBACK", NULL, NULL, NULL);
    return status;
}

static void free_store(struct fg_store *store)
{
    fg_store_writer_close(store->writer);
    sqlite3_close(store->database);
    for (uint32_t i = 0; i < store->scenario_count; i++) {
        free(store->run_ids[i]);
        free(store->done[i]);
    }
    free(store->run_ids);
    free(store->done);
    free(store->replication_counts);
    free(store->scenario_ids);
    free(store);
}

static struct fg_store *new_store(const struct fg_store_study *study)
{
    struct fg_store *store = fg_allocate(1, sizeof *store);
    store->scenario_count = study->scenario_count;
    store->run_ids = fg_allocate(study->scenario_count, sizeof *store->run_ids);
    store->done = fg_allocate(study->scenario_count, sizeof *store->done);
    store->replication_counts =
        fg_allocate(study->scenario_count, sizeof *store->replication_counts);
    store->scenario_ids = fg_allocate(study->scenario_count, sizeof *store->scenario_ids);
    return store;
}

fg_status fg_store_open(const char *path, const struct fg_store_study *study, bool fresh,
                        struct fg_store **out, struct fg_error *error)
{
    struct fg_store *store = new_store(study);
    int code =
        sqlite3_open_v2(path, &store->database,
                        SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL);
    fg_status status =
        code == SQLITE_OK
            ? prepare_database(store, path, study, fresh, error)
            : fg_error_set(error, FG_FAILED, "database %s cannot be opened for writing: %s", path,
                           sqlite3_errmsg(store->database));
    if (status == FG_OK)
        status = fg_store_writer_open(store->database, study->detail, study->with_pods,
                                      &store->writer, error);
    if (status != FG_OK) {
        free_store(store);
        return status;
    }
    *out = store;
    return FG_OK;
}

bool fg_store_is_done(const struct fg_store *store, uint32_t scenario, uint32_t replication)
{
    return store->done[scenario][replication];
}

void fg_store_give_up(struct fg_store *store)
{
    if (store->pending)
        sqlite3_exec(store->database, "ROLLBACK", NULL, NULL, NULL);
    store->given_up = store->given_up || store->pending;
    store->pending = false;
}

/* A transaction of its own, or the one in which the store was opened. */
static fg_status begin(struct fg_store *store, struct fg_error *error)
{
    if (store->given_up)
        return fg_error_set(error, FG_FAILED, "an earlier write into the database failed");
    return store->pending ? FG_OK : run_sql(store->database, "BEGIN", error);
}

static fg_status commit(struct fg_store *store, fg_status status, struct fg_error *error)
{
    if (status == FG_OK)
        status = run_sql(store->database, "COMMIT", error);
    if (status == FG_OK)
        store->pending = false;
    else if (store->pending)
        fg_store_give_up(store);
    else
        sqlite3_exec(store->database, "ROLLBACK", NULL, NULL, NULL);
    return status;
}

fg_status fg_store_write(struct fg_store *store, uint32_t scenario, uint32_t replication,
                         const struct fg_result *result, struct fg_error *error)
{
    fg_status status = begin(store, error);
    if (status != FG_OK)
        return status;
    status =
        fg_store_writer_put(store->writer, store->run_ids[scenario][replication], result, error);
    status = commit(store, status, error);
    store->done[scenario][replication] = status == FG_OK;
    return status;
}

static fg_status put_note(sqlite3 *database, sqlite3_stmt *insert, uint32_t position,
                          const struct fg_store_note *note, int64_t scenario_id,
                          struct fg_error *error)
{
    if (note->scenario == UINT32_MAX)
        sqlite3_bind_null(insert, 1);
    else
        sqlite3_bind_int64(insert, 1, scenario_id);
    sqlite3_bind_int64(insert, 2, position);
    sqlite3_bind_text(insert, 3, note->kind, -1, SQLITE_STATIC);
    sqlite3_bind_text(insert, 4, note->text, -1, SQLITE_STATIC);
    int code = sqlite3_step(insert);
    sqlite3_reset(insert);
    return code == SQLITE_DONE ? FG_OK : fg_store_failed(database, error);
}

fg_status fg_store_write_notes(struct fg_store *store, const struct fg_store_note *notes,
                               uint32_t note_count, struct fg_error *error)
{
    sqlite3_stmt *insert = NULL;
    bool pending = store->pending;
    fg_status status = begin(store, error);
    if (status != FG_OK)
        return status;
    status = run_sql(store->database, "DELETE FROM note", error);
    if (status == FG_OK)
        status = prepare(store->database, "INSERT INTO note VALUES(?,?,?,?)", &insert, error);
    for (uint32_t i = 0; status == FG_OK && i < note_count; i++)
        status = put_note(
            store->database, insert, i, &notes[i],
            notes[i].scenario == UINT32_MAX ? 0 : store->scenario_ids[notes[i].scenario], error);
    sqlite3_finalize(insert);
    return status == FG_OK && pending ? FG_OK : commit(store, status, error);
}

fg_status fg_store_close(struct fg_store *store, struct fg_error *error)
{
    fg_store_writer_close(store->writer);
    store->writer = NULL;
    fg_status status = store->pending ? commit(store, FG_OK, error) : FG_OK;
    fg_status left = run_sql(
        store->database, "PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode = DELETE", error);
    status = status != FG_OK ? status : left;
    free_store(store);
    return status;
}

fg_status fg_store_open_for_reading(const char *path, struct sqlite3 **out, struct fg_error *error)
{
    struct stat info;
    sqlite3 *database = NULL;
    enum file_kind kind = FILE_EMPTY;
    if (stat(path, &info) != 0)
        return fg_error_set(error, FG_FAILED, "database %s cannot be read: no such file", path);
    int code = sqlite3_open_v2(path, &database, SQLITE_OPEN_READONLY, NULL);
    fg_status status = code == SQLITE_OK
                           ? recognise(database, path, &kind, error)
                           : fg_error_set(error, FG_FAILED, "database %s cannot be read: %s", path,
                                          sqlite3_errmsg(database));
    if (status == FG_OK && kind == FILE_EMPTY)
        status =
            fg_error_set(error, FG_BAD_INPUT, "%s is empty: no study has been run into it", path);
    if (status != FG_OK) {
        sqlite3_close(database);
        return status;
    }
    *out = database;
    return FG_OK;
}
