/* How little the compute of an hour could cost: values that are sound, and the best of them. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sim/replay/lower_bound.h"
#include "tests/support/dice.h"

#define DOLLAR INT64_C(1000000000)
enum { HOUR = 3600, R = FG_BOUND_RESOURCES };

static struct fg_bound_offer offer(int64_t cpu, int64_t memory, int64_t pods, int64_t gpu,
                                   fg_nanodollars per_hour)
{
    return (struct fg_bound_offer){{{cpu, memory, pods, gpu}}, per_hour};
}

/* Amounts that are asked for during a whole hour. */
static struct fg_bound_amounts an_hour_of(int64_t cpu, int64_t memory, int64_t pods, int64_t gpu)
{
    return (struct fg_bound_amounts){{cpu * HOUR, memory * HOUR, pods * HOUR, gpu * HOUR}};
}

static fg_nanodollars bound_of(const struct fg_bound_offer *offers, uint32_t count,
                               struct fg_bound_amounts demand)
{
    struct fg_lower_bound *bound = fg_lower_bound_new(offers, count);
    fg_nanodollars nano = fg_bound_least(fg_lower_bound_of(bound, &demand), 1);
    fg_lower_bound_free(bound);
    return nano;
}

/* ---- offers and values ---- */

/* The second costs more and holds less, the third the same for the same, the fifth costs more and
 * holds no more; the fourth has a GPU. */
static void offers_that_another_beats_are_left_out(void **state)
{
    (void)state;
    struct fg_bound_offer offers[] = {
        offer(2000, 8000, 29, 0, 96),     offer(1900, 8000, 29, 0, 97),
        offer(2000, 8000, 29, 0, 96),     offer(2000, 8000, 29, 1000, 500),
        offer(2000, 8000, 29, 1000, 501),
    };
    assert_int_equal(fg_bound_prune(offers, 5), 2);
    assert_int_equal(offers[0].per_hour, 96);
    assert_int_equal(offers[1].per_hour, 500);
    assert_int_equal(fg_bound_prune(offers, 0), 0);
}

/* A milli-vCPU at 2 and a MiB at 1: 2000 * 2 + 8000 * 1 = 12000 steps of 2^-24. A price of
 * 1 nanodollar is 16777216 steps, so at 1400 times the values the offer is worth 16800000: too
 * much. */
static void values_are_sound_up_to_the_price(void **state)
{
    (void)state;
    const struct fg_bound_offer offers[] = {offer(2000, 8000, 29, 0, 1)};
    struct fg_bound_point point = {{2 * 1398, 1398, 0, 0}}; /* 12000 * 1398 = 16776000 */
    assert_true(fg_bound_point_is_sound(&point, offers, 1));
    point.value[FG_BOUND_GPU] = INT64_MAX; /* no offer has any */
    assert_true(fg_bound_point_is_sound(&point, offers, 1));
    point = (struct fg_bound_point){{2 * 1400, 1400, 0, 0}};
    assert_false(fg_bound_point_is_sound(&point, offers, 1));
    fg_bound_point_lower(&point, offers, 1);
    assert_true(fg_bound_point_is_sound(&point, offers, 1));
    /* Steps of 1 and 2: 2797 * 2000 + 1397 * 8000 = 16770000 fits. */
    assert_int_equal(point.value[FG_BOUND_CPU], 2799 - 2);
    assert_int_equal(point.value[FG_BOUND_MEMORY], 1399 - 2);
    point = (struct fg_bound_point){{-1, 0, 0, 0}};
    assert_false(fg_bound_point_is_sound(&point, offers, 1));
}

/* 2.5 nanodollars in rows that are rounded once: a bill of 2 (half to even) is possible, of 1 is
 * not. Rounded three times the sum may be 1.5 less: 1. */
static void each_rounding_takes_off_half_a_nanodollar(void **state)
{
    (void)state;
    fg_bound_value value = fg_bound_price_seconds(5, HOUR / 2);
    assert_int_equal(fg_bound_least(value, 0), 3);
    assert_int_equal(fg_bound_least(value, 1), 2);
    assert_int_equal(fg_bound_least(value, 3), 1);
    assert_int_equal(fg_bound_least(value, 9), 0);
}

/* ---- the best values ---- */

/* An m5.large holds 1930 milli-vCPU, 7057 MiB and 29 pods for 0.096; exactly that is asked for
 * during an hour, and costs 0.096; half of it 0.048; all of it for half an hour the same. */
