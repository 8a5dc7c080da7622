/* Commitments beside a slow version that takes usage step by step, and over random ledgers hour by
 * hour: nothing is lost, nothing is covered twice, and no order of rows matters. */
#include "sim/replay/commitments.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "models/other_usage.h"
#include "tests/support/random_world.h"

enum { MILLION = 1000000, COMMITMENTS = 5, LINES = 6, HOURS = 40, HOUR0 = 490000, HOUR_S = 3600 };
/* A hundredth of an instance-hour. */
static const int64_t step = 36000000;

static const struct {
    const char *item, *family;
    int64_t size;
} types[] = {{"m5.large", "m5", 16},
             {"m5.xlarge", "m5", 32},
             {"m5.2xlarge", "m5", 64},
             {"c6i.large", "c6i", 16}};

/* ---- commitments at random ---- */

struct commitments {
    uint32_t count;
    struct fg_commitment items[COMMITMENTS];
    struct fg_plan_rate rates[COMMITMENTS][3];
    char names[COMMITMENTS][8];
};

static void make_plan(struct fg_commitment *plan, struct fg_plan_rate *rates, struct fg_dice *dice,
                      uint32_t most)
{
    static const int64_t paid[] = {1000000, 900000, 800000, 800000, 666667, 480000, 1, 0};
    bool is_compute = !fg_dice_one_in(dice, 3);
    plan->kind = is_compute ? FG_COMPUTE_PLAN : FG_EC2_INSTANCE_PLAN;
    plan->hourly_nano = fg_dice_below(dice, most);
    plan->family = is_compute ? NULL : types[fg_dice_below(dice, 4)].family;
    plan->rate_count = 1 + fg_dice_below(dice, 3);
    plan->rates = rates;
    for (uint32_t i = 0; i < 3; i++)
        rates[i] = (struct fg_plan_rate){
            .service = i == 1 ? FG_USAGE_FARGATE : FG_USAGE_EC2,
            .item = i == 2 ? types[fg_dice_below(dice, 4)].item : NULL,
            .paid = paid[fg_dice_below(dice, 8)],
            .of = MILLION,
        };
}

static void make_reservation(struct fg_commitment *own, struct fg_dice *dice, uint32_t most)
{
    uint32_t type = fg_dice_below(dice, 4);
    own->kind = fg_dice_one_in(dice, 3) ? FG_ZONAL_RESERVATION : FG_REGIONAL_RESERVATION;
    own->hourly_nano = fg_dice_below(dice, most);
    own->instance_type = types[type].item;
    own->family = types[type].family;
    own->size = types[type].size;
    own->count = 1 + fg_dice_below(dice, 4);
    own->is_flexible = own->kind == FG_REGIONAL_RESERVATION && !fg_dice_one_in(dice, 3);
    own->zone = own->kind == FG_ZONAL_RESERVATION ? (fg_dice_one_in(dice, 2) ? "a" : "b") : NULL;
}

static void make_commitments(struct commitments *out, struct fg_dice *dice, uint32_t most)
{
    out->count = 1 + fg_dice_below(dice, COMMITMENTS);
    for (uint32_t i = 0; i < out->count; i++) {
        struct fg_commitment *own = &out->items[i];
        *own = (struct fg_commitment){.name = out->names[i]};
        strcpy(out->names[i], "c0");
        out->names[i][1] = (char)('0' + i);
        own->region = fg_dice_one_in(dice, 8) ? "elsewhere" : NULL;
        if (fg_dice_one_in(dice, 2))
            make_reservation(own, dice, most);
        else
            make_plan(own, out->rates[i], dice, most);
        own->recurring_nano = own->hourly_nano;
    }
}

