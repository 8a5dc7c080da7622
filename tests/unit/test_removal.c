/* Which nodes Cluster Autoscaler could do without, and what keeps the others (rules C6, C7). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sim/controllers/removal.h"
#include "tests/support/small_cluster.h"

/* ---- utilisation ---- */

static bool above_half(struct fg_node_use use, const struct fg_node_use *skipped)
{
    const struct fg_node_capacity node = {.cpu_milli = 2000, .memory_bytes = 8 * FG_GIB};
    struct fg_utilization utilization;
    assert_true(fg_utilization_of(&node, &use, skipped, false, &utilization));
    return fg_utilization_above(&utilization, 500000);
}

/* 1000 of 2000 is one half, no more; a milli more is above it, and so is a byte above 4 of 8 GiB.
 */
static void node_at_the_threshold_is_a_candidate(void **state)
{
    (void)state;
    assert_false(above_half((struct fg_node_use){.cpu_milli = 1000}, NULL));
    assert_true(above_half((struct fg_node_use){.cpu_milli = 1001}, NULL));
    assert_false(above_half((struct fg_node_use){.memory_bytes = 4 * FG_GIB}, NULL));
    assert_true(above_half((struct fg_node_use){.memory_bytes = 4 * FG_GIB + 1}, NULL));
}

/* ignore-daemonsets-utilization: 1200 of 2000 with 400 of DaemonSets is (1200 - 400) / (2000 -
 * 400), one half; one milli more of others is above. */
static void daemon_sets_can_be_left_out_of_both_sides(void **state)
{
    (void)state;
    const struct fg_node_use daemons = {.cpu_milli = 400};
    assert_true(above_half((struct fg_node_use){.cpu_milli = 1200}, NULL));
    assert_false(above_half((struct fg_node_use){.cpu_milli = 1200}, &daemons));
    assert_true(above_half((struct fg_node_use){.cpu_milli = 1201}, &daemons));
}

static void node_with_gpus_counts_these_alone(void **state)
{
    (void)state;
    const struct fg_node_capacity node = {
        .cpu_milli = 48000, .memory_bytes = 192 * FG_GIB, .gpu_milli = 4000};
    const struct fg_node_use use = {.cpu_milli = 47000, .gpu_milli = 1000};
    struct fg_utilization utilization;
    assert_true(fg_utilization_of(&node, &use, NULL, true, &utilization));
    assert_string_equal(utilization.resource, "nvidia.com/gpu");
    assert_false(fg_utilization_above(&utilization, 250000));
    assert_true(fg_utilization_above(&utilization, 249999));
}

/* ---- what blocks ---- */

static const struct fg_pair safe = {"cluster-autoscaler.kubernetes.io/safe-to-evict", "true"};
static const struct fg_pair not_safe = {"cluster-autoscaler.kubernetes.io/safe-to-evict", "false"};

#define REPLICA FG_DRAIN_OWNER_REPLICATING
#define NONE FG_DRAIN_OWNER_NONE

struct blocker_case {
    const char *what;
    const char *namespace_name;
    enum fg_drain_owner owner;
    bool local, mirror, finished;
    int64_t age_s;
    const struct fg_pair *annotation;
    enum fg_drain verdict;
};

