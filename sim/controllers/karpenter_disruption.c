#include "sim/controllers/karpenter_disruption.h"

#include <stdlib.h>
#include <string.h>

#include "models/base/memory.h"

enum { SHORTEST_NOMINATION_S = 10 };

/* ---- nodes ---- */

void fg_karpenter_note_pod_event(struct fg_disruption_node *node, fg_unix_s now)
{
    if (node->last_pod_event == FG_NEVER_S || now - node->last_pod_event >= FG_POD_EVENT_WINDOW_S)
        node->last_pod_event = now;
}

void fg_karpenter_nominate(struct fg_disruption_node *node,
                           const struct fg_karpenter_settings *settings, fg_unix_s now)
{
    int64_t window = 2 * (int64_t)settings->batch_max_duration_s;
    node->nominated_until = now + (window > SHORTEST_NOMINATION_S ? window : SHORTEST_NOMINATION_S);
}

bool fg_karpenter_consolidatable_from(const struct fg_node_pool *pool,
                                      const struct fg_disruption_node *node, fg_unix_s *out)
{
    if (pool->consolidate_after_s == FG_DURATION_NEVER)
        return false;
    fg_unix_s last = node->last_pod_event != FG_NEVER_S ? node->last_pod_event : node->initialized;
    *out = last == FG_NEVER_S ? last : last + pool->consolidate_after_s;
    return true;
}

bool fg_karpenter_is_settling(const struct fg_node_pool *pool,
                              const struct fg_disruption_node *node, fg_unix_s now)
{
    fg_unix_s from;
    return fg_karpenter_consolidatable_from(pool, node, &from) && now < from;
}

static uint32_t zone_number(const struct fg_karpenter_types *types, const struct fg_words *words,
                            const char *zone)
{
    uint32_t number = 0;
    while (number < types->zone_count &&
           strcmp(fg_words_text(words, types->zones[number]), zone) != 0)
        number++;
    return number;
}

fg_nanodollars fg_karpenter_node_price(const struct fg_karpenter *karpenter, uint32_t pool,
                                       const char *instance_type, const char *zone,
                                       const char *capacity_type)
{
    const struct fg_karpenter_types *types = fg_karpenter_pool_types(karpenter, pool);
    if (instance_type == NULL || zone == NULL || capacity_type == NULL)
        return 0;
    uint32_t type = fg_karpenter_types_find(types, instance_type);
    uint32_t number = zone_number(types, fg_karpenter_words(karpenter), zone);
    for (int c = 0; c < FG_CAPACITY_TYPES && type != UINT32_MAX; c++) {
        enum fg_capacity_type capacity = (enum fg_capacity_type)c;
        if (number == types->zone_count ||
            strcmp(fg_capacity_type_name(capacity), capacity_type) != 0)
            continue;
        fg_nanodollars price = fg_karpenter_price(types, type, number, capacity);
        return price > 0 ? price : 0;
    }
    return 0;
}

bool fg_karpenter_expires_at(const struct fg_node_pool *pool, const struct fg_disruption_node *node,
                             fg_unix_s *out)
{
    if (pool->expire_after_s == FG_DURATION_NEVER || node->created == FG_NEVER_S)
        return false;
    *out = node->created + pool->expire_after_s;
    return true;
}

/* ---- candidates ---- */

static const char *const methods[FG_METHOD_COUNT] = {"empty", "drift", "multi", "single"};

const char *fg_karpenter_method_name(enum fg_disruption_method method)
{
    return methods[method];
}

enum fg_disruption_reason fg_karpenter_method_reason(enum fg_disruption_method method)
{
    switch (method) {
    case FG_METHOD_EMPTY:
        return FG_DISRUPTION_EMPTY;
    case FG_METHOD_DRIFT:
        return FG_DISRUPTION_DRIFTED;
    default:
        return FG_DISRUPTION_UNDERUTILIZED;
    }
}

static const char *const block_texts[FG_BLOCK_COUNT] = {
    [FG_BLOCK_NONE] = "",
    [FG_BLOCK_NOT_MANAGED] = "node isn't managed by karpenter",
    [FG_BLOCK_NOT_INITIALIZED] = "node isn't initialized",
    [FG_BLOCK_GOING] = "node is deleting or marked for deletion",
    [FG_BLOCK_NOMINATED] = "node is nominated for a pending pod",
    [FG_BLOCK_NODE_PROTECTED] =
        "disruption is blocked through the \"karpenter.sh/do-not-disrupt\" annotation",
    [FG_BLOCK_NO_POOL] = "nodepool not found",
    [FG_BLOCK_POD_PROTECTED] = "pod has \"karpenter.sh/do-not-disrupt\" annotation",
    [FG_BLOCK_POD_BUDGETS] = "eviction does not support multiple PDBs",
    [FG_BLOCK_POD_BUDGET] = "pdb prevents pod evictions",
    [FG_BLOCK_NOT_DRIFTED] = "node is not drifted",
    [FG_BLOCK_NO_TYPE] = "instance type not found",
    [FG_BLOCK_NO_CAPACITY_TYPE] = "node does not have label \"karpenter.sh/capacity-type\"",
    [FG_BLOCK_NO_ZONE] = "node does not have label \"topology.kubernetes.io/zone\"",
    [FG_BLOCK_NO_CONSOLIDATION] = "nodepool has consolidation disabled",
    [FG_BLOCK_EMPTY] = "node is empty",
    [FG_BLOCK_NOT_EMPTY] = "node is not empty",
    [FG_BLOCK_POLICY] = "nodepool has consolidation policy WhenEmpty, but node is not empty",
    [FG_BLOCK_CONSOLIDATE_AFTER] = "consolidateAfter has not elapsed",
};

