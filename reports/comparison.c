#include "reports/comparison.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/catalog.h"
#include "reports/comparison_commitments.h"
#include "reports/comparison_notes.h"
#include "reports/comparison_reasons.h"
#include "reports/comparison_zones.h"
#include "reports/query.h"

/* ---- charges and what they are part of ---- */

const char *fg_cost_group_name(enum fg_cost_group group)
{
    static const char *const names[FG_COST_GROUP_COUNT] = {
        [FG_COST_EC2] = "EC2",
        [FG_COST_FARGATE] = "Fargate",
        [FG_COST_CONTROL_PLANE] = "control plane",
        [FG_COST_OTHER] = "other",
    };
    return names[group];
}

static enum fg_cost_group group_of(const char *charge)
{
    static const struct {
        const char *prefix;
        enum fg_cost_group group;
    } rules[] = {
        {"ec2-", FG_COST_EC2},
        {"ebs", FG_COST_EC2},
        {"eks-auto-mode", FG_COST_EC2},
        {"public-ipv4", FG_COST_EC2},
        {"fargate-", FG_COST_FARGATE},
        {"eks-control-plane", FG_COST_CONTROL_PLANE},
        {"eks-extended-support", FG_COST_CONTROL_PLANE},
    };
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
        if (strncmp(charge, rules[i].prefix, strlen(rules[i].prefix)) == 0)
            return rules[i].group;
    return FG_COST_OTHER;
}

uint32_t fg_comparison_charge(const struct fg_comparison *comparison, const char *name)
{
    uint32_t i = 0;
    while (i < comparison->charge_count && strcmp(comparison->charge_names[i], name) != 0)
        i++;
    return i;
}

static fg_status read_charges(sqlite3 *database, struct fg_comparison *out, struct fg_error *error)
{
    uint32_t names = 0, groups = 0;
    sqlite3_stmt *query;
    fg_status status = fg_query_prepare(
        database,
        "SELECT name, code FROM charge WHERE name <> 'other' UNION"
        " SELECT charge_name, charge FROM account WHERE charge_name LIKE 'other:%' ORDER BY 2, 1",
        &query, error);
    while (status == FG_OK && fg_query_next(query)) {
        const char *name = fg_query_text(query, 0, &out->arena);
        if (fg_comparison_charge(out, name) < out->charge_count)
            continue;
        uint32_t count = out->charge_count + 1;
        out->charge_names = fg_grow(out->charge_names, &names, count, sizeof *out->charge_names);
        out->charge_groups =
            fg_grow(out->charge_groups, &groups, count, sizeof *out->charge_groups);
        out->charge_names[count - 1] = name;
        out->charge_groups[count - 1] = group_of(name);
        out->charge_count = count;
    }
    return fg_query_finish(query, status, error);
}

/* ---- scenarios and their replications, in the study's order at first ---- */

static fg_status read_study(sqlite3 *database, struct fg_comparison *out, struct fg_error *error)
{
    sqlite3_stmt *query;
    fg_status status = fg_query_prepare(
        database, "SELECT name, program_version, detail, with_pods FROM study", &query, error);
    out->study = out->program_version = "";
    if (status == FG_OK && fg_query_next(query)) {
        out->study = fg_query_text(query, 0, &out->arena);
        out->program_version = fg_query_text(query, 1, &out->arena);
        out->detail = sqlite3_column_int(query, 2);
        out->with_pods = sqlite3_column_int(query, 3) != 0;
    }
    return fg_query_finish(query, status, error);
}

static fg_status read_scenarios(sqlite3 *database, struct fg_comparison *out,
                                struct fg_error *error)
{
    uint32_t capacity = 0;
    sqlite3_stmt *query;
    fg_status status = fg_query_prepare(
        database,
        "SELECT id, name, region, start_unix, replications FROM scenario ORDER BY position", &query,
        error);
    while (status == FG_OK && fg_query_next(query)) {
        uint32_t replications = (uint32_t)sqlite3_column_int64(query, 4);
        out->scenarios =
            fg_grow(out->scenarios, &capacity, out->scenario_count + 1, sizeof *out->scenarios);
        out->scenarios[out->scenario_count++] = (struct fg_compared_scenario){
            .id = sqlite3_column_int64(query, 0),
            .name = fg_query_text(query, 1, &out->arena),
            .region = fg_query_text(query, 2, &out->arena),
            .start = sqlite3_column_int64(query, 3),
            .replication_count = replications,
            .replications =
                fg_arena_allocate(&out->arena, replications, sizeof(struct fg_replication_figures)),
            .charges = fg_arena_allocate(&out->arena, out->charge_count, sizeof(fg_nanodollars)),
        };
    }
    return fg_query_finish(query, status, error);
}

