#include <stdlib.h>
#include <string.h>

#include "data/kube_parts.h"
#include "models/base/index.h"

static bool same(const char *a, const char *b)
{
    return strcmp(a, b) == 0;
}

static uint64_t hash_names(const char *a, const char *b)
{
    return fg_hash_mix(fg_hash_bytes(a, strlen(a), 1), fg_hash_bytes(b, strlen(b), 2));
}

/* ---- what selects a pod ---- */

/* Services by namespace, other owners by namespace and name. */
struct owners {
    const struct fg_kube_objects *objects;
    struct fg_index services, sets;
};

static void index_owners(const struct fg_kube_objects *objects, struct owners *out)
{
    *out = (struct owners){.objects = objects};
    for (uint32_t i = 0; i < objects->owner_count; i++) {
        const struct fg_kube_owner *owner = &objects->owners[i];
        if (same(owner->kind, "Service"))
            fg_index_put(&out->services, hash_names(owner->namespace_name, ""), i);
        else
            fg_index_put(&out->sets, hash_names(owner->namespace_name, owner->name), i);
    }
}

static const struct fg_kube_owner *owner_of(const struct owners *owners,
                                            const struct fg_kube_pod *pod)
{
    uint32_t cursor = 0, i;
    if (pod->owner_kind == NULL || pod->owner_name == NULL)
        return NULL;
    uint64_t hash = hash_names(pod->namespace_name, pod->owner_name);
    while ((i = fg_index_next(&owners->sets, hash, &cursor)) != UINT32_MAX) {
        const struct fg_kube_owner *owner = &owners->objects->owners[i];
        if (same(owner->name, pod->owner_name) && same(owner->kind, pod->owner_kind) &&
            same(owner->namespace_name, pod->namespace_name))
            return owner;
    }
    return NULL;
}

/* Joins the pairs; of equal keys the later value holds. */
static void merge_labels(struct fg_arena *arena, struct fg_pairs *into, const struct fg_pairs *more)
{
    struct fg_pairs merged = {
        .items = fg_arena_allocate(arena, into->count + more->count, sizeof *merged.items)};
    for (uint32_t i = 0; i < into->count; i++)
        if (fg_pairs_find(more, into->items[i].key) == NULL)
            merged.items[merged.count++] = into->items[i];
    for (uint32_t i = 0; i < more->count; i++)
        merged.items[merged.count++] = more->items[i];
    fg_pairs_sort(&merged);
    *into = merged;
}

static void add_services(struct fg_arena *arena, const struct owners *owners,
                         const struct fg_kube_pod *pod, struct fg_pairs *out)
{
    uint32_t cursor = 0, i;
    uint64_t hash = hash_names(pod->namespace_name, "");
    while ((i = fg_index_next(&owners->services, hash, &cursor)) != UINT32_MAX) {
        const struct fg_kube_owner *service = &owners->objects->owners[i];
        if (same(service->namespace_name, pod->namespace_name) &&
            fg_label_selector_takes(&service->selector, &pod->spec.labels))
            merge_labels(arena, out, &service->selector.labels);
    }
}

/* kube-scheduler's DefaultSelector: the selectors of the services that take the pod and of its
 * controller, all of which must hold. */
static void settle_owner(struct fg_arena *arena, const struct owners *owners,
                         const struct fg_kube_pod *pod, struct fg_label_selector *out)
{
    const struct fg_kube_owner *owner = owner_of(owners, pod);
    struct fg_label_selector selector = {0};
    add_services(arena, owners, pod, &selector.labels);
    if (owner != NULL && !owner->selector.nothing) {
        merge_labels(arena, &selector.labels, &owner->selector.labels);
        selector.expressions = owner->selector.expressions;
    }
    selector.nothing = selector.labels.count == 0 && selector.expressions.count == 0;
    *out = selector;
}

/* ---- budgets: what the disruption controller writes into their status ---- */

struct budget_count {
    int64_t pods, healthy, expected;
};

static struct budget_count count_pods(const struct owners *owners,
                                      const struct fg_kube_budget *budget)
{
    const struct fg_kube_objects *objects = owners->objects;
    struct budget_count count = {0};
    bool *counted = fg_allocate(objects->owner_count, sizeof *counted);
    for (uint32_t i = 0; i < objects->pod_count; i++) {
        const struct fg_kube_pod *pod = &objects->pods[i];
        if (pod->finished || !same(pod->namespace_name, budget->namespace_name) ||
            !fg_label_selector_takes(&budget->selector, &pod->spec.labels))
            continue;
        const struct fg_kube_owner *owner = owner_of(owners, pod);
        count.pods++;
        count.healthy += pod->ready && !pod->deleting;
        if (owner == NULL || owner->replicas < 0) {
            count.expected += pod->owner_name != NULL;
        } else if (!counted[owner - objects->owners]) { /* a controller's scale counts once */
            counted[owner - objects->owners] = true;
            count.expected += owner->replicas;
        }
    }
    free(counted);
    return count;
}

/* "2" or "50%" of the whole, rounded up. */
static int64_t scaled(const char *amount, int64_t whole)
{
    int64_t number = strtoll(amount, NULL, 10);
    return strchr(amount, '%') != NULL ? (number * whole + 99) / 100 : number;
}

static void settle_budget(const struct owners *owners, struct fg_kube_budget *budget)
{
    struct budget_count count = count_pods(owners, budget);
    const char *least = budget->min_available, *most = budget->max_unavailable;
    int64_t expected = count.expected, wanted = 0;
    if (most != NULL)
        wanted = expected - scaled(most, expected);
    else if (least != NULL && strchr(least, '%') == NULL)
        wanted = strtoll(least, NULL, 10), expected = count.pods;
    else if (least != NULL)
        wanted = scaled(least, expected);
    int64_t allowed = count.healthy - (wanted > 0 ? wanted : 0);
    budget->disruptions_allowed = expected > 0 && allowed > 0 ? allowed : 0;
}

void fg_kube_settle_owners(struct fg_decoder *decoder, struct fg_kube_draft *draft)
{
    struct fg_kube_objects *objects = draft->objects;
    struct owners owners;
    index_owners(objects, &owners);
    for (uint32_t i = 0; i < objects->pod_count; i++)
        settle_owner(decoder->arena, &owners, &objects->pods[i],
                     &draft->pods[i].rules->owner_selector);
    for (uint32_t i = 0; i < objects->budget_count; i++)
        if (!objects->budgets[i].has_status)
            settle_budget(&owners, &objects->budgets[i]);
    fg_index_release(&owners.services);
    fg_index_release(&owners.sets);
}
