/* Pods on nodes: created -> pending -> bound -> starts -> runs -> ends. */
#include "sim/replay/node_pods.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "sim/replay/addresses.h"
#include "sim/replay/cost_lines.h"
#include "sim/replay/demand_meter.h"
#include "sim/replay/disruption_facts.h"
#include "sim/replay/eviction.h"
#include "sim/replay/image_cache.h"
#include "sim/replay/pending_queue.h"
#include "sim/replay/pending_reason.h"
#include "sim/replay/persistent_volumes.h"
#include "sim/replay/pod_outcome.h"
#include "sim/replay/shapes.h"
#include "sim/replay/spread.h"

void fg_node_pods_open(struct fg_world *world)
{
    const struct fg_scheduler_settings *settings = &world->cluster->scheduler;
    world->placement = (struct fg_placement){
        .state = &world->state,
        .percentage = settings->score_all_nodes ? 100 : settings->percentage_of_nodes_to_score,
        .most_allocated = settings->most_allocated,
        .view_count = world->state.class_count,
        .views = fg_allocate(world->state.class_count, sizeof(struct fg_view)),
    };
    world->bound_of_class = fg_allocate(world->state.class_count, sizeof *world->bound_of_class);
    fg_pending_open(world);
    world->order_stale = true;
}

/* ---- pending ---- */

/* Since the pod last began to wait. */
static void note_wait(struct fg_world *world, uint32_t pod)
{
    const struct fg_pod_past *past = fg_pod_past(world, pod);
    uint32_t from_s = past != NULL ? past->evicted_s : world->trace->arrival_s[pod];
    if (from_s < world->clock.now)
        fg_spread_note_wait(world, from_s, world->clock.now);
}

static void count_pending(struct fg_world *world, int64_t change)
{
    struct fg_capacity_series *series = fg_world_series(world, fg_world_cluster_pool(world));
    series->pending += change;
    world->pending_pods += (uint64_t)change;
}

void fg_node_pods_arrive(struct fg_world *world, uint32_t pod)
{
    world->pods[pod].status = FG_POD_PENDING;
    count_pending(world, 1);
    if (fg_trace_span(world->trace, pod) == FG_SPAN_END) {
        uint32_t end = world->trace->span_s[pod], now = world->clock.now;
        fg_world_expect_end(world, pod, end > now ? end : now);
    }
    fg_pending_add(world, pod);
}

/* ---- on a node ---- */

/* Adds to the pod's row what its share of the node, and its lines, have cost. */
static void price_pod(struct fg_world *world, uint32_t pod, uint32_t slot)
{
    const struct fg_shape *shape = fg_world_shape(world, slot);
    const struct fg_pod_state *state = &world->pods[pod];
    uint32_t delay_s = world->cluster->nodes.pod_startup_s + fg_image_cache_waited(world, pod);
    fg_unix_s now = world->scenario->start + world->clock.now;
    fg_unix_s bound_s =
        state->start_s == FG_NEVER ? now : world->scenario->start + state->start_s - delay_s;
    world->result->pod_rows[pod].nano +=
        fg_node_meter_pod(&shape->meter, fg_world_class(world, pod)->units, bound_s, now);
    if (state->status == FG_POD_ON_NODE)
        world->result->pod_rows[pod].nano +=
            fg_cost_lines_of_pod(world, pod, shape->pool, world->clock.now - state->start_s);
}

/* The pod begins to run, or does no more. */
static void count_running(struct fg_world *world, uint32_t pod, uint32_t pool, int64_t change)
{
    fg_series_change(fg_world_series(world, pool), &world->clock, FG_SERIES_PODS, change);
    if (change < 0) {
        fg_cost_lines_pod_stops(world, pod, pool);
        return;
    }
    fg_cost_lines_pod_runs(world, pod, pool);
    fg_persistent_volumes_pod_starts(world, pod, pool);
}

