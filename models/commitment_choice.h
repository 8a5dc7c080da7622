/* commitment_choice.h - how large a Savings Plan makes a bill the least.
 *
 * In a clock hour the bill is a piecewise linear function of the plan's commitment: a pair of a
 * plan and a line of usage is covered in part, and from some commitment on in full. The function is
 * found vertex by vertex, with the plans that are there already competing for the same usage, and
 * freed where the new one goes before them; so the sum over all hours is exact, convex or not. Its
 * least lies at a vertex, rounded down or up to the step in which commitments are sold.
 *
 * The bill is the scenario's own, as fg_commitments_cover makes it: what the account's other usage
 * takes of a plan, it pays. Reservations go before all plans and no plan changes what they cover,
 * so the usage here is what they leave.
 */
#ifndef FARGAUGE_MODELS_COMMITMENT_CHOICE_H
#define FARGAUGE_MODELS_COMMITMENT_CHOICE_H

#include "models/commitment.h"

/* Savings Plans are sold in thousandths of a dollar. */
enum { FG_COMMITMENT_STEP_NANO = 1000000 };

/* What of a line there is in an hour: base units, public and agreed price. */
struct fg_choice_amount {
    int64_t quantity;
    fg_nanodollars list_nano, contract_nano;
};

/* Clock hours that are alike: in usage, and in the plans that are in force. */
struct fg_choice_hours {
    fg_unix_s start; /* of one of them */
    uint32_t count;
    const struct fg_choice_amount *amounts; /* by line */
};

/* Everything is the caller's. */
struct fg_choice_usage {
    uint32_t line_count;
    const struct fg_usage_line *lines; /* without their amounts and zones */
    const bool *is_other;              /* by line: the account's other usage, covered first */
    uint32_t plan_count;
    const struct fg_commitment *plans; /* that are there already: Savings Plans alone */
    uint32_t hours_count;
    const struct fg_choice_hours *hours;
};

/* Sums over all hours with a plan of some commitment. */
struct fg_choice_sums {
    fg_nanodollars bill_nano;     /* the scenario's: on demand, and plans less what others use */
    fg_nanodollars other_nano;    /* the other usage's: on demand, and what it uses of plans */
    fg_nanodollars eligible_nano; /* at public prices: own usage that the plan can cover ... */
    fg_nanodollars covered_nano;  /* ... and what of it plans cover, it or others */
    fg_nanodollars used_nano;     /* of the plan, by own and other usage */
    int64_t hours;                /* in which it is paid */
};

/* With a plan of `plan->hourly_nano` that is in force in all hours; to the nanodollar what
 * fg_commitments_cover gives when the plan stands behind the others of its kind. NULL: as it is. */
void fg_choice_sum(const struct fg_choice_usage *usage, const struct fg_commitment *plan,
                   struct fg_choice_sums *out);

struct fg_choice_point {
    fg_nanodollars hourly_nano; /* a commitment; whole steps */
    fg_nanodollars bill_nano;   /* what the scenario's usage and plans then come to */
};

/* The bill by commitment: from nothing to where more is wasted in all hours. Between neighbours it
 * is a straight line, but for vertices that lie within one step. */
struct fg_choice_curve {
    uint32_t count, capacity;
    struct fg_choice_point *points; /* by commitment, each once */
    uint32_t best; /* the least; of those within a nanodollar an hour the smallest */
};

/* Of all whole steps of `step_nano`. `plan` has kind, family, region and rates; its commitment does
 * not matter. The bills of the curve are those of fg_choice_sum to some nanodollars. */
void fg_choice_find(const struct fg_choice_usage *usage, const struct fg_commitment *plan,
                    fg_nanodollars step_nano, struct fg_choice_curve *out);
/* Leaves at most `most` (>= 3) points: the ends, the best, and others evenly by commitment. */
void fg_choice_thin(struct fg_choice_curve *curve, uint32_t most);
void fg_choice_release(struct fg_choice_curve *curve);

#endif
