/* advice.h - which Savings Plan serves a replayed scenario best, and how large.
 *
 * Each kind of plan (Compute; EC2 Instance of each family the scenario ran), term and payment is
 * looked at on its own, beside the commitments that are there already. The hours of the study stand
 * for those of the term.
 */
#ifndef FARGAUGE_REPORTS_ADVICE_H
#define FARGAUGE_REPORTS_ADVICE_H

#include <stdio.h>

#include "models/catalog.h"
#include "models/commitment_choice.h"
#include "reports/calibration_replay.h"

/* What is asked for. Unset: kind FG_COMMITMENT_KIND_COUNT, family NULL, term_years 0, payment -1 =
 * all of them. */
struct fg_advice_wish {
    enum fg_commitment_kind kind;
    const char *family;
    uint32_t term_years;
    int payment; /* enum fg_payment */
    uint32_t rate_count;
    const struct fg_plan_rate *rates; /* the planner's own, of every plan */
};

/* A plan with the commitment that makes the bill least; a commitment of 0: it never pays. */
struct fg_advised_plan {
    struct fg_commitment plan;
    struct fg_choice_curve curve; /* thinned */
    struct fg_choice_sums sums;
    fg_nanodollars saving_nano;       /* of the scenario, over the study */
    fg_nanodollars other_saving_nano; /* of the account's other usage */
    const char *rates;                /* "fargate-vcpu 20.0 %, m5.large 27.2 %" */
    const char *rate_source;          /* "the catalog's of 2026-09-25 (...)" */
};
/* A plan whose rates are not known. */
struct fg_advice_gap {
    struct fg_commitment plan;
    const char *missing; /* "fargate-vcpu, m5.large" */
};

struct fg_advice {
    const struct fg_replay *replay;
    int64_t hours;            /* clock hours of the study: a plan is paid in each */
    int64_t simulated_s;      /* a month's figures are 730 hours of these */
    fg_nanodollars bill_nano; /* of the scenario, as it is */
    struct fg_choice_sums as_is;
    bool has_other_usage;
    uint32_t existing_count; /* commitments that are there already ... */
    const char *existing;    /* ... "savings-plan-1 (compute, 0.5 USD an hour), ..." */
    uint32_t plan_count;
    struct fg_advised_plan *plans; /* by kind, family, term, payment */
    uint32_t best;                 /* UINT32_MAX: none saves anything */
    uint32_t gap_count;
    struct fg_advice_gap *gaps;
    struct fg_arena arena;
};

/* FG_BAD_INPUT where the database has no usage by the hour. Release `out` after a failure too. */
fg_status fg_advice_make(const struct fg_replay *replay, const struct fg_catalog *catalog,
                         const struct fg_advice_wish *wish, struct fg_advice *out,
                         struct fg_error *error);
void fg_advice_release(struct fg_advice *advice);

/* An amount of the study as that of a month of 730 hours. */
fg_nanodollars fg_advice_month(const struct fg_advice *advice, fg_nanodollars nano);
/* "compute", "ec2Instance m5" */
const char *fg_advice_plan_name(struct fg_arena *arena, const struct fg_commitment *plan);
/* "Buy a Compute Savings Plan of 1.234 USD an hour, ..." */
const char *fg_advice_verdict(struct fg_arena *arena, const struct fg_advice *advice);

/* Each writes to `out` and leaves faults of writing in its error flag. Text: at most 100 columns.
 * CSV: the curves, cost against commitment. */
void fg_advice_print_text(const struct fg_advice *advice, FILE *out);
void fg_advice_print_csv(const struct fg_advice *advice, FILE *out);
void fg_advice_print_json(const struct fg_advice *advice, FILE *out);
void fg_advice_print_html(const struct fg_advice *advice, FILE *out);

#endif
