/* Pods on Fargate: created -> waits for quota, address and launch rate -> provisioning (not
 * billed) -> image pull (billed) -> runs -> ends. */
#include "sim/replay/fargate_pods.h"

#include <stdlib.h>
#include <string.h>

#include "models/fargate_profile.h"
#include "sim/replay/addresses.h"
#include "sim/replay/eviction.h"
#include "sim/replay/planned.h"

enum { MINIMUM_BILLED_S = 60 };

static const struct fg_fargate_settings *settings(const struct fg_world *world)
{
    return &world->cluster->fargate;
}

void fg_fargate_open(struct fg_world *world)
{
    struct fg_fargate_state *fargate = &world->fargate;
    const struct fg_pod_classes *classes = &world->classes;
    fargate->meters = fg_allocate(classes->meter_count, sizeof *fargate->meters);
    static const enum fg_charge charges[FG_FARGATE_PARTS] = {
        FG_CHARGE_FARGATE_VCPU, FG_CHARGE_FARGATE_MEMORY, FG_CHARGE_FARGATE_STORAGE};
    for (uint32_t i = 0; i < classes->meter_count; i++) {
        const struct fg_workload *workload = &classes->workloads[classes->meters[i].workload];
        fargate->meters[i].hour = world->clock.hour;
        for (int part = 0; part < FG_FARGATE_PARTS; part++)
            fargate->meters[i].account[part] = fg_bill_account(
                &world->bill,
                (struct fg_account){.charge = charges[part],
                                    .pool = world->pool_names[classes->meters[i].profile],
                                    .sku = "linux/amd64",
                                    .namespace_name = workload->namespace_name,
                                    .workload = workload->workload});
    }
    fargate->waiting = fg_allocate(classes->launch_count, sizeof *fargate->waiting);
    for (uint32_t i = 0; i < classes->launch_count; i++)
        fargate->waiting[i] = (struct fg_pod_list){FG_NO_POD, FG_NO_POD};
    fargate->tokens = settings(world)->launch_burst;
    fargate->blocked_until_s = FG_NEVER;
    fargate->free_addresses = fg_allocate(world->cluster->subnet_count, sizeof(int64_t));
    for (uint32_t i = 0; i < world->cluster->subnet_count; i++)
        fargate->free_addresses[i] = world->cluster->subnets[i].address_count;
}

/* ---- quota, address, launch rate ---- */

static bool serves(const struct fg_world *world, const struct fg_fargate_profile *profile,
                   uint32_t subnet)
{
    const struct fg_subnet *candidate = &world->cluster->subnets[subnet];
    if (profile->subnet_count == 0)
        return !candidate->is_public;
    for (uint32_t i = 0; i < profile->subnet_count; i++)
        if (strcmp(profile->subnets[i], candidate->id) == 0)
            return true;
    return false;
}

/* The subnet with most free addresses, of equals the lowest id. False: none has one. A cluster
 * without subnets has no limit: FG_NO_PLACE. */
static bool find_subnet(const struct fg_world *world, uint32_t profile, uint32_t *out)
{
    *out = FG_NO_PLACE;
    if (world->cluster->subnet_count == 0)
        return true;
    int64_t most = 0;
    for (uint32_t i = 0; i < world->cluster->subnet_count; i++) {
        if (world->fargate.free_addresses[i] > most &&
            fg_planned_zone_works(world, world->cluster->subnets[i].zone) &&
            serves(world, &world->cluster->profiles[profile], i)) {
            most = world->fargate.free_addresses[i];
            *out = i;
        }
    }
    return *out != FG_NO_PLACE;
}

/* The first subnet of the profile that has no address. */
static void note_dry(struct fg_world *world, uint32_t profile)
{
    for (uint32_t i = 0; i < world->cluster->subnet_count; i++)
        if (world->fargate.free_addresses[i] == 0 &&
            serves(world, &world->cluster->profiles[profile], i)) {
            fg_addresses_note_dry(world, i);
            return;
        }
}

static bool within_quota(const struct fg_world *world, int64_t cpu_milli)
{
    return settings(world)->vcpu_quota_milli == FG_UNLIMITED ||
           world->fargate.vcpu_milli + cpu_milli <= settings(world)->vcpu_quota_milli;
}

static void refill_tokens(struct fg_world *world)
{
    struct fg_fargate_state *fargate = &world->fargate;
    uint32_t now = world->clock.now;
    if (now == fargate->tokens_at_s)
        return;
    int64_t added = (int64_t)(now - fargate->tokens_at_s) * settings(world)->launch_per_second;
    int64_t burst = settings(world)->launch_burst;
    fargate->tokens = fargate->tokens + added > burst ? burst : fargate->tokens + added;
    fargate->tokens_at_s = now;
}

