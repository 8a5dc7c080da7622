#include "data/catalog_reader.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "data/csv_table.h"
#include "data/digest.h"
#include "data/embedded_catalog.h"
#include "data/source.h"
#include "models/instance_name.h"

/* What is being filled, and where a fault stands. */
struct reading {
    struct fg_catalog *catalog;
    uint32_t type_capacity, price_capacity, version_capacity, spot_capacity, rate_capacity;
    struct fg_error *error;
    const struct fg_csv_table *table;
    const struct fg_csv_row *row;
};

static const char *intern(struct reading *reading, const char *text)
{
    return fg_strings_intern(&reading->catalog->strings, text, strlen(text));
}

static fg_status bad_cell(struct reading *reading, int column, const char *expected)
{
    return fg_error_at(reading->error, reading->table->file, reading->row->line,
                       (uint32_t)column + 1, "'%s' is not %s", reading->row->cells[column],
                       expected);
}

/* A whole number; where the cell is empty, 0. */
static fg_status whole_number(struct reading *reading, int column, uint32_t *out)
{
    const char *text = reading->row->cells[column];
    uint64_t value = 0;
    for (const char *at = text; *at != '\0'; at++) {
        value = value * 10 + (uint64_t)(*at - '0');
        if (*at < '0' || *at > '9' || value > INT32_MAX)
            return bad_cell(reading, column, "a whole number up to 2147483647");
    }
    *out = (uint32_t)value;
    return FG_OK;
}

/* The same, but it must be there. */
static fg_status positive_number(struct reading *reading, int column, uint32_t *out)
{
    fg_status status = whole_number(reading, column, out);
    return status == FG_OK && *out == 0 ? bad_cell(reading, column, "a whole number above 0")
                                        : status;
}

static fg_status truth(struct reading *reading, int column, bool *out)
{
    const char *text = reading->row->cells[column];
    *out = strcmp(text, "true") == 0;
    return *out || strcmp(text, "false") == 0 ? FG_OK : bad_cell(reading, column, "true or false");
}

/* A day, or unknown where the cell is empty; "2026" alone is its first day. */
static fg_status day(struct reading *reading, int column, fg_day *out)
{
    struct fg_error ignored = {0};
    const char *text = reading->row->cells[column];
    *out = FG_DAY_UNKNOWN;
    if (*text != '\0' && fg_calendar_parse_day(text, out, &ignored) != FG_OK)
        return bad_cell(reading, column, "a date such as 2026-09-01 or 2026-09");
    return FG_OK;
}

static fg_status add_price(struct reading *reading, struct fg_price_row price, int usd_column,
                           int from_column)
{
    struct fg_catalog *catalog = reading->catalog;
    struct fg_error ignored = {0};
    const char *usd = reading->row->cells[usd_column];
    if (fg_money_parse_usd(usd, &price.nano, &ignored) != FG_OK)
        return bad_cell(reading, usd_column, "a price in dollars with at most nine decimals");
    fg_status status = day(reading, from_column, &price.effective_from);
    if (status == FG_OK)
        status = day(reading, from_column + 1, &price.as_of);
    price.source = intern(reading, reading->row->cells[from_column + 2]);
    if (status == FG_OK && price.as_of != FG_DAY_UNKNOWN && price.as_of > catalog->newest_day)
        catalog->newest_day = price.as_of;
    catalog->prices = fg_grow(catalog->prices, &reading->price_capacity, catalog->price_count + 1,
                              sizeof *catalog->prices);
    catalog->prices[catalog->price_count++] = price;
    return status;
}

/* ---- one function a table: takes a row ---- */

enum {
    TYPE_NAME,
    TYPE_ARCH,
    TYPE_CPU_MANUFACTURER,
    TYPE_CPU_MHZ,
    TYPE_VCPU,
    TYPE_MEMORY,
    TYPE_ENIS,
    TYPE_ADDRESSES,
    TYPE_GPUS,
    TYPE_GPU_MODEL,
    TYPE_GPU_MEMORY,
    TYPE_GPU_PER_MILLE,
    TYPE_ACCELERATORS,
    TYPE_ACCELERATOR_MODEL,
    TYPE_HYPERVISOR,
    TYPE_BARE_METAL,
    TYPE_CURRENT,
    TYPE_NETWORK,
    TYPE_EBS,
    TYPE_NVME,
    TYPE_ENCRYPTION
};

