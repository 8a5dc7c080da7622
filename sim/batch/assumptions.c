#include "sim/batch/assumptions.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/commitment.h"
#include "sim/replay/commitments.h"
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
    if (version == NULL || plane->upgrade_standard || version->standard_end == FG_DAY_UNKNOWN ||
        scenario->cluster.orchestrator == FG_ORCHESTRATOR_ECS)
        return false;
    return scenario->duration_s == 0 ||
           fg_calendar_start_of_day(version->standard_end) < scenario->start + scenario->duration_s;
}

static void look_at_fargate(struct fg_assumptions *assumptions, const struct fg_scenario *scenario,
                            uint32_t offer, const struct fg_fargate_price *prices,
                            struct oldest_price *oldest)
{
    static const char *const items[FG_FARGATE_PRICES] = {
        FG_ITEM_FARGATE_VCPU, FG_ITEM_FARGATE_MEMORY, FG_ITEM_FARGATE_STORAGE,
        FG_ITEM_WINDOWS_LICENCE};
    bool is_windows = fg_fargate_offer_platform(offer) == FG_PLATFORM_WINDOWS;
    for (int part = 0; prices->is_named && part < FG_FARGATE_PARTS + is_windows; part++) {
        const char *item = offer == 0 || part == FG_FARGATE_LICENCE
                               ? items[part]
                               : fg_arena_format(&assumptions->arena, "%s for %s", items[part],
                                                 fg_fargate_offer_sku(offer));
        if (part != FG_FARGATE_STORAGE || prices->has_storage_price)
            look_at_price(assumptions, scenario, item, &prices->found[part], oldest);
    }
}

