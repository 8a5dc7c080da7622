/* Storing an hourly ledger, against SQLite's own rate for rows of the same shape. */
#include <omp.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench/measure.h"
#include "data/store.h"

enum { ACCOUNTS = 400, HOURS = 2400, ROWS = ACCOUNTS * HOURS };

static int64_t nano_of(uint32_t account, int32_t hour)
{
    return 1000003ll * account + 17ll * hour;
}

/* Every hour another amount, so that no two rows are one. */
static void make_result(struct fg_result *out)
{
    static char workloads[ACCOUNTS][24];
    struct fg_ledger *ledger = &out->ledger;
    *out = (struct fg_result){.summary = {.cut_s = HOURS * 3600}};
    ledger->accounts = fg_allocate(ACCOUNTS, sizeof *ledger->accounts);
    ledger->rows = fg_allocate(ROWS, sizeof *ledger->rows);
    for (uint32_t a = 0; a < ACCOUNTS; a++) {
        snprintf(workloads[a], sizeof workloads[a], "workload-%04u", a);
        ledger->accounts[ledger->account_count++] =
            (struct fg_account){.charge = FG_CHARGE_FARGATE_VCPU,
                                .pool = "fargate:all",
                                .sku = "linux/amd64",
                                .namespace_name = "shop",
                                .workload = workloads[a]};
        for (int32_t h = 0; h < HOURS; h++)
            ledger->rows[ledger->row_count++] =
                (struct fg_ledger_row){a, 490000 + h, 1, 3600000 + h, nano_of(a, h)};
    }
}

static void execute(sqlite3 *database, const char *sql)
{
    fg_bench_check(sqlite3_exec(database, sql, NULL, NULL, NULL) == SQLITE_OK, sql);
}

/* What SQLite does with such rows in key order, in one transaction, journalled the same way. */
static double sqlite_alone(void)
{
    char path[128];
    sqlite3 *database;
    sqlite3_stmt *insert;
    snprintf(path, sizeof path, "%s/alone.db", fg_bench_folder());
    fg_bench_check(sqlite3_open(path, &database) == SQLITE_OK, path);
    execute(database, "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
                      "CREATE TABLE l(run_id INTEGER NOT NULL, account INTEGER NOT NULL,"
                      " first_hour INTEGER NOT NULL, hour_count INTEGER NOT NULL,"
                      " quantity INTEGER NOT NULL, nano INTEGER NOT NULL, list_nano INTEGER,"
                      " PRIMARY KEY(run_id, account, first_hour)) STRICT, WITHOUT ROWID;");
    double start = omp_get_wtime();
    execute(database, "BEGIN");
    fg_bench_check(sqlite3_prepare_v2(database, "INSERT INTO l VALUES(1,?,?,1,?,?,NULL)", -1,
                                      &insert, NULL) == SQLITE_OK,
                   "prepare");
    for (uint32_t a = 0; a < ACCOUNTS; a++) {
        for (int32_t h = 0; h < HOURS; h++) {
            sqlite3_bind_int64(insert, 1, a);
            sqlite3_bind_int64(insert, 2, 490000 + h);
            sqlite3_bind_int64(insert, 3, 3600000 + h);
            sqlite3_bind_int64(insert, 4, nano_of(a, h));
            fg_bench_check(sqlite3_step(insert) == SQLITE_DONE, "insert");
            sqlite3_reset(insert);
        }
    }
    execute(database, "COMMIT");
    sqlite3_finalize(insert);
    fg_bench_check(sqlite3_close(database) == SQLITE_OK, "close");
    return omp_get_wtime() - start;
}

static double store(const struct fg_result *result)
{
    char path[128];
    const struct fg_store_scenario scenario = {
        .name = "s", .region = "us-east-1", .replication_count = 1};
    const struct fg_store_study study = {.name = "bench",
                                         .program_version = "0",
                                         .detail = FG_LEDGER_HOUR,
                                         .scenario_count = 1,
                                         .scenarios = &scenario};
    struct fg_store *opened;
    struct fg_error error = {0};
    snprintf(path, sizeof path, "%s/ours.db", fg_bench_folder());
    fg_bench_require(fg_store_open(path, &study, true, &opened, &error), &error);
    double start = omp_get_wtime();
    fg_bench_require(fg_store_write(opened, 0, 0, result, &error), &error);
    fg_bench_require(fg_store_close(opened, &error), &error);
    return omp_get_wtime() - start;
}

static int64_t stored_total(void)
{
    char path[128];
    sqlite3 *database;
    sqlite3_stmt *query;
    struct fg_error error = {0};
    snprintf(path, sizeof path, "%s/ours.db", fg_bench_folder());
    fg_bench_require(fg_store_open_for_reading(path, &database, &error), &error);
    fg_bench_check(sqlite3_prepare_v2(database, "SELECT sum(nano_usd) FROM scenario_cost", -1,
                                      &query, NULL) == SQLITE_OK &&
                       sqlite3_step(query) == SQLITE_ROW,
                   "reading back");
    int64_t total = sqlite3_column_int64(query, 0);
    sqlite3_finalize(query);
    sqlite3_close(database);
    return total;
}

int main(void)
{
    struct fg_result result;
    make_result(&result);
    double alone = sqlite_alone(), ours = store(&result);
    fg_bench_check(stored_total() == fg_ledger_total(&result.ledger), "the stored total");
    fg_bench_line("storing an hourly ledger, 960,000 rows", "60 % of SQLite's bulk rate",
                  "%6.2f M rows/s, %3.0f %% of SQLite's %.2f M", ROWS / ours / FG_MILLION,
                  100 * alone / ours, ROWS / alone / FG_MILLION);
    fg_result_release(&result);
    return 0;
}
