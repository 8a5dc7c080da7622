/* What is kept of a bill for the choice of Savings Plans: sums by line and hour, less what
 * reservations cover, and the account's other usage beside them. */
#include "sim/replay/usage_records.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "models/commitment.h"
#include "models/other_usage.h"

enum { HOUR0 = 490000, HOUR_S = 3600, HOURS = 4 };
/* An hour of an m5.large: micro-instance-seconds, nanodollars. */
#define INSTANCE_HOUR ((int64_t)3600000000)
#define PRICE ((fg_nanodollars)96000000)

static struct fg_account accounts[] = {
    {FG_CHARGE_EC2_ON_DEMAND, "nodegroup:a", "m5.large", "shop", "web", NULL, PRICE, PRICE},
    {FG_CHARGE_EC2_ON_DEMAND, "nodegroup:b", "m5.large", "shop", "api", NULL, PRICE, PRICE},
    {FG_CHARGE_EC2_SPOT, "nodegroup:b", "m5.large", "shop", "api", NULL, PRICE / 3, PRICE / 3},
};
/* Two instances in all four hours, one more in the third; Spot beside them. */
static struct fg_ledger_row rows[] = {{0, HOUR0, HOURS, 2 * INSTANCE_HOUR, 2 * PRICE},
                                      {1, HOUR0 + 2, 1, INSTANCE_HOUR, PRICE},
                                      {2, HOUR0, HOURS, INSTANCE_HOUR, PRICE / 3}};
static struct fg_result result;

/* The ledger's arrays are the test's, not the result's. */
static int end(void **state)
{
    (void)state;
    result.ledger = (struct fg_ledger){0};
    fg_result_release(&result);
    return 0;
}

static void record(const struct fg_scenario *scenario)
{
    const struct fg_catalog catalog = {0};
    result = (struct fg_result){
        .ledger = {.account_count = 3, .accounts = accounts, .row_count = 3, .rows = rows}};
    fg_usage_records_make(scenario, &catalog, NULL, HOURS * HOUR_S, &result);
}

static void row_is(uint32_t number, uint32_t line, int32_t hour, uint32_t count, int64_t instances)
{
    const struct fg_recorded_hours *row = &result.usage.rows[number];
    assert_true(number < result.usage.row_count);
    assert_int_equal(line, row->line);
    assert_int_equal(HOUR0 + hour, row->first_hour);
    assert_int_equal(count, row->hour_count);
    assert_int_equal(instances * INSTANCE_HOUR, row->quantity);
    assert_int_equal(instances * PRICE, row->list_nano);
    assert_int_equal(instances * PRICE, row->contract_nano);
}

static void usage_of_a_type_is_summed_by_the_hour_without_spot(void **state)
{
    (void)state;
    const struct fg_scenario scenario = {.region = "us-east-1", .start = (int64_t)HOUR0 * HOUR_S};
    record(&scenario);
    assert_int_equal(1, result.usage.line_count);
    assert_string_equal("m5.large", result.usage.lines[0].line.item);
    assert_string_equal("m5", result.usage.lines[0].line.family);
    assert_false(result.usage.lines[0].is_other);
    assert_int_equal(3, result.usage.row_count);
    row_is(0, 0, 0, 2, 2);
    row_is(1, 0, 2, 1, 3);
    row_is(2, 0, 3, 1, 2);
}

/* Two reserved instances leave the third one, in the hour in which it runs; a plan takes nothing
 * here. */
static void reservations_take_theirs_and_plans_do_not(void **state)
{
    (void)state;
    struct fg_plan_rate rate = {FG_USAGE_EC2, NULL, 750000, 1000000};
    struct fg_commitment commitments[] = {{.name = "plan",
                                           .kind = FG_COMPUTE_PLAN,
                                           .hourly_nano = PRICE,
                                           .rates = &rate,
                                           .rate_count = 1},
                                          {.name = "reserved",
                                           .kind = FG_REGIONAL_RESERVATION,
                                           .hourly_nano = PRICE,
                                           .instance_type = "m5.large",
                                           .family = "m5",
                                           .size = 16,
                                           .count = 2,
                                           .is_flexible = true}};
    const struct fg_scenario scenario = {.region = "us-east-1",
                                         .start = (int64_t)HOUR0 * HOUR_S,
                                         .commitment_count = 2,
                                         .commitments = commitments};
    record(&scenario);
    assert_int_equal(1, result.usage.row_count);
    row_is(0, 0, 2, 1, 1);
}

/* The other usage is reserved for first: one instance of its two is left over by the one reserved,
 * and nothing of it reaches the scenario's. Rows of one hour are one. */
static void other_usage_stands_beside_and_is_reserved_for_first(void **state)
{
    (void)state;
    struct fg_commitment reserved = {.name = "reserved",
                                     .kind = FG_REGIONAL_RESERVATION,
                                     .hourly_nano = PRICE,
                                     .instance_type = "m5.large",
                                     .family = "m5",
                                     .size = 16,
                                     .count = 1};
    struct fg_other_usage_row row = {.hour = HOUR0 + 1,
                                     .service = FG_USAGE_EC2,
                                     .item = "m5.large",
                                     .family = "m5",
                                     .region = "us-east-1",
                                     .size = 16,
                                     .quantity = INSTANCE_HOUR,
                                     .base_per_unit = INSTANCE_HOUR,
                                     .list_unit_nano = PRICE};
    struct fg_other_usage_row both[] = {row, row};
    const struct fg_other_usage other = {.count = 2, .rows = both};
    const struct fg_scenario scenario = {.region = "us-east-1",
                                         .start = (int64_t)HOUR0 * HOUR_S,
                                         .commitment_count = 1,
                                         .commitments = &reserved,
                                         .other_usage = &other};
    record(&scenario);
    assert_int_equal(2, result.usage.line_count);
    assert_true(result.usage.lines[1].is_other);
    assert_int_equal(4, result.usage.row_count);
    /* 2 - 1, 2 - 0, 3 - 1, 2 - 1; of the other 2 - 1 */
    row_is(0, 0, 0, 1, 1);
    row_is(1, 0, 1, 2, 2);
    row_is(2, 0, 3, 1, 1);
    row_is(3, 1, 1, 1, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(usage_of_a_type_is_summed_by_the_hour_without_spot, end),
        cmocka_unit_test_teardown(reservations_take_theirs_and_plans_do_not, end),
        cmocka_unit_test_teardown(other_usage_stands_beside_and_is_reserved_for_first, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
