#include "data/catalog_table.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "data/csv_stream.h"
#include "data/embedded_catalog.h"

enum { COLUMNS_MAX = 24 };

/* ---- reading ---- */

struct reading {
    struct fg_catalog_table *table;
    const char *file;
    struct fg_error *error;
    bool has_header;
    uint32_t places[COLUMNS_MAX]; /* of the file's columns in the table */
};

static fg_status take_header(struct reading *reading, const char *const *cells, uint32_t count,
                             uint32_t line)
{
    const char *const *columns = fg_catalog_table_columns(reading->table->number);
    uint64_t seen = 0;
    reading->has_header = true;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t place = 0;
        while (columns[place] != NULL && strcmp(columns[place], cells[i]) != 0)
            place++;
        if (columns[place] == NULL || (seen >> place & 1) != 0)
            return fg_error_at(reading->error, reading->file, line, i + 1,
                               "column '%.64s' is unknown or stands twice", cells[i]);
        reading->places[i] = place;
        seen |= 1ULL << place;
    }
    if (count < reading->table->column_count)
        return fg_error_at(reading->error, reading->file, line, 0,
                           "the header has %u columns; expected %u", count,
                           reading->table->column_count);
    return FG_OK;
}

static fg_status take_row(uint32_t line, const char *const *cells, uint32_t count, void *user)
{
    struct reading *reading = user;
    struct fg_catalog_table *table = reading->table;
    const char *row[COLUMNS_MAX] = {NULL};
    if (cells == NULL)
        return fg_error_at(reading->error, reading->file, line, 0,
                           "the quoting is broken; expected CSV as in RFC 4180");
    if (!reading->has_header)
        return take_header(reading, cells, count, line);
    if (count != table->column_count)
        return fg_error_at(reading->error, reading->file, line, 0,
                           "the row has %u cells; expected %u as in the header", count,
                           table->column_count);
    for (uint32_t i = 0; i < count; i++)
        row[reading->places[i]] = fg_catalog_table_text(table, cells[i]);
    fg_catalog_table_add(table, row);
    return FG_OK;
}

static fg_status read_bytes(struct reading *reading, const char *bytes, size_t length)
{
    struct fg_csv_stream *stream = fg_csv_stream_open(take_row, reading);
    fg_status status = fg_csv_stream_feed(stream, bytes, length);
    fg_status closed = fg_csv_stream_close(stream);
    status = status == FG_OK ? closed : status;
    if (status == FG_OK && !reading->has_header)
        status = fg_error_at(reading->error, reading->file, 1, 0,
                             "the table is empty; expected a header");
    return status;
}

static char *path_of(const char *directory, enum fg_catalog_table_number number,
                     struct fg_arena *arena)
{
    return fg_arena_format(arena, "%s/%s", directory, fg_catalog_table_name(number));
}

bool fg_catalog_table_exists(const char *directory, enum fg_catalog_table_number number)
{
    struct fg_arena arena = {0};
    bool exists = access(path_of(directory, number, &arena), F_OK) == 0;
    fg_arena_release(&arena);
    return exists;
}

fg_status fg_catalog_bytes_read(const char *directory, const char *fallback,
                                enum fg_catalog_table_number number, struct fg_catalog_bytes *out,
                                struct fg_error *error)
{
    *out = (struct fg_catalog_bytes){0};
    const char *place = fg_catalog_table_exists(directory, number) ? directory : fallback;
    if (place == NULL) {
        const struct fg_embedded_table *embedded = fg_embedded_table(number);
        out->bytes = embedded->bytes;
        out->length = (size_t)(embedded->end - embedded->bytes);
        return FG_OK;
    }
    struct fg_arena arena = {0};
    fg_status status = fg_source_read(path_of(place, number, &arena), &out->source, error);
    fg_arena_release(&arena);
    out->bytes = out->source.bytes;
    out->length = out->source.length;
    return status;
}

