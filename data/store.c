#include "data/store.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "data/store_runs.h"
#include "data/store_schema.h"
#include "data/store_sql.h"
#include "data/store_write.h"
#include "models/base/memory.h"

struct fg_store {
    sqlite3 *database;
    struct fg_store_writer *writer;
    struct fg_store_runs runs;
    bool pending;            /* what the new study changes is not committed yet */
    bool given_up;           /* and never will be */
    struct fg_error failure; /* of the write after which it was given up */
};

/* The one integer a query gives. */
static fg_status query_integer(sqlite3 *database, const char *sql, int64_t *out,
                               struct fg_error *error)
{
    sqlite3_stmt *statement;
    fg_status status = fg_store_prepare(database, sql, &statement, error);
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

/* ---- a new database, a new study ---- */

static fg_status fill_charges(sqlite3 *database, struct fg_error *error)
{
    sqlite3_stmt *insert;
    fg_status status =
        fg_store_prepare(database, "INSERT INTO charge VALUES(?,?,?,?)", &insert, error);
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

/* One table or view; false: there is none left. What hangs on a table, SQLite drops with it. */
static bool find_anything(sqlite3 *database, char *out_sql, size_t bytes)
{
    sqlite3_stmt *query = NULL;
    bool found = sqlite3_prepare_v2(database,
                                    "SELECT type, name FROM sqlite_schema"
                                    " WHERE type IN ('table', 'view')"
                                    " AND substr(name, 1, 7) <> 'sqlite_' LIMIT 1",
                                    -1, &query, NULL) == SQLITE_OK &&
                 sqlite3_step(query) == SQLITE_ROW;
    if (found)
        snprintf(out_sql, bytes, "DROP %s \"%s\"", (const char *)sqlite3_column_text(query, 0),
                 (const char *)sqlite3_column_text(query, 1));
    sqlite3_finalize(query);
    return found;
}

static fg_status drop_everything(sqlite3 *database, struct fg_error *error)
{
    char sql[256];
    fg_status status = FG_OK;
    while (status == FG_OK && find_anything(database, sql, sizeof sql))
        status = fg_store_run_sql(database, sql, error);
    return status;
}

static fg_status create_tables(sqlite3 *database, struct fg_error *error)
{
    char sql[128];
    snprintf(sql, sizeof sql, "PRAGMA application_id = %d; PRAGMA user_version = %d;",
             FG_STORE_APPLICATION_ID, FG_STORE_SCHEMA_VERSION);
    fg_status status = fg_store_run_sql(database, sql, error);
    if (status == FG_OK)
        status = fg_store_run_sql(database, fg_store_tables_sql, error);
    if (status == FG_OK)
        status = fg_store_run_sql(database, fg_store_views_sql, error);
    if (status == FG_OK)
        status = fg_store_run_sql(database, fg_store_statistics_sql, error);
    return status == FG_OK ? fill_charges(database, error) : status;
}

static fg_status refuse_other_study(sqlite3 *database, const char *path,
                                    const struct fg_store_study *study, struct fg_error *error)
{
    sqlite3_stmt *statement;
    fg_status status = fg_store_prepare(database, "SELECT name FROM study", &statement, error);
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
    fg_status status = fg_store_run_sql(database, "DELETE FROM study", error);
    if (status == FG_OK)
        status = fg_store_prepare(database, "INSERT INTO study VALUES(?,?,?,?)", &statement, error);
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

/* ---- opening ---- */

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
        status = fg_store_run_sql(
            database,
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
        status = fg_store_runs_open(database, study, &store->runs, error);
    store->pending = status == FG_OK;
    if (status != FG_OK)
        sqlite3_exec(database, "ROLLBACK", NULL, NULL, NULL);
    return status;
}

static void free_store(struct fg_store *store)
{
    fg_store_writer_close(store->writer);
    sqlite3_close(store->database);
    fg_store_runs_release(&store->runs);
    free(store);
}

fg_status fg_store_open(const char *path, const struct fg_store_study *study, bool fresh,
                        struct fg_store **out, struct fg_error *error)
{
    struct fg_store *store = fg_allocate(1, sizeof *store);
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
    return store->runs.done[fg_store_run_id(&store->runs, scenario, replication)];
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
        return fg_error_set(error, FG_FAILED, "%s", store->failure.message);
    return store->pending ? FG_OK : fg_store_run_sql(store->database, "BEGIN", error);
}

static fg_status commit(struct fg_store *store, fg_status status, struct fg_error *error)
{
    if (status == FG_OK)
        status = fg_store_run_sql(store->database, "COMMIT", error);
    if (status == FG_OK) {
        store->pending = false;
    } else if (store->pending) {
        store->failure = *error;
        fg_store_give_up(store);
    } else {
        sqlite3_exec(store->database, "ROLLBACK", NULL, NULL, NULL);
    }
    return status;
}

fg_status fg_store_write(struct fg_store *store, uint32_t scenario, uint32_t replication,
                         const struct fg_result *result, struct fg_error *error)
{
    fg_status status = begin(store, error);
    if (status != FG_OK)
        return status;
    int64_t run = fg_store_run_id(&store->runs, scenario, replication);
    status = fg_store_writer_put(store->writer, run, result, error);
    status = commit(store, status, error);
    store->runs.done[run] = status == FG_OK;
    return status;
}

static fg_status put_note(sqlite3 *database, sqlite3_stmt *insert, uint32_t position,
                          const struct fg_store_note *note, struct fg_error *error)
{
    if (note->scenario == UINT32_MAX)
        sqlite3_bind_null(insert, 1);
    else
        sqlite3_bind_int64(insert, 1, fg_store_scenario_id(note->scenario));
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
    status = fg_store_run_sql(store->database, "DELETE FROM note", error);
    if (status == FG_OK)
        status =
            fg_store_prepare(store->database, "INSERT INTO note VALUES(?,?,?,?)", &insert, error);
    for (uint32_t i = 0; status == FG_OK && i < note_count; i++)
        status = put_note(store->database, insert, i, &notes[i], error);
    sqlite3_finalize(insert);
    return status == FG_OK && pending ? FG_OK : commit(store, status, error);
}

fg_status fg_store_close(struct fg_store *store, struct fg_error *error)
{
    fg_store_writer_close(store->writer);
    store->writer = NULL;
    fg_status status = store->pending ? commit(store, FG_OK, error) : FG_OK;
    int code = sqlite3_exec(store->database,
                            "PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode = DELETE", NULL,
                            NULL, NULL);
    /* Somebody reads it: all is stored, and the next one to close it makes it one file. */
    bool being_read = code == SQLITE_BUSY || code == SQLITE_LOCKED;
    if (status == FG_OK && code != SQLITE_OK && !being_read)
        status = fg_store_failed(store->database, error);
    free_store(store);
    return status;
}

fg_status fg_store_open_for_reading(const char *path, struct sqlite3 **out, struct fg_error *error)
{
    struct stat info;
    sqlite3 *database = NULL;
    enum file_kind kind = FILE_EMPTY;
    if (stat(path, &info) != 0)
        return fg_error_set(error, FG_FAILED, "database %s cannot be read: %s", path,
                            errno == ENOENT ? "no such file" : strerror(errno));
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
