#include <inttypes.h>
#include <string.h>

#include "tests/support/snapshot_parts.h"

enum { MAX_POOLS = 4 };

struct pool {
    char name[16];
    const char *labels, *taints; /* flow YAML, as a node's */
    bool spot;                   /* allowed */
};

static const char *const zones[] = {"us-east-1a", "us-east-1b", "us-east-1c"};

static void put_requirements(struct fg_snapshot *snapshot, const struct pool *pool)
{
    static const char *const more[] = {
        "{key: topology.kubernetes.io/zone, operator: In, values: [us-east-1a, us-east-1b]}",
        "{key: topology.kubernetes.io/zone, operator: NotIn, values: [us-east-1c]}",
        "{key: karpenter.k8s.aws/instance-cpu, operator: Lt, values: [\"9\"]}",
        "{key: karpenter.k8s.aws/instance-cpu, operator: Gt, values: [\"2\"]}",
        "{key: karpenter.k8s.aws/instance-memory, operator: Gt, values: [\"4096\"]}",
        "{key: karpenter.k8s.aws/instance-size, operator: NotIn, values: [large, metal]}",
        "{key: karpenter.k8s.aws/instance-generation, operator: Gt, values: [\"3\"]}",
        "{key: karpenter.k8s.aws/instance-gpu-name, operator: DoesNotExist}",
        "{key: karpenter.k8s.aws/instance-category, operator: Exists}",
        "{key: node.kubernetes.io/instance-type, operator: In, values: [m6i.large, c6i.xlarge]}",
    };
    static const char *const families[] = {"m6i, c6i, r6i, t3", "m6i, c6i", "m6i", "m6i, r6i"};
    fg_snapshot_put(snapshot, "        requirements:\n"
                              "        - {key: kubernetes.io/arch, operator: In, values: [amd64]}\n"
                              "        - {key: kubernetes.io/os, operator: In, values: [linux]}\n");
    fg_snapshot_put(snapshot,
                    "        - {key: karpenter.sh/capacity-type, operator: In, values: [%s]}\n",
                    pool->spot ? "spot, on-demand" : "on-demand");
    bool flexible = snapshot->level > 1 && fg_snapshot_one_in(snapshot, 8);
    fg_snapshot_put(snapshot,
                    "        - {key: karpenter.k8s.aws/instance-family, operator: In, values: "
                    "[%s]%s}\n",
                    flexible ? families[0] : FG_SNAPSHOT_PICK(snapshot, families),
                    flexible ? ", minValues: 2" : "");
    for (uint32_t i = fg_snapshot_below(snapshot, 1 + snapshot->level); i > 0; i--)
        if (fg_snapshot_one_in(snapshot, 2))
            fg_snapshot_put(snapshot, "        - %s\n", FG_SNAPSHOT_PICK(snapshot, more));
}

static void put_limits(struct fg_snapshot *snapshot)
{
    static const char *const limits[] = {"{cpu: \"8\"}", "{cpu: \"20\", memory: 60Gi}",
                                         "{memory: 32Gi}", "{cpu: \"1000\"}", "{nodes: \"6\"}"};
    if (snapshot->level > 1 && fg_snapshot_one_in(snapshot, 4))
        fg_snapshot_put(snapshot, "    limits: %s\n", FG_SNAPSHOT_PICK(snapshot, limits));
}

static void put_disruption(struct fg_snapshot *snapshot)
{
    static const char *const budgets[] = {
        "[{nodes: 10%}]",
        "[{nodes: 100%}]",
        "[{nodes: \"1\"}]",
        "[{nodes: \"0\", reasons: [Underutilized]}, {nodes: 50%}]",
        "[{nodes: 50%, reasons: [Empty]}, {nodes: \"2\"}]",
        "[{nodes: \"0\", schedule: \"0 9 * * mon-fri\", duration: 8h}, {nodes: 100%}]",
    };
    bool simple = snapshot->level < 2 || fg_snapshot_one_in(snapshot, 2);
    fg_snapshot_put(snapshot,
                    "    disruption: {consolidationPolicy: %s, consolidateAfter: %s, budgets: "
                    "%s}\n",
                    !simple && fg_snapshot_one_in(snapshot, 4) ? "WhenEmpty"
                                                               : "WhenEmptyOrUnderutilized",
                    !simple && fg_snapshot_one_in(snapshot, 8) ? "Never" : "0s",
                    simple ? budgets[1] : FG_SNAPSHOT_PICK(snapshot, budgets));
}

static struct pool write_pool(struct fg_snapshot *snapshot, uint32_t number)
{
    static const char *const names[MAX_POOLS] = {"general", "data", "web", "batch"};
    static const char *const labels[] = {"", "", ", team: web", ", team: data"};
    struct pool pool = {.labels = snapshot->level > 0 ? FG_SNAPSHOT_PICK(snapshot, labels) : "",
                        .taints = fg_snapshot_random_taints(snapshot),
                        .spot = snapshot->level > 1 && fg_snapshot_one_in(snapshot, 3)};
    strcpy(pool.name, names[number]);
    fg_snapshot_begin(snapshot, "karpenter.sh/v1", "NodePool", NULL, pool.name);
    fg_snapshot_put_age(snapshot, 120000);
    fg_snapshot_put(snapshot, "  spec:\n");
    if (snapshot->level > 0 && fg_snapshot_one_in(snapshot, 3))
        fg_snapshot_put(snapshot, "    weight: %u\n", 1 + fg_snapshot_below(snapshot, 100));
    put_limits(snapshot);
    put_disruption(snapshot);
    fg_snapshot_put(snapshot, "    template:\n");
    if (*pool.labels != '\0')
        fg_snapshot_put(snapshot, "      metadata: {labels: {%s}}\n", pool.labels + 2);
    fg_snapshot_put(snapshot, "      spec:\n        nodeClassRef: {group: karpenter.k8s.aws, kind: "
                              "EC2NodeClass, name: default}\n        expireAfter: 720h\n");
    if (*pool.taints != '\0')
        fg_snapshot_put(snapshot, "        taints: [%s]\n", pool.taints);
    put_requirements(snapshot, &pool);
    return pool;
}

