/* What bounds a cluster from outside, and what befalls it: the VPC CNI, quotas, planned events. */
#include <stdlib.h>
#include <string.h>

#include "data/study_parts.h"

/* ---- network ---- */

#define NETWORK(field) offsetof(struct fg_network_settings, field)
static const struct fg_field network_fields[] = {
    {"prefixDelegation", FG_FIELD_BOOL, NETWORK(prefix_delegation), NULL},
    {"customNetworking", FG_FIELD_BOOL, NETWORK(custom_networking), NULL},
    {"warmEniTarget", FG_FIELD_COUNT, NETWORK(warm_eni_target), NULL},
    {"warmIpTarget", FG_FIELD_COUNT, NETWORK(warm_ip_target), NULL},
    {"minimumIpTarget", FG_FIELD_COUNT, NETWORK(minimum_ip_target), NULL},
    {"warmPrefixTarget", FG_FIELD_COUNT, NETWORK(warm_prefix_target), NULL},
    {0},
};

void fg_study_decode_network(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    const struct fg_network_settings *network = out;
    const struct fg_value *prefixes = fg_value_find(value, "warmPrefixTarget");
    fg_decode_map(decoder, value, "network", network_fields, out);
    if (prefixes != NULL && prefixes->kind != FG_VALUE_NULL && !network->prefix_delegation)
        fg_decode_fault(decoder, prefixes,
                        "warmPrefixTarget has no effect; expected prefixDelegation: true with it");
}

/* ---- quotas ---- */

static void decode_families(struct fg_decoder *decoder, const struct fg_value *map,
                            const char *what, int64_t *out)
{
    const char *known[FG_QUOTA_FAMILY_COUNT];
    enum fg_quota_family family;
    if (!fg_decode_is_map(decoder, map, what))
        return;
    for (int i = 0; i < FG_QUOTA_FAMILY_COUNT; i++)
        known[i] = fg_quota_family_name((enum fg_quota_family)i);
    for (uint32_t i = 0; i < map->count; i++) {
        if (!fg_quota_family_parse(map->keys[i].text, &family))
            fg_decode_fault_of_key(decoder, map, &map->keys[i], what, known, FG_QUOTA_FAMILY_COUNT);
        else if (map->items[i]->kind != FG_VALUE_NULL)
            fg_decode_count(decoder, map->items[i], map->keys[i].text, &out[family]);
    }
}

static void decode_on_demand(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    decode_families(decoder, value, "onDemandVcpus", out);
}

static void decode_spot(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    decode_families(decoder, value, "spotVcpus", out);
}

#define QUOTAS(field) offsetof(struct fg_quotas, field)
static const struct fg_field quota_fields[] = {
    {"onDemandVcpus", FG_FIELD_FUNCTION, QUOTAS(on_demand_vcpus), decode_on_demand},
    {"spotVcpus", FG_FIELD_FUNCTION, QUOTAS(spot_vcpus), decode_spot},
    {"nodesPerNodeGroup", FG_FIELD_COUNT, QUOTAS(nodes_per_node_group), NULL},
    {"nodeGroups", FG_FIELD_COUNT, QUOTAS(node_groups), NULL},
    {"profiles", FG_FIELD_COUNT, QUOTAS(profiles), NULL},
    {0},
};

void fg_study_decode_quotas(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    fg_decode_map(decoder, value, "quotas", quota_fields, out);
}

/* AWS counts managed node groups only. */
void fg_study_check_quotas(struct fg_decoder *decoder, const struct fg_value *section,
                           const struct fg_cluster *cluster)
{
    const struct fg_quotas *quotas = &cluster->quotas;
    const struct fg_value *place = fg_value_find(section, "quotas");
    int64_t managed = 0;
    for (uint32_t i = 0; i < cluster->node_group_count; i++) {
        const struct fg_node_group *group = &cluster->node_groups[i];
        managed += group->managed;
        if (group->managed && group->max_size > quotas->nodes_per_node_group)
            fg_decode_fault(decoder, place,
                            "the node group '%s' has maxSize %d; expected at most the quota "
                            "nodesPerNodeGroup of %d",
                            group->name, (int)group->max_size, (int)quotas->nodes_per_node_group);
    }
    if (managed > quotas->node_groups)
        fg_decode_fault(decoder, place,
                        "there are %d managed node groups; expected at most the quota nodeGroups "
                        "of %d",
                        (int)managed, (int)quotas->node_groups);
    if (cluster->profile_count > quotas->profiles)
        fg_decode_fault(decoder, place,
                        "there are %u Fargate profiles; expected at most the quota profiles of %d",
                        cluster->profile_count, (int)quotas->profiles);
}

/* ---- events ---- */

/* An event as the file has it. */
struct event_file {
    struct fg_planned_event event;
    uint32_t named; /* how many kinds it says */
    const struct fg_value *place;
};

