/* Load models: what they say, what they refuse, and the pods that follow. */
#include "data/load_model.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { DAY_S = 86400, HOUR_S = 3600, NANO = 1000000000 };

/* 2026-03-02 is a Monday. */
#define HEAD "model: m\nstart: 2026-03-02T00:00:00Z\nduration: 14d\nloads:\n"

struct made {
    struct fg_arena arena;
    struct fg_load_model model;
    struct fg_trace trace;
    uint32_t *counts;
};

static struct made make_of(const char *text, uint64_t seed)
{
    struct made made = {0};
    struct fg_error error = {0};
    char words[1400];
    if (fg_load_model_parse("m.yaml", text, strlen(text), &made.arena, &made.model, &error) !=
        FG_OK)
        fail_msg("the model was refused: %s", fg_error_text(&error, words, sizeof words));
    if (seed > 0)
        made.model.seed = seed;
    if (fg_load_model_generate(&made.model, &made.trace, &made.counts, &error) != FG_OK)
        fail_msg("nothing was made: %s", fg_error_text(&error, words, sizeof words));
    return made;
}

static struct made make(const char *text)
{
    return make_of(text, 0);
}

static void release(struct made *made)
{
    free(made->counts);
    fg_trace_release(&made->trace);
    fg_arena_release(&made->arena);
}

static const char *name_of(const struct fg_trace *trace, uint32_t pod)
{
    return trace->name_text + trace->name[pod];
}

/* Where the pod is gone, UINT32_MAX for one that stays. */
static uint32_t end_of(const struct fg_trace *trace, uint32_t pod)
{
    return fg_trace_span(trace, pod) == FG_SPAN_END ? trace->span_s[pod] : UINT32_MAX;
}

static int64_t living_at(const struct fg_trace *trace, uint32_t second)
{
    int64_t count = 0;
    for (uint32_t i = 0; i < trace->pod_count; i++)
        count += trace->arrival_s[i] <= second && end_of(trace, i) > second;
    return count;
}

/* ---- distributions ---- */

static uint32_t quantile(enum fg_distribution_kind kind, uint32_t scale_s, uint32_t high_s,
                         double shape, double uniform)
{
    struct fg_distribution distribution = {.kind = kind,
                                           .scale_s = scale_s,
                                           .high_s = high_s,
                                           .shape_nano = (int64_t)(shape * NANO),
                                           .at_least_s = 1,
                                           .at_most_s = 100000};
    return fg_distribution_quantile_s(&distribution, uniform);
}

static void distribution_quantiles_are_the_textbooks(void **state)
{
    (void)state;
    assert_int_equal(quantile(FG_DISTRIBUTION_FIXED, 90, 0, 0, 0.3), 90);
    /* 100 + 0.25 * (200 - 100) */
    assert_int_equal(quantile(FG_DISTRIBUTION_UNIFORM, 100, 200, 0, 0.25), 125);
    /* -ln(1 - 0.5) * 600 = 415.89 */
    assert_int_equal(quantile(FG_DISTRIBUTION_EXPONENTIAL, 600, 0, 0, 0.5), 416);
    assert_int_equal(quantile(FG_DISTRIBUTION_LOGNORMAL, 300, 0, 0.8, 0.5), 300);
    /* 300 * e^(0.8 * 1.2815516) = 836.3, as 1.2815516 is the normal's 90th percentile */
    assert_int_equal(quantile(FG_DISTRIBUTION_LOGNORMAL, 300, 0, 0.8, 0.9), 836);
    /* 60 * (1 - 0.75)^(-1/2) = 120 */
    assert_int_equal(quantile(FG_DISTRIBUTION_PARETO, 60, 0, 2, 0.75), 120);
    /* 1000 * (-ln(1 - 0.5))^(1/2) = 832.55 */
    assert_int_equal(quantile(FG_DISTRIBUTION_WEIBULL, 1000, 0, 2, 0.5), 833);
}

static void distribution_stays_between_its_bounds(void **state)
{
    struct fg_distribution pareto = {.kind = FG_DISTRIBUTION_PARETO,
                                     .scale_s = 60,
                                     .shape_nano = NANO / 2,
                                     .at_least_s = 90,
                                     .at_most_s = 600};
    (void)state;
    assert_int_equal(fg_distribution_quantile_s(&pareto, 0.001), 90);
    assert_int_equal(fg_distribution_quantile_s(&pareto, 0.999999), 600);
    assert_int_equal(quantile(FG_DISTRIBUTION_EXPONENTIAL, 10, 0, 0, 1e-9), 1);
}

