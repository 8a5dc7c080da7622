/* comparison.h - the figures of a study, read once from the database into plain structs.
 *
 * All formats show these. Money is in nanodollars. Over several replications an amount is the
 * mean, and a peak, a wait or a count of pods is that of the worst replication. A month is 730
 * hours: what all replications cost, times 730 hours, over the seconds they simulated, rounded
 * once. Scenarios stand in the order of the answer: those in which everything ran, the cheapest
 * month first, then those with pods that never ran, then those not run yet; ties by name.
 */
#ifndef FARGAUGE_REPORTS_COMPARISON_H
#define FARGAUGE_REPORTS_COMPARISON_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

#include "models/base/memory.h"
#include "models/base/status.h"
#include "models/calendar.h"
#include "models/money.h"
#include "models/zone_loss.h"

enum { FG_REPORT_MONTH_S = FG_MONTH_HOURS * 3600, FG_REPORT_WEEK_S = 7 * 86400 };

struct fg_allocation_settings; /* models/allocation.h */

enum fg_cost_group {
    FG_COST_EC2, /* instances, their volumes, addresses and EKS Auto Mode's fee */
    FG_COST_FARGATE,
    FG_COST_CONTROL_PLANE,
    FG_COST_OTHER,
    FG_COST_GROUP_COUNT
};
const char *fg_cost_group_name(enum fg_cost_group group); /* "EC2" "Fargate" ... */

/* What took pods or their place away, and what they waited for. Of several replications each figure
 * is that of the worst one. */
struct fg_disruptions {
    int64_t spot_interruptions;
    int64_t disrupted_nodes; /* that Karpenter took away */
    int64_t evictions, preempted_pods;
    int64_t waiting_again;  /* pods that ran, were evicted and wait again at the end */
    int64_t lost_work_s;    /* of Jobs' work, done again */
    int64_t longest_wait_s; /* for a node */
    int64_t longest_wait_hour;
    const char *dry_subnet; /* the first without an address for a pod; NULL = none */
    int64_t dry_s;          /* from the study's start */
};

struct fg_replication_figures {
    int64_t run_id;
    uint32_t scenario; /* index in the comparison */
    bool done;         /* all below is 0 unless done */
    uint32_t cut_s;
    int64_t pod_count, left_out, never_ran, skipped_rows;
    int64_t peak_nodes, peak_fargate_vcpu_milli;
    int64_t wait_p50_s, wait_p95_s, wait_max_s;
    int64_t requested_cpu_milli_s;
    fg_nanodollars fargate_waste_nano, node_idle_nano, node_nano;
    fg_nanodollars compute_nano, bound_nano, bound_spread_nano;
    struct fg_disruptions disruptions;
    fg_nanodollars total;
    fg_nanodollars month; /* 0 if nothing was simulated */
};

/* Percentiles by nearest rank; all three are equal with one replication. */
struct fg_spread {
    fg_nanodollars mean, p5, p95;
};

/* Pods that never ran for one reason. kube-scheduler's reasons that differ only in how many nodes
 * they count are one. */
struct fg_never_ran {
    const char *kind;   /* the reason with numbers of nodes as '#' */
    const char *reason; /* one of this kind, as it was given */
    bool numbers_vary;  /* there are others of this kind */
    int64_t pods;
    const char *namespace_name, *workload; /* the workload with most of them */
    uint32_t workload_count;
};

/* All its pods on nodes were in one zone. */
struct fg_lone_workload {
    const char *namespace_name, *workload, *zone;
    int64_t pod_seconds;
};
enum { FG_LONE_WORKLOADS_SHOWN = 3 };

/* Of Savings Plans and Reserved Instances; what was used neither here nor by the account's other
 * usage was paid for nothing. */
struct fg_commitment_use {
    fg_nanodollars paid_nano, used_nano, other_nano;
};

struct fg_compared_scenario {
    int64_t id;
    const char *name;
    const char *region;
    fg_unix_s start;
    uint32_t replication_count, done_count;
    struct fg_replication_figures *replications; /* in order */
    bool complete;                               /* every replication is done */
    bool ran_everything; /* complete, and no pod of any replication never ran */
    uint32_t cut_s;      /* the shortest replication's */
    bool has_month;      /* something was simulated */
    struct fg_spread total, month;
    fg_nanodollars *charges; /* by charge of the comparison; they add up to total.mean */
    /* The same at public prices, as agreed with AWS before commitments, and as AWS bills it: with
     * fees of commitments and what is paid upfront, without what they cover. */
    fg_nanodollars list_total, contract_total, billed_total;
    fg_nanodollars groups[FG_COST_GROUP_COUNT], group_months[FG_COST_GROUP_COUNT];
    int64_t pod_count; /* those that were left out apart */
    int64_t left_out, never_ran, skipped_rows;
    int64_t peak_nodes, peak_fargate_vcpu_milli, wait_p95_s;
    fg_nanodollars fargate_waste_nano, node_idle_nano, node_nano;
    /* Instances and Fargate before commitments, and the least that the same work could cost of
     * that, without and with the spread over zones that it asks for. */
    fg_nanodollars compute_nano, bound_nano, bound_spread_nano;
    struct fg_commitment_use commitments; /* all zero without any */
    bool has_vcpu_hour_price;
    fg_nanodollars per_requested_vcpu_hour;
    bool has_difference; /* to the baseline: both have a month */
    fg_nanodollars difference;
    uint32_t reason_count, reason_capacity;
    struct fg_never_ran *reasons; /* of the replication with most such pods; most pods first */
    struct fg_disruptions disruptions;
    struct fg_zone_loss zone_loss; /* of the worst replication; without nodes its zone is NULL */
    uint32_t several_count;        /* workloads of more than one pod on nodes, ... */
    uint32_t lone_count;           /* ... of which these ran in one zone alone */
    uint32_t lone_shown;
    struct fg_lone_workload *lones; /* of the first replication; the largest, by pod-seconds */
    struct fg_allocation_settings *allocation; /* allocation_settings.h; lives in the arena */
    bool allocation_named;                     /* by the study or the command line */
};

/* Something that moves the bill. */
struct fg_assumption {
    const char *kind; /* "price", "default", "left-out", "warning" */
    const char *text;
    uint32_t scenario_count, scenario_capacity; /* 0 = the whole study */
    uint32_t *scenarios;
};

struct fg_comparison {
    struct fg_arena arena;
    const char *study, *program_version;
    int detail; /* enum fg_ledger_detail */
    bool with_pods;
    uint32_t charge_count;
    const char **charge_names; /* each once, in the order of the bill */
    enum fg_cost_group *charge_groups;
    uint32_t scenario_count;
    struct fg_compared_scenario *scenarios;
    uint32_t baseline; /* index of a scenario */
    uint32_t assumption_count, assumption_capacity;
    struct fg_assumption *assumptions;
};

/* `baseline` NULL = the study's first scenario; an unknown one is FG_BAD_INPUT. After a failure
 * too the comparison is to be released. */
fg_status fg_comparison_read(sqlite3 *database, const char *baseline, struct fg_comparison *out,
                             struct fg_error *error);
void fg_comparison_release(struct fg_comparison *comparison);

/* The number of the charge with this name. */
uint32_t fg_comparison_charge(const struct fg_comparison *comparison, const char *name);

#endif
