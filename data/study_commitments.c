/* pricing.savingsPlans, pricing.reservedInstances. */
#include <string.h>

#include "data/decode_pod.h"
#include "data/study_parts.h"
#include "models/commitment.h"
#include "models/instance_name.h"

enum { MILLION = 1000000, HOURS_OF_YEAR = 8760, YEAR_S = HOURS_OF_YEAR * 3600 };

/* A commitment as the study has it, before it is settled. */
struct draft {
    struct fg_commitment commitment; /* first: the tables below are of it */
    bool has_recurring, has_discount, has_price, is_convertible;
    fg_nanodollars price_nano; /* of a reserved instance: an hour of it */
    uint32_t discount_millionths;
};

/* ---- what both have ---- */

static void decode_term(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    static const char *const words[] = {"1y", "3y", NULL};
    static const uint32_t years[] = {1, 3};
    int number = fg_decode_word(decoder, value, "term", words);
    if (number >= 0)
        *(uint32_t *)out = years[number];
}

static void decode_payment(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    static const char *const words[] = {"noUpfront", "partialUpfront", "allUpfront", NULL};
    int number = fg_decode_word(decoder, value, "payment", words);
    if (number >= 0)
        *(enum fg_payment *)out = (enum fg_payment)number;
}

/* What an hour of a commitment may come to, so that three years of it are an amount. */
#define MOST_USD_PER_HOUR 350000
static bool is_amount(struct fg_decoder *decoder, const struct fg_value *map, const char *what,
                      __int128 hourly_nano, __int128 upfront_nano)
{
    if (hourly_nano <= MOST_USD_PER_HOUR * (__int128)FG_NANO_PER_DOLLAR &&
        upfront_nano <= INT64_MAX)
        return true;
    fg_decode_fault(decoder, map,
                    "%s comes to more than any account pays; expected at most %d dollars an hour",
                    what, MOST_USD_PER_HOUR);
    return false;
}

static void settle_term(struct fg_decoder *decoder, const struct fg_value *map,
                        struct fg_commitment *commitment, const char *what)
{
    const struct fg_study_context *context = decoder->context;
    if (commitment->end != 0 && commitment->end <= commitment->start)
        fg_decode_fault(decoder, fg_value_find(map, "end"),
                        "%s ends before it starts; expected an end after it", what);
    if (commitment->end == 0 && commitment->start != 0)
        commitment->end = commitment->start + (int64_t)commitment->term_years * YEAR_S;
    if (commitment->region != NULL && !fg_catalog_has_region(context->catalog, commitment->region))
        fg_decode_fault(decoder, fg_value_find(map, "region"),
                        "unknown region '%s'; expected one of the catalog's", commitment->region);
    if (commitment->region == NULL && commitment->kind != FG_COMPUTE_PLAN)
        commitment->region = context->region;
}

/* "savings-plan-2" unless it is named. */
static void settle_name(struct fg_decoder *decoder, const struct fg_value *map,
                        const struct fg_scenario *scenario, struct fg_commitment *commitment,
                        const char *kind, uint32_t number)
{
    if (commitment->name == NULL)
        commitment->name = fg_arena_format(decoder->arena, "%s-%u", kind, number);
    for (uint32_t i = 0; i < scenario->commitment_count; i++)
        if (strcmp(scenario->commitments[i].name, commitment->name) == 0)
            fg_decode_fault(decoder, map,
                            "two commitments have the name '%s'; expected each to have its own",
                            commitment->name);
}

static struct fg_commitment *make_room(struct fg_decoder *decoder, struct fg_scenario *scenario,
                                       uint32_t more)
{
    size_t count = (size_t)scenario->commitment_count + more;
    struct fg_commitment *all = fg_arena_allocate(decoder->arena, count, sizeof *all);
    if (scenario->commitment_count > 0)
        memcpy(all, scenario->commitments, scenario->commitment_count * sizeof *all);
    scenario->commitments = all;
    return all;
}

/* ---- Savings Plans ---- */

static void decode_plan_kind(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    static const char *const words[] = {"ec2Instance", "compute", NULL};
    int number = fg_decode_word(decoder, value, "kind", words);
    if (number >= 0)
        *(enum fg_commitment_kind *)out = number == 0 ? FG_EC2_INSTANCE_PLAN : FG_COMPUTE_PLAN;
}

