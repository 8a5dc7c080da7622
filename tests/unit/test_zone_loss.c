/* What the loss of the fullest zone leaves, from hours written by hand. */
#include "models/zone_loss.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

enum { HOUR_S = 3600 };

/* In each of the hours, whose `seconds` are inside the study: vCPU and GiB allocatable and
 * requested. */
static struct fg_capacity_row row(const char *zone, int32_t first, uint32_t hours, uint32_t seconds,
                                  int64_t vcpu, int64_t vcpu_requested, int64_t gib,
                                  int64_t gib_requested)
{
    return (struct fg_capacity_row){.pool = zone,
                                    .first_hour = first,
                                    .hour_count = hours,
                                    .seconds = seconds,
                                    .cpu_allocatable_milli_s = vcpu * 1000 * seconds,
                                    .cpu_requested_milli_s = vcpu_requested * 1000 * seconds,
                                    .memory_allocatable_mib_s = gib * 1024 * seconds,
                                    .memory_requested_mib_s = gib_requested * 1024 * seconds};
}

static struct fg_zone_loss find(struct fg_capacity_row *rows, uint32_t count)
{
    struct fg_zone_loss loss;
    fg_zone_loss_find(&(struct fg_capacity_rows){.count = count, .items = rows}, &loss);
    return loss;
}

/* a: 10 vCPU, 8 asked for; b: 6 vCPU, 2 asked for. Without a: 6 - 8 - 2 = -4; without b:
 * 10 - 10 = 0. Memory is plenty: 64 - 10 = 54 and so on. */
static void fullest_zone_is_the_one_whose_loss_leaves_least(void **state)
{
    (void)state;
    struct fg_capacity_row rows[] = {row("a", 5, 1, HOUR_S, 10, 8, 64, 8),
                                     row("b", 5, 1, HOUR_S, 6, 2, 64, 2)};
    struct fg_zone_loss loss = find(rows, 2);
    assert_string_equal(loss.zone, "a");
    assert_int_equal(loss.zone_count, 2);
    assert_int_equal(loss.hour, 5);
    assert_int_equal(loss.seconds, HOUR_S);
    assert_int_equal(loss.cpu_requested_milli_s, 8000 * HOUR_S);
    assert_int_equal(loss.all_cpu_requested_milli_s, 10000 * HOUR_S);
    assert_int_equal(loss.memory_requested_mib_s, 8 * 1024 * HOUR_S);
    assert_int_equal(loss.all_memory_requested_mib_s, 10 * 1024 * HOUR_S);
    assert_int_equal(loss.cpu_headroom_milli_s, -4000 * HOUR_S);
    assert_int_equal(loss.memory_headroom_mib_s, 54 * 1024 * HOUR_S);
}

/* Three hours of a: 4 vCPU, 2 asked for; b: 4 vCPU, 1 asked for in hour 0, 3 in hour 1, none there
 * in hour 2. Losses: hour 0: a or b 4 - 3 = 1; hour 1: 4 - 5 = -1; hour 2: a 0 - 2 = -2. */
static void worst_hour_may_lie_inside_a_range(void **state)
{
    (void)state;
    struct fg_capacity_row rows[] = {row("a", 0, 3, HOUR_S, 4, 2, 99, 0),
                                     row("b", 0, 1, HOUR_S, 4, 1, 99, 0),
                                     row("b", 1, 1, HOUR_S, 4, 3, 99, 0)};
    struct fg_zone_loss loss = find(rows, 2);
    assert_int_equal(loss.hour, 1); /* without the third row b is gone in hour 1 too */
    assert_int_equal(loss.cpu_headroom_milli_s, -2000 * HOUR_S);
    loss = find(rows, 3);
    assert_string_equal(loss.zone, "a");
    assert_int_equal(loss.hour, 2);
    assert_int_equal(loss.zone_count, 2);
    assert_int_equal(loss.cpu_headroom_milli_s, -2000 * HOUR_S);
}

/* Without a: 1 vCPU is left, worth 9 GiB, and 6 - 4 = 2 GiB, which are scarcer. Without b: 0.5 vCPU
 * would be worth 4.5 GiB; here 4 - 3 = 1 vCPU and 30 - 4 GiB are left. */
static void scarcer_resource_counts_with_a_vcpu_worth_nine_gib(void **state)
{
    (void)state;
    struct fg_capacity_row rows[] = {row("a", 0, 1, HOUR_S, 4, 2, 30, 2),
                                     row("b", 0, 1, HOUR_S, 4, 1, 6, 2)};
    struct fg_zone_loss loss = find(rows, 2);
    assert_string_equal(loss.zone, "a");
    /* 10 GiB more in b: 12 left without a, more than the 9 that its vCPU is worth; both zones leave
     * 1 vCPU and the first by name stands. */
    rows[1] = row("b", 0, 1, HOUR_S, 4, 1, 16, 2);
    loss = find(rows, 2);
    assert_string_equal(loss.zone, "a");
    /* b has 5 vCPU: without a 5 - 3 = 2 are left, without b 1. */
    rows[1] = row("b", 0, 1, HOUR_S, 5, 1, 99, 2);
    loss = find(rows, 2);
    assert_string_equal(loss.zone, "b");
    assert_int_equal(loss.cpu_headroom_milli_s, 1000 * HOUR_S);
}

/* Hour 0 lasts 600 s and lacks 3 vCPU, hour 1 all of it and lacks 2: the sums say 1,800 and 7,200
 * vCPU-seconds, but the average of hour 0 is worse. */
static void hours_cut_short_count_by_their_average(void **state)
{
    (void)state;
    struct fg_capacity_row rows[] = {row("a", 0, 1, 600, 4, 3, 9, 0),
                                     row("a", 1, 1, HOUR_S, 4, 2, 9, 0)};
    struct fg_zone_loss loss = find(rows, 2);
    assert_int_equal(loss.hour, 0);
    assert_int_equal(loss.cpu_headroom_milli_s, -3000 * 600);
}

static void without_nodes_there_is_no_zone_to_lose(void **state)
{
    (void)state;
    struct fg_zone_loss none = find(NULL, 0), some = {.zone = "a", .seconds = HOUR_S};
    assert_null(none.zone);
    assert_int_equal(none.zone_count, 0);
    assert_true(fg_zone_loss_is_worse(&some, &none));
    assert_false(fg_zone_loss_is_worse(&none, &some));
    assert_false(fg_zone_loss_is_worse(&none, &none));
    assert_false(fg_zone_loss_is_worse(&some, &some));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fullest_zone_is_the_one_whose_loss_leaves_least),
        cmocka_unit_test(worst_hour_may_lie_inside_a_range),
        cmocka_unit_test(scarcer_resource_counts_with_a_vcpu_worth_nine_gib),
        cmocka_unit_test(hours_cut_short_count_by_their_average),
        cmocka_unit_test(without_nodes_there_is_no_zone_to_lose),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
