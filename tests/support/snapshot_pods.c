#include <inttypes.h>
#include <string.h>

#include "tests/support/snapshot_parts.h"

void fg_snapshot_write_shared(struct fg_snapshot *snapshot)
{
    static const char *const namespaces[] = {"default", "shop", "batch", "kube-system"};
    static const struct {
        const char *name, *rest;
        int value;
    } classes[] = {{"high", "", 1000},
                   {"polite", "  preemptionPolicy: Never\n", 500},
                   {"low", "", -5},
                   {"spare", "", -20}};
    for (uint32_t i = 0; i < 4; i++) {
        fg_snapshot_begin(snapshot, "v1", "Namespace", NULL, namespaces[i]);
        fg_snapshot_put(snapshot, "    labels: {kubernetes.io/metadata.name: %s}\n", namespaces[i]);
    }
    for (uint32_t i = 0; i < 4 && fg_snapshot_has(snapshot, FG_SNAPSHOT_PRIORITIES); i++) {
        fg_snapshot_begin(snapshot, "scheduling.k8s.io/v1", "PriorityClass", NULL, classes[i].name);
        fg_snapshot_put(snapshot, "  value: %d\n%s", classes[i].value, classes[i].rest);
    }
}

/* ---- templates, with what selects their pods ---- */

static void write_owner(struct fg_snapshot *snapshot, struct fg_snapshot_workload *workload)
{
    if (workload->kind == NULL)
        return;
    bool job = strcmp(workload->kind, "Job") == 0;
    fg_snapshot_begin(snapshot, job ? "batch/v1" : "apps/v1", workload->kind,
                      workload->namespace_name, workload->name);
    workload->owner_uid = snapshot->uid;
    if (job)
        fg_snapshot_put(snapshot, "  spec:\n    parallelism: 3\n    completions: 3\n");
    else
        fg_snapshot_put(snapshot,
                        "  spec:\n    replicas: 3\n    selector: {matchLabels: {app: %s}}\n",
                        workload->app);
    if (strcmp(workload->kind, "StatefulSet") == 0)
        fg_snapshot_put(snapshot, "    serviceName: none\n");
    fg_snapshot_put(snapshot,
                    "    template: {metadata: {labels: {app: %s}}, spec: {%scontainers: [{name: "
                    "app, image: \"registry.example.com/%s:1\"}]}}\n",
                    workload->app, job ? "restartPolicy: Never, " : "", workload->app);
}

static void write_service(struct fg_snapshot *snapshot, const struct fg_snapshot_workload *workload)
{
    if (workload->kind == NULL || !fg_snapshot_one_in(snapshot, 3))
        return;
    fg_snapshot_begin(snapshot, "v1", "Service", workload->namespace_name, workload->name);
    fg_snapshot_put(snapshot,
                    "  spec:\n    selector: {app: %s}\n    ports: [{port: 80, protocol: TCP}]\n",
                    workload->app);
}

static void write_budget(struct fg_snapshot *snapshot, const struct fg_snapshot_workload *workload)
{
    uint32_t allowed = fg_snapshot_below(snapshot, 3);
    if (!fg_snapshot_rolls(snapshot, FG_SNAPSHOT_BUDGETS, 2))
        return;
    fg_snapshot_begin(snapshot, "policy/v1", "PodDisruptionBudget", workload->namespace_name,
                      workload->name);
    fg_snapshot_put(snapshot,
                    "  spec:\n    maxUnavailable: %u\n    selector: {matchLabels: {app: %s}}\n"
                    "  status: {disruptionsAllowed: %u, currentHealthy: 3, desiredHealthy: %u, "
                    "expectedPods: 3}\n",
                    allowed, workload->app, allowed, 3 - allowed);
}

static const char *owner_kind(struct fg_snapshot *snapshot)
{
    static const char *const kinds[] = {"ReplicaSet", "ReplicaSet", "StatefulSet", "Job"};
    bool bare =
        snapshot->mode == FG_SNAPSHOT_SCHEDULER
            ? !fg_snapshot_has(snapshot, FG_SNAPSHOT_OWNERS) || fg_snapshot_one_in(snapshot, 4)
            : fg_snapshot_rolls(snapshot, FG_SNAPSHOT_BLOCKERS, 6);
    return bare ? NULL : FG_SNAPSHOT_PICK(snapshot, kinds);
}

