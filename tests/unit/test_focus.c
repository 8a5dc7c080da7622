#include "tests/support/focus_bill.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "models/other_usage.h"

enum { YEAR_HOURS = 8760, HOUR_S = 3600 };
static const int64_t hour = 3600000000; /* of an instance */
static const fg_nanodollars usd = 1000000000;
static const struct fg_focus_rules rules_1_2 = {2, "", true}, rules_1_3 = {3, "", true};
static const struct fg_focus_options plain;

static struct fg_focus_bill bill;
static struct fg_result result;
static struct fg_focus_table table;

static int set_up(void **state)
{
    (void)state;
    memset(&result, 0, sizeof result);
    fg_focus_bill_open(&bill, 1, FG_LEDGER_HOUR);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    fg_focus_table_release(&table);
    fg_focus_bill_close(&bill);
    return 0;
}

/* ---- making bills ---- */

static struct fg_account instance(const char *pool, const char *workload)
{
    bool idle = strcmp(workload, FG_WORKLOAD_IDLE) == 0;
    return (struct fg_account){.charge = FG_CHARGE_EC2_ON_DEMAND,
                               .pool = pool,
                               .sku = "m5.large",
                               .namespace_name = idle ? "" : "shop",
                               .workload = workload,
                               .list_unit_nano = 500000000,
                               .contract_unit_nano = 500000000};
}

/* Half of the public price. */
static struct fg_plan_rate half[] = {{FG_USAGE_EC2, NULL, 1, 2}, {FG_USAGE_FARGATE, NULL, 1, 2}};

static struct fg_commitment plan(const char *name, fg_nanodollars hourly)
{
    return (struct fg_commitment){.name = name,
                                  .kind = FG_COMPUTE_PLAN,
                                  .term_years = 1,
                                  .hourly_nano = hourly,
                                  .recurring_nano = hourly,
                                  .rate_count = 2,
                                  .rates = half};
}

/* Reads it back as valid FOCUS 1.2. */
static void export_bill(void)
{
    fg_focus_bill_put(&bill, 0, &result);
    fg_focus_bill_finish(&bill);
    fg_focus_bill_export(&bill, &plain, &table);
    fg_focus_is_valid(&table, &rules_1_2);
}

/* Hours of one m5.large at 0.50, under a plan of 1 dollar an hour that takes half of it. */
static void export_usage_under_a_plan(int64_t quantity)
{
    struct fg_commitment commitment = plan("sp", usd);
    fg_focus_bill_add(&result.ledger, instance("nodegroup:ng", "web"), 0, 1, quantity);
    fg_focus_bill_commit(&result, &commitment, 1, NULL, 1);
    export_bill();
}

/* ---- reading exports ---- */

/* The first row in which the columns have these texts; a pair of NULL ends them. */
static uint32_t find_row(const char *const *pairs)
{
    for (uint32_t row = 0; row < table.row_count; row++) {
        bool all = true;
        for (const char *const *pair = pairs; all && pair[0] != NULL; pair += 2)
            all = strcmp(fg_focus_table_text(&table, row, pair[0]), pair[1]) == 0;
        if (all)
            return row;
    }
    fail_msg("no row has %s '%s'", pairs[0], pairs[1]);
    return 0;
}
#define FIND(...) find_row((const char *const[]){__VA_ARGS__, NULL})

static void has(uint32_t row, const char *column, const char *text)
{
    assert_string_equal(fg_focus_table_text(&table, row, column), text);
}

static void costs(uint32_t row, const char *billed, const char *effective)
{
    has(row, "BilledCost", billed);
    has(row, "EffectiveCost", effective);
}

/* ---- the specification's own numbers (rules O6, G10) ---- */

static void the_fee_of_a_plan_is_a_purchase_of_each_hour(void **state)
{
    (void)state;
    export_usage_under_a_plan(0);
    uint32_t row = FIND("ChargeCategory", "Purchase");
    costs(row, "1", "0");
    has(row, "ChargeFrequency", "Recurring");
    has(row, "PricingCategory", "Standard");
    has(row, "CommitmentDiscountQuantity", "1");
    has(row, "CommitmentDiscountUnit", "USD");
    has(row, "CommitmentDiscountStatus", "");
    has(row, "ResourceId", "arn:aws:savingsplans::111122223333:savingsplan/sp");
    row = FIND("CommitmentDiscountStatus", "Unused");
    costs(row, "0", "1");
    has(row, "ConsumedQuantity", "");
    has(row, "ListCost", "0");
    assert_int_equal(table.row_count, 2);
}

