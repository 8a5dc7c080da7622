/* commitment.h - Savings Plans and Reserved Instances: what they cover of the usage of one clock
 * hour (rules I4 to I7).
 *
 * A Savings Plan is so many dollars an hour, spent at the plan's own rates; Reserved Instances are
 * so many instances. Both are paid whether used or not, and each clock hour stands alone: nothing
 * is carried over. In every hour go first zonal, then regional reservations, then EC2 Instance
 * plans, then Compute plans. Reservations of a kind go in the order given; plans of a kind are
 * spent on the usage with the highest saving first, of equal ones on that with the lowest rate.
 * What no commitment reaches is paid as agreed without it.
 */
#ifndef FARGAUGE_MODELS_COMMITMENT_H
#define FARGAUGE_MODELS_COMMITMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "models/calendar.h"
#include "models/money.h"

enum fg_commitment_kind { /* in the order in which they are applied */
                          FG_ZONAL_RESERVATION,
                          FG_REGIONAL_RESERVATION,
                          FG_EC2_INSTANCE_PLAN, /* one family in one region */
                          FG_COMPUTE_PLAN,      /* EC2 of any kind, Fargate's vCPU and memory */
                          FG_COMMITMENT_KIND_COUNT
};
/* "zonal" "regional" "ec2Instance" "compute" */
const char *fg_commitment_kind_name(enum fg_commitment_kind kind);
static inline bool fg_commitment_is_plan(enum fg_commitment_kind kind)
{
    return kind >= FG_EC2_INSTANCE_PLAN;
}

enum fg_payment { FG_NO_UPFRONT, FG_PARTIAL_UPFRONT, FG_ALL_UPFRONT };
const char *fg_payment_name(enum fg_payment payment); /* "noUpfront" ... */

enum fg_usage_service { FG_USAGE_EC2, FG_USAGE_FARGATE };

/* What a plan charges for usage, as a part of its public price: 20 % off is 800000 of 1000000, a
 * rate of 0.032 on 0.04 is 32000000 of 40000000. Texts are borrowed. */
struct fg_plan_rate {
    enum fg_usage_service service;
    const char *item; /* instance type, else family; "fargate-vcpu"; NULL = all of the service */
    int64_t paid, of; /* of > 0 */
};

struct fg_commitment {
    const char *name; /* unique in its scenario */
    enum fg_commitment_kind kind;
    uint32_t term_years; /* 1 or 3; 0 = not named */
    enum fg_payment payment;
    /* What an hour of it comes to: of a plan the commitment, of reservations all instances. What is
     * paid upfront is in it, spread over the term. */
    fg_nanodollars hourly_nano;
    fg_nanodollars recurring_nano; /* of it, paid by the hour */
    fg_nanodollars upfront_nano;   /* paid as it starts */
    int64_t start, end;            /* Unix seconds; a start of 0 = before, an end of 0 = none */
    const char *region;            /* NULL = all, as of a Compute plan */
    const char *family;            /* of an EC2 Instance plan, of reservations */
    /* Of reservations: */
    const char *instance_type, *zone; /* zone only of zonal ones */
    int64_t count;
    int64_t size;     /* of the type, fg_instance_size */
    bool is_flexible; /* covers other sizes of the family too (rules I5) */
    /* Of plans: */
    uint32_t rate_count;
    struct fg_plan_rate *rates;
    uint32_t named_rate_count; /* of them, the first: those the planner names */
};

/* Splits an hour of the commitment into what is paid by the hour and what is paid as it starts, by
 * its payment and term. The half of a partial upfront is rounded; the hour stays what it is. */
void fg_commitment_split_payment(struct fg_commitment *commitment);

/* A family whose regional reservations hold for the exact type only (rules I5). */
bool fg_family_is_size_inflexible(const char *family);

/* What a part of a line's usage ran in one zone. */
struct fg_zone_usage {
    const char *zone;
    __int128 quantity;
};

/* Equal usage of one hour taken together: an instance type, or Fargate's vCPU or memory. Only what
 * a commitment can cover: no Spot, volumes, fees or Fargate storage. Quantities are base units of
 * its charge (models/ledger.h: micro-instance-seconds); amounts are those of the quantity. Covering
 * takes away from all of them. */
struct fg_usage_line {
    enum fg_usage_service service;
    const char *item;   /* "m5.large", "fargate-vcpu" */
    const char *family; /* NULL for Fargate */
    const char *region;
    int64_t size;                  /* fg_instance_size; 0 = not an instance */
    fg_nanodollars list_unit_nano; /* decides between equals */
    __int128 quantity;
    fg_nanodollars list_nano, contract_nano;
    uint32_t zone_count; /* what of it is known to have run where; only zonal reservations ask */
    struct fg_zone_usage *zones;
};

/* What a commitment covers of a line. */
struct fg_cover {
    uint32_t commitment, line;
    __int128 quantity;
    fg_nanodollars paid_nano;                /* what it comes to under the commitment */
    fg_nanodollars list_nano, contract_nano; /* what it would have come to */
};
struct fg_covers {
    uint32_t count, capacity;
    struct fg_cover *items;
};

/* What a commitment has left in an hour: nanodollars of a plan; of reservations, units of size
 * times base units, and the nanodollars that have not been used. */
struct fg_commitment_left {
    bool is_in_force;
    fg_nanodollars nano;
    __int128 units;
};

/* Whether it holds in the clock hour that begins then. */
bool fg_commitment_is_in_force(const struct fg_commitment *commitment, fg_unix_s hour_start);

/* The rate of a plan for such usage, the most particular one: of the item, of its family, of all;
 * the first of them. NULL: not covered. */
const struct fg_plan_rate *fg_plan_rate_of(const struct fg_commitment *plan,
                                           const struct fg_usage_line *line);

/* Whether the plan would cover such usage and nobody knows at what rate. */
bool fg_plan_lacks_rate(const struct fg_commitment *plan, const struct fg_usage_line *line);

/* What of a line a plan that has so much left covers at this rate. False: nothing. *out has no
 * commitment and no line. */
bool fg_plan_spend(const struct fg_plan_rate *rate, fg_nanodollars left_nano,
                   const struct fg_usage_line *line, struct fg_cover *out);

/* A commitment and a line that it covers; of a reservation without a rate. */
struct fg_cover_pair {
    uint32_t commitment, line;
    const struct fg_plan_rate *rate;
};
/* All pairs in the order in which fg_commitments_cover goes through them, whatever is in force and
 * whatever the lines' amounts are. `out` has room for count * line_count. Returns how many. */
uint32_t fg_commitments_order(const struct fg_commitment *commitments, uint32_t count,
                              const struct fg_usage_line *lines, uint32_t line_count,
                              struct fg_cover_pair *out);

/* All that the commitments in force have at the beginning of an hour. */
void fg_commitments_open(const struct fg_commitment *commitments, uint32_t count,
                         fg_unix_s hour_start, struct fg_commitment_left *left);
/* Applies what is left to the lines, which keep what is not covered, and appends to `covers`.
 * Called again with other lines it goes on with what is left. Of each line
 *     quantity before = quantity after + sum(covers' quantity), so too list and contract amounts;
 * of each commitment
 *     hourly_nano = sum(covers' paid_nano) + left.nano.
 * A part of a line is rounded half to even, once a cover. */
void fg_commitments_cover(const struct fg_commitment *commitments, uint32_t count,
                          struct fg_commitment_left *left, struct fg_usage_line *lines,
                          uint32_t line_count, struct fg_covers *covers);
void fg_covers_release(struct fg_covers *covers);

#endif
