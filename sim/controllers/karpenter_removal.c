#include "sim/controllers/karpenter_removal.h"

#include <stdlib.h>

#include "models/base/memory.h"
#include "sim/controllers/karpenter_parts.h"

enum origin { ORIGIN_PENDING, ORIGIN_MOVED, ORIGIN_GOING };

/* ---- passes ---- */

void fg_removal_begin(struct fg_removal *removal, const struct fg_disruption_world *world)
{
    const struct fg_cluster_state *state = world->state;
    removal->world = world;
    removal->nodes =
        fg_grow(removal->nodes, &removal->node_capacity, state->slot_count, sizeof *removal->nodes);
    for (uint32_t slot = 0; slot < state->slot_count; slot++) {
        struct fg_karpenter_node *node = &removal->nodes[slot];
        *node = world->nodes[slot];
        node->is_settling =
            state->kind_of[slot] != UINT32_MAX && node->pool != FG_NO_POOL &&
            fg_karpenter_is_settling(&world->pools[node->pool], &world->facts[slot], world->now);
    }
    removal->rooms = fg_grow(removal->rooms, &removal->room_capacity, state->class_count,
                             sizeof *removal->rooms);
    for (uint32_t c = 0; c < state->class_count; c++)
        removal->rooms[c] = -1;
    uint32_t known = removal->moved_capacity;
    removal->moved = fg_grow(removal->moved, &removal->moved_capacity, state->class_count,
                             sizeof *removal->moved);
    for (; known < removal->moved_capacity; known++)
        removal->moved[known] = 0;
    removal->seen =
        fg_grow(removal->seen, &removal->seen_capacity, state->class_count, sizeof *removal->seen);
}

void fg_removal_reprice(struct fg_removal *removal)
{
    free(removal->offers);
    removal->offers = NULL;
}

void fg_removal_release(struct fg_removal *removal)
{
    free(removal->nodes);
    free(removal->pods);
    free(removal->origins);
    free(removal->rooms);
    free(removal->moved);
    free(removal->seen);
    free(removal->offers);
}

/* ---- pods ---- */

static bool moves(const struct fg_disruption_class *class)
{
    return class->is_rescheduled && !(class->is_active && class->is_protected) &&
           class->budget_count < 2 && !class->budget_blocks;
}

static void add_pod(struct fg_removal *removal, const struct fg_karpenter_pod *pod,
                    enum origin origin)
{
    uint32_t number = removal->pod_count++;
    removal->pods =
        fg_grow(removal->pods, &removal->pod_capacity, removal->pod_count, sizeof *removal->pods);
    removal->origins = fg_grow(removal->origins, &removal->origin_capacity, removal->pod_count,
                               sizeof *removal->origins);
    removal->pods[number] = *pod;
    removal->pods[number].may_settle = origin != ORIGIN_MOVED;
    removal->pods[number].is_checked = origin == ORIGIN_PENDING;
    removal->origins[number] = (uint8_t)origin;
}

static void add_node(struct fg_removal *removal, uint32_t slot, enum origin origin)
{
    const struct fg_disruption_world *world = removal->world;
    const struct fg_node_loads *loads = &world->state->loads[slot];
    if (world->pods != NULL) {
        const struct fg_disruption_pod_list *pods = &world->pods[slot];
        for (uint32_t i = 0; i < pods->count; i++)
            if (moves(&world->classes[pods->items[i].scheduling_class]))
                add_pod(removal, &pods->items[i], origin);
        return;
    }
    for (uint32_t i = 0; i < loads->count; i++) {
        struct fg_karpenter_pod pod = {.scheduling_class = loads->items[i].scheduling_class};
        if (moves(&world->classes[pod.scheduling_class]))
            for (uint32_t n = 0; n < loads->items[i].pods; n++)
                add_pod(removal, &pod, origin);
    }
}

