#include "sim/controllers/karpenter_plan.h"

#include <string.h>

#include "sim/controllers/karpenter_refusal.h"

/* ---- limits ---- */

static int64_t limited(const struct fg_node_capacity *capacity, enum fg_limit limit)
{
    switch (limit) {
    case FG_LIMIT_CPU:
        return capacity->cpu_milli;
    case FG_LIMIT_MEMORY:
        return capacity->memory_bytes;
    case FG_LIMIT_GPU:
        return capacity->gpu_milli;
    case FG_LIMIT_NODES:
    case FG_LIMITS:
        break;
    }
    return 0;
}

static bool within_limits(const int64_t left[FG_LIMITS], const struct fg_node_capacity *capacity)
{
    for (int i = 0; i < FG_LIMITS; i++)
        if (left[i] != INT64_MAX && limited(capacity, (enum fg_limit)i) > left[i])
            return false;
    return true;
}

static bool has_limits(const int64_t left[FG_LIMITS])
{
    for (int i = 0; i < FG_LIMITS; i++)
        if (left[i] != INT64_MAX)
            return true;
    return false;
}

/* Takes the largest of the plan's types off the pool's limits. */
static void charge(struct fg_solve *solve, const struct fg_plan *plan)
{
    const struct fg_karpenter_types *types = &solve->pools->items[plan->pool].types;
    int64_t *left = solve->left[plan->pool];
    if (!has_limits(left))
        return;
    for (int i = 0; i < FG_LIMITS; i++) {
        int64_t most = 0;
        for (uint32_t type = 0; type < types->count; type++)
            if (fg_bit(plan->types, type) &&
                limited(&types->capacity[type], (enum fg_limit)i) > most)
                most = limited(&types->capacity[type], (enum fg_limit)i);
        if (left[i] != INT64_MAX)
            left[i] -= most;
    }
}

/* ---- one more pod ---- */

struct fg_plan *fg_plan_new(struct fg_solve *solve, uint32_t number, const char **reason)
{
    const struct fg_karpenter_pool *pool = &solve->pools->items[number];
    const int64_t *left = solve->left[number];
    uint32_t words = pool->types.word_count;
    if (left[FG_LIMIT_NODES] == 0) {
        *reason = fg_arena_format(&solve->scratch,
                                  "node limits have been exhausted for nodepool (NodePool=%s)",
                                  pool->pool->name);
        return NULL;
    }
    struct fg_plan *plan = fg_arena_allocate(&solve->scratch, 1, sizeof *plan);
    plan->number = solve->plan_count;
    plan->pool = number;
    plan->types = fg_arena_allocate(&solve->scratch, words, sizeof *plan->types);
    memcpy(plan->types, pool->base, words * sizeof *plan->types);
    for (uint32_t i = 0; i < pool->types.count && has_limits(left); i++)
        if (fg_bit(plan->types, i) && !within_limits(left, &pool->types.capacity[i]))
            fg_bit_clear(plan->types, i);
    if (!fg_bits_any(plan->types, words)) {
        *reason =
            fg_arena_format(&solve->scratch,
                            "all available instance types exceed limits for nodepool (NodePool=%s)",
                            pool->pool->name);
        return NULL;
    }
    plan->requirements = fg_karpenter_requirements_copy(&solve->scratch, &pool->requirements, 4);
    struct fg_karpenter_requirement host = fg_karpenter_requirement_in(
        &solve->scratch, solve->pools->host_key, FG_HOST_OF_CLAIM + plan->number);
    fg_karpenter_requirements_add(&solve->pools->words, &solve->scratch, &plan->requirements,
                                  &host);
    return plan;
}

