/* Reading a CSV trace: our columns and specs against libcsv's cells alone, and on two threads. */
#include <csv.h>
#include <omp.h>
#include <stdlib.h>

#include "bench/measure.h"
#include "data/source.h"
#include "data/trace_reader.h"

enum { PODS = 2 * FG_MILLION, MONTH_S = 30 * 86400 };

static void count_cell(void *cell, size_t length, void *context)
{
    (void)cell, (void)length;
    ++*(uint64_t *)context;
}

static void end_row(int end, void *context)
{
    (void)end, (void)context;
}

static double libcsv_alone(const struct fg_source *source)
{
    struct csv_parser parser;
    uint64_t cells = 0;
    double start = omp_get_wtime();
    csv_init(&parser, CSV_APPEND_NULL);
    csv_parse(&parser, source->bytes, source->length, count_cell, end_row, &cells);
    csv_fini(&parser, count_cell, end_row, &cells);
    double seconds = omp_get_wtime() - start;
    csv_free(&parser);
    fg_bench_check(cells == 9 * (PODS + 1ull), "libcsv's cells");
    return seconds;
}

static double read_trace(const char *path, int threads)
{
    const struct fg_trace_source source = {
        .file_count = 1, .files = &path, .repeat_times = 1, .memory_per_cpu_bytes = -1};
    const struct fg_trace_options options = {.thread_count = threads};
    struct fg_trace trace;
    struct fg_error error = {0};
    double start = omp_get_wtime();
    fg_bench_require(fg_trace_read(&source, &options, &trace, &error), &error);
    double seconds = omp_get_wtime() - start;
    fg_bench_check(trace.pod_count == PODS && trace.spec_count == 40, "pods and specs read");
    fg_trace_release(&trace);
    return seconds;
}

int main(void)
{
    const char *path = fg_bench_trace(PODS, MONTH_S, "load.csv");
    struct fg_source source;
    struct fg_error error = {0};
    fg_bench_require(fg_source_read(path, &source, &error), &error);
    double megabytes = (double)source.length / FG_MILLION;
    double alone = libcsv_alone(&source);
    fg_source_release(&source);
    double one = read_trace(path, 1), two = read_trace(path, 2);
    fg_bench_line("load of a CSV trace, 2 million pods, one thread", "70 % of libcsv alone",
                  "%6.0f MB/s, %3.0f %% of libcsv's %.0f MB/s", megabytes / one, 100 * alone / one,
                  megabytes / alone);
    fg_bench_line("the same on two threads", "both cores used", "%6.0f MB/s, %.2f x one thread",
                  megabytes / two, one / two);
    return 0;
}