static void read_replication(sqlite3_stmt *query, struct fg_arena *arena,
                             struct fg_replication_figures *out)
{
    int column = 3;
    out->done = true;
    out->cut_s = (uint32_t)sqlite3_column_int64(query, column++);
    struct fg_disruptions *disruptions = &out->disruptions;
    int64_t *const figures[] = {
        &out->pod_count,
        &out->left_out,
        &out->never_ran,
        &out->peak_nodes,
        &out->peak_fargate_vcpu_milli,
        &out->wait_p50_s,
        &out->wait_p95_s,
        &out->wait_max_s,
        &out->requested_cpu_milli_s,
        &out->fargate_waste_nano,
        &out->node_idle_nano,
        &out->node_nano,
        &out->skipped_rows,
        &disruptions->spot_interruptions,
        &disruptions->disrupted_nodes,
        &disruptions->evictions,
        &disruptions->preempted_pods,
        &disruptions->lost_work_s,
        &disruptions->longest_wait_s,
        &disruptions->longest_wait_hour,
        &disruptions->dry_s,
        &out->compute_nano,
        &out->bound_nano,
        &out->bound_spread_nano,
    };
    for (size_t i = 0; i < sizeof figures / sizeof *figures; i++)
        *figures[i] = sqlite3_column_int64(query, column++);
    disruptions->dry_subnet = sqlite3_column_type(query, column) == SQLITE_NULL
                                  ? NULL
                                  : fg_query_text(query, column, arena);
}

/* run_id -> replication, to find whose a ledger's sum is. */
struct run_list {
    uint32_t count, capacity;
    struct fg_replication_figures **items; /* sorted by run_id */
};

static fg_status read_replications(sqlite3 *database, struct fg_comparison *out,
                                   struct run_list *runs, struct fg_error *error)
{
    sqlite3_stmt *query;
    fg_status status = fg_query_prepare(
        database,
        "SELECT r.id, r.replication, s.position, cut_s, pod_count, left_out, never_ran,"
        " peak_nodes, peak_fargate_vcpu_milli, wait_p50_s, wait_p95_s, wait_max_s,"
        " requested_cpu_milli_s, fargate_waste_nano, node_idle_nano, node_nano, skipped_rows,"
        " spot_interruptions, disrupted_nodes, evictions, preempted_pods, lost_work_s,"
        " longest_wait_s, longest_wait_hour, dry_s, compute_nano, bound_nano, bound_spread_nano,"
        " dry_subnet"
        " FROM run r JOIN scenario s ON s.id = r.scenario_id WHERE done = 1 ORDER BY r.id",
        &query, error);
    while (status == FG_OK && fg_query_next(query)) {
        int64_t position = sqlite3_column_int64(query, 2);
        int64_t replication = sqlite3_column_int64(query, 1);
        if (position >= out->scenario_count ||
            replication >= out->scenarios[position].replication_count)
            continue;
        struct fg_replication_figures *figures =
            &out->scenarios[position].replications[replication];
        figures->run_id = sqlite3_column_int64(query, 0);
        figures->scenario = (uint32_t)position;
        read_replication(query, &out->arena, figures);
        runs->items = fg_grow(runs->items, &runs->capacity, runs->count + 1, sizeof(*runs->items));
        runs->items[runs->count++] = figures;
    }
    return fg_query_finish(query, status, error);
}

/* ---- money ---- */

/* The next one of the list with this id; queries give runs in the order of their ids. */
static struct fg_replication_figures *find_run(const struct run_list *runs, uint32_t *cursor,
                                               int64_t run_id)
{
    while (*cursor < runs->count && runs->items[*cursor]->run_id < run_id)
        (*cursor)++;
    bool found = *cursor < runs->count && runs->items[*cursor]->run_id == run_id;
    return found ? runs->items[*cursor] : NULL;
}

/* The ledger's rows are walked in the order of its key, without a sort; `charges` and the totals at
 * other prices hold sums over replications afterwards. */
