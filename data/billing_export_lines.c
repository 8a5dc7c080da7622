#include "data/billing_export_lines.h"

#include <string.h>

#include "data/billing_export_values.h"

/* What a line is read with. */
struct source {
    const struct fg_bill_columns *columns;
    const struct fg_bill_row *row;
    const struct fg_billing_options *options;
    struct fg_error *error;
};

static const char *cell(const struct source *source, enum fg_bill_field field)
{
    return fg_bill_cell(source->columns, source->row, field);
}

static bool is_empty(const char *text)
{
    return *text == '\0' || strcmp(text, "null") == 0;
}

static fg_status read_decimal(const struct source *source, enum fg_bill_field field, __int128 *out)
{
    if (fg_bill_parse_decimal(cell(source, field), out))
        return FG_OK;
    return fg_bill_bad_cell(source->columns, source->row, field,
                            "a decimal number such as 0.0416 or 1.2E-7, less than 10^12",
                            source->error);
}

static fg_status read_usd(const struct source *source, enum fg_bill_field field,
                          fg_nanodollars *out)
{
    __int128 nano = 0;
    fg_status status = read_decimal(source, field, &nano);
    if (status == FG_OK && (nano > INT64_MAX || nano < -INT64_MAX))
        status = fg_bill_bad_cell(source->columns, source->row, field,
                                  "less than 9223372036 dollars", source->error);
    *out = status == FG_OK ? (fg_nanodollars)nano : 0;
    return status;
}

/* A cost that lines of this type have; its column must be there. */
static fg_status read_needed(const struct source *source, enum fg_bill_field field,
                             const char *what, fg_nanodollars *out)
{
    if (source->columns->place[field] == FG_BILL_NO_COLUMN)
        return fg_bill_bad_cell(source->columns, source->row, field, what, source->error);
    return read_usd(source, field, out);
}

static enum fg_bill_field either(const struct source *source, enum fg_bill_field gross,
                                 enum fg_bill_field net)
{
    return source->options->net ? net : gross;
}

/* ---- the CUR's types ---- */

/* Usage has a quantity; fees and discounts have none of what our charges count. */
struct cur_type {
    const char *name; /* "*Discount" is a pattern */
    enum fg_bill_role role;
    bool has_quantity;
    fg_status (*amortise)(const struct source *source, struct fg_bill_line *line);
};

static fg_status amortise_as_billed(const struct source *source, struct fg_bill_line *line)
{
    (void)source;
    line->amount.nano[FG_BASIS_AMORTISED] = line->amount.nano[FG_BASIS_BILLED];
    return FG_OK;
}

static fg_status amortise_nothing(const struct source *source, struct fg_bill_line *line)
{
    (void)source;
    line->amount.nano[FG_BASIS_AMORTISED] = 0;
    return FG_OK;
}

/* What a plan covers is billed at its price and taken back by negations, which have no tags. */
static fg_status amortise_covered(const struct source *source, struct fg_bill_line *line)
{
    if (source->options->tags.count > 0)
        line->amount.nano[FG_BASIS_BILLED] = 0;
    return read_needed(source, either(source, FG_BILL_PLAN_COST, FG_BILL_NET_PLAN_COST),
                       "it for lines of type SavingsPlanCoveredUsage",
                       &line->amount.nano[FG_BASIS_AMORTISED]);
}

/* unused * net / gross of what the plan costs in the period */
static fg_status take_discount(const struct source *source, fg_nanodollars *inout_unused)
{
    static const enum fg_bill_field parts[2][2] = {
        {FG_BILL_PLAN_FEE, FG_BILL_PLAN_UPFRONT},
        {FG_BILL_NET_PLAN_FEE, FG_BILL_NET_PLAN_UPFRONT},
    };
    __int128 sums[2] = {0, 0};
    for (int net = 0; net < 2; net++) {
        for (int part = 0; part < 2; part++) {
            __int128 nano = 0;
            fg_status status = read_decimal(source, parts[net][part], &nano);
            if (status != FG_OK)
                return status;
            sums[net] += nano;
        }
    }
    if (sums[0] > 0 && sums[1] >= 0 && sums[1] < sums[0])
        *inout_unused =
            (fg_nanodollars)fg_money_divide_half_even((__int128)*inout_unused * sums[1], sums[0]);
    return FG_OK;
}

