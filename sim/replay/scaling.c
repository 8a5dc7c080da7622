/* Cluster Autoscaler's loop: a snapshot of the world, its decision, what follows from it.
 *
 * The loop runs every scan interval on its grid; loops that can change nothing, because nothing
 * has changed since the last one and no time it waits for has come, are skipped. */
#include "sim/replay/scaling.h"

#include <stdlib.h>
#include <string.h>

#include "sim/controllers/cluster_autoscaler.h"
#include "sim/controllers/scale_down.h"
#include "sim/replay/node_life.h"

struct fg_scaler {
    uint32_t passed_s;           /* its turn of this second is over; FG_NEVER = none yet */
    uint32_t last_add_s;         /* FG_NEVER = never */
    uint32_t last_delete_s;      /* FG_NEVER = never */
    uint32_t wake_s;             /* the loop also matters from here on: a timer runs out */
    bool too_young;              /* a pod waits for new-pod-scale-up-delay */
    uint32_t draining_slot;      /* one node with pods is drained at a time; FG_NO_NODE = none */
    struct fg_request *requests; /* by scheduling class */
    uint32_t order_capacity;
    uint32_t *order; /* candidates for removal, reused from loop to loop */
};

static const struct fg_autoscaler_settings *settings(const struct fg_world *world)
{
    return &world->cluster->autoscaler;
}

void fg_scaling_open(struct fg_world *world)
{
    if (!settings(world)->enabled || world->group_count == 0)
        return;
    world->scaler = fg_allocate(1, sizeof *world->scaler);
    world->touched = true;
    world->scaler->passed_s = world->scaler->last_add_s = world->scaler->last_delete_s =
        world->scaler->wake_s = FG_NEVER;
    world->scaler->draining_slot = FG_NO_NODE;
    world->scaler->requests =
        fg_allocate(world->state.class_count, sizeof *world->scaler->requests);
    for (uint32_t c = 0; c < world->state.class_count; c++)
        world->scaler->requests[c] = world->state.classes[c].request;
}

void fg_scaling_release(struct fg_world *world)
{
    if (world->scaler != NULL) {
        free(world->scaler->order);
        free(world->scaler->requests);
    }
    free(world->scaler);
}

/* The first second of the grid that is not before `second`. */
static uint32_t on_grid(const struct fg_world *world, uint32_t second)
{
    uint32_t interval = settings(world)->scan_interval_s;
    uint64_t grid = ((uint64_t)second + interval - 1) / interval * interval;
    return grid < FG_NEVER ? (uint32_t)grid : FG_NEVER;
}

uint32_t fg_scaling_next(const struct fg_world *world)
{
    const struct fg_scaler *scaler = world->scaler;
    if (scaler == NULL)
        return FG_NEVER;
    uint32_t earliest = scaler->passed_s == FG_NEVER ? 0 : scaler->passed_s + 1;
    if (world->touched || scaler->too_young)
        return on_grid(world, earliest > world->clock.now ? earliest : world->clock.now);
    if (scaler->wake_s == FG_NEVER)
        return FG_NEVER;
    return on_grid(world, scaler->wake_s > earliest ? scaler->wake_s : earliest);
}

static void wake_at(struct fg_scaler *scaler, uint32_t second)
{
    if (second < scaler->wake_s)
        scaler->wake_s = second;
}

/* ---- scale up ---- */

static uint32_t old_enough_in(struct fg_world *world, const struct fg_cohort *cohort,
                              uint32_t delay)
{
    uint32_t count = 0;
    for (uint32_t pod = cohort->pods.first; pod != FG_NO_POD; pod = world->links[pod].next) {
        if (world->pods[pod].status != FG_POD_PENDING)
            continue;
        if ((uint64_t)world->trace->arrival_s[pod] + delay <= world->clock.now)
            count++;
        else
            world->scaler->too_young = true;
    }
    return count;
}