/* The requirements that the plan would have; false if they contradict each other. */
static bool join_requirements(struct fg_solve *solve, const struct fg_plan *plan,
                              const struct fg_shape *shape, struct fg_karpenter_requirements *out,
                              const char **reason)
{
    struct fg_arena *arena = &solve->scratch;
    const struct fg_words *words = &solve->pools->words;
    const struct fg_karpenter_requirements *asked[] = {&shape->requirements, &shape->volumes};
    static const char *const prefixes[] = {"incompatible requirements, ",
                                           "incompatible volume requirements, "};
    *out = fg_karpenter_requirements_copy(arena, &plan->requirements, 8);
    for (int i = 0; i < 2; i++) {
        if (!fg_karpenter_requirements_compatible(words, out, asked[i], true, NULL)) {
            if (reason != NULL)
                *reason = fg_arena_format(
                    arena, "%s%s", prefixes[i],
                    fg_karpenter_requirements_refusal(words, arena, out, asked[i], true));
            return false;
        }
        fg_karpenter_requirements_add_all(words, arena, out, asked[i]);
    }
    struct fg_karpenter_requirements spread = fg_karpenter_requirements_copy(arena, out, 4);
    const struct fg_group *group = fg_groups_require(&solve->groups, arena, shape, out, &spread);
    if (group == NULL && fg_karpenter_requirements_compatible(words, out, &spread, true, NULL)) {
        fg_karpenter_requirements_add_all(words, arena, out, &spread);
        return true;
    }
    if (reason != NULL)
        *reason = group != NULL
                      ? fg_groups_refusal(&solve->groups, arena, group, shape, out)
                      : fg_karpenter_requirements_refusal(words, arena, out, &spread, true);
    return false;
}

static void narrow_types(struct fg_solve *solve, const struct fg_plan *plan,
                         const struct fg_karpenter_requirements *requirements, uint64_t *set)
{
    const struct fg_karpenter_pools *pools = solve->pools;
    const struct fg_karpenter_types *types = &pools->items[plan->pool].types;
    bool other_offerings = false;
    for (uint32_t i = 0; i < requirements->count; i++) {
        const struct fg_karpenter_requirement *now = &requirements->items[i];
        const struct fg_karpenter_requirement *before =
            fg_karpenter_requirements_find(&plan->requirements, now->key);
        if (before != NULL && fg_karpenter_requirement_equal(before, now))
            continue;
        fg_karpenter_types_narrow(types, &pools->words, now, set);
        other_offerings |= now->key == pools->zone_key || now->key == pools->capacity_key;
    }
    if (!other_offerings)
        return;
    uint64_t *offered = fg_arena_allocate(&solve->scratch, types->word_count, sizeof *offered);
    fg_karpenter_types_offered(
        types, fg_karpenter_zone_mask(types, &pools->words, requirements, pools->zone_key),
        fg_pools_capacity_mask(pools, requirements), offered);
    for (uint32_t w = 0; w < types->word_count; w++)
        set[w] &= offered[w];
}

/* No type is left for the pod, or, if not `flexible`, too few values of the key. */
static const char *refusal(struct fg_solve *solve, const struct fg_plan *plan,
                           const struct fg_shape *shape, const struct fg_trial *trial,
                           bool flexible, uint32_t key)
{
    struct fg_arena *arena = &solve->scratch;
    const struct fg_karpenter_pool *pool = &solve->pools->items[plan->pool];
    uint32_t words = pool->types.word_count;
    const struct fg_refused_node node = {
        .pools = solve->pools,
        .pool = pool,
        .request = &solve->state->classes[shape->scheduling_class].request,
        .requirements = &trial->requirements,
    };
    if (!flexible)
        return fg_refusal_of_min_values(arena, &node, key);
    uint64_t *fits = fg_arena_allocate(arena, words, sizeof *fits);
    memcpy(fits, plan->types, words * sizeof *fits);
    fg_fit_keep(pool, solve->state, &plan->load, shape, arena, fits);
    return fg_refusal_of_types(arena, &node, plan->types, fits);
}

bool fg_plan_try(struct fg_solve *solve, const struct fg_plan *plan, const struct fg_shape *shape,
                 bool is_new, struct fg_trial *trial, const char **reason)
{
    struct fg_arena *arena = &solve->scratch;
    const struct fg_karpenter_pool *pool = &solve->pools->items[plan->pool];
    uint32_t words = pool->types.word_count, key = 0;
    if (!shape->tolerates_pool[plan->pool]) {
        if (reason != NULL)
            *reason = fg_refusal_of_taints(arena, shape, &pool->pool->taints);
        return false;
    }
    trial->types = fg_arena_allocate(arena, words, sizeof *trial->types);
    memcpy(trial->types, plan->types, words * sizeof *trial->types);
    fg_fit_keep(pool, solve->state, &plan->load, shape, arena, trial->types);
    trial->requirements = plan->requirements;
    if (reason == NULL && !fg_bits_any(trial->types, words))
        return false;
    if (plan->met != shape || !shape->is_free) {
        if (!join_requirements(solve, plan, shape, &trial->requirements, reason))
            return false;
        narrow_types(solve, plan, &trial->requirements, trial->types);
    }
    bool lowers = is_new && solve->pools->source.settings->min_values_best_effort;
    bool flexible = !fg_karpenter_requirements_have_min_values(&trial->requirements) ||
                    fg_fit_min_values(&solve->pools->words, &pool->types, &trial->requirements,
                                      trial->types, lowers, &key);
    if (flexible && fg_bits_any(trial->types, words))
        return true;
    if (reason != NULL)
        *reason = refusal(solve, plan, shape, trial, flexible, key);
    return false;
}

