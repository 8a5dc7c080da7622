/* ECS: sizes of tasks, what Fargate refuses them, what container instances offer (rules F5). */
#include "models/ecs.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "models/fargate_profile.h"
#include "tests/support/small_world.h"

#define MIB (1024LL * 1024)
#define GIB (1024 * MIB)

/* ---- sizes ---- */

static void a_task_has_the_smallest_size_that_holds_it_without_overhead(void **state)
{
    (void)state;
    static const struct {
        int64_t cpu_milli, memory_mib, size_milli, size_mib;
    } rows[] = {
        {0, 0, 250, 512},           {250, 512, 250, 512},
        {250, 513, 250, 1024},      {250, 2048, 250, 2048},
        {250, 2049, 500, 3072},     {1000, 8192, 1000, 8192},
        {1001, 8192, 2000, 8192},   {4000, 30720, 4000, 30720},
        {4000, 30721, 8000, 32768}, {16000, 122880, 16000, 122880},
    };
    struct fg_fargate_size size;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_true(fg_fargate_size_for(FG_BUYER_LINUX_TASK, rows[i].cpu_milli,
                                        rows[i].memory_mib * MIB, FG_DAY_UNKNOWN, &size));
        assert_int_equal(size.cpu_milli, rows[i].size_milli);
        assert_int_equal(size.memory_mib, rows[i].size_mib);
    }
}

/* 60, 120 and 244 GB. */
static void linux_tasks_alone_have_sizes_of_32_vcpu(void **state)
{
    (void)state;
    struct fg_fargate_size size;
    static const struct {
        int64_t cpu_milli, memory_gib, size_gib;
    } rows[] = {{16001, 1, 60}, {32000, 60, 60}, {32000, 61, 120}, {1, 121, 244}, {1, 244, 244}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_true(fg_fargate_size_for(FG_BUYER_LINUX_TASK, rows[i].cpu_milli,
                                        rows[i].memory_gib * GIB, FG_DAY_UNKNOWN, &size));
        assert_int_equal(size.cpu_milli, 32000);
        assert_int_equal(size.memory_mib, rows[i].size_gib * 1024);
    }
    assert_false(fg_fargate_size_for(FG_BUYER_LINUX_TASK, 1, 244 * GIB + 1, FG_DAY_UNKNOWN, &size));
    assert_false(fg_fargate_size_for(FG_BUYER_LINUX_TASK, 32001, 1, FG_DAY_UNKNOWN, &size));
    assert_false(fg_fargate_size_for(FG_BUYER_EKS_POD, 16001, 1, FG_DAY_UNKNOWN, &size));
    assert_int_equal(fg_fargate_largest_for(FG_BUYER_LINUX_TASK, FG_DAY_UNKNOWN).memory_mib,
                     244 * 1024);
    assert_int_equal(fg_fargate_largest_for(FG_BUYER_EKS_POD, FG_DAY_UNKNOWN).memory_mib,
                     120 * 1024);
}

static void windows_tasks_have_1_to_4_vcpu(void **state)
{
    (void)state;
    struct fg_fargate_size size;
    assert_true(fg_fargate_size_for(FG_BUYER_WINDOWS_TASK, 0, 0, FG_DAY_UNKNOWN, &size));
    assert_int_equal(size.cpu_milli, 1000);
    assert_int_equal(size.memory_mib, 2048);
    assert_true(fg_fargate_size_for(FG_BUYER_WINDOWS_TASK, 4000, 30 * GIB, FG_DAY_UNKNOWN, &size));
    assert_false(fg_fargate_size_for(FG_BUYER_WINDOWS_TASK, 4001, 0, FG_DAY_UNKNOWN, &size));
    assert_int_equal(fg_fargate_largest_for(FG_BUYER_WINDOWS_TASK, FG_DAY_UNKNOWN).cpu_milli, 4000);
}

