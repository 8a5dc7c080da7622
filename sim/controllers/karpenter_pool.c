#include "sim/controllers/karpenter_pool.h"

#include <stdlib.h>
#include <string.h>

uint32_t fg_pools_capacity_mask(const struct fg_karpenter_pools *pools,
                                const struct fg_karpenter_requirements *requirements)
{
    const struct fg_karpenter_requirement *asked =
        fg_karpenter_requirements_find(requirements, pools->capacity_key);
    uint32_t mask = 0;
    for (uint32_t i = 0; i < FG_CAPACITY_TYPES; i++)
        if (asked == NULL ||
            fg_karpenter_requirement_allows(&pools->words, asked, pools->capacity_words[i]))
            mask |= UINT32_C(1) << i;
    return mask;
}

/* ---- DaemonSets ---- */

static bool tolerates_for_ever(const struct fg_pod_spec *spec, const struct fg_taints *taints)
{
    return fg_taints_find_untolerated(taints, &spec->tolerations) == NULL;
}

/* The types on whose nodes the DaemonSet runs: by any of its node affinity terms. */
static void daemon_types(struct fg_karpenter_pools *pools, const struct fg_karpenter_pool *pool,
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
        fg_karpenter_requirements_add_spec(&pools->words, &arena, &asked, spec);
        if (terms != NULL && terms->count > 0)
            fg_karpenter_requirements_add_terms(&pools->words, &arena, &asked,
                                                &terms->items[t].expressions);
        if (!fg_karpenter_requirements_compatible(&pools->words, &pool->requirements, &asked, true,
                                                  NULL))
            continue;
        memcpy(set, pool->base, words * sizeof *set);
        for (uint32_t i = 0; i < asked.count; i++)
            fg_karpenter_types_narrow(&pool->types, &pools->words, &asked.items[i], set);
        for (uint32_t w = 0; w < words; w++)
            out[w] |= set[w];
    }
    fg_arena_release(&arena);
}

/* Splits off the part of a group that is in `set`; the part is given the DaemonSet. */
static void split(struct fg_karpenter_pools *pools, struct fg_karpenter_pool *pool, uint32_t number,
                  const uint64_t *set, const struct fg_pod_spec *spec)
{
    uint32_t words = pool->types.word_count;
    struct fg_overhead part = pool->overheads[number];
    part.types = fg_arena_allocate(&pools->arena, words, sizeof *part.types);
    uint64_t *rest = pool->overheads[number].types;
    for (uint32_t w = 0; w < words; w++) {
        part.types[w] = rest[w] & set[w];
        rest[w] &= ~set[w];
    }
    if (!fg_bits_any(part.types, words))
        return;
    struct fg_request request = fg_request_of(spec);
    fg_use_add(&part.use, &request, 1);
    part.ports.capacity = part.ports.count;
    fg_ports_add(&pools->arena, &part.ports, spec->rules);
    if (!fg_bits_any(rest, words)) {
        pool->overheads[number] = part;
        return;
    }
    pool->overheads = fg_grow(pool->overheads, &pool->overhead_capacity, pool->overhead_count + 1,
                              sizeof *pool->overheads);
    pool->overheads[pool->overhead_count++] = part;
}

static void fill_overheads(struct fg_karpenter_pools *pools, struct fg_karpenter_pool *pool)
{
    uint32_t words = pool->types.word_count;
    uint64_t *set = fg_allocate(words + 1, sizeof *set);
    pool->overheads =
        fg_grow(pool->overheads, &pool->overhead_capacity, 1, sizeof *pool->overheads);
    pool->overhead_count = 1;
    pool->overheads[0] = (struct fg_overhead){
        .types = fg_arena_allocate(&pools->arena, words, sizeof(uint64_t)),
    };
    memcpy(pool->overheads[0].types, pool->base, words * sizeof(uint64_t));
    for (uint32_t d = 0; d < pools->source.daemon_set_count; d++) {
        daemon_types(pools, pool, pools->source.daemon_sets[d], set);
        for (uint32_t i = 0, count = pool->overhead_count; i < count; i++)
            split(pools, pool, i, set, pools->source.daemon_sets[d]);
    }
    free(set);
}

static int64_t bounded(int64_t a, int64_t b, bool most)
{
    return (a < b) == most ? b : a;
}

struct fg_node_use fg_pool_overhead(const struct fg_karpenter_pool *pool, const uint64_t *set,
                                    bool most)
{
    struct fg_node_use use = {0};
    bool is_first = true;
    for (uint32_t i = 0; i < pool->overhead_count; i++) {
        const struct fg_overhead *other = &pool->overheads[i];
        if (set != NULL && !fg_bits_meet(set, other->types, pool->types.word_count))
            continue;
        if (is_first)
            use = other->use;
        is_first = false;
        use.cpu_milli = bounded(use.cpu_milli, other->use.cpu_milli, most);
        use.memory_bytes = bounded(use.memory_bytes, other->use.memory_bytes, most);
        use.ephemeral_bytes = bounded(use.ephemeral_bytes, other->use.ephemeral_bytes, most);
        use.gpu_milli = bounded(use.gpu_milli, other->use.gpu_milli, most);
        use.pods = bounded(use.pods, other->use.pods, most);
    }
    return use;
}

/* ---- a pool ---- */

static void add_label(struct fg_karpenter_pools *pools, struct fg_karpenter_pool *pool,
                      const char *key, const char *value)
{
    struct fg_pair pair = {key, value};
    fg_karpenter_requirements_add_labels(&pools->words, &pools->arena, &pool->requirements,
                                         &(struct fg_pairs){1, &pair});
}

