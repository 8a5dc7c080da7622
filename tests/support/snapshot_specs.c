#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/snapshot_parts.h"

/* Everything below writes into the text of one pod template. */

static const char *const apps[] = {"a", "b", "c"};

static bool is_karpenter(const struct fg_snapshot *snapshot)
{
    return snapshot->mode == FG_SNAPSHOT_KARPENTER || snapshot->mode == FG_SNAPSHOT_CONSOLIDATION;
}

static const char *topology_key(struct fg_snapshot *snapshot)
{
    static const char *const keys[] = {"topology.kubernetes.io/zone", "kubernetes.io/hostname",
                                       "kubernetes.io/hostname", "tier"};
    return keys[fg_snapshot_below(snapshot, is_karpenter(snapshot) ? 3 : 4)];
}

static const char *label_selector(struct fg_snapshot *snapshot, const char *own)
{
    const char *app = fg_snapshot_one_in(snapshot, 2) ? own : FG_SNAPSHOT_PICK(snapshot, apps);
    switch (fg_snapshot_below(snapshot, 8)) {
    case 0:
        return fg_arena_format(&snapshot->arena,
                               "{matchExpressions: [{key: app, operator: In, values: [%s, %s]}]}",
                               app, app[0] == 'a' ? "b" : "a");
    case 1:
        return fg_arena_format(&snapshot->arena,
                               "{matchExpressions: [{key: app, operator: NotIn, values: [%s]}]}",
                               app);
    case 2:
        return "{matchExpressions: [{key: tier, operator: Exists}]}";
    case 3:
        return fg_arena_format(
            &snapshot->arena,
            "{matchLabels: {app: %s}, matchExpressions: [{key: tier, operator: DoesNotExist}]}",
            app);
    default:
        return fg_arena_format(&snapshot->arena, "{matchLabels: {app: %s}}", app);
    }
}

/* ---- where the nodes are ---- */

static const char *own_expression(struct fg_snapshot *snapshot)
{
    static const char *const expressions[] = {
        "{key: tier, operator: In, values: [web, db]}",
        "{key: tier, operator: NotIn, values: [web]}",
        "{key: disk, operator: Exists}",
        "{key: disk, operator: DoesNotExist}",
        "{key: gen, operator: Gt, values: [\"4\"]}",
        "{key: gen, operator: Lt, values: [\"5\"]}",
        "{key: topology.kubernetes.io/zone, operator: In, values: [us-east-1a, us-east-1b]}",
        "{key: topology.kubernetes.io/zone, operator: NotIn, values: [us-east-1a]}",
        "{key: tier, operator: In, values: [db]}",
    };
    return FG_SNAPSHOT_PICK(snapshot, expressions);
}

static const char *pool_expression(struct fg_snapshot *snapshot)
{
    static const char *const expressions[] = {
        "{key: team, operator: In, values: [web, data]}",
        "{key: team, operator: DoesNotExist}",
        "{key: team, operator: Exists}",
        "{key: topology.kubernetes.io/zone, operator: In, values: [us-east-1a, us-east-1b]}",
        "{key: topology.kubernetes.io/zone, operator: NotIn, values: [us-east-1a]}",
        "{key: karpenter.sh/capacity-type, operator: In, values: [on-demand]}",
        "{key: karpenter.sh/capacity-type, operator: NotIn, values: [spot]}",
        "{key: karpenter.k8s.aws/instance-family, operator: In, values: [m6i, c6i]}",
        "{key: karpenter.k8s.aws/instance-cpu, operator: Gt, values: [\"2\"]}",
        "{key: karpenter.k8s.aws/instance-cpu, operator: Lt, values: [\"9\"]}",
        "{key: node.kubernetes.io/instance-type, operator: In, values: [m6i.xlarge, r6i.large]}",
    };
    return FG_SNAPSHOT_PICK(snapshot, expressions);
}

static const char *node_expressions(struct fg_snapshot *snapshot)
{
    const char *first =
        is_karpenter(snapshot) ? pool_expression(snapshot) : own_expression(snapshot);
    if (!fg_snapshot_one_in(snapshot, 3))
        return first;
    return fg_arena_format(&snapshot->arena, "%s, %s", first,
                           is_karpenter(snapshot) ? pool_expression(snapshot)
                                                  : own_expression(snapshot));
}