static void make_lines(struct fg_usage_line *lines, struct fg_zone_usage zones[][2],
                       struct fg_dice *dice)
{
    for (uint32_t i = 0; i < LINES; i++) {
        bool is_ec2 = i >= 2;
        int64_t steps = fg_dice_one_in(dice, 5) ? 0 : fg_dice_below(dice, 400);
        uint32_t type = i - 2;
        lines[i] = (struct fg_usage_line){
            .service = is_ec2 ? FG_USAGE_EC2 : FG_USAGE_FARGATE,
            .item = is_ec2 ? types[type].item : (i == 0 ? "fargate-vcpu" : "fargate-memory"),
            .family = is_ec2 ? types[type].family : NULL,
            .region = "here",
            .size = is_ec2 ? types[type].size : 0,
            .list_unit_nano = 100 * (1 + (int64_t)fg_dice_below(dice, 4)),
            .quantity = steps * step,
            .zone_count = is_ec2 ? 2 : 0,
            .zones = zones[i],
        };
        lines[i].list_nano = lines[i].contract_nano = lines[i].list_unit_nano * steps;
        if (fg_dice_one_in(dice, 3))
            lines[i].contract_nano = lines[i].list_nano / 20 * 19;
        int64_t in_a = steps > 0 ? fg_dice_below(dice, (uint32_t)steps) : 0;
        zones[i][0] = (struct fg_zone_usage){"a", in_a * step};
        zones[i][1] = (struct fg_zone_usage){"b", (steps - in_a) * step};
    }
}

/* ---- step by step ---- */

/* Steps of usage that are left and, for each commitment, its money in millionths of a nanodollar or
 * its room in steps times size. */
struct slow {
    double left[LINES], zone_left[LINES][2];
    double money[COMMITMENTS], room[COMMITMENTS];
};

static void reserve_slowly(const struct fg_commitment *own, uint32_t number,
                           const struct fg_usage_line *lines, struct slow *slow)
{
    for (int64_t size = 1; size <= 64; size++)
        for (uint32_t i = 2; i < LINES; i++) {
            bool is_own = strcmp(own->instance_type, lines[i].item) == 0;
            bool in_family = strcmp(own->family, lines[i].family) == 0;
            if (lines[i].size != size || own->region != NULL ||
                !(own->is_flexible ? in_family : is_own))
                continue;
            double most = slow->left[i], *zone = NULL;
            if (own->kind == FG_ZONAL_RESERVATION) {
                zone = &slow->zone_left[i][own->zone[0] - 'a'];
                most = *zone < most ? *zone : most;
            }
            double reached = slow->room[number] / (double)lines[i].size;
            most = reached < most ? reached : most;
            slow->left[i] -= most;
            slow->room[number] -= most * (double)lines[i].size;
            if (zone != NULL)
                *zone -= most;
        }
}

static double saving_of(const struct fg_commitment *plan, const struct fg_usage_line *line)
{
    const struct fg_plan_rate *rate = fg_plan_rate_of(plan, line);
    return rate == NULL ? -1 : 1 - (double)rate->paid / (double)rate->of;
}

/* The line and plan of the kind that are next to be spent on; false: none. */
static bool find_next(const struct commitments *all, enum fg_commitment_kind kind,
                      const struct fg_usage_line *lines, const struct slow *slow,
                      bool done[LINES][COMMITMENTS], uint32_t *out_line, uint32_t *out_plan)
{
    double best = -1;
    bool found = false;
    for (uint32_t line = 0; line < LINES; line++)
        for (uint32_t plan = 0; plan < all->count; plan++) {
            double saving = all->items[plan].kind == kind && !done[line][plan]
                                ? saving_of(&all->items[plan], &lines[line])
                                : -1;
            bool is_before = saving > best;
            if (found && saving == best)
                is_before = lines[line].list_unit_nano < lines[*out_line].list_unit_nano ||
                            (lines[line].list_unit_nano == lines[*out_line].list_unit_nano &&
                             strcmp(lines[line].item, lines[*out_line].item) < 0);
            if (saving < 0 || !is_before)
                continue;
            found = true;
            best = saving;
            *out_line = line;
            *out_plan = plan;
        }
    (void)slow;
    return found;
}

static void spend_slowly(const struct commitments *all, const struct fg_usage_line *lines,
                         struct slow *slow)
{
    for (int kind = FG_EC2_INSTANCE_PLAN; kind <= FG_COMPUTE_PLAN; kind++) {
        bool done[LINES][COMMITMENTS] = {{false}};
        uint32_t line = 0, plan = 0;
        while (find_next(all, (enum fg_commitment_kind)kind, lines, slow, done, &line, &plan)) {
            double rate = (double)lines[line].list_unit_nano *
                          (1 - saving_of(&all->items[plan], &lines[line]));
            double most = slow->left[line];
            if (rate > 0 && slow->money[plan] / rate < most)
                most = slow->money[plan] / rate;
            slow->left[line] -= most;
            slow->money[plan] -= most * rate;
            done[line][plan] = true;
        }
    }
}

