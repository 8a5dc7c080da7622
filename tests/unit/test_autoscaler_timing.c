/* When Cluster Autoscaler may act, to the second. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sim/controllers/autoscaler_timing.h"

static struct fg_autoscaler_settings defaults(void)
{
    return fg_cluster_default().autoscaler;
}

/* With the real one's buffers the loop acts for a pod of 2 s, with a GPU of 30 s; the oldest
 * counts. Without them it always acts. */
static void loop_waits_while_the_oldest_pod_is_new(void **state)
{
    (void)state;
    static const struct {
        uint32_t oldest_s, oldest_gpu_s;
        bool waits;
    } rows[] = {
        {FG_NOT_YET, FG_NOT_YET, false}, /* no pod waits */
        {0, FG_NOT_YET, true},
        {1, FG_NOT_YET, true},
        {2, FG_NOT_YET, false},
        {2, 2, true},
        {29, 29, true},
        {30, 30, false},
        {600, 29, true}, /* an older pod without a GPU does not help */
    };
    struct fg_autoscaler_settings settings = defaults();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_false(fg_scale_up_waits(&settings, rows[i].oldest_s, rows[i].oldest_gpu_s));
    settings.new_pod_buffer_s = 2;
    settings.new_gpu_pod_buffer_s = 30;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(fg_scale_up_waits(&settings, rows[i].oldest_s, rows[i].oldest_gpu_s),
                         rows[i].waits);
}

/* Unneeded since 100: 100 + 600 = 700 is not over yet, 701 is; not ready, 100 + 1200 + 1. */
static void node_goes_when_its_time_is_over_not_when_it_is_reached(void **state)
{
    (void)state;
    const struct fg_autoscaler_settings settings = defaults();
    assert_int_equal(fg_scale_down_due_s(&settings, true, 100), 701);
    assert_int_equal(fg_scale_down_due_s(&settings, false, 100), 1301);
}

/* Added at 1000: 1600. Failed at 1500: 1680. Deleted at 1700: at once, 1700. */
static void cool_down_ends_with_the_last_of_its_delays(void **state)
{
    (void)state;
    const struct fg_autoscaler_settings settings = defaults();
    assert_int_equal(fg_scale_down_cool_s(&settings, FG_NOT_YET, FG_NOT_YET, FG_NOT_YET), 0);
    assert_int_equal(fg_scale_down_cool_s(&settings, 1000, FG_NOT_YET, FG_NOT_YET), 1600);
    assert_int_equal(fg_scale_down_cool_s(&settings, 1000, FG_NOT_YET, 1500), 1680);
    assert_int_equal(fg_scale_down_cool_s(&settings, 1000, 1700, 1500), 1700);
}

/* Fails at 0: 300 s, to 300. Again at 200, while that lasts: 300 s more, to 500. Then at 600: twice
 * as long, to 1200. At 1300: 1200 s, to 2500. At 3000: 2400 is over the maximum, 1800, to 4800. */
static void backoff_doubles_after_it_has_ended_up_to_its_maximum(void **state)
{
    (void)state;
    const struct fg_autoscaler_settings settings = defaults();
    static const struct {
        uint32_t fails_s;
        uint64_t until_s;
    } rows[] = {{0, 300}, {200, 500}, {600, 1200}, {1300, 2500}, {3000, 4800}, {5000, 6800}};
    struct fg_group_backoff backoff = {0};
    assert_false(fg_backoff_holds(&backoff, 0));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        fg_backoff_fail(&backoff, &settings, rows[i].fails_s);
        assert_int_equal(backoff.until_s, rows[i].until_s);
        assert_true(fg_backoff_holds(&backoff, (uint32_t)rows[i].until_s));
        assert_false(fg_backoff_holds(&backoff, (uint32_t)rows[i].until_s + 1));
    }
}

