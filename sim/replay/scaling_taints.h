/* scaling_taints.h - the soft taint of nodes that Cluster Autoscaler may remove: kube-scheduler
 * prefers others, so that they stay unneeded.
 *
 * A node that has it is of a kind of its own, like its group's but for the taint.
 * Source: kubernetes/autoscaler 1.34 core/static_autoscaler.go (updateSoftDeletionTaints),
 * core/scaledown/actuation/softtaint.go, max-bulk-soft-taint-count.
 */
#ifndef FARGAUGE_SIM_REPLAY_SCALING_TAINTS_H
#define FARGAUGE_SIM_REPLAY_SCALING_TAINTS_H

#include "sim/replay/scaling_loop.h"

/* After the groups' kinds: adds those with the taint. */
void fg_scaling_taints_open(struct fg_world *world);
/* At the end of each loop: takes the taint from nodes that are needed, then gives it to those that
 * are not, by slot; ten in all, the others have their turn in the next loop. */
void fg_scaling_taints_update(struct fg_world *world);

#endif