/* 4 hours at 0.50 are 2.00, half of which is the plan's 1.00. */
static void an_hour_that_a_plan_covers_is_billed_nothing(void **state)
{
    (void)state;
    export_usage_under_a_plan(4 * hour);
    uint32_t row = FIND("CommitmentDiscountStatus", "Used");
    costs(row, "0", "1");
    has(row, "PricingCategory", "Committed");
    has(row, "CommitmentDiscountQuantity", "1");
    has(row, "ConsumedQuantity", "4");
    has(row, "ListCost", "2");
    has(row, "ContractedCost", "2");
    has(row, "ChargePeriodStart", "2025-12-04T00:00:00Z");
    has(row, "ChargePeriodEnd", "2025-12-04T01:00:00Z");
    has(row, "BillingPeriodStart", "2025-12-01T00:00:00Z");
    has(row, "BillingPeriodEnd", "2026-01-01T00:00:00Z");
    assert_int_equal(table.row_count, 2);
}

/* 3 hours at 0.50 are 1.50, half of which is 0.75; 0.25 of the plan is left. */
static void three_quarters_of_a_plan_are_used_and_one_is_not(void **state)
{
    (void)state;
    export_usage_under_a_plan(3 * hour);
    costs(FIND("CommitmentDiscountStatus", "Used"), "0", "0.75");
    uint32_t row = FIND("CommitmentDiscountStatus", "Unused");
    costs(row, "0", "0.25");
    has(row, "CommitmentDiscountQuantity", "0.25");
    assert_int_equal(table.row_count, 3);
}

/* 5 hours are 2.50: the plan covers 2.00 and 0.50 is left on demand, 1 hour. */
static void what_is_above_a_plan_is_a_standard_row(void **state)
{
    (void)state;
    export_usage_under_a_plan(5 * hour);
    costs(FIND("CommitmentDiscountStatus", "Used"), "0", "1");
    uint32_t row = FIND("ChargeCategory", "Usage", "PricingCategory", "Standard");
    costs(row, "0.5", "0.5");
    has(row, "ConsumedQuantity", "1");
    has(row, "CommitmentDiscountId", "");
    assert_int_equal(table.row_count, 3);
}

static void export_year(fg_nanodollars recurring, fg_nanodollars upfront, enum fg_payment payment)
{
    struct fg_commitment commitment = plan("sp", usd);
    commitment.payment = payment;
    commitment.recurring_nano = recurring;
    commitment.upfront_nano = upfront;
    commitment.start = (fg_unix_s)FG_FOCUS_HOUR0 * HOUR_S;
    commitment.end = commitment.start + (fg_unix_s)YEAR_HOURS * HOUR_S;
    fg_focus_bill_add(&result.ledger, instance("nodegroup:ng", "web"), 0, YEAR_HOURS, 3 * hour);
    fg_focus_bill_commit(&result, &commitment, 1, NULL, YEAR_HOURS);
    export_bill();
}

/* 8760 hours at 1.00: 0.75 used and 0.25 not, in each. */
static void a_year_paid_upfront_is_one_purchase_of_its_term(void **state)
{
    (void)state;
    export_year(0, 8760 * usd, FG_ALL_UPFRONT);
    uint32_t row = FIND("ChargeCategory", "Purchase");
    costs(row, "8760", "0");
    has(row, "ChargeFrequency", "One-Time");
    has(row, "CommitmentDiscountQuantity", "8760");
    has(row, "ChargePeriodStart", "2025-12-04T00:00:00Z");
    has(row, "ChargePeriodEnd", "2026-12-04T00:00:00Z");
    assert_int_equal(table.row_count, 1 + 2 * YEAR_HOURS);
    assert_int_equal(
        fg_focus_table_sum(&table, "EffectiveCost", "CommitmentDiscountStatus", "Used"),
        6570 * usd);
    assert_int_equal(
        fg_focus_table_sum(&table, "EffectiveCost", "CommitmentDiscountStatus", "Unused"),
        2190 * usd);
}

/* Half of 8760.00 at once, and 0.50 an hour. */
static void a_year_paid_in_part_upfront_has_both_purchases(void **state)
{
    (void)state;
    export_year(usd / 2, 4380 * usd, FG_PARTIAL_UPFRONT);
    costs(FIND("ChargeFrequency", "One-Time"), "4380", "0");
    uint32_t row = FIND("ChargeFrequency", "Recurring");
    costs(row, "0.5", "0");
    has(row, "CommitmentDiscountQuantity", "0.5");
    assert_int_equal(table.row_count, 1 + 3 * YEAR_HOURS);
}

/* ---- reservations ---- */

