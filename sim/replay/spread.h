/* spread.h - how nodes and workloads spread over zones, and how long the longest wait has been.
 *
 * What is left when the fullest zone is lost, and where each workload's pods were, is read off
 * these rows by the reports.
 */
#ifndef FARGAUGE_SIM_REPLAY_SPREAD_H
#define FARGAUGE_SIM_REPLAY_SPREAD_H

#include "sim/replay/world.h"

/* The series of the zone that the node is in. */
struct fg_capacity_series *fg_spread_series(struct fg_world *world, uint32_t slot);
/* A pod of the workload ran in that zone for so long. */
void fg_spread_count(struct fg_world *world, uint32_t workload, uint32_t slot, uint32_t seconds);
/* A pod has waited for a node in [from_s, to_s). */
void fg_spread_note_wait(struct fg_world *world, uint32_t from_s, uint32_t to_s);
void fg_spread_close(struct fg_world *world, uint32_t cut_s);
void fg_spread_release(struct fg_world *world);

#endif