static void put_node_affinity(struct fg_snapshot *snapshot)
{
    bool required = fg_snapshot_rolls(snapshot, FG_SNAPSHOT_NODE_AFFINITY, 2);
    bool preferred = fg_snapshot_rolls(snapshot, FG_SNAPSHOT_PREFERRED_NODES, 2);
    if (!required && !preferred)
        return;
    fg_snapshot_put(snapshot, "      nodeAffinity:\n");
    if (required) {
        fg_snapshot_put(snapshot, "        requiredDuringSchedulingIgnoredDuringExecution:\n"
                                  "          nodeSelectorTerms:\n");
        for (uint32_t i = 1 + fg_snapshot_below(snapshot, 2); i > 0; i--)
            fg_snapshot_put(snapshot, "          - {matchExpressions: [%s]}\n",
                            node_expressions(snapshot));
        if (!is_karpenter(snapshot) && fg_snapshot_one_in(snapshot, 8))
            fg_snapshot_put(snapshot, "          - {matchFields: [{key: metadata.name, "
                                      "operator: In, values: [node-1]}]}\n");
    }
    if (preferred) {
        fg_snapshot_put(snapshot, "        preferredDuringSchedulingIgnoredDuringExecution:\n");
        for (uint32_t i = 1 + fg_snapshot_below(snapshot, 3); i > 0; i--)
            fg_snapshot_put(snapshot,
                            "        - {weight: %u, preference: {matchExpressions: [%s]}}\n",
                            1 + fg_snapshot_below(snapshot, 100), node_expressions(snapshot));
    }
}

/* ---- which pods are near ---- */

static const char *pod_term(struct fg_snapshot *snapshot, const char *app)
{
    const char *namespaces = "";
    if (fg_snapshot_one_in(snapshot, 5))
        namespaces = "namespaces: [default, shop], ";
    else if (fg_snapshot_one_in(snapshot, 8))
        namespaces = "namespaceSelector: {}, ";
    return fg_arena_format(&snapshot->arena, "{%stopologyKey: %s, labelSelector: %s}", namespaces,
                           topology_key(snapshot), label_selector(snapshot, app));
}

static void put_pod_terms(struct fg_snapshot *snapshot, const char *name, const char *app,
                          bool required, bool preferred)
{
    if (!required && !preferred)
        return;
    fg_snapshot_put(snapshot, "      %s:\n", name);
    if (required) {
        fg_snapshot_put(snapshot, "        requiredDuringSchedulingIgnoredDuringExecution:\n");
        for (uint32_t i = fg_snapshot_one_in(snapshot, 4) ? 2 : 1; i > 0; i--)
            fg_snapshot_put(snapshot, "        - %s\n", pod_term(snapshot, app));
    }
    if (preferred) {
        fg_snapshot_put(snapshot, "        preferredDuringSchedulingIgnoredDuringExecution:\n");
        for (uint32_t i = 1 + fg_snapshot_below(snapshot, 2); i > 0; i--)
            fg_snapshot_put(snapshot, "        - {weight: %u, podAffinityTerm: %s}\n",
                            1 + fg_snapshot_below(snapshot, 100), pod_term(snapshot, app));
    }
}

/* Written apart first: `affinity` is left out where it would hold nothing. */
static void put_affinity(struct fg_snapshot *snapshot, const char *app)
{
    char *text = NULL;
    size_t length = 0;
    FILE *whole = snapshot->out, *part = open_memstream(&text, &length);
    snapshot->out = part;
    put_node_affinity(snapshot);
    put_pod_terms(snapshot, "podAffinity", app,
                  fg_snapshot_rolls(snapshot, FG_SNAPSHOT_POD_AFFINITY, 5),
                  fg_snapshot_rolls(snapshot, FG_SNAPSHOT_PREFERRED_PODS, 3));
    put_pod_terms(snapshot, "podAntiAffinity", app,
                  fg_snapshot_rolls(snapshot, FG_SNAPSHOT_POD_AFFINITY, 3),
                  fg_snapshot_rolls(snapshot, FG_SNAPSHOT_PREFERRED_PODS, 3));
    fclose(part);
    snapshot->out = whole;
    if (length > 0)
        fg_snapshot_put(snapshot, "    affinity:\n%s", text);
    free(text);
}

