/* Columns of a trace as rules of pods: spread, anti-affinity, ports, volumes, owners. */
#include "data/trace_rules.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "data/trace_transform.h"
#include "tests/support/small_world.h"

static struct fg_small_trace small;

static int forget(void **state)
{
    (void)state;
    fg_trace_release(&small.trace);
    small = (struct fg_small_trace){0};
    return 0;
}

/* A spec of a Job, which has no rules of its own. */
static struct fg_pod_spec *add_spec(const char *namespace_name, const char *workload)
{
    uint32_t number = fg_small_spec(&small, namespace_name, workload, 100, 128);
    struct fg_pod_spec *spec = &small.trace.specs[number];
    spec->kind = FG_KIND_JOB;
    spec->spread = spec->anti_affinity = "";
    return spec;
}

static const struct fg_pod_rules *rules_of(uint32_t spec)
{
    return small.trace.specs[spec].rules;
}

static void a_spec_that_wants_nothing_has_no_rules(void **state)
{
    (void)state;
    add_spec("default", "etl");
    add_spec("default", "(none)")->kind = FG_KIND_REPLICASET;
    add_spec("default", "etl")->features = FG_FEATURE_PRIVILEGED | FG_FEATURE_HOST_NETWORK;
    fg_trace_make_rules(&small.trace);
    for (uint32_t i = 0; i < 3; i++)
        assert_null(rules_of(i));
}

static void spread_is_a_hard_constraint_over_the_workload(void **state)
{
    (void)state;
    add_spec("default", "etl")->spread = "zone:1;hostname:2";
    fg_trace_make_rules(&small.trace);
    const struct fg_spread_constraint *items = rules_of(0)->spread.items;
    assert_int_equal(rules_of(0)->spread.count, 2);
    assert_string_equal(items[0].topology_key, "topology.kubernetes.io/zone");
    assert_int_equal(items[0].max_skew, 1);
    assert_true(items[0].hard);
    assert_string_equal(items[0].selector.workload, "etl");
    assert_false(items[0].selector.nothing);
    assert_string_equal(items[1].topology_key, "kubernetes.io/hostname");
    assert_int_equal(items[1].max_skew, 2);
    assert_true(rules_of(0)->owner_selector.nothing); /* a Job's pods have no such owner */
}

static void anti_affinity_keeps_the_workload_apart_by_node(void **state)
{
    (void)state;
    add_spec("default", "db")->anti_affinity = "hostname";
    fg_trace_make_rules(&small.trace);
    const struct fg_pod_terms *terms = &rules_of(0)->required_anti_affinity;
    assert_int_equal(terms->count, 1);
    assert_string_equal(terms->items[0].topology_key, "kubernetes.io/hostname");
    assert_string_equal(terms->items[0].selector.workload, "db");
    assert_int_equal(terms->items[0].namespace_count, 0); /* the pod's own */
    assert_false(terms->items[0].all_namespaces);
}

static void a_selector_of_a_workload_takes_no_other(void **state)
{
    (void)state;
    add_spec("default", "db")->anti_affinity = "hostname";
    add_spec("default", "web");
    fg_trace_make_rules(&small.trace);
    const struct fg_label_selector *selector =
        &rules_of(0)->required_anti_affinity.items[0].selector;
    assert_true(fg_label_selector_takes_pod(selector, &small.trace.specs[0]));
    assert_false(fg_label_selector_takes_pod(selector, &small.trace.specs[1]));
}

static void owners_are_of_deployments_replica_sets_and_stateful_sets(void **state)
{
    (void)state;
    static const enum fg_kind kinds[] = {FG_KIND_DEPLOYMENT, FG_KIND_STATEFULSET,
                                         FG_KIND_REPLICASET, FG_KIND_JOB,
                                         FG_KIND_CRONJOB,    FG_KIND_POD};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        add_spec("default", "w")->kind = kinds[i];
    fg_trace_make_rules(&small.trace);
    for (uint32_t i = 0; i < 3; i++) {
        assert_false(rules_of(i)->owner_selector.nothing);
        assert_string_equal(rules_of(i)->owner_selector.workload, "w");
        assert_int_equal(rules_of(i)->scored_cpu_milli, -1);
        assert_int_equal(rules_of(i)->scored_memory_bytes, -1);
    }
    for (uint32_t i = 3; i < 6; i++)
        assert_null(rules_of(i));
}

