#include "tests/support/small_cluster.h"

#include <string.h>

#include "models/base/status.h"

void fg_small_cluster_open(struct fg_small_cluster *cluster)
{
    memset(cluster, 0, sizeof *cluster);
    cluster->settings = fg_cluster_default().autoscaler;
}

void fg_small_cluster_close(struct fg_small_cluster *cluster)
{
    fg_simulation_close(&cluster->simulation);
    fg_state_release(&cluster->state);
}

uint32_t fg_small_class(struct fg_small_cluster *cluster, int64_t cpu_milli, int64_t memory_mib)
{
    uint32_t number = cluster->class_count++;
    FG_ASSERT(number < FG_SMALL_CLASSES);
    cluster->rules[number] =
        (struct fg_pod_rules){.owner_selector = {.nothing = true}, .scored_cpu_milli = -1};
    cluster->specs[number] = (struct fg_pod_spec){
        .namespace_name = "default",
        .workload = "work",
        .kind = FG_KIND_REPLICASET,
        .arch = FG_ARCH_ANY,
        .cpu_milli = cpu_milli,
        .memory_bytes = memory_mib * FG_MIB,
        .cpu_named = true,
        .memory_named = true,
        .spread = "",
        .anti_affinity = "",
        .rules = &cluster->rules[number],
    };
    return number;
}

void fg_small_cluster_seal(struct fg_small_cluster *cluster)
{
    for (uint32_t i = 0; i < cluster->class_count; i++)
        fg_state_add_class(&cluster->state, &cluster->specs[i]);
    fg_state_seal_classes(&cluster->state);
    fg_simulation_open(&cluster->simulation, &cluster->state);
}

uint32_t fg_small_kind(struct fg_small_cluster *cluster, int64_t vcpu, int64_t gibibytes)
{
    const struct fg_state_kind kind = {
        .allocatable = {.cpu_milli = vcpu * 1000, .memory_bytes = gibibytes * FG_GIB, .pods = 110}};
    return fg_state_add_kind(&cluster->state, &kind);
}

uint32_t fg_small_node(struct fg_small_cluster *cluster, uint32_t kind)
{
    uint32_t slot = fg_state_add_node(&cluster->state, kind, NULL);
    fg_state_set_open(&cluster->state, slot, true);
    fg_simulation_look_at(&cluster->simulation, slot);
    return slot;
}

struct fg_scaling_group *fg_small_scaling_group(struct fg_small_cluster *cluster, const char *name,
                                                uint32_t kind, int64_t size, int64_t max_size)
{
    FG_ASSERT(cluster->group_count < FG_SMALL_GROUPS);
    struct fg_scaling_group *group = &cluster->groups[cluster->group_count++];
    *group = (struct fg_scaling_group){
        .name = name,
        .fresh = {.kind = kind},
        .machine = cluster->state.kinds[kind].allocatable,
        .size = size,
        .max_size = max_size,
    };
    return group;
}

struct fg_scale_up_answer fg_small_scale_up(struct fg_small_cluster *cluster,
                                            struct fg_waiting_pods *waiting, uint32_t count)
{
    int64_t nodes = 0;
    for (uint32_t i = 0; i < cluster->group_count; i++)
        nodes += cluster->groups[i].size;
    const struct fg_scale_up_question question = {.settings = &cluster->settings,
                                                  .simulation = &cluster->simulation,
                                                  .group_count = cluster->group_count,
                                                  .groups = cluster->groups,
                                                  .waiting_count = count,
                                                  .waiting = waiting,
                                                  .ready_nodes = nodes};
    struct fg_scale_up_answer answer = {0};
    fg_scale_up_choose(&question, &answer);
    return answer;
}
