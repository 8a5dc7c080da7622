#include "sim/replay/provisioner.h"

#include <stdlib.h>
#include <string.h>

#include "sim/replay/addresses.h"
#include "sim/replay/disruption_facts.h"
#include "sim/replay/node_life.h"
#include "sim/replay/shapes.h"
#include "sim/replay/vcpu_quota.h"

/* ---- the market ---- */

static fg_nanodollars price_of(const void *context, const struct fg_instance_type *type,
                               const char *zone, enum fg_capacity_type capacity)
{
    const struct fg_world *world = context;
    struct fg_scenario priced = *world->scenario;
    struct fg_found_price found;
    struct fg_error unknown = {0};
    if (!fg_zone_works(&world->zones, zone))
        return -1;
    priced.price_day = world->price_day;
    fg_status status =
        capacity == FG_CAPACITY_SPOT
            ? fg_price_book_spot(&priced, world->input->catalog, type->name, &found, &unknown)
            : fg_catalog_price(world->input->catalog, type->name, priced.region, "",
                               priced.price_day, &found, &unknown);
    return status == FG_OK ? found.nano : -1;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Those of the cluster's subnets; without subnets the region's a to c. */
static void find_zones(struct fg_world *world, struct fg_provisioner *provisioner)
{
    const struct fg_cluster *cluster = world->cluster;
    uint32_t count = cluster->subnet_count > 0 ? cluster->subnet_count : 3;
    const char **zones = fg_arena_allocate(&world->arena, count, sizeof *zones);
    for (uint32_t i = 0; i < count; i++)
        zones[i] = cluster->subnet_count > 0
                       ? cluster->subnets[i].zone
                       : fg_arena_format(&world->arena, "%s%c", world->scenario->region, 'a' + i);
    qsort((void *)zones, count, sizeof *zones, compare_names);
    for (uint32_t i = 0; i < count; i++)
        if (i == 0 || strcmp(zones[i], zones[provisioner->zone_count - 1]) != 0)
            zones[provisioner->zone_count++] = zones[i];
    provisioner->zones = zones;
}

static struct fg_pod_spec daemon_spec(const struct fg_daemon_template *template)
{
    return (struct fg_pod_spec){
        .kind = FG_KIND_DAEMONSET,
        .arch = template->arch,
        .namespace_name = "kube-system",
        .workload = "",
        .node_selector = *template->selector,
        .tolerations = *template->tolerations,
        .cpu_milli = template->request.cpu_milli,
        .memory_bytes = template->request.memory_bytes,
        .ephemeral_bytes = template->request.ephemeral_bytes,
        .gpu_milli = template->request.gpu_milli,
        .cpu_named = true,
        .memory_named = true,
    };
}

void fg_provisioner_open(struct fg_world *world)
{
    const struct fg_cluster *cluster = world->cluster;
    if (cluster->node_pool_count == 0)
        return;
    struct fg_provisioner *own = world->provisioner = fg_allocate(1, sizeof *own);
    find_zones(world, own);
    own->daemon_specs = fg_allocate(world->daemon_count, sizeof *own->daemon_specs);
    own->daemons = fg_allocate(world->daemon_count, sizeof *own->daemons);
    for (uint32_t i = 0; i < world->daemon_count; i++) {
        own->daemon_specs[i] = daemon_spec(&world->daemons[i]);
        own->daemons[i] = &own->daemon_specs[i];
    }
    own->karpenter = fg_karpenter_new(&(struct fg_karpenter_source){
        .catalog = world->input->catalog,
        .region = world->scenario->region,
        .zone_count = own->zone_count,
        .zones = own->zones,
        .pool_count = cluster->node_pool_count,
        .pools = cluster->node_pools,
        .class_count = cluster->node_class_count,
        .classes = cluster->node_classes,
        .settings = &cluster->karpenter,
        .daemon_set_count = world->daemon_count,
        .daemon_sets = own->daemons,
        .market = {price_of, world},
    });
}

void fg_provisioner_release(struct fg_world *world)
{
    struct fg_provisioner *own = world->provisioner;
    if (own == NULL)
        return;
    fg_karpenter_free(own->karpenter);
    free(own->daemon_specs);
    free((void *)own->daemons);
    free(own->nodes);
    free(own->type_of);
    free(own->pods);
    free(own->numbers);
    free(own);
}

/* ---- nodes ---- */

static void make_room(struct fg_provisioner *own, uint32_t slots)
{
    uint32_t capacity = own->node_capacity;
    own->type_of = fg_grow(own->type_of, &capacity, slots, sizeof *own->type_of);
    own->nodes = fg_grow(own->nodes, &own->node_capacity, slots, sizeof *own->nodes);
}

static struct fg_karpenter_node describe(const struct fg_world *world, uint32_t slot)
{
    const struct fg_provisioner *own = world->provisioner;
    const struct fg_node *node = &world->nodes.items[slot];
    bool is_ready = node->state == FG_NODE_READY;
    if (!fg_node_is_karpenters(node)) /* no Node object before it has joined */
        return (struct fg_karpenter_node){
            .pool = FG_NO_POOL, .is_initialized = true, .has_daemons = true, .is_going = !is_ready};
    return (struct fg_karpenter_node){
        .pool = node->node_pool,
        .is_managed = true,
        .is_initialized = node->was_ready,
        .is_going = node->state == FG_NODE_TAINTED || node->state == FG_NODE_STOPPING,
        .has_daemons = node->was_ready,
        .capacity =
            &fg_karpenter_pool_types(own->karpenter, node->node_pool)->capacity[own->type_of[slot]],
    };
}

void fg_provisioner_describe_nodes(struct fg_world *world)
{
    struct fg_provisioner *own = world->provisioner;
    make_room(own, world->state.slot_count + 1);
    for (uint32_t slot = 0; slot < world->state.slot_count; slot++)
        if (world->state.kind_of[slot] != UINT32_MAX)
            own->nodes[slot] = describe(world, slot);
}

static const struct fg_volume default_volume = {.type = "gp3", .size_gib = 20};

/* A pool has machines of several types, each with a meter and so with accounts of its own. */
static void tell_apart(struct fg_world *world, struct fg_shape *shape)
{
    for (uint32_t i = 0; i < shape->prices.count; i++) {
        struct fg_node_price *price = &shape->prices.items[i];
        if (price->charge != FG_CHARGE_EC2_ON_DEMAND && price->charge != FG_CHARGE_EC2_SPOT)
            price->sku = fg_arena_format(&world->arena, "%s %s %s", price->sku, shape->type->name,
                                         shape->machine.is_spot ? "spot" : "on-demand");
    }
}

bool fg_provisioner_shape(const struct fg_world *world, uint32_t node_pool, uint32_t type,
                          enum fg_capacity_type capacity, struct fg_shape *out)
{
    const struct fg_node_pool *pool = &world->cluster->node_pools[node_pool];
    const struct fg_node_class *class =
        fg_node_class_of(pool, world->cluster->node_classes, world->cluster->node_class_count);
    const struct fg_karpenter_types *types =
        fg_karpenter_pool_types(world->provisioner->karpenter, node_pool);
    *out = (struct fg_shape){
        .pool = fg_world_node_pool_pool(world, node_pool),
        .type = types->types[type],
        .machine = {.type = types->types[type],
                    .volume = class != NULL && class->root != NULL ? class->root : &default_volume,
                    .is_spot = capacity == FG_CAPACITY_SPOT,
                    .is_auto_mode = pool->auto_mode,
                    .has_public_ipv4 = class != NULL && class->public_ipv4,
                    .pool = world->pool_names[fg_world_node_pool_pool(world, node_pool)]},
        .allocatable = types->allocatable[type],
    };
    struct fg_scenario priced = *world->scenario;
    struct fg_error unknown = {0};
    priced.price_day = world->price_day;
    return fg_price_book_read_machine(&priced, world->input->catalog, &out->machine, &out->prices,
                                      &unknown) == FG_OK;
}

/* The shape of such a machine, made if new; UINT32_MAX if it has no price. */
static uint32_t find_shape(struct fg_world *world, uint32_t node_pool, uint32_t type,
                           enum fg_capacity_type capacity)
{
    const struct fg_karpenter_types *types =
        fg_karpenter_pool_types(world->provisioner->karpenter, node_pool);
    uint32_t number = fg_world_node_pool_pool(world, node_pool);
    bool is_spot = capacity == FG_CAPACITY_SPOT;
    for (uint32_t i = 0; i < world->shapes.count; i++)
        if (world->shapes.items[i]->pool == number &&
            world->shapes.items[i]->type == types->types[type] &&
            world->shapes.items[i]->machine.is_spot == is_spot)
            return i;
    struct fg_shape shape;
    if (!fg_provisioner_shape(world, node_pool, type, capacity, &shape))
        return UINT32_MAX;
    tell_apart(world, &shape);
    return fg_shapes_add(world, &shape);
}

static bool equal_pairs(const struct fg_pairs *a, const struct fg_pairs *b)
{
    return a->count == b->count && fg_pairs_contain(a, b);
}

static uint32_t find_kind(struct fg_world *world, uint32_t shape, const char *zone,
                          const struct fg_pairs *labels, const struct fg_node_pool *pool)
{
    for (uint32_t kind = 0; kind < world->shapes.kind_count; kind++)
        if (world->shapes.kinds[kind].shape == shape &&
            strcmp(world->state.zones[world->state.kinds[kind].zone], zone) == 0 &&
            world->shapes.kinds[kind].own_labels != NULL &&
            equal_pairs(world->shapes.kinds[kind].own_labels, labels))
            return kind;
    uint32_t kind = fg_shapes_add_kind(world, shape, zone, labels, &pool->taints);
    struct fg_pairs *own = fg_arena_allocate(&world->arena, 1, sizeof *own);
    *own = *labels;
    world->shapes.kinds[kind].own_labels = own;
    return kind;
}

/* A batch does not use up the pool's limit of nodes, so each launch looks at it. */
static bool is_full(const struct fg_world *world, uint32_t node_pool)
{
    int64_t limit = world->cluster->node_pools[node_pool].limit_nodes, count = 0;
    for (uint32_t slot = 0; limit != INT64_MAX && slot < world->state.slot_count; slot++)
        count += world->state.kind_of[slot] != UINT32_MAX &&
                 world->nodes.items[slot].node_pool == node_pool &&
                 world->nodes.items[slot].state != FG_NODE_STOPPING;
    return count >= limit;
}

static uint32_t nodes_in(const struct fg_world *world, const char *zone)
{
    uint32_t count = 0;
    for (uint32_t slot = 0; slot < world->state.slot_count; slot++)
        count += world->state.kind_of[slot] != UINT32_MAX &&
                 strcmp(fg_world_zone(world, slot), zone) == 0;
    return count;
}

/* Of the zones at the price of the launch, the one with the fewest nodes, if its subnets have an
 * address: EC2 is asked for all of them and does not say which it will take. UINT32_MAX = none. */
static uint32_t choose_zone(struct fg_world *world, const struct fg_karpenter_claim *claim)
{
    const struct fg_karpenter *karpenter = world->provisioner->karpenter;
    const struct fg_karpenter_types *types = fg_karpenter_pool_types(karpenter, claim->pool);
    uint32_t best = UINT32_MAX, fewest = UINT32_MAX;
    for (uint32_t zone = 0; zone < types->zone_count; zone++) {
        const char *name = fg_words_text(fg_karpenter_words(karpenter), types->zones[zone]);
        if ((claim->zone_mask >> zone & 1) != 0)
            fg_addresses_note_dry_zone(world, name);
        if ((claim->zone_mask >> zone & 1) == 0 ||
            fg_karpenter_price(types, claim->launch.type, zone, claim->launch.capacity) !=
                claim->launch.price ||
            !fg_addresses_zone_has(world, name) || nodes_in(world, name) >= fewest)
            continue;
        fewest = nodes_in(world, name);
        best = zone;
    }
    return best;
}

uint32_t fg_provisioner_launch(struct fg_world *world, const struct fg_karpenter_claim *claim)
{
    struct fg_provisioner *own = world->provisioner;
    struct fg_karpenter_launch launch = claim->launch;
    const struct fg_node_pool *pool = &world->cluster->node_pools[claim->pool];
    if (is_full(world, claim->pool))
        return FG_NO_NODE;
    if (!launch.is_possible || (launch.zone = choose_zone(world, claim)) == UINT32_MAX)
        return FG_NO_NODE;
    uint32_t shape = find_shape(world, claim->pool, launch.type, launch.capacity);
    if (shape == UINT32_MAX || !fg_vcpu_quota_take(world, shape))
        return FG_NO_NODE;
    const struct fg_karpenter_types *types = fg_karpenter_pool_types(own->karpenter, claim->pool);
    const char *zone = fg_words_text(fg_karpenter_words(own->karpenter), types->zones[launch.zone]);
    struct fg_pairs labels;
    fg_karpenter_node_labels(own->karpenter, claim, &launch, &world->arena, &labels);
    uint32_t kind = find_kind(world, shape, zone, &labels, pool);
    uint32_t slot = fg_state_add_node(&world->state, kind, NULL);
    struct fg_node *node = fg_nodes_begin(&world->nodes, slot);
    node->shape = shape;
    node->node_pool = claim->pool;
    make_room(own, world->state.slot_count);
    own->type_of[slot] = launch.type;
    fg_node_await(world, slot);
    fg_disruption_note_request(world, slot, launch.price);
    return slot;
}

/* ---- batches ---- */

void fg_provisioner_reprice(struct fg_world *world)
{
    if (world->provisioner != NULL)
        fg_karpenter_reprice(world->provisioner->karpenter);
}

uint32_t fg_provisioner_next(const struct fg_world *world)
{
    const struct fg_batch_window *window = &world->batch_window;
    const struct fg_karpenter_settings *settings = &world->cluster->karpenter;
    if (world->provisioner == NULL || !window->is_open)
        return FG_NEVER;
    return (uint32_t)fg_karpenter_window_close(window->first_s, window->last_s,
                                               settings->batch_idle_duration_s,
                                               settings->batch_max_duration_s);
}

static void add_cohort(struct fg_world *world, const struct fg_cohort *cohort, uint32_t *count)
{
    struct fg_provisioner *own = world->provisioner;
    for (uint32_t pod = cohort->pods.first; pod != FG_NO_POD; pod = world->links[pod].next) {
        if (world->pods[pod].status != FG_POD_PENDING)
            continue;
        own->numbers =
            fg_grow(own->numbers, &own->number_capacity, *count + 1, sizeof *own->numbers);
        own->numbers[(*count)++] = pod;
    }
}

static int compare_numbers(const void *a, const void *b)
{
    uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
    return (left > right) - (left < right);
}

uint32_t fg_provisioner_collect_pods(struct fg_world *world)
{
    struct fg_provisioner *own = world->provisioner;
    uint32_t count = 0;
    for (uint32_t c = 0; c < world->classes.scheduling_count; c++)
        for (uint32_t level = 0; world->pending[c].pods > 0 && level < FG_BACKOFF_LEVELS; level++) {
            const struct fg_cohort_queue *queue = &world->pending[c].failed[level];
            for (uint32_t i = queue->first; i < queue->end; i++)
                add_cohort(world, &queue->items[i], &count);
        }
    if (count > 1)
        qsort(own->numbers, count, sizeof *own->numbers, compare_numbers);
    own->pods = fg_grow(own->pods, &own->pod_capacity, count, sizeof *own->pods);
    for (uint32_t i = 0; i < count; i++)
        own->pods[i] = (struct fg_karpenter_pod){
            .scheduling_class = fg_world_class(world, own->numbers[i])->scheduling_class,
            .may_settle = true,
            .is_checked = true,
            .created = world->trace->arrival_s[own->numbers[i]],
        };
    return count;
}

static void say_place(struct fg_world *world, const struct fg_karpenter_solution *solution,
                      uint32_t i)
{
    uint32_t pod = world->provisioner->numbers[i];
    if (!FG_WATCHED(world, pod))
        return;
    if (solution->places[i] == FG_PLACE_NONE)
        fg_world_say(world, pod, "Karpenter finds no place for it: %s",
                     solution->reasons[i] != NULL ? solution->reasons[i] : "");
    else
        fg_world_say(world, pod, "Karpenter counts on %s",
                     (solution->places[i] & FG_PLACE_CLAIM) != 0 ? "a new node" : "a node it has");
}

static void say_not_launched(struct fg_world *world, const struct fg_karpenter_solution *solution,
                             uint32_t claim)
{
    for (uint32_t i = 0; i < solution->pod_count; i++)
        if (solution->places[i] == (FG_PLACE_CLAIM | claim) &&
            FG_WATCHED(world, world->provisioner->numbers[i]))
            fg_world_say(world, world->provisioner->numbers[i],
                         "the new node cannot be had: its limit, a vCPU quota, a zone or a subnet "
                         "has no room");
}

static void solve(struct fg_world *world)
{
    struct fg_provisioner *own = world->provisioner;
    uint32_t pod_count = fg_provisioner_collect_pods(world);
    if (pod_count == 0)
        return;
    fg_provisioner_describe_nodes(world);
    const struct fg_karpenter_problem problem = {
        .state = &world->state, .nodes = own->nodes, .pod_count = pod_count, .pods = own->pods};
    struct fg_karpenter_solution solution = {0};
    fg_karpenter_solve(own->karpenter, &problem, &solution);
    for (uint32_t i = 0; i < pod_count; i++) {
        say_place(world, &solution, i);
        if (solution.places[i] != FG_PLACE_NONE && (solution.places[i] & FG_PLACE_CLAIM) == 0)
            fg_disruption_nominate(world, solution.places[i]);
    }
    for (uint32_t i = 0; i < solution.claim_count; i++)
        if (fg_provisioner_launch(world, &solution.claims[i]) == FG_NO_NODE)
            say_not_launched(world, &solution, i);
    fg_karpenter_solution_release(&solution);
}

void fg_provisioner_pass(struct fg_world *world)
{
    if (fg_provisioner_next(world) > world->clock.now)
        return;
    world->batch_window.is_open = false;
    solve(world);
}
