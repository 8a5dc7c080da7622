#include "sim/controllers/drain.h"

#include <stdio.h>
#include <string.h>

#define SAFE_TO_EVICT "cluster-autoscaler.kubernetes.io/safe-to-evict"
#define DAEMON_SET_POD "cluster-autoscaler.kubernetes.io/daemonset-pod"

bool fg_budget_covers(const struct fg_budget *budget, const struct fg_pod_spec *spec)
{
    return strcmp(budget->namespace_name, spec->namespace_name) == 0 &&
           fg_label_selector_takes_pod(budget->selector, spec);
}

static bool is_covered(const struct fg_budgets *budgets, const struct fg_pod_spec *spec)
{
    for (uint32_t i = 0; i < budgets->count; i++)
        if (fg_budget_covers(&budgets->items[i], spec))
            return true;
    return false;
}

enum fg_drain_owner fg_drain_owner_of_kind(const char *kind)
{
    static const char *const replicating[] = {"ReplicationController", "Job", "ReplicaSet",
                                              "StatefulSet"};
    if (kind == NULL)
        return FG_DRAIN_OWNER_NONE;
    if (strcmp(kind, "DaemonSet") == 0)
        return FG_DRAIN_OWNER_DAEMON_SET;
    for (size_t i = 0; i < sizeof replicating / sizeof *replicating; i++)
        if (strcmp(kind, replicating[i]) == 0)
            return FG_DRAIN_OWNER_REPLICATING;
    return FG_DRAIN_OWNER_CUSTOM;
}

static bool has_value(const struct fg_pairs *pairs, const char *key, const char *value)
{
    const char *found = fg_pairs_find(pairs, key);
    return found != NULL && strcmp(found, value) == 0;
}

static bool is_replicated(const struct fg_autoscaler_settings *settings,
                          const struct fg_drain_pod *pod)
{
    if (settings->skip_nodes_with_custom_controller_pods)
        return pod->owner == FG_DRAIN_OWNER_REPLICATING;
    return pod->owner != FG_DRAIN_OWNER_NONE;
}

/* What blocks a pod that neither its owner nor an annotation has cleared. */
static enum fg_drain blocker_of(const struct fg_autoscaler_settings *settings,
                                const struct fg_drain_pod *pod, const struct fg_budgets *budgets)
{
    const struct fg_pod_spec *spec = pod->spec;
    if (!is_replicated(settings, pod))
        return FG_DRAIN_NOT_REPLICATED;
    if (settings->skip_nodes_with_system_pods && strcmp(spec->namespace_name, "kube-system") == 0 &&
        !is_covered(budgets, spec))
        return pod->age_s > settings->blocking_system_pod_timeout_s ? FG_DRAIN_MOVES
                                                                    : FG_DRAIN_SYSTEM_POD;
    if (has_value(&spec->annotations, SAFE_TO_EVICT, "false"))
        return FG_DRAIN_NOT_SAFE;
    if (settings->skip_nodes_with_local_storage && pod->has_local_storage)
        return FG_DRAIN_LOCAL_STORAGE;
    return FG_DRAIN_MOVES_BUDGETED;
}

enum fg_drain fg_drain_of(const struct fg_autoscaler_settings *settings,
                          const struct fg_drain_pod *pod, const struct fg_budgets *budgets)
{
    if (pod->is_mirror || pod->is_long_terminating)
        return FG_DRAIN_IGNORED;
    if (settings->skip_nodes_with_custom_controller_pods && pod->owner_replicas >= 0 &&
        pod->owner_replicas < settings->min_replica_count)
        return FG_DRAIN_MIN_REPLICAS;
    if (pod->owner == FG_DRAIN_OWNER_DAEMON_SET ||
        has_value(&pod->spec->annotations, DAEMON_SET_POD, "true"))
        return FG_DRAIN_STAYS;
    if (has_value(&pod->spec->annotations, SAFE_TO_EVICT, "true") || pod->is_finished)
        return FG_DRAIN_MOVES;
    return blocker_of(settings, pod, budgets);
}

bool fg_drain_keeps_node(const struct fg_autoscaler_settings *settings,
                         const struct fg_pod_spec *spec, int64_t age_s)
{
    const struct fg_budgets none = {0};
    const struct fg_drain_pod pod = {
        .spec = spec,
        .owner = spec->kind == FG_KIND_POD         ? FG_DRAIN_OWNER_NONE
                 : spec->kind == FG_KIND_DAEMONSET ? FG_DRAIN_OWNER_DAEMON_SET
                                                   : FG_DRAIN_OWNER_REPLICATING,
        .owner_replicas = -1,
        .has_local_storage = (spec->features & FG_FEATURE_HOST_PATH) != 0,
        .age_s = age_s,
    };
    return fg_drain_blocks(fg_drain_of(settings, &pod, &none));
}

static const struct {
    const char *name;
    const char *words; /* what comes before or after the pod */
    bool pod_first, with_namespace;
} blockers[] = {
    [FG_DRAIN_MIN_REPLICAS] = {"MinReplicasReached", "has too few replicas", true, true},
    [FG_DRAIN_NOT_REPLICATED] = {"NotReplicated", "is not replicated", true, true},
    [FG_DRAIN_SYSTEM_POD] =
        {"UnmovableKubeSystemPod",
         "non-daemonset, non-mirrored, non-pdb-assigned kube-system pod present:", false, false},
    [FG_DRAIN_NOT_SAFE] = {"NotSafeToEvictAnnotation",
                           "pod annotated as not safe to evict present:", false, false},
    [FG_DRAIN_LOCAL_STORAGE] = {"LocalStorageRequested", "pod with local storage present:", false,
                                false},
    [FG_DRAIN_BUDGET] = {"NotEnoughPdb", "not enough pod disruption budget to move", false, true},
};

const char *fg_drain_name(enum fg_drain drain)
{
    return fg_drain_blocks(drain) ? blockers[drain].name : "";
}

void fg_drain_print(enum fg_drain drain, const char *namespace_name, const char *pod, char *buffer,
                    uint32_t buffer_bytes)
{
    if (!fg_drain_blocks(drain)) {
        snprintf(buffer, buffer_bytes, "%s", "");
        return;
    }
    const char *words = blockers[drain].words;
    const char *space = blockers[drain].with_namespace ? namespace_name : "";
    const char *slash = blockers[drain].with_namespace ? "/" : "";
    if (blockers[drain].pod_first)
        snprintf(buffer, buffer_bytes, "%s%s%s %s", space, slash, pod, words);
    else
        snprintf(buffer, buffer_bytes, "%s %s%s%s", words, space, slash, pod);
}
