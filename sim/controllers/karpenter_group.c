#include "sim/controllers/karpenter_group.h"

#include <stdlib.h>
#include <string.h>

/* ---- alike ---- */

static bool same_selector(const struct fg_label_selector *a, const struct fg_label_selector *b)
{
    if (a->nothing != b->nothing || (a->workload == NULL) != (b->workload == NULL) ||
        (a->workload != NULL && strcmp(a->workload, b->workload) != 0) ||
        a->labels.count != b->labels.count || a->expressions.count != b->expressions.count ||
        !fg_pairs_contain(&a->labels, &b->labels))
        return false;
    for (uint32_t i = 0; i < a->expressions.count; i++) {
        const struct fg_requirement *x = &a->expressions.items[i], *y = &b->expressions.items[i];
        if (strcmp(x->key, y->key) != 0 || x->operator_ != y->operator_ ||
            x->value_count != y->value_count)
            return false;
        for (uint32_t v = 0; v < x->value_count; v++)
            if (strcmp(x->values[v], y->values[v]) != 0)
                return false;
    }
    return true;
}

static bool same_tolerations(const struct fg_group *a, const struct fg_group *b)
{
    const struct fg_tolerations *x = a->tolerations, *y = b->tolerations;
    if (a->tolerates_prefer_no_schedule != b->tolerates_prefer_no_schedule || x->count != y->count)
        return false;
    for (uint32_t i = 0; i < x->count; i++)
        if (strcmp(x->items[i].key, y->items[i].key) != 0 ||
            strcmp(x->items[i].value, y->items[i].value) != 0 ||
            x->items[i].exists != y->items[i].exists || x->items[i].effect != y->items[i].effect)
            return false;
    return true;
}

static bool same_filters(const struct fg_group *a, const struct fg_group *b)
{
    if (a->honors_affinity != b->honors_affinity || a->honors_taints != b->honors_taints ||
        a->filter_count != b->filter_count || !same_tolerations(a, b))
        return false;
    for (uint32_t i = 0; i < a->filter_count; i++) {
        if (a->filters[i].count != b->filters[i].count)
            return false;
        for (uint32_t r = 0; r < a->filters[i].count; r++)
            if (a->filters[i].items[r].key != b->filters[i].items[r].key)
                return false;
    }
    return true;
}

static bool same_namespaces(const struct fg_group *a, const struct fg_group *b)
{
    if (a->all_namespaces != b->all_namespaces || a->namespace_count != b->namespace_count)
        return false;
    for (uint32_t i = 0; i < a->namespace_count; i++)
        if (strcmp(a->namespaces[i], b->namespaces[i]) != 0)
            return false;
    return true;
}

/* ---- binding ---- */

static uint32_t group_number(struct fg_group_table *table, const struct fg_group *wanted)
{
    for (uint32_t i = 0; i < table->count; i++) {
        const struct fg_group *group = table->items[i];
        if (group->form == wanted->form && group->is_inverse == wanted->is_inverse &&
            group->key == wanted->key && group->max_skew == wanted->max_skew &&
            same_namespaces(group, wanted) && same_selector(group->selector, wanted->selector) &&
            (wanted->form != FG_GROUP_SPREAD || same_filters(group, wanted)))
            return i;
    }
    table->items =
        fg_grow((void *)table->items, &table->capacity, table->count + 1, sizeof *table->items);
    struct fg_group *group = fg_allocate(1, sizeof *group);
    *group = *wanted;
    table->items[table->count] = group;
    return table->count++;
}

static void bind(struct fg_group_table *table, struct fg_shape *shape, const struct fg_group *group)
{
    uint32_t number = group_number(table, group);
    uint32_t *held = group->is_inverse ? shape->inverses : shape->groups;
    uint32_t *held_count = group->is_inverse ? &shape->inverse_count : &shape->group_count;
    for (uint32_t i = 0; i < *held_count; i++)
        if (held[i] == number)
            return;
    if (group->is_inverse)
        held = shape->inverses =
            fg_grow(shape->inverses, &shape->inverse_capacity, *held_count + 1, sizeof *held);
    else
        held = shape->groups =
            fg_grow(shape->groups, &shape->group_capacity, *held_count + 1, sizeof *held);
    held[(*held_count)++] = number;
}

static void bind_spread(struct fg_group_table *table, struct fg_karpenter_pools *pools,
                        struct fg_shape *shape, uint32_t number)
{
    const struct fg_spread_constraint *spread = &shape->rules->spread.items[number];
    if (pools->source.settings->ignores_preferences && !spread->hard)
        return;
    uint32_t terms = shape->rules->required_nodes.count - shape->required_from;
    struct fg_group group = {
        .form = FG_GROUP_SPREAD,
        .key = fg_words_key(&pools->words, spread->topology_key),
        .selector = &spread->selector,
        .namespace_count = 1,
        .namespaces = &shape->spec->namespace_name,
        .max_skew = spread->max_skew,
        .min_domains = spread->min_domains,
        .honors_affinity = !spread->ignores_node_affinity,
        .honors_taints = spread->honors_node_taints,
        .filter_count = terms > 0 ? terms : 1,
        .tolerations = &shape->spec->tolerations,
        .tolerates_prefer_no_schedule = shape->tolerates_prefer_no_schedule,
    };
    group.filters = fg_arena_allocate(&pools->arena, group.filter_count, sizeof *group.filters);
    for (uint32_t i = 0; i < group.filter_count; i++) {
        fg_karpenter_requirements_add_spec(&pools->words, &pools->arena, &group.filters[i],
                                           shape->spec);
        if (terms > 0)
            fg_karpenter_requirements_add_terms(
                &pools->words, &pools->arena, &group.filters[i],
                &shape->rules->required_nodes.items[shape->required_from + i].expressions);
    }
    bind(table, shape, &group);
}