static void collect_pods(struct fg_removal *removal, const uint32_t *slots, uint32_t count)
{
    const struct fg_disruption_world *world = removal->world;
    removal->pod_count = 0;
    for (uint32_t i = 0; i < world->pending.count; i++)
        add_pod(removal, &world->pending.items[i], ORIGIN_PENDING);
    for (uint32_t i = 0; i < count; i++)
        add_node(removal, slots[i], ORIGIN_MOVED);
    for (uint32_t slot = 0; slot < world->state->slot_count; slot++)
        if (world->state->kind_of[slot] != UINT32_MAX && removal->nodes[slot].is_going)
            add_node(removal, slot, ORIGIN_GOING);
}

/* ---- simulation ---- */

static bool is_sound(const struct fg_removal *removal, const struct fg_karpenter_solution *solution,
                     uint32_t pod)
{
    uint32_t place = solution->places[pod];
    if (removal->origins[pod] == ORIGIN_PENDING)
        return true;
    if (place == FG_PLACE_NONE)
        return false;
    if ((place & FG_PLACE_CLAIM) != 0 || removal->origins[pod] == ORIGIN_GOING)
        return true;
    return !removal->nodes[place].is_managed || removal->nodes[place].is_initialized;
}

bool fg_removal_simulate(struct fg_removal *removal, const uint32_t *slots, uint32_t count,
                         bool is_consolidation, struct fg_karpenter_solution *solution)
{
    collect_pods(removal, slots, count);
    struct fg_karpenter_problem problem = {
        .state = removal->world->state,
        .nodes = removal->nodes,
        .taken_count = count,
        .taken = slots,
        .pod_count = removal->pod_count,
        .pods = removal->pods,
        .is_disruption = is_consolidation,
    };
    fg_karpenter_solve(removal->karpenter, &problem, solution);
    for (uint32_t i = 0; i < solution->pod_count; i++)
        if (!is_sound(removal, solution, i))
            return false;
    return true;
}

/* ---- bounds: what is on offer ---- */

struct fg_removal_offer {
    fg_nanodollars price;
    struct fg_node_capacity most;
};

static int by_price(const void *left, const void *right)
{
    const struct fg_removal_offer *a = left, *b = right;
    return (a->price > b->price) - (a->price < b->price);
}

static int64_t larger(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static void raise(struct fg_node_capacity *most, const struct fg_node_capacity *other)
{
    most->cpu_milli = larger(most->cpu_milli, other->cpu_milli);
    most->memory_bytes = larger(most->memory_bytes, other->memory_bytes);
    most->ephemeral_bytes = larger(most->ephemeral_bytes, other->ephemeral_bytes);
    most->gpu_milli = larger(most->gpu_milli, other->gpu_milli);
    most->pods = larger(most->pods, other->pods);
}

static void add_offers(struct fg_removal *removal, uint32_t number)
{
    const struct fg_karpenter_pool *pool = &removal->karpenter->pools[number];
    for (uint32_t t = 0; t < pool->types.count && !pool->is_empty; t++) {
        fg_nanodollars price = fg_karpenter_lowest_price(&pool->types, t, UINT32_MAX, UINT32_MAX);
        if (price >= 0 && fg_bit(pool->base, t))
            removal->offers[removal->offer_count++] =
                (struct fg_removal_offer){price, pool->types.allocatable[t]};
    }
}

static void make_offers(struct fg_removal *removal)
{
    uint32_t pool_count = removal->world->pool_count, most = 1;
    for (uint32_t p = 0; p < pool_count; p++)
        most += fg_karpenter_pool_types(removal->karpenter, p)->count;
    removal->offers = fg_allocate(most, sizeof *removal->offers);
    removal->offer_count = 0;
    for (uint32_t p = 0; p < pool_count; p++)
        add_offers(removal, p);
    qsort(removal->offers, removal->offer_count, sizeof *removal->offers, by_price);
    for (uint32_t i = 1; i < removal->offer_count; i++)
        raise(&removal->offers[i].most, &removal->offers[i - 1].most);
}

/* The most of each resource that a type cheaper than `price` has; NULL = there is none. */
static const struct fg_node_capacity *cheaper_than(const struct fg_removal *removal,
                                                   fg_nanodollars price)
{
    uint32_t low = 0, high = removal->offer_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (removal->offers[middle].price < price)
            low = middle + 1;
        else
            high = middle;
    }
    return low > 0 ? &removal->offers[low - 1].most : NULL;
}

