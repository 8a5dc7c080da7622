/* Whole replays on Fargate: when pods start, what keeps them, what they are billed. */
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

/* One profile takes every pod; no delays. */
static int set_up(void **state)
{
    (void)state;
    fg_small_test_open(&scenario, &trace, &result);
    fg_small_profile(&scenario, "all", "*");
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

/* 0.25 vCPU and 0.5 GB. */
static uint32_t small_spec(void)
{
    return fg_small_spec(&trace, "ns", "w", 250, 256);
}

static int64_t pods_started_at(int64_t second)
{
    int64_t pods = 0;
    for (uint32_t i = 0; i < result.pod_row_count; i++)
        pods += result.pod_rows[i].start_s == second;
    return pods;
}

/* Seconds for which a quarter of a vCPU was bought. */
static int64_t quarter_seconds(void)
{
    return fg_small_quantity(&result, FG_CHARGE_FARGATE_VCPU) / 250;
}

/* ---- limits ---- */

/* 20 at once, then 20 a second: 20 + 11 x 20 = 240 by second 11, the last 10 at second 12. */
static void pods_are_launched_at_the_rate_of_the_token_bucket(void **state)
{
    (void)state;
    uint32_t spec = small_spec();
    for (int i = 0; i < 250; i++)
        fg_small_pod(&trace, spec, 0, FG_SPAN_FOREVER, 0);
    scenario.duration_s = 100;
    replay();
    for (int64_t second = 0; second < 12; second++)
        assert_int_equal(pods_started_at(second), 20);
    assert_int_equal(pods_started_at(12), 10);
}

static void pod_above_the_quota_waits_until_one_ends(void **state)
{
    (void)state;
    uint32_t spec = fg_small_spec(&trace, "ns", "w", 1000, 1024);
    for (int i = 0; i < 7; i++)
        fg_small_pod(&trace, spec, 0, FG_SPAN_DURATION, 100);
    scenario.cluster.fargate.vcpu_quota_milli = 6000;
    replay();
    assert_int_equal(pods_started_at(0), 6);
    assert_int_equal(pods_started_at(100), 1);
    assert_int_equal(result.summary.peak_fargate_vcpu_milli, 6000);
    assert_int_equal(result.summary.wait_max_s, 100);
}

static void pod_above_the_quota_is_pending_at_the_cut(void **state)
{
    (void)state;
    fg_small_pod(&trace, small_spec(), 0, FG_SPAN_FOREVER, 0);
    fg_small_pod(&trace, fg_small_spec(&trace, "ns", "big", 1000, 1024), 1, FG_SPAN_FOREVER, 0);
    scenario.cluster.fargate.vcpu_quota_milli = 1000;
    scenario.duration_s = 50;
    replay();
    assert_int_equal(fg_small_outcome(&result, FG_OUTCOME_PENDING), 1);
    assert_string_equal(result.pod_rows[1].reason,
                        "waits for Fargate: the On-Demand vCPU quota is used up");
}

/* 1 vCPU of quota, 0.25 used: the one of 1 vCPU lacks quota, the later of 0.25 passes it. The
 * launch rate of one a second must not stand in the way either. */
static void pod_that_lacks_quota_lets_later_ones_pass(void **state)
{
    (void)state;
    uint32_t small = small_spec(), big = fg_small_spec(&trace, "ns", "big", 1000, 1024);
    fg_small_pod(&trace, small, 0, FG_SPAN_FOREVER, 0);
    fg_small_pod(&trace, big, 0, FG_SPAN_FOREVER, 0);
    fg_small_pod(&trace, small, 0, FG_SPAN_FOREVER, 0);
    fg_small_pod(&trace, small, 0, FG_SPAN_FOREVER, 0);
    scenario.cluster.fargate.vcpu_quota_milli = 1000;
    scenario.cluster.fargate.launch_burst = 1;
    scenario.cluster.fargate.launch_per_second = 1;
    scenario.duration_s = 50;
    replay();
    assert_int_equal(result.pod_rows[0].start_s, 0);
    assert_int_equal(result.pod_rows[1].start_s, -1);
    assert_int_equal(result.pod_rows[2].start_s, 1);
    assert_int_equal(result.pod_rows[3].start_s, 2);
}

static char said[4096];
static void hear(struct fg_watch *watch, uint32_t second, const char *text)
{
    (void)watch;
    size_t length = strlen(said);
    snprintf(said + length, sizeof said - length, "%u %s\n", second, text);
}

static const char *subnet_of(uint32_t pod)
{
    static char name[32];
    struct fg_watch watch = {.pod = pod, .say = hear};
    said[0] = name[0] = '\0';
    fg_result_release(&result);
    fg_small_replay_checked(&scenario, &trace, &watch, &result);
    const char *found = strstr(said, "in subnet ");
    if (found != NULL)
        sscanf(found, "in subnet %31[^;]", name);
    return name;
}

static struct fg_subnet subnets[] = {{.id = "subnet-1", .zone = "a", .address_count = 2},
                                     {.id = "subnet-2", .zone = "b", .address_count = 3},
                                     {.id = "subnet-3", .zone = "c", .address_count = 9}};

/* Free: 2 and 3, so 2; then 2 and 2, so the lower id, 1; then 1 and 2, so 2. */
static void subnet_with_most_free_addresses_serves_then_the_lowest_id(void **state)
{
    (void)state;
    uint32_t spec = small_spec();
    for (int i = 0; i < 6; i++)
        fg_small_pod(&trace, spec, 0, FG_SPAN_FOREVER, 0);
    subnets[2].is_public = true; /* serves no Fargate pod */
    scenario.cluster.subnets = subnets;
    scenario.cluster.subnet_count = 3;
    scenario.duration_s = 10;
    assert_string_equal(subnet_of(0), "subnet-2");
    assert_string_equal(subnet_of(1), "subnet-1");
    assert_string_equal(subnet_of(2), "subnet-2");
    assert_string_equal(subnet_of(3), "subnet-1");
    assert_string_equal(subnet_of(4), "subnet-2");
    assert_string_equal(subnet_of(5), "");
    assert_string_equal(result.pod_rows[5].reason,
                        "waits for Fargate: no free address in the profile's subnets");
    assert_int_equal(result.capacity.items[0].addresses_max, 5);
}

static void pod_that_lacks_an_address_lets_later_ones_pass(void **state)
{
    (void)state;
    static const char *first[] = {"subnet-1"}, *second[] = {"subnet-2"};
    fg_small_scenario(&scenario);
    fg_small_profile(&scenario, "a", "a");
    fg_small_profile(&scenario, "b", "b");
    subnets[2].is_public = false;
    scenario.cluster.subnets = subnets;
    scenario.cluster.subnet_count = 3;
    scenario.cluster.profiles[0].subnets = first;
    scenario.cluster.profiles[1].subnets = second;
    scenario.cluster.profiles[0].subnet_count = scenario.cluster.profiles[1].subnet_count = 1;
    scenario.duration_s = 100;
    uint32_t a = fg_small_spec(&trace, "a", "w", 250, 256);
    uint32_t b = fg_small_spec(&trace, "b", "w", 250, 256);
    fg_small_pod(&trace, a, 0, FG_SPAN_DURATION, 30);
    fg_small_pod(&trace, a, 0, FG_SPAN_FOREVER, 0);
    fg_small_pod(&trace, a, 0, FG_SPAN_FOREVER, 0);
    fg_small_pod(&trace, b, 0, FG_SPAN_FOREVER, 0);
    replay();
    assert_int_equal(result.pod_rows[1].start_s, 0);
    assert_int_equal(result.pod_rows[2].start_s, 30); /* when the first gives its address back */
    assert_int_equal(result.pod_rows[3].start_s, 0);
}

/* ---- time that is billed ---- */

static void finished_job(uint32_t ttl_s)
{
    uint32_t spec = small_spec();
    trace.trace.specs[spec].kind = FG_KIND_JOB;
    trace.trace.specs[spec].ttl_s = ttl_s;
    fg_small_pod(&trace, spec, 0, FG_SPAN_DURATION, 100);
}

/* rules B1: 100 s of work, kept for 60 s: 160 s. 0.25 x 160 / 3600 x 0.04 = 0.000444444;
 * 0.5 x 160 / 3600 x 0.004 = 0.000088889. */
static void job_is_billed_until_it_is_deleted(void **state)
{
    (void)state;
    finished_job(60);
    replay();
    assert_int_equal(quarter_seconds(), 160);
    assert_int_equal(fg_small_sum(&result, FG_CHARGE_FARGATE_VCPU, "w"), 444444);
    assert_int_equal(fg_small_sum(&result, FG_CHARGE_FARGATE_MEMORY, "w"), 88889);
    assert_int_equal(result.pod_rows[0].nano, 444444 + 88889);
    assert_int_equal(result.summary.cut_s, 160);
    assert_int_equal(result.summary.requested_cpu_milli_s, 250 * 100); /* it worked for 100 s */
}

static void job_is_billed_until_it_terminates_where_that_is_set(void **state)
{
    (void)state;
    finished_job(60);
    scenario.cluster.fargate.bill_until_termination = true;
    replay();
    assert_int_equal(quarter_seconds(), 100);
}

static void job_that_is_done_and_kept_at_the_cut_is_completed(void **state)
{
    (void)state;
    finished_job(10000);
    scenario.duration_s = 1000;
    replay();
    assert_int_equal(fg_small_outcome(&result, FG_OUTCOME_COMPLETED), 1);
    assert_int_equal(quarter_seconds(), 1000);
}

/* Created at 10, provisioned for 45 s, billed from 55: 15 s of pull and 100 s of work. */
static void image_pull_is_billed_and_provisioning_is_not(void **state)
{
    (void)state;
    fg_small_default_delays(&scenario);
    fg_small_pod(&trace, small_spec(), 10, FG_SPAN_DURATION, 100);
    replay();
    assert_int_equal(result.pod_rows[0].start_s, 10 + 45 + 15);
    assert_int_equal(result.pod_rows[0].end_s, 170);
    assert_int_equal(quarter_seconds(), 115);
}

/* 15 s of pull and 10 s of work are 25 s: billed as 60. */
static void sixty_seconds_are_the_least_from_the_pull_on(void **state)
{
    (void)state;
    fg_small_default_delays(&scenario);
    fg_small_pod(&trace, small_spec(), 0, FG_SPAN_DURATION, 10);
    fg_small_pod(&trace, small_spec(), 0, FG_SPAN_DURATION, 300);
    replay();
    assert_int_equal(quarter_seconds(), 60 + 315);
}

/* Billed from second 45, the cut is at 50: 60 s nevertheless. From 00:59:00 on, 01:00:00 is
 * second 60: 15 s lie in the first hour, 45 in the next. */
static void least_time_reaches_past_the_cut_into_the_next_hour(void **state)
{
    (void)state;
    fg_small_default_delays(&scenario);
    scenario.start += 3540;
    scenario.duration_s = 50;
    fg_small_pod(&trace, small_spec(), 0, FG_SPAN_FOREVER, 0);
    replay();
    assert_int_equal(quarter_seconds(), 60);
    assert_int_equal(result.ledger.rows[0].quantity, 15 * 250);
    assert_int_equal(result.ledger.rows[1].quantity, 45 * 250);
    assert_int_equal(fg_small_outcome(&result, FG_OUTCOME_PENDING), 1); /* it pulls its image */
}

static void pod_being_provisioned_at_the_cut_is_pending_and_free(void **state)
{
    (void)state;
    fg_small_default_delays(&scenario);
    scenario.duration_s = 45;
    fg_small_pod(&trace, small_spec(), 0, FG_SPAN_FOREVER, 0);
    replay();
    assert_int_equal(fg_small_outcome(&result, FG_OUTCOME_PENDING), 1);
    assert_string_equal(result.pod_rows[0].reason, "being provisioned on Fargate");
    assert_int_equal(quarter_seconds(), 0);
}

static void pods_that_come_at_the_cut_are_left_out(void **state)
{
    (void)state;
    uint32_t spec = small_spec();
    fg_small_pod(&trace, spec, 0, FG_SPAN_DURATION, 500);
    fg_small_pod(&trace, spec, 99, FG_SPAN_FOREVER, 0);
    fg_small_pod(&trace, spec, 100, FG_SPAN_FOREVER, 0);
    fg_small_pod(&trace, spec, 101, FG_SPAN_FOREVER, 0);
    scenario.duration_s = 100;
    replay();
    assert_int_equal(result.summary.left_out, 2);
    assert_int_equal(result.summary.pod_count, 4);
    assert_int_equal(fg_small_outcome(&result, FG_OUTCOME_RUNNING), 2);
    assert_int_equal(quarter_seconds(), 100 + 60);
}

static void study_ends_with_the_last_pod_that_ends(void **state)
{
    (void)state;
    uint32_t spec = small_spec();
    fg_small_pod(&trace, spec, 0, FG_SPAN_FOREVER, 0);
    fg_small_pod(&trace, spec, 10, FG_SPAN_DURATION, 90);
    fg_small_pod(&trace, spec, 20, FG_SPAN_END, 70);
    fg_small_pod(&trace, spec, 100, FG_SPAN_FOREVER, 0);
    replay();
    assert_int_equal(result.summary.cut_s, 100);
    assert_int_equal(result.summary.left_out, 1);
    assert_int_equal(quarter_seconds(), 100 + 90 + 60);
}

/* The second pod never runs, so the first one's end is the cut. What could start at that second
 * does not: the third pod has waited for the first one's quota. */
static void nothing_starts_at_the_cut(void **state)
{
    (void)state;
    uint32_t spec = small_spec(), big = fg_small_spec(&trace, "ns", "big", 1000, 1024);
    fg_small_pod(&trace, spec, 0, FG_SPAN_DURATION, 100);
    fg_small_pod(&trace, big, 1, FG_SPAN_DURATION, 10);
    fg_small_pod(&trace, spec, 2, FG_SPAN_FOREVER, 0);
    scenario.cluster.fargate.vcpu_quota_milli = 250;
    replay();
    assert_int_equal(result.summary.cut_s, 100);
    assert_int_equal(result.pod_rows[2].start_s, -1);
    assert_int_equal(fg_small_outcome(&result, FG_OUTCOME_PENDING), 2);
}

static void study_in_which_nothing_ends_must_name_a_duration(void **state)
{
    (void)state;
    struct fg_error error = {0};
    fg_small_pod(&trace, small_spec(), 0, FG_SPAN_FOREVER, 0);
    const struct fg_replay_input input = {
        .scenario = &scenario, .catalog = fg_small_catalog(), .trace = &trace.trace};
    assert_int_equal(fg_replay(&input, &result, &error), FG_BAD_INPUT);
    assert_string_equal(error.message, "no pod of the trace ends in scenario 'small'; the study "
                                       "must name a duration");
}

/* ---- order, and pods that never run ---- */

static void pod_that_ends_makes_room_for_one_that_comes_at_that_second(void **state)
{
    (void)state;
    uint32_t spec = small_spec();
    fg_small_pod(&trace, spec, 0, FG_SPAN_DURATION, 100);
    fg_small_pod(&trace, spec, 100, FG_SPAN_DURATION, 100);
    scenario.cluster.fargate.vcpu_quota_milli = 250;
    replay();
    assert_int_equal(result.pod_rows[1].start_s, 100);
    assert_int_equal(result.summary.peak_fargate_vcpu_milli, 250);
}

static void pod_deleted_before_it_runs_never_ran(void **state)
{
    (void)state;
    fg_small_default_delays(&scenario);
    fg_small_pod(&trace, small_spec(), 0, FG_SPAN_END, 30);
    scenario.duration_s = 100;
    replay();
    assert_int_equal(fg_small_outcome(&result, FG_OUTCOME_DELETED_PENDING), 1);
    assert_int_equal(result.pod_rows[0].end_s, 30);
    assert_int_equal(quarter_seconds(), 0);
    assert_int_equal(result.summary.never_ran, 1);
}

static const char *outcome_of_unsupported(uint32_t spec)
{
    fg_small_group(&scenario, "nodes", "m6i.4xlarge", 3, 3, 3);
    fg_small_pod(&trace, spec, 0, FG_SPAN_FOREVER, 0);
    scenario.duration_s = 100;
    replay();
    assert_int_equal(fg_small_outcome(&result, FG_OUTCOME_PENDING), 1);
    assert_string_equal(result.pod_rows[0].placed_on, "pending");
    assert_int_equal(quarter_seconds(), 0);
    return result.pod_rows[0].reason;
}

static void pod_too_large_for_fargate_never_goes_to_a_node(void **state)
{
    (void)state;
    uint32_t spec = fg_small_spec(&trace, "ns", "w", 15000, 121 * 1024);
    assert_non_null(strstr(outcome_of_unsupported(spec), "more than the largest size"));
}

static void privileged_pod_stays_pending_on_fargate(void **state)
{
    (void)state;
    uint32_t spec = small_spec();
    trace.trace.specs[spec].features = FG_FEATURE_PRIVILEGED;
    assert_string_equal(outcome_of_unsupported(spec),
                        "Pod not supported on Fargate: invalid SecurityContext fields: Privileged");
}

static void refused_pod_can_be_deleted(void **state)
{
    (void)state;
    uint32_t spec = small_spec();
    trace.trace.specs[spec].gpu_milli = 1000;
    fg_small_pod(&trace, spec, 0, FG_SPAN_END, 30);
    replay();
    assert_int_equal(fg_small_outcome(&result, FG_OUTCOME_DELETED_PENDING), 1);
    assert_int_equal(result.summary.cut_s, 30);
}

/* Two of Fargate's pods are nodes that no other pod may use. */
static void pod_of_no_profile_is_refused_by_fargates_nodes(void **state)
{
    (void)state;
    fg_small_scenario(&scenario);
    fg_small_profile(&scenario, "web", "web");
    uint32_t web = fg_small_spec(&trace, "web", "w", 250, 256);
    fg_small_pod(&trace, web, 0, FG_SPAN_FOREVER, 0);
    fg_small_pod(&trace, web, 0, FG_SPAN_FOREVER, 0);
    fg_small_pod(&trace, fg_small_spec(&trace, "other", "o", 250, 256), 0, FG_SPAN_FOREVER, 0);
    scenario.duration_s = 100;
    replay();
    assert_string_equal(result.pod_rows[2].reason,
                        "0/2 nodes are available: 2 node(s) had untolerated taint "
                        "{eks.amazonaws.com/compute-type: fargate}.");
}

static void watcher_hears_each_thing_once(void **state)
{
    (void)state;
    struct fg_watch watch = {.pod = 0, .say = hear};
    fg_small_pod(&trace, small_spec(), 5, FG_SPAN_DURATION, 100);
    said[0] = '\0';
    fg_small_replay_checked(&scenario, &trace, &watch, &result);
    assert_string_equal(said, "5 created\n"
                              "5 Fargate profile all takes it\n"
                              "5 is billed as 0.25 vCPU and 0.5 GB\n"
                              "5 launched; the image pull, billed, begins at 5s, it runs at 5s\n"
                              "5 runs\n"
                              "105 completed\n");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(pods_are_launched_at_the_rate_of_the_token_bucket),
        TEST(pod_above_the_quota_waits_until_one_ends),
        TEST(pod_above_the_quota_is_pending_at_the_cut),
        TEST(pod_that_lacks_quota_lets_later_ones_pass),
        TEST(subnet_with_most_free_addresses_serves_then_the_lowest_id),
        TEST(pod_that_lacks_an_address_lets_later_ones_pass),
        TEST(job_is_billed_until_it_is_deleted),
        TEST(job_is_billed_until_it_terminates_where_that_is_set),
        TEST(job_that_is_done_and_kept_at_the_cut_is_completed),
        TEST(image_pull_is_billed_and_provisioning_is_not),
        TEST(sixty_seconds_are_the_least_from_the_pull_on),
        TEST(least_time_reaches_past_the_cut_into_the_next_hour),
        TEST(pod_being_provisioned_at_the_cut_is_pending_and_free),
        TEST(pods_that_come_at_the_cut_are_left_out),
        TEST(study_ends_with_the_last_pod_that_ends),
        TEST(nothing_starts_at_the_cut),
        TEST(study_in_which_nothing_ends_must_name_a_duration),
        TEST(pod_that_ends_makes_room_for_one_that_comes_at_that_second),
        TEST(pod_deleted_before_it_runs_never_ran),
        TEST(pod_too_large_for_fargate_never_goes_to_a_node),
        TEST(privileged_pod_stays_pending_on_fargate),
        TEST(refused_pod_can_be_deleted),
        TEST(pod_of_no_profile_is_refused_by_fargates_nodes),
        TEST(watcher_hears_each_thing_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