static fg_status architecture(struct reading *reading, enum fg_arch *out)
{
    const char *text = reading->row->cells[TYPE_ARCH];
    if (fg_arch_parse(text, out))
        return FG_OK;
    *out = FG_ARCH_AMD64;
    return strncmp(text, "i386", 4) == 0
               ? FG_OK
               : bad_cell(reading, TYPE_ARCH, "an architecture: amd64 or arm64");
}

/* The number of the cell's text among `names`. */
static fg_status choice(struct reading *reading, int column, const char *const *names, int count,
                        const char *expected, int *out)
{
    for (*out = 0; *out < count; (*out)++)
        if (strcmp(reading->row->cells[column], names[*out]) == 0)
            return FG_OK;
    *out = 0;
    return bad_cell(reading, column, expected);
}

/* The same, of names that a function has. */
static fg_status named(struct reading *reading, int column, const char *(*name)(int), int count,
                       const char *expected, int *out)
{
    const char *names[8];
    FG_ASSERT(count <= 8);
    for (int i = 0; i < count; i++)
        names[i] = name(i);
    return choice(reading, column, names, count, expected, out);
}

static void name_parts(struct reading *reading, struct fg_instance_type *type)
{
    struct fg_instance_name name;
    fg_instance_name_parse(type->name, &name);
    type->category = intern(reading, name.category);
    type->family = intern(reading, name.family);
    type->size = intern(reading, name.size);
    type->generation = name.generation;
    type->flex = name.flex;
}

static fg_status type_numbers(struct reading *reading, struct fg_instance_type *type)
{
    uint32_t memory = 0, gpu_memory = 0;
    const struct {
        int column;
        uint32_t *number;
    } columns[] = {
        {TYPE_CPU_MHZ, &type->cpu_mhz},
        {TYPE_ENIS, &type->max_enis},
        {TYPE_ADDRESSES, &type->ipv4_per_eni},
        {TYPE_GPUS, &type->gpu_count},
        {TYPE_GPU_MEMORY, &gpu_memory},
        {TYPE_GPU_PER_MILLE, &type->gpu_per_mille},
        {TYPE_ACCELERATORS, &type->accelerator_count},
        {TYPE_NETWORK, &type->network_mbps},
        {TYPE_EBS, &type->ebs_mbps},
        {TYPE_NVME, &type->local_nvme_gb},
    };
    fg_status status = positive_number(reading, TYPE_VCPU, &type->vcpu);
    if (status == FG_OK)
        status = positive_number(reading, TYPE_MEMORY, &memory);
    for (size_t i = 0; status == FG_OK && i < sizeof columns / sizeof *columns; i++)
        status = whole_number(reading, columns[i].column, columns[i].number);
    type->memory_mib = memory;
    type->gpu_memory_mib = gpu_memory;
    return status;
}

static fg_status type_kinds(struct reading *reading, struct fg_instance_type *type)
{
    static const char *const manufacturers[] = {"intel", "amd", "aws"};
    static const char *const hypervisors[] = {"", "nitro", "xen"};
    int manufacturer = 0, hypervisor = 0;
    fg_status status = architecture(reading, &type->arch);
    if (status == FG_OK)
        status = choice(reading, TYPE_CPU_MANUFACTURER, manufacturers, 3, "intel, amd or aws",
                        &manufacturer);
    if (status == FG_OK)
        status = choice(reading, TYPE_HYPERVISOR, hypervisors, 3,
                        "nitro, xen or empty (bare metal, not known)", &hypervisor);
    if (status == FG_OK)
        status = truth(reading, TYPE_BARE_METAL, &type->bare_metal);
    if (status == FG_OK)
        status = truth(reading, TYPE_CURRENT, &type->current_generation);
    if (status == FG_OK && *reading->row->cells[TYPE_ENCRYPTION] != '\0')
        status = truth(reading, TYPE_ENCRYPTION, &type->encryption_in_transit);
    type->cpu_manufacturer = (enum fg_cpu_manufacturer)manufacturer;
    type->hypervisor = (enum fg_hypervisor)hypervisor;
    type->nitro = type->bare_metal || type->hypervisor == FG_HYPERVISOR_NITRO;
    return status;
}

