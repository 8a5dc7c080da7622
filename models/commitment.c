#include "models/commitment.h"

#include <stdlib.h>
#include <string.h>

#include "models/base/memory.h"

enum { HOURS_OF_YEAR = 8760 };
enum { UNITS_PER_SIZE = 3600 }; /* seconds of an hour; quantities are in millionths of them */
static const int64_t micro = 1000000;

const char *fg_commitment_kind_name(enum fg_commitment_kind kind)
{
    static const char *const names[FG_COMMITMENT_KIND_COUNT] = {
        [FG_ZONAL_RESERVATION] = "zonal",
        [FG_REGIONAL_RESERVATION] = "regional",
        [FG_EC2_INSTANCE_PLAN] = "ec2Instance",
        [FG_COMPUTE_PLAN] = "compute"};
    return names[kind];
}

const char *fg_payment_name(enum fg_payment payment)
{
    static const char *const names[] = {[FG_NO_UPFRONT] = "noUpfront",
                                        [FG_PARTIAL_UPFRONT] = "partialUpfront",
                                        [FG_ALL_UPFRONT] = "allUpfront"};
    return names[payment];
}

void fg_commitment_split_payment(struct fg_commitment *commitment)
{
    fg_nanodollars hourly = commitment->hourly_nano;
    int64_t hours = (int64_t)commitment->term_years * HOURS_OF_YEAR;
    commitment->recurring_nano = commitment->payment == FG_NO_UPFRONT        ? hourly
                                 : commitment->payment == FG_PARTIAL_UPFRONT ? hourly / 2
                                                                             : 0;
    commitment->upfront_nano = (hourly - commitment->recurring_nano) * hours;
}

bool fg_family_is_size_inflexible(const char *family)
{
    static const char *const families[] = {"g4ad", "g4dn", "g5", "g5g", "inf1"};
    for (size_t i = 0; i < sizeof families / sizeof *families; i++)
        if (strcmp(family, families[i]) == 0)
            return true;
    return false;
}

bool fg_commitment_is_in_force(const struct fg_commitment *commitment, fg_unix_s hour_start)
{
    return (commitment->start == 0 || commitment->start <= hour_start) &&
           (commitment->end == 0 || hour_start < commitment->end);
}

static bool is_text(const char *a, const char *b)
{
    return a != NULL && b != NULL && strcmp(a, b) == 0;
}

static bool is_in_region(const struct fg_commitment *commitment, const struct fg_usage_line *line)
{
    return commitment->region == NULL || is_text(commitment->region, line->region);
}

/* ---- what covers what ---- */

static bool is_in_scope(const struct fg_commitment *plan, const struct fg_usage_line *line)
{
    if (plan->kind == FG_COMPUTE_PLAN)
        return true;
    return line->service == FG_USAGE_EC2 && is_text(plan->family, line->family) &&
           is_in_region(plan, line);
}

const struct fg_plan_rate *fg_plan_rate_of(const struct fg_commitment *plan,
                                           const struct fg_usage_line *line)
{
    const struct fg_plan_rate *of_family = NULL, *of_all = NULL;
    if (!is_in_scope(plan, line))
        return NULL;
    for (uint32_t i = 0; i < plan->rate_count; i++) {
        const struct fg_plan_rate *rate = &plan->rates[i];
        if (rate->service != line->service)
            continue;
        if (is_text(rate->item, line->item))
            return rate;
        if (of_family == NULL && is_text(rate->item, line->family))
            of_family = rate;
        else if (of_all == NULL && rate->item == NULL)
            of_all = rate;
    }
    return of_family != NULL ? of_family : of_all;
}

bool fg_plan_lacks_rate(const struct fg_commitment *plan, const struct fg_usage_line *line)
{
    return fg_commitment_is_plan(plan->kind) && is_in_scope(plan, line) &&
           fg_plan_rate_of(plan, line) == NULL;
}

static bool reserves(const struct fg_commitment *reservation, const struct fg_usage_line *line)
{
    if (line->service != FG_USAGE_EC2 || !is_in_region(reservation, line))
        return false;
    if (reservation->is_flexible)
        return line->size > 0 && is_text(reservation->family, line->family);
    return is_text(reservation->instance_type, line->item);
}

/* ---- covering ---- */

struct covering {
    const struct fg_commitment *commitments;
    struct fg_commitment_left *left; /* NULL: the order of all is asked for, whatever is left */
    struct fg_usage_line *lines;
    struct fg_covers *covers;
};

static __int128 part_of(__int128 amount, __int128 part, __int128 whole)
{
    return part == whole ? amount : fg_money_divide_half_even(amount * part, whole);
}

