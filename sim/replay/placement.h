/* placement.h - finds the node kube-scheduler would choose, without looking at every node.
 *
 * Nodes stand in the scheduler's order (zones in turn). For each scheduling class a view keeps a
 * byte a node, its score + 1 or 0 where the pod does not fit, with sums for blocks of 64. Nodes
 * that changed are noted in one log; a view reads on in it when it is used and scores a changed
 * node again only when a search comes to it. The answer is that of a plain scan: from where the
 * last search stopped, the first K nodes that fit, of these the best score, of these the lowest
 * node number.
 *
 * Classes that spread softly have columns of what their constraints see as well (spread_search.h);
 * for those that look at more, the whole cycle of scheduling.h answers.
 */
#ifndef FARGAUGE_SIM_REPLAY_PLACEMENT_H
#define FARGAUGE_SIM_REPLAY_PLACEMENT_H

#include "sim/replay/node_figures.h"
#include "sim/replay/nodes.h"
#include "sim/replay/spread_search.h"

enum { FG_CHANGE_LOG = 8192 }; /* a power of two */

struct fg_view_block {
    uint8_t feasible, best;
};
/* How a class's nodes are found. */
enum fg_search_method { FG_SEARCH_SCORES, FG_SEARCH_SPREAD, FG_SEARCH_CYCLE };
struct fg_view {
    enum fg_search_method method; /* with the nodes of this order */
    struct fg_request_figures request;
    struct fg_spread_rule rule;
    uint64_t used_places;
    uint32_t order_version;   /* of the order it was made for; 0 = none yet */
    uint32_t capacity;        /* blocks there is room for */
    uint64_t log_end;         /* changes read so far */
    uint8_t *scores;          /* by position */
    uint8_t *places, *counts; /* the same; NULL = not FG_SEARCH_SPREAD */
    uint64_t *dirty;          /* a bit a position, a word a block */
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
    uint64_t log_end;
    uint32_t log[FG_CHANGE_LOG];
    uint32_t view_count;
    struct fg_view *views; /* by scheduling class */
    struct fg_search_window window;
};

/* Takes the order of the open nodes anew, after one came or went. */
void fg_placement_reorder(struct fg_placement *placement);
/* What the pods on `slot` ask for has changed. */
static inline void fg_placement_changed(struct fg_placement *placement, uint32_t slot)
{
    uint32_t position = placement->positions[slot];
    placement->log[placement->log_end++ % FG_CHANGE_LOG] = position;
    if (position < placement->node_count)
        fg_node_figures_take(placement->state, slot, &placement->figures[position]);
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
