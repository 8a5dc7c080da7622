/* Whatever is on a bill, by whatever it is told and however shared cost is spread: every list adds
 * up to the bill, and nobody's share is a surprise. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "data/store.h"
#include "reports/allocation.h"
#include "reports/allocation_settings.h"
#include "tests/support/dice.h"
#include "tests/support/random_world.h"

enum { MOST_CELLS = 60, DIMENSIONS = 4, MOST_KINDS = 16 };

static const char *const dimensions[DIMENSIONS] = {"namespace", "workload", "label:team",
                                                   "label:tier"};
static const char *const namespaces[] = {"shop", "data", "kube-system", "kube-public", "a"};
static const char *const workloads[] = {"web", "api", "etl", "(none)"};
static const char *const groups[] = {"", "team=front;tier=", "team=back;tier=a", "team=;tier=b",
                                     "team=\\;;tier=\\\\"};
static const char *patterns[] = {"kube-*", "shop"};

#define ONE_OF(dice, list) ((list)[fg_dice_below(dice, sizeof(list) / sizeof *(list))])

/* From nothing to thousands of dollars, often so little that rests matter. */
static fg_nanodollars roll_amount(struct fg_dice *dice)
{
    static const uint32_t limits[] = {1, 2, 10, 1000, 1000000, UINT32_MAX};
    uint32_t limit = ONE_OF(dice, limits);
    return (fg_nanodollars)fg_dice_below(dice, limit) * (fg_dice_one_in(dice, 3) ? 1009 : 1);
}

static struct fg_account roll_account(struct fg_dice *dice)
{
    static const enum fg_charge of_cluster[] = {FG_CHARGE_CONTROL_PLANE, FG_CHARGE_SAVINGS_PLAN,
                                                FG_CHARGE_RESERVED_INSTANCE, FG_CHARGE_OTHER_HOURS};
    static const enum fg_charge of_pods[] = {FG_CHARGE_FARGATE_VCPU, FG_CHARGE_EC2_ON_DEMAND,
                                             FG_CHARGE_EC2_SPOT, FG_CHARGE_EBS,
                                             FG_CHARGE_OTHER_STARTS};
    static const char *const lines[] = {"nat", "logs"};
    struct fg_account account = {.pool = "cluster",
                                 .sku = ONE_OF(dice, lines),
                                 .namespace_name = "",
                                 .workload = "",
                                 .group = ""};
    if (fg_dice_one_in(dice, 5)) {
        account.charge = ONE_OF(dice, of_cluster);
        return account;
    }
    account.pool = "nodegroup:ng";
    account.charge = ONE_OF(dice, of_pods);
    if (fg_dice_one_in(dice, 5)) {
        account.charge = FG_CHARGE_EC2_ON_DEMAND;
        account.workload = fg_dice_one_in(dice, 2) ? FG_WORKLOAD_IDLE : FG_WORKLOAD_SYSTEM;
        return account;
    }
    account.namespace_name = ONE_OF(dice, namespaces);
    account.workload = ONE_OF(dice, workloads);
    account.group = ONE_OF(dice, groups);
    return account;
}

static struct fg_allocation_settings roll_settings(struct fg_dice *dice)
{
    struct fg_allocation_settings settings = {
        .shared = (enum fg_share_rule)fg_dice_below(dice, FG_SHARE_RULE_COUNT),
        .idle = (enum fg_share_rule)fg_dice_below(dice, FG_SHARE_RULE_COUNT),
        .namespace_count = fg_dice_below(dice, 3),
        .namespaces = patterns,
    };
    return settings;
}

/* ---- lists of cells ---- */

static enum fg_cost_group group_of(enum fg_charge charge)
{
    if (charge <= FG_CHARGE_FARGATE_STORAGE)
        return FG_COST_FARGATE;
    if (charge <= FG_CHARGE_PUBLIC_IPV4)
        return FG_COST_EC2;
    return charge <= FG_CHARGE_EXTENDED_SUPPORT ? FG_COST_CONTROL_PLANE : FG_COST_OTHER;
}

