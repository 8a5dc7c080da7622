#include "sim/controllers/karpenter_provisioning.h"

#include <stdlib.h>
#include <string.h>

#include "models/base/status.h"
#include "sim/controllers/karpenter_plan.h"

/* ---- batches ---- */

int64_t fg_karpenter_batch_close(const int64_t *times, uint32_t count, int64_t idle,
                                 int64_t longest)
{
    int64_t close = fg_karpenter_window_close(times[0], times[0], idle, longest);
    for (uint32_t i = 1; i < count && times[i] <= close; i++)
        close = fg_karpenter_window_close(times[0], times[i], idle, longest);
    return close;
}

/* ---- making one ---- */

/* The heaviest first, then the last by name. */
static void order_pools(struct fg_karpenter *karpenter)
{
    const struct fg_node_pool *pools = karpenter->source.pools;
    for (uint32_t i = 0; i < karpenter->pool_count; i++) {
        uint32_t at = i;
        for (; at > 0; at--) {
            const struct fg_node_pool *before = &pools[karpenter->by_weight[at - 1]];
            if (before->weight > pools[i].weight ||
                (before->weight == pools[i].weight && strcmp(before->name, pools[i].name) > 0))
                break;
            karpenter->by_weight[at] = karpenter->by_weight[at - 1];
        }
        karpenter->by_weight[at] = i;
    }
}

struct fg_karpenter *fg_karpenter_new(const struct fg_karpenter_source *source)
{
    struct fg_karpenter *karpenter = fg_allocate(1, sizeof *karpenter);
    struct fg_words *words = &karpenter->words;
    karpenter->source = *source;
    karpenter->zone_key = fg_words_key(words, "topology.kubernetes.io/zone");
    karpenter->capacity_key = fg_words_key(words, "karpenter.sh/capacity-type");
    karpenter->host_key = fg_words_key(words, "kubernetes.io/hostname");
    karpenter->pool_key = fg_words_key(words, "karpenter.sh/nodepool");
    for (int i = 0; i < FG_CAPACITY_TYPES; i++)
        karpenter->capacity_words[i] =
            fg_words_value(words, fg_capacity_type_name((enum fg_capacity_type)i));
    karpenter->pool_count = source->pool_count;
    karpenter->pools = fg_allocate(source->pool_count, sizeof *karpenter->pools);
    karpenter->by_weight = fg_allocate(source->pool_count, sizeof *karpenter->by_weight);
    order_pools(karpenter);
    for (uint32_t i = 0; i < source->pool_count; i++) {
        fg_pool_fill(karpenter, i);
        for (uint32_t t = 0; t < source->pools[i].taints.count; t++)
            karpenter->drops_prefer_no_schedule |=
                source->pools[i].taints.items[t].effect == FG_EFFECT_PREFER_NO_SCHEDULE;
    }
    return karpenter;
}

static void free_shapes(struct fg_shape *shape)
{
    for (; shape != NULL; shape = shape->next) {
        free(shape->groups);
        free(shape->inverses);
        free(shape->kinds);
    }
}

void fg_karpenter_free(struct fg_karpenter *karpenter)
{
    if (karpenter == NULL)
        return;
    for (uint32_t i = 0; i < karpenter->pool_count; i++) {
        fg_karpenter_types_release(&karpenter->pools[i].types);
        free(karpenter->pools[i].overheads);
    }
    for (uint32_t i = 0; i < karpenter->shape_count; i++)
        free_shapes(karpenter->shapes[i]);
    for (uint32_t i = 0; i < karpenter->group_count; i++) {
        free(karpenter->groups[i]->selects);
        free(karpenter->groups[i]);
    }
    free(karpenter->pools);
    free(karpenter->by_weight);
    free((void *)karpenter->shapes);
    free((void *)karpenter->groups);
    free(karpenter->kinds);
    free(karpenter->hosts);
    free(karpenter->ordered);
    free((void *)karpenter->plans);
    fg_words_release(&karpenter->words);
    fg_arena_release(&karpenter->work);
    fg_arena_release(&karpenter->scratch);
    fg_arena_release(&karpenter->arena);
    free(karpenter);
}

void fg_karpenter_reprice(struct fg_karpenter *karpenter)
{
    for (uint32_t i = 0; i < karpenter->pool_count; i++) {
        struct fg_karpenter_pool *pool = &karpenter->pools[i];
        fg_karpenter_types_reprice(&pool->types, &karpenter->words, &karpenter->source.market);
        fg_pool_settle(karpenter, pool);
    }
}

const struct fg_karpenter_types *fg_karpenter_pool_types(const struct fg_karpenter *karpenter,
                                                         uint32_t pool)
{
    return &karpenter->pools[pool].types;
}

const struct fg_words *fg_karpenter_words(const struct fg_karpenter *karpenter)
{
    return &karpenter->words;
}

/* ---- kinds and hosts ---- */

static struct fg_kind_labels *kind_labels(struct fg_karpenter *karpenter, uint32_t kind)
{
    if (kind >= karpenter->kind_capacity) {
        uint32_t old = karpenter->kind_capacity;
        karpenter->kinds = fg_grow(karpenter->kinds, &karpenter->kind_capacity,
                                   karpenter->state->kind_count, sizeof *karpenter->kinds);
        memset(karpenter->kinds + old, 0,
               (karpenter->kind_capacity - old) * sizeof *karpenter->kinds);
    }
    struct fg_kind_labels *labels = &karpenter->kinds[kind];
    if (!labels->is_filled) {
        labels->is_filled = true;
        fg_karpenter_requirements_add_labels(&karpenter->words, &karpenter->arena,
                                             &labels->requirements,
                                             &karpenter->state->kinds[kind].labels);
    }
    return labels;
}

