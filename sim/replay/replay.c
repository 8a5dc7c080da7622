#include "sim/replay/replay.h"

#include <stdlib.h>
#include <string.h>

#include "sim/replay/addresses.h"
#include "sim/replay/commitments.h"
#include "sim/replay/control_plane.h"
#include "sim/replay/daemon_sets.h"
#include "sim/replay/disruptor.h"
#include "sim/replay/eviction.h"
#include "sim/replay/fargate_pods.h"
#include "sim/replay/group_upgrade.h"
#include "sim/replay/invariants.h"
#include "sim/replay/node_life.h"
#include "sim/replay/node_pods.h"
#include "sim/replay/pending_queue.h"
#include "sim/replay/planned.h"
#include "sim/replay/provisioner.h"
#include "sim/replay/scaling.h"
#include "sim/replay/spot.h"
#include "sim/replay/spread.h"

/* When no pod starts or ends for so long and none ever will but those no node takes, the rest
 * of the trace is over. */
enum { STANDSTILL_S = 86400 };

/* ---- one second ---- */

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
            fg_node_drain(world, number);
        break;
    case FG_DUE_SPOT_NOTICE:
        if (world->clock.now != world->cut_s)
            fg_spot_notice(world, number);
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
    default:
        fg_node_pods_start(world, number);
    }
}

static uint32_t next_arrival_s(const struct fg_world *world)
{
    return world->next_arrival < world->trace->pod_count
               ? world->trace->arrival_s[world->next_arrival]
               : FG_NEVER;
}

static uint32_t earlier(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

static uint32_t next_second(struct fg_world *world)
{
    uint32_t next = earlier(next_arrival_s(world), fg_event_next(&world->ends));
    next = earlier(next, fg_event_next(&world->readiness));
    next = earlier(next, fg_event_next(&world->retries));
    next = earlier(next, fg_fargate_next(world));
    next = earlier(next, fg_planned_next(world));
    next = earlier(next, fg_group_upgrade_next(world));
    next = earlier(next, fg_provisioner_next(world));
    return earlier(next, fg_scaling_next(world));
}

static void end_phase(struct fg_world *world)
{
    uint32_t word, now = world->clock.now;
    while (fg_event_take(&world->ends, now, &word))
        do_end(world, word);
}

/* Everything that is due at this second, in the order of the phases, until nothing is. */
static void do_second(struct fg_world *world)
{
    uint32_t word, now = world->clock.now;
    bool first = true;
    do {
        end_phase(world);
        if (world->cut_s == FG_NEVER && world->ending_left == 0) {
            world->stopped_at_end = first; /* this was the cut */
            return;
        }
        first = false;
        fg_planned_pass(world);
        fg_fargate_steps(world);
        while (fg_event_take(&world->readiness, now, &word))
            do_ready(world, word);
        while (next_arrival_s(world) == now)
            arrive(world, world->next_arrival++);
        while (fg_event_take(&world->retries, now, &word))
            fg_pending_retry(world, word & ((1u << FG_DUE_SHIFT) - 1));
        fg_fargate_launch_waiting(world);
        fg_addresses_pass(world);
        fg_node_pods_schedule(world);
        fg_scaling_pass(world);
        fg_provisioner_pass(world);
        fg_group_upgrade_pass(world);
    } while (next_second(world) <= now || fg_pending_may_look_again(world) ||
             fg_addresses_any_freed(world));
    if (world->input->checked)
        fg_invariants_recount(world);
#ifdef FG_DEBUG
    fg_invariants_check(world);
#endif
}

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
    if (next_arrival_s(world) != FG_NEVER)
        return false;
    bool nothing_moves = world->ends_due == 0 && world->fargate.run == world->fargate.launched &&
                         next - world->last_progress_s > STANDSTILL_S;
    return nothing_moves || goes_in_circles(world, next);
}

static void run_until_cut(struct fg_world *world)
{
    uint32_t next;
    while (!is_over(world, next = next_second(world))) {
        fg_clock_set(&world->clock, next);
        do_second(world);
    }
    if (world->cut_s == FG_NEVER)
        return;
    fg_clock_set(&world->clock, world->cut_s);
    if (fg_event_next(&world->ends) <= world->cut_s)
        end_phase(world);
}

/* ---- before and after ---- */

static void count_ending(struct fg_world *world)
{
    const struct fg_trace *trace = world->trace;
    for (uint32_t pod = 0; pod < trace->pod_count; pod++) {
        if (fg_trace_span(trace, pod) == FG_SPAN_DURATION && trace->span_s[pod] > world->longest_s)
            world->longest_s = trace->span_s[pod];
        world->ending_left +=
            fg_trace_span(trace, pod) != FG_SPAN_FOREVER &&
            world->classes.items[fg_trace_spec(trace, pod)].route != FG_ROUTE_TEMPLATE;
    }
}

