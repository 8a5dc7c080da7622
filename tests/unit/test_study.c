/* The study file: every key lands in its field, defaults are the design's, sweeps and scenarios
 * multiply as they should, and every fault is said once, with its place. */
#include "data/study.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/support/study_text.h"

#define GIB (1024LL * 1024 * 1024)
#define MIB (1024LL * 1024)

/* Three lines before what a test adds. */
#define TOP "study: s\nregion: us-east-1\ntrace: {file: p.csv}\n"
#define ONE "scenarios: [{name: a}]\n"

static const struct fg_trace_source *trace_with(const char *keys)
{
    static char yaml[4000];
    snprintf(yaml, sizeof yaml, "study: s\nregion: us-east-1\ntrace:\n  file: p.csv\n%s" ONE, keys);
    fg_text_reads(yaml);
    return &fg_text_study()->scenarios[0].trace;
}

static void trace_faults(const char *keys, uint32_t line, const char *message)
{
    static char yaml[4000];
    snprintf(yaml, sizeof yaml, "study: s\nregion: us-east-1\ntrace:\n  file: p.csv\n%s" ONE, keys);
    fg_text_faults_with(yaml, line, message);
}

static const struct fg_node_group *group_with(const char *keys)
{
    static char lines[4000];
    snprintf(lines, sizeof lines, "cluster:\n  managedNodeGroups:\n    - {name: ng, %s}\n", keys);
    return &fg_text_scenario(lines)->cluster.node_groups[0];
}

static void group_faults(const char *keys, const char *message)
{
    static char lines[4000];
    snprintf(lines, sizeof lines, "cluster:\n  managedNodeGroups:\n    - {name: ng, %s}\n", keys);
    fg_text_scenario_faults(lines, 6, message);
}

/* ---- the frame ---- */

static void defaults_are_those_of_the_design(void **state)
{
    (void)state;
    const struct fg_scenario *scenario = fg_text_scenario("");
    const struct fg_cluster *cluster = &scenario->cluster;
    assert_string_equal(fg_text_study()->name, "s");
    assert_string_equal(fg_text_study()->path, "dir/s.yaml");
    assert_string_equal(scenario->name, "a");
    assert_int_equal(scenario->start, 1767225600); /* 2026-01-01T00:00:00Z */
    assert_int_equal(scenario->duration_s, 0);
    assert_int_equal(scenario->price_day, FG_DAY_UNKNOWN);
    assert_int_equal(scenario->replication_count, 1);
    assert_int_equal(scenario->trace.scale_nano, 1000000000);
    assert_int_equal(scenario->trace.repeat_times, 1);
    assert_int_equal(scenario->trace.memory_per_cpu_bytes, -1);
    assert_false(scenario->trace.gpu_share);
    assert_null(scenario->trace.format);
    assert_int_equal(cluster->profile_count + cluster->node_group_count, 0);
    assert_int_equal(cluster->daemon_set_count + cluster->subnet_count, 0);
    assert_int_equal(cluster->fargate.provision_delay_s, 45);
    assert_int_equal(cluster->fargate.image_pull_s, 15);
    assert_false(cluster->fargate.bill_until_termination);
    assert_int_equal(cluster->fargate.vcpu_quota_milli, FG_UNLIMITED);
    assert_int_equal(cluster->fargate.launch_burst, 20);
    assert_int_equal(cluster->fargate.launch_per_second, 20);
    assert_int_equal(cluster->fargate.sidecar_count, 0);
    assert_int_equal(cluster->nodes.request_to_running_s, 15);
    assert_int_equal(cluster->nodes.running_to_ready_s, 45);
    assert_int_equal(cluster->nodes.pod_startup_s, 0);
    assert_int_equal(cluster->nodes.terminate_s, 0);
    assert_false(cluster->scheduler.most_allocated);
    assert_int_equal(cluster->scheduler.percentage_of_nodes_to_score, 0);
    assert_false(cluster->control_plane.upgrade_standard);
}

/* rules C2 */
static void the_autoscaler_has_its_own_defaults_and_is_off(void **state)
{
    (void)state;
    const struct fg_autoscaler_settings *settings = &fg_text_scenario("")->cluster.autoscaler;
    assert_false(settings->enabled);
    assert_int_equal(settings->expander, FG_EXPANDER_LEAST_WASTE);
    assert_int_equal(settings->scan_interval_s, 10);
    assert_int_equal(settings->new_pod_scale_up_delay_s, 0);
    assert_int_equal(settings->new_pod_buffer_s, 0);
    assert_int_equal(settings->new_gpu_pod_buffer_s, 0);
    assert_int_equal(settings->scale_down_unneeded_time_s, 600);
    assert_int_equal(settings->scale_down_delay_after_add_s, 600);
    assert_int_equal(settings->scale_down_threshold_millionths, 500000);
    assert_true(settings->scale_down_enabled);
    assert_int_equal(settings->max_nodes_per_scale_up, 1000);
    assert_int_equal(settings->max_scale_down_parallelism, 10);
    assert_int_equal(settings->max_nodes_total, 0);
    assert_true(settings->skip_nodes_with_system_pods);
}

static void the_control_plane_is_the_newest_of_the_day_the_study_begins(void **state)
{
    (void)state;
    /* 1.31 came to EKS on 2024-09-26, 1.32 on 2025-01-25 */
    assert_string_equal(fg_text_scenario("start: 2025-01-24\n")->cluster.control_plane.version,
                        "1.31");
    assert_string_equal(fg_text_scenario("start: 2025-01-25\n")->cluster.control_plane.version,
                        "1.32");
}

static void frame_keys_land_in_their_fields(void **state)
{
    (void)state;
    const struct fg_scenario *scenario =
        fg_text_scenario("start: 2026-03-02T01:00:00+01:00\nduration: 1d12h\n"
                         "pricing: {asOf: 2026-01-15}\nmonteCarlo: {replications: 100, seed: 7}\n");
    assert_string_equal(scenario->region, "us-east-1");
    assert_int_equal(scenario->start, 1772409600); /* 2026-03-02T00:00:00Z */
    assert_int_equal(scenario->duration_s, 36 * 3600);
    assert_int_equal(scenario->price_day, 20468); /* 20454 days to 2026-01-01, and 14 */
    assert_int_equal(scenario->replication_count, 100);
    assert_int_equal(scenario->seed, 7);
    assert_int_equal(fg_text_scenario("")->seed, 42);
}

static void wrong_frame_values_are_faults(void **state)
{
    (void)state;
    fg_text_scenario_faults("duration: 0s\n", 4, "duration is '0s'; expected 1s or more");
    fg_text_scenario_faults("duration: [1]\n", 4,
                            "duration is a list; expected a duration such as 45s or 10m");
    fg_text_scenario_faults("monteCarlo: {replications: 0}\n", 4,
                            "replications is 0; expected 1 to 1000000");
    fg_text_scenario_faults("monteCarlo: {replications: x}\n", 4,
                            "replications is 'x'; expected a whole number from 0 to 1000000000");
    fg_text_faults_with(TOP
                        "monteCarlo: {replications: 600000}\nscenarios: [{name: a}, {name: b}]\n",
                        4, "2 scenarios in 600000 replications are more than 1000000 runs");
    assert_int_equal(fg_text_parse(TOP "duration: -5m\n" ONE), FG_BAD_INPUT);
    assert_int_equal(fg_text_faults()->items[0].line, 4);
    assert_non_null(strstr(fg_text_faults()->items[0].message, "duration: "));
    assert_non_null(strstr(fg_text_faults()->items[0].message, "-5m"));
    assert_int_equal(fg_text_parse(TOP "start: yesterday\n" ONE), FG_BAD_INPUT);
    assert_non_null(
        strstr(fg_text_faults()->items[0].message, "start: 'yesterday' is not an instant"));
    assert_int_equal(fg_text_parse(TOP "pricing: {asOf: soon}\n" ONE), FG_BAD_INPUT);
    assert_non_null(strstr(fg_text_faults()->items[0].message, "asOf: 'soon'"));
}

