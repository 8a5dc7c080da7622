#include <stdlib.h>
#include <string.h>

#include "data/decode_pod.h"
#include "data/study_parts.h"
#include "data/trace_format.h"
#include "data/trace_reader.h"
#include "models/quantity.h"

/* ---- assign ---- */

static void decode_gpu(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    int64_t count;
    if (fg_decode_count(decoder, value, "gpu", &count))
        *(int64_t *)out = count * 1000;
}

static void decode_duration_limit(struct fg_decoder *decoder, const struct fg_value *value,
                                  void *out)
{
    uint32_t seconds;
    if (fg_decode_seconds(decoder, value, "durationAtMost", &seconds))
        *(int64_t *)out = seconds;
}

static void decode_kind_pattern(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    enum fg_kind kind;
    if (!fg_decode_text(decoder, value, "kind", out))
        return;
    if (strpbrk(value->text, "*?") == NULL && !fg_kind_parse(value->text, &kind))
        fg_decode_fault(decoder, value,
                        "kind is '%s'; expected Deployment, StatefulSet, DaemonSet, Job, "
                        "CronJob, ReplicaSet or Pod",
                        value->text);
}

static const struct fg_field match_fields[] = {
    {"namespace", FG_FIELD_TEXT, offsetof(struct fg_assign_match, namespace_pattern), NULL},
    {"workload", FG_FIELD_TEXT, offsetof(struct fg_assign_match, workload_pattern), NULL},
    {"kind", FG_FIELD_FUNCTION, offsetof(struct fg_assign_match, kind_name), decode_kind_pattern},
    {"labels", FG_FIELD_PAIRS, offsetof(struct fg_assign_match, labels), NULL},
    {"cpuAtMost", FG_FIELD_CPU, offsetof(struct fg_assign_match, cpu_at_most_milli), NULL},
    {"memoryAtMost", FG_FIELD_BYTES, offsetof(struct fg_assign_match, memory_at_most_bytes), NULL},
    {"gpu", FG_FIELD_FUNCTION, offsetof(struct fg_assign_match, gpu_milli), decode_gpu},
    {"durationAtMost", FG_FIELD_FUNCTION, offsetof(struct fg_assign_match, duration_at_most_s),
     decode_duration_limit},
    {0},
};

static void decode_kind(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    struct fg_assign_set *set = out;
    char found[96];
    set->has_kind = value->kind == FG_VALUE_TEXT && fg_kind_parse(value->text, &set->kind);
    if (!set->has_kind)
        fg_decode_fault(decoder, value,
                        "kind is %s; expected Deployment, StatefulSet, DaemonSet, Job, CronJob, "
                        "ReplicaSet or Pod",
                        fg_value_describe(value, found));
}

static void decode_arch(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    struct fg_assign_set *set = out;
    static const char *const words[] = {"amd64", "arm64", NULL};
    set->has_arch = fg_decode_word(decoder, value, "arch", words) >= 0 &&
                    fg_arch_parse(value->text, &set->arch);
}

static void decode_ttl(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    struct fg_assign_set *set = out;
    set->has_ttl = fg_decode_seconds(decoder, value, "ttl", &set->ttl_s);
}

static void decode_checkpoint(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    struct fg_assign_set *set = out;
    set->has_checkpoint = fg_decode_seconds(decoder, value, "checkpoint", &set->checkpoint_s);
}

/* The annotation that names a checkpoint counts as the key does. */
static void decode_annotations(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    struct fg_assign_set *set = out;
    const struct fg_value *checkpoint = fg_value_find(value, FG_CHECKPOINT_ANNOTATION);
    if (fg_decode_pairs(decoder, value, "annotations", &set->annotations) && checkpoint != NULL &&
        checkpoint->kind != FG_VALUE_NULL && !set->has_checkpoint)
        decode_checkpoint(decoder, checkpoint, set);
}

static void decode_priority(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    struct fg_assign_set *set = out;
    set->has_priority = fg_decode_priority(decoder, value, &set->priority);
}

static void decode_node_selector(struct fg_decoder *decoder, const struct fg_value *value,
                                 void *out)
{
    struct fg_assign_set *set = out;
    if (fg_decode_pairs(decoder, value, "nodeSelector", &set->node_selector))
        set->has_node_selector = true;
}

static void decode_set_tolerations(struct fg_decoder *decoder, const struct fg_value *value,
                                   void *out)
{
    struct fg_assign_set *set = out;
    fg_decode_tolerations(decoder, value, &set->tolerations);
    set->has_tolerations = true;
}

static const struct fg_field set_fields[] = {
    {"namespace", FG_FIELD_TEXT, offsetof(struct fg_assign_set, namespace_name), NULL},
    {"workload", FG_FIELD_TEXT, offsetof(struct fg_assign_set, workload), NULL},
    {"kind", FG_FIELD_FUNCTION, 0, decode_kind},
    {"labels", FG_FIELD_PAIRS, offsetof(struct fg_assign_set, labels), NULL},
    {"annotations", FG_FIELD_FUNCTION, 0, decode_annotations},
    {"nodeSelector", FG_FIELD_FUNCTION, 0, decode_node_selector},
    {"tolerations", FG_FIELD_FUNCTION, 0, decode_set_tolerations},
    {"arch", FG_FIELD_FUNCTION, 0, decode_arch},
    {"cpu", FG_FIELD_CPU, offsetof(struct fg_assign_set, cpu_milli), NULL},
    {"memory", FG_FIELD_BYTES, offsetof(struct fg_assign_set, memory_bytes), NULL},
    {"image", FG_FIELD_TEXT, offsetof(struct fg_assign_set, image), NULL},
    {"imageSize", FG_FIELD_BYTES, offsetof(struct fg_assign_set, image_bytes), NULL},
    {"ttl", FG_FIELD_FUNCTION, 0, decode_ttl},
    {"priority", FG_FIELD_FUNCTION, 0, decode_priority},
    {"checkpoint", FG_FIELD_FUNCTION, 0, decode_checkpoint},
    {0},
};

