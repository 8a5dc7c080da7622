/* How a price list's texts become prices and types, and how what is bad is noted. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "data/catalog_reader.h"
#include "data/price_list_parts.h"

/* ---- what is not good ---- */

void fg_listed_note_bad(struct fg_listed_file *file, uint32_t line, const char *format, ...)
{
    struct fg_price_list *list = file->list;
    char what[512];
    va_list arguments;
    if (list->bad_count++ >= FG_LISTED_BAD_ROWS)
        return;
    va_start(arguments, format);
    vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    list->bad[list->bad_count - 1] =
        fg_arena_format(&list->strings.arena, "%s:%u: %s", file->path, line, what);
}

void fg_listed_file_say(struct fg_listed_file *file, const char *name, const char *value)
{
    struct fg_error ignored = {0};
    char day[16];
    if (strcmp(name, "publicationDate") == 0) {
        snprintf(day, sizeof day, "%.10s", value);
        if (fg_calendar_parse_day(day, &file->published, &ignored) != FG_OK)
            file->published = FG_DAY_UNKNOWN;
    } else if (strcmp(name, "version") == 0) {
        file->version = fg_listed_text(file->list, value);
    } else if (strcmp(name, "offerCode") == 0) {
        file->offer_code = fg_listed_text(file->list, value);
    }
}

static const char *source_of(struct fg_listed_file *file)
{
    char text[160];
    snprintf(text, sizeof text, "%.64s@%.64s",
             *file->offer_code != '\0' ? file->offer_code : "price-list", file->version);
    if (*file->version == '\0')
        text[strlen(text) - 1] = '\0';
    return fg_listed_text(file->list, text);
}

/* ---- prices ---- */

/* A decimal with or without an exponent, rounded half to even to nanodollars; false for others. */
static bool parse_price(const char *text, fg_nanodollars *out)
{
    enum { DIGITS_MAX = 24, EXPONENT_MAX = 40 };
    __int128 mantissa = 0;
    int exponent = 9, digits = 0;
    bool point = false;
    for (; (*text >= '0' && *text <= '9') || (*text == '.' && !point); text++) {
        point = point || *text == '.';
        if (*text == '.')
            continue;
        mantissa = mantissa * 10 + (*text - '0');
        exponent -= point;
        if (++digits > DIGITS_MAX)
            return false;
    }
    if (digits > 0 && (*text == 'e' || *text == 'E')) {
        char *end;
        long more = strtol(text + 1, &end, 10);
        if (end == text + 1 || more < -EXPONENT_MAX || more > EXPONENT_MAX)
            return false;
        exponent += (int)more;
        text = end;
    }
    if (digits == 0 || *text != '\0' || exponent > 9)
        return false;
    for (; exponent > 0; exponent--)
        mantissa *= 10;
    __int128 divisor = 1;
    for (; exponent < 0 && divisor <= mantissa * 2; exponent++)
        divisor *= 10;
    mantissa = fg_money_divide_half_even(mantissa, divisor);
    *out = (fg_nanodollars)mantissa;
    return mantissa <= 1000000LL * FG_NANO_PER_DOLLAR;
}

/* The tiers that lists have of what is kept: in GB, from 0, 1 PB and 5 PB on. -1 for others. */
static int tier_of(const char *begin)
{
    static const char *const begins[] = {"0", "1048576", "5242880"};
    if (*begin == '\0')
        return 0;
    for (int i = 0; i < 3; i++)
        if (strcmp(begin, begins[i]) == 0)
            return i;
    return -1;
}

static bool find_word(const char *text, const char *const *words, uint8_t *out)
{
    for (uint8_t i = 0; words[i] != NULL; i++) {
        *out = i;
        if (strcmp(text, words[i]) == 0)
            return true;
    }
    return false;
}

/* A price of a Reserved Instance: false where its terms are none that are known. */
static bool take_reserved(const char *const *cells, struct fg_listed_price *price)
{
    static const char *const payments[] = {"All Upfront", "No Upfront", "Partial Upfront", NULL};
    static const char *const classes[] = {"convertible", "standard", NULL};
    static const char *const leases[] = {"1yr", "3yr", NULL};
    uint8_t lease, class;
    if (!find_word(cells[FG_CELL_PURCHASE], payments, &price->payment) ||
        !find_word(cells[FG_CELL_CLASS], classes, &class) ||
        !find_word(cells[FG_CELL_LEASE], leases, &lease))
        return false;
    price->table = FG_TABLE_RATES;
    price->plan = class == 0 ? FG_RATE_RESERVED_CONVERTIBLE : FG_RATE_RESERVED_STANDARD;
    price->term_years = lease == 0 ? 1 : 3;
    price->column = strcmp(cells[FG_CELL_UNIT], "Quantity") == 0;
    return true;
}

/* What Savings Plans take something off: instance types, and Fargate's vCPU and memory on Linux. */
static bool take_savings_plan(struct fg_price_list *list, const char *const *cells,
                              struct fg_listed_price *price)
{
    static const char *const payments[] = {"All Upfront", "No Upfront", "Partial Upfront", NULL};
    static const char *const plans[] = {"ComputeSavingsPlans", "EC2InstanceSavingsPlans", NULL};
    static const char *const leases[] = {"1", "3", NULL};
    static const char *const fargate[] = {FG_ITEM_FARGATE_VCPU, FG_ITEM_FARGATE_MEMORY};
    uint8_t lease;
    if (!find_word(cells[FG_CELL_PURCHASE], payments, &price->payment) ||
        !find_word(cells[FG_CELL_FAMILY], plans, &price->plan) ||
        !find_word(cells[FG_CELL_LEASE], leases, &lease))
        return false;
    if (price->table == FG_TABLE_FARGATE && price->column < 2 &&
        price->variant <= FG_LISTED_ARM64_LINUX) {
        char item[64];
        snprintf(item, sizeof item, "%s%s", fargate[price->column],
                 price->variant == FG_LISTED_ARM64_LINUX ? "/arm64" : "");
        price->item = fg_listed_text(list, item);
    } else if (price->table != FG_TABLE_EC2) {
        return false;
    }
    price->table = FG_TABLE_RATES;
    price->term_years = lease == 0 ? 1 : 3;
    price->column = 0;
    price->variant = 0;
    return true;
}

