/* What tasks on ECS are billed, through the replay: the price page's examples (rules G1), Fargate
 * Spot, Windows, container instances, and the same pods on EKS. */
#include "sim/replay/replay.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "models/ecs.h"
#include "tests/support/small_world.h"

#define GIB (1024LL * 1024 * 1024)

enum { DAY = 86400, DAYS = 30 };

/* The price page's prices a second, as it prints them, times 3600. */
#define ROW(item, variant, nano)                                                                   \
    {                                                                                              \
        item, "us-east-1", variant, nano, FG_DAY_UNKNOWN, 20500, "made for tests", "hour"          \
    }
static struct fg_price_row prices[] = {
    ROW("fargate-memory", "amd64/linux", 4446000),        /* 0.000001235 */
    ROW("fargate-memory", "amd64/windows/ecs", 10000080), /* 0.0000027778 */
    ROW("fargate-memory", "arm64/linux/ecs", 3560040),    /* 0.0000009889 */
    ROW("fargate-storage", "amd64/linux", 110880),        /* 0.0000000308 */
    ROW("fargate-storage", "arm64/linux/ecs", 110880),    /* 0.0000000308 */
    ROW("fargate-vcpu", "amd64/linux", 40478400),         /* 0.000011244 */
    ROW("fargate-vcpu", "amd64/windows/ecs", 91500120),   /* 0.0000254167 */
    ROW("fargate-vcpu", "arm64/linux/ecs", 32379840),     /* 0.0000089944 */
    ROW("fargate_windows_os", "", 46000080),              /* 0.0000127778 */
    ROW("m5.large", "", 96000000),
};

static struct fg_catalog page(void)
{
    struct fg_catalog catalog = *fg_small_catalog();
    catalog.prices = prices;
    catalog.price_count = sizeof prices / sizeof *prices;
    return catalog;
}

static struct fg_scenario on_ecs(void)
{
    struct fg_scenario scenario;
    fg_small_scenario(&scenario);
    fg_small_profile(&scenario, "tasks", "*");
    scenario.cluster.orchestrator = FG_ORCHESTRATOR_ECS;
    scenario.cluster.fargate.spot_vcpu_quota_milli = FG_UNLIMITED;
    return scenario;
}

/* `count` tasks a day for 30 days, of 1 vCPU and 2 GB. */
static uint32_t add_tasks(struct fg_small_trace *trace, int count, uint32_t seconds)
{
    uint32_t spec = fg_small_spec(trace, "jobs", "job", 1000, 2048);
    for (uint32_t day = 0; day < DAYS; day++)
        for (int i = 0; i < count; i++)
            fg_small_pod(trace, spec, day * DAY, FG_SPAN_DURATION, seconds);
    return spec;
}

static void replay(const struct fg_scenario *scenario, struct fg_small_trace *trace,
                   struct fg_result *result)
{
    const struct fg_catalog catalog = page();
    const struct fg_replay_input input = {.scenario = scenario,
                                          .catalog = &catalog,
                                          .trace = &trace->trace,
                                          .with_pods = true,
                                          .checked = true};
    struct fg_error error = {0};
    if (fg_replay(&input, result, &error) != FG_OK)
        fail_msg("%s", error.message);
    fg_trace_release(&trace->trace);
}

static fg_nanodollars sum_of(const struct fg_result *result, enum fg_charge charge, const char *sku)
{
    fg_nanodollars sum = 0;
    for (uint32_t i = 0; i < result->ledger.row_count; i++) {
        const struct fg_ledger_row *row = &result->ledger.rows[i];
        const struct fg_account *account = &result->ledger.accounts[row->account];
        if (account->charge == charge && strcmp(account->sku, sku) == 0)
            sum += row->nano * row->hour_count;
    }
    return sum;
}

/* As AWS prints a bill: each line to the cent, then the sum. */
static void prints(const fg_nanodollars *lines, int count, const char *expected)
{
    int64_t cents = 0;
    char text[32];
    for (int i = 0; i < count; i++)
        cents += (int64_t)fg_money_divide_half_even(lines[i], 10000000);
    snprintf(text, sizeof text, "%d.%02d", (int)(cents / 100), (int)(cents % 100));
    assert_string_equal(text, expected);
}

