#include "data/price_list_update.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "data/price_list_merge.h"
#include "data/price_list_parts.h"

/* ---- order ---- */

static int compare_numbers(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

/* By the key of the row that a price belongs to. */
static int compare_keys(const struct fg_listed_price *a, const struct fg_listed_price *b)
{
    int order = compare_numbers(a->table, b->table);
    if (order == 0)
        order = compare_numbers(a->plan, b->plan);
    if (order == 0)
        order = strcmp(a->region, b->region);
    if (order == 0)
        order = strcmp(a->item, b->item);
    if (order == 0)
        order = compare_numbers(a->variant, b->variant);
    if (order == 0)
        order = compare_numbers(a->term_years, b->term_years);
    return order != 0 ? order : compare_numbers(a->payment, b->payment);
}

static int compare_prices(const void *a, const void *b)
{
    const struct fg_listed_price *left = a, *right = b;
    int order = compare_keys(left, right);
    if (order == 0)
        order = compare_numbers(left->as_of, right->as_of);
    if (order == 0)
        order = compare_numbers(left->effective_from, right->effective_from);
    if (order == 0)
        order = compare_numbers(left->column, right->column);
    if (order == 0)
        order = compare_numbers(left->nano, right->nano);
    return order != 0 ? order : strcmp(left->source, right->source);
}

static int compare_types(const void *a, const void *b)
{
    return strcmp(((const struct fg_listed_type *)a)->name,
                  ((const struct fg_listed_type *)b)->name);
}

/* ---- instance types ---- */

/* The types' rows are sorted by name, in the first column. */
static bool has_type(const struct fg_catalog_table *types, uint32_t count, const char *name)
{
    uint32_t low = 0, high = count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        int order = strcmp(fg_catalog_table_row(types, middle)[0], name);
        if (order == 0)
            return true;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

/* Whose processor it is, as instance_types.csv says it, or NULL. */
static const char *manufacturer(const char *processor)
{
    static const char *const names[][2] = {{"Graviton", "aws"}, {"Intel", "intel"}, {"AMD", "amd"}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strstr(processor, names[i][0]) != NULL)
            return names[i][1];
    return NULL;
}

/* What a price list does not say stays empty: network interfaces, bandwidths, GPU models. */
static bool add_type(struct fg_catalog_table *table, const struct fg_listed_type *type)
{
    const char *maker = manufacturer(type->processor);
    if (type->vcpu == 0 || type->memory_mib <= 0 || maker == NULL)
        return false;
    char mhz[16] = "", vcpu[16], memory[24], gpus[16];
    if (type->cpu_mhz > 0)
        snprintf(mhz, sizeof mhz, "%u", type->cpu_mhz);
    snprintf(vcpu, sizeof vcpu, "%u", type->vcpu);
    snprintf(memory, sizeof memory, "%lld", (long long)type->memory_mib);
    snprintf(gpus, sizeof gpus, "%u", type->gpu_count);
    const struct {
        const char *column, *text;
    } said[] = {
        {"instance_type", type->name},
        {"arch", strcmp(maker, "aws") == 0 ? "arm64" : "amd64"},
        {"cpu_manufacturer", maker},
        {"cpu_mhz", mhz},
        {"vcpu", vcpu},
        {"memory_mib", memory},
        {"gpu_count", gpus},
        {"gpu_per_mille", type->gpu_count > 0 ? "1000" : ""},
        {"bare_metal", strstr(type->name, ".metal") != NULL ? "true" : "false"},
        {"current_generation", type->current_generation ? "true" : "false"},
        {"source", type->source},
    };
    const char *const *columns = fg_catalog_table_columns(FG_TABLE_TYPES);
    const char *cells[24];
    for (uint32_t i = 0; i < table->column_count; i++) {
        cells[i] = fg_catalog_table_text(table, "");
        for (size_t s = 0; s < sizeof said / sizeof *said; s++)
            if (strcmp(columns[i], said[s].column) == 0)
                cells[i] = fg_catalog_table_text(table, said[s].text);
    }
    fg_catalog_table_add(table, cells);
    return true;
}

static fg_status settle_types(struct fg_price_list *list, const char *directory,
                              const char *fallback, bool add_types,
                              struct fg_price_list_update *out, struct fg_error *error)
{
    static const int by_name[] = {0};
    struct fg_catalog_table *table = &out->tables[FG_TABLE_TYPES];
    fg_status status = fg_catalog_table_read(directory, fallback, FG_TABLE_TYPES, table, error);
    if (status != FG_OK)
        return status;
    fg_catalog_table_sort(table, by_name, 1);
    if (list->type_count > 0)
        qsort(list->types, list->type_count, sizeof *list->types, compare_types);
    struct fg_listed_type *unknown = fg_allocate(list->type_count, sizeof *unknown);
    uint32_t known_count = table->row_count;
    out->unknown = unknown;
    for (uint32_t i = 0; i < list->type_count; i++) {
        if (has_type(table, known_count, list->types[i].name))
            continue;
        if (add_types && add_type(table, &list->types[i]))
            out->added_count++;
        else
            unknown[out->unknown_count++] = list->types[i];
    }
    fg_catalog_table_sort(table, by_name, 1);
    out->is_changed[FG_TABLE_TYPES] = out->added_count > 0;
    out->counts[FG_TABLE_TYPES][FG_UPDATE_NEW] = out->added_count;
    out->counts[FG_TABLE_TYPES][FG_UPDATE_NO_TYPE] = out->unknown_count;
    return FG_OK;
}

/* ---- offers ---- */

/* The list's prices of one table, in order. */
struct range {
    const struct fg_listed_price *first, *end;
};

static struct range range_of(const struct fg_price_list *list, int table)
{
    struct range range = {list->prices, list->prices};
    const struct fg_listed_price *end = list->prices + list->price_count;
    while (range.first < end && range.first->table < table)
        range.first++;
    range.end = range.first;
    while (range.end < end && range.end->table == table)
        range.end++;
    return range;
}

/* Takes a column's prices; false if they differ. */
static bool take_value(const struct fg_listed_price *first, const struct fg_listed_price *end,
                       int column, fg_nanodollars *out)
{
    *out = -1;
    for (const struct fg_listed_price *price = first; price < end; price++) {
        if (price->column != column)
            continue;
        if (*out >= 0 && *out != price->nano)
            return false;
        *out = price->nano;
    }
    return true;
}

static fg_day latest_day(const struct fg_listed_price *first, const struct fg_listed_price *end)
{
    fg_day latest = first->effective_from;
    for (const struct fg_listed_price *price = first; price < end; price++)
        if (price->effective_from > latest)
            latest = price->effective_from;
    return latest;
}

static struct fg_price_offer offer_of(const struct fg_listed_price *first,
                                      const struct fg_listed_price *end)
{
    return (struct fg_price_offer){.keys = {first->item, first->region},
                                   .values = {-1, -1, -1},
                                   .from = latest_day(first, end),
                                   .as_of = first->as_of,
                                   .source = first->source,
                                   .unit = "",
                                   .discount_hundredths = -1};
}

/* An hour of EC2, a fee, a charge: one price. */
static bool plain_offer(const struct range *all, const struct fg_listed_price *first,
                        const struct fg_listed_price *end, struct fg_price_offer *out)
{
    (void)all;
    *out = offer_of(first, end);
    if (first->table == FG_TABLE_OTHER)
        out->unit = fg_listed_unit(first->item);
    return take_value(first, end, 0, &out->values[0]);
}

/* Storage is listed apart, once for a region: it goes into the rows of all kinds that the list
 * has, and without any into that of Linux on amd64. */
static bool fargate_offer(const struct range *all, const struct fg_listed_price *first,
                          const struct fg_listed_price *end, struct fg_price_offer *out)
{
    static const char *const archs[] = {"amd64", "arm64", "amd64", "amd64"};
    static const char *const systems[] = {"linux", "linux", "windows", "linux"};
    const char *for_eks =
        first->variant == FG_LISTED_AMD64_LINUX || first->variant == FG_LISTED_ANY_FARGATE
            ? "true"
            : "false";
    *out = offer_of(first, end);
    const char *keys[] = {first->region, archs[first->variant], systems[first->variant], for_eks};
    memcpy(out->keys, keys, sizeof keys);
    bool good = true;
    for (int column = 0; column < 3; column++)
        good = take_value(first, end, column, &out->values[column]) && good;
    for (const struct fg_listed_price *price = all->first; price < all->end; price++) {
        if (strcmp(price->region, first->region) != 0 || price->as_of != first->as_of)
            continue;
        if (price->variant == FG_LISTED_ANY_FARGATE && first->variant != FG_LISTED_ANY_FARGATE)
            out->values[2] = price->nano;
        if (price->variant != FG_LISTED_ANY_FARGATE && first->variant == FG_LISTED_ANY_FARGATE)
            out->keys[0] = NULL; /* others take it */
    }
    return good;
}

/* The youngest, since lists of different offers have different days. */
static const struct fg_listed_price *find_on_demand(const struct range *ec2,
                                                    const struct fg_listed_price *rate)
{
    struct fg_listed_price key = {
        .table = FG_TABLE_EC2, .region = rate->region, .item = rate->item};
    const struct fg_listed_price *low = ec2->first, *high = ec2->end;
    while (low < high) {
        const struct fg_listed_price *middle = low + (high - low) / 2;
        if (compare_keys(middle, &key) <= 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low > ec2->first && compare_keys(low - 1, &key) == 0 ? low - 1 : NULL;
}

/* What is paid at once is spread over the hours of the term, 8,760 a year; in the rates of Savings
 * Plans it is already. */
static bool rate_offer(const struct range *ec2, const struct fg_listed_price *first,
                       const struct fg_listed_price *end, struct fg_price_offer *out)
{
    enum { HOURS_A_YEAR = 8760, HUNDREDTHS = 10000 };
    bool reserved =
        first->plan == FG_RATE_RESERVED_STANDARD || first->plan == FG_RATE_RESERVED_CONVERTIBLE;
    fg_nanodollars hourly, upfront;
    *out = offer_of(first, end);
    const char *keys[] = {fg_rate_plan_name((enum fg_rate_plan)first->plan), first->region,
                          first->item, first->term_years == 1 ? "1y" : "3y",
                          fg_rate_payment_name((enum fg_rate_payment)first->payment)};
    memcpy(out->keys, keys, sizeof keys);
    if (!take_value(first, end, 0, &hourly) || !take_value(first, end, 1, &upfront) ||
        (reserved && upfront < 0 && first->payment != FG_RATE_NO_UPFRONT) ||
        (hourly < 0 && first->payment != FG_RATE_ALL_UPFRONT))
        return false;
    __int128 hours = (__int128)first->term_years * HOURS_A_YEAR;
    __int128 total = (hourly > 0 ? hourly : 0) * hours + (upfront > 0 ? upfront : 0);
    out->values[0] = (fg_nanodollars)fg_money_divide_half_even(total, hours);
    const struct fg_listed_price *on_demand = find_on_demand(ec2, first);
    if (on_demand != NULL && on_demand->nano >= out->values[0])
        out->discount_hundredths = (int)fg_money_divide_half_even(
            (__int128)(on_demand->nano - out->values[0]) * HUNDREDTHS, on_demand->nano);
    return true;
}

/* ---- tables ---- */

static const struct {
    enum fg_catalog_table_number number;
    bool (*offer)(const struct range *around, const struct fg_listed_price *first,
                  const struct fg_listed_price *end, struct fg_price_offer *out);
    bool by_effective_day; /* prices of one row from several days are several offers */
} kinds[] = {
    {FG_TABLE_EC2, plain_offer, true},   {FG_TABLE_FARGATE, fargate_offer, false},
    {FG_TABLE_EKS, plain_offer, true},   {FG_TABLE_OTHER, plain_offer, true},
    {FG_TABLE_RATES, rate_offer, false},
};
enum { KIND_COUNT = sizeof kinds / sizeof *kinds };

static bool lacks_type(const struct fg_catalog_table *types, const struct fg_listed_price *price)
{
    static const char auto_mode[] = "auto_mode_";
    const char *name = price->item;
    if (price->table == FG_TABLE_EKS && strncmp(name, auto_mode, sizeof auto_mode - 1) == 0)
        name += sizeof auto_mode - 1;
    else if (price->table != FG_TABLE_EC2 && price->table != FG_TABLE_RATES)
        return false;
    if (strchr(name, '.') == NULL) /* Fargate's */
        return false;
    return !has_type(types, types->row_count, name);
}

static const struct fg_listed_price *group_end(const struct fg_listed_price *first,
                                               const struct fg_listed_price *end, bool by_day)
{
    const struct fg_listed_price *at = first + 1;
    while (at < end && compare_keys(first, at) == 0 && at->as_of == first->as_of &&
           (!by_day || at->effective_from == first->effective_from))
        at++;
    return at;
}

static fg_status update_table(const struct fg_price_list *list, int kind, const char *directory,
                              const char *fallback, struct fg_price_list_update *out,
                              struct fg_error *error)
{
    enum fg_catalog_table_number number = kinds[kind].number;
    struct range range = range_of(list, (int)number);
    struct range around =
        range_of(list, number == FG_TABLE_RATES ? (int)FG_TABLE_EC2 : (int)number);
    struct fg_price_merge merge;
    if (range.first == range.end)
        return FG_OK;
    fg_status status =
        fg_catalog_table_read(directory, fallback, number, &out->tables[number], error);
    if (status == FG_OK)
        status = fg_price_merge_open(&out->tables[number], &merge, error);
    if (status != FG_OK)
        return status;
    out->is_changed[number] = true;
    for (const struct fg_listed_price *first = range.first, *end; first < range.end; first = end) {
        struct fg_price_offer offer;
        enum fg_update_outcome outcome = FG_UPDATE_UNCLEAR;
        end = group_end(first, range.end, kinds[kind].by_effective_day);
        if (lacks_type(&out->tables[FG_TABLE_TYPES], first))
            outcome = FG_UPDATE_NO_TYPE;
        else if (kinds[kind].offer(&around, first, end, &offer))
            outcome = offer.keys[0] != NULL ? fg_price_merge_offer(&merge, &offer)
                                            : FG_UPDATE_OUTCOME_COUNT;
        if (outcome != FG_UPDATE_OUTCOME_COUNT)
            out->counts[number][outcome]++;
    }
    fg_price_merge_close(&merge);
    return FG_OK;
}

fg_status fg_price_list_update_make(struct fg_price_list *list, const char *directory,
                                    const char *fallback, bool add_types,
                                    struct fg_price_list_update *out, struct fg_error *error)
{
    *out = (struct fg_price_list_update){0};
    if (list->price_count > 0)
        qsort(list->prices, list->price_count, sizeof *list->prices, compare_prices);
    fg_status status = settle_types(list, directory, fallback, add_types, out, error);
    for (int kind = 0; status == FG_OK && kind < KIND_COUNT; kind++)
        status = update_table(list, kind, directory, fallback, out, error);
    if (status != FG_OK)
        fg_price_list_update_release(out);
    return status;
}

void fg_price_list_update_release(struct fg_price_list_update *update)
{
    for (int i = 0; i < FG_TABLE_COUNT; i++)
        fg_catalog_table_release(&update->tables[i]);
    free((void *)(uintptr_t)update->unknown);
    *update = (struct fg_price_list_update){0};
}
