#include "data/load_model.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "data/decode_pod.h"
#include "data/load_shapes.h"
#include "data/load_values.h"
#include "data/trace_format.h"
#include "models/quantity.h"

enum {
    DAY_S = 86400,
    NANO = 1000000000,
    NAME_MAX_BYTES = 200,
    GPUS_MAX = 1000000,
    DURATION_MAX_DAYS = 3660,
    LOADS_MAX = 10000,
};

/* A load under way: what is named is known by more than its value. */
struct reading {
    struct fg_load load;
    const char *kind, *arch;
    int64_t cpu_milli, memory_bytes, gpus; /* -1 = not named */
    uint32_t shape_count;
    const struct fg_value *shape; /* the last one */
};

/* ---- what a pod asks for ---- */

static void read_priority(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    fg_decode_priority(decoder, value, out);
}

static void read_gpus(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    struct fg_error cause = {0};
    const char *text;
    if (fg_decode_text(decoder, value, "gpu", &text) &&
        fg_quantity_parse_count(text, strlen(text), out, &cause) != FG_OK)
        fg_decode_fault_of(decoder, value, "gpu", &cause);
}

static const struct fg_field size_fields[] = {
    {"weight", FG_FIELD_NANO, offsetof(struct fg_load_size, weight_nano), NULL},
    {"cpu", FG_FIELD_CPU, offsetof(struct fg_load_size, cpu_milli), NULL},
    {"memory", FG_FIELD_BYTES, offsetof(struct fg_load_size, memory_bytes), NULL},
    {0},
};

static void read_sizes(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    enum { SIZES_MAX = 1000, WEIGHT_MAX = 1000000 };
    struct fg_load *load = out;
    if (!fg_decode_is_list(decoder, value, "sizes"))
        return;
    if (value->count == 0 || value->count > SIZES_MAX) {
        fg_decode_fault(decoder, value, "sizes has %u rows; expected 1 to %d", value->count,
                        SIZES_MAX);
        return;
    }
    load->sizes = fg_arena_allocate(decoder->arena, value->count, sizeof *load->sizes);
    load->size_count = value->count;
    for (uint32_t i = 0; i < value->count; i++) {
        struct fg_load_size *size = &load->sizes[i];
        *size = (struct fg_load_size){.weight_nano = NANO, .cpu_milli = -1, .memory_bytes = -1};
        fg_decode_map(decoder, value->items[i], "a size", size_fields, size);
        if (size->weight_nano == 0 || size->weight_nano > WEIGHT_MAX * (int64_t)NANO)
            fg_decode_fault(decoder, fg_load_place_of(value->items[i], "weight"),
                            "weight is out of range; expected more than 0, at most %d", WEIGHT_MAX);
    }
}

/* ---- a load ---- */

static void read_shape(struct fg_decoder *decoder, const struct fg_value *value,
                       struct reading *reading,
                       void (*read)(struct fg_decoder *, const struct fg_value *, struct fg_load *))
{
    reading->shape = value;
    reading->shape_count++;
    read(decoder, value, &reading->load);
}

static void read_service(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    read_shape(decoder, value, out, fg_load_read_service);
}
static void read_cron(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    read_shape(decoder, value, out, fg_load_read_cron);
}
static void read_batch(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    read_shape(decoder, value, out, fg_load_read_batch);
}
static void read_office(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    read_shape(decoder, value, out, fg_load_read_office);
}

