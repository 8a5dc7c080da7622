#include "sim/replay/node_groups.h"

#include "models/ecs.h"
#include "sim/replay/shapes.h"

/* The group's own labels and those that say which group it is. */
static struct fg_pairs labels_of(struct fg_world *world, const struct fg_node_group *group)
{
    struct fg_pairs labels = group->labels;
    fg_shapes_set_label(world, &labels, "alpha.eksctl.io/nodegroup-name", group->name);
    if (group->managed) {
        fg_shapes_set_label(world, &labels, "eks.amazonaws.com/nodegroup", group->name);
        fg_shapes_set_label(world, &labels, "eks.amazonaws.com/capacityType",
                            group->spot ? "SPOT" : "ON_DEMAND");
    }
    return labels;
}

/* Named by the group, or by how its network is set up; 0 = by the ENI formula. */
static int64_t max_pods_of(const struct fg_world *world, const struct fg_node_group *group,
                           const struct fg_instance_type *type)
{
    const struct fg_network_settings *network = &world->cluster->network;
    bool prefixes = network->prefix_delegation || group->prefix_delegation;
    if (group->max_pods > 0 || (!prefixes && !network->custom_networking))
        return group->max_pods;
    int64_t pods = fg_max_pods(type, prefixes, network->custom_networking);
    int64_t cap = fg_max_pods_cap(type);
    return (group->managed || prefixes) && pods > cap ? cap : pods;
}

/* On ECS the instance type says it all, also of a group that is empty. */
static void set_capacity(const struct fg_world *world, const struct fg_node_group *group,
                         struct fg_shape *shape, struct fg_node_capacity *from_zero)
{
    int64_t volume_gib = group->volume.size_gib;
    if (world->cluster->orchestrator == FG_ORCHESTRATOR_ECS) {
        fg_ecs_instance_capacity(&world->cluster->ecs, shape->type, group->max_pods, volume_gib,
                                 &shape->allocatable);
        *from_zero = shape->allocatable;
        return;
    }
    fg_group_allocatable(shape->type, group->managed, max_pods_of(world, group, shape->type),
                         volume_gib, &shape->allocatable);
    fg_group_template_from_zero(shape->type, volume_gib, from_zero);
}

static fg_status open_group(struct fg_world *world, uint32_t number, struct fg_error *error)
{
    struct fg_group_state *state = &world->groups[number];
    const struct fg_node_group *group = &world->cluster->node_groups[number];
    struct fg_shape shape = {.pool = fg_world_group_pool(world, number),
                             .machine = {.volume = &group->volume,
                                         .is_spot = group->spot,
                                         .has_public_ipv4 = group->public_ipv4},
                             .prices = world->prices.groups[number]};
    fg_status status =
        fg_catalog_type(world->input->catalog, group->instance_type, &shape.type, error);
    if (status != FG_OK)
        return status;
    set_capacity(world, group, &shape, &state->from_zero);
    state->group = group;
    state->target = group->desired_capacity;
    state->zone_nodes =
        fg_arena_allocate(&world->arena, group->zone_count, sizeof *state->zone_nodes);
    state->shape = fg_shapes_add(world, &shape);
    state->first_kind = world->shapes.kind_count;
    struct fg_pairs labels = labels_of(world, group);
    for (uint32_t z = 0; z < group->zone_count; z++)
        fg_shapes_add_kind(world, state->shape, group->zones[z], &labels, &group->taints);
    return FG_OK;
}

fg_status fg_node_groups_open(struct fg_world *world, struct fg_error *error)
{
    fg_status status = FG_OK;
    world->group_count = world->cluster->node_group_count;
    world->groups = fg_allocate(world->group_count, sizeof *world->groups);
    for (uint32_t i = 0; status == FG_OK && i < world->group_count; i++)
        status = open_group(world, i, error);
    return status;
}
