#include <stdlib.h>
#include <string.h>

#include "data/decode_pod.h"
#include "data/kube_parts.h"
#include "models/pod_request.h"

/* A node as the file has it. */
struct node_file {
    struct fg_kube_node node;
    struct fg_kube_draft *draft;
    bool has_allocatable;
};

static const struct fg_field spec_fields[] = {
    {"unschedulable", FG_FIELD_BOOL, offsetof(struct node_file, node.unschedulable), NULL},
    {"taints", FG_FIELD_FUNCTION, offsetof(struct node_file, node.taints), fg_decode_taints},
    {0},
};

/* ---- status ---- */

static int64_t or_zero(int64_t amount)
{
    return amount == FG_NOT_SET ? 0 : amount;
}

static struct fg_node_capacity capacity_of(const struct fg_kube_resources *resources)
{
    return (struct fg_node_capacity){
        .cpu_milli = or_zero(resources->cpu_milli),
        .memory_bytes = or_zero(resources->memory_bytes),
        .ephemeral_bytes = or_zero(resources->ephemeral_bytes),
        .gpu_milli = or_zero(resources->gpu) * 1000,
        .pods = or_zero(resources->pods),
    };
}

static void take_extended(const struct fg_kube_resources *resources, struct fg_kube_node *node)
{
    node->extended = resources->extended;
    for (uint32_t i = 0; i < node->extended.count; i++)
        if (strcmp(node->extended.items[i].name, "attachable-volumes-aws-ebs") == 0)
            node->ebs_limit = node->extended.items[i].amount;
}

static void decode_capacity(struct fg_decoder *decoder, const struct fg_value *map, void *out)
{
    struct node_file *file = out;
    struct fg_kube_resources resources;
    fg_kube_decode_resources(decoder, map, &resources);
    file->node.capacity = capacity_of(&resources);
    if (file->has_allocatable)
        return;
    file->node.allocatable = file->node.capacity; /* as the API server fills it in */
    take_extended(&resources, &file->node);
}

static void decode_allocatable(struct fg_decoder *decoder, const struct fg_value *map, void *out)
{
    struct node_file *file = out;
    struct fg_kube_resources resources;
    fg_kube_decode_resources(decoder, map, &resources);
    file->has_allocatable = true;
    file->node.allocatable = capacity_of(&resources);
    take_extended(&resources, &file->node);
}

static void decode_names(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    struct fg_kube_image *image = out;
    fg_decode_texts(decoder, value, "names", &image->names, &image->name_count);
}

static void decode_bytes(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    struct fg_kube_image *image = out;
    char found[96];
    char *end;
    long long bytes = value->kind == FG_VALUE_TEXT ? strtoll(value->text, &end, 10) : -1;
    if (bytes < 0 || *end != '\0' || end == value->text)
        fg_decode_fault(decoder, value, "sizeBytes is %s; expected whole bytes",
                        fg_value_describe(value, found));
    else
        image->bytes = bytes;
}

static const struct fg_field image_fields[] = {
    {"names", FG_FIELD_FUNCTION, 0, decode_names},
    {"sizeBytes", FG_FIELD_FUNCTION, 0, decode_bytes},
    {0},
};

static void decode_images(struct fg_decoder *decoder, const struct fg_value *list, void *out)
{
    struct node_file *file = out;
    if (!fg_decode_is_list(decoder, list, "images"))
        return;
    file->node.images = fg_arena_allocate(decoder->arena, list->count, sizeof *file->node.images);
    file->node.image_count = list->count;
    for (uint32_t i = 0; i < list->count; i++)
        fg_decode_item(decoder, list->items[i], "an image", image_fields, &file->node.images[i]);
}

static const struct fg_field status_fields[] = {
    {"capacity", FG_FIELD_FUNCTION, 0, decode_capacity},
    {"allocatable", FG_FIELD_FUNCTION, 0, decode_allocatable},
    {"images", FG_FIELD_FUNCTION, 0, decode_images},
    {0},
};

static void decode_status(struct fg_decoder *decoder, const struct fg_value *status,
                          struct node_file *file)
{
    if (status == NULL || status->kind == FG_VALUE_NULL ||
        !fg_decode_item(decoder, status, "status", status_fields, file))
        return;
    const struct fg_value *ready = fg_kube_find_condition(decoder, file->draft, status, "Ready");
    const char *word = fg_kube_text(ready, "status");
    file->node.ready = word == NULL || strcmp(word, "True") == 0;
}

void fg_kube_decode_node(struct fg_decoder *decoder, struct fg_kube_draft *draft,
                         const struct fg_value *object)
{
    struct fg_kube_objects *objects = draft->objects;
    struct node_file file = {.node = {.ready = true, .ebs_limit = -1}, .draft = draft};
    struct fg_kube_meta meta;
    const struct fg_value *spec = fg_value_find(object, "spec");
    if (!fg_kube_decode_meta(decoder, draft, object, "Node", &meta))
        return;
    file.node.name = meta.name;
    file.node.labels = meta.labels;
    file.node.annotations = meta.annotations;
    file.node.created = meta.created;
    file.node.deleting = meta.deleting;
    if (spec != NULL && spec->kind != FG_VALUE_NULL)
        fg_decode_item(decoder, spec, "spec", spec_fields, &file);
    decode_status(decoder, fg_value_find(object, "status"), &file);
    objects->nodes = fg_grow(objects->nodes, &objects->node_capacity, objects->node_count + 1,
                             sizeof *objects->nodes);
    objects->nodes[objects->node_count++] = file.node;
}
