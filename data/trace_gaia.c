/* The year-long job samples of GAIA: hours since the start, as decimals; CPUs; no memory. */
#include <string.h>

#include "data/trace_format.h"

enum column { ARRIVAL_TIME, LENGTH, CPUS };
enum { MAX_DIGITS = 15 };
#define MEMORY_MAX_BYTES (INT64_C(1) << 50) /* that of any quantity */

/* Hours as a decimal -> whole seconds, half up. Exact: no floating point. */
static fg_status read_hours(const struct fg_cell *cells, uint32_t column, uint32_t *out,
                            uint32_t *out_column, struct fg_error *error)
{
    const struct fg_cell *cell = &cells[column];
    unsigned __int128 value = 0, scale = 1;
    uint32_t digits = 0;
    bool point = false, good = cell->length > 0;
    *out_column = column;
    for (uint32_t i = 0; i < cell->length && good; i++) {
        char c = cell->text[i];
        if (c == '.' && !point) {
            point = true;
        } else if (c >= '0' && c <= '9') {
            if (point && digits >= MAX_DIGITS)
                continue; /* finer than a nanosecond of a year */
            value = value * 10 + (unsigned)(c - '0');
            scale *= point ? 10 : 1;
            digits += value > 0 || point;
            good = digits <= MAX_DIGITS + 6;
        } else {
            good = false;
        }
    }
    good = good && digits + !point > 0;
    unsigned __int128 seconds = good ? (value * 3600 * 2 + scale) / (scale * 2) : 0;
    if (!good || seconds >= UINT32_MAX)
        return fg_error_set(error, FG_BAD_INPUT,
                            "column '%s' is '%.*s'; expected hours as a decimal, 0 or more",
                            fg_trace_gaia.columns[column],
                            (int)(cell->length > 64 ? 64 : cell->length), cell->text);
    *out = (uint32_t)seconds;
    return FG_OK;
}

static fg_status read_times(const struct fg_cell *cells, fg_unix_s start, struct fg_pod_times *out,
                            uint32_t *out_column, struct fg_error *error)
{
    (void)start;
    *out = (struct fg_pod_times){.span = FG_SPAN_DURATION};
    fg_status status = read_hours(cells, ARRIVAL_TIME, &out->arrival_s, out_column, error);
    return status == FG_OK ? read_hours(cells, LENGTH, &out->span_s, out_column, error) : status;
}

static fg_status read_spec(const struct fg_cell *cells, enum fg_span span,
                           const struct fg_trace_source *source, struct fg_trace *trace,
                           struct fg_pod_spec *out, uint32_t *out_replicas, uint32_t *out_column,
                           struct fg_error *error)
{
    uint32_t cpus = 0;
    (void)trace;
    *out = fg_spec_blank(span);
    *out_replicas = 1;
    *out_column = CPUS;
    fg_status status = fg_cell_number(&cells[CPUS], "cpus", "whole CPUs", &cpus, error);
    if (status == FG_OK && cpus > 1000000)
        return fg_error_set(error, FG_BAD_INPUT, "column 'cpus' is %u; expected a million at most",
                            cpus);
    out->cpu_milli = (int64_t)cpus * 1000;
    out->cpu_named = true;
    if (status == FG_OK && source->memory_per_cpu_bytes >= 0) {
        __int128 bytes = (__int128)cpus * source->memory_per_cpu_bytes;
        if (bytes > MEMORY_MAX_BYTES)
            return fg_error_set(error, FG_BAD_INPUT,
                                "column 'cpus' is %u; expected memory of a PiB at most, as "
                                "memoryPerCpu has it",
                                cpus);
        out->memory_bytes = (int64_t)bytes;
        out->memory_named = true;
    }
    return status;
}

const struct fg_trace_format fg_trace_gaia = {
    .name = "gaia",
    .columns = {"arrival_time", "length", "cpus"},
    .required = 7,
    .time_columns = 3,
    .name_column = -1,
    .read_times = read_times,
    .read_spec = read_spec,
};
