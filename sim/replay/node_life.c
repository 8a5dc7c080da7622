/* Nodes: requested -> running (billed) -> ready -> tainted -> drained -> terminated. */
#include "sim/replay/node_life.h"

#include "sim/replay/addresses.h"
#include "sim/replay/daemon_sets.h"
#include "sim/replay/disruption_facts.h"
#include "sim/replay/node_drain.h"
#include "sim/replay/pending_queue.h"
#include "sim/replay/replacements.h"
#include "sim/replay/spot.h"
#include "sim/replay/spread.h"
#include "sim/replay/vcpu_quota.h"

/* ---- steps ---- */

/* Of the zones that work; UINT32_MAX = none does. */
static uint32_t emptiest_zone(const struct fg_world *world, const struct fg_group_state *group)
{
    uint32_t best = UINT32_MAX;
    for (uint32_t z = 0; z < group->group->zone_count; z++)
        if (fg_zone_works(&world->zones, group->group->zones[z]) &&
            fg_addresses_zone_has(world, group->group->zones[z]) &&
            (best == UINT32_MAX || group->zone_nodes[z] < group->zone_nodes[best]))
            best = z;
    return best;
}

static uint32_t add_node(struct fg_world *world, uint32_t group_number)
{
    struct fg_group_state *group = &world->groups[group_number];
    uint32_t zone = emptiest_zone(world, group);
    if (zone == UINT32_MAX || !fg_vcpu_quota_take(world, group->shape))
        return FG_NO_NODE;
    uint32_t slot = fg_state_add_node(&world->state, group->first_kind + zone, NULL);
    struct fg_node *node = fg_nodes_begin(&world->nodes, slot);
    node->group = group_number;
    node->shape = group->shape;
    node->zone = zone;
    node->state = FG_NODE_REQUESTED;
    group->zone_nodes[zone]++;
    return slot;
}

void fg_node_request(struct fg_world *world, uint32_t group)
{
    uint32_t slot = add_node(world, group);
    if (slot == FG_NO_NODE) {
        world->groups[group].missing++;
        return;
    }
    fg_node_await(world, slot);
}

void fg_node_request_missing(struct fg_world *world)
{
    for (uint32_t group = 0; group < world->group_count; group++) {
        int64_t missing = world->groups[group].missing;
        world->groups[group].missing = 0;
        while (missing-- > 0)
            fg_node_request(world, group);
    }
}

void fg_node_await(struct fg_world *world, uint32_t slot)
{
    struct fg_node *node = &world->nodes.items[slot];
    node->state = FG_NODE_REQUESTED;
    node->billed_from_s = world->clock.now + world->cluster->nodes.request_to_running_s;
    fg_event_put(&world->readiness, node->billed_from_s, fg_due_word(FG_DUE_NODE_BILLED, slot));
}

static void bill_node(struct fg_world *world, uint32_t slot, int64_t change)
{
    const struct fg_shape *shape = fg_world_shape(world, slot);
    fg_node_meter_nodes(&fg_world_shape(world, slot)->meter, &world->bill, &world->clock, change);
    if (world->keeps_zone_hours && !shape->machine.is_spot)
        fg_zone_hours_change(&world->zone_hours, shape->type->name, fg_world_zone(world, slot),
                             &world->clock, change);
}

static void count_in_zone(struct fg_world *world, uint32_t slot, int64_t change)
{
    const struct fg_shape *shape = fg_world_shape(world, slot);
    struct fg_capacity_series *zone = fg_spread_series(world, slot);
    const struct fg_clock *clock = &world->clock;
    fg_series_change(zone, clock, FG_SERIES_NODES, change);
    fg_series_change(zone, clock, FG_SERIES_CPU_CAPACITY, change * shape->type->vcpu * 1000);
    fg_series_change(zone, clock, FG_SERIES_MEMORY_CAPACITY,
                     change * shape->type->memory_mib * 1024 * 1024);
    fg_series_change(zone, clock, FG_SERIES_CPU_ALLOCATABLE, change * shape->allocatable.cpu_milli);
    fg_series_change(zone, clock, FG_SERIES_MEMORY_ALLOCATABLE,
                     change * shape->allocatable.memory_bytes);
}

