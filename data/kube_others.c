#include <string.h>

#include "data/decode_pod.h"
#include "data/kube_parts.h"

/* Each kind's function gets the object and its metadata. */
typedef void decode_kind(struct fg_decoder *decoder, struct fg_kube_draft *draft,
                         const struct fg_value *object, const struct fg_kube_meta *meta);

static const struct fg_value *spec_of(const struct fg_value *object)
{
    return fg_value_find(object, "spec");
}

/* ---- PodDisruptionBudget ---- */

static const struct fg_field budget_fields[] = {
    {"selector", FG_FIELD_FUNCTION, offsetof(struct fg_kube_budget, selector),
     fg_kube_decode_selector},
    {"minAvailable", FG_FIELD_TEXT, offsetof(struct fg_kube_budget, min_available), NULL},
    {"maxUnavailable", FG_FIELD_TEXT, offsetof(struct fg_kube_budget, max_unavailable), NULL},
    {0},
};

/* "2" or "50%". */
static void check_amount(struct fg_decoder *decoder, const struct fg_value *spec, const char *key)
{
    const char *text = fg_kube_text(spec, key);
    size_t digits = text != NULL ? strspn(text, "0123456789") : 0;
    if (text == NULL ||
        (digits > 0 && digits <= 9 && (text[digits] == '\0' || strcmp(text + digits, "%") == 0)))
        return;
    fg_decode_fault(decoder, fg_value_find(spec, key), "%s is '%s'; expected such as 2 or 50%%",
                    key, text);
}

static void decode_budget(struct fg_decoder *decoder, struct fg_kube_draft *draft,
                          const struct fg_value *object, const struct fg_kube_meta *meta)
{
    struct fg_kube_objects *objects = draft->objects;
    const struct fg_value *spec = spec_of(object);
    const struct fg_value *allowed =
        fg_value_find(fg_value_find(object, "status"), "disruptionsAllowed");
    struct fg_kube_budget budget = {
        .namespace_name = meta->namespace_name, .name = meta->name, .selector = {.nothing = true}};
    if (spec != NULL && fg_decode_item(decoder, spec, "spec", budget_fields, &budget)) {
        check_amount(decoder, spec, "minAvailable");
        check_amount(decoder, spec, "maxUnavailable");
    }
    if (allowed != NULL && allowed->kind != FG_VALUE_NULL)
        budget.has_status =
            fg_decode_count(decoder, allowed, "disruptionsAllowed", &budget.disruptions_allowed);
    objects->budgets = fg_grow(objects->budgets, &objects->budget_capacity,
                               objects->budget_count + 1, sizeof *objects->budgets);
    objects->budgets[objects->budget_count++] = budget;
}

/* ---- PriorityClass ---- */

static void decode_priority(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    fg_decode_priority(decoder, value, out);
}

static void decode_preemption(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    static const char *const words[] = {"PreemptLowerPriority", "Never", NULL};
    if (fg_decode_word(decoder, value, "preemptionPolicy", words) == 1)
        *(enum fg_preemption *)out = FG_PREEMPTION_NEVER;
}

static const struct fg_field class_fields[] = {
    {"value", FG_FIELD_FUNCTION, offsetof(struct fg_kube_priority_class, value), decode_priority},
    {"globalDefault", FG_FIELD_BOOL, offsetof(struct fg_kube_priority_class, is_default), NULL},
    {"preemptionPolicy", FG_FIELD_FUNCTION, offsetof(struct fg_kube_priority_class, preemption),
     decode_preemption},
    {0},
};

static void decode_class(struct fg_decoder *decoder, struct fg_kube_draft *draft,
                         const struct fg_value *object, const struct fg_kube_meta *meta)
{
    struct fg_kube_objects *objects = draft->objects;
    struct fg_kube_priority_class read = {.name = meta->name};
    fg_decode_item(decoder, object, "a PriorityClass", class_fields, &read);
    objects->classes = fg_grow(objects->classes, &objects->class_capacity, objects->class_count + 1,
                               sizeof *objects->classes);
    objects->classes[objects->class_count++] = read;
}

