#include "reports/series.h"

#include <stdlib.h>
#include <string.h>

#include "data/store.h"
#include "reports/query.h"

enum { HOUR_S = 3600, DAY_HOURS = 24, MINIMUM_BILLED_S = 60 };
enum { NODE_COLUMN = 7 }; /* of a capacity row: the first of what nodes have and are asked for */

/* ---- steps of time ---- */

static int32_t floor_divide(int64_t value, int64_t by)
{
    return (int32_t)(value / by - (value % by < 0));
}

static uint32_t steps_between(int32_t first_hour, int32_t end_hour, uint32_t step_hours)
{
    return (uint32_t)(floor_divide(end_hour - 1, step_hours) -
                      floor_divide(first_hour, step_hours) + 1);
}

/* Steps that a reader has a word for; beyond them whole weeks. */
static uint32_t choose_step(int32_t first_hour, int32_t end_hour, uint32_t most_steps, int detail)
{
    static const uint32_t lengths[] = {1, 2, 3, 4, 6, 8, 12, 24, 48, 72, 168};
    enum { COUNT = sizeof lengths / sizeof *lengths };
    uint32_t step = lengths[COUNT - 1];
    for (size_t i = COUNT; i-- > 0;)
        if (steps_between(first_hour, end_hour, lengths[i]) <= most_steps &&
            (detail == FG_LEDGER_HOUR || lengths[i] >= DAY_HOURS))
            step = lengths[i];
    while (steps_between(first_hour, end_hour, step) > most_steps)
        step += lengths[COUNT - 1];
    return step;
}

static int32_t larger(int32_t a, int32_t b)
{
    return a > b ? a : b;
}

static int32_t smaller(int32_t a, int32_t b)
{
    return a < b ? a : b;
}

/* A minimum of a minute may be billed past the cut. */
static void lay_out_steps(struct fg_series *series, const struct fg_compared_scenario *scenario,
                          uint32_t most_steps, int detail)
{
    const struct fg_replication_figures *run = &scenario->replications[series->replication];
    fg_unix_s start = scenario->start, cut = start + run->cut_s;
    series->first_hour = floor_divide(start, HOUR_S);
    series->end_hour = floor_divide(cut + MINIMUM_BILLED_S + HOUR_S - 1, HOUR_S);
    series->step_hours = choose_step(series->first_hour, series->end_hour, most_steps, detail);
    series->first_step = floor_divide(series->first_hour, series->step_hours);
    series->step_count = steps_between(series->first_hour, series->end_hour, series->step_hours);
    series->step_seconds =
        fg_arena_allocate(&series->arena, series->step_count, sizeof *series->step_seconds);
    for (uint32_t s = 0; s < series->step_count; s++) {
        fg_unix_s from = ((fg_unix_s)series->first_step + s) * series->step_hours * HOUR_S;
        fg_unix_s to = from + (fg_unix_s)series->step_hours * HOUR_S;
        from = from < start ? start : from;
        to = to > cut ? cut : to;
        series->step_seconds[s] = to > from ? to - from : 0;
    }
}

/* The step of an hour; what lies outside counts to the nearest one, so that sums hold. */
static uint32_t step_of(const struct fg_series *series, int32_t hour)
{
    int32_t step = floor_divide(hour, series->step_hours) - series->first_step;
    return (uint32_t)larger(0, smaller(step, (int32_t)series->step_count - 1));
}

/* The hours of a range that lie in a step, when the range is walked step by step: from `hour`
 * to the step's end or the range's. */
static uint32_t hours_in_step(const struct fg_series *series, int32_t hour, int32_t end)
{
    int32_t step_hours = (int32_t)series->step_hours;
    int32_t step_end = (floor_divide(hour, step_hours) + 1) * step_hours;
    return (uint32_t)(smaller(step_end, end) - hour);
}

/* ---- cost ---- */

/* The charge of each account, in the comparison. */
struct account_list {
    uint32_t count, capacity;
    uint32_t *charges;
};

