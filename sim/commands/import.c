/* fargauge import: any trace to ours. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "data/trace_reader.h"
#include "models/quantity.h"
#include "sim/commands/command.h"
#include "sim/commands/trace_out.h"

static const struct fg_option options[] = {
    {"format", 0, "csv|openb|gaia", "of the input; default: by what is in the file"},
    {"output", 'o', "FILE", "the trace as our CSV; default standard output"},
    {"start", 0, "INSTANT", "second 0, for columns that hold instants; default 2026-01-01"},
    {"memory-per-cpu", 0, "QUANTITY", "for formats that have no memory"},
    {"gpu-share", 0, NULL, "fractions of a GPU stay fractions"},
    {"skip-bad-rows", 0, NULL, "count and list bad rows instead of stopping"},
    {"jobs", 'j', "N", "threads; default all cores"},
    {"catalog", 0, "DIR", "other price tables (not needed here)"},
    {0},
};

static fg_status describe(const struct fg_arguments *arguments, struct fg_trace_source *source,
                          struct fg_trace_options *read, struct fg_error *error)
{
    const char *memory = fg_argument(arguments, "memory-per-cpu");
    const char *start = fg_argument(arguments, "start");
    long threads = 0;
    *source = (struct fg_trace_source){
        .file_count = arguments->operand_count,
        .files = (const char **)(uintptr_t)arguments->operands,
        .format = fg_argument(arguments, "format"),
        .memory_per_cpu_bytes = -1,
        .gpu_share = fg_argument_is_on(arguments, "gpu-share"),
    };
    *read = (struct fg_trace_options){
        .want_names = true,
        .skip_bad_rows = fg_argument_is_on(arguments, "skip-bad-rows"),
        .skipped = stderr,
    };
    fg_status status = fg_calendar_parse_instant(start != NULL ? start : "2026-01-01T00:00:00Z",
                                                 &read->start, error);
    if (status == FG_OK && memory != NULL)
        status =
            fg_quantity_parse_bytes(memory, strlen(memory), &source->memory_per_cpu_bytes, error);
    if (status == FG_OK)
        status = fg_argument_count(arguments, "jobs", 1024, &threads, error);
    read->thread_count = (int)threads;
    return status;
}

static fg_status run(const struct fg_arguments *arguments, struct fg_error *error)
{
    struct fg_trace_source source;
    struct fg_trace_options read;
    struct fg_trace trace;
    fg_status status = describe(arguments, &source, &read, error);
    if (status == FG_OK)
        status = fg_trace_read(&source, &read, &trace, error);
    if (status != FG_OK)
        return status;
    status = fg_trace_out(&trace, fg_argument(arguments, "output"), error);
    if (status == FG_OK)
        fprintf(stderr, "%" PRIu32 " pods of %" PRIu32 " kinds", trace.pod_count, trace.spec_count);
    if (status == FG_OK && trace.skipped_rows > 0)
        fprintf(stderr, ", %" PRIu64 " bad rows skipped", trace.skipped_rows);
    if (status == FG_OK)
        fputc('\n', stderr);
    fg_trace_release(&trace);
    return status;
}

const struct fg_command fg_command_import = {
    .name = "import",
    .operands = "INPUT...",
    .operand_min = 1,
    .operand_max = UINT32_MAX,
    .summary = "any trace to our own CSV",
    .options = options,
    .run = run,
};
