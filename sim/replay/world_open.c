#include "sim/replay/world_open.h"

#include <stdlib.h>
#include <string.h>

#include "sim/replay/addresses.h"
#include "sim/replay/commitments.h"
#include "sim/replay/control_plane.h"
#include "sim/replay/cost_lines.h"
#include "sim/replay/daemon_sets.h"
#include "sim/replay/disruption_facts.h"
#include "sim/replay/disruptor.h"
#include "sim/replay/fargate_pods.h"
#include "sim/replay/image_cache.h"
#include "sim/replay/invariants.h"
#include "sim/replay/least_possible.h"
#include "sim/replay/node_groups.h"
#include "sim/replay/node_life.h"
#include "sim/replay/node_pods.h"
#include "sim/replay/pending_queue.h"
#include "sim/replay/persistent_volumes.h"
#include "sim/replay/planned.h"
#include "sim/replay/provisioner.h"
#include "sim/replay/replacements.h"
#include "sim/replay/scaling.h"
#include "sim/replay/shapes.h"
#include "sim/replay/spread.h"
#include "sim/replay/usage_records.h"

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

/* What pods buy needs a price: an offer that no profile names, storage above the free part. */
static fg_status check_fargate_prices(const struct fg_world *world, struct fg_error *error)
{
    for (uint32_t i = 0; i < world->classes.count; i++) {
        const struct fg_pod_class *class = &world->classes.items[i];
        bool on_spot = class->spot_millionths > 0;
        if (class->route != FG_ROUTE_FARGATE)
            continue;
        for (int spot = on_spot && class->spot_millionths == FG_ALL_ON_SPOT; spot <= on_spot;
             spot++) {
            uint32_t offer = class->lanes[spot].offer;
            const struct fg_fargate_price *prices = &world->prices.fargate[offer];
            struct fg_fargate_price unused = {0};
            if (!prices->is_known)
                return fg_fargate_price_read(world->scenario, world->input->catalog, offer, &unused,
                                             error);
            if (class->size.part[FG_FARGATE_STORAGE] > 0 && !prices->has_storage_price)
                return fg_error_set(error, FG_BAD_INPUT,
                                    "no price of Fargate storage is known in region %s, and "
                                    "workload '%s' asks for more than the free 20 GiB",
                                    world->scenario->region,
                                    world->classes.workloads[class->workload].workload);
        }
    }
    return FG_OK;
}

static void open_state(struct fg_world *world)
{
    world->state.settings = &world->cluster->scheduler;
    for (uint32_t c = 0; c < world->classes.scheduling_count; c++)
        fg_state_add_class(&world->state, world->classes.scheduling[c].spec);
    fg_state_seal_classes(&world->state);
}

fg_status fg_world_open(struct fg_world *world, const struct fg_replay_input *input, uint32_t cut_s,
                        struct fg_result *result, struct fg_error *error)
{
    world->input = input;
    world->scenario = input->scenario;
    world->cluster = &input->scenario->cluster;
    world->trace = input->trace;
    world->result = result;
    world->cut_s = cut_s;
    world->price_day = input->scenario->price_day;
    for (uint32_t i = 0; i < input->scenario->commitment_count; i++)
        world->keeps_zone_hours |= input->scenario->commitments[i].kind == FG_ZONAL_RESERVATION;
    world->clock = fg_clock_at_start(input->scenario->start);
    FG_ASSERT(world->trace->pod_count <= FG_NO_PLACE); /* numbers fit an event's word */
    fg_status status = fg_price_book_read(input->scenario, input->catalog, &world->prices, error);
    if (status != FG_OK)
        return status;
    fg_pod_classes_make(world->trace, world->scenario, &world->arena, &world->classes);
    status = check_fargate_prices(world, error);
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
    fg_daemon_sets_open(world);
    fg_cost_lines_open(world);
    fg_image_cache_open(world);
    status = fg_persistent_volumes_open(world, error);
    if (status != FG_OK)
        return status;
    open_state(world);
    status = fg_node_groups_open(world, error);
    if (status != FG_OK)
        return status;
    fg_node_pods_open(world);
    fg_scaling_open(world);
    fg_addresses_open(world);
    status = fg_planned_open(world, error);
    if (status != FG_OK)
        return status;
    fg_provisioner_open(world);
    fg_disruption_facts_open(world);
    fg_disruptor_open(world);
    fg_least_open(world);
    fg_node_life_start(world);
    return FG_OK;
}

