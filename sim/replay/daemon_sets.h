/* daemon_sets.h - the pods that are on every node: what they take of it, and what became of the
 * trace's. */
#ifndef FARGAUGE_SIM_REPLAY_DAEMON_SETS_H
#define FARGAUGE_SIM_REPLAY_DAEMON_SETS_H

#include "sim/replay/world.h"

void fg_daemon_sets_open(struct fg_world *world);
void fg_daemon_sets_close(struct fg_world *world);

#endif
