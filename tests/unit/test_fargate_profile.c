/* Which pods Fargate takes and why it does not run some (rules P1 to P6). */
#include "models/fargate_profile.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define GIB (1024LL * 1024 * 1024)
#define COUNT(items) (sizeof(items) / sizeof *(items))
#define PAIRS(...)                                                                                 \
    ((struct fg_pairs){sizeof((struct fg_pair[]){__VA_ARGS__}) / sizeof(struct fg_pair),           \
                       (struct fg_pair[]){__VA_ARGS__}})
#define NO_PAIRS ((struct fg_pairs){0})

static bool selects(const char *pattern, struct fg_pairs wanted, const char *namespace_name,
                    struct fg_pairs labels)
{
    const struct fg_selector selector = {pattern, wanted};
    return fg_selector_matches(&selector, namespace_name, &labels);
}

/* ---- P1: selectors ---- */

static void a_selector_without_labels_takes_the_whole_namespace(void **state)
{
    (void)state;
    assert_true(selects("batch", NO_PAIRS, "batch", NO_PAIRS));
    assert_true(selects("batch", NO_PAIRS, "batch", PAIRS({"any", "thing"})));
    assert_false(selects("batch", NO_PAIRS, "default", NO_PAIRS));
    assert_false(selects("batch", NO_PAIRS, "batch-2", NO_PAIRS));
}

static void every_label_of_a_selector_must_be_on_the_pod(void **state)
{
    (void)state;
    const struct fg_pairs wanted = PAIRS({"app", "web"}, {"tier", "front"});
    assert_true(selects("prod", wanted, "prod", PAIRS({"app", "web"}, {"tier", "front"})));
    assert_true(
        selects("prod", wanted, "prod", PAIRS({"app", "web"}, {"other", "x"}, {"tier", "front"})));
    assert_false(selects("prod", wanted, "prod", PAIRS({"app", "web"})));
    assert_false(selects("prod", wanted, "prod", PAIRS({"app", "web"}, {"tier", "back"})));
    assert_false(selects("prod", wanted, "prod", NO_PAIRS));
    assert_false(selects("prod", wanted, "dev", PAIRS({"app", "web"}, {"tier", "front"})));
}

static void wildcards_work_in_namespaces(void **state)
{
    (void)state;
    assert_true(selects("prod*", NO_PAIRS, "prod", NO_PAIRS));
    assert_true(selects("prod*", NO_PAIRS, "prod-metrics", NO_PAIRS));
    assert_true(selects("*dev", NO_PAIRS, "my-dev", NO_PAIRS));
    assert_true(selects("frontend*?", NO_PAIRS, "frontend-a", NO_PAIRS));
    assert_false(selects("frontend*?", NO_PAIRS, "frontend", NO_PAIRS));
    assert_false(selects("Prod*", NO_PAIRS, "prod", NO_PAIRS));
}

static void wildcards_work_in_label_values_and_keys(void **state)
{
    (void)state;
    const struct fg_pairs value = PAIRS({"key", "value?"});
    assert_true(selects("*", value, "x", PAIRS({"key", "valuea"})));
    assert_false(selects("*", value, "x", PAIRS({"key", "value"})));
    assert_false(selects("*", value, "x", PAIRS({"key", "value-a"})));
    const struct fg_pairs key = PAIRS({"team*", "*"});
    assert_true(selects("*", key, "x", PAIRS({"team-a", ""})));
    assert_false(selects("*", key, "x", PAIRS({"my-team", "a"})));
    /* one label must match with key and value */
    const struct fg_pairs both = PAIRS({"team*", "blue"});
    assert_false(selects("*", both, "x", PAIRS({"other", "blue"}, {"team", "red"})));
    assert_true(selects("*", both, "x", PAIRS({"team", "red"}, {"team-2", "blue"})));
}

/* ---- P2: several profiles ---- */

static struct fg_selector all_prod[] = {{"prod*", {0}}};
static struct fg_selector two_selectors[] = {{"alpha", {0}}, {"prod", {0}}};
static const struct fg_fargate_profile profiles[] = {
    {.name = "beta-workload", .selector_count = 1, .selectors = all_prod},
    {.name = "multi", .selector_count = 2, .selectors = two_selectors},
    {.name = "prod-workload", .selector_count = 1, .selectors = all_prod},
};

static const char *selected(const char *namespace_name, struct fg_pairs labels)
{
    const struct fg_fargate_profile *profile =
        fg_profile_select(profiles, COUNT(profiles), namespace_name, &labels);
    return profile != NULL ? profile->name : "none";
}

