#include "sim/controllers/autoscaler_scale_down.h"

#include <stdlib.h>
#include <string.h>

#include "sim/controllers/autoscaler_groups.h"
#include "sim/controllers/autoscaler_pods.h"

/* ---- pods that would be drained ---- */

static int64_t owner_replicas(const struct fg_kube_objects *objects, const struct fg_kube_pod *pod)
{
    if (pod->owner_kind == NULL || (strcmp(pod->owner_kind, "ReplicaSet") != 0 &&
                                    strcmp(pod->owner_kind, "ReplicationController") != 0))
        return -1;
    for (uint32_t i = 0; i < objects->owner_count; i++) {
        const struct fg_kube_owner *owner = &objects->owners[i];
        if (strcmp(owner->kind, pod->owner_kind) == 0 &&
            strcmp(owner->namespace_name, pod->namespace_name) == 0 && pod->owner_name != NULL &&
            strcmp(owner->name, pod->owner_name) == 0)
            return owner->replicas;
    }
    return -1;
}

static enum fg_drain drain_of(const struct fg_autoscaler_work *work, const struct fg_kube_pod *pod)
{
    const struct fg_drain_pod drained = {
        .spec = &pod->spec,
        .owner = fg_drain_owner_of_kind(pod->owner_kind),
        .owner_replicas =
            work->settings->min_replica_count > 0 ? owner_replicas(work->objects, pod) : -1,
        .is_mirror = pod->mirror,
        .has_local_storage = pod->has_local_storage,
        .age_s = pod->created != 0 ? work->view->now - pod->created : -1,
    };
    return fg_drain_of(work->settings, &drained, &work->budgets);
}

static void read_budgets(struct fg_autoscaler_work *work)
{
    const struct fg_kube_objects *objects = work->objects;
    work->budgets.items = fg_allocate(objects->budget_count, sizeof *work->budgets.items);
    for (uint32_t i = 0; i < objects->budget_count; i++)
        work->budgets.items[work->budgets.count++] =
            (struct fg_budget){objects->budgets[i].namespace_name, &objects->budgets[i].selector,
                               objects->budgets[i].disruptions_allowed};
}

static void add_pod(struct fg_autoscaler_work *work, struct fg_removal *removal, uint32_t slot,
                    uint32_t pod)
{
    fg_removal_add_pods(removal, &(struct fg_removal_pods){
                                     .slot = slot,
                                     .class_number = work->view->class_of_pod[pod],
                                     .pods = 1,
                                     .drain = drain_of(work, &work->objects->pods[pod]),
                                     .thing = pod,
                                 });
}

static void add_bound_pods(struct fg_autoscaler_work *work, struct fg_removal *removal)
{
    struct fg_node_names names = {0};
    fg_node_names_fill(&names, work);
    for (uint32_t i = 0; i < work->objects->pod_count; i++) {
        const struct fg_kube_pod *pod = &work->objects->pods[i];
        if (pod->node_name == NULL || pod->finished || fg_work_is_expendable(work, pod))
            continue;
        uint32_t slot = fg_node_names_slot(&names, pod->node_name);
        if (slot != FG_NO_SLOT)
            add_pod(work, removal, slot, i);
    }
    fg_node_names_release(&names);
}

/* Pods that wait but have a place, or were promised one, are there already. */
static void add_placed_pods(struct fg_autoscaler_work *work, struct fg_removal *removal,
                            const struct fg_filtered *filtered)
{
    for (uint32_t i = 0; i < work->objects->pod_count; i++) {
        const struct fg_kube_pod *pod = &work->objects->pods[i];
        uint32_t node = fg_work_is_waiting(work, pod) ? fg_work_find_node(work, pod->nominated_node)
                                                      : UINT32_MAX;
        if (node != UINT32_MAX && !work->is_starting[node])
            add_pod(work, removal, work->view->slot_of_node[node], i);
    }
    for (uint32_t i = 0; i < filtered->count; i++)
        add_pod(work, removal, filtered->items[i].slot, work->pod_of_run[filtered->items[i].run]);
}

/* ---- candidates ---- */

static bool is_being_deleted(const struct fg_kube_node *node)
{
    for (uint32_t i = 0; i < node->taints.count; i++)
        if (strcmp(node->taints.items[i].key, FG_TAINT_TO_BE_DELETED) == 0)
            return true;
    return false;
}

