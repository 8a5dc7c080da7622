/* csv_table.h - a small CSV table (RFC 4180, by libcsv), whole in memory: the catalog's and a
 * study's. */
#ifndef FARGAUGE_DATA_CSV_TABLE_H
#define FARGAUGE_DATA_CSV_TABLE_H

#include <stddef.h>

#include "models/base/memory.h"
#include "models/base/status.h"

struct fg_csv_row {
    uint32_t line;      /* on which the row begins */
    const char **cells; /* one a column of `wanted`; "" where the header lacks it */
};
struct fg_csv_table {
    const char *file; /* for messages */
    uint32_t column_count;
    uint32_t row_count, row_capacity;
    struct fg_csv_row *rows;
    struct fg_arena arena; /* owns all texts */
};

/* The header must have the `wanted` columns (NULL at the end) and no others, once each, in any
 * order; one written "?name" may be missing. Rows get them in the order of `wanted`. `file` is kept
 * as it is. */
fg_status fg_csv_table_parse(const char *file, const char *bytes, size_t length,
                             const char *const *wanted, struct fg_csv_table *out,
                             struct fg_error *error);
void fg_csv_table_release(struct fg_csv_table *table);

#endif
