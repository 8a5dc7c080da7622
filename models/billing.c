#include "models/billing.h"

#include <stdlib.h>
#include <string.h>

const char *fg_billed_kind_name(enum fg_billed_kind kind)
{
    static const char *const names[FG_BILLED_KIND_COUNT] = {
        [FG_BILLED_CHARGE] = "charge",     [FG_BILLED_UNMODELED] = "not-modelled",
        [FG_BILLED_DISCOUNT] = "discount", [FG_BILLED_CREDIT] = "credit",
        [FG_BILLED_TAX] = "tax",
    };
    return names[kind];
}

const char *fg_basis_name(enum fg_basis basis)
{
    static const char *const names[FG_BASIS_COUNT] = {"amortised", "billed", "list"};
    return names[basis];
}

/* ---- things ---- */

static uint64_t hash_text(const char *text, uint64_t seed)
{
    return fg_hash_bytes(text, strlen(text), seed);
}

static uint64_t hash_thing(const struct fg_billed_thing *thing)
{
    uint64_t hash = hash_text(thing->charge, (uint64_t)thing->kind);
    hash = hash_text(thing->sku, hash);
    hash = hash_text(thing->unit, hash);
    hash = hash_text(thing->product, hash);
    return hash_text(thing->usage_type, hash);
}

static bool is_same(const struct fg_billed_thing *a, const struct fg_billed_thing *b)
{
    return a->kind == b->kind && strcmp(a->charge, b->charge) == 0 && strcmp(a->sku, b->sku) == 0 &&
           strcmp(a->unit, b->unit) == 0 && strcmp(a->product, b->product) == 0 &&
           strcmp(a->usage_type, b->usage_type) == 0;
}

static const char *keep(struct fg_billing *billing, const char *text)
{
    return fg_strings_intern(&billing->texts, text, strlen(text));
}

uint32_t fg_billing_thing(struct fg_billing *billing, const struct fg_billed_thing *thing)
{
    uint64_t hash = hash_thing(thing);
    uint32_t cursor = 0, number;
    while ((number = fg_index_next(&billing->thing_index, hash, &cursor)) != UINT32_MAX)
        if (is_same(&billing->things[number], thing))
            return number;
    number = billing->thing_count++;
    billing->things = fg_grow(billing->things, &billing->thing_capacity, billing->thing_count,
                              sizeof *billing->things);
    billing->things[number] = (struct fg_billed_thing){thing->kind,
                                                       keep(billing, thing->charge),
                                                       keep(billing, thing->sku),
                                                       keep(billing, thing->unit),
                                                       keep(billing, thing->product),
                                                       keep(billing, thing->usage_type)};
    fg_index_put(&billing->thing_index, hash, number);
    return number;
}

/* ---- amounts ---- */

static struct fg_billed_cell *find_cell(struct fg_billing *billing,
                                        const struct fg_billed_cell *key)
{
    uint64_t hash = fg_hash_mix(fg_hash_mix(key->thing, (uint64_t)key->day),
                                fg_hash_mix((uint64_t)key->start, (uint64_t)key->end));
    uint32_t cursor = 0, number;
    while ((number = fg_index_next(&billing->cell_index, hash, &cursor)) != UINT32_MAX) {
        struct fg_billed_cell *cell = &billing->cells[number];
        if (cell->thing == key->thing && cell->day == key->day && cell->start == key->start &&
            cell->end == key->end)
            return cell;
    }
    number = billing->cell_count++;
    billing->cells = fg_grow(billing->cells, &billing->cell_capacity, billing->cell_count,
                             sizeof *billing->cells);
    billing->cells[number] = *key;
    fg_index_put(&billing->cell_index, hash, number);
    return &billing->cells[number];
}

/* Two bills of that much can be subtracted from each other, and added, in 64 bits. */
static const fg_nanodollars most_absolute = INT64_MAX / 4;

static bool add_absolute(fg_nanodollars *sum, fg_nanodollars amount)
{
    return amount >= -most_absolute && amount <= most_absolute &&
           (*sum += amount < 0 ? -amount : amount) <= most_absolute;
}

