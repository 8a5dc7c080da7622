#include "reports/comparison_reasons.h"

#include <stdlib.h>
#include <string.h>

#include "models/result.h"
#include "reports/query.h"

/* The replication with most pods that never ran, the first of equal ones; NULL if in none. */
static const struct fg_replication_figures *
worst_replication(const struct fg_compared_scenario *scenario)
{
    const struct fg_replication_figures *worst = NULL;
    for (uint32_t r = 0; r < scenario->replication_count; r++) {
        const struct fg_replication_figures *run = &scenario->replications[r];
        if (run->never_ran > (worst != NULL ? worst->never_ran : 0))
            worst = run;
    }
    return worst;
}

static int compare_reasons(const void *a, const void *b)
{
    const struct fg_never_ran *left = a, *right = b;
    if (left->pods != right->pods)
        return left->pods > right->pods ? -1 : 1;
    return strcmp(left->reason, right->reason);
}

/* A function for SQL: "0/5 nodes are available: 3 Insufficient cpu." -> "#/# nodes are available:
 * # Insufficient cpu."; any other text is as it was. */
static void kind_of_reason(sqlite3_context *context, int count, sqlite3_value **values)
{
    (void)count;
    const char *reason = (const char *)sqlite3_value_text(values[0]);
    size_t length = 0;
    if (strncmp(reason, "0/", 2) != 0) {
        sqlite3_result_text(context, reason, -1, SQLITE_TRANSIENT);
        return;
    }
    char *kind = fg_allocate(strlen(reason) + 1, 1);
    for (const char *at = reason; *at != '\0';) {
        size_t digits = strspn(at, "0123456789");
        kind[length++] = digits > 0 ? '#' : *at;
        at += digits > 0 ? digits : 1;
    }
    sqlite3_result_text(context, kind, (int)length, free);
}

/* Rows come by kind, the workload with most pods first. */
static void add_never_ran(struct fg_arena *arena, struct fg_compared_scenario *scenario,
                          sqlite3_stmt *query)
{
    const char *kind = (const char *)sqlite3_column_text(query, 0);
    struct fg_never_ran *last =
        scenario->reason_count > 0 ? &scenario->reasons[scenario->reason_count - 1] : NULL;
    if (last == NULL || strcmp(last->kind, kind) != 0) {
        scenario->reasons = fg_grow(scenario->reasons, &scenario->reason_capacity,
                                    scenario->reason_count + 1, sizeof *scenario->reasons);
        last = &scenario->reasons[scenario->reason_count++];
        *last = (struct fg_never_ran){.kind = fg_query_text(query, 0, arena),
                                      .namespace_name = fg_query_text(query, 1, arena),
                                      .workload = fg_query_text(query, 2, arena),
                                      .reason = fg_query_text(query, 4, arena)};
    }
    last->pods += sqlite3_column_int64(query, 3);
    last->workload_count++;
    for (int column = 4; column <= 5; column++)
        if (strcmp(last->reason, (const char *)sqlite3_column_text(query, column)) != 0)
            last->numbers_vary = true;
}

static fg_status read_of(sqlite3 *database, sqlite3_stmt *query, struct fg_comparison *out,
                         struct fg_compared_scenario *scenario, struct fg_error *error)
{
    const struct fg_replication_figures *worst = worst_replication(scenario);
    if (worst == NULL)
        return FG_OK;
    sqlite3_bind_int64(query, 1, worst->run_id);
    while (fg_query_next(query))
        add_never_ran(&out->arena, scenario, query);
    if (sqlite3_reset(query) != SQLITE_OK)
        return fg_query_failed(database, error);
    if (scenario->reason_count > 1)
        qsort(scenario->reasons, scenario->reason_count, sizeof *scenario->reasons,
              compare_reasons);
    return FG_OK;
}

static fg_status read_never_ran(sqlite3 *database, struct fg_comparison *out,
                                struct fg_error *error)
{
    sqlite3_stmt *query;
    if (sqlite3_create_function(database, "kind_of_reason", 1, SQLITE_UTF8 | SQLITE_DETERMINISTIC,
                                NULL, kind_of_reason, NULL, NULL) != SQLITE_OK)
        return fg_query_failed(database, error);
    fg_status status = fg_query_prepare(
        database,
        "SELECT kind_of_reason(reason) AS kind, namespace, workload, sum(pods) AS pods,"
        "  min(reason), max(reason) FROM outcome WHERE run_id = ?"
        " AND outcome IN ('pending', 'deleted-pending')"
        " AND reason <> '" FG_REASON_WAITS_AGAIN "' GROUP BY kind, namespace, workload"
        " ORDER BY kind, pods DESC, namespace, workload",
        &query, error);
    for (uint32_t s = 0; status == FG_OK && s < out->scenario_count; s++)
        status = read_of(database, query, out, &out->scenarios[s], error);
    return fg_query_finish(query, status, error);
}

/* Scenarios are still in the study's order here. */
static fg_status read_waiting_again(sqlite3 *database, struct fg_comparison *out,
                                    struct fg_error *error)
{
    sqlite3_stmt *query;
    fg_status status = fg_query_prepare(
        database,
        "SELECT s.position, sum(o.pods) FROM run r"
        " JOIN scenario s ON s.id = r.scenario_id JOIN outcome o ON o.run_id = r.id"
        " WHERE r.done = 1 AND o.reason = '" FG_REASON_WAITS_AGAIN "'"
        " GROUP BY r.id",
        &query, error);
    while (status == FG_OK && fg_query_next(query)) {
        int64_t position = sqlite3_column_int64(query, 0), pods = sqlite3_column_int64(query, 1);
        if (position < out->scenario_count &&
            pods > out->scenarios[position].disruptions.waiting_again)
            out->scenarios[position].disruptions.waiting_again = pods;
    }
    return fg_query_finish(query, status, error);
}

fg_status fg_comparison_read_reasons(sqlite3 *database, struct fg_comparison *out,
                                     struct fg_error *error)
{
    fg_status status = read_never_ran(database, out, error);
    return status == FG_OK ? read_waiting_again(database, out, error) : status;
}
