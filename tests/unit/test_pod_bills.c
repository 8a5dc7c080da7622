/* Prices of pods under commitments: they fall as their workload's bill fell in their hours. */
#include "sim/replay/pod_bills.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { HOUR0 = 500000, CENT = 10000000, HOUR_S = 3600 };
static const fg_unix_s start = HOUR0 * (fg_unix_s)HOUR_S;

/* web pays half of its list price in the first hour and all of it in the second; what a volume
 * costs is never covered. batch pays 0.75. */
static struct fg_account accounts[] = {
    {.charge = FG_CHARGE_EC2_ON_DEMAND,
     .pool = "nodegroup:ng",
     .sku = "m5.large",
     .namespace_name = "shop",
     .workload = "batch"},
    {.charge = FG_CHARGE_EC2_ON_DEMAND,
     .pool = "nodegroup:ng",
     .sku = "m5.large",
     .namespace_name = "shop",
     .workload = "web"},
    {.charge = FG_CHARGE_EC2_ON_DEMAND,
     .pool = "nodegroup:ng",
     .sku = "m5.xlarge",
     .namespace_name = "shop",
     .workload = "web"},
    {.charge = FG_CHARGE_EBS,
     .pool = "nodegroup:ng",
     .sku = "gp3",
     .namespace_name = "shop",
     .workload = "web"},
    {.charge = FG_CHARGE_CONTROL_PLANE,
     .pool = "cluster",
     .sku = "1.35",
     .namespace_name = "",
     .workload = ""},
};
static struct fg_ledger_row rows[] = {
    {0, HOUR0, 2, HOUR_S, 3 * CENT},     {1, HOUR0, 1, HOUR_S, 1 * CENT},
    {1, HOUR0 + 1, 1, HOUR_S, 4 * CENT}, {2, HOUR0, 1, HOUR_S, 2 * CENT},
    {3, HOUR0, 2, HOUR_S, 1 * CENT},     {4, HOUR0, 2, HOUR_S, 10 * CENT},
};
#define AGREED(nano)                                                                               \
    {                                                                                              \
        nano, nano, 0                                                                              \
    }
static struct fg_row_cost costs[] = {AGREED(4 * CENT), AGREED(3 * CENT), AGREED(4 * CENT),
                                     AGREED(4 * CENT), AGREED(1 * CENT), AGREED(10 * CENT)};

static struct fg_pod_row pod(const char *placed_on, const char *workload, int64_t start_s,
                             int64_t end_s, fg_nanodollars nano)
{
    return (struct fg_pod_row){.pod = "pod",
                               .namespace_name = "shop",
                               .workload = workload,
                               .placed_on = placed_on,
                               .start_s = start_s,
                               .end_s = end_s,
                               .nano = nano};
}

static struct fg_result result_of(struct fg_pod_row *pods, uint32_t count)
{
    return (struct fg_result){.ledger = {.account_count = sizeof accounts / sizeof *accounts,
                                         .row_count = sizeof rows / sizeof *rows,
                                         .accounts = accounts,
                                         .rows = rows,
                                         .costs = costs},
                              .pod_row_count = count,
                              .pod_rows = pods};
}

static fg_nanodollars price_of(struct fg_pod_row row)
{
    struct fg_result result = result_of(&row, 1);
    fg_pod_bills_amortise(start, 2 * HOUR_S, &result);
    return row.nano;
}

/* The first hour of web: (1 + 2 + 1) / (3 + 4 + 1) = 1/2; the second: (4 + 1) / (4 + 1) = 1. */
static void a_pod_pays_the_part_that_its_workload_pays_in_its_hours(void **state)
{
    (void)state;
    assert_int_equal(price_of(pod("nodegroup:ng", "web", 0, HOUR_S, 8 * CENT)), 4 * CENT);
    assert_int_equal(price_of(pod("nodegroup:ng", "web", HOUR_S, 7200, 8 * CENT)), 8 * CENT);
    /* 3/4 of two hours, to the cut */
    assert_int_equal(price_of(pod("nodegroup:ng", "batch", 0, -1, 8 * CENT)), 6 * CENT);
}

/* 900 s at 1/2 and 2,700 s at 1: (450 + 2700) / 3600 = 7/8 */
static void each_hour_counts_by_the_seconds_in_it(void **state)
{
    (void)state;
    assert_int_equal(price_of(pod("nodegroup:ng", "web", 2700, 6300, 8 * CENT)), 7 * CENT);
}

static void a_pod_that_ends_as_it_begins_is_priced_by_that_hour(void **state)
{
    (void)state;
    assert_int_equal(price_of(pod("nodegroup:ng", "web", 1800, 1800, 10)), 5);
    assert_int_equal(price_of(pod("nodegroup:ng", "web", 7199, 7199, 10)), 10);
}

/* List prices of web are 8 in the first hour and 5 in the second: one pod of 3 in the first, one of
 * 5 in each. 3/2 and 5/2 + 5 add up to what web pays, 4 + 5 = 9. */
static void the_pods_of_a_workload_add_up_to_its_bill(void **state)
{
    (void)state;
    struct fg_pod_row pods[] = {
        pod("nodegroup:ng", "web", 0, HOUR_S, 3 * CENT),
        pod("nodegroup:ng", "web", 0, 7200, 10 * CENT), /* 5 in each */
    };
    struct fg_result result = result_of(pods, 2);
    fg_pod_bills_amortise(start, 2 * HOUR_S, &result);
    assert_int_equal(pods[0].nano, 15 * CENT / 10);
    assert_int_equal(pods[1].nano, 75 * CENT / 10);
    assert_int_equal(pods[0].nano + pods[1].nano, 9 * CENT);
}

static void pods_of_which_the_ledger_does_not_know_keep_their_price(void **state)
{
    (void)state;
    assert_int_equal(price_of(pod("nodegroup:ng", "other", 0, HOUR_S, 8)), 8);
    assert_int_equal(price_of(pod("fargate:fp", "web", 0, HOUR_S, 8)), 8);
    assert_int_equal(price_of(pod("pending", "web", -1, -1, 8)), 8);
}

static void without_list_prices_or_pods_nothing_is_done(void **state)
{
    (void)state;
    struct fg_pod_row row = pod("nodegroup:ng", "web", 0, HOUR_S, 8);
    struct fg_result result = result_of(&row, 1);
    result.ledger.costs = NULL;
    fg_pod_bills_amortise(start, 2 * HOUR_S, &result);
    assert_int_equal(row.nano, 8);
    result = result_of(NULL, 0);
    fg_pod_bills_amortise(start, 2 * HOUR_S, &result);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pod_pays_the_part_that_its_workload_pays_in_its_hours),
        cmocka_unit_test(each_hour_counts_by_the_seconds_in_it),
        cmocka_unit_test(a_pod_that_ends_as_it_begins_is_priced_by_that_hour),
        cmocka_unit_test(the_pods_of_a_workload_add_up_to_its_bill),
        cmocka_unit_test(pods_of_which_the_ledger_does_not_know_keep_their_price),
        cmocka_unit_test(without_list_prices_or_pods_nothing_is_done),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
