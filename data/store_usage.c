#include "data/store_usage.h"

#include <stdlib.h>

#include "data/store_row.h"
#include "models/base/memory.h"

enum statement { LINE, HOURS, RATE, STATEMENT_COUNT };

static const char *const statement_sql[STATEMENT_COUNT] = {
    [LINE] = "INSERT INTO usage_line VALUES(?,?,?,?,?,?,?,?)",
    [HOURS] = "INSERT INTO usage_hour VALUES(?,?,?,?,?,?,?)",
    [RATE] = "INSERT INTO plan_rate VALUES(?,?,?,?,?,?,?,?)",
};

struct fg_usage_writer {
    enum fg_ledger_detail detail;
    sqlite3_stmt *statements[STATEMENT_COUNT];
};

fg_status fg_usage_writer_open(sqlite3 *database, enum fg_ledger_detail detail,
                               struct fg_usage_writer **out, struct fg_error *error)
{
    struct fg_usage_writer *writer = fg_allocate(1, sizeof *writer);
    *writer = (struct fg_usage_writer){.detail = detail};
    *out = writer;
    for (int i = 0; i < STATEMENT_COUNT; i++)
        if (sqlite3_prepare_v3(database, statement_sql[i], -1, SQLITE_PREPARE_PERSISTENT,
                               &writer->statements[i], NULL) != SQLITE_OK)
            return fg_store_failed(database, error);
    return FG_OK;
}

void fg_usage_writer_close(struct fg_usage_writer *writer)
{
    if (writer == NULL)
        return;
    for (int i = 0; i < STATEMENT_COUNT; i++)
        sqlite3_finalize(writer->statements[i]);
    free(writer);
}

static const char *service_name(enum fg_usage_service service)
{
    return service == FG_USAGE_EC2 ? "ec2" : "fargate";
}

static fg_status put_line(struct fg_usage_writer *writer, int64_t run_id, uint32_t number,
                          const struct fg_recorded_line *from, struct fg_error *error)
{
    struct fg_row row = {writer->statements[LINE], 0};
    fg_row_put(&row, run_id);
    fg_row_put(&row, number);
    fg_row_put(&row, from->is_other);
    fg_row_put_text(&row, service_name(from->line.service));
    fg_row_put_text(&row, from->line.item);
    fg_row_put_name(&row, from->line.family);
    fg_row_put_text(&row, from->line.region);
    fg_row_put(&row, from->line.list_unit_nano);
    return fg_row_finish(&row, error);
}

static fg_status put_hours(struct fg_usage_writer *writer, int64_t run_id,
                           const struct fg_recorded_hours *from, struct fg_error *error)
{
    struct fg_row row = {writer->statements[HOURS], 0};
    fg_row_put(&row, run_id);
    fg_row_put(&row, from->line);
    fg_row_put(&row, from->first_hour);
    fg_row_put(&row, from->hour_count);
    fg_row_put(&row, from->quantity);
    fg_row_put(&row, from->list_nano);
    fg_row_put(&row, from->contract_nano);
    return fg_row_finish(&row, error);
}

static fg_status put_rates(struct fg_usage_writer *writer, int64_t run_id, uint32_t number,
                           const struct fg_commitment *plan, struct fg_error *error)
{
    fg_status status = FG_OK;
    for (uint32_t i = 0; status == FG_OK && i < plan->rate_count; i++) {
        struct fg_row row = {writer->statements[RATE], 0};
        fg_row_put(&row, run_id);
        fg_row_put(&row, number);
        fg_row_put(&row, i);
        fg_row_put(&row, i < plan->named_rate_count);
        fg_row_put_text(&row, service_name(plan->rates[i].service));
        fg_row_put_name(&row, plan->rates[i].item);
        fg_row_put(&row, plan->rates[i].paid);
        fg_row_put(&row, plan->rates[i].of);
        status = fg_row_finish(&row, error);
    }
    return status;
}

fg_status fg_usage_writer_put(struct fg_usage_writer *writer, int64_t run_id,
                              const struct fg_result *result, struct fg_error *error)
{
    const struct fg_usage_records *usage = &result->usage;
    fg_status status = FG_OK;
    for (uint32_t i = 0; status == FG_OK && i < result->commitments.count; i++)
        status = put_rates(writer, run_id, i, &result->commitments.items[i], error);
    if (writer->detail != FG_LEDGER_HOUR)
        return status;
    for (uint32_t i = 0; status == FG_OK && i < usage->line_count; i++)
        status = put_line(writer, run_id, i, &usage->lines[i], error);
    for (uint32_t i = 0; status == FG_OK && i < usage->row_count; i++)
        status = put_hours(writer, run_id, &usage->rows[i], error);
    return status;
}
