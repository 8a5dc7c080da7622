#include "reports/text_table.h"

#include <stdlib.h>
#include <string.h>

#include "models/base/memory.h"
#include "reports/utf8.h"

enum { GAP = 2 };

static uint32_t longer(uint32_t width, const char *text)
{
    uint32_t length = (uint32_t)fg_utf8_length(text);
    return length > width ? length : width;
}

static uint32_t column_width(const struct fg_text_table *table, uint32_t column)
{
    uint32_t width = longer(0, table->columns[column].top);
    width = longer(width, table->columns[column].bottom);
    for (uint32_t row = 0; row < table->row_count; row++)
        width = longer(width, table->cells[(size_t)row * table->column_count + column]);
    return width;
}

uint32_t fg_text_table_width(const struct fg_text_table *table)
{
    uint32_t width = 0;
    for (uint32_t c = 0; c < table->column_count; c++)
        width += column_width(table, c) + (c > 0 ? GAP : 0);
    return width;
}

static void print_spaces(FILE *out, uint32_t count)
{
    fprintf(out, "%*s", (int)count, "");
}

/* `pending` spaces are printed only when something follows, so that no line ends in one. */
static void print_cell(FILE *out, const char *text, uint32_t width, bool left, uint32_t *pending)
{
    uint32_t room = width - (uint32_t)fg_utf8_length(text);
    *pending += left ? 0 : room;
    if (*text != '\0') {
        print_spaces(out, *pending);
        fputs(text, out);
        *pending = left ? room : 0;
    } else {
        *pending += left ? room : 0;
    }
    *pending += GAP;
}

void fg_text_table_print(const struct fg_text_table *table, FILE *out)
{
    uint32_t *widths = fg_allocate(table->column_count, sizeof *widths);
    for (uint32_t c = 0; c < table->column_count; c++)
        widths[c] = column_width(table, c);
    for (int line = 0; line < 2; line++) {
        uint32_t pending = 0;
        for (uint32_t c = 0; c < table->column_count; c++)
            print_cell(out, line == 0 ? table->columns[c].top : table->columns[c].bottom, widths[c],
                       table->columns[c].left, &pending);
        fputc('\n', out);
    }
    for (uint32_t row = 0; row < table->row_count; row++) {
        uint32_t pending = 0;
        for (uint32_t c = 0; c < table->column_count; c++)
            print_cell(out, table->cells[(size_t)row * table->column_count + c], widths[c],
                       table->columns[c].left, &pending);
        fputc('\n', out);
    }
    free(widths);
}

/* How much of a word that is too long goes on a line of `room` code points: up to a '/', as in a
 * sweep's name, if there is one. */
static size_t fitting_bytes(const char *word, uint32_t room, uint32_t *out_length)
{
    size_t most = fg_utf8_offset(word, room), bytes = most;
    while (bytes > 0 && word[bytes] != '/')
        bytes--;
    bytes = bytes > 0 ? bytes : most;
    *out_length = 0;
    for (const char *at = word; at < word + bytes; (*out_length)++)
        fg_utf8_next(&at);
    return bytes;
}

void fg_text_print_wrapped(FILE *out, const char *first, const char *text, uint32_t width)
{
    uint32_t indent = (uint32_t)fg_utf8_length(first), column = indent;
    fputs(first, out);
    while (*text != '\0') {
        size_t word_bytes = strcspn(text, " ");
        uint32_t length = 0;
        for (const char *at = text; at < text + word_bytes; length++)
            fg_utf8_next(&at);
        if (column > indent && column + 1 + length > width) {
            fputc('\n', out);
            print_spaces(out, indent);
            column = indent;
        } else if (column > indent) {
            fputc(' ', out);
            column++;
        }
        if (column + length > width)
            word_bytes = fitting_bytes(text, width - column, &length);
        fwrite(text, 1, word_bytes, out);
        column += length;
        text += word_bytes;
        if (*text == ' ')
            text += strspn(text, " ");
    }
    fputc('\n', out);
}
