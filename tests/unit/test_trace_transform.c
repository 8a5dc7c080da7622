/* What a study makes of a trace: assign, scale, repeat. */
#include "data/trace_transform.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "models/base/random.h"
#include "tests/support/small_world.h"

#define MIB (1024LL * 1024)
#define WHOLE 1000000000LL

static const struct fg_assign_match any_pod = {.cpu_at_most_milli = INT64_MAX,
                                               .memory_at_most_bytes = INT64_MAX,
                                               .gpu_milli = -1,
                                               .duration_at_most_s = INT64_MAX};
static struct fg_error failure;
static const struct fg_assign_set nothing = {.cpu_milli = -1, .memory_bytes = -1};

static struct fg_trace_source plain(void)
{
    return (struct fg_trace_source){.scale_nano = WHOLE, .repeat_times = 1};
}

static const struct fg_pod_spec *spec_of(const struct fg_trace *trace, uint32_t pod)
{
    return &trace->specs[fg_trace_spec(trace, pod)];
}

static void has_name(const struct fg_trace *trace, uint32_t pod, const char *expected)
{
    char buffer[64];
    assert_string_equal(fg_trace_pod_name(trace, pod, buffer, sizeof buffer), expected);
}

/* Names for the pods of a small trace; `name[i]` are offsets in `text`, copies from 1. */
static void give_names(struct fg_trace *trace, const char *text, size_t bytes,
                       const uint32_t *offsets, const uint32_t *copies)
{
    trace->name_text = fg_allocate(bytes, 1);
    memcpy(trace->name_text, text, bytes);
    trace->name = fg_allocate(trace->pod_count, sizeof *trace->name);
    trace->copy = fg_allocate(trace->pod_count, sizeof *trace->copy);
    memcpy(trace->name, offsets, trace->pod_count * sizeof *offsets);
    memcpy(trace->copy, copies, trace->pod_count * sizeof *copies);
}

static void knows_whether_anything_is_to_be_done(void **state)
{
    (void)state;
    struct fg_trace_source source = plain();
    assert_false(fg_trace_transform_needed(&source));
    source.repeat_times = 2;
    assert_true(fg_trace_transform_needed(&source));
    source = plain();
    source.scale_nano = 2 * WHOLE;
    assert_true(fg_trace_transform_needed(&source));
    source.scale_nano = WHOLE / 2;
    source = plain();
    source.assign_count = 1;
    assert_true(fg_trace_transform_needed(&source));
}

/* ---- scale ---- */

/* copies = floor(1.5 + u) = 1 or 2, 2 where u >= 0.5; u = nano / 10^9 of (seed, replication, row)
 */
static void copies_are_the_floor_of_scale_and_u(void **state)
{
    (void)state;
    struct fg_small_trace base = {0};
    struct fg_trace out;
    struct fg_trace_source source = plain();
    enum { PODS = 2000 };
    uint32_t spec = fg_small_spec(&base, "default", "w", 100, 128), expected = 0;
    for (uint32_t i = 0; i < PODS; i++)
        fg_small_pod(&base, spec, i, FG_SPAN_DURATION, 10);
    source.scale_nano = 1500000000;
    for (uint32_t i = 0; i < PODS; i++)
        expected += fg_random_nano(7, 3, FG_RANDOM_TRACE_COPIES, i) >= 500000000 ? 2 : 1;
    assert_int_equal(fg_trace_transform(&base.trace, &source, 7, 3, &out, &failure), FG_OK);
    assert_int_equal(out.pod_count, expected);
    assert_in_range(expected, 2900, 3100); /* half of 2000 twice: 3000 or so */
    uint32_t at = 0;
    for (uint32_t i = 0; i < PODS; i++)
        for (int c = fg_random_nano(7, 3, FG_RANDOM_TRACE_COPIES, i) >= 500000000 ? 2 : 1; c > 0;
             c--)
            assert_int_equal(out.arrival_s[at++], i);
    fg_trace_release(&out);
    fg_trace_release(&base.trace);
}

