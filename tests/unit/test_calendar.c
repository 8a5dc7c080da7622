/* UTC dates, instants and durations. */
#include "models/calendar.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static fg_unix_s instant(const char *text)
{
    struct fg_error error = {0};
    fg_unix_s out = -1;
    if (fg_calendar_parse_instant(text, &out, &error) != FG_OK)
        fail_msg("'%s' was refused: %s", text, error.message);
    return out;
}

static void instant_is_refused(const char *text)
{
    struct fg_error error = {0};
    fg_unix_s out = 77;
    if (fg_calendar_parse_instant(text, &out, &error) == FG_OK)
        fail_msg("'%s' was accepted", text);
    assert_int_equal(error.status, FG_BAD_INPUT);
    assert_non_null(strstr(error.message, "expected RFC 3339"));
    assert_int_equal(out, 77);
}

static fg_day day(const char *text)
{
    struct fg_error error = {0};
    fg_day out = -1;
    if (fg_calendar_parse_day(text, &out, &error) != FG_OK)
        fail_msg("'%s' was refused: %s", text, error.message);
    return out;
}

static uint32_t duration(const char *text)
{
    struct fg_error error = {0};
    uint32_t out = 77;
    if (fg_calendar_parse_duration(text, &out, &error) != FG_OK)
        fail_msg("'%s' was refused: %s", text, error.message);
    return out;
}

static void duration_is_refused(const char *text)
{
    struct fg_error error = {0};
    uint32_t out = 77;
    if (fg_calendar_parse_duration(text, &out, &error) == FG_OK)
        fail_msg("'%s' was accepted as %u s", text, out);
    assert_int_equal(error.status, FG_BAD_INPUT);
    assert_non_null(strstr(error.message, "expected"));
    assert_int_equal(out, 77);
}

/* 2026-03-02 is 20514 days after 1970-01-01: 56 years * 365 + 14 leap days + 31 + 28 + 1. */
static void reads_instants_as_seconds_since_1970(void **state)
{
    (void)state;
    assert_int_equal(instant("1970-01-01T00:00:00Z"), 0);
    assert_int_equal(instant("2026-03-02T00:00:00Z"), 20514LL * 86400);
    assert_int_equal(instant("2026-03-02T12:34:56Z"), 20514LL * 86400 + 12 * 3600 + 34 * 60 + 56);
    assert_int_equal(instant("1969-12-31T23:59:59Z"), -1);
}

static void subtracts_the_offset_of_an_instant(void **state)
{
    (void)state;
    assert_int_equal(instant("2026-03-02T01:00:00+01:00"), 20514LL * 86400);
    assert_int_equal(instant("2026-03-01T18:30:00-05:30"), 20514LL * 86400);
    assert_int_equal(instant("2026-03-02T00:00:00z"), 20514LL * 86400);
}

static void takes_a_date_alone_as_midnight(void **state)
{
    (void)state;
    assert_int_equal(instant("2026-03-02"), 20514LL * 86400);
    assert_int_equal(instant("2026-03-02 00:00:00"), 20514LL * 86400);
    assert_int_equal(instant("2026-03-02T00:01"), 20514LL * 86400 + 60);
}

static void cuts_off_fractions_of_a_second(void **state)
{
    (void)state;
    assert_int_equal(instant("2026-03-02T00:00:07.999999999Z"), 20514LL * 86400 + 7);
    assert_int_equal(instant("2026-03-02T00:00:07.01Z"), 20514LL * 86400 + 7);
    instant_is_refused("2026-03-02T00:00:07.Z");
}

static void refuses_what_is_no_instant(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",
        "yesterday",
        "2026",
        "2026-03",
        "2026-3-2",
        "2026-13-01T00:00:00Z",
        "2026-00-01T00:00:00Z",
        "2026-02-29T00:00:00Z",
        "2026-04-31",
        "2026-03-00",
        "0000-01-01",
        "2026-03-02T24:00:00Z",
        "2026-03-02T00:60:00Z",
        "2026-03-02T00:00:60Z",
        "2026-03-02T00:00:00ZZ",
        "2026-03-02T00:00:00+0100",
        "2026-03-02T00:00:00+24:00",
        "2026-03-02T",
        " 2026-03-02",
        "2026-03-02T00:00:00Z ",
        "1767225600",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        instant_is_refused(texts[i]);
}

static void knows_leap_years_by_the_century_rule(void **state)
{
    (void)state;
    assert_int_equal(day("2024-03-01") - day("2024-02-28"), 2);
    assert_int_equal(day("2000-03-01") - day("2000-02-28"), 2);
    assert_int_equal(day("1900-03-01") - day("1900-02-28"), 1);
    assert_int_equal(day("2100-03-01") - day("2100-02-28"), 1);
    instant_is_refused("2100-02-29");
    assert_int_equal(day("2024-02-29"), 19782);
}

