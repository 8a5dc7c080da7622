#include "sim/controllers/karpenter_claim.h"

#include <stdlib.h>
#include <string.h>

#include "sim/controllers/karpenter_fit.h"

/* ---- types ---- */

struct priced {
    fg_nanodollars price;
    uint32_t type;
};

static int compare_priced(const void *a, const void *b)
{
    const struct priced *left = a, *right = b;
    if (left->price != right->price)
        return left->price < right->price ? -1 : 1;
    return (left->type > right->type) - (left->type < right->type);
}

void fg_claim_set_types(struct fg_karpenter_claim *claim, const struct fg_karpenter_types *types,
                        const uint64_t *set, struct fg_arena *arena)
{
    struct priced *priced = fg_allocate(types->count + 1, sizeof *priced);
    uint32_t count = 0;
    for (uint32_t type = 0; type < types->count; type++)
        if (fg_bit(set, type))
            priced[count++] = (struct priced){
                fg_karpenter_lowest_price(types, type, claim->zone_mask, claim->capacity_mask),
                type,
            };
    qsort(priced, count, sizeof *priced, compare_priced);
    claim->type_count = count < FG_KARPENTER_CLAIM_TYPES ? count : FG_KARPENTER_CLAIM_TYPES;
    claim->types = fg_arena_allocate(arena, claim->type_count, sizeof *claim->types);
    for (uint32_t i = 0; i < claim->type_count; i++)
        claim->types[i] = priced[i].type;
    free(priced);
}

bool fg_claim_is_flexible(const struct fg_karpenter_pools *pools,
                          const struct fg_karpenter_claim *claim)
{
    const struct fg_karpenter_types *types = &pools->items[claim->pool].types;
    if (!fg_karpenter_requirements_have_min_values(&claim->requirements))
        return true;
    uint64_t *set = fg_allocate(types->word_count, sizeof *set);
    for (uint32_t i = 0; i < claim->type_count; i++)
        fg_bit_set(set, claim->types[i]);
    uint32_t key;
    struct fg_karpenter_requirements requirements = claim->requirements;
    bool flexible = fg_fit_min_values(&pools->words, types, &requirements, set, false, &key);
    free(set);
    return flexible;
}

/* ---- launch ---- */

struct fleet {
    const struct fg_karpenter_types *types;
    const struct fg_karpenter_claim *claim;
    fg_nanodollars spot_limit; /* dearer Spot is not asked for */
    uint32_t count;
    struct priced *items;
};

static bool is_asked(const struct fleet *fleet, uint32_t type, uint32_t zone, int kind)
{
    fg_nanodollars price =
        fg_karpenter_price(fleet->types, type, zone, (enum fg_capacity_type)kind);
    return (fleet->claim->zone_mask >> zone & 1) != 0 &&
           (fleet->claim->capacity_mask >> kind & 1) != 0 && price >= 0 &&
           (kind != FG_CAPACITY_SPOT || price <= fleet->spot_limit);
}

/* The types without bare metal and accelerators, unless there are no others. */
static void keep_plain(struct fleet *fleet)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < fleet->count; i++)
        kept += !fleet->types->is_exotic[fleet->items[i].type];
    if (kept == 0)
        return;
    kept = 0;
    for (uint32_t i = 0; i < fleet->count; i++)
        if (!fleet->types->is_exotic[fleet->items[i].type])
            fleet->items[kept++] = fleet->items[i];
    fleet->count = kept;
}

static void limit_spot(struct fleet *fleet)
{
    fg_nanodollars cheapest = INT64_MAX;
    for (uint32_t i = 0; i < fleet->count; i++) {
        fg_nanodollars price =
            fg_karpenter_lowest_price(fleet->types, fleet->items[i].type, fleet->claim->zone_mask,
                                      fleet->claim->capacity_mask & 1U << FG_CAPACITY_ON_DEMAND);
        if (price >= 0 && price < cheapest)
            cheapest = price;
    }
    fleet->spot_limit = cheapest;
}

/* The 60 cheapest by their cheapest offering that is still asked for. */
static void cut(struct fleet *fleet)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < fleet->count; i++) {
        struct priced item = {INT64_MAX, fleet->items[i].type};
        for (uint32_t zone = 0; zone < fleet->types->zone_count; zone++)
            for (int kind = 0; kind < FG_CAPACITY_TYPES; kind++)
                if (is_asked(fleet, item.type, zone, kind) &&
                    fg_karpenter_price(fleet->types, item.type, zone, (enum fg_capacity_type)kind) <
                        item.price)
                    item.price = fg_karpenter_price(fleet->types, item.type, zone,
                                                    (enum fg_capacity_type)kind);
        if (item.price != INT64_MAX)
            fleet->items[kept++] = item;
    }
    qsort(fleet->items, kept, sizeof *fleet->items, compare_priced);
    fleet->count = kept < FG_KARPENTER_FLEET_TYPES ? kept : FG_KARPENTER_FLEET_TYPES;
}

