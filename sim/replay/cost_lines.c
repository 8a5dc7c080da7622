#include "sim/replay/cost_lines.h"

#include <stdlib.h>
#include <string.h>

#include "models/base/index.h"
#include "sim/replay/hour_amount.h"
#include "sim/replay/line_meter.h"

/* Pods that are booked alike and drive the same lines. */
struct line_group {
    uint32_t owner;
    uint32_t first, count; /* in `lines` */
};
/* A line that a group drives in a pool, with what one pod brings it. */
struct driven {
    uint32_t meter;
    int64_t hour, start, byte;
};
struct span {
    uint32_t first, count; /* count UINT32_MAX = not yet looked for */
};

struct fg_cost_lines {
    struct fg_line_meters meters;
    uint32_t *line_of; /* by meter: the scenario's line */
    uint32_t line_of_capacity;
    uint32_t *group_of; /* by spec; UINT32_MAX = none */
    uint32_t group_count, group_capacity;
    struct line_group *groups;
    uint32_t line_count, line_capacity;
    uint32_t *lines;
    struct span *spans; /* by (group, pool) */
    uint32_t driven_count, driven_capacity;
    struct driven *driven;
};

static const enum fg_line_driver pod_drivers[] = {FG_LINE_POD_HOUR, FG_LINE_POD_START,
                                                  FG_LINE_IMAGE_PULL};
enum { POD_DRIVERS = sizeof pod_drivers / sizeof *pod_drivers };

static bool is_driven_by_pods(const struct fg_cost_line *line)
{
    for (int d = 0; d < POD_DRIVERS; d++)
        if (line->amount[pod_drivers[d]] != 0)
            return true;
    return false;
}

/* ---- who drives what ---- */

/* The lines of the spec, appended; they are taken back where another group has the same. */
static uint32_t find_group(struct fg_world *world, struct fg_index *index, uint32_t spec)
{
    struct fg_cost_lines *own = world->cost_lines;
    const struct fg_scenario *scenario = world->scenario;
    uint32_t owner = world->classes.items[spec].owner, first = own->line_count;
    uint64_t hash = fg_hash_mix(owner, 1);
    for (uint32_t i = 0; i < scenario->line_count; i++) {
        if (!is_driven_by_pods(&scenario->lines[i]) ||
            !fg_pod_filter_takes(&scenario->lines[i].pods, &world->trace->specs[spec]))
            continue;
        own->lines =
            fg_grow(own->lines, &own->line_capacity, own->line_count + 1, sizeof *own->lines);
        own->lines[own->line_count++] = i;
        hash = fg_hash_mix(hash, i + 1);
    }
    uint32_t count = own->line_count - first, cursor = 0, number;
    if (count == 0)
        return UINT32_MAX;
    while ((number = fg_index_next(index, hash, &cursor)) != UINT32_MAX) {
        const struct line_group *group = &own->groups[number];
        if (group->owner == owner && group->count == count &&
            memcmp(&own->lines[group->first], &own->lines[first], count * sizeof *own->lines) ==
                0) {
            own->line_count = first;
            return number;
        }
    }
    own->groups =
        fg_grow(own->groups, &own->group_capacity, own->group_count + 1, sizeof *own->groups);
    own->groups[own->group_count] = (struct line_group){owner, first, count};
    fg_index_put(index, hash, own->group_count);
    return own->group_count++;
}

static uint32_t find_meter(struct fg_world *world, uint32_t line_number, struct fg_line_part part,
                           struct fg_account account)
{
    struct fg_cost_lines *own = world->cost_lines;
    account.charge = part.charge;
    account.sku = world->scenario->lines[line_number].name;
    account.list_unit_nano = world->prices.lines[line_number].list_nano;
    account.contract_unit_nano = world->prices.lines[line_number].nano;
    const struct fg_line_terms terms = {.account = account, .divisor = part.divisor};
    uint32_t meter = fg_line_meters_find(&own->meters, &world->bill, &world->clock, &terms);
    own->line_of = fg_grow(own->line_of, &own->line_of_capacity, meter + 1, sizeof *own->line_of);
    own->line_of[meter] = line_number;
    return meter;
}

static struct driven drive(struct fg_world *world, uint32_t line_number, uint32_t owner_number,
                           uint32_t pool)
{
    const struct fg_cost_owner *owner = &world->classes.owners[owner_number];
    const struct fg_workload *workload = &world->classes.workloads[owner->workload];
    struct driven driven = {0};
    int64_t *amounts[POD_DRIVERS] = {&driven.hour, &driven.start, &driven.byte};
    const struct fg_account account = {.pool = world->pool_names[pool],
                                       .namespace_name = workload->namespace_name,
                                       .workload = workload->workload,
                                       .group = owner->group};
    for (int d = 0; d < POD_DRIVERS; d++) {
        struct fg_line_part part =
            fg_cost_line_part(&world->scenario->lines[line_number], pod_drivers[d]);
        *amounts[d] = part.amount;
        if (part.amount != 0)
            driven.meter = find_meter(world, line_number, part, account);
    }
    return driven;
}

static struct span find_span(struct fg_world *world, uint32_t pod, uint32_t pool)
{
    struct fg_cost_lines *own = world->cost_lines;
    uint32_t number = own->group_of[fg_trace_spec(world->trace, pod)];
    if (number == UINT32_MAX)
        return (struct span){0};
    struct span *span = &own->spans[(size_t)number * world->pool_count + pool];
    if (span->count != UINT32_MAX)
        return *span;
    const struct line_group *group = &own->groups[number];
    *span = (struct span){.first = own->driven_count};
    for (uint32_t i = group->first; i < group->first + group->count; i++) {
        uint32_t line = own->lines[i];
        if (!fg_cost_line_takes_pool(&world->scenario->lines[line], world->pool_names[pool]))
            continue;
        own->driven =
            fg_grow(own->driven, &own->driven_capacity, own->driven_count + 1, sizeof *own->driven);
        own->driven[own->driven_count++] = drive(world, line, group->owner, pool);
        span->count++;
    }
    return *span;
}

