/* What the catalog knows of commitments: the rates of Savings Plans, prices of Reserved Instances.
 */
#include <string.h>

#include "data/study_parts.h"
#include "models/commitment.h"
#include "models/plan_rates.h"

enum { MILLION = 1000000 };

static const char *region_of(const struct fg_decoder *decoder,
                             const struct fg_commitment *commitment)
{
    const struct fg_study_context *context = decoder->context;
    return commitment->region != NULL ? commitment->region : context->region;
}

/* ---- Savings Plans ---- */

/* The public price the rate stands beside; an item's own, so not that of a family. */
static bool find_list_price(const struct fg_study_context *context, const char *region,
                            const char *item, fg_nanodollars *out)
{
    struct fg_found_price found;
    struct fg_error ignored = {0};
    const char *slash = strchr(item, '/');
    char name[32], variant[32] = "";
    if (fg_item_is_fargate(item)) {
        size_t length = slash != NULL ? (size_t)(slash - item) : strlen(item);
        memcpy(name, item, length < sizeof name ? length : 0);
        name[length < sizeof name ? length : 0] = '\0';
        strcpy(variant, slash != NULL ? "arm64/linux/ecs" : FG_VARIANT_EKS);
        item = name;
    }
    if (fg_catalog_price(context->catalog, item, region, variant, context->price_day, &found,
                         &ignored) != FG_OK)
        return false;
    *out = found.nano;
    return true;
}

/* A place whose public prices are asked for. */
struct price_place {
    const struct fg_study_context *context;
    const char *region;
};

static bool find_price_of(const void *context, const char *item, fg_nanodollars *out)
{
    const struct price_place *place = context;
    return find_list_price(place->context, place->region, item, out);
}

void fg_study_add_catalog_rates(struct fg_decoder *decoder, const struct fg_value *map,
                                struct fg_commitment *plan)
{
    const struct fg_study_context *context = decoder->context;
    const struct price_place place = {context, region_of(decoder, plan)};
    const struct fg_list_prices prices = {find_price_of, &place};
    if (place.region != NULL)
        fg_plan_add_catalog_rates(plan, context->catalog, place.region, &prices, decoder->arena);
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
        fg_rate_payment_of(reservation->payment));
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
