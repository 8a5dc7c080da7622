#include "data/billing_export.h"

#include <string.h>

#include "data/billing_export_lines.h"
#include "data/billing_export_values.h"

enum { DAY_S = 86400 };

/* What one file is read with. */
struct reading {
    const struct fg_billing_options *options;
    struct fg_billing *billing;
    struct fg_bill_columns columns;
    bool has_columns;
    struct fg_arena arena; /* of the line under way */
};

/* ---- which lines count ---- */

static fg_status check_tags(const struct reading *reading, const struct fg_bill_row *row,
                            bool *out_all, struct fg_error *error)
{
    const struct fg_pairs *tags = &reading->options->tags;
    *out_all = true;
    for (uint32_t t = 0; *out_all && t < tags->count; t++) {
        int32_t place = reading->columns.tag_place[t];
        bool good = true;
        if (place != FG_BILL_NO_COLUMN && strcmp(row->cells[place], tags->items[t].value) == 0)
            continue;
        *out_all = fg_bill_map_has(fg_bill_cell(&reading->columns, row, FG_BILL_TAGS),
                                   &tags->items[t], &good);
        if (!good)
            return fg_bill_bad_cell(&reading->columns, row, FG_BILL_TAGS,
                                    "a JSON object such as {\"team\": \"shop\"}", error);
    }
    return FG_OK;
}

static bool is_wanted(const char *wanted, const char *found)
{
    return wanted == NULL || strcmp(wanted, found) == 0;
}

static fg_status passes_filters(const struct reading *reading, const struct fg_bill_row *row,
                                bool *out, struct fg_error *error)
{
    const struct fg_bill_columns *columns = &reading->columns;
    *out = is_wanted(reading->options->account, fg_bill_cell(columns, row, FG_BILL_ACCOUNT)) &&
           is_wanted(reading->options->region, fg_bill_cell(columns, row, FG_BILL_REGION));
    return *out ? check_tags(reading, row, out, error) : FG_OK;
}

static void widen(fg_unix_s *from, fg_unix_s *to, const struct fg_bill_line *line)
{
    bool is_first = *from >= *to;
    *from = is_first || line->start < *from ? line->start : *from;
    *to = is_first || line->end > *to ? line->end : *to;
}

/* Lines of a month are there from its first day on. */
static void cover(struct fg_billed_lines *lines, const struct fg_bill_line *line)
{
    if (line->role != FG_BILL_USAGE)
        return;
    if (line->end - line->start > DAY_S)
        widen(&lines->long_from, &lines->long_to, line);
    else
        widen(&lines->from, &lines->to, line);
}

/* ---- what lines are booked on ---- */

static const char *text_or(const char *text, const char *other)
{
    return *text != '\0' && strcmp(text, "null") != 0 ? text : other;
}

static uint32_t charge_thing(struct fg_billing *billing, const struct fg_mapped_usage *mapped)
{
    return fg_billing_thing(billing, &(struct fg_billed_thing){FG_BILLED_CHARGE, mapped->charge,
                                                               mapped->sku, mapped->unit, "", ""});
}

static uint32_t other_thing(struct fg_billing *billing, enum fg_billed_kind kind,
                            const struct fg_bill_line *line)
{
    return fg_billing_thing(billing, &(struct fg_billed_thing){
                                         kind, "", "",
                                         kind == FG_BILLED_UNMODELED ? text_or(line->unit, "") : "",
                                         text_or(line->product, ""),
                                         fg_usage_type_plain(text_or(line->usage_type, ""))});
}

static uint32_t usage_thing(struct reading *reading, struct fg_bill_line *line,
                            enum fg_billed_kind otherwise)
{
    const struct fg_mapped_usage mapped =
        fg_billing_map_find(&reading->options->map, text_or(line->product, ""), line->usage_type,
                            line->unit, &reading->arena);
    if (*mapped.charge == '\0')
        return other_thing(reading->billing, otherwise, line);
    line->amount.quantity_nano *= mapped.unit_factor;
    return charge_thing(reading->billing, &mapped);
}

