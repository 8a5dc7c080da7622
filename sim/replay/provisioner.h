/* provisioner.h - Karpenter in the replay: its batches and the nodes it launches.
 *
 * The decisions are those of sim/controllers/karpenter_provisioning.h; here they are asked for
 * when a batching window closes, and carried out. What it disrupts is in disruptor.h.
 */
#ifndef FARGAUGE_SIM_REPLAY_PROVISIONER_H
#define FARGAUGE_SIM_REPLAY_PROVISIONER_H

#include "sim/controllers/karpenter_provisioning.h"
#include "sim/replay/world.h"

struct fg_provisioner {
    struct fg_karpenter *karpenter;
    struct fg_pod_spec *daemon_specs;
    const struct fg_pod_spec **daemons;
    const char **zones;
    uint32_t zone_count;
    uint32_t node_capacity;
    struct fg_karpenter_node *nodes; /* by slot, up to date when a problem is posed */
    uint32_t *type_of;               /* by slot: of the pool's types */
    uint32_t pod_capacity, number_capacity;
    struct fg_karpenter_pod *pods; /* of the problem */
    uint32_t *numbers;             /* of the problem's pods, in the trace */
};

/* Nothing to do without a node pool. */
void fg_provisioner_open(struct fg_world *world);
/* When the batching window closes; FG_NEVER = none is open. */
uint32_t fg_provisioner_next(const struct fg_world *world);
void fg_provisioner_pass(struct fg_world *world);
/* What nodes cost, and where they can be had, has changed. */
void fg_provisioner_reprice(struct fg_world *world);
/* Brings what Karpenter knows of each node up to date. */
void fg_provisioner_describe_nodes(struct fg_world *world);
/* The pods that have found no node, in the order in which they were created, into `pods` and
 * `numbers`; returns how many. */
uint32_t fg_provisioner_collect_pods(struct fg_world *world);
/* The node that the claim asks for, requested now; FG_NO_NODE if it cannot be had. */
uint32_t fg_provisioner_launch(struct fg_world *world, const struct fg_karpenter_claim *claim);
/* What a launch of the pool's type would hold and be billed as; false: it has no price. */
bool fg_provisioner_shape(const struct fg_world *world, uint32_t node_pool, uint32_t type,
                          enum fg_capacity_type capacity, struct fg_shape *out);
void fg_provisioner_release(struct fg_world *world);

#endif
