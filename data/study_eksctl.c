#include <stdlib.h>
#include <string.h>

#include "data/decode_node_pool.h"
#include "data/decode_pod.h"
#include "data/study_parts.h"
#include "models/fargate_profile.h"

/* ---- fargateProfiles ---- */

static const struct fg_field selector_fields[] = {
    {"namespace", FG_FIELD_TEXT, offsetof(struct fg_selector, namespace_pattern), NULL},
    {"labels", FG_FIELD_PAIRS, offsetof(struct fg_selector, labels), NULL},
    {0},
};

static void decode_selectors(struct fg_decoder *decoder, const struct fg_value *list, void *out)
{
    struct fg_fargate_profile *profile = out;
    if (!fg_decode_is_list(decoder, list, "selectors"))
        return;
    profile->selectors = fg_arena_allocate(decoder->arena, list->count, sizeof *profile->selectors);
    profile->selector_count = list->count;
    for (uint32_t i = 0; i < list->count; i++) {
        profile->selectors[i].namespace_pattern = "";
        fg_decode_item(decoder, list->items[i], "a selector", selector_fields,
                       &profile->selectors[i]);
    }
}

static void decode_profile_subnets(struct fg_decoder *decoder, const struct fg_value *value,
                                   void *out)
{
    struct fg_fargate_profile *profile = out;
    fg_decode_texts(decoder, value, "subnets", &profile->subnets, &profile->subnet_count);
}

static const struct fg_field profile_fields[] = {
    {"name", FG_FIELD_TEXT, offsetof(struct fg_fargate_profile, name), NULL},
    {"selectors", FG_FIELD_FUNCTION, 0, decode_selectors},
    {"subnets", FG_FIELD_FUNCTION, 0, decode_profile_subnets},
    {"capacityProvider", FG_FIELD_FUNCTION, 0, fg_study_decode_capacity_provider},
    {"capacityProviderStrategy", FG_FIELD_FUNCTION, 0, fg_study_decode_provider_strategy},
    {"cpuArchitecture", FG_FIELD_FUNCTION, 0, fg_study_decode_cpu_architecture},
    {"operatingSystem", FG_FIELD_FUNCTION, 0, fg_study_decode_operating_system},
    {"podExecutionRoleARN", FG_FIELD_PASSED_OVER, 0, NULL},
    {"tags", FG_FIELD_PASSED_OVER, 0, NULL},
    {"status", FG_FIELD_PASSED_OVER, 0, NULL},
    {0},
};

static int compare_profiles(const void *a, const void *b)
{
    return strcmp(((const struct fg_fargate_profile *)a)->name,
                  ((const struct fg_fargate_profile *)b)->name);
}

static void decode_profile(struct fg_decoder *decoder, const struct fg_value *map,
                           struct fg_fargate_profile *out)
{
    struct fg_error cause = {0};
    out->name = "";
    if (!fg_decode_item(decoder, map, "a Fargate profile", profile_fields, out) ||
        fg_decode_required(decoder, map, "name", "a Fargate profile") == NULL)
        return;
    if (fg_profile_check(out, &cause) != FG_OK)
        fg_decode_fault(decoder, map, "%s", cause.message);
    fg_study_check_task_profile(decoder, map, out);
}

void fg_study_decode_profiles(struct fg_decoder *decoder, const struct fg_value *list,
                              struct fg_fargate_profile **out, uint32_t *out_count)
{
    if (!fg_decode_is_list(decoder, list, "fargateProfiles"))
        return;
    struct fg_fargate_profile *profiles =
        fg_arena_allocate(decoder->arena, list->count, sizeof *profiles);
    for (uint32_t i = 0; i < list->count; i++) {
        decode_profile(decoder, list->items[i], &profiles[i]);
        for (uint32_t other = 0; other < i; other++)
            if (*profiles[i].name != '\0' && strcmp(profiles[other].name, profiles[i].name) == 0)
                fg_decode_fault(decoder, list->items[i],
                                "the Fargate profile '%s' is there twice; expected each name once",
                                profiles[i].name);
    }
    if (list->count > 0)
        qsort(profiles, list->count, sizeof *profiles, compare_profiles);
    *out = profiles;
    *out_count = list->count;
}

