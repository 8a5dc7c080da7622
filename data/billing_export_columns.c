#include "data/billing_export_columns.h"

#include <stdlib.h>
#include <string.h>

#include "data/billing_export_values.h"
#include "models/catalog.h"

/* A column that is needed in every export that has it, or only by lines of some types and for some
 * options. */
enum need { SOMETIMES, ALWAYS };

static const struct {
    const char *names[FG_BILL_DIALECT_COUNT];
    enum need need;
} fields[FG_BILL_FIELD_COUNT] = {
    [FG_BILL_START] = {{"lineItem/UsageStartDate", "line_item_usage_start_date",
                        "ChargePeriodStart"},
                       ALWAYS},
    [FG_BILL_END] = {{"lineItem/UsageEndDate", "line_item_usage_end_date", "ChargePeriodEnd"},
                     ALWAYS},
    [FG_BILL_LINE_TYPE] = {{"lineItem/LineItemType", "line_item_line_item_type", "ChargeCategory"},
                           ALWAYS},
    [FG_BILL_USAGE_TYPE] = {{"lineItem/UsageType", "line_item_usage_type", "x_UsageType"}, ALWAYS},
    [FG_BILL_PRODUCT] = {{"lineItem/ProductCode", "line_item_product_code", "ServiceName"}, ALWAYS},
    [FG_BILL_QUANTITY] = {{"lineItem/UsageAmount", "line_item_usage_amount", "PricingQuantity"},
                          ALWAYS},
    [FG_BILL_UNIT] = {{"pricing/unit", "pricing_unit", "PricingUnit"}, SOMETIMES},
    [FG_BILL_COST] = {{"lineItem/UnblendedCost", "line_item_unblended_cost", "BilledCost"}, ALWAYS},
    [FG_BILL_NET_COST] = {{"lineItem/NetUnblendedCost", "line_item_net_unblended_cost", NULL},
                          SOMETIMES},
    [FG_BILL_LIST_COST] = {{"pricing/publicOnDemandCost", "pricing_public_on_demand_cost",
                            "ListCost"},
                           SOMETIMES},
    [FG_BILL_CURRENCY] = {{"lineItem/CurrencyCode", "line_item_currency_code", "BillingCurrency"},
                          SOMETIMES},
    [FG_BILL_ACCOUNT] = {{"lineItem/UsageAccountId", "line_item_usage_account_id", "SubAccountId"},
                         SOMETIMES},
    [FG_BILL_REGION] = {{"product/regionCode", "product_region_code", "RegionId"}, SOMETIMES},
    [FG_BILL_TAGS] = {{NULL, "resource_tags", "Tags"}, SOMETIMES},
    [FG_BILL_PLAN_COST] = {{"savingsPlan/SavingsPlanEffectiveCost",
                            "savings_plan_savings_plan_effective_cost", NULL},
                           SOMETIMES},
    [FG_BILL_NET_PLAN_COST] = {{"savingsPlan/NetSavingsPlanEffectiveCost",
                                "savings_plan_net_savings_plan_effective_cost", NULL},
                               SOMETIMES},
    [FG_BILL_PLAN_TOTAL] = {{"savingsPlan/TotalCommitmentToDate",
                             "savings_plan_total_commitment_to_date", NULL},
                            SOMETIMES},
    [FG_BILL_PLAN_USED] = {{"savingsPlan/UsedCommitment", "savings_plan_used_commitment", NULL},
                           SOMETIMES},
    [FG_BILL_PLAN_FEE] = {{"savingsPlan/RecurringCommitmentForBillingPeriod",
                           "savings_plan_recurring_commitment_for_billing_period", NULL},
                          SOMETIMES},
    [FG_BILL_NET_PLAN_FEE] = {{"savingsPlan/NetRecurringCommitmentForBillingPeriod",
                               "savings_plan_net_recurring_commitment_for_billing_period", NULL},
                              SOMETIMES},
    [FG_BILL_PLAN_UPFRONT] = {{"savingsPlan/AmortizedUpfrontCommitmentForBillingPeriod",
                               "savings_plan_amortized_upfront_commitment_for_billing_period",
                               NULL},
                              SOMETIMES},
    [FG_BILL_NET_PLAN_UPFRONT] =
        {{"savingsPlan/NetAmortizedUpfrontCommitmentForBillingPeriod",
          "savings_plan_net_amortized_upfront_commitment_for_billing_period", NULL},
         SOMETIMES},
    [FG_BILL_RESERVED_COST] = {{"reservation/EffectiveCost", "reservation_effective_cost", NULL},
                               SOMETIMES},
    [FG_BILL_NET_RESERVED_COST] = {{"reservation/NetEffectiveCost",
                                    "reservation_net_effective_cost", NULL},
                                   SOMETIMES},
    [FG_BILL_UNUSED_UPFRONT] = {{"reservation/UnusedAmortizedUpfrontFeeForBillingPeriod",
                                 "reservation_unused_amortized_upfront_fee_for_billing_period",
                                 NULL},
                                SOMETIMES},
    [FG_BILL_NET_UNUSED_UPFRONT] =
        {{"reservation/NetUnusedAmortizedUpfrontFeeForBillingPeriod",
          "reservation_net_unused_amortized_upfront_fee_for_billing_period", NULL},
         SOMETIMES},
    [FG_BILL_UNUSED_FEE] = {{"reservation/UnusedRecurringFee", "reservation_unused_recurring_fee",
                             NULL},
                            SOMETIMES},
    [FG_BILL_NET_UNUSED_FEE] = {{"reservation/NetUnusedRecurringFee",
                                 "reservation_net_unused_recurring_fee", NULL},
                                SOMETIMES},
    [FG_BILL_RESERVATION] = {{"reservation/ReservationARN", "reservation_reservation_a_r_n", NULL},
                             SOMETIMES},
    [FG_BILL_SPLIT_PARENT] = {{"splitLineItem/ParentResourceId",
                               "split_line_item_parent_resource_id", NULL},
                              SOMETIMES},
    [FG_BILL_CLASS] = {{NULL, NULL, "ChargeClass"}, SOMETIMES},
    [FG_BILL_EFFECTIVE_COST] = {{NULL, NULL, "EffectiveCost"}, ALWAYS},
    [FG_BILL_CONSUMED] = {{NULL, NULL, "ConsumedQuantity"}, SOMETIMES},
    [FG_BILL_CONSUMED_UNIT] = {{NULL, NULL, "ConsumedUnit"}, SOMETIMES},
    [FG_BILL_COMMITMENT] = {{NULL, NULL, "CommitmentDiscountId"}, SOMETIMES},
    [FG_BILL_COMMITMENT_STATUS] = {{NULL, NULL, "CommitmentDiscountStatus"}, SOMETIMES},
    [FG_BILL_COMMITMENT_CATEGORY] = {{NULL, NULL, "CommitmentDiscountCategory"}, SOMETIMES},
};