/* Reset three hours after the last failure: 0 + 10800 is not past, 10801 is. */
static void backoff_begins_anew_after_the_reset_time(void **state)
{
    (void)state;
    const struct fg_autoscaler_settings settings = defaults();
    struct fg_group_backoff backoff = {0};
    fg_backoff_fail(&backoff, &settings, 0);
    struct fg_group_backoff late = backoff;
    fg_backoff_fail(&backoff, &settings, 10800);
    assert_int_equal(backoff.duration_s, 600);
    fg_backoff_fail(&late, &settings, 10801);
    assert_int_equal(late.duration_s, 300);
}

static void node_counts_as_failed_after_the_provision_time(void **state)
{
    (void)state;
    const struct fg_autoscaler_settings settings = defaults();
    assert_false(fg_provision_failed(&settings, 100, 1000));
    assert_true(fg_provision_failed(&settings, 100, 1001));
}

static uint32_t count_going(const struct fg_due_node *nodes, uint32_t count, bool empty)
{
    uint32_t going = 0;
    for (uint32_t i = 0; i < count; i++)
        going += nodes[i].goes && nodes[i].is_empty == empty;
    return going;
}

/* Eight empty and three with pods: ten at most, of those with pods one. With twelve empty ones no
 * budget is left for a drain. */
static void ten_go_at_once_and_one_of_them_is_drained(void **state)
{
    (void)state;
    const struct fg_autoscaler_settings settings = defaults();
    struct fg_due_node nodes[15] = {0};
    for (int i = 0; i < 8; i++)
        nodes[i].is_empty = true;
    fg_scale_down_crop(&settings, 0, 0, nodes, 11);
    assert_int_equal(count_going(nodes, 11, true), 8);
    assert_int_equal(count_going(nodes, 11, false), 1);
    for (int i = 8; i < 12; i++)
        nodes[i].is_empty = true;
    fg_scale_down_crop(&settings, 0, 0, nodes, 15);
    assert_int_equal(count_going(nodes, 15, true), 10);
    assert_int_equal(count_going(nodes, 15, false), 0);
}

static void what_is_being_removed_counts_against_the_budget(void **state)
{
    (void)state;
    const struct fg_autoscaler_settings settings = defaults();
    struct fg_due_node nodes[6] = {{.is_empty = true}, {.is_empty = true}, {.is_empty = true}};
    fg_scale_down_crop(&settings, 7, 1, nodes, 6);
    assert_int_equal(count_going(nodes, 6, true), 2);
    assert_int_equal(count_going(nodes, 6, false), 0);
}

/* Budget 3: the first group's two, then one of the second, though it stands between them. */
static void nodes_of_a_group_go_together(void **state)
{
    (void)state;
    struct fg_autoscaler_settings settings = defaults();
    settings.max_scale_down_parallelism = 3;
    struct fg_due_node nodes[] = {
        {.group = 7, .is_empty = true},
        {.group = 5, .is_empty = true},
        {.group = 7, .is_empty = true},
        {.group = 5, .is_empty = true},
    };
    fg_scale_down_crop(&settings, 0, 0, nodes, 4);
    assert_true(nodes[0].goes && nodes[1].goes && nodes[2].goes);
    assert_false(nodes[3].goes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(loop_waits_while_the_oldest_pod_is_new),
        cmocka_unit_test(node_goes_when_its_time_is_over_not_when_it_is_reached),
        cmocka_unit_test(cool_down_ends_with_the_last_of_its_delays),
        cmocka_unit_test(backoff_doubles_after_it_has_ended_up_to_its_maximum),
        cmocka_unit_test(backoff_begins_anew_after_the_reset_time),
        cmocka_unit_test(node_counts_as_failed_after_the_provision_time),
        cmocka_unit_test(ten_go_at_once_and_one_of_them_is_drained),
        cmocka_unit_test(what_is_being_removed_counts_against_the_budget),
        cmocka_unit_test(nodes_of_a_group_go_together),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
