/* A bill's usage as commitments see it. */
#include "sim/replay/usage_lines.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { HOUR0 = 500000, ROWS = 16 };
#define INSTANCE_HOURS(count) ((count) * (int64_t)3600000000)

static struct fg_account accounts[ROWS];
static struct fg_ledger_row rows[ROWS];
static struct fg_ledger ledger;
static struct fg_usage_lines lines;

static int start(void **state)
{
    (void)state;
    ledger = (struct fg_ledger){.accounts = accounts, .rows = rows};
    return 0;
}

static int end(void **state)
{
    (void)state;
    fg_usage_lines_release(&lines);
    return 0;
}

/* An account with one row, in the hours from `hour` on. */
static void add(enum fg_charge charge, const char *sku, fg_nanodollars unit_nano, int32_t hour,
                uint32_t hour_count, int64_t quantity, fg_nanodollars nano)
{
    accounts[ledger.account_count] = (struct fg_account){.charge = charge,
                                                         .pool = "p",
                                                         .sku = sku,
                                                         .namespace_name = "",
                                                         .workload = "w",
                                                         .list_unit_nano = unit_nano,
                                                         .contract_unit_nano = unit_nano};
    rows[ledger.row_count++] =
        (struct fg_ledger_row){ledger.account_count++, HOUR0 + hour, hour_count, quantity, nano};
}

static void instances_of_a_type_are_one_line(void **state)
{
    (void)state;
    add(FG_CHARGE_EC2_ON_DEMAND, "m5.large", 10, 0, 2, INSTANCE_HOURS(1), 10);
    add(FG_CHARGE_EC2_ON_DEMAND, "m5.large", 10, 1, 1, INSTANCE_HOURS(2), 20);
    add(FG_CHARGE_EC2_ON_DEMAND, "m5.xlarge", 10, 0, 1, INSTANCE_HOURS(4), 80);
    fg_usage_lines_open(&lines, &ledger, "us-east-1", NULL, NULL);
    assert_int_equal(lines.count, 2);
    assert_string_equal(lines.items[0].item, "m5.large");
    assert_string_equal(lines.items[0].family, "m5");
    assert_int_equal(lines.items[0].size, 16);
    assert_int_equal(lines.items[1].size, 32);
    fg_usage_lines_sum(&lines, HOUR0);
    assert_true(lines.items[0].quantity == INSTANCE_HOURS(1));
    assert_true(lines.items[1].quantity == INSTANCE_HOURS(4));
    fg_usage_lines_sum(&lines, HOUR0 + 1);
    assert_true(lines.items[0].quantity == INSTANCE_HOURS(3));
    assert_int_equal(lines.items[0].list_nano, 30);
    assert_true(lines.items[1].quantity == 0);
    fg_usage_lines_sum(&lines, HOUR0 + 2);
    assert_true(lines.items[0].quantity == 0);
}

/* After a change of the price book the type is a line of its own, whose price decides its place. */
static void usage_at_another_public_price_is_another_line(void **state)
{
    (void)state;
    add(FG_CHARGE_EC2_ON_DEMAND, "m5.large", 10, 0, 1, INSTANCE_HOURS(1), 10);
    add(FG_CHARGE_EC2_ON_DEMAND, "m5.large", 12, 1, 1, INSTANCE_HOURS(1), 12);
    fg_usage_lines_open(&lines, &ledger, "us-east-1", NULL, NULL);
    assert_int_equal(lines.count, 2);
    assert_int_equal(lines.items[0].list_unit_nano, 10);
    assert_int_equal(lines.items[1].list_unit_nano, 12);
    fg_usage_lines_sum(&lines, HOUR0 + 1);
    assert_true(lines.items[0].quantity == 0);
    assert_true(lines.items[1].quantity == INSTANCE_HOURS(1));
}

