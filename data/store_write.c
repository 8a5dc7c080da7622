#include "data/store_write.h"

#include <stdlib.h>
#include <string.h>

#include "data/store_sql.h"

enum statement {
    ACCOUNT,
    LEDGER,
    CAPACITY,
    OUTCOME,
    POD,
    HOURS,
    DONE,
    STATEMENT_COUNT,
};

static const char *const statement_sql[STATEMENT_COUNT] = {
    [ACCOUNT] = "INSERT INTO account VALUES(?,?,?,?,?,?,?)",
    [LEDGER] = "INSERT INTO ledger VALUES(?,?,?,?,?,?,?)",
    [CAPACITY] = "INSERT INTO capacity VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
    [OUTCOME] = "INSERT INTO outcome VALUES(?,?,?,?,?,?,?,?,?,?,?)",
    [POD] = "INSERT INTO pod VALUES(?,?,?,?,?,?,?,?,?,?,?,?)",
    [HOURS] = "INSERT OR IGNORE INTO hours VALUES(?)",
    [DONE] = "UPDATE run SET done = 1, cut_s = ?2, pod_count = ?3, left_out = ?4, never_ran = ?5,"
             " unspread = ?6, peak_nodes = ?7, peak_fargate_vcpu_milli = ?8, wait_p50_s = ?9,"
             " wait_p95_s = ?10, wait_max_s = ?11, requested_cpu_milli_s = ?12,"
             " requested_memory_mib_s = ?13, fargate_waste_nano = ?14, node_idle_nano = ?15,"
             " node_nano = ?16, skipped_rows = ?17 WHERE id = ?1",
};

struct fg_store_writer {
    sqlite3 *database;
    enum fg_ledger_detail detail;
    bool with_pods;
    sqlite3_stmt *statements[STATEMENT_COUNT];
};

fg_status fg_store_writer_open(sqlite3 *database, enum fg_ledger_detail detail, bool with_pods,
                               struct fg_store_writer **out, struct fg_error *error)
{
    struct fg_store_writer *writer = fg_allocate(1, sizeof *writer);
    *writer =
        (struct fg_store_writer){.database = database, .detail = detail, .with_pods = with_pods};
    *out = writer;
    for (int i = 0; i < STATEMENT_COUNT; i++)
        if (sqlite3_prepare_v3(database, statement_sql[i], -1, SQLITE_PREPARE_PERSISTENT,
                               &writer->statements[i], NULL) != SQLITE_OK)
            return fg_store_failed(database, error);
    return FG_OK;
}

void fg_store_writer_close(struct fg_store_writer *writer)
{
    if (writer == NULL)
        return;
    for (int i = 0; i < STATEMENT_COUNT; i++)
        sqlite3_finalize(writer->statements[i]);
    free(writer);
}

/* ---- binding: one value after the other ---- */

struct row {
    sqlite3_stmt *statement;
    int column;
};

static struct row start_row(struct fg_store_writer *writer, enum statement number)
{
    return (struct row){writer->statements[number], 0};
}

static void put(struct row *row, int64_t value)
{
    sqlite3_bind_int64(row->statement, ++row->column, value);
}

static void put_text(struct row *row, const char *text)
{
    sqlite3_bind_text(row->statement, ++row->column, text, -1, SQLITE_STATIC);
}

static void put_or_null(struct row *row, int64_t value, bool known)
{
    row->column++;
    if (known)
        sqlite3_bind_int64(row->statement, row->column, value);
    else
        sqlite3_bind_null(row->statement, row->column);
}

/* Sums beyond 63 bits would need 10^16 vCPU-seconds; they are held at the limit. */
static int64_t held(__int128 value)
{
    return value > INT64_MAX ? INT64_MAX : (int64_t)value;
}

static fg_status finish_row(struct fg_store_writer *writer, struct row *row, struct fg_error *error)
{
    int code = sqlite3_step(row->statement);
    sqlite3_reset(row->statement);
    return code == SQLITE_DONE ? FG_OK : fg_store_failed(writer->database, error);
}

/* ---- tables ---- */

static fg_status put_accounts(struct fg_store_writer *writer, int64_t run_id,
                              const struct fg_ledger *ledger, struct fg_error *error)
{
    fg_status status = FG_OK;
    for (uint32_t i = 0; status == FG_OK && i < ledger->account_count; i++) {
        const struct fg_account *account = &ledger->accounts[i];
        struct row row = start_row(writer, ACCOUNT);
        put(&row, run_id);
        put(&row, i);
        put(&row, account->charge);
        put_text(&row, account->pool);
        put_text(&row, account->sku);
        put_text(&row, account->namespace_name);
        put_text(&row, account->workload);
        status = finish_row(writer, &row, error);
    }
    return status;
}

