#include "sim/replay/disruptor.h"

#include <stdlib.h>
#include <string.h>

#include "sim/controllers/karpenter_loop.h"
#include "sim/replay/node_life.h"
#include "sim/replay/node_pods.h"
#include "sim/replay/provisioner.h"

/* A node by its slot, and its number, which tells it from others that have the slot later. */
struct node_name {
    uint32_t slot, number;
};
/* Nodes that go as soon as those in their place are ready. */
struct exchange {
    uint32_t old_count, new_count; /* new_count: not ready yet */
    struct node_name *old, *new;
};

struct fg_disruptor {
    uint32_t capacity;
    struct fg_disruption_node *rows;     /* by slot; those of node groups are not read */
    struct fg_disruption_class *classes; /* by scheduling class */
    struct fg_disruption *disruption;
    struct fg_disruption_loop loop;
    uint32_t asleep_until_s; /* nothing can be found before, unless something changes */
    uint32_t exchange_count, exchange_capacity;
    struct exchange *exchanges;
};

static fg_unix_s now_of(const struct fg_world *world)
{
    return world->scenario->start + world->clock.now;
}

static struct fg_disruptor *disruptor_of(const struct fg_world *world)
{
    return world->provisioner != NULL ? world->provisioner->disruptor : NULL;
}

void fg_disruptor_open(struct fg_world *world)
{
    struct fg_disruptor *own = world->provisioner->disruptor = fg_allocate(1, sizeof *own);
    own->classes = fg_allocate(world->state.class_count, sizeof *own->classes);
    for (uint32_t c = 0; c < world->state.class_count; c++) {
        const struct fg_disruption_pods pods = {.spec = world->state.classes[c].spec, .age_s = -1};
        own->classes[c] = fg_karpenter_disruption_class(&pods, NULL, 0);
    }
    own->loop.due = own->loop.polled = now_of(world);
    own->disruption = fg_karpenter_disruption_new(world->provisioner->karpenter);
}

static void wake(struct fg_world *world)
{
    struct fg_disruptor *own = disruptor_of(world);
    fg_karpenter_note_change(&own->loop, now_of(world));
    own->asleep_until_s = 0;
}

/* ---- what happens to nodes ---- */

void fg_disruptor_node_requested(struct fg_world *world, uint32_t slot, fg_nanodollars price)
{
    struct fg_disruptor *own = disruptor_of(world);
    const struct fg_node *node = &world->nodes.items[slot];
    const struct fg_shape *shape = fg_world_shape(world, slot);
    own->rows = fg_grow(own->rows, &own->capacity, world->state.slot_count, sizeof *own->rows);
    own->rows[slot] = (struct fg_disruption_node){
        .instance_type = shape->type->name,
        .zone = world->state.zones[world->state.kinds[world->state.kind_of[slot]].zone],
        .capacity_type = shape->machine.is_spot ? "spot" : "on-demand",
        .price = price,
        .is_ready = true,
        .has_termination_grace =
            world->cluster->node_pools[node->node_pool].termination_grace_period_s !=
            FG_DURATION_NEVER,
        .created = now_of(world),
        .initialized = FG_NEVER_S,
        .last_pod_event = FG_NEVER_S,
        .nominated_until = FG_NEVER_S,
        .drifted = FG_NEVER_S,
    };
    fg_disruptor_nominate(world, slot);
    fg_unix_s expires;
    if (fg_karpenter_expires_at(&world->cluster->node_pools[node->node_pool], &own->rows[slot],
                                &expires) &&
        expires - world->scenario->start < FG_NEVER)
        fg_event_put(&world->ends, (uint32_t)(expires - world->scenario->start),
                     fg_due_word(FG_DUE_NODE_EXPIRY, slot));
}

static void free_exchange(struct exchange *exchange)
{
    free(exchange->old);
    free(exchange->new);
}

/* The node is still there and on its way out. */
static bool waits_to_go(const struct fg_world *world, const struct node_name *name)
{
    return world->state.kind_of[name->slot] != UINT32_MAX &&
           world->state.number_of[name->slot] == name->number &&
           world->nodes.items[name->slot].state == FG_NODE_TAINTED;
}

static void drain_old(struct fg_world *world, const struct exchange *exchange)
{
    for (uint32_t i = 0; i < exchange->old_count; i++) {
        if (!waits_to_go(world, &exchange->old[i]))
            continue;
        world->result->summary.disrupted_nodes++;
        fg_node_leave(world, exchange->old[i].slot,
                      world->clock.now + world->cluster->nodes.terminate_s,
                      "Karpenter removes its node");
    }
}

