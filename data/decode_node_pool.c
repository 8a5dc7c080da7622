#include "data/decode_node_pool.h"

#include <inttypes.h>
#include <string.h>

#include "data/decode_pod.h"
#include "data/value_merge.h"
#include "models/catalog.h"

enum { BUDGETS_MAX = 50, REQUIREMENTS_MAX = 100, MIN_VALUES_MAX = 50 };

/* ---- requirements ---- */

/* Labels that instance types have, in the domains that Karpenter keeps to itself. */
static const char *const type_labels[] = {
    "instance-category",
    "instance-family",
    "instance-generation",
    "instance-size",
    "instance-cpu",
    "instance-cpu-manufacturer",
    "instance-cpu-sustained-clock-speed-mhz",
    "instance-memory",
    "instance-hypervisor",
    "instance-encryption-in-transit-supported",
    "instance-ebs-bandwidth",
    "instance-network-bandwidth",
    "instance-local-nvme",
    "instance-gpu-name",
    "instance-gpu-manufacturer",
    "instance-gpu-count",
    "instance-gpu-memory",
    "instance-accelerator-name",
    "instance-accelerator-manufacturer",
    "instance-accelerator-count",
    "instance-capability-flex",
    "instance-tenancy",
    "capacity-reservation-id",
    "capacity-reservation-type",
    "capacity-reservation-interruptible",
    "ec2nodeclass",
    "placement-group-id",
    "placement-group-partition",
};
static const char *const own_domains[] = {"karpenter.k8s.aws/", "eks.amazonaws.com/"};

/* Karpenter itself gives each node its name and its pool. */
static const char *const restricted_labels[] = {"kubernetes.io/hostname", "karpenter.sh/nodepool"};

/* A misspelt label of those domains would be met by no instance type at all. */
static void check_key(struct fg_decoder *decoder, const struct fg_value *place, const char *key)
{
    enum { KNOWN = sizeof type_labels / sizeof *type_labels };
    if (decoder->lenient)
        return;
    for (size_t i = 0; i < sizeof restricted_labels / sizeof *restricted_labels; i++)
        if (strcmp(key, restricted_labels[i]) == 0)
            fg_decode_fault(decoder, place,
                            "a requirement asks for '%s', which Karpenter keeps to itself; "
                            "expected another label",
                            key);
    for (size_t d = 0; d < sizeof own_domains / sizeof *own_domains; d++) {
        size_t length = strlen(own_domains[d]);
        if (strncmp(key, own_domains[d], length) != 0)
            continue;
        for (size_t i = 0; i < KNOWN; i++)
            if (strcmp(key + length, type_labels[i]) == 0)
                return;
        if (strcmp(key + length, "compute-type") == 0 && d == 1)
            return;
        const char *nearest = fg_nearest_name(key + length, type_labels, KNOWN);
        fg_decode_fault(decoder, place, "unknown label '%s'; %s%s%s%s", key,
                        nearest != NULL ? "did you mean '" : "expected one that Karpenter knows",
                        nearest != NULL ? own_domains[d] : "", nearest != NULL ? nearest : "",
                        nearest != NULL ? "'?" : "");
    }
}

static void decode_operator(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    char found[96];
    if (value->kind != FG_VALUE_TEXT || !fg_operator_parse(value->text, out))
        fg_decode_fault(decoder, value,
                        "operator is %s; expected In, NotIn, Exists, DoesNotExist, Gt, Lt, Gte or "
                        "Lte",
                        fg_value_describe(value, found));
}

static void decode_values(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    struct fg_requirement *requirement = out;
    fg_decode_texts(decoder, value, "values", &requirement->values, &requirement->value_count);
}

static void decode_min_values(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    int64_t number;
    if (fg_decode_whole(decoder, value, "minValues", 1, MIN_VALUES_MAX, &number))
        *(uint32_t *)out = (uint32_t)number;
}

#define REQUIREMENT(field) offsetof(struct fg_requirement, field)
static const struct fg_field requirement_fields[] = {
    {"key", FG_FIELD_TEXT, REQUIREMENT(key), NULL},
    {"operator", FG_FIELD_FUNCTION, REQUIREMENT(operator_), decode_operator},
    {"values", FG_FIELD_FUNCTION, 0, decode_values},
    {"minValues", FG_FIELD_FUNCTION, REQUIREMENT(min_values), decode_min_values},
    {0},
};

static bool is_whole(const char *text)
{
    size_t length = strlen(text);
    return length > 0 && length < 18 && strspn(text, "0123456789") == length;
}

