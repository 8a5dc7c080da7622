/* break_even.h - where Fargate stops being cheaper than a share of a node.
 *
 * A pod's share of a node that is packed full is the largest of the shares of vCPU, memory, GPUs
 * and pods that it takes of what the node gives pods. At a packing of p its share costs 1/p of
 * that. So Fargate is cheaper while the nodes are packed below
 *
 *     price of the share / price on Fargate
 *
 * and, against a node that stays the whole day, while the pod works less than that part of it.
 * Where that is above 1, Fargate is cheaper however full the nodes are. Prices are nanodollars an
 * hour.
 */
#ifndef FARGAUGE_MODELS_BREAK_EVEN_H
#define FARGAUGE_MODELS_BREAK_EVEN_H

#include <stdbool.h>
#include <stdint.h>

#include "models/calendar.h"
#include "models/fargate_size.h"
#include "models/money.h"

/* ---- nodes ---- */

struct fg_node_room { /* what a node gives pods */
    int64_t cpu_milli, memory_bytes, gpu_milli, pods;
    fg_nanodollars per_hour;
};
struct fg_room_request {
    int64_t cpu_milli, memory_bytes, gpu_milli;
};

enum fg_binding_resource { FG_BINDING_CPU, FG_BINDING_MEMORY, FG_BINDING_GPU, FG_BINDING_PODS };
const char *fg_binding_resource_name(enum fg_binding_resource resource); /* "vCPU" "memory" ... */

struct fg_node_share {
    enum fg_binding_resource binding; /* of which it takes the largest share */
    fg_nanodollars per_hour;          /* of the share, rounded half to even */
};
/* False: the node does not hold such a pod. Of equal shares the first resource binds. */
bool fg_node_share_of(const struct fg_node_room *node, const struct fg_room_request *request,
                      struct fg_node_share *out);
/* The node with the cheapest share, of equal ones the first; UINT32_MAX = none holds it. */
uint32_t fg_node_share_cheapest(const struct fg_node_room *nodes, uint32_t count,
                                const struct fg_room_request *request, struct fg_node_share *out);

/* ---- Fargate ---- */

struct fg_fargate_prices {
    fg_nanodollars vcpu, memory_gb, storage_gb; /* of one an hour */
};
/* Each part rounded half to even. */
fg_nanodollars fg_fargate_hourly(const struct fg_fargate_prices *prices,
                                 const struct fg_fargate_size *size, int64_t storage_gib);

/* A request that is lowered until a cheaper size holds it. */
struct fg_fargate_trim {
    int64_t cpu_milli, memory_bytes; /* the new request */
    struct fg_fargate_size size;
    fg_nanodollars saving; /* an hour */
};
/* Who buys what, and when. */
struct fg_trim_market {
    enum fg_fargate_buyer buyer;
    fg_day day; /* picks the size table */
    struct fg_fargate_prices prices;
};
/* By as little memory, or vCPU, as it takes; the other stays. False: nothing less is cheaper, or
 * no size holds the request. */
bool fg_fargate_trim_memory(const struct fg_trim_market *market, int64_t cpu_milli,
                            int64_t memory_bytes, struct fg_fargate_trim *out);
bool fg_fargate_trim_cpu(const struct fg_trim_market *market, int64_t cpu_milli,
                         int64_t memory_bytes, struct fg_fargate_trim *out);

#endif
