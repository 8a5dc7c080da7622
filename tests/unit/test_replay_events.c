/* What befalls a cluster in a replay: Spot interruptions, a lost zone, upgrades, patches. */
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
static const char *three_zones[] = {"us-east-1a", "us-east-1b", "us-east-1c"};

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

static uint32_t spec_of(int64_t cpu_milli)
{
    return fg_small_spec(&trace, "ns", "w", cpu_milli, 100);
}

/* ---- Spot ---- */

/* 0.096 less 60 % is 0.0384 an hour. */
static void a_spot_node_is_billed_at_the_spot_price(void **state)
{
    (void)state;
    fg_small_group(&scenario, "ng", "m5.large", 1, 1, 1)->spot = true;
    scenario.spot.named_discount = true;
    scenario.spot.discount_millionths = 600000;
    scenario.spot.named_interruptions = true; /* none */
    fg_small_pod(&trace, spec_of(1000), 0, FG_SPAN_FOREVER, 0);
    scenario.duration_s = 3600;
    replay();
    assert_int_equal(fg_small_sum(&result, FG_CHARGE_EC2_SPOT, NULL), 38400000);
    assert_int_equal(fg_small_sum(&result, FG_CHARGE_EC2_ON_DEMAND, NULL), 0);
    assert_int_equal(result.summary.spot_interruptions, 0);
}

/* 730 interruptions a month are one an hour; in a day some two dozen. */
static void spot_group(uint64_t seed)
{
    fg_small_group(&scenario, "ng", "m5.large", 1, 1, 1)->spot = true;
    scenario.seed = seed;
    scenario.spot.named_discount = true;
    scenario.spot.named_interruptions = true;
    scenario.spot.interruptions_per_month_nano = 730000000000;
    scenario.duration_s = 86400;
}

static void an_interrupted_node_is_replaced_and_its_pod_runs_again(void **state)
{
    (void)state;
    spot_group(1);
    fg_small_pod(&trace, spec_of(1000), 0, FG_SPAN_FOREVER, 0);
    replay();
    assert_in_range(result.summary.spot_interruptions, 10, 45);
    /* One that comes while the new node boots finds no pod there. */
    assert_in_range(result.summary.evictions, result.summary.spot_interruptions - 3,
                    result.summary.spot_interruptions);
    assert_int_equal(fg_small_outcome(&result, FG_OUTCOME_RUNNING), 1);
    assert_int_equal(result.summary.never_ran, 0);
    /* From the notice on there are two nodes: the new one is billed after 15 s, the old one for
     * the two minutes of the notice. */
    assert_int_equal(fg_small_node_seconds(&result, NULL),
                     86400 + 105 * (int64_t)result.summary.spot_interruptions);
}

/* Ten hours of work hardly fit between interruptions an hour apart; with a checkpoint every five
 * minutes they are done in a day. */
static void a_job_keeps_what_it_had_at_its_last_checkpoint(void **state)
{
    (void)state;
    spot_group(1);
    uint32_t spec = spec_of(1000);
    trace.trace.specs[spec].kind = FG_KIND_JOB;
    fg_small_pod(&trace, spec, 0, FG_SPAN_DURATION, 36000);
    replay();
    assert_int_equal(fg_small_outcome(&result, FG_OUTCOME_COMPLETED), 0);
    uint64_t lost_s = result.summary.lost_work_s;
    fg_result_release(&result);
    trace.trace.specs[spec].checkpoint_s = 300;
    replay();
    assert_int_equal(fg_small_outcome(&result, FG_OUTCOME_COMPLETED), 1);
    assert_true(result.summary.lost_work_s < 300 * result.summary.evictions);
    assert_true(result.summary.lost_work_s < lost_s);
    assert_int_equal((uint64_t)result.summary.requested_cpu_milli_s, 36000 * 1000);
}