static char charge_names[MOST_CELLS][128];
static struct fg_cost_cells roll_cells(struct fg_dice *dice, struct fg_cost_cell *items)
{
    struct fg_cost_cells cells = {
        .count = fg_dice_below(dice, MOST_CELLS), .items = items, .divisor = 1};
    for (uint32_t i = 0; i < cells.count; i++) {
        struct fg_account account = roll_account(dice);
        items[i] = (struct fg_cost_cell){
            .namespace_name = account.namespace_name,
            .workload = account.workload,
            .group = account.group,
            .charge = fg_account_charge_name(&account, charge_names[i]),
            .cost_group = group_of(account.charge),
            .nano = roll_amount(dice),
        };
        cells.total += items[i].nano;
    }
    return cells;
}

/* The same cells in another order. */
static void shuffle(struct fg_dice *dice, struct fg_cost_cells *cells)
{
    for (uint32_t i = cells->count; i > 1; i--) {
        uint32_t other = fg_dice_below(dice, i);
        struct fg_cost_cell kept = cells->items[i - 1];
        cells->items[i - 1] = cells->items[other];
        cells->items[other] = kept;
    }
}

static bool is_shared(const struct fg_allocation_settings *settings,
                      const struct fg_cost_cell *cell)
{
    bool shared = *cell->namespace_name == '\0';
    for (uint32_t i = 0; i < settings->namespace_count; i++)
        shared = shared || fg_glob_match(settings->namespaces[i], cell->namespace_name);
    return shared;
}

static void check_sums(const struct fg_cost_cells *cells,
                       const struct fg_allocation_settings *settings,
                       const struct fg_allocation *list)
{
    fg_nanodollars direct = 0, shared = 0;
    for (uint32_t i = 0; i < cells->count; i++)
        *(is_shared(settings, &cells->items[i]) ? &shared : &direct) += cells->items[i].nano;
    for (uint32_t i = 0; i < list->count; i++) {
        const struct fg_allocated_row *row = &list->items[i];
        assert_true(row->direct >= 0 && row->shared >= 0);
        assert_true(!row->is_apart || row->direct == 0);
        direct -= row->direct;
        shared -= row->shared;
        for (uint32_t other = 0; other < i; other++)
            assert_true(list->items[other].is_apart != row->is_apart ||
                        strcmp(list->items[other].name, row->name) != 0);
        assert_true(i == 0 || fg_allocated_total(&list->items[i - 1]) >= fg_allocated_total(row));
    }
    assert_int_equal(direct, 0);
    assert_int_equal(shared, 0);
}

/* What stands apart is what the rules leave there, or what nobody can bear. */
static void check_rules(const struct fg_allocation_settings *settings,
                        const struct fg_allocation *list)
{
    bool has_bearers = false;
    for (uint32_t i = 0; i < list->count; i++)
        has_bearers = has_bearers || !list->items[i].is_apart;
    for (uint32_t i = 0; i < list->count; i++) {
        const struct fg_allocated_row *row = &list->items[i];
        bool is_idle = row->is_apart && strcmp(row->name, FG_WORKLOAD_IDLE) == 0;
        enum fg_share_rule rule = is_idle ? settings->idle : settings->shared;
        assert_true(!row->is_apart || rule == FG_SHARE_APART || !has_bearers);
        assert_true(row->is_apart || row->shared == 0 || settings->shared != FG_SHARE_APART ||
                    settings->idle != FG_SHARE_APART);
    }
}

static void check_same(const struct fg_allocation *a, const struct fg_allocation *b)
{
    assert_int_equal(a->count, b->count);
    for (uint32_t i = 0; i < a->count; i++) {
        assert_string_equal(a->items[i].name, b->items[i].name);
        assert_int_equal(a->items[i].direct, b->items[i].direct);
        assert_int_equal(a->items[i].shared, b->items[i].shared);
        assert_memory_equal(a->items[i].groups, b->items[i].groups, sizeof a->items[i].groups);
    }
}

