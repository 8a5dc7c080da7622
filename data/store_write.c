#include "data/store_write.h"

#include <stdlib.h>
#include <string.h>

#include "data/store_days.h"
#include "data/store_ledger.h"
#include "data/store_row.h"
#include "data/store_usage.h"
#include "models/zone_loss.h"

enum statement {
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
             " longest_wait_hour = ?25, compute_nano = ?26, bound_nano = ?27,"
             " bound_spread_nano = ?28 WHERE id = ?1",
};

struct fg_store_writer {
    sqlite3 *database;
    enum fg_ledger_detail detail;
    bool with_pods;
    struct fg_ledger_writer *ledger;
    struct fg_usage_writer *usage;
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
    fg_status status = fg_ledger_writer_open(database, detail, &writer->ledger, error);
    return status == FG_OK ? fg_usage_writer_open(database, detail, &writer->usage, error) : status;
}

void fg_store_writer_close(struct fg_store_writer *writer)
{
    if (writer == NULL)
        return;
    for (int i = 0; i < STATEMENT_COUNT; i++)
        sqlite3_finalize(writer->statements[i]);
    fg_ledger_writer_close(writer->ledger);
    fg_usage_writer_close(writer->usage);
    free(writer);
}

static struct fg_row start_row(struct fg_store_writer *writer, enum statement number)
{
    return (struct fg_row){writer->statements[number], 0};
}

/* Sums beyond 63 bits would need 10^16 vCPU-seconds; they are held at the limit. */
static int64_t held(__int128 value)
{
    return value > INT64_MAX ? INT64_MAX : (int64_t)value;
}

/* ---- tables ---- */

static fg_status put_capacity(struct fg_store_writer *writer, int64_t run_id,
                              const struct fg_result *result, struct fg_error *error)
{
    fg_status status = FG_OK;
    for (uint32_t i = 0; status == FG_OK && i < result->capacity.count; i++) {
        const struct fg_capacity_row *from = &result->capacity.items[i];
        struct fg_row row = start_row(writer, CAPACITY);
        fg_row_put(&row, run_id);
        fg_row_put_text(&row, from->pool);
        fg_row_put(&row, from->first_hour);
        fg_row_put(&row, from->hour_count);
        fg_row_put(&row, from->seconds);
        fg_row_put(&row, from->node_seconds);
        fg_row_put(&row, from->cpu_capacity_milli_s);
        fg_row_put(&row, from->cpu_requested_milli_s);
        fg_row_put(&row, from->memory_capacity_mib_s);
        fg_row_put(&row, from->memory_requested_mib_s);
        fg_row_put(&row, from->pod_seconds);
        fg_row_put(&row, from->nodes_max);
        fg_row_put(&row, from->pods_pending_max);
        fg_row_put(&row, from->addresses_max);
        fg_row_put(&row, from->cpu_allocatable_milli_s);
        fg_row_put(&row, from->memory_allocatable_mib_s);
        status = fg_row_finish(&row, error);
    }
    return status;
}

static fg_status put_zones(struct fg_store_writer *writer, int64_t run_id,
                           const struct fg_result *result, struct fg_error *error)
{
    fg_status status = FG_OK;
    for (uint32_t i = 0; status == FG_OK && i < result->zones.count; i++) {
        const struct fg_capacity_row *from = &result->zones.items[i];
        struct fg_row row = start_row(writer, ZONE);
        fg_row_put(&row, run_id);
        fg_row_put_text(&row, from->pool);
        fg_row_put(&row, from->first_hour);
        fg_row_put(&row, from->hour_count);
        fg_row_put(&row, from->seconds);
        fg_row_put(&row, from->node_seconds);
        fg_row_put(&row, from->nodes_max);
        fg_row_put(&row, from->cpu_allocatable_milli_s);
        fg_row_put(&row, from->cpu_requested_milli_s);
        fg_row_put(&row, from->memory_allocatable_mib_s);
        fg_row_put(&row, from->memory_requested_mib_s);
        status = fg_row_finish(&row, error);
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
    struct fg_row row = start_row(writer, ZONE_LOSS);
    fg_row_put(&row, run_id);
    fg_row_put_text(&row, loss.zone);
    fg_row_put(&row, loss.zone_count);
    fg_row_put(&row, loss.hour);
    fg_row_put(&row, loss.seconds);
    fg_row_put(&row, loss.cpu_requested_milli_s);
    fg_row_put(&row, loss.all_cpu_requested_milli_s);
    fg_row_put(&row, loss.memory_requested_mib_s);
    fg_row_put(&row, loss.all_memory_requested_mib_s);
    fg_row_put(&row, loss.cpu_headroom_milli_s);
    fg_row_put(&row, loss.memory_headroom_mib_s);
    return fg_row_finish(&row, error);
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
        struct fg_row row = start_row(writer, WAIT);
        fg_row_put(&row, run_id);
        fg_row_put(&row, result->first_wait_hour + (int64_t)i);
        fg_row_put(&row, end - i);
        fg_row_put(&row, waits[i]);
        status = fg_row_finish(&row, error);
    }
    return status;
}