/* ---- services ---- */

#define DAY_AND_NIGHT                                                                              \
    HEAD "  - name: web\n    cpu: 500m\n    memory: 1Gi\n"                                         \
         "    service: {low: 4, peak: 20, peakAt: '14:00', weekend: 0.5}\n"

static void service_is_highest_at_the_peak_and_lowest_twelve_hours_off(void **state)
{
    struct made made = make(DAY_AND_NIGHT);
    const struct fg_service *service = &made.model.loads[0].service;
    fg_unix_s monday = made.model.start, saturday = monday + 5 * DAY_S;
    (void)state;
    assert_int_equal(fg_service_replicas(service, monday + 14 * HOUR_S), 20);
    assert_int_equal(fg_service_replicas(service, monday + 2 * HOUR_S), 4);
    assert_int_equal(fg_service_replicas(service, monday + 8 * HOUR_S), 12);
    /* 4 + 0.5 * (20 - 4) */
    assert_int_equal(fg_service_replicas(service, saturday + 14 * HOUR_S), 12);
    assert_int_equal(fg_service_replicas(service, saturday + DAY_S + 14 * HOUR_S), 12);
    assert_int_equal(fg_service_replicas(service, saturday + 2 * DAY_S + 14 * HOUR_S), 20);
    release(&made);
}

/* The number is set once a step, at a moment within it that is the service's own. */
static void service_pods_are_as_many_as_its_replicas(void **state)
{
    struct made made = make(DAY_AND_NIGHT);
    const struct fg_service *service = &made.model.loads[0].service;
    (void)state;
    for (uint32_t step = 0; step < 14 * 96; step++)
        assert_int_equal(living_at(&made.trace, step * 900 + 899),
                         fg_service_replicas(service, made.model.start + step * 900));
    release(&made);
}

static void service_scale_down_removes_the_newest(void **state)
{
    struct made made = make(DAY_AND_NIGHT);
    const struct fg_trace *trace = &made.trace;
    uint32_t ended = 0, stayed = 0;
    (void)state;
    for (uint32_t i = 0; i < trace->pod_count; i++) {
        ended += end_of(trace, i) != UINT32_MAX;
        stayed += end_of(trace, i) == UINT32_MAX;
        for (uint32_t newer = i + 1; newer < trace->pod_count; newer++)
            if (trace->arrival_s[newer] < end_of(trace, i))
                assert_true(end_of(trace, newer) <= end_of(trace, i));
    }
    assert_true(ended > 100);
    assert_int_equal(stayed, living_at(trace, 14 * DAY_S - 1));
    release(&made);
}

static void service_with_noise_stays_between_low_and_peak(void **state)
{
    struct made made = make(HEAD "  - name: web\n    service: {low: 4, peak: 20, noise: 30%}\n");
    uint32_t differs = 0;
    (void)state;
    for (uint32_t step = 0; step < 14 * 96; step++) {
        int64_t living = living_at(&made.trace, step * 900 + 899);
        assert_in_range(living, 4, 20);
        differs += living !=
                   fg_service_replicas(&made.model.loads[0].service, made.model.start + step * 900);
    }
    assert_true(differs > 500);
    release(&made);
}

static void service_stabilization_keeps_the_highest_of_its_window(void **state)
{
    struct made made =
        make(HEAD "  - name: web\n    service: {low: 4, peak: 20, stabilization: 30m}\n");
    const struct fg_service *service = &made.model.loads[0].service;
    (void)state;
    for (uint32_t step = 2; step < 96; step++) {
        int64_t most = 0;
        for (uint32_t back = 0; back <= 2; back++) {
            int64_t then = fg_service_replicas(service, made.model.start + (step - back) * 900);
            most = then > most ? then : most;
        }
        assert_int_equal(living_at(&made.trace, step * 900 + 899), most);
    }
    release(&made);
}

static void service_of_fixed_replicas_never_changes(void **state)
{
    struct made made = make(HEAD "  - name: dns\n    service: {replicas: 2}\n");
    (void)state;
    assert_int_equal(made.trace.pod_count, 2);
    for (uint32_t i = 0; i < 2; i++) {
        assert_int_equal(made.trace.arrival_s[i], 0);
        assert_int_equal(fg_trace_span(&made.trace, i), FG_SPAN_FOREVER);
    }
    release(&made);
}

