/* cluster_autoscaler.h - what Cluster Autoscaler would do now: pure decisions over a snapshot.
 *
 * Pods come as classes with counts, since all pods of a class fit alike, and bin packing by
 * counts gives what bin packing pod by pod gives.
 * Sources: kubernetes/autoscaler cluster-autoscaler estimator/binpacking_estimator.go,
 * expander/waste, expander/mostpods, expander/leastnodes, core/scaledown, FAQ.md.
 */
#ifndef FARGAUGE_SIM_CONTROLLERS_CLUSTER_AUTOSCALER_H
#define FARGAUGE_SIM_CONTROLLERS_CLUSTER_AUTOSCALER_H

#include "models/cluster.h"
#include "sim/controllers/scheduler.h"

/* A node, or one that has been asked for. */
struct fg_snapshot_node {
    const struct fg_node_capacity *allocatable;
    struct fg_node_use use;
    uint32_t kind; /* index of `eligible` */
};

/* Pods that wait, marked unschedulable, of one scheduling class. */
struct fg_snapshot_pods {
    const struct fg_request *request;
    const uint8_t *eligible; /* by node kind: selector, taints and architecture allow it */
    uint32_t pods;
};

struct fg_snapshot_group {
    struct fg_node_capacity template_allocatable;
    struct fg_node_capacity machine; /* full vCPU and memory, for least-waste */
    struct fg_node_use daemons;      /* on every new node */
    uint32_t kind;                   /* of a new node */
    int64_t size, max_size;          /* size: with what has been asked for */
};

struct fg_snapshot {
    uint32_t node_count; /* ready and upcoming nodes; `use` is used up by the decision */
    struct fg_snapshot_node *nodes;
    uint32_t pods_count;
    struct fg_snapshot_pods *pods; /* counts are used up by the decision */
    uint32_t group_count;
    const struct fg_snapshot_group *groups;
};

struct fg_scale_up {
    uint32_t group; /* UINT32_MAX = nothing to do */
    int64_t nodes;
};

/* Drops the pods that fit on nodes that are there or coming, packs the rest into each group
 * (first fit decreasing), and lets the expander choose one group; of equals the first. */
struct fg_scale_up fg_autoscaler_scale_up(const struct fg_autoscaler_settings *settings,
                                          struct fg_snapshot *snapshot);

/* How many new nodes of a group the pods need and how many of them that places: bin packing. */
struct fg_estimate {
    int64_t nodes;
    int64_t pods;
    int64_t cpu_milli, memory_bytes; /* requested by the pods placed */
};
struct fg_estimate fg_autoscaler_estimate(const struct fg_snapshot *snapshot,
                                          const struct fg_snapshot_group *group, int64_t max_nodes);

/* max(cpu, memory) requested over allocatable, in millionths, rounded up; GPU alone on nodes
 * with GPUs. */
int64_t fg_autoscaler_utilization_millionths(const struct fg_node_capacity *allocatable,
                                             const struct fg_node_use *use);

/* Whether a pod of this spec keeps its node from being removed, `age_s` after it began: pods of
 * kube-system do so for the first hour. */
enum { FG_SYSTEM_POD_BLOCKS_S = 3600 };
bool fg_autoscaler_blocks_removal(const struct fg_autoscaler_settings *settings,
                                  const struct fg_pod_spec *spec, uint32_t age_s);

#endif
