#include "tests/support/small_world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/ledger.h"

#define TYPE(type, category_, generation_, size_, arch_, vcpu_, memory, enis, addresses, gpus,     \
             model)                                                                                \
    {                                                                                              \
        .name = (type), .arch = (arch_), .vcpu = (vcpu_), .memory_mib = (memory),                  \
        .max_enis = (enis), .ipv4_per_eni = (addresses), .gpu_count = (gpus),                      \
        .gpu_model = (model), .nitro = true, .category = (category_), .family = (type),            \
        .size = (size_), .generation = (generation_), .accelerator_model = "",                     \
        .hypervisor = FG_HYPERVISOR_NITRO, .gpu_per_mille = 1000                                   \
    }
static struct fg_instance_type types[] = {
    TYPE("g5.12xlarge", "g", 5, "12xlarge", FG_ARCH_AMD64, 48, 196608, 15, 50, 4, "a10g"),
    TYPE("m5.large", "m", 5, "large", FG_ARCH_AMD64, 2, 8192, 3, 10, 0, ""),
    TYPE("m5.xlarge", "m", 5, "xlarge", FG_ARCH_AMD64, 4, 16384, 4, 15, 0, ""),
    TYPE("m6g.large", "m", 6, "large", FG_ARCH_ARM64, 2, 8192, 3, 10, 0, ""),
    TYPE("m6i.4xlarge", "m", 6, "4xlarge", FG_ARCH_AMD64, 16, 65536, 8, 30, 0, ""),
};

#define ROW(item, region, variant, nano)                                                           \
    {                                                                                              \
        item, region, variant, nano, FG_DAY_UNKNOWN, 20500, "made for tests", "hour"               \
    }
static struct fg_price_row prices[] = {
    ROW("control_plane_extended_surcharge", "all", "", 500000000),
    ROW("control_plane_standard", "all", "", 100000000),
    ROW("ebs_gp3", "us-east-1", "", 80000000),
    ROW("fargate-memory", "us-east-1", "amd64/linux", 4000000),
    ROW("fargate-storage", "us-east-1", "amd64/linux", 100000),
    ROW("fargate-vcpu", "us-east-1", "amd64/linux", 40000000),
    ROW("fargate_windows_os", "us-east-1", "", 46000000),
    ROW("g5.12xlarge", "us-east-1", "", 5672000000),
    ROW("m5.large", "us-east-1", "", 96000000),
    ROW("m5.xlarge", "us-east-1", "", 192000000),
    ROW("m6g.large", "us-east-1", "", 77000000),
    ROW("m6i.4xlarge", "us-east-1", "", 768000000),
};

/* 1.35: standard support ends on 2027-03-27. */
static struct fg_kubernetes_version versions[] = {{"1.35", 20480, 20904, 21269}};

const struct fg_catalog *fg_small_catalog(void)
{
    static const struct fg_catalog catalog = {
        .type_count = sizeof types / sizeof *types,
        .types = types,
        .price_count = sizeof prices / sizeof *prices,
        .prices = prices,
        .version_count = 1,
        .versions = versions,
        .newest_day = 20500,
    };
    return &catalog;
}

enum { MAX_POOLS = 4 };
static _Thread_local struct fg_fargate_profile profiles[MAX_POOLS];
static _Thread_local struct fg_selector selectors[MAX_POOLS];
static _Thread_local struct fg_node_group groups[MAX_POOLS];

void fg_small_scenario(struct fg_scenario *out)
{
    *out = (struct fg_scenario){
        .name = "small",
        .region = "us-east-1",
        .start = 1767225600, /* 2026-01-01T00:00:00Z */
        .price_day = FG_DAY_UNKNOWN,
        .replication_count = 1,
        .cluster =
            {
                .profiles = profiles,
                .node_groups = groups,
                .fargate = {.vcpu_quota_milli = FG_UNLIMITED,
                            .launch_burst = 20,
                            .launch_per_second = 20},
                .control_plane = {.version = "1.35"},
            },
    };
    const struct fg_cluster defaults = fg_cluster_default();
    out->cluster.autoscaler = defaults.autoscaler;
    out->cluster.quotas = defaults.quotas;
}

void fg_small_default_delays(struct fg_scenario *scenario)
{
    scenario->cluster.fargate.provision_delay_s = 45;
    scenario->cluster.fargate.image_pull_s = 15;
    scenario->cluster.nodes.request_to_running_s = 15;
    scenario->cluster.nodes.running_to_ready_s = 45;
}

