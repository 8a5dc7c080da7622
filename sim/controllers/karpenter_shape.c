#include "sim/controllers/karpenter_shape.h"

#include <stdlib.h>
#include <string.h>

static const struct fg_pod_rules no_rules;

/* ---- making a shape ---- */

/* Numbers below `count`, the heaviest first; equal ones in order. */
static struct fg_order_list by_weight(struct fg_arena *arena, uint32_t count,
                                      const int32_t *weights, size_t stride)
{
    struct fg_order_list list = {.count = count};
    list.items = fg_arena_allocate(arena, count, sizeof *list.items);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t at = i;
        int32_t weight = *(const int32_t *)(const void *)((const char *)weights + i * stride);
        while (at > 0 && *(const int32_t *)(const void *)((const char *)weights +
                                                          list.items[at - 1] * stride) < weight) {
            list.items[at] = list.items[at - 1];
            at--;
        }
        list.items[at] = i;
    }
    return list;
}

static void fill_requirements(struct fg_karpenter_pools *pools, struct fg_shape *shape)
{
    struct fg_words *words = &pools->words;
    struct fg_arena *arena = &pools->arena;
    const struct fg_pod_rules *rules = shape->rules;
    shape->strict = (struct fg_karpenter_requirements){0};
    fg_karpenter_requirements_add_spec(&pools->words, arena, &shape->strict, shape->spec);
    if (shape->required_from < rules->required_nodes.count)
        fg_karpenter_requirements_add_terms(
            words, arena, &shape->strict,
            &rules->required_nodes.items[shape->required_from].expressions);
    shape->requirements = fg_karpenter_requirements_copy(arena, &shape->strict, 0);
    if (shape->nodes.count > 0 && !pools->source.settings->ignores_preferences)
        fg_karpenter_requirements_add_terms(
            words, arena, &shape->requirements,
            &rules->preferred_nodes.items[shape->nodes.items[0]].expressions);
    shape->names_host =
        fg_karpenter_requirements_find(&shape->requirements, pools->host_key) != NULL;
}

static void finish(struct fg_karpenter_pools *pools, struct fg_shape *shape)
{
    fill_requirements(pools, shape);
    shape->tolerates_pool =
        fg_arena_allocate(&pools->arena, pools->count, sizeof *shape->tolerates_pool);
    for (uint32_t i = 0; i < pools->count; i++)
        shape->tolerates_pool[i] = fg_shape_tolerates(shape, &pools->items[i].pool->taints);
}

struct fg_shape *fg_shape_of_class(struct fg_karpenter_pools *pools,
                                   const struct fg_cluster_state *state, uint32_t class_number)
{
    struct fg_arena *arena = &pools->arena;
    struct fg_shape *shape = fg_arena_allocate(arena, 1, sizeof *shape);
    const struct fg_pod_spec *spec = state->classes[class_number].spec;
    const struct fg_pod_rules *rules = spec->rules != NULL ? spec->rules : &no_rules;
    *shape = (struct fg_shape){
        .scheduling_class = class_number,
        .spec = spec,
        .rules = rules,
    };
    if (rules->preferred_affinity.count > 0)
        shape->affinity = by_weight(arena, rules->preferred_affinity.count,
                                    &rules->preferred_affinity.items[0].weight,
                                    sizeof *rules->preferred_affinity.items);
    if (rules->preferred_anti_affinity.count > 0)
        shape->anti_affinity = by_weight(arena, rules->preferred_anti_affinity.count,
                                         &rules->preferred_anti_affinity.items[0].weight,
                                         sizeof *rules->preferred_anti_affinity.items);
    if (rules->preferred_nodes.count > 0)
        shape->nodes =
            by_weight(arena, rules->preferred_nodes.count, &rules->preferred_nodes.items[0].weight,
                      sizeof *rules->preferred_nodes.items);
    shape->spread.count = rules->spread.count;
    shape->spread.items = fg_arena_allocate(arena, rules->spread.count, sizeof(uint32_t));
    for (uint32_t i = 0; i < rules->spread.count; i++)
        shape->spread.items[i] = i;
    if (rules->volume_zone != NULL) {
        struct fg_karpenter_requirement zone = fg_karpenter_requirement_in(
            arena, pools->zone_key, fg_words_value(&pools->words, rules->volume_zone));
        fg_karpenter_requirements_add(&pools->words, arena, &shape->volumes, &zone);
    }
    finish(pools, shape);
    return shape;
}

/* ---- relaxing ---- */

static bool drop_spread(struct fg_karpenter_pools *pools, struct fg_shape *shape)
{
    for (uint32_t i = 0; i < shape->spread.count; i++) {
        if (shape->rules->spread.items[shape->spread.items[i]].hard)
            continue;
        uint32_t *items = fg_arena_allocate(&pools->arena, shape->spread.count, sizeof *items);
        memcpy(items, shape->spread.items, shape->spread.count * sizeof *items);
        items[i] = items[--shape->spread.count];
        shape->spread.items = items;
        return true;
    }
    return false;
}

