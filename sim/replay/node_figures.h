/* node_figures.h - what a node has left and what a pod asks of it, as the usual scores look at it:
 * CPU and memory side by side, in one line of the cache.
 *
 * Whether a pod fits is seen in whole numbers. Scores are cut off to whole numbers, so floats will
 * do unless one comes so near to a whole number that it could fall on either side; the caller then
 * asks fg_scheduler_score, as he does for nodes and pods that are odd: nodes without CPU or memory
 * or with more of them taken than is there, pods that ask for neither or for other things too.
 */
#ifndef FARGAUGE_SIM_REPLAY_NODE_FIGURES_H
#define FARGAUGE_SIM_REPLAY_NODE_FIGURES_H

#include "sim/controllers/cluster_state.h"

typedef float fg_four_floats __attribute__((vector_size(16)));
typedef int32_t fg_four_ints __attribute__((vector_size(16)));

/* What a node has left for one more pod, or what a pod asks of a node of some kind. */
struct fg_figures {
    int64_t cpu_milli, memory_bytes;
    /* Percent of the node's whole: CPU and memory as they are scored, half of by how much CPU is
     * above memory. The fourth is a half and nothing. */
    fg_four_floats percent;
};
struct fg_node_figures {
    struct fg_figures left;
    uint32_t kind;
    float percent_of_milli, percent_of_byte; /* of the whole; 0 = the node is odd by its kind */
};
/* Of a node that was not there, or may be of another kind. */
void fg_node_figures_take(const struct fg_cluster_state *state, uint32_t slot,
                          struct fg_node_figures *out);
/* Of one whose pods have changed. */
void fg_node_figures_update(const struct fg_cluster_state *state, uint32_t slot,
                            struct fg_node_figures *figures);
void fg_request_figures_take(const struct fg_cluster_state *state, uint32_t class_number,
                             uint32_t kind, struct fg_figures *out);

static inline bool fg_figures_fit(const struct fg_figures *left, const struct fg_figures *asked)
{
    return (asked->cpu_milli <= left->cpu_milli) & (asked->memory_bytes <= left->memory_bytes);
}

/* One more pod that fits: fg_scheduler_score + 1, negative = unsure. A percentage here is less than
 * 1e-4 off: it is the difference of two products of numbers of 24 bits, neither above 100 (of a pod
 * that is scored for more than the whole node it comes out below 0). */
static inline int32_t fg_figures_score(const struct fg_figures *left,
                                       const struct fg_figures *asked, bool most_allocated)
{
    enum { MOST = 2 * 99, EVEN = 99 }; /* 100 - 30.2 is cut off to 99 - 30 */
    const fg_four_ints no_sign = {-1, -1, INT32_MAX, -1}, no_signs = no_sign & INT32_MAX;
    const fg_four_floats half = {0.5F, 0.5F, 0.5F, 0.5F}, sure = half - 0x1p-12F;
    fg_four_floats percent =
        (fg_four_floats)((fg_four_ints)(left->percent - asked->percent) & no_sign);
    fg_four_ints whole = __builtin_convertvector(percent, fg_four_ints);
    fg_four_floats beside = percent - half - __builtin_convertvector(whole, fg_four_floats);
    whole |= (fg_four_floats)((fg_four_ints)beside & no_signs) > sure;
    if ((whole[0] | whole[1] | whole[2]) < 0)
        return -1;
    uint32_t sum = (uint32_t)(whole[0] + whole[1]);
    return (int32_t)((most_allocated ? MOST - sum : sum) / 2 + (EVEN + 1) - (uint32_t)whole[2]);
}

#endif
