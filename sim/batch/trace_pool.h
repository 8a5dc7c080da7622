/* trace_pool.h - the traces of a study, each read once and shared by all scenarios. */
#ifndef FARGAUGE_SIM_BATCH_TRACE_POOL_H
#define FARGAUGE_SIM_BATCH_TRACE_POOL_H

#include "data/digest.h"
#include "data/study.h"
#include "data/trace_reader.h"

struct fg_pooled_trace {
    const struct fg_trace_source *source; /* of the first scenario that wants it */
    fg_unix_s start;
    struct fg_trace trace;
    struct fg_digest digest; /* of the files' bytes */
    bool loaded;
};
struct fg_trace_pool {
    uint32_t count;
    struct fg_pooled_trace *items;
    uint32_t *of_scenario; /* number of the trace each scenario reads */
};

/* Finds which traces there are and digests their files; reads none of them yet. */
fg_status fg_trace_pool_open(const struct fg_study *study, struct fg_trace_pool *out,
                             struct fg_error *error);
/* Reads one, unless it has been. */
fg_status fg_trace_pool_load(struct fg_trace_pool *pool, uint32_t number,
                             const struct fg_trace_options *options, struct fg_error *error);
void fg_trace_pool_release(struct fg_trace_pool *pool);

#endif
