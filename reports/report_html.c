/* The report as one HTML page. What a reader must have is written here, as text and tables; the
 * script only draws. Texts go through fg_html_text, the script's data through the JSON writer. */
#include "reports/formats.h"

#include <inttypes.h>
#include <string.h>

#include "data/store.h"
#include "reports/columns.h"
#include "reports/embedded_page.h"
#include "reports/figures.h"
#include "reports/html_writer.h"
#include "reports/labels.h"
#include "reports/limits.h"
#include "reports/page_data.h"
#include "reports/verdict.h"

enum { BARS_SHOWN = 24, BAR_LABEL_WIDTH = 40, REASONS_SHOWN = 12, PER_MILLE = 1000, HUNDRED = 100 };

struct page {
    sqlite3 *database;
    const struct fg_comparison *comparison;
    struct fg_verdict verdict;
    const char **labels; /* of the scenarios, for where there is little room */
    struct fg_arena *arena;
    FILE *out;
    struct fg_error *error;
};

static void put_part(const struct page *page, const struct fg_page_part *part)
{
    fwrite(part->bytes, 1, (size_t)(part->end - part->bytes), page->out);
}

static bool is_cheapest(const struct page *page, uint32_t scenario)
{
    return scenario < page->verdict.cheapest_count;
}

/* ---- the head ---- */

static fg_status put_title(struct page *page)
{
    fg_html_text(page->out, page->comparison->study);
    fputs(" - fargauge", page->out);
    return FG_OK;
}

static fg_status put_css(struct page *page)
{
    put_part(page, &fg_page_css);
    return FG_OK;
}

static fg_status put_study(struct page *page)
{
    fg_html_text(page->out, page->comparison->study);
    return FG_OK;
}

static fg_status put_headline(struct page *page)
{
    fg_html_breaking_text(page->out, page->verdict.sentences[0]);
    return FG_OK;
}

static fg_status put_verdict(struct page *page)
{
    if (page->verdict.sentence_count < 2)
        return FG_OK;
    fputs("<ul class=\"facts\">\n", page->out);
    for (uint32_t i = 1; i < page->verdict.sentence_count; i++) {
        fputs("<li>", page->out);
        fg_html_text(page->out, page->verdict.sentences[i]);
        fputs("</li>\n", page->out);
    }
    fputs("</ul>", page->out);
    return FG_OK;
}

/* ---- what is said beside a name ---- */

static void put_tags(const struct page *page, uint32_t number)
{
    const struct fg_compared_scenario *scenario = &page->comparison->scenarios[number];
    if (is_cheapest(page, number))
        fputs(" <span class=\"tag good\">cheapest</span>", page->out);
    if (number == page->comparison->baseline)
        fputs(" <span class=\"tag\">baseline</span>", page->out);
    if (scenario->never_ran > 0)
        fputs(" <span class=\"tag bad\">not everything ran</span>", page->out);
    if (!scenario->complete)
        fputs(scenario->done_count > 0 ? " <span class=\"tag bad\">unfinished</span>"
                                       : " <span class=\"tag bad\">not run</span>",
              page->out);
}

/* ---- a month as bars ---- */

static const char *const group_classes[FG_COST_GROUP_COUNT] = {
    [FG_COST_EC2] = "ec2",
    [FG_COST_FARGATE] = "fargate",
    [FG_COST_CONTROL_PLANE] = "control",
    [FG_COST_OTHER] = "other",
};

static void put_bar(const struct page *page, uint32_t number, fg_nanodollars longest)
{
    const struct fg_compared_scenario *scenario = &page->comparison->scenarios[number];
    fprintf(page->out, "<li%s><span class=\"name\" title=\"",
            is_cheapest(page, number)   ? " class=\"best\""
            : !scenario->ran_everything ? " class=\"out\""
                                        : "");
    fg_html_text(page->out, scenario->name);
    fputs("\">", page->out);
    fg_html_breaking_text(page->out, page->labels[number]);
    put_tags(page, number);
    fputs("</span><span class=\"track\">", page->out);
    for (int g = 0; g < FG_COST_GROUP_COUNT; g++) {
        fg_nanodollars nano = scenario->group_months[g];
        int64_t width = longest > 0 ? (int64_t)((__int128)nano * HUNDRED * PER_MILLE / longest) : 0;
        if (width > 0)
            fprintf(page->out, "<i class=\"%s\" style=\"width:%" PRId64 ".%03" PRId64 "%%\"></i>",
                    group_classes[g], width / PER_MILLE, width % PER_MILLE);
    }
    fprintf(page->out, "</span><span class=\"usd\">%s USD</span></li>\n",
            fg_figure_usd(page->arena, scenario->month.mean, 2));
}

