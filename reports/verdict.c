#include "reports/verdict.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "reports/figures.h"

enum { NAMES_SHOWN = 3, REASONS_SHOWN = 2, OUT_SHOWN = 3, MISSING_SHOWN = 5, CENT_DECIMALS = 2 };

/* ---- pieces of sentences ---- */

/* Adds a text to one that grows in the arena. */
static const char *join(struct fg_arena *arena, const char *before, const char *separator,
                        const char *after)
{
    return fg_arena_format(arena, "%s%s%s", before, *before != '\0' ? separator : "", after);
}

static const char *plural(int64_t count)
{
    return count == 1 ? "" : "s";
}

/* Scenarios [first, first + count) by name: "a, b and 5 more". */
static const char *name_list(const struct fg_comparison *comparison, struct fg_arena *arena,
                             uint32_t first, uint32_t count)
{
    const char *text = "";
    uint32_t shown = count <= NAMES_SHOWN ? count : NAMES_SHOWN;
    for (uint32_t i = 0; i < shown; i++)
        text = join(arena, text, i + 1 == count ? " and " : ", ",
                    comparison->scenarios[first + i].name);
    if (shown < count)
        text = fg_arena_format(arena, "%s and %u more", text, count - shown);
    return text;
}

static const char *month_price(struct fg_arena *arena, const struct fg_compared_scenario *scenario)
{
    return fg_arena_format(arena, "%s USD a month",
                           fg_figure_usd(arena, scenario->month.mean, CENT_DECIMALS));
}

struct group_difference {
    enum fg_cost_group group;
    fg_nanodollars nano;
};

static int compare_differences(const void *a, const void *b)
{
    const struct group_difference *left = a, *right = b;
    fg_nanodollars x = left->nano < 0 ? -left->nano : left->nano;
    fg_nanodollars y = right->nano < 0 ? -right->nano : right->nano;
    return x != y ? (x > y ? -1 : 1) : (int)left->group - (int)right->group;
}

/* "+431.20 Fargate, -310.02 EC2": how a month of `scenario` differs from one of `other`, the
 * largest difference first; "" if it does not show in cents. */
static const char *differences(struct fg_arena *arena, const struct fg_compared_scenario *scenario,
                               const struct fg_compared_scenario *other)
{
    struct group_difference groups[FG_COST_GROUP_COUNT];
    const char *text = "";
    for (int g = 0; g < FG_COST_GROUP_COUNT; g++)
        groups[g] = (struct group_difference){(enum fg_cost_group)g,
                                              scenario->group_months[g] - other->group_months[g]};
    qsort(groups, FG_COST_GROUP_COUNT, sizeof *groups, compare_differences);
    for (int g = 0; g < FG_COST_GROUP_COUNT; g++) {
        const char *usd = fg_figure_signed_usd(arena, groups[g].nano, CENT_DECIMALS);
        if (strcmp(usd, "0.00") != 0)
            text = join(arena, text, ", ",
                        fg_arena_format(arena, "%s %s", usd, fg_cost_group_name(groups[g].group)));
    }
    return text;
}

/* "2, 3, 7 and 93 more": the replications that are not done, by their numbers. */
static const char *missing_list(struct fg_arena *arena, const struct fg_compared_scenario *scenario)
{
    const char *text = "";
    uint32_t missing = scenario->replication_count - scenario->done_count, shown = 0;
    for (uint32_t r = 0; r < scenario->replication_count && shown < MISSING_SHOWN; r++) {
        if (scenario->replications[r].done)
            continue;
        shown++;
        text =
            join(arena, text, shown == missing ? " and " : ", ", fg_arena_format(arena, "%u", r));
    }
    return shown < missing ? fg_arena_format(arena, "%s and %u more", text, missing - shown) : text;
}

/* ---- sentences ---- */

static void say(struct fg_verdict *verdict, const char *sentence)
{
    verdict->sentences = fg_grow(verdict->sentences, &verdict->sentence_capacity,
                                 verdict->sentence_count + 1, sizeof *verdict->sentences);
    verdict->sentences[verdict->sentence_count++] = sentence;
}

/* How many ran everything; they stand first. */
static uint32_t count_candidates(const struct fg_comparison *comparison)
{
    uint32_t count = 0;
    while (count < comparison->scenario_count && comparison->scenarios[count].ran_everything)
        count++;
    return count;
}

static uint32_t count_ties(const struct fg_comparison *comparison, uint32_t candidates)
{
    uint32_t count = candidates > 0 ? 1 : 0;
    while (count < candidates &&
           comparison->scenarios[count].month.mean == comparison->scenarios[0].month.mean)
        count++;
    return count;
}

