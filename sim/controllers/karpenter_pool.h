/* karpenter_pool.h - the NodePools of a cluster: the instance types of each, and what DaemonSets
 * take of them. They stay while prices change and pods come and go.
 *
 * Requirements everywhere are in the words of struct fg_karpenter_pools, which only grow.
 */
#ifndef FARGAUGE_SIM_CONTROLLERS_KARPENTER_POOL_H
#define FARGAUGE_SIM_CONTROLLERS_KARPENTER_POOL_H

#include "models/node_pool.h"
#include "sim/controllers/karpenter_ports.h"
#include "sim/controllers/karpenter_types.h"
#include "sim/controllers/scheduler.h"

/* All is borrowed and must outlive what is made of it. */
struct fg_karpenter_source {
    const struct fg_catalog *catalog;
    const char *region;
    uint32_t zone_count; /* of the cluster, for node classes that name none */
    const char *const *zones;
    uint32_t pool_count;
    const struct fg_node_pool *pools;
    uint32_t class_count;
    const struct fg_node_class *classes;
    const struct fg_karpenter_settings *settings;
    uint32_t daemon_set_count;
    const struct fg_pod_spec *const *daemon_sets;
    struct fg_karpenter_market market;
};

struct fg_overhead { /* types on which the same DaemonSets run */
    uint64_t *types;
    struct fg_node_use use;
    struct fg_port_list ports;
};
struct fg_karpenter_pool {
    const struct fg_node_pool *pool;
    const struct fg_node_class *node_class;
    struct fg_karpenter_types types;
    struct fg_karpenter_requirements own;          /* its requirements and labels */
    struct fg_karpenter_requirements requirements; /* and its name, class and state */
    uint64_t *base;                                /* types that meet them and are on offer */
    bool is_empty;                                 /* there are no such types */
    uint32_t overhead_count, overhead_capacity;
    struct fg_overhead *overheads; /* parts of `base`, at least one */
};
struct fg_karpenter_pools {
    struct fg_karpenter_source source;
    struct fg_words words;
    struct fg_arena arena;
    uint32_t zone_key, capacity_key, host_key, pool_key;
    uint32_t capacity_words[FG_CAPACITY_TYPES];
    uint32_t count;
    struct fg_karpenter_pool *items; /* by number in the source */
    uint32_t *by_weight;             /* the heaviest first, then the last by name */
    bool has_prefer_no_schedule;     /* a taint of some pool */
};

/* `pools` is {0} before. */
void fg_pools_open(struct fg_karpenter_pools *pools, const struct fg_karpenter_source *source);
void fg_pools_close(struct fg_karpenter_pools *pools);
/* Prices of another day. */
void fg_pools_reprice(struct fg_karpenter_pools *pools);
/* Capacity types that the requirements allow. */
uint32_t fg_pools_capacity_mask(const struct fg_karpenter_pools *pools,
                                const struct fg_karpenter_requirements *requirements);
/* Of each resource what DaemonSets take where they take least, or most, among the types of `set`;
 * NULL = all. */
struct fg_node_use fg_pool_overhead(const struct fg_karpenter_pool *pool, const uint64_t *set,
                                    bool most);

#endif
