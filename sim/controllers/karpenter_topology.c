#include "sim/controllers/karpenter_topology.h"

#include <string.h>

#include "sim/controllers/karpenter_choice.h"

/* ---- counting the cluster ---- */

/* Domains that nodes of the pool could have. Those of a pool whose taints the first pod of a term
 * does not tolerate are unknown to all pods of that term, as with Karpenter. */
static void add_pool_domains(struct fg_groups *groups, struct fg_group *group,
                             const struct fg_karpenter_pool *pool, const struct fg_shape *first)
{
    struct fg_words *words = &groups->pools->words;
    if ((group->form != FG_GROUP_SPREAD || group->honors_taints) &&
        !fg_shape_tolerates(first, &pool->pool->taints))
        return;
    const struct fg_karpenter_requirement *own =
        fg_karpenter_requirements_find(&pool->own, group->key);
    const struct fg_type_label *label = fg_type_labels_find(&pool->types.labels, group->key);
    for (uint32_t v = 0; label != NULL && v < label->value_count; v++)
        if (own == NULL || fg_karpenter_requirement_allows(words, own, label->values[v]))
            fg_domains_add(&group->counts, groups->arena, label->values[v], 0);
    if (label != NULL && (own == NULL || fg_karpenter_requirement_form(own) != FG_FORM_IN))
        return;
    for (uint32_t v = 0; own != NULL && v < own->value_count; v++)
        fg_domains_add(&group->counts, groups->arena, own->values[v], 0);
}

static uint32_t domain_of_slot(const struct fg_groups *groups, const struct fg_group *group,
                               uint32_t slot, const struct fg_karpenter_requirements *labels)
{
    if (group->key == groups->pools->host_key)
        return fg_known_host(groups->known, slot);
    const struct fg_karpenter_requirement *label =
        fg_karpenter_requirements_find(labels, group->key);
    return label != NULL && label->value_count > 0 ? label->values[0] : FG_NO_WORD;
}

/* The shape has the term that the inverse group belongs to. */
static bool counts_for(const struct fg_groups *groups, const struct fg_shape *shape,
                       const struct fg_group *group)
{
    for (uint32_t i = 0; i < shape->inverse_count; i++)
        if (groups->table->items[shape->inverses[i]] == group)
            return true;
    return false;
}

static int32_t pods_on(struct fg_groups *groups, struct fg_group *group, uint32_t slot)
{
    const struct fg_node_loads *loads = &groups->state->loads[slot];
    int32_t pods = 0;
    for (uint32_t i = 0; i < loads->count; i++) {
        uint32_t class_number = loads->items[i].scheduling_class;
        bool counts = group->is_inverse ? counts_for(groups, groups->shapes[class_number], group)
                                        : !groups->state->classes[class_number].is_terminating &&
                                              fg_group_selects(group, groups->state, class_number);
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
        const struct fg_karpenter_requirements *labels = fg_known_requirements(groups->known, kind);
        uint32_t domain = domain_of_slot(groups, group, slot, labels);
        if (domain == FG_NO_WORD ||
            !fg_group_takes_part(group, &groups->pools->words, &state->kinds[kind].taints, labels))
            continue;
        int32_t pods = pods_on(groups, group, slot);
        if (pods > 0 || (!group->is_inverse && group->key != groups->pools->host_key))
            fg_domains_add(&group->counts, groups->arena, domain, pods);
    }
}

static void enter(struct fg_groups *groups, struct fg_group *group, const struct fg_shape *first)
{
    if (group->solve == groups->solve)
        return;
    group->solve = groups->solve;
    group->counts = (struct fg_domain_counts){0};
    for (uint32_t i = 0; i < groups->pools->count; i++)
        add_pool_domains(groups, group, &groups->pools->items[i], first);
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
        enter(groups, groups->table->items[shape->inverses[i]], shape);
    for (uint32_t i = 0; i < shape->group_count; i++)
        enter(groups, groups->table->items[shape->groups[i]], shape);
}

