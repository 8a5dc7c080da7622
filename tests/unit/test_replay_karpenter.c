/* Karpenter in whole replays: batches, launches, consolidation, expiry and drift to the second.
 *
 * Times: a pod that finds no node opens the window, which closes a second after the last; a node
 * is billed 15 s after it was asked for and ready 45 s later; the loop looks every 10 s and acts
 * 15 s after it has found something. m5.large holds 1930m and 6903Mi at 0.096, m5.xlarge 3920m at
 * 0.192. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/small_test.h"

static struct fg_scenario scenario;
static struct fg_small_trace trace;
static struct fg_result result;
static struct fg_node_pool pool;
static struct fg_disruption_budget budget;
static struct fg_arena arena;

static int set_up(void **state)
{
    (void)state;
    static const char *types[] = {"m5.large", "m5.xlarge"};
    static struct fg_requirement wanted[] = {
        {.key = "node.kubernetes.io/instance-type",
         .operator_ = FG_OPERATOR_IN,
         .value_count = 2,
         .values = types},
    };
    static const char *on_demand[] = {"on-demand"};
    static struct fg_requirement both[2];
    fg_small_test_open(&scenario, &trace, &result);
    fg_small_default_delays(&scenario);
    both[0] = wanted[0];
    both[1] = (struct fg_requirement){.key = "karpenter.sh/capacity-type",
                                      .operator_ = FG_OPERATOR_IN,
                                      .value_count = 1,
                                      .values = on_demand};
    budget =
        (struct fg_disruption_budget){.nodes = 100, .percent = true, .reasons = FG_DISRUPTION_ALL};
    pool = fg_node_pool_default(&arena);
    pool.name = "general";
    pool.requirements = (struct fg_requirements){2, both};
    pool.consolidate_after_s = 60;
    pool.expire_after_s = FG_DURATION_NEVER;
    pool.budget_count = 1;
    pool.budgets = &budget;
    scenario.cluster.node_pools = &pool;
    scenario.cluster.node_pool_count = 1;
    scenario.cluster.karpenter = fg_cluster_default().karpenter;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    fg_small_test_close(&trace, &result);
    fg_arena_release(&arena);
    memset(&arena, 0, sizeof arena);
    return 0;
}

static void replay(uint32_t duration_s)
{
    scenario.duration_s = duration_s;
    fg_small_replay_checked(&scenario, &trace, NULL, &result);
}

static uint32_t spec_of(int64_t cpu_milli)
{
    return fg_small_spec(&trace, "ns", "w", cpu_milli, 100);
}

static int64_t seconds_of(const char *type)
{
    return fg_small_node_seconds(&result, type);
}

/* Asked for at 1, billed from 16, ready at 61. */
static void a_pending_pod_gets_a_node_after_the_window(void **state)
{
    (void)state;
    fg_small_pod(&trace, spec_of(1000), 0, FG_SPAN_FOREVER, 0);
    replay(3600);
    assert_int_equal(result.pod_rows[0].start_s, 61);
    assert_string_equal(result.pod_rows[0].placed_on, "nodepool:general");
    assert_int_equal(seconds_of("m5.large"), 3600 - 16);
    assert_int_equal(seconds_of("m5.xlarge"), 0);
}

/* rules R1: pods at 0, 1 and 2 keep the window open to 3; asked for at 3, ready at 63. */
static void pods_that_come_soon_are_in_one_batch(void **state)
{
    (void)state;
    uint32_t spec = spec_of(1200);
    for (uint32_t i = 0; i < 3; i++)
        fg_small_pod(&trace, spec, i, FG_SPAN_FOREVER, 0);
    replay(3600);
    for (uint32_t i = 0; i < 3; i++)
        assert_int_equal(result.pod_rows[i].start_s, 63);
    assert_int_equal(result.summary.peak_nodes, 1); /* 3600m on one m5.xlarge */
}

/* A pod a second for ever: the window closes after ten. */
static void a_window_is_open_for_ten_seconds_at_most(void **state)
{
    (void)state;
    uint32_t spec = spec_of(10);
    for (uint32_t i = 0; i < 30; i++)
        fg_small_pod(&trace, spec, i, FG_SPAN_FOREVER, 0);
    replay(3600);
    assert_int_equal(result.pod_rows[0].start_s, 70);
}

/* 61 to 661 it runs. The last pod event at 661 and 60 s: 721. Looked for at 730, done at 745:
 * billed from 16 to 745. */
