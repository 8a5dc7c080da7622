/* focus_cells.h - the cells of a FOCUS export and its lines.
 *
 * A cell is held as it stands in the file: quoted as RFC 4180 has it, UTF-8, a number as a plain
 * decimal without trailing zeros. Texts are not defused against spreadsheets: another program reads
 * the file. Faults of writing stay in the file's error flag.
 */
#ifndef FARGAUGE_REPORTS_FOCUS_CELLS_H
#define FARGAUGE_REPORTS_FOCUS_CELLS_H

#include <stdio.h>

#include "models/base/memory.h"
#include "models/money.h"
#include "reports/focus_columns.h"

struct fg_focus_cell {
    const char *text; /* NULL = null */
    size_t length;
};
struct fg_focus_row {
    struct fg_focus_cell cells[FG_FOCUS_COLUMN_COUNT];
};

/* How a file is written. */
struct fg_focus_form {
    enum fg_focus_version version;
    const char *null_word; /* "" or "null" */
};

/* NULL and "" are null. The cell points to `text` where that needs no change, else into the
 * arena; bytes that are no UTF-8 become U+FFFD. */
struct fg_focus_cell fg_focus_text(const struct fg_focus_form *form, const char *text,
                                   struct fg_arena *arena);

/* The cell points into the buffer. */
enum { FG_FOCUS_NUMBER_BYTES = 48 };
struct fg_focus_cell fg_focus_usd(fg_nanodollars amount, char buffer[FG_FOCUS_NUMBER_BYTES]);
/* numerator / denominator, rounded half to even to fifteen places: a price of 100,000 dollars times
 * a quantity so rounded is right to a tenth of a nanodollar. The denominator is > 0 and the
 * numerator below 10^23. */
struct fg_focus_cell fg_focus_ratio(__int128 numerator, __int128 denominator,
                                    char buffer[FG_FOCUS_NUMBER_BYTES]);

void fg_focus_write_header(const struct fg_focus_form *form, FILE *out);
void fg_focus_write_row(const struct fg_focus_form *form, const struct fg_focus_row *row,
                        FILE *out);

#endif
