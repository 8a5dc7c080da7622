/* focus_checker.h - reads a FOCUS export and says what in it breaks the specification (rules O2 to
 * O5): columns, types, nulls, allowed values, formats and sums of costs.
 *
 * It shares nothing with the exporter. Costs are compared within 10^-6 of their size or 10^-9
 * dollars.
 */
#ifndef FARGAUGE_TESTS_FOCUS_CHECKER_H
#define FARGAUGE_TESTS_FOCUS_CHECKER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/base/memory.h"

struct fg_focus_field {
    const char *text; /* without quotes */
    bool quoted;
};
struct fg_focus_table {
    struct fg_arena arena;
    uint32_t column_count, row_count, row_capacity;
    struct fg_focus_field *header;
    struct fg_focus_field **rows;
};
enum { FG_FOCUS_FAULT_BYTES = 400 };

/* What a file is to be checked as. */
struct fg_focus_rules {
    int minor; /* 2 or 3: FOCUS 1.2 or 1.3 */
    const char *null_word;
    /* Each commitment's purchases come to its usage: there is nothing upfront, or the whole term is
     * in the file. */
    bool whole_terms;
};

/* RFC 4180 and UTF-8, rows as long as the header. False: `fault` says what is wrong, and where. The
 * table is to be released after a failure too. */
bool fg_focus_table_read(const char *text, size_t length, struct fg_focus_table *out,
                         char fault[FG_FOCUS_FAULT_BYTES]);
/* False: `fault` says what the first fault is. */
bool fg_focus_table_check(const struct fg_focus_table *table, const struct fg_focus_rules *rules,
                          char fault[FG_FOCUS_FAULT_BYTES]);
void fg_focus_table_release(struct fg_focus_table *table);

/* The column's number; -1 = there is none. */
int fg_focus_table_column(const struct fg_focus_table *table, const char *name);
/* A cell's text, "" where there is no such column. */
const char *fg_focus_table_text(const struct fg_focus_table *table, uint32_t row,
                                const char *column);
/* A cost in nanodollars; null is 0. */
int64_t fg_focus_table_nano(const struct fg_focus_table *table, uint32_t row, const char *column);
/* The sum of a cost over rows whose column `where` is `what`; all rows where it is NULL. */
int64_t fg_focus_table_sum(const struct fg_focus_table *table, const char *cost, const char *where,
                           const char *what);

#endif
