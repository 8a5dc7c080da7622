#include "sim/controllers/removal.h"

#include <stdlib.h>
#include <string.h>

#include "models/pod_rules.h"

#define NO_PODS UINT32_MAX

const char *fg_unremovable_name(enum fg_unremovable reason)
{
    static const char *const names[] = {
        [FG_REMOVABLE] = "",
        [FG_UNREMOVABLE_DISABLED] = "ScaleDownDisabledAnnotation",
        [FG_UNREMOVABLE_NOT_AUTOSCALED] = "NotAutoscaled",
        [FG_UNREMOVABLE_UNNEEDED_TOO_SHORT] = "NotUnneededLongEnough",
        [FG_UNREMOVABLE_UNREADY_TOO_SHORT] = "NotUnreadyLongEnough",
        [FG_UNREMOVABLE_MIN_SIZE] = "NodeGroupMinSizeReached",
        [FG_UNREMOVABLE_BEING_DELETED] = "CurrentlyBeingDeleted",
        [FG_UNREMOVABLE_UTILIZED] = "NotUnderutilized",
        [FG_UNREMOVABLE_NOT_LOOKED_AT] = "NotUnneededOtherReason",
        [FG_UNREMOVABLE_RECENTLY] = "RecentlyUnremovable",
        [FG_UNREMOVABLE_NO_PLACE] = "NoPlaceToMovePods",
        [FG_UNREMOVABLE_BLOCKED_BY_POD] = "BlockedByPod",
        [FG_UNREMOVABLE_UNEXPECTED] = "UnexpectedError",
    };
    return names[reason];
}

/* ---- utilisation ---- */

static bool is_fuller(const struct fg_utilization *left, const struct fg_utilization *right)
{
    return (__int128)left->requested * right->allocatable >
           (__int128)right->requested * left->allocatable;
}

bool fg_utilization_of(const struct fg_node_capacity *allocatable, const struct fg_node_use *use,
                       const struct fg_node_use *skipped, bool has_gpu, struct fg_utilization *out)
{
    static const struct fg_node_use none;
    const struct fg_node_use *off = skipped != NULL ? skipped : &none;
    if (has_gpu) {
        /* A GPU that is not there yet counts as idle. */
        *out = (struct fg_utilization){"nvidia.com/gpu", use->gpu_milli - off->gpu_milli,
                                       allocatable->gpu_milli - off->gpu_milli};
        if (allocatable->gpu_milli == 0)
            *out = (struct fg_utilization){"nvidia.com/gpu", 0, 1};
        return true;
    }
    if (allocatable->cpu_milli <= 0 || allocatable->memory_bytes <= 0)
        return false;
    struct fg_utilization cpu = {"cpu", use->cpu_milli - off->cpu_milli,
                                 allocatable->cpu_milli - off->cpu_milli};
    struct fg_utilization memory = {"memory", use->memory_bytes - off->memory_bytes,
                                    allocatable->memory_bytes - off->memory_bytes};
    *out = is_fuller(&cpu, &memory) ? cpu : memory;
    return true;
}

bool fg_utilization_above(const struct fg_utilization *utilization, int64_t threshold_millionths)
{
    return (__int128)utilization->requested * 1000000 >
           (__int128)utilization->allocatable * threshold_millionths;
}

/* ---- pods by node ---- */

static bool any_spread_honors_taints(const struct fg_cluster_state *state)
{
    for (uint32_t c = 0; c < state->class_count; c++) {
        const struct fg_pod_rules *rules = state->classes[c].spec->rules;
        for (uint32_t i = 0; rules != NULL && i < rules->spread.count; i++)
            if (rules->spread.items[i].hard && rules->spread.items[i].honors_node_taints)
                return true;
    }
    return false;
}

void fg_removal_open(struct fg_removal *removal, struct fg_simulation *simulation)
{
    *removal = (struct fg_removal){.simulation = simulation, .unneeded_limit = UINT32_MAX};
    removal->spread_honors_taints = any_spread_honors_taints(simulation->state);
    removal->list_capacity = simulation->state->slot_count;
    removal->first_pods = fg_allocate(removal->list_capacity, sizeof *removal->first_pods);
    removal->last_pods = fg_allocate(removal->list_capacity, sizeof *removal->last_pods);
    for (uint32_t slot = 0; slot < removal->list_capacity; slot++)
        removal->first_pods[slot] = removal->last_pods[slot] = NO_PODS;
}