/* ---- managedNodeGroups, nodeGroups ---- */

/* A node group as the file has it. */
struct group_file {
    struct fg_node_group group;
    const char *ami_family;
    uint32_t subnet_count;
    const char **subnets;
};
#define GROUP(field) offsetof(struct group_file, group.field)

static void decode_types(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    struct group_file *file = out;
    fg_decode_texts(decoder, value, "instanceTypes", &file->group.types, &file->group.type_count);
}

static void decode_zones(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    struct group_file *file = out;
    if (!fg_decode_texts(decoder, value, "availabilityZones", &file->group.zones,
                         &file->group.zone_count))
        return;
    for (uint32_t i = 0; i < file->group.zone_count; i++)
        fg_study_check_zone(decoder, value, file->group.zones[i]);
}

static void decode_group_subnets(struct fg_decoder *decoder, const struct fg_value *value,
                                 void *out)
{
    struct group_file *file = out;
    fg_decode_texts(decoder, value, "subnets", &file->subnets, &file->subnet_count);
}

static void decode_percentage(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    fg_decode_whole(decoder, value, "maxUnavailablePercentage", 1, 100, out);
}

static void decode_unavailable(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    fg_decode_whole(decoder, value, "maxUnavailable", 1, 100, out);
}

static const struct fg_field update_fields[] = {
    {"maxUnavailable", FG_FIELD_FUNCTION, GROUP(max_unavailable), decode_unavailable},
    {"maxUnavailablePercentage", FG_FIELD_FUNCTION, GROUP(max_unavailable_percentage),
     decode_percentage},
    {"updateStrategy", FG_FIELD_PASSED_OVER, 0, NULL},
    {0},
};

static void decode_update(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    fg_decode_map(decoder, value, "updateConfig", update_fields, out);
    const struct fg_value *count = fg_value_find(value, "maxUnavailable");
    if (count != NULL && fg_value_find(value, "maxUnavailablePercentage") != NULL)
        fg_decode_fault(decoder, count,
                        "updateConfig has maxUnavailable and maxUnavailablePercentage; expected "
                        "one of them");
}

/* Said to be public; where nothing is said, nodes are taken to be in private subnets. */
static void decode_private_networking(struct fg_decoder *decoder, const struct fg_value *value,
                                      void *out)
{
    bool is_private;
    if (fg_decode_bool(decoder, value, "privateNetworking", &is_private))
        *(bool *)out = !is_private;
}

