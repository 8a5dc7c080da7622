#include "sim/replay/scheduling_pass.h"

#include "sim/replay/node_pods.h"
#include "sim/replay/pending_queue.h"
#include "sim/replay/preempting.h"

static bool try_place(struct fg_world *world, uint32_t pod, uint32_t class_number)
{
    uint32_t slot = world->pending[class_number].blocked
                        ? FG_NO_NODE
                        : fg_placement_find(&world->placement, class_number);
    if (slot == FG_NO_NODE)
        slot = fg_preempt_for(world, pod);
    if (slot == FG_NO_NODE)
        return false;
    fg_node_pods_bind(world, pod, slot);
    return true;
}

static void try_candidate(struct fg_world *world, const struct fg_pending_candidate *candidate)
{
    if (try_place(world, candidate->pod, candidate->class_number))
        fg_pending_placed(world, candidate);
    else
        fg_pending_refused(world, candidate);
}

void fg_scheduling_pass(struct fg_world *world)
{
    fg_pending_look_again(world);
    if (world->fresh_first == world->fresh_count && world->awake_count == 0)
        return;
    if (world->order_stale) {
        fg_placement_reorder(&world->placement);
        world->order_stale = false;
    }
    struct fg_pending_candidate candidate = {0};
    do {
        while (fg_pending_next(world, &candidate)) {
            candidate.next = world->links[candidate.pod].next;
            try_candidate(world, &candidate);
        }
        fg_pending_rest(world);
    } while (fg_pending_look_again(world));
}
