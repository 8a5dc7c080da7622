/* karpenter_budgets.h - how many nodes of a NodePool Karpenter may disrupt now (rules R7).
 *
 * Of the budgets that are active and apply to the reason the strictest holds; nodes that are
 * going or not ready use it up. Expiration and interruption ask no budget.
 * Source: kubernetes-sigs/karpenter pkg/apis/v1/nodepool.go, disruption/helpers.go.
 */
#ifndef FARGAUGE_SIM_CONTROLLERS_KARPENTER_BUDGETS_H
#define FARGAUGE_SIM_CONTROLLERS_KARPENTER_BUDGETS_H

#include "models/calendar.h"
#include "models/node_pool.h"

#define FG_DISRUPTIONS_UNBOUNDED INT32_MAX

/* The nodes of a pool that are initialised: in all, and those that are going or not ready. */
struct fg_pool_tally {
    int64_t nodes, unavailable;
};

/* Without a schedule always; else for `duration_s` from each time of it, that time included. */
bool fg_karpenter_budget_active(const struct fg_disruption_budget *budget, fg_unix_s now);

/* Nodes that may be disrupted at once by the pool's budgets for one reason, before what is
 * unavailable is taken off. A percentage is rounded up: 5 % of 10 nodes are 1.
 * FG_DISRUPTIONS_UNBOUNDED where no budget applies. */
int64_t fg_karpenter_budget_nodes(const struct fg_node_pool *pool, int64_t nodes,
                                  enum fg_disruption_reason reason, fg_unix_s now);

/* Nodes that may be disrupted now; never negative. */
int64_t fg_karpenter_disruptions_allowed(const struct fg_node_pool *pool,
                                         const struct fg_pool_tally *tally,
                                         enum fg_disruption_reason reason, fg_unix_s now);

/* Until then no budget of the pool becomes active or ceases to be: a later time than `now`;
 * false where none ever does. What budgets block needs no second look before. */
bool fg_karpenter_budgets_change(const struct fg_node_pool *pool, fg_unix_s now, fg_unix_s *out);

#endif
