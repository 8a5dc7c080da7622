/* Break-even as one page with the report's looks, that works without a network. */
#include <inttypes.h>
#include <string.h>

#include "models/base/embed.h"
#include "models/quantity.h"
#include "reports/embedded_page.h"
#include "reports/figures.h"
#include "reports/html_writer.h"
#include "reports/json_writer.h"
#include "sim/commands/breakeven_rows.h"

FG_EMBED(fg_breakeven_js, "sim/commands/breakeven.js");
static const struct fg_page_part script = {fg_breakeven_js_begin, fg_breakeven_js_end};

enum { BARS_SHOWN = 24, ROWS_SHOWN = 200, HOUR_S = 3600 };

struct page {
    const struct fg_break_even *table;
    FILE *out;
    struct fg_arena arena;
};

static void put_part(const struct page *page, const struct fg_page_part *part)
{
    fwrite(part->bytes, 1, (size_t)(part->end - part->bytes), page->out);
}

static const char *trimmed_text(struct page *page, const struct fg_trim_row *row)
{
    char cpu[32];
    return fg_arena_format(&page->arena, "%s %s", fg_quantity_print_cpu(row->trim.cpu_milli, cpu),
                           fg_break_even_memory(&page->arena, row->trim.memory_bytes));
}

static const char *size_text(struct page *page, const struct fg_fargate_size *size)
{
    char cpu[FG_DECIMAL_BYTES], memory[FG_DECIMAL_BYTES];
    return fg_arena_format(&page->arena, "%s vCPU, %s GB",
                           fg_figure_decimal(size->cpu_milli, 1000, cpu),
                           fg_figure_decimal(size->memory_mib, 1024, memory));
}

/* ---- the head ---- */

static const char *headline(struct page *page)
{
    const struct fg_break_even *table = page->table;
    if (table->fargate == 0)
        return "No pod that ran could run both on Fargate and on the nodes there are";
    if (table->share >= table->fargate)
        return "Fargate is cheaper, however full the nodes are";
    return fg_arena_format(&page->arena, "Fargate is cheaper while nodes are packed below %s",
                           fg_break_even_packing(&page->arena, table->share, table->fargate));
}

static void put_facts(struct page *page)
{
    const struct fg_break_even *table = page->table;
    fputs("<ul class=\"facts\">\n", page->out);
    if (table->fargate > 0 && table->share < table->fargate)
        fprintf(page->out,
                "<li>Against a node that stays all day, Fargate is cheaper for pods that work less "
                "than %s hours a day.</li>\n",
                fg_break_even_hours(&page->arena, table->share, table->fargate));
    if (table->allocatable_units > 0)
        fprintf(
            page->out, "<li>The nodes of this scenario are packed at %s.</li>\n",
            fg_break_even_packing(&page->arena, table->requested_units, table->allocatable_units));
    fputs("<li>A share of a node is the largest of the shares of its vCPU, memory, GPUs and pods "
          "that a request takes, at the price of the node with its volume, packed full; the nodes "
          "are those the study allows.</li>\n"
          "<li>The bill here is without what nobody requests of the nodes.</li>\n</ul>\n",
          page->out);
}

static void put_head(struct page *page)
{
    fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
          "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
          "<meta name=\"color-scheme\" content=\"light dark\">\n"
          "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
          "'unsafe-inline'; script-src 'unsafe-inline'; img-src data:\">\n<title>",
          page->out);
    fg_html_text(page->out, page->table->study);
    fputs(" - break-even - fargauge</title>\n<style>\n", page->out);
    put_part(page, &fg_page_css);
    fputs("</style>\n</head>\n<body>\n<main>\n<header>\n<p class=\"eyebrow\">Study <b>", page->out);
    fg_html_text(page->out, page->table->study);
    fputs("</b>, scenario <b>", page->out);
    fg_html_breaking_text(page->out, page->table->scenario);
    fputs("</b> in ", page->out);
    fg_html_text(page->out, page->table->region);
    fputs("</p>\n<h1>", page->out);
    fg_html_text(page->out, headline(page));
    fputs("</h1>\n", page->out);
    put_facts(page);
    fputs("</header>\n", page->out);
}

/* ---- tables ---- */

