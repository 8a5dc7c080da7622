/* kube-scheduler's cycle over a small cluster: what refuses a node, in what words, and the totals.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "models/kube_objects.h"
#include "sim/controllers/scheduling.h"

#define MIB (1024LL * 1024)
#define HOSTNAME "kubernetes.io/hostname"
#define ZONE "topology.kubernetes.io/zone"

/* What every node gives a pod that asks for nothing by name: TaintToleration 3 x 100 and
 * LeastAllocated 100; the balance is skipped. */
enum { USUAL = 400 };

static const struct fg_node_capacity four_cores = {
    .cpu_milli = 4000, .memory_bytes = 8192 * MIB, .ephemeral_bytes = 100 * MIB, .pods = 50};
static struct fg_pair zone_a[] = {{ZONE, "a"}}, zone_b[] = {{ZONE, "b"}}, zone_c[] = {{ZONE, "c"}};

/* Rules without any rule. */
static struct fg_pod_rules no_rules(void)
{
    return (struct fg_pod_rules){
        .owner_selector = {.nothing = true}, .scored_cpu_milli = -1, .scored_memory_bytes = -1};
}

/* A pod of the workload that asks for nothing, by name. */
static struct fg_pod_spec pod_of(const char *workload, const struct fg_pod_rules *rules)
{
    return (struct fg_pod_spec){.namespace_name = "shop",
                                .workload = workload,
                                .cpu_named = true,
                                .memory_named = true,
                                .arch = FG_ARCH_ANY,
                                .rules = rules};
}

static struct fg_label_selector workload(const char *name)
{
    return (struct fg_label_selector){.workload = name};
}

static struct fg_state_kind kind_in(struct fg_pair *zone)
{
    return (struct fg_state_kind){.labels = {1, zone}, .allocatable = four_cores};
}

static uint32_t add_open_node(struct fg_cluster_state *state, const struct fg_state_kind *kind)
{
    uint32_t slot = fg_state_add_node(state, fg_state_add_kind(state, kind), NULL);
    fg_state_set_open(state, slot, true);
    return slot;
}

/* A node in each zone, slots 0, 1, 2. */
static void add_three_zones(struct fg_cluster_state *state)
{
    struct fg_pair *zones[] = {zone_a, zone_b, zone_c};
    for (uint32_t i = 0; i < 3; i++) {
        struct fg_state_kind kind = kind_in(zones[i]);
        assert_int_equal(add_open_node(state, &kind), i);
    }
}

static void expect_totals(struct fg_cluster_state *state, uint32_t class_number,
                          const int32_t *totals, uint32_t count)
{
    struct fg_choice choice;
    assert_true(fg_scheduler_choose(state, class_number, &choice));
    assert_int_equal(choice.candidate_count, count);
    for (uint32_t i = 0; i < count; i++)
        assert_int_equal(choice.candidates[i].total, totals[choice.candidates[i].slot]);
}

static void expect_words(const struct fg_cluster_state *state, uint32_t class_number, uint32_t slot,
                         const char *words)
{
    char text[512];
    assert_string_equal(fg_scheduler_words(state, class_number, slot, text, sizeof text), words);
}

/* ---- resources ---- */

/* rules S6: 1930m / 6903Mi hold 500m / 1024Mi, the pod asks for 100m / 200Mi: Least 75, Most 24,
 * Balanced 93; with 300 of TaintToleration 468 and 417. */
static void total_is_the_weighted_sum_of_the_plugins(void **unused)
{
    (void)unused;
    for (int most = 0; most < 2; most++) {
        struct fg_scheduler_settings settings = {.scoring = most ? FG_SCORING_MOST_ALLOCATED
                                                                 : FG_SCORING_LEAST_ALLOCATED};
        struct fg_pod_spec old = pod_of("old", NULL), fresh = pod_of("fresh", NULL);
        old.cpu_milli = 500, old.memory_bytes = 1024 * MIB;
        fresh.cpu_milli = 100, fresh.memory_bytes = 200 * MIB;
        struct fg_cluster_state state = {.settings = &settings};
        fg_state_add_class(&state, &old);
        fg_state_add_class(&state, &fresh);
        fg_state_seal_classes(&state);
        assert_true(state.classes[1].is_plain);
        struct fg_state_kind kind = kind_in(zone_a);
        kind.allocatable =
            (struct fg_node_capacity){.cpu_milli = 1930, .memory_bytes = 6903 * MIB, .pods = 29};
        fg_state_count_pods(&state, add_open_node(&state, &kind), 0, 1);
        const int32_t total = 300 + 93 + (most ? 24 : 75);
        expect_totals(&state, 1, &total, 1);
        fg_state_release(&state);
    }
}

/* Shape 0 -> 0, 100 -> 10; cpu weighs 3, memory 1. A pod of 1000m / 1Gi on an empty node of
 * 4000m / 8Gi: cpu 25 % gives 25, memory 12 % (100 / 8, cut off) gives 12; (3 x 25 + 12) / 4 =
 * 21.75, rounded 22. Balanced: 0.25 and 0.125, half their difference 0.0625 -> 93.
 * 300 + 22 + 93 = 415. */
