#include "sim/controllers/autoscaler_decide.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/base/index.h"
#include "sim/controllers/autoscaler_templates.h"
#include "sim/controllers/removal.h"
#include "sim/controllers/scale_up.h"

#define NO_GROUP UINT32_MAX

/* One decision in the making. */
struct work {
    const struct fg_autoscaler_view *view;
    const struct fg_kube_objects *objects;
    const struct fg_autoscaler_settings *settings;
    struct fg_autoscaler_decision *out;
    struct fg_simulation simulation;
    uint32_t *group_of; /* by node */
    bool *is_starting;  /* by node: not ready yet, young */
    struct fg_group_sizes *sizes;
    struct fg_scaling_group *groups;
    uint32_t waiting_count;
    struct fg_waiting_pods *waiting;
    uint32_t *pod_of_run; /* one run a pod */
    struct fg_budgets budgets;
};

struct fg_group_sizes {
    int64_t nodes, ready, starting, left; /* left: after what is to be removed */
};

/* ---- nodes and their groups ---- */

static uint32_t group_of_node(const struct fg_kube_objects *objects,
                              const struct fg_kube_node *node)
{
    const char *name = fg_pairs_find(&node->labels, "eks.amazonaws.com/nodegroup");
    if (name == NULL)
        name = fg_pairs_find(&node->labels, "alpha.eksctl.io/nodegroup-name");
    for (uint32_t i = 0; name != NULL && i < objects->cluster.node_group_count; i++)
        if (strcmp(objects->cluster.node_groups[i].name, name) == 0)
            return i;
    return NO_GROUP;
}

