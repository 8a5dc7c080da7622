#include "sim/controllers/karpenter_budgets.h"

/* A schedule that never comes (30 February) counts as active, as in the original, whose "no next
 * time" lies before every other. */
bool fg_karpenter_budget_active(const struct fg_disruption_budget *budget, fg_unix_s now)
{
    fg_unix_s hit;
    if (!budget->has_schedule)
        return true;
    return !fg_cron_next(&budget->schedule, now - budget->duration_s, 0, &hit) || hit <= now;
}

static int64_t minimum(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

int64_t fg_karpenter_budget_nodes(const struct fg_node_pool *pool, int64_t nodes,
                                  enum fg_disruption_reason reason, fg_unix_s now)
{
    int64_t allowed = FG_DISRUPTIONS_UNBOUNDED;
    for (uint32_t i = 0; i < pool->budget_count; i++) {
        const struct fg_disruption_budget *budget = &pool->budgets[i];
        if ((budget->reasons & reason) == 0 || !fg_karpenter_budget_active(budget, now))
            continue;
        int64_t count = budget->percent ? (budget->nodes * nodes + 99) / 100 : budget->nodes;
        allowed = minimum(allowed, count);
    }
    return allowed;
}

int64_t fg_karpenter_disruptions_allowed(const struct fg_node_pool *pool,
                                         const struct fg_pool_tally *tally,
                                         enum fg_disruption_reason reason, fg_unix_s now)
{
    int64_t allowed =
        fg_karpenter_budget_nodes(pool, tally->nodes, reason, now) - tally->unavailable;
    return allowed > 0 ? allowed : 0;
}

/* While active: the end of the window that the oldest hit still in force opens, which is no later
 * than the end of all windows that overlap it. */
static bool next_change(const struct fg_disruption_budget *budget, fg_unix_s now, fg_unix_s *out)
{
    fg_unix_s hit;
    if (!budget->has_schedule ||
        !fg_cron_next(&budget->schedule, now - budget->duration_s, 0, &hit))
        return false;
    *out = hit <= now ? hit + budget->duration_s : hit;
    return true;
}

bool fg_karpenter_budgets_change(const struct fg_node_pool *pool, fg_unix_s now, fg_unix_s *out)
{
    bool any = false;
    for (uint32_t i = 0; i < pool->budget_count; i++) {
        fg_unix_s change;
        if (!next_change(&pool->budgets[i], now, &change))
            continue;
        *out = any ? minimum(*out, change) : change;
        any = true;
    }
    return any;
}
