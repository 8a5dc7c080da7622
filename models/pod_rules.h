/* pod_rules.h - where a pod wants to run and where it must not, as its manifest says it.
 *
 * What the node selector, the tolerations and the requests of struct fg_pod_spec do not cover:
 * node affinity, inter-pod affinity, topology spread, host ports, volumes' zones, images. Texts
 * and lists are owned by whoever made the spec (a trace or a set of Kubernetes objects).
 * Source of the meanings: Kubernetes API core/v1 and apimachinery's selectors; rules S3 to S6.
 */
#ifndef FARGAUGE_MODELS_POD_RULES_H
#define FARGAUGE_MODELS_POD_RULES_H

#include <stdbool.h>
#include <stdint.h>

#include "models/labels.h"

enum fg_operator {
    FG_OPERATOR_IN,
    FG_OPERATOR_NOT_IN, /* also true where the key is absent */
    FG_OPERATOR_EXISTS,
    FG_OPERATOR_DOES_NOT_EXIST,
    FG_OPERATOR_GT, /* both sides are whole numbers; absent or no number: false */
    FG_OPERATOR_LT,
    FG_OPERATOR_GTE, /* Karpenter's NodePools only */
    FG_OPERATOR_LTE,
};
bool fg_operator_parse(const char *text, enum fg_operator *out); /* "In" "NotIn" ... */
const char *fg_operator_name(enum fg_operator operator_);

struct fg_requirement {
    const char *key;
    enum fg_operator operator_;
    uint32_t value_count;
    const char **values;
    uint32_t min_values; /* Karpenter: this many distinct values must stay; 0 = not asked for */
};
/* All must hold. */
struct fg_requirements {
    uint32_t count;
    struct fg_requirement *items;
};

/* Of a pod's labels. One without pairs and expressions selects every pod; `nothing` none.
 * Pods of a trace need no labels in common, so its rules name the workload instead: whoever
 * matches pods uses fg_label_selector_takes_pod (pod.h), which looks at both. */
struct fg_label_selector {
    bool nothing;         /* the field was absent */
    const char *workload; /* pods of the workload alone; NULL = of any */
    struct fg_pairs labels;
    struct fg_requirements expressions;
};

/* One term of node affinity: all expressions and fields must hold; a term with neither holds
 * nowhere. `fields` can only name metadata.name. */
struct fg_node_term {
    struct fg_requirements expressions, fields;
    int32_t weight; /* preferred terms: 1 .. 100 */
};
struct fg_node_terms {
    uint32_t count;
    struct fg_node_term *items;
};

/* Pods of these namespaces that the selector takes, in one topology domain. */
struct fg_pod_term {
    struct fg_label_selector selector; /* match label keys are already joined in */
    uint32_t namespace_count;          /* 0 and not all_namespaces: the pod's own */
    const char **namespaces;
    bool all_namespaces; /* an empty namespaceSelector */
    const char *topology_key;
    int32_t weight; /* preferred terms: 1 .. 100 */
};
struct fg_pod_terms {
    uint32_t count;
    struct fg_pod_term *items;
};

struct fg_spread_constraint {
    int32_t max_skew;
    const char *topology_key;
    bool hard; /* DoNotSchedule; else ScheduleAnyway */
    struct fg_label_selector selector;
    uint32_t min_domains;       /* 0 = not named, counts as 1 */
    bool ignores_node_affinity; /* nodeAffinityPolicy Ignore; default Honor */
    bool honors_node_taints;    /* nodeTaintsPolicy Honor; default Ignore */
};
struct fg_spread_constraints {
    uint32_t count;
    struct fg_spread_constraint *items;
};

struct fg_host_port {
    const char *protocol; /* TCP UDP SCTP */
    const char *ip;       /* "0.0.0.0" = all */
    uint32_t port;
};
struct fg_extended_resource {
    const char *name; /* "nvidia.com/gpu" is not here but in gpu_milli */
    int64_t amount;
};
struct fg_extended_resources { /* sorted by name */
    uint32_t count;
    struct fg_extended_resource *items;
};

enum fg_preemption { FG_PREEMPTION_LOWER_PRIORITY, FG_PREEMPTION_NEVER };

struct fg_pod_rules {
    struct fg_node_terms required_nodes; /* OR; count 0 = anywhere */
    struct fg_node_terms preferred_nodes;
    struct fg_pod_terms required_affinity, preferred_affinity;
    struct fg_pod_terms required_anti_affinity, preferred_anti_affinity;
    struct fg_spread_constraints spread;
    /* The scheduler's default constraints (hostname 3, zone 5, ScheduleAnyway) hold for a pod
     * without any of its own that a Service, ReplicaSet or StatefulSet selects, and count the
     * pods of its namespace that this selects. `nothing` = no such owner. */
    struct fg_label_selector owner_selector;
    uint32_t port_count;
    const struct fg_host_port *ports;
    struct fg_extended_resources extended;
    const char *node_name;   /* spec.nodeName asked for by hand; NULL = none */
    const char *volume_zone; /* zone that its bound volumes are in; NULL = none or any */
    uint32_t ebs_volumes;    /* that are to be attached to its node */
    uint32_t image_count;    /* of its containers, normalised names */
    const char **images;
    enum fg_preemption preemption;
    /* What the scheduler's scores count for it, per container without a request 100m and
     * 200 MiB; -1 = as the spec's cpu_named and memory_named say. */
    int64_t scored_cpu_milli, scored_memory_bytes;
};

/* Whether labels meet the requirement; keys compare by byte. */
bool fg_requirement_holds(const struct fg_requirement *requirement, const struct fg_pairs *labels);
bool fg_requirements_hold(const struct fg_requirements *requirements,
                          const struct fg_pairs *labels);
/* By labels alone. */
bool fg_label_selector_takes(const struct fg_label_selector *selector,
                             const struct fg_pairs *labels);
/* Any of the terms; none at all: true. `node_name` serves metadata.name. */
bool fg_node_terms_hold(const struct fg_node_terms *terms, const struct fg_pairs *labels,
                        const char *node_name);

#endif