#define AT(member) offsetof(struct reading, member)
static const struct fg_field load_fields[] = {
    {"name", FG_FIELD_TEXT, AT(load.name), NULL},
    {"workload", FG_FIELD_TEXT, AT(load.spec.workload), NULL},
    {"namespace", FG_FIELD_TEXT, AT(load.spec.namespace_name), NULL},
    {"kind", FG_FIELD_TEXT, AT(kind), NULL},
    {"labels", FG_FIELD_PAIRS, AT(load.spec.labels), NULL},
    {"annotations", FG_FIELD_PAIRS, AT(load.spec.annotations), NULL},
    {"nodeSelector", FG_FIELD_PAIRS, AT(load.spec.node_selector), NULL},
    {"tolerations", FG_FIELD_FUNCTION, AT(load.spec.tolerations), fg_decode_tolerations},
    {"cpu", FG_FIELD_CPU, AT(cpu_milli), NULL},
    {"memory", FG_FIELD_BYTES, AT(memory_bytes), NULL},
    {"gpu", FG_FIELD_FUNCTION, AT(gpus), read_gpus},
    {"ephemeralStorage", FG_FIELD_BYTES, AT(load.spec.ephemeral_bytes), NULL},
    {"sizes", FG_FIELD_FUNCTION, AT(load), read_sizes},
    {"priority", FG_FIELD_FUNCTION, AT(load.spec.priority), read_priority},
    {"arch", FG_FIELD_TEXT, AT(arch), NULL},
    {"ttl", FG_FIELD_SECONDS, AT(load.spec.ttl_s), NULL},
    {"utcOffset", FG_FIELD_FUNCTION, AT(load.utc_offset_s), fg_load_read_offset},
    {"service", FG_FIELD_FUNCTION, 0, read_service},
    {"cron", FG_FIELD_FUNCTION, 0, read_cron},
    {"batch", FG_FIELD_FUNCTION, 0, read_batch},
    {"office", FG_FIELD_FUNCTION, 0, read_office},
    {0},
};
#undef AT

