/* Savings Plans over a ledger: rows, shares, hours and what is left unused. */
#include "sim/replay/commitments.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { HOUR0 = 500000, CENT = 10000000, HOUR_S = 3600 };
#define INSTANCE_HOURS(count) ((count) * (int64_t)3600000000)
#define VCPU_HOURS(count) ((count) * (int64_t)3600000)

/* Accounts in a ledger's order. */
enum { VCPU_API, VCPU_WEB, STORAGE, EC2_IDLE, EC2_WEB, SPOT, VOLUME, CLUSTER, ACCOUNTS };
static const struct fg_account accounts[ACCOUNTS] = {
    [VCPU_API] = {FG_CHARGE_FARGATE_VCPU, "fargate:fp", "linux/amd64", "shop", "api"},
    [VCPU_WEB] = {FG_CHARGE_FARGATE_VCPU, "fargate:fp", "linux/amd64", "shop", "web"},
    [STORAGE] = {FG_CHARGE_FARGATE_STORAGE, "fargate:fp", "linux/amd64", "shop", "web"},
    [EC2_IDLE] = {FG_CHARGE_EC2_ON_DEMAND, "nodegroup:ng", "m5.large", "", "(idle)"},
    [EC2_WEB] = {FG_CHARGE_EC2_ON_DEMAND, "nodegroup:ng", "m5.large", "shop", "web"},
    [SPOT] = {FG_CHARGE_EC2_SPOT, "nodegroup:ng", "m5.large", "shop", "web"},
    [VOLUME] = {FG_CHARGE_EBS, "nodegroup:ng", "gp3", "shop", "web"},
    [CLUSTER] = {FG_CHARGE_CONTROL_PLANE, "cluster", "1.35", "", ""},
};

static struct fg_plan_discount discounts[] = {{FG_SERVICE_FARGATE, NULL, 200000},
                                              {FG_SERVICE_EC2, NULL, 250000}};

static struct fg_savings_plan compute_plan(fg_nanodollars commitment)
{
    return (struct fg_savings_plan){.kind = FG_PLAN_COMPUTE,
                                    .commitment_per_hour = commitment,
                                    .discount_count = 2,
                                    .discounts = discounts};
}

static struct fg_savings_plan m5_plan(fg_nanodollars commitment)
{
    struct fg_savings_plan plan = compute_plan(commitment);
    plan.kind = FG_PLAN_EC2_INSTANCE;
    plan.family = "m5";
    return plan;
}

static struct fg_arena arena;

static int release_arena(void **state)
{
    (void)state;
    fg_arena_release(&arena);
    return 0;
}

/* A ledger of these rows after the plans; `hours` is how long the study lasts, from HOUR0. */
static struct fg_ledger cover(const struct fg_ledger_row *rows, uint32_t row_count,
                              struct fg_savings_plan *plans, uint32_t plan_count, int64_t hours)
{
    const struct fg_scenario scenario = {.region = "us-east-1",
                                         .start = (fg_unix_s)HOUR0 * HOUR_S,
                                         .savings_plan_count = plan_count,
                                         .savings_plans = plans};
    struct fg_result result = {.ledger = {
                                   .account_count = ACCOUNTS,
                                   .account_capacity = ACCOUNTS,
                                   .accounts = fg_allocate(ACCOUNTS, sizeof *accounts),
                                   .row_count = row_count,
                                   .row_capacity = row_count,
                                   .rows = fg_allocate(row_count, sizeof *rows),
                               }};
    memcpy(result.ledger.accounts, accounts, sizeof accounts);
    memcpy(result.ledger.rows, rows, row_count * sizeof *rows);
    fg_commitments_apply(&scenario, (uint32_t)(hours * HOUR_S), &arena, &result);
    return result.ledger;
}

static void row_is(const struct fg_ledger *ledger, uint32_t number, uint32_t account, int32_t hour,
                   uint32_t hour_count, fg_nanodollars nano, fg_nanodollars list_nano)
{
    assert_in_range(number, 0, ledger->row_count - 1);
    const struct fg_ledger_row *row = &ledger->rows[number];
    assert_int_equal(row->account, account);
    assert_int_equal(row->first_hour, HOUR0 + hour);
    assert_int_equal(row->hour_count, hour_count);
    assert_int_equal(row->nano, nano);
    assert_int_equal(ledger->list_nano[number], list_nano);
}

