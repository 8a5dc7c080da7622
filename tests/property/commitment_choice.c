/* The best commitment beside a scan of every cent, each hour covered by fg_commitments_cover, over
 * random usage with plans that are there already and other usage of the account. */
#include "models/commitment_choice.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/dice.h"

enum { LINES = 9, OTHERS = 3, PLANS = 3, HOURS = 24, RATES = 4, MILLION = 1000000 };
enum { HOUR_S = 3600, HOUR0 = 490000, CENT = 10 * FG_COMMITMENT_STEP_NANO };

static const struct {
    const char *item, *family;
} things[] = {{"m5.large", "m5"},     {"fargate-vcpu", NULL},   {"c6i.large", "c6i"},
              {"m5.large", "m5"},     {"m5.xlarge", "m5"},      {"c6i.large", "c6i"},
              {"fargate-vcpu", NULL}, {"fargate-memory", NULL}, {"m5.2xlarge", "m5"}};

struct ledger {
    struct fg_choice_usage usage;
    struct fg_usage_line lines[LINES];
    bool is_other[LINES];
    struct fg_commitment plans[PLANS + 1]; /* the last is the new one */
    struct fg_plan_rate rates[PLANS + 1][RATES];
    struct fg_choice_hours hours[HOURS];
    struct fg_choice_amount amounts[HOURS][LINES];
};

static void roll_plan(struct fg_commitment *plan, struct fg_plan_rate *rates, struct fg_dice *dice)
{
    static const int64_t paid[] = {1000000, 900000, 800000, 730001, 666667, 480000, 333333, 0};
    bool is_compute = fg_dice_one_in(dice, 2);
    *plan = (struct fg_commitment){
        .name = "p",
        .kind = is_compute ? FG_COMPUTE_PLAN : FG_EC2_INSTANCE_PLAN,
        .hourly_nano = fg_dice_below(dice, 400000000),
        .family = is_compute ? NULL : (fg_dice_one_in(dice, 3) ? "c6i" : "m5"),
        .rate_count = RATES - fg_dice_below(dice, 2),
        .rates = rates,
    };
    for (uint32_t i = 0; i < RATES; i++)
        rates[i] = (struct fg_plan_rate){
            .service = i == 1 ? FG_USAGE_FARGATE : FG_USAGE_EC2,
            .item = i < 2 ? NULL : things[fg_dice_below(dice, LINES)].item,
            .paid = paid[fg_dice_below(dice, fg_dice_one_in(dice, 8) ? 8 : 7)],
            .of = MILLION,
        };
    if (fg_dice_one_in(dice, 3))
        plan->start = (int64_t)(HOUR0 + (int64_t)fg_dice_below(dice, HOURS)) * HOUR_S;
}

static void roll_hour(struct ledger *ledger, uint32_t hour, struct fg_dice *dice)
{
    bool is_like_before = hour > 0 && fg_dice_one_in(dice, 4);
    for (uint32_t i = 0; i < LINES; i++) {
        struct fg_choice_amount *amount = &ledger->amounts[hour][i];
        fg_nanodollars list = fg_dice_one_in(dice, 4) ? 0 : fg_dice_below(dice, 300000000);
        *amount = (struct fg_choice_amount){list * 7, list, list};
        if (i % 3 == 1)
            amount->contract_nano = list / 100 * 93;
        if (is_like_before)
            *amount = ledger->amounts[hour - 1][i];
    }
    ledger->hours[hour] =
        (struct fg_choice_hours){(int64_t)(HOUR0 + (int64_t)hour) * HOUR_S,
                                 1 + fg_dice_below(dice, 3), ledger->amounts[hour]};
}