static void each_pod_has_its_verdict(void **state)
{
    (void)state;
    static const struct blocker_case cases[] = {
        {"replica", "web", REPLICA, 0, 0, 0, 9, NULL, FG_DRAIN_MOVES_BUDGETED},
        {"bare", "web", NONE, 0, 0, 0, 9, NULL, FG_DRAIN_NOT_REPLICATED},
        {"custom", "web", FG_DRAIN_OWNER_CUSTOM, 0, 0, 0, 9, NULL, FG_DRAIN_NOT_REPLICATED},
        {"daemon", "web", FG_DRAIN_OWNER_DAEMON_SET, 1, 0, 0, 9, NULL, FG_DRAIN_STAYS},
        {"mirror", "kube-system", NONE, 1, 1, 0, 9, NULL, FG_DRAIN_IGNORED},
        {"done", "web", NONE, 1, 0, 1, 9, NULL, FG_DRAIN_MOVES},
        {"disk", "web", REPLICA, 1, 0, 0, 9, NULL, FG_DRAIN_LOCAL_STORAGE},
        {"system", "kube-system", REPLICA, 0, 0, 0, 3600, NULL, FG_DRAIN_SYSTEM_POD},
        {"old system", "kube-system", REPLICA, 0, 0, 0, 3601, NULL, FG_DRAIN_MOVES},
        {"no birth", "kube-system", REPLICA, 0, 0, 0, -1, NULL, FG_DRAIN_SYSTEM_POD},
        {"kept", "web", REPLICA, 0, 0, 0, 9, &not_safe, FG_DRAIN_NOT_SAFE},
        {"old, kept", "kube-system", REPLICA, 0, 0, 0, 3601, &not_safe, FG_DRAIN_MOVES},
        {"cleared", "kube-system", NONE, 1, 0, 0, 0, &safe, FG_DRAIN_MOVES},
    };
    const struct fg_autoscaler_settings settings = fg_cluster_default().autoscaler;
    const struct fg_budgets none = {0};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fg_pair annotation = cases[i].annotation != NULL ? *cases[i].annotation : safe;
        const struct fg_pod_spec spec = {
            .namespace_name = cases[i].namespace_name,
            .annotations = {cases[i].annotation != NULL, &annotation},
        };
        const struct fg_drain_pod pod = {
            .spec = &spec,
            .owner = cases[i].owner,
            .owner_replicas = -1,
            .is_mirror = cases[i].mirror,
            .is_finished = cases[i].finished,
            .has_local_storage = cases[i].local,
            .age_s = cases[i].age_s,
        };
        if (fg_drain_of(&settings, &pod, &none) != cases[i].verdict)
            fail_msg("%s: %d", cases[i].what, (int)fg_drain_of(&settings, &pod, &none));
    }
}

static void flags_turn_the_blockers_off(void **state)
{
    (void)state;
    struct fg_autoscaler_settings settings = fg_cluster_default().autoscaler;
    settings.skip_nodes_with_custom_controller_pods = settings.skip_nodes_with_system_pods =
        settings.skip_nodes_with_local_storage = false;
    const struct fg_budgets none = {0};
    const struct fg_pod_spec spec = {.namespace_name = "kube-system"};
    struct fg_drain_pod pod = {.spec = &spec,
                               .owner = FG_DRAIN_OWNER_CUSTOM,
                               .owner_replicas = -1,
                               .has_local_storage = true};
    assert_int_equal(fg_drain_of(&settings, &pod, &none), FG_DRAIN_MOVES_BUDGETED);
    pod.owner = FG_DRAIN_OWNER_NONE;
    assert_int_equal(fg_drain_of(&settings, &pod, &none), FG_DRAIN_NOT_REPLICATED);
}

static void blockers_have_the_words_of_the_real_one(void **state)
{
    (void)state;
    char words[128];
    fg_drain_print(FG_DRAIN_NOT_REPLICATED, "web", "shop-1", words, sizeof words);
    assert_string_equal(words, "web/shop-1 is not replicated");
    fg_drain_print(FG_DRAIN_BUDGET, "web", "shop-1", words, sizeof words);
    assert_string_equal(words, "not enough pod disruption budget to move web/shop-1");
    fg_drain_print(FG_DRAIN_NOT_SAFE, "web", "shop-1", words, sizeof words);
    assert_string_equal(words, "pod annotated as not safe to evict present: shop-1");
    assert_string_equal(fg_drain_name(FG_DRAIN_LOCAL_STORAGE), "LocalStorageRequested");
    assert_string_equal(fg_unremovable_name(FG_UNREMOVABLE_UTILIZED), "NotUnderutilized");
}

/* ---- who can go ---- */

/* Nodes of 2000m with so many pods of 500m each: four fill one. */
struct moving {
    struct fg_small_cluster cluster;
    struct fg_removal removal;
    struct fg_removal_node candidates[3];
};

static void add_pods(struct moving *moving, uint32_t node, uint32_t pods, enum fg_drain drain)
{
    uint32_t slot = moving->candidates[node].slot;
    fg_state_count_pods(&moving->cluster.state, slot, 0, pods);
    fg_removal_add_pods(
        &moving->removal,
        &(struct fg_removal_pods){.slot = slot, .pods = pods, .drain = drain, .thing = node});
}

