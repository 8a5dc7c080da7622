/* The cluster of a snapshot as the controllers look at it. */
#include <stdlib.h>
#include <string.h>

#include "models/base/index.h"
#include "sim/commands/decide.h"

/* Classes by the bytes of their spec. */
struct classes {
    struct fg_cluster_state *state;
    struct fg_spec_keys *keys;
    struct fg_arena arena;
    struct fg_index by_spec; /* hash of the bytes -> class */
    struct fg_bytes *specs;  /* by class, bytes in the arena */
    uint32_t capacity;
    struct fg_bytes buffer;
};

static uint32_t class_of(struct classes *classes, const struct fg_pod_spec *spec,
                         bool is_terminating, bool is_mirror)
{
    struct fg_bytes *buffer = &classes->buffer;
    buffer->length = 0;
    fg_spec_print(spec, classes->keys, is_terminating * 2 + is_mirror, buffer);
    uint64_t hash = fg_hash_bytes(buffer->bytes, buffer->length, 0);
    uint32_t cursor = 0, class_number;
    while ((class_number = fg_index_next(&classes->by_spec, hash, &cursor)) != UINT32_MAX) {
        const struct fg_bytes *known = &classes->specs[class_number];
        if (known->length == buffer->length &&
            memcmp(known->bytes, buffer->bytes, buffer->length) == 0)
            return class_number;
    }
    class_number = fg_state_add_class(classes->state, spec);
    classes->state->classes[class_number].is_terminating = is_terminating;
    classes->specs =
        fg_grow(classes->specs, &classes->capacity, class_number + 1, sizeof *classes->specs);
    classes->specs[class_number] = (struct fg_bytes){
        .bytes = fg_arena_copy(&classes->arena, buffer->bytes, buffer->length),
        .length = buffer->length,
    };
    fg_index_put(&classes->by_spec, hash, class_number);
    return class_number;
}

static void add_classes(struct fg_snapshot *snapshot)
{
    const struct fg_kube_objects *objects = &snapshot->objects;
    struct classes classes = {.state = &snapshot->state, .keys = fg_spec_keys_of(objects)};
    snapshot->class_of_pod = fg_allocate(objects->pod_count, sizeof *snapshot->class_of_pod);
    snapshot->class_of_daemon_set =
        fg_allocate(objects->daemon_set_count, sizeof *snapshot->class_of_daemon_set);
    for (uint32_t i = 0; i < objects->pod_count; i++) {
        const struct fg_kube_pod *pod = &objects->pods[i];
        snapshot->class_of_pod[i] =
            pod->finished ? FG_NO_CLASS
                          : class_of(&classes, &pod->spec, pod->deleting, pod->mirror);
    }
    for (uint32_t i = 0; i < objects->daemon_set_count; i++)
        snapshot->class_of_daemon_set[i] =
            class_of(&classes, &objects->daemon_sets[i].spec, false, false);
    fg_state_seal_classes(&snapshot->state);
    fg_spec_keys_free(classes.keys);
    fg_arena_release(&classes.arena);
    fg_index_release(&classes.by_spec);
    free(classes.specs);
    free(classes.buffer.bytes);
}

static void add_nodes(struct fg_snapshot *snapshot)
{
    const struct fg_kube_objects *objects = &snapshot->objects;
    snapshot->slot_of_node = fg_allocate(objects->node_count, sizeof *snapshot->slot_of_node);
    for (uint32_t i = 0; i < objects->node_count; i++) {
        const struct fg_kube_node *node = &objects->nodes[i];
        const char *arch = fg_pairs_find(&node->labels, "kubernetes.io/arch");
        struct fg_state_kind kind = {
            .labels = node->labels,
            .taints = node->taints,
            .unschedulable = node->unschedulable,
            .arch = FG_ARCH_AMD64,
            .allocatable = node->allocatable,
            .extended = node->extended,
            .images_of = node->image_count > 0 ? node : NULL,
            .node_name = node->name,
            .ebs_limit = node->ebs_limit > 0 ? node->ebs_limit : 0,
        };
        if (arch != NULL)
            fg_arch_parse(arch, &kind.arch);
        uint32_t number = fg_state_add_kind(&snapshot->state, &kind);
        snapshot->slot_of_node[i] = fg_state_add_node(&snapshot->state, number, node->name);
        fg_state_set_open(&snapshot->state, snapshot->slot_of_node[i], true);
    }
}

