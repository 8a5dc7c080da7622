/* Whole replays with lines of the planner's own: what drives them, whom they are booked on. */
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
static struct fg_cost_line lines[4];

static int set_up(void **state)
{
    (void)state;
    fg_small_test_open(&scenario, &trace, &result);
    memset(lines, 0, sizeof lines);
    scenario.lines = lines;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    fg_small_test_close(&trace, &result);
    return 0;
}

static struct fg_cost_line *line(const char *name, fg_nanodollars nano)
{
    struct fg_cost_line *added = &lines[scenario.line_count++];
    *added = (struct fg_cost_line){.name = name, .node_sku = name, .nano = nano, .count = 1};
    return added;
}

static struct fg_cost_line *driven_line(const char *name, enum fg_line_driver driver,
                                        fg_nanodollars nano)
{
    struct fg_cost_line *added = line(name, nano);
    added->amount[driver] = 1;
    return added;
}

static void replay(uint32_t seconds)
{
    scenario.duration_s = seconds;
    fg_small_replay_checked(&scenario, &trace, NULL, &result);
}

static void pods(const char *namespace_name, const char *workload, int count, uint32_t arrival_s,
                 uint32_t seconds)
{
    uint32_t spec = fg_small_spec(&trace, namespace_name, workload, 250, 256);
    for (int i = 0; i < count; i++)
        fg_small_pod(&trace, spec, arrival_s, FG_SPAN_DURATION, seconds);
}

static fg_nanodollars sum_in(enum fg_charge charge, const char *pool, const char *workload)
{
    fg_nanodollars sum = 0;
    for (uint32_t i = 0; i < result.ledger.row_count; i++) {
        const struct fg_ledger_row *row = &result.ledger.rows[i];
        const struct fg_account *account = &result.ledger.accounts[row->account];
        if (account->charge == charge && strcmp(account->pool, pool) == 0 &&
            strcmp(account->workload, workload) == 0)
            sum += row->nano * row->hour_count;
    }
    return sum;
}

/* ---- by the hour ---- */

/* 3 x 0.045 x 1.5 h = 0.2025: an hour of 0.135 and half an hour of 0.0675. */
static void line_by_the_hour_is_the_clusters_from_start_to_cut(void **state)
{
    (void)state;
    driven_line("nat", FG_LINE_HOUR, 45000000)->count = 3;
    replay(5400);
    assert_int_equal(sum_in(FG_CHARGE_OTHER_HOURS, "cluster", ""), 202500000);
    assert_int_equal(fg_small_sum(&result, FG_CHARGE_OTHER_HOURS, NULL), 202500000);
    /* 4.5 hours, in millionths of a second. */
    assert_int_equal(fg_small_quantity(&result, FG_CHARGE_OTHER_HOURS), 16200000000);
}

static void line_is_named_on_the_bill_by_its_first_word(void **state)
{
    (void)state;
    char buffer[128];
    const struct fg_account of_nodes = {.charge = FG_CHARGE_OTHER_HOURS, .sku = "agent node"};
    const struct fg_account of_pods = {.charge = FG_CHARGE_OTHER_GB, .sku = "agent"};
    assert_string_equal(fg_account_charge_name(&of_nodes, buffer), "other:agent");
    assert_string_equal(fg_account_charge_name(&of_pods, buffer), "other:agent");
}

/* ---- by pods ---- */

/* Two pods of web-a for half an hour at 0.0005: 2 x 0.5 x 0.0005 = 0.0005; batch drives nothing. */
static void line_by_the_pod_hour_is_for_the_pods_it_names(void **state)
{
    (void)state;
    fg_small_profile(&scenario, "all", "*");
    driven_line("logs", FG_LINE_POD_HOUR, 500000)->pods.namespace_pattern = "web-*";
    pods("web-a", "shop", 2, 0, 1800);
    pods("batch", "etl", 2, 0, 1800);
    replay(7200);
    assert_int_equal(sum_in(FG_CHARGE_OTHER_HOURS, "fargate:all", "shop"), 500000);
    assert_int_equal(fg_small_sum(&result, FG_CHARGE_OTHER_HOURS, NULL), 500000);
}

