/* Whole replays under Cluster Autoscaler: nodes that do not come, and what it does then. */
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

/* Asked for at 0, seen missing at 10; 10 + 900 is over by the loop of 920. The group is left alone
 * and the other grows: ready 60 s later, at 980. Until then the pod waits for the node that was
 * asked for, and no second one is asked for. */
static void other_group_grows_when_nodes_do_not_come_in_time(void **state)
{
    (void)state;
    two_groups();
    scenario.duration_s = 2000;
    fg_small_replay_checked(&scenario, &trace, NULL, &result);
    assert_string_equal(result.pod_rows[0].placed_on, "nodegroup:spare");
    assert_int_equal(result.pod_rows[0].start_s, 980);
    assert_int_equal(result.summary.peak_nodes, 1);
}

/* With the provision time at 30: 10 + 30 is over by the loop of 50, so the node is there at 110. */
static void provision_time_is_a_setting(void **state)
{
    (void)state;
    two_groups();
    scenario.cluster.autoscaler.max_node_provision_time_s = 30;
    scenario.duration_s = 2000;
    fg_small_replay_checked(&scenario, &trace, NULL, &result);
    assert_int_equal(result.pod_rows[0].start_s, 110);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        TEST(other_group_grows_when_nodes_do_not_come_in_time),
        TEST(provision_time_is_a_setting),
#undef TEST
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
