/* billing_export_columns.h - the header of a billing export: which export it is, and where its
 * columns stand.
 *
 * To read one more column, add a field and a row to the table in the .c file.
 */
#ifndef FARGAUGE_DATA_BILLING_EXPORT_COLUMNS_H
#define FARGAUGE_DATA_BILLING_EXPORT_COLUMNS_H

#include "data/billing_export.h"
#include "data/billing_export_rows.h"

enum fg_bill_dialect { FG_BILL_CUR, FG_BILL_CUR2, FG_BILL_FOCUS, FG_BILL_DIALECT_COUNT };

enum fg_bill_field {
    FG_BILL_START,
    FG_BILL_END,
    FG_BILL_LINE_TYPE, /* FOCUS: the charge category */
    FG_BILL_USAGE_TYPE,
    FG_BILL_PRODUCT,
    FG_BILL_QUANTITY,
    FG_BILL_UNIT,
    FG_BILL_COST,
    FG_BILL_NET_COST,
    FG_BILL_LIST_COST,
    FG_BILL_CURRENCY,
    FG_BILL_ACCOUNT,
    FG_BILL_REGION,
    FG_BILL_TAGS, /* all of them, as JSON */
    /* CUR */
    FG_BILL_PLAN_COST,
    FG_BILL_NET_PLAN_COST,
    FG_BILL_PLAN_TOTAL,
    FG_BILL_PLAN_USED,
    FG_BILL_PLAN_FEE,
    FG_BILL_NET_PLAN_FEE,
    FG_BILL_PLAN_UPFRONT,
    FG_BILL_NET_PLAN_UPFRONT,
    FG_BILL_RESERVED_COST,
    FG_BILL_NET_RESERVED_COST,
    FG_BILL_UNUSED_UPFRONT,
    FG_BILL_NET_UNUSED_UPFRONT,
    FG_BILL_UNUSED_FEE,
    FG_BILL_NET_UNUSED_FEE,
    FG_BILL_RESERVATION,
    FG_BILL_SPLIT_PARENT,
    /* FOCUS */
    FG_BILL_CLASS,
    FG_BILL_EFFECTIVE_COST,
    FG_BILL_CONSUMED,
    FG_BILL_CONSUMED_UNIT,
    FG_BILL_COMMITMENT,
    FG_BILL_COMMITMENT_STATUS,
    FG_BILL_COMMITMENT_CATEGORY,
    FG_BILL_FIELD_COUNT
};

enum { FG_BILL_NO_COLUMN = -1 };

struct fg_bill_columns {
    enum fg_bill_dialect dialect;
    int32_t place[FG_BILL_FIELD_COUNT]; /* the file's column, or FG_BILL_NO_COLUMN */
    int32_t *tag_place; /* by the options' tag: a column of its own, or FG_BILL_NO_COLUMN */
};

/* What the field is called in the dialect; NULL = not in it. */
const char *fg_bill_field_name(enum fg_bill_dialect dialect, enum fg_bill_field field);

/* Finds the columns in the header. A column that is needed and missing is a fault that names what
 * comes near. */
fg_status fg_bill_columns_read(const struct fg_bill_row *header,
                               const struct fg_billing_options *options,
                               struct fg_bill_columns *out, struct fg_error *error);
void fg_bill_columns_release(struct fg_bill_columns *columns);

/* The field's cell; "" where the file has no such column. */
const char *fg_bill_cell(const struct fg_bill_columns *columns, const struct fg_bill_row *row,
                         enum fg_bill_field field);
/* FG_BAD_INPUT at the field's column, or without one where the column is missing. */
fg_status fg_bill_bad_cell(const struct fg_bill_columns *columns, const struct fg_bill_row *row,
                           enum fg_bill_field field, const char *expected, struct fg_error *error);

#endif
