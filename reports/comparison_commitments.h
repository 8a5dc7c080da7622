/* comparison_commitments.h - what a scenario's Savings Plans and Reserved Instances were used for.
 */
#ifndef FARGAUGE_REPORTS_COMPARISON_COMMITMENTS_H
#define FARGAUGE_REPORTS_COMPARISON_COMMITMENTS_H

#include "reports/comparison.h"

/* Fills commitments of every scenario: means over its replications that are done. */
fg_status fg_comparison_read_commitments(sqlite3 *database, struct fg_comparison *out,
                                         struct fg_error *error);

#endif
