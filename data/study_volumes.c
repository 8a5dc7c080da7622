/* cluster.persistentVolumes, cluster.images: what pods hold on EBS, and what is pulled for them. */
#include "data/decode_node_pool.h"
#include "data/study_parts.h"

/* ---- volumes ---- */

enum { GIB = 1 << 30, VOLUME_MAX_GIB = 65536, COUNT_MAX = 1000 };

static void decode_size(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    int64_t bytes;
    if (!fg_decode_bytes(decoder, value, "size", &bytes))
        return;
    int64_t gib = bytes / GIB + (bytes % GIB != 0);
    if (gib < 1 || gib > VOLUME_MAX_GIB)
        fg_decode_fault(decoder, value, "size is '%s'; expected 1Gi to 64Ti", value->text);
    else
        *(int64_t *)out = gib;
}

static void decode_count(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    fg_decode_whole(decoder, value, "count", 1, COUNT_MAX, out);
}

static void decode_keep(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    struct fg_persistent_volume *rule = out;
    rule->named_keep = fg_decode_bool(decoder, value, "keep", &rule->keep);
}

#define VOLUME(field) offsetof(struct fg_persistent_volume, field)
static const struct fg_field volume_fields[] = {
    {"namespace", FG_FIELD_TEXT, VOLUME(pods.namespace_pattern), NULL},
    {"workload", FG_FIELD_TEXT, VOLUME(pods.workload_pattern), NULL},
    {"kind", FG_FIELD_TEXT, VOLUME(pods.kind_pattern), NULL},
    {"type", FG_FIELD_FUNCTION, VOLUME(volume.type), fg_decode_volume_type},
    {"size", FG_FIELD_FUNCTION, VOLUME(volume.size_gib), decode_size},
    {"iops", FG_FIELD_COUNT, VOLUME(volume.iops), NULL},
    {"throughput", FG_FIELD_COUNT, VOLUME(volume.throughput_mibps), NULL},
    {"keep", FG_FIELD_FUNCTION, 0, decode_keep},
    {"count", FG_FIELD_FUNCTION, VOLUME(count), decode_count},
    {0},
};

void fg_study_decode_persistent_volumes(struct fg_decoder *decoder, const struct fg_value *list,
                                        void *out)
{
    static const char what[] = "a persistent volume";
    struct fg_cluster *cluster = out;
    if (!fg_decode_is_list(decoder, list, "persistentVolumes"))
        return;
    cluster->persistent_volumes =
        fg_arena_allocate(decoder->arena, list->count, sizeof *cluster->persistent_volumes);
    for (uint32_t i = 0; i < list->count; i++) {
        struct fg_persistent_volume rule = {.volume.type = "gp3", .count = 1};
        if (!fg_decode_item(decoder, list->items[i], what, volume_fields, &rule) ||
            fg_decode_required(decoder, list->items[i], "size", what) == NULL)
            continue;
        if (!fg_pod_filter_is_set(&rule.pods))
            fg_decode_fault(decoder, list->items[i],
                            "%s is for no pods; expected namespace, workload or kind", what);
        cluster->persistent_volumes[cluster->persistent_volume_count++] = rule;
    }
}

/* ---- images ---- */

#define IMAGE(field) offsetof(struct fg_image_rule, field)
static const struct fg_field image_fields[] = {
    {"namespace", FG_FIELD_TEXT, IMAGE(pods.namespace_pattern), NULL},
    {"workload", FG_FIELD_TEXT, IMAGE(pods.workload_pattern), NULL},
    {"kind", FG_FIELD_TEXT, IMAGE(pods.kind_pattern), NULL},
    {"size", FG_FIELD_BYTES, IMAGE(bytes), NULL},
    {0},
};

void fg_study_decode_images(struct fg_decoder *decoder, const struct fg_value *list, void *out)
{
    struct fg_cluster *cluster = out;
    if (!fg_decode_is_list(decoder, list, "images"))
        return;
    cluster->image_rules =
        fg_arena_allocate(decoder->arena, list->count, sizeof *cluster->image_rules);
    for (uint32_t i = 0; i < list->count; i++) {
        struct fg_image_rule rule = {0};
        if (fg_decode_item(decoder, list->items[i], "an image", image_fields, &rule) &&
            fg_decode_required(decoder, list->items[i], "size", "an image") != NULL)
            cluster->image_rules[cluster->image_rule_count++] = rule;
    }
}
