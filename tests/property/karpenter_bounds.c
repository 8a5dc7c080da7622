/* The quick looks that spare Karpenter's consolidation a simulation never change its answer: random
 * clusters, with and without them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "models/base/memory.h"
#include "sim/controllers/karpenter_consolidation.h"
#include "tests/support/dice.h"

enum { WORLDS = 1500, MOST_NODES = 14, MOST_CLASSES = 5, MOST_PENDING = 3, TYPES = 12, POOLS = 2 };

static const char *const names[TYPES] = {"c5.2xlarge", "c5.large",  "c5.xlarge", "m5.2xlarge",
                                         "m5.4xlarge", "m5.large",  "m5.xlarge", "r5.2xlarge",
                                         "r5.large",   "r5.xlarge", "t3.large",  "t3.medium"};
static const struct {
    uint32_t vcpu;
    int64_t gib;
    fg_nanodollars price; /* thousandths of a dollar */
} sizes[TYPES] = {{8, 16, 340},  {2, 4, 85},   {4, 8, 170},  {8, 32, 384},
                  {16, 64, 768}, {2, 8, 96},   {4, 16, 192}, {8, 64, 504},
                  {2, 16, 126},  {4, 32, 252}, {2, 8, 83},   {2, 4, 42}};
static struct fg_instance_type types[TYPES];
static struct fg_catalog catalog = {.type_count = TYPES, .types = types};

static int fill_catalog(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < TYPES; i++)
        types[i] = (struct fg_instance_type){.name = names[i],
                                             .arch = FG_ARCH_AMD64,
                                             .vcpu = sizes[i].vcpu,
                                             .memory_mib = sizes[i].gib * 1024,
                                             .max_enis = 3,
                                             .ipv4_per_eni = 10,
                                             .gpu_model = "",
                                             .accelerator_model = "",
                                             .category = "m",
                                             .family = "m5",
                                             .size = strchr(names[i], '.') + 1,
                                             .generation = 5};
    return 0;
}

struct scene {
    struct fg_cluster_state state;
    uint32_t class_count;
    struct fg_pod_spec specs[MOST_CLASSES];
    struct fg_disruption_class classes[MOST_CLASSES];
    struct fg_karpenter_node nodes[MOST_NODES];
    struct fg_disruption_node facts[MOST_NODES];
    struct fg_disruption_budget budget;
    const char *allowed[POOLS][TYPES];
    struct fg_requirement requirements[POOLS];
    struct fg_node_pool pools[POOLS];
    struct fg_node_class class;
    struct fg_karpenter_settings settings;
    struct fg_karpenter *karpenter;
    struct fg_disruption *disruption;
    struct fg_disruption_world world;
    struct fg_karpenter_pod pending[MOST_PENDING];
    bool has_spot;
    struct fg_arena arena;
};

static fg_nanodollars price(const void *context, const struct fg_instance_type *type,
                            const char *zone, enum fg_capacity_type capacity)
{
    const struct scene *scene = context;
    fg_nanodollars milli = sizes[type - types].price;
    if (capacity == FG_CAPACITY_ON_DEMAND)
        return milli * 1000000;
    return scene->has_spot ? milli * (strcmp(zone, "us-east-1a") == 0 ? 400000 : 300000) : -1;
}

static void make_classes(struct scene *scene, struct fg_dice *dice)
{
    scene->class_count = 1 + fg_dice_below(dice, MOST_CLASSES);
    for (uint32_t i = 0; i < scene->class_count; i++) {
        scene->specs[i] =
            (struct fg_pod_spec){.namespace_name = "shop",
                                 .kind = FG_KIND_REPLICASET,
                                 .arch = FG_ARCH_AMD64,
                                 .cpu_milli = 100 + 100 * fg_dice_below(dice, 35),
                                 .cpu_named = true,
                                 .memory_bytes = (int64_t)(1 + fg_dice_below(dice, 60)) << 27};
        fg_state_add_class(&scene->state, &scene->specs[i]);
        struct fg_disruption_pods pods = {.spec = &scene->specs[i]};
        scene->classes[i] = fg_karpenter_disruption_class(&pods, NULL, 0);
    }
    fg_state_seal_classes(&scene->state);
}