static struct fg_node_use daemon_use(const struct fg_autoscaler_work *work,
                                     const struct fg_removal *removal, uint32_t slot)
{
    struct fg_node_use use = {0};
    for (uint32_t i = removal->first_pods[slot]; i != UINT32_MAX; i = removal->pods[i].next) {
        const struct fg_kube_pod *pod = &work->objects->pods[removal->pods[i].thing];
        if ((work->settings->ignore_daemonsets_utilization && fg_work_is_daemon(pod)) ||
            (work->settings->ignore_mirror_pods_utilization && pod->mirror))
            fg_use_add(&use, &work->view->state->classes[removal->pods[i].class_number].request, 1);
    }
    return use;
}

static bool utilization_of(const struct fg_autoscaler_work *work, const struct fg_removal *removal,
                           uint32_t node, struct fg_utilization *out, bool *has_gpu)
{
    const struct fg_cluster_state *state = work->view->state;
    uint32_t slot = work->view->slot_of_node[node];
    const struct fg_node_capacity *allocatable = fg_state_allocatable(state, slot);
    struct fg_node_use skipped = daemon_use(work, removal, slot);
    *has_gpu = allocatable->gpu_milli > 0 || fg_pairs_find(&work->objects->nodes[node].labels,
                                                           "k8s.amazonaws.com/accelerator") != NULL;
    return fg_utilization_of(allocatable, &state->use[slot], &skipped, *has_gpu, out);
}

static enum fg_unremovable eligibility(const struct fg_autoscaler_work *work,
                                       const struct fg_removal *removal, uint32_t node)
{
    const struct fg_kube_node *object = &work->objects->nodes[node];
    uint32_t group = work->group_of[node];
    const char *disabled =
        fg_pairs_find(&object->annotations, "cluster-autoscaler.kubernetes.io/scale-down-disabled");
    struct fg_utilization utilization;
    bool has_gpu;
    if (group == FG_NO_GROUP)
        return FG_UNREMOVABLE_NOT_AUTOSCALED;
    if (work->sizes[group].nodes <= work->objects->cluster.node_groups[group].min_size)
        return FG_UNREMOVABLE_MIN_SIZE;
    if (is_being_deleted(object))
        return FG_UNREMOVABLE_BEING_DELETED;
    if (disabled != NULL && strcmp(disabled, "true") == 0)
        return FG_UNREMOVABLE_DISABLED;
    if (!utilization_of(work, removal, node, &utilization, &has_gpu))
        return FG_UNREMOVABLE_UNEXPECTED;
    return fg_utilization_above(&utilization,
                                has_gpu ? work->settings->scale_down_gpu_threshold_millionths
                                        : work->settings->scale_down_threshold_millionths)
               ? FG_UNREMOVABLE_UTILIZED
               : FG_REMOVABLE;
}

/* Nodes that have no pod to move come first; `node_of` says which node a candidate is. */
static uint32_t list_candidates(const struct fg_autoscaler_work *work,
                                const struct fg_removal *removal,
                                struct fg_removal_node *candidates, uint32_t *node_of)
{
    uint32_t count = 0;
    for (int pass = 0; pass < 2; pass++) {
        for (uint32_t i = 0; i < work->objects->node_count; i++) {
            uint32_t slot = work->view->slot_of_node[i];
            if (work->is_starting[i] || fg_removal_is_empty(removal, slot) != (pass == 0))
                continue;
            node_of[count] = i;
            candidates[count++] = (struct fg_removal_node){
                .slot = slot, .reason = eligibility(work, removal, i), .blocker = UINT32_MAX};
        }
    }
    return count;
}

/* ---- verdicts ---- */

static bool remove_node(struct fg_autoscaler_work *work, const struct fg_removal_node *candidate,
                        uint32_t node)
{
    struct fg_autoscaler_decision *out = work->out;
    struct fg_group_sizes *sizes = &work->sizes[work->group_of[node]];
    if (sizes->left <= work->objects->cluster.node_groups[work->group_of[node]].min_size)
        return false;
    sizes->left--;
    out->removed[out->removed_count++] =
        (struct fg_node_verdict){node, candidate->is_empty ? "empty" : "underutilized"};
    return true;
}

/* Empty nodes, then others, risky ones last; each while its group is above its minimum. */
static void list_removed(struct fg_autoscaler_work *work, struct fg_removal_node *candidates,
                         const uint32_t *node_of, uint32_t count)
{
    struct fg_autoscaler_decision *out = work->out;
    out->removed = fg_arena_allocate(&out->arena, count, sizeof *out->removed);
    for (int pass = 0; pass < 3; pass++) {
        for (uint32_t i = 0; i < count; i++) {
            struct fg_removal_node *candidate = &candidates[i];
            int rank = candidate->is_empty ? 0 : candidate->is_risky ? 2 : 1;
            if (candidate->reason == FG_REMOVABLE && rank == pass &&
                !remove_node(work, candidate, node_of[i]))
                candidate->reason = FG_UNREMOVABLE_MIN_SIZE;
        }
    }
}

