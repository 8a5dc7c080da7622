#include "sim/replay/hour_amount.h"

#include "models/calendar.h"
#include "sim/replay/clock.h"

struct fg_hour_amount fg_hour_amount(enum fg_charge charge, __int128 unit_seconds,
                                     struct fg_price price, int64_t divisor)
{
    __int128 period = (__int128)price.period * (divisor > 0 ? divisor : 1);
    return (struct fg_hour_amount){
        .quantity = (int64_t)fg_money_divide_half_even(
            unit_seconds * fg_charge_base_per_unit(charge), period),
        .nano = (fg_nanodollars)fg_money_divide_half_even(unit_seconds * price.nano, period),
    };
}

int32_t fg_hour_of_next_month(int32_t hour)
{
    fg_unix_s instant = (fg_unix_s)hour * FG_HOUR_S;
    char text[16];
    fg_calendar_print_day(fg_calendar_day_of(instant), text);
    int day_of_month = (text[8] - '0') * 10 + (text[9] - '0');
    fg_day first = fg_calendar_day_of(instant) - (day_of_month - 1);
    return (int32_t)((fg_calendar_start_of_day(first) + fg_calendar_month_seconds(instant)) /
                     FG_HOUR_S);
}
