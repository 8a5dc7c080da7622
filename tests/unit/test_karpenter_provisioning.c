/* Where Karpenter puts pending pods: rules R1 to R4 with their sums. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "models/base/memory.h"
#include "sim/controllers/karpenter_provisioning.h"
#include "tests/support/karpenter_scene.h"

#define MIB (INT64_C(1024) * 1024)
#define CENTS INT64_C(10000000) /* in nanodollars */

enum { CLASSES = 4, PODS = 16, NODES = 4 };

/* What pods can have of them: m5.large 1930m and 6903 MiB, m5.xlarge 3920m, m5.2xlarge and m5.metal
 * 7910m. */
static struct fg_instance_type types[4];
static const struct fg_catalog catalog = {.type_count = 4, .types = types};

static int fill_catalog(void **state)
{
    (void)state;
    types[0] = fg_scene_type("m5.2xlarge", "m5", 8);
    types[1] = fg_scene_type("m5.large", "m5", 2);
    types[2] = fg_scene_type("m5.metal", "m5", 8);
    types[3] = fg_scene_type("m5.xlarge", "m5", 4);
    return 0;
}

/* 10 cents an hour for two vCPU, bare metal 1 cent; Spot 4 cents for two vCPU, dear for an
 * m5.large. */
static fg_nanodollars price(const void *context, const struct fg_instance_type *type,
                            const char *zone, enum fg_capacity_type capacity)
{
    (void)context;
    (void)zone;
    if (type->bare_metal)
        return capacity == FG_CAPACITY_SPOT ? -1 : CENTS;
    if (capacity == FG_CAPACITY_ON_DEMAND)
        return (fg_nanodollars)type->vcpu * 5 * CENTS;
    return type->vcpu == 2 ? 11 * CENTS : (fg_nanodollars)type->vcpu * 2 * CENTS;
}

struct scene {
    struct fg_arena arena;
    struct fg_node_class node_class;
    struct fg_karpenter_settings settings;
    uint32_t pool_count, daemon_count, pod_count, class_count;
    struct fg_node_pool pools[2];
    struct fg_pod_spec specs[CLASSES], daemon;
    struct fg_pod_rules rules[CLASSES];
    const struct fg_pod_spec *daemons[1];
    struct fg_cluster_state state;
    struct fg_karpenter_node nodes[NODES];
    struct fg_karpenter_pod pods[PODS];
    struct fg_karpenter *karpenter;
    struct fg_karpenter_problem problem;
    struct fg_karpenter_solution solution;
};

/* One pool for on-demand capacity. */
static void set_up(struct scene *scene)
{
    *scene = (struct scene){.pool_count = 1};
    scene->node_class = fg_node_class_default();
    scene->settings.vm_memory_overhead_millionths = 75000;
    for (int i = 0; i < 2; i++) {
        scene->pools[i] = fg_node_pool_default(&scene->arena);
        scene->pools[i].name = i == 0 ? "general" : "other";
    }
}

static void tear_down(struct scene *scene)
{
    fg_karpenter_solution_release(&scene->solution);
    fg_karpenter_free(scene->karpenter);
    fg_state_release(&scene->state);
    fg_arena_release(&scene->arena);
}

static void require(struct scene *scene, struct fg_node_pool *pool, struct fg_requirement asked)
{
    struct fg_requirement *items =
        fg_arena_allocate(&scene->arena, pool->requirements.count + 1, sizeof *items);
    for (uint32_t i = 0; i < pool->requirements.count; i++)
        items[i] = pool->requirements.items[i];
    items[pool->requirements.count] = asked;
    pool->requirements = (struct fg_requirements){pool->requirements.count + 1, items};
}

/* A class of pods with the labels app=web; its rules may be changed before the first node. */
static uint32_t add_class(struct scene *scene, int64_t cpu_milli, int64_t memory_mib)
{
    static struct fg_pair labels[] = {{"app", "web"}};
    uint32_t number = scene->class_count++;
    scene->specs[number] = (struct fg_pod_spec){
        .namespace_name = "shop",
        .workload = "web",
        .kind = FG_KIND_REPLICASET,
        .arch = FG_ARCH_ANY,
        .labels = {1, labels},
        .cpu_milli = cpu_milli,
        .memory_bytes = memory_mib * MIB,
        .cpu_named = true,
        .memory_named = true,
        .rules = &scene->rules[number],
    };
    fg_state_add_class(&scene->state, &scene->specs[number]);
    return number;
}