/* "fargate", "ec2", or a family of EC2 instances such as m6i. */
static void decode_discounts(struct fg_decoder *decoder, const struct fg_value *map, void *out)
{
    struct fg_commitment *plan = out;
    if (!fg_decode_is_map(decoder, map, "discounts"))
        return;
    plan->rates = fg_arena_allocate(decoder->arena, map->count, sizeof *plan->rates);
    for (uint32_t i = 0; i < map->count; i++) {
        const char *key = map->keys[i].text;
        bool is_fargate = strcmp(key, "fargate") == 0, is_ec2 = strcmp(key, "ec2") == 0;
        uint32_t millionths;
        if (map->items[i]->kind == FG_VALUE_NULL)
            continue;
        if (!is_fargate && !is_ec2 && !fg_study_has_family(decoder, key)) {
            fg_decode_fault_at(decoder, map->file, map->keys[i].line, map->keys[i].column,
                               "unknown key '%s' in discounts; expected fargate, ec2 or an "
                               "instance family such as m6i",
                               key);
            continue;
        }
        if (fg_decode_percent(decoder, map->items[i], key, &millionths))
            plan->rates[plan->rate_count++] = (struct fg_plan_rate){
                .service = is_fargate ? FG_USAGE_FARGATE : FG_USAGE_EC2,
                .item = is_fargate || is_ec2 ? NULL : key,
                .paid = MILLION - (int64_t)millionths,
                .of = MILLION,
            };
    }
}

#define PLAN(field) offsetof(struct fg_commitment, field)
static const struct fg_field plan_fields[] = {
    {"name", FG_FIELD_TEXT, PLAN(name), NULL},
    {"kind", FG_FIELD_FUNCTION, PLAN(kind), decode_plan_kind},
    {"commitmentPerHour", FG_FIELD_NANO, PLAN(hourly_nano), NULL},
    {"term", FG_FIELD_FUNCTION, PLAN(term_years), decode_term},
    {"payment", FG_FIELD_FUNCTION, PLAN(payment), decode_payment},
    {"discounts", FG_FIELD_FUNCTION, 0, decode_discounts},
    {"instanceFamily", FG_FIELD_TEXT, PLAN(family), NULL},
    {"region", FG_FIELD_TEXT, PLAN(region), NULL},
    {"start", FG_FIELD_FUNCTION, PLAN(start), fg_decode_start},
    {"end", FG_FIELD_FUNCTION, PLAN(end), fg_decode_start},
    {0},
};

static void check_plan(struct fg_decoder *decoder, const struct fg_value *map,
                       struct fg_commitment *plan)
{
    const char *what = "a Savings Plan";
    bool has_kind = fg_decode_required(decoder, map, "kind", what) != NULL;
    fg_decode_required(decoder, map, "commitmentPerHour", what);
    if (has_kind && plan->kind == FG_COMPUTE_PLAN && (plan->family != NULL || plan->region != NULL))
        fg_decode_fault(decoder, map,
                        "a compute Savings Plan has no instanceFamily and no region; expected them "
                        "in kind ec2Instance only");
    if (has_kind && plan->kind == FG_EC2_INSTANCE_PLAN && plan->family == NULL)
        fg_decode_required(decoder, map, "instanceFamily", what);
    if (plan->family != NULL && !fg_study_has_family(decoder, plan->family))
        fg_decode_fault(decoder, fg_value_find(map, "instanceFamily"),
                        "instance family '%s' is not known; expected one of the catalog's such as "
                        "m6i",
                        plan->family);
    settle_term(decoder, map, plan, what);
    if (is_amount(decoder, map, what, plan->hourly_nano, 0))
        fg_commitment_split_payment(plan);
}

void fg_study_decode_savings_plans(struct fg_decoder *decoder, const struct fg_value *list,
                                   struct fg_scenario *scenario)
{
    if (!fg_decode_is_list(decoder, list, "savingsPlans"))
        return;
    make_room(decoder, scenario, list->count);
    for (uint32_t i = 0; i < list->count; i++) {
        struct fg_commitment plan = {.kind = FG_COMPUTE_PLAN, .term_years = 1};
        if (!fg_decode_item(decoder, list->items[i], "a Savings Plan", plan_fields, &plan))
            continue;
        check_plan(decoder, list->items[i], &plan);
        fg_study_add_catalog_rates(decoder, list->items[i], &plan);
        settle_name(decoder, list->items[i], scenario, &plan, "savings-plan", i + 1);
        scenario->commitments[scenario->commitment_count++] = plan;
    }
}

