/* The commitment that makes the bill least: hours small enough to sum by hand. */
#include "models/commitment_choice.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "models/base/memory.h"

enum { MILLION = 1000000, LINES = 3, HOURS = 3, HOUR_S = 3600 };
/* Thousandths and millionths of a dollar. */
#define MILLS(mills) ((fg_nanodollars)((mills) * (int64_t)1000000))
#define MICROS(micros) ((fg_nanodollars)((micros) * (int64_t)1000))

/* ---- usage that is written down ---- */

static struct fg_usage_line lines[LINES];
static bool is_other[LINES];
static struct fg_choice_amount amounts[HOURS][LINES];
static struct fg_choice_hours hours[HOURS];
static struct fg_commitment plans[2];
static struct fg_choice_usage usage;

static int start(void **state)
{
    (void)state;
    for (int i = 0; i < HOURS; i++) {
        for (int k = 0; k < LINES; k++)
            amounts[i][k] = (struct fg_choice_amount){0};
        hours[i] = (struct fg_choice_hours){
            .start = (fg_unix_s)i * HOUR_S, .count = 1, .amounts = amounts[i]};
    }
    usage = (struct fg_choice_usage){
        .lines = lines, .is_other = is_other, .plans = plans, .hours = hours};
    return 0;
}

static void has_line(bool of_others, const char *item, const char *family, int64_t list_unit_nano)
{
    is_other[usage.line_count] = of_others;
    lines[usage.line_count++] =
        (struct fg_usage_line){.service = family != NULL ? FG_USAGE_EC2 : FG_USAGE_FARGATE,
                               .item = item,
                               .family = family,
                               .region = "us-east-1",
                               .list_unit_nano = list_unit_nano};
}

/* The line's public and agreed price in the hour. */
static void runs(uint32_t hour, uint32_t line, fg_nanodollars list, fg_nanodollars contract)
{
    amounts[hour][line] = (struct fg_choice_amount){list, list, contract};
    if (hour >= usage.hours_count)
        usage.hours_count = hour + 1;
}

static struct fg_plan_rate percent_off(enum fg_usage_service service, const char *item,
                                       int64_t percent)
{
    return (struct fg_plan_rate){service, item, MILLION - percent * 10000, MILLION};
}

static struct fg_commitment compute(struct fg_plan_rate *rates, uint32_t count)
{
    return (struct fg_commitment){
        .name = "new", .kind = FG_COMPUTE_PLAN, .rates = rates, .rate_count = count};
}

static struct fg_choice_curve curve;
static struct fg_choice_sums sums;

static void choose(struct fg_commitment *plan)
{
    fg_choice_release(&curve);
    fg_choice_find(&usage, plan, FG_COMMITMENT_STEP_NANO, &curve);
    plan->hourly_nano = curve.points[curve.best].hourly_nano;
    fg_choice_sum(&usage, plan, &sums);
    assert_true(sums.bill_nano - curve.points[curve.best].bill_nano <= sums.hours &&
                curve.points[curve.best].bill_nano - sums.bill_nano <= sums.hours);
}

static int end(void **state)
{
    (void)state;
    fg_choice_release(&curve);
    return 0;
}

/* ---- one plan ---- */

static void steady_usage_is_covered_in_full(void **state)
{
    (void)state;
    struct fg_plan_rate rate = percent_off(FG_USAGE_EC2, NULL, 25);
    struct fg_commitment plan = compute(&rate, 1);
    has_line(false, "m5.large", "m5", MILLS(96));
    runs(0, 0, MILLS(96), MILLS(96));
    choose(&plan);
    /* 0.096 * 0.75 = 0.072 */
    assert_int_equal(MILLS(72), plan.hourly_nano);
    assert_int_equal(MILLS(72), sums.bill_nano);
    assert_int_equal(MILLS(72), sums.used_nano);
    assert_int_equal(MILLS(96), sums.eligible_nano);
    assert_int_equal(MILLS(96), sums.covered_nano);
    assert_int_equal(2, curve.count);
    assert_int_equal(MILLS(96), curve.points[0].bill_nano);
}

/* One instance in some hours, two in the others. Above 0.072 a commitment wastes in the first what
 * it costs, and saves in the others 1/0.75 - 1 = 1/3 of it: four such hours are worth it, three are
 * not. */
static void second_instance_is_covered_where_it_runs_often_enough(void **state)
{
    (void)state;
    struct fg_plan_rate rate = percent_off(FG_USAGE_EC2, NULL, 25);
    struct fg_commitment plan = compute(&rate, 1);
    has_line(false, "m5.large", "m5", MILLS(96));
    runs(0, 0, MILLS(96), MILLS(96));
    runs(1, 0, MILLS(192), MILLS(192));
    hours[1].count = 4;
    choose(&plan);
    /* 5 * 0.144 */
    assert_int_equal(MILLS(144), plan.hourly_nano);
    assert_int_equal(MILLS(720), sums.bill_nano);
    assert_int_equal(5, sums.hours);
    hours[1].count = 3;
    choose(&plan);
    /* 4 * 0.072 + 3 * 0.096: as much as 4 * 0.144, and the smaller of the two */
    assert_int_equal(MILLS(72), plan.hourly_nano);
    assert_int_equal(MILLS(576), sums.bill_nano);
}

