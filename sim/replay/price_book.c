#include "sim/replay/price_book.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/base/memory.h"
#include "models/base/status.h"

static fg_nanodollars agreed(const struct fg_scenario *scenario, enum fg_charge charge,
                             const char *item, fg_nanodollars list_nano)
{
    return fg_price_terms_apply(&scenario->terms, charge, item, scenario->region, list_nano);
}

static fg_status add_price(const struct fg_scenario *scenario, const struct fg_catalog *catalog,
                           struct fg_node_price price, struct fg_node_prices *group,
                           struct fg_error *error)
{
    fg_status status = fg_catalog_price(catalog, price.item, scenario->region, "",
                                        scenario->price_day, &price.found, error);
    if (status != FG_OK)
        return status;
    price.list_nano = price.found.nano;
    price.nano = agreed(scenario, price.charge, price.item, price.list_nano);
    group->items[group->count++] = price;
    return FG_OK;
}

/* gp3 has 3,000 IOPS and 125 MiB/s in its price; io1 and io2 none. */
struct volume_kind {
    const char *type, *item, *iops_item, *throughput_item;
    int64_t free_iops, free_throughput;
};
static const struct volume_kind volume_kinds[] = {
    {"gp3", "ebs_gp3", "ebs_gp3_iops_above_3000", "ebs_gp3_throughput_above_125", 3000, 125},
    {"gp2", "ebs_gp2", NULL, NULL, 0, 0},
    {"io1", "ebs_io1", "ebs_io1_iops", NULL, 0, 0},
    {"io2", "ebs_io2", "ebs_io2_iops", NULL, 0, 0},
    {"st1", "ebs_st1", NULL, NULL, 0, 0},
    {"sc1", "ebs_sc1", NULL, NULL, 0, 0},
    {"standard", "ebs_magnetic", NULL, NULL, 0, 0},
};

fg_status fg_price_book_read_volume(const struct fg_scenario *scenario,
                                    const struct fg_catalog *catalog,
                                    const struct fg_volume *volume, struct fg_node_prices *group,
                                    struct fg_error *error)
{
    const struct volume_kind *kind = NULL;
    for (size_t i = 0; i < sizeof volume_kinds / sizeof *volume_kinds; i++)
        if (strcmp(volume_kinds[i].type, volume->type) == 0)
            kind = &volume_kinds[i];
    if (kind == NULL)
        return fg_error_set(error, FG_BAD_INPUT, "unknown volume type '%s'", volume->type);
    fg_status status = add_price(scenario, catalog,
                                 (struct fg_node_price){.charge = FG_CHARGE_EBS,
                                                        .sku = kind->type,
                                                        .amount = volume->size_gib,
                                                        .by_month = true,
                                                        .item = kind->item},
                                 group, error);
    if (status == FG_OK && kind->iops_item != NULL && volume->iops > kind->free_iops)
        status = add_price(scenario, catalog,
                           (struct fg_node_price){.charge = FG_CHARGE_EBS_IOPS,
                                                  .sku = kind->type,
                                                  .amount = volume->iops - kind->free_iops,
                                                  .by_month = true,
                                                  .item = kind->iops_item},
                           group, error);
    if (status == FG_OK && kind->throughput_item != NULL &&
        volume->throughput_mibps > kind->free_throughput)
        status = add_price(
            scenario, catalog,
            (struct fg_node_price){.charge = FG_CHARGE_EBS_THROUGHPUT,
                                   .sku = kind->type,
                                   .amount = volume->throughput_mibps - kind->free_throughput,
                                   .by_month = true,
                                   .item = kind->throughput_item},
            group, error);
    return status;
}

static void put_price(const struct fg_scenario *scenario, struct fg_node_prices *prices,
                      enum fg_charge charge, const char *item, const struct fg_found_price *found)
{
    prices->items[prices->count++] =
        (struct fg_node_price){.charge = charge,
                               .sku = item,
                               .amount = 1,
                               .nano = agreed(scenario, charge, item, found->nano),
                               .list_nano = found->nano,
                               .found = *found,
                               .item = item};
}

