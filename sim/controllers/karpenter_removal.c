#include "sim/controllers/karpenter_removal.h"

#include <stdlib.h>
#include <string.h>

#include "models/base/memory.h"

enum origin { ORIGIN_PENDING, ORIGIN_MOVED, ORIGIN_GOING };

/* ---- passes ---- */

static bool is_target(const struct fg_removal *removal, uint32_t slot)
{
    const struct fg_karpenter_node *node = &removal->nodes[slot];
    return removal->world->state->kind_of[slot] != UINT32_MAX && !node->is_going &&
           !node->is_settling && (!node->is_managed || node->is_initialized);
}

static struct fg_node_use free_on(const struct fg_cluster_state *state, uint32_t slot)
{
    const struct fg_node_capacity *all = fg_state_allocatable(state, slot);
    const struct fg_node_use *use = &state->use[slot];
    return (struct fg_node_use){
        .cpu_milli = all->cpu_milli - use->cpu_milli,
        .memory_bytes = all->memory_bytes - use->memory_bytes,
        .ephemeral_bytes = all->ephemeral_bytes - use->ephemeral_bytes,
        .gpu_milli = all->gpu_milli - use->gpu_milli,
        .pods = all->pods - use->pods,
    };
}

static void sort_out_nodes(struct fg_removal *removal)
{
    const struct fg_cluster_state *state = removal->world->state;
    removal->going =
        fg_grow(removal->going, &removal->going_capacity, state->slot_count, sizeof(uint32_t));
    removal->targets = fg_grow(removal->targets, &removal->target_capacity, state->slot_count,
                               sizeof *removal->targets);
    removal->target_of = fg_grow(removal->target_of, &removal->target_of_capacity,
                                 state->slot_count, sizeof *removal->target_of);
    removal->going_count = removal->target_count = 0;
    for (uint32_t slot = 0; slot < state->slot_count; slot++) {
        if (state->kind_of[slot] != UINT32_MAX && removal->nodes[slot].is_going)
            removal->going[removal->going_count++] = slot;
        removal->target_of[slot] = UINT32_MAX;
        if (!is_target(removal, slot))
            continue;
        removal->target_of[slot] = removal->target_count;
        removal->targets[removal->target_count++] =
            (struct fg_removal_target){slot, free_on(state, slot)};
    }
}

void fg_removal_begin(struct fg_removal *removal, const struct fg_disruption_world *world)
{
    const struct fg_cluster_state *state = world->state;
    removal->world = world;
    removal->pools = fg_karpenter_pools(removal->karpenter);
    removal->nodes =
        fg_grow(removal->nodes, &removal->node_capacity, state->slot_count, sizeof *removal->nodes);
    for (uint32_t slot = 0; slot < state->slot_count; slot++) {
        struct fg_karpenter_node *node = &removal->nodes[slot];
        *node = world->nodes[slot];
        node->is_settling =
            state->kind_of[slot] != UINT32_MAX && node->pool != FG_NO_POOL &&
            fg_karpenter_is_settling(&world->pools[node->pool], &world->facts[slot], world->now);
    }
    sort_out_nodes(removal);
    removal->is_seen = false;
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
    fg_arena_reset(&removal->arena);
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
    free(removal->going);
    free(removal->targets);
    free(removal->target_of);
    fg_arena_release(&removal->arena);
}

/* ---- pods ---- */

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
            if (fg_removal_moves(&world->classes[pods->items[i].scheduling_class]))
                add_pod(removal, &pods->items[i], origin);
        return;
    }
    for (uint32_t i = 0; i < loads->count; i++) {
        struct fg_karpenter_pod pod = {.scheduling_class = loads->items[i].scheduling_class};
        if (fg_removal_moves(&world->classes[pod.scheduling_class]))
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
    for (uint32_t i = 0; i < removal->going_count; i++)
        add_node(removal, removal->going[i], ORIGIN_GOING);
}

/* ---- what is on offer ---- */

