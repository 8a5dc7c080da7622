/* What Karpenter removes and what for, with every price written out. Prices are dollars an hour;
 * the market has these types in two zones, at the same price in both unless a test says so. */
#include "sim/controllers/karpenter_consolidation.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/karpenter_scene.h"

#define NOW 1000000
#define MILLI ((fg_nanodollars)1000000) /* of a dollar */

enum {
    NODES = 8,
    POOLS = 2,
    /* Classes of pods, by what they ask for. */
    SMALL = 0, /* 500m */
    LARGE = 1, /* 1500m */
    HUGE = 2,  /* 3500m */
    GIANT = 3, /* 7500m */
    CLASSES
};

/* ---- the market ---- */

/* price of on-demand and of Spot in thousandths of a dollar (0 = none) */
static const struct {
    const char *name, *family;
    uint32_t vcpu;
    fg_nanodollars on_demand, spot;
} rows[] = {
    {"m5.large", "m5", 2, 96, 40},     {"m5.xlarge", "m5", 4, 192, 80},
    {"m5.2xlarge", "m5", 8, 384, 160}, {"m5.4xlarge", "m5", 16, 768, 0},
    {"m6a.large", "m6a", 2, 86, 0},    {"m6a.xlarge", "m6a", 4, 173, 0},
};
enum { TYPES = sizeof rows / sizeof *rows };
static struct fg_instance_type types[TYPES];
static struct fg_catalog catalog;
static fg_nanodollars surcharge_b; /* of Spot in the second zone, thousandths */

static int by_name(const void *left, const void *right)
{
    return strcmp(((const struct fg_instance_type *)left)->name,
                  ((const struct fg_instance_type *)right)->name);
}

static int fill_catalog(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < TYPES; i++)
        types[i] = fg_scene_type(rows[i].name, rows[i].family, rows[i].vcpu);
    qsort(types, TYPES, sizeof *types, by_name);
    catalog.type_count = TYPES;
    catalog.types = types;
    return 0;
}

static fg_nanodollars price(const void *context, const struct fg_instance_type *type,
                            const char *zone, enum fg_capacity_type capacity)
{
    (void)context;
    for (uint32_t i = 0; i < TYPES; i++) {
        if (strcmp(rows[i].name, type->name) != 0)
            continue;
        if (capacity == FG_CAPACITY_ON_DEMAND)
            return rows[i].on_demand * MILLI;
        bool second = strcmp(zone, "us-east-1b") == 0;
        return rows[i].spot == 0 ? -1 : (rows[i].spot + (second ? surcharge_b : 0)) * MILLI;
    }
    return -1;
}

/* ---- the cluster ---- */

struct scene {
    struct fg_cluster_state state;
    struct fg_pod_spec specs[CLASSES];
    struct fg_disruption_class classes[CLASSES];
    struct fg_karpenter_node nodes[NODES];
    struct fg_disruption_node facts[NODES];
    struct fg_disruption_budget budgets[POOLS];
    struct fg_requirement requirements[POOLS][2];
    struct fg_node_pool pools[POOLS];
    struct fg_node_class class;
    struct fg_karpenter_settings settings;
    struct fg_karpenter *karpenter;
    struct fg_disruption *disruption;
    struct fg_disruption_world world;
    struct fg_disruption_command command;
};

static const char *const all_types[] = {"m5.large",   "m5.xlarge", "m5.2xlarge",
                                        "m5.4xlarge", "m6a.large", "m6a.xlarge"};
static const char *const on_demand[] = {"on-demand"}, *const spot[] = {"spot"},
                         *const both[] = {"spot", "on-demand"};

static void offer(struct scene *scene, uint32_t pool, uint32_t type_count,
                  const char *const *capacities, uint32_t capacity_count)
{
    scene->requirements[pool][0] =
        fg_scene_in("node.kubernetes.io/instance-type", all_types, type_count);
    scene->requirements[pool][1] =
        fg_scene_in("karpenter.sh/capacity-type", capacities, capacity_count);
}

