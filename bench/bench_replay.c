/* The speed of the replay itself: on Fargate alone against the event queue alone, and on nodes. */
#include <inttypes.h>
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench/measure.h"
#include "models/base/random.h"
#include "sim/replay/event_queue.h"
#include "tests/support/small_world.h"

enum { MONTH_S = 30 * 86400, MILLION = FG_MILLION };

/* Work between 1 minute and about 2 hours, most of it short. */
static uint32_t work_s(uint64_t pod)
{
    uint64_t random = fg_random_u64(7, 0, FG_RANDOM_GENERATE, pod);
    return 60 + (uint32_t)((random % 6000) * (random >> 32 & 0xff) / 256);
}

/* `pods` pods of `shapes` shapes over `seconds`. */
static void make_trace(struct fg_small_trace *trace, uint32_t pods, uint32_t seconds,
                       uint32_t shapes)
{
    static char names[64][24];
    *trace = (struct fg_small_trace){0};
    for (uint32_t i = 0; i < shapes; i++) {
        snprintf(names[i], sizeof names[i], "shape-%u", i);
        fg_small_spec(trace, "work", names[i], 100 + 150 * (i % 7), 128 + 300 * (i % 5));
    }
    for (uint32_t i = 0; i < pods; i++)
        fg_small_pod(trace, (uint32_t)(fg_random_u64(1, 0, FG_RANDOM_GENERATE, i) % shapes),
                     (uint32_t)((uint64_t)i * seconds / pods), FG_SPAN_DURATION, work_s(i));
}

/* What no replay can be faster than: every end once through the queue. */
static double queue_alone(const struct fg_small_trace *trace)
{
    static struct fg_event_queue queue;
    queue = (struct fg_event_queue){0};
    double start = omp_get_wtime();
    uint64_t taken = 0, sum = 0;
    uint32_t next = 0, pods = trace->trace.pod_count;
    while (next < pods || queue.count > 0) {
        uint32_t time = fg_event_next(&queue), word;
        if (next < pods && trace->trace.arrival_s[next] < time)
            time = trace->trace.arrival_s[next];
        while (fg_event_take(&queue, time, &word)) {
            taken++;
            sum += word;
        }
        for (; next < pods && trace->trace.arrival_s[next] == time; next++)
            fg_event_put(&queue, time + trace->trace.span_s[next], next);
    }
    double seconds = omp_get_wtime() - start;
    fg_event_queue_release(&queue);
    fg_bench_check(taken == pods && sum == (uint64_t)pods * (pods - 1) / 2, "queue");
    return seconds;
}

static void free_trace(struct fg_small_trace *trace)
{
    fg_trace_release(&trace->trace);
}

struct fargate_run {
    uint32_t pods;
};

static void bench_fargate(void *context)
{
    uint32_t pods = ((const struct fargate_run *)context)->pods;
    struct fg_small_trace trace;
    struct fg_scenario scenario;
    struct fg_result result;
    make_trace(&trace, pods, MONTH_S, 20);
    fg_small_scenario(&scenario);
    fg_small_default_delays(&scenario);
    fg_small_profile(&scenario, "all", "*");
    double queue = queue_alone(&trace);
    double start = omp_get_wtime();
    fg_small_replay(&scenario, &trace, &result);
    double seconds = omp_get_wtime() - start;
    fg_bench_check(fg_small_outcome(&result, FG_OUTCOME_COMPLETED) == pods,
                   "fargate pods completed");
    fg_bench_line("replay, Fargate only, 10 million pods", "3 x the queue alone",
                  "%6.2f M pods/s, %.2f x the queue alone", pods / seconds / MILLION,
                  seconds / queue);
    fg_result_release(&result);
    free_trace(&trace);
}

/* Every pod is one of a ReplicaSet's of its own, so that the scheduler's default spread
 * constraints hold for it: all score plugins are at work. */
static void spread_by_default(struct fg_small_trace *trace, struct fg_pod_rules *rules)
{
    for (uint32_t i = 0; i < trace->trace.spec_count; i++) {
        rules[i] = (struct fg_pod_rules){
            .owner_selector = {.workload = trace->trace.specs[i].workload},
            .scored_cpu_milli = -1,
            .scored_memory_bytes = -1,
        };
        trace->trace.specs[i].rules = &rules[i];
    }
}

static double bench_nodes(uint32_t nodes, uint32_t pods, uint32_t shapes, bool spread)
{
    static struct fg_pod_rules rules[64];
    struct fg_small_trace trace;
    struct fg_scenario scenario;
    struct fg_result result;
    /* Each m6i.4xlarge holds about 20 such pods of an hour: half of that keeps nobody waiting. */
    uint32_t seconds = (uint32_t)((uint64_t)pods * 3000 / nodes / 10) + 1;
    make_trace(&trace, pods, seconds, shapes);
    fg_small_scenario(&scenario);
    fg_small_group(&scenario, "nodes", "m6i.4xlarge", nodes, nodes, nodes);
    scenario.cluster.scheduler.default_spread = spread;
    if (spread)
        spread_by_default(&trace, rules);
    double start = omp_get_wtime();
    fg_small_replay(&scenario, &trace, &result);
    double taken = omp_get_wtime() - start;
    fg_bench_check(fg_small_outcome(&result, FG_OUTCOME_COMPLETED) == pods, "node pods completed");
    fg_bench_check(result.summary.wait_max_s == 0, "nobody waits");
    fg_result_release(&result);
    free_trace(&trace);
    return taken / pods;
}

static void bench_sizes(bool spread)
{
    static const uint32_t sizes[] = {100, 1000, 10000};
    double base = 0;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        double per_pod = bench_nodes(sizes[i], spread ? MILLION / 4 : MILLION, 12, spread);
        base = i == 0 ? per_pod : base;
        char name[64];
        snprintf(name, sizeof name, "replay on %u nodes, %s", sizes[i],
                 spread ? "default spread" : "12 shapes");
        fg_bench_line(name, i == 0 ? "2 M pods/s" : "3 x the cost of 100 at 10,000",
                      "%6.2f M pods/s, %.2f x the cost of 100", 1 / per_pod / MILLION,
                      per_pod / base);
    }
}

int main(void)
{
    struct fargate_run run = {10 * MILLION};
    struct fg_bench_cost cost = fg_bench_apart(bench_fargate, &run);
    fg_bench_line("memory, trace and all, 10 million pods", "64 bytes a pod", "%6.1f bytes/pod",
                  (double)cost.peak_bytes / run.pods);
    bench_sizes(false);
    bench_sizes(true);
    return 0;
}
