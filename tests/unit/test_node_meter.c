/* The nodes' meter: a node's price over those who asked for it, to the nanodollar. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sim/replay/node_meter.h"

#define GIB (1024LL * 1024 * 1024)
static const fg_unix_s new_year = 1767225600; /* 2026-01-01T00:00:00Z, hour 490896 */
enum { FIRST_HOUR = 490896 };

/* A node of 2 vCPU and 2 GiB to ask for: 9 x 2 + 2 = 20 units, at 0.10 an hour, with 80 GB at
 * 0.08 a GB-month. */
static const struct fg_node_prices prices = {
    .count = 2,
    .items =
        {{.charge = FG_CHARGE_EC2_ON_DEMAND, .sku = "m", .amount = 1, .nano = 100000000},
         {.charge = FG_CHARGE_EBS, .sku = "gp3", .amount = 80, .by_month = true, .nano = 80000000}},
};

struct meter_case {
    struct fg_bill bill;
    struct fg_node_meter meter;
    struct fg_clock clock;
    struct fg_ledger ledger;
};

static void open_case(struct meter_case *c, fg_unix_s start)
{
    memset(c, 0, sizeof *c);
    c->clock = fg_clock_at_start(start);
    c->meter = (struct fg_node_meter){
        .pool = "nodegroup:n", .prices = &prices, .node_units = fg_units_of(2000, 2 * GIB, 0)};
    fg_node_meter_open(&c->meter, &c->bill, c->clock.hour);
}

static void nodes(struct meter_case *c, uint32_t second, int64_t change)
{
    fg_clock_set(&c->clock, second);
    fg_node_meter_nodes(&c->meter, &c->bill, &c->clock, change);
}

static void close_case(struct meter_case *c)
{
    fg_node_meter_roll(&c->meter, &c->bill, c->clock.hour + 1);
    fg_bill_close(&c->bill, &c->ledger);
}

static fg_nanodollars amount(const struct meter_case *c, enum fg_charge charge,
                             const char *workload, int32_t hour)
{
    fg_nanodollars sum = 0;
    for (uint32_t i = 0; i < c->ledger.row_count; i++) {
        const struct fg_ledger_row *row = &c->ledger.rows[i];
        const struct fg_account *account = &c->ledger.accounts[row->account];
        if (account->charge == charge && strcmp(account->workload, workload) == 0 &&
            hour >= row->first_hour && hour < row->first_hour + (int32_t)row->hour_count)
            sum += row->nano;
    }
    return sum;
}

static void release_case(struct meter_case *c)
{
    fg_ledger_release(&c->ledger);
    fg_node_meter_release(&c->meter);
}

/* A pod of 1 vCPU and 1 GiB is 10 of 20 units. It is there for 1800 of 3600 s: a quarter of the
 * hour's 0.10 is 0.025, the rest, 0.075, is idle. */
static void workload_pays_its_units_for_its_time(void **state)
{
    (void)state;
    struct meter_case c;
    open_case(&c, new_year);
    nodes(&c, 0, 1);
    uint32_t share = fg_node_meter_share(&c.meter, &c.bill, "ns", "w", "");
    fg_units units = fg_units_of(1000, GIB, 0);
    fg_node_meter_units(&c.meter, &c.bill, &c.clock, share, units);
    fg_clock_set(&c.clock, 1800);
    fg_node_meter_units(&c.meter, &c.bill, &c.clock, share, -units);
    nodes(&c, 3600, -1);
    close_case(&c);
    assert_int_equal(amount(&c, FG_CHARGE_EC2_ON_DEMAND, "w", FIRST_HOUR), 25000000);
    assert_int_equal(amount(&c, FG_CHARGE_EC2_ON_DEMAND, FG_WORKLOAD_IDLE, FIRST_HOUR), 75000000);
    assert_int_equal(amount(&c, FG_CHARGE_EC2_ON_DEMAND, FG_WORKLOAD_IDLE, FIRST_HOUR + 1), 0);
    release_case(&c);
}

static void gpu_weighs_as_much_as_ten_vcpu(void **state)
{
    (void)state;
    assert_true(fg_units_of(0, 0, 1000) == 10 * fg_units_of(1000, 0, 0));
    assert_true(fg_units_of(1000, 0, 0) == 9 * fg_units_of(0, GIB, 0));
    assert_true(fg_units_of(2000, 2 * GIB, 2000) == fg_units_of(0, 200 * GIB, 0));
}

/* Three workloads of 1 unit each in 7 s: 0.10 x 7 / 3600 = 194444.4 -> 194444; 1 of 20 units is
 * 9722.2 -> 9722 for each; idle 194444 - 3 x 9722 = 165278. */
