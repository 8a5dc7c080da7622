/* Exact money, and the sums that AWS's own pages print (rules G1, G5, G7, B3, B4). */
#include "models/money.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static fg_nanodollars usd(const char *text)
{
    struct fg_error error = {0};
    fg_nanodollars value = -1;
    if (fg_money_parse_usd(text, &value, &error) != FG_OK)
        fail_msg("'%s' was refused: %s", text, error.message);
    return value;
}

static void is_refused(const char *text)
{
    struct fg_error error = {0};
    fg_nanodollars value = 77;
    if (fg_money_parse_usd(text, &value, &error) == FG_OK)
        fail_msg("'%s' was accepted", text);
    assert_int_equal(error.status, FG_BAD_INPUT);
    assert_non_null(strstr(error.message, "expected"));
    assert_int_equal(value, 77);
}

static void prints(fg_nanodollars amount, int decimals, const char *expected)
{
    char buffer[48];
    assert_string_equal(fg_money_print(amount, decimals, buffer), expected);
}

/* Quotients are small enough for long long. */
static long long divided(__int128 numerator, __int128 denominator)
{
    return (long long)fg_money_divide_half_even(numerator, denominator);
}

/* ---- rounding ---- */

static void rounds_halves_to_even_both_ways(void **state)
{
    (void)state;
    assert_int_equal(divided(1, 2), 0); /* 0.5 */
    assert_int_equal(divided(3, 2), 2); /* 1.5 */
    assert_int_equal(divided(5, 2), 2); /* 2.5 */
    assert_int_equal(divided(7, 2), 4); /* 3.5 */
}

static void rounds_negative_halves_to_even(void **state)
{
    (void)state;
    assert_int_equal(divided(-1, 2), 0);
    assert_int_equal(divided(-3, 2), -2);
    assert_int_equal(divided(-5, 2), -2);
    assert_int_equal(divided(-7, 2), -4);
}

static void rounds_other_fractions_to_the_nearest(void **state)
{
    (void)state;
    assert_int_equal(divided(4, 3), 1);
    assert_int_equal(divided(5, 3), 2);
    assert_int_equal(divided(-4, 3), -1);
    assert_int_equal(divided(-5, 3), -2);
    assert_int_equal(divided(6, 3), 2);
    assert_int_equal(divided(0, 3), 0);
}

static void divides_the_largest_numbers(void **state)
{
    (void)state;
    const __int128 largest = (__int128)(~(unsigned __int128)0 >> 1);
    assert_true(fg_money_divide_half_even(largest, 1) == largest);
    assert_true(fg_money_divide_half_even(-largest - 1, 2) == -(largest / 2) - 1);
    assert_int_equal(divided(largest, largest), 1);
    assert_int_equal(divided(largest / 2, largest), 0);
    assert_int_equal(divided(largest / 2 + 1, largest), 1);
}

static void multiplies_in_128_bits(void **state)
{
    (void)state;
    /* 10^13 milli-vCPU-s * 40480000 / 3600000 = 10^13 * 11.2444... = 112444444444444.44 */
    const struct fg_price vcpu = {40480000, 3600000};
    assert_int_equal(fg_money_amount_half_even((__int128)10000000000000, vcpu), 112444444444444);
    /* 2^62 units at 2^62 nano for 2^62: the product has 124 bits */
    const struct fg_price large = {1LL << 62, 1LL << 62};
    assert_int_equal(fg_money_amount_half_even((__int128)1 << 62, large), 1LL << 62);
}

static void rounds_an_amount_once_half_to_even(void **state)
{
    (void)state;
    const struct fg_price half = {1, 2};
    assert_int_equal(fg_money_amount_half_even(1, half), 0);
    assert_int_equal(fg_money_amount_half_even(3, half), 2);
    assert_int_equal(fg_money_amount_half_even(-3, half), -2);
    assert_int_equal(fg_money_amount_half_even(0, half), 0);
}

/* ---- reading ---- */

