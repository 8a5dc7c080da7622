#include "tests/support/small_test.h"

#include <string.h>

#include "models/base/status.h"

void fg_small_test_open(struct fg_scenario *scenario, struct fg_small_trace *trace,
                        struct fg_result *result)
{
    fg_small_scenario(scenario);
    memset(trace, 0, sizeof *trace);
    memset(result, 0, sizeof *result);
}

void fg_small_test_close(struct fg_small_trace *trace, struct fg_result *result)
{
    fg_result_release(result);
    fg_trace_release(&trace->trace);
}

void fg_small_plan(struct fg_scenario *scenario, struct fg_planned_event event)
{
    static struct fg_planned_event events[4];
    struct fg_cluster *cluster = &scenario->cluster;
    FG_ASSERT(cluster->event_count < sizeof events / sizeof *events);
    cluster->events = events;
    events[cluster->event_count++] = event;
}

int64_t fg_small_node_seconds(const struct fg_result *result, const char *type)
{
    int64_t micro_seconds = 0;
    for (uint32_t i = 0; i < result->ledger.row_count; i++) {
        const struct fg_ledger_row *row = &result->ledger.rows[i];
        const struct fg_account *account = &result->ledger.accounts[row->account];
        if ((account->charge == FG_CHARGE_EC2_ON_DEMAND || account->charge == FG_CHARGE_EC2_SPOT) &&
            (type == NULL || strcmp(account->sku, type) == 0))
            micro_seconds += row->quantity * row->hour_count;
    }
    return micro_seconds / 1000000;
}