/* An m5.xlarge is two m5.large: three of them for an hour use it up and leave one on demand. */
static void reservations_count_hours_of_their_own_type(void **state)
{
    (void)state;
    struct fg_commitment commitment = {.name = "ri",
                                       .kind = FG_REGIONAL_RESERVATION,
                                       .term_years = 1,
                                       .hourly_nano = 600000000,
                                       .recurring_nano = 600000000,
                                       .instance_type = "m5.xlarge",
                                       .family = "m5",
                                       .count = 1,
                                       .size = 32,
                                       .is_flexible = true};
    fg_focus_bill_add(&result.ledger, instance("nodegroup:ng", "web"), 0, 1, 3 * hour);
    fg_focus_bill_commit(&result, &commitment, 1, NULL, 2);
    export_bill();
    uint32_t row = FIND("CommitmentDiscountStatus", "Used");
    costs(row, "0", "0.6");
    has(row, "ConsumedQuantity", "2");
    has(row, "CommitmentDiscountQuantity", "1");
    has(row, "CommitmentDiscountUnit", "Hours");
    has(row, "CommitmentDiscountCategory", "Usage");
    has(row, "CommitmentDiscountId", "arn:aws:ec2:us-east-1:111122223333:reserved-instances/ri");
    costs(FIND("ChargeCategory", "Usage", "PricingCategory", "Standard"), "0.5", "0.5");
    row = FIND("CommitmentDiscountStatus", "Unused");
    has(row, "ChargePeriodStart", "2025-12-04T01:00:00Z");
    has(row, "CommitmentDiscountQuantity", "1");
    costs(row, "0", "0.6");
}

/* ---- shares ---- */

/* Three rows of 1, 1 and 1 hour under a plan that covers 0.10 of 0.75: 0.033333333 each and the
 * nanodollar that is left goes to (idle). Of 1.50 at public prices the plan covers 0.20, of which
 * each bears 0.066666666 and (idle) 2 nanodollars more. */
static void parts_of_a_line_add_up_and_idle_takes_the_rest(void **state)
{
    (void)state;
    struct fg_commitment commitment = plan("sp", usd / 10);
    fg_focus_bill_add(&result.ledger, instance("nodegroup:a", "(idle)"), 0, 1, hour);
    fg_focus_bill_add(&result.ledger, instance("nodegroup:a", "web"), 0, 1, hour);
    fg_focus_bill_add(&result.ledger, instance("nodegroup:b", "web"), 0, 1, hour);
    fg_focus_bill_commit(&result, &commitment, 1, NULL, 1);
    export_bill();
    uint32_t idle = FIND("CommitmentDiscountStatus", "Used", "x_Workload", "(idle)");
    uint32_t web = FIND("CommitmentDiscountStatus", "Used", "x_Workload", "web");
    has(idle, "EffectiveCost", "0.033333334");
    has(idle, "ListCost", "0.066666668");
    has(web, "EffectiveCost", "0.033333333");
    has(web, "ListCost", "0.066666666");
    assert_int_equal(fg_focus_table_sum(&table, "ListCost", "ChargeCategory", "Usage"),
                     3 * usd / 2);
    assert_int_equal(fg_focus_table_sum(&table, "EffectiveCost", "x_Charge", "ec2-on-demand"),
                     fg_focus_bill_query(&bill, "SELECT sum(nano_usd) FROM scenario_cost"
                                                " WHERE charge = 'ec2-on-demand'"));
}

/* 0.50 less 5 % is 0.475 an hour; two hours are 0.95 billed and 1.00 at the public price. */
static void agreed_prices_are_contracted_ones(void **state)
{
    (void)state;
    struct fg_account account = instance("nodegroup:ng", "web");
    account.contract_unit_nano = 475000000;
    fg_focus_bill_add(&result.ledger, account, 0, 1, 2 * hour);
    fg_ledger_set_list_costs(&result.ledger);
    export_bill();
    costs(0, "0.95", "0.95");
    has(0, "ListUnitPrice", "0.5");
    has(0, "ListCost", "1");
    has(0, "ContractedUnitPrice", "0.475");
    has(0, "ContractedCost", "0.95");
    has(0, "PricingQuantity", "2");
}

/* A rest of 3 nanodollars above half an hour's 0.25 is six millionths of a millionth of an hour. */
static void a_rest_shows_in_the_priced_quantity_alone(void **state)
{
    (void)state;
    uint32_t row =
        fg_focus_bill_add(&result.ledger, instance("nodegroup:ng", "(idle)"), 0, 1, hour / 2);
    result.ledger.rows[row].nano += 3;
    export_bill();
    has(0, "ConsumedQuantity", "0.5");
    has(0, "PricingQuantity", "0.500000006");
    has(0, "ListCost", "0.250000003");
}

/* ---- other usage of the account ---- */

/* In the first hour other usage of 0.80 takes 0.40 of the plan's 1.00. */
static struct fg_other_usage_row other_row = {.hour = FG_FOCUS_HOUR0,
                                              .service = FG_USAGE_EC2,
                                              .item = "c5.large",
                                              .family = "c5",
                                              .region = "us-east-1",
                                              .size = 16,
                                              .quantity = 3600000000,
                                              .base_per_unit = 3600000000,
                                              .list_unit_nano = 800000000};

