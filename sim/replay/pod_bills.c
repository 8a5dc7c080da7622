#include "sim/replay/pod_bills.h"

#include <stdlib.h>
#include <string.h>

#include "models/base/index.h"
#include "sim/replay/clock.h"

/* What a workload pays in a pool, as a part of its list price. */
#define WHOLE ((int64_t)1 << 30)

/* The accounts and pods of one workload in one pool; both are lists through `next_...`. */
struct share {
    uint32_t account; /* whose names these are */
    uint32_t first_account, first_pod;
};

struct sharing {
    struct fg_result *result;
    fg_unix_s start;
    uint32_t cut_s;
    uint32_t share_count;
    struct share *shares; /* at most one an account */
    struct fg_index by_names;
    uint32_t *next_account;         /* by account */
    uint32_t *first_row, *rows_end; /* by account */
    uint32_t *next_pod;             /* by pod row */
    /* Of the share at hand: the hours in which its pods run, and figures by hour from the first. */
    int32_t first_hour, end_hour;
    __int128 *paid, *list;
    int64_t *part;   /* paid / list, in parts of WHOLE */
    __int128 *parts; /* seconds times part, of all hours before */
};

static int32_t hour_of(fg_unix_s instant)
{
    fg_unix_s hour = instant / FG_HOUR_S;
    return (int32_t)(instant % FG_HOUR_S < 0 ? hour - 1 : hour);
}

static bool is_of_pods(enum fg_charge charge)
{
    return charge <= FG_CHARGE_PUBLIC_IPV4 ||
           (charge >= FG_CHARGE_OTHER_HOURS && charge <= FG_CHARGE_OTHER_GB);
}

/* ---- who shares what ---- */

static uint64_t hash_names(const char *pool, const char *name_space, const char *workload)
{
    uint64_t hash = fg_hash_bytes(pool, strlen(pool), 1);
    hash = fg_hash_bytes(name_space, strlen(name_space), hash);
    return fg_hash_bytes(workload, strlen(workload), hash);
}

static uint32_t find_share(const struct sharing *sharing, const char *pool, const char *name_space,
                           const char *workload)
{
    const struct fg_account *accounts = sharing->result->ledger.accounts;
    uint64_t hash = hash_names(pool, name_space, workload);
    uint32_t cursor = 0, number;
    while ((number = fg_index_next(&sharing->by_names, hash, &cursor)) < sharing->share_count) {
        const struct fg_account *of = &accounts[sharing->shares[number].account];
        if (strcmp(of->pool, pool) == 0 && strcmp(of->namespace_name, name_space) == 0 &&
            strcmp(of->workload, workload) == 0)
            break;
    }
    return number;
}

static void add_account(struct sharing *sharing, uint32_t account)
{
    const struct fg_account *of = &sharing->result->ledger.accounts[account];
    uint32_t number = find_share(sharing, of->pool, of->namespace_name, of->workload);
    if (number == UINT32_MAX) {
        number = sharing->share_count++;
        sharing->shares[number] = (struct share){account, UINT32_MAX, UINT32_MAX};
        fg_index_put(&sharing->by_names, hash_names(of->pool, of->namespace_name, of->workload),
                     number);
    }
    sharing->next_account[account] = sharing->shares[number].first_account;
    sharing->shares[number].first_account = account;
}

static void find_rows(struct sharing *sharing)
{
    const struct fg_ledger *ledger = &sharing->result->ledger;
    for (uint32_t i = ledger->row_count; i > 0; i--) {
        uint32_t account = ledger->rows[i - 1].account;
        if (sharing->rows_end[account] == 0)
            sharing->rows_end[account] = i;
        sharing->first_row[account] = i - 1;
    }
}

static void add_pods(struct sharing *sharing)
{
    for (uint32_t i = sharing->result->pod_row_count; i > 0; i--) {
        const struct fg_pod_row *pod = &sharing->result->pod_rows[i - 1];
        uint32_t number =
            pod->start_s < 0 || pod->nano == 0
                ? UINT32_MAX
                : find_share(sharing, pod->placed_on, pod->namespace_name, pod->workload);
        if (number == UINT32_MAX)
            continue;
        sharing->next_pod[i - 1] = sharing->shares[number].first_pod;
        sharing->shares[number].first_pod = i - 1;
    }
}

/* ---- one workload in one pool ---- */

static fg_unix_s from_of(const struct sharing *sharing, const struct fg_pod_row *pod)
{
    return sharing->start + pod->start_s;
}

/* A pod that ends as it begins is priced as in its first second. */
static fg_unix_s to_of(const struct sharing *sharing, const struct fg_pod_row *pod)
{
    fg_unix_s to = sharing->start + (pod->end_s < 0 ? (int64_t)sharing->cut_s : pod->end_s);
    return to > from_of(sharing, pod) ? to : from_of(sharing, pod) + 1;
}

