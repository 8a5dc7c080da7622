/* Our own trace format: CSV, one pod a row. */
#include <stdio.h>
#include <string.h>

#include "data/trace_format.h"
#include "models/quantity.h"

enum column {
    ARRIVAL_S,
    START,
    DURATION_S,
    END_S,
    END,
    CPU,
    MEMORY,
    EPHEMERAL_STORAGE,
    GPU,
    NAMESPACE,
    WORKLOAD,
    KIND,
    POD,
    LABELS,
    ANNOTATIONS,
    NODE_SELECTOR,
    TOLERATIONS,
    PRIORITY,
    ARCH,
    SPREAD,
    ANTI_AFFINITY,
    FEATURES,
    REPLICAS,
    TTL_S,
    CPU_USED,
    MEMORY_USED,
    IMAGE,
    IMAGE_SIZE,
};
#define BIT(column) (1ULL << (column))

static const char *column_name(uint32_t column)
{
    return fg_trace_csv.columns[column];
}

/* ---- times ---- */

static fg_status read_instant(const struct fg_cell *cell, uint32_t column, fg_unix_s start,
                              uint32_t *out_s, struct fg_error *error)
{
    char text[64];
    fg_unix_s instant;
    struct fg_error cause = {0};
    int length = snprintf(text, sizeof text, "%.*s", (int)cell->length, cell->text);
    if (length >= (int)sizeof text)
        return fg_error_set(error, FG_BAD_INPUT,
                            "column '%s' is %d characters long; expected an instant",
                            column_name(column), length);
    if (fg_calendar_parse_instant(text, &instant, &cause) != FG_OK)
        return fg_error_set(error, FG_BAD_INPUT, "column '%s': %s", column_name(column),
                            cause.message);
    if (instant < start || instant - start >= UINT32_MAX)
        return fg_error_set(error, FG_BAD_INPUT,
                            "column '%s' is %s; expected an instant from the study's start on",
                            column_name(column), text);
    *out_s = (uint32_t)(instant - start);
    return FG_OK;
}

/* Seconds in one column or an instant in another; *out_named tells whether either is set. */
static fg_status read_either(const struct fg_cell *cells, uint32_t seconds_column,
                             uint32_t instant_column, fg_unix_s start, uint32_t *out_s,
                             bool *out_named, uint32_t *out_column, struct fg_error *error)
{
    const struct fg_cell *seconds = &cells[seconds_column], *instant = &cells[instant_column];
    *out_named = seconds->length > 0 || instant->length > 0;
    *out_column = seconds->length > 0 ? seconds_column : instant_column;
    if (seconds->length > 0 && instant->length > 0)
        return fg_error_set(error, FG_BAD_INPUT, "both '%s' and '%s' are set; expected one",
                            column_name(seconds_column), column_name(instant_column));
    if (seconds->length > 0)
        return fg_cell_seconds(seconds, column_name(seconds_column), out_s, error);
    return instant->length > 0 ? read_instant(instant, instant_column, start, out_s, error) : FG_OK;
}

static fg_status read_times(const struct fg_cell *cells, fg_unix_s start, struct fg_pod_times *out,
                            uint32_t *out_column, struct fg_error *error)
{
    bool arrives, ends;
    uint32_t end_s = 0;
    *out = (struct fg_pod_times){.span = FG_SPAN_FOREVER};
    fg_status status =
        read_either(cells, ARRIVAL_S, START, start, &out->arrival_s, &arrives, out_column, error);
    if (status == FG_OK && !arrives)
        return fg_error_set(error, FG_BAD_INPUT,
                            "the row has no arrival; expected '%s' or '%s' to be set",
                            column_name(ARRIVAL_S), column_name(START));
    if (status == FG_OK)
        status = read_either(cells, END_S, END, start, &end_s, &ends, out_column, error);
    if (status != FG_OK)
        return status;
    const struct fg_cell *duration = &cells[DURATION_S];
    if (ends && duration->length > 0)
        return fg_error_set(error, FG_BAD_INPUT,
                            "both a duration and an end are set; expected one of them");
    if (ends && end_s < out->arrival_s)
        return fg_error_set(error, FG_BAD_INPUT,
                            "column '%s' is %u; expected an end not before the arrival at %u",
                            column_name(*out_column), end_s, out->arrival_s);
    if (ends) {
        out->span = FG_SPAN_END;
        out->span_s = end_s;
    } else if (duration->length > 0) {
        *out_column = DURATION_S;
        out->span = FG_SPAN_DURATION;
        status = fg_cell_seconds(duration, column_name(DURATION_S), &out->span_s, error);
    }
    return status;
}

/* ---- lists ---- */

