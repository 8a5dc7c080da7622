/* Settings of a study's controllers, limits, planned events and prices: each lands in its field,
 * what is not named has the default of the real thing, and faults say where they are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "models/commitment.h"
#include "tests/support/study_text.h"

static const struct fg_cluster *cluster_with(const char *keys)
{
    char text[4000];
    snprintf(text, sizeof text, "cluster: {%s}\n", keys);
    return &fg_text_scenario(text)->cluster;
}

static void cluster_faults(const char *keys, const char *message)
{
    char text[4000];
    snprintf(text, sizeof text, "cluster: {%s}\n", keys);
    fg_text_scenario_faults(text, 4, message);
}

static void pricing_faults(const char *keys, const char *message)
{
    char text[4000];
    snprintf(text, sizeof text, "pricing: {%s}\n", keys);
    fg_text_scenario_faults(text, 4, message);
}

/* ---- Cluster Autoscaler ---- */

static void flags_that_are_not_named_have_the_defaults_of_the_autoscaler(void **state)
{
    (void)state;
    const struct fg_autoscaler_settings *settings = &cluster_with("")->autoscaler;
    assert_int_equal(settings->max_node_provision_time_s, 15 * 60);
    assert_int_equal(settings->max_node_startup_time_s, 15 * 60);
    assert_true(settings->scale_up_from_zero);
    assert_false(settings->balance_similar_node_groups);
    assert_int_equal(settings->expendable_pods_priority_cutoff, -10);
    assert_int_equal(settings->initial_backoff_s, 5 * 60);
    assert_int_equal(settings->max_backoff_s, 30 * 60);
    assert_int_equal(settings->backoff_reset_s, 3 * 3600);
    assert_int_equal(settings->max_total_unready_percentage, 45);
    assert_int_equal(settings->ok_total_unready_count, 3);
    assert_int_equal(settings->scale_down_unready_time_s, 20 * 60);
    assert_int_equal(settings->scale_down_delay_after_failure_s, 3 * 60);
    assert_int_equal(settings->scale_down_gpu_threshold_millionths, 500000);
    assert_int_equal(settings->unremovable_node_recheck_timeout_s, 5 * 60);
    assert_int_equal(settings->max_drain_parallelism, 1);
    assert_int_equal(settings->blocking_system_pod_timeout_s, 3600);
    assert_false(settings->ignore_mirror_pods_utilization);
    assert_int_equal(settings->min_replica_count, 0);
}

static void flags_have_their_names_in_camel_case(void **state)
{
    (void)state;
    const struct fg_autoscaler_settings *settings =
        &cluster_with("clusterAutoscaler: {estimator: binpacking, maxNodeProvisionTime: 1m,\n"
                      "  balanceSimilarNodeGroups: true, expendablePodsPriorityCutoff: -5,\n"
                      "  initialNodeGroupBackoffDuration: 3m, maxNodeGroupBackoffDuration: 4m,\n"
                      "  nodeGroupBackoffResetTimeout: 5m, scaleDownUnreadyTime: 6m,\n"
                      "  scaleDownDelayAfterFailure: 7m, scaleDownGpuUtilizationThreshold: 0.25,\n"
                      "  unremovableNodeRecheckTimeout: 8m, maxDrainParallelism: 2,\n"
                      "  blockingSystemPodDistruptionTimeout: 10m}")
             ->autoscaler;
    assert_int_equal(settings->max_node_provision_time_s, 60);
    assert_true(settings->balance_similar_node_groups);
    assert_int_equal(settings->expendable_pods_priority_cutoff, -5);
    assert_int_equal(settings->initial_backoff_s, 180);
    assert_int_equal(settings->max_backoff_s, 240);
    assert_int_equal(settings->backoff_reset_s, 300);
    assert_int_equal(settings->scale_down_unready_time_s, 360);
    assert_int_equal(settings->scale_down_delay_after_failure_s, 420);
    assert_int_equal(settings->scale_down_gpu_threshold_millionths, 250000);
    assert_int_equal(settings->unremovable_node_recheck_timeout_s, 480);
    assert_int_equal(settings->max_drain_parallelism, 2);
    assert_int_equal(settings->blocking_system_pod_timeout_s, 600);
}

