#include "sim/replay/scaling_down.h"

#include <stdlib.h>

#include "sim/replay/node_life.h"

static struct fg_node_memo *memo_of(struct fg_world *world, uint32_t slot)
{
    struct fg_scaler *scaler = world->scaler;
    uint32_t capacity = scaler->memo_capacity;
    if (slot >= capacity)
        scaler->memos =
            fg_grow(scaler->memos, &scaler->memo_capacity, slot + 1, sizeof *scaler->memos);
    for (uint32_t i = capacity; i < scaler->memo_capacity; i++)
        scaler->memos[i].number = UINT32_MAX;
    struct fg_node_memo *memo = &scaler->memos[slot];
    if (memo->number != world->state.number_of[slot])
        *memo = (struct fg_node_memo){.number = world->state.number_of[slot],
                                      .unremovable_s = FG_NEVER};
    return memo;
}

/* ---- which could go ---- */

/* A pod that stops to block with age wakes the loop then. */
static bool has_blocker(const struct fg_world *world, const struct fg_node *node)
{
    const struct fg_autoscaler_settings *settings = fg_scaling_settings(world);
    uint32_t timeout = settings->blocking_system_pod_timeout_s;
    for (uint32_t pod = node->first_pod; pod != FG_NO_POD; pod = world->links[pod].next) {
        const struct fg_pod_spec *spec = &world->trace->specs[fg_trace_spec(world->trace, pod)];
        uint32_t class_number = fg_world_class(world, pod)->scheduling_class;
        uint32_t age = fg_scaling_age(world, pod);
        if (fg_scaling_is_expendable(world, class_number) ||
            !fg_drain_keeps_node(settings, spec, age))
            continue;
        if (!fg_drain_keeps_node(settings, spec, timeout + 1))
            fg_scaling_wake_at(world->scaler, world->clock.now + timeout + 1 - age);
        return true;
    }
    return false;
}

/* Seconds between two looks at a node without a place for its pods: whole loops. */
static uint32_t recheck_period(const struct fg_world *world)
{
    uint32_t interval = fg_scaling_settings(world)->scan_interval_s;
    uint32_t timeout = fg_scaling_settings(world)->unremovable_node_recheck_timeout_s;
    return (timeout + interval - 1) / interval * interval;
}

/* Loops that were skipped looked again in time, and found the same. */
static bool is_recent(struct fg_world *world, uint32_t slot)
{
    struct fg_node_memo *memo = memo_of(world, slot);
    uint32_t period = recheck_period(world), now = world->clock.now;
    if (memo->unremovable_s == FG_NEVER)
        return false;
    uint32_t gone = period > 0 ? (now - memo->unremovable_s) % period : 0;
    if (gone == 0) {
        memo->unremovable_s = FG_NEVER;
        return false;
    }
    fg_scaling_wake_at(world->scaler, now - gone + period);
    return true;
}

static bool is_utilized(const struct fg_world *world, uint32_t slot)
{
    const struct fg_autoscaler_settings *settings = fg_scaling_settings(world);
    const struct fg_node_capacity *allocatable = fg_state_allocatable(&world->state, slot);
    const struct fg_node_use *daemons = &world->shapes.kinds[world->state.kind_of[slot]].daemons;
    bool has_gpu = allocatable->gpu_milli > 0;
    struct fg_utilization utilization;
    return !fg_utilization_of(allocatable, &world->state.use[slot],
                              settings->ignore_daemonsets_utilization ? daemons : NULL, has_gpu,
                              &utilization) ||
           fg_utilization_above(&utilization, has_gpu
                                                  ? settings->scale_down_gpu_threshold_millionths
                                                  : settings->scale_down_threshold_millionths);
}

static enum fg_unremovable eligibility(struct fg_world *world, uint32_t slot)
{
    const struct fg_group_state *group = &world->groups[world->nodes.items[slot].group];
    bool recent = is_recent(world, slot);
    if (group->target <= group->group->min_size)
        return FG_UNREMOVABLE_MIN_SIZE;
    if (recent)
        return FG_UNREMOVABLE_RECENTLY;
    return is_utilized(world, slot) ? FG_UNREMOVABLE_UTILIZED : FG_REMOVABLE;
}