/* Cuts the next piece off *rest at `separator`. */
static struct fg_cell next_piece(struct fg_cell *rest, char separator)
{
    const char *found = memchr(rest->text, separator, rest->length);
    struct fg_cell piece = {rest->text,
                            found != NULL ? (uint32_t)(found - rest->text) : rest->length};
    uint32_t used = piece.length + (found != NULL);
    rest->text += used;
    rest->length -= used;
    return piece;
}

static const char *intern(struct fg_trace *trace, const struct fg_cell *cell)
{
    return fg_strings_intern(&trace->strings, cell->text, cell->length);
}

static fg_status bad_cell(uint32_t column, const struct fg_cell *cell, const char *expected,
                          struct fg_error *error)
{
    return fg_error_set(error, FG_BAD_INPUT, "column '%s' is '%.*s'; expected %s",
                        column_name(column), (int)(cell->length > 200 ? 200 : cell->length),
                        cell->text, expected);
}

static uint32_t count_pieces(const struct fg_cell *cell, char separator)
{
    uint32_t count = 1;
    for (uint32_t i = 0; i < cell->length; i++)
        count += cell->text[i] == separator;
    return count;
}

static fg_status read_pairs(const struct fg_cell *cells, uint32_t column, struct fg_trace *trace,
                            struct fg_pairs *out, struct fg_error *error)
{
    struct fg_cell rest = cells[column];
    if (rest.length == 0)
        return FG_OK;
    out->items = fg_arena_allocate(&trace->arena, count_pieces(&rest, ';'), sizeof *out->items);
    while (rest.length > 0) {
        struct fg_cell value = next_piece(&rest, ';');
        if (value.length == 0)
            continue;
        bool has_value = memchr(value.text, '=', value.length) != NULL;
        struct fg_cell key = next_piece(&value, '=');
        if (key.length == 0 || !has_value)
            return bad_cell(column, &cells[column], "key=value;key=value", error);
        out->items[out->count++] = (struct fg_pair){intern(trace, &key), intern(trace, &value)};
    }
    if (!fg_pairs_sort(out))
        return bad_cell(column, &cells[column], "each key once", error);
    return FG_OK;
}

/* "key=value:Effect", "key:Effect" or "key" (operator Exists), ":" left out for any effect. */
static fg_status read_toleration(struct fg_cell text, struct fg_trace *trace,
                                 struct fg_toleration *out)
{
    char effect[32];
    struct fg_cell name = next_piece(&text, ':');
    out->effect = FG_EFFECT_ANY;
    if (text.length > 0) {
        snprintf(effect, sizeof effect, "%.*s", (int)text.length, text.text);
        if (!fg_effect_parse(effect, &out->effect))
            return FG_BAD_INPUT;
    }
    out->exists = memchr(name.text, '=', name.length) == NULL;
    struct fg_cell key = next_piece(&name, '=');
    if (key.length == 0 && !out->exists)
        return FG_BAD_INPUT;
    if (key.length == 1 && key.text[0] == '*' && out->exists)
        key.length = 0; /* tolerates every taint */
    out->key = intern(trace, &key);
    out->value = intern(trace, &name);
    return FG_OK;
}

static fg_status read_tolerations(const struct fg_cell *cells, struct fg_trace *trace,
                                  struct fg_tolerations *out, struct fg_error *error)
{
    struct fg_cell rest = cells[TOLERATIONS];
    if (rest.length == 0)
        return FG_OK;
    out->items = fg_arena_allocate(&trace->arena, count_pieces(&rest, ';'), sizeof *out->items);
    while (rest.length > 0) {
        struct fg_cell piece = next_piece(&rest, ';');
        if (piece.length > 0 && read_toleration(piece, trace, &out->items[out->count++]) != FG_OK)
            return bad_cell(TOLERATIONS, &cells[TOLERATIONS],
                            "key=value:Effect;... with effect NoSchedule, NoExecute or "
                            "PreferNoSchedule",
                            error);
    }
    return FG_OK;
}

static fg_status read_features(const struct fg_cell *cells, uint32_t *out, struct fg_error *error)
{
    struct fg_cell rest = cells[FEATURES];
    while (rest.length > 0) {
        struct fg_cell piece = next_piece(&rest, ';');
        uint32_t bit = 0;
        if (piece.length > 0 && !fg_feature_parse(piece.text, piece.length, &bit))
            return bad_cell(FEATURES, &piece, "privileged, hostNetwork, hostPort, hostPath or ebs",
                            error);
        *out |= bit;
    }
    return FG_OK;
}

static bool is_word(const struct fg_cell *cell, const char *word)
{
    return cell->length == strlen(word) && memcmp(cell->text, word, cell->length) == 0;
}

