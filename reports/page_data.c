#include "reports/page_data.h"

#include <string.h>

#include "reports/allocation_page.h"
#include "reports/json_writer.h"
#include "reports/series.h"

/* Together they keep the page at some megabytes. */
enum {
    ALL_POINTS = 45000,
    MOST_POINTS = 750,
    LEAST_POINTS = 48,
    ALL_ROWS = 6000,
    MOST_ROWS = 60,
    LEAST_ROWS = 8
};

static uint32_t share_out(uint32_t all, uint32_t least, uint32_t most, uint32_t scenario_count)
{
    uint32_t share = all / scenario_count;
    return share < least ? least : share > most ? most : share;
}

/* ---- steps ---- */

static void put_costs(struct fg_json_writer *json, const struct fg_comparison *comparison,
                      const struct fg_series *series)
{
    fg_json_key(json, "costs");
    fg_json_open(json, '[');
    for (uint32_t c = 0; c < comparison->charge_count; c++) {
        if (series->costs[c] == NULL)
            continue;
        fg_json_open(json, '{');
        fg_json_named_text(json, "charge", comparison->charge_names[c]);
        fg_json_key(json, "usd");
        fg_json_open(json, '[');
        for (uint32_t s = 0; s < series->step_count; s++)
            fg_json_put_ratio(json, fg_money_divide_half_even(series->costs[c][s], 1000), 1000000);
        fg_json_close(json, ']');
        fg_json_close(json, '}');
    }
    fg_json_close(json, ']');
}

/* `per_unit` of what was summed make one of what is shown. */
static void put_averages(struct fg_json_writer *json, const struct fg_series *series,
                         const char *key, const int64_t *sums, int64_t per_unit)
{
    fg_json_key(json, key);
    fg_json_open(json, '[');
    for (uint32_t s = 0; s < series->step_count; s++) {
        int64_t seconds = series->step_seconds[s];
        __int128 milli = seconds > 0 ? fg_money_divide_half_even((__int128)sums[s] * 1000,
                                                                 (__int128)seconds * per_unit)
                                     : 0;
        fg_json_put_ratio(json, milli, 1000);
    }
    fg_json_close(json, ']');
}

static void put_integers(struct fg_json_writer *json, const struct fg_series *series,
                         const char *key, const int64_t *values)
{
    fg_json_key(json, key);
    fg_json_open(json, '[');
    for (uint32_t s = 0; s < series->step_count; s++)
        fg_json_put_integer(json, values[s]);
    fg_json_close(json, ']');
}

static bool is_zero(const struct fg_series *series, const int64_t *values)
{
    for (uint32_t s = 0; s < series->step_count; s++)
        if (values[s] != 0)
            return false;
    return true;
}

/* Each Fargate pod is a node of its own; it is the pods that are shown. */
static bool has_nodes(const struct fg_series *series, const struct fg_pool_series *pool)
{
    return strncmp(pool->pool, "fargate:", strlen("fargate:")) != 0 &&
           !is_zero(series, pool->nodes_max);
}

static void put_pool(struct fg_json_writer *json, const struct fg_series *series,
                     const struct fg_pool_series *pool)
{
    fg_json_open(json, '{');
    fg_json_named_text(json, "pool", pool->pool);
    if (has_nodes(series, pool)) {
        put_averages(json, series, "nodes", pool->node_seconds, 1);
        put_integers(json, series, "nodes_max", pool->nodes_max);
    }
    if (!is_zero(series, pool->pod_seconds))
        put_averages(json, series, "pods", pool->pod_seconds, 1);
    if (!is_zero(series, pool->pending_max))
        put_integers(json, series, "pending_max", pool->pending_max);
    fg_json_close(json, '}');
}

/* What the nodes of all pools have for pods, and what pods ask for. */
static void put_nodes(struct fg_json_writer *json, const struct fg_series *series)
{
    const struct fg_node_series *nodes = &series->nodes;
    if (is_zero(series, nodes->cpu_allocatable_milli_s))
        return;
    put_averages(json, series, "cpu_allocatable", nodes->cpu_allocatable_milli_s, 1000);
    put_averages(json, series, "cpu_requested", nodes->cpu_requested_milli_s, 1000);
    put_averages(json, series, "memory_allocatable", nodes->memory_allocatable_mib_s, 1024);
    put_averages(json, series, "memory_requested", nodes->memory_requested_mib_s, 1024);
}

/* ---- scenarios ---- */

static void put_series(struct fg_json_writer *json, const struct fg_comparison *comparison,
                       const struct fg_series *series)
{
    const struct {
        const char *key;
        int64_t value;
    } facts[] = {
        {"replication", series->replication}, {"step_hours", series->step_hours},
        {"first_step", series->first_step},   {"first_hour", series->first_hour},
        {"end_hour", series->end_hour},
    };
    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++) {
        fg_json_named_integer(json, facts[i].key, facts[i].value);
    }
    put_integers(json, series, "step_seconds", series->step_seconds);
    put_costs(json, comparison, series);
    fg_json_key(json, "pools");
    fg_json_open(json, '[');
    for (uint32_t p = 0; p < series->pool_count; p++)
        put_pool(json, series, &series->pools[p]);
    fg_json_close(json, ']');
    put_nodes(json, series);
    if (!is_zero(series, series->oldest_wait_s))
        put_integers(json, series, "oldest_wait_s", series->oldest_wait_s);
}

static fg_status put_scenario(sqlite3 *database, struct fg_json_writer *json,
                              const struct fg_comparison *comparison, uint32_t number,
                              struct fg_error *error)
{
    const struct fg_compared_scenario *scenario = &comparison->scenarios[number];
    uint32_t count = comparison->scenario_count;
    uint32_t points = share_out(ALL_POINTS, LEAST_POINTS, MOST_POINTS, count);
    struct fg_series series;
    fg_status status = fg_series_read(database, comparison, scenario, points, &series, error);
    if (status == FG_OK) {
        fg_json_open(json, '{');
        fg_json_named_text(json, "name", scenario->name);
        fg_json_named_integer(json, "replications", scenario->replication_count);
        put_series(json, comparison, &series);
        status = fg_allocation_page(database, comparison, scenario, series.replication,
                                    share_out(ALL_ROWS, LEAST_ROWS, MOST_ROWS, count), json, error);
        fg_json_close(json, '}');
    }
    fg_series_release(&series);
    return status;
}

fg_status fg_page_data_write(sqlite3 *database, const struct fg_comparison *comparison, FILE *out,
                             struct fg_error *error)
{
    struct fg_json_writer json = {.out = out, .layout = FG_JSON_TIGHT};
    fg_status status = FG_OK;
    fg_json_open(&json, '{');
    fg_json_named_integer(&json, "detail", comparison->detail);
    fg_json_key(&json, "scenarios");
    fg_json_open(&json, '[');
    for (uint32_t i = 0; status == FG_OK && i < comparison->scenario_count; i++)
        if (comparison->scenarios[i].done_count > 0)
            status = put_scenario(database, &json, comparison, i, error);
    fg_json_close(&json, ']');
    fg_json_close(&json, '}');
    fg_json_finish(&json);
    return status;
}
