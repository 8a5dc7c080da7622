/* FOCUS exports of random ledgers under random commitments: each is valid FOCUS, and hour by hour
 * and account by account comes to what the bill came to. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "models/calendar.h"
#include "models/other_usage.h"
#include "tests/support/focus_bill.h"
#include "tests/support/random_world.h"

enum { HOURS = 12, COMMITMENTS = 4, OTHERS = 6, MOST_ROWS = 4, HOUR_S = 3600 };

static const struct fg_account accounts[] = {
    {FG_CHARGE_FARGATE_VCPU, "fargate:a", "linux/amd64", "n", "x", "", 40480000, 40480000},
    {FG_CHARGE_FARGATE_VCPU, "fargate:b", "linux/amd64", "n", "y", "", 40480000, 38456000},
    {FG_CHARGE_FARGATE_MEMORY, "fargate:a", "linux/amd64", "n", "x", "", 4445000, 4445000},
    {FG_CHARGE_FARGATE_STORAGE, "fargate:a", "linux/amd64", "n", "x", "", 111000, 111000},
    {FG_CHARGE_EC2_ON_DEMAND, "nodegroup:g", "m5.large", "", "(idle)", "", 96000000, 91200000},
    {FG_CHARGE_EC2_ON_DEMAND, "nodegroup:g", "m5.large", "", "(system)", "", 96000000, 91200000},
    {FG_CHARGE_EC2_ON_DEMAND, "nodegroup:g", "m5.large", "n", "x", "team=a", 96000000, 91200000},
    {FG_CHARGE_EC2_ON_DEMAND, "nodegroup:h", "c6i.large", "n", "x", "", 85000000, 85000000},
    {FG_CHARGE_EC2_ON_DEMAND, "nodegroup:h", "m5.large", "n", "x", "", 96000000, 91200000},
    {FG_CHARGE_EC2_SPOT, "nodegroup:h", "m5.large", "n", "x", "", 30100000, 30100000},
    {FG_CHARGE_EBS, "nodegroup:h", "gp3", "n", "x", "", 80000000, 80000000},
    {FG_CHARGE_CONTROL_PLANE, "cluster", "1.35", "", "", "", 100000000, 100000000},
};
enum { ACCOUNTS = sizeof accounts / sizeof *accounts };

/* ---- bills at random ---- */

struct world {
    bool has_upfront;
    uint32_t count;
    struct fg_commitment items[COMMITMENTS];
    char names[COMMITMENTS][8];
    struct fg_other_usage other;
    struct fg_other_usage_row rows[OTHERS];
};

static struct fg_plan_rate rates[][2] = {
    {{FG_USAGE_EC2, NULL, 480000, 1000000}, {FG_USAGE_FARGATE, NULL, 800000, 1000000}},
    {{FG_USAGE_EC2, NULL, 2, 3}, {FG_USAGE_FARGATE, NULL, 1, 1}},
};

static void make_reservation(struct fg_commitment *own, struct fg_dice *dice)
{
    bool is_xlarge = fg_dice_one_in(dice, 2);
    own->kind = FG_REGIONAL_RESERVATION;
    own->instance_type = is_xlarge ? "m5.xlarge" : "m5.large";
    own->family = "m5";
    own->size = is_xlarge ? 32 : 16;
    own->count = 1 + fg_dice_below(dice, 3);
    own->is_flexible = !fg_dice_one_in(dice, 3);
}

/* What is paid upfront, of a commitment that starts in the bill, is for longer than the bill. */
static void pay_upfront(struct fg_commitment *own, struct fg_dice *dice)
{
    own->payment = fg_dice_one_in(dice, 2) ? FG_ALL_UPFRONT : FG_PARTIAL_UPFRONT;
    own->recurring_nano = own->payment == FG_ALL_UPFRONT ? 0 : own->hourly_nano / 2;
    own->upfront_nano = (own->hourly_nano - own->recurring_nano) * 8760;
    own->start = (fg_unix_s)(FG_FOCUS_HOUR0 + (int32_t)fg_dice_below(dice, HOURS)) * HOUR_S;
    own->end = own->start + (fg_unix_s)8760 * HOUR_S;
}