static void make_pools(struct scene *scene, struct fg_dice *dice)
{
    static const char *const pool_names[POOLS] = {"batch", "general"};
    scene->budget = (struct fg_disruption_budget){.nodes = 100, .percent = true, .reasons = 7};
    for (uint32_t p = 0; p < POOLS; p++) {
        struct fg_requirement *in = &scene->requirements[p];
        *in = (struct fg_requirement){.key = "node.kubernetes.io/instance-type",
                                      .operator_ = FG_OPERATOR_IN,
                                      .values = scene->allowed[p]};
        for (uint32_t t = 0; t < TYPES; t++)
            if (t == 5 || fg_dice_below(dice, 3) > 0)
                scene->allowed[p][in->value_count++] = names[t];
        scene->pools[p] = (struct fg_node_pool){.name = pool_names[p],
                                                .requirements = {1, in},
                                                .limit_cpu_milli = INT64_MAX,
                                                .limit_memory_bytes = INT64_MAX,
                                                .limit_gpu_milli = INT64_MAX,
                                                .limit_nodes = INT64_MAX,
                                                .expire_after_s = FG_DURATION_NEVER,
                                                .consolidate_after_s = 60,
                                                .budget_count = 1,
                                                .budgets = &scene->budget};
    }
}

static uint32_t make_node(struct scene *scene, struct fg_dice *dice, uint32_t type)
{
    struct fg_pair filled[] = {{"kubernetes.io/arch", "amd64"},
                               {"node.kubernetes.io/instance-type", names[type]},
                               {"topology.kubernetes.io/zone", "us-east-1a"}};
    struct fg_pair *labels = fg_arena_allocate(&scene->arena, 3, sizeof *labels);
    memcpy(labels, filled, sizeof filled);
    struct fg_state_kind kind = {.labels = {3, labels}, .arch = FG_ARCH_AMD64};
    struct fg_node_capacity capacity;
    fg_karpenter_type_capacity(&types[type], &scene->class, &scene->settings, false, &capacity,
                               &kind.allocatable);
    uint32_t slot = fg_state_add_node(&scene->state, fg_state_add_kind(&scene->state, &kind), NULL);
    fg_state_set_open(&scene->state, slot, true);
    scene->nodes[slot] = (struct fg_karpenter_node){.pool = fg_dice_below(dice, POOLS),
                                                    .is_managed = true,
                                                    .is_initialized = !fg_dice_one_in(dice, 12),
                                                    .is_going = fg_dice_one_in(dice, 15),
                                                    .has_daemons = true};
    scene->facts[slot] = (struct fg_disruption_node){
        .instance_type = names[type],
        .zone = "us-east-1a",
        .capacity_type = "on-demand",
        .price = sizes[type].price * 1000000,
        .is_ready = true,
        .is_protected = fg_dice_one_in(dice, 6),
        .last_pod_event = fg_dice_one_in(dice, 6) ? 990 : FG_NEVER_S,
        .nominated_until = FG_NEVER_S,
        .drifted = FG_NEVER_S,
    };
    return slot;
}

static void fill_node(struct scene *scene, struct fg_dice *dice, uint32_t slot)
{
    const struct fg_node_capacity *allocatable = fg_state_allocatable(&scene->state, slot);
    for (uint32_t tries = fg_dice_below(dice, 12); tries > 0; tries--) {
        uint32_t class_number = fg_dice_below(dice, scene->class_count);
        if (fg_scheduler_fits(allocatable, &scene->state.use[slot],
                              &scene->state.classes[class_number].request))
            fg_state_count_pods(&scene->state, slot, class_number, 1);
    }
}

