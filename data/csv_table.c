#include "data/csv_table.h"

#include <csv.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_COLUMNS = 64 };

/* What libcsv's callbacks fill. */
struct parse {
    struct fg_csv_table *table;
    const char *const *wanted;
    int place[MAX_COLUMNS]; /* in `wanted`, by the file's column */
    const char *cells[MAX_COLUMNS];
    uint32_t cell_count;
    uint32_t line;     /* that is being read */
    uint32_t row_line; /* on which the row under way begins */
    bool in_row;
    bool has_header;
    fg_status status;
    struct fg_error *error;
};

static void take_cell(void *bytes, size_t length, void *context)
{
    struct parse *parse = context;
    if (parse->cell_count < MAX_COLUMNS)
        parse->cells[parse->cell_count] =
            fg_arena_copy(&parse->table->arena, bytes != NULL ? bytes : "", length);
    parse->cell_count++;
}

static bool is_optional(const char *wanted)
{
    return wanted[0] == '?';
}

static int find_wanted(const struct parse *parse, const char *name)
{
    for (int w = 0; parse->wanted[w] != NULL; w++)
        if (strcmp(parse->wanted[w] + is_optional(parse->wanted[w]), name) == 0)
            return w;
    return -1;
}

static fg_status take_header(struct parse *parse)
{
    struct fg_csv_table *table = parse->table;
    const char *file = table->file;
    uint64_t seen = 0;
    parse->has_header = true;
    table->column_count = parse->cell_count;
    if (parse->cell_count > MAX_COLUMNS)
        return fg_error_at(parse->error, file, parse->row_line, 0,
                           "the header has %u columns; expected at most %d", parse->cell_count,
                           MAX_COLUMNS);
    for (uint32_t i = 0; i < parse->cell_count; i++) {
        parse->place[i] = find_wanted(parse, parse->cells[i]);
        if (parse->place[i] < 0)
            return fg_error_at(parse->error, file, parse->row_line, i + 1, "unknown column '%.64s'",
                               parse->cells[i]);
        if ((seen >> parse->place[i] & 1) != 0)
            return fg_error_at(parse->error, file, parse->row_line, i + 1,
                               "column '%s' stands twice", parse->cells[i]);
        seen |= 1ULL << parse->place[i];
    }
    for (uint32_t w = 0; parse->wanted[w] != NULL; w++)
        if ((seen >> w & 1) == 0 && !is_optional(parse->wanted[w]))
            return fg_error_at(parse->error, file, parse->row_line, 0, "column '%s' is missing",
                               parse->wanted[w]);
    return FG_OK;
}

static void take_row(int terminator, void *context)
{
    struct parse *parse = context;
    struct fg_csv_table *table = parse->table;
    (void)terminator;
    parse->in_row = false;
    if (parse->status != FG_OK)
        return;
    if (!parse->has_header) {
        parse->status = take_header(parse);
    } else if (parse->cell_count != table->column_count) {
        parse->status = fg_error_at(parse->error, table->file, parse->row_line, 0,
                                    "the row has %u cells; expected %u as in the header",
                                    parse->cell_count, table->column_count);
    } else {
        table->rows =
            fg_grow(table->rows, &table->row_capacity, table->row_count + 1, sizeof *table->rows);
        struct fg_csv_row *row = &table->rows[table->row_count++];
        row->line = parse->row_line;
        uint32_t wanted = 0;
        for (; parse->wanted[wanted] != NULL; wanted++)
            ;
        row->cells = fg_arena_allocate(&table->arena, wanted, sizeof(char *));
        for (uint32_t i = 0; i < wanted; i++)
            row->cells[i] = "";
        for (uint32_t i = 0; i < parse->cell_count; i++)
            row->cells[parse->place[i]] = parse->cells[i];
    }
    parse->cell_count = 0;
}

static bool is_blank(const char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (bytes[i] != ' ' && bytes[i] != '\t' && bytes[i] != '\r' && bytes[i] != '\n')
            return false;
    return true;
}

/* Feeds libcsv, which does not say where it is, line by line. */
static bool feed(struct csv_parser *parser, struct parse *parse, const char *bytes, size_t length)
{
    while (length > 0) {
        const char *line_end = memchr(bytes, '\n', length);
        size_t piece = line_end != NULL ? (size_t)(line_end + 1 - bytes) : length;
        parse->line++;
        if (!parse->in_row) {
            parse->row_line = parse->line;
            parse->in_row = !is_blank(bytes, piece);
        }
        if (csv_parse(parser, bytes, piece, take_cell, take_row, parse) != piece)
            return false;
        bytes += piece;
        length -= piece;
    }
    return csv_fini(parser, take_cell, take_row, parse) == 0;
}

fg_status fg_csv_table_parse(const char *file, const char *bytes, size_t length,
                             const char *const *wanted, struct fg_csv_table *out,
                             struct fg_error *error)
{
    struct csv_parser parser;
    *out = (struct fg_csv_table){.file = file};
    struct parse parse = {.table = out, .wanted = wanted, .error = error};
    if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI | CSV_APPEND_NULL) != 0)
        return fg_error_set(error, FG_FAILED, "%s: no memory for the CSV parser", file);
    bool good = feed(&parser, &parse, bytes, length);
    csv_free(&parser);
    if (parse.status == FG_OK && !good)
        parse.status = fg_error_at(error, file, parse.row_line, 0,
                                   "the quoting is broken; expected CSV as in RFC 4180");
    if (parse.status == FG_OK && !parse.has_header)
        parse.status = fg_error_at(error, file, 1, 0, "the table is empty; expected a header");
    if (parse.status != FG_OK)
        fg_csv_table_release(out);
    return parse.status;
}

void fg_csv_table_release(struct fg_csv_table *table)
{
    free(table->rows);
    fg_arena_release(&table->arena);
    *table = (struct fg_csv_table){0};
}
