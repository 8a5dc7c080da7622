/* result.h - what one replication gives: the bill, the capacity by hour, what became of the
 * pods, and the figures a comparison shows. Made by sim/replay, kept by data/store. */
#ifndef FARGAUGE_MODELS_RESULT_H
#define FARGAUGE_MODELS_RESULT_H

#include <stdbool.h>
#include <stdint.h>

#include "models/base/memory.h"
#include "models/commitment.h"
#include "models/ledger.h"

enum fg_outcome {
    FG_OUTCOME_COMPLETED,
    FG_OUTCOME_RUNNING,         /* at the cut */
    FG_OUTCOME_DELETED_PENDING, /* deleted before it ran */
    FG_OUTCOME_PENDING,         /* at the cut */
    FG_OUTCOME_COUNT
};
/* The reason of a pod that ran, was evicted and has not run again: it is pending or was deleted so,
 * but is not one of those that never ran. */
#define FG_REASON_WAITS_AGAIN "evicted, and waits again"
const char *fg_outcome_name(enum fg_outcome outcome); /* "completed" "running" ... */

/* Pods alike in all five keys. A pod that never ran is placed_on "pending"; waits are from
 * arrival to running, or to the deletion or the cut. Percentiles by nearest rank. */
struct fg_outcome_row {
    const char *namespace_name, *workload;
    const char *placed_on;
    enum fg_outcome outcome;
    const char *reason; /* "" when it ran */
    uint64_t pods;
    uint32_t wait_p50_s, wait_p95_s, wait_max_s;
};

/* A pool in a clock hour (or hour_count equal ones). Sums are over the seconds of the hour that
 * lie inside the study, `seconds` of them; an average is sum / seconds. */
struct fg_capacity_row {
    const char *pool;
    int32_t first_hour;
    uint32_t hour_count;
    uint32_t seconds;
    int64_t node_seconds, cpu_capacity_milli_s, cpu_requested_milli_s, memory_capacity_mib_s,
        memory_requested_mib_s, pod_seconds;
    int64_t cpu_allocatable_milli_s, memory_allocatable_mib_s; /* what of the capacity pods can ask
                                                                   for */
    int64_t nodes_max, pods_pending_max, addresses_max;
};

struct fg_capacity_rows {
    uint32_t count, capacity;
    struct fg_capacity_row *items;
};

/* How long pods of a workload ran in a zone, on EC2 nodes and on Fargate where subnets tell. */
struct fg_spread_row {
    const char *namespace_name, *workload, *zone;
    int64_t pod_seconds;
};

/* A commitment of the scenario (by number) in a clock hour, or hour_count equal ones. What is
 * neither used here nor by the account's other usage is the unused rest of `hourly_nano`. */
struct fg_commitment_hour {
    uint32_t commitment;
    int32_t first_hour;
    uint32_t hour_count;
    fg_nanodollars hourly_nano, used_nano, other_nano;
    fg_nanodollars billed_nano; /* the recurring fee, and what is paid upfront in its first hour */
};
/* What a commitment covered of a sku in a clock hour, or hour_count equal ones. */
struct fg_coverage_row {
    uint32_t commitment;
    enum fg_charge charge;
    const char *sku;
    fg_nanodollars list_unit_nano;
    int32_t first_hour;
    uint32_t hour_count;
    int64_t quantity; /* base units of the charge */
    fg_nanodollars paid_nano, list_nano, contract_nano;
};
struct fg_commitment_records {
    uint32_t count;
    struct fg_commitment *items; /* as the scenario has them; of the rates those that it names, and
                                  * those that its usage meets */
    uint32_t hour_count, hour_capacity;
    struct fg_commitment_hour *hours; /* by (commitment, first_hour) */
    uint32_t cover_count, cover_capacity;
    struct fg_coverage_row *covers; /* by (commitment, charge, sku, price, first_hour) */
};

/* Usage that Savings Plans can cover: the scenario's own by instance type, Fargate's vCPU and
 * memory, and the account's other usage. */