static void open_table(struct page *page, const char *id, const char *caption,
                       const char *const *headings, uint32_t texts)
{
    fprintf(page->out,
            "<table class=\"cards\" role=\"table\" id=\"%s\"><caption>%s</caption>\n"
            "<thead role=\"rowgroup\"><tr role=\"row\">",
            id, caption);
    for (uint32_t i = 0; headings[i] != NULL; i++)
        fprintf(page->out, "<th scope=\"col\" role=\"columnheader\"%s>%s</th>",
                texts >> i & 1 ? " class=\"text\"" : "", headings[i]);
    fputs("</tr></thead>\n<tbody role=\"rowgroup\">\n", page->out);
}

/* Cells of a row, one for each heading; bits of `texts` say which are no figures. */
static void put_row(struct page *page, const char *const *headings, const char *const *cells,
                    uint32_t texts)
{
    fputs("<tr role=\"row\"><th scope=\"row\" role=\"rowheader\">", page->out);
    fg_html_breaking_text(page->out, cells[0]);
    fputs("</th>", page->out);
    for (uint32_t i = 1; headings[i] != NULL; i++) {
        fprintf(page->out, "<td role=\"cell\"%s data-label=\"%s\">",
                texts >> i & 1 ? " class=\"text\"" : "", headings[i]);
        fg_html_text(page->out, cells[i]);
        fputs("</td>", page->out);
    }
    fputs("</tr>\n", page->out);
}

static void close_table(struct page *page, uint32_t all)
{
    fputs("</tbody></table>\n", page->out);
    if (all > ROWS_SHOWN)
        fprintf(page->out, "<p class=\"note\">%" PRIu32 " more with --format csv.</p>\n",
                all - ROWS_SHOWN);
}

static uint32_t count_on_fargate(const struct fg_break_even *table)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < table->request_count; i++)
        count += table->requests[i].on_fargate;
    return count;
}

static void put_requests(struct page *page)
{
    static const char *const headings[] = {
        "request",        "pod hours", "Fargate",           "Fargate USD an hour",
        "cheapest node",  "bound by",  "share USD an hour", "Fargate is cheaper below",
        "or hours a day", NULL};
    struct fg_arena *arena = &page->arena;
    open_table(page, "table-requests", "By request", headings, 1);
    for (uint32_t i = 0; i < page->table->request_count && i < ROWS_SHOWN; i++) {
        const struct fg_request_row *row = &page->table->requests[i];
        bool has_node = row->node_type != NULL;
        if (!row->on_fargate)
            continue;
        const char *const cells[] = {
            fg_break_even_request(&page->arena, row),
            fg_figure_tenths(arena, row->run_s, HOUR_S),
            size_text(page, &row->size),
            fg_figure_usd(arena, row->fargate, 6),
            !has_node      ? "none holds it"
            : row->is_spot ? fg_arena_format(arena, "%s Spot", row->node_type)
                           : row->node_type,
            has_node ? fg_binding_resource_name(row->share.binding) : "-",
            has_node ? fg_figure_usd(arena, row->share.per_hour, 6) : "-",
            has_node ? fg_break_even_packing(arena, row->share.per_hour, row->fargate) : "-",
            has_node ? fg_break_even_hours(arena, row->share.per_hour, row->fargate) : "-",
        };
        put_row(page, headings, cells, 1);
    }
    close_table(page, count_on_fargate(page->table));
}

static void put_workloads(struct page *page)
{
    static const char *const headings[] = {
        "workload",       "pods", "pod hours", "bill here", "all on Fargate", "on EC2, packed full",
        "not on Fargate", NULL};
    const uint32_t texts = 1 | 1 << 6;
    const struct fg_break_even *table = page->table;
    struct fg_arena *arena = &page->arena;
    open_table(page, "table-workloads", "By workload <small>USD a month of 730 hours</small>",
               headings, texts);
    for (uint32_t i = 0; i < table->workload_count && i < ROWS_SHOWN; i++) {
        const struct fg_workload_row *row = &table->workloads[i];
        const char *const cells[] = {
            fg_arena_format(arena, "%s/%s", row->namespace_name, row->workload),
            fg_figure_count(arena, (int64_t)row->pods),
            fg_figure_tenths(arena, row->run_s, HOUR_S),
            fg_figure_usd(arena, fg_break_even_month(table, row->here), 2),
            row->refused > 0 ? "-"
                             : fg_figure_usd(arena, fg_break_even_month(table, row->fargate), 2),
            row->unpriced > 0 ? "-" : fg_figure_usd(arena, fg_break_even_month(table, row->ec2), 2),
            row->refused > 0
                ? fg_arena_format(arena, "%" PRIu64 " of them: %s", row->refused, row->refusal)
                : "",
        };
        put_row(page, headings, cells, texts);
    }
    close_table(page, table->workload_count);
}

