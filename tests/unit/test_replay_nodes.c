/* Whole replays on nodes: placement, waiting, Cluster Autoscaler to the second, the bill. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/small_test.h"

static struct fg_scenario scenario;
static struct fg_small_trace trace;
static struct fg_result result;

/* The usual delays: 15 s to running and billed, 45 s more to ready. */
static int set_up(void **state)
{
    (void)state;
    fg_small_test_open(&scenario, &trace, &result);
    fg_small_default_delays(&scenario);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    fg_small_test_close(&trace, &result);
    return 0;
}

static void replay(void)
{
    fg_small_replay_checked(&scenario, &trace, NULL, &result);
}

/* m5.large holds 1930m and 6903Mi. */
static struct fg_node_group *large_nodes(int64_t min, int64_t desired, int64_t max)
{
    return fg_small_group(&scenario, "ng", "m5.large", min, desired, max);
}

static uint32_t spec_of(int64_t cpu_milli)
{
    return fg_small_spec(&trace, "ns", "w", cpu_milli, 100);
}

/* ---- nodes that stay ---- */

/* Two nodes for an hour: 2 x 0.096; and 2 x 80 x 0.08 / 744 = 0.017204301. */
static void first_nodes_are_ready_and_billed_from_second_zero(void **state)
{
    (void)state;
    large_nodes(1, 2, 5);
    fg_small_pod(&trace, spec_of(1000), 0, FG_SPAN_FOREVER, 0);
    scenario.duration_s = 3600;
    replay();
    assert_int_equal(result.pod_rows[0].start_s, 0);
    assert_int_equal(fg_small_sum(&result, FG_CHARGE_EC2_ON_DEMAND, NULL), 192000000);
    assert_int_equal(fg_small_sum(&result, FG_CHARGE_EBS, NULL), 17204301);
    assert_int_equal(result.summary.peak_nodes, 2);
}

/* No autoscaler: five pods that need a node each, two nodes, and the third never runs. */
static void group_without_autoscaler_keeps_its_size(void **state)
{
    (void)state;
    large_nodes(0, 2, 5);
    for (int i = 0; i < 3; i++)
        fg_small_pod(&trace, spec_of(1000), 0, FG_SPAN_FOREVER, 0);
    scenario.duration_s = 7200;
    replay();
    assert_int_equal(fg_small_node_seconds(&result, NULL), 2 * 7200);
    assert_int_equal(fg_small_outcome(&result, FG_OUTCOME_PENDING), 1);
    assert_string_equal(result.pod_rows[2].reason, "0/2 nodes are available: 2 Insufficient cpu.");
    assert_int_equal(result.summary.never_ran, 1);
}

/* 9 x 1.93 + 6903 / 1024 = 17.37 + 6.7412 = 24.1112 units a node-hour; the pod's 9 x 1 + 100 /
 * 1024 = 9.0977 for half an hour are 0.18866 of it: 0.096 x 0.18866 = 0.018111; aws-node's
 * 9 x 0.05 = 0.45 are 0.018664: 0.0017917. The rest is idle and all is 0.096. */
static void price_of_a_node_is_shared_out_exactly(void **state)
{
    (void)state;
    static struct fg_daemon_set daemon = {
        .name = "aws-node", .namespace_name = "kube-system", .cpu_milli = 50};
    large_nodes(1, 1, 1);
    scenario.cluster.daemon_sets = &daemon;
    scenario.cluster.daemon_set_count = 1;
    fg_small_pod(&trace, spec_of(1000), 0, FG_SPAN_DURATION, 1800);
    scenario.duration_s = 3600;
    replay();
    fg_nanodollars work = fg_small_sum(&result, FG_CHARGE_EC2_ON_DEMAND, "w");
    fg_nanodollars system = fg_small_sum(&result, FG_CHARGE_EC2_ON_DEMAND, FG_WORKLOAD_SYSTEM);
    fg_nanodollars idle = fg_small_sum(&result, FG_CHARGE_EC2_ON_DEMAND, FG_WORKLOAD_IDLE);
    assert_int_equal(work / 1000, 18111);
    assert_int_equal(system / 1000, 1791);
    assert_int_equal(work + system + idle, 96000000);
    assert_in_range(result.pod_rows[0].nano, work + fg_small_sum(&result, FG_CHARGE_EBS, "w"),
                    work + fg_small_sum(&result, FG_CHARGE_EBS, "w") + 2);
}