static const struct fg_field group_fields[] = {
    {"name", FG_FIELD_TEXT, GROUP(name), NULL},
    {"instanceType", FG_FIELD_TEXT, GROUP(instance_type), NULL},
    {"instanceTypes", FG_FIELD_FUNCTION, 0, decode_types},
    {"minSize", FG_FIELD_COUNT, GROUP(min_size), NULL},
    {"maxSize", FG_FIELD_COUNT, GROUP(max_size), NULL},
    {"desiredCapacity", FG_FIELD_COUNT, GROUP(desired_capacity), NULL},
    {"volumeSize", FG_FIELD_COUNT, GROUP(volume.size_gib), NULL},
    {"volumeType", FG_FIELD_FUNCTION, GROUP(volume.type), fg_decode_volume_type},
    {"volumeIOPS", FG_FIELD_COUNT, GROUP(volume.iops), NULL},
    {"volumeThroughput", FG_FIELD_COUNT, GROUP(volume.throughput_mibps), NULL},
    {"labels", FG_FIELD_PAIRS, GROUP(labels), NULL},
    {"taints", FG_FIELD_FUNCTION, GROUP(taints), fg_decode_taints},
    {"availabilityZones", FG_FIELD_FUNCTION, 0, decode_zones},
    {"subnets", FG_FIELD_FUNCTION, 0, decode_group_subnets},
    {"maxPodsPerNode", FG_FIELD_COUNT, GROUP(max_pods), NULL},
    {"updateConfig", FG_FIELD_FUNCTION, 0, decode_update},
    {"spot", FG_FIELD_BOOL, GROUP(spot), NULL},
    {"amiFamily", FG_FIELD_TEXT, offsetof(struct group_file, ami_family), NULL},
    {"ami", FG_FIELD_PASSED_OVER, 0, NULL},
    {"asgMetricsCollection", FG_FIELD_PASSED_OVER, 0, NULL},
    {"disableIMDSv1", FG_FIELD_PASSED_OVER, 0, NULL},
    {"disablePodIMDS", FG_FIELD_PASSED_OVER, 0, NULL},
    {"ebsOptimized", FG_FIELD_PASSED_OVER, 0, NULL},
    {"iam", FG_FIELD_PASSED_OVER, 0, NULL},
    {"instanceName", FG_FIELD_PASSED_OVER, 0, NULL},
    {"instancePrefix", FG_FIELD_PASSED_OVER, 0, NULL},
    {"nodeRepairConfig", FG_FIELD_PASSED_OVER, 0, NULL},
    {"preBootstrapCommands", FG_FIELD_PASSED_OVER, 0, NULL},
    {"privateNetworking", FG_FIELD_FUNCTION, GROUP(public_ipv4), decode_private_networking},
    {"propagateASGTags", FG_FIELD_PASSED_OVER, 0, NULL},
    {"releaseVersion", FG_FIELD_PASSED_OVER, 0, NULL},
    {"securityGroups", FG_FIELD_PASSED_OVER, 0, NULL},
    {"ssh", FG_FIELD_PASSED_OVER, 0, NULL},
    {"tags", FG_FIELD_PASSED_OVER, 0, NULL},
    {"targetGroupARNs", FG_FIELD_PASSED_OVER, 0, NULL},
    {"volumeEncrypted", FG_FIELD_PASSED_OVER, 0, NULL},
    {"volumeKmsKeyID", FG_FIELD_PASSED_OVER, 0, NULL},
    {"volumeName", FG_FIELD_PASSED_OVER, 0, NULL},
    {"additionalVolumes", FG_FIELD_UNSUPPORTED, 0, NULL},
    {"bottlerocket", FG_FIELD_UNSUPPORTED, 0, NULL},
    {"capacityReservation", FG_FIELD_UNSUPPORTED, 0, NULL},
    {"enableDetailedMonitoring", FG_FIELD_UNSUPPORTED, 0, NULL},
    {"instanceMarketOptions", FG_FIELD_UNSUPPORTED, 0, NULL},
    {"instanceSelector", FG_FIELD_UNSUPPORTED, 0, NULL},
    {"instancesDistribution", FG_FIELD_UNSUPPORTED, 0, NULL},
    {"kubeletExtraConfig", FG_FIELD_UNSUPPORTED, 0, NULL},
    {"launchTemplate", FG_FIELD_UNSUPPORTED, 0, NULL},
    {"overrideBootstrapCommand", FG_FIELD_UNSUPPORTED, 0, NULL},
    {"placement", FG_FIELD_UNSUPPORTED, 0, NULL},
    {"spotAllocationStrategy", FG_FIELD_UNSUPPORTED, 0, NULL},
    {0},
};

/* ---- a node group's own rules ---- */

static void check_type(struct fg_decoder *decoder, const struct fg_value *place, const char *name)
{
    const struct fg_study_context *context = decoder->context;
    const struct fg_instance_type *type;
    struct fg_found_price price;
    struct fg_error cause = {0};
    fg_status status = fg_catalog_type(context->catalog, name, &type, &cause);
    if (status == FG_OK && context->region != NULL)
        status = fg_catalog_price(context->catalog, type->name, context->region, "",
                                  context->price_day, &price, &cause);
    if (status != FG_OK)
        fg_decode_fault(decoder, place, "%s", cause.message);
}