/* ---- open ---- */

static void open_groups(struct fg_world *world)
{
    struct fg_cost_lines *own = world->cost_lines;
    struct fg_index index = {0};
    uint32_t specs = world->trace->spec_count;
    own->group_of = fg_allocate(specs, sizeof *own->group_of);
    for (uint32_t i = 0; i < specs; i++)
        own->group_of[i] = find_group(world, &index, i);
    fg_index_release(&index);
    size_t spans = (size_t)own->group_count * world->pool_count;
    own->spans = fg_allocate(spans, sizeof *own->spans);
    memset(own->spans, 0xff, spans * sizeof *own->spans);
}

void fg_cost_lines_open(struct fg_world *world)
{
    const struct fg_scenario *scenario = world->scenario;
    if (scenario->line_count == 0)
        return;
    world->cost_lines = fg_allocate(1, sizeof *world->cost_lines);
    const struct fg_account account = {.pool = world->pool_names[fg_world_cluster_pool(world)],
                                       .namespace_name = "",
                                       .workload = "",
                                       .group = ""};
    for (uint32_t i = 0; i < scenario->line_count; i++) {
        struct fg_line_part part = fg_cost_line_part(&scenario->lines[i], FG_LINE_HOUR);
        if (part.amount == 0)
            continue;
        uint32_t meter = find_meter(world, i, part, account);
        fg_line_meter_change(&world->cost_lines->meters.items[meter], &world->bill, &world->clock,
                             part.amount);
    }
    open_groups(world);
}

/* ---- pods ---- */

void fg_cost_lines_pod_runs(struct fg_world *world, uint32_t pod, uint32_t pool)
{
    struct fg_cost_lines *own = world->cost_lines;
    if (own == NULL)
        return;
    struct span span = find_span(world, pod, pool);
    for (uint32_t i = span.first; i < span.first + span.count; i++) {
        const struct driven *driven = &own->driven[i];
        struct fg_line_meter *meter = &own->meters.items[driven->meter];
        if (driven->hour != 0)
            fg_line_meter_change(meter, &world->bill, &world->clock, driven->hour);
        if (driven->start != 0)
            fg_line_meter_add(meter, &world->bill, &world->clock, driven->start);
    }
}

void fg_cost_lines_pod_stops(struct fg_world *world, uint32_t pod, uint32_t pool)
{
    struct fg_cost_lines *own = world->cost_lines;
    if (own == NULL)
        return;
    struct span span = find_span(world, pod, pool);
    for (uint32_t i = span.first; i < span.first + span.count; i++)
        if (own->driven[i].hour != 0)
            fg_line_meter_change(&own->meters.items[own->driven[i].meter], &world->bill,
                                 &world->clock, -(__int128)own->driven[i].hour);
}

void fg_cost_lines_pulled(struct fg_world *world, uint32_t pod, uint32_t pool, int64_t bytes)
{
    struct fg_cost_lines *own = world->cost_lines;
    if (own == NULL)
        return;
    struct span span = find_span(world, pod, pool);
    for (uint32_t i = span.first; i < span.first + span.count; i++)
        if (own->driven[i].byte != 0)
            fg_line_meter_add(&own->meters.items[own->driven[i].meter], &world->bill, &world->clock,
                              (__int128)own->driven[i].byte * bytes);
}

fg_nanodollars fg_cost_lines_of_pod(struct fg_world *world, uint32_t pod, uint32_t pool,
                                    uint32_t seconds)
{
    struct fg_cost_lines *own = world->cost_lines;
    fg_nanodollars sum = 0;
    if (own == NULL)
        return sum;
    struct span span = find_span(world, pod, pool);
    for (uint32_t i = span.first; i < span.first + span.count; i++) {
        const struct driven *driven = &own->driven[i];
        const struct fg_line_terms *terms = &own->meters.items[driven->meter].terms;
        __int128 amount = (__int128)driven->hour * seconds + (__int128)driven->start * FG_HOUR_S;
        sum += fg_hour_amount(terms->account.charge, amount,
                              (struct fg_price){terms->account.contract_unit_nano, FG_HOUR_S},
                              terms->divisor)
                   .nano;
    }
    return sum;
}

/* ---- prices, and the end ---- */

void fg_cost_lines_reprice(struct fg_world *world)
{
    struct fg_cost_lines *own = world->cost_lines;
    for (uint32_t i = 0; own != NULL && i < own->meters.count; i++) {
        const struct fg_line_price *price = &world->prices.lines[own->line_of[i]];
        fg_line_meter_reprice(&own->meters.items[i], &world->bill, &world->clock, price->list_nano,
                              price->nano);
    }
}

void fg_cost_lines_close(struct fg_world *world)
{
    if (world->cost_lines != NULL)
        fg_line_meters_close(&world->cost_lines->meters, &world->bill, &world->clock);
}

fg_nanodollars fg_cost_lines_total(const struct fg_world *world)
{
    return world->cost_lines == NULL ? 0 : fg_line_meters_total(&world->cost_lines->meters);
}

void fg_cost_lines_release(struct fg_world *world)
{
    struct fg_cost_lines *own = world->cost_lines;
    if (own == NULL)
        return;
    fg_line_meters_release(&own->meters);
    free(own->line_of);
    free(own->group_of);
    free(own->groups);
    free(own->lines);
    free(own->spans);
    free(own->driven);
    free(own);
    world->cost_lines = NULL;
}