static struct fg_karpenter_launch cheapest(const struct fleet *fleet)
{
    struct fg_karpenter_launch best = {.price = INT64_MAX};
    for (int kind = FG_CAPACITY_SPOT; kind >= 0 && !best.is_possible; kind--) {
        for (uint32_t i = 0; i < fleet->count; i++) {
            for (uint32_t zone = 0; zone < fleet->types->zone_count; zone++) {
                uint32_t type = fleet->items[i].type;
                fg_nanodollars price =
                    fg_karpenter_price(fleet->types, type, zone, (enum fg_capacity_type)kind);
                if (!is_asked(fleet, type, zone, kind) || price > best.price ||
                    (price == best.price && type >= best.type))
                    continue;
                best = (struct fg_karpenter_launch){
                    true, type, zone, (enum fg_capacity_type)kind, price,
                };
            }
        }
    }
    return best;
}

struct fg_karpenter_launch fg_claim_choose_launch(const struct fg_karpenter_pools *pools,
                                                  const struct fg_karpenter_claim *claim)
{
    struct fleet fleet = {
        .types = &pools->items[claim->pool].types,
        .claim = claim,
        .spot_limit = INT64_MAX,
        .count = claim->type_count,
        .items = fg_allocate(claim->type_count + 1, sizeof *fleet.items),
    };
    for (uint32_t i = 0; i < claim->type_count; i++)
        fleet.items[i].type = claim->types[i];
    uint32_t both = 1U << FG_CAPACITY_ON_DEMAND | 1U << FG_CAPACITY_SPOT;
    bool flexible = fg_karpenter_requirements_have_min_values(&claim->requirements);
    if (!flexible)
        keep_plain(&fleet);
    if (!flexible && (claim->capacity_mask & both) == both)
        limit_spot(&fleet);
    cut(&fleet);
    struct fg_karpenter_launch launch = cheapest(&fleet);
    free(fleet.items);
    return launch;
}

/* ---- labels of the node ---- */

static void put_label(struct fg_pairs *out, const char *key, const char *value)
{
    for (uint32_t i = 0; i < out->count; i++)
        if (strcmp(out->items[i].key, key) == 0)
            return;
    out->items[out->count++] = (struct fg_pair){key, value};
}

static void put_type_labels(const struct fg_karpenter_pools *pools,
                            const struct fg_karpenter_types *types, uint32_t type,
                            struct fg_pairs *out)
{
    for (uint32_t i = 0; i < types->labels.count; i++) {
        const struct fg_type_label *label = &types->labels.items[i];
        for (uint32_t v = 0; v < label->value_count; v++) {
            if (!fg_bit(label->types[v], type))
                continue;
            put_label(out, fg_words_text(&pools->words, label->key),
                      fg_words_text(&pools->words, label->values[v]));
            break;
        }
    }
}

void fg_claim_labels(const struct fg_karpenter_pools *pools, const struct fg_karpenter_claim *claim,
                     const struct fg_karpenter_launch *launch, struct fg_arena *arena,
                     struct fg_pairs *out)
{
    const struct fg_karpenter_pool *pool = &pools->items[claim->pool];
    const struct fg_words *words = &pools->words;
    out->count = 0;
    out->items = fg_arena_allocate(arena, claim->requirements.count + pool->types.labels.count + 4,
                                   sizeof *out->items);
    put_label(out, "topology.kubernetes.io/zone",
              fg_words_text(words, pool->types.zones[launch->zone]));
    put_label(out, "karpenter.sh/capacity-type", fg_capacity_type_name(launch->capacity));
    for (uint32_t i = 0; i < claim->requirements.count; i++) {
        const struct fg_karpenter_requirement *requirement = &claim->requirements.items[i];
        if (fg_karpenter_requirement_form(requirement) == FG_FORM_IN &&
            (requirement->value_count == 1 || !words->items[requirement->key].is_well_known))
            put_label(out, fg_words_text(words, requirement->key),
                      fg_words_text(words, requirement->values[0]));
    }
    put_type_labels(pools, &pool->types, launch->type, out);
    fg_pairs_sort(out);
}