static fg_status read_spread(const struct fg_cell *cells, struct fg_trace *trace,
                             struct fg_pod_spec *out, struct fg_error *error)
{
    struct fg_cell rest = cells[SPREAD];
    uint32_t seen = 0, number = 0;
    while (rest.length > 0) {
        struct fg_cell skew = next_piece(&rest, ';');
        struct fg_cell key = next_piece(&skew, ':');
        uint32_t bit = is_word(&key, "zone") ? 1 : is_word(&key, "hostname") ? 2 : 0;
        struct fg_error ignored = {0};
        bool good =
            bit != 0 && (seen & bit) == 0 && fg_cell_seconds(&skew, "", &number, &ignored) == FG_OK;
        if (!good || number == 0 || number > INT32_MAX)
            return bad_cell(SPREAD, &cells[SPREAD], "such as zone:1;hostname:1", error);
        seen |= bit;
    }
    const struct fg_cell *anti = &cells[ANTI_AFFINITY];
    if (anti->length > 0 && !is_word(anti, "hostname"))
        return bad_cell(ANTI_AFFINITY, anti, "hostname or nothing", error);
    out->spread = intern(trace, &cells[SPREAD]);
    out->anti_affinity = intern(trace, anti);
    return FG_OK;
}

/* ---- the spec ---- */

typedef fg_status parse_quantity(const char *text, size_t length, int64_t *out,
                                 struct fg_error *error);

static fg_status read_quantity(const struct fg_cell *cells, uint32_t column, parse_quantity *parse,
                               int64_t *out, uint32_t *out_column, struct fg_error *error)
{
    struct fg_error cause = {0};
    *out_column = column;
    if (cells[column].length == 0)
        return FG_OK;
    if (parse(cells[column].text, cells[column].length, out, &cause) == FG_OK)
        return FG_OK;
    return fg_error_set(error, FG_BAD_INPUT, "column '%s': %s", column_name(column), cause.message);
}

/* Whole GPUs, or a share of one, which counts as a whole one unless the study shares. */
static fg_status read_gpu(const struct fg_cell *cells, bool share, int64_t *out_milli,
                          uint32_t *out_column, struct fg_error *error)
{
    const struct fg_cell *cell = &cells[GPU];
    struct fg_error ignored = {0};
    int64_t milli = 0, gpus = 0;
    *out_column = GPU;
    if (fg_quantity_parse_cpu(cell->text, cell->length, &milli, &ignored) == FG_OK && milli > 0 &&
        milli < 1000) {
        *out_milli = share ? milli : 1000;
        return FG_OK;
    }
    fg_status status = read_quantity(cells, GPU, fg_quantity_parse_count, &gpus, out_column, error);
    *out_milli = gpus * 1000;
    return status;
}

static fg_status read_resources(const struct fg_cell *cells, bool share_gpus,
                                struct fg_pod_spec *out, uint32_t *out_column,
                                struct fg_error *error)
{
    fg_status status =
        read_quantity(cells, CPU, fg_quantity_parse_cpu, &out->cpu_milli, out_column, error);
    if (status == FG_OK)
        status = read_quantity(cells, MEMORY, fg_quantity_parse_bytes, &out->memory_bytes,
                               out_column, error);
    if (status == FG_OK)
        status = read_quantity(cells, EPHEMERAL_STORAGE, fg_quantity_parse_bytes,
                               &out->ephemeral_bytes, out_column, error);
    if (status == FG_OK)
        status = read_gpu(cells, share_gpus, &out->gpu_milli, out_column, error);
    if (status == FG_OK)
        status = read_quantity(cells, CPU_USED, fg_quantity_parse_cpu, &out->cpu_used_milli,
                               out_column, error);
    if (status == FG_OK)
        status = read_quantity(cells, MEMORY_USED, fg_quantity_parse_bytes, &out->memory_used_bytes,
                               out_column, error);
    if (status == FG_OK)
        status = read_quantity(cells, IMAGE_SIZE, fg_quantity_parse_bytes, &out->image_bytes,
                               out_column, error);
    out->cpu_named = cells[CPU].length > 0;
    out->memory_named = cells[MEMORY].length > 0;
    return status;
}

static fg_status read_priority(const struct fg_cell *cell, int32_t *out, struct fg_error *error)
{
    int64_t value = 0;
    bool negative = cell->length > 0 && cell->text[0] == '-';
    bool good = cell->length > (uint32_t)negative && cell->length < 12;
    for (uint32_t i = negative; i < cell->length && good; i++) {
        good = cell->text[i] >= '0' && cell->text[i] <= '9';
        value = value * 10 + (cell->text[i] - '0');
    }
    value = negative ? -value : value;
    if (!good || value > INT32_MAX || value < INT32_MIN)
        return bad_cell(PRIORITY, cell, "a whole number", error);
    *out = (int32_t)value;
    return FG_OK;
}