static const char *annotations(struct fg_snapshot *snapshot)
{
    static const char *const autoscaler[] = {
        "cluster-autoscaler.kubernetes.io/safe-to-evict: \"false\"",
        "cluster-autoscaler.kubernetes.io/safe-to-evict: \"true\"",
        "cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes: scratch",
    };
    static const char *const karpenter[] = {
        "karpenter.sh/do-not-disrupt: \"true\"",
        "controller.kubernetes.io/pod-deletion-cost: \"1000000\"",
        "controller.kubernetes.io/pod-deletion-cost: \"-200000000\"",
    };
    if (!fg_snapshot_rolls(snapshot, FG_SNAPSHOT_BLOCKERS, 3))
        return "";
    return snapshot->mode == FG_SNAPSHOT_KARPENTER || snapshot->mode == FG_SNAPSHOT_CONSOLIDATION
               ? FG_SNAPSHOT_PICK(snapshot, karpenter)
               : FG_SNAPSHOT_PICK(snapshot, autoscaler);
}

struct fg_snapshot_workload *fg_snapshot_add_workload(struct fg_snapshot *snapshot)
{
    static const char *const namespaces[] = {"default", "default", "shop", "batch"};
    static const char *const apps[] = {"a", "b", "c"};
    static const char *const tiers[] = {"", "", "web", "db"};
    FG_ASSERT(snapshot->workload_count < FG_SNAPSHOT_MAX_WORKLOADS);
    struct fg_snapshot_workload *workload = &snapshot->workloads[snapshot->workload_count++];
    sprintf(workload->name, "load-%u", snapshot->workload_count);
    workload->namespace_name = FG_SNAPSHOT_PICK(snapshot, namespaces);
    if (snapshot->mode == FG_SNAPSHOT_AUTOSCALER &&
        fg_snapshot_rolls(snapshot, FG_SNAPSHOT_BLOCKERS, 5))
        workload->namespace_name = "kube-system";
    workload->app = FG_SNAPSHOT_PICK(snapshot, apps);
    workload->tier = FG_SNAPSHOT_PICK(snapshot, tiers);
    workload->kind = owner_kind(snapshot);
    workload->annotations = annotations(snapshot);
    workload->spec = fg_snapshot_pod_spec(snapshot, workload);
    write_owner(snapshot, workload);
    write_service(snapshot, workload);
    write_budget(snapshot, workload);
    return workload;
}

/* ---- pods ---- */

bool fg_snapshot_fits(const struct fg_snapshot_node *node,
                      const struct fg_snapshot_workload *workload)
{
    return node->pods >= 1 && node->cpu_milli >= workload->cpu_milli &&
           node->memory_mib >= workload->memory_mib &&
           node->ephemeral_gib >= workload->ephemeral_gib && node->gpus >= workload->gpus &&
           node->widgets >= workload->widgets;
}

static void take_room(struct fg_snapshot_node *node, const struct fg_snapshot_workload *workload)
{
    node->pods--;
    node->cpu_milli -= workload->cpu_milli;
    node->memory_mib -= workload->memory_mib;
    node->ephemeral_gib -= workload->ephemeral_gib;
    node->gpus -= workload->gpus;
    node->widgets -= workload->widgets;
}

static void put_owner(struct fg_snapshot *snapshot, const struct fg_snapshot_workload *workload)
{
    if (workload->kind != NULL)
        fg_snapshot_put(snapshot,
                        "    ownerReferences: [{apiVersion: %s, kind: %s, name: %s, uid: "
                        "00000000-0000-4000-8000-%012u, controller: true}]\n",
                        strcmp(workload->kind, "Job") == 0 ? "batch/v1" : "apps/v1", workload->kind,
                        workload->name, workload->owner_uid);
}

