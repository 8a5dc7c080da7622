#include "models/commitment_choice.h"

#include <stdlib.h>
#include <string.h>

#include "models/base/memory.h"

/* Slopes are parts of 2^48 of a nanodollar for each nanodollar of commitment; the curve's, which
 * are summed over a year and more, of 2^56. */
static const __int128 slope_one = (__int128)1 << 48;
static const __int128 curve_one = (__int128)1 << 56;

/* ---- one hour ---- */

/* What is left of a line, and how it changes as the commitment grows: it never grows. */
struct line_state {
    struct fg_choice_amount amount;
    __int128 list_slope;
};
/* Of a plan: it never falls. */
struct plan_state {
    bool is_in_force;
    fg_nanodollars nano;
    __int128 slope;
};
/* Sums of the hour so far. */
struct hour_sums {
    fg_nanodollars own_nano, other_nano;  /* on demand */
    fg_nanodollars used_by_others;        /* of all plans */
    fg_nanodollars used_nano;             /* of the new plan */
    fg_nanodollars eligible, left_of_own; /* own usage in its scope, at public prices */
};

/* An hour on its way through the pairs. */
struct state {
    struct line_state *lines;
    struct plan_state *plans; /* the new one is the last */
    struct hour_sums sums;
};

struct walk {
    const struct fg_choice_usage *usage;
    uint32_t plan_count; /* with the new one */
    struct fg_commitment *plans;
    uint32_t pair_count;
    struct fg_cover_pair *pairs; /* those of the other usage first */
    bool *is_eligible;           /* by line */
    struct state fixed, scratch;
    uint32_t next_pair;          /* the first that may still change; `fixed` is before it */
    fg_nanodollars fixed_at;     /* the commitment that `fixed` is for */
    fg_nanodollars in_force_sum; /* what the plans that are there cost the hour */
};

static void copy_state(const struct walk *walk, struct state *to, const struct state *from)
{
    memcpy(to->lines, from->lines, walk->usage->line_count * sizeof *to->lines);
    memcpy(to->plans, from->plans, walk->plan_count * sizeof *to->plans);
    to->sums = from->sums;
}

static void allocate_state(const struct walk *walk, struct state *out)
{
    out->lines = fg_allocate((size_t)walk->usage->line_count + 1, sizeof *out->lines);
    out->plans = fg_allocate((size_t)walk->plan_count + 1, sizeof *out->plans);
}

static void append_pairs(struct walk *walk, bool of_others)
{
    const struct fg_choice_usage *usage = walk->usage;
    size_t most = (size_t)walk->plan_count * usage->line_count + 1;
    struct fg_cover_pair *all = fg_allocate(most, sizeof *all);
    uint32_t count =
        fg_commitments_order(walk->plans, walk->plan_count, usage->lines, usage->line_count, all);
    for (uint32_t i = 0; i < count; i++)
        if (usage->is_other[all[i].line] == of_others)
            walk->pairs[walk->pair_count++] = all[i];
    free(all);
}

/* `plan` NULL: none is new. */
static void open_walk(struct walk *walk, const struct fg_choice_usage *usage,
                      const struct fg_commitment *plan)
{
    *walk = (struct walk){.usage = usage, .plan_count = usage->plan_count + (plan != NULL)};
    walk->plans = fg_allocate((size_t)walk->plan_count + 1, sizeof *walk->plans);
    if (usage->plan_count > 0)
        memcpy(walk->plans, usage->plans, usage->plan_count * sizeof *walk->plans);
    if (plan != NULL)
        walk->plans[usage->plan_count] = *plan;
    walk->pairs =
        fg_allocate((size_t)walk->plan_count * usage->line_count + 1, sizeof *walk->pairs);
    append_pairs(walk, true);
    append_pairs(walk, false);
    walk->is_eligible = fg_allocate((size_t)usage->line_count + 1, sizeof *walk->is_eligible);
    for (uint32_t i = 0; plan != NULL && i < usage->line_count; i++)
        walk->is_eligible[i] =
            !usage->is_other[i] && fg_plan_rate_of(plan, &usage->lines[i]) != NULL;
    allocate_state(walk, &walk->fixed);
    allocate_state(walk, &walk->scratch);
}

static void close_walk(struct walk *walk)
{
    free(walk->plans);
    free(walk->pairs);
    free(walk->is_eligible);
    free(walk->fixed.lines);
    free(walk->fixed.plans);
    free(walk->scratch.lines);
    free(walk->scratch.plans);
}