/* 5 tasks of 600 s a day for 30 days with 30 GiB of storage.
 * vCPU: 5 * 1 * 0.000011244 * 18000 = 1.01196; memory: 5 * 2 * 0.000001235 * 18000 = 0.2223;
 * storage: 5 * (30 - 20) * 0.0000000308 * 18000 = 0.02772; 1.01 + 0.22 + 0.03 = 1.26 */
static void example_1_of_the_price_page_linux_on_x86(void **state)
{
    (void)state;
    struct fg_scenario scenario = on_ecs();
    struct fg_small_trace trace = {0};
    struct fg_result result;
    uint32_t spec = add_tasks(&trace, 5, 600);
    trace.trace.specs[spec].ephemeral_bytes = 30 * GIB;
    replay(&scenario, &trace, &result);
    const fg_nanodollars lines[] = {sum_of(&result, FG_CHARGE_FARGATE_VCPU, "linux/amd64"),
                                    sum_of(&result, FG_CHARGE_FARGATE_MEMORY, "linux/amd64"),
                                    sum_of(&result, FG_CHARGE_FARGATE_STORAGE, "linux/amd64")};
    assert_int_equal(lines[0], 1011960000);
    assert_int_equal(lines[1], 222300000);
    assert_int_equal(lines[2], 27720000);
    prints(lines, 3, "1.26");
    assert_int_equal(fg_ledger_total(&result.ledger), 1261980000); /* no fee of a cluster */
    fg_result_release(&result);
}

/* The same on ARM64. vCPU: 5 * 0.0000089944 * 18000 = 0.809496; memory: 5 * 2 * 0.0000009889 *
 * 18000 = 0.178002; storage as before; 0.81 + 0.18 + 0.03 = 1.02 */
static void example_2_of_the_price_page_linux_on_arm64(void **state)
{
    (void)state;
    struct fg_scenario scenario = on_ecs();
    struct fg_small_trace trace = {0};
    struct fg_result result;
    scenario.cluster.profiles[0].named_arch = true;
    scenario.cluster.profiles[0].arch = FG_ARCH_ARM64;
    uint32_t spec = add_tasks(&trace, 5, 600);
    trace.trace.specs[spec].ephemeral_bytes = 30 * GIB;
    replay(&scenario, &trace, &result);
    const fg_nanodollars lines[] = {sum_of(&result, FG_CHARGE_FARGATE_VCPU, "linux/arm64"),
                                    sum_of(&result, FG_CHARGE_FARGATE_MEMORY, "linux/arm64"),
                                    sum_of(&result, FG_CHARGE_FARGATE_STORAGE, "linux/arm64")};
    assert_int_equal(lines[0], 809496000);
    assert_int_equal(lines[1], 178002000);
    assert_int_equal(lines[2], 27720000);
    prints(lines, 3, "1.02");
    fg_result_release(&result);
}

/* 10 tasks of an hour a day on Windows. vCPU: 10 * 0.0000254167 * 108000 = 27.450036; licence:
 * 10 * 0.0000127778 * 108000 = 13.800024; memory: 10 * 2 * 0.0000027778 * 108000 = 6.000048;
 * 27.45 + 13.80 + 6.00 = 47.25 */
static void example_4_of_the_price_page_windows(void **state)
{
    (void)state;
    struct fg_scenario scenario = on_ecs();
    struct fg_small_trace trace = {0};
    struct fg_result result;
    scenario.cluster.profiles[0].is_windows = true;
    add_tasks(&trace, 10, 3600);
    replay(&scenario, &trace, &result);
    const fg_nanodollars lines[] = {
        sum_of(&result, FG_CHARGE_FARGATE_VCPU, "windows/amd64"),
        sum_of(&result, FG_CHARGE_FARGATE_VCPU, "windows/amd64/licence"),
        sum_of(&result, FG_CHARGE_FARGATE_MEMORY, "windows/amd64")};
    assert_int_equal(lines[0], 27450036000);
    assert_int_equal(lines[1], 13800024000);
    assert_int_equal(lines[2], 6000048000);
    prints(lines, 3, "47.25");
    /* A task of an hour: 0.09150012 + 0.04600008 + 2 * 0.01000008 = 0.15750036 */
    assert_int_equal(result.pod_rows[0].nano, 157500360);
    fg_result_release(&result);
}