static void sort_nodes(struct work *work)
{
    const struct fg_kube_objects *objects = work->objects;
    for (uint32_t i = 0; i < objects->node_count; i++) {
        const struct fg_kube_node *node = &objects->nodes[i];
        uint32_t group = work->group_of[i] = group_of_node(objects, node);
        fg_simulation_look_at(&work->simulation, work->view->slot_of_node[i]);
        if (group == NO_GROUP)
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

static int64_t count_unready(const struct work *work)
{
    int64_t unready = 0;
    for (uint32_t i = 0; i < work->objects->node_count; i++)
        unready += !work->objects->nodes[i].ready && !work->is_starting[i];
    return unready;
}

static int64_t count_ready(const struct work *work)
{
    int64_t ready = 0;
    for (uint32_t i = 0; i < work->objects->node_count; i++)
        ready += work->objects->nodes[i].ready;
    return ready;
}

/* Too many of so many are not ready. */
static bool is_unhealthy(const struct fg_autoscaler_settings *settings, int64_t unready,
                         int64_t all)
{
    return unready > settings->ok_total_unready_count &&
           unready * 100 > settings->max_total_unready_percentage * all;
}

/* What a node that is starting will be: a new one takes its place. */
static void replace_starting(struct work *work)
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

static uint32_t find_template_node(const struct work *work, uint32_t group)
{
    for (uint32_t i = 0; i < work->objects->node_count; i++)
        if (work->group_of[i] == group && is_template_node(&work->objects->nodes[i]))
            return i;
    return UINT32_MAX;
}

static fg_status describe_group(struct work *work, uint32_t number, struct fg_error *error)
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

/* ---- pods ---- */

static bool is_expendable(const struct work *work, const struct fg_kube_pod *pod)
{
    return pod->spec.priority < work->settings->expendable_pods_priority_cutoff;
}

static bool is_daemon(const struct fg_kube_pod *pod)
{
    return fg_drain_owner_of_kind(pod->owner_kind) == FG_DRAIN_OWNER_DAEMON_SET;
}

static uint32_t find_node(const struct fg_kube_objects *objects, const char *name)
{
    for (uint32_t i = 0; name != NULL && i < objects->node_count; i++)
        if (strcmp(objects->nodes[i].name, name) == 0)
            return i;
    return UINT32_MAX;
}

/* Slots of the nodes that pods name. */
struct node_names {
    const struct work *work;
    struct fg_index index;
};

static uint64_t hash_text(const char *text)
{
    return fg_hash_bytes(text, strlen(text), 0);
}

static uint32_t slot_named(const struct node_names *names, const char *name)
{
    uint32_t cursor = 0, node;
    while ((node = fg_index_next(&names->index, hash_text(name), &cursor)) != UINT32_MAX)
        if (strcmp(names->work->objects->nodes[node].name, name) == 0)
            return names->work->view->slot_of_node[node];
    return FG_NO_SLOT;
}

static void index_nodes(struct node_names *names)
{
    for (uint32_t i = 0; i < names->work->objects->node_count; i++)
        fg_index_put(&names->index, hash_text(names->work->objects->nodes[i].name), i);
}

/* Bound pods of so low a priority count as gone. */
static void drop_expendable(struct work *work)
{
    struct node_names names = {.work = work};
    index_nodes(&names);
    for (uint32_t i = 0; i < work->objects->pod_count; i++) {
        const struct fg_kube_pod *pod = &work->objects->pods[i];
        if (pod->node_name == NULL || pod->finished || !is_expendable(work, pod))
            continue;
        uint32_t slot = slot_named(&names, pod->node_name);
        if (slot != FG_NO_SLOT)
            fg_simulation_book(&work->simulation, slot, work->view->class_of_pod[i], -1);
    }
    fg_index_release(&names.index);
}

static bool is_waiting(const struct work *work, const struct fg_kube_pod *pod)
{
    return pod->node_name == NULL && pod->unschedulable && !pod->deleting && !pod->finished &&
           !pod->gated && !is_expendable(work, pod);
}

static const struct fg_kube_objects *sorted_objects; /* only for compare_pods */
#pragma omp threadprivate(sorted_objects)

static int compare_pods(const void *a, const void *b)
{
    uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
    int32_t left_priority = sorted_objects->pods[left].spec.priority;
    int32_t right_priority = sorted_objects->pods[right].spec.priority;
    if (left_priority != right_priority)
        return left_priority > right_priority ? -1 : 1;
    return (left > right) - (left < right);
}

/* Pods of one owner have one number; a pod without an owner has one of its own. */
static uint32_t owner_number(struct fg_strings *owners, const struct fg_kube_pod *pod,
                             uint32_t number)
{
    if (pod->owner_kind == NULL || is_daemon(pod))
        return UINT32_MAX / 2 + number;
    char key[1024];
    int length = snprintf(key, sizeof key, "%s/%s/%s/%s", pod->namespace_name, pod->owner_kind,
                          pod->owner_name != NULL ? pod->owner_name : "",
                          pod->owner_uid != NULL ? pod->owner_uid : "");
    const char *text = fg_strings_intern(
        owners, key, (size_t)(length < (int)sizeof key ? length : (int)sizeof key - 1));
    uint32_t owner = 0;
    while (owners->texts[owner] != text)
        owner++;
    return owner;
}

/* A pod that has been promised a node by preemption is booked there. */
static bool is_nominated(struct work *work, uint32_t pod)
{
    uint32_t node = find_node(work->objects, work->objects->pods[pod].nominated_node);
    if (node == UINT32_MAX || work->is_starting[node])
        return false;
    fg_simulation_book(&work->simulation, work->view->slot_of_node[node],
                       work->view->class_of_pod[pod], 1);
    return true;
}

static void queue_pods(struct work *work)
{
    const struct fg_kube_objects *objects = work->objects;
    struct fg_strings owners = {0};
    uint32_t count = 0;
    for (uint32_t i = 0; i < objects->pod_count; i++)
        if (is_waiting(work, &objects->pods[i]) && !is_nominated(work, i))
            work->pod_of_run[count++] = i;
    sorted_objects = objects;
    if (count > 0)
        qsort(work->pod_of_run, count, sizeof *work->pod_of_run, compare_pods);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t pod = work->pod_of_run[i];
        work->waiting[i] = (struct fg_waiting_pods){
            .class_number = work->view->class_of_pod[pod],
            .owner = owner_number(&owners, &objects->pods[pod], pod),
            .pods = 1,
        };
    }
    work->waiting_count = count;
    fg_strings_release(&owners);
}

/* ---- scale-up ---- */

/* DaemonSets' pods want a node of their own: a new one does not help. */
static void drop_daemons(struct work *work)
{
    for (uint32_t i = 0; i < work->waiting_count; i++)
        if (is_daemon(&work->objects->pods[work->pod_of_run[i]]))
            work->waiting[i].pods = 0;
}

static void copy_answer(struct work *work, const struct fg_scale_up_answer *answer)
{
    struct fg_autoscaler_decision *out = work->out;
    out->growth = fg_arena_allocate(&out->arena, answer->growth_count, sizeof *out->growth);
    for (uint32_t i = 0; i < answer->growth_count; i++)
        out->growth[out->growth_count++] =
            (struct fg_group_growth){answer->growth[i].group, answer->growth[i].nodes};
    out->ties = fg_arena_allocate(&out->arena, answer->tie_count, sizeof *out->ties);
    for (uint32_t i = 0; i < answer->tie_count; i++)
        out->ties[out->tie_count++] = answer->ties[i];
}

static void scale_up(struct work *work)
{
    int64_t upcoming = 0;
    for (uint32_t i = 0; i < work->objects->cluster.node_group_count; i++)
        upcoming += work->sizes[i].starting;
    const struct fg_scale_up_question question = {
        .settings = work->settings,
        .simulation = &work->simulation,
        .group_count = work->objects->cluster.node_group_count,
        .groups = work->groups,
        .waiting_count = work->waiting_count,
        .waiting = work->waiting,
        .ready_nodes = count_ready(work),
        .upcoming_nodes = upcoming,
        .luck = work->view->luck,
    };
    struct fg_scale_up_answer answer = {0};
    fg_scale_up_choose(&question, &answer);
    copy_answer(work, &answer);
    free(answer.growth);
    free(answer.ties);
}

static void list_unschedulable(struct work *work)
{
    struct fg_autoscaler_decision *out = work->out;
    out->unschedulable =
        fg_arena_allocate(&out->arena, work->waiting_count, sizeof *out->unschedulable);
    for (uint32_t i = 0; i < work->waiting_count; i++)
        if (work->waiting[i].pods > 0 && !work->waiting[i].has_option)
            out->unschedulable[out->unschedulable_count++] = work->pod_of_run[i];
}

/* ---- scale-down ---- */

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

static enum fg_drain drain_of(const struct work *work, const struct fg_kube_pod *pod)
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

static void read_budgets(struct work *work)
{
    const struct fg_kube_objects *objects = work->objects;
    work->budgets.items = fg_allocate(objects->budget_count, sizeof *work->budgets.items);
    for (uint32_t i = 0; i < objects->budget_count; i++)
        work->budgets.items[work->budgets.count++] =
            (struct fg_budget){objects->budgets[i].namespace_name, &objects->budgets[i].selector,
                               objects->budgets[i].disruptions_allowed};
}

static void add_pod(struct work *work, struct fg_removal *removal, uint32_t slot, uint32_t pod)
{
    fg_removal_add_pods(removal, &(struct fg_removal_pods){
                                     .slot = slot,
                                     .class_number = work->view->class_of_pod[pod],
                                     .pods = 1,
                                     .drain = drain_of(work, &work->objects->pods[pod]),
                                     .thing = pod,
                                 });
}

static void add_bound_pods(struct work *work, struct fg_removal *removal)
{
    struct node_names names = {.work = work};
    index_nodes(&names);
    for (uint32_t i = 0; i < work->objects->pod_count; i++) {
        const struct fg_kube_pod *pod = &work->objects->pods[i];
        if (pod->node_name == NULL || pod->finished || is_expendable(work, pod))
            continue;
        uint32_t slot = slot_named(&names, pod->node_name);
        if (slot != FG_NO_SLOT)
            add_pod(work, removal, slot, i);
    }
    fg_index_release(&names.index);
}

/* Pods that wait but have a place, or were promised one, are there already. */
static void add_placed_pods(struct work *work, struct fg_removal *removal,
                            const struct fg_filtered *filtered)
{
    for (uint32_t i = 0; i < work->objects->pod_count; i++) {
        const struct fg_kube_pod *pod = &work->objects->pods[i];
        uint32_t node =
            is_waiting(work, pod) ? find_node(work->objects, pod->nominated_node) : UINT32_MAX;
        if (node != UINT32_MAX && !work->is_starting[node])
            add_pod(work, removal, work->view->slot_of_node[node], i);
    }
    for (uint32_t i = 0; i < filtered->count; i++)
        add_pod(work, removal, filtered->items[i].slot, work->pod_of_run[filtered->items[i].run]);
}

static bool is_being_deleted(const struct fg_kube_node *node)
{
    for (uint32_t i = 0; i < node->taints.count; i++)
        if (strcmp(node->taints.items[i].key, FG_TAINT_TO_BE_DELETED) == 0)
            return true;
    return false;
}

static struct fg_node_use daemon_use(const struct work *work, const struct fg_removal *removal,
                                     uint32_t slot)
{
    struct fg_node_use use = {0};
    for (uint32_t i = removal->first_pods[slot]; i != UINT32_MAX; i = removal->pods[i].next) {
        const struct fg_kube_pod *pod = &work->objects->pods[removal->pods[i].thing];
        if ((work->settings->ignore_daemonsets_utilization && is_daemon(pod)) ||
            (work->settings->ignore_mirror_pods_utilization && pod->mirror))
            fg_use_add(&use, &work->view->state->classes[removal->pods[i].class_number].request, 1);
    }
    return use;
}

static bool utilization_of(const struct work *work, const struct fg_removal *removal, uint32_t node,
                           struct fg_utilization *out, bool *has_gpu)
{
    const struct fg_cluster_state *state = work->view->state;
    uint32_t slot = work->view->slot_of_node[node];
    const struct fg_node_capacity *allocatable = fg_state_allocatable(state, slot);
    struct fg_node_use skipped = daemon_use(work, removal, slot);
    *has_gpu = allocatable->gpu_milli > 0 || fg_pairs_find(&work->objects->nodes[node].labels,
                                                           "k8s.amazonaws.com/accelerator") != NULL;
    return fg_utilization_of(allocatable, &state->use[slot], &skipped, *has_gpu, out);
}

static enum fg_unremovable eligibility(const struct work *work, const struct fg_removal *removal,
                                       uint32_t node)
{
    const struct fg_kube_node *object = &work->objects->nodes[node];
    uint32_t group = work->group_of[node];
    const char *disabled =
        fg_pairs_find(&object->annotations, "cluster-autoscaler.kubernetes.io/scale-down-disabled");
    struct fg_utilization utilization;
    bool has_gpu;
    if (group == NO_GROUP)
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
static uint32_t list_candidates(const struct work *work, const struct fg_removal *removal,
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

static bool remove_node(struct work *work, const struct fg_removal_node *candidate, uint32_t node)
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
static void list_removed(struct work *work, struct fg_removal_node *candidates,
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

static const char *print_reason(struct work *work, const struct fg_removal *removal,
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
static void print_reasons(struct work *work, const struct fg_removal *removal,
                          const struct fg_removal_node *candidates, const uint32_t *node_of,
                          uint32_t count, const char **texts)
{
    for (uint32_t i = 0; i < count; i++)
        if (candidates[i].reason != FG_REMOVABLE && texts[node_of[i]] == NULL)
            texts[node_of[i]] = print_reason(work, removal, &candidates[i], node_of[i]);
}

static void list_blocked(struct work *work, const char *const *texts)
{
    struct fg_autoscaler_decision *out = work->out;
    out->blocked = fg_arena_allocate(&out->arena, work->objects->node_count, sizeof *out->blocked);
    for (uint32_t i = 0; i < work->objects->node_count; i++)
        if (texts[i] != NULL)
            out->blocked[out->blocked_count++] = (struct fg_node_verdict){i, texts[i]};
}

static void plan(struct work *work, struct fg_removal *removal)
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

/* Pods move to nodes that are there, not to those that are coming. */
static void bar_upcoming(struct work *work)
{
    int64_t upcoming = 0;
    for (uint32_t i = 0; i < work->objects->cluster.node_group_count; i++)
        upcoming += work->sizes[i].starting;
    for (uint32_t i = work->simulation.node_count - (uint32_t)upcoming;
         i < work->simulation.node_count; i++)
        work->simulation.barred[work->simulation.nodes[i]] = true;
}

static void scale_down(struct work *work, const struct fg_filtered *filtered)
{
    struct fg_removal removal;
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

static void keep_all(struct work *work, const char *reason)
{
    const char **texts = fg_allocate(work->objects->node_count, sizeof *texts);
    for (uint32_t i = 0; i < work->objects->node_count; i++)
        texts[i] = reason;
    list_blocked(work, texts);
    free((void *)(uintptr_t)texts);
}

/* ---- the whole ---- */

static void decide(struct work *work)
{
    struct fg_filtered filtered = {0};
    drop_expendable(work);
    read_budgets(work);
    replace_starting(work);
    queue_pods(work);
    fg_scale_up_filter(&work->simulation, work->waiting, work->waiting_count, &filtered);
    drop_daemons(work);
    scale_up(work);
    list_unschedulable(work);
    if (work->settings->scale_down_enabled)
        scale_down(work, &filtered);
    else
        keep_all(work, "scale-down is disabled");
    free(filtered.items);
}

static void open(struct work *work)
{
    const struct fg_kube_objects *objects = work->objects;
    uint32_t groups = objects->cluster.node_group_count;
    fg_simulation_open(&work->simulation, work->view->state);
    work->group_of = fg_allocate(objects->node_count, sizeof *work->group_of);
    work->is_starting = fg_allocate(objects->node_count, sizeof *work->is_starting);
    work->sizes = fg_allocate(groups, sizeof *work->sizes);
    work->groups = fg_allocate(groups, sizeof *work->groups);
    work->waiting = fg_allocate(objects->pod_count, sizeof *work->waiting);
    work->pod_of_run = fg_allocate(objects->pod_count, sizeof *work->pod_of_run);
}

static void close_work(struct work *work)
{
    fg_simulation_close(&work->simulation);
    free(work->group_of);
    free(work->is_starting);
    free(work->sizes);
    free(work->groups);
    free(work->waiting);
    free(work->pod_of_run);
    free(work->budgets.items);
}

fg_status fg_autoscaler_decide(const struct fg_autoscaler_view *view,
                               struct fg_autoscaler_decision *out, struct fg_error *error)
{
    const struct fg_cluster *cluster = &view->objects->cluster;
    struct work work = {
        .view = view, .objects = view->objects, .settings = &cluster->autoscaler, .out = out};
    fg_status status = fg_expander_check(work.settings, error);
    if (status != FG_OK)
        return status;
    open(&work);
    sort_nodes(&work);
    for (uint32_t i = 0; i < cluster->node_group_count && status == FG_OK; i++)
        status = describe_group(&work, i, error);
    if (status == FG_OK) {
        if (is_unhealthy(work.settings, count_unready(&work), work.objects->node_count))
            keep_all(&work, "cluster is unhealthy");
        else if (!work.settings->scale_up_from_zero && count_ready(&work) == 0)
            keep_all(&work, "cluster has no ready nodes");
        else
            decide(&work);
    }
    close_work(&work);
    return status;
}

void fg_autoscaler_decision_release(struct fg_autoscaler_decision *decision)
{
    fg_arena_release(&decision->arena);
    memset(decision, 0, sizeof *decision);
}