static void find_hours(struct sharing *sharing, const struct share *share)
{
    sharing->first_hour = INT32_MAX;
    sharing->end_hour = INT32_MIN;
    for (uint32_t p = share->first_pod; p != UINT32_MAX; p = sharing->next_pod[p]) {
        const struct fg_pod_row *pod = &sharing->result->pod_rows[p];
        int32_t first = hour_of(from_of(sharing, pod)), end = hour_of(to_of(sharing, pod)) + 1;
        if (first < sharing->first_hour)
            sharing->first_hour = first;
        if (end > sharing->end_hour)
            sharing->end_hour = end;
    }
}

static void add_row(struct sharing *sharing, const struct fg_ledger_row *row,
                    fg_nanodollars list_nano)
{
    int64_t hour = row->first_hour, end = hour + row->hour_count;
    if (hour < sharing->first_hour)
        hour = sharing->first_hour;
    for (; hour < end && hour < sharing->end_hour; hour++) {
        sharing->paid[hour - sharing->first_hour] += row->nano;
        sharing->list[hour - sharing->first_hour] += list_nano;
    }
}

/* An hour without a price is paid as it is. */
static void find_parts(struct sharing *sharing, const struct share *share)
{
    const struct fg_ledger *ledger = &sharing->result->ledger;
    size_t hours = (size_t)(sharing->end_hour - sharing->first_hour);
    memset(sharing->paid, 0, hours * sizeof *sharing->paid);
    memset(sharing->list, 0, hours * sizeof *sharing->list);
    for (uint32_t a = share->first_account; a != UINT32_MAX; a = sharing->next_account[a])
        for (uint32_t r = sharing->first_row[a]; r < sharing->rows_end[a]; r++)
            add_row(sharing, &ledger->rows[r], fg_ledger_cost(ledger, r).contract_nano);
    for (size_t h = 0; h < hours; h++) {
        sharing->part[h] =
            sharing->list[h] == 0
                ? WHOLE
                : (int64_t)fg_money_divide_half_even(sharing->paid[h] * WHOLE, sharing->list[h]);
        sharing->parts[h + 1] = sharing->parts[h] + (__int128)sharing->part[h] * FG_HOUR_S;
    }
}

/* Seconds times part from the first hour to the instant. */
static __int128 parts_until(const struct sharing *sharing, fg_unix_s instant)
{
    fg_unix_s since = instant - (fg_unix_s)sharing->first_hour * FG_HOUR_S;
    return sharing->parts[since / FG_HOUR_S] +
           (__int128)sharing->part[since / FG_HOUR_S] * (since % FG_HOUR_S);
}

static void price_pod(const struct sharing *sharing, struct fg_pod_row *pod)
{
    fg_unix_s from = from_of(sharing, pod), to = to_of(sharing, pod);
    pod->nano = (fg_nanodollars)fg_money_divide_half_even(
        (parts_until(sharing, to) - parts_until(sharing, from)) * pod->nano,
        (__int128)(to - from) * WHOLE);
}

/* ---- all of them ---- */

static void allocate(struct sharing *sharing)
{
    size_t accounts = sharing->result->ledger.account_count;
    size_t hours = (size_t)sharing->cut_s / FG_HOUR_S + 3; /* a part at both ends, a second more */
    sharing->shares = fg_allocate(accounts, sizeof *sharing->shares);
    sharing->next_account = fg_allocate(accounts, sizeof *sharing->next_account);
    sharing->first_row = fg_allocate(accounts, sizeof *sharing->first_row);
    sharing->rows_end = fg_allocate(accounts, sizeof *sharing->rows_end);
    sharing->next_pod = fg_allocate(sharing->result->pod_row_count, sizeof *sharing->next_pod);
    sharing->paid = fg_allocate(hours, sizeof *sharing->paid);
    sharing->list = fg_allocate(hours, sizeof *sharing->list);
    sharing->part = fg_allocate(hours, sizeof *sharing->part);
    sharing->parts = fg_allocate(hours + 1, sizeof *sharing->parts);
}

static void release(struct sharing *sharing)
{
    free(sharing->shares);
    fg_index_release(&sharing->by_names);
    free(sharing->next_account);
    free(sharing->first_row);
    free(sharing->rows_end);
    free(sharing->next_pod);
    free(sharing->paid);
    free(sharing->list);
    free(sharing->part);
    free(sharing->parts);
}

void fg_pod_bills_amortise(fg_unix_s start, uint32_t cut_s, struct fg_result *result)
{
    struct sharing sharing = {.result = result, .start = start, .cut_s = cut_s};
    if (result->pod_rows == NULL || result->ledger.costs == NULL)
        return;
    allocate(&sharing);
    for (uint32_t i = 0; i < result->ledger.account_count; i++)
        if (is_of_pods(result->ledger.accounts[i].charge))
            add_account(&sharing, i);
    find_rows(&sharing);
    add_pods(&sharing);
    for (uint32_t i = 0; i < sharing.share_count; i++) {
        if (sharing.shares[i].first_pod == UINT32_MAX)
            continue;
        find_hours(&sharing, &sharing.shares[i]);
        find_parts(&sharing, &sharing.shares[i]);
        for (uint32_t p = sharing.shares[i].first_pod; p != UINT32_MAX; p = sharing.next_pod[p])
            price_pod(&sharing, &result->pod_rows[p]);
    }
    release(&sharing);
}
