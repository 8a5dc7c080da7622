/* What of an EC2 instance pods can request (rules K1, K2, K3, K5, G6). */
#include "models/node_capacity.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "data/catalog_reader.h"

#define MIB (1024LL * 1024)
#define GIB (1024 * MIB)
#define COUNT(items) (sizeof(items) / sizeof *(items))

static struct fg_catalog catalog;

static int read_catalog(void **state)
{
    (void)state;
    struct fg_error error = {0};
    return fg_catalog_read(NULL, &catalog, &error) == FG_OK ? 0 : -1;
}

static int release_catalog(void **state)
{
    (void)state;
    fg_catalog_release(&catalog);
    return 0;
}

static const struct fg_instance_type *type(const char *name)
{
    const struct fg_instance_type *found = fg_catalog_find_type(&catalog, name);
    if (found == NULL)
        fail_msg("no type %s", name);
    return found;
}

/* 6 % of the first 1000m, 1 % of the next, 0.5 % of the next two, 0.25 % above; for 5 vCPU
 * 60 + 10 + 10 + 2.5, cut to 82. */
static void reserves_cpu_by_bands(void **state)
{
    (void)state;
    static const int64_t rows[][2] = {
        {0, 0},    {1, 60},   {2, 70},   {3, 75},    {4, 80},    {5, 82},
        {6, 85},   {8, 90},   {16, 110}, {32, 150},  {36, 160},  {47, 187},
        {48, 190}, {64, 230}, {96, 310}, {128, 390}, {192, 550},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_int_equal(fg_kube_reserved_cpu_milli(rows[i][0]), rows[i][1]);
}

/* 11 MiB a pod and 255: for 29 pods 319 + 255 = 574 */
static void reserves_memory_by_pods(void **state)
{
    (void)state;
    static const int64_t rows[][2] = {
        {4, 299},  {8, 343},  {15, 420},   {17, 442},   {29, 574},   {35, 640},   {44, 739},
        {58, 893}, {60, 915}, {110, 1465}, {234, 2829}, {250, 3005}, {737, 8362},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_int_equal(fg_kube_reserved_memory_mib(rows[i][0]), rows[i][1]);
}

/* Plain: E * (I - 1) + 2; prefixes: E * (I - 1) * 16 + 2; custom networking: one ENI less. */
static void counts_pods_by_network_interfaces(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        int64_t plain, prefix, capped, custom;
    } rows[] = {
        {"t3.nano", 4, 34, 34, 3},           {"t3.medium", 17, 242, 110, 12},
        {"m5.large", 29, 434, 110, 20},      {"m5.xlarge", 58, 898, 110, 44},
        {"c5.9xlarge", 234, 3714, 250, 205}, {"m5.24xlarge", 737, 11762, 250, 688},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct fg_instance_type *some = type(rows[i].name);
        int64_t prefix = fg_max_pods(some, true, false), cap = fg_max_pods_cap(some);
        assert_int_equal(fg_max_pods(some, false, false), rows[i].plain);
        assert_int_equal(prefix, rows[i].prefix);
        assert_int_equal(prefix < cap ? prefix : cap, rows[i].capped);
        assert_int_equal(fg_max_pods(some, false, true), rows[i].custom);
    }
}

/* (3 - 1) * 9 * 16 + 2 = 290 */
static void custom_networking_and_prefixes_go_together(void **state)
{
    (void)state;
    assert_int_equal(fg_max_pods(type("m5.large"), true, true), 290);
}

static void prefixes_need_nitro(void **state)
{
    (void)state;
    struct fg_instance_type some = *type("m5.large");
    some.nitro = false;
    assert_int_equal(fg_max_pods(&some, true, false), 29);
    const struct fg_instance_type *old = type("m4.large"); /* 2 ENIs of 10: 2 * 9 + 2 */
    assert_false(old->nitro);
    assert_int_equal(fg_max_pods(old, true, false), 20);
}

static void takes_110_pods_where_interfaces_are_unknown(void **state)
{
    (void)state;
    const struct fg_instance_type unknown = {.name = "new.large", .vcpu = 2, .memory_mib = 8192};
    const struct fg_instance_type half_known = {.vcpu = 2, .memory_mib = 8192, .max_enis = 3};
    assert_int_equal(fg_max_pods(&unknown, false, false), 110);
    assert_int_equal(fg_max_pods(&half_known, false, false), 110);
    assert_int_equal(fg_kube_reserved_memory_mib(fg_max_pods(&unknown, false, false)), 1465);
}

static void caps_at_250_above_30_vcpu(void **state)
{
    (void)state;
    assert_int_equal(fg_max_pods_cap(&(struct fg_instance_type){.vcpu = 30}), 110);
    assert_int_equal(fg_max_pods_cap(&(struct fg_instance_type){.vcpu = 31}), 250);
    assert_int_equal(fg_max_pods_cap(&(struct fg_instance_type){.vcpu = 2}), 110);
    assert_int_equal(fg_max_pods_cap(&(struct fg_instance_type){.vcpu = 192}), 250);
}

/* 3 ENIs of 6: 3 * 5 + 2 = 17; 6 of 12: 6 * 11 + 2 = 68; the AMI's reserves at 58 pods on 2 vCPU:
 * 70m, 893Mi. */
static void matches_the_test_data_of_the_ami(void **state)
{
    (void)state;
    assert_int_equal(
        fg_max_pods(&(struct fg_instance_type){.max_enis = 3, .ipv4_per_eni = 6}, false, false),
        17);
    assert_int_equal(
        fg_max_pods(&(struct fg_instance_type){.max_enis = 6, .ipv4_per_eni = 12}, false, false),
        68);
    assert_int_equal(fg_kube_reserved_cpu_milli(2), 70);
    assert_int_equal(fg_kube_reserved_memory_mib(58), 893);
}

/* m5.large: 8192 - ceil(614.4) = 7577; - 574 = 7003; - 100 = 6903. Arm gives up 64 MiB first.
 * Volume 20 GiB - 1 - 2 = 17. */
static void estimates_allocatable_as_karpenter_does(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        int64_t cpu_milli, mib, pods;
    } rows[] = {
        {"t3.nano", 1930, 74, 4},          {"t3.medium", 1930, 3246, 17},
        {"m5.large", 1930, 6903, 29},      {"m6g.large", 1930, 6844, 29},
        {"c6g.medium", 940, 1392, 8},      {"m7i.2xlarge", 7910, 29317, 58},
        {"c5.9xlarge", 35840, 65269, 234}, {"m5.24xlarge", 95690, 355262, 737},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct fg_node_capacity capacity;
        fg_node_allocatable(type(rows[i].name), false, 20, &capacity);
        assert_int_equal(capacity.cpu_milli, rows[i].cpu_milli);
        assert_int_equal(capacity.memory_bytes, rows[i].mib * MIB);
        assert_int_equal(capacity.pods, rows[i].pods);
        assert_int_equal(capacity.ephemeral_bytes, 17 * GIB);
        assert_int_equal(capacity.gpu_milli, 0);
    }
}