/* Two pools of m5 types, on demand, that all nodes of may go. */
static void set_up(struct scene *scene)
{
    static const int64_t cpu_milli[CLASSES] = {500, 1500, 3500, 7500};
    static const char *const names[POOLS] = {"general", "batch"};
    memset(scene, 0, sizeof *scene);
    surcharge_b = 0;
    for (uint32_t i = 0; i < CLASSES; i++) {
        scene->specs[i] = (struct fg_pod_spec){.namespace_name = "shop",
                                               .kind = FG_KIND_REPLICASET,
                                               .arch = FG_ARCH_AMD64,
                                               .cpu_milli = cpu_milli[i],
                                               .cpu_named = true,
                                               .memory_bytes = 64 << 20};
        scene->classes[i] = fg_scene_class(&scene->state, &scene->specs[i]);
    }
    fg_state_seal_classes(&scene->state);
    scene->class = (struct fg_node_class){.name = "default",
                                          .ami_family = "AL2023",
                                          .kube_reserved_cpu_milli = -1,
                                          .kube_reserved_memory_bytes = -1,
                                          .eviction_hard_memory_bytes = 100 << 20};
    for (uint32_t p = 0; p < POOLS; p++) {
        offer(scene, p, 4, on_demand, 1);
        scene->budgets[p] =
            (struct fg_disruption_budget){.nodes = 100, .percent = true, .reasons = 7};
        scene->pools[p] = (struct fg_node_pool){.name = names[p],
                                                .weight = p == 0 ? 10 : 0,
                                                .requirements = {2, scene->requirements[p]},
                                                .limit_cpu_milli = INT64_MAX,
                                                .limit_memory_bytes = INT64_MAX,
                                                .limit_gpu_milli = INT64_MAX,
                                                .limit_nodes = INT64_MAX,
                                                .expire_after_s = FG_DURATION_NEVER,
                                                .termination_grace_period_s = FG_DURATION_NEVER,
                                                .budget_count = 1,
                                                .budgets = &scene->budgets[p]};
    }
    scene->settings = (struct fg_karpenter_settings){.batch_idle_duration_s = 1,
                                                     .batch_max_duration_s = 10,
                                                     .vm_memory_overhead_millionths = 75000};
    scene->world = (struct fg_disruption_world){.state = &scene->state,
                                                .nodes = scene->nodes,
                                                .facts = scene->facts,
                                                .classes = scene->classes,
                                                .pools = scene->pools,
                                                .pool_count = POOLS,
                                                .settings = &scene->settings,
                                                .now = NOW};
}

static void tear_down(struct scene *scene)
{
    fg_karpenter_command_release(&scene->command);
    fg_karpenter_disruption_free(scene->disruption);
    fg_karpenter_free(scene->karpenter);
    for (uint32_t i = 0; i < scene->state.kind_count; i++)
        free(scene->state.kinds[i].labels.items);
    fg_state_release(&scene->state);
}

static const struct fg_instance_type *type_named(const char *name)
{
    const struct fg_instance_type *type = types;
    while (strcmp(type->name, name) != 0)
        type++;
    return type;
}

