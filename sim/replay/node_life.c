/* Nodes: requested -> running (billed) -> ready -> tainted -> drained -> terminated. */
#include "sim/replay/node_life.h"

#include <stdlib.h>
#include <string.h>

#include "sim/replay/daemon_sets.h"
#include "sim/replay/node_pods.h"
#include "sim/replay/pending_queue.h"

enum { MINIMUM_BILLED_S = 60 };

/* ---- groups and kinds ---- */

static void add_label(struct fg_world *world, struct fg_pairs *labels, const char *key,
                      const char *value)
{
    for (uint32_t i = 0; i < labels->count; i++) {
        if (strcmp(labels->items[i].key, key) == 0) {
            labels->items[i].value = value;
            return;
        }
    }
    struct fg_pair *items =
        fg_arena_allocate(&world->arena, (size_t)labels->count + 1, sizeof *items);
    if (labels->count > 0)
        memcpy(items, labels->items, labels->count * sizeof *items);
    items[labels->count++] = (struct fg_pair){key, value};
    labels->items = items;
}

/* The group's own labels and the well-known ones of a node. */
static struct fg_pairs labels_of(struct fg_world *world, const struct fg_group_state *group,
                                 const char *zone)
{
    struct fg_pairs labels = group->group->labels;
    add_label(world, &labels, "kubernetes.io/arch", fg_arch_name(group->type->arch));
    add_label(world, &labels, "kubernetes.io/os", "linux");
    add_label(world, &labels, "node.kubernetes.io/instance-type", group->type->name);
    add_label(world, &labels, "topology.kubernetes.io/region", world->scenario->region);
    add_label(world, &labels, "topology.kubernetes.io/zone", zone);
    add_label(world, &labels, "alpha.eksctl.io/nodegroup-name", group->group->name);
    if (group->group->managed) {
        add_label(world, &labels, "eks.amazonaws.com/nodegroup", group->group->name);
        add_label(world, &labels, "eks.amazonaws.com/capacityType", "ON_DEMAND");
    }
    fg_pairs_sort(&labels);
    return labels;
}

static uint32_t zone_number(const char **zones, uint32_t *count, const char *zone)
{
    for (uint32_t i = 0; i < *count; i++)
        if (strcmp(zones[i], zone) == 0)
            return i;
    zones[*count] = zone;
    return (*count)++;
}

static void open_kinds(struct fg_world *world)
{
    for (uint32_t i = 0; i < world->group_count; i++) {
        world->groups[i].first_kind = world->kind_count;
        world->kind_count += world->cluster->node_groups[i].zone_count;
    }
    world->kinds = fg_allocate(world->kind_count, sizeof *world->kinds);
    world->zone_of_kind = fg_allocate(world->kind_count, sizeof *world->zone_of_kind);
    const char **zones = fg_allocate(world->kind_count, sizeof *zones);
    for (uint32_t i = 0; i < world->group_count; i++) {
        const struct fg_node_group *group = world->groups[i].group;
        for (uint32_t z = 0; z < group->zone_count; z++) {
            uint32_t kind = world->groups[i].first_kind + z;
            world->kinds[kind].group = i;
            world->kinds[kind].labels = labels_of(world, &world->groups[i], group->zones[z]);
            world->zone_of_kind[kind] = zone_number(zones, &world->zone_count, group->zones[z]);
        }
    }
    free(zones);
}

