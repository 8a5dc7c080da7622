#include "sim/replay/invariants.h"

#include "sim/controllers/scheduling.h"
#include "sim/replay/addresses.h"
#include "sim/replay/cost_lines.h"
#include "sim/replay/persistent_volumes.h"

#include <stdlib.h>
#include <string.h>

static void check_nodes(const struct fg_world *world)
{
    for (uint32_t slot = 0; slot < world->state.slot_count; slot++) {
        const struct fg_node *node = &world->nodes.items[slot];
        if (node->state < FG_NODE_READY)
            continue;
        const struct fg_node_use *use = &world->state.use[slot];
        const struct fg_node_capacity *has = fg_state_allocatable(&world->state, slot);
        FG_ASSERT(use->cpu_milli <= has->cpu_milli);
        FG_ASSERT(use->memory_bytes <= has->memory_bytes);
        FG_ASSERT(use->ephemeral_bytes <= has->ephemeral_bytes);
        FG_ASSERT(use->gpu_milli <= has->gpu_milli);
        FG_ASSERT(use->pods <= has->pods);
    }
    for (uint32_t i = 0; i < world->group_count; i++) {
        const struct fg_group_state *group = &world->groups[i];
        FG_ASSERT(group->target >= 0);
        if (world->scaler != NULL)
            FG_ASSERT(group->target - group->upgrade.surplus <= group->group->max_size ||
                      group->target - group->upgrade.surplus <= group->group->desired_capacity);
    }
}

static void check_vcpu_quotas(const struct fg_world *world)
{
    int64_t taken[2][FG_QUOTA_FAMILY_COUNT] = {{0}};
    for (uint32_t slot = 0; slot < world->state.slot_count; slot++) {
        if (world->state.kind_of[slot] == UINT32_MAX)
            continue;
        const struct fg_shape *shape = fg_world_shape(world, slot);
        taken[shape->machine.is_spot][fg_quota_family_of(shape->type->name)] += shape->type->vcpu;
    }
    for (int family = 0; family < FG_QUOTA_FAMILY_COUNT; family++) {
        FG_ASSERT(taken[0][family] == world->quota_vcpus[0][family]);
        FG_ASSERT(taken[1][family] == world->quota_vcpus[1][family]);
        FG_ASSERT(taken[0][family] <= world->cluster->quotas.on_demand_vcpus[family]);
        FG_ASSERT(taken[1][family] <= world->cluster->quotas.spot_vcpus[family]);
    }
}

static void check_fargate(const struct fg_world *world)
{
    const struct fg_fargate_settings *settings = &world->cluster->fargate;
    FG_ASSERT(world->fargate.vcpu_milli[0] >= 0 && world->fargate.vcpu_milli[1] >= 0);
    FG_ASSERT(world->fargate.vcpu_milli[0] <= settings->vcpu_quota_milli);
    FG_ASSERT(world->fargate.vcpu_milli[1] <= settings->spot_vcpu_quota_milli);
    FG_ASSERT(world->fargate.tokens >= 0 && world->fargate.tokens <= settings->launch_burst);
    for (uint32_t i = 0; i < world->cluster->subnet_count; i++) {
        FG_ASSERT(world->fargate.free_addresses[i] >= 0);
        FG_ASSERT(world->fargate.free_addresses[i] <= world->cluster->subnets[i].address_count);
    }
}

void fg_invariants_check(const struct fg_world *world)
{
    check_nodes(world);
    check_vcpu_quotas(world);
    check_fargate(world);
}

static bool is_on_node(enum fg_pod_status status)
{
    return status == FG_POD_BOUND || status == FG_POD_ON_NODE;
}

static void recount_fargate(const struct fg_world *world)
{
    int64_t vcpu_milli[2] = {0};
    uint64_t waiting = 0;
    int64_t *used = fg_allocate(world->cluster->subnet_count, sizeof *used);
    for (uint32_t pod = 0; pod < world->next_arrival; pod++) {
        enum fg_pod_status status = (enum fg_pod_status)world->pods[pod].status;
        waiting += status == FG_POD_WAITING;
        if (!fg_pod_is_launched(&world->pods[pod]))
            continue;
        vcpu_milli[fg_world_is_fargate_spot(world, pod)] +=
            fg_world_class(world, pod)->size.part[FG_FARGATE_VCPU];
        if (world->pods[pod].place != FG_NO_PLACE)
            used[world->pods[pod].place]++;
    }
    FG_ASSERT(vcpu_milli[0] == world->fargate.vcpu_milli[0]);
    FG_ASSERT(vcpu_milli[1] == world->fargate.vcpu_milli[1]);
    FG_ASSERT(waiting == world->fargate.waiting_count);
    for (uint32_t i = 0; i < world->cluster->subnet_count; i++)
        FG_ASSERT(used[i] + fg_addresses_held(world, i) + world->fargate.free_addresses[i] ==
                  world->cluster->subnets[i].address_count);
    free(used);
}

