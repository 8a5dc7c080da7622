#include "sim/replay/demand_meter.h"

#include <stdlib.h>
#include <string.h>

/* Pods of a workload that must spread over zones. */
struct fg_spread_demand {
    int64_t max_skew;
    int64_t pods;
    uint32_t zone_count; /* with pods */
    uint32_t zone_capacity;
    int64_t *zone_pods;   /* by the state's zones */
    fg_nanodollars node;  /* the cheapest that holds one of them */
    fg_nanodollars price; /* of the nodes that must run now */
};

/* ---- hours ---- */

static void push_hour(struct fg_demand_meter *meter)
{
    meter->hours =
        fg_grow(meter->hours, &meter->hour_capacity, meter->hour_count + 1, sizeof *meter->hours);
    meter->hours[meter->hour_count++] = (struct fg_demand_hour){meter->sum, meter->market};
}

static void roll(struct fg_demand_meter *meter, int32_t hour)
{
    while (meter->hour < hour) {
        push_hour(meter);
        meter->hour++;
        for (int i = 0; i < FG_DEMAND_PARTS; i++)
            meter->sum.part[i] = meter->rate.part[i] * FG_HOUR_S;
    }
}

static void change(struct fg_world *world, int part, int64_t amount)
{
    world->demand->rate.part[part] += amount;
    world->demand->sum.part[part] += amount * world->clock.hour_left_s;
}

/* ---- the nodes that must run ---- */

static void show_presence(struct fg_world *world)
{
    struct fg_demand_meter *meter = world->demand;
    fg_nanodollars alone = meter->prices[meter->top];
    fg_nanodollars spread = meter->dearest_group > alone ? meter->dearest_group : alone;
    change(world, FG_DEMAND_ALONE, alone - meter->rate.part[FG_DEMAND_ALONE]);
    change(world, FG_DEMAND_SPREAD, spread - meter->rate.part[FG_DEMAND_SPREAD]);
}

static void find_dearest_group(struct fg_world *world)
{
    struct fg_demand_meter *meter = world->demand;
    meter->dearest_group = 0;
    for (uint32_t i = 0; i < world->classes.workload_count; i++)
        if (meter->groups[i] != NULL && meter->groups[i]->price > meter->dearest_group)
            meter->dearest_group = meter->groups[i]->price;
}

/* With an empty zone a zone has at most the skew, so n pods take n / skew zones, rounded up. No
 * more than those they are in: pods that end can leave the others skewed. */
static fg_nanodollars price_of(const struct fg_spread_demand *group)
{
    int64_t zones = (group->pods + group->max_skew - 1) / group->max_skew;
    return group->node * (zones < group->zone_count ? zones : group->zone_count);
}

static void count_in_zone(struct fg_spread_demand *group, uint32_t zone, int64_t pods)
{
    uint32_t before = group->zone_capacity;
    group->zone_pods =
        fg_grow(group->zone_pods, &group->zone_capacity, zone + 1, sizeof *group->zone_pods);
    for (uint32_t i = before; i < group->zone_capacity; i++)
        group->zone_pods[i] = 0;
    group->zone_count -= group->zone_pods[zone] > 0;
    group->zone_pods[zone] += pods;
    group->zone_count += group->zone_pods[zone] > 0;
    group->pods += pods;
}

static void count_spread(struct fg_world *world, uint32_t workload, uint32_t slot, int64_t pods)
{
    struct fg_demand_meter *meter = world->demand;
    struct fg_spread_demand *group = meter->groups[workload];
    count_in_zone(group, world->state.kinds[world->state.kind_of[slot]].zone, pods);
    fg_nanodollars before = group->price;
    group->price = price_of(group);
    if (group->price > meter->dearest_group)
        meter->dearest_group = group->price;
    else if (group->price < before && before == meter->dearest_group)
        find_dearest_group(world);
}

static void count_presence(struct fg_demand_meter *meter, uint32_t class_number, int64_t pods)
{
    bool was_there = meter->running[class_number] > 0;
    meter->running[class_number] += pods;
    bool is_there = meter->running[class_number] > 0;
    uint32_t rank = meter->rank[class_number];
    if (is_there == was_there)
        return;
    meter->present[rank] += is_there ? 1 : UINT32_MAX;
    if (is_there && rank > meter->top)
        meter->top = rank;
    while (meter->top > 0 && meter->present[meter->top] == 0)
        meter->top--;
}

