#include "sim/controllers/karpenter_topology.h"

#include <stdlib.h>
#include <string.h>

#include "models/base/status.h"

enum { SHOWN_DOMAINS = 25 };

/* ---- counts ---- */

static uint32_t *slot_of(const struct fg_domain_counts *counts, uint32_t domain)
{
    uint32_t at = (domain * UINT32_C(2654435761)) & (counts->capacity - 1);
    while (counts->domains[at] != domain && counts->domains[at] != FG_NO_WORD)
        at = (at + 1) & (counts->capacity - 1);
    return &counts->domains[at];
}

static void widen(struct fg_domain_counts *counts, struct fg_arena *arena)
{
    struct fg_domain_counts wider = {
        .used = counts->used,
        .busy = counts->busy,
        .capacity = counts->capacity == 0 ? 16 : counts->capacity * 2,
    };
    wider.domains = fg_arena_allocate(arena, wider.capacity, sizeof *wider.domains);
    wider.counts = fg_arena_allocate(arena, wider.capacity, sizeof *wider.counts);
    memset(wider.domains, 0xff, wider.capacity * sizeof *wider.domains);
    for (uint32_t i = 0; i < counts->capacity; i++) {
        if (counts->domains[i] == FG_NO_WORD)
            continue;
        uint32_t *at = slot_of(&wider, counts->domains[i]);
        *at = counts->domains[i];
        wider.counts[at - wider.domains] = counts->counts[i];
    }
    *counts = wider;
}

static void count(struct fg_domain_counts *counts, struct fg_arena *arena, uint32_t domain,
                  int32_t pods)
{
    if (counts->used * 2 >= counts->capacity)
        widen(counts, arena);
    uint32_t *at = slot_of(counts, domain);
    counts->used += *at == FG_NO_WORD;
    *at = domain;
    int32_t *sum = &counts->counts[at - counts->domains];
    counts->busy += *sum == 0 && pods > 0;
    *sum += pods;
}

static bool find(const struct fg_domain_counts *counts, uint32_t domain, int32_t *out)
{
    *out = 0;
    if (counts->capacity == 0)
        return false;
    const uint32_t *at = slot_of(counts, domain);
    if (*at == FG_NO_WORD)
        return false;
    *out = counts->counts[at - counts->domains];
    return true;
}

/* ---- making groups ---- */

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

static uint32_t group_number(struct fg_karpenter *karpenter, const struct fg_group *wanted)
{
    for (uint32_t i = 0; i < karpenter->group_count; i++) {
        const struct fg_group *group = karpenter->groups[i];
        if (group->form == wanted->form && group->is_inverse == wanted->is_inverse &&
            group->key == wanted->key && group->max_skew == wanted->max_skew &&
            same_namespaces(group, wanted) && same_selector(group->selector, wanted->selector) &&
            (wanted->form != FG_GROUP_SPREAD || same_filters(group, wanted)))
            return i;
    }
    karpenter->groups = fg_grow((void *)karpenter->groups, &karpenter->group_capacity,
                                karpenter->group_count + 1, sizeof *karpenter->groups);
    struct fg_group *group = fg_allocate(1, sizeof *group);
    *group = *wanted;
    karpenter->groups[karpenter->group_count] = group;
    return karpenter->group_count++;
}

