/* Traces in every format, and what is said of bad ones (the trace file of the design). */
#include "data/trace_reader.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include <cmocka.h>

#define GIB (1024LL * 1024 * 1024)
#define START 1767225600 /* 2026-01-01T00:00:00Z */

static char folder[] = "/tmp/fargauge-trace-XXXXXX";
enum { FILES = 3 };
static char paths[FILES][64];

static int make_folder(void **state)
{
    (void)state;
    if (mkdtemp(folder) == NULL)
        return -1;
    for (int i = 0; i < FILES; i++)
        snprintf(paths[i], sizeof paths[i], "%s/%d.csv", folder, i);
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    for (int i = 0; i < FILES; i++)
        unlink(paths[i]);
    return rmdir(folder);
}

static void write_bytes(int number, const char *bytes, size_t length)
{
    FILE *file = fopen(paths[number], "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    fclose(file);
}

static struct fg_trace_source source_of(uint32_t file_count, const char *format)
{
    static const char *files[FILES] = {paths[0], paths[1], paths[2]};
    return (struct fg_trace_source){.file_count = file_count,
                                    .files = files,
                                    .format = format,
                                    .memory_per_cpu_bytes = -1,
                                    .scale_nano = 1000000000,
                                    .repeat_times = 1};
}

static const struct fg_trace_options with_names = {
    .start = START, .want_names = true, .thread_count = 1};

/* The trace of this text, with names. Released by the next call, so that tests stay short. */
static const struct fg_trace *read_text(const char *text)
{
    static struct fg_trace trace;
    struct fg_error error = {0};
    struct fg_trace_source source = source_of(1, NULL);
    fg_trace_release(&trace);
    write_bytes(0, text, strlen(text));
    if (fg_trace_read(&source, &with_names, &trace, &error) != FG_OK)
        fail_msg("%s:%u:%u: %s", error.file, error.line, error.column, error.message);
    return &trace;
}

static const struct fg_pod_spec *spec_of(const struct fg_trace *trace, uint32_t pod)
{
    return &trace->specs[fg_trace_spec(trace, pod)];
}

/* The spec of the one pod that a header and a row give. */
static const struct fg_pod_spec *spec(const char *columns, const char *cells)
{
    char text[2048];
    snprintf(text, sizeof text, "arrival_s,%s\n0,%s\n", columns, cells);
    const struct fg_trace *trace = read_text(text);
    assert_int_equal(trace->pod_count, 1);
    return spec_of(trace, 0);
}

static void source_is_refused(const struct fg_trace_source *source, const char *expected)
{
    struct fg_error error = {0};
    struct fg_trace trace;
    char text[1400];
    assert_int_equal(fg_trace_read(source, &with_names, &trace, &error), FG_BAD_INPUT);
    fg_error_text(&error, text, sizeof text);
    if (strstr(text, expected) == NULL)
        fail_msg("'%s' does not say '%s'", text, expected);
    assert_int_equal(trace.pod_count, 0);
    assert_null(trace.arrival_s);
}

static void is_refused(const char *text, const char *expected)
{
    struct fg_trace_source source = source_of(1, NULL);
    write_bytes(0, text, strlen(text));
    source_is_refused(&source, expected);
}

static void has_name(const struct fg_trace *trace, uint32_t pod, const char *expected)
{
    char buffer[256];
    assert_string_equal(fg_trace_pod_name(trace, pod, buffer, sizeof buffer), expected);
}

/* ---- lifetimes ---- */

static void a_pod_has_a_duration_an_end_or_neither(void **state)
{
    (void)state;
    const struct fg_trace *trace = read_text("arrival_s,duration_s,end_s\n"
                                             "10,60,\n"
                                             "20,,500\n"
                                             "30,,\n");
    assert_int_equal(trace->pod_count, 3);
    assert_int_equal(trace->arrival_s[0], 10);
    assert_int_equal(fg_trace_span(trace, 0), FG_SPAN_DURATION);
    assert_int_equal(trace->span_s[0], 60);
    assert_int_equal(fg_trace_span(trace, 1), FG_SPAN_END);
    assert_int_equal(trace->span_s[1], 500);
    assert_int_equal(fg_trace_span(trace, 2), FG_SPAN_FOREVER);
}

static void start_and_end_are_instants_from_the_studys_start(void **state)
{
    (void)state;
    const struct fg_trace *trace = read_text("start,end\n"
                                             "2026-01-01T00:01:00Z,2026-01-01T02:00:00+01:00\n"
                                             "2026-01-02,\n");
    assert_int_equal(trace->arrival_s[0], 60);
    assert_int_equal(trace->span_s[0], 3600);
    assert_int_equal(fg_trace_span(trace, 0), FG_SPAN_END);
    assert_int_equal(trace->arrival_s[1], 86400);
    is_refused("start\n2025-12-31T23:59:59Z\n",
               "0.csv:2:1: column 'start' is 2025-12-31T23:59:59Z; expected an instant from the "
               "study's start on");
    is_refused("start\n03/01/2026\n", "0.csv:2:1: column 'start': '03/01/2026' is not an instant");
    is_refused("start\n2026-01-01T00:00:00."
               "00000000000000000000000000000000000000000000000000000000000000Z\n",
               "0.csv:2:1: column 'start' is 83 characters long");
}

static void arrivals_are_needed_once(void **state)
{
    (void)state;
    is_refused("duration_s\n5\n",
               "0.csv:1: column 'arrival_s' is missing; expected it, or 'start'");
    is_refused("arrival_s,cpu\n,1\n", "0.csv:2");
    is_refused("arrival_s,cpu\n,1\n", "the row has no arrival; expected 'arrival_s' or 'start'");
    is_refused("arrival_s,start\n5,2026-01-01\n", "both 'arrival_s' and 'start' are set");
}

static void a_duration_and_an_end_exclude_each_other(void **state)
{
    (void)state;
    is_refused("arrival_s,duration_s,end_s\n0,5,9\n",
               "0.csv:2:3: both a duration and an end are set; expected one of them");
    is_refused("arrival_s,end_s,end\n0,5,2026-01-01\n", "both 'end_s' and 'end' are set");
}

static void an_end_is_not_before_the_arrival(void **state)
{
    (void)state;
    is_refused("arrival_s,end_s\n10,9\n",
               "0.csv:2:2: column 'end_s' is 9; expected an end not before the arrival at 10");
    assert_int_equal(read_text("arrival_s,end_s\n10,10\n")->span_s[0], 10);
}

static void times_are_whole_seconds_from_0_on(void **state)
{
    (void)state;
    is_refused("arrival_s,duration_s\n0,-5\n",
               "0.csv:2:2: column 'duration_s' is '-5'; expected whole seconds, 0 to 4294967294");
    is_refused("arrival_s\n1.5\n",
               "0.csv:2:1: column 'arrival_s' is '1.5'; expected whole seconds");
    is_refused("arrival_s\n1e3\n", "column 'arrival_s' is '1e3'");
    is_refused("arrival_s\n4294967295\n", "column 'arrival_s' is '4294967295'");
    is_refused("arrival_s\n99999999999999999999999\n", "column 'arrival_s' is '9999999999");
    assert_int_equal(read_text("arrival_s\n1000000000\n")->arrival_s[0], 1000000000);
    assert_int_equal(read_text("arrival_s\n4294967294\n")->arrival_s[0], 4294967294);
}

/* ---- every other column ---- */

static void an_empty_row_asks_for_nothing(void **state)
{
    (void)state;
    const struct fg_pod_spec *blank =
        spec("cpu,memory,ephemeral_storage,gpu,namespace,workload,kind,pod,labels,annotations,"
             "node_selector,tolerations,priority,arch,spread,anti_affinity,features,replicas,"
             "ttl_s,cpu_used,memory_used,image,image_size",
             ",,,,,,,,,,,,,,,,,,,,,,");
    assert_string_equal(blank->namespace_name, "default");
    assert_string_equal(blank->workload, "(none)");
    assert_int_equal(blank->kind, FG_KIND_REPLICASET);
    assert_int_equal(blank->arch, FG_ARCH_AMD64);
    assert_int_equal(blank->cpu_milli + blank->memory_bytes + blank->ephemeral_bytes, 0);
    assert_int_equal(blank->gpu_milli, 0);
    assert_false(blank->cpu_named || blank->memory_named);
    assert_int_equal(blank->labels.count + blank->annotations.count, 0);
    assert_int_equal(blank->node_selector.count + blank->tolerations.count, 0);
    assert_int_equal(blank->features, 0);
    assert_string_equal(blank->spread, "");
    assert_string_equal(blank->anti_affinity, "");
    assert_int_equal(blank->ttl_s, 0);
    assert_int_equal(blank->cpu_used_milli, -1);
    assert_int_equal(blank->memory_used_bytes, -1);
    assert_null(blank->image);
    assert_int_equal(blank->image_bytes, 0);
}

static void resources_are_kubernetes_quantities(void **state)
{
    (void)state;
    const struct fg_pod_spec *some =
        spec("cpu,memory,ephemeral_storage,gpu,cpu_used,memory_used,image_size",
             "250m,1.5Gi,30Gi,2,0.1,1e9,2Gi");
    assert_int_equal(some->cpu_milli, 250);
    assert_int_equal(some->memory_bytes, 1536LL * 1024 * 1024);
    assert_int_equal(some->ephemeral_bytes, 30 * GIB);
    assert_int_equal(some->gpu_milli, 2000);
    assert_int_equal(some->cpu_used_milli, 100);
    assert_int_equal(some->memory_used_bytes, 1000000000);
    assert_int_equal(some->image_bytes, 2 * GIB);
    assert_true(some->cpu_named && some->memory_named);
    some = spec("cpu,memory", "0,0");
    assert_true(some->cpu_named && some->memory_named);
}

static void a_bad_quantity_is_named_with_its_place(void **state)
{
    (void)state;
    is_refused("arrival_s,cpu,memory\n0,1,1Gi\n0,1,1GB\n",
               "0.csv:3:3: column 'memory': quantity '1GB' has an unknown suffix 'GB'; expected");
    is_refused("arrival_s,cpu\n0,-100m\n", "0.csv:2:2: column 'cpu': quantity '-100m' is negative");
    is_refused("arrival_s,cpu\n0,1e9\n", "0.csv:2:2: column 'cpu': cpu '1e9' is more than");
    is_refused("arrival_s,memory\n0,1e18\n", "column 'memory': '1e18' is more than a PiB");
    is_refused("arrival_s,gpu\n0,1.5\n", "0.csv:2:2: column 'gpu': '1.5' is not a whole number");
    is_refused("arrival_s,ephemeral_storage\n0,1KB\n", "column 'ephemeral_storage'");
    is_refused("arrival_s,memory_used\n0,x\n", "0.csv:2:2: column 'memory_used'");
}

static void a_share_of_a_gpu_counts_whole_unless_the_study_shares(void **state)
{
    (void)state;
    struct fg_error error = {0};
    struct fg_trace trace;
    struct fg_trace_source source = source_of(1, NULL);
    assert_int_equal(spec("gpu", "500m")->gpu_milli, 1000);
    source.gpu_share = true;
    assert_int_equal(fg_trace_read(&source, &with_names, &trace, &error), FG_OK);
    assert_int_equal(spec_of(&trace, 0)->gpu_milli, 500);
    fg_trace_release(&trace);
}

static void kinds_are_known_words(void **state)
{
    (void)state;
    static const char *const names[FG_KIND_COUNT] = {
        "Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob", "ReplicaSet", "Pod"};
    for (int kind = 0; kind < FG_KIND_COUNT; kind++) {
        assert_int_equal(spec("kind", names[kind])->kind, kind);
        assert_string_equal(fg_kind_name((enum fg_kind)kind), names[kind]);
    }
    is_refused("arrival_s,kind\n0,job\n",
               "0.csv:2:2: column 'kind' is 'job'; expected Deployment, StatefulSet, DaemonSet");
}

static void without_a_kind_a_duration_makes_a_job(void **state)
{
    (void)state;
    const struct fg_trace *trace = read_text("arrival_s,duration_s,end_s,kind\n"
                                             "0,5,,\n"
                                             "0,,5,\n"
                                             "0,,,\n"
                                             "0,5,,Pod\n");
    assert_int_equal(spec_of(trace, 0)->kind, FG_KIND_JOB);
    assert_int_equal(spec_of(trace, 1)->kind, FG_KIND_REPLICASET);
    assert_int_equal(spec_of(trace, 2)->kind, FG_KIND_REPLICASET);
    assert_int_equal(spec_of(trace, 3)->kind, FG_KIND_POD);
}

static void a_daemonset_row_is_kept_as_one_template(void **state)
{
    (void)state;
    const struct fg_trace *trace =
        read_text("arrival_s,kind,namespace,workload,cpu\n0,DaemonSet,kube-system,agent,50m\n");
    assert_int_equal(trace->pod_count, 1);
    assert_int_equal(spec_of(trace, 0)->kind, FG_KIND_DAEMONSET);
    assert_string_equal(spec_of(trace, 0)->workload, "agent");
    assert_string_equal(spec_of(trace, 0)->namespace_name, "kube-system");
}

static void lists_of_pairs_are_sorted_by_key(void **state)
{
    (void)state;
    const struct fg_pod_spec *some =
        spec("labels,annotations,node_selector", "b=2;a=1,x=y=z;w=,kubernetes.io/arch=amd64;");
    assert_int_equal(some->labels.count, 2);
    assert_string_equal(some->labels.items[0].key, "a");
    assert_string_equal(some->labels.items[0].value, "1");
    assert_string_equal(some->labels.items[1].key, "b");
    assert_string_equal(some->annotations.items[0].key, "w");
    assert_string_equal(some->annotations.items[0].value, "");
    assert_string_equal(some->annotations.items[1].value, "y=z");
    assert_int_equal(some->node_selector.count, 1);
}

static void pairs_have_a_key_and_a_value_and_no_key_twice(void **state)
{
    (void)state;
    is_refused("arrival_s,labels\n0,app\n",
               "0.csv:2:2: column 'labels' is 'app'; expected key=value;key=value");
    is_refused("arrival_s,labels\n0,a=1;=2\n", "column 'labels' is 'a=1;=2'");
    is_refused("arrival_s,node_selector\n0,a=1;a=2\n",
               "column 'node_selector' is 'a=1;a=2'; expected each key once");
    is_refused("arrival_s,annotations\n0,\"a=1,b=2;c\"\n", "column 'annotations' is 'a=1,b=2;c'");
}

static void tolerations_equal_or_exist(void **state)
{
    (void)state;
    const struct fg_tolerations *some =
        &spec("tolerations", "gpu=true:NoSchedule;spot:NoExecute;dedicated=batch;any;*;")
             ->tolerations;
    static const struct fg_toleration expected[] = {
        {"gpu", "true", false, FG_EFFECT_NO_SCHEDULE},
        {"spot", "", true, FG_EFFECT_NO_EXECUTE},
        {"dedicated", "batch", false, FG_EFFECT_ANY},
        {"any", "", true, FG_EFFECT_ANY},
        {"", "", true, FG_EFFECT_ANY},
    };
    assert_int_equal(some->count, 5);
    for (uint32_t i = 0; i < some->count; i++) {
        assert_string_equal(some->items[i].key, expected[i].key);
        assert_string_equal(some->items[i].value, expected[i].value);
        assert_int_equal(some->items[i].exists, expected[i].exists);
        assert_int_equal(some->items[i].effect, expected[i].effect);
    }
    is_refused("arrival_s,tolerations\n0,gpu=true:Never\n",
               "0.csv:2:2: column 'tolerations' is 'gpu=true:Never'; expected "
               "key=value:Effect;... with effect NoSchedule, NoExecute or PreferNoSchedule");
    is_refused("arrival_s,tolerations\n0,=true:NoSchedule\n", "column 'tolerations' is '=true");
}

static void numbers_words_and_lists_of_words(void **state)
{
    (void)state;
    const struct fg_pod_spec *some = spec(
        "priority,arch,spread,anti_affinity,features,ttl_s",
        "-100,arm64,zone:1;hostname:2,hostname,privileged;hostNetwork;hostPort;hostPath;ebs,90");
    assert_int_equal(some->priority, -100);
    assert_int_equal(some->arch, FG_ARCH_ARM64);
    assert_string_equal(some->spread, "zone:1;hostname:2");
    assert_string_equal(some->anti_affinity, "hostname");
    assert_int_equal(some->features, 31);
    assert_int_equal(some->ttl_s, 90);
    assert_int_equal(some->rules->spread.count, 2);
    assert_int_equal(some->rules->required_anti_affinity.count, 1);
    assert_int_equal(some->rules->port_count, 1);
    assert_int_equal(spec("priority", "2147483647")->priority, 2147483647);
}

static void an_annotation_says_how_often_work_is_kept(void **state)
{
    (void)state;
    assert_int_equal(spec("annotations", "fargauge/checkpoint=10m")->checkpoint_s, 600);
    assert_int_equal(spec("annotations", "checkpoint=10m")->checkpoint_s, 0);
    is_refused("arrival_s,annotations\n0,fargauge/checkpoint=often\n",
               "0.csv:2:2: annotation 'fargauge/checkpoint': 'often' is not a duration");
}

static void other_words_and_numbers_are_refused(void **state)
{
    (void)state;
    is_refused("arrival_s,arch\n0,riscv\n",
               "0.csv:2:2: column 'arch' is 'riscv'; expected amd64 or arm64");
    is_refused("arrival_s,priority\n0,high\n", "0.csv:2:2: column 'priority' is 'high'");
    is_refused("arrival_s,priority\n0,2147483648\n", "column 'priority' is '2147483648'");
    is_refused("arrival_s,priority\n0,-\n", "column 'priority' is '-'");
    is_refused("arrival_s,features\n0,privileged;hostPID\n",
               "0.csv:2:2: column 'features' is 'hostPID'; expected privileged, hostNetwork");
    is_refused("arrival_s,spread\n0,rack:1\n", "0.csv:2:2: column 'spread' is 'rack:1'");
    is_refused("arrival_s,spread\n0,zone:0\n", "column 'spread' is 'zone:0'");
    is_refused("arrival_s,spread\n0,zone:1;zone:2\n", "column 'spread' is 'zone:1;zone:2'");
    is_refused("arrival_s,spread\n0,zone:2147483648\n", "column 'spread' is 'zone:2147483648'");
    is_refused("arrival_s,anti_affinity\n0,zone\n", "column 'anti_affinity' is 'zone'");
    is_refused("arrival_s,ttl_s\n0,1h\n", "0.csv:2:2: column 'ttl_s' is '1h'");
    is_refused("arrival_s,replicas\n0,-1\n",
               "0.csv:2:2: column 'replicas' is '-1'; expected a whole number of pods");
    is_refused("arrival_s,replicas\n0,10000001\n", "expected at most 10000000");
}

static void replicas_are_equal_pods_with_names_of_their_own(void **state)
{
    (void)state;
    const struct fg_trace *trace = read_text("arrival_s,duration_s,pod,replicas\n"
                                             "5,60,web,3\n"
                                             "5,60,none,0\n"
                                             "5,60,one,\n");
    assert_int_equal(trace->pod_count, 4);
    assert_int_equal(trace->spec_count, 1);
    has_name(trace, 0, "web");
    has_name(trace, 1, "web-2");
    has_name(trace, 2, "web-3");
    has_name(trace, 3, "one");
    for (uint32_t pod = 0; pod < 4; pod++)
        assert_int_equal(trace->span_s[pod], 60);
}

static void pods_without_a_name_are_numbered(void **state)
{
    (void)state;
    const struct fg_trace *trace = read_text("arrival_s,pod\n0,\n0,named\n0,\n");
    has_name(trace, 0, "pod-1");
    has_name(trace, 1, "named");
    has_name(trace, 2, "pod-3");
}

/* Rows alike but for one column have two specs, and rows alike in all have one. */
static void pods_share_a_spec_only_if_nothing_differs(void **state)
{
    (void)state;
    static const struct {
        const char *column, *one, *two;
    } rows[] = {
        {"cpu", "1", "2"},
        {"cpu", "0", ""},
        {"memory", "1Gi", "1G"},
        {"memory", "0", ""},
        {"ephemeral_storage", "1Gi", "2Gi"},
        {"gpu", "1", "2"},
        {"namespace", "a", "b"},
        {"workload", "a", "b"},
        {"kind", "Job", "Pod"},
        {"labels", "a=1", "a=2"},
        {"labels", "a=1", "b=1"},
        {"annotations", "a=1", "a=1;b=2"},
        {"node_selector", "a=1", ""},
        {"tolerations", "a", "b"},
        {"tolerations", "a=1", "a=2"},
        {"tolerations", "a=", "a"},
        {"tolerations", "a:NoSchedule", "a:NoExecute"},
        {"tolerations", "a", "a;b"},
        {"priority", "1", "2"},
        {"arch", "amd64", "arm64"},
        {"spread", "zone:1", "zone:2"},
        {"anti_affinity", "", "hostname"},
        {"features", "ebs", "hostPath"},
        {"ttl_s", "1", "2"},
        {"cpu_used", "1", "2"},
        {"cpu_used", "0", ""},
        {"memory_used", "1", "2"},
        {"image", "a", "b"},
        {"image", "a", ""},
        {"image_size", "1Gi", "2Gi"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[256];
        snprintf(text, sizeof text, "arrival_s,pod,%s\n0,a,%s\n1,b,%s\n2,c,%s\n3,d,%s\n",
                 rows[i].column, rows[i].one, rows[i].two, rows[i].two, rows[i].one);
        const struct fg_trace *trace = read_text(text);
        if (trace->spec_count != 2)
            fail_msg("%s '%s' and '%s' make %u specs", rows[i].column, rows[i].one, rows[i].two,
                     trace->spec_count);
        assert_int_equal(fg_trace_spec(trace, 0), fg_trace_spec(trace, 3));
        assert_int_equal(fg_trace_spec(trace, 1), fg_trace_spec(trace, 2));
    }
}

static void pods_written_differently_but_alike_share_a_spec(void **state)
{
    (void)state;
    const struct fg_trace *trace = read_text("arrival_s,cpu,memory,labels,arch,gpu,priority\n"
                                             "0,1,1Gi,a=1;b=2,,,\n"
                                             "1,1000m,1024Mi,b=2;a=1,amd64,0,0\n"
                                             "2,1.0,1073741824,a=1;b=2;,x86_64,,\n");
    assert_int_equal(trace->pod_count, 3);
    assert_int_equal(trace->spec_count, 1);
}

/* ---- CSV ---- */

static void columns_stand_in_any_order(void **state)
{
    (void)state;
    const struct fg_trace *trace = read_text("workload,cpu,duration_s,namespace,arrival_s\n"
                                             "web,2,30,prod,7\n");
    assert_int_equal(trace->arrival_s[0], 7);
    assert_int_equal(trace->span_s[0], 30);
    assert_int_equal(spec_of(trace, 0)->cpu_milli, 2000);
    assert_string_equal(spec_of(trace, 0)->workload, "web");
    assert_string_equal(spec_of(trace, 0)->namespace_name, "prod");
}

static void columns_are_known_and_stand_once(void **state)
{
    (void)state;
    is_refused("arrival_s,memroy\n0,1Gi\n",
               "0.csv:1:2: unknown column 'memroy'; did you mean 'memory'?");
    is_refused("arrival_s,zzzzzzzzzzz\n0,1\n", "0.csv:1:2: unknown column 'zzzzzzzzzzz'");
    is_refused("arrival_s,cpu,cpu\n0,1,1\n", "0.csv:1:3: column 'cpu' stands twice");
}

static void cells_are_quoted_as_in_rfc_4180(void **state)
{
    (void)state;
    const struct fg_trace *trace = read_text("\"arrival_s\",workload,labels\n"
                                             "0,\"a, \"\"b\"\"\",\"k=1;l=x,y\"\n"
                                             "\"1\",\"two\nlines\",\n"
                                             "2,\" kept \", dropped=1 \n");
    assert_string_equal(spec_of(trace, 0)->workload, "a, \"b\"");
    assert_string_equal(spec_of(trace, 0)->labels.items[1].value, "x,y");
    assert_int_equal(trace->arrival_s[1], 1);
    assert_string_equal(spec_of(trace, 1)->workload, "two\nlines");
    assert_string_equal(spec_of(trace, 2)->workload, " kept ");
    assert_string_equal(spec_of(trace, 2)->labels.items[0].key, "dropped");
}

static void lines_may_end_in_crlf_or_not_at_all(void **state)
{
    (void)state;
    const struct fg_trace *trace = read_text("arrival_s,workload\r\n1,a\r\n2,b");
    assert_int_equal(trace->pod_count, 2);
    assert_string_equal(spec_of(trace, 0)->workload, "a");
    assert_string_equal(spec_of(trace, 1)->workload, "b");
}

static void a_byte_order_mark_is_not_part_of_the_header(void **state)
{
    (void)state;
    const struct fg_trace *trace = read_text("\xEF\xBB\xBF"
                                             "arrival_s,cpu\n3,1\n");
    assert_int_equal(trace->arrival_s[0], 3);
}

static void blank_lines_are_no_rows(void **state)
{
    (void)state;
    assert_int_equal(read_text("arrival_s\n\n1\n\n\n2\n\n")->pod_count, 2);
    is_refused("arrival_s,cpu\n\n1,1\n  \n\n2,oops\n", "0.csv:6:2: column 'cpu'");
}

static void a_fault_after_a_cell_of_two_lines_has_the_right_line(void **state)
{
    (void)state;
    is_refused("arrival_s,workload,cpu\n1,\"two\nlines\",1\n2,\"a\n\nb\",oops\n", "0.csv:4:3:");
}

static void an_empty_file_has_no_header(void **state)
{
    (void)state;
    is_refused("", "0.csv:1: the file has no header; expected a row of columns");
    is_refused("\n", "the file has no header");
}

static void a_header_alone_is_a_trace_without_pods(void **state)
{
    (void)state;
    assert_int_equal(read_text("arrival_s,cpu\n")->pod_count, 0);
    assert_int_equal(read_text("arrival_s")->pod_count, 0);
}

static void rows_are_as_long_as_the_header(void **state)
{
    (void)state;
    is_refused("arrival_s,cpu\n0,1\n0\n",
               "0.csv:3: the row has 1 cells; expected 2 as in the header");
    is_refused("arrival_s,cpu\n0,1,2\n", "0.csv:2: the row has 3 cells; expected 2");
}

static void broken_quotes_are_refused(void **state)
{
    (void)state;
    is_refused("arrival_s,workload\n0,a\n0,\"b\n", "0.csv:3: the quoting is broken");
    is_refused("arrival_s,workload\n0,a\"b\n", "the quoting is broken");
}

static void a_nul_byte_is_refused(void **state)
{
    (void)state;
    static const char text[] = "arrival_s,workload,cpu\n0,a\0b,1\n";
    struct fg_trace_source source = source_of(1, NULL);
    write_bytes(0, text, sizeof text - 1);
    source_is_refused(&source, "0.csv:2: the row holds a NUL byte");
}

static void a_row_longer_than_a_mebibyte_is_refused(void **state)
{
    (void)state;
    size_t length = (1 << 20) + 100;
    char *text = fg_allocate(length + 64, 1);
    int used = snprintf(text, 64, "arrival_s,workload\n0,");
    memset(text + used, 'x', length);
    strcpy(text + used + length, "\n");
    is_refused(text, "0.csv:2: the row is longer than 1048576 bytes");
    free(text);
}

static void a_row_of_some_kilobytes_is_read(void **state)
{
    (void)state;
    for (int bytes = 1; bytes < 5000; bytes += 7) {
        char text[8192];
        int used = snprintf(text, sizeof text, "arrival_s,workload,namespace,duration_s\n0,");
        memset(text + used, 'w', (size_t)bytes);
        snprintf(text + used + bytes, sizeof text - (size_t)(used + bytes), ",ns,77\n");
        const struct fg_trace *trace = read_text(text);
        assert_int_equal(strlen(spec_of(trace, 0)->workload), bytes);
        assert_string_equal(spec_of(trace, 0)->namespace_name, "ns");
        assert_int_equal(trace->span_s[0], 77);
    }
}

static void gzip_is_read_as_it_is_and_refused_when_cut_off(void **state)
{
    (void)state;
    struct fg_error error = {0};
    struct fg_trace trace;
    struct fg_trace_source source = source_of(1, NULL);
    gzFile file = gzopen(paths[0], "wb");
    gzprintf(file, "arrival_s,cpu\n");
    for (int i = 0; i < 5000; i++)
        gzprintf(file, "%d,%dm\n", i, i % 97 + 1);
    gzclose(file);
    assert_int_equal(fg_trace_read(&source, &with_names, &trace, &error), FG_OK);
    assert_int_equal(trace.pod_count, 5000);
    fg_trace_release(&trace);
    assert_int_equal(truncate(paths[0], 1000), 0);
    source_is_refused(&source, "0.csv: the gzip data ends after 1000 bytes of packed data");
}

static void a_missing_file_is_a_fault_of_the_machine(void **state)
{
    (void)state;
    struct fg_error error = {0};
    struct fg_trace trace;
    struct fg_trace_source source = source_of(1, NULL);
    unlink(paths[0]);
    assert_int_equal(fg_trace_read(&source, &with_names, &trace, &error), FG_FAILED);
    assert_non_null(strstr(error.message, "0.csv cannot be read: No such file"));
}

/* ---- bad rows ---- */

static void bad_rows_can_be_skipped_counted_and_listed(void **state)
{
    (void)state;
    static const char text[] = "arrival_s,cpu,pod\n0,1,a\n1,x,b\n2\n3,1,c\n-4,1,d\n";
    struct fg_error error = {0};
    struct fg_trace trace;
    struct fg_trace_source source = source_of(1, NULL);
    char *listed = NULL;
    size_t listed_bytes = 0;
    write_bytes(0, text, sizeof text - 1);
    FILE *stream = open_memstream(&listed, &listed_bytes);
    struct fg_trace_options options = with_names;
    options.skip_bad_rows = true;
    options.skipped = stream;
    assert_int_equal(fg_trace_read(&source, &options, &trace, &error), FG_OK);
    fclose(stream);
    assert_int_equal(trace.skipped_rows, 3);
    assert_int_equal(trace.pod_count, 2);
    has_name(&trace, 1, "c");
    assert_non_null(strstr(listed, "0.csv:3:2: column 'cpu': quantity 'x' has no number"));
    assert_non_null(strstr(listed, "0.csv:4: the row has 1 cells"));
    assert_non_null(strstr(listed, "0.csv:6:1: column 'arrival_s' is '-4'"));
    free(listed);
    fg_trace_release(&trace);
}

static void only_the_first_ten_skipped_rows_are_listed(void **state)
{
    (void)state;
    char text[1024] = "arrival_s\n", *listed = NULL;
    size_t listed_bytes = 0;
    struct fg_error error = {0};
    struct fg_trace trace;
    struct fg_trace_source source = source_of(1, NULL);
    for (int i = 0; i < 25; i++)
        strcat(text, "x\n");
    write_bytes(0, text, strlen(text));
    FILE *stream = open_memstream(&listed, &listed_bytes);
    struct fg_trace_options options = {.skip_bad_rows = true, .skipped = stream};
    assert_int_equal(fg_trace_read(&source, &options, &trace, &error), FG_OK);
    fclose(stream);
    int lines = 0;
    for (const char *at = listed; *at != '\0'; at++)
        lines += *at == '\n';
    assert_int_equal(lines, 10);
    assert_int_equal(trace.skipped_rows, 25);
    assert_int_equal(trace.pod_count, 0);
    free(listed);
    fg_trace_release(&trace);
    options.skipped = NULL;
    assert_int_equal(fg_trace_read(&source, &options, &trace, &error), FG_OK);
    assert_int_equal(trace.skipped_rows, 25);
    fg_trace_release(&trace);
}

static void the_first_bad_row_is_the_one_reported(void **state)
{
    (void)state;
    is_refused("arrival_s,cpu\n0,1\n0,y\n0,x\nz,1\n", "0.csv:3:2: column 'cpu': quantity 'y'");
    is_refused("arrival_s,cpu\nz,1\n0,y\n", "0.csv:2:1: column 'arrival_s' is 'z'");
}

/* ---- several files, many threads ---- */

static void files_are_merged_by_time_and_equal_times_keep_their_order(void **state)
{
    (void)state;
    static const char *const texts[] = {"arrival_s,pod\n5,a1\n1,a2\n5,a3\n",
                                        "pod,cpu,arrival_s\nb1,1,5\nb2,2,0\nb3,1,1\n",
                                        "arrival_s,pod\n65541,c1\n5,c2\n70000,c3\n"};
    static const char *const order[] = {"b2", "a2", "b3", "a1", "a3", "b1", "c2", "c1", "c3"};
    struct fg_error error = {0};
    struct fg_trace trace;
    struct fg_trace_source source = source_of(3, NULL);
    for (int i = 0; i < FILES; i++)
        write_bytes(i, texts[i], strlen(texts[i]));
    assert_int_equal(fg_trace_read(&source, &with_names, &trace, &error), FG_OK);
    assert_int_equal(trace.pod_count, 9);
    for (uint32_t pod = 0; pod < 9; pod++)
        has_name(&trace, pod, order[pod]);
    assert_int_equal(trace.arrival_s[7], 65541);
    assert_int_equal(spec_of(&trace, 0)->cpu_milli, 2000);
    fg_trace_release(&trace);
}

static bool same_spec(const struct fg_pod_spec *a, const struct fg_pod_spec *b)
{
    bool same = a->kind == b->kind && a->cpu_milli == b->cpu_milli &&
                a->memory_bytes == b->memory_bytes && a->priority == b->priority &&
                a->labels.count == b->labels.count && strcmp(a->workload, b->workload) == 0 &&
                strcmp(a->namespace_name, b->namespace_name) == 0;
    for (uint32_t i = 0; same && i < a->labels.count; i++)
        same = strcmp(a->labels.items[i].key, b->labels.items[i].key) == 0 &&
               strcmp(a->labels.items[i].value, b->labels.items[i].value) == 0;
    return same;
}

/* 200,000 rows of many specs, with quotes and breaks, in some 8 MB: several pieces. */
static void write_large_trace(void)
{
    FILE *file = fopen(paths[0], "wb");
    uint64_t some = 1;
    assert_non_null(file);
    fputs("arrival_s,duration_s,pod,namespace,workload,cpu,memory,labels,priority\n", file);
    for (int i = 0; i < 200000; i++) {
        some = some * 6364136223846793005u + 1442695040888963407u;
        unsigned number = (unsigned)(some >> 40);
        fprintf(file, "%u,%u,pod-%d,ns-%u,\"work\n\"\"load\"\",%u\",%um,%uMi,\"a=%u;b=x,y\",%u\n",
                number % 100000, number % 977, i, number % 7, number % 50, number % 13 * 100,
                number % 11 * 128, number % 3, number % 2);
    }
    fclose(file);
}

static void the_result_does_not_depend_on_the_number_of_threads(void **state)
{
    (void)state;
    struct fg_error error = {0};
    struct fg_trace one, four;
    struct fg_trace_source source = source_of(1, NULL);
    struct fg_trace_options options = with_names;
    write_large_trace();
    assert_int_equal(fg_trace_read(&source, &options, &one, &error), FG_OK);
    options.thread_count = 4;
    assert_int_equal(fg_trace_read(&source, &options, &four, &error), FG_OK);
    assert_int_equal(one.pod_count, 200000);
    assert_int_equal(four.pod_count, 200000);
    assert_int_equal(one.spec_count, four.spec_count);
    assert_true(one.spec_count > 1000);
    size_t bytes = one.pod_count * sizeof *one.arrival_s;
    assert_memory_equal(one.arrival_s, four.arrival_s, bytes);
    assert_memory_equal(one.span_s, four.span_s, bytes);
    assert_memory_equal(one.spec_and_span, four.spec_and_span, bytes);
    assert_memory_equal(one.copy, four.copy, bytes);
    for (uint32_t i = 0; i < one.spec_count; i++)
        assert_true(same_spec(&one.specs[i], &four.specs[i]));
    for (uint32_t pod = 0; pod < one.pod_count; pod++)
        if (strcmp(one.name_text + one.name[pod], four.name_text + four.name[pod]) != 0)
            fail_msg("names of pod %u differ", pod);
    fg_trace_release(&one);
    fg_trace_release(&four);
}

static void a_fault_far_in_a_large_file_is_found_by_any_number_of_threads(void **state)
{
    (void)state;
    struct fg_trace_source source = source_of(1, NULL);
    write_large_trace();
    FILE *file = fopen(paths[0], "ab");
    fputs("0,0,last,ns,w,oops,1Mi,,0\n", file);
    fclose(file);
    for (int threads = 1; threads <= 4; threads += 3) {
        struct fg_error error = {0};
        struct fg_trace trace;
        struct fg_trace_options options = {.thread_count = threads};
        assert_int_equal(fg_trace_read(&source, &options, &trace, &error), FG_BAD_INPUT);
        /* a header, two lines for each of 200,000 rows, and the last */
        assert_int_equal(error.line, 1 + 2 * 200000 + 1);
        assert_int_equal(error.column, 6);
    }
}

/* ---- other formats ---- */

static void formats_are_named_or_known_by_their_header(void **state)
{
    (void)state;
    assert_string_equal(fg_trace_format_name(0), "csv");
    assert_string_equal(fg_trace_format_name(1), "openb");
    assert_string_equal(fg_trace_format_name(2), "gaia");
    assert_null(fg_trace_format_name(3));
    struct fg_trace_source source = source_of(1, "cvs");
    write_bytes(0, "arrival_s\n0\n", 12);
    source_is_refused(&source, "trace format 'cvs' is not known; expected csv, openb or gaia");
    source = source_of(1, "gaia");
    source_is_refused(&source, "0.csv:1:1: unknown column 'arrival_s'");
}

static const char openb[] =
    "name,cpu_milli,memory_mib,num_gpu,gpu_milli,gpu_spec,qos,pod_phase,creation_time,"
    "deletion_time,scheduled_time\n"
    "openb-pod-0000,12000,16384,1,1000,,LS,Running,0,12537496,0\n"
    "openb-pod-0001,6000,12288,1,460,V100M16,LS,Succeeded,100,900,150\n"
    "openb-pod-0002,500,512,0,0,,BE,Pending,200,700,\n"
    "openb-pod-0003,1000,1024,2,1000,,BE,Failed,300,300,300\n"
    "openb-pod-0004,1000,1024,1,0,,BE,Failed,400,500,450\n";

/* Work is deletion less scheduling: 12537496 - 0; 900 - 150 = 750; 300 - 300 = 0; 500 - 450 = 50. A
 * pod that was never scheduled is deleted at its deletion time. */
static void openb_pods_work_from_scheduling_to_deletion(void **state)
{
    (void)state;
    const struct fg_trace *trace = read_text(openb);
    static const struct {
        uint32_t arrival, span_s;
        enum fg_span span;
        int64_t cpu, mib, gpu;
    } rows[] = {
        {0, 12537496, FG_SPAN_DURATION, 12000, 16384, 1000},
        {100, 750, FG_SPAN_DURATION, 6000, 12288, 1000},
        {200, 700, FG_SPAN_END, 500, 512, 0},
        {300, 0, FG_SPAN_DURATION, 1000, 1024, 2000},
        {400, 50, FG_SPAN_DURATION, 1000, 1024, 1000},
    };
    assert_int_equal(trace->pod_count, 5);
    for (uint32_t pod = 0; pod < 5; pod++) {
        assert_int_equal(trace->arrival_s[pod], rows[pod].arrival);
        assert_int_equal(trace->span_s[pod], rows[pod].span_s);
        assert_int_equal(fg_trace_span(trace, pod), rows[pod].span);
        assert_int_equal(spec_of(trace, pod)->cpu_milli, rows[pod].cpu);
        assert_int_equal(spec_of(trace, pod)->memory_bytes, rows[pod].mib * 1048576);
        assert_int_equal(spec_of(trace, pod)->gpu_milli, rows[pod].gpu);
    }
    has_name(trace, 1, "openb-pod-0001");
}

static void openb_gpus_are_shared_where_the_study_says_so(void **state)
{
    (void)state;
    struct fg_error error = {0};
    struct fg_trace trace;
    struct fg_trace_source source = source_of(1, "openb");
    source.gpu_share = true;
    write_bytes(0, openb, sizeof openb - 1);
    assert_int_equal(fg_trace_read(&source, &with_names, &trace, &error), FG_OK);
    static const int64_t gpus[] = {1000, 460, 0, 2000, 1000};
    for (uint32_t pod = 0; pod < 5; pod++)
        assert_int_equal(spec_of(&trace, pod)->gpu_milli, gpus[pod]);
    fg_trace_release(&trace);
}

#define OPENB_HEADER                                                                               \
    "cpu_milli,memory_mib,num_gpu,gpu_milli,creation_time,deletion_time,scheduled_time\n"

static void openb_rows_are_checked(void **state)
{
    (void)state;
    is_refused(OPENB_HEADER "1,1,0,0,10,9,\n",
               "0.csv:2:6: column 'deletion_time' is 9; expected a time not before the creation");
    is_refused(OPENB_HEADER "1,1,0,0,10,20,21\n",
               "0.csv:2:7: column 'scheduled_time' is 21; expected a time not after the deletion");
    is_refused(OPENB_HEADER "1.5,1,0,0,10,20,15\n",
               "0.csv:2:1: column 'cpu_milli' is '1.5'; expected a whole number, 0 to");
    is_refused(OPENB_HEADER "1,1,0,0,,20,15\n", "0.csv:2:5: column 'creation_time' is ''");
    is_refused("cpu_milli,memory_mib,num_gpu,gpu_milli,creation_time,deletion_time\n1,1,0,0,1,2\n",
               "0.csv:1: column 'scheduled_time' is missing; expected it in a openb trace");
}

/* Hours: 0.5 * 3600 = 1800; 1.25 * 3600 = 4500; 0.0001388888 * 3600 = 0.49999968 -> 0;
 * 0.000138889 * 3600 = 0.5000004 -> 1; 8760 * 3600 = 31536000 */
static void gaia_hours_become_whole_seconds(void **state)
{
    (void)state;
    const struct fg_trace *trace = read_text("arrival_time,length,cpus\n"
                                             "0.0,0.5,1\n"
                                             "0.0001388888,1.25,4\n"
                                             "0.000138889,.5,2\n"
                                             "1,8760,16\n");
    static const struct {
        uint32_t arrival, duration;
        int64_t cpu;
    } rows[] = {{0, 1800, 1000}, {0, 4500, 4000}, {1, 1800, 2000}, {3600, 31536000, 16000}};
    for (uint32_t pod = 0; pod < 4; pod++) {
        assert_int_equal(trace->arrival_s[pod], rows[pod].arrival);
        assert_int_equal(trace->span_s[pod], rows[pod].duration);
        assert_int_equal(fg_trace_span(trace, pod), FG_SPAN_DURATION);
        assert_int_equal(spec_of(trace, pod)->cpu_milli, rows[pod].cpu);
        assert_int_equal(spec_of(trace, pod)->kind, FG_KIND_JOB);
        assert_false(spec_of(trace, pod)->memory_named);
    }
    has_name(trace, 2, "pod-3");
}

/* 4 GiB a CPU: 4 * 3 = 12 GiB */
static void gaia_memory_follows_the_cpus_where_the_study_says_so(void **state)
{
    (void)state;
    struct fg_error error = {0};
    struct fg_trace trace;
    struct fg_trace_source source = source_of(1, NULL);
    source.memory_per_cpu_bytes = 4 * GIB;
    static const char text[] = "arrival_time,length,cpus\n0,1,3\n";
    write_bytes(0, text, sizeof text - 1);
    assert_int_equal(fg_trace_read(&source, &with_names, &trace, &error), FG_OK);
    assert_int_equal(spec_of(&trace, 0)->memory_bytes, 12 * GIB);
    assert_true(spec_of(&trace, 0)->memory_named);
    fg_trace_release(&trace);
}

static void gaia_rows_are_checked(void **state)
{
    (void)state;
    is_refused("arrival_time,length,cpus\n-1,1,1\n",
               "0.csv:2:1: column 'arrival_time' is '-1'; expected hours as a decimal");
    is_refused("arrival_time,length,cpus\n0,1e3,1\n", "0.csv:2:2: column 'length' is '1e3'");
    is_refused("arrival_time,length,cpus\n0,.,1\n", "0.csv:2:2: column 'length' is '.'");
    is_refused("arrival_time,length,cpus\n0,1193047,1\n", "0.csv:2:2: column 'length'");
    is_refused("arrival_time,length,cpus\n0,1,1.5\n", "0.csv:2:3: column 'cpus' is '1.5'");
    is_refused("arrival_time,length,cpus\n0,1,1000001\n", "expected a million at most");
}

/* 1 PiB a CPU: 8192 CPUs would be 8 EiB, which 63 bits do not hold. */
static void gaia_memory_of_more_than_a_pib_is_refused(void **state)
{
    (void)state;
    struct fg_trace_source source = source_of(1, NULL);
    source.memory_per_cpu_bytes = INT64_C(1) << 50;
    static const char text[] = "arrival_time,length,cpus\n0,1,1\n0,1,8192\n";
    write_bytes(0, text, sizeof text - 1);
    source_is_refused(&source,
                      "0.csv:3:3: column 'cpus' is 8192; expected memory of a PiB at most");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pod_has_a_duration_an_end_or_neither),
        cmocka_unit_test(start_and_end_are_instants_from_the_studys_start),
        cmocka_unit_test(arrivals_are_needed_once),
        cmocka_unit_test(a_duration_and_an_end_exclude_each_other),
        cmocka_unit_test(an_end_is_not_before_the_arrival),
        cmocka_unit_test(times_are_whole_seconds_from_0_on),
        cmocka_unit_test(an_empty_row_asks_for_nothing),
        cmocka_unit_test(resources_are_kubernetes_quantities),
        cmocka_unit_test(a_bad_quantity_is_named_with_its_place),
        cmocka_unit_test(a_share_of_a_gpu_counts_whole_unless_the_study_shares),
        cmocka_unit_test(kinds_are_known_words),
        cmocka_unit_test(without_a_kind_a_duration_makes_a_job),
        cmocka_unit_test(a_daemonset_row_is_kept_as_one_template),
        cmocka_unit_test(lists_of_pairs_are_sorted_by_key),
        cmocka_unit_test(pairs_have_a_key_and_a_value_and_no_key_twice),
        cmocka_unit_test(tolerations_equal_or_exist),
        cmocka_unit_test(numbers_words_and_lists_of_words),
        cmocka_unit_test(an_annotation_says_how_often_work_is_kept),
        cmocka_unit_test(other_words_and_numbers_are_refused),
        cmocka_unit_test(replicas_are_equal_pods_with_names_of_their_own),
        cmocka_unit_test(pods_without_a_name_are_numbered),
        cmocka_unit_test(pods_share_a_spec_only_if_nothing_differs),
        cmocka_unit_test(pods_written_differently_but_alike_share_a_spec),
        cmocka_unit_test(columns_stand_in_any_order),
        cmocka_unit_test(columns_are_known_and_stand_once),
        cmocka_unit_test(cells_are_quoted_as_in_rfc_4180),
        cmocka_unit_test(lines_may_end_in_crlf_or_not_at_all),
        cmocka_unit_test(a_byte_order_mark_is_not_part_of_the_header),
        cmocka_unit_test(blank_lines_are_no_rows),
        cmocka_unit_test(a_fault_after_a_cell_of_two_lines_has_the_right_line),
        cmocka_unit_test(an_empty_file_has_no_header),
        cmocka_unit_test(a_header_alone_is_a_trace_without_pods),
        cmocka_unit_test(rows_are_as_long_as_the_header),
        cmocka_unit_test(broken_quotes_are_refused),
        cmocka_unit_test(a_nul_byte_is_refused),
        cmocka_unit_test(a_row_longer_than_a_mebibyte_is_refused),
        cmocka_unit_test(a_row_of_some_kilobytes_is_read),
        cmocka_unit_test(gzip_is_read_as_it_is_and_refused_when_cut_off),
        cmocka_unit_test(a_missing_file_is_a_fault_of_the_machine),
        cmocka_unit_test(bad_rows_can_be_skipped_counted_and_listed),
        cmocka_unit_test(only_the_first_ten_skipped_rows_are_listed),
        cmocka_unit_test(the_first_bad_row_is_the_one_reported),
        cmocka_unit_test(files_are_merged_by_time_and_equal_times_keep_their_order),
        cmocka_unit_test(the_result_does_not_depend_on_the_number_of_threads),
        cmocka_unit_test(a_fault_far_in_a_large_file_is_found_by_any_number_of_threads),
        cmocka_unit_test(formats_are_named_or_known_by_their_header),
        cmocka_unit_test(openb_pods_work_from_scheduling_to_deletion),
        cmocka_unit_test(openb_gpus_are_shared_where_the_study_says_so),
        cmocka_unit_test(openb_rows_are_checked),
        cmocka_unit_test(gaia_hours_become_whole_seconds),
        cmocka_unit_test(gaia_memory_follows_the_cpus_where_the_study_says_so),
        cmocka_unit_test(gaia_rows_are_checked),
        cmocka_unit_test(gaia_memory_of_more_than_a_pib_is_refused),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
