/* fargate_spot.h - tasks on Fargate Spot that AWS takes back.
 *
 * How long a task lasts is exponential, with the rate that pricing.spot names; without one it is
 * never taken back. A service or whoever runs it begins it anew. The two minutes of notice count as
 * work.
 */
#ifndef FARGAUGE_SIM_REPLAY_FARGATE_SPOT_H
#define FARGAUGE_SIM_REPLAY_FARGATE_SPOT_H

#include "sim/replay/world.h"

/* When a task that is billed from `from_s` on is taken back; FG_NEVER of one that is on demand. */
uint32_t fg_fargate_spot_end(const struct fg_world *world, uint32_t pod, uint32_t from_s);

#endif
