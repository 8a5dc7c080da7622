/* Which nodes Karpenter may disrupt, in what order, and what that costs. */
#include "sim/controllers/karpenter_disruption.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/karpenter_scene.h"

#define ONE FG_EVICTION_COST_ONE
#define NOW 1000000

enum { SLOTS = 4, CLASSES = 4, PLAIN = 0, DAEMON = 1, CHEAP = 2, GUARDED = 3 };

/* ---- pods ---- */

static int64_t cost_of(const char *deletion_cost, int32_t priority)
{
    struct fg_pair pair = {"controller.kubernetes.io/pod-deletion-cost", deletion_cost};
    struct fg_pod_spec spec = {.priority = priority};
    if (deletion_cost != NULL)
        spec.annotations = (struct fg_pairs){1, &pair};
    return fg_karpenter_eviction_cost(&spec);
}

static void eviction_cost_of_a_pod_is_one_plus_its_deletion_cost_and_priority(void **state)
{
    (void)state;
    assert_int_equal(cost_of(NULL, 0), ONE);
    assert_int_equal(cost_of("134217728", 0), 2 * ONE);           /* 1 + 2^27 / 2^27 */
    assert_int_equal(cost_of("-134217728", 0), 0);                /* 1 - 1 */
    assert_int_equal(cost_of("1", 0), ONE + 1);                   /* 1 + 1 / 2^27 */
    assert_int_equal(cost_of(NULL, 33554432), 2 * ONE);           /* 1 + 2^25 / 2^25 */
    assert_int_equal(cost_of("67108864", -8388608), ONE * 5 / 4); /* 1 + 1/2 - 1/4 */
    assert_int_equal(cost_of("many", 0), ONE);
    assert_int_equal(cost_of("7 apples", 0), ONE);
}

static void eviction_cost_is_held_between_minus_ten_and_ten(void **state)
{
    (void)state;
    assert_int_equal(cost_of("2147483647", 0), 10 * ONE);   /* 1 + 15.99 */
    assert_int_equal(cost_of("-2147483648", 0), -10 * ONE); /* 1 - 16 */
    assert_int_equal(cost_of(NULL, 1000000000), 10 * ONE);  /* 1 + 29.8 */
}

static bool protects(const char *value, int64_t age_s)
{
    struct fg_pair pair = {"karpenter.sh/do-not-disrupt", value};
    struct fg_pairs annotations = {1, &pair};
    return fg_karpenter_is_protected(&annotations, age_s);
}

static void do_not_disrupt_holds_always_or_for_a_time(void **state)
{
    (void)state;
    assert_true(protects("true", 1 << 30));
    assert_true(protects("30m", 1799));
    assert_false(protects("30m", 1800));
    assert_true(protects("1h30m", 5399));
    assert_true(protects("30m", -1)); /* the start is not known */
    assert_false(protects("false", 0));
    assert_false(protects("30", 0));
    assert_false(protects("2d", 0));
    assert_false(protects("0s", 0));
    assert_false(protects("", 0));
}

static struct fg_disruption_class class_of(const struct fg_pod_spec *spec, bool going,
                                           const struct fg_kube_budget *budgets, uint32_t count)
{
    struct fg_disruption_pods pods = {.spec = spec, .going = going};
    return fg_karpenter_disruption_class(&pods, budgets, count);
}

static void pods_that_want_another_place_are_neither_daemons_nor_going(void **state)
{
    (void)state;
    struct fg_pod_spec spec = {.namespace_name = "shop", .kind = FG_KIND_REPLICASET};
    assert_true(class_of(&spec, false, NULL, 0).is_rescheduled);
    assert_false(class_of(&spec, true, NULL, 0).is_rescheduled);
    spec.kind = FG_KIND_DAEMONSET;
    assert_false(class_of(&spec, false, NULL, 0).is_rescheduled);
    spec.kind = FG_KIND_STATEFULSET; /* its successor comes only when it is gone */
    assert_true(class_of(&spec, true, NULL, 0).is_rescheduled);
    struct fg_disruption_pods mirror = {.spec = &spec, .mirror = true};
    assert_false(fg_karpenter_disruption_class(&mirror, NULL, 0).is_rescheduled);
}

