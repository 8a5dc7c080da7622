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

/* ---- the least possible ---- */

static const char *compute(const struct fg_column_page *page,
                           const struct fg_compared_scenario *scenario)
{
    return usd(page, scenario, scenario->compute_nano);
}
static const char *least(const struct fg_column_page *page,
                         const struct fg_compared_scenario *scenario)
{
    return usd(page, scenario, scenario->bound_nano);
}
static const char *above_least(const struct fg_column_page *page,
                               const struct fg_compared_scenario *scenario)
{
    return fg_figure_percent(page->arena, scenario->compute_nano - scenario->bound_nano,
                             scenario->bound_nano);
}
static const char *least_spread(const struct fg_column_page *page,
                                const struct fg_compared_scenario *scenario)
{
    return usd(page, scenario, scenario->bound_spread_nano);
}
static const char *above_least_spread(const struct fg_column_page *page,
                                      const struct fg_compared_scenario *scenario)
{
    return fg_figure_percent(page->arena, scenario->compute_nano - scenario->bound_spread_nano,
                             scenario->bound_spread_nano);
}
static bool has_bound(const struct fg_compared_scenario *scenario)
{
    return scenario->bound_nano > 0;
}

/* ---- at other prices ---- */

static const char *billed(const struct fg_column_page *page,
                          const struct fg_compared_scenario *scenario)
{
    return usd(page, scenario, scenario->billed_total);
}
static const char *contract(const struct fg_column_page *page,
                            const struct fg_compared_scenario *scenario)
{
    return usd(page, scenario, scenario->contract_total);
}
static const char *list(const struct fg_column_page *page,
                        const struct fg_compared_scenario *scenario)
{
    return usd(page, scenario, scenario->list_total);
}
static const char *below_list(const struct fg_column_page *page,
                              const struct fg_compared_scenario *scenario)
{
    return fg_figure_signed_percent(page->arena, scenario->total.mean - scenario->list_total,
                                    scenario->list_total);
}
static bool has_other_prices(const struct fg_compared_scenario *scenario)
{
    fg_nanodollars mean = scenario->total.mean;
    return scenario->list_total != mean || scenario->contract_total != mean ||
           scenario->billed_total != mean;
}

/* ---- disruptions and limits ---- */

static const char *seconds_text(const struct fg_column_page *page, int64_t seconds)
{
    char text[32];
    return fg_arena_string(page->arena, fg_calendar_print_duration((uint64_t)seconds, text));
}
/* "2026-03-02 14:00" */
static const char *hour_text(const struct fg_column_page *page, int64_t hour)
{
    char text[32];
    const char *instant = fg_calendar_print_instant(hour * 3600, text);
    return fg_arena_format(page->arena, "%.10s %.5s", instant, instant + 11);
}
static const char *count_or_none(const struct fg_column_page *page, int64_t number)
{
    return number == 0 ? "-" : fg_figure_count(page->arena, number);
}

static const char *spot_taken(const struct fg_column_page *page,
                              const struct fg_compared_scenario *scenario)
{
    return count_or_none(page, scenario->disruptions.spot_interruptions);
}
static const char *removed_nodes(const struct fg_column_page *page,
                                 const struct fg_compared_scenario *scenario)
{
    return count_or_none(page, scenario->disruptions.disrupted_nodes);
}
static const char *evictions(const struct fg_column_page *page,
                             const struct fg_compared_scenario *scenario)
{
    return count_or_none(page, scenario->disruptions.evictions);
}
static const char *lost_work(const struct fg_column_page *page,
                             const struct fg_compared_scenario *scenario)
{
    int64_t seconds = scenario->disruptions.lost_work_s;
    return seconds == 0 ? "-" : fg_figure_tenths(page->arena, seconds, 3600);
}
static const char *preempted(const struct fg_column_page *page,
                             const struct fg_compared_scenario *scenario)
{
    return count_or_none(page, scenario->disruptions.preempted_pods);
}
static const char *longest_wait(const struct fg_column_page *page,
                                const struct fg_compared_scenario *scenario)
{
    int64_t seconds = scenario->disruptions.longest_wait_s;
    return seconds == 0 ? "-" : seconds_text(page, seconds);
}
static const char *longest_wait_hour(const struct fg_column_page *page,
                                     const struct fg_compared_scenario *scenario)
{
    return scenario->disruptions.longest_wait_s == 0
               ? "-"
               : hour_text(page, scenario->disruptions.longest_wait_hour);
}
static bool is_disrupted(const struct fg_compared_scenario *scenario)
{
    const struct fg_disruptions *all = &scenario->disruptions;
    return all->spot_interruptions + all->disrupted_nodes + all->evictions + all->lost_work_s +
                   all->preempted_pods + all->longest_wait_s >
               0 ||
           all->dry_subnet != NULL;
}

