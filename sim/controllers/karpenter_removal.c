#include "sim/controllers/karpenter_removal.h"

#include <stdlib.h>
#include <string.h>

#include "models/base/memory.h"
#include "sim/controllers/karpenter_parts.h"

enum origin { ORIGIN_PENDING, ORIGIN_MOVED, ORIGIN_GOING };

static int64_t larger(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

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
    uint32_t zones = fg_karpenter_zone_mask(types, &removal->karpenter->words, &pool->requirements,
                                            removal->karpenter->zone_key);
    uint32_t capacities = fg_capacity_mask(removal->karpenter, &pool->requirements);
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
    const struct fg_karpenter *karpenter = removal->karpenter;
    removal->offers =
        fg_arena_allocate(&removal->arena, karpenter->pool_count, sizeof *removal->offers);
    removal->cheaper =
        fg_arena_allocate(&removal->arena, karpenter->pool_count, sizeof *removal->cheaper);
    removal->has_min_values = false;
    for (uint32_t p = 0; p < karpenter->pool_count; p++) {
        make_offers_of(removal, &karpenter->pools[p], &removal->offers[p]);
        removal->has_min_values |=
            fg_karpenter_requirements_have_min_values(&karpenter->pools[p].requirements);
    }
}

/* By pool, the types that cost less than `price` in some offering that the pool allows. */
static const uint64_t *const *cheaper_than(struct fg_removal *removal, fg_nanodollars price)
{
    if (removal->offers == NULL)
        make_offers(removal);
    for (uint32_t p = 0; p < removal->karpenter->pool_count; p++) {
        const struct fg_removal_offers *offers = &removal->offers[p];
        uint32_t low = 0, high = offers->count;
        while (low < high) {
            uint32_t middle = low + (high - low) / 2;
            if (offers->items[middle].price < price)
                low = middle + 1;
            else
                high = middle;
        }
        removal->cheaper[p] =
            offers->sets + (size_t)low * removal->karpenter->pools[p].types.word_count;
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
    const uint64_t *const *cheaper = cheaper_than(removal, price);
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

/* ---- bounds: room on nodes that stay ---- */

static bool fits(const struct fg_request *request, const struct fg_node_use *free)
{
    return request->cpu_milli <= free->cpu_milli && request->memory_bytes <= free->memory_bytes &&
           request->ephemeral_bytes <= free->ephemeral_bytes &&
           request->gpu_milli <= free->gpu_milli && free->pods >= 1;
}

/* Most nodes have no room, which is found out without a division. */
static int64_t room_on(const struct fg_removal *removal, uint32_t target, uint32_t class_number)
{
    const struct fg_cluster_state *state = removal->world->state;
    const struct fg_request *request = &state->classes[class_number].request;
    uint32_t slot = removal->targets[target].slot;
    if (!fits(request, &removal->targets[target].free))
        return 0;
    return fg_scheduler_room(fg_state_allocatable(state, slot), &state->use[slot], request,
                             UINT32_MAX);
}

static int64_t room_for(struct fg_removal *removal, uint32_t class_number)
{
    int64_t *room = &removal->rooms[class_number];
    if (*room < 0) {
        *room = 0;
        for (uint32_t target = 0; target < removal->target_count; target++)
            *room += room_on(removal, target, class_number);
    }
    return *room;
}

/* Some type of the sets has so much of everything. */
static bool some_type_has(const struct fg_removal *removal, const uint64_t *const *sets,
                          const struct fg_node_use *use)
{
    const int64_t amounts[FG_FITS] = {
        [FG_FIT_CPU] = use->cpu_milli,
        [FG_FIT_MEMORY] = use->memory_bytes,
        [FG_FIT_EPHEMERAL] = use->ephemeral_bytes,
        [FG_FIT_PODS] = use->pods,
        [FG_FIT_GPU] = use->gpu_milli,
    };
    for (uint32_t p = 0; p < removal->karpenter->pool_count; p++) {
        const struct fg_karpenter_types *types = &removal->karpenter->pools[p].types;
        const uint64_t *with[FG_FITS];
        uint32_t count = 0;
        bool any = true;
        for (int fit = 0; fit < FG_FITS && any; fit++)
            if (amounts[fit] > 0) {
                with[count] = fg_karpenter_types_with(types, (enum fg_fit)fit, amounts[fit]);
                any = with[count++] != NULL;
            }
        for (uint32_t w = 0; any && w < types->word_count; w++) {
            uint64_t left = sets[p][w];
            for (uint32_t i = 0; i < count; i++)
                left &= with[i][w];
            if (left != 0)
                return true;
        }
    }
    return false;
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
        if (removal->target_of[slots[i]] != UINT32_MAX)
            room -= room_on(removal, removal->target_of[slots[i]], class_number);
    return larger(removal->moved[class_number] - room, 0);
}

/* What the pods that surely go to a new node ask for. `all_stay`: the nodes' own room counts too,
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

static bool any_fits(const struct fg_removal *removal, const struct fg_node_use *free)
{
    bool any = false;
    for (uint32_t i = 0; i < removal->class_count && !any; i++)
        any = fits(&removal->world->state->classes[removal->seen[i]].request, free);
    return any;
}

static bool is_among(const uint32_t *slots, uint32_t count, uint32_t slot)
{
    for (uint32_t i = 0; i < count; i++)
        if (slots[i] == slot)
            return true;
    return false;
}

/* What all pods that move ask for, less all that is free on targets on which any of them fits. */
static struct fg_node_use sum_excess(const struct fg_removal *removal, const uint32_t *slots,
                                     uint32_t count)
{
    const struct fg_cluster_state *state = removal->world->state;
    struct fg_node_use excess = {0};
    for (uint32_t i = 0; i < removal->class_count; i++)
        fg_use_add(&excess, &state->classes[removal->seen[i]].request,
                   removal->moved[removal->seen[i]]);
    for (uint32_t t = 0; t < removal->target_count; t++) {
        const struct fg_node_use *free = &removal->targets[t].free;
        if (!any_fits(removal, free) || is_among(slots, count, removal->targets[t].slot))
            continue;
        excess.cpu_milli -= free->cpu_milli;
        excess.memory_bytes -= free->memory_bytes;
        excess.ephemeral_bytes -= free->ephemeral_bytes;
        excess.gpu_milli -= free->gpu_milli;
        excess.pods -= free->pods;
    }
    return excess;
}

static void raise(struct fg_node_use *use, const struct fg_node_use *other)
{
    use->cpu_milli = larger(use->cpu_milli, other->cpu_milli);
    use->memory_bytes = larger(use->memory_bytes, other->memory_bytes);
    use->ephemeral_bytes = larger(use->ephemeral_bytes, other->ephemeral_bytes);
    use->gpu_milli = larger(use->gpu_milli, other->gpu_milli);
    use->pods = larger(use->pods, other->pods);
}

static bool is_nothing(const struct fg_node_use *use)
{
    return use->cpu_milli <= 0 && use->memory_bytes <= 0 && use->ephemeral_bytes <= 0 &&
           use->gpu_milli <= 0 && use->pods <= 0;
}

/* Why this is certain: a pod of a class that goes to a node there is takes room that was there for
 * the class alone, whatever else is placed, so at most `room` of the class can. Taints, labels,
 * affinity, DaemonSets and other pods that are placed too only take room away. All others of all
 * classes are then on one new node. Likewise, of each resource the nodes there are take no more
 * than is free on those where at least one of the pods fits; the excess is on the new node. Its
 * type must have room for the larger of both in each resource; a type costs at least its lowest
 * price, and must cost less than `price`. */
bool fg_removal_may_work(struct fg_removal *removal, const uint32_t *slots, uint32_t count,
                         fg_nanodollars price)
{
    const uint64_t *const *cheaper = cheaper_than(removal, price);
    removal->class_count = 0;
    for (uint32_t i = 0; i < count; i++)
        count_moved(removal, slots[i]);
    struct fg_node_use rest = sum_rest(removal, slots, count, true);
    bool may = is_nothing(&rest) || some_type_has(removal, cheaper, &rest);
    if (may) {
        struct fg_node_use excess = sum_excess(removal, slots, count);
        rest = sum_rest(removal, slots, count, false);
        raise(&rest, &excess);
        may = is_nothing(&rest) || some_type_has(removal, cheaper, &rest);
    }
    for (uint32_t i = 0; i < removal->class_count; i++)
        removal->moved[removal->seen[i]] = 0;
    return may;
}
