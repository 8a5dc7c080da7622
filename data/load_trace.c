/* Pods of a load model -> a trace. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "data/load_model.h"
#include "data/trace_format.h"

enum { NUMBER_BYTES = 10 };        /* "-50000000" and the NUL byte */
#define NAMES_BYTES_MAX UINT32_MAX /* of the trace's names, whose places are 32 bits */

/* Specs of the trace: one for each size of each load. */
struct specs {
    struct fg_index index;
    uint32_t capacity;
};

static const char *intern(struct fg_trace *trace, const char *text)
{
    return fg_strings_intern(&trace->strings, text, strlen(text));
}

static struct fg_pairs copy_pairs(struct fg_trace *trace, const struct fg_pairs *pairs)
{
    struct fg_pairs copy = {.count = pairs->count};
    copy.items = fg_arena_allocate(&trace->arena, pairs->count, sizeof *copy.items);
    for (uint32_t i = 0; i < pairs->count; i++)
        copy.items[i] = (struct fg_pair){intern(trace, pairs->items[i].key),
                                         intern(trace, pairs->items[i].value)};
    return copy;
}

/* The trace owns its texts, so that it may outlive the model. */
static struct fg_pod_spec copy_spec(struct fg_trace *trace, const struct fg_pod_spec *spec)
{
    struct fg_pod_spec copy = *spec;
    copy.namespace_name = intern(trace, spec->namespace_name);
    copy.workload = intern(trace, spec->workload);
    copy.labels = copy_pairs(trace, &spec->labels);
    copy.annotations = copy_pairs(trace, &spec->annotations);
    copy.node_selector = copy_pairs(trace, &spec->node_selector);
    copy.tolerations.items =
        fg_arena_allocate(&trace->arena, spec->tolerations.count, sizeof *copy.tolerations.items);
    for (uint32_t i = 0; i < spec->tolerations.count; i++) {
        copy.tolerations.items[i] = spec->tolerations.items[i];
        copy.tolerations.items[i].key = intern(trace, spec->tolerations.items[i].key);
        copy.tolerations.items[i].value = intern(trace, spec->tolerations.items[i].value);
    }
    return copy;
}

/* The spec numbers of a load's sizes, UINT32_MAX until a pod has that size. */
static uint32_t spec_of(struct fg_trace *trace, struct specs *specs, const struct fg_load *load,
                        uint32_t size, uint32_t *numbers)
{
    if (numbers[size] != UINT32_MAX)
        return numbers[size];
    struct fg_pod_spec spec = copy_spec(trace, &load->spec);
    const struct fg_load_size *of_size = load->size_count > 0 ? &load->sizes[size] : NULL;
    if (of_size != NULL && of_size->cpu_milli >= 0) {
        spec.cpu_milli = of_size->cpu_milli;
        spec.cpu_named = true;
    }
    if (of_size != NULL && of_size->memory_bytes >= 0) {
        spec.memory_bytes = of_size->memory_bytes;
        spec.memory_named = true;
    }
    numbers[size] = fg_spec_intern(trace, &specs->index, &specs->capacity, &spec);
    return numbers[size];
}

/* ---- all loads, then sorted ---- */

struct row {
    uint32_t arrival_s, load, number; /* number from 0 */
};

static int compare_rows(const void *a, const void *b)
{
    const struct row *left = a, *right = b;
    if (left->arrival_s != right->arrival_s)
        return left->arrival_s < right->arrival_s ? -1 : 1;
    if (left->load != right->load)
        return left->load < right->load ? -1 : 1;
    return left->number < right->number ? -1 : left->number > right->number;
}

static struct row *sorted_rows(const struct fg_load_pods *pods, uint32_t load_count, uint32_t total)
{
    struct row *rows = fg_allocate(total, sizeof *rows);
    uint32_t count = 0;
    for (uint32_t load = 0; load < load_count; load++)
        for (uint32_t i = 0; i < pods[load].count; i++)
            rows[count++] = (struct row){pods[load].items[i].arrival_s, load, i};
    qsort(rows, total, sizeof *rows, compare_rows);
    return rows;
}

