/* control_plane.h - the cluster's hourly fee, with extended support by version and date. */
#ifndef FARGAUGE_SIM_REPLAY_CONTROL_PLANE_H
#define FARGAUGE_SIM_REPLAY_CONTROL_PLANE_H

#include "models/catalog.h"
#include "sim/replay/bill.h"
#include "sim/replay/price_book.h"

/* Books the fee of [start, start + cut_s): by the second, standard price always, the surcharge
 * on top from the day standard support ends to the day extended support ends, unless the upgrade
 * policy is STANDARD; `prices` are those of the start, and the scenario's changes of prices hold
 * from the next full hour on. A version that the catalog does not know is FG_BAD_INPUT. */
fg_status fg_control_plane_bill(const struct fg_scenario *scenario,
                                const struct fg_catalog *catalog,
                                const struct fg_price_book *prices, uint32_t cut_s,
                                struct fg_bill *bill, struct fg_error *error);

#endif
