#include "data/store_sql.h"

#include <stddef.h>

fg_status fg_store_failed(sqlite3 *database, struct fg_error *error)
{
    const char *path = sqlite3_db_filename(database, "main");
    return fg_error_set(error, FG_FAILED, "database %s: %s", path != NULL ? path : "",
                        sqlite3_errmsg(database));
}

fg_status fg_store_run_sql(sqlite3 *database, const char *sql, struct fg_error *error)
{
    return sqlite3_exec(database, sql, NULL, NULL, NULL) == SQLITE_OK
               ? FG_OK
               : fg_store_failed(database, error);
}

fg_status fg_store_prepare(sqlite3 *database, const char *sql, sqlite3_stmt **out,
                           struct fg_error *error)
{
    return sqlite3_prepare_v2(database, sql, -1, out, NULL) == SQLITE_OK
               ? FG_OK
               : fg_store_failed(database, error);
}