static void an_empty_node_goes(void **state)
{
    (void)state;
    fg_small_pod(&trace, spec_of(1000), 0, FG_SPAN_DURATION, 600);
    replay(3600);
    assert_int_equal(result.pod_rows[0].end_s, 661);
    assert_int_equal(seconds_of("m5.large"), 745 - 16);
    assert_int_equal(result.summary.disrupted_nodes, 1);
}

/* One of two pods ends at 661; the other fits an m5.large, at half the price. Found at 730, asked
 * for at 745, billed from 760, ready at 805: then the m5.xlarge goes and the pod runs anew. */
static void a_node_is_replaced_by_a_cheaper_one_that_is_ready_first(void **state)
{
    (void)state;
    uint32_t spec = spec_of(1500);
    fg_small_pod(&trace, spec, 0, FG_SPAN_DURATION, 600);
    fg_small_pod(&trace, spec, 0, FG_SPAN_FOREVER, 0);
    replay(3600);
    assert_int_equal(seconds_of("m5.xlarge"), 805 - 16);
    assert_int_equal(seconds_of("m5.large"), 3600 - 760);
    assert_int_equal(result.summary.evictions, 1);
    assert_int_equal(fg_small_outcome(&result, FG_OUTCOME_RUNNING), 1);
    assert_string_equal(result.pod_rows[1].placed_on, "nodepool:general");
}

static void a_pod_that_must_not_be_disrupted_keeps_its_node(void **state)
{
    (void)state;
    static struct fg_pair keep[] = {{"karpenter.sh/do-not-disrupt", "true"}};
    uint32_t ends = spec_of(1500), stays = spec_of(1500);
    trace.trace.specs[stays].annotations = (struct fg_pairs){1, keep};
    fg_small_pod(&trace, ends, 0, FG_SPAN_DURATION, 600);
    fg_small_pod(&trace, stays, 0, FG_SPAN_FOREVER, 0);
    replay(3600);
    assert_int_equal(result.summary.evictions, 0);
    assert_int_equal(seconds_of("m5.xlarge"), 3600 - 16);
}

static void when_empty_leaves_nodes_with_pods_alone(void **state)
{
    (void)state;
    pool.consolidation_policy = FG_CONSOLIDATE_EMPTY;
    uint32_t spec = spec_of(1500);
    fg_small_pod(&trace, spec, 0, FG_SPAN_DURATION, 600);
    fg_small_pod(&trace, spec, 0, FG_SPAN_FOREVER, 0);
    replay(3600);
    assert_int_equal(result.summary.evictions, 0);
    assert_int_equal(seconds_of("m5.xlarge"), 3600 - 16);
}

static void a_budget_of_none_keeps_an_empty_node(void **state)
{
    (void)state;
    budget.nodes = 0;
    budget.percent = false;
    fg_small_pod(&trace, spec_of(1000), 0, FG_SPAN_DURATION, 600);
    replay(3600);
    assert_int_equal(seconds_of("m5.large"), 3600 - 16);
}

/* The node was asked for at 1 and ends at 1801. The pod fails at 1801, the window closes at 1802:
 * billed from 1817, ready at 1862. */
static void an_expired_node_goes_without_waiting_for_another(void **state)
{
    (void)state;
    pool.expire_after_s = 1800;
    fg_small_pod(&trace, spec_of(1000), 0, FG_SPAN_FOREVER, 0);
    replay(3600);
    assert_int_equal(result.summary.evictions, 1);
    assert_int_equal(fg_small_outcome(&result, FG_OUTCOME_RUNNING), 1);
    assert_int_equal(result.oldest_wait_s[0], 61); /* from 1801 to 1862 */
    assert_int_equal(seconds_of("m5.large"), 1801 - 16 + 3600 - 1817);
}

/* Drift at 1000 needs no second look: another is asked for at 1000, billed from 1015, ready at
 * 1060, when the old one goes. */
static void a_drifted_node_is_replaced(void **state)
{
    (void)state;
    fg_small_plan(&scenario, (struct fg_planned_event){.at_s = 1000,
                                                       .kind = FG_PLANNED_NODE_POOL_DRIFT,
                                                       .name = "general"});
    fg_small_pod(&trace, spec_of(1000), 0, FG_SPAN_FOREVER, 0);
    replay(3600);
    assert_int_equal(result.summary.disrupted_nodes, 1);
    assert_int_equal(seconds_of("m5.large"), 1060 - 16 + 3600 - 1015);
}

