/* spot.h - Spot instances that AWS takes back (rules I2, R6).
 *
 * How long an instance lasts is exponential, with the rate of its type: the catalog's or the
 * study's. Two minutes before the end comes the notice: the node takes no more pods and is
 * drained, and a node group asks for another in its place. It is billed to the end.
 */
#ifndef FARGAUGE_SIM_REPLAY_SPOT_H
#define FARGAUGE_SIM_REPLAY_SPOT_H

#include "sim/replay/world.h"

enum { FG_SPOT_NOTICE_S = 120 };

/* An instance begins to run: settles when it is taken back, and puts the notice into `ends`. */
void fg_spot_begin(struct fg_world *world, uint32_t slot);

#endif