/* ---- Service, ReplicaSet, StatefulSet, ReplicationController ---- */

static const struct fg_field set_fields[] = {
    {"selector", FG_FIELD_FUNCTION, offsetof(struct fg_kube_owner, selector),
     fg_kube_decode_selector},
    {"replicas", FG_FIELD_COUNT, offsetof(struct fg_kube_owner, replicas), NULL},
    {0},
};
/* Their selector is a map of labels. */
static const struct fg_field service_fields[] = {
    {"selector", FG_FIELD_PAIRS, offsetof(struct fg_kube_owner, selector.labels), NULL},
    {"replicas", FG_FIELD_COUNT, offsetof(struct fg_kube_owner, replicas), NULL},
    {0},
};

static void add_owner(struct fg_decoder *decoder, struct fg_kube_draft *draft, const char *kind,
                      const struct fg_value *object, const struct fg_kube_meta *meta)
{
    struct fg_kube_objects *objects = draft->objects;
    const struct fg_value *spec = spec_of(object), *selector = fg_value_find(spec, "selector");
    bool is_set = strcmp(kind, "ReplicaSet") == 0 || strcmp(kind, "StatefulSet") == 0;
    struct fg_kube_owner owner = {.kind = kind,
                                  .namespace_name = meta->namespace_name,
                                  .name = meta->name,
                                  .uid = meta->uid,
                                  .selector = {.nothing = true},
                                  .replicas = -1};
    if (spec != NULL && spec->kind != FG_VALUE_NULL)
        fg_decode_item(decoder, spec, "spec", is_set ? set_fields : service_fields, &owner);
    if (!is_set)
        owner.selector.nothing = selector == NULL || selector->kind == FG_VALUE_NULL;
    objects->owners = fg_grow(objects->owners, &objects->owner_capacity, objects->owner_count + 1,
                              sizeof *objects->owners);
    objects->owners[objects->owner_count++] = owner;
}

static void decode_service(struct fg_decoder *decoder, struct fg_kube_draft *draft,
                           const struct fg_value *object, const struct fg_kube_meta *meta)
{
    add_owner(decoder, draft, "Service", object, meta);
}

static void decode_replica_set(struct fg_decoder *decoder, struct fg_kube_draft *draft,
                               const struct fg_value *object, const struct fg_kube_meta *meta)
{
    add_owner(decoder, draft, "ReplicaSet", object, meta);
}

static void decode_stateful_set(struct fg_decoder *decoder, struct fg_kube_draft *draft,
                                const struct fg_value *object, const struct fg_kube_meta *meta)
{
    add_owner(decoder, draft, "StatefulSet", object, meta);
}

static void decode_controller(struct fg_decoder *decoder, struct fg_kube_draft *draft,
                              const struct fg_value *object, const struct fg_kube_meta *meta)
{
    add_owner(decoder, draft, "ReplicationController", object, meta);
}

/* ---- volumes ---- */

static void decode_claim(struct fg_decoder *decoder, struct fg_kube_draft *draft,
                         const struct fg_value *object, const struct fg_kube_meta *meta)
{
    (void)decoder;
    draft->claims = fg_grow(draft->claims, &draft->claim_capacity, draft->claim_count + 1,
                            sizeof *draft->claims);
    draft->claims[draft->claim_count++] = (struct fg_kube_claim){
        meta->namespace_name, meta->name, fg_kube_text(spec_of(object), "volumeName")};
}

/* The one zone that the volume's node affinity names, in any of its keys for zones. */
static const char *zone_of_terms(const struct fg_node_terms *terms)
{
    for (uint32_t t = 0; t < terms->count; t++) {
        const struct fg_requirements *expressions = &terms->items[t].expressions;
        for (uint32_t i = 0; i < expressions->count; i++) {
            const struct fg_requirement *requirement = &expressions->items[i];
            bool is_zone = strcmp(requirement->key, "topology.kubernetes.io/zone") == 0 ||
                           strcmp(requirement->key, "topology.ebs.csi.aws.com/zone") == 0;
            if (is_zone && requirement->operator_ == FG_OPERATOR_IN &&
                requirement->value_count == 1)
                return requirement->values[0];
        }
    }
    return NULL;
}

