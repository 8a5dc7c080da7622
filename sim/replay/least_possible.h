/* least_possible.h - how little the work of a replay could have cost on the nodes its cluster can
 * have.
 *
 * For each clock hour, nodes are bounded by models/lower_bound.h over the offers, and by the nodes
 * that the pods that were there take at least (demand_meter.h), alone or spread over the zones as
 * their constraints ask; the larger counts. A pod on Fargate costs its size while it works. All is
 * compute: no volumes, addresses and fees, and before commitments.
 */
#ifndef FARGAUGE_SIM_REPLAY_LEAST_POSSIBLE_H
#define FARGAUGE_SIM_REPLAY_LEAST_POSSIBLE_H

#include "sim/replay/world.h"

/* When nodes, pods and Karpenter are open, before the first second; opens the demand meter. */
void fg_least_open(struct fg_world *world);
/* Other nodes can be had, or at other prices, from now on. */
void fg_least_reprice(struct fg_world *world);
/* Fills compute_nano and the bounds of the summary, while the ledger is without commitments. */
void fg_least_close(struct fg_world *world);
void fg_least_release(struct fg_world *world);

#endif