static void study_region_trace_and_scenarios_are_required(void **state)
{
    (void)state;
    fg_text_faults_with("region: us-east-1\ntrace: {file: p.csv}\n" ONE, 1,
                        "the file has no study; expected one");
    fg_text_faults_with("study: s\ntrace: {file: p.csv}\n" ONE, 3,
                        "the scenario 'a' has no region; expected one here or at the top");
    fg_text_faults_with("study: s\nregion: us-east-1\n" ONE, 3,
                        "the scenario 'a' has no trace; expected one here or at the top");
    fg_text_faults_with(TOP, 1, "the study has no scenarios; expected a list of one or more");
    fg_text_faults_with(TOP "scenarios: []\n", 4,
                        "the study has no scenarios; expected a list of one or more");
    fg_text_faults_with(TOP "scenarios: {a: 1}\n", 4, "scenarios is a map; expected a list");
    fg_text_faults_with(TOP "scenarios: [{cluster: {}}]\n", 4,
                        "a scenario has no name; expected one");
    fg_text_faults_with(TOP "scenarios:\n  - null\n", 5, "a scenario is nothing; expected a map");
    fg_text_faults_with("[]", 1, "the study is a list; expected a map");
    fg_text_faults_with("null", 1, "the study is nothing; expected a map");
    fg_text_faults_with("!!x", 1, "the study is nothing; expected a map");
    fg_text_faults_with("study: s\nregion: us-east-1\ntrace: {format: csv}\n" ONE, 3,
                        "trace has no file; expected the path of a trace");
    fg_text_faults_with("study: s\nregion: us-east-1\ntrace: {file: []}\n" ONE, 3,
                        "trace has no file; expected the path of a trace");
    fg_text_faults_with("study: s\nregion: us-east-1\ntrace: {file: null}\n" ONE, 3,
                        "trace has no file; expected the path of a trace");
}

static void an_unknown_region_names_the_nearest(void **state)
{
    (void)state;
    fg_text_faults_with("study: s\nregion: us-est-1\ntrace: {file: p.csv}\n" ONE, 2,
                        "unknown region 'us-est-1'; did you mean 'us-east-1'?");
}

/* ---- trace ---- */

static void trace_keys_land_in_their_fields(void **state)
{
    (void)state;
    const struct fg_trace_source *trace =
        trace_with("  format: openb\n  scale: 1.5\n  repeat: {times: 10, every: 30d}\n"
                   "  memoryPerCpu: 4Gi\n  gpuShare: true\n");
    assert_int_equal(trace->file_count, 1);
    assert_string_equal(trace->files[0], "dir/p.csv"); /* relative to the study */
    assert_string_equal(trace->format, "openb");
    assert_int_equal(trace->scale_nano, 1500000000);
    assert_int_equal(trace->repeat_times, 10);
    assert_int_equal(trace->repeat_every_s, 30 * 86400);
    assert_int_equal(trace->memory_per_cpu_bytes, 4 * GIB);
    assert_true(trace->gpu_share);
}

static void several_trace_files_are_a_list(void **state)
{
    (void)state;
    fg_text_reads("study: s\nregion: us-east-1\ntrace: {file: [a.csv, /abs/b.csv]}\n" ONE);
    const struct fg_trace_source *trace = &fg_text_study()->scenarios[0].trace;
    assert_int_equal(trace->file_count, 2);
    assert_string_equal(trace->files[0], "dir/a.csv");
    assert_string_equal(trace->files[1], "/abs/b.csv");
}

static void rules_of_assign_land_in_their_fields(void **state)
{
    (void)state;
    const struct fg_trace_source *trace = trace_with(
        "  assign:\n"
        "    - match: {namespace: \"batch*\", workload: w, kind: Job, labels: {a: b},\n"
        "              cpuAtMost: 4, memoryAtMost: 30Gi, gpu: 2, durationAtMost: 1h}\n"
        "      set: {namespace: jobs, workload: x, kind: CronJob, labels: {size: small, a: c},\n"
        "            annotations: {n: v}, nodeSelector: {disk: ssd}, arch: arm64, cpu: 250m,\n"
        "            memory: 1Gi, ttl: 5m, priority: -10, checkpoint: 10m,\n"
        "            tolerations: [{key: k, operator: Exists, effect: NoExecute},\n"
        "                          {key: l, value: v}, {operator: Exists}]}\n"
        "    - {}\n");
    assert_int_equal(trace->assign_count, 2);
    const struct fg_assign_match *match = &trace->assigns[0].match;
    assert_string_equal(match->namespace_pattern, "batch*");
    assert_string_equal(match->workload_pattern, "w");
    assert_string_equal(match->kind_name, "Job");
    assert_string_equal(fg_pairs_find(&match->labels, "a"), "b");
    assert_int_equal(match->cpu_at_most_milli, 4000);
    assert_int_equal(match->memory_at_most_bytes, 30 * GIB);
    assert_int_equal(match->gpu_milli, 2000);
    assert_int_equal(match->duration_at_most_s, 3600);
    const struct fg_assign_set *set = &trace->assigns[0].set;
    assert_string_equal(set->namespace_name, "jobs");
    assert_string_equal(set->workload, "x");
    assert_true(set->has_kind && set->kind == FG_KIND_CRONJOB);
    assert_int_equal(set->labels.count, 2);
    assert_string_equal(set->labels.items[0].key, "a"); /* sorted */
    assert_string_equal(fg_pairs_find(&set->annotations, "n"), "v");
    assert_true(set->has_node_selector);
    assert_string_equal(fg_pairs_find(&set->node_selector, "disk"), "ssd");
    assert_true(set->has_arch && set->arch == FG_ARCH_ARM64);
    assert_int_equal(set->cpu_milli, 250);
    assert_int_equal(set->memory_bytes, GIB);
    assert_true(set->has_ttl && set->ttl_s == 300);
    assert_true(set->has_checkpoint && set->checkpoint_s == 600);
    assert_true(set->has_priority && set->priority == -10);
    assert_true(set->has_tolerations);
    assert_int_equal(set->tolerations.count, 3);
    assert_true(set->tolerations.items[0].exists);
    assert_int_equal(set->tolerations.items[0].effect, FG_EFFECT_NO_EXECUTE);
    assert_false(set->tolerations.items[1].exists);
    assert_string_equal(set->tolerations.items[1].value, "v");
    assert_int_equal(set->tolerations.items[1].effect, FG_EFFECT_ANY);
    assert_string_equal(set->tolerations.items[2].key, "");
}

static void an_empty_rule_of_assign_matches_all_and_sets_nothing(void **state)
{
    (void)state;
    const struct fg_assign *assign = &trace_with("  assign: [{}]\n")->assigns[0];
    assert_null(assign->match.namespace_pattern);
    assert_int_equal(assign->match.cpu_at_most_milli, INT64_MAX);
    assert_int_equal(assign->match.gpu_milli, -1);
    assert_int_equal(assign->set.cpu_milli, -1);
    assert_int_equal(assign->set.memory_bytes, -1);
    assert_false(assign->set.has_kind || assign->set.has_arch || assign->set.has_ttl ||
                 assign->set.has_priority || assign->set.has_node_selector ||
                 assign->set.has_tolerations);
}

static void wrong_trace_values_are_faults(void **state)
{
    (void)state;
    trace_faults("  format: cvs\n", 5, "format is 'cvs'; expected csv, openb or gaia");
    trace_faults("  scale: -1\n", 5,
                 "scale is '-1'; expected a number, not negative, with at most nine decimals");
    trace_faults("  scale: 1000001\n", 5, "scale is '1000001'; expected at most 1000000");
    trace_faults("  repeat: {times: 0, every: 1d}\n", 5, "times is 0; expected 1 or more");
    trace_faults("  repeat: {times: 2}\n", 5,
                 "repeat has no every; expected a duration such as 30d");
    trace_faults("  gpuShare: yes\n", 5, "gpuShare is 'yes'; expected true or false");
    trace_faults("  assign: [null]\n", 5, "a rule of assign is nothing; expected a map");
    trace_faults("  assign: [{set: {arch: x86}}]\n", 5, "arch is 'x86'; expected amd64 or arm64");
    trace_faults("  assign: [{set: {kind: Jobs}}]\n", 5,
                 "kind is 'Jobs'; expected Deployment, StatefulSet, DaemonSet, Job, CronJob, "
                 "ReplicaSet or Pod");
    trace_faults("  assign: [{set: {priority: 9999999999}}]\n", 5,
                 "priority is '9999999999'; expected a whole number of 32 bits");
    trace_faults("  assign: [{set: {tolerations: [{key: a, operator: In}]}}]\n", 5,
                 "operator is 'In'; expected Exists or Equal");
    trace_faults("  assign: [{set: {tolerations: [{value: a}]}}]\n", 5,
                 "a toleration without a key; expected operator: Exists");
    trace_faults("  assign: [{set: {tolerations: [{key: a, effect: Never}]}}]\n", 5,
                 "effect is 'Never'; expected NoSchedule, PreferNoSchedule or NoExecute");
}

static void a_wrong_quantity_says_what_it_is(void **state)
{
    (void)state;
    trace_faults("  memoryPerCpu: 1GB\n", 5,
                 "memoryPerCpu: quantity '1GB' has an unknown suffix 'GB'; expected a number with "
                 "a suffix such as m, k, M, G, Ki, Mi, Gi or an exponent");
    assert_int_equal(
        fg_text_parse("study: s\nregion: us-east-1\ntrace:\n  file: p.csv\n"
                      "  assign: [{match: {cpuAtMost: 4c}, set: {memory: -1Gi}}]\n" ONE),
        FG_BAD_INPUT);
    assert_int_equal(fg_text_faults()->count, 2);
    assert_non_null(strstr(fg_text_faults()->items[0].message, "cpuAtMost: quantity '4c'"));
    assert_non_null(strstr(fg_text_faults()->items[1].message, "memory: "));
    assert_non_null(strstr(fg_text_faults()->items[1].message, "'-1Gi'"));
}