/* The n-th launch of the replay. */
static struct fg_launch *launch_at(const struct fg_fargate_state *fargate, uint64_t number)
{
    return &fargate->launches[number & (fargate->ring_capacity - 1)];
}

static void push_launch(struct fg_fargate_state *fargate, uint32_t pod, uint32_t now)
{
    if (fargate->launched - fargate->run == fargate->ring_capacity) {
        uint64_t capacity = fargate->ring_capacity == 0 ? 64 : fargate->ring_capacity * 2;
        struct fg_launch *ring = fg_allocate(capacity, sizeof *ring);
        for (uint64_t i = fargate->run; i < fargate->launched; i++)
            ring[i & (capacity - 1)] = *launch_at(fargate, i);
        free(fargate->launches);
        fargate->launches = ring;
        fargate->ring_capacity = capacity;
    }
    *launch_at(fargate, fargate->launched++) = (struct fg_launch){pod, now};
}

static void launch(struct fg_world *world, uint32_t pod, uint32_t subnet)
{
    struct fg_fargate_state *fargate = &world->fargate;
    const struct fg_pod_class *class = fg_world_class(world, pod);
    struct fg_pod_state *state = &world->pods[pod];
    struct fg_capacity_series *series = fg_world_series(world, class->profile);
    fargate->tokens--;
    fargate->vcpu_milli += class->size.part[FG_FARGATE_VCPU];
    if (fargate->vcpu_milli > world->result->summary.peak_fargate_vcpu_milli)
        world->result->summary.peak_fargate_vcpu_milli = fargate->vcpu_milli;
    if (subnet != FG_NO_PLACE)
        fargate->free_addresses[subnet]--;
    series->addresses++;
    state->place = subnet & FG_NO_PLACE;
    state->status = FG_POD_PROVISIONING;
    state->start_s =
        world->clock.now + settings(world)->provision_delay_s + settings(world)->image_pull_s;
    push_launch(fargate, pod, world->clock.now);
    if (FG_WATCHED(world, pod))
        fg_world_say(world, pod,
                     "launched%s%s; the image pull, billed, begins at %us, it runs at %us",
                     subnet == FG_NO_PLACE ? "" : " in subnet ",
                     subnet == FG_NO_PLACE ? "" : world->cluster->subnets[subnet].id,
                     world->clock.now + settings(world)->provision_delay_s, state->start_s);
}

/* What keeps the pod from being launched now, or NULL and the subnet it would get. */
static const char *lack(struct fg_world *world, uint32_t pod, uint32_t *out_subnet)
{
    const struct fg_pod_class *class = fg_world_class(world, pod);
    if (!within_quota(world, class->size.part[FG_FARGATE_VCPU]))
        return "waits for Fargate: the On-Demand vCPU quota is used up";
    if (!find_subnet(world, class->profile, out_subnet)) {
        note_dry(world, class->profile);
        return "waits for Fargate: no free address in the profile's subnets";
    }
    if (world->fargate.tokens == 0)
        return "waits for Fargate: the launch rate is used up";
    return NULL;
}

static bool try_launch(struct fg_world *world, uint32_t pod)
{
    uint32_t subnet;
    refill_tokens(world);
    if (lack(world, pod, &subnet) != NULL)
        return false;
    launch(world, pod, subnet);
    return true;
}

/* ---- waiting ---- */

static void expect_deletion(struct fg_world *world, uint32_t pod)
{
    if (fg_trace_span(world->trace, pod) != FG_SPAN_END)
        return;
    uint32_t end = world->trace->span_s[pod], now = world->clock.now;
    fg_world_expect_end(world, pod, end > now ? end : now);
}

static void wait_for_launch(struct fg_world *world, uint32_t pod)
{
    struct fg_fargate_state *fargate = &world->fargate;
    world->pods[pod].status = FG_POD_WAITING;
    world->pods[pod].place = FG_NO_PLACE;
    fg_pod_list_append(world, &fargate->waiting[fg_world_class(world, pod)->launch_queue], pod);
    fargate->waiting_count++;
    if (FG_WATCHED(world, pod)) {
        uint32_t subnet;
        const char *reason = lack(world, pod, &subnet);
        fg_world_say(world, pod, "%s", reason != NULL ? reason : "waits: other pods came first");
    }
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
    struct fg_fargate_state *fargate = &world->fargate;
    struct fg_capacity_series *series = fg_world_series(world, class->profile);
    series->pending++;
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
    if (fargate->waiting_count > 0) {
        wait_for_launch(world, pod);
        fargate->blocked_until_s = world->clock.now;
    } else if (!try_launch(world, pod)) {
        wait_for_launch(world, pod);
        fargate->blocked_until_s = fargate->tokens == 0 ? world->clock.now + 1 : FG_NEVER;
    }
}