static void reads_a_month_alone_as_its_first_day(void **state)
{
    (void)state;
    assert_int_equal(day("2026-05"), day("2026-05-01"));
    struct fg_error error = {0};
    fg_day out;
    assert_int_equal(fg_calendar_parse_day("2026", &out, &error), FG_BAD_INPUT);
    error = (struct fg_error){0};
    assert_int_equal(fg_calendar_parse_day("2026-05-", &out, &error), FG_BAD_INPUT);
    error = (struct fg_error){0};
    assert_int_equal(fg_calendar_parse_day("2026-05-01T00:00:00Z", &out, &error), FG_BAD_INPUT);
    assert_non_null(strstr(error.message, "expected one such as"));
}

static void prints_what_it_reads_for_every_day_of_four_centuries(void **state)
{
    (void)state;
    char buffer[16];
    fg_day last = day("2300-01-01");
    for (fg_day number = day("1900-01-01"); number <= last; number++)
        assert_int_equal(day(fg_calendar_print_day(number, buffer)), number);
}

static void prints_instants_as_rfc_3339(void **state)
{
    (void)state;
    char buffer[32];
    assert_string_equal(fg_calendar_print_instant(0, buffer), "1970-01-01T00:00:00Z");
    assert_string_equal(fg_calendar_print_instant(-1, buffer), "1969-12-31T23:59:59Z");
    assert_string_equal(fg_calendar_print_instant(instant("2026-03-02T12:34:56Z"), buffer),
                        "2026-03-02T12:34:56Z");
}

static void adds_up_durations(void **state)
{
    (void)state;
    assert_int_equal(duration("90s"), 90);
    assert_int_equal(duration("10m"), 600);
    assert_int_equal(duration("1h30m"), 5400);
    assert_int_equal(duration("30d"), 2592000);
    assert_int_equal(duration("2w"), 1209600);
    assert_int_equal(duration("1w1d1h1m1s"), 604800 + 86400 + 3600 + 60 + 1);
    assert_int_equal(duration("3600"), 3600);
    assert_int_equal(duration("0"), 0);
    assert_int_equal(duration("0s"), 0);
    assert_int_equal(duration("4294967294"), 4294967294);
}

static void refuses_what_is_no_duration(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",           "s",     "-5s", "500ms", "1.5h", "1h30", "1 h", "h1",
        "4294967295", "8000w", "1y",  "1H",    "1h ",  "+1h",  "1e3", "99999999999999999999",
        "Never"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        duration_is_refused(texts[i]);
}

static void prints_durations_in_days_hours_minutes_and_seconds(void **state)
{
    (void)state;
    char buffer[32];
    assert_string_equal(fg_calendar_print_duration(0, buffer), "0s");
    assert_string_equal(fg_calendar_print_duration(45, buffer), "45s");
    assert_string_equal(fg_calendar_print_duration(7500, buffer), "2h 5m");
    assert_string_equal(fg_calendar_print_duration(90061, buffer), "1d 1h 1m 1s");
    assert_true(strlen(fg_calendar_print_duration(UINT64_MAX, buffer)) < 32);
}

static void finds_the_day_of_an_instant_also_before_1970(void **state)
{
    (void)state;
    assert_int_equal(fg_calendar_day_of(0), 0);
    assert_int_equal(fg_calendar_day_of(86399), 0);
    assert_int_equal(fg_calendar_day_of(86400), 1);
    assert_int_equal(fg_calendar_day_of(-1), -1);
    assert_int_equal(fg_calendar_day_of(-86400), -1);
    assert_int_equal(fg_calendar_day_of(-86401), -2);
    assert_int_equal(fg_calendar_start_of_day(-1), -86400);
}

static void counts_the_seconds_of_a_month(void **state)
{
    (void)state;
    assert_int_equal(fg_calendar_month_seconds(instant("2026-01-31T23:59:59Z")), 31 * 86400);
    assert_int_equal(fg_calendar_month_seconds(instant("2026-02-01")), 28 * 86400);
    assert_int_equal(fg_calendar_month_seconds(instant("2024-02-29")), 29 * 86400);
    assert_int_equal(fg_calendar_month_seconds(instant("2025-11-15")), 30 * 86400);
    assert_int_equal(fg_calendar_month_seconds(instant("1969-12-31")), 31 * 86400);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_instants_as_seconds_since_1970),
        cmocka_unit_test(subtracts_the_offset_of_an_instant),
        cmocka_unit_test(takes_a_date_alone_as_midnight),
        cmocka_unit_test(cuts_off_fractions_of_a_second),
        cmocka_unit_test(refuses_what_is_no_instant),
        cmocka_unit_test(knows_leap_years_by_the_century_rule),
        cmocka_unit_test(reads_a_month_alone_as_its_first_day),
        cmocka_unit_test(prints_what_it_reads_for_every_day_of_four_centuries),
        cmocka_unit_test(prints_instants_as_rfc_3339),
        cmocka_unit_test(adds_up_durations),
        cmocka_unit_test(refuses_what_is_no_duration),
        cmocka_unit_test(prints_durations_in_days_hours_minutes_and_seconds),
        cmocka_unit_test(finds_the_day_of_an_instant_also_before_1970),
        cmocka_unit_test(counts_the_seconds_of_a_month),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
