/* Cluster Autoscaler's scale-up: who needs a node, bin packing, limits, similar groups. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/small_cluster.h"

static void release(struct fg_scale_up_answer *answer)
{
    free(answer->growth);
    free(answer->ties);
}

static void assert_grows(struct fg_small_cluster *cluster, struct fg_waiting_pods *waiting,
                         uint32_t count, uint32_t group, int64_t nodes)
{
    struct fg_scale_up_answer answer = fg_small_scale_up(cluster, waiting, count);
    assert_int_equal(answer.growth_count, nodes > 0);
    if (nodes > 0) {
        assert_int_equal(answer.growth[0].group, group);
        assert_int_equal(answer.growth[0].nodes, nodes);
    }
    release(&answer);
}

/* rules C5: three pods of 1500m / 2Gi.
 * m5.large, 2 vCPU and 8 GiB, one a node, 3 nodes: (6000 - 4500) / 6000 + (24 - 6) / 24 = 1.00.
 * m5.2xlarge, 8 vCPU and 32 GiB, 1 node: (8000 - 4500) / 8000 + (32 - 6) / 32 = 1.25. */
static void least_waste_grows_the_group_that_wastes_least(void **state)
{
    (void)state;
    struct fg_small_cluster cluster;
    fg_small_cluster_open(&cluster);
    struct fg_waiting_pods waiting[] = {
        {.class_number = fg_small_class(&cluster, 1500, 2048), .pods = 3}};
    fg_small_cluster_seal(&cluster);
    fg_small_scaling_group(&cluster, "large", fg_small_kind(&cluster, 8, 32), 0, 10);
    fg_small_scaling_group(&cluster, "small", fg_small_kind(&cluster, 2, 8), 0, 10);
    assert_grows(&cluster, waiting, 1, 1, 3);
    fg_small_cluster_close(&cluster);
}

/* rules C4 on nodes of 2000m / 8Gi. Heaviest first: 4 of 1200m / 1Gi (0.6 + 0.125) open four
 * nodes, 800m are left on each; 9 of 400m / 512Mi (0.2 + 0.0625) take turns over the four, two
 * apiece are 8, and the ninth opens a fifth. */
static void packing_takes_the_heaviest_first_and_fills_what_is_open(void **state)
{
    (void)state;
    struct fg_small_cluster cluster;
    fg_small_cluster_open(&cluster);
    uint32_t small = fg_small_class(&cluster, 400, 512),
             large = fg_small_class(&cluster, 1200, 1024);
    fg_small_cluster_seal(&cluster);
    fg_small_scaling_group(&cluster, "ng", fg_small_kind(&cluster, 2, 8), 0, 10);
    struct fg_waiting_pods eight[] = {{.class_number = small, .pods = 8},
                                      {.class_number = large, .pods = 4}};
    assert_grows(&cluster, eight, 2, 0, 4);
    struct fg_waiting_pods nine[] = {{.class_number = small, .pods = 9},
                                     {.class_number = large, .pods = 4}};
    assert_grows(&cluster, nine, 2, 0, 5);
    fg_small_cluster_close(&cluster);
}

/* With DaemonSet pods of 900m on each new node of 2000m, 1100m are left: none of 1200m, two of
 * 400m, so five of 400m need 2 + 2 + 1. */
static void packing_leaves_room_for_daemon_sets(void **state)
{
    (void)state;
    struct fg_small_cluster cluster;
    fg_small_cluster_open(&cluster);
    uint32_t small = fg_small_class(&cluster, 400, 512),
             large = fg_small_class(&cluster, 1200, 1024);
    fg_small_cluster_seal(&cluster);
    struct fg_scaling_group *group =
        fg_small_scaling_group(&cluster, "ng", fg_small_kind(&cluster, 2, 8), 0, 10);
    group->fresh.daemons = (struct fg_node_use){.cpu_milli = 900, .pods = 2};
    struct fg_waiting_pods waiting[] = {{.class_number = small, .pods = 5},
                                        {.class_number = large, .pods = 4}};
    assert_grows(&cluster, waiting, 2, 0, 3);
    assert_true(waiting[0].has_option);
    assert_false(waiting[1].has_option);
    fg_small_cluster_close(&cluster);
}

/* The flaw of an empty group: its template has all 2000m, its nodes only 1930m. A pod of 1950m asks
 * for a node on which it does not fit, loop after loop, until a node of the group is there. */
static void pod_for_a_whole_machine_grows_an_empty_group_in_vain(void **state)
{
    (void)state;
    struct fg_small_cluster cluster;
    fg_small_cluster_open(&cluster);
    struct fg_waiting_pods waiting[] = {
        {.class_number = fg_small_class(&cluster, 1950, 100), .pods = 1}};
    fg_small_cluster_seal(&cluster);
    uint32_t from_zero = fg_small_kind(&cluster, 2, 8);
    struct fg_state_kind real = cluster.state.kinds[from_zero];
    real.allocatable.cpu_milli = 1930;
    uint32_t real_kind = fg_state_add_kind(&cluster.state, &real);
    struct fg_scaling_group *group = fg_small_scaling_group(&cluster, "ng", from_zero, 0, 10);
    assert_grows(&cluster, waiting, 1, 0, 1);
    group->fresh.kind = real_kind;
    assert_grows(&cluster, waiting, 1, 0, 0);
    fg_small_cluster_close(&cluster);
}

