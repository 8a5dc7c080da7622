/* shapes.h - the machines of a replay: what they hold, how they are labelled, what they cost.
 *
 * A shape is what is billed alike: one pool, one instance type, one capacity type. A kind is what
 * the scheduler sees alike: a shape in a zone. Node groups open theirs at the start, node pools as
 * they launch. Numbers of kinds are those of the cluster state.
 */
#ifndef FARGAUGE_SIM_REPLAY_SHAPES_H
#define FARGAUGE_SIM_REPLAY_SHAPES_H

#include "sim/replay/node_meter.h"

struct fg_world;

struct fg_shape {
    uint32_t pool;
    const struct fg_instance_type *type;
    struct fg_machine machine; /* what decides its prices */
    struct fg_node_capacity allocatable;
    struct fg_node_prices prices;
    struct fg_node_meter meter;
    uint32_t system_share;
    uint32_t *shares; /* by workload; UINT32_MAX = none yet */
};

struct fg_shape_kind {
    uint32_t shape;
    struct fg_node_use daemons; /* DaemonSet pods on each node */
    fg_units daemon_units;
    bool *takes;                       /* by DaemonSet */
    const struct fg_pairs *own_labels; /* without the well-known ones; NULL: of a node group */
    uint64_t launches;                 /* Spot instances so far */
};

struct fg_shapes {
    uint32_t count, capacity;
    struct fg_shape **items; /* each stays where it is */
    uint32_t kind_count, kind_capacity;
    struct fg_shape_kind *kinds; /* by the state's kinds */
};

/* A shape with pool, type, allocatable and prices set; returns its number. */
uint32_t fg_shapes_add(struct fg_world *world, const struct fg_shape *shape);
/* The label has this value in a new list; the old one may be shared and stays as it is. */
void fg_shapes_set_label(struct fg_world *world, struct fg_pairs *labels, const char *key,
                         const char *value);
/* A kind of the shape with these labels (the well-known ones are added) and taints. */
uint32_t fg_shapes_add_kind(struct fg_world *world, uint32_t shape, const char *zone,
                            const struct fg_pairs *labels, const struct fg_taints *taints);
/* The share of the shape's meter that the workload's pods are booked on. */
uint32_t fg_shape_share(struct fg_world *world, uint32_t shape, uint32_t workload);
/* Other prices hold from the hour that begins now. */
fg_status fg_shapes_reprice(struct fg_world *world, uint32_t shape, struct fg_error *error);
void fg_shapes_release(struct fg_shapes *shapes);

#endif