static void export_beside_other_usage(const struct fg_focus_options *options)
{
    struct fg_other_usage other = {.count = 1, .rows = &other_row};
    struct fg_commitment commitment = plan("sp", usd);
    fg_focus_bill_add(&result.ledger, instance("nodegroup:ng", "web"), 0, 1, 2 * hour);
    fg_focus_bill_commit(&result, &commitment, 1, &other, 1);
    fg_focus_bill_put(&bill, 0, &result);
    fg_focus_bill_finish(&bill);
    fg_focus_bill_export(&bill, options, &table);
    fg_focus_is_valid(&table, &rules_1_2);
}

/* Two hours at 0.50 take 0.50 of the plan, other usage 0.40; 0.10 is left: the bill's part of the
 * fee is 0.60. */
static void what_other_usage_took_is_not_bought_here(void **state)
{
    (void)state;
    export_beside_other_usage(&plain);
    uint32_t row = FIND("ChargeCategory", "Purchase");
    costs(row, "0.6", "0");
    has(row, "ListUnitPrice", "0.6");
    costs(FIND("CommitmentDiscountStatus", "Used"), "0", "0.5");
    costs(FIND("CommitmentDiscountStatus", "Unused"), "0", "0.1");
    assert_int_equal(fg_focus_table_sum(&table, "EffectiveCost", NULL, NULL),
                     fg_focus_bill_query(&bill, "SELECT sum(nano_usd) FROM scenario_cost"));
}

static void other_usage_is_shown_where_it_is_asked_for(void **state)
{
    (void)state;
    export_beside_other_usage(&(struct fg_focus_options){.other_usage = true});
    costs(FIND("ChargeCategory", "Purchase"), "1", "0");
    uint32_t row = FIND("x_Charge", "other-usage");
    costs(row, "0", "0.4");
    has(row, "CommitmentDiscountStatus", "Used");
    has(row, "ResourceId", "");
    has(row, "x_Workload", "");
}

/* ---- other columns ---- */

static struct fg_account fargate(const char *namespace_name, const char *workload)
{
    return (struct fg_account){.charge = FG_CHARGE_FARGATE_VCPU,
                               .pool = "fargate:apps",
                               .sku = "linux/arm64",
                               .namespace_name = namespace_name,
                               .workload = workload,
                               .group = "team=a\\;b;tier=",
                               .list_unit_nano = 40480000,
                               .contract_unit_nano = 40480000};
}

static void services_and_skus_are_named_as_amazon_does(void **state)
{
    (void)state;
    struct fg_account fee = {.charge = FG_CHARGE_CONTROL_PLANE,
                             .pool = "cluster",
                             .sku = "1.35",
                             .namespace_name = "",
                             .workload = "",
                             .list_unit_nano = 100000000,
                             .contract_unit_nano = 100000000};
    struct fg_account spot = instance("nodegroup:ng", "web");
    spot.charge = FG_CHARGE_EC2_SPOT;
    fg_focus_bill_add(&result.ledger, fargate("shop", "web"), 0, 1, 1800000);
    fg_focus_bill_add(&result.ledger, spot, 0, 1, hour);
    fg_focus_bill_add(&result.ledger, fee, 0, 1, 3600);
    export_bill();
    has(0, "ServiceName", "Amazon Elastic Container Service for Kubernetes");
    has(0, "ServiceSubcategory", "Containers");
    has(0, "SkuMeter", "Fargate-ARM-vCPU-Hours:perCPU");
    has(0, "SkuPriceDetails", "{\"OperatingSystem\":\"Linux\",\"x_Architecture\":\"arm64\"}");
    has(0, "PricingUnit", "vCPU-Hours");
    has(0, "ConsumedQuantity", "0.5");
    has(0, "ResourceId", "arn:aws:eks:us-east-1:111122223333:fargateprofile/s0/apps");
    has(0, "RegionName", "US East (N. Virginia)");
    has(0, "Tags",
        "{\"namespace\":\"shop\",\"workload\":\"web\",\"label:team\":\"a;b\","
        "\"pool\":\"fargate:apps\",\"scenario\":\"s0\"}");
    has(1, "PricingCategory", "Dynamic");
    has(1, "SkuMeter", "SpotUsage:m5.large");
    has(1, "SkuId", "us-east-1/ec2/instance/m5.large");
    has(1, "SkuPriceId", "us-east-1/ec2/instance/m5.large/spot");
    has(2, "SkuMeter", "AmazonEKS-Hours:perCluster");
    has(2, "x_Workload", "");
}

