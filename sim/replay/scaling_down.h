/* scaling_down.h - the half of Cluster Autoscaler's loop that removes nodes. */
#ifndef FARGAUGE_SIM_REPLAY_SCALING_DOWN_H
#define FARGAUGE_SIM_REPLAY_SCALING_DOWN_H

#include "sim/replay/scaling_loop.h"

/* The nodes of groups that are ready, and which of them could go. */
struct fg_scaling_down {
    bool any_eligible; /* one was worth a simulation */
    uint32_t count;
    struct fg_removal_node *candidates;
};

/* Looks for nodes that are not needed, in the loop's simulation as scale-up left it. `down` is {0}
 * before. */
void fg_scaling_down_plan(struct fg_scaling_loop *loop, struct fg_scaling_down *down);
/* Notes since when each node could be done without; once the loop is closed. */
void fg_scaling_down_note(struct fg_world *world, const struct fg_scaling_down *down);
/* Removes those that are due, unless there was a scale-up or removal a short time ago. */
void fg_scaling_down_carry_out(struct fg_world *world, const struct fg_scaling_down *down);
void fg_scaling_down_release(struct fg_scaling_down *down);

#endif