static uint32_t old_enough(struct fg_world *world, const struct fg_pending_class *class)
{
    uint32_t delay = settings(world)->new_pod_scale_up_delay_s;
    if (delay == 0)
        return class->pods;
    uint32_t count = 0;
    for (uint32_t level = 0; level < FG_BACKOFF_LEVELS; level++) {
        const struct fg_cohort_queue *queue = &class->failed[level];
        for (uint32_t i = queue->first; i < queue->end; i++)
            count += old_enough_in(world, &queue->items[i], delay);
    }
    return count;
}

static uint32_t waiting_pods(struct fg_world *world, struct fg_snapshot_pods *out)
{
    enum { EXPENDABLE_PRIORITY = -10 };
    uint32_t count = 0;
    for (uint32_t c = 0; c < world->classes.scheduling_count; c++) {
        const struct fg_pending_class *class = &world->pending[c];
        if (class->pods == 0 || world->classes.scheduling[c].priority < EXPENDABLE_PRIORITY)
            continue;
        out[count++] = (struct fg_snapshot_pods){
            .request = fg_world_request(world, c),
            .eligible = world->state.eligible + (size_t)c * world->state.kind_capacity,
            .pods = old_enough(world, class),
        };
    }
    return count;
}

static bool is_upcoming(const struct fg_node *node)
{
    return node->state == FG_NODE_REQUESTED || node->state == FG_NODE_BOOTING;
}

/* A group that has had a node is taken for what that node was, else for the bare machine. */
static const struct fg_node_capacity *template_of(const struct fg_world *world,
                                                  const struct fg_group_state *group)
{
    return group->was_ready ? &world->shapes.items[group->shape]->allocatable : &group->from_zero;
}

static uint32_t present_nodes(const struct fg_world *world, struct fg_snapshot_node *out)
{
    uint32_t count = 0;
    for (uint32_t slot = 0; slot < world->state.slot_count; slot++) {
        const struct fg_node *node = &world->nodes.items[slot];
        uint32_t kind = world->state.kind_of[slot];
        if (is_upcoming(node) && node->group != FG_NO_GROUP)
            out[count++] =
                (struct fg_snapshot_node){template_of(world, &world->groups[node->group]),
                                          world->shapes.kinds[kind].daemons, kind};
        else if (node->state == FG_NODE_READY)
            out[count++] = (struct fg_snapshot_node){fg_state_allocatable(&world->state, slot),
                                                     world->state.use[slot], kind};
    }
    return count;
}

static void describe_groups(const struct fg_world *world, struct fg_snapshot_group *out)
{
    for (uint32_t i = 0; i < world->group_count; i++) {
        const struct fg_group_state *group = &world->groups[i];
        out[i] = (struct fg_snapshot_group){
            .template_allocatable = *template_of(world, group),
            .machine = group->from_zero,
            .daemons = world->shapes.kinds[group->first_kind].daemons,
            .kind = group->first_kind,
            .size = group->target,
            .max_size = group->group->max_size,
        };
    }
}

static bool scale_up(struct fg_world *world)
{
    if (world->pending_pods == 0)
        return false;
    struct fg_snapshot snapshot = {
        .nodes = fg_allocate(world->state.slot_count, sizeof *snapshot.nodes),
        .pods = fg_allocate(world->classes.scheduling_count, sizeof *snapshot.pods),
        .group_count = world->group_count,
    };
    struct fg_snapshot_group *groups = fg_allocate(world->group_count, sizeof *groups);
    snapshot.pods_count = waiting_pods(world, snapshot.pods);
    struct fg_scale_up choice = {.group = UINT32_MAX};
    if (snapshot.pods_count > 0) {
        snapshot.node_count = present_nodes(world, snapshot.nodes);
        describe_groups(world, groups);
        snapshot.groups = groups;
        choice = fg_autoscaler_scale_up(settings(world), &snapshot);
    }
    free(snapshot.nodes);
    free(snapshot.pods);
    free(groups);
    if (choice.group == UINT32_MAX)
        return false;
    world->groups[choice.group].target += choice.nodes;
    for (int64_t i = 0; i < choice.nodes; i++)
        fg_node_request(world, choice.group);
    world->scaler->last_add_s = world->clock.now;
    return true;
}

/* ---- scale down ---- */