static void count_node(struct fg_world *world, uint32_t slot, int64_t change)
{
    const struct fg_shape *shape = fg_world_shape(world, slot);
    struct fg_capacity_series *series = fg_world_series(world, shape->pool);
    fg_series_change(series, &world->clock, FG_SERIES_NODES, change);
    fg_series_change(series, &world->clock, FG_SERIES_CPU_CAPACITY,
                     change * shape->type->vcpu * 1000);
    fg_series_change(series, &world->clock, FG_SERIES_MEMORY_CAPACITY,
                     change * shape->type->memory_mib * 1024 * 1024);
    fg_series_change(series, &world->clock, FG_SERIES_CPU_ALLOCATABLE,
                     change * shape->allocatable.cpu_milli);
    fg_series_change(series, &world->clock, FG_SERIES_MEMORY_ALLOCATABLE,
                     change * shape->allocatable.memory_bytes);
    count_in_zone(world, slot, change);
    world->billed_nodes += change;
    if (world->billed_nodes > world->result->summary.peak_nodes)
        world->result->summary.peak_nodes = world->billed_nodes;
}

void fg_node_billed(struct fg_world *world, uint32_t slot)
{
    if (world->nodes.items[slot].state != FG_NODE_REQUESTED ||
        world->nodes.items[slot].billed_from_s != world->clock.now)
        return; /* it was lost meanwhile */
    world->nodes.items[slot].state = FG_NODE_BOOTING;
    fg_addresses_node_runs(world, slot);
    bill_node(world, slot, 1);
    count_node(world, slot, 1);
    world->nodes.items[slot].ready_s = world->clock.now + world->cluster->nodes.running_to_ready_s;
    fg_event_put(&world->readiness, world->nodes.items[slot].ready_s,
                 fg_due_word(FG_DUE_NODE_READY, slot));
    if (fg_world_shape(world, slot)->machine.is_spot)
        fg_spot_begin(world, slot);
}

/* DaemonSet pods start as the node is ready and stop with it. */
static void count_daemons(struct fg_world *world, uint32_t slot, int64_t change)
{
    struct fg_shape *shape = fg_world_shape(world, slot);
    const struct fg_shape_kind *kind = &world->shapes.kinds[world->state.kind_of[slot]];
    struct fg_capacity_series *series = fg_world_series(world, shape->pool);
    fg_node_meter_units(&shape->meter, &world->bill, &world->clock, shape->system_share,
                        change * kind->daemon_units);
    fg_series_change(series, &world->clock, FG_SERIES_CPU_REQUESTED,
                     change * kind->daemons.cpu_milli);
    fg_series_change(series, &world->clock, FG_SERIES_MEMORY_REQUESTED,
                     change * kind->daemons.memory_bytes);
    series = fg_spread_series(world, slot);
    fg_series_change(series, &world->clock, FG_SERIES_CPU_REQUESTED,
                     change * kind->daemons.cpu_milli);
    fg_series_change(series, &world->clock, FG_SERIES_MEMORY_REQUESTED,
                     change * kind->daemons.memory_bytes);
}

void fg_node_ready(struct fg_world *world, uint32_t slot)
{
    struct fg_node *node = &world->nodes.items[slot];
    uint32_t kind = world->state.kind_of[slot];
    if (node->state != FG_NODE_BOOTING || node->ready_s != world->clock.now)
        return; /* it was taken back meanwhile */
    node->state = FG_NODE_READY;
    node->was_ready = true;
    if (node->group != FG_NO_GROUP)
        world->groups[node->group].was_ready = true;
    fg_state_set_use(&world->state, slot, &world->shapes.kinds[kind].daemons);
    fg_daemon_sets_run_on(world, kind);
    fg_state_set_open(&world->state, slot, true);
    world->order_stale = true;
    count_daemons(world, slot, 1);
    fg_pending_room_on(world, slot);
    world->touched = world->surroundings_changed = true;
    fg_disruption_note_ready(world, slot);
    fg_replacements_node_ready(world, slot);
}

void fg_node_taint(struct fg_world *world, uint32_t slot)
{
    struct fg_node *node = &world->nodes.items[slot];
    node->state = FG_NODE_TAINTED;
    fg_state_set_open(&world->state, slot, false);
    world->groups[node->group].target--;
    world->order_stale = true;
    node->drain_s = world->clock.now + world->cluster->autoscaler.node_delete_delay_after_taint_s;
    fg_event_put(&world->ends, node->drain_s, fg_due_word(FG_DUE_NODE_DRAIN, slot));
}

void fg_node_leave(struct fg_world *world, uint32_t slot, uint32_t stop_s, const char *why)
{
    fg_replacements_node_leaves(world, slot);
    fg_node_drain(world, slot, stop_s, why);
}

