#include "sim/controllers/scoring.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/base/memory.h"
#include "models/kube_objects.h"
#include "sim/controllers/topology.h"

enum {
    MAX_SCORE = 100,
    TAINT_WEIGHT = 3,
    NODE_AFFINITY_WEIGHT = 2,
    SPREAD_WEIGHT = 2,
    POD_AFFINITY_WEIGHT = 2,
    EBS_VOLUMES = 0,
    SHAPE_SCALE = 10, /* a shape's scores are 0 .. 10 */
};

/* The candidates and where their plugin's scores go. */
struct field {
    struct fg_cluster_state *state;
    uint32_t class_number;
    struct fg_candidate *candidates;
    uint32_t count;
    int64_t *raw;
    bool *is_ignored;
};

/* ---- NodeResourcesFit with settings of its own ---- */

static int64_t ratio_score(const struct fg_scheduler_settings *settings, int64_t used,
                           int64_t allocatable)
{
    int64_t utilization = used > allocatable ? 100 : used * 100 / allocatable;
    const struct fg_shape_point *shape = settings->shape;
    for (uint32_t i = 0; i < settings->shape_count; i++) {
        if (utilization > shape[i].utilization)
            continue;
        int64_t score = (int64_t)shape[i].score * SHAPE_SCALE;
        if (i == 0)
            return score;
        int64_t before = (int64_t)shape[i - 1].score * SHAPE_SCALE;
        int64_t from = shape[i - 1].utilization, to = shape[i].utilization;
        return before + (score - before) * (utilization - from) / (to - from);
    }
    return settings->shape_count > 0 ? (int64_t)shape[settings->shape_count - 1].score * SHAPE_SCALE
                                     : 0;
}

static int64_t used_score(const struct fg_scheduler_settings *settings, int64_t used,
                          int64_t allocatable)
{
    if (settings->scoring == FG_SCORING_REQUESTED_TO_CAPACITY_RATIO)
        return ratio_score(settings, used, allocatable);
    if (settings->scoring == FG_SCORING_MOST_ALLOCATED || settings->most_allocated)
        return (used > allocatable ? allocatable : used) * MAX_SCORE / allocatable;
    return used > allocatable ? 0 : (allocatable - used) * MAX_SCORE / allocatable;
}

/* What of the resource the node has and what would be used; false where it does not count. */
static bool measure(const struct fg_cluster_state *state, const struct fg_state_class *class,
                    uint32_t slot, const char *name, int64_t *allocatable, int64_t *used)
{
    const struct fg_node_capacity *all = fg_state_allocatable(state, slot);
    const struct fg_node_use *use = &state->use[slot];
    const struct fg_request *request = &class->request;
    *allocatable = 0;
    if (strcmp(name, "cpu") == 0) {
        *allocatable = all->cpu_milli;
        *used = use->scored_cpu_milli + request->scored_cpu_milli;
    } else if (strcmp(name, "memory") == 0) {
        *allocatable = all->memory_bytes;
        *used = use->scored_memory_bytes + request->scored_memory_bytes;
    } else if (strcmp(name, "ephemeral-storage") == 0) {
        *allocatable = all->ephemeral_bytes;
        *used = use->ephemeral_bytes + request->ephemeral_bytes;
    } else if (strcmp(name, "nvidia.com/gpu") == 0 && request->gpu_milli > 0) {
        *allocatable = all->gpu_milli;
        *used = use->gpu_milli + request->gpu_milli;
    }
    for (uint32_t i = 0; i < class->extended_count; i++) {
        const struct fg_state_extended *resource = &state->extended[class->extended[i].resource];
        if (class->extended[i].resource == EBS_VOLUMES || strcmp(resource->name, name) != 0)
            continue;
        *allocatable = resource->allocatable[state->kind_of[slot]];
        *used = resource->used[slot] + class->extended[i].amount;
    }
    return *allocatable != 0;
}

static int64_t fit_score(const struct fg_cluster_state *state, const struct fg_state_class *class,
                         uint32_t slot)
{
    static struct fg_score_resource usual[] = {{"cpu", 1}, {"memory", 1}};
    const struct fg_scheduler_settings *settings = state->settings;
    bool by_ratio = settings->scoring == FG_SCORING_REQUESTED_TO_CAPACITY_RATIO;
    uint32_t count = settings->resource_count > 0 ? settings->resource_count : 2;
    const struct fg_score_resource *resources =
        settings->resource_count > 0 ? settings->resources : usual;
    int64_t sum = 0, weights = 0, allocatable, used;
    for (uint32_t i = 0; i < count; i++) {
        if (!measure(state, class, slot, resources[i].name, &allocatable, &used))
            continue;
        int64_t score = used_score(settings, used, allocatable);
        if (by_ratio && score <= 0)
            continue;
        sum += score * resources[i].weight;
        weights += resources[i].weight;
    }
    if (weights == 0)
        return 0;
    return by_ratio ? (2 * sum + weights) / (2 * weights) : sum / weights;
}

