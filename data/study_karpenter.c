/* Node pools of a study: Karpenter's documents and settings, and EKS Auto Mode's own pools. */
#include <string.h>

#include "data/decode_node_pool.h"
#include "data/study_parts.h"

/* ---- what a requirement may ask for ---- */

static void check_type(struct fg_decoder *decoder, const struct fg_value *place, const char *text)
{
    const struct fg_study_context *context = decoder->context;
    const struct fg_instance_type *type;
    struct fg_error cause = {0};
    if (fg_catalog_type(context->catalog, text, &type, &cause) != FG_OK)
        fg_decode_fault(decoder, place, "%s", cause.message);
}

static void check_family(struct fg_decoder *decoder, const struct fg_value *place, const char *text)
{
    if (!fg_study_has_family(decoder, text))
        fg_decode_fault(decoder, place,
                        "instance family '%s' is not known; expected one of the catalog's such as "
                        "m6i",
                        text);
}

static void check_zone(struct fg_decoder *decoder, const struct fg_value *place, const char *text)
{
    fg_study_check_zone(decoder, place, text);
}

static void check_word(struct fg_decoder *decoder, const struct fg_value *place, const char *text,
                       const char *key, const char *const *words)
{
    struct fg_value value = *place;
    value.kind = FG_VALUE_TEXT;
    value.text = text;
    fg_decode_word(decoder, &value, key, words);
}

static void check_arch(struct fg_decoder *decoder, const struct fg_value *place, const char *text)
{
    static const char *const words[] = {"amd64", "arm64", NULL};
    check_word(decoder, place, text, "kubernetes.io/arch", words);
}

static void check_capacity(struct fg_decoder *decoder, const struct fg_value *place,
                           const char *text)
{
    static const char *const words[] = {"spot", "on-demand", "reserved", NULL};
    check_word(decoder, place, text, "karpenter.sh/capacity-type", words);
}

static void check_system(struct fg_decoder *decoder, const struct fg_value *place, const char *text)
{
    static const char *const words[] = {"linux", "windows", NULL};
    check_word(decoder, place, text, "kubernetes.io/os", words);
}

/* A value that nothing has would leave the pool without a node, in silence. */
static const struct known_label {
    const char *key;
    void (*check)(struct fg_decoder *decoder, const struct fg_value *place, const char *text);
} known_labels[] = {
    {"node.kubernetes.io/instance-type", check_type},
    {"karpenter.k8s.aws/instance-family", check_family},
    {"eks.amazonaws.com/instance-family", check_family},
    {"topology.kubernetes.io/zone", check_zone},
    {"kubernetes.io/arch", check_arch},
    {"kubernetes.io/os", check_system},
    {"karpenter.sh/capacity-type", check_capacity},
};

static void check_requirements(struct fg_decoder *decoder, const struct fg_value *document,
                               const struct fg_requirements *requirements)
{
    const struct fg_value *spec =
        fg_value_find(fg_value_find(fg_value_find(document, "spec"), "template"), "spec");
    const struct fg_value *list = fg_value_find(spec, "requirements");
    for (uint32_t i = 0; i < requirements->count; i++) {
        const struct fg_requirement *item = &requirements->items[i];
        const struct fg_value *place = fg_value_find(list->items[i], "values");
        for (size_t k = 0; k < sizeof known_labels / sizeof *known_labels; k++)
            for (uint32_t v = 0;
                 strcmp(item->key, known_labels[k].key) == 0 && v < item->value_count; v++)
                known_labels[k].check(decoder, place, item->values[v]);
    }
}

/* ---- nodePools ---- */

static void check_pool_name(struct fg_decoder *decoder, const struct fg_value *place,
                            const struct fg_cluster *cluster, const char *name)
{
    for (uint32_t i = 0; i < cluster->node_pool_count; i++)
        if (strcmp(cluster->node_pools[i].name, name) == 0)
            fg_decode_fault(decoder, place,
                            "the node pool '%s' is there twice; expected each name once", name);
}

static void grow_pools(struct fg_decoder *decoder, struct fg_cluster *cluster, uint32_t more)
{
    struct fg_node_pool *pools =
        fg_arena_allocate(decoder->arena, cluster->node_pool_count + more, sizeof *pools);
    for (uint32_t i = 0; i < cluster->node_pool_count; i++)
        pools[i] = cluster->node_pools[i];
    cluster->node_pools = pools;
}

void fg_study_decode_node_pools(struct fg_decoder *decoder, const struct fg_value *list, void *out)
{
    struct fg_cluster *cluster = out;
    if (!fg_decode_is_list(decoder, list, "nodePools"))
        return;
    grow_pools(decoder, cluster, list->count);
    for (uint32_t i = 0; i < list->count; i++) {
        struct fg_node_pool *pool = &cluster->node_pools[cluster->node_pool_count];
        if (!fg_decode_node_pool(decoder, list->items[i], pool))
            continue;
        check_pool_name(decoder, list->items[i], cluster, pool->name);
        check_requirements(decoder, list->items[i], &pool->requirements);
        cluster->node_pool_count++;
    }
}