/* ---- cron ---- */

static void cron_load_runs_by_its_schedule(void **state)
{
    struct made made = make(HEAD "  - name: nightly\n    utcOffset: '+01:00'\n"
                                 "    cron: {schedule: '30 2 * * *', parallelism: 3, "
                                 "duration: {uniform: {low: 5m, high: 9m}}}\n");
    (void)state;
    assert_int_equal(made.trace.pod_count, 14 * 3);
    for (uint32_t i = 0; i < made.trace.pod_count; i++) {
        /* 02:30 at +01:00 is 01:30 UTC */
        assert_int_equal(made.trace.arrival_s[i], i / 3 * DAY_S + 5400);
        assert_int_equal(fg_trace_span(&made.trace, i), FG_SPAN_DURATION);
        assert_in_range(made.trace.span_s[i], 300, 540);
    }
    assert_int_equal(made.trace.specs[0].kind, FG_KIND_CRONJOB);
    release(&made);
}

static void cron_load_runs_at_second_zero_and_not_at_the_end(void **state)
{
    struct made made = make(HEAD "  - {name: a, cron: {schedule: '@daily', duration: 5m}}\n"
                                 "  - {name: b, cron: {schedule: '@every 7d', duration: 5m}}\n");
    (void)state;
    assert_int_equal(made.counts[0], 14);
    assert_int_equal(made.trace.arrival_s[0], 0);
    assert_int_equal(made.counts[1], 1); /* at 7d; 14d is the end */
    release(&made);
}

/* ---- batch ---- */

static uint32_t arrivals_within(const struct fg_trace *trace, uint32_t from_s, uint32_t to_s)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < trace->pod_count; i++)
        count += trace->arrival_s[i] >= from_s && trace->arrival_s[i] < to_s;
    return count;
}

static void batch_poisson_comes_at_its_rate(void **state)
{
    struct made made = make(HEAD "  - {name: b, batch: {poisson: {perHour: 100}, duration: 5m}}\n");
    (void)state;
    /* 100 * 24 * 14 = 33600, give or take five times its root, 183 */
    assert_in_range(made.trace.pod_count, 33600 - 917, 33600 + 917);
    /* a day: 2400, give or take five times 49 */
    for (uint32_t day = 0; day < 14; day++)
        assert_in_range(arrivals_within(&made.trace, day * DAY_S, (day + 1) * DAY_S), 2400 - 245,
                        2400 + 245);
    assert_int_equal(made.trace.specs[0].kind, FG_KIND_JOB);
    release(&made);
}

static void batch_diurnal_follows_the_day_and_rests_on_weekends(void **state)
{
    struct made made = make(HEAD "  - {name: b, batch: {diurnal: {perHour: 1000, low: 0, peakAt: "
                                 "'12:00', weekend: 0}, duration: 5m}}\n");
    uint32_t night = 0, noon = 0;
    (void)state;
    for (uint32_t day = 0; day < 5; day++) {
        night += arrivals_within(&made.trace, day * DAY_S, day * DAY_S + HOUR_S);
        noon += arrivals_within(&made.trace, day * DAY_S + 12 * HOUR_S, day * DAY_S + 13 * HOUR_S);
    }
    /* The hour after noon: the mean of (1 + cos) / 2 over 15 degrees is 0.9943; 4972 in five days,
     * give or take 353. The hour after midnight: 0.0057; 28, give or take 27. */
    assert_in_range(noon, 4972 - 353, 4972 + 353);
    assert_in_range(night, 1, 55);
    assert_int_equal(arrivals_within(&made.trace, 5 * DAY_S, 7 * DAY_S), 0);
    release(&made);
}

static void batch_bursts_come_together(void **state)
{
    struct made made = make(HEAD "  - {name: b, batch: {bursts: {every: 1d, least: 50, most: 60, "
                                 "spread: 1m}, duration: 5m}}\n");
    const struct fg_trace *trace = &made.trace;
    uint32_t bursts = 0, first = 0;
    (void)state;
    for (uint32_t i = 1; i <= trace->pod_count; i++) {
        if (i < trace->pod_count && trace->arrival_s[i] - trace->arrival_s[i - 1] <= 60)
            continue;
        assert_true(i - first >= 50); /* two bursts may touch */
        first = i;
        bursts++;
    }
    assert_in_range(bursts, 3, 33); /* 14, give or take five times 3.7 */
    release(&made);
}