/* Without its replacement nothing is replaced: the nodes may take pods again. */
static void roll_back(struct fg_world *world, const struct exchange *exchange)
{
    for (uint32_t i = 0; i < exchange->old_count; i++)
        if (waits_to_go(world, &exchange->old[i]))
            fg_node_reopen(world, exchange->old[i].slot);
}

/* The exchange that waits for the node to be ready; UINT32_MAX = none. `out_new` is its place
 * there. */
static uint32_t find_exchange(const struct fg_world *world, uint32_t slot, uint32_t *out_new)
{
    const struct fg_disruptor *own = disruptor_of(world);
    for (uint32_t i = 0; i < own->exchange_count; i++)
        for (uint32_t n = 0; n < own->exchanges[i].new_count; n++)
            if (own->exchanges[i].new[n].slot == slot &&
                own->exchanges[i].new[n].number == world->state.number_of[slot]) {
                *out_new = n;
                return i;
            }
    return UINT32_MAX;
}

static struct exchange take_exchange(struct fg_disruptor *own, uint32_t number)
{
    struct exchange exchange = own->exchanges[number];
    own->exchanges[number] = own->exchanges[--own->exchange_count];
    return exchange;
}

/* One of those waited for is ready; after the last the old nodes go. */
static void note_arrival(struct fg_world *world, uint32_t slot)
{
    struct fg_disruptor *own = disruptor_of(world);
    uint32_t n, number = find_exchange(world, slot, &n);
    if (number == UINT32_MAX)
        return;
    struct exchange *exchange = &own->exchanges[number];
    exchange->new[n] = exchange->new[--exchange->new_count];
    if (exchange->new_count > 0)
        return;
    struct exchange done = take_exchange(own, number);
    drain_old(world, &done);
    free_exchange(&done);
}

void fg_disruptor_node_ready(struct fg_world *world, uint32_t slot)
{
    struct fg_disruptor *own = disruptor_of(world);
    if (own == NULL)
        return;
    if (fg_node_is_karpenters(&world->nodes.items[slot]))
        own->rows[slot].initialized = now_of(world);
    wake(world);
    note_arrival(world, slot);
}

void fg_disruptor_node_leaves(struct fg_world *world, uint32_t slot)
{
    struct fg_disruptor *own = disruptor_of(world);
    if (own == NULL)
        return;
    uint32_t n, number = find_exchange(world, slot, &n);
    if (number != UINT32_MAX) {
        struct exchange failed = take_exchange(own, number);
        roll_back(world, &failed);
        free_exchange(&failed);
    }
    wake(world);
}

void fg_disruptor_node_ended(struct fg_world *world)
{
    if (disruptor_of(world) != NULL)
        wake(world); /* budgets have room again */
}

void fg_disruptor_pod_event(struct fg_world *world, uint32_t slot)
{
    struct fg_disruptor *own = disruptor_of(world);
    if (own == NULL)
        return;
    if (fg_node_is_karpenters(&world->nodes.items[slot]))
        fg_karpenter_note_pod_event(&own->rows[slot], now_of(world));
    wake(world);
}

void fg_disruptor_nominate(struct fg_world *world, uint32_t slot)
{
    if (fg_node_is_karpenters(&world->nodes.items[slot]))
        fg_karpenter_nominate(&disruptor_of(world)->rows[slot], &world->cluster->karpenter,
                              now_of(world));
}

void fg_disruptor_expire(struct fg_world *world, uint32_t slot)
{
    const struct fg_disruptor *own = disruptor_of(world);
    const struct fg_node *node = &world->nodes.items[slot];
    fg_unix_s expires;
    if (world->state.kind_of[slot] == UINT32_MAX || !fg_node_is_karpenters(node) ||
        node->state == FG_NODE_STOPPING ||
        !fg_karpenter_expires_at(&world->cluster->node_pools[node->node_pool], &own->rows[slot],
                                 &expires) ||
        expires != now_of(world))
        return;
    if (node->state == FG_NODE_REQUESTED)
        fg_node_lose(world, slot);
    else
        fg_node_leave(world, slot, world->clock.now + world->cluster->nodes.terminate_s,
                      "its node has expired");
}

void fg_disruptor_drift(struct fg_world *world, const char *node_pool)
{
    struct fg_disruptor *own = disruptor_of(world);
    for (uint32_t slot = 0; slot < world->state.slot_count; slot++) {
        const struct fg_node *node = &world->nodes.items[slot];
        if (world->state.kind_of[slot] != UINT32_MAX && fg_node_is_karpenters(node) &&
            strcmp(world->cluster->node_pools[node->node_pool].name, node_pool) == 0)
            own->rows[slot].drifted = now_of(world);
    }
    wake(world);
}

void fg_disruptor_reprice(struct fg_world *world)
{
    fg_karpenter_disruption_reprice(disruptor_of(world)->disruption);
    wake(world);
}