static void put_spread(struct fg_snapshot *snapshot, const char *app)
{
    const char *used = "";
    if (!fg_snapshot_rolls(snapshot, FG_SNAPSHOT_SPREAD, 2))
        return;
    fg_snapshot_put(snapshot, "    topologySpreadConstraints:\n");
    for (uint32_t i = 1 + fg_snapshot_below(snapshot, 2); i > 0; i--) {
        const char *key = topology_key(snapshot);
        bool hard = fg_snapshot_one_in(snapshot, 2);
        if (strcmp(key, used) == 0)
            continue; /* the API takes a key once for each way of failing */
        used = key;
        fg_snapshot_put(snapshot,
                        "    - {maxSkew: %u, topologyKey: %s, whenUnsatisfiable: %s, "
                        "labelSelector: %s",
                        1 + fg_snapshot_below(snapshot, 3), key,
                        hard ? "DoNotSchedule" : "ScheduleAnyway", label_selector(snapshot, app));
        if (hard && fg_snapshot_one_in(snapshot, 4))
            fg_snapshot_put(snapshot, ", minDomains: %u", 1 + fg_snapshot_below(snapshot, 4));
        if (fg_snapshot_one_in(snapshot, 5))
            fg_snapshot_put(snapshot, ", nodeAffinityPolicy: Ignore");
        if (fg_snapshot_one_in(snapshot, 4))
            fg_snapshot_put(snapshot, ", nodeTaintsPolicy: Honor");
        fg_snapshot_put(snapshot, "}\n");
    }
}

static void put_selector(struct fg_snapshot *snapshot)
{
    static const char *const own[] = {"tier: web", "tier: db", "disk: ssd",
                                      "topology.kubernetes.io/zone: us-east-1b",
                                      "tier: web, disk: ssd"};
    static const char *const pool[] = {"team: web",
                                       "topology.kubernetes.io/zone: us-east-1b",
                                       "karpenter.sh/capacity-type: on-demand",
                                       "node.kubernetes.io/instance-type: m6i.large",
                                       "kubernetes.io/arch: amd64",
                                       "no-such: label"};
    if (fg_snapshot_rolls(snapshot, FG_SNAPSHOT_SELECTORS, 3))
        fg_snapshot_put(snapshot, "    nodeSelector: {%s}\n",
                        is_karpenter(snapshot) ? FG_SNAPSHOT_PICK(snapshot, pool)
                                               : FG_SNAPSHOT_PICK(snapshot, own));
}

static void put_tolerations(struct fg_snapshot *snapshot)
{
    static const char *const tolerations[] = {
        "{operator: Exists}",
        "{key: team, operator: Exists}",
        "{key: team, operator: Equal, value: a, effect: NoSchedule}",
        "{key: team, value: a}",
        "{key: gpu, operator: Exists, effect: NoSchedule}",
        "{key: slow, operator: Exists}",
        "{key: node.kubernetes.io/unschedulable, operator: Exists, effect: NoSchedule}",
        "{key: team, value: b, effect: NoExecute}",
    };
    if (!fg_snapshot_rolls(snapshot, FG_SNAPSHOT_TAINTS | FG_SNAPSHOT_CORDONS, 2))
        return;
    fg_snapshot_put(snapshot, "    tolerations: [%s", FG_SNAPSHOT_PICK(snapshot, tolerations));
    if (fg_snapshot_one_in(snapshot, 2))
        fg_snapshot_put(snapshot, ", %s", FG_SNAPSHOT_PICK(snapshot, tolerations));
    fg_snapshot_put(snapshot, "]\n");
}

/* ---- what it asks for ---- */

struct asked {
    int64_t cpu_milli, memory_mib, ephemeral_gib, gpus, widgets;
};