/* ---- Fargate ---- */

static void fargate_settings_land_in_their_fields(void **state)
{
    (void)state;
    const struct fg_fargate_settings *fargate =
        &fg_text_scenario(
             "cluster:\n  fargate: {provisionDelay: 1m, imagePull: 0s,\n"
             "    billUntil: termination, vcpuQuota: 6.5, launchRate: {burst: 5,\n"
             "    perSecond: 2}, sidecars: [{name: log, cpu: 50m, memory: 64Mi}, {}]}\n")
             ->cluster.fargate;
    assert_int_equal(fargate->provision_delay_s, 60);
    assert_int_equal(fargate->image_pull_s, 0);
    assert_true(fargate->bill_until_termination);
    assert_int_equal(fargate->vcpu_quota_milli, 6500);
    assert_int_equal(fargate->launch_burst, 5);
    assert_int_equal(fargate->launch_per_second, 2);
    assert_int_equal(fargate->sidecar_count, 2);
    assert_string_equal(fargate->sidecars[0].name, "log");
    assert_int_equal(fargate->sidecars[0].cpu_milli, 50);
    assert_int_equal(fargate->sidecars[0].memory_bytes, 64 * MIB);
}

static void null_leaves_a_setting_at_its_default(void **state)
{
    (void)state;
    assert_int_equal(fg_text_scenario("cluster: {fargate: {vcpuQuota: null}}\n")
                         ->cluster.fargate.vcpu_quota_milli,
                     FG_UNLIMITED);
    assert_int_equal(fg_text_scenario("cluster:\n")->cluster.profile_count, 0);
}

static void profiles_are_sorted_by_name(void **state)
{
    (void)state;
    const struct fg_cluster *cluster =
        &fg_text_scenario("cluster:\n  subnets: [{id: s-1, zone: us-east-1a, cidr: 10.0.0.0/24}]\n"
                          "  fargateProfiles:\n"
                          "    - {name: prod, selectors: [{namespace: \"p*\"}], tags: {a: b}}\n"
                          "    - name: beta\n      podExecutionRoleARN: arn\n      subnets: [s-1]\n"
                          "      selectors: [{namespace: b, labels: {app: web}}, {namespace: c}]\n")
             ->cluster;
    assert_int_equal(cluster->profile_count, 2);
    const struct fg_fargate_profile *beta = &cluster->profiles[0], *prod = &cluster->profiles[1];
    assert_string_equal(beta->name, "beta");
    assert_int_equal(beta->selector_count, 2);
    assert_string_equal(beta->selectors[0].namespace_pattern, "b");
    assert_string_equal(fg_pairs_find(&beta->selectors[0].labels, "app"), "web");
    assert_int_equal(beta->subnet_count, 1);
    assert_string_equal(beta->subnets[0], "s-1");
    assert_string_equal(prod->name, "prod");
    assert_int_equal(prod->subnet_count, 0);
}

static void wrong_profiles_are_faults(void **state)
{
    (void)state;
    fg_text_scenario_faults(
        "cluster:\n  fargateProfiles:\n    - name: fp\n      selectors: [{namespace: a},"
        " {namespace: b}, {namespace: c},\n        {namespace: d}, {namespace: e}, "
        "{namespace: f}]\n",
        6, "Fargate profile 'fp' has 6 selectors; expected 1 to 5");
    fg_text_scenario_faults("cluster: {fargateProfiles: [{name: fp}]}\n", 4,
                            "Fargate profile 'fp' has 0 selectors; expected 1 to 5");
    assert_int_equal(fg_text_parse(TOP "cluster:\n  fargateProfiles:\n"
                                       "    - {name: fp, selectors: [{labels: {a: b}}]}\n" ONE),
                     FG_BAD_INPUT);
    assert_int_equal(fg_text_faults()->count, 1);
    assert_int_equal(fg_text_faults()->items[0].line, 6);
    assert_non_null(strstr(fg_text_faults()->items[0].message, "'fp'"));
    assert_non_null(strstr(fg_text_faults()->items[0].message, "namespace"));
    fg_text_scenario_faults("cluster: {fargateProfiles: [{selectors: [{namespace: a}]}]}\n", 4,
                            "a Fargate profile has no name; expected one");
    fg_text_scenario_faults("cluster: {fargateProfiles: [null]}\n", 4,
                            "a Fargate profile is nothing; expected a map");
    fg_text_scenario_faults("cluster: {fargateProfiles: {name: fp}}\n", 4,
                            "fargateProfiles is a map; expected a list");
    fg_text_scenario_faults(
        "cluster:\n  fargateProfiles:\n    - {name: fp, selectors: [{namespace: a}]}\n"
        "    - {name: fp, selectors: [{namespace: b}]}\n",
        7, "the Fargate profile 'fp' is there twice; expected each name once");
    fg_text_scenario_faults("cluster:\n  fargateProfiles:\n"
                            "    - {name: fp, subnets: [s-9], selectors: [{namespace: a}]}\n",
                            6,
                            "the Fargate profile 'fp' names the subnet 's-9'; expected one of "
                            "cluster.subnets");
    fg_text_scenario_faults(
        "cluster:\n  subnets: [{id: s-1, cidr: 10.0.0.0/24, public: true}]\n"
        "  fargateProfiles:\n"
        "    - {name: fp, subnets: [s-1], selectors: [{namespace: a}]}\n",
        7,
        "the Fargate profile 'fp' names the public subnet 's-1'; expected private "
        "ones: Fargate takes no others");
}

static void wrong_fargate_settings_are_faults(void **state)
{
    (void)state;
    fg_text_scenario_faults("cluster: {fargate: {billUntil: never}}\n", 4,
                            "billUntil is 'never'; expected deletion or termination");
    fg_text_scenario_faults("cluster: {fargate: {launchRate: {burst: 0}}}\n", 4,
                            "launchRate is 0; expected burst and perSecond of 1 or more");
    fg_text_scenario_faults("cluster: {fargate: {sidecars: [text]}}\n", 4,
                            "a sidecar is 'text'; expected a map");
    fg_text_scenario_faults(
        "cluster: {fargate: {provisionDelai: 1s}}\n", 4,
        "unknown key 'provisionDelai' in fargate; did you mean 'provisionDelay'?");
}

/* ---- node groups ---- */

static void node_group_keys_land_in_their_fields(void **state)
{
    (void)state;
    const struct fg_node_group *group =
        group_with("instanceType: m6i.large, minSize: 1, maxSize: 9, desiredCapacity: 3,"
                   " volumeSize: 100, volumeType: gp2, volumeIOPS: 4000, volumeThroughput: 250,"
                   " labels: {role: web}, availabilityZones: [us-east-1d], maxPodsPerNode: 50,"
                   " amiFamily: AmazonLinux2023, privateNetworking: true, iam: {a: b}");
    assert_string_equal(group->name, "ng");
    assert_true(group->managed);
    assert_string_equal(group->instance_type, "m6i.large");
    assert_int_equal(group->min_size, 1);
    assert_int_equal(group->max_size, 9);
    assert_int_equal(group->desired_capacity, 3);
    assert_int_equal(group->volume.size_gib, 100);
    assert_string_equal(group->volume.type, "gp2");
    assert_int_equal(group->volume.iops, 4000);
    assert_int_equal(group->volume.throughput_mibps, 250);
    assert_string_equal(fg_pairs_find(&group->labels, "role"), "web");
    assert_int_equal(group->zone_count, 1);
    assert_string_equal(group->zones[0], "us-east-1d");
    assert_int_equal(group->max_pods, 50);
}

static void a_node_group_of_a_name_alone_is_eksctls(void **state)
{
    (void)state;
    const struct fg_node_group *group = group_with("tags: {}");
    assert_string_equal(group->instance_type, "m5.large");
    assert_int_equal(group->min_size, 2);
    assert_int_equal(group->max_size, 2);
    assert_int_equal(group->desired_capacity, 2);
    assert_string_equal(group->volume.type, "gp3");
    assert_int_equal(group->volume.size_gib, 80);
    assert_int_equal(group->zone_count, 3);
    assert_string_equal(group->zones[0], "us-east-1a");
    assert_string_equal(group->zones[2], "us-east-1c");
}

static void sizes_that_are_not_named_follow_the_others(void **state)
{
    (void)state;
    const struct fg_node_group *group = group_with("minSize: 0, maxSize: 5");
    assert_int_equal(group->desired_capacity, 0);
    group = group_with("minSize: 3, maxSize: 5");
    assert_int_equal(group->desired_capacity, 3);
    group = group_with("desiredCapacity: 4");
    assert_int_equal(group->min_size, 4);
    assert_int_equal(group->max_size, 4);
    group = group_with("minSize: 3");
    assert_int_equal(group->max_size, 3);
    group = group_with("maxSize: 7");
    assert_int_equal(group->min_size, 2);
    assert_int_equal(group->desired_capacity, 2);
}

