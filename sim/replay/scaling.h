/* scaling.h - Cluster Autoscaler's loop in the replay. */
#ifndef FARGAUGE_SIM_REPLAY_SCALING_H
#define FARGAUGE_SIM_REPLAY_SCALING_H

#include "sim/replay/world.h"

void fg_scaling_open(struct fg_world *world);
uint32_t fg_scaling_next(const struct fg_world *world); /* next loop that can matter */
void fg_scaling_pass(struct fg_world *world);           /* once a second: the loop, if it is due */
void fg_scaling_release(struct fg_world *world);

#endif