/* A node of a pool with so many pods of a class; its name is "n0", "n1" ... */
static uint32_t add_node(struct scene *scene, uint32_t pool, const char *type_name,
                         const char *capacity_type, uint32_t class_number, uint32_t pods)
{
    static const char *const names[NODES] = {"n0", "n1", "n2", "n3", "n4", "n5", "n6", "n7"};
    struct fg_pair *labels = calloc(7, sizeof *labels);
    struct fg_pair filled[] = {
        {"karpenter.sh/capacity-type", capacity_type},
        {"karpenter.sh/nodepool", scene->pools[pool].name},
        {"kubernetes.io/arch", "amd64"},
        {"kubernetes.io/os", "linux"},
        {"node.kubernetes.io/instance-type", type_name},
        {"topology.kubernetes.io/zone", "us-east-1a"},
    };
    memcpy(labels, filled, sizeof filled);
    struct fg_state_kind kind = {.labels = {6, labels}, .arch = FG_ARCH_AMD64};
    struct fg_node_capacity capacity;
    fg_karpenter_type_capacity(type_named(type_name), &scene->class, &scene->settings, false,
                               &capacity, &kind.allocatable);
    uint32_t number = fg_state_add_kind(&scene->state, &kind);
    uint32_t slot = fg_state_add_node(&scene->state, number, names[scene->state.slot_count]);
    fg_state_set_open(&scene->state, slot, true);
    if (pods > 0)
        fg_state_count_pods(&scene->state, slot, class_number, pods);
    bool is_spot = strcmp(capacity_type, "spot") == 0;
    scene->nodes[slot] = (struct fg_karpenter_node){
        .pool = pool, .is_managed = true, .is_initialized = true, .has_daemons = true};
    scene->facts[slot] = fg_scene_node(type_name,
                                       price(NULL, type_named(type_name), "us-east-1a",
                                             is_spot ? FG_CAPACITY_SPOT : FG_CAPACITY_ON_DEMAND),
                                       NOW);
    scene->facts[slot].capacity_type = capacity_type;
    return slot;
}

static void start(struct scene *scene)
{
    static const struct fg_karpenter_market market = {price, NULL};
    struct fg_karpenter_source source =
        fg_scene_source(&catalog, scene->pools, POOLS, &scene->class, &scene->settings, &market);
    scene->karpenter = fg_karpenter_new(&source);
    scene->disruption = fg_karpenter_disruption_new(scene->karpenter);
}

/* "multi: n0 n1 -> m5.large m5.xlarge", types as in the claim; "nothing". */
static void print(const struct scene *scene, char *out)
{
    const struct fg_disruption_command *command = &scene->command;
    strcpy(out, fg_karpenter_method_name(command->method));
    strcat(out, ":");
    for (uint32_t i = 0; i < command->node_count; i++)
        strcat(strcat(out, " "), scene->state.name_of[command->nodes[i].slot]);
    for (uint32_t c = 0; c < command->solution.claim_count; c++) {
        const struct fg_karpenter_claim *claim = &command->solution.claims[c];
        const struct fg_karpenter_types *known =
            fg_karpenter_pool_types(scene->karpenter, claim->pool);
        strcat(out, " ->");
        for (uint32_t t = 0; t < claim->type_count; t++)
            strcat(strcat(out, " "), known->types[claim->types[t]]->name);
    }
}

static void decides(struct scene *scene, const char *expected)
{
    char found[512] = "nothing";
    if (scene->karpenter == NULL)
        start(scene);
    if (fg_karpenter_disruption_decide(scene->disruption, &scene->world, &scene->command))
        print(scene, found);
    assert_string_equal(found, expected);
}

/* ---- empty ---- */

static void empty_nodes_go_together_before_anything_else(void **state)
{
    (void)state;
    struct scene scene;
    set_up(&scene);
    add_node(&scene, 0, "m5.large", "on-demand", SMALL, 0);
    add_node(&scene, 0, "m5.xlarge", "on-demand", SMALL, 0);
    add_node(&scene, 0, "m5.xlarge", "on-demand", SMALL, 1);
    add_node(&scene, 1, "m5.large", "on-demand", SMALL, 0);
    /* by price over cost 1: 0.192, then 0.096 twice */
    decides(&scene, "empty: n1 n0 n3");
    /* 0.192 + 0.096 + 0.096 = 0.384 an hour less */
    assert_int_equal(fg_karpenter_command_savings(scene.karpenter, &scene.command), 384 * MILLI);
    tear_down(&scene);
}