static fg_status check_size(const struct fg_load_model *model, const struct fg_load_pods *pods,
                            uint64_t *out_pods, uint64_t *out_name_bytes, struct fg_error *error)
{
    *out_pods = *out_name_bytes = 0;
    for (uint32_t i = 0; i < model->load_count; i++) {
        *out_pods += pods[i].count;
        *out_name_bytes += pods[i].count * (strlen(model->loads[i].name) + NUMBER_BYTES);
    }
    if (*out_pods <= FG_TRACE_PODS_MAX && *out_name_bytes <= NAMES_BYTES_MAX)
        return FG_OK;
    return fg_error_at(error, model->loads[0].file, 0, 0,
                       "the loads make %" PRIu64 " pods; expected at most %d, with names of "
                       "together under 4 GiB",
                       *out_pods, FG_TRACE_PODS_MAX);
}

static void allocate_columns(struct fg_trace *trace, uint64_t pods, uint64_t name_bytes)
{
    trace->arrival_s = fg_allocate(pods, sizeof *trace->arrival_s);
    trace->span_s = fg_allocate(pods, sizeof *trace->span_s);
    trace->spec_and_span = fg_allocate(pods, sizeof *trace->spec_and_span);
    trace->name = fg_allocate(pods, sizeof *trace->name);
    trace->name_text = fg_allocate(name_bytes + 1, 1);
}

static void fill_trace(const struct fg_load_model *model, const struct fg_load_pods *pods,
                       const struct row *rows, uint32_t total, struct fg_trace *trace)
{
    struct specs specs = {0};
    uint32_t **numbers = fg_allocate(model->load_count, sizeof *numbers), name_bytes = 0;
    for (uint32_t load = 0; load < model->load_count; load++) {
        uint32_t sizes = model->loads[load].size_count > 0 ? model->loads[load].size_count : 1;
        numbers[load] = fg_allocate(sizes, sizeof **numbers);
        memset(numbers[load], 0xff, sizes * sizeof **numbers);
    }
    for (uint32_t i = 0; i < total; i++) {
        const struct fg_load *load = &model->loads[rows[i].load];
        const struct fg_load_pod *pod = &pods[rows[i].load].items[rows[i].number];
        uint32_t spec = spec_of(trace, &specs, load, pod->size, numbers[rows[i].load]);
        trace->arrival_s[i] = pod->arrival_s;
        trace->span_s[i] = pod->span_s;
        trace->spec_and_span[i] = spec | (uint32_t)pod->span << FG_SPEC_BITS;
        trace->name[i] = name_bytes;
        name_bytes +=
            (uint32_t)snprintf(trace->name_text + name_bytes, strlen(load->name) + NUMBER_BYTES,
                               "%s-%" PRIu32, load->name, rows[i].number + 1) +
            1;
    }
    trace->pod_count = total;
    for (uint32_t load = 0; load < model->load_count; load++)
        free(numbers[load]);
    free(numbers);
    fg_index_release(&specs.index);
}

fg_status fg_load_model_generate(const struct fg_load_model *model, struct fg_trace *out,
                                 uint32_t **out_counts, struct fg_error *error)
{
    struct fg_load_pods *pods = fg_allocate(model->load_count, sizeof *pods);
    uint64_t total = 0, name_bytes = 0;
    fg_status status = FG_OK;
    for (uint32_t i = 0; i < model->load_count && status == FG_OK; i++)
        status = fg_load_generate(model, &model->loads[i], &pods[i], error);
    if (status == FG_OK)
        status = check_size(model, pods, &total, &name_bytes, error);
    if (status == FG_OK) {
        struct row *rows = sorted_rows(pods, model->load_count, (uint32_t)total);
        *out = (struct fg_trace){0};
        allocate_columns(out, total, name_bytes);
        fill_trace(model, pods, rows, (uint32_t)total, out);
        free(rows);
        *out_counts = fg_allocate(model->load_count, sizeof **out_counts);
        for (uint32_t i = 0; i < model->load_count; i++)
            (*out_counts)[i] = pods[i].count;
    }
    for (uint32_t i = 0; i < model->load_count; i++)
        free(pods[i].items);
    free(pods);
    return status;
}
