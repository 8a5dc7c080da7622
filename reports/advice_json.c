/* The advice on Savings Plans as JSON. */
#include "reports/advice.h"

#include "reports/json_writer.h"

static void put_name(struct fg_json_writer *json, const struct fg_commitment *plan)
{
    fg_json_named_text(json, "kind", fg_commitment_kind_name(plan->kind));
    fg_json_key(json, "family");
    if (plan->family != NULL)
        fg_json_put_text(json, plan->family);
    else
        fg_json_put_null(json);
    fg_json_named_integer(json, "term_years", plan->term_years);
    fg_json_named_text(json, "payment", fg_payment_name(plan->payment));
}

static void put_plan(struct fg_json_writer *json, const struct fg_advice *advice,
                     const struct fg_advised_plan *advised)
{
    const struct fg_commitment *plan = &advised->plan;
    const struct fg_choice_sums *sums = &advised->sums;
    fg_json_open(json, '{');
    put_name(json, plan);
    fg_json_named_usd(json, "commitment_usd_per_hour", plan->hourly_nano);
    fg_json_named_usd(json, "saving_usd", advised->saving_nano);
    fg_json_named_usd(json, "saving_usd_per_month", fg_advice_month(advice, advised->saving_nano));
    fg_json_named_ratio(json, "saving_share", advised->saving_nano, advice->bill_nano);
    fg_json_named_usd(json, "other_usage_saving_usd", advised->other_saving_nano);
    fg_json_named_ratio(json, "coverage", sums->covered_nano, sums->eligible_nano);
    fg_json_named_ratio(json, "utilisation", sums->used_nano,
                        (__int128)plan->hourly_nano * sums->hours);
    fg_json_named_usd(json, "recurring_usd_per_hour", plan->recurring_nano);
    fg_json_named_usd(json, "recurring_usd_per_month", plan->recurring_nano * 730);
    fg_json_named_usd(json, "upfront_usd", plan->upfront_nano);
    fg_json_named_usd(json, "term_usd",
                      plan->upfront_nano + plan->recurring_nano * 8760 * plan->term_years);
    fg_json_named_text(json, "rates", advised->rates);
    fg_json_named_text(json, "rate_source", advised->rate_source);
    fg_json_close(json, '}');
}

static void put_gaps(struct fg_json_writer *json, const struct fg_advice *advice)
{
    fg_json_key(json, "left_out");
    fg_json_open(json, '[');
    for (uint32_t i = 0; i < advice->gap_count; i++) {
        fg_json_open(json, '{');
        put_name(json, &advice->gaps[i].plan);
        fg_json_named_text(json, "rates_not_known", advice->gaps[i].missing);
        fg_json_close(json, '}');
    }
    fg_json_close(json, ']');
}

void fg_advice_print_json(const struct fg_advice *advice, FILE *out)
{
    struct fg_json_writer json = {.out = out};
    fg_json_open(&json, '{');
    fg_json_named_text(&json, "study", advice->replay->study);
    fg_json_named_text(&json, "scenario", advice->replay->scenario);
    fg_json_named_text(&json, "region", advice->replay->region);
    fg_json_named_integer(&json, "replication", advice->replay->replication);
    fg_json_named_integer(&json, "hours", advice->hours);
    fg_json_named_usd(&json, "usd", advice->bill_nano);
    fg_json_named_usd(&json, "usd_per_month", fg_advice_month(advice, advice->bill_nano));
    fg_json_named_usd(&json, "coverable_usd", advice->as_is.bill_nano);
    fg_json_key(&json, "best");
    if (advice->best == UINT32_MAX)
        fg_json_put_null(&json);
    else
        fg_json_put_integer(&json, advice->best);
    fg_json_key(&json, "plans");
    fg_json_open(&json, '[');
    for (uint32_t i = 0; i < advice->plan_count; i++)
        put_plan(&json, advice, &advice->plans[i]);
    fg_json_close(&json, ']');
    put_gaps(&json, advice);
    fg_json_close(&json, '}');
    fg_json_finish(&json);
}
