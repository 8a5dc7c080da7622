#include "data/trace_format.h"

#include <string.h>

fg_status fg_cell_number(const struct fg_cell *cell, const char *column, const char *expected,
                         uint32_t *out, struct fg_error *error)
{
    uint64_t value = 0;
    bool good = cell->length > 0;
    for (uint32_t i = 0; i < cell->length && good; i++) {
        good = cell->text[i] >= '0' && cell->text[i] <= '9';
        value = value * 10 + (uint64_t)(cell->text[i] - '0');
        good = good && value < UINT32_MAX;
    }
    if (!good)
        return fg_error_set(error, FG_BAD_INPUT,
                            "column '%s' is '%.*s'; expected %s, 0 to 4294967294", column,
                            (int)(cell->length > 64 ? 64 : cell->length), cell->text, expected);
    *out = (uint32_t)value;
    return FG_OK;
}

fg_status fg_cell_seconds(const struct fg_cell *cell, const char *column, uint32_t *out,
                          struct fg_error *error)
{
    return fg_cell_number(cell, column, "whole seconds", out, error);
}

struct fg_pod_spec fg_spec_blank(enum fg_span span)
{
    return (struct fg_pod_spec){
        .namespace_name = "default",
        .workload = "(none)",
        .kind = span == FG_SPAN_DURATION ? FG_KIND_JOB : FG_KIND_REPLICASET,
        .arch = FG_ARCH_AMD64,
        .spread = "",
        .anti_affinity = "",
        .cpu_used_milli = -1,
        .memory_used_bytes = -1,
    };
}

fg_status fg_spec_take_annotations(struct fg_pod_spec *spec, struct fg_error *error)
{
    struct fg_error cause = {0};
    const char *text = fg_pairs_find(&spec->annotations, FG_CHECKPOINT_ANNOTATION);
    if (text == NULL || fg_calendar_parse_duration(text, &spec->checkpoint_s, &cause) == FG_OK)
        return FG_OK;
    return fg_error_set(error, FG_BAD_INPUT, "annotation '%s': %s", FG_CHECKPOINT_ANNOTATION,
                        cause.message);
}

/* ---- equal specs ---- */

static uint64_t hash_text(const char *text, uint64_t hash)
{
    return fg_hash_bytes(text, strlen(text), hash);
}

static uint64_t hash_pairs(const struct fg_pairs *pairs, uint64_t hash)
{
    for (uint32_t i = 0; i < pairs->count; i++)
        hash = hash_text(pairs->items[i].value, hash_text(pairs->items[i].key, hash));
    return fg_hash_mix(hash, pairs->count);
}

static uint64_t hash_spec(const struct fg_pod_spec *spec)
{
    const int64_t numbers[] = {
        spec->kind,           spec->arch,
        spec->cpu_milli,      spec->memory_bytes,
        spec->gpu_milli,      spec->cpu_named,
        spec->memory_named,   spec->ephemeral_bytes,
        spec->priority,       spec->features,
        spec->ttl_s,          spec->checkpoint_s,
        spec->cpu_used_milli, spec->memory_used_bytes,
        spec->image_bytes,
    };
    uint64_t hash = fg_hash_bytes(numbers, sizeof numbers, 0);
    hash = hash_text(spec->workload, hash_text(spec->namespace_name, hash));
    hash = hash_text(spec->anti_affinity, hash_text(spec->spread, hash));
    if (spec->image != NULL)
        hash = hash_text(spec->image, hash);
    hash = hash_pairs(&spec->labels, hash);
    hash = hash_pairs(&spec->annotations, hash);
    hash = hash_pairs(&spec->node_selector, hash);
    for (uint32_t i = 0; i < spec->tolerations.count; i++)
        hash = hash_text(spec->tolerations.items[i].key, hash);
    return hash;
}

static bool same_text(const char *a, const char *b)
{
    return a == b || strcmp(a, b) == 0;
}

static bool same_image(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : same_text(a, b);
}

static bool same_pairs(const struct fg_pairs *a, const struct fg_pairs *b)
{
    if (a->count != b->count)
        return false;
    for (uint32_t i = 0; i < a->count; i++)
        if (!same_text(a->items[i].key, b->items[i].key) ||
            !same_text(a->items[i].value, b->items[i].value))
            return false;
    return true;
}

static bool same_tolerations(const struct fg_tolerations *a, const struct fg_tolerations *b)
{
    if (a->count != b->count)
        return false;
    for (uint32_t i = 0; i < a->count; i++)
        if (!same_text(a->items[i].key, b->items[i].key) ||
            !same_text(a->items[i].value, b->items[i].value) ||
            a->items[i].exists != b->items[i].exists || a->items[i].effect != b->items[i].effect)
            return false;
    return true;
}

static bool same_spec(const struct fg_pod_spec *a, const struct fg_pod_spec *b)
{
    return a->kind == b->kind && a->arch == b->arch && a->cpu_milli == b->cpu_milli &&
           a->memory_bytes == b->memory_bytes && a->ephemeral_bytes == b->ephemeral_bytes &&
           a->gpu_milli == b->gpu_milli && a->cpu_named == b->cpu_named &&
           a->memory_named == b->memory_named && a->priority == b->priority &&
           a->features == b->features && a->ttl_s == b->ttl_s &&
           a->checkpoint_s == b->checkpoint_s && a->cpu_used_milli == b->cpu_used_milli &&
           a->memory_used_bytes == b->memory_used_bytes && a->image_bytes == b->image_bytes &&
           same_image(a->image, b->image) && same_text(a->namespace_name, b->namespace_name) &&
           same_text(a->workload, b->workload) && same_text(a->spread, b->spread) &&
           same_text(a->anti_affinity, b->anti_affinity) && same_pairs(&a->labels, &b->labels) &&
           same_pairs(&a->annotations, &b->annotations) &&
           same_pairs(&a->node_selector, &b->node_selector) &&
           same_tolerations(&a->tolerations, &b->tolerations);
}

uint32_t fg_spec_intern(struct fg_trace *trace, struct fg_index *index, uint32_t *capacity,
                        const struct fg_pod_spec *spec)
{
    uint64_t hash = hash_spec(spec);
    uint32_t cursor = 0, number;
    while ((number = fg_index_next(index, hash, &cursor)) != UINT32_MAX)
        if (same_spec(&trace->specs[number], spec))
            return number;
    number = trace->spec_count++;
    FG_ASSERT(number < FG_SPEC_MASK);
    trace->specs = fg_grow(trace->specs, capacity, trace->spec_count, sizeof *trace->specs);
    trace->specs[number] = *spec;
    fg_index_put(index, hash, number);
    return number;
}
