/* bill.h - collects ledger rows while the replay runs.
 *
 * Rows of one account arrive in the order of their hours; a row equal to the one before and
 * next to it makes that one longer. fg_bill_close sorts them into the ledger.
 */
#ifndef FARGAUGE_SIM_REPLAY_BILL_H
#define FARGAUGE_SIM_REPLAY_BILL_H

#include "models/base/index.h"
#include "models/ledger.h"

struct fg_bill {
    struct fg_ledger ledger; /* unsorted until closed */
    uint32_t *last_row;      /* by account; UINT32_MAX = none yet */
    uint32_t last_row_capacity;
    struct fg_index by_account;
};

/* The number of the account with these fields, made if new. Texts are borrowed: they
 * must outlive the ledger. */
uint32_t fg_bill_account(struct fg_bill *bill, struct fg_account account);
/* Zero quantity with zero nano is not stored. */
void fg_bill_add(struct fg_bill *bill, uint32_t account, int32_t first_hour, uint32_t hour_count,
                 int64_t quantity, fg_nanodollars nano);
/* Moves the rows, sorted as fg_ledger promises, to `out` and frees the rest. */
void fg_bill_close(struct fg_bill *bill, struct fg_ledger *out);

#endif
