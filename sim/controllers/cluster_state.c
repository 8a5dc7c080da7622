#include "sim/controllers/cluster_state.h"

#include <stdlib.h>
#include <string.h>

#include "models/base/memory.h"
#include "models/base/status.h"
#include "sim/controllers/scratch.h"
#include "sim/controllers/topology.h"

enum { EBS_VOLUMES = 0 };

static const struct fg_taint cordon = {
    .key = "node.kubernetes.io/unschedulable", .value = "", .effect = FG_EFFECT_NO_SCHEDULE};

/* ---- classes ---- */

static uint32_t extended_number(struct fg_cluster_state *state, const char *name)
{
    for (uint32_t i = 0; i < state->extended_count; i++)
        if (strcmp(state->extended[i].name, name) == 0)
            return i;
    state->extended = fg_grow(state->extended, &state->extended_capacity, state->extended_count + 1,
                              sizeof *state->extended);
    state->extended[state->extended_count] = (struct fg_state_extended){.name = name};
    return state->extended_count++;
}

static void add_extended(struct fg_cluster_state *state, uint32_t class_number)
{
    struct fg_state_class *class = &state->classes[class_number];
    const struct fg_pod_rules *rules = class->spec->rules;
    if (rules == NULL || (rules->ebs_volumes == 0 && rules->extended.count == 0))
        return;
    extended_number(state, "");
    class->extended = fg_allocate(rules->extended.count + 1, sizeof *class->extended);
    if (rules->ebs_volumes > 0)
        class->extended[class->extended_count++] =
            (struct fg_class_extended){EBS_VOLUMES, rules->ebs_volumes};
    for (uint32_t i = 0; i < rules->extended.count; i++)
        if (rules->extended.items[i].amount > 0)
            class->extended[class->extended_count++] =
                (struct fg_class_extended){extended_number(state, rules->extended.items[i].name),
                                           rules->extended.items[i].amount};
}

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
    add_extended(state, state->class_count);
    return state->class_count++;
}

void fg_state_seal_classes(struct fg_cluster_state *state)
{
    FG_ASSERT(state->slot_count == 0 && state->kind_count == 0 && state->topology == NULL);
    state->topology = fg_topology_compile(state);
}

/* ---- kinds ---- */

static const char *either(const struct fg_pairs *labels, const char *key, const char *otherwise)
{
    const char *value = fg_pairs_find(labels, key);
    if (value == NULL)
        value = fg_pairs_find(labels, otherwise);
    return value != NULL ? value : "";
}

const char *fg_state_zone_of(const struct fg_pairs *labels)
{
    return either(labels, "failure-domain.beta.kubernetes.io/zone", "topology.kubernetes.io/zone");
}

static const char *region_of(const struct fg_pairs *labels)
{
    return either(labels, "failure-domain.beta.kubernetes.io/region",
                  "topology.kubernetes.io/region");
}

/* Zones of one name in two regions are two. */
static uint32_t zone_number(struct fg_cluster_state *state, const struct fg_pairs *labels)
{
    const char *zone = fg_state_zone_of(labels), *region = region_of(labels);
    for (uint32_t i = 0; i < state->zone_count; i++)
        if (strcmp(state->zones[i], zone) == 0 && strcmp(state->zone_regions[i], region) == 0)
            return i;
    uint32_t capacity = state->zone_capacity;
    state->zone_regions = fg_grow((void *)(uintptr_t)state->zone_regions, &capacity,
                                  state->zone_count + 1, sizeof *state->zone_regions);
    state->zones = fg_grow((void *)(uintptr_t)state->zones, &state->zone_capacity,
                           state->zone_count + 1, sizeof *state->zones);
    state->zones[state->zone_count] = zone;
    state->zone_regions[state->zone_count] = region;
    return state->zone_count++;
}

/* Lays the tables by class and kind out anew for more kinds. */
static void widen(struct fg_cluster_state *state, uint32_t old_capacity)
{
    uint8_t *wider = fg_allocate((size_t)state->class_count * state->kind_capacity, 1);
    for (uint32_t c = 0; c < state->class_count && old_capacity > 0; c++)
        memcpy(wider + (size_t)c * state->kind_capacity, state->eligible + (size_t)c * old_capacity,
               old_capacity);
    free(state->eligible);
    state->eligible = wider;
    for (uint32_t i = 0; i < state->extended_count; i++) {
        uint32_t capacity = 0;
        state->extended[i].allocatable =
            fg_grow(state->extended[i].allocatable, &capacity, state->kind_capacity,
                    sizeof *state->extended[i].allocatable);
    }
}

