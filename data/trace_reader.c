#include "data/trace_reader.h"

#include <csv.h>
#include <inttypes.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>

#include "data/trace_rows.h"
#include "data/trace_rules.h"
#include "models/catalog.h"

static const struct fg_trace_format *const formats[] = {&fg_trace_csv, &fg_trace_openb,
                                                        &fg_trace_gaia};
enum {
    FORMAT_COUNT = sizeof formats / sizeof *formats,
    PIECE_BYTES = 1 << 20,
    LISTED_ROWS = 10,
};

const char *fg_trace_format_name(uint32_t index)
{
    return index < FORMAT_COUNT ? formats[index]->name : NULL;
}

/* ---- the header ---- */

struct header {
    uint32_t count;
    const char *columns[FG_FORMAT_COLUMNS_MAX * 2];
    size_t bytes; /* of the file, up to the first row */
    struct fg_arena arena;
};

static void take_name(void *bytes, size_t length, void *context)
{
    struct header *header = context;
    if (header->count < FG_FORMAT_COLUMNS_MAX * 2)
        header->columns[header->count] =
            fg_arena_copy(&header->arena, bytes != NULL ? bytes : "", length);
    header->count++;
}

static void end_of_header(int terminator, void *context)
{
    (void)terminator;
    (void)context;
}

static fg_status read_header(const char *file, const struct fg_source *source,
                             struct header *header, struct fg_error *error)
{
    struct csv_parser parser;
    size_t first = 0;
    if (source->length >= 3 && memcmp(source->bytes, "\xEF\xBB\xBF", 3) == 0)
        first = 3; /* a byte order mark */
    const char *line_end = memchr(source->bytes + first, '\n', source->length - first);
    size_t length = line_end != NULL ? (size_t)(line_end + 1 - (source->bytes + first))
                                     : source->length - first;
    int code = csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI);
    FG_ASSERT(code == 0);
    bool good = csv_parse(&parser, source->bytes + first, length, take_name, end_of_header,
                          header) == length &&
                csv_fini(&parser, take_name, end_of_header, header) == 0;
    csv_free(&parser);
    header->bytes = first + length;
    if (!good || header->count == 0)
        return fg_error_at(error, file, 1, 0, "the file has no header; expected a row of columns");
    if (header->count > FG_FORMAT_COLUMNS_MAX)
        return fg_error_at(error, file, 1, 0, "the header has %u columns; expected at most %d",
                           header->count, FG_FORMAT_COLUMNS_MAX);
    return FG_OK;
}

static uint32_t column_count(const struct fg_trace_format *format)
{
    uint32_t count = 0;
    while (count < FG_FORMAT_COLUMNS_MAX && format->columns[count] != NULL)
        count++;
    return count;
}

static int find_column(const struct fg_trace_format *format, const char *name)
{
    for (uint32_t i = 0; i < column_count(format); i++)
        if (strcmp(format->columns[i], name) == 0)
            return (int)i;
    return -1;
}

/* The format most of whose columns the header names; our own where nothing decides. */
static const struct fg_trace_format *recognise(const struct header *header)
{
    const struct fg_trace_format *best = formats[0];
    uint32_t most = 0;
    for (int f = 0; f < FORMAT_COUNT; f++) {
        uint32_t found = 0;
        for (uint32_t i = 0; i < header->count; i++)
            found += find_column(formats[f], header->columns[i]) >= 0;
        if (found > most) {
            most = found;
            best = formats[f];
        }
    }
    return best;
}

static fg_status choose_format(const char *name, const struct header *header,
                               const struct fg_trace_format **out, struct fg_error *error)
{
    *out = recognise(header);
    if (name == NULL)
        return FG_OK;
    for (int f = 0; f < FORMAT_COUNT; f++) {
        if (strcmp(formats[f]->name, name) == 0) {
            *out = formats[f];
            return FG_OK;
        }
    }
    return fg_error_set(error, FG_BAD_INPUT,
                        "trace format '%s' is not known; expected csv, openb or gaia", name);
}