static bool drop_first(struct fg_order_list *list)
{
    if (list->count == 0)
        return false;
    list->items++;
    list->count--;
    return true;
}

static bool tolerate_prefer_no_schedule(struct fg_karpenter_pools *pools, struct fg_shape *shape)
{
    if (!pools->has_prefer_no_schedule || shape->tolerates_prefer_no_schedule)
        return false;
    for (uint32_t i = 0; i < shape->spec->tolerations.count; i++) {
        const struct fg_toleration *toleration = &shape->spec->tolerations.items[i];
        if (*toleration->key == '\0' && toleration->exists &&
            toleration->effect == FG_EFFECT_PREFER_NO_SCHEDULE)
            return false;
    }
    return shape->tolerates_prefer_no_schedule = true;
}

struct fg_shape *fg_shape_relax(struct fg_karpenter_pools *pools, struct fg_shape *shape)
{
    if (shape->is_relaxed)
        return shape->next;
    shape->is_relaxed = true;
    struct fg_shape next = {
        .scheduling_class = shape->scheduling_class,
        .spec = shape->spec,
        .rules = shape->rules,
        .required_from = shape->required_from,
        .affinity = shape->affinity,
        .anti_affinity = shape->anti_affinity,
        .nodes = shape->nodes,
        .spread = shape->spread,
        .tolerates_prefer_no_schedule = shape->tolerates_prefer_no_schedule,
        .volumes = shape->volumes,
    };
    if (next.rules->required_nodes.count - next.required_from > 1)
        next.required_from++;
    else if (!drop_first(&next.affinity) && !drop_first(&next.anti_affinity) &&
             !drop_first(&next.nodes) && !drop_spread(pools, &next) &&
             !tolerate_prefer_no_schedule(pools, &next))
        return NULL;
    shape->next = fg_arena_allocate(&pools->arena, 1, sizeof *shape->next);
    *shape->next = next;
    finish(pools, shape->next);
    return shape->next;
}

void fg_shape_release(struct fg_shape *shape)
{
    for (; shape != NULL; shape = shape->next) {
        free(shape->groups);
        free(shape->inverses);
        free(shape->kinds);
    }
}

/* ---- asking ---- */

bool fg_shape_tolerates(const struct fg_shape *shape, const struct fg_taints *taints)
{
    for (uint32_t i = 0; i < taints->count; i++) {
        const struct fg_taint *taint = &taints->items[i];
        if (!fg_tolerates(&shape->spec->tolerations, taint) &&
            !(shape->tolerates_prefer_no_schedule && taint->effect == FG_EFFECT_PREFER_NO_SCHEDULE))
            return false;
    }
    return true;
}

static bool ends_domain(const char *key, const char *domain)
{
    const char *slash = strchr(key, '/');
    size_t length = slash == NULL ? 0 : (size_t)(slash - key), tail = strlen(domain);
    return length >= tail && strncmp(key + length - tail, domain, tail) == 0 &&
           (length == tail || key[length - tail - 1] == '.');
}

static const char *key_fault(struct fg_karpenter_pools *pools, const char *key)
{
    const struct fg_word *word = &pools->words.items[fg_words_key(&pools->words, key)];
    if (word->is_well_known || (!word->is_restricted && !ends_domain(key, "karpenter.sh") &&
                                !ends_domain(key, "karpenter.k8s.aws")))
        return NULL;
    return fg_arena_format(&pools->arena,
                           "ignoring pod, using label %s is not allowed as it might interfere "
                           "with the internal provisioning logic",
                           key);
}

const char *fg_shape_fault(struct fg_karpenter_pools *pools, const struct fg_shape *shape)
{
    const struct fg_karpenter_requirement *pool =
        fg_karpenter_requirements_find(&shape->requirements, pools->pool_key);
    const struct fg_pairs *selector = &shape->spec->node_selector;
    const char *fault = NULL;
    if (pool != NULL && fg_karpenter_requirement_form(pool) == FG_FORM_DOES_NOT_EXIST)
        return "ignoring pod, configured to not run on a Karpenter provisioned node "
               "(requirement=karpenter.sh/nodepool DoesNotExist)";
    for (uint32_t i = 0; i < selector->count && fault == NULL; i++)
        fault = key_fault(pools, selector->items[i].key);
    for (uint32_t i = 0; i < shape->rules->required_nodes.count && fault == NULL; i++) {
        const struct fg_node_term *term = &shape->rules->required_nodes.items[i];
        if (term->fields.count > 0)
            return "ignoring pod, node selector term with matchFields is not supported";
        for (uint32_t e = 0; e < term->expressions.count && fault == NULL; e++)
            fault = key_fault(pools, term->expressions.items[e].key);
    }
    return fault;
}
