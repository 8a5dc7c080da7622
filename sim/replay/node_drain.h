/* node_drain.h - nodes that take no more pods: cordoned, given back, drained.
 *
 * A node that a replacement may wait for leaves by fg_node_leave of node_life.h, which comes here.
 */
#ifndef FARGAUGE_SIM_REPLAY_NODE_DRAIN_H
#define FARGAUGE_SIM_REPLAY_NODE_DRAIN_H

#include "sim/replay/world.h"

/* The node keeps the pods it has. */
void fg_node_cordon(struct fg_world *world, uint32_t slot);
/* It takes pods again. */
void fg_node_uncordon(struct fg_world *world, uint32_t slot);
/* Evicts the pods now, saying why; the instance ends at `stop_s`, or when its minimum is over. */
void fg_node_drain(struct fg_world *world, uint32_t slot, uint32_t stop_s, const char *why);
/* The instance of a drained node ends then, and no more when it was to before. */
void fg_node_stop_at(struct fg_world *world, uint32_t slot, uint32_t stop_s);

#endif
