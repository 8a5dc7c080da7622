#include "sim/replay/phases.h"

#include "sim/replay/addresses.h"
#include "sim/replay/disruptor.h"
#include "sim/replay/fargate_launch.h"
#include "sim/replay/fargate_pods.h"
#include "sim/replay/group_upgrade.h"
#include "sim/replay/invariants.h"
#include "sim/replay/node_life.h"
#include "sim/replay/node_pods.h"
#include "sim/replay/pending_queue.h"
#include "sim/replay/planned.h"
#include "sim/replay/provisioner.h"
#include "sim/replay/scaling.h"
#include "sim/replay/scheduling_pass.h"

static void arrive(struct fg_world *world, uint32_t pod)
{
    if (world->input->pods_seen != NULL)
        __atomic_store_n(world->input->pods_seen, world->next_arrival, __ATOMIC_RELAXED);
    if (FG_WATCHED(world, pod))
        fg_world_say(world, pod, "created");
    world->pods[pod].start_s = world->clock.now;
    world->pods[pod].place = FG_NO_PLACE;
    switch (fg_world_class(world, pod)->route) {
    case FG_ROUTE_FARGATE:
    case FG_ROUTE_REFUSED:
        fg_fargate_arrive(world, pod);
        break;
    case FG_ROUTE_NODES:
        fg_node_pods_arrive(world, pod);
        break;
    case FG_ROUTE_TEMPLATE:
        break;
    }
}

static void do_end(struct fg_world *world, uint32_t word)
{
    uint32_t number = word & ((1u << FG_DUE_SHIFT) - 1);
    switch ((enum fg_due)(word >> FG_DUE_SHIFT)) {
    case FG_DUE_POD_END: {
        world->ends_due--;
        enum fg_pod_status status = (enum fg_pod_status)world->pods[number].status;
        if (status >= FG_POD_REFUSED && status <= FG_POD_RUNNING)
            fg_fargate_end(world, number);
        else if (status >= FG_POD_PENDING && status <= FG_POD_ON_NODE)
            fg_node_pods_end(world, number);
        break;
    }
    case FG_DUE_BILL_STOP:
        fg_fargate_bill_stop(world, number);
        break;
    case FG_DUE_NODE_DRAIN:
        if (world->clock.now != world->cut_s) /* what still runs is billed to the cut */
            fg_node_drain_due(world, number);
        break;
    case FG_DUE_SPOT_NOTICE:
        if (world->clock.now != world->cut_s)
            fg_node_take_back(world, number);
        break;
    case FG_DUE_FARGATE_TAKE_BACK:
        if (world->clock.now != world->cut_s)
            fg_fargate_take_back(world, number);
        break;
    case FG_DUE_NODE_EXPIRY:
        if (world->clock.now != world->cut_s)
            fg_disruptor_expire(world, number);
        break;
    default:
        fg_node_stop(world, number);
    }
}

static void do_ready(struct fg_world *world, uint32_t word)
{
    uint32_t number = word & ((1u << FG_DUE_SHIFT) - 1);
    switch ((enum fg_due)(word >> FG_DUE_SHIFT)) {
    case FG_DUE_NODE_BILLED:
        fg_node_billed(world, number);
        break;
    case FG_DUE_NODE_READY:
        fg_node_ready(world, number);
        break;
    case FG_DUE_FARGATE_PULLED:
        fg_fargate_pulled(world, number);
        break;
    default:
        fg_node_pods_start(world, number);
    }
}

uint32_t fg_phases_next_arrival(const struct fg_world *world)
{
    return world->next_arrival < world->trace->pod_count
               ? world->trace->arrival_s[world->next_arrival]
               : FG_NEVER;
}

static uint32_t earlier(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

uint32_t fg_phases_next(struct fg_world *world)
{
    uint32_t next = earlier(fg_phases_next_arrival(world), fg_event_next(&world->ends));
    next = earlier(next, fg_event_next(&world->readiness));
    next = earlier(next, fg_event_next(&world->retries));
    next = earlier(next, fg_fargate_next(world));
    next = earlier(next, fg_planned_next(world));
    next = earlier(next, fg_group_upgrade_next(world));
    next = earlier(next, fg_provisioner_next(world));
    next = earlier(next, fg_disruptor_next(world));
    return earlier(next, fg_scaling_next(world));
}

void fg_phases_end(struct fg_world *world)
{
    uint32_t word, now = world->clock.now;
    while (fg_event_take(&world->ends, now, &word))
        do_end(world, word);
}

/* Where addresses have become free: for pods bound to nodes, nodes, Fargate and Karpenter. */
static void serve_addresses(struct fg_world *world)
{
    if (!fg_addresses_take_freed(world))
        return;
    fg_node_pods_serve_addresses(world);
    fg_node_request_missing(world);
    if (world->fargate.waiting_count > 0)
        world->fargate.blocked_until_s = world->clock.now;
    if (world->pending_pods > 0)
        fg_batch_window_extend(&world->batch_window, world->clock.now);
}

void fg_phases_do(struct fg_world *world)
{
    uint32_t word, now = world->clock.now;
    bool first = true;
    do {
        fg_phases_end(world);
        if (world->cut_s == FG_NEVER && world->ending_left == 0) {
            world->stopped_at_end = first; /* this was the cut */
            return;
        }
        first = false;
        fg_planned_pass(world);
        fg_fargate_steps(world);
        while (fg_event_take(&world->readiness, now, &word))
            do_ready(world, word);
        while (fg_phases_next_arrival(world) == now)
            arrive(world, world->next_arrival++);
        while (fg_event_take(&world->retries, now, &word))
            fg_pending_retry(world, word & ((1u << FG_DUE_SHIFT) - 1));
        fg_fargate_launch_waiting(world);
        serve_addresses(world);
        fg_scheduling_pass(world);
        fg_scaling_pass(world);
        fg_provisioner_pass(world);
        fg_disruptor_pass(world);
        fg_group_upgrade_pass(world);
    } while (fg_phases_next(world) <= now || fg_pending_may_look_again(world) ||
             fg_addresses_any_freed(world));
    if (world->input->checked)
        fg_invariants_recount(world);
#ifdef FG_DEBUG
    fg_invariants_check(world);
#endif
}
