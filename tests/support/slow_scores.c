#include <math.h>
#include <string.h>

#include "models/base/memory.h"
#include "tests/support/slow_scheduler.h"

#define HOSTNAME "kubernetes.io/hostname"
#define ZONE "topology.kubernetes.io/zone"
#define MIB (1024LL * 1024)

/* Raw scores of one plugin, by place in the choice. */
typedef int64_t scores[FG_SLOW_NODES];

static const struct fg_pod_rules *rules_of(const struct fg_pod_spec *spec)
{
    static const struct fg_pod_rules none = {
        .owner_selector = {.nothing = true}, .scored_cpu_milli = -1, .scored_memory_bytes = -1};
    return spec->rules != NULL ? spec->rules : &none;
}

static const char *label(const struct fg_slow_node *node, const char *key)
{
    for (uint32_t i = 0; i < node->labels.count; i++)
        if (strcmp(node->labels.items[i].key, key) == 0)
            return node->labels.items[i].value;
    return NULL;
}

static bool same_text(const char *a, const char *b)
{
    return (a == NULL) == (b == NULL) && (a == NULL || strcmp(a, b) == 0);
}

static int64_t most(const int64_t *values, uint32_t count)
{
    int64_t max = 0;
    for (uint32_t i = 0; i < count; i++)
        max = values[i] > max ? values[i] : max;
    return max;
}

/* ---- TaintToleration, NodeAffinity ---- */

static void score_taints(const struct fg_slow_cluster *cluster, const struct fg_pod_spec *spec,
                         struct fg_slow_choice *choice)
{
    scores raw = {0};
    for (uint32_t i = 0; i < choice->count; i++) {
        const struct fg_taints *taints = &cluster->nodes[choice->nodes[i]].taints;
        for (uint32_t t = 0; t < taints->count; t++)
            raw[i] += taints->items[t].effect == FG_EFFECT_PREFER_NO_SCHEDULE &&
                      !fg_tolerates(&spec->tolerations, &taints->items[t]);
    }
    int64_t max = most(raw, choice->count);
    for (uint32_t i = 0; i < choice->count; i++)
        choice->totals[i] += 3 * (max == 0 ? 100 : 100 - 100 * raw[i] / max);
}

static void score_preferred_nodes(const struct fg_slow_cluster *cluster,
                                  const struct fg_pod_spec *spec, struct fg_slow_choice *choice)
{
    const struct fg_node_terms *terms = &rules_of(spec)->preferred_nodes;
    scores raw = {0};
    for (uint32_t i = 0; i < choice->count; i++) {
        const struct fg_slow_node *node = &cluster->nodes[choice->nodes[i]];
        for (uint32_t t = 0; t < terms->count; t++) {
            const struct fg_node_terms one = {1, &terms->items[t]};
            if (fg_node_terms_hold(&one, &node->labels, node->name))
                raw[i] += terms->items[t].weight;
        }
    }
    int64_t max = most(raw, choice->count);
    for (uint32_t i = 0; i < choice->count; i++)
        choice->totals[i] += max == 0 ? 0 : 2 * (100 * raw[i] / max);
}

/* ---- PodTopologySpread ---- */

/* Soft constraints of a pod; with constraints of its own, nodes that lack one of the keys are left
 * out altogether. */
struct soft {
    uint32_t count;
    bool needs_all_keys;
    struct fg_spread_constraint items[FG_SLOW_CONSTRAINTS];
};

static bool selects_somebody(const struct fg_label_selector *selector)
{
    return !selector->nothing && (selector->workload != NULL || selector->labels.count > 0 ||
                                  selector->expressions.count > 0);
}

/* The system's default constraints are for pods of a Service or a set that name none. */
static void find_soft(const struct fg_slow_cluster *cluster, const struct fg_pod_spec *spec,
                      struct soft *out)
{
    const struct fg_pod_rules *rules = rules_of(spec);
    *out = (struct soft){.needs_all_keys = rules->spread.count > 0};
    for (uint32_t i = 0; i < rules->spread.count; i++)
        if (!rules->spread.items[i].hard)
            out->items[out->count++] = rules->spread.items[i];
    if (rules->spread.count == 0 && cluster->settings->default_spread &&
        selects_somebody(&rules->owner_selector)) {
        out->items[0] = (struct fg_spread_constraint){
            .max_skew = 3, .topology_key = HOSTNAME, .selector = rules->owner_selector};
        out->items[1] = (struct fg_spread_constraint){
            .max_skew = 5, .topology_key = ZONE, .selector = rules->owner_selector};
        out->count = 2;
    }
}

static bool is_left_out(const struct soft *soft, const struct fg_slow_node *node)
{
    for (uint32_t i = 0; i < soft->count && soft->needs_all_keys; i++)
        if (label(node, soft->items[i].topology_key) == NULL)
            return true;
    return false;
}