static void make_commitments(struct world *world, struct fg_dice *dice)
{
    world->count = fg_dice_below(dice, COMMITMENTS + 1);
    for (uint32_t i = 0; i < world->count; i++) {
        struct fg_commitment *own = &world->items[i];
        strcpy(world->names[i], "c0");
        world->names[i][1] = (char)('0' + i);
        *own = (struct fg_commitment){.name = world->names[i],
                                      .kind = FG_COMPUTE_PLAN,
                                      .term_years = 1,
                                      .hourly_nano = 1 + (int64_t)fg_dice_below(dice, 600000000),
                                      .rate_count = 2,
                                      .rates = rates[fg_dice_below(dice, 2)]};
        own->recurring_nano = own->hourly_nano;
        if (fg_dice_one_in(dice, 3)) {
            make_reservation(own, dice);
        } else if (fg_dice_one_in(dice, 3)) {
            own->kind = FG_EC2_INSTANCE_PLAN;
            own->family = "m5";
        }
        if (fg_dice_one_in(dice, 4))
            pay_upfront(own, dice);
        world->has_upfront = world->has_upfront || own->upfront_nano > 0;
    }
}

static void make_other_usage(struct world *world, struct fg_dice *dice)
{
    world->other = (struct fg_other_usage){.rows = world->rows};
    for (int32_t hour = 0; hour < HOURS && world->other.count < OTHERS; hour++)
        if (fg_dice_one_in(dice, 3))
            world->rows[world->other.count++] =
                (struct fg_other_usage_row){.hour = FG_FOCUS_HOUR0 + hour,
                                            .service = FG_USAGE_EC2,
                                            .item = "m5.large",
                                            .family = "m5",
                                            .region = "us-east-1",
                                            .size = 16,
                                            .quantity = (int64_t)fg_dice_below(dice, 1u << 31) * 4,
                                            .base_per_unit = 3600000000,
                                            .list_unit_nano = 96000000};
}

/* Quantities from a few base units to some units, in runs of hours; what is split has a rest. */
static void make_ledger(struct fg_ledger *ledger, struct fg_dice *dice)
{
    for (uint32_t i = 0; i < ACCOUNTS; i++) {
        uint32_t hour = fg_dice_below(dice, 4);
        fg_focus_bill_add(ledger, accounts[i], hour, 1, 0);
        ledger->row_count--; /* the account alone */
        for (uint32_t run = 0; run < MOST_ROWS && hour < HOURS; run++) {
            uint32_t count = 1 + fg_dice_below(dice, 5);
            int64_t base = fg_charge_base_per_unit(accounts[i].charge);
            int64_t quantity = fg_dice_one_in(dice, 5) ? fg_dice_below(dice, 4)
                                                       : base * fg_dice_below(dice, 3000) / 700;
            fg_nanodollars nano = fg_money_amount_half_even(
                quantity, (struct fg_price){accounts[i].contract_unit_nano, base});
            count = count < HOURS - hour ? count : HOURS - hour;
            if (strcmp(accounts[i].workload, FG_WORKLOAD_IDLE) == 0)
                nano += fg_dice_below(dice, 40);
            ledger->rows = fg_grow(ledger->rows, &ledger->row_capacity, ledger->row_count + 1,
                                   sizeof *ledger->rows);
            if (quantity != 0 || nano != 0)
                ledger->rows[ledger->row_count++] =
                    (struct fg_ledger_row){.account = i,
                                           .first_hour = FG_FOCUS_HOUR0 + (int32_t)hour,
                                           .hour_count = count,
                                           .quantity = quantity,
                                           .nano = nano};
            hour += count + fg_dice_below(dice, 2);
        }
    }
}

static void make_world(struct world *world, struct fg_result *result, uint64_t number)
{
    struct fg_dice dice = {.seed = 41000 + number};
    memset(world, 0, sizeof *world);
    memset(result, 0, sizeof *result);
    make_commitments(world, &dice);
    make_other_usage(world, &dice);
    make_ledger(&result->ledger, &dice);
    fg_focus_bill_commit(result, world->items, world->count,
                         fg_dice_one_in(&dice, 2) ? &world->other : NULL, HOURS);
}

/* ---- what the bill comes to ---- */

/* By hour and account; the last account is all commitments together. */
struct sums {
    int64_t effective[HOURS][ACCOUNTS + 1], list[HOURS][ACCOUNTS + 1];
};

static void add_ledger(const struct fg_ledger *ledger, struct sums *out)
{
    memset(out, 0, sizeof *out);
    for (uint32_t i = 0; i < ledger->row_count; i++) {
        const struct fg_ledger_row *row = &ledger->rows[i];
        uint32_t account = row->account < ACCOUNTS ? row->account : ACCOUNTS;
        for (uint32_t h = 0; h < row->hour_count; h++) {
            int32_t hour = row->first_hour - FG_FOCUS_HOUR0 + (int32_t)h;
            out->effective[hour][account] += row->nano;
            out->list[hour][account] += fg_ledger_cost(ledger, i).list_nano;
        }
    }
}