/* Ends the bills that reach past the cut for their minimum, then writes out every meter. */
static void close_meters(struct fg_world *world)
{
    uint32_t next;
    fg_cost_lines_close(world);
    fg_persistent_volumes_close(world);
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
        fg_fargate_meter_roll(&world->fargate.meters[i], &world->bill,
                              world->prices.fargate[world->classes.meters[i].offer].price,
                              world->clock.hour + 1);
    for (uint32_t i = 0; i < world->shapes.count; i++)
        fg_node_meter_roll(&world->shapes.items[i]->meter, &world->bill, world->clock.hour + 1);
    fg_zone_hours_roll(&world->zone_hours, world->clock.hour + 1);
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

static fg_nanodollars fargate_waste(const struct fg_world *world)
{
    fg_nanodollars waste = 0;
    for (uint32_t offer = 0; offer < FG_FARGATE_OFFERS; offer++) {
        const struct fg_price *price = world->prices.fargate[offer].price;
        __int128 milli_s = world->fargate.waste_milli_s[offer];
        waste +=
            fg_money_amount_half_even(milli_s, price[FG_FARGATE_VCPU]) +
            fg_money_amount_half_even(milli_s, price[FG_FARGATE_LICENCE]) +
            fg_money_amount_half_even(world->fargate.waste_mib_s[offer], price[FG_FARGATE_MEMORY]);
    }
    return waste;
}

static void sum_up(struct fg_world *world, uint32_t cut_s)
{
    struct fg_summary *summary = &world->result->summary;
    summary->cut_s = cut_s;
    summary->pod_count = world->trace->pod_count;
    summary->skipped_rows = world->trace->skipped_rows;
    summary->left_out = world->trace->pod_count - world->next_arrival;
    summary->fargate_waste_nano = fargate_waste(world);
    for (uint32_t i = 0; i < world->shapes.count; i++) {
        summary->node_idle_nano += world->shapes.items[i]->meter.idle_nano;
        summary->node_nano += world->shapes.items[i]->meter.total_nano;
    }
}

fg_status fg_world_close(struct fg_world *world, struct fg_error *error)
{
    uint32_t cut_s = world->cut_s;
    fg_node_pods_close(world); /* its reasons look at the pods on Fargate */
    fg_fargate_close(world);
    fg_daemon_sets_close(world);
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
    fg_least_close(world);
    fg_ledger_set_list_costs(&world->result->ledger);
    world->result->arena = world->arena;
    world->arena = (struct fg_arena){0};
    if (status == FG_OK)
        fg_usage_records_make(world->scenario, world->input->catalog, &world->zone_hours, cut_s,
                              world->result);
    if (status == FG_OK)
        status = fg_commitments_apply(world->scenario, world->input->catalog, &world->zone_hours,
                                      cut_s, world->result, error);
    return status;
}

void fg_world_release(struct fg_world *world)
{
    struct fg_ledger unused = {0};
    struct fg_result nothing = {0};
    fg_bill_close(&world->bill, &unused);
    fg_ledger_release(&unused);
    fg_outcomes_close(&world->outcomes, &nothing);
    fg_result_release(&nothing);
    fg_least_release(world);
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
    fg_cost_lines_release(world);
    fg_persistent_volumes_release(world);
    fg_image_cache_release(world);
    fg_spread_release(world);
    fg_planned_release(world);
    fg_addresses_release(world);
    fg_disruption_facts_release(world);
    fg_disruptor_release(world);
    fg_provisioner_release(world);
    fg_replacements_release(world);
    fg_zones_release(&world->zones);
    fg_zone_hours_release(&world->zone_hours);
    free(world->without_address);
    free(world->series);
    fg_event_queue_release(&world->ends);
    fg_event_queue_release(&world->readiness);
    fg_event_queue_release(&world->retries);
    fg_pod_classes_release(&world->classes);
    fg_price_book_release(&world->prices);
    fg_arena_release(&world->arena);
}
