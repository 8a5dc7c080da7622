/* pricing.lines, cluster.persistentVolumes, cluster.images, controlPlane.tier in a study. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "models/cost_line.h"
#include "tests/support/study_text.h"

static const struct fg_cost_line *line(const char *keys)
{
    char text[1000];
    snprintf(text, sizeof text, "pricing: {lines: [{name: x, %s}]}\n", keys);
    const struct fg_scenario *scenario = fg_text_scenario(text);
    assert_int_equal(scenario->line_count, 1);
    return &scenario->lines[0];
}

static void faults(const char *lines, const char *message)
{
    char text[2000];
    snprintf(text, sizeof text, "pricing: {lines: [%s]}\n", lines);
    fg_text_scenario_faults(text, 4, message);
}

static const struct fg_cluster *cluster(const char *keys)
{
    char text[1000];
    snprintf(text, sizeof text, "cluster: {%s}\n", keys);
    return &fg_text_scenario(text)->cluster;
}

static void cluster_faults(const char *keys, const char *message)
{
    char text[1000];
    snprintf(text, sizeof text, "cluster: {%s}\n", keys);
    fg_text_scenario_faults(text, 4, message);
}

#define NO_QUANTITY                                                                                \
    "the line 'a' is per GB and has no quantity; expected gb: imagePull or such as gb: "           \
    "{perPodHour: 0.5} with perHour, perNodeHour, perPodHour, perPodStart"

/* ---- lines ---- */

static void line_has_a_driver_and_a_price(void **state)
{
    (void)state;
    static const struct {
        const char *per;
        enum fg_line_driver driver;
        enum fg_charge charge;
    } cases[] = {
        {"hour", FG_LINE_HOUR, FG_CHARGE_OTHER_HOURS},
        {"node-hour", FG_LINE_NODE_HOUR, FG_CHARGE_OTHER_HOURS},
        {"pod-hour", FG_LINE_POD_HOUR, FG_CHARGE_OTHER_HOURS},
        {"pod-start", FG_LINE_POD_START, FG_CHARGE_OTHER_STARTS},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char keys[100];
        snprintf(keys, sizeof keys, "per: %s, usd: 0.045, count: 3", cases[i].per);
        const struct fg_cost_line *read = line(keys);
        assert_string_equal(read->name, "x");
        assert_int_equal(read->nano, 45000000);
        for (int d = 0; d < FG_LINE_DRIVER_COUNT; d++)
            assert_int_equal(fg_cost_line_part(read, (enum fg_line_driver)d).amount,
                             d == (int)cases[i].driver ? 3 : 0);
        assert_int_equal(fg_cost_line_part(read, cases[i].driver).charge, cases[i].charge);
        fg_text_end(NULL);
    }
}

static void line_by_the_gb_has_a_quantity(void **state)
{
    (void)state;
    const struct fg_cost_line *read =
        line("per: GB, usd: 0.5, gb: {perPodHour: 0.25, perPodStart: 2}");
    assert_int_equal(fg_cost_line_part(read, FG_LINE_POD_HOUR).amount, 250000000);
    assert_int_equal(fg_cost_line_part(read, FG_LINE_POD_START).amount, 2000000000);
    assert_int_equal(fg_cost_line_part(read, FG_LINE_POD_HOUR).charge, FG_CHARGE_OTHER_GB);
    fg_text_end(NULL);
    read = line("per: GB, usd: 0.5, gb: imagePull");
    assert_int_equal(fg_cost_line_part(read, FG_LINE_IMAGE_PULL).amount, 1);
    assert_int_equal(fg_cost_line_part(read, FG_LINE_IMAGE_PULL).divisor, 1 << 30);
}

static void line_may_be_narrowed(void **state)
{
    (void)state;
    const struct fg_cost_line *read =
        line("per: pod-hour, usd: 1, namespace: 'web-*', kind: Job, pool: 'fargate:*'");
    struct fg_pod_spec spec = {.namespace_name = "web-a", .workload = "w", .kind = FG_KIND_JOB};
    assert_true(fg_pod_filter_takes(&read->pods, &spec));
    spec.kind = FG_KIND_POD;
    assert_false(fg_pod_filter_takes(&read->pods, &spec));
    spec.kind = FG_KIND_JOB;
    spec.namespace_name = "web";
    assert_false(fg_pod_filter_takes(&read->pods, &spec));
    assert_true(fg_cost_line_takes_pool(read, "fargate:all"));
    assert_false(fg_cost_line_takes_pool(read, "nodegroup:all"));
    assert_false(fg_cost_line_takes_pool(read, NULL));
}

