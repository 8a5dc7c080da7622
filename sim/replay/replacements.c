#include "sim/replay/replacements.h"

#include <stdlib.h>

#include "sim/replay/node_drain.h"

struct fg_replacement fg_replacement_new(uint32_t old_count, uint32_t new_count)
{
    return (struct fg_replacement){
        .old = fg_allocate(old_count, sizeof(struct fg_node_name)),
        .new = fg_allocate(new_count, sizeof(struct fg_node_name)),
    };
}

static struct fg_node_name name_of(const struct fg_world *world, uint32_t slot)
{
    return (struct fg_node_name){slot, world->state.number_of[slot]};
}

void fg_replacement_cordon(struct fg_world *world, struct fg_replacement *replacement,
                           uint32_t slot)
{
    replacement->old[replacement->old_count++] = name_of(world, slot);
    fg_node_cordon(world, slot);
}

void fg_replacement_await(const struct fg_world *world, struct fg_replacement *replacement,
                          uint32_t slot)
{
    replacement->new[replacement->new_count++] = name_of(world, slot);
}

void fg_replacement_begin(struct fg_world *world, const struct fg_replacement *replacement)
{
    struct fg_replacements *own = &world->replacements;
    own->items = fg_grow(own->items, &own->capacity, own->count + 1, sizeof *own->items);
    own->items[own->count++] = *replacement;
}

static void free_names(struct fg_replacement *replacement)
{
    free(replacement->old);
    free(replacement->new);
}

/* The node is still there and on its way out. */
static bool waits_to_go(const struct fg_world *world, const struct fg_node_name *name)
{
    return world->state.kind_of[name->slot] != UINT32_MAX &&
           world->state.number_of[name->slot] == name->number &&
           world->nodes.items[name->slot].state == FG_NODE_TAINTED;
}

void fg_replacement_finish(struct fg_world *world, struct fg_replacement *replacement)
{
    uint32_t stop_s = world->clock.now + world->cluster->nodes.terminate_s;
    for (uint32_t i = 0; i < replacement->old_count; i++) {
        if (!waits_to_go(world, &replacement->old[i]))
            continue;
        world->result->summary.disrupted_nodes++;
        fg_node_drain(world, replacement->old[i].slot, stop_s, "Karpenter removes its node");
    }
    free_names(replacement);
}

void fg_replacement_give_up(struct fg_world *world, struct fg_replacement *replacement)
{
    for (uint32_t i = 0; i < replacement->old_count; i++)
        if (waits_to_go(world, &replacement->old[i]))
            fg_node_uncordon(world, replacement->old[i].slot);
    free_names(replacement);
}

/* The replacement that waits for the node; UINT32_MAX = none. `out_new` is its place there. */
static uint32_t find(const struct fg_world *world, uint32_t slot, uint32_t *out_new)
{
    const struct fg_replacements *own = &world->replacements;
    for (uint32_t i = 0; i < own->count; i++)
        for (uint32_t n = 0; n < own->items[i].new_count; n++)
            if (own->items[i].new[n].slot == slot &&
                own->items[i].new[n].number == world->state.number_of[slot]) {
                *out_new = n;
                return i;
            }
    return UINT32_MAX;
}

static struct fg_replacement take(struct fg_replacements *own, uint32_t number)
{
    struct fg_replacement taken = own->items[number];
    own->items[number] = own->items[--own->count];
    return taken;
}

void fg_replacements_node_ready(struct fg_world *world, uint32_t slot)
{
    uint32_t n, number = find(world, slot, &n);
    if (number == UINT32_MAX)
        return;
    struct fg_replacement *replacement = &world->replacements.items[number];
    replacement->new[n] = replacement->new[--replacement->new_count];
    if (replacement->new_count > 0)
        return;
    struct fg_replacement done = take(&world->replacements, number);
    fg_replacement_finish(world, &done);
}

void fg_replacements_node_leaves(struct fg_world *world, uint32_t slot)
{
    uint32_t n, number = find(world, slot, &n);
    if (number == UINT32_MAX)
        return;
    struct fg_replacement failed = take(&world->replacements, number);
    fg_replacement_give_up(world, &failed);
}

void fg_replacements_release(struct fg_world *world)
{
    struct fg_replacements *own = &world->replacements;
    for (uint32_t i = 0; i < own->count; i++)
        free_names(&own->items[i]);
    free(own->items);
}
