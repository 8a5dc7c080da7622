#include "reports/focus_commitments.h"

#include <stdlib.h>
#include <string.h>

#include "reports/query.h"

enum { HOUR_S = 3600, YEAR_HOURS = 8760 };

enum row_kind { FEE, UPFRONT, UNUSED, OTHER_USAGE, ROW_KIND_COUNT };

/* Over all hours of the run. */
struct total {
    __int128 hourly_nano, other_nano;
};

struct fg_focus_commitments {
    struct fg_focus_export *export;
    bool other_usage;
    struct total *totals;                        /* by commitment */
    struct fg_focus_row (*rows)[ROW_KIND_COUNT]; /* by commitment */
    struct fg_focus_applied *applied;            /* by commitment */
    uint32_t *unused_account;                    /* by commitment; UINT32_MAX = none */
};

/* ---- what does not change ---- */

static void put_words(const struct fg_focus_context *context, struct fg_focus_row *row,
                      const char *const words[5])
{
    static const enum fg_focus_column columns[] = {
        FG_FOCUS_CHARGE_CATEGORY, FG_FOCUS_CHARGE_FREQUENCY, FG_FOCUS_PRICING_CATEGORY,
        FG_FOCUS_PRICING_UNIT, FG_FOCUS_COMMITMENT_DISCOUNT_STATUS};
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
        fg_focus_put(context, row, columns[i], words[i]);
}

static void describe(const struct fg_focus_context *context, const struct fg_commitment *commitment,
                     struct fg_focus_row *rows)
{
    static const struct {
        const char *words[5];
        const char *what;
    } kinds[ROW_KIND_COUNT] = {
        [FEE] = {{"Purchase", "Recurring", "Standard", "Hours", NULL}, "fee of an hour"},
        [UPFRONT] = {{"Purchase", "One-Time", "Standard", "Units", NULL}, "paid upfront"},
        [UNUSED] = {{"Usage", "Usage-Based", "Committed", "Hours", "Unused"}, "not used"},
        [OTHER_USAGE] = {{"Usage", "Usage-Based", "Committed", "USD", "Used"},
                         "used by others of the account"},
    };
    for (int kind = 0; kind < ROW_KIND_COUNT; kind++) {
        struct fg_focus_row *row = &rows[kind];
        fg_focus_describe_commitment(context, commitment, row);
        put_words(context, row, kinds[kind].words);
        fg_focus_put(context, row, FG_FOCUS_CHARGE_DESCRIPTION,
                     fg_arena_format(context->arena, "%s: %s", commitment->name, kinds[kind].what));
    }
    struct fg_focus_row *other = &rows[OTHER_USAGE];
    fg_focus_put_prices(context, &rows[UNUSED], 0, 0);
    fg_focus_put_prices(context, other, FG_NANO_PER_DOLLAR, FG_NANO_PER_DOLLAR);
    fg_focus_put(context, other, FG_FOCUS_CONSUMED_UNIT, "USD");
    fg_focus_put(context, other, FG_FOCUS_RESOURCE_ID, NULL);
    fg_focus_put(context, other, FG_FOCUS_RESOURCE_NAME, NULL);
    fg_focus_put(context, other, FG_FOCUS_RESOURCE_TYPE, NULL);
    fg_focus_put(context, other, FG_FOCUS_TAGS, NULL);
    fg_focus_put(context, other, FG_FOCUS_X_CHARGE, "other-usage");
    fg_focus_put(context, other, FG_FOCUS_X_POOL, NULL);
}

static fg_status read_totals(sqlite3 *database, struct fg_focus_commitments *commitments,
                             struct fg_error *error)
{
    sqlite3_stmt *query;
    fg_status status = fg_query_prepare(database,
                                        "SELECT number, hour_count, hourly_nano, other_nano"
                                        " FROM commitment_hour WHERE run_id = ?",
                                        &query, error);
    if (status != FG_OK)
        return status;
    sqlite3_bind_int64(query, 1, commitments->export->context.run.id);
    while (fg_query_next(query)) {
        int64_t number = sqlite3_column_int64(query, 0), count = sqlite3_column_int64(query, 1);
        if (number < 0 || number >= commitments->export->source.commitment_count)
            continue;
        struct total *total = &commitments->totals[number];
        total->hourly_nano += (__int128)sqlite3_column_int64(query, 2) * count;
        total->other_nano += (__int128)sqlite3_column_int64(query, 3) * count;
    }
    return fg_query_finish(query, FG_OK, error);
}