const struct fg_karpenter_requirements *fg_kind_requirements(struct fg_karpenter *karpenter,
                                                             uint32_t kind)
{
    return &kind_labels(karpenter, kind)->requirements;
}

uint32_t fg_host_of_slot(struct fg_karpenter *karpenter, uint32_t slot)
{
    const struct fg_cluster_state *state = karpenter->state;
    if (slot >= karpenter->host_count) {
        karpenter->hosts = fg_grow(karpenter->hosts, &karpenter->host_capacity, state->slot_count,
                                   sizeof *karpenter->hosts);
        for (uint32_t i = karpenter->host_count; i < state->slot_count; i++)
            karpenter->hosts[i] = (struct fg_ordered_node){.number = UINT32_MAX};
        karpenter->host_count = state->slot_count;
    }
    struct fg_ordered_node *host = &karpenter->hosts[slot];
    if (host->number == state->number_of[slot])
        return host->slot;
    host->number = state->number_of[slot];
    const char *label =
        fg_pairs_find(&state->kinds[state->kind_of[slot]].labels, "kubernetes.io/hostname");
    if (label == NULL)
        label = state->name_of[slot];
    host->slot = label != NULL ? fg_words_value(&karpenter->words, label)
                               : FG_HOST_OF_NUMBER | state->number_of[slot];
    return host->slot;
}

/* ---- the order of the nodes there are ---- */

static int compare_nodes(const void *a, const void *b, void *context)
{
    const struct fg_ordered_node *left = a, *right = b;
    const struct fg_cluster_state *state = context;
    if (left->is_initialized != right->is_initialized)
        return left->is_initialized ? -1 : 1;
    const char *x = state->name_of[left->slot], *y = state->name_of[right->slot];
    if (x != NULL && y != NULL)
        return strcmp(x, y);
    return (left->number > right->number) - (left->number < right->number);
}

static bool is_initialized(const struct fg_karpenter_node *node)
{
    return !node->is_managed || node->is_initialized;
}

/* Nodes that came since the last solve are sorted by themselves, and the two orders merged. */
static void order_nodes(struct fg_solve *solve)
{
    struct fg_karpenter *karpenter = solve->karpenter;
    const struct fg_cluster_state *state = solve->state;
    const struct fg_karpenter_node *nodes = solve->problem->nodes;
    struct fg_arena *arena = solve->arena;
    struct fg_ordered_node *fresh = fg_arena_allocate(arena, state->slot_count + 1, sizeof *fresh);
    bool *is_known = fg_arena_allocate(arena, state->slot_count + 1, sizeof *is_known);
    uint32_t kept = 0, new_count = 0;
    for (uint32_t i = 0; i < karpenter->ordered_count; i++) {
        struct fg_ordered_node node = karpenter->ordered[i];
        if (node.slot >= state->slot_count || state->kind_of[node.slot] == UINT32_MAX ||
            state->number_of[node.slot] != node.number ||
            is_initialized(&nodes[node.slot]) != node.is_initialized)
            continue;
        is_known[node.slot] = true;
        karpenter->ordered[kept++] = node;
    }
    for (uint32_t slot = 0; slot < state->slot_count; slot++)
        if (state->kind_of[slot] != UINT32_MAX && !is_known[slot])
            fresh[new_count++] = (struct fg_ordered_node){slot, state->number_of[slot],
                                                          is_initialized(&nodes[slot])};
    void *context = (void *)(uintptr_t)state;
    qsort_r(fresh, new_count, sizeof *fresh, compare_nodes, context);
    karpenter->ordered = fg_grow(karpenter->ordered, &karpenter->ordered_capacity,
                                 kept + new_count + 1, sizeof *karpenter->ordered);
    karpenter->ordered_count = kept + new_count;
    for (uint32_t at = kept + new_count; new_count > 0;) {
        bool old = kept > 0 &&
                   compare_nodes(&karpenter->ordered[kept - 1], &fresh[new_count - 1], context) > 0;
        karpenter->ordered[--at] = old ? karpenter->ordered[--kept] : fresh[--new_count];
    }
}

/* ---- nodes there are ---- */

static const char *const passing_taints[] = {
    "node.kubernetes.io/not-ready",
    "node.kubernetes.io/unreachable",
    "node.cloudprovider.kubernetes.io/uninitialized",
    "karpenter.sh/unregistered",
};

/* A taint that goes once a node of Karpenter's is initialised. */
static bool passes(const struct fg_taint *taint, const struct fg_node_pool *pool)
{
    for (size_t i = 0; i < sizeof passing_taints / sizeof *passing_taints; i++)
        if (strcmp(taint->key, passing_taints[i]) == 0)
            return true;
    for (uint32_t i = 0; pool != NULL && i < pool->startup_taints.count; i++)
        if (strcmp(pool->startup_taints.items[i].key, taint->key) == 0 &&
            pool->startup_taints.items[i].effect == taint->effect)
            return true;
    return strncmp(taint->key, "readiness.k8s.io/", strlen("readiness.k8s.io/")) == 0;
}

