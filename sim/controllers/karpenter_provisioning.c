#include "sim/controllers/karpenter_provisioning.h"

#include <stdlib.h>
#include <string.h>

#include "models/base/status.h"
#include "sim/controllers/karpenter_placing.h"
#include "sim/controllers/karpenter_plan.h"
#include "sim/controllers/karpenter_target.h"

struct fg_karpenter {
    struct fg_karpenter_pools pools;
    struct fg_known_nodes known;
    struct fg_group_table groups;
    uint32_t shape_count;
    struct fg_shape **shapes; /* by class: as the manifest has it */
    uint64_t solves;
    /* Room of the solves, one after the other. */
    struct fg_arena work, scratch;
    uint32_t plan_capacity;
    struct fg_plan **plans;
};

/* ---- batches ---- */

int64_t fg_karpenter_batch_close(const int64_t *times, uint32_t count, int64_t idle,
                                 int64_t longest)
{
    int64_t close = fg_karpenter_window_close(times[0], times[0], idle, longest);
    for (uint32_t i = 1; i < count && times[i] <= close; i++)
        close = fg_karpenter_window_close(times[0], times[i], idle, longest);
    return close;
}

/* ---- making one ---- */

struct fg_karpenter *fg_karpenter_new(const struct fg_karpenter_source *source)
{
    struct fg_karpenter *karpenter = fg_allocate(1, sizeof *karpenter);
    fg_pools_open(&karpenter->pools, source);
    karpenter->known.words = &karpenter->pools.words;
    karpenter->known.arena = &karpenter->pools.arena;
    return karpenter;
}

void fg_karpenter_free(struct fg_karpenter *karpenter)
{
    if (karpenter == NULL)
        return;
    for (uint32_t i = 0; i < karpenter->shape_count; i++)
        fg_shape_release(karpenter->shapes[i]);
    free((void *)karpenter->shapes);
    free((void *)karpenter->plans);
    fg_group_table_release(&karpenter->groups);
    fg_known_release(&karpenter->known);
    fg_pools_close(&karpenter->pools);
    fg_arena_release(&karpenter->work);
    fg_arena_release(&karpenter->scratch);
    free(karpenter);
}

void fg_karpenter_reprice(struct fg_karpenter *karpenter)
{
    fg_pools_reprice(&karpenter->pools);
}

const struct fg_karpenter_pools *fg_karpenter_pools(const struct fg_karpenter *karpenter)
{
    return &karpenter->pools;
}

const struct fg_karpenter_types *fg_karpenter_pool_types(const struct fg_karpenter *karpenter,
                                                         uint32_t pool)
{
    return &karpenter->pools.items[pool].types;
}

const struct fg_words *fg_karpenter_words(const struct fg_karpenter *karpenter)
{
    return &karpenter->pools.words;
}

void fg_karpenter_node_labels(const struct fg_karpenter *karpenter,
                              const struct fg_karpenter_claim *claim,
                              const struct fg_karpenter_launch *launch, struct fg_arena *arena,
                              struct fg_pairs *out)
{
    fg_claim_labels(&karpenter->pools, claim, launch, arena, out);
}

/* ---- the queue ---- */

static int compare_pods(const void *a, const void *b, void *context)
{
    const struct fg_solve *solve = context;
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    const struct fg_karpenter_pod *left = &solve->problem->pods[x];
    const struct fg_karpenter_pod *right = &solve->problem->pods[y];
    const struct fg_request *p = &solve->state->classes[left->scheduling_class].request;
    const struct fg_request *q = &solve->state->classes[right->scheduling_class].request;
    if (p->cpu_milli != q->cpu_milli)
        return p->cpu_milli > q->cpu_milli ? -1 : 1;
    if (p->memory_bytes != q->memory_bytes)
        return p->memory_bytes > q->memory_bytes ? -1 : 1;
    if (left->created != right->created)
        return left->created < right->created ? -1 : 1;
    int order = left->uid != NULL && right->uid != NULL ? strcmp(left->uid, right->uid) : 0;
    return order != 0 ? order : (x > y) - (x < y);
}

