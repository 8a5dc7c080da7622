/* The bulk offer file index.csv: a few lines of two cells that speak of the file, the row of
 * columns, whose first is SKU, and a row a price, with the whole product in each. Files of Savings
 * Plans are alike, with what the plan costs and what it takes something off. */
#include <stdlib.h>
#include <string.h>

#include "data/catalog_reader.h"
#include "data/csv_stream.h"
#include "data/price_list_parts.h"

enum { COLUMNS_MAX = 1024 };

struct fg_listed_csv {
    struct fg_listed_file *file;
    struct fg_csv_stream *stream;
    struct fg_error *error;
    uint32_t column_count; /* 0 before the row of columns */
    uint32_t line_count;   /* of those before it */
    bool of_savings_plans;
    int16_t columns[COLUMNS_MAX]; /* enum fg_listed_cell, or -1 */
};

static void take_preamble(struct fg_listed_csv *csv, const char *const *cells, uint32_t count)
{
    static const char *const names[][2] = {{"Publication Date", "publicationDate"},
                                           {"Version", "version"},
                                           {"OfferCode", "offerCode"}};
    for (size_t i = 0; count > 1 && i < sizeof names / sizeof *names; i++)
        if (strcmp(cells[0], names[i][0]) == 0)
            fg_listed_file_say(csv->file, names[i][1], cells[1]);
}

static fg_status take_columns(struct fg_listed_csv *csv, const char *const *cells, uint32_t count,
                              uint32_t line)
{
    static const enum fg_listed_cell needed[] = {FG_CELL_SKU,  FG_CELL_TERM_TYPE, FG_CELL_EFFECTIVE,
                                                 FG_CELL_UNIT, FG_CELL_PRICE,     FG_CELL_USAGE};
    static const char *const names[] = {"SKU",  "TermType",     "EffectiveDate",
                                        "Unit", "PricePerUnit", "usageType"};
    bool found[FG_CELL_COUNT] = {false};
    if (count > COLUMNS_MAX)
        return fg_error_at(csv->error, csv->file->path, line, 0,
                           "the row of columns has %u; expected at most %d", count, COLUMNS_MAX);
    for (uint32_t i = 0; i < count; i++) {
        int cell = fg_listed_cell_number(cells[i], strlen(cells[i]));
        csv->of_savings_plans = csv->of_savings_plans || strcmp(cells[i], "DiscountedRate") == 0;
        csv->columns[i] = (int16_t)(cell >= 0 && !found[cell] ? cell : -1);
        if (cell >= 0)
            found[cell] = true;
    }
    found[FG_CELL_TERM_TYPE] = found[FG_CELL_TERM_TYPE] || csv->of_savings_plans;
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
        if (!found[needed[i]])
            return fg_error_at(csv->error, csv->file->path, line, 0,
                               "column '%s' is missing; expected the columns of an AWS price list",
                               names[i]);
    csv->column_count = count;
    return FG_OK;
}

static void take_price(struct fg_listed_csv *csv, const char *const *row, uint32_t line)
{
    const char *cells[FG_CELL_COUNT];
    struct fg_listed_item item;
    const char *why = "";
    for (int i = 0; i < FG_CELL_COUNT; i++)
        cells[i] = "";
    for (uint32_t i = 0; i < csv->column_count; i++)
        if (csv->columns[i] >= 0)
            cells[csv->columns[i]] = row[i];
    if (csv->of_savings_plans)
        cells[FG_CELL_TERM_TYPE] = FG_LISTED_SAVINGS_PLAN;
    switch (fg_listed_item_find(csv->file->list, cells, &item, &why)) {
    case FG_LISTED_UNWANTED:
        csv->file->list->passed_count++;
        break;
    case FG_LISTED_BAD:
        fg_listed_note_bad(csv->file, line, "%s", why);
        break;
    case FG_LISTED_WANTED:
        if (item.table == FG_TABLE_EC2 && !csv->of_savings_plans)
            fg_listed_type_take(csv->file, cells);
        fg_listed_price_take(csv->file, &item, cells, line);
        break;
    }
}

static fg_status take_row(uint32_t line, const char *const *cells, uint32_t count, void *user)
{
    enum { PREAMBLE_LINES_MAX = 32 };
    struct fg_listed_csv *csv = user;
    bool has_columns = csv->column_count > 0;
    if (!has_columns && cells != NULL && strcmp(cells[0], "SKU") == 0)
        return take_columns(csv, cells, count, line);
    if (!has_columns && (cells == NULL || csv->line_count++ == PREAMBLE_LINES_MAX ||
                         (csv->line_count == 1 && strcmp(cells[0], "FormatVersion") != 0)))
        return fg_error_at(csv->error, csv->file->path, line, 0,
                           "this is no AWS price list; expected index.json or index.csv of an "
                           "offer, or what 'aws pricing get-products' prints");
    if (!has_columns) {
        take_preamble(csv, cells, count);
        return FG_OK;
    }
    if (cells == NULL)
        fg_listed_note_bad(csv->file, line, "the quoting is broken; expected CSV as in RFC 4180");
    else if (count != csv->column_count)
        fg_listed_note_bad(csv->file, line, "the row has %u cells; expected %u as in the header",
                           count, csv->column_count);
    else
        take_price(csv, cells, line);
    return FG_OK;
}

struct fg_listed_csv *fg_listed_csv_open(struct fg_listed_file *file)
{
    struct fg_listed_csv *csv = fg_allocate(1, sizeof *csv);
    csv->file = file;
    csv->stream = fg_csv_stream_open(take_row, csv);
    return csv;
}

fg_status fg_listed_csv_feed(struct fg_listed_csv *csv, const char *bytes, size_t length,
                             struct fg_error *error)
{
    csv->error = error;
    return fg_csv_stream_feed(csv->stream, bytes, length);
}

fg_status fg_listed_csv_close(struct fg_listed_csv *csv, struct fg_error *error)
{
    csv->error = error;
    fg_status status = fg_csv_stream_close(csv->stream);
    if (status == FG_OK && csv->column_count == 0)
        status = fg_error_at(error, csv->file->path, 0, 0,
                             "the row of columns is missing; expected an AWS price list");
    free(csv);
    return status;
}
