#include "models/cluster.h"

#include <stdlib.h>
#include <string.h>

static const struct fg_autoscaler_settings autoscaler = {
    .expander = FG_EXPANDER_LEAST_WASTE,
    .scan_interval_s = 10,
    .max_nodes_per_scale_up = 1000,
    .max_node_provision_time_s = 900,
    .max_node_startup_time_s = 900,
    .scale_up_from_zero = true,
    .expendable_pods_priority_cutoff = -10,
    .initial_backoff_s = 300,
    .max_backoff_s = 1800,
    .backoff_reset_s = 10800,
    .max_total_unready_percentage = 45,
    .ok_total_unready_count = 3,
    .scale_down_enabled = true,
    .scale_down_unneeded_time_s = 600,
    .scale_down_unready_time_s = 1200,
    .scale_down_delay_after_add_s = 600,
    .scale_down_delay_after_failure_s = 180,
    .scale_down_threshold_millionths = 500000,
    .scale_down_gpu_threshold_millionths = 500000,
    .unremovable_node_recheck_timeout_s = 300,
    .max_scale_down_parallelism = 10,
    .max_drain_parallelism = 1,
    .node_delete_delay_after_taint_s = 5,
    .blocking_system_pod_timeout_s = 3600,
    .skip_nodes_with_system_pods = true,
    .skip_nodes_with_local_storage = true,
    .skip_nodes_with_custom_controller_pods = true,
};

static const struct fg_karpenter_settings karpenter = {
    .batch_idle_duration_s = 1,
    .batch_max_duration_s = 10,
    .vm_memory_overhead_millionths = 75000,
};

static const struct fg_network_settings network = {
    .warm_eni_target = 1,
    .warm_ip_target = -1,
    .minimum_ip_target = -1,
    .warm_prefix_target = 1,
};

static struct fg_quotas no_quotas(void)
{
    struct fg_quotas quotas = {.nodes_per_node_group = FG_UNLIMITED,
                               .node_groups = FG_UNLIMITED,
                               .profiles = FG_UNLIMITED};
    for (int i = 0; i < FG_QUOTA_FAMILY_COUNT; i++)
        quotas.on_demand_vcpus[i] = quotas.spot_vcpus[i] = FG_UNLIMITED;
    return quotas;
}

struct fg_cluster fg_cluster_default(void)
{
    return (struct fg_cluster){
        .ecs = {.reserved_memory_bytes = 32LL * 1024 * 1024, .memory_overhead_millionths = 75000},
        .karpenter = karpenter,
        .autoscaler = autoscaler,
        .scheduler = {.default_spread = true},
        .fargate = {.provision_delay_s = 45,
                    .image_pull_s = 15,
                    .vcpu_quota_milli = FG_UNLIMITED,
                    .spot_vcpu_quota_milli = FG_UNLIMITED,
                    .launch_burst = 20,
                    .launch_per_second = 20},
        .nodes = {.request_to_running_s = 15, .running_to_ready_s = 45},
        .network = network,
        .quotas = no_quotas(),
    };
}

enum fg_expander fg_expander_default(const char *version)
{
    char *end;
    long major = strtol(version, &end, 10);
    long minor = *end == '.' ? strtol(end + 1, NULL, 10) : 0;
    return major == 1 && minor < 33 ? FG_EXPANDER_RANDOM : FG_EXPANDER_LEAST_WASTE;
}
