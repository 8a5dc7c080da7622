/* load_model.h - a load model (YAML) -> struct fg_load_model.
 *
 *     model: shop                   # required
 *     seed: 1                       # whole number; default 1
 *     start: 2026-03-02T00:00:00Z   # of the study too; default 2026-01-01T00:00:00Z
 *     duration: 30d                 # required, at most 3660d
 *     utcOffset: "+01:00"           # of local times; default UTC; a load may have its own
 *     loads:
 *       - name: web                 # required; pods are web-1, web-2 ...
 *         workload: web             # default: the name
 *         namespace: shop           # default: default
 *         kind: Deployment          # default: Deployment, CronJob, Job, Pod in the shapes' order
 *         labels: {app: web}        # also annotations, nodeSelector: maps of texts
 *         tolerations: [{key: dedicated, operator: Equal, value: gpu, effect: NoSchedule}]
 *         cpu: 250m                 # also memory, ephemeralStorage, gpu: quantities
 *         sizes:                    # instead: each pod is one of these, by weight
 *           - {weight: 3, cpu: 500m, memory: 1Gi}
 *         priority: 0
 *         arch: amd64
 *         ttl: 0s                   # of finished jobs
 *
 * and exactly one shape:
 *
 *         service:                  # replicas by day and night; the newest leave first
 *           {low: 2, peak: 12, peakAt: "14:00", weekend: 0.6, step: 15m, noise: 5%,
 *            stabilization: 30m}    # or {replicas: 2}
 *         cron:
 *           {schedule: "0 2 * * *", parallelism: 1, duration: DISTRIBUTION}
 *         batch:                    # one of poisson, diurnal, bursts
 *           poisson: {perHour: 20}
 *           diurnal: {perHour: 20, low: 0.1, peakAt: "14:00", weekend: 0.5}   # perHour at the peak
 *           bursts: {every: 2h, least: 20, most: 80, spread: 5m}
 *           duration: DISTRIBUTION
 *         office:                   # environments of people, on weekdays
 *           {people: 12, podsEach: 2, open: "09:00", close: "18:00", presence: 0.8,
 *            overnight: 5%, lifetime: DISTRIBUTION}
 *
 * A DISTRIBUTION is a duration ("5m") or a map with one of these, and atLeast (1s), atMost (30d):
 *
 *         {fixed: 5m}   {uniform: {low: 2m, high: 10m}}   {exponential: {mean: 10m}}
 *         {lognormal: {median: 5m, sigma: 0.8}}   {pareto: {least: 1m, shape: 1.5}}
 *         {weibull: {scale: 10m, shape: 0.7}}
 *
 * Replicas stay between low and peak (times `weekend` where that is above 1). Between the peak and
 * 12 hours off it runs a cosine; on Saturday and Sunday what is above low is multiplied by
 * `weekend`. Pods of an office end at closing time at the latest (but for those left overnight,
 * which end when it next opens); one that could not live `atLeast` until then is not started.
 */
#ifndef FARGAUGE_DATA_LOAD_MODEL_H
#define FARGAUGE_DATA_LOAD_MODEL_H

#include "models/base/memory.h"
#include "models/load.h"

/* Everything is owned by `arena`. On FG_BAD_INPUT the error names file, line, value and what was
 * expected; FG_FAILED: the file cannot be read. */
fg_status fg_load_model_read(const char *path, struct fg_arena *arena, struct fg_load_model *out,
                             struct fg_error *error);
/* The same of bytes in memory; `file` is for messages. */
fg_status fg_load_model_parse(const char *file, const char *bytes, size_t length,
                              struct fg_arena *arena, struct fg_load_model *out,
                              struct fg_error *error);

/* The pods of all loads as a trace with names, sorted by arrival, then by load and number.
 * *out_counts, one a load, is owned by the caller (free). The trace is released with
 * fg_trace_release. */
fg_status fg_load_model_generate(const struct fg_load_model *model, struct fg_trace *out,
                                 uint32_t **out_counts, struct fg_error *error);

#endif
