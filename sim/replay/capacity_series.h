/* capacity_series.h - nodes, requests and pods of one pool, by clock hour. */
#ifndef FARGAUGE_SIM_REPLAY_CAPACITY_SERIES_H
#define FARGAUGE_SIM_REPLAY_CAPACITY_SERIES_H

#include "models/result.h"
#include "sim/replay/clock.h"

/* What is summed over time. */
enum fg_series_part {
    FG_SERIES_NODES,
    FG_SERIES_CPU_CAPACITY, /* milli */
    FG_SERIES_CPU_REQUESTED,
    FG_SERIES_MEMORY_CAPACITY, /* bytes */
    FG_SERIES_MEMORY_REQUESTED,
    FG_SERIES_PODS,
    FG_SERIES_PARTS
};

struct fg_series_sums {
    __int128 part[FG_SERIES_PARTS];
};

struct fg_capacity_series {
    const char *pool;
    int32_t hour;
    int64_t rate[FG_SERIES_PARTS];
    struct fg_series_sums sum; /* of the hour, if the rates hold to its end */
    int64_t pending, addresses;
    int64_t nodes_max, pending_max, addresses_max; /* of the hour */
};

void fg_capacity_series_roll(struct fg_capacity_series *series, struct fg_result *result,
                             int32_t hour);

static inline void fg_series_change(struct fg_capacity_series *series, const struct fg_clock *clock,
                                    enum fg_series_part part, int64_t change)
{
    series->rate[part] += change;
    series->sum.part[part] += (__int128)change * clock->hour_left_s;
}
static inline void fg_series_enter(struct fg_capacity_series *series, struct fg_result *result,
                                   const struct fg_clock *clock)
{
    if (series->hour != clock->hour)
        fg_capacity_series_roll(series, result, clock->hour);
}
static inline void fg_series_note_max(struct fg_capacity_series *series)
{
    int64_t nodes = series->rate[FG_SERIES_NODES];
    series->nodes_max = nodes > series->nodes_max ? nodes : series->nodes_max;
    series->pending_max =
        series->pending > series->pending_max ? series->pending : series->pending_max;
    series->addresses_max =
        series->addresses > series->addresses_max ? series->addresses : series->addresses_max;
}

/* Sets `seconds` of every row: 3600, less in the study's first and last hour. Sorts the rows by
 * pool and hour. Those two hours are always rows of their own, never part of a range. */
void fg_capacity_close(struct fg_result *result, fg_unix_s start, uint32_t cut_s);

#endif