static void replications_have_luck_of_their_own(void **state)
{
    (void)state;
    uint64_t interruptions[4];
    spot_group(1);
    fg_small_pod(&trace, spec_of(1000), 0, FG_SPAN_FOREVER, 0);
    for (uint32_t i = 0; i < 4; i++) {
        struct fg_error error = {0};
        const struct fg_replay_input input = {.scenario = &scenario,
                                              .catalog = fg_small_catalog(),
                                              .trace = &trace.trace,
                                              .replication = i / 2};
        assert_int_equal(fg_replay(&input, &result, &error), FG_OK);
        interruptions[i] = result.summary.spot_interruptions * 1000000 +
                           (uint64_t)fg_small_quantity(&result, FG_CHARGE_EBS) % 1000000;
        fg_result_release(&result);
    }
    assert_int_equal(interruptions[0], interruptions[1]);
    assert_int_equal(interruptions[2], interruptions[3]);
    assert_int_not_equal(interruptions[0], interruptions[2]);
}

/* Their nodes are of one type in one zone: each launch there has a luck of its own. */
static void groups_of_one_type_are_not_interrupted_together(void **state)
{
    (void)state;
    spot_group(1);
    fg_small_group(&scenario, "other", "m5.large", 1, 1, 1)->spot = true;
    replay();
    int64_t seconds[2] = {0, 0};
    for (uint32_t i = 0; i < result.ledger.row_count; i++) {
        const struct fg_ledger_row *row = &result.ledger.rows[i];
        const struct fg_account *account = &result.ledger.accounts[row->account];
        if (account->charge == FG_CHARGE_EC2_SPOT)
            seconds[strcmp(account->pool, "nodegroup:ng") == 0] += row->quantity * row->hour_count;
    }
    assert_true(seconds[0] > 86400 * INT64_C(1000000));
    assert_int_not_equal(seconds[0], seconds[1]);
}

/* ---- planned ---- */

/* Three nodes, one a zone, full of one pod each. The zone is lost at 1000: its pod waits for a
 * node in another zone, 60 s. */
static void pods_of_a_lost_zone_run_again_in_another(void **state)
{
    (void)state;
    struct fg_node_group *group = fg_small_group(&scenario, "ng", "m5.large", 3, 3, 3);
    group->zones = three_zones;
    group->zone_count = 3;
    for (int i = 0; i < 3; i++)
        fg_small_pod(&trace, spec_of(1500), 0, FG_SPAN_FOREVER, 0);
    fg_small_plan(&scenario, (struct fg_planned_event){.at_s = 1000,
                                                       .kind = FG_PLANNED_ZONE_LOSS,
                                                       .name = "us-east-1b",
                                                       .lasts_s = 600});
    scenario.duration_s = 3600;
    replay();
    assert_int_equal(result.summary.evictions, 1);
    assert_int_equal(fg_small_outcome(&result, FG_OUTCOME_RUNNING), 3);
    assert_int_equal(result.wait_hour_count, 1);
    assert_int_equal(result.oldest_wait_s[0], 60);
    /* 2 x 3600, 1000 in the lost zone, and 3600 - 1015 in place of it. */
    assert_int_equal(fg_small_node_seconds(&result, NULL), 2 * 3600 + 1000 + 2585);
    for (uint32_t i = 0; i < result.zones.count; i++)
        if (strcmp(result.zones.items[i].pool, "us-east-1b") == 0)
            assert_int_equal(result.zones.items[i].node_seconds, 1000);
}

/* While its only zone is lost the group has no node; it asks again when the zone is back. */
static void a_group_without_another_zone_waits_for_it(void **state)
{
    (void)state;
    fg_small_group(&scenario, "ng", "m5.large", 1, 1, 1);
    fg_small_pod(&trace, spec_of(1500), 0, FG_SPAN_FOREVER, 0);
    fg_small_plan(&scenario, (struct fg_planned_event){.at_s = 1000,
                                                       .kind = FG_PLANNED_ZONE_LOSS,
                                                       .name = "us-east-1a",
                                                       .lasts_s = 600});
    scenario.duration_s = 3600;
    replay();
    assert_int_equal(fg_small_node_seconds(&result, NULL), 1000 + 3600 - 1615);
    assert_int_equal(result.oldest_wait_s[0], 660); /* 600 and the node's 60 */
}

