/* The comparison of a bill and a replay for a terminal. */
#include "reports/calibration.h"

#include <string.h>

#include "reports/figures.h"
#include "reports/text_table.h"
#include "reports/utf8.h"

enum { WIDTH = 100, REST_SHOWN = 20 };

struct page {
    const struct fg_calibration *calibration;
    struct fg_arena arena;
    FILE *out;
    int decimals;      /* of amounts and quantities */
    size_t name_width; /* that names are cut to */
};

/* A table under way. */
struct table {
    struct page *page;
    uint32_t column_count, cell_count;
    const struct fg_text_column *columns;
    const char **cells;
};

static struct table start_table(struct page *page, const struct fg_text_column *columns,
                                uint32_t count, uint32_t row_count)
{
    return (struct table){
        .page = page,
        .column_count = count,
        .columns = columns,
        .cells = fg_arena_allocate(&page->arena, (size_t)count * (row_count + 1), sizeof(char *))};
}

static void put(struct table *table, const char *text)
{
    table->cells[table->cell_count++] = text;
}

static void put_usd(struct table *table, fg_nanodollars amount)
{
    put(table, fg_figure_usd(&table->page->arena, amount, table->page->decimals));
}

static void put_signed(struct table *table, fg_nanodollars amount)
{
    put(table, fg_figure_signed_usd(&table->page->arena, amount, table->page->decimals));
}

static void put_percent(struct table *table, fg_nanodollars part, fg_nanodollars whole)
{
    put(table, fg_figure_signed_percent(&table->page->arena, part, whole));
}

/* A table of the page and what stands above it. */
struct part {
    const char *heading;
    struct table (*build)(struct page *page);
};

static struct fg_text_table finish(const struct table *table)
{
    return (struct fg_text_table){table->column_count, table->cell_count / table->column_count,
                                  table->columns, table->cells};
}

/* Amounts lose their cents, and then names their ends, until the table fits. */
static void print_part(struct page *page, const struct part *part)
{
    static const struct {
        int decimals;
        size_t name_width;
    } tries[] = {{2, 44}, {2, 34}, {2, 25}, {2, 20}, {0, 34}, {0, 25}, {0, 18}};
    struct fg_text_table text = {0};
    for (size_t i = 0; i < sizeof tries / sizeof *tries; i++) {
        page->decimals = tries[i].decimals;
        page->name_width = tries[i].name_width;
        struct table table = part->build(page);
        text = finish(&table);
        if (text.row_count == 0 || fg_text_table_width(&text) <= WIDTH)
            break;
    }
    if (text.row_count == 0)
        return;
    fprintf(page->out, "\n%s\n", part->heading);
    fg_text_table_print(&text, page->out);
}

/* ---- figures ---- */

static const char *print_quantity(struct page *page, __int128 quantity_nano)
{
    if (quantity_nano > INT64_MAX || quantity_nano < -INT64_MAX)
        return fg_arena_format(&page->arena, "%s10^9", quantity_nano > 0 ? "> " : "< -");
    return fg_figure_usd(&page->arena, (fg_nanodollars)quantity_nano, page->decimals);
}

/* USD for one unit; "-" where there is no quantity. */
static const char *print_price(struct page *page, fg_nanodollars amount, __int128 quantity_nano)
{
    enum { PRICE_DECIMALS = 5 };
    if (quantity_nano == 0)
        return "-";
    __int128 nano = (__int128)amount * FG_NANO_PER_DOLLAR;
    nano = quantity_nano > 0 ? fg_money_divide_half_even(nano, quantity_nano)
                             : fg_money_divide_half_even(-nano, -quantity_nano);
    if (nano > INT64_MAX || nano < -INT64_MAX)
        return "-";
    return fg_figure_usd(&page->arena, (fg_nanodollars)nano, PRICE_DECIMALS);
}

