/* Savings Plans over a ledger: rows, shares, hours and what is left unused. */
#include "sim/replay/commitments.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "models/other_usage.h"

enum { HOUR0 = 500000, CENT = 10000000, HOUR_S = 3600 };
#define INSTANCE_HOURS(count) ((count) * (int64_t)3600000000)
#define VCPU_HOURS(count) ((count) * (int64_t)3600000)

/* Accounts in a ledger's order. */
enum { VCPU_API, VCPU_WEB, STORAGE, EC2_IDLE, EC2_WEB, SPOT, VOLUME, ADDRESS, CLUSTER, ACCOUNTS };
static const struct fg_account accounts[ACCOUNTS] = {
    [VCPU_API] = {FG_CHARGE_FARGATE_VCPU, "fargate:fp", "linux/amd64", "shop", "api", NULL, 0, 0},
    [VCPU_WEB] = {FG_CHARGE_FARGATE_VCPU, "fargate:fp", "linux/amd64", "shop", "web", NULL, 0, 0},
    [STORAGE] = {FG_CHARGE_FARGATE_STORAGE, "fargate:fp", "linux/amd64", "shop", "web", NULL, 0, 0},
    [EC2_IDLE] = {FG_CHARGE_EC2_ON_DEMAND, "nodegroup:ng", "m5.large", "", "(idle)", NULL, 0, 0},
    [EC2_WEB] = {FG_CHARGE_EC2_ON_DEMAND, "nodegroup:ng", "m5.large", "shop", "web", NULL, 0, 0},
    [SPOT] = {FG_CHARGE_EC2_SPOT, "nodegroup:ng", "m5.large", "shop", "web", NULL, 0, 0},
    [VOLUME] = {FG_CHARGE_EBS, "nodegroup:ng", "gp3", "shop", "web", NULL, 0, 0},
    [ADDRESS] = {FG_CHARGE_PUBLIC_IPV4, "nodegroup:ng", "public_ipv4", "", "(idle)", NULL, 0, 0},
    [CLUSTER] = {FG_CHARGE_CONTROL_PLANE, "cluster", "1.35", "", "", NULL, 0, 0},
};

static struct fg_plan_rate rates[] = {{FG_USAGE_FARGATE, NULL, 800000, 1000000},
                                      {FG_USAGE_EC2, NULL, 750000, 1000000}};

static struct fg_commitment compute_plan(fg_nanodollars hourly)
{
    return (struct fg_commitment){.name = "compute",
                                  .kind = FG_COMPUTE_PLAN,
                                  .hourly_nano = hourly,
                                  .recurring_nano = hourly,
                                  .rate_count = 2,
                                  .rates = rates};
}

static struct fg_commitment m5_plan(fg_nanodollars hourly)
{
    struct fg_commitment plan = compute_plan(hourly);
    plan.name = "m5-plan";
    plan.kind = FG_EC2_INSTANCE_PLAN;
    plan.family = "m5";
    return plan;
}

/* The texts and records of results whose ledgers are looked at on their own. */
static struct fg_result kept[32];
static uint32_t kept_count;

static void keep(const struct fg_result *result)
{
    kept[kept_count] = *result;
    kept[kept_count++].ledger = (struct fg_ledger){0};
}

static int release_kept(void **state)
{
    (void)state;
    while (kept_count > 0)
        fg_result_release(&kept[--kept_count]);
    return 0;
}

static void apply(const struct fg_scenario *scenario, uint32_t cut_s, struct fg_result *result)
{
    struct fg_error error = {0};
    assert_int_equal(fg_commitments_apply(scenario, NULL, NULL, cut_s, result, &error), FG_OK);
}

static struct fg_result result_of(const struct fg_ledger_row *rows, uint32_t row_count)
{
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
    return result;
}

