/* Instance types as Karpenter sees them: rules K5, labels, prices. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "data/catalog_reader.h"
#include "sim/controllers/karpenter_types.h"

#define MIB (INT64_C(1024) * 1024)

static struct fg_catalog catalog;

static fg_nanodollars by_vcpu(const void *context, const struct fg_instance_type *type,
                              const char *zone, enum fg_capacity_type capacity)
{
    (void)context;
    if (capacity == FG_CAPACITY_SPOT)
        return strcmp(zone, "us-east-1b") == 0 ? -1 : (fg_nanodollars)type->vcpu * 10;
    return type->vcpu * 100;
}

static void capacity_is_that_of_karpenters_own_table(void **state)
{
    (void)state;
    static const struct {
        const char *type;
        int64_t cpu_milli, memory_mib, pods;
    } rows[] = {
        {"t3.nano", 1930, 74, 4},          {"t3.medium", 1930, 3246, 17},
        {"m5.large", 1930, 6903, 29},      {"m6g.large", 1930, 6844, 29},
        {"c6g.medium", 940, 1392, 8},      {"m7i.2xlarge", 7910, 29317, 58},
        {"c5.9xlarge", 35840, 65269, 234}, {"m5.24xlarge", 95690, 355262, 737},
    };
    struct fg_node_class node_class = fg_node_class_default();
    struct fg_karpenter_settings settings = {.vm_memory_overhead_millionths = 75000};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fg_node_capacity whole, left;
        fg_karpenter_type_capacity(fg_catalog_find_type(&catalog, rows[i].type), &node_class,
                                   &settings, false, &whole, &left);
        assert_int_equal(left.cpu_milli, rows[i].cpu_milli);
        assert_int_equal(left.memory_bytes, rows[i].memory_mib * MIB);
        assert_int_equal(left.pods, rows[i].pods);
        /* 20 GiB - 1 GiB - 10 % */
        assert_int_equal(left.ephemeral_bytes, 17 * 1024 * MIB);
    }
}

