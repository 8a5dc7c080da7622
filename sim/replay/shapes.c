#include "sim/replay/shapes.h"

#include <stdlib.h>
#include <string.h>

#include "sim/replay/daemon_sets.h"

uint32_t fg_shapes_add(struct fg_world *world, const struct fg_shape *shape)
{
    struct fg_shapes *shapes = &world->shapes;
    shapes->items =
        fg_grow((void *)shapes->items, &shapes->capacity, shapes->count + 1, sizeof *shapes->items);
    struct fg_shape *own = fg_allocate(1, sizeof *own);
    *own = *shape;
    own->meter = (struct fg_node_meter){
        .pool = world->pool_names[shape->pool],
        .prices = &own->prices,
        .node_units = fg_units_of(shape->allocatable.cpu_milli, shape->allocatable.memory_bytes,
                                  shape->allocatable.gpu_milli),
    };
    fg_node_meter_open(&own->meter, &world->bill, world->clock.hour);
    own->system_share = fg_node_meter_share(&own->meter, &world->bill, "", FG_WORKLOAD_SYSTEM, "");
    own->shares = fg_allocate(world->classes.owner_count, sizeof *own->shares);
    for (uint32_t i = 0; i < world->classes.owner_count; i++)
        own->shares[i] = UINT32_MAX;
    shapes->items[shapes->count] = own;
    return shapes->count++;
}

/* A meter's accounts go by the sku, and it opens new ones after a change of prices too. */
static void keep_skus(const struct fg_node_prices *old, struct fg_node_prices *prices)
{
    for (uint32_t i = 0; i < prices->count && i < old->count; i++)
        if (old->items[i].charge == prices->items[i].charge)
            prices->items[i].sku = old->items[i].sku;
}

fg_status fg_shapes_reprice(struct fg_world *world, uint32_t number, struct fg_error *error)
{
    struct fg_shape *shape = world->shapes.items[number];
    struct fg_scenario priced = *world->scenario;
    struct fg_node_prices prices = {0};
    priced.price_day = world->price_day;
    shape->machine.type = shape->type;
    shape->machine.pool = world->pool_names[shape->pool];
    fg_status status =
        fg_price_book_read_machine(&priced, world->input->catalog, &shape->machine, &prices, error);
    if (status != FG_OK)
        return status;
    fg_node_meter_roll(&shape->meter, &world->bill, world->clock.hour);
    keep_skus(&shape->prices, &prices);
    shape->prices = prices;
    fg_node_meter_reprice(&shape->meter, &world->bill);
    return FG_OK;
}

void fg_shapes_set_label(struct fg_world *world, struct fg_pairs *labels, const char *key,
                         const char *value)
{
    struct fg_pair *items =
        fg_arena_allocate(&world->arena, (size_t)labels->count + 1, sizeof *items);
    uint32_t count = 0;
    for (uint32_t i = 0; i < labels->count; i++)
        if (strcmp(labels->items[i].key, key) != 0)
            items[count++] = labels->items[i];
    items[count++] = (struct fg_pair){key, value};
    *labels = (struct fg_pairs){count, items};
}

uint32_t fg_shapes_add_kind(struct fg_world *world, uint32_t shape_number, const char *zone,
                            const struct fg_pairs *labels, const struct fg_taints *taints)
{
    const struct fg_shape *shape = world->shapes.items[shape_number];
    struct fg_pairs all = *labels;
    fg_shapes_set_label(world, &all, "kubernetes.io/arch", fg_arch_name(shape->type->arch));
    fg_shapes_set_label(world, &all, "kubernetes.io/os", "linux");
    fg_shapes_set_label(world, &all, "node.kubernetes.io/instance-type", shape->type->name);
    fg_shapes_set_label(world, &all, "topology.kubernetes.io/region", world->scenario->region);
    fg_shapes_set_label(world, &all, "topology.kubernetes.io/zone", zone);
    fg_pairs_sort(&all);
    uint32_t kind = fg_state_add_kind(&world->state, &(struct fg_state_kind){
                                                         .labels = all,
                                                         .taints = *taints,
                                                         .arch = shape->type->arch,
                                                         .allocatable = shape->allocatable,
                                                     });
    world->shapes.kinds = fg_grow(world->shapes.kinds, &world->shapes.kind_capacity, kind + 1,
                                  sizeof *world->shapes.kinds);
    world->shapes.kinds[kind] = (struct fg_shape_kind){.shape = shape_number};
    world->shapes.kind_count = kind + 1;
    fg_daemon_sets_on_kind(world, kind);
    return kind;
}

uint32_t fg_shape_share(struct fg_world *world, uint32_t shape_number, uint32_t owner_number)
{
    struct fg_shape *shape = world->shapes.items[shape_number];
    const struct fg_cost_owner *owner = &world->classes.owners[owner_number];
    const struct fg_workload *workload = &world->classes.workloads[owner->workload];
    if (shape->shares[owner_number] == UINT32_MAX)
        shape->shares[owner_number] =
            fg_node_meter_share(&shape->meter, &world->bill, workload->namespace_name,
                                workload->workload, owner->group);
    return shape->shares[owner_number];
}

void fg_shapes_release(struct fg_shapes *shapes)
{
    for (uint32_t i = 0; i < shapes->count; i++) {
        fg_node_meter_release(&shapes->items[i]->meter);
        free(shapes->items[i]->shares);
        free(shapes->items[i]);
    }
    free((void *)shapes->items);
    free(shapes->kinds);
    memset(shapes, 0, sizeof *shapes);
}