static void batch_sizes_come_by_their_weights(void **state)
{
    struct made made =
        make(HEAD "  - name: b\n    memory: 1Gi\n"
                  "    sizes: [{weight: 3, cpu: 500m}, {weight: 1, cpu: 2, memory: 4Gi}]\n"
                  "    batch: {poisson: {perHour: 100}, duration: 5m}\n");
    uint32_t large = 0;
    (void)state;
    assert_int_equal(made.trace.spec_count, 2);
    for (uint32_t i = 0; i < made.trace.pod_count; i++) {
        const struct fg_pod_spec *spec = &made.trace.specs[fg_trace_spec(&made.trace, i)];
        bool is_large = spec->cpu_milli == 2000;
        assert_int_equal(spec->memory_bytes, is_large ? 4294967296 : 1073741824);
        large += is_large;
    }
    /* a quarter, within 0.012: five times root(0.25 * 0.75 / 33600) */
    assert_in_range(large, made.trace.pod_count * 238 / 1000, made.trace.pod_count * 262 / 1000);
    release(&made);
}

/* ---- office hours ---- */

static void office_pods_live_on_weekdays_within_opening_hours(void **state)
{
    struct made made =
        make(HEAD "  - {name: dev, office: {people: 10, podsEach: 3, open: '09:00', close: "
                  "'17:00', lifetime: {lognormal: {median: 3h, sigma: 1}, atLeast: 30m}}}\n");
    const struct fg_trace *trace = &made.trace;
    (void)state;
    assert_int_equal(trace->pod_count, 10 * 3 * 10); /* ten weekdays in two weeks */
    for (uint32_t i = 0; i < trace->pod_count; i++) {
        uint32_t day = trace->arrival_s[i] / DAY_S;
        assert_true(day % 7 < 5);
        assert_in_range(trace->arrival_s[i], day * DAY_S + 9 * HOUR_S, day * DAY_S + 17 * HOUR_S);
        assert_in_range(end_of(trace, i), trace->arrival_s[i] + 1800, day * DAY_S + 17 * HOUR_S);
    }
    release(&made);
}

static void office_pods_left_overnight_end_at_the_next_opening(void **state)
{
    struct made made = make(HEAD "  - {name: dev, office: {people: 2, overnight: 100%, open: "
                                 "'09:00', lifetime: 1h}}\n");
    const struct fg_trace *trace = &made.trace;
    (void)state;
    for (uint32_t i = 0; i < trace->pod_count; i++) {
        uint32_t day = trace->arrival_s[i] / DAY_S, next = day % 7 == 4 ? day + 3 : day + 1;
        if (next < 14)
            assert_int_equal(end_of(trace, i), next * DAY_S + 9 * HOUR_S);
        else
            assert_int_equal(fg_trace_span(trace, i), FG_SPAN_FOREVER);
    }
    release(&made);
}

static void office_presence_is_a_share_of_the_people(void **state)
{
    struct made made = make(
        HEAD "  - {name: dev, office: {people: 1000, podsEach: 2, presence: 0.7, lifetime: 1h}}\n");
    (void)state;
    /* 1000 people on ten days, 0.7 of them: 7000, give or take five times root(2100) = 229 */
    assert_int_equal(made.trace.pod_count % 2, 0);
    assert_in_range(made.trace.pod_count / 2, 7000 - 229, 7000 + 229);
    release(&made);
}

/* ---- the trace ---- */

#define WEB "  - {name: web, service: {low: 2, peak: 9, noise: 10%}}\n"
#define JOBS                                                                                       \
    "  - {name: job, batch: {poisson: {perHour: 9}, duration: {exponential: {mean: 5m}}}}\n"
#define DEV "  - {name: dev, office: {people: 9, presence: 0.5, lifetime: 2h}}\n"

/* The pods named `prefix`..., in their order, as a text; free() it. */
static char *pods_of(const struct fg_trace *trace, const char *prefix)
{
    char *text;
    size_t length;
    FILE *file = open_memstream(&text, &length);
    assert_non_null(file);
    for (uint32_t i = 0; i < trace->pod_count; i++)
        if (strncmp(name_of(trace, i), prefix, strlen(prefix)) == 0)
            fprintf(file, "%s %u %u %d\n", name_of(trace, i), trace->arrival_s[i], trace->span_s[i],
                    (int)fg_trace_span(trace, i));
    fclose(file);
    return text;
}

