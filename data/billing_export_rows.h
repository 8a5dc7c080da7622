/* billing_export_rows.h - a CSV file, packed or not, row after row.
 *
 * One row is in memory at a time.
 */
#ifndef FARGAUGE_DATA_BILLING_EXPORT_ROWS_H
#define FARGAUGE_DATA_BILLING_EXPORT_ROWS_H

#include "models/base/status.h"

struct fg_bill_row {
    const char *file;
    uint32_t line; /* on which the row begins */
    uint32_t cell_count;
    const char *const *cells; /* live until the taker returns */
};

/* Says with its status whether to go on; what it wants to say it puts into `error`. */
typedef fg_status fg_bill_row_taker(const struct fg_bill_row *row, void *user,
                                    struct fg_error *error);

/* The first row is the header; blank lines are no rows. FG_BAD_INPUT: a row with other than as many
 * cells, broken quotes or gzip data, no row at all; FG_FAILED: the file cannot be read. */
fg_status fg_bill_rows_each(const char *path, fg_bill_row_taker *take, void *user,
                            struct fg_error *error);

#endif
