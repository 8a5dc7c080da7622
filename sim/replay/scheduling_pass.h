/* scheduling_pass.h - kube-scheduler in the replay: every pod that waits and is to be tried is
 * bound to a node, with preemption if need be, or goes back into the queue. */
#ifndef FARGAUGE_SIM_REPLAY_SCHEDULING_PASS_H
#define FARGAUGE_SIM_REPLAY_SCHEDULING_PASS_H

#include "sim/replay/world.h"

void fg_scheduling_pass(struct fg_world *world);

#endif
