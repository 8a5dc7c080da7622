#include "sim/controllers/karpenter_plan.h"

#include <stdlib.h>
#include <string.h>

#include "models/base/status.h"

static bool any_bit(const uint64_t *set, uint32_t words)
{
    for (uint32_t w = 0; w < words; w++)
        if (set[w] != 0)
            return true;
    return false;
}

uint32_t fg_capacity_mask(const struct fg_karpenter *karpenter,
                          const struct fg_karpenter_requirements *requirements)
{
    const struct fg_karpenter_requirement *asked =
        fg_karpenter_requirements_find(requirements, karpenter->capacity_key);
    uint32_t mask = 0;
    for (uint32_t i = 0; i < FG_CAPACITY_TYPES; i++)
        if (asked == NULL ||
            fg_karpenter_requirement_allows(&karpenter->words, asked, karpenter->capacity_words[i]))
            mask |= UINT32_C(1) << i;
    return mask;
}

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

struct fg_plan *fg_plan_new(struct fg_solve *solve, uint32_t number, const char **reason)
{
    const struct fg_karpenter_pool *pool = &solve->karpenter->pools[number];
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
            plan->types[i / 64] &= ~(UINT64_C(1) << (i % 64));
    if (!any_bit(plan->types, words)) {
        *reason =
            fg_arena_format(&solve->scratch,
                            "all available instance types exceed limits for nodepool (NodePool=%s)",
                            pool->pool->name);
        return NULL;
    }
    plan->requirements = fg_karpenter_requirements_copy(&solve->scratch, &pool->requirements, 4);
    struct fg_karpenter_requirement host = fg_karpenter_requirement_in(
        &solve->scratch, solve->karpenter->host_key, FG_HOST_OF_CLAIM + plan->number);
    fg_karpenter_requirements_add(&solve->karpenter->words, &solve->scratch, &plan->requirements,
                                  &host);
    return plan;
}

