/* Kubernetes objects from YAML and JSON: what they come to, and what is refused. */
#include "data/kube_reader.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "data/catalog_reader.h"

#define MIB (INT64_C(1) << 20)

static struct fg_catalog catalog;
static struct fg_kube_objects objects;
static struct fg_error error;

static int begin_all(void **state)
{
    struct fg_error fault = {0};
    (void)state;
    return fg_catalog_read(NULL, &catalog, &fault) == FG_OK ? 0 : -1;
}

static int end_all(void **state)
{
    (void)state;
    fg_catalog_release(&catalog);
    return 0;
}

static int begin(void **state)
{
    (void)state;
    objects = (struct fg_kube_objects){0};
    error = (struct fg_error){0};
    return 0;
}

static int end(void **state)
{
    (void)state;
    fg_kube_objects_release(&objects);
    return 0;
}

static void read_text(const char *text)
{
    fg_kube_objects_release(&objects);
    error = (struct fg_error){0};
    fg_status status = fg_kube_parse("f", text, strlen(text), &catalog, NULL, &objects, &error);
    if (status != FG_OK)
        print_error("%u:%u %s\n", error.line, error.column, error.message);
    assert_int_equal(status, FG_OK);
}

/* Refused at this line with these words in the message; line 0 = no place. */
static void refuses(const char *text, uint32_t line, const char *words)
{
    fg_kube_objects_release(&objects);
    error = (struct fg_error){0};
    assert_int_equal(fg_kube_parse("f", text, strlen(text), &catalog, NULL, &objects, &error),
                     FG_BAD_INPUT);
    if (strstr(error.message, words) == NULL || error.line != line)
        fail_msg("expected line %u '%s'; found %u '%s'", line, words, error.line, error.message);
    assert_string_equal(error.file, line > 0 ? "f" : "");
    assert_int_equal(objects.pod_count, 0);
}

/* One pod with this spec, and with labels app=a, hash=h. */
static const struct fg_kube_pod *read_pod(const char *spec)
{
    static char text[4096];
    snprintf(text, sizeof text,
             "kind: Pod\nmetadata: {name: p, labels: {app: a, hash: h}}\nspec:\n  %s\n", spec);
    read_text(text);
    assert_int_equal(objects.pod_count, 1);
    return &objects.pods[0];
}

/* ---- documents ---- */

static void documents_lists_and_lists_of_one_kind_are_read_in_order(void **state)
{
    (void)state;
    read_text("kind: Node\nmetadata: {name: n1}\n---\n---\n"
              "kind: List\nitems:\n- kind: Node\n  metadata: {name: n2}\n"
              "- {kind: ConfigMap, metadata: {name: x}, data: {kind: Node}}\n---\n"
              "kind: PodList\nitems: [{metadata: {name: p}, spec: {}}]\n");
    assert_int_equal(objects.node_count, 2);
    assert_string_equal(objects.nodes[0].name, "n1");
    assert_string_equal(objects.nodes[1].name, "n2");
    assert_int_equal(objects.pod_count, 1);
    assert_string_equal(objects.pods[0].namespace_name, "default");
}

static void json_gives_what_yaml_gives(void **state)
{
    (void)state;
    read_text(
        "{\"apiVersion\": \"v1\", \"items\": [\n"
        " {\"kind\": \"Node\", \"metadata\": {\"name\": \"n1\", \"labels\": {\"env\": \"x\"}},\n"
        "  \"status\": {\"allocatable\": {\"cpu\": 2, \"memory\": \"1Gi\", \"pods\": \"10\"}}},\n"
        " {\"kind\": \"Pod\", \"metadata\": {\"name\": \"p\", \"managedFields\": [{\"f\": {}}]},\n"
        "  \"spec\": {\"priority\": -5, \"nodeName\": \"n1\", \"containers\":\n"
        "   [{\"env\": [{\"name\": \"A\"}], \"resources\": {\"requests\": {\"cpu\": "
        "\"250m\"}}}]}}\n"
        "], \"kind\": \"List\"}");
    assert_int_equal(objects.node_count, 1);
    assert_int_equal(objects.nodes[0].allocatable.cpu_milli, 2000);
    assert_int_equal(objects.nodes[0].allocatable.memory_bytes, 1024 * MIB);
    assert_int_equal(objects.nodes[0].allocatable.pods, 10);
    assert_string_equal(fg_pairs_find(&objects.nodes[0].labels, "env"), "x");
    assert_int_equal(objects.pod_count, 1);
    assert_string_equal(objects.pods[0].node_name, "n1");
    assert_int_equal(objects.pods[0].spec.priority, -5);
    assert_int_equal(objects.pods[0].spec.cpu_milli, 250);
}

