#include "data/store_write.h"

#include <stdlib.h>
#include <string.h>

#include "data/store_schema.h"
#include "data/store_sql.h"
#include "models/zone_loss.h"

enum statement {
    ACCOUNT,
    LEDGER,
    CAPACITY,
    ZONE,
    ZONE_LOSS,
    WAIT,
    SPREAD,
    OUTCOME,
    POD,
    HOURS,
    DONE,
    STATEMENT_COUNT,
};

static const char *const statement_sql[STATEMENT_COUNT] = {
    [ACCOUNT] = "INSERT INTO account VALUES(?,?,?,?,?,?,?)",
    [LEDGER] = "INSERT INTO ledger VALUES(?,?,?,?,?,?,?)",
    [CAPACITY] = "INSERT INTO capacity VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
    [ZONE] = "INSERT INTO zone VALUES(?,?,?,?,?,?,?,?,?,?,?)",
    [ZONE_LOSS] = "INSERT INTO zone_loss VALUES(?,?,?,?,?,?,?,?,?,?,?)",
    [WAIT] = "INSERT INTO wait VALUES(?,?,?,?)",
    [SPREAD] = "INSERT INTO spread VALUES(?,?,?,?,?)",
    [OUTCOME] = "INSERT INTO outcome VALUES(?,?,?,?,?,?,?,?,?,?,?)",
    [POD] = "INSERT INTO pod VALUES(?,?,?,?,?,?,?,?,?,?,?,?)",
    [HOURS] = ("INSERT INTO hours"
               " SELECT ?1, strftime('%Y-%m-%dT%H:00:00Z', ?1 * 3600, 'unixepoch')"
               " WHERE NOT EXISTS (SELECT 1 FROM hours WHERE hour = ?1)"),
    [DONE] = "UPDATE run SET done = 1, cut_s = ?2, pod_count = ?3, left_out = ?4, never_ran = ?5,"
             " peak_nodes = ?6, peak_fargate_vcpu_milli = ?7, wait_p50_s = ?8, wait_p95_s = ?9,"
             " wait_max_s = ?10, requested_cpu_milli_s = ?11, requested_memory_mib_s = ?12,"
             " fargate_waste_nano = ?13, node_idle_nano = ?14, node_nano = ?15, skipped_rows = ?16,"
             " evictions = ?17, lost_work_s = ?18, preempted_pods = ?19, spot_interruptions = ?20,"
             " disrupted_nodes = ?21, dry_subnet = ?22, dry_s = ?23, longest_wait_s = ?24,"
             " longest_wait_hour = ?25 WHERE id = ?1",
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

static fg_status put_range(struct fg_store_writer *writer, int64_t run_id,
                           const struct fg_ledger_row *row, fg_nanodollars list_nano,
                           struct fg_error *error)
{
    struct fg_ledger_row part = *row;
    fg_status status = FG_OK;
    for (uint32_t left = row->hour_count; status == FG_OK && left > 0; left -= part.hour_count) {
        part.first_hour = row->first_hour + (int32_t)(row->hour_count - left);
        part.hour_count = left < FG_STORE_RANGE_HOURS ? left : FG_STORE_RANGE_HOURS;
        status = put_ledger_row(writer, run_id, &part, list_nano, error);
    }
    return status;
}

static fg_status put_ledger(struct fg_store_writer *writer, int64_t run_id,
                            const struct fg_ledger *ledger, struct fg_error *error)
{
    if (writer->detail != FG_LEDGER_HOUR)
        return put_sums(writer, run_id, ledger, error);
    fg_status status = FG_OK;
    for (uint32_t i = 0; status == FG_OK && i < ledger->row_count; i++)
        status = put_range(writer, run_id, &ledger->rows[i], list_of(ledger, i), error);
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
        put(&row, from->cpu_allocatable_milli_s);
        put(&row, from->memory_allocatable_mib_s);
        status = finish_row(writer, &row, error);
    }
    return status;
}

static fg_status put_zones(struct fg_store_writer *writer, int64_t run_id,
                           const struct fg_result *result, struct fg_error *error)
{
    fg_status status = FG_OK;
    for (uint32_t i = 0; status == FG_OK && i < result->zones.count; i++) {
        const struct fg_capacity_row *from = &result->zones.items[i];
        struct row row = start_row(writer, ZONE);
        put(&row, run_id);
        put_text(&row, from->pool);
        put(&row, from->first_hour);
        put(&row, from->hour_count);
        put(&row, from->seconds);
        put(&row, from->node_seconds);
        put(&row, from->nodes_max);
        put(&row, from->cpu_allocatable_milli_s);
        put(&row, from->cpu_requested_milli_s);
        put(&row, from->memory_allocatable_mib_s);
        put(&row, from->memory_requested_mib_s);
        status = finish_row(writer, &row, error);
    }
    return status;
}

static fg_status put_zone_loss(struct fg_store_writer *writer, int64_t run_id,
                               const struct fg_result *result, struct fg_error *error)
{
    struct fg_zone_loss loss;
    fg_zone_loss_find(&result->zones, &loss);
    if (loss.zone == NULL)
        return FG_OK;
    struct row row = start_row(writer, ZONE_LOSS);
    put(&row, run_id);
    put_text(&row, loss.zone);
    put(&row, loss.zone_count);
    put(&row, loss.hour);
    put(&row, loss.seconds);
    put(&row, loss.cpu_requested_milli_s);
    put(&row, loss.all_cpu_requested_milli_s);
    put(&row, loss.memory_requested_mib_s);
    put(&row, loss.all_memory_requested_mib_s);
    put(&row, loss.cpu_headroom_milli_s);
    put(&row, loss.memory_headroom_mib_s);
    return finish_row(writer, &row, error);
}

