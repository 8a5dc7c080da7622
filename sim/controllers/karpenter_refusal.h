/* karpenter_refusal.h - why a pool makes no node for a pod, in Karpenter's words.
 *
 * Texts come from the arena.
 * Source: kubernetes-sigs/karpenter v1.14 scheduling/nodeclaim.go (InstanceTypeFilterError).
 */
#ifndef FARGAUGE_SIM_CONTROLLERS_KARPENTER_REFUSAL_H
#define FARGAUGE_SIM_CONTROLLERS_KARPENTER_REFUSAL_H

#include "sim/controllers/karpenter_shape.h"

/* "did not tolerate taint (taint=gpu=true:NoSchedule)", several joined by "; ". */
const char *fg_refusal_of_taints(struct fg_arena *arena, const struct fg_shape *shape,
                                 const struct fg_taints *taints);

/* A node in question. */
struct fg_refused_node {
    const struct fg_karpenter_pools *pools;
    const struct fg_karpenter_pool *pool;
    const struct fg_request *request; /* of the pod */
    const struct fg_karpenter_requirements *requirements;
};
/* No type is left: which criteria shut them out. `types`: it had before; `fits`: those of them with
 * enough resources, changed. */
const char *fg_refusal_of_types(struct fg_arena *arena, const struct fg_refused_node *node,
                                const uint64_t *types, uint64_t *fits);
/* Too few values of the key are left. */
const char *fg_refusal_of_min_values(struct fg_arena *arena, const struct fg_refused_node *node,
                                     uint32_t key);

#endif
