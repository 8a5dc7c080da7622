/* scheduling.h - kube-scheduler's cycle over the cluster state (Kubernetes 1.34, default profile):
 * which filter refuses a node and in what words, and which of the feasible nodes scores best.
 *
 * Where the real scheduler draws lots among the best, the node with the lowest number is taken.
 * Sources: kubernetes pkg/scheduler schedule_one.go and the default plugins; rules S2 to S6.
 */
#ifndef FARGAUGE_SIM_CONTROLLERS_SCHEDULING_H
#define FARGAUGE_SIM_CONTROLLERS_SCHEDULING_H

#include "sim/controllers/cluster_state.h"
#include "sim/controllers/scratch.h"

/* The first filter that refuses, in the order in which they run. */
enum fg_refusal {
    FG_REFUSAL_NONE,          /* it fits */
    FG_REFUSAL_NODE_LIST,     /* node affinity names other nodes */
    FG_REFUSAL_UNSCHEDULABLE, /* cordoned */
    FG_REFUSAL_NODE_NAME,
    FG_REFUSAL_TAINT,
    FG_REFUSAL_NODE_AFFINITY, /* node selector and architecture too */
    FG_REFUSAL_PORTS,
    FG_REFUSAL_RESOURCES,
    FG_REFUSAL_VOLUME_LIMIT,
    FG_REFUSAL_VOLUME_ZONE,
    FG_REFUSAL_SPREAD_LABEL, /* the node lacks a topology key */
    FG_REFUSAL_SPREAD,
    FG_REFUSAL_AFFINITY,
    FG_REFUSAL_ANTI_AFFINITY,
    FG_REFUSAL_EXISTING_ANTI_AFFINITY,
};

/* One more pod of the class on the node; the node may be closed. */
enum fg_refusal fg_scheduler_refuses(const struct fg_cluster_state *state, uint32_t class_number,
                                     uint32_t slot);
/* No pod that could be taken off the node would change it (UnschedulableAndUnresolvable). */
bool fg_scheduler_is_hopeless(const struct fg_cluster_state *state, uint32_t class_number,
                              uint32_t slot, enum fg_refusal refusal);
/* Counts the node's refusal in kube-scheduler's words; nothing where it fits. */
void fg_scheduler_add_refusals(const struct fg_cluster_state *state, uint32_t class_number,
                               uint32_t slot, struct fg_refusals *refusals);
/* The same for one node on its own, words joined by ", "; "" where it fits. Returns `buffer`. */
const char *fg_scheduler_words(const struct fg_cluster_state *state, uint32_t class_number,
                               uint32_t slot, char *buffer, uint32_t buffer_bytes);

struct fg_choice {
    uint32_t slot;       /* FG_NO_SLOT = none */
    uint32_t tied_count; /* nodes with the best total */
    /* In the order in which they were found; the state's, valid until the next choice. */
    uint32_t candidate_count;
    const struct fg_candidate *candidates;
};

/* The node for one more pod of the class; false if none fits. Moves where the next search
 * begins. */
bool fg_scheduler_choose(struct fg_cluster_state *state, uint32_t class_number,
                         struct fg_choice *out);

#endif
