/* persistent_volumes.h - the EBS volumes of pods on nodes (cluster.persistentVolumes).
 *
 * A pod has its volumes from its first start until it is gone, also while it waits to run again,
 * and they are booked on its workload in the pool where it ran last. Those that are kept are as
 * many as such pods were there at once so far, booked where the pod started that needed one more.
 * They are billed by the second; the minimum of a minute is not looked at. Nothing here takes time
 * or room where the study has no such volumes.
 */
#ifndef FARGAUGE_SIM_REPLAY_PERSISTENT_VOLUMES_H
#define FARGAUGE_SIM_REPLAY_PERSISTENT_VOLUMES_H

#include "sim/replay/world.h"

/* A volume that has no price in the region is an error that names it. */
fg_status fg_persistent_volumes_open(struct fg_world *world, struct fg_error *error);
void fg_persistent_volumes_pod_starts(struct fg_world *world, uint32_t pod, uint32_t pool);
void fg_persistent_volumes_pod_gone(struct fg_world *world, uint32_t pod);
/* Prices are those of the world's day, from this hour on. */
fg_status fg_persistent_volumes_reprice(struct fg_world *world, struct fg_error *error);
/* At the cut. */
void fg_persistent_volumes_close(struct fg_world *world);
/* What has been booked. */
fg_nanodollars fg_persistent_volumes_total(const struct fg_world *world);
void fg_persistent_volumes_release(struct fg_world *world);

#endif
