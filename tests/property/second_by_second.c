/* The replay against the slow one: what became of each pod, each hour's capacity, each hour's
 * bill. It proves that passes that are skipped would have changed nothing. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/random_world.h"
#include "tests/support/slow_replay.h"

/* Which world is at fault, for the message. */
static uint64_t world_number;

#define SAME(what, thing, found, expected)                                                         \
    do {                                                                                           \
        int64_t found_value = (int64_t)(found), expected_value = (int64_t)(expected);              \
        if (found_value != expected_value)                                                         \
            fail_msg("world %" PRIu64 ", %s %" PRId64 ": %s is %" PRId64                           \
                     ", second by second %" PRId64,                                                \
                     world_number, thing, (int64_t)(what), #found, found_value, expected_value);   \
    } while (0)

static const char *pool_name(const struct fg_scenario *scenario, uint32_t pool, char *buffer,
                             size_t bytes)
{
    const struct fg_cluster *cluster = &scenario->cluster;
    if (pool == UINT32_MAX)
        snprintf(buffer, bytes, "pending");
    else if (pool < cluster->profile_count)
        snprintf(buffer, bytes, "fargate:%s", cluster->profiles[pool].name);
    else if (pool < cluster->profile_count + cluster->node_group_count)
        snprintf(buffer, bytes, "nodegroup:%s",
                 cluster->node_groups[pool - cluster->profile_count].name);
    else
        snprintf(buffer, bytes, "cluster");
    return buffer;
}

static void compare_pods(const struct fg_random_world *world, const struct fg_result *result,
                         const struct fg_slow_result *slow)
{
    uint32_t row = 0;
    char name[128];
    for (uint32_t i = 0; i < world->pods.trace.pod_count; i++) {
        const struct fg_slow_pod *expected = &slow->pods[i];
        if (expected->left_out)
            continue;
        assert_true(row < result->pod_row_count);
        const struct fg_pod_row *found = &result->pod_rows[row++];
        SAME(i, "pod", found->arrival_s, world->pods.trace.arrival_s[i]);
        SAME(i, "pod", found->outcome, expected->outcome);
        SAME(i, "pod", found->start_s, expected->start_s);
        SAME(i, "pod", found->end_s, expected->end_s);
        if (strcmp(found->placed_on,
                   pool_name(&world->scenario, expected->pool, name, sizeof name)) != 0)
            fail_msg("world %" PRIu64 ", pod %u: placed on %s, second by second on %s",
                     world_number, i, found->placed_on, name);
        if (expected->start_s < 0 && *found->reason == '\0')
            fail_msg("world %" PRIu64 ", pod %u never ran and has no reason", world_number, i);
    }
    SAME(0, "rows", result->pod_row_count, row);
}

static int compare_u32(const void *a, const void *b)
{
    uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
    return (left > right) - (left < right);
}

/* Waits of the rows of pods that ran: those have one reason only, the empty one. */
static void compare_outcomes(const struct fg_random_world *world, const struct fg_result *result,
                             const struct fg_slow_result *slow)
{
    const struct fg_trace *trace = &world->pods.trace;
    uint32_t *waits = fg_allocate(trace->pod_count + 1, sizeof *waits);
    char name[128];
    for (uint32_t r = 0; r < result->outcome_count; r++) {
        const struct fg_outcome_row *row = &result->outcomes[r];
        uint32_t count = 0;
        if (row->outcome != FG_OUTCOME_COMPLETED && row->outcome != FG_OUTCOME_RUNNING)
            continue;
        for (uint32_t i = 0; i < trace->pod_count; i++) {
            const struct fg_pod_spec *spec = &trace->specs[fg_trace_spec(trace, i)];
            const struct fg_slow_pod *pod = &slow->pods[i];
            if (!pod->left_out && pod->outcome == row->outcome &&
                strcmp(spec->namespace_name, row->namespace_name) == 0 &&
                strcmp(spec->workload, row->workload) == 0 &&
                strcmp(pool_name(&world->scenario, pod->pool, name, sizeof name), row->placed_on) ==
                    0)
                waits[count++] = pod->wait_s;
        }
        SAME(r, "outcome", row->pods, count);
        qsort(waits, count, sizeof *waits, compare_u32);
        SAME(r, "outcome", row->wait_max_s, waits[count - 1]);
        SAME(r, "outcome", row->wait_p50_s, waits[(count * 50 + 99) / 100 - 1]);
        SAME(r, "outcome", row->wait_p95_s, waits[(count * 95 + 99) / 100 - 1]);
    }
    free(waits);
}

static struct fg_slow_hour hour_found(const struct fg_result *result, const char *pool,
                                      int32_t hour)
{
    struct fg_slow_hour found = {0};
    for (uint32_t i = 0; i < result->capacity.count; i++) {
        const struct fg_capacity_row *row = &result->capacity.items[i];
        if (strcmp(row->pool, pool) != 0 || hour < row->first_hour ||
            hour >= row->first_hour + (int32_t)row->hour_count)
            continue;
        found = (struct fg_slow_hour){.node_seconds = row->node_seconds,
                                      .pod_seconds = row->pod_seconds,
                                      .cpu_requested_milli_s = row->cpu_requested_milli_s,
                                      .nodes_max = row->nodes_max,
                                      .pending_max = row->pods_pending_max,
                                      .addresses_max = row->addresses_max};
    }
    return found;
}

static void compare_hours(const struct fg_random_world *world, const struct fg_result *result,
                          const struct fg_slow_result *slow)
{
    char name[128];
    for (uint32_t pool = 0; pool < slow->pool_count; pool++) {
        pool_name(&world->scenario, pool, name, sizeof name);
        for (uint32_t h = 0; h < slow->hour_count; h++) {
            int32_t hour = (int32_t)(world->scenario.start / 3600) + (int32_t)h;
            struct fg_slow_hour found = hour_found(result, name, hour);
            const struct fg_slow_hour *expected = &slow->hours[pool * slow->hour_count + h];
            SAME(h, name, found.node_seconds, expected->node_seconds);
            SAME(h, name, found.pod_seconds, expected->pod_seconds);
            SAME(h, name, found.cpu_requested_milli_s, expected->cpu_requested_milli_s);
            SAME(h, name, found.nodes_max, expected->nodes_max);
            SAME(h, name, found.pending_max, expected->pending_max);
            SAME(h, name, found.addresses_max, expected->addresses_max);
        }
    }
}

static fg_nanodollars amount_found(const struct fg_ledger *ledger, const struct fg_slow_line *line,
                                   const char *pool)
{
    fg_nanodollars sum = 0;
    for (uint32_t i = 0; i < ledger->row_count; i++) {
        const struct fg_ledger_row *row = &ledger->rows[i];
        const struct fg_account *account = &ledger->accounts[row->account];
        if (account->charge == line->charge && line->hour >= row->first_hour &&
            line->hour < row->first_hour + (int32_t)row->hour_count &&
            strcmp(account->pool, pool) == 0 &&
            strcmp(account->namespace_name, line->namespace_name) == 0 &&
            strcmp(account->workload, line->workload) == 0)
            sum += row->nano;
    }
    return sum;
}

static void compare_bills(const struct fg_random_world *world, const struct fg_result *result,
                          const struct fg_slow_result *slow)
{
    char name[128], text[256];
    fg_nanodollars expected = 0;
    for (uint32_t i = 0; i < slow->line_count; i++) {
        const struct fg_slow_line *line = &slow->lines[i];
        pool_name(&world->scenario, line->pool, name, sizeof name);
        snprintf(text, sizeof text, "%s %s %s/%s hour", fg_charge_name(line->charge), name,
                 line->namespace_name, line->workload);
        SAME(line->hour, text, amount_found(&result->ledger, line, name), line->nano);
        expected += line->nano;
    }
    fg_nanodollars found =
        fg_ledger_total(&result->ledger) - fg_small_sum(result, FG_CHARGE_CONTROL_PLANE, NULL);
    SAME(0, "bill", found, expected);
}

struct seen {
    uint32_t worlds, scale_ups, scale_downs, evictions;
};

/* Without a named duration: the cut is where the last pod ends, and none ends later. */
static void check_cut(const struct fg_random_world *world, const struct fg_result *result)
{
    struct fg_slow_result longer;
    if (world->scenario.duration_s != 0)
        return;
    fg_slow_replay(&world->scenario, fg_small_catalog(), &world->pods.trace,
                   result->summary.cut_s + 3000, &longer);
    SAME(0, "cut", result->summary.cut_s, longer.last_end_s);
    fg_slow_release(&longer);
}

/* The naive replay knows no preemption, and no addresses of EC2 nodes: no pod preempts, and the
 * subnets lie in a zone without nodes. */
static void leave_out_what_the_naive_replay_lacks(struct fg_random_world *world)
{
    static const struct fg_pod_rules never = {.owner_selector = {.nothing = true},
                                              .preemption = FG_PREEMPTION_NEVER,
                                              .scored_cpu_milli = -1,
                                              .scored_memory_bytes = -1};
    for (uint32_t i = 0; i < world->pods.trace.spec_count; i++)
        world->pods.trace.specs[i].rules = &never;
    for (uint32_t i = 0; i < world->scenario.cluster.subnet_count; i++)
        world->scenario.cluster.subnets[i].zone = "us-east-1f";
}

static void compare_world(uint64_t number, enum fg_world_kind kind, struct seen *seen)
{
    struct fg_random_world world;
    struct fg_result result;
    struct fg_slow_result slow;
    struct fg_error error = {0};
    world_number = number;
    fg_random_world_make(number, kind, &world);
    leave_out_what_the_naive_replay_lacks(&world);
    const struct fg_replay_input input = {.scenario = &world.scenario,
                                          .catalog = fg_small_catalog(),
                                          .trace = &world.pods.trace,
                                          .with_pods = true,
                                          .checked = true};
    if (fg_replay(&input, &result, &error) == FG_OK) {
        check_cut(&world, &result);
        fg_slow_replay(&world.scenario, fg_small_catalog(), &world.pods.trace, result.summary.cut_s,
                       &slow);
        compare_pods(&world, &result, &slow);
        compare_outcomes(&world, &result, &slow);
        compare_hours(&world, &result, &slow);
        compare_bills(&world, &result, &slow);
        seen->worlds++;
        seen->scale_ups += slow.scale_ups;
        seen->scale_downs += slow.scale_downs;
        seen->evictions += slow.evictions;
        fg_slow_release(&slow);
        fg_result_release(&result);
    } else {
        assert_int_equal(world.scenario.duration_s, 0); /* nothing ends, and no duration */
    }
    fg_random_world_release(&world);
}

static struct seen compare_worlds(enum fg_world_kind kind, uint32_t usual)
{
    struct seen seen = {0};
    const char *only = getenv("FARGAUGE_WORLD");
    uint32_t count = (uint32_t)((uint64_t)fg_random_world_count(2000) * usual / 2000);
    for (uint32_t i = 0; i < count; i++)
        if (only == NULL || strtoul(only, NULL, 10) == i)
            compare_world(i, kind, &seen);
    return seen;
}

static void fargate_is_as_second_by_second(void **state)
{
    (void)state;
    struct seen seen = compare_worlds(FG_WORLD_FARGATE, 300);
    assert_true(seen.worlds > 0);
}

static void static_nodes_are_as_second_by_second(void **state)
{
    (void)state;
    struct seen seen = compare_worlds(FG_WORLD_STATIC_NODES, 300);
    assert_true(seen.worlds > 0);
}

static void many_nodes_are_as_second_by_second(void **state)
{
    (void)state;
    struct seen seen = compare_worlds(FG_WORLD_MANY_NODES, 40);
    assert_true(seen.worlds > 0);
}

static void autoscaled_nodes_are_as_second_by_second(void **state)
{
    (void)state;
    struct seen seen = compare_worlds(FG_WORLD_AUTOSCALED, 600);
    assert_true(seen.scale_ups > 0 && seen.scale_downs > 0 && seen.evictions > 0);
}

static void mixed_clusters_are_as_second_by_second(void **state)
{
    (void)state;
    struct seen seen = compare_worlds(FG_WORLD_MIXED, 600);
    assert_true(seen.worlds > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fargate_is_as_second_by_second),
        cmocka_unit_test(static_nodes_are_as_second_by_second),
        cmocka_unit_test(many_nodes_are_as_second_by_second),
        cmocka_unit_test(autoscaled_nodes_are_as_second_by_second),
        cmocka_unit_test(mixed_clusters_are_as_second_by_second),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