static void json_items_without_a_kind_are_of_their_lists_kind(void **state)
{
    (void)state;
    read_text("{\"kind\": \"NodeList\", \"items\": [{\"metadata\": {\"name\": \"n\"}}]}\n"
              "[{\"kind\": \"Pod\", \"metadata\": {\"name\": \"p\"}, \"spec\": {}}]");
    assert_int_equal(objects.node_count, 1);
    assert_int_equal(objects.pod_count, 1);
}

static void an_empty_input_is_an_empty_cluster(void **state)
{
    (void)state;
    read_text("");
    assert_int_equal(objects.node_count + objects.pod_count, 0);
    read_text("kind: List\nitems: []\n");
    assert_int_equal(objects.node_count + objects.pod_count, 0);
    read_text("# nothing\n");
}

static void what_is_malformed_is_refused_with_its_place(void **state)
{
    (void)state;
    refuses("kind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n"
            "  - resources: {requests: {cpu: 1x}}\n",
            5, "cpu: quantity '1x' has an unknown suffix 'x'");
    refuses("metadata: {name: p}\n", 1, "an object has no kind; expected such as kind: Pod");
    refuses("kind: Pod\nmetadata: {}\nspec: {}\n", 2, "a Pod has no name");
    refuses("kind: Pod\nmetadata: {name: p}\n", 1, "the Pod 'p' has no spec");
    refuses("kind: Pod\nmetadata: {name: p}\nspec: {nodeSelector: [a]}\n", 3,
            "nodeSelector is a list; expected a map");
    refuses("kind: Node\nmetadata: {name: n}\nspec:\n  taints:\n  - {key: k, effect: No}\n", 5,
            "the taint 'k' has the effect 'No'; expected NoSchedule");
    refuses("kind: Node\nmetadata: {name: n, creationTimestamp: soon}\n", 2, "creationTimestamp");
    refuses("kind: PodDisruptionBudget\nmetadata: {name: b}\nspec: {minAvailable: half}\n", 3,
            "minAvailable is 'half'; expected such as 2 or 50%");
    refuses("kind: Node\nmetadata: {name: n}\nstatus: {capacity: {memory: 2Pi}}\n", 3,
            "memory: '2Pi' is more than a PiB");
    refuses("just text\n", 1, "an object is 'just text'; expected a map");
}

static void malformed_json_is_refused_with_its_place(void **state)
{
    (void)state;
    refuses("{\"kind\": \"List\",\n \"items\": [\n  {\"kind\": \"Pod\", \"metadata\": {}}]}", 3,
            "a Pod has no name");
    refuses("{\"kind\": \"List\",\n \"items\": [\n  oops]}", 3, "is not JSON: lexical error");
    refuses("{\"kind\":\n \"Li", 2, "is not JSON: parse error: premature EOF");
    refuses("{\"a\": 1,\n \"a\": 2}", 2, "a key stands twice in one map: a");
}

static void names_that_stand_twice_are_refused(void **state)
{
    (void)state;
    refuses("kind: Node\nmetadata: {name: n}\n---\nkind: Node\nmetadata: {name: n}\n", 0,
            "the node 'n' is there twice");
    refuses("kind: PodList\nitems:\n- {metadata: {name: p}, spec: {}}\n"
            "- {metadata: {name: p}, spec: {}}\n",
            0, "the pod 'default/p' is there twice");
    read_text("kind: PodList\nitems:\n- {metadata: {name: p}, spec: {}}\n"
              "- {metadata: {name: p, namespace: other}, spec: {}}\n");
}

