/* pricing: the price book's day, changes of it, Spot; the rest in files of its own. */
#include <string.h>

#include "data/decode_pod.h"
#include "data/study_parts.h"

static void decode_day(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    struct fg_error cause = {0};
    const char *text;
    if (fg_decode_text(decoder, value, "asOf", &text) &&
        fg_calendar_parse_day(text, out, &cause) != FG_OK)
        fg_decode_fault_of(decoder, value, "asOf", &cause);
}

/* ---- changes ---- */

static const struct fg_field change_fields[] = {
    {"at", FG_FIELD_SECONDS, offsetof(struct fg_price_change, at_s), NULL},
    {"asOf", FG_FIELD_FUNCTION, offsetof(struct fg_price_change, price_day), decode_day},
    {0},
};

static void decode_changes(struct fg_decoder *decoder, const struct fg_value *list, void *out)
{
    struct fg_scenario *scenario = out;
    if (!fg_decode_is_list(decoder, list, "changes"))
        return;
    scenario->price_changes =
        fg_arena_allocate(decoder->arena, list->count, sizeof *scenario->price_changes);
    scenario->price_change_count = list->count;
    for (uint32_t i = 0; i < list->count; i++) {
        struct fg_price_change *change = &scenario->price_changes[i];
        change->price_day = FG_DAY_UNKNOWN;
        if (!fg_decode_item(decoder, list->items[i], "a change of prices", change_fields, change))
            continue;
        fg_decode_required(decoder, list->items[i], "at", "a change of prices");
        fg_decode_required(decoder, list->items[i], "asOf", "a change of prices");
        if (i > 0 && change->at_s <= scenario->price_changes[i - 1].at_s)
            fg_decode_fault(decoder, list->items[i],
                            "changes of prices are not in the order of time; expected each after "
                            "the one before");
    }
}

/* ---- Spot ---- */

static bool is_catalog(const struct fg_value *value)
{
    return value->kind == FG_VALUE_TEXT && strcmp(value->text, "catalog") == 0;
}

static void decode_spot_discount(struct fg_decoder *decoder, const struct fg_value *value,
                                 void *out)
{
    struct fg_spot_settings *spot = out;
    spot->named_discount = !is_catalog(value);
    if (spot->named_discount)
        fg_decode_percent(decoder, value, "discount", &spot->discount_millionths);
}

static void decode_interruptions(struct fg_decoder *decoder, const struct fg_value *value,
                                 void *out)
{
    struct fg_spot_settings *spot = out;
    spot->named_interruptions = !is_catalog(value);
    if (spot->named_interruptions)
        fg_decode_nano(decoder, value, "interruptionsPerMonth",
                       &spot->interruptions_per_month_nano);
}

static void decode_fargate_discount(struct fg_decoder *decoder, const struct fg_value *value,
                                    void *out)
{
    struct fg_spot_settings *spot = out;
    spot->named_fargate_discount =
        fg_decode_percent(decoder, value, "fargateDiscount", &spot->fargate_discount_millionths);
}

static const struct fg_field spot_fields[] = {
    {"discount", FG_FIELD_FUNCTION, 0, decode_spot_discount},
    {"interruptionsPerMonth", FG_FIELD_FUNCTION, 0, decode_interruptions},
    {"fargateDiscount", FG_FIELD_FUNCTION, 0, decode_fargate_discount},
    {"fargateInterruptionsPerMonth", FG_FIELD_NANO,
     offsetof(struct fg_spot_settings, fargate_interruptions_per_month_nano), NULL},
    {0},
};

static void decode_spot(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    fg_decode_map(decoder, value, "spot", spot_fields, out);
}

/* ---- the section ---- */

static const struct fg_field pricing_fields[] = {
    {"asOf", FG_FIELD_FUNCTION, offsetof(struct fg_scenario, price_day), decode_day},
    {"changes", FG_FIELD_FUNCTION, 0, decode_changes},
    {"spot", FG_FIELD_FUNCTION, offsetof(struct fg_scenario, spot), decode_spot},
    {"discounts", FG_FIELD_FUNCTION, 0, fg_study_decode_price_discounts},
    /* These look at the region and the price book's day: fg_study_decode_agreements. */
    {"savingsPlans", FG_FIELD_PASSED_OVER, 0, NULL},
    {"reservedInstances", FG_FIELD_PASSED_OVER, 0, NULL},
    {"otherUsage", FG_FIELD_PASSED_OVER, 0, NULL},
    {"overrides", FG_FIELD_PASSED_OVER, 0, NULL},
    {"lines", FG_FIELD_PASSED_OVER, 0, NULL},
    {"allocation", FG_FIELD_FUNCTION, 0, fg_study_decode_allocation},
    {0},
};

void fg_study_decode_pricing(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    fg_decode_map(decoder, value, "pricing", pricing_fields, out);
}
