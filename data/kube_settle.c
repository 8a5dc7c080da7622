#include <string.h>

#include "data/kube_parts.h"
#include "models/base/index.h"

#define LABEL_REGION "topology.kubernetes.io/region"
#define LABEL_ZONE "topology.kubernetes.io/zone"

static bool same(const char *a, const char *b)
{
    return strcmp(a, b) == 0;
}

static uint64_t hash_names(const char *a, const char *b)
{
    return fg_hash_mix(fg_hash_bytes(a, strlen(a), 1), fg_hash_bytes(b, strlen(b), 2));
}

/* ---- names that stand twice ---- */

static void check_nodes(struct fg_decoder *decoder, const struct fg_kube_objects *objects)
{
    struct fg_index by_name = {0};
    for (uint32_t i = 0; i < objects->node_count; i++) {
        const char *name = objects->nodes[i].name;
        uint64_t hash = hash_names(name, "");
        uint32_t cursor = 0, other;
        while ((other = fg_index_next(&by_name, hash, &cursor)) != UINT32_MAX)
            if (same(objects->nodes[other].name, name))
                fg_decode_fault(decoder, NULL, "the node '%s' is there twice; expected it once",
                                name);
        fg_index_put(&by_name, hash, i);
    }
    fg_index_release(&by_name);
}

static void check_pods(struct fg_decoder *decoder, const struct fg_kube_objects *objects)
{
    struct fg_index by_name = {0};
    for (uint32_t i = 0; i < objects->pod_count; i++) {
        const struct fg_kube_pod *pod = &objects->pods[i];
        uint64_t hash = hash_names(pod->namespace_name, pod->name);
        uint32_t cursor = 0, other;
        while ((other = fg_index_next(&by_name, hash, &cursor)) != UINT32_MAX)
            if (same(objects->pods[other].name, pod->name) &&
                same(objects->pods[other].namespace_name, pod->namespace_name))
                fg_decode_fault(decoder, NULL, "the pod '%s/%s' is there twice; expected it once",
                                pod->namespace_name, pod->name);
        fg_index_put(&by_name, hash, i);
    }
    fg_index_release(&by_name);
}

/* ---- namespaces by their labels ---- */

static bool knows_namespace(const struct fg_kube_draft *draft, const char *name)
{
    for (uint32_t i = 0; i < draft->namespace_count; i++)
        if (same(draft->namespaces[i].name, name))
            return true;
    return false;
}

/* A namespace without an object of its own has the one label that each has. */
static void add_namespaces_of_pods(struct fg_decoder *decoder, struct fg_kube_draft *draft)
{
    const struct fg_kube_objects *objects = draft->objects;
    for (uint32_t i = 0; i < objects->pod_count; i++) {
        const char *name = objects->pods[i].namespace_name;
        bool again = i > 0 && same(objects->pods[i - 1].namespace_name, name);
        if (again || knows_namespace(draft, name))
            continue;
        struct fg_pair *pair = fg_arena_allocate(decoder->arena, 1, sizeof *pair);
        *pair = (struct fg_pair){"kubernetes.io/metadata.name", name};
        draft->namespaces = fg_grow(draft->namespaces, &draft->namespace_capacity,
                                    draft->namespace_count + 1, sizeof *draft->namespaces);
        draft->namespaces[draft->namespace_count++] =
            (struct fg_kube_namespace){name, {.count = 1, .items = pair}};
    }
}

static void settle_term(struct fg_decoder *decoder, const struct fg_kube_draft *draft,
                        const struct fg_kube_namespace_term *wanted)
{
    struct fg_pod_term *term = wanted->term;
    uint32_t named = term->namespace_count;
    const char **names =
        fg_arena_allocate(decoder->arena, named + draft->namespace_count + 1, sizeof *names);
    if (named > 0)
        memcpy(names, term->namespaces, named * sizeof *names);
    for (uint32_t i = 0; i < draft->namespace_count; i++)
        if (fg_label_selector_takes(&wanted->selector, &draft->namespaces[i].labels))
            names[named++] = draft->namespaces[i].name;
    if (named == 0) /* none at all, which an empty list would not say */
        names[named++] = "";
    term->namespaces = names;
    term->namespace_count = named;
}

static void settle_terms(struct fg_decoder *decoder, struct fg_kube_draft *draft)
{
    if (draft->term_count > 0)
        add_namespaces_of_pods(decoder, draft);
    for (uint32_t i = 0; i < draft->term_count; i++)
        settle_term(decoder, draft, &draft->terms[i]);
}

/* ---- priorities ---- */

static const struct fg_kube_priority_class *find_class(const struct fg_kube_objects *objects,
                                                       const char *name)
{
    static const struct fg_kube_priority_class built_in[] = {
        {.name = "system-cluster-critical", .value = 2000000000},
        {.name = "system-node-critical", .value = 2000001000},
    };
    const struct fg_kube_priority_class *found = NULL;
    for (uint32_t i = 0; i < objects->class_count && found == NULL; i++) {
        const struct fg_kube_priority_class *class = &objects->classes[i];
        if (name != NULL ? same(class->name, name) : class->is_default)
            found = class;
    }
    for (size_t i = 0; i < 2 && found == NULL && name != NULL; i++)
        if (same(built_in[i].name, name))
            found = &built_in[i];
    return found;
}

