#include "sim/controllers/karpenter_command.h"

#include <stdlib.h>
#include <string.h>

#define SPOT_BIT (UINT32_C(1) << FG_CAPACITY_SPOT)
#define ON_DEMAND_BIT (UINT32_C(1) << FG_CAPACITY_ON_DEMAND)

void fg_command_clear(struct fg_disruption_command *command)
{
    fg_karpenter_solution_release(&command->solution);
    command->solution = (struct fg_karpenter_solution){0};
    command->node_count = 0;
}

void fg_karpenter_command_release(struct fg_disruption_command *command)
{
    fg_command_clear(command);
    free(command->nodes);
    command->nodes = NULL;
    command->node_capacity = 0;
}

void fg_command_set_nodes(struct fg_disruption_command *command,
                          const struct fg_disruption_candidate *nodes, uint32_t count)
{
    command->nodes =
        fg_grow(command->nodes, &command->node_capacity, count, sizeof *command->nodes);
    if (count > 0)
        memcpy(command->nodes, nodes, count * sizeof *nodes);
    command->node_count = count;
}

fg_nanodollars fg_command_price(const struct fg_disruption_candidate *nodes, uint32_t count)
{
    fg_nanodollars sum = 0;
    for (uint32_t i = 0; i < count; i++)
        sum += nodes[i].price;
    return sum;
}

static const struct fg_karpenter_types *types_of(const struct fg_karpenter *karpenter,
                                                 const struct fg_karpenter_claim *claim)
{
    return fg_karpenter_pool_types(karpenter, claim->pool);
}

fg_nanodollars fg_karpenter_command_savings(const struct fg_karpenter *karpenter,
                                            const struct fg_disruption_command *command)
{
    fg_nanodollars savings = fg_command_price(command->nodes, command->node_count);
    for (uint32_t i = 0; i < command->solution.claim_count; i++) {
        const struct fg_karpenter_claim *claim = &command->solution.claims[i];
        fg_nanodollars lowest =
            claim->type_count == 0
                ? 0
                : fg_karpenter_lowest_price(types_of(karpenter, claim), claim->types[0],
                                            claim->zone_mask, claim->capacity_mask);
        savings -= lowest > 0 ? lowest : 0;
    }
    return savings;
}

/* ---- narrowing the replacement ---- */

/* Leaves the types whose dearest offering costs less. False: none, or too few for minValues. */
static bool keep_cheaper(const struct fg_karpenter *karpenter, struct fg_karpenter_claim *claim,
                         fg_nanodollars price)
{
    const struct fg_karpenter_types *types = types_of(karpenter, claim);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < claim->type_count; i++) {
        fg_nanodollars worst = fg_karpenter_worst_price(types, claim->types[i], claim->zone_mask,
                                                        claim->capacity_mask);
        if (worst >= 0 && worst < price)
            claim->types[kept++] = claim->types[i];
    }
    claim->type_count = kept;
    return fg_claim_is_flexible(fg_karpenter_pools(karpenter), claim) && kept > 0;
}

static bool are_all_spot(const struct fg_disruption_world *world,
                         const struct fg_disruption_candidate *nodes, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        if (strcmp(world->facts[nodes[i].slot].capacity_type, "spot") != 0)
            return false;
    return true;
}

static void keep_offered(const struct fg_karpenter *karpenter, struct fg_karpenter_claim *claim)
{
    const struct fg_karpenter_types *types = types_of(karpenter, claim);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < claim->type_count; i++)
        if (fg_karpenter_lowest_price(types, claim->types[i], claim->zone_mask,
                                      claim->capacity_mask) >= 0)
            claim->types[kept++] = claim->types[i];
    claim->type_count = kept;
}

/* The cheapest 15, or as many as minValues needs, so that what is launched is not replaced again
 * at once. */
static void cut_spot_types(const struct fg_karpenter *karpenter, struct fg_karpenter_claim *claim)
{
    uint32_t most = claim->type_count, needed = FG_SPOT_TO_SPOT_TYPES;
    for (; needed < most; needed++) {
        claim->type_count = needed;
        if (fg_claim_is_flexible(fg_karpenter_pools(karpenter), claim))
            break;
    }
    claim->type_count = needed < most ? needed : most;
}

static bool narrow_spot_to_spot(const struct fg_karpenter *karpenter,
                                const struct fg_disruption_world *world,
                                struct fg_karpenter_claim *claim, fg_nanodollars price,
                                uint32_t node_count)
{
    if (!world->settings->spot_to_spot_consolidation)
        return false;
    claim->capacity_mask = SPOT_BIT;
    keep_offered(karpenter, claim);
    if (!keep_cheaper(karpenter, claim, price))
        return false;
    if (node_count > 1)
        return true;
    if (claim->type_count < FG_SPOT_TO_SPOT_TYPES)
        return false;
    cut_spot_types(karpenter, claim);
    return true;
}

bool fg_command_narrow(const struct fg_karpenter *karpenter,
                       const struct fg_disruption_world *world, struct fg_karpenter_claim *claim,
                       const struct fg_disruption_candidate *nodes, uint32_t count)
{
    fg_nanodollars price = fg_command_price(nodes, count);
    bool may_be_spot = (claim->capacity_mask & SPOT_BIT) != 0;
    if (may_be_spot && are_all_spot(world, nodes, count))
        return narrow_spot_to_spot(karpenter, world, claim, price, count);
    if (!keep_cheaper(karpenter, claim, price))
        return false;
    /* The types were kept by what they cost as Spot. */
    if (may_be_spot && (claim->capacity_mask & ON_DEMAND_BIT) != 0)
        claim->capacity_mask = SPOT_BIT;
    return true;
}

/* ---- several for one ---- */

/* Of the types removed that may also be launched, what the cheapest such node costs: with one of
 * them it would be enough to keep that node. */
static fg_nanodollars price_of_same_type(const struct fg_karpenter *karpenter,
                                         const struct fg_disruption_world *world,
                                         const struct fg_karpenter_claim *claim,
                                         const struct fg_disruption_candidate *nodes,
                                         uint32_t count)
{
    const struct fg_karpenter_types *types = types_of(karpenter, claim);
    fg_nanodollars lowest = INT64_MAX;
    for (uint32_t i = 0; i < count; i++) {
        const char *name = world->facts[nodes[i].slot].instance_type;
        uint32_t type = fg_karpenter_types_find(types, name);
        bool is_option = false;
        for (uint32_t t = 0; t < claim->type_count && !is_option; t++)
            is_option = claim->types[t] == type;
        if (is_option && nodes[i].price < lowest)
            lowest = nodes[i].price;
    }
    return lowest;
}

bool fg_command_drop_same_type(const struct fg_karpenter *karpenter,
                               const struct fg_disruption_world *world,
                               struct fg_karpenter_claim *claim,
                               const struct fg_disruption_candidate *nodes, uint32_t count)
{
    fg_nanodollars lowest = price_of_same_type(karpenter, world, claim, nodes, count);
    return keep_cheaper(karpenter, claim, lowest);
}

void fg_command_choose_launches(const struct fg_karpenter *karpenter,
                                struct fg_disruption_command *command)
{
    for (uint32_t i = 0; i < command->solution.claim_count; i++) {
        struct fg_karpenter_claim *claim = &command->solution.claims[i];
        claim->launch = fg_claim_choose_launch(fg_karpenter_pools(karpenter), claim);
    }
}
