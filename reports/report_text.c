/* The report for a terminal: verdict, tables of one row a scenario, what never ran, the
 * assumptions. */
#include "reports/formats.h"

#include <string.h>

#include "reports/allocation_text.h"
#include "reports/columns.h"
#include "reports/figures.h"
#include "reports/labels.h"
#include "reports/limits.h"
#include "reports/text_table.h"
#include "reports/utf8.h"
#include "reports/verdict.h"

enum { WIDTH = 100, REASONS_SHOWN = 5, NAMES_SHOWN = 3 };

/* What the page is made with. */
struct page {
    const struct fg_comparison *comparison;
    struct fg_arena *arena;
    FILE *out;
};

/* ---- tables ---- */

static struct fg_text_table build(const struct fg_column_page *page,
                                  const struct fg_column_list *list)
{
    uint32_t rows = fg_columns_count_rows(list, page->comparison);
    struct fg_text_column *headings = fg_arena_allocate(page->arena, list->count, sizeof *headings);
    const char **cells =
        fg_arena_allocate(page->arena, (size_t)rows * list->count + 1, sizeof *cells);
    const char **cell = cells;
    for (uint32_t c = 0; c < list->count; c++)
        headings[c] =
            (struct fg_text_column){list->columns[c].top, list->columns[c].bottom, c == 0};
    for (uint32_t i = 0; i < page->comparison->scenario_count; i++) {
        const struct fg_compared_scenario *scenario = &page->comparison->scenarios[i];
        for (uint32_t c = 0; fg_columns_have_row(list, scenario) && c < list->count; c++)
            *cell++ = list->columns[c].figure(page, scenario);
    }
    return (struct fg_text_table){list->count, rows, headings, cells};
}

/* The comparison's tables under one another, all with the same labels. */
enum { MOST_TABLES = 8 };
struct tables {
    uint32_t count;
    struct table {
        const char *heading;
        const struct fg_column_list *list;
        struct fg_limit_sentences below;
    } items[MOST_TABLES];
};

static bool fits(const struct fg_column_page *columns, const struct tables *tables)
{
    for (uint32_t t = 0; t < tables->count; t++) {
        struct fg_text_table table = build(columns, tables->items[t].list);
        if (table.row_count > 0 && fg_text_table_width(&table) > WIDTH)
            return false;
    }
    return true;
}

/* Ever shorter names, and amounts without cents, until all tables fit. */
static struct fg_column_page choose_columns(const struct page *page, const struct tables *tables,
                                            bool *out_shortened)
{
    static const struct {
        int decimals;
        uint32_t label_width;
    } tries[] = {{2, 44}, {2, 36}, {2, 28}, {2, 24}, {0, 36}, {0, 28}, {0, 20}, {0, 12}, {0, 8}};
    struct fg_column_page columns = {.comparison = page->comparison, .arena = page->arena};
    for (size_t i = 0; i < sizeof tries / sizeof *tries; i++) {
        columns.decimals = tries[i].decimals;
        columns.labels =
            fg_labels_make(page->comparison, page->arena, tries[i].label_width, out_shortened);
        if (fits(&columns, tables))
            break;
    }
    return columns;
}

/* ---- parts of the page ---- */

static void print_heading(const struct page *page, const char *text)
{
    fprintf(page->out, "\n%s\n", text);
}

static void print_title(const struct page *page)
{
    const struct fg_comparison *comparison = page->comparison;
    const char *title =
        fg_arena_format(page->arena, "Study %s", fg_utf8_clean(page->arena, comparison->study));
    fg_text_print_wrapped(page->out, "", title, WIDTH);
    fputc('\n', page->out);
}

static void print_verdict(const struct page *page)
{
    struct fg_verdict verdict;
    fg_verdict_find(page->comparison, page->arena, &verdict);
    for (uint32_t i = 0; i < verdict.sentence_count; i++)
        fg_text_print_wrapped(page->out, i == 0 ? "" : "  ",
                              fg_utf8_clean(page->arena, verdict.sentences[i]), WIDTH);
    fg_verdict_release(&verdict);
}

static void print_legend(const struct page *page, const struct fg_column_page *columns)
{
    print_heading(page, "Names in full");
    for (uint32_t i = 0; i < page->comparison->scenario_count; i++) {
        const char *name = fg_utf8_clean(page->arena, page->comparison->scenarios[i].name);
        if (strcmp(name, columns->labels[i]) != 0)
            fg_text_print_wrapped(
                page->out, fg_arena_format(page->arena, "  %s  ", columns->labels[i]), name, WIDTH);
    }
}

static void add_table(struct tables *tables, const char *heading, const struct fg_column_list *list)
{
    tables->items[tables->count++] = (struct table){.heading = heading, .list = list};
}

