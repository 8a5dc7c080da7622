/* The database: whose it is, what it keeps, and that nothing is half done. */
#include "data/store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <sqlite3.h>

#include <cmocka.h>

#include "data/source.h"

#define HOUR0 490896 /* 2026-01-01T00:00:00Z */

static char folder[] = "/tmp/fargauge-store-XXXXXX";
static char path[64];

static int make_folder(void **state)
{
    (void)state;
    strcpy(folder + strlen(folder) - 6, "XXXXXX");
    if (mkdtemp(folder) == NULL)
        return -1;
    snprintf(path, sizeof path, "%s/results.db", folder);
    return 0;
}

static int remove_folder(void **state)
{
    static const char *const suffixes[] = {"", "-wal", "-shm", "-journal"};
    char name[128];
    (void)state;
    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
        snprintf(name, sizeof name, "%s%s", path, suffixes[i]);
        unlink(name);
    }
    return rmdir(folder);
}

/* ---- studies and results ---- */

static struct fg_store_scenario scenario(const char *name, uint8_t digest)
{
    struct fg_store_scenario out = {
        .name = name, .region = "us-east-1", .start = HOUR0 * 3600LL, .replication_count = 1};
    memset(out.digest, digest, sizeof out.digest);
    return out;
}

static struct fg_store_study study(const struct fg_store_scenario *scenarios, uint32_t count)
{
    return (struct fg_store_study){.name = "shop",
                                   .program_version = "1.0",
                                   .scenario_count = count,
                                   .scenarios = scenarios,
                                   .with_pods = true};
}

static struct fg_store *open_store(const struct fg_store_study *of)
{
    struct fg_error error = {0};
    struct fg_store *store = NULL;
    if (fg_store_open(path, of, false, &store, &error) != FG_OK)
        fail_msg("%s", error.message);
    return store;
}

static void close_store(struct fg_store *store)
{
    struct fg_error error = {0};
    if (fg_store_close(store, &error) != FG_OK)
        fail_msg("%s", error.message);
}

/* So many nodes of 2 vCPU and 8 GiB, of which 1.5 vCPU and 6 GiB are allocatable, and so many vCPU
 * requested, each with 2 GiB. */
static struct fg_capacity_row zone_row(const char *zone, int32_t hour, uint32_t hours,
                                       int64_t nodes, int64_t vcpu)
{
    return (struct fg_capacity_row){.pool = zone,
                                    .first_hour = hour,
                                    .hour_count = hours,
                                    .seconds = 3600,
                                    .node_seconds = nodes * 3600,
                                    .nodes_max = nodes,
                                    .cpu_allocatable_milli_s = nodes * 1500 * 3600,
                                    .cpu_requested_milli_s = vcpu * 1000 * 3600,
                                    .memory_allocatable_mib_s = nodes * 6144 * 3600,
                                    .memory_requested_mib_s = vcpu * 2048 * 3600};
}

/* Two accounts: `nano` an hour for 30 hours from 22:00, two hours of which are of the first day;
 * 7 for one hour at 03:00. */
static void put_result(struct fg_store *store, uint32_t number, uint32_t replication,
                       fg_nanodollars nano)
{
    struct fg_account accounts[] = {
        {.charge = FG_CHARGE_FARGATE_VCPU,
         .pool = "fargate:fp",
         .sku = "linux/amd64",
         .namespace_name = "shop",
         .workload = "web"},
        {.charge = FG_CHARGE_CONTROL_PLANE,
         .pool = "cluster",
         .sku = "1.35",
         .namespace_name = "",
         .workload = ""},
    };
    struct fg_ledger_row rows[] = {{0, HOUR0 + 22, 30, 3600000, nano}, {1, HOUR0 + 3, 1, 3600, 7}};
    struct fg_capacity_row capacity[] = {{.pool = "fargate:fp",
                                          .first_hour = HOUR0,
                                          .hour_count = 2,
                                          .seconds = 3600,
                                          .node_seconds = 1800,
                                          .cpu_capacity_milli_s = 3600000,
                                          .cpu_requested_milli_s = 900000,
                                          .memory_capacity_mib_s = 3686400,
                                          .memory_requested_mib_s = 1843200,
                                          .pod_seconds = 7200,
                                          .nodes_max = 1,
                                          .pods_pending_max = 3,
                                          .addresses_max = 4,
                                          .cpu_allocatable_milli_s = 3240000,
                                          .memory_allocatable_mib_s = 2764800}};
    struct fg_capacity_row zones[] = {zone_row("us-east-1a", HOUR0, 2, 2, 1),
                                      zone_row("us-east-1b", HOUR0, 1, 1, 1)};
    uint32_t waits[] = {0, 40, 40, 90};
    struct fg_spread_row spreads[] = {{"shop", "web", "us-east-1a", 10800},
                                      {"shop", "web", "us-east-1b", 3600}};
    struct fg_outcome_row outcomes[] = {
        {"shop", "web", "fargate:fp", FG_OUTCOME_COMPLETED, "", 10, 1, 2, 3},
        {"shop", "web", "pending", FG_OUTCOME_DELETED_PENDING, "no room", 1, 4, 5, 6}};
    struct fg_pod_row pods[] = {
        {"web-1", "shop", "web", "fargate:fp", FG_OUTCOME_COMPLETED, "", 0, 60, 3660, 123},
        {"web-2", "shop", "web", "pending", FG_OUTCOME_PENDING, "no room", 5, -1, -1, 0}};
    const struct fg_result result = {
        .ledger = {.account_count = 2, .row_count = 2, .accounts = accounts, .rows = rows},
        .capacity = {.count = 1, .items = capacity},
        .zones = {.count = 2, .items = zones},
        .spread_count = 2,
        .spreads = spreads,
        .wait_hour_count = 4,
        .oldest_wait_s = waits,
        .first_wait_hour = HOUR0,
        .outcome_count = 2,
        .outcomes = outcomes,
        .pod_row_count = 2,
        .pod_rows = pods,
        .summary = {.cut_s = 86400,
                    .pod_count = 11,
                    .evictions = 5,
                    .lost_work_s = 5400,
                    .preempted_pods = 2,
                    .spot_interruptions = 3,
                    .disrupted_nodes = 4,
                    .dry_subnet = number == 0 ? "subnet-1" : NULL,
                    .dry_s = 7260,
                    .requested_cpu_milli_s = (__int128)1 << 100}};
    struct fg_error error = {0};
    if (fg_store_write(store, number, replication, &result, &error) != FG_OK)
        fail_msg("%s", error.message);
    assert_true(fg_store_is_done(store, number, replication));
}