void fg_plan_charge(struct fg_solve *solve, const struct fg_plan *plan)
{
    const struct fg_karpenter_types *types = &solve->karpenter->pools[plan->pool].types;
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

/* ---- which types can hold so much ---- */

static void keep_with(const struct fg_karpenter_types *types, enum fg_fit resource, int64_t amount,
                      uint64_t *set)
{
    if (amount <= 0)
        return;
    const uint64_t *with = fg_karpenter_types_with(types, resource, amount);
    for (uint32_t w = 0; w < types->word_count; w++)
        set[w] &= with != NULL ? with[w] : 0;
}

static void keep_extended(const struct fg_karpenter_types *types, const char *name, int64_t amount,
                          uint64_t *set)
{
    const struct fg_type_extended *found = NULL;
    for (uint32_t i = 0; i < types->extended_count; i++)
        if (strcmp(types->extended[i].name, name) == 0)
            found = &types->extended[i];
    for (uint32_t type = 0; type < types->count; type++)
        if (found == NULL || found->amounts[type] < amount)
            set[type / 64] &= ~(UINT64_C(1) << (type % 64));
}

/* What all pods of a plan ask for with one more; resource 0 is volumes, which no type limits. */
static int64_t extended_of(const struct fg_plan *plan, const struct fg_state_class *class_,
                           uint32_t resource)
{
    int64_t amount = plan->extended != NULL ? plan->extended[resource] : 0;
    for (uint32_t i = 0; i < class_->extended_count; i++)
        if (class_->extended[i].resource == resource)
            amount += class_->extended[i].amount;
    return amount;
}

/* The types of `set` that hold the plan's pods, one more and their DaemonSets. */
static void keep_fitting(const struct fg_solve *solve, const struct fg_plan *plan,
                         const struct fg_shape *shape, struct fg_arena *arena, uint64_t *set)
{
    const struct fg_karpenter_pool *pool = &solve->karpenter->pools[plan->pool];
    const struct fg_state_class *class_ = &solve->state->classes[shape->scheduling_class];
    uint32_t words = pool->types.word_count;
    uint64_t *part = fg_arena_allocate(arena, words * 2, sizeof *part), *all = part + words;
    bool clash = fg_ports_clash(&plan->ports, shape->rules);
    for (uint32_t i = 0; i < pool->overhead_count && !clash; i++) {
        const struct fg_overhead *overhead = &pool->overheads[i];
        if (fg_ports_clash(&overhead->ports, shape->rules))
            continue;
        struct fg_node_use use = plan->use;
        fg_use_add(&use, &class_->request, 1);
        for (uint32_t w = 0; w < words; w++)
            part[w] = set[w] & overhead->types[w];
        keep_with(&pool->types, FG_FIT_CPU, use.cpu_milli + overhead->use.cpu_milli, part);
        keep_with(&pool->types, FG_FIT_MEMORY, use.memory_bytes + overhead->use.memory_bytes, part);
        keep_with(&pool->types, FG_FIT_EPHEMERAL,
                  use.ephemeral_bytes + overhead->use.ephemeral_bytes, part);
        keep_with(&pool->types, FG_FIT_PODS, use.pods + overhead->use.pods, part);
        keep_with(&pool->types, FG_FIT_GPU, use.gpu_milli + overhead->use.gpu_milli, part);
        for (uint32_t w = 0; w < words; w++)
            all[w] |= part[w];
    }
    memcpy(set, all, words * sizeof *set);
    for (uint32_t r = 1; r < solve->state->extended_count; r++)
        if (extended_of(plan, class_, r) > 0)
            keep_extended(&pool->types, solve->state->extended[r].name,
                          extended_of(plan, class_, r), set);
}

/* ---- minValues ---- */

/* How many values of the key that the requirement allows the types of the set have. */
static uint32_t values_among(const struct fg_words *words, const struct fg_karpenter_types *types,
                             const struct fg_karpenter_requirement *requirement,
                             const uint64_t *set)
{
    uint32_t found = 0;
    for (uint32_t i = 0; i < types->label_count; i++) {
        const struct fg_type_label *label = &types->labels[i];
        for (uint32_t v = 0; v < label->value_count && label->key == requirement->key; v++) {
            bool some = false;
            for (uint32_t w = 0; w < types->word_count && !some; w++)
                some = (set[w] & label->types[v][w]) != 0;
            found += some && fg_karpenter_requirement_allows(words, requirement, label->values[v]);
        }
    }
    return found;
}

/* Lowers minValues to what there is, or refuses. The first key that lacks values is named. */
static bool meets_min_values(const struct fg_words *words, const struct fg_karpenter_types *types,
                             struct fg_karpenter_requirements *requirements, const uint64_t *set,
                             bool lowers, uint32_t *key)
{
    for (uint32_t i = 0; i < requirements->count; i++) {
        struct fg_karpenter_requirement *requirement = &requirements->items[i];
        if (requirement->min_values == 0)
            continue;
        uint32_t found = values_among(words, types, requirement, set);
        if (found >= requirement->min_values)
            continue;
        *key = requirement->key;
        if (!lowers)
            return false;
        requirement->min_values = found;
    }
    return true;
}

/* ---- why not ---- */

static const char *print_binary(struct fg_arena *arena, int64_t bytes)
{
    static const char *const suffixes[] = {"", "Ki", "Mi", "Gi", "Ti", "Pi"};
    int unit = 0;
    while (bytes != 0 && bytes % 1024 == 0 && unit < 5) {
        bytes /= 1024;
        unit++;
    }
    return fg_arena_format(arena, "%lld%s", (long long)bytes, suffixes[unit]);
}

static const char *print_milli(struct fg_arena *arena, int64_t milli)
{
    return milli % 1000 == 0 ? fg_arena_format(arena, "%lld", (long long)milli / 1000)
                             : fg_arena_format(arena, "%lldm", (long long)milli);
}

static const char *print_use(struct fg_arena *arena, const struct fg_node_use *use)
{
    const char *text = "{";
    if (use->cpu_milli > 0)
        text =
            fg_arena_format(arena, "%s\"cpu\":\"%s\",", text, print_milli(arena, use->cpu_milli));
    if (use->ephemeral_bytes > 0)
        text = fg_arena_format(arena, "%s\"ephemeral-storage\":\"%s\",", text,
                               print_binary(arena, use->ephemeral_bytes));
    if (use->memory_bytes > 0)
        text = fg_arena_format(arena, "%s\"memory\":\"%s\",", text,
                               print_binary(arena, use->memory_bytes));
    if (use->gpu_milli > 0)
        text = fg_arena_format(arena, "%s\"nvidia.com/gpu\":\"%s\",", text,
                               print_milli(arena, use->gpu_milli));
    return fg_arena_format(arena, "%s\"pods\":\"%lld\"}", text, (long long)use->pods);
}

static int64_t bounded(int64_t a, int64_t b, bool most)
{
    return (a < b) == most ? b : a;
}

/* The pod's own requests and what DaemonSets take where they take least, or most. */
static struct fg_node_use with_daemons(const struct fg_karpenter_pool *pool,
                                       const struct fg_request *request, bool most)
{
    struct fg_node_use use = pool->overheads[0].use;
    for (uint32_t i = 1; i < pool->overhead_count; i++) {
        const struct fg_node_use *other = &pool->overheads[i].use;
        use.cpu_milli = bounded(use.cpu_milli, other->cpu_milli, most);
        use.memory_bytes = bounded(use.memory_bytes, other->memory_bytes, most);
        use.ephemeral_bytes = bounded(use.ephemeral_bytes, other->ephemeral_bytes, most);
        use.gpu_milli = bounded(use.gpu_milli, other->gpu_milli, most);
        use.pods = bounded(use.pods, other->pods, most);
    }
    fg_use_add(&use, request, 1);
    return use;
}

static const char *print_resources(struct fg_arena *arena, const struct fg_karpenter_pool *pool,
                                   const struct fg_request *request)
{
    struct fg_node_use least = with_daemons(pool, request, false),
                       most = with_daemons(pool, request, true);
    const char *low = print_use(arena, &least), *high = print_use(arena, &most);
    return strcmp(low, high) == 0 ? low : fg_arena_format(arena, "min=%s, max=%s", low, high);
}

/* Which of the three criteria, alone or two together, shut out every type. */
static const char *criteria_text(bool met, bool fits, bool offered, bool offered_too_small,
                                 bool fits_unmet)
{
    if (!met && !fits && !offered)
        return "no instance type met the scheduling requirements or had enough resources or had a "
               "required offering";
    if (!met && !fits)
        return "no instance type met the scheduling requirements or had enough resources";
    if (!met && !offered)
        return "no instance type met the scheduling requirements or had a required offering";
    if (!fits && !offered)
        return "no instance type had enough resources or had a required offering";
    if (!met)
        return "no instance type met all requirements";
    if (!fits)
        return "no instance type has enough resources";
    if (!offered)
        return "no instance type has the required offering";
    if (fits_unmet)
        return "no instance type which had enough resources and the required offering met the "
               "scheduling requirements";
    if (offered_too_small)
        return "no instance type which met the scheduling requirements and the required offering "
               "had the required resources";
    return "no instance type met the requirements/resources/offering tuple";
}

struct criteria {
    uint64_t *met, *offered, *fits; /* of the plan's types, each on its own */
};

static const char *explain_types(struct fg_solve *solve, const struct fg_plan *plan,
                                 const struct fg_shape *shape,
                                 const struct fg_karpenter_requirements *requirements,
                                 struct fg_arena *arena)
{
    const struct fg_karpenter *karpenter = solve->karpenter;
    const struct fg_karpenter_pool *pool = &karpenter->pools[plan->pool];
    uint32_t words = pool->types.word_count;
    uint64_t *met = fg_arena_allocate(arena, words * 3, sizeof *met);
    uint64_t *offered = met + words, *fits = offered + words;
    bool too_small = false, unmet = false;
    memcpy(met, plan->types, words * sizeof *met);
    memcpy(fits, plan->types, words * sizeof *fits);
    for (uint32_t i = 0; i < requirements->count; i++)
        fg_karpenter_types_narrow(&pool->types, &karpenter->words, &requirements->items[i], met);
    fg_karpenter_types_offered(
        &pool->types,
        fg_karpenter_zone_mask(&pool->types, &karpenter->words, requirements, karpenter->zone_key),
        fg_capacity_mask(karpenter, requirements), offered);
    keep_fitting(solve, plan, shape, arena, fits);
    for (uint32_t w = 0; w < words; w++) {
        offered[w] &= plan->types[w];
        fits[w] &= offered[w];
        too_small |= (met[w] & offered[w] & ~fits[w]) != 0;
        unmet |= (fits[w] & ~met[w]) != 0;
    }
    const struct fg_request *request = &solve->state->classes[shape->scheduling_class].request;
    return fg_arena_format(arena, "%s, requirements=%s, resources=%s",
                           criteria_text(any_bit(met, words), any_bit(fits, words),
                                         any_bit(offered, words), too_small, unmet),
                           fg_karpenter_requirements_print(&karpenter->words, arena, requirements),
                           print_resources(arena, pool, request));
}

/* ---- one more pod ---- */

static const char *taint_text(struct fg_arena *arena, const struct fg_shape *shape,
                              const struct fg_taints *taints)
{
    const char *text = "";
    for (uint32_t i = 0; i < taints->count; i++) {
        const struct fg_taint *taint = &taints->items[i];
        struct fg_taints one = {1, &taints->items[i]};
        if (!fg_shape_tolerates(shape, &one))
            text = fg_arena_format(arena, "%s%sdid not tolerate taint (taint=%s%s%s:%s)", text,
                                   *text != '\0' ? "; " : "", taint->key,
                                   *taint->value != '\0' ? "=" : "", taint->value,
                                   fg_effect_name(taint->effect));
    }
    return text;
}

/* The requirements that the plan would have; false if they contradict each other. */
static bool join_requirements(struct fg_solve *solve, const struct fg_plan *plan,
                              const struct fg_shape *shape, struct fg_arena *arena,
                              struct fg_karpenter_requirements *out, const char **reason)
{
    const struct fg_words *words = &solve->karpenter->words;
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
                      ? fg_group_refusal(&solve->groups, arena, group, shape, out)
                      : fg_karpenter_requirements_refusal(words, arena, out, &spread, true);
    return false;
}

static void narrow_types(struct fg_solve *solve, const struct fg_plan *plan,
                         const struct fg_karpenter_requirements *requirements,
                         struct fg_arena *arena, uint64_t *set)
{
    const struct fg_karpenter *karpenter = solve->karpenter;
    const struct fg_karpenter_types *types = &karpenter->pools[plan->pool].types;
    bool other_offerings = false;
    for (uint32_t i = 0; i < requirements->count; i++) {
        const struct fg_karpenter_requirement *now = &requirements->items[i];
        const struct fg_karpenter_requirement *before =
            fg_karpenter_requirements_find(&plan->requirements, now->key);
        if (before != NULL && fg_karpenter_requirement_equal(before, now))
            continue;
        fg_karpenter_types_narrow(types, &karpenter->words, now, set);
        other_offerings |= now->key == karpenter->zone_key || now->key == karpenter->capacity_key;
    }
    if (!other_offerings)
        return;
    uint64_t *offered = fg_arena_allocate(arena, types->word_count, sizeof *offered);
    fg_karpenter_types_offered(
        types, fg_karpenter_zone_mask(types, &karpenter->words, requirements, karpenter->zone_key),
        fg_capacity_mask(karpenter, requirements), offered);
    for (uint32_t w = 0; w < types->word_count; w++)
        set[w] &= offered[w];
}

static const char *min_values_text(struct fg_solve *solve, const struct fg_plan *plan,
                                   const struct fg_shape *shape,
                                   const struct fg_karpenter_requirements *requirements,
                                   uint32_t key, struct fg_arena *arena)
{
    const struct fg_karpenter *karpenter = solve->karpenter;
    return fg_arena_format(
        arena,
        "minValues requirement is not met for label(s) (label(s)=[%s]), requirements=%s, "
        "resources=%s",
        fg_words_text(&karpenter->words, key),
        fg_karpenter_requirements_print(&karpenter->words, arena, requirements),
        print_resources(arena, &karpenter->pools[plan->pool],
                        &solve->state->classes[shape->scheduling_class].request));
}

bool fg_plan_try(struct fg_solve *solve, const struct fg_plan *plan, const struct fg_shape *shape,
                 bool is_new, struct fg_arena *arena, struct fg_trial *trial, const char **reason)
{
    const struct fg_karpenter_pool *pool = &solve->karpenter->pools[plan->pool];
    uint32_t words = pool->types.word_count, key = 0;
    if (!shape->tolerates_pool[plan->pool]) {
        if (reason != NULL)
            *reason = taint_text(arena, shape, &pool->pool->taints);
        return false;
    }
    trial->types = fg_arena_allocate(arena, words, sizeof *trial->types);
    memcpy(trial->types, plan->types, words * sizeof *trial->types);
    keep_fitting(solve, plan, shape, arena, trial->types);
    trial->requirements = plan->requirements;
    if (reason == NULL && !any_bit(trial->types, words))
        return false;
    if (plan->met != shape || !shape->is_free) {
        if (!join_requirements(solve, plan, shape, arena, &trial->requirements, reason))
            return false;
        narrow_types(solve, plan, &trial->requirements, arena, trial->types);
    }
    bool flexible =
        !fg_karpenter_requirements_have_min_values(&trial->requirements) ||
        meets_min_values(&solve->karpenter->words, &pool->types, &trial->requirements, trial->types,
                         is_new && solve->karpenter->source.settings->min_values_best_effort, &key);
    if (flexible && any_bit(trial->types, words))
        return true;
    if (reason != NULL)
        *reason = flexible ? explain_types(solve, plan, shape, &trial->requirements, arena)
                           : min_values_text(solve, plan, shape, &trial->requirements, key, arena);
    return false;
}

static struct fg_karpenter_requirements
keep_requirements(struct fg_arena *arena, const struct fg_karpenter_requirements *set)
{
    struct fg_karpenter_requirements kept = fg_karpenter_requirements_copy(arena, set, 2);
    for (uint32_t i = 0; i < kept.count; i++) {
        struct fg_karpenter_requirement *item = &kept.items[i];
        uint32_t *values = fg_arena_allocate(arena, item->value_count, sizeof *values);
        if (item->value_count > 0)
            memcpy(values, item->values, item->value_count * sizeof *values);
        item->values = values;
    }
    return kept;
}

void fg_plan_add(struct fg_solve *solve, struct fg_plan *plan, const struct fg_shape *shape,
                 uint32_t pod, const struct fg_trial *trial)
{
    const struct fg_state_class *class_ = &solve->state->classes[shape->scheduling_class];
    const struct fg_karpenter_pool *pool = &solve->karpenter->pools[plan->pool];
    fg_use_add(&plan->use, &class_->request, 1);
    memcpy(plan->types, trial->types, pool->types.word_count * sizeof *plan->types);
    if (trial->requirements.items != plan->requirements.items)
        plan->requirements = keep_requirements(solve->arena, &trial->requirements);
    if (class_->extended_count > 0 && plan->extended == NULL)
        plan->extended =
            fg_arena_allocate(solve->arena, solve->state->extended_count, sizeof *plan->extended);
    for (uint32_t i = 0; i < class_->extended_count; i++)
        plan->extended[class_->extended[i].resource] += class_->extended[i].amount;
    fg_ports_add(solve->arena, &plan->ports, shape->rules);
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

/* ---- the end ---- */

struct priced {
    fg_nanodollars price;
    uint32_t type;
};

static int compare_priced(const void *a, const void *b)
{
    const struct priced *left = a, *right = b;
    if (left->price != right->price)
        return left->price < right->price ? -1 : 1;
    return (left->type > right->type) - (left->type < right->type);
}

static void order_types(const struct fg_karpenter_types *types, const struct fg_plan *plan,
                        struct fg_karpenter_claim *claim, struct fg_arena *arena)
{
    struct priced *priced = fg_allocate(types->count + 1, sizeof *priced);
    uint32_t count = 0;
    for (uint32_t type = 0; type < types->count; type++)
        if (fg_bit(plan->types, type))
            priced[count++] = (struct priced){
                fg_karpenter_lowest_price(types, type, claim->zone_mask, claim->capacity_mask),
                type,
            };
    qsort(priced, count, sizeof *priced, compare_priced);
    claim->type_count = count < FG_KARPENTER_CLAIM_TYPES ? count : FG_KARPENTER_CLAIM_TYPES;
    claim->types = fg_arena_allocate(arena, claim->type_count, sizeof *claim->types);
    for (uint32_t i = 0; i < claim->type_count; i++)
        claim->types[i] = priced[i].type;
    free(priced);
}

/* What DaemonSets take on the types that are left, where they take least. */
static void add_least_overhead(const struct fg_karpenter_pool *pool, const struct fg_plan *plan,
                               struct fg_node_use *use)
{
    struct fg_node_use least = {.cpu_milli = -1};
    for (uint32_t i = 0; i < pool->overhead_count; i++) {
        const struct fg_node_use *other = &pool->overheads[i].use;
        bool some = false;
        for (uint32_t w = 0; w < pool->types.word_count && !some; w++)
            some = (pool->overheads[i].types[w] & plan->types[w]) != 0;
        if (!some)
            continue;
        bool first = least.cpu_milli < 0;
        least.cpu_milli = first ? other->cpu_milli : bounded(least.cpu_milli, other->cpu_milli, 0);
        least.memory_bytes =
            first ? other->memory_bytes : bounded(least.memory_bytes, other->memory_bytes, 0);
        least.ephemeral_bytes = first ? other->ephemeral_bytes
                                      : bounded(least.ephemeral_bytes, other->ephemeral_bytes, 0);
        least.pods = first ? other->pods : bounded(least.pods, other->pods, 0);
    }
    use->cpu_milli += least.cpu_milli;
    use->memory_bytes += least.memory_bytes;
    use->ephemeral_bytes += least.ephemeral_bytes;
    use->pods += least.pods;
}

bool fg_plan_close(struct fg_solve *solve, const struct fg_plan *plan,
                   struct fg_karpenter_claim *claim)
{
    const struct fg_karpenter *karpenter = solve->karpenter;
    const struct fg_karpenter_pool *pool = &karpenter->pools[plan->pool];
    struct fg_arena *arena = &solve->solution->arena;
    *claim = (struct fg_karpenter_claim){
        .pool = plan->pool,
        .pod_count = plan->pod_count,
        .pod_capacity = plan->pod_count,
        .pods = fg_arena_allocate(arena, plan->pod_count, sizeof *claim->pods),
        .requirements = keep_requirements(arena, &plan->requirements),
        .zone_mask = fg_karpenter_zone_mask(&pool->types, &karpenter->words, &plan->requirements,
                                            karpenter->zone_key),
        .capacity_mask = fg_capacity_mask(karpenter, &plan->requirements),
        .requests = plan->use,
    };
    memcpy(claim->pods, plan->pods, plan->pod_count * sizeof *claim->pods);
    struct fg_karpenter_requirements *set = &claim->requirements;
    for (uint32_t i = 0; i < set->count; i++) {
        if (set->items[i].key != karpenter->host_key)
            continue;
        set->count--;
        memmove(&set->items[i], &set->items[i + 1], (set->count - i) * sizeof *set->items);
    }
    order_types(&pool->types, plan, claim, arena);
    add_least_overhead(pool, plan, &claim->requests);
    if (!karpenter->source.settings->min_values_best_effort &&
        !fg_karpenter_claim_is_flexible(karpenter, claim))
        return false;
    if (!solve->problem->is_brief)
        claim->launch = fg_karpenter_choose_launch(karpenter, claim);
    return true;
}

bool fg_karpenter_claim_is_flexible(const struct fg_karpenter *karpenter,
                                    const struct fg_karpenter_claim *claim)
{
    const struct fg_karpenter_types *types = &karpenter->pools[claim->pool].types;
    if (!fg_karpenter_requirements_have_min_values(&claim->requirements))
        return true;
    uint64_t *set = fg_allocate(types->word_count, sizeof *set);
    for (uint32_t i = 0; i < claim->type_count; i++)
        fg_bit_set(set, claim->types[i]);
    uint32_t key;
    struct fg_karpenter_requirements requirements = claim->requirements;
    bool flexible = meets_min_values(&karpenter->words, types, &requirements, set, false, &key);
    free(set);
    return flexible;
}

/* ---- launch ---- */

struct fleet {
    const struct fg_karpenter_types *types;
    const struct fg_karpenter_claim *claim;
    fg_nanodollars spot_limit; /* dearer Spot is not asked for */
    uint32_t count;
    struct priced *items;
};

static bool is_asked(const struct fleet *fleet, uint32_t type, uint32_t zone, int kind)
{
    fg_nanodollars price =
        fg_karpenter_price(fleet->types, type, zone, (enum fg_capacity_type)kind);
    return (fleet->claim->zone_mask >> zone & 1) != 0 &&
           (fleet->claim->capacity_mask >> kind & 1) != 0 && price >= 0 &&
           (kind != FG_CAPACITY_SPOT || price <= fleet->spot_limit);
}

/* The types without bare metal and accelerators, unless there are no others. */
static void keep_plain(struct fleet *fleet)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < fleet->count; i++)
        kept += !fleet->types->is_exotic[fleet->items[i].type];
    if (kept == 0)
        return;
    kept = 0;
    for (uint32_t i = 0; i < fleet->count; i++)
        if (!fleet->types->is_exotic[fleet->items[i].type])
            fleet->items[kept++] = fleet->items[i];
    fleet->count = kept;
}