/* ---- zones ---- */

static const char *zone_name(const struct fg_column_page *page,
                             const struct fg_compared_scenario *scenario)
{
    (void)page;
    return scenario->zone_loss.zone;
}
static const char *zone_hour(const struct fg_column_page *page,
                             const struct fg_compared_scenario *scenario)
{
    return hour_text(page, scenario->zone_loss.hour);
}
static const char *zone_cpu_share(const struct fg_column_page *page,
                                  const struct fg_compared_scenario *scenario)
{
    return fg_figure_percent(page->arena, scenario->zone_loss.cpu_requested_milli_s,
                             scenario->zone_loss.all_cpu_requested_milli_s);
}
static const char *zone_memory_share(const struct fg_column_page *page,
                                     const struct fg_compared_scenario *scenario)
{
    return fg_figure_percent(page->arena, scenario->zone_loss.memory_requested_mib_s,
                             scenario->zone_loss.all_memory_requested_mib_s);
}
static const char *cpu_headroom(const struct fg_column_page *page,
                                const struct fg_compared_scenario *scenario)
{
    return fg_figure_tenths(page->arena, scenario->zone_loss.cpu_headroom_milli_s,
                            1000LL * scenario->zone_loss.seconds);
}
static const char *memory_headroom(const struct fg_column_page *page,
                                   const struct fg_compared_scenario *scenario)
{
    return fg_figure_tenths(page->arena, scenario->zone_loss.memory_headroom_mib_s,
                            1024LL * scenario->zone_loss.seconds);
}
static const char *lone_workloads(const struct fg_column_page *page,
                                  const struct fg_compared_scenario *scenario)
{
    return fg_arena_format(page->arena, "%u of %u", scenario->lone_count, scenario->several_count);
}
static bool spans_zones(const struct fg_compared_scenario *scenario)
{
    return scenario->zone_loss.zone_count > 1;
}

/* ---- commitments ---- */

static const char *committed(const struct fg_column_page *page,
                             const struct fg_compared_scenario *scenario)
{
    return fg_figure_usd(page->arena, scenario->commitments.paid_nano, page->decimals);
}
static const char *used_here(const struct fg_column_page *page,
                             const struct fg_compared_scenario *scenario)
{
    return fg_figure_usd(page->arena, scenario->commitments.used_nano, page->decimals);
}
static const char *used_elsewhere(const struct fg_column_page *page,
                                  const struct fg_compared_scenario *scenario)
{
    return fg_figure_usd(page->arena, scenario->commitments.other_nano, page->decimals);
}
static fg_nanodollars unused_of(const struct fg_compared_scenario *scenario)
{
    const struct fg_commitment_use *use = &scenario->commitments;
    return use->paid_nano - use->used_nano - use->other_nano;
}
static const char *unused(const struct fg_column_page *page,
                          const struct fg_compared_scenario *scenario)
{
    return fg_figure_usd(page->arena, unused_of(scenario), page->decimals);
}
static const char *unused_share(const struct fg_column_page *page,
                                const struct fg_compared_scenario *scenario)
{
    return fg_figure_percent(page->arena, unused_of(scenario), scenario->commitments.paid_nano);
}
static bool is_committed(const struct fg_compared_scenario *scenario)
{
    return scenario->commitments.paid_nano != 0;
}

