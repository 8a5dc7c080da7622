/* formats.h - the forms a report takes: one function each, called by report.c alone.
 *
 * Each writes to `out` and leaves faults of writing in its error flag.
 */
#ifndef FARGAUGE_REPORTS_FORMATS_H
#define FARGAUGE_REPORTS_FORMATS_H

#include <stdio.h>

#include "reports/comparison.h"
#include "reports/report.h"

/* At most 100 columns. */
fg_status fg_report_text(sqlite3 *database, const struct fg_comparison *comparison, FILE *out,
                         struct fg_error *error);
fg_status fg_report_json(sqlite3 *database, const struct fg_comparison *comparison, FILE *out,
                         struct fg_error *error);
/* Reads the hourly figures for the charts. */
fg_status fg_report_html(sqlite3 *database, const struct fg_comparison *comparison, FILE *out,
                         struct fg_error *error);
/* The views as files in `folder`, which is made if it is missing. */
fg_status fg_report_csv(sqlite3 *database, const struct fg_comparison *comparison,
                        const char *folder, struct fg_error *error);
/* A FOCUS export of one replication, which needs costs by the hour. */
fg_status fg_report_focus(sqlite3 *database, const struct fg_focus_options *options, FILE *out,
                          struct fg_error *error);

#endif
