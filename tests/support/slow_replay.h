/* slow_replay.h - the replay once more, second by second, with nothing clever in it.
 *
 * Every second it looks at everything: no event queue, no classes, no skipped passes, Cluster
 * Autoscaler's loop at every interval, pods packed one by one, seconds billed one by one. It
 * shares the plain types of models/ with the engine, and of its rules only Fargate's size table,
 * profile matching and what a node can hold, which have tests of their own.
 */
#ifndef FARGAUGE_TESTS_SLOW_REPLAY_H
#define FARGAUGE_TESTS_SLOW_REPLAY_H

#include "models/catalog.h"
#include "models/result.h"
#include "models/scenario.h"
#include "models/trace.h"

struct fg_slow_pod {
    enum fg_outcome outcome;
    uint32_t pool; /* UINT32_MAX = pending */
    int64_t start_s, end_s;
    uint32_t wait_s;
    bool left_out;
};
/* Of one pool in one hour since the study's first. Pools: profiles, node groups, the cluster. */
struct fg_slow_hour {
    int64_t node_seconds, pod_seconds, cpu_requested_milli_s, nodes_max, pending_max, addresses_max;
};
/* What an hour costs. */
struct fg_slow_line {
    enum fg_charge charge;
    uint32_t pool;
    const char *namespace_name, *workload;
    int32_t hour; /* since 1970 */
    fg_nanodollars nano;
};
struct fg_slow_result {
    struct fg_slow_pod *pods;
    int64_t last_end_s; /* -1 = no pod ended */
    uint32_t pool_count, hour_count;
    struct fg_slow_hour *hours; /* [pool * hour_count + hour] */
    uint32_t line_count, line_capacity;
    struct fg_slow_line *lines;
    uint32_t scale_ups, scale_downs, evictions;
};

/* Replays [0, cut_s). */
void fg_slow_replay(const struct fg_scenario *scenario, const struct fg_catalog *catalog,
                    const struct fg_trace *trace, uint32_t cut_s, struct fg_slow_result *out);
void fg_slow_release(struct fg_slow_result *result);

#endif
