/* disruptor.h - what Karpenter takes away in the replay: consolidation, drift, expiry.
 *
 * The decisions are those of sim/controllers/karpenter_loop.h. A replacement is launched and
 * ready before the nodes it replaces are drained; a node whose pods must not be disrupted waits
 * for them, at most terminationGracePeriod.
 */
#ifndef FARGAUGE_SIM_REPLAY_DISRUPTOR_H
#define FARGAUGE_SIM_REPLAY_DISRUPTOR_H

#include "sim/replay/world.h"

/* After the provisioner; nothing to do without a node pool. */
void fg_disruptor_open(struct fg_world *world);
/* When the next step is due; FG_NEVER = none. */
uint32_t fg_disruptor_next(const struct fg_world *world);
void fg_disruptor_pass(struct fg_world *world);
/* expireAfter is over for the node in the slot, if it is still the one it was for. */
void fg_disruptor_expire(struct fg_world *world, uint32_t slot);
/* Karpenter's prices have changed. */
void fg_disruptor_reprice(struct fg_world *world);
/* Before the provisioner. */
void fg_disruptor_release(struct fg_world *world);

#endif
