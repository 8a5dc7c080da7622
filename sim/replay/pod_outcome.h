/* pod_outcome.h - what became of a pod, booked as it ends or at the cut. */
#ifndef FARGAUGE_SIM_REPLAY_POD_OUTCOME_H
#define FARGAUGE_SIM_REPLAY_POD_OUTCOME_H

#include "sim/replay/world.h"

/* Books what became of a pod. `pool` is where it ran, or the cluster's pool. */
void fg_pod_finish(struct fg_world *world, uint32_t pod, uint32_t pool, enum fg_outcome outcome,
                   const char *reason, uint32_t wait_s);

#endif
