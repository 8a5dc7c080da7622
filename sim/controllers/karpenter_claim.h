/* karpenter_claim.h - a node that Karpenter would ask for: the types it leaves open, what EC2 would
 * give for them, and the labels that the node would have.
 *
 * Source: karpenter-provider-aws v1.14 pkg/providers/instance.
 */
#ifndef FARGAUGE_SIM_CONTROLLERS_KARPENTER_CLAIM_H
#define FARGAUGE_SIM_CONTROLLERS_KARPENTER_CLAIM_H

#include "sim/controllers/karpenter_pool.h"

enum {
    FG_KARPENTER_CLAIM_TYPES = 600, /* that a NodeClaim names */
    FG_KARPENTER_FLEET_TYPES = 60,  /* that EC2 is asked for */
};

struct fg_karpenter_launch {
    bool is_possible;
    uint32_t type, zone; /* numbers of the pool's types and zones */
    enum fg_capacity_type capacity;
    fg_nanodollars price;
};

/* A node to be. */
struct fg_karpenter_claim {
    uint32_t pool;
    uint32_t pod_count, pod_capacity;
    uint32_t *pods; /* numbers in the problem, in the order in which they came */
    struct fg_karpenter_requirements requirements;
    uint32_t type_count; /* at most FG_KARPENTER_CLAIM_TYPES */
    uint32_t *types;     /* cheapest first, equal ones by name */
    uint32_t zone_mask, capacity_mask;
    /* Of its pods, and of DaemonSets as much as on the type that has the fewest. */
    struct fg_node_use requests;
    struct fg_karpenter_launch launch;
};

/* Fills the claim's types from a set, by its masks; the memory comes from the arena. */
void fg_claim_set_types(struct fg_karpenter_claim *claim, const struct fg_karpenter_types *types,
                        const uint64_t *set, struct fg_arena *arena);
/* What EC2 would be asked for and would give: Spot if the claim allows it and some type has it,
 * no Spot dearer than the cheapest on-demand, no metal or accelerators unless nothing else is
 * left; the cheapest, equal ones by name of type, then zone. By the claim's types and masks as
 * they stand, so that disruption can narrow them first and ask again. */
struct fg_karpenter_launch fg_claim_choose_launch(const struct fg_karpenter_pools *pools,
                                                  const struct fg_karpenter_claim *claim);
/* Whether the claim's types still offer as many values as minValues asks for. */
bool fg_claim_is_flexible(const struct fg_karpenter_pools *pools,
                          const struct fg_karpenter_claim *claim);
/* See fg_karpenter_node_labels. */
void fg_claim_labels(const struct fg_karpenter_pools *pools, const struct fg_karpenter_claim *claim,
                     const struct fg_karpenter_launch *launch, struct fg_arena *arena,
                     struct fg_pairs *out);

#endif
