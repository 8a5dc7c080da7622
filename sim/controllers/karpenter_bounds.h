/* karpenter_bounds.h - a quick look that often spares the simulation of a removal. */
#ifndef FARGAUGE_SIM_CONTROLLERS_KARPENTER_BOUNDS_H
#define FARGAUGE_SIM_CONTROLLERS_KARPENTER_BOUNDS_H

#include "sim/controllers/karpenter_removal.h"

/* True unless it is certain that the pods of these nodes can neither all go to other nodes nor to
 * those and one new node of a type that somewhere costs less than `price`. */
bool fg_bounds_may_work(struct fg_removal *removal, const uint32_t *slots, uint32_t count,
                        fg_nanodollars price);

#endif
