/* karpenter_balance.h - consolidationPolicy Balanced: a move is made if what it saves of the pool's
 * price is at least half of what it disturbs of the pool's pods.
 *
 * Source: kubernetes-sigs/karpenter v1.14 disruption/balanced.go.
 */
#ifndef FARGAUGE_SIM_CONTROLLERS_KARPENTER_BALANCE_H
#define FARGAUGE_SIM_CONTROLLERS_KARPENTER_BALANCE_H

#include "sim/controllers/karpenter_command.h"

enum { FG_BALANCED_FACTOR = 2 }; /* share saved x 2 >= share disturbed */

struct fg_balance_totals { /* what the moves of a Balanced pool are measured by */
    fg_nanodollars price;
    int64_t cost;
};
struct fg_balance { /* of one pass */
    const struct fg_disruption_world *world;
    uint32_t capacity;
    struct fg_balance_totals *totals; /* by pool; free() them */
};

/* Sums up the pools of the world. */
void fg_balance_begin(struct fg_balance *balance, const struct fg_disruption_world *world);
/* False: the node's pool is Balanced and would not let it go even without a replacement. */
bool fg_balance_may_approve(const struct fg_balance *balance,
                            const struct fg_disruption_candidate *candidate);
/* Whether each Balanced pool finds the command worth it; `savings` are the command's. */
bool fg_balance_approves(const struct fg_balance *balance,
                         const struct fg_disruption_command *command, fg_nanodollars savings);

#endif
