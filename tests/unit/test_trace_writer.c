/* Writing a trace in our own CSV: what is written reads back equal. */
#include "data/trace_reader.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[] = "/tmp/fargauge-writer-XXXXXX";
static char path[64];

static int make_folder(void **state)
{
    (void)state;
    if (mkdtemp(folder) == NULL)
        return -1;
    snprintf(path, sizeof path, "%s/trace.csv", folder);
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    unlink(path);
    return rmdir(folder);
}

static void read_bytes(const char *bytes, size_t length, bool gpu_share, struct fg_trace *out)
{
    struct fg_error error = {0};
    const char *files[] = {path};
    struct fg_trace_source source = {
        .file_count = 1, .files = files, .memory_per_cpu_bytes = -1, .gpu_share = gpu_share};
    struct fg_trace_options options = {.want_names = true, .thread_count = 1};
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    fclose(file);
    if (fg_trace_read(&source, &options, out, &error) != FG_OK)
        fail_msg("%s:%u:%u: %s", error.file, error.line, error.column, error.message);
}

/* What the writer makes of a trace; freed by the caller. */
static char *written(const struct fg_trace *trace)
{
    struct fg_error error = {0};
    char *text = NULL;
    size_t length = 0;
    FILE *stream = open_memstream(&text, &length);
    assert_int_equal(fg_trace_write(trace, stream, &error), FG_OK);
    fclose(stream);
    assert_int_equal(strlen(text), length);
    return text;
}

static void writes(const char *given, bool gpu_share, const char *expected)
{
    struct fg_trace trace;
    read_bytes(given, strlen(given), gpu_share, &trace);
    char *text = written(&trace);
    assert_string_equal(text, expected);
    free(text);
    fg_trace_release(&trace);
}

static void writes_the_columns_that_some_pod_uses(void **state)
{
    (void)state;
    writes("arrival_s,cpu\n7,250m\n", false,
           "arrival_s,duration_s,end_s,pod,namespace,workload,kind,cpu,memory\n"
           "7,,,pod-1,default,(none),ReplicaSet,250m,\n");
    writes("arrival_s,duration_s,pod,ttl_s,arch\n7,60,a,,\n8,60,b,30,arm64\n", false,
           "arrival_s,duration_s,end_s,pod,namespace,workload,kind,cpu,memory,arch,ttl_s\n"
           "7,60,,a,default,(none),Job,,,amd64,0\n"
           "8,60,,b,default,(none),Job,,,arm64,30\n");
}

static void tells_a_request_of_zero_from_none(void **state)
{
    (void)state;
    writes("arrival_s,pod,cpu,memory\n0,a,0,\n0,b,,0\n", false,
           "arrival_s,duration_s,end_s,pod,namespace,workload,kind,cpu,memory\n"
           "0,,,a,default,(none),ReplicaSet,0,\n"
           "0,,,b,default,(none),ReplicaSet,,0\n");
}

static void writes_every_column(void **state)
{
    (void)state;
    writes("arrival_s,end_s,pod,namespace,workload,kind,cpu,memory,ephemeral_storage,gpu,labels,"
           "annotations,node_selector,tolerations,priority,arch,spread,anti_affinity,features,"
           "ttl_s,cpu_used,memory_used,image,image_size\n"
           "1,2,p,ns,w,Pod,1500m,1024Mi,30Gi,4,b=2;a=1,n=,d=ssd,gpu=true:NoSchedule;spot;*:"
           "NoExecute,-7,arm64,zone:1,hostname,ebs;privileged,9,100m,128M,registry/app:1,1536Mi\n",
           false,
           "arrival_s,duration_s,end_s,pod,namespace,workload,kind,cpu,memory,ephemeral_storage,"
           "gpu,labels,annotations,node_selector,tolerations,priority,arch,spread,anti_affinity,"
           "features,ttl_s,cpu_used,memory_used,image,image_size\n"
           "1,,2,p,ns,w,Pod,1500m,1Gi,30Gi,4,a=1;b=2,n=,d=ssd,gpu=true:NoSchedule;spot;*:"
           "NoExecute,-7,arm64,zone:1,hostname,privileged;ebs,9,100m,128M,registry/app:1,1536Mi\n");
}

