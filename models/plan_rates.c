#include "models/plan_rates.h"

#include <string.h>

enum { MILLION = 1000000 };

enum fg_rate_payment fg_rate_payment_of(enum fg_payment payment)
{
    static const enum fg_rate_payment payments[] = {[FG_NO_UPFRONT] = FG_RATE_NO_UPFRONT,
                                                    [FG_PARTIAL_UPFRONT] = FG_RATE_PARTIAL_UPFRONT,
                                                    [FG_ALL_UPFRONT] = FG_RATE_ALL_UPFRONT};
    return payments[payment];
}

bool fg_item_is_fargate(const char *item)
{
    return strncmp(item, "fargate-", strlen("fargate-")) == 0;
}

static bool is_of_family(const char *item, const char *family)
{
    size_t length = strlen(family);
    return strncmp(item, family, length) == 0 && (item[length] == '.' || item[length] == '\0');
}

/* What the planner names goes before the catalog: of the item's family, or of all. */
static bool is_named(const struct fg_commitment *plan, const char *item)
{
    enum fg_usage_service service = fg_item_is_fargate(item) ? FG_USAGE_FARGATE : FG_USAGE_EC2;
    for (uint32_t i = 0; i < plan->named_rate_count; i++)
        if (plan->rates[i].service == service &&
            (plan->rates[i].item == NULL || is_of_family(item, plan->rates[i].item)))
            return true;
    return false;
}

static bool is_for(const struct fg_commitment *plan, const struct fg_commitment_rate_row *row,
                   const char *region)
{
    bool is_kind = plan->kind == FG_COMPUTE_PLAN ? row->plan == FG_RATE_COMPUTE
                                                 : row->plan == FG_RATE_EC2_INSTANCE ||
                                                       row->plan == FG_RATE_RESERVED_STANDARD;
    return is_kind && strcmp(row->region, region) == 0 && row->term_years == plan->term_years &&
           row->payment == fg_rate_payment_of(plan->payment) &&
           (plan->family == NULL || is_of_family(row->item, plan->family));
}

static bool make_rate(const struct fg_commitment_rate_row *row, const struct fg_list_prices *prices,
                      struct fg_plan_rate *out)
{
    fg_nanodollars list_nano;
    *out = (struct fg_plan_rate){
        .service = fg_item_is_fargate(row->item) ? FG_USAGE_FARGATE : FG_USAGE_EC2,
        .item = row->item,
        .paid = MILLION - (int64_t)row->discount_millionths,
        .of = MILLION,
    };
    if (row->nano_per_hour < 0 || !prices->find(prices->context, row->item, &list_nano) ||
        list_nano == 0)
        return row->discount_millionths >= 0;
    out->paid = row->nano_per_hour;
    out->of = list_nano;
    return true;
}

void fg_plan_add_catalog_rates(struct fg_commitment *plan, const struct fg_catalog *catalog,
                               const char *region, const struct fg_list_prices *prices,
                               struct fg_arena *arena)
{
    struct fg_plan_rate *rates =
        fg_arena_allocate(arena, (size_t)plan->rate_count + catalog->rate_count, sizeof *rates);
    if (plan->rate_count > 0)
        memcpy(rates, plan->rates, plan->rate_count * sizeof *rates);
    plan->rates = rates;
    plan->named_rate_count = plan->rate_count;
    for (uint32_t i = 0; i < catalog->rate_count; i++) {
        const struct fg_commitment_rate_row *row = &catalog->rates[i];
        if (is_for(plan, row, region) && !is_named(plan, row->item))
            plan->rate_count += make_rate(row, prices, &rates[plan->rate_count]);
    }
}

const struct fg_commitment_rate_row *fg_plan_rate_row(const struct fg_commitment *plan,
                                                      const struct fg_plan_rate *rate,
                                                      const struct fg_catalog *catalog,
                                                      const char *region)
{
    if (rate < plan->rates + plan->named_rate_count)
        return NULL;
    for (uint32_t i = 0; i < catalog->rate_count; i++) {
        const struct fg_commitment_rate_row *row = &catalog->rates[i];
        if (is_for(plan, row, region) && strcmp(row->item, rate->item) == 0 &&
            (rate->paid == row->nano_per_hour ||
             rate->paid == MILLION - (int64_t)row->discount_millionths))
            return row;
    }
    return NULL;
}
