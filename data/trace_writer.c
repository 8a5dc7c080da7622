#include <csv.h>
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "data/trace_reader.h"
#include "models/quantity.h"

/* What is written for one pod. */
struct row {
    const struct fg_trace *trace;
    uint32_t pod;
    const struct fg_pod_spec *spec;
};

enum { CELL_BYTES = 1 << 21 }; /* more than a row that was read can hold */

/* Each column: whether a spec needs it, and its text in `cell`. */
struct column {
    const char *name;
    bool (*is_used)(const struct fg_pod_spec *spec);
    void (*write)(const struct row *row, char *cell);
};

static void print(char *cell, const char *text)
{
    snprintf(cell, CELL_BYTES, "%s", text);
}

static void write_pairs(const struct fg_pairs *pairs, char *cell)
{
    size_t length = 0;
    for (uint32_t i = 0; i < pairs->count && length < CELL_BYTES; i++)
        length += (size_t)snprintf(cell + length, CELL_BYTES - length, "%s%s=%s", i > 0 ? ";" : "",
                                   pairs->items[i].key, pairs->items[i].value);
}

static bool always(const struct fg_pod_spec *spec)
{
    (void)spec;
    return true;
}

static void write_arrival(const struct row *row, char *cell)
{
    snprintf(cell, CELL_BYTES, "%" PRIu32, row->trace->arrival_s[row->pod]);
}

static void write_span(const struct row *row, enum fg_span span, char *cell)
{
    if (fg_trace_span(row->trace, row->pod) == span)
        snprintf(cell, CELL_BYTES, "%" PRIu32, row->trace->span_s[row->pod]);
}

static void write_duration(const struct row *row, char *cell)
{
    write_span(row, FG_SPAN_DURATION, cell);
}

static void write_end(const struct row *row, char *cell)
{
    write_span(row, FG_SPAN_END, cell);
}

static void write_name(const struct row *row, char *cell)
{
    fg_trace_pod_name(row->trace, row->pod, cell, CELL_BYTES);
}

static void write_namespace(const struct row *row, char *cell)
{
    print(cell, row->spec->namespace_name);
}

static void write_workload(const struct row *row, char *cell)
{
    print(cell, row->spec->workload);
}

static void write_kind(const struct row *row, char *cell)
{
    print(cell, fg_kind_name(row->spec->kind));
}

static void write_cpu(const struct row *row, char *cell)
{
    if (row->spec->cpu_named)
        fg_quantity_print_cpu(row->spec->cpu_milli, cell);
}

static void write_memory(const struct row *row, char *cell)
{
    if (row->spec->memory_named)
        fg_quantity_print_bytes(row->spec->memory_bytes, cell);
}

static bool uses_ephemeral(const struct fg_pod_spec *spec)
{
    return spec->ephemeral_bytes > 0;
}
static void write_ephemeral(const struct row *row, char *cell)
{
    fg_quantity_print_bytes(row->spec->ephemeral_bytes, cell);
}

static bool uses_gpu(const struct fg_pod_spec *spec)
{
    return spec->gpu_milli > 0;
}
static void write_gpu(const struct row *row, char *cell)
{
    fg_quantity_print_cpu(row->spec->gpu_milli, cell);
}

static bool uses_labels(const struct fg_pod_spec *spec)
{
    return spec->labels.count > 0;
}
static void write_labels(const struct row *row, char *cell)
{
    write_pairs(&row->spec->labels, cell);
}

static bool uses_annotations(const struct fg_pod_spec *spec)
{
    return spec->annotations.count > 0;
}
static void write_annotations(const struct row *row, char *cell)
{
    write_pairs(&row->spec->annotations, cell);
}

static bool uses_selector(const struct fg_pod_spec *spec)
{
    return spec->node_selector.count > 0;
}
static void write_selector(const struct row *row, char *cell)
{
    write_pairs(&row->spec->node_selector, cell);
}

static bool uses_tolerations(const struct fg_pod_spec *spec)
{
    return spec->tolerations.count > 0;
}
static void write_tolerations(const struct row *row, char *cell)
{
    size_t length = 0;
    for (uint32_t i = 0; i < row->spec->tolerations.count && length < CELL_BYTES; i++) {
        const struct fg_toleration *toleration = &row->spec->tolerations.items[i];
        bool any_key = *toleration->key == '\0';
        bool any_effect = toleration->effect == FG_EFFECT_ANY;
        length +=
            (size_t)snprintf(cell + length, CELL_BYTES - length, "%s%s%s%s%s%s", i > 0 ? ";" : "",
                             any_key ? "*" : toleration->key, toleration->exists ? "" : "=",
                             toleration->exists ? "" : toleration->value, any_effect ? "" : ":",
                             any_effect ? "" : fg_effect_name(toleration->effect));
    }
}

static bool uses_priority(const struct fg_pod_spec *spec)
{
    return spec->priority != 0;
}
static void write_priority(const struct row *row, char *cell)
{
    snprintf(cell, CELL_BYTES, "%" PRId32, row->spec->priority);
}

static bool uses_arch(const struct fg_pod_spec *spec)
{
    return spec->arch != FG_ARCH_AMD64;
}
static void write_arch(const struct row *row, char *cell)
{
    print(cell, fg_arch_name(row->spec->arch));
}

static bool uses_spread(const struct fg_pod_spec *spec)
{
    return *spec->spread != '\0';
}
static void write_spread(const struct row *row, char *cell)
{
    print(cell, row->spec->spread);
}

static bool uses_anti_affinity(const struct fg_pod_spec *spec)
{
    return *spec->anti_affinity != '\0';
}
static void write_anti_affinity(const struct row *row, char *cell)
{
    print(cell, row->spec->anti_affinity);
}