static void memory_reserve_stays_with_the_interfaces_under_prefix_delegation(void **state)
{
    (void)state;
    struct fg_node_capacity capacity;
    fg_node_allocatable(type("m5.large"), true, 20, &capacity);
    assert_int_equal(capacity.pods, 434);
    assert_int_equal(capacity.memory_bytes, 6903 * MIB);
}

/* 80 - 1 - 8 = 71 GiB; 33 GiB: a tenth is 3543348019.2 bytes, rounded up. */
static void ephemeral_storage_is_the_volume_less_1_gib_and_a_tenth(void **state)
{
    (void)state;
    struct fg_node_capacity capacity;
    fg_node_allocatable(type("m5.large"), false, 80, &capacity);
    assert_int_equal(capacity.ephemeral_bytes, 71 * GIB);
    fg_node_allocatable(type("m5.large"), false, 33, &capacity);
    assert_int_equal(capacity.ephemeral_bytes, 32 * GIB - 3543348020);
    fg_node_allocatable(type("m5.large"), false, 1, &capacity);
    assert_int_equal(capacity.ephemeral_bytes, 0);
}

static void allocatable_is_never_negative(void **state)
{
    (void)state;
    struct fg_node_capacity capacity;
    const struct fg_instance_type tiny = {
        .vcpu = 1, .memory_mib = 128, .max_enis = 2, .ipv4_per_eni = 2};
    fg_node_allocatable(&tiny, false, 0, &capacity);
    assert_int_equal(capacity.memory_bytes, 0);
    assert_int_equal(capacity.ephemeral_bytes, 0);
    assert_int_equal(capacity.cpu_milli, 940);
}