/* All rows of a query: cells with `|` between, lines with `;`. */
static const char *query(const char *sql)
{
    static char text[8192];
    struct fg_error error = {0};
    sqlite3 *database;
    sqlite3_stmt *statement;
    size_t used = 0;
    text[0] = '\0';
    if (fg_store_open_for_reading(path, &database, &error) != FG_OK)
        fail_msg("%s", error.message);
    if (sqlite3_prepare_v2(database, sql, -1, &statement, NULL) != SQLITE_OK)
        fail_msg("%s", sqlite3_errmsg(database));
    while (sqlite3_step(statement) == SQLITE_ROW) {
        for (int i = 0; i < sqlite3_column_count(statement); i++) {
            const char *cell = (const char *)sqlite3_column_text(statement, i);
            used += (size_t)snprintf(text + used, sizeof text - used, "%s%s", i > 0 ? "|" : "",
                                     cell != NULL ? cell : "NULL");
        }
        used += (size_t)snprintf(text + used, sizeof text - used, ";");
    }
    sqlite3_finalize(statement);
    sqlite3_close(database);
    return text;
}

static void run_raw_sql(const char *sql)
{
    sqlite3 *database;
    char *message = NULL;
    assert_int_equal(sqlite3_open(path, &database), SQLITE_OK);
    if (sqlite3_exec(database, sql, NULL, NULL, &message) != SQLITE_OK)
        fail_msg("%s", message);
    sqlite3_close(database);
}

static void write_bytes(const char *bytes, size_t length)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    fclose(file);
}

/* Opening is refused with this message, and not a byte of the file has changed. */
static void is_refused_and_intact(const struct fg_store_study *of, bool fresh, fg_status status,
                                  const char *expected)
{
    struct fg_error error = {0}, ignored = {0};
    struct fg_store *store = NULL;
    struct fg_source before, after;
    assert_int_equal(fg_source_read(path, &before, &ignored), FG_OK);
    assert_int_equal(fg_store_open(path, of, fresh, &store, &error), status);
    assert_null(store);
    if (strstr(error.message, expected) == NULL || strstr(error.message, path) == NULL)
        fail_msg("'%s' does not say '%s' of %s", error.message, expected, path);
    assert_int_equal(fg_source_read(path, &after, &ignored), FG_OK);
    assert_int_equal(before.length, after.length);
    assert_memory_equal(before.bytes, after.bytes, before.length);
    fg_source_release(&before);
    fg_source_release(&after);
}

/* ---- whose file it is ---- */

static void a_new_database_is_marked_as_ours(void **state)
{
    (void)state;
    const struct fg_store_scenario scenarios[] = {scenario("a", 1)};
    const struct fg_store_study of = study(scenarios, 1);
    close_store(open_store(&of));
    assert_string_equal(query("PRAGMA application_id"), "1179074901;"); /* 0x46474155, "FGAU" */
    assert_string_equal(query("PRAGMA user_version"), "4;");
    assert_string_equal(query("SELECT name, program_version FROM study"), "shop|1.0;");
}

static void one_file_is_left_when_done(void **state)
{
    (void)state;
    char name[128];
    struct stat info;
    const struct fg_store_scenario scenarios[] = {scenario("a", 1)};
    const struct fg_store_study of = study(scenarios, 1);
    struct fg_store *store = open_store(&of);
    put_result(store, 0, 0, 5);
    snprintf(name, sizeof name, "%s-wal", path);
    assert_int_equal(stat(name, &info), 0); /* WAL while writing */
    close_store(store);
    assert_int_not_equal(stat(name, &info), 0);
    snprintf(name, sizeof name, "%s-shm", path);
    assert_int_not_equal(stat(name, &info), 0);
    assert_string_equal(query("PRAGMA journal_mode"), "delete;");
}

static void a_reader_does_not_make_closing_fail(void **state)
{
    (void)state;
    struct fg_store_scenario one = scenario("a", 1);
    struct fg_store_study of = study(&one, 1);
    struct fg_error error = {0};
    sqlite3 *reader = NULL;
    struct fg_store *store = open_store(&of);
    put_result(store, 0, 0, 5);
    assert_int_equal(fg_store_open_for_reading(path, &reader, &error), FG_OK);
    assert_int_equal(sqlite3_exec(reader, "BEGIN; SELECT * FROM scenario_cost", NULL, NULL, NULL),
                     SQLITE_OK);
    close_store(store);
    sqlite3_close(reader);
    store = open_store(&of);
    assert_true(fg_store_is_done(store, 0, 0));
    close_store(store);
}

static void an_empty_file_counts_as_new(void **state)
{
    (void)state;
    const struct fg_store_scenario scenarios[] = {scenario("a", 1)};
    const struct fg_store_study of = study(scenarios, 1);
    write_bytes("", 0);
    close_store(open_store(&of));
    assert_string_equal(query("SELECT name FROM scenario"), "a;");
}

static void an_empty_sqlite_database_counts_as_new(void **state)
{
    (void)state;
    const struct fg_store_scenario scenarios[] = {scenario("a", 1)};
    const struct fg_store_study of = study(scenarios, 1);
    run_raw_sql("CREATE TABLE t(x); DROP TABLE t; VACUUM");
    close_store(open_store(&of));
    assert_string_equal(query("SELECT name FROM scenario"), "a;");
}

