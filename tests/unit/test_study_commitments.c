/* pricing: Savings Plans and Reserved Instances with the catalog's rates, prices agreed with AWS,
 * the account's other usage. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "models/commitment.h"
#include "models/other_usage.h"
#include "models/price_terms.h"
#include "tests/support/study_text.h"

static const struct fg_scenario *pricing(const char *keys)
{
    char text[4000];
    snprintf(text, sizeof text, "pricing:\n%s", keys);
    return fg_text_scenario(text);
}

static void faults(const char *keys, const char *message)
{
    char text[4000];
    snprintf(text, sizeof text, "pricing: {%s}\n", keys);
    fg_text_scenario_faults(text, 4, message);
}

/* ---- Savings Plans ---- */

static const struct fg_plan_rate *rate_of(const struct fg_commitment *plan,
                                          enum fg_usage_service service, const char *item,
                                          const char *family)
{
    const struct fg_usage_line line = {
        .service = service, .item = item, .family = family, .region = "us-east-1"};
    return fg_plan_rate_of(plan, &line);
}

/* us-east-1, one year, no upfront: vCPU 0.032384 on 0.04048, memory 0.003556 on 0.004445;
 * m6a.xlarge 0.13965 on 0.1728. */
static void rates_come_from_the_catalog(void **state)
{
    (void)state;
    const struct fg_scenario *scenario =
        pricing("  savingsPlans: [{kind: compute, commitmentPerHour: 1}]\n");
    const struct fg_commitment *plan = &scenario->commitments[0];
    const struct fg_plan_rate *vcpu = rate_of(plan, FG_USAGE_FARGATE, "fargate-vcpu", NULL);
    const struct fg_plan_rate *m6a = rate_of(plan, FG_USAGE_EC2, "m6a.xlarge", "m6a");
    assert_int_equal(vcpu->paid, 32384000);
    assert_int_equal(vcpu->of, 40480000);
    assert_int_equal(rate_of(plan, FG_USAGE_FARGATE, "fargate-memory", NULL)->paid, 3556000);
    assert_int_equal(m6a->paid, 139650000);
    assert_int_equal(m6a->of, 172800000);
    assert_null(rate_of(plan, FG_USAGE_EC2, "m5.large", "m5"));
}

static void what_the_study_says_goes_before_the_catalog(void **state)
{
    (void)state;
    const struct fg_scenario *scenario =
        pricing("  savingsPlans:\n"
                "    - {kind: compute, commitmentPerHour: 1, discounts: {m6a: 25%}}\n"
                "    - {kind: compute, commitmentPerHour: 1, discounts: {ec2: 27%}}\n");
    const struct fg_commitment *family = &scenario->commitments[0];
    const struct fg_commitment *all = &scenario->commitments[1];
    assert_int_equal(rate_of(family, FG_USAGE_EC2, "m6a.xlarge", "m6a")->paid, 750000);
    assert_int_equal(rate_of(family, FG_USAGE_FARGATE, "fargate-vcpu", NULL)->paid, 32384000);
    assert_int_equal(rate_of(all, FG_USAGE_EC2, "m6a.xlarge", "m6a")->paid, 730000);
    assert_string_equal(all->name, "savings-plan-2");
}

/* m5 reserved for a year, all upfront: 41.2 % off by the family's median, so 588000 of 1000000. */
static void reserved_prices_stand_in_for_ec2_instance_plans(void **state)
{
    (void)state;
    const struct fg_scenario *scenario =
        pricing("  savingsPlans: [{kind: ec2Instance, instanceFamily: m5, commitmentPerHour: 1,\n"
                "    payment: allUpfront}]\n");
    const struct fg_commitment *plan = &scenario->commitments[0];
    assert_int_equal(rate_of(plan, FG_USAGE_EC2, "m5.large", "m5")->paid, 588000);
    assert_null(rate_of(plan, FG_USAGE_EC2, "c5.large", "c5"));
}