struct fg_recorded_line {
    struct fg_usage_line line; /* without amounts, size and zones */
    bool is_other;
};
/* What reservations leave of a line in a clock hour, or hour_count equal ones: base units of its
 * charge, and what they come to publicly and as agreed without commitments. */
struct fg_recorded_hours {
    uint32_t line;
    int32_t first_hour;
    uint32_t hour_count;
    int64_t quantity;
    fg_nanodollars list_nano, contract_nano;
};
struct fg_usage_records {
    uint32_t line_count;
    struct fg_recorded_line *lines;
    uint32_t row_count, row_capacity;
    struct fg_recorded_hours *rows; /* by (line, first_hour); without those of nothing */
};

struct fg_pod_row { /* only with --pods */
    const char *pod, *namespace_name, *workload, *placed_on;
    enum fg_outcome outcome;
    const char *reason;
    uint32_t arrival_s;
    int64_t start_s, end_s; /* -1 = never */
    fg_nanodollars nano;
};

struct fg_summary {
    uint32_t cut_s;         /* seconds replayed */
    uint64_t pod_count;     /* of the trace, left-out ones included */
    uint64_t left_out;      /* arrived at the cut or later */
    uint64_t never_ran;     /* pending or deleted-pending */
    uint64_t skipped_rows;  /* of the trace, since they could not be read and skipping was asked */
    uint64_t evictions;     /* of pods from nodes that went */
    const char *dry_subnet; /* the first that had no address for a pod on a node; NULL = none */
    uint32_t dry_s;         /* when */
    const char *lacking_quota; /* the first vCPU quota that held a launch back; NULL = none */
    uint32_t lacking_quota_s;  /* when */
    int64_t peak_ec2_vcpu[2];  /* on-demand, Spot: the quotas needed */
    uint64_t preempted_pods;
    uint64_t spot_interruptions;
    uint64_t disrupted_nodes;                    /* by Karpenter's consolidation and drift */
    uint64_t lost_work_s;                        /* seconds of Jobs' work that is done again */
    int64_t peak_nodes;                          /* EC2 */
    int64_t peak_fargate_vcpu_milli;             /* the quota needed */
    uint32_t wait_p50_s, wait_p95_s, wait_max_s; /* of pods that ran */
    __int128 requested_cpu_milli_s;              /* while running */
    __int128 requested_memory_mib_s;
    fg_nanodollars fargate_waste_nano; /* bought above what was requested, at list price */
    fg_nanodollars node_idle_nano;     /* booked on (idle) */
    fg_nanodollars node_nano;          /* all of ec2-on-demand and ebs */
    fg_nanodollars compute_nano;       /* instances and Fargate, before commitments */
    fg_nanodollars bound_nano;         /* the least that the same work could cost of that */
    fg_nanodollars bound_spread_nano;  /* and spread over zones as the pods ask */
};

/* Owned: every list and text, by `arena` or malloc; release frees all. */
struct fg_result {
    struct fg_ledger ledger;
    struct fg_capacity_rows capacity; /* sorted by (pool, first_hour) */
    struct fg_capacity_rows zones;    /* EC2 nodes by zone: `pool` is the zone's name */
    uint32_t spread_count, spread_capacity;
    struct fg_spread_row *spreads; /* sorted by all keys */
    uint32_t wait_hour_count;
    uint32_t *oldest_wait_s; /* by clock hour of the study: the longest a pod has waited in it */
    int32_t first_wait_hour; /* that the first of them is for, since 1970 */
    struct fg_commitment_records commitments;
    struct fg_usage_records usage;
    uint32_t outcome_count, outcome_capacity;
    struct fg_outcome_row *outcomes; /* sorted by all keys */
    uint32_t pod_row_count, pod_row_capacity;
    struct fg_pod_row *pod_rows; /* in trace order; NULL unless asked for */
    struct fg_summary summary;
    struct fg_arena arena;
};
void fg_result_release(struct fg_result *result);

#endif