static void a_file_that_is_not_sqlite_is_refused(void **state)
{
    (void)state;
    const struct fg_store_scenario scenarios[] = {scenario("a", 1)};
    const struct fg_store_study of = study(scenarios, 1);
    char text[5000];
    memset(text, 'x', sizeof text);
    write_bytes(text, sizeof text);
    is_refused_and_intact(&of, false, FG_BAD_INPUT, "is not a database of fargauge; expected one");
    is_refused_and_intact(&of, true, FG_BAD_INPUT, "is not a database of fargauge");
}

static void another_programs_database_is_refused(void **state)
{
    (void)state;
    const struct fg_store_scenario scenarios[] = {scenario("a", 1)};
    const struct fg_store_study of = study(scenarios, 1);
    run_raw_sql("CREATE TABLE study(name TEXT); INSERT INTO study VALUES('shop')");
    is_refused_and_intact(&of, false, FG_BAD_INPUT, "is not a database of fargauge");
    is_refused_and_intact(&of, true, FG_BAD_INPUT, "is not a database of fargauge");
    run_raw_sql("PRAGMA application_id = 1");
    is_refused_and_intact(&of, true, FG_BAD_INPUT, "is not a database of fargauge");
    run_raw_sql("DROP TABLE study");
    is_refused_and_intact(&of, false, FG_BAD_INPUT, "is not a database of fargauge");
}

static void a_newer_schema_is_refused(void **state)
{
    (void)state;
    struct fg_error error = {0};
    sqlite3 *database;
    const struct fg_store_scenario scenarios[] = {scenario("a", 1)};
    const struct fg_store_study of = study(scenarios, 1);
    close_store(open_store(&of));
    run_raw_sql("PRAGMA user_version = 99");
    is_refused_and_intact(&of, false, FG_BAD_INPUT, "has schema version 99; this program writes");
    is_refused_and_intact(&of, true, FG_BAD_INPUT, "has schema version 99");
    assert_int_equal(fg_store_open_for_reading(path, &database, &error), FG_BAD_INPUT);
    assert_non_null(strstr(error.message, "has schema version 99"));
}

static void an_older_schema_is_refused(void **state)
{
    (void)state;
    const struct fg_store_scenario scenarios[] = {scenario("a", 1)};
    const struct fg_store_study of = study(scenarios, 1);
    close_store(open_store(&of));
    run_raw_sql("PRAGMA user_version = 1");
    is_refused_and_intact(&of, false, FG_BAD_INPUT,
                          "has schema version 1; this program writes version 4: use another file");
}

static void another_study_is_refused_unless_fresh(void **state)
{
    (void)state;
    struct fg_error error = {0};
    struct fg_store *store;
    const struct fg_store_scenario scenarios[] = {scenario("a", 1)};
    struct fg_store_study of = study(scenarios, 1);
    store = open_store(&of);
    put_result(store, 0, 0, 5);
    close_store(store);
    of.name = "bank";
    is_refused_and_intact(&of, false, FG_BAD_INPUT,
                          "holds study 'shop', not 'bank'; use another file or --fresh");
    assert_string_equal(query("SELECT count(*) FROM scenario_cost"), "2;");
    assert_int_equal(fg_store_open(path, &of, true, &store, &error), FG_OK);
    assert_false(fg_store_is_done(store, 0, 0));
    close_store(store);
    assert_string_equal(query("SELECT name FROM study"), "bank;");
    assert_string_equal(query("SELECT count(*) FROM scenario_cost"), "0;");
}

static void fresh_empties_the_same_study_too(void **state)
{
    (void)state;
    struct fg_error error = {0};
    const struct fg_store_scenario scenarios[] = {scenario("a", 1)};
    const struct fg_store_study of = study(scenarios, 1);
    struct fg_store *store = open_store(&of);
    put_result(store, 0, 0, 5);
    close_store(store);
    assert_int_equal(fg_store_open(path, &of, true, &store, &error), FG_OK);
    assert_false(fg_store_is_done(store, 0, 0));
    put_result(store, 0, 0, 6);
    close_store(store);
    assert_string_equal(query("SELECT sum(nano_usd) FROM scenario_cost"), "187;"); /* 30 * 6 + 7 */
}

static void a_folder_that_is_not_there_is_a_fault_of_the_machine(void **state)
{
    (void)state;
    struct fg_error error = {0};
    struct fg_store *store;
    char wrong[128];
    const struct fg_store_study of = study(NULL, 0);
    snprintf(wrong, sizeof wrong, "%s/absent/results.db", folder);
    assert_int_equal(fg_store_open(wrong, &of, false, &store, &error), FG_FAILED);
    assert_non_null(strstr(error.message, wrong));
    assert_non_null(strstr(error.message, "cannot be opened for writing"));
    error = (struct fg_error){0};
    assert_int_equal(fg_store_open(folder, &of, false, &store, &error), FG_FAILED);
    assert_non_null(strstr(error.message, folder));
}

