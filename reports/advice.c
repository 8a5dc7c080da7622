#include "reports/advice.h"

#include <stdlib.h>
#include <string.h>

#include "models/plan_rates.h"
#include "reports/advice_usage.h"
#include "reports/figures.h"
#include "reports/query.h"

enum { CURVE_POINTS = 1000, MONTH_S = 730 * 3600 };

/* What is being made. */
struct making {
    const struct fg_catalog *catalog;
    const struct fg_advice_wish *wish;
    struct fg_advice_usage usage;
    struct fg_advice *advice;
    uint32_t plan_capacity, gap_capacity;
};

fg_nanodollars fg_advice_month(const struct fg_advice *advice, fg_nanodollars nano)
{
    if (advice->simulated_s == 0)
        return 0;
    __int128 month = fg_money_divide_half_even((__int128)nano * MONTH_S, advice->simulated_s);
    return month > INT64_MAX ? INT64_MAX : month < INT64_MIN ? INT64_MIN : (fg_nanodollars)month;
}

const char *fg_advice_plan_name(struct fg_arena *arena, const struct fg_commitment *plan)
{
    return plan->family == NULL
               ? fg_commitment_kind_name(plan->kind)
               : fg_arena_format(arena, "%s %s", fg_commitment_kind_name(plan->kind), plan->family);
}

const char *fg_advice_verdict(struct fg_arena *arena, const struct fg_advice *advice)
{
    if (advice->plan_count == 0)
        return "No Savings Plan can be judged: none has rates that are known";
    if (advice->best == UINT32_MAX)
        return "Buy no Savings Plan: of those whose rates are known none lowers the bill";
    const struct fg_advised_plan *best = &advice->plans[advice->best];
    return fg_arena_format(arena,
                           "Buy a Savings Plan %s, %uy, %s, of %s USD an hour: it saves %s USD a "
                           "month (%s of the bill)",
                           fg_advice_plan_name(arena, &best->plan), best->plan.term_years,
                           fg_payment_name(best->plan.payment),
                           fg_figure_usd(arena, best->plan.hourly_nano, 3),
                           fg_figure_usd(arena, fg_advice_month(advice, best->saving_nano), 2),
                           fg_figure_percent(arena, best->saving_nano, advice->bill_nano));
}

/* ---- rates ---- */

/* Of the scenario's own usage, which stands at the price that the study names first. */
static bool find_list_price(const void *context, const char *item, fg_nanodollars *out)
{
    const struct fg_choice_usage *usage = context;
    for (uint32_t i = 0; i < usage->line_count; i++) {
        if (strcmp(usage->lines[i].item, item) == 0 && !usage->is_other[i]) {
            *out = usage->lines[i].list_unit_nano;
            return true;
        }
    }
    return false;
}

static bool ever_runs(const struct fg_choice_usage *usage, uint32_t line)
{
    for (uint32_t i = 0; i < usage->hours_count; i++)
        if (usage->hours[i].amounts[line].quantity > 0)
            return true;
    return false;
}

/* Whether an item's line is the first of it. */
static bool is_first(const struct fg_choice_usage *usage, uint32_t line)
{
    for (uint32_t i = 0; i < line; i++)
        if (!usage->is_other[i] && strcmp(usage->lines[i].item, usage->lines[line].item) == 0)
            return false;
    return !usage->is_other[line];
}

static const char *join(struct fg_arena *arena, const char *list, const char *text)
{
    return list == NULL ? fg_arena_string(arena, text)
                        : fg_arena_format(arena, "%s, %s", list, text);
}

/* The items of which the plan has no rate, or NULL. */
static const char *find_missing(struct making *making, const struct fg_commitment *plan)
{
    const struct fg_choice_usage *usage = &making->usage.choice;
    const char *missing = NULL;
    for (uint32_t i = 0; i < usage->line_count; i++)
        if (is_first(usage, i) && fg_plan_lacks_rate(plan, &usage->lines[i]) && ever_runs(usage, i))
            missing = join(&making->advice->arena, missing, usage->lines[i].item);
    return missing;
}

static const char *source_of(struct making *making, const struct fg_commitment *plan,
                             const struct fg_plan_rate *rate)
{
    struct fg_arena *arena = &making->advice->arena;
    const struct fg_commitment_rate_row *row =
        fg_plan_rate_row(plan, rate, making->catalog, making->advice->replay->region);
    char day[16];
    if (rate < plan->rates + making->wish->rate_count)
        return "--rate";
    if (row == NULL)
        return "the study's own";
    return fg_arena_format(
        arena, "the catalog's of %s (%s, %s%s)",
        row->as_of == FG_DAY_UNKNOWN ? "an unknown day" : fg_calendar_print_day(row->as_of, day),
        row->source, fg_rate_kind_name(row->kind),
        plan->kind == FG_EC2_INSTANCE_PLAN && row->plan == FG_RATE_RESERVED_STANDARD
            ? ", standard Reserved"
            : "");
}