/* A name from outside, cut where it is long. */
static const char *print_name(struct page *page, const char *name)
{
    const char *clean = fg_utf8_clean(&page->arena, name);
    if (fg_utf8_length(clean) <= page->name_width)
        return clean;
    size_t end = fg_utf8_offset(clean, page->name_width - 3);
    return fg_arena_format(&page->arena, "%.*s...", (int)end, clean);
}

/* ---- parts of the page ---- */

static void print_title(struct page *page)
{
    const struct fg_calibration *calibration = page->calibration;
    struct fg_arena *arena = &page->arena;
    char from[32], to[32];
    const char *title =
        fg_arena_format(arena, "Scenario %s of study %s beside the bill, %s to %s (%s hours)",
                        calibration->scenario, calibration->study,
                        fg_calendar_print_instant(calibration->from, from),
                        fg_calendar_print_instant(calibration->to, to),
                        fg_figure_count(arena, (calibration->to - calibration->from) / 3600));
    fg_text_print_wrapped(page->out, "", fg_utf8_clean(arena, title), WIDTH);
    const struct fg_calibrated *total = &calibration->kinds[FG_BILLED_CHARGE];
    const char *verdict = fg_arena_format(
        arena,
        "What is modelled was billed at %s USD (%s); the replay comes to %s: a difference of %s "
        "(%s of the bill).",
        fg_figure_usd(arena, total->bill, 2), fg_basis_name(calibration->basis),
        fg_figure_usd(arena, total->replay, 2), fg_figure_signed_usd(arena, total->difference, 2),
        fg_figure_signed_percent(arena, total->difference, total->bill));
    fg_text_print_wrapped(page->out, "", verdict, WIDTH);
}

static void put_charge(struct table *table, const char *name, const struct fg_calibrated *row)
{
    put(table, name);
    put_usd(table, row->at[FG_BASIS_BILLED]);
    put_usd(table, row->at[FG_BASIS_AMORTISED]);
    if (table->page->calibration->basis == FG_BASIS_LIST)
        put_usd(table, row->bill);
    put_usd(table, row->replay);
    put_signed(table, row->difference);
    put_percent(table, row->difference, row->bill);
}

static struct table build_charges(struct page *page)
{
    static const struct fg_text_column columns[] = {
        {"", "", true},        {"Bill,", "billed", false}, {"Bill,", "amortised", false},
        {"", "Replay", false}, {"", "Difference", false},  {"", "of the bill", false},
    };
    static const struct fg_text_column columns_at_list[] = {
        {"", "", true},
        {"Bill,", "billed", false},
        {"Bill,", "amortised", false},
        {"Bill,", "list", false},
        {"Replay,", "list", false},
        {"", "Difference", false},
        {"", "of the bill", false},
    };
    static const char *const names[FG_BILLED_KIND_COUNT] = {"modelled", "not modelled", "discounts",
                                                            "credits", "taxes"};
    const struct fg_calibration *calibration = page->calibration;
    bool at_list = calibration->basis == FG_BASIS_LIST;
    struct table table = start_table(page, at_list ? columns_at_list : columns, at_list ? 7 : 6,
                                     calibration->charge_count + FG_BILLED_KIND_COUNT + 1);
    for (uint32_t i = 0; i < calibration->charge_count; i++)
        put_charge(&table, print_name(page, calibration->charges[i].charge),
                   &calibration->charges[i]);
    for (int kind = 0; kind < FG_BILLED_KIND_COUNT; kind++) {
        const struct fg_calibrated *sum = &calibration->kinds[kind];
        if (kind == FG_BILLED_CHARGE || sum->bill != 0 || sum->at[FG_BASIS_BILLED] != 0)
            put_charge(&table, names[kind], sum);
    }
    put_charge(&table, "all", &calibration->all);
    return table;
}

