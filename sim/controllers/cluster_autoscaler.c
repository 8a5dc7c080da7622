#include "sim/controllers/cluster_autoscaler.h"

#include <stdlib.h>
#include <string.h>

#include "models/base/memory.h"

static void place(struct fg_node_use *use, const struct fg_node_capacity *allocatable,
                  const struct fg_request *request, int64_t *left)
{
    int64_t room = fg_scheduler_room(allocatable, use, request, *left);
    fg_use_add(use, request, room);
    *left -= room;
}

/* ---- bin packing ---- */

struct sorted_pods {
    const struct fg_snapshot_pods *pods;
    double weight;
    uint32_t number;
};

/* Heaviest first; of equals the one that came first. */
static int compare_weights(const void *a, const void *b)
{
    const struct sorted_pods *left = a, *right = b;
    if (left->weight != right->weight)
        return left->weight > right->weight ? -1 : 1;
    return (left->number > right->number) - (left->number < right->number);
}

static double share(int64_t request, int64_t allocatable)
{
    return allocatable > 0 ? (double)request / (double)allocatable : 0;
}

static uint32_t sort_pods(const struct fg_snapshot *snapshot, const struct fg_snapshot_group *group,
                          struct sorted_pods *out)
{
    uint32_t count = 0;
    const struct fg_node_capacity *allocatable = &group->template_allocatable;
    for (uint32_t i = 0; i < snapshot->pods_count; i++) {
        const struct fg_snapshot_pods *pods = &snapshot->pods[i];
        if (pods->pods == 0 || !pods->eligible[group->kind])
            continue;
        out[count++] = (struct sorted_pods){
            .pods = pods,
            .weight = share(pods->request->cpu_milli, allocatable->cpu_milli) +
                      share(pods->request->memory_bytes, allocatable->memory_bytes),
            .number = i,
        };
    }
    if (count > 0)
        qsort(out, count, sizeof *out, compare_weights);
    return count;
}

/* The nodes opened so far. */
struct bins {
    uint32_t count, capacity;
    struct fg_node_use *use;
};

static void pack(const struct fg_snapshot_pods *pods, const struct fg_snapshot_group *group,
                 int64_t max_nodes, struct bins *bins, struct fg_estimate *estimate)
{
    int64_t left = pods->pods;
    for (uint32_t i = 0; i < bins->count && left > 0; i++)
        place(&bins->use[i], &group->template_allocatable, pods->request, &left);
    while (left > 0 && bins->count < max_nodes) {
        struct fg_node_use use = group->daemons;
        int64_t before = left;
        place(&use, &group->template_allocatable, pods->request, &left);
        if (left == before)
            break;
        bins->use = fg_grow(bins->use, &bins->capacity, bins->count + 1, sizeof *bins->use);
        bins->use[bins->count++] = use;
    }
    int64_t placed = pods->pods - left;
    estimate->pods += placed;
    estimate->cpu_milli += placed * pods->request->cpu_milli;
    estimate->memory_bytes += placed * pods->request->memory_bytes;
}

struct fg_estimate fg_autoscaler_estimate(const struct fg_snapshot *snapshot,
                                          const struct fg_snapshot_group *group, int64_t max_nodes)
{
    struct fg_estimate estimate = {0};
    struct sorted_pods *sorted = fg_allocate(snapshot->pods_count, sizeof *sorted);
    uint32_t count = sort_pods(snapshot, group, sorted);
    struct bins bins = {0};
    for (uint32_t i = 0; i < count; i++)
        pack(sorted[i].pods, group, max_nodes, &bins, &estimate);
    estimate.nodes = bins.count;
    free(bins.use);
    free(sorted);
    return estimate;
}

/* ---- which group ---- */

static double waste(const struct fg_snapshot_group *group, const struct fg_estimate *estimate)
{
    double cpu = (double)group->machine.cpu_milli * (double)estimate->nodes;
    double memory = (double)group->machine.memory_bytes * (double)estimate->nodes;
    return (cpu - (double)estimate->cpu_milli) / cpu +
           (memory - (double)estimate->memory_bytes) / memory;
}

static bool is_better(enum fg_expander expander, const struct fg_snapshot_group *group,
                      const struct fg_estimate *estimate,
                      const struct fg_snapshot_group *best_group, const struct fg_estimate *best)
{
    switch (expander) {
    case FG_EXPANDER_MOST_PODS:
        return estimate->pods > best->pods;
    case FG_EXPANDER_LEAST_NODES:
        return estimate->nodes < best->nodes;
    case FG_EXPANDER_LEAST_WASTE:
        break;
    }
    return waste(group, estimate) < waste(best_group, best);
}

