#include <inttypes.h>
#include <string.h>

#include "tests/support/snapshot_parts.h"

enum { MAX_GROUPS = 6 };

struct group {
    char name[8];
    const struct fg_snapshot_type *type;
    const char *labels, *taints; /* flow YAML, as a node's */
    uint32_t min, max, size, zone_count;
    bool spot;
};

static const char *const zones[] = {"us-east-1a", "us-east-1b", "us-east-1c"};

static struct group make_group(struct fg_snapshot *snapshot, uint32_t number)
{
    static const char *const tiers[] = {"", "", ", tier: web", ", tier: db"};
    static const char *const disks[] = {"", "", ", disk: ssd"};
    struct group group = {.type = fg_snapshot_random_type(snapshot)};
    sprintf(group.name, "ng-%c", (char)('a' + number));
    if (snapshot->level > 0) {
        const char *tier = FG_SNAPSHOT_PICK(snapshot, tiers);
        group.labels =
            fg_arena_format(&snapshot->arena, "%s%s", tier, FG_SNAPSHOT_PICK(snapshot, disks));
    } else {
        group.labels = "";
    }
    group.taints = fg_snapshot_random_taints(snapshot);
    group.size = fg_snapshot_below(snapshot, 2 + snapshot->level);
    group.min = fg_snapshot_below(snapshot, group.size + 1);
    if (fg_snapshot_one_in(snapshot, 2))
        group.min = 0;
    group.max = group.size + fg_snapshot_below(snapshot, 8);
    group.max = group.max == 0 ? 1 : group.max;
    group.zone_count = fg_snapshot_one_in(snapshot, 3) ? 2 : 1;
    group.spot = fg_snapshot_one_in(snapshot, 6);
    return group;
}

static void add_node(struct fg_snapshot *snapshot, const struct group *group, uint32_t number)
{
    struct fg_snapshot_node *node = &snapshot->nodes[snapshot->node_count++];
    sprintf(node->name, "%s-%u", group->name, number + 1);
    strcpy(node->pool, group->name);
    strcpy(node->zone, zones[number % group->zone_count]);
    fg_snapshot_take_type(node, group->type);
    struct fg_snapshot_node_text text = {
        .extra_labels = fg_arena_format(
            &snapshot->arena,
            ",\n      eks.amazonaws.com/nodegroup: %s, alpha.eksctl.io/nodegroup-name: %s, "
            "eks.amazonaws.com/capacityType: %s%s",
            group->name, group->name, group->spot ? "SPOT" : "ON_DEMAND", group->labels),
        .annotations = fg_snapshot_rolls(snapshot, FG_SNAPSHOT_BLOCKERS, 8)
                           ? "cluster-autoscaler.kubernetes.io/scale-down-disabled: \"true\""
                           : "",
        .taints = group->taints,
        .age_s = 90000 + fg_snapshot_below(snapshot, 10000),
        .cordoned = fg_snapshot_rolls(snapshot, FG_SNAPSHOT_CORDONS, 6),
        .capacity_cpu_milli = group->type->vcpu * 1000,
        .capacity_memory_mib = group->type->memory_mib * 925 / 1000,
    };
    fg_snapshot_write_node(snapshot, node, &text);
}

/* The eksctl document that the groups came from. */
static void put_group(struct fg_snapshot *snapshot, const struct group *group)
{
    fg_snapshot_put(snapshot,
                    "- name: %s\n  instanceType: %s\n  minSize: %u\n  maxSize: %u\n"
                    "  desiredCapacity: %u\n  spot: %s\n",
                    group->name, group->type->name, group->min, group->max, group->size,
                    group->spot ? "true" : "false");
    if (*group->labels != '\0')
        fg_snapshot_put(snapshot, "  labels: {%s}\n", group->labels + 2);
    if (*group->taints != '\0')
        fg_snapshot_put(snapshot, "  taints: [%s]\n", group->taints);
    fg_snapshot_put(snapshot, "  availabilityZones: [%s%s%s]\n", zones[0],
                    group->zone_count > 1 ? ", " : "", group->zone_count > 1 ? zones[1] : "");
}

/* Half of the snapshots have pods that wait, so that nodes are added; in the others nodes may go.
 */
void fg_snapshot_write_autoscaler(struct fg_snapshot *snapshot)
{
    struct group groups[MAX_GROUPS] = {0};
    uint32_t level = snapshot->level, count = 1 + fg_snapshot_below(snapshot, 1 + level);
    uint32_t workloads = 1 + fg_snapshot_below(snapshot, 2 + 2 * level);
    fg_snapshot_write_shared(snapshot);
    for (uint32_t i = 0; i < count; i++) {
        groups[i] = make_group(snapshot, i);
        for (uint32_t n = 0; n < groups[i].size; n++)
            add_node(snapshot, &groups[i], n);
    }
    if (snapshot->node_count == 0) {
        groups[0].size = 1;
        groups[0].max += 1;
        add_node(snapshot, &groups[0], 0);
    }
    if (!fg_snapshot_one_in(snapshot, 3))
        fg_snapshot_write_daemon_sets(snapshot);
    for (uint32_t i = 0; i < workloads; i++)
        fg_snapshot_add_workload(snapshot);
    fg_snapshot_fill_nodes(snapshot, fg_snapshot_below(snapshot, 3 * snapshot->node_count + 1));
    if (fg_snapshot_one_in(snapshot, 2))
        fg_snapshot_write_pending(snapshot, 1 + fg_snapshot_below(snapshot, 4 + 8 * level));
    fg_snapshot_put(snapshot, "---\napiVersion: eksctl.io/v1alpha5\nkind: ClusterConfig\n"
                              "metadata: {name: shop, region: us-east-1}\nmanagedNodeGroups:\n");
    for (uint32_t i = 0; i < count; i++)
        put_group(snapshot, &groups[i]);
}
