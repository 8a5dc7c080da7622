#include "sim/controllers/topology.h"

#include <stdlib.h>
#include <string.h>

#include "models/base/memory.h"

#define HOSTNAME "kubernetes.io/hostname"

/* ---- kinds ---- */

static bool has_key(const struct fg_state_kind *kind, const char *key)
{
    return fg_pairs_find(&kind->labels, key) != NULL ||
           (kind->node_name == NULL && strcmp(key, HOSTNAME) == 0);
}

static bool takes_part(const struct fg_spread_policy *policy, const struct fg_state_kind *kind,
                       const uint8_t *selects, const uint8_t *tolerates)
{
    if ((policy->honors_affinity && !selects[policy->class_number]) ||
        (policy->honors_taints && !tolerates[policy->class_number]))
        return false;
    for (uint32_t i = 0; i < policy->key_count; i++)
        if (!has_key(kind, policy->keys[i]))
            return false;
    return true;
}

void fg_topology_add_kind(struct fg_cluster_state *state, uint32_t kind, const uint8_t *selects,
                          const uint8_t *tolerates)
{
    struct fg_topology *topology = state->topology;
    bool wider = topology->kind_capacity != state->kind_capacity;
    topology->kind_capacity = state->kind_capacity;
    for (uint32_t i = 0; i < topology->counter_count; i++) {
        struct fg_counter *counter = &topology->counters[i];
        if (counter->policy == NULL)
            continue;
        if (wider) {
            uint32_t capacity = 0;
            counter->takes_part = fg_grow(counter->takes_part, &capacity, state->kind_capacity, 1);
        }
        counter->takes_part[kind] =
            takes_part(counter->policy, &state->kinds[kind], selects, tolerates);
    }
}

/* ---- nodes ---- */

static void *grow_zeroed(void *items, uint32_t old_count, uint32_t new_count, size_t item_bytes)
{
    uint32_t capacity = 0;
    items = fg_grow(items, &capacity, new_count, item_bytes);
    memset((char *)items + old_count * item_bytes, 0, (new_count - old_count) * item_bytes);
    return items;
}

static void make_room(struct fg_topology *topology, uint32_t key_number)
{
    struct fg_topology_key *key = &topology->keys[key_number];
    if (key->domain_count <= key->domain_capacity)
        return;
    uint32_t old = key->domain_capacity, capacity = old > 0 ? old * 2 : 8;
    while (capacity < key->domain_count)
        capacity *= 2;
    for (uint32_t i = 0; i < topology->counter_count; i++) {
        struct fg_counter *counter = &topology->counters[i];
        if (counter->key != key_number)
            continue;
        counter->sums = grow_zeroed(counter->sums, old, capacity, sizeof *counter->sums);
        if (counter->nodes != NULL)
            counter->nodes = grow_zeroed(counter->nodes, old, capacity, sizeof *counter->nodes);
    }
    key->domain_capacity = capacity;
}

static uint32_t fresh_domain(struct fg_topology_key *key)
{
    return key->free_count > 0 ? key->free_domains[--key->free_count] : key->domain_count++;
}

static uint32_t named_domain(struct fg_topology_key *key, const char *value)
{
    for (uint32_t i = 0; i < key->value_count; i++)
        if (strcmp(key->values[i], value) == 0)
            return key->domain_of_value[i];
    uint32_t capacity = key->value_capacity;
    key->values = fg_grow((void *)(uintptr_t)key->values, &capacity, key->value_count + 1,
                          sizeof *key->values);
    key->domain_of_value = fg_grow(key->domain_of_value, &key->value_capacity, key->value_count + 1,
                                   sizeof *key->domain_of_value);
    key->values[key->value_count] = value;
    return key->domain_of_value[key->value_count++] = fresh_domain(key);
}

/* Whether each node of the kind is a domain of its own without a label that says so. */
static bool is_implied(const struct fg_topology_key *key, const struct fg_state_kind *kind)
{
    return kind->node_name == NULL && strcmp(key->label, HOSTNAME) == 0 &&
           fg_pairs_find(&kind->labels, HOSTNAME) == NULL;
}

static uint32_t domain_for(struct fg_topology_key *key, const struct fg_state_kind *kind,
                           uint32_t slot)
{
    if (key->label == NULL) {
        key->domain_count = slot >= key->domain_count ? slot + 1 : key->domain_count;
        return slot;
    }
    const char *value = fg_pairs_find(&kind->labels, key->label);
    if (value != NULL)
        return named_domain(key, value);
    return is_implied(key, kind) ? fresh_domain(key) : FG_NO_DOMAIN;
}

