/* A bill beside a replay: the difference and its parts. */
#include "reports/calibration.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/dice.h"

enum { DAY = 20514, DAY_S = 86400 }; /* 2026-03-02 */
#define USD FG_NANO_PER_DOLLAR

static void add(struct fg_billing *billing, const char *charge, const char *sku, const char *unit,
                fg_day day, __int128 quantity_nano, fg_nanodollars amount)
{
    const struct fg_billed_thing thing = {FG_BILLED_CHARGE, charge, sku, unit, "", ""};
    const struct fg_billed_amount amounts = {quantity_nano, {amount, amount, amount}};
    assert_true(fg_billing_add(billing, fg_billing_thing(billing, &thing), day, &amounts));
}

static void add_rest(struct fg_billing *billing, enum fg_billed_kind kind, const char *usage_type,
                     fg_day day, fg_nanodollars amount)
{
    const struct fg_billed_thing thing = {kind, "", "", "Hrs", "AmazonVPC", usage_type};
    const struct fg_billed_amount amounts = {USD, {amount, amount, amount}};
    assert_true(fg_billing_add(billing, fg_billing_thing(billing, &thing), day, &amounts));
}

/* Compares and releases the two sides. */
static struct fg_calibration compare(struct fg_billing *bill, struct fg_billing *replay)
{
    struct fg_calibration calibration = {
        .from = (fg_unix_s)DAY * DAY_S, .to = ((fg_unix_s)DAY + 2) * DAY_S, .with_days = true};
    fg_calibration_compare(bill, replay, &calibration);
    return calibration;
}

static void release(struct fg_calibration *calibration, struct fg_billing *bill,
                    struct fg_billing *replay)
{
    fg_calibration_release(calibration);
    fg_billing_release(bill);
    fg_billing_release(replay);
}

/* Bill: 10 hours for 2.00 (0.20 each); replay: 8 hours for 1.20 (0.15 each). Difference 0.80:
 * price (0.20 - 0.15) * 8 = 0.40, quantity (10 - 8) * 0.20 = 0.40. */
static void a_difference_is_split_into_price_and_quantity(void **state)
{
    struct fg_billing bill = {0}, replay = {0};
    (void)state;
    add(&bill, "ec2-on-demand", "m5.large", "Hours", DAY, 10 * (__int128)USD, 2 * (int64_t)USD);
    add(&replay, "ec2-on-demand", "m5.large", "Hours", DAY, 8 * (__int128)USD, 1200000000);
    struct fg_calibration calibration = compare(&bill, &replay);
    assert_int_equal(calibration.sku_count, 1);
    assert_int_equal(calibration.skus[0].difference, 800000000);
    assert_int_equal(calibration.skus[0].effects.price, 400000000);
    assert_int_equal(calibration.skus[0].effects.quantity, 400000000);
    release(&calibration, &bill, &replay);
}

/* A type that only one side has differs by quantity alone, at the price of that side; a discount
 * without a quantity is a matter of price; commitments are not split. */
static void what_one_side_has_alone_is_a_matter_of_quantity(void **state)
{
    struct fg_billing bill = {0}, replay = {0};
    (void)state;
    add(&bill, "ec2-on-demand", "c5.large", "Hours", DAY, USD, 85000000);
    add(&replay, "ec2-on-demand", "m5.large", "Hours", DAY, USD, 96000000);
    add(&bill, "ec2-spot", "m5.large", "Hours", DAY, 0, -5000000);
    add(&replay, "ec2-spot", "m5.large", "Hours", DAY, USD, 30000000);
    add(&bill, "savings-plan", "", "", DAY, 0, 70000000);
    add(&replay, "savings-plan", "", "", DAY, 0, 60000000);
    struct fg_calibration calibration = compare(&bill, &replay);
    assert_int_equal(calibration.sku_count, 4);
    assert_string_equal(calibration.skus[0].sku, "c5.large");
    assert_int_equal(calibration.skus[0].effects.quantity, 85000000);
    assert_int_equal(calibration.skus[1].effects.quantity, -96000000);
    assert_int_equal(calibration.skus[2].effects.price, -5000000);
    assert_int_equal(calibration.skus[2].effects.quantity, -30000000);
    assert_int_equal(calibration.skus[3].effects.unsplit, 10000000);
    release(&calibration, &bill, &replay);
}

/* 0.05 of compute, 0.045 of a gateway, 0.02 tax, -0.01 credit; the replay has 0.06: in all
 * 0.05 - 0.06 + 0.045 + 0.02 - 0.01 = 0.045. A day after the period does not count. */
static void what_is_not_modelled_stands_apart(void **state)
{
    struct fg_billing bill = {0}, replay = {0};
    (void)state;
    add(&bill, "ec2-spot", "m5.large", "Hours", DAY, USD, 50000000);
    add(&bill, "ec2-spot", "m5.large", "Hours", DAY + 2, USD, 50000000);
    add_rest(&bill, FG_BILLED_UNMODELED, "NatGateway-Hours", DAY + 1, 45000000);
    add_rest(&bill, FG_BILLED_TAX, "", FG_BILLED_NO_DAY, 20000000);
    add_rest(&bill, FG_BILLED_CREDIT, "", DAY, -10000000);
    add(&replay, "ec2-spot", "m5.large", "Hours", DAY + 1, USD, 60000000);
    struct fg_calibration calibration = compare(&bill, &replay);
    assert_int_equal(calibration.kinds[FG_BILLED_CHARGE].bill, 50000000);
    assert_int_equal(calibration.all.difference, 45000000);
    assert_int_equal(calibration.kinds[FG_BILLED_UNMODELED].difference, 45000000);
    assert_int_equal(calibration.rest_count, 3);
    assert_string_equal(calibration.rest[0].thing->usage_type, "NatGateway-Hours");
    assert_int_equal(calibration.day_count, 3);
    assert_int_equal(calibration.days[0].bill, 50000000);
    assert_int_equal(calibration.days[0].rest, -10000000);
    assert_int_equal(calibration.days[1].difference, -60000000);
    assert_int_equal(calibration.days[2].day, FG_BILLED_NO_DAY);
    release(&calibration, &bill, &replay);
}