/* ---- requests ---- */

static void requests_are_those_of_the_scheduler(void **state)
{
    (void)state;
    /* Running: 300m + 100m of the sidecar. Starting: 500m + 100m, which is more. Memory: the limit
     * of the only container that names any. */
    const struct fg_kube_pod *pod =
        read_pod("{initContainers: [{restartPolicy: Always, resources: {requests: {cpu: 100m}}},"
                 " {resources: {requests: {cpu: 500m}}}],"
                 " containers: [{resources: {requests: {cpu: 300m}, limits: {memory: 64Mi}}}]}");
    assert_int_equal(pod->spec.cpu_milli, 600);
    assert_int_equal(pod->spec.memory_bytes, 64 * MIB);
    assert_true(pod->spec.cpu_named && pod->spec.memory_named);
    /* Scored memory: the init container without any counts 200 MiB beside the sidecar's 200 MiB;
     * running, 64 + 200. */
    assert_int_equal(pod->spec.rules->scored_cpu_milli, 600);
    assert_int_equal(pod->spec.rules->scored_memory_bytes, 400 * MIB);
}

static void containers_without_requests_score_100m_and_200_mib_each(void **state)
{
    (void)state;
    const struct fg_kube_pod *pod =
        read_pod("{containers: [{name: a}, {resources: {requests: {cpu: 0}}}], "
                 "overhead: {cpu: 10m, memory: 8Mi}}");
    assert_int_equal(pod->spec.cpu_milli, 10);
    assert_int_equal(pod->spec.memory_bytes, 8 * MIB);
    assert_true(pod->spec.cpu_named);
    assert_false(pod->spec.memory_named);
    /* 100m for the first, 0 as the second says; 2 x 200 MiB; overhead on top of each. */
    assert_int_equal(pod->spec.rules->scored_cpu_milli, 110);
    assert_int_equal(pod->spec.rules->scored_memory_bytes, 408 * MIB);
}

static void pod_level_requests_take_the_place_of_the_containers(void **state)
{
    (void)state;
    const struct fg_kube_pod *pod =
        read_pod("{resources: {requests: {cpu: 2}, limits: {cpu: 3, memory: 1Gi}}, "
                 "containers: [{resources: {requests: {cpu: 300m}}}]}");
    assert_int_equal(pod->spec.cpu_milli, 2000);
    assert_int_equal(pod->spec.memory_bytes, 1024 * MIB); /* no container names memory */
}

static void gpus_and_other_resources_add_up(void **state)
{
    (void)state;
    const struct fg_kube_pod *pod =
        read_pod("{containers: [{resources: {limits: {nvidia.com/gpu: 1, b.io/x: 2}}},"
                 " {resources: {limits: {nvidia.com/gpu: 2, b.io/x: 1}, requests: {a.io/y: 5}}}]}");
    assert_int_equal(pod->spec.gpu_milli, 3000);
    assert_int_equal(pod->spec.rules->extended.count, 2);
    assert_string_equal(pod->spec.rules->extended.items[0].name, "a.io/y");
    assert_int_equal(pod->spec.rules->extended.items[0].amount, 5);
    assert_int_equal(pod->spec.rules->extended.items[1].amount, 3);
}

/* ---- rules of a pod ---- */