static struct asked roll_requests(struct fg_snapshot *snapshot)
{
    static const int64_t cpus[] = {50, 100, 250, 500, 700, 900, 1500};
    static const int64_t memories[] = {64, 128, 200, 500, 1000, 1800, 3000};
    struct asked asked = {FG_SNAPSHOT_PICK(snapshot, cpus), FG_SNAPSHOT_PICK(snapshot, memories), 0,
                          0, 0};
    if (fg_snapshot_rolls(snapshot, FG_SNAPSHOT_ODD_REQUESTS, 3))
        asked.cpu_milli = (int64_t)fg_snapshot_below(snapshot, 2) - 1; /* none, or zero */
    if (fg_snapshot_rolls(snapshot, FG_SNAPSHOT_ODD_REQUESTS, 3))
        asked.memory_mib = (int64_t)fg_snapshot_below(snapshot, 2) - 1;
    if (fg_snapshot_rolls(snapshot, FG_SNAPSHOT_ODD_REQUESTS, 4))
        asked.ephemeral_gib = 1 + fg_snapshot_below(snapshot, 8);
    if (!is_karpenter(snapshot) && fg_snapshot_rolls(snapshot, FG_SNAPSHOT_EXTENDED, 4))
        asked.gpus = 1 + fg_snapshot_below(snapshot, 2);
    if (!is_karpenter(snapshot) && fg_snapshot_rolls(snapshot, FG_SNAPSHOT_EXTENDED, 4))
        asked.widgets = 1 + fg_snapshot_below(snapshot, 2);
    return asked;
}

static void put_amount(struct fg_snapshot *snapshot, const char **comma, int64_t amount,
                       const char *before, const char *after)
{
    if (amount < 0)
        return;
    fg_snapshot_put(snapshot, "%s%s%" PRId64 "%s", *comma, before, amount, after);
    *comma = ", ";
}

static void put_requests(struct fg_snapshot *snapshot, const struct asked *asked)
{
    const char *comma = "";
    fg_snapshot_put(snapshot, "{");
    put_amount(snapshot, &comma, asked->cpu_milli, "cpu: ", "m");
    put_amount(snapshot, &comma, asked->memory_mib, "memory: ", "Mi");
    put_amount(snapshot, &comma, asked->ephemeral_gib > 0 ? asked->ephemeral_gib : -1,
               "ephemeral-storage: ", "Gi");
    put_amount(snapshot, &comma, asked->gpus > 0 ? asked->gpus : -1, "nvidia.com/gpu: \"", "\"");
    put_amount(snapshot, &comma, asked->widgets > 0 ? asked->widgets : -1, "example.com/widget: \"",
               "\"");
    fg_snapshot_put(snapshot, "}");
}

static void put_ports(struct fg_snapshot *snapshot)
{
    static const uint32_t ports[] = {8080, 9090};
    static const char *const addresses[] = {"", "", ", hostIP: 10.0.0.1", ", hostIP: 127.0.0.1"};
    if (fg_snapshot_rolls(snapshot, FG_SNAPSHOT_PORTS, 2)) {
        uint32_t port = FG_SNAPSHOT_PICK(snapshot, ports);
        fg_snapshot_put(snapshot,
                        "      ports: [{containerPort: %u, hostPort: %u, protocol: %s%s}]\n", port,
                        port, fg_snapshot_one_in(snapshot, 4) ? "UDP" : "TCP",
                        FG_SNAPSHOT_PICK(snapshot, addresses));
    }
}

/* What a container asks for counts for the workload: that a pod fits is then said too late or
 * rightly, never too early. */
static void put_container(struct fg_snapshot *snapshot, struct fg_snapshot_workload *workload,
                          const char *name, const char *image, bool sidecar)
{
    struct asked asked = roll_requests(snapshot);
    fg_snapshot_put(snapshot, "    - name: %s\n      image: registry.example.com/%s:1\n", name,
                    image);
    if (sidecar)
        fg_snapshot_put(snapshot, "      restartPolicy: Always\n");
    fg_snapshot_put(snapshot, "      resources: {requests: ");
    put_requests(snapshot, &asked);
    if (asked.gpus > 0 || asked.widgets > 0) {
        struct asked limits = {-1, -1, 0, asked.gpus, asked.widgets};
        fg_snapshot_put(snapshot, ", limits: ");
        put_requests(snapshot, &limits);
    }
    fg_snapshot_put(snapshot, "}\n");
    workload->cpu_milli += asked.cpu_milli > 0 ? asked.cpu_milli : 0;
    workload->memory_mib += asked.memory_mib > 0 ? asked.memory_mib : 0;
    workload->ephemeral_gib += asked.ephemeral_gib;
    workload->gpus += asked.gpus;
    workload->widgets += asked.widgets;
}

