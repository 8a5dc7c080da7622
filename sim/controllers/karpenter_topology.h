/* karpenter_topology.h - spread, affinity and anti-affinity as Karpenter reckons them: counts of
 * pods by domain, over the nodes there are and the nodes that are planned, in one solve.
 *
 * Source: kubernetes-sigs/karpenter v1.14 scheduling/topology.go.
 */
#ifndef FARGAUGE_SIM_CONTROLLERS_KARPENTER_TOPOLOGY_H
#define FARGAUGE_SIM_CONTROLLERS_KARPENTER_TOPOLOGY_H

#include "sim/controllers/karpenter_group.h"
#include "sim/controllers/karpenter_known.h"

struct fg_groups { /* of one solve */
    struct fg_karpenter_pools *pools;
    struct fg_known_nodes *known;
    const struct fg_cluster_state *state;
    struct fg_shape **shapes; /* by class, bound */
    struct fg_group_table *table;
    uint64_t solve;     /* its number, never used before */
    const bool *is_out; /* by slot */
    struct fg_arena *arena;
    uint32_t count, capacity;
    struct fg_group **items; /* that something in this solve looks at */
    bool any_inverse;
};

/* Counts what the shape's groups need, if this solve has not done so yet. */
void fg_groups_enter(struct fg_groups *groups, const struct fg_shape *shape);
/* Counts the required anti-affinity of all pods in the cluster. */
void fg_groups_enter_cluster(struct fg_groups *groups);
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
const char *fg_groups_refusal(const struct fg_groups *groups, struct fg_arena *arena,
                              const struct fg_group *group, const struct fg_shape *shape,
                              const struct fg_karpenter_requirements *node);

#endif
