/* Whole replays under Cluster Autoscaler: pods that have just come, the soft taint, pods that count
 * as gone, nodes that do not come, and what it does then. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/small_world.h"

static struct fg_scenario scenario;
static struct fg_small_trace trace;
static struct fg_result result;

/* The usual delays: 15 s to running and billed, 45 s more to ready. */
static int set_up(void **state)
{
    (void)state;
    fg_small_scenario(&scenario);
    fg_small_default_delays(&scenario);
    scenario.cluster.autoscaler.enabled = true;
    scenario.cluster.autoscaler.new_pod_buffer_s = 2;
    scenario.cluster.autoscaler.new_gpu_pod_buffer_s = 30;
    memset(&trace, 0, sizeof trace);
    memset(&result, 0, sizeof result);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    fg_result_release(&result);
    fg_trace_release(&trace.trace);
    return 0;
}

/* ---- pods that have just come ---- */

static void one_group(const char *type)
{
    fg_small_group(&scenario, "ng", type, 0, 0, 5);
    scenario.duration_s = 2000;
}

static void pod_at(uint32_t second, int64_t cpu_milli)
{
    fg_small_pod(&trace, fg_small_spec(&trace, "ns", "w", cpu_milli, 100), second, FG_SPAN_FOREVER,
                 0);
}

static int64_t node_seconds(void)
{
    return fg_small_quantity(&result, FG_CHARGE_EC2_ON_DEMAND) / 1000000;
}

static int64_t started(uint32_t row)
{
    return result.pod_rows[row].start_s;
}

/* The pod of second 8 is 2 s old in the loop of 10: ready at 10 + 60. That of 19 is 1 s old in the
 * loop of 20 and waits for that of 30: 30 + 60. Both ask for more than half of an m5.large. */
static void pod_that_came_a_second_before_the_loop_waits_for_the_next(void **state)
{
    (void)state;
    one_group("m5.large");
    pod_at(8, 1500);
    pod_at(19, 1500);
    fg_small_replay_checked(&scenario, &trace, NULL, &result);
    assert_int_equal(started(0), 70);
    assert_int_equal(started(1), 90);
}

/* The pod of 9 has the one of 7 with it, which is 3 s old: the loop of 10 asks for both nodes. */
static void one_older_pod_is_enough_for_all(void **state)
{
    (void)state;
    one_group("m5.large");
    pod_at(7, 1500);
    pod_at(9, 1500);
    fg_small_replay_checked(&scenario, &trace, NULL, &result);
    assert_int_equal(started(0), 70);
    assert_int_equal(started(1), 70);
}

/* The loop of 10 asks for a node for the pod of 0. In the loop of 20 that pod has its place on the
 * node that is coming, so the pod of 19 is the oldest that has none, and waits: 30 + 60. */
static void pod_that_has_a_place_is_no_older_pod(void **state)
{
    (void)state;
    one_group("m5.large");
    pod_at(0, 1500);
    pod_at(19, 1500);
    fg_small_replay_checked(&scenario, &trace, NULL, &result);
    assert_int_equal(started(0), 70);
    assert_int_equal(started(1), 90);
}

/* A pod with a GPU at 5 is 25 s old in the loop of 30, 35 s in that of 40: ready at 100. The pod
 * without one, of second 0, waits with it, though it is older. */
static void pod_with_a_gpu_keeps_all_waiting_for_thirty_seconds(void **state)
{
    (void)state;
    one_group("g5.12xlarge");
    pod_at(0, 1500);
    pod_at(5, 1500);
    trace.trace.specs[1].gpu_milli = 1000;
    fg_small_replay_checked(&scenario, &trace, NULL, &result);
    assert_int_equal(started(0), 100);
    assert_int_equal(started(1), 100);
}

/* Two m5.large, one of them full. The other is unneeded since 0, for more than 60 s in the loop of
 * 70. A pod of second 69 that no node holds is 1 s old then, so the node goes in the loop of 80,
 * and 5 s after its taint: 2000 + 85 node-seconds. Without that pod: 2000 + 75. */