/* The taints that hold: those of `kind`, without passing ones on a node that is still starting. */
static struct fg_taints node_taints(struct fg_solve *solve, const struct fg_solve_node *node,
                                    struct fg_arena *arena)
{
    const struct fg_state_kind *kind = &solve->state->kinds[node->kind];
    uint32_t pool_number = solve->problem->nodes[node->slot].pool;
    const struct fg_node_pool *pool =
        pool_number != FG_NO_POOL ? solve->karpenter->pools[pool_number].pool : NULL;
    struct fg_taints taints = {0};
    if (node->is_initialized && !kind->unschedulable)
        return kind->taints;
    taints.items = fg_arena_allocate(arena, kind->taints.count + 1, sizeof *taints.items);
    for (uint32_t i = 0; i < kind->taints.count; i++)
        if (node->is_initialized || !passes(&kind->taints.items[i], pool))
            taints.items[taints.count++] = kind->taints.items[i];
    if (kind->unschedulable)
        taints.items[taints.count++] = (struct fg_taint){
            "node.kubernetes.io/unschedulable",
            "",
            FG_EFFECT_NO_SCHEDULE,
        };
    return taints;
}

static void add_daemon(struct fg_solve *solve, const struct fg_solve_node *node,
                       const struct fg_taints *taints, const struct fg_pod_spec *spec,
                       struct fg_node_use *use)
{
    struct fg_karpenter *karpenter = solve->karpenter;
    struct fg_karpenter_requirements asked = {0};
    const struct fg_pod_rules *rules = spec->rules;
    if (fg_taints_find_untolerated(taints, &spec->tolerations) != NULL)
        return;
    fg_spec_requirements(karpenter, &solve->scratch, spec, &asked);
    if (rules != NULL && rules->required_nodes.count > 0)
        fg_karpenter_requirements_add_terms(&karpenter->words, &solve->scratch, &asked,
                                            &rules->required_nodes.items[0].expressions);
    if (!fg_karpenter_requirements_compatible(
            &karpenter->words, fg_kind_requirements(karpenter, node->kind), &asked, false, NULL))
        return;
    struct fg_request request = fg_request_of(spec);
    fg_use_add(use, &request, 1);
}

/* What the DaemonSets that would run on nodes of the kind ask for. */
static const struct fg_node_use *daemons_of(struct fg_solve *solve,
                                            const struct fg_solve_node *node)
{
    struct fg_kind_labels *labels = kind_labels(solve->karpenter, node->kind);
    if (!labels->has_daemons[node->is_initialized]) {
        struct fg_taints taints = node_taints(solve, node, &solve->scratch);
        struct fg_node_use use = {0};
        for (uint32_t i = 0; i < solve->karpenter->source.daemon_set_count; i++)
            add_daemon(solve, node, &taints, solve->karpenter->source.daemon_sets[i], &use);
        fg_arena_reset(&solve->scratch);
        labels->daemons[node->is_initialized] = use;
        labels->has_daemons[node->is_initialized] = true;
    }
    return &labels->daemons[node->is_initialized];
}

static int64_t still_to_come(int64_t wanted, int64_t there)
{
    return wanted > there ? wanted - there : 0;
}

static void leave_room_for_daemons(struct fg_solve *solve, struct fg_solve_node *node)
{
    struct fg_node_use there = {0};
    const struct fg_node_use *wanted = daemons_of(solve, node);
    const struct fg_node_loads *loads = &solve->state->loads[node->slot];
    for (uint32_t i = 0; i < loads->count; i++) {
        const struct fg_state_class *class_ =
            &solve->state->classes[loads->items[i].scheduling_class];
        if (class_->spec->kind == FG_KIND_DAEMONSET)
            fg_use_add(&there, &class_->request, loads->items[i].pods);
    }
    node->cpu_milli -= still_to_come(wanted->cpu_milli, there.cpu_milli);
    node->memory_bytes -= still_to_come(wanted->memory_bytes, there.memory_bytes);
    node->ephemeral_bytes -= still_to_come(wanted->ephemeral_bytes, there.ephemeral_bytes);
    node->gpu_milli -= still_to_come(wanted->gpu_milli, there.gpu_milli);
    node->pods -= still_to_come(wanted->pods, there.pods);
}

static void open_node(struct fg_solve *solve, const struct fg_ordered_node *ordered)
{
    const struct fg_cluster_state *state = solve->state;
    const struct fg_karpenter_node *known = &solve->problem->nodes[ordered->slot];
    const struct fg_node_capacity *allocatable = fg_state_allocatable(state, ordered->slot);
    const struct fg_node_use *use = &state->use[ordered->slot];
    struct fg_solve_node *node = &solve->nodes[solve->node_count++];
    *node = (struct fg_solve_node){
        .slot = ordered->slot,
        .kind = state->kind_of[ordered->slot],
        .is_initialized = ordered->is_initialized,
        .is_managed = known->is_managed,
        .is_settling = known->is_settling && solve->problem->is_disruption,
        .cpu_milli = allocatable->cpu_milli - use->cpu_milli,
        .memory_bytes = allocatable->memory_bytes - use->memory_bytes,
        .ephemeral_bytes = allocatable->ephemeral_bytes - use->ephemeral_bytes,
        .gpu_milli = allocatable->gpu_milli - use->gpu_milli,
        .pods = allocatable->pods - use->pods,
    };
    if (!known->has_daemons)
        leave_room_for_daemons(solve, node);
    if (known->pool == FG_NO_POOL)
        return;
    const struct fg_node_capacity *capacity =
        known->capacity != NULL ? known->capacity : allocatable;
    const int64_t amounts[FG_LIMITS] = {capacity->cpu_milli, capacity->memory_bytes,
                                        capacity->gpu_milli, 1};
    for (int i = 0; i < FG_LIMITS; i++)
        if (solve->left[known->pool][i] != INT64_MAX)
            solve->left[known->pool][i] -= amounts[i];
}

