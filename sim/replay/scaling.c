/* Cluster Autoscaler's loop: a simulation on the world, its decision, what follows from it.
 *
 * The loop runs every scan interval on its grid; loops that can change nothing, because nothing
 * has changed since the last one and no time it waits for has come, are skipped. Searches for a
 * place begin anew in each loop: the real one goes on where the last loop stopped, and its nodes
 * come in any order. */
#include "sim/replay/scaling.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "models/base/random.h"
#include "sim/controllers/autoscaler_timing.h"
#include "sim/controllers/removal.h"
#include "sim/controllers/scale_up.h"
#include "sim/replay/eviction.h"
#include "sim/replay/node_life.h"

/* What the loop knows of a node; of the node whose number it is. */
struct fg_node_memo {
    uint32_t number;
    uint32_t unremovable_s; /* when its pods last had no place, or one blocked; FG_NEVER = not */
    bool is_removed;        /* by scale-down */
    bool is_drained;        /* with pods */
};

/* What it knows of a group. */
struct fg_group_memo {
    uint32_t missing_since_s; /* nodes asked for that AWS does not give; FG_NEVER = none */
    struct fg_group_backoff backoff;
    uint32_t kind_from_zero; /* what a new node of an empty group is taken to be */
};

struct fg_scaler {
    uint32_t passed_s;            /* its turn of this second is over; FG_NEVER = none yet */
    uint32_t last_add_s;          /* FG_NEVER = never */
    uint32_t last_delete_s;       /* FG_NEVER = never */
    uint32_t wake_s;              /* the loop also matters from here on: a timer runs out */
    bool too_young;               /* a pod waits for new-pod-scale-up-delay */
    struct fg_group_memo *groups; /* by group */
    uint32_t memo_capacity;
    struct fg_node_memo *memos; /* by slot */
};

static const struct fg_autoscaler_settings *settings(const struct fg_world *world)
{
    return &world->cluster->autoscaler;
}

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

/* ---- opening ---- */

/* The kind of the group's nodes with the capacity of the bare machine. No node is ever of it. */
static uint32_t add_kind_from_zero(struct fg_world *world, const struct fg_group_state *group)
{
    struct fg_state_kind kind = world->state.kinds[group->first_kind];
    struct fg_shapes *shapes = &world->shapes;
    kind.allocatable = group->from_zero;
    uint32_t number = fg_state_add_kind(&world->state, &kind);
    shapes->kinds =
        fg_grow(shapes->kinds, &shapes->kind_capacity, number + 1, sizeof *shapes->kinds);
    shapes->kinds[number] = (struct fg_shape_kind){.shape = UINT32_MAX};
    shapes->kind_count = number + 1;
    return number;
}

void fg_scaling_open(struct fg_world *world)
{
    if (!settings(world)->enabled || world->group_count == 0)
        return;
    struct fg_scaler *scaler = world->scaler = fg_allocate(1, sizeof *scaler);
    world->touched = true;
    scaler->passed_s = scaler->last_add_s = scaler->last_delete_s = scaler->wake_s = FG_NEVER;
    scaler->groups = fg_allocate(world->group_count, sizeof *scaler->groups);
    for (uint32_t i = 0; i < world->group_count; i++)
        scaler->groups[i] = (struct fg_group_memo){
            .missing_since_s = FG_NEVER,
            .kind_from_zero = add_kind_from_zero(world, &world->groups[i]),
        };
}

void fg_scaling_release(struct fg_world *world)
{
    if (world->scaler != NULL) {
        free(world->scaler->groups);
        free(world->scaler->memos);
    }
    free(world->scaler);
}

/* ---- when ---- */

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

/* ---- what the loop looks at ---- */

/* One pass of the loop. */
struct pass {
    struct fg_world *world;
    uint32_t slot_count; /* before the simulation added nodes */
    bool is_open;        /* the simulation and the groups are there */
    struct fg_simulation simulation;
    struct fg_scaling_group *groups;
    uint32_t waiting_count;
    struct fg_waiting_pods *waiting;
    struct fg_filtered filtered;
    int64_t ready_nodes, upcoming_nodes;
};

static bool is_upcoming(const struct fg_node *node)
{
    return node->group != FG_NO_GROUP &&
           (node->state == FG_NODE_REQUESTED || node->state == FG_NODE_BOOTING);
}