static void limit_spot(struct fleet *fleet)
{
    fg_nanodollars cheapest = INT64_MAX;
    for (uint32_t i = 0; i < fleet->count; i++) {
        fg_nanodollars price =
            fg_karpenter_lowest_price(fleet->types, fleet->items[i].type, fleet->claim->zone_mask,
                                      fleet->claim->capacity_mask & 1U << FG_CAPACITY_ON_DEMAND);
        if (price >= 0 && price < cheapest)
            cheapest = price;
    }
    fleet->spot_limit = cheapest;
}

/* The 60 cheapest by their cheapest offering that is still asked for. */
static void cut(struct fleet *fleet)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < fleet->count; i++) {
        struct priced item = {INT64_MAX, fleet->items[i].type};
        for (uint32_t zone = 0; zone < fleet->types->zone_count; zone++)
            for (int kind = 0; kind < FG_CAPACITY_TYPES; kind++)
                if (is_asked(fleet, item.type, zone, kind) &&
                    fg_karpenter_price(fleet->types, item.type, zone, (enum fg_capacity_type)kind) <
                        item.price)
                    item.price = fg_karpenter_price(fleet->types, item.type, zone,
                                                    (enum fg_capacity_type)kind);
        if (item.price != INT64_MAX)
            fleet->items[kept++] = item;
    }
    qsort(fleet->items, kept, sizeof *fleet->items, compare_priced);
    fleet->count = kept < FG_KARPENTER_FLEET_TYPES ? kept : FG_KARPENTER_FLEET_TYPES;
}

