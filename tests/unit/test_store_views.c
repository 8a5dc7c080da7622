/* What the views read for an answer: the rows it is made of, not the whole database. Work is
 * counted in steps of SQLite's machine, which are the same on every machine and in every run. */
#include "data/store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sqlite3.h>

#include <cmocka.h>

#include "models/base/memory.h"

enum {
    HOUR0 = 490896, /* 2026-01-01T00:00:00Z */
    SCENARIOS = 4,
    ACCOUNTS = 20,
    HOURS = 3000,
    ROWS = ACCOUNTS * HOURS, /* of a scenario: no two hours are alike */
    STEADY_HOURS = 2000,
};

static char folder[] = "/tmp/fargauge-views-XXXXXX";
static sqlite3 *database;

static int64_t nano_of(uint32_t account, uint32_t hour)
{
    return 1000LL * account + hour;
}

/* ---- results ---- */

/* Every workload costs something else each hour; the capacity changes each hour too. */
static struct fg_result changing_result(void)
{
    static char workloads[ACCOUNTS][16];
    struct fg_result result = {.summary = {.cut_s = HOURS * 3600}};
    struct fg_ledger *ledger = &result.ledger;
    ledger->accounts = fg_allocate(ACCOUNTS, sizeof *ledger->accounts);
    ledger->rows = fg_allocate(ROWS, sizeof *ledger->rows);
    for (uint32_t a = 0; a < ACCOUNTS; a++) {
        snprintf(workloads[a], sizeof workloads[a], "w%02u", a);
        ledger->accounts[ledger->account_count++] =
            (struct fg_account){.charge = FG_CHARGE_FARGATE_VCPU,
                                .pool = "fargate:fp",
                                .sku = "linux/amd64",
                                .namespace_name = "shop",
                                .workload = workloads[a]};
        for (uint32_t h = 0; h < HOURS; h++)
            ledger->rows[ledger->row_count++] =
                (struct fg_ledger_row){a, HOUR0 + (int32_t)h, 1, 3600000, nano_of(a, h)};
    }
    result.capacity.items = fg_allocate(HOURS, sizeof *result.capacity.items);
    for (uint32_t h = 0; h < HOURS; h++)
        result.capacity.items[result.capacity.count++] =
            (struct fg_capacity_row){.pool = "fargate:fp",
                                     .first_hour = HOUR0 + (int32_t)h,
                                     .hour_count = 1,
                                     .seconds = 3600,
                                     .node_seconds = 3600 * (int64_t)h};
    return result;
}

/* One account that costs the same for `hours`. */
static struct fg_result steady_result(uint32_t hours)
{
    struct fg_result result = {.summary = {.cut_s = hours * 3600}};
    struct fg_ledger *ledger = &result.ledger;
    ledger->accounts = fg_allocate(1, sizeof *ledger->accounts);
    ledger->rows = fg_allocate(1, sizeof *ledger->rows);
    ledger->accounts[ledger->account_count++] =
        (struct fg_account){.charge = FG_CHARGE_CONTROL_PLANE,
                            .pool = "cluster",
                            .sku = "1.35",
                            .namespace_name = "",
                            .workload = ""};
    ledger->rows[ledger->row_count++] = (struct fg_ledger_row){0, HOUR0, hours, 3600, 100000000};
    return result;
}

static void release_rows(struct fg_result *result)
{
    free(result->ledger.accounts);
    free(result->ledger.rows);
    free(result->capacity.items);
}

static void check(fg_status status, const struct fg_error *error)
{
    if (status != FG_OK)
        fail_msg("%s", error->message);
}

/* ---- databases ---- */

