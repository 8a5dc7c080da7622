/* nodes.h - the life of the EC2 nodes of a replay, by the slots of its cluster state. */
#ifndef FARGAUGE_SIM_REPLAY_NODES_H
#define FARGAUGE_SIM_REPLAY_NODES_H

#include "sim/controllers/cluster_state.h"

#define FG_NO_NODE UINT32_MAX
#define FG_NO_POD UINT32_MAX
#define FG_NO_GROUP UINT32_MAX

enum { FG_NODE_MINIMUM_BILLED_S = 60 };

enum fg_node_state {
    FG_NODE_FREE_SLOT,
    FG_NODE_REQUESTED, /* not billed */
    FG_NODE_BOOTING,   /* billed, not ready */
    FG_NODE_READY,
    FG_NODE_TAINTED, /* to be deleted: takes no pods, keeps those it has */
    FG_NODE_STOPPING /* empty, billed until it is terminated */
};

struct fg_node {
    enum fg_node_state state;
    uint32_t shape;         /* what it is billed as, number in the world's shapes */
    uint32_t group;         /* FG_NO_GROUP = it is a node pool's */
    uint32_t node_pool;     /* FG_NO_GROUP = it is a group's */
    uint32_t zone;          /* in the group's zones */
    uint32_t billed_from_s; /* from BOOTING on */
    uint32_t ready_s;       /* when it is or was ready; UINT32_MAX = not yet known */
    bool was_ready;
    uint32_t taken_back_s;     /* when AWS takes the Spot instance; UINT32_MAX = never */
    uint32_t stop_s;           /* when it ends, once that is known */
    uint32_t drain_s;          /* when the autoscaler drains it; UINT32_MAX = it does not */
    uint32_t unneeded_since_s; /* FG_NEVER = needed */
    uint32_t first_pod;        /* FG_NO_POD = none */
    uint32_t blocker_count;    /* pods that may keep the node from being removed */
};

static inline bool fg_node_is_karpenters(const struct fg_node *node)
{
    return node->node_pool != FG_NO_GROUP;
}

struct fg_nodes {
    uint32_t capacity;
    struct fg_node *items; /* by slot of the cluster state */
};

/* Makes room for the slot's life and begins it; state and place are the caller's to set. */
struct fg_node *fg_nodes_begin(struct fg_nodes *nodes, uint32_t slot);
void fg_nodes_release(struct fg_nodes *nodes);

#endif
