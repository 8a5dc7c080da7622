#include "sim/controllers/karpenter_consolidation.h"

#include <stdlib.h>
#include <string.h>

#include "models/base/memory.h"
#include "sim/controllers/karpenter_balance.h"
#include "sim/controllers/karpenter_bounds.h"

struct fg_disruption {
    struct fg_removal removal;
    bool without_bounds;
    struct fg_balance balance;
    uint32_t left_capacity;
    int64_t *left; /* by pool: nodes that budgets still allow */
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
    free(disruption->balance.totals);
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

static bool all_approve(const struct fg_disruption *disruption,
                        const struct fg_disruption_command *command)
{
    fg_nanodollars savings = fg_karpenter_command_savings(disruption->removal.karpenter, command);
    return fg_balance_approves(&disruption->balance, command, savings);
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
    fg_nanodollars price =
        disruption->without_bounds ? FG_ANY_PRICE : fg_command_price(nodes, count);
    fg_command_clear(command);
    if (!disruption->without_bounds &&
        !fg_bounds_may_work(&disruption->removal, slots, count, price))
        return false;
    if (!fg_removal_simulate(&disruption->removal, slots, count, true, price, &command->solution) ||
        command->solution.claim_count > 1)
        return false;
    if (command->solution.claim_count == 1 &&
        !fg_command_narrow(disruption->removal.karpenter, disruption->removal.world,
                           &command->solution.claims[0], nodes, count))
        return false;
    fg_command_set_nodes(command, nodes, count);
    return true;
}

/* ---- methods ---- */

static void begin(struct fg_disruption *disruption, const struct fg_disruption_world *world,
                  enum fg_disruption_method method)
{
    struct fg_pool_tally *tallies = fg_allocate(world->pool_count, sizeof *tallies);
    fg_removal_begin(&disruption->removal, world);
    fg_balance_begin(&disruption->balance, world);
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
    fg_command_clear(command);
    fg_command_set_nodes(command, disruption->chosen.items, disruption->chosen.count);
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
            good =
                fg_command_drop_same_type(disruption->removal.karpenter, disruption->removal.world,
                                          &attempt.solution.claims[0], chosen->items, count);
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
    if (!fg_balance_may_approve(&disruption->balance, candidate))
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
        fg_command_clear(command);
        if (disruption->left[candidate->pool] == 0) {
            finding = FG_FOUND_BLOCKED;
        } else if (fg_removal_simulate(&disruption->removal, &candidate->slot, 1, false,
                                       FG_ANY_PRICE, &command->solution)) {
            fg_command_set_nodes(command, candidate, 1);
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
    fg_command_clear(command);
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
        fg_command_choose_launches(disruption->removal.karpenter, command);
    else
        fg_command_clear(command);
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
    const struct fg_karpenter_types *types =
        fg_karpenter_pool_types(disruption->removal.karpenter, claim->pool);
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
            fg_karpenter_pool_types(disruption->removal.karpenter, old->claims[i].pool);
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
        fg_command_set_nodes(command, chosen->items, chosen->count);
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
    fg_command_clear(command);
    return false;
}
