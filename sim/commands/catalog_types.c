/* fargauge catalog types: instance types of a region, searched and sorted. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "data/catalog_reader.h"
#include "models/quantity.h"
#include "sim/commands/catalog.h"
#include "sim/commands/catalog_sheet.h"
#include "sim/commands/command.h"

#define MIB (1024LL * 1024)

static const struct fg_option options[] = {
    {"region", 0, "REGION", "whose types and prices; default us-east-1"},
    {"family", 0, "F,...", "such as m6i; several with commas"},
    {"vcpu", 0, "N", "types with so many"},
    {"vcpu-at-least", 0, "N", "types with so many or more"},
    {"vcpu-at-most", 0, "N", "types with so many or fewer"},
    {"memory-at-least", 0, "QUANTITY", "such as 16Gi"},
    {"memory-at-most", 0, "QUANTITY", "such as 64Gi"},
    {"arch", 0, "amd64|arm64", "of the processor"},
    {"gpu", 0, NULL, "types with GPUs"},
    {"current", 0, NULL, "types of the current generation"},
    {"sort", 0, "name|price|price-per-vcpu", "default name: by family and size"},
    {"limit", 0, "N", "the first so many; default all"},
    {"as-of", 0, "DAY", "the prices of that day; default the newest"},
    {"format", 0, "text|csv|json", "default text"},
    {"catalog", 0, "DIR", "other price tables"},
    {0},
};

static const struct fg_sheet_column columns[] = {
    {"instance_type", "", "instance type", true},
    {"vcpu", "", "vCPU", false},
    {"memory_gib", "memory", "GiB", false},
    {"arch", "", "arch", true},
    {"gpu", "", "GPU", false},
    {"gpu_model", "", "GPU model", true},
    {"usd_per_hour", "USD", "an hour", false},
    {"usd_per_vcpu_hour", "USD per", "vCPU-hour", false},
    {"spot_saving_percent", "Spot", "saves %", false},
    {"as_of", "", "as of", true},
};

enum sort_order { BY_NAME, BY_PRICE, BY_PRICE_PER_VCPU };

struct search {
    const char *region;
    const char *families; /* with commas, or NULL */
    long least_vcpu, most_vcpu;
    int64_t least_bytes, most_bytes;
    enum fg_arch arch; /* FG_ARCH_ANY = both */
    bool gpu, current;
    enum sort_order order;
    long limit;
    fg_day day;
    enum fg_sheet_format format;
};

struct match {
    const struct fg_instance_type *type;
    struct fg_found_price price;
};

/* ---- what is asked for ---- */

static fg_status parse_bytes(const struct fg_arguments *arguments, const char *name, int64_t *inout,
                             struct fg_error *error)
{
    struct fg_error fault = {0};
    const char *text = fg_argument(arguments, name);
    if (text != NULL && fg_quantity_parse_bytes(text, strlen(text), inout, &fault) != FG_OK)
        return fg_error_set(error, FG_BAD_INPUT, "--%s: %s", name, fault.message);
    return FG_OK;
}

static fg_status parse_vcpu(const struct fg_arguments *arguments, struct search *out,
                            struct fg_error *error)
{
    enum { VCPU_MAX = 100000 };
    long exact = 0;
    fg_status status = fg_argument_count(arguments, "vcpu", VCPU_MAX, &exact, error);
    if (status == FG_OK)
        status = fg_argument_count(arguments, "vcpu-at-least", VCPU_MAX, &out->least_vcpu, error);
    if (status == FG_OK)
        status = fg_argument_count(arguments, "vcpu-at-most", VCPU_MAX, &out->most_vcpu, error);
    if (status == FG_OK && exact > 0 && (out->least_vcpu > 0 || out->most_vcpu < INT32_MAX))
        return fg_error_set(error, FG_BAD_INPUT,
                            "--vcpu stands beside a bound; expected --vcpu alone, or "
                            "--vcpu-at-least and --vcpu-at-most");
    if (exact > 0)
        out->least_vcpu = out->most_vcpu = exact;
    return status;
}

