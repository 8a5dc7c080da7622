/* karpenter_offers.h - what a NodePool could launch: its types by capacity type, and what an
 * instance costs where it is cheapest. */
#ifndef FARGAUGE_SIM_CONTROLLERS_KARPENTER_OFFERS_H
#define FARGAUGE_SIM_CONTROLLERS_KARPENTER_OFFERS_H

#include "sim/controllers/karpenter_provisioning.h"

struct fg_karpenter_offer {
    uint32_t type; /* number in the pool's types */
    enum fg_capacity_type capacity;
    fg_nanodollars price; /* of an hour, as the market has it */
};
/* Of the types that meet the pool's requirements and are on offer now, by number; the pool by its
 * number in the source. `out` has room for two of each of the pool's types. Returns how many. */
uint32_t fg_karpenter_pool_offers(const struct fg_karpenter *karpenter, uint32_t pool,
                                  struct fg_karpenter_offer *out);

#endif
