#include "sim/replay/node_drain.h"

#include "sim/replay/disruption_facts.h"
#include "sim/replay/node_pods.h"
#include "sim/replay/pending_queue.h"

static void set_open(struct fg_world *world, uint32_t slot, bool is_open)
{
    fg_state_set_open(&world->state, slot, is_open);
    world->order_stale = true;
}

void fg_node_cordon(struct fg_world *world, uint32_t slot)
{
    world->nodes.items[slot].state = FG_NODE_TAINTED;
    set_open(world, slot, false);
}

void fg_node_uncordon(struct fg_world *world, uint32_t slot)
{
    world->nodes.items[slot].state = FG_NODE_READY;
    set_open(world, slot, true);
    fg_pending_room_on(world, slot);
    world->touched = world->surroundings_changed = true;
}

void fg_node_drain(struct fg_world *world, uint32_t slot, uint32_t stop_s, const char *why)
{
    struct fg_node *node = &world->nodes.items[slot];
    fg_disruption_note_change(world);
    set_open(world, slot, false);
    while (node->first_pod != FG_NO_POD)
        fg_node_pods_evict(world, node->first_pod, why);
    node->state = FG_NODE_STOPPING;
    fg_node_stop_at(world, slot, stop_s);
    world->touched = true; /* the next one may be drained */
}

void fg_node_stop_at(struct fg_world *world, uint32_t slot, uint32_t stop_s)
{
    struct fg_node *node = &world->nodes.items[slot];
    uint32_t minimum = node->billed_from_s + FG_NODE_MINIMUM_BILLED_S;
    node->stop_s = stop_s > minimum ? stop_s : minimum;
    fg_event_put(&world->ends, node->stop_s, fg_due_word(FG_DUE_NODE_STOP, slot));
}
