#include "reports/focus_usage.h"

#include <stdlib.h>
#include <string.h>

#include "models/share_out.h"

/* Amounts of a part of a line, or an account's share of them. */
struct amounts {
    __int128 quantity;
    fg_nanodollars paid_nano, list_nano;
};

/* What one commitment covers of a line, or with `commitment` UINT32_MAX what none does; that is
 * told by the ledger in dollars. */
struct part {
    uint32_t commitment;
    struct amounts all, rest; /* the rest: what no share takes */
};

struct line {
    __int128 quantity;
    fg_nanodollars list_nano;
    struct fg_rest_taker taker;
    uint32_t first_part, part_count; /* no part: nothing is covered */
};

/* An account's row that is written again and again. */
struct fg_focus_usage {
    struct fg_focus_export *export;
    struct fg_focus_row *rows; /* by account */
    struct line *lines;
    uint32_t part_capacity;
    struct part *parts;
    __int128 *origins;                    /* by origin: what all its accounts bought in the hour */
    struct fg_focus_row *commitment_rows; /* by commitment: the cells that name it */
    struct fg_focus_applied *applied;     /* by commitment */
};

enum { NO_COMMITMENT = UINT32_MAX };

struct fg_focus_usage *fg_focus_usage_open(struct fg_focus_export *export)
{
    const struct fg_focus_source *source = &export->source;
    const struct fg_focus_context *context = &export->context;
    struct fg_focus_usage *usage = fg_allocate(1, sizeof *usage);
    *usage = (struct fg_focus_usage){
        .export = export,
        .rows = fg_allocate(source->account_count, sizeof *usage->rows),
        .lines = fg_allocate(source->line_count, sizeof *usage->lines),
        .origins = fg_allocate(source->origin_count, sizeof *usage->origins),
        .commitment_rows = fg_allocate(source->commitment_count, sizeof *usage->commitment_rows),
        .applied = fg_allocate(source->commitment_count, sizeof *usage->applied),
    };
    for (uint32_t i = 0; i < source->account_count; i++)
        fg_focus_describe_usage(context, &source->accounts[i], &usage->rows[i]);
    for (uint32_t i = 0; i < source->commitment_count; i++) {
        fg_focus_put_commitment(context, &source->commitments[i], &usage->commitment_rows[i]);
        usage->applied[i] = fg_focus_applied_open(context, &source->commitments[i]);
    }
    return usage;
}

void fg_focus_usage_close(struct fg_focus_usage *usage)
{
    if (usage == NULL)
        return;
    free(usage->rows);
    free(usage->lines);
    free(usage->parts);
    free(usage->origins);
    free(usage->commitment_rows);
    free(usage->applied);
    free(usage);
}

/* ---- lines and their parts ---- */

static void sum_lines(struct fg_focus_usage *usage)
{
    const struct fg_focus_source *source = &usage->export->source;
    for (uint32_t i = 0; i < source->line_count; i++)
        usage->lines[i] = (struct line){.taker = fg_rest_taker_open()};
    memset(usage->origins, 0, source->origin_count * sizeof *usage->origins);
    for (uint32_t i = 0; i < source->account_count; i++) {
        if (!fg_focus_account_is_on(source, i))
            continue;
        const struct fg_focus_account *own = &source->accounts[i];
        usage->origins[own->origin] += source->amounts[i].quantity;
        if (own->line == FG_FOCUS_NO_LINE)
            continue;
        struct line *line = &usage->lines[own->line];
        line->quantity += source->amounts[i].quantity;
        line->list_nano += source->amounts[i].list_nano;
        fg_rest_taker_offer(&line->taker, i, own->account.workload);
    }
}

static void add_part(struct fg_focus_usage *usage, uint32_t number, uint32_t commitment,
                     struct amounts all)
{
    usage->parts = fg_grow(usage->parts, &usage->part_capacity, number + 1, sizeof *usage->parts);
    usage->parts[number] = (struct part){commitment, all, all};
}

/* Each covered line's parts: what the commitments cover, then what is left. */
static void make_parts(struct fg_focus_usage *usage)
{
    const struct fg_focus_source *source = &usage->export->source;
    uint32_t next = 0;
    for (uint32_t c = 0; c < source->cover_count;) {
        struct line *line = &usage->lines[source->covers[c].line];
        struct amounts left = {.quantity = line->quantity, .list_nano = line->list_nano};
        uint32_t number = source->covers[c].line;
        line->first_part = next;
        for (; c < source->cover_count && source->covers[c].line == number; c++) {
            const struct fg_focus_cover *cover = &source->covers[c];
            left.quantity -= cover->quantity;
            left.list_nano -= cover->list_nano;
            add_part(usage, next++, cover->commitment,
                     (struct amounts){cover->quantity, cover->paid_nano, cover->list_nano});
        }
        add_part(usage, next++, NO_COMMITMENT, left);
        line->part_count = next - line->first_part;
    }
}

static struct amounts share_of(const struct part *part, int64_t quantity, __int128 all)
{
    return (struct amounts){
        .quantity = fg_share_of(part->all.quantity, quantity, all),
        .paid_nano = (fg_nanodollars)fg_share_of(part->all.paid_nano, quantity, all),
        .list_nano = (fg_nanodollars)fg_share_of(part->all.list_nano, quantity, all),
    };
}

