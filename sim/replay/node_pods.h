/* node_pods.h - the pods that come to wait for a node, are bound to one, and leave it. */
#ifndef FARGAUGE_SIM_REPLAY_NODE_PODS_H
#define FARGAUGE_SIM_REPLAY_NODE_PODS_H

#include "sim/replay/world.h"

void fg_node_pods_open(struct fg_world *world);
void fg_node_pods_arrive(struct fg_world *world, uint32_t pod);
/* A pending pod has its node; it starts as soon as it has an address. */
void fg_node_pods_bind(struct fg_world *world, uint32_t pod, uint32_t slot);
/* Addresses have become free: those bound that wait for one get them, in order. */
void fg_node_pods_serve_addresses(struct fg_world *world);
void fg_node_pods_start(struct fg_world *world, uint32_t pod);
void fg_node_pods_end(struct fg_world *world, uint32_t pod);
/* `why`: what is said of it, as in "its node is removed". */
void fg_node_pods_evict(struct fg_world *world, uint32_t pod, const char *why);
void fg_node_pods_close(struct fg_world *world);

#endif