/* ---- the loop ---- */

uint32_t fg_disruptor_next(const struct fg_world *world)
{
    const struct fg_disruptor *own = disruptor_of(world);
    fg_unix_s due = own->loop.due - world->scenario->start;
    fg_unix_s earliest =
        own->asleep_until_s > world->clock.now ? own->asleep_until_s : world->clock.now;
    if (own->asleep_until_s == FG_NEVER)
        return FG_NEVER;
    if (due < earliest)
        due += (earliest - due + FG_DISRUPTION_POLL_S - 1) / FG_DISRUPTION_POLL_S *
               FG_DISRUPTION_POLL_S;
    return due < FG_NEVER ? (uint32_t)due : FG_NEVER;
}

/* The nodes of the command take no more pods from now on. */
static struct exchange begin_exchange(struct fg_world *world,
                                      const struct fg_disruption_command *command)
{
    struct exchange exchange = {.old_count = command->node_count};
    exchange.old = fg_allocate(command->node_count, sizeof *exchange.old);
    exchange.new = fg_allocate(command->solution.claim_count, sizeof *exchange.new);
    for (uint32_t i = 0; i < command->node_count; i++) {
        uint32_t slot = command->nodes[i].slot;
        exchange.old[i] = (struct node_name){slot, world->state.number_of[slot]};
        fg_node_close(world, slot);
    }
    return exchange;
}

static void nominate_targets(struct fg_world *world, const struct fg_karpenter_solution *solution)
{
    for (uint32_t i = 0; i < solution->pod_count; i++)
        if (solution->places[i] != FG_PLACE_NONE && (solution->places[i] & FG_PLACE_CLAIM) == 0)
            fg_disruptor_nominate(world, solution->places[i]);
}

static void execute(struct fg_world *world)
{
    struct fg_disruptor *own = disruptor_of(world);
    const struct fg_disruption_command *command = &own->loop.command;
    struct exchange exchange = begin_exchange(world, command);
    uint32_t claim_count = command->solution.claim_count;
    nominate_targets(world, &command->solution);
    for (uint32_t i = 0; i < claim_count; i++) {
        uint32_t slot = fg_provisioner_launch(world, &command->solution.claims[i]);
        if (slot != FG_NO_NODE)
            exchange.new[exchange.new_count++] =
                (struct node_name){slot, world->state.number_of[slot]};
    }
    if (exchange.new_count > 0 && exchange.new_count == claim_count) {
        own->exchanges = fg_grow(own->exchanges, &own->exchange_capacity, own->exchange_count + 1,
                                 sizeof *own->exchanges);
        own->exchanges[own->exchange_count++] = exchange;
        return;
    }
    if (claim_count > 0) {
        roll_back(world, &exchange);
        own->loop.due = now_of(world) + FG_DISRUPTION_POLL_S; /* it could not be had just now */
    } else {
        drain_old(world, &exchange);
    }
    free_exchange(&exchange);
}

void fg_disruptor_pass(struct fg_world *world)
{
    struct fg_disruptor *own = disruptor_of(world);
    if (fg_disruptor_next(world) > world->clock.now)
        return;
    fg_provisioner_describe_nodes(world);
    uint32_t pending = fg_provisioner_collect_pods(world);
    own->rows = fg_grow(own->rows, &own->capacity, world->state.slot_count, sizeof *own->rows);
    struct fg_disruption_world seen = {
        .state = &world->state,
        .nodes = world->provisioner->nodes,
        .facts = own->rows,
        .classes = own->classes,
        .pending = {pending, world->provisioner->pods},
        .pools = world->cluster->node_pools,
        .pool_count = world->cluster->node_pool_count,
        .settings = &world->cluster->karpenter,
        .now = now_of(world),
    };
    if (fg_karpenter_disrupt(&own->loop, own->disruption, &seen)) {
        execute(world);
        wake(world);
        return;
    }
    fg_unix_s sleep = fg_karpenter_disruption_sleep(&own->loop, &seen);
    fg_unix_s until = sleep == INT64_MAX ? FG_NEVER : sleep - world->scenario->start;
    own->asleep_until_s = until < FG_NEVER ? (uint32_t)until : FG_NEVER;
}

void fg_disruptor_release(struct fg_world *world)
{
    struct fg_disruptor *own = disruptor_of(world);
    if (own == NULL)
        return;
    for (uint32_t i = 0; i < own->exchange_count; i++)
        free_exchange(&own->exchanges[i]);
    free(own->exchanges);
    fg_karpenter_loop_release(&own->loop);
    fg_karpenter_disruption_free(own->disruption);
    free(own->rows);
    free(own->classes);
    free(own);
}