static void without_plans_the_ledger_stays_as_it_is(void **state)
{
    (void)state;
    const struct fg_ledger_row rows[] = {{VCPU_WEB, HOUR0, 2, VCPU_HOURS(1), 4 * CENT}};
    struct fg_ledger ledger = cover(rows, 1, NULL, 0, 2);
    assert_int_equal(ledger.account_count, ACCOUNTS);
    assert_null(ledger.list_nano);
    assert_int_equal(ledger.rows[0].nano, 4 * CENT);
    fg_ledger_release(&ledger);
}

/* 10 cents a vCPU-hour at 20 % off: 8; of a commitment of 20, 12 are left each hour. The row of
 * two hours stays one row, and so does the unused part. */
static void a_covered_row_keeps_its_list_price_beside(void **state)
{
    (void)state;
    const struct fg_ledger_row rows[] = {{VCPU_WEB, HOUR0, 2, VCPU_HOURS(1), 10 * CENT}};
    struct fg_savings_plan plan = compute_plan(20 * CENT);
    struct fg_ledger ledger = cover(rows, 1, &plan, 1, 2);
    assert_int_equal(ledger.row_count, 2);
    row_is(&ledger, 0, VCPU_WEB, 0, 2, 8 * CENT, 10 * CENT);
    assert_int_equal(ledger.rows[0].quantity, VCPU_HOURS(1));
    row_is(&ledger, 1, ACCOUNTS, 0, 2, 12 * CENT, 0);
    assert_int_equal(ledger.rows[1].quantity, HOUR_S);
    assert_int_equal(ledger.account_count, ACCOUNTS + 1);
    assert_int_equal(ledger.accounts[ACCOUNTS].charge, FG_CHARGE_SAVINGS_PLAN);
    assert_string_equal(ledger.accounts[ACCOUNTS].pool, "cluster");
    assert_string_equal(ledger.accounts[ACCOUNTS].sku, "compute");
    assert_string_equal(ledger.accounts[ACCOUNTS].namespace_name, "");
    fg_ledger_release(&ledger);
}

/* All commitment is unused: 5 cents an hour for two whole hours and one that is begun. */
static void a_plan_is_charged_in_hours_without_usage_and_in_hours_begun(void **state)
{
    (void)state;
    const struct fg_ledger_row rows[] = {{CLUSTER, HOUR0, 2, HOUR_S, 10 * CENT},
                                         {CLUSTER, HOUR0 + 2, 1, 1, 28}};
    struct fg_savings_plan plan = compute_plan(5 * CENT);
    const struct fg_scenario scenario = {.region = "us-east-1",
                                         .start = (fg_unix_s)HOUR0 * HOUR_S + 1800,
                                         .savings_plan_count = 1,
                                         .savings_plans = &plan};
    struct fg_result result = {.ledger = {.account_count = ACCOUNTS,
                                          .account_capacity = ACCOUNTS,
                                          .accounts = fg_allocate(ACCOUNTS, sizeof *accounts),
                                          .row_count = 2,
                                          .rows = fg_allocate(2, sizeof *rows)}};
    memcpy(result.ledger.accounts, accounts, sizeof accounts);
    memcpy(result.ledger.rows, rows, sizeof rows);
    fg_commitments_apply(&scenario, HOUR_S + 1801, &arena, &result);
    struct fg_ledger ledger = result.ledger;
    assert_int_equal(ledger.row_count, 3);
    row_is(&ledger, 0, CLUSTER, 0, 2, 10 * CENT, 10 * CENT);
    row_is(&ledger, 1, CLUSTER, 2, 1, 28, 28);
    row_is(&ledger, 2, ACCOUNTS, 0, 3, 5 * CENT, 0);
    fg_ledger_release(&ledger);
}

