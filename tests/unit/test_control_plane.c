/* The cluster's fee, with extended support by the calendar (rules E1, G7). */
#include "sim/replay/control_plane.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "data/catalog_reader.h"

static struct fg_catalog catalog;

static int read_catalog(void **state)
{
    (void)state;
    struct fg_error error = {0};
    return fg_catalog_read(NULL, &catalog, &error) == FG_OK ? 0 : -1;
}

static int release_catalog(void **state)
{
    (void)state;
    fg_catalog_release(&catalog);
    return 0;
}

static fg_nanodollars charged(const struct fg_ledger *ledger, enum fg_charge charge)
{
    fg_nanodollars sum = 0;
    for (uint32_t i = 0; i < ledger->row_count; i++)
        if (ledger->accounts[ledger->rows[i].account].charge == charge)
            sum += ledger->rows[i].nano * ledger->rows[i].hour_count;
    return sum;
}

/* Bills `seconds` from `start`, at the prices of the catalog on `as_of` (NULL = the newest). */
static void bill(const char *start, const char *version, bool standard, uint32_t seconds,
                 const char *as_of, struct fg_ledger *out)
{
    struct fg_error error = {0};
    struct fg_scenario scenario = {
        .name = "s",
        .region = "us-east-1",
        .price_day = FG_DAY_UNKNOWN,
        .cluster.control_plane = {.version = version, .upgrade_standard = standard}};
    struct fg_price_book prices;
    struct fg_bill rows = {0};
    assert_int_equal(fg_calendar_parse_instant(start, &scenario.start, &error), FG_OK);
    if (as_of != NULL)
        assert_int_equal(fg_calendar_parse_day(as_of, &scenario.price_day, &error), FG_OK);
    if (fg_price_book_read(&scenario, &catalog, &prices, &error) != FG_OK ||
        fg_control_plane_bill(&scenario, &catalog, &prices, seconds, &rows, &error) != FG_OK)
        fail_msg("%s", error.message);
    fg_bill_close(&rows, out);
    fg_price_book_release(&prices);
}

static void costs(const char *start, const char *version, bool standard, uint32_t hours,
                  const char *usd_standard, const char *usd_extended)
{
    struct fg_ledger ledger;
    char buffer[48];
    bill(start, version, standard, hours * 3600, NULL, &ledger);
    assert_string_equal(fg_money_print(charged(&ledger, FG_CHARGE_CONTROL_PLANE), 2, buffer),
                        usd_standard);
    assert_string_equal(fg_money_print(charged(&ledger, FG_CHARGE_EXTENDED_SUPPORT), 2, buffer),
                        usd_extended);
    fg_ledger_release(&ledger);
}

/* 720 h * 0.10 = 72.00 and from 26 November 120 h * 0.50 = 60.00 on top: as the rules have it,
 * 600 h at 0.10 = 60.00 and 120 h at 0.60 = 72.00; both make 132.00 */
static void november_2025_on_1_31_costs_132(void **state)
{
    (void)state;
    struct fg_ledger ledger;
    costs("2025-11-01T00:00:00Z", "1.31", false, 720, "72.00", "60.00");
    costs("2025-11-01T00:00:00Z", "1.31", false, 600, "60.00", "0.00");
    costs("2025-11-26T00:00:00Z", "1.31", false, 120, "12.00", "60.00");
    bill("2025-11-01T00:00:00Z", "1.31", false, 720 * 3600, NULL, &ledger);
    assert_int_equal(fg_ledger_total(&ledger), 132 * (fg_nanodollars)FG_NANO_PER_DOLLAR);
    fg_ledger_release(&ledger);
}

/* 730 h * 0.10 = 73.00; 744 h: 74.40; in extended support 730 * 0.50 = 365.00 on top, 438.00 in
 * all; 744 * 0.50 = 372.00, 446.40 in all */
static void a_month_costs_73_or_438(void **state)
{
    (void)state;
    costs("2026-03-01T00:00:00Z", "1.35", false, 730, "73.00", "0.00");
    costs("2026-03-01T00:00:00Z", "1.35", false, 744, "74.40", "0.00");
    costs("2026-01-01T00:00:00Z", "1.31", false, 730, "73.00", "365.00");
    costs("2026-01-01T00:00:00Z", "1.31", false, 744, "74.40", "372.00");
}

static void upgrade_policy_standard_never_pays_extended_support(void **state)
{
    (void)state;
    costs("2025-11-01T00:00:00Z", "1.31", true, 720, "72.00", "0.00");
    costs("2026-01-01T00:00:00Z", "1.28", true, 730, "73.00", "0.00");
}