void fg_catalog_bytes_release(struct fg_catalog_bytes *bytes)
{
    fg_source_release(&bytes->source);
}

fg_status fg_catalog_table_read(const char *directory, const char *fallback,
                                enum fg_catalog_table_number number, struct fg_catalog_table *out,
                                struct fg_error *error)
{
    *out = (struct fg_catalog_table){.number = number};
    while (fg_catalog_table_columns(number)[out->column_count] != NULL)
        out->column_count++;
    FG_ASSERT(out->column_count <= COLUMNS_MAX);
    struct fg_arena arena = {0};
    struct fg_catalog_bytes bytes;
    struct reading reading = {.table = out, .error = error};
    reading.file = path_of(
        fg_catalog_table_exists(directory, number) || fallback == NULL ? directory : fallback,
        number, &arena);
    fg_status status = fg_catalog_bytes_read(directory, fallback, number, &bytes, error);
    if (status == FG_OK) {
        status = read_bytes(&reading, bytes.bytes, bytes.length);
        fg_catalog_bytes_release(&bytes);
    }
    fg_arena_release(&arena);
    if (status != FG_OK)
        fg_catalog_table_release(out);
    return status;
}

/* ---- rows ---- */

const char **fg_catalog_table_row(const struct fg_catalog_table *table, uint32_t row)
{
    return table->cells + (size_t)row * table->column_count;
}

const char *fg_catalog_table_text(struct fg_catalog_table *table, const char *text)
{
    return fg_strings_intern(&table->strings, text, strlen(text));
}

uint32_t fg_catalog_table_add(struct fg_catalog_table *table, const char *const *cells)
{
    const char *row[COLUMNS_MAX]; /* the cells may be a row of the table, which moves */
    memcpy(row, cells, table->column_count * sizeof *row);
    table->cells = fg_grow(table->cells, &table->row_capacity, table->row_count + 1,
                           table->column_count * sizeof *table->cells);
    memcpy(fg_catalog_table_row(table, table->row_count), row, table->column_count * sizeof *row);
    return table->row_count++;
}

struct order {
    const int *columns;
    int count;
};

static int compare_rows(const void *a, const void *b, void *user)
{
    const char *const *left = a, *const *right = b;
    const struct order *order = user;
    for (int i = 0; i < order->count; i++) {
        int column = order->columns[i], difference = 0;
        if (left[column] != right[column])
            difference = strcmp(left[column], right[column]);
        if (difference != 0)
            return difference;
    }
    return 0;
}

void fg_catalog_table_sort(struct fg_catalog_table *table, const int *columns, int column_count)
{
    struct order order = {columns, column_count};
    if (table->row_count > 0)
        qsort_r(table->cells, table->row_count, table->column_count * sizeof *table->cells,
                compare_rows, &order);
}

/* ---- writing ---- */

static void print_cell(const char *text, FILE *out)
{
    if (strpbrk(text, ",\"\r\n") == NULL) {
        fputs(text, out);
        return;
    }
    fputc('"', out);
    for (; *text != '\0'; text++) {
        if (*text == '"')
            fputc('"', out);
        fputc(*text, out);
    }
    fputc('"', out);
}

static void print_row(const char *const *cells, uint32_t count, FILE *out)
{
    for (uint32_t i = 0; i < count; i++) {
        if (i > 0)
            fputc(',', out);
        print_cell(cells[i], out);
    }
    fputc('\n', out);
}

void fg_catalog_table_print(const struct fg_catalog_table *table, FILE *out)
{
    print_row(fg_catalog_table_columns(table->number), table->column_count, out);
    for (uint32_t i = 0; i < table->row_count; i++)
        print_row(fg_catalog_table_row(table, i), table->column_count, out);
}

void fg_catalog_table_release(struct fg_catalog_table *table)
{
    free((void *)(uintptr_t)table->cells);
    fg_strings_release(&table->strings);
    *table = (struct fg_catalog_table){0};
}