/* 20 pods of one node each. The group may have max - size more; the cluster max-nodes-total - size;
 * one loop adds max-nodes-per-scaleup at most. */
static void growth_is_clipped_by_each_limit(void **state)
{
    (void)state;
    struct fg_small_cluster cluster;
    fg_small_cluster_open(&cluster);
    struct fg_waiting_pods waiting[] = {
        {.class_number = fg_small_class(&cluster, 1500, 2048), .pods = 20}};
    fg_small_cluster_seal(&cluster);
    struct fg_scaling_group *group =
        fg_small_scaling_group(&cluster, "ng", fg_small_kind(&cluster, 2, 8), 3, 100);
    assert_grows(&cluster, waiting, 1, 0, 20);
    group->max_size = 10;
    assert_grows(&cluster, waiting, 1, 0, 7);
    group->max_size = 3;
    assert_grows(&cluster, waiting, 1, 0, 0);
    group->max_size = 100;
    cluster.settings.max_nodes_total = 8;
    assert_grows(&cluster, waiting, 1, 0, 5);
    cluster.settings.max_nodes_per_scale_up = 2;
    assert_grows(&cluster, waiting, 1, 0, 2);
    group->is_held = true;
    assert_grows(&cluster, waiting, 1, 0, 0);
    fg_small_cluster_close(&cluster);
}

/* Nodes of 2000m: one has 1500m left, one is empty. Of three pods of 1500m two have a place. */
static void pods_with_a_place_already_need_no_node(void **state)
{
    (void)state;
    struct fg_small_cluster cluster;
    fg_small_cluster_open(&cluster);
    uint32_t pod = fg_small_class(&cluster, 1500, 2048), half = fg_small_class(&cluster, 500, 1024);
    struct fg_waiting_pods waiting[] = {{.class_number = pod, .pods = 3}};
    fg_small_cluster_seal(&cluster);
    uint32_t kind = fg_small_kind(&cluster, 2, 8);
    uint32_t slot = fg_small_node(&cluster, kind);
    fg_state_count_pods(&cluster.state, slot, half, 1);
    fg_small_node(&cluster, kind);
    struct fg_filtered filtered = {0};
    fg_scale_up_filter(&cluster.simulation, waiting, 1, &filtered);
    assert_int_equal(waiting[0].pods, 1);
    assert_int_equal(filtered.count, 2);
    free(filtered.items);
    fg_small_scaling_group(&cluster, "ng", kind, 2, 10);
    assert_grows(&cluster, waiting, 1, 0, 1);
    fg_small_cluster_close(&cluster);
    assert_int_equal(waiting[0].pods, 1);
}

/* Pods take turns over nodes instead of filling one after the other, as the search goes on behind
 * the node found last: 4 pods on 3 nodes are 2, 1, 1, and the next one goes to the second. */
static void pods_take_turns_over_the_nodes(void **state)
{
    (void)state;
    struct fg_small_cluster cluster;
    fg_small_cluster_open(&cluster);
    uint32_t pod = fg_small_class(&cluster, 100, 100);
    fg_small_cluster_seal(&cluster);
    uint32_t kind = fg_small_kind(&cluster, 2, 8), slots[3];
    for (int i = 0; i < 3; i++)
        slots[i] = fg_small_node(&cluster, kind);
    assert_int_equal(fg_simulation_place(&cluster.simulation, pod, 4, 0), 4);
    assert_int_equal(cluster.state.use[slots[0]].pods, 2);
    assert_int_equal(cluster.state.use[slots[1]].pods, 1);
    assert_int_equal(cluster.state.use[slots[2]].pods, 1);
    assert_int_equal(fg_simulation_place(&cluster.simulation, pod, 1, 0), 1);
    assert_int_equal(cluster.state.use[slots[1]].pods, 2);
    fg_simulation_undo(&cluster.simulation, 0);
    for (int i = 0; i < 3; i++)
        assert_int_equal(cluster.state.use[slots[i]].pods, 0);
    fg_small_cluster_close(&cluster);
}

/* Anti-affinity on the host name: one pod a node, however small. */
static void pods_that_keep_apart_need_a_node_each(void **state)
{
    (void)state;
    struct fg_small_cluster cluster;
    fg_small_cluster_open(&cluster);
    uint32_t pod = fg_small_class(&cluster, 100, 100);
    struct fg_pod_term apart = {.topology_key = "kubernetes.io/hostname"};
    cluster.rules[pod].required_anti_affinity = (struct fg_pod_terms){1, &apart};
    struct fg_waiting_pods waiting[] = {{.class_number = pod, .pods = 4}};
    fg_small_cluster_seal(&cluster);
    fg_small_scaling_group(&cluster, "ng", fg_small_kind(&cluster, 2, 8), 0, 10);
    assert_grows(&cluster, waiting, 1, 0, 4);
    assert_int_equal(cluster.state.slot_count, 0);
    assert_int_equal(cluster.state.next_number, 0);
    fg_small_cluster_close(&cluster);
}