static void line_may_have_the_catalogs_price(void **state)
{
    (void)state;
    assert_string_equal(line("per: hour, item: nat_gateway")->item, "nat_gateway");
    fg_text_end(NULL);
    assert_string_equal(line("per: hour, item: alb_lcu, count: 2")->item, "alb_lcu");
    fg_text_end(NULL);
    line("per: GB, item: nat_gateway_data, gb: {perPodHour: 1}");
}

static void lines_that_say_too_little_or_too_much_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *lines, *message;
    } cases[] = {
        {"{per: hour, usd: 1}", "a line has no name; expected one"},
        {"{name: a, usd: 1}", "a line has no per; expected one"},
        {"{name: a, per: minute, usd: 1}",
         "per is 'minute'; expected hour, node-hour, pod-hour, pod-start or GB"},
        {"{name: a, per: hour}",
         "the line 'a' has no price; expected usd, or item for the catalog's"},
        {"{name: a, per: hour, usd: 1, item: alb}",
         "the line 'a' has a price and an item; expected one of usd and item"},
        {"{name: a, per: hour, usd: -1}",
         "usd is '-1'; expected a number, not negative, with at most nine decimals"},
        {"{name: a, per: hour, usd: 10001}", "usd is '10001'; expected at most 10000 for one unit"},
        {"{name: a, per: hour, usd: 1, count: 0}",
         "count is '0'; expected a whole number from 1 to 1000"},
        {"{name: a, per: GB, usd: 1}", NO_QUANTITY},
        {"{name: a, per: GB, usd: 1, gb: 5}", NO_QUANTITY},
        {"{name: a, per: GB, usd: 1, gb: {perWeek: 5}}",
         "unknown key 'perWeek' in gb; expected one of perHour, perNodeHour, perPodHour, "
         "perPodStart"},
        {"{name: a, per: hour, usd: 1, gb: imagePull}",
         "the line 'a' is per hour; expected gb only per GB"},
        {"{name: a b, per: hour, usd: 1}",
         "the line's name is 'a b'; expected at most 63 letters, digits and - _ . /"},
        {"{name: a, per: hour, usd: 1}, {name: a, per: hour, usd: 1}",
         "two lines are named 'a'; expected each name once"},
        {"{name: a, per: hour, usd: 1, namespace: web}",
         "the line 'a' is narrowed to pods, and none drives it; expected no namespace, workload or "
         "kind"},
        {"{name: a, per: hour, usd: 1, pool: 'nodegroup:*'}",
         "the line 'a' is the cluster's; expected no pool, or a line per node-hour, pod-hour or "
         "pod-start"},
        {"{name: a, per: hour, item: nat_gatewy}",
         "the catalog has no price of 'nat_gatewy'; did you mean 'nat_gateway'?"},
        {"{name: a, per: hour, item: nat_gateway_data}",
         "the catalog has the price of 'nat_gateway_data' per gb, and the line 'a' is per hour; "
         "expected an item in the line's unit"},
        {"{name: a, per: GB, item: nat_gateway, gb: {perHour: 1}}",
         "the catalog has the price of 'nat_gateway' per hour, and the line 'a' is per GB; "
         "expected an item in the line's unit"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        faults(cases[i].lines, cases[i].message);
        fg_text_end(NULL);
    }
}

static void eight_lines_at_most_are_driven_by_nodes(void **state)
{
    (void)state;
    char lines[1000] = "";
    for (int i = 0; i < 9; i++)
        snprintf(lines + strlen(lines), sizeof lines - strlen(lines),
                 "%s{name: l%d, per: node-hour, usd: 1}", i > 0 ? ", " : "", i);
    faults(lines, "9 lines are driven by nodes; expected at most 8");
}

/* ---- volumes and images ---- */

