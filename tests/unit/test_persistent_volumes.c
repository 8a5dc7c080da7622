/* Whole replays with EBS volumes of pods: how long they live, whom they are booked on. */
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
static struct fg_persistent_volume rules[2];

/* April has 30 days: 2,592,000 s. A node takes what comes; its root volume is its own. */
static int set_up(void **state)
{
    (void)state;
    fg_small_test_open(&scenario, &trace, &result);
    scenario.start = 1775001600; /* 2026-04-01T00:00:00Z */
    memset(rules, 0, sizeof rules);
    scenario.cluster.persistent_volumes = rules;
    fg_small_group(&scenario, "ng", "m5.large", 1, 1, 1);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    fg_small_test_close(&trace, &result);
    return 0;
}

static struct fg_persistent_volume *volumes(const char *workload, int64_t gib)
{
    struct fg_persistent_volume *rule = &rules[scenario.cluster.persistent_volume_count++];
    *rule = (struct fg_persistent_volume){
        .pods.workload_pattern = workload, .volume = {.type = "gp3", .size_gib = gib}, .count = 1};
    return rule;
}

static void pod(const char *workload, enum fg_kind kind, uint32_t arrival_s, uint32_t seconds)
{
    uint32_t spec = fg_small_spec(&trace, "ns", workload, 100, 100);
    trace.trace.specs[spec].kind = kind;
    fg_small_pod(&trace, spec, arrival_s, FG_SPAN_DURATION, seconds);
}

static fg_nanodollars replayed(uint32_t seconds)
{
    scenario.duration_s = seconds;
    fg_small_replay_checked(&scenario, &trace, NULL, &result);
    fg_nanodollars sum = 0;
    for (uint32_t i = 0; i < result.ledger.row_count; i++) {
        const struct fg_ledger_row *row = &result.ledger.rows[i];
        const struct fg_account *account = &result.ledger.accounts[row->account];
        if (strcmp(account->sku, "gp3 persistent") == 0) {
            assert_string_equal(account->pool, "nodegroup:ng");
            assert_string_equal(account->namespace_name, "ns");
            sum += row->nano * row->hour_count;
        }
    }
    return sum;
}

/* 2000 GB for 12 h of 30 days at 0.08: an hour is 0.08 x 2000 x 3600 / 2592000 = 0.222222222,
 * twelve are 2.666666664 (2.667 in AWS's own example). */
static void volume_lives_with_its_pod(void **state)
{
    (void)state;
    volumes("db", 2000);
    pod("db", FG_KIND_DEPLOYMENT, 0, 43200);
    assert_int_equal(replayed(86400), 2666666664);
}

/* Two of 100 GB for half an hour: 2 x 0.08 x 100 x 1800 / 2592000 = 0.011111111. */
static void pod_may_have_several(void **state)
{
    (void)state;
    volumes("db", 100)->count = 2;
    pod("db", FG_KIND_DEPLOYMENT, 0, 1800);
    assert_int_equal(replayed(3600), 11111111);
}

/* Two rules of one type on one workload: 300 GB for an hour, 0.08 x 300 x 3600 / 2592000. */
static void rules_of_one_type_add_up(void **state)
{
    (void)state;
    volumes("db", 100);
    volumes("d*", 200);
    pod("db", FG_KIND_DEPLOYMENT, 0, 3600);
    assert_int_equal(replayed(3600), 33333333);
}

/* One after the other, then two at once: a StatefulSet's first volume is kept from second 0, its
 * second from 7200, both to the cut at 10800. 100 GB are 0.011111111 an hour: 1 + 1 + 2 of them,
 * the third hour's two rounded as one, 0.022222222. */
static void volumes_of_a_stateful_set_are_kept_and_used_again(void **state)
{
    (void)state;
    volumes("db", 100);
    uint32_t spec = fg_small_spec(&trace, "ns", "db", 100, 100);
    trace.trace.specs[spec].kind = FG_KIND_STATEFULSET;
    fg_small_pod(&trace, spec, 0, FG_SPAN_DURATION, 600);
    fg_small_pod(&trace, spec, 3600, FG_SPAN_DURATION, 600);
    fg_small_pod(&trace, spec, 7200, FG_SPAN_DURATION, 600);
    fg_small_pod(&trace, spec, 7200, FG_SPAN_DURATION, 600);
    assert_int_equal(replayed(10800), 11111111 + 11111111 + 22222222);
}

/* Only while it is there: 0.08 x 100 x 600 / 2592000 = 0.001851852. */
static void stateful_set_may_give_them_back(void **state)
{
    (void)state;
    volumes("db", 100)->named_keep = true;
    pod("db", FG_KIND_STATEFULSET, 0, 600);
    assert_int_equal(replayed(3600), 1851852);
}