/* c5.xlarge in Tokyo, a year, all upfront: 0.126 on 0.214. */
static void a_plan_of_another_region_has_its_rates(void **state)
{
    (void)state;
    const struct fg_scenario *scenario =
        pricing("  savingsPlans: [{kind: ec2Instance, instanceFamily: c5, commitmentPerHour: 1,\n"
                "    payment: allUpfront, region: ap-northeast-1}]\n");
    const struct fg_commitment *plan = &scenario->commitments[0];
    struct fg_usage_line line = {
        .service = FG_USAGE_EC2, .item = "c5.xlarge", .family = "c5", .region = "ap-northeast-1"};
    const struct fg_plan_rate *rate = fg_plan_rate_of(plan, &line);
    assert_int_equal(rate->paid, 126000000);
    assert_int_equal(rate->of, 214000000);
    line.region = "us-east-1";
    assert_null(fg_plan_rate_of(plan, &line));
    for (uint32_t i = 0; i < plan->rate_count; i++)
        assert_true(strcmp(plan->rates[i].item, "c5") == 0 ||
                    strncmp(plan->rates[i].item, "c5.", 3) == 0);
}

/* ARM64, as ECS runs it: vCPU 0.0255 on 0.03238. */
static void arm64_on_fargate_has_rates_of_its_own(void **state)
{
    (void)state;
    const struct fg_scenario *scenario =
        pricing("  savingsPlans: [{kind: compute, commitmentPerHour: 1}]\n");
    const struct fg_plan_rate *rate =
        rate_of(&scenario->commitments[0], FG_USAGE_FARGATE, "fargate-vcpu/arm64", NULL);
    assert_int_equal(rate->paid, 25500000);
    assert_int_equal(rate->of, 32380000);
}

/* The account's other usage may be of another region: what has none named is of the scenario's. */
static void commitments_are_of_the_scenarios_region_unless_they_name_one(void **state)
{
    (void)state;
    const struct fg_scenario *scenario = pricing(
        "  savingsPlans:\n"
        "    - {kind: compute, commitmentPerHour: 1}\n"
        "    - {kind: ec2Instance, instanceFamily: m5, commitmentPerHour: 1, discounts: {m5: 1%}}\n"
        "  reservedInstances:\n"
        "    - {instanceType: m5.xlarge, usdPerHour: 0.1}\n"
        "    - {instanceType: m5.xlarge, usdPerHour: 0.1, region: eu-west-1}\n");
    assert_null(scenario->commitments[0].region);
    assert_string_equal(scenario->commitments[1].region, "us-east-1");
    assert_string_equal(scenario->commitments[2].region, "us-east-1");
    assert_string_equal(scenario->commitments[3].region, "eu-west-1");
}

static void wrong_plans_are_faults(void **state)
{
    (void)state;
    faults("savingsPlans: [{kind: compute, commitmentPerHour: 1, region: eu-west-1, "
           "discounts: {ec2: 1%}}]",
           "a compute Savings Plan has no instanceFamily and no region; expected them in kind "
           "ec2Instance only");
    faults("savingsPlans: [{kind: ec2Instance, commitmentPerHour: 1, discounts: {ec2: 1%}}]",
           "a Savings Plan has no instanceFamily; expected one");
    faults("savingsPlans: [{kind: ec2Instance, instanceFamily: m55, commitmentPerHour: 1, "
           "discounts: {ec2: 1%}}]",
           "instance family 'm55' is not known; expected one of the catalog's such as m6i");
    faults("savingsPlans: [{kind: ec2Instance, instanceFamily: m5, commitmentPerHour: 1, "
           "region: moon-1, discounts: {ec2: 1%}}]",
           "unknown region 'moon-1'; expected one of the catalog's");
    faults("savingsPlans: [{kind: ec2Instance, instanceFamily: m5, commitmentPerHour: 1}]",
           "a Savings Plan has no discounts and the catalog has no rates of it; expected discounts "
           "such as {fargate: 20%, ec2: 27%}");
    faults("savingsPlans: [{kind: compute, commitmentPerHour: 1, start: 2026-03-02, "
           "end: 2026-03-01}]",
           "a Savings Plan ends before it starts; expected an end after it");
}

