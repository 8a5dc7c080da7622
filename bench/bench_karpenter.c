/* The speed of Karpenter's consolidation: a pass over a cluster in which nothing can go, so that
 * every node is looked at, and one over a cluster half empty. */
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/measure.h"
#include "data/catalog_reader.h"
#include "models/base/memory.h"
#include "sim/controllers/karpenter_consolidation.h"

enum { SHAPES = 10, PODS_PER_NODE = 10 };

static struct fg_catalog catalog;

struct cluster {
    struct fg_cluster_state state;
    struct fg_pod_spec specs[SHAPES];
    struct fg_disruption_class classes[SHAPES];
    struct fg_karpenter_node *nodes;
    struct fg_disruption_node *facts;
    struct fg_disruption_budget budget;
    struct fg_requirement requirements[2];
    struct fg_node_pool pool;
    struct fg_node_class class;
    struct fg_karpenter_settings settings;
    struct fg_karpenter *karpenter;
    struct fg_disruption *disruption;
    struct fg_disruption_world world;
};

static fg_nanodollars price(const void *context, const struct fg_instance_type *type,
                            const char *zone, enum fg_capacity_type capacity)
{
    struct fg_found_price found;
    struct fg_error error = {0};
    (void)context;
    (void)zone;
    if (capacity != FG_CAPACITY_ON_DEMAND ||
        fg_catalog_price(&catalog, type->name, "us-east-1", "", FG_DAY_UNKNOWN, &found, &error) !=
            FG_OK)
        return -1;
    return found.nano;
}

/* Ten pods of 340m to 385m fill the 3920m of a m5.xlarge so that no eleventh fits. */
static void make_pods(struct cluster *cluster)
{
    for (uint32_t i = 0; i < SHAPES; i++) {
        cluster->specs[i] = (struct fg_pod_spec){.namespace_name = "shop",
                                                 .kind = FG_KIND_REPLICASET,
                                                 .arch = FG_ARCH_AMD64,
                                                 .cpu_milli = 340 + 5 * i,
                                                 .cpu_named = true,
                                                 .memory_bytes = (int64_t)256 << 20};
        fg_state_add_class(&cluster->state, &cluster->specs[i]);
        struct fg_disruption_pods pods = {.spec = &cluster->specs[i]};
        cluster->classes[i] = fg_karpenter_disruption_class(&pods, NULL, 0);
    }
    fg_state_seal_classes(&cluster->state);
}

static void make_nodes(struct cluster *cluster, uint32_t count, uint32_t pods)
{
    static struct fg_pair labels[] = {{"kubernetes.io/arch", "amd64"},
                                      {"node.kubernetes.io/instance-type", "m5.xlarge"},
                                      {"topology.kubernetes.io/zone", "us-east-1a"}};
    struct fg_state_kind kind = {.labels = {3, labels}, .arch = FG_ARCH_AMD64};
    const struct fg_instance_type *type = fg_catalog_find_type(&catalog, "m5.xlarge");
    struct fg_node_capacity capacity;
    fg_karpenter_type_capacity(type, &cluster->class, &cluster->settings, false, &capacity,
                               &kind.allocatable);
    uint32_t number = fg_state_add_kind(&cluster->state, &kind);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t slot = fg_state_add_node(&cluster->state, number, NULL);
        fg_state_set_open(&cluster->state, slot, true);
        for (uint32_t p = 0; p < pods; p++)
            fg_state_count_pods(&cluster->state, slot, (i + p) % SHAPES, 1);
        cluster->nodes[slot] = (struct fg_karpenter_node){
            .is_managed = true, .is_initialized = true, .has_daemons = true};
        cluster->facts[slot] =
            (struct fg_disruption_node){.instance_type = "m5.xlarge",
                                        .zone = "us-east-1a",
                                        .capacity_type = "on-demand",
                                        .price = price(NULL, type, "", FG_CAPACITY_ON_DEMAND),
                                        .is_ready = true,
                                        .last_pod_event = FG_NEVER_S,
                                        .nominated_until = FG_NEVER_S,
                                        .drifted = FG_NEVER_S};
    }
}

static struct fg_requirement in(const char *key, const char **values, uint32_t count)
{
    return (struct fg_requirement){
        .key = key, .operator_ = FG_OPERATOR_IN, .value_count = count, .values = values};
}

