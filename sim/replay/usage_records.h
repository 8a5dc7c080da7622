/* usage_records.h - what Savings Plans can cover of a bill, by the hour: kept so that the plan that
 * serves it best can be found later. */
#ifndef FARGAUGE_SIM_REPLAY_USAGE_RECORDS_H
#define FARGAUGE_SIM_REPLAY_USAGE_RECORDS_H

#include "models/catalog.h"
#include "models/result.h"
#include "models/scenario.h"
#include "sim/replay/zone_hours.h"

/* Fills result->usage from the closed ledger, before commitments change it, and from the account's
 * other usage, for every clock hour that the study touches. `zone_hours` (NULL: none) is asked by
 * zonal reservations. */
void fg_usage_records_make(const struct fg_scenario *scenario, const struct fg_catalog *catalog,
                           const struct fg_zone_hours *zone_hours, uint32_t cut_s,
                           struct fg_result *result);

#endif
