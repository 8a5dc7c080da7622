/* Node pools and node classes of a study: Karpenter's documents land in their fields with the
 * defaults of its CRDs, EKS Auto Mode brings its own pools, and faults say where they are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "tests/support/study_text.h"

#define MIB (1024LL * 1024)
#define GIB (1024LL * MIB)

/* Line 4 is "cluster:", the pool's or the class's lines begin at 6. */
#define POOL "cluster:\n  nodePools:\n"
#define CLASSES "cluster:\n  nodeClasses:\n"

static const struct fg_node_pool *pool_with(const char *lines)
{
    char text[4000];
    snprintf(text, sizeof text, POOL "%s", lines);
    const struct fg_cluster *cluster = &fg_text_scenario(text)->cluster;
    assert_int_equal(cluster->node_pool_count, 1);
    return &cluster->node_pools[0];
}

static void pool_faults(const char *lines, uint32_t line, const char *message)
{
    char text[4000];
    snprintf(text, sizeof text, POOL "%s", lines);
    fg_text_scenario_faults(text, line, message);
}

static void requirement_faults(const char *item, const char *message)
{
    char text[4000];
    snprintf(text, sizeof text,
             POOL
             "    - metadata: {name: p}\n      spec: {template: {spec: {requirements: [%s]}}}\n",
             item);
    fg_text_scenario_faults(text, 7, message);
}

static const struct fg_node_class *class_with(const char *lines)
{
    char text[4000];
    snprintf(text, sizeof text, CLASSES "%s", lines);
    const struct fg_cluster *cluster = &fg_text_scenario(text)->cluster;
    assert_int_equal(cluster->node_class_count, 1);
    return &cluster->node_classes[0];
}

static void class_faults(const char *lines, uint32_t line, const char *message)
{
    char text[4000];
    snprintf(text, sizeof text, CLASSES "%s", lines);
    fg_text_scenario_faults(text, line, message);
}

/* ---- node pools ---- */

static void a_pool_with_a_name_has_karpenters_defaults(void **state)
{
    (void)state;
    const struct fg_node_pool *pool = pool_with("    - metadata: {name: general}\n");
    assert_string_equal(pool->name, "general");
    assert_null(pool->node_class);
    assert_false(pool->auto_mode);
    assert_int_equal(pool->weight, 0);
    assert_int_equal(pool->requirements.count + pool->taints.count + pool->labels.count, 0);
    assert_int_equal(pool->limit_cpu_milli, INT64_MAX);
    assert_int_equal(pool->limit_memory_bytes, INT64_MAX);
    assert_int_equal(pool->limit_gpu_milli, INT64_MAX);
    assert_int_equal(pool->limit_nodes, INT64_MAX);
    assert_int_equal(pool->expire_after_s, 720 * 3600);
    assert_int_equal(pool->termination_grace_period_s, FG_DURATION_NEVER);
    assert_int_equal(pool->consolidation_policy, FG_CONSOLIDATE_EMPTY_OR_UNDERUTILIZED);
    assert_int_equal(pool->consolidate_after_s, 0);
    assert_int_equal(pool->budget_count, 1);
    assert_int_equal(pool->budgets[0].nodes, 10);
    assert_true(pool->budgets[0].percent);
    assert_false(pool->budgets[0].has_schedule);
    assert_int_equal(pool->budgets[0].reasons, FG_DISRUPTION_ALL);
}