static void put_bar_key(const struct page *page, uint32_t left_out)
{
    fputs("<p class=\"key\"><span>A month of 730 hours, in USD:</span>", page->out);
    for (int g = 0; g < FG_COST_GROUP_COUNT; g++)
        fprintf(page->out, "<span><i class=\"%s\"></i>%s</span>", group_classes[g],
                fg_cost_group_name((enum fg_cost_group)g));
    if (left_out > 0)
        fprintf(page->out, "<span>%u more in the table</span>", left_out);
    fputs("</p>\n", page->out);
}

static fg_status put_bars(struct page *page)
{
    const struct fg_comparison *comparison = page->comparison;
    fg_nanodollars longest = 0;
    uint32_t with_month = 0;
    for (uint32_t i = 0; i < comparison->scenario_count; i++) {
        const struct fg_compared_scenario *scenario = &comparison->scenarios[i];
        longest = scenario->month.mean > longest ? scenario->month.mean : longest;
        with_month += scenario->has_month;
    }
    if (with_month == 0)
        return FG_OK;
    uint32_t shown = 0;
    fputs("<ul class=\"bars\">\n", page->out);
    for (uint32_t i = 0; i < comparison->scenario_count && shown < BARS_SHOWN; i++) {
        if (!comparison->scenarios[i].has_month)
            continue;
        put_bar(page, i, longest);
        shown++;
    }
    fputs("</ul>\n", page->out);
    put_bar_key(page, with_month - shown);
    return FG_OK;
}

/* ---- tables ---- */

static void put_heading_row(const struct page *page, const struct fg_column_list *list)
{
    fputs("<thead role=\"rowgroup\"><tr role=\"row\">", page->out);
    for (uint32_t c = 0; c < list->count; c++) {
        fprintf(page->out, "<th scope=\"col\" role=\"columnheader\"%s title=\"",
                c == 0 ? " class=\"text\"" : "");
        fg_html_text(page->out, list->columns[c].meaning);
        fputs("\">", page->out);
        fg_html_text(page->out, list->columns[c].name);
        fputs("</th>", page->out);
    }
    fputs("</tr></thead>\n<tbody role=\"rowgroup\">\n", page->out);
}

static void put_row(const struct page *page, const struct fg_column_page *columns,
                    const struct fg_column_list *list, uint32_t number)
{
    const struct fg_compared_scenario *scenario = &page->comparison->scenarios[number];
    char total[FG_DECIMAL_BYTES] = "";
    if (scenario->done_count > 0)
        fg_figure_decimal(scenario->total.mean, FG_NANO_PER_DOLLAR, total);
    fprintf(page->out, "<tr role=\"row\"%s data-total-usd=\"%s\">",
            is_cheapest(page, number) ? " class=\"best\"" : "", total);
    fputs("<th scope=\"row\" role=\"rowheader\">", page->out);
    fg_html_breaking_text(page->out, scenario->name);
    put_tags(page, number);
    fputs("</th>", page->out);
    for (uint32_t c = 1; c < list->count; c++) {
        fputs("<td role=\"cell\" data-label=\"", page->out);
        fg_html_text(page->out, list->columns[c].name);
        fputs("\">", page->out);
        fg_html_text(page->out, list->columns[c].figure(columns, scenario));
        fputs("</td>", page->out);
    }
    fputs("</tr>\n", page->out);
}

