/* No replay costs less than its least possible, in random worlds with and without all there is. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/rich_world.h"

static uint64_t world_number;

#define HOLDS(condition)                                                                           \
    do {                                                                                           \
        if (!(condition))                                                                          \
            fail_msg("world %" PRIu64 ": %s", world_number, #condition);                           \
    } while (0)

static struct {
    uint64_t positive, close, spread, evicted;
} seen;

static bool replay(const struct fg_random_world *world, const struct fg_catalog *catalog,
                   struct fg_result *out)
{
    struct fg_error error = {0};
    const struct fg_replay_input input = {.scenario = &world->scenario,
                                          .catalog = catalog,
                                          .trace = &world->pods.trace,
                                          .with_pods = true};
    fg_status status = fg_replay(&input, out, &error);
    if (status != FG_OK && world->scenario.duration_s != 0)
        fail_msg("world %" PRIu64 ": %s", world_number, error.message);
    return status == FG_OK;
}

static fg_nanodollars compute(const struct fg_result *result)
{
    static const enum fg_charge charges[] = {FG_CHARGE_EC2_ON_DEMAND, FG_CHARGE_EC2_SPOT,
                                             FG_CHARGE_FARGATE_VCPU, FG_CHARGE_FARGATE_MEMORY,
                                             FG_CHARGE_FARGATE_STORAGE};
    fg_nanodollars sum = 0;
    for (size_t i = 0; i < sizeof charges / sizeof *charges; i++)
        sum += fg_small_sum(result, charges[i], NULL);
    return sum;
}

static void stay_below_the_bill(const struct fg_random_world *world, const struct fg_result *result)
{
    const struct fg_summary *summary = &result->summary;
    HOLDS(summary->bound_nano >= 0);
    HOLDS(summary->bound_nano <= summary->bound_spread_nano);
    HOLDS(summary->bound_spread_nano <= summary->compute_nano);
    if (world->scenario.commitment_count == 0)
        HOLDS(summary->compute_nano == compute(result));
    seen.positive += summary->bound_nano > 0;
    seen.close += summary->bound_nano > 0 && summary->bound_nano > summary->compute_nano / 2;
    seen.spread += summary->bound_spread_nano > summary->bound_nano;
    seen.evicted += summary->evictions > 0 && summary->bound_nano > 0;
}

static void bill_is_never_below_the_least_possible(void **state)
{
    (void)state;
    uint32_t count = fg_random_world_count(2000) / 2;
    memset(&seen, 0, sizeof seen);
    for (world_number = 0; world_number < count; world_number++) {
        struct fg_rich_world world;
        struct fg_result result;
        fg_rich_world_make(world_number, &world);
        if (replay(&world.base, fg_rich_catalog(), &result)) {
            stay_below_the_bill(&world.base, &result);
            fg_result_release(&result);
        }
        fg_rich_world_release(&world);
    }
    if (count < 500)
        return;
    assert_true(seen.positive > count / 4 && seen.close > count / 50);
    assert_true(seen.evicted > 0 && seen.spread > 0);
}

/* ---- by vCPU alone ---- */

/* What the vCPUs that pods ran with cost at the catalog's cheapest vCPU, of whole machines: the
 * bound knows more, and is no lower. Each pod, second by second, is in its row. */
static __int128 vcpus_alone(const struct fg_random_world *world, const struct fg_result *result)
{
    const struct fg_catalog *catalog = fg_small_catalog();
    __int128 milli_s = 0, cheapest = 0;
    for (uint32_t i = 0; i < result->pod_row_count; i++) {
        const struct fg_pod_row *row = &result->pod_rows[i];
        const struct fg_trace *trace = &world->pods.trace;
        int64_t end = row->end_s >= 0 ? row->end_s : result->summary.cut_s;
        const struct fg_pod_spec *spec = &trace->specs[fg_trace_spec(trace, i)];
        if (row->start_s >= 0 && end > row->start_s && spec->kind != FG_KIND_DAEMONSET)
            milli_s += (__int128)(end - row->start_s) * spec->cpu_milli;
    }
    for (uint32_t i = 0; i < catalog->type_count; i++) {
        struct fg_found_price price;
        struct fg_error error = {0};
        assert_int_equal(fg_catalog_price(catalog, catalog->types[i].name, "us-east-1", "",
                                          FG_DAY_UNKNOWN, &price, &error),
                         FG_OK);
        __int128 per_vcpu = price.nano / catalog->types[i].vcpu;
        cheapest = cheapest == 0 || per_vcpu < cheapest ? per_vcpu : cheapest;
    }
    return milli_s * cheapest / 1000 / 3600;
}

static void bound_is_no_lower_than_that_of_vcpus_alone(void **state)
{
    (void)state;
    uint32_t count = fg_random_world_count(2000) / 4, looked_at = 0;
    for (world_number = 0; world_number < count; world_number++) {
        struct fg_random_world world;
        struct fg_result result;
        fg_random_world_make(world_number, FG_WORLD_STATIC_NODES, &world);
        if (replay(&world, fg_small_catalog(), &result)) {
            stay_below_the_bill(&world, &result);
            if (result.summary.evictions == 0) {
                __int128 rounded_hours = result.summary.cut_s / 3600 + 2;
                __int128 least = vcpus_alone(&world, &result);
                HOLDS(result.summary.bound_nano >= least - 100 * rounded_hours);
                looked_at += least > 0;
            }
            fg_result_release(&result);
        }
        fg_random_world_release(&world);
    }
    assert_true(looked_at > count / 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bill_is_never_below_the_least_possible),
        cmocka_unit_test(bound_is_no_lower_than_that_of_vcpus_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
