/* The index of nodes: figures in floats give the scheduler's own scores, and which classes the
 * index serves. That it finds the scheduler's node is for property/placement_twin and
 * scheduler_worlds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "models/base/memory.h"
#include "models/base/random.h"
#include "sim/replay/placement.h"

#define MIB (1024LL * 1024)

static struct fg_cluster_state state;
static struct fg_pod_spec spec;

static uint32_t roll(uint64_t turn, uint32_t what, uint32_t below)
{
    return (uint32_t)(fg_random_u64(3, what, FG_RANDOM_GENERATE, turn) % below);
}

/* One class and one node of one kind; returns the kind. */
static uint32_t open_node(const struct fg_pod_spec *pod, const struct fg_node_capacity *capacity)
{
    state = (struct fg_cluster_state){0};
    spec = *pod;
    fg_state_add_class(&state, &spec);
    fg_state_seal_classes(&state);
    uint32_t kind = fg_state_add_kind(&state, &(struct fg_state_kind){.allocatable = *capacity});
    fg_state_add_node(&state, kind, NULL);
    return kind;
}

/* The score of one more pod by floats, + 1; negative = unsure, 0 = it does not fit. */
static int32_t score_by_figures(uint32_t kind, bool most_allocated)
{
    struct fg_node_figures node;
    struct fg_figures asked;
    fg_node_figures_take(&state, 0, &node);
    fg_request_figures_take(&state, 0, kind, &asked);
    if (!fg_figures_fit(&node.left, &asked))
        return 0;
    return fg_figures_score(&node.left, &asked, most_allocated);
}

static int32_t score_by_scheduler(bool most_allocated)
{
    const struct fg_node_capacity *all = fg_state_allocatable(&state, 0);
    const struct fg_request *request = &state.classes[0].request;
    if (!fg_scheduler_fits(all, &state.use[0], request))
        return 0;
    return 1 + (int32_t)fg_scheduler_score(all, &state.use[0], request, most_allocated);
}

static void random_node(uint64_t turn)
{
    const struct fg_node_capacity capacity = {
        .cpu_milli = 900 + roll(turn, 1, 192000),
        .memory_bytes = (300 + roll(turn, 2, 2000000)) * MIB + roll(turn, 3, 1 << 20),
        .pods = 110,
    };
    const struct fg_pod_spec pod = {
        .cpu_milli = 10 * roll(turn, 4, 1 + (uint32_t)capacity.cpu_milli / 20),
        .cpu_named = true,
        .memory_bytes = (1 + roll(turn, 5, 400)) * MIB,
        .memory_named = roll(turn, 6, 4) > 0,
    };
    open_node(&pod, &capacity);
    fg_state_set_use(&state, 0,
                     &(struct fg_node_use){
                         .cpu_milli = roll(turn, 7, (uint32_t)capacity.cpu_milli),
                         .scored_cpu_milli = roll(turn, 8, (uint32_t)capacity.cpu_milli),
                         .memory_bytes = capacity.memory_bytes / 1000 * roll(turn, 9, 1000),
                         .scored_memory_bytes = capacity.memory_bytes / 900 * roll(turn, 10, 1000),
                         .pods = roll(turn, 11, 112),
                     });
}

static void scores_by_floats_are_the_schedulers_or_unsure(void **unused)
{
    (void)unused;
    enum { TURNS = 20000 };
    uint32_t sure = 0, full = 0;
    for (uint64_t turn = 0; turn < TURNS; turn++) {
        bool most_allocated = turn % 2 == 0;
        random_node(turn);
        int32_t score = score_by_figures(0, most_allocated);
        if (score >= 0)
            assert_int_equal(score, score_by_scheduler(most_allocated));
        sure += score > 0;
        full += score == 0;
        fg_state_release(&state);
    }
    assert_true(sure > TURNS / 4);
    assert_true(full > TURNS / 100);
}

/* 10 of 16 vCPU and 3 of 8 GiB are left after the pod: 62.5 % and 37.5 % are scored 62 and 37,
 * (62 + 37) / 2 = 49; 37.5 % and 62.5 % are used, (1 - 0.25 / 2) x 100 = 87.5 is 87: 136. */
