#include "sim/controllers/topology.h"

#include <stdlib.h>
#include <string.h>

#include "models/base/index.h"
#include "models/base/status.h"

#define HOSTNAME "kubernetes.io/hostname"
#define ZONE "topology.kubernetes.io/zone"
#define ANY_IP "0.0.0.0"

enum { HARD_AFFINITY_WEIGHT = 1 };

/* Which nodes count for a constraint: those with all keys of its kin, and by its two policies. */
struct fg_spread_policy {
    uint32_t class_number;
    bool honors_affinity, honors_taints;
    uint32_t key_count;
    const char **keys;
};

/* The system's default constraints (rules S4). */
static const struct default_spread {
    const char *key;
    int32_t max_skew;
} default_spread[] = {{HOSTNAME, 3}, {ZONE, 5}};
enum { DEFAULT_SPREAD_COUNT = sizeof default_spread / sizeof *default_spread };

static const struct fg_pod_rules no_rules = {.owner_selector = {.nothing = true}};

/* What is at hand while classes are compiled. */
struct compiler {
    struct fg_cluster_state *state;
    struct fg_topology *topology;
    struct fg_strings names;
    const char **namespaces; /* by class, interned */
    uint32_t owner_count;
    uint32_t *owners; /* classes with terms of inter-pod affinity */
};

static const struct fg_pod_rules *rules_of(const struct fg_cluster_state *state, uint32_t class)
{
    const struct fg_pod_rules *rules = state->classes[class].spec->rules;
    return rules != NULL ? rules : &no_rules;
}

static bool is_empty(const struct fg_label_selector *selector)
{
    return !selector->nothing && selector->workload == NULL && selector->labels.count == 0 &&
           selector->expressions.count == 0;
}

/* ---- keys and counters ---- */

static uint32_t key_of(struct fg_topology *topology, const char *label)
{
    for (uint32_t i = 1; i < topology->key_count; i++)
        if (strcmp(topology->keys[i].label, label) == 0)
            return i;
    topology->keys = fg_grow(topology->keys, &topology->key_capacity, topology->key_count + 1,
                             sizeof *topology->keys);
    topology->keys[topology->key_count] = (struct fg_topology_key){.label = label};
    return topology->key_count++;
}

static uint32_t add_counter(struct fg_topology *topology, uint32_t key,
                            const struct fg_spread_policy *policy, bool is_hard)
{
    topology->counters = fg_grow(topology->counters, &topology->counter_capacity,
                                 topology->counter_count + 1, sizeof *topology->counters);
    topology->counters[topology->counter_count] = (struct fg_counter){
        .key = key,
        .policy = policy,
        .nodes = is_hard ? fg_allocate(1, sizeof(uint32_t)) : NULL,
        .least_is_old = true,
    };
    return topology->counter_count++;
}

static void add_feed(struct fg_topology *topology, uint32_t class, uint32_t counter, int32_t weight)
{
    struct fg_class_topology *fed_by = &topology->classes[class];
    if (fed_by->feed_count > 0 && fed_by->feeds[fed_by->feed_count - 1].counter == counter) {
        fed_by->feeds[fed_by->feed_count - 1].weight += weight;
        return;
    }
    fed_by->feeds = fg_grow(fed_by->feeds, &fed_by->feed_capacity, fed_by->feed_count + 1,
                            sizeof *fed_by->feeds);
    fed_by->feeds[fed_by->feed_count++] = (struct fg_feed){counter, weight};
}

/* ---- spread ---- */

static void feed_spread(struct compiler *compiler, uint32_t owner, uint32_t counter,
                        const struct fg_label_selector *selector)
{
    const struct fg_cluster_state *state = compiler->state;
    if (is_empty(selector) || selector->nothing)
        return;
    for (uint32_t c = 0; c < state->class_count; c++)
        if (compiler->namespaces[c] == compiler->namespaces[owner] &&
            !state->classes[c].is_terminating &&
            fg_label_selector_takes_pod(selector, state->classes[c].spec))
            add_feed(compiler->topology, c, counter, 1);
}

