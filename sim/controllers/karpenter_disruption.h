/* karpenter_disruption.h - which nodes Karpenter may disrupt, why it may not, and what it costs.
 *
 * Beside struct fg_cluster_state, which counts the pods, the caller keeps two rows per slot
 * (struct fg_karpenter_node and fg_disruption_node) and one per class of pods (struct
 * fg_disruption_class). Times are UTC seconds. Pods that are going or protected while others alike
 * are not belong in a class of their own.
 * Sources: kubernetes-sigs/karpenter v1.14 pkg/controllers/disruption, pkg/controllers/state,
 * pkg/controllers/nodeclaim/disruption and podevents.
 */
#ifndef FARGAUGE_SIM_CONTROLLERS_KARPENTER_DISRUPTION_H
#define FARGAUGE_SIM_CONTROLLERS_KARPENTER_DISRUPTION_H

#include "models/money.h"
#include "sim/controllers/cluster_state.h"
#include "sim/controllers/karpenter_budgets.h"
#include "sim/controllers/karpenter_eviction.h"
#include "sim/controllers/karpenter_provisioning.h"

#define FG_NEVER_S INT64_MIN /* it has not happened */

/* ---- nodes ---- */

/* What disruption knows of a node beside struct fg_karpenter_node. */
struct fg_disruption_node {
    const char *instance_type; /* NULL = its label is missing, or its pool has no such type */
    const char *zone;          /* NULL = its label is missing */
    const char *capacity_type; /* "spot" "on-demand" "reserved"; NULL = its label is missing */
    fg_nanodollars price;      /* an hour, of its offering; 0 = not known */
    bool is_ready;
    bool is_protected;              /* annotation karpenter.sh/do-not-disrupt: "true" */
    bool has_protected_pods;        /* such as the classes do not tell of */
    bool has_termination_grace;     /* terminationGracePeriod is set */
    fg_unix_s created, initialized; /* FG_NEVER_S = not known, not yet */
    fg_unix_s last_pod_event;       /* FG_NEVER_S = none */
    fg_unix_s nominated_until;      /* FG_NEVER_S = never nominated */
    fg_unix_s drifted;              /* since when; FG_NEVER_S = it is not */
};

/* A pod other than a DaemonSet's was bound to the node, ended or began to be deleted there. For
 * 10 s after one that was written down, others are not. */
enum { FG_POD_EVENT_WINDOW_S = 10 };
void fg_karpenter_note_pod_event(struct fg_disruption_node *node, fg_unix_s now);

/* Provisioning or a command counts on the node: no candidate until twice the longest batch, at
 * least 10 s, has passed. */
void fg_karpenter_nominate(struct fg_disruption_node *node,
                           const struct fg_karpenter_settings *settings, fg_unix_s now);

/* The second from which consolidateAfter lets an initialised node be a candidate: so long after
 * the last pod event, or after it was initialised where there was none. False: never. */
bool fg_karpenter_consolidatable_from(const struct fg_node_pool *pool,
                                      const struct fg_disruption_node *node, fg_unix_s *out);
/* Within consolidateAfter: consolidation moves no pods onto the node. */
bool fg_karpenter_is_settling(const struct fg_node_pool *pool,
                              const struct fg_disruption_node *node, fg_unix_s now);

/* What an hour of such a node costs; 0 = not known. For struct fg_disruption_node. */
fg_nanodollars fg_karpenter_node_price(const struct fg_karpenter *karpenter, uint32_t pool,
                                       const char *instance_type, const char *zone,
                                       const char *capacity_type);

/* When expireAfter ends the node's life, without budgets and without a replacement first. */
bool fg_karpenter_expires_at(const struct fg_node_pool *pool, const struct fg_disruption_node *node,
                             fg_unix_s *out);

/* ---- candidates ---- */