static void node_is_billed_for_a_minute_at_least(void **state)
{
    (void)state;
    large_nodes(1, 1, 1);
    scenario.start += 3590; /* the minute lies in two hours */
    scenario.duration_s = 25;
    fg_small_pod(&trace, spec_of(1000), 0, FG_SPAN_FOREVER, 0);
    replay();
    assert_int_equal(fg_small_node_seconds(&result, NULL), 60);
    assert_int_equal(result.capacity.items[0].node_seconds, 10);
    assert_int_equal(result.capacity.items[1].node_seconds, 15); /* it is there to the cut only */
}

static void pod_goes_where_its_selector_and_the_taints_let_it(void **state)
{
    (void)state;
    static struct fg_taint taints[] = {{"gpu", "true", FG_EFFECT_NO_SCHEDULE}};
    static struct fg_pair wanted[] = {{"eks.amazonaws.com/nodegroup", "other"}};
    large_nodes(4, 4, 4)->taints = (struct fg_taints){1, taints};
    fg_small_group(&scenario, "other", "m5.large", 1, 1, 1);
    uint32_t plain = spec_of(1500), choosy = spec_of(1600);
    trace.trace.specs[choosy].node_selector = (struct fg_pairs){1, wanted};
    fg_small_pod(&trace, choosy, 0, FG_SPAN_FOREVER, 0);
    fg_small_pod(&trace, plain, 0, FG_SPAN_FOREVER, 0);
    scenario.duration_s = 100;
    replay();
    assert_string_equal(result.pod_rows[0].placed_on, "nodegroup:other");
    assert_string_equal(result.pod_rows[1].reason,
                        "0/5 nodes are available: 1 Insufficient cpu, 4 node(s) had untolerated "
                        "taint {gpu: true}.");
}

static void daemon_set_of_the_trace_runs_where_a_node_takes_it(void **state)
{
    (void)state;
    static struct fg_taint taints[] = {{"gpu", "true", FG_EFFECT_NO_SCHEDULE}};
    fg_small_group(&scenario, "empty", "m5.large", 0, 0, 3);
    large_nodes(1, 1, 1);
    fg_small_group(&scenario, "tainted", "m5.large", 1, 1, 1)->taints =
        (struct fg_taints){1, taints};
    uint32_t spec = spec_of(100);
    trace.trace.specs[spec].kind = FG_KIND_DAEMONSET;
    fg_small_pod(&trace, spec, 0, FG_SPAN_FOREVER, 0);
    scenario.duration_s = 3600;
    replay();
    assert_string_equal(result.pod_rows[0].placed_on, "nodegroup:ng");
    assert_int_equal(fg_small_outcome(&result, FG_OUTCOME_RUNNING), 1);
    /* On the one node that takes it, and nowhere else. */
    assert_int_equal(result.capacity.items[1].cpu_requested_milli_s +
                         result.capacity.items[0].cpu_requested_milli_s,
                     100 * 3600);
}

static void daemon_set_of_a_cluster_without_nodes_is_not_missing(void **state)
{
    (void)state;
    fg_small_profile(&scenario, "all", "*");
    uint32_t spec = spec_of(100);
    trace.trace.specs[spec].kind = FG_KIND_DAEMONSET;
    fg_small_pod(&trace, spec, 7, FG_SPAN_FOREVER, 0);
    scenario.duration_s = 3600;
    replay();
    assert_string_equal(result.pod_rows[0].placed_on, "cluster");
    assert_int_equal(result.pod_rows[0].start_s, 7);
    assert_int_equal(fg_small_outcome(&result, FG_OUTCOME_RUNNING), 1);
    assert_int_equal(result.summary.never_ran, 0);
    assert_true(result.summary.requested_cpu_milli_s == 0);
}

