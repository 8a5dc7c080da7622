/* What Karpenter would do now: nodes for pending pods, and what its disruption would take away. */
#include "sim/commands/decide_karpenter.h"

#include <stdio.h>

static const struct fg_kube_pod *pod_of(const struct fg_karpenter_view *view, uint32_t number)
{
    return &view->snapshot->objects.pods[view->pod_of[number]];
}

static void put_types(struct fg_json_writer *json, const struct fg_karpenter_view *view,
                      const struct fg_karpenter_claim *claim)
{
    const struct fg_karpenter_types *types = fg_karpenter_pool_types(view->karpenter, claim->pool);
    fg_json_key(json, "instance_types");
    fg_json_open(json, '[');
    for (uint32_t i = 0; i < claim->type_count; i++)
        fg_json_put_text(json, types->types[claim->types[i]]->name);
    fg_json_close(json, ']');
}

static void put_launch_type(struct fg_json_writer *json, const char *key,
                            const struct fg_karpenter_view *view,
                            const struct fg_karpenter_claim *claim)
{
    const struct fg_karpenter_types *types = fg_karpenter_pool_types(view->karpenter, claim->pool);
    fg_json_key(json, key);
    if (claim->launch.is_possible)
        fg_json_put_text(json, types->types[claim->launch.type]->name);
    else
        fg_json_put_null(json);
}

static void put_launch(struct fg_json_writer *json, const struct fg_karpenter_view *view,
                       const struct fg_karpenter_claim *claim)
{
    const struct fg_karpenter_types *types = fg_karpenter_pool_types(view->karpenter, claim->pool);
    const struct fg_karpenter_launch *launch = &claim->launch;
    put_launch_type(json, "launch", view, claim);
    if (!launch->is_possible) {
        fg_json_key(json, "usd_per_hour");
        fg_json_put_null(json);
        return;
    }
    fg_json_named_usd(json, "usd_per_hour", launch->price);
    fg_json_named_text(
        json, "zone",
        fg_words_text(fg_karpenter_words(view->karpenter), types->zones[launch->zone]));
    fg_json_named_text(json, "capacity_type", fg_capacity_type_name(launch->capacity));
}

static void put_claim(struct fg_json_writer *json, const struct fg_karpenter_view *view,
                      const struct fg_karpenter_claim *claim)
{
    fg_json_open(json, '{');
    fg_json_named_text(json, "node_pool",
                       view->snapshot->objects.cluster.node_pools[claim->pool].name);
    fg_json_key(json, "pods");
    fg_json_open(json, '[');
    for (uint32_t i = 0; i < claim->pod_count; i++)
        fg_decide_put_pod(json, pod_of(view, claim->pods[i]));
    fg_json_close(json, ']');
    put_types(json, view, claim);
    put_launch(json, view, claim);
    fg_json_close(json, '}');
}

static void put_provisioning(struct fg_json_writer *json, const struct fg_karpenter_view *view,
                             const struct fg_karpenter_solution *solution)
{
    fg_json_key(json, "node_claims");
    fg_json_open(json, '[');
    for (uint32_t i = 0; i < solution->claim_count; i++)
        put_claim(json, view, &solution->claims[i]);
    fg_json_close(json, ']');
    fg_json_key(json, "unschedulable");
    fg_json_open(json, '{');
    for (uint32_t i = 0; i < solution->pod_count; i++) {
        if (solution->reasons[i] == NULL)
            continue;
        fg_decide_put_pod_key(json, pod_of(view, i));
        fg_json_put_text(json, solution->reasons[i]);
    }
    fg_json_close(json, '}');
}

/* Pods for which there is room on nodes that are there. */
static void put_placements(struct fg_json_writer *json, const struct fg_karpenter_view *view,
                           const struct fg_karpenter_solution *solution)
{
    fg_json_key(json, "placements");
    fg_json_open(json, '{');
    for (uint32_t i = 0; i < solution->pod_count; i++) {
        uint32_t place = solution->places[i];
        if (place == FG_PLACE_NONE || (place & FG_PLACE_CLAIM) != 0)
            continue;
        fg_decide_put_pod_key(json, pod_of(view, i));
        fg_json_put_text(json, view->snapshot->state.name_of[place]);
    }
    fg_json_close(json, '}');
}

static void put_command(struct fg_json_writer *json, const struct fg_karpenter_view *view,
                        const struct fg_disruption_command *command)
{
    const struct fg_karpenter_solution *solution = &command->solution;
    fg_json_open(json, '{');
    fg_json_named_text(json, "method", fg_karpenter_method_name(command->method));
    fg_json_key(json, "remove");
    fg_json_open(json, '[');
    for (uint32_t i = 0; i < command->node_count; i++)
        fg_json_put_text(json, view->snapshot->state.name_of[command->nodes[i].slot]);
    fg_json_close(json, ']');
    if (solution->claim_count > 0) {
        put_launch_type(json, "replace_with", view, &solution->claims[0]);
        put_types(json, view, &solution->claims[0]);
    } else {
        fg_json_key(json, "replace_with");
        fg_json_put_null(json);
    }
    fg_json_named_usd(json, "saves_usd_per_hour",
                      fg_karpenter_command_savings(view->karpenter, command));
    fg_json_close(json, '}');
}

static void put_consolidation(struct fg_json_writer *json, struct fg_karpenter_view *view)
{
    struct fg_disruption *disruption = fg_karpenter_disruption_new(view->karpenter);
    struct fg_disruption_command command = {0};
    struct fg_disruption_world world;
    fg_karpenter_view_add_disruption(view, &world);
    fg_json_key(json, "consolidation");
    if (fg_karpenter_disruption_decide(disruption, &world, &command))
        put_command(json, view, &command);
    else
        fg_json_put_null(json);
    fg_karpenter_command_release(&command);
    fg_karpenter_disruption_free(disruption);
}

fg_status fg_decide_karpenter(struct fg_snapshot *snapshot, struct fg_error *error)
{
    struct fg_json_writer json = {.out = stdout, .layout = FG_JSON_ONE_LINE};
    struct fg_karpenter_view view;
    struct fg_karpenter_solution solution = {0};
    (void)error;
    fg_karpenter_view_open(&view, snapshot);
    const struct fg_karpenter_problem problem = {
        .state = &snapshot->state,
        .nodes = view.nodes,
        .pod_count = view.pod_count,
        .pods = view.pods,
    };
    fg_karpenter_solve(view.karpenter, &problem, &solution);
    fg_json_open(&json, '{');
    put_provisioning(&json, &view, &solution);
    put_consolidation(&json, &view);
    put_placements(&json, &view, &solution);
    fg_json_close(&json, '}');
    fg_json_finish(&json);
    fg_karpenter_solution_release(&solution);
    fg_karpenter_view_release(&view);
    return FG_OK;
}
