/* pod_request.h - a pod's request from its containers (rules F1): defaults from limits, init
 * containers, sidecars, pod-level requests, overhead. Used by readers of manifests and dumps;
 * a trace row is one container. */
#ifndef FARGAUGE_MODELS_POD_REQUEST_H
#define FARGAUGE_MODELS_POD_REQUEST_H

#include <stdbool.h>
#include <stdint.h>

enum fg_resource { FG_RESOURCE_CPU, FG_RESOURCE_MEMORY, FG_RESOURCE_EPHEMERAL, FG_RESOURCE_COUNT };

#define FG_NOT_SET (-1)

/* milli-CPU, bytes, bytes; FG_NOT_SET where nothing is written. */
struct fg_container {
    int64_t request[FG_RESOURCE_COUNT];
    int64_t limit[FG_RESOURCE_COUNT];
    bool sidecar; /* an init container with restartPolicy: Always */
};

struct fg_pod_containers {
    uint32_t init_count, container_count;
    const struct fg_container *init; /* in the order of the pod */
    const struct fg_container *containers;
    int64_t pod_level[FG_RESOURCE_COUNT]; /* spec.resources.requests, cpu and memory only */
    int64_t overhead[FG_RESOURCE_COUNT];  /* spec.overhead; FG_NOT_SET = none */
};

/* out[r] = the pod's request, 0 where nothing is requested. */
void fg_pod_request(const struct fg_pod_containers *pod, int64_t out[FG_RESOURCE_COUNT]);

#endif
