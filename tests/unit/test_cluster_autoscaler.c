/* Cluster Autoscaler: bin packing, which group grows, what keeps a node. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sim/controllers/cluster_autoscaler.h"

#define MIB (1024LL * 1024)
#define GIB (1024 * MIB)

static const uint8_t everywhere[] = {1, 1, 1};
static const struct fg_autoscaler_settings defaults = {
    .expander = FG_EXPANDER_LEAST_WASTE,
    .max_nodes_per_scale_up = 1000,
    .skip_nodes_with_system_pods = true,
    .skip_nodes_with_local_storage = true,
    .skip_nodes_with_custom_controller_pods = true,
};

static struct fg_node_capacity machine(int64_t vcpu, int64_t gibibytes)
{
    return (struct fg_node_capacity){.cpu_milli = vcpu * 1000,
                                     .memory_bytes = gibibytes * GIB,
                                     .ephemeral_bytes = 80 * GIB,
                                     .pods = 110};
}

static struct fg_snapshot_group group(int64_t vcpu, int64_t gibibytes, uint32_t kind, int64_t max)
{
    return (struct fg_snapshot_group){.template_allocatable = machine(vcpu, gibibytes),
                                      .machine = machine(vcpu, gibibytes),
                                      .kind = kind,
                                      .max_size = max};
}

static struct fg_request ask(int64_t cpu_milli, int64_t mebibytes)
{
    return (struct fg_request){.cpu_milli = cpu_milli, .memory_bytes = mebibytes * MIB};
}

/* rules C5: three pods of 1500m / 2Gi.
 * A, 2 vCPU and 8 GiB, one a node, 3 nodes: (6000 - 4500) / 6000 + (24 - 6) / 24 = 0.25 + 0.75 = 1.
 * B, 8 vCPU and 32 GiB, 1 node: (8000 - 4500) / 8000 + (32 - 6) / 32 = 0.4375 + 0.8125 = 1.25. */
static void least_waste_grows_the_group_that_wastes_least(void **state)
{
    (void)state;
    struct fg_request request = ask(1500, 2048);
    struct fg_snapshot_pods pods[] = {{&request, everywhere, 3}};
    const struct fg_snapshot_group groups[] = {group(8, 32, 0, 10), group(2, 8, 1, 10)};
    struct fg_snapshot snapshot = {
        .pods_count = 1, .pods = pods, .group_count = 2, .groups = groups};
    struct fg_scale_up choice = fg_autoscaler_scale_up(&defaults, &snapshot);
    assert_int_equal(choice.group, 1);
    assert_int_equal(choice.nodes, 3);
}

/* The same pods: B takes all with one node; A, clipped to two, places two of three. */
static void other_expanders_count_nodes_or_pods(void **state)
{
    (void)state;
    struct fg_request request = ask(1500, 2048);
    const struct fg_snapshot_group groups[] = {group(2, 8, 0, 2), group(8, 32, 1, 10)};
    static const enum fg_expander expanders[] = {FG_EXPANDER_MOST_PODS, FG_EXPANDER_LEAST_NODES};
    for (int i = 0; i < 2; i++) {
        struct fg_snapshot_pods pods[] = {{&request, everywhere, 3}};
        struct fg_snapshot snapshot = {
            .pods_count = 1, .pods = pods, .group_count = 2, .groups = groups};
        struct fg_autoscaler_settings settings = defaults;
        settings.expander = expanders[i];
        struct fg_scale_up choice = fg_autoscaler_scale_up(&settings, &snapshot);
        assert_int_equal(choice.group, 1);
        assert_int_equal(choice.nodes, 1);
    }
}

static void of_equal_groups_the_first_grows(void **state)
{
    (void)state;
    struct fg_request request = ask(1500, 2048);
    struct fg_snapshot_pods pods[] = {{&request, everywhere, 3}};
    const struct fg_snapshot_group groups[] = {group(2, 8, 0, 10), group(2, 8, 1, 10)};
    struct fg_snapshot snapshot = {
        .pods_count = 1, .pods = pods, .group_count = 2, .groups = groups};
    assert_int_equal(fg_autoscaler_scale_up(&defaults, &snapshot).group, 0);
}

/* rules C4 on nodes of 2000m / 8Gi. Heaviest first: 4 of 1200m / 1Gi (0.6 + 0.125) open four
 * nodes, 800m are left on each; 5 of 400m / 512Mi (0.2 + 0.0625) fill two apiece of the first
 * two and one of the third. Four nodes. */
