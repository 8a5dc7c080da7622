/* slow_preemption.h - kube-scheduler's DefaultPreemption for one pod, by the words of its source
 * (1.34, rules S7): every node is tried, and each time everything is looked at again.
 *
 * Where the real one draws lots, the first node in the scheduler's order is taken.
 */
#ifndef FARGAUGE_TESTS_SLOW_PREEMPTION_H
#define FARGAUGE_TESTS_SLOW_PREEMPTION_H

#include "tests/support/slow_scheduler.h"

enum { FG_SLOW_VICTIMS = 64 };

/* What preemption knows of the cluster's pods, by their place there. */
struct fg_slow_running {
    const int64_t *started;  /* seconds */
    const uint32_t *budgets; /* a bit a PodDisruptionBudget that selects the pod */
    uint32_t budget_count;
    const int64_t *disruptions_allowed;
};
struct fg_slow_victims {
    uint32_t node; /* UINT32_MAX = evicting does not help */
    uint32_t count;
    uint32_t pods[FG_SLOW_VICTIMS]; /* the most important first */
    uint32_t violated;
};

/* For a pod that every open node refuses. The cluster is as before in the end. */
void fg_slow_preempt(struct fg_slow_cluster *cluster, const struct fg_pod_spec *spec,
                     const struct fg_slow_running *running, struct fg_slow_victims *out);

#endif