static void lists_add_up_to_the_bill_whatever_the_rules_and_the_order_of_rows(void **state)
{
    (void)state;
    uint32_t bills = fg_random_world_count(4000);
    for (uint32_t seed = 0; seed < bills; seed++) {
        struct fg_dice dice = {.seed = seed};
        struct fg_cost_cell items[MOST_CELLS];
        struct fg_cost_cells cells = roll_cells(&dice, items);
        struct fg_allocation_settings settings = roll_settings(&dice);
        for (int d = 0; d < DIMENSIONS; d++) {
            struct fg_allocation list, again;
            fg_allocation_make(&cells, &settings, dimensions[d], &list);
            check_sums(&cells, &settings, &list);
            check_rules(&settings, &list);
            shuffle(&dice, &cells);
            fg_allocation_make(&cells, &settings, dimensions[d], &again);
            check_same(&list, &again);
            fg_allocation_release(&list);
            fg_allocation_release(&again);
        }
    }
}

/* ---- shares ---- */

static void shares_are_within_a_nanodollar_of_what_is_due(void **state)
{
    (void)state;
    enum { MOST = 40 };
    uint32_t rounds = fg_random_world_count(20000);
    for (uint32_t seed = 0; seed < rounds; seed++) {
        struct fg_dice dice = {.seed = seed};
        fg_nanodollars weights[MOST], shares[MOST], amount = roll_amount(&dice), sum = 0;
        uint32_t count = 1 + fg_dice_below(&dice, MOST);
        __int128 all = 0;
        for (uint32_t i = 0; i < count; i++)
            all += weights[i] = roll_amount(&dice);
        bool even = fg_dice_one_in(&dice, 2);
        fg_allocation_share(amount, even ? FG_SHARE_EVEN : FG_SHARE_BY_SHARE, weights, count,
                            shares);
        for (uint32_t i = 0; i < count; i++) {
            __int128 weight = even || all == 0 ? 1 : weights[i],
                     whole = even || all == 0 ? count : all;
            __int128 due = amount * weight, share = shares[i] * whole;
            assert_true(share > due - whole && share < due + whole);
            assert_true(weight > 0 || shares[i] == 0);
            sum += shares[i];
        }
        assert_int_equal(sum, amount);
    }
}

/* ---- from a ledger through the store ---- */

enum { SCENARIOS = 12, REPLICATIONS = 5, MOST_ACCOUNTS = 30 };
static struct fg_error error;

static void roll_ledger(struct fg_dice *dice, struct fg_ledger *ledger)
{
    ledger->account_count = fg_dice_below(dice, MOST_ACCOUNTS);
    ledger->accounts = fg_allocate(MOST_ACCOUNTS, sizeof *ledger->accounts);
    ledger->rows = fg_allocate((size_t)MOST_ACCOUNTS * 3, sizeof *ledger->rows);
    for (uint32_t i = 0; i < ledger->account_count; i++) {
        int32_t hour = 490224;
        ledger->accounts[i] = roll_account(dice);
        for (uint32_t r = fg_dice_below(dice, 4); r > 0; r--) {
            uint32_t hours = 1 + fg_dice_below(dice, 20);
            ledger->rows[ledger->row_count++] =
                (struct fg_ledger_row){i, hour, hours, 1, roll_amount(dice)};
            hour += (int32_t)hours;
        }
    }
}