/* 10 s on Windows are billed as 300, on Linux as 60: 0.09150012 / 12 = 0.007625010, and
 * 0.0404784 / 60 = 0.00067464. */
static void a_windows_task_is_billed_for_five_minutes_at_least(void **state)
{
    (void)state;
    struct fg_result result;
    for (int windows = 0; windows < 2; windows++) {
        struct fg_scenario scenario = on_ecs();
        struct fg_small_trace trace = {0};
        scenario.cluster.profiles[0].is_windows = windows;
        fg_small_pod(&trace, fg_small_spec(&trace, "jobs", "job", 1000, 2048), 0, FG_SPAN_DURATION,
                     10);
        replay(&scenario, &trace, &result);
        assert_int_equal(
            sum_of(&result, FG_CHARGE_FARGATE_VCPU, windows ? "windows/amd64" : "linux/amd64"),
            windows ? 7625010 : 674640);
        fg_result_release(&result);
    }
}

/* 70 % off for an hour: vCPU 0.0404784 * 0.3 = 0.01214352, memory 2 * 0.004446 * 0.3 = 0.0026676;
 * of 30 GiB of storage 10 * 0.00011088 = 0.0011088, nothing off. */
static void fargate_spot_saves_on_vcpu_and_memory(void **state)
{
    (void)state;
    struct fg_scenario scenario = on_ecs();
    struct fg_small_trace trace = {0};
    struct fg_result result;
    scenario.cluster.profiles[0].spot_weight = 1;
    scenario.spot.named_fargate_discount = true;
    scenario.spot.fargate_discount_millionths = 700000;
    uint32_t spec = fg_small_spec(&trace, "jobs", "job", 1000, 2048);
    trace.trace.specs[spec].ephemeral_bytes = 30 * GIB;
    fg_small_pod(&trace, spec, 0, FG_SPAN_DURATION, 3600);
    replay(&scenario, &trace, &result);
    assert_int_equal(sum_of(&result, FG_CHARGE_FARGATE_VCPU, "linux/amd64/spot"), 12143520);
    assert_int_equal(sum_of(&result, FG_CHARGE_FARGATE_MEMORY, "linux/amd64/spot"), 2667600);
    assert_int_equal(sum_of(&result, FG_CHARGE_FARGATE_STORAGE, "linux/amd64/spot"), 1108800);
    assert_int_equal(fg_ledger_total(&result.ledger), 15919920);
    assert_int_equal(result.pod_rows[0].nano, 15919920);
    assert_true(result.summary.bound_nano <= result.summary.compute_nano);
    fg_result_release(&result);
}

static void without_a_discount_fargate_spot_has_no_price(void **state)
{
    (void)state;
    struct fg_scenario scenario = on_ecs();
    struct fg_small_trace trace = {0};
    const struct fg_catalog catalog = page();
    struct fg_result result;
    struct fg_error error = {0};
    scenario.cluster.profiles[0].spot_weight = 1;
    add_tasks(&trace, 1, 600);
    const struct fg_replay_input input = {
        .scenario = &scenario, .catalog = &catalog, .trace = &trace.trace};
    assert_int_equal(fg_replay(&input, &result, &error), FG_BAD_INPUT);
    assert_string_equal(error.message,
                        "what Fargate Spot saves in us-east-1 is not known, AWS changes it with "
                        "supply and demand; expected pricing.spot.fargateDiscount, such as 70%");
    fg_trace_release(&trace.trace);
}