static fg_status take_type(struct reading *reading)
{
    struct fg_catalog *catalog = reading->catalog;
    const char **cells = reading->row->cells;
    struct fg_instance_type type = {
        .name = intern(reading, cells[TYPE_NAME]),
        .gpu_model = intern(reading, cells[TYPE_GPU_MODEL]),
        .accelerator_model = intern(reading, cells[TYPE_ACCELERATOR_MODEL]),
    };
    name_parts(reading, &type);
    fg_status status = type_kinds(reading, &type);
    if (status == FG_OK)
        status = type_numbers(reading, &type);
    catalog->types = fg_grow(catalog->types, &reading->type_capacity, catalog->type_count + 1,
                             sizeof *catalog->types);
    catalog->types[catalog->type_count++] = type;
    return status;
}

static fg_status take_ec2_price(struct reading *reading)
{
    const char **cells = reading->row->cells;
    struct fg_price_row price = {.item = intern(reading, cells[0]),
                                 .region = intern(reading, cells[1]),
                                 .variant = "",
                                 .unit = "hour"};
    return add_price(reading, price, 2, 3);
}

/* Prices that EKS pods do not pay (ECS alone has them) get a variant of their own. */
static fg_status take_fargate_price(struct reading *reading)
{
    static const char *const items[] = {FG_ITEM_FARGATE_VCPU, FG_ITEM_FARGATE_MEMORY,
                                        FG_ITEM_FARGATE_STORAGE};
    static const char *const units[] = {"vcpu_hour", "gb_hour", "gb_hour"};
    enum { FIRST_PRICE = 3, FOR_EKS = 6, FROM = 7 };
    const char **cells = reading->row->cells;
    char variant[64];
    bool for_eks;
    fg_status status = truth(reading, FOR_EKS, &for_eks);
    snprintf(variant, sizeof variant, "%s/%s%s", cells[1], cells[2], for_eks ? "" : "/ecs");
    for (int i = 0; status == FG_OK && i < 3; i++) {
        struct fg_price_row price = {.item = items[i],
                                     .region = intern(reading, cells[0]),
                                     .variant = intern(reading, variant),
                                     .unit = units[i]};
        if (*cells[FIRST_PRICE + i] != '\0')
            status = add_price(reading, price, FIRST_PRICE + i, FROM);
    }
    return status;
}

static fg_status take_other_price(struct reading *reading)
{
    const char **cells = reading->row->cells;
    struct fg_price_row price = {.item = intern(reading, cells[0]),
                                 .region = intern(reading, cells[1]),
                                 .variant = "",
                                 .unit = intern(reading, cells[2])};
    return add_price(reading, price, 3, 4);
}

static fg_status take_version(struct reading *reading)
{
    struct fg_catalog *catalog = reading->catalog;
    struct fg_kubernetes_version version = {.version = intern(reading, reading->row->cells[0])};
    fg_status status = day(reading, 1, &version.released);
    if (status == FG_OK)
        status = day(reading, 2, &version.standard_end);
    if (status == FG_OK)
        status = day(reading, 3, &version.extended_end);
    catalog->versions = fg_grow(catalog->versions, &reading->version_capacity,
                                catalog->version_count + 1, sizeof *catalog->versions);
    catalog->versions[catalog->version_count++] = version;
    return status;
}

/* A share in percent, or -1 where the cell is empty. */
static fg_status percent(struct reading *reading, int column, int32_t *out)
{
    uint32_t number = 0;
    *out = -1;
    if (*reading->row->cells[column] == '\0')
        return FG_OK;
    fg_status status = whole_number(reading, column, &number);
    if (status == FG_OK && number > 100)
        return bad_cell(reading, column, "a percentage up to 100");
    *out = (int32_t)number;
    return status;
}

static fg_status take_spot(struct reading *reading)
{
    struct fg_catalog *catalog = reading->catalog;
    const char **cells = reading->row->cells;
    struct fg_spot_row spot = {.instance_type = intern(reading, cells[0]),
                               .region = intern(reading, cells[1]),
                               .source = intern(reading, cells[6])};
    fg_status status = percent(reading, 2, &spot.savings_percent);
    if (status == FG_OK)
        status = day(reading, 3, &spot.savings_as_of);
    if (status == FG_OK)
        status = percent(reading, 4, &spot.interruption_max_percent);
    if (status == FG_OK)
        status = day(reading, 5, &spot.interruption_as_of);
    catalog->spots = fg_grow(catalog->spots, &reading->spot_capacity, catalog->spot_count + 1,
                             sizeof *catalog->spots);
    catalog->spots[catalog->spot_count++] = spot;
    return status;
}

