/* fargauge catalog prices: the rows of the price tables, with their days and sources. */
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "data/catalog_reader.h"
#include "sim/commands/catalog.h"
#include "sim/commands/catalog_sheet.h"
#include "sim/commands/command.h"

static const struct fg_option options[] = {
    {"region", 0, "REGION", "prices of this region and of all regions; default all prices"},
    {"item", 0, "PATTERN", "such as m6i.large, 'm6i.*', 'fargate-*', nat_gateway"},
    {"as-of", 0, "DAY", "the one price that holds on that day; default all, old ones too"},
    {"limit", 0, "N", "the first so many; default all"},
    {"format", 0, "text|csv|json", "default text"},
    {"catalog", 0, "DIR", "other price tables"},
    {0},
};

static const struct fg_sheet_column columns[] = {
    {"item", "", "item", true},       {"region", "", "region", true},
    {"variant", "", "variant", true}, {"usd", "", "USD", false},
    {"unit", "", "for a", true},      {"effective_from", "effective", "from", true},
    {"as_of", "", "as of", true},     {"source", "", "source", true},
};

struct search {
    const char *region, *item; /* NULL = any */
    bool one_day;
    fg_day day;
    long limit;
    enum fg_sheet_format format;
};

static fg_status parse(const struct fg_arguments *arguments, struct search *out,
                       struct fg_error *error)
{
    *out = (struct search){.region = fg_argument(arguments, "region"),
                           .item = fg_argument(arguments, "item"),
                           .one_day = fg_argument_is_on(arguments, "as-of"),
                           .limit = INT32_MAX};
    fg_status status = fg_sheet_format(arguments, &out->format, error);
    if (status == FG_OK)
        status = fg_argument_count(arguments, "limit", INT32_MAX, &out->limit, error);
    if (status == FG_OK)
        status = fg_catalog_argument_day(arguments, &out->day, error);
    return status;
}

static fg_status check_item(const struct fg_catalog *catalog, const char *pattern,
                            struct fg_error *error)
{
    const char **names = fg_allocate(catalog->price_count, sizeof *names);
    const char *nearest = NULL;
    uint32_t count = 0;
    bool known = false;
    for (uint32_t i = 0; !known && i < catalog->price_count; i++) {
        known = fnmatch(pattern, catalog->prices[i].item, 0) == 0;
        if (count == 0 || names[count - 1] != catalog->prices[i].item)
            names[count++] = catalog->prices[i].item;
    }
    if (!known)
        nearest = fg_nearest_name(pattern, names, count);
    free((void *)(uintptr_t)names);
    if (known)
        return FG_OK;
    if (nearest != NULL)
        return fg_error_set(error, FG_BAD_INPUT, "no price of '%.64s' is known; did you mean '%s'?",
                            pattern, nearest);
    return fg_error_set(error, FG_BAD_INPUT,
                        "no price of '%.64s' is known; expected an item that 'fargauge catalog "
                        "prices' lists, or a pattern such as 'm6i.*'",
                        pattern);
}

static bool is_same_thing(const struct fg_price_row *a, const struct fg_price_row *b)
{
    return strcmp(a->item, b->item) == 0 && strcmp(a->region, b->region) == 0 &&
           strcmp(a->variant, b->variant) == 0;
}

/* Of rows of one thing, which follow each other by their days, the one that the day is in; the
 * first of them also before it. */
static bool holds(const struct fg_catalog *catalog, uint32_t number, fg_day day)
{
    const struct fg_price_row *row = &catalog->prices[number];
    bool is_first = number == 0 || !is_same_thing(row - 1, row);
    bool is_last = number + 1 == catalog->price_count || !is_same_thing(row, row + 1);
    return (is_first || row->effective_from <= day) && (is_last || row[1].effective_from > day);
}

static bool fits(const struct search *search, const struct fg_catalog *catalog, uint32_t number)
{
    const struct fg_price_row *row = &catalog->prices[number];
    return (search->region == NULL || strcmp(row->region, search->region) == 0 ||
            strcmp(row->region, "all") == 0) &&
           (search->item == NULL || fnmatch(search->item, row->item, 0) == 0) &&
           (!search->one_day || holds(catalog, number, search->day));
}

static void list_prices(const struct fg_catalog *catalog, const struct search *search)
{
    struct fg_sheet sheet = {.columns = columns, .column_count = sizeof columns / sizeof *columns};
    long count = 0;
    for (uint32_t i = 0; i < catalog->price_count && count < search->limit; i++) {
        const struct fg_price_row *row = &catalog->prices[i];
        if (!fits(search, catalog, i))
            continue;
        count++;
        fg_sheet_add_text(&sheet, row->item);
        fg_sheet_add_text(&sheet, row->region);
        fg_sheet_add_text(&sheet, row->variant);
        fg_sheet_add_ratio(&sheet, row->nano, FG_NANO_PER_DOLLAR, 4);
        fg_sheet_add_text(&sheet, row->unit);
        fg_sheet_add_day(&sheet, row->effective_from);
        fg_sheet_add_day(&sheet, row->as_of);
        fg_sheet_add_text(&sheet, row->source);
    }
    if (count > 0 || search->format != FG_SHEET_TEXT)
        fg_sheet_print(&sheet, search->format);
    if (count == 0)
        fprintf(stderr, "no price is so\n");
    fg_sheet_release(&sheet);
}

static fg_status run(const struct fg_arguments *arguments, struct fg_error *error)
{
    struct fg_catalog catalog;
    struct search search;
    fg_status status = parse(arguments, &search, error);
    if (status == FG_OK)
        status = fg_argument_catalog(arguments, &catalog, error);
    if (status != FG_OK)
        return status;
    if (search.region != NULL)
        status = fg_catalog_check_region(&catalog, search.region, error);
    if (status == FG_OK && search.item != NULL)
        status = check_item(&catalog, search.item, error);
    if (status == FG_OK)
        list_prices(&catalog, &search);
    fg_catalog_release(&catalog);
    return status;
}

const struct fg_command fg_command_catalog_prices = {
    .name = "catalog prices",
    .operands = "",
    .summary = "the price tables' rows by region and item, with their days",
    .options = options,
    .run = run,
};
