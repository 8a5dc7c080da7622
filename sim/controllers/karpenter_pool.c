#include <stdlib.h>
#include <string.h>

#include "sim/controllers/karpenter_parts.h"

/* ---- host ports ---- */

static bool same_address(const char *a, const char *b)
{
    return strcmp(a, "0.0.0.0") == 0 || strcmp(b, "0.0.0.0") == 0 || strcmp(a, b) == 0;
}

bool fg_ports_clash(const struct fg_port_list *taken, const struct fg_pod_rules *rules)
{
    for (uint32_t p = 0; p < rules->port_count; p++)
        for (uint32_t i = 0; i < taken->count; i++)
            if (taken->items[i]->port == rules->ports[p].port &&
                strcmp(taken->items[i]->protocol, rules->ports[p].protocol) == 0 &&
                same_address(taken->items[i]->ip, rules->ports[p].ip))
                return true;
    return false;
}

void fg_ports_add(struct fg_arena *arena, struct fg_port_list *taken,
                  const struct fg_pod_rules *rules)
{
    if (rules == NULL || rules->port_count == 0)
        return;
    if (taken->count + rules->port_count > taken->capacity) {
        uint32_t capacity = (taken->count + rules->port_count) * 2;
        const struct fg_host_port **wider = fg_arena_allocate(arena, capacity, sizeof *wider);
        if (taken->count > 0)
            memcpy((void *)(uintptr_t)wider, (const void *)(uintptr_t)taken->items,
                   taken->count * sizeof *wider);
        taken->items = wider;
        taken->capacity = capacity;
    }
    for (uint32_t i = 0; i < rules->port_count; i++)
        taken->items[taken->count++] = &rules->ports[i];
}

/* ---- DaemonSets ---- */

static bool tolerates_for_ever(const struct fg_pod_spec *spec, const struct fg_taints *taints)
{
    return fg_taints_find_untolerated(taints, &spec->tolerations) == NULL;
}

/* The types on whose nodes the DaemonSet runs: by any of its node affinity terms. */
static void daemon_types(struct fg_karpenter *karpenter, const struct fg_karpenter_pool *pool,
                         const struct fg_pod_spec *spec, uint64_t *out)
{
    const struct fg_node_terms *terms = spec->rules != NULL ? &spec->rules->required_nodes : NULL;
    uint32_t count = terms != NULL && terms->count > 0 ? terms->count : 1;
    uint32_t words = pool->types.word_count;
    memset(out, 0, words * sizeof *out);
    if (!tolerates_for_ever(spec, &pool->pool->taints))
        return;
    struct fg_arena arena = {0};
    uint64_t *set = fg_arena_allocate(&arena, words, sizeof *set);
    for (uint32_t t = 0; t < count; t++) {
        struct fg_karpenter_requirements asked = {0};
        fg_spec_requirements(karpenter, &arena, spec, &asked);
        if (terms != NULL && terms->count > 0)
            fg_karpenter_requirements_add_terms(&karpenter->words, &arena, &asked,
                                                &terms->items[t].expressions);
        if (!fg_karpenter_requirements_compatible(&karpenter->words, &pool->requirements, &asked,
                                                  true, NULL))
            continue;
        memcpy(set, pool->base, words * sizeof *set);
        for (uint32_t i = 0; i < asked.count; i++)
            fg_karpenter_types_narrow(&pool->types, &karpenter->words, &asked.items[i], set);
        for (uint32_t w = 0; w < words; w++)
            out[w] |= set[w];
    }
    fg_arena_release(&arena);
}

static bool any_bit(const uint64_t *set, uint32_t words)
{
    for (uint32_t w = 0; w < words; w++)
        if (set[w] != 0)
            return true;
    return false;
}

/* Splits off the part of a group that is in `set`; the part is given the DaemonSet. */
static void split(struct fg_karpenter *karpenter, struct fg_karpenter_pool *pool, uint32_t number,
                  const uint64_t *set, const struct fg_pod_spec *spec)
{
    uint32_t words = pool->types.word_count;
    struct fg_overhead part = pool->overheads[number];
    part.types = fg_arena_allocate(&karpenter->arena, words, sizeof *part.types);
    uint64_t *rest = pool->overheads[number].types;
    for (uint32_t w = 0; w < words; w++) {
        part.types[w] = rest[w] & set[w];
        rest[w] &= ~set[w];
    }
    if (!any_bit(part.types, words))
        return;
    struct fg_request request = fg_request_of(spec);
    fg_use_add(&part.use, &request, 1);
    part.ports.capacity = part.ports.count;
    fg_ports_add(&karpenter->arena, &part.ports, spec->rules);
    if (!any_bit(rest, words)) {
        pool->overheads[number] = part;
        return;
    }
    pool->overheads = fg_grow(pool->overheads, &pool->overhead_capacity, pool->overhead_count + 1,
                              sizeof *pool->overheads);
    pool->overheads[pool->overhead_count++] = part;
}

