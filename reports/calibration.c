#include "reports/calibration.h"

#include <stdlib.h>
#include <string.h>

enum { HOUR_S = 3600 };

/* ---- the effects ---- */

/* (bill_quantity - replay_quantity) * bill / bill_quantity, rounded half to even; false where that
 * is beyond `most`, as where next to nothing was billed at a price. */
static bool quantity_effect(const struct fg_calibrated *row, fg_nanodollars most,
                            fg_nanodollars *out)
{
    __int128 quantity = row->bill_quantity_nano, product;
    if (__builtin_mul_overflow(quantity - row->replay_quantity_nano, (__int128)row->bill, &product))
        return false;
    __int128 effect = quantity > 0 ? fg_money_divide_half_even(product, quantity)
                                   : fg_money_divide_half_even(-product, -quantity);
    *out = (fg_nanodollars)effect;
    return effect <= most && effect >= -most;
}

static struct fg_effects split(const struct fg_calibrated *row, fg_nanodollars most)
{
    fg_nanodollars effect = 0;
    bool has_bill = row->bill_quantity_nano != 0, has_replay = row->replay_quantity_nano != 0;
    if (*row->unit == '\0' || (!has_bill && !has_replay))
        return (struct fg_effects){.unsplit = row->difference};
    if (!has_bill) /* the replay's quantity at its own price */
        return (struct fg_effects){.price = row->bill, .quantity = -row->replay};
    if (!quantity_effect(row, most, &effect))
        return (struct fg_effects){.unsplit = row->difference};
    return (struct fg_effects){.price = row->difference - effect, .quantity = effect};
}

static void add_effects(struct fg_effects *sum, const struct fg_effects *effects)
{
    sum->price += effects->price;
    sum->quantity += effects->quantity;
    sum->unsplit += effects->unsplit;
}

/* ---- rows by sku ---- */

static int compare_rows(const void *a, const void *b)
{
    const struct fg_calibrated *left = a, *right = b;
    int order = strcmp(left->charge, right->charge);
    if (order == 0)
        order = strcmp(left->sku, right->sku);
    return order != 0 ? order : strcmp(left->unit, right->unit);
}

static void add_row(struct fg_calibrated *sum, const struct fg_calibrated *row)
{
    sum->bill_quantity_nano += row->bill_quantity_nano;
    sum->replay_quantity_nano += row->replay_quantity_nano;
    for (int basis = 0; basis < FG_BASIS_COUNT; basis++)
        sum->at[basis] += row->at[basis];
    sum->bill += row->bill;
    sum->replay += row->replay;
    sum->difference += row->difference;
    add_effects(&sum->effects, &row->effects);
}

/* Sums of one side by thing. */
static struct fg_billed_amount *sum_things(const struct fg_billing *billing, fg_day first,
                                           fg_day last)
{
    struct fg_billed_amount *sums = fg_allocate(billing->thing_count + 1, sizeof *sums);
    for (uint32_t i = 0; i < billing->cell_count; i++) {
        const struct fg_billed_cell *cell = &billing->cells[i];
        if (cell->day != FG_BILLED_NO_DAY && (cell->day < first || cell->day > last))
            continue;
        fg_billed_amount_add(&sums[cell->thing], &cell->amount);
    }
    return sums;
}

static bool is_nothing(const struct fg_billed_amount *amount)
{
    bool nothing = amount->quantity_nano == 0;
    for (int basis = 0; basis < FG_BASIS_COUNT; basis++)
        nothing = nothing && amount->nano[basis] == 0;
    return nothing;
}