static void copies_depend_on_seed_and_replication_only(void **state)
{
    (void)state;
    struct fg_small_trace base = {0};
    struct fg_trace one, two, other;
    struct fg_trace_source source = plain();
    uint32_t spec = fg_small_spec(&base, "default", "w", 100, 128);
    for (uint32_t i = 0; i < 300; i++)
        fg_small_pod(&base, spec, i, FG_SPAN_DURATION, 10);
    source.scale_nano = 500000000;
    assert_int_equal(fg_trace_transform(&base.trace, &source, 7, 0, &one, &failure), FG_OK);
    assert_int_equal(fg_trace_transform(&base.trace, &source, 7, 0, &two, &failure), FG_OK);
    assert_int_equal(fg_trace_transform(&base.trace, &source, 7, 1, &other, &failure), FG_OK);
    assert_int_equal(one.pod_count, two.pod_count);
    assert_memory_equal(one.arrival_s, two.arrival_s, one.pod_count * sizeof *one.arrival_s);
    assert_true(one.pod_count != other.pod_count ||
                memcmp(one.arrival_s, other.arrival_s, one.pod_count * sizeof(uint32_t)) != 0);
    assert_in_range(one.pod_count, 100, 200); /* some 150 */
    fg_trace_release(&one);
    fg_trace_release(&two);
    fg_trace_release(&other);
    fg_trace_release(&base.trace);
}

static void a_whole_scale_gives_each_pod_so_many_copies_side_by_side(void **state)
{
    (void)state;
    struct fg_small_trace base = {0};
    struct fg_trace out;
    struct fg_trace_source source = plain();
    uint32_t spec = fg_small_spec(&base, "default", "w", 100, 128);
    fg_small_pod(&base, spec, 5, FG_SPAN_DURATION, 10);
    fg_small_pod(&base, spec, 6, FG_SPAN_END, 20);
    give_names(&base.trace, "a\0b", 4, (uint32_t[]){0, 2}, (uint32_t[]){1, 1});
    source.scale_nano = 3 * WHOLE;
    assert_int_equal(fg_trace_transform(&base.trace, &source, 1, 0, &out, &failure), FG_OK);
    assert_int_equal(out.pod_count, 6);
    static const char *const names[] = {"a", "a-2", "a-3", "b", "b-2", "b-3"};
    for (uint32_t pod = 0; pod < 6; pod++) {
        has_name(&out, pod, names[pod]);
        assert_int_equal(out.arrival_s[pod], pod < 3 ? 5 : 6);
        assert_int_equal(out.span_s[pod], pod < 3 ? 10 : 20);
        assert_int_equal(fg_trace_span(&out, pod), pod < 3 ? FG_SPAN_DURATION : FG_SPAN_END);
    }
    fg_trace_release(&out);
    fg_trace_release(&base.trace);
}

static void a_scale_of_zero_leaves_no_pods(void **state)
{
    (void)state;
    struct fg_small_trace base = {0};
    struct fg_trace out;
    struct fg_trace_source source = plain();
    fg_small_pod(&base, fg_small_spec(&base, "default", "w", 1, 1), 5, FG_SPAN_DURATION, 10);
    source.scale_nano = 0;
    assert_int_equal(fg_trace_transform(&base.trace, &source, 1, 0, &out, &failure), FG_OK);
    assert_int_equal(out.pod_count, 0);
    fg_trace_release(&out);
    fg_trace_release(&base.trace);
}

/* Replicas a, a-2, a-3 of one row, twice each, in two rounds: twelve pods, twelve names. */
static void names_stay_apart_when_replicas_are_copied(void **state)
{
    (void)state;
    struct fg_small_trace base = {0};
    struct fg_trace out;
    struct fg_trace_source source = plain();
    uint32_t spec = fg_small_spec(&base, "default", "w", 100, 128);
    for (int i = 0; i < 4; i++)
        fg_small_pod(&base, spec, 5, FG_SPAN_DURATION, 10);
    give_names(&base.trace, "z\0a", 4, (uint32_t[]){0, 2, 2, 2}, (uint32_t[]){1, 1, 2, 3});
    source.scale_nano = 2 * WHOLE;
    source.repeat_times = 2;
    source.repeat_every_s = 100;
    assert_int_equal(fg_trace_transform(&base.trace, &source, 1, 0, &out, &failure), FG_OK);
    assert_int_equal(out.pod_count, 16);
    for (uint32_t i = 0; i < 16; i++) {
        char one[32], two[32];
        fg_trace_pod_name(&out, i, one, sizeof one);
        for (uint32_t j = 0; j < i; j++)
            assert_string_not_equal(one, fg_trace_pod_name(&out, j, two, sizeof two));
    }
    has_name(&out, 0, "z");
    has_name(&out, 1, "z-2");
    has_name(&out, 2, "a");
    has_name(&out, 8, "z-3");
    fg_trace_release(&out);
    fg_trace_release(&base.trace);
}