static void the_first_profile_by_name_wins(void **state)
{
    (void)state;
    assert_string_equal(selected("prod", NO_PAIRS), "beta-workload");
    assert_string_equal(selected("prod-metrics", NO_PAIRS), "beta-workload");
}

static void a_profile_matches_by_any_of_its_selectors(void **state)
{
    (void)state;
    assert_string_equal(selected("alpha", NO_PAIRS), "multi");
}

static void a_pod_that_matches_nothing_has_no_profile(void **state)
{
    (void)state;
    assert_string_equal(selected("default", NO_PAIRS), "none");
    assert_null(fg_profile_select(NULL, 0, "prod", &NO_PAIRS));
}

static void the_profile_a_pod_names_is_used_if_it_matches(void **state)
{
    (void)state;
    assert_string_equal(selected("prod", PAIRS({FG_LABEL_FARGATE_PROFILE, "prod-workload"})),
                        "prod-workload");
    assert_string_equal(selected("prod", PAIRS({FG_LABEL_FARGATE_PROFILE, "multi"})), "multi");
}

static void a_pod_that_names_a_profile_it_does_not_match_has_none(void **state)
{
    (void)state;
    assert_string_equal(selected("prod-metrics", PAIRS({FG_LABEL_FARGATE_PROFILE, "multi"})),
                        "none");
    assert_string_equal(selected("prod", PAIRS({FG_LABEL_FARGATE_PROFILE, "absent"})), "none");
}

/* ---- P3: what stays on EC2 ---- */

static struct fg_fargate_profile some_profiles[] = {
    {.name = "all", .selector_count = 1, .selectors = all_prod}};

static void daemonset_pods_are_left_to_ec2(void **state)
{
    (void)state;
    const struct fg_cluster cluster = {.profile_count = 1, .profiles = some_profiles};
    struct fg_pod_spec spec = {.namespace_name = "prod", .kind = FG_KIND_REPLICASET};
    assert_ptr_equal(fg_profile_for_pod(&cluster, &spec), &some_profiles[0]);
    for (int kind = 0; kind < FG_KIND_COUNT; kind++) {
        spec.kind = (enum fg_kind)kind;
        assert_int_equal(fg_profile_for_pod(&cluster, &spec) != NULL, kind != FG_KIND_DAEMONSET);
    }
}

static void the_compute_type_annotation_leaves_a_pod_to_ec2(void **state)
{
    (void)state;
    const struct fg_cluster cluster = {.profile_count = 1, .profiles = some_profiles};
    struct fg_pod_spec spec = {.namespace_name = "prod", .kind = FG_KIND_JOB};
    spec.annotations = PAIRS({FG_LABEL_COMPUTE_TYPE, "ec2"});
    assert_null(fg_profile_for_pod(&cluster, &spec));
    spec.annotations = PAIRS({FG_LABEL_COMPUTE_TYPE, "fargate"});
    assert_non_null(fg_profile_for_pod(&cluster, &spec));
    spec.annotations = PAIRS({"compute-type", "ec2"});
    assert_non_null(fg_profile_for_pod(&cluster, &spec));
    /* a label of that name is not the annotation */
    spec.annotations = NO_PAIRS;
    spec.labels = PAIRS({FG_LABEL_COMPUTE_TYPE, "ec2"});
    assert_non_null(fg_profile_for_pod(&cluster, &spec));
}

static void a_node_selector_does_not_bring_a_pod_back_to_ec2(void **state)
{
    (void)state;
    const struct fg_cluster cluster = {.profile_count = 1, .profiles = some_profiles};
    struct fg_pod_spec spec = {.namespace_name = "prod", .kind = FG_KIND_JOB};
    spec.node_selector = PAIRS({"node.kubernetes.io/instance-type", "m5.large"});
    assert_non_null(fg_profile_for_pod(&cluster, &spec));
}

/* ---- P5: what Fargate does not run ---- */

static void is_refused_with(const struct fg_cluster *cluster, const struct fg_pod_spec *spec,
                            const char *expected)
{
    char buffer[512];
    assert_string_equal(fg_fargate_refusal(cluster, spec, FG_DAY_UNKNOWN, buffer, sizeof buffer),
                        expected);
}

