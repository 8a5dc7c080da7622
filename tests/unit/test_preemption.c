/* Whom kube-scheduler evicts: the victims on a node, and the node, rule by rule (rules S7). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sim/controllers/preemption.h"

#define MIB (1024LL * 1024)

enum { MAX_PODS = 32, MAX_CLASSES = 12 };

/* A cluster of nodes of 1000m each; class 0 is the pod that wants a place. */
struct cluster {
    struct fg_cluster_state state;
    struct fg_pod_spec specs[MAX_CLASSES];
    uint32_t spec_count;
    struct fg_running_pod pods[MAX_PODS];
    uint32_t pod_count, budget_count;
    int64_t allowed[4];
    uint32_t numbers[4];
};

static uint32_t add_class(struct cluster *cluster, int64_t cpu_milli, int32_t priority)
{
    struct fg_pod_spec *spec = &cluster->specs[cluster->spec_count++];
    *spec = (struct fg_pod_spec){.namespace_name = "shop",
                                 .workload = "w",
                                 .arch = FG_ARCH_ANY,
                                 .cpu_milli = cpu_milli,
                                 .cpu_named = true,
                                 .memory_named = true,
                                 .priority = priority};
    return fg_state_add_class(&cluster->state, spec);
}

static void add_nodes(struct cluster *cluster, uint32_t count)
{
    fg_state_seal_classes(&cluster->state);
    const struct fg_state_kind kind = {
        .allocatable = {.cpu_milli = 1000, .memory_bytes = 1024 * MIB, .pods = 10}};
    uint32_t number = fg_state_add_kind(&cluster->state, &kind);
    for (uint32_t i = 0; i < count; i++)
        fg_state_set_open(&cluster->state, fg_state_add_node(&cluster->state, number, NULL), true);
    for (uint32_t i = 0; i < 4; i++)
        cluster->numbers[i] = i;
}

static uint32_t run(struct cluster *cluster, uint32_t slot, uint32_t class_number, int64_t started)
{
    cluster->pods[cluster->pod_count] =
        (struct fg_running_pod){.slot = slot, .class_number = class_number, .started = started};
    fg_state_count_pods(&cluster->state, slot, class_number, 1);
    return cluster->pod_count++;
}

static void protect(struct cluster *cluster, uint32_t pod, uint32_t budget)
{
    cluster->pods[pod].budgets = &cluster->numbers[budget];
    cluster->pods[pod].budget_count = 1;
}

static struct fg_preemption_plan plan_of(struct cluster *cluster)
{
    const struct fg_running_pods running = {.count = cluster->pod_count,
                                            .pods = cluster->pods,
                                            .budget_count = cluster->budget_count,
                                            .disruptions_allowed = cluster->allowed};
    struct fg_preemption_plan plan;
    uint32_t slots = cluster->state.slot_count;
    struct fg_node_use *before = calloc(slots, sizeof *before);
    memcpy(before, cluster->state.use, slots * sizeof *before);
    fg_preemption_find(&cluster->state, 0, &running, &plan);
    assert_memory_equal(before, cluster->state.use, slots * sizeof *before);
    free(before);
    return plan;
}

static void expect(struct cluster *cluster, uint32_t slot, const uint32_t *victims, uint32_t count,
                   uint32_t violated)
{
    struct fg_preemption_plan plan = plan_of(cluster);
    assert_int_equal(plan.slot, slot);
    assert_int_equal(plan.victim_count, count);
    assert_memory_equal(plan.victims, victims, count * sizeof *victims);
    assert_int_equal(plan.violated_count, violated);
    fg_preemption_release(&plan);
}

static void expect_none(struct cluster *cluster, const char *message)
{
    char text[512];
    struct fg_preemption_plan plan = plan_of(cluster);
    assert_int_equal(plan.slot, FG_NO_SLOT);
    assert_string_equal(fg_preemption_print(&cluster->state, 0, &plan, text, sizeof text), message);
    fg_preemption_release(&plan);
}

/* 1000m hold 500, 300 and 200 of priorities 3, 2 and 1; the pod asks for 400. All three go off the
 * node; 500 comes back (900 <= 1000), 300 does not (1200), 200 does not (1100): 300 and 200 go. */
