/* allocation_text.h - a text report's table of who bears the cost. */
#ifndef FARGAUGE_REPORTS_ALLOCATION_TEXT_H
#define FARGAUGE_REPORTS_ALLOCATION_TEXT_H

#include <sqlite3.h>
#include <stdio.h>

#include "reports/comparison.h"

/* By the first dimension of the best scenario that asks for it: the dearest names, the rest and
 * their sum, beside the same of other scenarios that are told alike, the baseline among them. At
 * most 100 columns; nothing where no scenario asks for it. */
fg_status fg_allocation_text(sqlite3 *database, const struct fg_comparison *comparison, FILE *out,
                             struct fg_error *error);

#endif
