/* karpenter_solve.h - one call of fg_karpenter_solve in the making: what its parts share. */
#ifndef FARGAUGE_SIM_CONTROLLERS_KARPENTER_SOLVE_H
#define FARGAUGE_SIM_CONTROLLERS_KARPENTER_SOLVE_H

#include "sim/controllers/karpenter_problem.h"
#include "sim/controllers/karpenter_topology.h"

enum fg_limit { FG_LIMIT_CPU, FG_LIMIT_MEMORY, FG_LIMIT_GPU, FG_LIMIT_NODES, FG_LIMITS };

struct fg_target; /* karpenter_target.h */
struct fg_plan;   /* karpenter_plan.h */

struct fg_solve {
    struct fg_karpenter_pools *pools;
    struct fg_known_nodes *known;
    const struct fg_karpenter_problem *problem;
    const struct fg_cluster_state *state;
    struct fg_karpenter_solution *solution;
    struct fg_arena *arena;  /* of the solve; what the solution keeps is in its own */
    struct fg_arena scratch; /* of one attempt */
    struct fg_groups groups; /* and the shapes by class */
    uint32_t target_count;
    struct fg_target *targets; /* in the order in which they are tried */
    uint64_t target_epoch;     /* grows when a target learns a key */
    uint32_t plan_count, plan_capacity;
    struct fg_plan **plans;     /* the one with the fewest pods first */
    int64_t (*left)[FG_LIMITS]; /* of the pools' limits, by pool; INT64_MAX = no limit */
    uint64_t placed;            /* pods so far */
};

#endif