static void daemon_set_that_comes_after_the_cut_takes_nothing(void **state)
{
    (void)state;
    large_nodes(1, 1, 1);
    uint32_t spec = spec_of(100);
    trace.trace.specs[spec].kind = FG_KIND_DAEMONSET;
    fg_small_pod(&trace, spec, 4000, FG_SPAN_FOREVER, 0);
    scenario.duration_s = 3600;
    replay();
    assert_int_equal(result.summary.left_out, 1);
    assert_int_equal(result.capacity.items[0].cpu_requested_milli_s, 0);
    assert_int_equal(fg_small_sum(&result, FG_CHARGE_EC2_ON_DEMAND, FG_WORKLOAD_SYSTEM), 0);
}

/* ---- waiting ---- */

static void pod_that_ends_makes_room_for_one_that_comes_at_that_second(void **state)
{
    (void)state;
    large_nodes(1, 1, 1);
    fg_small_pod(&trace, spec_of(1500), 0, FG_SPAN_DURATION, 100);
    fg_small_pod(&trace, spec_of(1500), 100, FG_SPAN_DURATION, 10);
    replay();
    assert_int_equal(result.pod_rows[1].start_s, 100);
    assert_int_equal(result.capacity.items[0].pods_pending_max, 0);
}

/* The second fails at 10 and gets its room at 50. The third fails at 79, one second before there
 * is room, which is as long as it must wait. */
static void pod_waits_for_its_backoff_and_for_room(void **state)
{
    (void)state;
    large_nodes(1, 1, 1);
    uint32_t spec = spec_of(1500);
    fg_small_pod(&trace, spec, 0, FG_SPAN_DURATION, 50);
    fg_small_pod(&trace, spec, 10, FG_SPAN_DURATION, 30);
    fg_small_pod(&trace, spec, 79, FG_SPAN_DURATION, 5);
    replay();
    assert_int_equal(result.pod_rows[1].start_s, 50);
    assert_int_equal(result.pod_rows[2].start_s, 80);
    assert_int_equal(result.summary.wait_max_s, 40);
}

/* Two wait, one gets the room: the other has failed twice, at 50, and is tried 2 s later at the
 * soonest: room at 51 is used at 52. */
static void backoff_grows_with_each_failure(void **state)
{
    (void)state;
    large_nodes(1, 1, 1);
    uint32_t spec = spec_of(1500);
    fg_small_pod(&trace, spec, 0, FG_SPAN_DURATION, 50);
    fg_small_pod(&trace, spec, 10, FG_SPAN_DURATION, 1);
    fg_small_pod(&trace, spec, 10, FG_SPAN_DURATION, 1);
    replay();
    assert_int_equal(result.pod_rows[1].start_s, 50);
    assert_int_equal(result.pod_rows[2].start_s, 52);
}

/* 60 pods that need the whole node come a second apart; each works for 20 s. */
static void pods_leave_the_queue_in_the_order_they_failed(void **state)
{
    (void)state;
    large_nodes(1, 1, 1);
    uint32_t spec = spec_of(1500);
    for (uint32_t i = 0; i < 60; i++)
        fg_small_pod(&trace, spec, i, FG_SPAN_DURATION, 20);
    replay();
    for (uint32_t i = 1; i < 60; i++)
        assert_true(result.pod_rows[i].start_s > result.pod_rows[i - 1].start_s);
}

static void higher_priority_goes_first(void **state)
{
    (void)state;
    static const struct fg_pod_rules never = {.owner_selector = {.nothing = true},
                                              .preemption = FG_PREEMPTION_NEVER,
                                              .scored_cpu_milli = -1,
                                              .scored_memory_bytes = -1};
    large_nodes(1, 1, 1);
    uint32_t low = spec_of(1500), high = spec_of(1500);
    trace.trace.specs[high].priority = 100;
    trace.trace.specs[high].rules = &never;
    fg_small_pod(&trace, low, 0, FG_SPAN_DURATION, 50);
    fg_small_pod(&trace, low, 1, FG_SPAN_DURATION, 50);
    fg_small_pod(&trace, high, 2, FG_SPAN_DURATION, 50);
    replay();
    assert_int_equal(result.pod_rows[2].start_s, 50);
    assert_true(result.pod_rows[1].start_s >= 100);
}