static void ratio_scores_by_its_shape_and_weights(void **unused)
{
    (void)unused;
    struct fg_shape_point shape[] = {{0, 0}, {100, 10}};
    struct fg_score_resource resources[] = {{"cpu", 3}, {"memory", 1}};
    struct fg_scheduler_settings settings = {.scoring = FG_SCORING_REQUESTED_TO_CAPACITY_RATIO,
                                             .shape_count = 2,
                                             .shape = shape,
                                             .resource_count = 2,
                                             .resources = resources};
    struct fg_pod_spec spec = pod_of("w", NULL);
    spec.cpu_milli = 1000, spec.memory_bytes = 1024 * MIB;
    struct fg_cluster_state state = {.settings = &settings};
    fg_state_add_class(&state, &spec);
    fg_state_seal_classes(&state);
    struct fg_state_kind kind = kind_in(zone_a);
    add_open_node(&state, &kind);
    expect_totals(&state, 0, (int32_t[]){415}, 1);

    /* A shape that falls: 0 -> 10, 50 -> 10, 100 -> 0. cpu 25 % gives 100; memory 12 % 100; 100. */
    struct fg_shape_point falling[] = {{0, 10}, {50, 10}, {100, 0}};
    settings.shape = falling, settings.shape_count = 3;
    fg_state_count_pods(&state, 0, 0, 1);
    fg_state_count_pods(&state, 0, 0, -1);
    expect_totals(&state, 0, (int32_t[]){300 + 100 + 93}, 1);

    /* Two pods there: cpu 75 % gives 100 - 100 x 25 / 50 = 50; memory 37 % gives 100;
     * (3 x 50 + 100) / 4 = 62.5, rounded 63. Balanced 0.75, 0.375 -> 0.1875 -> 81. */
    fg_state_count_pods(&state, 0, 0, 2);
    expect_totals(&state, 0, (int32_t[]){300 + 63 + 81}, 1);
    fg_state_release(&state);
}

static void extended_resources_and_volumes_are_filters(void **unused)
{
    (void)unused;
    struct fg_extended_resource two = {"example.com/widget", 2}, three = {"example.com/widget", 3};
    struct fg_pod_rules rules = no_rules(), volumes = no_rules();
    rules.extended = (struct fg_extended_resources){1, &two};
    volumes.ebs_volumes = 2;
    struct fg_pod_spec specs[] = {pod_of("w", &rules), pod_of("v", &volumes)};
    struct fg_cluster_state state = {0};
    fg_state_add_class(&state, &specs[0]);
    fg_state_add_class(&state, &specs[1]);
    fg_state_seal_classes(&state);
    struct fg_state_kind kind = kind_in(zone_a);
    kind.extended = (struct fg_extended_resources){1, &three};
    kind.ebs_limit = 5;
    uint32_t slot = add_open_node(&state, &kind);
    kind.extended.count = 0;
    uint32_t without = add_open_node(&state, &kind);
    assert_int_equal(fg_scheduler_refuses(&state, 0, slot), FG_REFUSAL_NONE);
    fg_state_count_pods(&state, slot, 0, 1);
    expect_words(&state, 0, slot, "Insufficient example.com/widget");
    assert_false(fg_scheduler_is_hopeless(&state, 0, slot, FG_REFUSAL_RESOURCES));
    expect_words(&state, 0, without, "Insufficient example.com/widget");
    assert_true(fg_scheduler_is_hopeless(&state, 0, without, FG_REFUSAL_RESOURCES));
    fg_state_count_pods(&state, slot, 1, 2); /* 4 volumes of 5, 2 more do not go */
    assert_int_equal(fg_scheduler_refuses(&state, 1, slot), FG_REFUSAL_VOLUME_LIMIT);
    expect_words(&state, 1, slot, "node(s) exceed max volume count");
    fg_state_count_pods(&state, slot, 1, -1);
    assert_int_equal(fg_scheduler_refuses(&state, 1, slot), FG_REFUSAL_NONE);
    fg_state_release(&state);
}

/* ---- filters by class and kind ---- */

static void each_filter_has_its_words(void **unused)
{
    (void)unused;
    struct fg_requirement on_n2 = {.key = "metadata.name",
                                   .operator_ = FG_OPERATOR_IN,
                                   .value_count = 1,
                                   .values = (const char *[]){"n2"}};
    struct fg_requirement has_disk = {.key = "disk", .operator_ = FG_OPERATOR_EXISTS};
    struct fg_node_term named = {.fields = {1, &on_n2}}, disk = {.expressions = {1, &has_disk}};
    struct fg_pod_rules rules[5];
    for (size_t i = 0; i < 5; i++)
        rules[i] = no_rules();
    rules[1].required_nodes = (struct fg_node_terms){1, &named};
    rules[2].required_nodes = (struct fg_node_terms){1, &disk};
    rules[3].node_name = "n2";
    rules[4].volume_zone = "b";
    struct fg_pod_spec specs[5];
    struct fg_cluster_state state = {0};
    for (size_t i = 0; i < 5; i++) {
        specs[i] = pod_of("w", &rules[i]);
        fg_state_add_class(&state, &specs[i]);
    }
    fg_state_seal_classes(&state);
    struct fg_taint taint = {"team", "a", FG_EFFECT_NO_EXECUTE};
    struct fg_state_kind plain = kind_in(zone_a), cordoned = plain, tainted = plain;
    plain.node_name = "n1";
    cordoned.unschedulable = true;
    cordoned.taints = tainted.taints = (struct fg_taints){1, &taint};
    uint32_t n1 = add_open_node(&state, &plain), off = add_open_node(&state, &cordoned);
    uint32_t apart = add_open_node(&state, &tainted);
    plain.node_name = "n2";
    uint32_t n2 = add_open_node(&state, &plain);
    expect_words(&state, 0, n1, "");
    expect_words(&state, 0, off, "node(s) were unschedulable");
    expect_words(&state, 0, apart, "node(s) had untolerated taint {team: a}");
    expect_words(&state, 1, n1, "node(s) didn't satisfy plugin(s) [NodeAffinity]");
    expect_words(&state, 1, n2, "");
    expect_words(&state, 2, n1, "node(s) didn't match Pod's node affinity/selector");
    expect_words(&state, 3, n1, "node(s) didn't match the requested node name");
    expect_words(&state, 3, n2, "");
    expect_words(&state, 4, n1, "node(s) had no available volume zone");
    fg_state_release(&state);
}