static void pods_come_back_from_the_most_important_on(void **unused)
{
    (void)unused;
    struct cluster cluster = {0};
    add_class(&cluster, 400, 10);
    uint32_t big = add_class(&cluster, 500, 3), middle = add_class(&cluster, 300, 2);
    uint32_t small = add_class(&cluster, 200, 1);
    add_nodes(&cluster, 1);
    run(&cluster, 0, small, 1);
    run(&cluster, 0, big, 1);
    run(&cluster, 0, middle, 1);
    expect(&cluster, 0, (uint32_t[]){2, 0}, 2, 0);
    fg_state_release(&cluster.state);
}

/* Equal priorities: the pod that runs longer is the more important and comes back. */
static void of_equal_priority_the_younger_goes(void **unused)
{
    (void)unused;
    struct cluster cluster = {0};
    add_class(&cluster, 500, 10);
    uint32_t low = add_class(&cluster, 500, 1);
    add_nodes(&cluster, 1);
    run(&cluster, 0, low, 200);
    run(&cluster, 0, low, 100);
    expect(&cluster, 0, (uint32_t[]){0}, 1, 0);
    fg_state_release(&cluster.state);
}

static void pods_of_the_same_priority_stay(void **unused)
{
    (void)unused;
    struct cluster cluster = {0};
    add_class(&cluster, 500, 10);
    uint32_t equal = add_class(&cluster, 800, 10);
    add_nodes(&cluster, 2);
    run(&cluster, 0, equal, 1);
    run(&cluster, 1, equal, 1);
    expect_none(&cluster, "0/2 nodes are available: 2 Insufficient cpu. preemption: 0/2 nodes are "
                          "available: 2 No preemption victims found for incoming pod.");
    fg_state_release(&cluster.state);
}

/* Node 1 would lose 300 only, and still not fit: 800 of equal priority stay. 2 is too big for any
 * node: nothing that leaves would help. */
static void message_says_why_evicting_does_not_help(void **unused)
{
    (void)unused;
    struct cluster cluster = {0};
    add_class(&cluster, 500, 10);
    uint32_t equal = add_class(&cluster, 600, 10), low = add_class(&cluster, 300, 1);
    add_nodes(&cluster, 2);
    run(&cluster, 0, equal, 1);
    run(&cluster, 1, equal, 1);
    run(&cluster, 1, low, 1);
    expect_none(&cluster,
                "0/2 nodes are available: 2 Insufficient cpu. preemption: 0/2 nodes are available: "
                "1 Insufficient cpu, 1 No preemption victims found for incoming pod.");
    fg_state_release(&cluster.state);

    cluster = (struct cluster){0};
    add_class(&cluster, 1001, 10);
    low = add_class(&cluster, 300, 1);
    add_nodes(&cluster, 2);
    run(&cluster, 0, low, 1);
    expect_none(&cluster,
                "0/2 nodes are available: 2 Insufficient cpu. preemption: 0/2 nodes are available: "
                "2 Preemption is not helpful for scheduling.");
    fg_state_release(&cluster.state);
}

static void preemption_policy_never_evicts_nobody(void **unused)
{
    (void)unused;
    const struct fg_pod_rules rules = {.owner_selector = {.nothing = true},
                                       .preemption = FG_PREEMPTION_NEVER,
                                       .scored_cpu_milli = -1,
                                       .scored_memory_bytes = -1};
    struct cluster cluster = {0};
    add_class(&cluster, 500, 10);
    cluster.specs[0].rules = &rules;
    uint32_t low = add_class(&cluster, 800, 1);
    add_nodes(&cluster, 1);
    run(&cluster, 0, low, 1);
    expect_none(&cluster, "0/1 nodes are available: 1 Insufficient cpu. preemption: not eligible "
                          "due to preemptionPolicy=Never.");
    fg_state_release(&cluster.state);
}

/* ---- which node ---- */

/* Node 0 would break a budget with a pod of priority 1, node 1 loses one of priority 5. */
static void rule_1_fewest_broken_budgets(void **unused)
{
    (void)unused;
    struct cluster cluster = {.budget_count = 1, .allowed = {0}};
    add_class(&cluster, 600, 10);
    uint32_t low = add_class(&cluster, 700, 1), high = add_class(&cluster, 700, 5);
    add_nodes(&cluster, 2);
    protect(&cluster, run(&cluster, 0, low, 1), 0);
    run(&cluster, 1, high, 1);
    expect(&cluster, 1, (uint32_t[]){1}, 1, 0);

    cluster.allowed[0] = 1; /* now node 0 breaks nothing, and its victim ranks lower */
    expect(&cluster, 0, (uint32_t[]){0}, 1, 0);
    fg_state_release(&cluster.state);
}