/* A list price is stored only where it differs from what was paid. */
static fg_status put_ledger_row(struct fg_store_writer *writer, int64_t run_id,
                                const struct fg_ledger_row *from, fg_nanodollars list_nano,
                                struct fg_error *error)
{
    struct row row = start_row(writer, LEDGER);
    put(&row, run_id);
    put(&row, from->account);
    put(&row, from->first_hour);
    put(&row, from->hour_count);
    put(&row, from->quantity);
    put(&row, from->nano);
    put_or_null(&row, list_nano, list_nano != from->nano);
    return finish_row(writer, &row, error);
}

static fg_nanodollars list_of(const struct fg_ledger *ledger, uint32_t row)
{
    return ledger->list_nano == NULL ? ledger->rows[row].nano : ledger->list_nano[row];
}

enum { DAY_HOURS = 24 };

static int32_t first_hour_of_day(int32_t hour)
{
    int32_t in_day = hour % DAY_HOURS;
    return hour - (in_day < 0 ? in_day + DAY_HOURS : in_day);
}

/* How many of `count` hours from `hour` on lie in one row of this detail. */
static uint32_t hours_in_row(enum fg_ledger_detail detail, int32_t hour, uint32_t count)
{
    uint32_t left = (uint32_t)(first_hour_of_day(hour) + DAY_HOURS - hour);
    return detail == FG_LEDGER_DAY && left < count ? left : count;
}

/* Whether an account's hour belongs to the row that is being summed. */
static bool continues(enum fg_ledger_detail detail, const struct fg_ledger_row *sum,
                      uint32_t account, int32_t hour)
{
    return sum->account == account &&
           (detail == FG_LEDGER_TOTAL || sum->first_hour == first_hour_of_day(hour));
}

/* Rows of a day, or of all, are the sums of the hours' rows, each rounded on its own; they stand
 * at the day's first hour, for the total at the account's first hour. */
static fg_status put_sums(struct fg_store_writer *writer, int64_t run_id,
                          const struct fg_ledger *ledger, struct fg_error *error)
{
    struct fg_ledger_row sum = {.account = UINT32_MAX};
    fg_nanodollars list_nano = 0;
    fg_status status = FG_OK;
    for (uint32_t i = 0; i < ledger->row_count; i++) {
        const struct fg_ledger_row *row = &ledger->rows[i];
        int32_t hour = row->first_hour;
        for (uint32_t left = row->hour_count, count; left > 0; left -= count) {
            if (!continues(writer->detail, &sum, row->account, hour)) {
                if (sum.account != UINT32_MAX)
                    status = put_ledger_row(writer, run_id, &sum, list_nano, error);
                if (status != FG_OK)
                    return status;
                sum = (struct fg_ledger_row){
                    .account = row->account,
                    .first_hour = writer->detail == FG_LEDGER_DAY ? first_hour_of_day(hour) : hour,
                    .hour_count = 1};
                list_nano = 0;
            }
            count = hours_in_row(writer->detail, hour, left);
            sum.quantity += row->quantity * count;
            sum.nano += row->nano * count;
            list_nano += list_of(ledger, i) * count;
            hour += (int32_t)count;
        }
    }
    return sum.account == UINT32_MAX ? FG_OK
                                     : put_ledger_row(writer, run_id, &sum, list_nano, error);
}

static fg_status put_ledger(struct fg_store_writer *writer, int64_t run_id,
                            const struct fg_ledger *ledger, struct fg_error *error)
{
    if (writer->detail != FG_LEDGER_HOUR)
        return put_sums(writer, run_id, ledger, error);
    fg_status status = FG_OK;
    for (uint32_t i = 0; status == FG_OK && i < ledger->row_count; i++)
        status = put_ledger_row(writer, run_id, &ledger->rows[i], list_of(ledger, i), error);
    return status;
}

static fg_status put_capacity(struct fg_store_writer *writer, int64_t run_id,
                              const struct fg_result *result, struct fg_error *error)
{
    fg_status status = FG_OK;
    for (uint32_t i = 0; status == FG_OK && i < result->capacity.count; i++) {
        const struct fg_capacity_row *from = &result->capacity.items[i];
        struct row row = start_row(writer, CAPACITY);
        put(&row, run_id);
        put_text(&row, from->pool);
        put(&row, from->first_hour);
        put(&row, from->hour_count);
        put(&row, from->seconds);
        put(&row, from->node_seconds);
        put(&row, from->cpu_capacity_milli_s);
        put(&row, from->cpu_requested_milli_s);
        put(&row, from->memory_capacity_mib_s);
        put(&row, from->memory_requested_mib_s);
        put(&row, from->pod_seconds);
        put(&row, from->nodes_max);
        put(&row, from->pods_pending_max);
        put(&row, from->addresses_max);
        status = finish_row(writer, &row, error);
    }
    return status;
}