static void tasks_without_a_cluster_fee_are_of_ecs(void **state)
{
    (void)state;
    fg_focus_bill_add(&result.ledger, fargate("shop", "web"), 0, 1, 1800000);
    export_bill();
    has(0, "ServiceName", "Amazon Elastic Container Service");
}

/* The text stays as it is, but for a byte that is no UTF-8. */
static void texts_are_quoted_and_not_defused(void **state)
{
    (void)state;
    static const char *const texts[] = {"=1+1", "a,b", "a\"b", "a\nb", "null", "a\xFF"};
    for (size_t i = 0; i < 6; i++)
        fg_focus_bill_add(&result.ledger, fargate("shop", texts[i]), 0, 1, 1800000);
    export_bill();
    for (uint32_t i = 0; i < 5; i++)
        has(i, "x_Workload", texts[i]);
    has(5, "x_Workload", "a\xEF\xBF\xBD");
    fg_focus_table_release(&table);
    fg_focus_bill_export(&bill, &(struct fg_focus_options){.null_word = "null"}, &table);
    fg_focus_is_valid(&table, &(struct fg_focus_rules){2, "null", true});
    has(4, "x_Workload", "null");
    assert_true(table.rows[4][fg_focus_table_column(&table, "x_Workload")].quoted);
    has(0, "InvoiceId", "null");
}

/* A node's hour of which web has 1 of 4 parts. */
static void columns_of_1_3_say_how_a_node_is_split(void **state)
{
    (void)state;
    struct fg_commitment commitment = plan("sp", usd / 10);
    fg_focus_bill_add(&result.ledger, instance("nodegroup:ng", "(idle)"), 0, 1, hour / 4 * 3);
    fg_focus_bill_add(&result.ledger, instance("nodegroup:ng", "web"), 0, 1, hour / 4);
    fg_focus_bill_commit(&result, &commitment, 1, NULL, 1);
    fg_focus_bill_put(&bill, 0, &result);
    fg_focus_bill_finish(&bill);
    fg_focus_bill_export(&bill, &(struct fg_focus_options){.is_1_3 = true}, &table);
    fg_focus_is_valid(&table, &rules_1_3);
    uint32_t row = FIND("x_Workload", "web", "CommitmentDiscountStatus", "Used");
    has(row, "AllocatedMethodDetails", "{\"Elements\":[{\"AllocatedRatio\":0.25}]}");
    has(row, "AllocatedResourceId", "shop/web");
    has(row, "AllocatedTags", "{\"namespace\":\"shop\",\"workload\":\"web\"}");
    has(row, "Tags", "{\"pool\":\"nodegroup:ng\",\"scenario\":\"s0\"}");
    /* 0.10 covers 0.20 of 0.50; web bears a quarter of it. */
    has(row, "ContractApplied",
        "{\"Elements\":[{\"ContractId\":\"arn:aws:savingsplans::111122223333:savingsplan/sp\","
        "\"ContractCommitmentId\":\"arn:aws:savingsplans::111122223333:savingsplan/sp\","
        "\"ContractCommitmentAppliedCost\":0.025}]}");
    row = FIND("x_Workload", "web", "CommitmentDiscountStatus", "");
    has(row, "ContractApplied", "");
    has(row, "HostProviderName", "AWS");
    has(FIND("x_Workload", "(idle)"), "AllocatedResourceId", "");
}

/* ---- refusals ---- */

static fg_status report(const struct fg_focus_options *options, char text[512])
{
    struct fg_error error = {0};
    const struct fg_report_options request = {
        .format = FG_REPORT_FOCUS, .output = bill.output, .focus = *options};
    fg_status status = fg_report_write(bill.database, &request, &error);
    fg_error_text(&error, text, 512);
    return status;
}

static void refuses(const struct fg_focus_options *options, fg_status status, const char *what)
{
    char text[512];
    assert_int_equal(report(options, text), status);
    if (strstr(text, what) == NULL)
        fail_msg("'%s' does not say '%s'", text, what);
}

static void a_bill_that_is_not_there_is_refused(void **state)
{
    (void)state;
    fg_focus_bill_add(&result.ledger, instance("nodegroup:ng", "web"), 0, 1, hour);
    export_bill();
    refuses(&(struct fg_focus_options){.scenario = "s00"}, FG_BAD_INPUT,
            "unknown scenario 's00'; did you mean 's0'?");
    refuses(&(struct fg_focus_options){.replication = 1}, FG_BAD_INPUT,
            "scenario 's0' has no finished replication 1");
}

static void a_bill_by_the_day_is_refused(void **state)
{
    (void)state;
    fg_focus_bill_close(&bill);
    fg_focus_bill_open(&bill, 1, FG_LEDGER_DAY);
    fg_focus_bill_add(&result.ledger, instance("nodegroup:ng", "web"), 0, 1, hour);
    fg_focus_bill_put(&bill, 0, &result);
    fg_focus_bill_finish(&bill);
    refuses(&plain, FG_BAD_INPUT, "keeps them by day; expected one that was made with --ledger");
}