static bool holds_pods(const struct fg_node *node)
{
    return node->state != FG_NODE_FREE_SLOT && node->was_ready;
}

static void recount_nodes(const struct fg_world *world)
{
    struct fg_node_use *use = fg_allocate(world->state.slot_count, sizeof *use);
    uint64_t pending = 0;
    for (uint32_t slot = 0; slot < world->state.slot_count; slot++)
        if (holds_pods(&world->nodes.items[slot]))
            use[slot] = world->shapes.kinds[world->state.kind_of[slot]].daemons;
    for (uint32_t pod = 0; pod < world->next_arrival; pod++) {
        enum fg_pod_status status = (enum fg_pod_status)world->pods[pod].status;
        pending += status == FG_POD_PENDING;
        if (!is_on_node(status))
            continue;
        enum fg_node_state state = world->nodes.items[world->pods[pod].place].state;
        FG_ASSERT(state == FG_NODE_READY || state == FG_NODE_TAINTED);
        fg_use_add(&use[world->pods[pod].place],
                   fg_world_request(world, fg_world_class(world, pod)->scheduling_class), 1);
    }
    FG_ASSERT(pending == world->pending_pods);
    for (uint32_t slot = 0; slot < world->state.slot_count; slot++)
        if (holds_pods(&world->nodes.items[slot]))
            FG_ASSERT(memcmp(&use[slot], &world->state.use[slot], sizeof *use) == 0);
    free(use);
}

/* A pod that waits is in exactly one cohort, and none that could be placed is left behind. */
static void recount_pending(const struct fg_world *world)
{
    for (uint32_t class = 0; class < world->classes.scheduling_count; class ++) {
        const struct fg_pending_class *pending = &world->pending[class];
        uint32_t pods = 0;
        for (uint32_t level = 0; level < FG_BACKOFF_LEVELS; level++) {
            const struct fg_cohort_queue *queue = &pending->failed[level];
            for (uint32_t i = queue->first; i < queue->end; i++)
                for (uint32_t pod = queue->items[i].pods.first; pod != FG_NO_POD;
                     pod = world->links[pod].next)
                    pods += world->pods[pod].status == FG_POD_PENDING;
        }
        FG_ASSERT(pods == pending->pods);
        for (uint32_t slot = 0; pending->blocked && slot < world->state.slot_count; slot++)
            if (world->nodes.items[slot].state == FG_NODE_READY && world->state.is_open[slot])
                FG_ASSERT(fg_scheduler_refuses(&world->state, class, slot) != FG_REFUSAL_NONE);
    }
}

/* In a zone that is lost nothing runs; an instance is billed there for its first minute at most. */
static void check_lost_zones(const struct fg_world *world)
{
    for (uint32_t slot = 0; world->zones.lost_count > 0 && slot < world->state.slot_count; slot++) {
        const struct fg_node *node = &world->nodes.items[slot];
        if (world->state.kind_of[slot] == UINT32_MAX ||
            fg_zone_works(&world->zones, fg_world_zone(world, slot)))
            continue;
        FG_ASSERT(node->state == FG_NODE_STOPPING);
        FG_ASSERT(node->stop_s <= node->billed_from_s + FG_NODE_MINIMUM_BILLED_S);
    }
    for (uint32_t pod = 0; world->zones.lost_count > 0 && pod < world->next_arrival; pod++) {
        const struct fg_pod_state *state = &world->pods[pod];
        if (fg_pod_is_launched(state) && state->place != FG_NO_PLACE)
            FG_ASSERT(fg_zone_works(&world->zones, world->cluster->subnets[state->place].zone));
    }
}

void fg_invariants_recount(const struct fg_world *world)
{
    fg_invariants_check(world);
    recount_fargate(world);
    recount_nodes(world);
    recount_pending(world);
    check_lost_zones(world);
}

void fg_invariants_check_sums(const struct fg_world *world)
{
    const struct fg_result *result = world->result;
    uint64_t pods = 0;
    fg_nanodollars nodes = 0;
    fg_nanodollars expected = fg_cost_lines_total(world) + fg_persistent_volumes_total(world);
    for (uint32_t i = 0; i < result->outcome_count; i++)
        pods += result->outcomes[i].pods;
    FG_ASSERT(pods == world->next_arrival);
    for (uint32_t i = 0; i < result->ledger.row_count; i++) {
        const struct fg_ledger_row *row = &result->ledger.rows[i];
        enum fg_charge charge = result->ledger.accounts[row->account].charge;
        if ((charge >= FG_CHARGE_EC2_ON_DEMAND && charge <= FG_CHARGE_PUBLIC_IPV4) ||
            (charge >= FG_CHARGE_OTHER_HOURS && charge <= FG_CHARGE_OTHER_GB))
            nodes += row->nano * row->hour_count;
    }
    for (uint32_t i = 0; i < world->shapes.count; i++)
        expected += world->shapes.items[i]->meter.total_nano;
    FG_ASSERT(nodes == expected);
}
