#include "tests/support/slow_scheduler.h"

#include <string.h>

#define HOSTNAME "kubernetes.io/hostname"
#define ZONE "topology.kubernetes.io/zone"

static const struct fg_pod_rules *rules_of(const struct fg_pod_spec *spec)
{
    static const struct fg_pod_rules none = {.owner_selector = {.nothing = true}};
    return spec->rules != NULL ? spec->rules : &none;
}

static const char *label(const struct fg_slow_node *node, const char *key)
{
    for (uint32_t i = 0; i < node->labels.count; i++)
        if (strcmp(node->labels.items[i].key, key) == 0)
            return node->labels.items[i].value;
    return NULL;
}

static bool same_value(const struct fg_slow_node *a, const struct fg_slow_node *b, const char *key)
{
    const char *left = label(a, key), *right = label(b, key);
    return left != NULL && right != NULL && strcmp(left, right) == 0;
}

/* ---- filters that look at the node alone ---- */

static bool tolerates(const struct fg_pod_spec *spec, const struct fg_taint *taint)
{
    for (uint32_t i = 0; i < spec->tolerations.count; i++) {
        const struct fg_toleration *t = &spec->tolerations.items[i];
        if ((t->effect == FG_EFFECT_ANY || t->effect == taint->effect) &&
            (*t->key == '\0' || strcmp(t->key, taint->key) == 0) &&
            (t->exists || strcmp(t->value, taint->value) == 0))
            return true;
    }
    return false;
}

static bool tolerates_all(const struct fg_pod_spec *spec, const struct fg_slow_node *node)
{
    for (uint32_t i = 0; i < node->taints.count; i++)
        if (node->taints.items[i].effect != FG_EFFECT_PREFER_NO_SCHEDULE &&
            !tolerates(spec, &node->taints.items[i]))
            return false;
    return true;
}

static bool allows_unschedulable(const struct fg_pod_spec *spec, const struct fg_slow_node *node)
{
    const struct fg_taint cordon = {"node.kubernetes.io/unschedulable", "", FG_EFFECT_NO_SCHEDULE};
    return !node->unschedulable || tolerates(spec, &cordon);
}

/* The architecture counts as a selector of the pod's. */
bool fg_slow_node_affinity_holds(const struct fg_pod_spec *spec, const struct fg_slow_node *node)
{
    for (uint32_t i = 0; i < spec->node_selector.count; i++) {
        const char *value = label(node, spec->node_selector.items[i].key);
        if (value == NULL || strcmp(value, spec->node_selector.items[i].value) != 0)
            return false;
    }
    return (spec->arch == FG_ARCH_ANY || spec->arch == node->arch) &&
           fg_node_terms_hold(&rules_of(spec)->required_nodes, &node->labels, node->name);
}

/* VolumeZone takes a node that says nothing of zones. */
static bool in_volume_zone(const struct fg_pod_spec *spec, const struct fg_slow_node *node)
{
    const char *wanted = rules_of(spec)->volume_zone, *zone = label(node, ZONE);
    return wanted == NULL || zone == NULL || strcmp(zone, wanted) == 0;
}

/* ---- what is left on the node ---- */

static bool is_everywhere(const char *ip)
{
    return strcmp(ip, "0.0.0.0") == 0;
}

static bool clash(const struct fg_pod_rules *a, const struct fg_pod_rules *b)
{
    for (uint32_t i = 0; i < a->port_count; i++) {
        for (uint32_t j = 0; j < b->port_count; j++) {
            const struct fg_host_port *x = &a->ports[i], *y = &b->ports[j];
            if (x->port == y->port && strcmp(x->protocol, y->protocol) == 0 &&
                (is_everywhere(x->ip) || is_everywhere(y->ip) || strcmp(x->ip, y->ip) == 0))
                return true;
        }
    }
    return false;
}

static bool has_ports(const struct fg_slow_cluster *cluster, const struct fg_pod_spec *spec,
                      uint32_t node)
{
    for (uint32_t i = 0; i < cluster->pod_count; i++)
        if (cluster->pods[i].node == node && clash(rules_of(spec), rules_of(cluster->pods[i].spec)))
            return false;
    return true;
}