static void empty_nodes_beyond_the_budget_stay(void **state)
{
    (void)state;
    struct scene scene;
    set_up(&scene);
    for (int i = 0; i < 5; i++)
        add_node(&scene, 0, i == 3 ? "m5.xlarge" : "m5.large", "on-demand", SMALL, 0);
    scene.budgets[0].nodes = 30; /* 30 % of 5 nodes = 1.5, so 2 */
    decides(&scene, "empty: n3 n0");
    scene.facts[4].is_ready = false; /* uses up one of the two */
    decides(&scene, "empty: n3");
    scene.budgets[0].nodes = 0;
    decides(&scene, "nothing");
    tear_down(&scene);
}

/* ---- single ---- */

static void one_node_whose_pods_fit_elsewhere_is_deleted(void **state)
{
    (void)state;
    struct scene scene;
    set_up(&scene);
    /* allocatable 3920m and 1930m: n0 1500m of it, n1 500m; n1 fits on n0. */
    add_node(&scene, 0, "m5.xlarge", "on-demand", SMALL, 3);
    add_node(&scene, 0, "m5.large", "on-demand", SMALL, 1);
    scene.facts[0].is_protected = true;
    decides(&scene, "single: n1");
    assert_int_equal(fg_karpenter_command_savings(scene.karpenter, &scene.command), 96 * MILLI);
    tear_down(&scene);
}

static void one_node_is_replaced_only_by_types_that_cost_strictly_less(void **state)
{
    (void)state;
    struct scene scene;
    set_up(&scene);
    /* 3 x 500m fit on 1930m: 0.096 < 0.384, 0.192 < 0.384, 0.384 is not below itself. */
    add_node(&scene, 0, "m5.2xlarge", "on-demand", SMALL, 3);
    decides(&scene, "single: n0 -> m5.large m5.xlarge");
    assert_true(scene.command.solution.claims[0].launch.is_possible);
    assert_int_equal(scene.command.solution.claims[0].launch.price, 96 * MILLI);
    /* 0.384 - 0.096 = 0.288 */
    assert_int_equal(fg_karpenter_command_savings(scene.karpenter, &scene.command), 288 * MILLI);
    tear_down(&scene);
    set_up(&scene);
    add_node(&scene, 0, "m5.large", "on-demand", SMALL, 3); /* nothing is below 0.096 */
    decides(&scene, "nothing");
    tear_down(&scene);
    set_up(&scene); /* 3500m need 3920m, which costs the same 0.192 */
    add_node(&scene, 0, "m5.xlarge", "on-demand", HUGE, 1);
    decides(&scene, "nothing");
    tear_down(&scene);
}

static void one_node_is_never_replaced_by_two(void **state)
{
    (void)state;
    struct scene scene;
    set_up(&scene);
    /* 4 x 1500m = 6000m on 7910m. Two m5.xlarge (2 x 1500m each) would be 0.384, but at most one
     * new node is made, and one that holds all four costs 0.384. */
    add_node(&scene, 0, "m5.2xlarge", "on-demand", LARGE, 4);
    decides(&scene, "nothing");
    tear_down(&scene);
}

static void single_nodes_are_looked_at_pool_by_pool_in_turn(void **state)
{
    (void)state;
    struct scene scene;
    struct fg_disruption_candidates candidates = {0};
    char found[512];
    set_up(&scene);
    /* Price over cost: n0 0.384 / 2, n1 0.384 / 3, n2 0.384 / 4; in turn n0, n2 (the other pool),
     * n1. n0's 7500m fit nowhere; n2's 3 x 1500m fit on n1, 7910m - 3000m; n1, which could be
     * replaced by a m5.xlarge, is not reached. */
    add_node(&scene, 0, "m5.2xlarge", "on-demand", GIANT, 1);
    add_node(&scene, 0, "m5.2xlarge", "on-demand", LARGE, 2);
    add_node(&scene, 1, "m5.2xlarge", "on-demand", LARGE, 3);
    start(&scene);
    fg_karpenter_find_candidates(&scene.world, FG_METHOD_SINGLE, &candidates);
    assert_int_equal(fg_karpenter_find_command(scene.disruption, &scene.world, FG_METHOD_SINGLE,
                                               &candidates, &scene.command),
                     FG_FOUND_COMMAND);
    print(&scene, found);
    assert_string_equal(found, "single: n2");
    free(candidates.items);
    tear_down(&scene);
}

