#include "sim/replay/zones.h"

#include <stdlib.h>
#include <string.h>

#include "models/base/memory.h"
#include "sim/replay/event_queue.h"

bool fg_zone_works(const struct fg_zones *zones, const char *name)
{
    for (uint32_t i = 0; i < zones->lost_count; i++)
        if (strcmp(zones->lost[i].name, name) == 0)
            return false;
    return true;
}

void fg_zone_lose(struct fg_zones *zones, const char *name, uint32_t until_s)
{
    zones->lost =
        fg_grow(zones->lost, &zones->lost_capacity, zones->lost_count + 1, sizeof *zones->lost);
    zones->lost[zones->lost_count++] = (struct fg_lost_zone){name, until_s};
}

uint32_t fg_zones_next(const struct fg_zones *zones)
{
    uint32_t next = FG_NEVER;
    for (uint32_t i = 0; i < zones->lost_count; i++)
        next = zones->lost[i].until_s < next ? zones->lost[i].until_s : next;
    return next;
}

bool fg_zones_regain(struct fg_zones *zones, uint32_t now)
{
    uint32_t kept = 0, before = zones->lost_count;
    for (uint32_t i = 0; i < before; i++)
        if (zones->lost[i].until_s > now)
            zones->lost[kept++] = zones->lost[i];
    zones->lost_count = kept;
    return kept < before;
}

void fg_zones_release(struct fg_zones *zones)
{
    free(zones->lost);
    memset(zones, 0, sizeof *zones);
}