static void decode_match(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    fg_decode_map(decoder, value, "match", match_fields, out);
}

static void decode_set(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    fg_decode_map(decoder, value, "set", set_fields, out);
}

static const struct fg_field assign_fields[] = {
    {"match", FG_FIELD_FUNCTION, offsetof(struct fg_assign, match), decode_match},
    {"set", FG_FIELD_FUNCTION, offsetof(struct fg_assign, set), decode_set},
    {0},
};

static void decode_assigns(struct fg_decoder *decoder, const struct fg_value *list, void *out)
{
    struct fg_trace_source *trace = out;
    if (!fg_decode_is_list(decoder, list, "assign"))
        return;
    trace->assigns = fg_arena_allocate(decoder->arena, list->count, sizeof *trace->assigns);
    trace->assign_count = list->count;
    for (uint32_t i = 0; i < list->count; i++) {
        struct fg_assign *assign = &trace->assigns[i];
        assign->match = (struct fg_assign_match){.cpu_at_most_milli = INT64_MAX,
                                                 .memory_at_most_bytes = INT64_MAX,
                                                 .gpu_milli = -1,
                                                 .duration_at_most_s = INT64_MAX};
        assign->set = (struct fg_assign_set){.cpu_milli = -1, .memory_bytes = -1};
        fg_decode_item(decoder, list->items[i], "a rule of assign", assign_fields, assign);
    }
}

/* ---- the section ---- */

static void decode_files(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    const struct fg_study_context *context = decoder->context;
    struct fg_trace_source *trace = out;
    if (!fg_decode_texts(decoder, value, "file", &trace->files, &trace->file_count))
        return;
    for (uint32_t i = 0; i < trace->file_count; i++)
        if (trace->files[i][0] != '/')
            trace->files[i] =
                fg_arena_format(decoder->arena, "%s%s", context->folder, trace->files[i]);
}

static void decode_format(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    const char *words[32] = {NULL};
    for (uint32_t i = 0; i < 31 && fg_trace_format_name(i) != NULL; i++)
        words[i] = fg_trace_format_name(i);
    if (fg_decode_word(decoder, value, "format", words) >= 0)
        *(const char **)out = value->text;
}

static const struct fg_field repeat_fields[] = {
    {"times", FG_FIELD_COUNT, 0, NULL},
    {"every", FG_FIELD_SECONDS, sizeof(int64_t), NULL},
    {0},
};

static void decode_repeat(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    struct fg_trace_source *trace = out;
    struct {
        int64_t times;
        uint32_t every_s;
    } repeat = {1, 0};
    fg_decode_map(decoder, value, "repeat", repeat_fields, &repeat);
    if (repeat.times < 1)
        fg_decode_fault(decoder, value, "times is %d; expected 1 or more", (int)repeat.times);
    else if (repeat.times > 1 && repeat.every_s == 0)
        fg_decode_fault(decoder, value, "repeat has no every; expected a duration such as 30d");
    trace->repeat_times = (uint32_t)repeat.times;
    trace->repeat_every_s = repeat.every_s;
}

static void decode_scale(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    int64_t scale;
    if (!fg_decode_nano(decoder, value, "scale", &scale))
        return;
    if (scale > INT64_C(1000000) * FG_NANO_PER_DOLLAR)
        fg_decode_fault(decoder, value, "scale is '%s'; expected at most 1000000", value->text);
    else
        *(int64_t *)out = scale;
}

static const struct fg_field trace_fields[] = {
    {"file", FG_FIELD_FUNCTION, 0, decode_files},
    {"format", FG_FIELD_FUNCTION, offsetof(struct fg_trace_source, format), decode_format},
    {"scale", FG_FIELD_FUNCTION, offsetof(struct fg_trace_source, scale_nano), decode_scale},
    {"repeat", FG_FIELD_FUNCTION, 0, decode_repeat},
    {"memoryPerCpu", FG_FIELD_BYTES, offsetof(struct fg_trace_source, memory_per_cpu_bytes), NULL},
    {"gpuShare", FG_FIELD_BOOL, offsetof(struct fg_trace_source, gpu_share), NULL},
    {"assign", FG_FIELD_FUNCTION, 0, decode_assigns},
    {"growth", FG_FIELD_UNSUPPORTED, 0, NULL},
    {"load", FG_FIELD_UNSUPPORTED, 0, NULL},
    {"anyArch", FG_FIELD_UNSUPPORTED, 0, NULL},
    {0},
};

void fg_study_decode_trace(struct fg_decoder *decoder, const struct fg_value *section,
                           struct fg_trace_source *out)
{
    *out = (struct fg_trace_source){
        .memory_per_cpu_bytes = -1, .scale_nano = FG_NANO_PER_DOLLAR, .repeat_times = 1};
    fg_decode_map(decoder, section, "trace", trace_fields, out);
    const struct fg_value *file = fg_value_find(section, "file");
    bool named = file != NULL && file->kind != FG_VALUE_NULL &&
                 !(file->kind == FG_VALUE_LIST && file->count == 0);
    if (!named && (section->kind == FG_VALUE_MAP || section->kind == FG_VALUE_NULL))
        fg_decode_fault(decoder, section, "trace has no file; expected the path of a trace");
}
