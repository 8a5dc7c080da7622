#include "sim/controllers/autoscaler_templates.h"

#include <string.h>

#include "sim/controllers/removal.h"

#define TEMPLATE_NODE "cluster-autoscaler.kubernetes.io/template-node"

/* ---- labels ---- */

static bool sets(const struct fg_pairs *pairs, const char *key, const char *value)
{
    for (uint32_t i = 0; i < pairs->count; i++) {
        if (strcmp(pairs->items[i].key, key) == 0) {
            pairs->items[i].value = value;
            return true;
        }
    }
    return false;
}

static void set(struct fg_pairs *pairs, const char *key, const char *value)
{
    if (value != NULL && !sets(pairs, key, value))
        pairs->items[pairs->count++] = (struct fg_pair){key, value};
}

/* A copy with room for `more`; the name of the machine is not copied, a new node has its own. */
static struct fg_pairs copy_labels(struct fg_arena *arena, const struct fg_pairs *labels,
                                   uint32_t more)
{
    struct fg_pairs copy = {
        .items = fg_arena_allocate(arena, (size_t)labels->count + more, sizeof *copy.items)};
    for (uint32_t i = 0; i < labels->count; i++)
        if (strcmp(labels->items[i].key, "kubernetes.io/hostname") != 0)
            copy.items[copy.count++] = labels->items[i];
    return copy;
}

/* ---- taints ---- */

static bool starts_with(const char *text, const char *start)
{
    return strncmp(text, start, strlen(start)) == 0;
}

/* Of the autoscaler itself, or a passing state of one node. */
static bool is_passing_taint(const char *key)
{
    static const char *const passing[] = {
        FG_TAINT_TO_BE_DELETED,
        "DeletionCandidateOfClusterAutoscaler",
        "node.kubernetes.io/not-ready",
        "node.kubernetes.io/unreachable",
        "node.kubernetes.io/unschedulable",
        "node.kubernetes.io/memory-pressure",
        "node.kubernetes.io/disk-pressure",
        "node.kubernetes.io/network-unavailable",
        "node.kubernetes.io/pid-pressure",
        "node.cloudprovider.kubernetes.io/uninitialized",
        "node.cloudprovider.kubernetes.io/shutdown",
        "cloud.google.com/impending-node-termination",
        "NodeWithImpairedVolumes",
    };
    for (size_t i = 0; i < sizeof passing / sizeof *passing; i++)
        if (strcmp(passing[i], key) == 0)
            return true;
    return starts_with(key, "ignore-taint.cluster-autoscaler.kubernetes.io/") ||
           starts_with(key, "startup-taint.cluster-autoscaler.kubernetes.io/") ||
           starts_with(key, "status-taint.cluster-autoscaler.kubernetes.io/");
}

static struct fg_taints clean_taints(struct fg_arena *arena, const struct fg_taints *taints)
{
    struct fg_taints clean = {.items =
                                  fg_arena_allocate(arena, taints->count, sizeof *clean.items)};
    for (uint32_t i = 0; i < taints->count; i++)
        if (!is_passing_taint(taints->items[i].key))
            clean.items[clean.count++] = taints->items[i];
    return clean;
}

/* ---- DaemonSets ---- */

static bool is_pod_of(const struct fg_kube_pod *pod, const struct fg_kube_daemon_set *set)
{
    return fg_drain_owner_of_kind(pod->owner_kind) == FG_DRAIN_OWNER_DAEMON_SET &&
           pod->owner_name != NULL && strcmp(pod->owner_name, set->name) == 0 &&
           strcmp(pod->namespace_name, set->namespace_name) == 0;
}

static bool is_on(const struct fg_kube_pod *pod, const struct fg_kube_node *node)
{
    return node != NULL && pod->node_name != NULL && strcmp(pod->node_name, node->name) == 0 &&
           !pod->finished && !pod->deleting;
}

static bool runs_on(const struct fg_kube_objects *objects, const struct fg_kube_daemon_set *set,
                    const struct fg_kube_node *node)
{
    for (uint32_t i = 0; i < objects->pod_count; i++)
        if (is_on(&objects->pods[i], node) && is_pod_of(&objects->pods[i], set))
            return true;
    return false;
}

/* Beside a real node's own pods only DaemonSets come that push others off. */
static bool is_expected(const struct fg_autoscaler_view *view, uint32_t set,
                        const struct fg_kube_node *node, uint32_t kind)
{
    enum { SYSTEM_NODE_CRITICAL = 2000001000 };
    const struct fg_kube_daemon_set *daemon_set = &view->objects->daemon_sets[set];
    const struct fg_pod_spec *spec = &daemon_set->spec;
    if (!fg_state_eligible(view->state, view->class_of_daemon_set[set], kind))
        return false;
    return node == NULL ||
           (!runs_on(view->objects, daemon_set, node) && spec->priority == SYSTEM_NODE_CRITICAL &&
            (spec->rules == NULL || spec->rules->preemption == FG_PREEMPTION_LOWER_PRIORITY));
}

