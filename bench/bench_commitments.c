/* The best Savings Plan for a year of hours of a ledger of 100 workloads, from the database on. */
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench/measure.h"
#include "data/store.h"
#include "reports/advice.h"
#include "sim/replay/usage_records.h"

enum { WORKLOADS = 100, HOURS = 8760, HOUR0 = 490000, THINGS = 6, HOUR_S = 3600 };

static const struct {
    enum fg_charge charge;
    const char *sku;
    fg_nanodollars unit_nano;
} things[THINGS] = {{FG_CHARGE_FARGATE_VCPU, "linux/amd64", 40480000},
                    {FG_CHARGE_FARGATE_MEMORY, "linux/amd64", 4445000},
                    {FG_CHARGE_EC2_ON_DEMAND, "m5.large", 96000000},
                    {FG_CHARGE_EC2_ON_DEMAND, "m5.2xlarge", 384000000},
                    {FG_CHARGE_EC2_ON_DEMAND, "c6i.xlarge", 170000000},
                    {FG_CHARGE_EC2_ON_DEMAND, "r6i.large", 126000000}};

/* Every hour another amount: more by day, and not the same on two days. */
static int64_t units_milli(uint32_t workload, uint32_t hour)
{
    uint32_t of_day = hour % 24;
    return 1000 + 100 * (int64_t)(of_day < 12 ? of_day : 24 - of_day) +
           (workload * 7919 + hour * 104729) % 9973 % 500;
}

/* A workload runs on Fargate or on one type of instance. */
static void make_result(struct fg_result *out)
{
    static char names[WORKLOADS][16];
    struct fg_ledger *ledger = &out->ledger;
    *out = (struct fg_result){.summary = {.cut_s = HOURS * HOUR_S}};
    ledger->accounts = fg_allocate((size_t)2 * WORKLOADS, sizeof *ledger->accounts);
    ledger->rows = fg_allocate((size_t)2 * WORKLOADS * HOURS, sizeof *ledger->rows);
    for (uint32_t i = 0; i < WORKLOADS; i++)
        snprintf(names[i], sizeof names[i], "workload-%03u", i);
    for (uint32_t t = 0; t < THINGS; t++) {
        int64_t base = fg_charge_base_per_unit(things[t].charge);
        for (uint32_t w = 0; w < WORKLOADS; w++) {
            bool runs = w % 2 == 0 ? t < 2 : t == 2 + w / 2 % 4;
            if (!runs)
                continue;
            ledger->accounts[ledger->account_count] = (struct fg_account){
                things[t].charge, "pool", things[t].sku,       "shop",
                names[w],         NULL,   things[t].unit_nano, things[t].unit_nano};
            for (uint32_t h = 0; h < HOURS; h++) {
                int64_t milli = units_milli(w, h);
                ledger->rows[ledger->row_count++] =
                    (struct fg_ledger_row){ledger->account_count, (int32_t)(HOUR0 + h), 1,
                                           milli * base / 1000, things[t].unit_nano * milli / 1000};
            }
            ledger->account_count++;
        }
    }
}

static void store(const char *path, const struct fg_scenario *scenario, struct fg_result *result)
{
    const struct fg_store_scenario described = {.name = scenario->name,
                                                .region = scenario->region,
                                                .start = scenario->start,
                                                .replication_count = 1};
    const struct fg_store_study study = {.name = "bench",
                                         .program_version = "0",
                                         .detail = FG_LEDGER_HOUR,
                                         .scenario_count = 1,
                                         .scenarios = &described};
    struct fg_store *opened;
    struct fg_error error = {0};
    fg_bench_require(fg_store_open(path, &study, true, &opened, &error), &error);
    fg_bench_require(fg_store_write(opened, 0, 0, result, &error), &error);
    fg_bench_require(fg_store_close(opened, &error), &error);
}

static void check_advice(const struct fg_advice *advice, const struct fg_result *result)
{
    fg_bench_check(advice->bill_nano == fg_ledger_total(&result->ledger), "the bill as it is");
    fg_bench_check(advice->as_is.bill_nano == advice->bill_nano, "all of it can be covered");
    fg_bench_check(advice->hours == HOURS, "a year of hours");
    fg_bench_check(advice->plan_count == 24, "compute and three families, in six ways");
    for (uint32_t i = 0; i < advice->plan_count; i++) {
        const struct fg_advised_plan *plan = &advice->plans[i];
        fg_bench_check(plan->saving_nano > 0 && plan->curve.count > 100, "each pays");
        for (uint32_t k = 0; k < plan->curve.count; k++)
            fg_bench_check(plan->curve.points[k].bill_nano >= plan->sums.bill_nano - 4 * HOURS,
                           "none is lower than the best");
    }
}

int main(void)
{
    char path[160];
    const struct fg_plan_rate rates[] = {{FG_USAGE_EC2, NULL, 730000, 1000000},
                                         {FG_USAGE_FARGATE, NULL, 800000, 1000000}};
    const struct fg_advice_wish wish = {
        .kind = FG_COMMITMENT_KIND_COUNT, .payment = -1, .rate_count = 2, .rates = rates};
    const struct fg_scenario scenario = {
        .name = "s", .region = "us-east-1", .start = (fg_unix_s)HOUR0 * HOUR_S};
    const struct fg_catalog catalog = {0};
    struct fg_result result;
    struct fg_replay replay;
    struct fg_advice advice;
    struct fg_error error = {0};
    snprintf(path, sizeof path, "%s/commitments.db", fg_bench_folder());
    make_result(&result);
    double recording = omp_get_wtime();
    fg_usage_records_make(&scenario, &catalog, NULL, HOURS * HOUR_S, &result);
    recording = omp_get_wtime() - recording;
    store(path, &scenario, &result);
    double start = omp_get_wtime();
    fg_bench_require(fg_replay_open(path, "s", 0, &replay, &error), &error);
    fg_bench_require(fg_advice_make(&replay, &catalog, &wish, &advice, &error), &error);
    double taken = omp_get_wtime() - start;
    check_advice(&advice, &result);
    fg_bench_check(taken < 1, "under a second");
    fg_bench_line("commitments, a year of 100 workloads", "under 1 s",
                  "%6.3f s for %u plans; recording the usage %.3f s for %u rows", taken,
                  advice.plan_count, recording, result.ledger.row_count);
    fg_advice_release(&advice);
    fg_replay_close(&replay);
    fg_result_release(&result);
    return 0;
}