static void flags_that_decide_nothing_in_a_replay_stand_at_their_default(void **state)
{
    (void)state;
    cluster_with("clusterAutoscaler: {maxPodEvictionTime: 2m, maxGracefulTerminationSec: 600, "
                 "okTotalUnreadyCount: 3, maxTotalUnreadyPercentage: 45, maxNodeStartupTime: 15m}");
    cluster_faults(
        "clusterAutoscaler: {minReplicaCount: 2}",
        "'minReplicaCount' in clusterAutoscaler is '2'; a replay knows only its default");
    cluster_faults("clusterAutoscaler: {maxPodEvictionTime: 3m}",
                   "'maxPodEvictionTime' in clusterAutoscaler is '3m'; only its default of 120s is "
                   "known here");
    cluster_with("clusterAutoscaler: {cloudProvider: aws, clusterName: c, minReplicaCount: null}");
    assert_false(
        cluster_with("clusterAutoscaler: {scaleUpFromZero: false}")->autoscaler.scale_up_from_zero);
}

static enum fg_expander expander_of_version(const char *version)
{
    char keys[100];
    snprintf(keys, sizeof keys, "controlPlane: {version: \"%s\"}", version);
    return cluster_with(keys)->autoscaler.expander;
}

static void the_default_expander_is_that_of_the_version(void **state)
{
    (void)state;
    assert_int_equal(expander_of_version("1.32"), FG_EXPANDER_RANDOM);
    assert_int_equal(expander_of_version("1.33"), FG_EXPANDER_LEAST_WASTE);
    const struct fg_cluster *cluster = cluster_with("controlPlane: {version: \"1.32\"},\n"
                                                    "  clusterAutoscaler: {expander: most-pods}");
    assert_int_equal(cluster->autoscaler.expander, FG_EXPANDER_MOST_PODS);
}

static void expanders_form_a_chain(void **state)
{
    (void)state;
    const struct fg_autoscaler_settings *settings =
        &cluster_with("clusterAutoscaler: {expander: \"priority,least-waste,random\",\n"
                      "  priorities: {10: [\".*\"], 50: [\"^spot-\", gpu], -1: x}}")
             ->autoscaler;
    assert_int_equal(settings->expander, FG_EXPANDER_PRIORITY);
    assert_int_equal(settings->then_count, 2);
    assert_int_equal(settings->then[0], FG_EXPANDER_LEAST_WASTE);
    assert_int_equal(settings->then[1], FG_EXPANDER_RANDOM);
    assert_int_equal(settings->priority_count, 3);
    assert_int_equal(settings->priorities[0].priority, 50);
    assert_int_equal(settings->priorities[0].pattern_count, 2);
    assert_string_equal(settings->priorities[0].patterns[0], "^spot-");
    assert_int_equal(settings->priorities[1].priority, 10);
    assert_int_equal(settings->priorities[2].priority, -1);
    assert_string_equal(settings->priorities[2].patterns[0], "x");
}

static void wrong_expanders_are_faults(void **state)
{
    (void)state;
    cluster_faults("clusterAutoscaler: {expander: \"random,random\"}",
                   "expander is 'random,random'; expected least-waste, most-pods, least-nodes, "
                   "random or priority, or several with commas, each once");
    cluster_faults("clusterAutoscaler: {expander: \"random,\"}",
                   "expander is 'random,'; expected least-waste, most-pods, least-nodes, "
                   "random or priority, or several with commas, each once");
    cluster_faults("clusterAutoscaler: {expander: priority}",
                   "the priority expander has no priorities; expected such as {10: [\".*\"], 50: "
                   "[spot]}");
    cluster_faults("clusterAutoscaler: {priorities: {high: [a]}}",
                   "a priority is 'high'; expected a whole number from -2147483648 to 2147483647");
    cluster_faults("clusterAutoscaler: {priorities: {1: [\"a(\"]}}",
                   "'a(' is no pattern; expected a POSIX extended regular expression such as "
                   ".*spot.*");
    cluster_faults("clusterAutoscaler: {priorities: {1: ['ng-\\d']}}",
                   "'ng-\\d' is no pattern; expected a POSIX extended regular expression such as "
                   ".*spot.*");
    cluster_faults("clusterAutoscaler: {estimator: oldbinpacking}",
                   "estimator is 'oldbinpacking'; expected binpacking");
}

/* ---- scheduler ---- */