static void sizes_out_of_order_are_a_fault(void **state)
{
    (void)state;
    group_faults("minSize: 3, maxSize: 2",
                 "the node group 'ng' has minSize 3, desiredCapacity 3, maxSize 2; expected them "
                 "in this order");
    group_faults("minSize: 1, maxSize: 2, desiredCapacity: 5",
                 "the node group 'ng' has minSize 1, desiredCapacity 5, maxSize 2; expected them "
                 "in this order");
    group_faults("minSize: 1000001", "the node group 'ng' has 1000001 nodes; expected at most "
                                     "1000000");
    group_faults("minSize: -1", "minSize is '-1'; expected a whole number from 0 to 1000000000");
}

static void taints_are_read_in_both_spellings(void **state)
{
    (void)state;
    const struct fg_taints *list =
        &group_with("taints: [{key: dedicated, value: gpu, effect: NoSchedule},"
                    " {key: spare, effect: PreferNoSchedule}]")
             ->taints;
    assert_int_equal(list->count, 2);
    assert_string_equal(list->items[0].key, "dedicated");
    assert_string_equal(list->items[0].value, "gpu");
    assert_int_equal(list->items[0].effect, FG_EFFECT_NO_SCHEDULE);
    assert_string_equal(list->items[1].value, "");
    assert_int_equal(list->items[1].effect, FG_EFFECT_PREFER_NO_SCHEDULE);
    const struct fg_taints *map =
        &group_with("taints: {dedicated: \"gpu:NoSchedule\", spare: NoExecute}")->taints;
    assert_int_equal(map->count, 2);
    assert_string_equal(map->items[0].key, "dedicated");
    assert_string_equal(map->items[0].value, "gpu");
    assert_int_equal(map->items[0].effect, FG_EFFECT_NO_SCHEDULE);
    assert_string_equal(map->items[1].value, "");
    assert_int_equal(map->items[1].effect, FG_EFFECT_NO_EXECUTE);
}

static void wrong_taints_are_faults(void **state)
{
    (void)state;
    group_faults("taints: [{key: a, effect: Never}]",
                 "the taint 'a' has the effect 'Never'; expected NoSchedule, PreferNoSchedule or "
                 "NoExecute");
    group_faults("taints: [{key: a}]", "the taint 'a' has the effect ''; expected NoSchedule, "
                                       "PreferNoSchedule or NoExecute");
    group_faults("taints: {a: \"b:Never\"}",
                 "the taint 'a' has the effect 'Never'; expected NoSchedule, PreferNoSchedule or "
                 "NoExecute");
    group_faults("taints: [{effect: NoSchedule}]", "a taint has no key; expected one");
    group_faults("taints: [text]", "a taint is 'text'; expected a map");
    group_faults("taints: text", "taints is 'text'; expected a list");
}

static void the_first_of_several_types_is_bought(void **state)
{
    (void)state;
    assert_string_equal(group_with("instanceTypes: [m6i.large, m5.large]")->instance_type,
                        "m6i.large");
    group_faults("instanceTypes: [m5.large, m5.lrge]",
                 "unknown instance type 'm5.lrge'; did you mean 'm5.large'?");
    group_faults("instanceType: m5.large, instanceTypes: [m6i.large]",
                 "the node group 'ng' has instanceType and instanceTypes; expected one of them");
}

static void an_unknown_type_names_the_nearest(void **state)
{
    (void)state;
    group_faults("instanceType: m5.lrge",
                 "unknown instance type 'm5.lrge'; did you mean 'm5.large'?");
}

static void wrong_node_groups_are_faults(void **state)
{
    (void)state;
    group_faults("volumeSize: 0", "volumeSize is '0'; expected GiB of 1 or more");
    group_faults("volumeType: ssd",
                 "volumeType is 'ssd'; expected gp3, gp2, io1, io2, st1, sc1 or standard");
    group_faults("subnets: [s-9]",
                 "the node group 'ng' names the subnet 's-9'; expected one of cluster.subnets");
    group_faults("labels: [a]", "labels is a list; expected a map");
    group_faults("minsize: 1", "unknown key 'minsize' in a node group; did you mean 'minSize'?");
    fg_text_scenario_faults("cluster: {managedNodeGroups: [null]}\n", 4,
                            "a node group is nothing; expected a map");
    fg_text_scenario_faults("cluster: {nodeGroups: [{minSize: 1}]}\n", 4,
                            "a node group has no name; expected one");
    fg_text_scenario_faults(
        "cluster:\n  managedNodeGroups: [{name: ng}]\n  nodeGroups: [{name: ng}]\n", 6,
        "the node group 'ng' is there twice; expected each name once");
}

static void managed_groups_come_before_self_managed_ones(void **state)
{
    (void)state;
    const struct fg_cluster *cluster =
        &fg_text_scenario(
             "cluster:\n  nodeGroups: [{name: own}]\n  managedNodeGroups: [{name: m}]\n")
             ->cluster;
    assert_int_equal(cluster->node_group_count, 2);
    assert_string_equal(cluster->node_groups[0].name, "m");
    assert_true(cluster->node_groups[0].managed);
    assert_string_equal(cluster->node_groups[1].name, "own");
    assert_false(cluster->node_groups[1].managed);
}

#define SUBNETS                                                                                    \
    "cluster:\n  subnets:\n    - {id: s-2, zone: us-east-1b, cidr: 10.0.1.0/24, public: true}\n"   \
    "    - {id: s-1, zone: us-east-1f, cidr: 10.0.2.0/28}\n"                                       \
    "    - {id: s-3, zone: us-east-1b, cidr: 10.1.0.0/16}\n"

static void zones_are_those_of_the_subnets(void **state)
{
    (void)state;
    const struct fg_cluster *cluster =
        &fg_text_scenario(SUBNETS "  managedNodeGroups:\n    - {name: all}\n"
                                  "    - {name: one, subnets: [s-3]}\n"
                                  "    - {name: own, availabilityZones: us-east-1c}\n")
             ->cluster;
    assert_int_equal(cluster->node_groups[0].zone_count, 2);
    assert_string_equal(cluster->node_groups[0].zones[0], "us-east-1f");
    assert_string_equal(cluster->node_groups[0].zones[1], "us-east-1b");
    assert_int_equal(cluster->node_groups[1].zone_count, 1);
    assert_string_equal(cluster->node_groups[1].zones[0], "us-east-1b");
    assert_int_equal(cluster->node_groups[2].zone_count, 1);
    assert_string_equal(cluster->node_groups[2].zones[0], "us-east-1c");
}

/* rules P6: /24 has 256 - 5 = 251 addresses, /28 16 - 5 = 11, /16 65536 - 5 = 65531 */
static void subnets_are_sorted_and_know_their_addresses(void **state)
{
    (void)state;
    const struct fg_cluster *cluster = &fg_text_scenario(SUBNETS)->cluster;
    assert_int_equal(cluster->subnet_count, 3);
    assert_string_equal(cluster->subnets[0].id, "s-1");
    assert_int_equal(cluster->subnets[0].address_count, 11);
    assert_int_equal(cluster->subnets[1].address_count, 251);
    assert_int_equal(cluster->subnets[2].address_count, 65531);
    assert_false(cluster->subnets[0].is_public);
    assert_true(cluster->subnets[1].is_public);
    assert_string_equal(cluster->subnets[0].zone, "us-east-1f");
}

static void wrong_subnets_are_faults(void **state)
{
    (void)state;
    static const char *const wrong[] = {"10.0.0.0/29", "10.0.0.0/15",  "10.0.0/24",
                                        "10.0.0.0",    "10.0.0.0/2x",  "'10.0.0.0/+24'",
                                        "fd00::/24",   "10.0.0.0/024", "text"};
    char lines[200], message[200];
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        bool quoted = wrong[i][0] == '\'';
        snprintf(lines, sizeof lines, "cluster: {subnets: [{id: s, cidr: %s}]}\n", wrong[i]);
        snprintf(message, sizeof message,
                 "cidr is %s%s%s; expected an IPv4 block from /16 to /28 such as 10.0.0.0/24",
                 quoted ? "" : "'", wrong[i], quoted ? "" : "'");
        fg_text_scenario_faults(lines, 4, message);
    }
    fg_text_scenario_faults("cluster: {subnets: [{id: s}]}\n", 4,
                            "a subnet has no cidr; expected one");
    fg_text_scenario_faults("cluster: {subnets: [{cidr: 10.0.0.0/24}]}\n", 4,
                            "a subnet has no id; expected one");
    fg_text_scenario_faults("cluster: {subnets: [null]}\n", 4,
                            "a subnet is nothing; expected a map");
    fg_text_scenario_faults("cluster:\n  subnets:\n    - {id: s, cidr: 10.0.0.0/24}\n"
                            "    - {id: s, cidr: 10.0.1.0/24}\n",
                            7, "the subnet 's' is there twice; expected each id once");
}

