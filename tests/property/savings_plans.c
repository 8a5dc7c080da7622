/* Savings Plans beside a slow version that spends a commitment nanodollar by nanodollar, and over
 * random ledgers hour by hour: nothing is lost, nothing is covered twice. */
#include "sim/replay/commitments.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/random_world.h"

enum { MILLION = 1000000, PLANS = 4, LINES = 6, HOURS = 40, HOUR0 = 490000, HOUR_S = 3600 };

static const char *const families[] = {"m5", "c6i", "r7g"};

/* ---- plans at random ---- */

struct plans {
    uint32_t count;
    struct fg_savings_plan items[PLANS];
    struct fg_plan_discount discounts[PLANS][3];
};

static void make_plans(struct plans *plans, struct fg_dice *dice, uint32_t most)
{
    static const uint32_t savings[] = {0, 100000, 200000, 200000, 333333, 520000, 999999, 1000000};
    plans->count = 1 + fg_dice_below(dice, PLANS);
    for (uint32_t i = 0; i < plans->count; i++) {
        struct fg_savings_plan *plan = &plans->items[i];
        bool is_compute = !fg_dice_one_in(dice, 3);
        *plan = (struct fg_savings_plan){
            .kind = is_compute ? FG_PLAN_COMPUTE : FG_PLAN_EC2_INSTANCE,
            .commitment_per_hour = fg_dice_below(dice, most),
            .family = is_compute ? NULL : families[fg_dice_below(dice, 3)],
            .region = fg_dice_one_in(dice, 8) ? "elsewhere" : NULL,
            .discount_count = 1 + fg_dice_below(dice, 3),
            .discounts = plans->discounts[i],
        };
        for (uint32_t d = 0; d < plan->discount_count; d++)
            plan->discounts[d] = (struct fg_plan_discount){
                .service = d == 1 ? FG_SERVICE_FARGATE : FG_SERVICE_EC2,
                .family = d == 2 ? families[fg_dice_below(dice, 3)] : NULL,
                .millionths = savings[fg_dice_below(dice, 8)],
            };
    }
}

/* ---- nanodollar by nanodollar ---- */

/* Amounts by 10^-6 nanodollars. */
struct slow_line {
    int64_t left, covered;
};

static bool goes_before(const struct fg_usage_line *a, uint32_t a_saving,
                        const struct fg_usage_line *b, uint32_t b_saving)
{
    return a_saving != b_saving ? a_saving > b_saving : a->unit_nano < b->unit_nano;
}

/* The line and plan of the kind that are next to be spent on; false: none. */
static bool find_next(const struct plans *plans, enum fg_plan_kind kind, const int64_t *money,
                      const struct fg_usage_line *lines, const struct slow_line *slow,
                      uint32_t *out_line, uint32_t *out_plan, uint32_t *out_saving)
{
    bool found = false;
    for (uint32_t line = 0; line < LINES; line++)
        for (uint32_t plan = 0; plan < plans->count; plan++) {
            uint32_t saving = 0;
            if (plans->items[plan].kind != kind || slow[line].left == 0 ||
                !fg_savings_plan_discount(&plans->items[plan], &lines[line], &saving) ||
                (money[plan] == 0 && saving < MILLION))
                continue;
            if (found && !goes_before(&lines[line], saving, &lines[*out_line], *out_saving))
                continue;
            found = true;
            *out_line = line;
            *out_plan = plan;
            *out_saving = saving;
        }
    return found;
}