static void refusals_are_in_the_words_of_aws(void **state)
{
    (void)state;
    static const struct {
        uint32_t features;
        const char *text;
    } rows[] = {
        {0, ""},
        {FG_FEATURE_PRIVILEGED,
         "Pod not supported on Fargate: invalid SecurityContext fields: Privileged"},
        {FG_FEATURE_HOST_NETWORK,
         "Pod not supported on Fargate: fields not supported: HostNetwork"},
        {FG_FEATURE_HOST_PORT, "Pod not supported on Fargate: port contains HostIP or HostPort"},
        {FG_FEATURE_HOST_PATH, "Pod not supported on Fargate: volumes not supported: hostPath is "
                               "of an unsupported volume Type"},
        {FG_FEATURE_EBS, "Pod not supported on Fargate: volumes not supported: ebs is of an "
                         "unsupported volume Type"},
    };
    const struct fg_cluster cluster = {0};
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct fg_pod_spec spec = {.features = rows[i].features};
        is_refused_with(&cluster, &spec, rows[i].text);
    }
}

static void several_refusals_stand_in_the_order_of_aws(void **state)
{
    (void)state;
    const struct fg_cluster cluster = {0};
    const struct fg_pod_spec spec = {.features = FG_FEATURE_HOST_PORT | FG_FEATURE_PRIVILEGED |
                                                 FG_FEATURE_HOST_NETWORK};
    is_refused_with(&cluster, &spec,
                    "Pod not supported on Fargate: fields not supported: HostNetwork, invalid "
                    "SecurityContext fields: Privileged, port contains HostIP or HostPort");
}

static void gpus_and_arm64_are_not_on_fargate(void **state)
{
    (void)state;
    const struct fg_cluster cluster = {0};
    is_refused_with(&cluster, &(struct fg_pod_spec){.gpu_milli = 1000},
                    "Pod not supported on Fargate: GPUs are not available");
    is_refused_with(&cluster, &(struct fg_pod_spec){.gpu_milli = 1},
                    "Pod not supported on Fargate: GPUs are not available");
    is_refused_with(&cluster, &(struct fg_pod_spec){.arch = FG_ARCH_ARM64},
                    "Pod not supported on Fargate: architecture arm64");
}

static void more_than_175_gib_of_storage_are_refused(void **state)
{
    (void)state;
    const struct fg_cluster cluster = {0};
    is_refused_with(&cluster, &(struct fg_pod_spec){.ephemeral_bytes = 175 * GIB}, "");
    is_refused_with(&cluster, &(struct fg_pod_spec){.ephemeral_bytes = 175 * GIB + 1},
                    "Pod not supported on Fargate: more than 175 GiB of ephemeral storage");
}

/* 16 vCPU, 120 - 0.25 GiB is the largest request; 120 GiB + 256Mi = 123136Mi */
static void a_pod_that_no_size_holds_is_refused_with_the_largest(void **state)
{
    (void)state;
    const struct fg_cluster cluster = {0};
    struct fg_pod_spec spec = {.cpu_milli = 16000, .memory_bytes = 120 * GIB - 256 * 1048576};
    is_refused_with(&cluster, &spec, "");
    spec.memory_bytes = 120 * GIB;
    is_refused_with(&cluster, &spec,
                    "Pod not supported on Fargate: 16 vCPU and 123136Mi with the 256Mi overhead "
                    "are more than the largest size, 16 vCPU and 120 GB");
    spec = (struct fg_pod_spec){.cpu_milli = 16001};
    is_refused_with(&cluster, &spec,
                    "Pod not supported on Fargate: 16001m vCPU and 256Mi with the 256Mi overhead "
                    "are more than the largest size, 16 vCPU and 120 GB");
}

/* 15900m + 100m = 16000m fits; 15900m + 101m does not. */
static void sidecars_are_part_of_the_request(void **state)
{
    (void)state;
    struct fg_sidecar sidecar = {"agent", 100, 0};
    const struct fg_cluster cluster = {.fargate = {.sidecar_count = 1, .sidecars = &sidecar}};
    char buffer[512];
    const struct fg_pod_spec spec = {.cpu_milli = 15900};
    is_refused_with(&cluster, &spec, "");
    sidecar.cpu_milli = 101;
    fg_fargate_refusal(&cluster, &spec, FG_DAY_UNKNOWN, buffer, sizeof buffer);
    assert_non_null(strstr(buffer, "16001m vCPU"));
}

static void the_size_table_of_the_day_decides(void **state)
{
    (void)state;
    struct fg_error error = {0};
    const struct fg_cluster cluster = {0};
    const struct fg_pod_spec spec = {.cpu_milli = 8000};
    char buffer[512];
    fg_day first;
    assert_int_equal(fg_calendar_parse_day("2022-09-16", &first, &error), FG_OK);
    assert_string_equal(fg_fargate_refusal(&cluster, &spec, first, buffer, sizeof buffer), "");
    fg_fargate_refusal(&cluster, &spec, first - 1, buffer, sizeof buffer);
    assert_non_null(strstr(buffer, "the largest size, 4 vCPU and 30 GB"));
}

