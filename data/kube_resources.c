#include <stdlib.h>
#include <string.h>

#include "data/kube_parts.h"
#include "models/pod_request.h"
#include "models/quantity.h"

enum { MIB = 1024 * 1024, SCORED_CPU_MILLI = 100, SCORED_MEMORY_BYTES = 200 * MIB };
#define GPU "nvidia.com/gpu"

/* ---- a map of quantities ---- */

static int compare_resources(const void *a, const void *b)
{
    return strcmp(((const struct fg_extended_resource *)a)->name,
                  ((const struct fg_extended_resource *)b)->name);
}

static void decode_quantity(struct fg_decoder *decoder, const struct fg_value *value,
                            const char *name, bool cpu, int64_t *out)
{
    struct fg_error cause = {0};
    char found[96];
    if (value->kind != FG_VALUE_TEXT) {
        fg_decode_fault(decoder, value, "%s is %s; expected a quantity such as 250m or 2Gi", name,
                        fg_value_describe(value, found));
        return;
    }
    fg_status status = cpu ? fg_quantity_parse_cpu(value->text, strlen(value->text), out, &cause)
                           : fg_quantity_parse_bytes(value->text, strlen(value->text), out, &cause);
    if (status != FG_OK)
        fg_decode_fault_of(decoder, value, name, &cause);
}

static int64_t *known_resource(struct fg_kube_resources *resources, const char *name)
{
    if (strcmp(name, "memory") == 0)
        return &resources->memory_bytes;
    if (strcmp(name, "ephemeral-storage") == 0)
        return &resources->ephemeral_bytes;
    if (strcmp(name, "pods") == 0)
        return &resources->pods;
    return strcmp(name, GPU) == 0 ? &resources->gpu : NULL;
}

void fg_kube_decode_resources(struct fg_decoder *decoder, const struct fg_value *map, void *out)
{
    struct fg_kube_resources *resources = out;
    *resources =
        (struct fg_kube_resources){FG_NOT_SET, FG_NOT_SET, FG_NOT_SET, FG_NOT_SET, FG_NOT_SET, {0}};
    if (map == NULL || map->kind == FG_VALUE_NULL || !fg_decode_is_map(decoder, map, "resources"))
        return;
    struct fg_extended_resources *extended = &resources->extended;
    extended->items = fg_arena_allocate(decoder->arena, map->count, sizeof *extended->items);
    for (uint32_t i = 0; i < map->count; i++) {
        const char *name = map->keys[i].text;
        int64_t *known = known_resource(resources, name);
        if (strcmp(name, "cpu") == 0) {
            decode_quantity(decoder, map->items[i], name, true, &resources->cpu_milli);
        } else if (known != NULL) {
            decode_quantity(decoder, map->items[i], name, false, known);
        } else {
            struct fg_extended_resource *item = &extended->items[extended->count++];
            item->name = name;
            decode_quantity(decoder, map->items[i], name, false, &item->amount);
        }
    }
    if (extended->count > 0)
        qsort(extended->items, extended->count, sizeof *extended->items, compare_resources);
}

/* ---- a pod's requests ---- */

/* A container's resources as the file has them. */
struct container_file {
    struct fg_kube_resources requests, limits;
    bool sidecar;
};
/* All containers of a pod. */
struct containers_file {
    uint32_t init_count, count;
    struct container_file *init, *containers;
    struct fg_kube_resources pod_requests, pod_limits, overhead;
};

static void decode_container(struct fg_decoder *decoder, const struct fg_value *map,
                             struct container_file *out)
{
    const struct fg_value *resources = fg_value_find(map, "resources");
    const char *restart_policy = fg_kube_text(map, "restartPolicy");
    out->sidecar = restart_policy != NULL && strcmp(restart_policy, "Always") == 0;
    fg_decode_is_map(decoder, map, "a container");
    if (resources != NULL && resources->kind != FG_VALUE_NULL)
        fg_decode_is_map(decoder, resources, "resources");
    fg_kube_decode_resources(decoder, fg_value_find(resources, "requests"), &out->requests);
    fg_kube_decode_resources(decoder, fg_value_find(resources, "limits"), &out->limits);
}

