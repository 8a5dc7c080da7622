/* billing.h - a bill in few lines: what was bought, by day.
 *
 * What Amazon billed and what a replay booked have this one form, so that they can be laid beside
 * each other. Quantities are 10^-9 of the unit, amounts nanodollars. It grows with what was bought
 * and the days, not with the lines of the export. Not thread-safe.
 */
#ifndef FARGAUGE_MODELS_BILLING_H
#define FARGAUGE_MODELS_BILLING_H

#include <stdbool.h>

#include "models/base/index.h"
#include "models/calendar.h"
#include "models/money.h"

enum fg_billed_kind {
    FG_BILLED_CHARGE,    /* one that a replay books too */
    FG_BILLED_UNMODELED, /* usage and fees that no replay books */
    FG_BILLED_DISCOUNT,  /* that cannot be told to a charge */
    FG_BILLED_CREDIT,    /* refunds and adjustments too */
    FG_BILLED_TAX,
    FG_BILLED_KIND_COUNT
};
const char *fg_billed_kind_name(enum fg_billed_kind kind); /* "charge", "not-modelled", ... */

/* What lines are grouped by. Texts are never NULL; "" where they say nothing. */
struct fg_billed_thing {
    enum fg_billed_kind kind;
    const char *charge;     /* "ec2-on-demand"; of FG_BILLED_CHARGE alone, as the next */
    const char *sku;        /* "m5.large", "gp3", "linux/amd64" */
    const char *unit;       /* "Hours" */
    const char *product;    /* "AmazonVPC"; of all others, as the next */
    const char *usage_type; /* "NatGateway-Hours", without the region's prefix */
};

/* What a bill can be told at. */
enum fg_basis {
    FG_BASIS_AMORTISED, /* with commitments spread over what they covered */
    FG_BASIS_BILLED,    /* what the invoice says */
    FG_BASIS_LIST,      /* public prices */
    FG_BASIS_COUNT
};
const char *fg_basis_name(enum fg_basis basis); /* "amortised", "billed", "list" */

struct fg_billed_amount {
    __int128 quantity_nano;
    fg_nanodollars nano[FG_BASIS_COUNT];
};

/* The day of what is longer than one. */
#define FG_BILLED_NO_DAY FG_DAY_UNKNOWN

struct fg_billed_cell {
    uint32_t thing;
    fg_day day;
    fg_unix_s start, end; /* of lines longer than a day, which are cut when the period is known */
    uint64_t line_count;
    struct fg_billed_amount amount;
};

/* Lines of an export: what became of them. */
struct fg_billed_lines {
    uint64_t read;
    uint64_t counted;
    uint64_t filtered;    /* of another account, region or tag */
    uint64_t outside;     /* of the period */
    uint64_t split;       /* split cost allocation, which tells other lines again */
    uint64_t left_out;    /* discounts, where net costs have them already */
    uint64_t shared;      /* reach beyond the period: counted by their share of time in it */
    uint64_t corrections; /* of earlier bills */
    struct fg_billed_amount shared_amount;
    /* What usage lines of a day or less cover, before any filter; from >= to: there is none. */
    fg_unix_s from, to;
    fg_unix_s long_from, long_to; /* the same of longer ones */
    bool has_net_costs;           /* there are columns of what is paid after discounts */
};

/* {0} is an empty one. */
struct fg_billing {
    uint32_t thing_count, thing_capacity;
    struct fg_billed_thing *things; /* each once; texts live in `texts` */
    uint32_t cell_count, cell_capacity;
    struct fg_billed_cell *cells;                 /* each thing and day, or thing and span, once */
    fg_nanodollars absolute_sums[FG_BASIS_COUNT]; /* bound all sums of amounts */
    struct fg_billed_lines lines;                 /* of what was read; a replay has none */
    struct fg_strings texts;
    struct fg_index thing_index, cell_index;
};

/* The number of a thing; its texts are copied. */
uint32_t fg_billing_thing(struct fg_billing *billing, const struct fg_billed_thing *thing);
/* False where the amounts, without their signs, would add up to more than two billion dollars;
 * nothing is added then. */
bool fg_billing_add(struct fg_billing *billing, uint32_t thing, fg_day day,
                    const struct fg_billed_amount *amount);
/* The same of a line longer than a day. */
bool fg_billing_add_span(struct fg_billing *billing, uint32_t thing, fg_unix_s start, fg_unix_s end,
                         const struct fg_billed_amount *amount);
/* Leaves of lines longer than a day their share of time in [from, to), and tells `lines` of it. */
void fg_billing_cut_spans(struct fg_billing *billing, fg_unix_s from, fg_unix_s to);
/* All amounts and quantities times numerator / denominator (both > 0), each rounded half to even.
 * False where that is too much, as of fg_billing_add; part of it is scaled then. */
bool fg_billing_scale(struct fg_billing *billing, int64_t numerator, int64_t denominator);
void fg_billing_release(struct fg_billing *billing);

void fg_billed_amount_add(struct fg_billed_amount *sum, const struct fg_billed_amount *amount);
/* amount * part / whole, rounded half to even; 0 <= part <= whole. */
struct fg_billed_amount fg_billed_share(const struct fg_billed_amount *amount, int64_t part,
                                        int64_t whole);

#endif