/* Two private subnets, in us-east-1a and us-east-1b; of equals the first serves. */
static void two_subnets(void)
{
    static struct fg_subnet subnets[] = {
        {.id = "subnet-a", .zone = "us-east-1a", .address_count = 100},
        {.id = "subnet-b", .zone = "us-east-1b", .address_count = 100},
    };
    scenario.cluster.subnets = subnets;
    scenario.cluster.subnet_count = 2;
}

/* A pod that comes at 0 is provisioned for 45 s, pulls its image for 15 s and runs at 60. */
static void one_pod_on_fargate(void)
{
    fg_small_profile(&scenario, "p", "ns");
    two_subnets();
    fg_small_pod(&trace, fg_small_spec(&trace, "ns", "w", 250, 256), 0, FG_SPAN_FOREVER, 0);
    scenario.duration_s = 3600;
}

static void lose_zone_at(uint32_t second, const char *zone)
{
    fg_small_plan(&scenario,
                  (struct fg_planned_event){
                      .at_s = second, .kind = FG_PLANNED_ZONE_LOSS, .name = zone, .lasts_s = 600});
}

/* Seconds for which a quarter of a vCPU was bought. */
static int64_t quarter_seconds(void)
{
    return fg_small_quantity(&result, FG_CHARGE_FARGATE_VCPU) / 250;
}

/* Launched again at 20 in the other zone: billed from 65, runs at 80. */
static void a_pod_being_provisioned_in_a_lost_zone_starts_anew(void **state)
{
    (void)state;
    one_pod_on_fargate();
    lose_zone_at(20, "us-east-1a");
    replay();
    assert_int_equal(result.pod_rows[0].start_s, 80);
    assert_int_equal(quarter_seconds(), 3600 - 65);
    assert_int_equal(result.summary.evictions, 1);
    assert_int_equal(result.summary.lost_work_s, 0);
    assert_int_equal(fg_small_outcome(&result, FG_OUTCOME_RUNNING), 1);
}

/* Billed from 45, and for the minute that is least; launched again at 50, it is billed from 95 and
 * runs at 110. */
static void a_pod_that_pulls_its_image_in_a_lost_zone_starts_anew(void **state)
{
    (void)state;
    one_pod_on_fargate();
    lose_zone_at(50, "us-east-1a");
    replay();
    assert_int_equal(result.pod_rows[0].start_s, 110);
    assert_int_equal(quarter_seconds(), 60 + 3600 - 95);
}

/* In the zone that is left nothing happens: billed from 45. */
static void a_pod_being_provisioned_in_another_zone_carries_on(void **state)
{
    (void)state;
    one_pod_on_fargate();
    lose_zone_at(20, "us-east-1b");
    replay();
    assert_int_equal(result.pod_rows[0].start_s, 60);
    assert_int_equal(quarter_seconds(), 3600 - 45);
    assert_int_equal(result.summary.evictions, 0);
}

/* Both zones are lost at 20 and back at 620: then it is launched, and runs at 680. It is deleted at
 * 1000, billed from 665. */
static void a_pod_being_provisioned_waits_while_every_zone_is_lost(void **state)
{
    (void)state;
    one_pod_on_fargate();
    trace.trace.pod_count = 0;
    fg_small_pod(&trace, 0, 0, FG_SPAN_END, 1000);
    lose_zone_at(20, "us-east-1a");
    lose_zone_at(20, "us-east-1b");
    replay();
    assert_int_equal(result.pod_rows[0].start_s, 680);
    assert_int_equal(quarter_seconds(), 1000 - 665);
    assert_int_equal(fg_small_outcome(&result, FG_OUTCOME_COMPLETED), 1);
}

