/* karpenter_target.h - nodes there are as places for pods of a solve: what is left on them, and
 * what they learn from the pods that come.
 *
 * Source: kubernetes-sigs/karpenter v1.14 scheduling/existingnode.go.
 */
#ifndef FARGAUGE_SIM_CONTROLLERS_KARPENTER_TARGET_H
#define FARGAUGE_SIM_CONTROLLERS_KARPENTER_TARGET_H

#include "sim/controllers/karpenter_solve.h"

struct fg_target {
    uint32_t slot, kind;
    bool is_initialized, is_settling;
    int64_t cpu_milli, memory_bytes, ephemeral_bytes, gpu_milli, pods; /* left */
    int64_t *extended;                               /* left; NULL = as the state has it */
    const struct fg_karpenter_requirements *learned; /* labels and what pods brought; NULL */
    bool has_ports;
    struct fg_port_list ports;
};

/* Makes targets of the known nodes that are not out, in their order; each is taken off the limits
 * of its pool. */
void fg_targets_open(struct fg_solve *solve);
/* Whether so much is left, resources of one's own apart. */
static inline bool fg_target_has_room(const struct fg_target *target,
                                      const struct fg_request *request)
{
    return target->cpu_milli >= request->cpu_milli &&
           target->memory_bytes >= request->memory_bytes &&
           target->ephemeral_bytes >= request->ephemeral_bytes &&
           target->gpu_milli >= request->gpu_milli && target->pods >= 1;
}
/* Books a pod there if the node takes it; fg_target_has_room is to be asked before. */
bool fg_target_try(struct fg_solve *solve, struct fg_target *target, struct fg_shape *shape);

#endif