/* Plenty for all, yet nothing but vCPU and the instance comes to less: 8 of 10, 7.5 of 10. */
static void spot_volumes_fees_and_storage_are_not_covered(void **state)
{
    (void)state;
    const struct fg_ledger_row rows[] = {
        {VCPU_WEB, HOUR0, 1, VCPU_HOURS(1), 10 * CENT},
        {STORAGE, HOUR0, 1, HOUR_S, 10 * CENT},
        {EC2_WEB, HOUR0, 1, INSTANCE_HOURS(1), 10 * CENT},
        {SPOT, HOUR0, 1, INSTANCE_HOURS(1), 10 * CENT},
        {VOLUME, HOUR0, 1, 1000, 10 * CENT},
        {CLUSTER, HOUR0, 1, HOUR_S, 10 * CENT},
    };
    struct fg_savings_plan plan = compute_plan(100 * CENT);
    struct fg_ledger ledger = cover(rows, 6, &plan, 1, 1);
    assert_int_equal(ledger.row_count, 7);
    row_is(&ledger, 0, VCPU_WEB, 0, 1, 8 * CENT, 10 * CENT);
    row_is(&ledger, 1, STORAGE, 0, 1, 10 * CENT, 10 * CENT);
    row_is(&ledger, 2, EC2_WEB, 0, 1, 75000000, 10 * CENT);
    row_is(&ledger, 3, SPOT, 0, 1, 10 * CENT, 10 * CENT);
    row_is(&ledger, 4, VOLUME, 0, 1, 10 * CENT, 10 * CENT);
    row_is(&ledger, 5, CLUSTER, 0, 1, 10 * CENT, 10 * CENT);
    row_is(&ledger, 6, ACCOUNTS, 0, 1, 100 * CENT - 155000000, 0);
    fg_ledger_release(&ledger);
}

/* An m5 plan of 6 cents pays for 8 of the 10 cents of m5.large and for no vCPU: 6 + 2 = 8. */
static void an_instance_plan_covers_its_family(void **state)
{
    (void)state;
    const struct fg_ledger_row rows[] = {{VCPU_WEB, HOUR0, 1, VCPU_HOURS(1), 10 * CENT},
                                         {EC2_WEB, HOUR0, 1, INSTANCE_HOURS(1), 10 * CENT}};
    struct fg_savings_plan plan = m5_plan(6 * CENT);
    struct fg_ledger ledger = cover(rows, 2, &plan, 1, 1);
    assert_int_equal(ledger.row_count, 2);
    row_is(&ledger, 0, VCPU_WEB, 0, 1, 10 * CENT, 10 * CENT);
    row_is(&ledger, 1, EC2_WEB, 0, 1, 8 * CENT, 10 * CENT);
    assert_string_equal(ledger.accounts[ACCOUNTS].sku, "ec2Instance/m5");
    fg_ledger_release(&ledger);
}

/* 301 of list at 20 % off is 240.8, so 241; api: 100/301 of it 80.07, down to 80; the rest, 161, is
 * web's, the line's last row. */
static void a_line_is_shared_by_list_price_and_the_rest_goes_to_its_last_row(void **state)
{
    (void)state;
    const struct fg_ledger_row rows[] = {{VCPU_API, HOUR0, 1, VCPU_HOURS(1), 100},
                                         {VCPU_WEB, HOUR0, 1, VCPU_HOURS(2), 201}};
    struct fg_savings_plan plan = compute_plan(1000);
    struct fg_ledger ledger = cover(rows, 2, &plan, 1, 1);
    row_is(&ledger, 0, VCPU_API, 0, 1, 80, 100);
    row_is(&ledger, 1, VCPU_WEB, 0, 1, 161, 201);
    row_is(&ledger, 2, ACCOUNTS, 0, 1, 1000 - 241, 0);
    fg_ledger_release(&ledger);
}

/* 300 + 101 = 401 at 25 % off: 300.75, so 301. web: 101/401 of it 75.8, down to 75; idle has the
 * rest, 301 - 75 = 226, where its own share rounded down would be 225. */
