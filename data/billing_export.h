/* billing_export.h - what Amazon billed: a Cost and Usage Report (CUR) or a FOCUS export, as CSV
 * or CSV.gz.
 *
 * Known are the legacy CUR (lineItem/UsageType), CUR 2.0 (line_item_usage_type) and FOCUS 1.0 to
 * 1.3 with Amazon's x_UsageType; which one it is, the header says. The file streams: memory grows
 * with what was bought and the days. Several files add up.
 */
#ifndef FARGAUGE_DATA_BILLING_EXPORT_H
#define FARGAUGE_DATA_BILLING_EXPORT_H

#include "models/billing.h"
#include "models/billing_map.h"
#include "models/labels.h"

struct fg_billing_options {
    fg_unix_s from, to;   /* lines of [from, to) count */
    struct fg_pairs tags; /* a line counts if it has all of them */
    const char *account;  /* that used it; NULL = all */
    const char *region;   /* NULL = all */
    bool net;             /* costs after discounts, from the CUR's net columns */
    bool list;            /* costs at public prices are wanted: their column must be there */
    struct fg_billing_map map;
};

/* Adds what `path` bills. A line that reaches beyond [from, to) counts by its share of time in it,
 * rounded half to even; one longer than a day is kept whole, for fg_billing_cut_spans. Tag keys
 * compare without regard to case and to what stands between words, since each export spells them in
 * its own way; "user:" in front may be left out. FG_BAD_INPUT names file, line, column, value and
 * what was expected; FG_FAILED: it cannot be read. After a fault part of the file has been added.
 */
fg_status fg_billing_read(const char *path, const struct fg_billing_options *options,
                          struct fg_billing *inout, struct fg_error *error);

#endif