bool fg_state_selects(const struct fg_pod_spec *spec, const struct fg_state_kind *kind)
{
    return fg_scheduler_selects(spec, &kind->labels, kind->arch) &&
           (spec->rules == NULL ||
            fg_node_terms_hold(&spec->rules->required_nodes, &kind->labels, kind->node_name));
}

bool fg_state_admits_cordoned(const struct fg_pod_spec *spec, const struct fg_state_kind *kind)
{
    return !kind->unschedulable || fg_tolerates(&spec->tolerations, &cordon);
}

bool fg_state_reaches_volumes(const struct fg_pod_spec *spec, const struct fg_state_kind *kind)
{
    if (spec->rules == NULL || spec->rules->volume_zone == NULL)
        return true;
    const char *zone = fg_state_zone_of(&kind->labels);
    return *zone == '\0' || strcmp(zone, spec->rules->volume_zone) == 0;
}

bool fg_state_is_named(const struct fg_pod_spec *spec, const struct fg_state_kind *kind)
{
    return spec->rules == NULL || spec->rules->node_name == NULL ||
           (kind->node_name != NULL && strcmp(kind->node_name, spec->rules->node_name) == 0);
}

static int32_t preference(const struct fg_node_terms *terms, const struct fg_state_kind *kind)
{
    int32_t sum = 0;
    for (uint32_t i = 0; i < terms->count; i++) {
        const struct fg_node_terms one = {.count = 1, .items = &terms->items[i]};
        if (fg_node_terms_hold(&one, &kind->labels, kind->node_name))
            sum += terms->items[i].weight;
    }
    return sum;
}

static uint8_t count_intolerable(const struct fg_pod_spec *spec, const struct fg_taints *taints)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < taints->count; i++)
        count += taints->items[i].effect == FG_EFFECT_PREFER_NO_SCHEDULE &&
                 !fg_tolerates(&spec->tolerations, &taints->items[i]);
    return count < UINT8_MAX ? (uint8_t)count : UINT8_MAX;
}

/* What scores by class and kind. */
static void add_preferences(struct fg_cluster_state *state, uint32_t class_number, uint32_t number)
{
    struct fg_state_class *class = &state->classes[class_number];
    const struct fg_state_kind *kind = &state->kinds[number];
    const struct fg_pod_rules *rules = class->spec->rules;
    uint32_t capacity = number == 0 ? 0 : state->preference_capacity;
    if (rules != NULL && rules->preferred_nodes.count > 0) {
        class->preferred =
            fg_grow(class->preferred, &capacity, state->kind_capacity, sizeof *class->preferred);
        class->preferred[number] = preference(&rules->preferred_nodes, kind);
    }
    if (!state->any_prefer_no_schedule)
        return;
    if (class->intolerable == NULL) {
        class->intolerable = fg_allocate(state->kind_capacity, 1);
    } else if (state->preference_capacity != state->kind_capacity) {
        capacity = state->preference_capacity;
        class->intolerable = fg_grow(class->intolerable, &capacity, state->kind_capacity, 1);
    }
    class->intolerable[number] = count_intolerable(class->spec, &kind->taints);
}

static void add_extended_allocatable(struct fg_cluster_state *state, uint32_t number)
{
    const struct fg_state_kind *kind = &state->kinds[number];
    for (uint32_t i = 0; i < state->extended_count; i++) {
        struct fg_state_extended *resource = &state->extended[i];
        resource->allocatable[number] = 0;
        if (i == EBS_VOLUMES)
            resource->allocatable[number] = kind->ebs_limit > 0 ? kind->ebs_limit : INT64_MAX;
        for (uint32_t j = 0; j < kind->extended.count && i != EBS_VOLUMES; j++)
            if (strcmp(kind->extended.items[j].name, resource->name) == 0)
                resource->allocatable[number] = kind->extended.items[j].amount;
    }
}