/* ---- the rest of the cluster ---- */

static void daemon_sets_land_in_their_fields(void **state)
{
    (void)state;
    const struct fg_cluster *cluster =
        &fg_text_scenario("cluster:\n  daemonSets:\n"
                          "    - {name: aws-node, namespace: kube-system, cpu: 50m, memory: 0}\n"
                          "    - {name: log, namespace: ops, memory: 100Mi, nodeSelector: {a: b},\n"
                          "       tolerations: [{key: k, value: v, effect: NoSchedule}]}\n"
                          "    - {name: bare}\n")
             ->cluster;
    assert_int_equal(cluster->daemon_set_count, 3);
    const struct fg_daemon_set *node = &cluster->daemon_sets[0], *log = &cluster->daemon_sets[1];
    assert_string_equal(node->name, "aws-node");
    assert_int_equal(node->cpu_milli, 50);
    assert_int_equal(node->memory_bytes, 0);
    assert_int_equal(node->tolerations.count, 1); /* all taints, unless it names some */
    assert_true(node->tolerations.items[0].exists);
    assert_string_equal(log->namespace_name, "ops");
    assert_int_equal(log->memory_bytes, 100 * MIB);
    assert_string_equal(fg_pairs_find(&log->node_selector, "a"), "b");
    assert_int_equal(log->tolerations.count, 1);
    assert_string_equal(log->tolerations.items[0].key, "k");
    assert_string_equal(cluster->daemon_sets[2].namespace_name, "kube-system");
    fg_text_scenario_faults("cluster: {daemonSets: [{cpu: 1}]}\n", 4,
                            "a DaemonSet has no name; expected one");
    fg_text_scenario_faults("cluster: {daemonSets: [aws-node]}\n", 4,
                            "a DaemonSet is 'aws-node'; expected a map");
}

static void autoscaler_flags_land_in_their_fields(void **state)
{
    (void)state;
    const struct fg_autoscaler_settings *settings =
        &fg_text_scenario(
             "cluster:\n  clusterAutoscaler: {enabled: true, expander: most-pods,\n"
             "    scanInterval: 20s, newPodScaleUpDelay: 5s, maxNodesPerScaleup: 7,\n"
             "    unschedulablePodTimeBuffer: 2s, unschedulablePodWithGpuTimeBuffer: 30s,\n"
             "    maxNodesTotal: 30, scaleDownEnabled: false, scaleDownUnneededTime: 5m,\n"
             "    scaleDownDelayAfterAdd: 6m, scaleDownDelayAfterDelete: 7s,\n"
             "    nodeDeleteDelayAfterTaint: 8s, scaleDownUtilizationThreshold: 0.65,\n"
             "    maxScaleDownParallelism: 3, ignoreDaemonsetsUtilization: true,\n"
             "    skipNodesWithSystemPods: false, skipNodesWithLocalStorage: false,\n"
             "    skipNodesWithCustomControllerPods: false}\n")
             ->cluster.autoscaler;
    assert_true(settings->enabled);
    assert_int_equal(settings->expander, FG_EXPANDER_MOST_PODS);
    assert_int_equal(settings->scan_interval_s, 20);
    assert_int_equal(settings->new_pod_scale_up_delay_s, 5);
    assert_int_equal(settings->new_pod_buffer_s, 2);
    assert_int_equal(settings->new_gpu_pod_buffer_s, 30);
    assert_int_equal(settings->max_nodes_per_scale_up, 7);
    assert_int_equal(settings->max_nodes_total, 30);
    assert_false(settings->scale_down_enabled);
    assert_int_equal(settings->scale_down_unneeded_time_s, 300);
    assert_int_equal(settings->scale_down_delay_after_add_s, 360);
    assert_int_equal(settings->scale_down_delay_after_delete_s, 7);
    assert_int_equal(settings->node_delete_delay_after_taint_s, 8);
    assert_int_equal(settings->scale_down_threshold_millionths, 650000);
    assert_int_equal(settings->max_scale_down_parallelism, 3);
    assert_true(settings->ignore_daemonsets_utilization);
    assert_false(settings->skip_nodes_with_system_pods);
    assert_false(settings->skip_nodes_with_local_storage);
    assert_false(settings->skip_nodes_with_custom_controller_pods);
}

static void scheduler_nodes_and_control_plane_land_in_their_fields(void **state)
{
    (void)state;
    const struct fg_cluster *cluster =
        &fg_text_scenario("cluster:\n  scheduler: {scoring: MostAllocated,\n"
                          "    percentageOfNodesToScore: 40}\n"
                          "  nodes: {requestToRunning: 1s, runningToReady: 2m, podStartup: 3s,\n"
                          "    terminate: 1h}\n"
                          "  controlPlane: {version: \"1.30\", upgradePolicy: STANDARD}\n"
                          "  orchestrator: eks\n")
             ->cluster;
    assert_true(cluster->scheduler.most_allocated);
    assert_int_equal(cluster->scheduler.percentage_of_nodes_to_score, 40);
    assert_int_equal(cluster->nodes.request_to_running_s, 1);
    assert_int_equal(cluster->nodes.running_to_ready_s, 120);
    assert_int_equal(cluster->nodes.pod_startup_s, 3);
    assert_int_equal(cluster->nodes.terminate_s, 3600);
    assert_string_equal(cluster->control_plane.version, "1.30");
    assert_true(cluster->control_plane.upgrade_standard);
}

static void an_annotation_that_is_set_can_name_a_checkpoint(void **state)
{
    (void)state;
    const struct fg_assign_set *set =
        &trace_with("  assign: [{set: {annotations: {fargauge/checkpoint: 1h}}}]\n")
             ->assigns[0]
             .set;
    assert_true(set->has_checkpoint && set->checkpoint_s == 3600);
    assert_int_equal(set->annotations.count, 1);
    set =
        &trace_with("  assign: [{set: {checkpoint: 5m, annotations: {fargauge/checkpoint: 1h}}}]\n")
             ->assigns[0]
             .set;
    assert_int_equal(set->checkpoint_s, 300);
    set = &trace_with("  assign: [{set: {annotations: {a: b}}}]\n")->assigns[0].set;
    assert_false(set->has_checkpoint);
}

static void wrong_settings_are_faults(void **state)
{
    (void)state;
    fg_text_scenario_faults(
        "cluster: {clusterAutoscaler: {expander: price}}\n", 4,
        "expander is 'price'; expected least-waste, most-pods, least-nodes, random or "
        "priority, or several with commas, each once");
    fg_text_scenario_faults("cluster: {clusterAutoscaler: {scanInterval: 0s}}\n", 4,
                            "scanInterval is '0s'; expected 1s or more");
    fg_text_scenario_faults(
        "cluster: {clusterAutoscaler: {scaleDownUtilizationThreshold: 1.1}}\n", 4,
        "scaleDownUtilizationThreshold is '1.1'; expected 0 to 1 with at most six "
        "decimals");
    fg_text_scenario_faults("cluster: {clusterAutoscaler: true}\n", 4,
                            "clusterAutoscaler is 'true'; expected a map");
    fg_text_scenario_faults("cluster: {scheduler: {percentageOfNodesToScore: 101}}\n", 4,
                            "percentageOfNodesToScore is '101'; expected 0 (adaptive) to 100");
    fg_text_scenario_faults(
        "cluster: {scheduler: {scoring: Least}}\n", 4,
        "scoring is 'Least'; expected LeastAllocated, MostAllocated or RequestedToCapacityRatio");
    fg_text_scenario_faults("cluster: {controlPlane: {upgradePolicy: NEVER}}\n", 4,
                            "upgradePolicy is 'NEVER'; expected EXTENDED or STANDARD");
    assert_int_equal(fg_text_parse(TOP "cluster: {controlPlane: {version: 9.99}}\n" ONE),
                     FG_BAD_INPUT);
    assert_non_null(
        strstr(fg_text_faults()->items[0].message, "version is '9.99'; expected one from 1."));
}

/* ---- what this version does not have ---- */

static void what_is_not_supported_yet_says_so(void **state)
{
    (void)state;
    static const struct {
        const char *lines, *key, *where;
    } cases[] = {
        {"cluster: {files: [c.yaml]}\n", "files", "cluster"},
        {"cluster: {managedNodeGroups: [{name: n, instanceSelector: {}}]}\n", "instanceSelector",
         "a node group"},
    };
    char message[200];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        snprintf(message, sizeof message, "'%s' in %s is not supported by this version of fargauge",
                 cases[i].key, cases[i].where);
        fg_text_scenario_faults(cases[i].lines, 4, message);
    }
    trace_faults("  growth: 2\n", 5,
                 "'growth' in trace is not supported by this version of fargauge");
    group_faults("amiFamily: Bottlerocket",
                 "amiFamily 'Bottlerocket' is not supported by this version of fargauge; expected "
                 "AmazonLinux2023 or AmazonLinux2");
    fg_text_scenario_faults("cluster: {orchestrator: nomad}\n", 4,
                            "orchestrator is 'nomad'; expected eks or ecs");
}