/* Nobody in particular, for root writes anywhere. */
static void a_folder_without_write_permission_is_a_fault_of_the_machine(void **state)
{
    (void)state;
    int status = -1;
    assert_int_equal(chmod(folder, 0555), 0);
    pid_t child = fork();
    assert_int_not_equal(child, -1);
    if (child == 0) {
        struct fg_error error = {0};
        struct fg_store *store;
        const struct fg_store_study of = study(NULL, 0);
        if (geteuid() == 0 && setuid(65534) != 0)
            _exit(8);
        fg_status got = fg_store_open(path, &of, false, &store, &error);
        _exit(got == FG_FAILED && strstr(error.message, path) != NULL ? 0 : 9);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(chmod(folder, 0700), 0);
    assert_int_equal(status, 0);
}

static void reading_wants_a_database_of_ours(void **state)
{
    (void)state;
    struct fg_error error = {0};
    sqlite3 *database;
    assert_int_equal(fg_store_open_for_reading(path, &database, &error), FG_FAILED);
    assert_non_null(strstr(error.message, "no such file"));
    struct stat info;
    assert_int_not_equal(stat(path, &info), 0); /* nothing was made */
    write_bytes("", 0);
    error = (struct fg_error){0};
    assert_int_equal(fg_store_open_for_reading(path, &database, &error), FG_BAD_INPUT);
    assert_non_null(strstr(error.message, "no study has been run into it"));
    run_raw_sql("CREATE TABLE t(x)");
    error = (struct fg_error){0};
    assert_int_equal(fg_store_open_for_reading(path, &database, &error), FG_BAD_INPUT);
    assert_non_null(strstr(error.message, "is not a database of fargauge"));
}

/* ---- what is kept from run to run ---- */

static void what_is_done_stays_done(void **state)
{
    (void)state;
    const struct fg_store_scenario scenarios[] = {scenario("a", 1), scenario("b", 2)};
    const struct fg_store_study of = study(scenarios, 2);
    struct fg_store *store = open_store(&of);
    assert_false(fg_store_is_done(store, 0, 0));
    put_result(store, 1, 0, 5);
    assert_false(fg_store_is_done(store, 0, 0));
    close_store(store);
    store = open_store(&of);
    assert_false(fg_store_is_done(store, 0, 0));
    assert_true(fg_store_is_done(store, 1, 0));
    close_store(store);
    assert_string_equal(query("SELECT DISTINCT scenario FROM scenario_cost"), "b;");
}

static void a_changed_digest_removes_the_rows(void **state)
{
    (void)state;
    struct fg_store_scenario scenarios[] = {scenario("a", 1), scenario("b", 2)};
    const struct fg_store_study of = study(scenarios, 2);
    struct fg_store *store = open_store(&of);
    put_result(store, 0, 0, 5);
    put_result(store, 1, 0, 6);
    close_store(store);
    scenarios[0] = scenario("a", 9);
    store = open_store(&of);
    assert_false(fg_store_is_done(store, 0, 0));
    assert_true(fg_store_is_done(store, 1, 0));
    close_store(store);
    assert_string_equal(query("SELECT DISTINCT scenario FROM hourly_cost"), "b;");
    assert_string_equal(query("SELECT DISTINCT run_id FROM ledger"), "2;");
    assert_string_equal(query("SELECT DISTINCT run_id FROM account"), "2;");
    assert_string_equal(query("SELECT DISTINCT run_id FROM capacity"), "2;");
    assert_string_equal(query("SELECT DISTINCT run_id FROM outcome"), "2;");
    assert_string_equal(query("SELECT DISTINCT run_id FROM pod"), "2;");
}

static void scenarios_no_longer_in_the_study_are_removed(void **state)
{
    (void)state;
    const struct fg_store_scenario before[] = {scenario("a", 1), scenario("b", 2),
                                               scenario("c", 3)};
    const struct fg_store_scenario after[] = {scenario("b", 2), scenario("c", 3)};
    struct fg_store_study of = study(before, 3);
    struct fg_store *store = open_store(&of);
    for (uint32_t i = 0; i < 3; i++)
        put_result(store, i, 0, 10 + i);
    close_store(store);
    of = study(after, 2);
    store = open_store(&of);
    assert_true(fg_store_is_done(store, 0, 0));
    assert_true(fg_store_is_done(store, 1, 0));
    close_store(store);
    /* 30 * 11 + 7 = 337; 30 * 12 + 7 = 367 */
    assert_string_equal(query("SELECT scenario, sum(nano_usd) FROM scenario_cost GROUP BY 1"),
                        "b|337;c|367;");
    assert_string_equal(query("SELECT DISTINCT run_id FROM ledger ORDER BY 1"), "1;2;");
}

static void new_scenarios_and_a_new_order_keep_what_is_done(void **state)
{
    (void)state;
    const struct fg_store_scenario before[] = {scenario("a", 1), scenario("b", 2)};
    const struct fg_store_scenario after[] = {scenario("new", 4), scenario("b", 2),
                                              scenario("a", 1)};
    struct fg_store_study of = study(before, 2);
    struct fg_store *store = open_store(&of);
    put_result(store, 0, 0, 10);
    put_result(store, 1, 0, 11);
    close_store(store);
    of = study(after, 3);
    store = open_store(&of);
    assert_false(fg_store_is_done(store, 0, 0));
    assert_true(fg_store_is_done(store, 1, 0));
    assert_true(fg_store_is_done(store, 2, 0));
    put_result(store, 0, 0, 12);
    close_store(store);
    assert_string_equal(query("SELECT scenario, sum(nano_usd) FROM scenario_cost GROUP BY 1"),
                        "a|307;b|337;new|367;");
    assert_string_equal(query("SELECT count(*) FROM pod_detail"), "6;");
}

static void more_replications_add_to_those_done_and_fewer_remove_some(void **state)
{
    (void)state;
    struct fg_store_scenario scenarios[] = {scenario("a", 1), scenario("b", 2)};
    const struct fg_store_study of = study(scenarios, 2);
    scenarios[0].replication_count = 2;
    struct fg_store *store = open_store(&of);
    put_result(store, 0, 0, 10);
    put_result(store, 0, 1, 11);
    put_result(store, 1, 0, 12);
    close_store(store);
    scenarios[0].replication_count = 3;
    store = open_store(&of);
    assert_true(fg_store_is_done(store, 0, 1));
    assert_false(fg_store_is_done(store, 0, 2));
    assert_true(fg_store_is_done(store, 1, 0));
    close_store(store);
    scenarios[0].replication_count = 1;
    close_store(open_store(&of));
    assert_string_equal(
        query("SELECT scenario, replication, sum(nano_usd) FROM scenario_cost GROUP BY 1, 2"),
        "a|0|307;b|0|367;");
}

static void a_study_of_many_replications_opens_soon(void **state)
{
    (void)state;
    struct fg_store_scenario scenarios[] = {scenario("a", 1)};
    const struct fg_store_study of = study(scenarios, 1);
    struct fg_error error = {0};
    scenarios[0].replication_count = 3000;
    const struct fg_result empty = {0};
    struct fg_store *store = open_store(&of);
    for (uint32_t r = 0; r < 3000; r++)
        assert_int_equal(fg_store_write(store, 0, r, &empty, &error), FG_OK);
    close_store(store);
    store = open_store(&of);
    for (uint32_t r = 0; r < 3000; r++)
        assert_true(fg_store_is_done(store, 0, r));
    close_store(store);
}

/* A child writes one result and is gone in the middle of the next. */
static void a_killed_run_leaves_what_was_done(void **state)
{
    (void)state;
    const struct fg_store_scenario scenarios[] = {scenario("a", 1), scenario("b", 2)};
    const struct fg_store_study of = study(scenarios, 2);
    pid_t child = fork();
    assert_int_not_equal(child, -1);
    if (child == 0) {
        struct fg_error error = {0};
        struct fg_store *store = NULL;
        if (fg_store_open(path, &of, false, &store, &error) != FG_OK)
            _exit(9);
        put_result(store, 0, 0, 10);
        _exit(0); /* no close: the WAL stays */
    }
    int status = -1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    char wal[128];
    struct stat info;
    snprintf(wal, sizeof wal, "%s-wal", path);
    assert_int_equal(stat(wal, &info), 0);
    assert_string_equal(query("SELECT scenario, sum(nano_usd) FROM scenario_cost GROUP BY 1"),
                        "a|307;");
    struct fg_store *store = open_store(&of);
    assert_true(fg_store_is_done(store, 0, 0));
    assert_false(fg_store_is_done(store, 1, 0));
    put_result(store, 1, 0, 11);
    close_store(store);
    assert_string_equal(query("SELECT scenario, sum(nano_usd) FROM scenario_cost GROUP BY 1"),
                        "a|307;b|337;");
}

/* Two rows of an account in the same hour: the second cannot be stored. */
static fg_status write_broken(struct fg_store *store, uint32_t number, struct fg_error *error)
{
    struct fg_account accounts[] = {{.charge = FG_CHARGE_EBS,
                                     .pool = "nodegroup:ng",
                                     .sku = "gp3",
                                     .namespace_name = "",
                                     .workload = "(idle)"}};
    struct fg_ledger_row rows[] = {{0, HOUR0, 1, 1, 1}, {0, HOUR0, 1, 1, 1}};
    const struct fg_result broken = {
        .ledger = {.account_count = 1, .row_count = 2, .accounts = accounts, .rows = rows}};
    return fg_store_write(store, number, 0, &broken, error);
}

static void a_write_that_fails_leaves_nothing_behind(void **state)
{
    (void)state;
    const struct fg_store_scenario scenarios[] = {scenario("a", 1), scenario("b", 2)};
    const struct fg_store_study of = study(scenarios, 2);
    struct fg_store *store = open_store(&of);
    struct fg_error error = {0};
    put_result(store, 1, 0, 6);
    assert_int_equal(write_broken(store, 0, &error), FG_FAILED);
    assert_false(fg_store_is_done(store, 0, 0));
    put_result(store, 0, 0, 5);
    close_store(store);
    assert_string_equal(query("SELECT scenario, count(*), sum(nano_usd) FROM scenario_cost"
                              " GROUP BY 1"),
                        "a|2|157;b|2|187;"); /* 30 * 5 + 7, 30 * 6 + 7 */
}

static void a_study_that_gives_up_before_its_first_result_changes_nothing(void **state)
{
    (void)state;
    struct fg_store_scenario scenarios[] = {scenario("a", 1)};
    const struct fg_store_study of = study(scenarios, 1);
    struct fg_store *store = open_store(&of);
    put_result(store, 0, 0, 5);
    close_store(store);
    scenarios[0] = scenario("other", 9);
    store = open_store(&of);
    fg_store_give_up(store);
    close_store(store);
    assert_string_equal(query("SELECT DISTINCT scenario FROM scenario_cost"), "a;");
    store = open_store(&of);
    struct fg_error first = {0}, second = {0};
    assert_int_equal(write_broken(store, 0, &first), FG_FAILED);
    assert_int_equal(write_broken(store, 0, &second), FG_FAILED);
    assert_non_null(strstr(first.message, "UNIQUE constraint failed"));
    assert_string_equal(second.message, first.message);
    close_store(store);
    assert_string_equal(query("SELECT DISTINCT scenario FROM scenario_cost"), "a;");
    scenarios[0] = scenario("a", 1);
    store = open_store(&of);
    assert_true(fg_store_is_done(store, 0, 0));
    close_store(store);
}

static void giving_up_keeps_what_was_done(void **state)
{
    (void)state;
    const struct fg_store_scenario scenarios[] = {scenario("a", 1), scenario("b", 2)};
    const struct fg_store_study of = study(scenarios, 2);
    struct fg_store *store = open_store(&of);
    put_result(store, 0, 0, 5);
    fg_store_give_up(store);
    close_store(store);
    assert_string_equal(query("SELECT DISTINCT scenario FROM scenario_cost"), "a;");
}

/* ---- the views ---- */

static void views_have_exactly_the_promised_columns(void **state)
{
    (void)state;
    static const struct {
        const char *view, *columns;
    } rows[] = {
        {"scenario_cost", "scenario;replication;charge;pool;usd;list_usd;nano_usd;"},
        {"hourly_cost", "scenario;replication;hour;charge;pool;namespace;workload;quantity;unit;"
                        "usd;list_usd;nano_usd;"},
        {"hourly_capacity",
         "scenario;replication;hour;pool;nodes_avg;nodes_max;cpu_capacity_avg;cpu_requested_avg;"
         "memory_gib_capacity_avg;memory_gib_requested_avg;pods_running_avg;pods_pending_max;"
         "addresses_max;"},
        {"pod_outcome", "scenario;replication;namespace;workload;placed_on;outcome;reason;pods;"
                        "wait_p50_s;wait_p95_s;wait_max_s;"},
        {"pod_detail", "scenario;replication;pod;namespace;workload;placed_on;outcome;reason;"
                       "arrival_s;start_s;end_s;usd;"},
        {"hourly_allocatable",
         "scenario;replication;hour;pool;nodes_avg;cpu_allocatable_avg;cpu_requested_avg;"
         "memory_gib_allocatable_avg;memory_gib_requested_avg;"},
        {"hourly_zone", "scenario;replication;hour;zone;nodes_avg;nodes_max;cpu_allocatable_avg;"
                        "cpu_requested_avg;memory_gib_allocatable_avg;memory_gib_requested_avg;"},
        {"fullest_zone", "scenario;replication;zone;hour;cpu_share;memory_share;cpu_headroom_avg;"
                         "memory_gib_headroom_avg;"},
        {"hourly_wait", "scenario;replication;hour;oldest_wait_s;"},
        {"workload_zone", "scenario;replication;namespace;workload;zone;pod_hours;share;"},
        {"disruption",
         "scenario;replication;evictions;lost_work_hours;preempted_pods;spot_interruptions;"
         "disrupted_nodes;dry_subnet;dry_at;"},
        {"scenario_prices", "scenario;replication;charge;pool;usd;billed_usd;"
                            "before_commitments_usd;list_usd;"},
        {"least_possible", "scenario;replication;compute_usd;least_usd;least_with_spread_usd;"
                           "compute_nano_usd;least_nano_usd;least_with_spread_nano_usd;"},
    };
    const struct fg_store_scenario scenarios[] = {scenario("a", 1)};
    const struct fg_store_study of = study(scenarios, 1);
    close_store(open_store(&of));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char sql[128];
        snprintf(sql, sizeof sql, "SELECT name FROM pragma_table_info('%s') ORDER BY cid",
                 rows[i].view);
        assert_string_equal(query(sql), rows[i].columns);
    }
    assert_string_equal(query("SELECT count(*) FROM sqlite_schema WHERE type = 'view'"), "13;");
}