/* ---- bounds: room on nodes that stay ---- */

static int64_t room_on(const struct fg_removal *removal, uint32_t slot, uint32_t class_number)
{
    const struct fg_cluster_state *state = removal->world->state;
    const struct fg_karpenter_node *node = &removal->nodes[slot];
    if (state->kind_of[slot] == UINT32_MAX || node->is_going || node->is_settling ||
        (node->is_managed && !node->is_initialized))
        return 0;
    return fg_scheduler_room(fg_state_allocatable(state, slot), &state->use[slot],
                             &state->classes[class_number].request, UINT32_MAX);
}

static int64_t room_for(struct fg_removal *removal, uint32_t class_number)
{
    int64_t *room = &removal->rooms[class_number];
    if (*room < 0) {
        *room = 0;
        for (uint32_t slot = 0; slot < removal->world->state->slot_count; slot++)
            *room += room_on(removal, slot, class_number);
    }
    return *room;
}

static bool within(const struct fg_node_use *use, const struct fg_node_capacity *most)
{
    if (use->pods == 0)
        return true;
    return most != NULL && use->cpu_milli <= most->cpu_milli &&
           use->memory_bytes <= most->memory_bytes &&
           use->ephemeral_bytes <= most->ephemeral_bytes && use->gpu_milli <= most->gpu_milli &&
           use->pods <= most->pods;
}

static void count_moved(struct fg_removal *removal, uint32_t slot)
{
    const struct fg_node_loads *loads = &removal->world->state->loads[slot];
    for (uint32_t i = 0; i < loads->count; i++) {
        uint32_t class_number = loads->items[i].scheduling_class;
        if (!moves(&removal->world->classes[class_number]))
            continue;
        if (removal->moved[class_number] == 0)
            removal->seen[removal->class_count++] = class_number;
        removal->moved[class_number] += loads->items[i].pods;
    }
}

/* Pods of the class for which the nodes that stay have no room, were there no others to place. */
static int64_t short_of(struct fg_removal *removal, const uint32_t *slots, uint32_t count,
                        uint32_t class_number)
{
    int64_t room = room_for(removal, class_number);
    for (uint32_t i = 0; i < count && room > 0; i++)
        room -= room_on(removal, slots[i], class_number);
    return larger(removal->moved[class_number] - room, 0);
}

/* The pods that surely go to a new node, added up. `all_stay`: the nodes' own room counts too,
 * which is quicker and gives no more. */
static struct fg_node_use sum_rest(struct fg_removal *removal, const uint32_t *slots,
                                   uint32_t count, bool all_stay)
{
    const struct fg_cluster_state *state = removal->world->state;
    struct fg_node_use rest = {0};
    for (uint32_t i = 0; i < removal->class_count; i++) {
        uint32_t class_number = removal->seen[i];
        fg_use_add(&rest, &state->classes[class_number].request,
                   short_of(removal, slots, all_stay ? 0 : count, class_number));
    }
    return rest;
}

/* Why this is certain: a pod of a class that goes to a node there is takes room that was there for
 * the class alone, whatever else is placed, so at most `room` of the class can. Taints, labels,
 * affinity, DaemonSets and other pods that are placed too only take room away. All others of all
 * classes are then on one new node, and its type must have room for their sum in each resource;
 * a type costs at least its lowest price, and must cost less than `price`. */
bool fg_removal_may_work(struct fg_removal *removal, const uint32_t *slots, uint32_t count,
                         fg_nanodollars price)
{
    if (removal->offers == NULL)
        make_offers(removal);
    const struct fg_node_capacity *most = cheaper_than(removal, price);
    removal->class_count = 0;
    for (uint32_t i = 0; i < count; i++)
        count_moved(removal, slots[i]);
    struct fg_node_use rest = sum_rest(removal, slots, count, true);
    bool may = within(&rest, most);
    if (may) {
        rest = sum_rest(removal, slots, count, false);
        may = within(&rest, most);
    }
    for (uint32_t i = 0; i < removal->class_count; i++)
        removal->moved[removal->seen[i]] = 0;
    return may;
}