static void spend_slowly(const struct plans *plans, const struct fg_usage_line *lines,
                         struct slow_line *slow, int64_t *money)
{
    for (uint32_t i = 0; i < plans->count; i++)
        money[i] = plans->items[i].commitment_per_hour * MILLION;
    for (uint32_t i = 0; i < LINES; i++)
        slow[i] = (struct slow_line){.left = lines[i].list_nano * MILLION};
    for (int kind = FG_PLAN_EC2_INSTANCE; kind <= FG_PLAN_COMPUTE; kind++) {
        uint32_t line = 0, plan = 0, saving = 0;
        while (
            find_next(plans, (enum fg_plan_kind)kind, money, lines, slow, &line, &plan, &saving)) {
            int64_t step = slow[line].left < MILLION ? slow[line].left : MILLION;
            int64_t cost = step * (MILLION - (int64_t)saving) / MILLION;
            if (cost > money[plan]) {
                step = money[plan] * MILLION / (MILLION - (int64_t)saving);
                cost = money[plan];
            }
            slow[line].left -= step;
            slow[line].covered += cost;
            money[plan] -= cost;
        }
    }
}

static void is_near(int64_t nano, int64_t millionths, int64_t tolerance_nano)
{
    int64_t apart = nano * MILLION - millionths;
    if (apart < -tolerance_nano * MILLION || apart > tolerance_nano * MILLION)
        fail_msg("%" PRId64 " nanodollars against %" PRId64 " millionths of them", nano,
                 millionths);
}

static void make_lines(struct fg_usage_line *lines, struct fg_dice *dice)
{
    for (uint32_t i = 0; i < LINES; i++) {
        bool is_ec2 = i >= 2;
        lines[i] = (struct fg_usage_line){
            .service = is_ec2 ? FG_SERVICE_EC2 : FG_SERVICE_FARGATE,
            .family = is_ec2 ? families[fg_dice_below(dice, 3)] : NULL,
            .region = "here",
            .unit_nano = 1 + (int64_t)fg_dice_below(dice, 4),
            .list_nano = fg_dice_one_in(dice, 5) ? 0 : fg_dice_below(dice, 3000),
        };
    }
}

/* Each spending on a line may be half a nanodollar away, and so may what is spent after it. */
static void plans_are_spent_as_nanodollar_by_nanodollar(void **state)
{
    (void)state;
    uint32_t worlds = fg_random_world_count(300);
    for (uint32_t world = 0; world < worlds; world++) {
        struct fg_dice dice = {.seed = 7000 + world};
        struct plans plans;
        struct fg_usage_line lines[LINES];
        struct slow_line slow[LINES];
        fg_nanodollars unused[PLANS], paid = 0, committed = 0;
        int64_t money[PLANS];
        make_plans(&plans, &dice, 5000);
        make_lines(lines, &dice);
        spend_slowly(&plans, lines, slow, money);
        fg_savings_plans_apply(plans.items, plans.count, lines, LINES, unused);
        for (uint32_t i = 0; i < LINES; i++) {
            assert_true(lines[i].on_demand_nano >= 0);
            is_near(lines[i].covered_nano, slow[i].covered, PLANS * LINES / 2);
            is_near(lines[i].on_demand_nano, slow[i].left, PLANS * LINES);
            paid += lines[i].covered_nano;
        }
        for (uint32_t i = 0; i < plans.count; i++) {
            assert_true(unused[i] >= 0);
            is_near(unused[i], money[i], PLANS * LINES / 2);
            paid += unused[i];
            committed += plans.items[i].commitment_per_hour;
        }
        assert_int_equal(paid, committed);
    }
}

/* ---- ledgers hour by hour ---- */

static const struct fg_account accounts[] = {
    {FG_CHARGE_FARGATE_VCPU, "fargate:a", "linux/amd64", "n", "x"},
    {FG_CHARGE_FARGATE_VCPU, "fargate:b", "linux/amd64", "n", "y"},
    {FG_CHARGE_FARGATE_MEMORY, "fargate:a", "linux/amd64", "n", "x"},
    {FG_CHARGE_FARGATE_STORAGE, "fargate:a", "linux/amd64", "n", "x"},
    {FG_CHARGE_EC2_ON_DEMAND, "nodegroup:g", "m5.large", "", "(idle)"},
    {FG_CHARGE_EC2_ON_DEMAND, "nodegroup:g", "m5.large", "n", "x"},
    {FG_CHARGE_EC2_ON_DEMAND, "nodegroup:h", "c6i.large", "n", "x"},
    {FG_CHARGE_EC2_ON_DEMAND, "nodegroup:h", "m5.large", "n", "x"},
    {FG_CHARGE_EC2_SPOT, "nodegroup:h", "m5.large", "n", "x"},
    {FG_CHARGE_CONTROL_PLANE, "cluster", "1.35", "", ""},
};
enum { ACCOUNTS = sizeof accounts / sizeof *accounts };

