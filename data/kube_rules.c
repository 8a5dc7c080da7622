#include <stdlib.h>
#include <string.h>

#include "data/kube_parts.h"

/* ---- requirements and selectors ---- */

static void decode_operator(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    enum fg_operator operator_;
    char found[96];
    if (value->kind == FG_VALUE_TEXT && fg_operator_parse(value->text, &operator_) &&
        operator_ <= FG_OPERATOR_LT)
        *(enum fg_operator *)out = operator_;
    else
        fg_decode_fault(decoder, value,
                        "operator is %s; expected In, NotIn, Exists, DoesNotExist, Gt or Lt",
                        fg_value_describe(value, found));
}

static void decode_values(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    struct fg_requirement *requirement = out;
    fg_decode_texts(decoder, value, "values", &requirement->values, &requirement->value_count);
}

static const struct fg_field requirement_fields[] = {
    {"key", FG_FIELD_TEXT, offsetof(struct fg_requirement, key), NULL},
    {"operator", FG_FIELD_FUNCTION, offsetof(struct fg_requirement, operator_), decode_operator},
    {"values", FG_FIELD_FUNCTION, 0, decode_values},
    {0},
};

static void check_values(struct fg_decoder *decoder, const struct fg_value *place,
                         const struct fg_requirement *requirement)
{
    enum fg_operator operator_ = requirement->operator_;
    bool compares = operator_ == FG_OPERATOR_GT || operator_ == FG_OPERATOR_LT;
    bool lists = operator_ == FG_OPERATOR_IN || operator_ == FG_OPERATOR_NOT_IN;
    if (lists && requirement->value_count == 0)
        fg_decode_fault(decoder, place, "'%s' %s has no values; expected at least one",
                        requirement->key, fg_operator_name(operator_));
    if (compares && requirement->value_count != 1)
        fg_decode_fault(decoder, place, "'%s' %s has %u values; expected one whole number",
                        requirement->key, fg_operator_name(operator_), requirement->value_count);
}

void fg_kube_decode_expressions(struct fg_decoder *decoder, const struct fg_value *list, void *out)
{
    struct fg_requirements *requirements = out;
    if (!fg_decode_is_list(decoder, list, "matchExpressions"))
        return;
    requirements->items =
        fg_arena_allocate(decoder->arena, list->count, sizeof *requirements->items);
    requirements->count = list->count;
    for (uint32_t i = 0; i < list->count; i++) {
        struct fg_requirement *requirement = &requirements->items[i];
        requirement->key = "";
        if (fg_decode_item(decoder, list->items[i], "an expression", requirement_fields,
                           requirement) &&
            fg_decode_required(decoder, list->items[i], "key", "an expression") != NULL &&
            fg_decode_required(decoder, list->items[i], "operator", "an expression") != NULL)
            check_values(decoder, list->items[i], requirement);
    }
}

static const struct fg_field selector_fields[] = {
    {"matchLabels", FG_FIELD_PAIRS, offsetof(struct fg_label_selector, labels), NULL},
    {"matchExpressions", FG_FIELD_FUNCTION, offsetof(struct fg_label_selector, expressions),
     fg_kube_decode_expressions},
    {0},
};

void fg_kube_decode_selector(struct fg_decoder *decoder, const struct fg_value *map, void *out)
{
    struct fg_label_selector *selector = out;
    selector->nothing = !fg_decode_item(decoder, map, "a label selector", selector_fields, out);
}

/* Joins into the selector what the pod itself has under these keys; a key it lacks counts for
 * nothing. */
static void join_keys(struct fg_decoder *decoder, struct fg_label_selector *selector,
                      enum fg_operator operator_, const char *const *keys, uint32_t key_count,
                      const struct fg_pairs *labels)
{
    struct fg_requirements *joined = &selector->expressions;
    struct fg_requirement *items =
        fg_arena_allocate(decoder->arena, joined->count + key_count, sizeof *items);
    if (joined->count > 0)
        memcpy(items, joined->items, joined->count * sizeof *items);
    joined->items = items;
    for (uint32_t i = 0; i < key_count; i++) {
        const char *value = fg_pairs_find(labels, keys[i]);
        if (value == NULL)
            continue;
        const char **values = fg_arena_allocate(decoder->arena, 1, sizeof *values);
        values[0] = value;
        items[joined->count++] = (struct fg_requirement){
            .key = keys[i], .operator_ = operator_, .value_count = 1, .values = values};
    }
}

