/* scoring.h - kube-scheduler's score plugins over the feasible nodes (rules S6), with the default
 * weights: TaintToleration 3, NodeAffinity 2, PodTopologySpread 2, InterPodAffinity 2,
 * NodeResourcesFit 1, NodeResourcesBalancedAllocation 1, ImageLocality 1.
 */
#ifndef FARGAUGE_SIM_CONTROLLERS_SCORING_H
#define FARGAUGE_SIM_CONTROLLERS_SCORING_H

#include "sim/controllers/cluster_state.h"
#include "sim/controllers/scratch.h"

/* NodeResourcesFit and NodeResourcesBalancedAllocation for one more pod on the node: 0 .. 200. */
uint8_t fg_scoring_of_resources(const struct fg_cluster_state *state, uint32_t class_number,
                                uint32_t slot);

/* What every node gets alike: TaintToleration, where no node has a taint that it counts. */
int32_t fg_scoring_of_all(const struct fg_cluster_state *state, uint32_t class_number);

/* Adds the other plugins' scores to the totals. The candidates are all nodes that were found
 * feasible: normalised scores depend on every one of them. state->scratch is there. */
void fg_scoring_score(struct fg_cluster_state *state, uint32_t class_number,
                      struct fg_candidate *candidates, uint32_t count);

/* PodTopologySpread in parts, for a caller that knows which nodes are alike. A constraint weighs
 * ln(domains + 2), in steps of 2^-40 so that all that follows is whole numbers; its term is added
 * for a node that has its label; of the sum of terms comes the raw score, the lower the better, and
 * of the least and the most raw score of all nodes the plugin's points, weighted. state->scratch is
 * made. */
enum { FG_LOG_SHIFT = 40 };
int64_t fg_scoring_new_spread_weight(struct fg_cluster_state *state, uint32_t domains);
static inline int64_t fg_scoring_spread_weight(struct fg_cluster_state *state, uint32_t domains)
{
    const struct fg_scratch *scratch = state->scratch;
    if (scratch == NULL || domains >= scratch->log_capacity || scratch->logs[domains] == 0)
        return fg_scoring_new_spread_weight(state, domains);
    return scratch->logs[domains];
}
static inline int64_t fg_scoring_spread_term(int32_t pods, int64_t weight, int32_t max_skew)
{
    return pods * weight + ((int64_t)(max_skew - 1) << FG_LOG_SHIFT);
}
static inline int64_t fg_scoring_spread_raw(int64_t terms)
{
    return (terms + (1LL << (FG_LOG_SHIFT - 1))) >> FG_LOG_SHIFT;
}
int32_t fg_scoring_spread_points(int64_t raw, int64_t least, int64_t most);

#endif