/* 350000 dollars an hour for three years: 350000 * 26280 = 9198000000, in 63 bits of nanodollars.
 */
static void commitments_beyond_63_bits_are_faults(void **state)
{
    (void)state;
    const char *plan = "a Savings Plan comes to more than any account pays; expected at most "
                       "350000 dollars an hour";
    const char *reserved = "a reserved instance comes to more than any account pays; expected at "
                           "most 350000 dollars an hour";
    const struct fg_scenario *scenario =
        pricing("  savingsPlans: [{kind: compute, commitmentPerHour: 350000, term: 3y,\n"
                "    payment: allUpfront}]\n");
    assert_int_equal(scenario->commitments[0].upfront_nano,
                     9198000000 * (int64_t)FG_NANO_PER_DOLLAR);
    faults("savingsPlans: [{kind: compute, commitmentPerHour: 350000.000000001}]", plan);
    faults("reservedInstances: [{instanceType: m5.xlarge, usdPerHour: 1, count: 350001}]",
           reserved);
    faults("reservedInstances: [{instanceType: m5.xlarge, upfront: 9000000000, count: 1000000000}]",
           reserved);
}

/* All upfront, a year: 1.00 * 8760 = 8760.00 once; partly: 4380.00 once and 0.50 an hour. */
static void payments_are_split_as_the_plan_is_bought(void **state)
{
    (void)state;
    const struct fg_scenario *scenario =
        pricing("  savingsPlans:\n"
                "    - {kind: compute, commitmentPerHour: 1, payment: allUpfront,\n"
                "       start: 2026-03-01, discounts: {ec2: 30%}}\n"
                "    - {kind: compute, commitmentPerHour: 1, payment: partialUpfront, term: 3y,\n"
                "       start: 2026-03-01, end: 2026-04-01, discounts: {ec2: 30%}}\n");
    const struct fg_commitment *all = &scenario->commitments[0];
    const struct fg_commitment *half = &scenario->commitments[1];
    assert_int_equal(all->recurring_nano, 0);
    assert_int_equal(all->upfront_nano, 8760 * (int64_t)FG_NANO_PER_DOLLAR);
    assert_int_equal(all->end - all->start, 365 * 86400); /* 2026-03-01 to 2027-03-01 */
    assert_int_equal(half->recurring_nano, 500000000);
    assert_int_equal(half->upfront_nano, 3 * 4380 * (int64_t)FG_NANO_PER_DOLLAR);
    assert_int_equal(half->end - half->start, 31 * 86400);
}

/* ---- Reserved Instances ---- */

/* m6a.xlarge, a year, no upfront: 0.11431 each; 4 of them 0.45724 an hour. */
static void a_reserved_price_comes_from_the_catalog(void **state)
{
    (void)state;
    const struct fg_scenario *scenario = pricing(
        "  reservedInstances: [{instanceType: m6a.xlarge, count: 4, scope: regional, term: 1y,\n"
        "    payment: noUpfront}]\n");
    const struct fg_commitment *own = &scenario->commitments[0];
    assert_string_equal(own->name, "reserved-instance-1");
    assert_int_equal(own->kind, FG_REGIONAL_RESERVATION);
    assert_int_equal(own->hourly_nano, 457240000);
    assert_int_equal(own->recurring_nano, 457240000);
    assert_int_equal(own->count, 4);
    assert_int_equal(own->size, 32);
    assert_true(own->is_flexible);
    assert_string_equal(own->family, "m6a");
}

/* 0.192 less 41.2 % is 0.112896, all of it upfront: 0.112896 * 8760 = 988.96896 */
static void a_familys_median_gives_the_price_where_the_types_is_not_known(void **state)
{
    (void)state;
    const struct fg_scenario *scenario =
        pricing("  reservedInstances: [{instanceType: m5.xlarge, payment: allUpfront}]\n");
    const struct fg_commitment *own = &scenario->commitments[0];
    assert_int_equal(own->hourly_nano, 112896000);
    assert_int_equal(own->recurring_nano, 0);
    assert_int_equal(own->upfront_nano, 988968960000);
}

