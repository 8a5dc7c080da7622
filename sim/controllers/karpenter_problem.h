/* karpenter_problem.h - what one call of fg_karpenter_solve is asked, and what it answers. */
#ifndef FARGAUGE_SIM_CONTROLLERS_KARPENTER_PROBLEM_H
#define FARGAUGE_SIM_CONTROLLERS_KARPENTER_PROBLEM_H

#include "sim/controllers/cluster_state.h"
#include "sim/controllers/karpenter_claim.h"

#define FG_NO_POOL UINT32_MAX

/* ---- a problem ---- */

/* What Karpenter knows of a node beside the cluster state; by slot. */
struct fg_karpenter_node {
    uint32_t pool;       /* FG_NO_POOL = not Karpenter's, or its pool is gone */
    bool is_managed;     /* has a NodeClaim */
    bool is_initialized; /* of managed nodes; others count as if they were */
    bool is_going;       /* marked for deletion: no target, not counted */
    bool is_settling;    /* within consolidateAfter: in a simulation of disruption only pods that
                          * are pending, or on nodes that go, may come here */
    /* The pods of its DaemonSets are booked there, or taken off its allocatable: nothing is kept
     * free for them. Else what of them is not on the node yet is. */
    bool has_daemons;
    const struct fg_node_capacity *capacity; /* for limits; NULL = its allocatable */
};

struct fg_karpenter_pod {
    uint32_t scheduling_class;
    bool may_settle; /* pending, or on a node that goes: see is_settling */
    bool is_checked; /* pending: refused if it asks for what Karpenter does not support */
    int64_t created;
    const char *uid; /* NULL = the order in which they are given */
};

struct fg_karpenter_problem {
    const struct fg_cluster_state *state;
    const struct fg_karpenter_node *nodes;
    uint32_t taken_count; /* slots taken away as if their nodes were going */
    const uint32_t *taken;
    uint32_t pod_count;
    const struct fg_karpenter_pod *pods;
    /* Nodes on the wane are no targets: disruption's simulations. */
    bool is_disruption;
    /* NULL, or by pool a set of types: the solution is of use only with one claim at most, which
     * keeps one of these, and if no pod that may not settle goes to a node that is not
     * initialised. No pool has minValues. The solve ends as soon as that is past. */
    const uint64_t *const *wanted;
    bool is_brief;        /* reasons, unplaced_count and launches are not asked for */
    bool is_same_cluster; /* state and nodes are as they were for the last solve */
};

/* ---- its solution ---- */

#define FG_PLACE_NONE UINT32_MAX
#define FG_PLACE_CLAIM (UINT32_C(1) << 31)

struct fg_karpenter_solution {
    uint32_t claim_count, claim_capacity;
    struct fg_karpenter_claim *claims; /* in the order in which they were planned */
    uint32_t pod_count;
    /* By pod: slot of a node; FG_PLACE_CLAIM | number of a claim; FG_PLACE_NONE. */
    uint32_t *places;
    const char **reasons; /* by pod, in Karpenter's words; NULL = it has a place */
    uint32_t unplaced_count;
    bool is_futile; /* it cannot be as wanted, and nothing else here counts */
    struct fg_arena arena;
};

#endif
