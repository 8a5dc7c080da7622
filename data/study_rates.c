/* What the catalog knows of commitments: the rates of Savings Plans, prices of Reserved Instances.
 */
#include <string.h>

#include "data/study_parts.h"
#include "models/commitment.h"

enum { MILLION = 1000000 };

static enum fg_rate_payment catalog_payment(enum fg_payment payment)
{
    static const enum fg_rate_payment payments[] = {[FG_NO_UPFRONT] = FG_RATE_NO_UPFRONT,
                                                    [FG_PARTIAL_UPFRONT] = FG_RATE_PARTIAL_UPFRONT,
                                                    [FG_ALL_UPFRONT] = FG_RATE_ALL_UPFRONT};
    return payments[payment];
}

static const char *region_of(const struct fg_decoder *decoder,
                             const struct fg_commitment *commitment)
{
    const struct fg_study_context *context = decoder->context;
    return commitment->region != NULL ? commitment->region : context->region;
}

/* ---- Savings Plans ---- */

static bool is_fargate(const char *item)
{
    return strncmp(item, "fargate-", strlen("fargate-")) == 0;
}

static bool is_of_family(const char *item, const char *family)
{
    size_t length = strlen(family);
    return strncmp(item, family, length) == 0 && (item[length] == '.' || item[length] == '\0');
}

/* What the study itself says goes before the catalog: of the item's family, or of all. */
static bool is_named(const struct fg_commitment *plan, uint32_t named, const char *item)
{
    enum fg_usage_service service = is_fargate(item) ? FG_USAGE_FARGATE : FG_USAGE_EC2;
    for (uint32_t i = 0; i < named; i++)
        if (plan->rates[i].service == service &&
            (plan->rates[i].item == NULL || is_of_family(item, plan->rates[i].item)))
            return true;
    return false;
}

/* Of an EC2 Instance plan standard Reserved prices stand in where its own are not known: where both
 * are, they are equal. */
static bool is_for(const struct fg_commitment *plan, enum fg_rate_plan kind)
{
    if (plan->kind == FG_COMPUTE_PLAN)
        return kind == FG_RATE_COMPUTE;
    return kind == FG_RATE_EC2_INSTANCE || kind == FG_RATE_RESERVED_STANDARD;
}

/* The public price the rate stands beside; an item's own, so not that of a family. */
static bool find_list_price(const struct fg_study_context *context, const char *region,
                            const char *item, fg_nanodollars *out)
{
    struct fg_found_price found;
    struct fg_error ignored = {0};
    const char *slash = strchr(item, '/');
    char name[32], variant[32] = "";
    if (is_fargate(item)) {
        size_t length = slash != NULL ? (size_t)(slash - item) : strlen(item);
        memcpy(name, item, length < sizeof name ? length : 0);
        name[length < sizeof name ? length : 0] = '\0';
        strcpy(variant, slash != NULL ? "arm64/linux" : FG_VARIANT_EKS);
        item = name;
    }
    if (fg_catalog_price(context->catalog, item, region, variant, context->price_day, &found,
                         &ignored) != FG_OK)
        return false;
    *out = found.nano;
    return true;
}

static bool make_rate(const struct fg_study_context *context,
                      const struct fg_commitment_rate_row *row, struct fg_plan_rate *out)
{
    fg_nanodollars list_nano;
    *out = (struct fg_plan_rate){
        .service = is_fargate(row->item) ? FG_USAGE_FARGATE : FG_USAGE_EC2,
        .item = row->item,
        .paid = MILLION - (int64_t)row->discount_millionths,
        .of = MILLION,
    };
    if (row->nano_per_hour < 0)
        return row->discount_millionths >= 0;
    if (!find_list_price(context, row->region, row->item, &list_nano) || list_nano == 0)
        return row->discount_millionths >= 0;
    out->paid = row->nano_per_hour;
    out->of = list_nano;
    return true;
}

void fg_study_add_catalog_rates(struct fg_decoder *decoder, const struct fg_value *map,
                                struct fg_commitment *plan)
{
    const struct fg_study_context *context = decoder->context;
    const struct fg_catalog *catalog = context->catalog;
    const char *region = region_of(decoder, plan);
    uint32_t named = plan->rate_count;
    struct fg_plan_rate *rates =
        fg_arena_allocate(decoder->arena, (size_t)named + catalog->rate_count, sizeof *rates);
    if (named > 0)
        memcpy(rates, plan->rates, named * sizeof *rates);
    plan->rates = rates;
    for (uint32_t i = 0; region != NULL && i < catalog->rate_count; i++) {
        const struct fg_commitment_rate_row *row = &catalog->rates[i];
        if (!is_for(plan, row->plan) || strcmp(row->region, region) != 0 ||
            row->term_years != plan->term_years || row->payment != catalog_payment(plan->payment) ||
            (plan->family != NULL && !is_of_family(row->item, plan->family)) ||
            is_named(plan, named, row->item))
            continue;
        plan->rate_count += make_rate(context, row, &rates[plan->rate_count]);
    }
    if (plan->rate_count == 0)
        fg_decode_fault(decoder, map,
                        "a Savings Plan has no discounts and the catalog has no rates of it; "
                        "expected discounts such as {fargate: 20%%, ec2: 27%%}");
}

/* ---- Reserved Instances ---- */

fg_nanodollars fg_study_catalog_reservation(struct fg_decoder *decoder, const struct fg_value *map,
                                            const struct fg_commitment *reservation,
                                            bool is_convertible)
{
    const struct fg_study_context *context = decoder->context;
    const char *region = region_of(decoder, reservation);
    fg_nanodollars list_nano;
    if (region == NULL)
        return 0;
    const struct fg_commitment_rate_row *row = fg_catalog_commitment_rate(
        context->catalog, is_convertible ? FG_RATE_RESERVED_CONVERTIBLE : FG_RATE_RESERVED_STANDARD,
        region, reservation->instance_type, reservation->term_years,
        catalog_payment(reservation->payment));
    if (row != NULL && row->nano_per_hour >= 0)
        return row->nano_per_hour;
    if (row != NULL && find_list_price(context, region, reservation->instance_type, &list_nano))
        return (fg_nanodollars)fg_money_divide_half_even(
            (__int128)list_nano * (MILLION - (int64_t)row->discount_millionths), MILLION);
    fg_decode_fault(decoder, map,
                    "the catalog has no price of %s reserved for %uy, %s, in %s; expected "
                    "usdPerHour, discount, or upfront with recurringPerHour",
                    reservation->instance_type, reservation->term_years,
                    fg_payment_name(reservation->payment), region);
    return 0;
}
