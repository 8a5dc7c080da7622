/* The pod list of Alibaba's openb GPU cluster: seconds since its first pod.
 *
 * A pod that was scheduled works from its scheduled to its deletion time; one that never was is
 * deleted at its deletion time. A share of a GPU counts as a whole one unless the study shares. */
#include <string.h>

#include "data/trace_format.h"

enum column {
    NAME,
    CPU_MILLI,
    MEMORY_MIB,
    NUM_GPU,
    GPU_MILLI,
    GPU_SPEC,
    QOS,
    POD_PHASE,
    CREATION_TIME,
    DELETION_TIME,
    SCHEDULED_TIME,
};
#define BIT(column) (1ULL << (column))

static fg_status read_cell(const struct fg_cell *cells, uint32_t column, uint32_t *out,
                           uint32_t *out_column, struct fg_error *error)
{
    bool is_time = column == CREATION_TIME || column == DELETION_TIME || column == SCHEDULED_TIME;
    *out_column = column;
    return fg_cell_number(&cells[column], fg_trace_openb.columns[column],
                          is_time ? "whole seconds" : "a whole number", out, error);
}

static fg_status read_times(const struct fg_cell *cells, fg_unix_s start, struct fg_pod_times *out,
                            uint32_t *out_column, struct fg_error *error)
{
    uint32_t deleted = 0, scheduled = 0;
    (void)start;
    *out = (struct fg_pod_times){.span = FG_SPAN_END};
    fg_status status = read_cell(cells, CREATION_TIME, &out->arrival_s, out_column, error);
    if (status == FG_OK)
        status = read_cell(cells, DELETION_TIME, &deleted, out_column, error);
    if (status == FG_OK && deleted < out->arrival_s)
        return fg_error_set(error, FG_BAD_INPUT,
                            "column 'deletion_time' is %u; expected a time not before the "
                            "creation at %u",
                            deleted, out->arrival_s);
    out->span_s = deleted;
    if (status != FG_OK || cells[SCHEDULED_TIME].length == 0)
        return status;
    status = read_cell(cells, SCHEDULED_TIME, &scheduled, out_column, error);
    if (status == FG_OK && scheduled > deleted)
        return fg_error_set(error, FG_BAD_INPUT,
                            "column 'scheduled_time' is %u; expected a time not after the "
                            "deletion at %u",
                            scheduled, deleted);
    out->span = FG_SPAN_DURATION;
    out->span_s = deleted - scheduled;
    return status;
}

static fg_status read_spec(const struct fg_cell *cells, enum fg_span span,
                           const struct fg_trace_source *source, struct fg_trace *trace,
                           struct fg_pod_spec *out, uint32_t *out_replicas, uint32_t *out_column,
                           struct fg_error *error)
{
    uint32_t cpu = 0, memory = 0, gpus = 0, share = 0;
    (void)trace;
    *out = fg_spec_blank(span);
    *out_replicas = 1;
    fg_status status = read_cell(cells, CPU_MILLI, &cpu, out_column, error);
    if (status == FG_OK)
        status = read_cell(cells, MEMORY_MIB, &memory, out_column, error);
    if (status == FG_OK)
        status = read_cell(cells, NUM_GPU, &gpus, out_column, error);
    if (status == FG_OK)
        status = read_cell(cells, GPU_MILLI, &share, out_column, error);
    out->cpu_milli = cpu;
    out->memory_bytes = (int64_t)memory * 1024 * 1024;
    out->cpu_named = out->memory_named = true;
    out->gpu_milli = (int64_t)gpus * 1000;
    if (source->gpu_share && gpus == 1 && share > 0 && share < 1000)
        out->gpu_milli = share;
    return status;
}

const struct fg_trace_format fg_trace_openb = {
    .name = "openb",
    .columns = {"name", "cpu_milli", "memory_mib", "num_gpu", "gpu_milli", "gpu_spec", "qos",
                "pod_phase", "creation_time", "deletion_time", "scheduled_time"},
    .required = BIT(CPU_MILLI) | BIT(MEMORY_MIB) | BIT(NUM_GPU) | BIT(GPU_MILLI) |
                BIT(CREATION_TIME) | BIT(DELETION_TIME) | BIT(SCHEDULED_TIME),
    .time_columns = BIT(CREATION_TIME) | BIT(DELETION_TIME) | BIT(SCHEDULED_TIME) | BIT(GPU_SPEC) |
                    BIT(QOS) | BIT(POD_PHASE),
    .name_column = NAME,
    .read_times = read_times,
    .read_spec = read_spec,
};