static void no_node_goes_while_new_pods_wait(void **state)
{
    (void)state;
    for (int is_new = 0; is_new < 2; is_new++) {
        tear_down(state);
        set_up(state);
        fg_small_group(&scenario, "ng", "m5.large", 0, 2, 2);
        scenario.duration_s = 2000;
        scenario.cluster.autoscaler.scale_down_unneeded_time_s = 60;
        pod_at(0, 1500);
        if (is_new == 1)
            pod_at(69, 5000);
        fg_small_replay_checked(&scenario, &trace, NULL, &result);
        assert_int_equal(node_seconds(), is_new == 1 ? 2085 : 2075);
    }
}

/* ---- the soft taint of nodes that are not needed ---- */

/* Two m5.large of 1930m, unneeded after 60 s. One holds 1000m, more than half; the other is empty
 * and has the soft taint from the loop of 0. */
static void one_node_to_spare(void)
{
    fg_small_group(&scenario, "ng", "m5.large", 0, 2, 2);
    scenario.duration_s = 2000;
    scenario.cluster.autoscaler.scale_down_unneeded_time_s = 60;
    pod_at(0, 1000);
}

/* By its load a pod of 100m prefers the empty node, by 100 points at most for each of two scores;
 * the taint weighs 300. So it moves in with the other pod and nobody is evicted when the empty node
 * goes in the loop of 70. */
static void scheduler_prefers_nodes_that_are_needed(void **state)
{
    (void)state;
    one_node_to_spare();
    pod_at(5, 100);
    fg_small_replay_checked(&scenario, &trace, NULL, &result);
    assert_int_equal(node_seconds(), 2075);
    assert_int_equal(result.summary.evictions, 0);
}

/* A pod that tolerates everything goes to the empty node, and is evicted there. */
static void pod_that_tolerates_the_soft_taint_does_not_mind_it(void **state)
{
    (void)state;
    struct fg_toleration all = {"", "", true, FG_EFFECT_ANY};
    one_node_to_spare();
    pod_at(5, 100);
    trace.trace.specs[1].tolerations = (struct fg_tolerations){1, &all};
    fg_small_replay_checked(&scenario, &trace, NULL, &result);
    assert_int_equal(node_seconds(), 2075);
    assert_int_equal(result.summary.evictions, 1);
}

/* A pod of 1500m fits on the spare node alone. In the loop of 10 the node is needed, and its taint
 * is taken off. The pod ends at 15; one of 17 finds the node without a taint and the emptiest. It
 * is unneeded anew since 20, for more than 60 s in the loop of 90, and the pod is evicted. */
static void node_that_is_needed_again_loses_its_taint(void **state)
{
    (void)state;
    one_node_to_spare();
    fg_small_pod(&trace, fg_small_spec(&trace, "ns", "w", 1500, 100), 5, FG_SPAN_DURATION, 10);
    pod_at(17, 100);
    fg_small_replay_checked(&scenario, &trace, NULL, &result);
    assert_int_equal(node_seconds(), 2095);
    assert_int_equal(result.summary.evictions, 1);
}

static void hear_node(struct fg_watch *watch, uint32_t second, const char *text)
{
    (void)second;
    unsigned int *node = watch->context;
    if (strncmp(text, "bound to node ", 14) == 0)
        *node = (unsigned int)strtoul(text + 14, NULL, 10);
}

/* Of twelve empty nodes ten have the taint after the loop of 0, so the pod of 5 goes to one of the
 * last two, whose lowest number is 10. Of forty, twenty are found unneeded in the loop of 0 and the
 * others in that of 10; the loop of 30 taints the last ten, so the pod of 35 finds all alike. */
