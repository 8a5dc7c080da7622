/* clock.h - the current second of a replay and the UTC clock hour it lies in. */
#ifndef FARGAUGE_SIM_REPLAY_CLOCK_H
#define FARGAUGE_SIM_REPLAY_CLOCK_H

#include <stdint.h>

#include "models/calendar.h"

enum { FG_HOUR_S = 3600 };

struct fg_clock {
    fg_unix_s start;      /* of second 0 */
    uint32_t now;         /* seconds since start; only grows */
    int32_t hour;         /* since 1970, of `now` */
    uint32_t hour_left_s; /* from `now` to the end of the hour: 1 .. 3600 */
    uint64_t hour_end;    /* first second after it, since start */
};

/* The beginning of the clock hour that begins then or next. Bills are by the hour, so other prices
 * hold from there on. Not before 1970. */
static inline fg_unix_s fg_full_hour_from(fg_unix_s instant)
{
    return instant + (FG_HOUR_S - instant % FG_HOUR_S) % FG_HOUR_S;
}

static inline void fg_clock_enter_hour(struct fg_clock *clock)
{
    int64_t instant = clock->start + clock->now;
    int64_t hour = instant >= 0 ? instant / FG_HOUR_S : -((-instant + FG_HOUR_S - 1) / FG_HOUR_S);
    clock->hour = (int32_t)hour;
    clock->hour_end = (uint64_t)((hour + 1) * FG_HOUR_S - clock->start);
}

static inline void fg_clock_set(struct fg_clock *clock, uint32_t now)
{
    clock->now = now;
    if (now >= clock->hour_end)
        fg_clock_enter_hour(clock);
    clock->hour_left_s = (uint32_t)(clock->hour_end - now);
}

static inline struct fg_clock fg_clock_at_start(fg_unix_s start)
{
    struct fg_clock clock = {.start = start};
    fg_clock_enter_hour(&clock);
    clock.hour_left_s = (uint32_t)clock.hour_end;
    return clock;
}

#endif