uint8_t fg_scoring_of_resources(const struct fg_cluster_state *state, uint32_t class_number,
                                uint32_t slot)
{
    const struct fg_scheduler_settings *settings = state->settings;
    const struct fg_state_class *class = &state->classes[class_number];
    const struct fg_node_capacity *allocatable = fg_state_allocatable(state, slot);
    const struct fg_node_use *use = &state->use[slot];
    if (settings != NULL && (settings->resource_count > 0 ||
                             settings->scoring == FG_SCORING_REQUESTED_TO_CAPACITY_RATIO))
        return (uint8_t)(fit_score(state, class, slot) +
                         fg_scheduler_balance(allocatable, use, &class->request));
    bool most = settings != NULL &&
                (settings->most_allocated || settings->scoring == FG_SCORING_MOST_ALLOCATED);
    return (uint8_t)fg_scheduler_score(allocatable, use, &class->request, most);
}

/* ---- TaintToleration, NodeAffinity ---- */

int32_t fg_scoring_of_all(const struct fg_cluster_state *state, uint32_t class_number)
{
    return state->classes[class_number].intolerable == NULL ? TAINT_WEIGHT * MAX_SCORE : 0;
}

static void score_taints(const struct field *field)
{
    const struct fg_cluster_state *state = field->state;
    const uint8_t *intolerable = state->classes[field->class_number].intolerable;
    int32_t most = 0;
    if (intolerable == NULL)
        return;
    for (uint32_t i = 0; i < field->count; i++) {
        int32_t taints = intolerable[state->kind_of[field->candidates[i].slot]];
        most = taints > most ? taints : most;
    }
    for (uint32_t i = 0; i < field->count; i++) {
        int32_t taints = intolerable[state->kind_of[field->candidates[i].slot]];
        field->candidates[i].total +=
            TAINT_WEIGHT * (MAX_SCORE - (most > 0 ? MAX_SCORE * taints / most : 0));
    }
}

static void score_node_affinity(const struct field *field)
{
    const struct fg_cluster_state *state = field->state;
    const int32_t *preferred = state->classes[field->class_number].preferred;
    if (preferred == NULL)
        return;
    int64_t most = 0;
    for (uint32_t i = 0; i < field->count; i++) {
        int64_t weight = preferred[state->kind_of[field->candidates[i].slot]];
        most = weight > most ? weight : most;
    }
    for (uint32_t i = 0; i < field->count && most > 0; i++)
        field->candidates[i].total +=
            NODE_AFFINITY_WEIGHT *
            (int32_t)(MAX_SCORE * preferred[state->kind_of[field->candidates[i].slot]] / most);
}

/* ---- PodTopologySpread ---- */

int64_t fg_scoring_new_spread_weight(struct fg_cluster_state *state, uint32_t domains)
{
    struct fg_scratch *scratch = fg_state_scratch(state);
    uint32_t old = scratch->log_capacity;
    scratch->logs =
        fg_grow(scratch->logs, &scratch->log_capacity, domains + 1, sizeof *scratch->logs);
    memset(scratch->logs + old, 0, (scratch->log_capacity - old) * sizeof *scratch->logs);
    scratch->logs[domains] = llround(ldexp(log((double)domains + 2), FG_LOG_SHIFT));
    return scratch->logs[domains];
}

/* 100 x (most + least - raw) / most. Whole numbers below 2^53: a quotient in doubles is cut off
 * where one of integers is, and sooner. */
int32_t fg_scoring_spread_points(int64_t raw, int64_t least, int64_t most)
{
    if (raw == least || most == 0)
        return SPREAD_WEIGHT * MAX_SCORE;
    return SPREAD_WEIGHT * (int32_t)((double)(MAX_SCORE * (most + least - raw)) / (double)most);
}