static void quotes_cells_that_need_it(void **state)
{
    (void)state;
    writes("arrival_s,pod,workload,labels\n"
           "0,a,\"x,y\",\n"
           "0,b,\"say \"\"hi\"\"\",\n"
           "0,c,\"two\nlines\",\n"
           "0,d,\" blanks \",\n"
           "0,e,\"\ttab\",\"k=a,b\"\n"
           "0,f,\"end \",\n",
           false,
           "arrival_s,duration_s,end_s,pod,namespace,workload,kind,cpu,memory,labels\n"
           "0,,,a,default,\"x,y\",ReplicaSet,,,\n"
           "0,,,b,default,\"say \"\"hi\"\"\",ReplicaSet,,,\n"
           "0,,,c,default,\"two\nlines\",ReplicaSet,,,\n"
           "0,,,d,default,\" blanks \",ReplicaSet,,,\n"
           "0,,,e,default,\"\ttab\",ReplicaSet,,,\"k=a,b\"\n"
           "0,,,f,default,\"end \",ReplicaSet,,,\n");
}

static void writes_replicas_as_pods_with_their_names(void **state)
{
    (void)state;
    writes("arrival_s,pod,replicas\n0,web,3\n", false,
           "arrival_s,duration_s,end_s,pod,namespace,workload,kind,cpu,memory\n"
           "0,,,web,default,(none),ReplicaSet,,\n"
           "0,,,web-2,default,(none),ReplicaSet,,\n"
           "0,,,web-3,default,(none),ReplicaSet,,\n");
}

static void a_share_of_a_gpu_stays_a_share(void **state)
{
    (void)state;
    writes("arrival_s,pod,gpu\n0,a,250m\n0,b,2\n", true,
           "arrival_s,duration_s,end_s,pod,namespace,workload,kind,cpu,memory,gpu\n"
           "0,,,a,default,(none),ReplicaSet,,,250m\n"
           "0,,,b,default,(none),ReplicaSet,,,2\n");
}

static void a_header_stands_above_no_pods(void **state)
{
    (void)state;
    writes("arrival_s\n", false,
           "arrival_s,duration_s,end_s,pod,namespace,workload,kind,cpu,memory\n");
}

static void a_long_cell_is_written_whole(void **state)
{
    (void)state;
    enum { LABELS = 12000 };
    char *given = fg_allocate(LABELS * 16 + 64, 1);
    size_t used = (size_t)sprintf(given, "arrival_s,labels\n0,");
    for (int i = 0; i < LABELS; i++)
        used += (size_t)sprintf(given + used, "%sk%05d=v", i > 0 ? ";" : "", i);
    strcpy(given + used, "\n");
    struct fg_trace one, two;
    read_bytes(given, used + 1, false, &one);
    char *text = written(&one);
    read_bytes(text, strlen(text), false, &two);
    assert_int_equal(two.specs[0].labels.count, LABELS);
    assert_string_equal(two.specs[0].labels.items[LABELS - 1].key, "k11999");
    free(text);
    free(given);
    fg_trace_release(&one);
    fg_trace_release(&two);
}

static void a_full_device_is_a_fault_of_the_machine(void **state)
{
    (void)state;
    struct fg_trace trace;
    struct fg_error error = {0};
    FILE *full = fopen("/dev/full", "w");
    assert_non_null(full);
    read_bytes("arrival_s\n0\n", 12, false, &trace);
    assert_int_equal(fg_trace_write(&trace, full, &error), FG_FAILED);
    assert_non_null(strstr(error.message, "the trace cannot be written: No space left"));
    fclose(full);
    fg_trace_release(&trace);
}

/* ---- whatever is written reads back ---- */

static uint32_t dice;

static uint32_t roll(uint32_t sides)
{
    dice = dice * 1664525u + 1013904223u;
    return (dice >> 8) % sides;
}