static void the_scheduler_scores_by_a_shape(void **state)
{
    (void)state;
    const struct fg_scheduler_settings *settings = &cluster_with("")->scheduler;
    assert_int_equal(settings->scoring, FG_SCORING_LEAST_ALLOCATED);
    assert_true(settings->default_spread);
    assert_false(settings->score_all_nodes);
    assert_int_equal(settings->resource_count + settings->shape_count, 0);
    settings = &cluster_with("scheduler: {scoring: RequestedToCapacityRatio,\n"
                             "  shape: [{utilization: 0, score: 0}, {utilization: 100,\n"
                             "  score: 10}], resources: [{name: cpu, weight: 3},\n"
                             "  {name: nvidia.com/gpu}], scoreAllNodes: true,\n"
                             "  defaultSpread: false}")
                    ->scheduler;
    assert_int_equal(settings->scoring, FG_SCORING_REQUESTED_TO_CAPACITY_RATIO);
    assert_int_equal(settings->shape_count, 2);
    assert_int_equal(settings->shape[1].utilization, 100);
    assert_int_equal(settings->shape[1].score, 10);
    assert_int_equal(settings->resource_count, 2);
    assert_string_equal(settings->resources[0].name, "cpu");
    assert_int_equal(settings->resources[0].weight, 3);
    assert_int_equal(settings->resources[1].weight, 1);
    assert_true(settings->score_all_nodes);
    assert_false(settings->default_spread);
}

static void wrong_scheduler_settings_are_faults(void **state)
{
    (void)state;
    cluster_faults("scheduler: {scoring: RequestedToCapacityRatio}",
                   "scoring RequestedToCapacityRatio has no shape; expected such as "
                   "[{utilization: 0, score: 0}, {utilization: 100, score: 10}]");
    cluster_faults("scheduler: {shape: [{utilization: 0, score: 0}]}",
                   "a shape is for scoring RequestedToCapacityRatio; expected none");
    cluster_faults("scheduler: {scoring: RequestedToCapacityRatio, shape: [{utilization: 101}]}",
                   "utilization is '101'; expected a whole number from 0 to 100");
    cluster_faults("scheduler: {scoring: RequestedToCapacityRatio, shape: [{score: 11}]}",
                   "score is '11'; expected a whole number from 0 to 10");
    cluster_faults("scheduler: {scoring: RequestedToCapacityRatio, "
                   "shape: [{utilization: 50}, {utilization: 50}]}",
                   "utilization is 50 after 50; expected it to rise from point to point");
    cluster_faults("scheduler: {resources: [{name: cpu, weight: 0}]}",
                   "weight is '0'; expected a whole number from 1 to 100");
    cluster_faults("scheduler: {resources: [{name: cpu}, {name: cpu}]}",
                   "the resource 'cpu' is there twice; expected each name once");
    cluster_faults("scheduler: {resources: [{name: cpus}]}",
                   "name is 'cpus'; expected cpu, memory, ephemeral-storage or nvidia.com/gpu");
    cluster_faults("scheduler: {scoreAllNodes: true, percentageOfNodesToScore: 10}",
                   "scoreAllNodes and percentageOfNodesToScore exclude each other; expected one "
                   "of them");
}

/* ---- node groups ---- */

static void a_spot_group_keeps_its_types_in_order(void **state)
{
    (void)state;
    const struct fg_node_group *group =
        &cluster_with("managedNodeGroups: [{name: ng, spot: true, updateConfig: "
                      "{maxUnavailablePercentage: 33},\n"
                      "  instanceTypes: [m6i.large, m5.large, m5a.large]}]")
             ->node_groups[0];
    assert_true(group->spot);
    assert_int_equal(group->type_count, 3);
    assert_string_equal(group->instance_type, "m6i.large");
    assert_string_equal(group->types[0], "m6i.large");
    assert_string_equal(group->types[2], "m5a.large");
    assert_int_equal(group->max_unavailable_percentage, 33);
    group =
        &cluster_with("managedNodeGroups: [{name: ng, instanceType: m6i.large}]")->node_groups[0];
    assert_false(group->spot);
    assert_int_equal(group->type_count, 1);
    assert_string_equal(group->types[0], "m6i.large");
    assert_int_equal(group->max_unavailable, 1);
    assert_int_equal(group->max_unavailable_percentage, 0);
}

