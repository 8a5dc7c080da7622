#include "sim/controllers/karpenter_types.h"

#include <stdlib.h>
#include <string.h>

#include "models/base/status.h"
#include "models/instance_name.h"

static uint64_t *new_set(struct fg_karpenter_types *types)
{
    return fg_arena_allocate(&types->arena, types->word_count, sizeof(uint64_t));
}

/* ---- steps ---- */

static int64_t amount_of(const struct fg_node_capacity *capacity, enum fg_fit resource)
{
    switch (resource) {
    case FG_FIT_CPU:
        return capacity->cpu_milli;
    case FG_FIT_MEMORY:
        return capacity->memory_bytes;
    case FG_FIT_EPHEMERAL:
        return capacity->ephemeral_bytes;
    case FG_FIT_PODS:
        return capacity->pods;
    case FG_FIT_GPU:
    case FG_FITS:
        break;
    }
    return capacity->gpu_milli;
}

static int compare_amounts(const void *a, const void *b)
{
    int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
    return (left > right) - (left < right);
}

static void fill_steps(struct fg_karpenter_types *types, enum fg_fit resource)
{
    struct fg_type_steps *steps = &types->steps[resource];
    steps->amounts = fg_arena_allocate(&types->arena, types->count, sizeof *steps->amounts);
    for (uint32_t i = 0; i < types->count; i++)
        steps->amounts[i] = amount_of(&types->allocatable[i], resource);
    qsort(steps->amounts, types->count, sizeof *steps->amounts, compare_amounts);
    for (uint32_t i = 0; i < types->count; i++)
        if (steps->count == 0 || steps->amounts[steps->count - 1] != steps->amounts[i])
            steps->amounts[steps->count++] = steps->amounts[i];
    steps->types = fg_arena_allocate(&types->arena, (size_t)steps->count * types->word_count,
                                     sizeof *steps->types);
    for (uint32_t s = 0; s < steps->count; s++)
        for (uint32_t i = 0; i < types->count; i++)
            if (amount_of(&types->allocatable[i], resource) >= steps->amounts[s])
                fg_bit_set(steps->types + (size_t)s * types->word_count, i);
}

/* Accelerators by the resource that their device plugins offer. */
static const struct {
    const char *name, *manufacturer;
    bool is_gpu;
} devices[] = {
    {"amd.com/gpu", "amd", true},
    {"aws.amazon.com/neuron", "aws", false},
    {"habana.ai/gaudi", "habana", true},
};
enum { DEVICE_KINDS = sizeof devices / sizeof *devices };

static void fill_extended(struct fg_karpenter_types *types)
{
    types->extended_count = DEVICE_KINDS;
    types->extended = fg_arena_allocate(&types->arena, DEVICE_KINDS, sizeof *types->extended);
    for (uint32_t d = 0; d < DEVICE_KINDS; d++) {
        struct fg_type_extended *extended = &types->extended[d];
        extended->name = devices[d].name;
        extended->amounts =
            fg_arena_allocate(&types->arena, types->count, sizeof *extended->amounts);
        for (uint32_t i = 0; i < types->count; i++) {
            const struct fg_instance_type *type = types->types[i];
            const char *maker = devices[d].is_gpu
                                    ? fg_gpu_manufacturer(type->gpu_model)
                                    : fg_accelerator_manufacturer(type->accelerator_model);
            if (strcmp(maker, devices[d].manufacturer) == 0)
                extended->amounts[i] =
                    devices[d].is_gpu ? type->gpu_count : type->accelerator_count;
        }
    }
}

static bool is_exotic(const struct fg_karpenter_types *types, uint32_t type)
{
    bool exotic =
        strstr(types->types[type]->size, "metal") != NULL || types->capacity[type].gpu_milli > 0;
    for (uint32_t d = 0; d < types->extended_count; d++)
        exotic |= types->extended[d].amounts[type] > 0;
    return exotic;
}

/* ---- all of it ---- */

