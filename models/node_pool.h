/* node_pool.h - Karpenter's NodePools and EC2NodeClasses, as their documents say it (rules M4).
 *
 * Texts and lists are owned by the study's arena. Durations are whole seconds;
 * FG_DURATION_NEVER = Never.
 */
#ifndef FARGAUGE_MODELS_NODE_POOL_H
#define FARGAUGE_MODELS_NODE_POOL_H

#include "models/base/memory.h"
#include "models/cron.h"
#include "models/labels.h"
#include "models/pod_rules.h"

#define FG_DURATION_NEVER UINT32_MAX

/* Of EKS Auto Mode's built-in pools, and of a pool of its kind that names none (rules E2). */
enum { FG_AUTO_MODE_EXPIRE_AFTER_S = 336 * 3600, FG_AUTO_MODE_GRACE_PERIOD_S = 24 * 3600 };

enum fg_disruption_reason {
    FG_DISRUPTION_EMPTY = 1 << 0,
    FG_DISRUPTION_UNDERUTILIZED = 1 << 1,
    FG_DISRUPTION_DRIFTED = 1 << 2,
    FG_DISRUPTION_ALL = 7,
};

/* rules R7: how many nodes of the pool may be disrupted at a time. */
struct fg_disruption_budget {
    int64_t nodes; /* a count, or a percentage where `percent` is set */
    bool percent;
    uint32_t reasons; /* enum fg_disruption_reason, joined; all where the document names none */
    bool has_schedule;
    struct fg_cron schedule; /* UTC; active for duration_s from each time */
    uint32_t duration_s;
};

enum fg_consolidation_policy {
    FG_CONSOLIDATE_EMPTY_OR_UNDERUTILIZED, /* WhenEmptyOrUnderutilized, the default */
    FG_CONSOLIDATE_EMPTY,                  /* WhenEmpty */
    FG_CONSOLIDATE_BALANCED,               /* Balanced */
};

struct fg_volume; /* models/cluster.h */

/* What instances of a pool look like. */
struct fg_node_class {
    const char *name;
    const char *ami_family; /* AL2 AL2023 Bottlerocket Custom ...; default AL2023 */
    uint32_t subnet_count;  /* ids that subnetSelectorTerms names; 0 = all there are */
    const char **subnets;
    uint32_t zone_count; /* of those subnets; 0 = all the cluster spans */
    const char **zones;
    int64_t max_pods;      /* kubelet.maxPods; 0 = ENI formula */
    int64_t pods_per_core; /* 0 = no such limit */
    int64_t system_reserved_cpu_milli, system_reserved_memory_bytes;
    int64_t kube_reserved_cpu_milli, kube_reserved_memory_bytes; /* -1 = by the rules */
    int64_t eviction_hard_memory_bytes;                          /* 100 MiB unless named */
    const struct fg_volume *root; /* NULL = the family's default, 20 GiB gp3 */
    bool public_ipv4;             /* associatePublicIPAddress */
    bool auto_mode;               /* NodeClass of eks.amazonaws.com */
};

struct fg_node_pool {
    const char *name;
    const char *node_class; /* name in the cluster's node classes; NULL = the default one */
    int32_t weight;         /* 1 .. 100; 0 = not named */
    struct fg_pairs labels, annotations;
    struct fg_taints taints, startup_taints;
    struct fg_requirements requirements;
    int64_t limit_cpu_milli, limit_memory_bytes, limit_gpu_milli,
        limit_nodes;                     /* INT64_MAX = none */
    uint32_t expire_after_s;             /* 720 h; EKS Auto Mode 336 h */
    uint32_t termination_grace_period_s; /* FG_DURATION_NEVER = not named; EKS Auto Mode 24 h */
    enum fg_consolidation_policy consolidation_policy;
    uint32_t consolidate_after_s; /* 0; FG_DURATION_NEVER = Never */
    uint32_t budget_count;        /* at least one: the default is 10 % */
    struct fg_disruption_budget *budgets;
    bool auto_mode; /* of EKS Auto Mode: its fee is charged */
};

/* Karpenter's own options. */
struct fg_karpenter_settings {
    uint32_t batch_idle_duration_s;        /* 1 */
    uint32_t batch_max_duration_s;         /* 10 */
    bool spot_to_spot_consolidation;       /* feature gate, false */
    bool ignores_preferences;              /* preferencePolicy Ignore; default Respect */
    bool min_values_best_effort;           /* minValuesPolicy BestEffort; default Strict */
    int64_t vm_memory_overhead_millionths; /* 75000 */
    int64_t reserved_enis;                 /* 0 */
};

/* What a document that says nothing more than a name has: its budget is in the arena. */
struct fg_node_pool fg_node_pool_default(struct fg_arena *arena);
struct fg_node_class fg_node_class_default(void);
/* The same for a NodeClass of EKS Auto Mode: Bottlerocket on 80 GiB of gp3. */
struct fg_node_class fg_node_class_auto_mode(void);
/* The class that the pool names, of its own kind (EC2NodeClass, or EKS Auto Mode's NodeClass);
 * NULL = none of that name: fg_node_class_default holds. Pools of EKS Auto Mode that come from a
 * study have theirs in its list. */
const struct fg_node_class *fg_node_class_of(const struct fg_node_pool *pool,
                                             const struct fg_node_class *classes, uint32_t count);
/* EKS Auto Mode's built-in pools, general-purpose or system, of NodeClass "default" (rules E2):
 * requirements carry its own labels, eks.amazonaws.com/instance-... */
struct fg_node_pool fg_node_pool_auto_mode(struct fg_arena *arena, bool is_system);

#endif