static void wrong_spot_groups_and_upgrades_are_faults(void **state)
{
    (void)state;
    cluster_faults("nodeGroups: [{name: ng, spot: true}]",
                   "spot: true is for managed node groups; expected it under managedNodeGroups");
    cluster_faults("managedNodeGroups: [{name: ng, updateConfig: {maxUnavailable: 0}}]",
                   "maxUnavailable is '0'; expected a whole number from 1 to 100");
    cluster_faults("managedNodeGroups: [{name: ng, updateConfig: {maxUnavailable: 1,\n"
                   "  maxUnavailablePercentage: 1}}]",
                   "updateConfig has maxUnavailable and maxUnavailablePercentage; expected one of "
                   "them");
}

/* ---- network and quotas ---- */

static void the_network_has_the_cnis_defaults(void **state)
{
    (void)state;
    const struct fg_network_settings *network = &cluster_with("")->network;
    assert_false(network->prefix_delegation);
    assert_false(network->custom_networking);
    assert_int_equal(network->warm_eni_target, 1);
    assert_int_equal(network->warm_ip_target, -1);
    assert_int_equal(network->minimum_ip_target, -1);
    assert_int_equal(network->warm_prefix_target, 1);
}

static void the_network_lands_in_its_fields_and_in_the_groups(void **state)
{
    (void)state;
    const struct fg_cluster *cluster =
        cluster_with("network: {prefixDelegation: true, customNetworking: true, warmEniTarget: 2,\n"
                     "  warmIpTarget: 3, minimumIpTarget: 4, warmPrefixTarget: 5},\n"
                     "  managedNodeGroups: [{name: ng}]");
    assert_true(cluster->network.prefix_delegation);
    assert_true(cluster->network.custom_networking);
    assert_int_equal(cluster->network.warm_eni_target, 2);
    assert_int_equal(cluster->network.warm_ip_target, 3);
    assert_int_equal(cluster->network.minimum_ip_target, 4);
    assert_int_equal(cluster->network.warm_prefix_target, 5);
    assert_true(cluster->node_groups[0].prefix_delegation);
    cluster_faults("network: {warmPrefixTarget: 2}",
                   "warmPrefixTarget has no effect; expected prefixDelegation: true with it");
}

static void quotas_are_unlimited_unless_named(void **state)
{
    (void)state;
    const struct fg_quotas *quotas = &cluster_with("")->quotas;
    for (int i = 0; i < FG_QUOTA_FAMILY_COUNT; i++) {
        assert_int_equal(quotas->on_demand_vcpus[i], FG_UNLIMITED);
        assert_int_equal(quotas->spot_vcpus[i], FG_UNLIMITED);
    }
    assert_int_equal(quotas->nodes_per_node_group, FG_UNLIMITED);
    assert_int_equal(quotas->node_groups, FG_UNLIMITED);
    assert_int_equal(quotas->profiles, FG_UNLIMITED);
    quotas = &cluster_with("quotas: {onDemandVcpus: {standard: 640, g: 64}, spotVcpus: {p: 96},\n"
                           "  nodesPerNodeGroup: 450, nodeGroups: 30, profiles: 10}")
                  ->quotas;
    assert_int_equal(quotas->on_demand_vcpus[FG_QUOTA_STANDARD], 640);
    assert_int_equal(quotas->on_demand_vcpus[FG_QUOTA_G], 64);
    assert_int_equal(quotas->on_demand_vcpus[FG_QUOTA_P], FG_UNLIMITED);
    assert_int_equal(quotas->spot_vcpus[FG_QUOTA_P], 96);
    assert_int_equal(quotas->nodes_per_node_group, 450);
    assert_int_equal(quotas->node_groups, 30);
    assert_int_equal(quotas->profiles, 10);
}

static void a_cluster_above_its_quotas_is_a_fault(void **state)
{
    (void)state;
    cluster_faults("quotas: {onDemandVcpus: {standart: 1}}",
                   "unknown key 'standart' in onDemandVcpus; did you mean 'standard'?");
    cluster_faults("quotas: {nodesPerNodeGroup: 4}, managedNodeGroups: [{name: ng, maxSize: 5}]",
                   "the node group 'ng' has maxSize 5; expected at most the quota "
                   "nodesPerNodeGroup of 4");
    cluster_faults("quotas: {nodeGroups: 1}, managedNodeGroups: [{name: a}, {name: b}]",
                   "there are 2 managed node groups; expected at most the quota nodeGroups of 1");
    cluster_faults("quotas: {profiles: 0},\n"
                   "  fargateProfiles: [{name: fp, selectors: [{namespace: a}]}]",
                   "there are 1 Fargate profiles; expected at most the quota profiles of 0");
    cluster_with("quotas: {nodeGroups: 1}, nodeGroups: [{name: a}, {name: b}]");
}

