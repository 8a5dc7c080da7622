/* Of pods that wait alike, only the first is tried; those that lack something let others pass. */
#include "sim/replay/fargate_launch.h"

#include <stdlib.h>
#include <string.h>

#include "sim/replay/addresses.h"
#include "sim/replay/image_cache.h"

static const struct fg_fargate_settings *settings(const struct fg_world *world)
{
    return &world->cluster->fargate;
}

void fg_fargate_launch_open(struct fg_world *world)
{
    struct fg_fargate_state *fargate = &world->fargate;
    const struct fg_pod_classes *classes = &world->classes;
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
            fg_zone_works(&world->zones, world->cluster->subnets[i].zone) &&
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

static bool within_quota(const struct fg_world *world, bool is_spot, int64_t cpu_milli)
{
    int64_t quota =
        is_spot ? settings(world)->spot_vcpu_quota_milli : settings(world)->vcpu_quota_milli;
    return quota == FG_UNLIMITED || world->fargate.vcpu_milli[is_spot] + cpu_milli <= quota;
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

static void push_launch(struct fg_fargate_state *fargate, uint32_t pod, uint32_t now)
{
    if (fargate->launched - fargate->run == fargate->ring_capacity) {
        uint64_t capacity = fargate->ring_capacity == 0 ? 64 : fargate->ring_capacity * 2;
        struct fg_launch *ring = fg_allocate(capacity, sizeof *ring);
        for (uint64_t i = fargate->run; i < fargate->launched; i++)
            ring[i & (capacity - 1)] = *fg_fargate_launched(fargate, i);
        free(fargate->launches);
        fargate->launches = ring;
        fargate->ring_capacity = capacity;
    }
    *fg_fargate_launched(fargate, fargate->launched++) = (struct fg_launch){pod, now};
}

static void launch(struct fg_world *world, uint32_t pod, uint32_t subnet)
{
    struct fg_fargate_state *fargate = &world->fargate;
    const struct fg_pod_class *class = fg_world_class(world, pod);
    struct fg_pod_state *state = &world->pods[pod];
    struct fg_capacity_series *series = fg_world_series(world, class->profile);
    fargate->tokens--;
    fargate->vcpu_milli[fg_world_is_fargate_spot(world, pod)] += class->size.part[FG_FARGATE_VCPU];
    int64_t vcpu_milli = fargate->vcpu_milli[0] + fargate->vcpu_milli[1];
    if (vcpu_milli > world->result->summary.peak_fargate_vcpu_milli)
        world->result->summary.peak_fargate_vcpu_milli = vcpu_milli;
    if (subnet != FG_NO_PLACE)
        fargate->free_addresses[subnet]--;
    series->addresses++;
    state->place = subnet & FG_NO_PLACE;
    state->status = FG_POD_PROVISIONING;
    state->start_s =
        world->clock.now + settings(world)->provision_delay_s + fg_image_fargate_pull_s(world, pod);
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
    bool is_spot = fg_world_is_fargate_spot(world, pod);
    if (!within_quota(world, is_spot, class->size.part[FG_FARGATE_VCPU]))
        return is_spot ? "waits for Fargate: the Spot vCPU quota is used up"
                       : "waits for Fargate: the On-Demand vCPU quota is used up";
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

static void wait_for_launch(struct fg_world *world, uint32_t pod)
{
    struct fg_fargate_state *fargate = &world->fargate;
    world->pods[pod].status = FG_POD_WAITING;
    world->pods[pod].place = FG_NO_PLACE;
    fg_pod_list_append(world, &fargate->waiting[fg_world_lane(world, pod)->launch_queue], pod);
    fargate->waiting_count++;
}

/* To the watched pod, if it still waits after all that could be launched were. */
static void say_lack(struct fg_world *world)
{
    uint32_t pod = world->input->watch != NULL ? world->input->watch->pod : FG_NO_POD, subnet;
    if (pod == FG_NO_POD || world->pods[pod].status != FG_POD_WAITING)
        return;
    const char *reason = lack(world, pod, &subnet);
    if (reason != NULL)
        fg_world_say(world, pod, "%s", reason);
}

void fg_fargate_launch(struct fg_world *world, uint32_t pod)
{
    struct fg_fargate_state *fargate = &world->fargate;
    if (fargate->waiting_count > 0) {
        wait_for_launch(world, pod);
        fargate->blocked_until_s = world->clock.now;
    } else if (!try_launch(world, pod)) {
        wait_for_launch(world, pod);
        say_lack(world);
        fargate->blocked_until_s = fargate->tokens == 0 ? world->clock.now + 1 : FG_NEVER;
    }
}

void fg_fargate_launch_again(struct fg_world *world, uint32_t pod)
{
    wait_for_launch(world, pod);
    world->fargate.blocked_until_s = world->clock.now;
}

const char *fg_fargate_lack(struct fg_world *world, uint32_t pod)
{
    uint32_t subnet;
    return lack(world, pod, &subnet);
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

static void launch_waiting(struct fg_world *world)
{
    struct fg_fargate_state *fargate = &world->fargate;
    bool *passed = fg_allocate(world->classes.launch_count, sizeof *passed);
    uint32_t queue;
    fargate->blocked_until_s = FG_NEVER;
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

void fg_fargate_launch_waiting(struct fg_world *world)
{
    const struct fg_fargate_state *fargate = &world->fargate;
    if (fargate->waiting_count == 0 || fargate->blocked_until_s > world->clock.now)
        return;
    launch_waiting(world);
    say_lack(world);
}

void fg_fargate_give_back(struct fg_world *world, uint32_t pod)
{
    struct fg_fargate_state *fargate = &world->fargate;
    const struct fg_pod_class *class = fg_world_class(world, pod);
    fargate->vcpu_milli[fg_world_is_fargate_spot(world, pod)] -= class->size.part[FG_FARGATE_VCPU];
    if (world->pods[pod].place != FG_NO_PLACE)
        fargate->free_addresses[world->pods[pod].place]++;
    fg_addresses_freed(world);
    fg_world_series(world, class->profile)->addresses--;
    if (fargate->waiting_count > 0 && fargate->blocked_until_s == FG_NEVER)
        fargate->blocked_until_s = world->clock.now;
}
