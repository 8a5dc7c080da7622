/* The advice on Savings Plans as one page with the report's looks, that works without a network. */
#include "reports/advice.h"

#include <inttypes.h>
#include <stdlib.h>

#include "models/base/embed.h"
#include "reports/embedded_page.h"
#include "reports/figures.h"
#include "reports/html_writer.h"
#include "reports/json_writer.h"

FG_EMBED(fg_advice_js, "reports/advice.js");
static const struct fg_page_part script = {fg_advice_js_begin, fg_advice_js_end};

enum { CURVES_SHOWN = 6, POINTS_SHOWN = 240, MONTH_HOURS = 730 };

struct page {
    const struct fg_advice *advice;
    FILE *out;
    struct fg_arena arena;
};

static void put_part(const struct page *page, const struct fg_page_part *part)
{
    fwrite(part->bytes, 1, (size_t)(part->end - part->bytes), page->out);
}

static const char *plan_text(struct page *page, const struct fg_commitment *plan)
{
    return fg_arena_format(&page->arena, "%s, %uy, %s", fg_advice_plan_name(&page->arena, plan),
                           plan->term_years, fg_payment_name(plan->payment));
}

static const char *month_text(struct page *page, fg_nanodollars nano)
{
    return fg_figure_usd(&page->arena, fg_advice_month(page->advice, nano), 2);
}

/* ---- the head ---- */

static void put_fact(struct page *page, const char *text)
{
    fputs("<li>", page->out);
    fg_html_text(page->out, text);
    fputs("</li>\n", page->out);
}

static void put_facts(struct page *page)
{
    const struct fg_advice *advice = page->advice;
    fputs("<ul class=\"facts\">\n", page->out);
    put_fact(page, fg_arena_format(&page->arena,
                                   "The bill as it is: %s USD a month; %s USD of it is usage that "
                                   "Savings Plans can cover, with the plans there are.",
                                   month_text(page, advice->bill_nano),
                                   month_text(page, advice->as_is.bill_nano)));
    if (advice->existing_count > 0)
        put_fact(page, fg_arena_format(&page->arena, "Commitments that are there already: %s.",
                                       advice->existing));
    if (advice->has_other_usage && advice->best != UINT32_MAX)
        put_fact(page,
                 fg_arena_format(&page->arena,
                                 "The account's other usage is covered first, and pays for what it "
                                 "takes; that saves it %s USD a month, which is not counted here.",
                                 month_text(page, advice->plans[advice->best].other_saving_nano)));
    fputs("</ul>\n", page->out);
}

static void put_head(struct page *page)
{
    const struct fg_replay *replay = page->advice->replay;
    fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
          "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
          "<meta name=\"color-scheme\" content=\"light dark\">\n"
          "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
          "'unsafe-inline'; script-src 'unsafe-inline'; img-src data:\">\n<title>",
          page->out);
    fg_html_text(page->out, replay->study);
    fputs(" - commitments - fargauge</title>\n<style>\n", page->out);
    put_part(page, &fg_page_css);
    fputs("</style>\n</head>\n<body>\n<main>\n<header>\n<p class=\"eyebrow\">Study <b>", page->out);
    fg_html_text(page->out, replay->study);
    fputs("</b>, scenario <b>", page->out);
    fg_html_breaking_text(page->out, replay->scenario);
    fputs("</b> in ", page->out);
    fg_html_text(page->out, replay->region);
    fputs("</p>\n<h1>", page->out);
    fg_html_text(page->out, fg_advice_verdict(&page->arena, page->advice));
    fputs("</h1>\n", page->out);
    put_facts(page);
    fputs("</header>\n", page->out);
}

/* ---- the table ---- */