/* ---- commitments ---- */

enum {
    RATE_PLAN,
    RATE_REGION,
    RATE_ITEM,
    RATE_TERM,
    RATE_PAYMENT,
    RATE_USD,
    RATE_DISCOUNT,
    RATE_KIND,
    RATE_AS_OF,
    RATE_SOURCE
};

static const char *plan_name(int plan)
{
    return fg_rate_plan_name((enum fg_rate_plan)plan);
}

static const char *payment_name(int payment)
{
    return fg_rate_payment_name((enum fg_rate_payment)payment);
}

static const char *kind_name(int kind)
{
    return fg_rate_kind_name((enum fg_rate_kind)kind);
}

static fg_status rate_key(struct reading *reading, struct fg_commitment_rate_row *rate)
{
    static const char *const terms[] = {"1y", "3y"};
    int plan = 0, term = 0, payment = 0, kind = 0;
    fg_status status =
        named(reading, RATE_PLAN, plan_name, FG_RATE_PLAN_COUNT,
              "compute, ec2Instance, reserved-convertible or reserved-standard", &plan);
    if (status == FG_OK)
        status = choice(reading, RATE_TERM, terms, 2, "1y or 3y", &term);
    if (status == FG_OK)
        status = named(reading, RATE_PAYMENT, payment_name, FG_RATE_PAYMENT_COUNT,
                       "allUpfront, noUpfront or partialUpfront", &payment);
    if (status == FG_OK)
        status = named(reading, RATE_KIND, kind_name, FG_RATE_KIND_COUNT,
                       "rate, derived or family-median", &kind);
    rate->plan = (enum fg_rate_plan)plan;
    rate->term_years = term == 0 ? 1 : 3;
    rate->payment = (enum fg_rate_payment)payment;
    rate->kind = (enum fg_rate_kind)kind;
    return status;
}

static fg_status rate_figures(struct reading *reading, struct fg_commitment_rate_row *rate)
{
    enum { NANO_PER_MILLIONTH = 100000 }; /* of a hundred percent, in billionths of a percent */
    const char *usd = reading->row->cells[RATE_USD], *percent = reading->row->cells[RATE_DISCOUNT];
    struct fg_error ignored = {0};
    fg_nanodollars billionths = 0;
    rate->nano_per_hour = -1;
    rate->discount_millionths = -1;
    if (*usd == '\0' && *percent == '\0')
        return bad_cell(reading, RATE_USD, "a price in dollars, and there is no percentage either");
    if (*usd != '\0' && fg_money_parse_usd(usd, &rate->nano_per_hour, &ignored) != FG_OK)
        return bad_cell(reading, RATE_USD, "a price in dollars with at most nine decimals");
    if (*percent == '\0')
        return FG_OK;
    if (fg_money_parse_usd(percent, &billionths, &ignored) != FG_OK || billionths < 0 ||
        billionths > 100LL * FG_NANO_PER_DOLLAR || billionths % NANO_PER_MILLIONTH != 0)
        return bad_cell(reading, RATE_DISCOUNT, "a percentage with at most four decimals");
    rate->discount_millionths = (int32_t)(billionths / NANO_PER_MILLIONTH);
    return FG_OK;
}

static fg_status take_rate(struct reading *reading)
{
    struct fg_catalog *catalog = reading->catalog;
    const char **cells = reading->row->cells;
    struct fg_commitment_rate_row rate = {.region = intern(reading, cells[RATE_REGION]),
                                          .item = intern(reading, cells[RATE_ITEM]),
                                          .source = intern(reading, cells[RATE_SOURCE])};
    fg_status status = rate_key(reading, &rate);
    if (status == FG_OK)
        status = rate_figures(reading, &rate);
    if (status == FG_OK)
        status = day(reading, RATE_AS_OF, &rate.as_of);
    catalog->rates = fg_grow(catalog->rates, &reading->rate_capacity, catalog->rate_count + 1,
                             sizeof *catalog->rates);
    catalog->rates[catalog->rate_count++] = rate;
    return status;
}