static void the_rest_of_a_nodes_line_goes_to_idle(void **state)
{
    (void)state;
    const struct fg_ledger_row rows[] = {{EC2_IDLE, HOUR0, 1, INSTANCE_HOURS(3), 300},
                                         {EC2_WEB, HOUR0, 1, INSTANCE_HOURS(1), 101}};
    struct fg_savings_plan plan = compute_plan(1000);
    struct fg_ledger ledger = cover(rows, 2, &plan, 1, 1);
    row_is(&ledger, 0, EC2_IDLE, 0, 1, 226, 300);
    row_is(&ledger, 1, EC2_WEB, 0, 1, 75, 101);
    fg_ledger_release(&ledger);
}

/* Hours 0 to 3: web 10 cents each hour; api comes in hour 1 and 2. A commitment of 12 covers web
 * alone with 8 (4 unused); with api 15 of 20 are covered: 12 + 5 = 17, half for each. */
static void a_row_is_cut_where_other_usage_begins_and_ends(void **state)
{
    (void)state;
    const struct fg_ledger_row rows[] = {{VCPU_API, HOUR0 + 1, 2, VCPU_HOURS(1), 10 * CENT},
                                         {VCPU_WEB, HOUR0, 4, VCPU_HOURS(1), 10 * CENT}};
    struct fg_savings_plan plan = compute_plan(12 * CENT);
    struct fg_ledger ledger = cover(rows, 2, &plan, 1, 4);
    assert_int_equal(ledger.row_count, 6);
    row_is(&ledger, 0, VCPU_API, 1, 2, 85000000, 10 * CENT);
    row_is(&ledger, 1, VCPU_WEB, 0, 1, 8 * CENT, 10 * CENT);
    row_is(&ledger, 2, VCPU_WEB, 1, 2, 85000000, 10 * CENT);
    row_is(&ledger, 3, VCPU_WEB, 3, 1, 8 * CENT, 10 * CENT);
    row_is(&ledger, 4, ACCOUNTS, 0, 1, 4 * CENT, 0);
    row_is(&ledger, 5, ACCOUNTS, 3, 1, 4 * CENT, 0);
    fg_ledger_release(&ledger);
}

/* A term from 01:00 to 03:00 (its first second is in hour 0): hours 1 and 2 alone. */
static void a_plan_covers_the_hours_that_begin_in_its_term(void **state)
{
    (void)state;
    const struct fg_ledger_row rows[] = {{VCPU_WEB, HOUR0, 4, VCPU_HOURS(1), 10 * CENT}};
    struct fg_savings_plan plan = compute_plan(8 * CENT);
    plan.start = (int64_t)HOUR0 * HOUR_S + 1;
    plan.end = (int64_t)(HOUR0 + 3) * HOUR_S;
    struct fg_ledger ledger = cover(rows, 1, &plan, 1, 4);
    assert_int_equal(ledger.row_count, 3);
    row_is(&ledger, 0, VCPU_WEB, 0, 1, 10 * CENT, 10 * CENT);
    row_is(&ledger, 1, VCPU_WEB, 1, 2, 8 * CENT, 10 * CENT);
    row_is(&ledger, 2, VCPU_WEB, 3, 1, 10 * CENT, 10 * CENT);
    fg_ledger_release(&ledger);
}

/* The study ends after hour 0; a minimum of sixty seconds has carried usage into hour 1. */
static void usage_past_the_study_is_on_demand(void **state)
{
    (void)state;
    const struct fg_ledger_row rows[] = {{VCPU_WEB, HOUR0, 2, VCPU_HOURS(1), 10 * CENT}};
    struct fg_savings_plan plan = compute_plan(8 * CENT);
    struct fg_ledger ledger = cover(rows, 1, &plan, 1, 1);
    assert_int_equal(ledger.row_count, 2);
    row_is(&ledger, 0, VCPU_WEB, 0, 1, 8 * CENT, 10 * CENT);
    row_is(&ledger, 1, VCPU_WEB, 1, 1, 10 * CENT, 10 * CENT);
    fg_ledger_release(&ledger);
}

/* Two Compute plans of 3 and 4 cents and one for m5 of 1, no usage: accounts compute and
 * ec2Instance/m5 in this order, 7 cents and 1. */