static void add_cover(struct covering *covering, const struct fg_cover *cover)
{
    struct fg_usage_line *line = &covering->lines[cover->line];
    struct fg_covers *covers = covering->covers;
    line->quantity -= cover->quantity;
    line->list_nano -= cover->list_nano;
    line->contract_nano -= cover->contract_nano;
    covers->items =
        fg_grow(covers->items, &covers->capacity, covers->count + 1, sizeof *covers->items);
    covers->items[covers->count++] = *cover;
}

static __int128 all_units(const struct fg_commitment *reservation)
{
    return (__int128)reservation->count * reservation->size * UNITS_PER_SIZE * micro;
}

/* What is not used of what reservations cost, when so many of their units are left. */
static fg_nanodollars unused_nano(const struct fg_commitment *reservation, __int128 units)
{
    return (fg_nanodollars)part_of(reservation->hourly_nano, units, all_units(reservation));
}

/* Takes at most `most` of the line's quantity. Returns what it took. */
static __int128 reserve(struct covering *covering, uint32_t commitment, uint32_t line_number,
                        __int128 most)
{
    const struct fg_commitment *reservation = &covering->commitments[commitment];
    struct fg_commitment_left *left = &covering->left[commitment];
    const struct fg_usage_line *line = &covering->lines[line_number];
    int64_t size = reservation->is_flexible ? line->size : reservation->size;
    __int128 quantity = left->units / size;
    quantity = quantity < most ? quantity : most;
    quantity = quantity < line->quantity ? quantity : line->quantity;
    if (quantity == 0)
        return 0;
    left->units -= quantity * size;
    fg_nanodollars unused = unused_nano(reservation, left->units);
    struct fg_cover cover = {
        .commitment = commitment,
        .line = line_number,
        .quantity = quantity,
        .paid_nano = left->nano - unused,
        .list_nano = (fg_nanodollars)part_of(line->list_nano, quantity, line->quantity),
        .contract_nano = (fg_nanodollars)part_of(line->contract_nano, quantity, line->quantity),
    };
    left->nano = unused;
    add_cover(covering, &cover);
    return quantity;
}

static void reserve_in_zone(struct covering *covering, uint32_t commitment, uint32_t line_number)
{
    const struct fg_usage_line *line = &covering->lines[line_number];
    for (uint32_t i = 0; i < line->zone_count; i++)
        if (is_text(covering->commitments[commitment].zone, line->zones[i].zone))
            line->zones[i].quantity -=
                reserve(covering, commitment, line_number, line->zones[i].quantity);
}

bool fg_plan_spend(const struct fg_plan_rate *rate, fg_nanodollars left_nano,
                   const struct fg_usage_line *line, struct fg_cover *out)
{
    if (line->quantity == 0 && line->list_nano == 0)
        return false;
    *out = (struct fg_cover){
        .quantity = line->quantity,
        .paid_nano = (fg_nanodollars)part_of(line->list_nano, rate->paid, rate->of),
        .list_nano = line->list_nano,
        .contract_nano = line->contract_nano,
    };
    if (out->paid_nano <= left_nano)
        return true;
    __int128 reached = part_of(left_nano, rate->of, rate->paid);
    if (reached == 0)
        return false;
    out->paid_nano = left_nano;
    out->quantity = part_of(line->quantity, reached, line->list_nano);
    out->contract_nano = (fg_nanodollars)part_of(line->contract_nano, reached, line->list_nano);
    out->list_nano = (fg_nanodollars)reached;
    return true;
}

/* Covers of the line what the plan's commitment still reaches. */
static void spend(struct covering *covering, uint32_t commitment, uint32_t line_number,
                  const struct fg_plan_rate *rate)
{
    struct fg_commitment_left *left = &covering->left[commitment];
    struct fg_cover cover;
    if (!fg_plan_spend(rate, left->nano, &covering->lines[line_number], &cover))
        return;
    cover.commitment = commitment;
    cover.line = line_number;
    left->nano -= cover.paid_nano;
    add_cover(covering, &cover);
}

/* ---- order ---- */

/* A commitment that covers a line. */
struct pair {
    uint32_t commitment, line;
    enum fg_commitment_kind kind;
    const struct fg_plan_rate *rate; /* NULL: a reservation */
    const struct fg_usage_line *usage;
};

static int compare_integers(__int128 a, __int128 b)
{
    return a < b ? -1 : a > b;
}

/* The order of lines that come first for one commitment; it depends on what they are, not on where
 * they stand. */