static void an_unknown_key_names_the_nearest(void **state)
{
    (void)state;
    fg_text_faults_with(TOP "clusters: {}\n" ONE, 4,
                        "unknown key 'clusters' in the study; did you mean 'cluster'?");
    fg_text_scenario_faults(
        "cluster:\n  fargatProfiles: []\n", 5,
        "unknown key 'fargatProfiles' in cluster; did you mean 'fargateProfiles'?");
    fg_text_faults_with(TOP "scenarios: [{name: a, trase: {}}]\n", 4,
                        "unknown key 'trase' in a scenario; did you mean 'trace'?");
    fg_text_scenario_faults("cluster: {nodes: {zzzzzzzzzz: 1}}\n", 4,
                            "unknown key 'zzzzzzzzzz' in nodes; expected one of requestToRunning, "
                            "runningToReady, podStartup, terminate, pullThroughput");
}

/* ---- scenarios ---- */

static void a_scenario_is_merged_over_the_defaults(void **state)
{
    (void)state;
    fg_text_reads(TOP
                  "duration: 1d\n"
                  "cluster:\n"
                  "  fargate: {provisionDelay: 1s, imagePull: 2s}\n"
                  "  managedNodeGroups: [{name: one}, {name: two}]\n"
                  "scenarios:\n"
                  "  - name: plain\n"
                  "  - name: other\n"
                  "    region: eu-west-1\n"
                  "    duration: 2d\n"
                  "    cluster: {fargate: {imagePull: 9s}, managedNodeGroups: [{name: three}]}\n"
                  "  - name: bare\n"
                  "    cluster: {managedNodeGroups: null, fargate: null}\n");
    assert_int_equal(fg_text_study()->scenario_count, 3);
    const struct fg_scenario *plain = &fg_text_study()->scenarios[0],
                             *other = &fg_text_study()->scenarios[1],
                             *bare = &fg_text_study()->scenarios[2];
    assert_int_equal(plain->cluster.node_group_count, 2);
    assert_int_equal(plain->cluster.fargate.image_pull_s, 2);
    assert_string_equal(other->region, "eu-west-1");
    assert_int_equal(other->duration_s, 2 * 86400);
    assert_int_equal(other->cluster.fargate.provision_delay_s, 1);
    assert_int_equal(other->cluster.fargate.image_pull_s, 9);
    assert_int_equal(other->cluster.node_group_count, 1);
    assert_string_equal(other->cluster.node_groups[0].name, "three");
    assert_string_equal(other->cluster.node_groups[0].zones[0], "eu-west-1a");
    assert_int_equal(bare->cluster.node_group_count, 0);
    assert_int_equal(bare->cluster.fargate.provision_delay_s, 45);
    assert_int_equal(bare->duration_s, 86400);
}

static void a_scenario_that_merges_a_list_into_a_map_is_a_fault(void **state)
{
    (void)state;
    fg_text_faults_with(TOP "cluster:\n  fargate: {imagePull: 1s}\n"
                            "scenarios:\n  - name: a\n    cluster:\n      fargate: [imagePull]\n",
                        9, "fargate is a list, over a map of line 5; expected a map");
    fg_text_faults_with(
        TOP "cluster:\n  managedNodeGroups: [{name: n}]\n"
            "scenarios:\n  - name: a\n    cluster:\n      managedNodeGroups: {name: m}\n",
        9, "managedNodeGroups is a map, over a list of line 5; expected a list");
}

static void a_scenario_that_is_there_twice_is_a_fault(void **state)
{
    (void)state;
    fg_text_faults_with(TOP "scenarios:\n  - {name: a}\n  - {name: b}\n  - {name: a}\n", 7,
                        "the scenario 'a' is there twice; expected each name once");
}

/* ---- sweeps ---- */

static void a_sweep_makes_every_combination(void **state)
{
    (void)state;
    static const char *const names[] = {"a/trace.scale=1/cluster.fargate.imagePull=0s",
                                        "a/trace.scale=1/cluster.fargate.imagePull=9s",
                                        "a/trace.scale=2/cluster.fargate.imagePull=0s",
                                        "a/trace.scale=2/cluster.fargate.imagePull=9s",
                                        "b/trace.scale=1/cluster.fargate.imagePull=0s",
                                        "b/trace.scale=1/cluster.fargate.imagePull=9s",
                                        "b/trace.scale=2/cluster.fargate.imagePull=0s",
                                        "b/trace.scale=2/cluster.fargate.imagePull=9s"};
    fg_text_reads(TOP "scenarios: [{name: a}, {name: b, region: eu-west-1}]\n"
                      "sweep:\n"
                      "  - {path: trace.scale, values: [1, 2]}\n"
                      "  - {path: cluster.fargate.imagePull, values: [0s, 9s]}\n");
    assert_int_equal(fg_text_study()->scenario_count, 8);
    for (uint32_t i = 0; i < 8; i++) {
        const struct fg_scenario *scenario = &fg_text_study()->scenarios[i];
        assert_string_equal(scenario->name, names[i]);
        assert_int_equal(scenario->trace.scale_nano, (i / 2 % 2 + 1) * 1000000000LL);
        assert_int_equal(scenario->cluster.fargate.image_pull_s, i % 2 * 9);
        assert_string_equal(scenario->region, i < 4 ? "us-east-1" : "eu-west-1");
    }
}

static void a_sweep_goes_into_lists_and_takes_any_value(void **state)
{
    (void)state;
    fg_text_reads(TOP "cluster: {managedNodeGroups: [{name: n}, {name: m}]}\n" ONE "sweep:\n"
                      "  - {path: \"cluster.managedNodeGroups[1].instanceType\",\n"
                      "     values: [m6i.large, m6i.xlarge]}\n"
                      "  - {path: cluster.nodes, values: [{podStartup: 5s}]}\n"
                      "  - {path: cluster.fargateProfiles, values: [null]}\n");
    assert_int_equal(fg_text_study()->scenario_count, 2);
    assert_string_equal(fg_text_study()->scenarios[1].name,
                        "a/cluster.managedNodeGroups[1].instanceType=m6i.xlarge"
                        "/cluster.nodes={podStartup: 5s}/cluster.fargateProfiles=null");
    assert_string_equal(fg_text_study()->scenarios[1].cluster.node_groups[0].instance_type,
                        "m5.large");
    assert_string_equal(fg_text_study()->scenarios[1].cluster.node_groups[1].instance_type,
                        "m6i.xlarge");
    assert_int_equal(fg_text_study()->scenarios[1].cluster.nodes.pod_startup_s, 5);
}

static void a_sweep_that_leads_nowhere_is_a_fault(void **state)
{
    (void)state;
    fg_text_faults_with(TOP ONE "sweep:\n  - path: cluster.managedNodeGroups[0].instanceType\n"
                                "    values: [m6i.large]\n",
                        7,
                        "the path 'cluster.managedNodeGroups[0].instanceType' leads nowhere: at "
                        "'cluster.managedNodeGroups' is nothing; expected a list");
    fg_text_faults_with(
        TOP ONE "sweep: [{path: trace.file.x, values: [1]}]\n", 5,
        "the path 'trace.file.x' leads nowhere: at 'trace.file' is 'p.csv'; expected a "
        "map");
    fg_text_faults_with(TOP ONE "sweep: [{path: trace.scal, values: [1]}]\n", 5,
                        "unknown key 'scal' in trace; did you mean 'scale'?");
    fg_text_faults_with(TOP ONE "sweep: [{path: name, values: [b]}]\n", 5,
                        "unknown key 'name' in the study; expected one of region, start, duration, "
                        "pricing, trace, cluster");
}

static void a_sweep_without_values_is_a_fault(void **state)
{
    (void)state;
    fg_text_faults_with(TOP ONE "sweep: [{path: trace.scale}]\n", 5,
                        "the sweep of 'trace.scale' has no values; expected a list of one or more");
    fg_text_faults_with(TOP ONE "sweep: [{path: trace.scale, values: []}]\n", 5,
                        "the sweep of 'trace.scale' has no values; expected a list of one or more");
    fg_text_faults_with(TOP ONE "sweep: [{values: [1]}]\n", 5, "a sweep has no path; expected one");
    fg_text_faults_with(TOP ONE "sweep: [null]\n", 5, "a sweep is nothing; expected a map");
    fg_text_faults_with(TOP ONE "sweep: [{path: trace.scale, valuse: [1], values: [2]}]\n", 5,
                        "unknown key 'valuse' in a sweep; did you mean 'values'?");
}

