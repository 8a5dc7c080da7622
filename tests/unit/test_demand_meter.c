/* What the work of a replay could not have cost less than. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "models/pod_rules.h"
#include "tests/support/small_world.h"

enum { HOUR = 3600, LARGE = 96000000, XLARGE = 192000000 };

static struct fg_scenario scenario;
static struct fg_small_trace trace;
static struct fg_result result;

static int open_world(void **state)
{
    (void)state;
    memset(&trace, 0, sizeof trace);
    fg_small_scenario(&scenario);
    scenario.duration_s = HOUR;
    return 0;
}

static int close_world(void **state)
{
    (void)state;
    fg_result_release(&result);
    fg_trace_release(&trace.trace);
    return 0;
}

static const struct fg_summary *replay(void)
{
    fg_small_replay(&scenario, &trace, &result);
    return &result.summary;
}

/* ---- nodes ---- */

/* Pods get 1930m, 6903 MiB and 29 places of an m5.large: 10 pods of 193m and 690 MiB, the last
 * with 3 MiB more, fill it for the hour. The bill is 0.096, and cannot be less. */
static void node_that_is_full_costs_the_least_possible(void **state)
{
    (void)state;
    fg_small_group(&scenario, "a", "m5.large", 1, 1, 1);
    uint32_t ten = fg_small_spec(&trace, "ns", "w", 193, 690);
    uint32_t last = fg_small_spec(&trace, "ns", "w", 193, 693);
    for (int i = 0; i < 9; i++)
        fg_small_pod(&trace, ten, 0, FG_SPAN_FOREVER, 0);
    fg_small_pod(&trace, last, 0, FG_SPAN_FOREVER, 0);
    const struct fg_summary *summary = replay();
    assert_int_equal(summary->compute_nano, LARGE);
    assert_int_equal(summary->bound_nano, LARGE);
    assert_int_equal(summary->bound_spread_nano, LARGE);
}

/* aws-node takes 50m of each node, so 1880m fill it. */
static void daemon_sets_are_taken_off_what_a_node_gives(void **state)
{
    (void)state;
    static struct fg_daemon_set daemon = {
        .name = "aws-node", .namespace_name = "kube-system", .cpu_milli = 50};
    scenario.cluster.daemon_sets = &daemon;
    scenario.cluster.daemon_set_count = 1;
    fg_small_group(&scenario, "a", "m5.large", 4, 4, 4);
    uint32_t half = fg_small_spec(&trace, "ns", "w", 940, 100);
    for (int i = 0; i < 6; i++)
        fg_small_pod(&trace, half, 0, FG_SPAN_FOREVER, 0);
    const struct fg_summary *summary = replay();
    assert_int_equal(summary->compute_nano, 4 * LARGE);
    assert_int_equal(summary->bound_nano, 3 * LARGE); /* 6 x 940 / 1880 */
}

/* A pod of 1m on an m5.xlarge could have run on an m5.large, which for half an hour is 0.048; by
 * its volume it is next to nothing. */
static void pod_takes_the_cheapest_node_that_holds_it(void **state)
{
    (void)state;
    fg_small_group(&scenario, "a", "m5.xlarge", 1, 1, 1);
    fg_small_group(&scenario, "b", "m5.large", 0, 0, 1);
    fg_small_pod(&trace, fg_small_spec(&trace, "ns", "w", 1, 1), 600, FG_SPAN_DURATION, HOUR / 2);
    const struct fg_summary *summary = replay();
    assert_int_equal(summary->compute_nano, XLARGE);
    assert_int_equal(summary->bound_nano, LARGE / 2);
}

/* While a pod of 3000m is there for a quarter of an hour it is an m5.xlarge, else an m5.large:
 * 0.192 / 4 + 0.096 * 3 / 4 = 0.12. */
static void largest_pod_decides_while_it_is_there(void **state)
{
    (void)state;
    fg_small_group(&scenario, "a", "m5.xlarge", 1, 1, 1);
    fg_small_group(&scenario, "b", "m5.large", 0, 0, 1);
    fg_small_pod(&trace, fg_small_spec(&trace, "ns", "small", 1, 1), 0, FG_SPAN_FOREVER, 0);
    fg_small_pod(&trace, fg_small_spec(&trace, "ns", "big", 3000, 1), 60, FG_SPAN_DURATION, 900);
    assert_int_equal(replay()->bound_nano, XLARGE / 4 + LARGE * 3 / 4);
}

/* A pod that no node takes asks for nothing. */
static void pods_that_never_ran_are_not_counted(void **state)
{
    (void)state;
    fg_small_group(&scenario, "a", "m5.large", 1, 1, 1);
    fg_small_pod(&trace, fg_small_spec(&trace, "ns", "w", 5000, 1), 0, FG_SPAN_FOREVER, 0);
    const struct fg_summary *summary = replay();
    assert_int_equal(summary->bound_nano, 0);
    assert_int_equal(summary->compute_nano, LARGE);
}

/* ---- spread ---- */

/* Three pods that must spread over zones, of three zones with an m5.large each: at least three
 * run, though one could hold all. With a skew of 2, ceil(3 / 2) = 2. */
