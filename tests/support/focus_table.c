/* Reading of CSV, by RFC 4180 to the letter. */
#include "tests/support/focus_checker.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reports/utf8.h"

struct reading {
    const char *at, *end;
    struct fg_focus_table *table;
    uint32_t line;
    char *fault;
};

static bool fails(struct reading *reading, const char *what)
{
    snprintf(reading->fault, FG_FOCUS_FAULT_BYTES, "line %u: %s", reading->line, what);
    return false;
}

static bool ends_field(const struct reading *reading)
{
    return reading->at == reading->end || *reading->at == ',' || *reading->at == '\n';
}

/* The closing quote, or NULL. */
static const char *find_end(const char *at, const char *end)
{
    for (; at < end; at++)
        if (*at == '"') {
            if (at + 1 == end || at[1] != '"')
                return at;
            at++;
        }
    return NULL;
}

static bool read_quoted(struct reading *reading, struct fg_focus_field *out)
{
    const char *start = reading->at + 1, *end = find_end(start, reading->end);
    if (end == NULL)
        return fails(reading, "a quote is not closed");
    char *text = fg_arena_allocate(&reading->table->arena, (size_t)(end - start) + 1, 1);
    size_t length = 0;
    for (const char *at = start; at < end; at++) {
        text[length++] = *at;
        at += *at == '"';
    }
    *out = (struct fg_focus_field){text, true};
    reading->at = end + 1;
    return ends_field(reading) || fails(reading, "text follows a closing quote");
}

static bool read_plain(struct reading *reading, struct fg_focus_field *out)
{
    const char *start = reading->at;
    for (; !ends_field(reading); reading->at++)
        if (*reading->at == '"' || *reading->at == '\r')
            return fails(reading, "a quote or a carriage return stands in a plain field");
    *out = (struct fg_focus_field){
        fg_arena_copy(&reading->table->arena, start, (size_t)(reading->at - start)), false};
    return true;
}

/* At most `count` fields, all of them; 0 = as many as there are. */
static bool read_line(struct reading *reading, uint32_t count, struct fg_focus_field **out,
                      uint32_t *out_count)
{
    uint32_t capacity = 0, found = 0;
    struct fg_focus_field *fields = NULL;
    bool good = true;
    for (;;) {
        fields = fg_grow(fields, &capacity, found + 1, sizeof *fields);
        good = reading->at < reading->end && *reading->at == '"'
                   ? read_quoted(reading, &fields[found])
                   : read_plain(reading, &fields[found]);
        found++;
        if (!good || reading->at == reading->end || *reading->at != ',')
            break;
        reading->at++;
    }
    if (good && (reading->at == reading->end || *reading->at != '\n'))
        good = fails(reading, "the last line has no end");
    reading->at++;
    if (good && count != 0 && found != count)
        good = fails(reading, "the row is not as long as the header");
    *out = fg_arena_allocate(&reading->table->arena, found, sizeof **out);
    memcpy(*out, fields, found * sizeof **out);
    free(fields);
    *out_count = found;
    return good;
}

static bool is_utf8(const char *text)
{
    uint32_t code;
    for (const char *at = text; (code = fg_utf8_next(&at)) != 0; text = at)
        if (code == FG_UTF8_REPLACEMENT && at == text + 1)
            return false;
    return true;
}

bool fg_focus_table_read(const char *text, size_t length, struct fg_focus_table *out,
                         char fault[FG_FOCUS_FAULT_BYTES])
{
    struct reading reading = {text, text + length, out, 1, fault};
    *out = (struct fg_focus_table){0};
    if (strlen(text) != length || !is_utf8(text))
        return fails(&reading, "the file is no UTF-8");
    if (!read_line(&reading, 0, &out->header, &out->column_count))
        return false;
    for (reading.line = 2; reading.at < reading.end; reading.line++) {
        uint32_t count;
        out->rows = fg_grow(out->rows, &out->row_capacity, out->row_count + 1, sizeof *out->rows);
        if (!read_line(&reading, out->column_count, &out->rows[out->row_count], &count))
            return false;
        out->row_count++;
    }
    return true;
}

void fg_focus_table_release(struct fg_focus_table *table)
{
    fg_arena_release(&table->arena);
    free(table->rows);
    *table = (struct fg_focus_table){0};
}

int fg_focus_table_column(const struct fg_focus_table *table, const char *name)
{
    for (uint32_t i = 0; i < table->column_count; i++)
        if (strcmp(table->header[i].text, name) == 0)
            return (int)i;
    return -1;
}

const char *fg_focus_table_text(const struct fg_focus_table *table, uint32_t row,
                                const char *column)
{
    int number = fg_focus_table_column(table, column);
    return number < 0 ? "" : table->rows[row][number].text;
}

/* A plain decimal of at most nine places. */
static int64_t parse_nano(const char *text)
{
    bool negative = *text == '-';
    int64_t value = 0;
    int places = -1;
    for (text += negative; *text != '\0'; text++) {
        if (*text == '.') {
            places = 0;
            continue;
        }
        value = value * 10 + (*text - '0');
        places += places >= 0;
    }
    for (int i = places < 0 ? 0 : places; i < 9; i++)
        value *= 10;
    return negative ? -value : value;
}

int64_t fg_focus_table_nano(const struct fg_focus_table *table, uint32_t row, const char *column)
{
    const char *text = fg_focus_table_text(table, row, column);
    return strcmp(text, "null") == 0 ? 0 : parse_nano(text);
}

int64_t fg_focus_table_sum(const struct fg_focus_table *table, const char *cost, const char *where,
                           const char *what)
{
    int64_t sum = 0;
    for (uint32_t i = 0; i < table->row_count; i++)
        if (where == NULL || strcmp(fg_focus_table_text(table, i, where), what) == 0)
            sum += fg_focus_table_nano(table, i, cost);
    return sum;
}