static void a_sweep_that_makes_millions_is_a_fault(void **state)
{
    (void)state;
    char yaml[4000] = TOP ONE "sweep:\n", list[600] = "1";
    for (int i = 2; i <= 100; i++)
        snprintf(list + strlen(list), sizeof list - strlen(list), ", %d", i);
    for (int i = 0; i < 4; i++)
        snprintf(yaml + strlen(yaml), sizeof yaml - strlen(yaml),
                 "  - {path: trace.repeat.times, values: [%s]}\n", i == 0 ? "2, 3" : list);
    assert_int_equal(fg_text_parse(yaml), FG_BAD_INPUT);
    bool found = false;
    for (uint32_t i = 0; i < fg_text_faults()->count; i++)
        found = found || strcmp(fg_text_faults()->items[i].message,
                                "the sweep makes more than 1000000 scenarios") == 0;
    assert_true(found);
}

static void values_that_sweep_to_the_same_name_are_a_fault(void **state)
{
    (void)state;
    fg_text_faults_with(TOP ONE "sweep: [{path: trace.scale, values: [1, 2, 1]}]\n", 4,
                        "the scenario 'a/trace.scale=1' is there twice; expected each name once");
}

/* ---- digests ---- */

static void digest_of(const char *yaml, uint32_t number, uint8_t out[16])
{
    fg_text_reads(yaml);
    memcpy(out, fg_text_study()->scenarios[number].digest, 16);
}

static bool digests_agree(const char *one, uint32_t first, const char *two, uint32_t second)
{
    uint8_t a[16], b[16];
    digest_of(one, first, a);
    digest_of(two, second, b);
    return memcmp(a, b, 16) == 0;
}

#define TWO_SCENARIOS                                                                              \
    TOP "cluster: {nodes: {podStartup: 1s}}\nscenarios: [{name: a}, {name: b, start: "             \
        "2026-02-01}]\n"

static void the_digest_does_not_see_comments_spacing_or_aliases(void **state)
{
    (void)state;
    assert_true(digests_agree(TWO_SCENARIOS, 0,
                              "# the same\nstudy:   s\nregion: 'us-east-1'\n"
                              "trace:\n  file: \"p.csv\"\n"
                              "cluster:\n  nodes: &n\n    podStartup: 1s # second\n"
                              "scenarios:\n  - name: a\n    cluster: {nodes: *n}\n"
                              "  - {name: b}\n",
                              0));
}

static void the_digest_does_not_see_the_order_of_scenarios(void **state)
{
    (void)state;
    const char *turned = TOP "cluster: {nodes: {podStartup: 1s}}\n"
                             "scenarios: [{name: b, start: 2026-02-01}, {name: a}]\n";
    assert_true(digests_agree(TWO_SCENARIOS, 0, turned, 1));
    assert_true(digests_agree(TWO_SCENARIOS, 1, turned, 0));
    assert_false(digests_agree(TWO_SCENARIOS, 0, TWO_SCENARIOS, 1));
}

static void the_digest_sees_whatever_changes(void **state)
{
    (void)state;
    static const char *const others[] = {
        "study: s\nregion: eu-west-1\ntrace: {file: p.csv}\ncluster: {nodes: {podStartup: "
        "1s}}\n" ONE,
        "study: s\nregion: us-east-1\ntrace: {file: q.csv}\ncluster: {nodes: {podStartup: "
        "1s}}\n" ONE,
        TOP "cluster: {nodes: {podStartup: 2s}}\n" ONE,
        TOP "cluster: {nodes: {terminate: 1s}}\n" ONE,
        TOP "cluster: {nodes: {podStartup: 1s}, fargateProfiles: []}\n" ONE,
        TOP "duration: 1h\ncluster: {nodes: {podStartup: 1s}}\n" ONE,
        TOP "pricing: {asOf: 2026-01-01}\ncluster: {nodes: {podStartup: 1s}}\n" ONE,
    };
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_false(digests_agree(TWO_SCENARIOS, 0, others[i], 0));
}

static void a_swept_value_gives_the_digest_of_the_value_written_out(void **state)
{
    (void)state;
    assert_true(digests_agree(TOP ONE "sweep: [{path: cluster.nodes.podStartup, values: [1s]}]\n",
                              0, TOP "cluster: {nodes: {podStartup: 1s}}\n" ONE, 0));
}

/* ---- all faults at once ---- */

static void every_fault_is_found_at_once_and_said_once(void **state)
{
    (void)state;
    assert_int_equal(
        fg_text_parse("study: s\n"
                      "region: us-est-1\n"
                      "durration: 1h\n"
                      "trace: {file: p.csv, scale: x}\n"
                      "cluster:\n"
                      "  fargate: {vcpuQuota: 1GB}\n"
                      "  managedNodeGroups:\n"
                      "    - {name: n, instanceType: m5.lrge, minSize: 3, maxSize: 1}\n"
                      "scenarios:\n"
                      "  - {name: a}\n"
                      "  - {name: b}\n"
                      "  - {name: c}\n"
                      "sweep:\n"
                      "  - {path: trace.repeat.times, values: [1, 2, 0]}\n"
                      "monteCarlo: {replications: 0}\n"),
        FG_BAD_INPUT);
    assert_true(fg_text_has_fault(2, "unknown region 'us-est-1'; did you mean 'us-east-1'?"));
    assert_true(
        fg_text_has_fault(3, "unknown key 'durration' in the study; did you mean 'duration'?"));
    assert_true(fg_text_has_fault(
        4, "scale is 'x'; expected a number, not negative, with at most nine decimals"));
    assert_true(
        fg_text_has_fault(6, "vcpuQuota: quantity '1GB' has an unknown suffix 'GB'; expected a "
                             "number with a suffix such as m, k, M, G, Ki, Mi, Gi or an exponent"));
    assert_true(fg_text_has_fault(8, "unknown instance type 'm5.lrge'; did you mean 'm5.large'?"));
    assert_true(fg_text_has_fault(8,
                                  "the node group 'n' has minSize 3, desiredCapacity 3, maxSize 1; "
                                  "expected them in this order"));
    assert_true(fg_text_has_fault(14, "times is 0; expected 1 or more"));
    assert_true(fg_text_has_fault(14, "repeat has no every; expected a duration such as 30d"));
    assert_true(fg_text_has_fault(15, "replications is 0; expected 1 to 1000000"));
    assert_int_equal(fg_text_faults()->count, 9);
}

static void a_region_that_is_missing_is_said_once_however_many_are_swept(void **state)
{
    (void)state;
    fg_text_faults_with("study: s\ntrace: {file: p.csv}\n" ONE
                        "sweep: [{path: trace.scale, values: [1, 2, 3, 4]}]\n",
                        3, "the scenario 'a' has no region; expected one here or at the top");
    fg_text_reads("study: s\ntrace: {file: p.csv}\n" ONE
                  "sweep: [{path: region, values: [us-east-1, eu-west-1]}]\n");
    assert_string_equal(fg_text_study()->scenarios[1].region, "eu-west-1");
}

/* ---- defaults that move the bill ---- */

static const char *default_value(const char *key, const char **scenarios)
{
    for (uint32_t i = 0; i < fg_text_study()->default_count; i++) {
        if (strcmp(fg_text_study()->defaults[i].key, key) == 0) {
            *scenarios = fg_text_study()->defaults[i].scenarios;
            return fg_text_study()->defaults[i].value;
        }
    }
    return NULL;
}

static void defaults_that_move_the_bill_are_listed_with_their_scenarios(void **state)
{
    (void)state;
    const char *in = NULL;
    fg_text_reads(TOP "scenarios:\n"
                      "  - name: f\n"
                      "    cluster: {fargateProfiles: [{name: p, selectors: [{namespace: a}]}],\n"
                      "              fargate: {imagePull: 3s}}\n"
                      "  - name: g\n"
                      "    cluster: {fargateProfiles: [{name: p, selectors: [{namespace: a}]}]}\n"
                      "  - name: n\n"
                      "    cluster: {managedNodeGroups: [{name: m}]}\n");
    assert_string_equal(default_value("cluster.fargate.provisionDelay", &in), "45s (not billed)");
    assert_string_equal(in, ""); /* all that Fargate concerns */
    assert_string_equal(default_value("cluster.fargate.imagePull", &in), "15s (billed)");
    assert_string_equal(in, "g");
    assert_string_equal(default_value("cluster.nodes.runningToReady", &in), "45s (billed)");
    assert_non_null(default_value("pricing.asOf", &in));
    fg_text_reads(TOP
                  "cluster: {nodes: {runningToReady: 1s}, managedNodeGroups: [{name: m}]}\n" ONE);
    assert_null(default_value("cluster.nodes.runningToReady", &in));
    assert_null(default_value("cluster.fargate.imagePull", &in));
}

/* ---- files ---- */