static void match_classes(struct fg_cluster_state *state, uint32_t number)
{
    const struct fg_state_kind *kind = &state->kinds[number];
    uint8_t *selected = fg_allocate(state->class_count, 1);
    uint8_t *tolerated = fg_allocate(state->class_count, 1);
    for (uint32_t c = 0; c < state->class_count; c++) {
        const struct fg_pod_spec *spec = state->classes[c].spec;
        selected[c] = fg_state_selects(spec, kind);
        tolerated[c] = fg_taints_find_untolerated(&kind->taints, &spec->tolerations) == NULL;
        state->eligible[(size_t)c * state->kind_capacity + number] =
            selected[c] && tolerated[c] && fg_state_admits_cordoned(spec, kind) &&
            fg_state_is_named(spec, kind) && fg_state_reaches_volumes(spec, kind);
        add_preferences(state, c, number);
    }
    if (state->topology != NULL)
        fg_topology_add_kind(state, number, selected, tolerated);
    free(selected);
    free(tolerated);
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
    state->any_images |= kind->images_of != NULL;
    match_classes(state, number);
    state->preference_capacity = state->kind_capacity;
    add_extended_allocatable(state, number);
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
    state->changed = grow_column(state, state->changed, sizeof *state->changed);
    state->is_listed = grow_column(state, state->is_listed, sizeof *state->is_listed);
    state->name_of = grow_column(state, (void *)(uintptr_t)state->name_of, sizeof *state->name_of);
    for (uint32_t i = 0; i < state->extended_count; i++)
        state->extended[i].used =
            grow_column(state, state->extended[i].used, sizeof *state->extended[i].used);
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
    state->is_open[slot] = state->is_listed[slot] = false;
    state->use[slot] = (struct fg_node_use){0};
    state->changed[slot] = ++state->last_change;
    state->name_of[slot] = name;
    for (uint32_t i = 0; i < state->extended_count; i++)
        state->extended[i].used[slot] = 0;
    if (state->topology != NULL)
        fg_topology_enter(state, slot);
    return slot;
}

void fg_state_remove_node(struct fg_cluster_state *state, uint32_t slot)
{
    FG_ASSERT(state->loads[slot].count == 0);
    fg_state_set_open(state, slot, false);
    fg_state_set_listed(state, slot, false);
    if (state->topology != NULL)
        fg_topology_leave(state, slot);
    state->changed[slot] = ++state->last_change;
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
    state->changed[slot] = ++state->last_change;
    state->open_count += open ? 1 : UINT32_MAX;
    state->order_is_old = true;
    if (open)
        fg_state_set_listed(state, slot, true);
}

void fg_state_set_listed(struct fg_cluster_state *state, uint32_t slot, bool listed)
{
    if (state->is_listed[slot] == listed)
        return;
    state->is_listed[slot] = listed;
    state->listed_count += listed ? 1 : UINT32_MAX;
    state->listing_version++;
    if (state->topology != NULL)
        fg_topology_list(state, slot, listed);
}

/* ---- order ---- */

static int compare_keys(const void *a, const void *b)
{
    uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;
    return (left > right) - (left < right);
}

/* Zones take turns: zone 0's first node, zone 1's first, ... zone 0's second. `sorted` holds
 * number and slot of the open nodes, by number. */
static void interleave(struct fg_cluster_state *state, const uint64_t *sorted)
{
    uint32_t zones = state->zone_count;
    uint32_t *next = fg_allocate(zones, sizeof *next); /* where each zone's search stands */
    for (uint32_t count = 0; count < state->open_count;) {
        for (uint32_t zone = 0; zone < zones; zone++) {
            while (next[zone] < state->open_count &&
                   state->kinds[state->kind_of[(uint32_t)sorted[next[zone]]]].zone != zone)
                next[zone]++;
            if (next[zone] < state->open_count)
                state->order[count++] = (uint32_t)sorted[next[zone]++];
        }
    }
    free(next);
}

const uint32_t *fg_state_order(struct fg_cluster_state *state)
{
    if (!state->order_is_old)
        return state->order;
    uint64_t *sorted = fg_allocate(state->open_count, sizeof *sorted);
    uint32_t count = 0;
    for (uint32_t slot = 0; slot < state->slot_count; slot++)
        if (state->kind_of[slot] != UINT32_MAX && state->is_open[slot])
            sorted[count++] = (uint64_t)state->number_of[slot] << 32 | slot;
    FG_ASSERT(count == state->open_count);
    qsort(sorted, count, sizeof *sorted, compare_keys);
    state->order = fg_grow(state->order, &state->order_capacity, count, sizeof *state->order);
    interleave(state, sorted);
    free(sorted);
    state->order_count = count;
    state->search_start = count > 0 ? state->search_start % count : 0;
    state->order_is_old = false;
    return state->order;
}

/* ---- pods ---- */

enum { FIRST_CLASSES = 64 };

