/* drain.h - which pods let their node go, and why the others do not (rules C7).
 *
 * Source: kubernetes/autoscaler 1.34 cluster-autoscaler simulator/drainability/rules (their order
 * decides), utils/drain, core/scaledown/pdb.
 */
#ifndef FARGAUGE_SIM_CONTROLLERS_DRAIN_H
#define FARGAUGE_SIM_CONTROLLERS_DRAIN_H

#include "models/cluster.h"
#include "models/pod.h"

/* A PodDisruptionBudget with what it still allows. */
struct fg_budget {
    const char *namespace_name;
    const struct fg_label_selector *selector;
    int64_t allowed;
};
struct fg_budgets {
    uint32_t count;
    struct fg_budget *items;
};
bool fg_budget_covers(const struct fg_budget *budget, const struct fg_pod_spec *spec);

enum fg_drain {
    FG_DRAIN_MOVES,          /* is to find another node */
    FG_DRAIN_MOVES_BUDGETED, /* the same, where every budget that covers it allows one more */
    FG_DRAIN_STAYS,          /* a DaemonSet's: goes with the node */
    FG_DRAIN_IGNORED,        /* a mirror pod, or one that is long terminating */
    /* From here on it blocks. */
    FG_DRAIN_MIN_REPLICAS,
    FG_DRAIN_NOT_REPLICATED,
    FG_DRAIN_SYSTEM_POD,
    FG_DRAIN_NOT_SAFE,
    FG_DRAIN_LOCAL_STORAGE,
    FG_DRAIN_BUDGET,
};
static inline bool fg_drain_blocks(enum fg_drain drain)
{
    return drain >= FG_DRAIN_MIN_REPLICAS;
}

/* Its controller, as far as it matters. */
enum fg_drain_owner {
    FG_DRAIN_OWNER_NONE,
    FG_DRAIN_OWNER_DAEMON_SET,
    FG_DRAIN_OWNER_REPLICATING, /* ReplicationController, ReplicaSet, StatefulSet, Job */
    FG_DRAIN_OWNER_CUSTOM,      /* anything else */
};
enum fg_drain_owner fg_drain_owner_of_kind(const char *kind); /* NULL = none */

struct fg_drain_pod {
    const struct fg_pod_spec *spec;
    enum fg_drain_owner owner;
    int64_t owner_replicas; /* ReplicaSet or ReplicationController; -1 = unknown */
    bool is_mirror, is_finished, is_long_terminating;
    bool has_local_storage; /* hostPath, emptyDir not in memory; not named as safe to lose */
    int64_t age_s;          /* since it was created; -1 = unknown */
};
enum fg_drain fg_drain_of(const struct fg_autoscaler_settings *settings,
                          const struct fg_drain_pod *pod, const struct fg_budgets *budgets);

/* Whether a pod keeps its node for reasons of its own, as far as its spec tells; budgets apart. */
bool fg_drain_keeps_node(const struct fg_autoscaler_settings *settings,
                         const struct fg_pod_spec *spec, int64_t age_s);

/* "NotReplicated" ...; "" for those that do not block. */
const char *fg_drain_name(enum fg_drain drain);
/* Cluster Autoscaler's words for a pod that blocks: a format of its namespace and its name. */
void fg_drain_print(enum fg_drain drain, const char *namespace_name, const char *pod, char *buffer,
                    uint32_t buffer_bytes);

#endif
