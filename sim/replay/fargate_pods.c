/* Pods on Fargate: created -> waits for quota, address and launch rate -> provisioning (not
 * billed) -> image pull (billed) -> runs -> ends. */
#include "sim/replay/fargate_pods.h"

#include "sim/replay/cost_lines.h"
#include "sim/replay/demand_meter.h"
#include "sim/replay/eviction.h"
#include "sim/replay/fargate_launch.h"
#include "sim/replay/fargate_spot.h"
#include "sim/replay/image_cache.h"
#include "sim/replay/pod_outcome.h"

static const struct fg_fargate_settings *settings(const struct fg_world *world)
{
    return &world->cluster->fargate;
}

static void open_meter(struct fg_world *world, uint32_t number)
{
    static const enum fg_charge charges[FG_FARGATE_PRICES] = {
        FG_CHARGE_FARGATE_VCPU, FG_CHARGE_FARGATE_MEMORY, FG_CHARGE_FARGATE_STORAGE,
        FG_CHARGE_FARGATE_VCPU};
    const struct fg_pod_classes *classes = &world->classes;
    const struct fg_fargate_account *key = &classes->meters[number];
    const struct fg_cost_owner *owner = &classes->owners[key->owner];
    const struct fg_workload *workload = &classes->workloads[owner->workload];
    const struct fg_fargate_price *prices = &world->prices.fargate[key->offer];
    struct fg_fargate_meter *meter = &world->fargate.meters[number];
    meter->hour = world->clock.hour;
    meter->has_licence = fg_fargate_offer_platform(key->offer) == FG_PLATFORM_WINDOWS;
    for (int part = 0; part < FG_FARGATE_PARTS + meter->has_licence; part++)
        meter->account[part] = fg_bill_account(
            &world->bill, (struct fg_account){.charge = charges[part],
                                              .pool = world->pool_names[key->profile],
                                              .sku = part == FG_FARGATE_LICENCE
                                                         ? FG_SKU_WINDOWS_LICENCE
                                                         : fg_fargate_offer_sku(key->offer),
                                              .namespace_name = workload->namespace_name,
                                              .workload = workload->workload,
                                              .group = owner->group,
                                              .list_unit_nano = prices->found[part].nano,
                                              .contract_unit_nano = prices->price[part].nano});
}

void fg_fargate_reprice(struct fg_world *world)
{
    for (uint32_t i = 0; i < world->classes.meter_count; i++)
        open_meter(world, i);
}

void fg_fargate_open(struct fg_world *world)
{
    struct fg_fargate_state *fargate = &world->fargate;
    const struct fg_pod_classes *classes = &world->classes;
    fargate->meters = fg_allocate(classes->meter_count, sizeof *fargate->meters);
    for (uint32_t i = 0; i < classes->meter_count; i++)
        open_meter(world, i);
    fg_fargate_launch_open(world);
}

/* ---- coming ---- */

static void expect_deletion(struct fg_world *world, uint32_t pod)
{
    if (fg_trace_span(world->trace, pod) != FG_SPAN_END)
        return;
    uint32_t end = world->trace->span_s[pod], now = world->clock.now;
    fg_world_expect_end(world, pod, end > now ? end : now);
}

static void refuse(struct fg_world *world, uint32_t pod, const char *refusal)
{
    world->pods[pod].status = FG_POD_REFUSED;
    if (fg_trace_span(world->trace, pod) == FG_SPAN_DURATION)
        world->ending_left--;
    if (FG_WATCHED(world, pod))
        fg_world_say(world, pod, "stays pending: %s", refusal);
}

void fg_fargate_arrive(struct fg_world *world, uint32_t pod)
{
    const struct fg_pod_class *class = fg_world_class(world, pod);
    fg_world_series(world, class->profile)->pending++;
    expect_deletion(world, pod);
    if (FG_WATCHED(world, pod))
        fg_world_say(world, pod, "Fargate profile %s takes it",
                     world->cluster->profiles[class->profile].name);
    if (class->route == FG_ROUTE_REFUSED) {
        refuse(world, pod, class->refusal);
        return;
    }
    if (FG_WATCHED(world, pod))
        fg_world_say(world, pod, "is billed as %g vCPU and %g GB",
                     (double)class->size.part[FG_FARGATE_VCPU] / 1000,
                     (double)class->size.part[FG_FARGATE_MEMORY] / 1024);
    fg_fargate_launch(world, pod);
}

/* ---- provisioning, pulling, running ---- */

static uint32_t pull_start(const struct fg_world *world, const struct fg_launch *launched)
{
    return launched->time + settings(world)->provision_delay_s;
}

