#include "sim/replay/pod_outcome.h"

#include "sim/replay/eviction.h"

static void add_pod_row(struct fg_world *world, uint32_t pod, const struct fg_outcome_key *key)
{
    struct fg_pod_row *row = &world->result->pod_rows[pod];
    char name[512];
    fg_trace_pod_name(world->trace, pod, name, sizeof name);
    bool ran = key->outcome == FG_OUTCOME_COMPLETED || key->outcome == FG_OUTCOME_RUNNING;
    fg_nanodollars nano = row->nano; /* its price is added as it leaves its place */
    *row = (struct fg_pod_row){
        .pod = fg_arena_string(&world->arena, name),
        .namespace_name = key->namespace_name,
        .workload = key->workload,
        .placed_on = key->placed_on,
        .outcome = key->outcome,
        .reason = key->reason,
        .arrival_s = world->trace->arrival_s[pod],
        .start_s = ran ? (int64_t)world->trace->arrival_s[pod] + fg_pod_wait(world, pod) : -1,
        .end_s = key->outcome == FG_OUTCOME_COMPLETED || key->outcome == FG_OUTCOME_DELETED_PENDING
                     ? (int64_t)world->clock.now
                     : -1,
        .nano = nano,
    };
}

static void count_outcome(struct fg_world *world, uint32_t pod, uint32_t pool,
                          const struct fg_outcome_key *key, uint32_t wait_s)
{
    struct fg_last_completed *last = &world->completed[fg_trace_spec(world->trace, pod)];
    if (key->outcome != FG_OUTCOME_COMPLETED) {
        fg_outcomes_add(&world->outcomes, fg_outcomes_group(&world->outcomes, key), wait_s);
        return;
    }
    if (last->pool != pool)
        *last = (struct fg_last_completed){pool, fg_outcomes_group(&world->outcomes, key)};
    fg_outcomes_add(&world->outcomes, last->group, wait_s);
}

void fg_pod_finish(struct fg_world *world, uint32_t pod, uint32_t pool, enum fg_outcome outcome,
                   const char *reason, uint32_t wait_s)
{
    const struct fg_pod_class *class = fg_world_class(world, pod);
    const struct fg_workload *workload = &world->classes.workloads[class->workload];
    bool ran = outcome == FG_OUTCOME_COMPLETED || outcome == FG_OUTCOME_RUNNING;
    const struct fg_outcome_key key = {
        .namespace_name = workload->namespace_name,
        .workload = workload->workload,
        .placed_on = ran ? world->pool_names[pool] : "pending",
        .reason = reason,
        .outcome = outcome,
    };
    count_outcome(world, pod, pool, &key, wait_s);
    bool runs_now =
        world->pods[pod].status != FG_POD_PENDING && world->pods[pod].start_s <= world->clock.now;
    if (ran && runs_now &&
        class->route != FG_ROUTE_TEMPLATE) { /* a DaemonSet's work is the nodes' own */
        const struct fg_pod_spec *spec = &world->trace->specs[fg_trace_spec(world->trace, pod)];
        uint32_t seconds = world->clock.now - world->pods[pod].start_s;
        if (fg_trace_span(world->trace, pod) == FG_SPAN_DURATION &&
            seconds > world->trace->span_s[pod])
            seconds = world->trace->span_s[pod]; /* kept after its work */
        fg_world_count_requested(world, spec, seconds);
    }
    if (outcome == FG_OUTCOME_COMPLETED || outcome == FG_OUTCOME_DELETED_PENDING) {
        world->last_end_s = world->last_progress_s = world->clock.now;
        world->any_ended = true;
        if (fg_trace_span(world->trace, pod) != FG_SPAN_FOREVER)
            world->ending_left--;
    }
    if (FG_WATCHED(world, pod))
        fg_world_say(world, pod, "%s%s%s", fg_outcome_name(outcome), *reason ? ": " : "", reason);
    if (world->input->with_pods)
        add_pod_row(world, pod, &key);
}