static void a_document_of_kubectl_is_read_as_it_is(void **state)
{
    (void)state;
    const struct fg_node_pool *pool = pool_with(
        "    - apiVersion: karpenter.sh/v1\n"
        "      kind: NodePool\n"
        "      metadata:\n"
        "        name: general\n"
        "        uid: 6f1f\n"
        "        creationTimestamp: 2026-01-01T00:00:00Z\n"
        "        generation: 1\n"
        "        annotations: {karpenter.sh/nodepool-hash: \"1\"}\n"
        "      status: {conditions: []}\n"
        "      spec:\n"
        "        weight: 7\n"
        "        limits: {cpu: 1k, memory: 64Gi, nodes: 30, nvidia.com/gpu: 8}\n"
        "        disruption: {consolidationPolicy: WhenEmpty, consolidateAfter: 1h30m}\n"
        "        template:\n"
        "          metadata: {labels: {team: a}, annotations: {note: b}}\n"
        "          spec:\n"
        "            nodeClassRef: {group: karpenter.k8s.aws, kind: EC2NodeClass, name: arm}\n"
        "            expireAfter: Never\n"
        "            terminationGracePeriod: 24h0m0s\n"
        "            taints: [{key: gpu, value: \"true\", effect: NoSchedule}]\n"
        "            startupTaints: [{key: cni, effect: NoExecute}]\n"
        "            requirements: []\n");
    assert_int_equal(pool->weight, 7);
    assert_int_equal(pool->limit_cpu_milli, 1000000);
    assert_int_equal(pool->limit_memory_bytes, 64 * GIB);
    assert_int_equal(pool->limit_nodes, 30);
    assert_int_equal(pool->limit_gpu_milli, 8000);
    assert_int_equal(pool->consolidation_policy, FG_CONSOLIDATE_EMPTY);
    assert_int_equal(pool->consolidate_after_s, 5400);
    assert_string_equal(fg_pairs_find(&pool->labels, "team"), "a");
    assert_string_equal(fg_pairs_find(&pool->annotations, "note"), "b");
    assert_string_equal(pool->node_class, "arm");
    assert_int_equal(pool->expire_after_s, FG_DURATION_NEVER);
    assert_int_equal(pool->termination_grace_period_s, 86400);
    assert_int_equal(pool->taints.count, 1);
    assert_string_equal(pool->taints.items[0].value, "true");
    assert_int_equal(pool->startup_taints.items[0].effect, FG_EFFECT_NO_EXECUTE);
}

static void requirements_keep_operators_values_and_min_values(void **state)
{
    (void)state;
    const struct fg_node_pool *pool =
        pool_with("    - metadata: {name: p}\n"
                  "      spec:\n"
                  "        template:\n"
                  "          spec:\n"
                  "            requirements:\n"
                  "              - {key: karpenter.k8s.aws/instance-family, operator: In,\n"
                  "                 values: [m6i, c6i], minValues: 2}\n"
                  "              - {key: karpenter.k8s.aws/instance-generation, operator: Gt,\n"
                  "                 values: [\"4\"]}\n"
                  "              - {key: example.com/rack, operator: Exists}\n"
                  "              - {key: topology.kubernetes.io/zone, operator: NotIn,\n"
                  "                 values: [us-east-1e]}\n");
    const struct fg_requirement *items = pool->requirements.items;
    assert_int_equal(pool->requirements.count, 4);
    assert_string_equal(items[0].key, "karpenter.k8s.aws/instance-family");
    assert_int_equal(items[0].operator_, FG_OPERATOR_IN);
    assert_int_equal(items[0].value_count, 2);
    assert_string_equal(items[0].values[1], "c6i");
    assert_int_equal(items[0].min_values, 2);
    assert_int_equal(items[1].operator_, FG_OPERATOR_GT);
    assert_string_equal(items[1].values[0], "4");
    assert_int_equal(items[1].min_values, 0);
    assert_int_equal(items[2].operator_, FG_OPERATOR_EXISTS);
    assert_int_equal(items[2].value_count, 0);
    assert_int_equal(items[3].operator_, FG_OPERATOR_NOT_IN);
}

static void budgets_have_counts_percentages_reasons_and_schedules(void **state)
{
    (void)state;
    const struct fg_node_pool *pool =
        pool_with("    - metadata: {name: p}\n"
                  "      spec:\n"
                  "        disruption:\n"
                  "          consolidateAfter: Never\n"
                  "          budgets:\n"
                  "            - {nodes: 20%, reasons: [Empty, Drifted]}\n"
                  "            - {nodes: \"0\", schedule: \"0 9 * * 1-5\", duration: 8h}\n"
                  "            - {}\n");
    const struct fg_disruption_budget *budgets = pool->budgets;
    assert_int_equal(pool->consolidate_after_s, FG_DURATION_NEVER);
    assert_int_equal(pool->budget_count, 3);
    assert_int_equal(budgets[0].nodes, 20);
    assert_true(budgets[0].percent);
    assert_int_equal(budgets[0].reasons, FG_DISRUPTION_EMPTY | FG_DISRUPTION_DRIFTED);
    assert_int_equal(budgets[1].nodes, 0);
    assert_false(budgets[1].percent);
    assert_true(budgets[1].has_schedule);
    assert_int_equal(budgets[1].schedule.hours, 1 << 9);
    assert_int_equal(budgets[1].duration_s, 8 * 3600);
    assert_int_equal(budgets[1].reasons, FG_DISRUPTION_ALL);
    assert_int_equal(budgets[2].nodes, 10);
    assert_true(budgets[2].percent);
}