/* The free 20 GiB, and up to 175 of a pod, 200 of a task, none more on Windows. */
static void storage_has_its_bound_by_buyer(void **state)
{
    (void)state;
    int64_t gib = -1;
    static const struct {
        enum fg_fargate_buyer buyer;
        int64_t most;
    } rows[] = {{FG_BUYER_EKS_POD, 175}, {FG_BUYER_LINUX_TASK, 200}, {FG_BUYER_WINDOWS_TASK, 20}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_true(fg_fargate_billed_storage_for(rows[i].buyer, rows[i].most * GIB, &gib));
        assert_int_equal(gib, rows[i].most - 20);
        assert_false(fg_fargate_billed_storage_for(rows[i].buyer, rows[i].most * GIB + 1, &gib));
        assert_int_equal(fg_fargate_max_storage_gib(rows[i].buyer), rows[i].most);
    }
    assert_true(fg_fargate_billed_storage_for(FG_BUYER_LINUX_TASK, 20 * GIB + 1, &gib));
    assert_int_equal(gib, 1);
}

/* ---- what a task runs on ---- */

static struct fg_cluster ecs_cluster(void)
{
    struct fg_cluster cluster = fg_cluster_default();
    cluster.orchestrator = FG_ORCHESTRATOR_ECS;
    return cluster;
}

static void a_task_runs_on_what_its_profile_says_else_on_its_own_architecture(void **state)
{
    (void)state;
    struct fg_cluster cluster = ecs_cluster();
    struct fg_pod_spec spec = {.arch = FG_ARCH_ARM64};
    struct fg_fargate_profile profile = {.name = "p"};
    assert_int_equal(fg_fargate_platform_of(&cluster, &profile, &spec), FG_PLATFORM_LINUX_ARM64);
    profile.named_arch = true;
    profile.arch = FG_ARCH_AMD64;
    assert_int_equal(fg_fargate_platform_of(&cluster, &profile, &spec), FG_PLATFORM_LINUX);
    spec.arch = FG_ARCH_AMD64;
    profile.arch = FG_ARCH_ARM64;
    assert_int_equal(fg_fargate_platform_of(&cluster, &profile, &spec), FG_PLATFORM_LINUX_ARM64);
    profile.is_windows = true;
    assert_int_equal(fg_fargate_platform_of(&cluster, &profile, &spec), FG_PLATFORM_WINDOWS);
    spec.arch = FG_ARCH_ANY;
    profile = (struct fg_fargate_profile){.name = "p"};
    assert_int_equal(fg_fargate_platform_of(&cluster, &profile, &spec), FG_PLATFORM_LINUX);
    assert_int_equal(fg_fargate_platform_of(&cluster, NULL, &spec), FG_PLATFORM_LINUX);
}

static void weights_split_the_tasks_between_fargate_and_spot(void **state)
{
    (void)state;
    struct fg_fargate_profile profile = {.name = "p"};
    assert_int_equal(fg_fargate_spot_millionths(&profile), 0);
    profile.spot_weight = 4;
    assert_int_equal(fg_fargate_spot_millionths(&profile), 1000000);
    profile.on_demand_weight = 1; /* 4 of 5 */
    assert_int_equal(fg_fargate_spot_millionths(&profile), 800000);
    profile.spot_weight = 2; /* 2 of 3 */
    assert_int_equal(fg_fargate_spot_millionths(&profile), 666667);
}