/* From 01:59:50 to 04:00:10: 10 s, two hours, 10 s. At 0.36 an hour: 0.001 + 2 x 0.36 + 0.001. */
static void pod_hours_are_booked_in_the_hours_in_which_they_are(void **state)
{
    (void)state;
    fg_small_profile(&scenario, "all", "*");
    driven_line("logs", FG_LINE_POD_HOUR, 360000000);
    pods("ns", "w", 1, 7190, 7220);
    replay(20000);
    assert_int_equal(fg_small_sum(&result, FG_CHARGE_OTHER_HOURS, NULL), 722000000);
    uint32_t rows = 0;
    for (uint32_t i = 0; i < result.ledger.row_count; i++)
        rows +=
            result.ledger.accounts[result.ledger.rows[i].account].charge == FG_CHARGE_OTHER_HOURS;
    assert_int_equal(rows, 3);
}

/* Three pods start, at 0.001 each, and two units a start: 0.006. */
static void line_by_the_start_counts_each_pod_that_runs(void **state)
{
    (void)state;
    fg_small_profile(&scenario, "all", "*");
    driven_line("scan", FG_LINE_POD_START, 1000000)->count = 2;
    pods("ns", "w", 3, 10, 100);
    replay(3600);
    assert_int_equal(fg_small_sum(&result, FG_CHARGE_OTHER_STARTS, "w"), 6000000);
    assert_int_equal(fg_small_quantity(&result, FG_CHARGE_OTHER_STARTS), 6);
}

/* A patch after 600 s makes the pod begin anew: two starts. */
static void pod_that_begins_anew_starts_again(void **state)
{
    (void)state;
    fg_small_profile(&scenario, "all", "*");
    driven_line("scan", FG_LINE_POD_START, 1000000);
    fg_small_plan(&scenario, (struct fg_planned_event){
                                 .at_s = 600, .kind = FG_PLANNED_FARGATE_PATCH, .name = ""});
    fg_small_pod(&trace, fg_small_spec(&trace, "ns", "w", 250, 256), 0, FG_SPAN_FOREVER, 0);
    replay(3600);
    assert_int_equal(fg_small_quantity(&result, FG_CHARGE_OTHER_STARTS), 2);
}

/* A pod in the group and one on Fargate, an hour each; the line is for groups alone. */
static void line_may_be_for_some_pools(void **state)
{
    (void)state;
    fg_small_profile(&scenario, "fast", "f");
    fg_small_group(&scenario, "ng", "m5.large", 1, 1, 1);
    driven_line("agent", FG_LINE_POD_HOUR, 10000000)->pool_pattern = "nodegroup:*";
    pods("f", "w", 1, 0, 3600);
    pods("n", "w", 1, 0, 3600);
    replay(3600);
    assert_int_equal(sum_in(FG_CHARGE_OTHER_HOURS, "nodegroup:ng", "w"), 10000000);
    assert_int_equal(fg_small_sum(&result, FG_CHARGE_OTHER_HOURS, NULL), 10000000);
}

/* ---- by nodes ---- */

/* An m5.large offers 1930m and 6903Mi: 9 x 1.93 + 6.741211 = 24.111211 units. A pod of 1930m and
 * nothing else asks for 17.37 of them. At 0.02 an hour: 0.02 x 17.37 / 24.111211 = 0.014408235 is
 * the workload's, what is left of 0.02 idle. */
static void line_by_the_node_hour_is_shared_as_its_node_is(void **state)
{
    (void)state;
    fg_small_group(&scenario, "ng", "m5.large", 1, 1, 1);
    driven_line("agent", FG_LINE_NODE_HOUR, 20000000);
    fg_small_pod(&trace, fg_small_spec(&trace, "ns", "w", 1930, 0), 0, FG_SPAN_FOREVER, 0);
    replay(3600);
    assert_int_equal(fg_small_sum(&result, FG_CHARGE_OTHER_HOURS, "w"), 14408235);
    assert_int_equal(fg_small_sum(&result, FG_CHARGE_OTHER_HOURS, FG_WORKLOAD_IDLE), 5591765);
    /* 3,600,000,000 microseconds of a node. */
    assert_int_equal(fg_small_quantity(&result, FG_CHARGE_OTHER_HOURS), 3600000000);
}

/* ---- by the GB ---- */