static void wrong_node_pools_are_faults(void **state)
{
    (void)state;
    pool_faults("    - spec: {}\n", 6, "a node pool has no metadata.name; expected one");
    pool_faults("    - {kind: NodeGroup, metadata: {name: p}}\n", 6,
                "kind is 'NodeGroup'; expected NodePool");
    pool_faults("    - metadata: {name: p}\n    - metadata: {name: p}\n", 7,
                "the node pool 'p' is there twice; expected each name once");
    pool_faults("    - {metadata: {name: p}, spec: {weight: 101}}\n", 6,
                "weight is '101'; expected a whole number from 1 to 100");
    pool_faults("    - {metadata: {name: p}, spec: {replicas: 3}}\n", 6,
                "'replicas' in spec of a node pool is not supported by this version of fargauge");
    pool_faults("    - {metadata: {name: p}, spec: {limits: {cpus: 3}}}\n", 6,
                "unknown key 'cpus' in limits; did you mean 'cpu'?");
    pool_faults("    - {metadata: {name: p}, spec: {disruption: {consolidateAfter: soon}}}\n", 6,
                "consolidateAfter: 'soon' is not a duration; expected whole seconds or such as "
                "90s, 10m, 1h30m, 30d, 2w, at most 49710d");
    pool_faults("    - {metadata: {name: p}, spec: {disruption: {budgets: [{nodes: 101%}]}}}\n", 6,
                "nodes is '101%'; expected a count such as 5, or 0% to 100%");
    pool_faults("    - {metadata: {name: p}, spec: {disruption: {budgets: [{duration: 1h}]}}}\n", 6,
                "a budget has one of schedule and duration; expected both or neither");
    pool_faults("    - {metadata: {name: p}, spec: {template: {spec: {expireAfer: 1h}}}}\n", 6,
                "unknown key 'expireAfer' in template.spec; did you mean 'expireAfter'?");
}

static void wrong_requirements_are_faults(void **state)
{
    (void)state;
    requirement_faults("{operator: Exists}", "a requirement has no key; expected one");
    requirement_faults("{key: a}", "a requirement has no operator; expected one");
    requirement_faults("{key: a, operator: Is}",
                       "operator is 'Is'; expected In, NotIn, Exists, DoesNotExist, Gt, Lt, Gte or "
                       "Lte");
    requirement_faults("{key: a, operator: In}",
                       "'a' has no values; operator In expects one or more");
    requirement_faults("{key: a, operator: Exists, values: [b]}",
                       "'a' has values beside operator Exists; expected none");
    requirement_faults("{key: a, operator: Gt, values: [x]}",
                       "'a': operator Gt expects one value, a whole number");
    requirement_faults("{key: a, operator: In, values: [b], minValues: 2}",
                       "'a' has minValues 2 of 1 values; expected at most 1");
    requirement_faults("{key: a, operator: In, values: [b], minValues: 51}",
                       "minValues is '51'; expected a whole number from 1 to 50");
}

