/* Cron expressions by robfig's rules. */
#include "models/cron.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

static struct fg_cron parsed(const char *text)
{
    struct fg_cron cron;
    struct fg_error error = {0};
    if (fg_cron_parse(text, &cron, &error) != FG_OK)
        fail_msg("'%s' was refused: %s", text, error.message);
    return cron;
}

static fg_unix_s instant(const char *text)
{
    fg_unix_s out = 0;
    struct fg_error error = {0};
    assert_int_equal(fg_calendar_parse_instant(text, &out, &error), FG_OK);
    return out;
}

static void next_is(const char *expression, const char *after, const char *expected)
{
    char found[32] = "never";
    struct fg_cron cron = parsed(expression);
    fg_unix_s next;
    if (fg_cron_next(&cron, instant(after), 0, &next))
        fg_calendar_print_instant(next, found);
    if (strcmp(found, expected) != 0)
        fail_msg("'%s' after %s is %s, not %s", expression, after, found, expected);
}

static void is_refused(const char *text, const char *words)
{
    struct fg_cron cron;
    struct fg_error error = {0};
    if (fg_cron_parse(text, &cron, &error) == FG_OK)
        fail_msg("'%s' was accepted", text);
    assert_int_equal(error.status, FG_BAD_INPUT);
    if (strstr(error.message, words) == NULL)
        fail_msg("'%s' says: %s", text, error.message);
}

static void cron_next_is_strictly_later(void **state)
{
    (void)state;
    next_is("*/5 * * * *", "2026-03-02T00:00:00Z", "2026-03-02T00:05:00Z");
    next_is("*/5 * * * *", "2026-03-02T00:04:59Z", "2026-03-02T00:05:00Z");
    next_is("0 2 * * *", "2026-03-02T02:00:00Z", "2026-03-03T02:00:00Z");
    next_is("59 23 31 12 *", "2026-12-31T23:59:00Z", "2027-12-31T23:59:00Z");
    next_is("0 0 29 2 *", "2026-03-02T00:00:00Z", "2028-02-29T00:00:00Z");
}

static void cron_reads_lists_ranges_steps_and_names(void **state)
{
    (void)state;
    next_is("0 9-17/4 * * *", "2026-03-02T09:00:00Z", "2026-03-02T13:00:00Z");
    next_is("0 9-17/4 * * *", "2026-03-02T17:00:00Z", "2026-03-03T09:00:00Z");
    next_is("50/5 * * * *", "2026-03-02T00:50:00Z", "2026-03-02T00:55:00Z");
    next_is("50/5 * * * *", "2026-03-02T00:55:00Z", "2026-03-02T01:50:00Z");
    next_is("1,3-4,58 * * * *", "2026-03-02T00:04:00Z", "2026-03-02T00:58:00Z");
    /* 2026-03-02 is a Monday. */
    next_is("0 0 * jun MON-wed", "2026-03-02T00:00:00Z", "2026-06-01T00:00:00Z");
    next_is("0 0 ? * SAT", "2026-03-02T00:00:00Z", "2026-03-07T00:00:00Z");
    next_is("0 0 * * 0", "2026-03-02T00:00:00Z", "2026-03-08T00:00:00Z");
}

static void cron_reads_macros(void **state)
{
    (void)state;
    next_is("@hourly", "2026-03-02T00:00:00Z", "2026-03-02T01:00:00Z");
    next_is("@daily", "2026-03-02T00:00:00Z", "2026-03-03T00:00:00Z");
    next_is("@midnight", "2026-03-02T00:00:00Z", "2026-03-03T00:00:00Z");
    next_is("@weekly", "2026-03-02T00:00:00Z", "2026-03-08T00:00:00Z");
    next_is("@monthly", "2026-03-02T00:00:00Z", "2026-04-01T00:00:00Z");
    next_is("@yearly", "2026-03-02T00:00:00Z", "2027-01-01T00:00:00Z");
    next_is("@every 90m", "2026-03-02T00:00:10Z", "2026-03-02T01:30:10Z");
    is_refused("@fortnightly", "expected five fields, @yearly");
    is_refused("@every 0s", "expected at least 1s");
}

