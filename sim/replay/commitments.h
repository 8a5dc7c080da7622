/* commitments.h - Savings Plans and Reserved Instances over a bill: each clock hour, over all usage
 * of that hour, the account's other usage first.
 *
 * Rows that commitments cover come to less (amortised: what the commitment comes to for them) and
 * are billed at nothing; what they would have cost is kept beside. Equal usage (an instance type,
 * Fargate's vCPU) is covered as one line, and each part of it (by each commitment, and on demand)
 * is shared over the line's rows by quantity, rounded down; the rest goes to the line's first
 * (idle) row, else to its last row. What commitments were paid for and nobody used stands in rows
 * of its own, an account a commitment, pool cluster; the fees are billed there.
 */
#ifndef FARGAUGE_SIM_REPLAY_COMMITMENTS_H
#define FARGAUGE_SIM_REPLAY_COMMITMENTS_H

#include "models/catalog.h"
#include "models/commitment.h"
#include "models/result.h"
#include "models/scenario.h"
#include "sim/replay/zone_hours.h"

/* Whether the rates of all plans are known for what the scenario's node groups and profiles will
 * run, and for the account's other usage: an error that names the plan and the usage. */
fg_status fg_commitments_check(const struct fg_scenario *scenario, struct fg_error *error);

/* Rewrites the rows of the closed ledger, adds those of the commitments, and records what was used
 * and covered, for every clock hour that the study touches: a commitment is charged by whole clock
 * hours, those that begin in its term. What the summary calls wasted on Fargate or idle on nodes
 * falls as their bill falls, and so do the prices of pods. Without commitments nothing is done.
 * `catalog` knows the size of bare metal; `zone_hours` (NULL: none) is asked by zonal reservations.
 * Usage that a plan covers and has no rate for (of a type that Karpenter chose) is an error, and
 * the bill is left as it is. */
fg_status fg_commitments_apply(const struct fg_scenario *scenario, const struct fg_catalog *catalog,
                               const struct fg_zone_hours *zone_hours, uint32_t cut_s,
                               struct fg_result *result, struct fg_error *error);

#endif