static void toleration_of_the_cordon_lets_a_pod_on_a_cordoned_node(void **unused)
{
    (void)unused;
    struct fg_toleration toleration = {
        .key = "node.kubernetes.io/unschedulable", .value = "", .exists = true};
    struct fg_pod_spec spec = pod_of("w", NULL);
    spec.tolerations = (struct fg_tolerations){1, &toleration};
    struct fg_cluster_state state = {0};
    fg_state_add_class(&state, &spec);
    fg_state_seal_classes(&state);
    struct fg_state_kind kind = kind_in(zone_a);
    kind.unschedulable = true;
    add_open_node(&state, &kind);
    assert_int_equal(fg_scheduler_refuses(&state, 0, 0), FG_REFUSAL_NONE);
    fg_state_release(&state);
}

static void host_ports_clash_by_protocol_and_address(void **unused)
{
    (void)unused;
    static const struct fg_host_port ports[] = {{"TCP", "0.0.0.0", 8080},
                                                {"TCP", "10.0.0.1", 8080},
                                                {"TCP", "10.0.0.2", 8080},
                                                {"UDP", "0.0.0.0", 8080}};
    static const bool clash[4][4] = {
        {true, true, true, false},
        {true, true, false, false},
        {true, false, true, false},
        {false, false, false, true},
    };
    struct fg_pod_rules rules[4];
    struct fg_pod_spec specs[4];
    struct fg_cluster_state state = {0};
    for (size_t i = 0; i < 4; i++) {
        rules[i] = no_rules();
        rules[i].ports = &ports[i];
        rules[i].port_count = 1;
        specs[i] = pod_of("w", &rules[i]);
        fg_state_add_class(&state, &specs[i]);
    }
    fg_state_seal_classes(&state);
    add_three_zones(&state);
    for (uint32_t held = 0; held < 4; held++) {
        fg_state_count_pods(&state, 1, held, 1);
        for (uint32_t asked = 0; asked < 4; asked++) {
            assert_int_equal(fg_scheduler_refuses(&state, asked, 1),
                             clash[held][asked] ? FG_REFUSAL_PORTS : FG_REFUSAL_NONE);
            assert_int_equal(fg_scheduler_refuses(&state, asked, 0), FG_REFUSAL_NONE);
        }
        fg_state_count_pods(&state, 1, held, -1);
    }
    fg_state_release(&state);
}

/* ---- spread ---- */

static struct fg_spread_constraint hard_by_zone(const char *name)
{
    return (struct fg_spread_constraint){
        .max_skew = 1, .topology_key = ZONE, .hard = true, .selector = workload(name)};
}

/* rules S4: zones a 3, b 1, c 1, max skew 1. a: 3 + 1 - 1 = 3 > 1; b and c: 1 + 1 - 1 = 1. */
static void hard_spread_keeps_the_skew(void **unused)
{
    (void)unused;
    struct fg_spread_constraint constraint = hard_by_zone("w");
    struct fg_pod_rules rules = no_rules();
    rules.spread = (struct fg_spread_constraints){1, &constraint};
    struct fg_pod_spec spec = pod_of("w", &rules), other = pod_of("x", NULL);
    struct fg_cluster_state state = {0};
    fg_state_add_class(&state, &spec);
    fg_state_add_class(&state, &other);
    fg_state_seal_classes(&state);
    assert_false(state.classes[0].is_plain);
    assert_true(state.classes[1].is_plain);
    add_three_zones(&state);
    fg_state_count_pods(&state, 0, 0, 3);
    fg_state_count_pods(&state, 1, 0, 1);
    fg_state_count_pods(&state, 2, 0, 1);
    fg_state_count_pods(&state, 1, 1, 7); /* not of the workload */
    expect_words(&state, 0, 0, "node(s) didn't match pod topology spread constraints");
    assert_int_equal(fg_scheduler_refuses(&state, 0, 1), FG_REFUSAL_NONE);
    assert_int_equal(fg_scheduler_refuses(&state, 0, 2), FG_REFUSAL_NONE);

    /* 3, 2, 1: in b it would be 2 + 1 - 1 = 2. */
    fg_state_count_pods(&state, 1, 0, 1);
    assert_int_equal(fg_scheduler_refuses(&state, 0, 1), FG_REFUSAL_SPREAD);
    assert_int_equal(fg_scheduler_refuses(&state, 0, 2), FG_REFUSAL_NONE);

    /* Two pods leave a: 1, 2, 1, and a takes one again. */
    fg_state_count_pods(&state, 0, 0, -2);
    assert_int_equal(fg_scheduler_refuses(&state, 0, 0), FG_REFUSAL_NONE);
    fg_state_release(&state);
}

