#include "models/share_out.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* 100 by 1, 1 and 1 of 3: 33 each, and 1 is left. */
static void shares_are_rounded_down(void **state)
{
    (void)state;
    assert_int_equal(fg_share_of(100, 1, 3), 33);
    assert_int_equal(fg_share_of(100, 2, 3), 66);
    assert_int_equal(fg_share_of(100, 3, 3), 100);
    assert_int_equal(fg_share_of(0, 1, 3), 0);
}

static void a_share_of_nothing_is_nothing(void **state)
{
    (void)state;
    assert_int_equal(fg_share_of(100, 0, 0), 0);
}

static void large_amounts_do_not_overflow(void **state)
{
    (void)state;
    assert_true(fg_share_of(INT64_MAX, INT64_MAX, INT64_MAX) == INT64_MAX);
}

static void the_rest_goes_to_the_first_idle_row(void **state)
{
    (void)state;
    struct fg_rest_taker taker = fg_rest_taker_open();
    fg_rest_taker_offer(&taker, 3, "web");
    fg_rest_taker_offer(&taker, 5, "(idle)");
    fg_rest_taker_offer(&taker, 7, "(idle)");
    fg_rest_taker_offer(&taker, 9, "web");
    assert_int_equal(taker.row, 5);
}

static void the_rest_goes_to_the_last_row_where_none_is_idle(void **state)
{
    (void)state;
    struct fg_rest_taker taker = fg_rest_taker_open();
    assert_int_equal(taker.row, UINT32_MAX);
    fg_rest_taker_offer(&taker, 3, "web");
    fg_rest_taker_offer(&taker, 5, "(system)");
    assert_int_equal(taker.row, 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shares_are_rounded_down),
        cmocka_unit_test(a_share_of_nothing_is_nothing),
        cmocka_unit_test(large_amounts_do_not_overflow),
        cmocka_unit_test(the_rest_goes_to_the_first_idle_row),
        cmocka_unit_test(the_rest_goes_to_the_last_row_where_none_is_idle),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
