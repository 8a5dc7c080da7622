/* DaemonSets: one pod on every node that takes it, there from the moment the node is ready,
 * whenever the DaemonSet itself came. */
#include "sim/replay/daemon_sets.h"

#include <stdlib.h>
#include <string.h>

#include "sim/replay/pod_outcome.h"

static void add_template(struct fg_world *world, const struct fg_daemon_template *template)
{
    world->daemons = fg_grow(world->daemons, &world->daemon_capacity, world->daemon_count + 1,
                             sizeof *world->daemons);
    world->daemons[world->daemon_count++] = *template;
}

static void add_from_study(struct fg_world *world)
{
    for (uint32_t i = 0; i < world->cluster->daemon_set_count; i++) {
        const struct fg_daemon_set *set = &world->cluster->daemon_sets[i];
        add_template(world, &(struct fg_daemon_template){
                                .request = {.cpu_milli = set->cpu_milli,
                                            .memory_bytes = set->memory_bytes,
                                            .scored_cpu_milli = set->cpu_milli,
                                            .scored_memory_bytes = set->memory_bytes},
                                .pod = FG_NO_POD,
                                .selector = &set->node_selector,
                                .tolerations = &set->tolerations,
                                .arch = FG_ARCH_ANY,
                                .pool = UINT32_MAX,
                            });
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
        add_template(world, &(struct fg_daemon_template){
                                .request = fg_request_of(spec),
                                .pod = pod,
                                .selector = &spec->node_selector,
                                .tolerations = &spec->tolerations,
                                .arch = spec->arch,
                                .pool = UINT32_MAX,
                            });
    }
}

static bool takes(const struct fg_state_kind *kind, const struct fg_daemon_template *template,
                  const struct fg_node_use *daemons)
{
    return (template->arch == FG_ARCH_ANY || template->arch == kind->arch) &&
           fg_pairs_contain(&kind->labels, template->selector) &&
           fg_taints_find_untolerated(&kind->taints, template->tolerations) == NULL &&
           fg_scheduler_fits(&kind->allocatable, daemons, &template->request);
}

void fg_daemon_sets_on_kind(struct fg_world *world, uint32_t number)
{
    struct fg_shape_kind *kind = &world->shapes.kinds[number];
    kind->takes = fg_arena_allocate(&world->arena, world->daemon_count, sizeof *kind->takes);
    for (uint32_t i = 0; i < world->daemon_count; i++) {
        const struct fg_request *request = &world->daemons[i].request;
        kind->takes[i] = takes(&world->state.kinds[number], &world->daemons[i], &kind->daemons);
        if (!kind->takes[i])
            continue;
        fg_use_add(&kind->daemons, request, 1);
        kind->daemon_units +=
            fg_units_of(request->cpu_milli, request->memory_bytes, request->gpu_milli);
    }
}

void fg_daemon_sets_run_on(struct fg_world *world, uint32_t number)
{
    const struct fg_shape_kind *kind = &world->shapes.kinds[number];
    uint32_t pool = world->shapes.items[kind->shape]->pool;
    world->any_node_was_ready = true;
    for (uint32_t i = 0; i < world->daemon_count; i++)
        if (kind->takes[i] && pool < world->daemons[i].pool)
            world->daemons[i].pool = pool;
}

/* A DaemonSet of a cluster without nodes has no pods, so none of them is missing. */
void fg_daemon_sets_close(struct fg_world *world)
{
    for (uint32_t i = 0; i < world->daemon_count; i++) {
        const struct fg_daemon_template *template = &world->daemons[i];
        if (template->pod == FG_NO_POD || template->pod >= world->next_arrival)
            continue;
        bool taken = template->pool != UINT32_MAX, runs = taken || !world->any_node_was_ready;
        world->pods[template->pod].start_s = world->trace->arrival_s[template->pod];
        fg_pod_finish(world, template->pod, taken ? template->pool : fg_world_cluster_pool(world),
                      runs ? FG_OUTCOME_RUNNING : FG_OUTCOME_PENDING,
                      runs ? "" : "no node takes this DaemonSet", 0);
    }
}