/* Distinct values of the key on the nodes that are scored, no value counting as one; of host names
 * the nodes themselves. */
static uint32_t domains(const struct fg_slow_cluster *cluster, const struct fg_slow_choice *choice,
                        const bool *ignored, const char *key)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < choice->count; i++) {
        bool is_new = !ignored[i];
        for (uint32_t j = 0; j < i && strcmp(key, HOSTNAME) != 0; j++)
            is_new &= ignored[j] || !same_text(label(&cluster->nodes[choice->nodes[i]], key),
                                               label(&cluster->nodes[choice->nodes[j]], key));
        count += is_new;
    }
    return count;
}

/* Pods in the domain of each node that is scored; of a host name, on the node itself. */
static void count_soft(const struct fg_slow_cluster *cluster, const struct fg_pod_spec *spec,
                       const struct soft *soft, uint32_t which, const struct fg_slow_choice *choice,
                       int64_t *out)
{
    const struct fg_spread_constraint *constraint = &soft->items[which];
    const char *key = constraint->topology_key;
    bool by_node = strcmp(key, HOSTNAME) == 0;
    int64_t on_node[FG_SLOW_NODES];
    fg_slow_spread_count(cluster, &constraint->selector, spec->namespace_name, on_node);
    for (uint32_t i = 0; i < choice->count; i++) {
        const char *value = label(&cluster->nodes[choice->nodes[i]], key);
        out[i] = by_node ? on_node[choice->nodes[i]] : 0;
        for (uint32_t n = 0; n < cluster->node_count && !by_node; n++) {
            const struct fg_slow_node *other = &cluster->nodes[n];
            if (on_node[n] > 0 && other->is_listed && !is_left_out(soft, other) &&
                fg_slow_spread_includes(constraint, spec, other) &&
                same_text(label(other, key), value))
                out[i] += on_node[n];
        }
    }
}

static void normalise_spread(struct fg_slow_choice *choice, const int64_t *raw, const bool *ignored)
{
    int64_t least = INT64_MAX, max = 0;
    for (uint32_t i = 0; i < choice->count; i++) {
        if (ignored[i])
            continue;
        least = raw[i] < least ? raw[i] : least;
        max = raw[i] > max ? raw[i] : max;
    }
    for (uint32_t i = 0; i < choice->count; i++)
        if (!ignored[i])
            choice->totals[i] += 2 * (max == 0 ? 100 : 100 * (max + least - raw[i]) / max);
}

static void score_spread(const struct fg_slow_cluster *cluster, const struct fg_pod_spec *spec,
                         struct fg_slow_choice *choice)
{
    struct soft soft;
    double sum[FG_SLOW_NODES] = {0};
    bool ignored[FG_SLOW_NODES];
    scores raw;
    find_soft(cluster, spec, &soft);
    if (soft.count == 0)
        return;
    for (uint32_t i = 0; i < choice->count; i++)
        ignored[i] = is_left_out(&soft, &cluster->nodes[choice->nodes[i]]);
    for (uint32_t c = 0; c < soft.count; c++) {
        const char *key = soft.items[c].topology_key;
        double weight = log(domains(cluster, choice, ignored, key) + 2.0);
        scores pods;
        count_soft(cluster, spec, &soft, c, choice, pods);
        for (uint32_t i = 0; i < choice->count; i++)
            if (label(&cluster->nodes[choice->nodes[i]], key) != NULL)
                sum[i] += (double)pods[i] * weight + (soft.items[c].max_skew - 1);
    }
    for (uint32_t i = 0; i < choice->count; i++)
        raw[i] = (int64_t)round(sum[i]);
    normalise_spread(choice, raw, ignored);
}

/* ---- InterPodAffinity ---- */

/* What a pod on `at` adds to `node` by terms of one of the two that take the other. */
static int64_t near(const struct fg_pod_terms *terms, int32_t weight, const char *own_namespace,
                    const struct fg_pod_spec *taken, const struct fg_slow_node *at,
                    const struct fg_slow_node *node)
{
    int64_t sum = 0;
    for (uint32_t t = 0; t < terms->count; t++) {
        const struct fg_pod_term *term = &terms->items[t];
        const char *here = label(at, term->topology_key), *there = label(node, term->topology_key);
        if (here != NULL && there != NULL && strcmp(here, there) == 0 &&
            fg_slow_term_takes(term, own_namespace, taken))
            sum += weight != 0 ? weight : term->weight;
    }
    return sum;
}