static void zone_that_nobody_lists_is_no_domain(void **unused)
{
    (void)unused;
    struct fg_spread_constraint constraint = hard_by_zone("w");
    struct fg_pod_rules rules = no_rules();
    rules.spread = (struct fg_spread_constraints){1, &constraint};
    struct fg_pod_spec spec = pod_of("w", &rules);
    struct fg_cluster_state state = {0};
    fg_state_add_class(&state, &spec);
    fg_state_seal_classes(&state);
    struct fg_state_kind a = kind_in(zone_a), b = kind_in(zone_b),
                         nowhere = {.allocatable = four_cores};
    uint32_t in_a = add_open_node(&state, &a);
    uint32_t in_b = fg_state_add_node(&state, fg_state_add_kind(&state, &b), NULL);
    uint32_t bare = add_open_node(&state, &nowhere);
    fg_state_count_pods(&state, in_a, 0, 1);
    /* 1 + 1 - 1 with a alone. */
    assert_int_equal(fg_scheduler_refuses(&state, 0, in_a), FG_REFUSAL_NONE);
    fg_state_set_listed(&state, in_b, true); /* 1 + 1 - 0 */
    assert_int_equal(fg_scheduler_refuses(&state, 0, in_a), FG_REFUSAL_SPREAD);
    assert_int_equal(fg_scheduler_refuses(&state, 0, in_b), FG_REFUSAL_NONE);
    expect_words(&state, 0, bare,
                 "node(s) didn't match pod topology spread constraints (missing required label)");
    fg_state_remove_node(&state, in_b);
    assert_int_equal(fg_scheduler_refuses(&state, 0, in_a), FG_REFUSAL_NONE);
    fg_state_release(&state);
}

/* Three zones with a pod each where four are demanded: the least counts as 0, 1 + 1 - 0 = 2 > 1.
 * With the fourth zone, a pod there too, it is 1 + 1 - 1. */
static void too_few_domains_make_the_least_zero(void **unused)
{
    (void)unused;
    struct fg_spread_constraint constraint = hard_by_zone("w");
    constraint.min_domains = 4;
    struct fg_pod_rules rules = no_rules();
    rules.spread = (struct fg_spread_constraints){1, &constraint};
    struct fg_pod_spec spec = pod_of("w", &rules);
    struct fg_cluster_state state = {0};
    fg_state_add_class(&state, &spec);
    fg_state_seal_classes(&state);
    add_three_zones(&state);
    for (uint32_t slot = 0; slot < 3; slot++)
        fg_state_count_pods(&state, slot, 0, 1);
    for (uint32_t slot = 0; slot < 3; slot++)
        assert_int_equal(fg_scheduler_refuses(&state, 0, slot), FG_REFUSAL_SPREAD);
    struct fg_pair zone_d[] = {{ZONE, "d"}};
    struct fg_state_kind kind = kind_in(zone_d);
    fg_state_count_pods(&state, add_open_node(&state, &kind), 0, 1);
    assert_int_equal(fg_scheduler_refuses(&state, 0, 0), FG_REFUSAL_NONE);
    fg_state_release(&state);
}

/* By default a node counts that the pod selects, tainted or not; with honorTaints only one that it
 * tolerates. a holds 1, b is empty and tainted. */
static void policies_say_which_nodes_are_domains(void **unused)
{
    (void)unused;
    struct fg_spread_constraint constraint[2] = {hard_by_zone("w"), hard_by_zone("w")};
    constraint[1].honors_node_taints = true;
    struct fg_pod_rules rules[2] = {no_rules(), no_rules()};
    struct fg_pod_spec specs[2];
    struct fg_cluster_state state = {0};
    for (size_t i = 0; i < 2; i++) {
        rules[i].spread = (struct fg_spread_constraints){1, &constraint[i]};
        specs[i] = pod_of("w", &rules[i]);
        fg_state_add_class(&state, &specs[i]);
    }
    fg_state_seal_classes(&state);
    struct fg_taint taint = {"team", "a", FG_EFFECT_NO_SCHEDULE};
    struct fg_state_kind a = kind_in(zone_a), b = kind_in(zone_b);
    b.taints = (struct fg_taints){1, &taint};
    fg_state_count_pods(&state, add_open_node(&state, &a), 0, 1);
    add_open_node(&state, &b);
    assert_int_equal(fg_scheduler_refuses(&state, 0, 0), FG_REFUSAL_SPREAD);
    assert_int_equal(fg_scheduler_refuses(&state, 1, 0), FG_REFUSAL_NONE);
    fg_state_release(&state);
}

/* System defaults: hostname 3, zone 5. Node 0 in a holds 2 pods, node 1 in a none, node 2 in b 1.
 * Hostname counts with ln(3 nodes + 2) = 1.6094, zone with ln(2 zones + 2) = 1.3863.
 * 0: 2 x 1.6094 + 2 + 2 x 1.3863 + 4 = 11.99 -> 12
 * 1:              2 + 2 x 1.3863 + 4 =  8.77 ->  9
 * 2: 1 x 1.6094 + 2 + 1 x 1.3863 + 4 =  8.996 -> 9
 * Normalised: 100 x (12 + 9 - 12) / 12 = 75; 100 x 12 / 12 = 100; 100. Weight 2. */
static void default_spread_scores_by_the_logarithm_of_the_domains(void **unused)
{
    (void)unused;
    struct fg_pod_rules rules = no_rules();
    rules.owner_selector = workload("w");
    struct fg_pod_spec spec = pod_of("w", &rules);
    struct fg_cluster_state state = {0};
    fg_state_add_class(&state, &spec);
    fg_state_seal_classes(&state);
    struct fg_state_kind a = kind_in(zone_a), b = kind_in(zone_b);
    add_open_node(&state, &a);
    add_open_node(&state, &a);
    add_open_node(&state, &b);
    fg_state_count_pods(&state, 0, 0, 2);
    fg_state_count_pods(&state, 2, 0, 1);
    expect_totals(&state, 0, (int32_t[]){USUAL + 150, USUAL + 200, USUAL + 200}, 3);
    struct fg_choice choice;
    assert_true(fg_scheduler_choose(&state, 0, &choice));
    assert_int_equal(choice.slot, 1); /* of two that tie the lower number */
    assert_int_equal(choice.tied_count, 2);
    fg_state_release(&state);
}

