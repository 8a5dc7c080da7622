#include "sim/replay/node_meter.h"

#include <stdlib.h>
#include <string.h>

#include "models/base/memory.h"
#include "models/base/status.h"
#include "sim/replay/hour_amount.h"

static void open_accounts(struct fg_node_meter *meter, struct fg_bill *bill,
                          const char *namespace_name, const char *workload, const char *group,
                          uint32_t *accounts)
{
    for (uint32_t i = 0; i < meter->prices->count; i++)
        accounts[i] = fg_bill_account(bill, (struct fg_account){
                                                .charge = meter->prices->items[i].charge,
                                                .pool = meter->pool,
                                                .sku = meter->prices->items[i].sku,
                                                .namespace_name = namespace_name,
                                                .workload = workload,
                                                .group = group,
                                                .list_unit_nano = meter->prices->items[i].list_nano,
                                                .contract_unit_nano = meter->prices->items[i].nano,
                                            });
}

void fg_node_meter_open(struct fg_node_meter *meter, struct fg_bill *bill, int32_t hour)
{
    meter->hour = hour;
    open_accounts(meter, bill, "", FG_WORKLOAD_IDLE, "", meter->idle_account);
}

uint32_t fg_node_meter_share(struct fg_node_meter *meter, struct fg_bill *bill,
                             const char *namespace_name, const char *workload, const char *group)
{
    uint32_t number = meter->share_count++;
    meter->shares =
        fg_grow(meter->shares, &meter->share_capacity, meter->share_count, sizeof *meter->shares);
    meter->shares[number] = (struct fg_workload_share){
        .namespace_name = namespace_name, .workload = workload, .group = group};
    open_accounts(meter, bill, namespace_name, workload, group, meter->shares[number].account);
    return number;
}

void fg_node_meter_reprice(struct fg_node_meter *meter, struct fg_bill *bill)
{
    open_accounts(meter, bill, "", FG_WORKLOAD_IDLE, "", meter->idle_account);
    for (uint32_t i = 0; i < meter->share_count; i++) {
        struct fg_workload_share *share = &meter->shares[i];
        open_accounts(meter, bill, share->namespace_name, share->workload, share->group,
                      share->account);
    }
}

static struct fg_hour_amount amount_of(const struct fg_node_price *price, int64_t node_seconds,
                                       uint32_t month_seconds)
{
    return fg_hour_amount(
        price->charge, (__int128)node_seconds * price->amount,
        (struct fg_price){price->nano, price->by_month ? month_seconds : FG_HOUR_S},
        price->divisor);
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
    struct fg_hour_amount whole = amount_of(price, node_seconds, month), rest = whole;
    fg_units paid = meter->node_units * node_seconds;
    for (uint32_t i = 0; i < meter->active_count; i++) {
        const struct fg_workload_share *share = &meter->shares[meter->active[i]];
        fg_units units = full ? share->rate * FG_HOUR_S : share->sum;
        struct fg_hour_amount part = {
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
        int32_t month_end = fg_hour_of_next_month(from), to = month_end < hour ? month_end : hour;
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
        __int128 period = price->by_month ? fg_calendar_month_seconds(from) : FG_HOUR_S;
        if (price->divisor > 0)
            period *= price->divisor;
        sum += (fg_nanodollars)fg_money_divide_half_even((__int128)price->nano * price->amount *
                                                             (to - from) * units,
                                                         period * meter->node_units);
    }
    return sum;
}

fg_nanodollars fg_node_meter_pod(const struct fg_node_meter *meter, fg_units units, fg_unix_s from,
                                 fg_unix_s to)
{
    fg_nanodollars sum = 0;
    while (from < to) {
        fg_unix_s month_end =
            (fg_unix_s)fg_hour_of_next_month((int32_t)(from / FG_HOUR_S)) * FG_HOUR_S;
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