static void pod_deleted_while_pending_says_why_it_waited(void **state)
{
    (void)state;
    large_nodes(1, 1, 1);
    fg_small_pod(&trace, spec_of(1931), 0, FG_SPAN_END, 40);
    replay();
    assert_int_equal(fg_small_outcome(&result, FG_OUTCOME_DELETED_PENDING), 1);
    assert_string_equal(result.pod_rows[0].reason, "0/1 nodes are available: 1 Insufficient cpu.");
    assert_int_equal(result.summary.cut_s, 40);
}

static void start_of_a_pod_takes_its_time_on_the_node(void **state)
{
    (void)state;
    large_nodes(1, 1, 1);
    scenario.cluster.nodes.pod_startup_s = 20;
    fg_small_pod(&trace, spec_of(500), 10, FG_SPAN_DURATION, 100);
    fg_small_pod(&trace, spec_of(500), 10, FG_SPAN_END, 25);
    replay();
    assert_int_equal(result.pod_rows[0].start_s, 30);
    assert_int_equal(result.pod_rows[0].end_s, 130);
    assert_int_equal(result.pod_rows[1].outcome, FG_OUTCOME_DELETED_PENDING);
    assert_string_equal(result.pod_rows[1].reason, "starting on its node");
}

/* ---- Cluster Autoscaler ---- */

/* It comes at 5 and is unschedulable; the loop of second 10 asks for a node, which is billed from
 * 25 on and ready at 70. */
static void node_for_a_pending_pod_is_asked_for_by_the_next_loop(void **state)
{
    (void)state;
    large_nodes(0, 0, 3);
    scenario.cluster.autoscaler.enabled = true;
    scenario.duration_s = 625;
    fg_small_pod(&trace, spec_of(1000), 5, FG_SPAN_FOREVER, 0);
    replay();
    assert_int_equal(result.pod_rows[0].start_s, 70);
    assert_int_equal(fg_small_node_seconds(&result, NULL), 600);
}

static void group_grows_to_its_maximum_only(void **state)
{
    (void)state;
    large_nodes(0, 0, 3);
    scenario.cluster.autoscaler.enabled = true;
    scenario.duration_s = 1000;
    for (int i = 0; i < 5; i++)
        fg_small_pod(&trace, spec_of(1000), 5, FG_SPAN_FOREVER, 0);
    replay();
    assert_int_equal(result.summary.peak_nodes, 3);
    assert_int_equal(fg_small_outcome(&result, FG_OUTCOME_PENDING), 2);
}

/* 1950m fit the bare machine of 2000m, for which an empty group is taken, and not the node of
 * 1930m that comes. It is ready, and unneeded, at 70; at 670 it has been so for 600 s, not longer;
 * the loop of 680 taints it, at 685 it goes: billed from 25, 660 s. No second one is asked for,
 * now that the nodes' shape is known. */
static void node_that_does_not_fit_after_all_comes_and_goes(void **state)
{
    (void)state;
    large_nodes(0, 0, 3);
    scenario.cluster.autoscaler.enabled = true;
    scenario.duration_s = 5000;
    fg_small_pod(&trace, spec_of(1950), 5, FG_SPAN_FOREVER, 0);
    replay();
    assert_int_equal(fg_small_node_seconds(&result, NULL), 660);
    assert_int_equal(result.summary.peak_nodes, 1);
    assert_int_equal(fg_small_outcome(&result, FG_OUTCOME_PENDING), 1);
}

/* A node of the start is empty from 100 on; the loop of 100 sees it, that of 710 is the first
 * after more than 600 s: gone at 715. */
static void empty_node_goes_after_more_than_ten_minutes(void **state)
{
    (void)state;
    large_nodes(0, 1, 3);
    scenario.cluster.autoscaler.enabled = true;
    scenario.duration_s = 5000;
    fg_small_pod(&trace, spec_of(1000), 0, FG_SPAN_DURATION, 100);
    replay();
    assert_int_equal(fg_small_node_seconds(&result, NULL), 715);
}