/* Distinct domains of the key among the nodes that are scored; lacking the label is one too. */
static uint32_t count_domains(const struct field *field, uint32_t key)
{
    const struct fg_topology_key *topology = &field->state->topology->keys[key];
    struct fg_scratch *scratch = field->state->scratch;
    uint32_t old = scratch->mark_capacity, distinct = 0, without = 0;
    scratch->marks = fg_grow(scratch->marks, &scratch->mark_capacity, topology->domain_count + 1,
                             sizeof *scratch->marks);
    memset(scratch->marks + old, 0, (scratch->mark_capacity - old) * sizeof *scratch->marks);
    uint32_t round = ++scratch->mark_round;
    for (uint32_t i = 0; i < field->count; i++) {
        uint32_t domain = topology->domain_of_slot[field->candidates[i].slot];
        if (field->is_ignored[i])
            continue;
        if (domain == FG_NO_DOMAIN) {
            without = 1;
        } else if (scratch->marks[domain] != round) {
            scratch->marks[domain] = round;
            distinct++;
        }
    }
    return distinct + without;
}

/* Returns how many nodes are scored. */
static uint32_t ignore_unlabelled(const struct field *field, const struct fg_class_topology *class)
{
    const struct fg_topology_key *keys = field->state->topology->keys;
    uint32_t scored = field->count;
    memset(field->is_ignored, 0, field->count);
    for (uint32_t s = 0; s < class->soft_count && class->soft_needs_all_keys; s++) {
        const uint32_t *domain_of_slot = keys[class->soft[s].key].domain_of_slot;
        for (uint32_t i = 0; i < field->count; i++) {
            if (field->is_ignored[i] || domain_of_slot[field->candidates[i].slot] != FG_NO_DOMAIN)
                continue;
            field->is_ignored[i] = true;
            scored--;
        }
    }
    return scored;
}

static void add_spread(const struct field *field, const struct fg_spread *spread, uint32_t scored)
{
    const struct fg_topology *topology = field->state->topology;
    const int32_t *sums = topology->counters[spread->counter].sums;
    const uint32_t *domain_of_slot = topology->keys[spread->key].domain_of_slot;
    int64_t weight = fg_scoring_spread_weight(
        field->state, spread->by_node ? scored : count_domains(field, spread->key));
    for (uint32_t i = 0; i < field->count; i++) {
        uint32_t slot = field->candidates[i].slot, domain = domain_of_slot[slot];
        if (domain != FG_NO_DOMAIN)
            field->raw[i] += fg_scoring_spread_term(sums[spread->by_node ? slot : domain], weight,
                                                    spread->max_skew);
    }
}

/* Raw scores are rounded, and few values are far apart: each is divided once. */
static void add_normalised_spread(const struct field *field, int64_t least, int64_t most)
{
    enum { TABLE_SIZE = 128 };
    int32_t table[TABLE_SIZE] = {0};
    bool is_small = most - least < TABLE_SIZE;
    for (int64_t i = 0; i <= most - least && is_small; i++)
        table[i] = fg_scoring_spread_points(least + i, least, most);
    for (uint32_t i = 0; i < field->count; i++) {
        if (field->is_ignored[i])
            continue;
        field->candidates[i].total += is_small
                                          ? table[field->raw[i] - least]
                                          : fg_scoring_spread_points(field->raw[i], least, most);
    }
}

static void score_spread(const struct field *field)
{
    const struct fg_class_topology *class = &field->state->topology->classes[field->class_number];
    if (class->soft_count == 0 || field->count == 0)
        return;
    uint32_t scored = ignore_unlabelled(field, class);
    memset(field->raw, 0, field->count * sizeof *field->raw);
    for (uint32_t s = 0; s < class->soft_count; s++)
        add_spread(field, &class->soft[s], scored);
    int64_t least = INT64_MAX, most = 0;
    for (uint32_t i = 0; i < field->count; i++) {
        field->raw[i] = fg_scoring_spread_raw(field->raw[i]);
        if (field->is_ignored[i])
            continue;
        least = field->raw[i] < least ? field->raw[i] : least;
        most = field->raw[i] > most ? field->raw[i] : most;
    }
    if (scored > 0)
        add_normalised_spread(field, least, most);
}

/* ---- InterPodAffinity ---- */

static void score_pod_affinity(const struct field *field)
{
    const struct fg_topology *topology = field->state->topology;
    const struct fg_class_topology *class = &topology->classes[field->class_number];
    if (class->score_count == 0)
        return;
    memset(field->raw, 0, field->count * sizeof *field->raw);
    for (uint32_t s = 0; s < class->score_count; s++) {
        const struct fg_counter *counter = &topology->counters[class->scores[s]];
        const uint32_t *domain_of_slot = topology->keys[counter->key].domain_of_slot;
        for (uint32_t i = 0; i < field->count; i++) {
            uint32_t domain = domain_of_slot[field->candidates[i].slot];
            field->raw[i] += domain != FG_NO_DOMAIN ? counter->sums[domain] : 0;
        }
    }
    int64_t least = INT64_MAX, most = INT64_MIN;
    for (uint32_t i = 0; i < field->count; i++) {
        least = field->raw[i] < least ? field->raw[i] : least;
        most = field->raw[i] > most ? field->raw[i] : most;
    }
    /* The real plugin divides in doubles and cuts off, so 29 of 100 gives 28. */
    double range = (double)(most - least);
    for (uint32_t i = 0; i < field->count && most > least; i++)
        field->candidates[i].total +=
            POD_AFFINITY_WEIGHT * (int32_t)(100.0 * ((double)(field->raw[i] - least) / range));
}

