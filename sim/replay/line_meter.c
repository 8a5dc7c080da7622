#include "sim/replay/line_meter.h"

#include <stdlib.h>
#include <string.h>

#include "models/base/memory.h"
#include "sim/replay/hour_amount.h"

uint32_t fg_line_meters_find(struct fg_line_meters *meters, struct fg_bill *bill,
                             const struct fg_clock *clock, const struct fg_line_terms *terms)
{
    uint32_t account = fg_bill_account(bill, terms->account);
    for (uint32_t i = 0; i < meters->count; i++)
        if (meters->items[i].account == account)
            return i;
    meters->items =
        fg_grow(meters->items, &meters->capacity, meters->count + 1, sizeof *meters->items);
    meters->items[meters->count] =
        (struct fg_line_meter){.terms = *terms, .account = account, .hour = clock->hour};
    return meters->count++;
}

/* Books `count` equal hours of one month: so many units and seconds of them in each. */
static void write_hours(struct fg_line_meter *meter, struct fg_bill *bill, int32_t hour,
                        uint32_t count, __int128 unit_seconds)
{
    const struct fg_account *account = &meter->terms.account;
    uint32_t period = FG_HOUR_S;
    if (meter->terms.by_month)
        period = fg_calendar_month_seconds((fg_unix_s)hour * FG_HOUR_S);
    struct fg_hour_amount amount = fg_hour_amount(
        account->charge, unit_seconds, (struct fg_price){account->contract_unit_nano, period},
        meter->terms.divisor);
    fg_bill_add(bill, meter->account, hour, count, amount.quantity, amount.nano);
    meter->total_nano += amount.nano * count;
}

/* What came at once counts as if it had been there for the price's period. */
static void roll(struct fg_line_meter *meter, struct fg_bill *bill, int32_t hour)
{
    if (hour <= meter->hour)
        return;
    write_hours(meter, bill, meter->hour, 1, meter->sum + meter->at_once * FG_HOUR_S);
    for (int32_t from = meter->hour + 1; from < hour && meter->rate != 0;) {
        int32_t month_end = fg_hour_of_next_month(from), to = month_end < hour ? month_end : hour;
        write_hours(meter, bill, from, (uint32_t)(to - from), meter->rate * FG_HOUR_S);
        from = to;
    }
    meter->sum = meter->rate * FG_HOUR_S;
    meter->at_once = 0;
    meter->hour = hour;
}

void fg_line_meter_change(struct fg_line_meter *meter, struct fg_bill *bill,
                          const struct fg_clock *clock, __int128 change)
{
    roll(meter, bill, clock->hour);
    meter->rate += change;
    meter->sum += change * clock->hour_left_s;
}

void fg_line_meter_add(struct fg_line_meter *meter, struct fg_bill *bill,
                       const struct fg_clock *clock, __int128 amount)
{
    roll(meter, bill, clock->hour);
    meter->at_once += amount;
}

void fg_line_meter_reprice(struct fg_line_meter *meter, struct fg_bill *bill,
                           const struct fg_clock *clock, fg_nanodollars list_nano,
                           fg_nanodollars nano)
{
    roll(meter, bill, clock->hour);
    meter->terms.account.list_unit_nano = list_nano;
    meter->terms.account.contract_unit_nano = nano;
    meter->account = fg_bill_account(bill, meter->terms.account);
}

void fg_line_meters_close(struct fg_line_meters *meters, struct fg_bill *bill,
                          const struct fg_clock *clock)
{
    for (uint32_t i = 0; i < meters->count; i++) {
        struct fg_line_meter *meter = &meters->items[i];
        fg_line_meter_change(meter, bill, clock, -meter->rate);
        roll(meter, bill, clock->hour + 1);
    }
}

fg_nanodollars fg_line_meters_total(const struct fg_line_meters *meters)
{
    fg_nanodollars total = 0;
    for (uint32_t i = 0; i < meters->count; i++)
        total += meters->items[i].total_nano;
    return total;
}

void fg_line_meters_release(struct fg_line_meters *meters)
{
    free(meters->items);
    memset(meters, 0, sizeof *meters);
}