/* A ledger of these rows after the plans; `hours` is how long the study lasts, from HOUR0. */
static struct fg_ledger cover(const struct fg_ledger_row *rows, uint32_t row_count,
                              struct fg_commitment *plans, uint32_t plan_count, int64_t hours)
{
    const struct fg_scenario scenario = {.region = "us-east-1",
                                         .start = (fg_unix_s)HOUR0 * HOUR_S,
                                         .commitment_count = plan_count,
                                         .commitments = plans};
    struct fg_result result = result_of(rows, row_count);
    apply(&scenario, (uint32_t)(hours * HOUR_S), &result);
    keep(&result);
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
    assert_int_equal(ledger->costs[number].list_nano, list_nano);
}

static void without_plans_the_ledger_stays_as_it_is(void **state)
{
    (void)state;
    const struct fg_ledger_row rows[] = {{VCPU_WEB, HOUR0, 2, VCPU_HOURS(1), 4 * CENT}};
    struct fg_ledger ledger = cover(rows, 1, NULL, 0, 2);
    assert_int_equal(ledger.account_count, ACCOUNTS);
    assert_null(ledger.costs);
    assert_int_equal(ledger.rows[0].nano, 4 * CENT);
    fg_ledger_release(&ledger);
}

/* 10 cents a vCPU-hour at 20 % off: 8; of a commitment of 20, 12 are left each hour. The row of
 * two hours stays one row, and so does the unused part. */
static void a_covered_row_keeps_its_list_price_beside(void **state)
{
    (void)state;
    const struct fg_ledger_row rows[] = {{VCPU_WEB, HOUR0, 2, VCPU_HOURS(1), 10 * CENT}};
    struct fg_commitment plan = compute_plan(20 * CENT);
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
    struct fg_commitment plan = compute_plan(5 * CENT);
    const struct fg_scenario scenario = {.region = "us-east-1",
                                         .start = (fg_unix_s)HOUR0 * HOUR_S + 1800,
                                         .commitment_count = 1,
                                         .commitments = &plan};
    struct fg_result result = result_of(rows, 2);
    apply(&scenario, HOUR_S + 1801, &result);
    keep(&result);
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
    struct fg_commitment plan = compute_plan(100 * CENT);
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
    struct fg_commitment plan = m5_plan(6 * CENT);
    struct fg_ledger ledger = cover(rows, 2, &plan, 1, 1);
    assert_int_equal(ledger.row_count, 3);
    row_is(&ledger, 0, VCPU_WEB, 0, 1, 10 * CENT, 10 * CENT);
    row_is(&ledger, 1, EC2_WEB, 0, 1, 8 * CENT, 10 * CENT);
    row_is(&ledger, 2, ACCOUNTS, 0, 1, 0, 0); /* all used, and billed */
    assert_string_equal(ledger.accounts[ACCOUNTS].sku, "m5-plan");
    fg_ledger_release(&ledger);
}

/* 301 of list at 20 % off is 240.8, so 241; api: 100/301 of it 80.07, down to 80; the rest, 161, is
 * web's, the line's last row. */
static void a_line_is_shared_by_list_price_and_the_rest_goes_to_its_last_row(void **state)
{
    (void)state;
    const struct fg_ledger_row rows[] = {{VCPU_API, HOUR0, 1, VCPU_HOURS(1), 100},
                                         {VCPU_WEB, HOUR0, 1, VCPU_HOURS(2), 201}};
    struct fg_commitment plan = compute_plan(1000);
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
    struct fg_commitment plan = compute_plan(1000);
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
    struct fg_commitment plan = compute_plan(12 * CENT);
    struct fg_ledger ledger = cover(rows, 2, &plan, 1, 4);
    assert_int_equal(ledger.row_count, 7);
    row_is(&ledger, 0, VCPU_API, 1, 2, 85000000, 10 * CENT);
    row_is(&ledger, 1, VCPU_WEB, 0, 1, 8 * CENT, 10 * CENT);
    row_is(&ledger, 2, VCPU_WEB, 1, 2, 85000000, 10 * CENT);
    row_is(&ledger, 3, VCPU_WEB, 3, 1, 8 * CENT, 10 * CENT);
    row_is(&ledger, 4, ACCOUNTS, 0, 1, 4 * CENT, 0);
    row_is(&ledger, 5, ACCOUNTS, 1, 2, 0, 0);
    row_is(&ledger, 6, ACCOUNTS, 3, 1, 4 * CENT, 0);
    fg_ledger_release(&ledger);
}

