/* billing_export_lines.h - one line of a billing export: what it bills, for what, and when. */
#ifndef FARGAUGE_DATA_BILLING_EXPORT_LINES_H
#define FARGAUGE_DATA_BILLING_EXPORT_LINES_H

#include "data/billing_export_columns.h"

/* What a line is to a bill. */
enum fg_bill_role {
    FG_BILL_USAGE,      /* its usage type says what was bought */
    FG_BILL_PLAN,       /* a Savings Plan itself */
    FG_BILL_RESERVED,   /* a Reserved Instance itself */
    FG_BILL_OTHER,      /* not modelled, whatever its usage type */
    FG_BILL_DISCOUNTED, /* a discount: on what its usage type says if that is a charge of ours */
    FG_BILL_CREDITED,
    FG_BILL_TAXED,
    FG_BILL_NOTHING, /* not to be counted: told by other lines */
};

struct fg_bill_line {
    enum fg_bill_role role;
    fg_unix_s start, end; /* start < end */
    const char *usage_type, *product, *unit;
    struct fg_billed_amount amount; /* the quantity in the bill's unit */
    bool has_quantity;
    bool is_correction;
};

fg_status fg_bill_line_read(const struct fg_bill_columns *columns, const struct fg_bill_row *row,
                            const struct fg_billing_options *options, struct fg_bill_line *out,
                            struct fg_error *error);

#endif