static void roll_ledger(struct ledger *ledger, struct fg_dice *dice)
{
    bool with_others = fg_dice_one_in(dice, 2);
    *ledger = (struct ledger){.usage = {.line_count = LINES,
                                        .lines = ledger->lines,
                                        .is_other = ledger->is_other,
                                        .plan_count = fg_dice_below(dice, PLANS + 1),
                                        .plans = ledger->plans,
                                        .hours_count = HOURS,
                                        .hours = ledger->hours}};
    for (uint32_t i = 0; i < LINES; i++) {
        ledger->is_other[i] = i < OTHERS && with_others;
        ledger->lines[i] = (struct fg_usage_line){
            .service = things[i].family != NULL ? FG_USAGE_EC2 : FG_USAGE_FARGATE,
            .item = things[i].item,
            .family = things[i].family,
            .region = "here",
            .list_unit_nano = 1 + (int64_t)fg_dice_below(dice, 3)};
    }
    for (uint32_t i = 0; i <= PLANS; i++)
        roll_plan(&ledger->plans[i], ledger->rates[i], dice);
    ledger->plans[PLANS].start = 0;
    for (uint32_t i = 0; i < RATES; i++)
        if (ledger->rates[PLANS][i].paid == 0)
            ledger->rates[PLANS][i].paid = 333333; /* what is free needs no commitment */
    for (uint32_t i = 0; i < HOURS; i++)
        roll_hour(ledger, i, dice);
}

/* ---- hour by hour, by the rules ---- */

struct covering {
    const struct ledger *ledger;
    uint32_t plan_count;
    struct fg_commitment plans[PLANS + 1];
    struct fg_commitment_left left[PLANS + 1];
};

/* Covers the other usage, or the own, and returns what of it stays on demand. */
static fg_nanodollars cover_part(struct covering *covering, uint32_t hour, bool of_others)
{
    const struct ledger *ledger = covering->ledger;
    struct fg_usage_line lines[LINES];
    struct fg_covers covers = {0};
    uint32_t count = 0;
    fg_nanodollars rest = 0;
    for (uint32_t i = 0; i < LINES; i++) {
        if (ledger->is_other[i] != of_others)
            continue;
        lines[count] = ledger->lines[i];
        lines[count].quantity = ledger->amounts[hour][i].quantity;
        lines[count].list_nano = ledger->amounts[hour][i].list_nano;
        lines[count++].contract_nano = ledger->amounts[hour][i].contract_nano;
    }
    fg_commitments_cover(covering->plans, covering->plan_count, covering->left, lines, count,
                         &covers);
    for (uint32_t i = 0; i < count; i++)
        rest += lines[i].contract_nano;
    fg_covers_release(&covers);
    return rest;
}

static fg_nanodollars scan_bill(const struct ledger *ledger, fg_nanodollars hourly_nano)
{
    struct covering covering = {.ledger = ledger, .plan_count = ledger->usage.plan_count + 1};
    fg_nanodollars bill = 0;
    memcpy(covering.plans, ledger->plans, ledger->usage.plan_count * sizeof *ledger->plans);
    covering.plans[ledger->usage.plan_count] = ledger->plans[PLANS];
    covering.plans[ledger->usage.plan_count].hourly_nano = hourly_nano;
    for (uint32_t hour = 0; hour < HOURS; hour++) {
        fg_nanodollars of_hour = 0;
        fg_commitments_open(covering.plans, covering.plan_count, ledger->hours[hour].start,
                            covering.left);
        cover_part(&covering, hour, true);
        for (uint32_t i = 0; i < covering.plan_count; i++)
            of_hour += covering.left[i].nano;
        of_hour += cover_part(&covering, hour, false);
        bill += of_hour * ledger->hours[hour].count;
    }
    return bill;
}

static int64_t hours_of(const struct ledger *ledger)
{
    int64_t hours = 0;
    for (uint32_t i = 0; i < HOURS; i++)
        hours += ledger->hours[i].count;
    return hours;
}