/* The cut ends the bill of what still runs: half an hour of 100 GB. */
static void volumes_are_billed_to_the_cut(void **state)
{
    (void)state;
    volumes("db", 100);
    pod("db", FG_KIND_DEPLOYMENT, 0, 9999999);
    assert_int_equal(replayed(1800), 5555556);
}

/* A pod of another workload fills the other group until the volume's pod is bound. Its zone is lost
 * after half an hour, and it runs on in the other group: the volume goes with it. Half an hour
 * each, 0.08 x 100 x 1800 / 2592000. */
static void volume_moves_with_its_pod(void **state)
{
    (void)state;
    static const char *other_zone[] = {"us-east-1b"};
    static struct fg_pair in_other = {"topology.kubernetes.io/zone", "us-east-1b"};
    volumes("db", 100);
    fg_small_group(&scenario, "other", "m5.large", 1, 1, 1)->zones = other_zone;
    fg_small_plan(&scenario, (struct fg_planned_event){.at_s = 1800,
                                                       .kind = FG_PLANNED_ZONE_LOSS,
                                                       .name = "us-east-1a",
                                                       .lasts_s = FG_DURATION_NEVER});
    uint32_t filler = fg_small_spec(&trace, "ns", "filler", 1900, 100);
    trace.trace.specs[filler].node_selector = (struct fg_pairs){1, &in_other};
    fg_small_pod(&trace, filler, 0, FG_SPAN_DURATION, 1000);
    fg_small_pod(&trace, fg_small_spec(&trace, "ns", "db", 100, 100), 0, FG_SPAN_FOREVER, 0);
    scenario.duration_s = 3600;
    fg_small_replay_checked(&scenario, &trace, NULL, &result);
    fg_nanodollars here = 0, there = 0;
    for (uint32_t i = 0; i < result.ledger.row_count; i++) {
        const struct fg_ledger_row *row = &result.ledger.rows[i];
        const struct fg_account *account = &result.ledger.accounts[row->account];
        if (strcmp(account->sku, "gp3 persistent") == 0)
            *(strcmp(account->pool, "nodegroup:ng") == 0 ? &here : &there) +=
                row->nano * row->hour_count;
    }
    assert_int_equal(result.summary.evictions, 1);
    assert_int_equal(here, 5555556);
    assert_int_equal(there, 5555556);
}

static void pods_of_others_have_none(void **state)
{
    (void)state;
    volumes("db", 100);
    pod("web", FG_KIND_DEPLOYMENT, 0, 3600);
    assert_int_equal(replayed(3600), 0);
}

/* From 2026-03-31T23:00 on: an hour of March, 31 days, then one of April, 30 days.
 * 0.08 x 100 / 744 = 0.010752688; 0.08 x 100 / 720 = 0.011111111. */
static void each_hour_is_a_part_of_its_month(void **state)
{
    (void)state;
    scenario.start -= 3600;
    volumes("db", 100);
    pod("db", FG_KIND_DEPLOYMENT, 0, 7200);
    assert_int_equal(replayed(7200), 10752688 + 11111111);
}

static void fargate_does_not_run_a_pod_with_one(void **state)
{
    (void)state;
    volumes("db", 100);
    fg_small_profile(&scenario, "all", "*");
    pod("db", FG_KIND_DEPLOYMENT, 0, 3600);
    assert_int_equal(replayed(3600), 0);
    assert_int_equal(result.pod_rows[0].outcome, FG_OUTCOME_PENDING);
    assert_string_equal(result.pod_rows[0].reason,
                        "Pod not supported on Fargate: volumes not supported: ebs is of an "
                        "unsupported volume Type");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(volume_lives_with_its_pod, set_up, tear_down),
        cmocka_unit_test_setup_teardown(pod_may_have_several, set_up, tear_down),
        cmocka_unit_test_setup_teardown(rules_of_one_type_add_up, set_up, tear_down),
        cmocka_unit_test_setup_teardown(volumes_of_a_stateful_set_are_kept_and_used_again, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(stateful_set_may_give_them_back, set_up, tear_down),
        cmocka_unit_test_setup_teardown(volumes_are_billed_to_the_cut, set_up, tear_down),
        cmocka_unit_test_setup_teardown(volume_moves_with_its_pod, set_up, tear_down),
        cmocka_unit_test_setup_teardown(pods_of_others_have_none, set_up, tear_down),
        cmocka_unit_test_setup_teardown(each_hour_is_a_part_of_its_month, set_up, tear_down),
        cmocka_unit_test_setup_teardown(fargate_does_not_run_a_pod_with_one, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("persistent_volumes", tests, NULL, NULL);
}
