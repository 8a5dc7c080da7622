/* Karpenter's documents as an API server gives them: what this program does not know is passed
 * over, what it knows must still be right. */
#include "data/decode_node_pool.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static struct fg_arena arena;
static struct fg_error fault;

static int forget(void **state)
{
    (void)state;
    fg_arena_release(&arena);
    return 0;
}

static const struct fg_value *document(const char *yaml)
{
    const struct fg_value *root = NULL;
    struct fg_error error = {0};
    assert_int_equal(fg_document_parse("live.yaml", yaml, strlen(yaml), &arena, &root, &error),
                     FG_OK);
    return root;
}

static struct fg_decoder decoder_of(bool lenient)
{
    fault = (struct fg_error){0};
    return (struct fg_decoder){.arena = &arena, .first = &fault, .lenient = lenient};
}

static const char pool_yaml[] =
    "kind: NodePool\n"
    "metadata: {name: p, selfLink: x}\n"
    "spec:\n"
    "  replicas: 3\n"
    "  limits: {cpu: 10, hugepages-2Mi: 1}\n"
    "  template:\n"
    "    spec:\n"
    "      kubelet: {}\n"
    "      taints: [{key: a, effect: NoSchedule, timeAdded: x}]\n"
    "      requirements:\n"
    "        - {key: karpenter.k8s.aws/instance-new, operator: Exists}\n";

static void a_lenient_decoder_passes_over_what_it_does_not_know(void **state)
{
    (void)state;
    struct fg_node_pool pool;
    struct fg_decoder decoder = decoder_of(true);
    assert_true(fg_decode_node_pool(&decoder, document(pool_yaml), &pool));
    assert_true(fg_decode_is_good(&decoder));
    assert_int_equal(pool.limit_cpu_milli, 10000);
    assert_int_equal(pool.taints.count, 1);
    assert_int_equal(pool.requirements.count, 1);
}

/* selfLink, replicas, hugepages-2Mi, kubelet, timeAdded and the label: six faults. */
static void a_strict_decoder_notes_each_of_them(void **state)
{
    (void)state;
    struct fg_node_pool pool;
    struct fg_errors all = {0};
    struct fg_decoder decoder = decoder_of(false);
    decoder.all = &all;
    assert_true(fg_decode_node_pool(&decoder, document(pool_yaml), &pool));
    assert_int_equal(all.count, 6);
    fg_errors_release(&all);
}

static void a_lenient_decoder_still_refuses_what_is_wrong(void **state)
{
    (void)state;
    struct fg_node_pool pool;
    struct fg_decoder decoder = decoder_of(true);
    fg_decode_node_pool(&decoder, document("metadata: {name: p}\nspec: {weight: heavy}\n"), &pool);
    assert_string_equal(fault.message, "weight is 'heavy'; expected a whole number from 1 to 100");
    decoder = decoder_of(true);
    assert_false(fg_decode_node_pool(&decoder, document("spec: {}\n"), &pool));
    assert_string_equal(fault.message, "a node pool has no metadata.name; expected one");
}

static void a_lenient_decoder_takes_a_class_as_far_as_it_goes(void **state)
{
    (void)state;
    struct fg_node_class item;
    struct fg_decoder decoder = decoder_of(true);
    const char *yaml = "kind: EC2NodeClass\n"
                       "metadata: {name: c}\n"
                       "spec:\n"
                       "  amiFamily: Windows2022\n"
                       "  instanceStorePolicy: RAID0\n"
                       "  kubelet: {maxPods: 20, evictionHard: {memory.available: 5%}}\n"
                       "status: {subnets: [{id: s, zone: us-east-1a, zoneID: use1-az1}]}\n";
    assert_true(fg_decode_node_class(&decoder, document(yaml), &item));
    assert_true(fg_decode_is_good(&decoder));
    assert_string_equal(item.ami_family, "Windows2022");
    assert_int_equal(item.max_pods, 20);
    assert_int_equal(item.eviction_hard_memory_bytes, 100 << 20);
    assert_string_equal(item.zones[0], "us-east-1a");
}

#define TEST(name) cmocka_unit_test_teardown(name, forget)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_lenient_decoder_passes_over_what_it_does_not_know),
        TEST(a_strict_decoder_notes_each_of_them),
        TEST(a_lenient_decoder_still_refuses_what_is_wrong),
        TEST(a_lenient_decoder_takes_a_class_as_far_as_it_goes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
