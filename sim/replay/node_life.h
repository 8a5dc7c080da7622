/* node_life.h - nodes from their request to their termination. */
#ifndef FARGAUGE_SIM_REPLAY_NODE_LIFE_H
#define FARGAUGE_SIM_REPLAY_NODE_LIFE_H

#include "sim/replay/world.h"

/* The nodes that stand at second 0, ready and billed from then. */
void fg_node_life_start(struct fg_world *world);

/* One more node of the group, in the emptiest of its zones that work; it is missing if none can be
 * had. */
void fg_node_request(struct fg_world *world, uint32_t group);
/* Asks again for those that are missing. */
void fg_node_request_missing(struct fg_world *world);
/* A new node, its place and shape set: it begins to run after a while. */
void fg_node_await(struct fg_world *world, uint32_t slot);

/* Due for the node in the slot, if it is still the one it was for: it runs and is billed, it is
 * ready, it is drained after the autoscaler's taint, AWS says that it takes its Spot instance back,
 * it ends. */
void fg_node_billed(struct fg_world *world, uint32_t slot);
void fg_node_ready(struct fg_world *world, uint32_t slot);
void fg_node_drain_due(struct fg_world *world, uint32_t slot);
void fg_node_take_back(struct fg_world *world, uint32_t slot);
void fg_node_stop(struct fg_world *world, uint32_t slot);

/* Whether its group counts it among those it has or awaits. */
static inline bool fg_node_is_counted(const struct fg_node *node)
{
    return node->state == FG_NODE_REQUESTED || node->state == FG_NODE_BOOTING ||
           node->state == FG_NODE_READY;
}
/* The autoscaler removes it: its group has one less, and it is drained after a delay. */
void fg_node_taint(struct fg_world *world, uint32_t slot);
/* Evicts the pods now, saying why; the instance ends at `stop_s`, or when its minimum is over. */
void fg_node_leave(struct fg_world *world, uint32_t slot, uint32_t stop_s, const char *why);
/* The node is gone this second, whatever it was at. */
void fg_node_lose(struct fg_world *world, uint32_t slot);

/* At the cut, and after it for a node younger than the minimum. */
void fg_node_life_close(struct fg_world *world);
void fg_node_bill_stop(struct fg_world *world, uint32_t slot);

#endif