static fg_status place_columns(const char *file, const struct header *header,
                               struct fg_row_plan *plan, struct fg_error *error)
{
    const struct fg_trace_format *format = plan->format;
    uint64_t seen = 0;
    plan->column_count = header->count;
    for (uint32_t i = 0; i < header->count; i++) {
        int place = find_column(format, header->columns[i]);
        if (place < 0) {
            const char *nearest =
                fg_nearest_name(header->columns[i], format->columns, column_count(format));
            return fg_error_at(error, file, 1, i + 1, "unknown column '%.64s'%s%s%s",
                               header->columns[i], nearest != NULL ? "; did you mean '" : "",
                               nearest != NULL ? nearest : "", nearest != NULL ? "'?" : "");
        }
        if ((seen >> place & 1) != 0)
            return fg_error_at(error, file, 1, i + 1, "column '%s' stands twice",
                               header->columns[i]);
        seen |= 1ULL << place;
        plan->place[i] = place;
    }
    for (uint32_t column = 0; column < column_count(format); column++)
        if ((format->required >> column & 1) != 0 && (seen >> column & 1) == 0)
            return fg_error_at(error, file, 1, 0,
                               "column '%s' is missing; expected it in a %s "
                               "trace",
                               format->columns[column], format->name);
    if (format == &fg_trace_csv && (seen & 3) == 0)
        return fg_error_at(error, file, 1, 0,
                           "column 'arrival_s' is missing; expected it, or 'start'");
    return FG_OK;
}

/* ---- specs ---- */

/* A trace being put together from the pieces of its files. */
struct assembly {
    const struct fg_trace_source *source;
    const struct fg_trace_options *options;
    struct fg_trace *trace;
    struct fg_index spec_index;
    uint32_t spec_capacity;
    uint32_t capacity[5]; /* of the columns */
    uint32_t name_text_length, name_text_capacity;
    uint64_t listed;
};

/* What a key of a piece became. */
struct known_key {
    uint32_t spec, replicas;
    struct fg_error error; /* status FG_OK = a good one */
};

static void read_key(struct assembly *assembly, const struct fg_row_plan *plan,
                     const struct fg_row_key *key, struct known_key *out)
{
    struct fg_cell cells[FG_FORMAT_COLUMNS_MAX];
    struct fg_pod_spec spec;
    uint32_t column = 0;
    fg_row_key_cells(key, plan, cells);
    fg_status status = plan->format->read_spec(cells, key->span, assembly->source, assembly->trace,
                                               &spec, &out->replicas, &column, &out->error);
    if (status == FG_OK) {
        out->spec =
            fg_spec_intern(assembly->trace, &assembly->spec_index, &assembly->spec_capacity, &spec);
        return;
    }
    for (uint32_t i = 0; i < plan->column_count && out->error.column == 0; i++)
        if (plan->place[i] == (int)column)
            out->error.column = i + 1;
}

static void add_pod(struct assembly *assembly, const struct fg_row_piece *piece, uint32_t row,
                    const struct known_key *key, enum fg_span span, uint32_t copy,
                    uint32_t name_offset)
{
    struct fg_trace *trace = assembly->trace;
    uint32_t pod = trace->pod_count++;
    trace->arrival_s = fg_grow(trace->arrival_s, &assembly->capacity[0], trace->pod_count,
                               sizeof *trace->arrival_s);
    trace->span_s =
        fg_grow(trace->span_s, &assembly->capacity[1], trace->pod_count, sizeof *trace->span_s);
    trace->spec_and_span = fg_grow(trace->spec_and_span, &assembly->capacity[2], trace->pod_count,
                                   sizeof *trace->spec_and_span);
    trace->arrival_s[pod] = piece->arrival_s[row];
    trace->span_s[pod] = piece->span_s[row];
    trace->spec_and_span[pod] = key->spec | (uint32_t)span << FG_SPEC_BITS;
    if (!assembly->options->want_names)
        return;
    trace->name =
        fg_grow(trace->name, &assembly->capacity[3], trace->pod_count, sizeof *trace->name);
    trace->copy =
        fg_grow(trace->copy, &assembly->capacity[4], trace->pod_count, sizeof *trace->copy);
    trace->name[pod] = name_offset;
    trace->copy[pod] = copy;
}