static void put_trims(struct page *page)
{
    static const char *const headings[] = {"request",
                                           "Fargate",
                                           "lower",
                                           "to",
                                           "then Fargate",
                                           "saves USD an hour",
                                           "USD a month for its pods",
                                           NULL};
    struct fg_arena *arena = &page->arena;
    if (page->table->trim_count == 0)
        return;
    open_table(page, "table-trims",
               "The next smaller size on Fargate: what to lower, and what it saves", headings, 1);
    for (uint32_t i = 0; i < page->table->trim_count && i < ROWS_SHOWN; i++) {
        char by[32];
        const struct fg_trim_row *row = &page->table->trims[i];
        const struct fg_request_row *request = &page->table->requests[row->request];
        const char *const cells[] = {
            fg_break_even_request(arena, request),
            size_text(page, &request->size),
            fg_arena_format(arena, "%s by %s", row->of_memory ? "memory" : "vCPU",
                            row->of_memory ? fg_break_even_memory(arena, row->lower_by)
                                           : fg_quantity_print_cpu(row->lower_by, by)),
            trimmed_text(page, row),
            size_text(page, &row->trim.size),
            fg_figure_usd(arena, row->trim.saving, 6),
            fg_figure_usd(arena, row->month, 2),
        };
        put_row(page, headings, cells, 1);
    }
    close_table(page, page->table->trim_count);
}

/* ---- charts ---- */

static fg_nanodollars month_of(const struct page *page, __int128 price_seconds)
{
    return fg_break_even_month(page->table,
                               (fg_nanodollars)fg_money_divide_half_even(price_seconds, HOUR_S));
}

static void put_data(struct page *page)
{
    struct fg_json_writer json = {.out = page->out, .layout = FG_JSON_TIGHT};
    uint32_t shown = 0;
    fg_json_open(&json, '{');
    fg_json_named_usd(&json, "ec2_usd_per_month", month_of(page, page->table->share));
    fg_json_named_usd(&json, "fargate_usd_per_month", month_of(page, page->table->fargate));
    fg_json_key(&json, "requests");
    fg_json_open(&json, '[');
    for (uint32_t i = 0; i < page->table->request_count && shown < BARS_SHOWN; i++) {
        const struct fg_request_row *row = &page->table->requests[i];
        if (!row->on_fargate || row->node_type == NULL)
            continue;
        fg_json_open(&json, '{');
        fg_json_named_text(&json, "request", fg_break_even_request(&page->arena, row));
        fg_json_named_ratio(&json, "packing", row->share.per_hour, row->fargate);
        fg_json_close(&json, '}');
        shown++;
    }
    fg_json_close(&json, ']');
    fg_json_close(&json, '}');
    fg_json_finish(&json);
}

static void put_charts(struct page *page)
{
    fputs("<section id=\"charts\" class=\"needs-script\" hidden>\n"
          "<figure><figcaption><h3>A month of all pods</h3><p>On nodes, by how full they are, and "
          "on Fargate.</p></figcaption><div class=\"canvas tall\"><canvas id=\"month\" "
          "role=\"img\" aria-label=\"Cost of a month on nodes by their packing, and on Fargate\">"
          "</canvas></div></figure>\n"
          "<figure><figcaption><h3>By request</h3><p>The dearest on Fargate first.</p>"
          "</figcaption><div class=\"canvas\"><canvas id=\"requests\" role=\"img\" "
          "aria-label=\"Break-even packing by request; the table has the numbers\"></canvas>"
          "</div></figure>\n</section>\n",
          page->out);
}

static void put_scripts(struct page *page)
{
    fputs("<script type=\"application/json\" id=\"data\">", page->out);
    put_data(page);
    fputs("</script>\n<script>\n", page->out);
    put_part(page, &fg_page_chart_js);
    fputs("\n</script>\n<script>\n", page->out);
    put_part(page, &script);
    fputs("</script>\n</body>\n</html>\n", page->out);
}

void fg_break_even_html(const struct fg_break_even *table, FILE *out)
{
    struct page page = {.table = table, .out = out};
    put_head(&page);
    put_charts(&page);
    fputs("<section aria-label=\"Tables\">\n", out);
    put_requests(&page);
    put_workloads(&page);
    put_trims(&page);
    fputs("</section>\n<footer><p>Times are UTC, a month is 730 hours. Charts by Chart.js, under "
          "the MIT licence.</p></footer>\n</main>\n",
          out);
    put_scripts(&page);
    fg_arena_release(&page.arena);
}
