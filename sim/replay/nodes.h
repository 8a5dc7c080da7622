/* nodes.h - the EC2 nodes of a replay, by slot.
 *
 * A node has a slot, used again after it is gone, and a number, which is not. What the pods on
 * the nodes ask for, which the scheduler reads most, stands in a column of its own.
 */
#ifndef FARGAUGE_SIM_REPLAY_NODES_H
#define FARGAUGE_SIM_REPLAY_NODES_H

#include "sim/controllers/scale_down.h"

#define FG_NO_NODE UINT32_MAX
#define FG_NO_POD UINT32_MAX

enum fg_node_state {
    FG_NODE_FREE_SLOT,
    FG_NODE_REQUESTED, /* not billed */
    FG_NODE_BOOTING,   /* billed, not ready */
    FG_NODE_READY,
    FG_NODE_TAINTED, /* to be deleted: takes no pods, keeps those it has */
    FG_NODE_STOPPING /* empty, billed until it is terminated */
};

struct fg_node {
    uint32_t number;
    enum fg_node_state state;
    uint32_t group;
    uint32_t zone;             /* in the group's zones */
    uint32_t kind;             /* (group, zone): nodes of a kind have the same labels and taints */
    uint32_t billed_from_s;    /* from BOOTING on */
    uint32_t unneeded_since_s; /* FG_NEVER = needed */
    uint32_t first_pod;        /* FG_NO_POD = none */
    uint32_t blocker_count;    /* pods that may keep the node from being removed */
    uint32_t load_count, load_capacity;
    struct fg_node_load *loads; /* by class; DaemonSet pods are not in here */
};

struct fg_nodes {
    uint32_t slot_count, capacity; /* slots ever used; room in both columns */
    uint32_t use_capacity;
    struct fg_node *items;
    struct fg_node_use *use;
    uint32_t free_count, free_capacity;
    uint32_t *free_slots;
    uint32_t next_number;
};

/* A slot with a new number; state and place are the caller's to set. */
uint32_t fg_nodes_add(struct fg_nodes *nodes);
void fg_nodes_remove(struct fg_nodes *nodes, uint32_t slot);
void fg_node_count_pod(struct fg_node *node, uint32_t scheduling_class, int32_t change);
void fg_nodes_release(struct fg_nodes *nodes);

#endif
