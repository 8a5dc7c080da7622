/* What Fargate bills for a pod, through the replay (rules B1 to B4, G1). */
#include "sim/replay/replay.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "data/catalog_reader.h"
#include "tests/support/small_world.h"

#define GIB (1024LL * 1024 * 1024)

/* One Job of 250m and 768Mi, so 0.25 vCPU and 1 GB, that works `duration_s`. */
static void add_job(struct fg_small_trace *trace, uint32_t duration_s, uint32_t ttl_s)
{
    uint32_t spec = fg_small_spec(trace, "jobs", "job", 250, 768);
    trace->trace.specs[spec].kind = FG_KIND_JOB;
    trace->trace.specs[spec].ttl_s = ttl_s;
    fg_small_pod(trace, spec, 0, FG_SPAN_DURATION, duration_s);
}

static void costs(const struct fg_scenario *scenario, struct fg_small_trace *trace,
                  fg_nanodollars vcpu, fg_nanodollars memory, fg_nanodollars storage)
{
    struct fg_result result;
    fg_small_replay(scenario, trace, &result);
    assert_int_equal(fg_small_sum(&result, FG_CHARGE_FARGATE_VCPU, NULL), vcpu);
    assert_int_equal(fg_small_sum(&result, FG_CHARGE_FARGATE_MEMORY, NULL), memory);
    assert_int_equal(fg_small_sum(&result, FG_CHARGE_FARGATE_STORAGE, NULL), storage);
    fg_result_release(&result);
    fg_trace_release(&trace->trace);
}

static struct fg_scenario on_fargate(void)
{
    struct fg_scenario scenario;
    fg_small_scenario(&scenario);
    fg_small_profile(&scenario, "fp", "*");
    return scenario;
}

/* 100 s of work and 60 s until it is deleted, 160 s: 0.25 * 160 / 3600 * 0.04 = 0.000444444;
 * 1 * 160 / 3600 * 0.004 = 0.000177778 */
static void a_finished_job_is_billed_until_its_pod_is_deleted(void **state)
{
    (void)state;
    struct fg_scenario scenario = on_fargate();
    struct fg_small_trace trace = {0};
    add_job(&trace, 100, 60);
    costs(&scenario, &trace, 444444, 177778, 0);
}

/* 100 s: 0.25 * 100 / 3600 * 0.04 = 0.000277778; 100 / 3600 * 0.004 = 0.000111111 */
static void bill_until_termination_stops_with_the_work(void **state)
{
    (void)state;
    struct fg_scenario scenario = on_fargate();
    struct fg_small_trace trace = {0};
    scenario.cluster.fargate.bill_until_termination = true;
    add_job(&trace, 100, 60);
    costs(&scenario, &trace, 277778, 111111, 0);
}

/* 60 s: 0.25 * 60 / 3600 * 0.04 = 0.000166667; 60 / 3600 * 0.004 = 0.000066667; one second more:
 * 0.25 * 61 / 3600 * 0.04 = 0.000169444; 61 / 3600 * 0.004 = 0.000067778 */
static void a_pod_is_billed_for_60_seconds_at_least(void **state)
{
    (void)state;
    static const struct {
        uint32_t duration_s;
        fg_nanodollars vcpu, memory;
    } rows[] = {{1, 166667, 66667}, {59, 166667, 66667}, {60, 166667, 66667}, {61, 169444, 67778}};
    struct fg_scenario scenario = on_fargate();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fg_small_trace trace = {0};
        add_job(&trace, rows[i].duration_s, 0);
        costs(&scenario, &trace, rows[i].vcpu, rows[i].memory, 0);
    }
}

/* 45 s of provisioning are free, 15 s of image pull are not: 15 + 100 = 115 s:
 * 0.25 * 115 / 3600 * 0.04 = 0.000319444; 115 / 3600 * 0.004 = 0.000127778 */
static void billing_starts_with_the_image_pull(void **state)
{
    (void)state;
    struct fg_scenario scenario = on_fargate();
    struct fg_small_trace trace = {0};
    fg_small_default_delays(&scenario);
    add_job(&trace, 100, 0);
    costs(&scenario, &trace, 319444, 127778, 0);
}

/* 100 GiB for an hour: (100 - 20) * 0.0001 = 0.008; 20 GiB are free; vCPU 0.25 * 0.04 = 0.01,
 * memory 0.004 */
static void storage_is_billed_above_20_gib(void **state)
{
    (void)state;
    struct fg_scenario scenario = on_fargate();
    struct fg_small_trace trace = {0}, free_of_charge = {0};
    add_job(&trace, 3600, 0);
    trace.trace.specs[0].ephemeral_bytes = 100 * GIB;
    costs(&scenario, &trace, 10000000, 4000000, 8000000);
    add_job(&free_of_charge, 3600, 0);
    free_of_charge.trace.specs[0].ephemeral_bytes = 20 * GIB;
    costs(&scenario, &free_of_charge, 10000000, 4000000, 0);
}

/* AWS's example of EKS pods, at the hourly prices of us-east-1: 10 pods of 0.25 vCPU and 1 GB, an
 * hour on 30 days: 75 vCPU-h * 0.04048 = 3.036; 300 GB-h * 0.004445 = 1.3335; by the cent
 * 3.04 + 1.33 = 4.37, as the page has it */
static void ten_pods_for_an_hour_a_day_cost_4_37_a_month(void **state)
{
    (void)state;
    struct fg_error error = {0};
    struct fg_catalog catalog;
    struct fg_scenario scenario = on_fargate();
    struct fg_small_trace trace = {0};
    struct fg_result result;
    char buffer[48];
    assert_int_equal(fg_catalog_read(NULL, &catalog, &error), FG_OK);
    uint32_t spec = fg_small_spec(&trace, "web", "web", 250, 768);
    for (uint32_t day = 0; day < 30; day++)
        for (int pod = 0; pod < 10; pod++)
            fg_small_pod(&trace, spec, day * 86400, FG_SPAN_DURATION, 3600);
    const struct fg_replay_input input = {
        .scenario = &scenario, .catalog = &catalog, .trace = &trace.trace};
    if (fg_replay(&input, &result, &error) != FG_OK)
        fail_msg("%s", error.message);
    fg_nanodollars vcpu = fg_small_sum(&result, FG_CHARGE_FARGATE_VCPU, NULL);
    fg_nanodollars memory = fg_small_sum(&result, FG_CHARGE_FARGATE_MEMORY, NULL);
    assert_int_equal(vcpu, 3036000000);
    assert_int_equal(memory, 1333500000);
    assert_string_equal(fg_money_print(vcpu, 2, buffer), "3.04");
    assert_string_equal(fg_money_print(memory, 2, buffer), "1.33");
    fg_result_release(&result);
    fg_trace_release(&trace.trace);
    fg_catalog_release(&catalog);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_finished_job_is_billed_until_its_pod_is_deleted),
        cmocka_unit_test(bill_until_termination_stops_with_the_work),
        cmocka_unit_test(a_pod_is_billed_for_60_seconds_at_least),
        cmocka_unit_test(billing_starts_with_the_image_pull),
        cmocka_unit_test(storage_is_billed_above_20_gib),
        cmocka_unit_test(ten_pods_for_an_hour_a_day_cost_4_37_a_month),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
