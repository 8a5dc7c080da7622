/* focus_usage.h - the rows of an hour's usage: one for each account and, where commitments cover a
 * part of it, one for each of them and one for what is left.
 *
 * The parts of a line are shared over its accounts as the bill did (models/share_out.h), so an
 * account's parts come to what its ledger row comes to, and a line's parts, added up, are the
 * line's, in dollars and in units.
 *
 * ListCost is the ledger's; PricingQuantity is what was bought, unless the price times it is off
 * ListCost by a nanodollar or more (a price that was split, and here is the rest): then it is
 * ListCost over the price. So each price times PricingQuantity is its cost, but for less than a
 * nanodollar. ContractedCost is what PricingQuantity comes to at the agreed price.
 */
#ifndef FARGAUGE_REPORTS_FOCUS_USAGE_H
#define FARGAUGE_REPORTS_FOCUS_USAGE_H

#include "reports/focus_export.h"

struct fg_focus_usage;
/* The export must stay where it is. */
struct fg_focus_usage *fg_focus_usage_open(struct fg_focus_export *export);
/* FG_FAILED where the parts do not come to the ledger's amount: a damaged database. */
fg_status fg_focus_usage_write(struct fg_focus_usage *usage, struct fg_error *error);
void fg_focus_usage_close(struct fg_focus_usage *usage);

#endif
