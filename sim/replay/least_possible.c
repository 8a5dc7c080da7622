#include "sim/replay/least_possible.h"

#include <stdlib.h>
#include <string.h>

#include "sim/replay/demand_meter.h"
#include "sim/replay/lower_bound.h"
#include "sim/replay/offers.h"

/* What nodes and Fargate cost for a time. */
struct market {
    struct fg_offers offers;
    struct fg_price fargate[FG_FARGATE_OFFERS][FG_FARGATE_PRICES];
};
struct fg_least_possible {
    uint32_t count, capacity;
    struct market *markets;
};

/* The meter counts them from 1. */
static const struct market *market_of(const struct fg_world *world, uint32_t number)
{
    return &world->least->markets[number - 1];
}

static int compare_offers(const void *a, const void *b)
{
    const struct fg_offer *left = a, *right = b;
    return (left->instance_nano > right->instance_nano) -
           (left->instance_nano < right->instance_nano);
}

/* The cheapest node that takes a pod of the class, from offers by price; 0 = none is known. */
static fg_nanodollars cheapest_node(const struct fg_world *world, const struct market *market,
                                    uint32_t class_number)
{
    for (uint32_t i = 0; i < market->offers.count; i++)
        if (fg_offer_takes(world, &market->offers.items[i], class_number))
            return market->offers.items[i].instance_nano;
    return 0;
}

void fg_least_reprice(struct fg_world *world)
{
    struct fg_least_possible *own = world->least;
    uint32_t class_count = world->classes.scheduling_count;
    own->markets = fg_grow(own->markets, &own->capacity, own->count + 1, sizeof *own->markets);
    struct market *market = &own->markets[own->count++];
    *market = (struct market){0};
    for (uint32_t i = 0; i < FG_FARGATE_OFFERS; i++)
        memcpy(market->fargate[i], world->prices.fargate[i].price, sizeof market->fargate[i]);
    if (class_count > 0)
        fg_offers_collect(world, &market->offers);
    if (market->offers.count > 1)
        qsort(market->offers.items, market->offers.count, sizeof *market->offers.items,
              compare_offers);
    fg_nanodollars *by_class = fg_allocate(class_count, sizeof *by_class);
    for (uint32_t c = 0; c < class_count; c++)
        by_class[c] = cheapest_node(world, market, c);
    fg_demand_price(world, by_class);
    free(by_class);
}

void fg_least_open(struct fg_world *world)
{
    fg_demand_open(world);
    world->least = fg_allocate(1, sizeof *world->least);
    fg_least_reprice(world);
}

/* ---- the bound ---- */

static struct fg_lower_bound *bound_of(const struct market *market)
{
    struct fg_bound_offer *offers = fg_allocate(market->offers.count, sizeof *offers);
    for (uint32_t i = 0; i < market->offers.count; i++) {
        const struct fg_node_capacity *room = &market->offers.items[i].room;
        offers[i].per_hour = market->offers.items[i].instance_nano;
        offers[i].holds = (struct fg_bound_amounts){{
            [FG_BOUND_CPU] = room->cpu_milli,
            [FG_BOUND_MEMORY] = (room->memory_bytes + 1024 * 1024 - 1) / (1024 * 1024),
            [FG_BOUND_PODS] = room->pods,
            [FG_BOUND_GPU] = room->gpu_milli,
        }};
    }
    struct fg_lower_bound *bound = fg_lower_bound_new(offers, market->offers.count);
    free(offers);
    return bound;
}

/* Each account is rounded by at most a half. */
static fg_nanodollars least_amount(const struct fg_world *world, int64_t quantity,
                                   const struct fg_price *price)
{
    __int128 twice =
        (__int128)2 * quantity * price->nano - (__int128)world->classes.meter_count * price->period;
    return quantity == 0 || twice <= 0
               ? 0
               : (fg_nanodollars)((twice + 2 * price->period - 1) / (2 * price->period));
}

