/* store_row.h - binding a row's values one after the other. For store*.c. */
#ifndef FARGAUGE_DATA_STORE_ROW_H
#define FARGAUGE_DATA_STORE_ROW_H

#include <stdbool.h>
#include <stdint.h>

#include "data/store_sql.h"

struct fg_row {
    sqlite3_stmt *statement;
    int column;
};

static inline void fg_row_put(struct fg_row *row, int64_t value)
{
    sqlite3_bind_int64(row->statement, ++row->column, value);
}

/* NULL is NULL. */
static inline void fg_row_put_text(struct fg_row *row, const char *text)
{
    sqlite3_bind_text(row->statement, ++row->column, text, -1, SQLITE_STATIC);
}

/* NULL is the empty text. */
static inline void fg_row_put_name(struct fg_row *row, const char *text)
{
    fg_row_put_text(row, text == NULL ? "" : text);
}

static inline void fg_row_put_or_null(struct fg_row *row, int64_t value, bool known)
{
    row->column++;
    if (known)
        sqlite3_bind_int64(row->statement, row->column, value);
    else
        sqlite3_bind_null(row->statement, row->column);
}

static inline fg_status fg_row_finish(struct fg_row *row, struct fg_error *error)
{
    int code = sqlite3_step(row->statement);
    sqlite3 *database = sqlite3_db_handle(row->statement);
    sqlite3_reset(row->statement);
    return code == SQLITE_DONE ? FG_OK : fg_store_failed(database, error);
}

#endif