/* ---- pods ---- */

static struct fg_bound_amounts amounts_of(const struct fg_request *request)
{
    return (struct fg_bound_amounts){{
        [FG_BOUND_CPU] = request->cpu_milli,
        [FG_BOUND_MEMORY] = request->memory_bytes / (1024 * 1024),
        [FG_BOUND_PODS] = 1,
        [FG_BOUND_GPU] = request->gpu_milli,
    }};
}

void fg_demand_count_node_pod(struct fg_world *world, uint32_t pod, uint32_t slot, int64_t pods)
{
    struct fg_demand_meter *meter = world->demand;
    const struct fg_pod_class *class = fg_world_class(world, pod);
    struct fg_bound_amounts asked = amounts_of(fg_world_request(world, class->scheduling_class));
    roll(meter, world->clock.hour);
    for (int r = 0; r < FG_BOUND_RESOURCES; r++)
        change(world, FG_DEMAND_NODES + r, pods * asked.of[r]);
    count_presence(meter, class->scheduling_class, pods);
    if (meter->max_skew[class->scheduling_class] > 0)
        count_spread(world, class->workload, slot, pods);
    show_presence(world);
}

/* Of the pod's offer. */
static int first_part(const struct fg_world *world, uint32_t pod)
{
    return FG_DEMAND_FARGATE + (int)fg_world_lane(world, pod)->offer * FG_FARGATE_PARTS;
}

void fg_demand_count_fargate_pod(struct fg_world *world, uint32_t pod, int64_t pods)
{
    const struct fg_pod_class *class = fg_world_class(world, pod);
    roll(world->demand, world->clock.hour);
    for (int part = 0; part < FG_FARGATE_PARTS; part++)
        change(world, first_part(world, pod) + part, pods * class->size.part[part]);
}

static struct fg_demand amounts_of_pod(const struct fg_world *world, uint32_t pod)
{
    const struct fg_pod_class *class = fg_world_class(world, pod);
    struct fg_demand amounts = {{0}};
    if (class->route == FG_ROUTE_FARGATE) {
        memcpy(&amounts.part[first_part(world, pod)], class->size.part, sizeof class->size.part);
        return amounts;
    }
    struct fg_bound_amounts asked = amounts_of(fg_world_request(world, class->scheduling_class));
    memcpy(&amounts.part[FG_DEMAND_NODES], asked.of, sizeof asked.of);
    return amounts;
}

void fg_demand_take_back(struct fg_world *world, uint32_t pod, uint32_t from_s, uint32_t to_s)
{
    struct fg_demand_meter *meter = world->demand;
    struct fg_demand amounts = amounts_of_pod(world, pod);
    fg_unix_s from = world->scenario->start + from_s, to = world->scenario->start + to_s;
    roll(meter, world->clock.hour);
    while (from < to) {
        int32_t hour = (int32_t)(from / FG_HOUR_S);
        fg_unix_s end = (fg_unix_s)(hour + 1) * FG_HOUR_S;
        end = end < to ? end : to;
        struct fg_demand *sum =
            hour == meter->hour ? &meter->sum : &meter->hours[hour - meter->first_hour].sum;
        for (int i = 0; i < FG_DEMAND_PARTS; i++)
            sum->part[i] -= amounts.part[i] * (end - from);
        from = end;
    }
}

/* ---- prices ---- */

static int compare_prices(const void *a, const void *b)
{
    fg_nanodollars left = *(const fg_nanodollars *)a, right = *(const fg_nanodollars *)b;
    return (left > right) - (left < right);
}

static uint32_t rank_of(const struct fg_demand_meter *meter, fg_nanodollars price)
{
    const fg_nanodollars *found =
        bsearch(&price, meter->prices, meter->price_count, sizeof *meter->prices, compare_prices);
    return (uint32_t)(found - meter->prices);
}

static void rank_prices(struct fg_demand_meter *meter, const fg_nanodollars *by_class,
                        uint32_t class_count)
{
    if (class_count > 0)
        memcpy(meter->prices, by_class, class_count * sizeof *by_class);
    meter->prices[class_count] = 0;
    qsort(meter->prices, class_count + 1, sizeof *meter->prices, compare_prices);
    meter->price_count = 0;
    for (uint32_t i = 0; i <= class_count; i++)
        if (i == 0 || meter->prices[i] != meter->prices[meter->price_count - 1])
            meter->prices[meter->price_count++] = meter->prices[i];
    memset(meter->present, 0, (class_count + 1) * sizeof *meter->present);
    meter->top = 0;
    for (uint32_t c = 0; c < class_count; c++) {
        uint32_t rank = meter->rank[c] = rank_of(meter, by_class[c]);
        if (meter->running[c] == 0)
            continue;
        meter->present[rank]++;
        meter->top = rank > meter->top ? rank : meter->top;
    }
}

