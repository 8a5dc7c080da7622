/* karpenter_shape.h - what a class of pods asks of its node: as its manifest says, or with some
 * preferences dropped, which Karpenter does one by one while a pod finds no place.
 *
 * A shape is made of its class once and kept for good; so is what others note about it.
 * Source: kubernetes-sigs/karpenter v1.14 scheduling/preferences.go, provisioning/provisioner.go.
 */
#ifndef FARGAUGE_SIM_CONTROLLERS_KARPENTER_SHAPE_H
#define FARGAUGE_SIM_CONTROLLERS_KARPENTER_SHAPE_H

#include "sim/controllers/cluster_state.h"
#include "sim/controllers/karpenter_pool.h"

struct fg_order_list { /* numbers of a pod's terms that are still asked for */
    uint32_t count;
    uint32_t *items;
};
/* Verdicts on a kind of node; 0 = not known yet. Learns: such a pod brings a label that it lacks.
 */
enum { FG_KIND_REFUSES = 1, FG_KIND_TAKES = 2, FG_KIND_TAKES_AND_LEARNS = 3 };

struct fg_shape {
    uint32_t scheduling_class;
    const struct fg_pod_spec *spec;
    const struct fg_pod_rules *rules; /* never NULL */
    uint32_t required_from;           /* required node terms before it are dropped */
    struct fg_order_list affinity, anti_affinity, nodes; /* preferred ones, heaviest first */
    struct fg_order_list spread;
    bool tolerates_prefer_no_schedule;
    struct fg_karpenter_requirements requirements, strict; /* strict: without preferences */
    struct fg_karpenter_requirements volumes;
    bool names_host;
    uint8_t *tolerates_pool; /* by pool */
    bool is_relaxed;         /* `next` is set: NULL = nothing left to drop */
    struct fg_shape *next;

    /* Its groups, of karpenter_group.h. */
    bool is_bound;
    uint32_t group_count, group_capacity;
    uint32_t *groups; /* it is bound by */
    uint32_t inverse_count, inverse_capacity;
    uint32_t *inverses; /* of its required anti-affinity */

    /* Nodes there are, of karpenter_target.h. */
    uint32_t kind_capacity;
    uint8_t *kinds; /* by kind and whether its taints of the start hold */

    /* In the solve of this number, of karpenter_placing.h. */
    uint64_t solve;
    uint32_t groups_met;
    bool is_free;    /* of all topology and ports, as far as groups_met tells */
    uint32_t cursor; /* nodes before it refuse */
    uint64_t cursor_epoch, failed_epoch;
};

/* As the manifest says; its groups are still to be bound. It lives in the pools' arena. */
struct fg_shape *fg_shape_of_class(struct fg_karpenter_pools *pools,
                                   const struct fg_cluster_state *state, uint32_t class_number);
/* With one preference less; NULL = there is none left. Its groups are to be bound if they are not:
 * the same one is given each time. */
struct fg_shape *fg_shape_relax(struct fg_karpenter_pools *pools, struct fg_shape *shape);
/* Frees what the shape and all that were relaxed from it hold beside the arena. */
void fg_shape_release(struct fg_shape *shape);

bool fg_shape_tolerates(const struct fg_shape *shape, const struct fg_taints *taints);
/* Why Karpenter passes over a pending pod of the kind; NULL = it does not. */
const char *fg_shape_fault(struct fg_karpenter_pools *pools, const struct fg_shape *shape);

#endif
