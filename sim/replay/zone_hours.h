/* zone_hours.h - in which zone the on-demand instances of a type ran, by clock hour.
 *
 * Only zonal reservations ask for it, so it is kept only where a scenario has one.
 */
#ifndef FARGAUGE_SIM_REPLAY_ZONE_HOURS_H
#define FARGAUGE_SIM_REPLAY_ZONE_HOURS_H

#include <stdint.h>

#include "sim/replay/clock.h"

struct fg_zone_row {
    int32_t first_hour;
    uint32_t hour_count;
    int64_t node_seconds; /* of each hour */
};
/* Instances of one type in one zone. */
struct fg_zone_meter {
    const char *instance_type, *zone; /* borrowed */
    int32_t hour;
    int64_t nodes;        /* billed now */
    int64_t node_seconds; /* of the hour, if the number holds */
    uint32_t row_count, row_capacity;
    struct fg_zone_row *rows; /* by hour; without those of nothing */
};
struct fg_zone_hours {
    uint32_t count, capacity;
    struct fg_zone_meter *items;
};

/* Nodes came (change > 0) or went. */
void fg_zone_hours_change(struct fg_zone_hours *hours, const char *instance_type, const char *zone,
                          const struct fg_clock *clock, int64_t change);
/* Writes out all hours before `hour`. */
void fg_zone_hours_roll(struct fg_zone_hours *hours, int32_t hour);
/* Seconds in the hour; 0 where there were none. Asked for after the last roll. */
int64_t fg_zone_meter_seconds(const struct fg_zone_meter *meter, int32_t hour);
void fg_zone_hours_release(struct fg_zone_hours *hours);

#endif