fg_status fg_price_book_spot(const struct fg_scenario *scenario, const struct fg_catalog *catalog,
                             const char *instance_type, struct fg_found_price *out,
                             struct fg_error *error)
{
    if (scenario->spot.named_discount)
        return fg_catalog_spot_price_at(catalog, instance_type, scenario->region,
                                        scenario->price_day, scenario->spot.discount_millionths,
                                        out, error);
    return fg_catalog_spot_price(catalog, instance_type, scenario->region, scenario->price_day, out,
                                 error);
}

static fg_status read_instance(const struct fg_scenario *scenario, const struct fg_catalog *catalog,
                               const struct fg_machine *machine, struct fg_node_prices *out,
                               struct fg_error *error)
{
    const char *name = machine->type->name;
    struct fg_found_price found;
    fg_status status = machine->is_spot ? fg_price_book_spot(scenario, catalog, name, &found, error)
                                        : fg_catalog_price(catalog, name, scenario->region, "",
                                                           scenario->price_day, &found, error);
    if (status == FG_OK)
        put_price(scenario, out, machine->is_spot ? FG_CHARGE_EC2_SPOT : FG_CHARGE_EC2_ON_DEMAND,
                  name, &found);
    return status;
}

fg_status fg_price_book_line(const struct fg_scenario *scenario, const struct fg_catalog *catalog,
                             const struct fg_cost_line *line, struct fg_line_price *out,
                             struct fg_error *error)
{
    *out = (struct fg_line_price){.nano = line->nano, .list_nano = line->nano};
    if (line->item == NULL)
        return FG_OK;
    fg_status status = fg_catalog_price(catalog, line->item, scenario->region, "",
                                        scenario->price_day, &out->found, error);
    out->list_nano = out->found.nano;
    out->nano = agreed(scenario, FG_CHARGE_OTHER_HOURS, line->item, out->list_nano);
    return status;
}

/* Those that nodes of the pool drive. */
static fg_status read_lines(const struct fg_scenario *scenario, const struct fg_catalog *catalog,
                            const char *pool, struct fg_node_prices *out, struct fg_error *error)
{
    fg_status status = FG_OK;
    for (uint32_t i = 0; status == FG_OK && i < scenario->line_count; i++) {
        const struct fg_cost_line *line = &scenario->lines[i];
        struct fg_line_part part = fg_cost_line_part(line, FG_LINE_NODE_HOUR);
        struct fg_line_price price;
        if (part.amount == 0 || !fg_cost_line_takes_pool(line, pool))
            continue;
        status = fg_price_book_line(scenario, catalog, line, &price, error);
        FG_ASSERT(out->count < FG_NODE_PRICES_MAX);
        out->items[out->count++] = (struct fg_node_price){.charge = part.charge,
                                                          .sku = line->node_sku,
                                                          .amount = part.amount,
                                                          .divisor = part.divisor,
                                                          .nano = price.nano,
                                                          .list_nano = price.list_nano,
                                                          .found = price.found,
                                                          .item = line->item};
    }
    return status;
}

fg_status fg_price_book_read_machine(const struct fg_scenario *scenario,
                                     const struct fg_catalog *catalog,
                                     const struct fg_machine *machine, struct fg_node_prices *out,
                                     struct fg_error *error)
{
    fg_status status = read_instance(scenario, catalog, machine, out, error);
    if (status == FG_OK)
        status = fg_price_book_read_volume(scenario, catalog, machine->volume, out, error);
    if (status == FG_OK && machine->is_auto_mode) {
        struct fg_auto_mode_fee fee;
        status = fg_catalog_auto_mode_fee(catalog, machine->type, scenario->region,
                                          scenario->price_day, &fee, error);
        if (status == FG_OK)
            put_price(scenario, out, FG_CHARGE_AUTO_MODE, machine->type->name, &fee.price);
    }
    if (status == FG_OK && machine->has_public_ipv4) {
        struct fg_found_price found;
        status = fg_catalog_price(catalog, FG_ITEM_PUBLIC_IPV4, scenario->region, "",
                                  scenario->price_day, &found, error);
        if (status == FG_OK)
            put_price(scenario, out, FG_CHARGE_PUBLIC_IPV4, FG_ITEM_PUBLIC_IPV4, &found);
    }
    return status == FG_OK ? read_lines(scenario, catalog, machine->pool, out, error) : status;
}

