/* phases.h - one second of a replay: ends, what the study plans, nodes, arrivals, scheduling,
 * autoscaling, in the order of the phases and again until nothing more is due. */
#ifndef FARGAUGE_SIM_REPLAY_PHASES_H
#define FARGAUGE_SIM_REPLAY_PHASES_H

#include "sim/replay/world.h"

/* The next second in which something is due, or in which a pod comes; FG_NEVER = none. */
uint32_t fg_phases_next(struct fg_world *world);
uint32_t fg_phases_next_arrival(const struct fg_world *world);
/* All that is due now. Without a named cut it stops after the last pod's end. */
void fg_phases_do(struct fg_world *world);
/* Only what ends now. */
void fg_phases_end(struct fg_world *world);

#endif