static void settle_priorities(struct fg_decoder *decoder, struct fg_kube_draft *draft)
{
    struct fg_kube_objects *objects = draft->objects;
    for (uint32_t i = 0; i < objects->pod_count; i++) {
        struct fg_kube_pod_draft *pod = &draft->pods[i];
        const struct fg_kube_priority_class *class = find_class(objects, pod->priority_class);
        if (class == NULL && pod->priority_class != NULL && !pod->priority_named)
            fg_decode_fault(decoder, NULL,
                            "the pod '%s/%s' has the priority class '%s', which is not here; "
                            "expected its PriorityClass, or the pod's priority",
                            objects->pods[i].namespace_name, objects->pods[i].name,
                            pod->priority_class);
        if (class != NULL && !pod->priority_named)
            objects->pods[i].spec.priority = class->value;
        if (class != NULL && !pod->preemption_named)
            pod->rules->preemption = class->preemption;
    }
}

/* ---- volumes ---- */

static const struct fg_kube_claim *find_claim(const struct fg_kube_draft *draft,
                                              const struct fg_index *by_name,
                                              const char *namespace_name, const char *name)
{
    uint32_t cursor = 0, i;
    while ((i = fg_index_next(by_name, hash_names(namespace_name, name), &cursor)) != UINT32_MAX)
        if (same(draft->claims[i].name, name) &&
            same(draft->claims[i].namespace_name, namespace_name))
            return &draft->claims[i];
    return NULL;
}

static const struct fg_kube_volume *find_volume(const struct fg_kube_draft *draft,
                                                const struct fg_index *by_name, const char *name)
{
    uint32_t cursor = 0, i;
    while ((i = fg_index_next(by_name, hash_names(name, ""), &cursor)) != UINT32_MAX)
        if (same(draft->volumes[i].name, name))
            return &draft->volumes[i];
    return NULL;
}

/* A claim that no object explains counts as a volume of EBS, made where the pod will be. */
static void settle_claims(struct fg_kube_draft *draft, uint32_t pod_number,
                          const struct fg_index *claims, const struct fg_index *volumes)
{
    struct fg_kube_pod *pod = &draft->objects->pods[pod_number];
    struct fg_kube_pod_draft *pod_draft = &draft->pods[pod_number];
    for (uint32_t i = 0; i < pod_draft->claim_count; i++) {
        const struct fg_kube_claim *claim =
            find_claim(draft, claims, pod->namespace_name, pod_draft->claims[i]);
        const struct fg_kube_volume *volume = claim != NULL && claim->volume != NULL
                                                  ? find_volume(draft, volumes, claim->volume)
                                                  : NULL;
        if (volume != NULL && volume->zone != NULL)
            pod_draft->rules->volume_zone = volume->zone;
        pod_draft->rules->ebs_volumes += volume == NULL || volume->is_ebs;
    }
    if (pod_draft->rules->ebs_volumes > 0)
        pod->spec.features |= FG_FEATURE_EBS;
}

static void settle_volumes(struct fg_kube_draft *draft)
{
    struct fg_index claims = {0}, volumes = {0};
    for (uint32_t i = 0; i < draft->claim_count; i++)
        fg_index_put(&claims, hash_names(draft->claims[i].namespace_name, draft->claims[i].name),
                     i);
    for (uint32_t i = 0; i < draft->volume_count; i++)
        fg_index_put(&volumes, hash_names(draft->volumes[i].name, ""), i);
    for (uint32_t i = 0; i < draft->objects->pod_count; i++)
        settle_claims(draft, i, &claims, &volumes);
    fg_index_release(&claims);
    fg_index_release(&volumes);
}

static void settle_attach_limits(struct fg_kube_draft *draft)
{
    struct fg_kube_objects *objects = draft->objects;
    struct fg_index by_name = {0};
    for (uint32_t i = 0; i < objects->node_count; i++)
        fg_index_put(&by_name, hash_names(objects->nodes[i].name, ""), i);
    for (uint32_t i = 0; i < draft->limit_count; i++) {
        uint32_t cursor = 0, node;
        uint64_t hash = hash_names(draft->limits[i].node, "");
        while ((node = fg_index_next(&by_name, hash, &cursor)) != UINT32_MAX)
            if (same(objects->nodes[node].name, draft->limits[i].node))
                objects->nodes[node].ebs_limit = draft->limits[i].count;
    }
    fg_index_release(&by_name);
}

/* ---- the region ---- */

static void settle_region(struct fg_decoder *decoder, struct fg_kube_draft *draft)
{
    struct fg_kube_objects *objects = draft->objects;
    if (draft->region != NULL)
        objects->region = draft->region;
    for (uint32_t i = 0; i < objects->node_count && objects->region == NULL; i++) {
        const struct fg_pairs *labels = &objects->nodes[i].labels;
        const char *zone = fg_pairs_find(labels, LABEL_ZONE);
        size_t length = zone != NULL ? strlen(zone) : 0;
        objects->region = fg_pairs_find(labels, LABEL_REGION);
        if (objects->region == NULL && length > 1)
            objects->region = fg_arena_copy(decoder->arena, zone, length - 1);
    }
}

void fg_kube_settle(struct fg_decoder *decoder, struct fg_kube_draft *draft)
{
    check_nodes(decoder, draft->objects);
    check_pods(decoder, draft->objects);
    settle_terms(decoder, draft);
    settle_priorities(decoder, draft);
    settle_volumes(draft);
    settle_attach_limits(draft);
    fg_kube_settle_owners(decoder, draft);
    settle_region(decoder, draft);
}