static void open_lines(struct walk *walk, const struct fg_choice_hours *hours)
{
    struct hour_sums *sums = &walk->fixed.sums;
    for (uint32_t i = 0; i < walk->usage->line_count; i++) {
        const struct fg_choice_amount *amount = &hours->amounts[i];
        walk->fixed.lines[i] = (struct line_state){*amount, 0};
        if (walk->usage->is_other[i])
            sums->other_nano += amount->contract_nano;
        else
            sums->own_nano += amount->contract_nano;
        if (walk->is_eligible[i])
            sums->eligible += amount->list_nano;
    }
    sums->left_of_own = sums->eligible;
}

/* The hour with nothing of the new plan. */
static void open_hour(struct walk *walk, const struct fg_choice_hours *hours)
{
    walk->fixed.sums = (struct hour_sums){0};
    walk->next_pair = 0;
    walk->fixed_at = 0;
    walk->in_force_sum = 0;
    open_lines(walk, hours);
    for (uint32_t i = 0; i < walk->usage->plan_count; i++) {
        bool in_force = fg_commitment_is_in_force(&walk->plans[i], hours->start);
        walk->fixed.plans[i] =
            (struct plan_state){in_force, in_force ? walk->plans[i].hourly_nano : 0, 0};
        walk->in_force_sum += walk->fixed.plans[i].nano;
    }
    if (walk->plan_count > walk->usage->plan_count)
        walk->fixed.plans[walk->usage->plan_count] = (struct plan_state){true, 0, slope_one};
}

static void take(const struct walk *walk, struct state *state, const struct fg_cover_pair *pair,
                 const struct fg_cover *cover)
{
    struct fg_choice_amount *amount = &state->lines[pair->line].amount;
    struct hour_sums *sums = &state->sums;
    amount->quantity -= (int64_t)cover->quantity;
    amount->list_nano -= cover->list_nano;
    amount->contract_nano -= cover->contract_nano;
    state->plans[pair->commitment].nano -= cover->paid_nano;
    if (walk->usage->is_other[pair->line]) {
        sums->other_nano -= cover->contract_nano;
        sums->used_by_others += cover->paid_nano;
    } else {
        sums->own_nano -= cover->contract_nano;
    }
    if (walk->is_eligible[pair->line])
        sums->left_of_own -= cover->list_nano;
    if (pair->commitment == walk->usage->plan_count)
        sums->used_nano += cover->paid_nano;
}

/* How the pair is covered: in full, also where there is nothing to cover; in part, and from what
 * more of the commitment on it will be in full; or the same however large it is. */
enum reach { REACH_ALL, REACH_PART, REACH_PART_FOR_EVER };

/* Covers a pair. *inout_next is lowered to how much more commitment covers it in full. */
static enum reach cover_pair(const struct walk *walk, struct state *state,
                             const struct fg_cover_pair *pair, fg_nanodollars *inout_next)
{
    struct line_state *line = &state->lines[pair->line];
    struct plan_state *plan = &state->plans[pair->commitment];
    const struct fg_plan_rate *rate = pair->rate;
    struct fg_cover cover = {0};
    if (line->amount.list_nano == 0 && line->amount.quantity == 0)
        return REACH_ALL;
    if (plan->nano == 0 && plan->slope == 0 && line->list_slope == 0 &&
        (__int128)line->amount.list_nano * rate->paid >= rate->of)
        return REACH_PART_FOR_EVER;
    const struct fg_usage_line usage = {.quantity = line->amount.quantity,
                                        .list_nano = line->amount.list_nano,
                                        .contract_nano = line->amount.contract_nano};
    __int128 whole = fg_money_divide_half_even((__int128)usage.list_nano * rate->paid, rate->of);
    __int128 cost_slope = line->list_slope * rate->paid / rate->of;
    bool any = fg_plan_spend(rate, plan->nano, &usage, &cover);
    fg_nanodollars before = plan->nano;
    if (any)
        take(walk, state, pair, &cover);
    if (whole <= before) {
        plan->slope -= cost_slope;
        line->list_slope = 0;
        return REACH_ALL;
    }
    __int128 closing = plan->slope - cost_slope;
    if (closing > 0) {
        /* Rounded up, but for what is off a whole number by the slopes' own rounding. */
        __int128 almost_one = closing - (closing >> 20) - 1;
        __int128 more = ((whole - before) * slope_one + almost_one) / closing;
        more = more < 1 ? 1 : more;
        if (more < *inout_next)
            *inout_next = (fg_nanodollars)more;
    }
    line->list_slope -= plan->slope * rate->of / rate->paid;
    plan->slope = 0;
    return closing > 0 ? REACH_PART : REACH_PART_FOR_EVER;
}

