#include "data/price_list_merge.h"

#include <stdlib.h>
#include <string.h>

/* Which columns are what; -1 = the table has none. */
struct layout {
    int key_count, keys[FG_OFFER_KEYS_MAX];
    int value_count, values[FG_OFFER_VALUES_MAX];
    int from, as_of, source;
    int unit;
    int discount, kind; /* of rates */
    int region;         /* the key that can be "all" */
};
static const struct layout layouts[FG_TABLE_COUNT] = {
    [FG_TABLE_EC2] = {2, {0, 1}, 1, {2}, 3, 4, 5, -1, -1, -1, 1},
    [FG_TABLE_EKS] = {2, {0, 1}, 1, {2}, 3, 4, 5, -1, -1, -1, 1},
    [FG_TABLE_OTHER] = {2, {0, 1}, 1, {3}, 4, 5, 6, 2, -1, -1, 1},
    [FG_TABLE_FARGATE] = {4, {0, 1, 2, 6}, 3, {3, 4, 5}, 7, 8, 9, -1, -1, -1, -1},
    [FG_TABLE_RATES] = {5, {0, 1, 2, 3, 4}, 1, {5}, -1, 8, 9, -1, 6, 7, -1},
};

/* ---- cells ---- */

static fg_day day_of(const char *cell)
{
    struct fg_error ignored = {0};
    fg_day day;
    return *cell != '\0' && fg_calendar_parse_day(cell, &day, &ignored) == FG_OK ? day
                                                                                 : FG_DAY_UNKNOWN;
}

static fg_nanodollars nano_of(const char *cell)
{
    struct fg_error ignored = {0};
    fg_nanodollars nano;
    return *cell != '\0' && fg_money_parse_usd(cell, &nano, &ignored) == FG_OK ? nano : -1;
}

static const char *day_text(struct fg_catalog_table *table, fg_day day)
{
    char text[16];
    return fg_catalog_table_text(table, fg_calendar_print_day(day, text));
}

/* Without zeros at the end. */
static const char *decimal_text(struct fg_catalog_table *table, fg_nanodollars nano)
{
    char text[48];
    fg_money_print(nano, 9, text);
    size_t length = strlen(text);
    while (text[length - 1] == '0')
        length--;
    text[text[length - 1] == '.' ? length - 1 : length] = '\0';
    return fg_catalog_table_text(table, text);
}

/* ---- rows of a key ---- */

/* Rows that were there, [first, end), and then those that were added for the key. */
struct rows {
    uint32_t first, end, added_first, added_end;
};

static uint32_t count_of(const struct rows *rows)
{
    return rows->end - rows->first + rows->added_end - rows->added_first;
}

static uint32_t row_at(const struct rows *rows, uint32_t number)
{
    uint32_t old = rows->end - rows->first;
    return number < old ? rows->first + number : rows->added_first + number - old;
}

static int compare_keys(const struct layout *layout, const char *const *cells,
                        const char *const *keys)
{
    for (int i = 0; i < layout->key_count; i++) {
        int order = strcmp(cells[layout->keys[i]], keys[i]);
        if (order != 0)
            return order;
    }
    return 0;
}

