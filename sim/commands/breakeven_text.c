/* Break-even as text, at most 100 columns wide. */
#include <inttypes.h>

#include "models/quantity.h"
#include "reports/figures.h"
#include "reports/text_table.h"
#include "reports/utf8.h"
#include "sim/commands/breakeven_rows.h"

enum { WIDTH = 100, ROWS_SHOWN = 20, NAME_WIDTH = 34, HOUR_S = 3600 };

struct text {
    const struct fg_break_even *table;
    FILE *out;
    struct fg_arena arena;
    const char *cells[ROWS_SHOWN * 10];
    uint32_t cell_count;
};

static void put(struct text *text, const char *cell)
{
    text->cells[text->cell_count++] = cell;
}

static void print_table(struct text *text, const char *title, const struct fg_text_column *columns,
                        uint32_t column_count, uint32_t all)
{
    const struct fg_text_table table = {.column_count = column_count,
                                        .row_count = text->cell_count / column_count,
                                        .columns = columns,
                                        .cells = text->cells};
    fprintf(text->out, "\n%s\n\n", title);
    fg_text_table_print(&table, text->out);
    if (all > table.row_count)
        fprintf(text->out, "and %" PRIu32 " more, with --format csv or json\n",
                all - table.row_count);
    text->cell_count = 0;
}

static const char *request_text(struct text *text, int64_t cpu_milli, int64_t memory_bytes)
{
    char cpu[32];
    return fg_arena_format(&text->arena, "%s %s", fg_quantity_print_cpu(cpu_milli, cpu),
                           fg_break_even_memory(&text->arena, memory_bytes));
}

static const char *size_text(struct text *text, const struct fg_fargate_size *size)
{
    char cpu[FG_DECIMAL_BYTES], memory[FG_DECIMAL_BYTES];
    return fg_arena_format(&text->arena, "%s / %s", fg_figure_decimal(size->cpu_milli, 1000, cpu),
                           fg_figure_decimal(size->memory_mib, 1024, memory));
}

static uint32_t shown(uint32_t count)
{
    return count < ROWS_SHOWN ? count : ROWS_SHOWN;
}

/* ---- requests ---- */

static void put_request(struct text *text, const struct fg_request_row *row)
{
    struct fg_arena *arena = &text->arena;
    bool has_node = row->node_type != NULL;
    put(text, request_text(text, row->cpu_milli, row->memory_bytes));
    put(text, fg_figure_tenths(arena, row->run_s, HOUR_S));
    put(text, size_text(text, &row->size));
    put(text, fg_figure_usd(arena, row->fargate, 6));
    put(text, !has_node      ? "no node holds it"
              : row->is_spot ? fg_arena_format(arena, "%s Spot", row->node_type)
                             : row->node_type);
    put(text, has_node ? fg_binding_resource_name(row->share.binding) : "-");
    put(text, has_node ? fg_figure_usd(arena, row->share.per_hour, 6) : "-");
    put(text, has_node ? fg_break_even_packing(arena, row->share.per_hour, row->fargate) : "-");
    put(text, !has_node ? "-"
              : row->share.per_hour >= row->fargate
                  ? "always"
                  : fg_break_even_hours(arena, row->share.per_hour, row->fargate));
}

static void print_requests(struct text *text)
{
    static const struct fg_text_column columns[] = {
        {"", "request", true},
        {"pod", "hours", false},
        {"Fargate", "vCPU / GB", false},
        {"Fargate", "USD/hour", false},
        {"", "cheapest node", true},
        {"bound", "by", true},
        {"share", "USD/hour", false},
        {"cheaper", "packed below", false},
        {"or fewer", "hours/day", false},
    };
    uint32_t count = 0;
    for (uint32_t i = 0; i < text->table->request_count; i++)
        count += text->table->requests[i].on_fargate;
    for (uint32_t i = 0; i < shown(count); i++)
        put_request(text, &text->table->requests[i]);
    if (count > 0)
        print_table(text, "Where Fargate is cheaper, by request", columns, 9, count);
}

/* ---- workloads ---- */

static const char *month(struct text *text, fg_nanodollars amount)
{
    return fg_figure_usd(&text->arena, fg_break_even_month(text->table, amount), 2);
}

static const char *name_of(struct text *text, const struct fg_workload_row *row)
{
    const char *name = fg_utf8_clean(
        &text->arena, fg_arena_format(&text->arena, "%s/%s", row->namespace_name, row->workload));
    if (fg_utf8_length(name) <= NAME_WIDTH)
        return name;
    return fg_arena_format(&text->arena, "%.*s...", (int)fg_utf8_offset(name, NAME_WIDTH - 3),
                           name);
}

static void put_workload(struct text *text, const struct fg_workload_row *row)
{
    put(text, name_of(text, row));
    put(text, fg_figure_count(&text->arena, (int64_t)row->pods));
    put(text, fg_figure_tenths(&text->arena, row->run_s, HOUR_S));
    put(text, month(text, row->here));
    put(text, row->refused > 0 ? "-" : month(text, row->fargate));
    put(text, row->unpriced > 0 ? "-" : month(text, row->ec2));
}