static void check_values(struct fg_decoder *decoder, const struct fg_value *place,
                         const struct fg_requirement *requirement)
{
    const char *name = fg_operator_name(requirement->operator_);
    bool compares = requirement->operator_ >= FG_OPERATOR_GT;
    bool lists = requirement->operator_ <= FG_OPERATOR_NOT_IN;
    if (!lists && !compares && requirement->value_count > 0)
        fg_decode_fault(decoder, place, "'%s' has values beside operator %s; expected none",
                        requirement->key, name);
    else if (lists && requirement->value_count == 0)
        fg_decode_fault(decoder, place, "'%s' has no values; operator %s expects one or more",
                        requirement->key, name);
    else if (compares && (requirement->value_count != 1 || !is_whole(requirement->values[0])))
        fg_decode_fault(decoder, place, "'%s': operator %s expects one value, a whole number",
                        requirement->key, name);
    if (requirement->operator_ == FG_OPERATOR_IN &&
        requirement->min_values > requirement->value_count)
        fg_decode_fault(decoder, place, "'%s' has minValues %u of %u values; expected at most %u",
                        requirement->key, requirement->min_values, requirement->value_count,
                        requirement->value_count);
}

void fg_decode_requirements(struct fg_decoder *decoder, const struct fg_value *list, void *out)
{
    struct fg_requirements *requirements = out;
    if (!fg_decode_is_list(decoder, list, "requirements"))
        return;
    if (list->count > REQUIREMENTS_MAX)
        fg_decode_fault(decoder, list, "there are %u requirements; expected at most %d",
                        list->count, REQUIREMENTS_MAX);
    requirements->items =
        fg_arena_allocate(decoder->arena, list->count, sizeof *requirements->items);
    requirements->count = list->count;
    for (uint32_t i = 0; i < list->count; i++) {
        struct fg_requirement *item = &requirements->items[i];
        const struct fg_value *map = list->items[i];
        enum fg_operator operator_;
        item->key = "";
        if (!fg_decode_item(decoder, map, "a requirement", requirement_fields, item) ||
            fg_decode_required(decoder, map, "key", "a requirement") == NULL)
            continue;
        const char *name = fg_decode_required(decoder, map, "operator", "a requirement");
        if (name == NULL || !fg_operator_parse(name, &operator_))
            continue;
        check_key(decoder, fg_value_find(map, "key"), item->key);
        check_values(decoder, map, item);
    }
}

/* ---- a NodePool's limits and disruption ---- */

static void decode_limits(struct fg_decoder *decoder, const struct fg_value *map, void *out)
{
    static const char *const known[] = {"cpu", "memory", "nodes", "nvidia.com/gpu"};
    struct fg_node_pool *pool = out;
    int64_t gpus;
    if (!fg_decode_is_map(decoder, map, "limits"))
        return;
    for (uint32_t i = 0; i < map->count; i++) {
        const struct fg_value *value = map->items[i];
        const char *key = map->keys[i].text;
        if (value->kind == FG_VALUE_NULL)
            continue;
        if (strcmp(key, "cpu") == 0)
            fg_decode_cpu(decoder, value, key, &pool->limit_cpu_milli);
        else if (strcmp(key, "memory") == 0)
            fg_decode_bytes(decoder, value, key, &pool->limit_memory_bytes);
        else if (strcmp(key, "nodes") == 0)
            fg_decode_count(decoder, value, key, &pool->limit_nodes);
        else if (strcmp(key, "nvidia.com/gpu") != 0)
            fg_decode_fault_of_key(decoder, map, &map->keys[i], "limits", known,
                                   sizeof known / sizeof *known);
        else if (fg_decode_count(decoder, value, key, &gpus))
            pool->limit_gpu_milli = gpus * 1000;
    }
}

static void decode_policy(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    static const char *const words[] = {"WhenEmptyOrUnderutilized", "WhenEmpty", "Balanced", NULL};
    int number = fg_decode_word(decoder, value, "consolidationPolicy", words);
    if (number >= 0)
        *(enum fg_consolidation_policy *)out = (enum fg_consolidation_policy)number;
}

static void decode_after(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    fg_decode_seconds_or_never(decoder, value, "consolidateAfter", out);
}

static void decode_budget_nodes(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    struct fg_disruption_budget *budget = out;
    char found[96];
    size_t length = value->kind == FG_VALUE_TEXT ? strlen(value->text) : 0;
    bool percent = length > 1 && value->text[length - 1] == '%';
    size_t digits = length - percent;
    int64_t number = 0;
    bool good = length > 0 && digits < 10 && strspn(value->text, "0123456789") == digits;
    for (size_t i = 0; good && i < digits; i++)
        number = number * 10 + (value->text[i] - '0');
    if (!good || (percent && number > 100))
        fg_decode_fault(decoder, value, "nodes is %s; expected a count such as 5, or 0%% to 100%%",
                        fg_value_describe(value, found));
    else
        *budget = (struct fg_disruption_budget){number,           percent,
                                                budget->reasons,  budget->has_schedule,
                                                budget->schedule, budget->duration_s};
}

