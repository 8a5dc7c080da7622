/* pending_queue.h - which pod is tried next, of all that wait for a node.
 *
 * The scheduler takes the next candidate and says whether a node took it, until there is none; the
 * queue then rests until a pod comes, a backoff is over or a node has room.
 */
#ifndef FARGAUGE_SIM_REPLAY_PENDING_QUEUE_H
#define FARGAUGE_SIM_REPLAY_PENDING_QUEUE_H

#include "sim/replay/world.h"

struct fg_pending_candidate {
    uint32_t class_number;         /* scheduling class */
    struct fg_cohort_queue *queue; /* NULL = a fresh pod */
    uint32_t pod, failed_at_s;
    uint32_t next; /* behind it in its cohort: binding gives the pod's link to its node */
};

void fg_pending_open(struct fg_world *world);
void fg_pending_add(struct fg_world *world, uint32_t pod); /* a fresh one */
bool fg_pending_next(struct fg_world *world, struct fg_pending_candidate *out);
void fg_pending_placed(struct fg_world *world, const struct fg_pending_candidate *candidate);
void fg_pending_refused(struct fg_world *world, const struct fg_pending_candidate *candidate);
void fg_pending_rest(struct fg_world *world);
/* A scheduling class's backoff is over. */
void fg_pending_retry(struct fg_world *world, uint32_t scheduling_class);
/* A node has room: wakes who fits there now. */
void fg_pending_room_on(struct fg_world *world, uint32_t slot);
/* Pods or nodes came or went: wakes the classes that look at other pods, where a node takes them
 * now. True if a pod of one is to be tried at once. */
bool fg_pending_look_again(struct fg_world *world);
/* Whether it has something to look at. */
static inline bool fg_pending_may_look_again(const struct fg_world *world)
{
    return world->surroundings_changed && world->blocked_count > 0;
}
void fg_pending_release(struct fg_world *world);

#endif
