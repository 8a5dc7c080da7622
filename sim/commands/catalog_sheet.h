/* catalog_sheet.h - rows of facts as text, CSV or JSON, for the commands that list the catalog. */
#ifndef FARGAUGE_SIM_COMMANDS_CATALOG_SHEET_H
#define FARGAUGE_SIM_COMMANDS_CATALOG_SHEET_H

#include "models/base/memory.h"
#include "models/money.h"
#include "sim/commands/command.h"

enum fg_sheet_format { FG_SHEET_TEXT, FG_SHEET_CSV, FG_SHEET_JSON };

struct fg_sheet_column {
    const char *key;          /* in CSV and JSON */
    const char *top, *bottom; /* the heading of the text, on two lines */
    bool left;                /* else cells end at the right */
};

/* Add a row's cells one after the other. {0} with the columns set is an empty sheet. */
struct fg_sheet {
    const struct fg_sheet_column *columns;
    uint32_t column_count;
    uint32_t cell_count, cell_capacity;
    struct fg_sheet_cell *cells;
    struct fg_arena arena; /* owns the texts */
};

/* --format: text, csv or json. */
fg_status fg_sheet_format(const struct fg_arguments *arguments, enum fg_sheet_format *out,
                          struct fg_error *error);
/* Copies the text; "" is nothing: null in JSON. */
void fg_sheet_add_text(struct fg_sheet *sheet, const char *text);
/* An exact decimal, in text with at least so many decimals. */
void fg_sheet_add_ratio(struct fg_sheet *sheet, __int128 numerator, __int128 denominator,
                        int text_decimals);
/* "" where it is unknown. */
void fg_sheet_add_day(struct fg_sheet *sheet, fg_day day);
void fg_sheet_print(const struct fg_sheet *sheet, enum fg_sheet_format format);
void fg_sheet_release(struct fg_sheet *sheet);

#endif