static void default_spread_can_be_switched_off(void **unused)
{
    (void)unused;
    struct fg_scheduler_settings settings = {.default_spread = false};
    struct fg_pod_rules rules = no_rules();
    rules.owner_selector = workload("w");
    struct fg_pod_spec spec = pod_of("w", &rules);
    struct fg_cluster_state state = {.settings = &settings};
    fg_state_add_class(&state, &spec);
    fg_state_seal_classes(&state);
    assert_true(state.classes[0].is_plain);
    fg_state_release(&state);
}

/* A constraint of its own passes nodes without the label by: they get 0. Two nodes are scored, in
 * two zones, ln 4 = 1.3863: 1.3863 -> 1 with a pod, 0 without. Normalised 100 x (1 + 0 - 1) / 1 =
 * 0 and 100. */
static void soft_spread_scores_nodes_without_the_key_zero(void **unused)
{
    (void)unused;
    struct fg_spread_constraint constraint = hard_by_zone("w");
    constraint.hard = false;
    struct fg_pod_rules rules = no_rules();
    rules.spread = (struct fg_spread_constraints){1, &constraint};
    struct fg_pod_spec spec = pod_of("w", &rules);
    struct fg_cluster_state state = {0};
    fg_state_add_class(&state, &spec);
    fg_state_seal_classes(&state);
    struct fg_state_kind a = kind_in(zone_a), b = kind_in(zone_b),
                         bare = {.allocatable = four_cores};
    fg_state_count_pods(&state, add_open_node(&state, &a), 0, 1);
    add_open_node(&state, &b);
    add_open_node(&state, &bare);
    expect_totals(&state, 0, (int32_t[]){USUAL, USUAL + 200, USUAL}, 3);
    fg_state_release(&state);
}

static void pods_being_deleted_do_not_count_for_spread(void **unused)
{
    (void)unused;
    struct fg_spread_constraint constraint = hard_by_zone("w");
    struct fg_pod_rules rules = no_rules();
    rules.spread = (struct fg_spread_constraints){1, &constraint};
    struct fg_pod_spec spec = pod_of("w", &rules);
    struct fg_cluster_state state = {0};
    fg_state_add_class(&state, &spec);
    uint32_t leaving = fg_state_add_class(&state, &spec);
    state.classes[leaving].is_terminating = true;
    fg_state_seal_classes(&state);
    add_three_zones(&state);
    fg_state_count_pods(&state, 0, leaving, 2);
    assert_int_equal(fg_scheduler_refuses(&state, 0, 0), FG_REFUSAL_NONE);
    fg_state_count_pods(&state, 0, 0, 1);
    assert_int_equal(fg_scheduler_refuses(&state, 0, 0), FG_REFUSAL_SPREAD);
    fg_state_release(&state);
}

/* ---- inter-pod affinity ---- */

static struct fg_pod_term near(const char *name, const char *key, int32_t weight)
{
    return (struct fg_pod_term){.selector = workload(name), .topology_key = key, .weight = weight};
}

static void anti_affinity_holds_both_ways(void **unused)
{
    (void)unused;
    struct fg_pod_term term = near("quiet", HOSTNAME, 0);
    struct fg_pod_rules rules = no_rules();
    rules.required_anti_affinity = (struct fg_pod_terms){1, &term};
    struct fg_pod_spec loud = pod_of("loud", &rules), quiet = pod_of("quiet", NULL);
    struct fg_cluster_state state = {0};
    fg_state_add_class(&state, &loud);
    fg_state_add_class(&state, &quiet);
    fg_state_seal_classes(&state);
    assert_false(state.classes[1].is_plain);
    add_three_zones(&state);
    fg_state_count_pods(&state, 0, 0, 1);
    fg_state_count_pods(&state, 1, 1, 1);
    expect_words(&state, 0, 1, "node(s) didn't match pod anti-affinity rules");
    expect_words(&state, 1, 0, "node(s) didn't satisfy existing pods anti-affinity rules");
    expect_words(&state, 0, 0, "");
    expect_words(&state, 1, 1, "");
    fg_state_release(&state);
}

static void first_of_a_group_may_go_anywhere_and_the_rest_follow(void **unused)
{
    (void)unused;
    struct fg_pod_term term = near("w", ZONE, 0);
    struct fg_pod_rules rules = no_rules();
    rules.required_affinity = (struct fg_pod_terms){1, &term};
    struct fg_pod_spec spec = pod_of("w", &rules), guest = pod_of("guest", &rules);
    struct fg_cluster_state state = {0};
    fg_state_add_class(&state, &spec);
    fg_state_add_class(&state, &guest);
    fg_state_seal_classes(&state);
    add_three_zones(&state);
    struct fg_state_kind bare = {.allocatable = four_cores};
    uint32_t nowhere = add_open_node(&state, &bare);
    assert_int_equal(fg_scheduler_refuses(&state, 0, 2), FG_REFUSAL_NONE);
    expect_words(&state, 0, nowhere, "node(s) didn't match pod affinity rules");
    /* One that is not of the group it wants to be with cannot open it. */
    assert_int_equal(fg_scheduler_refuses(&state, 1, 2), FG_REFUSAL_AFFINITY);
    fg_state_count_pods(&state, 2, 0, 1);
    assert_int_equal(fg_scheduler_refuses(&state, 0, 0), FG_REFUSAL_AFFINITY);
    assert_int_equal(fg_scheduler_refuses(&state, 0, 2), FG_REFUSAL_NONE);
    assert_int_equal(fg_scheduler_refuses(&state, 1, 2), FG_REFUSAL_NONE);
    fg_state_release(&state);
}

