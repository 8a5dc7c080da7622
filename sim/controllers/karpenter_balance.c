#include "sim/controllers/karpenter_balance.h"

#include <string.h>

#include "models/base/memory.h"

static bool is_balanced(const struct fg_balance *balance, uint32_t pool)
{
    return balance->world->pools[pool].consolidation_policy == FG_CONSOLIDATE_BALANCED;
}

void fg_balance_begin(struct fg_balance *balance, const struct fg_disruption_world *world)
{
    balance->world = world;
    balance->totals =
        fg_grow(balance->totals, &balance->capacity, world->pool_count, sizeof *balance->totals);
    memset(balance->totals, 0, world->pool_count * sizeof *balance->totals);
    bool any_balanced = false;
    for (uint32_t pool = 0; pool < world->pool_count; pool++)
        any_balanced |= is_balanced(balance, pool);
    if (!any_balanced)
        return;
    for (uint32_t slot = 0; slot < world->state->slot_count; slot++) {
        uint32_t pool = world->nodes[slot].pool;
        if (world->state->kind_of[slot] == UINT32_MAX || pool == FG_NO_POOL)
            continue;
        balance->totals[pool].price += world->facts[slot].price;
        balance->totals[pool].cost += fg_karpenter_node_cost(world, slot);
    }
}

/* (savings / price of the pool) / (cost / cost of the pool) >= 1 / 2, multiplied out. */
static bool is_worth_it(const struct fg_balance_totals *totals, fg_nanodollars savings,
                        int64_t cost)
{
    if (totals->price <= 0 || savings <= 0)
        return false;
    return (__int128)savings * totals->cost * FG_BALANCED_FACTOR >= (__int128)cost * totals->price;
}

bool fg_balance_may_approve(const struct fg_balance *balance,
                            const struct fg_disruption_candidate *candidate)
{
    const struct fg_balance_totals *totals = &balance->totals[candidate->pool];
    return !is_balanced(balance, candidate->pool) || totals->price <= 0 ||
           is_worth_it(totals, candidate->price, candidate->cost);
}

/* Each Balanced pool must find it worth it; what is saved is shared out by what the nodes cost. */
static bool approves(const struct fg_balance *balance, uint32_t pool,
                     const struct fg_disruption_candidate *nodes, uint32_t count,
                     fg_nanodollars savings)
{
    fg_nanodollars price = 0, all = fg_command_price(nodes, count);
    int64_t cost = 0;
    uint32_t own = 0;
    for (uint32_t i = 0; i < count; i++)
        if (nodes[i].pool == pool) {
            price += nodes[i].price;
            cost += nodes[i].cost;
            own++;
        }
    if (own == 0 || !is_balanced(balance, pool))
        return true;
    if (all > 0 && own < count)
        savings = (fg_nanodollars)((__int128)savings * price / all);
    return is_worth_it(&balance->totals[pool], savings, cost);
}

bool fg_balance_approves(const struct fg_balance *balance,
                         const struct fg_disruption_command *command, fg_nanodollars savings)
{
    for (uint32_t pool = 0; pool < balance->world->pool_count; pool++)
        if (!approves(balance, pool, command->nodes, command->node_count, savings))
            return false;
    return true;
}
