/* pricing: the price book's day, Spot, Savings Plans. */
#include <string.h>

#include "data/decode_pod.h"
#include "data/study_parts.h"
#include "models/commitment.h"

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

static const struct fg_field spot_fields[] = {
    {"discount", FG_FIELD_FUNCTION, 0, decode_spot_discount},
    {"interruptionsPerMonth", FG_FIELD_FUNCTION, 0, decode_interruptions},
    {0},
};

static void decode_spot(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    fg_decode_map(decoder, value, "spot", spot_fields, out);
}

/* ---- Savings Plans ---- */

static void decode_plan_kind(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    static const char *const words[] = {"ec2Instance", "compute", NULL};
    int number = fg_decode_word(decoder, value, "kind", words);
    if (number >= 0)
        *(enum fg_plan_kind *)out = number == 0 ? FG_PLAN_EC2_INSTANCE : FG_PLAN_COMPUTE;
}

/* Both move cash, not the hour's cost: the rates of the plan are what `discounts` says. */
static void decode_term(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    static const char *const words[] = {"1y", "3y", NULL};
    (void)out;
    fg_decode_word(decoder, value, "term", words);
}

static void decode_payment(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    static const char *const words[] = {"noUpfront", "partialUpfront", "allUpfront", NULL};
    (void)out;
    fg_decode_word(decoder, value, "payment", words);
}

/* "fargate", "ec2", or a family of EC2 instances such as m6i. */
static void decode_discounts(struct fg_decoder *decoder, const struct fg_value *map, void *out)
{
    struct fg_savings_plan *plan = out;
    if (!fg_decode_is_map(decoder, map, "discounts"))
        return;
    plan->discounts = fg_arena_allocate(decoder->arena, map->count, sizeof *plan->discounts);
    for (uint32_t i = 0; i < map->count; i++) {
        const char *key = map->keys[i].text;
        struct fg_plan_discount *discount = &plan->discounts[plan->discount_count];
        if (map->items[i]->kind == FG_VALUE_NULL)
            continue;
        discount->service = strcmp(key, "fargate") == 0 ? FG_SERVICE_FARGATE : FG_SERVICE_EC2;
        if (discount->service == FG_SERVICE_EC2 && strcmp(key, "ec2") != 0) {
            discount->family = key;
            if (!fg_study_has_family(decoder, key)) {
                fg_decode_fault_at(decoder, map->file, map->keys[i].line, map->keys[i].column,
                                   "unknown key '%s' in discounts; expected fargate, ec2 or an "
                                   "instance family such as m6i",
                                   key);
                continue;
            }
        }
        if (fg_decode_percent(decoder, map->items[i], key, &discount->millionths))
            plan->discount_count++;
    }
}

#define PLAN(field) offsetof(struct fg_savings_plan, field)
static const struct fg_field plan_fields[] = {
    {"kind", FG_FIELD_FUNCTION, PLAN(kind), decode_plan_kind},
    {"commitmentPerHour", FG_FIELD_NANO, PLAN(commitment_per_hour), NULL},
    {"term", FG_FIELD_FUNCTION, 0, decode_term},
    {"payment", FG_FIELD_FUNCTION, 0, decode_payment},
    {"discounts", FG_FIELD_FUNCTION, 0, decode_discounts},
    {"instanceFamily", FG_FIELD_TEXT, PLAN(family), NULL},
    {"region", FG_FIELD_TEXT, PLAN(region), NULL},
    {"start", FG_FIELD_FUNCTION, PLAN(start), fg_decode_start},
    {"end", FG_FIELD_FUNCTION, PLAN(end), fg_decode_start},
    {0},
};

static void check_plan(struct fg_decoder *decoder, const struct fg_value *map,
                       const struct fg_savings_plan *plan)
{
    const char *what = "a Savings Plan";
    const struct fg_study_context *context = decoder->context;
    bool has_kind = fg_decode_required(decoder, map, "kind", what) != NULL;
    fg_decode_required(decoder, map, "commitmentPerHour", what);
    if (plan->discount_count == 0)
        fg_decode_fault(decoder, map,
                        "a Savings Plan has no discounts; expected such as {fargate: 20%%, ec2: "
                        "27%%}");
    if (plan->end != 0 && plan->end <= plan->start)
        fg_decode_fault(decoder, fg_value_find(map, "end"),
                        "a Savings Plan ends before it starts; expected an end after it");
    if (has_kind && plan->kind == FG_PLAN_COMPUTE && (plan->family != NULL || plan->region != NULL))
        fg_decode_fault(decoder, map,
                        "a compute Savings Plan has no instanceFamily and no region; expected them "
                        "in kind ec2Instance only");
    if (has_kind && plan->kind == FG_PLAN_EC2_INSTANCE && plan->family == NULL)
        fg_decode_required(decoder, map, "instanceFamily", what);
    if (plan->family != NULL && !fg_study_has_family(decoder, plan->family))
        fg_decode_fault(decoder, fg_value_find(map, "instanceFamily"),
                        "instance family '%s' is not known; expected one of the catalog's such as "
                        "m6i",
                        plan->family);
    if (plan->region != NULL && !fg_catalog_has_region(context->catalog, plan->region))
        fg_decode_fault(decoder, fg_value_find(map, "region"),
                        "unknown region '%s'; expected one of the catalog's", plan->region);
}

static void decode_plans(struct fg_decoder *decoder, const struct fg_value *list, void *out)
{
    struct fg_scenario *scenario = out;
    if (!fg_decode_is_list(decoder, list, "savingsPlans"))
        return;
    scenario->savings_plans =
        fg_arena_allocate(decoder->arena, list->count, sizeof *scenario->savings_plans);
    scenario->savings_plan_count = list->count;
    for (uint32_t i = 0; i < list->count; i++) {
        struct fg_savings_plan *plan = &scenario->savings_plans[i];
        if (fg_decode_item(decoder, list->items[i], "a Savings Plan", plan_fields, plan))
            check_plan(decoder, list->items[i], plan);
    }
}

/* ---- the section ---- */

static const struct fg_field pricing_fields[] = {
    {"asOf", FG_FIELD_FUNCTION, offsetof(struct fg_scenario, price_day), decode_day},
    {"changes", FG_FIELD_FUNCTION, 0, decode_changes},
    {"spot", FG_FIELD_FUNCTION, offsetof(struct fg_scenario, spot), decode_spot},
    {"savingsPlans", FG_FIELD_FUNCTION, 0, decode_plans},
    {"lines", FG_FIELD_UNSUPPORTED, 0, NULL},
    {"allocation", FG_FIELD_UNSUPPORTED, 0, NULL},
    {"overrides", FG_FIELD_UNSUPPORTED, 0, NULL},
    {"discounts", FG_FIELD_UNSUPPORTED, 0, NULL},
    {"reservedInstances", FG_FIELD_UNSUPPORTED, 0, NULL},
    {0},
};

void fg_study_decode_pricing(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    fg_decode_map(decoder, value, "pricing", pricing_fields, out);
}