void fg_snapshot_write_pod(struct fg_snapshot *snapshot, struct fg_snapshot_workload *workload,
                           struct fg_snapshot_node *node, uint32_t age_s)
{
    char name[48];
    sprintf(name, "%s-%u", workload->name, ++workload->pods);
    fg_snapshot_begin(snapshot, "v1", "Pod", workload->namespace_name, name);
    fg_snapshot_put_age(snapshot, age_s);
    fg_snapshot_put(snapshot, "    labels: {app: %s", workload->app);
    if (*workload->tier != '\0')
        fg_snapshot_put(snapshot, ", tier: %s", workload->tier);
    fg_snapshot_put(snapshot, "}\n");
    if (*workload->annotations != '\0')
        fg_snapshot_put(snapshot, "    annotations: {%s}\n", workload->annotations);
    put_owner(snapshot, workload);
    fg_snapshot_put(snapshot, "  spec:\n");
    if (node != NULL)
        fg_snapshot_put(snapshot, "    nodeName: %s\n", node->name);
    else if (fg_snapshot_rolls(snapshot, FG_SNAPSHOT_GATES, 8))
        fg_snapshot_put(snapshot, "    schedulingGates: [{name: example.com/quota}]\n");
    fg_snapshot_put(snapshot, "%s", workload->spec);
    if (node == NULL) {
        fg_snapshot_put(snapshot, "  status:\n    phase: Pending\n    conditions: [{type: "
                                  "PodScheduled, status: \"False\", reason: Unschedulable}]\n");
        return;
    }
    uint32_t at_s = 36 * 3600 - age_s;
    fg_snapshot_put(snapshot,
                    "  status: {phase: Running, startTime: \"2026-03-%02uT%02u:%02u:%02uZ\"}\n",
                    1 + at_s / 86400, at_s / 3600 % 24, at_s / 60 % 60, at_s % 60);
    take_room(node, workload);
}

void fg_snapshot_fill_nodes(struct fg_snapshot *snapshot, uint32_t count)
{
    for (uint32_t i = 0; i < count && snapshot->workload_count > 0; i++) {
        struct fg_snapshot_workload *workload =
            &snapshot->workloads[fg_snapshot_below(snapshot, snapshot->workload_count)];
        struct fg_snapshot_node *node =
            &snapshot->nodes[fg_snapshot_below(snapshot, snapshot->node_count)];
        if (fg_snapshot_fits(node, workload))
            fg_snapshot_write_pod(snapshot, workload, node,
                                  600 + fg_snapshot_below(snapshot, i % 2 == 0 ? 6000 : 100000));
    }
}

/* Each younger than the one before, so that none waits as long as another. */
void fg_snapshot_write_pending(struct fg_snapshot *snapshot, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        struct fg_snapshot_workload *workload =
            &snapshot->workloads[fg_snapshot_below(snapshot, snapshot->workload_count)];
        fg_snapshot_write_pod(snapshot, workload, NULL, 300 - i);
    }
}

/* ---- DaemonSets ---- */

static void write_daemon_set(struct fg_snapshot *snapshot, struct fg_snapshot_workload *workload)
{
    fg_snapshot_begin(snapshot, "apps/v1", "DaemonSet", "kube-system", workload->name);
    workload->owner_uid = snapshot->uid;
    fg_snapshot_put(snapshot,
                    "  spec:\n    selector: {matchLabels: {app: %s}}\n    template:\n"
                    "      metadata: {labels: {app: %s}}\n      spec:\n"
                    "        tolerations: [{operator: Exists}]\n"
                    "        containers: [{name: agent, image: \"registry.example.com/d:1\", "
                    "resources: {requests: {cpu: %" PRId64 "m, memory: %" PRId64 "Mi}}}]\n",
                    workload->app, workload->app, workload->cpu_milli, workload->memory_mib);
}

void fg_snapshot_write_daemon_sets(struct fg_snapshot *snapshot)
{
    static const char *const names[] = {"aws-node", "kube-proxy", "log-agent"};
    static const int64_t cpus[] = {50, 100, 25}, memories[] = {0, 64, 128};
    uint32_t count = 1 + fg_snapshot_below(snapshot, 3);
    for (uint32_t i = 0; i < count && i < 3; i++) {
        struct fg_snapshot_workload *workload = &snapshot->workloads[snapshot->workload_count++];
        *workload = (struct fg_snapshot_workload){.namespace_name = "kube-system",
                                                  .app = names[i],
                                                  .tier = "",
                                                  .kind = "DaemonSet",
                                                  .annotations = "",
                                                  .cpu_milli = cpus[i],
                                                  .memory_mib = memories[i]};
        strcpy(workload->name, names[i]);
        workload->spec = fg_arena_format(
            &snapshot->arena,
            "    schedulerName: default-scheduler\n    priority: 2000001000\n"
            "    priorityClassName: system-node-critical\n    tolerations: [{operator: Exists}]\n"
            "    containers: [{name: agent, image: \"registry.example.com/d:1\", resources: "
            "{requests: {cpu: %" PRId64 "m, memory: %" PRId64 "Mi}}}]\n",
            cpus[i], memories[i]);
        write_daemon_set(snapshot, workload);
        for (uint32_t n = 0; n < snapshot->node_count; n++)
            fg_snapshot_write_pod(snapshot, workload, &snapshot->nodes[n], 80000);
    }
    snapshot->workload_count -= count;
}
