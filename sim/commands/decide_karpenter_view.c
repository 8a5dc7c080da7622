/* A snapshot as Karpenter looks at it: its pools, its nodes, the pods that want a place. */
#include <stdlib.h>
#include <string.h>

#include "sim/commands/decide_karpenter.h"

#define ANY_REGION "us-east-1"
#define LABEL_ZONE "topology.kubernetes.io/zone"
#define LABEL_POOL "karpenter.sh/nodepool"
#define LABEL_TYPE "node.kubernetes.io/instance-type"
#define LABEL_CAPACITY "karpenter.sh/capacity-type"
#define DO_NOT_DISRUPT "karpenter.sh/do-not-disrupt"

static bool is_true(const char *text)
{
    return text != NULL && strcmp(text, "true") == 0;
}

/* ---- prices and zones ---- */

static fg_nanodollars find_price(const void *context, const struct fg_instance_type *type,
                                 const char *zone, enum fg_capacity_type capacity)
{
    const struct fg_karpenter_view *view = context;
    const struct fg_catalog *catalog = view->snapshot->catalog;
    struct fg_found_price found;
    struct fg_error error = {0};
    (void)zone;
    fg_status status = capacity == FG_CAPACITY_SPOT
                           ? fg_catalog_spot_price(catalog, type->name, view->region,
                                                   FG_DAY_UNKNOWN, &found, &error)
                           : fg_catalog_price(catalog, type->name, view->region, "", FG_DAY_UNKNOWN,
                                              &found, &error);
    return status == FG_OK ? found.nano : -1;
}

static void add_zone(struct fg_karpenter_view *view, const char *zone)
{
    for (uint32_t i = 0; i < view->zone_count; i++)
        if (strcmp(view->zones[i], zone) == 0)
            return;
    if (view->zone_count == FG_KARPENTER_MAX_ZONES)
        return;
    view->zones = fg_grow((void *)(uintptr_t)view->zones, &view->zone_capacity,
                          view->zone_count + 1, sizeof *view->zones);
    view->zones[view->zone_count++] = zone;
}

static void add_zones_of_pool(struct fg_karpenter_view *view, const struct fg_node_pool *pool)
{
    for (uint32_t i = 0; i < pool->requirements.count; i++) {
        const struct fg_requirement *asked = &pool->requirements.items[i];
        if (strcmp(asked->key, LABEL_ZONE) == 0 && asked->operator_ == FG_OPERATOR_IN)
            for (uint32_t v = 0; v < asked->value_count; v++)
                add_zone(view, asked->values[v]);
    }
}

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Those that nodes and pools name; where nothing does, the region's first three. */
static void find_zones(struct fg_karpenter_view *view)
{
    const struct fg_kube_objects *objects = &view->snapshot->objects;
    for (uint32_t i = 0; i < objects->node_count; i++) {
        const char *zone = fg_pairs_find(&objects->nodes[i].labels, LABEL_ZONE);
        if (zone != NULL)
            add_zone(view, zone);
    }
    for (uint32_t i = 0; i < objects->cluster.node_pool_count; i++)
        add_zones_of_pool(view, &objects->cluster.node_pools[i]);
    for (uint32_t i = 0; i < 3 && view->zone_count <= i; i++)
        add_zone(view, fg_arena_format(&view->arena, "%s%c", view->region, "abc"[i]));
    qsort((void *)(uintptr_t)view->zones, view->zone_count, sizeof *view->zones, compare_texts);
}

static void open_karpenter(struct fg_karpenter_view *view)
{
    const struct fg_kube_objects *objects = &view->snapshot->objects;
    view->daemon_sets =
        fg_arena_allocate(&view->arena, objects->daemon_set_count, sizeof *view->daemon_sets);
    for (uint32_t i = 0; i < objects->daemon_set_count; i++)
        view->daemon_sets[i] = &objects->daemon_sets[i].spec;
    const struct fg_karpenter_source source = {
        .catalog = view->snapshot->catalog,
        .region = view->region,
        .zone_count = view->zone_count,
        .zones = view->zones,
        .pool_count = objects->cluster.node_pool_count,
        .pools = objects->cluster.node_pools,
        .class_count = objects->cluster.node_class_count,
        .classes = objects->cluster.node_classes,
        .settings = &objects->cluster.karpenter,
        .daemon_set_count = objects->daemon_set_count,
        .daemon_sets = view->daemon_sets,
        .market = {.price = find_price, .context = view},
    };
    view->karpenter = fg_karpenter_new(&source);
}

