#include <string.h>

#include "tests/support/random_cluster.h"

#define ZONE "topology.kubernetes.io/zone"
#define HOSTNAME "kubernetes.io/hostname"
#define PICK(cluster, list)                                                                        \
    ((list)[fg_dice_below(&(cluster)->dice, (uint32_t)(sizeof(list) / sizeof *(list)))])

static uint32_t below(struct fg_random_cluster *cluster, uint32_t limit)
{
    return fg_dice_below(&cluster->dice, limit);
}

static bool one_in(struct fg_random_cluster *cluster, uint32_t chances)
{
    return fg_dice_one_in(&cluster->dice, chances);
}

static void *make(struct fg_random_cluster *cluster, uint32_t count, size_t bytes)
{
    return fg_arena_allocate(&cluster->arena, count, bytes);
}

/* ---- expressions ---- */

static struct fg_requirement requirement(struct fg_random_cluster *cluster, const char *key,
                                         const char *first, const char *second)
{
    static const enum fg_operator operators[] = {FG_OPERATOR_IN, FG_OPERATOR_NOT_IN,
                                                 FG_OPERATOR_EXISTS, FG_OPERATOR_DOES_NOT_EXIST};
    struct fg_requirement out = {.key = key, .operator_ = PICK(cluster, operators)};
    if (out.operator_ == FG_OPERATOR_EXISTS || out.operator_ == FG_OPERATOR_DOES_NOT_EXIST)
        return out;
    out.values = make(cluster, 2, sizeof *out.values);
    out.values[0] = one_in(cluster, 2) ? first : second;
    out.value_count = 1;
    if (one_in(cluster, 4)) {
        out.values[1] = first;
        out.value_count = 2;
    }
    return out;
}

static struct fg_requirement node_requirement(struct fg_random_cluster *cluster)
{
    if (one_in(cluster, 4)) {
        struct fg_requirement gen = {.key = "gen", .value_count = 1};
        gen.operator_ = one_in(cluster, 2) ? FG_OPERATOR_GT : FG_OPERATOR_LT;
        gen.values = make(cluster, 1, sizeof *gen.values);
        gen.values[0] = "4";
        return gen;
    }
    return one_in(cluster, 2) ? requirement(cluster, ZONE, cluster->zones[0], cluster->zones[1])
                              : requirement(cluster, "disk", "ssd", "hdd");
}

static void add_field(struct fg_random_cluster *cluster, struct fg_node_term *term)
{
    static const char *names[] = {"node-0", "node-1", "node-2"};
    term->fields.items = make(cluster, 1, sizeof *term->fields.items);
    term->fields.items[0] = (struct fg_requirement){
        .key = "metadata.name",
        .operator_ = one_in(cluster, 3) ? FG_OPERATOR_NOT_IN : FG_OPERATOR_IN,
        .value_count = 1,
        .values = &names[below(cluster, 3)]};
    term->fields.count = 1;
    if (one_in(cluster, 2))
        term->expressions.count = 0;
}

static struct fg_node_terms node_terms(struct fg_random_cluster *cluster, uint32_t chances)
{
    struct fg_node_terms terms = {0};
    if (!one_in(cluster, chances))
        return terms;
    terms.items = make(cluster, 2, sizeof *terms.items);
    terms.count = 1 + below(cluster, 2);
    for (uint32_t t = 0; t < terms.count; t++) {
        struct fg_node_term *term = &terms.items[t];
        term->weight = 1 + (int32_t)below(cluster, 100);
        term->expressions.items = make(cluster, 2, sizeof *term->expressions.items);
        term->expressions.count = one_in(cluster, 3) ? 2 : 1;
        for (uint32_t i = 0; i < term->expressions.count; i++)
            term->expressions.items[i] = node_requirement(cluster);
        if (cluster->is_named && one_in(cluster, 4))
            add_field(cluster, term);
    }
    return terms;
}

static struct fg_label_selector selector(struct fg_random_cluster *cluster)
{
    struct fg_label_selector out = {.nothing = one_in(cluster, 20)};
    if (one_in(cluster, 12))
        return out; /* all pods, or none */
    if (one_in(cluster, 6)) {
        out.workload = one_in(cluster, 2) ? "a" : "b";
    } else if (one_in(cluster, 2)) {
        out.expressions.items = make(cluster, 1, sizeof *out.expressions.items);
        out.expressions.items[0] = one_in(cluster, 2) ? requirement(cluster, "app", "a", "b")
                                                      : requirement(cluster, "tier", "web", "db");
        out.expressions.count = 1;
    } else {
        out.labels.items = make(cluster, 1, sizeof *out.labels.items);
        out.labels.items[0] = (struct fg_pair){"app", one_in(cluster, 2) ? "a" : "b"};
        out.labels.count = 1;
    }
    return out;
}

/* ---- towards other pods ---- */

static const char *topology_key(struct fg_random_cluster *cluster)
{
    static const char *const keys[] = {ZONE, ZONE, HOSTNAME, HOSTNAME, "disk"};
    return PICK(cluster, keys);
}