void fg_removal_close(struct fg_removal *removal)
{
    free(removal->pods);
    free(removal->first_pods);
    free(removal->last_pods);
    free(removal->tainted_kinds);
    memset(removal, 0, sizeof *removal);
}

void fg_removal_add_pods(struct fg_removal *removal, const struct fg_removal_pods *pods)
{
    if (pods->slot >= removal->list_capacity)
        return;
    uint32_t number = removal->pods_count;
    removal->pods =
        fg_grow(removal->pods, &removal->pods_capacity, number + 1, sizeof *removal->pods);
    removal->pods[number] = *pods;
    removal->pods[number].next = NO_PODS;
    removal->pods_count++;
    if (removal->first_pods[pods->slot] == NO_PODS)
        removal->first_pods[pods->slot] = number;
    else
        removal->pods[removal->last_pods[pods->slot]].next = number;
    removal->last_pods[pods->slot] = number;
}

/* ---- drainability ---- */

static const struct fg_pod_spec *spec_of(const struct fg_removal *removal,
                                         const struct fg_removal_pods *pods)
{
    return removal->simulation->state->classes[pods->class_number].spec;
}

static enum fg_drain drain_now(const struct fg_removal *removal, const struct fg_removal_pods *pods)
{
    if (pods->drain != FG_DRAIN_MOVES_BUDGETED)
        return pods->drain;
    for (uint32_t i = 0; i < removal->budgets.count; i++)
        if (removal->budgets.items[i].allowed < 1 &&
            fg_budget_covers(&removal->budgets.items[i], spec_of(removal, pods)))
            return FG_DRAIN_BUDGET;
    return pods->drain;
}

static bool moves(enum fg_drain drain)
{
    return drain == FG_DRAIN_MOVES || drain == FG_DRAIN_MOVES_BUDGETED;
}

bool fg_removal_is_empty(const struct fg_removal *removal, uint32_t slot)
{
    for (uint32_t i = removal->first_pods[slot]; i != NO_PODS; i = removal->pods[i].next)
        if (moves(removal->pods[i].drain) || fg_drain_blocks(removal->pods[i].drain))
            return false;
    return true;
}

/* False where a pod blocks; else whether any pod must move is known. */
static bool can_drain(const struct fg_removal *removal, struct fg_removal_node *candidate)
{
    candidate->is_empty = true;
    for (uint32_t i = removal->first_pods[candidate->slot]; i != NO_PODS;
         i = removal->pods[i].next) {
        enum fg_drain drain = drain_now(removal, &removal->pods[i]);
        if (fg_drain_blocks(drain)) {
            candidate->reason = FG_UNREMOVABLE_BLOCKED_BY_POD;
            candidate->blocker = removal->pods[i].thing;
            candidate->blocker_drain = drain;
            return false;
        }
        if (moves(drain))
            candidate->is_empty = false;
    }
    return true;
}

/* ---- moving ---- */

/* Books the node's pods elsewhere; where they went is added to `removal` as pods there. On failure
 * what was added is dropped by the caller. */
static bool move_pods(struct fg_removal *removal, uint32_t slot, uint32_t *moved_count,
                      struct fg_removal_pods **moved)
{
    struct fg_simulation *simulation = removal->simulation;
    uint32_t capacity = 0;
    for (uint32_t i = removal->first_pods[slot]; i != NO_PODS; i = removal->pods[i].next) {
        struct fg_removal_pods pods = removal->pods[i];
        if (!moves(pods.drain))
            continue;
        if (fg_simulation_place(simulation, pods.class_number, pods.pods, 0) < pods.pods)
            return false;
        for (uint32_t p = 0; p < simulation->placed_count; p++) {
            *moved = fg_grow(*moved, &capacity, *moved_count + 1, sizeof **moved);
            pods.slot = simulation->placed[p].slot;
            pods.pods = (uint32_t)simulation->placed[p].pods;
            (*moved)[(*moved_count)++] = pods;
        }
    }
    return true;
}

/* Takes the pods off their budgets; true where a budget does not allow all of them at once. */
static bool use_budgets(struct fg_removal *removal, uint32_t slot)
{
    bool is_short = false;
    for (uint32_t b = 0; b < removal->budgets.count; b++) {
        struct fg_budget *budget = &removal->budgets.items[b];
        int64_t covered = 0;
        for (uint32_t i = removal->first_pods[slot]; i != NO_PODS; i = removal->pods[i].next)
            if (moves(removal->pods[i].drain) &&
                fg_budget_covers(budget, spec_of(removal, &removal->pods[i])))
                covered += removal->pods[i].pods;
        is_short |= covered > 0 && budget->allowed < covered;
        budget->allowed -= covered;
    }
    return is_short;
}

