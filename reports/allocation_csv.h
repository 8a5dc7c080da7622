/* allocation_csv.h - allocation.csv: who bears the cost, by each dimension, of each replication. */
#ifndef FARGAUGE_REPORTS_ALLOCATION_CSV_H
#define FARGAUGE_REPORTS_ALLOCATION_CSV_H

#include <sqlite3.h>
#include <stdio.h>

#include "reports/comparison.h"

/* Columns scenario, replication, dimension, name, direct_usd, shared_usd, usd, nano_usd. Scenarios
 * by name; dimensions as asked for; names by their bytes. */
fg_status fg_allocation_csv(sqlite3 *database, const struct fg_comparison *comparison, FILE *out,
                            struct fg_error *error);

#endif
