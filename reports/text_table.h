/* text_table.h - columns of text that line up, measured in code points. */
#ifndef FARGAUGE_REPORTS_TEXT_TABLE_H
#define FARGAUGE_REPORTS_TEXT_TABLE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct fg_text_column {
    const char *top, *bottom; /* the heading's two lines */
    bool left;                /* else cells end at the right */
};

/* `cells` holds row after row; they stay the caller's. */
struct fg_text_table {
    uint32_t column_count, row_count;
    const struct fg_text_column *columns;
    const char *const *cells;
};

/* Code points of the longest line. */
uint32_t fg_text_table_width(const struct fg_text_table *table);
void fg_text_table_print(const struct fg_text_table *table, FILE *out);

/* Words of `text` in lines of at most `width` code points, the first after `first`, the others
 * after as many spaces. A word too long for a line is cut. */
void fg_text_print_wrapped(FILE *out, const char *first, const char *text, uint32_t width);

#endif
