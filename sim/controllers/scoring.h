/* scoring.h - kube-scheduler's score plugins over the feasible nodes (rules S6), with the default
 * weights: TaintToleration 3, NodeAffinity 2, PodTopologySpread 2, InterPodAffinity 2,
 * NodeResourcesFit 1, NodeResourcesBalancedAllocation 1, ImageLocality 1.
 */
#ifndef FARGAUGE_SIM_CONTROLLERS_SCORING_H
#define FARGAUGE_SIM_CONTROLLERS_SCORING_H

#include "sim/controllers/scheduling.h"

/* NodeResourcesFit and NodeResourcesBalancedAllocation for one more pod on the node: 0 .. 200. */
uint8_t fg_scoring_of_resources(const struct fg_cluster_state *state, uint32_t class_number,
                                uint32_t slot);

/* What every node gets alike: TaintToleration, where no node has a taint that it counts. */
int32_t fg_scoring_of_all(const struct fg_cluster_state *state, uint32_t class_number);

/* Adds the other plugins' scores to the totals. The candidates are all nodes that were found
 * feasible: normalised scores depend on every one of them. state->scratch is there. */
void fg_scoring_score(struct fg_cluster_state *state, uint32_t class_number,
                      struct fg_candidate *candidates, uint32_t count);

#endif
