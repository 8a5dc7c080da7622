#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "data/store.h"
#include "reports/budget.h"
#include "reports/report.h"
#include "reports/utf8.h"

/* A study in a folder of its own, and the report last made of it. */
enum { MOST_SCENARIOS = 30, HOUR_OF_START = 490224 }; /* 2025-12-04T00:00:00Z */
static char folder[64], database[96], output[96];
static struct fg_error error;
static struct fg_store_scenario scenarios[MOST_SCENARIOS];
static struct fg_store_study study;
static struct fg_store *store;
static struct fg_result result;

static int set_up(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/fargauge-report-XXXXXX");
    if (mkdtemp(folder) == NULL)
        return 1;
    snprintf(database, sizeof database, "%s/study.db", folder);
    snprintf(output, sizeof output, "%s/report", folder);
    memset(&error, 0, sizeof error);
    memset(&result, 0, sizeof result);
    study =
        (struct fg_store_study){.name = "shop", .program_version = "0.1.0", .scenarios = scenarios};
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return system(command); /* NOLINT(cert-env33-c): a folder this program made */
}

/* ---- making a study ---- */

static void add_scenario(const char *name, uint32_t replications)
{
    scenarios[study.scenario_count] =
        (struct fg_store_scenario){.name = name,
                                   .region = "us-east-1",
                                   .start = (fg_unix_s)HOUR_OF_START * 3600,
                                   .replication_count = replications};
    scenarios[study.scenario_count].digest[0] = (uint8_t)study.scenario_count;
    study.scenario_count++;
}

static void open_store(void)
{
    assert_int_equal(fg_store_open(database, &study, false, &store, &error), FG_OK);
}

static void close_store(void)
{
    assert_int_equal(fg_store_close(store, &error), FG_OK);
}

/* `nano` in each of `hours` hours from `first` on. */
static void add_cost(enum fg_charge charge, const char *pool, const char *namespace_name,
                     const char *workload, int32_t first, uint32_t hours, fg_nanodollars nano)
{
    struct fg_ledger *ledger = &result.ledger;
    ledger->accounts = fg_grow(ledger->accounts, &ledger->account_capacity,
                               ledger->account_count + 1, sizeof *ledger->accounts);
    ledger->accounts[ledger->account_count++] =
        (struct fg_account){.charge = charge,
                            .pool = pool,
                            .sku = "sku",
                            .namespace_name = namespace_name,
                            .workload = workload};
    ledger->rows =
        fg_grow(ledger->rows, &ledger->row_capacity, ledger->row_count + 1, sizeof *ledger->rows);
    ledger->rows[ledger->row_count++] = (struct fg_ledger_row){
        ledger->account_count - 1, HOUR_OF_START + first, hours, 1200000, nano};
}

static void add_capacity(const char *pool, int32_t first, uint32_t hours, int64_t nodes,
                         int64_t pods)
{
    result.capacity.items = fg_grow(result.capacity.items, &result.capacity.capacity,
                                    result.capacity.count + 1, sizeof *result.capacity.items);
    result.capacity.items[result.capacity.count++] =
        (struct fg_capacity_row){.pool = pool,
                                 .first_hour = HOUR_OF_START + first,
                                 .hour_count = hours,
                                 .seconds = 3600,
                                 .node_seconds = nodes * 3600,
                                 .pod_seconds = pods * 3600,
                                 .nodes_max = nodes};
}

static void add_outcome(const char *namespace_name, const char *workload, enum fg_outcome outcome,
                        const char *reason, uint64_t pods)
{
    bool ran = outcome == FG_OUTCOME_COMPLETED || outcome == FG_OUTCOME_RUNNING;
    result.outcomes = fg_grow(result.outcomes, &result.outcome_capacity, result.outcome_count + 1,
                              sizeof *result.outcomes);
    result.outcomes[result.outcome_count++] =
        (struct fg_outcome_row){namespace_name,
                                workload,
                                ran ? "fargate:apps" : "pending",
                                outcome,
                                reason,
                                pods,
                                45,
                                60,
                                90};
    result.summary.pod_count += pods;
    result.summary.never_ran += ran ? 0 : pods;
}

/* In each of `hours` hours of a zone: vCPU allocatable and requested, and as many times 4 GiB. */
static void add_zone(const char *zone, int32_t first, uint32_t hours, int64_t vcpu,
                     int64_t requested)
{
    result.zones.items = fg_grow(result.zones.items, &result.zones.capacity, result.zones.count + 1,
                                 sizeof *result.zones.items);
    result.zones.items[result.zones.count++] =
        (struct fg_capacity_row){.pool = zone,
                                 .first_hour = HOUR_OF_START + first,
                                 .hour_count = hours,
                                 .seconds = 3600,
                                 .node_seconds = 3600,
                                 .nodes_max = 1,
                                 .cpu_allocatable_milli_s = vcpu * 1000 * 3600,
                                 .cpu_requested_milli_s = requested * 1000 * 3600,
                                 .memory_allocatable_mib_s = vcpu * 4096 * 3600,
                                 .memory_requested_mib_s = requested * 4096 * 3600};
}

static void add_spread(const char *workload, const char *zone, int64_t pod_hours)
{
    result.spreads = fg_grow(result.spreads, &result.spread_capacity, result.spread_count + 1,
                             sizeof *result.spreads);
    result.spreads[result.spread_count++] =
        (struct fg_spread_row){"shop", workload, zone, pod_hours * 3600};
}

/* The longest wait of each hour from the start on. */
static void add_waits(const uint32_t *waits, uint32_t hours)
{
    result.oldest_wait_s = fg_allocate(hours, sizeof *result.oldest_wait_s);
    memcpy(result.oldest_wait_s, waits, hours * sizeof *waits);
    result.wait_hour_count = hours;
    result.first_wait_hour = HOUR_OF_START;
}