/* ---- events ---- */

#define THINGS                                                                                     \
    "managedNodeGroups: [{name: ng}], nodePools: [{metadata: {name: np}}],\n"                      \
    "  fargateProfiles: [{name: fp, selectors: [{namespace: a}]}],\n"

static void events_are_in_the_order_of_time(void **state)
{
    (void)state;
    const struct fg_cluster *cluster =
        cluster_with(THINGS "  events: [{at: 5d, zoneLoss: us-east-1a, for: 2h},\n"
                            "  {at: 1d, upgradeNodeGroup: ng}, {at: 1d, driftNodePool: np},\n"
                            "  {at: 3d, patchFargate: {}}, {at: 4d, patchFargate: {profile: fp}},\n"
                            "  {at: 6d, zoneLoss: us-east-1b}]");
    const struct fg_planned_event *events = cluster->events;
    assert_int_equal(cluster->event_count, 6);
    assert_int_equal(events[0].kind, FG_PLANNED_NODE_GROUP_UPGRADE);
    assert_string_equal(events[0].name, "ng");
    assert_int_equal(events[0].at_s, 86400);
    assert_int_equal(events[1].kind, FG_PLANNED_NODE_POOL_DRIFT);
    assert_string_equal(events[1].name, "np");
    assert_int_equal(events[2].kind, FG_PLANNED_FARGATE_PATCH);
    assert_string_equal(events[2].name, "");
    assert_string_equal(events[3].name, "fp");
    assert_int_equal(events[4].kind, FG_PLANNED_ZONE_LOSS);
    assert_string_equal(events[4].name, "us-east-1a");
    assert_int_equal(events[4].lasts_s, 7200);
    assert_int_equal(events[5].lasts_s, FG_DURATION_NEVER);
}

static void wrong_events_are_faults(void **state)
{
    (void)state;
    cluster_faults("events: [{zoneLoss: us-east-1a}]",
                   "an event has no at; expected one such as 5d");
    cluster_faults("events: [{at: 1d}]",
                   "an event says nothing that happens; expected one of zoneLoss, "
                   "upgradeNodeGroup, driftNodePool, patchFargate");
    cluster_faults("events: [{at: 1d, zoneLoss: us-east-1a, patchFargate: {}}]",
                   "an event says several things that happen; expected one of zoneLoss, "
                   "upgradeNodeGroup, driftNodePool, patchFargate");
    cluster_faults("events: [{at: 1d, zoneLoss: eu-west-1a}]",
                   "zone 'eu-west-1a' is not in region us-east-1; expected such as us-east-1a");
    cluster_faults("events: [{at: 1d, upgradeNodeGroup: ng}]",
                   "there is no node group 'ng' in the cluster");
    cluster_faults("events: [{at: 1d, driftNodePool: np}]",
                   "there is no node pool 'np' in the cluster");
    cluster_faults("events: [{at: 1d, patchFargate: {profile: fp}}]",
                   "there is no Fargate profile 'fp' in the cluster");
    cluster_faults("events: [{at: 1d, for: 1h, patchFargate: {}}]",
                   "'for' is there without zoneLoss; expected none");
}

/* ---- prices ---- */

static void spot_has_the_catalogs_prices_unless_named(void **state)
{
    (void)state;
    const struct fg_spot_settings *spot =
        &fg_text_scenario("pricing: {spot: {discount: catalog, interruptionsPerMonth: catalog}}\n")
             ->spot;
    assert_false(spot->named_discount);
    assert_false(spot->named_interruptions);
    spot = &fg_text_scenario("pricing: {spot: {discount: 62.5%, interruptionsPerMonth: 0.05}}\n")
                ->spot;
    assert_true(spot->named_discount);
    assert_int_equal(spot->discount_millionths, 625000);
    assert_true(spot->named_interruptions);
    assert_int_equal(spot->interruptions_per_month_nano, 50000000);
    pricing_faults("spot: {discount: 101%}",
                   "discount is '101%'; expected a percentage from 0% to 100% with at most four "
                   "decimals");
    pricing_faults("spot: {discount: 0.6}",
                   "discount is '0.6'; expected a percentage from 0% to 100% with at most four "
                   "decimals");
}