static void cover_slowly(const struct commitments *all, const struct fg_usage_line *lines,
                         struct slow *slow)
{
    for (uint32_t i = 0; i < LINES; i++) {
        slow->left[i] = (double)lines[i].quantity / (double)step;
        for (uint32_t z = 0; z < lines[i].zone_count; z++)
            slow->zone_left[i][z] = (double)lines[i].zones[z].quantity / (double)step;
    }
    for (uint32_t i = 0; i < all->count; i++) {
        slow->money[i] = (double)all->items[i].hourly_nano;
        slow->room[i] = 100.0 * (double)(all->items[i].count * all->items[i].size);
    }
    for (int kind = FG_ZONAL_RESERVATION; kind <= FG_REGIONAL_RESERVATION; kind++)
        for (uint32_t i = 0; i < all->count; i++)
            if (all->items[i].kind == (enum fg_commitment_kind)kind)
                reserve_slowly(&all->items[i], i, lines, slow);
    spend_slowly(all, lines, slow);
}

static void is_near(double exact, double slow, double tolerance)
{
    if (exact - slow > tolerance || slow - exact > tolerance)
        fail_msg("%f against %f", exact, slow);
}

/* Each cover is rounded by half a nanodollar, a hundredth of the least price of a step; what is
 * covered later carries the errors of all before. */
static void commitments_cover_as_step_by_step(void **state)
{
    (void)state;
    uint32_t worlds = fg_random_world_count(3000);
    for (uint32_t world = 0; world < worlds; world++) {
        struct fg_dice dice = {.seed = 7000 + world};
        struct commitments all;
        struct fg_usage_line lines[LINES], before[LINES];
        struct fg_zone_usage zones[LINES][2];
        struct fg_commitment_left left[COMMITMENTS];
        struct fg_covers covers = {0};
        struct slow slow;
        make_commitments(&all, &dice, 90000);
        make_lines(lines, zones, &dice);
        memcpy(before, lines, sizeof lines);
        cover_slowly(&all, lines, &slow);
        fg_commitments_open(all.items, all.count, 0, left);
        fg_commitments_cover(all.items, all.count, left, lines, LINES, &covers);
        for (uint32_t i = 0; i < LINES; i++)
            is_near((double)lines[i].quantity / (double)step, slow.left[i], 0.5);
        for (uint32_t i = 0; i < all.count; i++)
            if (fg_commitment_is_plan(all.items[i].kind))
                is_near((double)left[i].nano, slow.money[i], 200);
            else
                is_near((double)left[i].units / (double)step, slow.room[i], 0.5);
        fg_covers_release(&covers);
    }
}

/* ---- sums, and the order of rows ---- */

struct totals {
    __int128 quantity[LINES];
    fg_nanodollars list[LINES], contract[LINES], paid[COMMITMENTS];
};

static struct totals sum_up(const struct fg_usage_line *lines, const struct fg_covers *covers)
{
    struct totals sum = {{0}, {0}, {0}, {0}};
    for (uint32_t i = 0; i < LINES; i++) {
        sum.quantity[i] = lines[i].quantity;
        sum.list[i] = lines[i].list_nano;
        sum.contract[i] = lines[i].contract_nano;
    }
    for (uint32_t i = 0; i < covers->count; i++) {
        const struct fg_cover *cover = &covers->items[i];
        assert_true(cover->quantity >= 0 && cover->paid_nano >= 0 && cover->contract_nano >= 0);
        sum.quantity[cover->line] += cover->quantity;
        sum.list[cover->line] += cover->list_nano;
        sum.contract[cover->line] += cover->contract_nano;
        sum.paid[cover->commitment] += cover->paid_nano;
    }
    return sum;
}

/* Used + unused = commitment; covered + on demand = usage; the hour costs what the commitments do
 * and what is left on demand, never more than that usage without them and the commitments. */
