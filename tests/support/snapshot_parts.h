/* snapshot_parts.h - what the modes of random_snapshot share: nodes and pods as YAML.
 *
 * Pods come in workloads: pods of one template, alike but for name, age and node.
 */
#ifndef FARGAUGE_TESTS_SNAPSHOT_PARTS_H
#define FARGAUGE_TESTS_SNAPSHOT_PARTS_H

#include "models/base/memory.h"
#include "models/base/status.h"
#include "tests/support/dice.h"
#include "tests/support/random_snapshot.h"

enum fg_snapshot_feature {
    FG_SNAPSHOT_TAINTS = 1 << 0,
    FG_SNAPSHOT_CORDONS = 1 << 1,
    FG_SNAPSHOT_SELECTORS = 1 << 2,
    FG_SNAPSHOT_NODE_AFFINITY = 1 << 3,
    FG_SNAPSHOT_PREFERRED_NODES = 1 << 4,
    FG_SNAPSHOT_POD_AFFINITY = 1 << 5,
    FG_SNAPSHOT_PREFERRED_PODS = 1 << 6,
    FG_SNAPSHOT_SPREAD = 1 << 7,
    FG_SNAPSHOT_PORTS = 1 << 8,
    FG_SNAPSHOT_PRIORITIES = 1 << 9,
    FG_SNAPSHOT_EXTENDED = 1 << 10,
    FG_SNAPSHOT_OWNERS = 1 << 11,
    FG_SNAPSHOT_BUDGETS = 1 << 12,
    FG_SNAPSHOT_INIT = 1 << 13, /* init containers, sidecars, overhead */
    FG_SNAPSHOT_ODD_REQUESTS = 1 << 14,
    FG_SNAPSHOT_ODD_NODES = 1 << 15, /* labels that are missing, images, not ready */
    FG_SNAPSHOT_GATES = 1 << 16,
    FG_SNAPSHOT_BLOCKERS = 1 << 17, /* what keeps a node from being removed */
    FG_SNAPSHOT_FEATURES = 18,
};

struct fg_snapshot_node {
    char name[32], zone[16], type[16], pool[16];
    int64_t cpu_milli, memory_mib, pods, ephemeral_gib, gpus, widgets; /* left */
};

/* What the generator needs to know of a template; the rest is in its YAML. */
struct fg_snapshot_workload {
    char name[32];
    const char *namespace_name, *app, *tier;
    const char *kind; /* of the owner; NULL = bare pods */
    const char *spec, *annotations;
    int64_t cpu_milli, memory_mib, ephemeral_gib, gpus, widgets;
    uint32_t owner_uid;
    uint32_t pods; /* so far */
};

enum { FG_SNAPSHOT_MAX_NODES = 200, FG_SNAPSHOT_MAX_WORKLOADS = 24 };

struct fg_snapshot {
    FILE *out;
    struct fg_arena arena;
    struct fg_dice dice;
    enum fg_snapshot_mode mode;
    uint32_t level;    /* 0 .. 4 */
    uint32_t features; /* enum fg_snapshot_feature */
    uint32_t node_count, workload_count, uid;
    struct fg_snapshot_node nodes[FG_SNAPSHOT_MAX_NODES];
    struct fg_snapshot_workload workloads[FG_SNAPSHOT_MAX_WORKLOADS];
};

#define FG_SNAPSHOT_PICK(snapshot, list)                                                           \
    ((list)[fg_dice_below(&(snapshot)->dice, (uint32_t)(sizeof(list) / sizeof *(list)))])

uint32_t fg_snapshot_below(struct fg_snapshot *snapshot, uint32_t limit);
bool fg_snapshot_one_in(struct fg_snapshot *snapshot, uint32_t chances);
bool fg_snapshot_has(const struct fg_snapshot *snapshot, uint32_t feature);
/* True one time in `chances` where the feature is on. */
bool fg_snapshot_rolls(struct fg_snapshot *snapshot, uint32_t feature, uint32_t chances);
void fg_snapshot_put(struct fg_snapshot *snapshot, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* `- apiVersion: ...` up to the name; the caller goes on within metadata. */
void fg_snapshot_begin(struct fg_snapshot *snapshot, const char *api, const char *kind,
                       const char *namespace_name, const char *name);
/* creationTimestamp, this long before 2026-03-02T12:00:00Z. */
void fg_snapshot_put_age(struct fg_snapshot *snapshot, uint32_t age_s);

/* The machine types that snapshots use. */
struct fg_snapshot_type {
    const char *name;
    int64_t vcpu, memory_mib;           /* of the machine */
    int64_t cpu_milli, allocatable_mib; /* left to pods by the reserves (rules K5) */
    int64_t pods;                       /* by the ENI formula, at most 110 */
};
const struct fg_snapshot_type *fg_snapshot_random_type(struct fg_snapshot *snapshot);
/* The allocatable of `type`, into the node's columns. */
void fg_snapshot_take_type(struct fg_snapshot_node *node, const struct fg_snapshot_type *type);

/* `extra_labels` and `taints` are flow YAML that follows what every node has: ", a: b" and
 * "{key: ...}, ..."; both may be empty. */
struct fg_snapshot_node_text {
    const char *extra_labels, *annotations, *taints;
    uint32_t age_s;
    bool cordoned, not_ready;
    int64_t capacity_cpu_milli, capacity_memory_mib;
};
void fg_snapshot_write_node(struct fg_snapshot *snapshot, const struct fg_snapshot_node *node,
                            const struct fg_snapshot_node_text *text);
/* Flow YAML of 0 .. 2 taints. */
const char *fg_snapshot_random_taints(struct fg_snapshot *snapshot);

void fg_snapshot_write_shared(struct fg_snapshot *snapshot); /* namespaces, priority classes */
/* A template with what the snapshot's features allow, and its owner and budget objects. */
struct fg_snapshot_workload *fg_snapshot_add_workload(struct fg_snapshot *snapshot);
/* One pod; `node` NULL = pending. What it requests is taken off the node. */
void fg_snapshot_write_pod(struct fg_snapshot *snapshot, struct fg_snapshot_workload *workload,
                           struct fg_snapshot_node *node, uint32_t age_s);
bool fg_snapshot_fits(const struct fg_snapshot_node *node,
                      const struct fg_snapshot_workload *workload);
/* Pods of random workloads on random nodes with room, at most `count`. */
void fg_snapshot_fill_nodes(struct fg_snapshot *snapshot, uint32_t count);
void fg_snapshot_write_pending(struct fg_snapshot *snapshot, uint32_t count);
/* One to three DaemonSets and their pod on each node. */
void fg_snapshot_write_daemon_sets(struct fg_snapshot *snapshot);

/* The modes. */
void fg_snapshot_write_scheduler(struct fg_snapshot *snapshot);
void fg_snapshot_write_autoscaler(struct fg_snapshot *snapshot);
void fg_snapshot_write_karpenter(struct fg_snapshot *snapshot);

/* The pod's `spec` below nodeName, as block YAML, from the features. */
const char *fg_snapshot_pod_spec(struct fg_snapshot *snapshot,
                                 struct fg_snapshot_workload *workload);

#endif
