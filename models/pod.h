/* pod.h - what a pod asks for: all that decides its placement and its price.
 *
 * Pods that share a spec share one row of the trace's spec table. Texts are borrowed from the
 * trace's string pool. Kubernetes' request formula (init containers, sidecars, limits that
 * become requests) is in pod_request.h; here the sum is already made.
 */
#ifndef FARGAUGE_MODELS_POD_H
#define FARGAUGE_MODELS_POD_H

#include <stdbool.h>
#include <stdint.h>

#include "models/labels.h"
#include "models/pod_rules.h"

enum fg_kind {
    FG_KIND_DEPLOYMENT,
    FG_KIND_STATEFULSET,
    FG_KIND_DAEMONSET,
    FG_KIND_JOB,
    FG_KIND_CRONJOB,
    FG_KIND_REPLICASET,
    FG_KIND_POD,
    FG_KIND_COUNT
};
const char *fg_kind_name(enum fg_kind kind);
bool fg_kind_parse(const char *text, enum fg_kind *out);

/* ANY: the objects of a live cluster do not say what an image runs on. */
enum fg_arch { FG_ARCH_AMD64, FG_ARCH_ARM64, FG_ARCH_ANY };
const char *fg_arch_name(enum fg_arch arch);
bool fg_arch_parse(const char *text, enum fg_arch *out);

/* What Fargate does not take, or what keeps a node from being removed. A bit set. */
enum fg_feature {
    FG_FEATURE_PRIVILEGED = 1 << 0,
    FG_FEATURE_HOST_NETWORK = 1 << 1,
    FG_FEATURE_HOST_PORT = 1 << 2,
    FG_FEATURE_HOST_PATH = 1 << 3,
    FG_FEATURE_EBS = 1 << 4,
};
bool fg_feature_parse(const char *text, uint32_t length, uint32_t *out_bit);

struct fg_pod_spec {
    const char *namespace_name; /* "default" if the trace names none */
    const char *workload;       /* "(none)" if the trace names none */
    enum fg_kind kind;
    enum fg_arch arch;
    struct fg_pairs labels, annotations, node_selector;
    struct fg_tolerations tolerations;
    int64_t cpu_milli, memory_bytes, ephemeral_bytes; /* 0 = nothing requested */
    int64_t gpu_milli;            /* whole GPUs are 1000 each; below 1000 a share of one GPU */
    bool cpu_named, memory_named; /* false: no request at all, the scheduler scores a default */
    int32_t priority;
    uint32_t features;         /* enum fg_feature */
    const char *spread;        /* as the trace has it ("zone:1;hostname:1"), "" = none */
    const char *anti_affinity; /* "hostname" or "" */
    uint32_t ttl_s; /* a finished Job's pod is deleted so much later; 0 = at completion */
    /* Work of an evicted pod that is not lost: whole multiples of this; 0 = it starts anew. */
    uint32_t checkpoint_s;
    int64_t cpu_used_milli, memory_used_bytes; /* -1 = unknown */
    const char *image;                         /* NULL = the workload's own */
    int64_t image_bytes;                       /* as it is pulled; 0 = unknown */
    const struct fg_pod_rules *rules;          /* NULL = none */
};

/* Whether the selector takes such a pod, by its labels and its workload; the namespace is for
 * the caller to look at. */
bool fg_label_selector_takes_pod(const struct fg_label_selector *selector,
                                 const struct fg_pod_spec *spec);

#endif