static void change_database(const char *sql)
{
    sqlite3 *database;
    assert_int_equal(sqlite3_open(bill.database, &database), SQLITE_OK);
    assert_int_equal(sqlite3_exec(database, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(database);
}

static void a_database_whose_parts_do_not_add_up_is_refused(void **state)
{
    (void)state;
    export_usage_under_a_plan(3 * hour);
    change_database("UPDATE coverage SET paid_nano = paid_nano + 1");
    refuses(&plain, FG_FAILED, "what commitments cover of m5.large in the hour from 2025-12-04T00");
    change_database("UPDATE coverage SET sku = 'x'");
    refuses(&plain, FG_FAILED, "is damaged");
}

/* ---- the checker ---- */

/* What is changed in the first row whose column `where` is `what`. */
static const struct {
    const char *where, *what, *column, *text;
    bool quoted;
    const char *fault;
} changes[] = {
    {"PricingCategory", "Standard", "BilledCost", "", false, "BilledCost is null"},
    {"PricingCategory", "Standard", "BilledCost", "1,5", true, "BilledCost is a quoted"},
    {"PricingCategory", "Standard", "BilledCost", "+1", false, "BilledCost is '+1'"},
    {"PricingCategory", "Standard", "BilledCost", "$1", false, "BilledCost is '$1'"},
    {"PricingCategory", "Standard", "BilledCost", "1E+3", false, "BilledCost is '1E+3'"},
    {"PricingCategory", "Standard", "BilledCost", "1.", false, "BilledCost is '1.'"},
    {"PricingCategory", "Standard", "BillingAccountId", "", false, "BillingAccountId is null"},
    {"PricingCategory", "Standard", "BillingAccountId", "", true, "BillingAccountId is an empty"},
    {"PricingCategory", "Standard", "BillingAccountId", " ", false, "BillingAccountId is an emp"},
    {"PricingCategory", "Standard", "InvoiceId", "null", false, "InvoiceId has 'null' for null"},
    {"PricingCategory", "Standard", "InvoiceId", "N/A", false, "InvoiceId has 'N/A' for null"},
    {"PricingCategory", "Standard", "BillingCurrency", "US$", false, "BillingCurrency is 'US$'"},
    {"PricingCategory", "Standard", "ChargeCategory", "usage", false, "ChargeCategory is 'usage'"},
    {"PricingCategory", "Standard", "ChargeClass", "Wrong", false, "ChargeClass is 'Wrong'"},
    {"PricingCategory", "Standard", "ChargeFrequency", "Hourly", false, "ChargeFrequency is"},
    {"ChargeCategory", "Purchase", "ChargeFrequency", "Usage-Based", false,
     "ChargeFrequency of a purchase"},
    {"PricingCategory", "Standard", "PricingCategory", "Spot", false, "PricingCategory is 'Spot'"},
    {"PricingCategory", "Standard", "ServiceCategory", "Server", false, "ServiceCategory is"},
    {"PricingCategory", "Standard", "ServiceSubcategory", "Virtual Machines", false,
     "ServiceSubcategory 'Virtual Machines' is not of"},
    {"PricingCategory", "Standard", "ServiceName", "", false, "ServiceName is null"},
    {"PricingCategory", "Standard", "ChargePeriodStart", "2025-12-04 00:00:00Z", false,
     "ChargePeriodStart is '2025"},
    {"PricingCategory", "Standard", "ChargePeriodEnd", "2025-12-04T25:00:00Z", false,
     "ChargePeriodEnd is '2025"},
    {"PricingCategory", "Standard", "ChargePeriodEnd", "2025-12-04T00:30:00Z", false,
     "ChargePeriodStart and ChargePeriodEnd are no clock hour"},
    {"PricingCategory", "Standard", "ChargePeriodEnd", "2025-12-03T00:00:00Z", false,
     "ChargePeriodEnd is not after"},
    {"PricingCategory", "Standard", "BillingPeriodStart", "2025-12-02T00:00:00Z", false,
     "no calendar month"},
    {"PricingCategory", "Standard", "BillingPeriodStart", "2026-01-01T00:00:00Z", false,
     "no calendar month"},
    {"PricingCategory", "Standard", "Tags", "{\"a\":[]}", true, "Tags is '{"},
    {"PricingCategory", "Standard", "Tags", "{\"a\":1,\"a\":2}", true, "Tags is '{"},
    {"PricingCategory", "Standard", "Tags", "{\"a\":1,}", true, "Tags is '{"},
    {"PricingCategory", "Standard", "Tags", "team", false, "Tags is 'team'"},
    {"PricingCategory", "Standard", "SkuPriceDetails", "{\"Colour\":\"red\"}", true,
     "SkuPriceDetails has the key 'Colour'"},
    {"PricingCategory", "Standard", "RegionName", "", false, "RegionId is not null, RegionName"},
    {"PricingCategory", "Standard", "ResourceType", "", false, "ResourceId is not null, Resour"},
    {"PricingCategory", "Standard", "PricingUnit", "", false, "PricingQuantity is not null, Pr"},
    {"PricingCategory", "Standard", "SubAccountType", "", false, "SubAccountId is not null, Sub"},
    {"PricingCategory", "Standard", "SkuId", "", false, "SkuId is null, SkuMeter is not null"},
    {"PricingCategory", "Standard", "SkuPriceId", "", false, "SkuPriceId is null, SkuPriceDeta"},
    {"PricingCategory", "Standard", "ListUnitPrice", "", false, "ListUnitPrice of usage"},
    {"PricingCategory", "Standard", "PricingQuantity", "7", false, "ListCost is not"},
    {"PricingCategory", "Standard", "ListCost", "7", false, "ListCost is not"},
    {"PricingCategory", "Standard", "ContractedCost", "7", false, "ContractedCost is not"},
    {"PricingCategory", "Standard", "EffectiveCost", "7", false, "EffectiveCost is not BilledC"},
    {"PricingCategory", "Standard", "PricingCurrencyEffectiveCost", "7", false,
     "PricingCurrencyEffectiveCost is not"},
    {"PricingCategory", "Standard", "CommitmentDiscountStatus", "Used", false,
     "CommitmentDiscountId is null, CommitmentDiscountStatus is not null"},
    {"CommitmentDiscountStatus", "Used", "CommitmentDiscountStatus", "", false,
     "CommitmentDiscountStatus is for usage"},
    {"CommitmentDiscountStatus", "Used", "CommitmentDiscountStatus", "used", false,
     "CommitmentDiscountStatus is 'used'"},
    {"CommitmentDiscountStatus", "Used", "CommitmentDiscountCategory", "", false,
     "CommitmentDiscountId is not null, CommitmentDiscountCategory is null"},
    {"CommitmentDiscountStatus", "Used", "CommitmentDiscountQuantity", "", false,
     "CommitmentDiscountId is not null, CommitmentDiscountQuantity is null"},
    {"CommitmentDiscountStatus", "Used", "CommitmentDiscountQuantity", "7", false,
     "CommitmentDiscountQuantity is not what"},
    {"CommitmentDiscountStatus", "Used", "CommitmentDiscountUnit", "EUR", false,
     "CommitmentDiscountUnit of CommitmentDiscountId"},
    {"CommitmentDiscountStatus", "Used", "BilledCost", "0.1", false, "BilledCost of what a"},
    {"CommitmentDiscountStatus", "Used", "EffectiveCost", "0.000000001", false,
     "PricingCurrencyEffectiveCost is not"},
    {"CommitmentDiscountStatus", "Used", "PricingCategory", "Standard", false,
     "PricingCategory is Committed for"},
    {"CommitmentDiscountStatus", "Used", "ConsumedQuantity", "", false,
     "ConsumedQuantity is null, ConsumedUnit is not null"},
    {"CommitmentDiscountStatus", "Unused", "ResourceId", "i-1", false, "ResourceId of a purch"},
    {"ChargeCategory", "Purchase", "EffectiveCost", "1", false, "EffectiveCost of a purchase"},
    {"ChargeCategory", "Purchase", "BilledCost", "1.0000005", false, "EffectiveCost of arn:aws"},
    {"ChargeCategory", "Purchase", "RegionName", "Mars", false, "RegionId is null, RegionName"},
    {"ChargeCategory", "Purchase", "ServiceCategory", "Storage", false,
     "ServiceSubcategory 'Other (Compute)' is not of 'Storage'"},
};

static void a_changed_cell_is_refused(size_t number)
{
    char fault[FG_FOCUS_FAULT_BYTES] = "nothing";
    uint32_t row = FIND(changes[number].where, changes[number].what);
    int column = fg_focus_table_column(&table, changes[number].column);
    struct fg_focus_field *cell = &table.rows[row][column], before = *cell;
    *cell = (struct fg_focus_field){changes[number].text, changes[number].quoted};
    bool valid = fg_focus_table_check(&table, &rules_1_2, fault);
    *cell = before;
    if (valid || strstr(fault, changes[number].fault) == NULL)
        fail_msg("%s as '%s': %s", changes[number].column, changes[number].text, fault);
}

/* 3 hours are 1.50, of which a plan of 1.00 covers all at 0.75; the disk stands beside it. */
static void the_checker_refuses_each_broken_rule(void **state)
{
    (void)state;
    struct fg_commitment commitment = plan("sp", usd);
    struct fg_account disk = {.charge = FG_CHARGE_EBS,
                              .pool = "nodegroup:ng",
                              .sku = "gp3",
                              .namespace_name = "shop",
                              .workload = "web",
                              .list_unit_nano = 80000000,
                              .contract_unit_nano = 80000000};
    fg_focus_bill_add(&result.ledger, instance("nodegroup:ng", "web"), 0, 1, 3 * hour);
    fg_focus_bill_add(&result.ledger, disk, 0, 1, 2000000000);
    fg_focus_bill_commit(&result, &commitment, 1, NULL, 1);
    export_bill();
    has(FIND("PricingCategory", "Standard"), "ServiceSubcategory", "Block Storage");
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++)
        a_changed_cell_is_refused(i);
}

static void a_header_is_refused(uint32_t column, const char *name, int minor, const char *what)
{
    char fault[FG_FOCUS_FAULT_BYTES] = "nothing";
    const struct fg_focus_rules rules = {minor, "", true};
    const char *before = table.header[column].text;
    table.header[column].text = name;
    bool valid = fg_focus_table_check(&table, &rules, fault);
    table.header[column].text = before;
    if (valid || strstr(fault, what) == NULL)
        fail_msg("%s: %s", name, fault);
}

static void the_checker_refuses_columns_that_lack_or_are_strange(void **state)
{
    (void)state;
    export_usage_under_a_plan(hour);
    uint32_t last = table.column_count - 1;
    for (uint32_t i = 0; i < table.column_count; i++)
        if (strncmp(table.header[i].text, "x_", 2) != 0) {
            char what[80];
            snprintf(what, sizeof what, "there is no column %s", table.header[i].text);
            a_header_is_refused(i, "x_Lost", 2, what);
        }
    a_header_is_refused(last, "Colour", 2, "unknown column Colour");
    a_header_is_refused(last, "x_Scenario", 2, "column x_Scenario stands twice");
    a_header_is_refused(last, "ContractApplied", 2, "ContractApplied is of FOCUS 1.3");
    a_header_is_refused(last, "x_More", 3, "there is no column ServiceProviderName");
}

static void the_checker_refuses_what_is_no_csv(void **state)
{
    (void)state;
    static const struct {
        const char *text, *fault;
    } files[] = {
        {"a,b\n1\n", "line 2: the row is not as long as the header"},
        {"a,b\n1,2,3\n", "line 2: the row is not as long as the header"},
        {"a,b\n1,\"2\n", "line 2: a quote is not closed"},
        {"a,b\n1,\"2\"3\n", "line 2: text follows a closing quote"},
        {"a,b\n1,2\"3\"\n", "line 2: a quote or a carriage return"},
        {"a,b\n1,2\r\n", "line 2: a quote or a carriage return"},
        {"a,b\n1,2", "line 2: the last line has no end"},
        {"a,b\n1,\xFF\n", "the file is no UTF-8"},
    };
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char fault[FG_FOCUS_FAULT_BYTES] = "nothing";
        bool good = fg_focus_table_read(files[i].text, strlen(files[i].text), &table, fault);
        fg_focus_table_release(&table);
        if (good || strstr(fault, files[i].fault) == NULL)
            fail_msg("'%s': %s", files[i].text, fault);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_fee_of_a_plan_is_a_purchase_of_each_hour),
        TEST(an_hour_that_a_plan_covers_is_billed_nothing),
        TEST(three_quarters_of_a_plan_are_used_and_one_is_not),
        TEST(what_is_above_a_plan_is_a_standard_row),
        TEST(a_year_paid_upfront_is_one_purchase_of_its_term),
        TEST(a_year_paid_in_part_upfront_has_both_purchases),
        TEST(reservations_count_hours_of_their_own_type),
        TEST(parts_of_a_line_add_up_and_idle_takes_the_rest),
        TEST(agreed_prices_are_contracted_ones),
        TEST(a_rest_shows_in_the_priced_quantity_alone),
        TEST(what_other_usage_took_is_not_bought_here),
        TEST(other_usage_is_shown_where_it_is_asked_for),
        TEST(services_and_skus_are_named_as_amazon_does),
        TEST(tasks_without_a_cluster_fee_are_of_ecs),
        TEST(texts_are_quoted_and_not_defused),
        TEST(columns_of_1_3_say_how_a_node_is_split),
        TEST(a_bill_that_is_not_there_is_refused),
        TEST(a_bill_by_the_day_is_refused),
        TEST(a_database_whose_parts_do_not_add_up_is_refused),
        TEST(the_checker_refuses_each_broken_rule),
        TEST(the_checker_refuses_columns_that_lack_or_are_strange),
        TEST(the_checker_refuses_what_is_no_csv),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