static uint32_t add_pods(struct scene *scene, uint32_t class_number, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        scene->pods[scene->pod_count++] = (struct fg_karpenter_pod){
            .scheduling_class = class_number, .may_settle = true, .is_checked = true};
    return scene->pod_count - count;
}

/* An m5.large of the pool "general". */
static uint32_t add_node(struct scene *scene, const char *name, bool initialized)
{
    static struct fg_pair labels[] = {
        {"karpenter.sh/nodepool", "general"},
        {"kubernetes.io/arch", "amd64"},
        {"topology.kubernetes.io/zone", "us-east-1a"},
    };
    struct fg_state_kind kind = {.labels = {3, labels}, .arch = FG_ARCH_AMD64};
    static struct fg_node_capacity capacity;
    fg_karpenter_type_capacity(&types[1], &scene->node_class, &scene->settings, false, &capacity,
                               &kind.allocatable);
    if (scene->state.kind_count == 0) {
        fg_state_seal_classes(&scene->state);
        fg_state_add_kind(&scene->state, &kind);
    }
    uint32_t slot = fg_state_add_node(&scene->state, 0, name);
    scene->nodes[slot] = (struct fg_karpenter_node){
        .is_managed = true, .is_initialized = initialized, .capacity = &capacity};
    return slot;
}

static void solve(struct scene *scene)
{
    static const struct fg_karpenter_market market = {price, NULL};
    struct fg_karpenter_source source = fg_scene_source(
        &catalog, scene->pools, scene->pool_count, &scene->node_class, &scene->settings, &market);
    source.daemon_set_count = scene->daemon_count;
    source.daemon_sets = scene->daemons;
    if (scene->karpenter == NULL)
        scene->karpenter = fg_karpenter_new(&source);
    fg_karpenter_solution_release(&scene->solution);
    scene->problem.state = &scene->state;
    scene->problem.nodes = scene->nodes;
    scene->problem.pods = scene->pods;
    scene->problem.pod_count = scene->pod_count;
    fg_karpenter_solve(scene->karpenter, &scene->problem, &scene->solution);
}

static void claim_is(const struct scene *scene, uint32_t number, uint32_t pods, const char *launch,
                     int64_t cents)
{
    assert_true(number < scene->solution.claim_count);
    const struct fg_karpenter_claim *claim = &scene->solution.claims[number];
    const struct fg_karpenter_types *known = fg_karpenter_pool_types(scene->karpenter, claim->pool);
    assert_int_equal(claim->pod_count, pods);
    assert_true(claim->launch.is_possible);
    assert_string_equal(known->types[claim->launch.type]->name, launch);
    assert_int_equal(claim->launch.price, cents * CENTS);
}

static void only_on_demand(struct scene *scene)
{
    static const char *const values[] = {"on-demand"};
    for (uint32_t i = 0; i < scene->pool_count; i++)
        require(scene, &scene->pools[i], fg_scene_in("karpenter.sh/capacity-type", values, 1));
}

/* ---- R1 ---- */

static void a_batch_closes_when_no_pod_comes_or_at_its_longest(void **state)
{
    (void)state;
    /* milliseconds: 1.2 + 1 = 2.2 */
    static const int64_t few[] = {0, 500, 1200};
    assert_int_equal(fg_karpenter_batch_close(few, 3, 1000, 10000), 2200);
    int64_t steady[40];
    for (int i = 0; i < 40; i++)
        steady[i] = 900 * i;
    assert_int_equal(fg_karpenter_batch_close(steady, 40, 1000, 10000), 10000);
    static const int64_t gap[] = {5000, 7000};
    assert_int_equal(fg_karpenter_batch_close(gap, 2, 1000, 10000), 6000);
}

/* ---- R2 ---- */

