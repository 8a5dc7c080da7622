#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "data/decode_pod.h"
#include "data/study_parts.h"
#include "data/value_merge.h"

/* ---- Fargate ---- */

static void decode_bill_until(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    static const char *const words[] = {"deletion", "termination", NULL};
    int number = fg_decode_word(decoder, value, "billUntil", words);
    if (number >= 0)
        *(bool *)out = number == 1;
}

static const struct fg_field rate_fields[] = {
    {"burst", FG_FIELD_COUNT, offsetof(struct fg_fargate_settings, launch_burst), NULL},
    {"perSecond", FG_FIELD_COUNT, offsetof(struct fg_fargate_settings, launch_per_second), NULL},
    {0},
};

static void decode_launch_rate(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    struct fg_fargate_settings *fargate = out;
    fg_decode_map(decoder, value, "launchRate", rate_fields, fargate);
    if (fargate->launch_burst < 1 || fargate->launch_per_second < 1)
        fg_decode_fault(decoder, value,
                        "launchRate is 0; expected burst and perSecond of 1 or "
                        "more");
}

static const struct fg_field sidecar_fields[] = {
    {"name", FG_FIELD_TEXT, offsetof(struct fg_sidecar, name), NULL},
    {"cpu", FG_FIELD_CPU, offsetof(struct fg_sidecar, cpu_milli), NULL},
    {"memory", FG_FIELD_BYTES, offsetof(struct fg_sidecar, memory_bytes), NULL},
    {0},
};

static void decode_sidecars(struct fg_decoder *decoder, const struct fg_value *list, void *out)
{
    struct fg_fargate_settings *fargate = out;
    if (!fg_decode_is_list(decoder, list, "sidecars"))
        return;
    fargate->sidecars = fg_arena_allocate(decoder->arena, list->count, sizeof *fargate->sidecars);
    fargate->sidecar_count = list->count;
    for (uint32_t i = 0; i < list->count; i++) {
        fargate->sidecars[i].name = "";
        fg_decode_item(decoder, list->items[i], "a sidecar", sidecar_fields, &fargate->sidecars[i]);
    }
}

#define FARGATE(field) offsetof(struct fg_fargate_settings, field)
static const struct fg_field fargate_fields[] = {
    {"provisionDelay", FG_FIELD_SECONDS, FARGATE(provision_delay_s), NULL},
    {"imagePull", FG_FIELD_SECONDS, FARGATE(image_pull_s), NULL},
    {"pullThroughput", FG_FIELD_BYTES, FARGATE(pull_bytes_per_s), NULL},
    {"billUntil", FG_FIELD_FUNCTION, FARGATE(bill_until_termination), decode_bill_until},
    {"vcpuQuota", FG_FIELD_CPU, FARGATE(vcpu_quota_milli), NULL},
    {"spotVcpuQuota", FG_FIELD_CPU, FARGATE(spot_vcpu_quota_milli), NULL},
    {"launchRate", FG_FIELD_FUNCTION, 0, decode_launch_rate},
    {"sidecars", FG_FIELD_FUNCTION, 0, decode_sidecars},
    {0},
};

static void decode_fargate(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    fg_decode_map(decoder, value, "fargate", fargate_fields, out);
}

/* ---- nodes and the control plane ---- */

#define NODES(field) offsetof(struct fg_node_settings, field)
static const struct fg_field node_fields[] = {
    {"requestToRunning", FG_FIELD_SECONDS, NODES(request_to_running_s), NULL},
    {"runningToReady", FG_FIELD_SECONDS, NODES(running_to_ready_s), NULL},
    {"podStartup", FG_FIELD_SECONDS, NODES(pod_startup_s), NULL},
    {"terminate", FG_FIELD_SECONDS, NODES(terminate_s), NULL},
    {"pullThroughput", FG_FIELD_BYTES, NODES(pull_bytes_per_s), NULL},
    {0},
};

static void decode_nodes(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    fg_decode_map(decoder, value, "nodes", node_fields, out);
}

