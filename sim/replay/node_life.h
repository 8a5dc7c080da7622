/* node_life.h - nodes from their request to their termination. */
#ifndef FARGAUGE_SIM_REPLAY_NODE_LIFE_H
#define FARGAUGE_SIM_REPLAY_NODE_LIFE_H

#include "sim/replay/world.h"

fg_status fg_node_life_open(struct fg_world *world, struct fg_error *error);
void fg_node_life_start(struct fg_world *world);
void fg_node_request(struct fg_world *world, uint32_t group);
/* Asks again for nodes that no zone could give. */
void fg_node_request_missing(struct fg_world *world);
/* A new node, its place and shape set: it begins to run after a while. */
void fg_node_await(struct fg_world *world, uint32_t slot);
void fg_node_billed(struct fg_world *world, uint32_t slot);
void fg_node_ready(struct fg_world *world, uint32_t slot);
void fg_node_taint(struct fg_world *world, uint32_t slot);
/* A node of a node pool takes no more pods, and keeps those it has; or takes pods again. */
void fg_node_close(struct fg_world *world, uint32_t slot);
void fg_node_reopen(struct fg_world *world, uint32_t slot);
void fg_node_drain(struct fg_world *world, uint32_t slot);
/* Whether its group counts it among those it has or awaits. */
static inline bool fg_node_is_counted(const struct fg_node *node)
{
    return node->state == FG_NODE_REQUESTED || node->state == FG_NODE_BOOTING ||
           node->state == FG_NODE_READY;
}
/* The node is gone this second, whatever it was at. */
void fg_node_lose(struct fg_world *world, uint32_t slot);
/* Evicts the pods now, saying why; the instance ends at `stop_s`, or when its minimum is over. */
void fg_node_leave(struct fg_world *world, uint32_t slot, uint32_t stop_s, const char *why);
void fg_node_stop(struct fg_world *world, uint32_t slot);
void fg_node_bill_stop(struct fg_world *world, uint32_t slot);
void fg_node_life_close(struct fg_world *world);

#endif