static void put_table(const struct page *page, const struct fg_column_list *list, const char *id,
                      const char *caption)
{
    const struct fg_column_page columns = {
        .comparison = page->comparison, .arena = page->arena, .decimals = 2};
    fprintf(page->out, "<table class=\"cards\" role=\"table\" id=\"%s\"><caption>%s</caption>\n",
            id, caption);
    put_heading_row(page, list);
    for (uint32_t i = 0; i < page->comparison->scenario_count; i++)
        if (fg_columns_have_row(list, &page->comparison->scenarios[i]))
            put_row(page, &columns, list, i);
    fputs("</tbody></table>\n", page->out);
}

static fg_status put_tables(struct page *page)
{
    bool several = fg_columns_want_spread(page->comparison);
    if (page->comparison->scenario_count == 0)
        return FG_OK;
    put_table(page, &fg_columns_of_cost, "table-cost",
              several ? "Cost in USD <small>mean over the replications</small>" : "Cost in USD");
    if (several)
        put_table(page, &fg_columns_of_spread, "table-spread",
                  "Spread over the replications <small>in USD</small>");
    put_table(page, &fg_columns_of_capacity, "table-capacity",
              several ? "Capacity and pods <small>peaks, pods and waits of the worst replication"
                        "</small>"
                      : "Capacity and pods");
    if (fg_columns_count_rows(&fg_columns_of_commitments, page->comparison) > 0)
        put_table(page, &fg_columns_of_commitments, "table-commitments",
                  "Savings Plans and Reserved Instances <small>in USD</small>");
    if (fg_columns_count_rows(&fg_columns_of_prices, page->comparison) > 0)
        put_table(page, &fg_columns_of_prices, "table-prices",
                  several ? "At other prices <small>in USD, mean over the replications</small>"
                          : "At other prices <small>in USD</small>");
    if (fg_columns_count_rows(&fg_columns_of_bounds, page->comparison) > 0)
        put_table(page, &fg_columns_of_bounds, "table-bounds",
                  "Compute against the least that the same work could cost <small>in USD</small>");
    return FG_OK;
}

/* ---- disruptions, limits, zones ---- */

static void put_sentences(const struct page *page, const struct fg_limit_sentences *sentences)
{
    if (sentences->count == 0)
        return;
    fputs("<ul class=\"facts\">\n", page->out);
    for (uint32_t i = 0; i < sentences->count; i++) {
        fputs("<li>", page->out);
        fg_html_text(page->out, sentences->items[i]);
        fputs("</li>\n", page->out);
    }
    fputs("</ul>\n", page->out);
}

static fg_status put_limits(struct page *page)
{
    const struct fg_comparison *comparison = page->comparison;
    bool several = fg_columns_want_spread(comparison);
    uint32_t disrupted = fg_columns_count_rows(&fg_columns_of_disruptions, comparison);
    uint32_t zoned = fg_columns_count_rows(&fg_columns_of_zones, comparison);
    struct fg_limit_sentences events = fg_limits_of_disruptions(comparison, page->arena);
    struct fg_limit_sentences zones = fg_limits_of_zones(comparison, page->arena);
    if (disrupted + zoned + events.count + zones.count == 0)
        return FG_OK;
    fputs("<section aria-labelledby=\"h-limits\"><h2 id=\"h-limits\">Disruptions and limits</h2>\n",
          page->out);
    if (disrupted > 0)
        put_table(page, &fg_columns_of_disruptions, "table-disruptions",
                  several ? "What took pods and nodes away <small>of the worst replication</small>"
                          : "What took pods and nodes away");
    put_sentences(page, &events);
    if (zoned > 0)
        put_table(page, &fg_columns_of_zones, "table-zones",
                  "If the fullest zone is lost <small>on the nodes there are</small>");
    put_sentences(page, &zones);
    fputs("</section>\n", page->out);
    return FG_OK;
}

/* ---- what never ran ---- */

