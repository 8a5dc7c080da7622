#include "data/store_ledger.h"

#include <stdlib.h>

#include "data/store_days.h"
#include "data/store_row.h"
#include "data/store_schema.h"

enum statement { ACCOUNT, LEDGER, COMMITMENT, COMMITMENT_HOUR, COVERAGE, STATEMENT_COUNT };

static const char *const statement_sql[STATEMENT_COUNT] = {
    [ACCOUNT] = "INSERT INTO account VALUES(?,?,?,?,?,?,?,?,?,?,?)",
    [LEDGER] = "INSERT INTO ledger VALUES(?,?,?,?,?,?,?,?,?)",
    [COMMITMENT] = "INSERT INTO commitment VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
    [COMMITMENT_HOUR] = "INSERT INTO commitment_hour VALUES(?,?,?,?,?,?,?,?)",
    [COVERAGE] = "INSERT INTO coverage VALUES(?,?,?,?,?,?,?,?,?,?,?)",
};

struct fg_ledger_writer {
    sqlite3 *database;
    enum fg_ledger_detail detail;
    sqlite3_stmt *statements[STATEMENT_COUNT];
};

fg_status fg_ledger_writer_open(sqlite3 *database, enum fg_ledger_detail detail,
                                struct fg_ledger_writer **out, struct fg_error *error)
{
    struct fg_ledger_writer *writer = fg_allocate(1, sizeof *writer);
    *writer = (struct fg_ledger_writer){.database = database, .detail = detail};
    *out = writer;
    for (int i = 0; i < STATEMENT_COUNT; i++)
        if (sqlite3_prepare_v3(database, statement_sql[i], -1, SQLITE_PREPARE_PERSISTENT,
                               &writer->statements[i], NULL) != SQLITE_OK)
            return fg_store_failed(database, error);
    return FG_OK;
}

void fg_ledger_writer_close(struct fg_ledger_writer *writer)
{
    if (writer == NULL)
        return;
    for (int i = 0; i < STATEMENT_COUNT; i++)
        sqlite3_finalize(writer->statements[i]);
    free(writer);
}

static struct fg_row start_row(struct fg_ledger_writer *writer, enum statement number)
{
    return (struct fg_row){writer->statements[number], 0};
}

/* ---- accounts and amounts ---- */

static fg_status put_accounts(struct fg_ledger_writer *writer, int64_t run_id,
                              const struct fg_ledger *ledger, struct fg_error *error)
{
    fg_status status = FG_OK;
    for (uint32_t i = 0; status == FG_OK && i < ledger->account_count; i++) {
        const struct fg_account *account = &ledger->accounts[i];
        char name[128];
        struct fg_row row = start_row(writer, ACCOUNT);
        fg_row_put(&row, run_id);
        fg_row_put(&row, i);
        fg_row_put(&row, account->charge);
        fg_row_put_text(&row, fg_account_charge_name(account, name));
        fg_row_put_text(&row, account->pool);
        fg_row_put_text(&row, account->sku);
        fg_row_put_text(&row, account->namespace_name);
        fg_row_put_text(&row, account->workload);
        fg_row_put_name(&row, account->group);
        fg_row_put(&row, account->list_unit_nano);
        fg_row_put(&row, account->contract_unit_nano);
        status = fg_row_finish(&row, error);
    }
    return status;
}

/* An amount is stored beside the row's only where it differs. */
static fg_status put_ledger_row(struct fg_ledger_writer *writer, int64_t run_id,
                                const struct fg_ledger_row *from, const struct fg_row_cost *cost,
                                struct fg_error *error)
{
    struct fg_row row = start_row(writer, LEDGER);
    fg_row_put(&row, run_id);
    fg_row_put(&row, from->account);
    fg_row_put(&row, from->first_hour);
    fg_row_put(&row, from->hour_count);
    fg_row_put(&row, from->quantity);
    fg_row_put(&row, from->nano);
    fg_row_put_or_null(&row, cost->list_nano, cost->list_nano != from->nano);
    fg_row_put_or_null(&row, cost->contract_nano, cost->contract_nano != from->nano);
    fg_row_put_or_null(&row, cost->billed_nano, cost->billed_nano != from->nano);
    return fg_row_finish(&row, error);
}

