/* karpenter_topology.h - spread, affinity and anti-affinity as Karpenter reckons them: counts of
 * pods by domain, over the nodes there are and the nodes that are planned.
 *
 * A group belongs to constraints that are alike, whoever has them: like Karpenter we tell spread
 * constraints apart by the keys of their pods' node selectors and node affinity, not by the
 * values, and not by minDomains. Groups are kept for good, their counts for one solve.
 * Source: kubernetes-sigs/karpenter v1.14 scheduling/topology.go, topologygroup.go.
 */
#ifndef FARGAUGE_SIM_CONTROLLERS_KARPENTER_TOPOLOGY_H
#define FARGAUGE_SIM_CONTROLLERS_KARPENTER_TOPOLOGY_H

#include "sim/controllers/karpenter_parts.h"

enum fg_group_form { FG_GROUP_SPREAD, FG_GROUP_AFFINITY, FG_GROUP_ANTI_AFFINITY };

struct fg_domain_counts {          /* open addressing */
    uint32_t used, capacity, busy; /* busy: domains with a count above zero */
    uint32_t *domains;             /* FG_NO_WORD = free */
    int32_t *counts;
};

struct fg_group {
    enum fg_group_form form;
    bool is_inverse; /* counts the pods that have the term, not those it selects */
    uint32_t key;
    const struct fg_label_selector *selector;
    uint32_t namespace_count;
    const char *const *namespaces;
    bool all_namespaces;
    int32_t max_skew;
    uint32_t min_domains;
    /* Nodes that take part; for spread. */
    bool honors_affinity, honors_taints;
    uint32_t filter_count;
    struct fg_karpenter_requirements *filters; /* any of them */
    const struct fg_tolerations *tolerations;
    bool tolerates_prefer_no_schedule;

    uint64_t solve; /* the counts are of this one */
    struct fg_domain_counts counts;
    uint32_t class_capacity;
    uint8_t *selects; /* by class: 0 not known, 1 no, 2 yes */
};

struct fg_groups { /* of one solve */
    struct fg_karpenter *karpenter;
    const struct fg_cluster_state *state;
    const bool *is_out; /* by slot */
    struct fg_arena *arena;
    uint32_t count, capacity;
    struct fg_group **items;
    bool any_inverse;
};

/* Finds or makes the groups of the shape. */
void fg_groups_bind(struct fg_karpenter *karpenter, struct fg_shape *shape);
/* Counts what the shape's groups need, if this solve has not done so yet. */
void fg_groups_enter(struct fg_groups *groups, const struct fg_shape *shape);
/* Counts the required anti-affinity of all pods in the cluster. */
void fg_groups_enter_cluster(struct fg_groups *groups);
bool fg_group_selects(struct fg_groups *groups, struct fg_group *group, uint32_t class_number);
/* Some group of the solve binds pods of the shape. */
bool fg_groups_bind_shape(struct fg_groups *groups, const struct fg_shape *shape);

/* Where the pod may go, given what its node may be: a requirement for each group that binds it is
 * joined to `out`. Returns NULL, or the group that leaves it nowhere. */
struct fg_group *fg_groups_require(struct fg_groups *groups, struct fg_arena *arena,
                                   const struct fg_shape *shape,
                                   const struct fg_karpenter_requirements *node,
                                   struct fg_karpenter_requirements *out);
/* The pod goes to such a node. */
void fg_groups_record(struct fg_groups *groups, const struct fg_shape *shape,
                      const struct fg_taints *taints, const struct fg_karpenter_requirements *node);
/* "unsatisfiable topology constraint for topology spread, key=..." */
const char *fg_group_refusal(struct fg_groups *groups, struct fg_arena *arena,
                             const struct fg_group *group, const struct fg_shape *shape,
                             const struct fg_karpenter_requirements *node);

#endif