static void find_rests(struct fg_focus_usage *usage)
{
    const struct fg_focus_source *source = &usage->export->source;
    for (uint32_t i = 0; i < source->account_count; i++) {
        uint32_t number = source->accounts[i].line;
        if (number == FG_FOCUS_NO_LINE || !fg_focus_account_is_on(source, i))
            continue;
        const struct line *line = &usage->lines[number];
        for (uint32_t p = 0; p < line->part_count; p++) {
            struct part *part = &usage->parts[line->first_part + p];
            struct amounts share = share_of(part, source->amounts[i].quantity, line->quantity);
            part->rest.quantity -= share.quantity;
            part->rest.paid_nano -= share.paid_nano;
            part->rest.list_nano -= share.list_nano;
        }
    }
}

/* ---- rows ---- */

/* The numbers of a row that is being written. */
struct numbers {
    fg_focus_buffers costs;
    char priced[FG_FOCUS_NUMBER_BYTES], consumed[FG_FOCUS_NUMBER_BYTES];
    char committed[FG_FOCUS_NUMBER_BYTES], ratio[FG_FOCUS_NUMBER_BYTES];
    char details[FG_FOCUS_NUMBER_BYTES + 64];
};

/* Whether the price times top / bottom is the amount, but for less than a nanodollar. */
static bool comes_to(__int128 top, __int128 bottom, fg_nanodollars price, fg_nanodollars amount)
{
    __int128 off = top * price - amount * bottom;
    return 10 * (off < 0 ? -off : off) <= 9 * bottom;
}

/* Sets PricingQuantity; returns what it comes to at the agreed price. */
static fg_nanodollars put_quantities(const struct fg_account *account, int64_t quantity,
                                     fg_nanodollars list_nano, struct numbers *numbers,
                                     struct fg_focus_row *row)
{
    fg_nanodollars price = account->list_unit_nano;
    __int128 top = quantity, bottom = fg_charge_base_per_unit(account->charge);
    row->cells[FG_FOCUS_CONSUMED_QUANTITY] = fg_focus_ratio(top, bottom, numbers->consumed);
    row->cells[FG_FOCUS_PRICING_QUANTITY] = row->cells[FG_FOCUS_CONSUMED_QUANTITY];
    if (price > 0 && !comes_to(top, bottom, price, list_nano)) {
        top = list_nano;
        bottom = price;
        row->cells[FG_FOCUS_PRICING_QUANTITY] = fg_focus_ratio(top, bottom, numbers->priced);
    }
    if (account->contract_unit_nano == price)
        return list_nano;
    return (fg_nanodollars)fg_money_divide_half_even(top * account->contract_unit_nano, bottom);
}

/* How much of the node's price it is. */
static void put_ratio(const struct fg_focus_usage *usage, uint32_t number, struct numbers *numbers,
                      struct fg_focus_row *row)
{
    const struct fg_focus_source *source = &usage->export->source;
    const struct fg_focus_account *own = &source->accounts[number];
    __int128 whole = usage->origins[own->origin];
    row->cells[FG_FOCUS_ALLOCATED_METHOD_DETAILS] = (struct fg_focus_cell){0};
    if (usage->export->context.form.version < FG_FOCUS_1_3 || whole <= 0 ||
        !fg_focus_is_split(&own->account))
        return;
    struct fg_focus_cell ratio =
        fg_focus_ratio(source->amounts[number].quantity, whole, numbers->ratio);
    int length = snprintf(numbers->details, sizeof numbers->details,
                          "\"{\"\"Elements\"\":[{\"\"AllocatedRatio\"\":%.*s}]}\"",
                          (int)ratio.length, ratio.text);
    row->cells[FG_FOCUS_ALLOCATED_METHOD_DETAILS] =
        (struct fg_focus_cell){numbers->details, (size_t)length};
}

static void write_row(struct fg_focus_usage *usage, uint32_t number, int64_t quantity,
                      struct fg_focus_costs costs, struct numbers *numbers,
                      struct fg_focus_row *row)
{
    if (quantity == 0 && costs.effective_nano == 0 && costs.billed_nano == 0 &&
        costs.list_nano == 0)
        return;
    costs.contract_nano = put_quantities(&usage->export->source.accounts[number].account, quantity,
                                         costs.list_nano, numbers, row);
    fg_focus_put_costs(&costs, numbers->costs, row);
    fg_focus_put_period(usage->export, row);
    put_ratio(usage, number, numbers, row);
    fg_focus_export_write(usage->export, row);
}

/* The row as one that a commitment covers; NULL gives it back as it is without. */
static void name_commitment(const struct fg_focus_row *from, struct fg_focus_row *row)
{
    static const enum fg_focus_column columns[] = {
        FG_FOCUS_COMMITMENT_DISCOUNT_ID,       FG_FOCUS_COMMITMENT_DISCOUNT_NAME,
        FG_FOCUS_COMMITMENT_DISCOUNT_CATEGORY, FG_FOCUS_COMMITMENT_DISCOUNT_TYPE,
        FG_FOCUS_COMMITMENT_DISCOUNT_UNIT,
    };
    static const struct fg_focus_row nothing;
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
        row->cells[columns[i]] = (from != NULL ? from : &nothing)->cells[columns[i]];
}