static int compare_usage(const struct pair *a, const struct pair *b)
{
    int order = 0;
    if (a->rate != NULL)
        order = compare_integers((__int128)a->rate->paid * b->rate->of,
                                 (__int128)b->rate->paid * a->rate->of);
    if (order == 0 && a->rate != NULL)
        order = compare_integers(a->usage->list_unit_nano, b->usage->list_unit_nano);
    if (order == 0 && a->rate == NULL)
        order = compare_integers(a->usage->size, b->usage->size);
    if (order == 0)
        order = strcmp(a->usage->item, b->usage->item);
    if (order == 0)
        order = strcmp(a->usage->region, b->usage->region);
    return order != 0 ? order
                      : compare_integers(a->usage->list_unit_nano, b->usage->list_unit_nano);
}

static int compare_pairs(const void *left, const void *right)
{
    const struct pair *a = left, *b = right;
    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    if (a->rate == NULL && a->commitment != b->commitment)
        return a->commitment < b->commitment ? -1 : 1;
    int order = compare_usage(a, b);
    if (order == 0)
        order = compare_integers(a->commitment, b->commitment);
    return order != 0 ? order : compare_integers(a->line, b->line);
}

static bool make_pair(const struct covering *covering, uint32_t commitment, uint32_t line,
                      struct pair *out)
{
    const struct fg_commitment *candidate = &covering->commitments[commitment];
    const struct fg_usage_line *usage = &covering->lines[line];
    *out = (struct pair){commitment, line, candidate->kind, NULL, usage};
    if (covering->left != NULL && !covering->left[commitment].is_in_force)
        return false;
    if (!fg_commitment_is_plan(candidate->kind))
        return reserves(candidate, usage);
    out->rate = fg_plan_rate_of(candidate, usage);
    return out->rate != NULL;
}

static uint32_t find_pairs(const struct covering *covering, uint32_t count, uint32_t line_count,
                           struct pair *pairs)
{
    uint32_t pair_count = 0;
    for (uint32_t line = 0; line < line_count; line++)
        for (uint32_t i = 0; i < count; i++)
            pair_count += make_pair(covering, i, line, &pairs[pair_count]);
    if (pair_count > 0)
        qsort(pairs, pair_count, sizeof *pairs, compare_pairs);
    return pair_count;
}

uint32_t fg_commitments_order(const struct fg_commitment *commitments, uint32_t count,
                              const struct fg_usage_line *lines, uint32_t line_count,
                              struct fg_cover_pair *out)
{
    struct fg_usage_line *borrowed = (struct fg_usage_line *)lines; /* only read */
    struct covering covering = {commitments, NULL, borrowed, NULL};
    struct pair *pairs = fg_allocate((size_t)count * line_count + 1, sizeof *pairs);
    uint32_t pair_count = find_pairs(&covering, count, line_count, pairs);
    for (uint32_t i = 0; i < pair_count; i++)
        out[i] = (struct fg_cover_pair){pairs[i].commitment, pairs[i].line, pairs[i].rate};
    free(pairs);
    return pair_count;
}

void fg_commitments_open(const struct fg_commitment *commitments, uint32_t count,
                         fg_unix_s hour_start, struct fg_commitment_left *left)
{
    for (uint32_t i = 0; i < count; i++) {
        left[i] = (struct fg_commitment_left){0};
        if (!fg_commitment_is_in_force(&commitments[i], hour_start))
            continue;
        left[i].is_in_force = true;
        left[i].nano = commitments[i].hourly_nano;
        if (!fg_commitment_is_plan(commitments[i].kind))
            left[i].units = all_units(&commitments[i]);
    }
}

void fg_commitments_cover(const struct fg_commitment *commitments, uint32_t count,
                          struct fg_commitment_left *left, struct fg_usage_line *lines,
                          uint32_t line_count, struct fg_covers *covers)
{
    struct covering covering = {commitments, left, lines, covers};
    struct pair *pairs = fg_allocate((size_t)count * line_count + 1, sizeof *pairs);
    uint32_t pair_count = find_pairs(&covering, count, line_count, pairs);
    for (uint32_t i = 0; i < pair_count; i++) {
        const struct pair *pair = &pairs[i];
        if (pair->rate != NULL)
            spend(&covering, pair->commitment, pair->line, pair->rate);
        else if (pair->kind == FG_ZONAL_RESERVATION)
            reserve_in_zone(&covering, pair->commitment, pair->line);
        else
            reserve(&covering, pair->commitment, pair->line, lines[pair->line].quantity);
    }
    free(pairs);
}

void fg_covers_release(struct fg_covers *covers)
{
    free(covers->items);
    *covers = (struct fg_covers){0};
}