/* The rates that are met and where they come from, each source once. */
static void describe_rates(struct making *making, struct fg_advised_plan *advised)
{
    const struct fg_choice_usage *usage = &making->usage.choice;
    struct fg_arena *arena = &making->advice->arena;
    for (uint32_t i = 0; i < usage->line_count; i++) {
        const struct fg_plan_rate *rate = fg_plan_rate_of(&advised->plan, &usage->lines[i]);
        if (rate == NULL || !is_first(usage, i) || !ever_runs(usage, i))
            continue;
        const char *source = source_of(making, &advised->plan, rate);
        advised->rates =
            join(arena, advised->rates,
                 fg_arena_format(arena, "%s %s", usage->lines[i].item,
                                 fg_figure_percent(arena, rate->of - rate->paid, rate->of)));
        if (advised->rate_source == NULL || strstr(advised->rate_source, source) == NULL)
            advised->rate_source = join(arena, advised->rate_source, source);
    }
}

static fg_status find_rates(struct making *making, struct fg_commitment *plan,
                            struct fg_error *error)
{
    const struct fg_list_prices prices = {find_list_price, &making->usage.choice};
    struct fg_arena *arena = &making->advice->arena;
    plan->rate_count = making->wish->rate_count;
    plan->rates = fg_arena_allocate(arena, plan->rate_count, sizeof *plan->rates);
    if (plan->rate_count > 0)
        memcpy(plan->rates, making->wish->rates, plan->rate_count * sizeof *plan->rates);
    fg_status status = fg_advice_study_rates(making->advice->replay, arena, plan, error);
    if (status == FG_OK)
        fg_plan_add_catalog_rates(plan, making->catalog, making->advice->replay->region, &prices,
                                  arena);
    return status;
}

/* ---- a plan ---- */

static void add_gap(struct making *making, const struct fg_commitment *plan, const char *missing)
{
    struct fg_advice *advice = making->advice;
    advice->gaps =
        fg_grow(advice->gaps, &making->gap_capacity, advice->gap_count + 1, sizeof *advice->gaps);
    advice->gaps[advice->gap_count++] = (struct fg_advice_gap){*plan, missing};
}

static void add_plan(struct making *making, const struct fg_commitment *plan)
{
    struct fg_advice *advice = making->advice;
    struct fg_advised_plan advised = {.plan = *plan};
    fg_choice_find(&making->usage.choice, plan, FG_COMMITMENT_STEP_NANO, &advised.curve);
    fg_choice_thin(&advised.curve, CURVE_POINTS);
    advised.plan.hourly_nano = advised.curve.points[advised.curve.best].hourly_nano;
    fg_commitment_split_payment(&advised.plan);
    fg_choice_sum(&making->usage.choice, &advised.plan, &advised.sums);
    advised.saving_nano = advice->as_is.bill_nano - advised.sums.bill_nano;
    advised.other_saving_nano = advice->as_is.other_nano - advised.sums.other_nano;
    describe_rates(making, &advised);
    advice->plans = fg_grow(advice->plans, &making->plan_capacity, advice->plan_count + 1,
                            sizeof *advice->plans);
    if (advised.plan.hourly_nano > 0 && advised.saving_nano > 0 &&
        (advice->best == UINT32_MAX ||
         advised.saving_nano > advice->plans[advice->best].saving_nano))
        advice->best = advice->plan_count;
    advice->plans[advice->plan_count++] = advised;
}

static fg_status try_plan(struct making *making, struct fg_commitment *plan, struct fg_error *error)
{
    fg_status status = find_rates(making, plan, error);
    if (status != FG_OK)
        return status;
    const char *missing = find_missing(making, plan);
    if (missing != NULL)
        add_gap(making, plan, missing);
    else
        add_plan(making, plan);
    return FG_OK;
}

