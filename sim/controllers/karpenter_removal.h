/* karpenter_removal.h - what becomes of the pods if Karpenter takes nodes away: a simulation.
 *
 * Source: kubernetes-sigs/karpenter v1.14 disruption/helpers.go (SimulateScheduling).
 */
#ifndef FARGAUGE_SIM_CONTROLLERS_KARPENTER_REMOVAL_H
#define FARGAUGE_SIM_CONTROLLERS_KARPENTER_REMOVAL_H

#include "sim/controllers/karpenter_disruption.h"

/* Room to work in, kept from pass to pass; one for a struct fg_karpenter. */
struct fg_removal {
    struct fg_karpenter *karpenter;
    const struct fg_karpenter_pools *pools;  /* its */
    const struct fg_disruption_world *world; /* of the pass */
    uint32_t node_capacity;
    struct fg_karpenter_node *nodes; /* the world's, with is_settling set */

    uint32_t pod_count, pod_capacity, origin_capacity;
    struct fg_karpenter_pod *pods;
    uint8_t *origins;

    /* For karpenter_bounds.h. By class: how many more such pods the nodes that are targets could
     * take, were there none but these; -1 = not yet worked out. */
    uint32_t room_capacity;
    int64_t *rooms;
    uint32_t moved_capacity, seen_capacity;
    uint32_t *moved;             /* by class: pods that move; 0 between looks */
    uint32_t class_count, *seen; /* classes of which some move */
    uint32_t target_count, target_capacity;
    struct fg_removal_target { /* a node to which pods may move */
        uint32_t slot;
        struct fg_node_use free;
    } * targets;
    uint32_t target_of_capacity;
    uint32_t *target_of; /* by slot; UINT32_MAX = it is none */
    uint32_t going_count, going_capacity;
    uint32_t *going; /* slots */
    bool is_seen;    /* the karpenter has solved something in this pass */

    /* By pool the types by price; NULL = not yet made. */
    struct fg_removal_offers *offers;
    const uint64_t **cheaper; /* room for a set of each pool */
    bool has_min_values;      /* some pool */
    struct fg_arena arena;    /* of these */
};

/* Looks at another world, or at the same at another time; to be called before each pass. */
void fg_removal_begin(struct fg_removal *removal, const struct fg_disruption_world *world);
/* The karpenter's prices are others now. */
void fg_removal_reprice(struct fg_removal *removal);
void fg_removal_release(struct fg_removal *removal);

/* Pods of the class want a place elsewhere, and nothing keeps them from going. */
static inline bool fg_removal_moves(const struct fg_disruption_class *class)
{
    return class->is_rescheduled && !(class->is_active && class->is_protected) &&
           class->budget_count < 2 && !class->budget_blocks;
}

/* By pool, the types that cost less than `price` in some offering that the pool allows. Good until
 * it is asked for again. */
const uint64_t *const *fg_removal_cheaper(struct fg_removal *removal, fg_nanodollars price);

/* Schedules pending pods, the pods of these nodes and of those that are going anyway as if the
 * nodes were gone. True: every pod but pending ones has a place, and none relies on a node that
 * is not initialised yet. `is_consolidation`: nodes within consolidateAfter are no places for the
 * nodes' pods. `price`: FG_ANY_PRICE, or the solution is wanted only with at most one new node, of
 * a type that somewhere costs less; then it may be false as soon as that cannot be. The solution
 * has no reasons and no launches; it is the caller's to release in either case. */
#define FG_ANY_PRICE INT64_MAX
bool fg_removal_simulate(struct fg_removal *removal, const uint32_t *slots, uint32_t count,
                         bool is_consolidation, fg_nanodollars price,
                         struct fg_karpenter_solution *solution);

#endif