static fg_status look_at_prices(struct fg_assumptions *assumptions,
                                const struct fg_scenario *scenario,
                                const struct fg_catalog *catalog, struct oldest_price *oldest,
                                struct fg_error *error)
{
    struct fg_price_book book;
    struct fg_error cause = {0};
    if (fg_price_book_read(scenario, catalog, &book, &cause) != FG_OK)
        return fg_error_set(error, cause.status, "scenario '%s': %s", scenario->name,
                            cause.message);
    for (uint32_t offer = 0; offer < FG_FARGATE_OFFERS; offer++)
        look_at_fargate(assumptions, scenario, offer, &book.fargate[offer], oldest);
    for (uint32_t g = 0; g < scenario->cluster.node_group_count; g++)
        for (uint32_t i = 0; i < book.groups[g].count; i++)
            if (book.groups[g].items[i].item != NULL)
                look_at_price(assumptions, scenario, book.groups[g].items[i].item,
                              &book.groups[g].items[i].found, oldest);
    for (uint32_t i = 0; i < scenario->line_count; i++)
        if (scenario->lines[i].item != NULL)
            look_at_price(assumptions, scenario, scenario->lines[i].item, &book.lines[i].found,
                          oldest);
    if (scenario->cluster.control_plane.tier != NULL)
        look_at_price(assumptions, scenario,
                      fg_price_book_tier_item(scenario->cluster.control_plane.tier),
                      &book.tier_found, oldest);
    if (scenario->cluster.orchestrator == FG_ORCHESTRATOR_EKS)
        look_at_price(assumptions, scenario, FG_ITEM_CONTROL_PLANE, &book.control_plane_found,
                      oldest);
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

static bool is_ecs(const struct fg_cluster *cluster)
{
    return cluster->orchestrator == FG_ORCHESTRATOR_ECS;
}

static bool has_tasks_on_fargate(const struct fg_cluster *cluster)
{
    return is_ecs(cluster) && has_profiles(cluster);
}

static bool has_container_instances(const struct fg_cluster *cluster)
{
    return is_ecs(cluster) && has_nodes(cluster);
}

static bool scales_instances(const struct fg_cluster *cluster)
{
    return has_container_instances(cluster) && cluster->autoscaler.enabled;
}

static bool lacks_daemon_sets(const struct fg_cluster *cluster)
{
    return has_nodes(cluster) && cluster->daemon_set_count == 0 && !is_ecs(cluster);
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
    {has_tasks_on_fargate, "default",
     "ECS refuses task sizes that are not in Fargate's table: each task is declared at the "
     "smallest "
     "that holds what its pod requests"},
    {has_container_instances, "default",
     "ECS's task placement is stood in for by kube-scheduler, with scores by the placement "
     "strategy"},
    {scales_instances, "default",
     "managed scaling of ECS capacity providers is stood in for by Cluster Autoscaler's loop"},
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

/* A text for each scenario, NULL where there is nothing to say: equal ones are one note, with the
 * scenarios' names unless it holds for all. */
static void note_where(struct fg_assumptions *assumptions, const struct fg_study *study,
                       const char *kind, const char **texts)
{
    enum { NAMES_MAX = 4 };
    for (uint32_t first = 0; first < study->scenario_count; first++) {
        const char *text = texts[first], *names = "";
        uint32_t count = 0;
        for (uint32_t i = first; text != NULL && i < study->scenario_count; i++) {
            if (texts[i] == NULL || strcmp(texts[i], text) != 0)
                continue;
            texts[i] = NULL;
            if (++count <= NAMES_MAX)
                names = fg_arena_format(&assumptions->arena, "%s%s%s", names, count > 1 ? ", " : "",
                                        study->scenarios[i].name);
        }
        if (count > NAMES_MAX)
            names = fg_arena_format(&assumptions->arena, "%s and %" PRIu32 " more", names,
                                    count - NAMES_MAX);
        if (count > 0 && count < study->scenario_count)
            note(assumptions, kind, "%s (in %s)", text, names);
        else if (count > 0)
            note(assumptions, kind, "%s", text);
    }
}

static void look_at_clusters(struct fg_assumptions *assumptions, const struct fg_study *study)
{
    const char **texts = fg_allocate(study->scenario_count + 1, sizeof *texts);
    for (size_t g = 0; g < sizeof gaps / sizeof *gaps; g++) {
        for (uint32_t i = 0; i < study->scenario_count; i++)
            texts[i] = gaps[g].holds(&study->scenarios[i].cluster) ? gaps[g].text : NULL;
        note_where(assumptions, study, gaps[g].kind, texts);
    }
    free(texts);
}

/* ---- planned events that befall nothing ---- */

/* Whether something of the cluster can be in the zone: Karpenter takes those of the subnets,
 * without any the region's a to c; Fargate has zones only with subnets. */
static bool may_use_zone(const struct fg_scenario *scenario, const char *zone)
{
    const struct fg_cluster *cluster = &scenario->cluster;
    size_t region = strlen(scenario->region);
    for (uint32_t i = 0; i < cluster->subnet_count; i++)
        if (strcmp(cluster->subnets[i].zone, zone) == 0)
            return true;
    for (uint32_t g = 0; g < cluster->node_group_count; g++)
        for (uint32_t z = 0; z < cluster->node_groups[g].zone_count; z++)
            if (strcmp(cluster->node_groups[g].zones[z], zone) == 0)
                return true;
    return cluster->node_pool_count > 0 && cluster->subnet_count == 0 &&
           strncmp(zone, scenario->region, region) == 0 && zone[region] >= 'a' &&
           zone[region] <= 'c' && zone[region + 1] == '\0';
}

/* NULL = it befalls something. */
static const char *idle_event(const struct fg_scenario *scenario,
                              const struct fg_planned_event *event, struct fg_arena *arena)
{
    static const char *const names[] = {"the loss of zone", "the upgrade of node group",
                                        "the drift of node pool", "the patch of Fargate profile"};
    char at[32];
    fg_calendar_print_instant(scenario->start + event->at_s, at);
    const char *name = event->kind == FG_PLANNED_FARGATE_PATCH && *event->name == '\0'
                           ? "the patch of Fargate"
                           : fg_arena_format(arena, "%s %s", names[event->kind], event->name);
    if (scenario->duration_s > 0 && event->at_s >= scenario->duration_s)
        return fg_arena_format(arena, "%s at %s comes when the study is over", name, at);
    if (event->kind == FG_PLANNED_ZONE_LOSS && !may_use_zone(scenario, event->name))
        return fg_arena_format(arena,
                               "%s at %s takes nothing: no subnet, node group or node pool "
                               "of the cluster can be there",
                               name, at);
    return NULL;
}

static void look_at_events(struct fg_assumptions *assumptions, const struct fg_study *study)
{
    const char **texts = fg_allocate(study->scenario_count + 1, sizeof *texts);
    uint32_t most = 0;
    for (uint32_t i = 0; i < study->scenario_count; i++)
        if (study->scenarios[i].cluster.event_count > most)
            most = study->scenarios[i].cluster.event_count;
    for (uint32_t number = 0; number < most; number++) {
        for (uint32_t i = 0; i < study->scenario_count; i++) {
            const struct fg_cluster *cluster = &study->scenarios[i].cluster;
            texts[i] = number < cluster->event_count
                           ? idle_event(&study->scenarios[i], &cluster->events[number],
                                        &assumptions->arena)
                           : NULL;
        }
        note_where(assumptions, study, "warning", texts);
    }
    free(texts);
}

/* ---- what the catalog knows of Spot and of EKS Auto Mode, and Savings Plans ---- */

static bool takes_spot(const struct fg_node_pool *pool)
{
    struct fg_pair pair = {"karpenter.sh/capacity-type", "spot"};
    const struct fg_pairs spot = {1, &pair};
    for (uint32_t i = 0; i < pool->requirements.count; i++)
        if (strcmp(pool->requirements.items[i].key, pair.key) == 0 &&
            !fg_requirement_holds(&pool->requirements.items[i], &spot))
            return false;
    return true;
}

/* Whether the cluster can ask for Spot instances of this type; a node pool for those of any. */
static bool may_take_spot(const struct fg_cluster *cluster, const char *type)
{
    for (uint32_t i = 0; i < cluster->node_pool_count; i++)
        if (takes_spot(&cluster->node_pools[i]))
            return true;
    for (uint32_t g = 0; g < cluster->node_group_count; g++) {
        const struct fg_node_group *group = &cluster->node_groups[g];
        for (uint32_t t = 0; group->spot && t < group->type_count; t++)
            if (strcmp(group->types[t], type) == 0)
                return true;
    }
    return false;
}

/* The days on which what is used was confirmed; first > last = none is used. */
struct day_span {
    fg_day first, last;
};

static void add_day(struct day_span *span, fg_day day)
{
    if (day == FG_DAY_UNKNOWN)
        return;
    span->first = day < span->first ? day : span->first;
    span->last = day > span->last ? day : span->last;
}

static void find_spot_days(const struct fg_scenario *scenario, const struct fg_catalog *catalog,
                           struct day_span *savings, struct day_span *interruptions)
{
    for (uint32_t i = 0; i < catalog->spot_count; i++) {
        const struct fg_spot_row *row = &catalog->spots[i];
        if (strcmp(row->region, scenario->region) != 0 ||
            !may_take_spot(&scenario->cluster, row->instance_type))
            continue;
        if (!scenario->spot.named_discount && row->savings_percent >= 0)
            add_day(savings, row->savings_as_of);
        if (!scenario->spot.named_interruptions && row->interruption_max_percent >= 0)
            add_day(interruptions, row->interruption_as_of);
    }
}

/* "2026-05-01", "2025-06-01 to 2026-05-01" */
static const char *span_text(struct fg_arena *arena, const struct day_span *span)
{
    char first[16], last[16];
    fg_calendar_print_day(span->first, first);
    return span->first == span->last
               ? fg_arena_string(arena, first)
               : fg_arena_format(arena, "%s to %s", first, fg_calendar_print_day(span->last, last));
}

static void look_at_spot(struct fg_assumptions *assumptions, const struct fg_study *study,
                         const struct fg_catalog *catalog)
{
    const char **savings_texts = fg_allocate(study->scenario_count + 1, sizeof *savings_texts);
    const char **interruption_texts =
        fg_allocate(study->scenario_count + 1, sizeof *interruption_texts);
    struct fg_arena *arena = &assumptions->arena;
    for (uint32_t i = 0; i < study->scenario_count; i++) {
        const struct fg_scenario *scenario = &study->scenarios[i];
        struct day_span savings = {INT32_MAX, INT32_MIN}, interruptions = savings;
        find_spot_days(scenario, catalog, &savings, &interruptions);
        if (savings.first <= savings.last)
            savings_texts[i] = fg_arena_format(
                arena, "what Spot saves in %s is as of %s; AWS changes it by the hour",
                scenario->region, span_text(arena, &savings));
        if (interruptions.first <= interruptions.last)
            interruption_texts[i] = fg_arena_format(
                arena, "how often Spot is interrupted in %s is the top of AWS's bands of %s",
                scenario->region, span_text(arena, &interruptions));
    }
    note_where(assumptions, study, "price", savings_texts);
    note_where(assumptions, study, "default", interruption_texts);
    free(savings_texts);
    free(interruption_texts);
}

static bool has_auto_mode(const struct fg_cluster *cluster)
{
    for (uint32_t i = 0; i < cluster->node_pool_count; i++)
        if (cluster->node_pools[i].auto_mode)
            return true;
    return false;
}

/* Of the types that are sold there, how many have no fee of their own in the catalog. */
static const char *assumed_fees(const struct fg_scenario *scenario,
                                const struct fg_catalog *catalog, struct fg_arena *arena)
{
    uint32_t sold = 0, assumed = 0;
    for (uint32_t i = 0; i < catalog->type_count; i++) {
        struct fg_auto_mode_fee fee;
        struct fg_error ignored = {0};
        if (fg_catalog_auto_mode_fee(catalog, &catalog->types[i], scenario->region,
                                     scenario->price_day, &fee, &ignored) != FG_OK)
            continue;
        sold++;
        assumed += fee.assumed;
    }
    return assumed == 0
               ? NULL
               : fg_arena_format(arena,
                                 "EKS Auto Mode's fee of %" PRIu32 " of the %" PRIu32
                                 " instance types in %s is taken as 12 %% of the on-demand price, "
                                 "7.8 %% with GPUs",
                                 assumed, sold, scenario->region);
}

static void look_at_auto_mode(struct fg_assumptions *assumptions, const struct fg_study *study,
                              const struct fg_catalog *catalog)
{
    const char **texts = fg_allocate(study->scenario_count + 1, sizeof *texts);
    for (uint32_t i = 0; i < study->scenario_count; i++)
        if (has_auto_mode(&study->scenarios[i].cluster))
            texts[i] = assumed_fees(&study->scenarios[i], catalog, &assumptions->arena);
    note_where(assumptions, study, "price", texts);
    free(texts);
}

/* "compute of 2.5000 USD an hour until 2026-06-01T00:00:00Z, 4 m5.large regional of ..." */
static const char *commitment_list(const struct fg_scenario *scenario, struct fg_arena *arena)
{
    const char *text = "";
    for (uint32_t i = 0; i < scenario->commitment_count; i++) {
        const struct fg_commitment *own = &scenario->commitments[i];
        char usd[48], from[32], to[32];
        bool later = own->start > scenario->start;
        const char *what = fg_commitment_kind_name(own->kind);
        if (!fg_commitment_is_plan(own->kind))
            what = fg_arena_format(arena, "%d %s %s", (int)own->count, own->instance_type, what);
        else if (own->family != NULL)
            what = fg_arena_format(arena, "%s %s", what, own->family);
        fg_money_print(own->hourly_nano, 4, usd);
        text = fg_arena_format(arena, "%s%s%s of %s USD an hour%s%s%s%s", text, i > 0 ? ", " : "",
                               what, usd, later ? " from " : "",
                               later ? fg_calendar_print_instant(own->start, from) : "",
                               own->end != 0 ? " until " : "",
                               own->end != 0 ? fg_calendar_print_instant(own->end, to) : "");
    }
    return text;
}

static void look_at_commitments(struct fg_assumptions *assumptions, const struct fg_study *study)
{
    const char **texts = fg_allocate(study->scenario_count + 1, sizeof *texts);
    bool any = false;
    for (uint32_t i = 0; i < study->scenario_count; i++) {
        if (study->scenarios[i].commitment_count == 0)
            continue;
        any = true;
        texts[i] = fg_arena_format(&assumptions->arena, "commitments in force: %s",
                                   commitment_list(&study->scenarios[i], &assumptions->arena));
    }
    note_where(assumptions, study, "default", texts);
    if (any)
        note(assumptions, "default",
             "commitments are charged for whole clock hours, used or not, also for those in "
             "which the study begins or ends");
    free(texts);
}

fg_status fg_assumptions_collect(const struct fg_study *study, const struct fg_catalog *catalog,
                                 struct fg_assumptions *out, struct fg_error *error)
{
    struct oldest_price oldest = {0};
    for (uint32_t i = 0; i < study->scenario_count; i++) {
        fg_status status = look_at_prices(out, &study->scenarios[i], catalog, &oldest, error);
        if (status == FG_OK)
            status = fg_commitments_check(&study->scenarios[i], error);
        if (status != FG_OK)
            return fg_error_name_file(error, study->path);
    }
    look_at_events(out, study);
    look_at_clusters(out, study);
    look_at_spot(out, study, catalog);
    look_at_auto_mode(out, study, catalog);
    look_at_commitments(out, study);
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
         "load balancers, NAT, data transfer, logs and taxes are billed only where pricing.lines "
         "has them, public addresses where an EC2NodeClass or privateNetworking: false does");
    return FG_OK;
}

void fg_assumptions_release(struct fg_assumptions *assumptions)
{
    free(assumptions->notes);
    fg_arena_release(&assumptions->arena);
    memset(assumptions, 0, sizeof *assumptions);
}
