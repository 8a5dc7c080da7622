/* comparison_reasons.h - why pods never ran: the reasons of each scenario, for comparison.c. */
#ifndef FARGAUGE_REPORTS_COMPARISON_REASONS_H
#define FARGAUGE_REPORTS_COMPARISON_REASONS_H

#include "reports/comparison.h"

/* The scenarios' replications are read. */
fg_status fg_comparison_read_reasons(sqlite3 *database, struct fg_comparison *out,
                                     struct fg_error *error);

#endif
