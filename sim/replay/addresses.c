#include "sim/replay/addresses.h"

#include <stdlib.h>
#include <string.h>

#include "models/ecs.h"

enum { PREFIX_ADDRESSES = 16, NO_SUBNET = 0xffff };

/* What a node holds. */
struct holding {
    uint32_t subnet; /* NO_SUBNET = it does not run */
    int64_t pods;    /* with an address */
    int64_t held;
};
struct fg_addresses {
    uint32_t capacity;
    struct holding *holdings; /* by slot */
    bool any_freed;           /* since it was last asked */
};

/* ---- what the CNI holds ---- */

static int64_t up(int64_t amount, int64_t unit)
{
    return (amount + unit - 1) / unit;
}

static int64_t within(int64_t low, int64_t amount, int64_t high)
{
    return amount < low ? low : amount > high ? high : amount;
}

/* By targets of single addresses or prefixes: so many secondary entries, an interface has room for
 * `per_interface` of them, and an address of its own. */
static int64_t hold_entries(int64_t entries, int64_t weight, int64_t per_interface,
                            int64_t interfaces)
{
    entries = within(1, entries, per_interface * interfaces);
    return entries * weight + up(entries, per_interface);
}

int64_t fg_cni_addresses(const struct fg_network_settings *network,
                         const struct fg_instance_type *type, int64_t pods)
{
    int64_t interfaces = type->max_enis - (network->custom_networking ? 1 : 0);
    int64_t per_interface = (int64_t)type->ipv4_per_eni - 1;
    int64_t node_own = network->custom_networking ? 1 : 0;
    interfaces = interfaces > 0 ? interfaces : 1;
    if (per_interface <= 0)
        return node_own + 1;
    bool by_address = network->warm_ip_target >= 0 || network->minimum_ip_target >= 0;
    int64_t wanted = pods + (network->warm_ip_target > 0 ? network->warm_ip_target : 0);
    if (wanted < network->minimum_ip_target)
        wanted = network->minimum_ip_target;
    if (network->prefix_delegation && type->nitro) {
        int64_t prefixes = by_address ? up(wanted, PREFIX_ADDRESSES)
                                      : up(pods, PREFIX_ADDRESSES) + network->warm_prefix_target;
        return node_own + hold_entries(prefixes, PREFIX_ADDRESSES, per_interface, interfaces);
    }
    if (by_address)
        return node_own + hold_entries(wanted, 1, per_interface, interfaces);
    int64_t attached = within(1, up(pods, per_interface) + network->warm_eni_target, interfaces);
    return node_own + attached * (per_interface + 1);
}

/* ---- subnets ---- */

static bool is_limited(const struct fg_world *world)
{
    return world->addresses != NULL;
}

void fg_addresses_open(struct fg_world *world)
{
    if (world->cluster->subnet_count > 0)
        world->addresses = fg_allocate(1, sizeof *world->addresses);
}

void fg_addresses_release(struct fg_world *world)
{
    if (!is_limited(world))
        return;
    free(world->addresses->holdings);
    free(world->addresses);
}

static uint32_t fullest_subnet(const struct fg_world *world, const char *zone)
{
    uint32_t best = NO_SUBNET;
    for (uint32_t i = 0; i < world->cluster->subnet_count; i++)
        if (strcmp(world->cluster->subnets[i].zone, zone) == 0 &&
            world->fargate.free_addresses[i] > 0 &&
            (best == NO_SUBNET ||
             world->fargate.free_addresses[i] > world->fargate.free_addresses[best]))
            best = i;
    return best;
}

static uint32_t first_subnet(const struct fg_world *world, const char *zone)
{
    for (uint32_t i = 0; i < world->cluster->subnet_count; i++)
        if (strcmp(world->cluster->subnets[i].zone, zone) == 0)
            return i;
    return NO_SUBNET;
}

/* A zone of which the study names no subnet has no limit. */
static bool is_listed(const struct fg_world *world, const char *zone)
{
    return first_subnet(world, zone) != NO_SUBNET;
}

bool fg_addresses_zone_has(const struct fg_world *world, const char *zone)
{
    return !is_limited(world) || !is_listed(world, zone) ||
           fullest_subnet(world, zone) != NO_SUBNET;
}

/* The CNI takes what it wants, as far as the subnet has it, and gives back what is too much. */
static void settle(struct fg_world *world, uint32_t slot)
{
    struct holding *holding = &world->addresses->holdings[slot];
    int64_t *free_addresses = &world->fargate.free_addresses[holding->subnet];
    const struct fg_cluster *cluster = world->cluster;
    int64_t wanted =
        cluster->orchestrator == FG_ORCHESTRATOR_ECS
            ? fg_ecs_addresses(&cluster->ecs, holding->pods)
            : fg_cni_addresses(&cluster->network, fg_world_shape(world, slot)->type, holding->pods);
    int64_t change = wanted - holding->held;
    if (change > *free_addresses)
        change = *free_addresses;
    *free_addresses -= change;
    holding->held += change;
    fg_world_series(world, fg_world_node_pool(world, slot))->addresses += change;
}

void fg_addresses_node_runs(struct fg_world *world, uint32_t slot)
{
    struct fg_addresses *own = world->addresses;
    if (own == NULL)
        return;
    own->holdings = fg_grow(own->holdings, &own->capacity, slot + 1, sizeof *own->holdings);
    own->holdings[slot] =
        (struct holding){.subnet = fullest_subnet(world, fg_world_zone(world, slot))};
    if (own->holdings[slot].subnet != NO_SUBNET)
        settle(world, slot);
}