static fg_status put_outcomes(struct fg_store_writer *writer, int64_t run_id,
                              const struct fg_result *result, struct fg_error *error)
{
    fg_status status = FG_OK;
    for (uint32_t i = 0; status == FG_OK && i < result->outcome_count; i++) {
        const struct fg_outcome_row *from = &result->outcomes[i];
        struct row row = start_row(writer, OUTCOME);
        put(&row, run_id);
        put(&row, i);
        put_text(&row, from->namespace_name);
        put_text(&row, from->workload);
        put_text(&row, from->placed_on);
        put_text(&row, fg_outcome_name(from->outcome));
        put_text(&row, from->reason);
        put(&row, (int64_t)from->pods);
        put(&row, from->wait_p50_s);
        put(&row, from->wait_p95_s);
        put(&row, from->wait_max_s);
        status = finish_row(writer, &row, error);
    }
    return status;
}

static fg_status put_pods(struct fg_store_writer *writer, int64_t run_id,
                          const struct fg_result *result, struct fg_error *error)
{
    fg_status status = FG_OK;
    for (uint32_t i = 0; writer->with_pods && status == FG_OK && i < result->pod_row_count; i++) {
        const struct fg_pod_row *from = &result->pod_rows[i];
        struct row row = start_row(writer, POD);
        put(&row, run_id);
        put(&row, i);
        put_text(&row, from->pod);
        put_text(&row, from->namespace_name);
        put_text(&row, from->workload);
        put_text(&row, from->placed_on);
        put_text(&row, fg_outcome_name(from->outcome));
        put_text(&row, from->reason);
        put(&row, from->arrival_s);
        put_or_null(&row, from->start_s, from->start_s >= 0);
        put_or_null(&row, from->end_s, from->end_s >= 0);
        put(&row, from->nano);
        status = finish_row(writer, &row, error);
    }
    return status;
}

/* Every hour that a range of this result covers, so that the views can spread it. */
static fg_status put_hours(struct fg_store_writer *writer, const struct fg_result *result,
                           struct fg_error *error)
{
    int32_t first = INT32_MAX, end = INT32_MIN;
    for (uint32_t i = 0; i < result->ledger.row_count; i++) {
        const struct fg_ledger_row *row = &result->ledger.rows[i];
        int32_t row_first =
            writer->detail == FG_LEDGER_DAY ? first_hour_of_day(row->first_hour) : row->first_hour;
        int32_t row_end = row->first_hour + (int32_t)row->hour_count;
        first = row_first < first ? row_first : first;
        end = row_end > end ? row_end : end;
    }
    for (uint32_t i = 0; i < result->capacity.count; i++) {
        const struct fg_capacity_row *row = &result->capacity.items[i];
        int32_t row_end = row->first_hour + (int32_t)row->hour_count;
        first = row->first_hour < first ? row->first_hour : first;
        end = row_end > end ? row_end : end;
    }
    fg_status status = FG_OK;
    for (int32_t hour = first; status == FG_OK && hour < end; hour++) {
        struct row row = start_row(writer, HOURS);
        put(&row, hour);
        status = finish_row(writer, &row, error);
    }
    return status;
}

static fg_status mark_done(struct fg_store_writer *writer, int64_t run_id,
                           const struct fg_summary *summary, struct fg_error *error)
{
    struct row row = start_row(writer, DONE);
    put(&row, run_id);
    put(&row, summary->cut_s);
    put(&row, (int64_t)summary->pod_count);
    put(&row, (int64_t)summary->left_out);
    put(&row, (int64_t)summary->never_ran);
    put(&row, (int64_t)summary->unspread);
    put(&row, summary->peak_nodes);
    put(&row, summary->peak_fargate_vcpu_milli);
    put(&row, summary->wait_p50_s);
    put(&row, summary->wait_p95_s);
    put(&row, summary->wait_max_s);
    put(&row, held(summary->requested_cpu_milli_s));
    put(&row, held(summary->requested_memory_mib_s));
    put(&row, summary->fargate_waste_nano);
    put(&row, summary->node_idle_nano);
    put(&row, summary->node_nano);
    put(&row, (int64_t)summary->skipped_rows);
    return finish_row(writer, &row, error);
}

fg_status fg_store_writer_put(struct fg_store_writer *writer, int64_t run_id,
                              const struct fg_result *result, struct fg_error *error)
{
    fg_status status = put_accounts(writer, run_id, &result->ledger, error);
    if (status == FG_OK)
        status = put_ledger(writer, run_id, &result->ledger, error);
    if (status == FG_OK)
        status = put_capacity(writer, run_id, result, error);
    if (status == FG_OK)
        status = put_outcomes(writer, run_id, result, error);
    if (status == FG_OK)
        status = put_pods(writer, run_id, result, error);
    if (status == FG_OK)
        status = put_hours(writer, result, error);
    return status == FG_OK ? mark_done(writer, run_id, &result->summary, error) : status;
}