static void figures_far_from_whole_numbers_are_sure(void **unused)
{
    (void)unused;
    const struct fg_pod_spec pod = {
        .cpu_milli = 6000, .cpu_named = true, .memory_bytes = 5120 * MIB, .memory_named = true};
    const struct fg_node_capacity capacity = {
        .cpu_milli = 16000, .memory_bytes = 8192 * MIB, .pods = 10};
    uint32_t kind = open_node(&pod, &capacity);
    assert_int_equal(score_by_figures(kind, false), 136 + 1);
    fg_state_release(&state);
}

/* 8 of 16 vCPU are left, 50 % on the spot: floats may come out at 49.99 or 50.01. */
static void figures_at_a_whole_number_are_unsure(void **unused)
{
    (void)unused;
    const struct fg_pod_spec pod = {
        .cpu_milli = 8000, .cpu_named = true, .memory_bytes = 5120 * MIB, .memory_named = true};
    const struct fg_node_capacity capacity = {
        .cpu_milli = 16000, .memory_bytes = 8192 * MIB, .pods = 10};
    uint32_t kind = open_node(&pod, &capacity);
    assert_true(score_by_figures(kind, false) < 0);
    fg_state_release(&state);
}

static void pods_that_ask_for_a_gpu_are_left_to_the_scheduler(void **unused)
{
    (void)unused;
    const struct fg_pod_spec pod = {.cpu_milli = 6000,
                                    .cpu_named = true,
                                    .memory_bytes = 5120 * MIB,
                                    .memory_named = true,
                                    .gpu_milli = 1000};
    const struct fg_node_capacity capacity = {
        .cpu_milli = 16000, .memory_bytes = 8192 * MIB, .gpu_milli = 4000, .pods = 10};
    uint32_t kind = open_node(&pod, &capacity);
    assert_true(score_by_figures(kind, false) < 0);
    fg_state_release(&state);
}

/* ---- PreferNoSchedule ---- */

/* A node for each count of taints, after one kind that no node is of. */
static bool serves(const uint32_t *taint_counts, uint32_t nodes)
{
    static struct fg_taint items[] = {
        {.key = "spot", .value = "", .effect = FG_EFFECT_PREFER_NO_SCHEDULE},
        {.key = "old", .value = "", .effect = FG_EFFECT_PREFER_NO_SCHEDULE},
    };
    const struct fg_node_capacity capacity = {
        .cpu_milli = 4000, .memory_bytes = 8192 * MIB, .pods = 10};
    struct fg_pod_spec pod = {.cpu_milli = 100, .cpu_named = true};
    open_node(&pod, &capacity);
    fg_state_add_kind(&state,
                      &(struct fg_state_kind){.allocatable = capacity, .taints = {2, items}});
    fg_state_remove_node(&state, 0);
    for (uint32_t i = 0; i < nodes; i++) {
        uint32_t kind =
            fg_state_add_kind(&state, &(struct fg_state_kind){.allocatable = capacity,
                                                              .taints = {taint_counts[i], items}});
        fg_state_set_open(&state, fg_state_add_node(&state, kind, NULL), true);
    }
    struct fg_placement placement = {
        .state = &state, .view_count = 1, .views = fg_allocate(1, sizeof(struct fg_view))};
    fg_placement_reorder(&placement);
    bool answer = fg_placement_serves(&placement, 0);
    fg_placement_release(&placement);
    fg_state_release(&state);
    return answer;
}

static void the_index_serves_where_all_nodes_are_preferred_alike(void **unused)
{
    (void)unused;
    assert_true(serves((const uint32_t[]){0, 0, 0}, 3));
    assert_true(serves((const uint32_t[]){1, 1}, 2));
}

static void the_whole_cycle_serves_where_some_nodes_are_preferred(void **unused)
{
    (void)unused;
    assert_false(serves((const uint32_t[]){0, 1, 0}, 3));
    assert_false(serves((const uint32_t[]){2, 1}, 2));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scores_by_floats_are_the_schedulers_or_unsure),
        cmocka_unit_test(figures_far_from_whole_numbers_are_sure),
        cmocka_unit_test(figures_at_a_whole_number_are_unsure),
        cmocka_unit_test(pods_that_ask_for_a_gpu_are_left_to_the_scheduler),
        cmocka_unit_test(the_index_serves_where_all_nodes_are_preferred_alike),
        cmocka_unit_test(the_whole_cycle_serves_where_some_nodes_are_preferred),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
