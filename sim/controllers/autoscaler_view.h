/* autoscaler_view.h - what Cluster Autoscaler is shown of a cluster, and what it decides. */
#ifndef FARGAUGE_SIM_CONTROLLERS_AUTOSCALER_VIEW_H
#define FARGAUGE_SIM_CONTROLLERS_AUTOSCALER_VIEW_H

#include "models/base/memory.h"
#include "models/catalog.h"
#include "models/kube_objects.h"
#include "sim/controllers/cluster_state.h"

/* All is borrowed. The state is used to try things out and is as before afterwards, but for kinds
 * that have come to it. */
struct fg_autoscaler_view {
    const struct fg_kube_objects *objects; /* node groups and settings: objects->cluster */
    const struct fg_catalog *catalog;      /* instance types of groups that have no node */
    /* Every node, open or not; every bound pod that is not finished is booked, DaemonSets' too. */
    struct fg_cluster_state *state;
    const uint32_t *slot_of_node;        /* by objects->nodes */
    const uint32_t *class_of_pod;        /* by objects->pods; that of a finished pod is not read */
    const uint32_t *class_of_daemon_set; /* by objects->daemon_sets; NULL where there is none */
    fg_unix_s now;
    uint64_t luck; /* picks among equally good options; 0 = the first of them */
};

struct fg_group_growth {
    uint32_t group; /* of objects->cluster.node_groups */
    int64_t nodes;
};
struct fg_node_verdict {
    uint32_t node;      /* of objects->nodes */
    const char *reason; /* removed: "empty" or "underutilized"; kept: CA's name and words */
};

/* Owned by the arena; release it with fg_autoscaler_decision_release. */
struct fg_autoscaler_decision {
    uint32_t growth_count; /* several where similar groups are balanced */
    struct fg_group_growth *growth;
    uint32_t tie_count; /* groups that are as good to the expander, the chosen one included */
    uint32_t *ties;
    uint32_t unschedulable_count; /* pods that no group can help, in queue order */
    uint32_t *unschedulable;
    uint32_t removed_count; /* empty nodes first, each in the order in which they would go */
    struct fg_node_verdict *removed;
    uint32_t blocked_count; /* in the order of objects->nodes */
    struct fg_node_verdict *blocked;
    struct fg_arena arena;
};

#endif