static void node_affinity_is_read(void **state)
{
    (void)state;
    const struct fg_pod_rules *rules =
        read_pod("{affinity: {nodeAffinity: {\n"
                 "  requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [\n"
                 "    {matchExpressions: [{key: z, operator: In, values: [a, b]}]},\n"
                 "    {matchFields: [{key: metadata.name, operator: In, values: [n1]}]}]},\n"
                 "  preferredDuringSchedulingIgnoredDuringExecution: [\n"
                 "    {weight: 7, preference: {matchExpressions: [\n"
                 "      {key: k, operator: Gt, values: [\"3\"]}]}}]}}}")
            ->spec.rules;
    assert_int_equal(rules->required_nodes.count, 2);
    assert_int_equal(rules->required_nodes.items[0].expressions.items[0].value_count, 2);
    assert_string_equal(rules->required_nodes.items[1].fields.items[0].key, "metadata.name");
    assert_int_equal(rules->preferred_nodes.items[0].weight, 7);
    assert_int_equal(rules->preferred_nodes.items[0].expressions.items[0].operator_,
                     FG_OPERATOR_GT);
}

static void keys_to_match_are_joined_into_the_selectors(void **state)
{
    (void)state;
    const struct fg_pod_rules *rules =
        read_pod(
            "{affinity: {podAntiAffinity: {\n"
            "  requiredDuringSchedulingIgnoredDuringExecution: [\n"
            "    {topologyKey: z, labelSelector: {matchLabels: {app: a}},\n"
            "     matchLabelKeys: [hash, none], mismatchLabelKeys: [app]}]}},\n"
            "  topologySpreadConstraints: [{maxSkew: 2, topologyKey: z, minDomains: 3,\n"
            "    whenUnsatisfiable: DoNotSchedule, labelSelector: {}, nodeTaintsPolicy: Honor,\n"
            "    nodeAffinityPolicy: Ignore, matchLabelKeys: [hash]}]}")
            ->spec.rules;
    const struct fg_label_selector *selector = &rules->required_anti_affinity.items[0].selector;
    assert_int_equal(selector->expressions.count, 2);
    assert_string_equal(selector->expressions.items[0].key, "hash");
    assert_string_equal(selector->expressions.items[0].values[0], "h");
    assert_int_equal(selector->expressions.items[1].operator_, FG_OPERATOR_NOT_IN);
    const struct fg_spread_constraint *spread = &rules->spread.items[0];
    assert_int_equal(spread->max_skew, 2);
    assert_int_equal(spread->min_domains, 3);
    assert_true(spread->hard && spread->ignores_node_affinity && spread->honors_node_taints);
    assert_false(spread->selector.nothing);
    assert_int_equal(spread->selector.expressions.count, 1);
}

static void a_selector_that_is_absent_takes_nothing(void **state)
{
    (void)state;
    const struct fg_pod_rules *rules =
        read_pod("{topologySpreadConstraints: [{maxSkew: 1, topologyKey: z, "
                 "whenUnsatisfiable: ScheduleAnyway}]}")
            ->spec.rules;
    assert_true(rules->spread.items[0].selector.nothing);
    assert_false(rules->spread.items[0].hard);
}

static void namespace_selectors_become_names(void **state)
{
    (void)state;
    const char *pod =
        "kind: Pod\nmetadata: {name: p, namespace: a}\n"
        "spec: {affinity: {podAffinity: {\n"
        "  requiredDuringSchedulingIgnoredDuringExecution: [\n"
        "  {topologyKey: z, labelSelector: {}, namespaceSelector: {matchLabels: %s}},\n"
        "  {topologyKey: z, labelSelector: {}, namespaceSelector: {}},\n"
        "  {topologyKey: z, labelSelector: {}, namespaces: [x, y]}]}}}\n---\n"
        "kind: Namespace\nmetadata: {name: b, labels: {team: t}}\n";
    char text[1024];
    snprintf(text, sizeof text, pod, "{team: t}");
    read_text(text);
    const struct fg_pod_term *terms = objects.pods[0].spec.rules->required_affinity.items;
    assert_int_equal(terms[0].namespace_count, 1);
    assert_string_equal(terms[0].namespaces[0], "b");
    assert_true(terms[1].all_namespaces);
    assert_int_equal(terms[2].namespace_count, 2);
    snprintf(text, sizeof text, pod, "{kubernetes.io/metadata.name: a}");
    read_text(text);
    assert_string_equal(objects.pods[0].spec.rules->required_affinity.items[0].namespaces[0], "a");
    snprintf(text, sizeof text, pod, "{team: none}");
    read_text(text);
    terms = objects.pods[0].spec.rules->required_affinity.items;
    assert_int_equal(terms[0].namespace_count, 1); /* a namespace that there is not */
    assert_string_equal(terms[0].namespaces[0], "");
}

