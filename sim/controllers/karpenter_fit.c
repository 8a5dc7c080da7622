#include "sim/controllers/karpenter_fit.h"

#include <string.h>

/* ---- resources ---- */

static void keep_with(const struct fg_karpenter_types *types, enum fg_fit resource, int64_t amount,
                      uint64_t *set)
{
    if (amount <= 0)
        return;
    const uint64_t *with = fg_karpenter_types_with(types, resource, amount);
    for (uint32_t w = 0; w < types->word_count; w++)
        set[w] &= with != NULL ? with[w] : 0;
}

static void keep_extended(const struct fg_karpenter_types *types, const char *name, int64_t amount,
                          uint64_t *set)
{
    const struct fg_type_extended *found = NULL;
    for (uint32_t i = 0; i < types->extended_count; i++)
        if (strcmp(types->extended[i].name, name) == 0)
            found = &types->extended[i];
    for (uint32_t type = 0; type < types->count; type++)
        if (found == NULL || found->amounts[type] < amount)
            fg_bit_clear(set, type);
}

/* What the load and one more pod ask for; resource 0 is volumes, which no type limits. */
static int64_t extended_of(const struct fg_planned_load *load, const struct fg_state_class *class_,
                           uint32_t resource)
{
    int64_t amount = load->extended != NULL ? load->extended[resource] : 0;
    for (uint32_t i = 0; i < class_->extended_count; i++)
        if (class_->extended[i].resource == resource)
            amount += class_->extended[i].amount;
    return amount;
}

void fg_fit_keep(const struct fg_karpenter_pool *pool, const struct fg_cluster_state *state,
                 const struct fg_planned_load *load, const struct fg_shape *shape,
                 struct fg_arena *arena, uint64_t *set)
{
    const struct fg_state_class *class_ = &state->classes[shape->scheduling_class];
    uint32_t words = pool->types.word_count;
    uint64_t *part = fg_arena_allocate(arena, words * 2, sizeof *part), *all = part + words;
    bool clash = fg_ports_clash(&load->ports, shape->rules);
    for (uint32_t i = 0; i < pool->overhead_count && !clash; i++) {
        const struct fg_overhead *overhead = &pool->overheads[i];
        if (fg_ports_clash(&overhead->ports, shape->rules))
            continue;
        struct fg_node_use use = load->use;
        fg_use_add(&use, &class_->request, 1);
        for (uint32_t w = 0; w < words; w++)
            part[w] = set[w] & overhead->types[w];
        keep_with(&pool->types, FG_FIT_CPU, use.cpu_milli + overhead->use.cpu_milli, part);
        keep_with(&pool->types, FG_FIT_MEMORY, use.memory_bytes + overhead->use.memory_bytes, part);
        keep_with(&pool->types, FG_FIT_EPHEMERAL,
                  use.ephemeral_bytes + overhead->use.ephemeral_bytes, part);
        keep_with(&pool->types, FG_FIT_PODS, use.pods + overhead->use.pods, part);
        keep_with(&pool->types, FG_FIT_GPU, use.gpu_milli + overhead->use.gpu_milli, part);
        for (uint32_t w = 0; w < words; w++)
            all[w] |= part[w];
    }
    memcpy(set, all, words * sizeof *set);
    for (uint32_t r = 1; r < state->extended_count; r++)
        if (extended_of(load, class_, r) > 0)
            keep_extended(&pool->types, state->extended[r].name, extended_of(load, class_, r), set);
}

void fg_load_add(struct fg_planned_load *load, const struct fg_cluster_state *state,
                 const struct fg_shape *shape, struct fg_arena *arena)
{
    const struct fg_state_class *class_ = &state->classes[shape->scheduling_class];
    fg_use_add(&load->use, &class_->request, 1);
    if (class_->extended_count > 0 && load->extended == NULL)
        load->extended = fg_arena_allocate(arena, state->extended_count, sizeof *load->extended);
    for (uint32_t i = 0; i < class_->extended_count; i++)
        load->extended[class_->extended[i].resource] += class_->extended[i].amount;
    fg_ports_add(arena, &load->ports, shape->rules);
}

/* ---- minValues ---- */

/* How many values of the key that the requirement allows the types of the set have. */
static uint32_t values_among(const struct fg_words *words, const struct fg_karpenter_types *types,
                             const struct fg_karpenter_requirement *requirement,
                             const uint64_t *set)
{
    const struct fg_type_label *label = fg_type_labels_find(&types->labels, requirement->key);
    uint32_t found = 0;
    for (uint32_t v = 0; label != NULL && v < label->value_count; v++)
        found += fg_bits_meet(set, label->types[v], types->word_count) &&
                 fg_karpenter_requirement_allows(words, requirement, label->values[v]);
    return found;
}

bool fg_fit_min_values(const struct fg_words *words, const struct fg_karpenter_types *types,
                       struct fg_karpenter_requirements *requirements, const uint64_t *set,
                       bool lowers, uint32_t *key)
{
    for (uint32_t i = 0; i < requirements->count; i++) {
        struct fg_karpenter_requirement *requirement = &requirements->items[i];
        if (requirement->min_values == 0)
            continue;
        uint32_t found = values_among(words, types, requirement, set);
        if (found >= requirement->min_values)
            continue;
        *key = requirement->key;
        if (!lowers)
            return false;
        requirement->min_values = found;
    }
    return true;
}
