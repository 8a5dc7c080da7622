#include <inttypes.h>
#include <string.h>

#include "tests/support/snapshot_parts.h"

static const struct fg_snapshot_type types[] = {
    {"t3.medium", 2, 4096, 1930, 3246, 17},     {"t3.large", 2, 8192, 1930, 6837, 35},
    {"m6i.large", 2, 8192, 1930, 6903, 29},     {"m6i.xlarge", 4, 16384, 3920, 14162, 58},
    {"m6i.2xlarge", 8, 32768, 7910, 29317, 58}, {"c6i.large", 2, 4096, 1930, 3114, 29},
    {"c6i.xlarge", 4, 8192, 3920, 6584, 58},    {"c6i.2xlarge", 8, 16384, 7910, 14162, 58},
    {"r6i.large", 2, 16384, 1930, 14481, 29},   {"r6i.xlarge", 4, 32768, 3920, 29317, 58},
};

const struct fg_snapshot_type *fg_snapshot_random_type(struct fg_snapshot *snapshot)
{
    return &FG_SNAPSHOT_PICK(snapshot, types);
}

void fg_snapshot_take_type(struct fg_snapshot_node *node, const struct fg_snapshot_type *type)
{
    strcpy(node->type, type->name);
    node->cpu_milli = type->cpu_milli;
    node->memory_mib = type->allocatable_mib;
    node->pods = type->pods;
    node->ephemeral_gib = 17;
}

static void put_labels(struct fg_snapshot *snapshot, const struct fg_snapshot_node *node,
                       const char *extra)
{
    bool odd = fg_snapshot_has(snapshot, FG_SNAPSHOT_ODD_NODES);
    fg_snapshot_put(snapshot, "    labels: {kubernetes.io/os: linux, kubernetes.io/arch: amd64");
    if (!odd || !fg_snapshot_one_in(snapshot, 12))
        fg_snapshot_put(snapshot, ", kubernetes.io/hostname: %s", node->name);
    if (!odd || !fg_snapshot_one_in(snapshot, 10))
        fg_snapshot_put(snapshot,
                        ",\n      topology.kubernetes.io/region: us-east-1, "
                        "topology.kubernetes.io/zone: %s",
                        node->zone);
    if (*node->type != '\0')
        fg_snapshot_put(snapshot, ",\n      node.kubernetes.io/instance-type: %s", node->type);
    fg_snapshot_put(snapshot, "%s}\n", extra);
}

static void put_resources(struct fg_snapshot *snapshot, const char *name, int64_t cpu_milli,
                          int64_t memory_mib, const struct fg_snapshot_node *node)
{
    fg_snapshot_put(snapshot,
                    "    %s: {cpu: %" PRId64 "m, memory: %" PRId64 "Mi, ephemeral-storage: %" PRId64
                    "Gi, pods: \"%" PRId64 "\"",
                    name, cpu_milli, memory_mib, node->ephemeral_gib, node->pods);
    if (node->gpus > 0)
        fg_snapshot_put(snapshot, ", nvidia.com/gpu: \"%" PRId64 "\"", node->gpus);
    if (node->widgets > 0)
        fg_snapshot_put(snapshot, ", example.com/widget: \"%" PRId64 "\"", node->widgets);
    fg_snapshot_put(snapshot, "}\n");
}

/* An image has one size wherever it is. */
static void put_images(struct fg_snapshot *snapshot)
{
    static const char *const images[] = {"a", "b", "c", "d"};
    if (!fg_snapshot_rolls(snapshot, FG_SNAPSHOT_ODD_NODES, 2))
        return;
    fg_snapshot_put(snapshot, "    images:\n");
    for (uint32_t i = 0; i < 4; i++)
        if (i == 0 || fg_snapshot_one_in(snapshot, 2))
            fg_snapshot_put(
                snapshot, "    - {names: [\"registry.example.com/%s:1\"], sizeBytes: %u}\n",
                images[i],
                (uint32_t)((10 + (snapshot->dice.seed * (i + 3) * 90) % 1100) * 1048576));
}

static void put_node_spec(struct fg_snapshot *snapshot, const struct fg_snapshot_node *node,
                          const struct fg_snapshot_node_text *text)
{
    const char *taints = text->taints;
    bool tainted = text->cordoned && fg_snapshot_one_in(snapshot, 2);
    fg_snapshot_put(snapshot, "  spec:\n    providerID: aws:///%s/i-%017u\n", node->zone,
                    snapshot->uid);
    if (text->cordoned)
        fg_snapshot_put(snapshot, "    unschedulable: true\n");
    if (*taints != '\0' || tainted)
        fg_snapshot_put(
            snapshot, "    taints: [%s%s%s]\n", taints, *taints != '\0' && tainted ? ", " : "",
            tainted ? "{key: node.kubernetes.io/unschedulable, effect: NoSchedule}" : "");
}

void fg_snapshot_write_node(struct fg_snapshot *snapshot, const struct fg_snapshot_node *node,
                            const struct fg_snapshot_node_text *text)
{
    fg_snapshot_begin(snapshot, "v1", "Node", NULL, node->name);
    fg_snapshot_put_age(snapshot, text->age_s);
    put_labels(snapshot, node, text->extra_labels);
    if (*text->annotations != '\0')
        fg_snapshot_put(snapshot, "    annotations: {%s}\n", text->annotations);
    put_node_spec(snapshot, node, text);
    fg_snapshot_put(snapshot, "  status:\n");
    put_resources(snapshot, "capacity", text->capacity_cpu_milli, text->capacity_memory_mib, node);
    put_resources(snapshot, "allocatable", node->cpu_milli, node->memory_mib, node);
    put_images(snapshot);
    fg_snapshot_put(snapshot, "    conditions: [{type: Ready, status: \"%s\"}]\n",
                    text->not_ready ? "False" : "True");
}

const char *fg_snapshot_random_taints(struct fg_snapshot *snapshot)
{
    static const char *const taints[] = {
        "{key: team, value: a, effect: NoSchedule}",
        "{key: team, value: b, effect: NoExecute}",
        "{key: team, value: a, effect: PreferNoSchedule}",
        "{key: gpu, value: \"true\", effect: NoSchedule}",
        "{key: slow, effect: PreferNoSchedule}",
    };
    uint32_t first = fg_snapshot_below(snapshot, 5), second = fg_snapshot_below(snapshot, 5);
    if (!fg_snapshot_rolls(snapshot, FG_SNAPSHOT_TAINTS, 3))
        return "";
    if (first == second || fg_snapshot_one_in(snapshot, 2))
        return taints[first];
    return fg_arena_format(&snapshot->arena, "%s, %s", taints[first], taints[second]);
}
