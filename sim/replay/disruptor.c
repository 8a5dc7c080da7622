#include "sim/replay/disruptor.h"

#include <stdlib.h>

#include "sim/replay/disruption_facts.h"
#include "sim/replay/node_life.h"
#include "sim/replay/provisioner.h"
#include "sim/replay/replacements.h"

struct fg_disruptor {
    struct fg_disruption_class *classes; /* by scheduling class */
    struct fg_disruption *disruption;
};

static fg_unix_s now_of(const struct fg_world *world)
{
    return world->scenario->start + world->clock.now;
}

void fg_disruptor_open(struct fg_world *world)
{
    if (world->provisioner == NULL)
        return;
    struct fg_disruptor *own = world->disruptor = fg_allocate(1, sizeof *own);
    own->classes = fg_allocate(world->state.class_count, sizeof *own->classes);
    for (uint32_t c = 0; c < world->state.class_count; c++) {
        const struct fg_disruption_pods pods = {.spec = world->state.classes[c].spec, .age_s = -1};
        own->classes[c] = fg_karpenter_disruption_class(&pods, NULL, 0);
    }
    own->disruption = fg_karpenter_disruption_new(world->provisioner->karpenter);
}

void fg_disruptor_reprice(struct fg_world *world)
{
    if (world->disruptor == NULL)
        return;
    fg_karpenter_disruption_reprice(world->disruptor->disruption);
    fg_disruption_note_change(world);
}

void fg_disruptor_expire(struct fg_world *world, uint32_t slot)
{
    const struct fg_node *node = &world->nodes.items[slot];
    if (!fg_disruption_expires_now(world, slot) || node->state == FG_NODE_STOPPING)
        return;
    if (node->state == FG_NODE_REQUESTED)
        fg_node_lose(world, slot);
    else
        fg_node_leave(world, slot, world->clock.now + world->cluster->nodes.terminate_s,
                      "its node has expired");
}

/* ---- the loop ---- */

uint32_t fg_disruptor_next(const struct fg_world *world)
{
    const struct fg_disruption_facts *facts = world->facts;
    if (facts == NULL || facts->asleep_until_s == FG_NEVER)
        return FG_NEVER;
    fg_unix_s due = facts->loop.due - world->scenario->start;
    fg_unix_s earliest =
        facts->asleep_until_s > world->clock.now ? facts->asleep_until_s : world->clock.now;
    if (due < earliest)
        due += (earliest - due + FG_DISRUPTION_POLL_S - 1) / FG_DISRUPTION_POLL_S *
               FG_DISRUPTION_POLL_S;
    return due < FG_NEVER ? (uint32_t)due : FG_NEVER;
}

static void nominate_targets(struct fg_world *world, const struct fg_karpenter_solution *solution)
{
    for (uint32_t i = 0; i < solution->pod_count; i++)
        if (solution->places[i] != FG_PLACE_NONE && (solution->places[i] & FG_PLACE_CLAIM) == 0)
            fg_disruption_nominate(world, solution->places[i]);
}

/* The nodes of the command take no more pods from now on. */
static void execute(struct fg_world *world)
{
    struct fg_disruption_loop *loop = &world->facts->loop;
    const struct fg_disruption_command *command = &loop->command;
    uint32_t claim_count = command->solution.claim_count;
    struct fg_replacement replacement = fg_replacement_new(command->node_count, claim_count);
    for (uint32_t i = 0; i < command->node_count; i++)
        fg_replacement_cordon(world, &replacement, command->nodes[i].slot);
    nominate_targets(world, &command->solution);
    for (uint32_t i = 0; i < claim_count; i++) {
        uint32_t slot = fg_provisioner_launch(world, &command->solution.claims[i]);
        if (slot != FG_NO_NODE)
            fg_replacement_await(world, &replacement, slot);
    }
    if (claim_count == 0) {
        fg_replacement_finish(world, &replacement);
    } else if (replacement.new_count == claim_count) {
        fg_replacement_begin(world, &replacement);
    } else {
        fg_replacement_give_up(world, &replacement);
        loop->due = now_of(world) + FG_DISRUPTION_POLL_S; /* it could not be had just now */
    }
}

void fg_disruptor_pass(struct fg_world *world)
{
    struct fg_disruption_facts *facts = world->facts;
    if (fg_disruptor_next(world) > world->clock.now)
        return;
    fg_provisioner_describe_nodes(world);
    uint32_t pending = fg_provisioner_collect_pods(world);
    fg_disruption_facts_reserve(world);
    struct fg_disruption_world seen = {
        .state = &world->state,
        .nodes = world->provisioner->nodes,
        .facts = facts->rows,
        .classes = world->disruptor->classes,
        .pending = {pending, world->provisioner->pods},
        .pools = world->cluster->node_pools,
        .pool_count = world->cluster->node_pool_count,
        .settings = &world->cluster->karpenter,
        .now = now_of(world),
    };
    if (fg_karpenter_disrupt(&facts->loop, world->disruptor->disruption, &seen)) {
        execute(world);
        fg_disruption_note_change(world);
        return;
    }
    fg_unix_s sleep = fg_karpenter_disruption_sleep(&facts->loop, &seen);
    fg_unix_s until = sleep == INT64_MAX ? FG_NEVER : sleep - world->scenario->start;
    facts->asleep_until_s = until < FG_NEVER ? (uint32_t)until : FG_NEVER;
}

void fg_disruptor_release(struct fg_world *world)
{
    if (world->disruptor == NULL)
        return;
    fg_karpenter_disruption_free(world->disruptor->disruption);
    free(world->disruptor->classes);
    free(world->disruptor);
}
