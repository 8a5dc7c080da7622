#include "models/share_out.h"

#include <string.h>

#include "models/ledger.h"

__int128 fg_share_of(__int128 amount, __int128 quantity, __int128 all)
{
    return all == 0 ? 0 : amount * quantity / all;
}

void fg_rest_taker_offer(struct fg_rest_taker *taker, uint32_t row, const char *workload)
{
    if (taker->is_idle)
        return;
    taker->row = row;
    taker->is_idle = strcmp(workload, FG_WORKLOAD_IDLE) == 0;
}
