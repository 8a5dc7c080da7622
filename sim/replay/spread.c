#include "sim/replay/spread.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_ZONES = 32 }; /* as many as Karpenter's masks hold; no region has more than six */

struct fg_spread_state {
    uint32_t zone_count;
    struct fg_capacity_series zones[MAX_ZONES];
    int64_t **pod_seconds; /* by workload, then zone; NULL = none yet */
    uint32_t hour_count, hour_capacity;
    uint32_t *oldest_s; /* by clock hour of the study */
    int32_t first_hour;
};

static struct fg_spread_state *state_of(struct fg_world *world)
{
    if (world->spread == NULL) {
        world->spread = fg_allocate(1, sizeof *world->spread);
        world->spread->pod_seconds = fg_allocate(world->classes.workload_count, sizeof(int64_t *));
        world->spread->first_hour = (int32_t)(world->scenario->start / FG_HOUR_S);
    }
    return world->spread;
}

static uint32_t zone_of(const struct fg_world *world, uint32_t slot)
{
    uint32_t zone = world->state.kinds[world->state.kind_of[slot]].zone;
    return zone < MAX_ZONES ? zone : MAX_ZONES - 1;
}

struct fg_capacity_series *fg_spread_series(struct fg_world *world, uint32_t slot)
{
    struct fg_spread_state *own = state_of(world);
    uint32_t zone = zone_of(world, slot);
    for (; own->zone_count <= zone; own->zone_count++) {
        const char *name = world->state.zones[own->zone_count];
        /* Karpenter's names go with it; the result keeps the arena. */
        own->zones[own->zone_count].pool = fg_arena_string(&world->arena, name);
        own->zones[own->zone_count].hour = world->clock.hour;
        own->zones[own->zone_count].since_s = world->clock.now;
    }
    fg_series_enter(&own->zones[zone], &world->result->zones, &world->clock);
    return &own->zones[zone];
}

void fg_spread_count(struct fg_world *world, uint32_t workload, uint32_t slot, uint32_t seconds)
{
    int64_t **row = &state_of(world)->pod_seconds[workload];
    if (*row == NULL)
        *row = fg_arena_allocate(&world->arena, MAX_ZONES, sizeof **row);
    (*row)[zone_of(world, slot)] += seconds;
}

/* Whoever has waited longer at an hour has done so in all hours since it came, so the walk back
 * ends at the first hour in which somebody has. */
void fg_spread_note_wait(struct fg_world *world, uint32_t from_s, uint32_t to_s)
{
    struct fg_spread_state *own = state_of(world);
    fg_unix_s from = world->scenario->start + from_s, to = world->scenario->start + to_s;
    if (from >= to)
        return;
    uint32_t first = (uint32_t)(from / FG_HOUR_S - own->first_hour);
    uint32_t last = (uint32_t)((to - 1) / FG_HOUR_S - own->first_hour);
    own->oldest_s = fg_grow(own->oldest_s, &own->hour_capacity, last + 1, sizeof *own->oldest_s);
    while (own->hour_count <= last)
        own->oldest_s[own->hour_count++] = 0;
    for (uint32_t hour = last + 1; hour-- > first;) {
        fg_unix_s end = (fg_unix_s)(own->first_hour + (int32_t)hour + 1) * FG_HOUR_S;
        uint32_t waited = (uint32_t)((end < to ? end : to) - from);
        if (own->oldest_s[hour] >= waited)
            return;
        own->oldest_s[hour] = waited;
    }
}

static void add_spreads(struct fg_world *world, uint32_t workload)
{
    struct fg_result *result = world->result;
    const int64_t *seconds = world->spread->pod_seconds[workload];
    for (uint32_t zone = 0; seconds != NULL && zone < MAX_ZONES; zone++) {
        if (seconds[zone] == 0)
            continue;
        result->spreads = fg_grow(result->spreads, &result->spread_capacity,
                                  result->spread_count + 1, sizeof *result->spreads);
        result->spreads[result->spread_count++] = (struct fg_spread_row){
            .namespace_name = world->classes.workloads[workload].namespace_name,
            .workload = world->classes.workloads[workload].workload,
            .zone = world->spread->zones[zone].pool,
            .pod_seconds = seconds[zone],
        };
    }
}

static int compare_spreads(const void *a, const void *b)
{
    const struct fg_spread_row *left = a, *right = b;
    int order = strcmp(left->namespace_name, right->namespace_name);
    if (order == 0)
        order = strcmp(left->workload, right->workload);
    return order != 0 ? order : strcmp(left->zone, right->zone);
}

void fg_spread_close(struct fg_world *world, uint32_t cut_s)
{
    struct fg_spread_state *own = world->spread;
    struct fg_result *result = world->result;
    if (own == NULL)
        return;
    for (uint32_t zone = 0; zone < own->zone_count; zone++) {
        fg_series_enter(&own->zones[zone], &result->zones, &world->clock);
        fg_capacity_series_close(&own->zones[zone], &result->zones);
    }
    fg_capacity_close(&result->zones, world->scenario->start, cut_s);
    for (uint32_t i = 0; i < world->classes.workload_count; i++)
        add_spreads(world, i);
    if (result->spread_count > 1)
        qsort(result->spreads, result->spread_count, sizeof *result->spreads, compare_spreads);
    result->oldest_wait_s = own->oldest_s;
    result->wait_hour_count = own->hour_count;
    result->first_wait_hour = own->first_hour;
    own->oldest_s = NULL;
}

void fg_spread_release(struct fg_world *world)
{
    if (world->spread == NULL)
        return;
    free(world->spread->pod_seconds);
    free(world->spread->oldest_s);
    free(world->spread);
}