static void add_pods(struct fg_scaling_loop *loop, struct fg_removal *removal, uint32_t slot)
{
    const struct fg_node_loads *loads = &loop->world->state.loads[slot];
    for (uint32_t n = 0; n < loads->count; n++)
        fg_removal_add_pods(removal, &(struct fg_removal_pods){
                                         .slot = slot,
                                         .class_number = loads->items[n].scheduling_class,
                                         .pods = loads->items[n].pods,
                                         .drain = FG_DRAIN_MOVES,
                                     });
    const struct fg_node *node = &loop->world->nodes.items[slot];
    if (node->blocker_count > 0 && has_blocker(loop->world, node))
        fg_removal_add_pods(
            removal, &(struct fg_removal_pods){.slot = slot, .drain = FG_DRAIN_NOT_REPLICATED});
}

static const struct fg_world *sorted_world; /* only for comparing */
#pragma omp threadprivate(sorted_world)

/* Empty nodes first, then those unneeded before, each by number. */
static int compare_candidates(const void *a, const void *b)
{
    const struct fg_removal_node *left = a, *right = b;
    bool left_known = sorted_world->nodes.items[left->slot].unneeded_since_s != FG_NEVER;
    bool right_known = sorted_world->nodes.items[right->slot].unneeded_since_s != FG_NEVER;
    if (left->is_empty != right->is_empty)
        return left->is_empty ? -1 : 1;
    if (left_known != right_known)
        return left_known ? -1 : 1;
    return (sorted_world->state.number_of[left->slot] >
            sorted_world->state.number_of[right->slot]) -
           (sorted_world->state.number_of[left->slot] < sorted_world->state.number_of[right->slot]);
}

static void find_candidates(struct fg_scaling_loop *loop, struct fg_scaling_down *down)
{
    struct fg_world *world = loop->world;
    down->candidates = fg_allocate(loop->slot_count, sizeof *down->candidates);
    for (uint32_t slot = 0; slot < loop->slot_count; slot++) {
        const struct fg_node *node = &world->nodes.items[slot];
        if (node->state != FG_NODE_READY || node->group == FG_NO_GROUP)
            continue;
        enum fg_unremovable reason = eligibility(world, slot);
        down->any_eligible |= reason == FG_REMOVABLE;
        down->candidates[down->count++] = (struct fg_removal_node){
            .slot = slot, .reason = reason, .is_empty = world->state.loads[slot].count == 0};
    }
}

static uint32_t count_unneeded(const struct fg_scaling_loop *loop)
{
    const struct fg_world *world = loop->world;
    uint32_t count = 0;
    for (uint32_t slot = 0; slot < loop->slot_count; slot++)
        count += world->nodes.items[slot].state == FG_NODE_READY &&
                 world->nodes.items[slot].unneeded_since_s != FG_NEVER;
    return count;
}

static void simulate(struct fg_scaling_loop *loop, struct fg_scaling_down *down)
{
    struct fg_world *world = loop->world;
    const struct fg_autoscaler_settings *settings = fg_scaling_settings(world);
    struct fg_removal removal;
    fg_removal_open(&removal, &loop->simulation);
    removal.keeps_turn = true;
    removal.unneeded_limit =
        fg_removal_unneeded_limit(settings, count_unneeded(loop), settings->scan_interval_s);
    for (uint32_t i = (uint32_t)loop->ready_nodes; i < loop->simulation.node_count; i++)
        loop->simulation.barred[loop->simulation.nodes[i]] = true;
    sorted_world = world;
    if (down->count > 1)
        qsort(down->candidates, down->count, sizeof *down->candidates, compare_candidates);
    for (uint32_t i = 0; i < down->count; i++)
        if (down->candidates[i].reason == FG_REMOVABLE)
            add_pods(loop, &removal, down->candidates[i].slot);
    fg_removal_plan(&removal, down->candidates, down->count);
    fg_removal_close(&removal);
}

static bool any_expendable(const struct fg_world *world)
{
    for (uint32_t c = 0; c < world->classes.scheduling_count; c++)
        if (world->bound_of_class[c] > 0 && fg_scaling_is_expendable(world, c))
            return true;
    return false;
}

void fg_scaling_down_plan(struct fg_scaling_loop *loop, struct fg_scaling_down *down)
{
    if (any_expendable(loop->world))
        fg_scaling_loop_open(loop);
    find_candidates(loop, down);
    if (!down->any_eligible)
        return;
    fg_scaling_loop_open(loop);
    simulate(loop, down);
}

/* ---- since when ---- */

/* The order of the candidates follows from it, so the next loop may decide otherwise. */
static void set_unneeded(struct fg_world *world, uint32_t slot, uint32_t since_s)
{
    struct fg_node *node = &world->nodes.items[slot];
    if (node->unneeded_since_s != since_s)
        world->touched = true;
    node->unneeded_since_s = since_s;
}

