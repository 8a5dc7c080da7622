#include "sim/controllers/topology.h"

#include <stdlib.h>
#include <string.h>

#include "models/base/index.h"

#define HOSTNAME "kubernetes.io/hostname"
#define ZONE "topology.kubernetes.io/zone"
#define ANY_IP "0.0.0.0"

enum { HARD_AFFINITY_WEIGHT = 1 };

/* The system's default constraints (rules S4). */
static const struct default_spread {
    const char *key;
    int32_t max_skew;
} default_spread[] = {{HOSTNAME, 3}, {ZONE, 5}};
enum { DEFAULT_SPREAD_COUNT = sizeof default_spread / sizeof *default_spread };

static const struct fg_pod_rules no_rules = {.owner_selector = {.nothing = true}};

/* A class under the hash of something it has: one of its labels, or its workload. */
struct hashed_class {
    uint64_t hash;
    uint32_t class_number;
};

/* What is at hand while classes are compiled. */
struct compiler {
    struct fg_cluster_state *state;
    struct fg_topology *topology;
    struct fg_strings names;
    const char **namespaces; /* by class, interned */
    uint32_t owner_count;
    uint32_t *owners; /* classes with terms of inter-pod affinity */
    uint32_t hashed_count, hashed_capacity;
    struct hashed_class *hashed; /* by hash, then class */
    uint32_t *every;             /* all classes */
    uint32_t *found;             /* room for find_takers */
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

/* ---- which classes a selector may take ---- */

static uint64_t hash_of(const char *key, const char *value)
{
    return fg_hash_mix(fg_hash_bytes(key, strlen(key), 0), fg_hash_bytes(value, strlen(value), 1));
}

static void add_hashed(struct compiler *compiler, uint32_t class, uint64_t hash)
{
    compiler->hashed = fg_grow(compiler->hashed, &compiler->hashed_capacity,
                               compiler->hashed_count + 1, sizeof *compiler->hashed);
    compiler->hashed[compiler->hashed_count++] = (struct hashed_class){hash, class};
}

static int compare_hashed(const void *a, const void *b)
{
    const struct hashed_class *left = a, *right = b;
    if (left->hash != right->hash)
        return left->hash < right->hash ? -1 : 1;
    return (left->class_number > right->class_number) - (left->class_number < right->class_number);
}

static void hash_classes(struct compiler *compiler)
{
    const struct fg_cluster_state *state = compiler->state;
    compiler->every = fg_allocate(state->class_count, sizeof *compiler->every);
    compiler->found = fg_allocate(state->class_count, sizeof *compiler->found);
    for (uint32_t c = 0; c < state->class_count; c++) {
        const struct fg_pod_spec *spec = state->classes[c].spec;
        compiler->every[c] = c;
        if (spec->workload != NULL)
            add_hashed(compiler, c, hash_of("", spec->workload));
        for (uint32_t i = 0; i < spec->labels.count; i++)
            add_hashed(compiler, c,
                       hash_of(spec->labels.items[i].key, spec->labels.items[i].value));
    }
    qsort(compiler->hashed, compiler->hashed_count, sizeof *compiler->hashed, compare_hashed);
}

/* Where `hash` or what follows it begins. */
static uint32_t lower_bound(const struct compiler *compiler, uint64_t hash)
{
    uint32_t from = 0, to = compiler->hashed_count;
    while (from < to) {
        uint32_t middle = from + (to - from) / 2;
        if (compiler->hashed[middle].hash < hash)
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

/* Classes with the rarest thing that the selector asks for, or all of them where it asks for none:
 * those it takes are among them. Valid until the next call. */
static const uint32_t *find_takers(const struct compiler *compiler,
                                   const struct fg_label_selector *selector, uint32_t *out_count)
{
    uint32_t best = UINT32_MAX, best_count = compiler->state->class_count;
    uint32_t things = selector->labels.count + (selector->workload != NULL);
    *out_count = 0;
    if (selector->nothing)
        return compiler->every;
    for (uint32_t i = 0; i < things; i++) {
        bool is_label = i < selector->labels.count;
        uint64_t hash =
            is_label ? hash_of(selector->labels.items[i].key, selector->labels.items[i].value)
                     : hash_of("", selector->workload);
        uint32_t first = lower_bound(compiler, hash), end = first;
        while (end < compiler->hashed_count && compiler->hashed[end].hash == hash &&
               end - first < best_count)
            end++;
        if (end - first < best_count) {
            best = first;
            best_count = end - first;
        }
    }
    *out_count = best_count;
    if (best == UINT32_MAX)
        return compiler->every;
    for (uint32_t i = 0; i < best_count; i++)
        compiler->found[i] = compiler->hashed[best + i].class_number;
    return compiler->found;
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
        .recent = key == 0 ? fg_allocate(1, sizeof(struct fg_recent_slots)) : NULL,
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
    if (is_empty(selector))
        return;
    uint32_t count;
    const uint32_t *takers = find_takers(compiler, selector, &count);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t c = takers[i];
        if (compiler->namespaces[c] == compiler->namespaces[owner] &&
            !state->classes[c].is_terminating &&
            fg_label_selector_takes_pod(selector, state->classes[c].spec))
            add_feed(compiler->topology, c, counter, 1);
    }
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
        uint32_t count;
        const uint32_t *takers = find_takers(compiler, &terms->items[i].selector, &count);
        for (uint32_t c = 0; c < count; c++)
            if (terms_all_take(compiler, owner, terms, takers[c]))
                add_feed(topology, takers[c], counter, 1);
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
        uint32_t count;
        const uint32_t *takers = find_takers(compiler, &terms->items[i].selector, &count);
        for (uint32_t c = 0; c < count; c++)
            if (term_takes(compiler, owner, &terms->items[i], takers[c]))
                add_feed(topology, takers[c], counter, 1);
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
        uint32_t count;
        const uint32_t *takers = find_takers(compiler, &term->selector, &count);
        for (uint32_t c = 0; c < count; c++)
            if (term_takes(compiler, owner, term, takers[c]))
                add_feed(compiler->topology, takers[c],
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

bool fg_host_port_clashes(const struct fg_host_port *a, const struct fg_host_port *b)
{
    return a->port == b->port && strcmp(a->protocol, b->protocol) == 0 &&
           (strcmp(a->ip, b->ip) == 0 || strcmp(a->ip, ANY_IP) == 0 || strcmp(b->ip, ANY_IP) == 0);
}

static bool ports_conflict(const struct fg_pod_rules *a, const struct fg_pod_rules *b)
{
    for (uint32_t i = 0; i < a->port_count; i++)
        for (uint32_t j = 0; j < b->port_count; j++)
            if (fg_host_port_clashes(&a->ports[i], &b->ports[j]))
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
    hash_classes(&compiler);
    for (uint32_t c = 0; c < state->class_count; c++)
        compile_class(&compiler, c);
    free((void *)(uintptr_t)compiler.namespaces);
    free(compiler.owners);
    free(compiler.hashed);
    free(compiler.every);
    free(compiler.found);
    fg_strings_release(&compiler.names);
    return compiler.topology;
}