static void shares_are_rounded_down_and_the_rest_is_idle(void **state)
{
    (void)state;
    static const char *names[] = {"a", "b", "c"};
    struct meter_case c;
    open_case(&c, new_year);
    nodes(&c, 0, 1);
    for (int i = 0; i < 3; i++)
        fg_node_meter_units(&c.meter, &c.bill, &c.clock,
                            fg_node_meter_share(&c.meter, &c.bill, "ns", names[i], ""),
                            fg_units_of(0, GIB, 0));
    fg_clock_set(&c.clock, 7);
    for (uint32_t i = 0; i < 3; i++)
        fg_node_meter_units(&c.meter, &c.bill, &c.clock, i, -fg_units_of(0, GIB, 0));
    nodes(&c, 7, -1);
    close_case(&c);
    assert_int_equal(amount(&c, FG_CHARGE_EC2_ON_DEMAND, "a", FIRST_HOUR), 9722);
    assert_int_equal(amount(&c, FG_CHARGE_EC2_ON_DEMAND, "c", FIRST_HOUR), 9722);
    assert_int_equal(amount(&c, FG_CHARGE_EC2_ON_DEMAND, FG_WORKLOAD_IDLE, FIRST_HOUR), 165278);
    release_case(&c);
}

/* From 2026-01-31T22:00 for four hours. An hour of 80 GB in January, of 31 x 24 = 744 hours:
 * 80 x 0.08 / 744 = 0.008602151; in February, of 672 hours: 0.00952381. */
static void volumes_cost_by_the_seconds_of_the_calendar_month(void **state)
{
    (void)state;
    enum { JANUARY_HOURS = 31 * 24 };
    struct meter_case c;
    open_case(&c, new_year + 31 * 86400 - 7200);
    nodes(&c, 0, 1);
    nodes(&c, 14400, -1);
    close_case(&c);
    const int32_t february = FIRST_HOUR + JANUARY_HOURS;
    assert_int_equal(amount(&c, FG_CHARGE_EBS, FG_WORKLOAD_IDLE, february - 2), 8602151);
    assert_int_equal(amount(&c, FG_CHARGE_EBS, FG_WORKLOAD_IDLE, february - 1), 8602151);
    assert_int_equal(amount(&c, FG_CHARGE_EBS, FG_WORKLOAD_IDLE, february), 9523810);
    assert_int_equal(amount(&c, FG_CHARGE_EBS, FG_WORKLOAD_IDLE, february + 1), 9523810);
    assert_int_equal(amount(&c, FG_CHARGE_EC2_ON_DEMAND, FG_WORKLOAD_IDLE, february + 1),
                     100000000);
    release_case(&c);
}

/* 100 days lie in four months: one row for the machine, four for the volume. */
static void equal_hours_are_one_range(void **state)
{
    (void)state;
    struct meter_case c;
    open_case(&c, new_year);
    nodes(&c, 0, 1);
    nodes(&c, 100 * 86400, -1);
    close_case(&c);
    assert_int_equal(c.ledger.row_count, 1 + 4);
    assert_int_equal(c.ledger.rows[0].hour_count, 2400);
    release_case(&c);
}

/* Half a node for 30 days of January: 0.10 x 24 x 30 / 2 = 36, and of its volume
 * 80 x 0.08 x 30 / 31 / 2 = 3.096774194. */
static void price_of_a_pod_is_its_part_of_the_node(void **state)
{
    (void)state;
    struct meter_case c;
    open_case(&c, new_year);
    assert_int_equal(
        fg_node_meter_pod(&c.meter, fg_units_of(1000, GIB, 0), new_year, new_year + 30 * 86400),
        36000000000 + 3096774194);
    /* A day of January and a day of February: 0.10 x 48 / 2 = 2.4 and
     * 80 x 0.08 / 31 / 2 + 80 x 0.08 / 28 / 2 = 0.103225806 + 0.114285714. */
    assert_int_equal(fg_node_meter_pod(&c.meter, fg_units_of(1000, GIB, 0), new_year + 30 * 86400,
                                       new_year + 32 * 86400),
                     2400000000 + 103225806 + 114285714);
    close_case(&c);
    release_case(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(workload_pays_its_units_for_its_time),
        cmocka_unit_test(gpu_weighs_as_much_as_ten_vcpu),
        cmocka_unit_test(shares_are_rounded_down_and_the_rest_is_idle),
        cmocka_unit_test(volumes_cost_by_the_seconds_of_the_calendar_month),
        cmocka_unit_test(equal_hours_are_one_range),
        cmocka_unit_test(price_of_a_pod_is_its_part_of_the_node),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