static void decode_reasons(struct fg_decoder *decoder, const struct fg_value *list, void *out)
{
    static const char *const words[] = {"Empty", "Underutilized", "Drifted", NULL};
    uint32_t reasons = 0;
    if (!fg_decode_is_list(decoder, list, "reasons") || list->count == 0)
        return;
    for (uint32_t i = 0; i < list->count; i++) {
        int number = fg_decode_word(decoder, list->items[i], "a reason", words);
        if (number >= 0)
            reasons |= 1u << number;
    }
    *(uint32_t *)out = reasons;
}

static void decode_schedule(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    struct fg_disruption_budget *budget = out;
    struct fg_error cause = {0};
    const char *text;
    if (!fg_decode_text(decoder, value, "schedule", &text))
        return;
    budget->has_schedule = fg_cron_parse(text, &budget->schedule, &cause) == FG_OK;
    if (!budget->has_schedule)
        fg_decode_fault_of(decoder, value, "schedule", &cause);
}

#define BUDGET(field) offsetof(struct fg_disruption_budget, field)
static const struct fg_field budget_fields[] = {
    {"nodes", FG_FIELD_FUNCTION, 0, decode_budget_nodes},
    {"reasons", FG_FIELD_FUNCTION, BUDGET(reasons), decode_reasons},
    {"schedule", FG_FIELD_FUNCTION, 0, decode_schedule},
    {"duration", FG_FIELD_SECONDS, BUDGET(duration_s), NULL},
    {0},
};

static bool is_named(const struct fg_value *map, const char *key)
{
    const struct fg_value *value = fg_value_find(map, key);
    return value != NULL && value->kind != FG_VALUE_NULL;
}

static void decode_budgets(struct fg_decoder *decoder, const struct fg_value *list, void *out)
{
    struct fg_node_pool *pool = out;
    if (!fg_decode_is_list(decoder, list, "budgets"))
        return;
    if (list->count > BUDGETS_MAX)
        fg_decode_fault(decoder, list, "there are %u budgets; expected at most %d", list->count,
                        BUDGETS_MAX);
    if (list->count == 0)
        return;
    pool->budgets = fg_arena_allocate(decoder->arena, list->count, sizeof *pool->budgets);
    pool->budget_count = list->count;
    for (uint32_t i = 0; i < list->count; i++) {
        struct fg_disruption_budget *budget = &pool->budgets[i];
        const struct fg_value *map = list->items[i];
        *budget = (struct fg_disruption_budget){
            .nodes = 10, .percent = true, .reasons = FG_DISRUPTION_ALL};
        if (fg_decode_item(decoder, map, "a budget", budget_fields, budget) &&
            is_named(map, "schedule") != is_named(map, "duration"))
            fg_decode_fault(decoder, map,
                            "a budget has one of schedule and duration; expected both or neither");
    }
}

#define POOL(field) offsetof(struct fg_node_pool, field)
static const struct fg_field disruption_fields[] = {
    {"consolidationPolicy", FG_FIELD_FUNCTION, POOL(consolidation_policy), decode_policy},
    {"consolidateAfter", FG_FIELD_FUNCTION, POOL(consolidate_after_s), decode_after},
    {"budgets", FG_FIELD_FUNCTION, 0, decode_budgets},
    {0},
};

static void decode_disruption(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    fg_decode_map(decoder, value, "disruption", disruption_fields, out);
}

/* ---- a NodePool's template ---- */

static const struct fg_field template_metadata_fields[] = {
    {"labels", FG_FIELD_PAIRS, POOL(labels), NULL},
    {"annotations", FG_FIELD_PAIRS, POOL(annotations), NULL},
    {0},
};

static void decode_template_metadata(struct fg_decoder *decoder, const struct fg_value *value,
                                     void *out)
{
    fg_decode_map(decoder, value, "template.metadata", template_metadata_fields, out);
}

static void decode_class_group(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    static const char *const words[] = {"karpenter.k8s.aws", "eks.amazonaws.com", NULL};
    if (fg_decode_word(decoder, value, "group", words) == 1)
        *(bool *)out = true;
}

static void decode_class_kind(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    static const char *const words[] = {"EC2NodeClass", "NodeClass", NULL};
    if (fg_decode_word(decoder, value, "kind", words) == 1)
        *(bool *)out = true;
}

static const struct fg_field class_ref_fields[] = {
    {"group", FG_FIELD_FUNCTION, POOL(auto_mode), decode_class_group},
    {"kind", FG_FIELD_FUNCTION, POOL(auto_mode), decode_class_kind},
    {"name", FG_FIELD_TEXT, POOL(node_class), NULL},
    {0},
};