static void a_claim_takes_pods_until_its_largest_type_is_full(void **state)
{
    (void)state;
    struct scene scene;
    set_up(&scene);
    only_on_demand(&scene);
    add_pods(&scene, add_class(&scene, 1000, 100), 10);
    solve(&scene);
    /* 7 x 1000m <= 7910m < 8 x 1000m; 3 x 1000m <= 3920m. Bare metal is cheapest and passed
     * over: 0.40 and 0.20 an hour. */
    assert_int_equal(scene.solution.claim_count, 2);
    claim_is(&scene, 0, 7, "m5.2xlarge", 40);
    claim_is(&scene, 1, 3, "m5.xlarge", 20);
    /* cheapest first: metal 0.01, xlarge 0.20, 2xlarge 0.40 */
    assert_int_equal(scene.solution.claims[1].type_count, 3);
    assert_int_equal(scene.solution.claims[1].types[0], 2);
    assert_int_equal(scene.solution.claims[1].types[2], 0);
    tear_down(&scene);
}

static void pods_go_by_cpu_then_memory_then_age_then_uid(void **state)
{
    (void)state;
    struct scene scene;
    set_up(&scene);
    uint32_t thin = add_class(&scene, 200, 100), fat = add_class(&scene, 200, 300),
             big = add_class(&scene, 900, 100);
    add_pods(&scene, thin, 4);
    add_pods(&scene, fat, 1);
    add_pods(&scene, big, 1);
    static const struct {
        int64_t created;
        const char *uid;
    } rows[] = {{9, "a"}, {5, "c"}, {5, "b"}, {3, "z"}};
    for (int i = 0; i < 4; i++) {
        scene.pods[i].created = rows[i].created;
        scene.pods[i].uid = rows[i].uid;
    }
    solve(&scene);
    static const uint32_t expected[] = {5, 4, 3, 2, 1, 0};
    assert_int_equal(scene.solution.claim_count, 1);
    for (int i = 0; i < 6; i++)
        assert_int_equal(scene.solution.claims[0].pods[i], expected[i]);
    tear_down(&scene);
}

static void nodes_come_first_initialised_ones_before_others_then_by_name(void **state)
{
    (void)state;
    struct scene scene;
    set_up(&scene);
    add_pods(&scene, add_class(&scene, 1000, 100), 4);
    add_node(&scene, "a", false);
    uint32_t d = add_node(&scene, "d", true), b = add_node(&scene, "b", true);
    solve(&scene);
    /* one pod of 1000m fits on 1930m */
    assert_int_equal(scene.solution.places[0], b);
    assert_int_equal(scene.solution.places[1], d);
    assert_int_equal(scene.solution.places[2], 0);
    assert_int_equal(scene.solution.places[3], FG_PLACE_CLAIM);
    tear_down(&scene);
}

static void the_claim_with_the_fewest_pods_comes_first(void **state)
{
    (void)state;
    struct scene scene;
    set_up(&scene);
    /* Two of 5000m take a claim each; those of 1000m go where there are fewer pods, and where
     * there are as many, to the one that had fewer last: 5000 + 2 x 1000 <= 7910. */
    uint32_t large = add_class(&scene, 5000, 100), small = add_class(&scene, 1000, 100);
    add_pods(&scene, large, 2);
    add_pods(&scene, small, 4);
    solve(&scene);
    assert_int_equal(scene.solution.claim_count, 2);
    static const uint32_t expected[] = {0, 1, 0, 1, 1, 0};
    for (int i = 0; i < 6; i++)
        assert_int_equal(scene.solution.places[i], FG_PLACE_CLAIM | expected[i]);
    tear_down(&scene);
}

static void pools_go_by_weight_then_by_name_from_the_end(void **state)
{
    (void)state;
    struct scene scene;
    set_up(&scene);
    scene.pool_count = 2;
    add_pods(&scene, add_class(&scene, 100, 100), 1);
    solve(&scene);
    assert_int_equal(scene.solution.claims[0].pool, 1);
    fg_karpenter_free(scene.karpenter);
    scene.karpenter = NULL;
    scene.pools[0].weight = 1;
    solve(&scene);
    assert_int_equal(scene.solution.claims[0].pool, 0);
    tear_down(&scene);
}

static void nodes_taken_away_are_no_targets(void **state)
{
    (void)state;
    struct scene scene;
    set_up(&scene);
    add_pods(&scene, add_class(&scene, 1000, 100), 2);
    uint32_t a = add_node(&scene, "a", true), b = add_node(&scene, "b", true);
    scene.problem.taken_count = 1;
    scene.problem.taken = &a;
    solve(&scene);
    assert_int_equal(scene.solution.places[0], b);
    assert_int_equal(scene.solution.places[1], FG_PLACE_CLAIM);
    tear_down(&scene);
}

