/* ECS in a study: each key lands in its field, and what does not go together is a fault. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "models/ecs.h"
#include "tests/support/study_text.h"

#define MIB (1024LL * 1024)

static const char *cluster_text(const char *keys)
{
    static char text[4000];
    snprintf(text, sizeof text, "cluster: {%s}\n", keys);
    return text;
}

static const struct fg_cluster *cluster_with(const char *keys)
{
    return &fg_text_scenario(cluster_text(keys))->cluster;
}

static void faults(const char *keys, const char *message)
{
    fg_text_scenario_faults(cluster_text(keys), 4, message);
}

static const struct fg_fargate_profile *profile_with(const char *keys)
{
    char text[2000];
    snprintf(text, sizeof text,
             "orchestrator: ecs, fargateProfiles: [{name: p, selectors: [{namespace: x}], %s}]",
             keys);
    return &cluster_with(text)->profiles[0];
}

static void profile_faults(const char *orchestrator, const char *keys, const char *message)
{
    char text[2000];
    snprintf(text, sizeof text,
             "orchestrator: %s, fargateProfiles: [{name: p, selectors: [{namespace: x}], %s}]",
             orchestrator, keys);
    faults(text, message);
}

static void the_orchestrator_is_eks_unless_named(void **state)
{
    (void)state;
    assert_int_equal(cluster_with("")->orchestrator, FG_ORCHESTRATOR_EKS);
    assert_int_equal(cluster_with("orchestrator: eks")->orchestrator, FG_ORCHESTRATOR_EKS);
    assert_int_equal(cluster_with("orchestrator: ecs")->orchestrator, FG_ORCHESTRATOR_ECS);
    faults("orchestrator: swarm", "orchestrator is 'swarm'; expected eks or ecs");
}

static void instances_have_the_defaults_of_the_agent(void **state)
{
    (void)state;
    const struct fg_ecs_settings *ecs = &cluster_with("orchestrator: ecs")->ecs;
    assert_int_equal(ecs->reserved_memory_bytes, 32 * MIB);
    assert_int_equal(ecs->memory_overhead_millionths, 75000);
    assert_int_equal(ecs->network_mode, FG_ECS_AWSVPC);
    ecs = &cluster_with("orchestrator: ecs, ecs: {reservedMemory: 256Mi, memoryOverhead: 2.5%, "
                        "networkMode: bridge}")
               ->ecs;
    assert_int_equal(ecs->reserved_memory_bytes, 256 * MIB);
    assert_int_equal(ecs->memory_overhead_millionths, 25000);
    assert_int_equal(ecs->network_mode, FG_ECS_BRIDGE);
    faults("ecs: {networkMode: overlay}",
           "networkMode is 'overlay'; expected awsvpc, bridge or host");
    faults("ecs: {reserved: 1}",
           "unknown key 'reserved' in ecs; expected one of reservedMemory, memoryOverhead, "
           "networkMode, placementStrategy");
}

static void accounts_with_tasks_launch_in_larger_bursts(void **state)
{
    (void)state;
    assert_int_equal(cluster_with("")->fargate.launch_burst, 20);
    assert_int_equal(cluster_with("orchestrator: ecs")->fargate.launch_burst, 100);
    assert_int_equal(cluster_with("orchestrator: ecs, fargate: {launchRate: {perSecond: 5}}")
                         ->fargate.launch_burst,
                     100);
    assert_int_equal(
        cluster_with("orchestrator: ecs, fargate: {launchRate: {burst: 7}}")->fargate.launch_burst,
        7);
    assert_true(cluster_with("")->fargate.spot_vcpu_quota_milli == FG_UNLIMITED);
    assert_int_equal(cluster_with("orchestrator: ecs, fargate: {spotVcpuQuota: 6}")
                         ->fargate.spot_vcpu_quota_milli,
                     6000);
}

static void a_profile_says_what_its_tasks_run_on(void **state)
{
    (void)state;
    const struct fg_fargate_profile *profile = profile_with("tags: {}");
    assert_false(profile->named_arch || profile->is_windows);
    assert_int_equal(fg_fargate_spot_millionths(profile), 0);
    profile = profile_with("capacityProvider: FARGATE_SPOT, cpuArchitecture: ARM64");
    assert_int_equal(fg_fargate_spot_millionths(profile), 1000000);
    assert_true(profile->named_arch);
    assert_int_equal(profile->arch, FG_ARCH_ARM64);
    profile = profile_with("capacityProvider: FARGATE, cpuArchitecture: X86_64, operatingSystem: "
                           "WINDOWS_SERVER_2022_CORE");
    assert_int_equal(fg_fargate_spot_millionths(profile), 0);
    assert_int_equal(profile->arch, FG_ARCH_AMD64);
    assert_true(profile->is_windows);
    assert_false(profile_with("operatingSystem: LINUX")->is_windows);
    profile = profile_with("capacityProviderStrategy: [{capacityProvider: FARGATE, weight: 1}, "
                           "{capacityProvider: FARGATE_SPOT, weight: 3}]");
    assert_int_equal(fg_fargate_spot_millionths(profile), 750000);
}

static void what_fargate_cannot_have_is_a_fault(void **state)
{
    (void)state;
    profile_faults("ecs", "operatingSystem: WINDOWS, cpuArchitecture: ARM64",
                   "the Fargate profile 'p' is for Windows on ARM64; expected X86_64");
    profile_faults("ecs", "operatingSystem: WINDOWS, capacityProvider: FARGATE_SPOT",
                   "the Fargate profile 'p' is for Windows on FARGATE_SPOT; expected FARGATE");
    profile_faults("ecs", "capacityProvider: EC2",
                   "capacityProvider is 'EC2'; expected FARGATE or FARGATE_SPOT");
    profile_faults("ecs",
                   "capacityProvider: FARGATE, capacityProviderStrategy: [{capacityProvider: "
                   "FARGATE, weight: 1}]",
                   "the Fargate profile 'p' has capacityProvider and capacityProviderStrategy; "
                   "expected one of them");
    profile_faults("ecs", "capacityProviderStrategy: [{capacityProvider: FARGATE}]",
                   "capacityProviderStrategy has no weight above 0; expected such as "
                   "[{capacityProvider: FARGATE, weight: 1}, {capacityProvider: FARGATE_SPOT, "
                   "weight: 4}]");
    profile_faults("ecs",
                   "capacityProviderStrategy: [{capacityProvider: FARGATE, weight: 1, base: 2}]",
                   "'base' in a capacity provider is not supported by this version of fargauge");
}

static void pods_on_eks_have_neither_spot_nor_arm64_nor_windows(void **state)
{
    (void)state;
    static const struct {
        const char *keys, *what;
    } rows[] = {
        {"capacityProvider: FARGATE_SPOT", "capacity provider FARGATE_SPOT"},
        {"cpuArchitecture: ARM64", "ARM64"},
        {"operatingSystem: WINDOWS", "Windows"},
    };
    char message[300];
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        snprintf(message, sizeof message,
                 "the Fargate profile 'p' asks for %s, which EKS pods cannot have on Fargate; "
                 "expected orchestrator: ecs with it",
                 rows[i].what);
        profile_faults("eks", rows[i].keys, message);
    }
    cluster_with("fargateProfiles: [{name: p, selectors: [{namespace: x}], capacityProvider: "
                 "FARGATE, cpuArchitecture: X86_64, operatingSystem: LINUX}]");
}

static void karpenter_does_not_work_with_ecs(void **state)
{
    (void)state;
    faults("orchestrator: ecs, nodePools: [{metadata: {name: np}, spec: {}}]",
           "Karpenter and EKS Auto Mode do not work with ECS; expected node groups or Fargate "
           "profiles under orchestrator ecs");
    faults("orchestrator: ecs, autoModeConfig: {enabled: true}",
           "Karpenter and EKS Auto Mode do not work with ECS; expected node groups or Fargate "
           "profiles under orchestrator ecs");
}

static const struct fg_scheduler_settings *placed_by(const char *strategies)
{
    char text[1000];
    snprintf(text, sizeof text, "orchestrator: ecs, ecs: {placementStrategy: [%s]}", strategies);
    return &cluster_with(text)->scheduler;
}

static void placement_strategies_become_scores(void **state)
{
    (void)state;
    const struct fg_scheduler_settings *scheduler = &cluster_with("orchestrator: ecs")->scheduler;
    assert_int_equal(scheduler->scoring, FG_SCORING_LEAST_ALLOCATED);
    assert_true(scheduler->default_spread);
    scheduler = placed_by("{type: binpack, field: memory}");
    assert_int_equal(scheduler->scoring, FG_SCORING_MOST_ALLOCATED);
    assert_int_equal(scheduler->resource_count, 1);
    assert_string_equal(scheduler->resources[0].name, "memory");
    assert_false(scheduler->default_spread);
    scheduler = placed_by("{type: spread, field: 'attribute:ecs.availability-zone'}, "
                          "{type: binpack, field: cpu}");
    assert_int_equal(scheduler->scoring, FG_SCORING_MOST_ALLOCATED);
    assert_string_equal(scheduler->resources[0].name, "cpu");
    assert_true(scheduler->default_spread);
    scheduler = placed_by("{type: spread, field: instanceId}");
    assert_int_equal(scheduler->scoring, FG_SCORING_LEAST_ALLOCATED);
    assert_true(scheduler->default_spread);
}

static void placement_strategies_that_are_not_known_are_faults(void **state)
{
    (void)state;
    faults("ecs: {placementStrategy: [{type: random}]}",
           "type random is not supported by this version of fargauge; expected spread or binpack");
    faults("ecs: {placementStrategy: [{type: binpack, field: gpu}]}",
           "field is 'gpu'; expected cpu or memory");
    faults("ecs: {placementStrategy: [{type: spread, field: rack}]}",
           "field is 'rack'; expected "
           "attribute:ecs.availability-zone, instanceId or host");
    faults("orchestrator: ecs, scheduler: {scoring: MostAllocated}, ecs: {placementStrategy: "
           "[{type: binpack, field: cpu}]}",
           "there are scheduler and ecs.placementStrategy; expected one of them");
}

static void pricing_says_what_fargate_spot_saves(void **state)
{
    (void)state;
    const struct fg_spot_settings *spot = &fg_text_scenario("pricing: {}\n")->spot;
    assert_false(spot->named_fargate_discount);
    assert_int_equal(spot->fargate_interruptions_per_month_nano, 0);
    spot = &fg_text_scenario("pricing: {spot: {fargateDiscount: 70%, "
                             "fargateInterruptionsPerMonth: 0.5}}\n")
                ->spot;
    assert_true(spot->named_fargate_discount);
    assert_int_equal(spot->fargate_discount_millionths, 700000);
    assert_int_equal(spot->fargate_interruptions_per_month_nano, 500000000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(the_orchestrator_is_eks_unless_named, fg_text_end),
        cmocka_unit_test_teardown(instances_have_the_defaults_of_the_agent, fg_text_end),
        cmocka_unit_test_teardown(accounts_with_tasks_launch_in_larger_bursts, fg_text_end),
        cmocka_unit_test_teardown(a_profile_says_what_its_tasks_run_on, fg_text_end),
        cmocka_unit_test_teardown(what_fargate_cannot_have_is_a_fault, fg_text_end),
        cmocka_unit_test_teardown(pods_on_eks_have_neither_spot_nor_arm64_nor_windows, fg_text_end),
        cmocka_unit_test_teardown(karpenter_does_not_work_with_ecs, fg_text_end),
        cmocka_unit_test_teardown(placement_strategies_become_scores, fg_text_end),
        cmocka_unit_test_teardown(placement_strategies_that_are_not_known_are_faults, fg_text_end),
        cmocka_unit_test_teardown(pricing_says_what_fargate_spot_saves, fg_text_end),
    };
    return cmocka_run_group_tests(tests, fg_text_open_catalog, fg_text_close_catalog);
}
