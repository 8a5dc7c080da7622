#include "sim/controllers/simulation.h"

#include <stdlib.h>
#include <string.h>

#include "models/base/memory.h"
#include "models/base/status.h"
#include "models/pod_rules.h"
#include "sim/controllers/scheduling.h"

enum step_kind { STEP_BOOKED, STEP_NODE_ADDED, STEP_NODE_REMOVED, STEP_KIND_SET };

struct fg_simulation_step {
    enum step_kind kind;
    uint32_t slot;
    /* Booked. */
    uint32_t class_number;
    int64_t pods;
    /* Added, removed, or of another kind. */
    uint32_t node_kind, number, position;
    bool was_open, was_listed, is_last_slot;
    const char *name;
    struct fg_node_use use;
};

static void *allocate_zeroed(size_t count, size_t item_bytes)
{
    return fg_allocate(count > 0 ? count : 1, item_bytes);
}

/* ---- opening ---- */

static bool places_by_terms(const struct fg_pod_rules *rules)
{
    for (uint32_t i = 0; i < rules->spread.count; i++)
        if (rules->spread.items[i].hard)
            return true;
    return rules->required_affinity.count > 0 || rules->required_anti_affinity.count > 0 ||
           rules->port_count > 0 || rules->extended.count > 0 || rules->ebs_volumes > 0 ||
           rules->volume_zone != NULL || rules->node_name != NULL;
}

/* Soft terms do not keep a pod from a node, so such classes go by counts too, unless others may
 * keep away from them. */
static void sort_classes(struct fg_simulation *simulation)
{
    const struct fg_cluster_state *state = simulation->state;
    bool keeps_away = false;
    simulation->by_counts = allocate_zeroed(state->class_count, sizeof *simulation->by_counts);
    for (uint32_t c = 0; c < state->class_count; c++) {
        const struct fg_pod_rules *rules = state->classes[c].spec->rules;
        keeps_away |= rules != NULL && rules->required_anti_affinity.count > 0;
    }
    for (uint32_t c = 0; c < state->class_count; c++) {
        const struct fg_pod_rules *rules = state->classes[c].spec->rules;
        simulation->by_counts[c] = (state->classes[c].is_plain || !keeps_away) &&
                                   (rules == NULL || !places_by_terms(rules));
    }
}

static void widen(struct fg_simulation *simulation)
{
    uint32_t capacity = simulation->slot_capacity, needed = simulation->state->slot_count;
    if (needed <= capacity)
        return;
    uint32_t bar_capacity = capacity;
    simulation->barred =
        fg_grow(simulation->barred, &bar_capacity, needed, sizeof *simulation->barred);
    simulation->touched = fg_grow(simulation->touched, &simulation->slot_capacity, needed,
                                  sizeof *simulation->touched);
    for (uint32_t slot = capacity; slot < simulation->slot_capacity; slot++) {
        simulation->barred[slot] = false;
        simulation->touched[slot] = 0;
    }
}

void fg_simulation_open(struct fg_simulation *simulation, struct fg_cluster_state *state)
{
    *simulation = (struct fg_simulation){.state = state, .epoch = 1};
    sort_classes(simulation);
    widen(simulation);
}

void fg_simulation_look_at(struct fg_simulation *simulation, uint32_t slot)
{
    simulation->nodes = fg_grow(simulation->nodes, &simulation->node_capacity,
                                simulation->node_count + 1, sizeof *simulation->nodes);
    simulation->nodes[simulation->node_count++] = slot;
    widen(simulation);
}

void fg_simulation_close(struct fg_simulation *simulation)
{
    fg_simulation_undo(simulation, 0);
    free(simulation->nodes);
    free(simulation->steps);
    free(simulation->by_counts);
    free(simulation->barred);
    free(simulation->touched);
    free(simulation->placed);
    memset(simulation, 0, sizeof *simulation);
}

/* ---- changes ---- */

