#include "sim/replay/pending_reason.h"

#include <stdlib.h>
#include <string.h>

#include "models/fargate_profile.h"
#include "sim/controllers/scheduling.h"

static uint64_t fargate_nodes(const struct fg_world *world)
{
    int64_t nodes = 0;
    for (uint32_t i = 0; i < world->cluster->profile_count; i++)
        nodes += world->series[i].rate[FG_SERIES_NODES];
    return (uint64_t)nodes;
}

static void add_refusal(const struct fg_world *world, uint32_t class_number, uint32_t slot,
                        struct fg_refusals *refusals)
{
    refusals->node_count++;
    if (!world->state.is_open[slot])
        fg_refusals_add(refusals, "node(s) were unschedulable", 1);
    else
        fg_scheduler_add_refusals(&world->state, class_number, slot, refusals);
}

static bool takes_now(const struct fg_world *world, uint32_t class_number)
{
    for (uint32_t slot = 0; slot < world->state.slot_count; slot++)
        if (world->state.is_open[slot] && world->state.kind_of[slot] != UINT32_MAX &&
            fg_scheduler_refuses(&world->state, class_number, slot) == FG_REFUSAL_NONE)
            return true;
    return false;
}

const char *fg_pending_reason(struct fg_world *world, uint32_t pod)
{
    uint32_t class_number = fg_world_class(world, pod)->scheduling_class;
    if (!world->pending[class_number].blocked && takes_now(world, class_number))
        return "a node has room for it, but it was not tried again before the end";
    struct fg_refusals *refusals = fg_allocate(1, sizeof *refusals);
    for (uint32_t slot = 0; slot < world->state.slot_count; slot++)
        if (world->nodes.items[slot].state == FG_NODE_READY)
            add_refusal(world, class_number, slot, refusals);
    uint64_t on_fargate = fargate_nodes(world);
    if (on_fargate > 0)
        fg_refusals_add_taint(refusals, FG_LABEL_COMPUTE_TYPE, "fargate", on_fargate);
    refusals->node_count += on_fargate;
    char text[4096];
    fg_refusals_print(refusals, text, sizeof text);
    const char **last = &world->pending[class_number].last_reason;
    if (*last == NULL || strcmp(*last, text) != 0)
        *last = fg_arena_string(&world->arena, text);
    free(refusals);
    return *last;
}