static struct container_file *decode_containers(struct fg_decoder *decoder,
                                                const struct fg_value *list, const char *what,
                                                uint32_t *out_count)
{
    *out_count = 0;
    if (list == NULL || !fg_decode_is_list(decoder, list, what))
        return NULL;
    struct container_file *files = fg_arena_allocate(decoder->arena, list->count, sizeof *files);
    for (uint32_t i = 0; i < list->count; i++)
        decode_container(decoder, list->items[i], &files[i]);
    *out_count = list->count;
    return files;
}

static int64_t extended_amount(const struct fg_kube_resources *resources, const char *name)
{
    if (strcmp(name, GPU) == 0)
        return resources->gpu;
    for (uint32_t i = 0; i < resources->extended.count; i++)
        if (strcmp(resources->extended.items[i].name, name) == 0)
            return resources->extended.items[i].amount;
    return FG_NOT_SET;
}

/* The columns of the formula; where `name` is given, it takes the place of ephemeral storage. */
static void fill_columns(const struct fg_kube_resources *resources, const char *name,
                         int64_t out[FG_RESOURCE_COUNT])
{
    out[FG_RESOURCE_CPU] = resources->cpu_milli;
    out[FG_RESOURCE_MEMORY] = resources->memory_bytes;
    out[FG_RESOURCE_EPHEMERAL] =
        name != NULL ? extended_amount(resources, name) : resources->ephemeral_bytes;
}

/* A container without a request for CPU or memory counts in scores as having a small one. */
static void fill_scored(struct fg_container *container)
{
    static const int64_t scored[] = {SCORED_CPU_MILLI, SCORED_MEMORY_BYTES};
    for (int resource = FG_RESOURCE_CPU; resource <= FG_RESOURCE_MEMORY; resource++)
        if (container->request[resource] == FG_NOT_SET && container->limit[resource] == FG_NOT_SET)
            container->request[resource] = scored[resource];
}

static struct fg_container *make_containers(struct fg_decoder *decoder,
                                            const struct container_file *files, uint32_t count,
                                            const char *name, bool is_scored)
{
    struct fg_container *containers = fg_arena_allocate(decoder->arena, count, sizeof *containers);
    for (uint32_t i = 0; i < count; i++) {
        fill_columns(&files[i].requests, name, containers[i].request);
        fill_columns(&files[i].limits, name, containers[i].limit);
        containers[i].sidecar = files[i].sidecar;
        if (is_scored)
            fill_scored(&containers[i]);
    }
    return containers;
}

static const struct container_file *container_at(const struct containers_file *file, uint32_t i)
{
    return i < file->init_count ? &file->init[i] : &file->containers[i - file->init_count];
}

static bool any_container_names(const struct containers_file *file, int resource)
{
    for (uint32_t i = 0; i < file->init_count + file->count; i++) {
        const struct container_file *container = container_at(file, i);
        int64_t request[FG_RESOURCE_COUNT], limit[FG_RESOURCE_COUNT];
        fill_columns(&container->requests, NULL, request);
        fill_columns(&container->limits, NULL, limit);
        if (request[resource] != FG_NOT_SET || limit[resource] != FG_NOT_SET)
            return true;
    }
    return false;
}

/* A limit of the whole pod becomes its request where no container asks for that resource. */
static void take_pod_level(const struct containers_file *file, int64_t out[FG_RESOURCE_COUNT])
{
    int64_t limits[FG_RESOURCE_COUNT];
    fill_columns(&file->pod_requests, NULL, out);
    fill_columns(&file->pod_limits, NULL, limits);
    for (int resource = FG_RESOURCE_CPU; resource <= FG_RESOURCE_MEMORY; resource++)
        if (out[resource] == FG_NOT_SET && !any_container_names(file, resource))
            out[resource] = limits[resource];
}

static void sum(struct fg_decoder *decoder, const struct containers_file *file, const char *name,
                bool is_scored, int64_t out[FG_RESOURCE_COUNT])
{
    struct fg_pod_containers pod = {
        .init_count = file->init_count,
        .container_count = file->count,
        .init = make_containers(decoder, file->init, file->init_count, name, is_scored),
        .containers = make_containers(decoder, file->containers, file->count, name, is_scored),
    };
    take_pod_level(file, pod.pod_level);
    fill_columns(&file->overhead, name, pod.overhead);
    fg_pod_request(&pod, out);
}

static bool has_resource(const struct fg_extended_resources *resources, const char *name)
{
    for (uint32_t i = 0; i < resources->count; i++)
        if (strcmp(name, resources->items[i].name) == 0)
            return true;
    return false;
}