/* Required affinity of pods that are there counts 1 (hardPodAffinityWeight). */
static int64_t attraction(const struct fg_slow_cluster *cluster, const struct fg_pod_spec *spec,
                          const struct fg_slow_node *node)
{
    const struct fg_pod_rules *own = rules_of(spec);
    int64_t sum = 0;
    for (uint32_t i = 0; i < cluster->pod_count; i++) {
        const struct fg_pod_spec *other = cluster->pods[i].spec;
        const struct fg_pod_rules *theirs = rules_of(other);
        const struct fg_slow_node *at = &cluster->nodes[cluster->pods[i].node];
        const char *mine = spec->namespace_name, *its = other->namespace_name;
        sum += near(&own->preferred_affinity, 0, mine, other, at, node);
        sum -= near(&own->preferred_anti_affinity, 0, mine, other, at, node);
        sum += near(&theirs->required_affinity, 1, its, spec, at, node);
        sum += near(&theirs->preferred_affinity, 0, its, spec, at, node);
        sum -= near(&theirs->preferred_anti_affinity, 0, its, spec, at, node);
    }
    return sum;
}

static void score_pod_affinity(const struct fg_slow_cluster *cluster,
                               const struct fg_pod_spec *spec, struct fg_slow_choice *choice)
{
    scores raw = {0};
    int64_t least = INT64_MAX, max = INT64_MIN;
    for (uint32_t i = 0; i < choice->count; i++) {
        raw[i] = attraction(cluster, spec, &cluster->nodes[choice->nodes[i]]);
        least = raw[i] < least ? raw[i] : least;
        max = raw[i] > max ? raw[i] : max;
    }
    for (uint32_t i = 0; i < choice->count && max > least; i++)
        choice->totals[i] +=
            2 * (int64_t)(100.0 * ((double)(raw[i] - least) / (double)(max - least)));
}

/* ---- resources ---- */

struct amounts {
    int64_t requested, allocatable;
};

/* Without a request a pod counts as 100m and 200 MiB. */
static int64_t scored(const struct fg_pod_spec *spec, bool memory)
{
    const struct fg_pod_rules *rules = rules_of(spec);
    if (memory && rules->scored_memory_bytes >= 0)
        return rules->scored_memory_bytes;
    if (!memory && rules->scored_cpu_milli >= 0)
        return rules->scored_cpu_milli;
    if (memory)
        return spec->memory_named ? spec->memory_bytes : 200 * MIB;
    return spec->cpu_named ? spec->cpu_milli : 100;
}

static int64_t extended(const struct fg_extended_resources *resources, const char *name)
{
    for (uint32_t i = 0; i < resources->count; i++)
        if (strcmp(resources->items[i].name, name) == 0)
            return resources->items[i].amount;
    return 0;
}

static int64_t asks(const struct fg_pod_spec *spec, const char *name)
{
    if (strcmp(name, "cpu") == 0)
        return scored(spec, false);
    if (strcmp(name, "memory") == 0)
        return scored(spec, true);
    if (strcmp(name, "ephemeral-storage") == 0)
        return spec->ephemeral_bytes;
    if (strcmp(name, "nvidia.com/gpu") == 0)
        return spec->gpu_milli;
    return extended(&rules_of(spec)->extended, name);
}

static int64_t has(const struct fg_slow_node *node, const char *name)
{
    if (strcmp(name, "cpu") == 0)
        return node->allocatable.cpu_milli;
    if (strcmp(name, "memory") == 0)
        return node->allocatable.memory_bytes;
    if (strcmp(name, "ephemeral-storage") == 0)
        return node->allocatable.ephemeral_bytes;
    if (strcmp(name, "nvidia.com/gpu") == 0)
        return node->allocatable.gpu_milli;
    return extended(&node->extended, name);
}

/* Extended resources that the pod does not ask for are passed over. */
static struct amounts amounts_of(const struct fg_slow_cluster *cluster,
                                 const struct fg_pod_spec *spec, uint32_t node, const char *name)
{
    struct amounts amounts = {asks(spec, name), has(&cluster->nodes[node], name)};
    if (strchr(name, '/') != NULL && amounts.requested == 0)
        return (struct amounts){0};
    for (uint32_t i = 0; i < cluster->pod_count; i++)
        if (cluster->pods[i].node == node)
            amounts.requested += asks(cluster->pods[i].spec, name);
    return amounts;
}

static int64_t broken_line(const struct fg_scheduler_settings *settings, int64_t percent)
{
    const struct fg_shape_point *shape = settings->shape;
    for (uint32_t i = 0; i < settings->shape_count; i++) {
        if (percent > shape[i].utilization)
            continue;
        if (i == 0)
            return 10 * (int64_t)shape[0].score;
        int64_t low = 10 * (int64_t)shape[i - 1].score, high = 10 * (int64_t)shape[i].score;
        return low + (high - low) * (percent - shape[i - 1].utilization) /
                         ((int64_t)shape[i].utilization - shape[i - 1].utilization);
    }
    return 10 * (int64_t)shape[settings->shape_count - 1].score;
}