static void drop_pods_with_a_place(struct fg_snapshot *snapshot)
{
    for (uint32_t i = 0; i < snapshot->pods_count; i++) {
        struct fg_snapshot_pods *pods = &snapshot->pods[i];
        int64_t left = pods->pods;
        for (uint32_t n = 0; n < snapshot->node_count && left > 0; n++)
            if (pods->eligible[snapshot->nodes[n].kind])
                place(&snapshot->nodes[n].use, snapshot->nodes[n].allocatable, pods->request,
                      &left);
        pods->pods = (uint32_t)left;
    }
}

/* How many nodes the group may get in one loop. */
static int64_t node_limit(const struct fg_autoscaler_settings *settings,
                          const struct fg_snapshot *snapshot, const struct fg_snapshot_group *group)
{
    int64_t limit = group->max_size - group->size;
    if (limit > settings->max_nodes_per_scale_up)
        limit = settings->max_nodes_per_scale_up;
    if (settings->max_nodes_total > 0) {
        int64_t total = 0;
        for (uint32_t i = 0; i < snapshot->group_count; i++)
            total += snapshot->groups[i].size;
        if (limit > settings->max_nodes_total - total)
            limit = settings->max_nodes_total - total;
    }
    return limit;
}

struct fg_scale_up fg_autoscaler_scale_up(const struct fg_autoscaler_settings *settings,
                                          struct fg_snapshot *snapshot)
{
    struct fg_scale_up choice = {.group = UINT32_MAX};
    struct fg_estimate best = {0};
    drop_pods_with_a_place(snapshot);
    for (uint32_t i = 0; i < snapshot->group_count; i++) {
        const struct fg_snapshot_group *group = &snapshot->groups[i];
        int64_t limit = node_limit(settings, snapshot, group);
        if (limit <= 0)
            continue;
        struct fg_estimate estimate = fg_autoscaler_estimate(snapshot, group, limit);
        if (estimate.nodes == 0)
            continue;
        if (choice.group == UINT32_MAX || is_better(settings->expander, group, &estimate,
                                                    &snapshot->groups[choice.group], &best)) {
            choice = (struct fg_scale_up){i, estimate.nodes};
            best = estimate;
        }
    }
    return choice;
}

/* ---- scale down ---- */

int64_t fg_autoscaler_utilization_millionths(const struct fg_node_capacity *allocatable,
                                             const struct fg_node_use *use)
{
    enum { MILLION = 1000000 };
    if (allocatable->gpu_milli > 0)
        return (use->gpu_milli * MILLION + allocatable->gpu_milli - 1) / allocatable->gpu_milli;
    int64_t cpu = 0, memory = 0;
    if (allocatable->cpu_milli > 0)
        cpu = (use->cpu_milli * MILLION + allocatable->cpu_milli - 1) / allocatable->cpu_milli;
    if (allocatable->memory_bytes > 0)
        memory = (int64_t)(((__int128)use->memory_bytes * MILLION + allocatable->memory_bytes - 1) /
                           allocatable->memory_bytes);
    return cpu > memory ? cpu : memory;
}

static bool has_value(const struct fg_pairs *pairs, const char *key, const char *value)
{
    const char *found = fg_pairs_find(pairs, key);
    return found != NULL && strcmp(found, value) == 0;
}

bool fg_autoscaler_blocks_removal(const struct fg_autoscaler_settings *settings,
                                  const struct fg_pod_spec *spec, uint32_t age_s)
{
    static const char safe_to_evict[] = "cluster-autoscaler.kubernetes.io/safe-to-evict";
    if (has_value(&spec->annotations, safe_to_evict, "false"))
        return true;
    if (has_value(&spec->annotations, safe_to_evict, "true"))
        return false;
    if (settings->skip_nodes_with_custom_controller_pods && spec->kind == FG_KIND_POD)
        return true;
    if (settings->skip_nodes_with_local_storage && (spec->features & FG_FEATURE_HOST_PATH) != 0)
        return true;
    return settings->skip_nodes_with_system_pods && age_s < FG_SYSTEM_POD_BLOCKS_S &&
           strcmp(spec->namespace_name, "kube-system") == 0;
}