static void single_node_held_back_by_its_budget_is_passed_over(void **state)
{
    (void)state;
    struct scene scene;
    set_up(&scene);
    add_node(&scene, 0, "m5.2xlarge", "on-demand", LARGE, 2);
    add_node(&scene, 1, "m5.2xlarge", "on-demand", LARGE, 3);
    scene.budgets[0].nodes = 0;
    decides(&scene, "single: n1");
    scene.budgets[1].nodes = 0;
    decides(&scene, "nothing");
    tear_down(&scene);
}

/* ---- multi ---- */

static void several_nodes_go_for_one_that_is_cheaper(void **state)
{
    (void)state;
    struct scene scene;
    set_up(&scene);
    offer(&scene, 0, 6, on_demand, 1);
    /* Three of 0.192 = 0.576 with 1500m each, 4500m in all: one node of 8 vCPU at 0.384. n0 alone
     * would do with 0.086, but several come first. */
    for (int i = 0; i < 3; i++)
        add_node(&scene, 0, "m5.xlarge", "on-demand", LARGE, 1);
    /* all three need 4500m: m5.2xlarge 0.384 < 0.576; 0.768 is not */
    decides(&scene, "multi: n0 n1 n2 -> m5.2xlarge");
    /* 0.576 - 0.384 = 0.192 */
    assert_int_equal(fg_karpenter_command_savings(scene.karpenter, &scene.command), 192 * MILLI);
    tear_down(&scene);
}

static void several_nodes_are_not_replaced_by_one_of_their_own_type(void **state)
{
    (void)state;
    struct scene scene;
    set_up(&scene);
    offer(&scene, 0, 6, on_demand, 1);
    /* m5.2xlarge (0.384) and m5.large (0.096) with 500m each. Below 0.480 are m6a.large 0.086,
     * m5.large 0.096, m6a.xlarge 0.173, m5.xlarge 0.192, m5.2xlarge 0.384; m5.large is among those
     * removed, so only what is below 0.096 stays. */
    add_node(&scene, 0, "m5.2xlarge", "on-demand", SMALL, 4);
    add_node(&scene, 0, "m5.large", "on-demand", SMALL, 1);
    fg_state_count_pods(&scene.state, 0, SMALL, -3);
    /* both fit on either, so one is to be kept from being a place */
    scene.pools[0].consolidate_after_s = 0;
    add_node(&scene, 1, "m5.large", "on-demand", LARGE, 1);
    scene.facts[2].is_protected = true;
    decides(&scene, "multi: n0 n1 -> m6a.large");
    tear_down(&scene);
}

static void several_nodes_are_cut_to_what_budgets_allow(void **state)
{
    (void)state;
    struct scene scene;
    set_up(&scene);
    for (int i = 0; i < 4; i++)
        add_node(&scene, 0, "m5.xlarge", "on-demand", LARGE, 1);
    scene.budgets[0].percent = false;
    scene.budgets[0].nodes = 2;
    /* n0 and n1: their 2 x 1500m fit on n2 and n3, 3920m - 1500m each */
    decides(&scene, "multi: n0 n1");
    tear_down(&scene);
}

/* ---- spot ---- */

