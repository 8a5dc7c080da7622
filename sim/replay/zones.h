/* zones.h - which zones are lost at the moment, and until when. */
#ifndef FARGAUGE_SIM_REPLAY_ZONES_H
#define FARGAUGE_SIM_REPLAY_ZONES_H

#include <stdbool.h>
#include <stdint.h>

struct fg_lost_zone {
    const char *name; /* outlives the list */
    uint32_t until_s; /* FG_NEVER = for good */
};
/* {0}: all zones work. */
struct fg_zones {
    uint32_t lost_count, lost_capacity;
    struct fg_lost_zone *lost;
};

/* Whether nodes and Fargate pods can be had there. */
bool fg_zone_works(const struct fg_zones *zones, const char *name);
void fg_zone_lose(struct fg_zones *zones, const char *name, uint32_t until_s);
/* When the next one is back; FG_NEVER = none will be. */
uint32_t fg_zones_next(const struct fg_zones *zones);
/* Those whose time is over work again; false: there was none. */
bool fg_zones_regain(struct fg_zones *zones, uint32_t now);
void fg_zones_release(struct fg_zones *zones);

#endif
