/* placement.h - finds the node kube-scheduler would choose, without looking at every node.
 *
 * Nodes stand in the scheduler's order (zones in turn). For each scheduling class a view keeps a
 * byte a node, its score + 1 or 0 where the pod does not fit, with sums for blocks of 64. A node is
 * stamped when it changes; a view keeps the stamp of its last visit to each block, and when a
 * search comes to a block, the nodes stamped since are scored again. The answer is that of a plain
 * scan: from where the last search stopped, the first K nodes that fit, of these the best score, of
 * these the lowest node number.
 *
 * Classes that spread softly have columns of what their constraints see as well (spread_search.h);
 * for those that look at more, the whole cycle of scheduling.h answers.
 */
#ifndef FARGAUGE_SIM_REPLAY_PLACEMENT_H
#define FARGAUGE_SIM_REPLAY_PLACEMENT_H

#include "sim/replay/node_figures.h"
#include "sim/replay/nodes.h"
#include "sim/replay/spread_search.h"

/* Changes of nodes until the stamps begin anew: from INT16_MIN + 2 to INT16_MAX. */
enum { FG_STAMPS = UINT16_MAX - 1 };

struct fg_view_block {
    uint8_t feasible, best;
};
/* How a class's nodes are found. */
enum fg_search_method { FG_SEARCH_SCORES, FG_SEARCH_SPREAD, FG_SEARCH_CYCLE };
struct fg_view {
    enum fg_search_method method; /* with the nodes of this order */
    struct fg_spread_rule rule;
    uint64_t used_places;
    bool is_in_order; /* struct fg_search_window's */
    uint32_t kind_count, kind_capacity;
    struct fg_figures *asked; /* by kind */
    uint32_t order_version;   /* of the order it was made for; 0 = none yet */
    uint32_t capacity;        /* blocks there is room for */
    uint64_t recent_end;      /* of the counter by node */
    uint8_t *scores;          /* by position */
    uint8_t *places, *counts; /* the same; NULL = not FG_SEARCH_SPREAD */
    int16_t *seen;            /* by block: the last stamp when it was visited */
    struct fg_view_block *blocks;
};

struct fg_placement {
    struct fg_cluster_state *state;
    uint32_t percentage;
    bool most_allocated;

    uint32_t node_count, order_capacity, number_capacity, position_capacity, figures_capacity;
    uint32_t *order;                 /* slots of the open nodes */
    uint32_t *numbers;               /* by position in the order; UINT32_MAX up to a whole block */
    struct fg_node_figures *figures; /* by position */
    uint32_t *positions;             /* by slot; UINT32_MAX = not in the order */
    uint32_t order_version;
    uint32_t search_start; /* position where the next search begins */
    uint32_t stamp_capacity;
    int16_t last_stamp, *stamps; /* by position; INT16_MIN up to a whole block */
    uint32_t view_count;
    struct fg_view *views; /* by scheduling class */
    struct fg_search_window window;
};

/* Takes the order of the open nodes anew, after one came or went. */
void fg_placement_reorder(struct fg_placement *placement);
/* Begins the stamps anew; so do the views. */
void fg_placement_restamp(struct fg_placement *placement);
/* What the pods on `slot` ask for has changed. */
static inline void fg_placement_changed(struct fg_placement *placement, uint32_t slot)
{
    uint32_t position = placement->positions[slot];
    if (position >= placement->node_count)
        return;
    if (placement->last_stamp == INT16_MAX)
        fg_placement_restamp(placement);
    placement->stamps[position] = ++placement->last_stamp;
    struct fg_node_figures *figures = &placement->figures[position];
    if (figures->kind == placement->state->kind_of[slot])
        fg_node_figures_update(placement->state, slot, figures);
    else
        fg_node_figures_take(placement->state, slot, figures);
}
/* Whether the class's own view finds its nodes; false: the whole cycle does. */
bool fg_placement_serves(const struct fg_placement *placement, uint32_t scheduling_class);
/* The slot for one more pod of the class, or FG_NO_NODE. Moves where the next search begins. */
uint32_t fg_placement_find(struct fg_placement *placement, uint32_t scheduling_class);
/* Whether such a pod fits on this node now. */
bool fg_placement_fits(const struct fg_placement *placement, uint32_t scheduling_class,
                       uint32_t slot);
void fg_placement_release(struct fg_placement *placement);

#endif