static int64_t extended(const struct fg_extended_resources *resources, const char *name)
{
    for (uint32_t i = 0; i < resources->count; i++)
        if (strcmp(resources->items[i].name, name) == 0)
            return resources->items[i].amount;
    return 0;
}

static bool has_extended(const struct fg_slow_cluster *cluster, const struct fg_pod_spec *spec,
                         uint32_t node)
{
    const struct fg_extended_resources *wanted = &rules_of(spec)->extended;
    for (uint32_t w = 0; w < wanted->count; w++) {
        const char *name = wanted->items[w].name;
        int64_t used = wanted->items[w].amount;
        for (uint32_t i = 0; i < cluster->pod_count; i++)
            if (cluster->pods[i].node == node)
                used += extended(&rules_of(cluster->pods[i].spec)->extended, name);
        if (wanted->items[w].amount > 0 && used > extended(&cluster->nodes[node].extended, name))
            return false;
    }
    return true;
}

static bool has_resources(const struct fg_slow_cluster *cluster, const struct fg_pod_spec *spec,
                          uint32_t node)
{
    const struct fg_node_capacity *has = &cluster->nodes[node].allocatable;
    struct fg_node_capacity used = {0};
    for (uint32_t i = 0; i < cluster->pod_count; i++) {
        const struct fg_pod_spec *other = cluster->pods[i].spec;
        if (cluster->pods[i].node != node)
            continue;
        used.cpu_milli += other->cpu_milli;
        used.memory_bytes += other->memory_bytes;
        used.ephemeral_bytes += other->ephemeral_bytes;
        used.gpu_milli += other->gpu_milli;
        used.pods++;
    }
    return used.pods + 1 <= has->pods &&
           (spec->cpu_milli == 0 || spec->cpu_milli <= has->cpu_milli - used.cpu_milli) &&
           (spec->memory_bytes == 0 ||
            spec->memory_bytes <= has->memory_bytes - used.memory_bytes) &&
           (spec->ephemeral_bytes == 0 ||
            spec->ephemeral_bytes <= has->ephemeral_bytes - used.ephemeral_bytes) &&
           (spec->gpu_milli == 0 || spec->gpu_milli <= has->gpu_milli - used.gpu_milli) &&
           has_extended(cluster, spec, node);
}

static bool has_attachments(const struct fg_slow_cluster *cluster, const struct fg_pod_spec *spec,
                            uint32_t node)
{
    int64_t volumes = rules_of(spec)->ebs_volumes, limit = cluster->nodes[node].ebs_limit;
    if (volumes == 0 || limit == 0)
        return true;
    for (uint32_t i = 0; i < cluster->pod_count; i++)
        if (cluster->pods[i].node == node)
            volumes += rules_of(cluster->pods[i].spec)->ebs_volumes;
    return volumes <= limit;
}

/* ---- topology spread ---- */

bool fg_slow_spread_includes(const struct fg_spread_constraint *constraint,
                             const struct fg_pod_spec *spec, const struct fg_slow_node *node)
{
    return (constraint->ignores_node_affinity || fg_slow_node_affinity_holds(spec, node)) &&
           (!constraint->honors_node_taints || tolerates_all(spec, node));
}

static bool is_empty(const struct fg_label_selector *selector)
{
    return !selector->nothing && selector->workload == NULL && selector->labels.count == 0 &&
           selector->expressions.count == 0;
}

/* An empty selector counts nobody here, though it takes every pod. */
void fg_slow_spread_count(const struct fg_slow_cluster *cluster,
                          const struct fg_label_selector *selector, const char *namespace_name,
                          int64_t *by_node)
{
    memset(by_node, 0, cluster->node_count * sizeof *by_node);
    for (uint32_t i = 0; i < cluster->pod_count && !is_empty(selector); i++) {
        const struct fg_pod_spec *pod = cluster->pods[i].spec;
        by_node[cluster->pods[i].node] += !cluster->pods[i].is_terminating &&
                                          strcmp(pod->namespace_name, namespace_name) == 0 &&
                                          fg_label_selector_takes_pod(selector, pod);
    }
}

