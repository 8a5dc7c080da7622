#include "models/pod_filter.h"

#include <stddef.h>

static bool fits(const char *pattern, const char *text)
{
    return pattern == NULL || fg_glob_match(pattern, text);
}

bool fg_pod_filter_takes(const struct fg_pod_filter *filter, const struct fg_pod_spec *spec)
{
    return fits(filter->namespace_pattern, spec->namespace_name) &&
           fits(filter->workload_pattern, spec->workload) &&
           fits(filter->kind_pattern, fg_kind_name(spec->kind));
}

bool fg_pod_filter_is_set(const struct fg_pod_filter *filter)
{
    return filter->namespace_pattern != NULL || filter->workload_pattern != NULL ||
           filter->kind_pattern != NULL;
}
