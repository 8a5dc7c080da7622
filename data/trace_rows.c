#include "data/trace_rows.h"

#include <csv.h>
#include <stdlib.h>
#include <string.h>

#include "models/base/memory.h"

enum { ROW_BYTES_MAX = 1 << 20, ROOM_BYTES = ROW_BYTES_MAX + FG_FORMAT_COLUMNS_MAX };

/* A row under way, in libcsv's callbacks. Cells go to where they are used: those of the spec make
 * the row's key, a NUL after each; times and name stand in `text`. */
struct row_reader {
    struct fg_row_piece *piece;
    const struct fg_row_plan *plan;
    bool in_key[FG_FORMAT_COLUMNS_MAX]; /* by the file's column */
    bool has_nul;                       /* somewhere in the piece */
    uint32_t cell_count;
    uint32_t row; /* number of the row, bad ones counted */
    bool too_long;
    struct fg_cell cells[FG_FORMAT_COLUMNS_MAX]; /* those of the times and the name */
    uint32_t key_length, text_length;
    char *key, *text; /* ROOM_BYTES each */
    struct fg_error error;
};

static bool in_key(const struct fg_trace_format *format, int column)
{
    return (format->time_columns >> column & 1) == 0 && column != format->name_column;
}

static void take_cell(void *bytes, size_t length, void *context)
{
    struct row_reader *reader = context;
    uint32_t number = reader->cell_count++;
    if (number >= reader->plan->column_count || reader->too_long)
        return;
    if (length + reader->key_length + reader->text_length > ROW_BYTES_MAX) {
        reader->too_long = true;
        return;
    }
    if (reader->in_key[number]) {
        if (length > 0)
            memcpy(reader->key + reader->key_length, bytes, length);
        reader->key_length += (uint32_t)length;
        reader->key[reader->key_length++] = '\0';
        return;
    }
    char *text = reader->text + reader->text_length;
    if (length > 0)
        memcpy(text, bytes, length);
    reader->cells[reader->plan->place[number]] = (struct fg_cell){text, (uint32_t)length};
    reader->text_length += (uint32_t)length;
}

static void start_row(struct row_reader *reader)
{
    reader->cell_count = 0;
    reader->key_length = 0;
    reader->text_length = 0;
    reader->too_long = false;
}

/* ---- keys ---- */

static uint32_t find_key(struct row_reader *reader, enum fg_span span)
{
    struct fg_row_piece *piece = reader->piece;
    uint32_t length = reader->key_length, cursor = 0, number;
    uint64_t hash = fg_hash_bytes(reader->key, length, (uint64_t)span);
    while ((number = fg_index_next(&piece->key_index, hash, &cursor)) != UINT32_MAX)
        if (piece->keys[number].bytes == length && piece->keys[number].span == span &&
            memcmp(piece->keys[number].cells, reader->key, length) == 0)
            return number;
    number = piece->key_count++;
    piece->keys = fg_grow(piece->keys, &piece->key_capacity, piece->key_count, sizeof *piece->keys);
    piece->keys[number] = (struct fg_row_key){
        .cells = fg_arena_copy(&piece->arena, reader->key, length),
        .bytes = length,
        .first_row = reader->row,
        .span = span,
    };
    fg_index_put(&piece->key_index, hash, number);
    return number;
}

void fg_row_key_cells(const struct fg_row_key *key, const struct fg_row_plan *plan,
                      struct fg_cell out[FG_FORMAT_COLUMNS_MAX])
{
    const char *at = key->cells;
    for (int i = 0; i < FG_FORMAT_COLUMNS_MAX; i++)
        out[i] = (struct fg_cell){"", 0};
    for (uint32_t i = 0; i < plan->column_count; i++) {
        if (!in_key(plan->format, plan->place[i]))
            continue;
        out[plan->place[i]] = (struct fg_cell){at, (uint32_t)strlen(at)};
        at += out[plan->place[i]].length + 1;
    }
}

/* ---- rows ---- */

static void push_row(struct row_reader *reader, const struct fg_pod_times *times, uint32_t key)
{
    struct fg_row_piece *piece = reader->piece;
    uint32_t number = piece->row_count++;
    piece->arrival_s = fg_grow(piece->arrival_s, &piece->arrival_capacity, piece->row_count,
                               sizeof *piece->arrival_s);
    piece->span_s =
        fg_grow(piece->span_s, &piece->span_capacity, piece->row_count, sizeof *piece->span_s);
    piece->key =
        fg_grow(piece->key, &piece->key_capacity_rows, piece->row_count, sizeof *piece->key);
    piece->arrival_s[number] = times->arrival_s;
    piece->span_s[number] = times->span_s;
    piece->key[number] = key;
    if (!reader->plan->want_names)
        return;
    int column = reader->plan->format->name_column;
    struct fg_cell name = column >= 0 ? reader->cells[column] : (struct fg_cell){"", 0};
    piece->name =
        fg_grow(piece->name, &piece->name_capacity, piece->row_count, sizeof *piece->name);
    piece->name_text = fg_grow(piece->name_text, &piece->name_text_capacity,
                               piece->name_text_length + name.length + 1, 1);
    piece->name[number] = piece->name_text_length;
    memcpy(piece->name_text + piece->name_text_length, name.text, name.length);
    piece->name_text_length += name.length;
    piece->name_text[piece->name_text_length++] = '\0';
}

static void push_bad_row(struct row_reader *reader, const struct fg_error *error)
{
    struct fg_row_piece *piece = reader->piece;
    const struct fg_pod_times nothing = {0};
    piece->bad =
        fg_grow(piece->bad, &piece->bad_capacity, piece->bad_count + 1, sizeof *piece->bad);
    piece->bad[piece->bad_count++] = (struct fg_bad_row){reader->row, *error};
    push_row(reader, &nothing, UINT32_MAX);
}