static void keep_one(enum fg_ledger_detail detail)
{
    const struct fg_store_scenario scenarios[] = {scenario("a", 1)};
    struct fg_store_study of = study(scenarios, 1);
    of.detail = detail;
    struct fg_store *store = open_store(&of);
    put_result(store, 0, 0, 250000000);
    close_store(store);
}

/* 30 h * 0.25 = 7.50 */
static void scenario_cost_sums_each_charge_of_each_pool(void **state)
{
    (void)state;
    keep_one(FG_LEDGER_HOUR);
    assert_string_equal(query("SELECT * FROM scenario_cost ORDER BY charge"),
                        "a|0|eks-control-plane|cluster|7.0e-09|7.0e-09|7;"
                        "a|0|fargate-vcpu|fargate:fp|7.5|7.5|7500000000;");
}

static void hourly_cost_spreads_rows_over_their_hours(void **state)
{
    (void)state;
    keep_one(FG_LEDGER_HOUR);
    assert_string_equal(query("SELECT * FROM hourly_cost ORDER BY hour LIMIT 2"),
                        "a|0|2026-01-01T03:00:00Z|eks-control-plane|cluster|||1.0|Hours|7.0e-09|"
                        "7.0e-09|7;"
                        "a|0|2026-01-01T22:00:00Z|fargate-vcpu|fargate:fp|shop|web|1.0|vCPU-Hours|"
                        "0.25|0.25|250000000;");
    assert_string_equal(query("SELECT count(*), min(hour), max(hour), sum(nano_usd)"
                              " FROM hourly_cost WHERE pool = 'fargate:fp'"),
                        "30|2026-01-01T22:00:00Z|2026-01-03T03:00:00Z|7500000000;");
    assert_string_equal(query("SELECT typeof(usd), typeof(quantity), typeof(nano_usd)"
                              " FROM hourly_cost LIMIT 1"),
                        "real|real|integer;");
}

