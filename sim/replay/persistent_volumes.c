#include "sim/replay/persistent_volumes.h"

#include <stdlib.h>
#include <string.h>

#include "sim/replay/line_meter.h"

enum { PARTS_MAX = 3 }; /* size, IOPS, throughput */

/* What pods that are booked alike have of a rule's volumes. */
struct claim {
    uint32_t rule, owner;
    bool is_kept;
    int64_t held, most; /* pods that have it now, and at most so far */
};
struct claims {
    uint32_t first, count; /* in `claim_of` */
};
/* Where a meter's price comes from. */
struct meter_source {
    uint32_t rule, part;
};

struct fg_persistent_volumes {
    struct fg_line_meters meters;
    uint32_t source_capacity;
    struct meter_source *sources;  /* by meter */
    struct fg_node_prices *prices; /* by rule */
    uint32_t claim_count, claim_capacity;
    struct claim *claims;
    struct claims *of_spec;
    uint32_t claim_of_count, claim_of_capacity;
    uint32_t *claim_of;
    uint32_t *pool_of; /* by pod; UINT32_MAX = it has none */
};

/* ---- open ---- */

static fg_status read_prices(const struct fg_world *world, struct fg_node_prices *prices,
                             struct fg_error *error)
{
    struct fg_scenario priced = *world->scenario;
    fg_status status = FG_OK;
    priced.price_day = world->price_day;
    for (uint32_t i = 0; status == FG_OK && i < world->cluster->persistent_volume_count; i++) {
        prices[i].count = 0;
        status = fg_price_book_read_volume(&priced, world->input->catalog,
                                           &world->cluster->persistent_volumes[i].volume,
                                           &prices[i], error);
    }
    return status;
}

static uint32_t find_claim(struct fg_persistent_volumes *own, uint32_t rule, uint32_t owner,
                           bool is_kept)
{
    for (uint32_t i = 0; i < own->claim_count; i++)
        if (own->claims[i].rule == rule && own->claims[i].owner == owner &&
            own->claims[i].is_kept == is_kept)
            return i;
    own->claims =
        fg_grow(own->claims, &own->claim_capacity, own->claim_count + 1, sizeof *own->claims);
    own->claims[own->claim_count] = (struct claim){rule, owner, is_kept, 0, 0};
    return own->claim_count++;
}

static void find_claims(struct fg_world *world, uint32_t spec_number)
{
    struct fg_persistent_volumes *own = world->volumes;
    const struct fg_pod_spec *spec = &world->trace->specs[spec_number];
    struct claims *claims = &own->of_spec[spec_number];
    *claims = (struct claims){.first = own->claim_of_count};
    if (world->classes.items[spec_number].route != FG_ROUTE_NODES)
        return;
    for (uint32_t i = 0; i < world->cluster->persistent_volume_count; i++) {
        const struct fg_persistent_volume *rule = &world->cluster->persistent_volumes[i];
        if (!fg_pod_filter_takes(&rule->pods, spec))
            continue;
        own->claim_of = fg_grow(own->claim_of, &own->claim_of_capacity, own->claim_of_count + 1,
                                sizeof *own->claim_of);
        own->claim_of[own->claim_of_count++] =
            find_claim(own, i, world->classes.items[spec_number].owner,
                       fg_persistent_volume_is_kept(rule, spec));
        claims->count++;
    }
}

fg_status fg_persistent_volumes_open(struct fg_world *world, struct fg_error *error)
{
    if (world->cluster->persistent_volume_count == 0)
        return FG_OK;
    struct fg_persistent_volumes *own = fg_allocate(1, sizeof *own);
    uint32_t pods = world->trace->pod_count, specs = world->trace->spec_count;
    world->volumes = own;
    own->prices = fg_allocate(world->cluster->persistent_volume_count, sizeof *own->prices);
    own->of_spec = fg_allocate(specs, sizeof *own->of_spec);
    own->pool_of = fg_allocate(pods, sizeof *own->pool_of);
    memset(own->pool_of, 0xff, pods * sizeof *own->pool_of);
    for (uint32_t i = 0; i < specs; i++)
        find_claims(world, i);
    return read_prices(world, own->prices, error);
}

/* ---- pods ---- */