/* ---- nodes ---- */

static uint32_t find_pool(const struct fg_kube_objects *objects, const char *name)
{
    for (uint32_t i = 0; name != NULL && i < objects->cluster.node_pool_count; i++)
        if (strcmp(objects->cluster.node_pools[i].name, name) == 0)
            return i;
    return FG_NO_POOL;
}

static bool is_going(const struct fg_kube_node *node)
{
    for (uint32_t i = 0; i < node->taints.count; i++)
        if (strcmp(node->taints.items[i].key, "karpenter.sh/disrupted") == 0)
            return true;
    return node->deleting;
}

static void describe_nodes(struct fg_karpenter_view *view)
{
    const struct fg_kube_objects *objects = &view->snapshot->objects;
    view->nodes = fg_arena_allocate(&view->arena, objects->node_count, sizeof *view->nodes);
    for (uint32_t i = 0; i < objects->node_count; i++) {
        const struct fg_kube_node *node = &objects->nodes[i];
        const char *pool = fg_pairs_find(&node->labels, LABEL_POOL);
        view->nodes[view->snapshot->slot_of_node[i]] = (struct fg_karpenter_node){
            .pool = find_pool(objects, pool),
            .is_managed = pool != NULL,
            .is_initialized = is_true(fg_pairs_find(&node->labels, "karpenter.sh/initialized")),
            .is_going = is_going(node),
            .capacity = &node->capacity,
        };
    }
}

/* ---- pods ---- */

static struct fg_karpenter_pod describe_pod(const struct fg_karpenter_view *view, uint32_t number)
{
    const struct fg_kube_pod *pod = &view->snapshot->objects.pods[number];
    return (struct fg_karpenter_pod){
        .scheduling_class = view->snapshot->class_of_pod[number],
        .may_settle = true,
        .is_checked = pod->node_name == NULL,
        .created = pod->created,
        .uid = *pod->uid != '\0' ? pod->uid : NULL,
    };
}

static void add_pod(struct fg_karpenter_view *view, uint32_t number)
{
    view->pods = fg_grow(view->pods, &view->pod_capacity, view->pod_count + 1, sizeof *view->pods);
    view->pod_of =
        fg_grow(view->pod_of, &view->number_capacity, view->pod_count + 1, sizeof *view->pod_of);
    view->pod_of[view->pod_count] = number;
    view->pods[view->pod_count++] = describe_pod(view, number);
}

static bool is_of_node(const struct fg_kube_pod *pod)
{
    return pod->mirror || pod->spec.kind == FG_KIND_DAEMONSET;
}

/* Those that the scheduler could not place, then those on nodes that go. */
static void find_pods(struct fg_karpenter_view *view)
{
    const struct fg_snapshot *snapshot = view->snapshot;
    const struct fg_kube_pod *pods = snapshot->objects.pods;
    for (uint32_t i = 0; i < snapshot->objects.pod_count; i++)
        if (pods[i].unschedulable && !pods[i].gated && !pods[i].deleting &&
            pods[i].nominated_node == NULL && !is_of_node(&pods[i]))
            add_pod(view, i);
    view->pending_count = view->pod_count;
    for (uint32_t i = 0; i < snapshot->objects.pod_count; i++) {
        uint32_t node = snapshot->node_of_pod[i];
        if (node != FG_NO_NODE && view->nodes[snapshot->slot_of_node[node]].is_going &&
            !pods[i].deleting && !is_of_node(&pods[i]))
            add_pod(view, i);
    }
}

void fg_karpenter_view_open(struct fg_karpenter_view *view, struct fg_snapshot *snapshot)
{
    const char *region = snapshot->objects.region;
    *view = (struct fg_karpenter_view){.snapshot = snapshot,
                                       .region = region != NULL ? region : ANY_REGION};
    find_zones(view);
    open_karpenter(view);
    describe_nodes(view);
    find_pods(view);
}

/* ---- disruption ---- */

static void describe_classes(struct fg_karpenter_view *view)
{
    const struct fg_snapshot *snapshot = view->snapshot;
    const struct fg_kube_objects *objects = &snapshot->objects;
    view->classes =
        fg_arena_allocate(&view->arena, snapshot->state.class_count, sizeof *view->classes);
    for (uint32_t i = 0; i < objects->pod_count; i++) {
        const struct fg_kube_pod *pod = &objects->pods[i];
        const struct fg_disruption_pods pods = {
            .spec = &pod->spec,
            .going = pod->deleting,
            .mirror = pod->mirror,
            .age_s = INT64_MAX, /* durations have passed: see has_protected_pods */
        };
        if (snapshot->class_of_pod[i] != FG_NO_CLASS)
            view->classes[snapshot->class_of_pod[i]] =
                fg_karpenter_disruption_class(&pods, objects->budgets, objects->budget_count);
    }
}