/* Drops pods deleted meanwhile from the head of a queue. */
static uint32_t first_waiting(struct fg_world *world, struct fg_pod_list *queue)
{
    while (queue->first != FG_NO_POD && world->pods[queue->first].status != FG_POD_WAITING) {
        queue->first = world->links[queue->first].next;
        if (queue->first == FG_NO_POD)
            queue->last = FG_NO_POD;
    }
    return queue->first;
}

/* The queue whose head came first, of those not `passed` over. */
static uint32_t earliest_queue(struct fg_world *world, const bool *passed)
{
    uint32_t best = UINT32_MAX, best_pod = FG_NO_POD;
    for (uint32_t i = 0; i < world->classes.launch_count; i++) {
        if (passed[i])
            continue;
        uint32_t pod = first_waiting(world, &world->fargate.waiting[i]);
        if (pod < best_pod) { /* pods are numbered by arrival */
            best_pod = pod;
            best = i;
        }
    }
    return best;
}

void fg_fargate_launch_waiting(struct fg_world *world)
{
    struct fg_fargate_state *fargate = &world->fargate;
    if (fargate->waiting_count == 0 || fargate->blocked_until_s > world->clock.now)
        return;
    fargate->blocked_until_s = FG_NEVER;
    bool *passed = fg_allocate(world->classes.launch_count, sizeof *passed);
    uint32_t queue;
    while ((queue = earliest_queue(world, passed)) != UINT32_MAX) {
        uint32_t pod = fargate->waiting[queue].first;
        if (try_launch(world, pod)) {
            fargate->waiting_count--;
            struct fg_pod_list *list = &fargate->waiting[queue];
            list->first = world->links[pod].next;
            if (list->first == FG_NO_POD)
                list->last = FG_NO_POD;
        } else if (fargate->tokens == 0) {
            fargate->blocked_until_s = world->clock.now + 1;
            break;
        } else {
            passed[queue] = true;
        }
    }
    free(passed);
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
        uint32_t time = pull_start(world, launch_at(fargate, fargate->billed));
        next = time < next ? time : next;
    }
    if (fargate->run < fargate->launched) {
        uint32_t time =
            pull_start(world, launch_at(fargate, fargate->run)) + settings(world)->image_pull_s;
        next = time < next ? time : next;
    }
    return next;
}

static void meter_change(struct fg_world *world, const struct fg_pod_class *class, int64_t pods)
{
    fg_fargate_meter_change(&world->fargate.meters[class->meter], &world->bill,
                            world->prices.fargate, &world->clock, &class->size, pods);
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
    meter_change(world, class, 1);
    series_node(world, class, 1);
}

static void start_running(struct fg_world *world, uint32_t pod)
{
    const struct fg_pod_class *class = fg_world_class(world, pod);
    struct fg_pod_state *state = &world->pods[pod];
    struct fg_capacity_series *series = fg_world_series(world, class->profile);
    state->status = FG_POD_RUNNING;
    series->pending--;
    fg_series_change(series, &world->clock, FG_SERIES_PODS, 1);
    if (fg_trace_span(world->trace, pod) == FG_SPAN_DURATION) {
        uint64_t end = (uint64_t)state->start_s + fg_pod_work_left(world, pod) + class->ttl_s;
        if (end < FG_NEVER)
            fg_world_expect_end(world, pod, (uint32_t)end);
    }
    world->last_progress_s = world->clock.now;
    if (FG_WATCHED(world, pod))
        fg_world_say(world, pod, "runs");
}

void fg_fargate_steps(struct fg_world *world)
{
    struct fg_fargate_state *fargate = &world->fargate;
    uint32_t now = world->clock.now;
    while (fargate->billed < fargate->launched) {
        const struct fg_launch *step = launch_at(fargate, fargate->billed);
        if (pull_start(world, step) > now)
            break;
        if (world->pods[step->pod].status == FG_POD_PROVISIONING)
            start_billing(world, step->pod);
        fargate->billed++;
    }
    while (fargate->run < fargate->billed) {
        const struct fg_launch *step = launch_at(fargate, fargate->run);
        if (pull_start(world, step) + settings(world)->image_pull_s > now)
            break;
        if (world->pods[step->pod].status == FG_POD_PULLING)
            start_running(world, step->pod);
        fargate->run++;
    }
}

/* ---- ending ---- */

