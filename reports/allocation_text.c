#include "reports/allocation_text.h"

#include <stdlib.h>
#include <string.h>

#include "reports/allocation.h"
#include "reports/figures.h"
#include "reports/labels.h"
#include "reports/text_table.h"
#include "reports/utf8.h"

enum {
    WIDTH = 100,
    NAMES_SHOWN = 10,
    SCENARIOS_SHOWN = 4,
    NAME_WIDTH = 30,
    LABEL_WIDTH = 12,
    MOST_COLUMNS = 8
};

/* The scenarios that stand beside each other, all told by the first one's rules. */
struct sheet {
    const struct fg_comparison *comparison;
    struct fg_arena *arena;
    const struct fg_allocation_settings *settings;
    uint32_t count;
    uint32_t scenarios[SCENARIOS_SHOWN];
    struct fg_allocation lists[SCENARIOS_SHOWN];
    const char **labels;
};

/* ---- which scenarios ---- */

static bool is_alike(const struct fg_allocation_settings *a, const struct fg_allocation_settings *b)
{
    if (a->shared != b->shared || a->idle != b->idle || a->namespace_count != b->namespace_count ||
        strcmp(a->dimensions[0], b->dimensions[0]) != 0)
        return false;
    for (uint32_t i = 0; i < a->namespace_count; i++)
        if (strcmp(a->namespaces[i], b->namespaces[i]) != 0)
            return false;
    return true;
}

static bool can_stand(const struct sheet *sheet, uint32_t number)
{
    const struct fg_compared_scenario *scenario = &sheet->comparison->scenarios[number];
    if (!scenario->allocation_named || scenario->done_count == 0)
        return false;
    return sheet->settings == NULL || is_alike(sheet->settings, scenario->allocation);
}

/* The best, the baseline, and those after the best. */
static void choose(struct sheet *sheet)
{
    const struct fg_comparison *comparison = sheet->comparison;
    for (uint32_t i = 0; i < comparison->scenario_count && sheet->count < SCENARIOS_SHOWN; i++) {
        if (!can_stand(sheet, i) || (sheet->count > 0 && i == comparison->baseline))
            continue;
        sheet->scenarios[sheet->count++] = i;
        if (sheet->count > 1)
            continue;
        sheet->settings = comparison->scenarios[i].allocation;
        if (i != comparison->baseline && can_stand(sheet, comparison->baseline))
            sheet->scenarios[sheet->count++] = comparison->baseline;
    }
}

static fg_status read_lists(sqlite3 *database, struct sheet *sheet, struct fg_error *error)
{
    fg_status status = FG_OK;
    for (uint32_t i = 0; status == FG_OK && i < sheet->count; i++) {
        struct fg_cost_cells cells;
        status = fg_cost_cells_read(database, sheet->comparison,
                                    &sheet->comparison->scenarios[sheet->scenarios[i]],
                                    FG_ALL_REPLICATIONS, &cells, error);
        if (status == FG_OK)
            fg_allocation_make(&cells, sheet->settings, sheet->settings->dimensions[0],
                               &sheet->lists[i]);
        /* Names outlive the cells. */
        for (uint32_t r = 0; r < sheet->lists[i].count; r++)
            sheet->lists[i].items[r].name =
                fg_utf8_clean(sheet->arena, sheet->lists[i].items[r].name);
        fg_cost_cells_release(&cells);
    }
    return status;
}

/* ---- names and amounts ---- */

/* Of a name: of the first scenario by parts, of all of them the totals. */
struct line {
    const char *name;
    bool is_apart;
    fg_nanodollars direct, shared, totals[SCENARIOS_SHOWN];
};
struct lines {
    uint32_t count;
    struct line *items;
};

static void add_line(struct line *to, const struct line *from)
{
    to->direct += from->direct;
    to->shared += from->shared;
    for (uint32_t i = 0; i < SCENARIOS_SHOWN; i++)
        to->totals[i] += from->totals[i];
}

static int compare_names(const void *a, const void *b)
{
    const struct line *left = a, *right = b;
    if (left->is_apart != right->is_apart)
        return left->is_apart ? 1 : -1;
    return strcmp(left->name, right->name);
}

/* What is dearest in all scenarios together comes first. */
static int compare_sums(const void *a, const void *b)
{
    const struct line *left = a, *right = b;
    __int128 difference = 0;
    for (uint32_t i = 0; i < SCENARIOS_SHOWN; i++)
        difference += (__int128)left->totals[i] - right->totals[i];
    return difference != 0 ? (difference > 0 ? -1 : 1) : compare_names(a, b);
}

static struct lines list_rows(const struct sheet *sheet)
{
    struct lines lines = {0};
    uint32_t count = 0;
    for (uint32_t i = 0; i < sheet->count; i++)
        count += sheet->lists[i].count;
    lines.items = fg_arena_allocate(sheet->arena, (size_t)count + 1, sizeof *lines.items);
    for (uint32_t i = 0; i < sheet->count; i++) {
        for (uint32_t r = 0; r < sheet->lists[i].count; r++) {
            const struct fg_allocated_row *row = &sheet->lists[i].items[r];
            struct line *line = &lines.items[lines.count++];
            *line = (struct line){.name = row->name, .is_apart = row->is_apart};
            line->direct = i == 0 ? row->direct : 0;
            line->shared = i == 0 ? row->shared : 0;
            line->totals[i] = fg_allocated_total(row);
        }
    }
    return lines;
}

