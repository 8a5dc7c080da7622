/* Savings Plans in one clock hour: the user guide's example (rules G3), order and edges (I6). */
#include "models/commitment.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define USD(dollars) ((fg_nanodollars)((dollars) * (int64_t)FG_NANO_PER_DOLLAR))
#define CENTS(cents) ((fg_nanodollars)((cents) * (int64_t)(FG_NANO_PER_DOLLAR / 100)))
#define MILLS(mills) ((fg_nanodollars)((mills) * (int64_t)(FG_NANO_PER_DOLLAR / 1000)))

static uint32_t percent(uint32_t percent)
{
    return percent * 10000;
}

/* ---- the hour of rules G3 ---- */

enum { R5, FARGATE_VCPU, FARGATE_GB, M5, LAMBDA_GB_S, LAMBDA_REQUESTS, LINES };

/* Lambda stands in as two instance families of its own:
 *     4 r5.4xlarge at 1.00; 400 vCPU at 0.04 = 16; 1600 GB at 0.004 = 6.40; m5.24xlarge 10;
 *     1.5 million GB-s at 0.000015 = 22.50; a million requests 0.20; together 59.10 */
static void guide_hour(struct fg_usage_line lines[LINES])
{
    const struct fg_usage_line hour[LINES] = {
        [R5] = {FG_SERVICE_EC2, "r5", "us-east-1", USD(1), USD(4), 0, 0},
        [FARGATE_VCPU] = {FG_SERVICE_FARGATE, NULL, "us-east-1", CENTS(4), USD(16), 0, 0},
        [FARGATE_GB] = {FG_SERVICE_FARGATE, NULL, "us-east-1", MILLS(4), CENTS(640), 0, 0},
        [M5] = {FG_SERVICE_EC2, "m5", "us-east-1", USD(10), USD(10), 0, 0},
        [LAMBDA_GB_S] = {FG_SERVICE_EC2, "gb-s", "us-east-1", 15000, CENTS(2250), 0, 0},
        [LAMBDA_REQUESTS] = {FG_SERVICE_EC2, "requests", "us-east-1", CENTS(20), CENTS(20), 0, 0},
    };
    memcpy(lines, hour, sizeof hour);
}

static struct fg_plan_discount guide_compute[] = {
    {FG_SERVICE_EC2, "r5", 300000},     {FG_SERVICE_EC2, "m5", 180000},
    {FG_SERVICE_FARGATE, NULL, 250000}, {FG_SERVICE_EC2, "gb-s", 150000},
    {FG_SERVICE_EC2, "requests", 0},
};
static struct fg_plan_discount guide_instance[] = {
    {FG_SERVICE_EC2, "r5", 400000},
    {FG_SERVICE_EC2, "m5", 220000},
};

static struct fg_savings_plan compute_plan(fg_nanodollars commitment)
{
    return (struct fg_savings_plan){.kind = FG_PLAN_COMPUTE,
                                    .commitment_per_hour = commitment,
                                    .discount_count = sizeof guide_compute / sizeof *guide_compute,
                                    .discounts = guide_compute};
}

static struct fg_savings_plan instance_plan(const char *family, fg_nanodollars commitment)
{
    return (struct fg_savings_plan){.kind = FG_PLAN_EC2_INSTANCE,
                                    .commitment_per_hour = commitment,
                                    .family = family,
                                    .region = "us-east-1",
                                    .discount_count =
                                        sizeof guide_instance / sizeof *guide_instance,
                                    .discounts = guide_instance};
}

static fg_nanodollars on_demand(const struct fg_usage_line *lines, uint32_t count)
{
    fg_nanodollars sum = 0;
    for (uint32_t i = 0; i < count; i++)
        sum += lines[i].on_demand_nano;
    return sum;
}

static fg_nanodollars covered(const struct fg_usage_line *lines, uint32_t count)
{
    fg_nanodollars sum = 0;
    for (uint32_t i = 0; i < count; i++)
        sum += lines[i].covered_nano;
    return sum;
}