static void daemon_sets_take_their_part_of_every_node(void **state)
{
    (void)state;
    struct scene scene;
    set_up(&scene);
    only_on_demand(&scene);
    scene.daemon = (struct fg_pod_spec){
        .namespace_name = "kube-system",
        .workload = "agent",
        .kind = FG_KIND_DAEMONSET,
        .arch = FG_ARCH_ANY,
        .cpu_milli = 500,
    };
    scene.daemons[0] = &scene.daemon;
    scene.daemon_count = 1;
    add_pods(&scene, add_class(&scene, 1500, 100), 2);
    add_node(&scene, "a", true);
    solve(&scene);
    /* 1500 + 500 > 1930: neither the node nor an m5.large; 2 x 1500 + 500 <= 3920 */
    assert_int_equal(scene.solution.claim_count, 1);
    claim_is(&scene, 0, 2, "m5.xlarge", 20);
    assert_int_equal(scene.solution.claims[0].requests.cpu_milli, 3500);
    tear_down(&scene);
}

/* ---- R3 ---- */

static void the_largest_type_of_a_claim_counts_against_the_limit(void **state)
{
    (void)state;
    struct scene scene;
    set_up(&scene);
    only_on_demand(&scene);
    scene.pools[0].limit_cpu_milli = 12000;
    add_pods(&scene, add_class(&scene, 1000, 100), 14);
    solve(&scene);
    /* 12 - 8 = 4 vCPU are left after the first claim of 7 pods: at most an m5.xlarge, 3 pods;
     * 4 - 4 = 0 after the second. */
    assert_int_equal(scene.solution.claim_count, 2);
    claim_is(&scene, 0, 7, "m5.2xlarge", 40);
    claim_is(&scene, 1, 3, "m5.xlarge", 20);
    assert_int_equal(scene.solution.unplaced_count, 4);
    assert_string_equal(scene.solution.reasons[13],
                        "all available instance types exceed limits for nodepool "
                        "(NodePool=general)");
    tear_down(&scene);
}

static void nodes_that_are_there_count_with_their_capacity(void **state)
{
    (void)state;
    struct scene scene;
    set_up(&scene);
    only_on_demand(&scene);
    scene.pools[0].limit_cpu_milli = 6000;
    scene.pools[0].limit_nodes = 3;
    add_pods(&scene, add_class(&scene, 1900, 100), 3);
    add_node(&scene, "a", true);
    solve(&scene);
    /* 6 - 2 = 4 vCPU are left: an m5.xlarge for two pods; one goes to the node. */
    assert_int_equal(scene.solution.claim_count, 1);
    claim_is(&scene, 0, 2, "m5.xlarge", 20);
    assert_int_equal(scene.solution.unplaced_count, 0);
    fg_karpenter_free(scene.karpenter);
    scene.karpenter = NULL;
    scene.pools[0].limit_nodes = 1;
    solve(&scene);
    assert_int_equal(scene.solution.unplaced_count, 2);
    assert_string_equal(scene.solution.reasons[1],
                        "node limits have been exhausted for nodepool (NodePool=general)");
    tear_down(&scene);
}

static void min_values_keep_types_in_the_claim(void **state)
{
    (void)state;
    static const char *sizes[] = {"large", "xlarge", "2xlarge"};
    struct scene scene;
    set_up(&scene);
    only_on_demand(&scene);
    require(
        &scene, &scene.pools[0],
        (struct fg_requirement){"karpenter.k8s.aws/instance-size", FG_OPERATOR_IN, 3, sizes, 2});
    add_pods(&scene, add_class(&scene, 1000, 100), 4);
    solve(&scene);
    /* 4 x 1000m fit an m5.2xlarge alone, and two sizes are to stay: 3 and 1. */
    assert_int_equal(scene.solution.claim_count, 2);
    claim_is(&scene, 0, 3, "m5.xlarge", 20);
    claim_is(&scene, 1, 1, "m5.large", 10);
    tear_down(&scene);
}