/* What the same was called before, or is called in another version. */
static const struct {
    const char *name;
    enum fg_bill_dialect dialect;
    enum fg_bill_field field;
} other_names[] = {
    {"product/region", FG_BILL_CUR, FG_BILL_REGION},
    {"product_region", FG_BILL_CUR2, FG_BILL_REGION},
    {"tags", FG_BILL_CUR2, FG_BILL_TAGS},
    {"SkuMeter", FG_BILL_FOCUS, FG_BILL_USAGE_TYPE},
};

const char *fg_bill_field_name(enum fg_bill_dialect dialect, enum fg_bill_field field)
{
    return fields[field].names[dialect];
}

/* ---- which export it is ---- */

static int32_t find_column(const struct fg_bill_row *header, const char *name)
{
    for (uint32_t i = 0; name != NULL && i < header->cell_count; i++)
        if (strcmp(header->cells[i], name) == 0)
            return (int32_t)i;
    return FG_BILL_NO_COLUMN;
}

/* The export of which most columns are there. */
static uint32_t find_dialect(const struct fg_bill_row *header, enum fg_bill_dialect *out)
{
    uint32_t most = 0;
    for (int dialect = 0; dialect < FG_BILL_DIALECT_COUNT; dialect++) {
        uint32_t count = 0;
        for (int field = 0; field < FG_BILL_FIELD_COUNT; field++)
            count += find_column(header, fields[field].names[dialect]) != FG_BILL_NO_COLUMN;
        if (count > most)
            *out = (enum fg_bill_dialect)dialect;
        most = count > most ? count : most;
    }
    return most;
}