enum fg_disruption_method {
    FG_METHOD_EMPTY, /* delete nodes without pods */
    FG_METHOD_DRIFT,
    FG_METHOD_MULTI,
    FG_METHOD_SINGLE,
    FG_METHOD_COUNT
};
const char *fg_karpenter_method_name(enum fg_disruption_method method); /* "empty" ... */
enum fg_disruption_reason fg_karpenter_method_reason(enum fg_disruption_method method);

/* Why a node is no candidate, in the order in which it is asked. */
enum fg_disruption_block {
    FG_BLOCK_NONE,
    FG_BLOCK_NOT_MANAGED,
    FG_BLOCK_NOT_INITIALIZED,
    FG_BLOCK_GOING,
    FG_BLOCK_NOMINATED,
    FG_BLOCK_NODE_PROTECTED,
    FG_BLOCK_NO_POOL,
    FG_BLOCK_POD_PROTECTED,
    FG_BLOCK_POD_BUDGETS, /* several take one pod */
    FG_BLOCK_POD_BUDGET,
    FG_BLOCK_NOT_DRIFTED,
    FG_BLOCK_NO_TYPE,
    FG_BLOCK_NO_CAPACITY_TYPE,
    FG_BLOCK_NO_ZONE,
    FG_BLOCK_NO_CONSOLIDATION, /* consolidateAfter: Never */
    FG_BLOCK_EMPTY,            /* left to the method for empty nodes */
    FG_BLOCK_NOT_EMPTY,
    FG_BLOCK_POLICY, /* WhenEmpty, and it is not */
    FG_BLOCK_CONSOLIDATE_AFTER,
    FG_BLOCK_COUNT
};
const char *fg_karpenter_block_text(enum fg_disruption_block block);

struct fg_disruption_pod_list {
    uint32_t count;
    const struct fg_karpenter_pod *items;
};

/* The cluster as disruption looks at it; everything is borrowed. */
struct fg_disruption_world {
    const struct fg_cluster_state *state;
    const struct fg_karpenter_node *nodes;     /* by slot; is_settling need not be set */
    const struct fg_disruption_node *facts;    /* by slot */
    const struct fg_disruption_class *classes; /* by class */
    struct fg_disruption_pod_list pending;
    /* By slot, the pods of struct fg_cluster_state's loads one by one; NULL = they are made from
     * the loads, and age does not tell pods of one size apart. */
    const struct fg_disruption_pod_list *pods;
    const struct fg_node_pool *pools;
    uint32_t pool_count;
    const struct fg_karpenter_settings *settings;
    fg_unix_s now;
};

struct fg_disruption_candidate {
    uint32_t slot, number, pool; /* number of the node: slots are used again */
    fg_nanodollars price;
    int64_t cost;        /* 1 + what its pods cost, below 0 not counted; in 1/2^27 */
    uint32_t moved_pods; /* that want another place */
};
struct fg_disruption_candidates {
    uint32_t count, capacity;
    struct fg_disruption_candidate *items; /* free() them */
};

/* 1 + the positive eviction costs of the pods that want another place. */
int64_t fg_karpenter_node_cost(const struct fg_disruption_world *world, uint32_t slot);

/* Whether the node is a candidate of the method now, apart from budgets. */
enum fg_disruption_block fg_karpenter_candidate_block(const struct fg_disruption_world *world,
                                                      enum fg_disruption_method method,
                                                      uint32_t slot);

/* The method's candidates, in the order in which it takes them: by price over cost, dearest for
 * what it disturbs first (drift: the longest drifted first, nodes without pods before others);
 * equal ones by name, or number where they have none. */
void fg_karpenter_find_candidates(const struct fg_disruption_world *world,
                                  enum fg_disruption_method method,
                                  struct fg_disruption_candidates *candidates);

/* Initialised nodes of each pool, and those going or not ready. `tallies` has room for the pools.
 */
void fg_karpenter_tally_pools(const struct fg_disruption_world *world,
                              struct fg_pool_tally *tallies);

#endif