struct table_kind {
    const char *name;
    fg_status (*take)(struct reading *reading);
    const char *columns[24];
};
static const struct table_kind kinds[] = {
    {"instance_types.csv",
     take_type,
     {"instance_type",
      "arch",
      "cpu_manufacturer",
      "cpu_mhz",
      "vcpu",
      "memory_mib",
      "max_enis",
      "ipv4_per_eni",
      "gpu_count",
      "gpu_model",
      "gpu_memory_mib",
      "gpu_per_mille",
      "accelerator_count",
      "accelerator_model",
      "hypervisor",
      "bare_metal",
      "current_generation",
      "network_mbps",
      "ebs_mbps",
      "local_nvme_gb",
      "encryption_in_transit",
      "source"}},
    {"ec2_prices.csv",
     take_ec2_price,
     {"instance_type", "region", "usd_per_hour", "effective_from", "as_of", "source"}},
    {"fargate_prices.csv",
     take_fargate_price,
     {"region", "arch", "os", "usd_per_vcpu_hour", "usd_per_gb_hour", "usd_per_storage_gb_hour",
      "usable_by_eks_pods", "effective_from", "as_of", "source"}},
    {"eks_prices.csv",
     take_ec2_price,
     {"item", "region", "usd_per_hour", "effective_from", "as_of", "source"}},
    {"eks_versions.csv",
     take_version,
     {"version", "released", "standard_support_end", "extended_support_end", "source"}},
    {"other_prices.csv",
     take_other_price,
     {"item", "region", "unit", "usd", "effective_from", "as_of", "source"}},
    {"spot.csv",
     take_spot,
     {"instance_type", "region", "savings_percent", "savings_as_of", "interruption_max_percent",
      "interruption_as_of", "source"}},
    {"commitment_rates.csv",
     take_rate,
     {"plan", "region", "item", "term", "payment", "usd_per_hour", "discount_percent", "kind",
      "as_of", "source"}},
};
enum { KIND_COUNT = sizeof kinds / sizeof *kinds };

static fg_status read_table(struct reading *reading, const struct table_kind *kind,
                            const char *file, const char *bytes, size_t length)
{
    struct fg_csv_table table;
    fg_status status =
        fg_csv_table_parse(file, bytes, length, kind->columns, &table, reading->error);
    if (status != FG_OK)
        return status;
    reading->table = &table; /* cppcheck-suppress autoVariables */
    for (uint32_t i = 0; status == FG_OK && i < table.row_count; i++) {
        reading->row = &table.rows[i]; /* cppcheck-suppress autoVariables */
        status = kind->take(reading);
    }
    reading->table = NULL;
    reading->row = NULL;
    fg_csv_table_release(&table);
    return status;
}

static fg_status read_embedded(struct reading *reading, int number, struct fg_digester *digester)
{
    const struct fg_embedded_table *embedded = fg_embedded_table((size_t)number);
    char file[64];
    size_t length = (size_t)(embedded->end - embedded->bytes);
    snprintf(file, sizeof file, "catalog/%s", embedded->name);
    fg_digester_add(digester, embedded->bytes, length);
    return read_table(reading, &kinds[number], file, embedded->bytes, length);
}

static fg_status read_from(struct reading *reading, const char *directory, int number,
                           struct fg_digester *digester)
{
    char path[4096];
    struct fg_source source;
    snprintf(path, sizeof path, "%s/%s", directory, kinds[number].name);
    if (kinds[number].take == take_rate && access(path, F_OK) != 0)
        return FG_OK;
    fg_status status = fg_source_read(path, &source, reading->error);
    if (status != FG_OK)
        return status;
    fg_digester_add(digester, source.bytes, source.length);
    status = read_table(reading, &kinds[number], path, source.bytes, source.length);
    fg_source_release(&source);
    return status;
}

static int compare_types(const void *a, const void *b)
{
    return strcmp(((const struct fg_instance_type *)a)->name,
                  ((const struct fg_instance_type *)b)->name);
}

static int compare_prices(const void *a, const void *b)
{
    const struct fg_price_row *left = a, *right = b;
    int order = strcmp(left->item, right->item);
    if (order == 0)
        order = strcmp(left->region, right->region);
    if (order == 0)
        order = strcmp(left->variant, right->variant);
    if (order != 0)
        return order;
    return (left->effective_from > right->effective_from) -
           (left->effective_from < right->effective_from);
}

static int compare_rates(const void *a, const void *b)
{
    return fg_commitment_rate_compare(a, b);
}

