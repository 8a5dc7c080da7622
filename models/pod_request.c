#include "models/pod_request.h"

static int64_t larger(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* A request that is not set takes the limit, and zero where there is none. */
static int64_t request_of(const struct fg_container *container, int resource)
{
    if (container->request[resource] != FG_NOT_SET)
        return container->request[resource];
    return container->limit[resource] != FG_NOT_SET ? container->limit[resource] : 0;
}

static int64_t request_for(const struct fg_pod_containers *pod, int resource)
{
    int64_t sidecars = 0, most_while_starting = 0, running = 0;
    for (uint32_t i = 0; i < pod->init_count; i++) {
        int64_t request = request_of(&pod->init[i], resource);
        int64_t used = request + sidecars;
        if (pod->init[i].sidecar)
            sidecars += request;
        most_while_starting = larger(most_while_starting, used);
    }
    for (uint32_t i = 0; i < pod->container_count; i++)
        running += request_of(&pod->containers[i], resource);
    int64_t total = larger(running + sidecars, most_while_starting);
    if (resource != FG_RESOURCE_EPHEMERAL && pod->pod_level[resource] != FG_NOT_SET)
        total = pod->pod_level[resource];
    return total + (pod->overhead[resource] != FG_NOT_SET ? pod->overhead[resource] : 0);
}

void fg_pod_request(const struct fg_pod_containers *pod, int64_t out[FG_RESOURCE_COUNT])
{
    for (int resource = 0; resource < FG_RESOURCE_COUNT; resource++)
        out[resource] = request_for(pod, resource);
}