uint32_t fg_small_spec(struct fg_small_trace *trace, const char *namespace_name,
                       const char *workload, int64_t cpu_milli, int64_t memory_mib)
{
    struct fg_trace *t = &trace->trace;
    t->specs = fg_grow(t->specs, &trace->spec_capacity, t->spec_count + 1, sizeof *t->specs);
    t->specs[t->spec_count] = (struct fg_pod_spec){
        .namespace_name = namespace_name,
        .workload = workload,
        .kind = FG_KIND_REPLICASET,
        .cpu_milli = cpu_milli,
        .memory_bytes = memory_mib * 1024 * 1024,
        .cpu_named = true,
        .memory_named = true,
        .spread = "",
        .anti_affinity = "",
        .cpu_used_milli = -1,
        .memory_used_bytes = -1,
    };
    return t->spec_count++;
}

uint32_t fg_small_pod(struct fg_small_trace *trace, uint32_t spec, uint32_t arrival_s,
                      enum fg_span span, uint32_t span_s)
{
    struct fg_trace *t = &trace->trace;
    uint32_t pod = t->pod_count++;
    t->arrival_s =
        fg_grow(t->arrival_s, &trace->pod_capacity_a, t->pod_count, sizeof *t->arrival_s);
    t->span_s = fg_grow(t->span_s, &trace->pod_capacity_b, t->pod_count, sizeof *t->span_s);
    t->spec_and_span =
        fg_grow(t->spec_and_span, &trace->pod_capacity_c, t->pod_count, sizeof *t->spec_and_span);
    t->arrival_s[pod] = arrival_s;
    t->span_s[pod] = span_s;
    t->spec_and_span[pod] = spec | (uint32_t)span << FG_SPEC_BITS;
    return pod;
}

void fg_small_profile(struct fg_scenario *scenario, const char *name, const char *pattern)
{
    uint32_t number = scenario->cluster.profile_count++;
    FG_ASSERT(number < MAX_POOLS);
    selectors[number] = (struct fg_selector){.namespace_pattern = pattern};
    profiles[number] = (struct fg_fargate_profile){
        .name = name, .selector_count = 1, .selectors = &selectors[number]};
}

struct fg_node_group *fg_small_group(struct fg_scenario *scenario, const char *name,
                                     const char *instance_type, int64_t min, int64_t desired,
                                     int64_t max)
{
    static const char *zones[] = {"us-east-1a"};
    uint32_t number = scenario->cluster.node_group_count++;
    FG_ASSERT(number < MAX_POOLS);
    groups[number] = (struct fg_node_group){
        .name = name,
        .managed = true,
        .instance_type = instance_type,
        .min_size = min,
        .max_size = max,
        .desired_capacity = desired,
        .volume = {.type = "gp3", .size_gib = 80},
        .zone_count = 1,
        .zones = zones,
    };
    return &groups[number];
}

static void replay(const struct fg_replay_input *input, struct fg_result *out)
{
    struct fg_error error = {0};
    if (fg_replay(input, out, &error) != FG_OK) {
        fprintf(stderr, "replay: %s\n", error.message);
        exit(1);
    }
}

void fg_small_replay(const struct fg_scenario *scenario, const struct fg_small_trace *trace,
                     struct fg_result *out)
{
    const struct fg_replay_input input = {
        .scenario = scenario, .catalog = fg_small_catalog(), .trace = &trace->trace};
    replay(&input, out);
}

void fg_small_replay_checked(const struct fg_scenario *scenario, const struct fg_small_trace *trace,
                             struct fg_watch *watch, struct fg_result *out)
{
    const struct fg_replay_input input = {.scenario = scenario,
                                          .catalog = fg_small_catalog(),
                                          .trace = &trace->trace,
                                          .with_pods = true,
                                          .checked = true,
                                          .watch = watch};
    replay(&input, out);
}

int64_t fg_small_quantity(const struct fg_result *result, enum fg_charge charge)
{
    int64_t sum = 0;
    for (uint32_t i = 0; i < result->ledger.row_count; i++) {
        const struct fg_ledger_row *row = &result->ledger.rows[i];
        if (result->ledger.accounts[row->account].charge == charge)
            sum += row->quantity * row->hour_count;
    }
    return sum;
}

fg_nanodollars fg_small_sum(const struct fg_result *result, enum fg_charge charge,
                            const char *workload)
{
    fg_nanodollars sum = 0;
    for (uint32_t i = 0; i < result->ledger.row_count; i++) {
        const struct fg_ledger_row *row = &result->ledger.rows[i];
        const struct fg_account *account = &result->ledger.accounts[row->account];
        if (account->charge == charge &&
            (workload == NULL || strcmp(account->workload, workload) == 0))
            sum += row->nano * row->hour_count;
    }
    return sum;
}

uint64_t fg_small_outcome(const struct fg_result *result, enum fg_outcome outcome)
{
    uint64_t pods = 0;
    for (uint32_t i = 0; i < result->outcome_count; i++)
        if (result->outcomes[i].outcome == outcome)
            pods += result->outcomes[i].pods;
    return pods;
}
