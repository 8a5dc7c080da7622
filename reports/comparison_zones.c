#include "reports/comparison_zones.h"

#include "reports/query.h"

/* ---- the loss of the fullest zone ---- */

static void read_loss(sqlite3_stmt *query, struct fg_arena *arena,
                      struct fg_compared_scenario *scenario)
{
    const struct fg_zone_loss loss = {
        .zone = fg_query_text(query, 1, arena),
        .zone_count = (uint32_t)sqlite3_column_int64(query, 2),
        .hour = (int32_t)sqlite3_column_int64(query, 3),
        .seconds = (uint32_t)sqlite3_column_int64(query, 4),
        .cpu_requested_milli_s = sqlite3_column_int64(query, 5),
        .all_cpu_requested_milli_s = sqlite3_column_int64(query, 6),
        .memory_requested_mib_s = sqlite3_column_int64(query, 7),
        .all_memory_requested_mib_s = sqlite3_column_int64(query, 8),
        .cpu_headroom_milli_s = sqlite3_column_int64(query, 9),
        .memory_headroom_mib_s = sqlite3_column_int64(query, 10),
    };
    if (fg_zone_loss_is_worse(&loss, &scenario->zone_loss))
        scenario->zone_loss = loss;
}

/* Scenarios are still in the study's order here. */
static fg_status read_losses(sqlite3 *database, struct fg_comparison *out, struct fg_error *error)
{
    sqlite3_stmt *query;
    fg_status status = fg_query_prepare(
        database,
        "SELECT s.position, z.zone, zone_count, hour, seconds, cpu_requested_milli_s,"
        " all_cpu_requested_milli_s, memory_requested_mib_s, all_memory_requested_mib_s,"
        " cpu_headroom_milli_s, memory_headroom_mib_s"
        " FROM run r JOIN scenario s ON s.id = r.scenario_id JOIN zone_loss z ON z.run_id = r.id"
        " WHERE r.done = 1 ORDER BY r.id",
        &query, error);
    while (status == FG_OK && fg_query_next(query)) {
        int64_t position = sqlite3_column_int64(query, 0);
        if (position < out->scenario_count)
            read_loss(query, &out->arena, &out->scenarios[position]);
    }
    return fg_query_finish(query, status, error);
}

/* ---- workloads in one zone alone ---- */

static const struct fg_replication_figures *
first_replication(const struct fg_compared_scenario *scenario)
{
    for (uint32_t r = 0; r < scenario->replication_count; r++)
        if (scenario->replications[r].done)
            return &scenario->replications[r];
    return NULL;
}

/* Rows come with the largest first. */
static void add_workload(struct fg_arena *arena, struct fg_compared_scenario *scenario,
                         sqlite3_stmt *query)
{
    scenario->several_count++;
    if (sqlite3_column_int64(query, 4) > 1)
        return;
    scenario->lone_count++;
    if (scenario->lone_shown == FG_LONE_WORKLOADS_SHOWN)
        return;
    if (scenario->lones == NULL)
        scenario->lones =
            fg_arena_allocate(arena, FG_LONE_WORKLOADS_SHOWN, sizeof *scenario->lones);
    scenario->lones[scenario->lone_shown++] = (struct fg_lone_workload){
        .namespace_name = fg_query_text(query, 0, arena),
        .workload = fg_query_text(query, 1, arena),
        .zone = fg_query_text(query, 2, arena),
        .pod_seconds = sqlite3_column_int64(query, 3),
    };
}

static fg_status read_lone_of(sqlite3 *database, sqlite3_stmt *query, struct fg_comparison *out,
                              struct fg_compared_scenario *scenario, struct fg_error *error)
{
    const struct fg_replication_figures *run = first_replication(scenario);
    if (run == NULL || scenario->zone_loss.zone_count < 2)
        return FG_OK;
    sqlite3_bind_int64(query, 1, run->run_id);
    while (fg_query_next(query))
        add_workload(&out->arena, scenario, query);
    return sqlite3_reset(query) == SQLITE_OK ? FG_OK : fg_query_failed(database, error);
}

/* A workload of one pod is in one zone whatever the cluster does. */
static fg_status read_lone_workloads(sqlite3 *database, struct fg_comparison *out,
                                     struct fg_error *error)
{
    sqlite3_stmt *query;
    fg_status status = fg_query_prepare(
        database,
        "SELECT s.namespace, s.workload, min(zone), sum(pod_seconds) AS pod_seconds, count(*)"
        " FROM spread s JOIN (SELECT namespace, workload, sum(pods) AS pods FROM outcome"
        "  WHERE run_id = ?1 AND placed_on LIKE 'node%' GROUP BY namespace, workload) o"
        "  ON o.namespace = s.namespace AND o.workload = s.workload"
        " WHERE s.run_id = ?1 AND o.pods > 1"
        " GROUP BY s.namespace, s.workload ORDER BY pod_seconds DESC, s.namespace, s.workload",
        &query, error);
    for (uint32_t s = 0; status == FG_OK && s < out->scenario_count; s++)
        status = read_lone_of(database, query, out, &out->scenarios[s], error);
    return fg_query_finish(query, status, error);
}

fg_status fg_comparison_read_zones(sqlite3 *database, struct fg_comparison *out,
                                   struct fg_error *error)
{
    fg_status status = read_losses(database, out, error);
    return status == FG_OK ? read_lone_workloads(database, out, error) : status;
}