static void a_requirement_that_nothing_can_meet_is_a_fault(void **state)
{
    (void)state;
    requirement_faults("{key: karpenter.k8s.aws/instance-famly, operator: In, values: [m6i]}",
                       "unknown label 'karpenter.k8s.aws/instance-famly'; did you mean "
                       "'karpenter.k8s.aws/instance-family'?");
    requirement_faults("{key: kubernetes.io/hostname, operator: In, values: [n1]}",
                       "a requirement asks for 'kubernetes.io/hostname', which Karpenter keeps to "
                       "itself; expected another label");
    requirement_faults("{key: karpenter.k8s.aws/instance-family, operator: In, values: [m66]}",
                       "instance family 'm66' is not known; expected one of the catalog's such as "
                       "m6i");
    requirement_faults("{key: node.kubernetes.io/instance-type, operator: In, values: [m5.lrge]}",
                       "unknown instance type 'm5.lrge'; did you mean 'm5.large'?");
    requirement_faults("{key: topology.kubernetes.io/zone, operator: In, values: [eu-west-1a]}",
                       "zone 'eu-west-1a' is not in region us-east-1; expected such as us-east-1a");
    requirement_faults("{key: kubernetes.io/arch, operator: In, values: [x86]}",
                       "kubernetes.io/arch is 'x86'; expected amd64 or arm64");
    requirement_faults("{key: karpenter.sh/capacity-type, operator: In, values: [ondemand]}",
                       "karpenter.sh/capacity-type is 'ondemand'; expected spot, on-demand or "
                       "reserved");
}

/* ---- node classes ---- */

static void a_class_with_a_name_has_karpenters_defaults(void **state)
{
    (void)state;
    const struct fg_node_class *item = class_with("    - metadata: {name: default}\n");
    assert_string_equal(item->name, "default");
    assert_string_equal(item->ami_family, "AL2023");
    assert_int_equal(item->zone_count + item->subnet_count, 0);
    assert_int_equal(item->max_pods + item->pods_per_core, 0);
    assert_int_equal(item->system_reserved_cpu_milli + item->system_reserved_memory_bytes, 0);
    assert_int_equal(item->kube_reserved_cpu_milli, -1);
    assert_int_equal(item->kube_reserved_memory_bytes, -1);
    assert_int_equal(item->eviction_hard_memory_bytes, 100 * MIB);
    assert_null(item->root);
    assert_false(item->public_ipv4);
    assert_false(item->auto_mode);
}

static void a_class_says_what_its_nodes_look_like(void **state)
{
    (void)state;
    const struct fg_node_class *item =
        class_with("    - apiVersion: karpenter.k8s.aws/v1\n"
                   "      kind: EC2NodeClass\n"
                   "      metadata: {name: big}\n"
                   "      spec:\n"
                   "        amiSelectorTerms: [{alias: bottlerocket@latest}]\n"
                   "        subnetSelectorTerms: [{id: s-2}, {tags: {a: b}}, {id: s-1}]\n"
                   "        securityGroupSelectorTerms: [{tags: {a: b}}]\n"
                   "        role: node\n"
                   "        associatePublicIPAddress: true\n"
                   "        kubelet:\n"
                   "          maxPods: 42\n"
                   "          podsPerCore: 4\n"
                   "          systemReserved: {cpu: 100m, memory: 200Mi}\n"
                   "          kubeReserved: {cpu: 80m, memory: 1Gi}\n"
                   "          evictionHard: {memory.available: 200Mi, nodefs.available: 10%}\n"
                   "          evictionSoft: {memory.available: 300Mi}\n"
                   "        blockDeviceMappings:\n"
                   "          - {deviceName: /dev/xvda, ebs: {volumeSize: 4Gi, volumeType: gp3}}\n"
                   "          - {deviceName: /dev/xvdb, ebs: {volumeSize: 99.5Gi}}\n"
                   "  subnets:\n"
                   "    - {id: s-1, zone: us-east-1a, cidr: 10.0.0.0/24}\n"
                   "    - {id: s-2, zone: us-east-1c, cidr: 10.0.1.0/24}\n");
    assert_string_equal(item->ami_family, "Bottlerocket");
    assert_int_equal(item->zone_count, 2);
    assert_string_equal(item->zones[0], "us-east-1c");
    assert_string_equal(item->zones[1], "us-east-1a");
    assert_true(item->public_ipv4);
    assert_int_equal(item->max_pods, 42);
    assert_int_equal(item->pods_per_core, 4);
    assert_int_equal(item->system_reserved_cpu_milli, 100);
    assert_int_equal(item->system_reserved_memory_bytes, 200 * MIB);
    assert_int_equal(item->kube_reserved_cpu_milli, 80);
    assert_int_equal(item->kube_reserved_memory_bytes, GIB);
    assert_int_equal(item->eviction_hard_memory_bytes, 300 * MIB); /* the larger of the two */
    /* 4 GiB and 99.5 GiB, begun ones counted: 4 + 100 = 104 */
    assert_int_equal(item->root->size_gib, 104);
    assert_string_equal(item->root->type, "gp3");
}