/* How many of `count` hours from `hour` on lie in one row of this detail. */
static uint32_t hours_in_row(enum fg_ledger_detail detail, int32_t hour, uint32_t count)
{
    uint32_t left = (uint32_t)(fg_first_hour_of_day(hour) + FG_DAY_HOURS - hour);
    return detail == FG_LEDGER_DAY && left < count ? left : count;
}

/* Whether an account's hour belongs to the row that is being summed. */
static bool continues(enum fg_ledger_detail detail, const struct fg_ledger_row *sum,
                      uint32_t account, int32_t hour)
{
    return sum->account == account &&
           (detail == FG_LEDGER_TOTAL || sum->first_hour == fg_first_hour_of_day(hour));
}

static void add_cost(struct fg_row_cost *sum, const struct fg_row_cost *cost, uint32_t count)
{
    sum->list_nano += cost->list_nano * count;
    sum->contract_nano += cost->contract_nano * count;
    sum->billed_nano += cost->billed_nano * count;
}

/* Rows of a day, or of all, are the sums of the hours' rows, each rounded on its own; they stand
 * at the day's first hour, for the total at the account's first hour. */
static fg_status put_sums(struct fg_ledger_writer *writer, int64_t run_id,
                          const struct fg_ledger *ledger, struct fg_error *error)
{
    struct fg_ledger_row sum = {.account = UINT32_MAX};
    struct fg_row_cost sum_cost = {0};
    fg_status status = FG_OK;
    for (uint32_t i = 0; i < ledger->row_count; i++) {
        const struct fg_ledger_row *row = &ledger->rows[i];
        struct fg_row_cost cost = fg_ledger_cost(ledger, i);
        int32_t hour = row->first_hour;
        for (uint32_t left = row->hour_count, count; left > 0; left -= count) {
            if (!continues(writer->detail, &sum, row->account, hour)) {
                if (sum.account != UINT32_MAX)
                    status = put_ledger_row(writer, run_id, &sum, &sum_cost, error);
                if (status != FG_OK)
                    return status;
                sum = (struct fg_ledger_row){.account = row->account,
                                             .first_hour = writer->detail == FG_LEDGER_DAY
                                                               ? fg_first_hour_of_day(hour)
                                                               : hour,
                                             .hour_count = 1};
                sum_cost = (struct fg_row_cost){0};
            }
            count = hours_in_row(writer->detail, hour, left);
            sum.quantity += row->quantity * count;
            sum.nano += row->nano * count;
            add_cost(&sum_cost, &cost, count);
            hour += (int32_t)count;
        }
    }
    return sum.account == UINT32_MAX ? FG_OK
                                     : put_ledger_row(writer, run_id, &sum, &sum_cost, error);
}

static fg_status put_range(struct fg_ledger_writer *writer, int64_t run_id,
                           const struct fg_ledger_row *row, const struct fg_row_cost *cost,
                           struct fg_error *error)
{
    struct fg_ledger_row part = *row;
    fg_status status = FG_OK;
    for (uint32_t left = row->hour_count; status == FG_OK && left > 0; left -= part.hour_count) {
        part.first_hour = row->first_hour + (int32_t)(row->hour_count - left);
        part.hour_count = left < FG_STORE_RANGE_HOURS ? left : FG_STORE_RANGE_HOURS;
        status = put_ledger_row(writer, run_id, &part, cost, error);
    }
    return status;
}

static fg_status put_amounts(struct fg_ledger_writer *writer, int64_t run_id,
                             const struct fg_ledger *ledger, struct fg_error *error)
{
    if (writer->detail != FG_LEDGER_HOUR)
        return put_sums(writer, run_id, ledger, error);
    fg_status status = FG_OK;
    for (uint32_t i = 0; status == FG_OK && i < ledger->row_count; i++) {
        struct fg_row_cost cost = fg_ledger_cost(ledger, i);
        status = put_range(writer, run_id, &ledger->rows[i], &cost, error);
    }
    return status;
}

