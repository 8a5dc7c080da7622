/* Whole studies: a thousand scenarios on one thread and on two, a million-pod month from the trace
 * to the database, and a year of jobs on nodes that Karpenter launches and consolidates. */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench/measure.h"
#include "data/catalog_reader.h"
#include "data/store.h"
#include "models/base/memory.h"
#include "models/base/random.h"
#include "sim/batch/batch.h"

enum { SCENARIOS = 1000, MONTH_S = 30 * 86400, JOBS = 100000, YEAR_S = 365 * 86400 };

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

/* ---- a year under Karpenter ---- */

/* Jobs of 0.25 to 4 vCPU, with 1 to 4 GiB for each vCPU, that run half an hour to a day.
 * `core_seconds`: what they ask for in all, in thousandths. */
static const char *make_year(int64_t *core_seconds)
{
    size_t room = (size_t)JOBS * 64, used = 0;
    char *text = fg_allocate(room, 1);
    used += (size_t)snprintf(text, room, "arrival_s,duration_s,cpu,memory\n");
    *core_seconds = 0;
    for (uint32_t i = 0; i < JOBS; i++) {
        uint64_t random = fg_random_u64(5, 0, FG_RANDOM_GENERATE, i);
        uint32_t milli = 250U << random % 5, gib_per_core = 1U << (random >> 8) % 3;
        uint32_t work_s = 1800 + (uint32_t)((random >> 16) % (86400 - 1800));
        used += (size_t)snprintf(text + used, room - used, "%u,%u,%um,%uMi\n",
                                 (uint32_t)((uint64_t)i * YEAR_S / JOBS), work_s, milli,
                                 milli * gib_per_core * 1024 / 1000);
        *core_seconds += (int64_t)milli * work_s;
    }
    const char *path = fg_bench_file("year.csv", text);
    free(text);
    return path;
}

static int64_t ask(const char *sql)
{
    char database[128];
    sqlite3 *store;
    sqlite3_stmt *statement;
    struct fg_error error = {0};
    snprintf(database, sizeof database, "%s/run.db", fg_bench_folder());
    fg_bench_require(fg_store_open_for_reading(database, &store, &error), &error);
    fg_bench_check(sqlite3_prepare_v2(store, sql, -1, &statement, NULL) == SQLITE_OK &&
                       sqlite3_step(statement) == SQLITE_ROW,
                   sql);
    int64_t answer = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    sqlite3_close(store);
    return answer;
}

/* Sizes of m6i cost the same for a vCPU, and the jobs need no more memory than comes with it, so
 * that the nodes cost at least what the vCPUs that the jobs ask for do. */
static void bench_year(void)
{
    struct job job = {.detail = FG_LEDGER_HOUR, .threads = 1, .runs = 1, .pods = JOBS};
    int64_t core_seconds;
    make_year(&core_seconds);
    job.study = fg_bench_file(
        "year.yaml",
        "study: year\nregion: us-east-1\nstart: 2026-01-01T00:00:00Z\ntrace: {file: year.csv}\n"
        "scenarios: [{name: karpenter, cluster: {nodePools: [{metadata: {name: general}, spec: {\n"
        "  disruption: {consolidationPolicy: WhenEmptyOrUnderutilized, consolidateAfter: 1m},\n"
        "  template: {spec: {expireAfter: Never, requirements: [\n"
        "    {key: karpenter.k8s.aws/instance-family, operator: In, values: [m6i]},\n"
        "    {key: karpenter.sh/capacity-type, operator: In, values: [on-demand]}]}}}}]}}]\n");
    struct fg_bench_cost cost = fg_bench_apart(run, &job);
    int64_t least = core_seconds * 13333 / 1000; /* 48,000,000 nanodollars a vCPU-hour */
    int64_t paid = ask("SELECT sum(nano_usd) FROM scenario_cost WHERE charge = 'ec2-on-demand'");
    fg_bench_check(paid > least && paid < least / 2 * 3, "what the year's nodes cost");
    fg_bench_line("a year of 100,000 jobs under Karpenter", "a few seconds",
                  "%6.2f s, paid %.2f times the vCPUs asked for", cost.seconds,
                  (double)paid / (double)least);
}

int main(void)
{
    bench_thousand();
    bench_month();
    bench_year();
    return 0;
}