/* The file's number of the format's column, from 1, for messages. */
static uint32_t file_column(const struct fg_row_plan *plan, uint32_t column)
{
    for (uint32_t i = 0; i < plan->column_count; i++)
        if (plan->place[i] == (int)column)
            return i + 1;
    return 0;
}

/* A key has one NUL for each of its cells. */
static bool holds_nul(const struct row_reader *reader)
{
    uint32_t nuls = 0, cells = 0;
    for (uint32_t i = 0; i < reader->plan->column_count; i++)
        cells += i < reader->cell_count && reader->in_key[i];
    for (uint32_t i = 0; i < reader->key_length; i++)
        nuls += reader->key[i] == '\0';
    return nuls > cells ||
           (reader->text_length > 0 && memchr(reader->text, '\0', reader->text_length) != NULL);
}

static fg_status read_row(struct row_reader *reader, struct fg_pod_times *times,
                          struct fg_error *error)
{
    const struct fg_row_plan *plan = reader->plan;
    uint32_t column = 0;
    if (reader->too_long)
        return fg_error_set(error, FG_BAD_INPUT, "the row is longer than %d bytes", ROW_BYTES_MAX);
    if (reader->has_nul && holds_nul(reader))
        return fg_error_set(error, FG_BAD_INPUT, "the row holds a NUL byte; expected text");
    if (reader->cell_count != plan->column_count)
        return fg_error_set(error, FG_BAD_INPUT,
                            "the row has %u cells; expected %u as in the header",
                            reader->cell_count, plan->column_count);
    fg_status status = plan->format->read_times(reader->cells, plan->start, times, &column, error);
    if (status != FG_OK && error->column == 0)
        error->column = file_column(plan, column);
    return status;
}

static void take_row(int terminator, void *context)
{
    struct row_reader *reader = context;
    struct fg_pod_times times = {0};
    (void)terminator;
    if (read_row(reader, &times, &reader->error) == FG_OK) {
        push_row(reader, &times, find_key(reader, times.span));
    } else {
        push_bad_row(reader, &reader->error);
        reader->error = (struct fg_error){0};
    }
    reader->row++;
    start_row(reader);
}

static void open_reader(struct row_reader *reader)
{
    const struct fg_row_plan *plan = reader->plan;
    for (uint32_t i = 0; i < plan->column_count; i++)
        reader->in_key[i] = in_key(plan->format, plan->place[i]);
    for (int i = 0; i < FG_FORMAT_COLUMNS_MAX; i++)
        reader->cells[i].text = "";
    reader->key = fg_allocate(ROOM_BYTES, 1);
    reader->text = fg_allocate(ROOM_BYTES, 1);
    reader->has_nul = memchr(reader->piece->bytes, '\0', reader->piece->length) != NULL;
    start_row(reader);
}

void fg_row_piece_read(struct fg_row_piece *piece, const struct fg_row_plan *plan)
{
    struct csv_parser parser;
    struct row_reader reader = {.piece = piece, .plan = plan};
    open_reader(&reader);
    int code = csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI);
    FG_ASSERT(code == 0);
    piece->broken_quotes = csv_parse(&parser, piece->bytes, piece->length, take_cell, take_row,
                                     &reader) != piece->length ||
                           csv_fini(&parser, take_cell, take_row, &reader) != 0;
    csv_free(&parser);
    free(reader.key);
    free(reader.text);
}

void fg_row_piece_release(struct fg_row_piece *piece)
{
    free(piece->arrival_s);
    free(piece->span_s);
    free(piece->key);
    free(piece->name);
    free(piece->name_text);
    free(piece->keys);
    free(piece->bad);
    fg_index_release(&piece->key_index);
    fg_arena_release(&piece->arena);
}

/* ---- where rows stand in the file ---- */

uint32_t fg_row_piece_line(const struct fg_row_piece *piece, const char *file_bytes, uint32_t row)
{
    uint32_t line = 1, seen = 0;
    bool quoted = false, blank = true;
    for (const char *at = file_bytes; at < piece->bytes; at++)
        line += *at == '\n';
    for (const char *at = piece->bytes; at < piece->bytes + piece->length; at++) {
        if (blank && *at != '\n' && *at != '\r' && *at != ' ' && *at != '\t') {
            blank = false;
            if (seen == row)
                return line;
        }
        quoted ^= *at == '"';
        if (*at != '\n')
            continue;
        line++;
        if (!quoted && !blank) {
            seen++;
            blank = true;
        }
    }
    return line;
}

/* The end of the row that `at` lies in, when `quoted` tells whether it is between quotes. */
static const char *row_end(const char *at, const char *end, bool quoted)
{
    for (; at < end; at++) {
        quoted ^= *at == '"';
        if (*at == '\n' && !quoted)
            return at + 1;
    }
    return end;
}

static bool odd_quotes(const char *from, const char *to)
{
    bool odd = false;
    while (from < to && (from = memchr(from, '"', (size_t)(to - from))) != NULL) {
        odd = !odd;
        from++;
    }
    return odd;
}

uint32_t fg_row_pieces_cut(const char *bytes, size_t length, uint32_t wanted,
                           struct fg_row_piece **out)
{
    const char *end = bytes + length, *from = bytes;
    uint32_t count = 0;
    *out = fg_allocate(wanted, sizeof **out);
    for (uint32_t i = 0; i < wanted && from < end; i++) {
        const char *target = bytes + length / wanted * (i + 1);
        const char *to = end;
        if (i + 1 < wanted && target > from)
            to = row_end(target, end, odd_quotes(from, target));
        (*out)[count].bytes = from;
        (*out)[count++].length = (size_t)(to - from);
        from = to;
    }
    return count;
}
