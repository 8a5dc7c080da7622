/* A FOCUS export: the bill of one replication of one scenario, by the hour (focus_columns.h). */
#include "reports/formats.h"

#include <stdlib.h>
#include <string.h>

#include "data/store.h"
#include "models/catalog.h"
#include "reports/focus_commitments.h"
#include "reports/focus_usage.h"
#include "reports/query.h"

/* ---- which run ---- */

/* The study's name, and that it was stored by the hour. */
static fg_status read_study(sqlite3 *database, struct fg_focus_context *context,
                            struct fg_error *error)
{
    int detail = FG_LEDGER_HOUR;
    sqlite3_stmt *query;
    fg_status status = fg_query_prepare(database, "SELECT name, detail FROM study", &query, error);
    if (status != FG_OK)
        return status;
    context->run.study = "";
    if (fg_query_next(query)) {
        context->run.study = fg_query_text(query, 0, context->arena);
        detail = sqlite3_column_int(query, 1);
    }
    status = fg_query_finish(query, FG_OK, error);
    if (status == FG_OK && detail != FG_LEDGER_HOUR)
        status =
            fg_error_set(error, FG_BAD_INPUT,
                         "--format focus needs costs by the hour, and this database keeps them "
                         "by %s; expected one that was made with --ledger hour",
                         detail == FG_LEDGER_DAY ? "day" : "the total alone");
    return status;
}

static fg_status unknown_scenario(const char *wanted, const char *const *names, uint32_t count,
                                  struct fg_error *error)
{
    const char *nearest = fg_nearest_name(wanted, names, count);
    return fg_error_set(error, FG_BAD_INPUT, "unknown scenario '%.64s'%s%.64s%s", wanted,
                        nearest != NULL ? "; did you mean '"
                                        : "; expected one of those that 'fargauge report' shows",
                        nearest != NULL ? nearest : "", nearest != NULL ? "'?" : "");
}

/* The one that is asked for, else the study's first. */
static fg_status find_scenario(sqlite3 *database, const char *wanted,
                               struct fg_focus_context *context, struct fg_error *error)
{
    const char **names = NULL;
    uint32_t capacity = 0, count = 0;
    sqlite3_stmt *query;
    fg_status status =
        fg_query_prepare(database, "SELECT name FROM scenario ORDER BY position", &query, error);
    while (status == FG_OK && fg_query_next(query)) {
        names = fg_grow(names, &capacity, count + 1, sizeof *names);
        names[count] = fg_query_text(query, 0, context->arena);
        if (wanted == NULL ? count == 0 : strcmp(names[count], wanted) == 0)
            context->run.scenario = names[count];
        count++;
    }
    status = fg_query_finish(query, status, error);
    context->run.scenario_count = count;
    if (status == FG_OK && context->run.scenario == NULL)
        status = unknown_scenario(wanted != NULL ? wanted : "", names, count, error);
    free(names);
    return status;
}

static fg_status find_run(sqlite3 *database, uint32_t replication, struct fg_focus_context *context,
                          struct fg_error *error)
{
    sqlite3_stmt *query;
    fg_status status = fg_query_prepare(
        database,
        "SELECT r.id, s.region, NOT EXISTS (SELECT 1 FROM account a WHERE a.run_id = r.id AND"
        " a.charge_name = 'eks-control-plane') FROM scenario s JOIN run r ON r.scenario_id = s.id"
        " WHERE s.name = ?1 AND r.replication = ?2 AND r.done = 1",
        &query, error);
    if (status != FG_OK)
        return status;
    sqlite3_bind_text(query, 1, context->run.scenario, -1, SQLITE_STATIC);
    sqlite3_bind_int64(query, 2, replication);
    bool found = fg_query_next(query);
    if (found) {
        context->run.id = sqlite3_column_int64(query, 0);
        context->run.region = fg_query_text(query, 1, context->arena);
        context->is_ecs = sqlite3_column_int(query, 2) != 0;
    }
    status = fg_query_finish(query, FG_OK, error);
    if (status == FG_OK && !found)
        status = fg_error_set(error, FG_BAD_INPUT,
                              "scenario '%.64s' has no finished replication %u; expected one that "
                              "has been run",
                              context->run.scenario, replication);
    return status;
}

/* ---- the rows ---- */

static fg_status write_hours(struct fg_focus_export *export, struct fg_focus_usage *usage,
                             struct fg_focus_commitments *commitments, struct fg_error *error)
{
    bool more = true;
    fg_status status = fg_focus_source_next(&export->source, &more, error);
    while (status == FG_OK && more) {
        fg_focus_export_start_hour(export);
        status = fg_focus_usage_write(usage, error);
        fg_focus_commitments_write(commitments);
        if (status == FG_OK)
            status = fg_focus_source_next(&export->source, &more, error);
    }
    return status;
}

static fg_status write_rows(sqlite3 *database, struct fg_focus_export *export, bool other_usage,
                            struct fg_error *error)
{
    struct fg_focus_usage *usage = NULL;
    struct fg_focus_commitments *commitments = NULL;
    fg_status status =
        fg_focus_source_open(database, export->context.run.id, &export->source, error);
    if (status == FG_OK) {
        usage = fg_focus_usage_open(export);
        status = fg_focus_commitments_open(export, database, other_usage, &commitments, error);
    }
    if (status == FG_OK) {
        fg_focus_write_header(&export->context.form, export->out);
        status = write_hours(export, usage, commitments, error);
    }
    fg_focus_commitments_close(commitments);
    fg_focus_usage_close(usage);
    fg_focus_source_close(&export->source);
    return status;
}

fg_status fg_report_focus(sqlite3 *database, const struct fg_focus_options *options, FILE *out,
                          struct fg_error *error)
{
    struct fg_arena arena = {0};
    struct fg_focus_export export = {
        .out = out,
        .context = {.form = {options->is_1_3 ? FG_FOCUS_1_3 : FG_FOCUS_1_2,
                             options->null_word != NULL ? options->null_word : ""},
                    .account_id =
                        options->account_id != NULL ? options->account_id : "111122223333",
                    .arena = &arena}};
    fg_status status = read_study(database, &export.context, error);
    if (status == FG_OK)
        status = find_scenario(database, options->scenario, &export.context, error);
    if (status == FG_OK)
        status = find_run(database, options->replication, &export.context, error);
    if (status == FG_OK && options->notes != NULL && options->scenario == NULL &&
        export.context.run.scenario_count > 1)
        fprintf(options->notes,
                "fargauge: scenario '%s', the first of %u; --scenario takes another\n",
                export.context.run.scenario, export.context.run.scenario_count);
    if (status == FG_OK)
        status = write_rows(database, &export, options->other_usage, error);
    fg_arena_release(&arena);
    return status;
}
