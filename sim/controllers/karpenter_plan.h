/* karpenter_plan.h - nodes that Karpenter plans: a set of instance types that shrinks as pods come.
 * For sim/controllers/karpenter_*.c alone.
 */
#ifndef FARGAUGE_SIM_CONTROLLERS_KARPENTER_PLAN_H
#define FARGAUGE_SIM_CONTROLLERS_KARPENTER_PLAN_H

#include "sim/controllers/karpenter_parts.h"
#include "sim/controllers/karpenter_topology.h"

enum fg_limit { FG_LIMIT_CPU, FG_LIMIT_MEMORY, FG_LIMIT_GPU, FG_LIMIT_NODES, FG_LIMITS };

struct fg_plan {
    uint32_t number, pool;
    struct fg_karpenter_requirements requirements; /* kubernetes.io/hostname too */
    uint64_t *types;
    struct fg_node_use use; /* of its pods */
    int64_t *extended;      /* what they ask for, by resource of the state; NULL = nothing */
    struct fg_port_list ports;
    const struct fg_shape *met; /* its requirements are joined in and bind no topology */
    /* Will not be taken any more, as long as the requirements name the same keys. */
    const struct fg_shape *refused;
    uint32_t pod_count, pod_capacity;
    uint32_t *pods;
};

/* What a plan would be with one more pod. */
struct fg_trial {
    struct fg_karpenter_requirements requirements;
    uint64_t *types;
};

struct fg_solve_node {
    uint32_t slot, kind;
    bool is_initialized, is_managed, is_settling;
    int64_t cpu_milli, memory_bytes, ephemeral_bytes, gpu_milli, pods; /* left */
    int64_t *extended;                               /* left; NULL = as the state has it */
    const struct fg_karpenter_requirements *learned; /* labels and what pods brought; NULL */
    bool has_ports;
    struct fg_port_list ports;
};

struct fg_solve {
    struct fg_karpenter *karpenter;
    const struct fg_karpenter_problem *problem;
    const struct fg_cluster_state *state;
    struct fg_karpenter_solution *solution;
    struct fg_arena *arena;  /* of the solve; what the solution keeps is in its own */
    struct fg_arena scratch; /* of one attempt */
    bool *is_out;            /* by slot */
    struct fg_groups groups;
    uint32_t node_count;
    struct fg_solve_node *nodes; /* in the order in which they are tried */
    uint64_t node_epoch;         /* grows when a node learns a key */
    uint32_t plan_count, plan_capacity;
    struct fg_plan **plans;     /* the one with the fewest pods first */
    int64_t (*left)[FG_LIMITS]; /* of the pools' limits, by pool */
    uint64_t placed;            /* pods so far */
};

/* A plan without pods, of all the pool's types that its limits allow; NULL = none, and why. */
struct fg_plan *fg_plan_new(struct fg_solve *solve, uint32_t pool, const char **reason);
/* Whether the pod can come; `trial` is then what the plan becomes. `reason`: NULL, or where to
 * put why it cannot. All from `arena`. */
bool fg_plan_try(struct fg_solve *solve, const struct fg_plan *plan, const struct fg_shape *shape,
                 bool is_new, struct fg_arena *arena, struct fg_trial *trial, const char **reason);
void fg_plan_add(struct fg_solve *solve, struct fg_plan *plan, const struct fg_shape *shape,
                 uint32_t pod, const struct fg_trial *trial);
/* Takes the largest of the plan's types off the pool's limits. */
void fg_plan_charge(struct fg_solve *solve, const struct fg_plan *plan);
/* The claim that a plan ends as. False: it would break minValues. */
bool fg_plan_close(struct fg_solve *solve, const struct fg_plan *plan,
                   struct fg_karpenter_claim *claim);

#endif