static void on_demand_is_replaced_by_spot_where_the_pool_allows_it(void **state)
{
    (void)state;
    struct scene scene;
    set_up(&scene);
    offer(&scene, 0, 6, both, 2);
    add_node(&scene, 0, "m5.large", "on-demand", SMALL, 2);
    /* Below 0.096 as launched: m5.large Spot 0.040, m5.xlarge Spot 0.080; m6a.large has no Spot and
     * counts with its 0.086, though Spot is then asked for alone. */
    decides(&scene, "single: n0 -> m5.large m5.xlarge m6a.large");
    const struct fg_karpenter_claim *claim = &scene.command.solution.claims[0];
    assert_int_equal(claim->capacity_mask, 1 << FG_CAPACITY_SPOT);
    assert_int_equal(claim->launch.price, 40 * MILLI);
    tear_down(&scene);
}

static void types_count_by_their_dearest_offering(void **state)
{
    (void)state;
    struct scene scene;
    set_up(&scene);
    offer(&scene, 0, 4, both, 2);
    surcharge_b = 20; /* m5.large 0.040 and 0.060, m5.xlarge 0.080 and 0.100 */
    add_node(&scene, 0, "m5.large", "on-demand", SMALL, 2);
    /* 0.060 < 0.096; 0.100 is not, though 0.080 would be */
    decides(&scene, "single: n0 -> m5.large");
    tear_down(&scene);
}

static void spot_is_not_replaced_by_spot_unless_the_gate_is_open(void **state)
{
    (void)state;
    struct scene scene;
    set_up(&scene);
    offer(&scene, 0, 4, spot, 1);
    add_node(&scene, 0, "m5.2xlarge", "spot", SMALL, 2);
    decides(&scene, "nothing");
    scene.settings.spot_to_spot_consolidation = true;
    decides(&scene, "nothing"); /* 2 cheaper types, fewer than 15 */
    add_node(&scene, 0, "m5.2xlarge", "spot", SMALL, 14);
    /* Two of 0.160 with 2 + 14 pods of 500m = 8000m: only 16 vCPU would do, which has no Spot. */
    decides(&scene, "nothing");
    fg_state_count_pods(&scene.state, 1, SMALL, -1);
    /* 7500m on 7910m: 0.160 < 0.320, but it is of a type removed; so one of them is deleted,
     * though not as one of several: n0's 2 x 500m fit on n1, 7910m - 6500m. */
    decides(&scene, "single: n0");
    tear_down(&scene);
}

static void several_spot_nodes_need_no_fifteen_types(void **state)
{
    (void)state;
    struct scene scene;
    set_up(&scene);
    offer(&scene, 0, 4, spot, 1);
    scene.settings.spot_to_spot_consolidation = true;
    surcharge_b = 20;
    for (int i = 0; i < 3; i++) {
        add_node(&scene, 0, "m5.large", "spot", LARGE, 1);
        scene.facts[i].zone = "us-east-1b";
        scene.facts[i].price = 60 * MILLI;
    }
    /* Two, 3000m for 0.120: m5.xlarge costs 0.100 at most. Three, 4500m for 0.180: m5.2xlarge may
     * cost 0.180, no less. */
    decides(&scene, "multi: n0 n1 -> m5.xlarge");
    tear_down(&scene);
}

static void search_that_fails_for_two_nodes_does_not_look_at_three(void **state)
{
    (void)state;
    struct scene scene;
    set_up(&scene);
    offer(&scene, 0, 4, spot, 1);
    scene.settings.spot_to_spot_consolidation = true;
    add_node(&scene, 0, "m5.large", "spot", LARGE, 1);
    add_node(&scene, 0, "m5.large", "spot", LARGE, 1);
    add_node(&scene, 0, "m5.large", "spot", SMALL, 1);
    /* All three, 3500m for 3 x 0.040, would go for a m5.xlarge at 0.080; but n0 and n1, 3000m for
     * 0.080, would not, and that is where the search begins. */
    decides(&scene, "nothing");
    tear_down(&scene);
}

/* ---- Balanced ---- */

