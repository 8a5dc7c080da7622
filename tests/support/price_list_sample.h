/* price_list_sample.h - a made-up price list in AWS's own formats: the columns, keys and codes are
 * real, the prices are not. The same products stand in each format.
 *
 * Type number i of `types` costs (i + 1) tenths of a cent an hour in each region; on other systems
 * and tenancies, in local zones and as capacity reservations ten times that. Reserved, standard,
 * for a year: 60 % of it by the hour without anything upfront; 30 % by the hour and 2628 times the
 * price upfront; nothing by the hour and 5256 times the price upfront; for three years the same by
 * the hour and three times the upfront payments; convertible the same as standard.
 */
#ifndef FARGAUGE_TESTS_SUPPORT_PRICE_LIST_SAMPLE_H
#define FARGAUGE_TESTS_SUPPORT_PRICE_LIST_SAMPLE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct fg_price_list_sample {
    const char *const *types;
    uint32_t type_count;
    const char *const *regions; /* "us-east-1" */
    uint32_t region_count;
    const char *effective; /* "2026-09-01" */
    const char *published; /* "2026-09-25T17:45:21Z" */
    bool malformed;        /* with rows that cannot be read, in this many places: */
};
enum {
    FG_SAMPLE_BAD_CSV_ROWS = 4,  /* too few cells, broken quoting, no price, no date */
    FG_SAMPLE_BAD_JSON_ROWS = 3, /* no region, no price, no date */
    /* Prices of use for a type in a region: on demand, and 2 classes x 2 terms x 5 parts. */
    FG_SAMPLE_PRICES_PER_TYPE = 21,
};

/* index.json, index.csv, and the answer to `aws pricing get-products`, of AmazonEC2. */
void fg_price_list_sample_json(const struct fg_price_list_sample *sample, FILE *out);
void fg_price_list_sample_csv(const struct fg_price_list_sample *sample, FILE *out);
void fg_price_list_sample_products(const struct fg_price_list_sample *sample, FILE *out);

#endif