/* Nodes whose domains count for the hard constraint: they have the keys of all of them. */
static bool is_counted(const struct fg_spread_constraints *spread,
                       const struct fg_spread_constraint *constraint,
                       const struct fg_pod_spec *spec, const struct fg_slow_node *node)
{
    for (uint32_t i = 0; i < spread->count; i++)
        if (spread->items[i].hard && label(node, spread->items[i].topology_key) == NULL)
            return false;
    return node->is_listed && fg_slow_spread_includes(constraint, spec, node);
}

/* What PreFilter finds for one hard constraint. */
struct spread {
    int64_t least;
    int64_t in_domain[FG_SLOW_NODES]; /* pods in the domain of each node */
};

static void look_at_domains(const struct fg_slow_cluster *cluster, const struct fg_pod_spec *spec,
                            const struct fg_spread_constraint *constraint, struct spread *out)
{
    int64_t on_node[FG_SLOW_NODES];
    const char *value[FG_SLOW_NODES] = {0};
    bool counted[FG_SLOW_NODES] = {0};
    uint32_t domains = 0;
    fg_slow_spread_count(cluster, &constraint->selector, spec->namespace_name, on_node);
    for (uint32_t n = 0; n < cluster->node_count; n++) {
        value[n] = label(&cluster->nodes[n], constraint->topology_key);
        counted[n] = is_counted(&rules_of(spec)->spread, constraint, spec, &cluster->nodes[n]);
    }
    out->least = INT32_MAX;
    for (uint32_t n = 0; n < cluster->node_count; n++) {
        bool is_new = counted[n];
        out->in_domain[n] = 0;
        for (uint32_t m = 0; m < cluster->node_count; m++) {
            if (!counted[m] || value[n] == NULL || strcmp(value[m], value[n]) != 0)
                continue;
            out->in_domain[n] += on_node[m];
            is_new &= m >= n;
        }
        domains += is_new;
        if (counted[n] && out->in_domain[n] < out->least)
            out->least = out->in_domain[n];
    }
    if (domains < (constraint->min_domains == 0 ? 1 : constraint->min_domains))
        out->least = 0;
}

/* What is found once for a pod, before nodes are filtered. */
struct cycle {
    const struct fg_pod_spec *spec;
    struct spread spread[FG_SLOW_CONSTRAINTS];
};

static void begin(const struct fg_slow_cluster *cluster, const struct fg_pod_spec *spec,
                  struct cycle *out)
{
    const struct fg_spread_constraints *spread = &rules_of(spec)->spread;
    out->spec = spec;
    for (uint32_t i = 0; i < spread->count; i++)
        if (spread->items[i].hard)
            look_at_domains(cluster, spec, &spread->items[i], &out->spread[i]);
}

static enum fg_slow_refusal spread_refuses(const struct fg_slow_cluster *cluster,
                                           const struct cycle *cycle, uint32_t node)
{
    const struct fg_spread_constraints *spread = &rules_of(cycle->spec)->spread;
    for (uint32_t i = 0; i < spread->count; i++) {
        const struct fg_spread_constraint *constraint = &spread->items[i];
        if (!constraint->hard)
            continue;
        if (label(&cluster->nodes[node], constraint->topology_key) == NULL)
            return FG_SLOW_SPREAD_LABEL;
        int64_t self = fg_label_selector_takes_pod(&constraint->selector, cycle->spec);
        if (cycle->spread[i].in_domain[node] + self - cycle->spread[i].least > constraint->max_skew)
            return FG_SLOW_SPREAD;
    }
    return FG_SLOW_FITS;
}

/* ---- affinity between pods ---- */

bool fg_slow_term_takes(const struct fg_pod_term *term, const char *own_namespace,
                        const struct fg_pod_spec *other)
{
    bool in_namespace = term->all_namespaces;
    for (uint32_t i = 0; i < term->namespace_count; i++)
        in_namespace |= strcmp(term->namespaces[i], other->namespace_name) == 0;
    if (term->namespace_count == 0)
        in_namespace |= !term->all_namespaces && strcmp(own_namespace, other->namespace_name) == 0;
    return in_namespace && fg_label_selector_takes_pod(&term->selector, other);
}

