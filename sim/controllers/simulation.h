/* simulation.h - what if: pods placed and moved, nodes come and gone, on a cluster state.
 *
 * Cluster Autoscaler tries things out on a copy of the cluster; this does so in place and takes
 * everything back. Nodes are looked at in a list of their own, in turns: each search goes on
 * behind the node that the last one found, as the real one's does. Pods whose place depends on
 * kinds and resources alone are placed by counts, which gives what placing them one by one gives.
 * Source: kubernetes/autoscaler cluster-autoscaler
 * simulator/clustersnapshot/predicate/plugin_runner.go.
 */
#ifndef FARGAUGE_SIM_CONTROLLERS_SIMULATION_H
#define FARGAUGE_SIM_CONTROLLERS_SIMULATION_H

#include "sim/controllers/cluster_state.h"

/* What a node of a group holds from the start. */
struct fg_fresh_node {
    uint32_t kind;
    struct fg_node_use daemons; /* requested by pods that are not counted as classes */
    uint32_t pod_count;         /* DaemonSets' and mirror pods that are */
    const uint32_t *pods;       /* classes, one a pod */
};

struct fg_simulation_step; /* one change, to be undone */

struct fg_placed {
    uint32_t slot;
    int64_t pods;
};

struct fg_simulation {
    struct fg_cluster_state *state;
    uint32_t node_count, node_capacity;
    uint32_t *nodes; /* slots that are looked at */
    uint32_t next;   /* where the next search begins */
    uint32_t step_count, step_capacity;
    struct fg_simulation_step *steps;
    uint8_t *by_counts; /* by class */
    uint32_t slot_capacity;
    bool *barred;      /* by slot: takes no pods; the caller's to set */
    uint32_t *touched; /* by slot: the epoch in which it last got pods */
    uint32_t epoch;
    uint32_t touched_count;                 /* nodes that got pods in this epoch */
    uint32_t placed_count, placed_capacity; /* of the last fg_simulation_place */
    struct fg_placed *placed;
};

/* The list of nodes is empty at first; the state stays the caller's. */
void fg_simulation_open(struct fg_simulation *simulation, struct fg_cluster_state *state);
void fg_simulation_look_at(struct fg_simulation *simulation, uint32_t slot);
/* Takes everything back and frees what the simulation owns. */
void fg_simulation_close(struct fg_simulation *simulation);

uint32_t fg_simulation_mark(const struct fg_simulation *simulation);
/* Takes back what was done after the mark; `next` stays, as it does in the real one. */
void fg_simulation_undo(struct fg_simulation *simulation, uint32_t mark);

/* Books pods on the node unasked, or takes them off it: negative. */
void fg_simulation_book(struct fg_simulation *simulation, uint32_t slot, uint32_t class_number,
                        int64_t change);
/* A new node at the end of the list; returns its slot. */
uint32_t fg_simulation_add_node(struct fg_simulation *simulation, const struct fg_fresh_node *fresh,
                                const char *name);
/* Takes all pods off the node, which stays in the cluster. */
void fg_simulation_clear_node(struct fg_simulation *simulation, uint32_t slot);
/* The node is of another kind. */
void fg_simulation_set_kind(struct fg_simulation *simulation, uint32_t slot, uint32_t kind);
/* Takes the node out of the list and the cluster; it must be clear. */
void fg_simulation_remove_node(struct fg_simulation *simulation, uint32_t slot);

bool fg_simulation_fits(const struct fg_simulation *simulation, uint32_t class_number,
                        uint32_t slot);
/* Whether a hard topology spread constraint is what keeps the pod from the node. */
bool fg_simulation_fails_spread(const struct fg_simulation *simulation, uint32_t class_number,
                                uint32_t slot);
/* Whether the node got pods in this epoch. */
bool fg_simulation_got_pods(const struct fg_simulation *simulation, uint32_t slot);
/* Books as many of the pods on the node as it takes. */
int64_t fg_simulation_fill(struct fg_simulation *simulation, uint32_t slot, uint32_t class_number,
                           int64_t pods);
/* Finds nodes for the pods, one after the other, among those of the list from position `from` on
 * that are not barred or cordoned; stops at the first pod that fits nowhere. Returns how many
 * pods have a place; `placed` says where. */
int64_t fg_simulation_place(struct fg_simulation *simulation, uint32_t class_number, int64_t pods,
                            uint32_t from);
/* Begins to count the nodes that get pods. */
void fg_simulation_begin_epoch(struct fg_simulation *simulation);

#endif