/* 1.28 left extended support on 2025-11-26: 25 days * 24 = 600 h * 0.50 = 300.00 */
static void extended_support_ends_with_its_last_day(void **state)
{
    (void)state;
    costs("2025-11-01T00:00:00Z", "1.28", false, 720, "72.00", "300.00");
    costs("2025-12-01T00:00:00Z", "1.28", false, 24, "2.40", "0.00");
}

/* From 23:30 on for an hour and 15 minutes: 1800 s + 2700 s at 0.10 / 3600 = 0.05 + 0.075; the
 * surcharge from midnight: 2700 s at 0.50 / 3600 = 0.375 */
static void the_fee_runs_by_the_second_within_clock_hours(void **state)
{
    (void)state;
    struct fg_ledger ledger;
    bill("2025-11-25T23:30:00Z", "1.31", false, 4500, NULL, &ledger);
    assert_int_equal(charged(&ledger, FG_CHARGE_CONTROL_PLANE), 125000000);
    assert_int_equal(charged(&ledger, FG_CHARGE_EXTENDED_SUPPORT), 375000000);
    assert_int_equal(ledger.row_count, 3);
    assert_int_equal(ledger.rows[0].quantity, 1800);
    assert_int_equal(ledger.rows[1].quantity, 2700);
    assert_int_equal(ledger.rows[1].first_hour, ledger.rows[0].first_hour + 1);
    fg_ledger_release(&ledger);
}

/* 24 h * 0.20 = 4.80 */
static void the_price_of_2019_is_20_cents(void **state)
{
    (void)state;
    struct fg_ledger ledger;
    bill("2026-03-01T00:00:00Z", "1.35", false, 86400, "2019-12-10", &ledger);
    assert_int_equal(charged(&ledger, FG_CHARGE_CONTROL_PLANE), 4800000000);
    fg_ledger_release(&ledger);
}

static void an_unknown_version_is_refused(void **state)
{
    (void)state;
    struct fg_error error = {0};
    const struct fg_scenario scenario = {.cluster.control_plane = {.version = "1.99"}};
    const struct fg_price_book prices = {0};
    struct fg_bill rows = {0};
    assert_int_equal(fg_control_plane_bill(&scenario, &catalog, &prices, 60, &rows, &error),
                     FG_BAD_INPUT);
    assert_non_null(strstr(error.message, "'1.99'"));
}

/* From 2020-01-20T22:30 on the prices of 2020-01-21: the first full hour is that of 23:00. Three
 * hours from 21:00: 2 * 0.20 + 0.10 = 0.50. */
static void other_prices_hold_from_the_next_full_hour(void **state)
{
    (void)state;
    struct fg_error error = {0};
    struct fg_price_change change = {.at_s = 5400};
    struct fg_scenario scenario = {.name = "s",
                                   .region = "us-east-1",
                                   .price_change_count = 1,
                                   .price_changes = &change,
                                   .cluster.control_plane = {.version = "1.35"}};
    struct fg_price_book prices;
    struct fg_bill rows = {0};
    struct fg_ledger ledger;
    char buffer[48];
    fg_calendar_parse_instant("2020-01-20T21:00:00Z", &scenario.start, &error);
    fg_calendar_parse_day("2020-01-20", &scenario.price_day, &error);
    fg_calendar_parse_day("2020-01-21", &change.price_day, &error);
    assert_int_equal(fg_price_book_read(&scenario, &catalog, &prices, &error), FG_OK);
    assert_int_equal(fg_control_plane_bill(&scenario, &catalog, &prices, 3 * 3600, &rows, &error),
                     FG_OK);
    fg_bill_close(&rows, &ledger);
    assert_string_equal(fg_money_print(charged(&ledger, FG_CHARGE_CONTROL_PLANE), 2, buffer),
                        "0.50");
    assert_int_equal(ledger.account_count, 2);
    fg_ledger_release(&ledger);
    fg_price_book_release(&prices);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(other_prices_hold_from_the_next_full_hour),
        cmocka_unit_test(november_2025_on_1_31_costs_132),
        cmocka_unit_test(a_month_costs_73_or_438),
        cmocka_unit_test(upgrade_policy_standard_never_pays_extended_support),
        cmocka_unit_test(extended_support_ends_with_its_last_day),
        cmocka_unit_test(the_fee_runs_by_the_second_within_clock_hours),
        cmocka_unit_test(the_price_of_2019_is_20_cents),
        cmocka_unit_test(an_unknown_version_is_refused),
    };
    return cmocka_run_group_tests(tests, read_catalog, release_catalog);
}
