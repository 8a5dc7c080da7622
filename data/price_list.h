/* price_list.h - AWS's own price list files -> the prices that a cluster's bill needs.
 *
 * Read are the bulk offer files index.json and index.csv of AmazonEC2, AmazonECS, AmazonEKS,
 * AmazonVPC and AWSELB, index.csv of AmazonComputeSavingsPlan, and what `aws pricing get-products`
 * prints (also its items one by one); each may be gzip. A file is never held: memory grows with the
 * prices that are kept. What is kept is Linux on shared capacity without software in the price, on
 * demand and Reserved; Fargate; the cluster's fees; volumes, addresses, NAT, endpoints, load
 * balancers. The rest is counted.
 *
 * A row that cannot be read is counted, the first ten with file and line; so is a file that ends
 * too early: what stood before counts.
 */
#ifndef FARGAUGE_DATA_PRICE_LIST_H
#define FARGAUGE_DATA_PRICE_LIST_H

#include <stdbool.h>

#include "models/base/index.h"
#include "models/base/status.h"
#include "models/calendar.h"
#include "models/catalog.h"

enum { FG_LISTED_BAD_ROWS = 10 };

/* Which of Fargate's prices. The storage of a region has the same price for all. */
enum fg_listed_fargate {
    FG_LISTED_AMD64_LINUX,
    FG_LISTED_ARM64_LINUX,
    FG_LISTED_AMD64_WINDOWS,
    FG_LISTED_ANY_FARGATE
};

/* A price as a list has it; texts are the list's. */
struct fg_listed_price {
    const char *item; /* as the catalog names it */
    const char *region;
    const char *source; /* "AmazonEC2@20250912225308" */
    fg_nanodollars nano;
    fg_day effective_from, as_of;
    uint8_t table;   /* enum fg_catalog_table_number */
    uint8_t column;  /* of the row's prices: Fargate's vCPU, memory, storage; of a rate: by the
                      * hour, upfront */
    uint8_t variant; /* enum fg_listed_fargate */
    uint8_t plan, term_years, payment; /* of a rate */
};

/* What a list says of an instance type. */
struct fg_listed_type {
    const char *name;
    uint32_t vcpu;
    int64_t memory_mib; /* 0 = not said */
    uint32_t cpu_mhz, gpu_count;
    const char *processor; /* "Intel Xeon 8375C (Ice Lake)" */
    const char *source;
    bool current_generation;
};

struct fg_price_list {
    const char *const *regions; /* that are wanted; NULL = all */
    uint32_t region_count;

    uint32_t price_count, price_capacity;
    struct fg_listed_price *prices;
    uint32_t type_count, type_capacity;
    struct fg_listed_type *types;
    struct fg_index type_index;
    uint64_t passed_count; /* prices that no bill here needs; of a bulk file in JSON, products */
    uint64_t bad_count;
    const char *bad[FG_LISTED_BAD_ROWS]; /* "FILE:LINE: what is wrong" */
    struct fg_strings strings;           /* owns all texts */
};

/* Adds what the file has. Zero the list before the first file and set its regions. FG_FAILED: the
 * file cannot be read; FG_BAD_INPUT: it is no price list. */
fg_status fg_price_list_read(const char *path, struct fg_price_list *list, struct fg_error *error);
void fg_price_list_release(struct fg_price_list *list);

#endif