/* Both nodes lose a pod of 1 and one of 5 or 4: the highest is lower on node 1. */
static void rule_2_lowest_of_the_highest_priorities(void **unused)
{
    (void)unused;
    struct cluster cluster = {0};
    add_class(&cluster, 1000, 10);
    uint32_t one = add_class(&cluster, 300, 1), four = add_class(&cluster, 300, 4);
    uint32_t five = add_class(&cluster, 300, 5);
    add_nodes(&cluster, 2);
    run(&cluster, 0, five, 1);
    run(&cluster, 0, one, 1);
    run(&cluster, 1, four, 1);
    run(&cluster, 1, four, 1);
    expect(&cluster, 1, (uint32_t[]){2, 3}, 2, 0);
    fg_state_release(&cluster.state);
}

/* Highest 5 on both. Sums with 2^31 added to each: 5 + 3 against 5 + 1; node 1. */
static void rule_3_smallest_sum_of_priorities(void **unused)
{
    (void)unused;
    struct cluster cluster = {0};
    add_class(&cluster, 1000, 10);
    uint32_t one = add_class(&cluster, 300, 1), three = add_class(&cluster, 300, 3);
    uint32_t five = add_class(&cluster, 300, 5);
    add_nodes(&cluster, 2);
    run(&cluster, 0, five, 1);
    run(&cluster, 0, three, 1);
    run(&cluster, 1, five, 1);
    run(&cluster, 1, one, 1);
    expect(&cluster, 1, (uint32_t[]){2, 3}, 2, 0);
    fg_state_release(&cluster.state);
}

/* 2^31 a head makes three pods more than one, though -3 x 1 is below -1. */
static void rule_3_negative_priorities_do_not_make_many_cheap(void **unused)
{
    (void)unused;
    struct cluster cluster = {0};
    add_class(&cluster, 1000, 10);
    uint32_t low = add_class(&cluster, 300, -1);
    add_nodes(&cluster, 2);
    for (int i = 0; i < 3; i++)
        run(&cluster, 0, low, 1);
    run(&cluster, 1, low, 1);
    expect(&cluster, 1, (uint32_t[]){3}, 1, 0);
    fg_state_release(&cluster.state);
}

/* Rule 4, fewest victims, can only decide where the sums with 2^31 a head are equal, which takes
 * priorities that differ by 2^31: 5 and -2147483648 (0 after the addition) against 5 alone. */
static void rule_4_fewest_victims(void **unused)
{
    (void)unused;
    struct cluster cluster = {0};
    add_class(&cluster, 1000, 10);
    uint32_t five = add_class(&cluster, 300, 5), least = add_class(&cluster, 300, INT32_MIN);
    add_nodes(&cluster, 2);
    run(&cluster, 0, five, 1);
    run(&cluster, 0, least, 1);
    run(&cluster, 1, five, 1);
    expect(&cluster, 1, (uint32_t[]){2}, 1, 0);
    fg_state_release(&cluster.state);
}

/* All else equal: of the victims with the highest priority the first started at 10 on node 0, at 20
 * on node 1 (the 5 of priority 1 does not count), at 15 on node 2. */
static void rule_5_latest_start(void **unused)
{
    (void)unused;
    struct cluster cluster = {0};
    add_class(&cluster, 1000, 10);
    uint32_t one = add_class(&cluster, 300, 1), five = add_class(&cluster, 300, 5);
    add_nodes(&cluster, 3);
    static const int64_t started[3][3] = {{10, 90, 50}, {20, 30, 5}, {15, 80, 60}};
    for (uint32_t node = 0; node < 3; node++) {
        run(&cluster, node, five, started[node][0]);
        run(&cluster, node, five, started[node][1]);
        run(&cluster, node, one, started[node][2]);
    }
    expect(&cluster, 1, (uint32_t[]){3, 4, 5}, 3, 0);
    fg_state_release(&cluster.state);
}

static void rule_6_first_in_the_order(void **unused)
{
    (void)unused;
    struct cluster cluster = {0};
    add_class(&cluster, 600, 10);
    uint32_t low = add_class(&cluster, 700, 1);
    add_nodes(&cluster, 3);
    for (uint32_t node = 0; node < 3; node++)
        run(&cluster, node, low, 7);
    expect(&cluster, 0, (uint32_t[]){0}, 1, 0);
    fg_state_release(&cluster.state);
}

/* ---- budgets ---- */

/* Two pods under one budget that lets one go: the second in order of importance breaks it, so it is
 * asked first and comes back; the other goes, and no budget is broken. */