/* A node that was to be removed may have been taken back before. */
void fg_node_drain_due(struct fg_world *world, uint32_t slot)
{
    const struct fg_node *node = &world->nodes.items[slot];
    if (node->state == FG_NODE_TAINTED && node->drain_s == world->clock.now)
        fg_node_leave(world, slot, world->clock.now + world->cluster->nodes.terminate_s,
                      "its node is removed");
}

void fg_node_take_back(struct fg_world *world, uint32_t slot)
{
    struct fg_node *node = &world->nodes.items[slot];
    if (node->state < FG_NODE_BOOTING || node->state == FG_NODE_STOPPING ||
        node->taken_back_s != world->clock.now + FG_SPOT_NOTICE_S)
        return; /* it went before */
    uint32_t group = node->group;
    bool was_counted = node->state != FG_NODE_TAINTED;
    world->result->summary.spot_interruptions++;
    fg_node_leave(world, slot, node->taken_back_s, "its Spot instance is taken back");
    if (group != FG_NO_GROUP && was_counted)
        fg_node_request(world, group);
}

static void forget(struct fg_world *world, uint32_t slot)
{
    struct fg_node *node = &world->nodes.items[slot];
    /* Limits have room, and pods may have counted on it. */
    fg_batch_window_extend(&world->batch_window, world->clock.now);
    fg_vcpu_quota_give(world, node->shape);
    if (node->group != FG_NO_GROUP)
        world->groups[node->group].zone_nodes[node->zone]--;
    node->state = FG_NODE_FREE_SLOT;
    fg_state_remove_node(&world->state, slot);
    world->surroundings_changed = true;
}

void fg_node_lose(struct fg_world *world, uint32_t slot)
{
    struct fg_node *node = &world->nodes.items[slot];
    if (node->state == FG_NODE_REQUESTED) {
        fg_replacements_node_leaves(world, slot);
        fg_disruption_note_change(world);
        forget(world, slot);
        fg_node_request_missing(world); /* its vCPUs are free */
    } else if (node->state == FG_NODE_STOPPING) {
        if (node->stop_s > world->clock.now)
            fg_node_stop_at(world, slot, world->clock.now);
    } else if (node->state != FG_NODE_FREE_SLOT) {
        fg_node_leave(world, slot, world->clock.now, "its zone is lost");
    }
}

void fg_node_stop(struct fg_world *world, uint32_t slot)
{
    const struct fg_node *node = &world->nodes.items[slot];
    if (node->state != FG_NODE_STOPPING || node->stop_s != world->clock.now)
        return; /* it has ended earlier */
    if (node->was_ready)
        count_daemons(world, slot, -1);
    bill_node(world, slot, -1);
    count_node(world, slot, -1);
    fg_addresses_node_ended(world, slot);
    forget(world, slot);
    fg_disruption_note_change(world); /* budgets have room again */
    fg_node_request_missing(world);
    world->touched = true;
}

void fg_node_bill_stop(struct fg_world *world, uint32_t slot)
{
    bill_node(world, slot, -1);
}

/* ---- the whole replay ---- */

void fg_node_life_start(struct fg_world *world)
{
    for (uint32_t i = 0; i < world->group_count; i++) {
        for (int64_t n = 0; n < world->groups[i].target; n++) {
            uint32_t slot = add_node(world, i);
            if (slot == FG_NO_NODE) {
                world->groups[i].missing++;
                continue;
            }
            struct fg_node *node = &world->nodes.items[slot];
            node->state = FG_NODE_BOOTING;
            fg_addresses_node_runs(world, slot);
            node->billed_from_s = node->ready_s = world->clock.now;
            bill_node(world, slot, 1);
            count_node(world, slot, 1);
            if (fg_world_shape(world, slot)->machine.is_spot)
                fg_spot_begin(world, slot);
            fg_node_ready(world, slot);
        }
    }
}

void fg_node_life_close(struct fg_world *world)
{
    for (uint32_t slot = 0; slot < world->state.slot_count; slot++) {
        const struct fg_node *node = &world->nodes.items[slot];
        if (node->state != FG_NODE_FREE_SLOT && node->was_ready)
            count_daemons(world, slot, -1);
        if (node->state < FG_NODE_BOOTING)
            continue;
        count_node(world, slot, -1);
        if (world->clock.now - node->billed_from_s < FG_NODE_MINIMUM_BILLED_S)
            fg_event_put(&world->ends, node->billed_from_s + FG_NODE_MINIMUM_BILLED_S,
                         fg_due_word(FG_DUE_NODE_BILL_STOP, slot));
        else
            bill_node(world, slot, -1);
    }
}
