#include "tests/support/focus_bill.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "sim/replay/commitments.h"

enum { HOUR_S = 3600 };

static void is_ok(fg_status status, const struct fg_error *error)
{
    char text[512];
    if (status != FG_OK)
        fail_msg("%s", fg_error_text(error, text, sizeof text));
}

void fg_focus_bill_open(struct fg_focus_bill *bill, uint32_t scenario_count,
                        enum fg_ledger_detail detail)
{
    struct fg_error error = {0};
    *bill = (struct fg_focus_bill){.folder = "/tmp/fargauge-focus-XXXXXX"};
    assert_non_null(mkdtemp(bill->folder));
    snprintf(bill->database, sizeof bill->database, "%s/study.db", bill->folder);
    snprintf(bill->output, sizeof bill->output, "%s/focus.csv", bill->folder);
    for (uint32_t i = 0; i < scenario_count; i++) {
        snprintf(bill->names[i], sizeof bill->names[i], "s%u", i);
        bill->scenarios[i] = (struct fg_store_scenario){.name = bill->names[i],
                                                        .region = "us-east-1",
                                                        .start = (fg_unix_s)FG_FOCUS_HOUR0 * HOUR_S,
                                                        .replication_count = 1};
        bill->scenarios[i].digest[0] = (uint8_t)i;
    }
    bill->study = (struct fg_store_study){.name = "shop",
                                          .program_version = "0.1.0",
                                          .detail = detail,
                                          .scenario_count = scenario_count,
                                          .scenarios = bill->scenarios};
    is_ok(fg_store_open(bill->database, &bill->study, false, &bill->store, &error), &error);
}

void fg_focus_bill_put(struct fg_focus_bill *bill, uint32_t scenario, struct fg_result *result)
{
    struct fg_error error = {0};
    is_ok(fg_store_write(bill->store, scenario, 0, result, &error), &error);
    fg_result_release(result);
    memset(result, 0, sizeof *result);
}

void fg_focus_bill_finish(struct fg_focus_bill *bill)
{
    struct fg_error error = {0};
    is_ok(fg_store_close(bill->store, &error), &error);
    bill->store = NULL;
}

void fg_focus_bill_export(struct fg_focus_bill *bill, const struct fg_focus_options *options,
                          struct fg_focus_table *out)
{
    struct fg_error error = {0};
    char fault[FG_FOCUS_FAULT_BYTES];
    const struct fg_report_options report = {
        .format = FG_REPORT_FOCUS, .output = bill->output, .focus = *options};
    is_ok(fg_report_write(bill->database, &report, &error), &error);
    FILE *file = fopen(bill->output, "r");
    assert_non_null(file);
    fseek(file, 0, SEEK_END);
    size_t length = (size_t)ftell(file);
    rewind(file);
    char *text = fg_allocate(length + 1, 1);
    assert_int_equal(fread(text, 1, length, file), length);
    fclose(file);
    if (!fg_focus_table_read(text, length, out, fault))
        fail_msg("%s", fault);
    free(text);
}

int64_t fg_focus_bill_query(const struct fg_focus_bill *bill, const char *sql)
{
    sqlite3 *database;
    sqlite3_stmt *query;
    struct fg_error error = {0};
    is_ok(fg_store_open_for_reading(bill->database, &database, &error), &error);
    assert_int_equal(sqlite3_prepare_v2(database, sql, -1, &query, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(query), SQLITE_ROW);
    int64_t value = sqlite3_column_int64(query, 0);
    sqlite3_finalize(query);
    sqlite3_close(database);
    return value;
}

void fg_focus_bill_close(struct fg_focus_bill *bill)
{
    struct fg_error error = {0};
    if (bill->store != NULL)
        fg_store_close(bill->store, &error);
    unlink(bill->output);
    unlink(bill->database);
    rmdir(bill->folder);
}

uint32_t fg_focus_bill_add(struct fg_ledger *ledger, struct fg_account account, uint32_t first,
                           uint32_t hours, int64_t quantity)
{
    const struct fg_price price = {account.contract_unit_nano,
                                   fg_charge_base_per_unit(account.charge)};
    ledger->accounts = fg_grow(ledger->accounts, &ledger->account_capacity,
                               ledger->account_count + 1, sizeof *ledger->accounts);
    ledger->accounts[ledger->account_count] = account;
    ledger->rows =
        fg_grow(ledger->rows, &ledger->row_capacity, ledger->row_count + 1, sizeof *ledger->rows);
    ledger->rows[ledger->row_count] =
        (struct fg_ledger_row){ledger->account_count++, FG_FOCUS_HOUR0 + (int32_t)first, hours,
                               quantity, fg_money_amount_half_even(quantity, price)};
    return ledger->row_count++;
}

void fg_focus_bill_commit(struct fg_result *result, struct fg_commitment *commitments,
                          uint32_t count, const struct fg_other_usage *other, uint32_t hours)
{
    struct fg_error error = {0};
    const struct fg_scenario scenario = {.name = "s0",
                                         .region = "us-east-1",
                                         .start = (fg_unix_s)FG_FOCUS_HOUR0 * HOUR_S,
                                         .commitment_count = count,
                                         .commitments = commitments,
                                         .other_usage = other};
    fg_ledger_set_list_costs(&result->ledger);
    is_ok(fg_commitments_apply(&scenario, NULL, NULL, hours * HOUR_S, result, &error), &error);
}

void fg_focus_is_valid(const struct fg_focus_table *table, const struct fg_focus_rules *rules)
{
    char fault[FG_FOCUS_FAULT_BYTES];
    if (!fg_focus_table_check(table, rules, fault))
        fail_msg("%s", fault);
}
