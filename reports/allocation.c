#include "reports/allocation.h"

#include <stdlib.h>
#include <string.h>

#include "models/base/index.h"
#include "models/base/status.h"
#include "models/ledger.h"
#include "reports/query.h"

#define CLUSTER_NAME "(cluster)"
#define COMMITMENTS_NAME "(commitments)"
#define UNLABELLED_NAME "(none)"

/* ---- the bill ---- */

static fg_status read_run(sqlite3 *database, const struct fg_comparison *comparison, int64_t run_id,
                          struct fg_cost_cells *out, struct fg_error *error)
{
    sqlite3_stmt *query;
    fg_status status =
        fg_query_prepare(database,
                         "SELECT a.namespace, a.workload, a.allocation_group, a.charge_name, t.nano"
                         " FROM (SELECT run_id, account, sum(nano * hour_count) AS nano FROM ledger"
                         "  WHERE run_id = ? GROUP BY run_id, account) t"
                         " CROSS JOIN account a ON a.run_id = t.run_id AND a.account = t.account",
                         &query, error);
    sqlite3_bind_int64(query, 1, run_id);
    while (status == FG_OK && fg_query_next(query)) {
        const char *charge = fg_query_text(query, 3, &out->arena);
        out->items = fg_grow(out->items, &out->capacity, out->count + 1, sizeof *out->items);
        out->items[out->count++] = (struct fg_cost_cell){
            .namespace_name = fg_query_text(query, 0, &out->arena),
            .workload = fg_query_text(query, 1, &out->arena),
            .group = fg_query_text(query, 2, &out->arena),
            .charge = charge,
            .cost_group = comparison->charge_groups[fg_comparison_charge(comparison, charge)],
            .nano = sqlite3_column_int64(query, 4),
        };
    }
    return fg_query_finish(query, status, error);
}

fg_status fg_cost_cells_read(sqlite3 *database, const struct fg_comparison *comparison,
                             const struct fg_compared_scenario *scenario, uint32_t replication,
                             struct fg_cost_cells *out, struct fg_error *error)
{
    bool all = replication == FG_ALL_REPLICATIONS;
    fg_status status = FG_OK;
    *out = (struct fg_cost_cells){.divisor = all ? scenario->done_count : 1};
    for (uint32_t r = 0; status == FG_OK && r < scenario->replication_count; r++)
        if (scenario->replications[r].done && (all || r == replication))
            status = read_run(database, comparison, scenario->replications[r].run_id, out, error);
    out->total = all ? scenario->total.mean : scenario->replications[replication].total;
    return status;
}

void fg_cost_cells_release(struct fg_cost_cells *cells)
{
    free(cells->items);
    fg_arena_release(&cells->arena);
    *cells = (struct fg_cost_cells){0};
}

/* ---- what an account is called ---- */

static bool is_shared_namespace(const struct fg_allocation_settings *settings, const char *name)
{
    for (uint32_t i = 0; i < settings->namespace_count; i++)
        if (fg_glob_match(settings->namespaces[i], name))
            return true;
    return false;
}

/* The name of shared cost, or NULL: it is direct. */
static const char *shared_name(const struct fg_allocation_settings *settings,
                               const struct fg_cost_cell *cell, struct fg_arena *arena)
{
    if (*cell->namespace_name != '\0')
        return is_shared_namespace(settings, cell->namespace_name)
                   ? fg_arena_format(arena, "(%s)", cell->namespace_name)
                   : NULL;
    if (*cell->workload != '\0')
        return cell->workload;
    if (strcmp(cell->charge, fg_charge_name(FG_CHARGE_SAVINGS_PLAN)) == 0 ||
        strcmp(cell->charge, fg_charge_name(FG_CHARGE_RESERVED_INSTANCE)) == 0)
        return COMMITMENTS_NAME;
    return cell->cost_group == FG_COST_OTHER ? fg_arena_format(arena, "(%s)", cell->charge)
                                             : CLUSTER_NAME;
}

