#include "sim/replay/pending_reason.h"

#include <stdlib.h>
#include <string.h>

#include "models/fargate_profile.h"

static uint64_t fargate_nodes(const struct fg_world *world)
{
    int64_t nodes = 0;
    for (uint32_t i = 0; i < world->cluster->profile_count; i++)
        nodes += world->series[i].rate[FG_SERIES_NODES];
    return (uint64_t)nodes;
}

static void refuse_by_node(const struct fg_world *world, uint32_t class_number, uint32_t slot,
                           struct fg_refusals *refusals)
{
    const struct fg_state_kind *kind = &world->state.kinds[world->state.kind_of[slot]];
    const struct fg_pod_spec *spec = world->classes.scheduling[class_number].spec;
    const struct fg_taint *taint = fg_taints_find_untolerated(&kind->taints, &spec->tolerations);
    refusals->node_count++;
    if (taint != NULL)
        fg_refusals_add_taint(refusals, taint->key, taint->value, 1);
    else if (!fg_scheduler_selects(spec, &kind->labels, kind->arch))
        fg_refusals_add(refusals, "node(s) didn't match Pod's node affinity/selector", 1);
    else
        fg_refusals_add_fit(refusals, &kind->allocatable, &world->state.use[slot],
                            fg_world_request(world, class_number));
}

static bool takes_now(const struct fg_world *world, uint32_t class_number)
{
    for (uint32_t slot = 0; slot < world->state.slot_count; slot++)
        if (world->nodes.items[slot].state == FG_NODE_READY &&
            fg_placement_fits(&world->placement, class_number, slot))
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
            refuse_by_node(world, class_number, slot, refusals);
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