static void put_reason(const struct page *page, const struct fg_compared_scenario *scenario,
                       const struct fg_never_ran *reason)
{
    fputs("<tr role=\"row\"><th scope=\"row\" role=\"rowheader\">", page->out);
    fg_html_breaking_text(page->out, scenario->name);
    fprintf(page->out, "</th><td role=\"cell\" data-label=\"pods\">%s</td>",
            fg_figure_count(page->arena, reason->pods));
    fputs("<td role=\"cell\" class=\"text\" data-label=\"why:\">", page->out);
    fg_html_text(page->out, reason->reason);
    if (reason->numbers_vary)
        fputs(" <small>(and alike, with other numbers of nodes)</small>", page->out);
    fputs("</td><td role=\"cell\" class=\"text\" data-label=\"most of them:\">", page->out);
    fg_html_text(page->out, reason->namespace_name);
    fputs("/", page->out);
    fg_html_text(page->out, reason->workload);
    if (reason->workload_count > 1)
        fprintf(page->out, " and %u more workload%s", reason->workload_count - 1,
                reason->workload_count == 2 ? "" : "s");
    fputs("</td></tr>\n", page->out);
}

static void put_reasons(const struct page *page, const struct fg_compared_scenario *scenario)
{
    int64_t pods = 0;
    for (uint32_t r = 0; r < scenario->reason_count; r++) {
        if (r < REASONS_SHOWN)
            put_reason(page, scenario, &scenario->reasons[r]);
        else
            pods += scenario->reasons[r].pods;
    }
    if (pods == 0)
        return;
    const struct fg_never_ran rest = {
        .reason =
            fg_arena_format(page->arena, "%u more reasons", scenario->reason_count - REASONS_SHOWN),
        .pods = pods,
        .namespace_name = scenario->reasons[REASONS_SHOWN].namespace_name,
        .workload = scenario->reasons[REASONS_SHOWN].workload,
        .workload_count = 1,
    };
    put_reason(page, scenario, &rest);
}

static fg_status put_never_ran(struct page *page)
{
    bool any = false;
    for (uint32_t i = 0; i < page->comparison->scenario_count; i++)
        any = any || page->comparison->scenarios[i].reason_count > 0;
    fputs("<section aria-labelledby=\"h-never\"><h2 id=\"h-never\">Pods that never ran, and "
          "why</h2>\n",
          page->out);
    if (!any) {
        fputs("<p>None: every pod of every scenario that was run has run.</p></section>",
              page->out);
        return FG_OK;
    }
    fputs("<table class=\"cards\" role=\"table\" id=\"table-never-ran\"><thead role=\"rowgroup\">"
          "<tr role=\"row\"><th scope=\"col\" role=\"columnheader\" class=\"text\">scenario</th>"
          "<th scope=\"col\" role=\"columnheader\">pods</th>"
          "<th scope=\"col\" role=\"columnheader\" class=\"text\">why</th>"
          "<th scope=\"col\" role=\"columnheader\" class=\"text\">most of them</th></tr></thead>\n"
          "<tbody role=\"rowgroup\">\n",
          page->out);
    for (uint32_t i = 0; i < page->comparison->scenario_count; i++)
        put_reasons(page, &page->comparison->scenarios[i]);
    fputs("</tbody></table></section>", page->out);
    return FG_OK;
}

/* ---- assumptions and provenance ---- */

static void put_where(const struct page *page, const struct fg_assumption *assumption)
{
    enum { NAMES_SHOWN = 6 };
    if (assumption->scenario_count == 0)
        return;
    fputs(" <small>(", page->out);
    for (uint32_t i = 0; i < assumption->scenario_count && i < NAMES_SHOWN; i++) {
        fputs(i > 0 ? ", " : "", page->out);
        fg_html_text(page->out, page->comparison->scenarios[assumption->scenarios[i]].name);
    }
    if (assumption->scenario_count > NAMES_SHOWN)
        fprintf(page->out, " and %u more", assumption->scenario_count - NAMES_SHOWN);
    fputs(")</small>", page->out);
}