/* Two pods for an hour bring 0.5 GB an hour and 0.25 GB a start: 2 x 0.75 = 1.5 GB at 0.10. */
static void line_by_the_gb_adds_up_what_its_drivers_bring(void **state)
{
    (void)state;
    fg_small_profile(&scenario, "all", "*");
    struct fg_cost_line *logs = line("logs", 100000000);
    logs->by_gb = true;
    logs->amount[FG_LINE_POD_HOUR] = 500000000;
    logs->amount[FG_LINE_POD_START] = 250000000;
    pods("ns", "w", 2, 0, 3600);
    replay(3600);
    assert_int_equal(fg_small_sum(&result, FG_CHARGE_OTHER_GB, "w"), 150000000);
    assert_int_equal(fg_small_quantity(&result, FG_CHARGE_OTHER_GB), 1500000000);
}

/* 0.3 GB an hour of the cluster and 0.1 GB of each of two nodes, for two hours at 0.01:
 * 2 x (0.3 + 0.2) x 0.01 = 0.01. */
static void gb_may_come_from_the_cluster_and_its_nodes(void **state)
{
    (void)state;
    fg_small_group(&scenario, "ng", "m5.large", 2, 2, 2);
    struct fg_cost_line *flow = line("flow", 10000000);
    flow->by_gb = true;
    flow->amount[FG_LINE_HOUR] = 300000000;
    flow->amount[FG_LINE_NODE_HOUR] = 100000000;
    replay(7200);
    assert_int_equal(sum_in(FG_CHARGE_OTHER_GB, "cluster", ""), 6000000);
    assert_int_equal(fg_small_sum(&result, FG_CHARGE_OTHER_GB, FG_WORKLOAD_IDLE), 4000000);
    assert_int_equal(fg_small_quantity(&result, FG_CHARGE_OTHER_GB), 1000000000);
}

/* ---- pods' rows ---- */

/* On Fargate 0.25 vCPU x 0.04 + 0.5 GB x 0.004 = 0.012 an hour; with 0.5 an hour and 0.25 a start
 * of lines, for an hour: 0.762. */
static void pods_row_has_its_lines(void **state)
{
    (void)state;
    fg_small_profile(&scenario, "all", "*");
    driven_line("logs", FG_LINE_POD_HOUR, 500000000);
    driven_line("scan", FG_LINE_POD_START, 250000000);
    pods("ns", "w", 1, 0, 3600);
    replay(3600);
    assert_int_equal(result.pod_rows[0].nano, 762000000);
}

/* ---- images ---- */

/* 1 GiB at 100 MiB/s: 10.24 s, so 11. The second pod of the image comes while it is pulled, the
 * third finds it on the node. What is pulled is 1 GB, at 0.05. */
static void node_pulls_an_image_once(void **state)
{
    (void)state;
    fg_small_group(&scenario, "ng", "m5.large", 1, 1, 1);
    scenario.cluster.nodes.pull_bytes_per_s = 100 * 1024 * 1024;
    struct fg_cost_line *pulled = line("pull", 50000000);
    pulled->by_gb = true;
    pulled->amount[FG_LINE_IMAGE_PULL] = 1;
    uint32_t spec = fg_small_spec(&trace, "ns", "w", 100, 100);
    trace.trace.specs[spec].image_bytes = 1024 * 1024 * 1024;
    fg_small_pod(&trace, spec, 0, FG_SPAN_FOREVER, 0);
    fg_small_pod(&trace, spec, 4, FG_SPAN_FOREVER, 0);
    fg_small_pod(&trace, spec, 30, FG_SPAN_FOREVER, 0);
    replay(3600);
    assert_int_equal(result.pod_rows[0].start_s, 11);
    assert_int_equal(result.pod_rows[1].start_s, 11);
    assert_int_equal(result.pod_rows[2].start_s, 30);
    assert_int_equal(fg_small_sum(&result, FG_CHARGE_OTHER_GB, "w"), 50000000);
}