/* t2.small, a year: 60 upfront + 0.007 an hour: 60 + 0.007 * 8760 = 121.32 in all, so an hour comes
 * to 60 / 8760 + 0.007 = 0.013849315 (rules G4). */
static void upfront_and_hourly_fees_add_up_over_the_term(void **state)
{
    (void)state;
    const struct fg_scenario *scenario =
        pricing("  reservedInstances: [{instanceType: t2.small, count: 2, upfront: 60,\n"
                "    recurringPerHour: 0.007}]\n");
    const struct fg_commitment *own = &scenario->commitments[0];
    assert_int_equal(own->upfront_nano, 2 * 60 * (int64_t)FG_NANO_PER_DOLLAR);
    assert_int_equal(own->recurring_nano, 2 * 7000000);
    assert_int_equal(own->hourly_nano, 2 * 13849315);
    assert_int_equal(own->upfront_nano + own->recurring_nano * 8760,
                     2 * 121320 * (int64_t)(FG_NANO_PER_DOLLAR / 1000));
}

/* 0.192 less 37.5 % = 0.12; or 0.11 as it is. */
static void the_study_may_name_the_price_or_a_discount(void **state)
{
    (void)state;
    const struct fg_scenario *scenario =
        pricing("  reservedInstances:\n"
                "    - {instanceType: m5.xlarge, discount: 37.5%, name: first}\n"
                "    - {instanceType: g5.xlarge, usdPerHour: 0.6, scope: zonal,\n"
                "       availabilityZone: us-east-1b}\n"
                "    - {instanceType: g5.xlarge, usdPerHour: 0.6}\n"
                "    - {instanceType: m5.large, usdPerHour: 0.06, scope: zonal,\n"
                "       availabilityZone: us-east-1b}\n");
    const struct fg_commitment *own = scenario->commitments;
    assert_int_equal(own[0].hourly_nano, 120000000);
    assert_string_equal(own[0].name, "first");
    assert_int_equal(own[1].hourly_nano, 600000000);
    assert_int_equal(own[1].kind, FG_ZONAL_RESERVATION);
    assert_string_equal(own[1].zone, "us-east-1b");
    assert_false(own[1].is_flexible);
    assert_false(own[2].is_flexible); /* G5 is not flexible in size */
    assert_true(own[0].is_flexible);
    assert_false(own[3].is_flexible); /* nor is a zonal one */
}

/* x2iedn.32xlarge in Tokyo, a year, no upfront, convertible: 28.59373. c5.xlarge there costs 0.214
 * on demand: half of it 0.107. */
static void a_reserved_price_is_of_its_region_and_class(void **state)
{
    (void)state;
    const struct fg_scenario *scenario =
        pricing("  reservedInstances:\n"
                "    - {instanceType: x2iedn.32xlarge, region: ap-northeast-1, offeringClass: "
                "convertible}\n"
                "    - {instanceType: c5.xlarge, region: ap-northeast-1, discount: 50%}\n");
    assert_int_equal(scenario->commitments[0].hourly_nano, 28593730000);
    assert_int_equal(scenario->commitments[1].hourly_nano, 107000000);
}

static void fees_say_how_a_reservation_is_paid(void **state)
{
    (void)state;
    const struct fg_scenario *scenario =
        pricing("  reservedInstances:\n"
                "    - {instanceType: m5.xlarge, upfront: 876}\n"
                "    - {instanceType: m5.xlarge, upfront: 876, recurringPerHour: 0.05}\n"
                "    - {instanceType: m5.xlarge, recurringPerHour: 0.1}\n");
    static const enum fg_payment payments[] = {FG_ALL_UPFRONT, FG_PARTIAL_UPFRONT, FG_NO_UPFRONT};
    for (uint32_t i = 0; i < 3; i++)
        assert_int_equal(scenario->commitments[i].payment, payments[i]);
    assert_int_equal(scenario->commitments[0].hourly_nano, 100000000); /* 876 / 8760 */
    assert_int_equal(scenario->commitments[1].hourly_nano, 150000000);
}