static fg_status read_group(const struct fg_scenario *scenario, const struct fg_catalog *catalog,
                            const struct fg_node_group *group, struct fg_node_prices *out,
                            struct fg_error *error)
{
    struct fg_machine machine = {
        .volume = &group->volume, .is_spot = group->spot, .has_public_ipv4 = group->public_ipv4};
    char pool[512];
    snprintf(pool, sizeof pool, "nodegroup:%s", group->name);
    machine.pool = pool;
    fg_status status = fg_catalog_type(catalog, group->instance_type, &machine.type, error);
    if (status != FG_OK)
        return status;
    return fg_price_book_read_machine(scenario, catalog, &machine, out, error);
}

const char *fg_price_book_tier_item(const char *tier)
{
    static const char *const items[][2] = {
        {"XL", "control_plane_provisioned_xl_surcharge"},
        {"2XL", "control_plane_provisioned_2xl_surcharge"},
        {"4XL", "control_plane_provisioned_4xl_surcharge"},
        {"8XL", "control_plane_provisioned_8xl_surcharge"},
    };
    for (size_t i = 0; i < sizeof items / sizeof *items; i++)
        if (strcmp(items[i][0], tier) == 0)
            return items[i][1];
    return NULL;
}

/* A fee of the cluster's, by the hour. */
static fg_status read_fee(const struct fg_scenario *scenario, const struct fg_catalog *catalog,
                          enum fg_charge charge, const char *item, struct fg_found_price *found,
                          struct fg_price *out, struct fg_error *error)
{
    fg_status status =
        fg_catalog_price(catalog, item, scenario->region, "", scenario->price_day, found, error);
    *out = (struct fg_price){agreed(scenario, charge, item, found->nano), FG_HOUR_S};
    return status;
}

fg_status fg_price_book_read_fees(const struct fg_scenario *scenario,
                                  const struct fg_catalog *catalog, struct fg_price_book *out,
                                  struct fg_error *error)
{
    const char *tier = scenario->cluster.control_plane.tier;
    fg_status status = read_fee(scenario, catalog, FG_CHARGE_CONTROL_PLANE, FG_ITEM_CONTROL_PLANE,
                                &out->control_plane_found, &out->control_plane, error);
    if (status == FG_OK)
        status = read_fee(scenario, catalog, FG_CHARGE_EXTENDED_SUPPORT, FG_ITEM_EXTENDED_SUPPORT,
                          &out->extended_support_found, &out->extended_support, error);
    if (status == FG_OK && tier != NULL)
        status = read_fee(scenario, catalog, FG_CHARGE_CONTROL_PLANE, fg_price_book_tier_item(tier),
                          &out->tier_found, &out->tier, error);
    return status;
}

fg_status fg_price_book_read(const struct fg_scenario *scenario, const struct fg_catalog *catalog,
                             struct fg_price_book *out, struct fg_error *error)
{
    const struct fg_cluster *cluster = &scenario->cluster;
    memset(out, 0, sizeof *out);
    out->groups = fg_allocate(cluster->node_group_count, sizeof *out->groups);
    out->lines = fg_allocate(scenario->line_count, sizeof *out->lines);
    fg_status status = fg_fargate_prices_read(scenario, catalog, out->fargate, error);
    for (uint32_t i = 0; status == FG_OK && i < cluster->node_group_count; i++)
        status = read_group(scenario, catalog, &cluster->node_groups[i], &out->groups[i], error);
    for (uint32_t i = 0; status == FG_OK && i < scenario->line_count; i++)
        status = fg_price_book_line(scenario, catalog, &scenario->lines[i], &out->lines[i], error);
    if (status == FG_OK && cluster->orchestrator == FG_ORCHESTRATOR_EKS)
        status = fg_price_book_read_fees(scenario, catalog, out, error);
    if (status != FG_OK)
        fg_price_book_release(out);
    return status;
}

void fg_price_book_release(struct fg_price_book *book)
{
    free(book->groups);
    free(book->lines);
    memset(book, 0, sizeof *book);
}
