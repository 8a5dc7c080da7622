/* focus_describe.h - what of a FOCUS row does not change with the hour: by account and by
 * commitment.
 *
 * Names of services are AWS's, sku meters its usage types without their region, so that an export
 * can be laid beside a real one. Ids of AWS's price list are not known: a SkuId is made of region,
 * service and sku, a SkuPriceId of that and how it is bought.
 */
#ifndef FARGAUGE_REPORTS_FOCUS_DESCRIBE_H
#define FARGAUGE_REPORTS_FOCUS_DESCRIBE_H

#include "reports/focus_cells.h"
#include "reports/focus_source.h"

struct fg_focus_context {
    struct fg_focus_form form;
    struct fg_focus_run run;
    const char *account_id; /* of the payer and of the one who uses */
    bool is_ecs;            /* tasks, not pods: no cluster is charged */
    struct fg_arena *arena; /* owns what the cells point to */
};

/* Sets a cell to a text; NULL and "" are null. */
void fg_focus_put(const struct fg_focus_context *context, struct fg_focus_row *row,
                  enum fg_focus_column column, const char *text);
/* A unit price, in all columns that tell it. */
void fg_focus_put_prices(const struct fg_focus_context *context, struct fg_focus_row *row,
                         fg_nanodollars list_nano, fg_nanodollars contract_nano);

/* The part of a node, and not a thing bought for one workload. */
bool fg_focus_is_split(const struct fg_account *account);
void fg_focus_describe_usage(const struct fg_focus_context *context,
                             const struct fg_focus_account *account, struct fg_focus_row *row);

/* arn:aws:savingsplans::... or arn:aws:ec2:...:reserved-instances/... */
const char *fg_focus_commitment_id(const struct fg_focus_context *context,
                                   const struct fg_commitment *commitment);
/* The cells that say which commitment a row is of; its status, quantity and costs are the row's. */
void fg_focus_put_commitment(const struct fg_focus_context *context,
                             const struct fg_commitment *commitment, struct fg_focus_row *row);
/* A row of the commitment itself, as its purchase or what nobody used: also its resource and sku.
 */
void fg_focus_describe_commitment(const struct fg_focus_context *context,
                                  const struct fg_commitment *commitment, struct fg_focus_row *row);

#endif
