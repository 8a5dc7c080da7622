/* scenario.h - one cluster, one trace, one set of prices: the unit that is replayed. */
#ifndef FARGAUGE_MODELS_SCENARIO_H
#define FARGAUGE_MODELS_SCENARIO_H

#include <stdbool.h>
#include <stdint.h>

#include "models/allocation.h"
#include "models/calendar.h"
#include "models/cluster.h"
#include "models/cost_line.h"
#include "models/pod.h"
#include "models/price_terms.h"

/* One rule of trace.assign. Unset limits are INT64_MAX; unset patterns NULL; gpu -1. */
struct fg_assign_match {
    const char *namespace_pattern, *workload_pattern, *kind_name;
    struct fg_pairs labels;
    int64_t cpu_at_most_milli, memory_at_most_bytes, gpu_milli, duration_at_most_s;
};
/* What is NULL, -1 or has its `has_` flag off stays as it is. Labels and annotations are merged
 * over the pod's; node selector and tolerations replace it. */
struct fg_assign_set {
    const char *namespace_name, *workload;
    bool has_kind, has_arch, has_priority, has_ttl, has_node_selector, has_tolerations,
        has_checkpoint;
    enum fg_kind kind;
    enum fg_arch arch;
    struct fg_pairs labels, annotations, node_selector;
    struct fg_tolerations tolerations;
    int64_t cpu_milli, memory_bytes; /* -1 = as it is */
    const char *image;
    int64_t image_bytes; /* 0 = as it is */
    int32_t priority;
    uint32_t ttl_s, checkpoint_s;
};
struct fg_assign {
    struct fg_assign_match match;
    struct fg_assign_set set;
};

/* Where the pods come from. What stands above the line decides what is read, the rest what is
 * made of it. */
struct fg_trace_source {
    uint32_t file_count;
    const char **files;           /* as opened: relative to the study's folder made absolute */
    const char *format;           /* csv, openb, gaia; NULL = by what is in the file */
    int64_t memory_per_cpu_bytes; /* for formats that have no memory; -1 = not named */
    bool gpu_share;
    /* ---- */
    int64_t scale_nano;    /* 1.0 = 1000000000 */
    uint32_t repeat_times; /* 1 = once */
    uint32_t repeat_every_s;
    uint32_t assign_count;
    struct fg_assign *assigns; /* first match wins */
};

/* pricing.spot. */
struct fg_spot_settings {
    bool named_discount; /* else the catalog's, of each type and zone */
    uint32_t discount_millionths;
    bool named_interruptions;             /* else the catalog's, of each type */
    int64_t interruptions_per_month_nano; /* of one instance; 1.0 = 1000000000; a month is 730 h */
    bool named_fargate_discount;          /* else Fargate Spot has no price */
    uint32_t fargate_discount_millionths;
    int64_t fargate_interruptions_per_month_nano; /* of one task */
};

/* pricing.changes: from a second of the study on, prices are those of another day. */
struct fg_price_change {
    uint32_t at_s;
    fg_day price_day;
};

struct fg_commitment;  /* models/commitment.h */
struct fg_other_usage; /* models/other_usage.h */

struct fg_scenario {
    const char *name;
    const char *region;
    fg_unix_s start;     /* trace second 0 */
    uint32_t duration_s; /* 0 = the end of the last pod that ends */
    fg_day price_day;    /* pricing.asOf; FG_DAY_UNKNOWN = the newest prices */
    struct fg_spot_settings spot;
    uint32_t price_change_count;
    struct fg_price_change *price_changes; /* by time */
    struct fg_price_terms terms;           /* pricing.overrides, pricing.discounts */
    uint32_t line_count;
    struct fg_cost_line *lines; /* pricing.lines */
    uint32_t commitment_count;
    struct fg_commitment *commitments; /* Savings Plans, then Reserved Instances, in study order */
    const struct fg_other_usage *other_usage;        /* pricing.otherUsage; NULL = none */
    const struct fg_allocation_settings *allocation; /* pricing.allocation; NULL = not named */
    struct fg_trace_source trace;
    struct fg_cluster cluster;
    uint64_t seed;
    uint32_t replication_count; /* >= 1 */
    uint8_t digest[16]; /* of everything above as the study and the other usage have it; not of the
                         * trace's bytes */
};

#endif