static void terms_reach_the_namespaces_they_name(void **unused)
{
    (void)unused;
    struct fg_pod_term terms[3] = {near("w", HOSTNAME, 0), near("w", HOSTNAME, 0),
                                   near("w", HOSTNAME, 0)};
    const char *there[] = {"other"};
    terms[1].namespace_count = 1, terms[1].namespaces = there;
    terms[2].all_namespaces = true;
    struct fg_pod_rules rules[3] = {no_rules(), no_rules(), no_rules()};
    struct fg_pod_spec specs[3], target = pod_of("w", NULL);
    target.namespace_name = "other";
    struct fg_cluster_state state = {0};
    for (size_t i = 0; i < 3; i++) {
        rules[i].required_anti_affinity = (struct fg_pod_terms){1, &terms[i]};
        specs[i] = pod_of("v", &rules[i]);
        fg_state_add_class(&state, &specs[i]);
    }
    uint32_t other = fg_state_add_class(&state, &target);
    fg_state_seal_classes(&state);
    add_three_zones(&state);
    fg_state_count_pods(&state, 0, other, 1);
    assert_int_equal(fg_scheduler_refuses(&state, 0, 0), FG_REFUSAL_NONE);
    assert_int_equal(fg_scheduler_refuses(&state, 1, 0), FG_REFUSAL_ANTI_AFFINITY);
    assert_int_equal(fg_scheduler_refuses(&state, 2, 0), FG_REFUSAL_ANTI_AFFINITY);
    fg_state_release(&state);
}

/* Preferences of 29 for a's node and 100 for b's: raw 29, 100, 0. The real plugin divides in
 * doubles, 100 x (29 / 100) = 28.999..., cut off 28; 100; 0. Weight 2. */
static void preferred_affinity_is_normalised_as_the_plugin_does(void **unused)
{
    (void)unused;
    struct fg_pod_term terms[] = {near("a", HOSTNAME, 29), near("b", HOSTNAME, 100)};
    struct fg_pod_rules rules = no_rules();
    rules.preferred_affinity = (struct fg_pod_terms){2, terms};
    struct fg_pod_spec specs[] = {pod_of("w", &rules), pod_of("a", NULL), pod_of("b", NULL)};
    struct fg_cluster_state state = {0};
    for (size_t i = 0; i < 3; i++)
        fg_state_add_class(&state, &specs[i]);
    fg_state_seal_classes(&state);
    add_three_zones(&state);
    fg_state_count_pods(&state, 0, 1, 1);
    fg_state_count_pods(&state, 1, 2, 1);
    expect_totals(&state, 0, (int32_t[]){USUAL + 56, USUAL + 200, USUAL}, 3);
    fg_state_release(&state);
}

/* Pods on nodes have wishes too. Node 0 holds one that would rather not be with w (-10), node 1 one
 * that must be near w (1), node 2 two that like w (2 x 5). Raw -10, 1, 10: 100 x (11 / 20) = 55. */
static void wishes_of_pods_on_nodes_count_too(void **unused)
{
    (void)unused;
    struct fg_pod_term terms[] = {near("w", HOSTNAME, 10), near("w", HOSTNAME, 0),
                                  near("w", HOSTNAME, 5)};
    struct fg_pod_rules rules[3] = {no_rules(), no_rules(), no_rules()};
    rules[0].preferred_anti_affinity = (struct fg_pod_terms){1, &terms[0]};
    rules[1].required_affinity = (struct fg_pod_terms){1, &terms[1]};
    rules[2].preferred_affinity = (struct fg_pod_terms){1, &terms[2]};
    struct fg_pod_spec specs[] = {pod_of("x", &rules[0]), pod_of("y", &rules[1]),
                                  pod_of("z", &rules[2]), pod_of("w", NULL)};
    struct fg_cluster_state state = {0};
    for (size_t i = 0; i < 4; i++)
        fg_state_add_class(&state, &specs[i]);
    fg_state_seal_classes(&state);
    add_three_zones(&state);
    fg_state_count_pods(&state, 0, 0, 1);
    fg_state_count_pods(&state, 1, 1, 1);
    fg_state_count_pods(&state, 2, 2, 2);
    expect_totals(&state, 3, (int32_t[]){USUAL, USUAL + 110, USUAL + 200}, 3);
    fg_state_release(&state);
}

/* ---- preferences for nodes ---- */

/* Terms of 10 for zone b and 40 for zone c: 0, 100 x 10 / 40 = 25, 100; weight 2. */
static void preferred_nodes_score_against_the_best(void **unused)
{
    (void)unused;
    struct fg_requirement in_b = {.key = ZONE,
                                  .operator_ = FG_OPERATOR_IN,
                                  .value_count = 1,
                                  .values = (const char *[]){"b"}};
    struct fg_requirement in_c = in_b;
    in_c.values = (const char *[]){"c"};
    struct fg_node_term terms[] = {{.expressions = {1, &in_b}, .weight = 10},
                                   {.expressions = {1, &in_c}, .weight = 40}};
    struct fg_pod_rules rules = no_rules();
    rules.preferred_nodes = (struct fg_node_terms){2, terms};
    struct fg_pod_spec spec = pod_of("w", &rules);
    struct fg_cluster_state state = {0};
    fg_state_add_class(&state, &spec);
    fg_state_seal_classes(&state);
    assert_false(state.classes[0].is_plain);
    add_three_zones(&state);
    expect_totals(&state, 0, (int32_t[]){USUAL, USUAL + 50, USUAL + 200}, 3);
    fg_state_release(&state);
}