static fg_status parse_words(const struct fg_arguments *arguments, struct search *out,
                             struct fg_error *error)
{
    static const char *const orders[] = {"name", "price", "price-per-vcpu"};
    const char *arch = fg_argument(arguments, "arch"), *order = fg_argument(arguments, "sort");
    if (arch != NULL && (!fg_arch_parse(arch, &out->arch) || out->arch == FG_ARCH_ANY))
        return fg_error_set(error, FG_BAD_INPUT, "--arch is '%.64s'; expected amd64 or arm64",
                            arch);
    for (int i = 0; order != NULL; i++) {
        if (i == 3)
            return fg_error_set(error, FG_BAD_INPUT,
                                "--sort is '%.64s'; expected name, price or price-per-vcpu", order);
        out->order = (enum sort_order)i;
        if (strcmp(order, orders[i]) == 0)
            break;
    }
    return FG_OK;
}

static fg_status parse(const struct fg_arguments *arguments, struct search *out,
                       struct fg_error *error)
{
    const char *region = fg_argument(arguments, "region");
    *out = (struct search){.region = region != NULL ? region : "us-east-1",
                           .families = fg_argument(arguments, "family"),
                           .most_vcpu = INT32_MAX,
                           .most_bytes = INT64_MAX,
                           .arch = FG_ARCH_ANY,
                           .gpu = fg_argument_is_on(arguments, "gpu"),
                           .current = fg_argument_is_on(arguments, "current"),
                           .limit = INT32_MAX};
    fg_status status = fg_sheet_format(arguments, &out->format, error);
    if (status == FG_OK)
        status = parse_vcpu(arguments, out, error);
    if (status == FG_OK)
        status = parse_bytes(arguments, "memory-at-least", &out->least_bytes, error);
    if (status == FG_OK)
        status = parse_bytes(arguments, "memory-at-most", &out->most_bytes, error);
    if (status == FG_OK)
        status = parse_words(arguments, out, error);
    if (status == FG_OK)
        status = fg_argument_count(arguments, "limit", INT32_MAX, &out->limit, error);
    if (status == FG_OK)
        status = fg_catalog_argument_day(arguments, &out->day, error);
    return status;
}

/* ---- families ---- */

/* Names are between commas. */
static bool is_in_list(const char *list, const char *name)
{
    size_t wanted = strlen(name);
    for (;;) {
        size_t length = strcspn(list, ",");
        if (length == wanted && memcmp(list, name, length) == 0)
            return true;
        if (list[length] == '\0')
            return false;
        list += length + 1;
    }
}

static fg_status unknown_family(const struct fg_catalog *catalog, const char *family,
                                struct fg_error *error)
{
    const char **names = fg_allocate(catalog->type_count, sizeof *names);
    for (uint32_t i = 0; i < catalog->type_count; i++)
        names[i] = catalog->types[i].family;
    const char *nearest = fg_nearest_name(family, names, catalog->type_count);
    free((void *)(uintptr_t)names);
    if (nearest != NULL)
        return fg_error_set(error, FG_BAD_INPUT,
                            "unknown instance family '%.64s'; did you mean '%s'?", family, nearest);
    return fg_error_set(error, FG_BAD_INPUT,
                        "unknown instance family '%.64s'; expected one such as m6i", family);
}

static fg_status check_families(const struct fg_catalog *catalog, const char *list,
                                struct fg_error *error)
{
    while (list != NULL) {
        size_t length = strcspn(list, ",");
        bool known = false;
        for (uint32_t i = 0; !known && i < catalog->type_count; i++)
            known = strlen(catalog->types[i].family) == length &&
                    memcmp(catalog->types[i].family, list, length) == 0;
        if (!known) {
            char family[65];
            snprintf(family, sizeof family, "%.*s", (int)(length < 64 ? length : 64), list);
            return unknown_family(catalog, family, error);
        }
        list = list[length] == ',' ? list + length + 1 : NULL;
    }
    return FG_OK;
}

/* ---- searching ---- */

static bool fits(const struct search *search, const struct fg_instance_type *type)
{
    int64_t bytes = type->memory_mib * MIB;
    return (search->families == NULL || is_in_list(search->families, type->family)) &&
           (long)type->vcpu >= search->least_vcpu && (long)type->vcpu <= search->most_vcpu &&
           bytes >= search->least_bytes && bytes <= search->most_bytes &&
           (search->arch == FG_ARCH_ANY || type->arch == search->arch) &&
           (!search->gpu || type->gpu_count > 0) && (!search->current || type->current_generation);
}

static int compare_names(const struct match *a, const struct match *b)
{
    int order = strcmp(a->type->family, b->type->family);
    if (order == 0)
        order = (a->type->vcpu > b->type->vcpu) - (a->type->vcpu < b->type->vcpu);
    return order != 0 ? order : strcmp(a->type->name, b->type->name);
}