static fg_status read_amounts(sqlite3 *database, struct fg_comparison *out,
                              const struct run_list *runs, struct fg_error *error)
{
    uint32_t cursor = 0;
    sqlite3_stmt *query;
    fg_status status =
        fg_query_prepare(database,
                         "SELECT t.run_id, a.charge_name, t.nano, t.list_nano, t.contract_nano,"
                         " t.billed_nano FROM"
                         " (SELECT run_id, account, sum(nano * hour_count) AS nano,"
                         "   sum(coalesce(list_nano, nano) * hour_count) AS list_nano,"
                         "   sum(coalesce(contract_nano, nano) * hour_count) AS contract_nano,"
                         "   sum(coalesce(billed_nano, nano) * hour_count) AS billed_nano"
                         "  FROM ledger GROUP BY run_id, account) t"
                         " CROSS JOIN account a ON a.run_id = t.run_id AND a.account = t.account",
                         &query, error);
    while (status == FG_OK && fg_query_next(query)) {
        struct fg_replication_figures *run =
            find_run(runs, &cursor, sqlite3_column_int64(query, 0));
        if (run == NULL)
            continue;
        const char *name = (const char *)sqlite3_column_text(query, 1);
        fg_nanodollars nano = sqlite3_column_int64(query, 2);
        run->total += nano;
        struct fg_compared_scenario *scenario = &out->scenarios[run->scenario];
        scenario->charges[fg_comparison_charge(out, name)] += nano;
        scenario->list_total += sqlite3_column_int64(query, 3);
        scenario->contract_total += sqlite3_column_int64(query, 4);
        scenario->billed_total += sqlite3_column_int64(query, 5);
    }
    return fg_query_finish(query, status, error);
}

static fg_nanodollars held(__int128 amount)
{
    return amount > INT64_MAX ? INT64_MAX : amount < INT64_MIN ? INT64_MIN : (int64_t)amount;
}

static fg_nanodollars a_month(__int128 nano, __int128 simulated_s)
{
    if (simulated_s == 0)
        return 0;
    return held(fg_money_divide_half_even(nano * FG_REPORT_MONTH_S, simulated_s));
}

static int compare_amounts(const void *a, const void *b)
{
    const fg_nanodollars *left = a, *right = b;
    return (*left > *right) - (*left < *right);
}

/* `amounts` are sorted in place. */
static void find_percentiles(fg_nanodollars *amounts, uint32_t count, struct fg_spread *out)
{
    qsort(amounts, count, sizeof *amounts, compare_amounts);
    out->p5 = amounts[(count * 5ULL + 99) / 100 - 1];
    out->p95 = amounts[(count * 95ULL + 99) / 100 - 1];
}

static void find_spreads(struct fg_compared_scenario *scenario)
{
    fg_nanodollars *amounts = fg_allocate(scenario->done_count, sizeof *amounts);
    uint32_t count = 0;
    for (uint32_t r = 0; r < scenario->replication_count; r++)
        if (scenario->replications[r].done)
            amounts[count++] = scenario->replications[r].total;
    find_percentiles(amounts, count, &scenario->total);
    count = 0;
    for (uint32_t r = 0; r < scenario->replication_count; r++)
        if (scenario->replications[r].done)
            amounts[count++] = scenario->replications[r].month;
    find_percentiles(amounts, count, &scenario->month);
    free(amounts);
}

/* ---- from replications to a scenario ---- */

struct sums {
    __int128 simulated_s, requested_cpu_milli_s;
    __int128 waste, idle, node;
    __int128 compute, bound, bound_spread;
};

static void keep_larger(int64_t *kept, int64_t value)
{
    *kept = value > *kept ? value : *kept;
}

static void add_disruptions(struct fg_disruptions *worst, const struct fg_disruptions *run)
{
    keep_larger(&worst->spot_interruptions, run->spot_interruptions);
    keep_larger(&worst->disrupted_nodes, run->disrupted_nodes);
    keep_larger(&worst->evictions, run->evictions);
    keep_larger(&worst->preempted_pods, run->preempted_pods);
    keep_larger(&worst->lost_work_s, run->lost_work_s);
    if (run->longest_wait_s > worst->longest_wait_s) {
        worst->longest_wait_s = run->longest_wait_s;
        worst->longest_wait_hour = run->longest_wait_hour;
    }
    if (run->dry_subnet != NULL && (worst->dry_subnet == NULL || run->dry_s < worst->dry_s)) {
        worst->dry_subnet = run->dry_subnet;
        worst->dry_s = run->dry_s;
    }
}

