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
    bool prefix_delegation; /* pods by the prefix formula (rules K3), then capped */
};

/* A DaemonSet's pod on every node; booked on (system). */
struct fg_daemon_set {
    const char *name;
    const char *namespace_name;
    int64_t cpu_milli, memory_bytes;
    struct fg_pairs node_selector;
    struct fg_tolerations tolerations; /* DaemonSets tolerate what they name; default: all */
};

enum fg_expander { FG_EXPANDER_LEAST_WASTE, FG_EXPANDER_MOST_PODS, FG_EXPANDER_LEAST_NODES };

/* Names and defaults of Cluster Autoscaler's flags (rules C2). */
struct fg_autoscaler_settings {
    bool enabled;
    enum fg_expander expander;
    uint32_t scan_interval_s;                 /* 10 */
    uint32_t new_pod_scale_up_delay_s;        /* 0 */
    uint32_t scale_down_unneeded_time_s;      /* 600 */
    uint32_t scale_down_delay_after_add_s;    /* 600 */
    uint32_t scale_down_delay_after_delete_s; /* 0 */
    uint32_t node_delete_delay_after_taint_s; /* 5 */
    uint32_t scale_down_threshold_millionths; /* 500000 */
    bool scale_down_enabled;                  /* true */
    uint32_t max_nodes_per_scale_up;          /* 1000 */
    uint32_t max_scale_down_parallelism;      /* 10 */
    int64_t max_nodes_total;                  /* 0 = no limit */
    bool ignore_daemonsets_utilization;       /* false */
    bool skip_nodes_with_system_pods, skip_nodes_with_local_storage,
        skip_nodes_with_custom_controller_pods; /* true, true, true */
};

struct fg_scheduler_settings {
    uint32_t percentage_of_nodes_to_score; /* 0 = adaptive (rules S2) */
    bool most_allocated;                   /* scoring: LeastAllocated (default) or MostAllocated */
};

struct fg_sidecar {
    const char *name;
    int64_t cpu_milli, memory_bytes;
};
struct fg_fargate_settings {
    uint32_t provision_delay_s;              /* 45, not billed */
    uint32_t image_pull_s;                   /* 15, billed */
    bool bill_until_termination;             /* false: until deletion (rules B1) */
    int64_t vcpu_quota_milli;                /* FG_UNLIMITED */
    int64_t launch_burst, launch_per_second; /* 20, 20 */
    uint32_t sidecar_count;
    struct fg_sidecar *sidecars; /* requests added to every Fargate pod */
};

struct fg_node_settings {
    uint32_t request_to_running_s; /* 15, not billed */
    uint32_t running_to_ready_s;   /* 45, billed */
    uint32_t pod_startup_s;        /* 0 */
    uint32_t terminate_s;          /* 0, billed */
};

struct fg_control_plane {
    const char *version;   /* "1.35" */
    bool upgrade_standard; /* upgradePolicy STANDARD: never pays extended support */
};

struct fg_cluster {
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
    uint32_t subnet_count;
    struct fg_subnet *subnets; /* sorted by id */
    struct fg_autoscaler_settings autoscaler;
    struct fg_scheduler_settings scheduler;
    struct fg_fargate_settings fargate;
    struct fg_node_settings nodes;
    struct fg_control_plane control_plane;
};

#endif