/* The cheapest node for any of a group's classes. */
static void price_groups(struct fg_world *world)
{
    struct fg_demand_meter *meter = world->demand;
    for (uint32_t i = 0; i < world->classes.workload_count; i++)
        if (meter->groups[i] != NULL)
            meter->groups[i]->node = INT64_MAX;
    for (uint32_t i = 0; i < world->classes.count; i++) {
        const struct fg_pod_class *class = &world->classes.items[i];
        if (class->route != FG_ROUTE_NODES || meter->max_skew[class->scheduling_class] == 0)
            continue;
        struct fg_spread_demand *group = meter->groups[class->workload];
        fg_nanodollars node = meter->prices[meter->rank[class->scheduling_class]];
        group->node = node < group->node ? node : group->node;
    }
    for (uint32_t i = 0; i < world->classes.workload_count; i++)
        if (meter->groups[i] != NULL)
            meter->groups[i]->price = price_of(meter->groups[i]);
    find_dearest_group(world);
}

void fg_demand_price(struct fg_world *world, const fg_nanodollars *by_class)
{
    struct fg_demand_meter *meter = world->demand;
    roll(meter, world->clock.hour);
    meter->market++;
    rank_prices(meter, by_class, world->classes.scheduling_count);
    price_groups(world);
    show_presence(world);
}

/* ---- before and after ---- */

static const struct fg_spread_constraint *zone_constraint(const struct fg_pod_spec *spec)
{
    for (uint32_t i = 0; spec->rules != NULL && i < spec->rules->spread.count; i++) {
        const struct fg_spread_constraint *constraint = &spec->rules->spread.items[i];
        if (constraint->hard && constraint->max_skew > 0 &&
            strcmp(constraint->topology_key, "topology.kubernetes.io/zone") == 0)
            return constraint;
    }
    return NULL;
}

static void open_groups(struct fg_world *world)
{
    struct fg_demand_meter *meter = world->demand;
    for (uint32_t i = 0; i < world->classes.count; i++) {
        const struct fg_pod_class *class = &world->classes.items[i];
        const struct fg_spread_constraint *constraint = zone_constraint(&world->trace->specs[i]);
        if (class->route != FG_ROUTE_NODES || constraint == NULL)
            continue;
        meter->max_skew[class->scheduling_class] = constraint->max_skew;
        struct fg_spread_demand **group = &meter->groups[class->workload];
        if (*group == NULL)
            *group = fg_allocate(1, sizeof **group);
        if (constraint->max_skew > (*group)->max_skew)
            (*group)->max_skew = constraint->max_skew;
    }
}

void fg_demand_open(struct fg_world *world)
{
    uint32_t classes = world->classes.scheduling_count;
    struct fg_demand_meter *meter = world->demand = fg_allocate(1, sizeof *meter);
    meter->hour = meter->first_hour = world->clock.hour;
    meter->running = fg_allocate(classes, sizeof *meter->running);
    meter->rank = fg_allocate(classes, sizeof *meter->rank);
    meter->max_skew = fg_allocate(classes, sizeof *meter->max_skew);
    meter->prices = fg_allocate(classes + 1, sizeof *meter->prices);
    meter->present = fg_allocate(classes + 1, sizeof *meter->present);
    meter->groups = fg_allocate(world->classes.workload_count, sizeof(struct fg_spread_demand *));
    open_groups(world);
}

void fg_demand_close(struct fg_world *world)
{
    push_hour(world->demand);
}

void fg_demand_release(struct fg_world *world)
{
    struct fg_demand_meter *meter = world->demand;
    if (meter == NULL)
        return;
    for (uint32_t i = 0; i < world->classes.workload_count; i++) {
        if (meter->groups[i] != NULL)
            free(meter->groups[i]->zone_pods);
        free(meter->groups[i]);
    }
    free(meter->groups);
    free(meter->hours);
    free(meter->running);
    free(meter->rank);
    free(meter->prices);
    free(meter->present);
    free(meter->max_skew);
    free(meter);
}
