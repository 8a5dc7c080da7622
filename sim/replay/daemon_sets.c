/* DaemonSets: one pod on every node that takes it, there from the moment the node is ready,
 * whenever the DaemonSet itself came. Which nodes of a group take it is decided by the labels of
 * the group's first zone. */
#include "sim/replay/daemon_sets.h"

#include <stdlib.h>
#include <string.h>

static bool takes(const struct fg_world *world, const struct fg_group_state *group,
                  const struct fg_pairs *selector, const struct fg_tolerations *tolerations)
{
    const struct fg_node_kind *kind = &world->kinds[group->first_kind];
    return fg_pairs_contain(&kind->labels, selector) &&
           fg_taints_find_untolerated(&group->group->taints, tolerations) == NULL;
}

static void add_template(struct fg_world *world, const struct fg_request *request, uint32_t pod,
                         const struct fg_pairs *selector, const struct fg_tolerations *tolerations,
                         const enum fg_arch *arch)
{
    world->daemons = fg_grow(world->daemons, &world->daemon_capacity, world->daemon_count + 1,
                             sizeof *world->daemons);
    struct fg_daemon_template *template = &world->daemons[world->daemon_count++];
    *template = (struct fg_daemon_template){
        .request = *request,
        .pod = pod,
        .taken = fg_arena_allocate(&world->arena, world->group_count, sizeof(bool)),
    };
    for (uint32_t i = 0; i < world->group_count; i++) {
        struct fg_group_state *group = &world->groups[i];
        if ((arch != NULL && group->type->arch != *arch) ||
            !takes(world, group, selector, tolerations) ||
            !fg_scheduler_fits(&group->allocatable, &group->daemons, request))
            continue;
        fg_use_add(&group->daemons, request, 1);
        group->daemon_units +=
            fg_units_of(request->cpu_milli, request->memory_bytes, request->gpu_milli);
        template->taken[i] = true;
    }
}

static void add_from_study(struct fg_world *world)
{
    for (uint32_t i = 0; i < world->cluster->daemon_set_count; i++) {
        const struct fg_daemon_set *set = &world->cluster->daemon_sets[i];
        const struct fg_request request = {
            .cpu_milli = set->cpu_milli,
            .memory_bytes = set->memory_bytes,
            .scored_cpu_milli = set->cpu_milli,
            .scored_memory_bytes = set->memory_bytes,
        };
        add_template(world, &request, FG_NO_POD, &set->node_selector, &set->tolerations, NULL);
    }
}

void fg_daemon_sets_open(struct fg_world *world)
{
    add_from_study(world);
    bool any = false;
    for (uint32_t i = 0; i < world->classes.count; i++)
        any |= world->classes.items[i].route == FG_ROUTE_TEMPLATE;
    for (uint32_t pod = 0; any && pod < world->trace->pod_count; pod++) {
        if (fg_world_class(world, pod)->route != FG_ROUTE_TEMPLATE ||
            world->trace->arrival_s[pod] >= world->cut_s)
            continue;
        const struct fg_pod_spec *spec = &world->trace->specs[fg_trace_spec(world->trace, pod)];
        struct fg_request request = fg_request_of(spec);
        add_template(world, &request, pod, &spec->node_selector, &spec->tolerations, &spec->arch);
    }
}

/* The first group whose nodes took it, or UINT32_MAX. */
static uint32_t group_of(const struct fg_world *world, const struct fg_daemon_template *template)
{
    for (uint32_t group = 0; group < world->group_count; group++)
        if (template->taken[group] && world->groups[group].was_ready)
            return group;
    return UINT32_MAX;
}

static bool any_node(const struct fg_world *world)
{
    for (uint32_t group = 0; group < world->group_count; group++)
        if (world->groups[group].was_ready)
            return true;
    return false;
}

/* A DaemonSet of a cluster without nodes has no pods, so none of them is missing. */
void fg_daemon_sets_close(struct fg_world *world)
{
    bool nodes = any_node(world);
    for (uint32_t i = 0; i < world->daemon_count; i++) {
        const struct fg_daemon_template *template = &world->daemons[i];
        if (template->pod == FG_NO_POD || template->pod >= world->next_arrival)
            continue;
        uint32_t group = group_of(world, template);
        bool taken = group != UINT32_MAX;
        world->pods[template->pod].start_s = world->trace->arrival_s[template->pod];
        fg_world_finish(world, template->pod,
                        taken ? fg_world_group_pool(world, group) : fg_world_cluster_pool(world),
                        taken || !nodes ? FG_OUTCOME_RUNNING : FG_OUTCOME_PENDING,
                        taken || !nodes ? "" : "no node takes this DaemonSet", 0);
    }
}
