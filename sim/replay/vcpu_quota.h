/* vcpu_quota.h - the account's quotas of running EC2 vCPU, by family group, on-demand and Spot
 * apart (rules P6). An instance that would pass one is not launched. */
#ifndef FARGAUGE_SIM_REPLAY_VCPU_QUOTA_H
#define FARGAUGE_SIM_REPLAY_VCPU_QUOTA_H

#include "sim/replay/world.h"

/* Takes what an instance of the shape needs; false if the quota does not leave so much. */
bool fg_vcpu_quota_take(struct fg_world *world, uint32_t shape);
void fg_vcpu_quota_give(struct fg_world *world, uint32_t shape);
/* vCPU taken of the quota now. */
int64_t fg_vcpu_quota_taken(const struct fg_world *world, enum fg_quota_family family,
                            bool is_spot);

#endif
