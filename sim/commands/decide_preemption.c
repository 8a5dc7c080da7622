/* The pods of a snapshot that kube-scheduler may evict, with the budgets that protect them. */
#include "sim/commands/decide_preemption.h"

#include <stdlib.h>
#include <string.h>

static bool protects(const struct fg_kube_budget *budget, const struct fg_kube_pod *pod)
{
    const struct fg_label_selector *selector = &budget->selector;
    bool selects_all = selector->labels.count == 0 && selector->expressions.count == 0;
    return pod->spec.labels.count > 0 && !selects_all &&
           strcmp(budget->namespace_name, pod->namespace_name) == 0 &&
           fg_label_selector_takes_pod(selector, &pod->spec);
}

static void add_budgets(struct fg_evictable *evictable, const struct fg_kube_objects *objects,
                        const struct fg_kube_pod *pod, struct fg_running_pod *running)
{
    uint32_t *budgets =
        fg_arena_allocate(&evictable->arena, objects->budget_count, sizeof *budgets);
    for (uint32_t i = 0; i < objects->budget_count; i++)
        if (protects(&objects->budgets[i], pod))
            budgets[running->budget_count++] = i;
    running->budgets = budgets;
}

void fg_evictable_fill(struct fg_evictable *evictable, const struct fg_snapshot *snapshot)
{
    const struct fg_kube_objects *objects = &snapshot->objects;
    struct fg_arena *arena = &evictable->arena;
    struct fg_running_pod *pods = fg_arena_allocate(arena, objects->pod_count, sizeof *pods);
    int64_t *allowed = fg_arena_allocate(arena, objects->budget_count, sizeof *allowed);
    evictable->pod_of = fg_arena_allocate(arena, objects->pod_count, sizeof *evictable->pod_of);
    evictable->running = (struct fg_running_pods){
        .pods = pods,
        .budget_count = objects->budget_count,
        .disruptions_allowed = allowed,
    };
    for (uint32_t i = 0; i < objects->budget_count; i++)
        allowed[i] = objects->budgets[i].disruptions_allowed;
    for (uint32_t i = 0; i < objects->pod_count; i++) {
        const struct fg_kube_pod *pod = &objects->pods[i];
        if (snapshot->node_of_pod[i] == FG_NO_NODE)
            continue;
        evictable->pod_of[evictable->running.count] = i;
        struct fg_running_pod *running = &pods[evictable->running.count++];
        *running = (struct fg_running_pod){
            .slot = snapshot->slot_of_node[snapshot->node_of_pod[i]],
            .class_number = snapshot->class_of_pod[i],
            .started = pod->started != 0 ? pod->started : FG_NOT_STARTED,
        };
        add_budgets(evictable, objects, pod, running);
    }
}

void fg_evictable_release(struct fg_evictable *evictable)
{
    fg_arena_release(&evictable->arena);
}