static uint32_t account_of(const struct fg_focus_table *table, uint32_t row)
{
    const char *charge = fg_focus_table_text(table, row, "x_Charge");
    const char *pool = fg_focus_table_text(table, row, "x_Pool");
    const char *workload = fg_focus_table_text(table, row, "x_Workload");
    const char *meter = fg_focus_table_text(table, row, "SkuMeter");
    for (uint32_t i = 0; i < ACCOUNTS; i++) {
        const char *type = strchr(meter, ':');
        if (strcmp(fg_charge_name(accounts[i].charge), charge) == 0 &&
            strcmp(accounts[i].pool, pool) == 0 && strcmp(accounts[i].workload, workload) == 0 &&
            (strncmp(charge, "ec2", 3) != 0 || strcmp(type + 1, accounts[i].sku) == 0))
            return i;
    }
    return ACCOUNTS;
}

static void add_table(const struct fg_focus_table *table, struct sums *out)
{
    memset(out, 0, sizeof *out);
    for (uint32_t row = 0; row < table->row_count; row++) {
        fg_unix_s start;
        struct fg_error error = {0};
        assert_int_equal(fg_calendar_parse_instant(
                             fg_focus_table_text(table, row, "ChargePeriodStart"), &start, &error),
                         FG_OK);
        int32_t hour = (int32_t)(start / HOUR_S) - FG_FOCUS_HOUR0;
        uint32_t account = account_of(table, row);
        out->effective[hour][account] += fg_focus_table_nano(table, row, "EffectiveCost");
        if (account < ACCOUNTS)
            out->list[hour][account] += fg_focus_table_nano(table, row, "ListCost");
    }
}

/* Each account to the nanodollar; list costs of a line by the hour, since the rest of each of its
 * parts is with one account. */
static void check_sums(const struct sums *bill, const struct sums *export)
{
    for (int32_t hour = 0; hour < HOURS; hour++) {
        int64_t listed = 0, list = 0;
        for (uint32_t i = 0; i <= ACCOUNTS; i++) {
            if (bill->effective[hour][i] != export->effective[hour][i])
                fail_msg("hour %d, account %u: %" PRId64 " is not %" PRId64, hour, i,
                         export->effective[hour][i], bill->effective[hour][i]);
            listed += export->list[hour][i];
            list += bill->list[hour][i];
        }
        assert_int_equal(listed, list);
    }
}

/* What the options are, beside the scenario. */
static const struct fg_focus_options forms[] = {
    {0}, {.is_1_3 = true}, {.null_word = "null"}, {.is_1_3 = true, .null_word = "null"}};

static void check_export(struct fg_focus_bill *bill, uint32_t scenario, bool has_upfront,
                         const struct sums *sums)
{
    struct fg_focus_table table;
    static struct sums own;
    struct fg_focus_options options = forms[scenario % 4];
    const struct fg_focus_rules rules = {
        options.is_1_3 ? 3 : 2, options.null_word != NULL ? options.null_word : "", !has_upfront};
    options.scenario = bill->names[scenario];
    fg_focus_bill_export(bill, &options, &table);
    fg_focus_is_valid(&table, &rules);
    /* The checker's table tells null by its word. */
    for (uint32_t row = 0; row < table.row_count; row++)
        for (uint32_t c = 0; c < table.column_count; c++)
            if (!table.rows[row][c].quoted && strcmp(table.rows[row][c].text, rules.null_word) == 0)
                table.rows[row][c].text = "";
    add_table(&table, &own);
    check_sums(sums, &own);
    fg_focus_table_release(&table);
    options.other_usage = true;
    fg_focus_bill_export(bill, &options, &table);
    fg_focus_is_valid(&table, &rules);
    fg_focus_table_release(&table);
}

static void exports_are_valid_and_come_to_the_bill(void **state)
{
    (void)state;
    static struct world worlds[FG_FOCUS_BILL_SCENARIOS];
    static struct sums sums[FG_FOCUS_BILL_SCENARIOS];
    static struct fg_focus_bill bill;
    uint32_t wanted = fg_random_world_count(2000);
    for (uint32_t first = 0; first < wanted; first += FG_FOCUS_BILL_SCENARIOS) {
        fg_focus_bill_open(&bill, FG_FOCUS_BILL_SCENARIOS, FG_LEDGER_HOUR);
        for (uint32_t i = 0; i < FG_FOCUS_BILL_SCENARIOS; i++) {
            struct fg_result result;
            make_world(&worlds[i], &result, first + i);
            add_ledger(&result.ledger, &sums[i]);
            fg_focus_bill_put(&bill, i, &result);
        }
        fg_focus_bill_finish(&bill);
        for (uint32_t i = 0; i < FG_FOCUS_BILL_SCENARIOS; i++)
            check_export(&bill, i, worlds[i].has_upfront, &sums[i]);
        fg_focus_bill_close(&bill);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exports_are_valid_and_come_to_the_bill),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