static fg_status amortise_plan(const struct source *source, struct fg_bill_line *line)
{
    static const char what[] = "it for lines of type SavingsPlanRecurringFee";
    fg_nanodollars total = 0, used = 0;
    fg_status status = read_needed(source, FG_BILL_PLAN_TOTAL, what, &total);
    if (status == FG_OK)
        status = read_needed(source, FG_BILL_PLAN_USED, what, &used);
    if (status == FG_OK &&
        __builtin_sub_overflow(total, used, &line->amount.nano[FG_BASIS_AMORTISED]))
        status = fg_bill_bad_cell(source->columns, source->row, FG_BILL_PLAN_TOTAL,
                                  "less than 9223372036 dollars", source->error);
    return status == FG_OK && source->options->net
               ? take_discount(source, &line->amount.nano[FG_BASIS_AMORTISED])
               : status;
}

static fg_status amortise_reserved(const struct source *source, struct fg_bill_line *line)
{
    return read_needed(source, either(source, FG_BILL_RESERVED_COST, FG_BILL_NET_RESERVED_COST),
                       "it for lines of type DiscountedUsage",
                       &line->amount.nano[FG_BASIS_AMORTISED]);
}

static fg_status amortise_unused(const struct source *source, struct fg_bill_line *line)
{
    static const char what[] = "it for lines of type RIFee";
    fg_nanodollars upfront = 0, fee = 0;
    fg_status status = read_needed(
        source, either(source, FG_BILL_UNUSED_UPFRONT, FG_BILL_NET_UNUSED_UPFRONT), what, &upfront);
    if (status == FG_OK)
        status = read_needed(source, either(source, FG_BILL_UNUSED_FEE, FG_BILL_NET_UNUSED_FEE),
                             what, &fee);
    if (status == FG_OK &&
        __builtin_add_overflow(upfront, fee, &line->amount.nano[FG_BASIS_AMORTISED]))
        status = fg_bill_bad_cell(source->columns, source->row, FG_BILL_UNUSED_FEE,
                                  "less than 9223372036 dollars", source->error);
    return status;
}

static const struct cur_type cur_types[] = {
    {"Usage", FG_BILL_USAGE, true, amortise_as_billed},
    {"SavingsPlanCoveredUsage", FG_BILL_USAGE, true, amortise_covered},
    {"SavingsPlanNegation", FG_BILL_USAGE, false, amortise_nothing},
    {"SavingsPlanRecurringFee", FG_BILL_PLAN, false, amortise_plan},
    {"SavingsPlanUpfrontFee", FG_BILL_PLAN, false, amortise_nothing},
    {"DiscountedUsage", FG_BILL_USAGE, true, amortise_reserved},
    {"RIFee", FG_BILL_RESERVED, false, amortise_unused},
    {"Fee", FG_BILL_OTHER, true, amortise_as_billed},
    {"Tax", FG_BILL_TAXED, false, amortise_as_billed},
    {"Credit", FG_BILL_CREDITED, false, amortise_as_billed},
    {"Refund", FG_BILL_CREDITED, false, amortise_as_billed},
    {"*Discount", FG_BILL_DISCOUNTED, false, amortise_as_billed},
    {"*", FG_BILL_OTHER, true, amortise_as_billed},
};

/* Plans and reservations of other services are not ours to model. */
static bool is_compute(const struct source *source, enum fg_bill_role role)
{
    const char *product = cell(source, FG_BILL_PRODUCT);
    if (role == FG_BILL_PLAN)
        return strstr(product, "MachineLearning") == NULL && strstr(product, "Database") == NULL;
    return is_empty(product) || strcmp(product, "AmazonEC2") == 0;
}