static fg_nanodollars fargate_least(const struct fg_world *world, const struct market *market,
                                    const struct fg_demand *sum)
{
    fg_nanodollars least = 0;
    for (uint32_t offer = 0; offer < FG_FARGATE_OFFERS; offer++) {
        const int64_t *parts = &sum->part[FG_DEMAND_FARGATE + offer * FG_FARGATE_PARTS];
        for (int part = 0; part < FG_FARGATE_PARTS; part++)
            least += least_amount(world, parts[part], &market->fargate[offer][part]);
        if (fg_fargate_offer_platform(offer) == FG_PLATFORM_WINDOWS)
            least += least_amount(world, parts[FG_FARGATE_VCPU],
                                  &market->fargate[offer][FG_FARGATE_LICENCE]);
    }
    return least;
}

static fg_bound_value larger(fg_bound_value a, fg_bound_value b)
{
    return a > b ? a : b;
}

/* Each machine of a pool that was billed has an hour's price of its own. */
static int64_t count_roundings(const struct fg_world *world)
{
    int64_t count = 0;
    for (uint32_t i = 0; i < world->shapes.count; i++)
        count += world->shapes.items[i]->meter.total_nano > 0;
    return count;
}

static void add_hour(struct fg_world *world, const struct fg_demand_hour *hour,
                     struct fg_lower_bound *bound, int64_t roundings)
{
    struct fg_summary *summary = &world->result->summary;
    struct fg_bound_amounts nodes;
    memcpy(nodes.of, &hour->sum.part[FG_DEMAND_NODES], sizeof nodes.of);
    fg_bound_value volume = fg_lower_bound_of(bound, &nodes);
    fg_bound_value alone = fg_bound_price_seconds(1, hour->sum.part[FG_DEMAND_ALONE]);
    fg_bound_value spread = fg_bound_price_seconds(1, hour->sum.part[FG_DEMAND_SPREAD]);
    fg_nanodollars fargate = fargate_least(world, market_of(world, hour->market), &hour->sum);
    summary->bound_nano += fargate + fg_bound_least(larger(volume, alone), roundings);
    summary->bound_spread_nano += fargate + fg_bound_least(larger(volume, spread), roundings);
}

static bool is_compute(enum fg_charge charge)
{
    return charge == FG_CHARGE_EC2_ON_DEMAND || charge == FG_CHARGE_EC2_SPOT ||
           charge == FG_CHARGE_FARGATE_VCPU || charge == FG_CHARGE_FARGATE_MEMORY ||
           charge == FG_CHARGE_FARGATE_STORAGE;
}

static fg_nanodollars compute_bill(const struct fg_ledger *ledger)
{
    fg_nanodollars sum = 0;
    for (uint32_t i = 0; i < ledger->row_count; i++)
        if (is_compute(ledger->accounts[ledger->rows[i].account].charge))
            sum += ledger->rows[i].nano * ledger->rows[i].hour_count;
    return sum;
}

void fg_least_close(struct fg_world *world)
{
    struct fg_demand_meter *meter = world->demand;
    struct fg_lower_bound *bound = NULL;
    int64_t roundings = count_roundings(world);
    uint32_t market = 0; /* the first is 1 */
    fg_demand_close(world);
    for (uint32_t i = 0; i < meter->hour_count; i++) {
        if (meter->hours[i].market != market) {
            market = meter->hours[i].market;
            fg_lower_bound_free(bound);
            bound = bound_of(market_of(world, market));
        }
        add_hour(world, &meter->hours[i], bound, roundings);
    }
    fg_lower_bound_free(bound);
    world->result->summary.compute_nano = compute_bill(&world->result->ledger);
}

void fg_least_release(struct fg_world *world)
{
    fg_demand_release(world);
    if (world->least == NULL)
        return;
    for (uint32_t i = 0; i < world->least->count; i++)
        free(world->least->markets[i].offers.items);
    free(world->least->markets);
    free(world->least);
}