static void pods_whose_budget_would_break_come_back_first(void **unused)
{
    (void)unused;
    struct cluster cluster = {.budget_count = 1, .allowed = {1}};
    add_class(&cluster, 500, 10);
    uint32_t high = add_class(&cluster, 500, 5), low = add_class(&cluster, 500, 1);
    add_nodes(&cluster, 1);
    protect(&cluster, run(&cluster, 0, low, 1), 0);
    protect(&cluster, run(&cluster, 0, high, 1), 0);
    expect(&cluster, 0, (uint32_t[]){1}, 1, 0);

    cluster.allowed[0] = 0; /* both break it: the more important comes back, the other breaks it */
    expect(&cluster, 0, (uint32_t[]){0}, 1, 1);
    fg_state_release(&cluster.state);
}

/* Two pods of one node hold port 80, which the scheduler itself would never bring about. It keeps
 * the node's ports as a set: the one of lower priority leaves and the port with it, though the
 * other stays. */
static void port_held_twice_is_free_when_one_of_the_two_goes(void **unused)
{
    (void)unused;
    static const struct fg_host_port port = {"TCP", "0.0.0.0", 80};
    const struct fg_pod_rules rules = {.owner_selector = {.nothing = true},
                                       .port_count = 1,
                                       .ports = &port,
                                       .scored_cpu_milli = -1,
                                       .scored_memory_bytes = -1};
    struct cluster cluster = {0};
    add_class(&cluster, 100, 10);
    uint32_t low = add_class(&cluster, 100, 1), equal = add_class(&cluster, 100, 10);
    for (uint32_t i = 0; i < 3; i++)
        cluster.specs[i].rules = &rules;
    add_nodes(&cluster, 1);
    run(&cluster, 0, equal, 1);
    expect_none(&cluster, "0/1 nodes are available: 1 node(s) didn't have free ports for the "
                          "requested pod ports. preemption: 0/1 nodes are available: 1 No "
                          "preemption victims found for incoming pod.");
    run(&cluster, 0, low, 1);
    expect(&cluster, 0, (uint32_t[]){1}, 1, 0);
    assert_int_equal(fg_scheduler_refuses(&cluster.state, 0, 0), FG_REFUSAL_PORTS);
    fg_state_release(&cluster.state);
}

/* Of 1,500 nodes a tenth, 150, are candidates enough; the best, on the last node, is not seen. */
static void large_clusters_are_searched_in_part(void **unused)
{
    (void)unused;
    struct cluster cluster = {0};
    add_class(&cluster, 600, 10);
    uint32_t high = add_class(&cluster, 700, 5), low = add_class(&cluster, 700, 1);
    add_nodes(&cluster, 1500);
    struct fg_running_pod *pods = calloc(1500, sizeof *pods);
    for (uint32_t node = 0; node < 1500; node++) {
        pods[node] =
            (struct fg_running_pod){.slot = node,
                                    .class_number = node == 149 || node == 1499 ? low : high,
                                    .started = node};
        fg_state_count_pods(&cluster.state, node, pods[node].class_number, 1);
    }
    struct fg_running_pods running = {.count = 1500, .pods = pods};
    struct fg_preemption_plan plan;
    assert_true(fg_preemption_find(&cluster.state, 0, &running, &plan));
    assert_int_equal(plan.slot, 149); /* 1499 started later */
    fg_preemption_release(&plan);
    free(pods);
    fg_state_release(&cluster.state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pods_come_back_from_the_most_important_on),
        cmocka_unit_test(of_equal_priority_the_younger_goes),
        cmocka_unit_test(pods_of_the_same_priority_stay),
        cmocka_unit_test(message_says_why_evicting_does_not_help),
        cmocka_unit_test(preemption_policy_never_evicts_nobody),
        cmocka_unit_test(rule_1_fewest_broken_budgets),
        cmocka_unit_test(rule_2_lowest_of_the_highest_priorities),
        cmocka_unit_test(rule_3_smallest_sum_of_priorities),
        cmocka_unit_test(rule_3_negative_priorities_do_not_make_many_cheap),
        cmocka_unit_test(rule_4_fewest_victims),
        cmocka_unit_test(rule_5_latest_start),
        cmocka_unit_test(rule_6_first_in_the_order),
        cmocka_unit_test(pods_whose_budget_would_break_come_back_first),
        cmocka_unit_test(port_held_twice_is_free_when_one_of_the_two_goes),
        cmocka_unit_test(large_clusters_are_searched_in_part),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
