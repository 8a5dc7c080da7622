#include "data/kube_reader.h"

#include <stdlib.h>
#include <string.h>

#include "data/decode_node_pool.h"
#include "data/kube_json.h"
#include "data/kube_parts.h"
#include "data/source.h"
#include "data/study_parts.h"
#include "data/value_merge.h"

#define ANY_REGION "us-east-1"

struct reader {
    struct fg_decoder decoder;
    struct fg_kube_draft draft;
    const char *version;                /* of a ClusterConfig; NULL = none */
    bool names_version, names_expander; /* a document of settings does: it holds */
};

void fg_kube_draft_release(struct fg_kube_draft *draft)
{
    free(draft->pods);
    free(draft->claims);
    free(draft->volumes);
    free(draft->namespaces);
    free(draft->limits);
    free(draft->terms);
    *draft = (struct fg_kube_draft){0};
}

/* ---- what describes capacity: eksctl, Karpenter, settings ---- */

/* Studies' decoders want to know a region, prices and a day: a snapshot is of the newest. */
#define NEWEST_DAY 253402300799 /* 9999-12-31T23:59:59Z */

static struct fg_decoder study_decoder(const struct reader *reader,
                                       const struct fg_study_context *context)
{
    struct fg_decoder decoder = reader->decoder;
    decoder.context = context;
    decoder.lenient = false;
    return decoder;
}

static struct fg_study_context context_of(const struct reader *reader)
{
    const struct fg_kube_draft *draft = &reader->draft;
    const char *region = draft->region != NULL ? draft->region : draft->objects->region;
    return (struct fg_study_context){
        .catalog = draft->catalog,
        .region = region != NULL ? region : ANY_REGION,
        .start = NEWEST_DAY,
        .price_day = FG_DAY_UNKNOWN,
        .folder = "",
    };
}

/* The settings may come before the ClusterConfig or after it. */
static void settle_version(const struct reader *reader)
{
    struct fg_cluster *cluster = &reader->draft.objects->cluster;
    if (reader->version != NULL && !reader->names_version)
        cluster->control_plane.version = reader->version;
    if (!reader->names_expander && cluster->control_plane.version != NULL)
        cluster->autoscaler.expander = fg_expander_default(cluster->control_plane.version);
}

static void decode_cluster_config(struct reader *reader, const struct fg_value *object)
{
    struct fg_kube_objects *objects = reader->draft.objects;
    const struct fg_value *managed = fg_value_find(object, "managedNodeGroups");
    const struct fg_value *self_managed = fg_value_find(object, "nodeGroups");
    const struct fg_value *profiles = fg_value_find(object, "fargateProfiles");
    const char *region = fg_kube_text(fg_value_find(object, "metadata"), "region");
    const char *version = fg_kube_text(fg_value_find(object, "metadata"), "version");
    if (region != NULL)
        objects->region = region;
    struct fg_study_context context = context_of(reader);
    struct fg_decoder decoder = study_decoder(reader, &context);
    if (version != NULL && fg_catalog_version(context.catalog, version) != NULL)
        reader->version = version;
    settle_version(reader);
    if (managed != NULL)
        fg_study_decode_node_groups(&decoder, managed, true, &objects->cluster);
    if (self_managed != NULL)
        fg_study_decode_node_groups(&decoder, self_managed, false, &objects->cluster);
    if (profiles != NULL)
        fg_study_decode_profiles(&decoder, profiles, &objects->cluster.profiles,
                                 &objects->cluster.profile_count);
}

static void decode_settings(struct reader *reader, const struct fg_value *section)
{
    struct fg_cluster *cluster = &reader->draft.objects->cluster, read;
    struct fg_study_context context = context_of(reader);
    struct fg_decoder decoder = study_decoder(reader, &context);
    fg_study_decode_cluster(&decoder, section, &read);
    reader->names_version = fg_value_has(section, "controlPlane.version");
    reader->names_expander = fg_value_has(section, "clusterAutoscaler.expander");
    cluster->autoscaler = read.autoscaler;
    cluster->scheduler = read.scheduler;
    cluster->karpenter = read.karpenter;
    cluster->network = read.network;
    cluster->control_plane = read.control_plane;
    settle_version(reader);
}

static void decode_node_pool(struct reader *reader, const struct fg_value *object)
{
    struct fg_cluster *cluster = &reader->draft.objects->cluster;
    struct fg_node_pool *pools =
        fg_arena_allocate(reader->decoder.arena, cluster->node_pool_count + 1, sizeof *pools);
    if (cluster->node_pool_count > 0)
        memcpy(pools, cluster->node_pools, cluster->node_pool_count * sizeof *pools);
    if (fg_decode_node_pool(&reader->decoder, object, &pools[cluster->node_pool_count]))
        cluster->node_pool_count++;
    cluster->node_pools = pools;
}

static void decode_node_class(struct reader *reader, const struct fg_value *object)
{
    struct fg_cluster *cluster = &reader->draft.objects->cluster;
    struct fg_node_class *classes =
        fg_arena_allocate(reader->decoder.arena, cluster->node_class_count + 1, sizeof *classes);
    if (cluster->node_class_count > 0)
        memcpy(classes, cluster->node_classes, cluster->node_class_count * sizeof *classes);
    if (fg_decode_node_class(&reader->decoder, object, &classes[cluster->node_class_count]))
        cluster->node_class_count++;
    cluster->node_classes = classes;
}

/* ---- one object ---- */

static bool is_list_kind(const char *kind)
{
    size_t length = strlen(kind);
    return length >= 4 && strcmp(kind + length - 4, "List") == 0;
}