/* Each name once, the dearest first. */
static struct lines join_lists(const struct sheet *sheet)
{
    struct lines lines = list_rows(sheet);
    uint32_t kept = 0;
    if (lines.count > 1)
        qsort(lines.items, lines.count, sizeof *lines.items, compare_names);
    for (uint32_t i = 0; i < lines.count; i++) {
        if (kept > 0 && compare_names(&lines.items[kept - 1], &lines.items[i]) == 0)
            add_line(&lines.items[kept - 1], &lines.items[i]);
        else
            lines.items[kept++] = lines.items[i];
    }
    lines.count = kept;
    if (kept > 1)
        qsort(lines.items, kept, sizeof *lines.items, compare_sums);
    return lines;
}

/* ---- the table ---- */

static const char *shorten(const struct sheet *sheet, const char *name)
{
    if (fg_utf8_length(name) <= NAME_WIDTH)
        return name;
    size_t kept = fg_utf8_offset(name, NAME_WIDTH - 3);
    return fg_arena_format(sheet->arena, "%.*s...", (int)kept, name);
}

static const char **put_row(const struct sheet *sheet, const char *name, const struct line *line,
                            const struct line *all, const char **cell)
{
    *cell++ = shorten(sheet, name);
    *cell++ = fg_figure_usd(sheet->arena, line->direct, 2);
    *cell++ = fg_figure_usd(sheet->arena, line->shared, 2);
    *cell++ = fg_figure_usd(sheet->arena, line->totals[0], 2);
    *cell++ = fg_figure_percent(sheet->arena, line->totals[0], all->totals[0]);
    for (uint32_t i = 1; i < sheet->count; i++)
        *cell++ = fg_figure_usd(sheet->arena, line->totals[i], 2);
    return cell;
}

static uint32_t put_headings(const struct sheet *sheet, struct fg_text_column *columns)
{
    const char *first = sheet->labels[sheet->scenarios[0]];
    const char *dimension = sheet->settings->dimensions[0];
    const char *label = fg_dimension_label(dimension);
    uint32_t count = 0;
    columns[count++] = (struct fg_text_column){
        "", shorten(sheet, fg_utf8_clean(sheet->arena, label != NULL ? label : dimension)), true};
    columns[count++] = (struct fg_text_column){first, "direct", false};
    columns[count++] = (struct fg_text_column){"", "shared", false};
    columns[count++] = (struct fg_text_column){"", "total", false};
    columns[count++] = (struct fg_text_column){"", "of all", false};
    for (uint32_t i = 1; i < sheet->count; i++)
        columns[count++] =
            (struct fg_text_column){sheet->labels[sheet->scenarios[i]], "total", false};
    return count;
}

/* Fills the cells and returns how many rows there are. */
static uint32_t put_rows(const struct sheet *sheet, const char **cell)
{
    struct lines lines = join_lists(sheet);
    struct line rest = {0}, all = {0};
    uint32_t shown = lines.count < NAMES_SHOWN ? lines.count : NAMES_SHOWN;
    for (uint32_t i = 0; i < lines.count; i++) {
        add_line(&all, &lines.items[i]);
        if (i >= shown)
            add_line(&rest, &lines.items[i]);
    }
    for (uint32_t i = 0; i < shown; i++)
        cell = put_row(sheet, lines.items[i].name, &lines.items[i], &all, cell);
    if (lines.count > shown)
        cell = put_row(sheet, fg_arena_format(sheet->arena, "%u more", lines.count - shown), &rest,
                       &all, cell);
    put_row(sheet, "all", &all, &all, cell);
    return shown + (lines.count > shown) + 1;
}

/* With fewer scenarios, until it fits. */
static void print_table(struct sheet *sheet, FILE *out)
{
    struct fg_text_column columns[MOST_COLUMNS];
    const char *cells[(NAMES_SHOWN + 2) * MOST_COLUMNS];
    struct fg_text_table table = {.columns = columns, .cells = cells};
    for (;; sheet->count--) {
        table.column_count = put_headings(sheet, columns);
        table.row_count = put_rows(sheet, cells);
        if (sheet->count == 1 || fg_text_table_width(&table) <= WIDTH)
            break;
        fg_allocation_release(&sheet->lists[sheet->count - 1]);
    }
    fg_text_table_print(&table, out);
}

fg_status fg_allocation_text(sqlite3 *database, const struct fg_comparison *comparison, FILE *out,
                             struct fg_error *error)
{
    struct fg_arena arena = {0};
    struct sheet sheet = {.comparison = comparison, .arena = &arena};
    bool shortened;
    choose(&sheet);
    sheet.labels = fg_labels_make(comparison, &arena, LABEL_WIDTH, &shortened);
    fg_status status = read_lists(database, &sheet, error);
    if (status == FG_OK && sheet.count > 0) {
        fprintf(out, "\nCost by %s in USD, %s\n",
                fg_utf8_clean(&arena, sheet.settings->dimensions[0]),
                fg_allocation_words(sheet.settings, &arena));
        print_table(&sheet, out);
    }
    for (uint32_t i = 0; i < sheet.count; i++)
        fg_allocation_release(&sheet.lists[i]);
    fg_arena_release(&arena);
    return status;
}
