#include "models/node_pool.h"

#include <string.h>

#include "models/cluster.h"

enum { HOUR_S = 3600 };

struct fg_node_pool fg_node_pool_default(struct fg_arena *arena)
{
    struct fg_disruption_budget *budget = fg_arena_allocate(arena, 1, sizeof *budget);
    *budget =
        (struct fg_disruption_budget){.nodes = 10, .percent = true, .reasons = FG_DISRUPTION_ALL};
    return (struct fg_node_pool){
        .name = "",
        .limit_cpu_milli = INT64_MAX,
        .limit_memory_bytes = INT64_MAX,
        .limit_gpu_milli = INT64_MAX,
        .limit_nodes = INT64_MAX,
        .expire_after_s = 720 * HOUR_S,
        .termination_grace_period_s = FG_DURATION_NEVER,
        .consolidation_policy = FG_CONSOLIDATE_EMPTY_OR_UNDERUTILIZED,
        .budget_count = 1,
        .budgets = budget,
    };
}

struct fg_node_class fg_node_class_default(void)
{
    return (struct fg_node_class){
        .name = "default",
        .ami_family = "AL2023",
        .kube_reserved_cpu_milli = -1,
        .kube_reserved_memory_bytes = -1,
        .eviction_hard_memory_bytes = INT64_C(100) << 20,
    };
}

struct fg_node_class fg_node_class_auto_mode(void)
{
    static const struct fg_volume root = {.type = "gp3", .size_gib = 80};
    struct fg_node_class made = fg_node_class_default();
    made.ami_family = "Bottlerocket";
    made.root = &root;
    made.auto_mode = true;
    return made;
}

const struct fg_node_class *fg_node_class_of(const struct fg_node_pool *pool,
                                             const struct fg_node_class *classes, uint32_t count)
{
    for (uint32_t i = 0; pool->node_class != NULL && i < count; i++)
        if (classes[i].auto_mode == pool->auto_mode &&
            strcmp(classes[i].name, pool->node_class) == 0)
            return &classes[i];
    return NULL;
}

/* ---- EKS Auto Mode's own pools (rules E2) ---- */

static struct fg_requirement one_of(struct fg_arena *arena, const char *key,
                                    enum fg_operator operator_, uint32_t count,
                                    const char *const *values)
{
    struct fg_requirement made = {.key = key, .operator_ = operator_, .value_count = count};
    made.values = fg_arena_allocate(arena, count, sizeof *made.values);
    for (uint32_t i = 0; i < count; i++)
        made.values[i] = values[i];
    return made;
}

static struct fg_requirements auto_requirements(struct fg_arena *arena, bool is_system)
{
    static const char *const capacity[] = {"on-demand"}, *const categories[] = {"c", "m", "r"},
                             *const generation[] = {"4"}, *const systems[] = {"linux"},
                             *const architectures[] = {"amd64", "arm64"};
    struct fg_requirements made = {.count = 5};
    made.items = fg_arena_allocate(arena, made.count, sizeof *made.items);
    made.items[0] = one_of(arena, "karpenter.sh/capacity-type", FG_OPERATOR_IN, 1, capacity);
    made.items[1] =
        one_of(arena, "eks.amazonaws.com/instance-category", FG_OPERATOR_IN, 3, categories);
    made.items[2] =
        one_of(arena, "eks.amazonaws.com/instance-generation", FG_OPERATOR_GT, 1, generation);
    made.items[3] =
        one_of(arena, "kubernetes.io/arch", FG_OPERATOR_IN, is_system ? 2 : 1, architectures);
    made.items[4] = one_of(arena, "kubernetes.io/os", FG_OPERATOR_IN, 1, systems);
    return made;
}

struct fg_node_pool fg_node_pool_auto_mode(struct fg_arena *arena, bool is_system)
{
    struct fg_node_pool pool = fg_node_pool_default(arena);
    pool.name = is_system ? "system" : "general-purpose";
    pool.node_class = "default";
    pool.auto_mode = true;
    pool.requirements = auto_requirements(arena, is_system);
    pool.expire_after_s = FG_AUTO_MODE_EXPIRE_AFTER_S;
    pool.termination_grace_period_s = FG_AUTO_MODE_GRACE_PERIOD_S;
    pool.consolidate_after_s = 30;
    if (is_system) {
        pool.taints.count = 1;
        pool.taints.items = fg_arena_allocate(arena, 1, sizeof *pool.taints.items);
        pool.taints.items[0] = (struct fg_taint){"CriticalAddonsOnly", "", FG_EFFECT_NO_SCHEDULE};
    }
    return pool;
}