static struct fg_simulation_step *add_step(struct fg_simulation *simulation, enum step_kind kind,
                                           uint32_t slot)
{
    simulation->steps = fg_grow(simulation->steps, &simulation->step_capacity,
                                simulation->step_count + 1, sizeof *simulation->steps);
    struct fg_simulation_step *step = &simulation->steps[simulation->step_count++];
    *step = (struct fg_simulation_step){.kind = kind, .slot = slot};
    return step;
}

void fg_simulation_book(struct fg_simulation *simulation, uint32_t slot, uint32_t class_number,
                        int64_t change)
{
    struct fg_simulation_step *step = add_step(simulation, STEP_BOOKED, slot);
    step->class_number = class_number;
    step->pods = change;
    fg_state_count_pods(simulation->state, slot, class_number, change);
}

uint32_t fg_simulation_add_node(struct fg_simulation *simulation, const struct fg_fresh_node *fresh,
                                const char *name)
{
    struct fg_cluster_state *state = simulation->state;
    uint32_t slots = state->slot_count;
    uint32_t slot = fg_state_add_node(state, fresh->kind, name);
    struct fg_simulation_step *step = add_step(simulation, STEP_NODE_ADDED, slot);
    step->is_last_slot = slot == slots;
    step->number = state->number_of[slot];
    state->use[slot] = fresh->daemons;
    fg_state_set_listed(state, slot, true);
    fg_simulation_look_at(simulation, slot);
    simulation->barred[slot] = false;
    simulation->touched[slot] = 0;
    for (uint32_t i = 0; i < fresh->pod_count; i++)
        fg_simulation_book(simulation, slot, fresh->pods[i], 1);
    return slot;
}

void fg_simulation_clear_node(struct fg_simulation *simulation, uint32_t slot)
{
    const struct fg_node_loads *loads = &simulation->state->loads[slot];
    while (loads->count > 0) {
        struct fg_node_load load = loads->items[loads->count - 1];
        fg_simulation_book(simulation, slot, load.scheduling_class, -(int64_t)load.pods);
    }
}

void fg_simulation_set_kind(struct fg_simulation *simulation, uint32_t slot, uint32_t kind)
{
    struct fg_simulation_step *step = add_step(simulation, STEP_KIND_SET, slot);
    step->node_kind = simulation->state->kind_of[slot];
    fg_state_set_kind(simulation->state, slot, kind);
}

void fg_simulation_remove_node(struct fg_simulation *simulation, uint32_t slot)
{
    struct fg_cluster_state *state = simulation->state;
    uint32_t position = 0;
    while (position < simulation->node_count && simulation->nodes[position] != slot)
        position++;
    FG_ASSERT(position < simulation->node_count);
    struct fg_simulation_step *step = add_step(simulation, STEP_NODE_REMOVED, slot);
    step->node_kind = state->kind_of[slot];
    step->number = state->number_of[slot];
    step->position = position;
    step->was_open = state->is_open[slot];
    step->was_listed = state->is_listed[slot];
    step->name = state->name_of[slot];
    step->use = state->use[slot];
    simulation->node_count--;
    memmove(&simulation->nodes[position], &simulation->nodes[position + 1],
            (simulation->node_count - position) * sizeof *simulation->nodes);
    fg_state_remove_node(state, slot);
}

/* ---- taking back ---- */

uint32_t fg_simulation_mark(const struct fg_simulation *simulation)
{
    return simulation->step_count;
}

/* Slots and numbers are handed out as if the node had never been. */
static void undo_added(struct fg_simulation *simulation, const struct fg_simulation_step *step)
{
    struct fg_cluster_state *state = simulation->state;
    FG_ASSERT(simulation->nodes[simulation->node_count - 1] == step->slot);
    simulation->node_count--;
    fg_state_remove_node(state, step->slot);
    state->next_number = step->number;
    if (step->is_last_slot) {
        state->free_count--;
        state->slot_count--;
        free(state->loads[step->slot].items);
        state->loads[step->slot] = (struct fg_node_loads){0};
    }
}