/* What a class's pods meet on nodes of the kind, by labels and taints alone. */
static uint8_t judge_kind(struct fg_solve *solve, const struct fg_shape *shape,
                          const struct fg_solve_node *node)
{
    struct fg_karpenter *karpenter = solve->karpenter;
    const struct fg_karpenter_requirements *labels = fg_kind_requirements(karpenter, node->kind);
    struct fg_taints taints = node_taints(solve, node, &solve->scratch);
    bool takes = fg_shape_tolerates(shape, &taints) &&
                 fg_karpenter_requirements_compatible(&karpenter->words, labels,
                                                      &shape->requirements, false, NULL);
    bool learns = false;
    for (uint32_t i = 0; i < shape->requirements.count; i++)
        learns |= fg_karpenter_requirements_find(labels, shape->requirements.items[i].key) == NULL;
    if (!takes)
        return FG_KIND_REFUSES;
    return learns ? FG_KIND_TAKES_AND_LEARNS : FG_KIND_TAKES;
}

static uint8_t kind_verdict(struct fg_solve *solve, struct fg_shape *shape,
                            const struct fg_solve_node *node)
{
    uint32_t at = node->kind * 2 + node->is_initialized;
    if (at >= shape->kind_capacity) {
        uint32_t old = shape->kind_capacity;
        shape->kinds = fg_grow(shape->kinds, &shape->kind_capacity, solve->state->kind_count * 2,
                               sizeof *shape->kinds);
        memset(shape->kinds + old, 0, shape->kind_capacity - old);
    }
    if (shape->kinds[at] == 0)
        shape->kinds[at] = judge_kind(solve, shape, node);
    return shape->kinds[at];
}

static bool has_room(const struct fg_solve *solve, const struct fg_solve_node *node,
                     const struct fg_state_class *class_)
{
    const struct fg_request *request = &class_->request;
    if (node->cpu_milli < request->cpu_milli || node->memory_bytes < request->memory_bytes ||
        node->ephemeral_bytes < request->ephemeral_bytes || node->gpu_milli < request->gpu_milli ||
        node->pods < 1)
        return false;
    for (uint32_t i = 0; i < class_->extended_count; i++) {
        uint32_t r = class_->extended[i].resource;
        const struct fg_state_extended *extended = &solve->state->extended[r];
        int64_t left = node->extended != NULL
                           ? node->extended[r]
                           : extended->allocatable[node->kind] - extended->used[node->slot];
        if (left < class_->extended[i].amount)
            return false;
    }
    return true;
}

static bool ports_are_free(struct fg_solve *solve, struct fg_solve_node *node,
                           const struct fg_shape *shape)
{
    if (shape->rules->port_count == 0)
        return true;
    const struct fg_node_loads *loads = &solve->state->loads[node->slot];
    for (uint32_t i = 0; i < loads->count && !node->has_ports; i++)
        fg_ports_add(solve->arena, &node->ports,
                     solve->state->classes[loads->items[i].scheduling_class].spec->rules);
    node->has_ports = true;
    return !fg_ports_clash(&node->ports, shape->rules);
}

/* Labels, what earlier pods brought, and the node's own name. */
static struct fg_karpenter_requirements
node_requirements(struct fg_solve *solve, const struct fg_solve_node *node, struct fg_arena *arena)
{
    struct fg_karpenter *karpenter = solve->karpenter;
    if (node->learned != NULL)
        return fg_karpenter_requirements_copy(arena, node->learned, 4);
    struct fg_karpenter_requirements set =
        fg_karpenter_requirements_copy(arena, fg_kind_requirements(karpenter, node->kind), 8);
    struct fg_karpenter_requirement host = fg_karpenter_requirement_in(
        arena, karpenter->host_key, fg_host_of_slot(karpenter, node->slot));
    fg_karpenter_requirements_add(&karpenter->words, arena, &set, &host);
    return set;
}

/* The slow way: all of the node's requirements against all of the pod's. `learns`: the pod brings
 * a key that the node does not have. */
static bool meets(struct fg_solve *solve, const struct fg_solve_node *node,
                  const struct fg_shape *shape, struct fg_karpenter_requirements *out, bool *learns)
{
    const struct fg_words *words = &solve->karpenter->words;
    struct fg_arena *scratch = &solve->scratch;
    *out = node_requirements(solve, node, scratch);
    uint32_t keys = out->count;
    if (!fg_karpenter_requirements_compatible(words, out, &shape->requirements, false, NULL))
        return false;
    fg_karpenter_requirements_add_all(words, scratch, out, &shape->requirements);
    if (!fg_karpenter_requirements_compatible(words, out, &shape->volumes, false, NULL))
        return false;
    fg_karpenter_requirements_add_all(words, scratch, out, &shape->volumes);
    struct fg_karpenter_requirements spread = fg_karpenter_requirements_copy(scratch, out, 4);
    if (fg_groups_require(&solve->groups, scratch, shape, out, &spread) != NULL ||
        !fg_karpenter_requirements_compatible(words, out, &spread, false, NULL))
        return false;
    fg_karpenter_requirements_add_all(words, scratch, out, &spread);
    *learns = out->count > keys;
    return true;
}

