/* scaling_loop.h - one loop of Cluster Autoscaler in the replay: what it remembers from those
 * before, and the simulation on the world that it decides on. For scaling.c and its two halves.
 *
 * The simulation holds the world as it is, but for pods of expendable priority, which count as
 * gone, and with the nodes that are coming. It is opened when the loop first has a question, and
 * closed before anything is done: what follows from an answer must find the world as it was.
 */
#ifndef FARGAUGE_SIM_REPLAY_SCALING_LOOP_H
#define FARGAUGE_SIM_REPLAY_SCALING_LOOP_H

#include "sim/controllers/autoscaler_timing.h"
#include "sim/controllers/removal.h"
#include "sim/controllers/scale_up.h"
#include "sim/replay/eviction.h"
#include "sim/replay/world.h"

/* What the autoscaler knows of a node; of the node whose number it is. */
struct fg_node_memo {
    uint32_t number;
    uint32_t unremovable_s; /* when its pods last had no place, or one blocked; FG_NEVER = not */
    bool is_removed;        /* by scale-down */
    bool is_drained;        /* with pods */
};

/* What it knows of a group. */
struct fg_group_memo {
    uint32_t missing_since_s; /* nodes asked for that AWS does not give; FG_NEVER = none */
    struct fg_group_backoff backoff;
    uint32_t kind_from_zero; /* what a new node of an empty group is taken to be */
};

/* From loop to loop. */
struct fg_scaler {
    uint32_t passed_s;            /* its turn of this second is over; FG_NEVER = none yet */
    uint32_t last_add_s;          /* FG_NEVER = never */
    uint32_t last_delete_s;       /* FG_NEVER = never */
    uint32_t wake_s;              /* the loop also matters from here on: a timer runs out */
    bool too_young;               /* a pod waits until it is old enough: the next loop matters */
    struct fg_group_memo *groups; /* by group */
    uint32_t *other_kind;         /* by kind of a group: the same with the soft taint, or without */
    uint32_t first_tainted;       /* kinds of groups from here on have it */
    uint32_t memo_capacity;
    struct fg_node_memo *memos; /* by slot */
};

struct fg_scaling_loop {
    struct fg_world *world;
    uint32_t slot_count; /* before the simulation added nodes */
    bool is_open;        /* the simulation and the groups are there */
    struct fg_simulation simulation;
    struct fg_scaling_group *groups;
    int64_t ready_nodes, upcoming_nodes;
};

static inline const struct fg_autoscaler_settings *fg_scaling_settings(const struct fg_world *world)
{
    return &world->cluster->autoscaler;
}
static inline bool fg_scaling_is_expendable(const struct fg_world *world, uint32_t class_number)
{
    return world->classes.scheduling[class_number].priority <
           fg_scaling_settings(world)->expendable_pods_priority_cutoff;
}
/* Seconds since the pod's controller made it, the last time. */
static inline uint32_t fg_scaling_age(const struct fg_world *world, uint32_t pod)
{
    const struct fg_pod_past *past = fg_pod_past(world, pod);
    return world->clock.now - (past != NULL ? past->evicted_s : world->trace->arrival_s[pod]);
}
static inline void fg_scaling_wake_at(struct fg_scaler *scaler, uint32_t second)
{
    if (second < scaler->wake_s)
        scaler->wake_s = second;
}

/* Opens the simulation if it is not. */
void fg_scaling_loop_open(struct fg_scaling_loop *loop);
void fg_scaling_loop_close(struct fg_scaling_loop *loop);

#endif
