/* karpenter_provisioning.h - where Karpenter puts pending pods: on nodes there are, on nodes it
 * has asked for, and on new ones, whose instance types stay open until the end (rules R1 to R4).
 *
 * One struct fg_karpenter serves a cluster for as long as its pools and DaemonSets stay: it keeps
 * the instance types of each pool and what it worked out about classes and kinds of the cluster
 * state. It belongs to one state and one thread. A call of fg_karpenter_solve changes nothing
 * outside: it is a simulation, of provisioning or, with nodes taken away, of disruption.
 * Where Karpenter takes any of several domains of topology that are as good, we take the first by
 * name; where its sort leaves the order of equals open, they keep theirs.
 * Sources: kubernetes-sigs/karpenter v1.14 pkg/controllers/provisioning/scheduling,
 * karpenter-provider-aws pkg/providers/instance.
 */
#ifndef FARGAUGE_SIM_CONTROLLERS_KARPENTER_PROVISIONING_H
#define FARGAUGE_SIM_CONTROLLERS_KARPENTER_PROVISIONING_H

#include "models/node_pool.h"
#include "sim/controllers/cluster_state.h"
#include "sim/controllers/karpenter_types.h"

#define FG_NO_POOL UINT32_MAX

enum {
    FG_KARPENTER_CLAIM_TYPES = 600, /* that a NodeClaim names */
    FG_KARPENTER_FLEET_TYPES = 60,  /* that EC2 is asked for */
};

/* ---- batches (rules R1) ---- */

/* When the window that the first of the times opened closes: `idle` after the last that came in
 * time, at most `longest` after the first. All in one unit; times rise; at least one. Pods that
 * come later than that open the next window. In the replay pods come at whole seconds and the
 * window closes at one, so nothing is rounded. */
int64_t fg_karpenter_batch_close(const int64_t *times, uint32_t count, int64_t idle,
                                 int64_t longest);
/* The same of an open window, by its first pod and the last so far. */
static inline int64_t fg_karpenter_window_close(int64_t first, int64_t last, int64_t idle,
                                                int64_t longest)
{
    return last + idle < first + longest ? last + idle : first + longest;
}

/* ---- the cluster's pools ---- */

/* All is borrowed and must outlive it. */
struct fg_karpenter_source {
    const struct fg_catalog *catalog;
    const char *region;
    uint32_t zone_count; /* of the cluster, for node classes that name none */
    const char *const *zones;
    uint32_t pool_count;
    const struct fg_node_pool *pools;
    uint32_t class_count;
    const struct fg_node_class *classes;
    const struct fg_karpenter_settings *settings;
    uint32_t daemon_set_count;
    const struct fg_pod_spec *const *daemon_sets;
    struct fg_karpenter_market market;
};
struct fg_karpenter; /* opaque */

struct fg_karpenter *fg_karpenter_new(const struct fg_karpenter_source *source);
void fg_karpenter_free(struct fg_karpenter *karpenter);
/* Prices of another day. */
void fg_karpenter_reprice(struct fg_karpenter *karpenter);
/* The types of a pool, by its number in the source. */
const struct fg_karpenter_types *fg_karpenter_pool_types(const struct fg_karpenter *karpenter,
                                                         uint32_t pool);
const struct fg_words *fg_karpenter_words(const struct fg_karpenter *karpenter);

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

struct fg_karpenter_launch {
    bool is_possible;
    uint32_t type, zone; /* numbers of the pool's types and zones */
    enum fg_capacity_type capacity;
    fg_nanodollars price;
};

/* A node to be. */
struct fg_karpenter_claim {
    uint32_t pool;
    uint32_t pod_count, pod_capacity;
    uint32_t *pods; /* numbers in the problem, in the order in which they came */
    struct fg_karpenter_requirements requirements;
    uint32_t type_count; /* at most FG_KARPENTER_CLAIM_TYPES */
    uint32_t *types;     /* cheapest first, equal ones by name */
    uint32_t zone_mask, capacity_mask;
    /* Of its pods, and of DaemonSets as much as on the type that has the fewest. */
    struct fg_node_use requests;
    struct fg_karpenter_launch launch;
};

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

/* Fills `solution`, which is then the caller's to release. Like Karpenter's, a solution can have
 * more claims than limits.nodes leaves room for: limits of nodes only keep a pool without room from
 * planning any. Who creates the nodes looks again: a claim is refused once what the pool has is
 * above one of its limits. */
void fg_karpenter_solve(struct fg_karpenter *karpenter, const struct fg_karpenter_problem *problem,
                        struct fg_karpenter_solution *solution);
void fg_karpenter_solution_release(struct fg_karpenter_solution *solution);

/* What EC2 would be asked for and would give: Spot if the claim allows it and some type has it,
 * no Spot dearer than the cheapest on-demand, no metal or accelerators unless nothing else is
 * left; the cheapest, equal ones by name of type, then zone. By the claim's types and masks as
 * they stand, so that disruption can narrow them first and ask again. */
struct fg_karpenter_launch fg_karpenter_choose_launch(const struct fg_karpenter *karpenter,
                                                      const struct fg_karpenter_claim *claim);
/* Whether the claim's types still offer as many values as minValues asks for. */
bool fg_karpenter_claim_is_flexible(const struct fg_karpenter *karpenter,
                                    const struct fg_karpenter_claim *claim);

/* Labels of the node that such a launch becomes, sorted; texts live as long as the arena, the
 * karpenter and the pools. kubernetes.io/hostname is not among them. */
void fg_karpenter_node_labels(const struct fg_karpenter *karpenter,
                              const struct fg_karpenter_claim *claim,
                              const struct fg_karpenter_launch *launch, struct fg_arena *arena,
                              struct fg_pairs *out);

#endif