static void savings_plans_land_in_their_fields(void **state)
{
    (void)state;
    const struct fg_scenario *scenario = fg_text_scenario(
        "pricing:\n"
        "  savingsPlans:\n"
        "    - {kind: compute, commitmentPerHour: 3.00, term: 1y, payment: noUpfront,\n"
        "       discounts: {fargate: 20%, ec2: 27%, m6i: 30%}}\n"
        "    - {kind: ec2Instance, instanceFamily: m5, region: eu-west-1, start: 2026-01-01,\n"
        "       end: 2027-01-01, commitmentPerHour: 0.5, discounts: {ec2: 40%}}\n");
    const struct fg_commitment *compute = &scenario->commitments[0];
    const struct fg_commitment *instance = &scenario->commitments[1];
    assert_int_equal(scenario->commitment_count, 2);
    assert_int_equal(compute->kind, FG_COMPUTE_PLAN);
    assert_string_equal(compute->name, "savings-plan-1");
    assert_int_equal(compute->hourly_nano, 3000000000);
    assert_int_equal(compute->recurring_nano, 3000000000);
    assert_int_equal(compute->upfront_nano, 0);
    assert_null(compute->family);
    assert_int_equal(compute->end, 0);
    assert_int_equal(compute->rate_count, 3);
    assert_int_equal(compute->rates[0].service, FG_USAGE_FARGATE);
    assert_int_equal(compute->rates[0].paid, 800000);
    assert_int_equal(compute->rates[0].of, 1000000);
    assert_int_equal(compute->rates[1].service, FG_USAGE_EC2);
    assert_null(compute->rates[1].item);
    assert_string_equal(compute->rates[2].item, "m6i");
    assert_int_equal(instance->kind, FG_EC2_INSTANCE_PLAN);
    assert_string_equal(instance->family, "m5");
    assert_string_equal(instance->region, "eu-west-1");
    assert_int_equal(instance->start, 1767225600); /* 2026-01-01T00:00:00Z */
    assert_int_equal(instance->end, 1798761600);   /* 2027-01-01T00:00:00Z */
}

static void wrong_savings_plans_are_faults(void **state)
{
    (void)state;
    pricing_faults("savingsPlans: [{commitmentPerHour: 1, discounts: {ec2: 1%}}]",
                   "a Savings Plan has no kind; expected one");
    pricing_faults("savingsPlans: [{kind: compute, discounts: {ec2: 1%}}]",
                   "a Savings Plan has no commitmentPerHour; expected one");
    pricing_faults("savingsPlans: [{kind: compute, commitmentPerHour: 1, term: 3y,\n"
                   "  payment: partialUpfront}]",
                   "a Savings Plan has no discounts and the catalog has no rates of it; expected "
                   "discounts such as {fargate: 20%, ec2: 27%}");
    pricing_faults("savingsPlans: [{kind: compute, commitmentPerHour: 1, term: 2y,\n"
                   "  discounts: {ec2: 1%}}]",
                   "term is '2y'; expected 1y or 3y");
    pricing_faults("savingsPlans: [{kind: ec2Instance, commitmentPerHour: 1,\n"
                   "  discounts: {ec2: 1%}}]",
                   "a Savings Plan has no instanceFamily; expected one");
    pricing_faults("savingsPlans: [{kind: compute, instanceFamily: m5, commitmentPerHour: 1,\n"
                   "  discounts: {ec2: 1%}}]",
                   "a compute Savings Plan has no instanceFamily and no region; expected them in "
                   "kind ec2Instance only");
    pricing_faults("savingsPlans: [{kind: compute, commitmentPerHour: 1, "
                   "discounts: {ec2: 1%, m55: 2%}}]",
                   "unknown key 'm55' in discounts; expected fargate, ec2 or an instance family "
                   "such as m6i");
}

