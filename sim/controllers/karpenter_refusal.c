#include "sim/controllers/karpenter_refusal.h"

#include <string.h>

const char *fg_refusal_of_taints(struct fg_arena *arena, const struct fg_shape *shape,
                                 const struct fg_taints *taints)
{
    const char *text = "";
    for (uint32_t i = 0; i < taints->count; i++) {
        const struct fg_taint *taint = &taints->items[i];
        struct fg_taints one = {1, &taints->items[i]};
        if (!fg_shape_tolerates(shape, &one))
            text = fg_arena_format(arena, "%s%sdid not tolerate taint (taint=%s%s%s:%s)", text,
                                   *text != '\0' ? "; " : "", taint->key,
                                   *taint->value != '\0' ? "=" : "", taint->value,
                                   fg_effect_name(taint->effect));
    }
    return text;
}

/* ---- resources ---- */

static const char *print_binary(struct fg_arena *arena, int64_t bytes)
{
    static const char *const suffixes[] = {"", "Ki", "Mi", "Gi", "Ti", "Pi"};
    int unit = 0;
    while (bytes != 0 && bytes % 1024 == 0 && unit < 5) {
        bytes /= 1024;
        unit++;
    }
    return fg_arena_format(arena, "%lld%s", (long long)bytes, suffixes[unit]);
}

static const char *print_milli(struct fg_arena *arena, int64_t milli)
{
    return milli % 1000 == 0 ? fg_arena_format(arena, "%lld", (long long)milli / 1000)
                             : fg_arena_format(arena, "%lldm", (long long)milli);
}

static const char *print_use(struct fg_arena *arena, const struct fg_node_use *use)
{
    const char *text = "{";
    if (use->cpu_milli > 0)
        text =
            fg_arena_format(arena, "%s\"cpu\":\"%s\",", text, print_milli(arena, use->cpu_milli));
    if (use->ephemeral_bytes > 0)
        text = fg_arena_format(arena, "%s\"ephemeral-storage\":\"%s\",", text,
                               print_binary(arena, use->ephemeral_bytes));
    if (use->memory_bytes > 0)
        text = fg_arena_format(arena, "%s\"memory\":\"%s\",", text,
                               print_binary(arena, use->memory_bytes));
    if (use->gpu_milli > 0)
        text = fg_arena_format(arena, "%s\"nvidia.com/gpu\":\"%s\",", text,
                               print_milli(arena, use->gpu_milli));
    return fg_arena_format(arena, "%s\"pods\":\"%lld\"}", text, (long long)use->pods);
}

/* The pod's own requests and what DaemonSets take where they take least, and most. */
static const char *print_resources(struct fg_arena *arena, const struct fg_karpenter_pool *pool,
                                   const struct fg_request *request)
{
    struct fg_node_use least = fg_pool_overhead(pool, NULL, false),
                       most = fg_pool_overhead(pool, NULL, true);
    fg_use_add(&least, request, 1);
    fg_use_add(&most, request, 1);
    const char *low = print_use(arena, &least), *high = print_use(arena, &most);
    return strcmp(low, high) == 0 ? low : fg_arena_format(arena, "min=%s, max=%s", low, high);
}

/* ---- types ---- */

/* Which of the three criteria, alone or two together, shut out every type. */
static const char *criteria_text(bool met, bool fits, bool offered, bool offered_too_small,
                                 bool fits_unmet)
{
    if (!met && !fits && !offered)
        return "no instance type met the scheduling requirements or had enough resources or had a "
               "required offering";
    if (!met && !fits)
        return "no instance type met the scheduling requirements or had enough resources";
    if (!met && !offered)
        return "no instance type met the scheduling requirements or had a required offering";
    if (!fits && !offered)
        return "no instance type had enough resources or had a required offering";
    if (!met)
        return "no instance type met all requirements";
    if (!fits)
        return "no instance type has enough resources";
    if (!offered)
        return "no instance type has the required offering";
    if (fits_unmet)
        return "no instance type which had enough resources and the required offering met the "
               "scheduling requirements";
    if (offered_too_small)
        return "no instance type which met the scheduling requirements and the required offering "
               "had the required resources";
    return "no instance type met the requirements/resources/offering tuple";
}

const char *fg_refusal_of_types(struct fg_arena *arena, const struct fg_refused_node *node,
                                const uint64_t *types, uint64_t *fits)
{
    const struct fg_karpenter_pools *pools = node->pools;
    const struct fg_karpenter_types *all = &node->pool->types;
    const struct fg_karpenter_requirements *asked = node->requirements;
    uint32_t words = all->word_count;
    uint64_t *met = fg_arena_allocate(arena, words * 2, sizeof *met), *offered = met + words;
    bool too_small = false, unmet = false;
    memcpy(met, types, words * sizeof *met);
    for (uint32_t i = 0; i < asked->count; i++)
        fg_karpenter_types_narrow(all, &pools->words, &asked->items[i], met);
    fg_karpenter_types_offered(all,
                               fg_karpenter_zone_mask(all, &pools->words, asked, pools->zone_key),
                               fg_pools_capacity_mask(pools, asked), offered);
    for (uint32_t w = 0; w < words; w++) {
        offered[w] &= types[w];
        fits[w] &= offered[w];
        too_small |= (met[w] & offered[w] & ~fits[w]) != 0;
        unmet |= (fits[w] & ~met[w]) != 0;
    }
    return fg_arena_format(arena, "%s, requirements=%s, resources=%s",
                           criteria_text(fg_bits_any(met, words), fg_bits_any(fits, words),
                                         fg_bits_any(offered, words), too_small, unmet),
                           fg_karpenter_requirements_print(&pools->words, arena, asked),
                           print_resources(arena, node->pool, node->request));
}

const char *fg_refusal_of_min_values(struct fg_arena *arena, const struct fg_refused_node *node,
                                     uint32_t key)
{
    const struct fg_words *words = &node->pools->words;
    return fg_arena_format(
        arena,
        "minValues requirement is not met for label(s) (label(s)=[%s]), requirements=%s, "
        "resources=%s",
        fg_words_text(words, key),
        fg_karpenter_requirements_print(words, arena, node->requirements),
        print_resources(arena, node->pool, node->request));
}
