/* Whole studies: a thousand scenarios on one thread and on two, and a million-pod month from the
 * trace to the database. */
#include <stdio.h>
#include <stdlib.h>

#include "bench/measure.h"
#include "data/catalog_reader.h"
#include "sim/batch/batch.h"

enum { SCENARIOS = 1000, MONTH_S = 30 * 86400 };

struct job {
    const char *study;
    enum fg_ledger_detail detail;
    int threads;
    uint32_t runs;
    uint64_t pods;
};

static void run(void *context)
{
    const struct job *job = context;
    char database[128];
    struct fg_catalog catalog;
    struct fg_study study;
    struct fg_error error = {0};
    struct fg_batch_outcome outcome = {0};
    snprintf(database, sizeof database, "%s/run.db", fg_bench_folder());
    const struct fg_batch_options options = {.database = database,
                                             .program_version = "bench",
                                             .detail = job->detail,
                                             .fresh = true,
                                             .quiet = true,
                                             .thread_count = job->threads};
    fg_bench_require(fg_catalog_read(NULL, &catalog, &error), &error);
    fg_bench_require(fg_study_read(job->study, &catalog, &study, NULL, &error), &error);
    fg_bench_require(fg_batch_run(&study, &catalog, &options, &outcome, &error), &error);
    fg_bench_check(outcome.run_count == job->runs && outcome.pod_count == job->pods,
                   "scenarios and pods replayed");
    fg_study_release(&study);
    fg_catalog_release(&catalog);
}

#define CLUSTER                                                                                    \
    "cluster:\n"                                                                                   \
    "  fargateProfiles: [{name: jobs, selectors: [{namespace: jobs}]}]\n"                          \
    "  managedNodeGroups:\n"                                                                       \
    "    - {name: small, instanceType: m6i.2xlarge, minSize: 1, maxSize: 400}\n"                   \
    "    - {name: large, instanceType: m6i.8xlarge, minSize: 0, maxSize: 100}\n"                   \
    "  clusterAutoscaler: {enabled: true}\n"                                                       \
    "  daemonSets: [{name: aws-node, cpu: 50m}, {name: kube-proxy, cpu: 100m}]\n"

static void bench_thousand(void)
{
    char text[16384];
    int used = snprintf(text, sizeof text,
                        "study: thousand\nregion: us-east-1\ntrace: {file: ten.csv}\n" CLUSTER
                        "scenarios: [{name: mixed}]\n"
                        "sweep: [{path: cluster.fargate.imagePull, values: [0");
    for (int i = 1; i < SCENARIOS; i++)
        used += snprintf(text + used, sizeof text - (size_t)used, ",%d", i);
    snprintf(text + used, sizeof text - (size_t)used, "]}]\n");
    fg_bench_trace(10000, 3 * 86400, "ten.csv");
    struct job job = {.study = fg_bench_file("thousand.yaml", text),
                      .detail = FG_LEDGER_TOTAL,
                      .runs = SCENARIOS,
                      .pods = 10000ull * SCENARIOS};
    double seconds[2];
    for (job.threads = 1; job.threads <= 2; job.threads++)
        seconds[job.threads - 1] = fg_bench_apart(run, &job).seconds;
    fg_bench_line("1,000 scenarios of 10,000 pods, totals only", "1.9 x on two threads",
                  "%6.2f s on one, %.2f s on two: %.2f x", seconds[0], seconds[1],
                  seconds[0] / seconds[1]);
}

static void bench_month(void)
{
    struct job job = {.detail = FG_LEDGER_HOUR, .threads = 2, .runs = 1, .pods = FG_MILLION};
    fg_bench_trace(FG_MILLION, MONTH_S, "million.csv");
    job.study = fg_bench_file("month.yaml", "study: month\nregion: us-east-1\n"
                                            "trace: {file: million.csv}\n" CLUSTER
                                            "scenarios: [{name: mixed}]\n");
    struct fg_bench_cost cost = fg_bench_apart(run, &job);
    fg_bench_line("a million-pod month, trace to database", "under 5 s and 500 MB",
                  "%6.2f s, %.0f MB", cost.seconds, (double)cost.peak_bytes / FG_MILLION);
}

int main(void)
{
    bench_thousand();
    bench_month();
    return 0;
}