static void open_pools(struct fg_world *world)
{
    const struct fg_cluster *cluster = world->cluster;
    world->pool_count =
        cluster->profile_count + cluster->node_group_count + cluster->node_pool_count + 1;
    world->pool_names = fg_arena_allocate(&world->arena, world->pool_count, sizeof(char *));
    for (uint32_t i = 0; i < cluster->profile_count; i++)
        world->pool_names[i] =
            fg_arena_format(&world->arena, "fargate:%s", cluster->profiles[i].name);
    for (uint32_t i = 0; i < cluster->node_group_count; i++)
        world->pool_names[fg_world_group_pool(world, i)] =
            fg_arena_format(&world->arena, "nodegroup:%s", cluster->node_groups[i].name);
    for (uint32_t i = 0; i < cluster->node_pool_count; i++)
        world->pool_names[fg_world_node_pool_pool(world, i)] =
            fg_arena_format(&world->arena, "nodepool:%s", cluster->node_pools[i].name);
    world->pool_names[fg_world_cluster_pool(world)] = "cluster";
    world->series = fg_allocate(world->pool_count, sizeof *world->series);
    for (uint32_t i = 0; i < world->pool_count; i++) {
        world->series[i].pool = world->pool_names[i];
        world->series[i].hour = world->clock.hour;
    }
}

/* A pod that buys storage above the free part needs a price of it. */
static fg_status check_storage_price(const struct fg_world *world, struct fg_error *error)
{
    for (uint32_t i = 0; i < world->classes.count; i++) {
        const struct fg_pod_class *class = &world->classes.items[i];
        if (class->route == FG_ROUTE_FARGATE && class->size.part[FG_FARGATE_STORAGE] > 0 &&
            !world->prices.has_storage_price)
            return fg_error_set(error, FG_BAD_INPUT,
                                "no price of Fargate storage is known in region %s, and workload "
                                "'%s' asks for more than the free 20 GiB",
                                world->scenario->region,
                                world->classes.workloads[class->workload].workload);
    }
    return FG_OK;
}

static fg_status open_world(struct fg_world *world, const struct fg_replay_input *input,
                            uint32_t cut_s, struct fg_result *result, struct fg_error *error)
{
    world->input = input;
    world->scenario = input->scenario;
    world->cluster = &input->scenario->cluster;
    world->trace = input->trace;
    world->result = result;
    world->cut_s = cut_s;
    world->price_day = input->scenario->price_day;
    world->clock = fg_clock_at_start(input->scenario->start);
    FG_ASSERT(world->trace->pod_count <= FG_NO_PLACE); /* numbers fit an event's word */
    fg_status status = fg_price_book_read(input->scenario, input->catalog, &world->prices, error);
    if (status != FG_OK)
        return status;
    fg_pod_classes_make(world->trace, world->scenario, &world->arena, &world->classes);
    status = check_storage_price(world, error);
    if (status != FG_OK)
        return status;
    open_pools(world);
    count_ending(world);
    world->pods = fg_allocate(world->trace->pod_count, sizeof *world->pods);
    world->links = fg_allocate(world->trace->pod_count, sizeof *world->links);
    world->completed = fg_allocate(world->trace->spec_count, sizeof *world->completed);
    memset(world->completed, 0xff, world->trace->spec_count * sizeof *world->completed);
    if (input->with_pods) {
        result->pod_rows = fg_allocate(world->trace->pod_count, sizeof *result->pod_rows);
        result->pod_row_capacity = world->trace->pod_count;
    }
    fg_fargate_open(world);
    status = fg_node_life_open(world, error);
    if (status != FG_OK)
        return status;
    fg_node_pods_open(world);
    fg_scaling_open(world);
    fg_addresses_open(world);
    status = fg_planned_open(world, error);
    if (status == FG_OK)
        status = fg_provisioner_open(world, error);
    if (status != FG_OK)
        return status;
    fg_node_life_start(world);
    return FG_OK;
}

/* Ends the bills that reach past the cut for their minimum, then writes out every meter. */
static void close_meters(struct fg_world *world)
{
    uint32_t next;
    for (uint32_t i = 0; i < world->pool_count; i++)
        fg_capacity_series_close(fg_world_series(world, i), &world->result->capacity);
    fg_spread_close(world, world->cut_s);
    while ((next = fg_event_next(&world->ends)) != FG_NEVER) {
        uint32_t word;
        fg_clock_set(&world->clock, next);
        while (fg_event_take(&world->ends, next, &word)) {
            uint32_t number = word & ((1u << FG_DUE_SHIFT) - 1);
            if (word >> FG_DUE_SHIFT == FG_DUE_BILL_STOP)
                fg_fargate_bill_stop(world, number);
            else if (word >> FG_DUE_SHIFT == FG_DUE_NODE_BILL_STOP)
                fg_node_bill_stop(world, number);
        }
    }
    for (uint32_t i = 0; i < world->classes.meter_count; i++)
        fg_fargate_meter_roll(&world->fargate.meters[i], &world->bill, world->prices.fargate,
                              world->clock.hour + 1);
    for (uint32_t i = 0; i < world->shapes.count; i++)
        fg_node_meter_roll(&world->shapes.items[i]->meter, &world->bill, world->clock.hour + 1);
}