static bool has_type(const struct fg_karpenter_view *view, uint32_t pool, const char *type)
{
    return pool != FG_NO_POOL && type != NULL &&
           fg_karpenter_types_find(fg_karpenter_pool_types(view->karpenter, pool), type) !=
               UINT32_MAX;
}

static void describe_facts(struct fg_karpenter_view *view)
{
    const struct fg_kube_objects *objects = &view->snapshot->objects;
    view->facts = fg_arena_allocate(&view->arena, objects->node_count, sizeof *view->facts);
    for (uint32_t i = 0; i < objects->node_count; i++) {
        const struct fg_kube_node *node = &objects->nodes[i];
        uint32_t slot = view->snapshot->slot_of_node[i], pool = view->nodes[slot].pool;
        const char *type = fg_pairs_find(&node->labels, LABEL_TYPE);
        const char *zone = fg_pairs_find(&node->labels, LABEL_ZONE);
        const char *capacity = fg_pairs_find(&node->labels, LABEL_CAPACITY);
        bool known = pool != FG_NO_POOL && type != NULL && zone != NULL && capacity != NULL;
        view->facts[slot] = (struct fg_disruption_node){
            .instance_type = has_type(view, pool, type) ? type : NULL,
            .zone = zone,
            .capacity_type = capacity,
            .price =
                known ? fg_karpenter_node_price(view->karpenter, pool, type, zone, capacity) : 0,
            .is_ready = node->ready,
            .is_protected = is_true(fg_pairs_find(&node->annotations, DO_NOT_DISRUPT)),
            .has_termination_grace =
                pool != FG_NO_POOL &&
                objects->cluster.node_pools[pool].termination_grace_period_s != FG_DURATION_NEVER,
            .created = node->created,
            .initialized = objects->now - FG_DURATION_NEVER,
            .last_pod_event = FG_NEVER_S,
            .nominated_until = FG_NEVER_S,
            .drifted = FG_NEVER_S,
        };
    }
}

static void list_pods(struct fg_karpenter_view *view)
{
    const struct fg_snapshot *snapshot = view->snapshot;
    const struct fg_kube_objects *objects = &snapshot->objects;
    struct fg_arena *arena = &view->arena;
    struct fg_karpenter_pod **items = fg_arena_allocate(arena, objects->node_count, sizeof *items);
    view->bound = fg_arena_allocate(arena, objects->node_count, sizeof *view->bound);
    for (uint32_t slot = 0; slot < objects->node_count; slot++)
        items[slot] =
            fg_arena_allocate(arena, (size_t)snapshot->state.use[slot].pods, sizeof **items);
    for (uint32_t i = 0; i < objects->pod_count; i++) {
        const struct fg_kube_pod *pod = &objects->pods[i];
        uint32_t node = snapshot->node_of_pod[i];
        if (node == FG_NO_NODE)
            continue;
        uint32_t slot = snapshot->slot_of_node[node];
        int64_t age = pod->started != 0 ? objects->now - pod->started : -1;
        items[slot][view->bound[slot].count++] = describe_pod(view, i);
        view->bound[slot].items = items[slot];
        if (!pod->deleting && fg_karpenter_is_protected(&pod->spec.annotations, age))
            view->facts[slot].has_protected_pods = true;
    }
}

void fg_karpenter_view_add_disruption(struct fg_karpenter_view *view,
                                      struct fg_disruption_world *out)
{
    const struct fg_kube_objects *objects = &view->snapshot->objects;
    describe_classes(view);
    describe_facts(view);
    list_pods(view);
    *out = (struct fg_disruption_world){
        .state = &view->snapshot->state,
        .nodes = view->nodes,
        .facts = view->facts,
        .classes = view->classes,
        .pending = {view->pending_count, view->pods},
        .pods = view->bound,
        .pools = objects->cluster.node_pools,
        .pool_count = objects->cluster.node_pool_count,
        .settings = &objects->cluster.karpenter,
        .now = objects->now,
    };
}

void fg_karpenter_view_release(struct fg_karpenter_view *view)
{
    fg_karpenter_free(view->karpenter);
    free((void *)(uintptr_t)view->zones);
    free(view->pods);
    free(view->pod_of);
    fg_arena_release(&view->arena);
}
