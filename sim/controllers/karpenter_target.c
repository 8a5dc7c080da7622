#include "sim/controllers/karpenter_target.h"

#include <string.h>

/* ---- taints ---- */

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
static struct fg_taints node_taints(struct fg_solve *solve, const struct fg_target *node,
                                    struct fg_arena *arena)
{
    const struct fg_state_kind *kind = &solve->state->kinds[node->kind];
    uint32_t pool_number = solve->problem->nodes[node->slot].pool;
    const struct fg_node_pool *pool =
        pool_number != FG_NO_POOL ? solve->pools->items[pool_number].pool : NULL;
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

/* ---- what is left ---- */

static void add_daemon(struct fg_solve *solve, const struct fg_target *node,
                       const struct fg_taints *taints, const struct fg_pod_spec *spec,
                       struct fg_node_use *use)
{
    struct fg_karpenter_pools *pools = solve->pools;
    struct fg_karpenter_requirements asked = {0};
    const struct fg_pod_rules *rules = spec->rules;
    if (fg_taints_find_untolerated(taints, &spec->tolerations) != NULL)
        return;
    fg_karpenter_requirements_add_spec(&pools->words, &solve->scratch, &asked, spec);
    if (rules != NULL && rules->required_nodes.count > 0)
        fg_karpenter_requirements_add_terms(&pools->words, &solve->scratch, &asked,
                                            &rules->required_nodes.items[0].expressions);
    if (!fg_karpenter_requirements_compatible(
            &pools->words, fg_known_requirements(solve->known, node->kind), &asked, false, NULL))
        return;
    struct fg_request request = fg_request_of(spec);
    fg_use_add(use, &request, 1);
}

/* What the DaemonSets that would run on nodes of the kind ask for. */
static const struct fg_node_use *daemons_of(struct fg_solve *solve, const struct fg_target *node)
{
    struct fg_kind_labels *labels = fg_known_labels(solve->known, node->kind);
    if (!labels->has_daemons[node->is_initialized]) {
        struct fg_taints taints = node_taints(solve, node, &solve->scratch);
        struct fg_node_use use = {0};
        for (uint32_t i = 0; i < solve->pools->source.daemon_set_count; i++)
            add_daemon(solve, node, &taints, solve->pools->source.daemon_sets[i], &use);
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

static void leave_room_for_daemons(struct fg_solve *solve, struct fg_target *node)
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
    struct fg_target *node = &solve->targets[solve->target_count++];
    *node = (struct fg_target){
        .slot = ordered->slot,
        .kind = state->kind_of[ordered->slot],
        .is_initialized = ordered->is_initialized,
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

static void open_limits(struct fg_solve *solve)
{
    const struct fg_karpenter_pools *pools = solve->pools;
    solve->left = fg_arena_allocate(solve->arena, pools->count, sizeof *solve->left);
    for (uint32_t i = 0; i < pools->count; i++) {
        const struct fg_node_pool *pool = pools->items[i].pool;
        solve->left[i][FG_LIMIT_CPU] = pool->limit_cpu_milli;
        solve->left[i][FG_LIMIT_MEMORY] = pool->limit_memory_bytes;
        solve->left[i][FG_LIMIT_GPU] = pool->limit_gpu_milli;
        solve->left[i][FG_LIMIT_NODES] = pool->limit_nodes;
    }
}

void fg_targets_open(struct fg_solve *solve)
{
    const struct fg_known_nodes *known = solve->known;
    open_limits(solve);
    solve->targets =
        fg_arena_allocate(solve->arena, known->ordered_count + 1, sizeof *solve->targets);
    for (uint32_t i = 0; i < known->ordered_count; i++)
        if (!solve->groups.is_out[known->ordered[i].slot])
            open_node(solve, &known->ordered[i]);
}

/* ---- one more pod ---- */

/* What a class's pods meet on nodes of the kind, by labels and taints alone. */
static uint8_t judge_kind(struct fg_solve *solve, const struct fg_shape *shape,
                          const struct fg_target *node)
{
    struct fg_karpenter_pools *pools = solve->pools;
    const struct fg_karpenter_requirements *labels =
        fg_known_requirements(solve->known, node->kind);
    struct fg_taints taints = node_taints(solve, node, &solve->scratch);
    bool takes = fg_shape_tolerates(shape, &taints) &&
                 fg_karpenter_requirements_compatible(&pools->words, labels, &shape->requirements,
                                                      false, NULL);
    bool learns = false;
    for (uint32_t i = 0; i < shape->requirements.count; i++)
        learns |= fg_karpenter_requirements_find(labels, shape->requirements.items[i].key) == NULL;
    if (!takes)
        return FG_KIND_REFUSES;
    return learns ? FG_KIND_TAKES_AND_LEARNS : FG_KIND_TAKES;
}

static uint8_t kind_verdict(struct fg_solve *solve, struct fg_shape *shape,
                            const struct fg_target *node)
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

static bool has_extended(const struct fg_solve *solve, const struct fg_target *node,
                         const struct fg_state_class *class_)
{
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

static bool ports_are_free(struct fg_solve *solve, struct fg_target *node,
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
node_requirements(struct fg_solve *solve, const struct fg_target *node, struct fg_arena *arena)
{
    struct fg_karpenter_pools *pools = solve->pools;
    if (node->learned != NULL)
        return fg_karpenter_requirements_copy(arena, node->learned, 4);
    struct fg_karpenter_requirements set =
        fg_karpenter_requirements_copy(arena, fg_known_requirements(solve->known, node->kind), 8);
    struct fg_karpenter_requirement host = fg_karpenter_requirement_in(
        arena, pools->host_key, fg_known_host(solve->known, node->slot));
    fg_karpenter_requirements_add(&pools->words, arena, &set, &host);
    return set;
}

/* The slow way: all of the node's requirements against all of the pod's. `learns`: the pod brings
 * a key that the node does not have. */
static bool meets(struct fg_solve *solve, const struct fg_target *node,
                  const struct fg_shape *shape, struct fg_karpenter_requirements *out, bool *learns)
{
    const struct fg_words *words = &solve->pools->words;
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

static void book_on_node(struct fg_solve *solve, struct fg_target *node,
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

bool fg_target_try(struct fg_solve *solve, struct fg_target *node, struct fg_shape *shape)
{
    if (!has_extended(solve, node, &solve->state->classes[shape->scheduling_class]))
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
            struct fg_karpenter_requirements *kept =
                fg_arena_allocate(solve->arena, 1, sizeof *kept);
            *kept = fg_karpenter_requirements_keep(solve->arena, &joined);
            node->learned = kept;
            solve->target_epoch++;
        }
        book_on_node(solve, node, shape);
        fg_groups_record(&solve->groups, shape, &taints, &joined);
    }
    fg_arena_reset(&solve->scratch);
    return takes;
}
