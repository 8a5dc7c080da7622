/* Hourly capacity: sums by the second, maxima of what lasts, the cut's hour apart. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sim/replay/capacity_series.h"

static const fg_unix_s new_year = 1767225600; /* 2026-01-01T00:00:00Z, hour 490896 */
enum { FIRST_HOUR = 490896 };

struct series_case {
    struct fg_capacity_series series;
    struct fg_result result;
    struct fg_clock clock;
};

static struct series_case open_case(fg_unix_s start)
{
    struct series_case c = {.clock = fg_clock_at_start(start)};
    c.series.pool = "pool";
    c.series.hour = c.clock.hour;
    return c;
}

static void nodes(struct series_case *c, uint32_t second, int64_t change)
{
    fg_clock_set(&c->clock, second);
    fg_series_enter(&c->series, &c->result.capacity, &c->clock);
    fg_series_change(&c->series, &c->clock, FG_SERIES_NODES, change);
}

static void close_case(struct series_case *c, uint32_t cut_s)
{
    fg_clock_set(&c->clock, cut_s);
    fg_series_enter(&c->series, &c->result.capacity, &c->clock);
    for (int part = 0; part < FG_SERIES_PARTS; part++)
        fg_series_change(&c->series, &c->clock, (enum fg_series_part)part, -c->series.rate[part]);
    fg_capacity_series_close(&c->series, &c->result.capacity);
    fg_capacity_close(&c->result.capacity, c->clock.start, cut_s);
}

static void check_row(const struct fg_result *result, uint32_t number, int32_t first_hour,
                      uint32_t hours, uint32_t seconds, int64_t node_seconds, int64_t nodes_max)
{
    assert_true(number < result->capacity.count);
    const struct fg_capacity_row *row = &result->capacity.items[number];
    assert_int_equal(row->first_hour, first_hour);
    assert_int_equal(row->hour_count, hours);
    assert_int_equal(row->seconds, seconds);
    assert_int_equal(row->node_seconds, node_seconds);
    assert_int_equal(row->nodes_max, nodes_max);
}

/* Two nodes from 00:50 on: 2 x 600, then 2 x 3600 for three hours, then 2 x 900 to the cut. */
static void the_hours_of_start_and_cut_are_rows_of_their_own(void **state)
{
    (void)state;
    struct series_case c = open_case(new_year + 1800);
    nodes(&c, 1200, 2);
    close_case(&c, 1800 + 3 * 3600 + 900);
    assert_int_equal(c.result.capacity.count, 3);
    check_row(&c.result, 0, FIRST_HOUR, 1, 1800, 2 * 600, 2);
    check_row(&c.result, 1, FIRST_HOUR + 1, 3, 3600, 2 * 3600, 2);
    check_row(&c.result, 2, FIRST_HOUR + 4, 1, 900, 2 * 900, 2);
    fg_result_release(&c.result);
}

static void what_only_waits_has_its_last_hour_apart_too(void **state)
{
    (void)state;
    struct series_case c = open_case(new_year);
    fg_clock_set(&c.clock, 100);
    fg_series_enter(&c.series, &c.result.capacity, &c.clock);
    c.series.pending = 4;
    close_case(&c, 2 * 3600 + 900);
    assert_int_equal(c.result.capacity.count, 3);
    check_row(&c.result, 2, FIRST_HOUR + 2, 1, 900, 0, 0);
    assert_int_equal(c.result.capacity.items[2].pods_pending_max, 4);
    fg_result_release(&c.result);
}

static void what_lasts_no_second_is_no_maximum(void **state)
{
    (void)state;
    struct series_case c = open_case(new_year);
    nodes(&c, 0, 3);
    nodes(&c, 100, 5);
    nodes(&c, 100, -5);
    close_case(&c, 1000);
    check_row(&c.result, 0, FIRST_HOUR, 1, 1000, 3000, 3);
    fg_result_release(&c.result);
}

/* Three nodes go at 01:00:00 sharp: they are not of the hour that begins then. */
static void what_ends_with_an_hour_is_not_in_the_next(void **state)
{
    (void)state;
    struct series_case c = open_case(new_year);
    nodes(&c, 0, 4);
    nodes(&c, 3600, -3);
    close_case(&c, 7200);
    assert_int_equal(c.result.capacity.count, 2);
    check_row(&c.result, 0, FIRST_HOUR, 1, 3600, 4 * 3600, 4);
    check_row(&c.result, 1, FIRST_HOUR + 1, 1, 3600, 3600, 1);
    fg_result_release(&c.result);
}

static void quiet_hours_between_are_one_range(void **state)
{
    (void)state;
    struct series_case c = open_case(new_year);
    nodes(&c, 0, 1);
    nodes(&c, 100 * 3600, 1);
    close_case(&c, 101 * 3600);
    assert_int_equal(c.result.capacity.count, 3);
    check_row(&c.result, 1, FIRST_HOUR + 1, 99, 3600, 3600, 1);
    check_row(&c.result, 2, FIRST_HOUR + 100, 1, 3600, 7200, 2);
    fg_result_release(&c.result);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_hours_of_start_and_cut_are_rows_of_their_own),
        cmocka_unit_test(what_only_waits_has_its_last_hour_apart_too),
        cmocka_unit_test(what_lasts_no_second_is_no_maximum),
        cmocka_unit_test(what_ends_with_an_hour_is_not_in_the_next),
        cmocka_unit_test(quiet_hours_between_are_one_range),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