static void put_containers(struct fg_snapshot *snapshot, struct fg_snapshot_workload *workload)
{
    if (fg_snapshot_rolls(snapshot, FG_SNAPSHOT_INIT, 2)) {
        fg_snapshot_put(snapshot, "    initContainers:\n");
        if (fg_snapshot_one_in(snapshot, 2))
            put_container(snapshot, workload, "agent", "d", true);
        put_container(snapshot, workload, "prepare", "b", false);
    }
    if (fg_snapshot_rolls(snapshot, FG_SNAPSHOT_INIT, 6)) {
        fg_snapshot_put(snapshot, "    runtimeClassName: sandbox\n"
                                  "    overhead: {cpu: 50m, memory: 64Mi}\n");
        workload->cpu_milli += 50;
        workload->memory_mib += 64;
    }
    fg_snapshot_put(snapshot, "    containers:\n");
    put_container(snapshot, workload, "app", workload->app, false);
    put_ports(snapshot);
    if (fg_snapshot_rolls(snapshot, FG_SNAPSHOT_INIT | FG_SNAPSHOT_ODD_REQUESTS, 4))
        put_container(snapshot, workload, "helper", "c", false);
}

/* ---- the rest ---- */

static void put_priority(struct fg_snapshot *snapshot)
{
    static const char *const classes[] = {
        "    priorityClassName: high\n    priority: 1000\n"
        "    preemptionPolicy: PreemptLowerPriority\n",
        "    priorityClassName: high\n    priority: 1000\n"
        "    preemptionPolicy: PreemptLowerPriority\n",
        "    priorityClassName: polite\n    priority: 500\n    preemptionPolicy: Never\n",
        "    priorityClassName: low\n    priority: -5\n"
        "    preemptionPolicy: PreemptLowerPriority\n",
        "    priorityClassName: spare\n    priority: -20\n"
        "    preemptionPolicy: PreemptLowerPriority\n",
    };
    if (fg_snapshot_rolls(snapshot, FG_SNAPSHOT_PRIORITIES, 2))
        fg_snapshot_put(snapshot, "%s", FG_SNAPSHOT_PICK(snapshot, classes));
    else
        fg_snapshot_put(snapshot, "    priority: 0\n    preemptionPolicy: PreemptLowerPriority\n");
}

static void put_volumes(struct fg_snapshot *snapshot)
{
    static const char *const volumes[] = {"{name: scratch, emptyDir: {}}",
                                          "{name: scratch, emptyDir: {medium: Memory}}",
                                          "{name: logs, hostPath: {path: /var/log, type: \"\"}}"};
    if (fg_snapshot_rolls(snapshot, FG_SNAPSHOT_BLOCKERS, 4))
        fg_snapshot_put(snapshot, "    volumes: [%s]\n", FG_SNAPSHOT_PICK(snapshot, volumes));
}

const char *fg_snapshot_pod_spec(struct fg_snapshot *snapshot,
                                 struct fg_snapshot_workload *workload)
{
    char *text = NULL;
    size_t length = 0;
    FILE *whole = snapshot->out, *part = open_memstream(&text, &length);
    snapshot->out = part;
    fg_snapshot_put(snapshot, "    schedulerName: %s\n    terminationGracePeriodSeconds: 30\n",
                    fg_snapshot_rolls(snapshot, FG_SNAPSHOT_GATES, 8) ? "fargate-scheduler"
                                                                      : "default-scheduler");
    put_priority(snapshot);
    put_selector(snapshot);
    put_tolerations(snapshot);
    put_affinity(snapshot, workload->app);
    put_spread(snapshot, workload->app);
    put_containers(snapshot, workload);
    put_volumes(snapshot);
    fclose(part);
    snapshot->out = whole;
    const char *kept = fg_arena_string(&snapshot->arena, text);
    free(text);
    return kept;
}