static void add_default_spread(struct compiler *compiler, uint32_t owner)
{
    struct fg_topology *topology = compiler->topology;
    struct fg_class_topology *class = &topology->classes[owner];
    const struct fg_label_selector *selector = &rules_of(compiler->state, owner)->owner_selector;
    struct fg_spread_policy *policy = fg_arena_allocate(&topology->arena, 1, sizeof *policy);
    *policy = (struct fg_spread_policy){.class_number = owner, .honors_affinity = true};
    class->soft = fg_arena_allocate(&topology->arena, DEFAULT_SPREAD_COUNT, sizeof *class->soft);
    for (uint32_t i = 0; i < DEFAULT_SPREAD_COUNT; i++) {
        const struct default_spread *spread = &default_spread[i];
        bool by_node = strcmp(spread->key, HOSTNAME) == 0;
        /* The key is registered either way: the node must have the label to be scored. */
        uint32_t key = key_of(topology, spread->key);
        struct fg_spread *soft = &class->soft[class->soft_count++];
        *soft = (struct fg_spread){
            .counter = add_counter(topology, by_node ? 0 : key, by_node ? NULL : policy, false),
            .key = key,
            .max_skew = spread->max_skew,
            .by_node = by_node,
        };
        feed_spread(compiler, owner, soft->counter, selector);
    }
}

static const struct fg_spread_policy *policy_of(struct compiler *compiler, uint32_t owner,
                                                const struct fg_spread_constraint *constraint)
{
    const struct fg_spread_constraints *all = &rules_of(compiler->state, owner)->spread;
    struct fg_arena *arena = &compiler->topology->arena;
    struct fg_spread_policy *policy = fg_arena_allocate(arena, 1, sizeof *policy);
    *policy = (struct fg_spread_policy){
        .class_number = owner,
        .honors_affinity = !constraint->ignores_node_affinity,
        .honors_taints = constraint->honors_node_taints,
        .keys = fg_arena_allocate(arena, all->count, sizeof *policy->keys),
    };
    for (uint32_t i = 0; i < all->count; i++)
        if (all->items[i].hard == constraint->hard)
            policy->keys[policy->key_count++] = all->items[i].topology_key;
    return policy;
}

static void add_constraint(struct compiler *compiler, uint32_t owner,
                           const struct fg_spread_constraint *constraint)
{
    struct fg_topology *topology = compiler->topology;
    struct fg_class_topology *class = &topology->classes[owner];
    uint32_t key = key_of(topology, constraint->topology_key);
    bool by_node = !constraint->hard && strcmp(constraint->topology_key, HOSTNAME) == 0;
    const struct fg_spread_policy *policy = by_node ? NULL : policy_of(compiler, owner, constraint);
    struct fg_spread *spread =
        constraint->hard ? &class->hard[class->hard_count++] : &class->soft[class->soft_count++];
    *spread = (struct fg_spread){
        .counter = add_counter(topology, by_node ? 0 : key, policy, constraint->hard),
        .key = key,
        .max_skew = constraint->max_skew,
        .min_domains = constraint->min_domains > 0 ? constraint->min_domains : 1,
        .self = fg_label_selector_takes_pod(&constraint->selector,
                                            compiler->state->classes[owner].spec),
        .by_node = by_node,
    };
    feed_spread(compiler, owner, spread->counter, &constraint->selector);
}