static void budgets_of_pods_are_asked_by_namespace_and_selector(void **state)
{
    (void)state;
    struct fg_pair web = {"app", "web"}, api = {"app", "api"};
    struct fg_kube_budget budgets[] = {
        {.namespace_name = "shop", .name = "web", .selector.labels = {1, &web}},
        {.namespace_name = "shop", .name = "all", .disruptions_allowed = 1},
        {.namespace_name = "jobs", .name = "all", .max_unavailable = "0%"},
    };
    struct fg_pod_spec spec = {.namespace_name = "shop", .labels = {1, &web}};
    assert_int_equal(class_of(&spec, false, budgets, 3).budget_count, 2);
    spec.labels = (struct fg_pairs){1, &api};
    struct fg_disruption_class class = class_of(&spec, false, budgets, 3);
    assert_int_equal(class.budget_count, 1);
    assert_false(class.budget_spent);
    assert_false(class.budget_blocks);
    spec.namespace_name = "jobs";
    class = class_of(&spec, false, budgets, 3);
    assert_true(class.budget_spent && class.budget_blocks);
    assert_int_equal(class_of(&spec, true, budgets, 3).budget_count, 0);
    /* what tolerates the taint of disruption is not evicted, so no budget is asked */
    struct fg_toleration everything = {.key = "", .exists = true};
    spec.tolerations = (struct fg_tolerations){1, &everything};
    assert_int_equal(class_of(&spec, false, budgets, 3).budget_count, 0);
}

/* ---- nodes ---- */

static void pod_events_are_written_down_at_most_every_ten_seconds(void **state)
{
    (void)state;
    struct fg_disruption_node node = {.last_pod_event = FG_NEVER_S};
    fg_karpenter_note_pod_event(&node, 100);
    assert_int_equal(node.last_pod_event, 100);
    fg_karpenter_note_pod_event(&node, 109);
    assert_int_equal(node.last_pod_event, 100);
    fg_karpenter_note_pod_event(&node, 110);
    assert_int_equal(node.last_pod_event, 110);
}

static void nomination_lasts_twice_the_longest_batch_and_at_least_ten_seconds(void **state)
{
    (void)state;
    struct fg_disruption_node node = {0};
    struct fg_karpenter_settings settings = {.batch_max_duration_s = 10};
    fg_karpenter_nominate(&node, &settings, 50);
    assert_int_equal(node.nominated_until, 50 + 2 * 10);
    settings.batch_max_duration_s = 3;
    fg_karpenter_nominate(&node, &settings, 50);
    assert_int_equal(node.nominated_until, 50 + 10);
}

/* ---- candidates ---- */

struct scene {
    struct fg_cluster_state state;
    struct fg_pod_spec specs[CLASSES];
    struct fg_disruption_class classes[CLASSES];
    struct fg_karpenter_node nodes[SLOTS];
    struct fg_disruption_node facts[SLOTS];
    struct fg_node_pool pools[2];
    struct fg_karpenter_settings settings;
    struct fg_disruption_world world;
};

static void set_up(struct scene *scene)
{
    static const char *const names[SLOTS] = {"n1", "n2", "n3", "n4"};
    memset(scene, 0, sizeof *scene);
    for (uint32_t i = 0; i < CLASSES; i++) {
        scene->specs[i] = (struct fg_pod_spec){.namespace_name = "shop", .cpu_milli = 100};
        scene->classes[i] = fg_scene_class(&scene->state, &scene->specs[i]);
    }
    scene->classes[DAEMON].is_rescheduled = false;
    scene->classes[CHEAP].eviction_cost = 0;
    scene->classes[GUARDED].budget_count = 1;
    scene->classes[GUARDED].budget_spent = true;
    fg_state_seal_classes(&scene->state);
    struct fg_state_kind kind = {.allocatable = {.cpu_milli = 4000, .pods = 58}};
    fg_state_add_kind(&scene->state, &kind);
    for (uint32_t i = 0; i < SLOTS; i++) {
        fg_state_add_node(&scene->state, 0, names[i]);
        scene->nodes[i] = (struct fg_karpenter_node){.is_managed = true, .is_initialized = true};
        scene->facts[i] = fg_scene_node("m6i.xlarge", 192000000, NOW);
    }
    scene->pools[0] = (struct fg_node_pool){.name = "general"};
    scene->pools[1] = (struct fg_node_pool){.name = "batch"};
    scene->settings.batch_max_duration_s = 10;
    scene->world = (struct fg_disruption_world){.state = &scene->state,
                                                .nodes = scene->nodes,
                                                .facts = scene->facts,
                                                .classes = scene->classes,
                                                .pools = scene->pools,
                                                .pool_count = 2,
                                                .settings = &scene->settings,
                                                .now = NOW};
}

