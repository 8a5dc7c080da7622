/* The loop runs every scan interval on its grid; loops that can change nothing, because nothing
 * has changed since the last one and no time it waits for has come, are skipped. Searches for a
 * place begin anew in each loop: the real one goes on where the last loop stopped, and its nodes
 * come in any order. */
#include "sim/replay/scaling.h"

#include <stdlib.h>

#include "sim/replay/scaling_down.h"
#include "sim/replay/scaling_taints.h"
#include "sim/replay/scaling_up.h"

/* ---- opening ---- */

/* The kind of the group's nodes with the capacity of the bare machine. No node is ever of it. */
static uint32_t add_kind_from_zero(struct fg_world *world, const struct fg_group_state *group)
{
    struct fg_state_kind kind = world->state.kinds[group->first_kind];
    struct fg_shapes *shapes = &world->shapes;
    kind.allocatable = group->from_zero;
    uint32_t number = fg_state_add_kind(&world->state, &kind);
    shapes->kinds =
        fg_grow(shapes->kinds, &shapes->kind_capacity, number + 1, sizeof *shapes->kinds);
    shapes->kinds[number] = (struct fg_shape_kind){.shape = UINT32_MAX};
    shapes->kind_count = number + 1;
    return number;
}

void fg_scaling_open(struct fg_world *world)
{
    if (!fg_scaling_settings(world)->enabled || world->group_count == 0)
        return;
    struct fg_scaler *scaler = world->scaler = fg_allocate(1, sizeof *scaler);
    world->touched = true;
    scaler->passed_s = scaler->last_add_s = scaler->last_delete_s = scaler->wake_s = FG_NEVER;
    scaler->groups = fg_allocate(world->group_count, sizeof *scaler->groups);
    for (uint32_t i = 0; i < world->group_count; i++)
        scaler->groups[i] = (struct fg_group_memo){
            .missing_since_s = FG_NEVER,
            .kind_from_zero = add_kind_from_zero(world, &world->groups[i]),
        };
    fg_scaling_taints_open(world);
}

void fg_scaling_release(struct fg_world *world)
{
    if (world->scaler != NULL) {
        free(world->scaler->groups);
        free(world->scaler->other_kind);
        free(world->scaler->memos);
    }
    free(world->scaler);
}

/* ---- when ---- */

/* The first second of the grid that is not before `second`. */
static uint32_t on_grid(const struct fg_world *world, uint32_t second)
{
    uint32_t interval = fg_scaling_settings(world)->scan_interval_s;
    uint64_t grid = ((uint64_t)second + interval - 1) / interval * interval;
    return grid < FG_NEVER ? (uint32_t)grid : FG_NEVER;
}

uint32_t fg_scaling_next(const struct fg_world *world)
{
    const struct fg_scaler *scaler = world->scaler;
    if (scaler == NULL)
        return FG_NEVER;
    uint32_t earliest = scaler->passed_s == FG_NEVER ? 0 : scaler->passed_s + 1;
    if (world->touched || scaler->too_young)
        return on_grid(world, earliest > world->clock.now ? earliest : world->clock.now);
    if (scaler->wake_s == FG_NEVER)
        return FG_NEVER;
    return on_grid(world, scaler->wake_s > earliest ? scaler->wake_s : earliest);
}

/* ---- nodes that do not come ---- */

/* What has not come in time is given up, down to the group's minimum, and the group is left alone
 * for a while. */
static void give_up_missing(struct fg_world *world, uint32_t number)
{
    struct fg_group_state *group = &world->groups[number];
    struct fg_group_memo *memo = &world->scaler->groups[number];
    int64_t spare = group->target - group->group->min_size;
    int64_t given_up = group->missing < spare ? group->missing : spare;
    memo->missing_since_s = FG_NEVER;
    if (given_up <= 0)
        return;
    group->missing -= given_up;
    group->target -= given_up;
    fg_backoff_fail(&memo->backoff, fg_scaling_settings(world), world->clock.now);
    world->touched = true;
}

static void look_for_missing(struct fg_world *world)
{
    for (uint32_t i = 0; i < world->group_count; i++) {
        struct fg_group_memo *memo = &world->scaler->groups[i];
        if (world->groups[i].missing == 0)
            memo->missing_since_s = FG_NEVER;
        else if (memo->missing_since_s == FG_NEVER)
            memo->missing_since_s = world->clock.now;
        else if (fg_provision_failed(fg_scaling_settings(world), memo->missing_since_s,
                                     world->clock.now))
            give_up_missing(world, i);
        if (memo->missing_since_s != FG_NEVER)
            fg_scaling_wake_at(world->scaler,
                               memo->missing_since_s +
                                   fg_scaling_settings(world)->max_node_provision_time_s + 1);
        if (fg_backoff_holds(&memo->backoff, world->clock.now))
            fg_scaling_wake_at(world->scaler, (uint32_t)memo->backoff.until_s + 1);
    }
}

/* ---- the loop ---- */

static void run_loop(struct fg_world *world)
{
    struct fg_scaling_loop loop = {.world = world, .slot_count = world->state.slot_count};
    struct fg_scaling_up up = {0};
    struct fg_scaling_down down = {0};
    world->touched = world->scaler->too_young = false;
    world->scaler->wake_s = FG_NEVER;
    look_for_missing(world);
    fg_scaling_up_decide(&loop, &up);
    if (fg_scaling_settings(world)->scale_down_enabled)
        fg_scaling_down_plan(&loop, &down);
    fg_scaling_loop_close(&loop);
    fg_scaling_down_note(world, &down);
    fg_scaling_up_carry_out(world, &up);
    if (!up.waits)
        fg_scaling_down_carry_out(world, &down);
    if (fg_scaling_settings(world)->scale_down_enabled)
        fg_scaling_taints_update(world);
    fg_scaling_down_release(&down);
}

void fg_scaling_pass(struct fg_world *world)
{
    if (world->scaler == NULL)
        return;
    if (fg_scaling_next(world) <= world->clock.now)
        run_loop(world);
    world->scaler->passed_s = world->clock.now;
}
