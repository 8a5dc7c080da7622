/* shape.h - the machines of a replay: what they hold, how they are labelled, what they cost.
 *
 * A shape is what is billed alike: one pool, one instance type, one capacity type. A kind is what
 * the scheduler sees alike: a shape in a zone. Numbers of kinds are those of the cluster state.
 */
#ifndef FARGAUGE_SIM_REPLAY_SHAPE_H
#define FARGAUGE_SIM_REPLAY_SHAPE_H

#include "sim/replay/node_meter.h"

struct fg_shape {
    uint32_t pool;
    const struct fg_instance_type *type;
    struct fg_machine machine; /* what decides its prices */
    struct fg_node_capacity allocatable;
    struct fg_node_prices prices;
    struct fg_node_meter meter;
    uint32_t system_share;
    uint32_t *shares; /* by cost owner; UINT32_MAX = none yet */
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

#endif