static void decode_version(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    const struct fg_study_context *context = decoder->context;
    const struct fg_catalog *catalog = context->catalog;
    char found[96];
    if (value->kind == FG_VALUE_TEXT && fg_catalog_version(catalog, value->text) != NULL)
        *(const char **)out = value->text;
    else
        fg_decode_fault(decoder, value, "version is %s; expected one from %s to %s",
                        fg_value_describe(value, found), catalog->versions[0].version,
                        catalog->versions[catalog->version_count - 1].version);
}

static void decode_upgrade_policy(struct fg_decoder *decoder, const struct fg_value *value,
                                  void *out)
{
    static const char *const words[] = {"EXTENDED", "STANDARD", NULL};
    int number = fg_decode_word(decoder, value, "upgradePolicy", words);
    if (number >= 0)
        *(bool *)out = number == 1;
}

static void decode_tier(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    static const char *const words[] = {"standard", "XL", "2XL", "4XL", "8XL", NULL};
    int number = fg_decode_word(decoder, value, "tier", words);
    if (number >= 0)
        *(const char **)out = number == 0 ? NULL : words[number];
}

static const struct fg_field control_plane_fields[] = {
    {"version", FG_FIELD_FUNCTION, offsetof(struct fg_control_plane, version), decode_version},
    {"upgradePolicy", FG_FIELD_FUNCTION, offsetof(struct fg_control_plane, upgrade_standard),
     decode_upgrade_policy},
    {"tier", FG_FIELD_FUNCTION, offsetof(struct fg_control_plane, tier), decode_tier},
    {0},
};

static void decode_control_plane(struct fg_decoder *decoder, const struct fg_value *value,
                                 void *out)
{
    fg_decode_map(decoder, value, "controlPlane", control_plane_fields, out);
}

/* The newest version that was there when the study begins. */
static const char *default_version(const struct fg_study_context *context)
{
    const struct fg_catalog *catalog = context->catalog;
    const char *best = catalog->version_count > 0 ? catalog->versions[0].version : "";
    for (uint32_t i = 0; i < catalog->version_count; i++)
        if (catalog->versions[i].released != FG_DAY_UNKNOWN &&
            catalog->versions[i].released <= fg_calendar_day_of(context->start))
            best = catalog->versions[i].version;
    return best;
}

/* ---- DaemonSets ---- */

static const struct fg_field daemon_set_fields[] = {
    {"name", FG_FIELD_TEXT, offsetof(struct fg_daemon_set, name), NULL},
    {"namespace", FG_FIELD_TEXT, offsetof(struct fg_daemon_set, namespace_name), NULL},
    {"cpu", FG_FIELD_CPU, offsetof(struct fg_daemon_set, cpu_milli), NULL},
    {"memory", FG_FIELD_BYTES, offsetof(struct fg_daemon_set, memory_bytes), NULL},
    {"nodeSelector", FG_FIELD_PAIRS, offsetof(struct fg_daemon_set, node_selector), NULL},
    {"tolerations", FG_FIELD_FUNCTION, offsetof(struct fg_daemon_set, tolerations),
     fg_decode_tolerations},
    {0},
};

static void decode_daemon_sets(struct fg_decoder *decoder, const struct fg_value *list, void *out)
{
    struct fg_cluster *cluster = out;
    if (!fg_decode_is_list(decoder, list, "daemonSets"))
        return;
    cluster->daemon_sets =
        fg_arena_allocate(decoder->arena, list->count, sizeof *cluster->daemon_sets);
    cluster->daemon_set_count = list->count;
    for (uint32_t i = 0; i < list->count; i++) {
        struct fg_daemon_set *set = &cluster->daemon_sets[i];
        struct fg_toleration *all = fg_arena_allocate(decoder->arena, 1, sizeof *all);
        *all = (struct fg_toleration){"", "", true, FG_EFFECT_ANY};
        *set = (struct fg_daemon_set){
            .name = "", .namespace_name = "kube-system", .tolerations = {1, all}};
        if (fg_decode_item(decoder, list->items[i], "a DaemonSet", daemon_set_fields, set))
            fg_decode_required(decoder, list->items[i], "name", "a DaemonSet");
    }
}

/* ---- subnets ---- */