static const char *direct_name(const struct fg_cost_cell *cell, const char *dimension,
                               struct fg_arena *arena)
{
    const char *label = fg_dimension_label(dimension);
    if (label != NULL) {
        const char *value = fg_allocation_group_value(cell->group, label, arena);
        return *value != '\0' ? value : UNLABELLED_NAME;
    }
    return strcmp(dimension, FG_DIMENSION_WORKLOAD) == 0
               ? fg_arena_format(arena, "%s/%s", cell->namespace_name, cell->workload)
               : cell->namespace_name;
}

/* ---- adding up ---- */

static struct fg_allocated_row *find_row(struct fg_allocation *out, struct fg_index *index,
                                         const char *name, bool is_apart)
{
    uint64_t hash = fg_hash_bytes(name, strlen(name), is_apart);
    uint32_t cursor = 0, number;
    while ((number = fg_index_next(index, hash, &cursor)) != UINT32_MAX)
        if (out->items[number].is_apart == is_apart && strcmp(out->items[number].name, name) == 0)
            return &out->items[number];
    fg_index_put(index, hash, out->count);
    out->items = fg_grow(out->items, &out->capacity, out->count + 1, sizeof *out->items);
    out->items[out->count] = (struct fg_allocated_row){.name = name, .is_apart = is_apart};
    return &out->items[out->count++];
}

static void add_up(const struct fg_cost_cells *cells, const struct fg_allocation_settings *settings,
                   struct fg_allocation *out)
{
    struct fg_index index = {0};
    for (uint32_t i = 0; i < cells->count; i++) {
        const struct fg_cost_cell *cell = &cells->items[i];
        const char *shared = shared_name(settings, cell, &out->arena);
        const char *name = shared != NULL ? shared : direct_name(cell, out->dimension, &out->arena);
        struct fg_allocated_row *row = find_row(out, &index, name, shared != NULL);
        *(shared != NULL ? &row->shared : &row->direct) += cell->nano;
        row->groups[cell->cost_group] += cell->nano;
    }
    fg_index_release(&index);
}

/* ---- spreading ---- */

/* Names before what stands apart. */
static int compare_names(const void *a, const void *b)
{
    const struct fg_allocated_row *left = a, *right = b;
    if (left->is_apart != right->is_apart)
        return left->is_apart ? 1 : -1;
    return strcmp(left->name, right->name);
}

static int compare_totals(const void *a, const void *b)
{
    fg_nanodollars left = fg_allocated_total(a), right = fg_allocated_total(b);
    return left != right ? (left > right ? -1 : 1) : compare_names(a, b);
}

static bool is_of_nodes(const char *name)
{
    return strcmp(name, FG_WORKLOAD_IDLE) == 0 || strcmp(name, FG_WORKLOAD_SYSTEM) == 0;
}

/* The names that bear a kind of shared cost, and what each bears of it already by itself. */
struct bearers {
    uint32_t count;
    uint32_t *rows;
    fg_nanodollars *weights, *shares;
};

static void find_bearers(const struct fg_allocation *list, bool of_nodes, struct bearers *out)
{
    out->count = 0;
    for (uint32_t i = 0; i < list->count && !list->items[i].is_apart; i++) {
        const struct fg_allocated_row *row = &list->items[i];
        fg_nanodollars weight = of_nodes ? row->groups[FG_COST_EC2] : row->direct;
        if (of_nodes && weight == 0)
            continue;
        out->rows[out->count] = i;
        out->weights[out->count++] = weight;
    }
}

