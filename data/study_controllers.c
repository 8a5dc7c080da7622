/* The settings of the controllers: Cluster Autoscaler by its flags' names (rules C2), and the
 * scheduler. */
#include <inttypes.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>

#include "data/decode_pod.h"
#include "data/study_parts.h"

/* ---- expanders ---- */

static const char *const expander_words[] = {"least-waste", "most-pods", "least-nodes",
                                             "random",      "priority",  NULL};

static int expander_of(const char *text, size_t length)
{
    for (int i = 0; expander_words[i] != NULL; i++)
        if (strlen(expander_words[i]) == length && strncmp(expander_words[i], text, length) == 0)
            return i;
    return -1;
}

/* "priority,least-waste": filters, one after the other. */
static void decode_expander(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    struct fg_autoscaler_settings *settings = out;
    enum fg_expander chain[FG_EXPANDER_COUNT];
    uint32_t count = 0, seen = 0;
    const char *text;
    if (!fg_decode_text(decoder, value, "expander", &text))
        return;
    for (bool more = true; more;) {
        size_t length = strcspn(text, ",");
        int number = expander_of(text, length);
        if (number < 0 || (seen >> number & 1) != 0) {
            fg_decode_fault(decoder, value,
                            "expander is '%s'; expected least-waste, most-pods, least-nodes, "
                            "random or priority, or several with commas, each once",
                            value->text);
            return;
        }
        seen |= 1u << number;
        chain[count++] = (enum fg_expander)number;
        more = text[length] == ',';
        text += length + 1;
    }
    settings->expander = chain[0];
    settings->then_count = count - 1;
    for (uint32_t i = 1; i < count; i++)
        settings->then[i - 1] = chain[i];
}

/* What Go's expressions know and POSIX's do not would mean something else. */
static void check_pattern(struct fg_decoder *decoder, const struct fg_value *place,
                          const char *pattern)
{
    regex_t compiled;
    bool foreign = strstr(pattern, "(?") != NULL;
    for (const char *at = strchr(pattern, '\\'); at != NULL && !foreign; at = strchr(at + 2, '\\'))
        foreign = at[1] == '\0' || strchr(".[]{}()*+?^$|\\/-", at[1]) == NULL;
    if (!foreign && regcomp(&compiled, pattern, REG_EXTENDED | REG_NOSUB) == 0)
        regfree(&compiled);
    else
        fg_decode_fault(decoder, place,
                        "'%s' is no pattern; expected a POSIX extended regular expression such as "
                        ".*spot.*",
                        pattern);
}

static int compare_priorities(const void *a, const void *b)
{
    int64_t left = ((const struct fg_expander_priority *)a)->priority;
    int64_t right = ((const struct fg_expander_priority *)b)->priority;
    return left == right ? 0 : left > right ? -1 : 1;
}

/* As the ConfigMap cluster-autoscaler-priority-expander has them: {10: [".*"], 50: ["spot"]}. */
static void decode_priorities(struct fg_decoder *decoder, const struct fg_value *map, void *out)
{
    struct fg_autoscaler_settings *settings = out;
    if (!fg_decode_is_map(decoder, map, "priorities"))
        return;
    settings->priorities =
        fg_arena_allocate(decoder->arena, map->count, sizeof *settings->priorities);
    settings->priority_count = map->count;
    for (uint32_t i = 0; i < map->count; i++) {
        struct fg_expander_priority *item = &settings->priorities[i];
        const struct fg_value key = {.kind = FG_VALUE_TEXT,
                                     .file = map->file,
                                     .line = map->keys[i].line,
                                     .column = map->keys[i].column,
                                     .text = map->keys[i].text};
        fg_decode_whole(decoder, &key, "a priority", INT32_MIN, INT32_MAX, &item->priority);
        if (!fg_decode_texts(decoder, map->items[i], "patterns", &item->patterns,
                             &item->pattern_count))
            continue;
        for (uint32_t k = 0; k < item->pattern_count; k++)
            check_pattern(decoder, map->items[i], item->patterns[k]);
    }
    if (map->count > 1)
        qsort(settings->priorities, map->count, sizeof *settings->priorities, compare_priorities);
}