static void put_row(struct page *page, const char *const *headings, uint32_t number)
{
    const struct fg_advice *advice = page->advice;
    const struct fg_advised_plan *advised = &advice->plans[number];
    const struct fg_commitment *plan = &advised->plan;
    const struct fg_choice_sums *sums = &advised->sums;
    struct fg_arena *arena = &page->arena;
    const char *const cells[] = {
        plan_text(page, plan),
        fg_figure_usd(arena, plan->hourly_nano, 3),
        month_text(page, advised->saving_nano),
        fg_figure_percent(arena, advised->saving_nano, advice->bill_nano),
        fg_figure_percent(arena, sums->covered_nano, sums->eligible_nano),
        fg_figure_percent(arena, sums->used_nano, plan->hourly_nano * sums->hours),
        fg_figure_usd(arena, plan->recurring_nano * MONTH_HOURS, 2),
        fg_figure_usd(arena, plan->upfront_nano, 2)};
    fprintf(page->out, "<tr role=\"row\"%s><th scope=\"row\" role=\"rowheader\">",
            number == advice->best ? " class=\"best\"" : "");
    fg_html_text(page->out, cells[0]);
    fputs("</th>", page->out);
    for (uint32_t i = 1; headings[i] != NULL; i++)
        fprintf(page->out, "<td role=\"cell\" data-label=\"%s\">%s</td>", headings[i], cells[i]);
    fputs("</tr>\n", page->out);
}

static void put_table(struct page *page)
{
    static const char *const headings[] = {
        "plan",        "commitment USD an hour", "saves USD a month", "of the bill", "coverage",
        "utilisation", "paid USD a month",       "upfront USD",       NULL};
    if (page->advice->plan_count == 0)
        return;
    fputs("<section aria-label=\"Plans\">\n<table class=\"cards\" role=\"table\" id=\"plans\">"
          "<caption>Plans, each alone and at its best</caption>\n"
          "<thead role=\"rowgroup\"><tr role=\"row\">",
          page->out);
    for (uint32_t i = 0; headings[i] != NULL; i++)
        fprintf(page->out, "<th scope=\"col\" role=\"columnheader\"%s>%s</th>",
                i == 0 ? " class=\"text\"" : "", headings[i]);
    fputs("</tr></thead>\n<tbody role=\"rowgroup\">\n", page->out);
    for (uint32_t i = 0; i < page->advice->plan_count; i++)
        put_row(page, headings, i);
    fputs("</tbody></table>\n</section>\n", page->out);
}

/* ---- what it rests on ---- */

static void put_term(struct page *page, const char *term, const char *first, const char *second)
{
    fputs("<dt>", page->out);
    fg_html_text(page->out, term);
    fputs("</dt><dd>", page->out);
    fg_html_text(page->out, first);
    if (second != NULL) {
        fputs("; ", page->out);
        fg_html_text(page->out, second);
    }
    fputs("</dd>\n", page->out);
}

static void put_assumptions(struct page *page)
{
    const struct fg_advice *advice = page->advice;
    fputs("<section>\n<h2>Rates off the public price</h2>\n<dl class=\"assume\">\n", page->out);
    for (uint32_t i = 0; i < advice->plan_count; i++)
        put_term(page, plan_text(page, &advice->plans[i].plan), advice->plans[i].rates,
                 advice->plans[i].rate_source);
    for (uint32_t i = 0; i < advice->gap_count; i++)
        put_term(page, plan_text(page, &advice->gaps[i].plan),
                 fg_arena_format(&page->arena, "left out, since these rates are not known: %s",
                                 advice->gaps[i].missing),
                 NULL);
    fputs("</dl>\n</section>\n", page->out);
}

static void put_footer(struct page *page)
{
    fprintf(page->out,
            "<footer><p>Of equal commitments to a nanodollar an hour the smallest. The %" PRId64
            " clock hours of the study stand for those of the term; a month is 730 hours. "
            "Coverage: of the usage that the plan can cover, at public prices, what any Savings "
            "Plan covers; utilisation: of the commitment, what is used. Charts by Chart.js, under "
            "the MIT licence.</p></footer>\n</main>\n",
            page->advice->hours);
}

/* ---- the chart ---- */

/* Plans with the same rates differ in their payment alone: their curves are one. */
static bool is_alike(const struct fg_choice_curve *a, const struct fg_choice_curve *b)
{
    if (a->count != b->count)
        return false;
    for (uint32_t i = 0; i < a->count; i++)
        if (a->points[i].hourly_nano != b->points[i].hourly_nano ||
            a->points[i].bill_nano != b->points[i].bill_nano)
            return false;
    return true;
}

static bool is_first_of_alike(const struct fg_advice *advice, uint32_t number)
{
    for (uint32_t i = 0; i < number; i++)
        if (is_alike(&advice->plans[i].curve, &advice->plans[number].curve))
            return false;
    return true;
}

