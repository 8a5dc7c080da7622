/* Which hours of a bill and a replay are laid beside each other, and what a reader must know of
 * them. */
#include "reports/calibration.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "models/billing_map.h"
#include "reports/calibration_replay.h"
#include "reports/figures.h"

enum { HOUR_S = 3600 };

/* ---- notes ---- */

static void add_note(struct fg_calibration *out, const char *text)
{
    uint32_t capacity = out->note_count;
    out->notes = fg_grow(out->notes, &capacity, out->note_count + 1, sizeof *out->notes);
    out->notes[out->note_count++] = text;
}

static const char *print_period(struct fg_arena *arena, fg_unix_s from, fg_unix_s to)
{
    char start[32], end[32];
    return fg_arena_format(arena, "%s to %s", fg_calendar_print_instant(from, start),
                           fg_calendar_print_instant(to, end));
}

static const char *count_lines(struct fg_arena *arena, uint64_t lines)
{
    return fg_arena_format(arena, "%s line%s", fg_figure_count(arena, (int64_t)lines),
                           lines == 1 ? "" : "s");
}

static void note_lines(const struct fg_billing *bill, const struct fg_calibration_options *options,
                       struct fg_calibration *out)
{
    const struct fg_billed_lines *lines = &bill->lines;
    struct fg_arena *arena = &out->arena;
    add_note(out, fg_arena_format(arena, "%s of the bill's %s counted",
                                  count_lines(arena, lines->counted),
                                  fg_figure_count(arena, (int64_t)lines->read)));
    if (lines->filtered > 0)
        add_note(out, fg_arena_format(arena, "%s of other accounts, regions or tags left out",
                                      count_lines(arena, lines->filtered)));
    if (options->has_filter)
        add_note(out, "what Amazon books on no resource has no tag or region and is left out: fees "
                      "of commitments, negations, discounts, credits, taxes");
    if (lines->outside > 0)
        add_note(out, fg_arena_format(arena, "%s outside the period left out",
                                      count_lines(arena, lines->outside)));
    if (lines->split > 0)
        add_note(out, fg_arena_format(arena,
                                      "%s of split cost allocation left out: what they tell is in "
                                      "other lines",
                                      count_lines(arena, lines->split)));
    if (lines->left_out > 0)
        add_note(out, fg_arena_format(arena, "%s of discounts left out: net costs have them",
                                      count_lines(arena, lines->left_out)));
    if (lines->corrections > 0)
        add_note(out, fg_arena_format(arena, "%s of corrections of earlier bills counted",
                                      count_lines(arena, lines->corrections)));
    if (lines->shared > 0) {
        fg_nanodollars amount = lines->shared_amount.nano[options->basis];
        add_note(out, fg_arena_format(arena,
                                      "%s beyond the edges of the period counted by the share of "
                                      "time in it: %s USD",
                                      count_lines(arena, lines->shared),
                                      fg_figure_usd(arena, amount, 2)));
    }
}

/* Charges of the planner's own that the bill seems to lack. */
static void note_unmatched(struct fg_calibration *out)
{
    for (uint32_t i = 0; i < out->charge_count; i++) {
        const struct fg_calibrated *row = &out->charges[i];
        if (strncmp(row->charge, "other:", 6) == 0 && row->bill == 0 && row->replay != 0)
            add_note(out, fg_arena_format(&out->arena,
                                          "nothing of the bill is mapped to %s; --map "
                                          "USAGETYPE=%s does that",
                                          row->charge, row->charge));
    }
}

static void note_replay(const struct fg_replay *replay,
                        const struct fg_calibration_options *options, struct fg_calibration *out)
{
    static const char *const steps[] = {"hours", "days", "total"};
    struct fg_arena *arena = &out->arena;
    if (replay->replication_count > 1)
        add_note(out, fg_arena_format(arena, "replication %u of %u", replay->replication,
                                      replay->replication_count));
    if (replay->step != FG_REPLAY_HOURS)
        add_note(out, fg_arena_format(arena, "the database keeps costs by %s alone",
                                      steps[replay->step]));
    if (!options->align && (replay->start != out->from || replay->end != out->to))
        add_note(out, fg_arena_format(arena, "the replay goes from %s",
                                      print_period(arena, replay->start, replay->end)));
}

/* ---- the period ---- */

/* What the bill covers; monthly exports have no line of a day or less. */
static bool find_coverage(const struct fg_billing *bill, fg_unix_s *from, fg_unix_s *to)
{
    bool is_short = bill->lines.from < bill->lines.to;
    *from = is_short ? bill->lines.from : bill->lines.long_from;
    *to = is_short ? bill->lines.to : bill->lines.long_to;
    return *from < *to;
}