/* Of a PodList, whose items need not name it: "Pod". */
static const char *kind_of_items(struct fg_arena *arena, const char *list_kind)
{
    size_t length = list_kind != NULL ? strlen(list_kind) : 0;
    return length > 4 ? fg_arena_copy(arena, list_kind, length - 4) : NULL;
}

static void take_kind(struct reader *reader, const char *kind, const struct fg_value *object)
{
    struct fg_decoder *decoder = &reader->decoder;
    struct fg_kube_draft *draft = &reader->draft;
    if (strcmp(kind, "Pod") == 0)
        fg_kube_decode_pod(decoder, draft, object);
    else if (strcmp(kind, "Node") == 0)
        fg_kube_decode_node(decoder, draft, object);
    else if (strcmp(kind, "DaemonSet") == 0)
        fg_kube_decode_daemon_set(decoder, draft, object);
    else if (strcmp(kind, "NodePool") == 0)
        decode_node_pool(reader, object);
    else if (strcmp(kind, "EC2NodeClass") == 0 || strcmp(kind, "NodeClass") == 0)
        decode_node_class(reader, object);
    else if (strcmp(kind, "ClusterConfig") == 0)
        decode_cluster_config(reader, object);
    else
        fg_kube_decode_other(decoder, draft, kind, object);
}

static void take_object(struct reader *reader, const struct fg_value *object, const char *list_kind)
{
    struct fg_decoder *decoder = &reader->decoder;
    const struct fg_value *items = fg_value_find(object, "items");
    const char *kind = fg_kube_text(object, "kind");
    if (object->kind == FG_VALUE_LIST) {
        for (uint32_t i = 0; i < object->count; i++)
            take_object(reader, object->items[i], NULL);
        return;
    }
    if (object->kind == FG_VALUE_NULL || !fg_decode_is_map(decoder, object, "an object"))
        return;
    if (kind == NULL)
        kind = kind_of_items(decoder->arena, list_kind);
    if (kind == NULL && fg_value_find(object, "cluster") != NULL) {
        decode_settings(reader, fg_value_find(object, "cluster"));
    } else if (kind == NULL) {
        fg_decode_fault(decoder, object, "an object has no kind; expected such as kind: Pod");
    } else if (is_list_kind(kind)) {
        if (items != NULL && fg_decode_is_list(decoder, items, "items"))
            for (uint32_t i = 0; i < items->count; i++)
                take_object(reader, items->items[i], kind);
    } else {
        take_kind(reader, kind, object);
    }
}

static fg_status take_document(const struct fg_value *document, void *user)
{
    struct reader *reader = user;
    take_object(reader, document, NULL);
    return reader->decoder.first->status;
}

static fg_status take_json(const struct fg_value *object, const char *list_kind, void *user)
{
    struct reader *reader = user;
    take_object(reader, object, list_kind);
    return reader->decoder.first->status;
}

/* ---- files ---- */

static fg_status read_bytes(struct reader *reader, const char *file, const char *bytes,
                            size_t length)
{
    struct fg_kube_objects *objects = reader->draft.objects;
    struct fg_error *error = reader->decoder.first;
    if (fg_kube_is_json(bytes, length))
        return fg_kube_json_each(file, bytes, length, &objects->texts, take_json, reader, error);
    return fg_document_parse_each(file, bytes, length, &objects->arena, take_document, reader,
                                  error);
}

static fg_status read_file(struct reader *reader, const char *path)
{
    bool is_standard_input = strcmp(path, "-") == 0;
    struct fg_source source;
    fg_status status =
        fg_source_read(is_standard_input ? "/dev/stdin" : path, &source, reader->decoder.first);
    if (status != FG_OK)
        return status;
    status = read_bytes(reader, is_standard_input ? "standard input" : path, source.bytes,
                        source.length);
    fg_source_release(&source);
    return status;
}

static void open_reader(struct reader *reader, const struct fg_catalog *catalog, const char *region,
                        struct fg_kube_objects *out, struct fg_error *error)
{
    *out = (struct fg_kube_objects){0};
    *reader = (struct reader){
        .decoder = {.arena = &out->arena, .first = error, .lenient = true},
        .draft = {.objects = out, .catalog = catalog, .region = region},
    };
    struct fg_study_context context = context_of(reader);
    struct fg_decoder decoder = study_decoder(reader, &context);
    fg_study_decode_cluster(&decoder, NULL, &out->cluster);
}

static fg_status close_reader(struct reader *reader, fg_status status)
{
    if (status == FG_OK) {
        fg_kube_settle(&reader->decoder, &reader->draft);
        status = reader->decoder.first->status;
    }
    if (status != FG_OK)
        fg_kube_objects_release(reader->draft.objects);
    fg_kube_draft_release(&reader->draft);
    return status;
}

fg_status fg_kube_read(const char *const *paths, uint32_t path_count,
                       const struct fg_catalog *catalog, const char *region,
                       struct fg_kube_objects *out, struct fg_error *error)
{
    struct reader reader;
    fg_status status = FG_OK;
    open_reader(&reader, catalog, region, out, error);
    for (uint32_t i = 0; i < path_count && status == FG_OK; i++)
        status = read_file(&reader, paths[i]);
    return close_reader(&reader, status);
}

fg_status fg_kube_parse(const char *file, const char *bytes, size_t length,
                        const struct fg_catalog *catalog, const char *region,
                        struct fg_kube_objects *out, struct fg_error *error)
{
    struct reader reader;
    open_reader(&reader, catalog, region, out, error);
    return close_reader(&reader, read_bytes(&reader, file, bytes, length));
}
