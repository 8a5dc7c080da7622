#include "sim/batch/trace_pool.h"

#include <stdlib.h>
#include <string.h>

static bool same_text(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

/* Whether two sources read the same pods; what is made of them may differ. */
static bool reads_alike(const struct fg_trace_source *a, const struct fg_trace_source *b)
{
    if (a->file_count != b->file_count || !same_text(a->format, b->format) ||
        a->memory_per_cpu_bytes != b->memory_per_cpu_bytes || a->gpu_share != b->gpu_share)
        return false;
    for (uint32_t i = 0; i < a->file_count; i++)
        if (strcmp(a->files[i], b->files[i]) != 0)
            return false;
    return true;
}

static fg_status digest_files(struct fg_pooled_trace *trace, struct fg_error *error)
{
    struct fg_digester *digester = fg_digester_open();
    fg_status status = FG_OK;
    for (uint32_t i = 0; status == FG_OK && i < trace->source->file_count; i++) {
        struct fg_digest one = {{0}};
        status = fg_digest_file(trace->source->files[i], &one, error);
        fg_digester_add(digester, one.bytes, sizeof one.bytes);
    }
    trace->digest = fg_digester_close(digester);
    return status;
}

fg_status fg_trace_pool_open(const struct fg_study *study, struct fg_trace_pool *out,
                             struct fg_error *error)
{
    *out = (struct fg_trace_pool){
        .items = fg_allocate(study->scenario_count, sizeof *out->items),
        .of_scenario = fg_allocate(study->scenario_count, sizeof *out->of_scenario),
    };
    for (uint32_t s = 0; s < study->scenario_count; s++) {
        const struct fg_scenario *scenario = &study->scenarios[s];
        uint32_t i = 0;
        while (i < out->count && !(out->items[i].start == scenario->start &&
                                   reads_alike(out->items[i].source, &scenario->trace)))
            i++;
        out->of_scenario[s] = i;
        if (i < out->count)
            continue;
        out->count++;
        out->items[i] =
            (struct fg_pooled_trace){.source = &scenario->trace, .start = scenario->start};
        fg_status status = digest_files(&out->items[i], error);
        if (status != FG_OK)
            return status;
    }
    return FG_OK;
}

fg_status fg_trace_pool_load(struct fg_trace_pool *pool, uint32_t number,
                             const struct fg_trace_options *options, struct fg_error *error)
{
    struct fg_pooled_trace *trace = &pool->items[number];
    if (trace->loaded)
        return FG_OK;
    struct fg_trace_options own = *options;
    own.start = trace->start;
    fg_status status = fg_trace_read(trace->source, &own, &trace->trace, error);
    trace->loaded = status == FG_OK;
    return status;
}

void fg_trace_pool_release(struct fg_trace_pool *pool)
{
    for (uint32_t i = 0; i < pool->count; i++)
        if (pool->items[i].loaded)
            fg_trace_release(&pool->items[i].trace);
    free(pool->items);
    free(pool->of_scenario);
    memset(pool, 0, sizeof *pool);
}