static void write_class(struct fg_snapshot *snapshot)
{
    fg_snapshot_begin(snapshot, "karpenter.k8s.aws/v1", "EC2NodeClass", NULL, "default");
    fg_snapshot_put(snapshot,
                    "  spec:\n    role: node\n    amiSelectorTerms: [{alias: al2023@latest}]\n"
                    "    subnetSelectorTerms: [{tags: {karpenter.sh/discovery: shop}}]\n"
                    "    securityGroupSelectorTerms: [{tags: {karpenter.sh/discovery: shop}}]\n");
    if (snapshot->level > 1 && fg_snapshot_one_in(snapshot, 6))
        fg_snapshot_put(snapshot, "    kubelet: {maxPods: %u}\n",
                        8 + fg_snapshot_below(snapshot, 40));
}

static const char *instance_labels(struct fg_snapshot *snapshot, const struct pool *pool,
                                   const struct fg_snapshot_type *type, bool spot, bool ready)
{
    const char *dot = strchr(type->name, '.');
    return fg_arena_format(
        &snapshot->arena,
        ",\n      karpenter.sh/nodepool: %s, karpenter.sh/capacity-type: %s, "
        "karpenter.sh/registered: \"true\"%s,\n      karpenter.k8s.aws/ec2nodeclass: default, "
        "karpenter.k8s.aws/instance-category: %c, karpenter.k8s.aws/instance-family: %.*s,\n"
        "      karpenter.k8s.aws/instance-generation: \"%c\", karpenter.k8s.aws/instance-size: %s, "
        "karpenter.k8s.aws/instance-cpu: \"%" PRId64
        "\",\n      karpenter.k8s.aws/instance-memory: \"%" PRId64 "\"%s",
        pool->name, spot ? "spot" : "on-demand",
        ready ? ", karpenter.sh/initialized: \"true\"" : "", type->name[0], (int)(dot - type->name),
        type->name, type->name[1], dot + 1, type->vcpu, type->memory_mib, pool->labels);
}

static void add_node(struct fg_snapshot *snapshot, const struct pool *pool)
{
    const struct fg_snapshot_type *type = fg_snapshot_random_type(snapshot);
    struct fg_snapshot_node *node = &snapshot->nodes[snapshot->node_count++];
    bool ready = !fg_snapshot_rolls(snapshot, FG_SNAPSHOT_ODD_NODES, 5);
    bool spot = pool->spot && fg_snapshot_one_in(snapshot, 2);
    sprintf(node->name, "node-%u", snapshot->node_count);
    strcpy(node->pool, pool->name);
    strcpy(node->zone, FG_SNAPSHOT_PICK(snapshot, zones));
    fg_snapshot_take_type(node, type);
    struct fg_snapshot_node_text text = {
        .extra_labels = instance_labels(snapshot, pool, type, spot, ready),
        .annotations = fg_snapshot_rolls(snapshot, FG_SNAPSHOT_BLOCKERS, 8)
                           ? "karpenter.sh/do-not-disrupt: \"true\""
                           : "",
        .taints = pool->taints,
        .age_s = 86400 + fg_snapshot_below(snapshot, 20000),
        .not_ready = !ready,
        .cordoned = fg_snapshot_rolls(snapshot, FG_SNAPSHOT_CORDONS, 8),
        .capacity_cpu_milli = type->vcpu * 1000,
        .capacity_memory_mib = type->memory_mib * 925 / 1000,
    };
    fg_snapshot_write_node(snapshot, node, &text);
}

void fg_snapshot_write_karpenter(struct fg_snapshot *snapshot)
{
    struct pool pools[MAX_POOLS] = {0};
    uint32_t level = snapshot->level;
    bool waiting = snapshot->mode == FG_SNAPSHOT_KARPENTER;
    uint32_t count = 1 + fg_snapshot_below(snapshot, level > 2 ? MAX_POOLS : 1 + level);
    uint32_t nodes = waiting ? fg_snapshot_below(snapshot, 1 + 2 * level)
                             : 2 + fg_snapshot_below(snapshot, 3 + 3 * level);
    uint32_t workloads = 1 + fg_snapshot_below(snapshot, 2 + 2 * level);
    fg_snapshot_write_shared(snapshot);
    write_class(snapshot);
    for (uint32_t i = 0; i < count; i++)
        pools[i] = write_pool(snapshot, i);
    for (uint32_t i = 0; i < nodes; i++)
        add_node(snapshot, &pools[fg_snapshot_below(snapshot, count)]);
    if (!fg_snapshot_one_in(snapshot, 3))
        fg_snapshot_write_daemon_sets(snapshot);
    for (uint32_t i = 0; i < workloads; i++)
        fg_snapshot_add_workload(snapshot);
    if (nodes > 0)
        fg_snapshot_fill_nodes(snapshot, fg_snapshot_below(snapshot, 2 * nodes + 1));
    if (waiting)
        fg_snapshot_write_pending(snapshot, 1 + fg_snapshot_below(snapshot, 4 + 8 * level));
}