static void print_effects(struct page *page)
{
    const struct fg_calibration *calibration = page->calibration;
    const struct fg_effects *effects = &calibration->kinds[FG_BILLED_CHARGE].effects;
    const struct {
        const char *name, *meaning;
        fg_nanodollars amount;
        bool always;
    } parts[] = {
        {"price", "(price of the bill - of the replay) x quantity of the replay", effects->price,
         true},
        {"quantity", "(quantity of the bill - of the replay) x price of the bill",
         effects->quantity, true},
        {"not split", "charges whose quantities do not compare", effects->unsplit, false},
        {"not modelled", "", calibration->kinds[FG_BILLED_UNMODELED].difference, false},
        {"discounts", "", calibration->kinds[FG_BILLED_DISCOUNT].difference, false},
        {"credits", "", calibration->kinds[FG_BILLED_CREDIT].difference, false},
        {"taxes", "", calibration->kinds[FG_BILLED_TAX].difference, false},
        {"all", "the difference", calibration->all.difference, true},
    };
    fputs("\nWhy they differ, in USD\n", page->out);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (parts[i].always || parts[i].amount != 0)
            fprintf(page->out, "%-12s  %14s%s%s\n", parts[i].name,
                    fg_figure_signed_usd(&page->arena, parts[i].amount, 2),
                    *parts[i].meaning != '\0' ? "  " : "", parts[i].meaning);
}

static struct table build_skus(struct page *page)
{
    static const struct fg_text_column columns[] = {
        {"", "", true},
        {"Quantity,", "bill", false},
        {"Quantity,", "replay", false},
        {"Price,", "bill", false},
        {"Price,", "replay", false},
        {"", "Difference", false},
        {"of it by", "price", false},
        {"of it by", "quantity", false},
    };
    const struct fg_calibration *calibration = page->calibration;
    struct table table = start_table(page, columns, 8, calibration->sku_count);
    for (uint32_t i = 0; i < calibration->sku_count; i++) {
        const struct fg_calibrated *row = &calibration->skus[i];
        if (*row->unit == '\0')
            continue;
        put(&table,
            print_name(page, fg_arena_format(&page->arena, "%s%s%s, %s", row->charge,
                                             *row->sku != '\0' ? " " : "", row->sku, row->unit)));
        put(&table, print_quantity(page, row->bill_quantity_nano));
        put(&table, print_quantity(page, row->replay_quantity_nano));
        put(&table, print_price(page, row->bill, row->bill_quantity_nano));
        put(&table, print_price(page, row->replay, row->replay_quantity_nano));
        put_signed(&table, row->difference);
        put_signed(&table, row->effects.price);
        put_signed(&table, row->effects.quantity);
    }
    return table;
}

static bool is_node(const struct fg_calibrated *row)
{
    return strcmp(row->charge, "ec2-on-demand") == 0 || strcmp(row->charge, "ec2-spot") == 0;
}

static struct table build_nodes(struct page *page)
{
    static const struct fg_text_column columns[] = {
        {"", "", true},
        {"Node-hours,", "bill", false},
        {"Node-hours,", "replay", false},
        {"", "Difference", false},
        {"", "of the bill", false},
        {"USD an hour,", "bill", false},
        {"USD an hour,", "replay", false},
    };
    const struct fg_calibration *calibration = page->calibration;
    struct table table = start_table(page, columns, 7, calibration->sku_count);
    for (uint32_t i = 0; i < calibration->sku_count; i++) {
        const struct fg_calibrated *row = &calibration->skus[i];
        __int128 more = row->bill_quantity_nano - row->replay_quantity_nano;
        if (!is_node(row))
            continue;
        put(&table, print_name(page, fg_arena_format(&page->arena, "%s %s", row->sku,
                                                     row->charge + strlen("ec2-"))));
        put(&table, print_quantity(page, row->bill_quantity_nano));
        put(&table, print_quantity(page, row->replay_quantity_nano));
        put(&table,
            fg_arena_format(&page->arena, "%s%s", more > 0 ? "+" : "", print_quantity(page, more)));
        put_percent(&table, (int64_t)(more / 1000), (int64_t)(row->bill_quantity_nano / 1000));
        put(&table, print_price(page, row->bill, row->bill_quantity_nano));
        put(&table, print_price(page, row->replay, row->replay_quantity_nano));
    }
    return table;
}

