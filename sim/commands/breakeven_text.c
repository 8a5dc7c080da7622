/* Break-even as text, at most 100 columns wide. */
#include <inttypes.h>
#include <string.h>

#include "models/quantity.h"
#include "reports/figures.h"
#include "reports/text_table.h"
#include "reports/utf8.h"
#include "sim/commands/breakeven_rows.h"

enum { WIDTH = 100, ROWS_SHOWN = 20, MOST_COLUMNS = 9, NAME_WIDTH = 34, HOUR_S = 3600 };

struct text {
    const struct fg_break_even *table;
    FILE *out;
    struct fg_arena arena;
    const char *cells[ROWS_SHOWN * MOST_COLUMNS];
    uint32_t cell_count;
};

static void put(struct text *text, const char *cell)
{
    text->cells[text->cell_count++] = cell;
}

/* A table of a title, its columns in order, and those that may go where there is no room. */
struct printed {
    const char *title;
    uint32_t column_count, spare_count;
    const struct fg_text_column *columns;
    uint32_t spares[2]; /* the first to go, then the next, counted without the first */
};

static void drop_column(struct text *text, struct fg_text_column *columns, uint32_t *count,
                        uint32_t column)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < text->cell_count; i++)
        if (i % *count != column)
            text->cells[kept++] = text->cells[i];
    for (uint32_t c = column; c + 1 < *count; c++)
        columns[c] = columns[c + 1];
    text->cell_count = kept;
    (*count)--;
}

static void print_table(struct text *text, const struct printed *printed, uint32_t all)
{
    struct fg_text_column columns[MOST_COLUMNS];
    uint32_t count = printed->column_count, rows = text->cell_count / count;
    memcpy(columns, printed->columns, count * sizeof *columns);
    for (uint32_t spare = 0;; spare++) {
        const struct fg_text_table table = {count, rows, columns, text->cells};
        if (spare < printed->spare_count && fg_text_table_width(&table) > WIDTH) {
            drop_column(text, columns, &count, printed->spares[spare]);
            continue;
        }
        fprintf(text->out, "\n%s\n\n", printed->title);
        fg_text_table_print(&table, text->out);
        break;
    }
    if (all > rows)
        fprintf(text->out, "and %" PRIu32 " more, with --format csv or json\n", all - rows);
    text->cell_count = 0;
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
    put(text, fg_break_even_request(arena, row));
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
        {"", "request", true},           {"pod", "hours", false},
        {"Fargate", "vCPU / GB", false}, {"Fargate", "USD/hour", false},
        {"", "cheapest node", true},     {"bound", "by", true},
        {"share", "USD/hour", false},    {"packed", "below", false},
        {"or hours", "a day", false},
    };
    uint32_t count = 0;
    for (uint32_t i = 0; i < text->table->request_count; i++)
        count += text->table->requests[i].on_fargate;
    for (uint32_t i = 0; i < shown(count); i++)
        put_request(text, &text->table->requests[i]);
    if (count > 0)
        print_table(text,
                    &(struct printed){.title = "Where Fargate is cheaper, by request",
                                      .column_count = 9,
                                      .columns = columns,
                                      .spare_count = 2,
                                      .spares = {1, 4}},
                    count);
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
        print_table(text,
                    &(struct printed){.title = "A month by workload, in USD",
                                      .column_count = 6,
                                      .columns = columns},
                    table->workload_count);
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
    put(text, fg_break_even_request(arena, request));
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
        {"", "request", true},           {"USD/hour", "now", false}, {"", "lower", true},
        {"then", "vCPU / GB", false},    {"", "USD/hour", false},    {"saves", "USD/hour", false},
        {"a month,", "its pods", false},
    };
    for (uint32_t i = 0; i < shown(text->table->trim_count); i++)
        put_trim(text, &text->table->trims[i]);
    if (text->table->trim_count > 0)
        print_table(text,
                    &(struct printed){.title =
                                          "The next smaller size on Fargate: what to lower, and "
                                          "what it saves",
                                      .column_count = 7,
                                      .columns = columns,
                                      .spare_count = 1,
                                      .spares = {4}},
                    text->table->trim_count);
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
        "the study allows. The bill here is without what nobody "
        "requests of the nodes. A month is 730 hours.",
        WIDTH);
    fg_arena_release(&text.arena);
}
