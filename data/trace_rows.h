/* trace_rows.h - the rows of one CSV trace -> lifetimes and numbers of distinct specs, read by
 * several threads.
 *
 * The bytes are cut into pieces at row ends. In a piece, libcsv finds the cells; a row's cells
 * other than its times and name are its key, and only a key not seen before becomes a spec. What
 * comes out does not depend on the number of pieces.
 */
#ifndef FARGAUGE_DATA_TRACE_ROWS_H
#define FARGAUGE_DATA_TRACE_ROWS_H

#include <stdio.h>

#include "data/source.h"
#include "data/trace_format.h"

/* A row that could not be read: the row's number in its piece, and why. */
struct fg_bad_row {
    uint32_t row;
    struct fg_error error;
};

/* A key: the cells as they stand in the file, one NUL after each, and where it was first. */
struct fg_row_key {
    const char *cells;
    uint32_t bytes;
    uint32_t first_row;
    enum fg_span span;
};

/* One piece of a file, read. */
struct fg_row_piece {
    const char *bytes;
    size_t length;
    uint32_t row_count, arrival_capacity, span_capacity, key_capacity_rows, name_capacity;
    uint32_t *arrival_s, *span_s;
    uint32_t *key;  /* number of the row's key; UINT32_MAX = a bad row */
    uint32_t *name; /* offset in name_text; NULL unless wanted */
    char *name_text;
    uint32_t name_text_length, name_text_capacity;
    uint32_t key_count, key_capacity;
    struct fg_row_key *keys;
    struct fg_index key_index;
    uint32_t bad_count, bad_capacity;
    struct fg_bad_row *bad;
    struct fg_arena arena;
    bool broken_quotes;
};

struct fg_row_plan {
    const struct fg_trace_format *format;
    const char *file;
    uint32_t column_count;            /* of the file */
    int place[FG_FORMAT_COLUMNS_MAX]; /* the format's column, by the file's */
    fg_unix_s start;
    bool want_names;
};

/* Reads `piece`, whose bytes and length are set. */
void fg_row_piece_read(struct fg_row_piece *piece, const struct fg_row_plan *plan);
void fg_row_piece_release(struct fg_row_piece *piece);

/* The line in the file on which row `row` of the piece begins (for messages): counts again. */
uint32_t fg_row_piece_line(const struct fg_row_piece *piece, const char *file_bytes, uint32_t row);

/* Cells of a key, by the format's column number. */
void fg_row_key_cells(const struct fg_row_key *key, const struct fg_row_plan *plan,
                      struct fg_cell out[FG_FORMAT_COLUMNS_MAX]);

/* Cuts at most `wanted` pieces off [bytes, bytes + length) at row ends, quotes respected. Returns
 * how many there are; *out is freed by the caller. */
uint32_t fg_row_pieces_cut(const char *bytes, size_t length, uint32_t wanted,
                           struct fg_row_piece **out);

#endif