static struct fg_pod_terms pod_terms(struct fg_random_cluster *cluster, uint32_t chances)
{
    static const char *namespaces[] = {"default", "shop"};
    struct fg_pod_terms terms = {0};
    if (!one_in(cluster, chances))
        return terms;
    terms.count = one_in(cluster, 3) ? 2 : 1;
    terms.items = make(cluster, terms.count, sizeof *terms.items);
    for (uint32_t i = 0; i < terms.count; i++) {
        terms.items[i] = (struct fg_pod_term){.selector = selector(cluster),
                                              .all_namespaces = one_in(cluster, 8),
                                              .topology_key = topology_key(cluster),
                                              .weight = 1 + (int32_t)below(cluster, 100)};
        if (one_in(cluster, 5)) {
            terms.items[i].namespaces = namespaces;
            terms.items[i].namespace_count = 1 + below(cluster, 2);
        }
    }
    return terms;
}

static struct fg_spread_constraints spread(struct fg_random_cluster *cluster, uint32_t chances)
{
    struct fg_spread_constraints out = {0};
    if (!one_in(cluster, chances))
        return out;
    out.count = 1 + below(cluster, 3);
    out.items = make(cluster, out.count, sizeof *out.items);
    for (uint32_t i = 0; i < out.count; i++) {
        bool hard = one_in(cluster, 2);
        out.items[i] = (struct fg_spread_constraint){
            .max_skew = 1 + (int32_t)below(cluster, 3),
            .topology_key = topology_key(cluster),
            .hard = hard,
            .selector = selector(cluster),
            .min_domains = hard && one_in(cluster, 3) ? 1 + below(cluster, 4) : 0,
            .ignores_node_affinity = one_in(cluster, 3),
            .honors_node_taints = one_in(cluster, 3)};
    }
    return out;
}

static void add_ports(struct fg_random_cluster *cluster, struct fg_pod_rules *rules)
{
    static const char *const addresses[] = {"0.0.0.0", "0.0.0.0", "10.0.0.1", "10.0.0.2"};
    struct fg_host_port *ports = make(cluster, 2, sizeof *ports);
    if (!one_in(cluster, 4))
        return;
    rules->port_count = 1 + below(cluster, 2);
    for (uint32_t i = 0; i < rules->port_count; i++)
        ports[i] = (struct fg_host_port){one_in(cluster, 5) ? "UDP" : "TCP",
                                         PICK(cluster, addresses), 8080 + below(cluster, 2)};
    rules->ports = ports;
}

/* ---- towards nodes ---- */

static void add_images(struct fg_random_cluster *cluster, struct fg_pod_rules *rules)
{
    static const char *const names[] = {"registry.example.com/a:1", "registry.example.com/b:1",
                                        "registry.example.com/c:1"};
    rules->image_count = below(cluster, 3);
    rules->images = make(cluster, 2, sizeof *rules->images);
    for (uint32_t i = 0; i < rules->image_count; i++)
        rules->images[i] = PICK(cluster, names);
}

const struct fg_pod_rules *fg_random_rules(struct fg_random_cluster *cluster, bool plain)
{
    uint32_t rare = 4 + below(cluster, 3);
    struct fg_pod_rules *rules = make(cluster, 1, sizeof *rules);
    rules->owner_selector.nothing = true;
    rules->scored_cpu_milli = one_in(cluster, 8) ? 150 : -1;
    rules->scored_memory_bytes = one_in(cluster, 8) ? 300 << 20 : -1;
    if (one_in(cluster, 6))
        return NULL;
    rules->required_nodes = node_terms(cluster, rare);
    rules->preferred_nodes = node_terms(cluster, 4);
    add_images(cluster, rules);
    if (one_in(cluster, 6)) {
        rules->extended.items = make(cluster, 1, sizeof *rules->extended.items);
        rules->extended.items[0] = (struct fg_extended_resource){"example.com/widget", 1};
        rules->extended.count = 1;
    }
    rules->ebs_volumes = one_in(cluster, 5) ? 1 : 0;
    rules->node_name = cluster->is_named && one_in(cluster, 15) ? "node-1" : NULL;
    rules->volume_zone = one_in(cluster, 12) ? cluster->zones[1] : NULL;
    rules->preemption = one_in(cluster, 8) ? FG_PREEMPTION_NEVER : FG_PREEMPTION_LOWER_PRIORITY;
    if (plain)
        return rules;
    rules->required_affinity = pod_terms(cluster, 2 * rare);
    rules->preferred_affinity = pod_terms(cluster, rare);
    rules->required_anti_affinity = pod_terms(cluster, rare);
    rules->preferred_anti_affinity = pod_terms(cluster, rare);
    rules->spread = spread(cluster, 3);
    if (one_in(cluster, 3))
        rules->owner_selector = selector(cluster);
    add_ports(cluster, rules);
    return rules;
}