static void nothing_is_lost_or_covered_twice(void **state)
{
    (void)state;
    uint32_t worlds = fg_random_world_count(3000);
    for (uint32_t world = 0; world < worlds; world++) {
        struct fg_dice dice = {.seed = 17000 + world};
        struct commitments all;
        struct fg_usage_line lines[LINES], before[LINES];
        struct fg_zone_usage zones[LINES][2];
        struct fg_commitment_left left[COMMITMENTS];
        struct fg_covers covers = {0};
        make_commitments(&all, &dice, 90000);
        make_lines(lines, zones, &dice);
        memcpy(before, lines, sizeof lines);
        fg_commitments_open(all.items, all.count, 0, left);
        fg_commitments_cover(all.items, all.count, left, lines, LINES, &covers);
        struct totals sum = sum_up(lines, &covers);
        for (uint32_t i = 0; i < LINES; i++) {
            assert_true(sum.quantity[i] == before[i].quantity && lines[i].quantity >= 0);
            assert_int_equal(sum.list[i], before[i].list_nano);
            assert_int_equal(sum.contract[i], before[i].contract_nano);
            assert_in_range(lines[i].contract_nano, 0, before[i].contract_nano);
        }
        for (uint32_t i = 0; i < all.count; i++)
            assert_int_equal(sum.paid[i] + left[i].nano, all.items[i].hourly_nano);
        fg_covers_release(&covers);
    }
}

static void the_order_of_lines_does_not_matter(void **state)
{
    (void)state;
    uint32_t worlds = fg_random_world_count(1000);
    for (uint32_t world = 0; world < worlds; world++) {
        struct fg_dice dice = {.seed = 27000 + world};
        struct commitments all;
        struct fg_usage_line lines[LINES], turned[LINES];
        struct fg_zone_usage zones[LINES][2], turned_zones[LINES][2];
        struct fg_commitment_left left[COMMITMENTS];
        struct fg_covers covers = {0};
        make_commitments(&all, &dice, 90000);
        make_lines(lines, zones, &dice);
        memcpy(turned_zones, zones, sizeof zones);
        for (uint32_t i = 0; i < LINES; i++) {
            turned[i] = lines[(i + world) % LINES];
            turned[i].zones = turned_zones[(i + world) % LINES];
        }
        fg_commitments_open(all.items, all.count, 0, left);
        fg_commitments_cover(all.items, all.count, left, lines, LINES, &covers);
        fg_commitments_open(all.items, all.count, 0, left);
        fg_commitments_cover(all.items, all.count, left, turned, LINES, &covers);
        for (uint32_t i = 0; i < LINES; i++) {
            assert_int_equal(turned[i].contract_nano, lines[(i + world) % LINES].contract_nano);
            assert_true(turned[i].quantity == lines[(i + world) % LINES].quantity);
        }
        fg_covers_release(&covers);
    }
}

/* ---- ledgers hour by hour ---- */

static const struct fg_account accounts[] = {
    {FG_CHARGE_FARGATE_VCPU, "fargate:a", "linux/amd64", "n", "x", NULL, 10, 10},
    {FG_CHARGE_FARGATE_VCPU, "fargate:b", "linux/amd64", "n", "y", NULL, 10, 10},
    {FG_CHARGE_FARGATE_MEMORY, "fargate:a", "linux/amd64", "n", "x", NULL, 4, 4},
    {FG_CHARGE_FARGATE_STORAGE, "fargate:a", "linux/amd64", "n", "x", NULL, 1, 1},
    {FG_CHARGE_EC2_ON_DEMAND, "nodegroup:g", "m5.large", "", "(idle)", NULL, 96, 90},
    {FG_CHARGE_EC2_ON_DEMAND, "nodegroup:g", "m5.large", "n", "x", NULL, 96, 90},
    {FG_CHARGE_EC2_ON_DEMAND, "nodegroup:h", "c6i.large", "n", "x", NULL, 85, 85},
    {FG_CHARGE_EC2_ON_DEMAND, "nodegroup:h", "m5.large", "n", "x", NULL, 96, 90},
    {FG_CHARGE_EC2_SPOT, "nodegroup:h", "m5.large", "n", "x", NULL, 30, 30},
    {FG_CHARGE_CONTROL_PLANE, "cluster", "1.35", "", "", NULL, 100, 100},
};
enum { ACCOUNTS = sizeof accounts / sizeof *accounts };