/* Books the pod's request on the node (change 1) or takes it off (-1). */
static void count_on_node(struct fg_world *world, uint32_t pod, uint32_t slot, int64_t change)
{
    const struct fg_pod_class *class = fg_world_class(world, pod);
    const struct fg_request *request = fg_world_request(world, class->scheduling_class);
    struct fg_node *node = &world->nodes.items[slot];
    struct fg_shape *shape = world->shapes.items[node->shape];
    struct fg_capacity_series *series = fg_world_series(world, shape->pool);
    fg_state_count_pods(&world->state, slot, class->scheduling_class, change);
    world->bound_of_class[class->scheduling_class] += change;
    if (class->may_block_removal)
        node->blocker_count += (uint32_t)change;
    fg_node_meter_units(&shape->meter, &world->bill, &world->clock,
                        fg_shape_share(world, node->shape, class->owner), change * class->units);
    fg_series_change(series, &world->clock, FG_SERIES_CPU_REQUESTED, change * request->cpu_milli);
    fg_series_change(series, &world->clock, FG_SERIES_MEMORY_REQUESTED,
                     change * request->memory_bytes);
    struct fg_capacity_series *zone = fg_spread_series(world, slot);
    fg_series_change(zone, &world->clock, FG_SERIES_CPU_REQUESTED, change * request->cpu_milli);
    fg_series_change(zone, &world->clock, FG_SERIES_MEMORY_REQUESTED,
                     change * request->memory_bytes);
    if (change < 0 && world->pods[pod].status == FG_POD_ON_NODE) {
        fg_spread_count(world, class->workload, slot, world->clock.now - world->pods[pod].start_s);
        fg_demand_count_node_pod(world, pod, slot, -1);
    }
    if (change < 0 && world->input->with_pods)
        price_pod(world, pod, slot);
    world->surroundings_changed = true;
    fg_disruption_note_pod_event(world, slot);
    if (!world->order_stale)
        fg_placement_changed(&world->placement, slot);
    world->touched = true;
}

static void link_to_node(struct fg_world *world, uint32_t pod, struct fg_node *node)
{
    world->links[pod] = (struct fg_pod_link){.next = node->first_pod, .previous = FG_NO_POD};
    if (node->first_pod != FG_NO_POD)
        world->links[node->first_pod].previous = pod;
    node->first_pod = pod;
}

static void unlink_from_node(struct fg_world *world, uint32_t pod, struct fg_node *node)
{
    const struct fg_pod_link *link = &world->links[pod];
    if (link->previous == FG_NO_POD)
        node->first_pod = link->next;
    else
        world->links[link->previous].next = link->next;
    if (link->next != FG_NO_POD)
        world->links[link->next].previous = link->previous;
}

static void start_after_delay(struct fg_world *world, uint32_t pod)
{
    struct fg_pod_state *state = &world->pods[pod];
    note_wait(world, pod);
    state->start_s = world->clock.now + fg_image_cache_pull(world, pod, state->place) +
                     world->cluster->nodes.pod_startup_s;
    if (state->start_s == world->clock.now)
        fg_node_pods_start(world, pod);
    else
        fg_event_put(&world->readiness, state->start_s, fg_due_word(FG_DUE_POD_START, pod));
}

static void wait_for_address(struct fg_world *world, uint32_t pod, uint32_t slot)
{
    uint32_t count = world->without_address_count++;
    world->without_address = fg_grow(world->without_address, &world->without_address_capacity,
                                     count + 1, sizeof *world->without_address);
    world->without_address[count] = pod;
    if (FG_WATCHED(world, pod))
        fg_world_say(world, pod, "%s", fg_addresses_reason(world, slot));
}