/* A group that has had a node is taken for what that node was, else for the bare machine. */
static void describe_groups(struct pass *pass)
{
    const struct fg_world *world = pass->world;
    for (uint32_t i = 0; i < world->group_count; i++) {
        const struct fg_group_state *group = &world->groups[i];
        uint32_t kind =
            group->was_ready ? group->first_kind : world->scaler->groups[i].kind_from_zero;
        pass->groups[i] = (struct fg_scaling_group){
            .name = group->group->name,
            .fresh = {.kind = kind, .daemons = world->shapes.kinds[group->first_kind].daemons},
            .machine = group->from_zero,
            .is_from_zero = !group->was_ready,
            .is_held = fg_backoff_holds(&world->scaler->groups[i].backoff, world->clock.now),
            .size = group->target,
            .max_size = group->group->max_size,
        };
    }
}

/* Nodes that are ready, then those that are coming, each as new nodes of its group are. */
static void look_at_nodes(struct pass *pass)
{
    const struct fg_world *world = pass->world;
    for (uint32_t slot = 0; slot < pass->slot_count; slot++) {
        if (world->nodes.items[slot].state != FG_NODE_READY)
            continue;
        fg_simulation_look_at(&pass->simulation, slot);
        pass->simulation.barred[slot] = !world->state.is_open[slot];
        pass->ready_nodes++;
    }
    for (uint32_t slot = 0; slot < pass->slot_count; slot++) {
        const struct fg_node *node = &world->nodes.items[slot];
        if (!is_upcoming(node))
            continue;
        fg_simulation_add_node(&pass->simulation, &pass->groups[node->group].fresh, NULL);
        pass->upcoming_nodes++;
    }
    for (uint32_t i = 0; i < world->group_count; i++) {
        for (int64_t n = 0; n < world->groups[i].missing; n++) {
            fg_simulation_add_node(&pass->simulation, &pass->groups[i].fresh, NULL);
            pass->upcoming_nodes++;
        }
    }
}

/* ---- nodes that do not come ---- */

/* What has not come in time is given up, down to the group's minimum, and the group is left alone
 * for a while. */
static void give_up_missing(struct fg_world *world, uint32_t number)
{
    struct fg_group_state *group = &world->groups[number];
    struct fg_group_memo *memo = &world->scaler->groups[number];
    int64_t spare = group->target - group->group->min_size;
    int64_t given_up = group->missing < spare ? group->missing : spare;
    memo->missing_since_s = FG_NEVER;
    if (given_up <= 0)
        return;
    group->missing -= given_up;
    group->target -= given_up;
    fg_backoff_fail(&memo->backoff, settings(world), world->clock.now);
    world->touched = true;
}

