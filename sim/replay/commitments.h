/* commitments.h - Savings Plans over a bill: each clock hour, over all usage of that hour.
 *
 * Rows that plans cover come to less (amortised: what the plan paid for them), their list price is
 * kept beside; what plans paid for nothing stands in rows of its own, charge savings-plan, pool
 * cluster. Equal usage (an instance type, Fargate's vCPU) is covered as one line and what it comes
 * to is shared over its rows by list price, rounded down; the rest goes to the line's first (idle)
 * row, else to its last row.
 */
#ifndef FARGAUGE_SIM_REPLAY_COMMITMENTS_H
#define FARGAUGE_SIM_REPLAY_COMMITMENTS_H

#include "models/commitment.h"
#include "models/result.h"
#include "models/scenario.h"

/* Rewrites the rows of the closed ledger and adds those of what was unused, for every clock hour
 * that the study touches: a plan is charged by whole clock hours, those that begin in its term.
 * What the summary calls wasted on Fargate or idle on nodes falls as their bill falls, and so do
 * the prices of pods. Without plans nothing is done. Names of new accounts are allocated in
 * `arena`. */
void fg_commitments_apply(const struct fg_scenario *scenario, uint32_t cut_s,
                          struct fg_arena *arena, struct fg_result *result);

#endif