static uint32_t fill_queue(struct fg_solve *solve, uint32_t *queue)
{
    const struct fg_karpenter_problem *problem = solve->problem;
    uint32_t count = 0;
    for (uint32_t pod = 0; pod < problem->pod_count; pod++) {
        struct fg_shape *shape = solve->groups.shapes[problem->pods[pod].scheduling_class];
        const char *fault =
            problem->pods[pod].is_checked ? fg_shape_fault(solve->pools, shape) : NULL;
        solve->solution->places[pod] = FG_PLACE_NONE;
        if (fault == NULL) {
            queue[count++] = pod;
            continue;
        }
        solve->solution->reasons[pod] = fault;
        solve->solution->unplaced_count++;
    }
    if (count > 1)
        qsort_r(queue, count, sizeof *queue, compare_pods, solve);
    return count;
}

/* Pods that fail go to the back; the end is when all that are left have failed in a row. */
static void work_off(struct fg_solve *solve, uint32_t *queue, uint32_t count)
{
    uint32_t *last_length =
        fg_arena_allocate(solve->arena, solve->problem->pod_count + 1, sizeof *last_length);
    uint32_t head = 0, length = count;
    while (length > 0 && !solve->solution->is_futile) {
        uint32_t pod = queue[head];
        if (last_length[pod] == length)
            break;
        head = (head + 1) % count;
        length--;
        if (!fg_placing_place(solve, pod)) {
            queue[(head + length) % count] = pod;
            last_length[pod] = ++length;
        }
    }
}

static void explain_all(struct fg_solve *solve)
{
    struct fg_karpenter_solution *solution = solve->solution;
    const char **by_class =
        fg_arena_allocate(solve->arena, solve->state->class_count + 1, sizeof *by_class);
    for (uint32_t pod = 0; pod < solution->pod_count; pod++) {
        if (solution->places[pod] != FG_PLACE_NONE || solution->reasons[pod] != NULL)
            continue;
        uint32_t class_number = solve->problem->pods[pod].scheduling_class;
        if (by_class[class_number] == NULL)
            by_class[class_number] = fg_placing_refusal(solve, pod);
        solution->reasons[pod] = by_class[class_number];
        solution->unplaced_count++;
    }
}

/* ---- a solve ---- */

/* Shapes of the classes that have come since the last solve. */
static void follow_classes(struct fg_karpenter *karpenter, const struct fg_cluster_state *state)
{
    if (karpenter->shape_count >= state->class_count)
        return;
    struct fg_shape **shapes = fg_allocate(state->class_count, sizeof *shapes);
    for (uint32_t i = 0; i < state->class_count; i++) {
        shapes[i] = i < karpenter->shape_count ? karpenter->shapes[i]
                                               : fg_shape_of_class(&karpenter->pools, state, i);
        fg_group_table_bind(&karpenter->groups, &karpenter->pools, shapes[i]);
    }
    free((void *)karpenter->shapes);
    karpenter->shapes = shapes;
    karpenter->shape_count = state->class_count;
}

static const bool *nodes_out(const struct fg_solve *solve)
{
    const struct fg_karpenter_problem *problem = solve->problem;
    bool *is_out = fg_arena_allocate(solve->arena, solve->state->slot_count + 1, sizeof *is_out);
    for (uint32_t slot = 0; slot < solve->state->slot_count; slot++)
        is_out[slot] = solve->state->kind_of[slot] != UINT32_MAX && problem->nodes[slot].is_going;
    for (uint32_t i = 0; i < problem->taken_count; i++)
        is_out[problem->taken[i]] = true;
    return is_out;
}

static void open_state(struct fg_solve *solve, struct fg_karpenter *karpenter)
{
    FG_ASSERT(karpenter->known.state == NULL || karpenter->known.state == solve->state);
    karpenter->known.state = solve->state;
    follow_classes(karpenter, solve->state);
    solve->groups = (struct fg_groups){
        .pools = &karpenter->pools,
        .known = &karpenter->known,
        .state = solve->state,
        .shapes = karpenter->shapes,
        .table = &karpenter->groups,
        .solve = ++karpenter->solves,
        .is_out = nodes_out(solve),
        .arena = solve->arena,
    };
}

