#include "sim/controllers/scale_down.h"

#include <stdlib.h>

#include "models/base/memory.h"

static void add_move(struct fg_removal_snapshot *snapshot, struct fg_removal_move move)
{
    snapshot->moves = fg_grow(snapshot->moves, &snapshot->move_capacity, snapshot->move_count + 1,
                              sizeof *snapshot->moves);
    snapshot->moves[snapshot->move_count++] = move;
}

/* Finds room for so many pods of a class, nodes in turn from first_target on. */
static bool move_pods(struct fg_removal_snapshot *snapshot, uint32_t from,
                      uint32_t scheduling_class, int64_t pods)
{
    const struct fg_request *request = &snapshot->requests[scheduling_class];
    const uint8_t *eligible = snapshot->eligible + (size_t)scheduling_class * snapshot->kind_count;
    uint32_t start = snapshot->first_target;
    for (uint32_t i = 0; i < snapshot->node_count && pods > 0; i++) {
        uint32_t number = (start + i) % snapshot->node_count;
        struct fg_removal_node *node = &snapshot->nodes[number];
        if (number == from || !node->is_target || !eligible[node->kind])
            continue;
        int64_t room = fg_scheduler_room(node->allocatable, &node->use, request, pods);
        if (room == 0)
            continue;
        fg_use_add(&node->use, request, room);
        pods -= room;
        snapshot->first_target = number;
        add_move(snapshot, (struct fg_removal_move){number, scheduling_class, room});
    }
    return pods == 0;
}

/* How many pods of the class were moved to the node, in the first `count` moves. */
static int64_t moved_here(const struct fg_removal_snapshot *snapshot, uint32_t count, uint32_t node,
                          uint32_t scheduling_class)
{
    int64_t pods = 0;
    for (uint32_t i = 0; i < count; i++)
        if (snapshot->moves[i].to == node &&
            snapshot->moves[i].scheduling_class == scheduling_class)
            pods += snapshot->moves[i].pods;
    return pods;
}

/* The lowest class above or at `from` of pods that are on the node; UINT32_MAX = none. */
static uint32_t next_class(const struct fg_removal_snapshot *snapshot, uint32_t count,
                           uint32_t node, uint32_t from)
{
    const struct fg_removal_node *leaving = &snapshot->nodes[node];
    uint32_t lowest = UINT32_MAX;
    for (uint32_t i = 0; i < leaving->load_count; i++) {
        if (leaving->loads[i].scheduling_class >= from) {
            lowest = leaving->loads[i].scheduling_class;
            break;
        }
    }
    for (uint32_t i = 0; i < count; i++)
        if (snapshot->moves[i].to == node && snapshot->moves[i].scheduling_class >= from &&
            snapshot->moves[i].scheduling_class < lowest)
            lowest = snapshot->moves[i].scheduling_class;
    return lowest;
}

static int64_t own_pods(const struct fg_removal_node *node, uint32_t scheduling_class)
{
    for (uint32_t i = 0; i < node->load_count; i++)
        if (node->loads[i].scheduling_class == scheduling_class)
            return node->loads[i].pods;
    return 0;
}

/* Takes back the moves after the first `count`. */
static void undo(struct fg_removal_snapshot *snapshot, uint32_t count)
{
    for (uint32_t i = count; i < snapshot->move_count; i++) {
        const struct fg_removal_move *move = &snapshot->moves[i];
        fg_use_add(&snapshot->nodes[move->to].use, &snapshot->requests[move->scheduling_class],
                   -move->pods);
    }
    snapshot->move_count = count;
}

/* Forgets the moves to a node whose pods have all moved on. */
static void forget(struct fg_removal_snapshot *snapshot, uint32_t node)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < snapshot->move_count; i++)
        if (snapshot->moves[i].to != node)
            snapshot->moves[kept++] = snapshot->moves[i];
    snapshot->move_count = kept;
}

bool fg_autoscaler_can_move(struct fg_removal_snapshot *snapshot, uint32_t node)
{
    struct fg_removal_node *leaving = &snapshot->nodes[node];
    uint32_t before = snapshot->move_count, class = 0;
    bool moved = true;
    while (moved && (class = next_class(snapshot, before, node, class)) != UINT32_MAX) {
        int64_t pods = own_pods(leaving, class) + moved_here(snapshot, before, node, class);
        moved = move_pods(snapshot, node, class, pods);
        class ++;
    }
    if (!moved) {
        undo(snapshot, before);
        return false;
    }
    forget(snapshot, node);
    leaving->is_target = false;
    return true;
}