/* A term from 01:00 to 03:00 (its first second is in hour 0): hours 1 and 2 alone. */
static void a_plan_covers_the_hours_that_begin_in_its_term(void **state)
{
    (void)state;
    const struct fg_ledger_row rows[] = {{VCPU_WEB, HOUR0, 4, VCPU_HOURS(1), 10 * CENT}};
    struct fg_commitment plan = compute_plan(8 * CENT);
    plan.start = (int64_t)HOUR0 * HOUR_S + 1;
    plan.end = (int64_t)(HOUR0 + 3) * HOUR_S;
    struct fg_ledger ledger = cover(rows, 1, &plan, 1, 4);
    assert_int_equal(ledger.row_count, 4);
    row_is(&ledger, 0, VCPU_WEB, 0, 1, 10 * CENT, 10 * CENT);
    row_is(&ledger, 1, VCPU_WEB, 1, 2, 8 * CENT, 10 * CENT);
    row_is(&ledger, 2, VCPU_WEB, 3, 1, 10 * CENT, 10 * CENT);
    row_is(&ledger, 3, ACCOUNTS, 1, 2, 0, 0);
    fg_ledger_release(&ledger);
}

/* The study ends after hour 0; a minimum of sixty seconds has carried usage into hour 1. */
static void usage_past_the_study_is_on_demand(void **state)
{
    (void)state;
    const struct fg_ledger_row rows[] = {{VCPU_WEB, HOUR0, 2, VCPU_HOURS(1), 10 * CENT}};
    struct fg_commitment plan = compute_plan(8 * CENT);
    struct fg_ledger ledger = cover(rows, 1, &plan, 1, 1);
    assert_int_equal(ledger.row_count, 3);
    row_is(&ledger, 0, VCPU_WEB, 0, 1, 8 * CENT, 10 * CENT);
    row_is(&ledger, 1, VCPU_WEB, 1, 1, 10 * CENT, 10 * CENT);
    row_is(&ledger, 2, ACCOUNTS, 0, 1, 0, 0);
    fg_ledger_release(&ledger);
}

/* Two Compute plans of 3 and 4 cents and one for m5 of 1, no usage: an account each, by name. */
static void each_commitment_has_its_own_account(void **state)
{
    (void)state;
    const struct fg_ledger_row rows[] = {{CLUSTER, HOUR0, 2, HOUR_S, 10 * CENT}};
    struct fg_commitment plans[] = {m5_plan(CENT), compute_plan(4 * CENT), compute_plan(3 * CENT)};
    plans[2].name = "another";
    struct fg_ledger ledger = cover(rows, 1, plans, 3, 2);
    assert_int_equal(ledger.account_count, ACCOUNTS + 3);
    assert_string_equal(ledger.accounts[ACCOUNTS].sku, "another");
    assert_string_equal(ledger.accounts[ACCOUNTS + 1].sku, "compute");
    assert_string_equal(ledger.accounts[ACCOUNTS + 2].sku, "m5-plan");
    assert_int_equal(ledger.row_count, 4);
    row_is(&ledger, 1, ACCOUNTS, 0, 2, 3 * CENT, 0);
    row_is(&ledger, 2, ACCOUNTS + 1, 0, 2, 4 * CENT, 0);
    row_is(&ledger, 3, ACCOUNTS + 2, 0, 2, CENT, 0);
    fg_ledger_release(&ledger);
}

static void billed_is(const struct fg_ledger *ledger, uint32_t number, fg_nanodollars nano)
{
    assert_int_equal(ledger->costs[number].billed_nano, nano);
}

/* A plan of 8 cents an hour, half upfront for a year of 8760 hours, begins in hour 1 and covers the
 * first of two vCPU-hours of 10 cents: in hour 1 AWS bills 10 for the other, 4 for the hour, and
 * 4 * 8760 = 35040 cents once; in hour 2 10 and 4. What it comes to is 8 + 10 in both. */