static bool all_terms_take(const struct fg_pod_spec *spec, const struct fg_pod_spec *other)
{
    const struct fg_pod_terms *terms = &rules_of(spec)->required_affinity;
    for (uint32_t i = 0; i < terms->count; i++)
        if (!fg_slow_term_takes(&terms->items[i], spec->namespace_name, other))
            return false;
    return terms->count > 0;
}

/* A pod that all terms take counts for each of them. */
static bool affinity_holds(const struct fg_slow_cluster *cluster, const struct fg_pod_spec *spec,
                           uint32_t node)
{
    const struct fg_pod_terms *terms = &rules_of(spec)->required_affinity;
    bool all_near = true, any_anywhere = false;
    for (uint32_t t = 0; t < terms->count; t++) {
        const char *key = terms->items[t].topology_key;
        bool near = false;
        if (label(&cluster->nodes[node], key) == NULL)
            return false;
        for (uint32_t i = 0; i < cluster->pod_count; i++) {
            const struct fg_slow_node *at = &cluster->nodes[cluster->pods[i].node];
            if (!all_terms_take(spec, cluster->pods[i].spec))
                continue;
            near |= same_value(at, &cluster->nodes[node], key);
            any_anywhere |= label(at, key) != NULL;
        }
        all_near &= near;
    }
    return all_near || (!any_anywhere && all_terms_take(spec, spec));
}

/* Whether a pod that `who`'s required anti-affinity takes stands in the node's domain. */
static bool anti_affinity_holds(const struct fg_slow_cluster *cluster,
                                const struct fg_pod_spec *spec, uint32_t node)
{
    const struct fg_pod_terms *terms = &rules_of(spec)->required_anti_affinity;
    for (uint32_t t = 0; t < terms->count; t++)
        for (uint32_t i = 0; i < cluster->pod_count; i++)
            if (fg_slow_term_takes(&terms->items[t], spec->namespace_name, cluster->pods[i].spec) &&
                same_value(&cluster->nodes[cluster->pods[i].node], &cluster->nodes[node],
                           terms->items[t].topology_key))
                return false;
    return true;
}

static bool existing_anti_affinity_holds(const struct fg_slow_cluster *cluster,
                                         const struct fg_pod_spec *spec, uint32_t node)
{
    for (uint32_t i = 0; i < cluster->pod_count; i++) {
        const struct fg_pod_spec *other = cluster->pods[i].spec;
        const struct fg_pod_terms *terms = &rules_of(other)->required_anti_affinity;
        for (uint32_t t = 0; t < terms->count; t++)
            if (fg_slow_term_takes(&terms->items[t], other->namespace_name, spec) &&
                same_value(&cluster->nodes[cluster->pods[i].node], &cluster->nodes[node],
                           terms->items[t].topology_key))
                return false;
    }
    return true;
}

/* ---- the cycle ---- */

static enum fg_slow_refusal affinity_refuses(const struct fg_slow_cluster *cluster,
                                             const struct fg_pod_spec *spec, uint32_t node)
{
    if (!affinity_holds(cluster, spec, node))
        return FG_SLOW_AFFINITY;
    if (!anti_affinity_holds(cluster, spec, node))
        return FG_SLOW_ANTI_AFFINITY;
    return existing_anti_affinity_holds(cluster, spec, node) ? FG_SLOW_FITS
                                                             : FG_SLOW_EXISTING_ANTI_AFFINITY;
}

/* Node affinity whose every term names nodes: no other node is looked at. */
static bool is_on_list(const struct fg_pod_spec *spec, const struct fg_slow_node *node)
{
    const struct fg_node_terms *terms = &rules_of(spec)->required_nodes;
    bool named = false;
    for (uint32_t t = 0; t < terms->count; t++) {
        const struct fg_requirements *fields = &terms->items[t].fields;
        bool lists = false, all = true;
        for (uint32_t f = 0; f < fields->count; f++) {
            if (fields->items[f].operator_ != FG_OPERATOR_IN)
                continue;
            bool in = false;
            for (uint32_t v = 0; v < fields->items[f].value_count; v++)
                in |= strcmp(fields->items[f].values[v], node->name) == 0;
            lists = true;
            all &= in;
        }
        if (!lists)
            return true;
        named |= all;
    }
    return terms->count == 0 || named;
}