/* Covers, for all commitments from here on, the pairs that a larger one does not change: up to the
 * first that the new plan covers in part. Before it only the new plan has a slope, of one. */
static void advance(struct walk *walk, fg_nanodollars hourly_nano)
{
    const uint32_t new_plan = walk->usage->plan_count;
    if (walk->plan_count > new_plan)
        walk->fixed.plans[new_plan].nano += hourly_nano - walk->fixed_at;
    walk->fixed_at = hourly_nano;
    for (; walk->next_pair < walk->pair_count; walk->next_pair++) {
        const struct fg_cover_pair *pair = &walk->pairs[walk->next_pair];
        const struct line_state *line = &walk->fixed.lines[pair->line];
        fg_nanodollars unused = INT64_MAX;
        if (pair->commitment == new_plan &&
            fg_money_divide_half_even((__int128)line->amount.list_nano * pair->rate->paid,
                                      pair->rate->of) > walk->fixed.plans[new_plan].nano)
            return;
        if (walk->fixed.plans[pair->commitment].is_in_force)
            cover_pair(walk, &walk->fixed, pair, &unused);
    }
}

/* The hour at a commitment, which rises from call to call. *out_next is the next one at which the
 * bill bends, INT64_MAX where it never does. */
static void cover_hour(struct walk *walk, fg_nanodollars hourly_nano, struct hour_sums *out,
                       fg_nanodollars *out_next)
{
    fg_nanodollars more = INT64_MAX;
    advance(walk, hourly_nano);
    copy_state(walk, &walk->scratch, &walk->fixed);
    for (uint32_t i = walk->next_pair; i < walk->pair_count; i++)
        if (walk->scratch.plans[walk->pairs[i].commitment].is_in_force)
            cover_pair(walk, &walk->scratch, &walk->pairs[i], &more);
    *out = walk->scratch.sums;
    *out_next = more == INT64_MAX ? INT64_MAX : hourly_nano + more;
}

static fg_nanodollars bill_of(const struct walk *walk, const struct hour_sums *sums,
                              fg_nanodollars hourly_nano)
{
    return sums->own_nano + walk->in_force_sum + hourly_nano - sums->used_by_others;
}

void fg_choice_sum(const struct fg_choice_usage *usage, const struct fg_commitment *plan,
                   struct fg_choice_sums *out)
{
    struct walk walk;
    fg_nanodollars hourly_nano = plan != NULL ? plan->hourly_nano : 0, next;
    *out = (struct fg_choice_sums){0};
    open_walk(&walk, usage, plan);
    for (uint32_t i = 0; i < usage->hours_count; i++) {
        struct hour_sums sums;
        int64_t count = usage->hours[i].count;
        open_hour(&walk, &usage->hours[i]);
        cover_hour(&walk, hourly_nano, &sums, &next);
        out->bill_nano += bill_of(&walk, &sums, hourly_nano) * count;
        out->other_nano += (sums.other_nano + sums.used_by_others) * count;
        out->eligible_nano += sums.eligible * count;
        out->covered_nano += (sums.eligible - sums.left_of_own) * count;
        out->used_nano += sums.used_nano * count;
        out->hours += count;
    }
    close_walk(&walk);
}

/* ---- all hours ---- */

/* Where the sum of all hours' bills changes its slope. */
struct bend {
    fg_nanodollars at;
    __int128 change;
};
struct bends {
    uint32_t count, capacity;
    struct bend *items;
    __int128 at_nothing; /* the sum at a commitment of nothing, in parts of curve_one */
};

static void add_bend(struct bends *bends, fg_nanodollars at, __int128 change)
{
    bends->items = fg_grow(bends->items, &bends->capacity, bends->count + 1, sizeof *bends->items);
    bends->items[bends->count++] = (struct bend){at, change};
}