static fg_status put_spreads(struct fg_store_writer *writer, int64_t run_id,
                             const struct fg_result *result, struct fg_error *error)
{
    fg_status status = FG_OK;
    for (uint32_t i = 0; status == FG_OK && i < result->spread_count; i++) {
        const struct fg_spread_row *from = &result->spreads[i];
        struct fg_row row = start_row(writer, SPREAD);
        fg_row_put(&row, run_id);
        fg_row_put_text(&row, from->namespace_name);
        fg_row_put_text(&row, from->workload);
        fg_row_put_text(&row, from->zone);
        fg_row_put(&row, from->pod_seconds);
        status = fg_row_finish(&row, error);
    }
    return status;
}

static fg_status put_outcomes(struct fg_store_writer *writer, int64_t run_id,
                              const struct fg_result *result, struct fg_error *error)
{
    fg_status status = FG_OK;
    for (uint32_t i = 0; status == FG_OK && i < result->outcome_count; i++) {
        const struct fg_outcome_row *from = &result->outcomes[i];
        struct fg_row row = start_row(writer, OUTCOME);
        fg_row_put(&row, run_id);
        fg_row_put(&row, i);
        fg_row_put_text(&row, from->namespace_name);
        fg_row_put_text(&row, from->workload);
        fg_row_put_text(&row, from->placed_on);
        fg_row_put_text(&row, fg_outcome_name(from->outcome));
        fg_row_put_text(&row, from->reason);
        fg_row_put(&row, (int64_t)from->pods);
        fg_row_put(&row, from->wait_p50_s);
        fg_row_put(&row, from->wait_p95_s);
        fg_row_put(&row, from->wait_max_s);
        status = fg_row_finish(&row, error);
    }
    return status;
}

static fg_status put_pods(struct fg_store_writer *writer, int64_t run_id,
                          const struct fg_result *result, struct fg_error *error)
{
    fg_status status = FG_OK;
    for (uint32_t i = 0; writer->with_pods && status == FG_OK && i < result->pod_row_count; i++) {
        const struct fg_pod_row *from = &result->pod_rows[i];
        struct fg_row row = start_row(writer, POD);
        fg_row_put(&row, run_id);
        fg_row_put(&row, i);
        fg_row_put_text(&row, from->pod);
        fg_row_put_text(&row, from->namespace_name);
        fg_row_put_text(&row, from->workload);
        fg_row_put_text(&row, from->placed_on);
        fg_row_put_text(&row, fg_outcome_name(from->outcome));
        fg_row_put_text(&row, from->reason);
        fg_row_put(&row, from->arrival_s);
        fg_row_put_or_null(&row, from->start_s, from->start_s >= 0);
        fg_row_put_or_null(&row, from->end_s, from->end_s >= 0);
        fg_row_put(&row, from->nano);
        status = fg_row_finish(&row, error);
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
              writer->detail == FG_LEDGER_DAY ? fg_first_hour_of_day(row->first_hour)
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
        struct fg_row row = start_row(writer, HOURS);
        fg_row_put(&row, hour);
        status = fg_row_finish(&row, error);
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
    struct fg_row row = start_row(writer, DONE);
    fg_row_put(&row, run_id);
    fg_row_put(&row, summary->cut_s);
    fg_row_put(&row, (int64_t)summary->pod_count);
    fg_row_put(&row, (int64_t)summary->left_out);
    fg_row_put(&row, (int64_t)summary->never_ran);
    fg_row_put(&row, summary->peak_nodes);
    fg_row_put(&row, summary->peak_fargate_vcpu_milli);
    fg_row_put(&row, summary->wait_p50_s);
    fg_row_put(&row, summary->wait_p95_s);
    fg_row_put(&row, summary->wait_max_s);
    fg_row_put(&row, held(summary->requested_cpu_milli_s));
    fg_row_put(&row, held(summary->requested_memory_mib_s));
    fg_row_put(&row, summary->fargate_waste_nano);
    fg_row_put(&row, summary->node_idle_nano);
    fg_row_put(&row, summary->node_nano);
    fg_row_put(&row, (int64_t)summary->skipped_rows);
    fg_row_put(&row, (int64_t)summary->evictions);
    fg_row_put(&row, (int64_t)summary->lost_work_s);
    fg_row_put(&row, (int64_t)summary->preempted_pods);
    fg_row_put(&row, (int64_t)summary->spot_interruptions);
    fg_row_put(&row, (int64_t)summary->disrupted_nodes);
    fg_row_put_text(&row, summary->dry_subnet);
    fg_row_put_or_null(&row, summary->dry_s, summary->dry_subnet != NULL);
    fg_row_put(&row, waited ? result->oldest_wait_s[longest] : 0);
    fg_row_put_or_null(&row, result->first_wait_hour + (int64_t)longest, waited);
    fg_row_put(&row, summary->compute_nano);
    fg_row_put(&row, summary->bound_nano);
    fg_row_put(&row, summary->bound_spread_nano);
    return fg_row_finish(&row, error);
}

fg_status fg_store_writer_put(struct fg_store_writer *writer, int64_t run_id,
                              const struct fg_result *result, struct fg_error *error)
{
    fg_status status = fg_ledger_writer_put(writer->ledger, run_id, result, error);
    if (status == FG_OK)
        status = fg_usage_writer_put(writer->usage, run_id, result, error);
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