/* The node is in us-east-1a, so the one in its place, asked for at 1000, is in us-east-1b. That
 * zone is lost at 1030, before it is ready: it is billed its minute, and the old one takes pods
 * again. At 1030 the loop looks again: a third, billed from 1045, is ready at 1090 and the old one
 * goes. */
static void a_node_stays_when_the_one_in_its_place_is_lost(void **state)
{
    (void)state;
    fg_small_plan(&scenario, (struct fg_planned_event){.at_s = 1000,
                                                       .kind = FG_PLANNED_NODE_POOL_DRIFT,
                                                       .name = "general"});
    fg_small_plan(&scenario, (struct fg_planned_event){.at_s = 1030,
                                                       .kind = FG_PLANNED_ZONE_LOSS,
                                                       .name = "us-east-1b",
                                                       .lasts_s = 600});
    fg_small_pod(&trace, spec_of(1000), 0, FG_SPAN_FOREVER, 0);
    replay(3600);
    assert_int_equal(result.summary.disrupted_nodes, 1);
    assert_int_equal(result.summary.evictions, 1);
    assert_int_equal(result.oldest_wait_s[0], 61); /* for its first node */
    assert_int_equal(seconds_of("m5.large"), 1090 - 16 + 60 + 3600 - 1045);
}

/* 2 vCPU are one m5.large; the second pod waits until the first has ended. */
static void a_limit_of_the_pool_holds(void **state)
{
    (void)state;
    pool.limit_cpu_milli = 2000;
    uint32_t spec = spec_of(1500);
    fg_small_pod(&trace, spec, 0, FG_SPAN_DURATION, 600);
    fg_small_pod(&trace, spec, 0, FG_SPAN_FOREVER, 0);
    replay(3600);
    assert_int_equal(result.summary.peak_nodes, 1);
    assert_int_equal(result.pod_rows[1].start_s, 661);
}

/* Billed from 16 and 216 to 10800. Hour 0: 3584 s of 0.096 and 3384 s of 0.192 an hour, 0.095573333
 * and 0.18048; then twice 0.288. Both nodes carry the workload that comes after the change. */
static void a_workload_that_comes_after_a_change_of_prices_runs_on_two_types(void **state)
{
    (void)state;
    static struct fg_price_change change = {.at_s = 3600, .price_day = 20500};
    scenario.price_changes = &change;
    scenario.price_change_count = 1;
    pool.consolidate_after_s = FG_DURATION_NEVER;
    fg_small_pod(&trace, spec_of(1000), 0, FG_SPAN_FOREVER, 0);
    fg_small_pod(&trace, spec_of(2000), 200, FG_SPAN_FOREVER, 0);
    fg_small_pod(&trace, fg_small_spec(&trace, "ns", "late", 1800, 100), 7200, FG_SPAN_FOREVER, 0);
    fg_small_pod(&trace, fg_small_spec(&trace, "ns", "late", 800, 100), 7201, FG_SPAN_FOREVER, 0);
    replay(10800);
    assert_int_equal(result.summary.peak_nodes, 2);
    assert_int_equal(fg_small_outcome(&result, FG_OUTCOME_RUNNING), 4);
    assert_int_equal(seconds_of("m5.large"), 10784);
    assert_int_equal(seconds_of("m5.xlarge"), 10584);
    assert_int_equal(fg_small_sum(&result, FG_CHARGE_EC2_ON_DEMAND, NULL), 852053333);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        TEST(a_pending_pod_gets_a_node_after_the_window),
        TEST(pods_that_come_soon_are_in_one_batch),
        TEST(a_window_is_open_for_ten_seconds_at_most),
        TEST(an_empty_node_goes),
        TEST(a_node_is_replaced_by_a_cheaper_one_that_is_ready_first),
        TEST(a_pod_that_must_not_be_disrupted_keeps_its_node),
        TEST(when_empty_leaves_nodes_with_pods_alone),
        TEST(a_budget_of_none_keeps_an_empty_node),
        TEST(an_expired_node_goes_without_waiting_for_another),
        TEST(a_drifted_node_is_replaced),
        TEST(a_node_stays_when_the_one_in_its_place_is_lost),
        TEST(a_limit_of_the_pool_holds),
        TEST(a_workload_that_comes_after_a_change_of_prices_runs_on_two_types),
#undef TEST
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