/* ---- repeat ---- */

static void a_trace_is_repeated_at_a_distance(void **state)
{
    (void)state;
    struct fg_small_trace base = {0};
    struct fg_trace out;
    struct fg_trace_source source = plain();
    uint32_t spec = fg_small_spec(&base, "default", "w", 100, 128);
    fg_small_pod(&base, spec, 5, FG_SPAN_DURATION, 10);
    fg_small_pod(&base, spec, 50, FG_SPAN_END, 70);
    fg_small_pod(&base, spec, 60, FG_SPAN_FOREVER, 0);
    give_names(&base.trace, "a\0b\0c", 6, (uint32_t[]){0, 2, 4}, (uint32_t[]){1, 1, 1});
    source.repeat_times = 3;
    source.repeat_every_s = 100;
    assert_int_equal(fg_trace_transform(&base.trace, &source, 1, 0, &out, &failure), FG_OK);
    static const struct {
        const char *name;
        uint32_t arrival, span_s;
    } rows[] = {
        {"a", 5, 10},    {"b", 50, 70},    {"c", 60, 0},      {"a-2", 105, 10}, {"b-2", 150, 170},
        {"c-2", 160, 0}, {"a-3", 205, 10}, {"b-3", 250, 270}, {"c-3", 260, 0},
    };
    assert_int_equal(out.pod_count, 9);
    for (uint32_t pod = 0; pod < 9; pod++) {
        has_name(&out, pod, rows[pod].name);
        assert_int_equal(out.arrival_s[pod], rows[pod].arrival);
        assert_int_equal(out.span_s[pod], rows[pod].span_s);
    }
    fg_trace_release(&out);
    fg_trace_release(&base.trace);
}

/* Pods at 0, 30 and 60 every 30 s, three times: 0 30 30 60 60 60 90 90 120. */
static void rounds_that_overlap_are_merged_by_time(void **state)
{
    (void)state;
    struct fg_small_trace base = {0};
    struct fg_trace out;
    struct fg_trace_source source = plain();
    uint32_t spec = fg_small_spec(&base, "default", "w", 100, 128);
    for (uint32_t i = 0; i < 3; i++)
        fg_small_pod(&base, spec, i * 30, FG_SPAN_DURATION, i + 1);
    source.repeat_times = 3;
    source.repeat_every_s = 30;
    assert_int_equal(fg_trace_transform(&base.trace, &source, 1, 0, &out, &failure), FG_OK);
    static const uint32_t arrivals[] = {0, 30, 30, 60, 60, 60, 90, 90, 120};
    static const uint32_t spans[] = {1, 2, 1, 3, 2, 1, 3, 2, 3}; /* of equals the earlier round */
    assert_int_equal(out.pod_count, 9);
    for (uint32_t pod = 0; pod < 9; pod++) {
        assert_int_equal(out.arrival_s[pod], arrivals[pod]);
        assert_int_equal(out.span_s[pod], spans[pod]);
    }
    fg_trace_release(&out);
    fg_trace_release(&base.trace);
}

/* ---- assign ---- */

/* One pod of 2 vCPU, 4 GiB, in namespace batch-7 of workload train, labelled size=big, whose
 * lifetime is `span`. Whether `match` takes it. */
static bool takes(struct fg_assign_match match, enum fg_span span, uint32_t span_s)
{
    struct fg_small_trace base = {0};
    struct fg_trace out;
    struct fg_trace_source source = plain();
    struct fg_assign assign = {match, nothing};
    struct fg_pair labels[] = {{"size", "big"}, {"team", "ml"}};
    uint32_t spec = fg_small_spec(&base, "batch-7", "train", 2000, 4096);
    base.trace.specs[spec].kind = FG_KIND_JOB;
    base.trace.specs[spec].gpu_milli = 1000;
    base.trace.specs[spec].labels = (struct fg_pairs){2, labels};
    fg_small_pod(&base, spec, 100, span, span_s);
    assign.set.workload = "taken";
    source.assign_count = 1;
    source.assigns = &assign;
    assert_int_equal(fg_trace_transform(&base.trace, &source, 1, 0, &out, &failure), FG_OK);
    bool taken = strcmp(spec_of(&out, 0)->workload, "taken") == 0;
    fg_trace_release(&out);
    fg_trace_release(&base.trace);
    return taken;
}