static fg_status not_an_export(const struct fg_bill_row *header, struct fg_error *error)
{
    const char *names[FG_BILL_DIALECT_COUNT * FG_BILL_FIELD_COUNT];
    uint32_t count = 0;
    for (int dialect = 0; dialect < FG_BILL_DIALECT_COUNT; dialect++)
        for (int field = 0; field < FG_BILL_FIELD_COUNT; field++)
            if (fields[field].names[dialect] != NULL)
                names[count++] = fields[field].names[dialect];
    for (uint32_t i = 0; i < header->cell_count; i++) {
        const char *nearest = fg_nearest_name(header->cells[i], names, count);
        if (nearest != NULL && strcmp(nearest, header->cells[i]) != 0)
            return fg_error_at(error, header->file, header->line, i + 1,
                               "unknown column '%.64s'; did you mean '%s'?", header->cells[i],
                               nearest);
    }
    return fg_error_at(error, header->file, header->line, 1,
                       "the header begins with '%.64s'; expected that of a CUR or FOCUS export, "
                       "with columns such as lineItem/UsageType, line_item_usage_type or "
                       "ChargePeriodStart",
                       header->cells[0]);
}

/* ---- where the columns stand ---- */

static bool is_needed(enum fg_bill_dialect dialect, int field,
                      const struct fg_billing_options *options)
{
    return (fields[field].need == ALWAYS && fields[field].names[dialect] != NULL) ||
           (field == FG_BILL_ACCOUNT && options->account != NULL) ||
           (field == FG_BILL_REGION && options->region != NULL) ||
           (field == FG_BILL_NET_COST && options->net) ||
           (field == FG_BILL_LIST_COST && options->list);
}

static fg_status missing(const struct fg_bill_row *header, const char *name, struct fg_error *error)
{
    const char *nearest = fg_nearest_name(name, header->cells, header->cell_count);
    if (nearest != NULL)
        return fg_error_at(error, header->file, header->line,
                           (uint32_t)find_column(header, nearest) + 1,
                           "column '%s' is missing; '%.64s' comes near it", name, nearest);
    return fg_error_at(error, header->file, header->line, 0, "column '%s' is missing", name);
}

static fg_status place_fields(const struct fg_bill_row *header,
                              const struct fg_billing_options *options, struct fg_bill_columns *out,
                              struct fg_error *error)
{
    for (int field = 0; field < FG_BILL_FIELD_COUNT; field++)
        out->place[field] = find_column(header, fields[field].names[out->dialect]);
    for (size_t i = 0; i < sizeof other_names / sizeof *other_names; i++)
        if (other_names[i].dialect == out->dialect &&
            out->place[other_names[i].field] == FG_BILL_NO_COLUMN)
            out->place[other_names[i].field] = find_column(header, other_names[i].name);
    for (int field = 0; field < FG_BILL_FIELD_COUNT; field++) {
        const char *name = fields[field].names[out->dialect];
        if (out->place[field] == FG_BILL_NO_COLUMN && is_needed(out->dialect, field, options)) {
            if (name == NULL)
                return fg_error_at(error, header->file, header->line, 0,
                                   "FOCUS has no net costs; expected a CUR, or no --net");
            return missing(header, name, error);
        }
    }
    return FG_OK;
}

static fg_status check_twice(const struct fg_bill_row *header,
                             const struct fg_bill_columns *columns, struct fg_error *error)
{
    for (int field = 0; field < FG_BILL_FIELD_COUNT; field++) {
        int32_t place = columns->place[field];
        for (int32_t i = place + 1; place >= 0 && i < (int32_t)header->cell_count; i++)
            if (strcmp(header->cells[i], header->cells[place]) == 0)
                return fg_error_at(error, header->file, header->line, (uint32_t)i + 1,
                                   "column '%.64s' stands twice", header->cells[i]);
    }
    return FG_OK;
}