static void look_for_missing(struct fg_world *world)
{
    for (uint32_t i = 0; i < world->group_count; i++) {
        struct fg_group_memo *memo = &world->scaler->groups[i];
        if (world->groups[i].missing == 0)
            memo->missing_since_s = FG_NEVER;
        else if (memo->missing_since_s == FG_NEVER)
            memo->missing_since_s = world->clock.now;
        else if (fg_provision_failed(settings(world), memo->missing_since_s, world->clock.now))
            give_up_missing(world, i);
        if (memo->missing_since_s != FG_NEVER)
            wake_at(world->scaler,
                    memo->missing_since_s + settings(world)->max_node_provision_time_s + 1);
        if (fg_backoff_holds(&memo->backoff, world->clock.now))
            wake_at(world->scaler, (uint32_t)memo->backoff.until_s + 1);
    }
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

static const struct fg_world *sorted_world; /* only for comparing */
#pragma omp threadprivate(sorted_world)

/* Highest priority first, then by class. */
static int compare_waiting(const void *a, const void *b)
{
    const struct fg_waiting_pods *left = a, *right = b;
    int32_t left_priority = sorted_world->classes.scheduling[left->class_number].priority;
    int32_t right_priority = sorted_world->classes.scheduling[right->class_number].priority;
    if (left_priority != right_priority)
        return left_priority > right_priority ? -1 : 1;
    return (left->class_number > right->class_number) - (left->class_number < right->class_number);
}

static void queue_pods(struct pass *pass)
{
    struct fg_world *world = pass->world;
    if (world->pending_pods == 0)
        return;
    pass->waiting = fg_allocate(world->classes.scheduling_count, sizeof *pass->waiting);
    for (uint32_t c = 0; c < world->classes.scheduling_count; c++) {
        const struct fg_pending_class *class = &world->pending[c];
        if (class->pods == 0 || world->classes.scheduling[c].priority <
                                    settings(world)->expendable_pods_priority_cutoff)
            continue;
        pass->waiting[pass->waiting_count++] = (struct fg_waiting_pods){
            .class_number = c, .owner = c, .pods = old_enough(world, class)};
    }
    sorted_world = world;
    if (pass->waiting_count > 1)
        qsort(pass->waiting, pass->waiting_count, sizeof *pass->waiting, compare_waiting);
}

/* To a pod that waits and may go to the group's nodes. */
static void say_growth(struct fg_world *world, const struct fg_growth *growth)
{
    const struct fg_group_state *group = &world->groups[growth->group];
    uint32_t pod = world->input->watch != NULL ? world->input->watch->pod : FG_NO_POD;
    if (pod == FG_NO_POD || world->pods[pod].status != FG_POD_PENDING ||
        !fg_state_eligible(&world->state, fg_world_class(world, pod)->scheduling_class,
                           group->first_kind))
        return;
    fg_world_say(world, pod, "Cluster Autoscaler asks for %" PRId64 " more of node group %s",
                 growth->nodes, group->group->name);
}

static void request_nodes(struct fg_world *world, const struct fg_growth *growth)
{
    say_growth(world, growth);
    world->groups[growth->group].target += growth->nodes;
    for (int64_t i = 0; i < growth->nodes; i++)
        fg_node_request(world, growth->group);
    world->scaler->last_add_s = world->clock.now;
    world->touched = true; /* the next loop handles the rest */
}

/* Nodes are asked for when the simulation is over: it must find the cluster as it left it. */
static void scale_up(struct pass *pass, struct fg_scale_up_answer *answer)
{
    const struct fg_world *world = pass->world;
    fg_scale_up_filter(&pass->simulation, pass->waiting, pass->waiting_count, &pass->filtered);
    const struct fg_scale_up_question question = {
        .settings = settings(world),
        .simulation = &pass->simulation,
        .group_count = world->group_count,
        .groups = pass->groups,
        .waiting_count = pass->waiting_count,
        .waiting = pass->waiting,
        .ready_nodes = pass->ready_nodes,
        .upcoming_nodes = pass->upcoming_nodes,
        .luck = fg_random_u64(world->scenario->seed, world->input->replication, FG_RANDOM_EXPANDER,
                              world->clock.now),
    };
    fg_scale_up_choose(&question, answer);
}

/* ---- scale down ---- */

/* Since its controller made it, the last time. */
static uint32_t age_of(const struct fg_world *world, uint32_t pod)
{
    const struct fg_pod_past *past = fg_pod_past(world, pod);
    uint32_t created_s = past != NULL ? past->evicted_s : world->trace->arrival_s[pod];
    return world->clock.now - created_s;
}

/* A pod that stops to block with age wakes the loop then. */
static bool has_blocker(const struct fg_world *world, const struct fg_node *node)
{
    uint32_t timeout = settings(world)->blocking_system_pod_timeout_s;
    for (uint32_t pod = node->first_pod; pod != FG_NO_POD; pod = world->links[pod].next) {
        const struct fg_pod_spec *spec = &world->trace->specs[fg_trace_spec(world->trace, pod)];
        uint32_t age = age_of(world, pod);
        if (!fg_drain_keeps_node(settings(world), spec, age))
            continue;
        if (!fg_drain_keeps_node(settings(world), spec, timeout + 1))
            wake_at(world->scaler, world->clock.now + timeout + 1 - age);
        return true;
    }
    return false;
}

/* Seconds between two looks at a node without a place for its pods: whole loops. */
static uint32_t recheck_period(const struct fg_world *world)
{
    uint32_t interval = settings(world)->scan_interval_s;
    uint32_t timeout = settings(world)->unremovable_node_recheck_timeout_s;
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
    wake_at(world->scaler, now - gone + period);
    return true;
}

static bool is_utilized(const struct fg_world *world, uint32_t slot)
{
    const struct fg_node_capacity *allocatable = fg_state_allocatable(&world->state, slot);
    bool has_gpu = allocatable->gpu_milli > 0;
    struct fg_utilization utilization;
    return !fg_utilization_of(allocatable, &world->state.use[slot],
                              settings(world)->ignore_daemonsets_utilization
                                  ? &world->shapes.kinds[world->state.kind_of[slot]].daemons
                                  : NULL,
                              has_gpu, &utilization) ||
           fg_utilization_above(&utilization,
                                has_gpu ? settings(world)->scale_down_gpu_threshold_millionths
                                        : settings(world)->scale_down_threshold_millionths);
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

static void add_pods(struct pass *pass, struct fg_removal *removal, uint32_t slot)
{
    const struct fg_node_loads *loads = &pass->world->state.loads[slot];
    for (uint32_t n = 0; n < loads->count; n++)
        fg_removal_add_pods(removal, &(struct fg_removal_pods){
                                         .slot = slot,
                                         .class_number = loads->items[n].scheduling_class,
                                         .pods = loads->items[n].pods,
                                         .drain = FG_DRAIN_MOVES,
                                     });
    const struct fg_node *node = &pass->world->nodes.items[slot];
    if (node->blocker_count > 0 && has_blocker(pass->world, node))
        fg_removal_add_pods(
            removal, &(struct fg_removal_pods){.slot = slot, .drain = FG_DRAIN_NOT_REPLICATED});
}

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

/* Returns how many nodes of groups there are; `any_eligible` says whether one of them is worth a
 * simulation. */
static uint32_t find_candidates(struct pass *pass, struct fg_removal_node *out, bool *any_eligible)
{
    struct fg_world *world = pass->world;
    uint32_t count = 0;
    *any_eligible = false;
    for (uint32_t slot = 0; slot < pass->slot_count; slot++) {
        const struct fg_node *node = &world->nodes.items[slot];
        if (node->state != FG_NODE_READY || node->group == FG_NO_GROUP)
            continue;
        enum fg_unremovable reason = eligibility(world, slot);
        *any_eligible |= reason == FG_REMOVABLE;
        out[count++] = (struct fg_removal_node){
            .slot = slot, .reason = reason, .is_empty = world->state.loads[slot].count == 0};
    }
    return count;
}

/* The order of the candidates follows from it, so the next loop may decide otherwise. */
static void set_unneeded(struct fg_world *world, uint32_t slot, uint32_t since_s)
{
    struct fg_node *node = &world->nodes.items[slot];
    if (node->unneeded_since_s != since_s)
        world->touched = true;
    node->unneeded_since_s = since_s;
}

static uint32_t count_unneeded(const struct pass *pass)
{
    const struct fg_world *world = pass->world;
    uint32_t count = 0;
    for (uint32_t slot = 0; slot < pass->slot_count; slot++)
        count += world->nodes.items[slot].state == FG_NODE_READY &&
                 world->nodes.items[slot].unneeded_since_s != FG_NEVER;
    return count;
}

/* Marks since when each node could be done without, and which could not for want of a place. */
static void note_reasons(struct fg_world *world, const struct fg_removal_node *candidates,
                         uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        uint32_t slot = candidates[i].slot;
        if (candidates[i].reason == FG_REMOVABLE) {
            if (world->nodes.items[slot].unneeded_since_s == FG_NEVER)
                set_unneeded(world, slot, world->clock.now);
            continue;
        }
        set_unneeded(world, slot, FG_NEVER);
        if (candidates[i].reason == FG_UNREMOVABLE_NO_PLACE ||
            candidates[i].reason == FG_UNREMOVABLE_BLOCKED_BY_POD)
            memo_of(world, slot)->unremovable_s = world->clock.now;
        if (candidates[i].reason == FG_UNREMOVABLE_NOT_LOOKED_AT)
            world->touched = true;
    }
}

static bool is_cooling_down(struct fg_world *world)
{
    const struct fg_scaler *scaler = world->scaler;
    uint64_t until = fg_scale_down_cool_s(settings(world), scaler->last_add_s,
                                          scaler->last_delete_s, FG_NOT_YET);
    if (until <= world->clock.now)
        return false;
    wake_at(world->scaler, until < FG_NEVER ? (uint32_t)until : FG_NEVER);
    return true;
}

/* Unneeded nodes whose time is over, while their groups stay above the minimum. */
static uint32_t list_due(struct fg_world *world, const struct fg_removal_node *candidates,
                         uint32_t count, struct fg_due_node *due, uint32_t *slots)
{
    int64_t *left = fg_allocate(world->group_count, sizeof *left);
    uint32_t due_count = 0;
    for (uint32_t i = 0; i < world->group_count; i++)
        left[i] = world->groups[i].target - world->groups[i].group->min_size;
    for (int pass = 0; pass < 2; pass++) {
        for (uint32_t i = 0; i < count; i++) {
            const struct fg_node *node = &world->nodes.items[candidates[i].slot];
            if (candidates[i].reason != FG_REMOVABLE || candidates[i].is_empty != (pass == 0))
                continue;
            uint64_t due_s = fg_scale_down_due_s(settings(world), true, node->unneeded_since_s);
            if (due_s > world->clock.now) {
                wake_at(world->scaler, due_s < FG_NEVER ? (uint32_t)due_s : FG_NEVER);
            } else if (left[node->group] > 0) {
                left[node->group]--;
                slots[due_count] = candidates[i].slot;
                due[due_count++] =
                    (struct fg_due_node){.group = node->group, .is_empty = candidates[i].is_empty};
            }
        }
    }
    free(left);
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

static void remove_nodes(struct fg_world *world, const struct fg_removal_node *candidates,
                         uint32_t count)
{
    struct fg_due_node *due = fg_allocate(count, sizeof *due);
    uint32_t *slots = fg_allocate(count, sizeof *slots);
    uint32_t due_count = list_due(world, candidates, count, due, slots);
    fg_scale_down_crop(settings(world), count_removals(world, false), count_removals(world, true),
                       due, due_count);
    for (uint32_t i = 0; i < due_count; i++) {
        if (!due[i].goes)
            continue;
        memo_of(world, slots[i])->is_removed = true;
        memo_of(world, slots[i])->is_drained = !due[i].is_empty;
        fg_node_taint(world, slots[i]);
        world->scaler->last_delete_s = world->clock.now;
        world->touched = true;
    }
    free(due);
    free(slots);
}

static void plan(struct pass *pass, struct fg_removal_node *candidates, uint32_t count)
{
    struct fg_world *world = pass->world;
    struct fg_removal removal;
    fg_removal_open(&removal, &pass->simulation);
    removal.keeps_turn = true;
    removal.unneeded_limit = fg_removal_unneeded_limit(settings(world), count_unneeded(pass),
                                                       settings(world)->scan_interval_s);
    for (uint32_t i = (uint32_t)pass->ready_nodes; i < pass->simulation.node_count; i++)
        pass->simulation.barred[pass->simulation.nodes[i]] = true;
    sorted_world = world;
    if (count > 1)
        qsort(candidates, count, sizeof *candidates, compare_candidates);
    for (uint32_t i = 0; i < count; i++)
        if (candidates[i].reason == FG_REMOVABLE)
            add_pods(pass, &removal, candidates[i].slot);
    fg_removal_plan(&removal, candidates, count);
    fg_removal_close(&removal);
}

/* ---- the loop ---- */

static void open_simulation(struct pass *pass)
{
    if (pass->is_open)
        return;
    pass->is_open = true;
    pass->groups = fg_allocate(pass->world->group_count, sizeof *pass->groups);
    fg_simulation_open(&pass->simulation, &pass->world->state);
    describe_groups(pass);
    look_at_nodes(pass);
}

static void close_pass(struct pass *pass)
{
    if (pass->is_open)
        fg_simulation_close(&pass->simulation);
    free(pass->groups);
    free(pass->waiting);
    free(pass->filtered.items);
}

static void loop(struct fg_world *world)
{
    struct pass pass = {.world = world, .slot_count = world->state.slot_count};
    struct fg_scale_up_answer answer = {0};
    struct fg_removal_node *candidates = fg_allocate(world->state.slot_count, sizeof *candidates);
    uint32_t count = 0;
    bool any_eligible = false;
    world->touched = world->scaler->too_young = false;
    world->scaler->wake_s = FG_NEVER;
    look_for_missing(world);
    queue_pods(&pass);
    if (pass.waiting_count > 0) {
        open_simulation(&pass);
        if (pass.ready_nodes > 0 || settings(world)->scale_up_from_zero)
            scale_up(&pass, &answer);
    }
    if (settings(world)->scale_down_enabled)
        count = find_candidates(&pass, candidates, &any_eligible);
    if (any_eligible) {
        open_simulation(&pass);
        plan(&pass, candidates, count);
    }
    close_pass(&pass);
    note_reasons(world, candidates, count);
    for (uint32_t i = 0; i < answer.growth_count; i++)
        request_nodes(world, &answer.growth[i]);
    if (any_eligible && !is_cooling_down(world))
        remove_nodes(world, candidates, count);
    free(candidates);
    free(answer.growth);
    free(answer.ties);
}

void fg_scaling_pass(struct fg_world *world)
{
    if (world->scaler == NULL)
        return;
    if (fg_scaling_next(world) <= world->clock.now)
        loop(world);
    world->scaler->passed_s = world->clock.now;
}