static int compare_plans(const void *a, const void *b)
{
    const struct fg_plan *left = *(const struct fg_plan *const *)a;
    const struct fg_plan *right = *(const struct fg_plan *const *)b;
    return (left->number > right->number) - (left->number < right->number);
}

/* A claim that cannot keep its minValues within 600 types is given up, its pods with it. */
static void close_plans(struct fg_solve *solve)
{
    struct fg_karpenter_solution *solution = solve->solution;
    if (solve->plan_count > 1)
        qsort((void *)solve->plans, solve->plan_count, sizeof *solve->plans, compare_plans);
    solution->claims =
        fg_arena_allocate(&solution->arena, solve->plan_count, sizeof *solution->claims);
    solution->claim_capacity = solve->plan_count;
    for (uint32_t i = 0; i < solve->plan_count; i++) {
        const struct fg_plan *plan = solve->plans[i];
        bool kept = fg_plan_close(solve, plan, &solution->claims[solution->claim_count]);
        for (uint32_t p = 0; p < plan->pod_count; p++) {
            solution->places[plan->pods[p]] =
                kept ? FG_PLACE_CLAIM | solution->claim_count : FG_PLACE_NONE;
            if (!kept)
                solution->reasons[plan->pods[p]] =
                    "pod didn't schedule because NodePool couldn't meet minValues requirements";
        }
        solution->claim_count += kept;
        solution->unplaced_count += kept ? 0 : plan->pod_count;
    }
}

/* Room that was made for a solve serves the next one too. */
static void keep_room(const struct fg_solve *solve, struct fg_karpenter *karpenter)
{
    karpenter->plans = solve->plans;
    karpenter->plan_capacity = solve->plan_capacity;
    karpenter->scratch = solve->scratch;
    fg_arena_reset(&karpenter->scratch);
    fg_arena_reset(&karpenter->work);
}

void fg_karpenter_solve(struct fg_karpenter *karpenter, const struct fg_karpenter_problem *problem,
                        struct fg_karpenter_solution *solution)
{
    *solution = (struct fg_karpenter_solution){.pod_count = problem->pod_count};
    struct fg_solve solve = {
        .pools = &karpenter->pools,
        .known = &karpenter->known,
        .problem = problem,
        .state = problem->state,
        .solution = solution,
        .arena = &karpenter->work,
        .scratch = karpenter->scratch,
        .plans = karpenter->plans,
        .plan_capacity = karpenter->plan_capacity,
    };
    uint32_t *queue = fg_arena_allocate(solve.arena, problem->pod_count + 1, sizeof *queue);
    open_state(&solve, karpenter);
    solution->places =
        fg_arena_allocate(&solution->arena, problem->pod_count, sizeof *solution->places);
    solution->reasons =
        fg_arena_allocate(&solution->arena, problem->pod_count, sizeof *solution->reasons);
    uint32_t count = fill_queue(&solve, queue);
    fg_groups_enter_cluster(&solve.groups);
    if (!problem->is_same_cluster)
        fg_known_order(&karpenter->known, problem->nodes, solve.arena);
    fg_targets_open(&solve);
    for (uint32_t pod = 0; pod < problem->pod_count; pod++)
        if (solution->reasons[pod] == NULL)
            fg_placing_meet(&solve, problem->pods[pod].scheduling_class);
    work_off(&solve, queue, count);
    if (!solution->is_futile) {
        if (!problem->is_brief)
            explain_all(&solve);
        close_plans(&solve);
    }
    keep_room(&solve, karpenter);
}

void fg_karpenter_solution_release(struct fg_karpenter_solution *solution)
{
    fg_arena_release(&solution->arena);
    *solution = (struct fg_karpenter_solution){0};
}