static void the_bill_has_fees_and_what_nothing_covers(void **state)
{
    (void)state;
    const struct fg_ledger_row rows[] = {{VCPU_API, HOUR0, 3, VCPU_HOURS(1), 10 * CENT},
                                         {VCPU_WEB, HOUR0, 3, VCPU_HOURS(1), 10 * CENT}};
    struct fg_commitment plan = compute_plan(8 * CENT);
    plan.start = (int64_t)(HOUR0 + 1) * HOUR_S;
    plan.recurring_nano = 4 * CENT;
    plan.upfront_nano = 35040 * (int64_t)CENT;
    struct fg_ledger ledger = cover(rows, 2, &plan, 1, 3);
    assert_int_equal(ledger.row_count, 6);
    row_is(&ledger, 0, VCPU_API, 0, 1, 10 * CENT, 10 * CENT);
    billed_is(&ledger, 0, 10 * CENT);
    row_is(&ledger, 1, VCPU_API, 1, 2, 9 * CENT, 10 * CENT);
    billed_is(&ledger, 1, 5 * CENT);
    row_is(&ledger, 3, VCPU_WEB, 1, 2, 9 * CENT, 10 * CENT);
    billed_is(&ledger, 3, 5 * CENT);
    row_is(&ledger, 4, ACCOUNTS, 1, 1, 0, 0);
    billed_is(&ledger, 4, 4 * CENT + 35040 * (int64_t)CENT);
    row_is(&ledger, 5, ACCOUNTS, 2, 1, 0, 0);
    billed_is(&ledger, 5, 4 * CENT);
    fg_ledger_release(&ledger);
}

/* ---- the account's other usage ---- */

static struct fg_commitment reserved_m5(int64_t count)
{
    return (struct fg_commitment){.name = "reserved",
                                  .kind = FG_REGIONAL_RESERVATION,
                                  .hourly_nano = count * 6 * CENT,
                                  .recurring_nano = count * 6 * CENT,
                                  .instance_type = "m5.large",
                                  .family = "m5",
                                  .count = count,
                                  .size = 16,
                                  .is_flexible = true};
}

static struct fg_other_usage_row other_m5(int32_t hour, const char *zone)
{
    return (struct fg_other_usage_row){.hour = HOUR0 + hour,
                                       .service = FG_USAGE_EC2,
                                       .item = "m5.large",
                                       .family = "m5",
                                       .region = "us-east-1",
                                       .zone = zone,
                                       .size = 16,
                                       .quantity = INSTANCE_HOURS(1),
                                       .base_per_unit = INSTANCE_HOURS(1),
                                       .list_unit_nano = 10 * CENT};
}

static struct fg_scenario scenario_with(struct fg_commitment *commitment,
                                        const struct fg_other_usage *other)
{
    return (struct fg_scenario){.name = "s",
                                .region = "us-east-1",
                                .start = (fg_unix_s)HOUR0 * HOUR_S,
                                .commitment_count = 1,
                                .commitments = commitment,
                                .other_usage = other};
}

/* One of two reserved m5.large at 6 cents runs here: 6 unused. With another one that runs elsewhere
 * in the account in hour 1, nothing is unused there; it is not on this bill. */