/* Empties a row that stands apart; without bearers it stays. */
static void spread(struct fg_allocation *list, struct fg_allocated_row *apart,
                   enum fg_share_rule rule, struct bearers *bearers)
{
    find_bearers(list, is_of_nodes(apart->name), bearers);
    if (bearers->count == 0)
        find_bearers(list, false, bearers);
    if (bearers->count == 0)
        return;
    fg_allocation_share(apart->shared, rule, bearers->weights, bearers->count, bearers->shares);
    for (uint32_t i = 0; i < bearers->count; i++)
        list->items[bearers->rows[i]].shared += bearers->shares[i];
    apart->name = NULL;
}

static void spread_all(struct fg_allocation *list, const struct fg_allocation_settings *settings)
{
    struct bearers bearers = {
        .rows = fg_allocate(list->count, sizeof *bearers.rows),
        .weights = fg_allocate(list->count, sizeof *bearers.weights),
        .shares = fg_allocate(list->count, sizeof *bearers.shares),
    };
    uint32_t kept = 0;
    for (uint32_t i = 0; i < list->count; i++) {
        struct fg_allocated_row *row = &list->items[i];
        bool is_idle = row->is_apart && strcmp(row->name, FG_WORKLOAD_IDLE) == 0;
        enum fg_share_rule rule = is_idle ? settings->idle : settings->shared;
        if (row->is_apart && rule != FG_SHARE_APART)
            spread(list, row, rule, &bearers);
        if (row->name != NULL)
            list->items[kept++] = *row;
    }
    list->count = kept;
    free(bearers.rows);
    free(bearers.weights);
    free(bearers.shares);
}

/* ---- the mean ---- */

/* Adds what it can of the rest, which may be below zero as the part may not. */
static void add_to_part(fg_nanodollars *part, fg_nanodollars *rest)
{
    fg_nanodollars change = *rest < -*part ? -*part : *rest;
    *part += change;
    *rest -= change;
}

/* What is missing to the total, or too much, is a few nanodollars, since the report rounds each
 * charge. */
static void add_rest(struct fg_allocation *list, fg_nanodollars rest)
{
    for (uint32_t i = 0; i < list->count && rest != 0; i++) {
        struct fg_allocated_row *row = &list->items[i];
        if (!row->is_apart)
            add_to_part(&row->direct, &rest);
        add_to_part(&row->shared, &rest);
    }
}

static void divide(struct fg_allocation *list, const struct fg_cost_cells *cells)
{
    fg_nanodollars rest = cells->total;
    for (uint32_t i = 0; i < list->count; i++) {
        struct fg_allocated_row *row = &list->items[i];
        row->direct /= cells->divisor;
        row->shared /= cells->divisor;
        rest -= fg_allocated_total(row);
    }
    add_rest(list, rest);
}

static void sort(struct fg_allocation *list, int (*compare)(const void *a, const void *b))
{
    if (list->count > 1)
        qsort(list->items, list->count, sizeof *list->items, compare);
}

void fg_allocation_make(const struct fg_cost_cells *cells,
                        const struct fg_allocation_settings *settings, const char *dimension,
                        struct fg_allocation *out)
{
    *out = (struct fg_allocation){.dimension = dimension};
    add_up(cells, settings, out);
    sort(out, compare_names);
    spread_all(out, settings);
    sort(out, compare_totals);
    if (cells->divisor > 1) {
        divide(out, cells);
        sort(out, compare_totals);
    }
}

void fg_allocation_release(struct fg_allocation *allocation)
{
    free(allocation->items);
    fg_arena_release(&allocation->arena);
    *allocation = (struct fg_allocation){0};
}

const char *fg_allocation_words(const struct fg_allocation_settings *settings,
                                struct fg_arena *arena)
{
    static const char *const words[FG_SHARE_RULE_COUNT] = {
        [FG_SHARE_APART] = "apart",
        [FG_SHARE_EVEN] = "spread evenly",
        [FG_SHARE_BY_SHARE] = "spread by share",
    };
    return fg_arena_format(arena, "shared cost %s%s%s", words[settings->shared],
                           settings->idle != settings->shared ? ", idle " : "",
                           settings->idle != settings->shared ? words[settings->idle] : "");
}
