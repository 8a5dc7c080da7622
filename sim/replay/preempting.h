/* preempting.h - pods of low priority that go for one of higher priority that no node takes.
 *
 * They go at once and the pod takes the place in the same second; in a real cluster they have
 * their grace period first.
 */
#ifndef FARGAUGE_SIM_REPLAY_PREEMPTING_H
#define FARGAUGE_SIM_REPLAY_PREEMPTING_H

#include "sim/replay/world.h"

/* Evicts what has to go and returns the node that has room then; FG_NO_NODE = it does not help. */
uint32_t fg_preempt_for(struct fg_world *world, uint32_t pod);

#endif