static void other_usage_of_the_account_comes_first(void **state)
{
    (void)state;
    const struct fg_ledger_row rows[] = {{EC2_WEB, HOUR0, 3, INSTANCE_HOURS(1), 10 * CENT}};
    struct fg_other_usage_row other_rows[] = {other_m5(1, NULL)};
    const struct fg_other_usage other = {.count = 1, .rows = other_rows};
    struct fg_commitment reserved = reserved_m5(2);
    const struct fg_scenario scenario = scenario_with(&reserved, &other);
    struct fg_result result = result_of(rows, 1);
    apply(&scenario, 3 * HOUR_S, &result);
    assert_int_equal(result.ledger.row_count, 4);
    row_is(&result.ledger, 0, EC2_WEB, 0, 3, 6 * CENT, 10 * CENT);
    billed_is(&result.ledger, 0, 0);
    row_is(&result.ledger, 1, ACCOUNTS, 0, 1, 6 * CENT, 0);
    assert_int_equal(result.ledger.rows[1].quantity, INSTANCE_HOURS(1));
    row_is(&result.ledger, 2, ACCOUNTS, 1, 1, 0, 0);
    row_is(&result.ledger, 3, ACCOUNTS, 2, 1, 6 * CENT, 0);
    const struct fg_commitment_records *records = &result.commitments;
    assert_int_equal(records->hour_count, 3);
    assert_int_equal(records->hours[1].used_nano, 6 * CENT);
    assert_int_equal(records->hours[1].other_nano, 6 * CENT);
    assert_int_equal(records->hours[2].other_nano, 0);
    assert_int_equal(records->cover_count, 1);
    assert_int_equal(records->covers[0].hour_count, 3);
    assert_int_equal(records->covers[0].quantity, INSTANCE_HOURS(1));
    assert_int_equal(records->covers[0].paid_nano, 6 * CENT);
    fg_result_release(&result);
}

/* Of three reserved in a two run there elsewhere in the account, one in b: 2 * 6 are other usage,
 * 6 unused. */
static void other_usage_adds_up_and_has_its_zone(void **state)
{
    (void)state;
    const struct fg_ledger_row rows[] = {{CLUSTER, HOUR0, 1, HOUR_S, 10 * CENT}};
    struct fg_other_usage_row other_rows[] = {other_m5(0, "us-east-1a"), other_m5(0, "us-east-1a"),
                                              other_m5(0, "us-east-1b")};
    const struct fg_other_usage other = {.count = 3, .rows = other_rows};
    struct fg_commitment reserved = reserved_m5(3);
    const struct fg_scenario scenario = scenario_with(&reserved, &other);
    struct fg_result result = result_of(rows, 1);
    reserved.kind = FG_ZONAL_RESERVATION;
    reserved.is_flexible = false;
    reserved.zone = "us-east-1a";
    apply(&scenario, HOUR_S, &result);
    assert_int_equal(result.commitments.hours[0].other_nano, 12 * CENT);
    assert_int_equal(result.commitments.hours[0].used_nano, 0);
    row_is(&result.ledger, 1, ACCOUNTS, 0, 1, 6 * CENT, 0);
    fg_result_release(&result);
}

static void other_usage_without_a_known_rate_is_an_error(void **state)
{
    (void)state;
    struct fg_other_usage_row other_rows[] = {other_m5(0, NULL), other_m5(0, NULL)};
    const struct fg_other_usage other = {.count = 2, .rows = other_rows};
    struct fg_commitment plan = compute_plan(CENT);
    const struct fg_scenario scenario = scenario_with(&plan, &other);
    struct fg_error error = {0};
    assert_int_equal(fg_commitments_check(&scenario, &error), FG_OK);
    plan.rate_count = 1;
    other_rows[1].item = "c5.large";
    other_rows[0].service = FG_USAGE_FARGATE;
    assert_int_equal(fg_commitments_check(&scenario, &error), FG_BAD_INPUT);
    assert_non_null(strstr(error.message, "the rate of c5.large in us-east-1"));
}

/* ---- zones ---- */

/* One m5.large all the time, in a in hour 0, in b from hour 1 on: one reserved in a covers hour 0
 * (6 cents) and is unused in hour 1, when the instance costs 10. */
