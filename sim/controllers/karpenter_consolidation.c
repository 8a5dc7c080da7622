#include "sim/controllers/karpenter_consolidation.h"

#include <stdlib.h>
#include <string.h>

#include "models/base/memory.h"

#define SPOT_BIT (UINT32_C(1) << FG_CAPACITY_SPOT)
#define ON_DEMAND_BIT (UINT32_C(1) << FG_CAPACITY_ON_DEMAND)

/* What the moves of a Balanced pool are measured by. */
struct totals {
    fg_nanodollars price;
    int64_t cost;
};

struct fg_disruption {
    struct fg_removal removal;
    bool without_bounds;
    uint32_t pool_capacity, left_capacity;
    struct totals *totals; /* by pool */
    int64_t *left;         /* by pool: nodes that budgets still allow */
    uint32_t slot_capacity;
    uint32_t *slots; /* of the nodes looked at */
    struct fg_disruption_candidates candidates, chosen;
};

struct fg_disruption *fg_karpenter_disruption_new(struct fg_karpenter *karpenter)
{
    struct fg_disruption *disruption = fg_allocate(1, sizeof *disruption);
    disruption->removal.karpenter = karpenter;
    return disruption;
}

void fg_karpenter_disruption_free(struct fg_disruption *disruption)
{
    if (disruption == NULL)
        return;
    fg_removal_release(&disruption->removal);
    free(disruption->totals);
    free(disruption->left);
    free(disruption->slots);
    free(disruption->candidates.items);
    free(disruption->chosen.items);
    free(disruption);
}

void fg_karpenter_disruption_reprice(struct fg_disruption *disruption)
{
    fg_removal_reprice(&disruption->removal);
}

void fg_karpenter_disruption_set_bounds(struct fg_disruption *disruption, bool use)
{
    disruption->without_bounds = !use;
}

/* ---- commands ---- */

static void clear(struct fg_disruption_command *command)
{
    fg_karpenter_solution_release(&command->solution);
    command->solution = (struct fg_karpenter_solution){0};
    command->node_count = 0;
}

void fg_karpenter_command_release(struct fg_disruption_command *command)
{
    clear(command);
    free(command->nodes);
    command->nodes = NULL;
    command->node_capacity = 0;
}

static void take_nodes(struct fg_disruption_command *command,
                       const struct fg_disruption_candidate *nodes, uint32_t count)
{
    command->nodes =
        fg_grow(command->nodes, &command->node_capacity, count, sizeof *command->nodes);
    if (count > 0)
        memcpy(command->nodes, nodes, count * sizeof *nodes);
    command->node_count = count;
}

static fg_nanodollars price_of(const struct fg_disruption_candidate *nodes, uint32_t count)
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
    fg_nanodollars savings = price_of(command->nodes, command->node_count);
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
    return fg_karpenter_claim_is_flexible(karpenter, claim) && kept > 0;
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
        if (fg_karpenter_claim_is_flexible(karpenter, claim))
            break;
    }
    claim->type_count = needed < most ? needed : most;
}