/* ---- nodeClasses ---- */

void fg_study_decode_node_classes(struct fg_decoder *decoder, const struct fg_value *list,
                                  void *out)
{
    struct fg_cluster *cluster = out;
    if (!fg_decode_is_list(decoder, list, "nodeClasses"))
        return;
    cluster->node_classes =
        fg_arena_allocate(decoder->arena, list->count, sizeof *cluster->node_classes);
    for (uint32_t i = 0; i < list->count; i++) {
        struct fg_node_class *item = &cluster->node_classes[cluster->node_class_count];
        if (!fg_decode_node_class(decoder, list->items[i], item))
            continue;
        for (uint32_t other = 0; other < cluster->node_class_count; other++)
            if (cluster->node_classes[other].auto_mode == item->auto_mode &&
                strcmp(cluster->node_classes[other].name, item->name) == 0)
                fg_decode_fault(decoder, list->items[i],
                                "the node class '%s' is there twice; expected each name once",
                                item->name);
        cluster->node_class_count++;
    }
}

static bool has_zone(const struct fg_node_class *item, const char *zone)
{
    for (uint32_t i = 0; i < item->zone_count; i++)
        if (strcmp(item->zones[i], zone) == 0)
            return true;
    return false;
}

static void take_zones(struct fg_decoder *decoder, const struct fg_value *place,
                       const struct fg_cluster *cluster, struct fg_node_class *item)
{
    if (item->subnet_count == 0)
        return;
    item->zone_count = 0;
    item->zones = fg_arena_allocate(decoder->arena, item->subnet_count, sizeof *item->zones);
    for (uint32_t i = 0; i < item->subnet_count; i++) {
        const struct fg_subnet *subnet =
            fg_study_find_subnet(cluster->subnets, cluster->subnet_count, item->subnets[i]);
        if (subnet == NULL)
            fg_decode_fault(decoder, place,
                            "the node class '%s' names the subnet '%s'; expected one of "
                            "cluster.subnets",
                            item->name, item->subnets[i]);
        else if (*subnet->zone != '\0' && !has_zone(item, subnet->zone))
            item->zones[item->zone_count++] = subnet->zone;
    }
}

/* A class that no list names is the default one, unless there is a list. */
static void check_class(struct fg_decoder *decoder, const struct fg_value *place,
                        const struct fg_cluster *cluster, const struct fg_node_pool *pool)
{
    if (pool->node_class == NULL ||
        fg_node_class_of(pool, cluster->node_classes, cluster->node_class_count) != NULL)
        return;
    for (uint32_t i = 0; i < cluster->node_class_count; i++)
        if (!cluster->node_classes[i].auto_mode) {
            fg_decode_fault(decoder, place,
                            "the node pool '%s' names the node class '%s'; expected one of "
                            "cluster.nodeClasses",
                            pool->name, pool->node_class);
            return;
        }
}

/* EKS Auto Mode has a class of its own, whether a study names one or not. */
static void add_auto_mode_class(struct fg_decoder *decoder, struct fg_cluster *cluster,
                                struct fg_node_pool *pool)
{
    if (pool->node_class == NULL)
        pool->node_class = "default";
    if (fg_node_class_of(pool, cluster->node_classes, cluster->node_class_count) != NULL)
        return;
    struct fg_node_class *classes =
        fg_arena_allocate(decoder->arena, cluster->node_class_count + 1, sizeof *classes);
    for (uint32_t i = 0; i < cluster->node_class_count; i++)
        classes[i] = cluster->node_classes[i];
    classes[cluster->node_class_count] = fg_node_class_auto_mode();
    classes[cluster->node_class_count++].name = pool->node_class;
    cluster->node_classes = classes;
}

void fg_study_settle_node_pools(struct fg_decoder *decoder, const struct fg_value *section,
                                struct fg_cluster *cluster)
{
    const struct fg_value *pools = fg_value_find(section, "nodePools");
    const struct fg_value *classes = fg_value_find(section, "nodeClasses");
    for (uint32_t i = 0; i < cluster->node_class_count; i++)
        take_zones(decoder, classes, cluster, &cluster->node_classes[i]);
    for (uint32_t i = 0; i < cluster->node_pool_count; i++)
        if (cluster->node_pools[i].auto_mode)
            add_auto_mode_class(decoder, cluster, &cluster->node_pools[i]);
        else
            check_class(decoder, pools, cluster, &cluster->node_pools[i]);
}

/* ---- Karpenter's settings, by the names of its Helm chart ---- */

static void decode_preferences(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    static const char *const words[] = {"Respect", "Ignore", NULL};
    int number = fg_decode_word(decoder, value, "preferencePolicy", words);
    if (number >= 0)
        *(bool *)out = number == 1;
}