static void what_commitments_cover_has_a_line(void **state)
{
    (void)state;
    static const struct {
        enum fg_charge charge;
        const char *sku, *item; /* NULL: no line */
    } cases[] = {
        {FG_CHARGE_FARGATE_VCPU, "linux/amd64", "fargate-vcpu"},
        {FG_CHARGE_FARGATE_VCPU, "linux/arm64", "fargate-vcpu/arm64"},
        {FG_CHARGE_FARGATE_MEMORY, "linux/amd64", "fargate-memory"},
        {FG_CHARGE_FARGATE_STORAGE, "linux/amd64", NULL},
        {FG_CHARGE_EC2_ON_DEMAND, "m5.large", "m5.large"},
        {FG_CHARGE_EC2_SPOT, "m5.large", NULL},
        {FG_CHARGE_EBS, "gp3", NULL},
        {FG_CHARGE_AUTO_MODE, "m5.large", NULL},
        {FG_CHARGE_PUBLIC_IPV4, "public_ipv4", NULL},
        {FG_CHARGE_CONTROL_PLANE, "1.35", NULL},
        {FG_CHARGE_OTHER_HOURS, "nat", NULL},
    };
    enum { CASES = sizeof cases / sizeof *cases };
    for (size_t i = 0; i < CASES; i++)
        add(cases[i].charge, cases[i].sku, 10, 0, 1, 1, 1);
    fg_usage_lines_open(&lines, &ledger, "us-east-1", NULL, NULL);
    for (size_t i = 0; i < CASES; i++) {
        uint32_t line = lines.line_of[i];
        if (cases[i].item == NULL)
            assert_int_equal(line, FG_NO_LINE);
        else
            assert_string_equal(lines.items[line].item, cases[i].item);
    }
}

/* m5.metal has 96 vCPU as m5.24xlarge: 24 * 32 quarters. */
static void the_catalog_knows_the_size_of_bare_metal(void **state)
{
    (void)state;
    struct fg_instance_type metal = {.name = "m5.metal", .vcpu = 96};
    const struct fg_catalog catalog = {.type_count = 1, .types = &metal};
    add(FG_CHARGE_EC2_ON_DEMAND, "m5.metal", 10, 0, 1, INSTANCE_HOURS(1), 10);
    fg_usage_lines_open(&lines, &ledger, "us-east-1", &catalog, NULL);
    assert_int_equal(lines.items[0].size, 24 * 32);
}

/* 1800 s of m5.large in a, 7200 s in b; c5.large in a is another line's. */
static void zones_are_those_of_the_type(void **state)
{
    (void)state;
    struct fg_zone_row in_a = {HOUR0, 1, 1800}, in_b = {HOUR0, 1, 7200}, of_c5 = {HOUR0, 1, 60};
    struct fg_zone_meter meters[] = {
        {.instance_type = "m5.large", .zone = "us-east-1a", .row_count = 1, .rows = &in_a},
        {.instance_type = "c5.large", .zone = "us-east-1a", .row_count = 1, .rows = &of_c5},
        {.instance_type = "m5.large", .zone = "us-east-1b", .row_count = 1, .rows = &in_b},
    };
    const struct fg_zone_hours zone_hours = {.count = 3, .items = meters};
    add(FG_CHARGE_EC2_ON_DEMAND, "m5.large", 10, 0, 2, INSTANCE_HOURS(5) / 2, 25);
    fg_usage_lines_open(&lines, &ledger, "us-east-1", NULL, &zone_hours);
    fg_usage_lines_sum(&lines, HOUR0);
    const struct fg_usage_line *line = &lines.items[0];
    assert_int_equal(line->zone_count, 2);
    assert_string_equal(line->zones[0].zone, "us-east-1a");
    assert_true(line->zones[0].quantity == INSTANCE_HOURS(1) / 2);
    assert_string_equal(line->zones[1].zone, "us-east-1b");
    assert_true(line->zones[1].quantity == INSTANCE_HOURS(2));
    fg_usage_lines_sum(&lines, HOUR0 + 1);
    assert_true(line->zones[0].quantity == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(instances_of_a_type_are_one_line, start, end),
        cmocka_unit_test_setup_teardown(usage_at_another_public_price_is_another_line, start, end),
        cmocka_unit_test_setup_teardown(what_commitments_cover_has_a_line, start, end),
        cmocka_unit_test_setup_teardown(the_catalog_knows_the_size_of_bare_metal, start, end),
        cmocka_unit_test_setup_teardown(zones_are_those_of_the_type, start, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