static void book_on_node(struct fg_solve *solve, struct fg_solve_node *node,
                         const struct fg_shape *shape)
{
    const struct fg_state_class *class_ = &solve->state->classes[shape->scheduling_class];
    node->cpu_milli -= class_->request.cpu_milli;
    node->memory_bytes -= class_->request.memory_bytes;
    node->ephemeral_bytes -= class_->request.ephemeral_bytes;
    node->gpu_milli -= class_->request.gpu_milli;
    node->pods--;
    if (class_->extended_count > 0 && node->extended == NULL) {
        uint32_t count = solve->state->extended_count;
        node->extended = fg_arena_allocate(solve->arena, count, sizeof *node->extended);
        for (uint32_t r = 0; r < count; r++)
            node->extended[r] = solve->state->extended[r].allocatable[node->kind] -
                                solve->state->extended[r].used[node->slot];
    }
    for (uint32_t i = 0; i < class_->extended_count; i++)
        node->extended[class_->extended[i].resource] -= class_->extended[i].amount;
    if (shape->rules->port_count > 0)
        fg_ports_add(solve->arena, &node->ports, shape->rules);
}

/* Deep, since what an attempt made goes with it. */
static const struct fg_karpenter_requirements *keep(struct fg_arena *arena,
                                                    const struct fg_karpenter_requirements *set)
{
    struct fg_karpenter_requirements *kept = fg_arena_allocate(arena, 1, sizeof *kept);
    *kept = fg_karpenter_requirements_copy(arena, set, 0);
    for (uint32_t i = 0; i < kept->count; i++) {
        uint32_t bytes = kept->items[i].value_count * (uint32_t)sizeof(uint32_t);
        uint32_t *values = fg_arena_allocate(arena, kept->items[i].value_count, sizeof *values);
        if (bytes > 0)
            memcpy(values, kept->items[i].values, bytes);
        kept->items[i].values = values;
    }
    return kept;
}

static bool try_node(struct fg_solve *solve, struct fg_solve_node *node, struct fg_shape *shape)
{
    if (!has_room(solve, node, &solve->state->classes[shape->scheduling_class]))
        return false;
    uint8_t verdict = kind_verdict(solve, shape, node);
    bool quick =
        shape->is_free && node->learned == NULL && !shape->names_host && shape->volumes.count == 0;
    if (quick && verdict == FG_KIND_TAKES) {
        book_on_node(solve, node, shape);
        return true;
    }
    struct fg_taints taints = node_taints(solve, node, &solve->scratch);
    struct fg_karpenter_requirements joined;
    bool learns = false;
    bool takes = (verdict != FG_KIND_REFUSES || node->learned != NULL || shape->names_host) &&
                 fg_shape_tolerates(shape, &taints) && ports_are_free(solve, node, shape) &&
                 meets(solve, node, shape, &joined, &learns);
    if (takes) {
        if (learns) {
            node->learned = keep(solve->arena, &joined);
            solve->node_epoch++;
        }
        book_on_node(solve, node, shape);
        fg_groups_record(&solve->groups, shape, &taints, &joined);
    }
    fg_arena_reset(&solve->scratch);
    return takes;
}

/* ---- one pod ---- */

/* Groups that come later, when a pod is relaxed, can bind pods that were free. */
static void meet_shape(struct fg_solve *solve, struct fg_shape *shape)
{
    if (shape->solve != solve->karpenter->solves) {
        shape->solve = solve->karpenter->solves;
        shape->cursor = 0;
        shape->cursor_epoch = solve->node_epoch;
        shape->failed_epoch = UINT64_MAX;
        shape->groups_met = UINT32_MAX;
        fg_groups_enter(&solve->groups, shape);
    }
    if (shape->groups_met == solve->groups.count)
        return;
    shape->groups_met = solve->groups.count;
    shape->is_free = !fg_groups_bind_shape(&solve->groups, shape) && shape->rules->port_count == 0;
}

static bool add_to_node(struct fg_solve *solve, struct fg_shape *shape, uint32_t pod)
{
    bool settles = solve->problem->pods[pod].may_settle;
    if (!shape->is_free || shape->cursor_epoch != solve->node_epoch) {
        shape->cursor = 0;
        shape->cursor_epoch = solve->node_epoch;
    }
    bool passed_over = false;
    for (uint32_t i = shape->cursor; i < solve->node_count; i++) {
        struct fg_solve_node *node = &solve->nodes[i];
        if (node->is_settling && !settles) {
            passed_over = true;
            continue;
        }
        if (try_node(solve, node, shape)) {
            solve->solution->places[pod] = node->slot;
            if (!node->is_initialized && !settles && solve->problem->wanted != NULL)
                solve->solution->is_futile = true;
            return true;
        }
        if (!passed_over && i == shape->cursor)
            shape->cursor = i + 1;
    }
    return false;
}

/* Types only ever leave a plan, and plans stay until the end. */
static void judge_plan(struct fg_solve *solve, const struct fg_plan *plan)
{
    if (solve->problem->wanted == NULL)
        return;
    const uint64_t *wanted = solve->problem->wanted[plan->pool];
    bool has_some = false;
    for (uint32_t w = 0; w < solve->karpenter->pools[plan->pool].types.word_count; w++)
        has_some |= (plan->types[w] & wanted[w]) != 0;
    if (!has_some || solve->plan_count > 1)
        solve->solution->is_futile = true;
}