static fg_status open_group(struct fg_world *world, uint32_t number, struct fg_error *error)
{
    struct fg_group_state *state = &world->groups[number];
    const struct fg_node_group *group = &world->cluster->node_groups[number];
    fg_status status =
        fg_catalog_type(world->input->catalog, group->instance_type, &state->type, error);
    if (status != FG_OK)
        return status;
    state->group = group;
    state->target = group->desired_capacity;
    state->zone_nodes =
        fg_arena_allocate(&world->arena, group->zone_count, sizeof *state->zone_nodes);
    fg_group_allocatable(state->type, group->managed, group->max_pods, group->volume.size_gib,
                         &state->allocatable);
    fg_group_template_from_zero(state->type, group->volume.size_gib, &state->from_zero);
    state->meter = (struct fg_node_meter){
        .pool = world->pool_names[fg_world_group_pool(world, number)],
        .prices = &world->prices.groups[number],
        .node_units = fg_units_of(state->allocatable.cpu_milli, state->allocatable.memory_bytes,
                                  state->allocatable.gpu_milli),
    };
    fg_node_meter_open(&state->meter, &world->bill, world->clock.hour);
    state->system_share = fg_node_meter_share(&state->meter, &world->bill, "", FG_WORKLOAD_SYSTEM);
    state->shares = fg_allocate(world->classes.workload_count, sizeof *state->shares);
    for (uint32_t i = 0; i < world->classes.workload_count; i++)
        state->shares[i] = UINT32_MAX;
    return FG_OK;
}

/* ---- steps ---- */

static uint32_t emptiest_zone(const struct fg_group_state *group)
{
    uint32_t best = 0;
    for (uint32_t z = 1; z < group->group->zone_count; z++)
        if (group->zone_nodes[z] < group->zone_nodes[best])
            best = z;
    return best;
}

static uint32_t add_node(struct fg_world *world, uint32_t group_number)
{
    struct fg_group_state *group = &world->groups[group_number];
    uint32_t slot = fg_nodes_add(&world->nodes);
    struct fg_node *node = &world->nodes.items[slot];
    node->group = group_number;
    node->zone = emptiest_zone(group);
    node->kind = group->first_kind + node->zone;
    node->state = FG_NODE_REQUESTED;
    group->zone_nodes[node->zone]++;
    return slot;
}

void fg_node_request(struct fg_world *world, uint32_t group)
{
    uint32_t slot = add_node(world, group);
    fg_event_put(&world->readiness, world->clock.now + world->cluster->nodes.request_to_running_s,
                 fg_due_word(FG_DUE_NODE_BILLED, slot));
}

static void bill_node(struct fg_world *world, uint32_t slot, int64_t change)
{
    struct fg_group_state *group = &world->groups[world->nodes.items[slot].group];
    fg_node_meter_nodes(&group->meter, &world->bill, &world->clock, change);
}

static void count_node(struct fg_world *world, uint32_t slot, int64_t change)
{
    uint32_t number = world->nodes.items[slot].group;
    struct fg_group_state *group = &world->groups[number];
    struct fg_capacity_series *series = fg_world_series(world, fg_world_group_pool(world, number));
    fg_series_change(series, &world->clock, FG_SERIES_NODES, change);
    fg_series_change(series, &world->clock, FG_SERIES_CPU_CAPACITY,
                     change * group->type->vcpu * 1000);
    fg_series_change(series, &world->clock, FG_SERIES_MEMORY_CAPACITY,
                     change * group->type->memory_mib * 1024 * 1024);
    world->billed_nodes += change;
    if (world->billed_nodes > world->result->summary.peak_nodes)
        world->result->summary.peak_nodes = world->billed_nodes;
}

void fg_node_billed(struct fg_world *world, uint32_t slot)
{
    world->nodes.items[slot].state = FG_NODE_BOOTING;
    world->nodes.items[slot].billed_from_s = world->clock.now;
    bill_node(world, slot, 1);
    count_node(world, slot, 1);
    fg_event_put(&world->readiness, world->clock.now + world->cluster->nodes.running_to_ready_s,
                 fg_due_word(FG_DUE_NODE_READY, slot));
}

/* DaemonSet pods start as the node is ready and stop with it. */
static void count_daemons(struct fg_world *world, uint32_t slot, int64_t change)
{
    uint32_t number = world->nodes.items[slot].group;
    struct fg_group_state *group = &world->groups[number];
    struct fg_capacity_series *series = fg_world_series(world, fg_world_group_pool(world, number));
    fg_node_meter_units(&group->meter, &world->bill, &world->clock, group->system_share,
                        change * group->daemon_units);
    fg_series_change(series, &world->clock, FG_SERIES_CPU_REQUESTED,
                     change * group->daemons.cpu_milli);
    fg_series_change(series, &world->clock, FG_SERIES_MEMORY_REQUESTED,
                     change * group->daemons.memory_bytes);
}