static void decode_class_ref(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    fg_decode_map(decoder, value, "nodeClassRef", class_ref_fields, out);
}

static void decode_expire(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    fg_decode_seconds_or_never(decoder, value, "expireAfter", out);
}

static const struct fg_field template_spec_fields[] = {
    {"nodeClassRef", FG_FIELD_FUNCTION, 0, decode_class_ref},
    {"requirements", FG_FIELD_FUNCTION, POOL(requirements), fg_decode_requirements},
    {"taints", FG_FIELD_FUNCTION, POOL(taints), fg_decode_taints},
    {"startupTaints", FG_FIELD_FUNCTION, POOL(startup_taints), fg_decode_taints},
    {"expireAfter", FG_FIELD_FUNCTION, POOL(expire_after_s), decode_expire},
    {"terminationGracePeriod", FG_FIELD_SECONDS, POOL(termination_grace_period_s), NULL},
    {0},
};

static void decode_template_spec(struct fg_decoder *decoder, const struct fg_value *value,
                                 void *out)
{
    fg_decode_map(decoder, value, "template.spec", template_spec_fields, out);
}

static const struct fg_field template_fields[] = {
    {"metadata", FG_FIELD_FUNCTION, 0, decode_template_metadata},
    {"spec", FG_FIELD_FUNCTION, 0, decode_template_spec},
    {0},
};

static void decode_template(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    fg_decode_map(decoder, value, "template", template_fields, out);
}

static void decode_weight(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    int64_t number;
    if (fg_decode_whole(decoder, value, "weight", 1, 100, &number))
        *(int32_t *)out = (int32_t)number;
}

static const struct fg_field pool_fields[] = {
    {"weight", FG_FIELD_FUNCTION, POOL(weight), decode_weight},
    {"limits", FG_FIELD_FUNCTION, 0, decode_limits},
    {"disruption", FG_FIELD_FUNCTION, 0, decode_disruption},
    {"template", FG_FIELD_FUNCTION, 0, decode_template},
    {"replicas", FG_FIELD_UNSUPPORTED, 0, NULL},
    {0},
};

/* ---- EKS Auto Mode (rules E2) ---- */

/* A pool of EKS Auto Mode that names none keeps its nodes as the built-in pools do. */
static void take_auto_mode_defaults(const struct fg_value *document, struct fg_node_pool *pool)
{
    if (!pool->auto_mode)
        return;
    if (!fg_value_has(document, "spec.template.spec.expireAfter"))
        pool->expire_after_s = FG_AUTO_MODE_EXPIRE_AFTER_S;
    if (!fg_value_has(document, "spec.template.spec.terminationGracePeriod"))
        pool->termination_grace_period_s = FG_AUTO_MODE_GRACE_PERIOD_S;
}

/* EKS refuses a pool of Auto Mode under which a node could live longer than 21 days, its drain
 * included. */
static void check_lifetime(struct fg_decoder *decoder, const struct fg_value *document,
                           const struct fg_node_pool *pool)
{
    enum { MOST_HOURS = 21 * 24, HOUR_S = 3600 };
    uint64_t life_s = (uint64_t)pool->expire_after_s + pool->termination_grace_period_s;
    if (!pool->auto_mode || decoder->lenient || life_s <= (uint64_t)MOST_HOURS * HOUR_S)
        return;
    if (pool->expire_after_s == FG_DURATION_NEVER)
        fg_decode_fault(decoder, document,
                        "the node pool '%s' of EKS Auto Mode has expireAfter 'Never'; expected "
                        "one that with terminationGracePeriod (24h unless named) comes to at most "
                        "504h",
                        pool->name);
    else
        fg_decode_fault(decoder, document,
                        "the node pool '%s' of EKS Auto Mode keeps nodes for %" PRIu64 "h with "
                        "their drain; expected expireAfter and terminationGracePeriod (24h unless "
                        "named) of at most 504h together",
                        pool->name, (life_s + HOUR_S - 1) / HOUR_S);
}

bool fg_decode_node_pool(struct fg_decoder *decoder, const struct fg_value *document,
                         struct fg_node_pool *out)
{
    static const char *const kinds[] = {"NodePool", NULL};
    struct fg_document_header header;
    const struct fg_value *spec = fg_value_find(document, "spec");
    *out = fg_node_pool_default(decoder->arena);
    if (!fg_decode_header(decoder, document, "a node pool", kinds, &header))
        return false;
    out->name = header.name;
    if (spec != NULL)
        fg_decode_map(decoder, spec, "spec of a node pool", pool_fields, out);
    take_auto_mode_defaults(document, out);
    check_lifetime(decoder, document, out);
    return true;
}