/* The plan at `at` has one pod more: behind all that have fewer. */
static void sink(struct fg_solve *solve, uint32_t at)
{
    struct fg_plan *plan = solve->plans[at];
    while (at + 1 < solve->plan_count && solve->plans[at + 1]->pod_count < plan->pod_count) {
        solve->plans[at] = solve->plans[at + 1];
        at++;
    }
    solve->plans[at] = plan;
}

static bool add_to_plan(struct fg_solve *solve, struct fg_shape *shape, uint32_t pod)
{
    for (uint32_t i = 0; i < solve->plan_count; i++) {
        struct fg_plan *plan = solve->plans[i];
        struct fg_trial trial;
        if (shape->is_free && plan->refused == shape)
            continue;
        bool takes = fg_plan_try(solve, plan, shape, false, &solve->scratch, &trial, NULL);
        if (takes) {
            uint32_t keys = plan->requirements.count;
            fg_plan_add(solve, plan, shape, pod, &trial);
            if (plan->requirements.count != keys)
                plan->refused = NULL;
            solve->solution->places[pod] = FG_PLACE_CLAIM | plan->number;
            judge_plan(solve, plan);
            sink(solve, i);
        } else if (shape->is_free) {
            plan->refused = shape;
        }
        fg_arena_reset(&solve->scratch);
        if (takes)
            return true;
    }
    return false;
}

static void keep_plan(struct fg_solve *solve, struct fg_plan *plan, const struct fg_shape *shape,
                      uint32_t pod, const struct fg_trial *trial)
{
    const struct fg_karpenter_types *types = &solve->karpenter->pools[plan->pool].types;
    struct fg_plan *kept = fg_arena_allocate(solve->arena, 1, sizeof *kept);
    *kept = *plan;
    kept->types = fg_arena_allocate(solve->arena, types->word_count, sizeof *kept->types);
    kept->requirements = (struct fg_karpenter_requirements){0};
    fg_plan_add(solve, kept, shape, pod, trial);
    if (solve->plan_count == solve->plan_capacity)
        solve->plans = fg_grow((void *)solve->plans, &solve->plan_capacity, solve->plan_count + 1,
                               sizeof *solve->plans);
    uint32_t at = solve->plan_count++;
    for (; at > 0 && solve->plans[at - 1]->pod_count > kept->pod_count; at--)
        solve->plans[at] = solve->plans[at - 1];
    solve->plans[at] = kept;
    fg_plan_charge(solve, kept);
    solve->solution->places[pod] = FG_PLACE_CLAIM | kept->number;
    judge_plan(solve, kept);
}

/* `reasons`: NULL, or where the pools' refusals are put, joined by "; ". */
static bool add_to_new_plan(struct fg_solve *solve, struct fg_shape *shape, uint32_t pod,
                            const char **reasons)
{
    bool placed = false;
    bool any_pool = false;
    for (uint32_t i = 0; i < solve->karpenter->pool_count && !placed; i++) {
        uint32_t number = solve->karpenter->by_weight[i];
        if (solve->karpenter->pools[number].is_empty)
            continue;
        any_pool = true;
        const char *reason = NULL;
        struct fg_trial trial;
        struct fg_plan *plan = fg_plan_new(solve, number, &reason);
        placed = plan != NULL && fg_plan_try(solve, plan, shape, true, &solve->scratch, &trial,
                                             reasons != NULL ? &reason : NULL);
        if (placed)
            keep_plan(solve, plan, shape, pod, &trial);
        else if (reasons != NULL)
            *reasons = fg_arena_format(&solve->solution->arena, "%s%s%s", *reasons,
                                       **reasons != '\0' ? "; " : "", reason);
        fg_arena_reset(&solve->scratch);
    }
    if (!any_pool && reasons != NULL)
        *reasons = solve->karpenter->pool_count == 0
                       ? "no dynamic nodepools found"
                       : "nodepool requirements filtered out all available instance types";
    return placed;
}

/* The pod as it is, then with one preference after another dropped. */
static bool place(struct fg_solve *solve, uint32_t pod)
{
    struct fg_shape *first = solve->karpenter->shapes[solve->problem->pods[pod].scheduling_class];
    if (first->failed_epoch == solve->placed && !solve->problem->is_disruption)
        return false;
    for (struct fg_shape *shape = first; shape != NULL;
         shape = fg_shape_relax(solve->karpenter, shape)) {
        meet_shape(solve, shape);
        if (add_to_node(solve, shape, pod) || add_to_plan(solve, shape, pod) ||
            add_to_new_plan(solve, shape, pod, NULL)) {
            solve->placed++;
            return true;
        }
    }
    first->failed_epoch = solve->placed;
    return false;
}

/* ---- the queue ---- */

static int compare_pods(const void *a, const void *b, void *context)
{
    const struct fg_solve *solve = context;
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    const struct fg_karpenter_pod *left = &solve->problem->pods[x];
    const struct fg_karpenter_pod *right = &solve->problem->pods[y];
    const struct fg_request *p = &solve->state->classes[left->scheduling_class].request;
    const struct fg_request *q = &solve->state->classes[right->scheduling_class].request;
    if (p->cpu_milli != q->cpu_milli)
        return p->cpu_milli > q->cpu_milli ? -1 : 1;
    if (p->memory_bytes != q->memory_bytes)
        return p->memory_bytes > q->memory_bytes ? -1 : 1;
    if (left->created != right->created)
        return left->created < right->created ? -1 : 1;
    int order = left->uid != NULL && right->uid != NULL ? strcmp(left->uid, right->uid) : 0;
    return order != 0 ? order : (x > y) - (x < y);
}