static enum fg_slow_refusal refuses(const struct fg_slow_cluster *cluster,
                                    const struct cycle *cycle, uint32_t node)
{
    const struct fg_pod_spec *spec = cycle->spec;
    const struct fg_slow_node *at = &cluster->nodes[node];
    const char *asked_for = rules_of(spec)->node_name;
    if (!is_on_list(spec, at))
        return FG_SLOW_NODE_LIST;
    if (!allows_unschedulable(spec, at))
        return FG_SLOW_UNSCHEDULABLE;
    if (asked_for != NULL && strcmp(asked_for, at->name) != 0)
        return FG_SLOW_NAME;
    if (!tolerates_all(spec, at))
        return FG_SLOW_TAINT;
    if (!fg_slow_node_affinity_holds(spec, at))
        return FG_SLOW_NODE_AFFINITY;
    if (!has_ports(cluster, spec, node))
        return FG_SLOW_PORTS;
    if (!has_resources(cluster, spec, node))
        return FG_SLOW_RESOURCES;
    if (!has_attachments(cluster, spec, node))
        return FG_SLOW_VOLUME_LIMIT;
    if (!in_volume_zone(spec, at))
        return FG_SLOW_VOLUME_ZONE;
    enum fg_slow_refusal refusal = spread_refuses(cluster, cycle, node);
    return refusal != FG_SLOW_FITS ? refusal : affinity_refuses(cluster, spec, node);
}

enum fg_slow_refusal fg_slow_scheduler_refuses(const struct fg_slow_cluster *cluster,
                                               const struct fg_pod_spec *spec, uint32_t node)
{
    struct cycle cycle;
    begin(cluster, spec, &cycle);
    return refuses(cluster, &cycle, node);
}

/* Each zone gives its oldest first. */
uint32_t fg_slow_scheduler_order(const struct fg_slow_cluster *cluster, uint32_t *order)
{
    uint32_t count = 0, before;
    uint32_t next[FG_SLOW_NODES] = {0};
    do {
        before = count;
        for (uint32_t z = 0; z < cluster->zone_count; z++) {
            while (next[z] < cluster->node_count &&
                   (!cluster->nodes[next[z]].is_open ||
                    strcmp(cluster->nodes[next[z]].zone, cluster->zones[z]) != 0))
                next[z]++;
            if (next[z] < cluster->node_count)
                order[count++] = next[z]++;
        }
    } while (count > before);
    return count;
}

/* rules S2 */
static uint32_t nodes_to_find(const struct fg_scheduler_settings *settings, uint32_t nodes)
{
    int64_t percentage = settings->percentage_of_nodes_to_score;
    if (nodes < 100 || settings->score_all_nodes)
        return nodes;
    if (percentage == 0)
        percentage = 50 - nodes / 125 < 5 ? 5 : 50 - nodes / 125;
    int64_t wanted = nodes * percentage / 100;
    if (wanted < 100)
        wanted = 100;
    return wanted > nodes ? nodes : (uint32_t)wanted;
}

void fg_slow_scheduler_choose(struct fg_slow_cluster *cluster, const struct fg_pod_spec *spec,
                              struct fg_slow_choice *out)
{
    uint32_t order[FG_SLOW_NODES], count = fg_slow_scheduler_order(cluster, order), seen = 0;
    uint32_t wanted = nodes_to_find(cluster->settings, count);
    struct cycle cycle;
    begin(cluster, spec, &cycle);
    out->node = UINT32_MAX;
    out->count = 0;
    memset(out->totals, 0, sizeof out->totals);
    for (; seen < count && (out->count < wanted || wanted == count); seen++) {
        uint32_t node = order[(cluster->start + seen) % count];
        if (refuses(cluster, &cycle, node) == FG_SLOW_FITS)
            out->nodes[out->count++] = node;
    }
    cluster->start = count > 0 ? (cluster->start + seen) % count : 0;
    if (out->count > 1)
        fg_slow_scheduler_score(cluster, spec, out);
    for (uint32_t i = 0, best = 0; i < out->count; i++) {
        if (out->totals[i] > out->totals[best] ||
            (out->totals[i] == out->totals[best] && out->nodes[i] < out->nodes[best]))
            best = i;
        out->node = out->nodes[best];
    }
}