/* A pod that stops to block with age wakes the loop then. */
static bool has_blocker(const struct fg_world *world, const struct fg_node *node)
{
    for (uint32_t pod = node->first_pod; pod != FG_NO_POD; pod = world->links[pod].next) {
        const struct fg_pod_spec *spec = &world->trace->specs[fg_trace_spec(world->trace, pod)];
        uint32_t start = world->pods[pod].start_s, now = world->clock.now;
        if (!fg_autoscaler_blocks_removal(settings(world), spec, now > start ? now - start : 0))
            continue;
        if (!fg_autoscaler_blocks_removal(settings(world), spec, FG_SYSTEM_POD_BLOCKS_S))
            wake_at(world->scaler, start + FG_SYSTEM_POD_BLOCKS_S);
        return true;
    }
    return false;
}

static bool is_candidate(const struct fg_world *world, uint32_t slot)
{
    const struct fg_node *node = &world->nodes.items[slot];
    if (node->state != FG_NODE_READY || node->group == FG_NO_GROUP)
        return false;
    struct fg_node_use use = world->state.use[slot];
    if (settings(world)->ignore_daemonsets_utilization) {
        const struct fg_node_use *daemons =
            &world->shapes.kinds[world->state.kind_of[slot]].daemons;
        use.cpu_milli -= daemons->cpu_milli;
        use.memory_bytes -= daemons->memory_bytes;
    }
    return fg_autoscaler_utilization_millionths(fg_state_allocatable(&world->state, slot), &use) <=
               settings(world)->scale_down_threshold_millionths &&
           !(node->blocker_count > 0 && has_blocker(world, node));
}

static const struct fg_world *sorted_world; /* only for compare_candidates */
#pragma omp threadprivate(sorted_world)

/* Empty nodes first, then those unneeded for longest, then by number. */
static int compare_candidates(const void *a, const void *b)
{
    const struct fg_cluster_state *state = &sorted_world->state;
    uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
    uint32_t left_s = sorted_world->nodes.items[left].unneeded_since_s;
    uint32_t right_s = sorted_world->nodes.items[right].unneeded_since_s;
    if ((state->loads[left].count == 0) != (state->loads[right].count == 0))
        return state->loads[left].count == 0 ? -1 : 1;
    if (left_s != right_s)
        return left_s < right_s ? -1 : 1;
    return (state->number_of[left] > state->number_of[right]) -
           (state->number_of[left] < state->number_of[right]);
}

/* The order of the candidates follows from it, so the next loop may decide otherwise. */
static void set_unneeded(struct fg_world *world, uint32_t slot, uint32_t since_s)
{
    struct fg_node *node = &world->nodes.items[slot];
    if (node->unneeded_since_s != since_s)
        world->touched = true;
    node->unneeded_since_s = since_s;
}

static uint32_t find_candidates(struct fg_world *world)
{
    struct fg_scaler *scaler = world->scaler;
    uint32_t count = 0;
    scaler->order = fg_grow(scaler->order, &scaler->order_capacity, world->state.slot_count,
                            sizeof *scaler->order);
    for (uint32_t slot = 0; slot < world->state.slot_count; slot++) {
        if (is_candidate(world, slot))
            scaler->order[count++] = slot;
        else
            set_unneeded(world, slot, FG_NEVER);
    }
    sorted_world = world;
    if (count > 1)
        qsort(scaler->order, count, sizeof *scaler->order, compare_candidates);
    return count;
}

static void fill_removal(const struct fg_world *world, struct fg_removal_snapshot *snapshot)
{
    for (uint32_t slot = 0; slot < world->state.slot_count; slot++) {
        if (world->nodes.items[slot].state != FG_NODE_READY)
            continue;
        snapshot->nodes[slot] = (struct fg_removal_node){
            .allocatable = fg_state_allocatable(&world->state, slot),
            .use = world->state.use[slot],
            .kind = world->state.kind_of[slot],
            .is_target = true,
            .load_count = world->state.loads[slot].count,
            .loads = world->state.loads[slot].items,
        };
    }
}

