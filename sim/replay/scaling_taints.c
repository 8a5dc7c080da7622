#include "sim/replay/scaling_taints.h"

#include <string.h>

enum { AT_ONCE = 10 };

/* ---- kinds ---- */

static uint32_t add_tainted(struct fg_world *world, uint32_t plain)
{
    struct fg_shapes *shapes = &world->shapes;
    struct fg_state_kind kind = world->state.kinds[plain];
    uint32_t count = kind.taints.count;
    struct fg_taint *taints = fg_arena_allocate(&world->arena, count + 1, sizeof *taints);
    if (count > 0)
        memcpy(taints, kind.taints.items, count * sizeof *taints);
    /* The real one's value is the time. */
    taints[count] = (struct fg_taint){"DeletionCandidateOfClusterAutoscaler", "0",
                                      FG_EFFECT_PREFER_NO_SCHEDULE};
    kind.taints = (struct fg_taints){.count = count + 1, .items = taints};
    uint32_t number = fg_state_add_kind(&world->state, &kind);
    shapes->kinds =
        fg_grow(shapes->kinds, &shapes->kind_capacity, number + 1, sizeof *shapes->kinds);
    shapes->kinds[number] = shapes->kinds[plain];
    shapes->kind_count = number + 1;
    return number;
}

void fg_scaling_taints_open(struct fg_world *world)
{
    if (!fg_scaling_settings(world)->scale_down_enabled)
        return;
    uint32_t kinds = world->state.kind_count, *other = NULL, capacity = 0;
    for (uint32_t i = 0; i < world->group_count; i++) {
        const struct fg_group_state *group = &world->groups[i];
        for (uint32_t zone = 0; zone < group->group->zone_count; zone++) {
            uint32_t plain = group->first_kind + zone, tainted = add_tainted(world, plain);
            other = fg_grow(other, &capacity, tainted + 1, sizeof *other);
            other[plain] = tainted;
            other[tainted] = plain;
        }
    }
    world->scaler->other_kind = other;
    world->scaler->first_tainted = kinds;
}

/* ---- nodes ---- */

static bool has_taint(const struct fg_world *world, uint32_t slot)
{
    return world->state.kind_of[slot] >= world->scaler->first_tainted;
}

static bool is_candidate(const struct fg_world *world, uint32_t slot)
{
    const struct fg_node *node = &world->nodes.items[slot];
    return node->state == FG_NODE_READY && node->group != FG_NO_GROUP;
}

/* Gives the taint to nodes, or takes it; returns how many it may change after that. */
static uint32_t change_taints(struct fg_world *world, bool give, uint32_t budget)
{
    for (uint32_t slot = 0; slot < world->state.slot_count; slot++) {
        if (!is_candidate(world, slot) || has_taint(world, slot) == give ||
            (world->nodes.items[slot].unneeded_since_s != FG_NEVER) != give)
            continue;
        if (budget == 0) {
            world->touched = true;
            break;
        }
        budget--;
        fg_state_set_kind(&world->state, slot,
                          world->scaler->other_kind[world->state.kind_of[slot]]);
        world->order_stale = true;
    }
    return budget;
}

void fg_scaling_taints_update(struct fg_world *world)
{
    uint32_t left = change_taints(world, false, AT_ONCE);
    change_taints(world, true, left);
}
