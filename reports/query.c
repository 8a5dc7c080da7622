#include "reports/query.h"

fg_status fg_query_failed(sqlite3 *database, struct fg_error *error)
{
    const char *path = sqlite3_db_filename(database, "main");
    return fg_error_set(error, FG_FAILED, "database %s cannot be read: %s",
                        path != NULL ? path : "", sqlite3_errmsg(database));
}

fg_status fg_query_prepare(sqlite3 *database, const char *sql, sqlite3_stmt **out,
                           struct fg_error *error)
{
    return sqlite3_prepare_v2(database, sql, -1, out, NULL) == SQLITE_OK
               ? FG_OK
               : fg_query_failed(database, error);
}

bool fg_query_next(sqlite3_stmt *query)
{
    return sqlite3_step(query) == SQLITE_ROW;
}

fg_status fg_query_finish(sqlite3_stmt *query, fg_status status, struct fg_error *error)
{
    sqlite3 *database = sqlite3_db_handle(query);
    /* Finalizing tells the fault of the last step again. */
    if (sqlite3_finalize(query) != SQLITE_OK && status == FG_OK)
        status = fg_query_failed(database, error);
    return status;
}

const char *fg_query_text(sqlite3_stmt *query, int column, struct fg_arena *arena)
{
    const char *text = (const char *)sqlite3_column_text(query, column);
    return fg_arena_string(arena, text != NULL ? text : "");
}