static void set_up(struct moving *moving, uint32_t a, uint32_t b, uint32_t c)
{
    const uint32_t pods[3] = {a, b, c};
    memset(moving, 0, sizeof *moving);
    fg_small_cluster_open(&moving->cluster);
    fg_small_class(&moving->cluster, 500, 100);
    fg_small_cluster_seal(&moving->cluster);
    uint32_t kind = fg_small_kind(&moving->cluster, 2, 8);
    for (int i = 0; i < 3; i++)
        moving->candidates[i].slot = fg_small_node(&moving->cluster, kind);
    fg_removal_open(&moving->removal, &moving->cluster.simulation);
    for (uint32_t i = 0; i < 3; i++)
        if (pods[i] > 0)
            add_pods(moving, i, pods[i], FG_DRAIN_MOVES_BUDGETED);
}

static void tear_down(struct moving *moving)
{
    fg_removal_close(&moving->removal);
    fg_small_cluster_close(&moving->cluster);
}

/* 2, 3, 3 of four places each: the first's two pods go one to each. Then both are full. */
static void node_whose_pods_fit_elsewhere_can_go(void **state)
{
    (void)state;
    struct moving moving;
    set_up(&moving, 2, 3, 3);
    fg_removal_plan(&moving.removal, moving.candidates, 3);
    assert_int_equal(moving.candidates[0].reason, FG_REMOVABLE);
    assert_false(moving.candidates[0].is_empty);
    assert_int_equal(moving.candidates[1].reason, FG_UNREMOVABLE_NO_PLACE);
    assert_int_equal(moving.candidates[2].reason, FG_UNREMOVABLE_NO_PLACE);
    assert_int_equal(moving.cluster.state.use[moving.candidates[1].slot].cpu_milli, 2000);
    tear_down(&moving);
}

/* 1, 1, 2: the first's pod takes the first place in turn, on the second; the second's two then go
 * to the third, which is full with four and stays: its pods would have no node at all. */
static void pods_that_were_moved_must_move_again(void **state)
{
    (void)state;
    struct moving moving;
    set_up(&moving, 1, 1, 2);
    fg_removal_plan(&moving.removal, moving.candidates, 3);
    assert_int_equal(moving.candidates[0].reason, FG_REMOVABLE);
    assert_int_equal(moving.candidates[1].reason, FG_REMOVABLE);
    assert_int_equal(moving.candidates[2].reason, FG_UNREMOVABLE_NO_PLACE);
    assert_int_equal(moving.cluster.state.use[moving.candidates[2].slot].pods, 4);
    tear_down(&moving);
}

/* What the simulation did is taken back: nodes, pods, numbers. */
static void closing_leaves_the_cluster_as_it_was(void **state)
{
    (void)state;
    struct moving moving;
    set_up(&moving, 1, 1, 2);
    uint32_t next_number = moving.cluster.state.next_number;
    fg_removal_plan(&moving.removal, moving.candidates, 3);
    fg_simulation_undo(&moving.cluster.simulation, 0);
    static const int64_t pods[] = {1, 1, 2};
    for (uint32_t i = 0; i < 3; i++) {
        assert_int_equal(moving.cluster.state.use[moving.candidates[i].slot].pods, pods[i]);
        assert_int_equal(moving.cluster.state.number_of[moving.candidates[i].slot], i);
        assert_true(moving.cluster.state.is_open[moving.candidates[i].slot]);
    }
    assert_int_equal(moving.cluster.state.next_number, next_number);
    tear_down(&moving);
}

static void one_pod_that_blocks_keeps_its_node(void **state)
{
    (void)state;
    struct moving moving;
    set_up(&moving, 1, 1, 1);
    add_pods(&moving, 0, 1, FG_DRAIN_LOCAL_STORAGE);
    fg_removal_plan(&moving.removal, moving.candidates, 1);
    assert_int_equal(moving.candidates[0].reason, FG_UNREMOVABLE_BLOCKED_BY_POD);
    assert_int_equal(moving.candidates[0].blocker_drain, FG_DRAIN_LOCAL_STORAGE);
    tear_down(&moving);
}

/* DaemonSets' and mirror pods need no other node: with nothing else the node is empty. */
static void node_with_daemon_sets_alone_is_empty(void **state)
{
    (void)state;
    struct moving moving;
    set_up(&moving, 0, 4, 4);
    add_pods(&moving, 0, 2, FG_DRAIN_STAYS);
    add_pods(&moving, 0, 1, FG_DRAIN_IGNORED);
    assert_true(fg_removal_is_empty(&moving.removal, moving.candidates[0].slot));
    assert_false(fg_removal_is_empty(&moving.removal, moving.candidates[1].slot));
    fg_removal_plan(&moving.removal, moving.candidates, 1);
    assert_int_equal(moving.candidates[0].reason, FG_REMOVABLE);
    assert_true(moving.candidates[0].is_empty);
    tear_down(&moving);
}

