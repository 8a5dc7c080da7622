/* scenario_offers.h - the nodes that a scenario's cluster can have at its first second. */
#ifndef FARGAUGE_SIM_REPLAY_SCENARIO_OFFERS_H
#define FARGAUGE_SIM_REPLAY_SCENARIO_OFFERS_H

#include "sim/replay/offers.h"

/* Adds them to the list; DaemonSets of the trace are not known. */
fg_status fg_scenario_offers(const struct fg_scenario *scenario, const struct fg_catalog *catalog,
                             struct fg_offers *out, struct fg_error *error);

#endif