/* ---- ImageLocality ---- */

static const struct fg_kube_image *find_image(const struct fg_kube_node *node, const char *name)
{
    for (uint32_t i = 0; i < node->image_count; i++)
        for (uint32_t n = 0; n < node->images[i].name_count; n++)
            if (strcmp(node->images[i].names[n], name) == 0)
                return &node->images[i];
    return NULL;
}

/* An image counts by its size, as the first node names it, times the share of nodes that have
 * it. */
static int64_t image_weight(const struct fg_cluster_state *state, const char *name)
{
    int64_t bytes = 0, nodes = 0;
    uint32_t first = UINT32_MAX;
    for (uint32_t slot = 0; slot < state->slot_count; slot++) {
        if (state->kind_of[slot] == UINT32_MAX || !state->is_listed[slot])
            continue;
        const struct fg_kube_node *node = state->kinds[state->kind_of[slot]].images_of;
        const struct fg_kube_image *image = node != NULL ? find_image(node, name) : NULL;
        if (image == NULL)
            continue;
        nodes++;
        if (state->number_of[slot] < first) {
            first = state->number_of[slot];
            bytes = image->bytes;
        }
    }
    return (int64_t)((double)bytes * ((double)nodes / (double)state->listed_count));
}

static uint8_t image_score(const struct fg_kube_node *node, const struct fg_pod_rules *rules,
                           const int64_t *weights)
{
    const int64_t mebibyte = 1024 * 1024, from = 23 * mebibyte;
    const int64_t to = 1000 * mebibyte * rules->image_count;
    int64_t sum = 0;
    for (uint32_t i = 0; i < rules->image_count && node != NULL; i++)
        sum += find_image(node, rules->images[i]) != NULL ? weights[i] : 0;
    sum = sum < from ? from : sum > to ? to : sum;
    return (uint8_t)(MAX_SCORE * (sum - from) / (to - from));
}

static const uint8_t *image_scores(struct fg_cluster_state *state, uint32_t class_number)
{
    struct fg_scratch *scratch = state->scratch;
    if (scratch->image_scores == NULL) {
        scratch->image_scores = fg_allocate(state->class_count, sizeof *scratch->image_scores);
        scratch->image_class_count = state->class_count;
    }
    for (uint32_t c = 0; c < state->class_count && scratch->image_version != state->listing_version;
         c++) {
        free(scratch->image_scores[c]);
        scratch->image_scores[c] = NULL;
    }
    scratch->image_version = state->listing_version;
    if (scratch->image_scores[class_number] != NULL)
        return scratch->image_scores[class_number];
    const struct fg_pod_rules *rules = state->classes[class_number].spec->rules;
    int64_t *weights = fg_allocate(rules->image_count, sizeof *weights);
    for (uint32_t i = 0; i < rules->image_count; i++)
        weights[i] = image_weight(state, rules->images[i]);
    uint8_t *scores = fg_allocate(state->kind_count, 1);
    for (uint32_t k = 0; k < state->kind_count; k++)
        scores[k] = image_score(state->kinds[k].images_of, rules, weights);
    free(weights);
    return scratch->image_scores[class_number] = scores;
}

static void score_images(const struct field *field)
{
    const struct fg_cluster_state *state = field->state;
    const struct fg_pod_rules *rules = state->classes[field->class_number].spec->rules;
    if (rules == NULL || rules->image_count == 0 || !state->any_images)
        return;
    const uint8_t *scores = image_scores(field->state, field->class_number);
    for (uint32_t i = 0; i < field->count; i++)
        field->candidates[i].total += scores[state->kind_of[field->candidates[i].slot]];
}

void fg_scoring_score(struct fg_cluster_state *state, uint32_t class_number,
                      struct fg_candidate *candidates, uint32_t count)
{
    const struct field field = {
        .state = state,
        .class_number = class_number,
        .candidates = candidates,
        .count = count,
        .raw = state->scratch->raw,
        .is_ignored = state->scratch->is_ignored,
    };
    score_taints(&field);
    score_node_affinity(&field);
    score_images(&field);
    if (state->topology == NULL)
        return;
    score_spread(&field);
    score_pod_affinity(&field);
}
