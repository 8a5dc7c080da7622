/* trace_transform.h - what a study makes of a trace as read: assign, scale, repeat. */
#ifndef FARGAUGE_DATA_TRACE_TRANSFORM_H
#define FARGAUGE_DATA_TRACE_TRANSFORM_H

#include <stdbool.h>

#include "models/scenario.h"
#include "models/trace.h"

/* Whether anything below the line is named at all. */
bool fg_trace_transform_needed(const struct fg_trace_source *source);

/* out = base with assign, scale and repeat applied, in this order. Copies per pod =
 * floor(scale + u), u in [0,1) from (seed, replication, the pod's row). Copies of one pod stand
 * together. `base` must outlive `out` (out->lender). FG_BAD_INPUT: more pods than a trace holds, or
 * arrivals past the end of time; `out` is then {0}. */
fg_status fg_trace_transform(const struct fg_trace *base, const struct fg_trace_source *source,
                             uint64_t seed, uint32_t replication, struct fg_trace *out,
                             struct fg_error *error);

#endif