/* ---- node affinity ---- */

static const struct fg_field node_term_fields[] = {
    {"matchExpressions", FG_FIELD_FUNCTION, offsetof(struct fg_node_term, expressions),
     fg_kube_decode_expressions},
    {"matchFields", FG_FIELD_FUNCTION, offsetof(struct fg_node_term, fields),
     fg_kube_decode_expressions},
    {0},
};

static void decode_weight(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    int64_t weight = 0;
    if (!fg_decode_count(decoder, value, "weight", &weight))
        return;
    if (weight < 1 || weight > 100)
        fg_decode_fault(decoder, value, "weight is '%s'; expected 1 to 100", value->text);
    else
        *(int32_t *)out = (int32_t)weight;
}

static void decode_preference(struct fg_decoder *decoder, const struct fg_value *map, void *out)
{
    fg_decode_item(decoder, map, "preference", node_term_fields, out);
}

static const struct fg_field preferred_node_fields[] = {
    {"weight", FG_FIELD_FUNCTION, offsetof(struct fg_node_term, weight), decode_weight},
    {"preference", FG_FIELD_FUNCTION, 0, decode_preference},
    {0},
};

static void decode_node_terms(struct fg_decoder *decoder, const struct fg_value *list,
                              const struct fg_field *fields, const char *what,
                              struct fg_node_terms *out)
{
    if (!fg_decode_is_list(decoder, list, what))
        return;
    out->items = fg_arena_allocate(decoder->arena, list->count, sizeof *out->items);
    out->count = list->count;
    for (uint32_t i = 0; i < list->count; i++)
        fg_decode_item(decoder, list->items[i], what, fields, &out->items[i]);
}

void fg_kube_decode_node_terms(struct fg_decoder *decoder, const struct fg_value *map, void *out)
{
    const struct fg_value *terms = fg_value_find(map, "nodeSelectorTerms");
    if (fg_decode_is_map(decoder, map, "required node affinity") && terms != NULL)
        decode_node_terms(decoder, terms, node_term_fields, "nodeSelectorTerms", out);
}

static void decode_preferred_nodes(struct fg_decoder *decoder, const struct fg_value *list,
                                   void *out)
{
    struct fg_pod_rules *rules = out;
    decode_node_terms(decoder, list, preferred_node_fields, "preferred node affinity",
                      &rules->preferred_nodes);
}

static const struct fg_field node_affinity_fields[] = {
    {"requiredDuringSchedulingIgnoredDuringExecution", FG_FIELD_FUNCTION,
     offsetof(struct fg_pod_rules, required_nodes), fg_kube_decode_node_terms},
    {"preferredDuringSchedulingIgnoredDuringExecution", FG_FIELD_FUNCTION, 0,
     decode_preferred_nodes},
    {0},
};

/* ---- pod affinity ---- */

/* A term as the file has it. */
struct term_file {
    struct fg_pod_term term;
    bool selects_namespaces;
    struct fg_label_selector namespaces;
    uint32_t match_count, mismatch_count;
    const char **match_keys, **mismatch_keys;
};

static void decode_namespaces(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    struct term_file *file = out;
    fg_decode_texts(decoder, value, "namespaces", &file->term.namespaces,
                    &file->term.namespace_count);
}

static void decode_namespace_selector(struct fg_decoder *decoder, const struct fg_value *map,
                                      void *out)
{
    struct term_file *file = out;
    file->selects_namespaces = true;
    fg_kube_decode_selector(decoder, map, &file->namespaces);
}

static void decode_match_keys(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    struct term_file *file = out;
    fg_decode_texts(decoder, value, "matchLabelKeys", &file->match_keys, &file->match_count);
}

static void decode_mismatch_keys(struct fg_decoder *decoder, const struct fg_value *value,
                                 void *out)
{
    struct term_file *file = out;
    fg_decode_texts(decoder, value, "mismatchLabelKeys", &file->mismatch_keys,
                    &file->mismatch_count);
}