/* 22:00 on the first day to 03:00 on the third: 2 + 24 + 4 = 30 hours of 0.25 */
static void day_detail_keeps_exact_sums_by_day(void **state)
{
    (void)state;
    keep_one(FG_LEDGER_DAY);
    assert_string_equal(query("SELECT hour, quantity, nano_usd FROM hourly_cost"
                              " WHERE pool = 'fargate:fp' ORDER BY hour"),
                        "2026-01-01T00:00:00Z|2.0|500000000;"
                        "2026-01-02T00:00:00Z|24.0|6000000000;"
                        "2026-01-03T00:00:00Z|4.0|1000000000;");
    assert_string_equal(query("SELECT hour, nano_usd FROM hourly_cost WHERE pool = 'cluster'"),
                        "2026-01-01T00:00:00Z|7;");
    assert_string_equal(query("SELECT sum(nano_usd) FROM scenario_cost"), "7500000007;");
}

static void total_detail_keeps_one_exact_sum_an_account(void **state)
{
    (void)state;
    keep_one(FG_LEDGER_TOTAL);
    assert_string_equal(query("SELECT quantity, nano_usd FROM hourly_cost ORDER BY charge"),
                        "1.0|7;30.0|7500000000;");
    assert_string_equal(query("SELECT sum(nano_usd) FROM scenario_cost"), "7500000007;");
}

/* 1800 node-seconds of 3600 = 0.5; 3600000 milli-s = 1 vCPU, 900000 = 0.25; 3686400 MiB-s = 1 GiB,
 * half of it requested; 7200 pod-seconds = 2 pods */
