/* scheduler.h - kube-scheduler's filters, scores and words (Kubernetes 1.34, default profile).
 *
 * Pure: what a pod asks for, what a node has and holds. The replay's index and the plain scan of
 * the tests both stand on these functions.
 * Sources: kubernetes pkg/scheduler schedule_one.go, plugins noderesources, tainttoleration,
 * nodeaffinity; util/pod_resources.go.
 */
#ifndef FARGAUGE_SIM_CONTROLLERS_SCHEDULER_H
#define FARGAUGE_SIM_CONTROLLERS_SCHEDULER_H

#include <stdbool.h>
#include <stdint.h>

#include "models/node_capacity.h"
#include "models/pod.h"

/* The part of a pod that the scheduler looks at for resources. */
struct fg_request {
    int64_t cpu_milli, memory_bytes, ephemeral_bytes;
    int64_t gpu_milli; /* whole GPUs are 1000 each, below 1000 a share of one */
    /* For the LeastAllocated and MostAllocated scores only: what is not named counts as 100m and
     * 200 MiB. */
    int64_t scored_cpu_milli, scored_memory_bytes;
};
struct fg_request fg_request_of(const struct fg_pod_spec *spec);

/* What the pods on a node ask for together. */
struct fg_node_use {
    int64_t cpu_milli, memory_bytes, ephemeral_bytes, gpu_milli, pods;
    int64_t scored_cpu_milli, scored_memory_bytes;
};
static inline void fg_use_add(struct fg_node_use *use, const struct fg_request *request,
                              int64_t pods)
{
    use->cpu_milli += pods * request->cpu_milli;
    use->memory_bytes += pods * request->memory_bytes;
    use->ephemeral_bytes += pods * request->ephemeral_bytes;
    use->gpu_milli += pods * request->gpu_milli;
    use->pods += pods;
    use->scored_cpu_milli += pods * request->scored_cpu_milli;
    use->scored_memory_bytes += pods * request->scored_memory_bytes;
}

/* NodeResourcesFit: one more such pod. A request of zero always fits. */
static inline bool fg_scheduler_fits(const struct fg_node_capacity *allocatable,
                                     const struct fg_node_use *use,
                                     const struct fg_request *request)
{
    return use->pods < allocatable->pods &&
           (request->cpu_milli == 0 ||
            use->cpu_milli + request->cpu_milli <= allocatable->cpu_milli) &&
           (request->memory_bytes == 0 ||
            use->memory_bytes + request->memory_bytes <= allocatable->memory_bytes) &&
           (request->ephemeral_bytes == 0 ||
            use->ephemeral_bytes + request->ephemeral_bytes <= allocatable->ephemeral_bytes) &&
           (request->gpu_milli == 0 ||
            use->gpu_milli + request->gpu_milli <= allocatable->gpu_milli);
}
/* How many more such pods fit, at most `limit`. */
int64_t fg_scheduler_room(const struct fg_node_capacity *allocatable, const struct fg_node_use *use,
                          const struct fg_request *request, int64_t limit);

/* NodeResourcesFit (LeastAllocated or MostAllocated of cpu and memory) plus
 * NodeResourcesBalancedAllocation, both of weight 1: 0 .. 200. The other plugins are in
 * scoring.h. */
uint32_t fg_scheduler_score(const struct fg_node_capacity *allocatable,
                            const struct fg_node_use *use, const struct fg_request *request,
                            bool most_allocated);

/* NodeResourcesBalancedAllocation on its own: 0 .. 100. */
uint32_t fg_scheduler_balance(const struct fg_node_capacity *allocatable,
                              const struct fg_node_use *use, const struct fg_request *request);

/* Whether the node's labels and architecture are those the pod selects; taints apart. */
bool fg_scheduler_selects(const struct fg_pod_spec *spec, const struct fg_pairs *node_labels,
                          enum fg_arch node_arch);

/* How many feasible nodes are looked for among `node_count` (numFeasibleNodesToFind). */
uint32_t fg_scheduler_sample(uint32_t node_count, uint32_t percentage);

/* Seconds before a pod is tried again after its n-th failure: 1, 2, 4, 8, 10, 10 ... */
uint32_t fg_scheduler_backoff_s(uint32_t attempts);

/* Counts why nodes are refused, for "0/N nodes are available: ...". */
enum { FG_REFUSAL_TEXTS = 64 };
struct fg_refusals {
    uint64_t node_count;
    uint32_t text_count;
    struct {
        char text[192];
        uint64_t nodes;
    } texts[FG_REFUSAL_TEXTS];
};
void fg_refusals_add(struct fg_refusals *refusals, const char *text, uint64_t nodes);
void fg_refusals_add_taint(struct fg_refusals *refusals, const char *key, const char *value,
                           uint64_t nodes);
/* Every resource that is short, as NodeResourcesFit names them, for one node. */
void fg_refusals_add_fit(struct fg_refusals *refusals, const struct fg_node_capacity *allocatable,
                         const struct fg_node_use *use, const struct fg_request *request);
/* "0/5 nodes are available: 2 Insufficient cpu, 3 node(s) had untolerated taint {gpu: true}.";
 * "no nodes available to schedule pods" where there is none. Returns `buffer`. */
const char *fg_refusals_print(struct fg_refusals *refusals, char *buffer, uint32_t buffer_bytes);

#endif
