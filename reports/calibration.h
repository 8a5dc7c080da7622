/* calibration.h - a replay laid beside what Amazon billed, and why the two differ.
 *
 * Differences are bill - replay. The difference of a charge of one sku is split exactly into
 *     price effect     (price of the bill - price of the replay) * quantity of the replay
 *     quantity effect  (quantity of the bill - quantity of the replay) * price of the bill
 * where both count quantities alike, and is told whole ("unsplit") where they do not. With what is
 * not modelled, and discounts, credits and taxes apart, the parts add up to the whole difference to
 * the nanodollar.
 */
#ifndef FARGAUGE_REPORTS_CALIBRATION_H
#define FARGAUGE_REPORTS_CALIBRATION_H

#include <stdio.h>

#include "models/billing.h"

struct fg_effects {
    fg_nanodollars price, quantity, unsplit; /* add up to the difference */
};

/* Amounts of a side are those of the basis; all of the bill's are kept. */
struct fg_calibrated {
    const char *charge, *sku, *unit; /* sku and unit are "" where skus are summed up */
    __int128 bill_quantity_nano, replay_quantity_nano;
    fg_nanodollars at[FG_BASIS_COUNT]; /* the bill's */
    fg_nanodollars bill, replay, difference;
    struct fg_effects effects;
};

struct fg_calibrated_day {
    fg_day day; /* FG_BILLED_NO_DAY, last: lines longer than a day */
    fg_nanodollars bill, replay, difference;
    fg_nanodollars rest; /* not modelled and apart: billed, in no replay */
};

/* What the bill has and no replay. */
struct fg_billed_rest {
    const struct fg_billed_thing *thing; /* lives as long as the bill */
    struct fg_billed_amount amount;
    fg_nanodollars bill;
};

struct fg_calibration {
    const char *study, *scenario;
    fg_unix_s from, to; /* of the bill's side */
    enum fg_basis basis;
    bool with_days; /* false where the days of the two are not the same */
    uint32_t sku_count, charge_count, day_count, rest_count;
    struct fg_calibrated *skus;    /* by charge, sku, unit */
    struct fg_calibrated *charges; /* by name */
    struct fg_calibrated_day *days;
    struct fg_billed_rest *rest;                      /* by kind, the largest first */
    struct fg_calibrated kinds[FG_BILLED_KIND_COUNT]; /* sums: of the charges, and of the rest */
    struct fg_calibrated all;                         /* of these */
    uint32_t note_count;
    const char **notes;
    struct fg_arena arena; /* owns what is not said to live elsewhere */
};

struct fg_calibration_options {
    const char *scenario; /* NULL = the only one */
    uint32_t replication;
    enum fg_basis basis;
    bool align; /* the replay's mean hour times the bill's hours, whatever the dates */
    bool has_filter;
};

struct fg_replay;

/* Lays `bill` beside `replay`; `from` and `to` bound what is looked at. The bill must have been
 * read for that period, with `align` in full; its lines longer than a day are cut to what is
 * compared. FG_BAD_INPUT where there is no hour in common. Release after a failure too, before the
 * bill. */
fg_status fg_calibration_make(const struct fg_replay *replay, struct fg_billing *bill,
                              const struct fg_calibration_options *options, fg_unix_s from,
                              fg_unix_s to, struct fg_calibration *out, struct fg_error *error);
/* The arithmetic alone: fills rows and sums. Days of the bill outside [out->from, out->to) are left
 * out. */
void fg_calibration_compare(const struct fg_billing *bill, const struct fg_billing *replay,
                            struct fg_calibration *inout);
void fg_calibration_release(struct fg_calibration *calibration);

/* At most 100 columns. */
void fg_calibration_print_text(const struct fg_calibration *calibration, FILE *out);
/* One table; `part` says which rows are sums of others. */
void fg_calibration_print_csv(const struct fg_calibration *calibration, FILE *out);
void fg_calibration_print_json(const struct fg_calibration *calibration, FILE *out);

#endif