static uint32_t find_thing(struct reading *reading, struct fg_bill_line *line)
{
    static const struct fg_mapped_usage plan = {"savings-plan", "", "", 1};
    static const struct fg_mapped_usage reserved = {"reserved-instance", "", "", 1};
    switch (line->role) {
    case FG_BILL_USAGE:
        return usage_thing(reading, line, FG_BILLED_UNMODELED);
    case FG_BILL_DISCOUNTED:
        return usage_thing(reading, line, FG_BILLED_DISCOUNT);
    case FG_BILL_PLAN:
        return charge_thing(reading->billing, &plan);
    case FG_BILL_RESERVED:
        return charge_thing(reading->billing, &reserved);
    case FG_BILL_CREDITED:
        return other_thing(reading->billing, FG_BILLED_CREDIT, line);
    case FG_BILL_TAXED:
        return other_thing(reading->billing, FG_BILLED_TAX, line);
    case FG_BILL_OTHER:
    case FG_BILL_NOTHING:
        break;
    }
    return other_thing(reading->billing, FG_BILLED_UNMODELED, line);
}

/* ---- lines ---- */

/* Leaves of a line what lies in [from, to); true if that is not all of it. */
static bool cut(const struct fg_billing_options *options, struct fg_bill_line *line)
{
    fg_unix_s start = line->start > options->from ? line->start : options->from;
    fg_unix_s end = line->end < options->to ? line->end : options->to;
    bool is_cut = end - start < line->end - line->start;
    if (is_cut)
        line->amount = fg_billed_share(&line->amount, end - start, line->end - line->start);
    line->start = start;
    return is_cut;
}

/* Longer lines are cut when it is known what the bill covers. */
static bool add_line(struct fg_billing *billing, uint32_t thing,
                     const struct fg_billing_options *options, struct fg_bill_line *line)
{
    if (line->end - line->start > DAY_S)
        return fg_billing_add_span(billing, thing, line->start, line->end, &line->amount);
    bool is_cut = cut(options, line);
    if (!fg_billing_add(billing, thing, fg_calendar_day_of(line->start), &line->amount))
        return false;
    billing->lines.shared += is_cut;
    if (is_cut)
        fg_billed_amount_add(&billing->lines.shared_amount, &line->amount);
    return true;
}

static fg_status count_line(struct reading *reading, const struct fg_bill_row *row,
                            struct fg_bill_line *line, struct fg_error *error)
{
    struct fg_billed_lines *lines = &reading->billing->lines;
    if (line->end <= reading->options->from || line->start >= reading->options->to) {
        lines->outside++;
        return FG_OK;
    }
    uint32_t thing = find_thing(reading, line);
    if (!add_line(reading->billing, thing, reading->options, line))
        return fg_bill_bad_cell(&reading->columns, row, FG_BILL_COST,
                                "a bill of less than two billion dollars in all", error);
    lines->counted++;
    lines->corrections += line->is_correction;
    return FG_OK;
}

static fg_status take_line(struct reading *reading, const struct fg_bill_row *row,
                           struct fg_error *error)
{
    struct fg_billed_lines *lines = &reading->billing->lines;
    struct fg_bill_line line;
    bool passes = false;
    fg_arena_reset(&reading->arena);
    lines->read++;
    fg_status status = fg_bill_line_read(&reading->columns, row, reading->options, &line, error);
    if (status != FG_OK)
        return status;
    cover(lines, &line);
    status = passes_filters(reading, row, &passes, error);
    if (status != FG_OK)
        return status;
    if (!passes) {
        lines->filtered++;
        return FG_OK;
    }
    if (line.role == FG_BILL_NOTHING) {
        bool is_split = *fg_bill_cell(&reading->columns, row, FG_BILL_SPLIT_PARENT) != '\0';
        lines->split += is_split;
        lines->left_out += !is_split;
        return FG_OK;
    }
    return count_line(reading, row, &line, error);
}

static fg_status take_row(const struct fg_bill_row *row, void *user, struct fg_error *error)
{
    struct reading *reading = user;
    if (reading->has_columns)
        return take_line(reading, row, error);
    reading->has_columns = true;
    fg_status status = fg_bill_columns_read(row, reading->options, &reading->columns, error);
    if (status == FG_OK && reading->columns.place[FG_BILL_NET_COST] != FG_BILL_NO_COLUMN)
        reading->billing->lines.has_net_costs = true;
    return status;
}

fg_status fg_billing_read(const char *path, const struct fg_billing_options *options,
                          struct fg_billing *inout, struct fg_error *error)
{
    struct reading reading = {.options = options, .billing = inout};
    fg_status status = fg_bill_rows_each(path, take_row, &reading, error);
    fg_bill_columns_release(&reading.columns);
    fg_arena_release(&reading.arena);
    return status;
}