/* Pods that fail go to the back; the end is when all that are left have failed in a row. */
static void work_off(struct fg_solve *solve, uint32_t *queue, uint32_t count)
{
    uint32_t *last_length =
        fg_arena_allocate(solve->arena, solve->problem->pod_count + 1, sizeof *last_length);
    uint32_t head = 0, length = count;
    while (length > 0 && !solve->solution->is_futile) {
        uint32_t pod = queue[head];
        if (last_length[pod] == length)
            break;
        head = (head + 1) % count;
        length--;
        if (!place(solve, pod)) {
            queue[(head + length) % count] = pod;
            last_length[pod] = ++length;
        }
    }
}

static void explain(struct fg_solve *solve, uint32_t pod, const char **by_class)
{
    uint32_t class_number = solve->problem->pods[pod].scheduling_class;
    struct fg_shape *shape = solve->karpenter->shapes[class_number];
    const char **reason = &by_class[class_number];
    solve->solution->unplaced_count++;
    if (*reason == NULL) {
        for (struct fg_shape *next; (next = fg_shape_relax(solve->karpenter, shape)) != NULL;)
            shape = next;
        meet_shape(solve, shape);
        *reason = "";
        bool placed = add_to_new_plan(solve, shape, pod, reason);
        FG_ASSERT(!placed);
    }
    solve->solution->reasons[pod] = *reason;
}

/* ---- a solve ---- */

static void open_state(struct fg_solve *solve)
{
    struct fg_karpenter *karpenter = solve->karpenter;
    const struct fg_cluster_state *state = solve->state;
    FG_ASSERT(karpenter->state == NULL || karpenter->state == state);
    karpenter->state = state;
    if (karpenter->shape_count < state->class_count) {
        struct fg_shape **shapes = fg_allocate(state->class_count, sizeof *shapes);
        for (uint32_t i = 0; i < state->class_count; i++)
            shapes[i] = i < karpenter->shape_count ? karpenter->shapes[i]
                                                   : fg_shape_of_class(karpenter, state, i);
        free((void *)karpenter->shapes);
        karpenter->shapes = shapes;
        karpenter->shape_count = state->class_count;
    }
    karpenter->solves++;
    solve->is_out = fg_arena_allocate(solve->arena, state->slot_count + 1, sizeof(bool));
    for (uint32_t slot = 0; slot < state->slot_count; slot++)
        solve->is_out[slot] = solve->problem->nodes[slot].is_going;
    for (uint32_t i = 0; i < solve->problem->taken_count; i++)
        solve->is_out[solve->problem->taken[i]] = true;
    solve->groups = (struct fg_groups){
        .karpenter = karpenter,
        .state = state,
        .is_out = solve->is_out,
        .arena = solve->arena,
    };
}

static void open_nodes(struct fg_solve *solve)
{
    struct fg_karpenter *karpenter = solve->karpenter;
    solve->left = fg_arena_allocate(solve->arena, karpenter->pool_count, sizeof *solve->left);
    for (uint32_t i = 0; i < karpenter->pool_count; i++) {
        const struct fg_node_pool *pool = karpenter->pools[i].pool;
        solve->left[i][FG_LIMIT_CPU] = pool->limit_cpu_milli;
        solve->left[i][FG_LIMIT_MEMORY] = pool->limit_memory_bytes;
        solve->left[i][FG_LIMIT_GPU] = pool->limit_gpu_milli;
        solve->left[i][FG_LIMIT_NODES] = pool->limit_nodes;
    }
    if (!solve->problem->is_same_cluster)
        order_nodes(solve);
    solve->nodes =
        fg_arena_allocate(solve->arena, karpenter->ordered_count + 1, sizeof *solve->nodes);
    for (uint32_t i = 0; i < karpenter->ordered_count; i++)
        if (!solve->is_out[karpenter->ordered[i].slot])
            open_node(solve, &karpenter->ordered[i]);
}

static int compare_plans(const void *a, const void *b)
{
    const struct fg_plan *left = *(const struct fg_plan *const *)a;
    const struct fg_plan *right = *(const struct fg_plan *const *)b;
    return (left->number > right->number) - (left->number < right->number);
}

/* A claim that cannot keep its minValues within 600 types is given up, its pods with it. */
static void close_plans(struct fg_solve *solve)
{
    struct fg_karpenter_solution *solution = solve->solution;
    if (solve->plan_count > 1)
        qsort((void *)solve->plans, solve->plan_count, sizeof *solve->plans, compare_plans);
    solution->claims =
        fg_arena_allocate(&solution->arena, solve->plan_count, sizeof *solution->claims);
    solution->claim_capacity = solve->plan_count;
    for (uint32_t i = 0; i < solve->plan_count; i++) {
        const struct fg_plan *plan = solve->plans[i];
        bool kept = fg_plan_close(solve, plan, &solution->claims[solution->claim_count]);
        for (uint32_t p = 0; p < plan->pod_count; p++) {
            solution->places[plan->pods[p]] =
                kept ? FG_PLACE_CLAIM | solution->claim_count : FG_PLACE_NONE;
            if (!kept)
                solution->reasons[plan->pods[p]] =
                    "pod didn't schedule because NodePool couldn't meet minValues requirements";
        }
        solution->claim_count += kept;
        solution->unplaced_count += kept ? 0 : plan->pod_count;
    }
}