const char *fg_karpenter_block_text(enum fg_disruption_block block)
{
    return block_texts[block];
}

/* What the pods of a node say of it. */
struct load {
    int64_t cost;
    uint32_t moved_pods;
    enum fg_disruption_block block;
};

static struct load load_of(const struct fg_disruption_world *world, uint32_t slot)
{
    const struct fg_node_loads *loads = &world->state->loads[slot];
    struct load load = {.cost = FG_EVICTION_COST_ONE};
    bool is_protected = world->facts[slot].has_protected_pods;
    for (uint32_t i = 0; i < loads->count; i++) {
        const struct fg_disruption_class *class = &world->classes[loads->items[i].scheduling_class];
        if (class->is_rescheduled) {
            load.moved_pods += loads->items[i].pods;
            if (class->eviction_cost > 0)
                load.cost += loads->items[i].pods * class->eviction_cost;
        }
        is_protected |= class->is_active && class->is_protected;
        if (load.block == FG_BLOCK_NONE && class->budget_count > 0)
            load.block = class->budget_count > 1 ? FG_BLOCK_POD_BUDGETS
                         : class->budget_spent   ? FG_BLOCK_POD_BUDGET
                                                 : FG_BLOCK_NONE;
    }
    if (is_protected)
        load.block = FG_BLOCK_POD_PROTECTED;
    return load;
}

int64_t fg_karpenter_node_cost(const struct fg_disruption_world *world, uint32_t slot)
{
    return load_of(world, slot).cost;
}

static enum fg_disruption_block block_of_node(const struct fg_disruption_world *world,
                                              uint32_t slot)
{
    const struct fg_karpenter_node *node = &world->nodes[slot];
    const struct fg_disruption_node *facts = &world->facts[slot];
    if (!node->is_managed)
        return FG_BLOCK_NOT_MANAGED;
    if (!node->is_initialized)
        return FG_BLOCK_NOT_INITIALIZED;
    if (node->is_going)
        return FG_BLOCK_GOING;
    if (facts->nominated_until > world->now)
        return FG_BLOCK_NOMINATED;
    if (facts->is_protected)
        return FG_BLOCK_NODE_PROTECTED;
    return node->pool == FG_NO_POOL ? FG_BLOCK_NO_POOL : FG_BLOCK_NONE;
}

static enum fg_disruption_block block_of_prices(const struct fg_disruption_node *node)
{
    if (node->instance_type == NULL)
        return FG_BLOCK_NO_TYPE;
    if (node->capacity_type == NULL)
        return FG_BLOCK_NO_CAPACITY_TYPE;
    return node->zone == NULL ? FG_BLOCK_NO_ZONE : FG_BLOCK_NONE;
}

static enum fg_disruption_block block_of_method(const struct fg_disruption_world *world,
                                                enum fg_disruption_method method, uint32_t slot,
                                                bool is_empty)
{
    const struct fg_disruption_node *facts = &world->facts[slot];
    const struct fg_node_pool *pool = &world->pools[world->nodes[slot].pool];
    if (method == FG_METHOD_DRIFT)
        return facts->drifted == FG_NEVER_S ? FG_BLOCK_NOT_DRIFTED : FG_BLOCK_NONE;
    enum fg_disruption_block block =
        method == FG_METHOD_EMPTY ? FG_BLOCK_NONE : block_of_prices(facts);
    if (block != FG_BLOCK_NONE)
        return block;
    if (pool->consolidate_after_s == FG_DURATION_NEVER)
        return FG_BLOCK_NO_CONSOLIDATION;
    if (is_empty != (method == FG_METHOD_EMPTY))
        return is_empty ? FG_BLOCK_EMPTY : FG_BLOCK_NOT_EMPTY;
    if (!is_empty && pool->consolidation_policy == FG_CONSOLIDATE_EMPTY)
        return FG_BLOCK_POLICY;
    return fg_karpenter_is_settling(pool, facts, world->now) ? FG_BLOCK_CONSOLIDATE_AFTER
                                                             : FG_BLOCK_NONE;
}

