#include "sim/replay/spot.h"

#include <string.h>

#include "models/base/random.h"
#include "models/distribution.h"

enum { MONTH_S = FG_MONTH_HOURS * 3600 };

/* Mean seconds between interruptions of one instance; 0 = it is never taken back. */
static uint32_t mean_life_s(const struct fg_world *world, const struct fg_shape *shape)
{
    const struct fg_spot_settings *settings = &world->scenario->spot;
    int64_t per_month_nano = settings->interruptions_per_month_nano;
    if (!settings->named_interruptions) {
        uint32_t millionths;
        fg_day as_of;
        struct fg_error error = {0};
        if (fg_catalog_spot_interruptions(world->input->catalog, shape->type->name,
                                          world->scenario->region, &millionths, &as_of,
                                          &error) != FG_OK)
            return 0;
        per_month_nano = (int64_t)millionths * 1000;
    }
    if (per_month_nano <= 0)
        return 0;
    __int128 mean = (__int128)MONTH_S * 1000000000 / per_month_nano;
    return mean < 1 ? 1 : mean > UINT32_MAX / 2 ? UINT32_MAX / 2 : (uint32_t)mean;
}

static bool is_same_offer(const struct fg_world *world, uint32_t a, uint32_t b)
{
    return world->shapes.kinds[a].shape != UINT32_MAX &&
           world->state.kinds[a].zone == world->state.kinds[b].zone &&
           strcmp(fg_world_kind_shape(world, a)->type->name,
                  fg_world_kind_shape(world, b)->type->name) == 0;
}

/* The launches of a type in a zone are counted at the first of its kinds, whatever their labels. */
static uint64_t *launches_of(const struct fg_world *world, uint32_t kind)
{
    uint32_t first = 0;
    while (!is_same_offer(world, first, kind))
        first++;
    return &world->shapes.kinds[first].launches;
}

/* Scenarios meet the same luck: it hangs on the type, the zone and how many came before. */
static double luck_of(const struct fg_world *world, uint32_t kind)
{
    const char *type = fg_world_kind_shape(world, kind)->type->name;
    uint32_t zone = world->state.kinds[kind].zone;
    const char *name = world->state.zones[zone];
    uint64_t thing = fg_hash_bytes(name, strlen(name), fg_hash_bytes(type, strlen(type), 1));
    thing = fg_hash_mix(thing, *launches_of(world, kind));
    uint32_t nano =
        fg_random_nano(world->scenario->seed, world->input->replication, FG_RANDOM_SPOT, thing);
    return ((double)nano + 0.5) / 1e9;
}

void fg_spot_begin(struct fg_world *world, uint32_t slot)
{
    struct fg_node *node = &world->nodes.items[slot];
    uint32_t kind = world->state.kind_of[slot];
    uint32_t mean_s = mean_life_s(world, fg_world_shape(world, slot));
    (*launches_of(world, kind))++;
    if (mean_s == 0)
        return;
    const struct fg_distribution life = {.kind = FG_DISTRIBUTION_EXPONENTIAL,
                                         .scale_s = mean_s,
                                         .at_least_s = FG_SPOT_NOTICE_S + 1,
                                         .at_most_s = UINT32_MAX / 2};
    uint64_t end =
        (uint64_t)world->clock.now + fg_distribution_quantile_s(&life, luck_of(world, kind));
    if (end >= FG_NEVER)
        return;
    node->taken_back_s = (uint32_t)end;
    fg_event_put(&world->ends, node->taken_back_s - FG_SPOT_NOTICE_S,
                 fg_due_word(FG_DUE_SPOT_NOTICE, slot));
}
