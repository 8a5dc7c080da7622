#include "models/zone_loss.h"

#include <stdlib.h>
#include <string.h>

/* All zones together in a clock hour. */
struct hour_sums {
    int64_t cpu_allocatable_milli_s, cpu_requested_milli_s;
    int64_t memory_allocatable_mib_s, memory_requested_mib_s;
};

/* What is left of the scarcer resource, in units common to both: 9 * 1024 for a milli-vCPU, 1000
 * for a MiB. */
static __int128 scarcest(const struct fg_zone_loss *loss)
{
    __int128 cpu = (__int128)loss->cpu_headroom_milli_s * 9 * 1024;
    __int128 memory = (__int128)loss->memory_headroom_mib_s * 1000;
    return cpu < memory ? cpu : memory;
}

bool fg_zone_loss_is_worse(const struct fg_zone_loss *loss, const struct fg_zone_loss *other)
{
    if (loss->zone == NULL || other->zone == NULL)
        return loss->zone != NULL;
    return scarcest(loss) * other->seconds < scarcest(other) * loss->seconds;
}

static void add_row(struct hour_sums *sums, const struct fg_capacity_row *row)
{
    for (uint32_t i = 0; i < row->hour_count; i++) {
        sums[i].cpu_allocatable_milli_s += row->cpu_allocatable_milli_s;
        sums[i].cpu_requested_milli_s += row->cpu_requested_milli_s;
        sums[i].memory_allocatable_mib_s += row->memory_allocatable_mib_s;
        sums[i].memory_requested_mib_s += row->memory_requested_mib_s;
    }
}

static struct fg_zone_loss lose(const struct fg_capacity_row *row, uint32_t hour,
                                const struct hour_sums *all)
{
    return (struct fg_zone_loss){
        .zone = row->pool,
        .hour = row->first_hour + (int32_t)hour,
        .seconds = row->seconds,
        .cpu_requested_milli_s = row->cpu_requested_milli_s,
        .memory_requested_mib_s = row->memory_requested_mib_s,
        .all_cpu_requested_milli_s = all->cpu_requested_milli_s,
        .all_memory_requested_mib_s = all->memory_requested_mib_s,
        .cpu_headroom_milli_s = all->cpu_allocatable_milli_s - row->cpu_allocatable_milli_s -
                                all->cpu_requested_milli_s,
        .memory_headroom_mib_s = all->memory_allocatable_mib_s - row->memory_allocatable_mib_s -
                                 all->memory_requested_mib_s,
    };
}

void fg_zone_loss_find(const struct fg_capacity_rows *zones, struct fg_zone_loss *out)
{
    int32_t first = INT32_MAX, end = INT32_MIN;
    uint32_t zone_count = 0;
    *out = (struct fg_zone_loss){0};
    for (uint32_t i = 0; i < zones->count; i++) {
        const struct fg_capacity_row *row = &zones->items[i];
        int32_t row_end = row->first_hour + (int32_t)row->hour_count;
        first = row->first_hour < first ? row->first_hour : first;
        end = row_end > end ? row_end : end;
        zone_count += i == 0 || strcmp(row->pool, zones->items[i - 1].pool) != 0;
    }
    if (zone_count == 0)
        return;
    struct hour_sums *sums = fg_allocate((size_t)(end - first), sizeof *sums);
    for (uint32_t i = 0; i < zones->count; i++)
        add_row(&sums[zones->items[i].first_hour - first], &zones->items[i]);
    for (uint32_t i = 0; i < zones->count; i++) {
        const struct fg_capacity_row *row = &zones->items[i];
        for (uint32_t hour = 0; hour < row->hour_count; hour++) {
            struct fg_zone_loss loss =
                lose(row, hour, &sums[row->first_hour - first + (int32_t)hour]);
            if (fg_zone_loss_is_worse(&loss, out))
                *out = loss;
        }
    }
    out->zone_count = zone_count;
    free(sums);
}