static void spread_over_zones_takes_a_node_in_each(void **state)
{
    (void)state;
    static const char *zones[] = {"us-east-1a", "us-east-1b", "us-east-1c"};
    static struct fg_spread_constraint constraint = {.topology_key = "topology.kubernetes.io/zone",
                                                     .hard = true};
    static struct fg_pod_rules rules = {.spread = {1, &constraint}};
    constraint.selector.workload = "w";
    for (int skew = 1; skew <= 2; skew++) {
        constraint.max_skew = skew;
        struct fg_node_group *group = fg_small_group(&scenario, "a", "m5.large", 3, 3, 3);
        group->zones = zones;
        group->zone_count = 3;
        uint32_t spec = fg_small_spec(&trace, "ns", "w", 10, 10);
        trace.trace.specs[spec].rules = &rules;
        for (int i = 0; i < 3; i++)
            fg_small_pod(&trace, spec, 0, FG_SPAN_FOREVER, 0);
        const struct fg_summary *summary = replay();
        assert_int_equal(summary->compute_nano, 3 * LARGE);
        assert_int_equal(summary->bound_nano, LARGE);
        assert_int_equal(summary->bound_spread_nano, (skew == 1 ? 3 : 2) * LARGE);
        close_world(NULL);
        open_world(NULL);
    }
}

/* ---- Fargate ---- */

/* 1 vCPU and 2 GB are 0.04 + 2 * 0.004 = 0.048 an hour. A Job of half an hour, kept for ten
 * minutes after it, is billed for 40 minutes, 0.032, and works for 0.024. */
static void what_a_finished_job_is_kept_for_is_no_work(void **state)
{
    (void)state;
    fg_small_profile(&scenario, "p", "*");
    uint32_t job = fg_small_spec(&trace, "ns", "job", 1000, 1792);
    trace.trace.specs[job].kind = FG_KIND_JOB;
    trace.trace.specs[job].ttl_s = 600;
    fg_small_pod(&trace, job, 0, FG_SPAN_DURATION, HOUR / 2);
    const struct fg_summary *summary = replay();
    assert_int_equal(summary->compute_nano, 32000000);
    assert_int_equal(summary->bound_nano, 24000000);
}

/* The pod is patched after 20 minutes and begins anew: an hour of work, 0.048, in the hours from
 * 0:00 and 1:00, and 20 minutes, 0.016, that were for nothing. */
static void work_that_is_done_again_counts_once(void **state)
{
    (void)state;
    static struct fg_planned_event patch = {
        .at_s = 1200, .kind = FG_PLANNED_FARGATE_PATCH, .name = ""};
    scenario.cluster.events = &patch;
    scenario.cluster.event_count = 1;
    scenario.duration_s = 2 * HOUR;
    fg_small_profile(&scenario, "p", "*");
    fg_small_pod(&trace, fg_small_spec(&trace, "ns", "w", 1000, 1792), 0, FG_SPAN_DURATION, HOUR);
    const struct fg_summary *summary = replay();
    assert_int_equal(summary->compute_nano, 64000000);
    assert_int_equal(summary->bound_nano, 48000000);
}

/* The small catalog, in which an m5.large costs twice as much from day 20000 on. */
static struct fg_catalog catalog_with_a_rise(struct fg_arena *arena)
{
    struct fg_catalog catalog = *fg_small_catalog();
    struct fg_price_row *rows =
        fg_arena_allocate(arena, (size_t)catalog.price_count + 1, sizeof *rows);
    uint32_t count = 0;
    for (uint32_t i = 0; i < catalog.price_count; i++) {
        rows[count++] = catalog.prices[i];
        if (strcmp(catalog.prices[i].item, "m5.large") != 0)
            continue;
        rows[count] = catalog.prices[i];
        rows[count].nano = XLARGE;
        rows[count++].effective_from = 20000;
    }
    catalog.prices = rows;
    catalog.price_count = count;
    return catalog;
}

/* A node that is full, an hour at 0.096 and one at 0.192: 0.288, and no less is possible. A second
 * one, empty, makes the bill 0.576. */
static void each_hour_has_its_own_prices(void **state)
{
    (void)state;
    struct fg_arena arena = {0};
    struct fg_error error = {0};
    struct fg_price_change change = {.at_s = HOUR, .price_day = 20000};
    const struct fg_catalog catalog = catalog_with_a_rise(&arena);
    scenario.price_day = 19999;
    scenario.price_changes = &change;
    scenario.price_change_count = 1;
    scenario.duration_s = 2 * HOUR;
    fg_small_group(&scenario, "a", "m5.large", 2, 2, 2);
    fg_small_pod(&trace, fg_small_spec(&trace, "ns", "w", 1930, 1), 0, FG_SPAN_FOREVER, 0);
    const struct fg_replay_input input = {
        .scenario = &scenario, .catalog = &catalog, .trace = &trace.trace};
    assert_int_equal(fg_replay(&input, &result, &error), FG_OK);
    assert_int_equal(result.summary.compute_nano, 2 * (LARGE + XLARGE));
    assert_int_equal(result.summary.bound_nano, LARGE + XLARGE);
    fg_arena_release(&arena);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_world, close_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(node_that_is_full_costs_the_least_possible),
        TEST(daemon_sets_are_taken_off_what_a_node_gives),
        TEST(pod_takes_the_cheapest_node_that_holds_it),
        TEST(largest_pod_decides_while_it_is_there),
        TEST(pods_that_never_ran_are_not_counted),
        TEST(spread_over_zones_takes_a_node_in_each),
        TEST(what_a_finished_job_is_kept_for_is_no_work),
        TEST(work_that_is_done_again_counts_once),
        TEST(each_hour_has_its_own_prices),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