static void managed_groups_cap_pods_and_others_do_not(void **state)
{
    (void)state;
    struct fg_node_capacity capacity;
    fg_group_allocatable(type("m5.24xlarge"), true, 0, 80, &capacity);
    assert_int_equal(capacity.pods, 250);
    assert_int_equal(capacity.memory_bytes, 355262 * MIB);
    fg_group_allocatable(type("m5.24xlarge"), false, 0, 80, &capacity);
    assert_int_equal(capacity.pods, 737);
    fg_group_allocatable(type("m5.4xlarge"), true, 0, 80, &capacity); /* 8 * 29 + 2 = 234 */
    assert_int_equal(capacity.pods, 110);
    fg_group_allocatable(type("m5.large"), true, 0, 80, &capacity);
    assert_int_equal(capacity.pods, 29);
}

/* The memory reserve does not follow it: 6903 MiB as before. */
static void max_pods_of_the_group_are_taken_as_they_are(void **state)
{
    (void)state;
    struct fg_node_capacity capacity;
    fg_group_allocatable(type("m5.large"), true, 200, 20, &capacity);
    assert_int_equal(capacity.pods, 200);
    assert_int_equal(capacity.memory_bytes, 6903 * MIB);
    fg_group_allocatable(type("m5.large"), false, 5, 20, &capacity);
    assert_int_equal(capacity.pods, 5);
}

static void the_template_of_an_empty_group_is_the_whole_machine(void **state)
{
    (void)state;
    struct fg_node_capacity capacity;
    fg_group_template_from_zero(type("m5.large"), 80, &capacity);
    assert_int_equal(capacity.cpu_milli, 2000);
    assert_int_equal(capacity.memory_bytes, 8192 * MIB);
    assert_int_equal(capacity.pods, 110);
    assert_int_equal(capacity.ephemeral_bytes, 80 * GIB);
}

static void gpus_count_1000_each(void **state)
{
    (void)state;
    struct fg_node_capacity capacity;
    fg_node_allocatable(type("g5.12xlarge"), false, 80, &capacity);
    assert_int_equal(capacity.gpu_milli, 4000);
    fg_group_template_from_zero(type("g5.12xlarge"), 80, &capacity);
    assert_int_equal(capacity.gpu_milli, 4000);
}

static void every_type_of_the_catalog_has_room_for_some_pods(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < catalog.type_count; i++) {
        struct fg_node_capacity capacity;
        fg_node_allocatable(&catalog.types[i], false, 20, &capacity);
        assert_true(capacity.cpu_milli > 0);
        assert_true(capacity.cpu_milli < (int64_t)catalog.types[i].vcpu * 1000);
        assert_true(capacity.memory_bytes < catalog.types[i].memory_mib * MIB);
        assert_in_range(capacity.pods, 4, 2000);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reserves_cpu_by_bands),
        cmocka_unit_test(reserves_memory_by_pods),
        cmocka_unit_test(counts_pods_by_network_interfaces),
        cmocka_unit_test(custom_networking_and_prefixes_go_together),
        cmocka_unit_test(prefixes_need_nitro),
        cmocka_unit_test(takes_110_pods_where_interfaces_are_unknown),
        cmocka_unit_test(caps_at_250_above_30_vcpu),
        cmocka_unit_test(matches_the_test_data_of_the_ami),
        cmocka_unit_test(estimates_allocatable_as_karpenter_does),
        cmocka_unit_test(memory_reserve_stays_with_the_interfaces_under_prefix_delegation),
        cmocka_unit_test(ephemeral_storage_is_the_volume_less_1_gib_and_a_tenth),
        cmocka_unit_test(allocatable_is_never_negative),
        cmocka_unit_test(managed_groups_cap_pods_and_others_do_not),
        cmocka_unit_test(max_pods_of_the_group_are_taken_as_they_are),
        cmocka_unit_test(the_template_of_an_empty_group_is_the_whole_machine),
        cmocka_unit_test(gpus_count_1000_each),
        cmocka_unit_test(every_type_of_the_catalog_has_room_for_some_pods),
    };
    return cmocka_run_group_tests(tests, read_catalog, release_catalog);
}