void fg_groups_enter_cluster(struct fg_groups *groups)
{
    const struct fg_cluster_state *state = groups->state;
    bool any = false;
    for (uint32_t i = 0; i < groups->table->count; i++)
        any |= groups->table->items[i]->is_inverse;
    for (uint32_t slot = 0; any && slot < state->slot_count; slot++) {
        if (state->kind_of[slot] == UINT32_MAX || groups->is_out[slot])
            continue;
        for (uint32_t i = 0; i < state->loads[slot].count; i++) {
            const struct fg_shape *shape =
                groups->shapes[state->loads[slot].items[i].scheduling_class];
            for (uint32_t g = 0; g < shape->inverse_count; g++)
                enter(groups, groups->table->items[shape->inverses[g]], shape);
        }
    }
}

/* ---- where a pod may go ---- */

bool fg_groups_bind_shape(struct fg_groups *groups, const struct fg_shape *shape)
{
    if (shape->group_count > 0 || shape->inverse_count > 0)
        return true;
    for (uint32_t i = 0; i < groups->count; i++)
        if (fg_group_selects(groups->items[i], groups->state, shape->scheduling_class))
            return true;
    return false;
}

static struct fg_domain_choice choice_of(struct fg_groups *groups, struct fg_group *group,
                                         const struct fg_shape *shape,
                                         const struct fg_karpenter_requirements *node)
{
    static const struct fg_karpenter_requirement anything = {.complement = true};
    const struct fg_karpenter_requirement *of_pod =
        fg_karpenter_requirements_find(&shape->strict, group->key);
    const struct fg_karpenter_requirement *of_node =
        fg_karpenter_requirements_find(node, group->key);
    return (struct fg_domain_choice){
        .words = &groups->pools->words,
        .group = group,
        .pod = of_pod != NULL ? of_pod : &anything,
        .node = of_node != NULL ? of_node : &anything,
        .is_host = group->key == groups->pools->host_key,
        .selects_self = fg_group_selects(group, groups->state, shape->scheduling_class),
    };
}

static bool require(struct fg_groups *groups, struct fg_arena *arena, struct fg_group *group,
                    const struct fg_shape *shape, const struct fg_karpenter_requirements *node,
                    struct fg_karpenter_requirements *out)
{
    struct fg_domain_choice choice = choice_of(groups, group, shape, node);
    uint32_t *domains = fg_arena_allocate(arena, group->counts.capacity + 2, sizeof *domains);
    uint32_t found = fg_choice_domains(&choice, domains);
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
        struct fg_group *group = groups->table->items[shape->groups[i]];
        if (!require(groups, arena, group, shape, node, out))
            return group;
    }
    for (uint32_t i = 0; groups->any_inverse && i < groups->count; i++) {
        struct fg_group *group = groups->items[i];
        if (group->is_inverse && fg_group_selects(group, groups->state, shape->scheduling_class) &&
            !require(groups, arena, group, shape, node, out))
            return group;
    }
    return NULL;
}

const char *fg_groups_refusal(const struct fg_groups *groups, struct fg_arena *arena,
                              const struct fg_group *group, const struct fg_shape *shape,
                              const struct fg_karpenter_requirements *node)
{
    static const char *const forms[] = {"topology spread", "pod affinity", "pod anti-affinity"};
    const struct fg_words *words = &groups->pools->words;
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
        fg_domains_print(&group->counts, words, arena),
        fg_karpenter_requirement_print(words, arena, of_pod != NULL ? of_pod : &any),
        fg_karpenter_requirement_print(words, arena, of_node != NULL ? of_node : &any));
}

/* ---- a pod goes ---- */

void fg_groups_record(struct fg_groups *groups, const struct fg_shape *shape,
                      const struct fg_taints *taints, const struct fg_karpenter_requirements *node)
{
    for (uint32_t i = 0; i < groups->count; i++) {
        struct fg_group *group = groups->items[i];
        if (group->is_inverse
                ? !counts_for(groups, shape, group)
                : !fg_group_selects(group, groups->state, shape->scheduling_class) ||
                      !fg_group_takes_part(group, &groups->pools->words, taints, node))
            continue;
        const struct fg_karpenter_requirement *domains =
            fg_karpenter_requirements_find(node, group->key);
        if (domains == NULL || (group->form != FG_GROUP_ANTI_AFFINITY &&
                                (domains->complement || domains->value_count != 1)))
            continue;
        for (uint32_t v = 0; v < domains->value_count; v++)
            fg_domains_add(&group->counts, groups->arena, domains->values[v], 1);
    }
}
