/* cluster.h - the cluster as a study describes it: plain rows, filled by data/study.
 *
 * Texts and lists are owned by the study's arena. Durations are whole seconds.
 */
#ifndef FARGAUGE_MODELS_CLUSTER_H
#define FARGAUGE_MODELS_CLUSTER_H

#include <stdbool.h>
#include <stdint.h>

#include "models/labels.h"
#include "models/node_pool.h"
#include "models/pod.h"
#include "models/pod_filter.h"
#include "models/quota.h"

#define FG_UNLIMITED INT64_MAX

/* rules P1: a namespace pattern and label patterns; all pairs must be on the pod. */
struct fg_selector {
    const char *namespace_pattern;
    struct fg_pairs labels;
};
struct fg_fargate_profile {
    const char *name;
    uint32_t selector_count;
    struct fg_selector *selectors; /* 1 .. 5 */
    uint32_t subnet_count;         /* 0 = every private subnet of the cluster */
    const char **subnets;
    /* ECS alone: what its tasks run on, and which share of them is on Fargate Spot. */
    bool named_arch; /* cpuArchitecture; else each pod's own */
    enum fg_arch arch;
    bool is_windows;
    uint32_t on_demand_weight, spot_weight; /* both 0 = none on Spot */
};

struct fg_subnet {
    const char *id;
    const char *zone;
    bool is_public;
    int64_t address_count; /* 2^(32-prefix) - 5, rules P6 */
};

struct fg_volume {
    const char *type; /* gp3, gp2, io1, io2, st1, sc1, standard */
    int64_t size_gib;
    int64_t iops;             /* 0 = the type's baseline */
    int64_t throughput_mibps; /* 0 = the type's baseline */
};

struct fg_node_group {
    const char *name;
    bool managed;              /* managedNodeGroups: max pods capped at 110 / 250 (rules K3) */
    const char *instance_type; /* the first of instanceTypes: on-demand takes them in order */
    int64_t min_size, max_size, desired_capacity;
    struct fg_volume volume;
    struct fg_pairs labels; /* as given; the well-known ones are added by sim */
    struct fg_taints taints;
    uint32_t zone_count; /* >= 1, sorted as the study has them */
    const char **zones;
    int64_t max_pods;    /* maxPodsPerNode; 0 = by the ENI formula */
    uint32_t type_count; /* instanceTypes, in order; >= 1, the first is instance_type */
    const char **types;
    bool spot;              /* capacity type SPOT */
    bool public_ipv4;       /* each node has a public address: privateNetworking is false */
    bool prefix_delegation; /* pods by the prefix formula (rules K3), then capped */
    /* updateConfig, for upgrades (rules C1): a count, or a percentage where it is above 0. */
    int64_t max_unavailable; /* 1 */
    int64_t max_unavailable_percentage;
};

/* EBS volumes that pods claim: `count` for each. Kept: as many as such pods were there at once so
 * far, to the cut, as those of volumeClaimTemplates are; else each pod's own, from its first start
 * until it is gone. */
struct fg_persistent_volume {
    struct fg_pod_filter pods;
    struct fg_volume volume;
    bool named_keep, keep; /* not named: a StatefulSet's are kept */
    int64_t count;         /* 1 */
};
/* Whether the pods' volumes are kept. */
static inline bool fg_persistent_volume_is_kept(const struct fg_persistent_volume *rule,
                                                const struct fg_pod_spec *spec)
{
    return rule->named_keep ? rule->keep : spec->kind == FG_KIND_STATEFULSET;
}

/* How much the image of pods is that the trace does not tell; the first that fits holds. */
struct fg_image_rule {
    struct fg_pod_filter pods;
    int64_t bytes;
};

/* A DaemonSet's pod on every node; booked on (system). */
struct fg_daemon_set {
    const char *name;
    const char *namespace_name;
    int64_t cpu_milli, memory_bytes;
    struct fg_pairs node_selector;
    struct fg_tolerations tolerations; /* DaemonSets tolerate what they name; default: all */
};

enum fg_expander {
    FG_EXPANDER_LEAST_WASTE, /* since 1.33 */
    FG_EXPANDER_MOST_PODS,
    FG_EXPANDER_LEAST_NODES,
    FG_EXPANDER_RANDOM, /* through 1.32 */
    FG_EXPANDER_PRIORITY,
};
enum { FG_EXPANDER_COUNT = 5 };

/* Of the priority expander: node groups whose name one of the patterns finds. */
struct fg_expander_priority {
    int64_t priority; /* the highest wins */
    uint32_t pattern_count;
    const char **patterns; /* POSIX extended regular expressions, found anywhere in the name */
};