static void take_kind(struct event_file *file, enum fg_planned_kind kind,
                      const struct fg_value *place)
{
    file->named++;
    file->event.kind = kind;
    file->place = place;
}

static void decode_zone_loss(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    struct event_file *file = out;
    take_kind(file, FG_PLANNED_ZONE_LOSS, value);
    if (fg_decode_text(decoder, value, "zoneLoss", &file->event.name))
        fg_study_check_zone(decoder, value, file->event.name);
}

static void decode_upgrade(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    struct event_file *file = out;
    take_kind(file, FG_PLANNED_NODE_GROUP_UPGRADE, value);
    fg_decode_text(decoder, value, "upgradeNodeGroup", &file->event.name);
}

static void decode_drift(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    struct event_file *file = out;
    take_kind(file, FG_PLANNED_NODE_POOL_DRIFT, value);
    fg_decode_text(decoder, value, "driftNodePool", &file->event.name);
}

static const struct fg_field patch_fields[] = {
    {"profile", FG_FIELD_TEXT, offsetof(struct event_file, event.name), NULL}, {0}};

static void decode_patch(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    struct event_file *file = out;
    take_kind(file, FG_PLANNED_FARGATE_PATCH, value);
    fg_decode_map(decoder, value, "patchFargate", patch_fields, file);
}

#define EVENT(field) offsetof(struct event_file, event.field)
static const struct fg_field event_fields[] = {
    {"at", FG_FIELD_SECONDS, EVENT(at_s), NULL},
    {"zoneLoss", FG_FIELD_FUNCTION, 0, decode_zone_loss},
    {"for", FG_FIELD_SECONDS, EVENT(lasts_s), NULL},
    {"upgradeNodeGroup", FG_FIELD_FUNCTION, 0, decode_upgrade},
    {"driftNodePool", FG_FIELD_FUNCTION, 0, decode_drift},
    {"patchFargate", FG_FIELD_FUNCTION, 0, decode_patch},
    {0},
};

/* Whether the cluster has what the event befalls. */
static bool is_there(const struct fg_cluster *cluster, const struct fg_planned_event *event)
{
    bool found = event->kind == FG_PLANNED_ZONE_LOSS ||
                 (event->kind == FG_PLANNED_FARGATE_PATCH && *event->name == '\0');
    for (uint32_t i = 0;
         event->kind == FG_PLANNED_NODE_GROUP_UPGRADE && i < cluster->node_group_count; i++)
        found = found || strcmp(cluster->node_groups[i].name, event->name) == 0;
    for (uint32_t i = 0; event->kind == FG_PLANNED_NODE_POOL_DRIFT && i < cluster->node_pool_count;
         i++)
        found = found || strcmp(cluster->node_pools[i].name, event->name) == 0;
    for (uint32_t i = 0; event->kind == FG_PLANNED_FARGATE_PATCH && i < cluster->profile_count; i++)
        found = found || strcmp(cluster->profiles[i].name, event->name) == 0;
    return found;
}

static void check_event(struct fg_decoder *decoder, const struct fg_value *map,
                        const struct event_file *file, const struct fg_cluster *cluster)
{
    static const char *const things[] = {"zone", "node group", "node pool", "Fargate profile"};
    const struct fg_value *at = fg_value_find(map, "at"), *lasts = fg_value_find(map, "for");
    if (at == NULL || at->kind == FG_VALUE_NULL)
        fg_decode_fault(decoder, map, "an event has no at; expected one such as 5d");
    if (file->named != 1) {
        fg_decode_fault(decoder, map,
                        "an event says %s; expected one of zoneLoss, upgradeNodeGroup, "
                        "driftNodePool, patchFargate",
                        file->named == 0 ? "nothing that happens" : "several things that happen");
        return;
    }
    if (lasts != NULL && file->event.kind != FG_PLANNED_ZONE_LOSS)
        fg_decode_fault(decoder, lasts, "'for' is there without zoneLoss; expected none");
    if (!is_there(cluster, &file->event))
        fg_decode_fault(decoder, file->place, "there is no %s '%s' in the cluster",
                        things[file->event.kind], file->event.name);
}

void fg_study_decode_events(struct fg_decoder *decoder, const struct fg_value *list,
                            struct fg_cluster *cluster)
{
    if (list == NULL || !fg_decode_is_list(decoder, list, "events"))
        return;
    cluster->events = fg_arena_allocate(decoder->arena, list->count, sizeof *cluster->events);
    for (uint32_t i = 0; i < list->count; i++) {
        struct event_file file = {.event = {.name = "", .lasts_s = FG_DURATION_NEVER}};
        if (!fg_decode_item(decoder, list->items[i], "an event", event_fields, &file))
            continue;
        check_event(decoder, list->items[i], &file, cluster);
        uint32_t place = cluster->event_count++;
        for (; place > 0 && cluster->events[place - 1].at_s > file.event.at_s; place--)
            cluster->events[place] = cluster->events[place - 1];
        cluster->events[place] = file.event;
    }
}