/* 0, 1 and 2 taints not tolerated: 100 - 100 x n / 2 = 100, 50, 0; weight 3. LeastAllocated 100. */
static void prefer_no_schedule_counts_taints(void **unused)
{
    (void)unused;
    struct fg_taint taints[] = {{"x", "1", FG_EFFECT_PREFER_NO_SCHEDULE},
                                {"y", "1", FG_EFFECT_PREFER_NO_SCHEDULE},
                                {"z", "1", FG_EFFECT_PREFER_NO_SCHEDULE}};
    struct fg_toleration toleration = {.key = "z", .value = "1", .effect = FG_EFFECT_ANY};
    struct fg_pod_spec spec = pod_of("w", NULL);
    spec.tolerations = (struct fg_tolerations){1, &toleration};
    struct fg_cluster_state state = {0};
    fg_state_add_class(&state, &spec);
    fg_state_seal_classes(&state);
    struct fg_state_kind none = kind_in(zone_a), one = none, two = none;
    one.taints = (struct fg_taints){2, &taints[1]}; /* y, and z which is tolerated */
    two.taints = (struct fg_taints){3, taints};
    add_open_node(&state, &none);
    add_open_node(&state, &one);
    add_open_node(&state, &two);
    expect_totals(&state, 0, (int32_t[]){300 + 100, 150 + 100, 100}, 3);
    fg_state_release(&state);
}

/* Two containers, so 23 MiB .. 2000 MiB; one image of 800 MiB is on 2 of 3 nodes: 800 x 2 / 3 =
 * 533.33 MiB; 100 x (533.33 - 23) / (2000 - 23) = 25.8, cut off 25. */
static void images_that_are_there_score_by_size_and_spread(void **unused)
{
    (void)unused;
    const char *names[] = {"shop:1", "proxy:1"}, *here[] = {"shop:1"};
    struct fg_kube_image image = {.name_count = 1, .names = here, .bytes = 800 * MIB};
    struct fg_kube_node node = {.image_count = 1, .images = &image};
    struct fg_pod_rules rules = no_rules();
    rules.image_count = 2, rules.images = names;
    struct fg_pod_spec spec = pod_of("w", &rules);
    struct fg_cluster_state state = {0};
    fg_state_add_class(&state, &spec);
    fg_state_seal_classes(&state);
    struct fg_state_kind with = kind_in(zone_a), without = kind_in(zone_a);
    with.images_of = &node;
    add_open_node(&state, &with);
    add_open_node(&state, &without);
    add_open_node(&state, &with);
    expect_totals(&state, 0, (int32_t[]){USUAL + 25, USUAL, USUAL + 25}, 3);
    fg_state_release(&state);
}

/* ---- the search ---- */

static void zones_take_turns(void **unused)
{
    (void)unused;
    struct fg_pod_spec spec = pod_of("w", NULL);
    struct fg_cluster_state state = {0};
    fg_state_add_class(&state, &spec);
    fg_state_seal_classes(&state);
    struct fg_state_kind kinds[] = {kind_in(zone_a), kind_in(zone_b)};
    static const int zone_of[] = {0, 0, 0, 1, 1};
    for (size_t i = 0; i < 5; i++)
        add_open_node(&state, &kinds[zone_of[i]]);
    const uint32_t *order = fg_state_order(&state);
    static const uint32_t expected[] = {0, 3, 1, 4, 2};
    assert_int_equal(state.order_count, 5);
    assert_memory_equal(order, expected, sizeof expected);
    fg_state_set_open(&state, 3, false);
    static const uint32_t without[] = {0, 4, 1, 2};
    assert_memory_equal(fg_state_order(&state), without, sizeof without);
    fg_state_release(&state);
}

/* Of 200 nodes 100 are enough (rules S2). The first search takes nodes 0 .. 99, the next begins at
 * 100; with every second node full it runs 200 nodes to find 100. */
static void search_stops_when_it_has_enough_and_goes_on_from_there(void **unused)
{
    (void)unused;
    struct fg_pod_spec spec = pod_of("w", NULL), big = pod_of("b", NULL);
    big.cpu_milli = 4000, spec.cpu_milli = 1;
    struct fg_cluster_state state = {0};
    fg_state_add_class(&state, &spec);
    fg_state_add_class(&state, &big);
    fg_state_seal_classes(&state);
    struct fg_state_kind kind = kind_in(zone_a);
    for (uint32_t i = 0; i < 200; i++)
        add_open_node(&state, &kind);
    struct fg_choice choice;
    assert_true(fg_scheduler_choose(&state, 0, &choice));
    assert_int_equal(choice.candidate_count, 100);
    assert_int_equal(choice.slot, 0);
    assert_int_equal(choice.tied_count, 100);
    assert_true(fg_scheduler_choose(&state, 0, &choice));
    assert_int_equal(choice.slot, 100);
    assert_int_equal(state.search_start, 0);
    for (uint32_t i = 0; i < 200; i += 2)
        fg_state_count_pods(&state, i, 1, 1);
    assert_true(fg_scheduler_choose(&state, 0, &choice));
    assert_int_equal(choice.candidate_count, 100);
    assert_int_equal(choice.candidates[99].slot, 199);
    fg_state_release(&state);

    struct fg_scheduler_settings all = {.score_all_nodes = true};
    state = (struct fg_cluster_state){.settings = &all};
    fg_state_add_class(&state, &spec);
    fg_state_seal_classes(&state);
    for (uint32_t i = 0; i < 200; i++)
        add_open_node(&state, &kind);
    assert_true(fg_scheduler_choose(&state, 0, &choice));
    assert_int_equal(choice.candidate_count, 200);
    fg_state_release(&state);
}

