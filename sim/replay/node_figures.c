#include "sim/replay/node_figures.h"

void fg_node_figures_take(const struct fg_cluster_state *state, uint32_t slot,
                          struct fg_node_figures *out)
{
    enum { MANY = 1 << 30 };
    const struct fg_node_capacity *all = fg_state_allocatable(state, slot);
    const struct fg_node_use *use = &state->use[slot];
    int64_t pods_left = all->pods - use->pods;
    out->whole = (fg_pair_of_doubles){(double)all->cpu_milli, (double)all->memory_bytes};
    out->used = (fg_pair_of_doubles){(double)use->cpu_milli, (double)use->memory_bytes};
    out->scored =
        (fg_pair_of_doubles){(double)use->scored_cpu_milli, (double)use->scored_memory_bytes};
    out->pods_left = pods_left > MANY ? MANY : pods_left > 0 ? (int32_t)pods_left : 0;
    out->kind = state->kind_of[slot];
    out->is_odd = all->cpu_milli <= 0 || all->memory_bytes <= 0 ||
                  use->cpu_milli > all->cpu_milli || use->memory_bytes > all->memory_bytes;
}

struct fg_request_figures fg_request_figures_of(const struct fg_request *request)
{
    return (struct fg_request_figures){
        .asked = {(double)request->cpu_milli, (double)request->memory_bytes},
        .scored = {(double)request->scored_cpu_milli, (double)request->scored_memory_bytes},
        .asks_nothing = {request->cpu_milli == 0 ? -1 : 0, request->memory_bytes == 0 ? -1 : 0},
        .is_odd = (request->cpu_milli == 0 && request->memory_bytes == 0) ||
                  request->ephemeral_bytes != 0 || request->gpu_milli != 0,
    };
}