static void decode_min_values(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    static const char *const words[] = {"Strict", "BestEffort", NULL};
    int number = fg_decode_word(decoder, value, "minValuesPolicy", words);
    if (number >= 0)
        *(bool *)out = number == 1;
}

static void decode_overhead(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    uint32_t millionths;
    if (fg_decode_ratio(decoder, value, "vmMemoryOverheadPercent", &millionths))
        *(int64_t *)out = millionths;
}

#define KARPENTER(field) offsetof(struct fg_karpenter_settings, field)
static const struct fg_field gate_fields[] = {
    {"spotToSpotConsolidation", FG_FIELD_BOOL, KARPENTER(spot_to_spot_consolidation), NULL},
    {"capacityBuffer", FG_FIELD_UNSUPPORTED, 0, NULL},
    {"nodeOverlay", FG_FIELD_UNSUPPORTED, 0, NULL},
    {"nodeRepair", FG_FIELD_UNSUPPORTED, 0, NULL},
    {"reservedCapacity", FG_FIELD_UNSUPPORTED, 0, NULL},
    {"staticCapacity", FG_FIELD_UNSUPPORTED, 0, NULL},
    {0},
};

static void decode_gates(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    fg_decode_map(decoder, value, "featureGates", gate_fields, out);
}

static const struct fg_field karpenter_fields[] = {
    {"batchIdleDuration", FG_FIELD_SECONDS, KARPENTER(batch_idle_duration_s), NULL},
    {"batchMaxDuration", FG_FIELD_SECONDS, KARPENTER(batch_max_duration_s), NULL},
    {"featureGates", FG_FIELD_FUNCTION, 0, decode_gates},
    {"preferencePolicy", FG_FIELD_FUNCTION, KARPENTER(ignores_preferences), decode_preferences},
    {"minValuesPolicy", FG_FIELD_FUNCTION, KARPENTER(min_values_best_effort), decode_min_values},
    {"vmMemoryOverheadPercent", FG_FIELD_FUNCTION, KARPENTER(vm_memory_overhead_millionths),
     decode_overhead},
    {"reservedENIs", FG_FIELD_COUNT, KARPENTER(reserved_enis), NULL},
    {"clusterEndpoint", FG_FIELD_PASSED_OVER, 0, NULL},
    {"clusterName", FG_FIELD_PASSED_OVER, 0, NULL},
    {"eksControlPlane", FG_FIELD_PASSED_OVER, 0, NULL},
    {"interruptionQueue", FG_FIELD_PASSED_OVER, 0, NULL},
    {"isolatedVPC", FG_FIELD_PASSED_OVER, 0, NULL},
    {0},
};

void fg_study_decode_karpenter(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    const struct fg_karpenter_settings *settings = out;
    fg_decode_map(decoder, value, "karpenter", karpenter_fields, out);
    if (settings->batch_max_duration_s < settings->batch_idle_duration_s)
        fg_decode_fault(decoder, value,
                        "batchMaxDuration is %us and batchIdleDuration %us; expected a maximum not "
                        "below it",
                        settings->batch_max_duration_s, settings->batch_idle_duration_s);
}

/* ---- EKS Auto Mode ---- */

struct auto_mode {
    bool enabled, general_purpose, system;
};

static void decode_auto_pools(struct fg_decoder *decoder, const struct fg_value *list, void *out)
{
    static const char *const words[] = {"general-purpose", "system", NULL};
    struct auto_mode *mode = out;
    if (!fg_decode_is_list(decoder, list, "nodePools"))
        return;
    mode->general_purpose = mode->system = false;
    for (uint32_t i = 0; i < list->count; i++) {
        int number = fg_decode_word(decoder, list->items[i], "a node pool of Auto Mode", words);
        mode->general_purpose = mode->general_purpose || number == 0;
        mode->system = mode->system || number == 1;
    }
}

static const struct fg_field auto_mode_fields[] = {
    {"enabled", FG_FIELD_BOOL, offsetof(struct auto_mode, enabled), NULL},
    {"nodePools", FG_FIELD_FUNCTION, 0, decode_auto_pools},
    {"nodeRoleARN", FG_FIELD_PASSED_OVER, 0, NULL},
    {"permissionsBoundaryARN", FG_FIELD_PASSED_OVER, 0, NULL},
    {0},
};

void fg_study_decode_auto_mode(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    struct fg_cluster *cluster = out;
    struct auto_mode mode = {false, true, true};
    fg_decode_map(decoder, value, "autoModeConfig", auto_mode_fields, &mode);
    if (!mode.enabled)
        return;
    grow_pools(decoder, cluster, 2);
    for (int is_system = 0; is_system < 2; is_system++) {
        if (is_system == 1 ? !mode.system : !mode.general_purpose)
            continue;
        struct fg_node_pool pool = fg_node_pool_auto_mode(decoder->arena, is_system == 1);
        check_pool_name(decoder, value, cluster, pool.name);
        cluster->node_pools[cluster->node_pool_count++] = pool;
    }
}
