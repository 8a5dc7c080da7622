/* price_list_update.h - the prices of a list go into the tables of a catalog's folder.
 *
 * What is there stays. A price that the list has as well is confirmed: its as_of is raised. One
 * that differs from the price that holds on the list's day is a new row from its effective day on,
 * or, where the row of that day is as young, takes its place. A list that is older than what the
 * row was last confirmed with changes nothing. Rows for all regions are confirmed by each region;
 * a region that differs gets rows of its own, with their history. Rates of commitments have no
 * history: a younger one takes the place of the older. Nothing is written here.
 */
#ifndef FARGAUGE_DATA_PRICE_LIST_UPDATE_H
#define FARGAUGE_DATA_PRICE_LIST_UPDATE_H

#include "data/catalog_table.h"
#include "data/price_list.h"

enum fg_update_outcome {
    FG_UPDATE_NEW,       /* nothing was known of it */
    FG_UPDATE_CHANGED,   /* another price than the one that is known */
    FG_UPDATE_CONFIRMED, /* the price that is known */
    FG_UPDATE_OLDER,     /* skipped: what is known is younger than the list */
    FG_UPDATE_NO_TYPE,   /* skipped: of an instance type that the catalog does not have */
    FG_UPDATE_UNCLEAR,   /* skipped: two prices of one thing, or half of an upfront payment */
    FG_UPDATE_OUTCOME_COUNT
};

struct fg_price_list_update {
    struct fg_catalog_table tables[FG_TABLE_COUNT]; /* with rows where `is_changed` */
    bool is_changed[FG_TABLE_COUNT];
    uint64_t counts[FG_TABLE_COUNT][FG_UPDATE_OUTCOME_COUNT];
    /* Types without a row, by name; the list's, whose texts they share. */
    uint32_t unknown_count;
    const struct fg_listed_type *unknown;
    uint32_t added_count; /* of them that got one, without network interfaces */
};

/* Reads the folder's tables (of `fallback` or compiled in, where it lacks some) and works the list
 * in, which is put into order for that. With `add_types` unknown instance types get a row as far as
 * the list describes them. */
fg_status fg_price_list_update_make(struct fg_price_list *list, const char *directory,
                                    const char *fallback, bool add_types,
                                    struct fg_price_list_update *out, struct fg_error *error);
void fg_price_list_update_release(struct fg_price_list_update *update);

#endif