static int64_t one_score(const struct fg_scheduler_settings *settings, struct amounts amounts)
{
    int64_t requested = amounts.requested, all = amounts.allocatable;
    switch (settings->scoring) {
    case FG_SCORING_LEAST_ALLOCATED:
        return requested > all ? 0 : (all - requested) * 100 / all;
    case FG_SCORING_MOST_ALLOCATED:
        return (requested > all ? all : requested) * 100 / all;
    case FG_SCORING_REQUESTED_TO_CAPACITY_RATIO:
        break;
    }
    return broken_line(settings, requested > all ? 100 : requested * 100 / all);
}

static int64_t allocation_score(const struct fg_slow_cluster *cluster,
                                const struct fg_pod_spec *spec, uint32_t node)
{
    static struct fg_score_resource usual[] = {{"cpu", 1}, {"memory", 1}};
    const struct fg_scheduler_settings *settings = cluster->settings;
    bool ratio = settings->scoring == FG_SCORING_REQUESTED_TO_CAPACITY_RATIO;
    const struct fg_score_resource *resources =
        settings->resource_count > 0 ? settings->resources : usual;
    uint32_t count = settings->resource_count > 0 ? settings->resource_count : 2;
    int64_t sum = 0, weights = 0;
    for (uint32_t i = 0; i < count; i++) {
        struct amounts amounts = amounts_of(cluster, spec, node, resources[i].name);
        if (amounts.allocatable == 0)
            continue;
        int64_t score = one_score(settings, amounts);
        if (ratio && score <= 0)
            continue;
        sum += score * resources[i].weight;
        weights += resources[i].weight;
    }
    if (weights == 0)
        return 0;
    return ratio ? (int64_t)round((double)sum / (double)weights) : sum / weights;
}

/* True requests, without defaults; skipped for a pod that requests neither. */
static int64_t balance_score(const struct fg_slow_cluster *cluster, const struct fg_pod_spec *spec,
                             uint32_t node)
{
    const struct fg_node_capacity *all = &cluster->nodes[node].allocatable;
    int64_t cpu = spec->cpu_milli, memory = spec->memory_bytes;
    if (cpu == 0 && memory == 0)
        return 0;
    for (uint32_t i = 0; i < cluster->pod_count; i++) {
        if (cluster->pods[i].node == node) {
            cpu += cluster->pods[i].spec->cpu_milli;
            memory += cluster->pods[i].spec->memory_bytes;
        }
    }
    if (all->cpu_milli == 0 || all->memory_bytes == 0)
        return 100;
    double of_cpu = fmin(1, (double)cpu / (double)all->cpu_milli);
    double of_memory = fmin(1, (double)memory / (double)all->memory_bytes);
    return (int64_t)((1 - fabs((of_cpu - of_memory) / 2)) * 100);
}

/* ---- ImageLocality ---- */

static int64_t image_bytes(const struct fg_slow_node *node, const char *name)
{
    const struct fg_kube_node *images = node->images_of;
    for (uint32_t i = 0; images != NULL && i < images->image_count; i++)
        for (uint32_t n = 0; n < images->images[i].name_count; n++)
            if (strcmp(images->images[i].names[n], name) == 0)
                return images->images[i].bytes;
    return -1;
}

static int64_t image_score(const struct fg_slow_cluster *cluster, const struct fg_pod_spec *spec,
                           uint32_t node)
{
    const struct fg_pod_rules *rules = rules_of(spec);
    int64_t sum = 0, least = 23 * MIB, max = 1000 * MIB * rules->image_count;
    if (rules->image_count == 0)
        return 0;
    for (uint32_t i = 0; i < rules->image_count; i++) {
        int64_t bytes = image_bytes(&cluster->nodes[node], rules->images[i]), with = 0, all = 0;
        for (uint32_t n = 0; n < cluster->node_count; n++) {
            all += cluster->nodes[n].is_listed;
            with += cluster->nodes[n].is_listed &&
                    image_bytes(&cluster->nodes[n], rules->images[i]) >= 0;
        }
        if (bytes >= 0)
            sum += (int64_t)((double)bytes * ((double)with / (double)all));
    }
    sum = sum < least ? least : sum;
    sum = sum > max ? max : sum;
    return 100 * (sum - least) / (max - least);
}

void fg_slow_scheduler_score(const struct fg_slow_cluster *cluster, const struct fg_pod_spec *spec,
                             struct fg_slow_choice *choice)
{
    score_taints(cluster, spec, choice);
    score_preferred_nodes(cluster, spec, choice);
    score_spread(cluster, spec, choice);
    score_pod_affinity(cluster, spec, choice);
    for (uint32_t i = 0; i < choice->count; i++)
        choice->totals[i] += allocation_score(cluster, spec, choice->nodes[i]) +
                             balance_score(cluster, spec, choice->nodes[i]) +
                             image_score(cluster, spec, choice->nodes[i]);
}