static void bind(struct fg_karpenter *karpenter, struct fg_shape *shape,
                 const struct fg_group *group)
{
    uint32_t number = group_number(karpenter, group);
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

static void bind_spread(struct fg_karpenter *karpenter, struct fg_shape *shape, uint32_t number)
{
    const struct fg_spread_constraint *spread = &shape->rules->spread.items[number];
    if (karpenter->source.settings->ignores_preferences && !spread->hard)
        return;
    uint32_t terms = shape->rules->required_nodes.count - shape->required_from;
    struct fg_group group = {
        .form = FG_GROUP_SPREAD,
        .key = fg_words_key(&karpenter->words, spread->topology_key),
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
    group.filters = fg_arena_allocate(&karpenter->arena, group.filter_count, sizeof *group.filters);
    for (uint32_t i = 0; i < group.filter_count; i++) {
        fg_spec_requirements(karpenter, &karpenter->arena, shape->spec, &group.filters[i]);
        if (terms > 0)
            fg_karpenter_requirements_add_terms(
                &karpenter->words, &karpenter->arena, &group.filters[i],
                &shape->rules->required_nodes.items[shape->required_from + i].expressions);
    }
    bind(karpenter, shape, &group);
}

static void bind_term(struct fg_karpenter *karpenter, struct fg_shape *shape,
                      const struct fg_pod_term *term, enum fg_group_form form, bool is_inverse)
{
    bool own = term->namespace_count == 0 && !term->all_namespaces;
    struct fg_group group = {
        .form = form,
        .is_inverse = is_inverse,
        .key = fg_words_key(&karpenter->words, term->topology_key),
        .selector = &term->selector,
        .namespace_count = own ? 1 : term->namespace_count,
        .namespaces = own ? &shape->spec->namespace_name : term->namespaces,
        .all_namespaces = term->all_namespaces,
        .max_skew = INT32_MAX,
    };
    bind(karpenter, shape, &group);
}

void fg_groups_bind(struct fg_karpenter *karpenter, struct fg_shape *shape)
{
    const struct fg_pod_rules *rules = shape->rules;
    if (rules == NULL)
        return;
    for (uint32_t i = 0; i < shape->spread.count; i++)
        bind_spread(karpenter, shape, shape->spread.items[i]);
    for (uint32_t i = 0; i < rules->required_affinity.count; i++)
        bind_term(karpenter, shape, &rules->required_affinity.items[i], FG_GROUP_AFFINITY, false);
    for (uint32_t i = 0; i < rules->required_anti_affinity.count; i++) {
        const struct fg_pod_term *term = &rules->required_anti_affinity.items[i];
        bind_term(karpenter, shape, term, FG_GROUP_ANTI_AFFINITY, false);
        bind_term(karpenter, shape, term, FG_GROUP_ANTI_AFFINITY, true);
    }
    if (karpenter->source.settings->ignores_preferences)
        return;
    for (uint32_t i = 0; i < shape->affinity.count; i++)
        bind_term(karpenter, shape, &rules->preferred_affinity.items[shape->affinity.items[i]],
                  FG_GROUP_AFFINITY, false);
    for (uint32_t i = 0; i < shape->anti_affinity.count; i++)
        bind_term(karpenter, shape,
                  &rules->preferred_anti_affinity.items[shape->anti_affinity.items[i]],
                  FG_GROUP_ANTI_AFFINITY, false);
}

/* ---- who takes part ---- */

bool fg_group_selects(struct fg_groups *groups, struct fg_group *group, uint32_t class_number)
{
    if (class_number >= group->class_capacity) {
        uint32_t old = group->class_capacity;
        group->selects = fg_grow(group->selects, &group->class_capacity, groups->state->class_count,
                                 sizeof *group->selects);
        memset(group->selects + old, 0, group->class_capacity - old);
    }
    if (group->selects[class_number] != 0)
        return group->selects[class_number] == 2;
    const struct fg_pod_spec *spec = groups->state->classes[class_number].spec;
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

static bool takes_part(const struct fg_groups *groups, const struct fg_group *group,
                       const struct fg_taints *taints, const struct fg_karpenter_requirements *node)
{
    if (group->form != FG_GROUP_SPREAD)
        return true;
    bool fits = !group->honors_affinity;
    for (uint32_t i = 0; i < group->filter_count && !fits; i++)
        fits = fg_karpenter_requirements_compatible(&groups->karpenter->words, node,
                                                    &group->filters[i], false, NULL);
    return fits && (!group->honors_taints || tolerates(group, taints));
}

/* ---- counting the cluster ---- */

/* Domains that nodes of the pool could have. Those of a pool whose taints the first pod of a term
 * does not tolerate are unknown to all pods of that term, as with Karpenter. */
static void add_pool_domains(struct fg_groups *groups, struct fg_group *group,
                             const struct fg_karpenter_pool *pool, const struct fg_shape *first)
{
    struct fg_words *words = &groups->karpenter->words;
    if ((group->form != FG_GROUP_SPREAD || group->honors_taints) &&
        !fg_shape_tolerates(first, &pool->pool->taints))
        return;
    const struct fg_karpenter_requirement *own =
        fg_karpenter_requirements_find(&pool->own, group->key);
    for (uint32_t i = 0; i < pool->types.label_count; i++) {
        const struct fg_type_label *label = &pool->types.labels[i];
        if (label->key != group->key)
            continue;
        for (uint32_t v = 0; v < label->value_count; v++)
            if (own == NULL || fg_karpenter_requirement_allows(words, own, label->values[v]))
                count(&group->counts, groups->arena, label->values[v], 0);
        if (own == NULL || fg_karpenter_requirement_form(own) != FG_FORM_IN)
            return;
    }
    for (uint32_t v = 0; own != NULL && v < own->value_count; v++)
        count(&group->counts, groups->arena, own->values[v], 0);
}

static uint32_t domain_of_slot(const struct fg_groups *groups, const struct fg_group *group,
                               uint32_t slot, const struct fg_karpenter_requirements *labels)
{
    if (group->key == groups->karpenter->host_key)
        return fg_host_of_slot(groups->karpenter, slot);
    const struct fg_karpenter_requirement *label =
        fg_karpenter_requirements_find(labels, group->key);
    return label != NULL && label->value_count > 0 ? label->values[0] : FG_NO_WORD;
}

static bool holds_inverse(const struct fg_karpenter *karpenter, uint32_t class_number,
                          const struct fg_group *group)
{
    const struct fg_shape *shape = karpenter->shapes[class_number];
    for (uint32_t i = 0; i < shape->inverse_count; i++)
        if (karpenter->groups[shape->inverses[i]] == group)
            return true;
    return false;
}

static int32_t pods_on(struct fg_groups *groups, struct fg_group *group, uint32_t slot)
{
    const struct fg_node_loads *loads = &groups->state->loads[slot];
    int32_t pods = 0;
    for (uint32_t i = 0; i < loads->count; i++) {
        uint32_t class_number = loads->items[i].scheduling_class;
        bool counts = group->is_inverse ? holds_inverse(groups->karpenter, class_number, group)
                                        : !groups->state->classes[class_number].is_terminating &&
                                              fg_group_selects(groups, group, class_number);
        pods += counts ? (int32_t)loads->items[i].pods : 0;
    }
    return pods;
}

static void count_nodes(struct fg_groups *groups, struct fg_group *group)
{
    const struct fg_cluster_state *state = groups->state;
    for (uint32_t slot = 0; slot < state->slot_count; slot++) {
        uint32_t kind = state->kind_of[slot];
        if (kind == UINT32_MAX || groups->is_out[slot])
            continue;
        const struct fg_karpenter_requirements *labels =
            fg_kind_requirements(groups->karpenter, kind);
        uint32_t domain = domain_of_slot(groups, group, slot, labels);
        if (domain == FG_NO_WORD || !takes_part(groups, group, &state->kinds[kind].taints, labels))
            continue;
        int32_t pods = pods_on(groups, group, slot);
        if (pods > 0 || (!group->is_inverse && group->key != groups->karpenter->host_key))
            count(&group->counts, groups->arena, domain, pods);
    }
}

static void enter(struct fg_groups *groups, struct fg_group *group, const struct fg_shape *first)
{
    struct fg_karpenter *karpenter = groups->karpenter;
    if (group->solve == karpenter->solves)
        return;
    group->solve = karpenter->solves;
    group->counts = (struct fg_domain_counts){0};
    for (uint32_t i = 0; i < karpenter->pool_count; i++)
        add_pool_domains(groups, group, &karpenter->pools[i], first);
    count_nodes(groups, group);
    if (groups->count == groups->capacity) {
        uint32_t capacity = groups->capacity * 2 + 8;
        struct fg_group **wider = fg_arena_allocate(groups->arena, capacity, sizeof *wider);
        if (groups->count > 0)
            memcpy(wider, groups->items, groups->count * sizeof *wider);
        groups->items = wider;
        groups->capacity = capacity;
    }
    groups->items[groups->count++] = group;
    groups->any_inverse |= group->is_inverse;
}

void fg_groups_enter(struct fg_groups *groups, const struct fg_shape *shape)
{
    for (uint32_t i = 0; i < shape->inverse_count; i++)
        enter(groups, groups->karpenter->groups[shape->inverses[i]], shape);
    for (uint32_t i = 0; i < shape->group_count; i++)
        enter(groups, groups->karpenter->groups[shape->groups[i]], shape);
}

void fg_groups_enter_cluster(struct fg_groups *groups)
{
    struct fg_karpenter *karpenter = groups->karpenter;
    const struct fg_cluster_state *state = groups->state;
    bool any = false;
    for (uint32_t i = 0; i < karpenter->group_count; i++)
        any |= karpenter->groups[i]->is_inverse;
    for (uint32_t slot = 0; any && slot < state->slot_count; slot++) {
        if (state->kind_of[slot] == UINT32_MAX || groups->is_out[slot])
            continue;
        for (uint32_t i = 0; i < state->loads[slot].count; i++) {
            const struct fg_shape *shape =
                karpenter->shapes[state->loads[slot].items[i].scheduling_class];
            for (uint32_t g = 0; g < shape->inverse_count; g++)
                enter(groups, karpenter->groups[shape->inverses[g]], shape);
        }
    }
}

bool fg_groups_bind_shape(struct fg_groups *groups, const struct fg_shape *shape)
{
    if (shape->group_count > 0 || shape->inverse_count > 0)
        return true;
    for (uint32_t i = 0; i < groups->count; i++)
        if (fg_group_selects(groups, groups->items[i], shape->scheduling_class))
            return true;
    return false;
}

/* ---- where a pod may go ---- */

struct choice {
    const struct fg_words *words;
    const struct fg_group *group;
    const struct fg_karpenter_requirement *pod, *node;
    bool selects_self;
};

static bool allows(const struct choice *choice, const struct fg_karpenter_requirement *asked,
                   uint32_t domain)
{
    return fg_karpenter_requirement_allows(choice->words, asked, domain);
}

static bool comes_first(const struct choice *choice, uint32_t a, uint32_t b)
{
    if (a >= FG_WORD_LIMIT || b >= FG_WORD_LIMIT)
        return a < b;
    return strcmp(fg_words_text(choice->words, a), fg_words_text(choice->words, b)) < 0;
}

static int32_t least_count(const struct choice *choice, uint32_t host_key)
{
    const struct fg_group *group = choice->group;
    int32_t least = INT32_MAX;
    uint32_t supported = 0;
    if (group->key == host_key)
        return 0;
    for (uint32_t i = 0; i < group->counts.capacity; i++) {
        if (group->counts.domains[i] == FG_NO_WORD ||
            !allows(choice, choice->pod, group->counts.domains[i]))
            continue;
        supported++;
        if (group->counts.counts[i] < least)
            least = group->counts.counts[i];
    }
    return supported < group->min_domains ? 0 : least;
}

/* The emptiest domain that keeps the skew; FG_NO_WORD = none. */
static uint32_t next_spread(const struct choice *choice, uint32_t host_key)
{
    const struct fg_group *group = choice->group;
    int64_t least = least_count(choice, host_key), best_count = INT64_MAX;
    uint32_t best = FG_NO_WORD;
    if (group->key == host_key && choice->node->value_count == 1) {
        int32_t pods;
        find(&group->counts, choice->node->values[0], &pods);
        return pods + choice->selects_self <= group->max_skew ? choice->node->values[0]
                                                              : FG_NO_WORD;
    }
    for (uint32_t i = 0; i < group->counts.capacity; i++) {
        uint32_t domain = group->counts.domains[i];
        if (domain == FG_NO_WORD || !allows(choice, choice->node, domain))
            continue;
        int64_t pods = (int64_t)group->counts.counts[i] + choice->selects_self;
        if (pods - least <= group->max_skew &&
            (pods < best_count || (pods == best_count && comes_first(choice, domain, best)))) {
            best = domain;
            best_count = pods;
        }
    }
    return best;
}

static bool any_busy_for_pod(const struct choice *choice)
{
    const struct fg_domain_counts *counts = &choice->group->counts;
    for (uint32_t i = 0; i < counts->capacity; i++)
        if (counts->domains[i] != FG_NO_WORD && counts->counts[i] > 0 &&
            allows(choice, choice->pod, counts->domains[i]))
            return true;
    return false;
}

/* The first domain by name that the pod, and where `node_too` the node, may have. */
static uint32_t first_domain(const struct choice *choice, bool node_too)
{
    const struct fg_domain_counts *counts = &choice->group->counts;
    uint32_t first = FG_NO_WORD;
    for (uint32_t i = 0; i < counts->capacity; i++) {
        uint32_t domain = counts->domains[i];
        if (domain != FG_NO_WORD && allows(choice, choice->pod, domain) &&
            (!node_too || allows(choice, choice->node, domain)) &&
            (first == FG_NO_WORD || comes_first(choice, domain, first)))
            first = domain;
    }
    return first;
}

/* Domains with such pods, or, for the first pod of its kind, one of the pod's own choice. */
static uint32_t next_affinity(const struct choice *choice, uint32_t host_key, uint32_t *out)
{
    const struct fg_group *group = choice->group;
    uint32_t found = 0;
    bool is_host = group->key == host_key && choice->node->value_count == 1;
    if (is_host) {
        int32_t pods;
        if (!allows(choice, choice->pod, choice->node->values[0]))
            return 0;
        find(&group->counts, choice->node->values[0], &pods);
        if (pods > 0)
            out[found++] = choice->node->values[0];
    } else {
        for (uint32_t i = 0; i < group->counts.capacity; i++)
            if (group->counts.domains[i] != FG_NO_WORD && group->counts.counts[i] > 0 &&
                allows(choice, choice->pod, group->counts.domains[i]) &&
                allows(choice, choice->node, group->counts.domains[i]))
                out[found++] = group->counts.domains[i];
    }
    if (found > 0 || !choice->selects_self || (group->counts.busy > 0 && any_busy_for_pod(choice)))
        return found;
    if (is_host) {
        out[found++] = choice->node->values[0];
        return found;
    }
    uint32_t joint = first_domain(choice, true), own = first_domain(choice, false);
    if (joint != FG_NO_WORD)
        out[found++] = joint;
    if (own != FG_NO_WORD)
        out[found++] = own;
    return found;
}

static uint32_t next_anti_affinity(const struct choice *choice, uint32_t host_key, uint32_t *out)
{
    const struct fg_group *group = choice->group;
    uint32_t found = 0;
    if (group->key == host_key && choice->node->value_count == 1) {
        int32_t pods;
        find(&group->counts, choice->node->values[0], &pods);
        if (pods == 0)
            out[found++] = choice->node->values[0];
        return found;
    }
    for (uint32_t i = 0; i < group->counts.capacity; i++)
        if (group->counts.domains[i] != FG_NO_WORD && group->counts.counts[i] == 0 &&
            allows(choice, choice->pod, group->counts.domains[i]) &&
            allows(choice, choice->node, group->counts.domains[i]))
            out[found++] = group->counts.domains[i];
    return found;
}

static struct choice choice_of(struct fg_groups *groups, struct fg_group *group,
                               const struct fg_shape *shape,
                               const struct fg_karpenter_requirements *node)
{
    static const struct fg_karpenter_requirement anything = {.complement = true};
    const struct fg_karpenter_requirement *of_pod =
        fg_karpenter_requirements_find(&shape->strict, group->key);
    const struct fg_karpenter_requirement *of_node =
        fg_karpenter_requirements_find(node, group->key);
    return (struct choice){
        .words = &groups->karpenter->words,
        .group = group,
        .pod = of_pod != NULL ? of_pod : &anything,
        .node = of_node != NULL ? of_node : &anything,
        .selects_self = fg_group_selects(groups, group, shape->scheduling_class),
    };
}

static bool require(struct fg_groups *groups, struct fg_arena *arena, struct fg_group *group,
                    const struct fg_shape *shape, const struct fg_karpenter_requirements *node,
                    struct fg_karpenter_requirements *out)
{
    struct choice choice = choice_of(groups, group, shape, node);
    uint32_t host_key = groups->karpenter->host_key, found = 0;
    uint32_t *domains = fg_arena_allocate(arena, group->counts.capacity + 2, sizeof *domains);
    if (group->form == FG_GROUP_SPREAD) {
        domains[0] = next_spread(&choice, host_key);
        found = domains[0] != FG_NO_WORD;
    } else if (group->form == FG_GROUP_AFFINITY) {
        found = next_affinity(&choice, host_key, domains);
    } else {
        found = next_anti_affinity(&choice, host_key, domains);
    }
    if (found == 0)
        return false;
    struct fg_karpenter_requirement joined =
        fg_karpenter_requirement_in_all(arena, group->key, domains, found);
    fg_karpenter_requirements_add(choice.words, arena, out, &joined);
    return true;
}

struct fg_group *fg_groups_require(struct fg_groups *groups, struct fg_arena *arena,
                                   const struct fg_shape *shape,
                                   const struct fg_karpenter_requirements *node,
                                   struct fg_karpenter_requirements *out)
{
    for (uint32_t i = 0; i < shape->group_count; i++) {
        struct fg_group *group = groups->karpenter->groups[shape->groups[i]];
        if (!require(groups, arena, group, shape, node, out))
            return group;
    }
    for (uint32_t i = 0; groups->any_inverse && i < groups->count; i++) {
        struct fg_group *group = groups->items[i];
        if (group->is_inverse && fg_group_selects(groups, group, shape->scheduling_class) &&
            !require(groups, arena, group, shape, node, out))
            return group;
    }
    return NULL;
}

/* ---- a pod goes ---- */

static bool owns_inverse(const struct fg_karpenter *karpenter, const struct fg_shape *shape,
                         const struct fg_group *group)
{
    for (uint32_t i = 0; i < shape->inverse_count; i++)
        if (karpenter->groups[shape->inverses[i]] == group)
            return true;
    return false;
}

void fg_groups_record(struct fg_groups *groups, const struct fg_shape *shape,
                      const struct fg_taints *taints, const struct fg_karpenter_requirements *node)
{
    for (uint32_t i = 0; i < groups->count; i++) {
        struct fg_group *group = groups->items[i];
        if (group->is_inverse ? !owns_inverse(groups->karpenter, shape, group)
                              : !fg_group_selects(groups, group, shape->scheduling_class) ||
                                    !takes_part(groups, group, taints, node))
            continue;
        const struct fg_karpenter_requirement *domains =
            fg_karpenter_requirements_find(node, group->key);
        if (domains == NULL || (group->form != FG_GROUP_ANTI_AFFINITY &&
                                (domains->complement || domains->value_count != 1)))
            continue;
        for (uint32_t v = 0; v < domains->value_count; v++)
            count(&group->counts, groups->arena, domains->values[v], 1);
    }
}

struct shown {
    const char *name;
    int32_t pods;
};

static int compare_shown(const void *a, const void *b)
{
    return strcmp(((const struct shown *)a)->name, ((const struct shown *)b)->name);
}

/* "us-east-1a: 1, us-east-1b: 0"; nodes without a name are left out. */
static const char *print_counts(const struct fg_words *words, struct fg_arena *arena,
                                const struct fg_domain_counts *counts)
{
    struct shown *shown = fg_arena_allocate(arena, counts->capacity, sizeof *shown);
    uint32_t found = 0;
    for (uint32_t i = 0; i < counts->capacity; i++)
        if (counts->domains[i] < FG_WORD_LIMIT)
            shown[found++] =
                (struct shown){fg_words_text(words, counts->domains[i]), counts->counts[i]};
    qsort(shown, found, sizeof *shown, compare_shown);
    const char *text = "";
    for (uint32_t i = 0; i < found && i < SHOWN_DOMAINS; i++)
        text = fg_arena_format(arena, "%s%s%s: %d", text, i > 0 ? ", " : "", shown[i].name,
                               shown[i].pods);
    if (found > SHOWN_DOMAINS)
        text = fg_arena_format(arena, "%s and %u other(s)", text, found - SHOWN_DOMAINS);
    return text;
}

const char *fg_group_refusal(struct fg_groups *groups, struct fg_arena *arena,
                             const struct fg_group *group, const struct fg_shape *shape,
                             const struct fg_karpenter_requirements *node)
{
    static const char *const forms[] = {"topology spread", "pod affinity", "pod anti-affinity"};
    const struct fg_words *words = &groups->karpenter->words;
    struct fg_karpenter_requirement any = {.key = group->key, .complement = true};
    const struct fg_karpenter_requirement *of_pod =
        fg_karpenter_requirements_find(&shape->strict, group->key);
    const struct fg_karpenter_requirement *of_node =
        fg_karpenter_requirements_find(node, group->key);
    return fg_arena_format(
        arena,
        "unsatisfiable topology constraint for %s, key=%s (counts = %s, podDomains = %s, "
        "nodeDomains = %s",
        forms[group->form], fg_words_text(words, group->key),
        print_counts(words, arena, &group->counts),
        fg_karpenter_requirement_print(words, arena, of_pod != NULL ? of_pod : &any),
        fg_karpenter_requirement_print(words, arena, of_node != NULL ? of_node : &any));
}