static void packing_takes_the_heaviest_first_and_fills_what_is_open(void **state)
{
    (void)state;
    struct fg_request small = ask(400, 512), large = ask(1200, 1024);
    struct fg_snapshot_pods pods[] = {{&small, everywhere, 5}, {&large, everywhere, 4}};
    const struct fg_snapshot_group target = group(2, 8, 0, 10);
    const struct fg_snapshot snapshot = {.pods_count = 2, .pods = pods};
    struct fg_estimate estimate = fg_autoscaler_estimate(&snapshot, &target, 100);
    assert_int_equal(estimate.nodes, 4);
    assert_int_equal(estimate.pods, 9);
    assert_int_equal(estimate.cpu_milli, 4 * 1200 + 5 * 400);
    assert_int_equal(estimate.memory_bytes, (4 * 1024 + 5 * 512) * MIB);
}

/* With DaemonSet pods of 900m on each new node, one of 1200m does not fit, of 400m two do. */
static void packing_leaves_room_for_daemon_sets(void **state)
{
    (void)state;
    struct fg_request small = ask(400, 512), large = ask(1200, 1024), daemon = ask(900, 100);
    struct fg_snapshot_pods pods[] = {{&small, everywhere, 5}, {&large, everywhere, 4}};
    struct fg_snapshot_group target = group(2, 8, 0, 10);
    fg_use_add(&target.daemons, &daemon, 1);
    const struct fg_snapshot snapshot = {.pods_count = 2, .pods = pods};
    struct fg_estimate estimate = fg_autoscaler_estimate(&snapshot, &target, 100);
    assert_int_equal(estimate.nodes, 3); /* 2 + 2 + 1 */
    assert_int_equal(estimate.pods, 5);
}

static void pods_that_may_not_go_to_a_group_do_not_count_there(void **state)
{
    (void)state;
    static const uint8_t only_first[] = {1, 0, 0};
    struct fg_request request = ask(1500, 2048);
    struct fg_snapshot_pods pods[] = {{&request, only_first, 3}};
    const struct fg_snapshot_group groups[] = {group(2, 8, 1, 10), group(8, 32, 0, 10)};
    struct fg_snapshot snapshot = {
        .pods_count = 1, .pods = pods, .group_count = 2, .groups = groups};
    assert_int_equal(fg_autoscaler_scale_up(&defaults, &snapshot).group, 1);
}

static int64_t nodes_asked_for(const struct fg_autoscaler_settings *settings, int64_t size,
                               int64_t max)
{
    struct fg_request request = ask(1500, 2048);
    struct fg_snapshot_pods pods[] = {{&request, everywhere, 20}};
    struct fg_snapshot_group groups[] = {group(2, 8, 0, max)};
    groups[0].size = size;
    struct fg_snapshot snapshot = {
        .pods_count = 1, .pods = pods, .group_count = 1, .groups = groups};
    struct fg_scale_up choice = fg_autoscaler_scale_up(settings, &snapshot);
    return choice.group == UINT32_MAX ? 0 : choice.nodes;
}

static void growth_is_clipped_by_each_limit(void **state)
{
    (void)state;
    struct fg_autoscaler_settings settings = defaults;
    assert_int_equal(nodes_asked_for(&settings, 3, 100), 20);
    assert_int_equal(nodes_asked_for(&settings, 3, 10), 7);
    assert_int_equal(nodes_asked_for(&settings, 10, 10), 0);
    settings.max_nodes_total = 8;
    assert_int_equal(nodes_asked_for(&settings, 3, 100), 5);
    settings.max_nodes_per_scale_up = 2;
    assert_int_equal(nodes_asked_for(&settings, 3, 100), 2);
}

/* 3 pods: one fits on what a node has left, one on a node that is coming; a third needs a node. */
static void pods_with_a_place_already_need_no_node(void **state)
{
    (void)state;
    struct fg_request request = ask(1500, 2048), half = ask(500, 1024);
    struct fg_node_capacity large = machine(2, 8);
    struct fg_snapshot_node nodes[] = {{&large, {0}, 0}, {&large, {0}, 0}};
    fg_use_add(&nodes[0].use, &half, 1);
    struct fg_snapshot_pods pods[] = {{&request, everywhere, 3}};
    const struct fg_snapshot_group groups[] = {group(2, 8, 0, 10)};
    struct fg_snapshot snapshot = {.node_count = 2,
                                   .nodes = nodes,
                                   .pods_count = 1,
                                   .pods = pods,
                                   .group_count = 1,
                                   .groups = groups};
    struct fg_scale_up choice = fg_autoscaler_scale_up(&defaults, &snapshot);
    assert_int_equal(choice.group, 0);
    assert_int_equal(choice.nodes, 1);
}

static void what_fits_no_empty_node_brings_none(void **state)
{
    (void)state;
    struct fg_request request = ask(2001, 100);
    struct fg_snapshot_pods pods[] = {{&request, everywhere, 3}};
    const struct fg_snapshot_group groups[] = {group(2, 8, 0, 10)};
    struct fg_snapshot snapshot = {
        .pods_count = 1, .pods = pods, .group_count = 1, .groups = groups};
    assert_int_equal(fg_autoscaler_scale_up(&defaults, &snapshot).group, UINT32_MAX);
}