void fg_topology_enter(struct fg_cluster_state *state, uint32_t slot)
{
    struct fg_topology *topology = state->topology;
    const struct fg_state_kind *kind = &state->kinds[state->kind_of[slot]];
    bool wider = topology->slot_capacity < state->slot_capacity;
    for (uint32_t k = 0; k < topology->key_count; k++) {
        struct fg_topology_key *key = &topology->keys[k];
        if (wider) {
            uint32_t capacity = 0;
            key->domain_of_slot = fg_grow(key->domain_of_slot, &capacity, state->slot_capacity,
                                          sizeof *key->domain_of_slot);
        }
        key->domain_of_slot[slot] = domain_for(key, kind, slot);
        make_room(topology, k);
    }
    topology->slot_capacity = state->slot_capacity;
    for (uint32_t i = 0; i < topology->counter_count && wider; i++)
        if (topology->counters[i].key != 0)
            topology->counters[i].domain_of_slot =
                topology->keys[topology->counters[i].key].domain_of_slot;
}

void fg_topology_leave(struct fg_cluster_state *state, uint32_t slot)
{
    struct fg_topology *topology = state->topology;
    const struct fg_state_kind *kind = &state->kinds[state->kind_of[slot]];
    for (uint32_t k = 1; k < topology->key_count; k++) {
        struct fg_topology_key *key = &topology->keys[k];
        if (!is_implied(key, kind))
            continue;
        key->free_domains = fg_grow(key->free_domains, &key->free_capacity, key->free_count + 1,
                                    sizeof *key->free_domains);
        key->free_domains[key->free_count++] = key->domain_of_slot[slot];
    }
}

void fg_topology_list(struct fg_cluster_state *state, uint32_t slot, bool listed)
{
    struct fg_topology *topology = state->topology;
    for (uint32_t i = 0; i < topology->counter_count; i++) {
        struct fg_counter *counter = &topology->counters[i];
        if (counter->nodes == NULL || !fg_counter_takes(counter, state->kind_of[slot]))
            continue;
        uint32_t domain = topology->keys[counter->key].domain_of_slot[slot];
        if (domain == FG_NO_DOMAIN)
            continue;
        counter->nodes[domain] += listed ? 1 : UINT32_MAX;
        counter->least_is_old = true;
    }
}

/* ---- pods ---- */

void fg_topology_count(struct fg_cluster_state *state, uint32_t slot, uint32_t class_number,
                       int64_t change)
{
    struct fg_topology *topology = state->topology;
    const struct fg_class_topology *class = &topology->classes[class_number];
    uint32_t kind = state->kind_of[slot];
    for (uint32_t i = 0; i < class->feed_count; i++) {
        struct fg_counter *counter = &topology->counters[class->feeds[i].counter];
        uint32_t domain = counter->domain_of_slot != NULL ? counter->domain_of_slot[slot] : slot;
        if (domain == FG_NO_DOMAIN || !fg_counter_takes(counter, kind))
            continue;
        int64_t amount = change * class->feeds[i].weight;
        counter->sums[domain] += (int32_t)amount;
        counter->total += amount;
        counter->least_is_old = true;
        if (counter->recent != NULL)
            counter->recent->slots[counter->recent->count++ % FG_RECENT_SLOTS] = slot;
    }
}

int32_t fg_counter_least(struct fg_topology *topology, uint32_t counter_number)
{
    struct fg_counter *counter = &topology->counters[counter_number];
    if (!counter->least_is_old)
        return counter->least;
    uint32_t count = topology->keys[counter->key].domain_count, with_nodes = 0;
    int32_t least = INT32_MAX;
    for (uint32_t d = 0; d < count; d++) {
        bool exists = counter->nodes[d] > 0;
        int32_t sum = exists ? counter->sums[d] : INT32_MAX;
        least = sum < least ? sum : least;
        with_nodes += exists;
    }
    counter->least = least;
    counter->domains_with_nodes = with_nodes;
    counter->least_is_old = false;
    return least;
}

void fg_topology_release(struct fg_topology *topology)
{
    if (topology == NULL)
        return;
    for (uint32_t c = 0; c < topology->class_count; c++)
        free(topology->classes[c].feeds);
    free(topology->classes);
    for (uint32_t i = 0; i < topology->counter_count; i++) {
        free(topology->counters[i].sums);
        free(topology->counters[i].nodes);
        free(topology->counters[i].takes_part);
        free(topology->counters[i].recent);
    }
    free(topology->counters);
    for (uint32_t k = 0; k < topology->key_count; k++) {
        free(topology->keys[k].domain_of_slot);
        free((void *)(uintptr_t)topology->keys[k].values);
        free(topology->keys[k].domain_of_value);
        free(topology->keys[k].free_domains);
    }
    free(topology->keys);
    fg_arena_release(&topology->arena);
    free(topology);
}
