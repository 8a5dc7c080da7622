/* disruptor.h - what Karpenter takes away in the replay: consolidation, drift, expiry.
 *
 * The decisions are those of sim/controllers/karpenter_loop.h. A replacement is launched and
 * ready before the nodes it replaces are drained; a node whose pods must not be disrupted waits
 * for them, at most terminationGracePeriod.
 */
#ifndef FARGAUGE_SIM_REPLAY_DISRUPTOR_H
#define FARGAUGE_SIM_REPLAY_DISRUPTOR_H

#include "sim/replay/world.h"

void fg_disruptor_open(struct fg_world *world);
/* When the next step is due; FG_NEVER = none. */
uint32_t fg_disruptor_next(const struct fg_world *world);
void fg_disruptor_pass(struct fg_world *world);
/* A pod other than a DaemonSet's came to a node, or left it. */
void fg_disruptor_pod_event(struct fg_world *world, uint32_t slot);
/* A pending pod is meant for the node. */
void fg_disruptor_nominate(struct fg_world *world, uint32_t slot);
void fg_disruptor_node_requested(struct fg_world *world, uint32_t slot, fg_nanodollars price);
void fg_disruptor_node_ready(struct fg_world *world, uint32_t slot);
/* The node takes no more pods and will end, or was never had. */
void fg_disruptor_node_leaves(struct fg_world *world, uint32_t slot);
/* A node is gone. */
void fg_disruptor_node_ended(struct fg_world *world);
/* expireAfter is over for the node in the slot, if it is still the one it was for. */
void fg_disruptor_expire(struct fg_world *world, uint32_t slot);
/* All nodes of the pool differ from what it asks for now. */
void fg_disruptor_drift(struct fg_world *world, const char *node_pool);
/* Karpenter's prices have changed. */
void fg_disruptor_reprice(struct fg_world *world);
void fg_disruptor_release(struct fg_world *world);

#endif