static void plans_of_one_kind_share_an_account(void **state)
{
    (void)state;
    const struct fg_ledger_row rows[] = {{CLUSTER, HOUR0, 2, HOUR_S, 10 * CENT}};
    struct fg_savings_plan plans[] = {m5_plan(CENT), compute_plan(3 * CENT),
                                      compute_plan(4 * CENT)};
    struct fg_ledger ledger = cover(rows, 1, plans, 3, 2);
    assert_int_equal(ledger.account_count, ACCOUNTS + 2);
    assert_string_equal(ledger.accounts[ACCOUNTS].sku, "compute");
    assert_string_equal(ledger.accounts[ACCOUNTS + 1].sku, "ec2Instance/m5");
    assert_int_equal(ledger.row_count, 3);
    row_is(&ledger, 1, ACCOUNTS, 0, 2, 7 * CENT, 0);
    assert_int_equal(ledger.rows[1].quantity, 2 * HOUR_S);
    row_is(&ledger, 2, ACCOUNTS + 1, 0, 2, CENT, 0);
    fg_ledger_release(&ledger);
}

/* vCPU at 8 of 10 cents a covered hour, storage at 10: 18 of 20, 0.9. The node: 7.5 + 10 for the
 * volume of 20, 0.875. Without plans the figures stay. */
static void waste_and_idleness_fall_with_the_bill(void **state)
{
    (void)state;
    const struct fg_ledger_row rows[] = {
        {VCPU_WEB, HOUR0, 2, VCPU_HOURS(1), 10 * CENT},
        {STORAGE, HOUR0, 2, HOUR_S, 10 * CENT},
        {EC2_IDLE, HOUR0, 2, INSTANCE_HOURS(1), 10 * CENT},
        {VOLUME, HOUR0, 2, 1000, 10 * CENT},
    };
    struct fg_savings_plan plan = compute_plan(100 * CENT);
    struct fg_scenario scenario = {
        .region = "us-east-1", .start = (fg_unix_s)HOUR0 * HOUR_S, .savings_plans = &plan};
    struct fg_result result = {.ledger = {.account_count = ACCOUNTS,
                                          .account_capacity = ACCOUNTS,
                                          .accounts = fg_allocate(ACCOUNTS, sizeof *accounts),
                                          .row_count = 4,
                                          .rows = fg_allocate(4, sizeof *rows)},
                               .summary = {.fargate_waste_nano = 4 * CENT,
                                           .node_idle_nano = 24 * CENT,
                                           .node_nano = 40 * CENT}};
    memcpy(result.ledger.accounts, accounts, sizeof accounts);
    memcpy(result.ledger.rows, rows, sizeof rows);
    fg_commitments_apply(&scenario, 2 * HOUR_S, &arena, &result);
    assert_int_equal(result.summary.fargate_waste_nano, 4 * CENT);
    assert_int_equal(result.summary.node_nano, 40 * CENT);
    scenario.savings_plan_count = 1;
    fg_commitments_apply(&scenario, 2 * HOUR_S, &arena, &result);
    assert_int_equal(result.summary.fargate_waste_nano, 36000000);
    assert_int_equal(result.summary.node_idle_nano, 15 * CENT); /* of the idle row: 2 x 7.5 */
    assert_int_equal(result.summary.node_nano, 35 * CENT);
    fg_ledger_release(&result.ledger);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_plans_the_ledger_stays_as_it_is),
        cmocka_unit_test(a_covered_row_keeps_its_list_price_beside),
        cmocka_unit_test(a_plan_is_charged_in_hours_without_usage_and_in_hours_begun),
        cmocka_unit_test(spot_volumes_fees_and_storage_are_not_covered),
        cmocka_unit_test(an_instance_plan_covers_its_family),
        cmocka_unit_test(a_line_is_shared_by_list_price_and_the_rest_goes_to_its_last_row),
        cmocka_unit_test(the_rest_of_a_nodes_line_goes_to_idle),
        cmocka_unit_test(a_row_is_cut_where_other_usage_begins_and_ends),
        cmocka_unit_test(a_plan_covers_the_hours_that_begin_in_its_term),
        cmocka_unit_test(usage_past_the_study_is_on_demand),
        cmocka_unit_test(plans_of_one_kind_share_an_account),
        cmocka_unit_test(waste_and_idleness_fall_with_the_bill),
    };
    return cmocka_run_group_tests(tests, NULL, release_arena);
}
