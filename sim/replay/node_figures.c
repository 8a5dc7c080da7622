#include "sim/replay/node_figures.h"

enum { UNSURE = 1000000 }; /* below 0, and far from what floats cannot tell */

void fg_node_figures_update(const struct fg_cluster_state *state, uint32_t slot,
                            struct fg_node_figures *figures)
{
    const struct fg_node_capacity *all = &state->kinds[figures->kind].allocatable;
    const struct fg_node_use *use = &state->use[slot];
    int64_t cpu = all->cpu_milli - use->cpu_milli, memory = all->memory_bytes - use->memory_bytes;
    if (figures->percent_of_milli == 0 || cpu < 0 || memory < 0) {
        figures->left = (struct fg_figures){INT64_MAX - 1, INT64_MAX - 1, {-UNSURE}};
        return;
    }
    float cpu_percent = (float)cpu * figures->percent_of_milli;
    float memory_percent = (float)memory * figures->percent_of_byte;
    figures->left = (struct fg_figures){
        use->pods < all->pods ? cpu : -1,
        memory,
        {(float)(all->cpu_milli - use->scored_cpu_milli) * figures->percent_of_milli,
         (float)(all->memory_bytes - use->scored_memory_bytes) * figures->percent_of_byte,
         (cpu_percent - memory_percent) / 2, 0.5F},
    };
}

void fg_node_figures_take(const struct fg_cluster_state *state, uint32_t slot,
                          struct fg_node_figures *out)
{
    const struct fg_node_capacity *all = fg_state_allocatable(state, slot);
    bool is_odd = all->cpu_milli <= 0 || all->memory_bytes <= 0;
    out->kind = state->kind_of[slot];
    out->percent_of_milli = is_odd ? 0 : (float)(100 / (double)all->cpu_milli);
    out->percent_of_byte = is_odd ? 0 : (float)(100 / (double)all->memory_bytes);
    fg_node_figures_update(state, slot, out);
}

/* Of a whole; what is far above 100 is unsure at all events. */
static double percent(int64_t part, int64_t whole)
{
    double percent = 100 * (double)part / (double)whole;
    return percent < UNSURE ? percent : UNSURE;
}

void fg_request_figures_take(const struct fg_cluster_state *state, uint32_t class_number,
                             uint32_t kind, struct fg_figures *out)
{
    const struct fg_request *request = &state->classes[class_number].request;
    const struct fg_node_capacity *all = &state->kinds[kind].allocatable;
    bool is_odd = (request->cpu_milli == 0 && request->memory_bytes == 0) ||
                  request->ephemeral_bytes != 0 || request->gpu_milli != 0;
    if (!fg_state_eligible(state, class_number, kind)) {
        *out = (struct fg_figures){INT64_MAX, INT64_MAX, {0}};
    } else if (is_odd || all->cpu_milli <= 0 || all->memory_bytes <= 0) {
        *out = (struct fg_figures){INT64_MIN, INT64_MIN, {UNSURE}};
    } else {
        double cpu = percent(request->cpu_milli, all->cpu_milli);
        double memory = percent(request->memory_bytes, all->memory_bytes);
        *out = (struct fg_figures){
            request->cpu_milli,
            request->memory_bytes,
            {(float)percent(request->scored_cpu_milli, all->cpu_milli),
             (float)percent(request->scored_memory_bytes, all->memory_bytes),
             (float)((cpu - memory) / 2), 0},
        };
    }
}