static struct fg_karpenter_launch cheapest(const struct fleet *fleet)
{
    struct fg_karpenter_launch best = {.price = INT64_MAX};
    for (int kind = FG_CAPACITY_SPOT; kind >= 0 && !best.is_possible; kind--) {
        for (uint32_t i = 0; i < fleet->count; i++) {
            for (uint32_t zone = 0; zone < fleet->types->zone_count; zone++) {
                uint32_t type = fleet->items[i].type;
                fg_nanodollars price =
                    fg_karpenter_price(fleet->types, type, zone, (enum fg_capacity_type)kind);
                if (!is_asked(fleet, type, zone, kind) || price > best.price ||
                    (price == best.price && type >= best.type))
                    continue;
                best = (struct fg_karpenter_launch){
                    true, type, zone, (enum fg_capacity_type)kind, price,
                };
            }
        }
    }
    return best;
}

struct fg_karpenter_launch fg_karpenter_choose_launch(const struct fg_karpenter *karpenter,
                                                      const struct fg_karpenter_claim *claim)
{
    struct fleet fleet = {
        .types = &karpenter->pools[claim->pool].types,
        .claim = claim,
        .spot_limit = INT64_MAX,
        .count = claim->type_count,
        .items = fg_allocate(claim->type_count + 1, sizeof *fleet.items),
    };
    for (uint32_t i = 0; i < claim->type_count; i++)
        fleet.items[i].type = claim->types[i];
    uint32_t both = 1U << FG_CAPACITY_ON_DEMAND | 1U << FG_CAPACITY_SPOT;
    bool flexible = fg_karpenter_requirements_have_min_values(&claim->requirements);
    if (!flexible)
        keep_plain(&fleet);
    if (!flexible && (claim->capacity_mask & both) == both)
        limit_spot(&fleet);
    cut(&fleet);
    struct fg_karpenter_launch launch = cheapest(&fleet);
    free(fleet.items);
    return launch;
}