static void cron_gives_up_after_five_years(void **state)
{
    (void)state;
    next_is("0 0 30 2 *", "2026-03-02T00:00:00Z", "never");
}

static void cron_runs_in_local_time_of_a_fixed_offset(void **state)
{
    struct fg_cron cron = parsed("0 2 * * MON");
    fg_unix_s next = 0;
    (void)state;
    /* Monday 02:00 at +03:00 is Sunday 23:00 UTC. */
    assert_true(fg_cron_next(&cron, instant("2026-03-02T00:00:00Z"), 3 * 3600, &next));
    assert_int_equal(next, instant("2026-03-08T23:00:00Z"));
    assert_true(fg_cron_next(&cron, instant("2026-03-02T00:00:00Z"), -5 * 3600, &next));
    assert_int_equal(next, instant("2026-03-02T07:00:00Z"));
}

/* ---- the day rule, against the C library's calendar ---- */

static bool odd_or_monday(const struct tm *tm)
{
    return tm->tm_mday % 2 == 1 || tm->tm_wday == 1;
}
static bool monday(const struct tm *tm)
{
    return tm->tm_wday == 1;
}
static bool first_or_fifteenth_or_friday(const struct tm *tm)
{
    return tm->tm_mday == 1 || tm->tm_mday == 15 || tm->tm_wday == 5;
}
static bool thirteenth(const struct tm *tm)
{
    return tm->tm_mday == 13;
}

static void check_days(const char *expression, bool (*matches)(const struct tm *))
{
    enum { DAYS = 3653 }; /* ten years from 2026 on: three leap days */
    struct fg_cron cron = parsed(expression);
    fg_unix_s start = instant("2026-01-01T00:00:00Z"), next = start - 1;
    for (int day = 0; day < DAYS; day++) {
        time_t now = (time_t)(start + (fg_unix_s)day * 86400);
        struct tm tm;
        gmtime_r(&now, &tm);
        if (!matches(&tm))
            continue;
        assert_true(fg_cron_next(&cron, next, 0, &next));
        if (next != now)
            fail_msg("'%s': %lld is not %lld", expression, (long long)next, (long long)now);
    }
}

static void cron_days_match_both_with_a_star_else_either(void **state)
{
    (void)state;
    check_days("0 0 */2 * 1", odd_or_monday);
    check_days("0 0 */1 * 1", monday);
    check_days("0 0 * * 1", monday);
    check_days("0 0 1,15 * FRI", first_or_fifteenth_or_friday);
    check_days("0 0 13 * *", thirteenth);
    check_days("0 0 13 * ?", thirteenth);
}

static void cron_refuses_with_field_value_and_expectation(void **state)
{
    (void)state;
    is_refused("0 0 * * 7", "'day of week' is '7'; expected 0 to 6 or SUN to SAT");
    is_refused("0 0 32 * *", "'day of month' is '32'; expected 1 to 31");
    is_refused("0 0 0 * *", "'day of month' is '0'");
    is_refused("60 * * * *", "'minute' is '60'; expected 0 to 59");
    is_refused("* 24 * * *", "'hour' is '24'");
    is_refused("* * * 13 *", "'month' is '13'");
    is_refused("* * * foo *", "'month' is 'foo'");
    is_refused("*/0 * * * *", "'minute' is '*/0'");
    is_refused("5-1 * * * *", "'minute' is '5-1'");
    is_refused("1,,2 * * * *", "'minute' is '1,,2'");
    is_refused("-1 * * * *", "'minute' is '-1'");
    is_refused("* * * *", "too few fields");
    is_refused("", "too few fields");
    is_refused("* * * * * *", "too many fields");
    is_refused("TZ=UTC * * * * *", "time zone");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cron_next_is_strictly_later),
        cmocka_unit_test(cron_reads_lists_ranges_steps_and_names),
        cmocka_unit_test(cron_reads_macros),
        cmocka_unit_test(cron_gives_up_after_five_years),
        cmocka_unit_test(cron_runs_in_local_time_of_a_fixed_offset),
        cmocka_unit_test(cron_days_match_both_with_a_star_else_either),
        cmocka_unit_test(cron_refuses_with_field_value_and_expectation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