static void put(struct scene *scene, uint32_t slot, uint32_t class_number, uint32_t pods)
{
    fg_state_count_pods(&scene->state, slot, class_number, pods);
}

static void tear_down(struct scene *scene)
{
    fg_state_release(&scene->state);
}

static enum fg_disruption_block block(const struct scene *scene, enum fg_disruption_method method)
{
    return fg_karpenter_candidate_block(&scene->world, method, 0);
}

static void cost_of_a_node_is_one_plus_the_positive_costs_of_pods_that_move(void **state)
{
    (void)state;
    struct scene scene;
    set_up(&scene);
    assert_int_equal(fg_karpenter_node_cost(&scene.world, 0), ONE);
    put(&scene, 0, PLAIN, 3);
    put(&scene, 0, DAEMON, 2);
    put(&scene, 0, CHEAP, 4);
    scene.classes[CHEAP].eviction_cost = -5 * ONE;
    /* 1 + 3 x 1 + 0 (DaemonSet) + 4 x max(0, -5) */
    assert_int_equal(fg_karpenter_node_cost(&scene.world, 0), 4 * ONE);
    tear_down(&scene);
}

static void node_whose_pods_cost_nothing_counts_as_empty(void **state)
{
    (void)state;
    struct scene scene;
    set_up(&scene);
    put(&scene, 0, DAEMON, 2);
    put(&scene, 0, CHEAP, 4);
    assert_int_equal(block(&scene, FG_METHOD_EMPTY), FG_BLOCK_NONE);
    assert_int_equal(block(&scene, FG_METHOD_SINGLE), FG_BLOCK_EMPTY);
    put(&scene, 0, PLAIN, 1);
    assert_int_equal(block(&scene, FG_METHOD_EMPTY), FG_BLOCK_NOT_EMPTY);
    assert_int_equal(block(&scene, FG_METHOD_SINGLE), FG_BLOCK_NONE);
    tear_down(&scene);
}

static void node_is_no_candidate_for_the_first_reason_that_holds(void **state)
{
    (void)state;
    struct scene scene;
    set_up(&scene);
    struct fg_karpenter_node *node = &scene.nodes[0];
    struct fg_disruption_node *facts = &scene.facts[0];
    put(&scene, 0, PLAIN, 1);
    assert_int_equal(block(&scene, FG_METHOD_MULTI), FG_BLOCK_NONE);
    scene.pools[0].consolidation_policy = FG_CONSOLIDATE_EMPTY;
    assert_int_equal(block(&scene, FG_METHOD_MULTI), FG_BLOCK_POLICY);
    scene.pools[0].consolidate_after_s = FG_DURATION_NEVER;
    assert_int_equal(block(&scene, FG_METHOD_MULTI), FG_BLOCK_NO_CONSOLIDATION);
    facts->zone = NULL;
    assert_int_equal(block(&scene, FG_METHOD_MULTI), FG_BLOCK_NO_ZONE);
    facts->capacity_type = NULL;
    assert_int_equal(block(&scene, FG_METHOD_MULTI), FG_BLOCK_NO_CAPACITY_TYPE);
    facts->instance_type = NULL;
    assert_int_equal(block(&scene, FG_METHOD_MULTI), FG_BLOCK_NO_TYPE);
    assert_int_equal(block(&scene, FG_METHOD_DRIFT), FG_BLOCK_NOT_DRIFTED);
    put(&scene, 0, GUARDED, 1);
    assert_int_equal(block(&scene, FG_METHOD_MULTI), FG_BLOCK_POD_BUDGET);
    scene.classes[GUARDED].budget_count = 2;
    assert_int_equal(block(&scene, FG_METHOD_MULTI), FG_BLOCK_POD_BUDGETS);
    facts->has_protected_pods = true;
    assert_int_equal(block(&scene, FG_METHOD_MULTI), FG_BLOCK_POD_PROTECTED);
    node->pool = FG_NO_POOL;
    assert_int_equal(block(&scene, FG_METHOD_MULTI), FG_BLOCK_NO_POOL);
    facts->is_protected = true;
    assert_int_equal(block(&scene, FG_METHOD_MULTI), FG_BLOCK_NODE_PROTECTED);
    facts->nominated_until = NOW + 1;
    assert_int_equal(block(&scene, FG_METHOD_MULTI), FG_BLOCK_NOMINATED);
    node->is_going = true;
    assert_int_equal(block(&scene, FG_METHOD_MULTI), FG_BLOCK_GOING);
    node->is_initialized = false;
    assert_int_equal(block(&scene, FG_METHOD_MULTI), FG_BLOCK_NOT_INITIALIZED);
    node->is_managed = false;
    assert_int_equal(block(&scene, FG_METHOD_MULTI), FG_BLOCK_NOT_MANAGED);
    for (int b = FG_BLOCK_NONE; b < FG_BLOCK_COUNT; b++)
        assert_non_null(fg_karpenter_block_text((enum fg_disruption_block)b));
    tear_down(&scene);
}