static struct table build_days(struct page *page)
{
    static const struct fg_text_column columns[] = {
        {"", "", true},
        {"Bill,", "modelled", false},
        {"", "Replay", false},
        {"", "Difference", false},
        {"", "of the bill", false},
        {"Bill,", "not modelled", false},
    };
    const struct fg_calibration *calibration = page->calibration;
    struct table table = start_table(page, columns, 6, calibration->day_count);
    for (uint32_t i = 0; i < calibration->day_count; i++) {
        const struct fg_calibrated_day *day = &calibration->days[i];
        char name[16];
        put(&table, day->day == FG_BILLED_NO_DAY
                        ? "longer than a day"
                        : fg_arena_string(&page->arena, fg_calendar_print_day(day->day, name)));
        put_usd(&table, day->bill);
        put_usd(&table, day->replay);
        put_signed(&table, day->difference);
        put_percent(&table, day->difference, day->bill);
        put_usd(&table, day->rest);
    }
    return table;
}

static struct table build_rest(struct page *page)
{
    static const struct fg_text_column columns[] = {
        {"Kind of", "line", true}, {"", "Product", true}, {"", "Usage type", true},
        {"", "Quantity", false},   {"", "USD", false},
    };
    const struct fg_calibration *calibration = page->calibration;
    struct table table = start_table(page, columns, 5, calibration->rest_count);
    uint32_t shown[FG_BILLED_KIND_COUNT] = {0};
    for (uint32_t i = 0; i < calibration->rest_count; i++) {
        const struct fg_billed_rest *rest = &calibration->rest[i];
        if (shown[rest->thing->kind]++ >= REST_SHOWN)
            continue;
        put(&table, fg_billed_kind_name(rest->thing->kind));
        put(&table, print_name(page, rest->thing->product));
        put(&table, print_name(page, rest->thing->usage_type));
        put(&table, rest->thing->kind == FG_BILLED_UNMODELED
                        ? print_quantity(page, rest->amount.quantity_nano)
                        : "");
        put_usd(&table, rest->bill);
    }
    return table;
}

static void print_left(struct page *page)
{
    const struct fg_calibration *calibration = page->calibration;
    uint32_t shown[FG_BILLED_KIND_COUNT] = {0}, count = 0;
    fg_nanodollars left = 0;
    for (uint32_t i = 0; i < calibration->rest_count; i++) {
        if (shown[calibration->rest[i].thing->kind]++ < REST_SHOWN)
            continue;
        left += calibration->rest[i].bill;
        count++;
    }
    if (count > 0)
        fprintf(page->out, "and %s more of %s USD in all\n", fg_figure_count(&page->arena, count),
                fg_figure_usd(&page->arena, left, 2));
}

void fg_calibration_print_text(const struct fg_calibration *calibration, FILE *out)
{
    struct page page = {.calibration = calibration, .out = out};
    const struct part charges = {
        fg_arena_format(&page.arena, "By charge, in USD; difference = bill (%s) - replay",
                        fg_basis_name(calibration->basis)),
        build_charges};
    static const struct part parts[] = {
        {"By charge and type: quantities, USD a unit, and the difference in USD", build_skus},
        {"By instance type", build_nodes},
        {"By day (UTC), in USD", build_days},
        {"Billed and in no replay, the largest of each kind first", build_rest},
    };
    print_title(&page);
    print_part(&page, &charges);
    print_effects(&page);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        print_part(&page, &parts[i]);
    print_left(&page);
    if (calibration->note_count > 0)
        fputs("\nNotes\n", out);
    for (uint32_t i = 0; i < calibration->note_count; i++)
        fg_text_print_wrapped(out, "  ", fg_utf8_clean(&page.arena, calibration->notes[i]), WIDTH);
    fg_arena_release(&page.arena);
}
