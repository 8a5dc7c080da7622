/* page_data.h - what the page's script draws: hourly figures of each scenario, as JSON. */
#ifndef FARGAUGE_REPORTS_PAGE_DATA_H
#define FARGAUGE_REPORTS_PAGE_DATA_H

#include <stdio.h>

#include "reports/comparison.h"

/* One line that may stand inside a script element. Amounts of a step are rounded to 10^-6
 * dollars, averages to 10^-3; what names bear of the cost is exact. The points and rows of
 * a scenario are fewer when there are many scenarios. */
fg_status fg_page_data_write(sqlite3 *database, const struct fg_comparison *comparison, FILE *out,
                             struct fg_error *error);

#endif