static void balanced_pool_weighs_what_is_saved_against_what_is_disturbed(void **state)
{
    (void)state;
    struct scene scene;
    set_up(&scene);
    scene.pools[0].consolidation_policy = FG_CONSOLIDATE_BALANCED;
    /* n0 7 pods, 6500m of 7910m, cost 8; n1 one pod, cost 2; the pool 0.384 + 0.768 = 1.152, 10. */
    add_node(&scene, 0, "m5.2xlarge", "on-demand", SMALL, 6);
    add_node(&scene, 0, "m5.4xlarge", "on-demand", HUGE, 1);
    fg_state_count_pods(&scene.state, 0, HUGE, 1);
    scene.facts[0].is_protected = true;
    /* n1 for 0.192: 0.576 of 1.152 saved = 0.5, 2 of 10 disturbed = 0.2; 2.5 >= 0.5 */
    decides(&scene, "single: n1 -> m5.xlarge m5.2xlarge");
    scene.facts[0].is_protected = false;
    scene.facts[1].is_protected = true;
    /* n0, whose pods fit on n1: 0.384 of 1.152 = 0.333, 8 of 10 = 0.8; 0.417 < 0.5 */
    decides(&scene, "nothing");
    scene.pools[0].consolidation_policy = FG_CONSOLIDATE_EMPTY_OR_UNDERUTILIZED;
    decides(&scene, "single: n0");
    tear_down(&scene);
}

/* ---- drift ---- */

static void drifted_node_goes_whatever_the_new_one_costs(void **state)
{
    (void)state;
    struct scene scene;
    set_up(&scene);
    add_node(&scene, 0, "m5.large", "on-demand", SMALL, 3);
    add_node(&scene, 0, "m5.large", "on-demand", SMALL, 3);
    scene.facts[0].drifted = NOW - 10;
    scene.facts[1].drifted = NOW - 20;
    decides(&scene, "drift: n1 -> m5.large m5.xlarge m5.2xlarge m5.4xlarge");
    tear_down(&scene);
}

/* ---- places ---- */

static void nodes_within_consolidate_after_are_no_places(void **state)
{
    (void)state;
    struct scene scene;
    set_up(&scene);
    add_node(&scene, 0, "m5.large", "on-demand", SMALL, 1);
    add_node(&scene, 1, "m5.large", "on-demand", SMALL, 1);
    scene.pools[1].consolidate_after_s = 60;
    fg_karpenter_note_pod_event(&scene.facts[1], NOW - 30);
    decides(&scene, "nothing");
    scene.world.now = NOW + 30;
    decides(&scene, "single: n0");
    tear_down(&scene);
}

static void nodes_not_yet_initialised_are_no_places(void **state)
{
    (void)state;
    struct scene scene;
    set_up(&scene);
    add_node(&scene, 0, "m5.large", "on-demand", SMALL, 1);
    add_node(&scene, 1, "m5.large", "on-demand", SMALL, 1);
    scene.nodes[1].is_initialized = false;
    decides(&scene, "nothing");
    scene.nodes[1].is_initialized = true;
    decides(&scene, "single: n0");
    tear_down(&scene);
}

static void pending_pods_take_room_and_may_stay_pending(void **state)
{
    (void)state;
    struct scene scene;
    set_up(&scene);
    add_node(&scene, 0, "m5.large", "on-demand", SMALL, 2);
    add_node(&scene, 0, "m5.large", "on-demand", SMALL, 1);
    struct fg_karpenter_pod pending = {.scheduling_class = LARGE};
    scene.world.pending = (struct fg_disruption_pod_list){1, &pending};
    /* The pending 1500m need a new node, which would take the 500m of n1 too; it is no cheaper. */
    decides(&scene, "nothing");
    scene.world.pending.count = 0;
    decides(&scene, "single: n1");
    tear_down(&scene);
}

/* ---- validation ---- */

