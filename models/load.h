/* load.h - synthetic load: what a load model says, and the pods that follow from it.
 *
 * Filled by data/load_model; texts are borrowed from the model's arena. Pure arithmetic: the same
 * load and seed give the same pods. A pod's luck comes from the seed, the load's name and the
 * number of the thing it is for, so that a load's pods do not depend on the other loads.
 * Times of day are local: UTC plus the load's offset. Saturday and Sunday are the weekend.
 */
#ifndef FARGAUGE_MODELS_LOAD_H
#define FARGAUGE_MODELS_LOAD_H

#include <stdbool.h>
#include <stdint.h>

#include "models/cron.h"
#include "models/distribution.h"
#include "models/pod.h"
#include "models/trace.h"

enum { FG_LOAD_PODS_MAX = 50000000 };

/* Day and night as one cosine between low (12 hours off the peak) and the peak. */
struct fg_day_curve {
    uint32_t peak_at_s;   /* of the day */
    int64_t weekend_nano; /* what is above low is multiplied by this on weekends */
};

/* Replicas that follow the day; the newest leave first. */
struct fg_service {
    int64_t low, peak;
    struct fg_day_curve day;
    uint32_t step_s;          /* how often the number is set, >= 1 */
    int64_t noise_nano;       /* standard deviation, as a fraction of the number */
    uint32_t stabilization_s; /* the highest number of so long a past counts */
};

struct fg_cron_load {
    struct fg_cron schedule;
    int64_t parallelism; /* pods a run */
    struct fg_distribution duration;
};

enum fg_arrivals { FG_ARRIVALS_NONE, FG_ARRIVALS_POISSON, FG_ARRIVALS_DIURNAL, FG_ARRIVALS_BURSTS };

struct fg_batch {
    enum fg_arrivals arrivals;
    int64_t per_hour_nano; /* POISSON; DIURNAL: at the peak */
    int64_t low_nano;      /* DIURNAL: the rate at its lowest, as a fraction of the peak's */
    struct fg_day_curve day;
    uint32_t every_s;    /* BURSTS: mean time between two */
    int64_t least, most; /* BURSTS: pods in one, evenly spread between the two */
    uint32_t spread_s;   /* BURSTS: its pods arrive within so long */
    struct fg_distribution duration;
};

/* Environments that people start on weekdays, within opening hours. */
struct fg_office {
    int64_t people, pods_each;
    uint32_t open_s, close_s; /* of the day */
    int64_t presence_nano;    /* share of the people who work on a day */
    int64_t overnight_nano;   /* share of the pods that is forgotten until the next opening */
    struct fg_distribution lifetime; /* cut at closing time; what could not live at_least_s until
                                        then is not started */
};

enum fg_load_shape {
    FG_LOAD_NONE,
    FG_LOAD_SERVICE,
    FG_LOAD_CRON,
    FG_LOAD_BATCH,
    FG_LOAD_OFFICE,
};

struct fg_load_size {
    int64_t weight_nano;
    int64_t cpu_milli, memory_bytes; /* -1 = as the load has it */
};

struct fg_load {
    const char *name;        /* pods are NAME-1, NAME-2 ... */
    const char *file;        /* for messages */
    uint32_t line, column;   /* for messages */
    struct fg_pod_spec spec; /* of every pod, but for the sizes */
    uint32_t size_count;     /* 0 = all pods are as the spec has it */
    struct fg_load_size *sizes;
    int32_t utc_offset_s;
    enum fg_load_shape shape;
    struct fg_service service; /* the one of the shape counts */
    struct fg_cron_load cron;
    struct fg_batch batch;
    struct fg_office office;
};

struct fg_load_model {
    const char *name;
    uint64_t seed;
    fg_unix_s start;     /* second 0 of the trace */
    uint32_t duration_s; /* pods arrive before it */
    uint32_t load_count;
    struct fg_load *loads;
};

/* In the order of their numbers, which is not quite that of their arrivals. */
struct fg_load_pod {
    uint32_t arrival_s, span_s; /* as in struct fg_trace */
    enum fg_span span;
    uint32_t size; /* number in load->sizes */
};
struct fg_load_pods {
    uint32_t count, capacity;
    struct fg_load_pod *items; /* free() */
};

/* Appends the load's pods to {0}. FG_BAD_INPUT: more than FG_LOAD_PODS_MAX of them. */
fg_status fg_load_generate(const struct fg_load_model *model, const struct fg_load *load,
                           struct fg_load_pods *out, struct fg_error *error);

/* The number of replicas a service wants at an instant, noise and stabilization left out. */
int64_t fg_service_replicas(const struct fg_service *service, fg_unix_s local);

#endif