/* top, bottom, name, what it is, figure */
static const struct fg_column cost_columns[] = {
    {"", "scenario", "scenario", "", label_of},
    {"study", "total", "study total", "the simulated time: the sum of the four that follow", total},
    {"", "EC2", "EC2", "instances, their volumes and addresses, EKS Auto Mode", ec2},
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

static const struct fg_column commitment_columns[] = {
    {"", "scenario", "scenario", "", label_of},
    {"commit-", "ments", "commitments", "Savings Plans and Reserved Instances, paid used or not",
     committed},
    {"used", "here", "used here", "by the scenario's own nodes and pods", used_here},
    {"other", "usage", "other usage", "used by what else the account runs", used_elsewhere},
    {"", "unused", "unused", "paid for nothing", unused},
    {"share", "unused", "share unused", "of the commitments", unused_share},
};
static const struct fg_column bound_columns[] = {
    {"", "scenario", "scenario", "", label_of},
    {"", "compute", "compute", "instances and Fargate, before commitments", compute},
    {"least", "possible", "least possible", "that the same work could cost there", least},
    {"above", "it", "above it", "what is left to gain", above_least},
    {"with the", "zone spread", "least with the zone spread", "that the pods ask for",
     least_spread},
    {"above", "that", "above that", "what is left to gain", above_least_spread},
};
static const struct fg_column price_columns[] = {
    {"", "scenario", "scenario", "", label_of},
    {"study total,", "amortised", "study total, amortised",
     "commitments spread over what they covered, unused parts added", total},
    {"billed", "by AWS", "billed by AWS",
     "in the simulated time: usage that no commitment covers, fees, what is paid upfront", billed},
    {"before", "commitments", "before commitments", "the same usage at agreed prices", contract},
    {"public", "price", "public price", "the same usage on demand", list},
    {"to public", "price", "to public price", "the total against the public price", below_list},
};
static const struct fg_column disruption_columns[] = {
    {"", "scenario", "scenario", "", label_of},
    {"Spot", "taken", "Spot taken back", "instances that AWS interrupted", spot_taken},
    {"nodes", "removed", "nodes removed", "by Karpenter's consolidation and drift", removed_nodes},
    {"pods", "evicted", "pods evicted", "from nodes that went", evictions},
    {"hours", "redone", "hours redone", "of Jobs' work that an eviction undid", lost_work},
    {"pods", "preempted", "pods preempted", "for pods of a higher priority", preempted},
    {"longest", "wait", "longest wait", "of a pod for a node", longest_wait},
    {"in the hour", "from (UTC)", "in the hour from", "UTC; the longest wait", longest_wait_hour},
};
static const struct fg_column zone_columns[] = {
    {"", "scenario", "scenario", "", label_of},
    {"fullest", "zone", "fullest zone", "the one whose loss leaves least", zone_name},
    {"worst hour", "from (UTC)", "worst hour from", "UTC; the hour in which it leaves least",
     zone_hour},
    {"share", "vCPU", "share of vCPU", "of what is requested in all zones", zone_cpu_share},
    {"share", "memory", "share of memory", "of what is requested in all zones", zone_memory_share},
    {"vCPU", "left", "vCPU left", "on the nodes of the other zones; below zero does not fit",
     cpu_headroom},
    {"GiB", "left", "GiB left", "on the nodes of the other zones; below zero does not fit",
     memory_headroom},
    {"in one", "zone", "workloads in one zone", "of those with several pods on nodes",
     lone_workloads},
};

#define TABLE(list, has_row)                                                                       \
    {                                                                                              \
        sizeof(list) / sizeof *(list), list, has_row                                               \
    }
const struct fg_column_list fg_columns_of_cost = TABLE(cost_columns, NULL);
const struct fg_column_list fg_columns_of_capacity = TABLE(capacity_columns, NULL);
const struct fg_column_list fg_columns_of_spread = TABLE(spread_columns, NULL);
const struct fg_column_list fg_columns_of_commitments = TABLE(commitment_columns, is_committed);
const struct fg_column_list fg_columns_of_bounds = TABLE(bound_columns, has_bound);
const struct fg_column_list fg_columns_of_prices = TABLE(price_columns, has_other_prices);
const struct fg_column_list fg_columns_of_disruptions = TABLE(disruption_columns, is_disrupted);
const struct fg_column_list fg_columns_of_zones = TABLE(zone_columns, spans_zones);

bool fg_columns_have_row(const struct fg_column_list *list,
                         const struct fg_compared_scenario *scenario)
{
    return list->has_row == NULL || list->has_row(scenario);
}

uint32_t fg_columns_count_rows(const struct fg_column_list *list,
                               const struct fg_comparison *comparison)
{
    uint32_t rows = 0;
    for (uint32_t i = 0; i < comparison->scenario_count; i++)
        rows += fg_columns_have_row(list, &comparison->scenarios[i]);
    return rows;
}

bool fg_columns_want_spread(const struct fg_comparison *comparison)
{
    for (uint32_t i = 0; i < comparison->scenario_count; i++)
        if (comparison->scenarios[i].replication_count > 1)
            return true;
    return false;
}
