/* scale_down.h - which nodes Cluster Autoscaler could do without: pure, over a snapshot.
 *
 * Candidates are looked at in the order given. One whose pods all find room on the other nodes is
 * removable; its pods then are there, to be moved on if that node is a candidate too, and it is no
 * place for others any more.
 * Source: kubernetes/autoscaler cluster-autoscaler core/scaledown/planner, simulator/cluster.go.
 */
#ifndef FARGAUGE_SIM_CONTROLLERS_SCALE_DOWN_H
#define FARGAUGE_SIM_CONTROLLERS_SCALE_DOWN_H

#include "sim/controllers/cluster_state.h"

struct fg_removal_node {
    const struct fg_node_capacity *allocatable;
    struct fg_node_use use; /* changed by the simulation */
    uint32_t kind;
    bool is_target; /* ready, and may take pods; changed by the simulation */
    uint32_t load_count;
    const struct fg_node_load *loads; /* by scheduling class */
};

/* Pods that the simulation has moved. */
struct fg_removal_move {
    uint32_t to, scheduling_class;
    int64_t pods;
};

struct fg_removal_snapshot {
    uint32_t node_count;
    struct fg_removal_node *nodes;
    const struct fg_request *requests; /* by scheduling class */
    const uint8_t *eligible;           /* [class * kind_count + kind] */
    uint32_t kind_count;
    uint32_t first_target; /* where the search for room goes on, as the real one does */
    uint32_t move_count, move_capacity;
    struct fg_removal_move *moves; /* made by fg_autoscaler_can_move; free() them */
};

/* Whether the node's pods all fit elsewhere; if so the snapshot is as after the move. */
bool fg_autoscaler_can_move(struct fg_removal_snapshot *snapshot, uint32_t node);

#endif
