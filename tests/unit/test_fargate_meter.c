/* Fargate's meter: clock hours, long intervals as ranges, one rounding a row. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sim/replay/fargate_meter.h"

/* 0.04 a vCPU-hour, 0.004 a GB-hour, 0.0001 a GB-hour of storage. */
static const struct fg_price prices[FG_FARGATE_PRICES] = {
    {40000000, 3600000}, {4000000, 3686400}, {100000, 3600}};
/* 1 vCPU and 2 GB. */
static const struct fg_fargate_quantity size = {{1000, 2048, 0}};
static const fg_unix_s new_year = 1767225600; /* 2026-01-01T00:00:00Z, hour 490896 */
enum { FIRST_HOUR = 490896 };

struct meter_case {
    struct fg_bill bill;
    struct fg_fargate_meter meter;
    struct fg_clock clock;
    struct fg_ledger ledger;
};

static struct meter_case open_case(fg_unix_s start)
{
    struct meter_case c = {.clock = fg_clock_at_start(start)};
    c.meter.hour = c.clock.hour;
    for (int part = 0; part < FG_FARGATE_PARTS; part++)
        c.meter.account[part] =
            fg_bill_account(&c.bill, (struct fg_account){.charge = (enum fg_charge)part,
                                                         .pool = "fargate:p",
                                                         .sku = "sku",
                                                         .namespace_name = "ns",
                                                         .workload = "w"});
    return c;
}

static void change(struct meter_case *c, uint32_t second, int64_t pods)
{
    fg_clock_set(&c->clock, second);
    fg_fargate_meter_change(&c->meter, &c->bill, prices, &c->clock, &size, pods);
}

static void close_case(struct meter_case *c)
{
    fg_fargate_meter_roll(&c->meter, &c->bill, prices, c->clock.hour + 1);
    fg_bill_close(&c->bill, &c->ledger);
}

static void check_row(const struct fg_ledger *ledger, uint32_t number, int32_t first_hour,
                      uint32_t hours, int64_t quantity, fg_nanodollars nano)
{
    const struct fg_ledger_row *row = &ledger->rows[number];
    assert_int_equal(row->first_hour, first_hour);
    assert_int_equal(row->hour_count, hours);
    assert_int_equal(row->quantity, quantity);
    assert_int_equal(row->nano, nano);
}

/* From 00:50:00 to 01:20:00: 600 s and 1200 s.
 * vCPU: 1000 x 600 = 600000; 0.04 x 600 / 3600 = 0.006666667; 1200 s: 0.013333333
 * memory: 2048 x 600 = 1228800; 0.004 x 2 x 600 / 3600 = 0.001333333; 1200 s: 0.002666667 */
static void interval_is_split_at_the_clock_hour(void **state)
{
    (void)state;
    struct meter_case c = open_case(new_year);
    change(&c, 3000, 1);
    change(&c, 4800, -1);
    close_case(&c);
    assert_int_equal(c.ledger.row_count, 4);
    check_row(&c.ledger, 0, FIRST_HOUR, 1, 600000, 6666667);
    check_row(&c.ledger, 1, FIRST_HOUR + 1, 1, 1200000, 13333333);
    check_row(&c.ledger, 2, FIRST_HOUR, 1, 1228800, 1333333);
    check_row(&c.ledger, 3, FIRST_HOUR + 1, 1, 2457600, 2666667);
    fg_ledger_release(&c.ledger);
}

/* The study begins at 00:59:10, so its second 50 is 01:00:00. */
static void hours_are_those_of_the_clock_not_of_the_study(void **state)
{
    (void)state;
    struct meter_case c = open_case(new_year + 3550);
    change(&c, 0, 1);
    change(&c, 100, -1);
    close_case(&c);
    check_row(&c.ledger, 0, FIRST_HOUR, 2, 50000, 555556);
    fg_ledger_release(&c.ledger);
}

/* A year from 00:30 on is three rows a part: half an hour, 8759 hours, half an hour. */
static void long_interval_is_one_range(void **state)
{
    (void)state;
    struct meter_case c = open_case(new_year);
    change(&c, 1800, 1);
    change(&c, 1800 + 365 * 86400, -1);
    close_case(&c);
    assert_int_equal(c.ledger.row_count, 6);
    check_row(&c.ledger, 0, FIRST_HOUR, 1, 1800000, 20000000);
    check_row(&c.ledger, 1, FIRST_HOUR + 1, 8759, 3600000, 40000000);
    check_row(&c.ledger, 2, FIRST_HOUR + 8760, 1, 1800000, 20000000);
    fg_ledger_release(&c.ledger);
}

/* Five pods of 1 s: 0.04 x 5 / 3600 = 0.0000555556; each alone 0.0000111111, five times that
 * 0.0000555555. */
static void pods_of_an_hour_are_rounded_together(void **state)
{
    (void)state;
    struct meter_case c = open_case(new_year);
    for (uint32_t pod = 0; pod < 5; pod++) {
        change(&c, pod * 10, 1);
        change(&c, pod * 10 + 1, -1);
    }
    close_case(&c);
    check_row(&c.ledger, 0, FIRST_HOUR, 1, 5000, 55556);
    fg_ledger_release(&c.ledger);
}

static void what_is_not_bought_has_no_row(void **state)
{
    (void)state;
    struct meter_case c = open_case(new_year);
    change(&c, 0, 1);
    change(&c, 60, -1);
    change(&c, 20000, 1);
    change(&c, 20060, -1);
    close_case(&c);
    assert_int_equal(c.ledger.row_count, 4); /* vCPU and memory, two hours each, no storage */
    assert_int_equal(c.ledger.rows[1].first_hour, FIRST_HOUR + 5);
    fg_ledger_release(&c.ledger);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(interval_is_split_at_the_clock_hour),
        cmocka_unit_test(hours_are_those_of_the_clock_not_of_the_study),
        cmocka_unit_test(long_interval_is_one_range),
        cmocka_unit_test(pods_of_an_hour_are_rounded_together),
        cmocka_unit_test(what_is_not_bought_has_no_row),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