static const char *headline_of_none(const struct fg_comparison *comparison)
{
    bool any_done = false, any_time = false, all_complete = true;
    for (uint32_t i = 0; i < comparison->scenario_count; i++) {
        any_time = any_time || comparison->scenarios[i].has_month;
        any_done = any_done || comparison->scenarios[i].done_count > 0;
        all_complete = all_complete && comparison->scenarios[i].complete;
    }
    if (comparison->scenario_count == 0)
        return "The study has no scenarios.";
    if (!any_done)
        return "No scenario has been run yet.";
    if (!any_time)
        return "No time passed in the study, so there is no price a month.";
    if (!all_complete)
        return "No scenario is known to have run everything.";
    return comparison->scenario_count == 1
               ? "Not everything ran, so there is no price to go by."
               : "In no scenario did everything run, so none is called the cheapest.";
}

static const char *headline(const struct fg_comparison *comparison, struct fg_arena *arena,
                            uint32_t candidates, uint32_t ties)
{
    if (candidates == 0)
        return headline_of_none(comparison);
    const char *names = name_list(comparison, arena, 0, ties);
    const char *price = month_price(arena, &comparison->scenarios[0]);
    if (comparison->scenario_count == 1)
        return fg_arena_format(arena, "%s costs %s; everything ran.", names, price);
    if (candidates == 1)
        return fg_arena_format(arena,
                               "%s is the only one of %u scenarios in which everything "
                               "ran: %s.",
                               names, comparison->scenario_count, price);
    if (ties > 1)
        return fg_arena_format(arena,
                               "%s cost the same, the least of %u scenarios in which "
                               "everything ran: %s.",
                               names, candidates, price);
    return fg_arena_format(arena,
                           "%s is the cheapest of %u scenarios in which everything ran: "
                           "%s.",
                           names, candidates, price);
}

/* "12.3 % (123.00 USD a month) less than", of a scenario against another. */
static const char *more_or_less(struct fg_arena *arena, const struct fg_compared_scenario *scenario,
                                const struct fg_compared_scenario *other)
{
    fg_nanodollars difference = scenario->month.mean - other->month.mean;
    fg_nanodollars size = difference < 0 ? -difference : difference;
    const char *usd = fg_figure_usd(arena, size, CENT_DECIMALS);
    const char *word = difference < 0 ? "less" : "more";
    if (other->month.mean <= 0)
        return fg_arena_format(arena, "%s USD a month %s", usd, word);
    return fg_arena_format(arena, "%s (%s USD a month) %s",
                           fg_figure_percent(arena, size, other->month.mean), usd, word);
}

static const char *because(struct fg_arena *arena, const struct fg_compared_scenario *scenario,
                           const struct fg_compared_scenario *other)
{
    const char *parts = differences(arena, scenario, other);
    return *parts != '\0' ? fg_arena_format(arena, ": %s", parts) : "";
}

/* The cheapest is the baseline: the next one is what it is compared with. */
static void say_next(const struct fg_comparison *comparison, struct fg_arena *arena,
                     struct fg_verdict *verdict, uint32_t candidates)
{
    const struct fg_compared_scenario *cheapest = &comparison->scenarios[comparison->baseline];
    if (verdict->cheapest_count >= candidates) {
        if (comparison->scenario_count > 1)
            say(verdict, fg_arena_format(arena, "%s is the baseline.", cheapest->name));
        return;
    }
    const struct fg_compared_scenario *next = &comparison->scenarios[verdict->cheapest_count];
    say(verdict, fg_arena_format(arena, "%s is the baseline; the next, %s, costs %s%s.",
                                 cheapest->name, next->name, more_or_less(arena, next, cheapest),
                                 because(arena, next, cheapest)));
}

static void say_difference(const struct fg_comparison *comparison, struct fg_arena *arena,
                           struct fg_verdict *verdict, uint32_t candidates)
{
    const struct fg_compared_scenario *cheapest = &comparison->scenarios[0];
    const struct fg_compared_scenario *baseline = &comparison->scenarios[comparison->baseline];
    const char *where = baseline->never_ran > 0 ? ", where pods never ran" : "";
    if (verdict->cheapest_count == 0)
        return;
    if (comparison->baseline < verdict->cheapest_count)
        say_next(comparison, arena, verdict, candidates);
    else if (baseline->done_count == 0)
        say(verdict, fg_arena_format(arena, "The baseline %s has not been run.", baseline->name));
    else if (cheapest->month.mean == baseline->month.mean)
        say(verdict,
            fg_arena_format(arena, "The baseline %s%s%s costs the same%s.", baseline->name, where,
                            *where != '\0' ? "," : "", because(arena, cheapest, baseline)));
    else
        say(verdict, fg_arena_format(arena, "That is %s than the baseline %s%s%s.",
                                     more_or_less(arena, cheapest, baseline), baseline->name, where,
                                     because(arena, cheapest, baseline)));
}

/* A reason's first sentence, without its full stop; all of it stands in the report's list. */
static const char *first_sentence(struct fg_arena *arena, const char *reason)
{
    const char *end = strstr(reason, ". ");
    size_t length = end != NULL ? (size_t)(end - reason) : strlen(reason);
    if (length > 0 && reason[length - 1] == '.')
        length--;
    return fg_arena_copy(arena, reason, length);
}