static void changes_of_prices_come_one_after_the_other(void **state)
{
    (void)state;
    const struct fg_scenario *scenario =
        fg_text_scenario("pricing: {asOf: 2026-01-01, changes: [{at: 5d, asOf: 2026-02-01},\n"
                         "  {at: 15d, asOf: 2026-09-01}]}\n");
    assert_int_equal(scenario->price_change_count, 2);
    assert_int_equal(scenario->price_changes[0].at_s, 5 * 86400);
    /* 2026-01-01 is day 20454; 31 days later 2026-02-01 */
    assert_int_equal(scenario->price_changes[0].price_day, 20454 + 31);
    assert_int_equal(scenario->price_changes[1].at_s, 15 * 86400);
    pricing_faults("changes: [{at: 5d, asOf: 2026-02-01}, {at: 5d, asOf: 2026-09-01}]",
                   "changes of prices are not in the order of time; expected each after the one "
                   "before");
    pricing_faults("changes: [{at: 5d}]", "a change of prices has no asOf; expected one");
}

/* ---- defaults that move the bill ---- */

static const char *default_value(const char *key)
{
    const struct fg_study *study = fg_text_study();
    for (uint32_t i = 0; i < study->default_count; i++)
        if (strcmp(study->defaults[i].key, key) == 0)
            return study->defaults[i].value;
    return NULL;
}

static void defaults_of_node_pools_are_listed(void **state)
{
    (void)state;
    cluster_with("nodePools: [{metadata: {name: np}}]");
    assert_string_equal(default_value("consolidateAfter of node pools that name none"), "0s");
    assert_string_equal(default_value("expireAfter of node pools that name none"),
                        "720h, 336h in EKS Auto Mode");
    assert_string_equal(default_value("cluster.nodes.runningToReady"), "45s (billed)");
    assert_null(default_value("volumeSize of node groups that name none"));
    assert_string_equal(default_value("pricing.spot.discount"), "the catalog's, of each type");
    cluster_with("nodePools: [{metadata: {name: np}, spec: {disruption: {consolidateAfter: 1m},\n"
                 "  template: {spec: {expireAfter: Never, requirements: [{operator: In,\n"
                 "  key: karpenter.sh/capacity-type, values: [on-demand]}]}}}}]");
    assert_null(default_value("consolidateAfter of node pools that name none"));
    assert_null(default_value("expireAfter of node pools that name none"));
    assert_null(default_value("pricing.spot.discount"));
}

static void the_expander_is_listed_where_it_chooses(void **state)
{
    (void)state;
    const char *key = "cluster.clusterAutoscaler.expander";
    cluster_with("clusterAutoscaler: {enabled: true},\n"
                 "  managedNodeGroups: [{name: a}, {name: b, spot: true}]");
    assert_string_equal(default_value(key),
                        "least-waste, and random where the control plane is 1.32 or older");
    assert_non_null(default_value("pricing.spot.interruptionsPerMonth"));
    cluster_with("clusterAutoscaler: {enabled: true}, managedNodeGroups: [{name: a}]");
    assert_null(default_value(key));
    cluster_with("managedNodeGroups: [{name: a}, {name: b}]");
    assert_null(default_value(key));
}

#define TEST(name) cmocka_unit_test_teardown(name, fg_text_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(flags_that_are_not_named_have_the_defaults_of_the_autoscaler),
        TEST(flags_have_their_names_in_camel_case),
        TEST(flags_that_decide_nothing_in_a_replay_stand_at_their_default),
        TEST(the_default_expander_is_that_of_the_version),
        TEST(expanders_form_a_chain),
        TEST(wrong_expanders_are_faults),
        TEST(the_scheduler_scores_by_a_shape),
        TEST(wrong_scheduler_settings_are_faults),
        TEST(a_spot_group_keeps_its_types_in_order),
        TEST(wrong_spot_groups_and_upgrades_are_faults),
        TEST(the_network_has_the_cnis_defaults),
        TEST(the_network_lands_in_its_fields_and_in_the_groups),
        TEST(quotas_are_unlimited_unless_named),
        TEST(a_cluster_above_its_quotas_is_a_fault),
        TEST(events_are_in_the_order_of_time),
        TEST(wrong_events_are_faults),
        TEST(spot_has_the_catalogs_prices_unless_named),
        TEST(savings_plans_land_in_their_fields),
        TEST(wrong_savings_plans_are_faults),
        TEST(changes_of_prices_come_one_after_the_other),
        TEST(defaults_of_node_pools_are_listed),
        TEST(the_expander_is_listed_where_it_chooses),
    };
    return cmocka_run_group_tests(tests, fg_text_open_catalog, fg_text_close_catalog);
}