static struct rows find_rows(const struct fg_price_merge *merge, const char *const *keys)
{
    const struct layout *layout = &layouts[merge->table->number];
    uint32_t low = 0, high = merge->sorted_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (compare_keys(layout, fg_catalog_table_row(merge->table, middle), keys) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    struct rows rows = {.first = low, .end = low};
    while (rows.end < merge->sorted_count &&
           compare_keys(layout, fg_catalog_table_row(merge->table, rows.end), keys) == 0)
        rows.end++;
    return rows;
}

/* The row that holds on the day, or NULL. */
static const char **holding(const struct fg_price_merge *merge, const struct rows *rows, fg_day day)
{
    const struct layout *layout = &layouts[merge->table->number];
    const char **chosen = NULL;
    fg_day latest = FG_DAY_UNKNOWN;
    for (uint32_t i = 0; i < count_of(rows); i++) {
        const char **cells = fg_catalog_table_row(merge->table, row_at(rows, i));
        fg_day from = layout->from >= 0 ? day_of(cells[layout->from]) : FG_DAY_UNKNOWN;
        if (from <= day && (chosen == NULL || from >= latest)) {
            chosen = cells;
            latest = from;
        }
    }
    return chosen;
}

/* ---- an offer and a row ---- */

static void fill(struct fg_price_merge *merge, const struct fg_price_offer *offer,
                 const char **cells)
{
    struct fg_catalog_table *table = merge->table;
    const struct layout *layout = &layouts[table->number];
    for (int i = 0; i < layout->value_count; i++)
        if (offer->values[i] >= 0)
            cells[layout->values[i]] = decimal_text(table, offer->values[i]);
    cells[layout->as_of] = day_text(table, offer->as_of);
    cells[layout->source] = fg_catalog_table_text(table, offer->source);
    if (layout->kind >= 0)
        cells[layout->kind] = fg_catalog_table_text(table, fg_rate_kind_name(FG_RATE_LISTED));
    if (layout->discount >= 0)
        cells[layout->discount] =
            offer->discount_hundredths < 0
                ? fg_catalog_table_text(table, "")
                : decimal_text(table, offer->discount_hundredths * (FG_NANO_PER_DOLLAR / 100LL));
}

/* A row from the offer's effective day on; what the offer does not say is as in `model`. */
static void add_row(struct fg_price_merge *merge, const struct fg_price_offer *offer,
                    const char *const *model)
{
    struct fg_catalog_table *table = merge->table;
    const struct layout *layout = &layouts[table->number];
    const char *cells[24];
    for (uint32_t i = 0; i < table->column_count; i++)
        cells[i] = model != NULL ? model[i] : fg_catalog_table_text(table, "");
    for (int i = 0; i < layout->key_count; i++)
        cells[layout->keys[i]] = fg_catalog_table_text(table, offer->keys[i]);
    if (layout->unit >= 0 && model == NULL)
        cells[layout->unit] = fg_catalog_table_text(table, offer->unit);
    if (layout->from >= 0)
        cells[layout->from] = day_text(table, offer->from);
    fill(merge, offer, cells);
    fg_catalog_table_add(table, cells);
}

static bool is_equal(const struct layout *layout, const struct fg_price_offer *offer,
                     const char *const *cells)
{
    for (int i = 0; i < layout->value_count; i++) {
        fg_nanodollars known = nano_of(cells[layout->values[i]]);
        if (offer->values[i] >= 0 && known != offer->values[i])
            return false;
    }
    return layout->kind < 0 || strcmp(cells[layout->kind], fg_rate_kind_name(FG_RATE_LISTED)) == 0;
}

static void confirm(struct fg_price_merge *merge, fg_day as_of, const char **cells)
{
    const struct layout *layout = &layouts[merge->table->number];
    if (day_of(cells[layout->as_of]) < as_of)
        cells[layout->as_of] = day_text(merge->table, as_of);
}

static enum fg_update_outcome settle(struct fg_price_merge *merge,
                                     const struct fg_price_offer *offer, const struct rows *rows)
{
    const struct layout *layout = &layouts[merge->table->number];
    const char **held = holding(merge, rows, offer->as_of);
    if (held != NULL && is_equal(layout, offer, held)) {
        confirm(merge, offer->as_of, held);
        return FG_UPDATE_CONFIRMED;
    }
    if (held != NULL && day_of(held[layout->as_of]) > offer->as_of)
        return FG_UPDATE_OLDER;
    if (held == NULL || (layout->from >= 0 && offer->from > day_of(held[layout->from])))
        add_row(merge, offer, held);
    else
        fill(merge, offer, held);
    return count_of(rows) == 0 ? FG_UPDATE_NEW : FG_UPDATE_CHANGED;
}

/* ---- rows of all regions ---- */

static void add_history(struct fg_price_merge *merge, const struct fg_price_offer *offer,
                        const struct rows *everywhere)
{
    const struct layout *layout = &layouts[merge->table->number];
    const char *region = fg_catalog_table_text(merge->table, offer->keys[layout->region]);
    for (uint32_t i = 0; i < count_of(everywhere); i++) {
        uint32_t row = fg_catalog_table_add(
            merge->table, fg_catalog_table_row(merge->table, row_at(everywhere, i)));
        fg_catalog_table_row(merge->table, row)[layout->keys[layout->region]] = region;
    }
}

/* True if the rows of all regions have answered the offer; else the region now has its own. */
static bool settle_everywhere(struct fg_price_merge *merge, const struct fg_price_offer *offer,
                              enum fg_update_outcome *out)
{
    const struct layout *layout = &layouts[merge->table->number];
    if (layout->region < 0)
        return false;
    const char *keys[FG_OFFER_KEYS_MAX];
    memcpy(keys, offer->keys, sizeof keys);
    keys[layout->region] = "all";
    struct rows everywhere = find_rows(merge, keys);
    const char **held = holding(merge, &everywhere, offer->as_of);
    if (held == NULL)
        return false;
    if (is_equal(layout, offer, held)) {
        fg_day *raised =
            &merge->raised[(size_t)(held - merge->table->cells) / merge->table->column_count];
        *raised = *raised < offer->as_of ? offer->as_of : *raised;
        *out = FG_UPDATE_CONFIRMED;
        return true;
    }
    *out = FG_UPDATE_OLDER;
    if (day_of(held[layout->as_of]) > offer->as_of)
        return true;
    add_history(merge, offer, &everywhere);
    return false;
}

enum fg_update_outcome fg_price_merge_offer(struct fg_price_merge *merge,
                                            const struct fg_price_offer *offer)
{
    const struct layout *layout = &layouts[merge->table->number];
    bool same_key = merge->last_keys[0] != NULL;
    for (int i = 0; same_key && i < layout->key_count; i++)
        same_key = strcmp(merge->last_keys[i], offer->keys[i]) == 0;
    if (!same_key)
        merge->added_first = merge->table->row_count;
    memcpy(merge->last_keys, offer->keys, sizeof merge->last_keys);
    struct rows rows = find_rows(merge, offer->keys);
    rows.added_first = merge->added_first;
    rows.added_end = merge->table->row_count;
    enum fg_update_outcome outcome;
    if (count_of(&rows) == 0 && settle_everywhere(merge, offer, &outcome))
        return outcome;
    rows.added_end = merge->table->row_count;
    return settle(merge, offer, &rows);
}

/* ---- the table ---- */

static void sort(struct fg_catalog_table *table)
{
    const struct layout *layout = &layouts[table->number];
    int columns[FG_OFFER_KEYS_MAX + 1], count = 0;
    for (int i = 0; i < layout->key_count; i++)
        columns[count++] = layout->keys[i];
    if (layout->from >= 0)
        columns[count++] = layout->from;
    fg_catalog_table_sort(table, columns, count);
}

static fg_status check_row(const struct fg_catalog_table *table, const char *const *cells,
                           struct fg_error *error)
{
    const struct layout *layout = &layouts[table->number];
    const int days[] = {layout->from, layout->as_of};
    for (int i = 0; i < 2; i++)
        if (days[i] >= 0 && *cells[days[i]] != '\0' && day_of(cells[days[i]]) == FG_DAY_UNKNOWN)
            return fg_error_set(error, FG_BAD_INPUT,
                                "%s has the day '%.32s' in the row of '%.64s', '%.64s'; expected "
                                "2026-09-01 or 2026-09",
                                fg_catalog_table_name(table->number), cells[days[i]], cells[0],
                                cells[1]);
    for (int i = 0; i < layout->value_count; i++)
        if (*cells[layout->values[i]] != '\0' && nano_of(cells[layout->values[i]]) < 0)
            return fg_error_set(error, FG_BAD_INPUT,
                                "%s has the price '%.32s' in the row of '%.64s', '%.64s'; expected "
                                "dollars with at most nine decimals",
                                fg_catalog_table_name(table->number), cells[layout->values[i]],
                                cells[0], cells[1]);
    return FG_OK;
}

fg_status fg_price_merge_open(struct fg_catalog_table *table, struct fg_price_merge *out,
                              struct fg_error *error)
{
    FG_ASSERT(layouts[table->number].key_count > 0);
    fg_status status = FG_OK;
    sort(table);
    *out = (struct fg_price_merge){
        .table = table, .sorted_count = table->row_count, .added_first = table->row_count};
    for (uint32_t i = 0; status == FG_OK && i < table->row_count; i++)
        status = check_row(table, fg_catalog_table_row(table, i), error);
    if (status != FG_OK)
        return status;
    out->raised = fg_allocate(out->sorted_count, sizeof *out->raised);
    for (uint32_t i = 0; i < out->sorted_count; i++)
        out->raised[i] = FG_DAY_UNKNOWN;
    return FG_OK;
}

void fg_price_merge_close(struct fg_price_merge *merge)
{
    for (uint32_t i = 0; i < merge->sorted_count; i++)
        if (merge->raised[i] != FG_DAY_UNKNOWN)
            confirm(merge, merge->raised[i], fg_catalog_table_row(merge->table, i));
    free(merge->raised);
    sort(merge->table);
}