static void no_node_fits_and_no_node_is_there(void **unused)
{
    (void)unused;
    struct fg_pod_spec spec = pod_of("w", NULL);
    spec.cpu_milli = 4001;
    struct fg_cluster_state state = {0};
    fg_state_add_class(&state, &spec);
    fg_state_seal_classes(&state);
    struct fg_choice choice;
    assert_false(fg_scheduler_choose(&state, 0, &choice));
    add_three_zones(&state);
    assert_false(fg_scheduler_choose(&state, 0, &choice));
    assert_int_equal(choice.slot, FG_NO_SLOT);
    assert_int_equal(choice.candidate_count, 0);
    fg_state_release(&state);
}

/* A node moves from zone a to b with its 2 pods: a has none left, b the 2. */
static void pods_of_a_node_that_changes_count_in_its_new_domain(void **unused)
{
    (void)unused;
    struct fg_spread_constraint constraint = hard_by_zone("w");
    struct fg_pod_rules rules = no_rules();
    rules.spread = (struct fg_spread_constraints){1, &constraint};
    struct fg_pod_spec spec = pod_of("w", &rules);
    struct fg_cluster_state state = {0};
    fg_state_add_class(&state, &spec);
    fg_state_seal_classes(&state);
    add_three_zones(&state);
    struct fg_state_kind kind = kind_in(zone_a);
    uint32_t slot = add_open_node(&state, &kind);
    fg_state_count_pods(&state, slot, 0, 2);
    assert_int_equal(fg_scheduler_refuses(&state, 0, 0), FG_REFUSAL_SPREAD);
    assert_int_equal(fg_scheduler_refuses(&state, 0, 1), FG_REFUSAL_NONE);
    fg_state_set_kind(&state, slot, state.kind_of[1]);
    assert_int_equal(fg_scheduler_refuses(&state, 0, 0), FG_REFUSAL_NONE);
    assert_int_equal(fg_scheduler_refuses(&state, 0, 1), FG_REFUSAL_SPREAD);
    fg_state_release(&state);
}

/* A node that came where another left starts with clean counts. */
static void slot_that_is_used_again_is_a_domain_of_its_own(void **unused)
{
    (void)unused;
    struct fg_pod_term term = near("w", HOSTNAME, 0);
    struct fg_pod_rules rules = no_rules();
    rules.required_anti_affinity = (struct fg_pod_terms){1, &term};
    struct fg_pod_spec spec = pod_of("w", &rules);
    struct fg_cluster_state state = {0};
    fg_state_add_class(&state, &spec);
    fg_state_seal_classes(&state);
    add_three_zones(&state);
    struct fg_choice choice;
    fg_state_count_pods(&state, 1, 0, 1);
    assert_int_equal(fg_scheduler_refuses(&state, 0, 1), FG_REFUSAL_ANTI_AFFINITY);
    fg_state_count_pods(&state, 1, 0, -1);
    fg_state_remove_node(&state, 1);
    assert_true(fg_scheduler_choose(&state, 0, &choice));
    assert_int_equal(choice.candidate_count, 2);
    assert_int_equal(fg_state_add_node(&state, 1, NULL), 1);
    fg_state_set_open(&state, 1, true);
    assert_true(fg_scheduler_choose(&state, 0, &choice));
    assert_int_equal(choice.candidate_count, 3);
    fg_state_release(&state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(total_is_the_weighted_sum_of_the_plugins),
        cmocka_unit_test(ratio_scores_by_its_shape_and_weights),
        cmocka_unit_test(extended_resources_and_volumes_are_filters),
        cmocka_unit_test(each_filter_has_its_words),
        cmocka_unit_test(toleration_of_the_cordon_lets_a_pod_on_a_cordoned_node),
        cmocka_unit_test(host_ports_clash_by_protocol_and_address),
        cmocka_unit_test(hard_spread_keeps_the_skew),
        cmocka_unit_test(zone_that_nobody_lists_is_no_domain),
        cmocka_unit_test(too_few_domains_make_the_least_zero),
        cmocka_unit_test(policies_say_which_nodes_are_domains),
        cmocka_unit_test(default_spread_scores_by_the_logarithm_of_the_domains),
        cmocka_unit_test(default_spread_can_be_switched_off),
        cmocka_unit_test(soft_spread_scores_nodes_without_the_key_zero),
        cmocka_unit_test(pods_being_deleted_do_not_count_for_spread),
        cmocka_unit_test(anti_affinity_holds_both_ways),
        cmocka_unit_test(first_of_a_group_may_go_anywhere_and_the_rest_follow),
        cmocka_unit_test(terms_reach_the_namespaces_they_name),
        cmocka_unit_test(preferred_affinity_is_normalised_as_the_plugin_does),
        cmocka_unit_test(wishes_of_pods_on_nodes_count_too),
        cmocka_unit_test(preferred_nodes_score_against_the_best),
        cmocka_unit_test(prefer_no_schedule_counts_taints),
        cmocka_unit_test(images_that_are_there_score_by_size_and_spread),
        cmocka_unit_test(zones_take_turns),
        cmocka_unit_test(search_stops_when_it_has_enough_and_goes_on_from_there),
        cmocka_unit_test(no_node_fits_and_no_node_is_there),
        cmocka_unit_test(pods_of_a_node_that_changes_count_in_its_new_domain),
        cmocka_unit_test(slot_that_is_used_again_is_a_domain_of_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