static void one_node_filled_exactly_costs_its_price(void **state)
{
    (void)state;
    const struct fg_bound_offer m5[] = {offer(1930, 7057, 29, 0, 96000000)};
    assert_int_equal(bound_of(m5, 1, an_hour_of(1930, 7057, 29, 0)), 96000000);
    assert_int_equal(bound_of(m5, 1, an_hour_of(965, 0, 1, 0)), 48000000);
    const struct fg_bound_amounts half_an_hour = {{1930 * 1800, 7057 * 1800, 1800, 0}};
    assert_int_equal(bound_of(m5, 1, half_an_hour), 48000000);
    assert_int_equal(bound_of(m5, 1, an_hour_of(0, 0, 0, 0)), 0);
}

/* A: 4 vCPU, 8 GiB, 10 USD. B: 2 vCPU, 16 GiB, 10 USD. For 6 vCPU and 24 GiB one of each: 4 + 2 =
 * 6, 8 + 16 = 24, 20 USD. For 6 vCPU alone 1.5 of A, 15 USD; for 24 GiB alone 1.5 of B. With 10
 * pods to a node, 50 small pods take 5 nodes, 50 USD. */
static void cheapest_mix_of_two_offers(void **state)
{
    (void)state;
    const struct fg_bound_offer offers[] = {offer(4000, 8192, 10, 0, 10 * DOLLAR),
                                            offer(2000, 16384, 10, 0, 10 * DOLLAR)};
    assert_int_equal(bound_of(offers, 2, an_hour_of(6000, 24576, 1, 0)), 20 * DOLLAR);
    assert_int_equal(bound_of(offers, 2, an_hour_of(6000, 0, 1, 0)), 15 * DOLLAR);
    assert_int_equal(bound_of(offers, 2, an_hour_of(0, 24576, 1, 0)), 15 * DOLLAR);
    assert_int_equal(bound_of(offers, 2, an_hour_of(50, 50, 50, 0)), 50 * DOLLAR);
}

/* A GPU for 3 USD comes with 4 vCPU; 12 vCPU beside it take 2 more nodes of 4 at 0.2:
 * 3 + 8 / 4 * 0.2 = 3.4. Where no offer has a GPU, one that is asked for costs nothing. */
static void gpus_are_a_resource_of_their_own(void **state)
{
    (void)state;
    const struct fg_bound_offer offers[] = {offer(4000, 16384, 58, 0, DOLLAR / 5),
                                            offer(4000, 16384, 58, 1000, 3 * DOLLAR)};
    assert_int_equal(bound_of(offers, 2, an_hour_of(12000, 1, 1, 1000)), 34 * DOLLAR / 10);
    assert_int_equal(bound_of(offers, 1, an_hour_of(4000, 1, 1, 1000)), DOLLAR / 5);
    assert_int_equal(bound_of(NULL, 0, an_hour_of(4000, 1, 1, 0)), 0);
}

/* ---- against all corners, one by one ---- */

enum { OFFERS = 6 };

/* The mix of `count` offers that gives `scarce` exactly, by Cramer's rule written out as an
 * elimination; false: there is none, or it is no mix that serves. */
static bool mix_price(const struct fg_bound_offer *const in_use[R], const int scarce[R], int count,
                      const struct fg_bound_amounts *demand, double *out)
{
    double a[R][R + 1];
    for (int i = 0; i < count; i++) {
        for (int k = 0; k < count; k++)
            a[i][k] = (double)in_use[k]->holds.of[scarce[i]];
        a[i][count] = (double)demand->of[scarce[i]] / HOUR;
    }
    for (int s = 0; s < count; s++) {
        int p = s;
        for (int i = s + 1; i < count; i++)
            p = fabs(a[i][s]) > fabs(a[p][s]) ? i : p;
        if (fabs(a[p][s]) < 1e-9)
            return false;
        for (int c = 0; c <= count; c++) {
            double kept = a[p][c];
            a[p][c] = a[s][c];
            a[s][c] = kept;
        }
        for (int i = 0; i < count; i++)
            for (int c = count; i != s && c >= s; c--)
                a[i][c] -= a[i][s] / a[s][s] * a[s][c];
    }
    *out = 0;
    double given[R] = {0};
    for (int k = 0; k < count; k++) {
        double nodes = a[k][count] / a[k][k];
        if (nodes < -1e-9)
            return false;
        *out += nodes * (double)in_use[k]->per_hour;
        for (int r = 0; r < R; r++)
            given[r] += nodes * (double)in_use[k]->holds.of[r];
    }
    for (int r = 0; r < R; r++)
        if (given[r] < (double)demand->of[r] / HOUR * (1 - 1e-9) - 1e-9)
            return false;
    return true;
}