static void nodes_and_images_are_pulled_apart(void **state)
{
    (void)state;
    fg_small_group(&scenario, "ng", "m5.large", 1, 1, 1);
    scenario.cluster.nodes.pull_bytes_per_s = 1024 * 1024;
    scenario.cluster.nodes.pod_startup_s = 2;
    uint32_t web = fg_small_spec(&trace, "ns", "web", 100, 100);
    uint32_t api = fg_small_spec(&trace, "ns", "api", 100, 100);
    uint32_t same = fg_small_spec(&trace, "ns", "same", 100, 100);
    trace.trace.specs[web].image_bytes = trace.trace.specs[same].image_bytes = 5 * 1024 * 1024;
    trace.trace.specs[web].image = trace.trace.specs[same].image = "registry/base";
    trace.trace.specs[api].image_bytes = 7 * 1024 * 1024;
    fg_small_pod(&trace, web, 0, FG_SPAN_FOREVER, 0);
    fg_small_pod(&trace, api, 0, FG_SPAN_FOREVER, 0);
    fg_small_pod(&trace, same, 1, FG_SPAN_FOREVER, 0);
    replay(3600);
    assert_int_equal(result.pod_rows[0].start_s, 7);
    assert_int_equal(result.pod_rows[1].start_s, 9);
    assert_int_equal(result.pod_rows[2].start_s, 7);
}

/* 10 MiB at 1 MiB/s for each pod anew, billed from the pull's start: 10 + 3600 s of 0.25 vCPU. The
 * other workload's image is unknown: the fixed 15 s. */
static void fargate_pulls_the_image_of_each_pod(void **state)
{
    (void)state;
    fg_small_profile(&scenario, "all", "*");
    scenario.cluster.fargate.provision_delay_s = 45;
    scenario.cluster.fargate.image_pull_s = 15;
    scenario.cluster.fargate.pull_bytes_per_s = 1024 * 1024;
    uint32_t spec = fg_small_spec(&trace, "ns", "w", 250, 256);
    trace.trace.specs[spec].image_bytes = 10 * 1024 * 1024;
    fg_small_pod(&trace, spec, 0, FG_SPAN_DURATION, 3600);
    pods("ns", "other", 1, 0, 3600);
    fg_small_pod(&trace, spec, 100, FG_SPAN_DURATION, 3600);
    replay(7200);
    assert_int_equal(result.pod_rows[0].start_s, 55);
    assert_int_equal(result.pod_rows[1].start_s, 60);
    assert_int_equal(result.pod_rows[2].start_s, 155);
    assert_int_equal(fg_small_quantity(&result, FG_CHARGE_FARGATE_VCPU) / 250, 3610 + 3615 + 3610);
}

/* The group's node is replaced in an upgrade: the new one pulls again. */
static void images_go_with_their_node(void **state)
{
    (void)state;
    fg_small_group(&scenario, "ng", "m5.large", 1, 1, 2)->max_unavailable = 1;
    struct fg_cost_line *pulled = line("pull", 50000000);
    pulled->by_gb = true;
    pulled->amount[FG_LINE_IMAGE_PULL] = 1;
    fg_small_plan(&scenario, (struct fg_planned_event){
                                 .at_s = 600, .kind = FG_PLANNED_NODE_GROUP_UPGRADE, .name = "ng"});
    uint32_t spec = fg_small_spec(&trace, "ns", "w", 100, 100);
    trace.trace.specs[spec].image_bytes = 1024 * 1024 * 1024;
    fg_small_pod(&trace, spec, 0, FG_SPAN_FOREVER, 0);
    replay(7200);
    assert_int_equal(fg_small_quantity(&result, FG_CHARGE_OTHER_GB), 2000000000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(line_by_the_hour_is_the_clusters_from_start_to_cut, set_up,
                                        tear_down),
        cmocka_unit_test(line_is_named_on_the_bill_by_its_first_word),
        cmocka_unit_test_setup_teardown(line_by_the_pod_hour_is_for_the_pods_it_names, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(pod_hours_are_booked_in_the_hours_in_which_they_are, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(line_by_the_start_counts_each_pod_that_runs, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(pod_that_begins_anew_starts_again, set_up, tear_down),
        cmocka_unit_test_setup_teardown(line_may_be_for_some_pools, set_up, tear_down),
        cmocka_unit_test_setup_teardown(line_by_the_node_hour_is_shared_as_its_node_is, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(line_by_the_gb_adds_up_what_its_drivers_bring, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(gb_may_come_from_the_cluster_and_its_nodes, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(pods_row_has_its_lines, set_up, tear_down),
        cmocka_unit_test_setup_teardown(node_pulls_an_image_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nodes_and_images_are_pulled_apart, set_up, tear_down),
        cmocka_unit_test_setup_teardown(fargate_pulls_the_image_of_each_pod, set_up, tear_down),
        cmocka_unit_test_setup_teardown(images_go_with_their_node, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("cost_lines", tests, NULL, NULL);
}