void fg_node_ready(struct fg_world *world, uint32_t slot)
{
    struct fg_node *node = &world->nodes.items[slot];
    node->state = FG_NODE_READY;
    world->groups[node->group].was_ready = true;
    world->nodes.use[slot] = world->groups[node->group].daemons;
    world->order_stale = true;
    count_daemons(world, slot, 1);
    fg_pending_room_on(world, slot);
    world->touched = true;
}

void fg_node_taint(struct fg_world *world, uint32_t slot)
{
    struct fg_node *node = &world->nodes.items[slot];
    node->state = FG_NODE_TAINTED;
    world->groups[node->group].target--;
    world->order_stale = true;
    fg_event_put(&world->ends,
                 world->clock.now + world->cluster->autoscaler.node_delete_delay_after_taint_s,
                 fg_due_word(FG_DUE_NODE_DRAIN, slot));
}

void fg_node_drain(struct fg_world *world, uint32_t slot)
{
    fg_node_pods_evict_all(world, slot);
    struct fg_node *node = &world->nodes.items[slot];
    node->state = FG_NODE_STOPPING;
    uint32_t stop = world->clock.now + world->cluster->nodes.terminate_s;
    uint32_t minimum = node->billed_from_s + MINIMUM_BILLED_S;
    fg_event_put(&world->ends, stop > minimum ? stop : minimum,
                 fg_due_word(FG_DUE_NODE_STOP, slot));
    world->touched = true; /* the next one may be drained */
}

void fg_node_stop(struct fg_world *world, uint32_t slot)
{
    struct fg_node *node = &world->nodes.items[slot];
    count_daemons(world, slot, -1);
    bill_node(world, slot, -1);
    count_node(world, slot, -1);
    world->groups[node->group].zone_nodes[node->zone]--;
    fg_nodes_remove(&world->nodes, slot);
    world->touched = true;
}

void fg_node_bill_stop(struct fg_world *world, uint32_t slot)
{
    bill_node(world, slot, -1);
}

/* ---- the whole replay ---- */

fg_status fg_node_life_open(struct fg_world *world, struct fg_error *error)
{
    world->group_count = world->cluster->node_group_count;
    world->groups = fg_allocate(world->group_count, sizeof *world->groups);
    for (uint32_t i = 0; i < world->group_count; i++) {
        fg_status status = open_group(world, i, error);
        if (status != FG_OK)
            return status;
    }
    open_kinds(world);
    fg_daemon_sets_open(world);
    return FG_OK;
}

/* The nodes that stand at second 0, ready and billed from then. */
void fg_node_life_start(struct fg_world *world)
{
    for (uint32_t i = 0; i < world->group_count; i++) {
        for (int64_t n = 0; n < world->groups[i].target; n++) {
            uint32_t slot = add_node(world, i);
            world->nodes.items[slot].billed_from_s = world->clock.now;
            bill_node(world, slot, 1);
            count_node(world, slot, 1);
            fg_node_ready(world, slot);
        }
    }
}

void fg_node_life_close(struct fg_world *world)
{
    fg_daemon_sets_close(world);
    for (uint32_t slot = 0; slot < world->nodes.slot_count; slot++) {
        const struct fg_node *node = &world->nodes.items[slot];
        if (node->state >= FG_NODE_READY)
            count_daemons(world, slot, -1);
        if (node->state < FG_NODE_BOOTING)
            continue;
        count_node(world, slot, -1);
        if (world->clock.now - node->billed_from_s < MINIMUM_BILLED_S)
            fg_event_put(&world->ends, node->billed_from_s + MINIMUM_BILLED_S,
                         fg_due_word(FG_DUE_NODE_BILL_STOP, slot));
        else
            bill_node(world, slot, -1);
    }
}