void fg_karpenter_types_reprice(struct fg_karpenter_types *types, const struct fg_words *words,
                                const struct fg_karpenter_market *market)
{
    uint32_t kinds = types->zone_count * FG_CAPACITY_TYPES;
    for (uint32_t i = 0; i < kinds; i++)
        memset(types->offered[i], 0, types->word_count * sizeof(uint64_t));
    for (uint32_t type = 0; type < types->count; type++) {
        for (uint32_t i = 0; i < kinds; i++) {
            const char *zone = fg_words_text(words, types->zones[i / FG_CAPACITY_TYPES]);
            fg_nanodollars price = market->price(market->context, types->types[type], zone,
                                                 (enum fg_capacity_type)(i % FG_CAPACITY_TYPES));
            types->prices[type * kinds + i] = price < 0 ? -1 : price;
            if (price >= 0)
                fg_bit_set(types->offered[i], type);
        }
    }
}

static void fill_columns(struct fg_karpenter_types *types,
                         const struct fg_karpenter_types_source *source)
{
    struct fg_arena *arena = &types->arena;
    types->types = fg_arena_allocate(arena, types->count, sizeof *types->types);
    types->capacity = fg_arena_allocate(arena, types->count, sizeof *types->capacity);
    types->allocatable = fg_arena_allocate(arena, types->count, sizeof *types->allocatable);
    types->is_exotic = fg_arena_allocate(arena, types->count, sizeof *types->is_exotic);
    types->sound = new_set(types);
    for (uint32_t i = 0; i < types->count; i++) {
        types->types[i] = &source->catalog->types[i];
        fg_karpenter_type_capacity(types->types[i], source->node_class, source->settings,
                                   source->auto_mode, &types->capacity[i], &types->allocatable[i]);
        const struct fg_node_capacity *left = &types->allocatable[i];
        if (left->cpu_milli >= 0 && left->memory_bytes >= 0 && left->ephemeral_bytes >= 0)
            fg_bit_set(types->sound, i);
    }
    fill_extended(types);
    for (uint32_t i = 0; i < types->count; i++)
        types->is_exotic[i] = is_exotic(types, i);
    for (int resource = 0; resource < FG_FITS; resource++)
        fill_steps(types, (enum fg_fit)resource);
}

void fg_karpenter_types_fill(struct fg_karpenter_types *types, struct fg_words *words,
                             const struct fg_karpenter_types_source *source,
                             const struct fg_karpenter_market *market)
{
    FG_ASSERT(source->zone_count <= FG_KARPENTER_MAX_ZONES);
    *types = (struct fg_karpenter_types){
        .count = source->catalog->type_count,
        .word_count = (source->catalog->type_count + 63) / 64,
        .zone_count = source->zone_count,
    };
    fill_columns(types, source);
    uint32_t *zones = fg_arena_allocate(&types->arena, types->zone_count, sizeof *zones);
    for (uint32_t i = 0; i < types->zone_count; i++)
        zones[i] = fg_words_value(words, source->zones[i]);
    types->zones = zones;
    const struct fg_labelled_types labelled = {
        .count = types->count,
        .word_count = types->word_count,
        .types = types->types,
        .region = source->region,
        .zone_count = source->zone_count,
        .zones = source->zones,
        .is_windows = fg_karpenter_family_is(source->node_class, "Windows"),
        .auto_mode = source->auto_mode,
    };
    fg_type_labels_fill(&types->labels, words, &types->arena, &labelled);
    uint32_t kinds = types->zone_count * FG_CAPACITY_TYPES;
    types->prices =
        fg_arena_allocate(&types->arena, (size_t)types->count * kinds, sizeof *types->prices);
    types->offered = fg_arena_allocate(&types->arena, kinds, sizeof *types->offered);
    for (uint32_t i = 0; i < kinds; i++)
        types->offered[i] = new_set(types);
    fg_karpenter_types_reprice(types, words, market);
}

void fg_karpenter_types_release(struct fg_karpenter_types *types)
{
    fg_type_labels_release(&types->labels);
    fg_arena_release(&types->arena);
    *types = (struct fg_karpenter_types){0};
}

/* ---- asking ---- */