static void the_memory_reserve_follows_the_family(void **state)
{
    (void)state;
    /* m5.large: 8192 - ceil(614.4) = 7577 MiB; less 100 for eviction and the reserve: by the ENI
     * formula 11 * 29 + 255 = 574, by 110 pods 11 * 110 + 255 = 1465. Reserved ENIs take pods,
     * (3 - 1) * 9 + 2 = 20, and no memory. 8 pods a core are 16. */
    static const struct {
        const char *family;
        int64_t max_pods, per_core, reserved_enis, memory_mib, pods;
        bool auto_mode;
    } rows[] = {
        {"AL2023", 110, 0, 0, 7577 - 100 - 574, 110, false},
        {"Bottlerocket", 110, 0, 0, 7577 - 100 - 1465, 110, false},
        {"AL2023", 0, 0, 1, 7577 - 100 - 574, 20, false},
        {"AL2023", 0, 8, 0, 7577 - 100 - 574, 16, false},
        {"Bottlerocket", 0, 8, 0, 7577 - 100 - 574, 29, false},
        {"Windows2022", 0, 0, 0, 7577 - 100 - 1465, 110, false},
        {"AL2023", 300, 0, 0, 7577 - 100 - 574, 110, true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fg_node_class node_class = fg_node_class_default();
        struct fg_karpenter_settings settings = {
            .vm_memory_overhead_millionths = 75000,
            .reserved_enis = rows[i].reserved_enis,
        };
        node_class.ami_family = rows[i].family;
        node_class.max_pods = rows[i].max_pods;
        node_class.pods_per_core = rows[i].per_core;
        struct fg_node_capacity whole, left;
        fg_karpenter_type_capacity(fg_catalog_find_type(&catalog, "m5.large"), &node_class,
                                   &settings, rows[i].auto_mode, &whole, &left);
        assert_int_equal(left.memory_bytes, rows[i].memory_mib * MIB);
        assert_int_equal(left.pods, rows[i].pods);
    }
}

struct shelf {
    struct fg_words words;
    struct fg_karpenter_types types;
    struct fg_arena arena;
};

static void fill(struct shelf *shelf, bool auto_mode)
{
    static const char *const zones[] = {"us-east-1a", "us-east-1b"};
    struct fg_node_class node_class = fg_node_class_default();
    struct fg_karpenter_settings settings = {.vm_memory_overhead_millionths = 75000};
    struct fg_karpenter_types_source source = {
        .catalog = &catalog,
        .region = "us-east-1",
        .zone_count = 2,
        .zones = zones,
        .node_class = &node_class,
        .settings = &settings,
        .auto_mode = auto_mode,
    };
    struct fg_karpenter_market market = {by_vcpu, NULL};
    *shelf = (struct shelf){0};
    fg_karpenter_types_fill(&shelf->types, &shelf->words, &source, &market);
}

static void empty(struct shelf *shelf)
{
    fg_karpenter_types_release(&shelf->types);
    fg_words_release(&shelf->words);
    fg_arena_release(&shelf->arena);
}

/* Whether the type stays in the set of all when the label is asked for. */
static bool stays(struct shelf *shelf, const char *type, const char *key,
                  enum fg_operator operator_, const char *value)
{
    struct fg_requirement source = {key, operator_, value != NULL, &value, 0};
    struct fg_karpenter_requirement asked =
        fg_karpenter_requirement_of(&shelf->words, &shelf->arena, &source);
    uint64_t *set = fg_arena_allocate(&shelf->arena, shelf->types.word_count, sizeof *set);
    memset(set, 0xff, shelf->types.word_count * sizeof *set);
    fg_karpenter_types_narrow(&shelf->types, &shelf->words, &asked, set);
    uint32_t number = fg_karpenter_types_find(&shelf->types, type);
    assert_int_not_equal(number, UINT32_MAX);
    return fg_bit(set, number);
}

static void labels_narrow_the_set_of_types(void **state)
{
    (void)state;
    static const struct {
        const char *type, *key;
        enum fg_operator operator_;
        const char *value;
        bool expected;
    } rows[] = {
        {"m6i.2xlarge", "karpenter.k8s.aws/instance-category", FG_OPERATOR_IN, "m", true},
        {"m6i.2xlarge", "karpenter.k8s.aws/instance-family", FG_OPERATOR_IN, "m5", false},
        {"m6i.2xlarge", "karpenter.k8s.aws/instance-generation", FG_OPERATOR_GT, "5", true},
        {"m6i.2xlarge", "karpenter.k8s.aws/instance-generation", FG_OPERATOR_GT, "6", false},
        {"m6i.2xlarge", "karpenter.k8s.aws/instance-cpu", FG_OPERATOR_LTE, "8", true},
        {"m6i.2xlarge", "karpenter.k8s.aws/instance-memory", FG_OPERATOR_LT, "32768", false},
        {"m6i.2xlarge", "karpenter.k8s.aws/instance-size", FG_OPERATOR_NOT_IN, "2xlarge", false},
        {"m6i.2xlarge", "karpenter.k8s.aws/instance-cpu-manufacturer", FG_OPERATOR_IN, "intel",
         true},
        {"m6a.2xlarge", "karpenter.k8s.aws/instance-cpu-manufacturer", FG_OPERATOR_IN, "amd", true},
        {"m6g.2xlarge", "kubernetes.io/arch", FG_OPERATOR_IN, "arm64", true},
        {"m6i.2xlarge", "karpenter.k8s.aws/instance-local-nvme", FG_OPERATOR_DOES_NOT_EXIST, NULL,
         true},
        {"m6id.2xlarge", "karpenter.k8s.aws/instance-local-nvme", FG_OPERATOR_DOES_NOT_EXIST, NULL,
         false},
        {"m6id.2xlarge", "karpenter.k8s.aws/instance-local-nvme", FG_OPERATOR_EXISTS, NULL, true},
        {"m6i.2xlarge", "karpenter.k8s.aws/instance-gpu-count", FG_OPERATOR_GT, "0", false},
        {"g5.xlarge", "karpenter.k8s.aws/instance-gpu-name", FG_OPERATOR_IN, "a10g", true},
        {"g5.xlarge", "karpenter.k8s.aws/instance-gpu-manufacturer", FG_OPERATOR_IN, "nvidia",
         true},
        {"m7i-flex.large", "karpenter.k8s.aws/instance-capability-flex", FG_OPERATOR_IN, "true",
         true},
        {"m6i.2xlarge", "topology.kubernetes.io/zone", FG_OPERATOR_IN, "us-east-1c", false},
        {"m6i.2xlarge", "example.com/anything", FG_OPERATOR_IN, "x", true},
    };
    struct shelf shelf;
    fill(&shelf, false);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(stays(&shelf, rows[i].type, rows[i].key, rows[i].operator_, rows[i].value),
                         rows[i].expected);
    empty(&shelf);
    fill(&shelf, true);
    assert_true(
        stays(&shelf, "m6i.large", "eks.amazonaws.com/instance-category", FG_OPERATOR_IN, "m"));
    assert_false(
        stays(&shelf, "m6i.large", "eks.amazonaws.com/instance-category", FG_OPERATOR_IN, "c"));
    empty(&shelf);
}

static void amounts_pick_the_types_that_have_so_much(void **state)
{
    (void)state;
    struct shelf shelf;
    fill(&shelf, false);
    uint32_t large = fg_karpenter_types_find(&shelf.types, "m5.large");
    assert_true(fg_bit(fg_karpenter_types_with(&shelf.types, FG_FIT_CPU, 1930), large));
    assert_false(fg_bit(fg_karpenter_types_with(&shelf.types, FG_FIT_CPU, 1931), large));
    assert_true(fg_bit(fg_karpenter_types_with(&shelf.types, FG_FIT_MEMORY, 6903 * MIB), large));
    assert_false(
        fg_bit(fg_karpenter_types_with(&shelf.types, FG_FIT_MEMORY, 6903 * MIB + 1), large));
    assert_null(fg_karpenter_types_with(&shelf.types, FG_FIT_CPU, INT64_C(10000000)));
    empty(&shelf);
}

static void the_worst_price_is_that_of_the_capacity_type_to_be_launched(void **state)
{
    (void)state;
    enum { ON_DEMAND = 1 << FG_CAPACITY_ON_DEMAND, SPOT = 1 << FG_CAPACITY_SPOT, A = 1, B = 2 };
    struct shelf shelf;
    fill(&shelf, false);
    uint32_t large = fg_karpenter_types_find(&shelf.types, "m5.large");
    /* 2 vCPU: 200 on demand in both zones, 20 as Spot in us-east-1a, none in us-east-1b */
    assert_int_equal(fg_karpenter_worst_price(&shelf.types, large, A | B, ON_DEMAND | SPOT), 20);
    assert_int_equal(fg_karpenter_worst_price(&shelf.types, large, B, ON_DEMAND | SPOT), 200);
    assert_int_equal(fg_karpenter_worst_price(&shelf.types, large, B, SPOT), -1);
    assert_int_equal(fg_karpenter_lowest_price(&shelf.types, large, A | B, ON_DEMAND), 200);
    assert_int_equal(fg_karpenter_lowest_price(&shelf.types, large, A | B, ON_DEMAND | SPOT), 20);
    empty(&shelf);
}

static int open_catalog(void **state)
{
    struct fg_error error = {0};
    (void)state;
    return fg_catalog_read(NULL, &catalog, &error) != FG_OK;
}

static int close_catalog(void **state)
{
    (void)state;
    fg_catalog_release(&catalog);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(capacity_is_that_of_karpenters_own_table),
        cmocka_unit_test(the_memory_reserve_follows_the_family),
        cmocka_unit_test(labels_narrow_the_set_of_types),
        cmocka_unit_test(amounts_pick_the_types_that_have_so_much),
        cmocka_unit_test(the_worst_price_is_that_of_the_capacity_type_to_be_launched),
    };
    return cmocka_run_group_tests(tests, open_catalog, close_catalog);
}
