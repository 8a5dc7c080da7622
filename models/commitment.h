/* commitment.h - Savings Plans: what they cover of the usage of one clock hour (rules I4, I6).
 *
 * A plan is so many dollars an hour, paid whether used or not and spent at the plan's own rates.
 * Each clock hour stands alone: EC2 Instance plans are spent before Compute plans; within a kind
 * the usage with the highest saving comes first, of equal ones that with the lowest rate. What
 * the commitment does not reach is paid on demand; what is left of it is lost.
 */
#ifndef FARGAUGE_MODELS_COMMITMENT_H
#define FARGAUGE_MODELS_COMMITMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "models/money.h"

enum fg_plan_kind {
    FG_PLAN_EC2_INSTANCE, /* one family in one region */
    FG_PLAN_COMPUTE,      /* EC2 of any kind, Fargate's vCPU and memory */
};
const char *fg_plan_kind_name(enum fg_plan_kind kind); /* "ec2Instance" "compute" */

enum fg_plan_service { FG_SERVICE_EC2, FG_SERVICE_FARGATE };

/* What a plan takes off the on-demand price: 0.2 = 200000. Texts are borrowed. */
struct fg_plan_discount {
    enum fg_plan_service service;
    const char *family; /* "m5", only with EC2; NULL = all that have no row of their own */
    uint32_t millionths;
};

struct fg_savings_plan {
    enum fg_plan_kind kind;
    fg_nanodollars commitment_per_hour; /* upfront payments spread over the term */
    const char *family;                 /* of an EC2 Instance plan; else NULL */
    const char *region;                 /* of an EC2 Instance plan; NULL = the scenario's */
    int64_t start, end;                 /* Unix seconds; an end of 0 = none */
    uint32_t discount_count;
    struct fg_plan_discount *discounts;
};

/* Equal usage of one hour taken together: an instance type, or Fargate's vCPU or memory. Only what
 * a plan can cover: no Spot, volumes, fees or Fargate storage. */
struct fg_usage_line {
    enum fg_plan_service service;
    const char *family; /* of the instance type; NULL for Fargate */
    const char *region;
    fg_nanodollars unit_nano; /* the on-demand price of one unit, which decides between equals */
    fg_nanodollars list_nano; /* the hour at on-demand prices */
    /* out: */
    fg_nanodollars covered_nano;   /* paid for what plans cover, at their rates */
    fg_nanodollars on_demand_nano; /* paid for the rest */
};

/* Whether the plan covers such usage, and for how much less. */
bool fg_savings_plan_discount(const struct fg_savings_plan *plan, const struct fg_usage_line *line,
                              uint32_t *out_millionths);

/* Spends all plans on the lines of one clock hour; `unused[i]` is what is left of plan i. A plan
 * pays for a whole line its list amount less the discount, and for a part of it all it has left:
 * each of these amounts is rounded half to even, once. So that
 *     sum(covered) + sum(unused) = sum(commitments), and
 *     covered + on_demand <= list for every line (to half a nanodollar). */
void fg_savings_plans_apply(const struct fg_savings_plan *plans, uint32_t plan_count,
                            struct fg_usage_line *lines, uint32_t line_count,
                            fg_nanodollars *unused);

#endif
