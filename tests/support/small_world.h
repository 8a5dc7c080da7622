/* small_world.h - scenarios, traces and a catalog made by hand, for tests and benches.
 *
 * The catalog has round prices so that sums can be written out: vCPU 0.04 an hour, GB 0.004,
 * storage 0.0001, m5.large 0.096, gp3 0.08 a GB-month, the cluster 0.10 and 0.50 on top.
 */
#ifndef FARGAUGE_TESTS_SMALL_WORLD_H
#define FARGAUGE_TESTS_SMALL_WORLD_H

#include "models/catalog.h"
#include "models/scenario.h"
#include "models/trace.h"
#include "sim/replay/replay.h"

/* Types m5.large m5.xlarge m6i.4xlarge g5.12xlarge m6g.large; region us-east-1. Static. */
const struct fg_catalog *fg_small_catalog(void);

/* A scenario from 2026-01-01 with the design's defaults, no pools, no delays unless set. */
void fg_small_scenario(struct fg_scenario *out);
/* Delays as the defaults of a study have them. */
void fg_small_default_delays(struct fg_scenario *scenario);

struct fg_small_trace {
    struct fg_trace trace;
    uint32_t pod_capacity_a, pod_capacity_b, pod_capacity_c, spec_capacity;
};
/* A spec in namespace/workload; the rest is zero and may be set in trace.specs[n]. */
uint32_t fg_small_spec(struct fg_small_trace *trace, const char *namespace_name,
                       const char *workload, int64_t cpu_milli, int64_t memory_mib);
/* Pods must be added in the order of their arrival. */
uint32_t fg_small_pod(struct fg_small_trace *trace, uint32_t spec, uint32_t arrival_s,
                      enum fg_span span, uint32_t span_s);

/* One profile that takes namespace `pattern`; adds to what is there. Static storage: at most 4. */
void fg_small_profile(struct fg_scenario *scenario, const char *name, const char *pattern);
/* One group in us-east-1a; at most 4. Returns it for changes. */
struct fg_node_group *fg_small_group(struct fg_scenario *scenario, const char *name,
                                     const char *instance_type, int64_t min, int64_t desired,
                                     int64_t max);
/* Forgets profiles and groups; fg_small_scenario does so too. */

/* Replays, and fails the program with the message if that fails. */
void fg_small_replay(const struct fg_scenario *scenario, const struct fg_small_trace *trace,
                     struct fg_result *out);

/* The same with a row for each pod, and what must hold recounted at every second. */
void fg_small_replay_checked(const struct fg_scenario *scenario, const struct fg_small_trace *trace,
                             struct fg_watch *watch, struct fg_result *out);

/* Base units of a charge that were bought, over all accounts. */
int64_t fg_small_quantity(const struct fg_result *result, enum fg_charge charge);
/* Nanodollars of a charge, by workload (NULL = all). */
fg_nanodollars fg_small_sum(const struct fg_result *result, enum fg_charge charge,
                            const char *workload);
/* Pods in rows with this outcome. */
uint64_t fg_small_outcome(const struct fg_result *result, enum fg_outcome outcome);

#endif