/* Columns that hold one word of a known list, or a small number. */
static fg_status read_words(const struct fg_cell *cells, struct fg_pod_spec *out,
                            uint32_t *out_replicas, uint32_t *out_column, struct fg_error *error)
{
    char word[32];
    fg_status status = FG_OK;
    *out_column = KIND;
    snprintf(word, sizeof word, "%.*s", (int)cells[KIND].length, cells[KIND].text);
    if (*word != '\0' && !fg_kind_parse(word, &out->kind))
        return bad_cell(KIND, &cells[KIND],
                        "Deployment, StatefulSet, DaemonSet, Job, CronJob, ReplicaSet or Pod",
                        error);
    *out_column = ARCH;
    snprintf(word, sizeof word, "%.*s", (int)cells[ARCH].length, cells[ARCH].text);
    if (*word != '\0' && !fg_arch_parse(word, &out->arch))
        return bad_cell(ARCH, &cells[ARCH], "amd64 or arm64", error);
    *out_column = PRIORITY;
    if (cells[PRIORITY].length > 0)
        status = read_priority(&cells[PRIORITY], &out->priority, error);
    if (status == FG_OK && cells[TTL_S].length > 0) {
        *out_column = TTL_S;
        status = fg_cell_seconds(&cells[TTL_S], column_name(TTL_S), &out->ttl_s, error);
    }
    if (status == FG_OK && cells[REPLICAS].length > 0) {
        enum { MAX_REPLICAS = 10000000 };
        *out_column = REPLICAS;
        status = fg_cell_number(&cells[REPLICAS], column_name(REPLICAS), "a whole number of pods",
                                out_replicas, error);
        if (status == FG_OK && *out_replicas > MAX_REPLICAS)
            status = bad_cell(REPLICAS, &cells[REPLICAS], "at most 10000000", error);
    }
    return status;
}

static fg_status read_spec(const struct fg_cell *cells, enum fg_span span,
                           const struct fg_trace_source *source, struct fg_trace *trace,
                           struct fg_pod_spec *out, uint32_t *out_replicas, uint32_t *out_column,
                           struct fg_error *error)
{
    *out = fg_spec_blank(span);
    *out_replicas = 1;
    if (cells[NAMESPACE].length > 0)
        out->namespace_name = intern(trace, &cells[NAMESPACE]);
    if (cells[WORKLOAD].length > 0)
        out->workload = intern(trace, &cells[WORKLOAD]);
    if (cells[IMAGE].length > 0)
        out->image = intern(trace, &cells[IMAGE]);
    fg_status status = read_resources(cells, source->gpu_share, out, out_column, error);
    if (status == FG_OK)
        status = read_words(cells, out, out_replicas, out_column, error);
    if (status == FG_OK)
        status = read_pairs(cells, *out_column = LABELS, trace, &out->labels, error);
    if (status == FG_OK)
        status = read_pairs(cells, *out_column = ANNOTATIONS, trace, &out->annotations, error);
    if (status == FG_OK)
        status = fg_spec_take_annotations(out, error);
    if (status == FG_OK)
        status = read_pairs(cells, *out_column = NODE_SELECTOR, trace, &out->node_selector, error);
    *out_column = status == FG_OK ? TOLERATIONS : *out_column;
    if (status == FG_OK)
        status = read_tolerations(cells, trace, &out->tolerations, error);
    *out_column = status == FG_OK ? FEATURES : *out_column;
    if (status == FG_OK)
        status = read_features(cells, &out->features, error);
    *out_column = status == FG_OK ? SPREAD : *out_column;
    return status == FG_OK ? read_spread(cells, trace, out, error) : status;
}

const struct fg_trace_format fg_trace_csv = {
    .name = "csv",
    .columns = {"arrival_s",     "start",       "duration_s",  "end_s",
                "end",           "cpu",         "memory",      "ephemeral_storage",
                "gpu",           "namespace",   "workload",    "kind",
                "pod",           "labels",      "annotations", "node_selector",
                "tolerations",   "priority",    "arch",        "spread",
                "anti_affinity", "features",    "replicas",    "ttl_s",
                "cpu_used",      "memory_used", "image",       "image_size"},
    .required = 0, /* arrival_s or start: said row by row */
    .time_columns = BIT(ARRIVAL_S) | BIT(START) | BIT(DURATION_S) | BIT(END_S) | BIT(END),
    .name_column = POD,
    .read_times = read_times,
    .read_spec = read_spec,
};
