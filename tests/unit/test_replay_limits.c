/* What a cluster cannot go beyond in a replay: the addresses of its subnets, vCPU quotas; and who
 * goes first there: priorities. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sim/replay/addresses.h"
#include "tests/support/small_test.h"

static struct fg_scenario scenario;
static struct fg_small_trace trace;
static struct fg_result result;

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
    fg_small_plan(&scenario, (struct fg_planned_event){.at_s = 1000,
                                                       .kind = FG_PLANNED_ZONE_LOSS,
                                                       .name = "us-east-1a",
                                                       .lasts_s = 600});
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
