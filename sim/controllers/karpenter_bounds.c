#include "sim/controllers/karpenter_bounds.h"

static int64_t larger(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* ---- room on nodes that stay ---- */

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

/* ---- what is left over ---- */

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
    const struct fg_karpenter_pools *pools = removal->pools;
    for (uint32_t p = 0; p < pools->count; p++) {
        const struct fg_karpenter_types *types = &pools->items[p].types;
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
        if (!fg_removal_moves(&removal->world->classes[class_number]))
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
bool fg_bounds_may_work(struct fg_removal *removal, const uint32_t *slots, uint32_t count,
                        fg_nanodollars price)
{
    const uint64_t *const *cheaper = fg_removal_cheaper(removal, price);
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