static void a_row_is_cut_where_instances_move_to_another_zone(void **state)
{
    (void)state;
    const struct fg_ledger_row rows[] = {{EC2_WEB, HOUR0, 2, INSTANCE_HOURS(1), 10 * CENT}};
    struct fg_zone_row in_a = {HOUR0, 1, HOUR_S}, in_b = {HOUR0 + 1, 1, HOUR_S};
    struct fg_zone_meter meters[] = {
        {.instance_type = "m5.large", .zone = "us-east-1a", .row_count = 1, .rows = &in_a},
        {.instance_type = "m5.large", .zone = "us-east-1b", .row_count = 1, .rows = &in_b},
    };
    const struct fg_zone_hours zone_hours = {.count = 2, .items = meters};
    struct fg_commitment reserved = reserved_m5(1);
    const struct fg_scenario scenario = scenario_with(&reserved, NULL);
    struct fg_result result = result_of(rows, 1);
    struct fg_error error = {0};
    reserved.kind = FG_ZONAL_RESERVATION;
    reserved.is_flexible = false;
    reserved.zone = "us-east-1a";
    assert_int_equal(
        fg_commitments_apply(&scenario, NULL, &zone_hours, 2 * HOUR_S, &result, &error), FG_OK);
    row_is(&result.ledger, 0, EC2_WEB, 0, 1, 6 * CENT, 10 * CENT);
    row_is(&result.ledger, 1, EC2_WEB, 1, 1, 10 * CENT, 10 * CENT);
    fg_result_release(&result);
}

/* ---- upfront ---- */

/* A plan of 8 cents, all upfront, begins within hour 0: its first hour is hour 1, and there 8 *
 * 8760 = 70080 cents are paid. One that began before the study was paid before it. */
static void what_is_paid_upfront_is_billed_in_the_first_hour(void **state)
{
    (void)state;
    static const struct {
        int64_t start;
        int32_t hour; /* INT32_MAX = none */
    } cases[] = {{(int64_t)HOUR0 * HOUR_S + 1, 1},
                 {(int64_t)HOUR0 * HOUR_S, 0},
                 {(int64_t)HOUR0 * HOUR_S - 1, 0},
                 {(int64_t)HOUR0 * HOUR_S - HOUR_S, INT32_MAX},
                 {0, INT32_MAX}};
    const struct fg_ledger_row rows[] = {{VCPU_WEB, HOUR0, 3, VCPU_HOURS(1), 10 * CENT}};
    const fg_nanodollars upfront = 70080 * (int64_t)CENT;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fg_commitment plan = compute_plan(8 * CENT);
        plan.start = cases[i].start;
        plan.recurring_nano = 0;
        plan.upfront_nano = upfront;
        struct fg_scenario scenario = scenario_with(&plan, NULL);
        struct fg_result result = result_of(rows, 1);
        apply(&scenario, 3 * HOUR_S, &result);
        for (uint32_t h = 0; h < result.commitments.hour_count; h++) {
            const struct fg_commitment_hour *hour = &result.commitments.hours[h];
            bool is_first = hour->first_hour == HOUR0 + (int64_t)cases[i].hour;
            assert_int_equal(hour->billed_nano, is_first ? upfront : 0);
            assert_true(!is_first || hour->hour_count == 1);
        }
        assert_int_equal(result.commitments.hour_count, cases[i].hour == INT32_MAX ? 1 : 2);
        fg_result_release(&result);
    }
}

/* Half an hour of study within an hour: the plan is charged for the hour, the usage by the second.
 */
static void a_study_within_an_hour_is_charged_the_hour(void **state)
{
    (void)state;
    const struct fg_ledger_row rows[] = {{VCPU_WEB, HOUR0, 1, VCPU_HOURS(1) / 2, 5 * CENT}};
    struct fg_commitment plan = compute_plan(10 * CENT);
    struct fg_scenario scenario = scenario_with(&plan, NULL);
    struct fg_result result = result_of(rows, 1);
    scenario.start += 900;
    apply(&scenario, 1800, &result);
    assert_int_equal(result.ledger.row_count, 2);
    row_is(&result.ledger, 0, VCPU_WEB, 0, 1, 4 * CENT, 5 * CENT);
    row_is(&result.ledger, 1, ACCOUNTS, 0, 1, 6 * CENT, 0);
    fg_result_release(&result);
}

/* All is covered by a plan that takes all off: both rows cost nothing and bought different
 * quantities. */
