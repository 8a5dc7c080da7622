/* node_groups.h - what the nodes of each node group are: labels, taints, allocatable, price. */
#ifndef FARGAUGE_SIM_REPLAY_NODE_GROUPS_H
#define FARGAUGE_SIM_REPLAY_NODE_GROUPS_H

#include "sim/replay/world.h"

/* Once the DaemonSets and the scheduling classes are known; no node stands yet. FG_BAD_INPUT: an
 * instance type is not known. */
fg_status fg_node_groups_open(struct fg_world *world, struct fg_error *error);

#endif
