/* karpenter_parts.h - what karpenter_provisioning and the files beside it share; for
 * sim/controllers/karpenter_*.c alone.
 *
 *   pool    a NodePool with its instance types, and what DaemonSets take of each
 *   shape   what a class of pods asks for: as its manifest says, or with some preferences dropped
 *   group   a count of pods by topology domain that a spread constraint or a pod term looks at
 *   solve   one call of fg_karpenter_solve
 */
#ifndef FARGAUGE_SIM_CONTROLLERS_KARPENTER_PARTS_H
#define FARGAUGE_SIM_CONTROLLERS_KARPENTER_PARTS_H

#include "sim/controllers/karpenter_provisioning.h"

/* Values of kubernetes.io/hostname that are no words: of nodes without a name, and of claims. */
#define FG_HOST_OF_NUMBER (UINT32_C(1) << 31)
#define FG_HOST_OF_CLAIM FG_WORD_LIMIT

struct fg_port_list {
    uint32_t count, capacity;
    const struct fg_host_port **items;
};
bool fg_ports_clash(const struct fg_port_list *taken, const struct fg_pod_rules *rules);
void fg_ports_add(struct fg_arena *arena, struct fg_port_list *taken,
                  const struct fg_pod_rules *rules);

/* ---- pools ---- */

struct fg_overhead { /* types on which the same DaemonSets run */
    uint64_t *types;
    struct fg_node_use use;
    struct fg_port_list ports;
};
struct fg_karpenter_pool {
    const struct fg_node_pool *pool;
    const struct fg_node_class *node_class;
    struct fg_karpenter_types types;
    struct fg_karpenter_requirements own;          /* its requirements and labels */
    struct fg_karpenter_requirements requirements; /* and its name, class and state */
    uint64_t *base;                                /* types that meet them and are on offer */
    bool is_empty;
    uint32_t overhead_count, overhead_capacity;
    struct fg_overhead *overheads;
};
void fg_pool_fill(struct fg_karpenter *karpenter, uint32_t number);
/* Capacity types that the requirements allow. */
uint32_t fg_capacity_mask(const struct fg_karpenter *karpenter,
                          const struct fg_karpenter_requirements *requirements);
/* After other prices. */
void fg_pool_settle(struct fg_karpenter *karpenter, struct fg_karpenter_pool *pool);

/* ---- shapes ---- */

struct fg_order_list { /* numbers of a pod's terms that are still asked for */
    uint32_t count;
    uint32_t *items;
};
struct fg_shape {
    uint32_t scheduling_class;
    const struct fg_pod_spec *spec;
    const struct fg_pod_rules *rules; /* NULL = none */
    uint32_t required_from;           /* required node terms before it are dropped */
    struct fg_order_list affinity, anti_affinity, nodes; /* preferred ones, heaviest first */
    struct fg_order_list spread;
    bool tolerates_prefer_no_schedule;
    struct fg_karpenter_requirements requirements, strict;
    struct fg_karpenter_requirements volumes;
    bool names_host;
    uint32_t group_count, group_capacity;
    uint32_t *groups; /* it is bound by */
    uint32_t inverse_count, inverse_capacity;
    uint32_t *inverses; /* of its required anti-affinity */
    bool is_relaxed;    /* `next` is set: NULL = nothing left to drop */
    struct fg_shape *next;
    uint8_t *tolerates_pool; /* by pool */
    uint32_t kind_capacity;
    uint8_t *kinds; /* by kind and whether its taints of the start hold; 0 = not known yet */

    /* In the solve of this number. */
    uint64_t solve;
    uint32_t groups_met;
    bool is_free;    /* of all topology and ports, as far as groups_met tells */
    uint32_t cursor; /* nodes before it refuse */
    uint64_t cursor_epoch, failed_epoch;
};
enum { FG_KIND_REFUSES = 1, FG_KIND_TAKES = 2, FG_KIND_TAKES_AND_LEARNS = 3 };

struct fg_shape *fg_shape_of_class(struct fg_karpenter *karpenter,
                                   const struct fg_cluster_state *state, uint32_t class_number);
/* With one preference less; NULL = there is none left. */
struct fg_shape *fg_shape_relax(struct fg_karpenter *karpenter, struct fg_shape *shape);
bool fg_shape_tolerates(const struct fg_shape *shape, const struct fg_taints *taints);
/* Why Karpenter passes over a pending pod of the kind; NULL = it does not. */
const char *fg_shape_fault(struct fg_karpenter *karpenter, const struct fg_shape *shape);
/* Labels that a pod of the spec selects, and its architecture. */
void fg_spec_requirements(struct fg_karpenter *karpenter, struct fg_arena *arena,
                          const struct fg_pod_spec *spec, struct fg_karpenter_requirements *out);

/* ---- the whole ---- */

struct fg_kind_labels {
    bool is_filled;
    struct fg_karpenter_requirements requirements;
    bool has_daemons[2]; /* by whether its taints of the start hold */
    struct fg_node_use daemons[2];
};
struct fg_ordered_node {
    uint32_t slot, number;
    bool is_initialized;
};
struct fg_group; /* karpenter_topology.h */
struct fg_plan;  /* karpenter_plan.h */

struct fg_karpenter {
    struct fg_karpenter_source source;
    struct fg_words words;
    struct fg_arena arena;
    uint32_t zone_key, capacity_key, host_key, pool_key;
    uint32_t capacity_words[FG_CAPACITY_TYPES];
    uint32_t pool_count;
    struct fg_karpenter_pool *pools; /* by number in the source */
    uint32_t *by_weight;
    bool drops_prefer_no_schedule; /* some pool has such a taint */

    const struct fg_cluster_state *state;
    uint32_t shape_count;
    struct fg_shape **shapes; /* by class: as the manifest has it */
    uint32_t kind_count, kind_capacity;
    struct fg_kind_labels *kinds;
    uint32_t host_count, host_capacity;
    struct fg_ordered_node *hosts; /* by slot: number, and in `slot` the word of its name */
    uint32_t ordered_count, ordered_capacity;
    struct fg_ordered_node *ordered; /* nodes as the last solve went through them */
    uint32_t group_count, group_capacity;
    struct fg_group **groups;
    uint64_t solves;
    /* Room of the solves, one after the other. */
    struct fg_arena work, scratch;
    uint32_t plan_capacity;
    struct fg_plan **plans;
};

const struct fg_karpenter_requirements *fg_kind_requirements(struct fg_karpenter *karpenter,
                                                             uint32_t kind);
/* The value of kubernetes.io/hostname. */
uint32_t fg_host_of_slot(struct fg_karpenter *karpenter, uint32_t slot);

#endif