/* The type that is named, the first of several, or eksctl's default. */
static void settle_type(struct fg_decoder *decoder, const struct fg_value *map,
                        struct group_file *file)
{
    const struct fg_value *one = fg_value_find(map, "instanceType");
    const struct fg_value *several = fg_value_find(map, "instanceTypes");
    struct fg_node_group *group = &file->group;
    if (group->instance_type != NULL && group->type_count > 0)
        fg_decode_fault(decoder, several,
                        "the node group '%s' has instanceType and instanceTypes; expected one of "
                        "them",
                        group->name);
    for (uint32_t i = 0; i < group->type_count; i++)
        check_type(decoder, several->kind == FG_VALUE_LIST ? several->items[i] : several,
                   group->types[i]);
    if (group->instance_type == NULL)
        group->instance_type = group->type_count > 0 ? group->types[0] : "m5.large";
    if (group->type_count > 0)
        return;
    check_type(decoder, one != NULL ? one : map, group->instance_type);
    group->types = fg_arena_allocate(decoder->arena, 1, sizeof *group->types);
    group->types[0] = group->instance_type;
    group->type_count = 1;
}

enum { NODES_MAX = 1000000 };

/* The sizes that are not named: eksctl's two nodes, or what the others say. */
static void settle_sizes(struct fg_decoder *decoder, const struct fg_value *map,
                         struct fg_node_group *group)
{
    if (group->desired_capacity < 0)
        group->desired_capacity = group->min_size >= 0 ? group->min_size : 2;
    if (group->min_size < 0)
        group->min_size = group->desired_capacity;
    if (group->max_size < 0)
        group->max_size = group->desired_capacity;
    if (group->min_size > group->desired_capacity || group->desired_capacity > group->max_size)
        fg_decode_fault(decoder, map,
                        "the node group '%s' has minSize %d, desiredCapacity %d, maxSize %d; "
                        "expected them in this order",
                        group->name, (int)group->min_size, (int)group->desired_capacity,
                        (int)group->max_size);
    if (group->desired_capacity > NODES_MAX)
        fg_decode_fault(decoder, map, "the node group '%s' has %d nodes; expected at most %d",
                        group->name, (int)group->desired_capacity, NODES_MAX);
}

static bool has_text(const char *const *texts, uint32_t count, const char *text)
{
    for (uint32_t i = 0; i < count; i++)
        if (strcmp(texts[i], text) == 0)
            return true;
    return false;
}

/* The zones of the subnets it names; if it names none, of all that the cluster has. */
static void take_zones_of_subnets(struct fg_decoder *decoder, struct group_file *file,
                                  const struct fg_cluster *cluster)
{
    struct fg_node_group *group = &file->group;
    group->zones = fg_arena_allocate(decoder->arena, cluster->subnet_count, sizeof *group->zones);
    for (uint32_t i = 0; i < cluster->subnet_count; i++) {
        const struct fg_subnet *subnet = &cluster->subnets[i];
        bool named =
            file->subnet_count == 0 || has_text(file->subnets, file->subnet_count, subnet->id);
        if (named && *subnet->zone != '\0' &&
            !has_text(group->zones, group->zone_count, subnet->zone))
            group->zones[group->zone_count++] = subnet->zone;
    }
}

static void take_zones_of_region(struct fg_decoder *decoder, struct fg_node_group *group)
{
    const struct fg_study_context *context = decoder->context;
    const char *region = context->region != NULL ? context->region : "";
    group->zone_count = 3;
    group->zones = fg_arena_allocate(decoder->arena, 3, sizeof *group->zones);
    for (uint32_t i = 0; i < 3; i++)
        group->zones[i] = fg_arena_format(decoder->arena, "%s%c", region, "abc"[i]);
}