static void hourly_capacity_shows_averages_and_peaks(void **state)
{
    (void)state;
    keep_one(FG_LEDGER_TOTAL);
    assert_string_equal(query("SELECT * FROM hourly_capacity ORDER BY hour"),
                        "a|0|2026-01-01T00:00:00Z|fargate:fp|0.5|1|1.0|0.25|1.0|0.5|2.0|3|4;"
                        "a|0|2026-01-01T01:00:00Z|fargate:fp|0.5|1|1.0|0.25|1.0|0.5|2.0|3|4;");
}

/* 3240000 milli-s / 3600 s = 0.9 vCPU, 900000 = 0.25; 2764800 MiB-s = 768 MiB = 0.75 GiB, 1843200 =
 * 0.5 GiB; both hours alike */
static void hourly_allocatable_shows_what_pods_can_ask_for(void **state)
{
    (void)state;
    keep_one(FG_LEDGER_TOTAL);
    assert_string_equal(query("SELECT * FROM hourly_allocatable ORDER BY hour"),
                        "a|0|2026-01-01T00:00:00Z|fargate:fp|0.5|0.9|0.25|0.75|0.5;"
                        "a|0|2026-01-01T01:00:00Z|fargate:fp|0.5|0.9|0.25|0.75|0.5;");
}

/* us-east-1a: 2 nodes of 1.5 vCPU and 6 GiB for two hours, 1 vCPU and 2 GiB requested; us-east-1b:
 * one such node for one hour, as much requested. */
static void hourly_zone_spreads_ranges_over_their_hours(void **state)
{
    (void)state;
    keep_one(FG_LEDGER_DAY);
    assert_string_equal(query("SELECT * FROM hourly_zone ORDER BY hour, zone"),
                        "a|0|2026-01-01T00:00:00Z|us-east-1a|2.0|2|3.0|1.0|12.0|2.0;"
                        "a|0|2026-01-01T00:00:00Z|us-east-1b|1.0|1|1.5|1.0|6.0|2.0;"
                        "a|0|2026-01-01T01:00:00Z|us-east-1a|2.0|2|3.0|1.0|12.0|2.0;");
}

/* Hour 0: 4.5 vCPU allocatable, 2 requested; without a 1.5 - 2 = -0.5, without b 3 - 2 = 1. Hour 1:
 * without a 0 - 1 = -1, the least: of GiB 0 - 2 = -2; a has all that is requested. */
static void fullest_zone_is_the_loss_that_leaves_least(void **state)
{
    (void)state;
    keep_one(FG_LEDGER_HOUR);
    assert_string_equal(query("SELECT * FROM fullest_zone"),
                        "a|0|us-east-1a|2026-01-01T01:00:00Z|1.0|1.0|-1.0|-2.0;");
}

/* 0, 40, 40, 90: the hour in which nothing waits has no row, equal ones are one range. */
static void hourly_wait_has_the_hours_in_which_pods_wait(void **state)
{
    (void)state;
    keep_one(FG_LEDGER_HOUR);
    assert_string_equal(query("SELECT * FROM hourly_wait ORDER BY hour"),
                        "a|0|2026-01-01T01:00:00Z|40;a|0|2026-01-01T02:00:00Z|40;"
                        "a|0|2026-01-01T03:00:00Z|90;");
    assert_string_equal(query("SELECT count(*) FROM wait"), "2;");
    assert_string_equal(query("SELECT longest_wait_s, longest_wait_hour - 490896 FROM run"),
                        "90|3;");
}

/* 10800 s = 3 h of 4 = 0.75, 3600 s = 1 h = 0.25 */
static void workload_zone_shares_out_pod_hours(void **state)
{
    (void)state;
    keep_one(FG_LEDGER_HOUR);
    assert_string_equal(query("SELECT * FROM workload_zone ORDER BY zone"),
                        "a|0|shop|web|us-east-1a|3.0|0.75;a|0|shop|web|us-east-1b|1.0|0.25;");
}

/* 5400 s = 1.5 h; 7260 s after midnight is 02:01 */
static void disruption_has_a_row_a_replication(void **state)
{
    (void)state;
    const struct fg_store_scenario scenarios[] = {scenario("a", 1), scenario("b", 2)};
    const struct fg_store_study of = study(scenarios, 2);
    struct fg_store *store = open_store(&of);
    put_result(store, 0, 0, 1);
    put_result(store, 1, 0, 1);
    close_store(store);
    assert_string_equal(query("SELECT * FROM disruption ORDER BY scenario"),
                        "a|0|5|1.5|2|3|4|subnet-1|2026-01-01T02:01:00Z;"
                        "b|0|5|1.5|2|3|4|NULL|NULL;");
}

/* The rows of "b" move from the second run to the first and those of "a" are dropped. */
static void rows_of_zones_and_waits_follow_their_run(void **state)
{
    (void)state;
    const struct fg_store_scenario both[] = {scenario("a", 1), scenario("b", 2)};
    const struct fg_store_study of_both = study(both, 2);
    struct fg_store *store = open_store(&of_both);
    put_result(store, 0, 0, 1);
    put_result(store, 1, 0, 1);
    close_store(store);
    const struct fg_store_study of_one = study(both + 1, 1);
    close_store(open_store(&of_one));
    static const char *const views[] = {"hourly_allocatable", "hourly_zone",   "fullest_zone",
                                        "hourly_wait",        "workload_zone", "disruption"};
    for (size_t i = 0; i < sizeof views / sizeof *views; i++) {
        char sql[96];
        snprintf(sql, sizeof sql, "SELECT DISTINCT scenario FROM %s", views[i]);
        assert_string_equal(query(sql), "b;");
    }
    static const char *const tables[] = {"zone", "zone_loss", "wait", "spread", "capacity"};
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        char sql[96];
        snprintf(sql, sizeof sql, "SELECT DISTINCT run_id FROM %s", tables[i]);
        assert_string_equal(query(sql), "1;");
    }
    assert_string_equal(query("SELECT evictions, lost_work_s, dry_subnet, longest_wait_s FROM run"),
                        "5|5400|NULL|90;");
}