/* 1000 of 2000 is one half; a milli more is above it. */
static void utilization_is_the_larger_share_rounded_up(void **state)
{
    (void)state;
    struct fg_node_capacity has = machine(2, 8);
    struct fg_node_use use = {.cpu_milli = 1000, .memory_bytes = 2 * GIB};
    assert_int_equal(fg_autoscaler_utilization_millionths(&has, &use), 500000);
    use.cpu_milli = 1001;
    assert_int_equal(fg_autoscaler_utilization_millionths(&has, &use), 500500);
    use.memory_bytes = 4 * GIB + 1;
    use.cpu_milli = 0;
    assert_int_equal(fg_autoscaler_utilization_millionths(&has, &use), 500001);
}

static void node_with_gpus_counts_these_alone(void **state)
{
    (void)state;
    struct fg_node_capacity has = machine(48, 192);
    has.gpu_milli = 4000;
    struct fg_node_use use = {.cpu_milli = 47000, .gpu_milli = 1000};
    assert_int_equal(fg_autoscaler_utilization_millionths(&has, &use), 250000);
}

static struct fg_pod_spec plain(void)
{
    return (struct fg_pod_spec){.namespace_name = "default", .kind = FG_KIND_REPLICASET};
}

static bool blocks(struct fg_pod_spec spec, uint32_t age_s)
{
    return fg_autoscaler_blocks_removal(&defaults, &spec, age_s);
}

static void node_is_kept_by_pods_that_cannot_be_made_anew(void **state)
{
    (void)state;
    struct fg_pod_spec spec = plain();
    assert_false(blocks(spec, 0));
    spec.kind = FG_KIND_STATEFULSET;
    assert_false(blocks(spec, 0));
    spec.kind = FG_KIND_POD;
    assert_true(blocks(spec, 0));
    spec = plain();
    spec.features = FG_FEATURE_HOST_PATH;
    assert_true(blocks(spec, 0));
}

static void node_is_kept_by_a_system_pod_of_less_than_an_hour(void **state)
{
    (void)state;
    struct fg_pod_spec spec = plain();
    spec.namespace_name = "kube-system";
    assert_true(blocks(spec, 0));
    assert_true(blocks(spec, 3599));
    assert_false(blocks(spec, 3600));
}

static void annotation_safe_to_evict_has_the_last_word(void **state)
{
    (void)state;
    struct fg_pair pair = {"cluster-autoscaler.kubernetes.io/safe-to-evict", "true"};
    struct fg_pod_spec spec = plain();
    spec.annotations = (struct fg_pairs){1, &pair};
    spec.namespace_name = "kube-system";
    spec.kind = FG_KIND_POD;
    spec.features = FG_FEATURE_HOST_PATH;
    assert_false(blocks(spec, 0));
    pair.value = "false";
    spec = plain();
    spec.annotations = (struct fg_pairs){1, &pair};
    assert_true(blocks(spec, 100000));
}

static void flags_turn_the_blockers_off(void **state)
{
    (void)state;
    const struct fg_autoscaler_settings off = {.expander = FG_EXPANDER_LEAST_WASTE};
    struct fg_pod_spec spec = plain();
    spec.namespace_name = "kube-system";
    spec.kind = FG_KIND_POD;
    spec.features = FG_FEATURE_HOST_PATH;
    assert_false(fg_autoscaler_blocks_removal(&off, &spec, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(least_waste_grows_the_group_that_wastes_least),
        cmocka_unit_test(other_expanders_count_nodes_or_pods),
        cmocka_unit_test(of_equal_groups_the_first_grows),
        cmocka_unit_test(packing_takes_the_heaviest_first_and_fills_what_is_open),
        cmocka_unit_test(packing_leaves_room_for_daemon_sets),
        cmocka_unit_test(pods_that_may_not_go_to_a_group_do_not_count_there),
        cmocka_unit_test(growth_is_clipped_by_each_limit),
        cmocka_unit_test(pods_with_a_place_already_need_no_node),
        cmocka_unit_test(what_fits_no_empty_node_brings_none),
        cmocka_unit_test(utilization_is_the_larger_share_rounded_up),
        cmocka_unit_test(node_with_gpus_counts_these_alone),
        cmocka_unit_test(node_is_kept_by_pods_that_cannot_be_made_anew),
        cmocka_unit_test(node_is_kept_by_a_system_pod_of_less_than_an_hour),
        cmocka_unit_test(annotation_safe_to_evict_has_the_last_word),
        cmocka_unit_test(flags_turn_the_blockers_off),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