static bool takes_job(struct fg_assign_match match)
{
    return takes(match, FG_SPAN_DURATION, 3600);
}

static void a_rule_without_conditions_matches_every_pod(void **state)
{
    (void)state;
    assert_true(takes_job(any_pod));
    assert_true(takes(any_pod, FG_SPAN_FOREVER, 0));
}

static void rules_match_namespace_workload_and_kind(void **state)
{
    (void)state;
    struct fg_assign_match match = any_pod;
    match.namespace_pattern = "batch*";
    assert_true(takes_job(match));
    match.namespace_pattern = "batch";
    assert_false(takes_job(match));
    match = any_pod;
    match.workload_pattern = "tr??n";
    assert_true(takes_job(match));
    match.workload_pattern = "serve";
    assert_false(takes_job(match));
    match = any_pod;
    match.kind_name = "Job";
    assert_true(takes_job(match));
    match.kind_name = "Pod";
    assert_false(takes_job(match));
}

static void rules_match_requests_up_to_a_limit(void **state)
{
    (void)state;
    struct fg_assign_match match = any_pod;
    match.cpu_at_most_milli = 2000;
    assert_true(takes_job(match));
    match.cpu_at_most_milli = 1999;
    assert_false(takes_job(match));
    match = any_pod;
    match.memory_at_most_bytes = 4096 * MIB;
    assert_true(takes_job(match));
    match.memory_at_most_bytes = 4096 * MIB - 1;
    assert_false(takes_job(match));
    match = any_pod;
    match.gpu_milli = 1000;
    assert_true(takes_job(match));
    match.gpu_milli = 0;
    assert_false(takes_job(match));
}

/* A pod that arrives at 100 and ends at 400 lives 300 s. */
static void rules_match_durations_of_pods_that_end(void **state)
{
    (void)state;
    struct fg_assign_match match = any_pod;
    match.duration_at_most_s = 3600;
    assert_true(takes_job(match));
    match.duration_at_most_s = 3599;
    assert_false(takes_job(match));
    match.duration_at_most_s = 300;
    assert_true(takes(match, FG_SPAN_END, 400));
    match.duration_at_most_s = 299;
    assert_false(takes(match, FG_SPAN_END, 400));
    match.duration_at_most_s = 4000000000;
    assert_false(takes(match, FG_SPAN_FOREVER, 0));
}

static void rules_match_labels(void **state)
{
    (void)state;
    struct fg_assign_match match = any_pod;
    struct fg_pair wanted[] = {{"size", "big"}, {"team", "ml"}};
    match.labels = (struct fg_pairs){2, wanted};
    assert_true(takes_job(match));
    wanted[1].value = "web";
    assert_false(takes_job(match));
}

static void all_conditions_of_a_rule_must_hold(void **state)
{
    (void)state;
    struct fg_assign_match match = any_pod;
    match.namespace_pattern = "batch*";
    match.kind_name = "Job";
    match.cpu_at_most_milli = 4000;
    assert_true(takes_job(match));
    match.cpu_at_most_milli = 1000;
    assert_false(takes_job(match));
}