/* Puts the result in and starts a new one. */
static void write_run(uint32_t scenario, uint32_t replication, uint32_t hours)
{
    result.summary.cut_s = hours * 3600;
    assert_int_equal(fg_store_write(store, scenario, replication, &result, &error), FG_OK);
    fg_result_release(&result);
    memset(&result, 0, sizeof result);
}

/* A scenario that costs so many dollars of Fargate and of EC2 in one 730-hour month. */
static void write_month(uint32_t scenario, int64_t fargate_usd, int64_t ec2_usd)
{
    if (fargate_usd > 0)
        add_cost(FG_CHARGE_FARGATE_VCPU, "fargate:apps", "shop", "web", 0, 1,
                 fargate_usd * FG_NANO_PER_DOLLAR);
    if (ec2_usd > 0)
        add_cost(FG_CHARGE_EC2_ON_DEMAND, "nodegroup:ng", "shop", "web", 5, 1,
                 ec2_usd * FG_NANO_PER_DOLLAR);
    write_run(scenario, 0, 730);
}

/* ---- reading the report ---- */

static char *text; /* of the last report */

static void read_text(const char *path)
{
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    free(text);
    text = fg_allocate(8 << 20, 1);
    size_t length = fread(text, 1, (8 << 20) - 1, file);
    text[length] = '\0';
    fclose(file);
}

static void report_with(enum fg_report_format format, const char *baseline)
{
    const struct fg_report_options options = {
        .format = format, .output = output, .baseline = baseline};
    assert_int_equal(fg_report_write(database, &options, &error), FG_OK);
    if (format != FG_REPORT_CSV)
        read_text(output);
}

static void report(enum fg_report_format format)
{
    report_with(format, NULL);
}

static void read_csv(const char *name)
{
    char path[160];
    snprintf(path, sizeof path, "%s/%s", output, name);
    read_text(path);
}

static void assert_says(const char *expected)
{
    if (strstr(text, expected) == NULL)
        fail_msg("not there: %s\nin: %s", expected, text);
}

static void assert_silent(const char *unexpected)
{
    if (strstr(text, unexpected) != NULL)
        fail_msg("should not be there: %s\nin: %s", unexpected, text);
}

static uint32_t longest_line(void)
{
    uint32_t longest = 0;
    for (char *line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        uint32_t length = (uint32_t)fg_utf8_length(line);
        longest = length > longest ? length : longest;
    }
    return longest;
}