static const struct fg_field pod_term_fields[] = {
    {"labelSelector", FG_FIELD_FUNCTION, offsetof(struct term_file, term.selector),
     fg_kube_decode_selector},
    {"topologyKey", FG_FIELD_TEXT, offsetof(struct term_file, term.topology_key), NULL},
    {"namespaces", FG_FIELD_FUNCTION, 0, decode_namespaces},
    {"namespaceSelector", FG_FIELD_FUNCTION, 0, decode_namespace_selector},
    {"matchLabelKeys", FG_FIELD_FUNCTION, 0, decode_match_keys},
    {"mismatchLabelKeys", FG_FIELD_FUNCTION, 0, decode_mismatch_keys},
    {0},
};

/* `out` lives as long as the objects, for it may be settled later. */
static void decode_pod_term(struct fg_decoder *decoder, struct fg_kube_draft *draft,
                            const struct fg_value *map, const struct fg_pairs *labels,
                            struct fg_pod_term *out)
{
    struct term_file file = {.term = {.selector = {.nothing = true}, .weight = out->weight}};
    if (!fg_decode_item(decoder, map, "a pod affinity term", pod_term_fields, &file) ||
        fg_decode_required(decoder, map, "topologyKey", "a pod affinity term") == NULL)
        file.term.topology_key = "";
    if (!file.term.selector.nothing) {
        join_keys(decoder, &file.term.selector, FG_OPERATOR_IN, file.match_keys, file.match_count,
                  labels);
        join_keys(decoder, &file.term.selector, FG_OPERATOR_NOT_IN, file.mismatch_keys,
                  file.mismatch_count, labels);
    }
    bool every = file.selects_namespaces && !file.namespaces.nothing &&
                 file.namespaces.labels.count == 0 && file.namespaces.expressions.count == 0;
    file.term.all_namespaces = every;
    *out = file.term;
    if (!file.selects_namespaces || every)
        return;
    draft->terms =
        fg_grow(draft->terms, &draft->term_capacity, draft->term_count + 1, sizeof *draft->terms);
    draft->terms[draft->term_count++] = (struct fg_kube_namespace_term){out, file.namespaces};
}

static void decode_pod_terms(struct fg_decoder *decoder, struct fg_kube_draft *draft,
                             const struct fg_value *list, bool preferred,
                             const struct fg_pairs *labels, struct fg_pod_terms *out)
{
    static const struct fg_field weight_field[] = {
        {"weight", FG_FIELD_FUNCTION, offsetof(struct fg_pod_term, weight), decode_weight},
        {0},
    };
    if (list == NULL || !fg_decode_is_list(decoder, list, "pod affinity"))
        return;
    out->items = fg_arena_allocate(decoder->arena, list->count, sizeof *out->items);
    out->count = list->count;
    for (uint32_t i = 0; i < list->count; i++) {
        const struct fg_value *item = list->items[i], *term = item;
        out->items[i].topology_key = "";
        if (preferred &&
            fg_decode_item(decoder, item, "a preferred term", weight_field, &out->items[i])) {
            term = fg_value_find(item, "podAffinityTerm");
            if (term == NULL)
                fg_decode_fault(decoder, item, "a preferred term has no podAffinityTerm");
        }
        if (term != NULL)
            decode_pod_term(decoder, draft, term, labels, &out->items[i]);
    }
}

static void decode_pod_affinity(struct fg_decoder *decoder, struct fg_kube_draft *draft,
                                const struct fg_value *map, const struct fg_pairs *labels,
                                struct fg_pod_terms *required, struct fg_pod_terms *preferred)
{
    if (map == NULL || map->kind == FG_VALUE_NULL ||
        !fg_decode_is_map(decoder, map, "pod affinity"))
        return;
    decode_pod_terms(decoder, draft,
                     fg_value_find(map, "requiredDuringSchedulingIgnoredDuringExecution"), false,
                     labels, required);
    decode_pod_terms(decoder, draft,
                     fg_value_find(map, "preferredDuringSchedulingIgnoredDuringExecution"), true,
                     labels, preferred);
}

void fg_kube_decode_affinity(struct fg_decoder *decoder, struct fg_kube_draft *draft,
                             const struct fg_value *affinity, const struct fg_pairs *labels,
                             struct fg_pod_rules *out)
{
    if (!fg_decode_is_map(decoder, affinity, "affinity"))
        return;
    const struct fg_value *nodes = fg_value_find(affinity, "nodeAffinity");
    if (nodes != NULL && nodes->kind != FG_VALUE_NULL)
        fg_decode_item(decoder, nodes, "nodeAffinity", node_affinity_fields, out);
    decode_pod_affinity(decoder, draft, fg_value_find(affinity, "podAffinity"), labels,
                        &out->required_affinity, &out->preferred_affinity);
    decode_pod_affinity(decoder, draft, fg_value_find(affinity, "podAntiAffinity"), labels,
                        &out->required_anti_affinity, &out->preferred_anti_affinity);
}

