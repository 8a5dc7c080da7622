/* preemption.h - which pods kube-scheduler would evict to make room for one that fits nowhere
 * (DefaultPreemption of Kubernetes 1.34, rules S7).
 *
 * The real plugin starts at a random node and picks at random among equals; here it starts at the
 * first node of the scheduler's order, and of equals the first found is taken.
 * Sources: kubernetes pkg/scheduler/framework/preemption, plugins/defaultpreemption.
 */
#ifndef FARGAUGE_SIM_CONTROLLERS_PREEMPTION_H
#define FARGAUGE_SIM_CONTROLLERS_PREEMPTION_H

#include "sim/controllers/scheduling.h"

#define FG_NOT_STARTED INT64_MAX

/* A pod on a node, counted in the state; its priority is its class's. */
struct fg_running_pod {
    uint32_t slot, class_number;
    int64_t started;       /* status.startTime, seconds; FG_NOT_STARTED = not yet */
    uint32_t budget_count; /* PodDisruptionBudgets that select it */
    const uint32_t *budgets;
};

struct fg_running_pods {
    uint32_t count;
    const struct fg_running_pod *pods; /* on each node in the order in which they came to it */
    uint32_t budget_count;
    const int64_t *disruptions_allowed; /* by budget */
};

struct fg_preemption_plan {
    uint32_t slot; /* FG_NO_SLOT: evicting does not help */
    uint32_t victim_count;
    uint32_t *victims;            /* numbers in struct fg_running_pods, the most important first */
    uint32_t violated_count;      /* victims whose budget is broken */
    bool is_forbidden;            /* preemptionPolicy Never */
    struct fg_refusals *refusals; /* why it does not help; NULL where it does or is forbidden */
};

/* For one more pod of the class, which must have been refused by every open node. The state is
 * changed on the way and is as before in the end. Release the answer. */
bool fg_preemption_find(struct fg_cluster_state *state, uint32_t class_number,
                        const struct fg_running_pods *running, struct fg_preemption_plan *out);
void fg_preemption_release(struct fg_preemption_plan *plan);

/* The text of the event FailedScheduling: "0/3 nodes are available: 3 Insufficient cpu.
 * preemption: ..."; `plan` may be NULL. Returns `buffer`. */
const char *fg_preemption_print(struct fg_cluster_state *state, uint32_t class_number,
                                const struct fg_preemption_plan *plan, char *buffer,
                                uint32_t buffer_bytes);

#endif
