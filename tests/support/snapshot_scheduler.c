#include <string.h>

#include "tests/support/snapshot_parts.h"

static const char *const zones[] = {"us-east-1a", "us-east-1b", "us-east-1c"};

static const char *random_labels(struct fg_snapshot *snapshot)
{
    static const char *const tiers[] = {"", "", ", tier: web", ", tier: db"};
    static const char *const disks[] = {"", ", disk: ssd", ", disk: hdd"};
    static const char *const gens[] = {"", ", gen: \"3\"", ", gen: \"5\"", ", gen: \"7\"",
                                       ", gen: five"};
    const char *tier = FG_SNAPSHOT_PICK(snapshot, tiers), *disk = FG_SNAPSHOT_PICK(snapshot, disks);
    return fg_arena_format(&snapshot->arena, "%s%s%s", tier, disk,
                           FG_SNAPSHOT_PICK(snapshot, gens));
}

static void add_node(struct fg_snapshot *snapshot)
{
    static const int64_t cpus[] = {940, 1930, 1930, 3920, 4000};
    static const int64_t memories[] = {1500, 3246, 6903, 6903, 14162};
    static const int64_t pods[] = {3, 8, 29, 110};
    struct fg_snapshot_node *node = &snapshot->nodes[snapshot->node_count++];
    sprintf(node->name, "node-%u", snapshot->node_count);
    strcpy(node->zone, FG_SNAPSHOT_PICK(snapshot, zones));
    node->cpu_milli = FG_SNAPSHOT_PICK(snapshot, cpus);
    node->memory_mib = FG_SNAPSHOT_PICK(snapshot, memories);
    node->pods = FG_SNAPSHOT_PICK(snapshot, pods);
    node->ephemeral_gib = 10 + fg_snapshot_below(snapshot, 30);
    if (fg_snapshot_rolls(snapshot, FG_SNAPSHOT_EXTENDED, 2))
        node->gpus = 1 + fg_snapshot_below(snapshot, 4);
    if (fg_snapshot_rolls(snapshot, FG_SNAPSHOT_EXTENDED, 2))
        node->widgets = 1 + fg_snapshot_below(snapshot, 4);
    struct fg_snapshot_node_text text = {
        .extra_labels = random_labels(snapshot),
        .annotations = "",
        .taints = fg_snapshot_random_taints(snapshot),
        .age_s = 100000 + fg_snapshot_below(snapshot, 20000),
        .cordoned = fg_snapshot_rolls(snapshot, FG_SNAPSHOT_CORDONS, 4),
        .capacity_cpu_milli = node->cpu_milli + 80,
        .capacity_memory_mib = node->memory_mib + 700,
    };
    fg_snapshot_write_node(snapshot, node, &text);
}

void fg_snapshot_write_scheduler(struct fg_snapshot *snapshot)
{
    uint32_t level = snapshot->level;
    uint32_t nodes = 1 + level / 2 + fg_snapshot_below(snapshot, 3 + 2 * level);
    uint32_t workloads = 1 + fg_snapshot_below(snapshot, 2 + 2 * level);
    if (level > 1 && fg_snapshot_one_in(snapshot, 40))
        nodes = 101 + fg_snapshot_below(snapshot, 60);
    fg_snapshot_write_shared(snapshot);
    for (uint32_t i = 0; i < nodes; i++)
        add_node(snapshot);
    for (uint32_t i = 0; i < workloads; i++)
        fg_snapshot_add_workload(snapshot);
    fg_snapshot_fill_nodes(snapshot, fg_snapshot_below(snapshot, 4 * nodes + 1));
    fg_snapshot_write_pending(snapshot, 1 + fg_snapshot_below(snapshot, 3 + 3 * level));
}