static void fill_overheads(struct fg_karpenter *karpenter, struct fg_karpenter_pool *pool)
{
    uint32_t words = pool->types.word_count;
    uint64_t *set = fg_allocate(words + 1, sizeof *set);
    pool->overheads =
        fg_grow(pool->overheads, &pool->overhead_capacity, 1, sizeof *pool->overheads);
    pool->overhead_count = 1;
    pool->overheads[0] = (struct fg_overhead){
        .types = fg_arena_allocate(&karpenter->arena, words, sizeof(uint64_t)),
    };
    memcpy(pool->overheads[0].types, pool->base, words * sizeof(uint64_t));
    for (uint32_t d = 0; d < karpenter->source.daemon_set_count; d++) {
        daemon_types(karpenter, pool, karpenter->source.daemon_sets[d], set);
        for (uint32_t i = 0, count = pool->overhead_count; i < count; i++)
            split(karpenter, pool, i, set, karpenter->source.daemon_sets[d]);
    }
    free(set);
}

/* ---- a pool ---- */

static void add_label(struct fg_karpenter *karpenter, struct fg_karpenter_pool *pool,
                      const char *key, const char *value)
{
    struct fg_pair pair = {key, value};
    fg_karpenter_requirements_add_labels(&karpenter->words, &karpenter->arena, &pool->requirements,
                                         &(struct fg_pairs){1, &pair});
}

static void fill_requirements(struct fg_karpenter *karpenter, struct fg_karpenter_pool *pool)
{
    struct fg_words *words = &karpenter->words;
    struct fg_arena *arena = &karpenter->arena;
    fg_karpenter_requirements_add_terms(words, arena, &pool->own, &pool->pool->requirements);
    fg_karpenter_requirements_add_labels(words, arena, &pool->own, &pool->pool->labels);
    pool->requirements = fg_karpenter_requirements_copy(arena, &pool->own, 8);
    add_label(karpenter, pool, "karpenter.sh/nodepool", pool->pool->name);
    add_label(karpenter, pool,
              pool->pool->auto_mode ? "eks.amazonaws.com/nodeclass"
                                    : "karpenter.k8s.aws/ec2nodeclass",
              pool->pool->node_class != NULL ? pool->pool->node_class : "default");
    add_label(karpenter, pool, "karpenter.sh/registered", "true");
    add_label(karpenter, pool, "karpenter.sh/initialized", "true");
}

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

void fg_pool_settle(struct fg_karpenter *karpenter, struct fg_karpenter_pool *pool)
{
    const struct fg_karpenter_types *types = &pool->types;
    uint32_t zones =
        fg_karpenter_zone_mask(types, &karpenter->words, &pool->requirements, karpenter->zone_key);
    const struct fg_karpenter_requirement *asked =
        fg_karpenter_requirements_find(&pool->requirements, karpenter->capacity_key);
    uint32_t kinds = 0;
    for (uint32_t i = 0; i < FG_CAPACITY_TYPES; i++)
        if (asked == NULL ||
            fg_karpenter_requirement_allows(
                &karpenter->words, asked,
                fg_words_value(&karpenter->words, fg_capacity_type_name((enum fg_capacity_type)i))))
            kinds |= UINT32_C(1) << i;
    fg_karpenter_types_offered(types, zones, kinds, pool->base);
    for (uint32_t w = 0; w < types->word_count; w++)
        pool->base[w] &= types->sound[w];
    for (uint32_t i = 0; i < pool->requirements.count; i++)
        fg_karpenter_types_narrow(types, &karpenter->words, &pool->requirements.items[i],
                                  pool->base);
    pool->is_empty = !any_bit(pool->base, types->word_count);
    fill_overheads(karpenter, pool);
}

void fg_pool_fill(struct fg_karpenter *karpenter, uint32_t number)
{
    const struct fg_karpenter_source *source = &karpenter->source;
    struct fg_karpenter_pool *pool = &karpenter->pools[number];
    pool->pool = &source->pools[number];
    pool->node_class = fg_node_class_of(pool->pool, source->classes, source->class_count);
    if (pool->node_class == NULL) {
        struct fg_node_class *plain = fg_arena_allocate(&karpenter->arena, 1, sizeof *plain);
        *plain = fg_node_class_default();
        pool->node_class = plain;
    }
    bool own_zones = pool->node_class->zone_count > 0;
    uint32_t zone_count = own_zones ? pool->node_class->zone_count : source->zone_count;
    const char **zones = fg_arena_allocate(&karpenter->arena, zone_count, sizeof *zones);
    for (uint32_t i = 0; i < zone_count; i++)
        zones[i] = own_zones ? pool->node_class->zones[i] : source->zones[i];
    qsort((void *)(uintptr_t)zones, zone_count, sizeof *zones, compare_texts);
    struct fg_karpenter_types_source types = {
        .catalog = source->catalog,
        .region = source->region,
        .zone_count = zone_count,
        .zones = zones,
        .node_class = pool->node_class,
        .settings = source->settings,
        .auto_mode = pool->pool->auto_mode,
    };
    fg_karpenter_types_fill(&pool->types, &karpenter->words, &types, &source->market);
    pool->base = fg_arena_allocate(&karpenter->arena, pool->types.word_count, sizeof(uint64_t));
    fill_requirements(karpenter, pool);
    fg_pool_settle(karpenter, pool);
}