static fg_status read_cur(const struct source *source, struct fg_bill_line *out)
{
    const char *type = cell(source, FG_BILL_LINE_TYPE);
    const struct cur_type *rule = cur_types;
    while (!fg_glob_match(rule->name, type))
        rule++;
    out->role = rule->role;
    out->has_quantity = rule->has_quantity;
    if (!is_empty(cell(source, FG_BILL_SPLIT_PARENT)) ||
        (source->options->net && rule->role == FG_BILL_DISCOUNTED)) {
        out->role = FG_BILL_NOTHING;
        return FG_OK;
    }
    fg_status status = read_usd(source, either(source, FG_BILL_COST, FG_BILL_NET_COST),
                                &out->amount.nano[FG_BASIS_BILLED]);
    if (status == FG_OK && rule->has_quantity)
        status = read_decimal(source, FG_BILL_QUANTITY, &out->amount.quantity_nano);
    if (status != FG_OK)
        return status;
    /* The upfront payment of a Reserved Instance is a fee that names it. */
    if (strcmp(type, "Fee") == 0 && !is_empty(cell(source, FG_BILL_RESERVATION))) {
        out->role = is_compute(source, FG_BILL_RESERVED) ? FG_BILL_RESERVED : FG_BILL_OTHER;
        out->amount.quantity_nano = 0;
        return amortise_nothing(source, out);
    }
    if ((rule->role == FG_BILL_PLAN || rule->role == FG_BILL_RESERVED) &&
        !is_compute(source, rule->role))
        out->role = FG_BILL_OTHER;
    return rule->amortise(source, out);
}

/* ---- FOCUS's categories ---- */

static const struct {
    const char *name;
    enum fg_bill_role role;
} categories[] = {
    {"Usage", FG_BILL_USAGE},     {"Purchase", FG_BILL_OTHER},      {"Tax", FG_BILL_TAXED},
    {"Credit", FG_BILL_CREDITED}, {"Adjustment", FG_BILL_CREDITED},
};
enum { CATEGORY_COUNT = sizeof categories / sizeof *categories };

static fg_status read_category(const struct source *source, enum fg_bill_role *out)
{
    const char *name = cell(source, FG_BILL_LINE_TYPE);
    for (size_t i = 0; i < CATEGORY_COUNT; i++) {
        if (strcmp(categories[i].name, name) == 0) {
            *out = categories[i].role;
            return FG_OK;
        }
    }
    return fg_bill_bad_cell(source->columns, source->row, FG_BILL_LINE_TYPE,
                            "Usage, Purchase, Tax, Credit or Adjustment", source->error);
}

/* Of what a commitment was bought for, and what was not used of it. */
static fg_status read_commitment(const struct source *source, bool is_usage,
                                 struct fg_bill_line *out)
{
    bool unused = strcmp(cell(source, FG_BILL_COMMITMENT_STATUS), "Unused") == 0;
    if (is_empty(cell(source, FG_BILL_COMMITMENT)) || (is_usage && !unused))
        return FG_OK;
    const char *category = cell(source, FG_BILL_COMMITMENT_CATEGORY);
    out->role = FG_BILL_PLAN;
    out->amount.quantity_nano = 0;
    if (strcmp(category, "Usage") == 0)
        out->role = FG_BILL_RESERVED;
    else if (strcmp(category, "Spend") != 0)
        return fg_bill_bad_cell(source->columns, source->row, FG_BILL_COMMITMENT_CATEGORY,
                                "Spend or Usage for a line that names a commitment", source->error);
    return FG_OK;
}