void fg_billed_amount_add(struct fg_billed_amount *sum, const struct fg_billed_amount *amount)
{
    sum->quantity_nano += amount->quantity_nano;
    for (int basis = 0; basis < FG_BASIS_COUNT; basis++)
        sum->nano[basis] += amount->nano[basis];
}

static bool add_to_cell(struct fg_billing *billing, const struct fg_billed_cell *key,
                        const struct fg_billed_amount *amount)
{
    fg_nanodollars sums[FG_BASIS_COUNT];
    memcpy(sums, billing->absolute_sums, sizeof sums);
    for (int basis = 0; basis < FG_BASIS_COUNT; basis++)
        if (!add_absolute(&sums[basis], amount->nano[basis]))
            return false;
    struct fg_billed_cell *cell = find_cell(billing, key);
    memcpy(billing->absolute_sums, sums, sizeof sums);
    cell->line_count++;
    fg_billed_amount_add(&cell->amount, amount);
    return true;
}

bool fg_billing_add(struct fg_billing *billing, uint32_t thing, fg_day day,
                    const struct fg_billed_amount *amount)
{
    return add_to_cell(billing, &(struct fg_billed_cell){.thing = thing, .day = day}, amount);
}

bool fg_billing_add_span(struct fg_billing *billing, uint32_t thing, fg_unix_s start, fg_unix_s end,
                         const struct fg_billed_amount *amount)
{
    const struct fg_billed_cell key = {
        .thing = thing, .day = FG_BILLED_NO_DAY, .start = start, .end = end};
    return add_to_cell(billing, &key, amount);
}

void fg_billing_cut_spans(struct fg_billing *billing, fg_unix_s from, fg_unix_s to)
{
    for (uint32_t i = 0; i < billing->cell_count; i++) {
        struct fg_billed_cell *cell = &billing->cells[i];
        fg_unix_s start = cell->start > from ? cell->start : from;
        fg_unix_s end = cell->end < to ? cell->end : to;
        if (cell->start == cell->end || end - start == cell->end - cell->start)
            continue;
        end = end < start ? start : end;
        cell->amount = fg_billed_share(&cell->amount, end - start, cell->end - cell->start);
        billing->lines.shared += cell->line_count;
        fg_billed_amount_add(&billing->lines.shared_amount, &cell->amount);
    }
}

struct fg_billed_amount fg_billed_share(const struct fg_billed_amount *amount, int64_t part,
                                        int64_t whole)
{
    struct fg_billed_amount share = {
        .quantity_nano = fg_money_divide_half_even(amount->quantity_nano * part, whole)};
    for (int basis = 0; basis < FG_BASIS_COUNT; basis++)
        share.nano[basis] =
            (fg_nanodollars)fg_money_divide_half_even((__int128)amount->nano[basis] * part, whole);
    return share;
}

static bool scale_amount(fg_nanodollars *inout, fg_nanodollars *sum, int64_t numerator,
                         int64_t denominator)
{
    __int128 scaled = fg_money_divide_half_even((__int128)*inout * numerator, denominator);
    if (scaled > INT64_MAX || scaled < -INT64_MAX)
        return false;
    *inout = (fg_nanodollars)scaled;
    return add_absolute(sum, *inout);
}

bool fg_billing_scale(struct fg_billing *billing, int64_t numerator, int64_t denominator)
{
    fg_nanodollars sums[FG_BASIS_COUNT] = {0};
    bool fits = true;
    for (uint32_t i = 0; fits && i < billing->cell_count; i++) {
        struct fg_billed_amount *amount = &billing->cells[i].amount;
        __int128 product = 0;
        for (int basis = 0; fits && basis < FG_BASIS_COUNT; basis++)
            fits = scale_amount(&amount->nano[basis], &sums[basis], numerator, denominator);
        fits =
            fits && !__builtin_mul_overflow(amount->quantity_nano, (__int128)numerator, &product);
        if (fits)
            amount->quantity_nano = fg_money_divide_half_even(product, denominator);
    }
    memcpy(billing->absolute_sums, sums, sizeof sums);
    return fits;
}

void fg_billing_release(struct fg_billing *billing)
{
    free(billing->things);
    free(billing->cells);
    fg_strings_release(&billing->texts);
    fg_index_release(&billing->thing_index);
    fg_index_release(&billing->cell_index);
    *billing = (struct fg_billing){0};
}