static uint64_t bit_of(uint32_t class_number)
{
    return class_number < FIRST_CLASSES ? 1ULL << class_number : 0;
}

/* Where the class stands or would stand; the first classes are found without a look at others. */
static uint32_t find_load(const struct fg_node_loads *loads, uint32_t class_number)
{
    uint64_t before = loads->first_classes & (bit_of(class_number) - 1);
    uint32_t i = (uint32_t)__builtin_popcountll(before);
    while (class_number >= FIRST_CLASSES && i < loads->count &&
           loads->items[i].scheduling_class < class_number)
        i++;
    return i;
}

static void insert_load(struct fg_node_loads *loads, uint32_t i, uint32_t class_number)
{
    if (loads->count == loads->capacity)
        loads->items =
            fg_grow(loads->items, &loads->capacity, loads->count + 1, sizeof *loads->items);
    for (uint32_t k = loads->count++; k > i; k--)
        loads->items[k] = loads->items[k - 1];
    loads->items[i] = (struct fg_node_load){class_number, 0};
    loads->first_classes |= bit_of(class_number);
}

static void delete_load(struct fg_node_loads *loads, uint32_t i)
{
    loads->first_classes &= ~bit_of(loads->items[i].scheduling_class);
    loads->count--;
    for (; i < loads->count; i++)
        loads->items[i] = loads->items[i + 1];
}

static void count_load(struct fg_node_loads *loads, uint32_t class_number, int64_t change)
{
    uint32_t i = find_load(loads, class_number);
    if (i == loads->count || loads->items[i].scheduling_class != class_number)
        insert_load(loads, i, class_number);
    loads->items[i].pods += (uint32_t)change;
    if (loads->items[i].pods == 0)
        delete_load(loads, i);
}

void fg_state_count_pods(struct fg_cluster_state *state, uint32_t slot, uint32_t class_number,
                         int64_t change)
{
    const struct fg_state_class *class = &state->classes[class_number];
    fg_use_add(&state->use[slot], &class->request, change);
    state->changed[slot] = ++state->last_change;
    for (uint32_t i = 0; i < class->extended_count; i++)
        state->extended[class->extended[i].resource].used[slot] +=
            change * class->extended[i].amount;
    count_load(&state->loads[slot], class_number, change);
    if (state->topology != NULL)
        fg_topology_count(state, slot, class_number, change);
}

static void count_topology(struct fg_cluster_state *state, uint32_t slot, int64_t sign)
{
    const struct fg_node_loads *loads = &state->loads[slot];
    for (uint32_t i = 0; i < loads->count; i++)
        fg_topology_count(state, slot, loads->items[i].scheduling_class,
                          sign * loads->items[i].pods);
}

void fg_state_set_kind(struct fg_cluster_state *state, uint32_t slot, uint32_t kind)
{
    state->order_is_old = true;
    state->changed[slot] = ++state->last_change;
    state->listing_version++;
    if (state->topology == NULL) {
        state->kind_of[slot] = kind;
        return;
    }
    bool listed = state->is_listed[slot];
    count_topology(state, slot, -1);
    fg_state_set_listed(state, slot, false);
    fg_topology_leave(state, slot);
    state->kind_of[slot] = kind;
    fg_topology_enter(state, slot);
    fg_state_set_listed(state, slot, listed);
    count_topology(state, slot, 1);
}

struct fg_scratch *fg_state_scratch(struct fg_cluster_state *state)
{
    if (state->scratch == NULL)
        state->scratch = fg_scratch_new(state->class_count);
    return state->scratch;
}

void fg_state_set_use(struct fg_cluster_state *state, uint32_t slot, const struct fg_node_use *use)
{
    state->use[slot] = *use;
    state->changed[slot] = ++state->last_change;
}

void fg_state_release(struct fg_cluster_state *state)
{
    for (uint32_t slot = 0; slot < state->slot_count; slot++)
        free(state->loads[slot].items);
    for (uint32_t c = 0; c < state->class_count; c++) {
        free(state->classes[c].extended);
        free(state->classes[c].preferred);
        free(state->classes[c].intolerable);
    }
    for (uint32_t i = 0; i < state->extended_count; i++) {
        free(state->extended[i].allocatable);
        free(state->extended[i].used);
    }
    free(state->extended);
    fg_topology_release(state->topology);
    fg_scratch_free(state->scratch);
    free(state->order);
    free((void *)(uintptr_t)state->zone_regions);
    free(state->is_listed);
    free(state->changed);
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
