/* daemon_sets.h - the pods that are on every node: what they take of it, and what became of the
 * trace's. */
#ifndef FARGAUGE_SIM_REPLAY_DAEMON_SETS_H
#define FARGAUGE_SIM_REPLAY_DAEMON_SETS_H

#include "sim/replay/world.h"

/* Before the first kind of nodes. */
void fg_daemon_sets_open(struct fg_world *world);
/* What the DaemonSets take of each node of a new kind. */
void fg_daemon_sets_on_kind(struct fg_world *world, uint32_t kind);
/* The kind has a node that is ready. */
void fg_daemon_sets_run_on(struct fg_world *world, uint32_t kind);
void fg_daemon_sets_close(struct fg_world *world);

#endif