static void commitment_is_rounded_to_the_better_neighbour(void **state)
{
    (void)state;
    struct fg_plan_rate rate = {FG_USAGE_EC2, NULL, 726500, MILLION};
    struct fg_commitment plan = compute(&rate, 1);
    has_line(false, "m5.large", "m5", MILLS(100));
    runs(0, 0, MILLS(100), MILLS(100));
    choose(&plan);
    /* In full 0.07265. With 0.072 stays 0.1 - 0.072 / 0.7265 = 0.000894701: 0.072894701 in all,
     * less than 0.073. */
    assert_int_equal(MILLS(72), plan.hourly_nano);
    assert_int_equal(72894701, sums.bill_nano);
    /* In full 0.07295. With 0.072 stays 0.1 - 0.072 / 0.7295 = 0.001302262: more than 0.073. */
    rate.paid = 729500;
    choose(&plan);
    assert_int_equal(MILLS(73), plan.hourly_nano);
    assert_int_equal(MILLS(73), sums.bill_nano);
    assert_int_equal(MICROS(72950), sums.used_nano);
}

/* What is agreed with AWS is cheaper than the plan, and yet covered first, since more is off its
 * public price: a commitment pays only where it reaches beyond. */
static void bill_that_first_rises_is_searched_to_its_end(void **state)
{
    (void)state;
    struct fg_plan_rate rates[] = {percent_off(FG_USAGE_EC2, "m5", 30),
                                   percent_off(FG_USAGE_EC2, "c6i", 20)};
    struct fg_commitment plan = compute(rates, 2);
    has_line(false, "m5.large", "m5", MILLS(100));
    has_line(false, "c6i.large", "c6i", MILLS(100));
    runs(0, 0, MILLS(100), MILLS(60));
    runs(0, 1, MILLS(1000), MILLS(1000));
    choose(&plan);
    /* 0.07 for m5, 0.8 for c6i, against 0.06 + 1 */
    assert_int_equal(MILLS(870), plan.hourly_nano);
    assert_int_equal(MILLS(870), sums.bill_nano);
    /* 0.07 + 0.04 * 0.8 = 0.102 against 0.06 + 0.04 = 0.1 */
    runs(0, 1, MILLS(40), MILLS(40));
    choose(&plan);
    assert_int_equal(0, plan.hourly_nano);
    assert_int_equal(MILLS(100), sums.bill_nano);
}

static void nothing_is_bought_for_no_usage(void **state)
{
    (void)state;
    struct fg_plan_rate rate = percent_off(FG_USAGE_EC2, NULL, 25);
    struct fg_commitment plan = compute(&rate, 1);
    usage.hours_count = 1;
    choose(&plan);
    assert_int_equal(0, plan.hourly_nano);
    assert_int_equal(0, sums.bill_nano);
    assert_int_equal(1, sums.hours);
}

/* ---- beside others ---- */

static void plan_that_is_there_leaves_the_rest(void **state)
{
    (void)state;
    struct fg_plan_rate rate = percent_off(FG_USAGE_EC2, NULL, 25);
    struct fg_commitment plan = compute(&rate, 1);
    plans[0] = compute(&rate, 1);
    plans[0].hourly_nano = MILLS(50);
    usage.plan_count = 1;
    has_line(false, "m5.large", "m5", MILLS(96));
    runs(0, 0, MILLS(192), MILLS(192));
    choose(&plan);
    /* 0.192 * 0.75 - 0.05 */
    assert_int_equal(MILLS(94), plan.hourly_nano);
    assert_int_equal(MILLS(144), sums.bill_nano);
    /* It ends after the first hour: then 0.144 pays for itself in the second, but would waste 0.05
     * in the first for 0.05 / 3 saved in the second. */
    plans[0].end = HOUR_S;
    runs(1, 0, MILLS(192), MILLS(192));
    choose(&plan);
    assert_int_equal(MILLS(94), plan.hourly_nano);
    /* 0.144; 0.094 + 0.192 - 0.094 / 0.75 */
    assert_int_equal(MILLS(144) + 94000000 + 192000000 - 125333333, sums.bill_nano);
}

/* A Compute plan of 0.072 covers c6i first, since its rate is lower: 0.085 * 0.75 = 0.06375, and of
 * m5 0.00825 / 0.75 = 0.011; 0.085 of m5 is on demand: 0.157 in all. A plan for m5 at 40 % off
 * covers that with 0.085 * 0.6 = 0.051. What it would take beyond only frees the Compute plan. */