static void generate_makes_the_same_pods_from_the_same_seed(void **state)
{
    struct made first = make(HEAD WEB JOBS DEV), again = make(HEAD WEB JOBS DEV);
    struct made other = make_of(HEAD WEB JOBS DEV, 2);
    char *first_pods = pods_of(&first.trace, ""), *again_pods = pods_of(&again.trace, "");
    char *other_pods = pods_of(&other.trace, "");
    (void)state;
    assert_string_equal(first_pods, again_pods);
    assert_string_not_equal(first_pods, other_pods);
    free(first_pods);
    free(again_pods);
    free(other_pods);
    release(&first);
    release(&again);
    release(&other);
}

static void generate_gives_a_load_the_same_pods_among_other_loads(void **state)
{
    static const char *const loads[] = {"web", "dev"};
    struct made two = make(HEAD WEB DEV), three = make(HEAD JOBS DEV WEB);
    (void)state;
    for (size_t i = 0; i < sizeof loads / sizeof *loads; i++) {
        char *of_two = pods_of(&two.trace, loads[i]), *of_three = pods_of(&three.trace, loads[i]);
        assert_true(strlen(of_two) > 1000);
        assert_string_equal(of_two, of_three);
        free(of_two);
        free(of_three);
    }
    release(&two);
    release(&three);
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void generate_sorts_by_arrival_and_names_each_pod_once(void **state)
{
    struct made made = make(HEAD WEB JOBS DEV);
    const struct fg_trace *trace = &made.trace;
    const char **names = calloc(trace->pod_count, sizeof *names);
    (void)state;
    assert_non_null(names);
    assert_int_equal(trace->pod_count, made.counts[0] + made.counts[1] + made.counts[2]);
    for (uint32_t i = 0; i < trace->pod_count; i++) {
        names[i] = name_of(trace, i);
        assert_true(i == 0 || trace->arrival_s[i] >= trace->arrival_s[i - 1]);
        assert_true(trace->arrival_s[i] < 14 * DAY_S);
    }
    qsort(names, trace->pod_count, sizeof *names, compare_names);
    for (uint32_t i = 1; i < trace->pod_count; i++)
        assert_string_not_equal(names[i - 1], names[i]);
    free(names);
    release(&made);
}

static void generate_keeps_one_spec_for_equal_pods(void **state)
{
    struct made made =
        make(HEAD "  - {name: a, workload: web, service: {replicas: 2}}\n"
                  "  - {name: b, workload: web, sizes: [{cpu: 1}, {cpu: 1000m}, {cpu: 2}],\n"
                  "     service: {replicas: 40}}\n"
                  "  - {name: c, workload: web, service: {replicas: 2}}\n");
    (void)state;
    assert_int_equal(made.trace.pod_count, 44);
    assert_int_equal(made.trace.spec_count, 3); /* nothing requested, one vCPU, two */
    for (uint32_t i = 0; i < made.trace.pod_count; i++)
        assert_true(fg_trace_spec(&made.trace, i) < 3);
    release(&made);
}

static void load_keys_reach_the_pods(void **state)
{
    struct made made = make(
        HEAD "  - name: gpu-job\n    workload: train\n    namespace: ml\n    kind: StatefulSet\n"
             "    labels: {b: '2', a: '1'}\n    annotations: {note: x}\n"
             "    nodeSelector: {disk: ssd}\n"
             "    tolerations: [{key: gpu, operator: Exists, effect: NoSchedule}, "
             "{key: team, value: ml}]\n"
             "    cpu: 250m\n    memory: 2Gi\n    gpu: 2\n    ephemeralStorage: 30Gi\n"
             "    priority: -5\n    arch: arm64\n    ttl: 1m\n    service: {replicas: 1}\n");
    const struct fg_pod_spec *spec = &made.trace.specs[0];
    (void)state;
    assert_string_equal(name_of(&made.trace, 0), "gpu-job-1");
    assert_string_equal(spec->workload, "train");
    assert_string_equal(spec->namespace_name, "ml");
    assert_int_equal(spec->kind, FG_KIND_STATEFULSET);
    assert_int_equal(spec->labels.count, 2);
    assert_string_equal(spec->labels.items[0].key, "a");
    assert_string_equal(fg_pairs_find(&spec->annotations, "note"), "x");
    assert_string_equal(fg_pairs_find(&spec->node_selector, "disk"), "ssd");
    assert_int_equal(spec->tolerations.count, 2);
    assert_true(spec->tolerations.items[0].exists);
    assert_int_equal(spec->tolerations.items[0].effect, FG_EFFECT_NO_SCHEDULE);
    assert_string_equal(spec->tolerations.items[1].value, "ml");
    assert_int_equal(spec->tolerations.items[1].effect, FG_EFFECT_ANY);
    assert_true(spec->cpu_named && spec->memory_named);
    assert_int_equal(spec->cpu_milli, 250);
    assert_int_equal(spec->memory_bytes, 2147483648);
    assert_int_equal(spec->gpu_milli, 2000);
    assert_int_equal(spec->ephemeral_bytes, 32212254720);
    assert_int_equal(spec->priority, -5);
    assert_int_equal(spec->arch, FG_ARCH_ARM64);
    assert_int_equal(spec->ttl_s, 60);
    release(&made);
}

/* ---- what is refused ---- */

static const struct {
    const char *model;
    uint32_t line;
    const char *words;
} refused_models[] = {
    {"model: m\nduration: 1d\n", 1, "0 loads; expected 1 to 10000"},
    {"model: m\nduration: 1d\nloads: []\n", 3, "0 loads"},
    {"duration: 1d\nloads: [{name: a, service: {replicas: 1}}]\n", 1, "has no model"},
    {"model: m\nloads: [{name: a, service: {replicas: 1}}]\n", 1, "has no duration"},
    {"model: m\nduration: 0s\nloads: [{name: a, service: {replicas: 1}}]\n", 2,
     "duration is 0 s; expected 1s to 3660d"},
    {"model: m\nduraton: 1d\n", 2,
     "unknown key 'duraton' in the model; did you mean "
     "'duration'?"},
    {HEAD "  - {service: {replicas: 1}}\n", 5, "a load has no name"},
    {HEAD "  - {name: Web_1, service: {replicas: 1}}\n", 5, "name is 'Web_1'; expected lower"},
    {HEAD "  - {name: a, service: {replicas: 1}}\n  - {name: a, service: {replicas: 1}}\n", 6,
     "the name 'a' stands at line 5 already"},
    {HEAD "  - {name: a}\n", 5, "no shape; expected one of service, cron, batch and office"},
    {HEAD "  - name: a\n    service: {replicas: 1}\n    cron: {schedule: '@daily', "
          "duration: 1m}\n",
     7, "two shapes"},
    {HEAD "  - {name: a, servce: {replicas: 1}}\n", 5, "did you mean 'service'?"},
    {HEAD "  - {name: a, cpu: 1GB, service: {replicas: 1}}\n", 5, "'1GB'"},
    {HEAD "  - {name: a, labels: {a: 'x;y'}, service: {replicas: 1}}\n", 5, "expected no ';'"},
    {HEAD "  - {name: a, kind: DaemonSet, service: {replicas: 1}}\n", 5,
     "kind is 'DaemonSet'; expected Deployment"},
    {HEAD "  - {name: a, arch: mips, service: {replicas: 1}}\n", 5, "arch is 'mips'"},
    {HEAD "  - {name: a, utcOffset: 1h, service: {replicas: 1}}\n", 5,
     "utcOffset is '1h'; expected hours and minutes such as +01:00"},
    {HEAD "  - {name: a, priority: high, service: {replicas: 1}}\n", 5, "priority is 'high'"},
    {HEAD "  - {name: a, tolerations: [{key: a, effect: Never}], service: {replicas: 1}}\n", 5,
     "effect is 'Never'; expected NoSchedule"},
    {HEAD "  - {name: a, tolerations: [{effect: NoSchedule}], service: {replicas: 1}}\n", 5,
     "a toleration without a key"},
    {HEAD "  - {name: a, sizes: [{weight: 0}], service: {replicas: 1}}\n", 5,
     "expected more than 0"},
    {HEAD "  - {name: a, service: {low: 2}}\n", 5, "a service has no peak"},
    {HEAD "  - {name: a, service: {low: 5, peak: 4}}\n", 5, "peak is 4; expected 5 to 1000000"},
    {HEAD "  - {name: a, service: {replicas: 2, peak: 4}}\n", 5, "expected either"},
    {HEAD "  - {name: a, service: {low: 1, peak: 4, step: 1s}}\n", 5, "step is 1 s"},
    {HEAD "  - {name: a, service: {low: 1, peak: 4, stabilization: 3d}}\n", 5,
     "expected at most 100 steps"},
    {HEAD "  - {name: a, service: {low: 1, peak: 4, peakAt: '25:00'}}\n", 5,
     "peakAt is '25:00'; expected a time of day such as 14:00"},
    {HEAD "  - {name: a, service: {low: 1, peak: 4, noise: 140%}}\n", 5,
     "noise is '140%'; expected a fraction"},
    {HEAD "  - {name: a, service: {low: 1, peak: 4, weekend: -1}}\n", 5,
     "weekend is '-1'; expected a fraction"},
    {HEAD "  - {name: a, cron: {schedule: '0 0 * * 7', duration: 1m}}\n", 5,
     "schedule: cron field 'day of week' is '7'; expected 0 to 6 or SUN to SAT"},
    {HEAD "  - {name: a, cron: {schedule: '0 0 32 * *', duration: 1m}}\n", 5,
     "'day of month' is '32'; expected 1 to 31"},
    {HEAD "  - {name: a, cron: {schedule: '@daily'}}\n", 5, "cron has no duration"},
    {HEAD "  - {name: a, cron: {schedule: '@daily', duration: 0s}}\n", 5,
     "a duration is '0s'; expected at least 1s"},
    {HEAD "  - {name: a, cron: {schedule: '@daily', parallelism: 0, duration: 1s}}\n", 5,
     "parallelism is 0"},
    {HEAD "  - name: a\n    batch:\n      poisson: {perHour: -3}\n      duration: 1m\n", 7,
     "perHour is '-3'; expected a number, not negative"},
    {HEAD "  - {name: a, batch: {poisson: {perHour: 0}, duration: 1m}}\n", 5,
     "perHour is 0; expected a rate above 0"},
    {HEAD "  - {name: a, batch: {poisson: {}, duration: 1m}}\n", 5, "poisson has no perHour"},
    {HEAD "  - {name: a, batch: {duration: 1m}}\n", 5, "batch names no arrivals"},
    {HEAD "  - {name: a, batch: {poisson: {perHour: 1}}}\n", 5, "batch has no duration"},
    {HEAD "  - {name: a, batch: {poisson: {perHour: 1}, bursts: {every: 1h, most: 2}, "
          "duration: 1m}}\n",
     5, "arrivals are named twice"},
    {HEAD "  - {name: a, batch: {bursts: {every: 1h, least: 5, most: 2}, duration: 1m}}\n", 5,
     "most is 2, below least, which is 5"},
    {HEAD "  - {name: a, batch: {bursts: {every: 0s, most: 2}, duration: 1m}}\n", 5, "every is 0"},
    {HEAD "  - {name: a, batch: {poisson: {perHour: 1000000}, duration: 1m}}\n", 5,
     "makes about 336000000 pods; expected at most 50000000"},
    {HEAD "  - {name: a, batch: {poisson: {perHour: 1}, duration: {}}}\n", 5,
     "the distribution is not named; expected fixed"},
    {HEAD "  - {name: a, batch: {poisson: {perHour: 1}, duration: {normal: {mean: 1m}}}}\n", 5,
     "unknown key 'normal' in a distribution"},
    {HEAD "  - {name: a, batch: {poisson: {perHour: 1}, duration: {lognormal: {median: "
          "1m}}}}\n",
     5, "lognormal has no sigma"},
    {HEAD "  - {name: a, batch: {poisson: {perHour: 1}, duration: {pareto: {least: 1m, shape: "
          "0}}}}\n",
     5, "shape of pareto is 0; expected more than 0"},
    {HEAD "  - {name: a, batch: {poisson: {perHour: 1}, duration: {uniform: {low: 5m, high: "
          "1m}}}}\n",
     5, "high is 60 s, below low, which is 300 s"},
    {HEAD "  - {name: a, batch: {poisson: {perHour: 1}, duration: {fixed: 1m, exponential: "
          "{mean: 1m}}}}\n",
     5, "a second distribution"},
    {HEAD "  - {name: a, batch: {poisson: {perHour: 1}, duration: {fixed: 1m, atLeast: 5m, "
          "atMost: 2m}}}\n",
     5, "atMost is 120 s, below atLeast"},
    {HEAD "  - {name: a, office: {people: 0, lifetime: 1h}}\n", 5, "people is 0; expected 1"},
    {HEAD "  - {name: a, office: {people: 3}}\n", 5, "office has no lifetime"},
    {HEAD "  - {name: a, office: {people: 3, open: '18:00', lifetime: 1h}}\n", 5,
     "closes at or before it opens"},
    {HEAD "  - {name: a, office: {people: 3, lifetime: {fixed: 9h, atLeast: 9h}}}\n", 5,
     "at least 32400 s does not fit between open and close"},
};

static void load_model_refuses_with_line_value_and_expectation(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof refused_models / sizeof *refused_models; i++) {
        struct fg_arena arena = {0};
        struct fg_error error = {0};
        struct fg_load_model model;
        if (fg_load_model_parse("m.yaml", refused_models[i].model, strlen(refused_models[i].model),
                                &arena, &model, &error) == FG_OK)
            fail_msg("this was accepted:\n%s", refused_models[i].model);
        assert_int_equal(error.status, FG_BAD_INPUT);
        assert_string_equal(error.file, "m.yaml");
        if (error.line != refused_models[i].line ||
            strstr(error.message, refused_models[i].words) == NULL)
            fail_msg("line %u: %s\nexpected line %u: %s", error.line, error.message,
                     refused_models[i].line, refused_models[i].words);
        fg_arena_release(&arena);
    }
}