void fg_node_pods_bind(struct fg_world *world, uint32_t pod, uint32_t slot)
{
    struct fg_pod_state *state = &world->pods[pod];
    struct fg_node *node = &world->nodes.items[slot];
    state->status = FG_POD_BOUND;
    state->place = slot & FG_NO_PLACE;
    state->start_s = FG_NEVER;
    link_to_node(world, pod, node);
    count_on_node(world, pod, slot, 1);
    count_pending(world, -1);
    world->last_progress_s = world->clock.now;
    if (FG_WATCHED(world, pod))
        fg_world_say(world, pod, "bound to node %" PRIu32 " of %s (%s)",
                     world->state.number_of[slot],
                     world->pool_names[fg_world_node_pool(world, slot)],
                     fg_world_shape(world, slot)->type->name);
    if (fg_addresses_take(world, pod, slot))
        start_after_delay(world, pod);
    else
        wait_for_address(world, pod, slot);
}

static bool still_waits_for_address(const struct fg_world *world, uint32_t pod)
{
    return world->pods[pod].status == FG_POD_BOUND && world->pods[pod].start_s == FG_NEVER;
}

void fg_node_pods_serve_addresses(struct fg_world *world)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < world->without_address_count; i++) {
        uint32_t pod = world->without_address[i];
        if (!still_waits_for_address(world, pod))
            continue;
        if (fg_addresses_take(world, pod, world->pods[pod].place))
            start_after_delay(world, pod);
        else
            world->without_address[kept++] = pod;
    }
    world->without_address_count = kept;
}

void fg_node_pods_start(struct fg_world *world, uint32_t pod)
{
    struct fg_pod_state *state = &world->pods[pod];
    if (state->status != FG_POD_BOUND || state->start_s != world->clock.now)
        return; /* deleted or evicted meanwhile */
    state->status = FG_POD_ON_NODE;
    fg_demand_count_node_pod(world, pod, state->place, 1);
    count_running(world, pod, fg_world_node_pool(world, state->place), 1);
    if (fg_trace_span(world->trace, pod) == FG_SPAN_DURATION) {
        uint64_t end = (uint64_t)state->start_s + fg_pod_work_left(world, pod);
        if (end < FG_NEVER)
            fg_world_expect_end(world, pod, (uint32_t)end);
    }
    if (FG_WATCHED(world, pod))
        fg_world_say(world, pod, "runs");
}

/* ---- leaving ---- */

static void leave_node(struct fg_world *world, uint32_t pod)
{
    struct fg_pod_state *state = &world->pods[pod];
    struct fg_node *node = &world->nodes.items[state->place];
    unlink_from_node(world, pod, node);
    fg_addresses_give(world, pod, state->place, state->start_s != FG_NEVER);
    count_on_node(world, pod, state->place, -1);
    if (state->status == FG_POD_ON_NODE)
        count_running(world, pod, fg_world_node_pool(world, state->place), -1);
    if (world->state.is_open[state->place])
        fg_pending_room_on(world, state->place);
}

static void finish_pending(struct fg_world *world, uint32_t pod, enum fg_outcome outcome,
                           const char *reason)
{
    fg_pod_finish(world, pod, fg_world_cluster_pool(world), outcome, reason,
                  world->clock.now - world->trace->arrival_s[pod]);
}

/* A bound pod that has waited for an address until now. */
static void note_wait_for_address(struct fg_world *world, uint32_t pod)
{
    if (world->pods[pod].start_s == FG_NEVER)
        note_wait(world, pod);
}

static const char *reason_not_started(struct fg_world *world, uint32_t pod)
{
    if (fg_pod_has_run(world, pod))
        return FG_REASON_WAITS_AGAIN;
    return world->pods[pod].start_s == FG_NEVER ? fg_addresses_reason(world, world->pods[pod].place)
                                                : "starting on its node";
}

