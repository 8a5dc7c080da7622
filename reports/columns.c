#include "reports/columns.h"

#include "reports/figures.h"

static const char *label_of(const struct fg_column_page *page,
                            const struct fg_compared_scenario *scenario)
{
    return page->labels[scenario - page->comparison->scenarios];
}

static const char *usd(const struct fg_column_page *page,
                       const struct fg_compared_scenario *scenario, fg_nanodollars amount)
{
    return scenario->done_count == 0 ? "-" : fg_figure_usd(page->arena, amount, page->decimals);
}

static const char *total(const struct fg_column_page *page,
                         const struct fg_compared_scenario *scenario)
{
    return scenario->done_count == 0 ? "not run" : usd(page, scenario, scenario->total.mean);
}
static const char *ec2(const struct fg_column_page *page,
                       const struct fg_compared_scenario *scenario)
{
    return usd(page, scenario, scenario->groups[FG_COST_EC2]);
}
static const char *fargate(const struct fg_column_page *page,
                           const struct fg_compared_scenario *scenario)
{
    return usd(page, scenario, scenario->groups[FG_COST_FARGATE]);
}
static const char *control_plane(const struct fg_column_page *page,
                                 const struct fg_compared_scenario *scenario)
{
    return usd(page, scenario, scenario->groups[FG_COST_CONTROL_PLANE]);
}
static const char *other(const struct fg_column_page *page,
                         const struct fg_compared_scenario *scenario)
{
    return usd(page, scenario, scenario->groups[FG_COST_OTHER]);
}
static const char *month(const struct fg_column_page *page,
                         const struct fg_compared_scenario *scenario)
{
    return scenario->has_month ? usd(page, scenario, scenario->month.mean) : "-";
}
static const char *to_baseline(const struct fg_column_page *page,
                               const struct fg_compared_scenario *scenario)
{
    const struct fg_comparison *comparison = page->comparison;
    const struct fg_compared_scenario *baseline = &comparison->scenarios[comparison->baseline];
    if (scenario == baseline)
        return "baseline";
    return scenario->has_difference
               ? fg_figure_signed_percent(page->arena, scenario->difference, baseline->month.mean)
               : "-";
}
static const char *month_p5(const struct fg_column_page *page,
                            const struct fg_compared_scenario *scenario)
{
    return usd(page, scenario, scenario->month.p5);
}
static const char *month_p95(const struct fg_column_page *page,
                             const struct fg_compared_scenario *scenario)
{
    return usd(page, scenario, scenario->month.p95);
}
static const char *total_p5(const struct fg_column_page *page,
                            const struct fg_compared_scenario *scenario)
{
    return usd(page, scenario, scenario->total.p5);
}
static const char *total_p95(const struct fg_column_page *page,
                             const struct fg_compared_scenario *scenario)
{
    return usd(page, scenario, scenario->total.p95);
}
static const char *replications(const struct fg_column_page *page,
                                const struct fg_compared_scenario *scenario)
{
    return scenario->complete ? fg_figure_count(page->arena, scenario->done_count)
                              : fg_arena_format(page->arena, "%u of %u", scenario->done_count,
                                                scenario->replication_count);
}