/* ---- pods ---- */

static bool needs_none(const struct fg_world *world, uint32_t pod)
{
    if (world->cluster->orchestrator == FG_ORCHESTRATOR_ECS &&
        world->cluster->ecs.network_mode != FG_ECS_AWSVPC)
        return true;
    const struct fg_pod_spec *spec = &world->trace->specs[fg_trace_spec(world->trace, pod)];
    return (spec->features & FG_FEATURE_HOST_NETWORK) != 0;
}

/* Of what a node holds: each interface's own address. */
static int64_t not_for_pods(const struct fg_world *world, const struct fg_instance_type *type,
                            int64_t held)
{
    const struct fg_network_settings *network = &world->cluster->network;
    int64_t per_interface = (int64_t)type->ipv4_per_eni - 1;
    int64_t own = network->custom_networking ? 1 : 0;
    if (world->cluster->orchestrator == FG_ORCHESTRATOR_ECS)
        return 1;
    if (network->prefix_delegation && type->nitro)
        per_interface *= PREFIX_ADDRESSES;
    return own + up(held - own, per_interface + 1);
}

/* The node has one to spare. */
static bool has_spare(struct fg_world *world, uint32_t slot)
{
    struct holding *holding = &world->addresses->holdings[slot];
    const struct fg_instance_type *type = fg_world_shape(world, slot)->type;
    if (holding->subnet == NO_SUBNET && !is_listed(world, fg_world_zone(world, slot)))
        return true;
    if (holding->subnet == NO_SUBNET) /* all were dry as the node came up */
        holding->subnet = fullest_subnet(world, fg_world_zone(world, slot));
    if (holding->subnet == NO_SUBNET)
        return false;
    holding->pods++;
    settle(world, slot);
    bool fits = holding->pods + not_for_pods(world, type, holding->held) <= holding->held;
    if (!fits) {
        holding->pods--;
        settle(world, slot);
    }
    return fits;
}

void fg_addresses_note_dry(struct fg_world *world, uint32_t subnet)
{
    struct fg_summary *summary = &world->result->summary;
    if (summary->dry_subnet != NULL)
        return;
    summary->dry_subnet = world->cluster->subnets[subnet].id;
    summary->dry_s = world->clock.now;
}

void fg_addresses_note_dry_zone(struct fg_world *world, const char *zone)
{
    uint32_t subnet = first_subnet(world, zone);
    if (subnet != NO_SUBNET && !fg_addresses_zone_has(world, zone))
        fg_addresses_note_dry(world, subnet);
}

static void note_dry(struct fg_world *world, uint32_t slot)
{
    uint32_t subnet = world->addresses->holdings[slot].subnet;
    if (subnet == NO_SUBNET) /* not even the node has one */
        subnet = first_subnet(world, fg_world_zone(world, slot));
    if (subnet != NO_SUBNET)
        fg_addresses_note_dry(world, subnet);
}

bool fg_addresses_take(struct fg_world *world, uint32_t pod, uint32_t slot)
{
    struct fg_addresses *own = world->addresses;
    if (own == NULL || needs_none(world, pod) || has_spare(world, slot))
        return true;
    note_dry(world, slot);
    return false;
}

void fg_addresses_freed(struct fg_world *world)
{
    if (is_limited(world) && world->result->summary.dry_subnet != NULL)
        world->addresses->any_freed = true;
}

bool fg_addresses_any_freed(const struct fg_world *world)
{
    return is_limited(world) && world->addresses->any_freed;
}

bool fg_addresses_take_freed(struct fg_world *world)
{
    bool any = fg_addresses_any_freed(world);
    if (any)
        world->addresses->any_freed = false;
    return any;
}

void fg_addresses_give(struct fg_world *world, uint32_t pod, uint32_t slot, bool had)
{
    struct fg_addresses *own = world->addresses;
    if (own == NULL || needs_none(world, pod) || !had || own->holdings[slot].subnet == NO_SUBNET)
        return;
    own->holdings[slot].pods--;
    settle(world, slot);
    fg_addresses_freed(world);
}

void fg_addresses_node_ended(struct fg_world *world, uint32_t slot)
{
    struct fg_addresses *own = world->addresses;
    if (own == NULL || own->holdings[slot].subnet == NO_SUBNET)
        return;
    struct holding *holding = &own->holdings[slot];
    world->fargate.free_addresses[holding->subnet] += holding->held;
    fg_world_series(world, fg_world_node_pool(world, slot))->addresses -= holding->held;
    *holding = (struct holding){.subnet = NO_SUBNET};
    if (world->fargate.waiting_count > 0)
        world->fargate.blocked_until_s = world->clock.now;
    fg_addresses_freed(world);
}

int64_t fg_addresses_held(const struct fg_world *world, uint32_t subnet)
{
    int64_t held = 0;
    for (uint32_t slot = 0; is_limited(world) && slot < world->state.slot_count; slot++)
        if (world->state.kind_of[slot] != UINT32_MAX &&
            world->nodes.items[slot].state >= FG_NODE_BOOTING &&
            world->addresses->holdings[slot].subnet == subnet)
            held += world->addresses->holdings[slot].held;
    return held;
}

const char *fg_addresses_reason(struct fg_world *world, uint32_t slot)
{
    uint32_t subnet = world->addresses->holdings[slot].subnet;
    return fg_arena_format(&world->arena, "bound to a node, but subnet %s has no free address",
                           subnet == NO_SUBNET ? "of its zone"
                                               : world->cluster->subnets[subnet].id);
}