static void loop_taints_ten_nodes_at_most(void **state)
{
    static const struct {
        int64_t nodes;
        uint32_t pod_s;
        unsigned int goes_to;
    } rows[] = {{12, 5, 10}, {40, 5, 10}, {40, 25, 30}, {40, 35, 0}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        unsigned int node = 99;
        struct fg_watch watch = {.pod = 0, .say = hear_node, .context = &node};
        tear_down(state);
        set_up(state);
        fg_small_group(&scenario, "ng", "m5.large", 0, rows[i].nodes, rows[i].nodes);
        scenario.duration_s = 100;
        pod_at(rows[i].pod_s, 100);
        fg_small_replay_checked(&scenario, &trace, &watch, &result);
        assert_int_equal(node, rows[i].goes_to);
    }
}

/* ---- pods that count as gone ---- */

/* A pod of priority -20 is below the cutoff of -10: its node counts as empty, is unneeded since 0,
 * tainted in the loop of 70 and drained 5 s later. No node is asked for when the pod waits again.
 */
static void node_that_holds_expendable_pods_alone_goes_as_an_empty_one(void **state)
{
    (void)state;
    fg_small_group(&scenario, "ng", "m5.large", 0, 1, 2);
    scenario.duration_s = 2000;
    scenario.cluster.autoscaler.scale_down_unneeded_time_s = 60;
    pod_at(0, 1500);
    trace.trace.specs[0].priority = -20;
    trace.trace.specs[0].kind = FG_KIND_POD; /* of no controller: it would keep its node */
    fg_small_replay_checked(&scenario, &trace, NULL, &result);
    assert_int_equal(node_seconds(), 75);
    assert_int_equal(result.summary.evictions, 1);
}

/* ---- nodes that do not come ---- */

/* Two groups: m5.large wastes less, but the quota holds no on-demand vCPU; the Spot one is larger.
 */
static void two_groups(void)
{
    fg_small_group(&scenario, "small", "m5.large", 0, 0, 5);
    fg_small_group(&scenario, "spare", "m5.xlarge", 0, 0, 5)->spot = true;
    scenario.spot.named_discount = scenario.spot.named_interruptions = true; /* none of both */
    scenario.cluster.quotas.on_demand_vcpus[FG_QUOTA_STANDARD] = 0;
    fg_small_pod(&trace, fg_small_spec(&trace, "ns", "w", 1500, 100), 0, FG_SPAN_FOREVER, 0);
}

/* Too new at 0, asked for at 10, seen missing at 20; 20 + 900 is over by the loop of 930. The group
 * is left alone and the other grows: ready 60 s later, at 990. Until then the pod waits for the
 * node that was asked for, and no second one is asked for. */
static void other_group_grows_when_nodes_do_not_come_in_time(void **state)
{
    (void)state;
    two_groups();
    scenario.duration_s = 2000;
    fg_small_replay_checked(&scenario, &trace, NULL, &result);
    assert_string_equal(result.pod_rows[0].placed_on, "nodegroup:spare");
    assert_int_equal(result.pod_rows[0].start_s, 990);
    assert_int_equal(result.summary.peak_nodes, 1);
}

/* With the provision time at 30: 20 + 30 is over by the loop of 60, so the node is there at 120. */
static void provision_time_is_a_setting(void **state)
{
    (void)state;
    two_groups();
    scenario.cluster.autoscaler.max_node_provision_time_s = 30;
    scenario.duration_s = 2000;
    fg_small_replay_checked(&scenario, &trace, NULL, &result);
    assert_int_equal(result.pod_rows[0].start_s, 120);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        TEST(pod_that_came_a_second_before_the_loop_waits_for_the_next),
        TEST(one_older_pod_is_enough_for_all),
        TEST(pod_that_has_a_place_is_no_older_pod),
        TEST(pod_with_a_gpu_keeps_all_waiting_for_thirty_seconds),
        TEST(no_node_goes_while_new_pods_wait),
        TEST(scheduler_prefers_nodes_that_are_needed),
        TEST(pod_that_tolerates_the_soft_taint_does_not_mind_it),
        TEST(node_that_is_needed_again_loses_its_taint),
        TEST(loop_taints_ten_nodes_at_most),
        TEST(node_that_holds_expendable_pods_alone_goes_as_an_empty_one),
        TEST(other_group_grows_when_nodes_do_not_come_in_time),
        TEST(provision_time_is_a_setting),
#undef TEST
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
