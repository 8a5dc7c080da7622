#include "sim/replay/zone_hours.h"

#include <stdlib.h>
#include <string.h>

#include "models/base/memory.h"

static void add_row(struct fg_zone_meter *meter, int32_t hour, uint32_t count, int64_t seconds)
{
    if (count == 0 || seconds == 0)
        return;
    meter->rows =
        fg_grow(meter->rows, &meter->row_capacity, meter->row_count + 1, sizeof *meter->rows);
    meter->rows[meter->row_count++] = (struct fg_zone_row){hour, count, seconds};
}

static void roll(struct fg_zone_meter *meter, int32_t hour)
{
    int64_t full = meter->nodes * FG_HOUR_S;
    if (hour <= meter->hour)
        return;
    add_row(meter, meter->hour, 1, meter->node_seconds);
    add_row(meter, meter->hour + 1, (uint32_t)(hour - meter->hour - 1), full);
    meter->node_seconds = full;
    meter->hour = hour;
}

static struct fg_zone_meter *find_meter(struct fg_zone_hours *hours, const char *instance_type,
                                        const char *zone, int32_t hour)
{
    for (uint32_t i = 0; i < hours->count; i++)
        if (strcmp(hours->items[i].instance_type, instance_type) == 0 &&
            strcmp(hours->items[i].zone, zone) == 0)
            return &hours->items[i];
    hours->items = fg_grow(hours->items, &hours->capacity, hours->count + 1, sizeof *hours->items);
    hours->items[hours->count] =
        (struct fg_zone_meter){.instance_type = instance_type, .zone = zone, .hour = hour};
    return &hours->items[hours->count++];
}

void fg_zone_hours_change(struct fg_zone_hours *hours, const char *instance_type, const char *zone,
                          const struct fg_clock *clock, int64_t change)
{
    struct fg_zone_meter *meter = find_meter(hours, instance_type, zone, clock->hour);
    roll(meter, clock->hour);
    meter->nodes += change;
    meter->node_seconds += change * clock->hour_left_s;
}

void fg_zone_hours_roll(struct fg_zone_hours *hours, int32_t hour)
{
    for (uint32_t i = 0; i < hours->count; i++)
        roll(&hours->items[i], hour);
}

int64_t fg_zone_meter_seconds(const struct fg_zone_meter *meter, int32_t hour)
{
    uint32_t low = 0, high = meter->row_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (meter->rows[middle].first_hour <= hour)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == 0)
        return 0;
    const struct fg_zone_row *row = &meter->rows[low - 1];
    return hour < row->first_hour + (int64_t)row->hour_count ? row->node_seconds : 0;
}

void fg_zone_hours_release(struct fg_zone_hours *hours)
{
    for (uint32_t i = 0; i < hours->count; i++)
        free(hours->items[i].rows);
    free(hours->items);
    *hours = (struct fg_zone_hours){0};
}
