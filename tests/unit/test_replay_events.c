/* What befalls a cluster in a replay: Spot interruptions, a lost zone, upgrades, patches, prices
 * that change; and its limits: addresses, vCPU quotas, priorities. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sim/replay/addresses.h"
#include "tests/support/small_world.h"

static struct fg_scenario scenario;
static struct fg_small_trace trace;
static struct fg_result result;
static const char *three_zones[] = {"us-east-1a", "us-east-1b", "us-east-1c"};

static int set_up(void **state)
{
    (void)state;
    fg_small_scenario(&scenario);
    fg_small_default_delays(&scenario);
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

static void replay(void)
{
    fg_small_replay_checked(&scenario, &trace, NULL, &result);
}

static uint32_t spec_of(int64_t cpu_milli)
{
    return fg_small_spec(&trace, "ns", "w", cpu_milli, 100);
}

static void plan(struct fg_planned_event event)
{
    static struct fg_planned_event events[1];
    events[0] = event;
    scenario.cluster.events = events;
    scenario.cluster.event_count = 1;
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
    assert_int_equal(fg_small_quantity(&result, FG_CHARGE_EC2_SPOT) / 1000000,
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
    plan((struct fg_planned_event){
        .at_s = 1000, .kind = FG_PLANNED_ZONE_LOSS, .name = "us-east-1b", .lasts_s = 600});
    scenario.duration_s = 3600;
    replay();
    assert_int_equal(result.summary.evictions, 1);
    assert_int_equal(fg_small_outcome(&result, FG_OUTCOME_RUNNING), 3);
    assert_int_equal(result.wait_hour_count, 1);
    assert_int_equal(result.oldest_wait_s[0], 60);
    /* 2 x 3600, 1000 in the lost zone, and 3600 - 1015 in place of it. */
    assert_int_equal(fg_small_quantity(&result, FG_CHARGE_EC2_ON_DEMAND) / 1000000,
                     2 * 3600 + 1000 + 2585);
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
    plan((struct fg_planned_event){
        .at_s = 1000, .kind = FG_PLANNED_ZONE_LOSS, .name = "us-east-1a", .lasts_s = 600});
    scenario.duration_s = 3600;
    replay();
    assert_int_equal(fg_small_quantity(&result, FG_CHARGE_EC2_ON_DEMAND) / 1000000,
                     1000 + 3600 - 1615);
    assert_int_equal(result.oldest_wait_s[0], 660); /* 600 and the node's 60 */
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
    plan((struct fg_planned_event){
        .at_s = 100, .kind = FG_PLANNED_NODE_GROUP_UPGRADE, .name = "ng"});
    scenario.duration_s = 3600;
    replay();
    assert_int_equal(result.summary.peak_nodes, 4);
    assert_int_equal(result.summary.evictions, 2);
    assert_int_equal(fg_small_outcome(&result, FG_OUTCOME_RUNNING), 2);
    assert_int_equal(fg_small_quantity(&result, FG_CHARGE_EC2_ON_DEMAND) / 1000000,
                     220 + 280 + 2 * (3600 - 115));
}