static void offers_have_skus_and_savings_plans_cover_those_on_demand(void **state)
{
    (void)state;
    static const struct {
        enum fg_fargate_platform platform;
        bool is_spot;
        const char *sku;
        bool is_coverable;
    } rows[] = {
        {FG_PLATFORM_LINUX, false, "linux/amd64", true},
        {FG_PLATFORM_LINUX, true, "linux/amd64/spot", false},
        {FG_PLATFORM_LINUX_ARM64, false, "linux/arm64", true},
        {FG_PLATFORM_LINUX_ARM64, true, "linux/arm64/spot", false},
        {FG_PLATFORM_WINDOWS, false, "windows/amd64", true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        uint32_t offer = fg_fargate_offer(rows[i].platform, rows[i].is_spot);
        assert_true(offer < FG_FARGATE_OFFERS);
        assert_string_equal(fg_fargate_offer_sku(offer), rows[i].sku);
        assert_int_equal(fg_fargate_offer_platform(offer), rows[i].platform);
        assert_int_equal(fg_fargate_offer_is_spot(offer), rows[i].is_spot);
        assert_int_equal(fg_fargate_is_coverable(rows[i].sku), rows[i].is_coverable);
    }
    assert_false(fg_fargate_is_coverable("windows/amd64/licence"));
    assert_int_equal(fg_fargate_offer(FG_PLATFORM_LINUX, false), 0);
    assert_int_equal(fg_fargate_minimum_s(FG_PLATFORM_LINUX_ARM64), 60);
    assert_int_equal(fg_fargate_minimum_s(FG_PLATFORM_WINDOWS), 300);
}

/* ---- what Fargate refuses ---- */

static void refused(const struct fg_pod_spec *spec, bool is_windows, const char *expected)
{
    char text[256];
    struct fg_cluster cluster = ecs_cluster();
    struct fg_selector selector = {.namespace_pattern = "*"};
    struct fg_fargate_profile profile = {
        .name = "p", .selector_count = 1, .selectors = &selector, .is_windows = is_windows};
    cluster.profiles = &profile;
    cluster.profile_count = 1;
    assert_string_equal(fg_fargate_refusal(&cluster, spec, FG_DAY_UNKNOWN, text, sizeof text),
                        expected);
}

static void fargate_refuses_tasks_what_it_does_not_have(void **state)
{
    (void)state;
    static const struct {
        struct fg_pod_spec spec;
        bool is_windows;
        const char *expected;
    } rows[] = {
        {{.cpu_milli = 250, .arch = FG_ARCH_ARM64}, false, ""},
        {{.features = FG_FEATURE_EBS | FG_FEATURE_HOST_PORT}, false, ""},
        {{.features = FG_FEATURE_PRIVILEGED | FG_FEATURE_HOST_NETWORK},
         false,
         "Task not supported on Fargate: privileged"},
        {{.features = FG_FEATURE_HOST_NETWORK},
         false,
         "Task not supported on Fargate: network mode host"},
        {{.features = FG_FEATURE_HOST_PATH},
         false,
         "Task not supported on Fargate: a host's path as a volume"},
        {{.features = FG_FEATURE_EBS},
         true,
         "Task not supported on Fargate: an EBS volume on Windows"},
        {{.gpu_milli = 1000}, false, "Task not supported on Fargate: GPUs are not available"},
        {{.ephemeral_bytes = 201 * GIB},
         false,
         "Task not supported on Fargate: more than 200 GiB of ephemeral storage"},
        {{.ephemeral_bytes = 21 * GIB},
         true,
         "Task not supported on Fargate: more than 20 GiB of ephemeral storage"},
        {{.cpu_milli = 33000, .memory_bytes = GIB},
         false,
         "Task not supported on Fargate: 33 vCPU and 1Gi are more than the largest size, 32 vCPU "
         "and 244 GB"},
        {{.cpu_milli = 5000},
         true,
         "Task not supported on Fargate: 5 vCPU and 0 are more than the largest size, 4 vCPU and "
         "30 GB"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fg_pod_spec spec = rows[i].spec;
        spec.namespace_name = "ns";
        refused(&spec, rows[i].is_windows, rows[i].expected);
    }
}

static void sidecars_are_part_of_a_task(void **state)
{
    (void)state;
    char text[256];
    struct fg_cluster cluster = ecs_cluster();
    struct fg_sidecar sidecar = {"agent", 1, 0};
    struct fg_pod_spec spec = {.namespace_name = "ns", .cpu_milli = 32000};
    assert_string_equal(fg_ecs_refusal(&cluster, NULL, &spec, FG_DAY_UNKNOWN, text, sizeof text),
                        "");
    cluster.fargate.sidecars = &sidecar;
    cluster.fargate.sidecar_count = 1;
    assert_string_equal(fg_ecs_refusal(&cluster, NULL, &spec, FG_DAY_UNKNOWN, text, sizeof text),
                        "Task not supported on Fargate: 32001m vCPU and 0 are more than the "
                        "largest size, 32 vCPU and 244 GB");
}

/* ---- container instances ---- */

static const struct fg_instance_type *type(const char *name)
{
    return fg_catalog_find_type(fg_small_catalog(), name);
}

/* m5.large: 8192 - ceil(8192 * 0.075 = 614.4) - 32 = 7545 MiB; 3 interfaces, so 2 tasks. m6g.large
 * loses 64 MiB to its firmware: 8128 - ceil(609.6) - 32 = 7486. */
static void an_instance_offers_all_its_vcpu_and_its_memory_less_the_agents(void **state)
{
    (void)state;
    const struct fg_cluster cluster = fg_cluster_default();
    struct fg_node_capacity capacity;
    fg_ecs_instance_capacity(&cluster.ecs, type("m5.large"), 0, 80, &capacity);
    assert_int_equal(capacity.cpu_milli, 2000);
    assert_int_equal(capacity.memory_bytes, 7545 * MIB);
    assert_int_equal(capacity.pods, 2);
    assert_int_equal(capacity.ephemeral_bytes, 80 * GIB);
    fg_ecs_instance_capacity(&cluster.ecs, type("m6g.large"), 0, 80, &capacity);
    assert_int_equal(capacity.memory_bytes, 7486 * MIB);
    fg_ecs_instance_capacity(&cluster.ecs, type("g5.12xlarge"), 0, 80, &capacity);
    assert_int_equal(capacity.gpu_milli, 4000);
    assert_int_equal(capacity.pods, 14);
}

/* AWS's example, an m4.large of 8192 MiB that registers 7985: 8192 * 2.52 % = 206.4, so 207. */
static void memory_is_as_the_settings_say(void **state)
{
    (void)state;
    struct fg_ecs_settings settings = {.memory_overhead_millionths = 25200};
    struct fg_node_capacity capacity;
    fg_ecs_instance_capacity(&settings, type("m5.large"), 0, 80, &capacity);
    assert_int_equal(capacity.memory_bytes, 7985 * MIB);
    settings.reserved_memory_bytes = 256 * MIB;
    fg_ecs_instance_capacity(&settings, type("m5.large"), 0, 80, &capacity);
    assert_int_equal(capacity.memory_bytes, (7985 - 256) * MIB);
    settings.reserved_memory_bytes = 9 * GIB;
    fg_ecs_instance_capacity(&settings, type("m5.large"), 0, 80, &capacity);
    assert_int_equal(capacity.memory_bytes, 0);
}

static void interfaces_limit_tasks_in_awsvpc_mode_alone(void **state)
{
    (void)state;
    struct fg_ecs_settings settings = {.network_mode = FG_ECS_AWSVPC};
    struct fg_node_capacity capacity;
    assert_int_equal(fg_ecs_instance_tasks(&settings, type("m5.xlarge")), 3);
    assert_int_equal(fg_ecs_instance_tasks(&settings, &(struct fg_instance_type){.vcpu = 2}), 110);
    fg_ecs_instance_capacity(&settings, type("m5.large"), 10, 80, &capacity); /* a trunk */
    assert_int_equal(capacity.pods, 10);
    assert_int_equal(fg_ecs_addresses(&settings, 2), 3);
    settings.network_mode = FG_ECS_BRIDGE;
    assert_int_equal(fg_ecs_instance_tasks(&settings, type("m5.xlarge")), 1000000);
    assert_int_equal(fg_ecs_addresses(&settings, 2), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_task_has_the_smallest_size_that_holds_it_without_overhead),
        cmocka_unit_test(linux_tasks_alone_have_sizes_of_32_vcpu),
        cmocka_unit_test(windows_tasks_have_1_to_4_vcpu),
        cmocka_unit_test(storage_has_its_bound_by_buyer),
        cmocka_unit_test(a_task_runs_on_what_its_profile_says_else_on_its_own_architecture),
        cmocka_unit_test(weights_split_the_tasks_between_fargate_and_spot),
        cmocka_unit_test(offers_have_skus_and_savings_plans_cover_those_on_demand),
        cmocka_unit_test(fargate_refuses_tasks_what_it_does_not_have),
        cmocka_unit_test(sidecars_are_part_of_a_task),
        cmocka_unit_test(an_instance_offers_all_its_vcpu_and_its_memory_less_the_agents),
        cmocka_unit_test(memory_is_as_the_settings_say),
        cmocka_unit_test(interfaces_limit_tasks_in_awsvpc_mode_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