static void best_effort_lowers_min_values_for_a_new_claim(void **state)
{
    (void)state;
    static const char *sizes[] = {"large", "xlarge", "2xlarge"};
    struct scene scene;
    set_up(&scene);
    require(
        &scene, &scene.pools[0],
        (struct fg_requirement){"karpenter.k8s.aws/instance-size", FG_OPERATOR_IN, 3, sizes, 2});
    add_pods(&scene, add_class(&scene, 5000, 100), 1);
    solve(&scene);
    assert_int_equal(scene.solution.unplaced_count, 1);
    assert_non_null(strstr(scene.solution.reasons[0], "minValues requirement is not met"));
    fg_karpenter_free(scene.karpenter);
    scene.karpenter = NULL;
    scene.settings.min_values_best_effort = true;
    solve(&scene);
    assert_int_equal(scene.solution.unplaced_count, 0);
    tear_down(&scene);
}

/* ---- R4 ---- */

static void spot_is_launched_unless_it_is_dearer_than_on_demand(void **state)
{
    (void)state;
    struct scene scene;
    set_up(&scene);
    add_pods(&scene, add_class(&scene, 1000, 100), 1);
    solve(&scene);
    /* On demand from 0.10; Spot m5.large 0.11 is dropped, m5.xlarge 0.08 is the cheapest left. */
    claim_is(&scene, 0, 1, "m5.xlarge", 8);
    assert_int_equal(scene.solution.claims[0].launch.capacity, FG_CAPACITY_SPOT);
    struct fg_pairs labels;
    fg_karpenter_node_labels(scene.karpenter, &scene.solution.claims[0],
                             &scene.solution.claims[0].launch, &scene.arena, &labels);
    assert_string_equal(fg_pairs_find(&labels, "node.kubernetes.io/instance-type"), "m5.xlarge");
    assert_string_equal(fg_pairs_find(&labels, "karpenter.sh/capacity-type"), "spot");
    assert_string_equal(fg_pairs_find(&labels, "topology.kubernetes.io/zone"), "us-east-1a");
    assert_string_equal(fg_pairs_find(&labels, "karpenter.sh/nodepool"), "general");
    tear_down(&scene);
}

static void bare_metal_is_launched_where_nothing_else_is_left(void **state)
{
    (void)state;
    static const char *sizes[] = {"metal"};
    struct scene scene;
    set_up(&scene);
    require(&scene, &scene.pools[0], fg_scene_in("karpenter.k8s.aws/instance-size", sizes, 1));
    add_pods(&scene, add_class(&scene, 1000, 100), 1);
    solve(&scene);
    claim_is(&scene, 0, 1, "m5.metal", 1);
    tear_down(&scene);
}

/* ---- topology ---- */

static struct fg_label_selector app_web(void)
{
    static struct fg_pair labels[] = {{"app", "web"}};
    return (struct fg_label_selector){.labels = {1, labels}};
}

static void reserved_capacity_is_nowhere_since_no_reservation_is_known(void **state)
{
    (void)state;
    static const char *const both[] = {"reserved", "on-demand"};
    struct scene scene;
    set_up(&scene);
    require(&scene, &scene.pools[0], fg_scene_in("karpenter.sh/capacity-type", both, 1));
    add_pods(&scene, add_class(&scene, 1000, 100), 1);
    solve(&scene);
    assert_int_equal(scene.solution.claim_count, 0);
    assert_string_equal(scene.solution.reasons[0],
                        "nodepool requirements filtered out all available instance types");
    tear_down(&scene);
    set_up(&scene);
    require(&scene, &scene.pools[0], fg_scene_in("karpenter.sh/capacity-type", both, 2));
    add_pods(&scene, add_class(&scene, 1000, 100), 1);
    solve(&scene);
    /* 1000m <= 1930m of an m5.large: 2 vCPU x 0.05 on demand, as if it stood alone; not Spot at
     * 0.08 for an m5.xlarge. */
    claim_is(&scene, 0, 1, "m5.large", 10);
    assert_int_equal(scene.solution.claims[0].launch.capacity, FG_CAPACITY_ON_DEMAND);
    tear_down(&scene);
}