void fg_scaling_down_note(struct fg_world *world, const struct fg_scaling_down *down)
{
    for (uint32_t i = 0; i < down->count; i++) {
        uint32_t slot = down->candidates[i].slot;
        enum fg_unremovable reason = down->candidates[i].reason;
        if (reason == FG_REMOVABLE) {
            if (world->nodes.items[slot].unneeded_since_s == FG_NEVER)
                set_unneeded(world, slot, world->clock.now);
            continue;
        }
        set_unneeded(world, slot, FG_NEVER);
        if (reason == FG_UNREMOVABLE_NO_PLACE || reason == FG_UNREMOVABLE_BLOCKED_BY_POD)
            memo_of(world, slot)->unremovable_s = world->clock.now;
        if (reason == FG_UNREMOVABLE_NOT_LOOKED_AT)
            world->touched = true;
    }
}

/* ---- which go ---- */

static bool is_cooling_down(struct fg_world *world)
{
    const struct fg_scaler *scaler = world->scaler;
    uint64_t until = fg_scale_down_cool_s(fg_scaling_settings(world), scaler->last_add_s,
                                          scaler->last_delete_s, FG_NOT_YET);
    if (until <= world->clock.now)
        return false;
    fg_scaling_wake_at(world->scaler, until < FG_NEVER ? (uint32_t)until : FG_NEVER);
    return true;
}

/* Unneeded nodes, empty or not, whose time is over, while their groups stay above the minimum. */
static uint32_t list_due(struct fg_world *world, const struct fg_scaling_down *down, bool empty,
                         int64_t *left, struct fg_due_node *due, uint32_t *slots)
{
    uint32_t due_count = 0;
    for (uint32_t i = 0; i < down->count; i++) {
        const struct fg_removal_node *candidate = &down->candidates[i];
        const struct fg_node *node = &world->nodes.items[candidate->slot];
        if (candidate->reason != FG_REMOVABLE || candidate->is_empty != empty)
            continue;
        uint64_t due_s =
            fg_scale_down_due_s(fg_scaling_settings(world), true, node->unneeded_since_s);
        if (due_s > world->clock.now) {
            fg_scaling_wake_at(world->scaler, due_s < FG_NEVER ? (uint32_t)due_s : FG_NEVER);
        } else if (left[node->group] > 0) {
            left[node->group]--;
            slots[due_count] = candidate->slot;
            due[due_count++] = (struct fg_due_node){.group = node->group, .is_empty = empty};
        }
    }
    return due_count;
}

static uint32_t count_removals(struct fg_world *world, bool drained)
{
    uint32_t count = 0;
    for (uint32_t slot = 0; slot < world->state.slot_count; slot++)
        count += world->nodes.items[slot].state == FG_NODE_TAINTED &&
                 memo_of(world, slot)->is_removed && memo_of(world, slot)->is_drained == drained;
    return count;
}

static void remove_node(struct fg_world *world, uint32_t slot, bool is_empty)
{
    memo_of(world, slot)->is_removed = true;
    memo_of(world, slot)->is_drained = !is_empty;
    fg_node_taint(world, slot);
    world->scaler->last_delete_s = world->clock.now;
    world->touched = true;
}

static void remove_nodes(struct fg_world *world, const struct fg_scaling_down *down)
{
    struct fg_due_node *due = fg_allocate(down->count, sizeof *due);
    uint32_t *slots = fg_allocate(down->count, sizeof *slots);
    int64_t *left = fg_allocate(world->group_count, sizeof *left);
    for (uint32_t i = 0; i < world->group_count; i++)
        left[i] = world->groups[i].target - world->groups[i].group->min_size;
    uint32_t count = list_due(world, down, true, left, due, slots);
    count += list_due(world, down, false, left, due + count, slots + count);
    fg_scale_down_crop(fg_scaling_settings(world), count_removals(world, false),
                       count_removals(world, true), due, count);
    for (uint32_t i = 0; i < count; i++)
        if (due[i].goes)
            remove_node(world, slots[i], due[i].is_empty);
    free(due);
    free(slots);
    free(left);
}

void fg_scaling_down_carry_out(struct fg_world *world, const struct fg_scaling_down *down)
{
    if (down->any_eligible && !is_cooling_down(world))
        remove_nodes(world, down);
}

void fg_scaling_down_release(struct fg_scaling_down *down)
{
    free(down->candidates);
}
