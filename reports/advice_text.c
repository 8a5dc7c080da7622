/* The advice on Savings Plans for a terminal. */
#include "reports/advice.h"

#include <inttypes.h>
#include <string.h>

#include "reports/figures.h"
#include "reports/text_table.h"

enum { WIDTH = 100 };

static const struct fg_text_column columns[] = {{"", "plan", true},
                                                {"", "term", true},
                                                {"", "payment", true},
                                                {"commit", "USD/h", false},
                                                {"saves", "USD/month", false},
                                                {"of the", "bill", false},
                                                {"cover-", "age", false},
                                                {"util-", "isation", false},
                                                {"paid a", "month", false},
                                                {"upfront", "USD", false}};
enum { COLUMN_COUNT = sizeof columns / sizeof *columns };

static void put_row(const char **cells, const struct fg_advice *advice,
                    const struct fg_advised_plan *advised, bool is_best, struct fg_arena *arena)
{
    enum { MONTH_HOURS = 730 };
    const struct fg_commitment *plan = &advised->plan;
    const struct fg_choice_sums *sums = &advised->sums;
    uint32_t c = 0;
    cells[c++] =
        fg_arena_format(arena, "%s%s", fg_advice_plan_name(arena, plan), is_best ? " *" : "");
    cells[c++] = fg_arena_format(arena, "%uy", plan->term_years);
    cells[c++] = fg_payment_name(plan->payment);
    cells[c++] = fg_figure_usd(arena, plan->hourly_nano, 3);
    cells[c++] = fg_figure_usd(arena, fg_advice_month(advice, advised->saving_nano), 2);
    cells[c++] = fg_figure_percent(arena, advised->saving_nano, advice->bill_nano);
    cells[c++] = fg_figure_percent(arena, sums->covered_nano, sums->eligible_nano);
    cells[c++] = fg_figure_percent(arena, sums->used_nano, plan->hourly_nano * sums->hours);
    cells[c++] = fg_figure_usd(arena, plan->recurring_nano * MONTH_HOURS, 2);
    cells[c++] = fg_figure_usd(arena, plan->upfront_nano, 2);
}

static void print_plans(const struct fg_advice *advice, struct fg_arena *arena, FILE *out)
{
    const char **cells =
        fg_arena_allocate(arena, (size_t)COLUMN_COUNT * (advice->plan_count + 1), sizeof *cells);
    for (uint32_t i = 0; i < advice->plan_count; i++)
        put_row(&cells[(size_t)COLUMN_COUNT * i], advice, &advice->plans[i], i == advice->best,
                arena);
    const struct fg_text_table table = {COLUMN_COUNT, advice->plan_count, columns, cells};
    fputc('\n', out);
    fg_text_table_print(&table, out);
}

/* Plans that have the same rates from the same source are named in one line. */
static bool has_like_before(const struct fg_advice *advice, uint32_t number)
{
    for (uint32_t i = 0; i < number; i++)
        if (strcmp(advice->plans[i].rates, advice->plans[number].rates) == 0 &&
            strcmp(advice->plans[i].rate_source, advice->plans[number].rate_source) == 0)
            return true;
    return false;
}

static const char *term_text(struct fg_arena *arena, const struct fg_commitment *plan)
{
    return fg_arena_format(arena, "%s %uy %s", fg_advice_plan_name(arena, plan), plan->term_years,
                           fg_payment_name(plan->payment));
}

static void print_rates(const struct fg_advice *advice, struct fg_arena *arena, FILE *out)
{
    if (advice->plan_count > 0)
        fputs("\nRates off the public price\n", out);
    for (uint32_t i = 0; i < advice->plan_count; i++) {
        const struct fg_advised_plan *advised = &advice->plans[i];
        const char *names = NULL;
        if (has_like_before(advice, i))
            continue;
        for (uint32_t k = i; k < advice->plan_count; k++)
            if (strcmp(advice->plans[k].rates, advised->rates) == 0 &&
                strcmp(advice->plans[k].rate_source, advised->rate_source) == 0)
                names = names == NULL ? term_text(arena, &advice->plans[k].plan)
                                      : fg_arena_format(arena, "%s, %s", names,
                                                        term_text(arena, &advice->plans[k].plan));
        fg_text_print_wrapped(
            out, "  ",
            fg_arena_format(arena, "%s: %s; %s", names, advised->rates, advised->rate_source),
            WIDTH);
    }
}

