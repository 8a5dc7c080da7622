#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "data/decode_pod.h"
#include "data/study_parts.h"

/* ---- settings: defaults of the design, names of the flags (rules C2) ---- */

static const struct fg_autoscaler_settings autoscaler_defaults = {
    .scan_interval_s = 10,
    .scale_down_unneeded_time_s = 600,
    .scale_down_delay_after_add_s = 600,
    .node_delete_delay_after_taint_s = 5,
    .scale_down_threshold_millionths = 500000,
    .scale_down_enabled = true,
    .max_nodes_per_scale_up = 1000,
    .max_scale_down_parallelism = 10,
    .skip_nodes_with_system_pods = true,
    .skip_nodes_with_local_storage = true,
    .skip_nodes_with_custom_controller_pods = true,
};
static const struct fg_fargate_settings fargate_defaults = {
    .provision_delay_s = 45,
    .image_pull_s = 15,
    .vcpu_quota_milli = FG_UNLIMITED,
    .launch_burst = 20,
    .launch_per_second = 20,
};
static const struct fg_node_settings node_defaults = {.request_to_running_s = 15,
                                                      .running_to_ready_s = 45};

static void decode_expander(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    static const char *const words[] = {"least-waste", "most-pods", "least-nodes", NULL};
    int number = fg_decode_word(decoder, value, "expander", words);
    if (number >= 0)
        *(enum fg_expander *)out = (enum fg_expander)number;
}

static void decode_threshold(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    int64_t nano;
    if (!fg_decode_nano(decoder, value, "scaleDownUtilizationThreshold", &nano))
        return;
    if (nano > FG_NANO_PER_DOLLAR || nano % 1000 != 0)
        fg_decode_fault(decoder, value,
                        "scaleDownUtilizationThreshold is '%s'; expected 0 to 1 with at most six "
                        "decimals",
                        value->text);
    else
        *(uint32_t *)out = (uint32_t)(nano / 1000);
}

static void decode_scan_interval(struct fg_decoder *decoder, const struct fg_value *value,
                                 void *out)
{
    uint32_t seconds;
    if (!fg_decode_seconds(decoder, value, "scanInterval", &seconds))
        return;
    if (seconds == 0)
        fg_decode_fault(decoder, value, "scanInterval is '%s'; expected 1s or more", value->text);
    else
        *(uint32_t *)out = seconds;
}

