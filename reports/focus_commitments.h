/* focus_commitments.h - the rows of the commitments themselves in an hour: what was paid for them
 * and what of them nobody used.
 *
 * A fee by the hour is a purchase of that hour; what is paid upfront is one in the first hour of
 * the term, whose charge period is the term. What the account's other usage took of a commitment is
 * no part of the scenario's bill: purchases are scaled to what the rest of the commitment comes to,
 * the fee by the hour, what is paid upfront by all hours of the run. So the purchases of a
 * commitment without upfront come to its usage, used and unused, in every hour; one with upfront
 * comes to it over its term. With `other_usage` purchases are whole, and other usage has a row.
 *
 * What nobody used has no public price: ListUnitPrice and ListCost are 0.
 */
#ifndef FARGAUGE_REPORTS_FOCUS_COMMITMENTS_H
#define FARGAUGE_REPORTS_FOCUS_COMMITMENTS_H

#include "reports/focus_export.h"

struct fg_focus_commitments;
/* The export must stay where it is. After a failure too *out is to be closed. */
fg_status fg_focus_commitments_open(struct fg_focus_export *export, sqlite3 *database,
                                    bool other_usage, struct fg_focus_commitments **out,
                                    struct fg_error *error);
void fg_focus_commitments_write(struct fg_focus_commitments *commitments);
void fg_focus_commitments_close(struct fg_focus_commitments *commitments);

#endif