/* 4 + 16 + 6.40 + 10 + 22.50 + 0.20 = 59.10 */
static void without_a_plan_the_hour_costs_its_list_price(void **state)
{
    (void)state;
    struct fg_usage_line lines[LINES];
    guide_hour(lines);
    fg_savings_plans_apply(NULL, 0, lines, LINES, NULL);
    assert_int_equal(on_demand(lines, LINES), CENTS(5910));
    assert_int_equal(covered(lines, LINES), 0);
}

/* 4 * 0.70 + 400 * 0.03 + 1600 * 0.003 + 8.20 + 1.5 million * 0.00001275 + 0.20
 *     = 2.80 + 12 + 4.80 + 8.20 + 19.125 + 0.20 = 47.125; 50 - 47.125 = 2.875 lost */
static void a_plan_above_all_usage_covers_it_and_loses_the_rest(void **state)
{
    (void)state;
    struct fg_usage_line lines[LINES];
    struct fg_savings_plan plan = compute_plan(USD(50));
    fg_nanodollars unused;
    guide_hour(lines);
    fg_savings_plans_apply(&plan, 1, lines, LINES, &unused);
    assert_int_equal(covered(lines, LINES), MILLS(47125));
    assert_int_equal(unused, MILLS(2875));
    assert_int_equal(on_demand(lines, LINES), 0);
}

/* 2 / 0.70 = 2.857142857 of the four r5; 4 - 2.857142857 = 1.142857143 on demand, and
 * 1.142857143 + 16 + 6.40 + 10 + 22.50 + 0.20 = 56.242857143 */
static void a_small_plan_covers_a_part_of_the_line_with_the_highest_saving(void **state)
{
    (void)state;
    struct fg_usage_line lines[LINES];
    struct fg_savings_plan plan = compute_plan(USD(2));
    fg_nanodollars unused;
    guide_hour(lines);
    fg_savings_plans_apply(&plan, 1, lines, LINES, &unused);
    assert_int_equal(lines[R5].covered_nano, USD(2));
    assert_int_equal(lines[R5].on_demand_nano, 1142857143);
    assert_int_equal(on_demand(lines, LINES), 56242857143);
    assert_int_equal(unused, 0);
}

/* r5 2.80 + Fargate GB 4.80 + Fargate vCPU 12 = 19.60; 10 + 22.50 + 0.20 = 32.70 on demand */
static void a_plan_is_spent_by_falling_saving_percentage(void **state)
{
    (void)state;
    struct fg_usage_line lines[LINES];
    struct fg_savings_plan plan = compute_plan(CENTS(1960));
    fg_nanodollars unused;
    guide_hour(lines);
    fg_savings_plans_apply(&plan, 1, lines, LINES, &unused);
    assert_int_equal(lines[R5].covered_nano, CENTS(280));
    assert_int_equal(lines[FARGATE_GB].covered_nano, CENTS(480));
    assert_int_equal(lines[FARGATE_VCPU].covered_nano, USD(12));
    assert_int_equal(on_demand(lines, LINES), CENTS(3270));
    assert_int_equal(unused, 0);
}

/* Two r5 are the reserved instances'; 2 * 0.70 + 4.80 + 12 = 18.20; 32.70 on demand */
static void usage_that_reserved_instances_took_is_not_there(void **state)
{
    (void)state;
    struct fg_usage_line lines[LINES];
    struct fg_savings_plan plan = compute_plan(CENTS(1820));
    fg_nanodollars unused;
    guide_hour(lines);
    lines[R5].list_nano = USD(2);
    fg_savings_plans_apply(&plan, 1, lines, LINES, &unused);
    assert_int_equal(lines[R5].covered_nano, CENTS(140));
    assert_int_equal(covered(lines, LINES), CENTS(1820));
    assert_int_equal(on_demand(lines, LINES), CENTS(3270));
    assert_int_equal(unused, 0);
}

/* r5 plan: 4 * 0.60 = 2.40, 0.60 lost; Compute plan: 4.80 + 12 = 16.80; 32.70 on demand */
static void ec2_instance_plans_are_spent_before_compute_plans(void **state)
{
    (void)state;
    struct fg_usage_line lines[LINES];
    const struct fg_savings_plan plans[] = {compute_plan(CENTS(1680)), instance_plan("r5", USD(3))};
    fg_nanodollars unused[2];
    guide_hour(lines);
    fg_savings_plans_apply(plans, 2, lines, LINES, unused);
    assert_int_equal(lines[R5].covered_nano, CENTS(240));
    assert_int_equal(lines[FARGATE_GB].covered_nano, CENTS(480));
    assert_int_equal(lines[FARGATE_VCPU].covered_nano, USD(12));
    assert_int_equal(on_demand(lines, LINES), CENTS(3270));
    assert_int_equal(unused[0], 0);
    assert_int_equal(unused[1], CENTS(60));
}

