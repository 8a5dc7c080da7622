#include "sim/replay/node_meter.h"

#include <stdlib.h>
#include <string.h>

#include "models/base/memory.h"
#include "models/base/status.h"

static void open_accounts(struct fg_node_meter *meter, struct fg_bill *bill,
                          const char *namespace_name, const char *workload, uint32_t *accounts)
{
    for (uint32_t i = 0; i < meter->prices->count; i++)
        accounts[i] = fg_bill_account(bill, (struct fg_account){
                                                .charge = meter->prices->items[i].charge,
                                                .pool = meter->pool,
                                                .sku = meter->prices->items[i].sku,
                                                .namespace_name = namespace_name,
                                                .workload = workload,
                                                .list_unit_nano = meter->prices->items[i].list_nano,
                                                .contract_unit_nano = meter->prices->items[i].nano,
                                            });
}

void fg_node_meter_open(struct fg_node_meter *meter, struct fg_bill *bill, int32_t hour)
{
    meter->hour = hour;
    open_accounts(meter, bill, "", FG_WORKLOAD_IDLE, meter->idle_account);
}

uint32_t fg_node_meter_share(struct fg_node_meter *meter, struct fg_bill *bill,
                             const char *namespace_name, const char *workload)
{
    uint32_t number = meter->share_count++;
    meter->shares =
        fg_grow(meter->shares, &meter->share_capacity, meter->share_count, sizeof *meter->shares);
    meter->shares[number] =
        (struct fg_workload_share){.namespace_name = namespace_name, .workload = workload};
    open_accounts(meter, bill, namespace_name, workload, meter->shares[number].account);
    return number;
}

void fg_node_meter_reprice(struct fg_node_meter *meter, struct fg_bill *bill)
{
    open_accounts(meter, bill, "", FG_WORKLOAD_IDLE, meter->idle_account);
    for (uint32_t i = 0; i < meter->share_count; i++)
        open_accounts(meter, bill, meter->shares[i].namespace_name, meter->shares[i].workload,
                      meter->shares[i].account);
}

/* One hour's worth of a price for so many node-seconds. */
struct hour_amount {
    int64_t quantity;
    fg_nanodollars nano;
};

static struct hour_amount amount_of(const struct fg_node_price *price, int64_t node_seconds,
                                    uint32_t month_seconds)
{
    int64_t per_unit = fg_charge_base_per_unit(price->charge);
    int64_t period = price->by_month ? month_seconds : FG_HOUR_S;
    __int128 bought = (__int128)node_seconds * price->amount;
    __int128 whole_units = per_unit / (price->by_month ? 1 : FG_HOUR_S);
    return (struct hour_amount){
        .quantity = price->by_month ? (int64_t)fg_money_divide_half_even(bought * per_unit, period)
                                    : (int64_t)(bought * whole_units),
        .nano = fg_money_amount_half_even(bought, (struct fg_price){price->nano, period}),
    };
}

/* Books `count` equal hours: `full` takes the rates as they stand, else the sums of the hour. */
static void write_price(struct fg_node_meter *meter, struct fg_bill *bill, uint32_t price_number,
                        int32_t first_hour, uint32_t count, bool full)
{
    const struct fg_node_price *price = &meter->prices->items[price_number];
    int64_t node_seconds = full ? meter->nodes * FG_HOUR_S : meter->node_seconds;
    if (node_seconds == 0)
        return;
    uint32_t month = fg_calendar_month_seconds((fg_unix_s)first_hour * FG_HOUR_S);
    struct hour_amount whole = amount_of(price, node_seconds, month), rest = whole;
    fg_units paid = meter->node_units * node_seconds;
    for (uint32_t i = 0; i < meter->active_count; i++) {
        const struct fg_workload_share *share = &meter->shares[meter->active[i]];
        fg_units units = full ? share->rate * FG_HOUR_S : share->sum;
        struct hour_amount part = {
            .quantity = (int64_t)(whole.quantity * units / paid),
            .nano = (fg_nanodollars)(whole.nano * units / paid),
        };
        fg_bill_add(bill, share->account[price_number], first_hour, count, part.quantity,
                    part.nano);
        rest.quantity -= part.quantity;
        rest.nano -= part.nano;
    }
    FG_ASSERT(rest.nano >= 0 && rest.quantity >= 0);
    fg_bill_add(bill, meter->idle_account[price_number], first_hour, count, rest.quantity,
                rest.nano);
    meter->idle_nano += rest.nano * count;
    meter->total_nano += whole.nano * count;
}