static void a_rule_sets_what_it_names_and_leaves_the_rest(void **state)
{
    (void)state;
    struct fg_small_trace base = {0};
    struct fg_trace out;
    struct fg_trace_source source = plain();
    struct fg_pair had[] = {{"a", "1"}, {"m", "1"}}, labels[] = {{"k", "2"}, {"m", "2"}},
                   annotations[] = {{"note", "x"}}, selector[] = {{"disk", "ssd"}};
    struct fg_toleration tolerations[] = {{"gpu", "", true, FG_EFFECT_ANY}};
    struct fg_assign assign = {any_pod, nothing};
    assign.set = (struct fg_assign_set){
        .namespace_name = "jobs",
        .workload = "all",
        .has_kind = true,
        .kind = FG_KIND_CRONJOB,
        .has_arch = true,
        .arch = FG_ARCH_ARM64,
        .has_priority = true,
        .priority = -5,
        .has_ttl = true,
        .ttl_s = 600,
        .image = "registry/app",
        .image_bytes = 123456789,
        .labels = {2, labels},
        .annotations = {1, annotations},
        .has_node_selector = true,
        .node_selector = {1, selector},
        .has_tolerations = true,
        .tolerations = {1, tolerations},
        .cpu_milli = 0,
        .memory_bytes = 5 * MIB,
    };
    uint32_t spec = fg_small_spec(&base, "batch", "train", 2000, 4096);
    base.trace.specs[spec].labels = (struct fg_pairs){2, had};
    base.trace.specs[spec].node_selector = (struct fg_pairs){2, had};
    base.trace.specs[spec].ephemeral_bytes = 77;
    fg_small_pod(&base, spec, 0, FG_SPAN_DURATION, 10);
    source.assign_count = 1;
    source.assigns = &assign;
    assert_int_equal(fg_trace_transform(&base.trace, &source, 1, 0, &out, &failure), FG_OK);
    const struct fg_pod_spec *made = spec_of(&out, 0);
    assert_string_equal(made->namespace_name, "jobs");
    assert_string_equal(made->workload, "all");
    assert_int_equal(made->kind, FG_KIND_CRONJOB);
    assert_int_equal(made->arch, FG_ARCH_ARM64);
    assert_int_equal(made->priority, -5);
    assert_int_equal(made->ttl_s, 600);
    assert_string_equal(made->image, "registry/app");
    assert_int_equal(made->image_bytes, 123456789);
    assert_int_equal(made->cpu_milli, 0);
    assert_int_equal(made->memory_bytes, 5 * MIB);
    assert_true(made->cpu_named && made->memory_named);
    assert_int_equal(made->ephemeral_bytes, 77);
    /* labels are merged and sorted, the node selector replaced */
    assert_int_equal(made->labels.count, 3);
    assert_string_equal(made->labels.items[0].key, "a");
    assert_string_equal(made->labels.items[1].key, "k");
    assert_string_equal(fg_pairs_find(&made->labels, "m"), "2");
    assert_string_equal(fg_pairs_find(&made->annotations, "note"), "x");
    assert_int_equal(made->node_selector.count, 1);
    assert_int_equal(made->tolerations.count, 1);
    /* the base is as it was */
    assert_string_equal(base.trace.specs[spec].namespace_name, "batch");
    assert_int_equal(base.trace.specs[spec].labels.count, 2);
    fg_trace_release(&out);
    fg_trace_release(&base.trace);
}

static void the_first_rule_that_matches_wins(void **state)
{
    (void)state;
    struct fg_small_trace base = {0};
    struct fg_trace out;
    struct fg_trace_source source = plain();
    struct fg_assign assigns[] = {{any_pod, nothing}, {any_pod, nothing}, {any_pod, nothing}};
    static const int64_t cpus[] = {500, 1000, 2000, 8000};
    static const char *const expected[] = {"small", "small", "large", "none"};
    assigns[0].match.cpu_at_most_milli = 1000;
    assigns[0].set.workload = "small";
    assigns[1].match.cpu_at_most_milli = 4000;
    assigns[1].set.workload = "large";
    assigns[2].match.cpu_at_most_milli = 1000;
    assigns[2].set.workload = "never";
    for (int i = 0; i < 4; i++)
        fg_small_pod(&base, fg_small_spec(&base, "ns", "none", cpus[i], 64), 0, FG_SPAN_DURATION,
                     10);
    source.assign_count = 3;
    source.assigns = assigns;
    assert_int_equal(fg_trace_transform(&base.trace, &source, 1, 0, &out, &failure), FG_OK);
    for (uint32_t pod = 0; pod < 4; pod++)
        assert_string_equal(spec_of(&out, pod)->workload, expected[pod]);
    fg_trace_release(&out);
    fg_trace_release(&base.trace);
}

/* Two pods of one spec, one short and one long: the rule splits them; two specs that a rule makes
 * alike become one. */