static bool narrow_spot_to_spot(const struct fg_disruption *disruption,
                                struct fg_karpenter_claim *claim, fg_nanodollars price,
                                uint32_t node_count)
{
    const struct fg_karpenter *karpenter = disruption->removal.karpenter;
    if (!disruption->removal.world->settings->spot_to_spot_consolidation)
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

static bool narrow(const struct fg_disruption *disruption, struct fg_karpenter_claim *claim,
                   const struct fg_disruption_candidate *nodes, uint32_t count)
{
    fg_nanodollars price = price_of(nodes, count);
    bool may_be_spot = (claim->capacity_mask & SPOT_BIT) != 0;
    if (may_be_spot && are_all_spot(disruption->removal.world, nodes, count))
        return narrow_spot_to_spot(disruption, claim, price, count);
    if (!keep_cheaper(disruption->removal.karpenter, claim, price))
        return false;
    /* The types were kept by what they cost as Spot. */
    if (may_be_spot && (claim->capacity_mask & ON_DEMAND_BIT) != 0)
        claim->capacity_mask = SPOT_BIT;
    return true;
}

/* ---- several for one ---- */

/* Of the types removed that may also be launched, what the cheapest such node costs: with one of
 * them it would be enough to keep that node. */
static fg_nanodollars price_of_same_type(const struct fg_disruption *disruption,
                                         const struct fg_karpenter_claim *claim,
                                         const struct fg_disruption_candidate *nodes,
                                         uint32_t count)
{
    const struct fg_karpenter_types *types = types_of(disruption->removal.karpenter, claim);
    fg_nanodollars lowest = INT64_MAX;
    for (uint32_t i = 0; i < count; i++) {
        const char *name = disruption->removal.world->facts[nodes[i].slot].instance_type;
        uint32_t type = fg_karpenter_types_find(types, name);
        bool is_option = false;
        for (uint32_t t = 0; t < claim->type_count && !is_option; t++)
            is_option = claim->types[t] == type;
        if (is_option && nodes[i].price < lowest)
            lowest = nodes[i].price;
    }
    return lowest;
}

static bool drop_same_type(const struct fg_disruption *disruption, struct fg_karpenter_claim *claim,
                           const struct fg_disruption_candidate *nodes, uint32_t count)
{
    fg_nanodollars lowest = price_of_same_type(disruption, claim, nodes, count);
    return keep_cheaper(disruption->removal.karpenter, claim, lowest);
}

/* ---- Balanced ---- */

static bool is_balanced(const struct fg_disruption *disruption, uint32_t pool)
{
    return disruption->removal.world->pools[pool].consolidation_policy == FG_CONSOLIDATE_BALANCED;
}

static void sum_totals(struct fg_disruption *disruption)
{
    const struct fg_disruption_world *world = disruption->removal.world;
    disruption->totals = fg_grow(disruption->totals, &disruption->pool_capacity, world->pool_count,
                                 sizeof *disruption->totals);
    memset(disruption->totals, 0, world->pool_count * sizeof *disruption->totals);
    bool any_balanced = false;
    for (uint32_t pool = 0; pool < world->pool_count; pool++)
        any_balanced |= is_balanced(disruption, pool);
    if (!any_balanced)
        return;
    for (uint32_t slot = 0; slot < world->state->slot_count; slot++) {
        uint32_t pool = world->nodes[slot].pool;
        if (world->state->kind_of[slot] == UINT32_MAX || pool == FG_NO_POOL)
            continue;
        disruption->totals[pool].price += world->facts[slot].price;
        disruption->totals[pool].cost += fg_karpenter_node_cost(world, slot);
    }
}

/* (savings / price of the pool) / (cost / cost of the pool) >= 1 / 2, multiplied out. */
static bool is_worth_it(const struct totals *totals, fg_nanodollars savings, int64_t cost)
{
    if (totals->price <= 0 || savings <= 0)
        return false;
    return (__int128)savings * totals->cost * FG_BALANCED_FACTOR >= (__int128)cost * totals->price;
}

/* Each Balanced pool must find it worth it; what is saved is shared out by what the nodes cost. */
static bool approves(const struct fg_disruption *disruption, uint32_t pool,
                     const struct fg_disruption_candidate *nodes, uint32_t count,
                     fg_nanodollars savings)
{
    fg_nanodollars price = 0, all = price_of(nodes, count);
    int64_t cost = 0;
    uint32_t own = 0;
    for (uint32_t i = 0; i < count; i++)
        if (nodes[i].pool == pool) {
            price += nodes[i].price;
            cost += nodes[i].cost;
            own++;
        }
    if (own == 0 || !is_balanced(disruption, pool))
        return true;
    if (all > 0 && own < count)
        savings = (fg_nanodollars)((__int128)savings * price / all);
    return is_worth_it(&disruption->totals[pool], savings, cost);
}

static bool all_approve(const struct fg_disruption *disruption,
                        const struct fg_disruption_command *command)
{
    fg_nanodollars savings = fg_karpenter_command_savings(disruption->removal.karpenter, command);
    for (uint32_t pool = 0; pool < disruption->removal.world->pool_count; pool++)
        if (!approves(disruption, pool, command->nodes, command->node_count, savings))
            return false;
    return true;
}

/* ---- consolidation of some nodes ---- */

static const uint32_t *slots_of(struct fg_disruption *disruption,
                                const struct fg_disruption_candidate *nodes, uint32_t count)
{
    disruption->slots =
        fg_grow(disruption->slots, &disruption->slot_capacity, count, sizeof *disruption->slots);
    for (uint32_t i = 0; i < count; i++)
        disruption->slots[i] = nodes[i].slot;
    return disruption->slots;
}

/* Whether these nodes can go for at most one cheaper one; fills the command if so. */
static bool consolidate(struct fg_disruption *disruption,
                        const struct fg_disruption_candidate *nodes, uint32_t count,
                        struct fg_disruption_command *command)
{
    const uint32_t *slots = slots_of(disruption, nodes, count);
    fg_nanodollars price = disruption->without_bounds ? FG_ANY_PRICE : price_of(nodes, count);
    clear(command);
    if (!disruption->without_bounds &&
        !fg_removal_may_work(&disruption->removal, slots, count, price))
        return false;
    if (!fg_removal_simulate(&disruption->removal, slots, count, true, price, &command->solution) ||
        command->solution.claim_count > 1)
        return false;
    if (command->solution.claim_count == 1 &&
        !narrow(disruption, &command->solution.claims[0], nodes, count))
        return false;
    take_nodes(command, nodes, count);
    return true;
}

static void choose_launches(const struct fg_disruption *disruption,
                            struct fg_disruption_command *command)
{
    for (uint32_t i = 0; i < command->solution.claim_count; i++) {
        struct fg_karpenter_claim *claim = &command->solution.claims[i];
        claim->launch = fg_karpenter_choose_launch(disruption->removal.karpenter, claim);
    }
}

/* ---- methods ---- */

static void begin(struct fg_disruption *disruption, const struct fg_disruption_world *world,
                  enum fg_disruption_method method)
{
    struct fg_pool_tally *tallies = fg_allocate(world->pool_count, sizeof *tallies);
    fg_removal_begin(&disruption->removal, world);
    sum_totals(disruption);
    fg_karpenter_tally_pools(world, tallies);
    disruption->left = fg_grow(disruption->left, &disruption->left_capacity, world->pool_count,
                               sizeof *disruption->left);
    for (uint32_t pool = 0; pool < world->pool_count; pool++)
        disruption->left[pool] = fg_karpenter_disruptions_allowed(
            &world->pools[pool], &tallies[pool], fg_karpenter_method_reason(method), world->now);
    free(tallies);
}

/* The candidates that the budgets allow, each using up a node of its pool's. True: all of them. */
static bool choose_allowed(struct fg_disruption *disruption,
                           const struct fg_disruption_candidates *candidates)
{
    struct fg_disruption_candidates *chosen = &disruption->chosen;
    chosen->items =
        fg_grow(chosen->items, &chosen->capacity, candidates->count, sizeof *chosen->items);
    chosen->count = 0;
    for (uint32_t i = 0; i < candidates->count; i++)
        if (disruption->left[candidates->items[i].pool] > 0) {
            disruption->left[candidates->items[i].pool]--;
            chosen->items[chosen->count++] = candidates->items[i];
        }
    return chosen->count == candidates->count;
}

static bool find_empty(struct fg_disruption *disruption, struct fg_disruption_command *command)
{
    clear(command);
    take_nodes(command, disruption->chosen.items, disruption->chosen.count);
    return command->node_count > 0;
}

/* The largest prefix that a binary search finds. It looks at two nodes at least, and, as the
 * original does, at up to one more than its limit says. */
static bool find_multi(struct fg_disruption *disruption, struct fg_disruption_command *command)
{
    const struct fg_disruption_candidates *chosen = &disruption->chosen;
    struct fg_disruption_command attempt = {0};
    bool found = false;
    int64_t low = 1, high = FG_CONSOLIDATION_NODES;
    if (chosen->count <= FG_CONSOLIDATION_NODES)
        high = (int64_t)chosen->count - 1;
    while (low <= high) {
        int64_t middle = (low + high) / 2;
        uint32_t count = (uint32_t)middle + 1;
        bool good = consolidate(disruption, chosen->items, count, &attempt);
        if (good && attempt.solution.claim_count == 1)
            good = drop_same_type(disruption, &attempt.solution.claims[0], chosen->items, count);
        if (good && all_approve(disruption, &attempt)) {
            struct fg_disruption_command older = *command;
            *command = attempt;
            attempt = older;
            found = true;
            low = middle + 1;
        } else {
            high = middle - 1;
        }
    }
    fg_karpenter_command_release(&attempt);
    return found;
}

static bool try_single(struct fg_disruption *disruption,
                       const struct fg_disruption_candidate *candidate,
                       struct fg_disruption_command *command)
{
    /* Nothing saves more than removing the node without a replacement. */
    if (is_balanced(disruption, candidate->pool) && disruption->totals[candidate->pool].price > 0 &&
        !is_worth_it(&disruption->totals[candidate->pool], candidate->price, candidate->cost))
        return false;
    return consolidate(disruption, candidate, 1, command) && all_approve(disruption, command);
}

/* The candidates' order with the pools in turn: first of each, second of each, ... */
static void take_pools_in_turn(const struct fg_disruption *disruption,
                               const struct fg_disruption_candidates *candidates,
                               struct fg_disruption_candidate *out)
{
    uint32_t pool_count = disruption->removal.world->pool_count, filled = 0;
    uint32_t *next = fg_allocate(pool_count, sizeof *next);
    while (filled < candidates->count)
        for (uint32_t pool = 0; pool < pool_count; pool++) {
            uint32_t *i = &next[pool];
            while (*i < candidates->count && candidates->items[*i].pool != pool)
                ++*i;
            if (*i < candidates->count)
                out[filled++] = candidates->items[(*i)++];
        }
    free(next);
}

static enum fg_disruption_finding find_single(struct fg_disruption *disruption,
                                              const struct fg_disruption_candidates *candidates,
                                              struct fg_disruption_command *command)
{
    struct fg_disruption_candidate *order = fg_allocate(candidates->count, sizeof *order);
    enum fg_disruption_finding finding = FG_FOUND_NOTHING;
    take_pools_in_turn(disruption, candidates, order);
    for (uint32_t i = 0; i < candidates->count && finding != FG_FOUND_COMMAND; i++)
        if (disruption->left[order[i].pool] == 0)
            finding = FG_FOUND_BLOCKED;
        else if (try_single(disruption, &order[i], command))
            finding = FG_FOUND_COMMAND;
    free(order);
    return finding;
}

static enum fg_disruption_finding find_drift(struct fg_disruption *disruption,
                                             const struct fg_disruption_candidates *candidates,
                                             struct fg_disruption_command *command)
{
    enum fg_disruption_finding finding = FG_FOUND_NOTHING;
    for (uint32_t i = 0; i < candidates->count; i++) {
        const struct fg_disruption_candidate *candidate = &candidates->items[i];
        clear(command);
        if (disruption->left[candidate->pool] == 0) {
            finding = FG_FOUND_BLOCKED;
        } else if (fg_removal_simulate(&disruption->removal, &candidate->slot, 1, false,
                                       FG_ANY_PRICE, &command->solution)) {
            take_nodes(command, candidate, 1);
            return FG_FOUND_COMMAND;
        }
    }
    return finding;
}

enum fg_disruption_finding
fg_karpenter_find_command(struct fg_disruption *disruption, const struct fg_disruption_world *world,
                          enum fg_disruption_method method,
                          const struct fg_disruption_candidates *candidates,
                          struct fg_disruption_command *command)
{
    enum fg_disruption_finding finding = FG_FOUND_NOTHING;
    clear(command);
    command->method = method;
    begin(disruption, world, method);
    if (method == FG_METHOD_SINGLE) {
        finding = find_single(disruption, candidates, command);
    } else if (method == FG_METHOD_DRIFT) {
        finding = find_drift(disruption, candidates, command);
    } else {
        bool all = choose_allowed(disruption, candidates);
        bool found = method == FG_METHOD_EMPTY ? find_empty(disruption, command)
                                               : find_multi(disruption, command);
        finding = found ? FG_FOUND_COMMAND : all ? FG_FOUND_NOTHING : FG_FOUND_BLOCKED;
    }
    command->method = method;
    if (finding == FG_FOUND_COMMAND)
        choose_launches(disruption, command);
    else
        clear(command);
    return finding;
}

/* ---- validation ---- */

/* The command's nodes that still are candidates, in the order in which they now are. */
static void find_remaining(struct fg_disruption *disruption,
                           const struct fg_disruption_world *world,
                           const struct fg_disruption_command *command)
{
    struct fg_disruption_candidates *candidates = &disruption->candidates;
    uint32_t kept = 0;
    fg_karpenter_find_candidates(world, command->method, candidates);
    for (uint32_t i = 0; i < candidates->count; i++) {
        bool is_in = false;
        for (uint32_t n = 0; n < command->node_count && !is_in; n++)
            is_in = command->nodes[n].slot == candidates->items[i].slot &&
                    command->nodes[n].number == candidates->items[i].number;
        if (is_in)
            candidates->items[kept++] = candidates->items[i];
    }
    candidates->count = kept;
}

static bool has_type(const struct fg_disruption *disruption, const struct fg_karpenter_claim *claim,
                     const char *name)
{
    const struct fg_karpenter_types *types = types_of(disruption->removal.karpenter, claim);
    uint32_t type = fg_karpenter_types_find(types, name);
    for (uint32_t i = 0; i < claim->type_count; i++)
        if (claim->types[i] == type)
            return true;
    return false;
}

/* The pods may now be placed on any type that the command would launch, and on as many nodes. */
static bool needs_the_same(const struct fg_disruption *disruption,
                           const struct fg_karpenter_solution *old,
                           const struct fg_karpenter_solution *new)
{
    if (old->claim_count != new->claim_count || new->claim_count > 1)
        return false;
    for (uint32_t i = 0; i < old->claim_count; i++) {
        const struct fg_karpenter_types *types =
            types_of(disruption->removal.karpenter, &old->claims[i]);
        for (uint32_t t = 0; t < old->claims[i].type_count; t++)
            if (!has_type(disruption, &new->claims[i], types->types[old->claims[i].types[t]]->name))
                return false;
    }
    return true;
}

bool fg_karpenter_command_holds(struct fg_disruption *disruption,
                                const struct fg_disruption_world *world,
                                struct fg_disruption_command *command)
{
    struct fg_karpenter_solution solution = {0};
    begin(disruption, world, command->method);
    find_remaining(disruption, world, command);
    bool all = choose_allowed(disruption, &disruption->candidates);
    const struct fg_disruption_candidates *chosen = &disruption->chosen;
    if (command->method == FG_METHOD_EMPTY) {
        take_nodes(command, chosen->items, chosen->count);
        return chosen->count > 0;
    }
    if (!all || chosen->count != command->node_count)
        return false;
    const uint32_t *slots = slots_of(disruption, chosen->items, chosen->count);
    bool holds = fg_removal_simulate(&disruption->removal, slots, chosen->count, true, FG_ANY_PRICE,
                                     &solution) &&
                 needs_the_same(disruption, &command->solution, &solution);
    fg_karpenter_solution_release(&solution);
    return holds;
}

bool fg_karpenter_disruption_decide(struct fg_disruption *disruption,
                                    const struct fg_disruption_world *world,
                                    struct fg_disruption_command *command)
{
    for (int m = 0; m < FG_METHOD_COUNT; m++) {
        enum fg_disruption_method method = (enum fg_disruption_method)m;
        if (method != FG_METHOD_SINGLE) /* whose candidates are those of several nodes */
            fg_karpenter_find_candidates(world, method, &disruption->candidates);
        if (disruption->candidates.count > 0 &&
            fg_karpenter_find_command(disruption, world, method, &disruption->candidates,
                                      command) == FG_FOUND_COMMAND)
            return true;
    }
    clear(command);
    return false;
}
