#include "sim/replay/scaling_loop.h"

#include <stdlib.h>

static bool is_upcoming(const struct fg_node *node)
{
    return node->group != FG_NO_GROUP &&
           (node->state == FG_NODE_REQUESTED || node->state == FG_NODE_BOOTING);
}

/* A group that has had a node is taken for what that node was, else for the bare machine. */
static void describe_groups(struct fg_scaling_loop *loop)
{
    const struct fg_world *world = loop->world;
    for (uint32_t i = 0; i < world->group_count; i++) {
        const struct fg_group_state *group = &world->groups[i];
        uint32_t kind =
            group->was_ready ? group->first_kind : world->scaler->groups[i].kind_from_zero;
        loop->groups[i] = (struct fg_scaling_group){
            .name = group->group->name,
            .fresh = {.kind = kind, .daemons = world->shapes.kinds[group->first_kind].daemons},
            .machine = group->from_zero,
            .is_from_zero = !group->was_ready,
            .is_held = fg_backoff_holds(&world->scaler->groups[i].backoff, world->clock.now),
            .size = group->target,
            .max_size = group->group->max_size,
        };
    }
}

/* From the last to the first: booking takes those that are done off the list. */
static void drop_expendable(struct fg_scaling_loop *loop, uint32_t slot)
{
    const struct fg_node_loads *loads = &loop->world->state.loads[slot];
    for (uint32_t n = loads->count; n-- > 0;) {
        const struct fg_node_load load = loads->items[n];
        if (fg_scaling_is_expendable(loop->world, load.scheduling_class))
            fg_simulation_book(&loop->simulation, slot, load.scheduling_class, -(int64_t)load.pods);
    }
}

static void look_at_ready(struct fg_scaling_loop *loop)
{
    const struct fg_world *world = loop->world;
    for (uint32_t slot = 0; slot < loop->slot_count; slot++) {
        if (world->nodes.items[slot].state != FG_NODE_READY)
            continue;
        fg_simulation_look_at(&loop->simulation, slot);
        loop->simulation.barred[slot] = !world->state.is_open[slot];
        drop_expendable(loop, slot);
        loop->ready_nodes++;
    }
}

/* Each as new nodes of its group are. */
static void look_at_upcoming(struct fg_scaling_loop *loop)
{
    const struct fg_world *world = loop->world;
    for (uint32_t slot = 0; slot < loop->slot_count; slot++) {
        const struct fg_node *node = &world->nodes.items[slot];
        if (!is_upcoming(node))
            continue;
        fg_simulation_add_node(&loop->simulation, &loop->groups[node->group].fresh, NULL);
        loop->upcoming_nodes++;
    }
    for (uint32_t i = 0; i < world->group_count; i++) {
        for (int64_t n = 0; n < world->groups[i].missing; n++) {
            fg_simulation_add_node(&loop->simulation, &loop->groups[i].fresh, NULL);
            loop->upcoming_nodes++;
        }
    }
}

void fg_scaling_loop_open(struct fg_scaling_loop *loop)
{
    if (loop->is_open)
        return;
    loop->is_open = true;
    loop->groups = fg_allocate(loop->world->group_count, sizeof *loop->groups);
    fg_simulation_open(&loop->simulation, &loop->world->state);
    describe_groups(loop);
    look_at_ready(loop);
    look_at_upcoming(loop);
}

void fg_scaling_loop_close(struct fg_scaling_loop *loop)
{
    if (loop->is_open)
        fg_simulation_close(&loop->simulation);
    free(loop->groups);
}
