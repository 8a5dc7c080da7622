/* store_days.h - which hours are one day's. For store*.c. */
#ifndef FARGAUGE_DATA_STORE_DAYS_H
#define FARGAUGE_DATA_STORE_DAYS_H

#include <stdint.h>

enum { FG_DAY_HOURS = 24 };

static inline int32_t fg_first_hour_of_day(int32_t hour)
{
    int32_t in_day = hour % FG_DAY_HOURS;
    return hour - (in_day < 0 ? in_day + FG_DAY_HOURS : in_day);
}

#endif