/* Names become names of pods and namespaces, which Kubernetes restricts. */
static void check_name(struct fg_decoder *decoder, const struct fg_value *load, const char *key,
                       const char *text)
{
    size_t length = strlen(text);
    if (length == 0 || length > NAME_MAX_BYTES ||
        strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-.") != length)
        fg_decode_fault(decoder, fg_load_place_of(load, key),
                        "%s is '%.80s'; expected lower-case letters, digits, '-' and '.', at most "
                        "%d",
                        key, text, NAME_MAX_BYTES);
}

/* The trace's columns write pairs as k=v;k=v. */
static void check_pairs(struct fg_decoder *decoder, const struct fg_value *load, const char *key,
                        const struct fg_pairs *pairs)
{
    for (uint32_t i = 0; i < pairs->count; i++)
        if (*pairs->items[i].key == '\0' || strpbrk(pairs->items[i].key, "=;") != NULL ||
            strchr(pairs->items[i].value, ';') != NULL)
            fg_decode_fault(decoder, fg_load_place_of(load, key),
                            "%s has '%.80s=%.80s'; expected no ';', and no '=' in the key", key,
                            pairs->items[i].key, pairs->items[i].value);
}

static enum fg_kind default_kind(enum fg_load_shape shape)
{
    static const enum fg_kind kinds[] = {
        [FG_LOAD_NONE] = FG_KIND_POD,     [FG_LOAD_SERVICE] = FG_KIND_DEPLOYMENT,
        [FG_LOAD_CRON] = FG_KIND_CRONJOB, [FG_LOAD_BATCH] = FG_KIND_JOB,
        [FG_LOAD_OFFICE] = FG_KIND_POD,
    };
    return kinds[shape];
}

static void set_words(struct fg_decoder *decoder, const struct fg_value *value,
                      struct reading *reading)
{
    struct fg_pod_spec *spec = &reading->load.spec;
    spec->kind = default_kind(reading->load.shape);
    if (reading->kind != NULL &&
        (!fg_kind_parse(reading->kind, &spec->kind) || spec->kind == FG_KIND_DAEMONSET))
        fg_decode_fault(decoder, fg_load_place_of(value, "kind"),
                        "kind is '%s'; expected Deployment, StatefulSet, Job, CronJob, ReplicaSet "
                        "or Pod",
                        reading->kind);
    if (reading->arch != NULL && !fg_arch_parse(reading->arch, &spec->arch))
        fg_decode_fault(decoder, fg_load_place_of(value, "arch"),
                        "arch is '%s'; expected amd64 or arm64", reading->arch);
}

static void set_requests(struct reading *reading)
{
    struct fg_pod_spec *spec = &reading->load.spec;
    spec->cpu_named = reading->cpu_milli >= 0;
    spec->memory_named = reading->memory_bytes >= 0;
    spec->cpu_milli = spec->cpu_named ? reading->cpu_milli : 0;
    spec->memory_bytes = spec->memory_named ? reading->memory_bytes : 0;
    spec->gpu_milli = reading->gpus > 0 ? reading->gpus * 1000 : 0;
}

static void check_load(struct fg_decoder *decoder, const struct fg_value *value,
                       struct reading *reading)
{
    struct fg_load *load = &reading->load;
    if (load->name != NULL)
        check_name(decoder, value, "name", load->name);
    check_name(decoder, value, "namespace", load->spec.namespace_name);
    check_pairs(decoder, value, "labels", &load->spec.labels);
    check_pairs(decoder, value, "annotations", &load->spec.annotations);
    check_pairs(decoder, value, "nodeSelector", &load->spec.node_selector);
    if (reading->gpus > GPUS_MAX)
        fg_decode_fault(decoder, fg_load_place_of(value, "gpu"), "gpu is %lld; expected at most %d",
                        (long long)reading->gpus, GPUS_MAX);
    if (reading->shape_count != 1)
        fg_decode_fault(decoder, reading->shape_count > 0 ? reading->shape : value,
                        "the load has %s; expected one of service, cron, batch and office",
                        reading->shape_count > 0 ? "two shapes" : "no shape");
}

static void read_load(struct fg_decoder *decoder, const struct fg_value *value,
                      const struct fg_load_model *model, int32_t utc_offset_s, struct fg_load *out)
{
    struct reading reading = {
        .load = {.file = value->file,
                 .line = value->line,
                 .column = value->column,
                 .utc_offset_s = utc_offset_s,
                 .spec = fg_spec_blank(FG_SPAN_FOREVER)},
        .cpu_milli = -1,
        .memory_bytes = -1,
        .gpus = -1,
    };
    reading.load.spec.workload = NULL;
    if (!fg_decode_is_map(decoder, value, "a load"))
        return;
    fg_decode_map(decoder, value, "a load", load_fields, &reading);
    reading.load.name = fg_decode_required(decoder, value, "name", "a load");
    if (reading.load.spec.workload == NULL)
        reading.load.spec.workload = reading.load.name;
    set_words(decoder, value, &reading);
    set_requests(&reading);
    check_load(decoder, value, &reading);
    *out = reading.load;
    for (const struct fg_load *other = model->loads; other < out; other++)
        if (other->name != NULL && out->name != NULL && strcmp(other->name, out->name) == 0)
            fg_decode_fault(decoder, fg_load_place_of(value, "name"),
                            "the name '%s' stands at line %u already; expected another", out->name,
                            other->line);
}

/* Streams of candidates are refused before hours go into making them. */
static void check_rates(struct fg_decoder *decoder, const struct fg_load_model *model)
{
    for (uint32_t i = 0; i < model->load_count; i++) {
        const struct fg_load *load = &model->loads[i];
        const struct fg_batch *batch = &load->batch;
        if (load->shape != FG_LOAD_BATCH || batch->arrivals == FG_ARRIVALS_BURSTS)
            continue;
        int64_t factor = batch->day.weekend_nano > NANO ? batch->day.weekend_nano : NANO;
        __int128 per_hour_nano = (__int128)batch->per_hour_nano * factor / NANO;
        int64_t pods = (int64_t)(per_hour_nano * model->duration_s / 3600 / NANO);
        if (pods > FG_LOAD_PODS_MAX)
            fg_decode_fault_at(decoder, load->file, load->line, load->column,
                               "load '%s' makes about %lld pods; expected at most %d", load->name,
                               (long long)pods, FG_LOAD_PODS_MAX);
    }
}

/* ---- the model ---- */

struct model_reading {
    struct fg_load_model model;
    int64_t seed;
    int32_t utc_offset_s;
    const struct fg_value *loads;
};

static void keep_loads(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    if (fg_decode_is_list(decoder, value, "loads"))
        *(const struct fg_value **)out = value;
}

#define AT(member) offsetof(struct model_reading, member)
static const struct fg_field model_fields[] = {
    {"model", FG_FIELD_TEXT, AT(model.name), NULL},
    {"seed", FG_FIELD_COUNT, AT(seed), NULL},
    {"start", FG_FIELD_FUNCTION, AT(model.start), fg_decode_start},
    {"duration", FG_FIELD_SECONDS, AT(model.duration_s), NULL},
    {"utcOffset", FG_FIELD_FUNCTION, AT(utc_offset_s), fg_load_read_offset},
    {"loads", FG_FIELD_FUNCTION, AT(loads), keep_loads},
    {0},
};
#undef AT

static void check_duration(struct fg_decoder *decoder, const struct fg_value *root,
                           const struct fg_load_model *model)
{
    fg_load_require(decoder, root, "duration", "the model");
    if (fg_load_is_named(root, "duration") &&
        (model->duration_s == 0 || model->duration_s > (uint32_t)DURATION_MAX_DAYS * DAY_S) &&
        fg_decode_is_good(decoder))
        fg_decode_fault(decoder, fg_load_place_of(root, "duration"),
                        "duration is %u s; expected 1s to %dd", model->duration_s,
                        DURATION_MAX_DAYS);
}

static void decode_model(struct fg_decoder *decoder, const struct fg_value *root,
                         struct fg_load_model *out)
{
    struct model_reading reading = {.seed = 1};
    struct fg_load_model *model = &reading.model;
    fg_calendar_parse_instant("2026-01-01T00:00:00Z", &model->start, decoder->first);
    if (!fg_decode_is_map(decoder, root, "the model"))
        return;
    fg_decode_map(decoder, root, "the model", model_fields, &reading);
    fg_decode_required(decoder, root, "model", "the model");
    check_duration(decoder, root, model);
    model->seed = (uint64_t)reading.seed;
    uint32_t count = reading.loads != NULL ? reading.loads->count : 0;
    if (count == 0 || count > LOADS_MAX) {
        fg_decode_fault(decoder, fg_load_place_of(root, "loads"),
                        "the model has %u loads; expected 1 to %d", count, LOADS_MAX);
        return;
    }
    model->loads = fg_arena_allocate(decoder->arena, count, sizeof *model->loads);
    for (; model->load_count < count; model->load_count++)
        read_load(decoder, reading.loads->items[model->load_count], model, reading.utc_offset_s,
                  &model->loads[model->load_count]);
    if (fg_decode_is_good(decoder))
        check_rates(decoder, model);
    *out = *model;
}

static fg_status read_model(const struct fg_value *root, struct fg_arena *arena,
                            struct fg_load_model *out, struct fg_error *error)
{
    struct fg_decoder decoder = {.arena = arena, .first = error};
    decode_model(&decoder, root, out);
    return error->status;
}

fg_status fg_load_model_read(const char *path, struct fg_arena *arena, struct fg_load_model *out,
                             struct fg_error *error)
{
    const struct fg_value *root;
    fg_status status = fg_document_read(path, arena, &root, error);
    return status == FG_OK ? read_model(root, arena, out, error) : status;
}

fg_status fg_load_model_parse(const char *file, const char *bytes, size_t length,
                              struct fg_arena *arena, struct fg_load_model *out,
                              struct fg_error *error)
{
    const struct fg_value *root;
    fg_status status = fg_document_parse(file, bytes, length, arena, &root, error);
    return status == FG_OK ? read_model(root, arena, out, error) : status;
}
