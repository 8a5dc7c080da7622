/* node_pods.h - the pods that come to wait for a node, are bound to one, and leave it. */
#ifndef FARGAUGE_SIM_REPLAY_NODE_PODS_H
#define FARGAUGE_SIM_REPLAY_NODE_PODS_H

#include "sim/replay/world.h"

void fg_node_pods_open(struct fg_world *world);
void fg_node_pods_arrive(struct fg_world *world, uint32_t pod);
void fg_node_pods_schedule(struct fg_world *world);
/* A bound pod that waited for an address has one. */
void fg_node_pods_start_after(struct fg_world *world, uint32_t pod);
void fg_node_pods_start(struct fg_world *world, uint32_t pod);
void fg_node_pods_end(struct fg_world *world, uint32_t pod);
/* `why`: what is said of it, as in "its node is removed". */
void fg_node_pods_evict(struct fg_world *world, uint32_t pod, const char *why);
void fg_node_pods_evict_all(struct fg_world *world, uint32_t slot, const char *why);
void fg_node_pods_close(struct fg_world *world);

#endif