static void spread_gives_each_zone_its_share(void **state)
{
    (void)state;
    struct scene scene;
    set_up(&scene);
    uint32_t class_number = add_class(&scene, 100, 100);
    struct fg_spread_constraint spread = {
        .max_skew = 1,
        .topology_key = "topology.kubernetes.io/zone",
        .hard = true,
        .selector = app_web(),
    };
    scene.rules[class_number].spread = (struct fg_spread_constraints){1, &spread};
    add_pods(&scene, class_number, 6);
    solve(&scene);
    /* 6 pods over us-east-1a and us-east-1b: 3 and 3, on a claim in each */
    assert_int_equal(scene.solution.claim_count, 2);
    assert_int_equal(scene.solution.claims[0].pod_count, 3);
    assert_int_equal(scene.solution.claims[1].pod_count, 3);
    assert_int_equal(scene.solution.claims[0].zone_mask + scene.solution.claims[1].zone_mask, 3);
    tear_down(&scene);
}

static void anti_affinity_by_host_takes_a_node_for_each_pod(void **state)
{
    (void)state;
    struct scene scene;
    set_up(&scene);
    uint32_t class_number = add_class(&scene, 100, 100);
    struct fg_pod_term term = {.selector = app_web(), .topology_key = "kubernetes.io/hostname"};
    scene.rules[class_number].required_anti_affinity = (struct fg_pod_terms){1, &term};
    add_pods(&scene, class_number, 4);
    uint32_t a = add_node(&scene, "a", true), b = add_node(&scene, "b", true);
    fg_state_count_pods(&scene.state, a, class_number, 1);
    solve(&scene);
    /* one stands on a, so one goes to b and three take nodes of their own */
    assert_int_equal(scene.solution.places[0], b);
    assert_int_equal(scene.solution.claim_count, 3);
    assert_int_equal(scene.solution.unplaced_count, 0);
    tear_down(&scene);
}

static void affinity_brings_pods_to_the_zone_where_one_is(void **state)
{
    (void)state;
    struct scene scene;
    set_up(&scene);
    uint32_t class_number = add_class(&scene, 1000, 100);
    struct fg_pod_term term = {.selector = app_web(),
                               .topology_key = "topology.kubernetes.io/zone"};
    scene.rules[class_number].required_affinity = (struct fg_pod_terms){1, &term};
    add_pods(&scene, class_number, 3);
    uint32_t a = add_node(&scene, "a", true);
    fg_state_count_pods(&scene.state, a, class_number, 1);
    solve(&scene);
    /* 2 x 1000 > 1930: none fits the node; one claim, in its zone */
    assert_int_equal(scene.solution.claim_count, 1);
    assert_int_equal(scene.solution.claims[0].zone_mask, 1);
    tear_down(&scene);
}

/* ---- relaxing, refusing ---- */

static void preferences_are_dropped_when_they_cannot_be_met(void **state)
{
    (void)state;
    static const char *zone[] = {"us-east-1b"}, *nowhere[] = {"us-east-1z"};
    struct scene scene;
    set_up(&scene);
    uint32_t class_number = add_class(&scene, 100, 100);
    struct fg_requirement heavy = fg_scene_in("topology.kubernetes.io/zone", nowhere, 1);
    struct fg_requirement light = fg_scene_in("topology.kubernetes.io/zone", zone, 1);
    struct fg_node_term terms[] = {
        {.expressions = {1, &light}, .weight = 1},
        {.expressions = {1, &heavy}, .weight = 100},
    };
    scene.rules[class_number].preferred_nodes = (struct fg_node_terms){2, terms};
    add_pods(&scene, class_number, 1);
    solve(&scene);
    assert_int_equal(scene.solution.claim_count, 1);
    assert_int_equal(scene.solution.claims[0].zone_mask, 2);
    tear_down(&scene);
}

static void refusals_are_in_karpenters_words(void **state)
{
    (void)state;
    static struct fg_pair team[] = {{"team", "red"}},
                          zone[] = {{"topology.kubernetes.io/zone", "x"}},
                          host[] = {{"kubernetes.io/hostname", "a"}};
    struct scene scene;
    set_up(&scene);
    uint32_t labelled = add_class(&scene, 100, 100), elsewhere = add_class(&scene, 100, 100),
             huge = add_class(&scene, 100000, 100), named = add_class(&scene, 100, 100);
    scene.specs[labelled].node_selector = (struct fg_pairs){1, team};
    scene.specs[elsewhere].node_selector = (struct fg_pairs){1, zone};
    scene.specs[named].node_selector = (struct fg_pairs){1, host};
    add_pods(&scene, labelled, 1);
    add_pods(&scene, elsewhere, 1);
    add_pods(&scene, huge, 1);
    add_pods(&scene, named, 1);
    solve(&scene);
    const char *const *reasons = scene.solution.reasons;
    assert_string_equal(reasons[0], "incompatible requirements, label \"team\" does not have known "
                                    "values");
    assert_non_null(strstr(reasons[1],
                           "no instance type met the scheduling requirements or had enough "
                           "resources or had a required offering, requirements="));
    assert_non_null(strstr(reasons[2], "no instance type has enough resources, requirements="));
    assert_non_null(
        strstr(reasons[2], "resources={\"cpu\":\"100\",\"memory\":\"100Mi\",\"pods\":\"1\"}"));
    assert_non_null(strstr(reasons[3], "using label kubernetes.io/hostname is not allowed"));
    tear_down(&scene);
}