static int compare_by_name(const void *a, const void *b)
{
    return compare_names(a, b);
}

static int compare_by_price(const void *a, const void *b)
{
    const struct match *left = a, *right = b;
    int order = (left->price.nano > right->price.nano) - (left->price.nano < right->price.nano);
    return order != 0 ? order : compare_names(left, right);
}

static int compare_by_price_per_vcpu(const void *a, const void *b)
{
    const struct match *left = a, *right = b;
    __int128 of_left = (__int128)left->price.nano * right->type->vcpu;
    __int128 of_right = (__int128)right->price.nano * left->type->vcpu;
    int order = (of_left > of_right) - (of_left < of_right);
    return order != 0 ? order : compare_names(left, right);
}

/* Types without a price in the region are not offered there. */
static uint32_t find_matches(const struct fg_catalog *catalog, const struct search *search,
                             struct match *out)
{
    static int (*const compare[])(const void *,
                                  const void *) = {[BY_NAME] = compare_by_name,
                                                   [BY_PRICE] = compare_by_price,
                                                   [BY_PRICE_PER_VCPU] = compare_by_price_per_vcpu};
    uint32_t count = 0;
    for (uint32_t i = 0; i < catalog->type_count; i++) {
        struct fg_error ignored = {0};
        const struct fg_instance_type *type = &catalog->types[i];
        if (fits(search, type) &&
            fg_catalog_price(catalog, type->name, search->region, "", search->day,
                             &out[count].price, &ignored) == FG_OK)
            out[count++].type = type;
    }
    if (count > 0)
        qsort(out, count, sizeof *out, compare[search->order]);
    return count;
}

static void add_row(struct fg_sheet *sheet, const struct fg_catalog *catalog,
                    const struct search *search, const struct match *match)
{
    const struct fg_instance_type *type = match->type;
    fg_sheet_add_text(sheet, type->name);
    fg_sheet_add_ratio(sheet, type->vcpu, 1, 0);
    fg_sheet_add_ratio(sheet, type->memory_mib, 1024, 0);
    fg_sheet_add_text(sheet, fg_arch_name(type->arch));
    fg_sheet_add_ratio(sheet, type->gpu_count, 1, 0);
    fg_sheet_add_text(sheet, type->gpu_model);
    fg_sheet_add_ratio(sheet, match->price.nano, FG_NANO_PER_DOLLAR, 4);
    fg_sheet_add_ratio(sheet,
                       fg_money_divide_half_even(match->price.nano, (__int128)type->vcpu * 1000),
                       FG_NANO_PER_DOLLAR / 1000, 6);
    int32_t saving = fg_catalog_spot_saving_percent(catalog, type->name, search->region);
    if (saving >= 0)
        fg_sheet_add_ratio(sheet, saving, 1, 0);
    else
        fg_sheet_add_text(sheet, "");
    fg_sheet_add_day(sheet, match->price.as_of);
}

static void list_matches(const struct fg_catalog *catalog, const struct search *search)
{
    struct fg_sheet sheet = {.columns = columns, .column_count = sizeof columns / sizeof *columns};
    struct match *matches = fg_allocate(catalog->type_count, sizeof *matches);
    uint32_t count = find_matches(catalog, search, matches), older = 0;
    for (uint32_t i = 0; i < count && (long)i < search->limit; i++) {
        add_row(&sheet, catalog, search, &matches[i]);
        older += matches[i].price.before_first;
    }
    if (count > 0 || search->format != FG_SHEET_TEXT)
        fg_sheet_print(&sheet, search->format);
    if (count == 0)
        fprintf(stderr, "no instance type of %s is so\n", search->region);
    if (older > 0)
        fprintf(stderr,
                "%" PRIu32 " prices are not known so far back; those shown are the oldest known\n",
                older);
    fg_sheet_release(&sheet);
    free(matches);
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
    status = fg_catalog_check_region(&catalog, search.region, error);
    if (status == FG_OK)
        status = check_families(&catalog, search.families, error);
    if (status == FG_OK)
        list_matches(&catalog, &search);
    fg_catalog_release(&catalog);
    return status;
}

const struct fg_command fg_command_catalog_types = {
    .name = "catalog types",
    .operands = "",
    .summary = "instance types of a region by family, size, price",
    .options = options,
    .run = run,
};