/* Marks since when each node could be done without. */
static uint32_t update_unneeded(struct fg_world *world)
{
    uint32_t count = find_candidates(world), kept = 0;
    if (count == 0)
        return 0;
    struct fg_removal_snapshot snapshot = {
        .node_count = world->state.slot_count,
        .nodes = fg_allocate(world->state.slot_count, sizeof *snapshot.nodes),
        .requests = world->scaler->requests,
        .eligible = world->state.eligible,
        .kind_count = world->state.kind_capacity,
    };
    fill_removal(world, &snapshot);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t slot = world->scaler->order[i];
        if (!fg_autoscaler_can_move(&snapshot, slot)) {
            set_unneeded(world, slot, FG_NEVER);
            continue;
        }
        if (world->nodes.items[slot].unneeded_since_s == FG_NEVER)
            set_unneeded(world, slot, world->clock.now);
        world->scaler->order[kept++] = slot;
    }
    free(snapshot.nodes);
    free(snapshot.moves);
    return kept;
}

static bool is_cooling_down(struct fg_world *world)
{
    struct fg_scaler *scaler = world->scaler;
    const struct fg_autoscaler_settings *set = settings(world);
    uint64_t until = 0;
    if (scaler->last_add_s != FG_NEVER)
        until = (uint64_t)scaler->last_add_s + set->scale_down_delay_after_add_s;
    if (scaler->last_delete_s != FG_NEVER &&
        (uint64_t)scaler->last_delete_s + set->scale_down_delay_after_delete_s > until)
        until = (uint64_t)scaler->last_delete_s + set->scale_down_delay_after_delete_s;
    if (until <= world->clock.now)
        return false;
    wake_at(scaler, until < FG_NEVER ? (uint32_t)until : FG_NEVER);
    return true;
}

static bool drain_in_progress(struct fg_world *world)
{
    uint32_t slot = world->scaler->draining_slot;
    if (slot != FG_NO_NODE && world->nodes.items[slot].state != FG_NODE_TAINTED)
        world->scaler->draining_slot = FG_NO_NODE;
    return world->scaler->draining_slot != FG_NO_NODE;
}

/* Taints what has been unneeded for longer than the time set: empty nodes together, of those
 * with pods one at a time. */
static void remove_unneeded(struct fg_world *world, uint32_t count)
{
    struct fg_scaler *scaler = world->scaler;
    uint32_t removed = 0;
    bool may_drain = !drain_in_progress(world);
    for (uint32_t i = 0; i < count && removed < settings(world)->max_scale_down_parallelism; i++) {
        struct fg_node *node = &world->nodes.items[scaler->order[i]];
        struct fg_group_state *group = &world->groups[node->group];
        uint64_t due =
            (uint64_t)node->unneeded_since_s + settings(world)->scale_down_unneeded_time_s;
        if (due >= world->clock.now) {
            wake_at(scaler, due + 1 < FG_NEVER ? (uint32_t)(due + 1) : FG_NEVER);
            continue;
        }
        bool empty = world->state.loads[scaler->order[i]].count == 0;
        if (group->target <= group->group->min_size || (!empty && !may_drain))
            continue;
        if (!empty) {
            may_drain = false;
            scaler->draining_slot = scaler->order[i];
        }
        fg_node_taint(world, scaler->order[i]);
        scaler->last_delete_s = world->clock.now;
        world->touched = true;
        removed++;
    }
}

static void loop(struct fg_world *world)
{
    struct fg_scaler *scaler = world->scaler;
    world->touched = scaler->too_young = false;
    scaler->wake_s = FG_NEVER;
    if (scale_up(world)) {
        world->touched = true; /* the next loop handles the rest */
        return;
    }
    if (!settings(world)->scale_down_enabled)
        return;
    uint32_t count = update_unneeded(world);
    if (count > 0 && !is_cooling_down(world))
        remove_unneeded(world, count);
}

void fg_scaling_pass(struct fg_world *world)
{
    if (world->scaler == NULL)
        return;
    if (fg_scaling_next(world) <= world->clock.now)
        loop(world);
    world->scaler->passed_s = world->clock.now;
}
