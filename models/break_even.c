#include "models/break_even.h"

enum { MILLI = 1000, MIB_PER_GIB = 1024 };
static const int64_t bytes_per_mib = 1024 * 1024;

const char *fg_binding_resource_name(enum fg_binding_resource resource)
{
    static const char *const names[] = {
        [FG_BINDING_CPU] = "vCPU",
        [FG_BINDING_MEMORY] = "memory",
        [FG_BINDING_GPU] = "GPU",
        [FG_BINDING_PODS] = "pods",
    };
    return names[resource];
}

bool fg_node_share_of(const struct fg_node_room *node, const struct fg_room_request *request,
                      struct fg_node_share *out)
{
    const struct {
        int64_t asked, there;
    } shares[] = {
        [FG_BINDING_CPU] = {request->cpu_milli, node->cpu_milli},
        [FG_BINDING_MEMORY] = {request->memory_bytes, node->memory_bytes},
        [FG_BINDING_GPU] = {request->gpu_milli, node->gpu_milli},
        [FG_BINDING_PODS] = {1, node->pods},
    };
    int largest = FG_BINDING_CPU;
    if (node->cpu_milli <= 0)
        return false;
    for (int i = FG_BINDING_CPU; i <= FG_BINDING_PODS; i++) {
        if (shares[i].asked > shares[i].there)
            return false;
        if (shares[i].asked > 0 && (__int128)shares[i].asked * shares[largest].there >
                                       (__int128)shares[largest].asked * shares[i].there)
            largest = i;
    }
    out->binding = (enum fg_binding_resource)largest;
    out->per_hour = (fg_nanodollars)fg_money_divide_half_even(
        (__int128)node->per_hour * shares[largest].asked, shares[largest].there);
    return true;
}

uint32_t fg_node_share_cheapest(const struct fg_node_room *nodes, uint32_t count,
                                const struct fg_room_request *request, struct fg_node_share *out)
{
    uint32_t best = UINT32_MAX;
    for (uint32_t i = 0; i < count; i++) {
        struct fg_node_share share;
        if (!fg_node_share_of(&nodes[i], request, &share) ||
            (best != UINT32_MAX && share.per_hour >= out->per_hour))
            continue;
        *out = share;
        best = i;
    }
    return best;
}

fg_nanodollars fg_fargate_hourly(const struct fg_fargate_prices *prices,
                                 const struct fg_fargate_size *size, int64_t storage_gib)
{
    return fg_money_amount_half_even(size->cpu_milli, (struct fg_price){prices->vcpu, MILLI}) +
           fg_money_amount_half_even(size->memory_mib,
                                     (struct fg_price){prices->memory_gb, MIB_PER_GIB}) +
           prices->storage_gb * storage_gib;
}

/* Takes the request if it fits a cheaper size than `now`, and lowers it less than what is there. */
static void consider(const struct fg_trim_market *market, int64_t cpu_milli, int64_t memory_bytes,
                     fg_nanodollars now, bool *found, struct fg_fargate_trim *out)
{
    struct fg_fargate_size size;
    if (!fg_fargate_size_for(market->buyer, cpu_milli, memory_bytes, market->day, &size))
        return;
    fg_nanodollars saving = now - fg_fargate_hourly(&market->prices, &size, 0);
    if (saving <= 0 || (*found && cpu_milli <= out->cpu_milli && memory_bytes <= out->memory_bytes))
        return;
    *found = true;
    *out = (struct fg_fargate_trim){cpu_milli, memory_bytes, size, saving};
}

/* A request is as large as it can be at the upper end of a size. */
static bool trim(const struct fg_trim_market *market, int64_t cpu_milli, int64_t memory_bytes,
                 bool of_memory, struct fg_fargate_trim *out)
{
    int64_t overhead = market->buyer == FG_BUYER_EKS_POD ? FG_FARGATE_OVERHEAD_BYTES : 0;
    struct fg_fargate_size size;
    bool found = false;
    if (!fg_fargate_size_for(market->buyer, cpu_milli, memory_bytes, market->day, &size))
        return false;
    fg_nanodollars now = fg_fargate_hourly(&market->prices, &size, 0);
    for (uint32_t i = 0; fg_fargate_size_at(i, &size); i++) {
        int64_t memory = size.memory_mib * bytes_per_mib - overhead;
        if (of_memory && memory > 0 && memory < memory_bytes)
            consider(market, cpu_milli, memory, now, &found, out);
        else if (!of_memory && size.cpu_milli < cpu_milli)
            consider(market, size.cpu_milli, memory_bytes, now, &found, out);
    }
    return found;
}

bool fg_fargate_trim_memory(const struct fg_trim_market *market, int64_t cpu_milli,
                            int64_t memory_bytes, struct fg_fargate_trim *out)
{
    return trim(market, cpu_milli, memory_bytes, true, out);
}

bool fg_fargate_trim_cpu(const struct fg_trim_market *market, int64_t cpu_milli,
                         int64_t memory_bytes, struct fg_fargate_trim *out)
{
    return trim(market, cpu_milli, memory_bytes, false, out);
}