static void pods_that_may_not_be_evicted_hold_up_drift_only_without_a_grace_period(void **state)
{
    (void)state;
    struct scene scene;
    set_up(&scene);
    put(&scene, 0, GUARDED, 1);
    scene.facts[0].drifted = NOW - 60;
    assert_int_equal(block(&scene, FG_METHOD_DRIFT), FG_BLOCK_POD_BUDGET);
    scene.facts[0].has_termination_grace = true;
    assert_int_equal(block(&scene, FG_METHOD_DRIFT), FG_BLOCK_NONE);
    assert_int_equal(block(&scene, FG_METHOD_SINGLE), FG_BLOCK_POD_BUDGET);
    tear_down(&scene);
}

static void nominated_node_is_a_candidate_again_to_the_second(void **state)
{
    (void)state;
    struct scene scene;
    set_up(&scene);
    fg_karpenter_nominate(&scene.facts[0], &scene.settings, NOW);
    scene.world.now = NOW + 19;
    assert_int_equal(block(&scene, FG_METHOD_EMPTY), FG_BLOCK_NOMINATED);
    scene.world.now = NOW + 20;
    assert_int_equal(block(&scene, FG_METHOD_EMPTY), FG_BLOCK_NONE);
    tear_down(&scene);
}

static void consolidate_after_counts_from_the_last_pod_event_to_the_second(void **state)
{
    (void)state;
    struct scene scene;
    set_up(&scene);
    scene.pools[0].consolidate_after_s = 300;
    fg_karpenter_note_pod_event(&scene.facts[0], NOW);
    scene.world.now = NOW + 299;
    assert_int_equal(block(&scene, FG_METHOD_EMPTY), FG_BLOCK_CONSOLIDATE_AFTER);
    assert_true(fg_karpenter_is_settling(&scene.pools[0], &scene.facts[0], NOW + 299));
    scene.world.now = NOW + 300;
    assert_int_equal(block(&scene, FG_METHOD_EMPTY), FG_BLOCK_NONE);
    assert_false(fg_karpenter_is_settling(&scene.pools[0], &scene.facts[0], NOW + 300));
    /* without an event: from its initialisation */
    scene.facts[0].last_pod_event = FG_NEVER_S;
    scene.facts[0].initialized = NOW;
    scene.world.now = NOW + 299;
    assert_int_equal(block(&scene, FG_METHOD_EMPTY), FG_BLOCK_CONSOLIDATE_AFTER);
    scene.pools[0].consolidate_after_s = 0;
    scene.world.now = NOW;
    assert_int_equal(block(&scene, FG_METHOD_EMPTY), FG_BLOCK_NONE);
    tear_down(&scene);
}

static void expiration_counts_from_creation(void **state)
{
    (void)state;
    struct fg_node_pool pool = {.expire_after_s = 720 * 3600};
    struct fg_disruption_node node = {.created = 100};
    fg_unix_s when = 0;
    assert_true(fg_karpenter_expires_at(&pool, &node, &when));
    assert_int_equal(when, 100 + 2592000); /* 30 days */
    pool.expire_after_s = FG_DURATION_NEVER;
    assert_false(fg_karpenter_expires_at(&pool, &node, &when));
}

