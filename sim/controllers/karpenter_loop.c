#include "sim/controllers/karpenter_loop.h"

#include <stdlib.h>

void fg_karpenter_note_change(struct fg_disruption_loop *loop, fg_unix_s now)
{
    loop->change++;
    loop->changed = now;
}

/* The first poll of the grid that goes through `poll` which is at `when` or later. */
static fg_unix_s poll_at(fg_unix_s poll, fg_unix_s when)
{
    fg_unix_s late = when > poll ? when - poll : 0;
    return poll + (late + FG_DISRUPTION_POLL_S - 1) / FG_DISRUPTION_POLL_S * FG_DISRUPTION_POLL_S;
}

/* ---- what is remembered ---- */

/* The polls left out since the last one found nothing, as it did; but every five minutes the
 * cluster counted as changed, and the methods that had candidates settled again. */
static void catch_up(struct fg_disruption_loop *loop, fg_unix_s now)
{
    fg_unix_s last = loop->polled, refresh = poll_at(last, loop->changed + FG_DISRUPTION_REFRESH_S);
    while (loop->any_candidates && refresh > last && refresh < now) {
        loop->change++;
        loop->changed = refresh;
        for (int m = 0; m < FG_METHOD_COUNT; m++)
            if (loop->settled[m] == loop->change) {
                loop->settled[m] = loop->change + 1;
                loop->looked[m] = refresh;
            }
        refresh += FG_DISRUPTION_REFRESH_S;
    }
}

static bool is_settled(struct fg_disruption_loop *loop, enum fg_disruption_method method,
                       fg_unix_s now)
{
    if (now - loop->changed >= FG_DISRUPTION_REFRESH_S)
        fg_karpenter_note_change(loop, now);
    return loop->settled[method] == loop->change + 1;
}

/* Emptiness and drift settle nothing: what is left to them is held back by budgets. */
static void settle(struct fg_disruption_loop *loop, enum fg_disruption_method method,
                   enum fg_disruption_finding finding, fg_unix_s now)
{
    bool settles = method == FG_METHOD_MULTI || method == FG_METHOD_SINGLE;
    loop->looked[method] = now;
    if (finding == FG_FOUND_NOTHING && settles)
        loop->settled[method] = loop->change + 1;
}

/* ---- passes ---- */

/* `is_first`: of those tried in this pass. Single nodes have the candidates of several. */
static bool try_method(struct fg_disruption_loop *loop, struct fg_disruption *disruption,
                       const struct fg_disruption_world *world, enum fg_disruption_method method,
                       bool is_first)
{
    struct fg_disruption_candidates *candidates = &loop->candidates;
    if (method != FG_METHOD_SINGLE || is_first)
        fg_karpenter_find_candidates(world, method, candidates);
    if (candidates->count == 0) {
        loop->looked[method] = world->now;
        return false;
    }
    loop->any_candidates = true;
    if (method != FG_METHOD_DRIFT && is_settled(loop, method, world->now))
        return false;
    enum fg_disruption_finding finding =
        fg_karpenter_find_command(disruption, world, method, candidates, &loop->command);
    if (finding == FG_FOUND_COMMAND)
        return true;
    settle(loop, method, finding, world->now);
    return false;
}

/* Methods from `first` on, until one finds something. True: it is to be carried out at once. */
static bool go_through(struct fg_disruption_loop *loop, struct fg_disruption *disruption,
                       const struct fg_disruption_world *world, uint32_t first)
{
    for (uint32_t m = first; m < FG_METHOD_COUNT; m++) {
        enum fg_disruption_method method = (enum fg_disruption_method)m;
        if (!try_method(loop, disruption, world, method, m == first))
            continue;
        loop->is_waiting = method != FG_METHOD_DRIFT;
        loop->due = world->now + (loop->is_waiting ? FG_DISRUPTION_VALIDATION_S : 0);
        loop->polled = world->now;
        return !loop->is_waiting;
    }
    loop->polled = world->now;
    loop->due = world->now + FG_DISRUPTION_POLL_S;
    return false;
}

bool fg_karpenter_disrupt(struct fg_disruption_loop *loop, struct fg_disruption *disruption,
                          const struct fg_disruption_world *world)
{
    if (!loop->is_waiting) {
        catch_up(loop, world->now);
        loop->any_candidates = false;
        return go_through(loop, disruption, world, 0);
    }
    loop->is_waiting = false;
    if (fg_karpenter_command_holds(disruption, world, &loop->command)) {
        loop->due = loop->polled = world->now;
        return true;
    }
    return go_through(loop, disruption, world, (uint32_t)loop->command.method + 1);
}

/* ---- sleep ---- */

/* By method: the first time since it looked at which something runs out. */
struct sleep {
    const fg_unix_s *looked;
    fg_unix_s next[FG_METHOD_COUNT];
};

static void runs_out(struct sleep *sleep, fg_unix_s when)
{
    for (int m = 0; m < FG_METHOD_COUNT; m++)
        if (when > sleep->looked[m] && when < sleep->next[m])
            sleep->next[m] = when;
}

static void find_next(struct sleep *sleep, const struct fg_disruption_world *world)
{
    fg_unix_s when;
    for (uint32_t slot = 0; slot < world->state->slot_count; slot++) {
        uint32_t pool = world->nodes[slot].pool;
        if (world->state->kind_of[slot] == UINT32_MAX || pool == FG_NO_POOL)
            continue;
        runs_out(sleep, world->facts[slot].nominated_until);
        if (fg_karpenter_consolidatable_from(&world->pools[pool], &world->facts[slot], &when))
            runs_out(sleep, when);
    }
    for (uint32_t p = 0; p < world->pool_count; p++)
        for (int m = 0; m < FG_METHOD_COUNT; m++)
            if (fg_karpenter_budgets_change(&world->pools[p], sleep->looked[m], &when) &&
                when < sleep->next[m])
                sleep->next[m] = when;
}

fg_unix_s fg_karpenter_disruption_sleep(const struct fg_disruption_loop *loop,
                                        const struct fg_disruption_world *world)
{
    struct sleep sleep = {loop->looked, {INT64_MAX, INT64_MAX, INT64_MAX, INT64_MAX}};
    fg_unix_s first = INT64_MAX;
    if (loop->is_waiting)
        return loop->due;
    find_next(&sleep, world);
    for (int m = 0; m < FG_METHOD_COUNT; m++) {
        fg_unix_s next = sleep.next[m];
        /* What ran out before the last poll waits for the method, which is settled, to look. */
        if (next <= loop->polled)
            next = loop->changed + FG_DISRUPTION_REFRESH_S;
        if (next < first)
            first = next;
    }
    if (first == INT64_MAX)
        return first;
    fg_unix_s poll = poll_at(loop->polled, first);
    return poll > loop->due ? poll : loop->due;
}

fg_unix_s fg_karpenter_next_poll(const struct fg_disruption_loop *loop, fg_unix_s now)
{
    fg_unix_s after = now > loop->polled ? now : loop->polled + 1;
    fg_unix_s poll = poll_at(loop->polled, after);
    return loop->is_waiting || loop->due < poll ? loop->due : poll;
}

void fg_karpenter_loop_release(struct fg_disruption_loop *loop)
{
    free(loop->candidates.items);
    fg_karpenter_command_release(&loop->command);
}
