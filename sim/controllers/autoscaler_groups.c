#include "sim/controllers/autoscaler_groups.h"

#include <string.h>

#include "sim/controllers/autoscaler_templates.h"

static uint32_t group_of_node(const struct fg_kube_objects *objects,
                              const struct fg_kube_node *node)
{
    const char *name = fg_pairs_find(&node->labels, "eks.amazonaws.com/nodegroup");
    if (name == NULL)
        name = fg_pairs_find(&node->labels, "alpha.eksctl.io/nodegroup-name");
    for (uint32_t i = 0; name != NULL && i < objects->cluster.node_group_count; i++)
        if (strcmp(objects->cluster.node_groups[i].name, name) == 0)
            return i;
    return FG_NO_GROUP;
}

void fg_work_sort_nodes(struct fg_autoscaler_work *work)
{
    const struct fg_kube_objects *objects = work->objects;
    for (uint32_t i = 0; i < objects->node_count; i++) {
        const struct fg_kube_node *node = &objects->nodes[i];
        uint32_t group = work->group_of[i] = group_of_node(objects, node);
        fg_simulation_look_at(&work->simulation, work->view->slot_of_node[i]);
        if (group == FG_NO_GROUP)
            continue;
        work->is_starting[i] =
            !node->ready && node->created != 0 &&
            node->created + work->settings->max_node_startup_time_s > work->view->now;
        work->sizes[group].nodes++;
        work->sizes[group].ready += node->ready;
        work->sizes[group].starting += work->is_starting[i];
    }
    for (uint32_t i = 0; i < objects->cluster.node_group_count; i++)
        work->sizes[i].left = work->sizes[i].nodes;
}

int64_t fg_work_ready_nodes(const struct fg_autoscaler_work *work)
{
    int64_t ready = 0;
    for (uint32_t i = 0; i < work->objects->node_count; i++)
        ready += work->objects->nodes[i].ready;
    return ready;
}

int64_t fg_work_starting_nodes(const struct fg_autoscaler_work *work)
{
    int64_t starting = 0;
    for (uint32_t i = 0; i < work->objects->cluster.node_group_count; i++)
        starting += work->sizes[i].starting;
    return starting;
}

/* ---- health ---- */

/* Too many of so many are not ready. */
static bool is_unhealthy(const struct fg_autoscaler_settings *settings, int64_t unready,
                         int64_t all)
{
    return unready > settings->ok_total_unready_count &&
           unready * 100 > settings->max_total_unready_percentage * all;
}

static int64_t count_unready(const struct fg_autoscaler_work *work)
{
    int64_t unready = 0;
    for (uint32_t i = 0; i < work->objects->node_count; i++)
        unready += !work->objects->nodes[i].ready && !work->is_starting[i];
    return unready;
}

bool fg_work_is_unhealthy(const struct fg_autoscaler_work *work)
{
    return is_unhealthy(work->settings, count_unready(work), work->objects->node_count);
}

void fg_work_replace_starting(struct fg_autoscaler_work *work)
{
    for (uint32_t i = 0; i < work->objects->node_count; i++) {
        if (!work->is_starting[i])
            continue;
        uint32_t slot = work->view->slot_of_node[i];
        fg_simulation_clear_node(&work->simulation, slot);
        fg_simulation_remove_node(&work->simulation, slot);
    }
    for (uint32_t i = 0; i < work->objects->cluster.node_group_count; i++)
        for (int64_t n = 0; n < work->sizes[i].starting; n++)
            fg_simulation_add_node(&work->simulation, &work->groups[i].fresh, NULL);
}

/* ---- groups ---- */

static bool is_template_node(const struct fg_kube_node *node)
{
    for (uint32_t i = 0; i < node->taints.count; i++)
        if (strcmp(node->taints.items[i].key, FG_TAINT_TO_BE_DELETED) == 0)
            return false;
    return node->ready && !node->unschedulable;
}

static uint32_t find_template_node(const struct fg_autoscaler_work *work, uint32_t group)
{
    for (uint32_t i = 0; i < work->objects->node_count; i++)
        if (work->group_of[i] == group && is_template_node(&work->objects->nodes[i]))
            return i;
    return UINT32_MAX;
}

fg_status fg_work_describe_group(struct fg_autoscaler_work *work, uint32_t number,
                                 struct fg_error *error)
{
    const struct fg_node_group *group = &work->objects->cluster.node_groups[number];
    const struct fg_group_sizes *sizes = &work->sizes[number];
    struct fg_scaling_group *out = &work->groups[number];
    uint32_t node = find_template_node(work, number);
    *out = (struct fg_scaling_group){
        .name = group->name,
        .is_from_zero = node == UINT32_MAX,
        .size = sizes->nodes,
        .max_size = group->max_size,
        .is_held = is_unhealthy(work->settings, sizes->nodes - sizes->ready, sizes->nodes),
    };
    if (node != UINT32_MAX) {
        out->machine = work->objects->nodes[node].capacity;
        fg_template_of_node(work->view, &work->out->arena, node, &out->fresh);
        return FG_OK;
    }
    return fg_template_from_zero(work->view, &work->out->arena, group, &out->machine, &out->fresh,
                                 error);
}