static fg_status read_accounts(sqlite3 *database, const struct fg_comparison *comparison,
                               int64_t run_id, struct account_list *accounts,
                               struct fg_error *error)
{
    sqlite3_stmt *query;
    fg_status status = fg_query_prepare(database,
                                        "SELECT account, charge_name FROM account WHERE run_id = ?"
                                        " ORDER BY account",
                                        &query, error);
    sqlite3_bind_int64(query, 1, run_id);
    while (status == FG_OK && fg_query_next(query)) {
        uint32_t number = (uint32_t)sqlite3_column_int64(query, 0);
        const char *charge = (const char *)sqlite3_column_text(query, 1);
        accounts->charges =
            fg_grow(accounts->charges, &accounts->capacity, number + 1, sizeof *accounts->charges);
        while (accounts->count <= number)
            accounts->charges[accounts->count++] = 0;
        accounts->charges[number] = fg_comparison_charge(comparison, charge);
    }
    return fg_query_finish(query, status, error);
}

static void add_cost(struct fg_series *series, uint32_t charge, sqlite3_stmt *query)
{
    int32_t hour = sqlite3_column_int(query, 1);
    int32_t end = hour + sqlite3_column_int(query, 2);
    fg_nanodollars nano = sqlite3_column_int64(query, 3);
    fg_nanodollars **costs = &series->costs[charge];
    if (*costs == NULL)
        *costs = fg_arena_allocate(&series->arena, series->step_count, sizeof **costs);
    while (hour < end) {
        uint32_t hours = hours_in_step(series, hour, end);
        (*costs)[step_of(series, hour)] += nano * hours;
        hour += (int32_t)hours;
    }
}

static fg_status read_costs(sqlite3 *database, const struct fg_comparison *comparison,
                            int64_t run_id, struct fg_series *series, struct fg_error *error)
{
    struct account_list accounts = {0};
    fg_status status = read_accounts(database, comparison, run_id, &accounts, error);
    sqlite3_stmt *query = NULL;
    if (status == FG_OK)
        status = fg_query_prepare(
            database, "SELECT account, first_hour, hour_count, nano FROM ledger WHERE run_id = ?",
            &query, error);
    sqlite3_bind_int64(query, 1, run_id);
    while (status == FG_OK && fg_query_next(query)) {
        int64_t number = sqlite3_column_int64(query, 0);
        if (accounts.charges != NULL && number < accounts.count)
            add_cost(series, accounts.charges[number], query);
    }
    free(accounts.charges);
    return fg_query_finish(query, status, error);
}

/* ---- capacity ---- */

static struct fg_pool_series *find_pool(struct fg_series *series, const char *name)
{
    if (series->pool_count > 0 && strcmp(series->pools[series->pool_count - 1].pool, name) == 0)
        return &series->pools[series->pool_count - 1];
    series->pools = fg_grow(series->pools, &series->pool_capacity, series->pool_count + 1,
                            sizeof *series->pools);
    struct fg_pool_series *pool = &series->pools[series->pool_count++];
    int64_t *room = fg_arena_allocate(&series->arena, (size_t)series->step_count * 4, sizeof *room);
    *pool = (struct fg_pool_series){
        .pool = fg_arena_string(&series->arena, name),
        .node_seconds = room,
        .pod_seconds = room + series->step_count,
        .pending_max = room + (size_t)series->step_count * 2,
        .nodes_max = room + (size_t)series->step_count * 3,
    };
    return pool;
}

/* Fargate pods are counted each as a node, but are none. */
static bool is_fargate(const char *pool)
{
    return strncmp(pool, "fargate:", strlen("fargate:")) == 0;
}

static void add_nodes(struct fg_series *series, sqlite3_stmt *query, uint32_t step, uint32_t hours)
{
    const struct fg_node_series *nodes = &series->nodes;
    int64_t *const sums[] = {nodes->cpu_allocatable_milli_s, nodes->cpu_requested_milli_s,
                             nodes->memory_allocatable_mib_s, nodes->memory_requested_mib_s};
    for (int i = 0; i < (int)(sizeof sums / sizeof *sums); i++)
        sums[i][step] += sqlite3_column_int64(query, NODE_COLUMN + i) * hours;
}

