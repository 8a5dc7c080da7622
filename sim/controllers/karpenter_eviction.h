/* karpenter_eviction.h - what it costs to evict pods, and what keeps them from being evicted.
 *
 * Source: kubernetes-sigs/karpenter v1.14 pkg/utils/disruption, pod and pdb.
 */
#ifndef FARGAUGE_SIM_CONTROLLERS_KARPENTER_EVICTION_H
#define FARGAUGE_SIM_CONTROLLERS_KARPENTER_EVICTION_H

#include "models/kube_objects.h"

/* Costs are counted in 1/2^27, so that they are whole numbers: this is a cost of 1. */
#define FG_EVICTION_COST_ONE ((int64_t)1 << 27)

/* 1 + deletion cost / 2^27 + priority / 2^25, held within -10 and 10. A deletion cost that is no
 * whole number is passed over. */
int64_t fg_karpenter_eviction_cost(const struct fg_pod_spec *spec);

/* karpenter.sh/do-not-disrupt: "true", or a duration ("30m") for that long since the pod's start.
 * `age_s` below 0: the start is not known, so it holds. Anything else is passed over, fractions
 * ("1.5h") too, which Karpenter knows. */
bool fg_karpenter_is_protected(const struct fg_pairs *annotations, int64_t age_s);

struct fg_disruption_class {
    int64_t eviction_cost;
    bool is_active;      /* neither finished nor being deleted */
    bool is_rescheduled; /* wants a place elsewhere once its node goes */
    bool is_protected;   /* do-not-disrupt holds now */
    /* PodDisruptionBudgets that take it, if eviction asks them: how many, and, if it is one,
     * whether it allows none now, and whether it never allows any. */
    uint32_t budget_count;
    bool budget_spent, budget_blocks;
};

/* `going`: the pods are being deleted. `mirror`: static pods of their node. */
struct fg_disruption_pods {
    const struct fg_pod_spec *spec;
    bool going, mirror;
    int64_t age_s; /* as above */
};
struct fg_disruption_class fg_karpenter_disruption_class(const struct fg_disruption_pods *pods,
                                                         const struct fg_kube_budget *budgets,
                                                         uint32_t budget_count);

#endif
