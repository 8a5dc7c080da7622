/* store_sql.h - SQL as the store runs it: a fault names the database's file. For store*.c. */
#ifndef FARGAUGE_DATA_STORE_SQL_H
#define FARGAUGE_DATA_STORE_SQL_H

#include <sqlite3.h>

#include "models/base/status.h"

/* The error of SQLite's last call: FG_FAILED with the file's name. */
fg_status fg_store_failed(sqlite3 *database, struct fg_error *error);
/* Runs statements that give no rows. */
fg_status fg_store_run_sql(sqlite3 *database, const char *sql, struct fg_error *error);
/* *out is finalized by the caller; NULL after a fault. */
fg_status fg_store_prepare(sqlite3 *database, const char *sql, sqlite3_stmt **out,
                           struct fg_error *error);

#endif