static void wrong_reservations_are_faults(void **state)
{
    (void)state;
    faults("reservedInstances: [{count: 1}]",
           "a reserved instance has no instanceType; expected one");
    faults("reservedInstances: [{instanceType: m5.xlarge, count: 0, usdPerHour: 1}]",
           "count 0 of reserved instances; expected at least 1");
    faults("reservedInstances: [{instanceType: m5.xlarge, scope: zonal, usdPerHour: 1}]",
           "a zonal reserved instance has no availabilityZone; expected one");
    faults(
        "reservedInstances: [{instanceType: m5.xlarge, usdPerHour: 1, "
        "availabilityZone: us-east-1a}]",
        "a regional reserved instance has no availabilityZone; expected it with scope zonal only");
    faults("reservedInstances: [{instanceType: m5.xlarge, usdPerHour: 1, discount: 5%}]",
           "a reserved instance has more than one price; expected one of usdPerHour, discount, or "
           "upfront with recurringPerHour");
    faults("reservedInstances: [{instanceType: m5.xlarge}]",
           "the catalog has no price of m5.xlarge reserved for 1y, noUpfront, in us-east-1; "
           "expected usdPerHour, discount, or upfront with recurringPerHour");
    faults("reservedInstances: [{instanceType: m5.xlarg, usdPerHour: 1}]",
           "instanceType: unknown instance type 'm5.xlarg'; did you mean 'm5.xlarge'?");
    faults("reservedInstances: [{instanceType: m5.xlarge, usdPerHour: 1, name: a}, "
           "{instanceType: m5.xlarge, usdPerHour: 1, name: a}]",
           "two commitments have the name 'a'; expected each to have its own");
}

/* ---- agreed prices ---- */