static void undo_removed(struct fg_simulation *simulation, const struct fg_simulation_step *step)
{
    struct fg_cluster_state *state = simulation->state;
    uint32_t next_number = state->next_number;
    state->next_number = step->number;
    uint32_t slot = fg_state_add_node(state, step->node_kind, step->name);
    FG_ASSERT(slot == step->slot);
    state->next_number = next_number;
    state->use[slot] = step->use;
    fg_state_set_listed(state, slot, step->was_listed);
    fg_state_set_open(state, slot, step->was_open);
    fg_simulation_look_at(simulation, slot);
    memmove(&simulation->nodes[step->position + 1], &simulation->nodes[step->position],
            (simulation->node_count - 1 - step->position) * sizeof *simulation->nodes);
    simulation->nodes[step->position] = slot;
}

void fg_simulation_undo(struct fg_simulation *simulation, uint32_t mark)
{
    while (simulation->step_count > mark) {
        const struct fg_simulation_step *step = &simulation->steps[--simulation->step_count];
        switch (step->kind) {
        case STEP_BOOKED:
            fg_state_count_pods(simulation->state, step->slot, step->class_number, -step->pods);
            break;
        case STEP_NODE_ADDED:
            undo_added(simulation, step);
            break;
        case STEP_NODE_REMOVED:
            undo_removed(simulation, step);
            break;
        case STEP_KIND_SET:
            fg_state_set_kind(simulation->state, step->slot, step->node_kind);
            break;
        }
    }
}

/* ---- placing ---- */

void fg_simulation_begin_epoch(struct fg_simulation *simulation)
{
    simulation->epoch++;
    simulation->touched_count = 0;
}

static void put(struct fg_simulation *simulation, uint32_t slot, uint32_t class_number,
                int64_t pods)
{
    fg_simulation_book(simulation, slot, class_number, pods);
    if (simulation->touched[slot] != simulation->epoch) {
        simulation->touched[slot] = simulation->epoch;
        simulation->touched_count++;
    }
}

static int64_t room(const struct fg_simulation *simulation, uint32_t class_number, uint32_t slot,
                    int64_t limit)
{
    const struct fg_cluster_state *state = simulation->state;
    if (!fg_state_eligible(state, class_number, state->kind_of[slot]))
        return 0;
    return fg_scheduler_room(fg_state_allocatable(state, slot), &state->use[slot],
                             &state->classes[class_number].request, limit);
}

bool fg_simulation_fits(const struct fg_simulation *simulation, uint32_t class_number,
                        uint32_t slot)
{
    if (simulation->by_counts[class_number])
        return room(simulation, class_number, slot, 1) > 0;
    return fg_scheduler_refuses(simulation->state, class_number, slot) == FG_REFUSAL_NONE;
}

bool fg_simulation_fails_spread(const struct fg_simulation *simulation, uint32_t class_number,
                                uint32_t slot)
{
    return fg_scheduler_refuses(simulation->state, class_number, slot) == FG_REFUSAL_SPREAD;
}

bool fg_simulation_got_pods(const struct fg_simulation *simulation, uint32_t slot)
{
    return simulation->touched[slot] == simulation->epoch;
}

int64_t fg_simulation_fill(struct fg_simulation *simulation, uint32_t slot, uint32_t class_number,
                           int64_t pods)
{
    if (simulation->by_counts[class_number]) {
        int64_t booked = room(simulation, class_number, slot, pods);
        if (booked > 0)
            put(simulation, slot, class_number, booked);
        return booked;
    }
    int64_t booked = 0;
    while (booked < pods && fg_simulation_fits(simulation, class_number, slot)) {
        put(simulation, slot, class_number, 1);
        booked++;
    }
    return booked;
}

/* The i-th position of the search among those from `from` on. */
static uint32_t in_turn(const struct fg_simulation *simulation, uint32_t from, uint32_t i)
{
    uint32_t span = simulation->node_count - from;
    uint32_t next = simulation->next < simulation->node_count
                        ? simulation->next
                        : simulation->next % simulation->node_count;
    uint32_t turn = (next > from ? next - from : 0) + i;
    return from + (turn < span ? turn : turn - span);
}

