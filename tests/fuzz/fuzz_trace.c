/* Traces in every format: the first byte chooses it, the rest is the file. What was read is
 * sorted and whole, and writing it and reading that gives the same pods. */
#include "data/trace_reader.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A file in memory that is written anew for each input. Returns its path. */
static const char *file_of(int number, const void *bytes, size_t size)
{
    static int files[2];
    static char paths[2][64];
    if (files[number] == 0) {
        files[number] = memfd_create("trace", 0);
        FG_ASSERT(files[number] > 0);
        snprintf(paths[number], sizeof paths[number], "/proc/self/fd/%d", files[number]);
    }
    FG_ASSERT(ftruncate(files[number], 0) == 0);
    FG_ASSERT(pwrite(files[number], bytes, size, 0) == (ssize_t)size);
    return paths[number];
}

static fg_status read_trace(const char *path, const char *format, int threads, struct fg_trace *out,
                            struct fg_error *error)
{
    const struct fg_trace_source source = {.file_count = 1,
                                           .files = &path,
                                           .format = format,
                                           .memory_per_cpu_bytes = 1 << 30,
                                           .gpu_share = true,
                                           .repeat_times = 1};
    const struct fg_trace_options options = {.want_names = true, .thread_count = threads};
    return fg_trace_read(&source, &options, out, error);
}

static void check_trace(const struct fg_trace *trace)
{
    for (uint32_t pod = 0; pod < trace->pod_count; pod++) {
        FG_ASSERT(pod == 0 || trace->arrival_s[pod - 1] <= trace->arrival_s[pod]);
        FG_ASSERT(fg_trace_spec(trace, pod) < trace->spec_count);
    }
    for (uint32_t spec = 0; spec < trace->spec_count; spec++)
        FG_ASSERT(trace->specs[spec].cpu_milli >= 0 && trace->specs[spec].memory_bytes >= 0);
}

static void check_copy(const struct fg_trace *trace)
{
    char *text = NULL;
    size_t length = 0;
    struct fg_error error = {0};
    struct fg_trace copy;
    char name[512], other[512];
    FILE *out = open_memstream(&text, &length);
    FG_ASSERT(fg_trace_write(trace, out, &error) == FG_OK && fclose(out) == 0);
    fg_status status = read_trace(file_of(1, text, length), "csv", 2, &copy, &error);
    if (status != FG_OK)
        fprintf(stderr, "%s\n%.*s\n", error.message, (int)length, text);
    FG_ASSERT(status == FG_OK);
    FG_ASSERT(copy.pod_count == trace->pod_count);
    for (uint32_t pod = 0; pod < trace->pod_count; pod++) {
        const struct fg_pod_spec *one = &trace->specs[fg_trace_spec(trace, pod)];
        const struct fg_pod_spec *two = &copy.specs[fg_trace_spec(&copy, pod)];
        FG_ASSERT(copy.arrival_s[pod] == trace->arrival_s[pod]);
        FG_ASSERT(copy.span_s[pod] == trace->span_s[pod]);
        FG_ASSERT(one->cpu_milli == two->cpu_milli && one->memory_bytes == two->memory_bytes);
        FG_ASSERT(strcmp(one->namespace_name, two->namespace_name) == 0);
        FG_ASSERT(strcmp(fg_trace_pod_name(trace, pod, name, sizeof name),
                         fg_trace_pod_name(&copy, pod, other, sizeof other)) == 0);
    }
    fg_trace_release(&copy);
    free(text);
}

/* Whether it may ask for millions of copies of a row. */
static bool is_too_many(const uint8_t *data, size_t size)
{
    size_t digits = 0, most = 0;
    for (size_t i = 0; i < size; i++) {
        digits = data[i] >= '0' && data[i] <= '9' ? digits + 1 : 0;
        most = digits > most ? digits : most;
    }
    return most > 4 && memmem(data, size, "replicas", 8) != NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const formats[] = {NULL, "csv", "openb", "gaia"};
    struct fg_error error = {0};
    struct fg_trace trace;
    if (size == 0 || is_too_many(data, size))
        return 0;
    fg_status status =
        read_trace(file_of(0, data + 1, size - 1), formats[data[0] % 4], 1, &trace, &error);
    FG_ASSERT(status == error.status);
    FG_ASSERT((status == FG_OK) == (error.message[0] == '\0'));
    if (status != FG_OK)
        return 0;
    check_trace(&trace);
    check_copy(&trace);
    fg_trace_release(&trace);
    return 0;
}
