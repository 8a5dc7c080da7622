/* pod_filter.h - which pods a rule of the study is for, by the patterns of Fargate's selectors. */
#ifndef FARGAUGE_MODELS_POD_FILTER_H
#define FARGAUGE_MODELS_POD_FILTER_H

#include <stdbool.h>

#include "models/pod.h"

/* Patterns with * and ?; NULL = all. */
struct fg_pod_filter {
    const char *namespace_pattern, *workload_pattern, *kind_pattern;
};
bool fg_pod_filter_takes(const struct fg_pod_filter *filter, const struct fg_pod_spec *spec);
/* Whether it names anything. */
bool fg_pod_filter_is_set(const struct fg_pod_filter *filter);

#endif
