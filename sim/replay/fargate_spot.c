#include "sim/replay/fargate_spot.h"

#include "models/base/index.h"
#include "models/distribution.h"
#include "sim/replay/eviction.h"

#define NANO ((__int128)1000000000)

enum { MONTH_S = FG_MONTH_HOURS * 3600 };

/* Scenarios meet the same luck: it hangs on the pod and how often it was evicted before. */
static double luck_of(const struct fg_world *world, uint32_t pod)
{
    const struct fg_pod_past *past = fg_pod_past(world, pod);
    uint64_t thing = fg_hash_mix(pod, past == NULL ? 0 : past->evictions);
    uint32_t nano = fg_random_nano(world->scenario->seed, world->input->replication,
                                   FG_RANDOM_FARGATE_SPOT, thing);
    return ((double)nano + 0.5) / 1e9;
}

uint32_t fg_fargate_spot_end(const struct fg_world *world, uint32_t pod, uint32_t from_s)
{
    int64_t per_month = world->scenario->spot.fargate_interruptions_per_month_nano;
    if (per_month == 0 || !fg_world_is_fargate_spot(world, pod))
        return FG_NEVER;
    __int128 mean = MONTH_S * NANO / per_month;
    const struct fg_distribution life = {.kind = FG_DISTRIBUTION_EXPONENTIAL,
                                         .scale_s = mean < 1                ? 1
                                                    : mean > UINT32_MAX / 2 ? UINT32_MAX / 2
                                                                            : (uint32_t)mean,
                                         .at_least_s = 1,
                                         .at_most_s = UINT32_MAX / 2};
    uint64_t end = (uint64_t)from_s + fg_distribution_quantile_s(&life, luck_of(world, pod));
    return end < FG_NEVER ? (uint32_t)end : FG_NEVER;
}