static fg_unix_s later(fg_unix_s a, fg_unix_s b)
{
    return a > b ? a : b;
}

static fg_unix_s earlier(fg_unix_s a, fg_unix_s b)
{
    return a < b ? a : b;
}

static fg_status no_common_hour(const struct fg_replay *replay, fg_unix_s from, fg_unix_s to,
                                struct fg_error *error)
{
    struct fg_arena arena = {0};
    fg_status status = fg_error_set(
        error, FG_BAD_INPUT,
        "the bill covers %s and scenario '%.64s' %s; expected %s in common, or --align to compare "
        "what an hour costs on average",
        print_period(&arena, from, to), replay->scenario,
        print_period(&arena, replay->start, replay->end),
        replay->step == FG_REPLAY_DAYS ? "a whole day" : "a whole hour");
    fg_arena_release(&arena);
    return status;
}

/* The steps of the replay that the bill covers too. */
static fg_status choose_common(const struct fg_replay *replay, fg_unix_s from, fg_unix_s to,
                               struct fg_calibration *out, struct fg_error *error)
{
    out->from = later(from, replay->from);
    out->to = earlier(to, replay->to);
    fg_replay_whole_steps(replay, &out->from, &out->to);
    if (out->from >= out->to)
        return no_common_hour(replay, from, to, error);
    bool is_whole = out->from == replay->from && out->to == replay->to;
    if (replay->step == FG_REPLAY_TOTAL && !is_whole)
        return fg_error_set(error, FG_BAD_INPUT,
                            "the bill covers %s and the database keeps but the total of scenario "
                            "'%.64s'; expected one made with --ledger hour",
                            print_period(&out->arena, from, to), replay->scenario);
    out->with_days = replay->step != FG_REPLAY_TOTAL;
    return FG_OK;
}

/* The replay's whole time, drawn out to that of the bill. */
static fg_status read_aligned(const struct fg_replay *replay, const struct fg_calibration *out,
                              struct fg_billing *replayed, struct fg_error *error)
{
    fg_unix_s from = replay->from, to = replay->to;
    if (from >= to)
        return fg_error_set(error, FG_BAD_INPUT,
                            "scenario '%.64s' has no whole hour; expected one of an hour or more",
                            replay->scenario);
    fg_status status = fg_replay_read(replay, from, to, replayed, error);
    if (status == FG_OK && !fg_billing_scale(replayed, out->to - out->from, to - from))
        status = fg_error_set(error, FG_BAD_INPUT,
                              "the replay costs more than two billion dollars in the time of the "
                              "bill; expected less");
    return status;
}

fg_status fg_calibration_make(const struct fg_replay *replay, struct fg_billing *bill,
                              const struct fg_calibration_options *options, fg_unix_s from,
                              fg_unix_s to, struct fg_calibration *out, struct fg_error *error)
{
    struct fg_billing replayed = {0};
    fg_unix_s bill_from, bill_to;
    *out = (struct fg_calibration){
        .study = replay->study, .scenario = replay->scenario, .basis = options->basis};
    if (!find_coverage(bill, &bill_from, &bill_to))
        return fg_error_set(error, FG_BAD_INPUT,
                            "the bill has no line of usage; expected a CUR or FOCUS export");
    from = later(from, bill_from);
    to = earlier(to, bill_to);
    if (from >= to)
        return no_common_hour(replay, bill_from, bill_to, error);
    out->from = from;
    out->to = to;
    fg_status status = FG_OK;
    if (options->align)
        status = read_aligned(replay, out, &replayed, error);
    else
        status = choose_common(replay, from, to, out, error);
    if (status == FG_OK && !options->align)
        status = fg_replay_read(replay, out->from, out->to, &replayed, error);
    if (status == FG_OK) {
        fg_billing_cut_spans(bill, out->from, out->to);
        fg_calibration_compare(bill, &replayed, out);
        note_replay(replay, options, out);
        if (options->align)
            add_note(out,
                     fg_arena_format(&out->arena,
                                     "the replay's mean hour of %s, times the %s hours of the bill",
                                     print_period(&out->arena, replay->from, replay->to),
                                     fg_figure_count(&out->arena, (out->to - out->from) / HOUR_S)));
        else if (bill_from != out->from || bill_to != out->to)
            add_note(out, fg_arena_format(&out->arena, "the bill goes from %s",
                                          print_period(&out->arena, bill_from, bill_to)));
        note_lines(bill, options, out);
        note_unmatched(out);
    }
    fg_billing_release(&replayed);
    return status;
}