/* ---- Cluster Autoscaler ---- */

static void decode_threshold(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    fg_decode_ratio(decoder, value, "scaleDownUtilizationThreshold", out);
}

static void decode_gpu_threshold(struct fg_decoder *decoder, const struct fg_value *value,
                                 void *out)
{
    fg_decode_ratio(decoder, value, "scaleDownGpuUtilizationThreshold", out);
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

static void decode_unready_percentage(struct fg_decoder *decoder, const struct fg_value *value,
                                      void *out)
{
    int64_t number;
    if (fg_decode_whole(decoder, value, "maxTotalUnreadyPercentage", 0, 100, &number))
        *(uint32_t *)out = (uint32_t)number;
}

static void decode_cutoff(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    fg_decode_priority(decoder, value, out);
}

static void decode_estimator(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    static const char *const words[] = {"binpacking", NULL};
    (void)out;
    fg_decode_word(decoder, value, "estimator", words);
}

/* Pods leave a node at once, so these bound nothing; they may stand there at their default. */
static void accept_default(struct fg_decoder *decoder, const struct fg_value *value,
                           const char *flag, uint32_t usual_s)
{
    uint32_t seconds;
    if (fg_decode_seconds(decoder, value, flag, &seconds) && seconds != usual_s)
        fg_decode_fault(decoder, value,
                        "'%s' in clusterAutoscaler is '%s'; only its default of %" PRIu32
                        "s is known here",
                        flag, value->text, usual_s);
}

static void decode_graceful_termination(struct fg_decoder *decoder, const struct fg_value *value,
                                        void *out)
{
    (void)out;
    accept_default(decoder, value, "maxGracefulTerminationSec", 600);
}

static void decode_eviction_time(struct fg_decoder *decoder, const struct fg_value *value,
                                 void *out)
{
    (void)out;
    accept_default(decoder, value, "maxPodEvictionTime", 120);
}

#define AUTOSCALER(field) offsetof(struct fg_autoscaler_settings, field)
static const struct fg_field autoscaler_fields[] = {
    {"enabled", FG_FIELD_BOOL, AUTOSCALER(enabled), NULL},
    {"estimator", FG_FIELD_FUNCTION, 0, decode_estimator},
    {"expander", FG_FIELD_FUNCTION, 0, decode_expander},
    {"priorities", FG_FIELD_FUNCTION, 0, decode_priorities},
    {"scanInterval", FG_FIELD_FUNCTION, AUTOSCALER(scan_interval_s), decode_scan_interval},
    {"newPodScaleUpDelay", FG_FIELD_SECONDS, AUTOSCALER(new_pod_scale_up_delay_s), NULL},
    {"unschedulablePodTimeBuffer", FG_FIELD_SECONDS, AUTOSCALER(new_pod_buffer_s), NULL},
    {"unschedulablePodWithGpuTimeBuffer", FG_FIELD_SECONDS, AUTOSCALER(new_gpu_pod_buffer_s), NULL},
    {"maxNodesPerScaleup", FG_FIELD_COUNT32, AUTOSCALER(max_nodes_per_scale_up), NULL},
    {"maxNodesTotal", FG_FIELD_COUNT, AUTOSCALER(max_nodes_total), NULL},
    {"maxNodeProvisionTime", FG_FIELD_SECONDS, AUTOSCALER(max_node_provision_time_s), NULL},
    {"maxNodeStartupTime", FG_FIELD_SECONDS, AUTOSCALER(max_node_startup_time_s), NULL},
    {"scaleUpFromZero", FG_FIELD_BOOL, AUTOSCALER(scale_up_from_zero), NULL},
    {"balanceSimilarNodeGroups", FG_FIELD_BOOL, AUTOSCALER(balance_similar_node_groups), NULL},
    {"expendablePodsPriorityCutoff", FG_FIELD_FUNCTION, AUTOSCALER(expendable_pods_priority_cutoff),
     decode_cutoff},
    {"initialNodeGroupBackoffDuration", FG_FIELD_SECONDS, AUTOSCALER(initial_backoff_s), NULL},
    {"maxNodeGroupBackoffDuration", FG_FIELD_SECONDS, AUTOSCALER(max_backoff_s), NULL},
    {"nodeGroupBackoffResetTimeout", FG_FIELD_SECONDS, AUTOSCALER(backoff_reset_s), NULL},
    {"maxTotalUnreadyPercentage", FG_FIELD_FUNCTION, AUTOSCALER(max_total_unready_percentage),
     decode_unready_percentage},
    {"okTotalUnreadyCount", FG_FIELD_COUNT32, AUTOSCALER(ok_total_unready_count), NULL},
    {"scaleDownEnabled", FG_FIELD_BOOL, AUTOSCALER(scale_down_enabled), NULL},
    {"scaleDownUnneededTime", FG_FIELD_SECONDS, AUTOSCALER(scale_down_unneeded_time_s), NULL},
    {"scaleDownUnreadyTime", FG_FIELD_SECONDS, AUTOSCALER(scale_down_unready_time_s), NULL},
    {"scaleDownDelayAfterAdd", FG_FIELD_SECONDS, AUTOSCALER(scale_down_delay_after_add_s), NULL},
    {"scaleDownDelayAfterDelete", FG_FIELD_SECONDS, AUTOSCALER(scale_down_delay_after_delete_s),
     NULL},
    {"scaleDownDelayAfterFailure", FG_FIELD_SECONDS, AUTOSCALER(scale_down_delay_after_failure_s),
     NULL},
    {"scaleDownUtilizationThreshold", FG_FIELD_FUNCTION,
     AUTOSCALER(scale_down_threshold_millionths), decode_threshold},
    {"scaleDownGpuUtilizationThreshold", FG_FIELD_FUNCTION,
     AUTOSCALER(scale_down_gpu_threshold_millionths), decode_gpu_threshold},
    {"unremovableNodeRecheckTimeout", FG_FIELD_SECONDS,
     AUTOSCALER(unremovable_node_recheck_timeout_s), NULL},
    {"maxScaleDownParallelism", FG_FIELD_COUNT32, AUTOSCALER(max_scale_down_parallelism), NULL},
    {"maxDrainParallelism", FG_FIELD_COUNT32, AUTOSCALER(max_drain_parallelism), NULL},
    {"maxGracefulTerminationSec", FG_FIELD_FUNCTION, 0, decode_graceful_termination},
    {"maxPodEvictionTime", FG_FIELD_FUNCTION, 0, decode_eviction_time},
    {"nodeDeleteDelayAfterTaint", FG_FIELD_SECONDS, AUTOSCALER(node_delete_delay_after_taint_s),
     NULL},
    {"blockingSystemPodDistruptionTimeout", FG_FIELD_SECONDS,
     AUTOSCALER(blocking_system_pod_timeout_s), NULL}, /* spelt as the flag is */
    {"ignoreDaemonsetsUtilization", FG_FIELD_BOOL, AUTOSCALER(ignore_daemonsets_utilization), NULL},
    {"ignoreMirrorPodsUtilization", FG_FIELD_BOOL, AUTOSCALER(ignore_mirror_pods_utilization),
     NULL},
    {"minReplicaCount", FG_FIELD_COUNT, AUTOSCALER(min_replica_count), NULL},
    {"skipNodesWithSystemPods", FG_FIELD_BOOL, AUTOSCALER(skip_nodes_with_system_pods), NULL},
    {"skipNodesWithLocalStorage", FG_FIELD_BOOL, AUTOSCALER(skip_nodes_with_local_storage), NULL},
    {"skipNodesWithCustomControllerPods", FG_FIELD_BOOL,
     AUTOSCALER(skip_nodes_with_custom_controller_pods), NULL},
    {"awsUseStaticInstanceList", FG_FIELD_PASSED_OVER, 0, NULL},
    {"cloudProvider", FG_FIELD_PASSED_OVER, 0, NULL},
    {"clusterName", FG_FIELD_PASSED_OVER, 0, NULL},
    {"cordonNodeBeforeTerminating", FG_FIELD_PASSED_OVER, 0, NULL},
    {"maxBinpackingTime", FG_FIELD_PASSED_OVER, 0, NULL},
    {"maxFailingTime", FG_FIELD_PASSED_OVER, 0, NULL},
    {"maxInactivity", FG_FIELD_PASSED_OVER, 0, NULL},
    {"maxNodegroupBinpackingDuration", FG_FIELD_PASSED_OVER, 0, NULL},
    {"namespace", FG_FIELD_PASSED_OVER, 0, NULL},
    {"nodeGroupAutoDiscovery", FG_FIELD_PASSED_OVER, 0, NULL},
    {"scaleDownSimulationTimeout", FG_FIELD_PASSED_OVER, 0, NULL},
    {"writeStatusConfigmap", FG_FIELD_PASSED_OVER, 0, NULL},
    {"balancingIgnoreLabel", FG_FIELD_UNSUPPORTED, 0, NULL},
    {"balancingLabel", FG_FIELD_UNSUPPORTED, 0, NULL},
    {"coresTotal", FG_FIELD_UNSUPPORTED, 0, NULL},
    {"daemonsetEvictionForEmptyNodes", FG_FIELD_UNSUPPORTED, 0, NULL},
    {"daemonsetEvictionForOccupiedNodes", FG_FIELD_UNSUPPORTED, 0, NULL},
    {"drainPriorityConfig", FG_FIELD_UNSUPPORTED, 0, NULL},
    {"enableProactiveScaleup", FG_FIELD_UNSUPPORTED, 0, NULL},
    {"enforceNodeGroupMinSize", FG_FIELD_UNSUPPORTED, 0, NULL},
    {"forceDeleteUnregisteredNodes", FG_FIELD_UNSUPPORTED, 0, NULL},
    {"forceDs", FG_FIELD_UNSUPPORTED, 0, NULL},
    {"frequentLoopsEnabled", FG_FIELD_UNSUPPORTED, 0, NULL},
    {"gpuTotal", FG_FIELD_UNSUPPORTED, 0, NULL},
    {"maxAllocatableDifferenceRatio", FG_FIELD_UNSUPPORTED, 0, NULL},
    {"maxFreeDifferenceRatio", FG_FIELD_UNSUPPORTED, 0, NULL},
    {"memoryDifferenceRatio", FG_FIELD_UNSUPPORTED, 0, NULL},
    {"memoryTotal", FG_FIELD_UNSUPPORTED, 0, NULL},
    {"nodeDeletionBatcherInterval", FG_FIELD_UNSUPPORTED, 0, NULL},
    {"parallelScaleUp", FG_FIELD_UNSUPPORTED, 0, NULL},
    {"scaleDownCandidatesPoolMinCount", FG_FIELD_UNSUPPORTED, 0, NULL},
    {"scaleDownCandidatesPoolRatio", FG_FIELD_UNSUPPORTED, 0, NULL},
    {"scaleDownDelayTypeLocal", FG_FIELD_UNSUPPORTED, 0, NULL},
    {"scaleDownNonEmptyCandidatesCount", FG_FIELD_UNSUPPORTED, 0, NULL},
    {"scaleDownUnreadyEnabled", FG_FIELD_UNSUPPORTED, 0, NULL},
    {"schedulerConfigFile", FG_FIELD_UNSUPPORTED, 0, NULL},
    {0},
};

static bool uses_priorities(const struct fg_autoscaler_settings *settings)
{
    bool uses = settings->expander == FG_EXPANDER_PRIORITY;
    for (uint32_t i = 0; i < settings->then_count; i++)
        uses = uses || settings->then[i] == FG_EXPANDER_PRIORITY;
    return uses;
}

void fg_study_decode_autoscaler(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    const struct fg_autoscaler_settings *settings = out;
    fg_decode_map(decoder, value, "clusterAutoscaler", autoscaler_fields, out);
    if (uses_priorities(settings) && settings->priority_count == 0)
        fg_decode_fault(decoder, value,
                        "the priority expander has no priorities; expected such as "
                        "{10: [\".*\"], 50: [spot]}");
}

/* Mirror pods, owners' sizes and nodes that are not ready are in a snapshot, not in a trace: flags
 * of theirs may stand in a study at their default, which is what holds there. */
void fg_study_refuse_snapshot_flags(struct fg_decoder *decoder, const struct fg_value *section,
                                    const struct fg_autoscaler_settings *found)
{
    const struct fg_autoscaler_settings usual = fg_cluster_default().autoscaler;
    const struct {
        const char *flag;
        bool is_usual;
    } flags[] = {
        {"ignoreMirrorPodsUtilization",
         found->ignore_mirror_pods_utilization == usual.ignore_mirror_pods_utilization},
        {"maxNodeStartupTime", found->max_node_startup_time_s == usual.max_node_startup_time_s},
        {"maxTotalUnreadyPercentage",
         found->max_total_unready_percentage == usual.max_total_unready_percentage},
        {"minReplicaCount", found->min_replica_count == usual.min_replica_count},
        {"okTotalUnreadyCount", found->ok_total_unready_count == usual.ok_total_unready_count},
    };
    const struct fg_value *settings = fg_value_find(section, "clusterAutoscaler");
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) {
        const struct fg_value *value = fg_value_find(settings, flags[i].flag);
        if (value != NULL && value->kind != FG_VALUE_NULL && !flags[i].is_usual)
            fg_decode_fault(decoder, value,
                            "'%s' in clusterAutoscaler is '%s'; a replay knows only its default",
                            flags[i].flag, value->text != NULL ? value->text : "");
    }
}