/* Its work is over at 160; deleted an hour later, it would be billed to 3760. */
static void a_finished_job_is_kept_no_longer_than_its_zone(void **state)
{
    (void)state;
    one_pod_on_fargate();
    trace.trace.specs[0].kind = FG_KIND_JOB;
    trace.trace.specs[0].ttl_s = 3600;
    trace.trace.pod_count = 0;
    fg_small_pod(&trace, 0, 0, FG_SPAN_DURATION, 100);
    lose_zone_at(1000, "us-east-1a");
    replay();
    assert_int_equal(quarter_seconds(), 1000 - 45);
    assert_int_equal(result.summary.evictions, 0);
    assert_int_equal(fg_small_outcome(&result, FG_OUTCOME_COMPLETED), 1);
    assert_int_equal(result.pod_rows[0].end_s, 1000);
}

static void note_notice(struct fg_watch *watch, uint32_t second, const char *text)
{
    uint32_t *notice_s = watch->context;
    if (*notice_s == 0 && strstr(text, "its Spot instance is taken back") != NULL)
        *notice_s = second;
}

/* The notice comes, and the node would be billed two minutes more; 30 s later its zone is lost. The
 * node in its place, in the other zone, was asked for at the notice and is billed 15 s after. */
static void a_node_under_notice_ends_with_its_zone(void **state)
{
    (void)state;
    uint32_t notice_s = 0;
    struct fg_watch watch = {.say = note_notice, .context = &notice_s};
    spot_group(1);
    scenario.cluster.node_groups[0].zones = three_zones;
    scenario.cluster.node_groups[0].zone_count = 2;
    fg_small_pod(&trace, spec_of(1000), 0, FG_SPAN_FOREVER, 0);
    fg_small_replay_checked(&scenario, &trace, &watch, &result);
    assert_true(notice_s > 0);
    fg_result_release(&result);
    scenario.duration_s = notice_s + 200;
    replay();
    assert_int_equal(fg_small_node_seconds(&result, NULL), notice_s + 120 + 200 - 15);
    fg_result_release(&result);
    lose_zone_at(notice_s + 30, "us-east-1a");
    replay();
    assert_int_equal(fg_small_node_seconds(&result, NULL), notice_s + 30 + 200 - 15);
    assert_int_equal(result.summary.spot_interruptions, 1);
}

/* rules C1: one zone, so max(2 x 1, 1) = 2 nodes come first, at 100; ready at 160 (looked for
 * every 10 s). Then one old node a minute goes: 160 and 220, each billed 60 s more. Two came
 * first and two go, so none is asked for in their place. */
static void an_upgrade_brings_more_nodes_before_it_drains_the_old(void **state)
{
    (void)state;
    fg_small_group(&scenario, "ng", "m5.large", 2, 2, 2)->max_unavailable = 1;
    for (int i = 0; i < 2; i++)
        fg_small_pod(&trace, spec_of(1500), 0, FG_SPAN_FOREVER, 0);
    fg_small_plan(&scenario, (struct fg_planned_event){
                                 .at_s = 100, .kind = FG_PLANNED_NODE_GROUP_UPGRADE, .name = "ng"});
    scenario.duration_s = 3600;
    replay();
    assert_int_equal(result.summary.peak_nodes, 4);
    assert_int_equal(result.summary.evictions, 2);
    assert_int_equal(fg_small_outcome(&result, FG_OUTCOME_RUNNING), 2);
    assert_int_equal(fg_small_node_seconds(&result, NULL), 220 + 280 + 2 * (3600 - 115));
}

/* Both old nodes are cordoned before the first is drained, so the pod moves once, to a new one. */
static void an_upgrade_moves_a_pod_once(void **state)
{
    (void)state;
    fg_small_group(&scenario, "ng", "m5.large", 2, 2, 2)->max_unavailable = 1;
    fg_small_pod(&trace, spec_of(100), 0, FG_SPAN_FOREVER, 0);
    fg_small_plan(&scenario, (struct fg_planned_event){
                                 .at_s = 100, .kind = FG_PLANNED_NODE_GROUP_UPGRADE, .name = "ng"});
    scenario.duration_s = 3600;
    replay();
    assert_int_equal(result.summary.evictions, 1);
}