static void add_pods(const struct fg_autoscaler_view *view, struct fg_arena *arena,
                     const struct fg_kube_node *node, struct fg_fresh_node *out)
{
    const struct fg_kube_objects *objects = view->objects;
    uint32_t *pods = fg_arena_allocate(
        arena, (size_t)objects->pod_count + objects->daemon_set_count, sizeof *pods);
    for (uint32_t i = 0; i < objects->pod_count; i++) {
        const struct fg_kube_pod *pod = &objects->pods[i];
        bool comes =
            pod->mirror || fg_drain_owner_of_kind(pod->owner_kind) == FG_DRAIN_OWNER_DAEMON_SET;
        if (is_on(pod, node) && comes &&
            pod->spec.priority >= objects->cluster.autoscaler.expendable_pods_priority_cutoff)
            pods[out->pod_count++] = view->class_of_pod[i];
    }
    for (uint32_t i = 0; i < objects->daemon_set_count; i++)
        if (is_expected(view, i, node, out->kind))
            pods[out->pod_count++] = view->class_of_daemon_set[i];
    out->pods = pods;
}

/* ---- templates ---- */

void fg_template_of_node(const struct fg_autoscaler_view *view, struct fg_arena *arena,
                         uint32_t node, struct fg_fresh_node *out)
{
    const struct fg_kube_node *object = &view->objects->nodes[node];
    struct fg_state_kind kind = view->state->kinds[view->state->kind_of[view->slot_of_node[node]]];
    kind.labels = copy_labels(arena, &object->labels, 1);
    set(&kind.labels, TEMPLATE_NODE, "true");
    fg_pairs_sort(&kind.labels);
    kind.taints = clean_taints(arena, &object->taints);
    kind.unschedulable = false;
    kind.node_name = NULL;
    *out = (struct fg_fresh_node){.kind = fg_state_add_kind(view->state, &kind)};
    add_pods(view, arena, object, out);
}

static struct fg_pairs labels_from_zero(const struct fg_autoscaler_view *view,
                                        struct fg_arena *arena, const struct fg_node_group *group,
                                        const struct fg_instance_type *type)
{
    enum { WELL_KNOWN = 16 };
    struct fg_pairs labels = copy_labels(arena, &group->labels, WELL_KNOWN);
    const char *zone = group->zone_count > 0 ? group->zones[0] : NULL;
    set(&labels, "kubernetes.io/arch", fg_arch_name(type->arch));
    set(&labels, "kubernetes.io/os", "linux");
    set(&labels, "node.kubernetes.io/instance-type", type->name);
    set(&labels, "beta.kubernetes.io/instance-type", type->name);
    set(&labels, "topology.kubernetes.io/region", view->objects->region);
    set(&labels, "failure-domain.beta.kubernetes.io/region", view->objects->region);
    set(&labels, "topology.kubernetes.io/zone", zone);
    set(&labels, "failure-domain.beta.kubernetes.io/zone", zone);
    set(&labels, "topology.ebs.csi.aws.com/zone", zone);
    set(&labels, "alpha.eksctl.io/nodegroup-name", group->name);
    if (group->managed) {
        set(&labels, "eks.amazonaws.com/nodegroup", group->name);
        set(&labels, "eks.amazonaws.com/capacityType", group->spot ? "SPOT" : "ON_DEMAND");
    }
    set(&labels, TEMPLATE_NODE, "true");
    fg_pairs_sort(&labels);
    return labels;
}

fg_status fg_template_from_zero(const struct fg_autoscaler_view *view, struct fg_arena *arena,
                                const struct fg_node_group *group, struct fg_node_capacity *machine,
                                struct fg_fresh_node *out, struct fg_error *error)
{
    const struct fg_instance_type *type;
    fg_status status = fg_catalog_type(view->catalog, group->instance_type, &type, error);
    if (status != FG_OK)
        return status;
    fg_group_template_from_zero(type, group->volume.size_gib, machine);
    machine->ephemeral_bytes = 0;
    const struct fg_state_kind kind = {
        .labels = labels_from_zero(view, arena, group, type),
        .taints = group->taints,
        .arch = type->arch,
        .allocatable = *machine,
    };
    *out = (struct fg_fresh_node){.kind = fg_state_add_kind(view->state, &kind)};
    add_pods(view, arena, NULL, out);
    return FG_OK;
}
