/* eviction.h - pods that lose their node: what they had done, and what is lost of it.
 *
 * Their controllers make them anew, so they wait again as fresh pods. Work counts from zero, or
 * from the last checkpoint where the pod's spec has an interval.
 */
#ifndef FARGAUGE_SIM_REPLAY_EVICTION_H
#define FARGAUGE_SIM_REPLAY_EVICTION_H

#include "sim/replay/world.h"

/* Of a pod that was evicted once or more. */
struct fg_pod_past {
    uint32_t evictions;
    uint32_t first_wait_s; /* until it first ran; UINT32_MAX = it has not run */
    uint32_t done_s;       /* work that it need not do again */
    uint32_t last_pool;    /* where it last ran */
    uint32_t evicted_s;    /* the last time */
};

/* NULL = never evicted. */
static inline const struct fg_pod_past *fg_pod_past(const struct fg_world *world, uint32_t pod)
{
    return world->pasts != NULL && world->pasts[pod].evictions > 0 ? &world->pasts[pod] : NULL;
}
static inline bool fg_pod_has_run(const struct fg_world *world, uint32_t pod)
{
    const struct fg_pod_past *past = fg_pod_past(world, pod);
    return past != NULL && past->first_wait_s != UINT32_MAX;
}
/* From arrival to the first time it ran; of a pod that runs or has run. */
uint32_t fg_pod_wait(const struct fg_world *world, uint32_t pod);
/* Work that is still to be done when it next runs. */
uint32_t fg_pod_work_left(const struct fg_world *world, uint32_t pod);
/* Notes the eviction of a pod that is bound to a node or runs there or on Fargate, while it still
 * is. `pool` is where it is. */
void fg_pod_note_eviction(struct fg_world *world, uint32_t pod, uint32_t pool);

#endif
