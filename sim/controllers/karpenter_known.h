/* karpenter_known.h - what Karpenter has worked out about the nodes there are: their labels as
 * requirements, the value of kubernetes.io/hostname, and the order in which they are tried.
 *
 * It is kept from solve to solve and follows one cluster state.
 */
#ifndef FARGAUGE_SIM_CONTROLLERS_KARPENTER_KNOWN_H
#define FARGAUGE_SIM_CONTROLLERS_KARPENTER_KNOWN_H

#include "sim/controllers/cluster_state.h"
#include "sim/controllers/karpenter_problem.h"
#include "sim/controllers/karpenter_requirements.h"

/* Values of kubernetes.io/hostname that are no words: of nodes without a name, and of claims. */
#define FG_HOST_OF_NUMBER (UINT32_C(1) << 31)
#define FG_HOST_OF_CLAIM FG_WORD_LIMIT

struct fg_kind_labels {
    bool is_filled;
    struct fg_karpenter_requirements requirements;
    bool has_daemons[2]; /* by whether its taints of the start hold */
    struct fg_node_use daemons[2];
};
struct fg_known_host {
    uint32_t number, host; /* number of the node: slots are used again */
};
struct fg_ordered_node {
    uint32_t slot, number;
    bool is_initialized;
};
struct fg_known_nodes {
    struct fg_words *words;
    struct fg_arena *arena;
    const struct fg_cluster_state *state;
    uint32_t kind_capacity;
    struct fg_kind_labels *kinds;
    uint32_t host_count, host_capacity;
    struct fg_known_host *hosts; /* by slot */
    uint32_t ordered_count, ordered_capacity;
    struct fg_ordered_node *ordered;
};

/* The kind's labels; good until another kind is asked for. */
struct fg_kind_labels *fg_known_labels(struct fg_known_nodes *known, uint32_t kind);
static inline const struct fg_karpenter_requirements *
fg_known_requirements(struct fg_known_nodes *known, uint32_t kind)
{
    return &fg_known_labels(known, kind)->requirements;
}
/* The value of kubernetes.io/hostname. */
uint32_t fg_known_host(struct fg_known_nodes *known, uint32_t slot);
/* Puts the nodes of the state in order: initialised ones first, then by name. `nodes`: by slot.
 * `scratch` lends room. */
void fg_known_order(struct fg_known_nodes *known, const struct fg_karpenter_node *nodes,
                    struct fg_arena *scratch);
void fg_known_release(struct fg_known_nodes *known);

#endif