static fg_status profiles_of(const char *yaml, uint32_t *count, struct fg_error *error)
{
    char path[] = "/tmp/test_study_XXXXXX";
    struct fg_arena arena = {0};
    struct fg_fargate_profile *profiles = NULL;
    int file = mkstemp(path);
    assert_true(file >= 0 && write(file, yaml, strlen(yaml)) == (ssize_t)strlen(yaml));
    close(file);
    *error = (struct fg_error){0};
    *count = 0;
    fg_status status = fg_profiles_read(path, &arena, &profiles, count, error);
    if (status == FG_OK && *count > 0)
        assert_string_equal(profiles[0].name, "fp");
    unlink(path);
    fg_arena_release(&arena);
    return status;
}

static void profiles_are_read_from_a_list_an_eksctl_file_or_a_study(void **state)
{
    (void)state;
    uint32_t count;
    struct fg_error error;
    assert_int_equal(
        profiles_of("- {name: fp, selectors: [{namespace: a}]}\n- {name: g, selectors: "
                    "[{namespace: b}]}\n",
                    &count, &error),
        FG_OK);
    assert_int_equal(count, 2);
    assert_int_equal(profiles_of("apiVersion: eksctl.io/v1alpha5\nkind: ClusterConfig\n"
                                 "fargateProfiles: [{name: fp, selectors: [{namespace: a}]}]\n",
                                 &count, &error),
                     FG_OK);
    assert_int_equal(count, 1);
    assert_int_equal(
        profiles_of("cluster: {fargateProfiles: [{name: fp, selectors: [{namespace: a}]}]}\n",
                    &count, &error),
        FG_OK);
    assert_int_equal(count, 1);
    assert_int_equal(profiles_of("null\n", &count, &error), FG_BAD_INPUT);
    assert_int_equal(profiles_of("a: 1\n", &count, &error), FG_BAD_INPUT);
    assert_string_equal(error.message, "holds no fargateProfiles; expected a list of them, at the "
                                       "top or under cluster");
}

static void a_study_that_is_not_there_is_the_machines_fault(void **state)
{
    (void)state;
    struct fg_error error = {0};
    assert_int_equal(fg_text_read_file("/nonexistent/s.yaml", &error), FG_FAILED);
    assert_non_null(strstr(error.message, "/nonexistent/s.yaml cannot be read"));
    assert_int_equal(fg_text_faults()->count, 1);
}

/* All that the design's study file has and this version reads. */
static void a_study_with_everything_is_read(void **state)
{
    (void)state;
    fg_text_reads(
        "study: everything\n"
        "region: us-east-1\n"
        "start: 2026-03-02T00:00:00Z\n"
        "duration: 30d\n"
        "trace:\n"
        "  file: pods.csv\n"
        "  format: csv\n"
        "  scale: 1.0\n"
        "  repeat: {times: 10, every: 30d}\n"
        "  memoryPerCpu: 4Gi\n"
        "  gpuShare: false\n"
        "  assign:\n"
        "    - match: {namespace: \"batch*\", kind: Job, cpuAtMost: 4, memoryAtMost: 30Gi,\n"
        "              gpu: 0, durationAtMost: 1h}\n"
        "      set: {namespace: jobs, labels: {size: small}}\n"
        "cluster:\n"
        "  fargateProfiles: [{name: jobs, selectors: [{namespace: jobs}]}]\n"
        "  managedNodeGroups: [{name: ng, instanceType: m6i.large, minSize: 0, maxSize: 5}]\n"
        "  daemonSets: [{name: aws-node, namespace: kube-system, cpu: 50m, memory: 0}]\n"
        "  subnets: [{id: subnet-1, zone: us-east-1a, cidr: 10.0.0.0/24, public: false}]\n"
        "  clusterAutoscaler: {enabled: true, expander: least-waste,\n"
        "                      scaleDownUnneededTime: 10m}\n"
        "  scheduler: {scoring: LeastAllocated, percentageOfNodesToScore: 0}\n"
        "  fargate: {provisionDelay: 45s, imagePull: 15s, billUntil: deletion,\n"
        "            vcpuQuota: null, launchRate: {burst: 20, perSecond: 20}, sidecars: []}\n"
        "  nodes: {requestToRunning: 15s, runningToReady: 45s, podStartup: 0s, terminate: 0s}\n"
        "  controlPlane: {version: \"1.33\", upgradePolicy: EXTENDED}\n"
        "  orchestrator: eks\n"
        "pricing:\n"
        "  asOf: 2026-09-01\n"
        "scenarios:\n"
        "  - name: all-ec2\n"
        "    cluster: {fargateProfiles: null}\n"
        "sweep:\n"
        "  - {path: trace.scale, values: [1, 1.5, 2]}\n"
        "  - {path: \"cluster.managedNodeGroups[0].instanceType\",\n"
        "     values: [m6i.large, m6i.xlarge]}\n"
        "monteCarlo: {replications: 100, seed: 42}\n");
    assert_int_equal(fg_text_study()->scenario_count, 6);
    assert_string_equal(
        fg_text_study()->scenarios[3].name,
        "all-ec2/trace.scale=1.5/cluster.managedNodeGroups[0].instanceType=m6i.xlarge");
    assert_int_equal(fg_text_study()->scenarios[3].cluster.profile_count, 0);
}

#define TEST(name) cmocka_unit_test_teardown(name, fg_text_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(defaults_are_those_of_the_design),
        TEST(the_autoscaler_has_its_own_defaults_and_is_off),
        TEST(the_control_plane_is_the_newest_of_the_day_the_study_begins),
        TEST(frame_keys_land_in_their_fields),
        TEST(wrong_frame_values_are_faults),
        TEST(study_region_trace_and_scenarios_are_required),
        TEST(an_unknown_region_names_the_nearest),
        TEST(trace_keys_land_in_their_fields),
        TEST(several_trace_files_are_a_list),
        TEST(rules_of_assign_land_in_their_fields),
        TEST(an_empty_rule_of_assign_matches_all_and_sets_nothing),
        TEST(wrong_trace_values_are_faults),
        TEST(a_wrong_quantity_says_what_it_is),
        TEST(fargate_settings_land_in_their_fields),
        TEST(null_leaves_a_setting_at_its_default),
        TEST(profiles_are_sorted_by_name),
        TEST(wrong_profiles_are_faults),
        TEST(wrong_fargate_settings_are_faults),
        TEST(node_group_keys_land_in_their_fields),
        TEST(a_node_group_of_a_name_alone_is_eksctls),
        TEST(sizes_that_are_not_named_follow_the_others),
        TEST(sizes_out_of_order_are_a_fault),
        TEST(taints_are_read_in_both_spellings),
        TEST(wrong_taints_are_faults),
        TEST(the_first_of_several_types_is_bought),
        TEST(an_unknown_type_names_the_nearest),
        TEST(wrong_node_groups_are_faults),
        TEST(managed_groups_come_before_self_managed_ones),
        TEST(zones_are_those_of_the_subnets),
        TEST(subnets_are_sorted_and_know_their_addresses),
        TEST(wrong_subnets_are_faults),
        TEST(daemon_sets_land_in_their_fields),
        TEST(autoscaler_flags_land_in_their_fields),
        TEST(scheduler_nodes_and_control_plane_land_in_their_fields),
        TEST(an_annotation_that_is_set_can_name_a_checkpoint),
        TEST(wrong_settings_are_faults),
        TEST(what_is_not_supported_yet_says_so),
        TEST(an_unknown_key_names_the_nearest),
        TEST(a_scenario_is_merged_over_the_defaults),
        TEST(a_scenario_that_merges_a_list_into_a_map_is_a_fault),
        TEST(a_scenario_that_is_there_twice_is_a_fault),
        TEST(a_sweep_makes_every_combination),
        TEST(a_sweep_goes_into_lists_and_takes_any_value),
        TEST(a_sweep_that_leads_nowhere_is_a_fault),
        TEST(a_sweep_without_values_is_a_fault),
        TEST(a_sweep_that_makes_millions_is_a_fault),
        TEST(values_that_sweep_to_the_same_name_are_a_fault),
        TEST(the_digest_does_not_see_comments_spacing_or_aliases),
        TEST(the_digest_does_not_see_the_order_of_scenarios),
        TEST(the_digest_sees_whatever_changes),
        TEST(a_swept_value_gives_the_digest_of_the_value_written_out),
        TEST(every_fault_is_found_at_once_and_said_once),
        TEST(a_region_that_is_missing_is_said_once_however_many_are_swept),
        TEST(defaults_that_move_the_bill_are_listed_with_their_scenarios),
        TEST(profiles_are_read_from_a_list_an_eksctl_file_or_a_study),
        TEST(a_study_that_is_not_there_is_the_machines_fault),
        TEST(a_study_with_everything_is_read),
    };
    return cmocka_run_group_tests(tests, fg_text_open_catalog, fg_text_close_catalog);
}