/* The row's name, in the trace's text; rows without one are called after the row's number. */
static uint32_t keep_name(struct assembly *assembly, const struct fg_row_piece *piece, uint32_t row)
{
    struct fg_trace *trace = assembly->trace;
    if (!assembly->options->want_names)
        return 0;
    char made[32];
    const char *name = piece->name_text + piece->name[row];
    if (*name == '\0') {
        snprintf(made, sizeof made, "pod-%" PRIu32, trace->pod_count + 1);
        name = made;
    }
    uint32_t length = (uint32_t)strlen(name) + 1, offset = assembly->name_text_length;
    trace->name_text = fg_grow(trace->name_text, &assembly->name_text_capacity, offset + length, 1);
    memcpy(trace->name_text + offset, name, length);
    assembly->name_text_length += length;
    return offset;
}

/* A row that cannot be read ends the reading, or is counted and listed. */
static fg_status meet_bad_row(struct assembly *assembly, const struct fg_row_plan *plan,
                              const struct fg_row_piece *piece, const char *file_bytes,
                              uint32_t row, const struct fg_error *cause, struct fg_error *error)
{
    char text[1400];
    struct fg_error placed = {0};
    if (assembly->options->skip_bad_rows) {
        assembly->trace->skipped_rows++;
        bool wanted = assembly->options->skipped != NULL || assembly->options->faults != NULL;
        if (!wanted || assembly->listed++ >= LISTED_ROWS)
            return FG_OK;
    }
    fg_error_at(&placed, plan->file, fg_row_piece_line(piece, file_bytes, row), cause->column, "%s",
                cause->message);
    if (!assembly->options->skip_bad_rows) {
        *error = placed;
        return FG_BAD_INPUT;
    }
    if (assembly->options->faults != NULL)
        fg_errors_add(assembly->options->faults, &placed);
    if (assembly->options->skipped != NULL)
        fprintf(assembly->options->skipped, "skipped: %s\n",
                fg_error_text(&placed, text, sizeof text));
    return FG_OK;
}

static fg_status add_piece(struct assembly *assembly, const struct fg_row_plan *plan,
                           const struct fg_row_piece *piece, const char *file_bytes,
                           struct fg_error *error)
{
    struct known_key *keys = fg_allocate(piece->key_count, sizeof *keys);
    for (uint32_t i = 0; i < piece->key_count; i++)
        read_key(assembly, plan, &piece->keys[i], &keys[i]);
    fg_status status = FG_OK;
    uint32_t bad = 0;
    for (uint32_t row = 0; status == FG_OK && row < piece->row_count; row++) {
        const struct fg_error *cause = NULL;
        if (piece->key[row] == UINT32_MAX)
            cause = &piece->bad[bad++].error;
        else if (keys[piece->key[row]].error.status != FG_OK)
            cause = &keys[piece->key[row]].error;
        if (cause != NULL) {
            status = meet_bad_row(assembly, plan, piece, file_bytes, row, cause, error);
            continue;
        }
        const struct known_key *key = &keys[piece->key[row]];
        if (key->replicas > FG_TRACE_PODS_MAX - assembly->trace->pod_count) {
            status =
                fg_error_at(error, plan->file, fg_row_piece_line(piece, file_bytes, row), 0,
                            "the trace has more than %d pods with this row", FG_TRACE_PODS_MAX);
            break;
        }
        uint32_t name = keep_name(assembly, piece, row);
        for (uint32_t copy = 1; copy <= key->replicas; copy++)
            add_pod(assembly, piece, row, key, piece->keys[piece->key[row]].span, copy, name);
    }
    free(keys);
    if (status == FG_OK && piece->broken_quotes)
        status =
            fg_error_at(error, plan->file, fg_row_piece_line(piece, file_bytes, piece->row_count),
                        0, "the quoting is broken; expected CSV as in RFC 4180");
    return status;
}

/* ---- a file ---- */

static fg_status read_rows(struct assembly *assembly, struct fg_row_plan *plan,
                           const struct fg_source *source, size_t first, struct fg_error *error)
{
    struct fg_row_piece *pieces;
    int threads = assembly->options->thread_count > 0 ? assembly->options->thread_count
                                                      : omp_get_max_threads();
    size_t length = source->length - first;
    uint32_t wanted = (uint32_t)(length / PIECE_BYTES) + 1;
    if (threads == 1)
        wanted = 1;
    uint32_t count = fg_row_pieces_cut(source->bytes + first, length, wanted, &pieces);
#pragma omp parallel for schedule(dynamic, 1) num_threads(threads) default(none)                   \
    shared(pieces, count, plan)
    for (uint32_t i = 0; i < count; i++)
        fg_row_piece_read(&pieces[i], plan);
    fg_status status = FG_OK;
    for (uint32_t i = 0; i < count; i++) {
        if (status == FG_OK)
            status = add_piece(assembly, plan, &pieces[i], source->bytes, error);
        fg_row_piece_release(&pieces[i]);
    }
    free(pieces);
    return status;
}

