/* study.h - the study file -> scenarios.
 *
 * YAML becomes a tree that keeps every value's file and line (document.h); defaults, scenario
 * and sweep are merged as trees, and one decoder makes a struct fg_scenario of each.
 * An unknown key, a key this version does not support, a wrong kind or value is an error with
 * file, line, what was found and what was expected.
 */
#ifndef FARGAUGE_DATA_STUDY_H
#define FARGAUGE_DATA_STUDY_H

#include "data/decode.h"
#include "models/base/memory.h"
#include "models/catalog.h"
#include "models/scenario.h"

struct fg_study {
    const char *name;
    const char *path;
    uint32_t scenario_count;
    struct fg_scenario *scenarios; /* in study order, sweeps expanded: base/path=value/... */
    uint32_t default_count;
    struct fg_study_default *defaults; /* for check: defaults that move the bill */
    struct fg_arena arena;
};

/* "cluster.fargate.provisionDelay", "45s": what the study does not name and every scenario in
 * `scenarios` (their names, joined by ", "; "" = all) therefore takes as it is. */
struct fg_study_default {
    const char *key;
    const char *value;
    const char *scenarios;
};

/* Reads the whole study. Every fault is appended to `all_errors` unless that is NULL (for check);
 * `error` and the status returned are those of the first. */
fg_status fg_study_read(const char *path, const struct fg_catalog *catalog, struct fg_study *out,
                        struct fg_errors *all_errors, struct fg_error *error);
/* The same of bytes in memory; `path` is for messages, and where relative paths start. */
fg_status fg_study_parse(const char *path, const char *bytes, size_t length,
                         const struct fg_catalog *catalog, struct fg_study *out,
                         struct fg_errors *all_errors, struct fg_error *error);
void fg_study_release(struct fg_study *study);

/* A file of Fargate profiles for `match`: an eksctl ClusterConfig, a map with fargateProfiles
 * (at the top or under cluster), or a bare list. Sorted by name; owned by `arena`. */
fg_status fg_profiles_read(const char *path, struct fg_arena *arena,
                           struct fg_fargate_profile **out, uint32_t *out_count,
                           struct fg_error *error);

#endif
