#include "models/result.h"

#include <stdlib.h>
#include <string.h>

const char *fg_outcome_name(enum fg_outcome outcome)
{
    static const char *const names[FG_OUTCOME_COUNT] = {
        [FG_OUTCOME_COMPLETED] = "completed",
        [FG_OUTCOME_RUNNING] = "running",
        [FG_OUTCOME_DELETED_PENDING] = "deleted-pending",
        [FG_OUTCOME_PENDING] = "pending",
    };
    return names[outcome];
}

void fg_result_release(struct fg_result *result)
{
    fg_ledger_release(&result->ledger);
    free(result->capacity.items);
    free(result->zones.items);
    free(result->spreads);
    free(result->oldest_wait_s);
    free(result->outcomes);
    free(result->commitments.hours);
    free(result->commitments.covers);
    free(result->usage.lines);
    free(result->usage.rows);
    free(result->pod_rows);
    fg_arena_release(&result->arena);
    memset(result, 0, sizeof *result);
}
