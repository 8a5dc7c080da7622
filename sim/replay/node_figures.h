/* node_figures.h - what a node has and holds as the usual scores look at it: CPU and memory side
 * by side, as doubles (whole numbers below 2^53), in one line of the cache.
 *
 * For nodes that have CPU and memory, no more of them taken than is there, and pods that ask for
 * some of them and for nothing else; the answers are those of fg_scheduler_fits and
 * fg_scheduler_score.
 */
#ifndef FARGAUGE_SIM_REPLAY_NODE_FIGURES_H
#define FARGAUGE_SIM_REPLAY_NODE_FIGURES_H

#include "sim/controllers/cluster_state.h"

/* Of CPU in milli, of memory in bytes. */
typedef double fg_pair_of_doubles __attribute__((vector_size(16)));
typedef int64_t fg_pair_of_masks __attribute__((vector_size(16)));

struct fg_node_figures {
    fg_pair_of_doubles whole, used, scored;
    int32_t pods_left;
    uint32_t kind;
    bool is_odd; /* not served */
};
void fg_node_figures_take(const struct fg_cluster_state *state, uint32_t slot,
                          struct fg_node_figures *out);

struct fg_request_figures {
    fg_pair_of_doubles asked, scored;
    fg_pair_of_masks asks_nothing;
    bool is_odd; /* not served */
};
struct fg_request_figures fg_request_figures_of(const struct fg_request *request);

static inline bool fg_figures_fit(const struct fg_node_figures *node,
                                  const struct fg_request_figures *request)
{
    fg_pair_of_masks fits =
        (fg_pair_of_masks)(node->used + request->asked <= node->whole) | request->asks_nothing;
    return node->pods_left > 0 && (fits[0] & fits[1]) != 0;
}

/* One more pod that fits: fg_scheduler_score, two divisions at a time. */
static inline uint32_t fg_figures_score(const struct fg_node_figures *node,
                                        const struct fg_request_figures *request,
                                        bool most_allocated)
{
    const fg_pair_of_doubles none = {0, 0}, hundred = {100, 100};
    fg_pair_of_doubles whole = node->whole, left = whole - (node->scored + request->scored);
    fg_pair_of_masks any_left = left > none; /* what is not named can count as more than there is */
    left = (fg_pair_of_doubles)((fg_pair_of_masks)left & any_left);
    fg_pair_of_doubles percent = (most_allocated ? whole - left : left) * hundred / whole;
    fg_pair_of_doubles fraction = (node->used + request->asked) / whole;
    double difference = fraction[0] - fraction[1];
    double deviation = (difference < 0 ? -difference : difference) / 2;
    return ((uint32_t)(int32_t)percent[0] + (uint32_t)(int32_t)percent[1]) / 2 +
           (uint32_t)(int32_t)((1 - deviation) * 100);
}

#endif
