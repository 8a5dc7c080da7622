/* The comparison of a bill and a replay as JSON. */
#include "reports/calibration.h"

#include "reports/json_writer.h"

static void put_period(struct fg_json_writer *json, const struct fg_calibration *calibration)
{
    char text[32];
    fg_json_named_text(json, "from", fg_calendar_print_instant(calibration->from, text));
    fg_json_named_text(json, "to", fg_calendar_print_instant(calibration->to, text));
    fg_json_named_integer(json, "hours", (calibration->to - calibration->from) / 3600);
}

/* The costs at list prices are read where they are asked for. */
static void put_bill(struct fg_json_writer *json, const struct fg_calibration *calibration,
                     const fg_nanodollars *at)
{
    fg_json_named_usd(json, "bill_billed_usd", at[FG_BASIS_BILLED]);
    fg_json_named_usd(json, "bill_amortised_usd", at[FG_BASIS_AMORTISED]);
    fg_json_named_ratio(json, "bill_list_usd", at[FG_BASIS_LIST],
                        calibration->basis == FG_BASIS_LIST ? FG_NANO_PER_DOLLAR : 0);
}

static void put_amounts(struct fg_json_writer *json, const struct fg_calibration *calibration,
                        const struct fg_calibrated *row)
{
    put_bill(json, calibration, row->at);
    fg_json_named_usd(json, "bill_usd", row->bill);
    fg_json_named_usd(json, "replay_usd", row->replay);
    fg_json_named_usd(json, "difference_usd", row->difference);
    fg_json_named_usd(json, "price_effect_usd", row->effects.price);
    fg_json_named_usd(json, "quantity_effect_usd", row->effects.quantity);
    fg_json_named_usd(json, "unsplit_usd", row->effects.unsplit);
}

static void put_price(struct fg_json_writer *json, const char *key, fg_nanodollars amount,
                      __int128 quantity_nano)
{
    bool negative = quantity_nano < 0;
    fg_json_named_ratio(json, key, negative ? -amount : amount,
                        negative ? -quantity_nano : quantity_nano);
}

static void put_sku(struct fg_json_writer *json, const struct fg_calibration *calibration,
                    const struct fg_calibrated *row)
{
    fg_json_open(json, '{');
    fg_json_named_text(json, "charge", row->charge);
    fg_json_named_text(json, "sku", row->sku);
    fg_json_named_text(json, "unit", row->unit);
    fg_json_named_ratio(json, "bill_quantity", row->bill_quantity_nano, FG_NANO_PER_DOLLAR);
    fg_json_named_ratio(json, "replay_quantity", row->replay_quantity_nano, FG_NANO_PER_DOLLAR);
    put_price(json, "bill_unit_usd", row->bill, row->bill_quantity_nano);
    put_price(json, "replay_unit_usd", row->replay, row->replay_quantity_nano);
    put_amounts(json, calibration, row);
    fg_json_close(json, '}');
}

static void put_rows(struct fg_json_writer *json, const struct fg_calibration *calibration)
{
    fg_json_key(json, "charges");
    fg_json_open(json, '[');
    for (uint32_t i = 0; i < calibration->charge_count; i++) {
        fg_json_open(json, '{');
        fg_json_named_text(json, "charge", calibration->charges[i].charge);
        put_amounts(json, calibration, &calibration->charges[i]);
        fg_json_close(json, '}');
    }
    fg_json_close(json, ']');
    fg_json_key(json, "skus");
    fg_json_open(json, '[');
    for (uint32_t i = 0; i < calibration->sku_count; i++)
        put_sku(json, calibration, &calibration->skus[i]);
    fg_json_close(json, ']');
}

static void put_days(struct fg_json_writer *json, const struct fg_calibration *calibration)
{
    fg_json_key(json, "days");
    fg_json_open(json, '[');
    for (uint32_t i = 0; i < calibration->day_count; i++) {
        const struct fg_calibrated_day *day = &calibration->days[i];
        char text[16];
        fg_json_open(json, '{');
        fg_json_key(json, "day");
        if (day->day == FG_BILLED_NO_DAY)
            fg_json_put_null(json);
        else
            fg_json_put_text(json, fg_calendar_print_day(day->day, text));
        fg_json_named_usd(json, "bill_usd", day->bill);
        fg_json_named_usd(json, "replay_usd", day->replay);
        fg_json_named_usd(json, "difference_usd", day->difference);
        fg_json_named_usd(json, "not_modelled_usd", day->rest);
        fg_json_close(json, '}');
    }
    fg_json_close(json, ']');
}

static void put_rest(struct fg_json_writer *json, const struct fg_calibration *calibration)
{
    fg_json_key(json, "rest");
    fg_json_open(json, '[');
    for (uint32_t i = 0; i < calibration->rest_count; i++) {
        const struct fg_billed_rest *rest = &calibration->rest[i];
        fg_json_open(json, '{');
        fg_json_named_text(json, "kind", fg_billed_kind_name(rest->thing->kind));
        fg_json_named_text(json, "product", rest->thing->product);
        fg_json_named_text(json, "usage_type", rest->thing->usage_type);
        fg_json_named_text(json, "unit", rest->thing->unit);
        fg_json_named_ratio(json, "quantity", rest->amount.quantity_nano, FG_NANO_PER_DOLLAR);
        put_bill(json, calibration, rest->amount.nano);
        fg_json_named_usd(json, "bill_usd", rest->bill);
        fg_json_close(json, '}');
    }
    fg_json_close(json, ']');
}

static void put_total(struct fg_json_writer *json, const struct fg_calibration *calibration)
{
    fg_json_key(json, "difference");
    fg_json_open(json, '{');
    fg_json_named_usd(json, "usd", calibration->all.difference);
    fg_json_named_usd(json, "price_usd", calibration->kinds[FG_BILLED_CHARGE].effects.price);
    fg_json_named_usd(json, "quantity_usd", calibration->kinds[FG_BILLED_CHARGE].effects.quantity);
    fg_json_named_usd(json, "unsplit_usd", calibration->kinds[FG_BILLED_CHARGE].effects.unsplit);
    fg_json_named_usd(json, "not_modelled_usd", calibration->kinds[FG_BILLED_UNMODELED].difference);
    fg_json_named_usd(json, "discounts_usd", calibration->kinds[FG_BILLED_DISCOUNT].difference);
    fg_json_named_usd(json, "credits_usd", calibration->kinds[FG_BILLED_CREDIT].difference);
    fg_json_named_usd(json, "taxes_usd", calibration->kinds[FG_BILLED_TAX].difference);
    fg_json_close(json, '}');
}

void fg_calibration_print_json(const struct fg_calibration *calibration, FILE *out)
{
    struct fg_json_writer json = {.out = out, .layout = FG_JSON_LINES};
    fg_json_open(&json, '{');
    fg_json_named_text(&json, "study", calibration->study);
    fg_json_named_text(&json, "scenario", calibration->scenario);
    put_period(&json, calibration);
    fg_json_named_text(&json, "basis", fg_basis_name(calibration->basis));
    put_total(&json, calibration);
    put_rows(&json, calibration);
    put_days(&json, calibration);
    put_rest(&json, calibration);
    fg_json_key(&json, "notes");
    fg_json_open(&json, '[');
    for (uint32_t i = 0; i < calibration->note_count; i++)
        fg_json_put_text(&json, calibration->notes[i]);
    fg_json_close(&json, ']');
    fg_json_close(&json, '}');
    fg_json_finish(&json);
}