static void add_capacity(struct fg_series *series, sqlite3_stmt *query)
{
    struct fg_pool_series *pool = find_pool(series, (const char *)sqlite3_column_text(query, 0));
    int32_t hour = sqlite3_column_int(query, 1);
    int32_t end = hour + sqlite3_column_int(query, 2);
    int64_t node_seconds = sqlite3_column_int64(query, 3);
    int64_t pod_seconds = sqlite3_column_int64(query, 4);
    int64_t pending = sqlite3_column_int64(query, 5), nodes = sqlite3_column_int64(query, 6);
    while (hour < end) {
        uint32_t hours = hours_in_step(series, hour, end), step = step_of(series, hour);
        pool->node_seconds[step] += node_seconds * hours;
        pool->pod_seconds[step] += pod_seconds * hours;
        if (pending > pool->pending_max[step])
            pool->pending_max[step] = pending;
        if (nodes > pool->nodes_max[step])
            pool->nodes_max[step] = nodes;
        if (!is_fargate(pool->pool))
            add_nodes(series, query, step, hours);
        hour += (int32_t)hours;
    }
}

static fg_status read_capacity(sqlite3 *database, int64_t run_id, struct fg_series *series,
                               struct fg_error *error)
{
    sqlite3_stmt *query;
    fg_status status = fg_query_prepare(
        database,
        "SELECT pool, first_hour, hour_count, node_seconds, pod_seconds, pods_pending_max,"
        " nodes_max, cpu_allocatable_milli_s, cpu_requested_milli_s, memory_allocatable_mib_s,"
        " memory_requested_mib_s FROM capacity WHERE run_id = ? ORDER BY pool, first_hour",
        &query, error);
    sqlite3_bind_int64(query, 1, run_id);
    while (status == FG_OK && fg_query_next(query))
        add_capacity(series, query);
    return fg_query_finish(query, status, error);
}

static fg_status read_waits(sqlite3 *database, int64_t run_id, struct fg_series *series,
                            struct fg_error *error)
{
    sqlite3_stmt *query;
    fg_status status = fg_query_prepare(
        database, "SELECT first_hour, hour_count, oldest_wait_s FROM wait WHERE run_id = ?", &query,
        error);
    sqlite3_bind_int64(query, 1, run_id);
    while (status == FG_OK && fg_query_next(query)) {
        int32_t hour = sqlite3_column_int(query, 0), end = hour + sqlite3_column_int(query, 1);
        int64_t wait = sqlite3_column_int64(query, 2);
        while (hour < end) {
            uint32_t step = step_of(series, hour);
            if (wait > series->oldest_wait_s[step])
                series->oldest_wait_s[step] = wait;
            hour += (int32_t)hours_in_step(series, hour, end);
        }
    }
    return fg_query_finish(query, status, error);
}

static void make_node_series(struct fg_series *series)
{
    uint32_t count = series->step_count;
    int64_t *room = fg_arena_allocate(&series->arena, (size_t)count * 5, sizeof *room);
    series->nodes = (struct fg_node_series){room, room + count, room + (size_t)count * 2,
                                            room + (size_t)count * 3};
    series->oldest_wait_s = room + (size_t)count * 4;
}

fg_status fg_series_read(sqlite3 *database, const struct fg_comparison *comparison,
                         const struct fg_compared_scenario *scenario, uint32_t most_steps,
                         struct fg_series *out, struct fg_error *error)
{
    *out = (struct fg_series){0};
    while (!scenario->replications[out->replication].done)
        out->replication++;
    int64_t run_id = scenario->replications[out->replication].run_id;
    lay_out_steps(out, scenario, most_steps, comparison->detail);
    make_node_series(out);
    out->costs = fg_arena_allocate(&out->arena, comparison->charge_count + 1, sizeof *out->costs);
    fg_status status = read_costs(database, comparison, run_id, out, error);
    if (status == FG_OK)
        status = read_capacity(database, run_id, out, error);
    if (status == FG_OK)
        status = read_waits(database, run_id, out, error);
    return status;
}

void fg_series_release(struct fg_series *series)
{
    free(series->pools);
    fg_arena_release(&series->arena);
    *series = (struct fg_series){0};
}