static int64_t query_integer(const char *sql)
{
    sqlite3 *reader;
    sqlite3_stmt *query;
    assert_int_equal(sqlite3_open_v2(database, &reader, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(reader, sql, -1, &query, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(query), SQLITE_ROW);
    int64_t value = sqlite3_column_int64(query, 0);
    sqlite3_finalize(query);
    sqlite3_close(reader);
    return value;
}

/* ---- the verdict ---- */

/* all-ec2: 800 EC2 + 200 Fargate = 1000; mixed: 150 EC2 + 600 Fargate = 750.
 * 750 - 1000 = -250, 250 / 1000 = 25.0 %; EC2 150 - 800 = -650, Fargate 600 - 200 = +400. */
static void verdict_names_the_cheapest_and_what_makes_the_difference(void **state)
{
    (void)state;
    add_scenario("all-ec2", 1);
    add_scenario("mixed", 1);
    open_store();
    write_month(0, 200, 800);
    write_month(1, 600, 150);
    close_store();
    report(FG_REPORT_TEXT);
    assert_says(
        "mixed is the cheapest of 2 scenarios in which everything ran: 750.00 USD a month.");
    assert_says("That is 25.0 % (250.00 USD a month) less than the baseline all-ec2: -650.00 EC2,");
    assert_says("+400.00 Fargate.");
}

static void verdict_compares_with_the_next_when_the_baseline_is_cheapest(void **state)
{
    (void)state;
    add_scenario("all-ec2", 1);
    add_scenario("mixed", 1);
    open_store();
    write_month(0, 200, 800);
    write_month(1, 600, 150);
    close_store();
    report_with(FG_REPORT_TEXT, "mixed");
    assert_says(
        "mixed is the baseline; the next, all-ec2, costs 33.3 % (250.00 USD a month) more:");
}

static void scenario_with_pending_pods_is_never_called_cheapest(void **state)
{
    (void)state;
    add_scenario("all-ec2", 1);
    add_scenario("cheap", 1);
    open_store();
    write_month(0, 0, 800);
    add_outcome("ml", "train", FG_OUTCOME_PENDING, "no profile matches", 7);
    add_outcome("ml", "tune", FG_OUTCOME_DELETED_PENDING, "no profile matches", 2);
    add_outcome("shop", "web", FG_OUTCOME_PENDING, "Insufficient cpu", 1);
    add_outcome("shop", "web2", FG_OUTCOME_COMPLETED, "", 990);
    write_month(1, 10, 0);
    close_store();
    report(FG_REPORT_TEXT);
    assert_says("all-ec2 is the only one of 2 scenarios in which everything ran: 800.00 USD");
    assert_silent("cheap is the");
    assert_says("cheap, at 10.00 USD a month, is out: 10 of 1,000 pods never ran (9: no profile");
    assert_says("        9  no profile matches (ml/train and 1 more workload)");
    assert_says("        1  Insufficient cpu (shop/web)");
}

static void reasons_that_differ_in_numbers_of_nodes_are_one(void **state)
{
    (void)state;
    add_scenario("a", 1);
    open_store();
    add_outcome("ml", "train", FG_OUTCOME_PENDING, "0/12 nodes are available: 9 Insufficient cpu.",
                3);
    add_outcome("ml", "train", FG_OUTCOME_PENDING, "0/5 nodes are available: 5 Insufficient cpu.",
                2);
    add_outcome("ml", "tune", FG_OUTCOME_PENDING, "0/5 nodes are available: 5 Insufficient cpu.",
                4);
    add_outcome("ml", "tune", FG_OUTCOME_PENDING, "needs 16 GB", 1);
    add_outcome("ml", "tune", FG_OUTCOME_PENDING, "needs 32 GB", 1);
    write_month(0, 10, 0);
    close_store();
    report(FG_REPORT_TEXT);
    assert_says(
        "  9  0/12 nodes are available: 9 Insufficient cpu. And alike. (ml/train and 1 more");
    assert_says("  1  needs 16 GB (ml/tune)");
    assert_says("  1  needs 32 GB (ml/tune)");
}

static void no_scenario_is_cheapest_when_none_ran_everything(void **state)
{
    (void)state;
    add_scenario("a", 1);
    add_scenario("b", 1);
    open_store();
    for (uint32_t i = 0; i < 2; i++) {
        add_outcome("ml", "train", FG_OUTCOME_PENDING, "Insufficient cpu", 7);
        write_month(i, 10, 0);
    }
    close_store();
    report(FG_REPORT_TEXT);
    assert_says("In no scenario did everything run, so none is called the cheapest.");
    report(FG_REPORT_JSON);
    assert_says("\"cheapest\": []");
    report(FG_REPORT_HTML);
    assert_silent("tag good");
}

static void equally_cheap_scenarios_are_all_named(void **state)
{
    (void)state;
    add_scenario("b", 1);
    add_scenario("a", 1);
    add_scenario("c", 1);
    open_store();
    write_month(0, 300, 0);
    write_month(1, 0, 300);
    write_month(2, 0, 301);
    close_store();
    report(FG_REPORT_TEXT);
    assert_says("a and b cost the same, the least of 3 scenarios in which everything ran: 300.00 ");
    report(FG_REPORT_JSON);
    assert_says("\"cheapest\": [\n      \"a\",\n      \"b\"\n    ]");
}

static void study_without_pods_and_cost_has_no_percentages(void **state)
{
    (void)state;
    add_scenario("nothing", 1);
    add_scenario("something", 1);
    open_store();
    write_run(0, 0, 730);
    write_month(1, 5, 0);
    close_store();
    report(FG_REPORT_TEXT);
    assert_says(
        "nothing is the cheapest of 2 scenarios in which everything ran: 0.00 USD a month.");
    assert_says("the next, something, costs 5.00 USD a month more: +5.00 Fargate.");
    assert_says("There were no pods");
    assert_silent("nan");
    assert_silent("inf");
}

static void lone_scenario_needs_no_comparison(void **state)
{
    (void)state;
    add_scenario("only", 1);
    open_store();
    add_outcome("shop", "web", FG_OUTCOME_COMPLETED, "", 3);
    write_month(0, 5, 0);
    close_store();
    report(FG_REPORT_TEXT);
    assert_says("only costs 5.00 USD a month; everything ran.");
    assert_silent("is the baseline");
}

/* Replications 0, 1 and 2 cost 10, 20 and 60: the mean is 90 / 3 = 30; by nearest rank the 5th
 * percentile is the ceil(0.15) = 1st, the 95th the ceil(2.85) = 3rd. */
static void replications_show_mean_and_percentiles(void **state)
{
    (void)state;
    static const int64_t usd[] = {10, 20, 60};
    add_scenario("mc", 3);
    open_store();
    for (uint32_t r = 0; r < 3; r++) {
        add_cost(FG_CHARGE_FARGATE_VCPU, "fargate:apps", "shop", "web", 0, 1,
                 usd[r] * FG_NANO_PER_DOLLAR);
        write_run(0, r, 730);
    }
    close_store();
    report(FG_REPORT_TEXT);
    assert_says("mc costs 30.00 USD a month; everything ran.");
    assert_says("from the 5th to the 95th percentile they cost 10.00 to");
    report(FG_REPORT_JSON);
    assert_says("\"total_usd\": 30,");
    assert_says("\"usd_per_month_p5\": 10,");
    assert_says("\"usd_per_month_p95\": 60,");
}

static void missing_runs_are_named_and_not_cheapest(void **state)
{
    (void)state;
    add_scenario("half", 3);
    add_scenario("none", 1);
    add_scenario("whole", 1);
    open_store();
    add_cost(FG_CHARGE_FARGATE_VCPU, "fargate:apps", "shop", "web", 0, 1, 1);
    write_run(0, 1, 730);
    write_month(2, 9, 0);
    close_store();
    report(FG_REPORT_TEXT);
    assert_says("whole is the only one of 3 scenarios in which everything ran: 9.00 USD a month.");
    assert_says("half is unfinished: of 3 replications, 0 and 2 are missing;");
    assert_says("Not run yet: none;");
    assert_says("not run");
    report(FG_REPORT_JSON);
    assert_says("\"replications_missing\": [\n        0,\n        2\n      ]");
    report(FG_REPORT_HTML);
    assert_says("unfinished");
}

/* ---- figures ---- */

/* Three hours at 0.10 are 0.30; a month is 730 / 3 times that: 0.30 * 730 / 3 = 73.00. One more
 * nanodollar in all: 300000001 * 2628000 / 10800 = 73000000243.33 -> 73.000000243. */
static void month_is_stretched_from_what_was_simulated(void **state)
{
    (void)state;
    add_scenario("short", 1);
    open_store();
    add_cost(FG_CHARGE_CONTROL_PLANE, "cluster", "", "", 0, 3, 100000000);
    add_cost(FG_CHARGE_FARGATE_VCPU, "fargate:apps", "shop", "web", 0, 1, 1);
    write_run(0, 0, 3);
    close_store();
    report(FG_REPORT_TEXT);
    assert_says("a month is stretched from 3h of simulated time");
    report(FG_REPORT_JSON);
    assert_says("\"total_usd\": 0.300000001,");
    assert_says("\"usd_per_month\": 73.000000243,");
    assert_says("\"control_plane_usd\": 0.3,");
}

/* Idle 30 of 120 dollars is 25.0 %; waste 5 of 50 Fargate dollars is 10.0 %; (50 + 120) dollars
 * for 1000 vCPU-hours requested are 0.17 each. */
static void capacity_figures_are_shares_and_unit_prices(void **state)
{
    (void)state;
    add_scenario("one", 1);
    open_store();
    result.summary.node_idle_nano = 30000000000;
    result.summary.node_nano = 120000000000;
    result.summary.fargate_waste_nano = 5000000000;
    result.summary.requested_cpu_milli_s = (__int128)1000 * 3600 * 1000;
    result.summary.peak_nodes = 12;
    result.summary.peak_fargate_vcpu_milli = 6250;
    result.summary.wait_p95_s = 75;
    write_month(0, 50, 120);
    close_store();
    report(FG_REPORT_JSON);
    assert_says("\"idle_share\": 0.25,");
    assert_says("\"fargate_rounding_waste_share\": 0.1,");
    assert_says("\"usd_per_requested_vcpu_hour\": 0.17,");
    assert_says("\"peak_fargate_vcpu\": 6.25,");
    report(FG_REPORT_TEXT);
    assert_says("25.0 %");
    assert_says("0.1700");
    assert_says("1m 15s");
}

static void text_stays_within_100_columns_whatever_the_names(void **state)
{
    (void)state;
    static char names[MOST_SCENARIOS][400];
    for (uint32_t i = 0; i < MOST_SCENARIOS; i++) {
        snprintf(names[i], sizeof names[i],
                 "größe-%s/trace.scale=%u/cluster.managedNodeGroups[0].instanceType=m6i.%ularge",
                 i < 20 ? "all-ec2"
                        : "a-name-of-many-many-many-many-many-many-many-many-many-many-"
                          "many-many-many-many-words",
                 i, i % 7);
        add_scenario(names[i], i < 20 ? 1 : 2);
    }
    open_store();
    for (uint32_t i = 0; i < MOST_SCENARIOS; i++) {
        add_outcome("namespace-that-is-quite-long", "workload-that-is-even-longer-than-that",
                    FG_OUTCOME_PENDING,
                    "0/1500 nodes are available: 1500 node(s) had untolerated taint "
                    "{eks.amazonaws.com/compute-type: fargate}",
                    123456789);
        result.summary.spot_interruptions = 1234567;
        result.summary.evictions = 1234567;
        result.summary.lost_work_s = 1234567890;
        result.summary.preempted_pods = 1234567;
        result.summary.dry_subnet = "subnet-0123456789abcdef0123456789abcdef-and-what-follows";
        add_waits((const uint32_t[]){31535999}, 1);
        add_zone("us-gov-west-1a", 0, 1, 1000000, 999999);
        add_zone("us-gov-west-1b", 0, 1, 1000000, 999999);
        add_spread("workload-that-is-even-longer-than-that", "us-gov-west-1a", 9999999);
        write_month(i, 123456 + i, 7654321);
    }
    close_store();
    report(FG_REPORT_TEXT);
    assert_says("größe");
    uint32_t longest = longest_line();
    assert_true(longest > 80);
    assert_true(longest <= 100);
}

static void control_characters_do_not_reach_the_terminal(void **state)
{
    (void)state;
    add_scenario("red\033[31m\nalert", 1);
    open_store();
    write_month(0, 1, 0);
    close_store();
    report(FG_REPORT_TEXT);
    assert_says("red?[31m?alert");
    assert_silent("\033");
}

static void rows_do_not_depend_on_the_order_of_scenarios(void **state)
{
    (void)state;
    static const char *const names[2][3] = {{"a", "b", "c"}, {"c", "a", "b"}};
    char *first = NULL;
    for (int order = 0; order < 2; order++) {
        study.scenario_count = 0;
        unlink(database);
        for (int i = 0; i < 3; i++)
            add_scenario(names[order][i], 1);
        open_store();
        for (uint32_t i = 0; i < 3; i++)
            write_month(i, 10 * (names[order][i][0] - 'a' + 1), 0);
        close_store();
        report_with(FG_REPORT_TEXT, "b");
        if (order == 0)
            first = strdup(text);
    }
    assert_string_equal(first, text);
    free(first);
}

static void assumptions_stand_in_order_with_their_scenarios(void **state)
{
    (void)state;
    static const struct fg_store_note notes[] = {
        {UINT32_MAX, "price", "the oldest price is of 2026-05-01"},
        {1, "left-out", "no DaemonSets are named"},
        {2, "left-out", "no DaemonSets are named"},
        {UINT32_MAX, "default", "fargate.provisionDelay is 45s"}};
    add_scenario("a", 1);
    add_scenario("b", 1);
    add_scenario("c", 1);
    open_store();
    assert_int_equal(fg_store_write_notes(store, notes, 4, &error), FG_OK);
    write_month(0, 1, 0);
    result.summary.left_out = 1200;
    write_month(1, 2, 0);
    write_month(2, 3, 0);
    close_store();
    report(FG_REPORT_TEXT);
    const char *price = strstr(text, "price     the oldest price is of 2026-05-01\n");
    const char *sets = strstr(text, "left-out  no DaemonSets are named (b, c)\n");
    const char *delay = strstr(text, "default   fargate.provisionDelay is 45s\n");
    assert_true(price != NULL && sets != NULL && delay != NULL);
    assert_true(price < sets && sets < delay);
    assert_says("1,200 pods arrive at the cut or later and are left out (b)");
}

/* ---- EC2's parts, disruptions, zones ---- */

/* 100 Spot + 10 volumes + 12 Auto Mode + 3 addresses = 125 EC2; 5 unused of a plan is other. */
static void ec2_includes_spot_auto_mode_and_addresses(void **state)
{
    (void)state;
    add_scenario("auto", 1);
    open_store();
    add_cost(FG_CHARGE_EC2_SPOT, "nodepool:a", "shop", "web", 0, 1,
             100 * (int64_t)FG_NANO_PER_DOLLAR);
    add_cost(FG_CHARGE_EBS, "nodepool:a", "shop", "web", 0, 1, 10 * (int64_t)FG_NANO_PER_DOLLAR);
    add_cost(FG_CHARGE_AUTO_MODE, "nodepool:a", "shop", "web", 0, 1,
             12 * (int64_t)FG_NANO_PER_DOLLAR);
    add_cost(FG_CHARGE_PUBLIC_IPV4, "nodepool:a", "shop", "web", 0, 1,
             3 * (int64_t)FG_NANO_PER_DOLLAR);
    add_cost(FG_CHARGE_SAVINGS_PLAN, "cluster", "", "", 0, 1, 5 * (int64_t)FG_NANO_PER_DOLLAR);
    write_run(0, 0, 730);
    close_store();
    report(FG_REPORT_JSON);
    assert_says("\"ec2_usd\": 125,");
    assert_says("\"other_usd\": 5,");
    assert_says("\"eks-auto-mode\": 12,");
}

/* Waits of 30, 600, 600 s: the first hour of 600 is the second, 01:00. 5400 s redone = 1.5 h. The
 * subnet ran dry 7,265 s after midnight: 02:01:05. */
static void disruptions_have_a_row_where_there_are_any(void **state)
{
    (void)state;
    static const uint32_t waits[] = {30, 600, 600};
    add_scenario("calm", 1);
    add_scenario("spot", 1);
    open_store();
    write_month(0, 0, 5);
    result.summary.spot_interruptions = 1234;
    result.summary.disrupted_nodes = 17;
    result.summary.evictions = 2345;
    result.summary.lost_work_s = 5400;
    result.summary.preempted_pods = 8;
    result.summary.dry_subnet = "subnet-0a1b";
    result.summary.dry_s = 7265;
    add_waits(waits, 3);
    write_month(1, 0, 9);
    close_store();
    report(FG_REPORT_TEXT);
    assert_says("Disruptions and limits\n");
    assert_says(
        "spot      1,234       17    2,345     1.5          8      10m  2025-12-04 01:00\n");
    assert_says("  spot: subnet-0a1b first had no address for a pod at 2025-12-04T02:01:05Z.\n");
    assert_silent("calm          -");
    assert_silent("If the fullest zone is lost");
    report(FG_REPORT_JSON);
    assert_says("\"spot_interruptions\": 1234,\n        \"nodes_removed\": 17,\n"
                "        \"pods_evicted\": 2345,\n        \"pods_waiting_again\": 0,\n        "
                "\"work_hours_redone\": 1.5,\n"
                "        \"pods_preempted\": 8,\n        \"longest_wait_s\": 600,\n"
                "        \"longest_wait_hour\": \"2025-12-04T01:00:00Z\",\n"
                "        \"dry_subnet\": \"subnet-0a1b\",\n"
                "        \"dry_at\": \"2025-12-04T02:01:05Z\"\n");
    assert_says("\"longest_wait_hour\": null,\n        \"dry_subnet\": null,");
    report(FG_REPORT_HTML);
    assert_says("id=\"table-disruptions\"");
    assert_says("data-label=\"hours redone\">1.5</td>");
    assert_silent("id=\"table-zones\"");
    assert_silent("{{");
}

static void calm_study_says_nothing_of_disruptions(void **state)
{
    (void)state;
    add_scenario("calm", 1);
    open_store();
    write_month(0, 5, 0);
    close_store();
    report(FG_REPORT_TEXT);
    assert_silent("Disruptions");
    assert_silent("zone");
    report(FG_REPORT_HTML);
    assert_silent("id=\"h-limits\"");
    report(FG_REPORT_JSON);
    assert_says("\"fullest_zone\": null");
}

/* The worst of two replications for each figure: 3 and 9 evictions; dry at 50 s before 40 s. */
static void disruptions_are_those_of_the_worst_replication(void **state)
{
    (void)state;
    static const uint32_t first[] = {90}, second[] = {30, 61};
    add_scenario("mc", 2);
    open_store();
    result.summary.evictions = 9;
    result.summary.dry_subnet = "subnet-b";
    result.summary.dry_s = 50;
    add_waits(first, 1);
    write_run(0, 0, 730);
    result.summary.evictions = 3;
    result.summary.dry_subnet = "subnet-a";
    result.summary.dry_s = 40;
    add_waits(second, 2);
    write_run(0, 1, 730);
    close_store();
    report(FG_REPORT_TEXT);
    assert_says("Disruptions and limits, of the worst replication\n");
    assert_says("  mc: subnet-a first had no address for a pod at 2025-12-04T00:00:40Z.");
    report(FG_REPORT_JSON);
    assert_says("\"pods_evicted\": 9,");
    assert_says("\"longest_wait_s\": 90,");
    assert_says("\"longest_wait_hour\": \"2025-12-04T00:00:00Z\",");
}

/* a: 10 vCPU, 8 requested; b: 6 vCPU, 2 requested in the first hour, 4 in the second, when the loss
 * of a leaves 6 - 12 = -6 vCPU and 4 * -6 = -24 GiB; a holds 8 / 12 = 66.7 %. */
static void zone_loss_shows_share_and_what_does_not_fit(void **state)
{
    (void)state;
    add_scenario("two", 1);
    add_scenario("one", 1);
    open_store();
    add_zone("us-east-1a", 0, 2, 10, 8);
    add_zone("us-east-1b", 0, 1, 6, 2);
    add_zone("us-east-1b", 1, 1, 6, 4);
    add_spread("api", "us-east-1a", 30);
    add_spread("cron", "us-east-1b", 7);
    add_spread("single", "us-east-1a", 99);
    add_spread("web", "us-east-1a", 20);
    add_spread("web", "us-east-1b", 20);
    static const char *const workloads[] = {"api", "cron", "single", "web"};
    static const uint64_t pods[] = {3, 2, 1, 4};
    for (int i = 0; i < 4; i++) {
        add_outcome("shop", workloads[i], FG_OUTCOME_COMPLETED, "", pods[i]);
        result.outcomes[i].placed_on = "nodegroup:ng";
    }
    write_month(0, 0, 9);
    add_zone("us-east-1c", 0, 2, 4, 4);
    write_month(1, 0, 8);
    close_store();
    report(FG_REPORT_TEXT);
    assert_says("If the fullest zone is lost, on the nodes there are\n");
    assert_says("two       us-east-1a  2025-12-04 01:00  66.7 %  66.7 %  -6.0  -24.0  2 of 3\n");
    assert_says("  two: workloads in one zone alone: shop/api (us-east-1a, 30.0 pod-hours), ");
    assert_says("shop/cron (us-east-1b,");
    assert_says("  All nodes are in one zone, whose loss takes them all: one (us-east-1c).\n");
    report(FG_REPORT_JSON);
    assert_says("\"zone\": \"us-east-1a\",\n        \"zones\": 2,\n"
                "        \"worst_hour\": \"2025-12-04T01:00:00Z\",\n"
                "        \"vcpu_share\": 0.666666667,\n        \"memory_share\": 0.666666667,\n"
                "        \"vcpu_left\": -6,\n        \"memory_gib_left\": -24,\n"
                "        \"workloads_of_several_pods\": 3,\n"
                "        \"workloads_in_one_zone\": 2,");
    assert_says("\"vcpu_left\": -4,");
    report(FG_REPORT_HTML);
    assert_says("id=\"table-zones\"");
    assert_says("data-label=\"vCPU left\">-6.0</td>");
}

/* Pods that ran and wait again are told apart: 7 pods in all, 2 never ran, 5 are not back. */
static void evicted_pods_that_wait_again_are_not_among_those_that_never_ran(void **state)
{
    (void)state;
    add_scenario("a", 1);
    open_store();
    add_outcome("shop", "web", FG_OUTCOME_PENDING, FG_REASON_WAITS_AGAIN, 5);
    add_outcome("shop", "web", FG_OUTCOME_PENDING, "no room", 2);
    result.summary.never_ran = 2;
    write_month(0, 0, 5);
    close_store();
    report(FG_REPORT_TEXT);
    assert_says("2 of 7 pods never ran (2: no room).");
    assert_silent(FG_REASON_WAITS_AGAIN);
    assert_says(
        "Disruptions and limits\n  a: 5 pods that ran were evicted and not back at the end.\n");
    report(FG_REPORT_JSON);
    assert_says("\"pods_waiting_again\": 5,");
}

/* ---- faults ---- */

static void unknown_baseline_is_refused_with_the_known_names(void **state)
{
    (void)state;
    const struct fg_report_options options = {
        .format = FG_REPORT_TEXT, .output = output, .baseline = "all-ec"};
    add_scenario("all-ec2", 1);
    add_scenario("mixed", 1);
    open_store();
    write_month(0, 1, 0);
    close_store();
    assert_int_equal(fg_report_write(database, &options, &error), FG_BAD_INPUT);
    assert_string_equal(error.message,
                        "--baseline 'all-ec' is not a scenario of study 'shop', did you mean "
                        "'all-ec2'; expected one of 'all-ec2', 'mixed'");
    assert_int_not_equal(access(output, F_OK), 0);
}

/* The report has those that ran everything first: 500, 300, then 400 with pods that never ran. */
static void budget_names_the_dearest_whether_everything_ran_or_not(void **state)
{
    (void)state;
    char message[1024];
    uint32_t over = 0;
    add_scenario("small", 1);
    add_scenario("pending", 1);
    add_scenario("large\x1b", 1);
    add_scenario("free", 1);
    open_store();
    write_month(0, 300, 0);
    add_outcome("shop", "web", FG_OUTCOME_PENDING, "no room", 2);
    write_month(1, 400, 0);
    write_month(2, 500, 0);
    write_month(3, 0, 0);
    close_store();
    assert_int_equal(fg_report_budget(database, 299 * (fg_nanodollars)FG_NANO_PER_DOLLAR, &over,
                                      message, &error),
                     FG_OK);
    assert_int_equal(over, 3);
    assert_string_equal(message, "large? (500.00 USD), pending (400.00 USD), small (300.00 USD)");
    assert_int_equal(fg_report_budget(database, 500 * (fg_nanodollars)FG_NANO_PER_DOLLAR, &over,
                                      message, &error),
                     FG_OK);
    assert_int_equal(over, 0);
}

static void csv_needs_a_folder(void **state)
{
    (void)state;
    const struct fg_report_options options = {
        .format = FG_REPORT_CSV, .output = NULL, .baseline = NULL};
    assert_int_equal(fg_report_write(database, &options, &error), FG_BAD_INPUT);
    assert_non_null(strstr(error.message, "-o DIR"));
}

static void full_disk_fails_with_the_path(void **state)
{
    (void)state;
    const struct fg_report_options options = {
        .format = FG_REPORT_JSON, .output = "/dev/full", .baseline = NULL};
    add_scenario("a", 1);
    open_store();
    write_month(0, 1, 0);
    close_store();
    assert_int_equal(fg_report_write(database, &options, &error), FG_FAILED);
    assert_string_equal(error.message, "cannot write /dev/full: No space left on device");
}

static void earlier_report_stays_when_a_new_one_fails(void **state)
{
    (void)state;
    const struct fg_report_options options = {
        .format = FG_REPORT_TEXT, .output = output, .baseline = "no such one"};
    add_scenario("a", 1);
    open_store();
    write_month(0, 1, 0);
    close_store();
    report(FG_REPORT_TEXT);
    char *before = strdup(text);
    assert_int_equal(fg_report_write(database, &options, &error), FG_BAD_INPUT);
    read_text(output);
    assert_string_equal(before, text);
    free(before);
}

/* A file may grow to 4 KiB and no further, as on a disk that fills up: the page is larger. */
static void half_written_report_is_thrown_away(void **state)
{
    (void)state;
    const struct fg_report_options options = {
        .format = FG_REPORT_HTML, .output = output, .baseline = NULL};
    struct rlimit before, small;
    char part[160], expected[200];
    add_scenario("a", 1);
    open_store();
    write_month(0, 1, 0);
    close_store();
    report(FG_REPORT_TEXT);
    char *text_before = strdup(text);
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before);
    small = before;
    small.rlim_cur = 4096;
    setrlimit(RLIMIT_FSIZE, &small);
    fg_status status = fg_report_write(database, &options, &error);
    setrlimit(RLIMIT_FSIZE, &before);
    assert_int_equal(status, FG_FAILED);
    snprintf(expected, sizeof expected, "cannot write %s: File too large", output);
    assert_string_equal(error.message, expected);
    snprintf(part, sizeof part, "%s.%ld.part", output, (long)getpid());
    assert_int_not_equal(access(part, F_OK), 0);
    read_text(output);
    assert_string_equal(text_before, text);
    free(text_before);
}

/* ---- CSV ---- */

static void write_csv_study(void)
{
    add_scenario("zeta", 1);
    add_scenario("alpha", 1);
    open_store();
    add_cost(FG_CHARGE_FARGATE_VCPU, "fargate:apps", "shop", "=cmd|' /C calc'!A0", 0, 3, 40480000);
    add_cost(FG_CHARGE_EC2_ON_DEMAND, "nodegroup:ng", "-shop", "a,\"b\"", 1, 1, 96000001);
    add_cost(FG_CHARGE_EC2_ON_DEMAND, "nodegroup:ng", "", "(idle)", 1, 2, 7);
    add_capacity("nodegroup:ng", 0, 3, 2, 5);
    add_outcome("shop", "+web", FG_OUTCOME_PENDING, "@reason", 4);
    write_run(0, 0, 3);
    add_cost(FG_CHARGE_CONTROL_PLANE, "cluster", "", "", 0, 3, 100000000);
    add_outcome("shop", "web", FG_OUTCOME_COMPLETED, "", 4);
    write_run(1, 0, 3);
    close_store();
}

/* 3 * 0.04048 = 0.12144; 0.096000001 + 2 * 0.000000007 = 0.096000015; 3 * 0.10 = 0.3 */
static void csv_has_the_views_columns_sorted_by_their_keys(void **state)
{
    (void)state;
    write_csv_study();
    report(FG_REPORT_CSV);
    read_csv("scenario_cost.csv");
    assert_string_equal(text, "scenario,replication,charge,pool,usd,list_usd,nano_usd\n"
                              "alpha,0,eks-control-plane,cluster,0.3,0.3,300000000\n"
                              "zeta,0,ec2-on-demand,nodegroup:ng,0.096000015,0.096000015,96000015\n"
                              "zeta,0,fargate-vcpu,fargate:apps,0.12144,0.12144,121440000\n");
    read_csv("hourly_capacity.csv");
    assert_says("zeta,0,2025-12-04T01:00:00Z,nodegroup:ng,2,2,0,0,0,0,5,0,0\n");
    read_csv("pod_outcome.csv");
    assert_says("scenario,replication,namespace,workload,placed_on,outcome,reason,pods,wait_p50_s,"
                "wait_p95_s,wait_max_s\n"
                "alpha,0,shop,web,fargate:apps,completed,,4,45,60,90\n");
}

static void csv_defuses_what_a_spreadsheet_would_calculate(void **state)
{
    (void)state;
    write_csv_study();
    report(FG_REPORT_CSV);
    read_csv("hourly_cost.csv");
    assert_says(",shop,'=cmd|' /C calc'!A0,");
    assert_says(",'-shop,\"a,\"\"b\"\"\",");
    read_csv("pod_outcome.csv");
    assert_says(",shop,'+web,pending,pending,'@reason,4,");
}

/* The nano_usd column is the last one. */
static void csv_amounts_add_up_to_the_views(void **state)
{
    (void)state;
    write_csv_study();
    report(FG_REPORT_CSV);
    read_csv("hourly_cost.csv");
    int64_t sum = 0, rows = -1;
    for (char *line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n"), rows++)
        if (rows >= 0)
            sum += strtoll(strrchr(line, ',') + 1, NULL, 10);
    assert_int_equal(sum, query_integer("SELECT sum(nano_usd) FROM hourly_cost"));
    assert_int_equal(rows, query_integer("SELECT count(*) FROM hourly_cost"));
}

/* 1200000 milli-vCPU-seconds are 1200000 / 3600000 = 0.333333333 vCPU-hours */
static void csv_quantities_are_plain_decimals(void **state)
{
    (void)state;
    write_csv_study();
    report(FG_REPORT_CSV);
    read_csv("hourly_cost.csv");
    assert_says("A0,0.333333333,vCPU-Hours,0.04048,0.04048,40480000\n");
}

static void csv_folder_that_is_a_file_is_refused(void **state)
{
    (void)state;
    const struct fg_report_options options = {
        .format = FG_REPORT_CSV, .output = output, .baseline = NULL};
    write_csv_study();
    report(FG_REPORT_TEXT);
    assert_int_equal(fg_report_write(database, &options, &error), FG_BAD_INPUT);
    assert_non_null(strstr(error.message, "is a file; expected a folder"));
}

/* ---- HTML ---- */

static void names_stay_text_in_the_page(void **state)
{
    (void)state;
    static const char evil[] = "</script><script>alert(1)</script><!--&\"'\xE2\x80\xA8\xFF";
    study.name = evil;
    add_scenario(evil, 1);
    open_store();
    add_cost(FG_CHARGE_FARGATE_VCPU, "fargate:apps", evil, evil, 0, 3, 1);
    add_outcome(evil, evil, FG_OUTCOME_PENDING, evil, 4);
    write_run(0, 0, 3);
    close_store();
    report(FG_REPORT_HTML);
    assert_silent("<script>alert");
    assert_silent("</script><script>alert");
    assert_silent("\xFF");
    assert_says("&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt;&lt;!--&amp;&quot;&#39;");
    assert_says("\\u003c/script\\u003e\\u003cscript\\u003ealert(1)\\u003c/script\\u003e"
                "\\u003c!--\\u0026\\\"'\\u2028\xEF\xBF\xBD");
    report(FG_REPORT_JSON);
    assert_silent("<script>");
}

static void page_has_its_totals_without_the_script(void **state)
{
    (void)state;
    add_scenario("all-ec2", 1);
    add_scenario("mixed", 1);
    open_store();
    write_month(0, 200, 1800);
    write_month(1, 600, 150);
    close_store();
    report(FG_REPORT_HTML);
    assert_says("<html lang=\"en\">");
    assert_says("data-total-usd=\"2000\"");
    assert_says("data-label=\"study total\">2,000.00</td>");
    assert_says("data-label=\"month to baseline\">-62.5 %</td>");
    assert_says("<th scope=\"col\"");
    assert_says("<th scope=\"row\"");
    assert_silent("src=\"");
    assert_silent("href=\"");
    assert_silent("{{");
}

/* Two hours of 4 vCPU and 16 GiB allocatable: 2 and then 3 vCPU requested with 4 GiB each; a wait
 * of 90 s in the second. What Fargate has is not of nodes. */
static void page_has_what_nodes_have_against_what_is_requested(void **state)
{
    (void)state;
    static const uint32_t waits[] = {0, 90};
    add_scenario("nodes", 1);
    open_store();
    add_cost(FG_CHARGE_EC2_ON_DEMAND, "nodegroup:ng", "shop", "web", 0, 2, 500000000);
    add_capacity("fargate:apps", 0, 2, 3, 3);
    add_capacity("nodegroup:ng", 0, 1, 1, 2);
    add_capacity("nodegroup:ng", 1, 1, 1, 3);
    for (uint32_t i = 0; i < 3; i++) {
        result.capacity.items[i].cpu_allocatable_milli_s = 4000 * 3600;
        result.capacity.items[i].memory_allocatable_mib_s = 16384 * 3600;
        result.capacity.items[i].cpu_requested_milli_s = (1000 + 1000 * (int64_t)i) * 3600;
        result.capacity.items[i].memory_requested_mib_s = (4096 + 4096 * (int64_t)i) * 3600;
    }
    add_waits(waits, 2);
    write_run(0, 0, 2);
    close_store();
    report(FG_REPORT_HTML);
    assert_says("\"cpu_allocatable\":[4,4,0],\"cpu_requested\":[2,3,0],"
                "\"memory_allocatable\":[16,16,0],\"memory_requested\":[8,12,0],"
                "\"oldest_wait_s\":[0,90,0]");
}

/* A year of 8760 hours in at most 750 points: 12 hours each, 8760 / 12 = 730. Each costs
 * 12 * 0.5 = 6 dollars, all 730 * 6 = 4380. */
static void page_gathers_the_hours_of_a_year_into_points(void **state)
{
    (void)state;
    add_scenario("year", 1);
    open_store();
    add_cost(FG_CHARGE_FARGATE_VCPU, "fargate:apps", "shop", "web", 0, 8760, 500000000);
    add_capacity("fargate:apps", 0, 8760, 3, 3);
    write_run(0, 0, 8760);
    close_store();
    report(FG_REPORT_HTML);
    assert_says("\"step_hours\":12,");
    const char *costs = strstr(text, "\"charge\":\"fargate-vcpu\",\"usd\":[6,6,");
    assert_non_null(costs);
    uint32_t points = 0;
    for (const char *at = strchr(costs, '['); *at != ']'; at++)
        points += *at == '6';
    assert_int_equal(points, 730);
    assert_says("\"rows\":[[\"shop\",4380,0,4380,0,0,0]]");
    assert_says("\"rows\":[[\"shop/web\",4380,0,4380,0,0,0]]");
    assert_says("\"pods\":[3,3,");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(verdict_names_the_cheapest_and_what_makes_the_difference),
        TEST(verdict_compares_with_the_next_when_the_baseline_is_cheapest),
        TEST(scenario_with_pending_pods_is_never_called_cheapest),
        TEST(reasons_that_differ_in_numbers_of_nodes_are_one),
        TEST(no_scenario_is_cheapest_when_none_ran_everything),
        TEST(equally_cheap_scenarios_are_all_named),
        TEST(study_without_pods_and_cost_has_no_percentages),
        TEST(lone_scenario_needs_no_comparison),
        TEST(replications_show_mean_and_percentiles),
        TEST(missing_runs_are_named_and_not_cheapest),
        TEST(month_is_stretched_from_what_was_simulated),
        TEST(capacity_figures_are_shares_and_unit_prices),
        TEST(text_stays_within_100_columns_whatever_the_names),
        TEST(control_characters_do_not_reach_the_terminal),
        TEST(rows_do_not_depend_on_the_order_of_scenarios),
        TEST(assumptions_stand_in_order_with_their_scenarios),
        TEST(ec2_includes_spot_auto_mode_and_addresses),
        TEST(disruptions_have_a_row_where_there_are_any),
        TEST(calm_study_says_nothing_of_disruptions),
        TEST(disruptions_are_those_of_the_worst_replication),
        TEST(zone_loss_shows_share_and_what_does_not_fit),
        TEST(evicted_pods_that_wait_again_are_not_among_those_that_never_ran),
        TEST(unknown_baseline_is_refused_with_the_known_names),
        TEST(budget_names_the_dearest_whether_everything_ran_or_not),
        TEST(csv_needs_a_folder),
        TEST(full_disk_fails_with_the_path),
        TEST(earlier_report_stays_when_a_new_one_fails),
        TEST(half_written_report_is_thrown_away),
        TEST(csv_has_the_views_columns_sorted_by_their_keys),
        TEST(csv_defuses_what_a_spreadsheet_would_calculate),
        TEST(csv_amounts_add_up_to_the_views),
        TEST(csv_quantities_are_plain_decimals),
        TEST(csv_folder_that_is_a_file_is_refused),
        TEST(names_stay_text_in_the_page),
        TEST(page_has_its_totals_without_the_script),
        TEST(page_has_what_nodes_have_against_what_is_requested),
        TEST(page_gathers_the_hours_of_a_year_into_points),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