static void fill_requirements(struct fg_karpenter_pools *pools, struct fg_karpenter_pool *pool)
{
    struct fg_words *words = &pools->words;
    struct fg_arena *arena = &pools->arena;
    fg_karpenter_requirements_add_terms(words, arena, &pool->own, &pool->pool->requirements);
    fg_karpenter_requirements_add_labels(words, arena, &pool->own, &pool->pool->labels);
    pool->requirements = fg_karpenter_requirements_copy(arena, &pool->own, 8);
    add_label(pools, pool, "karpenter.sh/nodepool", pool->pool->name);
    add_label(pools, pool,
              pool->pool->auto_mode ? "eks.amazonaws.com/nodeclass"
                                    : "karpenter.k8s.aws/ec2nodeclass",
              pool->pool->node_class != NULL ? pool->pool->node_class : "default");
    add_label(pools, pool, "karpenter.sh/registered", "true");
    add_label(pools, pool, "karpenter.sh/initialized", "true");
}

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* After other prices. */
static void settle(struct fg_karpenter_pools *pools, struct fg_karpenter_pool *pool)
{
    const struct fg_karpenter_types *types = &pool->types;
    uint32_t zones =
        fg_karpenter_zone_mask(types, &pools->words, &pool->requirements, pools->zone_key);
    fg_karpenter_types_offered(types, zones, fg_pools_capacity_mask(pools, &pool->requirements),
                               pool->base);
    for (uint32_t w = 0; w < types->word_count; w++)
        pool->base[w] &= types->sound[w];
    for (uint32_t i = 0; i < pool->requirements.count; i++)
        fg_karpenter_types_narrow(types, &pools->words, &pool->requirements.items[i], pool->base);
    pool->is_empty = !fg_bits_any(pool->base, types->word_count);
    fill_overheads(pools, pool);
}

static void fill(struct fg_karpenter_pools *pools, uint32_t number)
{
    const struct fg_karpenter_source *source = &pools->source;
    struct fg_karpenter_pool *pool = &pools->items[number];
    pool->pool = &source->pools[number];
    pool->node_class = fg_node_class_of(pool->pool, source->classes, source->class_count);
    if (pool->node_class == NULL) {
        struct fg_node_class *plain = fg_arena_allocate(&pools->arena, 1, sizeof *plain);
        *plain = fg_node_class_default();
        pool->node_class = plain;
    }
    bool own_zones = pool->node_class->zone_count > 0;
    uint32_t zone_count = own_zones ? pool->node_class->zone_count : source->zone_count;
    const char **zones = fg_arena_allocate(&pools->arena, zone_count, sizeof *zones);
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
    fg_karpenter_types_fill(&pool->types, &pools->words, &types, &source->market);
    pool->base = fg_arena_allocate(&pools->arena, pool->types.word_count, sizeof(uint64_t));
    fill_requirements(pools, pool);
    settle(pools, pool);
}

/* ---- all of them ---- */

/* The heaviest first, then the last by name. */
static void order_pools(struct fg_karpenter_pools *pools)
{
    const struct fg_node_pool *all = pools->source.pools;
    for (uint32_t i = 0; i < pools->count; i++) {
        uint32_t at = i;
        for (; at > 0; at--) {
            const struct fg_node_pool *before = &all[pools->by_weight[at - 1]];
            if (before->weight > all[i].weight ||
                (before->weight == all[i].weight && strcmp(before->name, all[i].name) > 0))
                break;
            pools->by_weight[at] = pools->by_weight[at - 1];
        }
        pools->by_weight[at] = i;
    }
}

static bool has_prefer_no_schedule(const struct fg_node_pool *pool)
{
    for (uint32_t i = 0; i < pool->taints.count; i++)
        if (pool->taints.items[i].effect == FG_EFFECT_PREFER_NO_SCHEDULE)
            return true;
    return false;
}

void fg_pools_open(struct fg_karpenter_pools *pools, const struct fg_karpenter_source *source)
{
    struct fg_words *words = &pools->words;
    pools->source = *source;
    pools->zone_key = fg_words_key(words, "topology.kubernetes.io/zone");
    pools->capacity_key = fg_words_key(words, "karpenter.sh/capacity-type");
    pools->host_key = fg_words_key(words, "kubernetes.io/hostname");
    pools->pool_key = fg_words_key(words, "karpenter.sh/nodepool");
    for (int i = 0; i < FG_CAPACITY_TYPES; i++)
        pools->capacity_words[i] =
            fg_words_value(words, fg_capacity_type_name((enum fg_capacity_type)i));
    pools->count = source->pool_count;
    pools->items = fg_allocate(source->pool_count, sizeof *pools->items);
    pools->by_weight = fg_allocate(source->pool_count, sizeof *pools->by_weight);
    order_pools(pools);
    for (uint32_t i = 0; i < source->pool_count; i++) {
        fill(pools, i);
        pools->has_prefer_no_schedule |= has_prefer_no_schedule(&source->pools[i]);
    }
}

void fg_pools_close(struct fg_karpenter_pools *pools)
{
    for (uint32_t i = 0; i < pools->count; i++) {
        fg_karpenter_types_release(&pools->items[i].types);
        free(pools->items[i].overheads);
    }
    free(pools->items);
    free(pools->by_weight);
    fg_words_release(&pools->words);
    fg_arena_release(&pools->arena);
}

void fg_pools_reprice(struct fg_karpenter_pools *pools)
{
    for (uint32_t i = 0; i < pools->count; i++) {
        struct fg_karpenter_pool *pool = &pools->items[i];
        fg_karpenter_types_reprice(&pool->types, &pools->words, &pools->source.market);
        settle(pools, pool);
    }
}