/* The zones that are named, or those of its subnets, or the region's first three. */
static void settle_zones(struct fg_decoder *decoder, struct group_file *file,
                         const struct fg_cluster *cluster)
{
    if (file->group.zone_count > 0)
        return;
    take_zones_of_subnets(decoder, file, cluster);
    if (file->group.zone_count == 0)
        take_zones_of_region(decoder, &file->group);
}

static void check_subnets(struct fg_decoder *decoder, const struct fg_value *map,
                          const struct group_file *file, const struct fg_cluster *cluster)
{
    for (uint32_t i = 0; i < file->subnet_count; i++)
        if (fg_study_find_subnet(cluster->subnets, cluster->subnet_count, file->subnets[i]) == NULL)
            fg_decode_fault(decoder, fg_value_find(map, "subnets"),
                            "the node group '%s' names the subnet '%s'; expected one of "
                            "cluster.subnets",
                            file->group.name, file->subnets[i]);
}

static void check_group(struct fg_decoder *decoder, const struct fg_value *map,
                        const struct group_file *file)
{
    const struct fg_value *size = fg_value_find(map, "volumeSize");
    if (file->group.spot && !file->group.managed)
        fg_decode_fault(decoder, fg_value_find(map, "spot"),
                        "spot: true is for managed node groups; expected it under "
                        "managedNodeGroups");
    if (file->ami_family != NULL && strcmp(file->ami_family, "AmazonLinux2023") != 0 &&
        strcmp(file->ami_family, "AmazonLinux2") != 0)
        fg_decode_fault(decoder, fg_value_find(map, "amiFamily"),
                        "amiFamily '%s' is not supported by this version of fargauge; expected "
                        "AmazonLinux2023 or AmazonLinux2",
                        file->ami_family);
    if (file->group.volume.size_gib < 1)
        fg_decode_fault(decoder, size, "volumeSize is '%s'; expected GiB of 1 or more", size->text);
}

static void decode_group(struct fg_decoder *decoder, const struct fg_value *map,
                         const struct fg_cluster *cluster, struct fg_node_group *out)
{
    struct group_file file = {.group = {.name = "",
                                        .managed = out->managed,
                                        .instance_type = NULL,
                                        .min_size = -1,
                                        .max_size = -1,
                                        .desired_capacity = -1,
                                        .max_unavailable = 1,
                                        .volume = {.type = "gp3", .size_gib = 80}}};
    if (!fg_decode_item(decoder, map, "a node group", group_fields, &file) ||
        fg_decode_required(decoder, map, "name", "a node group") == NULL)
        return;
    settle_type(decoder, map, &file);
    check_group(decoder, map, &file);
    settle_sizes(decoder, map, &file.group);
    check_subnets(decoder, map, &file, cluster);
    settle_zones(decoder, &file, cluster);
    *out = file.group;
}

void fg_study_decode_node_groups(struct fg_decoder *decoder, const struct fg_value *list,
                                 bool managed, struct fg_cluster *out)
{
    if (!fg_decode_is_list(decoder, list, managed ? "managedNodeGroups" : "nodeGroups"))
        return;
    struct fg_node_group *groups =
        fg_arena_allocate(decoder->arena, out->node_group_count + list->count, sizeof *groups);
    if (out->node_group_count > 0)
        memcpy(groups, out->node_groups, out->node_group_count * sizeof *groups);
    out->node_groups = groups;
    for (uint32_t i = 0; i < list->count; i++) {
        struct fg_node_group *group = &groups[out->node_group_count];
        *group = (struct fg_node_group){.name = "", .managed = managed};
        decode_group(decoder, list->items[i], out, group);
        for (uint32_t other = 0; other < out->node_group_count; other++)
            if (*group->name != '\0' && strcmp(groups[other].name, group->name) == 0)
                fg_decode_fault(decoder, list->items[i],
                                "the node group '%s' is there twice; expected each name once",
                                group->name);
        out->node_group_count++;
    }
}
