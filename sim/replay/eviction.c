#include "sim/replay/eviction.h"

#include "sim/replay/demand_meter.h"

uint32_t fg_pod_wait(const struct fg_world *world, uint32_t pod)
{
    if (fg_pod_has_run(world, pod))
        return world->pasts[pod].first_wait_s;
    return world->pods[pod].start_s - world->trace->arrival_s[pod];
}

uint32_t fg_pod_work_left(const struct fg_world *world, uint32_t pod)
{
    const struct fg_pod_past *past = fg_pod_past(world, pod);
    return world->trace->span_s[pod] - (past != NULL ? past->done_s : 0);
}

void fg_pod_note_eviction(struct fg_world *world, uint32_t pod, uint32_t pool)
{
    if (world->pasts == NULL)
        world->pasts = fg_allocate(world->trace->pod_count, sizeof *world->pasts);
    struct fg_pod_past *past = &world->pasts[pod];
    if (past->evictions++ == 0)
        past->first_wait_s = UINT32_MAX;
    past->evicted_s = world->clock.now;
    world->result->summary.evictions++;
    if (world->pods[pod].status != FG_POD_ON_NODE && world->pods[pod].status != FG_POD_RUNNING)
        return;
    const struct fg_pod_spec *spec = &world->trace->specs[fg_trace_spec(world->trace, pod)];
    uint32_t ran_s = world->clock.now - world->pods[pod].start_s;
    if (past->first_wait_s == UINT32_MAX)
        past->first_wait_s = world->pods[pod].start_s - world->trace->arrival_s[pod];
    past->last_pool = pool;
    if (fg_trace_span(world->trace, pod) != FG_SPAN_DURATION) {
        fg_world_count_requested(world, spec, ran_s);
        return;
    }
    uint32_t kept_s = spec->checkpoint_s > 0 ? ran_s - ran_s % spec->checkpoint_s : 0;
    fg_world_count_requested(world, spec, kept_s); /* what is done again counts when it is */
    fg_demand_take_back(world, pod, world->pods[pod].start_s + kept_s, world->clock.now);
    past->done_s += kept_s;
    world->result->summary.lost_work_s += ran_s - kept_s;
}