static const char *file_of(const char *name)
{
    static char path[64];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

/* Scenarios s0, s1, ... that change each hour, and one that is steady. */
static sqlite3 *store_results(const char *path, uint32_t changing_count, bool fresh)
{
    static char names[SCENARIOS][4];
    struct fg_store_scenario scenarios[SCENARIOS + 1];
    struct fg_result changing = changing_result(), steady = steady_result(STEADY_HOURS);
    struct fg_error error = {0};
    struct fg_store *store;
    sqlite3 *opened;
    for (uint32_t i = 0; i <= changing_count; i++)
        scenarios[i] = (struct fg_store_scenario){.name = "steady",
                                                  .region = "us-east-1",
                                                  .start = HOUR0 * 3600LL,
                                                  .replication_count = 1};
    for (uint32_t i = 0; i < changing_count; i++) {
        snprintf(names[i], sizeof names[i], "s%u", i);
        scenarios[i].name = names[i];
    }
    const struct fg_store_study study = {.name = "shop",
                                         .program_version = "1.0",
                                         .scenario_count = changing_count + 1,
                                         .scenarios = scenarios};
    check(fg_store_open(path, &study, fresh, &store, &error), &error);
    for (uint32_t i = 0; i < changing_count; i++)
        check(fg_store_write(store, i, 0, &changing, &error), &error);
    check(fg_store_write(store, changing_count, 0, &steady, &error), &error);
    check(fg_store_close(store, &error), &error);
    check(fg_store_open_for_reading(path, &opened, &error), &error);
    release_rows(&changing);
    release_rows(&steady);
    return opened;
}

static int make_folder(void **state)
{
    (void)state;
    if (mkdtemp(folder) == NULL)
        return -1;
    database = store_results(file_of("results.db"), SCENARIOS, false);
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    sqlite3_close(database);
    unlink(file_of("results.db"));
    unlink(file_of("anew.db"));
    return rmdir(folder);
}

/* ---- questions ---- */

/* The one integer that the query gives, and the steps it took. */
static int64_t ask_of(sqlite3 *of, const char *sql, int64_t *out_steps)
{
    sqlite3_stmt *query;
    if (sqlite3_prepare_v2(of, sql, -1, &query, NULL) != SQLITE_OK)
        fail_msg("%s", sqlite3_errmsg(of));
    assert_int_equal(sqlite3_step(query), SQLITE_ROW);
    int64_t answer = sqlite3_column_int64(query, 0);
    *out_steps = sqlite3_stmt_status(query, SQLITE_STMTSTATUS_VM_STEP, 0);
    sqlite3_finalize(query);
    return answer;
}

static int64_t ask(const char *sql, int64_t *out_steps)
{
    return ask_of(database, sql, out_steps);
}

/* The sum over accounts 0..19 and hours 0..2,999 of 1000 account + hour:
 * 3000 * 1000 * 190 + 20 * 4,498,500 = 570,000,000 + 89,970,000 = 659,970,000 */
#define SUM_OF_SCENARIO 659970000

static void a_scenarios_hours_cost_steps_by_its_rows(void **state)
{
    (void)state;
    int64_t one, all;
    assert_int_equal(ask("SELECT sum(nano_usd) FROM hourly_cost WHERE scenario = 's1'", &one),
                     SUM_OF_SCENARIO);
    assert_int_equal(ask("SELECT sum(nano_usd) FROM hourly_cost WHERE scenario LIKE 's_'", &all),
                     (int64_t)SCENARIOS * SUM_OF_SCENARIO);
    assert_in_range(one, ROWS, 150 * ROWS);
    assert_in_range(all, 3 * one, 5 * one);
}

/* The hour 2,900 is 120 days and 20 hours on: 20 accounts, 1000 * 190 + 20 * 2900 = 248,000. */
static void an_hour_is_found_without_reading_the_others(void **state)
{
    (void)state;
    int64_t one, whole;
    assert_int_equal(ask("SELECT sum(nano_usd) FROM hourly_cost WHERE scenario = 's1'"
                         " AND hour = '2026-05-01T20:00:00Z'",
                         &one),
                     248000);
    ask("SELECT sum(nano_usd) FROM hourly_cost WHERE scenario = 's1'", &whole);
    assert_in_range(one, ACCOUNTS, 20 * ACCOUNTS * 744);
    assert_in_range(one, 0, whole / 20);
    assert_int_equal(ask("SELECT sum(nano_usd) FROM hourly_cost"
                         " WHERE hour = '2026-05-01T20:00:00Z' AND scenario LIKE 's_'",
                         &whole),
                     (int64_t)SCENARIOS * 248000);
    assert_in_range(whole, 0, 2 * SCENARIOS * one);
}

static void a_scenarios_total_costs_steps_by_its_rows(void **state)
{
    (void)state;
    int64_t steps;
    assert_int_equal(ask("SELECT sum(nano_usd) FROM scenario_cost WHERE scenario = 's2'", &steps),
                     SUM_OF_SCENARIO);
    assert_in_range(steps, ROWS, 40 * ROWS);
}

/* 0 + 1 + ... + 2,999 nodes = 4,498,500 */
static void a_scenarios_capacity_costs_steps_by_its_rows(void **state)
{
    (void)state;
    int64_t steps;
    assert_int_equal(
        ask("SELECT sum(nodes_avg) FROM hourly_capacity WHERE scenario = 's3'", &steps), 4498500);
    assert_in_range(steps, HOURS, 60 * HOURS);
    ask("SELECT count(*) FROM hourly_allocatable WHERE scenario = 's3'", &steps);
    assert_in_range(steps, HOURS, 60 * HOURS);
}

static bool starts_with(const char *text, const char *start)
{
    return strncmp(text, start, strlen(start)) == 0;
}

static void no_view_goes_through_all_hours(void **state)
{
    (void)state;
    static const char *const views[] = {"hourly_cost", "hourly_capacity", "hourly_allocatable",
                                        "hourly_zone", "hourly_wait"};
    for (size_t i = 0; i < sizeof views / sizeof *views; i++) {
        char sql[128];
        sqlite3_stmt *plan;
        bool looks_up_hours = false;
        snprintf(sql, sizeof sql, "EXPLAIN QUERY PLAN SELECT * FROM %s", views[i]);
        assert_int_equal(sqlite3_prepare_v2(database, sql, -1, &plan, NULL), SQLITE_OK);
        while (sqlite3_step(plan) == SQLITE_ROW) {
            const char *step = (const char *)sqlite3_column_text(plan, 3);
            if (strcmp(step, "SCAN h") == 0 || starts_with(step, "SCAN h "))
                fail_msg("%s: %s", views[i], step);
            looks_up_hours = looks_up_hours || starts_with(step, "SEARCH h ");
        }
        assert_true(looks_up_hours);
        sqlite3_finalize(plan);
    }
}

/* ---- ranges ---- */

/* 2,000 hours are ranges of 744, 744 and 512: 2,000 h * 0.10 = 200.00; the last hour is 83 days and
 * 7 hours on. */
static void a_long_range_is_kept_in_parts_and_found_in_its_last_hour(void **state)
{
    (void)state;
    static const char *const hours[] = {
        "2026-01-01T00",                  /* the first */
        "2026-01-31T23", "2026-02-01T00", /* 743 and 744 hours on */
        "2026-03-03T23", "2026-03-04T00", /* 1,487 and 1,488 hours on */
        "2026-03-25T07",                  /* the last */
    };
    int64_t ignored;
    assert_int_equal(ask("SELECT count(*) FROM ledger WHERE run_id = 5", &ignored), 3);
    assert_int_equal(ask("SELECT max(hour_count) FROM ledger", &ignored), 744);
    assert_int_equal(
        ask("SELECT sum(nano_usd) FROM scenario_cost WHERE scenario = 'steady'", &ignored),
        200000000000);
    assert_int_equal(ask("SELECT sum(nano_usd) FROM hourly_cost WHERE pool = 'cluster'", &ignored),
                     200000000000);
    for (size_t i = 0; i < sizeof hours / sizeof *hours; i++) {
        char sql[160];
        snprintf(sql, sizeof sql,
                 "SELECT sum(nano_usd) FROM hourly_cost"
                 " WHERE hour = '%s:00:00Z' AND scenario = 'steady'",
                 hours[i]);
        assert_int_equal(ask(sql, &ignored), 100000000);
    }
    assert_int_equal(ask("SELECT count(*) FROM hourly_cost"
                         " WHERE hour = '2026-03-25T08:00:00Z' AND scenario = 'steady'",
                         &ignored),
                     0);
}

/* Hour 743 of scenario s0: 1000 * 190 + 20 * 743 = 204,860; of both, with the steady one's 0.10. */
static void a_database_made_anew_answers_as_quickly(void **state)
{
    (void)state;
    const char *sql = "SELECT sum(nano_usd) FROM hourly_cost WHERE hour = '2026-01-31T23:00:00Z'";
    int64_t steps[2];
    for (int fresh = 0; fresh < 2; fresh++) {
        sqlite3 *anew = store_results(file_of("anew.db"), 1, fresh == 1);
        assert_int_equal(ask_of(anew, sql, &steps[fresh]), 204860 + 100000000);
        sqlite3_close(anew);
    }
    assert_int_equal(steps[0], steps[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_scenarios_hours_cost_steps_by_its_rows),
        cmocka_unit_test(an_hour_is_found_without_reading_the_others),
        cmocka_unit_test(a_scenarios_total_costs_steps_by_its_rows),
        cmocka_unit_test(a_scenarios_capacity_costs_steps_by_its_rows),
        cmocka_unit_test(no_view_goes_through_all_hours),
        cmocka_unit_test(a_long_range_is_kept_in_parts_and_found_in_its_last_hour),
        cmocka_unit_test(a_database_made_anew_answers_as_quickly),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