static void zones_of_a_live_class_are_those_of_its_status(void **state)
{
    (void)state;
    const struct fg_node_class *item =
        class_with("    - metadata: {name: c}\n"
                   "      status:\n"
                   "        subnets: [{id: s-9, zone: us-east-1b}, {id: s-8, zone: us-east-1b},\n"
                   "                  {id: s-7, zone: us-east-1d}]\n");
    assert_int_equal(item->zone_count, 2);
    assert_string_equal(item->zones[0], "us-east-1b");
    assert_string_equal(item->zones[1], "us-east-1d");
}

static void wrong_node_classes_are_faults(void **state)
{
    (void)state;
    class_faults("    - {spec: {}}\n", 6, "a node class has no metadata.name; expected one");
    class_faults("    - {metadata: {name: c}, spec: {amiFamily: Windows2022}}\n", 6,
                 "amiFamily 'Windows2022' is not supported by this version of fargauge; expected "
                 "AL2, AL2023, Bottlerocket or Custom");
    class_faults("    - {metadata: {name: c}, spec: {amiSelectorTerms: "
                 "[{alias: windows2022@latest}]}}\n",
                 6,
                 "alias 'windows2022@latest' is not supported by this version of fargauge; "
                 "expected AL2, AL2023, Bottlerocket or Custom");
    class_faults("    - {metadata: {name: c}, spec: {subnetSelectorTerms: [{id: s-1}]}}\n", 6,
                 "the node class 'c' names the subnet 's-1'; expected one of cluster.subnets");
    class_faults("    - {metadata: {name: c}, spec: {kubelet: {evictionHard: "
                 "{memory.available: 5%}}}}\n",
                 6,
                 "memory.available is '5%'; percentages are not supported by this version of "
                 "fargauge, expected a quantity such as 100Mi");
    class_faults("    - metadata: {name: c}\n    - metadata: {name: c}\n", 7,
                 "the node class 'c' is there twice; expected each name once");
    class_faults("    - metadata: {name: c}\n  nodePools:\n    - {metadata: {name: p}, spec: "
                 "{template: {spec: {nodeClassRef: {name: d}}}}}\n",
                 8,
                 "the node pool 'p' names the node class 'd'; expected one of "
                 "cluster.nodeClasses");
}

/* The one pool of a study: of EKS Auto Mode, its template's spec begins with `life`. */
static const char *auto_pool_text(const char *life)
{
    static char text[512];
    snprintf(text, sizeof text,
             "    - {metadata: {name: a}, spec: {template: {spec: {%s\n"
             "       nodeClassRef: {group: eks.amazonaws.com}}}}}\n",
             life);
    return text;
}

static const struct fg_node_pool *auto_pool(const char *life)
{
    char text[600];
    snprintf(text, sizeof text, "cluster:\n  nodePools:\n%s", auto_pool_text(life));
    return fg_text_scenario(text)->cluster.node_pools;
}

static void auto_pool_faults(const char *life, const char *what)
{
    char message[300];
    snprintf(message, sizeof message,
             "the node pool 'a' of EKS Auto Mode %s; expected expireAfter and "
             "terminationGracePeriod (24h unless named) of at most 504h together",
             what);
    pool_faults(auto_pool_text(life), 6, message);
}

