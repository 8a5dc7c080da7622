#include "sim/replay/capacity_series.h"

#include <stdlib.h>
#include <string.h>

#include "models/money.h"

static int64_t mib_seconds(__int128 byte_seconds)
{
    return (int64_t)fg_money_divide_half_even(byte_seconds, 1024 * 1024);
}

static void write_row(const struct fg_capacity_series *series, struct fg_capacity_rows *rows,
                      int32_t first_hour, uint32_t count, const struct fg_series_sums *sum)
{
    const struct fg_capacity_row row = {
        .pool = series->pool,
        .first_hour = first_hour,
        .hour_count = count,
        .node_seconds = (int64_t)sum->part[FG_SERIES_NODES],
        .cpu_capacity_milli_s = (int64_t)sum->part[FG_SERIES_CPU_CAPACITY],
        .cpu_requested_milli_s = (int64_t)sum->part[FG_SERIES_CPU_REQUESTED],
        .memory_capacity_mib_s = mib_seconds(sum->part[FG_SERIES_MEMORY_CAPACITY]),
        .memory_requested_mib_s = mib_seconds(sum->part[FG_SERIES_MEMORY_REQUESTED]),
        .pod_seconds = (int64_t)sum->part[FG_SERIES_PODS],
        .cpu_allocatable_milli_s = (int64_t)sum->part[FG_SERIES_CPU_ALLOCATABLE],
        .memory_allocatable_mib_s = mib_seconds(sum->part[FG_SERIES_MEMORY_ALLOCATABLE]),
        .nodes_max = series->nodes_max,
        .pods_pending_max = series->pending_max,
        .addresses_max = series->addresses_max,
    };
    if (row.node_seconds == 0 && row.pod_seconds == 0 && row.nodes_max == 0 &&
        row.pods_pending_max == 0 && row.addresses_max == 0)
        return;
    rows->items = fg_grow(rows->items, &rows->capacity, rows->count + 1, sizeof *rows->items);
    rows->items[rows->count++] = row;
}

static void note_maxima(struct fg_capacity_series *series)
{
    int64_t nodes = series->rate[FG_SERIES_NODES];
    series->nodes_max = nodes > series->nodes_max ? nodes : series->nodes_max;
    series->pending_max =
        series->pending > series->pending_max ? series->pending : series->pending_max;
    series->addresses_max =
        series->addresses > series->addresses_max ? series->addresses : series->addresses_max;
}

static void start_hour(struct fg_capacity_series *series, int32_t hour)
{
    series->hour = hour;
    series->nodes_max = series->pending_max = series->addresses_max = 0;
    for (int part = 0; part < FG_SERIES_PARTS; part++)
        series->sum.part[part] = (__int128)series->rate[part] * FG_HOUR_S;
}

void fg_capacity_series_settle(struct fg_capacity_series *series, struct fg_capacity_rows *rows,
                               const struct fg_clock *clock)
{
    note_maxima(series);
    series->since_s = clock->now;
    if (series->hour == clock->hour)
        return;
    write_row(series, rows, series->hour, 1, &series->sum);
    uint32_t between = (uint32_t)(clock->hour - series->hour - 1);
    start_hour(series, clock->hour);
    if (between == 0 && clock->hour_left_s == FG_HOUR_S)
        return; /* what held has not lasted into this hour */
    note_maxima(series);
    if (between > 0)
        write_row(series, rows, clock->hour - (int32_t)between, between, &series->sum);
    if (clock->hour_left_s == FG_HOUR_S)
        start_hour(series, clock->hour);
}

void fg_capacity_series_close(struct fg_capacity_series *series, struct fg_capacity_rows *rows)
{
    write_row(series, rows, series->hour, 1, &series->sum);
}

static int compare_rows(const void *a, const void *b)
{
    const struct fg_capacity_row *left = a, *right = b;
    int order = strcmp(left->pool, right->pool);
    if (order != 0)
        return order;
    return (left->first_hour > right->first_hour) - (left->first_hour < right->first_hour);
}

/* The seconds of the hour that lie inside [start, start + cut). */
static uint32_t seconds_inside(int32_t hour, fg_unix_s start, uint32_t cut_s)
{
    fg_unix_s from = (fg_unix_s)hour * FG_HOUR_S, to = from + FG_HOUR_S;
    fg_unix_s cut = start + cut_s;
    from = from < start ? start : from;
    to = to > cut ? cut : to;
    return to > from ? (uint32_t)(to - from) : 0;
}

void fg_capacity_close(struct fg_capacity_rows *rows, fg_unix_s start, uint32_t cut_s)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < rows->count; i++) {
        struct fg_capacity_row row = rows->items[i];
        row.seconds = seconds_inside(row.first_hour, start, cut_s);
        if (row.seconds > 0)
            rows->items[kept++] = row;
    }
    rows->count = kept;
    if (kept > 0)
        qsort(rows->items, kept, sizeof *rows->items, compare_rows);
}
