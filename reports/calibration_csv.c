/* The comparison of a bill and a replay as one CSV table. Rows of `part` sku, not-modelled,
 * discount, credit and tax add up to the total; those of charge and of day are sums of others. */
#include "reports/calibration.h"

#include "reports/csv_writer.h"

static const char *const columns[] = {
    "part",
    "day",
    "charge",
    "sku",
    "unit",
    "product",
    "usage_type",
    "bill_quantity",
    "replay_quantity",
    "bill_billed_usd",
    "bill_amortised_usd",
    "bill_list_usd",
    "bill_usd",
    "replay_usd",
    "difference_usd",
    "price_effect_usd",
    "quantity_effect_usd",
    "unsplit_usd",
};
enum { COLUMN_COUNT = sizeof columns / sizeof *columns };

static void put_usd(struct fg_csv_writer *csv, fg_nanodollars amount)
{
    fg_csv_put_ratio(csv, amount, FG_NANO_PER_DOLLAR);
}

static void put_nothing(struct fg_csv_writer *csv, int count)
{
    for (int i = 0; i < count; i++)
        fg_csv_put_nothing(csv);
}

/* The costs at list prices are read where they are asked for. */
static void put_bill(struct fg_csv_writer *csv, const struct fg_calibration *calibration,
                     const fg_nanodollars *at, fg_nanodollars bill)
{
    put_usd(csv, at[FG_BASIS_BILLED]);
    put_usd(csv, at[FG_BASIS_AMORTISED]);
    fg_csv_put_ratio(csv, at[FG_BASIS_LIST],
                     calibration->basis == FG_BASIS_LIST ? FG_NANO_PER_DOLLAR : 0);
    put_usd(csv, bill);
}

static void put_row(struct fg_csv_writer *csv, const struct fg_calibration *calibration,
                    const char *part, bool with_quantity, const struct fg_calibrated *row)
{
    fg_csv_put_text(csv, part);
    put_nothing(csv, 1);
    fg_csv_put_text(csv, row->charge);
    fg_csv_put_text(csv, row->sku);
    fg_csv_put_text(csv, row->unit);
    put_nothing(csv, 2);
    fg_csv_put_ratio(csv, row->bill_quantity_nano, with_quantity ? FG_NANO_PER_DOLLAR : 0);
    fg_csv_put_ratio(csv, row->replay_quantity_nano, with_quantity ? FG_NANO_PER_DOLLAR : 0);
    put_bill(csv, calibration, row->at, row->bill);
    put_usd(csv, row->replay);
    put_usd(csv, row->difference);
    put_usd(csv, row->effects.price);
    put_usd(csv, row->effects.quantity);
    put_usd(csv, row->effects.unsplit);
    fg_csv_end_line(csv);
}

static void put_day(struct fg_csv_writer *csv, const struct fg_calibrated_day *day)
{
    char name[16];
    fg_csv_put_text(csv, "day");
    if (day->day == FG_BILLED_NO_DAY)
        fg_csv_put_nothing(csv);
    else
        fg_csv_put_text(csv, fg_calendar_print_day(day->day, name));
    put_nothing(csv, 10);
    put_usd(csv, day->bill);
    put_usd(csv, day->replay);
    put_usd(csv, day->difference);
    put_nothing(csv, 3);
    fg_csv_end_line(csv);
}

static void put_rest(struct fg_csv_writer *csv, const struct fg_calibration *calibration,
                     const struct fg_billed_rest *rest)
{
    fg_csv_put_text(csv, fg_billed_kind_name(rest->thing->kind));
    put_nothing(csv, 3);
    fg_csv_put_text(csv, rest->thing->unit);
    fg_csv_put_text(csv, rest->thing->product);
    fg_csv_put_text(csv, rest->thing->usage_type);
    fg_csv_put_ratio(csv, rest->amount.quantity_nano, FG_NANO_PER_DOLLAR);
    put_nothing(csv, 1);
    put_bill(csv, calibration, rest->amount.nano, rest->bill);
    put_usd(csv, 0);
    put_usd(csv, rest->bill);
    put_nothing(csv, 3);
    fg_csv_end_line(csv);
}

void fg_calibration_print_csv(const struct fg_calibration *calibration, FILE *out)
{
    struct fg_csv_writer csv = {.out = out};
    for (int i = 0; i < COLUMN_COUNT; i++)
        fg_csv_put_text(&csv, columns[i]);
    fg_csv_end_line(&csv);
    put_row(&csv, calibration, "total", false, &calibration->all);
    for (uint32_t i = 0; i < calibration->charge_count; i++)
        put_row(&csv, calibration, "charge", false, &calibration->charges[i]);
    for (uint32_t i = 0; i < calibration->sku_count; i++)
        put_row(&csv, calibration, "sku", true, &calibration->skus[i]);
    for (uint32_t i = 0; i < calibration->rest_count; i++)
        put_rest(&csv, calibration, &calibration->rest[i]);
    for (uint32_t i = 0; i < calibration->day_count; i++)
        put_day(&csv, &calibration->days[i]);
}