static uint32_t find_meter(struct fg_world *world, const struct claim *claim, uint32_t part,
                           uint32_t pool)
{
    struct fg_persistent_volumes *own = world->volumes;
    const struct fg_node_price *price = &own->prices[claim->rule].items[part];
    const struct fg_cost_owner *owner = &world->classes.owners[claim->owner];
    const struct fg_workload *workload = &world->classes.workloads[owner->workload];
    const struct fg_line_terms terms = {
        .account = {.charge = price->charge,
                    .pool = world->pool_names[pool],
                    .sku = fg_arena_format(&world->arena, "%s persistent", price->sku),
                    .namespace_name = workload->namespace_name,
                    .workload = workload->workload,
                    .group = owner->group,
                    .list_unit_nano = price->list_nano,
                    .contract_unit_nano = price->nano},
        .by_month = price->by_month,
        .divisor = 1,
    };
    uint32_t meter = fg_line_meters_find(&own->meters, &world->bill, &world->clock, &terms);
    own->sources = fg_grow(own->sources, &own->source_capacity, meter + 1, sizeof *own->sources);
    own->sources[meter] = (struct meter_source){claim->rule, part};
    return meter;
}

static void change(struct fg_world *world, const struct claim *claim, uint32_t pool,
                   int64_t volumes)
{
    struct fg_persistent_volumes *own = world->volumes;
    volumes *= world->cluster->persistent_volumes[claim->rule].count;
    for (uint32_t part = 0; part < own->prices[claim->rule].count; part++) {
        uint32_t meter = find_meter(world, claim, part, pool);
        fg_line_meter_change(&own->meters.items[meter], &world->bill, &world->clock,
                             (__int128)volumes * own->prices[claim->rule].items[part].amount);
    }
}

void fg_persistent_volumes_pod_starts(struct fg_world *world, uint32_t pod, uint32_t pool)
{
    struct fg_persistent_volumes *own = world->volumes;
    if (own == NULL || own->pool_of[pod] == pool)
        return;
    const struct claims *claims = &own->of_spec[fg_trace_spec(world->trace, pod)];
    uint32_t before = own->pool_of[pod];
    for (uint32_t i = claims->first; i < claims->first + claims->count; i++) {
        struct claim *claim = &own->claims[own->claim_of[i]];
        bool is_new = before == UINT32_MAX;
        claim->held += is_new;
        if (!is_new && !claim->is_kept)
            change(world, claim, before, -1);
        if (!claim->is_kept || claim->held > claim->most)
            change(world, claim, pool, 1);
        if (claim->held > claim->most)
            claim->most = claim->held;
    }
    if (claims->count > 0)
        own->pool_of[pod] = pool;
}

void fg_persistent_volumes_pod_gone(struct fg_world *world, uint32_t pod)
{
    struct fg_persistent_volumes *own = world->volumes;
    if (own == NULL || own->pool_of[pod] == UINT32_MAX)
        return;
    const struct claims *claims = &own->of_spec[fg_trace_spec(world->trace, pod)];
    for (uint32_t i = claims->first; i < claims->first + claims->count; i++) {
        struct claim *claim = &own->claims[own->claim_of[i]];
        claim->held--;
        if (!claim->is_kept)
            change(world, claim, own->pool_of[pod], -1);
    }
    own->pool_of[pod] = UINT32_MAX;
}

/* ---- prices, and the end ---- */

fg_status fg_persistent_volumes_reprice(struct fg_world *world, struct fg_error *error)
{
    struct fg_persistent_volumes *own = world->volumes;
    fg_status status = own == NULL ? FG_OK : read_prices(world, own->prices, error);
    for (uint32_t i = 0; status == FG_OK && own != NULL && i < own->meters.count; i++) {
        const struct fg_node_price *price =
            &own->prices[own->sources[i].rule].items[own->sources[i].part];
        fg_line_meter_reprice(&own->meters.items[i], &world->bill, &world->clock, price->list_nano,
                              price->nano);
    }
    return status;
}

void fg_persistent_volumes_close(struct fg_world *world)
{
    if (world->volumes != NULL)
        fg_line_meters_close(&world->volumes->meters, &world->bill, &world->clock);
}

fg_nanodollars fg_persistent_volumes_total(const struct fg_world *world)
{
    return world->volumes == NULL ? 0 : fg_line_meters_total(&world->volumes->meters);
}

void fg_persistent_volumes_release(struct fg_world *world)
{
    struct fg_persistent_volumes *own = world->volumes;
    if (own == NULL)
        return;
    fg_line_meters_release(&own->meters);
    free(own->sources);
    free(own->prices);
    free(own->claims);
    free(own->of_spec);
    free(own->claim_of);
    free(own->pool_of);
    free(own);
    world->volumes = NULL;
}