static void reads_plain_decimals(void **state)
{
    (void)state;
    assert_int_equal(usd("0.04048"), 40480000);
    assert_int_equal(usd("0.004445"), 4445000);
    assert_int_equal(usd("0.000000001"), 1);
    assert_int_equal(usd("3"), 3000000000);
    assert_int_equal(usd("0"), 0);
    assert_int_equal(usd(".5"), 500000000);
    assert_int_equal(usd("0001.50"), 1500000000);
    assert_int_equal(usd("123.456789012"), 123456789012);
}

static void refuses_what_is_not_a_plain_decimal(void **state)
{
    (void)state;
    static const char *const texts[] = {"",   "-1",  "+1",    "1e3", " 1",  "1 ",  "1.",    ".",
                                        "$1", "1,5", "1.2.3", "abc", "0x1", "1_0", "1 000", "nan"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        is_refused(texts[i]);
}

static void refuses_a_tenth_decimal(void **state)
{
    (void)state;
    is_refused("0.0000000001");
    is_refused("0.1234567890");
}

static void refuses_prices_too_large_for_nanodollars(void **state)
{
    (void)state;
    assert_int_equal(usd("9223372036.854775807"), INT64_MAX);
    is_refused("9223372036.854775808");
    is_refused("9223372037");
    is_refused("9999999999999999999");
    is_refused("99999999999999999999999999999999999");
}

/* ---- printing ---- */

static void prints_cents_rounded_half_to_even(void **state)
{
    (void)state;
    prints(1234567890123, 2, "1234.57");
    prints(5000000, 2, "0.00");  /* 0.005 */
    prints(15000000, 2, "0.02"); /* 0.015 */
    prints(25000000, 2, "0.02"); /* 0.025 */
    prints(25000001, 2, "0.03");
    prints(0, 2, "0.00");
    prints(999999999, 2, "1.00");
}

static void prints_negative_amounts_without_a_negative_zero(void **state)
{
    (void)state;
    prints(-1234567890123, 2, "-1234.57");
    prints(-5000000, 2, "0.00");
    prints(-15000000, 2, "-0.02");
    prints(-500000000, 0, "0");
    prints(-1500000000, 0, "-2");
}

static void prints_any_number_of_decimals(void **state)
{
    (void)state;
    prints(1234567891, 9, "1.234567891");
    prints(1234567891, 1, "1.2");
    prints(2500000000, 0, "2");
    prints(3500000000, 0, "4");
    prints(INT64_MAX, 9, "9223372036.854775807");
    prints(INT64_MIN, 9, "-9223372036.854775808");
}

/* ---- AWS's own sums ---- */

/* A second's printed price, in units of 10^-10 dollars where nine decimals are too few. */
struct line {
    int64_t quantity; /* unit-seconds */
    struct fg_price price;
    const char *unrounded, *cents;
};

static void check_lines(const struct line *lines, size_t count, const char *total)
{
    fg_nanodollars sum = 0, ten_million = 10000000;
    for (size_t i = 0; i < count; i++) {
        fg_nanodollars amount = fg_money_amount_half_even(lines[i].quantity, lines[i].price);
        prints(amount, 9, lines[i].unrounded);
        prints(amount, 2, lines[i].cents);
        sum += (fg_nanodollars)fg_money_divide_half_even(amount, ten_million) * ten_million;
    }
    prints(sum, 2, total);
}

/* 5 tasks, 600 s on 30 days = 18000 s each, 1 vCPU, 2 GB, 30 GB of storage:
 *   vCPU    5 * 1 * 18000 =  90000 vCPU-s * 0.000011244    = 1.01196
 *   memory  5 * 2 * 18000 = 180000 GB-s   * 0.000001235    = 0.2223
 *   storage 5 * (30 - 20) * 18000 = 900000 * 0.0000000308  = 0.02772
 *   1.01 + 0.22 + 0.03 = 1.26 */
static void fargate_example_1_of_five_tasks_costs_1_26(void **state)
{
    (void)state;
    static const struct line lines[] = {
        {90000, {11244, 1}, "1.011960000", "1.01"},
        {180000, {1235, 1}, "0.222300000", "0.22"},
        {900000, {308, 10}, "0.027720000", "0.03"},
    };
    check_lines(lines, 3, "1.26");
}

/* The same on ARM: 90000 * 0.0000089944 = 0.809496; 180000 * 0.0000009889 = 0.178002;
 * 0.02772; 0.81 + 0.18 + 0.03 = 1.02 */
static void fargate_example_2_on_arm_costs_1_02(void **state)
{
    (void)state;
    static const struct line lines[] = {
        {90000, {89944, 10}, "0.809496000", "0.81"},
        {180000, {9889, 10}, "0.178002000", "0.18"},
        {900000, {308, 10}, "0.027720000", "0.03"},
    };
    check_lines(lines, 3, "1.02");
}

/* 10 EKS pods, 3600 s on 30 days = 108000 s each, 0.25 vCPU, 1 GB:
 *   10 * 0.25 * 108000 = 270000 vCPU-s * 0.000011244 = 3.03588
 *   10 * 1 * 108000   = 1080000 GB-s   * 0.000001235 = 1.3338
 *   3.04 + 1.33 = 4.37 */
static void fargate_example_3_of_ten_eks_pods_costs_4_37(void **state)
{
    (void)state;
    static const struct line lines[] = {
        {270000, {11244, 1}, "3.035880000", "3.04"},
        {1080000, {1235, 1}, "1.333800000", "1.33"},
    };
    check_lines(lines, 2, "4.37");
}

/* 10 Windows tasks, 108000 s each, 1 vCPU, 2 GB: 1080000 vCPU-s * 0.0000254167 = 27.450036;
 * licence 1080000 * 0.0000127778 = 13.800024; 2160000 GB-s * 0.0000027778 = 6.000048;
 * 27.45 + 13.80 + 6.00 = 47.25 */
static void fargate_example_4_on_windows_costs_47_25(void **state)
{
    (void)state;
    static const struct line lines[] = {
        {1080000, {254167, 10}, "27.450036000", "27.45"},
        {1080000, {127778, 10}, "13.800024000", "13.80"},
        {2160000, {27778, 10}, "6.000048000", "6.00"},
    };
    check_lines(lines, 3, "47.25");
}

/* The Savings Plans guide's hour without a plan: 4 r5.4xlarge at 1.00 = 4.00, 400 Fargate vCPU at
 * 0.04 = 16.00, 1600 GB at 0.004 = 6.40, an m5.24xlarge 10.00, 1500000 GB-s of Lambda at 0.000015 =
 * 22.50 and its requests 0.20: 4 + 16 + 6.4 + 10 + 22.5 + 0.2 = 59.10 */
static void an_hour_without_a_plan_costs_59_10(void **state)
{
    (void)state;
    static const struct line lines[] = {
        {4, {1000000000, 1}, "4.000000000", "4.00"},
        {400, {40000000, 1}, "16.000000000", "16.00"},
        {1600, {4000000, 1}, "6.400000000", "6.40"},
        {1, {10000000000, 1}, "10.000000000", "10.00"},
        {1500000, {15000, 1}, "22.500000000", "22.50"},
        {1, {200000000, 1}, "0.200000000", "0.20"},
    };
    check_lines(lines, sizeof lines / sizeof *lines, "59.10");
}

/* A second's printed price times 3600: 0.000011244 -> 0.0404784; 0.000001235 -> 0.004446;
 * 0.0000000308 -> 0.00011088; near the hourly prices 0.04048, 0.004445 and 0.000111. */
static void printed_second_prices_come_to_nearly_the_hourly_ones(void **state)
{
    (void)state;
    prints(fg_money_amount_half_even(3600, (struct fg_price){11244, 1}), 9, "0.040478400");
    prints(fg_money_amount_half_even(3600, (struct fg_price){1235, 1}), 9, "0.004446000");
    prints(fg_money_amount_half_even(3600, (struct fg_price){308, 10}), 9, "0.000110880");
}

/* 2000 GB of gp3 for 12 h in a month of 30 days: 0.08 * 2000 * 43200 / 2592000 = 2.6666...;
 * gp2 at 0.10: 3.3333... */
static void ebs_example_of_2000_gb_for_half_a_day(void **state)
{
    (void)state;
    const int64_t gb_seconds = 2000LL * 43200, month = 86400LL * 30;
    prints(fg_money_amount_half_even(gb_seconds, (struct fg_price){usd("0.08"), month}), 9,
           "2.666666667");
    prints(fg_money_amount_half_even(gb_seconds, (struct fg_price){usd("0.08"), month}), 3,
           "2.667");
    prints(fg_money_amount_half_even(gb_seconds, (struct fg_price){usd("0.10"), month}), 2, "3.33");
}

/* 10000 IOPS: 0.005 * (10000 - 3000) * 43200 / 2592000 = 0.58333... */
static void ebs_example_of_7000_iops_above_the_baseline(void **state)
{
    (void)state;
    const struct fg_price price = {usd("0.005"), 86400LL * 30};
    prints(fg_money_amount_half_even((10000LL - 3000) * 43200, price), 3, "0.583");
}

/* 730 h * 0.10 = 73.00; 730 * 0.60 = 438.00; 744 h: 74.40 and 446.40; November's 600 h at 0.10 and
 * 120 h at 0.60 = 60.00 + 72.00 */
static void cluster_fees_by_the_month(void **state)
{
    (void)state;
    const struct fg_price standard = {usd("0.10"), 3600}, extended = {usd("0.60"), 3600};
    prints(fg_money_amount_half_even(730 * 3600, standard), 2, "73.00");
    prints(fg_money_amount_half_even(730 * 3600, extended), 2, "438.00");
    prints(fg_money_amount_half_even(744 * 3600, standard), 2, "74.40");
    prints(fg_money_amount_half_even(744 * 3600, extended), 2, "446.40");
    prints(fg_money_amount_half_even(600 * 3600, standard), 2, "60.00");
    prints(fg_money_amount_half_even(120 * 3600, extended), 2, "72.00");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rounds_halves_to_even_both_ways),
        cmocka_unit_test(rounds_negative_halves_to_even),
        cmocka_unit_test(rounds_other_fractions_to_the_nearest),
        cmocka_unit_test(divides_the_largest_numbers),
        cmocka_unit_test(multiplies_in_128_bits),
        cmocka_unit_test(rounds_an_amount_once_half_to_even),
        cmocka_unit_test(reads_plain_decimals),
        cmocka_unit_test(refuses_what_is_not_a_plain_decimal),
        cmocka_unit_test(refuses_a_tenth_decimal),
        cmocka_unit_test(refuses_prices_too_large_for_nanodollars),
        cmocka_unit_test(prints_cents_rounded_half_to_even),
        cmocka_unit_test(prints_negative_amounts_without_a_negative_zero),
        cmocka_unit_test(prints_any_number_of_decimals),
        cmocka_unit_test(fargate_example_1_of_five_tasks_costs_1_26),
        cmocka_unit_test(fargate_example_2_on_arm_costs_1_02),
        cmocka_unit_test(fargate_example_3_of_ten_eks_pods_costs_4_37),
        cmocka_unit_test(fargate_example_4_on_windows_costs_47_25),
        cmocka_unit_test(an_hour_without_a_plan_costs_59_10),
        cmocka_unit_test(printed_second_prices_come_to_nearly_the_hourly_ones),
        cmocka_unit_test(ebs_example_of_2000_gb_for_half_a_day),
        cmocka_unit_test(ebs_example_of_7000_iops_above_the_baseline),
        cmocka_unit_test(cluster_fees_by_the_month),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