uint32_t fg_karpenter_types_find(const struct fg_karpenter_types *types, const char *name)
{
    uint32_t low = 0, high = types->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (strcmp(types->types[middle]->name, name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low < types->count && strcmp(types->types[low]->name, name) == 0 ? low : UINT32_MAX;
}

void fg_karpenter_types_narrow(const struct fg_karpenter_types *types, const struct fg_words *words,
                               const struct fg_karpenter_requirement *requirement, uint64_t *set)
{
    const struct fg_type_label *label = fg_type_labels_find(&types->labels, requirement->key);
    if (label == NULL)
        return;
    enum fg_requirement_form form = fg_karpenter_requirement_form(requirement);
    bool absent_is_fine = form == FG_FORM_NOT_IN || form == FG_FORM_DOES_NOT_EXIST;
    for (uint32_t w = 0; w < types->word_count; w++) {
        uint64_t allowed = absent_is_fine ? label->without[w] : 0;
        if ((set[w] & ~allowed) == 0)
            continue;
        for (uint32_t v = 0; v < label->value_count; v++)
            if ((set[w] & label->types[v][w] & ~allowed) != 0 &&
                fg_karpenter_requirement_allows(words, requirement, label->values[v]))
                allowed |= label->types[v][w];
        set[w] &= allowed;
    }
}

const uint64_t *fg_karpenter_types_with(const struct fg_karpenter_types *types,
                                        enum fg_fit resource, int64_t amount)
{
    const struct fg_type_steps *steps = &types->steps[resource];
    uint32_t low = 0, high = steps->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (steps->amounts[middle] < amount)
            low = middle + 1;
        else
            high = middle;
    }
    return low < steps->count ? steps->types + (size_t)low * types->word_count : NULL;
}

void fg_karpenter_types_offered(const struct fg_karpenter_types *types, uint32_t zone_mask,
                                uint32_t capacity_mask, uint64_t *out)
{
    memset(out, 0, types->word_count * sizeof *out);
    for (uint32_t zone = 0; zone < types->zone_count; zone++)
        for (uint32_t kind = 0; kind < FG_CAPACITY_TYPES; kind++)
            if ((zone_mask >> zone & 1) != 0 && (capacity_mask >> kind & 1) != 0)
                for (uint32_t w = 0; w < types->word_count; w++)
                    out[w] |= types->offered[zone * FG_CAPACITY_TYPES + kind][w];
}

uint32_t fg_karpenter_zone_mask(const struct fg_karpenter_types *types,
                                const struct fg_words *words,
                                const struct fg_karpenter_requirements *requirements,
                                uint32_t zone_key)
{
    const struct fg_karpenter_requirement *asked =
        fg_karpenter_requirements_find(requirements, zone_key);
    uint32_t mask = 0;
    for (uint32_t zone = 0; zone < types->zone_count; zone++)
        if (asked == NULL || fg_karpenter_requirement_allows(words, asked, types->zones[zone]))
            mask |= UINT32_C(1) << zone;
    return mask;
}

fg_nanodollars fg_karpenter_lowest_price(const struct fg_karpenter_types *types, uint32_t type,
                                         uint32_t zone_mask, uint32_t capacity_mask)
{
    fg_nanodollars lowest = -1;
    for (uint32_t zone = 0; zone < types->zone_count; zone++) {
        for (int kind = 0; kind < FG_CAPACITY_TYPES; kind++) {
            fg_nanodollars price =
                fg_karpenter_price(types, type, zone, (enum fg_capacity_type)kind);
            if ((zone_mask >> zone & 1) != 0 && (capacity_mask >> kind & 1) != 0 && price >= 0 &&
                (lowest < 0 || price < lowest))
                lowest = price;
        }
    }
    return lowest;
}

fg_nanodollars fg_karpenter_worst_price(const struct fg_karpenter_types *types, uint32_t type,
                                        uint32_t zone_mask, uint32_t capacity_mask)
{
    for (int kind = FG_CAPACITY_SPOT; kind >= FG_CAPACITY_ON_DEMAND; kind--) {
        fg_nanodollars worst = -1;
        for (uint32_t zone = 0; zone < types->zone_count; zone++) {
            fg_nanodollars price =
                fg_karpenter_price(types, type, zone, (enum fg_capacity_type)kind);
            if ((zone_mask >> zone & 1) != 0 && price > worst)
                worst = price;
        }
        if ((capacity_mask >> kind & 1) != 0 && worst >= 0)
            return worst;
    }
    return -1;
}