static uint32_t find_node(const struct fg_kube_objects *objects, const struct fg_index *by_name,
                          const char *name)
{
    uint32_t cursor = 0, node;
    while ((node = fg_index_next(by_name, fg_hash_bytes(name, strlen(name), 0), &cursor)) !=
           UINT32_MAX)
        if (strcmp(objects->nodes[node].name, name) == 0)
            return node;
    return FG_NO_NODE;
}

static void book_pods(struct fg_snapshot *snapshot)
{
    const struct fg_kube_objects *objects = &snapshot->objects;
    struct fg_index by_name = {0};
    snapshot->node_of_pod = fg_allocate(objects->pod_count, sizeof *snapshot->node_of_pod);
    for (uint32_t i = 0; i < objects->node_count; i++) {
        const char *name = objects->nodes[i].name;
        fg_index_put(&by_name, fg_hash_bytes(name, strlen(name), 0), i);
    }
    for (uint32_t i = 0; i < objects->pod_count; i++) {
        const struct fg_kube_pod *pod = &objects->pods[i];
        uint32_t node = pod->node_name != NULL && !pod->finished
                            ? find_node(objects, &by_name, pod->node_name)
                            : FG_NO_NODE;
        snapshot->node_of_pod[i] = node;
        if (node != FG_NO_NODE)
            fg_state_count_pods(&snapshot->state, snapshot->slot_of_node[node],
                                snapshot->class_of_pod[i], 1);
    }
    fg_index_release(&by_name);
}

void fg_snapshot_fill(struct fg_snapshot *snapshot)
{
    snapshot->state.settings = &snapshot->objects.cluster.scheduler;
    add_classes(snapshot);
    add_nodes(snapshot);
    book_pods(snapshot);
}

void fg_snapshot_release(struct fg_snapshot *snapshot)
{
    fg_state_release(&snapshot->state);
    free(snapshot->slot_of_node);
    free(snapshot->class_of_pod);
    free(snapshot->class_of_daemon_set);
    free(snapshot->node_of_pod);
    fg_kube_objects_release(&snapshot->objects);
}

/* ---- the queue ---- */

static int compare_pods(const void *a, const void *b, void *context)
{
    const struct fg_kube_pod *pods = context;
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    if (pods[x].spec.priority != pods[y].spec.priority)
        return pods[x].spec.priority > pods[y].spec.priority ? -1 : 1;
    if (pods[x].created != pods[y].created)
        return pods[x].created < pods[y].created ? -1 : 1;
    return x < y ? -1 : x > y;
}

uint32_t *fg_decide_queue(const struct fg_kube_objects *objects, uint32_t *out_count)
{
    uint32_t *queue = fg_allocate(objects->pod_count, sizeof *queue), count = 0;
    for (uint32_t i = 0; i < objects->pod_count; i++) {
        const struct fg_kube_pod *pod = &objects->pods[i];
        if (pod->node_name == NULL && !pod->finished && !pod->deleting && !pod->gated &&
            strcmp(pod->scheduler_name, "default-scheduler") == 0)
            queue[count++] = i;
    }
    qsort_r(queue, count, sizeof *queue, compare_pods, objects->pods);
    *out_count = count;
    return queue;
}

/* ---- printing ---- */

static void put_name(struct fg_json_writer *json, const struct fg_kube_pod *pod,
                     void (*put_text)(struct fg_json_writer *, const char *))
{
    struct fg_arena arena = {0};
    put_text(json, fg_arena_format(&arena, "%s/%s", pod->namespace_name, pod->name));
    fg_arena_release(&arena);
}

void fg_decide_put_pod(struct fg_json_writer *json, const struct fg_kube_pod *pod)
{
    put_name(json, pod, fg_json_put_text);
}

void fg_decide_put_pod_key(struct fg_json_writer *json, const struct fg_kube_pod *pod)
{
    put_name(json, pod, fg_json_key);
}