/* The budget allows one eviction. The first node's pod uses it up; the second's is kept by it. */
static void budget_is_used_up_by_the_nodes_that_go_before(void **state)
{
    (void)state;
    struct moving moving;
    struct fg_label_selector everything = {0};
    struct fg_budget budget = {"default", &everything, 1};
    set_up(&moving, 1, 1, 1);
    moving.removal.budgets = (struct fg_budgets){1, &budget};
    moving.candidates[1].reason = FG_UNREMOVABLE_UTILIZED; /* it is no candidate */
    fg_removal_plan(&moving.removal, moving.candidates, 3);
    assert_int_equal(moving.candidates[0].reason, FG_REMOVABLE);
    assert_false(moving.candidates[0].is_risky);
    assert_int_equal(budget.allowed, 0);
    assert_int_equal(moving.candidates[2].reason, FG_UNREMOVABLE_BLOCKED_BY_POD);
    assert_int_equal(moving.candidates[2].blocker_drain, FG_DRAIN_BUDGET);
    tear_down(&moving);
}

/* Two pods and one eviction allowed: it can go, but not all at once. */
static void node_is_risky_whose_pods_cannot_go_at_once(void **state)
{
    (void)state;
    struct moving moving;
    struct fg_label_selector everything = {0};
    struct fg_budget budget = {"default", &everything, 1};
    set_up(&moving, 2, 1, 1);
    moving.removal.budgets = (struct fg_budgets){1, &budget};
    fg_removal_plan(&moving.removal, moving.candidates, 1);
    assert_int_equal(moving.candidates[0].reason, FG_REMOVABLE);
    assert_true(moving.candidates[0].is_risky);
    assert_int_equal(budget.allowed, -1);
    tear_down(&moving);
}

static void search_stops_when_enough_are_unneeded(void **state)
{
    (void)state;
    struct moving moving;
    set_up(&moving, 0, 0, 0);
    moving.removal.unneeded_limit = 2;
    fg_removal_plan(&moving.removal, moving.candidates, 3);
    assert_int_equal(moving.candidates[1].reason, FG_REMOVABLE);
    assert_int_equal(moving.candidates[2].reason, FG_UNREMOVABLE_NOT_LOOKED_AT);
    tear_down(&moving);
}

/* Ten at once: known + 20, and no more than 10 * 600 / 10 + 10 = 610 in the time they need. */
static void limit_of_unneeded_nodes_follows_the_loop(void **state)
{
    (void)state;
    const struct fg_autoscaler_settings settings = fg_cluster_default().autoscaler;
    assert_int_equal(fg_removal_unneeded_limit(&settings, 0, 10), 20);
    assert_int_equal(fg_removal_unneeded_limit(&settings, 100, 10), 120);
    assert_int_equal(fg_removal_unneeded_limit(&settings, 1000, 10), 610);
    assert_int_equal(fg_removal_unneeded_limit(&settings, 1000, 600), 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(node_at_the_threshold_is_a_candidate),
        cmocka_unit_test(daemon_sets_can_be_left_out_of_both_sides),
        cmocka_unit_test(node_with_gpus_counts_these_alone),
        cmocka_unit_test(each_pod_has_its_verdict),
        cmocka_unit_test(flags_turn_the_blockers_off),
        cmocka_unit_test(blockers_have_the_words_of_the_real_one),
        cmocka_unit_test(node_whose_pods_fit_elsewhere_can_go),
        cmocka_unit_test(pods_that_were_moved_must_move_again),
        cmocka_unit_test(closing_leaves_the_cluster_as_it_was),
        cmocka_unit_test(one_pod_that_blocks_keeps_its_node),
        cmocka_unit_test(node_with_daemon_sets_alone_is_empty),
        cmocka_unit_test(budget_is_used_up_by_the_nodes_that_go_before),
        cmocka_unit_test(node_is_risky_whose_pods_cannot_go_at_once),
        cmocka_unit_test(search_stops_when_enough_are_unneeded),
        cmocka_unit_test(limit_of_unneeded_nodes_follows_the_loop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