/* The cheapest over all sets of offers and equally many scarce resources. */
static double cheapest_by_trying(const struct fg_bound_offer *offers,
                                 const struct fg_bound_amounts *demand)
{
    double best = INFINITY;
    for (int set = 1; set < 1 << OFFERS; set++) {
        for (int rows = 1; rows < 1 << R; rows++) {
            const struct fg_bound_offer *in_use[R];
            int scarce[R], count = 0, row_count = 0;
            if (__builtin_popcount((unsigned)set) != __builtin_popcount((unsigned)rows))
                continue;
            for (int i = 0; i < OFFERS; i++)
                if (set >> i & 1)
                    in_use[count++] = &offers[i];
            for (int r = 0; r < R; r++)
                if (rows >> r & 1)
                    scarce[row_count++] = r;
            double price;
            if (mix_price(in_use, scarce, count, demand, &price) && price < best)
                best = price;
        }
    }
    return best;
}

static struct fg_bound_offer roll_offer(struct fg_dice *dice, bool has_gpu)
{
    int64_t cpu = 500 + fg_dice_below(dice, 64000), memory = 500 + fg_dice_below(dice, 250000);
    return offer(cpu, memory, 4 + fg_dice_below(dice, 250),
                 has_gpu ? 1000 * (1 + fg_dice_below(dice, 8)) : 0,
                 cpu * 20000 + memory * 4000 + fg_dice_below(dice, 500000000));
}

static struct fg_bound_amounts roll_demand(struct fg_dice *dice)
{
    int64_t seconds = 1 + fg_dice_below(dice, HOUR), pods = 1 + fg_dice_below(dice, 300);
    return (struct fg_bound_amounts){{
        seconds * pods * fg_dice_below(dice, 2000),
        seconds * pods * fg_dice_below(dice, 9000),
        seconds * pods,
        fg_dice_one_in(dice, 3) ? seconds * 1000 * fg_dice_below(dice, 9) : 0,
    }};
}

/* 200 markets, 40 demands each: never above the optimum, and within a millionth of it, whatever
 * corners were found before. */
static void bound_is_the_optimum_to_a_millionth(void **state)
{
    (void)state;
    struct fg_dice dice = {.seed = 11};
    for (int market = 0; market < 200; market++) {
        struct fg_bound_offer offers[OFFERS];
        for (int i = 0; i < OFFERS; i++)
            offers[i] = roll_offer(&dice, i == 0 || fg_dice_one_in(&dice, 4));
        struct fg_lower_bound *bound = fg_lower_bound_new(offers, OFFERS);
        for (int i = 0; i < 40; i++) {
            struct fg_bound_amounts demand = roll_demand(&dice);
            double best = cheapest_by_trying(offers, &demand);
            double found = (double)fg_lower_bound_of(bound, &demand) / FG_BOUND_STEPS / HOUR;
            if (found > best * (1 + 1e-9) || found < best * (1 - 1e-6))
                fail_msg("market %d, demand %d: %.6f, expected %.6f", market, i, found, best);
        }
        assert_true(fg_lower_bound_solutions(bound) < 40);
        fg_lower_bound_free(bound);
    }
}

/* A year of hours that go up and down by day and by week, over 200 offers. */
static void year_of_hours_takes_few_solutions(void **state)
{
    (void)state;
    struct fg_dice dice = {.seed = 5};
    struct fg_bound_offer offers[200];
    for (int i = 0; i < 200; i++)
        offers[i] = roll_offer(&dice, i % 10 == 0);
    struct fg_lower_bound *bound = fg_lower_bound_new(offers, 200);
    for (int hour = 0; hour < 8760; hour++) {
        int64_t pods = 100 + 40 * (hour % 24) + 200 * (hour / 24 % 7);
        pods += fg_dice_below(&dice, 100);
        struct fg_bound_amounts demand =
            an_hour_of(pods * (300 + 20 * (hour % 24)), pods * 900, pods, hour % 5 == 0 ? 3000 : 0);
        assert_true(fg_lower_bound_of(bound, &demand) > 0);
    }
    assert_in_range(fg_lower_bound_solutions(bound), 1, 60);
    fg_lower_bound_free(bound);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(offers_that_another_beats_are_left_out),
        cmocka_unit_test(values_are_sound_up_to_the_price),
        cmocka_unit_test(each_rounding_takes_off_half_a_nanodollar),
        cmocka_unit_test(one_node_filled_exactly_costs_its_price),
        cmocka_unit_test(cheapest_mix_of_two_offers),
        cmocka_unit_test(gpus_are_a_resource_of_their_own),
        cmocka_unit_test(bound_is_the_optimum_to_a_millionth),
        cmocka_unit_test(year_of_hours_takes_few_solutions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
