/* fargate_launch.h - pods that wait for Fargate, and what a launch takes: the vCPU quota, an
 * address in a subnet, a token of the launch rate. */
#ifndef FARGAUGE_SIM_REPLAY_FARGATE_LAUNCH_H
#define FARGAUGE_SIM_REPLAY_FARGATE_LAUNCH_H

#include "sim/replay/world.h"

void fg_fargate_launch_open(struct fg_world *world);
/* A new pod: launched now if there is all it takes and nobody waits, else it waits. */
void fg_fargate_launch(struct fg_world *world, uint32_t pod);
/* One that has lost its place: it waits for a launch of this second or later. */
void fg_fargate_launch_again(struct fg_world *world, uint32_t pod);
void fg_fargate_launch_waiting(struct fg_world *world);
/* What a launched pod has taken, but for the token, is free. */
void fg_fargate_give_back(struct fg_world *world, uint32_t pod);
/* "waits for Fargate: ...": what keeps the pod from being launched now; NULL = nothing does. */
const char *fg_fargate_lack(struct fg_world *world, uint32_t pod);
/* The n-th launch of the replay, of those whose pods do not all run yet. */
static inline struct fg_launch *fg_fargate_launched(const struct fg_fargate_state *fargate,
                                                    uint64_t number)
{
    return &fargate->launches[number & (fargate->ring_capacity - 1)];
}

#endif
