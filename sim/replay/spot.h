/* spot.h - Spot instances that AWS takes back (rules I2, R6).
 *
 * How long an instance lasts is exponential, with the rate of its type: the catalog's or the
 * study's. Two minutes before the end comes the notice: the node takes no more pods and is
 * drained, and a node group asks for another in its place. It is billed to the end.
 */
#ifndef FARGAUGE_SIM_REPLAY_SPOT_H
#define FARGAUGE_SIM_REPLAY_SPOT_H

#include "sim/replay/world.h"

/* An instance begins to run: says when it will be taken back. */
void fg_spot_begin(struct fg_world *world, uint32_t slot);
/* The notice is due for the node in that slot, if it is still the one it was for. */
void fg_spot_notice(struct fg_world *world, uint32_t slot);

#endif