/* ---- topology spread ---- */

/* A constraint as the file has it. */
struct spread_file {
    struct fg_spread_constraint constraint;
    uint32_t key_count;
    const char **keys;
};

static void decode_max_skew(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    int64_t skew;
    if (!fg_decode_count(decoder, value, "maxSkew", &skew))
        return;
    if (skew < 1)
        fg_decode_fault(decoder, value, "maxSkew is '%s'; expected 1 or more", value->text);
    else
        *(int32_t *)out = (int32_t)skew;
}

static void decode_unsatisfiable(struct fg_decoder *decoder, const struct fg_value *value,
                                 void *out)
{
    static const char *const words[] = {"DoNotSchedule", "ScheduleAnyway", NULL};
    *(bool *)out = fg_decode_word(decoder, value, "whenUnsatisfiable", words) == 0;
}

static void decode_affinity_policy(struct fg_decoder *decoder, const struct fg_value *value,
                                   void *out)
{
    static const char *const words[] = {"Honor", "Ignore", NULL};
    *(bool *)out = fg_decode_word(decoder, value, "nodeAffinityPolicy", words) == 1;
}

static void decode_taints_policy(struct fg_decoder *decoder, const struct fg_value *value,
                                 void *out)
{
    static const char *const words[] = {"Honor", "Ignore", NULL};
    *(bool *)out = fg_decode_word(decoder, value, "nodeTaintsPolicy", words) == 0;
}

static void decode_spread_keys(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    struct spread_file *file = out;
    fg_decode_texts(decoder, value, "matchLabelKeys", &file->keys, &file->key_count);
}

#define SPREAD(field) offsetof(struct spread_file, constraint.field)
static const struct fg_field spread_fields[] = {
    {"maxSkew", FG_FIELD_FUNCTION, SPREAD(max_skew), decode_max_skew},
    {"topologyKey", FG_FIELD_TEXT, SPREAD(topology_key), NULL},
    {"whenUnsatisfiable", FG_FIELD_FUNCTION, SPREAD(hard), decode_unsatisfiable},
    {"labelSelector", FG_FIELD_FUNCTION, SPREAD(selector), fg_kube_decode_selector},
    {"minDomains", FG_FIELD_COUNT32, SPREAD(min_domains), NULL},
    {"nodeAffinityPolicy", FG_FIELD_FUNCTION, SPREAD(ignores_node_affinity),
     decode_affinity_policy},
    {"nodeTaintsPolicy", FG_FIELD_FUNCTION, SPREAD(honors_node_taints), decode_taints_policy},
    {"matchLabelKeys", FG_FIELD_FUNCTION, 0, decode_spread_keys},
    {0},
};

void fg_kube_decode_spread(struct fg_decoder *decoder, const struct fg_value *list,
                           const struct fg_pairs *labels, struct fg_pod_rules *out)
{
    static const char what[] = "a topology spread constraint";
    if (!fg_decode_is_list(decoder, list, "topologySpreadConstraints"))
        return;
    out->spread.items = fg_arena_allocate(decoder->arena, list->count, sizeof *out->spread.items);
    out->spread.count = list->count;
    for (uint32_t i = 0; i < list->count; i++) {
        const struct fg_value *map = list->items[i];
        struct spread_file file = {
            .constraint = {.max_skew = 1, .selector = {.nothing = true}, .topology_key = ""}};
        if (fg_decode_item(decoder, map, what, spread_fields, &file)) {
            fg_decode_required(decoder, map, "topologyKey", what);
            fg_decode_required(decoder, map, "maxSkew", what);
            fg_decode_required(decoder, map, "whenUnsatisfiable", what);
        }
        if (!file.constraint.selector.nothing)
            join_keys(decoder, &file.constraint.selector, FG_OPERATOR_IN, file.keys, file.key_count,
                      labels);
        out->spread.items[i] = file.constraint;
    }
}
