#include "sim/batch/assumptions.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/replay/price_book.h"

/* Adds a note on the whole study, once. */
__attribute__((format(printf, 3, 4))) static void note(struct fg_assumptions *assumptions,
                                                       const char *kind, const char *format, ...)
{
    char text[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    for (uint32_t i = 0; i < assumptions->note_count; i++)
        if (strcmp(assumptions->notes[i].text, text) == 0)
            return;
    assumptions->notes = fg_grow(assumptions->notes, &assumptions->note_capacity,
                                 assumptions->note_count + 1, sizeof *assumptions->notes);
    assumptions->notes[assumptions->note_count++] = (struct fg_store_note){
        .scenario = UINT32_MAX,
        .kind = kind,
        .text = fg_arena_string(&assumptions->arena, text),
    };
}

/* The price seen so far whose confirmation is the oldest. */
struct oldest_price {
    const char *item, *region;
    fg_day as_of;
};

static void look_at_price(struct fg_assumptions *assumptions, const struct fg_scenario *scenario,
                          const char *item, const struct fg_found_price *found,
                          struct oldest_price *oldest)
{
    char from[16], day[16];
    if (found->before_first)
        note(assumptions, "price",
             "the price of %s in %s is not known for %s; its oldest row, from %s, is used", item,
             scenario->region, fg_calendar_print_day(scenario->price_day, day),
             fg_calendar_print_day(found->effective_from, from));
    if (found->as_of == FG_DAY_UNKNOWN)
        note(assumptions, "price", "when the price of %s in %s was last confirmed is not known",
             item, scenario->region);
    else if (oldest->item == NULL || found->as_of < oldest->as_of)
        *oldest = (struct oldest_price){item, scenario->region, found->as_of};
}

/* Whether standard support ends before the study does; one without a duration may last. */
static bool may_be_extended(const struct fg_scenario *scenario, const struct fg_catalog *catalog)
{
    const struct fg_control_plane *plane = &scenario->cluster.control_plane;
    const struct fg_kubernetes_version *version = fg_catalog_version(catalog, plane->version);
    if (version == NULL || plane->upgrade_standard || version->standard_end == FG_DAY_UNKNOWN)
        return false;
    return scenario->duration_s == 0 ||
           fg_calendar_start_of_day(version->standard_end) < scenario->start + scenario->duration_s;
}

static fg_status look_at_prices(struct fg_assumptions *assumptions,
                                const struct fg_scenario *scenario,
                                const struct fg_catalog *catalog, struct oldest_price *oldest,
                                struct fg_error *error)
{
    static const char *const fargate_items[FG_FARGATE_PARTS] = {
        FG_ITEM_FARGATE_VCPU, FG_ITEM_FARGATE_MEMORY, FG_ITEM_FARGATE_STORAGE};
    struct fg_price_book book;
    struct fg_error cause = {0};
    if (fg_price_book_read(scenario, catalog, &book, &cause) != FG_OK)
        return fg_error_set(error, cause.status, "scenario '%s': %s", scenario->name,
                            cause.message);
    for (int part = 0; scenario->cluster.profile_count > 0 && part < FG_FARGATE_PARTS; part++)
        if (part != FG_FARGATE_STORAGE || book.has_storage_price)
            look_at_price(assumptions, scenario, fargate_items[part], &book.fargate_found[part],
                          oldest);
    for (uint32_t g = 0; g < scenario->cluster.node_group_count; g++)
        for (uint32_t i = 0; i < book.groups[g].count; i++)
            look_at_price(assumptions, scenario, book.groups[g].items[i].item,
                          &book.groups[g].items[i].found, oldest);
    look_at_price(assumptions, scenario, FG_ITEM_CONTROL_PLANE, &book.control_plane_found, oldest);
    if (may_be_extended(scenario, catalog))
        look_at_price(assumptions, scenario, FG_ITEM_EXTENDED_SUPPORT, &book.extended_support_found,
                      oldest);
    fg_price_book_release(&book);
    return FG_OK;
}

static bool has_nodes(const struct fg_cluster *cluster)
{
    return cluster->node_group_count + cluster->node_pool_count > 0;
}

static bool has_profiles(const struct fg_cluster *cluster)
{
    return cluster->profile_count > 0;
}

static bool lacks_daemon_sets(const struct fg_cluster *cluster)
{
    return has_nodes(cluster) && cluster->daemon_set_count == 0;
}

static bool keeps_its_size(const struct fg_cluster *cluster)
{
    return cluster->node_group_count > 0 && !cluster->autoscaler.enabled;
}

static bool lacks_subnets(const struct fg_cluster *cluster)
{
    return has_profiles(cluster) && cluster->subnet_count == 0;
}

static bool lacks_quota(const struct fg_cluster *cluster)
{
    return has_profiles(cluster) && cluster->fargate.vcpu_quota_milli == FG_UNLIMITED;
}

static bool lacks_node_subnets(const struct fg_cluster *cluster)
{
    return has_nodes(cluster) && cluster->subnet_count == 0;
}

static bool lacks_node_quotas(const struct fg_cluster *cluster)
{
    bool named = false;
    for (int i = 0; i < FG_QUOTA_FAMILY_COUNT; i++)
        named = named || cluster->quotas.on_demand_vcpus[i] != FG_UNLIMITED ||
                cluster->quotas.spot_vcpus[i] != FG_UNLIMITED;
    return has_nodes(cluster) && !named;
}

static bool leaves_spot_open(const struct fg_cluster *cluster)
{
    for (uint32_t i = 0; i < cluster->node_pool_count; i++) {
        const struct fg_requirements *requirements = &cluster->node_pools[i].requirements;
        bool named = false;
        for (uint32_t r = 0; r < requirements->count; r++)
            named = named || strcmp(requirements->items[r].key, "karpenter.sh/capacity-type") == 0;
        if (!named)
            return true;
    }
    return false;
}

/* What a cluster does not say. */
static const struct {
    bool (*holds)(const struct fg_cluster *cluster);
    const char *kind, *text;
} gaps[] = {
    {lacks_daemon_sets, "left-out",
     "no DaemonSets are named: real nodes run at least aws-node and kube-proxy"},
    {keeps_its_size, "default",
     "node groups keep their desired size: clusterAutoscaler is not enabled"},
    {lacks_subnets, "left-out", "no subnets are named: Fargate never runs out of addresses"},
    {leaves_spot_open, "default",
     "node pools that name no karpenter.sh/capacity-type take Spot first, as Karpenter does"},
    {lacks_node_subnets, "left-out", "no subnets are named: nodes never run out of addresses"},
    {lacks_node_quotas, "default", "the EC2 vCPU quotas are taken as unlimited"},
    {lacks_quota, "default", "the Fargate vCPU quota is taken as unlimited; new accounts have 6"},
};

static void look_at_clusters(struct fg_assumptions *assumptions, const struct fg_study *study)
{
    enum { NAMES_MAX = 4 };
    for (size_t g = 0; g < sizeof gaps / sizeof *gaps; g++) {
        uint32_t count = 0;
        const char *names = "";
        for (uint32_t i = 0; i < study->scenario_count; i++)
            if (gaps[g].holds(&study->scenarios[i].cluster) && ++count <= NAMES_MAX)
                names = fg_arena_format(&assumptions->arena, "%s%s%s", names, count > 1 ? ", " : "",
                                        study->scenarios[i].name);
        if (count > NAMES_MAX)
            names = fg_arena_format(&assumptions->arena, "%s and %" PRIu32 " more", names,
                                    count - NAMES_MAX);
        if (count > 0 && count < study->scenario_count)
            note(assumptions, gaps[g].kind, "%s (in %s)", gaps[g].text, names);
        else if (count > 0)
            note(assumptions, gaps[g].kind, "%s", gaps[g].text);
    }
}

fg_status fg_assumptions_collect(const struct fg_study *study, const struct fg_catalog *catalog,
                                 struct fg_assumptions *out, struct fg_error *error)
{
    struct oldest_price oldest = {0};
    for (uint32_t i = 0; i < study->scenario_count; i++) {
        fg_status status = look_at_prices(out, &study->scenarios[i], catalog, &oldest, error);
        if (status != FG_OK)
            return fg_error_name_file(error, study->path);
    }
    look_at_clusters(out, study);
    char day[16];
    if (oldest.item != NULL)
        note(out, "price", "the oldest price used is that of %s in %s, of %s", oldest.item,
             oldest.region, fg_calendar_print_day(oldest.as_of, day));
    for (uint32_t i = 0; i < study->default_count; i++) {
        const struct fg_study_default *item = &study->defaults[i];
        note(out, "default", "%s is %s%s%s", item->key, item->value,
             *item->scenarios != '\0' ? " in " : "", item->scenarios);
    }
    note(out, "left-out",
         "load balancers, NAT, data transfer, logs, public addresses and taxes are not billed");
    return FG_OK;
}

void fg_assumptions_release(struct fg_assumptions *assumptions)
{
    free(assumptions->notes);
    fg_arena_release(&assumptions->arena);
    memset(assumptions, 0, sizeof *assumptions);
}
