/* The curves of cost against commitment, as CSV. */
#include "reports/advice.h"

#include "reports/csv_writer.h"

static void put_usd(struct fg_csv_writer *csv, fg_nanodollars nano)
{
    fg_csv_put_ratio(csv, nano, FG_NANO_PER_DOLLAR);
}

static void put_points(struct fg_csv_writer *csv, const struct fg_advice *advice,
                       const struct fg_advised_plan *advised)
{
    const struct fg_commitment *plan = &advised->plan;
    for (uint32_t i = 0; i < advised->curve.count; i++) {
        bool is_best = i == advised->curve.best;
        const struct fg_choice_point *point = &advised->curve.points[i];
        fg_nanodollars bill = is_best ? advised->sums.bill_nano : point->bill_nano;
        fg_nanodollars saving = advice->as_is.bill_nano - bill;
        fg_csv_put_text(csv, fg_commitment_kind_name(plan->kind));
        fg_csv_put_text(csv, plan->family != NULL ? plan->family : "");
        fg_csv_put_ratio(csv, plan->term_years, 1);
        fg_csv_put_text(csv, fg_payment_name(plan->payment));
        put_usd(csv, point->hourly_nano);
        put_usd(csv, advice->bill_nano - saving);
        put_usd(csv, fg_advice_month(advice, advice->bill_nano - saving));
        put_usd(csv, fg_advice_month(advice, saving));
        fg_csv_put_ratio(csv, is_best, 1);
        fg_csv_end_line(csv);
    }
}

void fg_advice_print_csv(const struct fg_advice *advice, FILE *out)
{
    static const char *const names[] = {
        "kind", "family",        "term_years",           "payment", "commitment_usd_per_hour",
        "usd",  "usd_per_month", "saving_usd_per_month", "is_best"};
    struct fg_csv_writer csv = {.out = out};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        fg_csv_put_text(&csv, names[i]);
    fg_csv_end_line(&csv);
    for (uint32_t i = 0; i < advice->plan_count; i++)
        put_points(&csv, advice, &advice->plans[i]);
}