static void bind_term(struct fg_group_table *table, struct fg_karpenter_pools *pools,
                      struct fg_shape *shape, const struct fg_pod_term *term,
                      enum fg_group_form form, bool is_inverse)
{
    bool own = term->namespace_count == 0 && !term->all_namespaces;
    struct fg_group group = {
        .form = form,
        .is_inverse = is_inverse,
        .key = fg_words_key(&pools->words, term->topology_key),
        .selector = &term->selector,
        .namespace_count = own ? 1 : term->namespace_count,
        .namespaces = own ? &shape->spec->namespace_name : term->namespaces,
        .all_namespaces = term->all_namespaces,
        .max_skew = INT32_MAX,
    };
    bind(table, shape, &group);
}

void fg_group_table_bind(struct fg_group_table *table, struct fg_karpenter_pools *pools,
                         struct fg_shape *shape)
{
    const struct fg_pod_rules *rules = shape->rules;
    if (shape->is_bound)
        return;
    shape->is_bound = true;
    for (uint32_t i = 0; i < shape->spread.count; i++)
        bind_spread(table, pools, shape, shape->spread.items[i]);
    for (uint32_t i = 0; i < rules->required_affinity.count; i++)
        bind_term(table, pools, shape, &rules->required_affinity.items[i], FG_GROUP_AFFINITY,
                  false);
    for (uint32_t i = 0; i < rules->required_anti_affinity.count; i++) {
        const struct fg_pod_term *term = &rules->required_anti_affinity.items[i];
        bind_term(table, pools, shape, term, FG_GROUP_ANTI_AFFINITY, false);
        bind_term(table, pools, shape, term, FG_GROUP_ANTI_AFFINITY, true);
    }
    if (pools->source.settings->ignores_preferences)
        return;
    for (uint32_t i = 0; i < shape->affinity.count; i++)
        bind_term(table, pools, shape, &rules->preferred_affinity.items[shape->affinity.items[i]],
                  FG_GROUP_AFFINITY, false);
    for (uint32_t i = 0; i < shape->anti_affinity.count; i++)
        bind_term(table, pools, shape,
                  &rules->preferred_anti_affinity.items[shape->anti_affinity.items[i]],
                  FG_GROUP_ANTI_AFFINITY, false);
}

void fg_group_table_release(struct fg_group_table *table)
{
    for (uint32_t i = 0; i < table->count; i++) {
        free(table->items[i]->selects);
        free(table->items[i]);
    }
    free((void *)table->items);
}

/* ---- who takes part ---- */

bool fg_group_selects(struct fg_group *group, const struct fg_cluster_state *state,
                      uint32_t class_number)
{
    if (class_number >= group->class_capacity) {
        uint32_t old = group->class_capacity;
        group->selects = fg_grow(group->selects, &group->class_capacity, state->class_count,
                                 sizeof *group->selects);
        memset(group->selects + old, 0, group->class_capacity - old);
    }
    if (group->selects[class_number] != 0)
        return group->selects[class_number] == 2;
    const struct fg_pod_spec *spec = state->classes[class_number].spec;
    bool selects = group->all_namespaces;
    for (uint32_t i = 0; i < group->namespace_count && !selects; i++)
        selects = strcmp(group->namespaces[i], spec->namespace_name) == 0;
    selects = selects && fg_label_selector_takes_pod(group->selector, spec);
    group->selects[class_number] = selects ? 2 : 1;
    return selects;
}

static bool tolerates(const struct fg_group *group, const struct fg_taints *taints)
{
    for (uint32_t i = 0; i < taints->count; i++)
        if (!fg_tolerates(group->tolerations, &taints->items[i]) &&
            !(group->tolerates_prefer_no_schedule &&
              taints->items[i].effect == FG_EFFECT_PREFER_NO_SCHEDULE))
            return false;
    return true;
}

bool fg_group_takes_part(const struct fg_group *group, const struct fg_words *words,
                         const struct fg_taints *taints,
                         const struct fg_karpenter_requirements *node)
{
    if (group->form != FG_GROUP_SPREAD)
        return true;
    bool fits = !group->honors_affinity;
    for (uint32_t i = 0; i < group->filter_count && !fits; i++)
        fits = fg_karpenter_requirements_compatible(words, node, &group->filters[i], false, NULL);
    return fits && (!group->honors_taints || tolerates(group, taints));
}