static void plan_of_a_family_frees_the_compute_plan(void **state)
{
    (void)state;
    struct fg_plan_rate rate = percent_off(FG_USAGE_EC2, NULL, 25);
    struct fg_plan_rate better = percent_off(FG_USAGE_EC2, NULL, 40);
    struct fg_commitment plan = {.name = "new",
                                 .kind = FG_EC2_INSTANCE_PLAN,
                                 .family = "m5",
                                 .rates = &better,
                                 .rate_count = 1};
    plans[0] = compute(&rate, 1);
    plans[0].hourly_nano = MILLS(72);
    usage.plan_count = 1;
    has_line(false, "m5.large", "m5", MILLS(96));
    has_line(false, "c6i.large", "c6i", MILLS(85));
    runs(0, 0, MILLS(96), MILLS(96));
    runs(0, 1, MILLS(85), MILLS(85));
    fg_choice_sum(&usage, NULL, &sums);
    assert_int_equal(MILLS(157), sums.bill_nano);
    choose(&plan);
    assert_int_equal(MILLS(51), plan.hourly_nano);
    assert_int_equal(MILLS(72 + 51), sums.bill_nano);
    /* m5 alone is eligible, and all of it is covered: 0.085 by the one and 0.011 by the other. */
    assert_int_equal(MILLS(96), sums.eligible_nano);
    assert_int_equal(MILLS(96), sums.covered_nano);
}

/* One other m5.large, in the first of two hours, takes 0.072 before the scenario's gets anything.
 * There the scenario gains from 0.072 to 0.144, in the other hour up to 0.072: a third of it each
 * time, and more is wasted in the hour it does not gain in. */
static void other_usage_takes_its_part_first_and_pays_for_it(void **state)
{
    (void)state;
    struct fg_plan_rate rate = percent_off(FG_USAGE_EC2, NULL, 25);
    struct fg_commitment plan = compute(&rate, 1);
    has_line(true, "m5.large", "m5", MILLS(96));
    has_line(false, "m5.large", "m5", MILLS(96));
    runs(0, 0, MILLS(96), MILLS(96));
    runs(0, 1, MILLS(96), MILLS(96));
    runs(1, 1, MILLS(96), MILLS(96));
    choose(&plan);
    assert_int_equal(MILLS(72), plan.hourly_nano);
    /* 0.096 on demand, the plan being the other's; 0.072 */
    assert_int_equal(MILLS(96 + 72), sums.bill_nano);
    assert_int_equal(MILLS(72), sums.other_nano);
    assert_int_equal(MILLS(144), sums.used_nano);
    assert_int_equal(MILLS(96), sums.covered_nano);
    assert_int_equal(MILLS(192), sums.eligible_nano);
}

/* ---- the curve ---- */

static void thinned_curve_keeps_its_ends_and_its_best(void **state)
{
    (void)state;
    struct fg_choice_curve thin = {.points = NULL};
    thin.points = fg_allocate(5000, sizeof *thin.points);
    thin.count = 5000;
    for (uint32_t i = 0; i < thin.count; i++)
        thin.points[i] = (struct fg_choice_point){MILLS(i), i == 3333 ? 0 : MILLS(i + 1)};
    thin.best = 3333;
    fg_choice_thin(&thin, 1000);
    assert_true(thin.count <= 1000 && thin.count >= 990);
    assert_int_equal(0, thin.points[0].hourly_nano);
    assert_int_equal(MILLS(4999), thin.points[thin.count - 1].hourly_nano);
    assert_int_equal(MILLS(3333), thin.points[thin.best].hourly_nano);
    for (uint32_t i = 1; i < thin.count; i++)
        assert_true(thin.points[i].hourly_nano > thin.points[i - 1].hourly_nano);
    fg_choice_release(&thin);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(steady_usage_is_covered_in_full, start, end),
        cmocka_unit_test_setup_teardown(second_instance_is_covered_where_it_runs_often_enough,
                                        start, end),
        cmocka_unit_test_setup_teardown(commitment_is_rounded_to_the_better_neighbour, start, end),
        cmocka_unit_test_setup_teardown(bill_that_first_rises_is_searched_to_its_end, start, end),
        cmocka_unit_test_setup_teardown(nothing_is_bought_for_no_usage, start, end),
        cmocka_unit_test_setup_teardown(plan_that_is_there_leaves_the_rest, start, end),
        cmocka_unit_test_setup_teardown(plan_of_a_family_frees_the_compute_plan, start, end),
        cmocka_unit_test_setup_teardown(other_usage_takes_its_part_first_and_pays_for_it, start,
                                        end),
        cmocka_unit_test_setup_teardown(thinned_curve_keeps_its_ends_and_its_best, start, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