static void decode_volume(struct fg_decoder *decoder, struct fg_kube_draft *draft,
                          const struct fg_value *object, const struct fg_kube_meta *meta)
{
    const struct fg_value *spec = spec_of(object), *affinity = fg_value_find(spec, "nodeAffinity");
    const struct fg_value *required = fg_value_find(affinity, "required");
    const char *driver = fg_kube_text(fg_value_find(spec, "csi"), "driver");
    struct fg_kube_volume volume = {.name = meta->name};
    if (required != NULL && required->kind == FG_VALUE_MAP) {
        struct fg_node_terms terms = {0};
        fg_kube_decode_node_terms(decoder, required, &terms);
        volume.zone = zone_of_terms(&terms);
    }
    if (volume.zone == NULL)
        volume.zone = fg_pairs_find(&meta->labels, "topology.kubernetes.io/zone");
    volume.is_ebs = fg_value_find(spec, "awsElasticBlockStore") != NULL ||
                    (driver != NULL && strcmp(driver, "ebs.csi.aws.com") == 0);
    draft->volumes = fg_grow(draft->volumes, &draft->volume_capacity, draft->volume_count + 1,
                             sizeof *draft->volumes);
    draft->volumes[draft->volume_count++] = volume;
}

static void decode_attach_limit(struct fg_decoder *decoder, struct fg_kube_draft *draft,
                                const struct fg_value *object, const struct fg_kube_meta *meta)
{
    const struct fg_value *drivers = fg_value_find(spec_of(object), "drivers");
    if (drivers == NULL || !fg_decode_is_list(decoder, drivers, "drivers"))
        return;
    for (uint32_t i = 0; i < drivers->count; i++) {
        const char *name = fg_kube_text(drivers->items[i], "name");
        const struct fg_value *count =
            fg_value_find(fg_value_find(drivers->items[i], "allocatable"), "count");
        struct fg_kube_attach_limit limit = {.node = meta->name};
        if (name == NULL || strcmp(name, "ebs.csi.aws.com") != 0 || count == NULL ||
            !fg_decode_count(decoder, count, "count", &limit.count))
            continue;
        draft->limits = fg_grow(draft->limits, &draft->limit_capacity, draft->limit_count + 1,
                                sizeof *draft->limits);
        draft->limits[draft->limit_count++] = limit;
    }
}

/* ---- Namespace ---- */

static void decode_namespace(struct fg_decoder *decoder, struct fg_kube_draft *draft,
                             const struct fg_value *object, const struct fg_kube_meta *meta)
{
    (void)decoder, (void)object;
    draft->namespaces = fg_grow(draft->namespaces, &draft->namespace_capacity,
                                draft->namespace_count + 1, sizeof *draft->namespaces);
    draft->namespaces[draft->namespace_count++] =
        (struct fg_kube_namespace){meta->name, meta->labels};
}

/* ---- which kind ---- */

bool fg_kube_decode_other(struct fg_decoder *decoder, struct fg_kube_draft *draft, const char *kind,
                          const struct fg_value *object)
{
    static const struct {
        const char *kind;
        decode_kind *decode;
    } kinds[] = {
        {"PodDisruptionBudget", decode_budget},
        {"PriorityClass", decode_class},
        {"Service", decode_service},
        {"ReplicaSet", decode_replica_set},
        {"StatefulSet", decode_stateful_set},
        {"ReplicationController", decode_controller},
        {"PersistentVolumeClaim", decode_claim},
        {"PersistentVolume", decode_volume},
        {"CSINode", decode_attach_limit},
        {"Namespace", decode_namespace},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        struct fg_kube_meta meta;
        if (strcmp(kinds[i].kind, kind) != 0)
            continue;
        if (fg_kube_decode_meta(decoder, draft, object, kind, &meta))
            kinds[i].decode(decoder, draft, object, &meta);
        return true;
    }
    return false;
}
