#include "sim/replay/replay.h"

#include <stdlib.h>
#include <string.h>

#include "sim/replay/phases.h"
#include "sim/replay/world_open.h"

/* When no pod starts or ends for so long and none ever will but those no node takes, the rest
 * of the trace is over. */
enum { STANDSTILL_S = 86400 };

/* Pods that are evicted before their work is done, again and again: none has ended for ten times
 * as long as the longest works. */
static bool goes_in_circles(const struct fg_world *world, uint32_t next)
{
    const struct fg_trace *trace = world->trace;
    uint32_t last_arrival_s = trace->pod_count > 0 ? trace->arrival_s[trace->pod_count - 1] : 0;
    uint32_t since_s = last_arrival_s > world->last_end_s ? last_arrival_s : world->last_end_s;
    return next > since_s && next - since_s > 10 * (uint64_t)world->longest_s + STANDSTILL_S;
}

/* Without a named duration the study is over when all pods that end have, or none can any more. */
static bool is_over(const struct fg_world *world, uint32_t next)
{
    if (next == FG_NEVER || next > world->cut_s)
        return true;
    if (world->cut_s != FG_NEVER)
        return next == world->cut_s;
    if (world->ending_left == 0)
        return true;
    if (fg_phases_next_arrival(world) != FG_NEVER)
        return false;
    bool nothing_moves = world->ends_due == 0 && world->fargate.run == world->fargate.launched &&
                         next - world->last_progress_s > STANDSTILL_S;
    return nothing_moves || goes_in_circles(world, next);
}

static void run_until_cut(struct fg_world *world)
{
    uint32_t next;
    while (!is_over(world, next = fg_phases_next(world))) {
        fg_clock_set(&world->clock, next);
        fg_phases_do(world);
    }
    if (world->cut_s == FG_NEVER)
        return;
    fg_clock_set(&world->clock, world->cut_s);
    if (fg_event_next(&world->ends) <= world->cut_s)
        fg_phases_end(world);
}

/* Replays to `cut_s`, or with FG_NEVER only finds the cut: *out_cut is then set. */
static fg_status replay_to(const struct fg_replay_input *input, uint32_t cut_s, uint32_t *out_cut,
                           struct fg_result *out, struct fg_error *error)
{
    struct fg_world *world = fg_allocate(1, sizeof *world);
    fg_status status = fg_world_open(world, input, cut_s, out, error);
    if (status == FG_OK) {
        run_until_cut(world);
        bool exact = cut_s != FG_NEVER || (world->any_ended && world->stopped_at_end &&
                                           world->clock.now == world->last_end_s);
        *out_cut = cut_s != FG_NEVER ? cut_s : world->any_ended ? world->last_end_s : 0;
        if (exact) {
            world->cut_s = *out_cut;
            status = fg_world_close(world, error);
        }
        out->summary.cut_s = exact ? *out_cut : 0;
    }
    fg_world_release(world);
    free(world);
    return status;
}

fg_status fg_replay(const struct fg_replay_input *input, struct fg_result *out,
                    struct fg_error *error)
{
    memset(out, 0, sizeof *out);
    uint32_t cut_s = input->scenario->duration_s == 0 ? FG_NEVER : input->scenario->duration_s;
    struct fg_replay_input first = *input;
    if (cut_s == FG_NEVER)
        first.watch = NULL; /* it would see what happens after the cut, and all of it twice */
    fg_status status = replay_to(&first, cut_s, &cut_s, out, error);
    if (status == FG_OK && cut_s == 0)
        status = fg_error_set(error, FG_BAD_INPUT,
                              "no pod of the trace ends in scenario '%s'; the study must name a "
                              "duration",
                              input->scenario->name);
    /* The replay went on past the last pod's end before it knew that it was the last. */
    if (status == FG_OK && (out->summary.cut_s == 0 || first.watch != input->watch)) {
        fg_result_release(out);
        memset(out, 0, sizeof *out);
        struct fg_replay_input again = *input;
        again.pods_seen = NULL;
        status = replay_to(&again, cut_s, &cut_s, out, error);
    }
    if (status != FG_OK)
        fg_result_release(out);
    return status;
}
