#include "sim/replay/bill.h"

#include <stdlib.h>
#include <string.h>

#include "models/base/status.h"

static uint64_t account_hash(const struct fg_account *account)
{
    uint64_t hash = fg_hash_bytes(account->pool, strlen(account->pool), account->charge);
    hash = fg_hash_bytes(account->sku, strlen(account->sku), hash);
    hash = fg_hash_bytes(account->namespace_name, strlen(account->namespace_name), hash);
    if (account->group != NULL)
        hash = fg_hash_bytes(account->group, strlen(account->group), hash);
    hash = fg_hash_bytes(&account->contract_unit_nano, sizeof account->contract_unit_nano, hash);
    return fg_hash_bytes(account->workload, strlen(account->workload), hash);
}

uint32_t fg_bill_account(struct fg_bill *bill, struct fg_account account)
{
    struct fg_ledger *ledger = &bill->ledger;
    uint64_t hash = account_hash(&account);
    uint32_t cursor = 0, number;
    while ((number = fg_index_next(&bill->by_account, hash, &cursor)) != UINT32_MAX)
        if (fg_account_compare(&ledger->accounts[number], &account) == 0)
            return number;
    number = ledger->account_count++;
    ledger->accounts = fg_grow(ledger->accounts, &ledger->account_capacity, ledger->account_count,
                               sizeof *ledger->accounts);
    ledger->accounts[number] = account;
    bill->last_row = fg_grow(bill->last_row, &bill->last_row_capacity, ledger->account_count,
                             sizeof *bill->last_row);
    bill->last_row[number] = UINT32_MAX;
    fg_index_put(&bill->by_account, hash, number);
    return number;
}

void fg_bill_add(struct fg_bill *bill, uint32_t account, int32_t first_hour, uint32_t hour_count,
                 int64_t quantity, fg_nanodollars nano)
{
    struct fg_ledger *ledger = &bill->ledger;
    if (hour_count == 0 || (quantity == 0 && nano == 0))
        return;
    uint32_t last = bill->last_row[account];
    if (last != UINT32_MAX) {
        struct fg_ledger_row *row = &ledger->rows[last];
        FG_ASSERT(row->first_hour + (int64_t)row->hour_count <= first_hour);
        if (row->first_hour + (int64_t)row->hour_count == first_hour && row->quantity == quantity &&
            row->nano == nano) {
            row->hour_count += hour_count;
            return;
        }
    }
    uint32_t number = ledger->row_count++;
    ledger->rows =
        fg_grow(ledger->rows, &ledger->row_capacity, ledger->row_count, sizeof *ledger->rows);
    ledger->rows[number] = (struct fg_ledger_row){account, first_hour, hour_count, quantity, nano};
    bill->last_row[account] = number;
}

struct numbered_account {
    struct fg_account account;
    uint32_t number;
};

static int compare_numbered(const void *a, const void *b)
{
    return fg_account_compare(&((const struct numbered_account *)a)->account,
                              &((const struct numbered_account *)b)->account);
}

/* Sorts the accounts; new_number[old] tells where each went. */
static void sort_accounts(struct fg_ledger *ledger, uint32_t *new_number)
{
    struct numbered_account *sorted = fg_allocate(ledger->account_count, sizeof *sorted);
    for (uint32_t i = 0; i < ledger->account_count; i++)
        sorted[i] = (struct numbered_account){ledger->accounts[i], i};
    qsort(sorted, ledger->account_count, sizeof *sorted, compare_numbered);
    for (uint32_t i = 0; i < ledger->account_count; i++) {
        ledger->accounts[i] = sorted[i].account;
        new_number[sorted[i].number] = i;
    }
    free(sorted);
}

/* Counting sort: within an account the rows stand in the order of their hours already. */
static void sort_rows(struct fg_ledger *ledger, const uint32_t *new_number)
{
    uint32_t *place = fg_allocate((size_t)ledger->account_count + 1, sizeof *place);
    for (uint32_t i = 0; i < ledger->row_count; i++) {
        ledger->rows[i].account = new_number[ledger->rows[i].account];
        place[ledger->rows[i].account + 1]++;
    }
    for (uint32_t i = 0; i < ledger->account_count; i++)
        place[i + 1] += place[i];
    struct fg_ledger_row *sorted = fg_allocate(ledger->row_count, sizeof *sorted);
    for (uint32_t i = 0; i < ledger->row_count; i++)
        sorted[place[ledger->rows[i].account]++] = ledger->rows[i];
    free(ledger->rows);
    ledger->rows = sorted;
    ledger->row_capacity = ledger->row_count;
    free(place);
}

void fg_bill_close(struct fg_bill *bill, struct fg_ledger *out)
{
    struct fg_ledger *ledger = &bill->ledger;
    uint32_t *new_number = fg_allocate(ledger->account_count, sizeof *new_number);
    sort_accounts(ledger, new_number);
    sort_rows(ledger, new_number);
    free(new_number);
    *out = *ledger;
    free(bill->last_row);
    fg_index_release(&bill->by_account);
    memset(bill, 0, sizeof *bill);
}
