#include "sim/controllers/karpenter_placing.h"

#include "models/base/status.h"
#include "sim/controllers/karpenter_plan.h"
#include "sim/controllers/karpenter_target.h"

static struct fg_shape *relax(struct fg_solve *solve, struct fg_shape *shape)
{
    struct fg_shape *next = fg_shape_relax(solve->pools, shape);
    if (next != NULL)
        fg_group_table_bind(solve->groups.table, solve->pools, next);
    return next;
}

/* Groups that come later, when a pod is relaxed, can bind pods that were free. */
static void meet_shape(struct fg_solve *solve, struct fg_shape *shape)
{
    if (shape->solve != solve->groups.solve) {
        shape->solve = solve->groups.solve;
        shape->cursor = 0;
        shape->cursor_epoch = solve->target_epoch;
        shape->failed_epoch = UINT64_MAX;
        shape->groups_met = UINT32_MAX;
        fg_groups_enter(&solve->groups, shape);
    }
    if (shape->groups_met == solve->groups.count)
        return;
    shape->groups_met = solve->groups.count;
    shape->is_free = !fg_groups_bind_shape(&solve->groups, shape) && shape->rules->port_count == 0;
}

void fg_placing_meet(struct fg_solve *solve, uint32_t class_number)
{
    meet_shape(solve, solve->groups.shapes[class_number]);
}

/* ---- nodes there are ---- */

static bool add_to_target(struct fg_solve *solve, struct fg_shape *shape, uint32_t pod)
{
    bool settles = solve->problem->pods[pod].may_settle;
    if (!shape->is_free || shape->cursor_epoch != solve->target_epoch) {
        shape->cursor = 0;
        shape->cursor_epoch = solve->target_epoch;
    }
    const struct fg_request *request = &solve->state->classes[shape->scheduling_class].request;
    bool passed_over = false;
    for (uint32_t i = shape->cursor; i < solve->target_count; i++) {
        struct fg_target *target = &solve->targets[i];
        if (target->is_settling && !settles) {
            passed_over = true;
            continue;
        }
        if (fg_target_has_room(target, request) && fg_target_try(solve, target, shape)) {
            solve->solution->places[pod] = target->slot;
            if (!target->is_initialized && !settles && solve->problem->wanted != NULL)
                solve->solution->is_futile = true;
            return true;
        }
        if (!passed_over && i == shape->cursor)
            shape->cursor = i + 1;
    }
    return false;
}

/* ---- planned nodes ---- */

/* Types only ever leave a plan, and plans stay until the end. */
static void judge_plan(struct fg_solve *solve, const struct fg_plan *plan)
{
    if (solve->problem->wanted == NULL)
        return;
    const uint64_t *wanted = solve->problem->wanted[plan->pool];
    uint32_t words = solve->pools->items[plan->pool].types.word_count;
    if (!fg_bits_meet(plan->types, wanted, words) || solve->plan_count > 1)
        solve->solution->is_futile = true;
}

/* The plan at `at` has one pod more: behind all that have fewer. */
static void sink(struct fg_solve *solve, uint32_t at)
{
    struct fg_plan *plan = solve->plans[at];
    while (at + 1 < solve->plan_count && solve->plans[at + 1]->pod_count < plan->pod_count) {
        solve->plans[at] = solve->plans[at + 1];
        at++;
    }
    solve->plans[at] = plan;
}

static bool add_to_plan(struct fg_solve *solve, struct fg_shape *shape, uint32_t pod)
{
    for (uint32_t i = 0; i < solve->plan_count; i++) {
        struct fg_plan *plan = solve->plans[i];
        struct fg_trial trial;
        if (shape->is_free && plan->refused == shape)
            continue;
        bool takes = fg_plan_try(solve, plan, shape, false, &trial, NULL);
        if (takes) {
            uint32_t keys = plan->requirements.count;
            fg_plan_add(solve, plan, shape, pod, &trial);
            if (plan->requirements.count != keys)
                plan->refused = NULL;
            solve->solution->places[pod] = FG_PLACE_CLAIM | plan->number;
            judge_plan(solve, plan);
            sink(solve, i);
        } else if (shape->is_free) {
            plan->refused = shape;
        }
        fg_arena_reset(&solve->scratch);
        if (takes)
            return true;
    }
    return false;
}

/* Behind all that have fewer pods or as many. */
static void insert(struct fg_solve *solve, struct fg_plan *plan, uint32_t pod)
{
    if (solve->plan_count == solve->plan_capacity)
        solve->plans = fg_grow((void *)solve->plans, &solve->plan_capacity, solve->plan_count + 1,
                               sizeof *solve->plans);
    uint32_t at = solve->plan_count++;
    for (; at > 0 && solve->plans[at - 1]->pod_count > plan->pod_count; at--)
        solve->plans[at] = solve->plans[at - 1];
    solve->plans[at] = plan;
    solve->solution->places[pod] = FG_PLACE_CLAIM | plan->number;
    judge_plan(solve, plan);
}

/* `reasons`: NULL, or where the pools' refusals are put, joined by "; ". */
static bool add_to_new_plan(struct fg_solve *solve, struct fg_shape *shape, uint32_t pod,
                            const char **reasons)
{
    bool placed = false;
    bool any_pool = false;
    for (uint32_t i = 0; i < solve->pools->count && !placed; i++) {
        uint32_t number = solve->pools->by_weight[i];
        if (solve->pools->items[number].is_empty)
            continue;
        any_pool = true;
        const char *reason = NULL;
        struct fg_trial trial;
        struct fg_plan *plan = fg_plan_new(solve, number, &reason);
        placed = plan != NULL &&
                 fg_plan_try(solve, plan, shape, true, &trial, reasons != NULL ? &reason : NULL);
        if (placed)
            insert(solve, fg_plan_keep(solve, plan, shape, pod, &trial), pod);
        else if (reasons != NULL)
            *reasons = fg_arena_format(&solve->solution->arena, "%s%s%s", *reasons,
                                       **reasons != '\0' ? "; " : "", reason);
        fg_arena_reset(&solve->scratch);
    }
    if (!any_pool && reasons != NULL)
        *reasons = solve->pools->count == 0
                       ? "no dynamic nodepools found"
                       : "nodepool requirements filtered out all available instance types";
    return placed;
}

/* ---- one pod ---- */

/* The pod as it is, then with one preference after another dropped. */
bool fg_placing_place(struct fg_solve *solve, uint32_t pod)
{
    struct fg_shape *first = solve->groups.shapes[solve->problem->pods[pod].scheduling_class];
    if (first->failed_epoch == solve->placed && !solve->problem->is_disruption)
        return false;
    for (struct fg_shape *shape = first; shape != NULL; shape = relax(solve, shape)) {
        meet_shape(solve, shape);
        if (add_to_target(solve, shape, pod) || add_to_plan(solve, shape, pod) ||
            add_to_new_plan(solve, shape, pod, NULL)) {
            solve->placed++;
            return true;
        }
    }
    first->failed_epoch = solve->placed;
    return false;
}

const char *fg_placing_refusal(struct fg_solve *solve, uint32_t pod)
{
    struct fg_shape *shape = solve->groups.shapes[solve->problem->pods[pod].scheduling_class];
    for (struct fg_shape *next; (next = relax(solve, shape)) != NULL;)
        shape = next;
    meet_shape(solve, shape);
    const char *reasons = "";
    bool placed = add_to_new_plan(solve, shape, pod, &reasons);
    FG_ASSERT(!placed);
    return reasons;
}
