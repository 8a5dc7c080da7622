/* catalog_table.h - a table of a catalog's folder as rows of text, to be changed and written again.
 *
 * Cells stay as they were read. Equal texts of one table have equal pointers.
 */
#ifndef FARGAUGE_DATA_CATALOG_TABLE_H
#define FARGAUGE_DATA_CATALOG_TABLE_H

#include <stdio.h>

#include "data/catalog_reader.h"
#include "data/source.h"
#include "models/base/index.h"

struct fg_catalog_table {
    enum fg_catalog_table_number number;
    uint32_t column_count;
    uint32_t row_count, row_capacity;
    const char **cells; /* row after row */
    struct fg_strings strings;
};

/* Whether the folder has the table. */
bool fg_catalog_table_exists(const char *directory, enum fg_catalog_table_number number);

/* The folder's table as it is; where the folder has none, that of another folder, and with
 * `fallback` NULL the one compiled in. */
struct fg_catalog_bytes {
    const char *bytes;
    size_t length;
    struct fg_source source; /* owns them, if anything does */
};
fg_status fg_catalog_bytes_read(const char *directory, const char *fallback,
                                enum fg_catalog_table_number number, struct fg_catalog_bytes *out,
                                struct fg_error *error);
void fg_catalog_bytes_release(struct fg_catalog_bytes *bytes);

/* The same as rows. A row with too many or too few cells is an error with file and line; so are
 * columns that are not the catalog's. */
fg_status fg_catalog_table_read(const char *directory, const char *fallback,
                                enum fg_catalog_table_number number, struct fg_catalog_table *out,
                                struct fg_error *error);
const char **fg_catalog_table_row(const struct fg_catalog_table *table, uint32_t row);
/* An interned copy, for a cell. */
const char *fg_catalog_table_text(struct fg_catalog_table *table, const char *text);
/* Adds a row of interned texts; returns its number. */
uint32_t fg_catalog_table_add(struct fg_catalog_table *table, const char *const *cells);
/* By the given columns in turn, as bytes. */
void fg_catalog_table_sort(struct fg_catalog_table *table, const int *columns, int column_count);
void fg_catalog_table_print(const struct fg_catalog_table *table, FILE *out);
void fg_catalog_table_release(struct fg_catalog_table *table);

#endif