static void left_out_rows(struct fg_world *world)
{
    struct fg_result *result = world->result;
    uint32_t kept = 0;
    for (uint32_t pod = 0; result->pod_rows != NULL && pod < world->next_arrival; pod++)
        if (result->pod_rows[pod].pod != NULL)
            result->pod_rows[kept++] = result->pod_rows[pod];
    result->pod_row_count = kept;
}

static void sum_up(struct fg_world *world, uint32_t cut_s)
{
    struct fg_summary *summary = &world->result->summary;
    summary->cut_s = cut_s;
    summary->pod_count = world->trace->pod_count;
    summary->skipped_rows = world->trace->skipped_rows;
    summary->left_out = world->trace->pod_count - world->next_arrival;
    summary->fargate_waste_nano =
        fg_money_amount_half_even(world->fargate.waste_milli_s,
                                  world->prices.fargate[FG_FARGATE_VCPU]) +
        fg_money_amount_half_even(world->fargate.waste_mib_s,
                                  world->prices.fargate[FG_FARGATE_MEMORY]);
    for (uint32_t i = 0; i < world->shapes.count; i++) {
        summary->node_idle_nano += world->shapes.items[i]->meter.idle_nano;
        summary->node_nano += world->shapes.items[i]->meter.total_nano;
    }
}

static fg_status close_world(struct fg_world *world, struct fg_error *error)
{
    uint32_t cut_s = world->cut_s;
    fg_node_pods_close(world); /* its reasons look at the pods on Fargate */
    fg_fargate_close(world);
    fg_node_life_close(world);
    close_meters(world);
    fg_status status = fg_control_plane_bill(world->scenario, world->input->catalog, &world->prices,
                                             cut_s, &world->bill, error);
    fg_outcomes_close(&world->outcomes, world->result);
    sum_up(world, cut_s);
    left_out_rows(world);
    fg_capacity_close(&world->result->capacity, world->scenario->start, cut_s);
    fg_bill_close(&world->bill, &world->result->ledger);
    fg_invariants_check_sums(world);
    fg_commitments_apply(world->scenario, cut_s, &world->arena, world->result);
    world->result->arena = world->arena;
    world->arena = (struct fg_arena){0};
    return status;
}

static void release_world(struct fg_world *world)
{
    struct fg_ledger unused = {0};
    struct fg_result nothing = {0};
    fg_bill_close(&world->bill, &unused);
    fg_ledger_release(&unused);
    fg_outcomes_close(&world->outcomes, &nothing);
    fg_result_release(&nothing);
    free(world->groups);
    free(world->daemons);
    fg_shapes_release(&world->shapes);
    fg_nodes_release(&world->nodes);
    fg_state_release(&world->state);
    fg_placement_release(&world->placement);
    fg_scaling_release(world);
    fg_pending_release(world);
    free(world->fargate.meters);
    free(world->fargate.waiting);
    free(world->fargate.free_addresses);
    free(world->fargate.launches);
    free(world->completed);
    free(world->pods);
    free(world->links);
    free(world->bound_of_class);
    free(world->pasts);
    fg_spread_release(world);
    fg_planned_release(world);
    fg_addresses_release(world);
    fg_provisioner_release(world);
    free(world->series);
    fg_event_queue_release(&world->ends);
    fg_event_queue_release(&world->readiness);
    fg_event_queue_release(&world->retries);
    fg_pod_classes_release(&world->classes);
    fg_price_book_release(&world->prices);
    fg_arena_release(&world->arena);
}

/* Replays to `cut_s`, or with FG_NEVER only finds the cut: *out_cut is then set. */
static fg_status replay_to(const struct fg_replay_input *input, uint32_t cut_s, uint32_t *out_cut,
                           struct fg_result *out, struct fg_error *error)
{
    struct fg_world *world = fg_allocate(1, sizeof *world);
    fg_status status = open_world(world, input, cut_s, out, error);
    if (status == FG_OK) {
        run_until_cut(world);
        bool exact = cut_s != FG_NEVER || (world->any_ended && world->stopped_at_end &&
                                           world->clock.now == world->last_end_s);
        *out_cut = cut_s != FG_NEVER ? cut_s : world->any_ended ? world->last_end_s : 0;
        if (exact) {
            world->cut_s = *out_cut;
            status = close_world(world, error);
        }
        out->summary.cut_s = exact ? *out_cut : 0;
    }
    release_world(world);
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