/* Names and defaults of Cluster Autoscaler's flags (rules C2). */
struct fg_autoscaler_settings {
    bool enabled;
    enum fg_expander expander;
    uint32_t then_count; /* a chain: what `expander` leaves goes through these, then a random one */
    enum fg_expander then[FG_EXPANDER_COUNT];
    uint32_t priority_count;
    struct fg_expander_priority *priorities;         /* highest first */
    uint32_t scan_interval_s;                        /* 10 */
    uint32_t new_pod_scale_up_delay_s;               /* 0 */
    uint32_t new_pod_buffer_s, new_gpu_pod_buffer_s; /* 0, 0; the real one's, 2 and 30, are fixed */
    uint32_t max_nodes_per_scale_up;                 /* 1000 */
    int64_t max_nodes_total;                         /* 0 = no limit */
    uint32_t max_node_provision_time_s;              /* 900 */
    uint32_t max_node_startup_time_s;                /* 900 */
    bool scale_up_from_zero;                         /* true */
    bool balance_similar_node_groups;                /* false */
    int32_t expendable_pods_priority_cutoff;         /* -10 */
    uint32_t initial_backoff_s;                      /* 300, of a node group */
    uint32_t max_backoff_s;                          /* 1800 */
    uint32_t backoff_reset_s;                        /* 10800 */
    uint32_t max_total_unready_percentage;           /* 45 */
    uint32_t ok_total_unready_count;                 /* 3 */
    bool scale_down_enabled;                         /* true */
    uint32_t scale_down_unneeded_time_s;             /* 600 */
    uint32_t scale_down_unready_time_s;              /* 1200 */
    uint32_t scale_down_delay_after_add_s;           /* 600 */
    uint32_t scale_down_delay_after_delete_s;        /* 0 */
    uint32_t scale_down_delay_after_failure_s;       /* 180 */
    uint32_t scale_down_threshold_millionths;        /* 500000 */
    uint32_t scale_down_gpu_threshold_millionths;    /* 500000 */
    uint32_t unremovable_node_recheck_timeout_s;     /* 300 */
    uint32_t max_scale_down_parallelism;             /* 10 */
    uint32_t max_drain_parallelism;                  /* 1 */
    uint32_t node_delete_delay_after_taint_s;        /* 5 */
    uint32_t blocking_system_pod_timeout_s;          /* 3600 */
    bool ignore_daemonsets_utilization;              /* false */
    bool ignore_mirror_pods_utilization;             /* false */
    int64_t min_replica_count;                       /* 0, of a pod's owner */
    bool skip_nodes_with_system_pods, skip_nodes_with_local_storage,
        skip_nodes_with_custom_controller_pods; /* true, true, true */
};

enum fg_scoring {
    FG_SCORING_LEAST_ALLOCATED, /* the default */
    FG_SCORING_MOST_ALLOCATED,
    FG_SCORING_REQUESTED_TO_CAPACITY_RATIO,
};
struct fg_shape_point {
    uint32_t utilization; /* percent */
    uint32_t score;       /* 0 .. 10 */
};
struct fg_score_resource {
    const char *name; /* cpu, memory, ephemeral-storage, nvidia.com/gpu ... */
    uint32_t weight;  /* 1 .. 100 */
};
struct fg_scheduler_settings {
    uint32_t percentage_of_nodes_to_score; /* 0 = adaptive (rules S2) */
    bool score_all_nodes;                  /* false; else no sampling at all */
    bool most_allocated;                   /* scoring is MostAllocated */
    enum fg_scoring scoring;
    uint32_t shape_count; /* RequestedToCapacityRatio only; utilization rises */
    struct fg_shape_point *shape;
    uint32_t resource_count; /* 0 = cpu 1, memory 1 */
    struct fg_score_resource *resources;
    bool default_spread; /* true: the system's default constraints (rules S4) */
};

struct fg_sidecar {
    const char *name;
    int64_t cpu_milli, memory_bytes;
};
struct fg_fargate_settings {
    uint32_t provision_delay_s;              /* 45, not billed */
    uint32_t image_pull_s;                   /* 15, billed */
    int64_t pull_bytes_per_s;                /* 0 = all pulls take image_pull_s */
    bool bill_until_termination;             /* false: until deletion (rules B1) */
    int64_t vcpu_quota_milli;                /* FG_UNLIMITED; on demand */
    int64_t spot_vcpu_quota_milli;           /* FG_UNLIMITED; ECS alone */
    int64_t launch_burst, launch_per_second; /* 20, 20 */
    uint32_t sidecar_count;
    struct fg_sidecar *sidecars; /* requests added to every Fargate pod */
};

