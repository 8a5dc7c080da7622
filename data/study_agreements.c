/* pricing.overrides, pricing.discounts: what the planner agreed on with AWS. */
#include <string.h>

#include "data/study_parts.h"
#include "models/price_terms.h"

/* ---- percentages off ---- */

static int service_named(const char *name)
{
    for (int i = 0; i < FG_PRICES_SERVICE_COUNT; i++)
        if (strcmp(fg_price_service_name((enum fg_price_service)i), name) == 0)
            return i;
    return -1;
}

/* "all" is for those that are not named themselves. */
void fg_study_decode_price_discounts(struct fg_decoder *decoder, const struct fg_value *map,
                                     void *out)
{
    static const char *const known[] = {"all", "ec2", "fargate", "ebs", "eks", "vpc", "lines"};
    struct fg_price_terms *terms = &((struct fg_scenario *)out)->terms;
    uint32_t all = 0;
    bool named[FG_PRICES_SERVICE_COUNT] = {false};
    if (!fg_decode_is_map(decoder, map, "discounts"))
        return;
    for (uint32_t i = 0; i < map->count; i++) {
        const char *key = map->keys[i].text;
        int service = service_named(key);
        bool is_all = strcmp(key, "all") == 0;
        if (map->items[i]->kind == FG_VALUE_NULL)
            continue;
        if (service < 0 && !is_all) {
            fg_decode_fault_of_key(decoder, map, &map->keys[i], "discounts", known,
                                   sizeof known / sizeof *known);
            continue;
        }
        fg_decode_percent(decoder, map->items[i], key,
                          is_all ? &all : &terms->discount_millionths[service]);
        if (!is_all)
            named[service] = true;
    }
    for (int i = 0; i < FG_PRICES_SERVICE_COUNT; i++)
        if (!named[i])
            terms->discount_millionths[i] = all;
}

/* ---- prices of their own ---- */

struct own_price {
    struct fg_price_override override;
    bool has_price;
};

static void decode_usd(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    struct own_price *own = out;
    own->has_price = fg_decode_nano(decoder, value, "usd", &own->override.nano);
}

static void decode_capacity(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    static const char *const words[] = {"on-demand", "spot", NULL};
    *(bool *)out = fg_decode_word(decoder, value, "capacityType", words) == 1;
}

static const struct fg_field override_fields[] = {
    {"item", FG_FIELD_TEXT, offsetof(struct own_price, override.item), NULL},
    {"region", FG_FIELD_TEXT, offsetof(struct own_price, override.region), NULL},
    {"capacityType", FG_FIELD_FUNCTION, offsetof(struct own_price, override.is_spot),
     decode_capacity},
    {"usd", FG_FIELD_FUNCTION, 0, decode_usd},
    {0},
};

static void decode_overrides(struct fg_decoder *decoder, const struct fg_value *list,
                             struct fg_price_terms *terms)
{
    if (!fg_decode_is_list(decoder, list, "overrides"))
        return;
    terms->overrides = fg_arena_allocate(decoder->arena, list->count, sizeof *terms->overrides);
    for (uint32_t i = 0; i < list->count; i++) {
        const char *what = "a price of your own";
        struct own_price own = {0};
        const struct fg_study_context *context = decoder->context;
        if (!fg_decode_item(decoder, list->items[i], what, override_fields, &own))
            continue;
        if (fg_decode_required(decoder, list->items[i], "item", what) != NULL)
            fg_study_check_price_item(decoder, list->items[i], own.override.item);
        if (fg_value_find(list->items[i], "usd") == NULL)
            fg_decode_fault(decoder, list->items[i], "%s has no usd; expected one", what);
        if (own.override.region != NULL &&
            !fg_catalog_has_region(context->catalog, own.override.region))
            fg_decode_fault(decoder, fg_value_find(list->items[i], "region"),
                            "unknown region '%s'; expected one of the catalog's",
                            own.override.region);
        if (own.has_price)
            terms->overrides[terms->override_count++] = own.override;
    }
}

void fg_study_decode_agreements(struct fg_decoder *decoder, const struct fg_value *pricing,
                                struct fg_scenario *out)
{
    if (pricing == NULL || pricing->kind != FG_VALUE_MAP)
        return;
    const struct fg_value *overrides = fg_value_find(pricing, "overrides");
    const struct fg_value *plans = fg_value_find(pricing, "savingsPlans");
    const struct fg_value *reserved = fg_value_find(pricing, "reservedInstances");
    const struct fg_value *other = fg_value_find(pricing, "otherUsage");
    const struct fg_value *lines = fg_value_find(pricing, "lines");
    if (overrides != NULL)
        decode_overrides(decoder, overrides, &out->terms);
    if (lines != NULL)
        fg_study_decode_lines(decoder, lines, out);
    if (plans != NULL)
        fg_study_decode_savings_plans(decoder, plans, out);
    if (reserved != NULL)
        fg_study_decode_reserved_instances(decoder, reserved, out);
    if (other != NULL && other->kind != FG_VALUE_NULL)
        fg_study_read_other_usage(decoder, other, out);
}