static enum fg_disruption_block judge(const struct fg_disruption_world *world,
                                      enum fg_disruption_method method, uint32_t slot,
                                      struct load *load)
{
    enum fg_disruption_block block = block_of_node(world, slot);
    if (block != FG_BLOCK_NONE)
        return block;
    *load = load_of(world, slot);
    /* Drift goes on in spite of its pods where the drain ends by itself. */
    if (load->block != FG_BLOCK_NONE &&
        (method != FG_METHOD_DRIFT || !world->facts[slot].has_termination_grace))
        return load->block;
    return block_of_method(world, method, slot, load->cost <= FG_EVICTION_COST_ONE);
}

enum fg_disruption_block fg_karpenter_candidate_block(const struct fg_disruption_world *world,
                                                      enum fg_disruption_method method,
                                                      uint32_t slot)
{
    struct load load;
    return judge(world, method, slot, &load);
}

/* ---- order ---- */

struct order {
    struct fg_disruption_candidate candidate;
    const struct fg_disruption_world *world;
};

static int by_name(const struct order *a, const struct order *b)
{
    const struct fg_cluster_state *state = a->world->state;
    const char *name_a = state->name_of[a->candidate.slot];
    const char *name_b = state->name_of[b->candidate.slot];
    uint32_t number_a = state->number_of[a->candidate.slot];
    uint32_t number_b = state->number_of[b->candidate.slot];
    if (name_a != NULL && name_b != NULL && strcmp(name_a, name_b) != 0)
        return strcmp(name_a, name_b);
    return (number_a > number_b) - (number_a < number_b);
}

static int by_savings(const void *left, const void *right)
{
    const struct order *a = left, *b = right;
    __int128 of_a = (__int128)a->candidate.price * b->candidate.cost;
    __int128 of_b = (__int128)b->candidate.price * a->candidate.cost;
    return of_a != of_b ? (of_a < of_b) - (of_a > of_b) : by_name(a, b);
}

static int by_drift(const void *left, const void *right)
{
    const struct order *a = left, *b = right;
    fg_unix_s of_a = a->world->facts[a->candidate.slot].drifted;
    fg_unix_s of_b = b->world->facts[b->candidate.slot].drifted;
    bool full_a = a->candidate.moved_pods > 0, full_b = b->candidate.moved_pods > 0;
    if (full_a != full_b)
        return full_a - full_b;
    return of_a != of_b ? (of_a > of_b) - (of_a < of_b) : by_name(a, b);
}

static struct fg_disruption_candidate candidate_of(const struct fg_disruption_world *world,
                                                   uint32_t slot, const struct load *load)
{
    return (struct fg_disruption_candidate){
        .slot = slot,
        .number = world->state->number_of[slot],
        .pool = world->nodes[slot].pool,
        .price = world->facts[slot].price,
        .cost = load->cost,
        .moved_pods = load->moved_pods,
    };
}

/* A quick look, before the node's pods are: these are never candidates. */
static bool is_out_of_question(const struct fg_disruption_world *world,
                               enum fg_disruption_method method, uint32_t slot)
{
    uint32_t pool = world->nodes[slot].pool;
    const struct fg_disruption_node *facts = &world->facts[slot];
    if (world->state->kind_of[slot] == UINT32_MAX || pool == FG_NO_POOL)
        return true;
    return method == FG_METHOD_DRIFT
               ? facts->drifted == FG_NEVER_S
               : fg_karpenter_is_settling(&world->pools[pool], facts, world->now);
}

void fg_karpenter_find_candidates(const struct fg_disruption_world *world,
                                  enum fg_disruption_method method,
                                  struct fg_disruption_candidates *candidates)
{
    const struct fg_cluster_state *state = world->state;
    struct order *rows = fg_allocate(state->slot_count, sizeof *rows);
    uint32_t count = 0;
    for (uint32_t slot = 0; slot < state->slot_count; slot++) {
        struct load load;
        if (!is_out_of_question(world, method, slot) &&
            judge(world, method, slot, &load) == FG_BLOCK_NONE)
            rows[count++] = (struct order){candidate_of(world, slot, &load), world};
    }
    qsort(rows, count, sizeof *rows, method == FG_METHOD_DRIFT ? by_drift : by_savings);
    candidates->items =
        fg_grow(candidates->items, &candidates->capacity, count, sizeof *candidates->items);
    candidates->count = count;
    for (uint32_t i = 0; i < count; i++)
        candidates->items[i] = rows[i].candidate;
    free(rows);
}

void fg_karpenter_tally_pools(const struct fg_disruption_world *world,
                              struct fg_pool_tally *tallies)
{
    for (uint32_t i = 0; i < world->pool_count; i++)
        tallies[i] = (struct fg_pool_tally){0, 0};
    for (uint32_t slot = 0; slot < world->state->slot_count; slot++) {
        const struct fg_karpenter_node *node = &world->nodes[slot];
        if (world->state->kind_of[slot] == UINT32_MAX || !node->is_managed ||
            !node->is_initialized || node->pool == FG_NO_POOL)
            continue;
        tallies[node->pool].nodes++;
        tallies[node->pool].unavailable += !world->facts[slot].is_ready || node->is_going;
    }
}