/* ---- Reserved Instances ---- */

static void decode_scope(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    static const char *const words[] = {"regional", "zonal", NULL};
    int number = fg_decode_word(decoder, value, "scope", words);
    if (number >= 0)
        *(enum fg_commitment_kind *)out =
            number == 0 ? FG_REGIONAL_RESERVATION : FG_ZONAL_RESERVATION;
}

static void decode_class(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    static const char *const words[] = {"standard", "convertible", NULL};
    *(bool *)out = fg_decode_word(decoder, value, "offeringClass", words) == 1;
}

static void decode_price(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    struct draft *draft = out;
    draft->has_price = fg_decode_nano(decoder, value, "usdPerHour", &draft->price_nano);
}

static void decode_discount(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    struct draft *draft = out;
    draft->has_discount =
        fg_decode_percent(decoder, value, "discount", &draft->discount_millionths);
}

static void decode_recurring(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    struct draft *draft = out;
    draft->has_recurring =
        fg_decode_nano(decoder, value, "recurringPerHour", &draft->commitment.recurring_nano);
}

static const struct fg_field reservation_fields[] = {
    {"name", FG_FIELD_TEXT, PLAN(name), NULL},
    {"instanceType", FG_FIELD_TEXT, PLAN(instance_type), NULL},
    {"count", FG_FIELD_COUNT, PLAN(count), NULL},
    {"scope", FG_FIELD_FUNCTION, PLAN(kind), decode_scope},
    {"availabilityZone", FG_FIELD_TEXT, PLAN(zone), NULL},
    {"offeringClass", FG_FIELD_FUNCTION, offsetof(struct draft, is_convertible), decode_class},
    {"term", FG_FIELD_FUNCTION, PLAN(term_years), decode_term},
    {"payment", FG_FIELD_FUNCTION, PLAN(payment), decode_payment},
    {"usdPerHour", FG_FIELD_FUNCTION, 0, decode_price},
    {"discount", FG_FIELD_FUNCTION, 0, decode_discount},
    {"upfront", FG_FIELD_NANO, PLAN(upfront_nano), NULL},
    {"recurringPerHour", FG_FIELD_FUNCTION, 0, decode_recurring},
    {"region", FG_FIELD_TEXT, PLAN(region), NULL},
    {"start", FG_FIELD_FUNCTION, PLAN(start), fg_decode_start},
    {"end", FG_FIELD_FUNCTION, PLAN(end), fg_decode_start},
    {0},
};

/* The public on-demand price, of which the discount is taken. */
static bool find_list_price(struct fg_decoder *decoder, const struct fg_value *map,
                            const struct fg_commitment *reservation, fg_nanodollars *out)
{
    const struct fg_study_context *context = decoder->context;
    struct fg_found_price found;
    struct fg_error cause = {0};
    const char *region = reservation->region != NULL ? reservation->region : context->region;
    if (region == NULL)
        return false;
    if (fg_catalog_price(context->catalog, reservation->instance_type, region, "",
                         context->price_day, &found, &cause) != FG_OK) {
        fg_decode_fault_of(decoder, map, "instanceType", &cause);
        return false;
    }
    *out = found.nano;
    return true;
}

/* What an hour of one instance comes to: as the study has it, else as the catalog has. */
static fg_nanodollars price_of_hour(struct fg_decoder *decoder, const struct fg_value *map,
                                    const struct draft *draft)
{
    const struct fg_commitment *own = &draft->commitment;
    fg_nanodollars list_nano;
    if (draft->has_price)
        return draft->price_nano;
    if (!draft->has_discount)
        return fg_study_catalog_reservation(decoder, map, own, draft->is_convertible);
    if (!find_list_price(decoder, map, own, &list_nano))
        return 0;
    return (fg_nanodollars)fg_money_divide_half_even(
        (__int128)list_nano * (MILLION - (int64_t)draft->discount_millionths), MILLION);
}

static enum fg_payment payment_of(const struct fg_commitment *own)
{
    if (own->upfront_nano == 0)
        return FG_NO_UPFRONT;
    return own->recurring_nano == 0 ? FG_ALL_UPFRONT : FG_PARTIAL_UPFRONT;
}