static void ports_of_the_host_are_read_with_their_defaults(void **state)
{
    (void)state;
    const struct fg_kube_pod *pod =
        read_pod("{containers: [{ports: [{containerPort: 80}, {containerPort: 53, hostPort: 53, "
                 "protocol: UDP, hostIP: 10.0.0.1}]}]}");
    assert_int_equal(pod->spec.rules->port_count, 1);
    assert_int_equal(pod->spec.rules->ports[0].port, 53);
    assert_string_equal(pod->spec.rules->ports[0].protocol, "UDP");
    assert_string_equal(pod->spec.rules->ports[0].ip, "10.0.0.1");
    assert_int_equal(pod->spec.features, FG_FEATURE_HOST_PORT);
    pod = read_pod("{hostNetwork: true, containers: [{ports: [{containerPort: 80}]}]}");
    assert_int_equal(pod->spec.rules->port_count, 1);
    assert_string_equal(pod->spec.rules->ports[0].ip, "0.0.0.0");
    assert_int_equal(pod->spec.features, FG_FEATURE_HOST_NETWORK);
}

static void images_get_their_tag(void **state)
{
    (void)state;
    const struct fg_pod_rules *rules =
        read_pod("{containers: [{image: nginx}, {image: 'reg:5000/a'}, {image: 'a:1'}]}")
            ->spec.rules;
    assert_int_equal(rules->image_count, 3);
    assert_string_equal(rules->images[0], "nginx:latest");
    assert_string_equal(rules->images[1], "reg:5000/a:latest");
    assert_string_equal(rules->images[2], "a:1");
}

static void local_storage_is_a_host_path_or_a_directory_on_disk(void **state)
{
    (void)state;
    assert_true(read_pod("{volumes: [{name: v, emptyDir: {}}]}")->has_local_storage);
    assert_true(read_pod("{volumes: [{name: v, hostPath: {path: /}}]}")->has_local_storage);
    assert_false(read_pod("{volumes: [{name: v, emptyDir: {medium: Memory}}]}")->has_local_storage);
    assert_false(read_pod("{volumes: [{name: v, configMap: {name: c}}]}")->has_local_storage);
    read_text("kind: Pod\nmetadata: {name: p, annotations: {"
              "cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes: 'v,w'}}\n"
              "spec: {volumes: [{name: w, emptyDir: {}}]}\n");
    assert_false(objects.pods[0].has_local_storage);
}

/* ---- what other objects explain ---- */

static void priorities_come_from_the_number_the_class_or_the_default(void **state)
{
    (void)state;
    read_text("kind: PriorityClass\nmetadata: {name: high}\nvalue: 1000\npreemptionPolicy: Never\n"
              "---\nkind: PriorityClass\nmetadata: {name: usual}\nvalue: 5\nglobalDefault: true\n"
              "---\nkind: PodList\nitems:\n"
              "- {metadata: {name: a}, spec: {priorityClassName: high}}\n"
              "- {metadata: {name: b}, spec: {priorityClassName: gone, priority: 7}}\n"
              "- {metadata: {name: c}, spec: {}}\n"
              "- {metadata: {name: d}, spec: {priorityClassName: system-node-critical}}\n");
    assert_int_equal(objects.pods[0].spec.priority, 1000);
    assert_int_equal(objects.pods[0].spec.rules->preemption, FG_PREEMPTION_NEVER);
    assert_int_equal(objects.pods[1].spec.priority, 7);
    assert_int_equal(objects.pods[2].spec.priority, 5);
    assert_int_equal(objects.pods[3].spec.priority, 2000001000);
    refuses("kind: Pod\nmetadata: {name: p}\nspec: {priorityClassName: gone}\n", 0,
            "the pod 'default/p' has the priority class 'gone'");
}