static int compare_spots(const void *a, const void *b)
{
    const struct fg_spot_row *left = a, *right = b;
    int order = strcmp(left->instance_type, right->instance_type);
    return order != 0 ? order : strcmp(left->region, right->region);
}

/* The files mostly are in order already. */
static void sort(void *rows, uint32_t count, size_t row_bytes,
                 int (*compare)(const void *a, const void *b))
{
    const char *row = rows;
    uint32_t at = 1;
    while (at < count && compare(row, row + row_bytes) <= 0) {
        row += row_bytes;
        at++;
    }
    if (at < count)
        qsort(rows, count, row_bytes, compare);
}

/* One price from one day on: two would make it a matter of luck. */
static fg_status check_unique(const struct fg_catalog *catalog, struct fg_error *error)
{
    for (uint32_t i = 1; i < catalog->price_count; i++)
        if (compare_prices(&catalog->prices[i - 1], &catalog->prices[i]) == 0)
            return fg_error_set(error, FG_BAD_INPUT,
                                "the catalog has two prices of '%s' in %s from the same day",
                                catalog->prices[i].item, catalog->prices[i].region);
    for (uint32_t i = 1; i < catalog->type_count; i++)
        if (strcmp(catalog->types[i - 1].name, catalog->types[i].name) == 0)
            return fg_error_set(error, FG_BAD_INPUT, "the catalog has instance type '%s' twice",
                                catalog->types[i].name);
    for (uint32_t i = 1; i < catalog->spot_count; i++)
        if (compare_spots(&catalog->spots[i - 1], &catalog->spots[i]) == 0)
            return fg_error_set(error, FG_BAD_INPUT,
                                "the catalog has Spot capacity of '%s' in %s twice",
                                catalog->spots[i].instance_type, catalog->spots[i].region);
    for (uint32_t i = 1; i < catalog->rate_count; i++)
        if (compare_rates(&catalog->rates[i - 1], &catalog->rates[i]) == 0)
            return fg_error_set(error, FG_BAD_INPUT,
                                "the catalog has two %s rates of '%s' in %s for %u years, %s",
                                fg_rate_plan_name(catalog->rates[i].plan), catalog->rates[i].item,
                                catalog->rates[i].region, catalog->rates[i].term_years,
                                fg_rate_payment_name(catalog->rates[i].payment));
    for (uint32_t i = 0; i < catalog->version_count; i++)
        if (fg_catalog_version(catalog, catalog->versions[i].version) != &catalog->versions[i])
            return fg_error_set(error, FG_BAD_INPUT,
                                "the catalog has Kubernetes version '%s' twice",
                                catalog->versions[i].version);
    return FG_OK;
}

fg_status fg_catalog_read(const char *directory, struct fg_catalog *out, struct fg_error *error)
{
    *out = (struct fg_catalog){.newest_day = FG_DAY_UNKNOWN};
    struct reading reading = {.catalog = out, .error = error};
    struct fg_digester *digester = fg_digester_open();
    fg_status status = FG_OK;
    for (int i = 0; status == FG_OK && i < KIND_COUNT; i++)
        status = directory == NULL ? read_embedded(&reading, i, digester)
                                   : read_from(&reading, directory, i, digester);
    struct fg_digest digest = fg_digester_close(digester);
    memcpy(out->digest, digest.bytes, sizeof out->digest);
    sort(out->types, out->type_count, sizeof *out->types, compare_types);
    sort(out->prices, out->price_count, sizeof *out->prices, compare_prices);
    sort(out->spots, out->spot_count, sizeof *out->spots, compare_spots);
    sort(out->rates, out->rate_count, sizeof *out->rates, compare_rates);
    if (status == FG_OK)
        status = check_unique(out, error);
    if (status != FG_OK)
        fg_catalog_release(out);
    return status;
}

const char *fg_catalog_table_name(uint32_t number)
{
    return number < KIND_COUNT ? kinds[number].name : NULL;
}

const char *const *fg_catalog_table_columns(uint32_t number)
{
    FG_ASSERT(number < KIND_COUNT);
    return kinds[number].columns;
}

void fg_catalog_release(struct fg_catalog *catalog)
{
    free(catalog->types);
    free(catalog->prices);
    free(catalog->versions);
    free(catalog->spots);
    free(catalog->rates);
    fg_strings_release(&catalog->strings);
    memset(catalog, 0, sizeof *catalog);
}