static void outcomes_and_pods_are_shown_as_they_were_given(void **state)
{
    (void)state;
    keep_one(FG_LEDGER_HOUR);
    assert_string_equal(query("SELECT * FROM pod_outcome"),
                        "a|0|shop|web|fargate:fp|completed||10|1|2|3;"
                        "a|0|shop|web|pending|deleted-pending|no room|1|4|5|6;");
    assert_string_equal(query("SELECT * FROM pod_detail"),
                        "a|0|web-1|shop|web|fargate:fp|completed||0|60|3660|1.23e-07;"
                        "a|0|web-2|shop|web|pending|pending|no room|5|NULL|NULL|0.0;");
}

static void pods_are_kept_only_when_wanted(void **state)
{
    (void)state;
    const struct fg_store_scenario scenarios[] = {scenario("a", 1)};
    struct fg_store_study of = study(scenarios, 1);
    of.with_pods = false;
    struct fg_store *store = open_store(&of);
    put_result(store, 0, 0, 1);
    close_store(store);
    assert_string_equal(query("SELECT count(*) FROM pod_detail"), "0;");
}

static void sums_beyond_63_bits_are_held_at_the_limit(void **state)
{
    (void)state;
    keep_one(FG_LEDGER_HOUR);
    assert_string_equal(query("SELECT requested_cpu_milli_s, pod_count FROM run"),
                        "9223372036854775807|11;");
}

static void texts_from_outside_are_data(void **state)
{
    (void)state;
    const struct fg_store_scenario scenarios[] = {scenario("a'); DROP TABLE run; --", 1)};
    struct fg_store_study of = study(scenarios, 1);
    of.name = "x'; DELETE FROM charge; --";
    struct fg_store *store = open_store(&of);
    put_result(store, 0, 0, 1);
    close_store(store);
    close_store(open_store(&of));
    assert_string_equal(query("SELECT DISTINCT scenario FROM scenario_cost"),
                        "a'); DROP TABLE run; --;");
}

static void notes_replace_earlier_ones(void **state)
{
    (void)state;
    struct fg_error error = {0};
    const struct fg_store_scenario scenarios[] = {scenario("a", 1), scenario("b", 2)};
    const struct fg_store_study of = study(scenarios, 2);
    const struct fg_store_note first[] = {{UINT32_MAX, "price", "old"}};
    const struct fg_store_note second[] = {{1, "default", "of b"}, {UINT32_MAX, "warning", "all"}};
    struct fg_store *store = open_store(&of);
    assert_int_equal(fg_store_write_notes(store, first, 1, &error), FG_OK);
    assert_int_equal(fg_store_write_notes(store, second, 2, &error), FG_OK);
    close_store(store);
    assert_string_equal(query("SELECT s.name, n.kind, n.text FROM note n LEFT JOIN scenario s"
                              " ON s.id = n.scenario_id ORDER BY n.position"),
                        "b|default|of b;NULL|warning|all;");
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(a_new_database_is_marked_as_ours),
        IN_FOLDER(one_file_is_left_when_done),
        IN_FOLDER(a_reader_does_not_make_closing_fail),
        IN_FOLDER(an_empty_file_counts_as_new),
        IN_FOLDER(an_empty_sqlite_database_counts_as_new),
        IN_FOLDER(a_file_that_is_not_sqlite_is_refused),
        IN_FOLDER(another_programs_database_is_refused),
        IN_FOLDER(a_newer_schema_is_refused),
        IN_FOLDER(an_older_schema_is_refused),
        IN_FOLDER(another_study_is_refused_unless_fresh),
        IN_FOLDER(fresh_empties_the_same_study_too),
        IN_FOLDER(a_folder_that_is_not_there_is_a_fault_of_the_machine),
        IN_FOLDER(a_folder_without_write_permission_is_a_fault_of_the_machine),
        IN_FOLDER(reading_wants_a_database_of_ours),
        IN_FOLDER(what_is_done_stays_done),
        IN_FOLDER(a_changed_digest_removes_the_rows),
        IN_FOLDER(scenarios_no_longer_in_the_study_are_removed),
        IN_FOLDER(new_scenarios_and_a_new_order_keep_what_is_done),
        IN_FOLDER(more_replications_add_to_those_done_and_fewer_remove_some),
        IN_FOLDER(a_study_of_many_replications_opens_soon),
        IN_FOLDER(a_killed_run_leaves_what_was_done),
        IN_FOLDER(a_write_that_fails_leaves_nothing_behind),
        IN_FOLDER(a_study_that_gives_up_before_its_first_result_changes_nothing),
        IN_FOLDER(giving_up_keeps_what_was_done),
        IN_FOLDER(views_have_exactly_the_promised_columns),
        IN_FOLDER(scenario_cost_sums_each_charge_of_each_pool),
        IN_FOLDER(hourly_cost_spreads_rows_over_their_hours),
        IN_FOLDER(day_detail_keeps_exact_sums_by_day),
        IN_FOLDER(total_detail_keeps_one_exact_sum_an_account),
        IN_FOLDER(hourly_capacity_shows_averages_and_peaks),
        IN_FOLDER(hourly_allocatable_shows_what_pods_can_ask_for),
        IN_FOLDER(hourly_zone_spreads_ranges_over_their_hours),
        IN_FOLDER(fullest_zone_is_the_loss_that_leaves_least),
        IN_FOLDER(hourly_wait_has_the_hours_in_which_pods_wait),
        IN_FOLDER(workload_zone_shares_out_pod_hours),
        IN_FOLDER(disruption_has_a_row_a_replication),
        IN_FOLDER(rows_of_zones_and_waits_follow_their_run),
        IN_FOLDER(outcomes_and_pods_are_shown_as_they_were_given),
        IN_FOLDER(pods_are_kept_only_when_wanted),
        IN_FOLDER(sums_beyond_63_bits_are_held_at_the_limit),
        IN_FOLDER(texts_from_outside_are_data),
        IN_FOLDER(notes_replace_earlier_ones),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