/* Of all instances. */
static void settle_price(struct fg_decoder *decoder, const struct fg_value *map,
                         struct draft *draft)
{
    const char *what = "a reserved instance";
    struct fg_commitment *own = &draft->commitment;
    int64_t hours = (int64_t)own->term_years * HOURS_OF_YEAR;
    bool has_fees = draft->has_recurring || own->upfront_nano > 0;
    __int128 hourly =
        has_fees ? own->recurring_nano + fg_money_divide_half_even(own->upfront_nano, hours)
                 : price_of_hour(decoder, map, draft);
    if (!is_amount(decoder, map, what, hourly * own->count,
                   (__int128)own->upfront_nano * own->count))
        return;
    own->hourly_nano = (fg_nanodollars)(hourly * own->count);
    if (!has_fees) {
        fg_commitment_split_payment(own);
        return;
    }
    own->payment = payment_of(own);
    own->recurring_nano *= own->count;
    own->upfront_nano *= own->count;
}

static bool check_type(struct fg_decoder *decoder, const struct fg_value *map,
                       struct fg_commitment *own)
{
    const struct fg_study_context *context = decoder->context;
    const struct fg_instance_type *type;
    struct fg_error cause = {0};
    struct fg_instance_name parts;
    if (own->instance_type == NULL)
        return false;
    if (fg_catalog_type(context->catalog, own->instance_type, &type, &cause) != FG_OK) {
        fg_decode_fault_of(decoder, fg_value_find(map, "instanceType"), "instanceType", &cause);
        return false;
    }
    fg_instance_name_parse(type->name, &parts);
    own->family = fg_arena_string(decoder->arena, parts.family);
    own->size = fg_instance_size(type->name, type->vcpu);
    own->is_flexible = own->kind == FG_REGIONAL_RESERVATION && own->size > 0 &&
                       !fg_family_is_size_inflexible(own->family);
    if (own->size == 0)
        own->size = 1;
    return true;
}

static void check_reservation(struct fg_decoder *decoder, const struct fg_value *map,
                              struct draft *draft)
{
    const char *what = "a reserved instance";
    struct fg_commitment *own = &draft->commitment;
    fg_decode_required(decoder, map, "instanceType", what);
    if (own->count == 0)
        fg_decode_fault(decoder, fg_value_find(map, "count"),
                        "count 0 of reserved instances; expected at least 1");
    if (own->kind == FG_ZONAL_RESERVATION && own->zone == NULL)
        fg_decode_required(decoder, map, "availabilityZone", "a zonal reserved instance");
    if (own->kind == FG_REGIONAL_RESERVATION && own->zone != NULL)
        fg_decode_fault(decoder, fg_value_find(map, "availabilityZone"),
                        "a regional reserved instance has no availabilityZone; expected it with "
                        "scope zonal only");
    if (own->zone != NULL)
        fg_study_check_zone(decoder, fg_value_find(map, "availabilityZone"), own->zone);
    if (draft->has_price + draft->has_discount + (draft->has_recurring || own->upfront_nano > 0) >
        1)
        fg_decode_fault(decoder, map,
                        "a reserved instance has more than one price; expected one of usdPerHour, "
                        "discount, or upfront with recurringPerHour");
    settle_term(decoder, map, own, what);
    if (check_type(decoder, map, own))
        settle_price(decoder, map, draft);
}

void fg_study_decode_reserved_instances(struct fg_decoder *decoder, const struct fg_value *list,
                                        struct fg_scenario *scenario)
{
    if (!fg_decode_is_list(decoder, list, "reservedInstances"))
        return;
    make_room(decoder, scenario, list->count);
    for (uint32_t i = 0; i < list->count; i++) {
        struct draft draft = {
            .commitment = {.kind = FG_REGIONAL_RESERVATION, .count = 1, .term_years = 1}};
        if (!fg_decode_item(decoder, list->items[i], "a reserved instance", reservation_fields,
                            &draft))
            continue;
        check_reservation(decoder, list->items[i], &draft);
        settle_name(decoder, list->items[i], scenario, &draft.commitment, "reserved-instance",
                    i + 1);
        scenario->commitments[scenario->commitment_count++] = draft.commitment;
    }
}
