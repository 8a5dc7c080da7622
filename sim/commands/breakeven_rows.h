/* breakeven_rows.h - what `fargauge breakeven` tells of a scenario: requests, workloads, trims. */
#ifndef FARGAUGE_SIM_COMMANDS_BREAKEVEN_ROWS_H
#define FARGAUGE_SIM_COMMANDS_BREAKEVEN_ROWS_H

#include <stdio.h>

#include "models/break_even.h"
#include "models/result.h"
#include "models/scenario.h"
#include "models/trace.h"
#include "sim/replay/offers.h"

/* Pods that ask for the same. Prices are of an hour. */
struct fg_request_row {
    int64_t cpu_milli, memory_bytes, ephemeral_bytes, gpu_milli;
    enum fg_arch arch;
    bool on_fargate; /* some of its pods could run there */
    uint64_t pods;   /* of those on_fargate speaks of; all where it is false */
    int64_t run_s;   /* of the same pods */
    struct fg_fargate_size size;
    fg_nanodollars fargate;
    const char *node_type; /* with the cheapest share; NULL = none holds it */
    bool is_spot;
    struct fg_node_share share;
};

/* Amounts are of the simulated time. */
struct fg_workload_row {
    const char *namespace_name, *workload;
    uint64_t pods; /* that have come */
    int64_t run_s;
    fg_nanodollars here;    /* as this scenario bills it; idle nodes are nobody's */
    fg_nanodollars fargate; /* of the pods that could run there */
    fg_nanodollars ec2;     /* what they ask for, at the cheapest node's price of it */
    uint64_t refused;       /* pods that Fargate does not run */
    const char *refusal;    /* why, of the first; "" = there is none */
    uint64_t unpriced;      /* pods at no price on EC2: no node holds them, or all nodes have one */
};

/* A request that could be lowered to a cheaper Fargate size. */
struct fg_trim_row {
    uint32_t request; /* number of its row */
    bool of_memory;   /* else of vCPU */
    int64_t lower_by; /* bytes, or milli-vCPU */
    struct fg_fargate_trim trim;
    fg_nanodollars month; /* saved by as many pods as ran at a time, in 730 hours */
};

struct fg_break_even {
    const char *study, *scenario, *region;
    uint32_t cut_s;
    uint32_t request_count, workload_count, trim_count;
    uint32_t request_capacity, trim_capacity;
    struct fg_request_row *requests;   /* dearest on Fargate first, those not for it last */
    struct fg_workload_row *workloads; /* dearest here first */
    struct fg_trim_row *trims;         /* by what they save */
    /* Of the pods that run on both, for all the time they ran: hourly prices times seconds. */
    __int128 fargate, share;
    /* Of the scenario's nodes: 9 a vCPU, 1 a GiB; 0 = there were none. */
    __int128 requested_units, allocatable_units;
};

/* Texts are borrowed from all that goes in; refusals live in the arena. The result has pod rows. */
struct fg_break_even_input {
    const char *study;
    const struct fg_scenario *scenario;
    const struct fg_catalog *catalog;
    const struct fg_trace *trace;
    const struct fg_result *result;
    const struct fg_offers *offers;
    struct fg_arena *arena;
};
/* FG_BAD_INPUT: Fargate has no price there. */
fg_status fg_break_even_fill(const struct fg_break_even_input *input, struct fg_break_even *out,
                             struct fg_error *error);
void fg_break_even_release(struct fg_break_even *table);

/* What an amount of the simulated time comes to in a month of 730 hours. */
fg_nanodollars fg_break_even_month(const struct fg_break_even *table, fg_nanodollars amount);
/* "512Mi", "7.75Gi": in GiB from one on, where two decimals say it. */
const char *fg_break_even_memory(struct fg_arena *arena, int64_t bytes);
/* "250m 512Mi", and " +60Gi" of storage where that is above the free 20 GiB. */
const char *fg_break_even_request(struct fg_arena *arena, const struct fg_request_row *row);
/* A share of a node per Fargate's price, in figures: "62.3 %" of packing, "15.0" hours a day. */
const char *fg_break_even_packing(struct fg_arena *arena, __int128 share, __int128 fargate);
const char *fg_break_even_hours(struct fg_arena *arena, __int128 share, __int128 fargate);

/* ---- the forms it takes ---- */

void fg_break_even_text(const struct fg_break_even *table, FILE *out);
void fg_break_even_json(const struct fg_break_even *table, FILE *out);
void fg_break_even_html(const struct fg_break_even *table, FILE *out);
/* breakeven_request.csv, breakeven_workload.csv and breakeven_trim.csv in `folder`, which is made
 * if it is missing. */
fg_status fg_break_even_csv(const struct fg_break_even *table, const char *folder,
                            struct fg_error *error);

#endif