static struct tables choose_tables(const struct page *page)
{
    bool several = fg_columns_want_spread(page->comparison);
    struct tables tables = {0};
    add_table(&tables, several ? "Cost in USD, mean over the replications" : "Cost in USD",
              &fg_columns_of_cost);
    add_table(&tables,
              several ? "Capacity and pods; peaks, pods and waits are those of the worst "
                        "replication"
                      : "Capacity and pods",
              &fg_columns_of_capacity);
    if (several)
        add_table(&tables, "Spread over the replications, in USD", &fg_columns_of_spread);
    add_table(&tables, "Savings Plans and Reserved Instances, in USD", &fg_columns_of_commitments);
    add_table(&tables,
              several ? "At other prices, in USD, mean over the replications; billed with what is "
                        "paid upfront"
                      : "At other prices, in USD; billed with what is paid upfront",
              &fg_columns_of_prices);
    add_table(&tables, "Compute against the least that the same work could cost, in USD",
              &fg_columns_of_bounds);
    add_table(&tables,
              several ? "Disruptions and limits, of the worst replication"
                      : "Disruptions and limits",
              &fg_columns_of_disruptions);
    tables.items[tables.count - 1].below = fg_limits_of_disruptions(page->comparison, page->arena);
    add_table(&tables, "If the fullest zone is lost, on the nodes there are", &fg_columns_of_zones);
    tables.items[tables.count - 1].below = fg_limits_of_zones(page->comparison, page->arena);
    return tables;
}

static void print_table(const struct page *page, const struct fg_column_page *columns,
                        const struct table *item)
{
    struct fg_text_table table = build(columns, item->list);
    if (table.row_count + item->below.count == 0)
        return;
    print_heading(page, item->heading);
    if (table.row_count > 0)
        fg_text_table_print(&table, page->out);
    for (uint32_t i = 0; i < item->below.count; i++)
        fg_text_print_wrapped(page->out, "  ", fg_utf8_clean(page->arena, item->below.items[i]),
                              WIDTH);
}

static void print_tables(const struct page *page)
{
    bool shortened = false;
    struct tables tables = choose_tables(page);
    struct fg_column_page columns = choose_columns(page, &tables, &shortened);
    for (uint32_t t = 0; t < tables.count; t++)
        print_table(page, &columns, &tables.items[t]);
    if (shortened)
        print_legend(page, &columns);
}

static void print_reason(const struct page *page, const struct fg_never_ran *reason)
{
    const char *most =
        fg_arena_format(page->arena, "%s/%s", reason->namespace_name, reason->workload);
    const char *more =
        reason->workload_count > 1
            ? fg_arena_format(page->arena, " and %u more workload%s", reason->workload_count - 1,
                              reason->workload_count == 2 ? "" : "s")
            : "";
    const char *text = fg_arena_format(page->arena, "%s%s (%s%s)", reason->reason,
                                       reason->numbers_vary ? " And alike." : "", most, more);
    fg_text_print_wrapped(
        page->out,
        fg_arena_format(page->arena, "  %9s  ", fg_figure_count(page->arena, reason->pods)),
        fg_utf8_clean(page->arena, text), WIDTH);
}

static void print_never_ran(const struct page *page)
{
    bool first = true;
    for (uint32_t i = 0; i < page->comparison->scenario_count; i++) {
        const struct fg_compared_scenario *scenario = &page->comparison->scenarios[i];
        int64_t left = 0;
        if (scenario->reason_count == 0)
            continue;
        if (first)
            print_heading(page, "Pods that never ran, and why");
        first = false;
        fg_text_print_wrapped(page->out, "  ", fg_utf8_clean(page->arena, scenario->name), WIDTH);
        for (uint32_t r = 0; r < scenario->reason_count; r++) {
            if (r < REASONS_SHOWN)
                print_reason(page, &scenario->reasons[r]);
            else
                left += scenario->reasons[r].pods;
        }
        if (left > 0)
            fprintf(page->out, "  %9s  for %u more reasons\n", fg_figure_count(page->arena, left),
                    scenario->reason_count - REASONS_SHOWN);
    }
}

/* " (all-ec2, mixed and 3 more)"; "" for the whole study. */
static const char *where(const struct page *page, const struct fg_assumption *assumption)
{
    const char *text = "";
    for (uint32_t i = 0; i < assumption->scenario_count && i < NAMES_SHOWN; i++)
        text = fg_arena_format(page->arena, "%s%s%s", text, i > 0 ? ", " : " (",
                               page->comparison->scenarios[assumption->scenarios[i]].name);
    if (assumption->scenario_count > NAMES_SHOWN)
        return fg_arena_format(page->arena, "%s and %u more)", text,
                               assumption->scenario_count - NAMES_SHOWN);
    return assumption->scenario_count > 0 ? fg_arena_format(page->arena, "%s)", text) : "";
}

static void print_assumptions(const struct page *page)
{
    const struct fg_comparison *comparison = page->comparison;
    if (comparison->assumption_count > 0)
        print_heading(page, "Assumptions that move the bill");
    for (uint32_t i = 0; i < comparison->assumption_count; i++) {
        const struct fg_assumption *assumption = &comparison->assumptions[i];
        const char *text =
            fg_arena_format(page->arena, "%s%s", assumption->text, where(page, assumption));
        fg_text_print_wrapped(
            page->out,
            fg_arena_format(page->arena, "  %-8s  ", fg_utf8_clean(page->arena, assumption->kind)),
            fg_utf8_clean(page->arena, text), WIDTH);
    }
}

fg_status fg_report_text(sqlite3 *database, const struct fg_comparison *comparison, FILE *out,
                         struct fg_error *error)
{
    struct fg_arena arena = {0};
    struct page page = {.comparison = comparison, .arena = &arena, .out = out};
    print_title(&page);
    print_verdict(&page);
    if (comparison->scenario_count > 0)
        print_tables(&page);
    fg_status status = fg_allocation_text(database, comparison, out, error);
    print_never_ran(&page);
    print_assumptions(&page);
    fg_arena_release(&arena);
    return status;
}