static void order_is(const struct scene *scene, enum fg_disruption_method method,
                     const char *expected)
{
    struct fg_disruption_candidates found = {0};
    char text[64] = "";
    fg_karpenter_find_candidates(&scene->world, method, &found);
    for (uint32_t i = 0; i < found.count; i++)
        strcat(strcat(text, scene->state.name_of[found.items[i].slot]), " ");
    free(found.items);
    assert_string_equal(text, expected);
}

static void candidates_go_by_price_over_cost_then_by_name(void **state)
{
    (void)state;
    struct scene scene;
    set_up(&scene);
    /* n1 0.192 / (1 + 3) = 0.048     n2 0.096 / (1 + 1) = 0.048
     * n3 0.192 / (1 + 1) = 0.096     n4 0.385 / (1 + 7) = 0.048125 */
    put(&scene, 0, PLAIN, 3);
    put(&scene, 1, PLAIN, 1);
    put(&scene, 2, PLAIN, 1);
    put(&scene, 3, PLAIN, 7);
    scene.facts[1].price = 96000000;
    scene.facts[3].price = 385000000;
    order_is(&scene, FG_METHOD_MULTI, "n3 n4 n1 n2 ");
    scene.facts[2].price = 0; /* not known: last */
    order_is(&scene, FG_METHOD_SINGLE, "n4 n1 n2 n3 ");
    tear_down(&scene);
}

static void drifted_nodes_go_by_age_of_drift_empty_ones_first(void **state)
{
    (void)state;
    struct scene scene;
    set_up(&scene);
    static const fg_unix_s since[SLOTS] = {NOW - 10, NOW - 30, NOW - 20, FG_NEVER_S};
    for (uint32_t i = 0; i < SLOTS; i++)
        scene.facts[i].drifted = since[i];
    put(&scene, 1, PLAIN, 1);
    put(&scene, 2, CHEAP, 1);
    put(&scene, 0, DAEMON, 1);
    order_is(&scene, FG_METHOD_DRIFT, "n1 n2 n3 ");
    tear_down(&scene);
}

static void tally_counts_initialised_nodes_and_those_going_or_not_ready(void **state)
{
    (void)state;
    struct scene scene;
    struct fg_pool_tally tallies[2];
    set_up(&scene);
    scene.facts[0].is_ready = false;
    scene.nodes[1].is_going = true;
    scene.nodes[2].is_initialized = false;
    scene.nodes[3].pool = 1;
    fg_karpenter_tally_pools(&scene.world, tallies);
    assert_int_equal(tallies[0].nodes, 2);
    assert_int_equal(tallies[0].unavailable, 2);
    assert_int_equal(tallies[1].nodes, 1);
    assert_int_equal(tallies[1].unavailable, 0);
    tear_down(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(eviction_cost_of_a_pod_is_one_plus_its_deletion_cost_and_priority),
        cmocka_unit_test(eviction_cost_is_held_between_minus_ten_and_ten),
        cmocka_unit_test(do_not_disrupt_holds_always_or_for_a_time),
        cmocka_unit_test(pods_that_want_another_place_are_neither_daemons_nor_going),
        cmocka_unit_test(budgets_of_pods_are_asked_by_namespace_and_selector),
        cmocka_unit_test(pod_events_are_written_down_at_most_every_ten_seconds),
        cmocka_unit_test(nomination_lasts_twice_the_longest_batch_and_at_least_ten_seconds),
        cmocka_unit_test(cost_of_a_node_is_one_plus_the_positive_costs_of_pods_that_move),
        cmocka_unit_test(node_whose_pods_cost_nothing_counts_as_empty),
        cmocka_unit_test(node_is_no_candidate_for_the_first_reason_that_holds),
        cmocka_unit_test(pods_that_may_not_be_evicted_hold_up_drift_only_without_a_grace_period),
        cmocka_unit_test(nominated_node_is_a_candidate_again_to_the_second),
        cmocka_unit_test(consolidate_after_counts_from_the_last_pod_event_to_the_second),
        cmocka_unit_test(expiration_counts_from_creation),
        cmocka_unit_test(candidates_go_by_price_over_cost_then_by_name),
        cmocka_unit_test(drifted_nodes_go_by_age_of_drift_empty_ones_first),
        cmocka_unit_test(tally_counts_initialised_nodes_and_those_going_or_not_ready),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
