#include "sim/controllers/cluster_state.h"

#include <stdlib.h>
#include <string.h>

#include "models/base/memory.h"
#include "models/base/status.h"

#define FG_LABEL_ZONE "topology.kubernetes.io/zone"

uint32_t fg_state_add_class(struct fg_cluster_state *state, const struct fg_pod_spec *spec)
{
    FG_ASSERT(state->slot_count == 0 && state->kind_count == 0);
    state->classes = fg_grow(state->classes, &state->class_capacity, state->class_count + 1,
                             sizeof *state->classes);
    state->classes[state->class_count] = (struct fg_state_class){
        .spec = spec,
        .request = fg_request_of(spec),
        .is_plain = true,
    };
    return state->class_count++;
}

void fg_state_seal_classes(struct fg_cluster_state *state)
{
    (void)state;
}

/* ---- kinds ---- */

static uint32_t zone_number(struct fg_cluster_state *state, const struct fg_pairs *labels)
{
    const char *zone = fg_pairs_find(labels, FG_LABEL_ZONE);
    if (zone == NULL)
        zone = "";
    for (uint32_t i = 0; i < state->zone_count; i++)
        if (strcmp(state->zones[i], zone) == 0)
            return i;
    state->zones = fg_grow((void *)(uintptr_t)state->zones, &state->zone_capacity,
                           state->zone_count + 1, sizeof *state->zones);
    state->zones[state->zone_count] = zone;
    return state->zone_count++;
}

/* Lays the table of eligibility out anew for more kinds. */
static void widen(struct fg_cluster_state *state, uint32_t old_capacity)
{
    uint8_t *wider = fg_allocate((size_t)state->class_count * state->kind_capacity, 1);
    for (uint32_t c = 0; c < state->class_count && old_capacity > 0; c++)
        memcpy(wider + (size_t)c * state->kind_capacity, state->eligible + (size_t)c * old_capacity,
               old_capacity);
    free(state->eligible);
    state->eligible = wider;
}

uint32_t fg_state_add_kind(struct fg_cluster_state *state, const struct fg_state_kind *kind)
{
    uint32_t old_capacity = state->kind_capacity, number = state->kind_count++;
    state->kinds =
        fg_grow(state->kinds, &state->kind_capacity, state->kind_count, sizeof *state->kinds);
    if (state->kind_capacity != old_capacity)
        widen(state, old_capacity);
    state->kinds[number] = *kind;
    state->kinds[number].zone = zone_number(state, &kind->labels);
    for (uint32_t i = 0; i < kind->taints.count; i++)
        state->any_prefer_no_schedule |=
            kind->taints.items[i].effect == FG_EFFECT_PREFER_NO_SCHEDULE;
    for (uint32_t c = 0; c < state->class_count; c++) {
        const struct fg_pod_spec *spec = state->classes[c].spec;
        state->eligible[(size_t)c * state->kind_capacity + number] =
            !kind->unschedulable && fg_scheduler_selects(spec, &kind->labels, kind->arch) &&
            fg_taints_find_untolerated(&kind->taints, &spec->tolerations) == NULL;
    }
    return number;
}

/* ---- nodes ---- */

static void *grow_column(const struct fg_cluster_state *state, void *column, size_t item_bytes)
{
    uint32_t capacity = state->slot_capacity;
    return fg_grow(column, &capacity, state->slot_count, item_bytes);
}

static uint32_t new_slot(struct fg_cluster_state *state)
{
    if (state->free_count > 0)
        return state->free_slots[--state->free_count];
    uint32_t slot = state->slot_count++;
    state->use = grow_column(state, state->use, sizeof *state->use);
    state->kind_of = grow_column(state, state->kind_of, sizeof *state->kind_of);
    state->number_of = grow_column(state, state->number_of, sizeof *state->number_of);
    state->is_open = grow_column(state, state->is_open, sizeof *state->is_open);
    state->name_of = grow_column(state, (void *)(uintptr_t)state->name_of, sizeof *state->name_of);
    state->loads =
        fg_grow(state->loads, &state->slot_capacity, state->slot_count, sizeof *state->loads);
    state->loads[slot] = (struct fg_node_loads){0};
    return slot;
}

uint32_t fg_state_add_node(struct fg_cluster_state *state, uint32_t kind, const char *name)
{
    uint32_t slot = new_slot(state);
    state->kind_of[slot] = kind;
    state->number_of[slot] = state->next_number++;
    state->is_open[slot] = false;
    state->use[slot] = (struct fg_node_use){0};
    state->name_of[slot] = name;
    return slot;
}

void fg_state_remove_node(struct fg_cluster_state *state, uint32_t slot)
{
    FG_ASSERT(state->loads[slot].count == 0);
    fg_state_set_open(state, slot, false);
    state->kind_of[slot] = UINT32_MAX;
    state->free_slots = fg_grow(state->free_slots, &state->free_capacity, state->free_count + 1,
                                sizeof *state->free_slots);
    state->free_slots[state->free_count++] = slot;
}

void fg_state_set_open(struct fg_cluster_state *state, uint32_t slot, bool open)
{
    if (state->is_open[slot] == open)
        return;
    state->is_open[slot] = open;
    state->open_count += open ? 1 : UINT32_MAX;
}

/* ---- pods ---- */

static void count_load(struct fg_node_loads *loads, uint32_t class_number, int64_t change)
{
    uint32_t i = 0;
    while (i < loads->count && loads->items[i].scheduling_class < class_number)
        i++;
    if (i == loads->count || loads->items[i].scheduling_class != class_number) {
        loads->items =
            fg_grow(loads->items, &loads->capacity, loads->count + 1, sizeof *loads->items);
        memmove(&loads->items[i + 1], &loads->items[i],
                (loads->count++ - i) * sizeof *loads->items);
        loads->items[i] = (struct fg_node_load){class_number, 0};
    }
    loads->items[i].pods += (uint32_t)change;
    if (loads->items[i].pods == 0)
        memmove(&loads->items[i], &loads->items[i + 1],
                (--loads->count - i) * sizeof *loads->items);
}

void fg_state_count_pods(struct fg_cluster_state *state, uint32_t slot, uint32_t class_number,
                         int64_t change)
{
    fg_use_add(&state->use[slot], &state->classes[class_number].request, change);
    count_load(&state->loads[slot], class_number, change);
}

void fg_state_release(struct fg_cluster_state *state)
{
    for (uint32_t slot = 0; slot < state->slot_count; slot++)
        free(state->loads[slot].items);
    free(state->classes);
    free(state->kinds);
    free((void *)(uintptr_t)state->zones);
    free(state->eligible);
    free(state->kind_of);
    free(state->number_of);
    free(state->is_open);
    free(state->use);
    free(state->loads);
    free((void *)(uintptr_t)state->name_of);
    free(state->free_slots);
    memset(state, 0, sizeof *state);
}