static void add_replication(struct fg_compared_scenario *scenario,
                            struct fg_replication_figures *run, struct sums *sums)
{
    run->month = a_month(run->total, run->cut_s);
    if (scenario->done_count++ == 0 || run->cut_s < scenario->cut_s)
        scenario->cut_s = run->cut_s;
    keep_larger(&scenario->pod_count, run->pod_count - run->left_out);
    keep_larger(&scenario->left_out, run->left_out);
    keep_larger(&scenario->never_ran, run->never_ran);
    keep_larger(&scenario->skipped_rows, run->skipped_rows);
    keep_larger(&scenario->peak_nodes, run->peak_nodes);
    keep_larger(&scenario->peak_fargate_vcpu_milli, run->peak_fargate_vcpu_milli);
    keep_larger(&scenario->wait_p95_s, run->wait_p95_s);
    add_disruptions(&scenario->disruptions, &run->disruptions);
    sums->simulated_s += run->cut_s;
    sums->requested_cpu_milli_s += run->requested_cpu_milli_s;
    sums->waste += run->fargate_waste_nano;
    sums->idle += run->node_idle_nano;
    sums->node += run->node_nano;
    sums->compute += run->compute_nano;
    sums->bound += run->bound_nano;
    sums->bound_spread += run->bound_spread_nano;
}

/* The total is the sum of its charges' means, so that what is shown adds up. */
static void find_money(const struct fg_comparison *comparison,
                       struct fg_compared_scenario *scenario, const struct sums *sums)
{
    const int64_t count = scenario->done_count;
    __int128 all = 0, by_group[FG_COST_GROUP_COUNT] = {0};
    for (uint32_t c = 0; c < comparison->charge_count; c++) {
        enum fg_cost_group group = comparison->charge_groups[c];
        all += scenario->charges[c];
        by_group[group] += scenario->charges[c];
        scenario->charges[c] = held(fg_money_divide_half_even(scenario->charges[c], count));
        scenario->groups[group] += scenario->charges[c];
        scenario->total.mean += scenario->charges[c];
    }
    fg_nanodollars *const others[] = {&scenario->list_total, &scenario->contract_total,
                                      &scenario->billed_total};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        *others[i] = held(fg_money_divide_half_even(*others[i], count));
    scenario->month.mean = a_month(all, sums->simulated_s);
    for (int group = 0; group < FG_COST_GROUP_COUNT; group++)
        scenario->group_months[group] = a_month(by_group[group], sums->simulated_s);
    scenario->fargate_waste_nano = held(fg_money_divide_half_even(sums->waste, count));
    scenario->node_idle_nano = held(fg_money_divide_half_even(sums->idle, count));
    scenario->node_nano = held(fg_money_divide_half_even(sums->node, count));
    scenario->compute_nano = held(fg_money_divide_half_even(sums->compute, count));
    scenario->bound_nano = held(fg_money_divide_half_even(sums->bound, count));
    scenario->bound_spread_nano = held(fg_money_divide_half_even(sums->bound_spread, count));
    scenario->has_vcpu_hour_price = sums->requested_cpu_milli_s > 0;
    if (scenario->has_vcpu_hour_price)
        scenario->per_requested_vcpu_hour =
            held(fg_money_divide_half_even(all * 3600000, sums->requested_cpu_milli_s));
}

static void fold_scenario(const struct fg_comparison *comparison,
                          struct fg_compared_scenario *scenario)
{
    struct sums sums = {0};
    for (uint32_t r = 0; r < scenario->replication_count; r++)
        if (scenario->replications[r].done)
            add_replication(scenario, &scenario->replications[r], &sums);
    scenario->complete = scenario->done_count == scenario->replication_count;
    scenario->has_month = sums.simulated_s > 0;
    scenario->ran_everything =
        scenario->complete && scenario->has_month && scenario->never_ran == 0;
    if (scenario->done_count == 0)
        return;
    find_money(comparison, scenario, &sums);
    find_spreads(scenario);
}

/* ---- baseline and order ---- */

static fg_status unknown_baseline(const struct fg_comparison *comparison, const char *baseline,
                                  struct fg_error *error)
{
    enum { SHOWN = 10 };
    const char **names = fg_allocate(comparison->scenario_count + 1, sizeof *names);
    char known[512] = "";
    size_t length = 0;
    for (uint32_t i = 0; i < comparison->scenario_count; i++) {
        names[i] = comparison->scenarios[i].name;
        if (i < SHOWN && length < sizeof known)
            length += (size_t)snprintf(known + length, sizeof known - length, "%s'%s'",
                                       i > 0 ? ", " : "", names[i]);
    }
    if (comparison->scenario_count > SHOWN && length < sizeof known)
        snprintf(known + length, sizeof known - length, " and %u more",
                 comparison->scenario_count - SHOWN);
    const char *nearest = fg_nearest_name(baseline, names, comparison->scenario_count);
    fg_error_set(error, FG_BAD_INPUT,
                 "--baseline '%s' is not a scenario of study '%s'%s%s%s; "
                 "expected one of %s",
                 baseline, comparison->study, nearest != NULL ? ", did you mean '" : "",
                 nearest != NULL ? nearest : "", nearest != NULL ? "'" : "", known);
    free(names);
    return FG_BAD_INPUT;
}