static void generate_refuses_more_pods_than_a_load_may_have(void **state)
{
    static const char text[] =
        HEAD "  - {name: a, service: {replicas: 1}}\n"
             "  - {name: b, cron: {schedule: '@daily', parallelism: 60000000, duration: 1m}}\n";
    struct fg_arena arena = {0};
    struct fg_error error = {0};
    struct fg_load_model model;
    struct fg_trace trace;
    uint32_t *counts;
    (void)state;
    assert_int_equal(fg_load_model_parse("m.yaml", text, strlen(text), &arena, &model, &error),
                     FG_OK);
    assert_int_equal(fg_load_model_generate(&model, &trace, &counts, &error), FG_BAD_INPUT);
    assert_int_equal(error.line, 6);
    assert_string_equal(error.message, "load 'b' makes more than 50000000 pods; expected fewer");
    fg_arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(distribution_quantiles_are_the_textbooks),
        cmocka_unit_test(distribution_stays_between_its_bounds),
        cmocka_unit_test(service_is_highest_at_the_peak_and_lowest_twelve_hours_off),
        cmocka_unit_test(service_pods_are_as_many_as_its_replicas),
        cmocka_unit_test(service_scale_down_removes_the_newest),
        cmocka_unit_test(service_with_noise_stays_between_low_and_peak),
        cmocka_unit_test(service_stabilization_keeps_the_highest_of_its_window),
        cmocka_unit_test(service_of_fixed_replicas_never_changes),
        cmocka_unit_test(cron_load_runs_by_its_schedule),
        cmocka_unit_test(cron_load_runs_at_second_zero_and_not_at_the_end),
        cmocka_unit_test(batch_poisson_comes_at_its_rate),
        cmocka_unit_test(batch_diurnal_follows_the_day_and_rests_on_weekends),
        cmocka_unit_test(batch_bursts_come_together),
        cmocka_unit_test(batch_sizes_come_by_their_weights),
        cmocka_unit_test(office_pods_live_on_weekdays_within_opening_hours),
        cmocka_unit_test(office_pods_left_overnight_end_at_the_next_opening),
        cmocka_unit_test(office_presence_is_a_share_of_the_people),
        cmocka_unit_test(generate_makes_the_same_pods_from_the_same_seed),
        cmocka_unit_test(generate_gives_a_load_the_same_pods_among_other_loads),
        cmocka_unit_test(generate_sorts_by_arrival_and_names_each_pod_once),
        cmocka_unit_test(generate_keeps_one_spec_for_equal_pods),
        cmocka_unit_test(load_keys_reach_the_pods),
        cmocka_unit_test(load_model_refuses_with_line_value_and_expectation),
        cmocka_unit_test(generate_refuses_more_pods_than_a_load_may_have),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