static bool is_place(const struct fg_simulation *simulation, uint32_t slot)
{
    const struct fg_cluster_state *state = simulation->state;
    return !simulation->barred[slot] && !state->kinds[state->kind_of[slot]].unschedulable;
}

static void note_placed(struct fg_simulation *simulation, uint32_t slot, int64_t pods)
{
    simulation->placed = fg_grow(simulation->placed, &simulation->placed_capacity,
                                 simulation->placed_count + 1, sizeof *simulation->placed);
    simulation->placed[simulation->placed_count++] = (struct fg_placed){slot, pods};
}

/* One pod to the first node that takes it. */
static bool place_one(struct fg_simulation *simulation, uint32_t class_number, uint32_t from)
{
    for (uint32_t i = from; i < simulation->node_count; i++) {
        uint32_t position = in_turn(simulation, from, i - from);
        uint32_t slot = simulation->nodes[position];
        if (!is_place(simulation, slot) || !fg_simulation_fits(simulation, class_number, slot))
            continue;
        put(simulation, slot, class_number, 1);
        note_placed(simulation, slot, 1);
        simulation->next = (position + 1) % simulation->node_count;
        return true;
    }
    return false;
}

struct bin {
    uint32_t position;
    int64_t room, pods;
};

/* Nodes with room, in the order of the search. */
static uint32_t find_bins(const struct fg_simulation *simulation, uint32_t class_number,
                          int64_t pods, uint32_t from, struct bin *bins)
{
    uint32_t count = 0;
    for (uint32_t i = from; i < simulation->node_count; i++) {
        uint32_t position = in_turn(simulation, from, i - from);
        if (!is_place(simulation, simulation->nodes[position]))
            continue;
        int64_t pods_fit = room(simulation, class_number, simulation->nodes[position], pods);
        if (pods_fit > 0)
            bins[count++] = (struct bin){.position = position, .room = pods_fit};
    }
    return count;
}

/* Deals the pods out in turns, a node that is full falls out of the round: whole rounds at once.
 * Returns how many pods found no room. */
static int64_t deal(struct bin *bins, uint32_t count, int64_t pods, uint32_t *last_position)
{
    uint32_t full = 0;
    while (pods > 0 && full < count) {
        int64_t least = INT64_MAX;
        for (uint32_t i = 0; i < count; i++)
            if (bins[i].room > bins[i].pods && bins[i].room - bins[i].pods < least)
                least = bins[i].room - bins[i].pods;
        int64_t rounds = pods / (count - full);
        bool is_partial = rounds == 0;
        rounds = is_partial ? 1 : rounds < least ? rounds : least;
        for (uint32_t i = 0; i < count && pods > 0; i++) {
            if (bins[i].room == bins[i].pods)
                continue;
            bins[i].pods += rounds;
            pods -= rounds;
            *last_position = bins[i].position;
            full += bins[i].room == bins[i].pods;
        }
    }
    return pods;
}

static int64_t place_by_counts(struct fg_simulation *simulation, uint32_t class_number,
                               int64_t pods, uint32_t from)
{
    struct bin *bins = allocate_zeroed(simulation->node_count, sizeof *bins);
    uint32_t last_position = 0;
    uint32_t count = find_bins(simulation, class_number, pods, from, bins);
    int64_t left = deal(bins, count, pods, &last_position);
    for (uint32_t i = 0; i < count; i++) {
        if (bins[i].pods == 0)
            continue;
        uint32_t slot = simulation->nodes[bins[i].position];
        put(simulation, slot, class_number, bins[i].pods);
        note_placed(simulation, slot, bins[i].pods);
    }
    if (left < pods)
        simulation->next = (last_position + 1) % simulation->node_count;
    free(bins);
    return pods - left;
}

int64_t fg_simulation_place(struct fg_simulation *simulation, uint32_t class_number, int64_t pods,
                            uint32_t from)
{
    simulation->placed_count = 0;
    if (simulation->by_counts[class_number])
        return place_by_counts(simulation, class_number, pods, from);
    int64_t placed = 0;
    while (placed < pods && place_one(simulation, class_number, from))
        placed++;
    return placed;
}
