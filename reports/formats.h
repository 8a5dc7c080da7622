/* formats.h - the forms a report takes: one function each, called by report.c alone.
 *
 * Each writes to `out` and leaves faults of writing in its error flag.
 */
#ifndef FARGAUGE_REPORTS_FORMATS_H
#define FARGAUGE_REPORTS_FORMATS_H

#include <stdio.h>

#include "reports/comparison.h"

/* At most 100 columns. */
void fg_report_text(const struct fg_comparison *comparison, FILE *out);
void fg_report_json(const struct fg_comparison *comparison, FILE *out);
/* Reads the hourly figures for the charts. */
fg_status fg_report_html(sqlite3 *database, const struct fg_comparison *comparison, FILE *out,
                         struct fg_error *error);
/* The views as files in `folder`, which is made if it is missing. */
fg_status fg_report_csv(sqlite3 *database, const struct fg_comparison *comparison,
                        const char *folder, struct fg_error *error);

#endif