/* Of 300 tasks some 4 of 5 are on Spot, by luck that hangs on the seed alone; together they have
 * run 300 hours: 300 vCPU-hours. */
static void weights_split_tasks_by_the_seed(void **state)
{
    (void)state;
    int64_t on_demand[2], on_spot[2];
    for (int run = 0; run < 2; run++) {
        struct fg_scenario scenario = on_ecs();
        struct fg_small_trace trace = {0};
        struct fg_result result;
        scenario.seed = 7 + (uint64_t)run;
        scenario.cluster.profiles[0].on_demand_weight = 1;
        scenario.cluster.profiles[0].spot_weight = 4;
        scenario.spot.named_fargate_discount = true;
        add_tasks(&trace, 10, 3600);
        replay(&scenario, &trace, &result);
        on_demand[run] = on_spot[run] = 0;
        for (uint32_t i = 0; i < result.ledger.row_count; i++) {
            const struct fg_ledger_row *row = &result.ledger.rows[i];
            const struct fg_account *account = &result.ledger.accounts[row->account];
            if (account->charge == FG_CHARGE_FARGATE_VCPU)
                *(strcmp(account->sku, "linux/amd64") == 0 ? &on_demand[run] : &on_spot[run]) +=
                    row->quantity * row->hour_count / 3600000;
        }
        assert_int_equal(on_demand[run] + on_spot[run], 300);
        assert_in_range(on_spot[run], 210, 270);
        fg_result_release(&result);
    }
    assert_true(on_spot[0] != on_spot[1]);
}

/* 730 a month is one an hour: in 720 hours each task of a service is taken back some 720 times, and
 * begins anew each time. */
static void tasks_on_fargate_spot_are_taken_back_and_begin_anew(void **state)
{
    (void)state;
    struct fg_scenario scenario = on_ecs();
    struct fg_small_trace trace = {0};
    struct fg_result result;
    scenario.duration_s = DAYS * DAY;
    scenario.cluster.profiles[0].spot_weight = 1;
    scenario.spot.named_fargate_discount = true;
    scenario.spot.fargate_interruptions_per_month_nano = 730LL * 1000000000;
    fg_small_pod(&trace, fg_small_spec(&trace, "shop", "web", 1000, 2048), 0, FG_SPAN_FOREVER, 0);
    replay(&scenario, &trace, &result);
    assert_in_range(result.summary.spot_interruptions, 620, 820);
    assert_int_equal(result.summary.evictions, result.summary.spot_interruptions);
    assert_int_equal(fg_small_outcome(&result, FG_OUTCOME_RUNNING), 1);
    /* Without delays it runs all the time: 720 vCPU-hours, and no task shorter than a minute adds
     * more than its minute. */
    assert_in_range(fg_small_quantity(&result, FG_CHARGE_FARGATE_VCPU), 720LL * 3600000,
                    730LL * 3600000);
    fg_result_release(&result);
}

static void a_region_without_arm64_is_an_error_where_a_pod_needs_it(void **state)
{
    (void)state;
    struct fg_scenario scenario = on_ecs();
    struct fg_small_trace trace = {0};
    struct fg_result result;
    struct fg_error error = {0};
    uint32_t spec = add_tasks(&trace, 1, 600);
    const struct fg_replay_input input = {
        .scenario = &scenario, .catalog = fg_small_catalog(), .trace = &trace.trace};
    assert_int_equal(fg_replay(&input, &result, &error), FG_OK);
    fg_result_release(&result);
    trace.trace.specs[spec].arch = FG_ARCH_ARM64;
    assert_int_equal(fg_replay(&input, &result, &error), FG_BAD_INPUT);
    assert_non_null(strstr(error.message, "fargate-vcpu"));
    assert_non_null(strstr(error.message, "us-east-1"));
    fg_trace_release(&trace.trace);
}

