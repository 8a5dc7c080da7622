/* scaling_up.h - the half of Cluster Autoscaler's loop that asks for nodes. */
#ifndef FARGAUGE_SIM_REPLAY_SCALING_UP_H
#define FARGAUGE_SIM_REPLAY_SCALING_UP_H

#include "sim/replay/scaling_loop.h"

/* What comes of the pods that wait. */
struct fg_scaling_up {
    bool waits; /* they have just come: nothing is asked for, and no node is removed */
    struct fg_scale_up_answer answer;
};

/* Decides; opens the loop's simulation where pods wait. Those that have a place on nodes that are
 * there or coming are on them in the simulation from then on. `up` is {0} before; notes in the
 * world's scaler where the next loop must look again. */
void fg_scaling_up_decide(struct fg_scaling_loop *loop, struct fg_scaling_up *up);
/* Asks for the nodes, once the loop is closed, and frees what `up` owns. */
void fg_scaling_up_carry_out(struct fg_world *world, struct fg_scaling_up *up);

#endif
