/* query.h - reading rows of the database. */
#ifndef FARGAUGE_REPORTS_QUERY_H
#define FARGAUGE_REPORTS_QUERY_H

#include <sqlite3.h>
#include <stdbool.h>

#include "models/base/memory.h"
#include "models/base/status.h"

/* FG_FAILED with the database's name and SQLite's words. */
fg_status fg_query_failed(sqlite3 *database, struct fg_error *error);
fg_status fg_query_prepare(sqlite3 *database, const char *sql, sqlite3_stmt **out,
                           struct fg_error *error);
/* True while there is a row. A fault ends the rows and is kept for fg_query_finish. */
bool fg_query_next(sqlite3_stmt *query);
/* Finalizes; a NULL query is fine. Returns `status` unless that is FG_OK and a step failed. */
fg_status fg_query_finish(sqlite3_stmt *query, fg_status status, struct fg_error *error);
/* A copy of a text column; "" for NULL. */
const char *fg_query_text(sqlite3_stmt *query, int column, struct fg_arena *arena);

#endif