struct offer {
    fg_nanodollars price;
    uint32_t type;
};
struct fg_removal_offers { /* of a pool */
    uint32_t count;
    struct offer *items; /* by price */
    uint64_t *sets;      /* the types of the first 0, 1, ... count of them */
};

static int by_price(const void *left, const void *right)
{
    const struct offer *a = left, *b = right;
    return (a->price > b->price) - (a->price < b->price);
}

static void make_offers_of(struct fg_removal *removal, const struct fg_karpenter_pool *pool,
                           struct fg_removal_offers *offers)
{
    const struct fg_karpenter_types *types = &pool->types;
    uint32_t words = types->word_count;
    const struct fg_karpenter_pools *pools = removal->pools;
    uint32_t zones =
        fg_karpenter_zone_mask(types, &pools->words, &pool->requirements, pools->zone_key);
    uint32_t capacities = fg_pools_capacity_mask(pools, &pool->requirements);
    offers->items = fg_arena_allocate(&removal->arena, types->count, sizeof *offers->items);
    for (uint32_t t = 0; t < types->count && !pool->is_empty; t++) {
        fg_nanodollars price = fg_karpenter_lowest_price(types, t, zones, capacities);
        if (price >= 0 && fg_bit(pool->base, t))
            offers->items[offers->count++] = (struct offer){price, t};
    }
    qsort(offers->items, offers->count, sizeof *offers->items, by_price);
    offers->sets = fg_arena_allocate(&removal->arena, (size_t)(offers->count + 1) * words,
                                     sizeof *offers->sets);
    for (uint32_t i = 0; i < offers->count; i++) {
        uint64_t *next = offers->sets + (size_t)(i + 1) * words;
        memcpy(next, next - words, words * sizeof *next);
        fg_bit_set(next, offers->items[i].type);
    }
}

static void make_offers(struct fg_removal *removal)
{
    const struct fg_karpenter_pools *pools = removal->pools;
    removal->offers = fg_arena_allocate(&removal->arena, pools->count, sizeof *removal->offers);
    removal->cheaper = fg_arena_allocate(&removal->arena, pools->count, sizeof *removal->cheaper);
    removal->has_min_values = false;
    for (uint32_t p = 0; p < pools->count; p++) {
        make_offers_of(removal, &pools->items[p], &removal->offers[p]);
        removal->has_min_values |=
            fg_karpenter_requirements_have_min_values(&pools->items[p].requirements);
    }
}

const uint64_t *const *fg_removal_cheaper(struct fg_removal *removal, fg_nanodollars price)
{
    if (removal->offers == NULL)
        make_offers(removal);
    const struct fg_karpenter_pools *pools = removal->pools;
    for (uint32_t p = 0; p < pools->count; p++) {
        const struct fg_removal_offers *offers = &removal->offers[p];
        uint32_t low = 0, high = offers->count;
        while (low < high) {
            uint32_t middle = low + (high - low) / 2;
            if (offers->items[middle].price < price)
                low = middle + 1;
            else
                high = middle;
        }
        removal->cheaper[p] = offers->sets + (size_t)low * pools->items[p].types.word_count;
    }
    return removal->cheaper;
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
                         bool is_consolidation, fg_nanodollars price,
                         struct fg_karpenter_solution *solution)
{
    const uint64_t *const *cheaper = fg_removal_cheaper(removal, price);
    collect_pods(removal, slots, count);
    struct fg_karpenter_problem problem = {
        .state = removal->world->state,
        .nodes = removal->nodes,
        .taken_count = count,
        .taken = slots,
        .pod_count = removal->pod_count,
        .pods = removal->pods,
        .is_disruption = is_consolidation,
        .wanted = price < FG_ANY_PRICE && !removal->has_min_values ? cheaper : NULL,
        .is_brief = true,
        .is_same_cluster = removal->is_seen,
    };
    fg_karpenter_solve(removal->karpenter, &problem, solution);
    removal->is_seen = true;
    if (solution->is_futile)
        return false;
    for (uint32_t i = 0; i < solution->pod_count; i++)
        if (!is_sound(removal, solution, i))
            return false;
    return true;
}
