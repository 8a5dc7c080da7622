/* invariants.h - what must hold at every second of a replay, and of its sums at the end.
 *
 * A fault found here is the program's own: it stops with the condition that does not hold.
 */
#ifndef FARGAUGE_SIM_REPLAY_INVARIANTS_H
#define FARGAUGE_SIM_REPLAY_INVARIANTS_H

#include "sim/replay/world.h"

/* No node holds more than its allocatable or its pods, no subnet more addresses than it has, no
 * quota is passed, no group is larger than its maximum: from the world's own counts. */
void fg_invariants_check(const struct fg_world *world);
/* The same counts, made again from every pod. */
void fg_invariants_recount(const struct fg_world *world);
/* Each pod that arrived is in exactly one outcome, and the rows of the nodes' bill add up to the
 * nodes' price. */
void fg_invariants_check_sums(const struct fg_world *world);

#endif
