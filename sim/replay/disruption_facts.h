/* disruption_facts.h - what Karpenter knows when it looks for nodes to disrupt: of each node of its
 * pools, and that the cluster has changed. Noted as it happens; disruptor.h acts on it. */
#ifndef FARGAUGE_SIM_REPLAY_DISRUPTION_FACTS_H
#define FARGAUGE_SIM_REPLAY_DISRUPTION_FACTS_H

#include "sim/controllers/karpenter_loop.h"
#include "sim/replay/world.h"

struct fg_disruption_facts {
    uint32_t capacity;
    struct fg_disruption_node *rows; /* by slot; those of node groups are not read */
    struct fg_disruption_loop loop;
    uint32_t asleep_until_s; /* nothing can be found before, unless something changes */
};

/* All but open and release do nothing in a world without a node pool. */
void fg_disruption_facts_open(struct fg_world *world);
void fg_disruption_facts_release(struct fg_world *world);
/* Rows for all slots there are. */
void fg_disruption_facts_reserve(struct fg_world *world);
/* A node joined, left or takes no more pods, budgets have room again, or prices are others. */
void fg_disruption_note_change(struct fg_world *world);
/* A pod other than a DaemonSet's came to a node, or left it. */
void fg_disruption_note_pod_event(struct fg_world *world, uint32_t slot);
/* A node pool's node is asked for, at this price. */
void fg_disruption_note_request(struct fg_world *world, uint32_t slot, fg_nanodollars price);
void fg_disruption_note_ready(struct fg_world *world, uint32_t slot);
/* All nodes of the pool differ from what it asks for now. */
void fg_disruption_note_drift(struct fg_world *world, const char *node_pool);
/* A pending pod is meant for the node. */
void fg_disruption_nominate(struct fg_world *world, uint32_t slot);
/* Whether expireAfter is over for the node in the slot this second. */
bool fg_disruption_expires_now(const struct fg_world *world, uint32_t slot);

#endif