/* Both old nodes are cordoned before the first is drained, so the pod moves once, to a new one. */
static void an_upgrade_moves_a_pod_once(void **state)
{
    (void)state;
    fg_small_group(&scenario, "ng", "m5.large", 2, 2, 2)->max_unavailable = 1;
    fg_small_pod(&trace, spec_of(100), 0, FG_SPAN_FOREVER, 0);
    plan((struct fg_planned_event){
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
    plan((struct fg_planned_event){
        .at_s = 100, .kind = FG_PLANNED_NODE_GROUP_UPGRADE, .name = "ng"});
    int64_t seconds[2];
    for (uint32_t i = 0; i < 2; i++) {
        scenario.duration_s = 3600 * (i + 1);
        replay();
        seconds[i] = fg_small_quantity(&result, FG_CHARGE_EC2_ON_DEMAND) / 1000000;
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
    plan((struct fg_planned_event){.at_s = 1000, .kind = FG_PLANNED_FARGATE_PATCH, .name = ""});
    scenario.duration_s = 3600;
    replay();
    assert_int_equal(result.summary.evictions, 1);
    assert_int_equal(fg_small_outcome(&result, FG_OUTCOME_RUNNING), 1);
    assert_int_equal(fg_small_quantity(&result, FG_CHARGE_FARGATE_VCPU) / 250,
                     1000 - 45 + 3600 - 1045);
}

/* ---- addresses ---- */

/* m5.large has three interfaces of ten addresses, nine of them for pods. One interface stays
 * warm: 0 pods 1 interface, 1 pod 2, 9 pods 2, 10 pods 3, and no more than 3. */
static void the_cni_keeps_an_interface_warm(void **state)
{
    (void)state;
    static const struct fg_instance_type type = {
        .name = "m5.large", .max_enis = 3, .ipv4_per_eni = 10, .nitro = true};
    const struct fg_network_settings network = {
        .warm_eni_target = 1, .warm_ip_target = -1, .minimum_ip_target = -1};
    static const int64_t expected[][2] = {{0, 10}, {1, 20}, {9, 20}, {10, 30}, {27, 30}};
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++)
        assert_int_equal(fg_cni_addresses(&network, &type, expected[i][0]), expected[i][1]);
}

/* Five warm: 3 pods want 8 addresses and the interface's own, 9; 12 pods 17 on two: 19. */
static void a_warm_address_target_holds_single_addresses(void **state)
{
    (void)state;
    static const struct fg_instance_type type = {
        .name = "m5.large", .max_enis = 3, .ipv4_per_eni = 10, .nitro = true};
    const struct fg_network_settings network = {
        .warm_eni_target = 1, .warm_ip_target = 5, .minimum_ip_target = -1};
    assert_int_equal(fg_cni_addresses(&network, &type, 3), 9);
    assert_int_equal(fg_cni_addresses(&network, &type, 12), 19);
}

/* Prefixes of 16, one warm: 0 pods 1 prefix and the interface's own address: 17; 1 pod 2: 33. */
static void prefix_delegation_holds_prefixes(void **state)
{
    (void)state;
    static const struct fg_instance_type type = {
        .name = "m5.large", .max_enis = 3, .ipv4_per_eni = 10, .nitro = true};
    const struct fg_network_settings network = {.prefix_delegation = true,
                                                .warm_eni_target = 1,
                                                .warm_ip_target = -1,
                                                .minimum_ip_target = -1,
                                                .warm_prefix_target = 1};
    assert_int_equal(fg_cni_addresses(&network, &type, 0), 17);
    assert_int_equal(fg_cni_addresses(&network, &type, 1), 33);
    assert_int_equal(fg_cni_addresses(&network, &type, 16), 33);
    assert_int_equal(fg_cni_addresses(&network, &type, 17), 49);
}

static void one_subnet(int64_t addresses)
{
    static struct fg_subnet subnet = {.id = "subnet-1", .zone = "us-east-1a"};
    subnet.address_count = addresses;
    scenario.cluster.subnets = &subnet;
    scenario.cluster.subnet_count = 1;
    scenario.cluster.network = (struct fg_network_settings){
        .warm_eni_target = 0, .warm_ip_target = -1, .minimum_ip_target = -1};
}

/* Without a warm interface the node holds ten addresses, nine of them for pods; the subnet has
 * eleven, so no second interface. The tenth pod is bound and waits for the first to end. */
static void a_pod_waits_while_its_subnet_is_dry(void **state)
{
    (void)state;
    fg_small_group(&scenario, "ng", "m5.large", 1, 1, 1);
    one_subnet(11);
    uint32_t spec = spec_of(10);
    fg_small_pod(&trace, spec, 0, FG_SPAN_END, 500);
    for (int i = 0; i < 9; i++)
        fg_small_pod(&trace, spec, 0, FG_SPAN_FOREVER, 0);
    scenario.duration_s = 1000;
    replay();
    assert_int_equal(result.pod_rows[8].start_s, 0);
    assert_int_equal(result.pod_rows[9].start_s, 500);
    assert_string_equal(result.summary.dry_subnet, "subnet-1");
    assert_int_equal(result.summary.dry_s, 0);
    assert_int_equal(result.capacity.items[0].addresses_max, 10);
}

/* The tenth pod has been bound without an address since 0 when the zone is lost at 1000; then it
 * waits for a node, 200 s. */
static void a_wait_for_an_address_counts_although_the_pod_is_evicted(void **state)
{
    (void)state;
    fg_small_group(&scenario, "ng", "m5.large", 1, 1, 1);
    one_subnet(11);
    uint32_t spec = spec_of(10);
    for (int i = 0; i < 10; i++)
        fg_small_pod(&trace, spec, 0, FG_SPAN_FOREVER, 0);
    plan((struct fg_planned_event){
        .at_s = 1000, .kind = FG_PLANNED_ZONE_LOSS, .name = "us-east-1a", .lasts_s = 600});
    scenario.duration_s = 1200;
    replay();
    assert_int_equal(result.oldest_wait_s[0], 1000);
}

/* Ten pods hold two interfaces, all 20 addresses. When one ends at 500 an interface is given back,
 * and the pod on Fargate is launched: it runs after 45 + 15 s. */
static void a_pod_on_fargate_gets_an_address_that_a_node_gives_back(void **state)
{
    (void)state;
    fg_small_group(&scenario, "ng", "m5.large", 1, 1, 1);
    fg_small_profile(&scenario, "p", "f");
    one_subnet(20);
    uint32_t spec = spec_of(10);
    fg_small_pod(&trace, spec, 0, FG_SPAN_END, 500);
    for (int i = 0; i < 9; i++)
        fg_small_pod(&trace, spec, 0, FG_SPAN_FOREVER, 0);
    fg_small_pod(&trace, fg_small_spec(&trace, "f", "w", 250, 256), 100, FG_SPAN_FOREVER, 0);
    scenario.duration_s = 3600;
    replay();
    assert_int_equal(result.pod_rows[10].start_s, 560);
}

/* Two nodes are asked for while there are addresses for one; the second comes up without any, and
 * its pod starts when the first node, empty from 500 on, has given its own back. */
static void a_node_without_an_address_takes_one_that_comes_free(void **state)
{
    (void)state;
    fg_small_group(&scenario, "ng", "m5.large", 0, 0, 2);
    scenario.cluster.autoscaler.enabled = true;
    one_subnet(10);
    uint32_t spec = spec_of(1500);
    fg_small_pod(&trace, spec, 0, FG_SPAN_END, 500);
    fg_small_pod(&trace, spec, 0, FG_SPAN_FOREVER, 0);
    scenario.duration_s = 3600;
    replay();
    assert_int_equal(result.summary.peak_nodes, 2);
    assert_int_equal(result.summary.never_ran, 0);
    assert_in_range(result.pod_rows[1].start_s, 1100, 1200);
}

static void a_pod_of_the_host_network_needs_no_address(void **state)
{
    (void)state;
    fg_small_group(&scenario, "ng", "m5.large", 1, 1, 1);
    one_subnet(10);
    uint32_t spec = spec_of(10);
    for (int i = 0; i < 9; i++)
        fg_small_pod(&trace, spec, 0, FG_SPAN_FOREVER, 0);
    uint32_t host = spec_of(10);
    trace.trace.specs[host].features = FG_FEATURE_HOST_NETWORK;
    fg_small_pod(&trace, host, 0, FG_SPAN_FOREVER, 0);
    fg_small_pod(&trace, spec, 0, FG_SPAN_FOREVER, 0);
    scenario.duration_s = 1000;
    replay();
    assert_int_equal(result.pod_rows[9].start_s, 0);
    assert_string_equal(result.pod_rows[10].reason,
                        "bound to a node, but subnet subnet-1 has no free address");
    assert_int_equal(result.summary.never_ran, 1);
}

/* ---- quotas ---- */

/* 5 vCPU allow two m5.large, not three. */
static void no_instance_passes_the_vcpu_quota(void **state)
{
    (void)state;
    fg_small_group(&scenario, "ng", "m5.large", 0, 3, 3);
    scenario.cluster.quotas.on_demand_vcpus[FG_QUOTA_STANDARD] = 5;
    for (int i = 0; i < 3; i++)
        fg_small_pod(&trace, spec_of(1500), 0, FG_SPAN_FOREVER, 0);
    scenario.duration_s = 3600;
    replay();
    assert_int_equal(result.summary.peak_nodes, 2);
    assert_string_equal(result.summary.lacking_quota, "On-Demand standard vCPU");
    assert_int_equal(fg_small_outcome(&result, FG_OUTCOME_PENDING), 1);
}

/* ---- priorities ---- */

static void a_pod_of_higher_priority_takes_the_place_of_a_lower_one(void **state)
{
    (void)state;
    fg_small_group(&scenario, "ng", "m5.large", 1, 1, 1);
    uint32_t low = spec_of(1500), high = fg_small_spec(&trace, "ns", "urgent", 1500, 100);
    trace.trace.specs[high].priority = 1000;
    fg_small_pod(&trace, low, 0, FG_SPAN_FOREVER, 0);
    fg_small_pod(&trace, high, 100, FG_SPAN_DURATION, 200);
    scenario.duration_s = 1000;
    replay();
    assert_int_equal(result.summary.preempted_pods, 1);
    assert_int_equal(result.pod_rows[1].start_s, 100);
    assert_int_equal(result.pod_rows[1].end_s, 300);
    assert_int_equal(result.oldest_wait_s[0],
                     200); /* from 100 to 300, when it has its place back */
    assert_int_equal(fg_small_outcome(&result, FG_OUTCOME_RUNNING), 1);
}

static void a_pod_that_must_not_preempt_waits(void **state)
{
    (void)state;
    static const struct fg_pod_rules never = {.owner_selector = {.nothing = true},
                                              .preemption = FG_PREEMPTION_NEVER,
                                              .scored_cpu_milli = -1,
                                              .scored_memory_bytes = -1};
    fg_small_group(&scenario, "ng", "m5.large", 1, 1, 1);
    uint32_t low = spec_of(1500), high = fg_small_spec(&trace, "ns", "urgent", 1500, 100);
    trace.trace.specs[high].priority = 1000;
    trace.trace.specs[high].rules = &never;
    fg_small_pod(&trace, low, 0, FG_SPAN_END, 400);
    fg_small_pod(&trace, high, 100, FG_SPAN_FOREVER, 0);
    scenario.duration_s = 1000;
    replay();
    assert_int_equal(result.summary.preempted_pods, 0);
    assert_int_equal(result.pod_rows[1].start_s, 400);
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
        TEST(an_upgrade_brings_more_nodes_before_it_drains_the_old),
        TEST(an_upgrade_moves_a_pod_once),
        TEST(an_upgrade_keeps_the_minimum_when_its_surge_is_scaled_down),
        TEST(a_patch_makes_fargate_pods_start_again),
        TEST(the_cni_keeps_an_interface_warm),
        TEST(a_warm_address_target_holds_single_addresses),
        TEST(prefix_delegation_holds_prefixes),
        TEST(a_pod_waits_while_its_subnet_is_dry),
        TEST(a_wait_for_an_address_counts_although_the_pod_is_evicted),
        TEST(a_pod_on_fargate_gets_an_address_that_a_node_gives_back),
        TEST(a_node_without_an_address_takes_one_that_comes_free),
        TEST(a_pod_of_the_host_network_needs_no_address),
        TEST(no_instance_passes_the_vcpu_quota),
        TEST(a_pod_of_higher_priority_takes_the_place_of_a_lower_one),
        TEST(a_pod_that_must_not_preempt_waits),
#undef TEST
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