static void write_hours(struct fg_node_meter *meter, struct fg_bill *bill, int32_t first_hour,
                        uint32_t count, bool full)
{
    for (uint32_t i = 0; i < meter->prices->count; i++)
        write_price(meter, bill, i, first_hour, count, full);
}

/* The first hour of the month after the one `hour` lies in. */
static int32_t next_month(int32_t hour)
{
    fg_unix_s instant = (fg_unix_s)hour * FG_HOUR_S;
    char text[16];
    fg_calendar_print_day(fg_calendar_day_of(instant), text);
    int day_of_month = (text[8] - '0') * 10 + (text[9] - '0');
    fg_day first = fg_calendar_day_of(instant) - (day_of_month - 1);
    return (int32_t)((fg_calendar_start_of_day(first) + fg_calendar_month_seconds(instant)) /
                     FG_HOUR_S);
}

/* Drops the shares that came to rest, and starts the hour with what the rates will bring. */
static void start_hour(struct fg_node_meter *meter, int32_t hour)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < meter->active_count; i++) {
        struct fg_workload_share *share = &meter->shares[meter->active[i]];
        share->sum = share->rate * FG_HOUR_S;
        share->listed = share->rate != 0;
        if (share->listed)
            meter->active[kept++] = meter->active[i];
    }
    meter->active_count = kept;
    meter->node_seconds = meter->nodes * FG_HOUR_S;
    meter->hour = hour;
}

void fg_node_meter_roll(struct fg_node_meter *meter, struct fg_bill *bill, int32_t hour)
{
    if (hour <= meter->hour)
        return;
    write_hours(meter, bill, meter->hour, 1, false);
    for (int32_t from = meter->hour + 1; from < hour && meter->nodes > 0;) {
        int32_t month_end = next_month(from), to = month_end < hour ? month_end : hour;
        write_hours(meter, bill, from, (uint32_t)(to - from), true);
        from = to;
    }
    start_hour(meter, hour);
}

void fg_node_meter_nodes(struct fg_node_meter *meter, struct fg_bill *bill,
                         const struct fg_clock *clock, int64_t change)
{
    fg_node_meter_roll(meter, bill, clock->hour);
    meter->nodes += change;
    meter->node_seconds += change * clock->hour_left_s;
}

void fg_node_meter_units(struct fg_node_meter *meter, struct fg_bill *bill,
                         const struct fg_clock *clock, uint32_t number, fg_units change)
{
    if (meter->hour != clock->hour)
        fg_node_meter_roll(meter, bill, clock->hour);
    struct fg_workload_share *share = &meter->shares[number];
    share->rate += change;
    share->sum += change * clock->hour_left_s;
    if (!share->listed && change != 0) {
        share->listed = true;
        meter->active = fg_grow(meter->active, &meter->active_capacity, meter->active_count + 1,
                                sizeof *meter->active);
        meter->active[meter->active_count++] = number;
    }
}

/* What a part of a node costs in [from, to), which lie in one month. */
static fg_nanodollars part_of_node(const struct fg_node_meter *meter, fg_units units,
                                   fg_unix_s from, fg_unix_s to)
{
    fg_nanodollars sum = 0;
    for (uint32_t i = 0; i < meter->prices->count; i++) {
        const struct fg_node_price *price = &meter->prices->items[i];
        int64_t period = price->by_month ? fg_calendar_month_seconds(from) : FG_HOUR_S;
        sum += (fg_nanodollars)fg_money_divide_half_even((__int128)price->nano * price->amount *
                                                             (to - from) * units,
                                                         (__int128)period * meter->node_units);
    }
    return sum;
}

fg_nanodollars fg_node_meter_pod(const struct fg_node_meter *meter, fg_units units, fg_unix_s from,
                                 fg_unix_s to)
{
    fg_nanodollars sum = 0;
    while (from < to) {
        fg_unix_s month_end = (fg_unix_s)next_month((int32_t)(from / FG_HOUR_S)) * FG_HOUR_S;
        fg_unix_s end = month_end < to ? month_end : to;
        sum += part_of_node(meter, units, from, end);
        from = end;
    }
    return sum;
}

void fg_node_meter_release(struct fg_node_meter *meter)
{
    free(meter->shares);
    free(meter->active);
    memset(meter, 0, sizeof *meter);
}