/* ---- order and scope ---- */

/* Both save 25 %; 4.80 + 1.20 = 6: all GB, then 1.20 / 0.75 = 1.60 of 16 for vCPU */
static void of_equal_savings_the_lowest_rate_comes_first(void **state)
{
    (void)state;
    struct fg_usage_line lines[LINES];
    struct fg_savings_plan plan = compute_plan(USD(6));
    fg_nanodollars unused;
    guide_hour(lines);
    fg_savings_plans_apply(&plan, 1, &lines[FARGATE_VCPU], 2, &unused);
    assert_int_equal(lines[FARGATE_GB].covered_nano, CENTS(480));
    assert_int_equal(lines[FARGATE_GB].on_demand_nano, 0);
    assert_int_equal(lines[FARGATE_VCPU].covered_nano, CENTS(120));
    assert_int_equal(lines[FARGATE_VCPU].on_demand_nano, CENTS(1440));
}

/* Of a plan of 25 % and one of 40 % on 10.00: 4.20 at 0.60 covers 7.00; 1.50 at 0.75 covers 2.00 */
static void among_plans_of_a_kind_the_one_that_saves_most_comes_first(void **state)
{
    (void)state;
    struct fg_plan_discount low = {FG_SERVICE_EC2, NULL, percent(25)};
    struct fg_plan_discount high = {FG_SERVICE_EC2, NULL, percent(40)};
    const struct fg_savings_plan plans[] = {
        {FG_PLAN_COMPUTE, CENTS(150), NULL, NULL, 0, 0, 1, &low},
        {FG_PLAN_COMPUTE, CENTS(420), NULL, NULL, 0, 0, 1, &high},
    };
    struct fg_usage_line line = {FG_SERVICE_EC2, "m5", "us-east-1", USD(1), USD(10), 0, 0};
    fg_nanodollars unused[2];
    fg_savings_plans_apply(plans, 2, &line, 1, unused);
    assert_int_equal(line.covered_nano, CENTS(570));
    assert_int_equal(line.on_demand_nano, USD(1));
    assert_int_equal(unused[0] + unused[1], 0);
}

static void an_ec2_instance_plan_covers_its_family_in_its_region_only(void **state)
{
    (void)state;
    static const struct {
        enum fg_plan_service service;
        const char *family, *region;
        bool covered;
    } rows[] = {
        {FG_SERVICE_EC2, "r5", "us-east-1", true},      {FG_SERVICE_EC2, "r5", "eu-west-1", false},
        {FG_SERVICE_EC2, "r5d", "us-east-1", false},    {FG_SERVICE_EC2, "m5", "us-east-1", false},
        {FG_SERVICE_FARGATE, NULL, "us-east-1", false},
    };
    struct fg_savings_plan plan = instance_plan("r5", USD(1));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct fg_usage_line line = {
            rows[i].service, rows[i].family, rows[i].region, 1, 1, 0, 0};
        uint32_t millionths = 1;
        assert_int_equal(fg_savings_plan_discount(&plan, &line, &millionths), rows[i].covered);
        assert_int_equal(millionths, rows[i].covered ? percent(40) : 1);
    }
}

static void a_familys_own_discount_goes_before_that_of_all(void **state)
{
    (void)state;
    struct fg_plan_discount discounts[] = {{FG_SERVICE_EC2, "m5", percent(20)},
                                           {FG_SERVICE_EC2, NULL, percent(10)}};
    const struct fg_savings_plan plan = {
        .kind = FG_PLAN_COMPUTE, .discount_count = 2, .discounts = discounts};
    struct fg_usage_line line = {FG_SERVICE_EC2, "m5", "us-east-1", 1, 1, 0, 0};
    uint32_t millionths = 0;
    assert_true(fg_savings_plan_discount(&plan, &line, &millionths));
    assert_int_equal(millionths, percent(20));
    line.family = "c5";
    assert_true(fg_savings_plan_discount(&plan, &line, &millionths));
    assert_int_equal(millionths, percent(10));
    line.service = FG_SERVICE_FARGATE;
    line.family = NULL;
    assert_false(fg_savings_plan_discount(&plan, &line, &millionths));
}