static const char *pick(const char *const *words, uint32_t count)
{
    return words[roll(count)];
}
#define PICK(...)                                                                                  \
    pick((const char *const[]){__VA_ARGS__},                                                       \
         sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

static void cell(FILE *file, const char *text)
{
    fprintf(file, ",%s", text);
}

static void print_random_row(FILE *file, int number)
{
    uint32_t arrival = roll(1000000), life = roll(1000000), kind_of_life = roll(3);
    fprintf(file, "%u,", arrival);
    if (kind_of_life == 0)
        fprintf(file, "%u,", life);
    else if (kind_of_life == 1)
        fprintf(file, ",%u", arrival + life);
    else
        fputs(",", file);
    if (kind_of_life == 0 || roll(5) > 0)
        fprintf(file, ",\"%s-%d\"", PICK("pod", "a,b", " x", "\"\"q\"\""), number);
    else
        fputs(",", file);
    cell(file, PICK("", "default", "prod", "\"n\"\"s\""));
    cell(file, PICK("", "web", "\"two\nlines\"", "(none)"));
    cell(file,
         PICK("", "Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob", "ReplicaSet", "Pod"));
    cell(file, PICK("", "0", "1", "250m", "0.1", "3k", "1n"));
    cell(file, PICK("", "0", "1", "1.5Gi", "128M", "1e9", "400m", "1000Ki", "1Pi"));
    cell(file, PICK("", "0", "20Gi", "7"));
    cell(file, PICK("", "0", "1", "8", "250m"));
    cell(file, PICK("", "a=1", "b=2;a=1", "\"k=x,y;z=\""));
    cell(file, PICK("", "note=a=b", "\"q=\"\"\""));
    cell(file, PICK("", "disk=ssd"));
    cell(file, PICK("", "*", "gpu", "gpu=true:NoSchedule;spot:NoExecute", ":PreferNoSchedule"));
    cell(file, PICK("", "0", "-2147483648", "2147483647"));
    cell(file, PICK("", "amd64", "arm64"));
    cell(file, PICK("", "zone:1", "zone:1;hostname:3"));
    cell(file, PICK("", "hostname"));
    cell(file, PICK("", "ebs", "hostPort;privileged", "hostPath;hostNetwork"));
    cell(file, PICK("", "0", "600"));
    cell(file, PICK("", "0", "99m"));
    cell(file, PICK("", "0", "1Gi"));
    fputc('\n', file);
}

static void reading_back_gives_the_same_trace(void **state)
{
    (void)state;
    for (uint32_t seed = 1; seed <= 60; seed++) {
        dice = seed;
        char *given = NULL;
        size_t length = 0;
        FILE *stream = open_memstream(&given, &length);
        fputs("arrival_s,duration_s,end_s,pod,namespace,workload,kind,cpu,memory,"
              "ephemeral_storage,gpu,labels,annotations,node_selector,tolerations,priority,arch,"
              "spread,anti_affinity,features,ttl_s,cpu_used,memory_used\n",
              stream);
        for (int row = 0; row < 50; row++)
            print_random_row(stream, row);
        fclose(stream);
        struct fg_trace one, two;
        read_bytes(given, length, true, &one);
        char *first = written(&one);
        read_bytes(first, strlen(first), true, &two);
        char *second = written(&two);
        assert_string_equal(first, second);
        assert_int_equal(one.pod_count, two.pod_count);
        assert_int_equal(one.spec_count, two.spec_count);
        size_t bytes = one.pod_count * sizeof *one.arrival_s;
        assert_memory_equal(one.arrival_s, two.arrival_s, bytes);
        assert_memory_equal(one.span_s, two.span_s, bytes);
        free(first);
        free(second);
        free(given);
        fg_trace_release(&one);
        fg_trace_release(&two);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_the_columns_that_some_pod_uses),
        cmocka_unit_test(tells_a_request_of_zero_from_none),
        cmocka_unit_test(writes_every_column),
        cmocka_unit_test(quotes_cells_that_need_it),
        cmocka_unit_test(writes_replicas_as_pods_with_their_names),
        cmocka_unit_test(a_share_of_a_gpu_stays_a_share),
        cmocka_unit_test(a_header_stands_above_no_pods),
        cmocka_unit_test(a_long_cell_is_written_whole),
        cmocka_unit_test(a_full_device_is_a_fault_of_the_machine),
        cmocka_unit_test(reading_back_gives_the_same_trace),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