/* Of curves that are alike the first, where fewer than CURVES_SHOWN others save more. */
static bool is_shown(const struct fg_advice *advice, uint32_t number)
{
    uint32_t before = 0;
    fg_nanodollars saving = advice->plans[number].saving_nano;
    for (uint32_t i = 0; i < advice->plan_count; i++)
        before += is_first_of_alike(advice, i) &&
                  (advice->plans[i].saving_nano > saving ||
                   (i < number && advice->plans[i].saving_nano == saving));
    return is_first_of_alike(advice, number) && before < CURVES_SHOWN;
}

/* "compute, 1y, noUpfront and 5 more alike" */
static const char *curve_name(struct page *page, uint32_t number)
{
    const struct fg_advice *advice = page->advice;
    const char *name = plan_text(page, &advice->plans[number].plan);
    uint32_t alike = 0;
    for (uint32_t i = number + 1; i < advice->plan_count; i++)
        alike += is_alike(&advice->plans[i].curve, &advice->plans[number].curve);
    return alike == 0 ? name : fg_arena_format(&page->arena, "%s and %u more alike", name, alike);
}

static void put_curve(struct page *page, struct fg_json_writer *json, uint32_t number)
{
    const struct fg_advice *advice = page->advice;
    const struct fg_advised_plan *advised = &advice->plans[number];
    struct fg_choice_curve curve = advised->curve;
    curve.points = fg_arena_allocate(&page->arena, curve.count, sizeof *curve.points);
    for (uint32_t i = 0; i < curve.count; i++)
        curve.points[i] = advised->curve.points[i];
    fg_choice_thin(&curve, POINTS_SHOWN);
    fg_json_open(json, '{');
    fg_json_named_text(json, "plan", curve_name(page, number));
    fg_json_named_integer(json, "best", curve.best);
    fg_json_key(json, "points");
    fg_json_open(json, '[');
    for (uint32_t i = 0; i < curve.count; i++) {
        fg_json_open(json, '[');
        fg_json_put_usd(json, curve.points[i].hourly_nano);
        fg_json_put_usd(json, fg_advice_month(advice, advice->bill_nano - advice->as_is.bill_nano +
                                                          curve.points[i].bill_nano));
        fg_json_close(json, ']');
    }
    fg_json_close(json, ']');
    fg_json_close(json, '}');
}

static void put_data(struct page *page)
{
    struct fg_json_writer json = {.out = page->out, .layout = FG_JSON_TIGHT};
    fg_json_open(&json, '{');
    fg_json_named_usd(&json, "usd_per_month",
                      fg_advice_month(page->advice, page->advice->bill_nano));
    fg_json_key(&json, "curves");
    fg_json_open(&json, '[');
    for (uint32_t i = 0; i < page->advice->plan_count; i++)
        if (is_shown(page->advice, i))
            put_curve(page, &json, i);
    fg_json_close(&json, ']');
    fg_json_close(&json, '}');
    fg_json_finish(&json);
}

static void put_chart(struct page *page)
{
    fputs("<section id=\"charts\" class=\"needs-script\" hidden>\n"
          "<figure><figcaption><h3>The bill by commitment</h3><p>A month of the scenario with each "
          "plan; the dot is where the bill is least.</p></figcaption><div class=\"canvas tall\">"
          "<canvas id=\"curves\" role=\"img\" aria-label=\"Bill of a month by commitment; the "
          "table has the least of each\"></canvas></div></figure>\n</section>\n",
          page->out);
}

void fg_advice_print_html(const struct fg_advice *advice, FILE *out)
{
    struct page page = {.advice = advice, .out = out};
    put_head(&page);
    put_chart(&page);
    put_table(&page);
    put_assumptions(&page);
    put_footer(&page);
    fputs("<script type=\"application/json\" id=\"data\">", out);
    put_data(&page);
    fputs("</script>\n<script>\n", out);
    put_part(&page, &fg_page_chart_js);
    fputs("\n</script>\n<script>\n", out);
    put_part(&page, &script);
    fputs("</script>\n</body>\n</html>\n", out);
    fg_arena_release(&page.arena);
}