static void command_holds_while_its_pods_need_no_more(void **state)
{
    (void)state;
    struct scene scene;
    set_up(&scene);
    add_node(&scene, 0, "m5.2xlarge", "on-demand", SMALL, 3);
    decides(&scene, "single: n0 -> m5.large m5.xlarge");
    scene.world.now = NOW + 15;
    assert_true(fg_karpenter_command_holds(scene.disruption, &scene.world, &scene.command));
    fg_state_count_pods(&scene.state, 0, SMALL, 1); /* 2000m do not fit on m5.large any more */
    assert_false(fg_karpenter_command_holds(scene.disruption, &scene.world, &scene.command));
    fg_state_count_pods(&scene.state, 0, SMALL, -1);
    fg_karpenter_nominate(&scene.facts[0], &scene.settings, NOW + 10);
    assert_false(fg_karpenter_command_holds(scene.disruption, &scene.world, &scene.command));
    scene.world.now = NOW + 30;
    assert_true(fg_karpenter_command_holds(scene.disruption, &scene.world, &scene.command));
    add_node(&scene, 0, "m5.large", "on-demand", SMALL, 0); /* room elsewhere now */
    assert_false(fg_karpenter_command_holds(scene.disruption, &scene.world, &scene.command));
    tear_down(&scene);
}

static void command_for_empty_nodes_goes_on_with_those_that_still_are(void **state)
{
    (void)state;
    struct scene scene;
    set_up(&scene);
    add_node(&scene, 0, "m5.large", "on-demand", SMALL, 0);
    add_node(&scene, 0, "m5.large", "on-demand", SMALL, 0);
    decides(&scene, "empty: n0 n1");
    fg_state_count_pods(&scene.state, 0, SMALL, 1);
    assert_true(fg_karpenter_command_holds(scene.disruption, &scene.world, &scene.command));
    assert_int_equal(scene.command.node_count, 1);
    assert_int_equal(scene.command.nodes[0].slot, 1);
    fg_state_count_pods(&scene.state, 1, SMALL, 1);
    assert_false(fg_karpenter_command_holds(scene.disruption, &scene.world, &scene.command));
    tear_down(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(empty_nodes_go_together_before_anything_else),
        cmocka_unit_test(empty_nodes_beyond_the_budget_stay),
        cmocka_unit_test(one_node_whose_pods_fit_elsewhere_is_deleted),
        cmocka_unit_test(one_node_is_replaced_only_by_types_that_cost_strictly_less),
        cmocka_unit_test(one_node_is_never_replaced_by_two),
        cmocka_unit_test(single_nodes_are_looked_at_pool_by_pool_in_turn),
        cmocka_unit_test(single_node_held_back_by_its_budget_is_passed_over),
        cmocka_unit_test(several_nodes_go_for_one_that_is_cheaper),
        cmocka_unit_test(several_nodes_are_not_replaced_by_one_of_their_own_type),
        cmocka_unit_test(several_nodes_are_cut_to_what_budgets_allow),
        cmocka_unit_test(on_demand_is_replaced_by_spot_where_the_pool_allows_it),
        cmocka_unit_test(types_count_by_their_dearest_offering),
        cmocka_unit_test(spot_is_not_replaced_by_spot_unless_the_gate_is_open),
        cmocka_unit_test(several_spot_nodes_need_no_fifteen_types),
        cmocka_unit_test(search_that_fails_for_two_nodes_does_not_look_at_three),
        cmocka_unit_test(balanced_pool_weighs_what_is_saved_against_what_is_disturbed),
        cmocka_unit_test(drifted_node_goes_whatever_the_new_one_costs),
        cmocka_unit_test(nodes_within_consolidate_after_are_no_places),
        cmocka_unit_test(nodes_not_yet_initialised_are_no_places),
        cmocka_unit_test(pending_pods_take_room_and_may_stay_pending),
        cmocka_unit_test(command_holds_while_its_pods_need_no_more),
        cmocka_unit_test(command_for_empty_nodes_goes_on_with_those_that_still_are),
    };
    return cmocka_run_group_tests(tests, fill_catalog, NULL);
}