static void a_pool_finds_the_class_of_its_own_kind(void **state)
{
    (void)state;
    const struct fg_cluster *cluster =
        &fg_text_scenario("cluster:\n"
                          "  nodeClasses:\n"
                          "    - {kind: NodeClass, metadata: {name: default}}\n"
                          "    - {kind: EC2NodeClass, metadata: {name: default}}\n"
                          "  nodePools:\n"
                          "    - {metadata: {name: own}, spec: {template: {spec: {nodeClassRef:\n"
                          "       {kind: EC2NodeClass, name: default}}}}}\n"
                          "    - {metadata: {name: auto}, spec: {template: {spec: {\n"
                          "       nodeClassRef: {group: eks.amazonaws.com, name: default}}}}}\n")
             ->cluster;
    const struct fg_node_class *classes = cluster->node_classes;
    assert_ptr_equal(fg_node_class_of(&cluster->node_pools[0], classes, 2), &classes[1]);
    assert_true(cluster->node_pools[1].auto_mode);
    assert_ptr_equal(fg_node_class_of(&cluster->node_pools[1], classes, 2), &classes[0]);
    assert_int_equal(classes[0].root->size_gib, 80);
}

/* 21 days are 504 h: 480 + 24, 480 + 24 unless named, 503 + 1. */
static void nodes_of_auto_mode_live_21_days_at_most_with_their_drain(void **state)
{
    (void)state;
    static const struct {
        const char *life;
        uint32_t expire_h, grace_h;
    } kept[] = {
        {"", 336, 24},
        {"expireAfter: 480h,", 480, 24},
        {"expireAfter: 20d, terminationGracePeriod: 1d,", 480, 24},
        {"expireAfter: 503h, terminationGracePeriod: 1h,", 503, 1},
        {"terminationGracePeriod: 168h,", 336, 168},
    };
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
        const struct fg_node_pool *pool = auto_pool(kept[i].life);
        assert_int_equal(pool->expire_after_s, kept[i].expire_h * 3600);
        assert_int_equal(pool->termination_grace_period_s, kept[i].grace_h * 3600);
    }
    auto_pool_faults("expireAfter: 481h,", "keeps nodes for 505h with their drain");
    auto_pool_faults("expireAfter: 504h,", "keeps nodes for 528h with their drain");
    auto_pool_faults("expireAfter: 720h,", "keeps nodes for 744h with their drain");
    auto_pool_faults("expireAfter: 480h, terminationGracePeriod: 86401s,",
                     "keeps nodes for 505h with their drain");
}

static void a_node_of_auto_mode_cannot_be_kept_for_ever(void **state)
{
    (void)state;
    pool_faults("    - {metadata: {name: a}, spec: {template: {spec: {expireAfter: Never,\n"
                "       nodeClassRef: {kind: NodeClass}}}}}\n",
                6,
                "the node pool 'a' of EKS Auto Mode has expireAfter 'Never'; expected one that "
                "with terminationGracePeriod (24h unless named) comes to at most 504h");
}

/* ---- settings and Auto Mode ---- */

static void karpenters_settings_have_the_names_of_its_chart(void **state)
{
    (void)state;
    const struct fg_karpenter_settings *settings = &fg_text_scenario("")->cluster.karpenter;
    assert_int_equal(settings->batch_idle_duration_s, 1);
    assert_int_equal(settings->batch_max_duration_s, 10);
    assert_false(settings->spot_to_spot_consolidation);
    assert_int_equal(settings->vm_memory_overhead_millionths, 75000);
    settings = &fg_text_scenario(
                    "cluster:\n  karpenter: {batchIdleDuration: 2s, batchMaxDuration: 20s,\n"
                    "    featureGates: {spotToSpotConsolidation: true}, reservedENIs: 1,\n"
                    "    vmMemoryOverheadPercent: 0.05, preferencePolicy: Ignore,\n"
                    "    minValuesPolicy: BestEffort, clusterName: c, interruptionQueue: q}\n")
                    ->cluster.karpenter;
    assert_int_equal(settings->batch_idle_duration_s, 2);
    assert_int_equal(settings->batch_max_duration_s, 20);
    assert_true(settings->spot_to_spot_consolidation);
    assert_int_equal(settings->reserved_enis, 1);
    assert_int_equal(settings->vm_memory_overhead_millionths, 50000);
    assert_true(settings->ignores_preferences);
    assert_true(settings->min_values_best_effort);
    fg_text_scenario_faults("cluster: {karpenter: {batchIdleDuration: 30s}}\n", 4,
                            "batchMaxDuration is 10s and batchIdleDuration 30s; expected a "
                            "maximum not below it");
}