/* ---- commitments ---- */

static fg_status put_commitment(struct fg_ledger_writer *writer, int64_t run_id, uint32_t number,
                                const struct fg_commitment *from, struct fg_error *error)
{
    struct fg_row row = start_row(writer, COMMITMENT);
    fg_row_put(&row, run_id);
    fg_row_put(&row, number);
    fg_row_put_text(&row, from->name);
    fg_row_put_text(&row, fg_commitment_kind_name(from->kind));
    fg_row_put(&row, from->term_years);
    fg_row_put_text(&row, fg_payment_name(from->payment));
    fg_row_put_name(&row, from->region);
    fg_row_put_name(&row, from->family);
    fg_row_put_name(&row, from->instance_type);
    fg_row_put_name(&row, from->zone);
    fg_row_put(&row, from->count);
    fg_row_put(&row, from->hourly_nano);
    fg_row_put(&row, from->recurring_nano);
    fg_row_put(&row, from->upfront_nano);
    fg_row_put(&row, from->start);
    fg_row_put(&row, from->end);
    return fg_row_finish(&row, error);
}

static fg_status put_commitment_hour(struct fg_ledger_writer *writer, int64_t run_id,
                                     const struct fg_commitment_hour *from, struct fg_error *error)
{
    struct fg_row row = start_row(writer, COMMITMENT_HOUR);
    fg_row_put(&row, run_id);
    fg_row_put(&row, from->commitment);
    fg_row_put(&row, from->first_hour);
    fg_row_put(&row, from->hour_count);
    fg_row_put(&row, from->hourly_nano);
    fg_row_put(&row, from->used_nano);
    fg_row_put(&row, from->other_nano);
    fg_row_put(&row, from->billed_nano);
    return fg_row_finish(&row, error);
}

static fg_status put_cover(struct fg_ledger_writer *writer, int64_t run_id,
                           const struct fg_coverage_row *from, struct fg_error *error)
{
    struct fg_row row = start_row(writer, COVERAGE);
    fg_row_put(&row, run_id);
    fg_row_put(&row, from->commitment);
    fg_row_put(&row, from->charge);
    fg_row_put_text(&row, from->sku);
    fg_row_put(&row, from->list_unit_nano);
    fg_row_put(&row, from->first_hour);
    fg_row_put(&row, from->hour_count);
    fg_row_put(&row, from->quantity);
    fg_row_put(&row, from->paid_nano);
    fg_row_put(&row, from->list_nano);
    fg_row_put(&row, from->contract_nano);
    return fg_row_finish(&row, error);
}

static fg_status put_commitments(struct fg_ledger_writer *writer, int64_t run_id,
                                 const struct fg_commitment_records *records,
                                 struct fg_error *error)
{
    fg_status status = FG_OK;
    for (uint32_t i = 0; status == FG_OK && i < records->count; i++)
        status = put_commitment(writer, run_id, i, &records->items[i], error);
    for (uint32_t i = 0; status == FG_OK && i < records->hour_count; i++)
        status = put_commitment_hour(writer, run_id, &records->hours[i], error);
    if (writer->detail != FG_LEDGER_HOUR)
        return status;
    for (uint32_t i = 0; status == FG_OK && i < records->cover_count; i++)
        status = put_cover(writer, run_id, &records->covers[i], error);
    return status;
}

fg_status fg_ledger_writer_put(struct fg_ledger_writer *writer, int64_t run_id,
                               const struct fg_result *result, struct fg_error *error)
{
    fg_status status = put_accounts(writer, run_id, &result->ledger, error);
    if (status == FG_OK)
        status = put_amounts(writer, run_id, &result->ledger, error);
    if (status == FG_OK)
        status = put_commitments(writer, run_id, &result->commitments, error);
    return status;
}
