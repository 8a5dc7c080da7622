#include "models/catalog.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/instance_name.h"

/* ---- nearest names ---- */

enum { MAX_NAME = 64 };

static uint32_t smaller(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

/* Edits (insert, remove, change a letter) that make `a` of `b`. */
static uint32_t edit_distance(const char *a, const char *b)
{
    size_t a_length = strlen(a), b_length = strlen(b);
    uint32_t row[MAX_NAME + 1];
    if (a_length > MAX_NAME || b_length > MAX_NAME)
        return UINT32_MAX;
    for (uint32_t j = 0; j <= b_length; j++)
        row[j] = j;
    for (uint32_t i = 1; i <= a_length; i++) {
        uint32_t diagonal = row[0];
        row[0] = i;
        for (uint32_t j = 1; j <= b_length; j++) {
            uint32_t change = diagonal + (a[i - 1] != b[j - 1]);
            diagonal = row[j];
            row[j] = smaller(change, smaller(row[j], row[j - 1]) + 1);
        }
    }
    return row[b_length];
}

const char *fg_nearest_name(const char *name, const char *const *known, uint32_t known_count)
{
    const char *nearest = NULL;
    uint32_t best = (uint32_t)strlen(name) / 3 + 1;
    for (uint32_t i = 0; i < known_count; i++) {
        uint32_t distance = edit_distance(name, known[i]);
        if (distance < best) {
            best = distance;
            nearest = known[i];
        }
    }
    return nearest;
}

/* ---- types ---- */

static int compare_type(const void *key, const void *item)
{
    return strcmp(key, ((const struct fg_instance_type *)item)->name);
}

const struct fg_instance_type *fg_catalog_find_type(const struct fg_catalog *catalog,
                                                    const char *name)
{
    if (catalog->type_count == 0)
        return NULL;
    return bsearch(name, catalog->types, catalog->type_count, sizeof *catalog->types, compare_type);
}

fg_status fg_catalog_type(const struct fg_catalog *catalog, const char *name,
                          const struct fg_instance_type **out, struct fg_error *error)
{
    *out = fg_catalog_find_type(catalog, name);
    if (*out != NULL)
        return FG_OK;
    const char **names = fg_allocate(catalog->type_count, sizeof *names);
    for (uint32_t i = 0; i < catalog->type_count; i++)
        names[i] = catalog->types[i].name;
    const char *nearest = fg_nearest_name(name, names, catalog->type_count);
    free(names);
    return fg_error_set(error, FG_BAD_INPUT, "unknown instance type '%.64s'%s%s%s", name,
                        nearest != NULL ? "; did you mean '" : "", nearest != NULL ? nearest : "",
                        nearest != NULL ? "'?" : "");
}

const char *fg_cpu_manufacturer_name(enum fg_cpu_manufacturer manufacturer)
{
    static const char *const names[] = {"intel", "amd", "aws"};
    return names[manufacturer];
}

const char *fg_hypervisor_name(enum fg_hypervisor hypervisor)
{
    static const char *const names[] = {"", "nitro", "xen"};
    return names[hypervisor];
}

/* ---- prices ---- */

static int compare_keys(const struct fg_price_row *row, const char *item, const char *region,
                        const char *variant)
{
    int order = strcmp(row->item, item);
    if (order == 0)
        order = strcmp(row->region, region);
    return order != 0 ? order : strcmp(row->variant, variant);
}

/* The first row that is not before the key. */
static uint32_t lower_bound(const struct fg_catalog *catalog, const char *item, const char *region,
                            const char *variant)
{
    uint32_t low = 0, high = catalog->price_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (compare_keys(&catalog->prices[middle], item, region, variant) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

uint32_t fg_catalog_price_rows(const struct fg_catalog *catalog, const char *item,
                               const char *region, const char *variant, uint32_t *out_first)
{
    uint32_t first = lower_bound(catalog, item, region, variant), end = first;
    while (end < catalog->price_count &&
           compare_keys(&catalog->prices[end], item, region, variant) == 0)
        end++;
    *out_first = first;
    return end - first;
}

/* A price whose first day is not known holds from the beginning. */
static bool find_price(const struct fg_catalog *catalog, const char *item, const char *region,
                       const char *variant, fg_day day, struct fg_found_price *out)
{
    uint32_t first, chosen = UINT32_MAX;
    uint32_t count = fg_catalog_price_rows(catalog, item, region, variant, &first);
    for (uint32_t i = first; i < first + count; i++)
        if (chosen == UINT32_MAX || day == FG_DAY_UNKNOWN ||
            catalog->prices[i].effective_from <= day)
            chosen = i;
    if (chosen == UINT32_MAX)
        return false;
    const struct fg_price_row *row = &catalog->prices[chosen];
    *out = (struct fg_found_price){
        .nano = row->nano,
        .as_of = row->as_of,
        .effective_from = row->effective_from,
        .before_first = day != FG_DAY_UNKNOWN && row->effective_from != FG_DAY_UNKNOWN &&
                        row->effective_from > day,
    };
    return true;
}

/* A region in which the item has a price, for the message. */
static const char *region_with(const struct fg_catalog *catalog, const char *item)
{
    uint32_t first = lower_bound(catalog, item, "", "");
    if (first < catalog->price_count && strcmp(catalog->prices[first].item, item) == 0)
        return catalog->prices[first].region;
    return NULL;
}

fg_status fg_catalog_price(const struct fg_catalog *catalog, const char *item, const char *region,
                           const char *variant, fg_day day, struct fg_found_price *out,
                           struct fg_error *error)
{
    if (find_price(catalog, item, region, variant, day, out) ||
        find_price(catalog, item, "all", variant, day, out))
        return FG_OK;
    if (!fg_catalog_has_region(catalog, region)) {
        const char *nearest = fg_catalog_nearest_region(catalog, region);
        return fg_error_set(error, FG_BAD_INPUT, "unknown region '%.64s'%s%s%s", region,
                            nearest != NULL ? "; did you mean '" : "",
                            nearest != NULL ? nearest : "", nearest != NULL ? "'?" : "");
    }
    const char *elsewhere = region_with(catalog, item);
    if (elsewhere == NULL)
        return fg_error_set(error, FG_BAD_INPUT, "no price of '%.64s' is known in any region",
                            item);
    return fg_error_set(error, FG_BAD_INPUT,
                        "no price of '%.64s' is known in region %.64s (it is in %s)", item, region,
                        elsewhere);
}

/* ---- Spot ---- */

enum { MILLION = 1000000, MILLIONTHS_A_PERCENT = 10000 };

static const struct fg_spot_row *find_spot(const struct fg_catalog *catalog,
                                           const char *instance_type, const char *region)
{
    uint32_t low = 0, high = catalog->spot_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        const struct fg_spot_row *row = &catalog->spots[middle];
        int order = strcmp(row->instance_type, instance_type);
        if (order == 0)
            order = strcmp(row->region, region);
        if (order == 0)
            return row;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

fg_status fg_catalog_spot_price_at(const struct fg_catalog *catalog, const char *instance_type,
                                   const char *region, fg_day day, uint32_t saving_millionths,
                                   struct fg_found_price *out, struct fg_error *error)
{
    fg_status status = fg_catalog_price(catalog, instance_type, region, "", day, out, error);
    if (status == FG_OK)
        out->nano = fg_money_amount_half_even(MILLION - (int64_t)saving_millionths,
                                              (struct fg_price){out->nano, MILLION});
    return status;
}

fg_status fg_catalog_spot_price(const struct fg_catalog *catalog, const char *instance_type,
                                const char *region, fg_day day, struct fg_found_price *out,
                                struct fg_error *error)
{
    const struct fg_spot_row *row = find_spot(catalog, instance_type, region);
    uint32_t saving = row != NULL && row->savings_percent > 0
                          ? (uint32_t)row->savings_percent * MILLIONTHS_A_PERCENT
                          : 0;
    fg_status status =
        fg_catalog_spot_price_at(catalog, instance_type, region, day, saving, out, error);
    if (status != FG_OK)
        return status;
    if (row == NULL || row->savings_percent < 0)
        return fg_error_set(error, FG_BAD_INPUT,
                            "what Spot capacity of '%.64s' saves in region %.64s is not known; "
                            "expected 'pricing.spot.discount' to name it",
                            instance_type, region);
    out->as_of = row->savings_as_of;
    return FG_OK;
}

int32_t fg_catalog_spot_saving_percent(const struct fg_catalog *catalog, const char *instance_type,
                                       const char *region)
{
    const struct fg_spot_row *row = find_spot(catalog, instance_type, region);
    return row != NULL ? row->savings_percent : -1;
}

fg_status fg_catalog_spot_interruptions(const struct fg_catalog *catalog, const char *instance_type,
                                        const char *region, uint32_t *out_millionths,
                                        fg_day *out_as_of, struct fg_error *error)
{
    const struct fg_spot_row *row = find_spot(catalog, instance_type, region);
    if (row == NULL || row->interruption_max_percent < 0)
        return fg_error_set(error, FG_BAD_INPUT,
                            "how often Spot capacity of '%.64s' is interrupted in region %.64s is "
                            "not known; expected 'pricing.spot.interruptionsPerMonth' to name it",
                            instance_type, region);
    *out_millionths = (uint32_t)row->interruption_max_percent * MILLIONTHS_A_PERCENT;
    *out_as_of = row->interruption_as_of;
    return FG_OK;
}

/* ---- commitments ---- */

const char *fg_rate_plan_name(enum fg_rate_plan plan)
{
    static const char *const names[FG_RATE_PLAN_COUNT] = {
        "compute", "ec2Instance", "reserved-convertible", "reserved-standard"};
    return names[plan];
}

const char *fg_rate_payment_name(enum fg_rate_payment payment)
{
    static const char *const names[FG_RATE_PAYMENT_COUNT] = {"allUpfront", "noUpfront",
                                                             "partialUpfront"};
    return names[payment];
}

const char *fg_rate_kind_name(enum fg_rate_kind kind)
{
    static const char *const names[FG_RATE_KIND_COUNT] = {"derived", "family-median", "rate"};
    return names[kind];
}

int fg_commitment_rate_compare(const struct fg_commitment_rate_row *a,
                               const struct fg_commitment_rate_row *b)
{
    int order = (a->plan > b->plan) - (a->plan < b->plan);
    if (order == 0)
        order = strcmp(a->region, b->region);
    if (order == 0)
        order = strcmp(a->item, b->item);
    if (order == 0)
        order = (a->term_years > b->term_years) - (a->term_years < b->term_years);
    return order != 0 ? order : (a->payment > b->payment) - (a->payment < b->payment);
}

static int compare_rates(const void *key, const void *row)
{
    return fg_commitment_rate_compare(key, row);
}

static const struct fg_commitment_rate_row *find_rate(const struct fg_catalog *catalog,
                                                      const struct fg_commitment_rate_row *key)
{
    if (catalog->rate_count == 0)
        return NULL;
    return bsearch(key, catalog->rates, catalog->rate_count, sizeof *catalog->rates, compare_rates);
}

const struct fg_commitment_rate_row *
fg_catalog_commitment_rate(const struct fg_catalog *catalog, enum fg_rate_plan plan,
                           const char *region, const char *item, uint32_t term_years,
                           enum fg_rate_payment payment)
{
    struct fg_commitment_rate_row key = {
        .plan = plan, .region = region, .item = item, .term_years = term_years, .payment = payment};
    const struct fg_commitment_rate_row *row = find_rate(catalog, &key);
    if (row != NULL || strchr(item, '.') == NULL)
        return row;
    struct fg_instance_name name;
    fg_instance_name_parse(item, &name);
    key.item = name.family;
    return find_rate(catalog, &key);
}

/* ---- Auto Mode ---- */

fg_status fg_catalog_auto_mode_fee(const struct fg_catalog *catalog,
                                   const struct fg_instance_type *type, const char *region,
                                   fg_day day, struct fg_auto_mode_fee *out, struct fg_error *error)
{
    enum { OF_GENERAL_TYPES = 120, OF_GPU_TYPES = 78, MILLE = 1000 };
    char item[96];
    snprintf(item, sizeof item, "auto_mode_%.64s", type->name);
    out->assumed = !find_price(catalog, item, region, "", day, &out->price);
    if (!out->assumed)
        return FG_OK;
    fg_status status = fg_catalog_price(catalog, type->name, region, "", day, &out->price, error);
    if (status == FG_OK)
        out->price.nano =
            fg_money_amount_half_even(type->gpu_count > 0 ? OF_GPU_TYPES : OF_GENERAL_TYPES,
                                      (struct fg_price){out->price.nano, MILLE});
    return status;
}

/* ---- regions and versions ---- */

bool fg_catalog_has_region(const struct fg_catalog *catalog, const char *region)
{
    for (uint32_t i = 0; i < catalog->price_count; i++)
        if (strcmp(catalog->prices[i].region, region) == 0 && strcmp(region, "all") != 0)
            return true;
    return false;
}

const char *fg_catalog_nearest_region(const struct fg_catalog *catalog, const char *region)
{
    const char **names = fg_allocate(catalog->price_count, sizeof *names);
    uint32_t count = 0;
    for (uint32_t i = 0; i < catalog->price_count; i++)
        if (strcmp(catalog->prices[i].region, "all") != 0 &&
            (count == 0 || strcmp(names[count - 1], catalog->prices[i].region) != 0))
            names[count++] = catalog->prices[i].region;
    const char *nearest = fg_nearest_name(region, names, count);
    free(names);
    return nearest;
}

const struct fg_kubernetes_version *fg_catalog_version(const struct fg_catalog *catalog,
                                                       const char *version)
{
    for (uint32_t i = 0; i < catalog->version_count; i++)
        if (strcmp(catalog->versions[i].version, version) == 0)
            return &catalog->versions[i];
    return NULL;
}