void fg_plan_add(struct fg_solve *solve, struct fg_plan *plan, const struct fg_shape *shape,
                 uint32_t pod, const struct fg_trial *trial)
{
    const struct fg_karpenter_pool *pool = &solve->pools->items[plan->pool];
    memcpy(plan->types, trial->types, pool->types.word_count * sizeof *plan->types);
    if (trial->requirements.items != plan->requirements.items)
        plan->requirements = fg_karpenter_requirements_keep(solve->arena, &trial->requirements);
    fg_load_add(&plan->load, solve->state, shape, solve->arena);
    if (plan->pod_count == plan->pod_capacity) {
        plan->pod_capacity = plan->pod_capacity * 2 + 4;
        uint32_t *pods = fg_arena_allocate(solve->arena, plan->pod_capacity, sizeof *pods);
        if (plan->pod_count > 0)
            memcpy(pods, plan->pods, plan->pod_count * sizeof *pods);
        plan->pods = pods;
    }
    plan->pods[plan->pod_count++] = pod;
    plan->met = shape->is_free ? shape : NULL;
    fg_groups_record(&solve->groups, shape, &pool->pool->taints, &plan->requirements);
}

struct fg_plan *fg_plan_keep(struct fg_solve *solve, const struct fg_plan *plan,
                             const struct fg_shape *shape, uint32_t pod,
                             const struct fg_trial *trial)
{
    uint32_t words = solve->pools->items[plan->pool].types.word_count;
    struct fg_plan *kept = fg_arena_allocate(solve->arena, 1, sizeof *kept);
    *kept = *plan;
    kept->types = fg_arena_allocate(solve->arena, words, sizeof *kept->types);
    kept->requirements = (struct fg_karpenter_requirements){0};
    fg_plan_add(solve, kept, shape, pod, trial);
    charge(solve, kept);
    return kept;
}

/* ---- the end ---- */

static void drop_host(const struct fg_karpenter_pools *pools, struct fg_karpenter_requirements *set)
{
    for (uint32_t i = 0; i < set->count; i++) {
        if (set->items[i].key != pools->host_key)
            continue;
        set->count--;
        memmove(&set->items[i], &set->items[i + 1], (set->count - i) * sizeof *set->items);
    }
}

bool fg_plan_close(const struct fg_solve *solve, const struct fg_plan *plan,
                   struct fg_karpenter_claim *claim)
{
    const struct fg_karpenter_pools *pools = solve->pools;
    const struct fg_karpenter_pool *pool = &pools->items[plan->pool];
    struct fg_arena *arena = &solve->solution->arena;
    *claim = (struct fg_karpenter_claim){
        .pool = plan->pool,
        .pod_count = plan->pod_count,
        .pod_capacity = plan->pod_count,
        .pods = fg_arena_allocate(arena, plan->pod_count, sizeof *claim->pods),
        .requirements = fg_karpenter_requirements_keep(arena, &plan->requirements),
        .zone_mask = fg_karpenter_zone_mask(&pool->types, &pools->words, &plan->requirements,
                                            pools->zone_key),
        .capacity_mask = fg_pools_capacity_mask(pools, &plan->requirements),
        .requests = plan->load.use,
    };
    memcpy(claim->pods, plan->pods, plan->pod_count * sizeof *claim->pods);
    drop_host(pools, &claim->requirements);
    fg_claim_set_types(claim, &pool->types, plan->types, arena);
    struct fg_node_use daemons = fg_pool_overhead(pool, plan->types, false);
    claim->requests.cpu_milli += daemons.cpu_milli;
    claim->requests.memory_bytes += daemons.memory_bytes;
    claim->requests.ephemeral_bytes += daemons.ephemeral_bytes;
    claim->requests.gpu_milli += daemons.gpu_milli;
    claim->requests.pods += daemons.pods;
    if (!pools->source.settings->min_values_best_effort && !fg_claim_is_flexible(pools, claim))
        return false;
    if (!solve->problem->is_brief)
        claim->launch = fg_claim_choose_launch(pools, claim);
    return true;
}