void fg_node_pods_end(struct fg_world *world, uint32_t pod)
{
    struct fg_pod_state *state = &world->pods[pod];
    bool by_work = fg_trace_span(world->trace, pod) == FG_SPAN_DURATION;
    if (by_work && (state->status != FG_POD_ON_NODE ||
                    state->start_s + fg_pod_work_left(world, pod) != world->clock.now))
        return; /* it was evicted and began anew */
    if (state->status == FG_POD_PENDING) {
        uint32_t class_number = fg_world_class(world, pod)->scheduling_class;
        if (fg_pod_has_run(world, pod))
            fg_pod_finish(world, pod, world->pasts[pod].last_pool, FG_OUTCOME_COMPLETED, "",
                          fg_pod_wait(world, pod));
        else
            finish_pending(world, pod, FG_OUTCOME_DELETED_PENDING, fg_pending_reason(world, pod));
        count_pending(world, -1);
        note_wait(world, pod);
        if (world->links[pod].next != pod) /* not fresh: it has failed before */
            world->pending[class_number].pods--;
        world->touched = true;
    } else {
        uint32_t pool = fg_world_node_pool(world, state->place);
        bool ran = state->status == FG_POD_ON_NODE;
        note_wait_for_address(world, pod);
        fg_pod_finish(world, pod, ran ? pool : fg_world_cluster_pool(world),
                      ran ? FG_OUTCOME_COMPLETED : FG_OUTCOME_DELETED_PENDING,
                      ran ? "" : reason_not_started(world, pod),
                      ran ? fg_pod_wait(world, pod)
                          : world->clock.now - world->trace->arrival_s[pod]);
        leave_node(world, pod);
    }
    fg_persistent_volumes_pod_gone(world, pod);
    state->status = FG_POD_GONE;
}

/* The pods' controllers make them anew. */
void fg_node_pods_evict(struct fg_world *world, uint32_t pod, const char *why)
{
    note_wait_for_address(world, pod);
    fg_pod_note_eviction(world, pod, fg_world_node_pool(world, world->pods[pod].place));
    leave_node(world, pod);
    world->pods[pod].status = FG_POD_PENDING;
    world->pods[pod].place = FG_NO_PLACE;
    world->links[pod] = (struct fg_pod_link){pod, FG_NO_POD};
    count_pending(world, 1);
    fg_pending_add(world, pod);
    if (FG_WATCHED(world, pod))
        fg_world_say(world, pod, "evicted: %s; it begins anew", why);
}

/* The reasons are those of the cut: a class has one. */
static void close_pending(struct fg_world *world)
{
    const char **reasons = fg_allocate(world->classes.scheduling_count, sizeof *reasons);
    for (uint32_t pod = 0; pod < world->next_arrival; pod++) {
        if (world->pods[pod].status != FG_POD_PENDING)
            continue;
        const char **reason = &reasons[fg_world_class(world, pod)->scheduling_class];
        if (*reason == NULL)
            *reason = fg_pending_reason(world, pod);
        note_wait(world, pod);
        finish_pending(world, pod, FG_OUTCOME_PENDING,
                       fg_pod_has_run(world, pod) ? FG_REASON_WAITS_AGAIN : *reason);
    }
    free((void *)(uintptr_t)reasons);
}

static void close_bound(struct fg_world *world, uint32_t pod)
{
    uint32_t slot = world->pods[pod].place, pool = fg_world_node_pool(world, slot);
    bool ran = world->pods[pod].status == FG_POD_ON_NODE;
    note_wait_for_address(world, pod);
    fg_pod_finish(world, pod, ran ? pool : fg_world_cluster_pool(world),
                  ran ? FG_OUTCOME_RUNNING : FG_OUTCOME_PENDING,
                  ran ? "" : reason_not_started(world, pod),
                  ran ? fg_pod_wait(world, pod) : world->clock.now - world->trace->arrival_s[pod]);
    count_on_node(world, pod, slot, -1);
    if (ran)
        count_running(world, pod, pool, -1);
}

void fg_node_pods_close(struct fg_world *world)
{
    close_pending(world); /* while the nodes hold what they held */
    for (uint32_t pod = 0; pod < world->next_arrival; pod++) {
        enum fg_pod_status status = (enum fg_pod_status)world->pods[pod].status;
        if (status == FG_POD_BOUND || status == FG_POD_ON_NODE)
            close_bound(world, pod);
    }
}