static const char *count(const struct fg_column_page *page,
                         const struct fg_compared_scenario *scenario, int64_t number)
{
    return scenario->done_count == 0 ? "-" : fg_figure_count(page->arena, number);
}
static const char *peak_nodes(const struct fg_column_page *page,
                              const struct fg_compared_scenario *scenario)
{
    return count(page, scenario, scenario->peak_nodes);
}
static const char *peak_vcpu(const struct fg_column_page *page,
                             const struct fg_compared_scenario *scenario)
{
    char text[FG_DECIMAL_BYTES];
    return scenario->done_count == 0
               ? "-"
               : fg_arena_string(page->arena,
                                 fg_figure_decimal(scenario->peak_fargate_vcpu_milli, 1000, text));
}
static const char *idle(const struct fg_column_page *page,
                        const struct fg_compared_scenario *scenario)
{
    return fg_figure_percent(page->arena, scenario->node_idle_nano, scenario->node_nano);
}
static const char *waste(const struct fg_column_page *page,
                         const struct fg_compared_scenario *scenario)
{
    return usd(page, scenario, scenario->fargate_waste_nano);
}
static const char *waste_share(const struct fg_column_page *page,
                               const struct fg_compared_scenario *scenario)
{
    return fg_figure_percent(page->arena, scenario->fargate_waste_nano,
                             scenario->groups[FG_COST_FARGATE]);
}
static const char *vcpu_hour(const struct fg_column_page *page,
                             const struct fg_compared_scenario *scenario)
{
    return scenario->has_vcpu_hour_price
               ? fg_figure_usd(page->arena, scenario->per_requested_vcpu_hour, 4)
               : "-";
}
static const char *pods(const struct fg_column_page *page,
                        const struct fg_compared_scenario *scenario)
{
    return count(page, scenario, scenario->pod_count);
}
static const char *never_ran(const struct fg_column_page *page,
                             const struct fg_compared_scenario *scenario)
{
    return count(page, scenario, scenario->never_ran);
}
static const char *wait_p95(const struct fg_column_page *page,
                            const struct fg_compared_scenario *scenario)
{
    char text[32];
    return scenario->done_count == 0
               ? "-"
               : fg_arena_string(page->arena,
                                 fg_calendar_print_duration((uint64_t)scenario->wait_p95_s, text));
}

/* top, bottom, name, what it is, figure */
static const struct fg_column cost_columns[] = {
    {"", "scenario", "scenario", "", label_of},
    {"study", "total", "study total", "the simulated time: the sum of the four that follow", total},
    {"", "EC2", "EC2", "instances and their volumes", ec2},
    {"", "Fargate", "Fargate", "vCPU, memory and storage", fargate},
    {"control", "plane", "control plane", "the cluster's fee, with extended support",
     control_plane},
    {"", "other", "other", "everything else on the bill", other},
    {"a", "month", "a month", "730 hours like those simulated", month},
    {"month to", "baseline", "month to baseline", "against the baseline's month", to_baseline},
};
static const struct fg_column capacity_columns[] = {
    {"", "scenario", "scenario", "", label_of},
    {"peak", "nodes", "peak nodes", "EC2 nodes at the same time", peak_nodes},
    {"Fargate", "vCPU", "peak Fargate vCPU", "the Fargate quota needed", peak_vcpu},
    {"EC2", "idle", "EC2 idle", "share of the nodes' price that nobody requested", idle},
    {"Fargate", "waste", "Fargate rounding waste", "USD bought above what was requested", waste},
    {"waste", "share", "waste share", "of the cost of Fargate", waste_share},
    {"USD per", "vCPU-h", "USD per vCPU-hour", "all costs for each vCPU-hour requested", vcpu_hour},
    {"", "pods", "pods", "in the trace", pods},
    {"never", "ran", "never ran", "pods that were never placed", never_ran},
    {"wait", "p95", "wait p95", "95 % of the pods that ran waited no longer", wait_p95},
};
static const struct fg_column spread_columns[] = {
    {"", "scenario", "scenario", "", label_of},
    {"", "runs", "runs", "replications that are done", replications},
    {"study", "p5", "study p5", "5th percentile of the study's total", total_p5},
    {"study", "mean", "study mean", "mean of the study's total", total},
    {"study", "p95", "study p95", "95th percentile of the study's total", total_p95},
    {"month", "p5", "month p5", "5th percentile of a month", month_p5},
    {"month", "mean", "month mean", "mean of a month", month},
    {"month", "p95", "month p95", "95th percentile of a month", month_p95},
};

#define TABLE(list)                                                                                \
    {                                                                                              \
        sizeof(list) / sizeof *(list), list                                                        \
    }
const struct fg_column_list fg_columns_of_cost = TABLE(cost_columns);
const struct fg_column_list fg_columns_of_capacity = TABLE(capacity_columns);
const struct fg_column_list fg_columns_of_spread = TABLE(spread_columns);

bool fg_columns_want_spread(const struct fg_comparison *comparison)
{
    for (uint32_t i = 0; i < comparison->scenario_count; i++)
        if (comparison->scenarios[i].replication_count > 1)
            return true;
    return false;
}
