#include "sim/commands/catalog_sheet.h"

#include <stdlib.h>
#include <string.h>

#include "reports/csv_writer.h"
#include "reports/figures.h"
#include "reports/json_writer.h"
#include "reports/text_table.h"

/* A text, or with a denominator a number. */
struct fg_sheet_cell {
    const char *text;
    __int128 numerator, denominator;
};

fg_status fg_sheet_format(const struct fg_arguments *arguments, enum fg_sheet_format *out,
                          struct fg_error *error)
{
    static const char *const names[] = {"text", "csv", "json"};
    const char *format = fg_argument(arguments, "format");
    *out = FG_SHEET_TEXT;
    for (int i = 0; i < 3; i++) {
        if (format == NULL || strcmp(format, names[i]) == 0) {
            *out = (enum fg_sheet_format)i;
            return FG_OK;
        }
    }
    return fg_error_set(error, FG_BAD_INPUT, "--format is '%s'; expected text, csv or json",
                        format);
}

static struct fg_sheet_cell *add(struct fg_sheet *sheet)
{
    sheet->cells =
        fg_grow(sheet->cells, &sheet->cell_capacity, sheet->cell_count + 1, sizeof *sheet->cells);
    return &sheet->cells[sheet->cell_count++];
}

void fg_sheet_add_text(struct fg_sheet *sheet, const char *text)
{
    const char *copy = fg_arena_string(&sheet->arena, text);
    *add(sheet) = (struct fg_sheet_cell){.text = copy};
}

void fg_sheet_add_ratio(struct fg_sheet *sheet, __int128 numerator, __int128 denominator,
                        int text_decimals)
{
    enum { ZEROS_MAX = 16 };
    char text[FG_DECIMAL_BYTES + ZEROS_MAX];
    FG_ASSERT(text_decimals < ZEROS_MAX);
    fg_figure_decimal(numerator, denominator, text);
    size_t length = strlen(text);
    const char *point = strchr(text, '.');
    int decimals = point != NULL ? (int)(text + length - point - 1) : 0;
    if (point == NULL && text_decimals > 0)
        text[length++] = '.';
    for (; decimals < text_decimals; decimals++)
        text[length++] = '0';
    text[length] = '\0';
    *add(sheet) = (struct fg_sheet_cell){.text = fg_arena_string(&sheet->arena, text),
                                         .numerator = numerator,
                                         .denominator = denominator};
}

void fg_sheet_add_day(struct fg_sheet *sheet, fg_day day)
{
    char text[16] = "";
    if (day != FG_DAY_UNKNOWN)
        fg_calendar_print_day(day, text);
    fg_sheet_add_text(sheet, text);
}

/* ---- text ---- */

static void print_text(const struct fg_sheet *sheet)
{
    uint32_t rows = sheet->cell_count / sheet->column_count;
    struct fg_text_column *columns = fg_allocate(sheet->column_count, sizeof *columns);
    const char **cells = fg_allocate(sheet->cell_count, sizeof *cells);
    for (uint32_t i = 0; i < sheet->column_count; i++)
        columns[i] = (struct fg_text_column){sheet->columns[i].top, sheet->columns[i].bottom,
                                             sheet->columns[i].left};
    for (uint32_t i = 0; i < sheet->cell_count; i++)
        cells[i] = *sheet->cells[i].text != '\0' ? sheet->cells[i].text : "-";
    struct fg_text_table table = {sheet->column_count, rows, columns, cells};
    fg_text_table_print(&table, stdout);
    free((void *)(uintptr_t)cells);
    free(columns);
}

/* ---- CSV ---- */

static void print_csv(const struct fg_sheet *sheet)
{
    struct fg_csv_writer csv = {.out = stdout};
    uint32_t column = 0;
    for (uint32_t i = 0; i < sheet->column_count; i++)
        fg_csv_put_text(&csv, sheet->columns[i].key);
    fg_csv_end_line(&csv);
    for (uint32_t i = 0; i < sheet->cell_count; i++) {
        const struct fg_sheet_cell *cell = &sheet->cells[i];
        if (cell->denominator > 0)
            fg_csv_put_ratio(&csv, cell->numerator, cell->denominator);
        else
            fg_csv_put_text(&csv, cell->text);
        column = column + 1 < sheet->column_count ? column + 1 : 0;
        if (column == 0)
            fg_csv_end_line(&csv);
    }
}

/* ---- JSON ---- */

static void print_json(const struct fg_sheet *sheet)
{
    struct fg_json_writer json = {.out = stdout, .layout = FG_JSON_LINES};
    fg_json_open(&json, '[');
    uint32_t column = 0;
    for (uint32_t i = 0; i < sheet->cell_count; i++) {
        const struct fg_sheet_cell *cell = &sheet->cells[i];
        if (column == 0)
            fg_json_open(&json, '{');
        fg_json_key(&json, sheet->columns[column].key);
        if (cell->denominator > 0)
            fg_json_put_ratio(&json, cell->numerator, cell->denominator);
        else if (*cell->text != '\0')
            fg_json_put_text(&json, cell->text);
        else
            fg_json_put_null(&json);
        column = column + 1 < sheet->column_count ? column + 1 : 0;
        if (column == 0)
            fg_json_close(&json, '}');
    }
    fg_json_close(&json, ']');
    fg_json_finish(&json);
}

void fg_sheet_print(const struct fg_sheet *sheet, enum fg_sheet_format format)
{
    if (format == FG_SHEET_JSON)
        print_json(sheet);
    else if (format == FG_SHEET_CSV)
        print_csv(sheet);
    else
        print_text(sheet);
}

void fg_sheet_release(struct fg_sheet *sheet)
{
    free(sheet->cells);
    fg_arena_release(&sheet->arena);
    *sheet = (struct fg_sheet){0};
}
