/* planned.h - what a study lets happen at a second of its own: a zone is lost, a node group is
 * upgraded, a node pool drifts, Fargate's machines are patched, prices change. */
#ifndef FARGAUGE_SIM_REPLAY_PLANNED_H
#define FARGAUGE_SIM_REPLAY_PLANNED_H

#include "sim/replay/world.h"

/* FG_BAD_INPUT: a price that is to hold later is not known. */
fg_status fg_planned_open(struct fg_world *world, struct fg_error *error);
/* When the next step is due; FG_NEVER = none is left. */
uint32_t fg_planned_next(const struct fg_world *world);
/* All that is due now, right after what ends in this second. */
void fg_planned_pass(struct fg_world *world);
void fg_planned_release(struct fg_world *world);

#endif