static void add_spread(struct compiler *compiler, uint32_t owner)
{
    const struct fg_pod_rules *rules = rules_of(compiler->state, owner);
    const struct fg_scheduler_settings *settings = compiler->state->settings;
    struct fg_class_topology *class = &compiler->topology->classes[owner];
    struct fg_arena *arena = &compiler->topology->arena;
    class->soft_needs_all_keys = rules->spread.count > 0;
    if (rules->spread.count > 0) {
        class->hard = fg_arena_allocate(arena, rules->spread.count, sizeof *class->hard);
        class->soft = fg_arena_allocate(arena, rules->spread.count, sizeof *class->soft);
        for (uint32_t i = 0; i < rules->spread.count; i++)
            add_constraint(compiler, owner, &rules->spread.items[i]);
    } else if (!rules->owner_selector.nothing && !is_empty(&rules->owner_selector) &&
               (settings == NULL || settings->default_spread)) {
        add_default_spread(compiler, owner);
    }
}

/* ---- inter-pod affinity ---- */

static bool term_takes(const struct compiler *compiler, uint32_t owner,
                       const struct fg_pod_term *term, uint32_t class)
{
    bool in_namespace = term->all_namespaces;
    if (term->namespace_count == 0 && !in_namespace)
        in_namespace = compiler->namespaces[class] == compiler->namespaces[owner];
    for (uint32_t i = 0; i < term->namespace_count && !in_namespace; i++)
        in_namespace = strcmp(term->namespaces[i], compiler->namespaces[class]) == 0;
    return in_namespace &&
           fg_label_selector_takes_pod(&term->selector, compiler->state->classes[class].spec);
}

static bool terms_all_take(const struct compiler *compiler, uint32_t owner,
                           const struct fg_pod_terms *terms, uint32_t class)
{
    for (uint32_t i = 0; i < terms->count; i++)
        if (!term_takes(compiler, owner, &terms->items[i], class))
            return false;
    return terms->count > 0;
}

static void add_affinity(struct compiler *compiler, uint32_t owner)
{
    struct fg_topology *topology = compiler->topology;
    struct fg_class_topology *class = &topology->classes[owner];
    const struct fg_pod_terms *terms = &rules_of(compiler->state, owner)->required_affinity;
    class->affinity = fg_arena_allocate(&topology->arena, terms->count, sizeof(uint32_t));
    class->matches_itself = terms_all_take(compiler, owner, terms, owner);
    for (uint32_t i = 0; i < terms->count; i++) {
        uint32_t key = key_of(topology, terms->items[i].topology_key);
        uint32_t counter = add_counter(topology, key, NULL, false);
        class->affinity[class->affinity_count++] = counter;
        for (uint32_t c = 0; c < compiler->state->class_count; c++)
            if (terms_all_take(compiler, owner, terms, c))
                add_feed(topology, c, counter, 1);
    }
}

static void add_anti_affinity(struct compiler *compiler, uint32_t owner)
{
    struct fg_topology *topology = compiler->topology;
    struct fg_class_topology *class = &topology->classes[owner];
    const struct fg_pod_terms *terms = &rules_of(compiler->state, owner)->required_anti_affinity;
    class->anti = fg_arena_allocate(&topology->arena, terms->count, sizeof(uint32_t));
    for (uint32_t i = 0; i < terms->count; i++) {
        uint32_t key = key_of(topology, terms->items[i].topology_key);
        uint32_t counter = add_counter(topology, key, NULL, false);
        class->anti[class->anti_count++] = counter;
        for (uint32_t c = 0; c < compiler->state->class_count; c++)
            if (term_takes(compiler, owner, &terms->items[i], c))
                add_feed(topology, c, counter, 1);
    }
}

/* The counter of the list that has this key; made where there is none. */
static uint32_t counter_by_key(struct fg_topology *topology, uint32_t **list, uint32_t *count,
                               const char *label)
{
    uint32_t key = key_of(topology, label);
    for (uint32_t i = 0; i < *count; i++)
        if (topology->counters[(*list)[i]].key == key)
            return (*list)[i];
    uint32_t *longer = fg_arena_allocate(&topology->arena, *count + 1, sizeof **list);
    if (*count > 0)
        memcpy(longer, *list, *count * sizeof **list);
    *list = longer;
    return longer[(*count)++] = add_counter(topology, key, NULL, false);
}