static void write_study(const char *path, uint64_t seed, fg_nanodollars totals[][REPLICATIONS])
{
    struct fg_dice dice = {.seed = seed};
    struct fg_store_scenario scenarios[SCENARIOS];
    struct fg_allocation_settings settings[SCENARIOS];
    char names[SCENARIOS][8];
    struct fg_store *store;
    for (uint32_t s = 0; s < SCENARIOS; s++) {
        snprintf(names[s], sizeof names[s], "s%u", s);
        settings[s] = roll_settings(&dice);
        settings[s].dimension_count = DIMENSIONS;
        settings[s].dimensions = (const char **)dimensions;
        scenarios[s] =
            (struct fg_store_scenario){.name = names[s],
                                       .region = "us-east-1",
                                       .start = (fg_unix_s)490224 * 3600,
                                       .replication_count = 1 + fg_dice_below(&dice, REPLICATIONS),
                                       .allocation = &settings[s],
                                       .digest = {(uint8_t)s}};
    }
    const struct fg_store_study study = {.name = "random",
                                         .program_version = "1",
                                         .detail = FG_LEDGER_HOUR,
                                         .scenario_count = SCENARIOS,
                                         .scenarios = scenarios};
    assert_int_equal(fg_store_open(path, &study, true, &store, &error), FG_OK);
    for (uint32_t s = 0; s < SCENARIOS; s++) {
        for (uint32_t r = 0; r < scenarios[s].replication_count; r++) {
            struct fg_result result = {.summary = {.cut_s = 3600}};
            roll_ledger(&dice, &result.ledger);
            totals[s][r] = fg_ledger_total(&result.ledger);
            assert_int_equal(fg_store_write(store, s, r, &result, &error), FG_OK);
            fg_result_release(&result);
        }
    }
    assert_int_equal(fg_store_close(store, &error), FG_OK);
}

static fg_nanodollars sum_of(sqlite3 *database, const struct fg_comparison *comparison,
                             const struct fg_compared_scenario *scenario, uint32_t replication,
                             const char *dimension)
{
    struct fg_cost_cells cells;
    struct fg_allocation list;
    fg_nanodollars sum = 0;
    assert_int_equal(
        fg_cost_cells_read(database, comparison, scenario, replication, &cells, &error), FG_OK);
    fg_allocation_make(&cells, scenario->allocation, dimension, &list);
    for (uint32_t i = 0; i < list.count; i++) {
        assert_true(list.items[i].direct >= 0 && list.items[i].shared >= 0);
        sum += fg_allocated_total(&list.items[i]);
    }
    fg_allocation_release(&list);
    fg_cost_cells_release(&cells);
    return sum;
}

static void check_study(const char *path, fg_nanodollars totals[][REPLICATIONS])
{
    sqlite3 *database;
    struct fg_comparison comparison;
    const struct fg_allocation_request request = {0};
    assert_int_equal(fg_store_open_for_reading(path, &database, &error), FG_OK);
    assert_int_equal(fg_comparison_read(database, NULL, &comparison, &error), FG_OK);
    assert_int_equal(fg_allocation_settings_read(database, &request, &comparison, &error), FG_OK);
    for (uint32_t i = 0; i < SCENARIOS; i++) {
        const struct fg_compared_scenario *scenario = &comparison.scenarios[i];
        const fg_nanodollars *expected = totals[atoi(scenario->name + 1)];
        assert_int_equal(scenario->allocation->dimension_count, DIMENSIONS);
        for (int d = 0; d < DIMENSIONS; d++) {
            for (uint32_t r = 0; r < scenario->replication_count; r++)
                assert_int_equal(sum_of(database, &comparison, scenario, r, dimensions[d]),
                                 expected[r]);
            assert_int_equal(
                sum_of(database, &comparison, scenario, FG_ALL_REPLICATIONS, dimensions[d]),
                scenario->total.mean);
        }
    }
    fg_comparison_release(&comparison);
    sqlite3_close(database);
}

static void stored_ledgers_are_told_to_the_nanodollar_each_and_in_the_mean(void **state)
{
    (void)state;
    char path[] = "/tmp/fargauge-allocation-XXXXXX";
    int file = mkstemp(path);
    assert_true(file >= 0);
    close(file);
    uint32_t studies = 1 + fg_random_world_count(6000) / (SCENARIOS * REPLICATIONS);
    for (uint32_t seed = 0; seed < studies; seed++) {
        fg_nanodollars totals[SCENARIOS][REPLICATIONS] = {{0}};
        write_study(path, seed, totals);
        check_study(path, totals);
    }
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_add_up_to_the_bill_whatever_the_rules_and_the_order_of_rows),
        cmocka_unit_test(shares_are_within_a_nanodollar_of_what_is_due),
        cmocka_unit_test(stored_ledgers_are_told_to_the_nanodollar_each_and_in_the_mean),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