static fg_status read_file(struct assembly *assembly, const char *file, struct fg_error *error)
{
    struct fg_source source;
    struct header header = {0};
    struct fg_row_plan plan = {.file = file,
                               .start = assembly->options->start,
                               .want_names = assembly->options->want_names};
    fg_status status = fg_source_read(file, &source, error);
    if (status != FG_OK)
        return status;
    status = read_header(file, &source, &header, error);
    if (status == FG_OK)
        status = choose_format(assembly->source->format, &header, &plan.format, error);
    if (status == FG_OK)
        status = place_columns(file, &header, &plan, error);
    if (status == FG_OK)
        status = read_rows(assembly, &plan, &source, header.bytes, error);
    fg_arena_release(&header.arena);
    fg_source_release(&source);
    return status;
}

/* ---- order ---- */

static bool is_sorted(const struct fg_trace *trace)
{
    for (uint32_t i = 1; i < trace->pod_count; i++)
        if (trace->arrival_s[i - 1] > trace->arrival_s[i])
            return false;
    return true;
}

/* The pods' numbers by arrival, equal ones in their order: a radix sort by 16 bits. */
static uint32_t *sorted_order(const struct fg_trace *trace)
{
    enum { RADIX = 1 << 16 };
    uint32_t count = trace->pod_count;
    uint32_t *order = fg_allocate(count, sizeof *order), *next = fg_allocate(count, sizeof *next);
    uint32_t *place = fg_allocate(RADIX + 1, sizeof *place);
    for (uint32_t i = 0; i < count; i++)
        order[i] = i;
    for (int shift = 0; shift < 32; shift += 16) {
        memset(place, 0, (RADIX + 1) * sizeof *place);
        for (uint32_t i = 0; i < count; i++)
            place[(trace->arrival_s[i] >> shift & 0xffff) + 1]++;
        for (int i = 0; i < RADIX; i++)
            place[i + 1] += place[i];
        for (uint32_t i = 0; i < count; i++)
            next[place[trace->arrival_s[order[i]] >> shift & 0xffff]++] = order[i];
        uint32_t *swap = order;
        order = next;
        next = swap;
    }
    free(next);
    free(place);
    return order;
}

static void reorder(uint32_t **column, const uint32_t *order, uint32_t count)
{
    if (*column == NULL)
        return;
    uint32_t *sorted = fg_allocate(count, sizeof *sorted);
    for (uint32_t i = 0; i < count; i++)
        sorted[i] = (*column)[order[i]];
    free(*column);
    *column = sorted;
}

static void sort_by_arrival(struct fg_trace *trace)
{
    if (is_sorted(trace))
        return;
    uint32_t *order = sorted_order(trace);
    reorder(&trace->span_s, order, trace->pod_count);
    reorder(&trace->spec_and_span, order, trace->pod_count);
    reorder(&trace->name, order, trace->pod_count);
    reorder(&trace->copy, order, trace->pod_count);
    reorder(&trace->arrival_s, order, trace->pod_count);
    free(order);
}

fg_status fg_trace_read(const struct fg_trace_source *source,
                        const struct fg_trace_options *options, struct fg_trace *out,
                        struct fg_error *error)
{
    memset(out, 0, sizeof *out);
    struct assembly assembly = {.source = source, .options = options, .trace = out};
    fg_status status = FG_OK;
    for (uint32_t i = 0; status == FG_OK && i < source->file_count; i++)
        status = read_file(&assembly, source->files[i], error);
    fg_index_release(&assembly.spec_index);
    if (status != FG_OK) {
        fg_trace_release(out);
        return status;
    }
    sort_by_arrival(out);
    fg_trace_make_rules(out);
    return FG_OK;
}
