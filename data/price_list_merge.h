/* price_list_merge.h - one price of a list and the rows of a catalog's table that have its key:
 * which of them it confirms, follows or replaces (the rules: data/price_list_update.h). */
#ifndef FARGAUGE_DATA_PRICE_LIST_MERGE_H
#define FARGAUGE_DATA_PRICE_LIST_MERGE_H

#include "data/catalog_table.h"
#include "data/price_list_update.h"

enum { FG_OFFER_KEYS_MAX = 5, FG_OFFER_VALUES_MAX = 3 };

/* What a list says of one row. Texts are borrowed. */
struct fg_price_offer {
    const char *keys[FG_OFFER_KEYS_MAX];        /* in the order of the table's columns */
    fg_nanodollars values[FG_OFFER_VALUES_MAX]; /* -1 = not said */
    fg_day from, as_of;
    const char *source;
    const char *unit;        /* of other_prices.csv */
    int discount_hundredths; /* of a percent, of a rate; -1 = not known */
};

struct fg_price_merge {
    struct fg_catalog_table *table;
    uint32_t sorted_count; /* rows that were there */
    uint32_t added_first;  /* of the rows that were added for the last key */
    const char *last_keys[FG_OFFER_KEYS_MAX];
    /* Days on which rows of all regions were confirmed, by row: raised at the end, so that a
     * region that differs gets the history as it was. */
    fg_day *raised;
};

/* Puts the table into order and checks its prices and days. After a success close it. */
fg_status fg_price_merge_open(struct fg_catalog_table *table, struct fg_price_merge *out,
                              struct fg_error *error);
/* Offers of one key must follow each other. */
enum fg_update_outcome fg_price_merge_offer(struct fg_price_merge *merge,
                                            const struct fg_price_offer *offer);
/* Puts the table into order again. */
void fg_price_merge_close(struct fg_price_merge *merge);

#endif
