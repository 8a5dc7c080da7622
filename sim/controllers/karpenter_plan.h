/* karpenter_plan.h - a node that Karpenter plans: a set of instance types that shrinks as pods
 * come, until it is closed as a claim. Source: kubernetes-sigs/karpenter v1.14
 * scheduling/nodeclaim.go.
 */
#ifndef FARGAUGE_SIM_CONTROLLERS_KARPENTER_PLAN_H
#define FARGAUGE_SIM_CONTROLLERS_KARPENTER_PLAN_H

#include "sim/controllers/karpenter_fit.h"
#include "sim/controllers/karpenter_solve.h"

struct fg_plan {
    uint32_t number, pool;
    struct fg_karpenter_requirements requirements; /* kubernetes.io/hostname too */
    uint64_t *types;
    struct fg_planned_load load;
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

/* A plan without pods, of all the pool's types that its limits allow; NULL = none, and why. All of
 * it is scratch of the solve. */
struct fg_plan *fg_plan_new(struct fg_solve *solve, uint32_t pool, const char **reason);
/* The same plan to stay, with its first pod, as the pod's trial found; its largest type is taken
 * off the pool's limits. */
struct fg_plan *fg_plan_keep(struct fg_solve *solve, const struct fg_plan *plan,
                             const struct fg_shape *shape, uint32_t pod,
                             const struct fg_trial *trial);
/* Whether the pod can come; `trial` is then what the plan becomes. `reason`: NULL, or where to
 * put why it cannot. All of it is scratch of the solve. */
bool fg_plan_try(struct fg_solve *solve, const struct fg_plan *plan, const struct fg_shape *shape,
                 bool is_new, struct fg_trial *trial, const char **reason);
void fg_plan_add(struct fg_solve *solve, struct fg_plan *plan, const struct fg_shape *shape,
                 uint32_t pod, const struct fg_trial *trial);
/* The claim that a plan ends as. False: it would break minValues. */
bool fg_plan_close(const struct fg_solve *solve, const struct fg_plan *plan,
                   struct fg_karpenter_claim *claim);

#endif