static void auto_mode_brings_its_own_pools(void **state)
{
    (void)state;
    const struct fg_cluster *cluster =
        &fg_text_scenario("cluster: {autoModeConfig: {enabled: true}}\n")->cluster;
    assert_int_equal(cluster->node_pool_count, 2);
    const struct fg_node_pool *general = &cluster->node_pools[0], *system = &cluster->node_pools[1];
    assert_string_equal(general->name, "general-purpose");
    assert_true(general->auto_mode);
    assert_int_equal(general->expire_after_s, 14 * 86400);
    assert_int_equal(general->termination_grace_period_s, 86400);
    assert_int_equal(general->consolidate_after_s, 30);
    assert_int_equal(general->budgets[0].nodes, 10);
    assert_int_equal(general->taints.count, 0);
    assert_int_equal(general->requirements.count, 5);
    assert_string_equal(general->requirements.items[1].key, "eks.amazonaws.com/instance-category");
    assert_int_equal(general->requirements.items[2].operator_, FG_OPERATOR_GT);
    assert_int_equal(general->requirements.items[3].value_count, 1); /* amd64 */
    assert_int_equal(cluster->node_class_count, 1);
    assert_ptr_equal(fg_node_class_of(general, cluster->node_classes, 1), cluster->node_classes);
    assert_string_equal(cluster->node_classes[0].ami_family, "Bottlerocket");
    assert_string_equal(system->name, "system");
    assert_string_equal(system->taints.items[0].key, "CriticalAddonsOnly");
    assert_int_equal(system->requirements.items[3].value_count, 2); /* amd64, arm64 */
}

static void auto_mode_has_the_pools_that_are_named(void **state)
{
    (void)state;
    const char *system = "cluster: {autoModeConfig: {enabled: true, nodePools: [system]}}\n";
    const struct fg_cluster *cluster = &fg_text_scenario(system)->cluster;
    assert_int_equal(cluster->node_pool_count, 1);
    assert_string_equal(cluster->node_pools[0].name, "system");
    cluster =
        &fg_text_scenario("cluster: {autoModeConfig: {enabled: true, nodePools: []}}\n")->cluster;
    assert_int_equal(cluster->node_pool_count, 0);
    cluster = &fg_text_scenario("cluster: {autoModeConfig: {enabled: false}}\n")->cluster;
    assert_int_equal(cluster->node_pool_count, 0);
    fg_text_scenario_faults("cluster: {autoModeConfig: {enabled: true, nodePools: [gpu]}}\n", 4,
                            "a node pool of Auto Mode is 'gpu'; expected general-purpose or "
                            "system");
    fg_text_scenario_faults("cluster:\n  nodePools: [{metadata: {name: system}}]\n"
                            "  autoModeConfig: {enabled: true}\n",
                            6, "the node pool 'system' is there twice; expected each name once");
}

#define TEST(name) cmocka_unit_test_teardown(name, fg_text_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_pool_with_a_name_has_karpenters_defaults),
        TEST(a_document_of_kubectl_is_read_as_it_is),
        TEST(requirements_keep_operators_values_and_min_values),
        TEST(budgets_have_counts_percentages_reasons_and_schedules),
        TEST(wrong_node_pools_are_faults),
        TEST(wrong_requirements_are_faults),
        TEST(a_requirement_that_nothing_can_meet_is_a_fault),
        TEST(a_class_with_a_name_has_karpenters_defaults),
        TEST(a_class_says_what_its_nodes_look_like),
        TEST(zones_of_a_live_class_are_those_of_its_status),
        TEST(wrong_node_classes_are_faults),
        TEST(a_pool_finds_the_class_of_its_own_kind),
        TEST(nodes_of_auto_mode_live_21_days_at_most_with_their_drain),
        TEST(a_node_of_auto_mode_cannot_be_kept_for_ever),
        TEST(karpenters_settings_have_the_names_of_its_chart),
        TEST(auto_mode_brings_its_own_pools),
        TEST(auto_mode_has_the_pools_that_are_named),
    };
    return cmocka_run_group_tests(tests, fg_text_open_catalog, fg_text_close_catalog);
}
