/* pending_reason.h - why no node takes a pod now, in kube-scheduler's words. */
#ifndef FARGAUGE_SIM_REPLAY_PENDING_REASON_H
#define FARGAUGE_SIM_REPLAY_PENDING_REASON_H

#include "sim/replay/world.h"

/* "0/5 nodes are available: 2 Insufficient cpu, ..."; every Fargate pod counts as a node that it
 * may not use. Lives in the world's arena. */
const char *fg_pending_reason(struct fg_world *world, uint32_t pod);

#endif
