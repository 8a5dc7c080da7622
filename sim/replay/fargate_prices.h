/* fargate_prices.h - what each offer of Fargate costs (models/ecs.h): pods on EKS buy the first
 * alone, tasks on ECS any. */
#ifndef FARGAUGE_SIM_REPLAY_FARGATE_PRICES_H
#define FARGAUGE_SIM_REPLAY_FARGATE_PRICES_H

#include "models/catalog.h"
#include "models/ecs.h"
#include "models/scenario.h"
#include "sim/replay/fargate_meter.h"

struct fg_fargate_price {
    bool is_known;          /* else the region has none of it, and no profile names it */
    bool is_named;          /* a profile asks for it */
    bool has_storage_price; /* not known in every region; an error only where it is needed */
    struct fg_price price[FG_FARGATE_PRICES]; /* as agreed; `found` are public prices */
    struct fg_found_price found[FG_FARGATE_PRICES];
};

/* One offer. FG_BAD_INPUT where the region has none of it, or where it is Fargate Spot and the
 * study does not say what that saves. */
fg_status fg_fargate_price_read(const struct fg_scenario *scenario,
                                const struct fg_catalog *catalog, uint32_t offer,
                                struct fg_fargate_price *out, struct fg_error *error);
/* All of them, if there is a profile; only those that a profile names must be there. */
fg_status fg_fargate_prices_read(const struct fg_scenario *scenario,
                                 const struct fg_catalog *catalog,
                                 struct fg_fargate_price out[FG_FARGATE_OFFERS],
                                 struct fg_error *error);

#endif
