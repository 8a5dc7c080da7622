/* group_upgrade.h - the upgrade of a managed node group (rules C1).
 *
 * More nodes come first: max(2 x zones, maxUnavailable) of them. Once they are ready, all old nodes
 * are cordoned, and drained maxUnavailable at a time; each ends 60 s after. A node takes the place
 * of each, but for as many as came first.
 */
#ifndef FARGAUGE_SIM_REPLAY_GROUP_UPGRADE_H
#define FARGAUGE_SIM_REPLAY_GROUP_UPGRADE_H

#include "sim/replay/world.h"

void fg_group_upgrade_begin(struct fg_world *world, uint32_t group);
/* When an upgrade is to go on; FG_NEVER = none is under way. */
uint32_t fg_group_upgrade_next(const struct fg_world *world);
void fg_group_upgrade_pass(struct fg_world *world);

#endif