static void node_is_billed_while_it_terminates(void **state)
{
    (void)state;
    large_nodes(0, 1, 3);
    scenario.cluster.autoscaler.enabled = true;
    scenario.cluster.nodes.terminate_s = 30;
    scenario.duration_s = 5000;
    fg_small_pod(&trace, spec_of(1000), 0, FG_SPAN_DURATION, 100);
    replay();
    assert_int_equal(fg_small_node_seconds(&result, NULL), 715 + 30);
}

/* The cut falls between drain at 715 and termination at 745. */
static void node_that_terminates_at_the_cut_is_billed_to_the_cut(void **state)
{
    (void)state;
    large_nodes(0, 1, 3);
    scenario.cluster.autoscaler.enabled = true;
    scenario.cluster.nodes.terminate_s = 30;
    scenario.duration_s = 720;
    fg_small_pod(&trace, spec_of(1000), 0, FG_SPAN_DURATION, 100);
    replay();
    assert_int_equal(fg_small_node_seconds(&result, NULL), 720);
    assert_int_equal(result.capacity.items[0].node_seconds, 720);
}

/* Unneeded for 100 s is enough here, but the group grew at 10: not before 610. Billed from 25 to
 * 615. */
static void nothing_goes_in_the_ten_minutes_after_growth(void **state)
{
    (void)state;
    large_nodes(0, 0, 3);
    scenario.cluster.autoscaler.enabled = true;
    scenario.cluster.autoscaler.scale_down_unneeded_time_s = 100;
    scenario.duration_s = 5000;
    fg_small_pod(&trace, spec_of(1000), 5, FG_SPAN_DURATION, 10);
    replay();
    assert_int_equal(fg_small_node_seconds(&result, NULL), 615 - 25);
}

static void group_keeps_its_minimum(void **state)
{
    (void)state;
    large_nodes(2, 4, 5);
    scenario.cluster.autoscaler.enabled = true;
    scenario.duration_s = 5000;
    fg_small_pod(&trace, spec_of(1), 4000, FG_SPAN_FOREVER, 0);
    replay();
    /* Unneeded from 0 on, 610 is the first loop after: two go at 615. */
    assert_int_equal(fg_small_node_seconds(&result, NULL), 2 * 5000 + 2 * 615);
}

/* Of fifteen ten go by the loop of 610, the rest by that of 620. */
static void ten_empty_nodes_go_at_once(void **state)
{
    (void)state;
    large_nodes(0, 15, 15);
    scenario.cluster.autoscaler.enabled = true;
    scenario.duration_s = 5000;
    fg_small_pod(&trace, spec_of(1), 4999, FG_SPAN_FOREVER, 0);
    replay();
    assert_int_equal(fg_small_node_seconds(&result, NULL), 10 * 615 + 5 * 625);
}

/* Two nodes with a pod each of `cpu_milli`; returns how long the two are billed in 2000 s. */
static int64_t seconds_with_two_half_full_nodes(int64_t cpu_milli)
{
    large_nodes(0, 2, 2);
    scenario.cluster.autoscaler.enabled = true;
    scenario.duration_s = 2000;
    fg_small_pod(&trace, spec_of(cpu_milli), 0, FG_SPAN_FOREVER, 0);
    fg_small_pod(&trace, spec_of(cpu_milli), 0, FG_SPAN_FOREVER, 0);
    replay();
    return fg_small_node_seconds(&result, NULL);
}

/* 965 of 1930 are 0.5: one node is drained at 615, its pod goes on on the other; both first ran at
 * second 0. */
static void node_of_half_use_is_drained(void **state)
{
    (void)state;
    assert_int_equal(seconds_with_two_half_full_nodes(965), 2000 + 615);
    assert_int_equal(fg_small_outcome(&result, FG_OUTCOME_RUNNING), 2);
    assert_int_equal(result.summary.evictions, 1);
    assert_int_equal(result.summary.wait_max_s, 0); /* it had run before */
}