/* Required anti-affinity of pods on nodes that keeps pods of this class away. */
static void add_existing(struct compiler *compiler, uint32_t target)
{
    struct fg_topology *topology = compiler->topology;
    struct fg_class_topology *class = &topology->classes[target];
    for (uint32_t i = 0; i < compiler->owner_count; i++) {
        uint32_t owner = compiler->owners[i];
        const struct fg_pod_terms *terms =
            &rules_of(compiler->state, owner)->required_anti_affinity;
        for (uint32_t t = 0; t < terms->count; t++)
            if (term_takes(compiler, owner, &terms->items[t], target))
                add_feed(topology, owner,
                         counter_by_key(topology, &class->existing, &class->existing_count,
                                        terms->items[t].topology_key),
                         1);
    }
}

/* ---- preferences ---- */

static uint32_t score_counter(struct fg_topology *topology, uint32_t class, const char *label)
{
    struct fg_class_topology *looks = &topology->classes[class];
    return counter_by_key(topology, &looks->scores, &looks->score_count, label);
}

/* `sign` 0: the weight is that of required affinity. */
static void add_own_preferences(struct compiler *compiler, uint32_t owner,
                                const struct fg_pod_terms *terms, int32_t sign)
{
    for (uint32_t t = 0; t < terms->count; t++) {
        const struct fg_pod_term *term = &terms->items[t];
        for (uint32_t c = 0; c < compiler->state->class_count; c++)
            if (term_takes(compiler, owner, term, c))
                add_feed(compiler->topology, c,
                         score_counter(compiler->topology, owner, term->topology_key),
                         sign * term->weight);
    }
}

static void add_others_preferences(struct compiler *compiler, uint32_t target, uint32_t owner,
                                   const struct fg_pod_terms *terms, int32_t sign)
{
    for (uint32_t t = 0; t < terms->count; t++) {
        const struct fg_pod_term *term = &terms->items[t];
        if (term_takes(compiler, owner, term, target))
            add_feed(compiler->topology, owner,
                     score_counter(compiler->topology, target, term->topology_key),
                     sign == 0 ? HARD_AFFINITY_WEIGHT : sign * term->weight);
    }
}

static void add_preferences(struct compiler *compiler, uint32_t class)
{
    const struct fg_pod_rules *rules = rules_of(compiler->state, class);
    add_own_preferences(compiler, class, &rules->preferred_affinity, 1);
    add_own_preferences(compiler, class, &rules->preferred_anti_affinity, -1);
    for (uint32_t i = 0; i < compiler->owner_count; i++) {
        uint32_t owner = compiler->owners[i];
        const struct fg_pod_rules *others = rules_of(compiler->state, owner);
        add_others_preferences(compiler, class, owner, &others->required_affinity, 0);
        add_others_preferences(compiler, class, owner, &others->preferred_affinity, 1);
        add_others_preferences(compiler, class, owner, &others->preferred_anti_affinity, -1);
    }
}

/* ---- ports ---- */

static bool port_conflicts(const struct fg_host_port *a, const struct fg_host_port *b)
{
    return a->port == b->port && strcmp(a->protocol, b->protocol) == 0 &&
           (strcmp(a->ip, b->ip) == 0 || strcmp(a->ip, ANY_IP) == 0 || strcmp(b->ip, ANY_IP) == 0);
}

static bool ports_conflict(const struct fg_pod_rules *a, const struct fg_pod_rules *b)
{
    for (uint32_t i = 0; i < a->port_count; i++)
        for (uint32_t j = 0; j < b->port_count; j++)
            if (port_conflicts(&a->ports[i], &b->ports[j]))
                return true;
    return false;
}

