/* fargate_pods.h - the pods that Fargate takes, from their creation to the end of their bill. */
#ifndef FARGAUGE_SIM_REPLAY_FARGATE_PODS_H
#define FARGAUGE_SIM_REPLAY_FARGATE_PODS_H

#include "sim/replay/world.h"

void fg_fargate_open(struct fg_world *world);
/* The prices are others from the meters' hour on, all before is written out: what follows is booked
 * on accounts with those prices. */
void fg_fargate_reprice(struct fg_world *world);
void fg_fargate_arrive(struct fg_world *world, uint32_t pod);
uint32_t fg_fargate_next(const struct fg_world *world); /* next launch step, or FG_NEVER */
void fg_fargate_steps(struct fg_world *world);
/* The pull of an image with a time of its own is over, if the pod has not lost its place. */
void fg_fargate_pulled(struct fg_world *world, uint32_t pod);
/* Takes a launched pod off and lets it wait for Fargate again; false if it is not launched, or only
 * kept after its work. */
bool fg_fargate_evict(struct fg_world *world, uint32_t pod, const char *why);
/* The machine of a launched pod is gone: it begins anew, or is not kept any longer after its work.
 */
void fg_fargate_lose(struct fg_world *world, uint32_t pod, const char *why);
/* AWS wants the capacity of a task on Spot, unless that was foreseen for an earlier life of it. */
void fg_fargate_take_back(struct fg_world *world, uint32_t pod);
void fg_fargate_end(struct fg_world *world, uint32_t pod);
void fg_fargate_bill_stop(struct fg_world *world, uint32_t pod);
void fg_fargate_close(struct fg_world *world);

#endif