static void each_workload_wants_a_port_of_its_own(void **state)
{
    (void)state;
    add_spec("default", "ingress")->features = FG_FEATURE_HOST_PORT;
    struct fg_pod_spec *bigger = add_spec("default", "ingress");
    bigger->features = FG_FEATURE_HOST_PORT | FG_FEATURE_EBS;
    add_spec("default", "agent")->features = FG_FEATURE_HOST_PORT;
    add_spec("other", "ingress")->features = FG_FEATURE_HOST_PORT;
    fg_trace_make_rules(&small.trace);
    const struct fg_host_port *port = rules_of(0)->ports;
    assert_int_equal(rules_of(0)->port_count, 1);
    assert_string_equal(port->protocol, "TCP");
    assert_string_equal(port->ip, "0.0.0.0");
    assert_int_equal(rules_of(1)->ports->port, port->port);
    assert_int_not_equal(rules_of(2)->ports->port, port->port);
    assert_int_not_equal(rules_of(3)->ports->port, port->port);
    assert_int_not_equal(rules_of(3)->ports->port, rules_of(2)->ports->port);
    assert_int_equal(rules_of(0)->ebs_volumes, 0);
    assert_int_equal(rules_of(1)->ebs_volumes, 1);
}

static void specs_that_want_the_same_share_their_rules(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        add_spec("default", "web")->spread = "zone:1";
        add_spec("default", "api")->spread = "zone:1";
        add_spec("default", "web")->spread = "zone:2";
    }
    fg_trace_make_rules(&small.trace);
    for (uint32_t i = 0; i < 3; i++)
        assert_ptr_equal(rules_of(i), rules_of(i + 3));
    assert_ptr_not_equal(rules_of(0), rules_of(1));
    assert_ptr_not_equal(rules_of(0), rules_of(2));
}

/* The rules of a pod that a study gives to another workload are that workload's. */
static void assigned_workloads_have_rules_of_their_own(void **state)
{
    (void)state;
    add_spec("default", "a")->anti_affinity = "hostname";
    fg_small_pod(&small, 0, 0, FG_SPAN_FOREVER, 0);
    fg_trace_make_rules(&small.trace);
    struct fg_assign assign = {.match = {.cpu_at_most_milli = INT64_MAX,
                                         .memory_at_most_bytes = INT64_MAX,
                                         .gpu_milli = -1,
                                         .duration_at_most_s = INT64_MAX},
                               .set = {.workload = "b",
                                       .cpu_milli = -1,
                                       .memory_bytes = -1,
                                       .has_checkpoint = true,
                                       .checkpoint_s = 600}};
    const struct fg_trace_source source = {
        .scale_nano = 1000000000, .repeat_times = 1, .assign_count = 1, .assigns = &assign};
    struct fg_trace out;
    struct fg_error error = {0};
    assert_int_equal(fg_trace_transform(&small.trace, &source, 42, 0, &out, &error), FG_OK);
    const struct fg_pod_rules *rules = out.specs[0].rules;
    assert_string_equal(rules->required_anti_affinity.items[0].selector.workload, "b");
    assert_string_equal(rules_of(0)->required_anti_affinity.items[0].selector.workload, "a");
    assert_int_equal(out.specs[0].checkpoint_s, 600);
    assert_int_equal(small.trace.specs[0].checkpoint_s, 0);
    fg_trace_release(&out);
}

/* Without assign the specs are the base's, and so are their rules. */
static void scaled_copies_share_the_rules_of_their_base(void **state)
{
    (void)state;
    add_spec("default", "a")->anti_affinity = "hostname";
    fg_small_pod(&small, 0, 0, FG_SPAN_FOREVER, 0);
    fg_trace_make_rules(&small.trace);
    const struct fg_trace_source source = {.scale_nano = 2000000000, .repeat_times = 1};
    struct fg_trace out;
    struct fg_error error = {0};
    assert_int_equal(fg_trace_transform(&small.trace, &source, 42, 0, &out, &error), FG_OK);
    assert_int_equal(out.pod_count, 2);
    assert_ptr_equal(out.specs[0].rules, rules_of(0));
    fg_trace_release(&out);
}

#define TEST(name) cmocka_unit_test_teardown(name, forget)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_spec_that_wants_nothing_has_no_rules),
        TEST(spread_is_a_hard_constraint_over_the_workload),
        TEST(anti_affinity_keeps_the_workload_apart_by_node),
        TEST(a_selector_of_a_workload_takes_no_other),
        TEST(owners_are_of_deployments_replica_sets_and_stateful_sets),
        TEST(each_workload_wants_a_port_of_its_own),
        TEST(specs_that_want_the_same_share_their_rules),
        TEST(assigned_workloads_have_rules_of_their_own),
        TEST(scaled_copies_share_the_rules_of_their_base),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