/* 2 x 966 would not fit on one node anyway, so a third node has the room. */
static void node_of_more_than_half_use_stays(void **state)
{
    (void)state;
    fg_small_group(&scenario, "big", "m5.xlarge", 1, 1, 1);
    uint32_t filler = spec_of(2000);
    static struct fg_pair wanted[] = {{"eks.amazonaws.com/nodegroup", "big"}};
    trace.trace.specs[filler].node_selector = (struct fg_pairs){1, wanted};
    fg_small_pod(&trace, filler, 0, FG_SPAN_FOREVER, 0);
    assert_int_equal(seconds_with_two_half_full_nodes(966), 3 * 2000);
}

/* With kube-system's pod the node is kept for an hour. It is looked at every five minutes: at 3600
 * the pod is not older than an hour, at 3900 it is; the node is unneeded then, 3900 + 600 is over
 * by the loop of 4510, and it goes at 4515. Nothing else happens that could remind the autoscaler.
 */
static void system_pod_keeps_its_node_for_an_hour(void **state)
{
    (void)state;
    large_nodes(0, 2, 2);
    scenario.cluster.autoscaler.enabled = true;
    scenario.duration_s = 6000;
    uint32_t dns = fg_small_spec(&trace, "kube-system", "dns", 100, 70);
    fg_small_pod(&trace, dns, 0, FG_SPAN_FOREVER, 0);
    fg_small_pod(&trace, dns, 0, FG_SPAN_FOREVER, 0);
    replay();
    assert_int_equal(fg_small_node_seconds(&result, NULL), 6000 + 4515);
}

/* The first of two nodes holds a pod of 100m, the second is empty: the second goes, and the pod
 * is not moved there. */
static void empty_node_goes_before_one_that_must_be_drained(void **state)
{
    (void)state;
    large_nodes(0, 2, 2);
    scenario.cluster.autoscaler.enabled = true;
    scenario.duration_s = 2000;
    fg_small_pod(&trace, spec_of(100), 0, FG_SPAN_FOREVER, 0);
    replay();
    assert_int_equal(result.pod_rows[0].start_s, 0);
    assert_int_equal(fg_small_node_seconds(&result, NULL), 2000 + 615);
}

/* Three nodes, of which the third is in use and has room. The first is tainted at 610, its pod ends
 * at 612, at 635 it is drained of nothing; the loop of 640 then taints the second, though nothing
 * else has happened. They terminate for 300 s: billed to 935 and to 640 + 25 + 300 = 965. */
static void next_node_is_drained_when_the_one_before_is_done(void **state)
{
    (void)state;
    large_nodes(0, 3, 3);
    scenario.cluster.autoscaler.enabled = true;
    scenario.cluster.autoscaler.node_delete_delay_after_taint_s = 25;
    scenario.cluster.nodes.terminate_s = 300;
    scenario.duration_s = 2000;
    fg_small_pod(&trace, spec_of(100), 0, FG_SPAN_DURATION, 612);
    fg_small_pod(&trace, spec_of(100), 0, FG_SPAN_FOREVER, 0);
    fg_small_pod(&trace, spec_of(1200), 0, FG_SPAN_FOREVER, 0);
    replay();
    assert_int_equal(fg_small_node_seconds(&result, NULL), 935 + 965 + 2000);
}

/* Waiting for the node that comes, the pod needs no second one. */
static void pod_for_which_a_node_is_coming_brings_no_other(void **state)
{
    (void)state;
    large_nodes(0, 0, 10);
    scenario.cluster.autoscaler.enabled = true;
    scenario.cluster.nodes.running_to_ready_s = 300;
    scenario.duration_s = 500;
    fg_small_pod(&trace, spec_of(1000), 5, FG_SPAN_FOREVER, 0);
    replay();
    assert_int_equal(result.summary.peak_nodes, 1);
}