/* ---- edges ---- */

/* 3 nanodollars less half: 1.5 is rounded to 2; 5 less half: 2.5 is rounded to 2 */
static void a_covered_line_is_rounded_half_to_even_once(void **state)
{
    (void)state;
    struct fg_plan_discount half = {FG_SERVICE_EC2, NULL, percent(50)};
    const struct fg_savings_plan plan = {FG_PLAN_COMPUTE, 100, NULL, NULL, 0, 0, 1, &half};
    struct fg_usage_line lines[] = {{FG_SERVICE_EC2, "a", "r", 1, 3, 0, 0},
                                    {FG_SERVICE_EC2, "b", "r", 2, 5, 0, 0}};
    fg_nanodollars unused;
    fg_savings_plans_apply(&plan, 1, lines, 2, &unused);
    assert_int_equal(lines[0].covered_nano, 2);
    assert_int_equal(lines[1].covered_nano, 2);
    assert_int_equal(unused, 96);
}

static void usage_at_no_cost_leaves_the_commitment_as_it_is(void **state)
{
    (void)state;
    struct fg_plan_discount all = {FG_SERVICE_EC2, NULL, percent(100)};
    const struct fg_savings_plan plan = {FG_PLAN_COMPUTE, 7, NULL, NULL, 0, 0, 1, &all};
    struct fg_usage_line lines[] = {{FG_SERVICE_EC2, "a", "r", 1, 0, 0, 0},
                                    {FG_SERVICE_EC2, "b", "r", 1, USD(1), 0, 0}};
    fg_nanodollars unused;
    fg_savings_plans_apply(&plan, 1, lines, 2, &unused);
    assert_int_equal(covered(lines, 2), 0);
    assert_int_equal(on_demand(lines, 2), 0);
    assert_int_equal(unused, 7);
}

/* 9 * 10^9 dollars an hour at 50 %: amounts near 63 bits do not overflow */
static void amounts_near_63_bits_are_exact(void **state)
{
    (void)state;
    struct fg_plan_discount half = {FG_SERVICE_FARGATE, NULL, percent(50)};
    const struct fg_savings_plan plan = {
        FG_PLAN_COMPUTE, INT64_MAX / 4, NULL, NULL, 0, 0, 1, &half};
    struct fg_usage_line line = {FG_SERVICE_FARGATE, NULL, "r", 1, INT64_MAX, 0, 0};
    fg_nanodollars unused;
    fg_savings_plans_apply(&plan, 1, &line, 1, &unused);
    assert_int_equal(unused, 0);
    assert_int_equal(line.covered_nano, INT64_MAX / 4);
    assert_int_equal(line.on_demand_nano, INT64_MAX - INT64_MAX / 4 * 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_plan_the_hour_costs_its_list_price),
        cmocka_unit_test(a_plan_above_all_usage_covers_it_and_loses_the_rest),
        cmocka_unit_test(a_small_plan_covers_a_part_of_the_line_with_the_highest_saving),
        cmocka_unit_test(a_plan_is_spent_by_falling_saving_percentage),
        cmocka_unit_test(usage_that_reserved_instances_took_is_not_there),
        cmocka_unit_test(ec2_instance_plans_are_spent_before_compute_plans),
        cmocka_unit_test(of_equal_savings_the_lowest_rate_comes_first),
        cmocka_unit_test(among_plans_of_a_kind_the_one_that_saves_most_comes_first),
        cmocka_unit_test(an_ec2_instance_plan_covers_its_family_in_its_region_only),
        cmocka_unit_test(a_familys_own_discount_goes_before_that_of_all),
        cmocka_unit_test(a_covered_line_is_rounded_half_to_even_once),
        cmocka_unit_test(usage_at_no_cost_leaves_the_commitment_as_it_is),
        cmocka_unit_test(amounts_near_63_bits_are_exact),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