static fg_status find_baseline(const struct fg_comparison *comparison, const char *baseline,
                               int64_t *out_id, struct fg_error *error)
{
    for (uint32_t i = 0; i < comparison->scenario_count; i++) {
        if (baseline == NULL || strcmp(comparison->scenarios[i].name, baseline) == 0) {
            *out_id = comparison->scenarios[i].id;
            return FG_OK;
        }
    }
    *out_id = 0;
    return baseline == NULL ? FG_OK : unknown_baseline(comparison, baseline, error);
}

static int answer_class(const struct fg_compared_scenario *scenario)
{
    return scenario->ran_everything ? 0 : scenario->done_count > 0 ? 1 : 2;
}

static int compare_scenarios(const void *a, const void *b)
{
    const struct fg_compared_scenario *left = a, *right = b;
    int order = answer_class(left) - answer_class(right);
    if (order == 0)
        order = (left->month.mean > right->month.mean) - (left->month.mean < right->month.mean);
    return order != 0 ? order : strcmp(left->name, right->name);
}

static void put_in_order(struct fg_comparison *comparison, int64_t baseline_id)
{
    if (comparison->scenario_count == 0)
        return;
    qsort(comparison->scenarios, comparison->scenario_count, sizeof *comparison->scenarios,
          compare_scenarios);
    for (uint32_t i = 0; i < comparison->scenario_count; i++) {
        struct fg_compared_scenario *scenario = &comparison->scenarios[i];
        for (uint32_t r = 0; r < scenario->replication_count; r++)
            scenario->replications[r].scenario = i;
        if (scenario->id == baseline_id)
            comparison->baseline = i;
    }
    const struct fg_compared_scenario *baseline = &comparison->scenarios[comparison->baseline];
    for (uint32_t i = 0; i < comparison->scenario_count; i++) {
        struct fg_compared_scenario *scenario = &comparison->scenarios[i];
        scenario->has_difference = scenario->has_month && baseline->has_month;
        if (scenario->has_difference)
            scenario->difference = scenario->month.mean - baseline->month.mean;
    }
}

/* ---- all of it ---- */

fg_status fg_comparison_read(sqlite3 *database, const char *baseline, struct fg_comparison *out,
                             struct fg_error *error)
{
    struct run_list runs = {0};
    int64_t baseline_id = 0;
    *out = (struct fg_comparison){0};
    fg_status status = read_study(database, out, error);
    if (status == FG_OK)
        status = read_charges(database, out, error);
    if (status == FG_OK)
        status = read_scenarios(database, out, error);
    if (status == FG_OK)
        status = find_baseline(out, baseline, &baseline_id, error);
    if (status == FG_OK)
        status = read_replications(database, out, &runs, error);
    if (status == FG_OK)
        status = read_amounts(database, out, &runs, error);
    free(runs.items);
    if (status != FG_OK)
        return status;
    for (uint32_t i = 0; i < out->scenario_count; i++)
        fold_scenario(out, &out->scenarios[i]);
    status = fg_comparison_read_reasons(database, out, error);
    if (status == FG_OK)
        status = fg_comparison_read_zones(database, out, error);
    if (status == FG_OK)
        status = fg_comparison_read_commitments(database, out, error);
    put_in_order(out, baseline_id);
    return status == FG_OK ? fg_comparison_read_notes(database, out, error) : status;
}

void fg_comparison_release(struct fg_comparison *comparison)
{
    for (uint32_t i = 0; i < comparison->scenario_count; i++)
        free(comparison->scenarios[i].reasons);
    for (uint32_t i = 0; i < comparison->assumption_count; i++)
        free(comparison->assumptions[i].scenarios);
    free(comparison->scenarios);
    free(comparison->assumptions);
    free(comparison->charge_names);
    free(comparison->charge_groups);
    fg_arena_release(&comparison->arena);
    *comparison = (struct fg_comparison){0};
}