/* ---- scheduler ---- */

static void decode_scoring(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    static const char *const words[] = {"LeastAllocated", "MostAllocated",
                                        "RequestedToCapacityRatio", NULL};
    struct fg_scheduler_settings *settings = out;
    int number = fg_decode_word(decoder, value, "scoring", words);
    if (number < 0)
        return;
    settings->scoring = (enum fg_scoring)number;
    settings->most_allocated = settings->scoring == FG_SCORING_MOST_ALLOCATED;
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

static void decode_utilization(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    int64_t number;
    if (fg_decode_whole(decoder, value, "utilization", 0, 100, &number))
        *(uint32_t *)out = (uint32_t)number;
}

static void decode_point_score(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    int64_t number;
    if (fg_decode_whole(decoder, value, "score", 0, 10, &number))
        *(uint32_t *)out = (uint32_t)number;
}

static const struct fg_field point_fields[] = {
    {"utilization", FG_FIELD_FUNCTION, offsetof(struct fg_shape_point, utilization),
     decode_utilization},
    {"score", FG_FIELD_FUNCTION, offsetof(struct fg_shape_point, score), decode_point_score},
    {0},
};

static void decode_shape(struct fg_decoder *decoder, const struct fg_value *list, void *out)
{
    struct fg_scheduler_settings *settings = out;
    if (!fg_decode_is_list(decoder, list, "shape"))
        return;
    settings->shape = fg_arena_allocate(decoder->arena, list->count, sizeof *settings->shape);
    settings->shape_count = list->count;
    for (uint32_t i = 0; i < list->count; i++) {
        fg_decode_item(decoder, list->items[i], "a point of the shape", point_fields,
                       &settings->shape[i]);
        if (i > 0 && settings->shape[i].utilization <= settings->shape[i - 1].utilization)
            fg_decode_fault(decoder, list->items[i],
                            "utilization is %u after %u; expected it to rise from point to point",
                            settings->shape[i].utilization, settings->shape[i - 1].utilization);
    }
}

static void decode_resource_weight(struct fg_decoder *decoder, const struct fg_value *value,
                                   void *out)
{
    int64_t number;
    if (fg_decode_whole(decoder, value, "weight", 1, 100, &number))
        *(uint32_t *)out = (uint32_t)number;
}

static const struct fg_field resource_fields[] = {
    {"name", FG_FIELD_TEXT, offsetof(struct fg_score_resource, name), NULL},
    {"weight", FG_FIELD_FUNCTION, offsetof(struct fg_score_resource, weight),
     decode_resource_weight},
    {0},
};

static void decode_resources(struct fg_decoder *decoder, const struct fg_value *list, void *out)
{
    static const char *const known[] = {"cpu", "memory", "ephemeral-storage", "nvidia.com/gpu",
                                        NULL};
    struct fg_scheduler_settings *settings = out;
    if (!fg_decode_is_list(decoder, list, "resources"))
        return;
    settings->resources =
        fg_arena_allocate(decoder->arena, list->count, sizeof *settings->resources);
    settings->resource_count = list->count;
    for (uint32_t i = 0; i < list->count; i++) {
        struct fg_score_resource *resource = &settings->resources[i];
        *resource = (struct fg_score_resource){.name = "", .weight = 1};
        if (!fg_decode_item(decoder, list->items[i], "a resource", resource_fields, resource) ||
            fg_decode_required(decoder, list->items[i], "name", "a resource") == NULL)
            continue;
        fg_decode_word(decoder, fg_value_find(list->items[i], "name"), "name", known);
        for (uint32_t other = 0; other < i; other++)
            if (strcmp(settings->resources[other].name, resource->name) == 0)
                fg_decode_fault(decoder, list->items[i],
                                "the resource '%s' is there twice; expected each name once",
                                resource->name);
    }
}

#define SCHEDULER(field) offsetof(struct fg_scheduler_settings, field)
static const struct fg_field scheduler_fields[] = {
    {"scoring", FG_FIELD_FUNCTION, 0, decode_scoring},
    {"shape", FG_FIELD_FUNCTION, 0, decode_shape},
    {"resources", FG_FIELD_FUNCTION, 0, decode_resources},
    {"percentageOfNodesToScore", FG_FIELD_FUNCTION, SCHEDULER(percentage_of_nodes_to_score),
     decode_percentage},
    {"scoreAllNodes", FG_FIELD_BOOL, SCHEDULER(score_all_nodes), NULL},
    {"defaultSpread", FG_FIELD_BOOL, SCHEDULER(default_spread), NULL},
    {0},
};

void fg_study_decode_scheduler(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    const struct fg_scheduler_settings *settings = out;
    fg_decode_map(decoder, value, "scheduler", scheduler_fields, out);
    bool by_shape = settings->scoring == FG_SCORING_REQUESTED_TO_CAPACITY_RATIO;
    if (by_shape && settings->shape_count == 0)
        fg_decode_fault(decoder, value,
                        "scoring RequestedToCapacityRatio has no shape; expected such as "
                        "[{utilization: 0, score: 0}, {utilization: 100, score: 10}]");
    else if (!by_shape && settings->shape_count > 0)
        fg_decode_fault(decoder, fg_value_find(value, "shape"),
                        "a shape is for scoring RequestedToCapacityRatio; expected none");
    if (settings->score_all_nodes && settings->percentage_of_nodes_to_score > 0)
        fg_decode_fault(decoder, fg_value_find(value, "scoreAllNodes"),
                        "scoreAllNodes and percentageOfNodesToScore exclude each other; expected "
                        "one of them");
}