static fg_status read_focus(const struct source *source, struct fg_bill_line *out)
{
    fg_status status = read_category(source, &out->role);
    out->has_quantity = out->role == FG_BILL_USAGE || out->role == FG_BILL_OTHER;
    bool is_usage = out->role == FG_BILL_USAGE;
    bool consumed = is_empty(cell(source, FG_BILL_QUANTITY));
    if (consumed)
        out->unit = cell(source, FG_BILL_CONSUMED_UNIT);
    if (status == FG_OK)
        status = read_usd(source, FG_BILL_COST, &out->amount.nano[FG_BASIS_BILLED]);
    if (status == FG_OK)
        status = read_usd(source, FG_BILL_EFFECTIVE_COST, &out->amount.nano[FG_BASIS_AMORTISED]);
    if (status == FG_OK && out->has_quantity)
        status = read_decimal(source, consumed ? FG_BILL_CONSUMED : FG_BILL_QUANTITY,
                              &out->amount.quantity_nano);
    out->is_correction = strcmp(cell(source, FG_BILL_CLASS), "Correction") == 0;
    return status == FG_OK && out->has_quantity ? read_commitment(source, is_usage, out) : status;
}

/* ---- any line ---- */

/* At public prices: usage and fees, as billed where there is no such price; taxes and credits as
 * billed; neither commitments nor discounts. */
static fg_status read_list(const struct source *source, struct fg_bill_line *inout)
{
    fg_nanodollars *list = &inout->amount.nano[FG_BASIS_LIST];
    bool is_rest = inout->role == FG_BILL_TAXED || inout->role == FG_BILL_CREDITED;
    bool is_bought = inout->role == FG_BILL_USAGE || inout->role == FG_BILL_OTHER;
    if (!source->options->list)
        return FG_OK;
    if (is_bought && inout->has_quantity && !is_empty(cell(source, FG_BILL_LIST_COST)))
        return read_usd(source, FG_BILL_LIST_COST, list);
    if (is_rest || (is_bought && inout->has_quantity))
        *list = inout->amount.nano[FG_BASIS_BILLED];
    return FG_OK;
}

static fg_status read_times(const struct source *source, struct fg_bill_line *out)
{
    static const char expected[] = "an instant such as 2026-03-02T00:00:00Z, from 1970 on";
    if (!fg_bill_parse_instant(cell(source, FG_BILL_START), &out->start))
        return fg_bill_bad_cell(source->columns, source->row, FG_BILL_START, expected,
                                source->error);
    if (!fg_bill_parse_instant(cell(source, FG_BILL_END), &out->end))
        return fg_bill_bad_cell(source->columns, source->row, FG_BILL_END, expected, source->error);
    if (out->end < out->start)
        return fg_bill_bad_cell(source->columns, source->row, FG_BILL_END,
                                "an instant after the line's start", source->error);
    out->end += out->end == out->start; /* a purchase of a moment */
    return FG_OK;
}

fg_status fg_bill_line_read(const struct fg_bill_columns *columns, const struct fg_bill_row *row,
                            const struct fg_billing_options *options, struct fg_bill_line *out,
                            struct fg_error *error)
{
    const struct source source = {columns, row, options, error};
    *out = (struct fg_bill_line){
        .usage_type = cell(&source, FG_BILL_USAGE_TYPE),
        .product = cell(&source, FG_BILL_PRODUCT),
        .unit = cell(&source, FG_BILL_UNIT),
    };
    const char *currency = cell(&source, FG_BILL_CURRENCY);
    if (*currency != '\0' && strcmp(currency, "USD") != 0)
        return fg_bill_bad_cell(columns, row, FG_BILL_CURRENCY, "USD", error);
    fg_status status = read_times(&source, out);
    if (status == FG_OK)
        status =
            columns->dialect == FG_BILL_FOCUS ? read_focus(&source, out) : read_cur(&source, out);
    if (status == FG_OK)
        status = read_list(&source, out);
    if (out->role == FG_BILL_OTHER && *out->usage_type == '\0')
        out->usage_type = cell(&source, FG_BILL_LINE_TYPE);
    return status;
}
