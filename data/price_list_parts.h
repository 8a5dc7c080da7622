/* price_list_parts.h - what the readers of price lists share: cells by name, whether a product is
 * wanted, and how a price is taken. For data/price_list*.c alone. */
#ifndef FARGAUGE_DATA_PRICE_LIST_PARTS_H
#define FARGAUGE_DATA_PRICE_LIST_PARTS_H

#include "data/price_list.h"

/* What is read of a product and of its price. */
enum fg_listed_cell {
    FG_CELL_SKU,
    FG_CELL_FAMILY,
    FG_CELL_REGION,
    FG_CELL_LOCATION,
    FG_CELL_LOCATION_TYPE,
    FG_CELL_INSTANCE_TYPE,
    FG_CELL_SYSTEM,
    FG_CELL_TENANCY,
    FG_CELL_SOFTWARE,
    FG_CELL_LICENCE,
    FG_CELL_CAPACITY,
    FG_CELL_MARKET,
    FG_CELL_USAGE,
    FG_CELL_OPERATION,
    FG_CELL_VCPU,
    FG_CELL_MEMORY,
    FG_CELL_PROCESSOR,
    FG_CELL_CLOCK,
    FG_CELL_GPU,
    FG_CELL_CURRENT,
    FG_CELL_TERM_TYPE, /* from here on of the price */
    FG_CELL_EFFECTIVE,
    FG_CELL_BEGIN,
    FG_CELL_UNIT,
    FG_CELL_PRICE,
    FG_CELL_CURRENCY,
    FG_CELL_LEASE,
    FG_CELL_PURCHASE,
    FG_CELL_CLASS,
    FG_CELL_COUNT
};
/* By the name of a CSV column ("Region Code") or a JSON key ("regionCode"); -1 for others. */
int fg_listed_cell_number(const char *name, size_t length);

/* The term type of prices of a Savings Plan's list, which has no such column. */
#define FG_LISTED_SAVINGS_PLAN "SavingsPlan"

/* Where a file stands, and what it says of itself. */
struct fg_listed_file {
    struct fg_price_list *list;
    const char *path;
    const char *offer_code, *version; /* "" until known */
    fg_day published;
};

/* What a product is in the catalog. */
struct fg_listed_item {
    const char *names[3]; /* by the tier of the quantity; NULL = none */
    const char *region;
    uint8_t table, column, variant;
};
enum fg_listed_verdict { FG_LISTED_WANTED, FG_LISTED_UNWANTED, FG_LISTED_BAD };
/* Texts of `out` are interned in the list. With FG_LISTED_BAD *out_why says what is wrong. */
enum fg_listed_verdict fg_listed_item_find(struct fg_price_list *list, const char *const *cells,
                                           struct fg_listed_item *out, const char **out_why);
/* The unit of an item of other_prices.csv, or NULL. */
const char *fg_listed_unit(const char *item);
/* An interned copy. */
const char *fg_listed_text(struct fg_price_list *list, const char *text);

/* Takes one price of the item; the cells from FG_CELL_TERM_TYPE on are its own. */
void fg_listed_price_take(struct fg_listed_file *file, const struct fg_listed_item *item,
                          const char *const *cells, uint32_t line);
/* Remembers the type that the cells describe, once. */
void fg_listed_type_take(struct fg_listed_file *file, const char *const *cells);
void fg_listed_note_bad(struct fg_listed_file *file, uint32_t line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* The offer's "publicationDate", "version" or "offerCode"; others are passed over. */
void fg_listed_file_say(struct fg_listed_file *file, const char *name, const char *value);

/* Readers of one format, fed with the file's bytes. */
struct fg_listed_csv;
struct fg_listed_csv *fg_listed_csv_open(struct fg_listed_file *file);
fg_status fg_listed_csv_feed(struct fg_listed_csv *csv, const char *bytes, size_t length,
                             struct fg_error *error);
fg_status fg_listed_csv_close(struct fg_listed_csv *csv, struct fg_error *error); /* frees */

struct fg_listed_json;
struct fg_listed_json *fg_listed_json_open(struct fg_listed_file *file);
/* False: the text is no JSON from here on, which has been noted. */
bool fg_listed_json_feed(struct fg_listed_json *json, const char *bytes, size_t length);
void fg_listed_json_close(struct fg_listed_json *json, bool is_whole); /* frees */

#endif