uint32_t fg_fargate_next(const struct fg_world *world)
{
    const struct fg_fargate_state *fargate = &world->fargate;
    uint32_t next = fargate->waiting_count > 0 ? fargate->blocked_until_s : FG_NEVER;
    if (fargate->billed < fargate->launched) {
        uint32_t time = pull_start(world, fg_fargate_launched(fargate, fargate->billed));
        next = time < next ? time : next;
    }
    if (fargate->run < fargate->launched) {
        uint32_t time = pull_start(world, fg_fargate_launched(fargate, fargate->run)) +
                        settings(world)->image_pull_s;
        next = time < next ? time : next;
    }
    return next;
}

static void meter_change(struct fg_world *world, uint32_t pod, int64_t pods)
{
    const struct fg_fargate_lane *lane = fg_world_lane(world, pod);
    fg_fargate_meter_change(&world->fargate.meters[lane->meter], &world->bill,
                            world->prices.fargate[lane->offer].price, &world->clock,
                            &fg_world_class(world, pod)->size, pods);
}

static void series_node(struct fg_world *world, const struct fg_pod_class *class, int64_t pods)
{
    struct fg_capacity_series *series = fg_world_series(world, class->profile);
    const struct fg_clock *clock = &world->clock;
    fg_series_change(series, clock, FG_SERIES_NODES, pods);
    fg_series_change(series, clock, FG_SERIES_CPU_CAPACITY,
                     pods * class->size.part[FG_FARGATE_VCPU]);
    fg_series_change(series, clock, FG_SERIES_CPU_ALLOCATABLE,
                     pods * class->size.part[FG_FARGATE_VCPU]);
    fg_series_change(series, clock, FG_SERIES_MEMORY_ALLOCATABLE,
                     pods * class->size.part[FG_FARGATE_MEMORY] * 1024 * 1024);
    fg_series_change(series, clock, FG_SERIES_CPU_REQUESTED, pods * class->requested_cpu_milli);
    fg_series_change(series, clock, FG_SERIES_MEMORY_CAPACITY,
                     pods * class->size.part[FG_FARGATE_MEMORY] * 1024 * 1024);
    fg_series_change(series, clock, FG_SERIES_MEMORY_REQUESTED,
                     pods * class->requested_memory_bytes);
}

static void start_billing(struct fg_world *world, uint32_t pod)
{
    const struct fg_pod_class *class = fg_world_class(world, pod);
    world->pods[pod].status = FG_POD_PULLING;
    meter_change(world, pod, 1);
    series_node(world, class, 1);
    fg_image_pulled_on_fargate(world, pod, class->profile);
    if (fg_image_is_timed_on_fargate(world, pod))
        fg_event_put(&world->readiness, world->pods[pod].start_s,
                     fg_due_word(FG_DUE_FARGATE_PULLED, pod));
    uint32_t taken_back = fg_fargate_spot_end(world, pod, world->clock.now);
    if (taken_back != FG_NEVER)
        fg_event_put(&world->ends, taken_back, fg_due_word(FG_DUE_FARGATE_TAKE_BACK, pod));
}

static void start_running(struct fg_world *world, uint32_t pod)
{
    const struct fg_pod_class *class = fg_world_class(world, pod);
    struct fg_pod_state *state = &world->pods[pod];
    struct fg_capacity_series *series = fg_world_series(world, class->profile);
    state->status = FG_POD_RUNNING;
    fg_demand_count_fargate_pod(world, pod, 1);
    series->pending--;
    fg_series_change(series, &world->clock, FG_SERIES_PODS, 1);
    fg_cost_lines_pod_runs(world, pod, class->profile);
    if (fg_trace_span(world->trace, pod) == FG_SPAN_DURATION) {
        uint64_t end = (uint64_t)state->start_s + fg_pod_work_left(world, pod) + class->ttl_s;
        if (end < FG_NEVER)
            fg_world_expect_end(world, pod, (uint32_t)end);
    }
    world->last_progress_s = world->clock.now;
    if (FG_WATCHED(world, pod))
        fg_world_say(world, pod, "runs");
}

/* The pod has not lost its place since, or it would run at another time. */
static bool is_still_at(const struct fg_world *world, const struct fg_launch *launched,
                        enum fg_pod_status status)
{
    const struct fg_pod_state *state = &world->pods[launched->pod];
    return state->status == status &&
           state->start_s ==
               pull_start(world, launched) + fg_image_fargate_pull_s(world, launched->pod);
}

void fg_fargate_pulled(struct fg_world *world, uint32_t pod)
{
    const struct fg_pod_state *state = &world->pods[pod];
    if (state->status == FG_POD_PULLING && state->start_s == world->clock.now)
        start_running(world, pod);
}

