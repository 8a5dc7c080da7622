#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "sim/replay/event_queue.h"
#include "sim/replay/zones.h"

static void a_lost_zone_works_again_when_its_time_is_over(void **state)
{
    (void)state;
    struct fg_zones zones = {0};
    assert_true(fg_zone_works(&zones, "a"));
    assert_int_equal(fg_zones_next(&zones), FG_NEVER);
    fg_zone_lose(&zones, "a", 100);
    fg_zone_lose(&zones, "b", 50);
    assert_false(fg_zone_works(&zones, "a"));
    assert_false(fg_zone_works(&zones, "b"));
    assert_true(fg_zone_works(&zones, "c"));
    assert_int_equal(fg_zones_next(&zones), 50);
    assert_false(fg_zones_regain(&zones, 49));
    assert_true(fg_zones_regain(&zones, 50));
    assert_true(fg_zone_works(&zones, "b"));
    assert_false(fg_zone_works(&zones, "a"));
    assert_int_equal(fg_zones_next(&zones), 100);
    fg_zones_release(&zones);
}

static void a_zone_lost_twice_is_back_when_both_are_over(void **state)
{
    (void)state;
    struct fg_zones zones = {0};
    fg_zone_lose(&zones, "a", 100);
    fg_zone_lose(&zones, "a", 200);
    assert_true(fg_zones_regain(&zones, 100));
    assert_false(fg_zone_works(&zones, "a"));
    assert_true(fg_zones_regain(&zones, 200));
    assert_true(fg_zone_works(&zones, "a"));
    fg_zones_release(&zones);
}

static void a_zone_lost_for_good_does_not_come_back(void **state)
{
    (void)state;
    struct fg_zones zones = {0};
    fg_zone_lose(&zones, "a", FG_NEVER);
    assert_int_equal(fg_zones_next(&zones), FG_NEVER);
    assert_false(fg_zones_regain(&zones, FG_NEVER - 1));
    assert_false(fg_zone_works(&zones, "a"));
    fg_zones_release(&zones);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_lost_zone_works_again_when_its_time_is_over),
        cmocka_unit_test(a_zone_lost_twice_is_back_when_both_are_over),
        cmocka_unit_test(a_zone_lost_for_good_does_not_come_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