/* What every account bought and came to in every hour. */
struct sheet {
    int64_t quantity[ACCOUNTS][HOURS];
    fg_nanodollars nano[ACCOUNTS][HOURS];
    struct fg_row_cost cost[ACCOUNTS][HOURS];
    fg_nanodollars unused[COMMITMENTS][HOURS], fee[COMMITMENTS][HOURS];
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
    fg_ledger_set_list_costs(ledger);
}

static uint32_t commitment_named(const struct commitments *all, const char *name)
{
    uint32_t i = 0;
    while (strcmp(all->items[i].name, name) != 0)
        i++;
    return i;
}

static void spread_row(const struct fg_ledger *ledger, const struct commitments *all, uint32_t i,
                       uint32_t hour, struct sheet *out)
{
    const struct fg_ledger_row *row = &ledger->rows[i];
    struct fg_row_cost cost = fg_ledger_cost(ledger, i);
    if (row->account < ACCOUNTS) {
        out->quantity[row->account][hour] = row->quantity;
        out->nano[row->account][hour] = row->nano;
        out->cost[row->account][hour] = cost;
        return;
    }
    uint32_t number = commitment_named(all, ledger->accounts[row->account].sku);
    assert_int_equal(cost.list_nano, 0);
    out->unused[number][hour] = row->nano;
    out->fee[number][hour] = cost.billed_nano;
}

/* Fails where rows are out of order or overlap. */
static void spread(const struct fg_ledger *ledger, const struct commitments *all, struct sheet *out)
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
            assert_in_range(hour, 0, HOURS - 1);
            spread_row(ledger, all, i, hour, out);
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
    lines[0] = (struct fg_usage_line){.service = FG_USAGE_FARGATE, .item = "fargate-vcpu"};
    lines[1] = (struct fg_usage_line){.service = FG_USAGE_FARGATE, .item = "fargate-memory"};
    lines[2] = (struct fg_usage_line){.service = FG_USAGE_EC2, .item = "m5.large", .size = 16};
    lines[3] = (struct fg_usage_line){.service = FG_USAGE_EC2, .item = "c6i.large", .size = 16};
    lines[2].family = "m5";
    lines[3].family = "c6i";
    for (uint32_t a = 0; a < ACCOUNTS; a++) {
        int line = line_of(a);
        if (line < 0)
            continue;
        lines[line].region = "here";
        lines[line].list_unit_nano = accounts[a].list_unit_nano;
        lines[line].list_nano += sheet->cost[a][hour].list_nano;
        lines[line].contract_nano += sheet->nano[a][hour];
        lines[line].quantity += sheet->quantity[a][hour];
    }
}

/* The hour's commitments, applied to the lines alone. */
struct covered_hour {
    struct fg_usage_line lines[USAGE_LINES];
    __int128 quantity[USAGE_LINES];
    fg_nanodollars usd[USAGE_LINES];
    struct fg_commitment_left left[COMMITMENTS];
};

static void cover_lines(const struct commitments *all, const struct sheet *before, uint32_t hour,
                        struct covered_hour *out)
{
    struct fg_covers covers = {0};
    add_up(before, hour, out->lines);
    for (int i = 0; i < USAGE_LINES; i++)
        out->quantity[i] = out->lines[i].quantity;
    fg_commitments_open(all->items, all->count, (fg_unix_s)(HOUR0 + hour) * HOUR_S, out->left);
    fg_commitments_cover(all->items, all->count, out->left, out->lines, USAGE_LINES, &covers);
    for (int i = 0; i < USAGE_LINES; i++)
        out->usd[i] = out->lines[i].contract_nano;
    for (uint32_t i = 0; i < covers.count; i++)
        out->usd[covers.items[i].line] += covers.items[i].paid_nano;
    fg_covers_release(&covers);
}