static const char *print_reason(struct fg_autoscaler_work *work, const struct fg_removal *removal,
                                const struct fg_removal_node *candidate, uint32_t node)
{
    const char *name = fg_unremovable_name(candidate->reason);
    if (candidate->reason == FG_UNREMOVABLE_BLOCKED_BY_POD) {
        const struct fg_kube_pod *pod = &work->objects->pods[candidate->blocker];
        char words[1024];
        fg_drain_print(candidate->blocker_drain, pod->namespace_name, pod->name, words,
                       sizeof words);
        return fg_arena_format(&work->out->arena, "%s: %s: %s", name,
                               fg_drain_name(candidate->blocker_drain), words);
    }
    struct fg_utilization utilization;
    bool has_gpu;
    if (candidate->reason == FG_UNREMOVABLE_UTILIZED &&
        utilization_of(work, removal, node, &utilization, &has_gpu))
        return fg_arena_format(
            &work->out->arena,
            "%s: %s requested (%.6g%% of allocatable) is above the scale-down utilization "
            "threshold",
            name, utilization.resource,
            (double)utilization.requested / (double)utilization.allocatable * 100);
    return name;
}

/* The reasons of nodes that are too full are printed before the simulation moves pods to them. */
static void print_reasons(struct fg_autoscaler_work *work, const struct fg_removal *removal,
                          const struct fg_removal_node *candidates, const uint32_t *node_of,
                          uint32_t count, const char **texts)
{
    for (uint32_t i = 0; i < count; i++)
        if (candidates[i].reason != FG_REMOVABLE && texts[node_of[i]] == NULL)
            texts[node_of[i]] = print_reason(work, removal, &candidates[i], node_of[i]);
}

static void list_blocked(struct fg_autoscaler_work *work, const char *const *texts)
{
    struct fg_autoscaler_decision *out = work->out;
    out->blocked = fg_arena_allocate(&out->arena, work->objects->node_count, sizeof *out->blocked);
    for (uint32_t i = 0; i < work->objects->node_count; i++)
        if (texts[i] != NULL)
            out->blocked[out->blocked_count++] = (struct fg_node_verdict){i, texts[i]};
}

static void plan(struct fg_autoscaler_work *work, struct fg_removal *removal)
{
    uint32_t node_count = work->objects->node_count;
    struct fg_removal_node *candidates = fg_allocate(node_count, sizeof *candidates);
    uint32_t *node_of = fg_allocate(node_count, sizeof *node_of);
    const char **texts = fg_allocate(node_count, sizeof *texts);
    uint32_t count = list_candidates(work, removal, candidates, node_of);
    print_reasons(work, removal, candidates, node_of, count, texts);
    fg_removal_plan(removal, candidates, count);
    list_removed(work, candidates, node_of, count);
    print_reasons(work, removal, candidates, node_of, count, texts);
    list_blocked(work, texts);
    free(candidates);
    free(node_of);
    free((void *)(uintptr_t)texts);
}

/* ---- the whole ---- */

/* Pods move to nodes that are there, not to those that are coming. */
static void bar_upcoming(struct fg_autoscaler_work *work)
{
    uint32_t upcoming = (uint32_t)fg_work_starting_nodes(work);
    for (uint32_t i = work->simulation.node_count - upcoming; i < work->simulation.node_count; i++)
        work->simulation.barred[work->simulation.nodes[i]] = true;
}

void fg_work_scale_down(struct fg_autoscaler_work *work, const struct fg_filtered *filtered)
{
    struct fg_removal removal;
    read_budgets(work);
    fg_removal_open(&removal, &work->simulation);
    removal.budgets = work->budgets;
    removal.arena = &work->out->arena;
    removal.unneeded_limit =
        fg_removal_unneeded_limit(work->settings, 0, work->settings->scale_down_unneeded_time_s);
    add_bound_pods(work, &removal);
    add_placed_pods(work, &removal, filtered);
    bar_upcoming(work);
    plan(work, &removal);
    fg_removal_close(&removal);
}

void fg_work_keep_all(struct fg_autoscaler_work *work, const char *reason)
{
    const char **texts = fg_allocate(work->objects->node_count, sizeof *texts);
    for (uint32_t i = 0; i < work->objects->node_count; i++)
        texts[i] = reason;
    list_blocked(work, texts);
    free((void *)(uintptr_t)texts);
}