static void add_side(const struct fg_billing *billing, const struct fg_billed_amount *sums,
                     bool is_bill, struct fg_calibration *inout)
{
    for (uint32_t i = 0; i < billing->thing_count; i++) {
        const struct fg_billed_thing *thing = &billing->things[i];
        if (thing->kind != FG_BILLED_CHARGE || is_nothing(&sums[i]))
            continue;
        struct fg_calibrated *row = &inout->skus[inout->sku_count++];
        fg_nanodollars amount = sums[i].nano[inout->basis];
        *row = (struct fg_calibrated){.charge = fg_arena_string(&inout->arena, thing->charge),
                                      .sku = fg_arena_string(&inout->arena, thing->sku),
                                      .unit = fg_arena_string(&inout->arena, thing->unit)};
        if (is_bill) {
            row->bill_quantity_nano = sums[i].quantity_nano;
            memcpy(row->at, sums[i].nano, sizeof row->at);
            row->bill = amount;
        } else {
            row->replay_quantity_nano = sums[i].quantity_nano;
            row->replay = amount;
        }
    }
}

/* One row where the two sides have one each. */
static void join_sides(struct fg_calibration *inout)
{
    uint32_t count = 0;
    qsort(inout->skus, inout->sku_count, sizeof *inout->skus, compare_rows);
    for (uint32_t i = 0; i < inout->sku_count; i++) {
        if (count > 0 && compare_rows(&inout->skus[count - 1], &inout->skus[i]) == 0)
            add_row(&inout->skus[count - 1], &inout->skus[i]);
        else
            inout->skus[count++] = inout->skus[i];
    }
    inout->sku_count = count;
    fg_nanodollars most = INT64_MAX / 4 / (fg_nanodollars)(count + 1);
    for (uint32_t i = 0; i < count; i++) {
        struct fg_calibrated *row = &inout->skus[i];
        row->difference = row->bill - row->replay;
        row->effects = split(row, most);
    }
}

static void sum_charges(struct fg_calibration *inout)
{
    inout->charges = fg_allocate(inout->sku_count + 1, sizeof *inout->charges);
    for (uint32_t i = 0; i < inout->sku_count; i++) {
        const struct fg_calibrated *row = &inout->skus[i];
        uint32_t count = inout->charge_count;
        if (count == 0 || strcmp(inout->charges[count - 1].charge, row->charge) != 0)
            inout->charges[inout->charge_count++] =
                (struct fg_calibrated){.charge = row->charge, .sku = "", .unit = ""};
        add_row(&inout->charges[inout->charge_count - 1], row);
        add_row(&inout->kinds[FG_BILLED_CHARGE], row);
    }
}

/* ---- what no replay has ---- */

static int compare_rest(const void *a, const void *b)
{
    const struct fg_billed_rest *left = a, *right = b;
    fg_nanodollars left_size = left->bill < 0 ? -left->bill : left->bill;
    fg_nanodollars right_size = right->bill < 0 ? -right->bill : right->bill;
    int order = (left->thing->kind > right->thing->kind) - (left->thing->kind < right->thing->kind);
    if (order == 0)
        order = (left_size < right_size) - (left_size > right_size);
    if (order == 0)
        order = strcmp(left->thing->product, right->thing->product);
    if (order == 0)
        order = strcmp(left->thing->usage_type, right->thing->usage_type);
    return order != 0 ? order : strcmp(left->thing->unit, right->thing->unit);
}

static void collect_rest(const struct fg_billing *bill, const struct fg_billed_amount *sums,
                         struct fg_calibration *inout)
{
    inout->rest = fg_allocate(bill->thing_count + 1, sizeof *inout->rest);
    for (uint32_t i = 0; i < bill->thing_count; i++) {
        if (bill->things[i].kind == FG_BILLED_CHARGE || is_nothing(&sums[i]))
            continue;
        fg_nanodollars amount = sums[i].nano[inout->basis];
        inout->rest[inout->rest_count++] =
            (struct fg_billed_rest){&bill->things[i], sums[i], amount};
        struct fg_calibrated *sum = &inout->kinds[bill->things[i].kind];
        for (int basis = 0; basis < FG_BASIS_COUNT; basis++)
            sum->at[basis] += sums[i].nano[basis];
        sum->bill += amount;
        sum->difference += amount;
    }
    qsort(inout->rest, inout->rest_count, sizeof *inout->rest, compare_rest);
}