static void the_owner_selector_joins_services_and_the_controller(void **state)
{
    (void)state;
    read_text("kind: Service\nmetadata: {name: s}\nspec: {selector: {app: a}}\n---\n"
              "kind: Service\nmetadata: {name: t}\nspec: {selector: {app: b}}\n---\n"
              "kind: ReplicaSet\nmetadata: {name: r-h}\nspec: {replicas: 2, selector: "
              "{matchLabels: {app: a, pod-template-hash: h}}}\n---\n"
              "kind: PodList\nitems:\n"
              "- {metadata: {name: p, labels: {app: a, pod-template-hash: h}, ownerReferences: "
              "[{kind: ReplicaSet, name: r-h, controller: true}]}, spec: {}}\n"
              "- {metadata: {name: q, labels: {app: a}}, spec: {}}\n"
              "- {metadata: {name: r, labels: {app: c}}, spec: {}}\n");
    const struct fg_kube_pod *pods = objects.pods;
    assert_int_equal(pods[0].spec.rules->owner_selector.labels.count, 2);
    assert_string_equal(pods[0].spec.workload, "r");
    assert_int_equal(pods[0].spec.kind, FG_KIND_REPLICASET);
    assert_string_equal(pods[0].owner_name, "r-h");
    assert_int_equal(pods[1].spec.rules->owner_selector.labels.count, 1);
    assert_true(pods[2].spec.rules->owner_selector.nothing);
}