fg_status fg_focus_commitments_open(struct fg_focus_export *export, sqlite3 *database,
                                    bool other_usage, struct fg_focus_commitments **out,
                                    struct fg_error *error)
{
    const struct fg_focus_source *source = &export->source;
    uint32_t count = source->commitment_count;
    struct fg_focus_commitments *own = fg_allocate(1, sizeof *own);
    *own = (struct fg_focus_commitments){
        .export = export,
        .other_usage = other_usage,
        .totals = fg_allocate(count, sizeof *own->totals),
        .rows = fg_allocate(count, sizeof *own->rows),
        .applied = fg_allocate(count, sizeof *own->applied),
        .unused_account = fg_allocate(count, sizeof *own->unused_account),
    };
    *out = own;
    for (uint32_t i = 0; i < count; i++) {
        describe(&export->context, &source->commitments[i], own->rows[i]);
        own->applied[i] = fg_focus_applied_open(&export->context, &source->commitments[i]);
        own->unused_account[i] = UINT32_MAX;
    }
    for (uint32_t i = 0; i < source->account_count; i++)
        if (source->accounts[i].commitment != FG_FOCUS_NO_LINE)
            own->unused_account[source->accounts[i].commitment] = i;
    return read_totals(database, own, error);
}

void fg_focus_commitments_close(struct fg_focus_commitments *commitments)
{
    if (commitments == NULL)
        return;
    free(commitments->totals);
    free(commitments->rows);
    free(commitments->applied);
    free(commitments->unused_account);
    free(commitments);
}

/* ---- rows ---- */

struct numbers {
    fg_focus_buffers costs;
    char unit_price[FG_FOCUS_NUMBER_BYTES], priced[FG_FOCUS_NUMBER_BYTES];
    char committed[FG_FOCUS_NUMBER_BYTES];
};

static void put_unit_price(fg_nanodollars nano, struct numbers *numbers, struct fg_focus_row *row)
{
    struct fg_focus_cell cell = fg_focus_usd(nano, numbers->unit_price);
    row->cells[FG_FOCUS_LIST_UNIT_PRICE] = cell;
    row->cells[FG_FOCUS_CONTRACTED_UNIT_PRICE] = cell;
    row->cells[FG_FOCUS_PRICING_CURRENCY_LIST_UNIT_PRICE] = cell;
    row->cells[FG_FOCUS_PRICING_CURRENCY_CONTRACTED_UNIT_PRICE] = cell;
}

static void write_row(struct fg_focus_commitments *own, uint32_t number, enum row_kind kind,
                      const struct fg_focus_costs *costs, struct fg_focus_cell committed,
                      struct numbers *numbers)
{
    struct fg_focus_row *row = &own->rows[number][kind];
    row->cells[FG_FOCUS_COMMITMENT_DISCOUNT_QUANTITY] = committed;
    fg_focus_put_applied(&own->applied[number], &committed, row);
    fg_focus_put_costs(costs, numbers->costs, row);
    fg_focus_export_write(own->export, row);
}

/* amount * part / whole; all of it where there is no whole. */
static fg_nanodollars scaled(fg_nanodollars amount, __int128 part, __int128 whole)
{
    return whole <= 0 || part == whole
               ? amount
               : (fg_nanodollars)fg_money_divide_half_even(amount * part, whole);
}

/* What `hours` of it came to of the part that is bought, in its unit. */
static struct fg_focus_cell bought(const struct fg_commitment *commitment, fg_nanodollars nano,
                                   fg_nanodollars whole_nano, int64_t hours, char *buffer)
{
    if (fg_commitment_is_plan(commitment->kind))
        return fg_focus_usd(nano, buffer);
    if (whole_nano <= 0)
        return fg_focus_ratio((__int128)commitment->count * hours, 1, buffer);
    __int128 part = (__int128)nano * FG_NANO_PER_DOLLAR / whole_nano;
    return fg_focus_ratio(part * commitment->count * hours, FG_NANO_PER_DOLLAR, buffer);
}

static void write_purchase(struct fg_focus_commitments *own, uint32_t number, enum row_kind kind,
                           fg_nanodollars nano, struct fg_focus_cell committed,
                           struct numbers *numbers)
{
    struct fg_focus_row *row = &own->rows[number][kind];
    struct fg_focus_costs costs = {.billed_nano = nano, .list_nano = nano, .contract_nano = nano};
    put_unit_price(nano, numbers, row);
    row->cells[FG_FOCUS_PRICING_QUANTITY] = fg_focus_ratio(1, 1, numbers->priced);
    write_row(own, number, kind, &costs, committed, numbers);
}

static void write_fee(struct fg_focus_commitments *own, uint32_t number)
{
    const struct fg_focus_source *source = &own->export->source;
    const struct fg_commitment *commitment = &source->commitments[number];
    const struct fg_focus_commitment_hour *hour = &source->commitment_hours[number];
    fg_nanodollars whole = commitment->recurring_nano;
    fg_nanodollars fee =
        own->other_usage ? whole
                         : scaled(whole, hour->hourly_nano - hour->other_nano, hour->hourly_nano);
    struct numbers numbers;
    if (fee == 0)
        return;
    fg_focus_put_period(own->export, &own->rows[number][FEE]);
    write_purchase(own, number, FEE, fee, bought(commitment, fee, whole, 1, numbers.committed),
                   &numbers);
}