/* 5 % off 0.192 is 0.1824; an override as it stands; `all` is for services not named. */
static void agreed_prices_apply_by_service_and_item(void **state)
{
    (void)state;
    const struct fg_scenario *scenario =
        pricing("  discounts: {ec2: 5%, all: 2%}\n"
                "  overrides:\n"
                "    - {item: m5.large, usd: 0.08}\n"
                "    - {item: m5.large, usd: 0.03, capacityType: spot}\n"
                "    - {item: fargate-vcpu, usd: 0.03, region: us-east-1}\n");
    static const struct {
        enum fg_charge charge;
        const char *item;
        fg_nanodollars list, agreed;
    } rows[] = {
        {FG_CHARGE_EC2_ON_DEMAND, "m5.xlarge", 192000000, 182400000},
        {FG_CHARGE_EC2_ON_DEMAND, "m5.large", 96000000, 80000000},
        {FG_CHARGE_EC2_SPOT, "m5.large", 40000000, 30000000},
        {FG_CHARGE_FARGATE_VCPU, "fargate-vcpu", 40480000, 30000000},
        {FG_CHARGE_FARGATE_MEMORY, "fargate-memory", 4445000, 4356100},
        {FG_CHARGE_EBS, "ebs_gp3", 80000000, 78400000},
        {FG_CHARGE_SAVINGS_PLAN, "x", 5, 5},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(fg_price_terms_apply(&scenario->terms, rows[i].charge, rows[i].item,
                                              "us-east-1", rows[i].list),
                         rows[i].agreed);
    assert_int_equal(fg_price_terms_apply(&scenario->terms, FG_CHARGE_FARGATE_VCPU, "fargate-vcpu",
                                          "eu-west-1", 40480000),
                     39670400); /* the override is for us-east-1: 2 % off */
}

/* 0 % is a percentage of its own: `all` is not for EC2. */
static void no_discount_may_be_named(void **state)
{
    (void)state;
    const struct fg_scenario *scenario = pricing("  discounts: {ec2: 0%, all: 2%}\n");
    assert_int_equal(scenario->terms.discount_millionths[FG_PRICES_EC2], 0);
    assert_int_equal(scenario->terms.discount_millionths[FG_PRICES_EBS], 20000);
}

static void wrong_agreed_prices_are_faults(void **state)
{
    (void)state;
    faults("discounts: {fargat: 5%}", "unknown key 'fargat' in discounts; did you mean 'fargate'?");
    faults("discounts: {ec2: 105%}",
           "ec2 is '105%'; expected a percentage from 0% to 100% with at most four decimals");
    faults("overrides: [{item: m5.larg, usd: 1}]",
           "the catalog has no price of 'm5.larg'; did you mean 'm5.large'?");
    faults("overrides: [{item: m5.large}]", "a price of your own has no usd; expected one");
    faults("overrides: [{item: m5.large, usd: 1, region: moon-1}]",
           "unknown region 'moon-1'; expected one of the catalog's");
}

/* ---- other usage ---- */

static char folder[] = "/tmp/fargauge-study-XXXXXX";

static void put_file(const char *name, const char *text)
{
    char path[200];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static fg_status read_with(const char *csv, struct fg_error *error)
{
    char path[200];
    put_file("other.csv", csv);
    put_file("study.yaml", "study: s\nregion: us-east-1\ntrace: {file: pods.csv}\n"
                           "pricing: {otherUsage: other.csv}\nscenarios: [{name: a}]\n");
    snprintf(path, sizeof path, "%s/study.yaml", folder);
    return fg_text_read_file(path, error);
}

/* 2.5 instance-hours = 9 * 10^9 micro-instance-seconds; 10 vCPU-hours = 36 * 10^6 milli-vCPU-s. */
static void other_usage_is_read_by_hour(void **state)
{
    (void)state;
    struct fg_error error = {0};
    assert_int_equal(read_with("hour,item,quantity,zone\n"
                               "2026-01-01T01:00:00Z,m5.large,2.5,us-east-1a\n"
                               "2026-01-01T00:00:00Z,fargate-vcpu,10,\n",
                               &error),
                     FG_OK);
    const struct fg_other_usage *usage = fg_text_study()->scenarios[0].other_usage;
    assert_int_equal(usage->count, 2);
    assert_int_equal(usage->rows[0].hour, 1767225600 / 3600);
    assert_int_equal(usage->rows[0].service, FG_USAGE_FARGATE);
    assert_int_equal(usage->rows[0].quantity, 36000000);
    assert_int_equal(usage->rows[0].list_unit_nano, 40480000);
    assert_null(usage->rows[0].zone);
    assert_string_equal(usage->rows[1].item, "m5.large");
    assert_string_equal(usage->rows[1].zone, "us-east-1a");
    assert_int_equal(usage->rows[1].size, 16);
    assert_int_equal(usage->rows[1].quantity, 9000000000);
    assert_int_equal(usage->rows[1].list_unit_nano, 96000000);
}

/* Sorted by hour, item, region and zone. */
static void other_usage_may_run_elsewhere_at_a_price_of_its_own(void **state)
{
    (void)state;
    struct fg_error error = {0};
    assert_int_equal(read_with("hour,item,quantity,region,zone,usd\n"
                               "2026-01-01T00:00:00Z,m5.large,1,us-east-1,us-east-1b,\n"
                               "2026-01-01T00:00:00Z,m5.large,1,,us-east-1a,0.09\n"
                               "2026-01-01T00:00:00Z,m5.large,1,eu-west-1,,\n"
                               "2026-01-01T00:00:00Z,fargate-memory,1,,,0.004\n",
                               &error),
                     FG_OK);
    const struct fg_other_usage_row *rows = fg_text_study()->scenarios[0].other_usage->rows;
    assert_string_equal(rows[0].item, "fargate-memory");
    assert_int_equal(rows[0].list_unit_nano, 4000000);
    assert_int_equal(rows[0].quantity, 3686400);
    assert_string_equal(rows[1].region, "eu-west-1");
    assert_int_equal(rows[1].list_unit_nano, 107000000);
    assert_string_equal(rows[2].zone, "us-east-1a");
    assert_int_equal(rows[2].list_unit_nano, 90000000);
    assert_string_equal(rows[3].zone, "us-east-1b");
}

static void wrong_other_usage_names_its_line(void **state)
{
    (void)state;
    static const struct {
        const char *csv, *message;
    } rows[] = {
        {"hour,item,quantity\n2026-01-01T00:30:00Z,m5.large,1\n",
         "is not the beginning of a clock hour"},
        {"hour,item,quantity\n2026-01-01T00:00:00Z,m5.larg,1\n", "m5.large"},
        {"hour,item,quantity\n2026-01-01T00:00:00Z,m5.large,much\n",
         "column 'quantity': 'much' is not a quantity; expected hours such as 2.5"},
        {"hour,item,quantity\n2026-01-01T00:00:00Z,m5.large,10000000.1\n",
         "'10000000.1' is too much; expected at most 10000000 hours"},
        {"hour,item,quantity,usd\n2026-01-01T00:00:00Z,m5.large,1,100001\n",
         "column 'usd': '100001' is too much; expected at most 100000 dollars"},
        {"hour,item,quantity,region\n2026-01-01T00:00:00Z,m5.large,1,moon-1\n",
         "column 'region': unknown region 'moon-1'; expected one of the catalog's"},
        {"hour,item,quantity,zone\n2026-01-01T00:00:00Z,m5.large,1,us-east-2a\n",
         "column 'zone': zone 'us-east-2a' is not in region us-east-1; expected such as "
         "us-east-1a"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fg_error error = {0};
        assert_int_equal(read_with(rows[i].csv, &error), FG_BAD_INPUT);
        assert_int_equal(error.line, 2);
        assert_non_null(strstr(error.file, "other.csv"));
        assert_non_null(strstr(error.message, rows[i].message));
        fg_text_end(NULL);
    }
    struct fg_error error = {0};
    assert_int_equal(read_with("hour,item\n", &error), FG_BAD_INPUT);
    assert_non_null(strstr(error.message, "column 'quantity' is missing"));
}

static int open_all(void **state)
{
    return mkdtemp(folder) == NULL ? -1 : fg_text_open_catalog(state);
}

static int close_all(void **state)
{
    char path[200];
    snprintf(path, sizeof path, "%s/other.csv", folder);
    unlink(path);
    snprintf(path, sizeof path, "%s/study.yaml", folder);
    unlink(path);
    rmdir(folder);
    return fg_text_close_catalog(state);
}

#define TEST(name) cmocka_unit_test_teardown(name, fg_text_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(rates_come_from_the_catalog),
        TEST(what_the_study_says_goes_before_the_catalog),
        TEST(reserved_prices_stand_in_for_ec2_instance_plans),
        TEST(a_plan_of_another_region_has_its_rates),
        TEST(arm64_on_fargate_has_rates_of_its_own),
        TEST(commitments_are_of_the_scenarios_region_unless_they_name_one),
        TEST(wrong_plans_are_faults),
        TEST(commitments_beyond_63_bits_are_faults),
        TEST(payments_are_split_as_the_plan_is_bought),
        TEST(a_reserved_price_comes_from_the_catalog),
        TEST(a_familys_median_gives_the_price_where_the_types_is_not_known),
        TEST(upfront_and_hourly_fees_add_up_over_the_term),
        TEST(the_study_may_name_the_price_or_a_discount),
        TEST(a_reserved_price_is_of_its_region_and_class),
        TEST(fees_say_how_a_reservation_is_paid),
        TEST(wrong_reservations_are_faults),
        TEST(agreed_prices_apply_by_service_and_item),
        TEST(no_discount_may_be_named),
        TEST(wrong_agreed_prices_are_faults),
        TEST(other_usage_is_read_by_hour),
        TEST(other_usage_may_run_elsewhere_at_a_price_of_its_own),
        TEST(wrong_other_usage_names_its_line),
    };
    return cmocka_run_group_tests(tests, open_all, close_all);
}