#define AUTOSCALER(field) offsetof(struct fg_autoscaler_settings, field)
static const struct fg_field autoscaler_fields[] = {
    {"enabled", FG_FIELD_BOOL, AUTOSCALER(enabled), NULL},
    {"expander", FG_FIELD_FUNCTION, AUTOSCALER(expander), decode_expander},
    {"scanInterval", FG_FIELD_FUNCTION, AUTOSCALER(scan_interval_s), decode_scan_interval},
    {"newPodScaleUpDelay", FG_FIELD_SECONDS, AUTOSCALER(new_pod_scale_up_delay_s), NULL},
    {"maxNodesPerScaleup", FG_FIELD_COUNT32, AUTOSCALER(max_nodes_per_scale_up), NULL},
    {"maxNodesTotal", FG_FIELD_COUNT, AUTOSCALER(max_nodes_total), NULL},
    {"scaleDownEnabled", FG_FIELD_BOOL, AUTOSCALER(scale_down_enabled), NULL},
    {"scaleDownUnneededTime", FG_FIELD_SECONDS, AUTOSCALER(scale_down_unneeded_time_s), NULL},
    {"scaleDownDelayAfterAdd", FG_FIELD_SECONDS, AUTOSCALER(scale_down_delay_after_add_s), NULL},
    {"scaleDownDelayAfterDelete", FG_FIELD_SECONDS, AUTOSCALER(scale_down_delay_after_delete_s),
     NULL},
    {"nodeDeleteDelayAfterTaint", FG_FIELD_SECONDS, AUTOSCALER(node_delete_delay_after_taint_s),
     NULL},
    {"scaleDownUtilizationThreshold", FG_FIELD_FUNCTION,
     AUTOSCALER(scale_down_threshold_millionths), decode_threshold},
    {"maxScaleDownParallelism", FG_FIELD_COUNT32, AUTOSCALER(max_scale_down_parallelism), NULL},
    {"ignoreDaemonsetsUtilization", FG_FIELD_BOOL, AUTOSCALER(ignore_daemonsets_utilization), NULL},
    {"skipNodesWithSystemPods", FG_FIELD_BOOL, AUTOSCALER(skip_nodes_with_system_pods), NULL},
    {"skipNodesWithLocalStorage", FG_FIELD_BOOL, AUTOSCALER(skip_nodes_with_local_storage), NULL},
    {"skipNodesWithCustomControllerPods", FG_FIELD_BOOL,
     AUTOSCALER(skip_nodes_with_custom_controller_pods), NULL},
    {"estimator", FG_FIELD_UNSUPPORTED, 0, NULL},
    {"maxNodeProvisionTime", FG_FIELD_UNSUPPORTED, 0, NULL},
    {"maxNodeStartupTime", FG_FIELD_UNSUPPORTED, 0, NULL},
    {"scaleDownUnreadyTime", FG_FIELD_UNSUPPORTED, 0, NULL},
    {"scaleDownDelayAfterFailure", FG_FIELD_UNSUPPORTED, 0, NULL},
    {"unremovableNodeRecheckTimeout", FG_FIELD_UNSUPPORTED, 0, NULL},
    {"maxDrainParallelism", FG_FIELD_UNSUPPORTED, 0, NULL},
    {"maxGracefulTerminationSec", FG_FIELD_UNSUPPORTED, 0, NULL},
    {"maxPodEvictionTime", FG_FIELD_UNSUPPORTED, 0, NULL},
    {"initialNodeGroupBackoffDuration", FG_FIELD_UNSUPPORTED, 0, NULL},
    {"maxNodeGroupBackoffDuration", FG_FIELD_UNSUPPORTED, 0, NULL},
    {"nodeGroupBackoffResetTimeout", FG_FIELD_UNSUPPORTED, 0, NULL},
    {"expendablePodsPriorityCutoff", FG_FIELD_UNSUPPORTED, 0, NULL},
    {"balanceSimilarNodeGroups", FG_FIELD_UNSUPPORTED, 0, NULL},
    {"scaleUpFromZero", FG_FIELD_UNSUPPORTED, 0, NULL},
    {0},
};

static void decode_autoscaler(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    fg_decode_map(decoder, value, "clusterAutoscaler", autoscaler_fields, out);
}

static void decode_scoring(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    static const char *const words[] = {"LeastAllocated", "MostAllocated", NULL};
    int number = fg_decode_word(decoder, value, "scoring", words);
    if (number >= 0)
        *(bool *)out = number == 1;
}

static void decode_percentage(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    int64_t count;
    if (!fg_decode_count(decoder, value, "percentageOfNodesToScore", &count))
        return;
    if (count > 100)
        fg_decode_fault(decoder, value,
                        "percentageOfNodesToScore is '%s'; expected 0 (adaptive) to 100",
                        value->text);
    else
        *(uint32_t *)out = (uint32_t)count;
}

static const struct fg_field scheduler_fields[] = {
    {"scoring", FG_FIELD_FUNCTION, offsetof(struct fg_scheduler_settings, most_allocated),
     decode_scoring},
    {"percentageOfNodesToScore", FG_FIELD_FUNCTION,
     offsetof(struct fg_scheduler_settings, percentage_of_nodes_to_score), decode_percentage},
    {"scoreAllNodes", FG_FIELD_UNSUPPORTED, 0, NULL},
    {0},
};