/* The bill at a commitment: read off the curve. */
static fg_nanodollars read_curve(const struct fg_choice_curve *curve, fg_nanodollars hourly_nano)
{
    uint32_t i = 0;
    while (i + 1 < curve->count && curve->points[i + 1].hourly_nano <= hourly_nano)
        i++;
    const struct fg_choice_point *a = &curve->points[i];
    if (a->hourly_nano == hourly_nano || i + 1 == curve->count)
        return a->bill_nano;
    const struct fg_choice_point *b = &curve->points[i + 1];
    return a->bill_nano +
           (fg_nanodollars)((__int128)(b->bill_nano - a->bill_nano) *
                            (hourly_nano - a->hourly_nano) / (b->hourly_nano - a->hourly_nano));
}

static uint32_t ledgers_asked(void)
{
    const char *asked = getenv("FARGAUGE_WORLDS");
    long count = asked != NULL ? strtol(asked, NULL, 10) : 0;
    return count > 0 && count < 150 ? (uint32_t)count : 150;
}

/* Returns whether the bill is anywhere not convex. */
static bool check_scan(const struct ledger *ledger, const struct fg_choice_curve *cents,
                       const struct fg_choice_curve *mills)
{
    const fg_nanodollars end = cents->points[cents->count - 1].hourly_nano;
    fg_nanodollars least = INT64_MAX, noise = 20 * hours_of(ledger), before[2] = {0};
    bool is_convex = true;
    for (fg_nanodollars at = 0; at <= end; at += CENT) {
        fg_nanodollars bill = scan_bill(ledger, at);
        if (at >= 2 * CENT)
            is_convex = is_convex && bill - before[0] >= before[0] - before[1] - 4 * noise;
        before[1] = before[0];
        before[0] = bill;
        least = bill < least ? bill : least;
        assert_true(llabs(bill - read_curve(cents, at)) <= noise);
    }
    fg_nanodollars best = scan_bill(ledger, cents->points[cents->best].hourly_nano);
    assert_true(llabs(best - least) <= noise);
    assert_true(scan_bill(ledger, mills->points[mills->best].hourly_nano) <= least + noise);
    return !is_convex;
}

static void best_commitment_is_that_of_a_scan_of_every_cent(void **state)
{
    (void)state;
    static struct ledger ledger;
    uint32_t not_convex = 0, bought = 0;
    for (uint32_t i = 0; i < ledgers_asked(); i++) {
        struct fg_dice dice = {.seed = 4000 + i};
        struct fg_choice_curve cents, mills;
        roll_ledger(&ledger, &dice);
        fg_choice_find(&ledger.usage, &ledger.plans[PLANS], CENT, &cents);
        fg_choice_find(&ledger.usage, &ledger.plans[PLANS], FG_COMMITMENT_STEP_NANO, &mills);
        not_convex += check_scan(&ledger, &cents, &mills);
        bought += mills.points[mills.best].hourly_nano > 0;
        fg_choice_release(&cents);
        fg_choice_release(&mills);
    }
    assert_true(bought > ledgers_asked() / 2);
    assert_true(not_convex > 0);
}

static void sums_are_those_of_the_rules_to_the_nanodollar(void **state)
{
    (void)state;
    static struct ledger ledger;
    for (uint32_t i = 0; i < 10 * ledgers_asked(); i++) {
        struct fg_dice dice = {.seed = 900000 + i};
        struct fg_choice_sums sums, as_is;
        roll_ledger(&ledger, &dice);
        struct fg_commitment *plan = &ledger.plans[PLANS];
        fg_choice_sum(&ledger.usage, plan, &sums);
        assert_int_equal(scan_bill(&ledger, plan->hourly_nano), sums.bill_nano);
        assert_true(sums.used_nano >= 0 && sums.used_nano <= plan->hourly_nano * sums.hours);
        assert_true(sums.covered_nano >= 0 && sums.covered_nano <= sums.eligible_nano);
        fg_choice_sum(&ledger.usage, NULL, &as_is);
        assert_int_equal(scan_bill(&ledger, 0), as_is.bill_nano);
        assert_int_equal(hours_of(&ledger), as_is.hours);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(best_commitment_is_that_of_a_scan_of_every_cent),
        cmocka_unit_test(sums_are_those_of_the_rules_to_the_nanodollar),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