static void release(struct fg_world *world, uint32_t pod)
{
    struct fg_fargate_state *fargate = &world->fargate;
    const struct fg_pod_class *class = fg_world_class(world, pod);
    fargate->vcpu_milli -= class->size.part[FG_FARGATE_VCPU];
    if (world->pods[pod].place != FG_NO_PLACE)
        fargate->free_addresses[world->pods[pod].place]++;
    fg_addresses_freed(world);
    fg_world_series(world, class->profile)->addresses--;
    if (fargate->waiting_count > 0 && fargate->blocked_until_s == FG_NEVER)
        fargate->blocked_until_s = world->clock.now;
}

/* Writes into the pod's row what it is billed. */
static void price_pod(struct fg_world *world, uint32_t pod, uint32_t billed_s)
{
    const struct fg_pod_class *class = fg_world_class(world, pod);
    for (int part = 0; part < FG_FARGATE_PARTS; part++)
        world->result->pod_rows[pod].nano += fg_money_amount_half_even(
            (__int128)billed_s * class->size.part[part], world->prices.fargate[part]);
}

/* Ends the billing now or when the minimum is over, and adds up what was bought in vain. */
static void stop_billing(struct fg_world *world, uint32_t pod)
{
    const struct fg_pod_class *class = fg_world_class(world, pod);
    uint32_t billed_from = world->pods[pod].start_s - settings(world)->image_pull_s;
    uint32_t now = world->clock.now, billed_s = now - billed_from;
    if (billed_s < MINIMUM_BILLED_S) {
        billed_s = MINIMUM_BILLED_S;
        fg_event_put(&world->ends, billed_from + MINIMUM_BILLED_S,
                     fg_due_word(FG_DUE_BILL_STOP, pod));
    } else {
        meter_change(world, class, -1);
    }
    series_node(world, class, -1);
    if (world->input->with_pods)
        price_pod(world, pod, billed_s);
    world->fargate.waste_milli_s +=
        (__int128)billed_s * (class->size.part[FG_FARGATE_VCPU] - class->requested_cpu_milli);
    world->fargate.waste_mib_s +=
        (__int128)billed_s *
        (class->size.part[FG_FARGATE_MEMORY] - class->requested_memory_bytes / (1024 * 1024));
}

void fg_fargate_bill_stop(struct fg_world *world, uint32_t pod)
{
    meter_change(world, fg_world_class(world, pod), -1);
}

/* Takes the pod off Fargate, deleted or at the cut, and books what became of it. */
static void leave(struct fg_world *world, uint32_t pod, enum fg_outcome if_ran,
                  enum fg_outcome if_not)
{
    const struct fg_pod_class *class = fg_world_class(world, pod);
    struct fg_pod_state *state = &world->pods[pod];
    struct fg_capacity_series *series = fg_world_series(world, class->profile);
    uint32_t arrival = world->trace->arrival_s[pod], subnet;
    const char *reason = "being provisioned on Fargate";
    if (state->status == FG_POD_REFUSED)
        reason = class->refusal;
    else if (state->status == FG_POD_WAITING)
        reason =
            lack(world, pod, &subnet) != NULL ? lack(world, pod, &subnet) : "waits for Fargate";
    if (state->status == FG_POD_RUNNING) {
        stop_billing(world, pod);
        fg_series_change(series, &world->clock, FG_SERIES_PODS, -1);
        fg_world_finish(world, pod, class->profile, if_ran, "", fg_pod_wait(world, pod));
        return;
    }
    if (state->status == FG_POD_PULLING)
        stop_billing(world, pod);
    series->pending--;
    fg_world_finish(world, pod, fg_world_cluster_pool(world), if_not,
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
    if (world->pods[pod].status != FG_POD_RUNNING || has_done_its_work(world, pod))
        return false;
    struct fg_capacity_series *series = fg_world_series(world, class->profile);
    fg_pod_note_eviction(world, pod, class->profile);
    stop_billing(world, pod);
    release(world, pod);
    fg_series_change(series, &world->clock, FG_SERIES_PODS, -1);
    series->pending++;
    if (FG_WATCHED(world, pod))
        fg_world_say(world, pod, "evicted: %s; it begins anew", why);
    wait_for_launch(world, pod);
    world->fargate.blocked_until_s = world->clock.now;
    return true;
}

void fg_fargate_end(struct fg_world *world, uint32_t pod)
{
    enum fg_pod_status status = (enum fg_pod_status)world->pods[pod].status;
    if (is_of_an_earlier_life(world, pod))
        return;
    leave(world, pod, FG_OUTCOME_COMPLETED, FG_OUTCOME_DELETED_PENDING);
    if (status == FG_POD_WAITING)
        world->fargate.waiting_count--;
    else if (status != FG_POD_REFUSED)
        release(world, pod);
    world->pods[pod].status = FG_POD_GONE;
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
