#include "sim/controllers/scale_down.h"

#include <stdlib.h>

#include "models/base/memory.h"

/* One step of a move, kept so that a move that fails can be undone. */
struct step {
    uint32_t node, scheduling_class;
    int64_t pods;
};
struct steps {
    uint32_t count, capacity;
    struct step *items;
};

/* Finds room for all pods of one load, nodes in turn from first_target on. */
static bool move_load(struct fg_removal_snapshot *snapshot, uint32_t from,
                      const struct fg_node_load *load, struct steps *steps)
{
    const struct fg_request *request = &snapshot->requests[load->scheduling_class];
    const uint8_t *eligible =
        snapshot->eligible + (size_t)load->scheduling_class * snapshot->kind_count;
    int64_t left = load->pods;
    uint32_t start = snapshot->first_target;
    for (uint32_t i = 0; i < snapshot->node_count && left > 0; i++) {
        uint32_t number = (start + i) % snapshot->node_count;
        struct fg_removal_node *node = &snapshot->nodes[number];
        if (number == from || !node->is_target || !eligible[node->kind])
            continue;
        int64_t room = fg_scheduler_room(node->allocatable, &node->use, request, left);
        if (room == 0)
            continue;
        fg_use_add(&node->use, request, room);
        left -= room;
        snapshot->first_target = number;
        steps->items =
            fg_grow(steps->items, &steps->capacity, steps->count + 1, sizeof *steps->items);
        steps->items[steps->count++] = (struct step){number, load->scheduling_class, room};
    }
    return left == 0;
}

bool fg_autoscaler_can_move(struct fg_removal_snapshot *snapshot, uint32_t node)
{
    struct steps steps = {0};
    struct fg_removal_node *leaving = &snapshot->nodes[node];
    bool moved = true;
    for (uint32_t i = 0; i < leaving->load_count && moved; i++)
        moved = move_load(snapshot, node, &leaving->loads[i], &steps);
    for (uint32_t i = 0; !moved && i < steps.count; i++)
        fg_use_add(&snapshot->nodes[steps.items[i].node].use,
                   &snapshot->requests[steps.items[i].scheduling_class], -steps.items[i].pods);
    if (moved)
        leaving->is_target = false;
    free(steps.items);
    return moved;
}
