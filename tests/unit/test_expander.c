/* Which node group grows: each expander, chains of them, and what is left for a random one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sim/controllers/expander.h"

#define GIB (1024LL * 1024 * 1024)

static struct fg_expansion option(const char *group, int64_t vcpu, int64_t gibibytes, int64_t nodes,
                                  int64_t pods)
{
    return (struct fg_expansion){
        .group = group,
        .machine = {.cpu_milli = vcpu * 1000, .memory_bytes = gibibytes * GIB},
        .nodes = nodes,
        .pods = pods,
        .cpu_milli = pods * 1500,
        .memory_bytes = pods * 2 * GIB,
    };
}

/* Three pods of 1500m / 2Gi.
 * small 2 vCPU 8 GiB, 3 nodes: (6000 - 4500) / 6000 + (24 - 6) / 24 = 0.25 + 0.75 = 1.00
 * twin  the same, of another group
 * large 8 vCPU 32 GiB, 1 node: (8000 - 4500) / 8000 + (32 - 6) / 32 = 0.4375 + 0.8125 = 1.25
 * short as small but full after 2 nodes, so 2 pods: (4000 - 3000) / 4000 + (16 - 4) / 16 = 1.00 */
static uint32_t choose(const struct fg_autoscaler_settings *settings, uint32_t *left)
{
    const struct fg_expansion options[] = {
        option("small", 2, 8, 3, 3),
        option("twin", 2, 8, 3, 3),
        option("large", 8, 32, 1, 3),
        option("short", 2, 8, 2, 2),
    };
    return fg_expander_choose(settings, options, 4, left);
}

static void least_waste_keeps_all_that_waste_as_little(void **state)
{
    (void)state;
    const struct fg_autoscaler_settings settings = {.expander = FG_EXPANDER_LEAST_WASTE};
    uint32_t left[4];
    assert_int_equal(choose(&settings, left), 3);
    assert_int_equal(left[0], 0);
    assert_int_equal(left[1], 1);
    assert_int_equal(left[2], 3);
}

static void most_pods_and_least_nodes_count(void **state)
{
    (void)state;
    struct fg_autoscaler_settings settings = {.expander = FG_EXPANDER_MOST_PODS};
    uint32_t left[4];
    assert_int_equal(choose(&settings, left), 3);
    assert_int_equal(left[2], 2);
    settings.expander = FG_EXPANDER_LEAST_NODES;
    assert_int_equal(choose(&settings, left), 1);
    assert_int_equal(left[0], 2);
}

static void random_leaves_every_option(void **state)
{
    (void)state;
    const struct fg_autoscaler_settings settings = {.expander = FG_EXPANDER_RANDOM};
    uint32_t left[4];
    assert_int_equal(choose(&settings, left), 4);
}

/* Most pods leaves small, twin and large; of these least waste leaves small and twin. */
static void chain_goes_on_with_what_is_left(void **state)
{
    (void)state;
    const struct fg_autoscaler_settings settings = {
        .expander = FG_EXPANDER_MOST_PODS, .then_count = 1, .then = {FG_EXPANDER_LEAST_WASTE}};
    uint32_t left[4];
    assert_int_equal(choose(&settings, left), 2);
    assert_int_equal(left[0], 0);
    assert_int_equal(left[1], 1);
}

static void priority_takes_the_highest_number_whose_pattern_is_found(void **state)
{
    (void)state;
    const char *everything[] = {".*"}, *endings[] = {"^tw", "rt$"};
    struct fg_expander_priority priorities[] = {{20, 2, endings}, {10, 1, everything}};
    const struct fg_autoscaler_settings settings = {
        .expander = FG_EXPANDER_PRIORITY, .priority_count = 2, .priorities = priorities};
    uint32_t left[4];
    assert_int_equal(choose(&settings, left), 2);
    assert_int_equal(left[0], 1);
    assert_int_equal(left[1], 3);
}

static void priority_without_a_match_leaves_all_to_the_next(void **state)
{
    (void)state;
    const char *nothing[] = {"no such group"};
    struct fg_expander_priority priorities[] = {{20, 1, nothing}};
    const struct fg_autoscaler_settings settings = {.expander = FG_EXPANDER_PRIORITY,
                                                    .then_count = 1,
                                                    .then = {FG_EXPANDER_LEAST_NODES},
                                                    .priority_count = 1,
                                                    .priorities = priorities};
    uint32_t left[4];
    assert_int_equal(choose(&settings, left), 1);
    assert_int_equal(left[0], 2);
}

static void pattern_that_is_none_is_an_error_that_quotes_it(void **state)
{
    (void)state;
    const char *patterns[] = {"web(-"};
    struct fg_expander_priority priorities[] = {{20, 1, patterns}};
    const struct fg_autoscaler_settings settings = {.priority_count = 1, .priorities = priorities};
    struct fg_error error = {0};
    assert_int_equal(fg_expander_check(&settings, &error), FG_BAD_INPUT);
    assert_non_null(strstr(error.message, "'web(-'"));
    patterns[0] = "web(-|$)";
    assert_int_equal(fg_expander_check(&settings, &error), FG_OK);
}

static void default_is_random_through_1_32(void **state)
{
    (void)state;
    assert_int_equal(fg_expander_default("1.32"), FG_EXPANDER_RANDOM);
    assert_int_equal(fg_expander_default("1.33"), FG_EXPANDER_LEAST_WASTE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(least_waste_keeps_all_that_waste_as_little),
        cmocka_unit_test(most_pods_and_least_nodes_count),
        cmocka_unit_test(random_leaves_every_option),
        cmocka_unit_test(chain_goes_on_with_what_is_left),
        cmocka_unit_test(priority_takes_the_highest_number_whose_pattern_is_found),
        cmocka_unit_test(priority_without_a_match_leaves_all_to_the_next),
        cmocka_unit_test(pattern_that_is_none_is_an_error_that_quotes_it),
        cmocka_unit_test(default_is_random_through_1_32),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