static void rows_of_other_quantities_stay_apart(void **state)
{
    (void)state;
    const struct fg_ledger_row rows[] = {{EC2_WEB, HOUR0, 1, INSTANCE_HOURS(1), 10 * CENT},
                                         {EC2_WEB, HOUR0 + 1, 1, INSTANCE_HOURS(2), 10 * CENT}};
    struct fg_plan_rate nothing = {FG_USAGE_EC2, NULL, 0, 1};
    struct fg_commitment plan = compute_plan(CENT);
    plan.rate_count = 1;
    plan.rates = &nothing;
    const struct fg_scenario scenario = scenario_with(&plan, NULL);
    struct fg_result result = result_of(rows, 2);
    memmove(&result.ledger.accounts[0], &result.ledger.accounts[EC2_IDLE],
            (ACCOUNTS - EC2_IDLE) * sizeof *accounts); /* no Fargate, whose rate is not known */
    result.ledger.account_count -= EC2_IDLE;
    for (uint32_t i = 0; i < 2; i++)
        result.ledger.rows[i].account -= EC2_IDLE;
    apply(&scenario, 2 * HOUR_S, &result);
    row_is(&result.ledger, 0, EC2_WEB - EC2_IDLE, 0, 1, 0, 10 * CENT);
    row_is(&result.ledger, 1, EC2_WEB - EC2_IDLE, 1, 1, 0, 10 * CENT);
    assert_int_equal(result.ledger.rows[1].quantity, INSTANCE_HOURS(2));
    fg_result_release(&result);
}

/* ---- rates, and the summary ---- */

/* A plan for Fargate alone, and an m5.large in a node group or on the bill. */
static void usage_without_a_known_rate_is_an_error(void **state)
{
    (void)state;
    struct fg_commitment plan = compute_plan(CENT);
    struct fg_node_group group = {.instance_type = "m5.large"};
    plan.rate_count = 1;
    struct fg_scenario scenario = {.name = "s",
                                   .region = "us-east-1",
                                   .start = (fg_unix_s)HOUR0 * HOUR_S,
                                   .commitment_count = 1,
                                   .commitments = &plan,
                                   .cluster = {.node_group_count = 1, .node_groups = &group}};
    struct fg_error error = {0};
    assert_int_equal(fg_commitments_check(&scenario, &error), FG_BAD_INPUT);
    assert_string_equal(error.message,
                        "scenario 's': the rate of m5.large in us-east-1 under the Savings Plan "
                        "'compute' is not known; expected it in the plan's discounts, such as {m5: "
                        "20%}");
    group.spot = true;
    error = (struct fg_error){0};
    assert_int_equal(fg_commitments_check(&scenario, &error), FG_OK);
    struct fg_result result = {
        .ledger = {.account_count = ACCOUNTS, .accounts = fg_allocate(ACCOUNTS, sizeof *accounts)}};
    memcpy(result.ledger.accounts, accounts, sizeof accounts);
    assert_int_equal(fg_commitments_apply(&scenario, NULL, NULL, HOUR_S, &result, &error),
                     FG_BAD_INPUT);
    fg_result_release(&result);
}

/* vCPU at 8 of 10 cents a covered hour, storage at 10: 18 of 20, 0.9. The node: 7.5 + 10 for the
 * volume + 10 for the address of 30. Without plans the figures stay. */
static void waste_and_idleness_fall_with_the_bill(void **state)
{
    (void)state;
    const struct fg_ledger_row rows[] = {
        {VCPU_WEB, HOUR0, 2, VCPU_HOURS(1), 10 * CENT},     {STORAGE, HOUR0, 2, HOUR_S, 10 * CENT},
        {EC2_IDLE, HOUR0, 2, INSTANCE_HOURS(1), 10 * CENT}, {VOLUME, HOUR0, 2, 1000, 10 * CENT},
        {ADDRESS, HOUR0, 2, INSTANCE_HOURS(1), 10 * CENT},
    };
    struct fg_commitment plan = compute_plan(100 * CENT);
    struct fg_scenario scenario = scenario_with(&plan, NULL);
    struct fg_result result = result_of(rows, 5);
    result.summary.fargate_waste_nano = 4 * CENT;
    result.summary.node_idle_nano = 44 * CENT;
    result.summary.node_nano = 60 * CENT;
    scenario.commitment_count = 0;
    apply(&scenario, 2 * HOUR_S, &result);
    assert_int_equal(result.summary.fargate_waste_nano, 4 * CENT);
    assert_int_equal(result.summary.node_nano, 60 * CENT);
    scenario.commitment_count = 1;
    apply(&scenario, 2 * HOUR_S, &result);
    assert_int_equal(result.summary.fargate_waste_nano, 36000000);
    assert_int_equal(result.summary.node_idle_nano, 35 * CENT); /* 2 * 7.5 + 2 * 10 */
    assert_int_equal(result.summary.node_nano, 55 * CENT);
    fg_result_release(&result);
}