/* All terms and payments that are asked for. */
static fg_status try_terms(struct making *making, enum fg_commitment_kind kind, const char *family,
                           struct fg_error *error)
{
    static const uint32_t terms[] = {1, 3};
    const struct fg_advice_wish *wish = making->wish;
    fg_status status = FG_OK;
    for (int t = 0; t < 2; t++) {
        for (int payment = FG_NO_UPFRONT; status == FG_OK && payment <= FG_ALL_UPFRONT; payment++) {
            struct fg_commitment plan = {
                .name = "new",
                .kind = kind,
                .term_years = terms[t],
                .payment = (enum fg_payment)payment,
                .family = family,
                .region = family != NULL ? making->advice->replay->region : NULL,
            };
            if ((wish->term_years == 0 || wish->term_years == terms[t]) &&
                (wish->payment < 0 || wish->payment == payment))
                status = try_plan(making, &plan, error);
        }
    }
    return status;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The families that the scenario ran on demand, by name, each once. */
static uint32_t find_families(const struct fg_choice_usage *usage, const char **out)
{
    uint32_t count = 0, kept = 0;
    for (uint32_t i = 0; i < usage->line_count; i++)
        if (usage->lines[i].family != NULL && !usage->is_other[i] && ever_runs(usage, i))
            out[count++] = usage->lines[i].family;
    if (count > 0)
        qsort(out, count, sizeof *out, compare_names);
    for (uint32_t i = 0; i < count; i++)
        if (kept == 0 || strcmp(out[kept - 1], out[i]) != 0)
            out[kept++] = out[i];
    return kept;
}

static fg_status try_all(struct making *making, struct fg_error *error)
{
    const struct fg_advice_wish *wish = making->wish;
    const struct fg_choice_usage *usage = &making->usage.choice;
    const char **families = fg_allocate((size_t)usage->line_count + 1, sizeof *families);
    uint32_t count = find_families(usage, families);
    fg_status status = FG_OK;
    if (wish->kind != FG_EC2_INSTANCE_PLAN && wish->family == NULL)
        status = try_terms(making, FG_COMPUTE_PLAN, NULL, error);
    for (uint32_t i = 0; wish->kind != FG_COMPUTE_PLAN && status == FG_OK && i < count; i++)
        if (wish->family == NULL || strcmp(wish->family, families[i]) == 0)
            status = try_terms(making, FG_EC2_INSTANCE_PLAN,
                               fg_arena_string(&making->advice->arena, families[i]), error);
    if (status == FG_OK && wish->family != NULL &&
        making->advice->plan_count + making->advice->gap_count == 0)
        status = fg_error_set(
            error, FG_BAD_INPUT,
            "--family is '%.64s'; expected one that the scenario ran on demand%s%s", wish->family,
            count > 0 ? ", such as " : ": it ran none", count > 0 ? families[0] : "");
    free((void *)families);
    return status;
}

/* ---- as it is ---- */

static fg_status read_bill(struct fg_advice *advice, struct fg_error *error)
{
    sqlite3_stmt *query;
    fg_status status = fg_query_prepare(
        advice->replay->database,
        "SELECT coalesce(sum(nano * hour_count), 0) FROM ledger WHERE run_id = ?1", &query, error);
    if (status == FG_OK)
        sqlite3_bind_int64(query, 1, advice->replay->run_id);
    if (status == FG_OK && fg_query_next(query))
        advice->bill_nano = sqlite3_column_int64(query, 0);
    return fg_query_finish(query, status, error);
}

static void describe_existing(struct making *making)
{
    struct fg_advice *advice = making->advice;
    advice->existing_count = making->usage.commitment_count;
    for (uint32_t i = 0; i < advice->existing_count; i++) {
        const struct fg_commitment *own = &making->usage.commitments[i];
        advice->existing =
            join(&advice->arena, advice->existing,
                 fg_arena_format(&advice->arena, "%s (%s, %s USD an hour)", own->name,
                                 fg_commitment_kind_name(own->kind),
                                 fg_figure_usd(&advice->arena, own->hourly_nano, 3)));
    }
    for (uint32_t i = 0; i < making->usage.choice.line_count; i++)
        advice->has_other_usage = advice->has_other_usage || making->usage.choice.is_other[i];
}

fg_status fg_advice_make(const struct fg_replay *replay, const struct fg_catalog *catalog,
                         const struct fg_advice_wish *wish, struct fg_advice *out,
                         struct fg_error *error)
{
    *out = (struct fg_advice){
        .replay = replay, .simulated_s = replay->end - replay->start, .best = UINT32_MAX};
    struct making making = {.catalog = catalog, .wish = wish, .advice = out};
    fg_status status = fg_advice_usage_read(replay, &making.usage, error);
    if (status == FG_OK)
        status = read_bill(out, error);
    if (status == FG_OK) {
        describe_existing(&making);
        fg_choice_sum(&making.usage.choice, NULL, &out->as_is);
        out->hours = out->as_is.hours;
        status = try_all(&making, error);
    }
    fg_advice_usage_release(&making.usage);
    return status;
}

void fg_advice_release(struct fg_advice *advice)
{
    for (uint32_t i = 0; i < advice->plan_count; i++)
        fg_choice_release(&advice->plans[i].curve);
    free(advice->plans);
    free(advice->gaps);
    fg_arena_release(&advice->arena);
    *advice = (struct fg_advice){0};
}