static void a_short_buffer_is_not_overrun(void **state)
{
    (void)state;
    const struct fg_cluster cluster = {0};
    const struct fg_pod_spec spec = {.features = 31};
    char buffer[48];
    memset(buffer, 'x', sizeof buffer);
    fg_fargate_refusal(&cluster, &spec, FG_DAY_UNKNOWN, buffer, 40);
    assert_int_equal(strlen(buffer), 39);
    assert_int_equal(buffer[40], 'x');
}

/* ---- P1, P6: limits ---- */

static void check_says(const struct fg_fargate_profile *profile, const char *expected)
{
    struct fg_error error = {0};
    fg_status status = fg_profile_check(profile, &error);
    if (*expected == '\0') {
        assert_int_equal(status, FG_OK);
        return;
    }
    assert_int_equal(status, FG_BAD_INPUT);
    if (strstr(error.message, expected) == NULL)
        fail_msg("'%s' does not say '%s'", error.message, expected);
}

static void a_profile_has_one_to_five_selectors(void **state)
{
    (void)state;
    struct fg_selector selectors[6];
    for (size_t i = 0; i < COUNT(selectors); i++)
        selectors[i] = (struct fg_selector){"default", {0}};
    struct fg_fargate_profile profile = {.name = "fp", .selectors = selectors};
    check_says(&profile, "Fargate profile 'fp' has 0 selectors; expected 1 to 5");
    profile.selector_count = 1;
    check_says(&profile, "");
    profile.selector_count = 5;
    check_says(&profile, "");
    profile.selector_count = 6;
    check_says(&profile, "'fp' has 6 selectors");
}

static void a_selector_has_a_namespace_and_at_most_five_labels(void **state)
{
    (void)state;
    struct fg_pair labels[6] = {{"a", ""}, {"b", ""}, {"c", ""}, {"d", ""}, {"e", ""}, {"f", ""}};
    struct fg_selector selectors[] = {{"default", {5, labels}}, {"", {0}}};
    struct fg_fargate_profile profile = {.name = "fp", .selector_count = 1, .selectors = selectors};
    check_says(&profile, "");
    selectors[0].labels.count = 6;
    check_says(&profile,
               "selector 1 of Fargate profile 'fp' has 6 label pairs; expected at most 5");
    selectors[0].labels.count = 0;
    profile.selector_count = 2;
    check_says(&profile, "selector 2 of Fargate profile 'fp' has no namespace");
    selectors[1].namespace_pattern = NULL;
    check_says(&profile, "selector 2 of Fargate profile 'fp' has no namespace");
}

static void a_profile_has_a_name(void **state)
{
    (void)state;
    const struct fg_fargate_profile profile = {
        .name = "", .selector_count = 1, .selectors = all_prod};
    check_says(&profile, "needs a name");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_selector_without_labels_takes_the_whole_namespace),
        cmocka_unit_test(every_label_of_a_selector_must_be_on_the_pod),
        cmocka_unit_test(wildcards_work_in_namespaces),
        cmocka_unit_test(wildcards_work_in_label_values_and_keys),
        cmocka_unit_test(the_first_profile_by_name_wins),
        cmocka_unit_test(a_profile_matches_by_any_of_its_selectors),
        cmocka_unit_test(a_pod_that_matches_nothing_has_no_profile),
        cmocka_unit_test(the_profile_a_pod_names_is_used_if_it_matches),
        cmocka_unit_test(a_pod_that_names_a_profile_it_does_not_match_has_none),
        cmocka_unit_test(daemonset_pods_are_left_to_ec2),
        cmocka_unit_test(the_compute_type_annotation_leaves_a_pod_to_ec2),
        cmocka_unit_test(a_node_selector_does_not_bring_a_pod_back_to_ec2),
        cmocka_unit_test(refusals_are_in_the_words_of_aws),
        cmocka_unit_test(several_refusals_stand_in_the_order_of_aws),
        cmocka_unit_test(gpus_and_arm64_are_not_on_fargate),
        cmocka_unit_test(more_than_175_gib_of_storage_are_refused),
        cmocka_unit_test(a_pod_that_no_size_holds_is_refused_with_the_largest),
        cmocka_unit_test(sidecars_are_part_of_the_request),
        cmocka_unit_test(the_size_table_of_the_day_decides),
        cmocka_unit_test(a_short_buffer_is_not_overrun),
        cmocka_unit_test(a_profile_has_one_to_five_selectors),
        cmocka_unit_test(a_selector_has_a_namespace_and_at_most_five_labels),
        cmocka_unit_test(a_profile_has_a_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