static void print_workloads(struct text *text)
{
    static const struct fg_text_column columns[] = {
        {"", "workload", true},  {"", "pods", false},          {"pod", "hours", false},
        {"bill", "here", false}, {"all on", "Fargate", false}, {"on EC2,", "packed full", false},
    };
    const struct fg_break_even *table = text->table;
    for (uint32_t i = 0; i < shown(table->workload_count); i++)
        put_workload(text, &table->workloads[i]);
    if (table->workload_count > 0)
        print_table(text, "A month by workload, in USD", columns, 6, table->workload_count);
    uint32_t told = 0;
    for (uint32_t i = 0; i < table->workload_count && told < ROWS_SHOWN; i++) {
        const struct fg_workload_row *row = &table->workloads[i];
        if (row->refused == 0)
            continue;
        const char *said = fg_arena_format(
            &text->arena, "%s/%s: %" PRIu64 " of %" PRIu64 " pods cannot run on Fargate: %s",
            row->namespace_name, row->workload, row->refused, row->pods, row->refusal);
        if (told++ == 0)
            fputc('\n', text->out);
        fg_text_print_wrapped(text->out, "- ", fg_utf8_clean(&text->arena, said), WIDTH);
    }
}

/* ---- trims ---- */

static const char *lower_text(struct text *text, const struct fg_trim_row *row)
{
    char by[32], to[32];
    if (row->of_memory)
        return fg_arena_format(&text->arena, "memory by %s to %s",
                               fg_break_even_memory(&text->arena, row->lower_by),
                               fg_break_even_memory(&text->arena, row->trim.memory_bytes));
    return fg_arena_format(&text->arena, "vCPU by %s to %s",
                           fg_quantity_print_cpu(row->lower_by, by),
                           fg_quantity_print_cpu(row->trim.cpu_milli, to));
}

static void put_trim(struct text *text, const struct fg_trim_row *row)
{
    struct fg_arena *arena = &text->arena;
    const struct fg_request_row *request = &text->table->requests[row->request];
    put(text, request_text(text, request->cpu_milli, request->memory_bytes));
    put(text, fg_figure_usd(arena, request->fargate, 6));
    put(text, lower_text(text, row));
    put(text, size_text(text, &row->trim.size));
    put(text, fg_figure_usd(arena, request->fargate - row->trim.saving, 6));
    put(text, fg_figure_usd(arena, row->trim.saving, 6));
    put(text, fg_figure_usd(arena, row->month, 2));
}

static void print_trims(struct text *text)
{
    static const struct fg_text_column columns[] = {
        {"", "request", true},
        {"USD/hour", "on Fargate", false},
        {"", "lower", true},
        {"then", "vCPU / GB", false},
        {"", "USD/hour", false},
        {"saves", "USD/hour", false},
        {"a month,", "its pods", false},
    };
    for (uint32_t i = 0; i < shown(text->table->trim_count); i++)
        put_trim(text, &text->table->trims[i]);
    if (text->table->trim_count > 0)
        print_table(text, "The next smaller size on Fargate: what to lower, and what it saves",
                    columns, 7, text->table->trim_count);
}

/* ---- the whole ---- */

static void print_overall(struct text *text)
{
    const struct fg_break_even *table = text->table;
    const char *said = "";
    if (table->fargate == 0)
        said = "No pod that ran could run both on Fargate and on the nodes there are.";
    else if (table->share >= table->fargate)
        said = "Fargate is cheaper for all pods together, however full the nodes are.";
    else
        said = fg_arena_format(
            &text->arena,
            "For all pods together Fargate is cheaper while nodes are packed below %s, or, against "
            "a node that stays all day, while they work less than %s hours a day.",
            fg_break_even_packing(&text->arena, table->share, table->fargate),
            fg_break_even_hours(&text->arena, table->share, table->fargate));
    fg_text_print_wrapped(text->out, "", said, WIDTH);
    if (table->allocatable_units > 0)
        fprintf(
            text->out, "The nodes of this scenario are packed at %s.\n",
            fg_break_even_packing(&text->arena, table->requested_units, table->allocatable_units));
}

void fg_break_even_text(const struct fg_break_even *table, FILE *out)
{
    struct text text = {.table = table, .out = out};
    const char *title = fg_arena_format(&text.arena, "%s, scenario %s in %s: Fargate or nodes",
                                        table->study, table->scenario, table->region);
    fg_text_print_wrapped(out, "", fg_utf8_clean(&text.arena, title), WIDTH);
    fputc('\n', out);
    print_overall(&text);
    print_requests(&text);
    print_workloads(&text);
    print_trims(&text);
    fputc('\n', out);
    fg_text_print_wrapped(
        out, "",
        "A share of a node is the largest of the shares of its vCPU, memory, GPUs and pods that a "
        "request takes, at the price of the node with its volume, packed full; the nodes are those "
        "the study allows. A month is 730 hours.",
        WIDTH);
    fg_arena_release(&text.arena);
}