static void add_extended(struct fg_decoder *decoder, const struct containers_file *file,
                         const struct fg_kube_resources *of, struct fg_extended_resources *out)
{
    for (uint32_t i = 0; i < of->extended.count; i++) {
        const char *name = of->extended.items[i].name;
        int64_t amounts[FG_RESOURCE_COUNT];
        if (has_resource(out, name))
            continue;
        sum(decoder, file, name, false, amounts);
        out->items[out->count++] =
            (struct fg_extended_resource){name, amounts[FG_RESOURCE_EPHEMERAL]};
    }
}

static void collect_extended(struct fg_decoder *decoder, const struct containers_file *file,
                             struct fg_extended_resources *out)
{
    uint32_t most = 0, containers = file->init_count + file->count;
    for (uint32_t i = 0; i < containers; i++)
        most += container_at(file, i)->requests.extended.count +
                container_at(file, i)->limits.extended.count;
    out->items = fg_arena_allocate(decoder->arena, most, sizeof *out->items);
    for (uint32_t i = 0; i < containers; i++) {
        add_extended(decoder, file, &container_at(file, i)->requests, out);
        add_extended(decoder, file, &container_at(file, i)->limits, out);
    }
    if (out->count > 0)
        qsort(out->items, out->count, sizeof *out->items, compare_resources);
}

static void decode_containers_of(struct fg_decoder *decoder, const struct fg_value *pod_spec,
                                 struct containers_file *out)
{
    const struct fg_value *level = fg_value_find(pod_spec, "resources");
    out->init = decode_containers(decoder, fg_value_find(pod_spec, "initContainers"),
                                  "initContainers", &out->init_count);
    out->containers = decode_containers(decoder, fg_value_find(pod_spec, "containers"),
                                        "containers", &out->count);
    fg_kube_decode_resources(decoder, fg_value_find(level, "requests"), &out->pod_requests);
    fg_kube_decode_resources(decoder, fg_value_find(level, "limits"), &out->pod_limits);
    fg_kube_decode_resources(decoder, fg_value_find(pod_spec, "overhead"), &out->overhead);
}

static void take_requests(struct fg_decoder *decoder, struct fg_decoder *scratch,
                          const struct containers_file *file, struct fg_pod_spec *spec,
                          struct fg_pod_rules *rules)
{
    int64_t amounts[FG_RESOURCE_COUNT], scored[FG_RESOURCE_COUNT], gpus[FG_RESOURCE_COUNT];
    sum(scratch, file, NULL, false, amounts);
    sum(scratch, file, NULL, true, scored);
    sum(scratch, file, GPU, false, gpus);
    spec->cpu_milli = amounts[FG_RESOURCE_CPU];
    spec->memory_bytes = amounts[FG_RESOURCE_MEMORY];
    spec->ephemeral_bytes = amounts[FG_RESOURCE_EPHEMERAL];
    spec->gpu_milli = gpus[FG_RESOURCE_EPHEMERAL] * 1000;
    spec->cpu_named =
        any_container_names(file, FG_RESOURCE_CPU) || file->pod_requests.cpu_milli != FG_NOT_SET;
    spec->memory_named = any_container_names(file, FG_RESOURCE_MEMORY) ||
                         file->pod_requests.memory_bytes != FG_NOT_SET;
    rules->scored_cpu_milli = scored[FG_RESOURCE_CPU];
    rules->scored_memory_bytes = scored[FG_RESOURCE_MEMORY];
    collect_extended(scratch, file, &rules->extended);
    struct fg_extended_resources *extended = &rules->extended;
    const struct fg_extended_resource *items = extended->items;
    extended->items = fg_arena_allocate(decoder->arena, extended->count, sizeof *extended->items);
    for (uint32_t i = 0; i < extended->count; i++)
        extended->items[i] = items[i];
}

void fg_kube_decode_requests(struct fg_decoder *decoder, const struct fg_value *pod_spec,
                             struct fg_pod_spec *spec, struct fg_pod_rules *rules)
{
    struct containers_file file = {0};
    struct fg_arena arena = {0};
    struct fg_decoder scratch = *decoder;
    scratch.arena = &arena;
    decode_containers_of(&scratch, pod_spec, &file);
    if (fg_decode_is_good(decoder))
        take_requests(decoder, &scratch, &file, spec, rules);
    fg_arena_release(&arena);
}