/* Two come first, the autoscaler takes one of them away again; both old nodes go, and the group
 * stays at its minimum: an hour after that is 2 x 3600 s. */
static void an_upgrade_keeps_the_minimum_when_its_surge_is_scaled_down(void **state)
{
    (void)state;
    fg_small_group(&scenario, "ng", "m5.large", 2, 2, 4)->max_unavailable = 1;
    scenario.cluster.autoscaler.enabled = true;
    scenario.cluster.autoscaler.scale_down_unneeded_time_s = 10;
    scenario.cluster.autoscaler.scale_down_delay_after_add_s = 0;
    scenario.cluster.autoscaler.scale_down_delay_after_delete_s = 0;
    fg_small_pod(&trace, spec_of(100), 0, FG_SPAN_FOREVER, 0);
    fg_small_plan(&scenario, (struct fg_planned_event){
                                 .at_s = 100, .kind = FG_PLANNED_NODE_GROUP_UPGRADE, .name = "ng"});
    int64_t seconds[2];
    for (uint32_t i = 0; i < 2; i++) {
        scenario.duration_s = 3600 * (i + 1);
        replay();
        seconds[i] = fg_small_node_seconds(&result, NULL);
        fg_result_release(&result);
    }
    assert_int_equal(seconds[1] - seconds[0], 2 * 3600);
}

/* The pod runs from 60 on; patched at 1000 it is billed from 15 (the pull) to 1000, and its
 * successor from 1045 to 3600: 955 + 2555. */
static void a_patch_makes_fargate_pods_start_again(void **state)
{
    (void)state;
    fg_small_profile(&scenario, "p", "ns");
    fg_small_pod(&trace, fg_small_spec(&trace, "ns", "w", 250, 256), 0, FG_SPAN_FOREVER, 0);
    fg_small_plan(&scenario, (struct fg_planned_event){
                                 .at_s = 1000, .kind = FG_PLANNED_FARGATE_PATCH, .name = ""});
    scenario.duration_s = 3600;
    replay();
    assert_int_equal(result.summary.evictions, 1);
    assert_int_equal(fg_small_outcome(&result, FG_OUTCOME_RUNNING), 1);
    assert_int_equal(fg_small_quantity(&result, FG_CHARGE_FARGATE_VCPU) / 250,
                     1000 - 45 + 3600 - 1045);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        TEST(a_spot_node_is_billed_at_the_spot_price),
        TEST(an_interrupted_node_is_replaced_and_its_pod_runs_again),
        TEST(a_job_keeps_what_it_had_at_its_last_checkpoint),
        TEST(replications_have_luck_of_their_own),
        TEST(groups_of_one_type_are_not_interrupted_together),
        TEST(pods_of_a_lost_zone_run_again_in_another),
        TEST(a_group_without_another_zone_waits_for_it),
        TEST(a_pod_being_provisioned_in_a_lost_zone_starts_anew),
        TEST(a_pod_that_pulls_its_image_in_a_lost_zone_starts_anew),
        TEST(a_pod_being_provisioned_in_another_zone_carries_on),
        TEST(a_pod_being_provisioned_waits_while_every_zone_is_lost),
        TEST(a_finished_job_is_kept_no_longer_than_its_zone),
        TEST(a_node_under_notice_ends_with_its_zone),
        TEST(an_upgrade_brings_more_nodes_before_it_drains_the_old),
        TEST(an_upgrade_moves_a_pod_once),
        TEST(an_upgrade_keeps_the_minimum_when_its_surge_is_scaled_down),
        TEST(a_patch_makes_fargate_pods_start_again),
#undef TEST
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
