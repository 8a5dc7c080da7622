/* allocation_page.h - who bears the cost of a scenario, as the page's script shows it. */
#ifndef FARGAUGE_REPORTS_ALLOCATION_PAGE_H
#define FARGAUGE_REPORTS_ALLOCATION_PAGE_H

#include <sqlite3.h>

#include "reports/comparison.h"
#include "reports/json_writer.h"

/* The key "allocation" and its object, of one replication: by each dimension the dearest names, at
 * most so many, and the others as one. A row is the name, its total, what is booked under it by
 * cost group, and what it bears of shared cost. */
fg_status fg_allocation_page(sqlite3 *database, const struct fg_comparison *comparison,
                             const struct fg_compared_scenario *scenario, uint32_t replication,
                             uint32_t most_rows, struct fg_json_writer *json,
                             struct fg_error *error);

#endif