static bool take_figures(struct fg_listed_file *file, const char *const *cells, uint32_t line,
                         struct fg_listed_price *price)
{
    enum { MIB_PER_GIB = 1024 };
    struct fg_error ignored = {0};
    char day[16];
    snprintf(day, sizeof day, "%.10s", cells[FG_CELL_EFFECTIVE]);
    if (fg_calendar_parse_day(day, &price->effective_from, &ignored) != FG_OK) {
        fg_listed_note_bad(file, line,
                           "the effective date '%.32s' is not a date such as 2026-09-01",
                           cells[FG_CELL_EFFECTIVE]);
        return false;
    }
    if (!parse_price(cells[FG_CELL_PRICE], &price->nano)) {
        fg_listed_note_bad(file, line, "the price '%.32s' is not a plain decimal",
                           cells[FG_CELL_PRICE]);
        return false;
    }
    if (strcmp(cells[FG_CELL_UNIT], "GiBps-mo") == 0)
        price->nano = (fg_nanodollars)fg_money_divide_half_even(price->nano, MIB_PER_GIB);
    return true;
}

void fg_listed_price_take(struct fg_listed_file *file, const struct fg_listed_item *item,
                          const char *const *cells, uint32_t line)
{
    struct fg_price_list *list = file->list;
    struct fg_listed_price price = {.region = item->region,
                                    .table = item->table,
                                    .column = item->column,
                                    .variant = item->variant};
    int tier = tier_of(cells[FG_CELL_BEGIN]);
    const char *term = cells[FG_CELL_TERM_TYPE];
    bool reserved = strcmp(term, "Reserved") == 0, plan = strcmp(term, FG_LISTED_SAVINGS_PLAN) == 0;
    bool known = reserved ? item->table == FG_TABLE_EC2 : plan || strcmp(term, "OnDemand") == 0;
    if (!known || tier < 0 || item->names[tier] == NULL ||
        strcmp(cells[FG_CELL_CURRENCY], "USD") != 0) {
        list->passed_count++;
        return;
    }
    price.item = item->names[tier];
    if (plan && !take_savings_plan(list, cells, &price)) {
        list->passed_count++;
        return;
    }
    if (reserved && !take_reserved(cells, &price)) {
        fg_listed_note_bad(file, line,
                           "the terms '%.32s', '%.32s', '%.32s' are none that are known",
                           cells[FG_CELL_LEASE], cells[FG_CELL_PURCHASE], cells[FG_CELL_CLASS]);
        return;
    }
    if (!take_figures(file, cells, line, &price))
        return;
    if (price.table == FG_TABLE_EC2 && price.nano == 0) { /* nothing that can be bought */
        list->passed_count++;
        return;
    }
    price.as_of = file->published != FG_DAY_UNKNOWN ? file->published : price.effective_from;
    price.source = source_of(file);
    list->prices =
        fg_grow(list->prices, &list->price_capacity, list->price_count + 1, sizeof *list->prices);
    list->prices[list->price_count++] = price;
}

/* ---- instance types ---- */

/* "4 GiB" and "1,952 GiB" in MiB, "3.5 GHz" in MHz with a factor of 1000; 0 for others. */
static int64_t leading_number(const char *text, int64_t factor)
{
    int64_t value = 0, divisor = 0;
    for (; (*text >= '0' && *text <= '9') || *text == ',' || *text == '.'; text++) {
        if (*text == '.')
            divisor = 1;
        if (*text == ',' || *text == '.')
            continue;
        if (value > INT32_MAX)
            return 0;
        value = value * 10 + (*text - '0');
        divisor *= 10;
    }
    return value * factor / (divisor > 0 ? divisor : 1);
}

void fg_listed_type_take(struct fg_listed_file *file, const char *const *cells)
{
    struct fg_price_list *list = file->list;
    const char *name = fg_listed_text(list, cells[FG_CELL_INSTANCE_TYPE]);
    uint64_t hash = fg_hash_bytes(name, strlen(name), 0);
    uint32_t cursor = 0;
    for (uint32_t at; (at = fg_index_next(&list->type_index, hash, &cursor)) != UINT32_MAX;)
        if (list->types[at].name == name)
            return;
    fg_index_put(&list->type_index, hash, list->type_count);
    list->types =
        fg_grow(list->types, &list->type_capacity, list->type_count + 1, sizeof *list->types);
    list->types[list->type_count++] = (struct fg_listed_type){
        .name = name,
        .vcpu = (uint32_t)leading_number(cells[FG_CELL_VCPU], 1),
        .memory_mib = leading_number(cells[FG_CELL_MEMORY], 1024),
        .cpu_mhz = (uint32_t)leading_number(cells[FG_CELL_CLOCK], 1000),
        .gpu_count = (uint32_t)leading_number(cells[FG_CELL_GPU], 1),
        .processor = fg_listed_text(list, cells[FG_CELL_PROCESSOR]),
        .source = source_of(file),
        .current_generation = strcmp(cells[FG_CELL_CURRENT], "No") != 0,
    };
}