/* What every account bought and came to in every hour. */
struct sheet {
    int64_t quantity[ACCOUNTS][HOURS];
    fg_nanodollars nano[ACCOUNTS][HOURS], list[ACCOUNTS][HOURS];
    fg_nanodollars unused[HOURS];
};

static void make_ledger(struct fg_ledger *ledger, struct fg_dice *dice)
{
    *ledger = (struct fg_ledger){.account_count = ACCOUNTS, .account_capacity = ACCOUNTS};
    ledger->accounts = fg_allocate(ACCOUNTS, sizeof *ledger->accounts);
    memcpy(ledger->accounts, accounts, sizeof accounts);
    for (uint32_t account = 0; account < ACCOUNTS; account++)
        for (uint32_t hour = fg_dice_below(dice, 9); hour < HOURS;) {
            uint32_t count = 1 + fg_dice_below(dice, 12);
            count = count < HOURS - hour ? count : HOURS - hour;
            ledger->rows = fg_grow(ledger->rows, &ledger->row_capacity, ledger->row_count + 1,
                                   sizeof *ledger->rows);
            ledger->rows[ledger->row_count++] =
                (struct fg_ledger_row){.account = account,
                                       .first_hour = HOUR0 + (int32_t)hour,
                                       .hour_count = count,
                                       .quantity = 1 + (int64_t)fg_dice_below(dice, 1u << 30),
                                       .nano = fg_dice_below(dice, 900000000)};
            hour += count + (fg_dice_one_in(dice, 3) ? fg_dice_below(dice, 6) : 0);
        }
}

/* Fails where rows are out of order or overlap. */
static void spread(const struct fg_ledger *ledger, struct sheet *out)
{
    memset(out, 0, sizeof *out);
    for (uint32_t i = 0; i < ledger->row_count; i++) {
        const struct fg_ledger_row *row = &ledger->rows[i], *before = i > 0 ? row - 1 : row;
        assert_true(row->hour_count >= 1);
        assert_true(before->account < row->account || i == 0 ||
                    (before->account == row->account &&
                     before->first_hour + (int32_t)before->hour_count <= row->first_hour));
        for (uint32_t h = 0; h < row->hour_count; h++) {
            uint32_t hour = (uint32_t)(row->first_hour - HOUR0) + h;
            fg_nanodollars list = ledger->list_nano == NULL ? row->nano : ledger->list_nano[i];
            assert_in_range(hour, 0, HOURS - 1);
            if (row->account >= ACCOUNTS) {
                assert_int_equal(list, 0);
                out->unused[hour] += row->nano;
                continue;
            }
            out->quantity[row->account][hour] = row->quantity;
            out->nano[row->account][hour] = row->nano;
            out->list[row->account][hour] = list;
        }
    }
}

/* Lines of the accounts above: vCPU, memory, m5, c6i; -1 for what is not covered. */
static int line_of(uint32_t account)
{
    static const int lines[ACCOUNTS] = {0, 0, 1, -1, 2, 2, 3, 2, -1, -1};
    return lines[account];
}

enum { USAGE_LINES = 4 };