void fg_fargate_steps(struct fg_world *world)
{
    struct fg_fargate_state *fargate = &world->fargate;
    uint32_t now = world->clock.now;
    while (fargate->billed < fargate->launched) {
        const struct fg_launch *step = fg_fargate_launched(fargate, fargate->billed);
        if (pull_start(world, step) > now)
            break;
        if (is_still_at(world, step, FG_POD_PROVISIONING))
            start_billing(world, step->pod);
        fargate->billed++;
    }
    while (fargate->run < fargate->billed) {
        const struct fg_launch *step = fg_fargate_launched(fargate, fargate->run);
        if (pull_start(world, step) + settings(world)->image_pull_s > now)
            break;
        if (!fg_image_is_timed_on_fargate(world, step->pod) &&
            is_still_at(world, step, FG_POD_PULLING))
            start_running(world, step->pod);
        fargate->run++;
    }
}

/* ---- ending ---- */

/* Writes into the pod's row what it is billed. */
static void price_pod(struct fg_world *world, uint32_t pod, uint32_t billed_s)
{
    const struct fg_pod_class *class = fg_world_class(world, pod);
    const struct fg_price *price = world->prices.fargate[fg_world_lane(world, pod)->offer].price;
    for (int part = 0; part < FG_FARGATE_PRICES; part++) {
        int from = part == FG_FARGATE_LICENCE ? FG_FARGATE_VCPU : part;
        world->result->pod_rows[pod].nano +=
            fg_money_amount_half_even((__int128)billed_s * class->size.part[from], price[part]);
    }
    if (world->pods[pod].status == FG_POD_RUNNING)
        world->result->pod_rows[pod].nano += fg_cost_lines_of_pod(
            world, pod, class->profile, world->clock.now - world->pods[pod].start_s);
}

/* Ends the billing now or when the minimum is over, and adds up what was bought in vain. */
static void stop_billing(struct fg_world *world, uint32_t pod)
{
    const struct fg_pod_class *class = fg_world_class(world, pod);
    uint32_t billed_from = world->pods[pod].start_s - fg_image_fargate_pull_s(world, pod);
    uint32_t now = world->clock.now, billed_s = now - billed_from;
    uint32_t offer = fg_world_lane(world, pod)->offer;
    uint32_t minimum_s = fg_fargate_minimum_s(fg_fargate_offer_platform(offer));
    if (billed_s < minimum_s) {
        billed_s = minimum_s;
        fg_event_put(&world->ends, billed_from + minimum_s, fg_due_word(FG_DUE_BILL_STOP, pod));
    } else {
        meter_change(world, pod, -1);
    }
    series_node(world, class, -1);
    if (world->input->with_pods)
        price_pod(world, pod, billed_s);
    world->fargate.waste_milli_s[offer] +=
        (__int128)billed_s * (class->size.part[FG_FARGATE_VCPU] - class->requested_cpu_milli);
    world->fargate.waste_mib_s[offer] +=
        (__int128)billed_s *
        (class->size.part[FG_FARGATE_MEMORY] - class->requested_memory_bytes / (1024 * 1024));
}

void fg_fargate_bill_stop(struct fg_world *world, uint32_t pod)
{
    meter_change(world, pod, -1);
}

/* What a finished Job's pod is kept for is no work. */
static void stop_working(struct fg_world *world, uint32_t pod)
{
    fg_demand_count_fargate_pod(world, pod, -1);
    if (fg_trace_span(world->trace, pod) != FG_SPAN_DURATION)
        return;
    uint64_t end = (uint64_t)world->pods[pod].start_s + fg_pod_work_left(world, pod);
    if (end < world->clock.now)
        fg_demand_take_back(world, pod, (uint32_t)end, world->clock.now);
}

/* Takes the pod off Fargate, deleted or at the cut, and books what became of it. */
static void leave(struct fg_world *world, uint32_t pod, enum fg_outcome if_ran,
                  enum fg_outcome if_not)
{
    const struct fg_pod_class *class = fg_world_class(world, pod);
    struct fg_pod_state *state = &world->pods[pod];
    struct fg_capacity_series *series = fg_world_series(world, class->profile);
    uint32_t arrival = world->trace->arrival_s[pod];
    const char *reason = "being provisioned on Fargate";
    if (state->status == FG_POD_REFUSED)
        reason = class->refusal;
    else if (state->status == FG_POD_WAITING)
        reason =
            fg_fargate_lack(world, pod) != NULL ? fg_fargate_lack(world, pod) : "waits for Fargate";
    if (state->status == FG_POD_RUNNING) {
        stop_working(world, pod);
        stop_billing(world, pod);
        fg_series_change(series, &world->clock, FG_SERIES_PODS, -1);
        fg_cost_lines_pod_stops(world, pod, class->profile);
        fg_pod_finish(world, pod, class->profile, if_ran, "", fg_pod_wait(world, pod));
        return;
    }
    if (state->status == FG_POD_PULLING)
        stop_billing(world, pod);
    series->pending--;
    fg_pod_finish(world, pod, fg_world_cluster_pool(world), if_not,
                  fg_pod_has_run(world, pod) ? FG_REASON_WAITS_AGAIN : reason,
                  world->clock.now - arrival);
}