static void pods_of_one_spec_may_part_and_specs_made_alike_are_one(void **state)
{
    (void)state;
    struct fg_small_trace base = {0};
    struct fg_trace out;
    struct fg_trace_source source = plain();
    struct fg_assign assigns[] = {{any_pod, nothing}, {any_pod, nothing}};
    uint32_t one = fg_small_spec(&base, "ns", "one", 100, 64);
    uint32_t two = fg_small_spec(&base, "ns", "two", 100, 64);
    assigns[0].match.duration_at_most_s = 60;
    assigns[0].set.workload = "short";
    assigns[1].set.workload = "long";
    fg_small_pod(&base, one, 0, FG_SPAN_DURATION, 60);
    fg_small_pod(&base, one, 0, FG_SPAN_DURATION, 61);
    fg_small_pod(&base, two, 0, FG_SPAN_DURATION, 61);
    source.assign_count = 2;
    source.assigns = assigns;
    assert_int_equal(fg_trace_transform(&base.trace, &source, 1, 0, &out, &failure), FG_OK);
    assert_string_equal(spec_of(&out, 0)->workload, "short");
    assert_string_equal(spec_of(&out, 1)->workload, "long");
    assert_int_equal(fg_trace_spec(&out, 1), fg_trace_spec(&out, 2));
    assert_int_equal(out.spec_count, 2);
    fg_trace_release(&out);
    fg_trace_release(&base.trace);
}

static void refuses_more_pods_than_a_trace_holds(void **state)
{
    (void)state;
    struct fg_small_trace base = {0};
    struct fg_trace out;
    struct fg_trace_source source = plain();
    struct fg_error error = {0};
    fg_small_pod(&base, fg_small_spec(&base, "default", "web", 100, 128), 10, FG_SPAN_DURATION, 5);
    source.scale_nano = 1000000000LL * 1000000;
    source.repeat_times = 300;
    source.repeat_every_s = 1;
    assert_int_equal(fg_trace_transform(&base.trace, &source, 1, 0, &out, &error), FG_BAD_INPUT);
    assert_string_equal(error.message, "trace.scale and trace.repeat make 300000000 pods of 1; "
                                       "expected at most 268435455");
    fg_trace_release(&base.trace);
}

static void refuses_arrivals_past_the_end_of_time(void **state)
{
    (void)state;
    struct fg_small_trace base = {0};
    struct fg_trace out;
    struct fg_trace_source source = plain();
    struct fg_error error = {0};
    fg_small_pod(&base, fg_small_spec(&base, "default", "web", 100, 128), 10, FG_SPAN_DURATION, 5);
    source.repeat_times = 3;
    source.repeat_every_s = 4000000000u;
    assert_int_equal(fg_trace_transform(&base.trace, &source, 1, 0, &out, &error), FG_BAD_INPUT);
    assert_non_null(strstr(error.message, "arrive at second 8000000010; expected less than"));
    fg_trace_release(&base.trace);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refuses_more_pods_than_a_trace_holds),
        cmocka_unit_test(refuses_arrivals_past_the_end_of_time),
        cmocka_unit_test(knows_whether_anything_is_to_be_done),
        cmocka_unit_test(copies_are_the_floor_of_scale_and_u),
        cmocka_unit_test(copies_depend_on_seed_and_replication_only),
        cmocka_unit_test(a_whole_scale_gives_each_pod_so_many_copies_side_by_side),
        cmocka_unit_test(a_scale_of_zero_leaves_no_pods),
        cmocka_unit_test(names_stay_apart_when_replicas_are_copied),
        cmocka_unit_test(a_trace_is_repeated_at_a_distance),
        cmocka_unit_test(rounds_that_overlap_are_merged_by_time),
        cmocka_unit_test(a_rule_without_conditions_matches_every_pod),
        cmocka_unit_test(rules_match_namespace_workload_and_kind),
        cmocka_unit_test(rules_match_requests_up_to_a_limit),
        cmocka_unit_test(rules_match_durations_of_pods_that_end),
        cmocka_unit_test(rules_match_labels),
        cmocka_unit_test(all_conditions_of_a_rule_must_hold),
        cmocka_unit_test(a_rule_sets_what_it_names_and_leaves_the_rest),
        cmocka_unit_test(the_first_rule_that_matches_wins),
        cmocka_unit_test(pods_of_one_spec_may_part_and_specs_made_alike_are_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