static int64_t term_hours(const struct fg_commitment *commitment)
{
    if (commitment->end > commitment->start)
        return (commitment->end - commitment->start) / HOUR_S;
    return commitment->term_years == 0 ? 1 : (int64_t)commitment->term_years * YEAR_HOURS;
}

static void write_upfront(struct fg_focus_commitments *own, uint32_t number)
{
    const struct fg_focus_source *source = &own->export->source;
    const struct fg_commitment *commitment = &source->commitments[number];
    const struct total *total = &own->totals[number];
    fg_nanodollars whole =
        source->commitment_hours[number].billed_nano - commitment->recurring_nano;
    fg_nanodollars upfront =
        own->other_usage
            ? whole
            : scaled(whole, total->hourly_nano - total->other_nano, total->hourly_nano);
    int64_t hours = term_hours(commitment);
    struct fg_focus_row *row = &own->rows[number][UPFRONT];
    struct numbers numbers;
    char end[32];
    if (upfront <= 0)
        return;
    fg_focus_put_period(own->export, row);
    fg_calendar_print_instant(((fg_unix_s)source->hour + hours) * HOUR_S, end);
    row->cells[FG_FOCUS_CHARGE_PERIOD_END] = (struct fg_focus_cell){end, strlen(end)};
    write_purchase(own, number, UPFRONT, upfront,
                   bought(commitment, upfront, whole, hours, numbers.committed), &numbers);
}

static void write_unused(struct fg_focus_commitments *own, uint32_t number)
{
    const struct fg_focus_source *source = &own->export->source;
    const struct fg_commitment *commitment = &source->commitments[number];
    const struct fg_focus_commitment_hour *hour = &source->commitment_hours[number];
    uint32_t account = own->unused_account[number];
    int64_t quantity = account != UINT32_MAX && fg_focus_account_is_on(source, account)
                           ? source->amounts[account].quantity
                           : 0;
    struct fg_focus_costs costs = {.effective_nano =
                                       hour->hourly_nano - hour->used_nano - hour->other_nano};
    struct fg_focus_row *row = &own->rows[number][UNUSED];
    struct numbers numbers;
    if (costs.effective_nano == 0)
        return;
    bool is_plan = fg_commitment_is_plan(commitment->kind);
    struct fg_focus_cell committed =
        is_plan ? fg_focus_usd(costs.effective_nano, numbers.committed)
                : fg_focus_ratio(quantity, fg_charge_base_per_unit(FG_CHARGE_RESERVED_INSTANCE),
                                 numbers.committed);
    row->cells[FG_FOCUS_PRICING_QUANTITY] =
        is_plan ? fg_focus_ratio(1, 1, numbers.priced) : committed;
    fg_focus_put_period(own->export, row);
    write_row(own, number, UNUSED, &costs, committed, &numbers);
}

static void write_other_usage(struct fg_focus_commitments *own, uint32_t number)
{
    const struct fg_focus_source *source = &own->export->source;
    const struct fg_commitment *commitment = &source->commitments[number];
    const struct fg_focus_commitment_hour *hour = &source->commitment_hours[number];
    struct fg_focus_costs costs = {.effective_nano = hour->other_nano,
                                   .list_nano = hour->other_nano,
                                   .contract_nano = hour->other_nano};
    struct fg_focus_row *row = &own->rows[number][OTHER_USAGE];
    struct numbers numbers;
    if (!own->other_usage || hour->other_nano == 0)
        return;
    fg_focus_put_period(own->export, row);
    row->cells[FG_FOCUS_PRICING_QUANTITY] = fg_focus_usd(hour->other_nano, numbers.priced);
    row->cells[FG_FOCUS_CONSUMED_QUANTITY] = row->cells[FG_FOCUS_PRICING_QUANTITY];
    write_row(own, number, OTHER_USAGE, &costs,
              bought(commitment, hour->other_nano, hour->hourly_nano, 1, numbers.committed),
              &numbers);
}

void fg_focus_commitments_write(struct fg_focus_commitments *commitments)
{
    const struct fg_focus_source *source = &commitments->export->source;
    for (uint32_t i = 0; i < source->commitment_count; i++) {
        if (source->commitment_hours[i].end_hour <= source->hour)
            continue;
        write_fee(commitments, i);
        write_upfront(commitments, i);
        write_unused(commitments, i);
        write_other_usage(commitments, i);
    }
}