static void taints_of_a_pool_keep_pods_off(void **state)
{
    (void)state;
    static struct fg_taint taints[] = {{"gpu", "true", FG_EFFECT_NO_SCHEDULE}},
                           soft[] = {{"slow", "", FG_EFFECT_PREFER_NO_SCHEDULE}};
    struct scene scene;
    set_up(&scene);
    scene.pools[0].taints = (struct fg_taints){1, taints};
    add_pods(&scene, add_class(&scene, 100, 100), 1);
    solve(&scene);
    assert_string_equal(scene.solution.reasons[0],
                        "did not tolerate taint (taint=gpu=true:NoSchedule)");
    fg_karpenter_free(scene.karpenter);
    scene.karpenter = NULL;
    scene.pools[0].taints = (struct fg_taints){1, soft};
    solve(&scene);
    assert_int_equal(scene.solution.claim_count, 1);
    tear_down(&scene);
}

static void a_second_solve_knows_nothing_of_the_first(void **state)
{
    (void)state;
    struct scene scene;
    set_up(&scene);
    add_pods(&scene, add_class(&scene, 1000, 100), 1);
    uint32_t a = add_node(&scene, "a", true);
    solve(&scene);
    assert_int_equal(scene.solution.places[0], a);
    solve(&scene);
    assert_int_equal(scene.solution.places[0], a);
    fg_state_count_pods(&scene.state, a, 0, 1);
    uint32_t later = add_node(&scene, "0", true);
    solve(&scene);
    assert_int_equal(scene.solution.places[0], later);
    tear_down(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_batch_closes_when_no_pod_comes_or_at_its_longest),
        cmocka_unit_test(a_claim_takes_pods_until_its_largest_type_is_full),
        cmocka_unit_test(pods_go_by_cpu_then_memory_then_age_then_uid),
        cmocka_unit_test(nodes_come_first_initialised_ones_before_others_then_by_name),
        cmocka_unit_test(the_claim_with_the_fewest_pods_comes_first),
        cmocka_unit_test(pools_go_by_weight_then_by_name_from_the_end),
        cmocka_unit_test(nodes_taken_away_are_no_targets),
        cmocka_unit_test(daemon_sets_take_their_part_of_every_node),
        cmocka_unit_test(the_largest_type_of_a_claim_counts_against_the_limit),
        cmocka_unit_test(nodes_that_are_there_count_with_their_capacity),
        cmocka_unit_test(min_values_keep_types_in_the_claim),
        cmocka_unit_test(best_effort_lowers_min_values_for_a_new_claim),
        cmocka_unit_test(spot_is_launched_unless_it_is_dearer_than_on_demand),
        cmocka_unit_test(bare_metal_is_launched_where_nothing_else_is_left),
        cmocka_unit_test(reserved_capacity_is_nowhere_since_no_reservation_is_known),
        cmocka_unit_test(spread_gives_each_zone_its_share),
        cmocka_unit_test(anti_affinity_by_host_takes_a_node_for_each_pod),
        cmocka_unit_test(affinity_brings_pods_to_the_zone_where_one_is),
        cmocka_unit_test(preferences_are_dropped_when_they_cannot_be_met),
        cmocka_unit_test(refusals_are_in_karpenters_words),
        cmocka_unit_test(taints_of_a_pool_keep_pods_off),
        cmocka_unit_test(a_second_solve_knows_nothing_of_the_first),
    };
    return cmocka_run_group_tests(tests, fill_catalog, NULL);
}
