#include "models/ledger.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name, *unit;
    int64_t base_per_unit;
} charges[FG_CHARGE_COUNT] = {
#define X(constant, name, unit, base) [FG_CHARGE_##constant] = {name, unit, base},
    FG_CHARGE_LIST(X)
#undef X
};

const char *fg_charge_name(enum fg_charge charge)
{
    return charges[charge].name;
}

const char *fg_charge_unit(enum fg_charge charge)
{
    return charges[charge].unit;
}

int64_t fg_charge_base_per_unit(enum fg_charge charge)
{
    return charges[charge].base_per_unit;
}

const char *fg_account_charge_name(const struct fg_account *account, char buffer[128])
{
    enum fg_charge charge = account->charge;
    if (charge != FG_CHARGE_OTHER_HOURS && charge != FG_CHARGE_OTHER_STARTS &&
        charge != FG_CHARGE_OTHER_GB)
        return charges[charge].name;
    snprintf(buffer, 128, "%s:%.*s", charges[charge].name, (int)strcspn(account->sku, " "),
             account->sku);
    return buffer;
}

static int compare_texts(const char *a, const char *b)
{
    return strcmp(a == NULL ? "" : a, b == NULL ? "" : b);
}

static int compare_amounts(fg_nanodollars a, fg_nanodollars b)
{
    return a < b ? -1 : a > b;
}

int fg_account_compare(const struct fg_account *a, const struct fg_account *b)
{
    if (a->charge != b->charge)
        return a->charge < b->charge ? -1 : 1;
    int order = compare_texts(a->pool, b->pool);
    if (order == 0)
        order = compare_texts(a->sku, b->sku);
    if (order == 0)
        order = compare_texts(a->namespace_name, b->namespace_name);
    if (order == 0)
        order = compare_texts(a->workload, b->workload);
    if (order == 0)
        order = compare_texts(a->group, b->group);
    if (order == 0)
        order = compare_amounts(a->list_unit_nano, b->list_unit_nano);
    return order != 0 ? order : compare_amounts(a->contract_unit_nano, b->contract_unit_nano);
}

static bool has_agreed_prices(const struct fg_ledger *ledger)
{
    for (uint32_t i = 0; i < ledger->account_count; i++)
        if (ledger->accounts[i].list_unit_nano != ledger->accounts[i].contract_unit_nano)
            return true;
    return false;
}

void fg_ledger_set_list_costs(struct fg_ledger *ledger)
{
    if (!has_agreed_prices(ledger))
        return;
    struct fg_row_cost *costs = fg_allocate(ledger->row_count, sizeof *costs);
    for (uint32_t i = 0; i < ledger->row_count; i++) {
        const struct fg_ledger_row *row = &ledger->rows[i];
        const struct fg_account *account = &ledger->accounts[row->account];
        costs[i] = (struct fg_row_cost){row->nano, row->nano, row->nano};
        if (account->list_unit_nano != account->contract_unit_nano)
            costs[i].list_nano = fg_money_amount_half_even(
                row->quantity, (struct fg_price){account->list_unit_nano,
                                                 fg_charge_base_per_unit(account->charge)});
    }
    ledger->costs = costs;
}

struct fg_row_cost fg_ledger_cost(const struct fg_ledger *ledger, uint32_t row)
{
    fg_nanodollars nano = ledger->rows[row].nano;
    return ledger->costs == NULL ? (struct fg_row_cost){nano, nano, nano} : ledger->costs[row];
}

void fg_ledger_release(struct fg_ledger *ledger)
{
    free(ledger->accounts);
    free(ledger->rows);
    free(ledger->costs);
    memset(ledger, 0, sizeof *ledger);
}

fg_nanodollars fg_ledger_total(const struct fg_ledger *ledger)
{
    fg_nanodollars total = 0;
    for (uint32_t i = 0; i < ledger->row_count; i++)
        total += ledger->rows[i].nano * ledger->rows[i].hour_count;
    return total;
}
