/* provisioner.h - Karpenter in the replay: its batches, its nodes, what it disrupts.
 *
 * The decisions are those of sim/controllers/karpenter_*; here they are asked for at the seconds
 * at which Karpenter asks, and carried out.
 */
#ifndef FARGAUGE_SIM_REPLAY_PROVISIONER_H
#define FARGAUGE_SIM_REPLAY_PROVISIONER_H

#include "sim/replay/world.h"

/* Nothing to do without a node pool. FG_BAD_INPUT: no instance type meets a pool's requirements,
 * or a volume has no price. */
fg_status fg_provisioner_open(struct fg_world *world, struct fg_error *error);
/* When the next step is due; FG_NEVER = none. */
uint32_t fg_provisioner_next(const struct fg_world *world);
void fg_provisioner_pass(struct fg_world *world);
/* A pod has found no node: opens the batching window or keeps it open. */
void fg_provisioner_pod_waits(struct fg_world *world);
/* Nodes can be had that could not before, or no more. */
void fg_provisioner_look_again(struct fg_world *world);
/* All nodes of the pool differ from what it asks for now. */
void fg_provisioner_drift(struct fg_world *world, const char *node_pool);
void fg_provisioner_release(struct fg_world *world);

#endif
