/* plan_rates.h - what the catalog says that a Savings Plan charges. */
#ifndef FARGAUGE_MODELS_PLAN_RATES_H
#define FARGAUGE_MODELS_PLAN_RATES_H

#include <stdbool.h>

#include "models/base/memory.h"
#include "models/catalog.h"
#include "models/commitment.h"

/* The public prices that rates stand beside: of an instance type, or of Fargate's vCPU and memory.
 * False: not known, as of a family. */
struct fg_list_prices {
    bool (*find)(const void *context, const char *item, fg_nanodollars *out);
    const void *context;
};

/* The catalog's word for it. */
enum fg_rate_payment fg_rate_payment_of(enum fg_payment payment);
bool fg_item_is_fargate(const char *item);

/* Appends the catalog's rates of the plan's kind, term and payment in the region, for all that the
 * rates it has do not name; those count as named by the planner. Where the rates of EC2 Instance
 * plans are not known, standard Reserved prices stand in: where both are, they are equal. The rates
 * are then the arena's. */
void fg_plan_add_catalog_rates(struct fg_commitment *plan, const struct fg_catalog *catalog,
                               const char *region, const struct fg_list_prices *prices,
                               struct fg_arena *arena);

/* The row that one of these rates was made of; NULL: the planner named it. */
const struct fg_commitment_rate_row *fg_plan_rate_row(const struct fg_commitment *plan,
                                                      const struct fg_plan_rate *rate,
                                                      const struct fg_catalog *catalog,
                                                      const char *region);

#endif