/* A row of a line has its share by quantity, or a rest of a nanodollar a row and cover with it. */
static void check_row(const struct sheet *before, const struct sheet *after, uint32_t account,
                      uint32_t hour, const struct covered_hour *covered)
{
    int line = line_of(account);
    int64_t quantity = before->quantity[account][hour];
    fg_nanodollars nano = after->nano[account][hour];
    assert_int_equal(after->quantity[account][hour], quantity);
    assert_int_equal(after->cost[account][hour].list_nano, before->cost[account][hour].list_nano);
    assert_int_equal(after->cost[account][hour].contract_nano, before->nano[account][hour]);
    if (line < 0) {
        assert_int_equal(nano, before->nano[account][hour]);
        assert_int_equal(after->cost[account][hour].billed_nano, nano);
        return;
    }
    __int128 share =
        quantity == 0 ? 0 : covered->usd[line] * (__int128)quantity / covered->quantity[line];
    if (nano - share < -COMMITMENTS || nano - share > ACCOUNTS * (COMMITMENTS + 1))
        fail_msg("%" PRId64 " is not the share %" PRId64, nano, (int64_t)share);
    assert_in_range(after->cost[account][hour].billed_nano, 0, nano);
}

static void check_hour(const struct commitments *all, const struct sheet *before,
                       const struct sheet *after, uint32_t hour)
{
    struct covered_hour covered;
    fg_nanodollars sums[USAGE_LINES] = {0}, billed[USAGE_LINES] = {0};
    cover_lines(all, before, hour, &covered);
    for (uint32_t i = 0; i < all->count; i++) {
        assert_int_equal(after->unused[i][hour], covered.left[i].nano);
        assert_int_equal(after->fee[i][hour], all->items[i].hourly_nano);
    }
    for (uint32_t a = 0; a < ACCOUNTS; a++) {
        check_row(before, after, a, hour, &covered);
        if (line_of(a) < 0)
            continue;
        sums[line_of(a)] += after->nano[a][hour];
        billed[line_of(a)] += after->cost[a][hour].billed_nano;
    }
    for (int i = 0; i < USAGE_LINES; i++) {
        assert_int_equal(sums[i], covered.usd[i]);
        assert_int_equal(billed[i], covered.lines[i].contract_nano);
    }
}

/* What is recorded of a commitment is what the rows show of it. */
static void check_records(const struct commitments *all,
                          const struct fg_commitment_records *records)
{
    fg_nanodollars used[COMMITMENTS] = {0}, covered[COMMITMENTS] = {0};
    for (uint32_t i = 0; i < records->hour_count; i++) {
        const struct fg_commitment_hour *hour = &records->hours[i];
        assert_in_range(hour->used_nano, 0, all->items[hour->commitment].hourly_nano);
        used[hour->commitment] += hour->used_nano * hour->hour_count;
    }
    for (uint32_t i = 0; i < records->cover_count; i++)
        covered[records->covers[i].commitment] +=
            records->covers[i].paid_nano * records->covers[i].hour_count;
    for (uint32_t i = 0; i < all->count; i++)
        assert_int_equal(used[i], covered[i]);
}

static void apply(const struct fg_scenario *scenario, uint32_t cut_s, struct fg_result *result)
{
    struct fg_error error = {0};
    assert_int_equal(fg_commitments_apply(scenario, NULL, NULL, cut_s, result, &error), FG_OK);
}

static void every_hour_of_a_ledger_is_covered_on_its_own(void **state)
{
    (void)state;
    static struct sheet before, after;
    uint32_t worlds = fg_random_world_count(1000);
    for (uint32_t world = 0; world < worlds; world++) {
        struct fg_dice dice = {.seed = 9000 + world};
        struct commitments all;
        struct fg_result result = {0};
        make_commitments(&all, &dice, 1000000000);
        for (uint32_t i = 0; i < all.count; i++)
            all.items[i].rate_count = /* a rate for everything */
                fg_commitment_is_plan(all.items[i].kind) ? 3 : 0;
        make_ledger(&result.ledger, &dice);
        const struct fg_scenario scenario = {.region = "here",
                                             .start = (fg_unix_s)HOUR0 * HOUR_S,
                                             .commitment_count = all.count,
                                             .commitments = all.items};
        spread(&result.ledger, &all, &before);
        apply(&scenario, HOURS * HOUR_S, &result);
        spread(&result.ledger, &all, &after);
        for (uint32_t hour = 0; hour < HOURS; hour++)
            check_hour(&all, &before, &after, hour);
        check_records(&all, &result.commitments);
        fg_result_release(&result);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(commitments_cover_as_step_by_step),
        cmocka_unit_test(nothing_is_lost_or_covered_twice),
        cmocka_unit_test(the_order_of_lines_does_not_matter),
        cmocka_unit_test(every_hour_of_a_ledger_is_covered_on_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