/* ---- days ---- */

/* Lines that stand in no day come last. */
static int compare_days(const void *a, const void *b)
{
    const struct fg_calibrated_day *left = a, *right = b;
    bool left_last = left->day == FG_BILLED_NO_DAY, right_last = right->day == FG_BILLED_NO_DAY;
    if (left_last != right_last)
        return left_last - right_last;
    return (left->day > right->day) - (left->day < right->day);
}

static void add_days(const struct fg_billing *billing, bool is_bill, fg_day first, fg_day last,
                     struct fg_calibration *inout)
{
    for (uint32_t i = 0; i < billing->cell_count; i++) {
        const struct fg_billed_cell *cell = &billing->cells[i];
        fg_nanodollars amount = cell->amount.nano[inout->basis];
        bool is_charge = billing->things[cell->thing].kind == FG_BILLED_CHARGE;
        struct fg_calibrated_day *day = &inout->days[inout->day_count];
        if ((cell->day != FG_BILLED_NO_DAY && (cell->day < first || cell->day > last)) ||
            (!is_bill && !is_charge))
            continue;
        *day = (struct fg_calibrated_day){.day = cell->day};
        if (!is_bill)
            day->replay = amount;
        else if (is_charge)
            day->bill = amount;
        else
            day->rest = amount;
        inout->day_count++;
    }
}

static void join_days(struct fg_calibration *inout)
{
    uint32_t count = 0;
    qsort(inout->days, inout->day_count, sizeof *inout->days, compare_days);
    for (uint32_t i = 0; i < inout->day_count; i++) {
        if (count == 0 || inout->days[count - 1].day != inout->days[i].day) {
            inout->days[count++] = inout->days[i];
            continue;
        }
        inout->days[count - 1].bill += inout->days[i].bill;
        inout->days[count - 1].replay += inout->days[i].replay;
        inout->days[count - 1].rest += inout->days[i].rest;
    }
    inout->day_count = count;
    for (uint32_t i = 0; i < count; i++)
        inout->days[i].difference = inout->days[i].bill - inout->days[i].replay;
}

/* ---- all of it ---- */

void fg_calibration_compare(const struct fg_billing *bill, const struct fg_billing *replay,
                            struct fg_calibration *inout)
{
    fg_day first = fg_calendar_day_of(inout->from), last = fg_calendar_day_of(inout->to - 1);
    struct fg_billed_amount *billed = sum_things(bill, first, last);
    struct fg_billed_amount *replayed = sum_things(replay, INT32_MIN, INT32_MAX);
    inout->skus =
        fg_allocate((size_t)bill->thing_count + replay->thing_count + 1, sizeof *inout->skus);
    add_side(bill, billed, true, inout);
    add_side(replay, replayed, false, inout);
    join_sides(inout);
    for (int kind = 0; kind < FG_BILLED_KIND_COUNT; kind++)
        inout->kinds[kind] = (struct fg_calibrated){.charge = "", .sku = "", .unit = ""};
    inout->all = inout->kinds[FG_BILLED_CHARGE];
    sum_charges(inout);
    collect_rest(bill, billed, inout);
    free(billed);
    free(replayed);
    if (inout->with_days) {
        inout->days =
            fg_allocate((size_t)bill->cell_count + replay->cell_count + 1, sizeof *inout->days);
        add_days(bill, true, first, last, inout);
        add_days(replay, false, INT32_MIN, INT32_MAX, inout);
        join_days(inout);
    }
    for (int kind = 0; kind < FG_BILLED_KIND_COUNT; kind++)
        add_row(&inout->all, &inout->kinds[kind]);
}

void fg_calibration_release(struct fg_calibration *calibration)
{
    free(calibration->skus);
    free(calibration->charges);
    free(calibration->days);
    free(calibration->rest);
    free(calibration->notes);
    fg_arena_release(&calibration->arena);
    *calibration = (struct fg_calibration){0};
}