static void new_nodes_go_to_the_zone_with_fewest(void **state)
{
    (void)state;
    static const char *zones[] = {"us-east-1a", "us-east-1b", "us-east-1c"};
    static struct fg_pair wanted[] = {{"topology.kubernetes.io/zone", "us-east-1c"}};
    struct fg_node_group *group = large_nodes(3, 3, 3);
    group->zones = zones;
    group->zone_count = 3;
    uint32_t spec = spec_of(1900);
    trace.trace.specs[spec].node_selector = (struct fg_pairs){1, wanted};
    fg_small_pod(&trace, spec, 0, FG_SPAN_FOREVER, 0);
    fg_small_pod(&trace, spec, 0, FG_SPAN_FOREVER, 0);
    scenario.duration_s = 100;
    replay();
    assert_int_equal(fg_small_outcome(&result, FG_OUTCOME_RUNNING), 1);
    assert_string_equal(result.pod_rows[1].reason,
                        "0/3 nodes are available: 1 Insufficient cpu, 2 node(s) didn't match "
                        "Pod's node affinity/selector.");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
/* The group says zone a, and its nodes are in a and b: each has the label of its own zone. */
static void each_node_has_the_label_of_its_own_zone(void **state)
{
    (void)state;
    static const char *zones[] = {"us-east-1a", "us-east-1b"};
    static struct fg_pair said[] = {{"topology.kubernetes.io/zone", "us-east-1a"}};
    static struct fg_pair in_a[] = {{"topology.kubernetes.io/zone", "us-east-1a"}};
    struct fg_node_group *group = large_nodes(2, 2, 2);
    group->zones = zones;
    group->zone_count = 2;
    group->labels = (struct fg_pairs){1, said};
    uint32_t spec = spec_of(1500);
    trace.trace.specs[spec].node_selector = (struct fg_pairs){1, in_a};
    fg_small_pod(&trace, spec, 0, FG_SPAN_FOREVER, 0);
    fg_small_pod(&trace, spec, 0, FG_SPAN_FOREVER, 0);
    scenario.duration_s = 100;
    replay();
    assert_int_equal(fg_small_outcome(&result, FG_OUTCOME_RUNNING), 1);
    assert_string_equal(said[0].value, "us-east-1a");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(first_nodes_are_ready_and_billed_from_second_zero),
        TEST(group_without_autoscaler_keeps_its_size),
        TEST(price_of_a_node_is_shared_out_exactly),
        TEST(node_is_billed_for_a_minute_at_least),
        TEST(pod_goes_where_its_selector_and_the_taints_let_it),
        TEST(daemon_set_of_the_trace_runs_where_a_node_takes_it),
        TEST(daemon_set_of_a_cluster_without_nodes_is_not_missing),
        TEST(daemon_set_that_comes_after_the_cut_takes_nothing),
        TEST(pod_that_ends_makes_room_for_one_that_comes_at_that_second),
        TEST(pod_waits_for_its_backoff_and_for_room),
        TEST(backoff_grows_with_each_failure),
        TEST(pods_leave_the_queue_in_the_order_they_failed),
        TEST(higher_priority_goes_first),
        TEST(pod_deleted_while_pending_says_why_it_waited),
        TEST(start_of_a_pod_takes_its_time_on_the_node),
        TEST(node_for_a_pending_pod_is_asked_for_by_the_next_loop),
        TEST(group_grows_to_its_maximum_only),
        TEST(node_that_does_not_fit_after_all_comes_and_goes),
        TEST(empty_node_goes_after_more_than_ten_minutes),
        TEST(node_is_billed_while_it_terminates),
        TEST(node_that_terminates_at_the_cut_is_billed_to_the_cut),
        TEST(nothing_goes_in_the_ten_minutes_after_growth),
        TEST(group_keeps_its_minimum),
        TEST(ten_empty_nodes_go_at_once),
        TEST(node_of_half_use_is_drained),
        TEST(node_of_more_than_half_use_stays),
        TEST(system_pod_keeps_its_node_for_an_hour),
        TEST(empty_node_goes_before_one_that_must_be_drained),
        TEST(next_node_is_drained_when_the_one_before_is_done),
        TEST(pod_for_which_a_node_is_coming_brings_no_other),
        TEST(new_nodes_go_to_the_zone_with_fewest),
        TEST(each_node_has_the_label_of_its_own_zone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
