/* allocation_json.h - who bears the cost of a scenario, in a report in JSON. */
#ifndef FARGAUGE_REPORTS_ALLOCATION_JSON_H
#define FARGAUGE_REPORTS_ALLOCATION_JSON_H

#include <sqlite3.h>

#include "reports/comparison.h"
#include "reports/json_writer.h"

/* The key "allocation" and its object: the rules, and by each dimension all names. */
fg_status fg_allocation_json(sqlite3 *database, const struct fg_comparison *comparison,
                             const struct fg_compared_scenario *scenario,
                             struct fg_json_writer *json, struct fg_error *error);

#endif