static uint32_t fill_queue(struct fg_solve *solve, uint32_t *queue)
{
    const struct fg_karpenter_problem *problem = solve->problem;
    uint32_t count = 0;
    for (uint32_t pod = 0; pod < problem->pod_count; pod++) {
        struct fg_shape *shape = solve->karpenter->shapes[problem->pods[pod].scheduling_class];
        const char *fault =
            problem->pods[pod].is_checked ? fg_shape_fault(solve->karpenter, shape) : NULL;
        solve->solution->places[pod] = FG_PLACE_NONE;
        if (fault == NULL) {
            queue[count++] = pod;
            continue;
        }
        solve->solution->reasons[pod] = fault;
        solve->solution->unplaced_count++;
    }
    if (count > 1)
        qsort_r(queue, count, sizeof *queue, compare_pods, solve);
    return count;
}

static void explain_all(struct fg_solve *solve)
{
    const struct fg_karpenter_solution *solution = solve->solution;
    const char **by_class =
        fg_arena_allocate(solve->arena, solve->state->class_count + 1, sizeof *by_class);
    for (uint32_t pod = 0; pod < solution->pod_count; pod++)
        if (solution->places[pod] == FG_PLACE_NONE && solution->reasons[pod] == NULL)
            explain(solve, pod, by_class);
}

/* Room that was made for a solve serves the next one too. */
static void keep_room(struct fg_solve *solve)
{
    struct fg_karpenter *karpenter = solve->karpenter;
    karpenter->plans = solve->plans;
    karpenter->plan_capacity = solve->plan_capacity;
    karpenter->scratch = solve->scratch;
    fg_arena_reset(&karpenter->scratch);
    fg_arena_reset(&karpenter->work);
}

void fg_karpenter_solve(struct fg_karpenter *karpenter, const struct fg_karpenter_problem *problem,
                        struct fg_karpenter_solution *solution)
{
    *solution = (struct fg_karpenter_solution){.pod_count = problem->pod_count};
    struct fg_solve solve = {
        .karpenter = karpenter,
        .problem = problem,
        .state = problem->state,
        .solution = solution,
        .arena = &karpenter->work,
        .scratch = karpenter->scratch,
        .plans = karpenter->plans,
        .plan_capacity = karpenter->plan_capacity,
    };
    uint32_t *queue = fg_arena_allocate(solve.arena, problem->pod_count + 1, sizeof *queue);
    open_state(&solve);
    solution->places =
        fg_arena_allocate(&solution->arena, problem->pod_count, sizeof *solution->places);
    solution->reasons =
        fg_arena_allocate(&solution->arena, problem->pod_count, sizeof *solution->reasons);
    uint32_t count = fill_queue(&solve, queue);
    fg_groups_enter_cluster(&solve.groups);
    open_nodes(&solve);
    for (uint32_t pod = 0; pod < problem->pod_count; pod++)
        if (solution->reasons[pod] == NULL)
            meet_shape(&solve, karpenter->shapes[problem->pods[pod].scheduling_class]);
    work_off(&solve, queue, count);
    if (!solution->is_futile) {
        if (!problem->is_brief)
            explain_all(&solve);
        close_plans(&solve);
    }
    keep_room(&solve);
}

void fg_karpenter_solution_release(struct fg_karpenter_solution *solution)
{
    fg_arena_release(&solution->arena);
    *solution = (struct fg_karpenter_solution){0};
}

/* ---- labels of a node to be ---- */

static void put_label(struct fg_pairs *out, const char *key, const char *value)
{
    for (uint32_t i = 0; i < out->count; i++)
        if (strcmp(out->items[i].key, key) == 0)
            return;
    out->items[out->count++] = (struct fg_pair){key, value};
}

static void put_type_labels(const struct fg_karpenter *karpenter,
                            const struct fg_karpenter_types *types, uint32_t type,
                            struct fg_pairs *out)
{
    for (uint32_t i = 0; i < types->label_count; i++) {
        const struct fg_type_label *label = &types->labels[i];
        for (uint32_t v = 0; v < label->value_count; v++) {
            if (!fg_bit(label->types[v], type))
                continue;
            put_label(out, fg_words_text(&karpenter->words, label->key),
                      fg_words_text(&karpenter->words, label->values[v]));
            break;
        }
    }
}

void fg_karpenter_node_labels(const struct fg_karpenter *karpenter,
                              const struct fg_karpenter_claim *claim,
                              const struct fg_karpenter_launch *launch, struct fg_arena *arena,
                              struct fg_pairs *out)
{
    const struct fg_karpenter_pool *pool = &karpenter->pools[claim->pool];
    const struct fg_words *words = &karpenter->words;
    out->count = 0;
    out->items = fg_arena_allocate(arena, claim->requirements.count + pool->types.label_count + 4,
                                   sizeof *out->items);
    put_label(out, "topology.kubernetes.io/zone",
              fg_words_text(words, pool->types.zones[launch->zone]));
    put_label(out, "karpenter.sh/capacity-type", fg_capacity_type_name(launch->capacity));
    for (uint32_t i = 0; i < claim->requirements.count; i++) {
        const struct fg_karpenter_requirement *requirement = &claim->requirements.items[i];
        if (fg_karpenter_requirement_form(requirement) == FG_FORM_IN &&
            (requirement->value_count == 1 || !words->items[requirement->key].is_well_known))
            put_label(out, fg_words_text(words, requirement->key),
                      fg_words_text(words, requirement->values[0]));
    }
    put_type_labels(karpenter, &pool->types, launch->type, out);
    fg_pairs_sort(out);
}