static void write_covered(struct fg_focus_usage *usage, uint32_t number, uint32_t commitment,
                          const struct amounts *share)
{
    struct fg_focus_row *row = &usage->rows[number];
    const struct fg_focus_source *source = &usage->export->source;
    struct fg_focus_cell category = row->cells[FG_FOCUS_PRICING_CATEGORY];
    struct numbers numbers;
    struct fg_focus_cell *quantity = &row->cells[FG_FOCUS_COMMITMENT_DISCOUNT_QUANTITY];
    name_commitment(&usage->commitment_rows[commitment], row);
    row->cells[FG_FOCUS_PRICING_CATEGORY] = (struct fg_focus_cell){"Committed", 9};
    row->cells[FG_FOCUS_COMMITMENT_DISCOUNT_STATUS] = (struct fg_focus_cell){"Used", 4};
    *quantity = fg_focus_commitment_quantity(
        &source->commitments[commitment], source->accounts[number].account.sku,
        (int64_t)share->quantity, share->paid_nano, numbers.committed);
    fg_focus_put_applied(&usage->applied[commitment], quantity, row);
    write_row(
        usage, number, (int64_t)share->quantity,
        (struct fg_focus_costs){.effective_nano = share->paid_nano, .list_nano = share->list_nano},
        &numbers, row);
    name_commitment(NULL, row);
    row->cells[FG_FOCUS_COMMITMENT_DISCOUNT_STATUS] = (struct fg_focus_cell){0};
    row->cells[FG_FOCUS_CONTRACT_APPLIED] = (struct fg_focus_cell){0};
    *quantity = (struct fg_focus_cell){0};
    row->cells[FG_FOCUS_PRICING_CATEGORY] = category;
}

static void write_standard(struct fg_focus_usage *usage, uint32_t number, int64_t quantity,
                           struct fg_focus_costs costs)
{
    struct numbers numbers;
    write_row(usage, number, quantity, costs, &numbers, &usage->rows[number]);
}

static fg_status add_up_wrongly(const struct fg_focus_usage *usage, uint32_t number,
                                struct fg_error *error)
{
    const struct fg_account *account = &usage->export->source.accounts[number].account;
    return fg_error_set(error, FG_FAILED,
                        "what commitments cover of %.64s in the hour from %s does not come to what "
                        "the ledger has; the database is damaged",
                        account->sku, usage->export->hour_start);
}

static fg_status write_parts(struct fg_focus_usage *usage, uint32_t number, struct fg_error *error)
{
    const struct fg_focus_source *source = &usage->export->source;
    const struct fg_focus_amounts *amounts = &source->amounts[number];
    const struct line *line = &usage->lines[source->accounts[number].line];
    fg_nanodollars left = amounts->nano - amounts->billed_nano;
    for (uint32_t p = 0; p < line->part_count; p++) {
        const struct part *part = &usage->parts[line->first_part + p];
        struct amounts share = share_of(part, amounts->quantity, line->quantity);
        if (line->taker.row == number) {
            share.quantity += part->rest.quantity;
            share.paid_nano += part->rest.paid_nano;
            share.list_nano += part->rest.list_nano;
        }
        left -= share.paid_nano;
        if (part->commitment != NO_COMMITMENT)
            write_covered(usage, number, part->commitment, &share);
        else
            write_standard(usage, number, (int64_t)share.quantity,
                           (struct fg_focus_costs){.billed_nano = amounts->billed_nano,
                                                   .effective_nano = amounts->billed_nano,
                                                   .list_nano = share.list_nano});
    }
    return left == 0 ? FG_OK : add_up_wrongly(usage, number, error);
}

fg_status fg_focus_usage_write(struct fg_focus_usage *usage, struct fg_error *error)
{
    const struct fg_focus_source *source = &usage->export->source;
    fg_status status = FG_OK;
    bool is_split = usage->export->context.form.version >= FG_FOCUS_1_3;
    if (source->cover_count > 0 || is_split)
        sum_lines(usage);
    if (source->cover_count > 0) {
        make_parts(usage);
        find_rests(usage);
    }
    for (uint32_t i = 0; status == FG_OK && i < source->account_count; i++) {
        const struct fg_focus_account *own = &source->accounts[i];
        const struct fg_focus_amounts *amounts = &source->amounts[i];
        if (!fg_focus_account_is_on(source, i) || own->commitment != FG_FOCUS_NO_LINE)
            continue;
        if (source->cover_count > 0 && own->line != FG_FOCUS_NO_LINE &&
            usage->lines[own->line].part_count > 0)
            status = write_parts(usage, i, error);
        else
            write_standard(usage, i, amounts->quantity,
                           (struct fg_focus_costs){.billed_nano = amounts->billed_nano,
                                                   .effective_nano = amounts->nano,
                                                   .list_nano = amounts->list_nano});
    }
    return status;
}
