#include "models/pod_rules.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const char *const operator_names[] = {"In", "NotIn", "Exists", "DoesNotExist",
                                             "Gt", "Lt",    "Gte",    "Lte"};

bool fg_operator_parse(const char *text, enum fg_operator *out)
{
    for (size_t i = 0; i < sizeof operator_names / sizeof *operator_names; i++) {
        if (strcmp(text, operator_names[i]) == 0) {
            *out = (enum fg_operator)i;
            return true;
        }
    }
    return false;
}

const char *fg_operator_name(enum fg_operator operator_)
{
    return operator_names[operator_];
}

static bool holds_value(const struct fg_requirement *requirement, const char *value)
{
    for (uint32_t i = 0; i < requirement->value_count; i++)
        if (strcmp(requirement->values[i], value) == 0)
            return true;
    return false;
}

static bool parse_whole(const char *text, int64_t *out)
{
    char *end;
    errno = 0;
    *out = strtoll(text, &end, 10);
    return errno == 0 && end != text && *end == '\0';
}

static bool compares(const struct fg_requirement *requirement, const char *value)
{
    int64_t left, right;
    if (value == NULL || requirement->value_count != 1 || !parse_whole(value, &left) ||
        !parse_whole(requirement->values[0], &right))
        return false;
    switch (requirement->operator_) {
    case FG_OPERATOR_GT:
        return left > right;
    case FG_OPERATOR_GTE:
        return left >= right;
    case FG_OPERATOR_LT:
        return left < right;
    default:
        return left <= right;
    }
}

bool fg_requirement_holds(const struct fg_requirement *requirement, const struct fg_pairs *labels)
{
    const char *value = fg_pairs_find(labels, requirement->key);
    switch (requirement->operator_) {
    case FG_OPERATOR_IN:
        return value != NULL && holds_value(requirement, value);
    case FG_OPERATOR_NOT_IN:
        return value == NULL || !holds_value(requirement, value);
    case FG_OPERATOR_EXISTS:
        return value != NULL;
    case FG_OPERATOR_DOES_NOT_EXIST:
        return value == NULL;
    default:
        return compares(requirement, value);
    }
}

bool fg_requirements_hold(const struct fg_requirements *requirements, const struct fg_pairs *labels)
{
    for (uint32_t i = 0; i < requirements->count; i++)
        if (!fg_requirement_holds(&requirements->items[i], labels))
            return false;
    return true;
}

bool fg_label_selector_takes(const struct fg_label_selector *selector,
                             const struct fg_pairs *labels)
{
    return !selector->nothing && fg_pairs_contain(labels, &selector->labels) &&
           fg_requirements_hold(&selector->expressions, labels);
}

static bool term_holds(const struct fg_node_term *term, const struct fg_pairs *labels,
                       const char *node_name)
{
    if (term->expressions.count == 0 && term->fields.count == 0)
        return false;
    struct fg_pair name = {"metadata.name", node_name};
    const struct fg_pairs fields = {.count = 1, .items = &name};
    return fg_requirements_hold(&term->expressions, labels) &&
           fg_requirements_hold(&term->fields, &fields);
}

bool fg_node_terms_hold(const struct fg_node_terms *terms, const struct fg_pairs *labels,
                        const char *node_name)
{
    for (uint32_t i = 0; i < terms->count; i++)
        if (term_holds(&terms->items[i], labels, node_name))
            return true;
    return terms->count == 0;
}
