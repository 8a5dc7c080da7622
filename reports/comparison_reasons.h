/* comparison_reasons.h - why pods never ran, and which ran and wait again: for comparison.c. */
#ifndef FARGAUGE_REPORTS_COMPARISON_REASONS_H
#define FARGAUGE_REPORTS_COMPARISON_REASONS_H

#include "reports/comparison.h"

/* The scenarios' replications are read; scenarios are in the study's order. */
fg_status fg_comparison_read_reasons(sqlite3 *database, struct fg_comparison *out,
                                     struct fg_error *error);

#endif