static bool uses_features(const struct fg_pod_spec *spec)
{
    return spec->features != 0;
}
static void write_features(const struct row *row, char *cell)
{
    static const char *const names[] = {"privileged", "hostNetwork", "hostPort", "hostPath", "ebs"};
    size_t length = 0;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        uint32_t bit = 0;
        fg_feature_parse(names[i], (uint32_t)strlen(names[i]), &bit);
        if ((row->spec->features & bit) != 0)
            length += (size_t)snprintf(cell + length, CELL_BYTES - length, "%s%s",
                                       length > 0 ? ";" : "", names[i]);
    }
}

static bool uses_ttl(const struct fg_pod_spec *spec)
{
    return spec->ttl_s > 0;
}
static void write_ttl(const struct row *row, char *cell)
{
    snprintf(cell, CELL_BYTES, "%" PRIu32, row->spec->ttl_s);
}

static bool uses_cpu_used(const struct fg_pod_spec *spec)
{
    return spec->cpu_used_milli >= 0;
}
static void write_cpu_used(const struct row *row, char *cell)
{
    if (uses_cpu_used(row->spec))
        fg_quantity_print_cpu(row->spec->cpu_used_milli, cell);
}

static bool uses_memory_used(const struct fg_pod_spec *spec)
{
    return spec->memory_used_bytes >= 0;
}
static void write_memory_used(const struct row *row, char *cell)
{
    if (uses_memory_used(row->spec))
        fg_quantity_print_bytes(row->spec->memory_used_bytes, cell);
}

static bool uses_image(const struct fg_pod_spec *spec)
{
    return spec->image != NULL;
}
static void write_image(const struct row *row, char *cell)
{
    if (uses_image(row->spec))
        print(cell, row->spec->image);
}

static bool uses_image_size(const struct fg_pod_spec *spec)
{
    return spec->image_bytes > 0;
}
static void write_image_size(const struct row *row, char *cell)
{
    if (uses_image_size(row->spec))
        fg_quantity_print_bytes(row->spec->image_bytes, cell);
}

static const struct column columns[] = {
    {"arrival_s", always, write_arrival},
    {"duration_s", always, write_duration},
    {"end_s", always, write_end},
    {"pod", always, write_name},
    {"namespace", always, write_namespace},
    {"workload", always, write_workload},
    {"kind", always, write_kind},
    {"cpu", always, write_cpu},
    {"memory", always, write_memory},
    {"ephemeral_storage", uses_ephemeral, write_ephemeral},
    {"gpu", uses_gpu, write_gpu},
    {"labels", uses_labels, write_labels},
    {"annotations", uses_annotations, write_annotations},
    {"node_selector", uses_selector, write_selector},
    {"tolerations", uses_tolerations, write_tolerations},
    {"priority", uses_priority, write_priority},
    {"arch", uses_arch, write_arch},
    {"spread", uses_spread, write_spread},
    {"anti_affinity", uses_anti_affinity, write_anti_affinity},
    {"features", uses_features, write_features},
    {"ttl_s", uses_ttl, write_ttl},
    {"cpu_used", uses_cpu_used, write_cpu_used},
    {"memory_used", uses_memory_used, write_memory_used},
    {"image", uses_image, write_image},
    {"image_size", uses_image_size, write_image_size},
};
enum { COLUMN_COUNT = sizeof columns / sizeof *columns };

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* Quoted where RFC 4180 wants it, and where the reader would drop blanks. */
static void put_cell(FILE *out, const char *cell)
{
    size_t length = strlen(cell);
    if (strpbrk(cell, ",\"\r\n") == NULL &&
        (length == 0 || (!is_blank(cell[0]) && !is_blank(cell[length - 1]))))
        fputs(cell, out);
    else
        csv_fwrite(out, cell, length);
}

static void find_used(const struct fg_trace *trace, bool *used)
{
    for (int c = 0; c < COLUMN_COUNT; c++)
        for (uint32_t i = 0; i < trace->spec_count && !used[c]; i++)
            used[c] = columns[c].is_used(&trace->specs[i]);
}

static void write_header(FILE *out, const bool *used)
{
    for (int c = 0, first = 1; c < COLUMN_COUNT; c++) {
        if (!used[c])
            continue;
        fprintf(out, "%s%s", first ? "" : ",", columns[c].name);
        first = 0;
    }
    fputc('\n', out);
}

fg_status fg_trace_write(const struct fg_trace *trace, FILE *out, struct fg_error *error)
{
    bool used[COLUMN_COUNT] = {[0] = true, true, true, true, true, true, true, true, true};
    static _Thread_local char cell[CELL_BYTES];
    find_used(trace, used);
    write_header(out, used);
    for (uint32_t pod = 0; pod < trace->pod_count; pod++) {
        const struct row row = {trace, pod, &trace->specs[fg_trace_spec(trace, pod)]};
        for (int c = 0; c < COLUMN_COUNT; c++) {
            if (!used[c])
                continue;
            cell[0] = '\0';
            columns[c].write(&row, cell);
            if (strlen(cell) == CELL_BYTES - 1)
                return fg_error_set(error, FG_FAILED, "column '%s' of pod %" PRIu32 " is too long",
                                    columns[c].name, pod + 1);
            if (c > 0)
                fputc(',', out);
            put_cell(out, cell);
        }
        fputc('\n', out);
        if (ferror(out))
            break;
    }
    if (fflush(out) != 0 || ferror(out))
        return fg_error_set(error, FG_FAILED, "the trace cannot be written: %s", strerror(errno));
    return FG_OK;
}