/* Three alike groups of sizes 1, 3 and 2 get 5 nodes: one at a time to the smallest,
 * 1 -> 2, 3, and 2 -> 3, then all have 3 and 2 are left: 4, 4, 3, in the order of size. */
static void similar_groups_share_growth_to_equal_size(void **state)
{
    (void)state;
    struct fg_small_cluster cluster;
    fg_small_cluster_open(&cluster);
    cluster.settings.balance_similar_node_groups = true;
    struct fg_waiting_pods waiting[] = {
        {.class_number = fg_small_class(&cluster, 1500, 2048), .pods = 5}};
    fg_small_cluster_seal(&cluster);
    uint32_t kind = fg_small_kind(&cluster, 2, 8);
    fg_small_scaling_group(&cluster, "a", kind, 1, 10);
    fg_small_scaling_group(&cluster, "b", kind, 3, 10);
    fg_small_scaling_group(&cluster, "c", kind, 2, 10);
    struct fg_scale_up_answer answer = fg_small_scale_up(&cluster, waiting, 1);
    int64_t grown[3] = {0};
    for (uint32_t i = 0; i < answer.growth_count; i++)
        grown[answer.growth[i].group] = answer.growth[i].nodes;
    assert_int_equal(grown[0], 3);
    assert_int_equal(grown[1], 0);
    assert_int_equal(grown[2], 2);
    release(&answer);
    fg_small_cluster_close(&cluster);
}

/* Memory 1.5 % apart at most: 200 GiB and 197 GiB are (3 <= 200 * 0.015), 196 GiB is not. */
static void groups_with_other_memory_are_not_similar(void **state)
{
    (void)state;
    for (int64_t gibibytes = 196; gibibytes <= 197; gibibytes++) {
        struct fg_small_cluster cluster;
        fg_small_cluster_open(&cluster);
        cluster.settings.balance_similar_node_groups = true;
        struct fg_waiting_pods waiting[] = {
            {.class_number = fg_small_class(&cluster, 30000, 2048), .pods = 2}};
        fg_small_cluster_seal(&cluster);
        fg_small_scaling_group(&cluster, "a", fg_small_kind(&cluster, 32, 200), 0, 10);
        fg_small_scaling_group(&cluster, "b", fg_small_kind(&cluster, 32, gibibytes), 0, 10);
        struct fg_scale_up_answer answer = fg_small_scale_up(&cluster, waiting, 1);
        assert_int_equal(answer.growth_count, gibibytes == 197 ? 2 : 1);
        release(&answer);
        fg_small_cluster_close(&cluster);
    }
}

static void equally_good_groups_are_told_and_luck_decides(void **state)
{
    (void)state;
    struct fg_small_cluster cluster;
    fg_small_cluster_open(&cluster);
    struct fg_waiting_pods waiting[] = {
        {.class_number = fg_small_class(&cluster, 1500, 2048), .pods = 1}};
    fg_small_cluster_seal(&cluster);
    uint32_t kind = fg_small_kind(&cluster, 2, 8);
    fg_small_scaling_group(&cluster, "a", kind, 0, 10);
    fg_small_scaling_group(&cluster, "b", kind, 0, 10);
    for (uint64_t luck = 0; luck < 4; luck++) {
        struct fg_scale_up_question question = {.settings = &cluster.settings,
                                                .simulation = &cluster.simulation,
                                                .group_count = 2,
                                                .groups = cluster.groups,
                                                .waiting_count = 1,
                                                .waiting = waiting,
                                                .luck = luck};
        struct fg_scale_up_answer answer = {0};
        fg_scale_up_choose(&question, &answer);
        assert_int_equal(answer.tie_count, 2);
        assert_int_equal(answer.growth[0].group, luck % 2);
        release(&answer);
    }
    fg_small_cluster_close(&cluster);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(least_waste_grows_the_group_that_wastes_least),
        cmocka_unit_test(packing_takes_the_heaviest_first_and_fills_what_is_open),
        cmocka_unit_test(packing_leaves_room_for_daemon_sets),
        cmocka_unit_test(pod_for_a_whole_machine_grows_an_empty_group_in_vain),
        cmocka_unit_test(growth_is_clipped_by_each_limit),
        cmocka_unit_test(pods_with_a_place_already_need_no_node),
        cmocka_unit_test(pods_take_turns_over_the_nodes),
        cmocka_unit_test(pods_that_keep_apart_need_a_node_each),
        cmocka_unit_test(similar_groups_share_growth_to_equal_size),
        cmocka_unit_test(groups_with_other_memory_are_not_similar),
        cmocka_unit_test(equally_good_groups_are_told_and_luck_decides),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
