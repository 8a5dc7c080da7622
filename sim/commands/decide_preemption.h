/* decide_preemption.h - the pods of a snapshot that kube-scheduler may evict for a pending one. */
#ifndef FARGAUGE_SIM_COMMANDS_DECIDE_PREEMPTION_H
#define FARGAUGE_SIM_COMMANDS_DECIDE_PREEMPTION_H

#include "sim/commands/decide.h"
#include "sim/controllers/preemption.h"

/* Pods bound in the snapshot; those that are bound later rank no lower than what still waits. */
struct fg_evictable {
    struct fg_running_pods running;
    uint32_t *pod_of; /* number in the snapshot's pods, by number in running.pods */
    struct fg_arena arena;
};

void fg_evictable_fill(struct fg_evictable *evictable, const struct fg_snapshot *snapshot);
void fg_evictable_release(struct fg_evictable *evictable);

#endif
