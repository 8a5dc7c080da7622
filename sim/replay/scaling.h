/* scaling.h - Cluster Autoscaler's loop in the replay: when it runs, and in which order it does
 * what; scaling_up and scaling_down are its halves.
 */
#ifndef FARGAUGE_SIM_REPLAY_SCALING_H
#define FARGAUGE_SIM_REPLAY_SCALING_H

#include "sim/replay/world.h"

/* Without an autoscaler, or a group for it, the world has no scaler and the others do nothing. */
void fg_scaling_open(struct fg_world *world);
uint32_t fg_scaling_next(const struct fg_world *world); /* next loop that can matter */
void fg_scaling_pass(struct fg_world *world);           /* once a second: the loop, if it is due */
void fg_scaling_release(struct fg_world *world);

#endif
