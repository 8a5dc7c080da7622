#include "data/csv_stream.h"

#include <csv.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "models/base/memory.h"

enum { ROW_BYTES_MAX = 1 << 20 };

struct fg_csv_stream {
    struct csv_parser parser;
    fg_csv_taker *take;
    void *user;
    fg_status status;
    uint32_t line, row_line; /* under way, and that on which the row begins */
    bool in_row, lost;       /* lost: the rest of the line is passed over */
    size_t row_bytes;
    char *text; /* of the row's cells, each with its NUL */
    uint32_t text_bytes, text_capacity;
    uint32_t *starts; /* of the cells in the text */
    uint32_t count, start_capacity;
    const char **cells;
    uint32_t cell_capacity;
};

static void start_parser(struct fg_csv_stream *stream)
{
    FG_ASSERT(csv_init(&stream->parser, CSV_STRICT | CSV_STRICT_FINI | CSV_APPEND_NULL) == 0);
}

struct fg_csv_stream *fg_csv_stream_open(fg_csv_taker *take, void *user)
{
    struct fg_csv_stream *stream = fg_allocate(1, sizeof *stream);
    stream->take = take;
    stream->user = user;
    stream->line = 1;
    start_parser(stream);
    return stream;
}

static void take_cell(void *bytes, size_t length, void *context)
{
    struct fg_csv_stream *stream = context;
    stream->text =
        fg_grow(stream->text, &stream->text_capacity, stream->text_bytes + (uint32_t)length + 1, 1);
    stream->starts =
        fg_grow(stream->starts, &stream->start_capacity, stream->count + 1, sizeof(uint32_t));
    stream->starts[stream->count++] = stream->text_bytes;
    if (length > 0)
        memcpy(stream->text + stream->text_bytes, bytes, length);
    stream->text_bytes += (uint32_t)length;
    stream->text[stream->text_bytes++] = '\0';
}

static void forget_row(struct fg_csv_stream *stream)
{
    stream->in_row = false;
    stream->row_bytes = 0;
    stream->text_bytes = 0;
    stream->count = 0;
}

static void take_row(int terminator, void *context)
{
    struct fg_csv_stream *stream = context;
    (void)terminator;
    stream->cells =
        fg_grow(stream->cells, &stream->cell_capacity, stream->count + 1, sizeof *stream->cells);
    for (uint32_t i = 0; i < stream->count; i++)
        stream->cells[i] = stream->text + stream->starts[i];
    if (stream->status == FG_OK)
        stream->status = stream->take(stream->row_line, stream->cells, stream->count, stream->user);
    forget_row(stream);
}

static void lose_row(struct fg_csv_stream *stream)
{
    if (stream->status == FG_OK)
        stream->status = stream->take(stream->row_line, NULL, 0, stream->user);
    csv_free(&stream->parser);
    start_parser(stream);
    forget_row(stream);
    stream->lost = true;
}

static bool is_blank(const char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (strchr(" \t\r\n", bytes[i]) == NULL)
            return false;
    return true;
}

/* libcsv does not say where it is, so it gets a line at a time. */
fg_status fg_csv_stream_feed(struct fg_csv_stream *stream, const char *bytes, size_t length)
{
    while (length > 0 && stream->status == FG_OK) {
        const char *line_end = memchr(bytes, '\n', length);
        size_t piece = line_end != NULL ? (size_t)(line_end + 1 - bytes) : length;
        if (!stream->in_row && !stream->lost) {
            stream->row_line = stream->line;
            stream->in_row = !is_blank(bytes, piece);
        }
        stream->row_bytes += piece;
        if (!stream->lost &&
            (stream->row_bytes > ROW_BYTES_MAX ||
             csv_parse(&stream->parser, bytes, piece, take_cell, take_row, stream) != piece))
            lose_row(stream);
        if (line_end != NULL) {
            stream->line++;
            stream->lost = false;
        }
        bytes += piece;
        length -= piece;
    }
    return stream->status;
}

fg_status fg_csv_stream_close(struct fg_csv_stream *stream)
{
    if (stream->status == FG_OK && !stream->lost &&
        csv_fini(&stream->parser, take_cell, take_row, stream) != 0)
        lose_row(stream);
    fg_status status = stream->status;
    csv_free(&stream->parser);
    free(stream->text);
    free(stream->starts);
    free((void *)(uintptr_t)stream->cells);
    free(stream);
    return status;
}