/* ---- the node that is drained ---- */

static uint32_t add_tainted_kind(struct fg_removal *removal, uint32_t number)
{
    struct fg_cluster_state *state = removal->simulation->state;
    struct fg_state_kind kind = state->kinds[number];
    struct fg_taint *taints =
        fg_arena_allocate(removal->arena, (size_t)kind.taints.count + 1, sizeof *taints);
    for (uint32_t i = 0; i < kind.taints.count; i++)
        taints[i] = kind.taints.items[i];
    taints[kind.taints.count] = (struct fg_taint){
        .key = FG_TAINT_TO_BE_DELETED, .value = "", .effect = FG_EFFECT_NO_SCHEDULE};
    kind.taints = (struct fg_taints){kind.taints.count + 1, taints};
    return fg_state_add_kind(state, &kind);
}

static uint32_t tainted_kind_of(struct fg_removal *removal, uint32_t kind)
{
    uint32_t capacity = removal->tainted_capacity;
    removal->tainted_kinds = fg_grow(removal->tainted_kinds, &removal->tainted_capacity, kind + 1,
                                     sizeof *removal->tainted_kinds);
    for (uint32_t i = capacity; i < removal->tainted_capacity; i++)
        removal->tainted_kinds[i] = UINT32_MAX;
    if (removal->tainted_kinds[kind] == UINT32_MAX)
        removal->tainted_kinds[kind] = add_tainted_kind(removal, kind);
    return removal->tainted_kinds[kind];
}

static void taint(struct fg_removal *removal, uint32_t slot)
{
    const struct fg_cluster_state *state = removal->simulation->state;
    if (removal->arena != NULL && removal->spread_honors_taints)
        fg_simulation_set_kind(removal->simulation, slot,
                               tainted_kind_of(removal, state->kind_of[slot]));
}

/* While its pods look for room the node stays in the cluster, bare and closed, so that topology
 * domains are as during a drain; then it goes. */
static void try_removal(struct fg_removal *removal, struct fg_removal_node *candidate)
{
    struct fg_simulation *simulation = removal->simulation;
    struct fg_removal_pods *moved = NULL;
    uint32_t slot = candidate->slot, mark = fg_simulation_mark(simulation), moved_count = 0;
    uint32_t next = simulation->next;
    if (!can_drain(removal, candidate))
        return;
    bool was_barred = simulation->barred[slot];
    fg_simulation_clear_node(simulation, slot);
    taint(removal, slot);
    simulation->barred[slot] = true;
    if (move_pods(removal, slot, &moved_count, &moved)) {
        candidate->is_risky = use_budgets(removal, slot);
        fg_simulation_remove_node(simulation, slot);
        for (uint32_t i = 0; i < moved_count; i++)
            fg_removal_add_pods(removal, &moved[i]);
        removal->first_pods[slot] = NO_PODS;
    } else {
        candidate->reason = FG_UNREMOVABLE_NO_PLACE;
        fg_simulation_undo(simulation, mark);
        simulation->barred[slot] = was_barred;
        if (removal->keeps_turn)
            simulation->next = next;
    }
    free(moved);
}

void fg_removal_plan(struct fg_removal *removal, struct fg_removal_node *candidates, uint32_t count)
{
    uint32_t found = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (candidates[i].reason != FG_REMOVABLE)
            continue;
        if (found >= removal->unneeded_limit) {
            candidates[i].reason = FG_UNREMOVABLE_NOT_LOOKED_AT;
            continue;
        }
        try_removal(removal, &candidates[i]);
        found += candidates[i].reason == FG_REMOVABLE;
    }
}

uint32_t fg_removal_unneeded_limit(const struct fg_autoscaler_settings *settings, uint32_t known,
                                   uint32_t interval_s)
{
    uint64_t parallel = settings->max_scale_down_parallelism;
    uint64_t interval = interval_s > 0 ? interval_s : 1;
    uint64_t loops = settings->scale_down_unneeded_time_s / interval;
    uint64_t upper = parallel * (loops > 0 ? loops : 1) + parallel;
    uint64_t limit = known + 2 * parallel;
    limit = limit < upper ? limit : upper;
    return limit < UINT32_MAX ? (uint32_t)limit : UINT32_MAX;
}