static fg_status put_assumptions(struct page *page)
{
    const struct fg_comparison *comparison = page->comparison;
    if (comparison->assumption_count == 0) {
        fputs("<p>None are noted.</p>", page->out);
        return FG_OK;
    }
    fputs("<dl class=\"assume\">\n", page->out);
    for (uint32_t i = 0; i < comparison->assumption_count; i++) {
        const struct fg_assumption *assumption = &comparison->assumptions[i];
        fputs("<dt>", page->out);
        fg_html_text(page->out, assumption->kind);
        fputs("</dt><dd>", page->out);
        fg_html_text(page->out, assumption->text);
        put_where(page, assumption);
        fputs("</dd>\n", page->out);
    }
    fputs("</dl>", page->out);
    return FG_OK;
}

static const char *detail_name(int detail)
{
    return detail == FG_LEDGER_HOUR ? "hour" : detail == FG_LEDGER_DAY ? "day" : "total";
}

static fg_status put_provenance(struct page *page)
{
    const struct fg_comparison *comparison = page->comparison;
    fputs("<p>Study ", page->out);
    fg_html_text(page->out, comparison->study);
    fputs(", run by fargauge ", page->out);
    fg_html_text(page->out, comparison->program_version);
    fprintf(page->out, "; ledger stored by the %s.", detail_name(comparison->detail));
    if (comparison->scenario_count > 0) {
        const struct fg_compared_scenario *first = &comparison->scenarios[comparison->baseline];
        char from[32], to[32];
        fputs(" The baseline ", page->out);
        fg_html_text(page->out, first->name);
        fputs(" is in ", page->out);
        fg_html_text(page->out, first->region);
        fprintf(page->out, " and simulates %s to %s.",
                fg_calendar_print_instant(first->start, from),
                fg_calendar_print_instant(first->start + first->cut_s, to));
    }
    fputs(" Times are UTC, a month is 730 hours. Charts by Chart.js, under the MIT licence.</p>",
          page->out);
    return FG_OK;
}

/* ---- scripts ---- */

static fg_status put_data(struct page *page)
{
    return fg_page_data_write(page->database, page->comparison, page->out, page->error);
}

static fg_status put_chart(struct page *page)
{
    put_part(page, &fg_page_chart_js);
    return FG_OK;
}

static fg_status put_js(struct page *page)
{
    put_part(page, &fg_page_js);
    return FG_OK;
}

/* ---- the template ---- */

static const struct {
    const char *name;
    fg_status (*put)(struct page *page);
} places[] = {
    {"title", put_title},           {"css", put_css},
    {"study", put_study},           {"headline", put_headline},
    {"verdict", put_verdict},       {"bars", put_bars},
    {"tables", put_tables},         {"limits", put_limits},
    {"never_ran", put_never_ran},   {"assumptions", put_assumptions},
    {"provenance", put_provenance}, {"data", put_data},
    {"chart", put_chart},           {"js", put_js},
};

static fg_status fill_place(struct page *page, const char *name, size_t length)
{
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        if (strlen(places[i].name) == length && strncmp(places[i].name, name, length) == 0)
            return places[i].put(page);
    fg_assert_failed("every place in page.html is filled", __FILE__, __LINE__);
}

static fg_status fill_template(struct page *page)
{
    const char *at = fg_page_html.bytes;
    fg_status status = FG_OK;
    while (status == FG_OK) {
        const char *open = strstr(at, "{{");
        const char *close = open != NULL ? strstr(open, "}}") : NULL;
        if (close == NULL)
            break;
        fwrite(at, 1, (size_t)(open - at), page->out);
        status = fill_place(page, open + 2, (size_t)(close - open - 2));
        at = close + 2;
    }
    fwrite(at, 1, (size_t)(fg_page_html.end - at), page->out);
    return status;
}

fg_status fg_report_html(sqlite3 *database, const struct fg_comparison *comparison, FILE *out,
                         struct fg_error *error)
{
    struct fg_arena arena = {0};
    struct page page = {.database = database,
                        .comparison = comparison,
                        .arena = &arena,
                        .out = out,
                        .error = error};
    bool shortened;
    page.labels = fg_labels_make(comparison, &arena, BAR_LABEL_WIDTH, &shortened);
    fg_verdict_find(comparison, &arena, &page.verdict);
    fg_status status = fill_template(&page);
    fg_verdict_release(&page.verdict);
    fg_arena_release(&arena);
    return status;
}