/* The lines of an hour, as the accounts add up to them. */
static void add_up(const struct sheet *sheet, uint32_t hour, struct fg_usage_line *lines)
{
    static const int64_t base_per_unit[USAGE_LINES] = {3600000, 3686400, 3600000000, 3600000000};
    __int128 quantity[USAGE_LINES] = {0};
    lines[0] = lines[1] = (struct fg_usage_line){.service = FG_SERVICE_FARGATE, .region = "here"};
    lines[2] = lines[3] = (struct fg_usage_line){.service = FG_SERVICE_EC2, .region = "here"};
    lines[2].family = "m5";
    lines[3].family = "c6i";
    for (uint32_t a = 0; a < ACCOUNTS; a++) {
        int line = line_of(a);
        if (line < 0)
            continue;
        lines[line].list_nano += sheet->nano[a][hour];
        quantity[line] += sheet->quantity[a][hour];
    }
    for (int i = 0; i < USAGE_LINES; i++)
        if (quantity[i] > 0)
            lines[i].unit_nano = fg_money_amount_half_even(
                lines[i].list_nano, (struct fg_price){base_per_unit[i], (int64_t)quantity[i]});
}

/* A row of a line has its share, rounded down, or a rest of at most a nanodollar a row with it. */
static void check_row(const struct sheet *before, const struct sheet *after, uint32_t account,
                      uint32_t hour, const struct fg_usage_line *line)
{
    fg_nanodollars list = before->nano[account][hour], nano = after->nano[account][hour];
    assert_int_equal(after->list[account][hour], list);
    assert_int_equal(after->quantity[account][hour], before->quantity[account][hour]);
    if (line == NULL) {
        assert_int_equal(nano, list);
        return;
    }
    __int128 usd = line->covered_nano + line->on_demand_nano;
    __int128 share = line->list_nano == 0 ? 0 : usd * list / line->list_nano;
    assert_in_range(nano - share, 0, ACCOUNTS);
}

static void check_hour(const struct fg_scenario *scenario, const struct sheet *before,
                       const struct sheet *after, uint32_t hour)
{
    struct fg_usage_line lines[USAGE_LINES];
    fg_nanodollars sums[USAGE_LINES] = {0}, unused[PLANS], left = 0;
    add_up(before, hour, lines);
    fg_savings_plans_apply(scenario->savings_plans, scenario->savings_plan_count, lines,
                           USAGE_LINES, unused);
    for (uint32_t i = 0; i < scenario->savings_plan_count; i++)
        left += unused[i];
    assert_int_equal(after->unused[hour], left);
    for (uint32_t a = 0; a < ACCOUNTS; a++) {
        int line = line_of(a);
        check_row(before, after, a, hour, line < 0 ? NULL : &lines[line]);
        if (line >= 0)
            sums[line] += after->nano[a][hour];
    }
    for (int i = 0; i < USAGE_LINES; i++)
        assert_int_equal(sums[i], lines[i].covered_nano + lines[i].on_demand_nano);
}

static void every_hour_of_a_ledger_is_covered_on_its_own(void **state)
{
    (void)state;
    static struct sheet before, after;
    uint32_t worlds = fg_random_world_count(300);
    for (uint32_t world = 0; world < worlds; world++) {
        struct fg_dice dice = {.seed = 9000 + world};
        struct plans plans;
        struct fg_result result = {0};
        struct fg_arena arena = {0};
        make_plans(&plans, &dice, 1000000000);
        make_ledger(&result.ledger, &dice);
        const struct fg_scenario scenario = {.region = "here",
                                             .start = (fg_unix_s)HOUR0 * HOUR_S,
                                             .savings_plan_count = plans.count,
                                             .savings_plans = plans.items};
        spread(&result.ledger, &before);
        fg_commitments_apply(&scenario, HOURS * HOUR_S, &arena, &result);
        spread(&result.ledger, &after);
        for (uint32_t hour = 0; hour < HOURS; hour++)
            check_hour(&scenario, &before, &after, hour);
        fg_ledger_release(&result.ledger);
        fg_arena_release(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plans_are_spent_as_nanodollar_by_nanodollar),
        cmocka_unit_test(every_hour_of_a_ledger_is_covered_on_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
