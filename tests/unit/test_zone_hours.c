/* Seconds of instances by zone and clock hour. */
#include "sim/replay/zone_hours.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { HOUR0 = 492000 };

static struct fg_zone_hours hours;
static struct fg_clock clock_now;

static int start(void **state)
{
    (void)state;
    clock_now = fg_clock_at_start((fg_unix_s)HOUR0 * FG_HOUR_S);
    return 0;
}

static int end(void **state)
{
    (void)state;
    fg_zone_hours_release(&hours);
    return 0;
}

static void change_at(uint32_t second, const char *type, const char *zone, int64_t change)
{
    fg_clock_set(&clock_now, second);
    fg_zone_hours_change(&hours, type, zone, &clock_now, change);
}

static int64_t seconds_in(uint32_t meter, int32_t hour)
{
    return fg_zone_meter_seconds(&hours.items[meter], HOUR0 + hour);
}

/* One from 900 s on, another from 3600 + 1800 s to 4 * 3600 + 60 s, when both go:
 *     hour 0: 2700; hour 1: 3600 + 1800 = 5400; hours 2, 3: 7200; hour 4: 60 + 60 = 120 */
static void instances_are_counted_by_the_second_in_each_hour(void **state)
{
    (void)state;
    change_at(900, "m5.large", "us-east-1a", 1);
    change_at(5400, "m5.large", "us-east-1a", 1);
    change_at(4 * FG_HOUR_S + 60, "m5.large", "us-east-1a", -2);
    fg_zone_hours_roll(&hours, HOUR0 + 6);
    static const int64_t seconds[] = {2700, 5400, 7200, 7200, 120, 0, 0};
    for (int32_t hour = 0; hour < 7; hour++)
        assert_int_equal(seconds_in(0, hour), seconds[hour]);
    assert_int_equal(seconds_in(0, -1), 0);
}

/* Gone in hour 1, back in hour 5: the hours between have none. */
static void hours_between_are_empty(void **state)
{
    (void)state;
    change_at(0, "m5.large", "us-east-1a", 1);
    change_at(FG_HOUR_S, "m5.large", "us-east-1a", -1);
    change_at(5 * FG_HOUR_S, "m5.large", "us-east-1a", 1);
    fg_zone_hours_roll(&hours, HOUR0 + 6);
    assert_int_equal(seconds_in(0, 0), FG_HOUR_S);
    assert_int_equal(seconds_in(0, 1), 0);
    assert_int_equal(seconds_in(0, 4), 0);
    assert_int_equal(seconds_in(0, 5), FG_HOUR_S);
}

static void each_type_and_zone_is_counted_apart(void **state)
{
    (void)state;
    change_at(0, "m5.large", "us-east-1a", 1);
    change_at(0, "m5.large", "us-east-1b", 2);
    change_at(0, "c5.large", "us-east-1a", 3);
    fg_zone_hours_roll(&hours, HOUR0 + 1);
    assert_int_equal(hours.count, 3);
    for (uint32_t i = 0; i < 3; i++)
        assert_int_equal(seconds_in(i, 0), (int64_t)(i + 1) * FG_HOUR_S);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(instances_are_counted_by_the_second_in_each_hour, start,
                                        end),
        cmocka_unit_test_setup_teardown(hours_between_are_empty, start, end),
        cmocka_unit_test_setup_teardown(each_type_and_zone_is_counted_apart, start, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
