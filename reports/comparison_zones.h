/* comparison_zones.h - how a scenario's nodes and workloads spread over zones. */
#ifndef FARGAUGE_REPORTS_COMPARISON_ZONES_H
#define FARGAUGE_REPORTS_COMPARISON_ZONES_H

#include "reports/comparison.h"

/* Fills zone_loss of every scenario and, where its nodes were in more than one zone, what is said
 * of its workloads. */
fg_status fg_comparison_read_zones(sqlite3 *database, struct fg_comparison *out,
                                   struct fg_error *error);

#endif