/* A finished Job's pod that is kept, and billed, until it is deleted. */
static bool has_done_its_work(const struct fg_world *world, uint32_t pod)
{
    return fg_trace_span(world->trace, pod) == FG_SPAN_DURATION &&
           (uint64_t)world->pods[pod].start_s + fg_pod_work_left(world, pod) <= world->clock.now;
}

/* An end of work that was foreseen before the pod was evicted. */
static bool is_of_an_earlier_life(const struct fg_world *world, uint32_t pod)
{
    const struct fg_pod_state *state = &world->pods[pod];
    if (fg_pod_past(world, pod) == NULL || fg_trace_span(world->trace, pod) != FG_SPAN_DURATION)
        return false;
    uint64_t end =
        (uint64_t)state->start_s + fg_pod_work_left(world, pod) + fg_world_class(world, pod)->ttl_s;
    return state->status != FG_POD_RUNNING || end != world->clock.now;
}

bool fg_fargate_evict(struct fg_world *world, uint32_t pod, const char *why)
{
    const struct fg_pod_class *class = fg_world_class(world, pod);
    enum fg_pod_status status = (enum fg_pod_status)world->pods[pod].status;
    if (!fg_pod_is_launched(&world->pods[pod]) ||
        (status == FG_POD_RUNNING && has_done_its_work(world, pod)))
        return false;
    struct fg_capacity_series *series = fg_world_series(world, class->profile);
    fg_pod_note_eviction(world, pod, class->profile);
    if (status != FG_POD_PROVISIONING)
        stop_billing(world, pod);
    fg_fargate_give_back(world, pod);
    if (status == FG_POD_RUNNING) {
        fg_demand_count_fargate_pod(world, pod, -1);
        fg_series_change(series, &world->clock, FG_SERIES_PODS, -1);
        fg_cost_lines_pod_stops(world, pod, class->profile);
        series->pending++;
    }
    if (FG_WATCHED(world, pod))
        fg_world_say(world, pod, "evicted: %s; it begins anew", why);
    fg_fargate_launch_again(world, pod);
    return true;
}

void fg_fargate_take_back(struct fg_world *world, uint32_t pod)
{
    const struct fg_pod_state *state = &world->pods[pod];
    if (state->status != FG_POD_PULLING && state->status != FG_POD_RUNNING)
        return;
    uint32_t billed_from = state->start_s - fg_image_fargate_pull_s(world, pod);
    if (fg_fargate_spot_end(world, pod, billed_from) != world->clock.now)
        return; /* it was foreseen for an earlier life */
    world->result->summary.spot_interruptions++;
    fg_fargate_lose(world, pod, "Fargate Spot takes its capacity back");
}

static void end(struct fg_world *world, uint32_t pod)
{
    enum fg_pod_status status = (enum fg_pod_status)world->pods[pod].status;
    leave(world, pod, FG_OUTCOME_COMPLETED, FG_OUTCOME_DELETED_PENDING);
    if (status == FG_POD_WAITING)
        world->fargate.waiting_count--;
    else if (status != FG_POD_REFUSED)
        fg_fargate_give_back(world, pod);
    world->pods[pod].status = FG_POD_GONE;
}

void fg_fargate_end(struct fg_world *world, uint32_t pod)
{
    if (!is_of_an_earlier_life(world, pod))
        end(world, pod);
}

void fg_fargate_lose(struct fg_world *world, uint32_t pod, const char *why)
{
    if (!fg_fargate_evict(world, pod, why))
        end(world, pod);
}

void fg_fargate_close(struct fg_world *world)
{
    for (uint32_t pod = 0; pod < world->next_arrival; pod++) {
        enum fg_pod_status status = (enum fg_pod_status)world->pods[pod].status;
        if (status >= FG_POD_REFUSED && status <= FG_POD_RUNNING)
            leave(world, pod,
                  has_done_its_work(world, pod) ? FG_OUTCOME_COMPLETED : FG_OUTCOME_RUNNING,
                  FG_OUTCOME_PENDING);
    }
}
