/* pricing.allocation, as a study has it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/study_text.h"

static const struct fg_allocation_settings *allocation(const char *lines)
{
    return fg_text_scenario(lines)->allocation;
}

static void a_study_without_allocation_has_none(void **state)
{
    (void)state;
    assert_null(allocation("pricing: {}\n"));
    assert_null(allocation("pricing: {allocation: null}\n"));
}

static void an_empty_allocation_is_by_namespace_and_workload_with_shared_cost_apart(void **state)
{
    (void)state;
    const struct fg_allocation_settings *found = allocation("pricing: {allocation: {}}\n");
    assert_non_null(found);
    assert_int_equal(found->shared, FG_SHARE_APART);
    assert_int_equal(found->idle, FG_SHARE_APART);
    assert_int_equal(found->namespace_count, 0);
    assert_int_equal(found->dimension_count, 2);
    assert_string_equal(found->dimensions[0], "namespace");
    assert_string_equal(found->dimensions[1], "workload");
}

static void idle_goes_with_the_rest_unless_it_is_named(void **state)
{
    (void)state;
    const struct fg_allocation_settings *found =
        allocation("pricing: {allocation: {shared: by share, sharedNamespaces: kube-*}}\n");
    assert_int_equal(found->shared, FG_SHARE_BY_SHARE);
    assert_int_equal(found->idle, FG_SHARE_BY_SHARE);
    assert_int_equal(found->namespace_count, 1);
    assert_string_equal(found->namespaces[0], "kube-*");
    found = allocation("pricing: {allocation: {idle: apart, shared: even}}\n");
    assert_int_equal(found->shared, FG_SHARE_EVEN);
    assert_int_equal(found->idle, FG_SHARE_APART);
}

static void dimensions_keep_their_order(void **state)
{
    (void)state;
    const struct fg_allocation_settings *found =
        allocation("pricing: {allocation: {by: [\"label:team\", workload]}}\n");
    assert_int_equal(found->dimension_count, 2);
    assert_string_equal(found->dimensions[0], "label:team");
    assert_string_equal(found->dimensions[1], "workload");
    found = allocation("pricing: {allocation: {by: label:app.kubernetes.io/name}}\n");
    assert_int_equal(found->dimension_count, 1);
    assert_string_equal(found->dimensions[0], "label:app.kubernetes.io/name");
}

static void what_cannot_be_asked_for_is_refused(void **state)
{
    (void)state;
    fg_text_scenario_faults("pricing: {allocation: {shared: evenly}}\n", 4,
                            "shared is 'evenly'; expected apart, even or by share");
    fg_text_scenario_faults("pricing: {allocation: {idle: none}}\n", 4,
                            "idle is 'none'; expected apart, even or by share");
    fg_text_scenario_faults("pricing: {allocation: {by: [team]}}\n", 4,
                            "by is 'team'; expected namespace, workload or label:KEY");
    fg_text_scenario_faults("pricing: {allocation: {by: [\"label:\"]}}\n", 4,
                            "by is 'label:'; expected namespace, workload or label:KEY");
    fg_text_scenario_faults("pricing: {allocation: {by: [workload, workload]}}\n", 4,
                            "by has 'workload' twice; expected it once");
    fg_text_scenario_faults("pricing: {allocation: {by: []}}\n", 4,
                            "by is empty; expected namespace, workload or label:KEY");
    fg_text_scenario_faults("pricing: {allocation: {share: even}}\n", 4,
                            "unknown key 'share' in allocation; did you mean 'shared'?");
}

#define TEST(name) cmocka_unit_test_teardown(name, fg_text_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_study_without_allocation_has_none),
        TEST(an_empty_allocation_is_by_namespace_and_workload_with_shared_cost_apart),
        TEST(idle_goes_with_the_rest_unless_it_is_named),
        TEST(dimensions_keep_their_order),
        TEST(what_cannot_be_asked_for_is_refused),
    };
    return cmocka_run_group_tests(tests, fg_text_open_catalog, fg_text_close_catalog);
}
