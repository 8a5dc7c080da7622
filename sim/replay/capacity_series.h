/* capacity_series.h - nodes, requests and pods of one pool, by clock hour.
 *
 * A decision takes no time, so what lasts for less than a second does not count as a maximum.
 */
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
    FG_SERIES_CPU_ALLOCATABLE,
    FG_SERIES_MEMORY_ALLOCATABLE,
    FG_SERIES_PARTS
};

struct fg_series_sums {
    __int128 part[FG_SERIES_PARTS];
};

struct fg_capacity_series {
    const char *pool;
    int32_t hour;     /* that `now` of the last settling lies in */
    uint32_t since_s; /* the rates have held from here on */
    int64_t rate[FG_SERIES_PARTS];
    struct fg_series_sums sum; /* of the hour, if the rates hold to its end */
    int64_t pending, addresses;
    int64_t nodes_max, pending_max, addresses_max; /* of the hour */
};

/* Notes what has held until now, and writes out the hours that are over. */
void fg_capacity_series_settle(struct fg_capacity_series *series, struct fg_capacity_rows *rows,
                               const struct fg_clock *clock);
/* Writes out the hour of the cut, after it was settled there. */
void fg_capacity_series_close(struct fg_capacity_series *series, struct fg_capacity_rows *rows);

static inline void fg_series_change(struct fg_capacity_series *series, const struct fg_clock *clock,
                                    enum fg_series_part part, int64_t change)
{
    series->rate[part] += change;
    series->sum.part[part] += (__int128)change * clock->hour_left_s;
}
/* To be called before a change. */
static inline void fg_series_enter(struct fg_capacity_series *series, struct fg_capacity_rows *rows,
                                   const struct fg_clock *clock)
{
    if (series->since_s != clock->now)
        fg_capacity_series_settle(series, rows, clock);
}
/* Sets `seconds` of every row: 3600, less in the study's first and last hour. Sorts the rows by
 * pool and hour. Those two hours are always rows of their own, never part of a range. */
void fg_capacity_close(struct fg_capacity_rows *rows, fg_unix_s start, uint32_t cut_s);

#endif