/* "10.0.0.0/24" -> 24, or -1. */
static int parse_prefix(const char *text)
{
    struct in_addr parsed;
    char address[32] = "";
    size_t length = strcspn(text, "/");
    if (length >= sizeof address || text[length] == '\0')
        return -1;
    memcpy(address, text, length);
    const char *digits = text + length + 1;
    if (inet_pton(AF_INET, address, &parsed) != 1 || strlen(digits) != 2 ||
        strspn(digits, "0123456789") != 2)
        return -1;
    return atoi(digits);
}

/* rules P6: 2^(32 - prefix) less the five that AWS keeps. */
static void decode_cidr(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    char found[96];
    int prefix = value->kind == FG_VALUE_TEXT ? parse_prefix(value->text) : -1;
    if (prefix >= 16 && prefix <= 28)
        *(int64_t *)out = (INT64_C(1) << (32 - prefix)) - 5;
    else
        fg_decode_fault(decoder, value,
                        "cidr is %s; expected an IPv4 block from /16 to /28 such as 10.0.0.0/24",
                        fg_value_describe(value, found));
}

static void decode_zone(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    if (fg_decode_text(decoder, value, "zone", out))
        fg_study_check_zone(decoder, value, value->text);
}

static const struct fg_field subnet_fields[] = {
    {"id", FG_FIELD_TEXT, offsetof(struct fg_subnet, id), NULL},
    {"zone", FG_FIELD_FUNCTION, offsetof(struct fg_subnet, zone), decode_zone},
    {"cidr", FG_FIELD_FUNCTION, offsetof(struct fg_subnet, address_count), decode_cidr},
    {"public", FG_FIELD_BOOL, offsetof(struct fg_subnet, is_public), NULL},
    {0},
};

static int compare_subnets(const void *a, const void *b)
{
    return strcmp(((const struct fg_subnet *)a)->id, ((const struct fg_subnet *)b)->id);
}

static void decode_subnets(struct fg_decoder *decoder, const struct fg_value *list, void *out)
{
    struct fg_cluster *cluster = out;
    if (!fg_decode_is_list(decoder, list, "subnets"))
        return;
    cluster->subnets = fg_arena_allocate(decoder->arena, list->count, sizeof *cluster->subnets);
    cluster->subnet_count = list->count;
    for (uint32_t i = 0; i < list->count; i++) {
        struct fg_subnet *subnet = &cluster->subnets[i];
        *subnet = (struct fg_subnet){.id = "", .zone = ""};
        if (!fg_decode_item(decoder, list->items[i], "a subnet", subnet_fields, subnet))
            continue;
        fg_decode_required(decoder, list->items[i], "cidr", "a subnet");
        if (fg_decode_required(decoder, list->items[i], "id", "a subnet") != NULL &&
            fg_study_find_subnet(cluster->subnets, i, subnet->id) != NULL)
            fg_decode_fault(decoder, list->items[i],
                            "the subnet '%s' is there twice; expected each id once", subnet->id);
    }
    qsort(cluster->subnets, cluster->subnet_count, sizeof *cluster->subnets, compare_subnets);
}

/* Profiles run in private subnets that exist (rules P4). */
static void check_profile_subnets(struct fg_decoder *decoder, const struct fg_value *section,
                                  const struct fg_cluster *cluster)
{
    const struct fg_value *place = fg_value_find(section, "fargateProfiles");
    for (uint32_t p = 0; p < cluster->profile_count; p++) {
        const struct fg_fargate_profile *profile = &cluster->profiles[p];
        for (uint32_t i = 0; i < profile->subnet_count; i++) {
            const struct fg_subnet *subnet =
                fg_study_find_subnet(cluster->subnets, cluster->subnet_count, profile->subnets[i]);
            if (subnet == NULL)
                fg_decode_fault(decoder, place,
                                "the Fargate profile '%s' names the subnet '%s'; expected one of "
                                "cluster.subnets",
                                profile->name, profile->subnets[i]);
            else if (subnet->is_public)
                fg_decode_fault(decoder, place,
                                "the Fargate profile '%s' names the public subnet '%s'; expected "
                                "private ones: Fargate takes no others",
                                profile->name, subnet->id);
        }
    }
}