/* The hours' line from vertex to vertex; beyond the last all more is wasted, a slope of one. */
static void add_hours(struct walk *walk, const struct fg_choice_hours *hours, struct bends *bends)
{
    struct hour_sums sums;
    fg_nanodollars at = 0, next;
    __int128 slope = 0;
    open_hour(walk, hours);
    cover_hour(walk, 0, &sums, &next);
    fg_nanodollars bill = bill_of(walk, &sums, 0);
    bends->at_nothing += (__int128)bill * hours->count * curve_one;
    while (next != INT64_MAX) {
        fg_nanodollars from = at, before = bill;
        at = next;
        cover_hour(walk, at, &sums, &next);
        bill = bill_of(walk, &sums, at);
        __int128 to_here = (__int128)(bill - before) * curve_one / (at - from);
        add_bend(bends, from, (to_here - slope) * hours->count);
        slope = to_here;
    }
    add_bend(bends, at, (curve_one - slope) * hours->count);
}

static int compare_bends(const void *a, const void *b)
{
    const struct bend *left = a, *right = b;
    return left->at < right->at ? -1 : left->at > right->at;
}

/* A commitment on the curve: at `at` the bill is `bill` in parts of curve_one. */
static void add_point(struct fg_choice_curve *curve, fg_nanodollars at, __int128 bill)
{
    if (curve->count > 0 && curve->points[curve->count - 1].hourly_nano >= at)
        return;
    curve->points =
        fg_grow(curve->points, &curve->capacity, curve->count + 1, sizeof *curve->points);
    curve->points[curve->count++] =
        (struct fg_choice_point){at, (fg_nanodollars)fg_money_divide_half_even(bill, curve_one)};
}

/* Of each straight part the first and the last whole step on it. */
static void trace_curve(const struct bends *bends, fg_nanodollars step, struct fg_choice_curve *out)
{
    __int128 bill = bends->at_nothing, slope = 0;
    fg_nanodollars from = 0;
    add_point(out, 0, bill);
    for (uint32_t i = 0; i < bends->count; i++) {
        fg_nanodollars to = bends->items[i].at;
        fg_nanodollars first = (from + step - 1) / step * step, last = to / step * step;
        if (first <= to)
            add_point(out, first, bill + slope * (first - from));
        if (last >= from)
            add_point(out, last, bill + slope * (last - from));
        bill += slope * (to - from);
        slope += bends->items[i].change;
        from = to;
    }
    fg_nanodollars end = (from + step - 1) / step * step;
    add_point(out, end, bill + slope * (end - from));
}

static void choose(struct fg_choice_curve *curve, int64_t hours)
{
    fg_nanodollars least = curve->points[0].bill_nano;
    for (uint32_t i = 1; i < curve->count; i++)
        if (curve->points[i].bill_nano < least)
            least = curve->points[i].bill_nano;
    for (curve->best = 0; curve->points[curve->best].bill_nano > least + hours;)
        curve->best++;
}

void fg_choice_find(const struct fg_choice_usage *usage, const struct fg_commitment *plan,
                    fg_nanodollars step_nano, struct fg_choice_curve *out)
{
    struct walk walk;
    struct bends bends = {0};
    int64_t hours = 0;
    *out = (struct fg_choice_curve){0};
    open_walk(&walk, usage, plan);
    for (uint32_t i = 0; i < usage->hours_count; i++) {
        add_hours(&walk, &usage->hours[i], &bends);
        hours += usage->hours[i].count;
    }
    if (bends.count > 0)
        qsort(bends.items, bends.count, sizeof *bends.items, compare_bends);
    trace_curve(&bends, step_nano, out);
    choose(out, hours);
    free(bends.items);
    close_walk(&walk);
}

void fg_choice_thin(struct fg_choice_curve *curve, uint32_t most)
{
    uint32_t kept = 0, count = curve->count, best = curve->best;
    if (count <= most)
        return;
    const fg_nanodollars end = curve->points[count - 1].hourly_nano;
    for (uint32_t i = 0; i < count; i++) {
        /* As many as there is room for up to here, two places being the best's and the end's. */
        __int128 due = (__int128)curve->points[i].hourly_nano * (most - 2) / end;
        if (i != best && i != count - 1 && (kept > due || kept >= most - 2))
            continue;
        if (i == best)
            curve->best = kept;
        curve->points[kept++] = curve->points[i];
    }
    curve->count = kept;
}

void fg_choice_release(struct fg_choice_curve *curve)
{
    free(curve->points);
    *curve = (struct fg_choice_curve){0};
}