static void parts_of_random_bills_add_up(void **state)
{
    static const char *const skus[] = {"m5.large", "c5.large", "gp3", ""};
    static const char *const units[] = {"Hours", "GB-Months", ""};
    (void)state;
    for (uint64_t world = 0; world < 3000; world++) {
        struct fg_dice dice = {.seed = world};
        struct fg_billing sides[2] = {{0}, {0}};
        for (uint32_t i = 0, count = fg_dice_below(&dice, 30); i < count; i++) {
            struct fg_billing *side = &sides[fg_dice_below(&dice, 2)];
            int64_t amount = (int64_t)fg_dice_below(&dice, 2000000000) * 50 - 10000000000;
            __int128 quantity = (__int128)fg_dice_below(&dice, 4) *
                                    fg_dice_below(&dice, 1000000000) * fg_dice_below(&dice, 1000) -
                                (fg_dice_one_in(&dice, 10) ? 1000000000 : 0);
            fg_day day = DAY + (fg_day)fg_dice_below(&dice, 2);
            if (side == &sides[0] && fg_dice_one_in(&dice, 4))
                add_rest(side, (enum fg_billed_kind)(1 + fg_dice_below(&dice, 4)), skus[0], day,
                         amount);
            else
                add(side, "ebs", skus[fg_dice_below(&dice, 4)], units[fg_dice_below(&dice, 3)], day,
                    quantity, amount);
        }
        struct fg_calibration calibration = compare(&sides[0], &sides[1]);
        fg_nanodollars parts = 0, days = 0, rest = 0;
        for (uint32_t i = 0; i < calibration.sku_count; i++) {
            const struct fg_calibrated *row = &calibration.skus[i];
            assert_int_equal(row->difference,
                             row->effects.price + row->effects.quantity + row->effects.unsplit);
            assert_int_equal(row->difference, row->bill - row->replay);
            parts += row->difference;
        }
        for (uint32_t i = 0; i < calibration.rest_count; i++)
            rest += calibration.rest[i].bill;
        for (uint32_t i = 0; i < calibration.day_count; i++)
            days += calibration.days[i].difference;
        assert_int_equal(calibration.all.difference, parts + rest);
        assert_int_equal(days, parts);
        assert_int_equal(calibration.kinds[FG_BILLED_CHARGE].difference,
                         calibration.kinds[FG_BILLED_CHARGE].effects.price +
                             calibration.kinds[FG_BILLED_CHARGE].effects.quantity +
                             calibration.kinds[FG_BILLED_CHARGE].effects.unsplit);
        release(&calibration, &sides[0], &sides[1]);
    }
}

/* 1 nanodollar for 10^-9 units beside 10^9 units: the price of the bill times that quantity is past
 * all amounts. The difference is told whole. */
static void an_absurd_price_does_not_overflow(void **state)
{
    struct fg_billing bill = {0}, replay = {0};
    (void)state;
    add(&bill, "ebs", "gp3", "GB-Months", DAY, 1, 1000000000 * (int64_t)USD);
    add(&replay, "ebs", "gp3", "GB-Months", DAY, (__int128)USD * USD * 1000, 5);
    struct fg_calibration calibration = compare(&bill, &replay);
    assert_int_equal(calibration.skus[0].effects.unsplit, 1000000000 * (int64_t)USD - 5);
    release(&calibration, &bill, &replay);
}

/* 10.00 USD in 24 hours are 310.00 in a month of 31 days; two billion do not fit. */
static void a_replay_is_drawn_out_to_the_time_of_the_bill(void **state)
{
    struct fg_billing replay = {0};
    (void)state;
    add(&replay, "ebs", "gp3", "GB-Months", DAY, 3, 10 * (int64_t)USD);
    assert_true(fg_billing_scale(&replay, 31 * DAY_S, DAY_S));
    assert_int_equal(replay.cells[0].amount.nano[FG_BASIS_AMORTISED], 310 * (int64_t)USD);
    assert_int_equal((int64_t)replay.cells[0].amount.quantity_nano, 93);
    assert_false(fg_billing_scale(&replay, INT64_MAX / 2, 1));
    fg_billing_release(&replay);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_difference_is_split_into_price_and_quantity),
        cmocka_unit_test(what_one_side_has_alone_is_a_matter_of_quantity),
        cmocka_unit_test(what_is_not_modelled_stands_apart),
        cmocka_unit_test(parts_of_random_bills_add_up),
        cmocka_unit_test(an_absurd_price_does_not_overflow),
        cmocka_unit_test(a_replay_is_drawn_out_to_the_time_of_the_bill),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