static void volumes_have_defaults(void **state)
{
    (void)state;
    const struct fg_cluster *read =
        cluster("persistentVolumes: [{workload: db, size: 100Gi}, {namespace: 'n*', size: 1500Mi, "
                "type: io2, iops: 5000, throughput: 300, keep: false, count: 2}]");
    const struct fg_persistent_volume *first = &read->persistent_volumes[0], *second = first + 1;
    assert_int_equal(read->persistent_volume_count, 2);
    assert_string_equal(first->volume.type, "gp3");
    assert_int_equal(first->volume.size_gib, 100);
    assert_int_equal(first->count, 1);
    struct fg_pod_spec spec = {.kind = FG_KIND_STATEFULSET};
    assert_true(fg_persistent_volume_is_kept(first, &spec));
    assert_false(fg_persistent_volume_is_kept(second, &spec));
    spec.kind = FG_KIND_DEPLOYMENT;
    assert_false(fg_persistent_volume_is_kept(first, &spec));
    assert_int_equal(second->volume.size_gib, 2);
    assert_int_equal(second->volume.iops, 5000);
    assert_int_equal(second->count, 2);
}

static void volumes_and_images_that_say_too_little_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *keys, *message;
    } cases[] = {
        {"persistentVolumes: [{workload: db}]", "a persistent volume has no size; expected one"},
        {"persistentVolumes: [{size: 1Gi}]",
         "a persistent volume is for no pods; expected namespace, workload or kind"},
        {"persistentVolumes: [{workload: db, size: 0}]", "size is '0'; expected 1Gi to 64Ti"},
        {"persistentVolumes: [{workload: db, size: 65Ti}]", "size is '65Ti'; expected 1Gi to 64Ti"},
        {"persistentVolumes: [{workload: db, size: 1Gi, type: gp9}]",
         "volumeType is 'gp9'; expected gp3, gp2, io1, io2, st1, sc1 or standard"},
        {"images: [{workload: db}]", "an image has no size; expected one"},
        {"controlPlane: {tier: 3XL}", "tier is '3XL'; expected standard, XL, 2XL, 4XL or 8XL"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cluster_faults(cases[i].keys, cases[i].message);
        fg_text_end(NULL);
    }
}

static void images_and_throughput_are_read(void **state)
{
    (void)state;
    const struct fg_cluster *read =
        cluster("images: [{workload: 'w*', size: 1.5Gi}], nodes: {pullThroughput: 100Mi}, "
                "fargate: {pullThroughput: 50M}, controlPlane: {tier: 2XL}");
    assert_int_equal(read->image_rules[0].bytes, 1610612736);
    assert_int_equal(read->nodes.pull_bytes_per_s, 104857600);
    assert_int_equal(read->fargate.pull_bytes_per_s, 50000000);
    assert_string_equal(read->control_plane.tier, "2XL");
}

static void nodes_said_to_be_public_have_addresses(void **state)
{
    (void)state;
    const struct fg_cluster *read =
        cluster("managedNodeGroups: [{name: a, privateNetworking: false}, "
                "{name: b, privateNetworking: true}, {name: c}]");
    assert_true(read->node_groups[0].public_ipv4);
    assert_false(read->node_groups[1].public_ipv4);
    assert_false(read->node_groups[2].public_ipv4);
}

static void rules_of_assign_may_set_images(void **state)
{
    (void)state;
    fg_text_reads("study: s\nregion: us-east-1\ntrace: {file: p.csv, assign: [{match: {}, "
                  "set: {image: registry/app, imageSize: 1.5Gi}}]}\nscenarios: [{name: a}]\n");
    const struct fg_assign_set *set = &fg_text_study()->scenarios[0].trace.assigns[0].set;
    assert_string_equal(set->image, "registry/app");
    assert_int_equal(set->image_bytes, 1610612736);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(line_has_a_driver_and_a_price, fg_text_end),
        cmocka_unit_test_teardown(line_by_the_gb_has_a_quantity, fg_text_end),
        cmocka_unit_test_teardown(line_may_be_narrowed, fg_text_end),
        cmocka_unit_test_teardown(line_may_have_the_catalogs_price, fg_text_end),
        cmocka_unit_test_teardown(lines_that_say_too_little_or_too_much_are_refused, fg_text_end),
        cmocka_unit_test_teardown(eight_lines_at_most_are_driven_by_nodes, fg_text_end),
        cmocka_unit_test_teardown(volumes_have_defaults, fg_text_end),
        cmocka_unit_test_teardown(volumes_and_images_that_say_too_little_are_refused, fg_text_end),
        cmocka_unit_test_teardown(images_and_throughput_are_read, fg_text_end),
        cmocka_unit_test_teardown(nodes_said_to_be_public_have_addresses, fg_text_end),
        cmocka_unit_test_teardown(rules_of_assign_may_set_images, fg_text_end),
    };
    return cmocka_run_group_tests_name("study_lines", tests, fg_text_open_catalog,
                                       fg_text_close_catalog);
}