/* A pod of 250m and 2 GiB for an hour. EKS adds 256 MiB, so 0.5 vCPU and 3 GB: 0.5 * 0.04 + 3 *
 * 0.004 = 0.032, and the cluster costs 0.10. ECS sells 0.25 vCPU and 2 GB: 0.25 * 0.04 + 2 * 0.004
 * = 0.018. */
static void the_same_pod_is_smaller_on_ecs_and_its_cluster_is_free(void **state)
{
    (void)state;
    for (int ecs = 0; ecs < 2; ecs++) {
        struct fg_scenario scenario = on_ecs();
        struct fg_small_trace trace = {0};
        struct fg_result result;
        scenario.cluster.orchestrator = ecs ? FG_ORCHESTRATOR_ECS : FG_ORCHESTRATOR_EKS;
        fg_small_pod(&trace, fg_small_spec(&trace, "shop", "web", 250, 2048), 0, FG_SPAN_DURATION,
                     3600);
        fg_small_replay(&scenario, &trace, &result);
        assert_int_equal(fg_ledger_total(&result.ledger), ecs ? 18000000 : 132000000);
        fg_result_release(&result);
        fg_trace_release(&trace.trace);
    }
}

/* Two pods of 970m: an m5.large has 1930m on EKS and 2000m on ECS, so the second waits on EKS for
 * a node that never comes. A third has no network interface in mode awsvpc. */
static void a_container_instance_holds_what_a_node_does_not(void **state)
{
    (void)state;
    static const struct {
        enum fg_orchestrator orchestrator;
        enum fg_ecs_network_mode mode;
        int64_t cpu_milli;
        uint64_t running;
    } rows[] = {
        {FG_ORCHESTRATOR_EKS, FG_ECS_AWSVPC, 970, 1}, {FG_ORCHESTRATOR_ECS, FG_ECS_AWSVPC, 970, 2},
        {FG_ORCHESTRATOR_EKS, FG_ECS_AWSVPC, 100, 3}, {FG_ORCHESTRATOR_ECS, FG_ECS_AWSVPC, 100, 2},
        {FG_ORCHESTRATOR_ECS, FG_ECS_BRIDGE, 100, 3}, {FG_ORCHESTRATOR_ECS, FG_ECS_HOST, 100, 3},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fg_scenario scenario;
        struct fg_small_trace trace = {0};
        struct fg_result result;
        fg_small_scenario(&scenario);
        scenario.duration_s = 3600;
        scenario.cluster.ecs = fg_cluster_default().ecs;
        scenario.cluster.orchestrator = rows[i].orchestrator;
        scenario.cluster.ecs.network_mode = rows[i].mode;
        fg_small_group(&scenario, "ng", "m5.large", 1, 1, 1);
        uint32_t spec = fg_small_spec(&trace, "ns", "w", rows[i].cpu_milli, 100);
        for (int pod = 0; pod < 3; pod++)
            fg_small_pod(&trace, spec, 0, FG_SPAN_FOREVER, 0);
        fg_small_replay_checked(&scenario, &trace, NULL, &result);
        assert_int_equal(fg_small_outcome(&result, FG_OUTCOME_RUNNING), rows[i].running);
        fg_result_release(&result);
        fg_trace_release(&trace.trace);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(example_1_of_the_price_page_linux_on_x86),
        cmocka_unit_test(example_2_of_the_price_page_linux_on_arm64),
        cmocka_unit_test(example_4_of_the_price_page_windows),
        cmocka_unit_test(a_windows_task_is_billed_for_five_minutes_at_least),
        cmocka_unit_test(fargate_spot_saves_on_vcpu_and_memory),
        cmocka_unit_test(without_a_discount_fargate_spot_has_no_price),
        cmocka_unit_test(weights_split_tasks_by_the_seed),
        cmocka_unit_test(tasks_on_fargate_spot_are_taken_back_and_begin_anew),
        cmocka_unit_test(a_region_without_arm64_is_an_error_where_a_pod_needs_it),
        cmocka_unit_test(the_same_pod_is_smaller_on_ecs_and_its_cluster_is_free),
        cmocka_unit_test(a_container_instance_holds_what_a_node_does_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