static void decode_scheduler(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    fg_decode_map(decoder, value, "scheduler", scheduler_fields, out);
}

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
    {"billUntil", FG_FIELD_FUNCTION, FARGATE(bill_until_termination), decode_bill_until},
    {"vcpuQuota", FG_FIELD_CPU, FARGATE(vcpu_quota_milli), NULL},
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

static const struct fg_field control_plane_fields[] = {
    {"version", FG_FIELD_FUNCTION, offsetof(struct fg_control_plane, version), decode_version},
    {"upgradePolicy", FG_FIELD_FUNCTION, offsetof(struct fg_control_plane, upgrade_standard),
     decode_upgrade_policy},
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

/* Where the subnet with this id stands, or NULL. */
static const struct fg_subnet *find_subnet(const struct fg_subnet *subnets, uint32_t count,
                                           const char *id)
{
    for (uint32_t i = 0; i < count; i++)
        if (strcmp(subnets[i].id, id) == 0)
            return &subnets[i];
    return NULL;
}

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
            find_subnet(cluster->subnets, i, subnet->id) != NULL)
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
                find_subnet(cluster->subnets, cluster->subnet_count, profile->subnets[i]);
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

static void decode_orchestrator(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    static const char *const words[] = {"eks", NULL};
    (void)out;
    if (value->kind == FG_VALUE_TEXT && strcmp(value->text, "ecs") == 0)
        fg_decode_fault(decoder, value,
                        "orchestrator ecs is not supported by this version of fargauge");
    else
        fg_decode_word(decoder, value, "orchestrator", words);
}

#define CLUSTER(field) offsetof(struct fg_cluster, field)
static const struct fg_field cluster_fields[] = {
    {"fargateProfiles", FG_FIELD_FUNCTION, 0, decode_profiles},
    {"managedNodeGroups", FG_FIELD_PASSED_OVER, 0, NULL}, /* after subnets, see below */
    {"nodeGroups", FG_FIELD_PASSED_OVER, 0, NULL},
    {"daemonSets", FG_FIELD_FUNCTION, 0, decode_daemon_sets},
    {"subnets", FG_FIELD_FUNCTION, 0, decode_subnets},
    {"clusterAutoscaler", FG_FIELD_FUNCTION, CLUSTER(autoscaler), decode_autoscaler},
    {"scheduler", FG_FIELD_FUNCTION, CLUSTER(scheduler), decode_scheduler},
    {"fargate", FG_FIELD_FUNCTION, CLUSTER(fargate), decode_fargate},
    {"nodes", FG_FIELD_FUNCTION, CLUSTER(nodes), decode_nodes},
    {"controlPlane", FG_FIELD_FUNCTION, CLUSTER(control_plane), decode_control_plane},
    {"orchestrator", FG_FIELD_FUNCTION, 0, decode_orchestrator},
    {"files", FG_FIELD_UNSUPPORTED, 0, NULL},
    {"nodePools", FG_FIELD_UNSUPPORTED, 0, NULL},
    {"nodeClasses", FG_FIELD_UNSUPPORTED, 0, NULL},
    {"karpenter", FG_FIELD_UNSUPPORTED, 0, NULL},
    {0},
};

void fg_study_decode_cluster(struct fg_decoder *decoder, const struct fg_value *section,
                             struct fg_cluster *out)
{
    *out = (struct fg_cluster){
        .autoscaler = autoscaler_defaults,
        .fargate = fargate_defaults,
        .nodes = node_defaults,
        .control_plane = {.version = default_version(decoder->context)},
    };
    if (section == NULL)
        return;
    fg_decode_map(decoder, section, "cluster", cluster_fields, out);
    const struct fg_value *managed = fg_value_find(section, "managedNodeGroups");
    const struct fg_value *self_managed = fg_value_find(section, "nodeGroups");
    if (managed != NULL)
        fg_study_decode_node_groups(decoder, managed, true, out);
    if (self_managed != NULL)
        fg_study_decode_node_groups(decoder, self_managed, false, out);
    check_profile_subnets(decoder, section, out);
}
