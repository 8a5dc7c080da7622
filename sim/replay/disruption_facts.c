#include "sim/replay/disruption_facts.h"

#include <stdlib.h>
#include <string.h>

static fg_unix_s now_of(const struct fg_world *world)
{
    return world->scenario->start + world->clock.now;
}

static const struct fg_node_pool *pool_of(const struct fg_world *world, uint32_t slot)
{
    return &world->cluster->node_pools[world->nodes.items[slot].node_pool];
}

void fg_disruption_facts_open(struct fg_world *world)
{
    if (world->cluster->node_pool_count == 0)
        return;
    world->facts = fg_allocate(1, sizeof *world->facts);
    world->facts->loop.due = world->facts->loop.polled = now_of(world);
}

void fg_disruption_facts_release(struct fg_world *world)
{
    if (world->facts == NULL)
        return;
    fg_karpenter_loop_release(&world->facts->loop);
    free(world->facts->rows);
    free(world->facts);
}

void fg_disruption_facts_reserve(struct fg_world *world)
{
    struct fg_disruption_facts *facts = world->facts;
    if (facts != NULL)
        facts->rows =
            fg_grow(facts->rows, &facts->capacity, world->state.slot_count, sizeof *facts->rows);
}

void fg_disruption_note_change(struct fg_world *world)
{
    if (world->facts == NULL)
        return;
    fg_karpenter_note_change(&world->facts->loop, now_of(world));
    world->facts->asleep_until_s = 0;
}

void fg_disruption_note_pod_event(struct fg_world *world, uint32_t slot)
{
    if (world->facts == NULL)
        return;
    if (fg_node_is_karpenters(&world->nodes.items[slot]))
        fg_karpenter_note_pod_event(&world->facts->rows[slot], now_of(world));
    fg_disruption_note_change(world);
}

static void await_expiry(struct fg_world *world, uint32_t slot)
{
    fg_unix_s expires, start = world->scenario->start;
    if (fg_karpenter_expires_at(pool_of(world, slot), &world->facts->rows[slot], &expires) &&
        expires - start < FG_NEVER)
        fg_event_put(&world->ends, (uint32_t)(expires - start),
                     fg_due_word(FG_DUE_NODE_EXPIRY, slot));
}

void fg_disruption_note_request(struct fg_world *world, uint32_t slot, fg_nanodollars price)
{
    if (world->facts == NULL)
        return;
    const struct fg_shape *shape = fg_world_shape(world, slot);
    fg_disruption_facts_reserve(world);
    world->facts->rows[slot] = (struct fg_disruption_node){
        .instance_type = shape->type->name,
        .zone = fg_world_zone(world, slot),
        .capacity_type = shape->machine.is_spot ? "spot" : "on-demand",
        .price = price,
        .is_ready = true,
        .has_termination_grace =
            pool_of(world, slot)->termination_grace_period_s != FG_DURATION_NEVER,
        .created = now_of(world),
        .initialized = FG_NEVER_S,
        .last_pod_event = FG_NEVER_S,
        .nominated_until = FG_NEVER_S,
        .drifted = FG_NEVER_S,
    };
    fg_disruption_nominate(world, slot);
    await_expiry(world, slot);
}

void fg_disruption_note_ready(struct fg_world *world, uint32_t slot)
{
    if (world->facts == NULL)
        return;
    if (fg_node_is_karpenters(&world->nodes.items[slot]))
        world->facts->rows[slot].initialized = now_of(world);
    fg_disruption_note_change(world);
}

void fg_disruption_note_drift(struct fg_world *world, const char *node_pool)
{
    if (world->facts == NULL)
        return;
    for (uint32_t slot = 0; slot < world->state.slot_count; slot++)
        if (world->state.kind_of[slot] != UINT32_MAX &&
            fg_node_is_karpenters(&world->nodes.items[slot]) &&
            strcmp(pool_of(world, slot)->name, node_pool) == 0)
            world->facts->rows[slot].drifted = now_of(world);
    fg_disruption_note_change(world);
}

void fg_disruption_nominate(struct fg_world *world, uint32_t slot)
{
    if (world->facts != NULL && fg_node_is_karpenters(&world->nodes.items[slot]))
        fg_karpenter_nominate(&world->facts->rows[slot], &world->cluster->karpenter, now_of(world));
}

bool fg_disruption_expires_now(const struct fg_world *world, uint32_t slot)
{
    fg_unix_s expires;
    return world->facts != NULL && world->state.kind_of[slot] != UINT32_MAX &&
           fg_node_is_karpenters(&world->nodes.items[slot]) &&
           fg_karpenter_expires_at(pool_of(world, slot), &world->facts->rows[slot], &expires) &&
           expires == now_of(world);
}