/* A vCPU-hour at 10 cents in public, 9 as agreed, 8 under the plan. What is wasted is priced as
 * agreed: 4.5 of it comes to 4.5 * 8 / 9 = 4. */
static void waste_falls_from_the_agreed_price(void **state)
{
    (void)state;
    const struct fg_ledger_row rows[] = {{VCPU_WEB, HOUR0, 2, VCPU_HOURS(1), 9 * CENT}};
    struct fg_commitment plan = compute_plan(100 * CENT);
    const struct fg_scenario scenario = scenario_with(&plan, NULL);
    struct fg_result result = result_of(rows, 1);
    result.ledger.accounts[VCPU_WEB].list_unit_nano = 10 * CENT;
    result.ledger.accounts[VCPU_WEB].contract_unit_nano = 9 * CENT;
    fg_ledger_set_list_costs(&result.ledger);
    result.summary.fargate_waste_nano = 45000000;
    apply(&scenario, 2 * HOUR_S, &result);
    row_is(&result.ledger, 0, VCPU_WEB, 0, 2, 8 * CENT, 10 * CENT);
    assert_int_equal(result.ledger.costs[0].contract_nano, 9 * CENT);
    assert_int_equal(result.summary.fargate_waste_nano, 4 * CENT);
    fg_result_release(&result);
}

/* Covered in hours 0 and 2, not in hour 1, in which nothing ran: two rows. */
static void what_was_covered_is_recorded_by_hour(void **state)
{
    (void)state;
    const struct fg_ledger_row rows[] = {{VCPU_WEB, HOUR0, 1, VCPU_HOURS(1), 10 * CENT},
                                         {VCPU_WEB, HOUR0 + 2, 1, VCPU_HOURS(1), 10 * CENT}};
    struct fg_commitment plan = compute_plan(8 * CENT);
    const struct fg_scenario scenario = scenario_with(&plan, NULL);
    struct fg_result result = result_of(rows, 2);
    apply(&scenario, 3 * HOUR_S, &result);
    const struct fg_commitment_records *records = &result.commitments;
    assert_int_equal(records->cover_count, 2);
    assert_int_equal(records->covers[0].hour_count, 1);
    assert_int_equal(records->covers[1].first_hour, HOUR0 + 2);
    assert_int_equal(records->hour_count, 3);
    assert_int_equal(records->hours[1].used_nano, 0);
    fg_result_release(&result);
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
        cmocka_unit_test(each_commitment_has_its_own_account),
        cmocka_unit_test(the_bill_has_fees_and_what_nothing_covers),
        cmocka_unit_test(other_usage_of_the_account_comes_first),
        cmocka_unit_test(other_usage_adds_up_and_has_its_zone),
        cmocka_unit_test(other_usage_without_a_known_rate_is_an_error),
        cmocka_unit_test(a_row_is_cut_where_instances_move_to_another_zone),
        cmocka_unit_test(what_is_paid_upfront_is_billed_in_the_first_hour),
        cmocka_unit_test(a_study_within_an_hour_is_charged_the_hour),
        cmocka_unit_test(rows_of_other_quantities_stay_apart),
        cmocka_unit_test(usage_without_a_known_rate_is_an_error),
        cmocka_unit_test(waste_and_idleness_fall_with_the_bill),
        cmocka_unit_test(waste_falls_from_the_agreed_price),
        cmocka_unit_test(what_was_covered_is_recorded_by_hour),
    };
    return cmocka_run_group_tests(tests, NULL, release_kept);
}