struct fg_node_settings {
    uint32_t request_to_running_s; /* 15, not billed */
    uint32_t running_to_ready_s;   /* 45, billed */
    uint32_t pod_startup_s;        /* 0 */
    uint32_t terminate_s;          /* 0, billed */
    int64_t pull_bytes_per_s;      /* of images; 0 = pulls take no time */
};

/* The VPC CNI's variables, and what decides how many addresses a node holds (rules K3, K4). */
struct fg_network_settings {
    bool prefix_delegation;     /* ENABLE_PREFIX_DELEGATION: for all nodes of the cluster */
    bool custom_networking;     /* AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG: one ENI fewer for pods */
    int64_t warm_eni_target;    /* 1; without effect once one of the next two is set */
    int64_t warm_ip_target;     /* -1 = not set */
    int64_t minimum_ip_target;  /* -1 = not set */
    int64_t warm_prefix_target; /* 1; with prefix delegation only */
};

/* AWS's quotas, by the account's family groups; FG_UNLIMITED unless named. */
struct fg_quotas {
    int64_t on_demand_vcpus[FG_QUOTA_FAMILY_COUNT]; /* by enum fg_quota_family, whole vCPU */
    int64_t spot_vcpus[FG_QUOTA_FAMILY_COUNT];
    int64_t nodes_per_node_group, node_groups, profiles;
};

/* What a study lets happen at a second of its own. */
enum fg_planned_kind {
    FG_PLANNED_ZONE_LOSS,          /* `name` is a zone */
    FG_PLANNED_NODE_GROUP_UPGRADE, /* `name` is a node group */
    FG_PLANNED_NODE_POOL_DRIFT,    /* `name` is a node pool */
    FG_PLANNED_FARGATE_PATCH,      /* `name` is a Fargate profile, "" = all of them */
};
struct fg_planned_event {
    uint32_t at_s; /* from the study's start */
    enum fg_planned_kind kind;
    const char *name;
    uint32_t lasts_s; /* zone loss: FG_DURATION_NEVER = to the cut */
};

struct fg_control_plane {
    const char *version;   /* "1.35" */
    bool upgrade_standard; /* upgradePolicy STANDARD: never pays extended support */
    const char *tier;      /* of a provisioned control plane: XL, 2XL, 4XL, 8XL; NULL = none */
};

/* Who places the pods; on ECS they are tasks, and nodes are container instances. */
enum fg_orchestrator { FG_ORCHESTRATOR_EKS, FG_ORCHESTRATOR_ECS };

enum fg_ecs_network_mode { FG_ECS_AWSVPC, FG_ECS_BRIDGE, FG_ECS_HOST };
/* Of container instances. */
struct fg_ecs_settings {
    int64_t reserved_memory_bytes;       /* 32 MiB: the agent's ECS_RESERVED_MEMORY */
    uint32_t memory_overhead_millionths; /* 75000: what the system does not see, as in rules K5 */
    enum fg_ecs_network_mode network_mode;
};

struct fg_cluster {
    enum fg_orchestrator orchestrator;
    struct fg_ecs_settings ecs;
    uint32_t profile_count;
    struct fg_fargate_profile *profiles; /* sorted by name, byte order (rules P2) */
    uint32_t node_group_count;
    struct fg_node_group *node_groups; /* managed first, then self-managed; in study order */
    uint32_t node_pool_count;
    struct fg_node_pool *node_pools; /* in study order */
    uint32_t node_class_count;
    struct fg_node_class *node_classes;
    struct fg_karpenter_settings karpenter;
    uint32_t daemon_set_count;
    struct fg_daemon_set *daemon_sets;
    uint32_t persistent_volume_count;
    struct fg_persistent_volume *persistent_volumes; /* a pod has those of all that fit */
    uint32_t image_rule_count;
    struct fg_image_rule *image_rules;
    uint32_t subnet_count;
    struct fg_subnet *subnets; /* sorted by id */
    struct fg_autoscaler_settings autoscaler;
    struct fg_scheduler_settings scheduler;
    struct fg_fargate_settings fargate;
    struct fg_node_settings nodes;
    struct fg_control_plane control_plane;
    struct fg_network_settings network;
    struct fg_quotas quotas;
    uint32_t event_count;
    struct fg_planned_event *events; /* by time, equal ones in study order */
};

/* No groups, pools or profiles, every setting at its default; control_plane.version is NULL. */
struct fg_cluster fg_cluster_default(void);
/* Of the Cluster Autoscaler that goes with the control plane's version: random through "1.32",
 * least-waste since. */
enum fg_expander fg_expander_default(const char *version);

#endif