/* Hours in which nothing waited have no row. */
static fg_status put_waits(struct fg_store_writer *writer, int64_t run_id,
                           const struct fg_result *result, struct fg_error *error)
{
    const uint32_t *waits = result->oldest_wait_s;
    fg_status status = FG_OK;
    for (uint32_t i = 0, end; status == FG_OK && i < result->wait_hour_count; i = end) {
        for (end = i + 1; end < result->wait_hour_count && waits[end] == waits[i];)
            end++;
        if (waits[i] == 0)
            continue;
        struct row row = start_row(writer, WAIT);
        put(&row, run_id);
        put(&row, result->first_wait_hour + (int64_t)i);
        put(&row, end - i);
        put(&row, waits[i]);
        status = finish_row(writer, &row, error);
    }
    return status;
}

static fg_status put_spreads(struct fg_store_writer *writer, int64_t run_id,
                             const struct fg_result *result, struct fg_error *error)
{
    fg_status status = FG_OK;
    for (uint32_t i = 0; status == FG_OK && i < result->spread_count; i++) {
        const struct fg_spread_row *from = &result->spreads[i];
        struct row row = start_row(writer, SPREAD);
        put(&row, run_id);
        put_text(&row, from->namespace_name);
        put_text(&row, from->workload);
        put_text(&row, from->zone);
        put(&row, from->pod_seconds);
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

/* Hours in [first, end). */
struct hour_span {
    int32_t first, end;
};

static void cover(struct hour_span *span, int32_t first, int32_t end)
{
    span->first = first < span->first ? first : span->first;
    span->end = end > span->end ? end : span->end;
}

static void cover_capacity(struct hour_span *span, const struct fg_capacity_rows *rows)
{
    for (uint32_t i = 0; i < rows->count; i++)
        cover(span, rows->items[i].first_hour,
              rows->items[i].first_hour + (int32_t)rows->items[i].hour_count);
}

/* Every hour that a range of this result covers, so that the views can spread it. */
static fg_status put_hours(struct fg_store_writer *writer, const struct fg_result *result,
                           struct fg_error *error)
{
    struct hour_span span = {INT32_MAX, INT32_MIN};
    for (uint32_t i = 0; i < result->ledger.row_count; i++) {
        const struct fg_ledger_row *row = &result->ledger.rows[i];
        cover(&span,
              writer->detail == FG_LEDGER_DAY ? first_hour_of_day(row->first_hour)
                                              : row->first_hour,
              row->first_hour + (int32_t)row->hour_count);
    }
    cover_capacity(&span, &result->capacity);
    cover_capacity(&span, &result->zones);
    if (result->wait_hour_count > 0)
        cover(&span, result->first_wait_hour,
              result->first_wait_hour + (int32_t)result->wait_hour_count);
    fg_status status = FG_OK;
    for (int32_t hour = span.first; status == FG_OK && hour < span.end; hour++) {
        struct row row = start_row(writer, HOURS);
        put(&row, hour);
        status = finish_row(writer, &row, error);
    }
    return status;
}

/* The hour, counted from the first one, in which somebody had waited longest: the first of equals.
 */
static uint32_t find_longest_wait(const struct fg_result *result)
{
    uint32_t longest = 0;
    for (uint32_t i = 1; i < result->wait_hour_count; i++)
        if (result->oldest_wait_s[i] > result->oldest_wait_s[longest])
            longest = i;
    return longest;
}

static fg_status mark_done(struct fg_store_writer *writer, int64_t run_id,
                           const struct fg_result *result, struct fg_error *error)
{
    const struct fg_summary *summary = &result->summary;
    const uint32_t longest = find_longest_wait(result);
    const bool waited = result->wait_hour_count > 0 && result->oldest_wait_s[longest] > 0;
    struct row row = start_row(writer, DONE);
    put(&row, run_id);
    put(&row, summary->cut_s);
    put(&row, (int64_t)summary->pod_count);
    put(&row, (int64_t)summary->left_out);
    put(&row, (int64_t)summary->never_ran);
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
    put(&row, (int64_t)summary->evictions);
    put(&row, (int64_t)summary->lost_work_s);
    put(&row, (int64_t)summary->preempted_pods);
    put(&row, (int64_t)summary->spot_interruptions);
    put(&row, (int64_t)summary->disrupted_nodes);
    put_text(&row, summary->dry_subnet);
    put_or_null(&row, summary->dry_s, summary->dry_subnet != NULL);
    put(&row, waited ? result->oldest_wait_s[longest] : 0);
    put_or_null(&row, result->first_wait_hour + (int64_t)longest, waited);
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
        status = put_zones(writer, run_id, result, error);
    if (status == FG_OK)
        status = put_zone_loss(writer, run_id, result, error);
    if (status == FG_OK)
        status = put_waits(writer, run_id, result, error);
    if (status == FG_OK)
        status = put_spreads(writer, run_id, result, error);
    if (status == FG_OK)
        status = put_outcomes(writer, run_id, result, error);
    if (status == FG_OK)
        status = put_pods(writer, run_id, result, error);
    if (status == FG_OK)
        status = put_hours(writer, result, error);
    return status == FG_OK ? mark_done(writer, run_id, result, error) : status;
}
