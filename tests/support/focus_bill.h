/* focus_bill.h - bills made by hand, put into a database and exported as FOCUS. Faults end the
 * test. */
#ifndef FARGAUGE_TESTS_FOCUS_BILL_H
#define FARGAUGE_TESTS_FOCUS_BILL_H

#include "data/store.h"
#include "models/scenario.h"
#include "reports/report.h"
#include "tests/support/focus_checker.h"

enum { FG_FOCUS_BILL_SCENARIOS = 100, FG_FOCUS_HOUR0 = 490224 /* 2025-12-04T00:00:00Z */ };

/* A study in a folder of its own, with scenarios s0, s1, ... */
struct fg_focus_bill {
    char folder[64], database[96], output[96];
    char names[FG_FOCUS_BILL_SCENARIOS][16];
    struct fg_store_scenario scenarios[FG_FOCUS_BILL_SCENARIOS];
    struct fg_store_study study;
    struct fg_store *store;
};
void fg_focus_bill_open(struct fg_focus_bill *bill, uint32_t scenario_count,
                        enum fg_ledger_detail detail);
/* Stores the result as the scenario's and releases it. */
void fg_focus_bill_put(struct fg_focus_bill *bill, uint32_t scenario, struct fg_result *result);
/* No more results; now it can be exported. */
void fg_focus_bill_finish(struct fg_focus_bill *bill);
/* The export, read again; release the table. */
void fg_focus_bill_export(struct fg_focus_bill *bill, const struct fg_focus_options *options,
                          struct fg_focus_table *out);
/* A whole number that a query of the database gives. */
int64_t fg_focus_bill_query(const struct fg_focus_bill *bill, const char *sql);
void fg_focus_bill_close(struct fg_focus_bill *bill);

/* Adds an account (they must come in order) with a row of hours from the first on, at its prices:
 * `quantity` in base units. Returns the row's number. */
uint32_t fg_focus_bill_add(struct fg_ledger *ledger, struct fg_account account, uint32_t first,
                           uint32_t hours, int64_t quantity);
/* Applies the commitments to so many hours, with the account's other usage, which may be NULL. */
void fg_focus_bill_commit(struct fg_result *result, struct fg_commitment *commitments,
                          uint32_t count, const struct fg_other_usage *other, uint32_t hours);

/* Fails with the fault if the table is not valid. */
void fg_focus_is_valid(const struct fg_focus_table *table, const struct fg_focus_rules *rules);

#endif
