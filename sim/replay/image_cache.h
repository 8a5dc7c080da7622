/* image_cache.h - how long the images of pods take to be pulled, and what is pulled.
 *
 * A pull takes the image's size over the throughput of nodes or of Fargate, rounded up to whole
 * seconds. A node keeps what it has pulled as long as it lives: the first pod of an image waits for
 * the pull, those that come meanwhile wait for the same one. Fargate keeps nothing. Two pods have
 * the same image where the trace names one, else where they are of one workload. Nothing here takes
 * time or room where no size is known.
 */
#ifndef FARGAUGE_SIM_REPLAY_IMAGE_CACHE_H
#define FARGAUGE_SIM_REPLAY_IMAGE_CACHE_H

#include "sim/replay/world.h"

void fg_image_cache_open(struct fg_world *world);
/* The pod comes to a node: so many seconds until its image is there. What is pulled is booked. */
uint32_t fg_image_cache_pull(struct fg_world *world, uint32_t pod, uint32_t slot);
/* How long that was for the pod on the node where it is. */
uint32_t fg_image_cache_waited(const struct fg_world *world, uint32_t pod);

/* How long Fargate pulls for the pod: its image's time, or cluster.fargate.imagePull. */
uint32_t fg_image_fargate_pull_s(const struct fg_world *world, uint32_t pod);
/* Whether it is its image's. */
bool fg_image_is_timed_on_fargate(const struct fg_world *world, uint32_t pod);
/* Fargate begins to pull. */
void fg_image_pulled_on_fargate(struct fg_world *world, uint32_t pod, uint32_t pool);
void fg_image_cache_release(struct fg_world *world);

#endif