static void set_up(struct scene *scene, uint64_t seed)
{
    static const char *const zones[] = {"us-east-1a", "us-east-1b"};
    struct fg_dice dice = {.seed = seed};
    memset(scene, 0, sizeof *scene);
    scene->class = (struct fg_node_class){.name = "default",
                                          .ami_family = "AL2023",
                                          .kube_reserved_cpu_milli = -1,
                                          .kube_reserved_memory_bytes = -1,
                                          .eviction_hard_memory_bytes = 100 << 20};
    scene->settings.vm_memory_overhead_millionths = 75000;
    scene->has_spot = fg_dice_one_in(&dice, 3);
    make_classes(scene, &dice);
    make_pools(scene, &dice);
    for (uint32_t n = 2 + fg_dice_below(&dice, MOST_NODES - 1); n > 0; n--)
        fill_node(scene, &dice, make_node(scene, &dice, fg_dice_below(&dice, TYPES)));
    struct fg_karpenter_source source = {.catalog = &catalog,
                                         .region = "us-east-1",
                                         .zone_count = 2,
                                         .zones = zones,
                                         .pool_count = POOLS,
                                         .pools = scene->pools,
                                         .class_count = 1,
                                         .classes = &scene->class,
                                         .settings = &scene->settings,
                                         .market = {price, scene}};
    uint32_t pending = fg_dice_one_in(&dice, 3) ? fg_dice_below(&dice, MOST_PENDING + 1) : 0;
    for (uint32_t i = 0; i < pending; i++)
        scene->pending[i] =
            (struct fg_karpenter_pod){.scheduling_class = fg_dice_below(&dice, scene->class_count),
                                      .may_settle = true,
                                      .is_checked = true};
    scene->karpenter = fg_karpenter_new(&source);
    scene->disruption = fg_karpenter_disruption_new(scene->karpenter);
    scene->world = (struct fg_disruption_world){.state = &scene->state,
                                                .nodes = scene->nodes,
                                                .pending = {pending, scene->pending},
                                                .facts = scene->facts,
                                                .classes = scene->classes,
                                                .pools = scene->pools,
                                                .pool_count = POOLS,
                                                .settings = &scene->settings,
                                                .now = 1000};
}

static void tear_down(struct scene *scene)
{
    fg_karpenter_disruption_free(scene->disruption);
    fg_karpenter_free(scene->karpenter);
    fg_state_release(&scene->state);
    fg_arena_release(&scene->arena);
}

static bool is_same(const struct fg_disruption_command *a, const struct fg_disruption_command *b)
{
    if (a->node_count != b->node_count || a->solution.claim_count != b->solution.claim_count ||
        a->solution.pod_count != b->solution.pod_count)
        return false;
    for (uint32_t i = 0; i < a->solution.pod_count; i++)
        if (a->solution.places[i] != b->solution.places[i])
            return false;
    for (uint32_t i = 0; i < a->node_count; i++)
        if (a->nodes[i].slot != b->nodes[i].slot)
            return false;
    for (uint32_t c = 0; c < a->solution.claim_count; c++) {
        const struct fg_karpenter_claim *of_a = &a->solution.claims[c];
        const struct fg_karpenter_claim *of_b = &b->solution.claims[c];
        if (of_a->pool != of_b->pool || of_a->type_count != of_b->type_count ||
            memcmp(of_a->types, of_b->types, of_a->type_count * sizeof *of_a->types) != 0)
            return false;
    }
    return true;
}

static void consolidation_finds_the_same_with_its_bounds_and_without(void **state)
{
    (void)state;
    uint32_t found = 0, replaced = 0;
    for (uint64_t seed = 0; seed < WORLDS; seed++) {
        static const enum fg_disruption_method methods[] = {FG_METHOD_MULTI, FG_METHOD_SINGLE};
        struct scene scene;
        struct fg_disruption_candidates candidates = {0};
        set_up(&scene, seed);
        for (int m = 0; m < 2; m++) {
            struct fg_disruption_command quick = {0}, slow = {0};
            fg_karpenter_find_candidates(&scene.world, methods[m], &candidates);
            fg_karpenter_disruption_set_bounds(scene.disruption, true);
            enum fg_disruption_finding finding = fg_karpenter_find_command(
                scene.disruption, &scene.world, methods[m], &candidates, &quick);
            fg_karpenter_disruption_set_bounds(scene.disruption, false);
            if (fg_karpenter_find_command(scene.disruption, &scene.world, methods[m], &candidates,
                                          &slow) != finding ||
                !is_same(&quick, &slow))
                fail_msg("world %u, %s", (unsigned)seed, fg_karpenter_method_name(methods[m]));
            found += finding == FG_FOUND_COMMAND;
            replaced += slow.solution.claim_count;
            fg_karpenter_command_release(&quick);
            fg_karpenter_command_release(&slow);
        }
        free(candidates.items);
        tear_down(&scene);
    }
    assert_in_range(found, WORLDS / 4, 2 * WORLDS - WORLDS / 10);
    assert_in_range(replaced, WORLDS / 10, found);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(consolidation_finds_the_same_with_its_bounds_and_without),
    };
    return cmocka_run_group_tests(tests, fill_catalog, NULL);
}