static void budgets_without_a_status_are_worked_out(void **state)
{
    (void)state;
    const char *pods =
        "kind: ReplicaSet\nmetadata: {name: r}\nspec: {replicas: 4}\n---\nkind: PodList\nitems:\n"
        "- &p {metadata: {name: a, labels: {app: a}, ownerReferences: [{kind: ReplicaSet, name: "
        "r, controller: true}]}, spec: {nodeName: n}}\n"
        "- {<<: *p, metadata: {name: b, labels: {app: a}, ownerReferences: [{kind: ReplicaSet, "
        "name: r, controller: true}]}}\n"
        "- {<<: *p, metadata: {name: c, labels: {app: a}, ownerReferences: [{kind: ReplicaSet, "
        "name: r, controller: true}]}}\n---\n"
        "kind: PodDisruptionBudget\nmetadata: {name: x}\nspec: {selector: {matchLabels: {app: "
        "a}}, %s}\n%s";
    static const struct {
        const char *spec, *status;
        int64_t allowed;
    } cases[] = {
        {"minAvailable: 2", "", 1},       /* 3 healthy - 2 */
        {"minAvailable: 3", "", 0},       /* 3 - 3 */
        {"minAvailable: '40%'", "", 1},   /* 40 % of a scale of 4 is 1.6, so 2; 3 - 2 */
        {"maxUnavailable: 1", "", 0},     /* 4 - 1 = 3 wanted; 3 - 3 */
        {"maxUnavailable: 2", "", 1},     /* 3 - (4 - 2) */
        {"maxUnavailable: '30%'", "", 1}, /* 30 % of 4 is 1.2, so 2; 3 - (4 - 2) */
        {"minAvailable: 2", "status: {disruptionsAllowed: 0}", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[2048];
        snprintf(text, sizeof text, pods, cases[i].spec, cases[i].status);
        read_text(text);
        assert_int_equal(objects.budgets[0].disruptions_allowed, cases[i].allowed);
    }
}

static void claims_bring_the_zone_of_their_volume(void **state)
{
    (void)state;
    read_text("kind: PersistentVolume\nmetadata: {name: v}\nspec: {csi: {driver: ebs.csi.aws.com}, "
              "nodeAffinity: {required: {nodeSelectorTerms: [{matchExpressions: [{key: "
              "topology.kubernetes.io/zone, operator: In, values: [us-east-1b]}]}]}}}\n---\n"
              "kind: PersistentVolumeClaim\nmetadata: {name: c}\nspec: {volumeName: v}\n---\n"
              "kind: Pod\nmetadata: {name: p}\nspec: {volumes: [{name: d, persistentVolumeClaim: "
              "{claimName: c}}, {name: e, persistentVolumeClaim: {claimName: unknown}}]}\n---\n"
              "kind: CSINode\nmetadata: {name: n}\nspec: {drivers: [{name: ebs.csi.aws.com, "
              "allocatable: {count: 25}}]}\n---\nkind: Node\nmetadata: {name: n}\n");
    const struct fg_pod_rules *rules = objects.pods[0].spec.rules;
    assert_string_equal(rules->volume_zone, "us-east-1b");
    assert_int_equal(rules->ebs_volumes, 2);
    assert_int_equal(objects.nodes[0].ebs_limit, 25);
}

/* ---- pods and nodes as they are ---- */

static void a_pods_state_is_that_of_its_status(void **state)
{
    (void)state;
    read_text("kind: PodList\nitems:\n"
              "- {metadata: {name: a}, spec: {}, status: {phase: Pending, conditions: [{type: "
              "PodScheduled, status: 'False', reason: SchedulingGated}]}}\n"
              "- {metadata: {name: b}, spec: {schedulingGates: [{name: g}]}}\n"
              "- {metadata: {name: c}, spec: {nodeName: n}, status: {phase: Failed}}\n"
              "- {metadata: {name: d, deletionTimestamp: 2026-03-02T00:00:00Z}, spec: {nodeName: "
              "n, schedulerName: mine}, status: {phase: Running, startTime: 2026-03-01T00:00:00Z, "
              "conditions: [{type: Ready, status: 'False'}]}}\n"
              "- {metadata: {name: e}, spec: {schedulerName: fargate-scheduler}}\n"
              "- {metadata: {name: f}, spec: {schedulerName: mine}, status: {conditions: [{type: "
              "PodScheduled, status: 'False', reason: Unschedulable}]}}\n");
    const struct fg_kube_pod *pods = objects.pods;
    assert_false(pods[4].unschedulable); /* nobody has tried it yet */
    assert_true(pods[5].unschedulable);
    assert_false(pods[0].unschedulable);
    assert_true(pods[1].unschedulable && pods[1].gated);
    assert_string_equal(pods[1].scheduler_name, "default-scheduler");
    assert_true(pods[2].finished);
    assert_true(pods[3].deleting && !pods[3].ready);
    assert_string_equal(pods[3].scheduler_name, "mine");
    assert_int_equal(pods[3].started, 1772323200); /* 2026-03-01T00:00:00Z */
    assert_int_equal(objects.now, 1772323200);
    assert_int_equal(pods[3].grace_s, 30);
}

static void a_nodes_state_is_that_of_its_status(void **state)
{
    (void)state;
    read_text(
        "kind: NodeList\nitems:\n"
        "- metadata: {name: a, labels: {topology.kubernetes.io/zone: eu-west-1b}}\n"
        "  spec: {unschedulable: true, taints: [{key: k, effect: NoExecute, timeAdded: "
        "2026-03-01T00:00:00Z}]}\n"
        "  status: {capacity: {cpu: 4, memory: 8Gi, pods: 58, nvidia.com/gpu: 1, x.io/y: 3},\n"
        "    conditions: [{type: Ready, status: Unknown}], images: [{names: [a, b], "
        "sizeBytes: 4000000000}]}\n"
        "- metadata: {name: b}\n");
    const struct fg_kube_node *node = &objects.nodes[0];
    assert_true(node->unschedulable && !node->ready);
    assert_int_equal(node->taints.items[0].effect, FG_EFFECT_NO_EXECUTE);
    assert_int_equal(node->allocatable.cpu_milli, 4000); /* nothing but capacity is named */
    assert_int_equal(node->allocatable.gpu_milli, 1000);
    assert_int_equal(node->extended.items[0].amount, 3);
    assert_int_equal(node->images[0].bytes, 4000000000);
    assert_true(objects.nodes[1].ready);
    assert_string_equal(objects.region, "eu-west-1");
}

/* ---- capacity ---- */

static void node_groups_pools_and_settings_are_read(void **state)
{
    (void)state;
    read_text("kind: ClusterConfig\nmetadata: {name: c, region: us-west-2}\nmanagedNodeGroups:\n"
              "- {name: ng, instanceType: m5.large, minSize: 1, maxSize: 3}\n---\n"
              "kind: NodePool\nmetadata: {name: general}\nspec: {weight: 10, template: {spec: "
              "{requirements: []}}}\n---\n"
              "kind: EC2NodeClass\nmetadata: {name: default}\nspec: {amiFamily: AL2023}\n---\n"
              "cluster: {scheduler: {scoring: MostAllocated}}\n");
    assert_string_equal(objects.region, "us-west-2");
    assert_int_equal(objects.cluster.node_group_count, 1);
    assert_string_equal(objects.cluster.node_groups[0].zones[0], "us-west-2a");
    assert_int_equal(objects.cluster.node_pool_count, 1);
    assert_int_equal(objects.cluster.node_pools[0].weight, 10);
    assert_int_equal(objects.cluster.node_class_count, 1);
    assert_true(objects.cluster.scheduler.most_allocated);
    assert_int_equal(objects.cluster.autoscaler.scan_interval_s, 10);
}

static void daemon_sets_are_read_as_their_pods(void **state)
{
    (void)state;
    read_text("kind: DaemonSet\nmetadata: {name: agent, namespace: kube-system}\n"
              "spec: {template: {metadata: {labels: {k: v}}, spec: {containers: [{resources: "
              "{requests: {cpu: 50m}}}]}}}\n");
    assert_int_equal(objects.daemon_set_count, 1);
    assert_int_equal(objects.daemon_sets[0].spec.cpu_milli, 50);
    assert_string_equal(fg_pairs_find(&objects.daemon_sets[0].spec.labels, "k"), "v");
    assert_int_equal(objects.daemon_sets[0].spec.kind, FG_KIND_DAEMONSET);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(documents_lists_and_lists_of_one_kind_are_read_in_order),
        TEST(json_gives_what_yaml_gives),
        TEST(json_items_without_a_kind_are_of_their_lists_kind),
        TEST(an_empty_input_is_an_empty_cluster),
        TEST(what_is_malformed_is_refused_with_its_place),
        TEST(malformed_json_is_refused_with_its_place),
        TEST(names_that_stand_twice_are_refused),
        TEST(requests_are_those_of_the_scheduler),
        TEST(containers_without_requests_score_100m_and_200_mib_each),
        TEST(pod_level_requests_take_the_place_of_the_containers),
        TEST(gpus_and_other_resources_add_up),
        TEST(node_affinity_is_read),
        TEST(keys_to_match_are_joined_into_the_selectors),
        TEST(a_selector_that_is_absent_takes_nothing),
        TEST(namespace_selectors_become_names),
        TEST(ports_of_the_host_are_read_with_their_defaults),
        TEST(images_get_their_tag),
        TEST(local_storage_is_a_host_path_or_a_directory_on_disk),
        TEST(priorities_come_from_the_number_the_class_or_the_default),
        TEST(the_owner_selector_joins_services_and_the_controller),
        TEST(budgets_without_a_status_are_worked_out),
        TEST(claims_bring_the_zone_of_their_volume),
        TEST(a_pods_state_is_that_of_its_status),
        TEST(a_nodes_state_is_that_of_its_status),
        TEST(node_groups_pools_and_settings_are_read),
        TEST(daemon_sets_are_read_as_their_pods),
    };
    return cmocka_run_group_tests(tests, begin_all, end_all);
}