/* ---- the section ---- */

static void decode_profiles(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    struct fg_cluster *cluster = out;
    fg_study_decode_profiles(decoder, value, &cluster->profiles, &cluster->profile_count);
}

#define CLUSTER(field) offsetof(struct fg_cluster, field)
static const struct fg_field cluster_fields[] = {
    {"fargateProfiles", FG_FIELD_FUNCTION, 0, decode_profiles},
    {"managedNodeGroups", FG_FIELD_PASSED_OVER, 0, NULL}, /* after subnets, see below */
    {"nodeGroups", FG_FIELD_PASSED_OVER, 0, NULL},
    {"daemonSets", FG_FIELD_FUNCTION, 0, decode_daemon_sets},
    {"subnets", FG_FIELD_FUNCTION, 0, decode_subnets},
    {"clusterAutoscaler", FG_FIELD_FUNCTION, CLUSTER(autoscaler), fg_study_decode_autoscaler},
    {"scheduler", FG_FIELD_FUNCTION, CLUSTER(scheduler), fg_study_decode_scheduler},
    {"fargate", FG_FIELD_FUNCTION, CLUSTER(fargate), decode_fargate},
    {"nodes", FG_FIELD_FUNCTION, CLUSTER(nodes), decode_nodes},
    {"controlPlane", FG_FIELD_FUNCTION, CLUSTER(control_plane), decode_control_plane},
    {"orchestrator", FG_FIELD_FUNCTION, 0, fg_study_decode_orchestrator},
    {"ecs", FG_FIELD_FUNCTION, 0, fg_study_decode_ecs},
    {"files", FG_FIELD_UNSUPPORTED, 0, NULL},
    {"persistentVolumes", FG_FIELD_FUNCTION, 0, fg_study_decode_persistent_volumes},
    {"images", FG_FIELD_FUNCTION, 0, fg_study_decode_images},
    {"nodePools", FG_FIELD_FUNCTION, 0, fg_study_decode_node_pools},
    {"nodeClasses", FG_FIELD_FUNCTION, 0, fg_study_decode_node_classes},
    {"autoModeConfig", FG_FIELD_FUNCTION, 0, fg_study_decode_auto_mode},
    {"karpenter", FG_FIELD_FUNCTION, CLUSTER(karpenter), fg_study_decode_karpenter},
    {"network", FG_FIELD_FUNCTION, CLUSTER(network), fg_study_decode_network},
    {"quotas", FG_FIELD_FUNCTION, CLUSTER(quotas), fg_study_decode_quotas},
    {"events", FG_FIELD_PASSED_OVER, 0, NULL}, /* last of all, see below */
    {0},
};

void fg_study_decode_cluster(struct fg_decoder *decoder, const struct fg_value *section,
                             struct fg_cluster *out)
{
    *out = fg_cluster_default();
    out->control_plane.version = default_version(decoder->context);
    if (section == NULL) {
        out->autoscaler.expander = fg_expander_default(out->control_plane.version);
        return;
    }
    fg_decode_map(decoder, section, "cluster", cluster_fields, out);
    const struct fg_value *managed = fg_value_find(section, "managedNodeGroups");
    const struct fg_value *self_managed = fg_value_find(section, "nodeGroups");
    if (managed != NULL)
        fg_study_decode_node_groups(decoder, managed, true, out);
    if (self_managed != NULL)
        fg_study_decode_node_groups(decoder, self_managed, false, out);
    for (uint32_t i = 0; i < out->node_group_count; i++)
        out->node_groups[i].prefix_delegation = out->network.prefix_delegation;
    if (!fg_value_has(section, "clusterAutoscaler.expander"))
        out->autoscaler.expander = fg_expander_default(out->control_plane.version);
    check_profile_subnets(decoder, section, out);
    fg_study_settle_node_pools(decoder, section, out);
    fg_study_settle_orchestrator(decoder, section, out);
    fg_study_check_quotas(decoder, section, out);
    fg_study_decode_events(decoder, fg_value_find(section, "events"), out);
}