/* Plans that lack the same rates stand in one line. */
static void print_gaps(const struct fg_advice *advice, struct fg_arena *arena, FILE *out)
{
    if (advice->gap_count > 0)
        fputs("\nLeft out, since rates are not known (name them: --rate ITEM=20%)\n", out);
    for (uint32_t i = 0; i < advice->gap_count; i++) {
        const char *names = term_text(arena, &advice->gaps[i].plan);
        bool is_first = true;
        for (uint32_t k = 0; k < i; k++)
            is_first = is_first && strcmp(advice->gaps[k].missing, advice->gaps[i].missing) != 0;
        for (uint32_t k = i + 1; is_first && k < advice->gap_count; k++)
            if (strcmp(advice->gaps[k].missing, advice->gaps[i].missing) == 0)
                names = fg_arena_format(arena, "%s, %s", names,
                                        term_text(arena, &advice->gaps[k].plan));
        if (is_first)
            fg_text_print_wrapped(
                out, "  ", fg_arena_format(arena, "%s: %s", names, advice->gaps[i].missing), WIDTH);
    }
}

static void print_as_it_is(const struct fg_advice *advice, struct fg_arena *arena, FILE *out)
{
    fg_text_print_wrapped(
        out, "",
        fg_arena_format(arena,
                        "The bill as it is: %s USD a month; %s USD of it is usage that "
                        "Savings Plans can cover, with the plans there are.",
                        fg_figure_usd(arena, fg_advice_month(advice, advice->bill_nano), 2),
                        fg_figure_usd(arena, fg_advice_month(advice, advice->as_is.bill_nano), 2)),
        WIDTH);
    if (advice->existing_count > 0)
        fg_text_print_wrapped(
            out, "",
            fg_arena_format(arena, "Commitments that are there already: %s.", advice->existing),
            WIDTH);
    if (advice->has_other_usage && advice->best != UINT32_MAX)
        fg_text_print_wrapped(
            out, "",
            fg_arena_format(
                arena,
                "The account's other usage is covered first, and pays for what it takes; that "
                "saves it %s USD a month, which is not in the table.",
                fg_figure_usd(
                    arena, fg_advice_month(advice, advice->plans[advice->best].other_saving_nano),
                    2)),
            WIDTH);
}

static void print_assumptions(const struct fg_advice *advice, struct fg_arena *arena, FILE *out)
{
    fputc('\n', out);
    fg_text_print_wrapped(
        out, "",
        fg_arena_format(arena,
                        "Each plan is looked at alone; of equal ones to a nanodollar an hour the "
                        "smallest. The %" PRId64 " clock hours of the study stand for those of the "
                        "term; a month is 730 hours. Coverage: of the usage that the plan can "
                        "cover, at public prices, what any Savings Plan covers; utilisation: of "
                        "the commitment, what is used.",
                        advice->hours),
        WIDTH);
}

void fg_advice_print_text(const struct fg_advice *advice, FILE *out)
{
    struct fg_arena arena = {0};
    fg_text_print_wrapped(out, "", fg_advice_verdict(&arena, advice), WIDTH);
    fg_text_print_wrapped(out, "",
                          fg_arena_format(&arena, "Study %s, scenario %s in %s.",
                                          advice->replay->study, advice->replay->scenario,
                                          advice->replay->region),
                          WIDTH);
    fputc('\n', out);
    print_as_it_is(advice, &arena, out);
    if (advice->plan_count > 0)
        print_plans(advice, &arena, out);
    print_rates(advice, &arena, out);
    print_gaps(advice, &arena, out);
    print_assumptions(advice, &arena, out);
    fg_arena_release(&arena);
}