/* ---- tags ---- */

/* The key of a tag's own column: resourceTags/user:team, resource_tags_user_team; NULL for
 * others. */
static const char *tag_key(const char *column)
{
    static const char *const prefixes[] = {"resourceTags/", "resource_tags_", "resource_tags."};
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
        if (strncmp(column, prefixes[i], strlen(prefixes[i])) == 0)
            return column + strlen(prefixes[i]);
    return NULL;
}

static fg_status no_such_tag(const struct fg_bill_row *header, const char *key,
                             struct fg_error *error)
{
    const char **keys = fg_allocate(header->cell_count + 1, sizeof *keys);
    uint32_t count = 0;
    for (uint32_t i = 0; i < header->cell_count; i++)
        if (tag_key(header->cells[i]) != NULL)
            keys[count++] = tag_key(header->cells[i]);
    const char *nearest = fg_nearest_name(key, keys, count);
    fg_status status = fg_error_at(error, header->file, header->line, 0,
                                   "there is no column of the tag '%.64s'%s%.64s%s", key,
                                   nearest != NULL ? "; did you mean '"
                                                   : "; expected one that is active as a "
                                                     "cost allocation tag",
                                   nearest != NULL ? nearest : "", nearest != NULL ? "'?" : "");
    free(keys);
    return status;
}

static fg_status place_tags(const struct fg_bill_row *header,
                            const struct fg_billing_options *options, struct fg_bill_columns *out,
                            struct fg_error *error)
{
    out->tag_place = fg_allocate(options->tags.count + 1, sizeof *out->tag_place);
    for (uint32_t t = 0; t < options->tags.count; t++) {
        const char *key = options->tags.items[t].key;
        out->tag_place[t] = FG_BILL_NO_COLUMN;
        for (uint32_t i = 0; i < header->cell_count; i++)
            if (tag_key(header->cells[i]) != NULL &&
                fg_bill_is_same_tag(tag_key(header->cells[i]), key))
                out->tag_place[t] = (int32_t)i;
        if (out->tag_place[t] == FG_BILL_NO_COLUMN && out->place[FG_BILL_TAGS] == FG_BILL_NO_COLUMN)
            return no_such_tag(header, key, error);
    }
    return FG_OK;
}

fg_status fg_bill_columns_read(const struct fg_bill_row *header,
                               const struct fg_billing_options *options,
                               struct fg_bill_columns *out, struct fg_error *error)
{
    enum { MANY = 4 };
    *out = (struct fg_bill_columns){0};
    if (find_dialect(header, &out->dialect) < MANY)
        return not_an_export(header, error);
    fg_status status = place_fields(header, options, out, error);
    if (status == FG_OK)
        status = check_twice(header, out, error);
    return status == FG_OK ? place_tags(header, options, out, error) : status;
}

void fg_bill_columns_release(struct fg_bill_columns *columns)
{
    free(columns->tag_place);
    *columns = (struct fg_bill_columns){0};
}

/* ---- cells ---- */

const char *fg_bill_cell(const struct fg_bill_columns *columns, const struct fg_bill_row *row,
                         enum fg_bill_field field)
{
    int32_t place = columns->place[field];
    return place == FG_BILL_NO_COLUMN ? "" : row->cells[place];
}

fg_status fg_bill_bad_cell(const struct fg_bill_columns *columns, const struct fg_bill_row *row,
                           enum fg_bill_field field, const char *expected, struct fg_error *error)
{
    int32_t place = columns->place[field];
    const char *name = fields[field].names[columns->dialect];
    if (place == FG_BILL_NO_COLUMN)
        return fg_error_at(error, row->file, row->line, 0, "column '%s' is missing; expected %s",
                           name != NULL ? name : "", expected);
    return fg_error_at(error, row->file, row->line, (uint32_t)place + 1,
                       "column '%s' is '%.64s'; expected %s", name != NULL ? name : "",
                       row->cells[place], expected);
}