/* Twice the size is twice the price, so that nodes as full as these are best as they are. */
static void make_pool(struct cluster *cluster)
{
    static const char *types[] = {"m5.large", "m5.xlarge", "m5.2xlarge"};
    static const char *capacities[] = {"on-demand"};
    cluster->budget = (struct fg_disruption_budget){.nodes = 100, .percent = true, .reasons = 7};
    cluster->requirements[0] = in("node.kubernetes.io/instance-type", types, 3);
    cluster->requirements[1] = in("karpenter.sh/capacity-type", capacities, 1);
    cluster->pool = (struct fg_node_pool){.name = "general",
                                          .requirements = {2, cluster->requirements},
                                          .limit_cpu_milli = INT64_MAX,
                                          .limit_memory_bytes = INT64_MAX,
                                          .limit_gpu_milli = INT64_MAX,
                                          .limit_nodes = INT64_MAX,
                                          .expire_after_s = FG_DURATION_NEVER,
                                          .budget_count = 1,
                                          .budgets = &cluster->budget};
}

static void open_cluster(struct cluster *cluster, uint32_t nodes, uint32_t pods)
{
    static const char *const zones[] = {"us-east-1a"};
    memset(cluster, 0, sizeof *cluster);
    cluster->class = (struct fg_node_class){.name = "default",
                                            .ami_family = "AL2023",
                                            .kube_reserved_cpu_milli = -1,
                                            .kube_reserved_memory_bytes = -1,
                                            .eviction_hard_memory_bytes = 100 << 20};
    cluster->settings.vm_memory_overhead_millionths = 75000;
    cluster->nodes = fg_allocate(nodes, sizeof *cluster->nodes);
    cluster->facts = fg_allocate(nodes, sizeof *cluster->facts);
    make_pods(cluster);
    make_nodes(cluster, nodes, pods);
    make_pool(cluster);
    struct fg_karpenter_source source = {.catalog = &catalog,
                                         .region = "us-east-1",
                                         .zone_count = 1,
                                         .zones = zones,
                                         .pool_count = 1,
                                         .pools = &cluster->pool,
                                         .class_count = 1,
                                         .classes = &cluster->class,
                                         .settings = &cluster->settings,
                                         .market = {price, NULL}};
    cluster->karpenter = fg_karpenter_new(&source);
    cluster->disruption = fg_karpenter_disruption_new(cluster->karpenter);
    cluster->world = (struct fg_disruption_world){.state = &cluster->state,
                                                  .nodes = cluster->nodes,
                                                  .facts = cluster->facts,
                                                  .classes = cluster->classes,
                                                  .pools = &cluster->pool,
                                                  .pool_count = 1,
                                                  .settings = &cluster->settings};
}

static void close_cluster(struct cluster *cluster)
{
    fg_karpenter_disruption_free(cluster->disruption);
    fg_karpenter_free(cluster->karpenter);
    fg_state_release(&cluster->state);
    free(cluster->nodes);
    free(cluster->facts);
}

/* A pass: the time of one, once the tables of types are made. `removed` nodes are its answer. */
static double pass(struct cluster *cluster, bool bounds, uint32_t removed)
{
    struct fg_disruption_command command = {0};
    fg_karpenter_disruption_set_bounds(cluster->disruption, bounds);
    double start = omp_get_wtime();
    bool found = fg_karpenter_disruption_decide(cluster->disruption, &cluster->world, &command);
    double seconds = omp_get_wtime() - start;
    fg_bench_check((found ? command.node_count : 0) == removed, "consolidation");
    fg_karpenter_command_release(&command);
    return seconds;
}

/* `most`: what the search for several nodes finds in the half empty cluster. */
static void bench_nodes(uint32_t nodes, uint32_t most)
{
    struct cluster cluster;
    char name[80];
    open_cluster(&cluster, nodes, PODS_PER_NODE);
    pass(&cluster, true, 0);
    double quick = pass(&cluster, true, 0);
    snprintf(name, sizeof name, "consolidation, nothing to do, %u nodes, %u pods", nodes,
             nodes * PODS_PER_NODE);
    if (nodes <= 1000)
        fg_bench_line(name, "under 1 s", "%.3f ms a pass, %.1f ms without bounds", quick * 1e3,
                      pass(&cluster, false, 0) * 1e3);
    else
        fg_bench_line(name, "under 1 s", "%.3f ms a pass", quick * 1e3);
    close_cluster(&cluster);
    /* Half empty: a node has room for five pods more, some for six of the smallest. */
    open_cluster(&cluster, nodes, PODS_PER_NODE / 2);
    pass(&cluster, true, most);
    snprintf(name, sizeof name, "consolidation of %u nodes half empty, %u pods", nodes,
             nodes * PODS_PER_NODE / 2);
    fg_bench_line(name, "under 1 s", "%.3f ms a pass, %u nodes go",
                  pass(&cluster, true, most) * 1e3, most);
    close_cluster(&cluster);
}

int main(void)
{
    static const struct {
        uint32_t nodes, most;
    } sizes[] = {{100, 51}, {1000, 101}, {10000, 101}};
    struct fg_error error = {0};
    fg_bench_require(fg_catalog_read(NULL, &catalog, &error), &error);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        bench_nodes(sizes[i].nodes, sizes[i].most);
    fg_catalog_release(&catalog);
    return 0;
}
