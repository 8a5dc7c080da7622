#include "models/ledger.h"

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

void fg_ledger_release(struct fg_ledger *ledger)
{
    free(ledger->accounts);
    free(ledger->rows);
    free(ledger->list_nano);
    memset(ledger, 0, sizeof *ledger);
}

fg_nanodollars fg_ledger_total(const struct fg_ledger *ledger)
{
    fg_nanodollars total = 0;
    for (uint32_t i = 0; i < ledger->row_count; i++)
        total += ledger->rows[i].nano * ledger->rows[i].hour_count;
    return total;
}
