/* cost_lines.h - pricing.lines in a replay, but for those that nodes drive (price_book.h).
 *
 * Which lines a spec's pods drive is decided once a spec, and which of them in a pool as the first
 * of its pods runs there. What the cluster drives is billed from the start to the cut. Nothing here
 * takes time or room where the study has no such lines.
 */
#ifndef FARGAUGE_SIM_REPLAY_COST_LINES_H
#define FARGAUGE_SIM_REPLAY_COST_LINES_H

#include "sim/replay/world.h"

void fg_cost_lines_open(struct fg_world *world);
/* The pod runs in the pool from now on; it does no more. */
void fg_cost_lines_pod_runs(struct fg_world *world, uint32_t pod, uint32_t pool);
void fg_cost_lines_pod_stops(struct fg_world *world, uint32_t pod, uint32_t pool);
/* So many bytes of its image are pulled to a machine of the pool. */
void fg_cost_lines_pulled(struct fg_world *world, uint32_t pod, uint32_t pool, int64_t bytes);
/* What the pod's start and `seconds` of it have come to in the pool. */
fg_nanodollars fg_cost_lines_of_pod(struct fg_world *world, uint32_t pod, uint32_t pool,
                                    uint32_t seconds);
/* The world's price book has other prices of lines, from this hour on. */
void fg_cost_lines_reprice(struct fg_world *world);
/* At the cut. */
void fg_cost_lines_close(struct fg_world *world);
/* What has been booked. */
fg_nanodollars fg_cost_lines_total(const struct fg_world *world);
void fg_cost_lines_release(struct fg_world *world);

#endif