static void add_ports(struct compiler *compiler, uint32_t owner)
{
    const struct fg_pod_rules *rules = rules_of(compiler->state, owner);
    struct fg_class_topology *class = &compiler->topology->classes[owner];
    class->ports = FG_NO_COUNTER;
    if (rules->port_count == 0)
        return;
    class->ports = add_counter(compiler->topology, 0, NULL, false);
    for (uint32_t c = 0; c < compiler->state->class_count; c++)
        if (ports_conflict(rules, rules_of(compiler->state, c)))
            add_feed(compiler->topology, c, class->ports, 1);
}

/* ---- compiling ---- */

static bool has_terms(const struct fg_pod_rules *rules)
{
    return rules->required_affinity.count + rules->preferred_affinity.count +
               rules->required_anti_affinity.count + rules->preferred_anti_affinity.count >
           0;
}

static bool has_own(const struct fg_pod_rules *rules)
{
    return has_terms(rules) || rules->spread.count > 0 || !rules->owner_selector.nothing ||
           rules->port_count > 0;
}

/* What else keeps a class from being plain: things the replay's index does not look at. */
static bool is_simple(const struct fg_state_class *class)
{
    const struct fg_pod_rules *rules = class->spec->rules;
    return rules == NULL || (rules->preferred_nodes.count == 0 && rules->node_name == NULL &&
                             rules->image_count == 0 && class->extended_count == 0);
}

static void compile_class(struct compiler *compiler, uint32_t class)
{
    add_spread(compiler, class);
    add_affinity(compiler, class);
    add_anti_affinity(compiler, class);
    add_existing(compiler, class);
    add_preferences(compiler, class);
    add_ports(compiler, class);
    const struct fg_class_topology *looks = &compiler->topology->classes[class];
    if (looks->hard_count + looks->soft_count + looks->affinity_count + looks->anti_count +
                looks->existing_count + looks->score_count >
            0 ||
        looks->ports != FG_NO_COUNTER)
        compiler->state->classes[class].is_plain = false;
}

static struct fg_topology *new_topology(const struct fg_cluster_state *state)
{
    struct fg_topology *topology = fg_allocate(1, sizeof *topology);
    topology->class_count = state->class_count;
    topology->classes = fg_allocate(state->class_count, sizeof *topology->classes);
    topology->keys = fg_grow(NULL, &topology->key_capacity, 1, sizeof *topology->keys);
    topology->keys[0] = (struct fg_topology_key){0};
    topology->key_count = 1;
    return topology;
}

struct fg_topology *fg_topology_compile(struct fg_cluster_state *state)
{
    struct compiler compiler = {.state = state};
    bool any = false;
    for (uint32_t c = 0; c < state->class_count; c++) {
        state->classes[c].is_plain = is_simple(&state->classes[c]);
        any |= has_own(rules_of(state, c));
    }
    if (!any)
        return NULL;
    compiler.topology = new_topology(state);
    compiler.namespaces = fg_allocate(state->class_count, sizeof *compiler.namespaces);
    compiler.owners = fg_allocate(state->class_count, sizeof *compiler.owners);
    for (uint32_t c = 0; c < state->class_count; c++) {
        const char *name = state->classes[c].spec->namespace_name;
        name = name != NULL ? name : "";
        compiler.namespaces[c] = fg_strings_intern(&compiler.names, name, strlen(name));
        if (has_terms(rules_of(state, c)))
            compiler.owners[compiler.owner_count++] = c;
    }
    for (uint32_t c = 0; c < state->class_count; c++)
        compile_class(&compiler, c);
    free((void *)(uintptr_t)compiler.namespaces);
    free(compiler.owners);
    fg_strings_release(&compiler.names);
    return compiler.topology;
}

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
        uint32_t domain = topology->keys[counter->key].domain_of_slot[slot];
        if (domain == FG_NO_DOMAIN || !fg_counter_takes(counter, kind))
            continue;
        int64_t amount = change * class->feeds[i].weight;
        counter->sums[domain] += (int32_t)amount;
        counter->total += amount;
        counter->least_is_old = true;
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