/* "8: no profile matches; 4: Insufficient cpu; and 2 more reasons" */
static const char *reason_list(struct fg_arena *arena, const struct fg_compared_scenario *scenario)
{
    const char *text = "";
    for (uint32_t i = 0; i < scenario->reason_count && i < REASONS_SHOWN; i++)
        text = join(arena, text, "; ",
                    fg_arena_format(arena, "%s: %s%s",
                                    fg_figure_count(arena, scenario->reasons[i].pods),
                                    first_sentence(arena, scenario->reasons[i].reason),
                                    scenario->reasons[i].numbers_vary ? ", and alike" : ""));
    if (scenario->reason_count > REASONS_SHOWN)
        text = fg_arena_format(arena, "%s; and %u more reason%s", text,
                               scenario->reason_count - REASONS_SHOWN,
                               plural(scenario->reason_count - REASONS_SHOWN));
    return text;
}

static void say_out(struct fg_arena *arena, struct fg_verdict *verdict,
                    const struct fg_compared_scenario *scenario)
{
    const char *reasons = reason_list(arena, scenario);
    if (*reasons != '\0')
        reasons = fg_arena_format(arena, " (%s)", reasons);
    say(verdict,
        fg_arena_format(arena, "%s, at %s USD a month, is out: %s of %s pods never ran%s.",
                        scenario->name, fg_figure_usd(arena, scenario->month.mean, CENT_DECIMALS),
                        fg_figure_count(arena, scenario->never_ran),
                        fg_figure_count(arena, scenario->pod_count), reasons));
}

static void say_who_is_out(const struct fg_comparison *comparison, struct fg_arena *arena,
                           struct fg_verdict *verdict)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < comparison->scenario_count; i++)
        if (comparison->scenarios[i].never_ran > 0 && ++count <= OUT_SHOWN)
            say_out(arena, verdict, &comparison->scenarios[i]);
    if (count > OUT_SHOWN)
        say(verdict, fg_arena_format(arena, "Pods never ran in %u more scenario%s.",
                                     count - OUT_SHOWN, plural(count - OUT_SHOWN)));
}

/* What is missing is named, not dropped. Scenarios without any run stand last. */
static void say_what_is_missing(const struct fg_comparison *comparison, struct fg_arena *arena,
                                struct fg_verdict *verdict)
{
    uint32_t not_run = 0;
    for (uint32_t i = 0; i < comparison->scenario_count; i++) {
        const struct fg_compared_scenario *scenario = &comparison->scenarios[i];
        if (scenario->done_count == 0)
            not_run++;
        else if (!scenario->complete)
            say(verdict,
                fg_arena_format(
                    arena,
                    "%s is unfinished: of %u replications, %s %s missing; run the "
                    "study again to finish it.",
                    scenario->name, scenario->replication_count, missing_list(arena, scenario),
                    scenario->replication_count - scenario->done_count == 1 ? "is" : "are"));
    }
    if (not_run > 0)
        say(verdict, fg_arena_format(arena, "Not run yet: %s; run the study again to finish it.",
                                     name_list(comparison, arena,
                                               comparison->scenario_count - not_run, not_run)));
}

/* How far the cheapest one's replications lie apart. */
static void say_spread(const struct fg_comparison *comparison, struct fg_arena *arena,
                       struct fg_verdict *verdict)
{
    const struct fg_compared_scenario *cheapest = &comparison->scenarios[0];
    if (verdict->cheapest_count == 0 || cheapest->done_count < 2)
        return;
    say(verdict, fg_arena_format(
                     arena,
                     "The price is the mean of %u replications; from the 5th to the 95th "
                     "percentile they cost %s to %s USD a month.",
                     cheapest->done_count, fg_figure_usd(arena, cheapest->month.p5, CENT_DECIMALS),
                     fg_figure_usd(arena, cheapest->month.p95, CENT_DECIMALS)));
}

/* An empty trace, or one that is all left out, answers another question. */
static void say_no_pods(const struct fg_comparison *comparison, struct fg_verdict *verdict)
{
    bool done = false;
    for (uint32_t i = 0; i < comparison->scenario_count; i++) {
        const struct fg_compared_scenario *scenario = &comparison->scenarios[i];
        done = done || scenario->done_count > 0;
        if (scenario->pod_count > 0)
            return;
    }
    if (done)
        say(verdict, "There were no pods: this is what the clusters cost while they idle.");
}

void fg_verdict_find(const struct fg_comparison *comparison, struct fg_arena *arena,
                     struct fg_verdict *out)
{
    uint32_t candidates = count_candidates(comparison);
    *out = (struct fg_verdict){.cheapest_count = count_ties(comparison, candidates)};
    say(out, headline(comparison, arena, candidates, out->cheapest_count));
    say_difference(comparison, arena, out, candidates);
    say_spread(comparison, arena, out);
    say_no_pods(comparison, out);
    say_who_is_out(comparison, arena, out);
    say_what_is_missing(comparison, arena, out);
}

void fg_verdict_release(struct fg_verdict *verdict)
{
    free(verdict->sentences);
    *verdict = (struct fg_verdict){0};
}
