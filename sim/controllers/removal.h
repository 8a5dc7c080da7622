/* removal.h - which nodes Cluster Autoscaler could do without (rules C6, C7).
 *
 * Candidates are looked at in the order given. One whose pods all find room on the other nodes is
 * removable: its pods then are there, to be moved on if that node is a candidate too, the budgets
 * that cover them allow that many fewer, and the node is gone for those that come after.
 * Source: kubernetes/autoscaler 1.34 core/scaledown/{planner,eligibility,unneeded,budgets},
 * simulator/cluster.go, simulator/utilization.
 */
#ifndef FARGAUGE_SIM_CONTROLLERS_REMOVAL_H
#define FARGAUGE_SIM_CONTROLLERS_REMOVAL_H

#define FG_TAINT_TO_BE_DELETED "ToBeDeletedByClusterAutoscaler"

#include "models/base/memory.h"
#include "sim/controllers/drain.h"
#include "sim/controllers/simulation.h"

/* Why a node is kept; the names are Cluster Autoscaler's. */
enum fg_unremovable {
    FG_REMOVABLE,
    FG_UNREMOVABLE_DISABLED, /* annotated cluster-autoscaler.kubernetes.io/scale-down-disabled */
    FG_UNREMOVABLE_NOT_AUTOSCALED,
    FG_UNREMOVABLE_UNNEEDED_TOO_SHORT,
    FG_UNREMOVABLE_UNREADY_TOO_SHORT,
    FG_UNREMOVABLE_MIN_SIZE,
    FG_UNREMOVABLE_BEING_DELETED,
    FG_UNREMOVABLE_UTILIZED,
    FG_UNREMOVABLE_NOT_LOOKED_AT, /* enough unneeded nodes were found before */
    FG_UNREMOVABLE_RECENTLY,      /* found unremovable within the recheck timeout */
    FG_UNREMOVABLE_NO_PLACE,
    FG_UNREMOVABLE_BLOCKED_BY_POD,
    FG_UNREMOVABLE_UNEXPECTED, /* a node without allocatable cpu or memory */
};
const char *fg_unremovable_name(enum fg_unremovable reason); /* "NotUnderutilized" ... */

/* ---- utilisation ---- */

struct fg_utilization {
    const char *resource; /* "cpu", "memory" or "nvidia.com/gpu" */
    int64_t requested, allocatable;
};
/* The fuller of cpu and memory; the GPU alone on a node that has one. With `skipped` not NULL its
 * pods count neither as requested nor as allocatable. False where there is nothing to divide by. */
bool fg_utilization_of(const struct fg_node_capacity *allocatable, const struct fg_node_use *use,
                       const struct fg_node_use *skipped, bool has_gpu, struct fg_utilization *out);
/* Above the threshold a node is no candidate; at it, it is. */
bool fg_utilization_above(const struct fg_utilization *utilization, int64_t threshold_millionths);

/* ---- the simulation ---- */

/* Pods of one class on a node, in the node's order. */
struct fg_removal_pods {
    uint32_t slot, class_number, pods;
    enum fg_drain drain;
    uint32_t thing; /* the caller's number for them */
    uint32_t next;  /* within the node; set by fg_removal_add_pods */
};
struct fg_removal_node {
    uint32_t slot;
    enum fg_unremovable reason; /* those that are not FG_REMOVABLE before are passed over */
    uint32_t blocker;           /* `thing` of the pods that block */
    enum fg_drain blocker_drain;
    bool is_empty; /* no pod must move */
    bool is_risky; /* its pods cannot go all at once within their budgets: goes after others */
};

struct fg_removal {
    struct fg_simulation *simulation;
    struct fg_budgets budgets; /* what they allow goes down */
    uint32_t unneeded_limit;   /* look for no more unneeded nodes than this */
    bool keeps_turn; /* a search that fails does not move where the next begins, unlike the real
                      * one's: what becomes of a node does not hang on looking at others in vain */
    uint32_t pods_count, pods_capacity;
    struct fg_removal_pods *pods;
    uint32_t list_capacity;
    uint32_t *first_pods, *last_pods; /* by slot */
    /* Where spread looks at taints, a node being drained is of a kind with one more: its texts are
     * of this arena, which outlives the state. NULL = taints are not looked at. */
    struct fg_arena *arena;
    bool spread_honors_taints;
    uint32_t tainted_capacity;
    uint32_t *tainted_kinds; /* by kind; UINT32_MAX = none yet */
};
/* The simulation and the budgets stay the caller's; fg_removal_close frees the rest. */
void fg_removal_open(struct fg_removal *removal, struct fg_simulation *simulation);
void fg_removal_close(struct fg_removal *removal);
void fg_removal_add_pods(struct fg_removal *removal, const struct fg_removal_pods *pods);

/* Whether the node has no pods that must move, budgets apart: such candidates come first. */
bool fg_removal_is_empty(const struct fg_removal *removal, uint32_t slot);
/* Gives each candidate its reason. */
void fg_removal_plan(struct fg_removal *removal, struct fg_removal_node *candidates,
                     uint32_t count);

/* How many unneeded nodes are worth knowing, with so many known before and so many seconds between
 * two loops. */
uint32_t fg_removal_unneeded_limit(const struct fg_autoscaler_settings *settings, uint32_t known,
                                   uint32_t interval_s);

#endif
