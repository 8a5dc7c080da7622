/* What must hold in every world, with all there is switched on at random: Karpenter beside Cluster
 * Autoscaler, Spot, affinity, priorities, planned events, quotas, Savings Plans. Each replay
 * recounts capacity, addresses and quotas at every second; here its rows are held against each
 * other and against those of the same world replayed again. */
#include <inttypes.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "models/money.h"
#include "tests/support/rich_world.h"

static uint64_t world_number;

#define HOLDS(condition)                                                                           \
    do {                                                                                           \
        if (!(condition))                                                                          \
            fail_msg("world %" PRIu64 ": %s", world_number, #condition);                           \
    } while (0)

/* What was seen, so that a kind of world that is never made is missed. */
static struct {
    uint64_t on_pool, on_group, on_fargate, evicted, preempted, interrupted, disrupted, lost, dry,
        unused_plans, never_ran;
} seen;

/* A broken promise within the replay stops the program; say in which world. */
static char where[64];

static void name_world(int signal_number)
{
    if (write(STDERR_FILENO, where, strlen(where)) < 0)
        _exit(2);
    signal(signal_number, SIG_DFL);
    raise(signal_number);
}

static bool replay(const struct fg_rich_world *world, struct fg_result *out)
{
    struct fg_error error = {0};
    const struct fg_replay_input input = {.scenario = &world->base.scenario,
                                          .catalog = fg_rich_catalog(),
                                          .trace = &world->base.pods.trace,
                                          .with_pods = true,
                                          .checked = true};
    fg_status status = fg_replay(&input, out, &error);
    if (status != FG_OK && world->base.scenario.duration_s != 0)
        fail_msg("world %" PRIu64 ": %s", world_number, error.message);
    return status == FG_OK;
}

/* ---- pods ---- */

static bool has_run(enum fg_outcome outcome)
{
    return outcome == FG_OUTCOME_COMPLETED || outcome == FG_OUTCOME_RUNNING;
}

static void conserve_pods(const struct fg_rich_world *world, const struct fg_result *result)
{
    uint64_t pods = 0, never_ran = 0;
    for (uint32_t i = 0; i < result->outcome_count; i++) {
        const struct fg_outcome_row *row = &result->outcomes[i];
        pods += row->pods;
        /* One that was evicted and waits again has run. */
        if (!has_run(row->outcome) && strcmp(row->reason, FG_REASON_WAITS_AGAIN) != 0)
            never_ran += row->pods;
        HOLDS(row->wait_p50_s <= row->wait_p95_s && row->wait_p95_s <= row->wait_max_s);
        HOLDS((strcmp(row->placed_on, "pending") == 0) == !has_run(row->outcome));
        HOLDS((*row->reason == '\0') == has_run(row->outcome));
        seen.on_pool += strncmp(row->placed_on, "nodepool:", 9) == 0;
        seen.on_group += strncmp(row->placed_on, "nodegroup:", 10) == 0;
        seen.on_fargate += strncmp(row->placed_on, "fargate:", 8) == 0;
    }
    HOLDS(result->summary.pod_count == world->base.pods.trace.pod_count);
    HOLDS(pods == result->summary.pod_count - result->summary.left_out);
    HOLDS(never_ran == result->summary.never_ran);
    HOLDS(result->pod_row_count == pods);
    for (uint32_t i = 0; i < result->pod_row_count; i++) {
        const struct fg_pod_row *row = &result->pod_rows[i];
        HOLDS(row->arrival_s == world->base.pods.trace.arrival_s[i]);
        HOLDS((row->start_s >= 0) == has_run(row->outcome));
        HOLDS(row->start_s < 0 || row->start_s >= (int64_t)row->arrival_s);
        HOLDS(row->end_s < 0 || row->end_s >= row->start_s);
        HOLDS(row->end_s <= (int64_t)result->summary.cut_s && row->nano >= 0);
    }
}

/* ---- money and capacity ---- */

/* What Savings Plans cover costs less than the list says, and a share of it is not exact. */
static void add_up(const struct fg_result *result, bool is_covered)
{
    const struct fg_ledger *ledger = &result->ledger;
    fg_nanodollars total = 0, by_charge = 0, nodes = 0, idle = 0;
    for (uint32_t i = 0; i < ledger->row_count; i++) {
        const struct fg_ledger_row *row = &ledger->rows[i], *before = row - 1;
        HOLDS(row->nano >= 0 && row->quantity >= 0 && row->hour_count > 0);
        HOLDS(i == 0 || before->account < row->account ||
              (before->account == row->account &&
               before->first_hour + (int64_t)before->hour_count <= row->first_hour));
        total += row->nano * row->hour_count;
        seen.unused_plans += ledger->accounts[row->account].charge == FG_CHARGE_SAVINGS_PLAN;
    }
    for (int charge = 0; charge < FG_CHARGE_COUNT; charge++)
        by_charge += fg_small_sum(result, (enum fg_charge)charge, NULL);
    HOLDS(total == fg_ledger_total(ledger) && by_charge == total);
    for (int charge = FG_CHARGE_EC2_ON_DEMAND; charge <= FG_CHARGE_PUBLIC_IPV4; charge++) {
        nodes += fg_small_sum(result, (enum fg_charge)charge, NULL);
        idle += fg_small_sum(result, (enum fg_charge)charge, FG_WORKLOAD_IDLE);
    }
    HOLDS(is_covered ||
          (result->summary.node_nano == nodes && result->summary.node_idle_nano == idle));
}

static void fit_capacity(const struct fg_result *result)
{
    for (uint32_t i = 0; i < result->capacity.count; i++) {
        const struct fg_capacity_row *row = &result->capacity.items[i];
        HOLDS(row->seconds <= 3600 && row->hour_count > 0);
        HOLDS(row->node_seconds >= 0 && row->node_seconds <= row->nodes_max * row->seconds);
        HOLDS(row->pod_seconds >= 0);
        if (strncmp(row->pool, "node", 4) != 0)
            continue;
        HOLDS(row->cpu_requested_milli_s <= row->cpu_capacity_milli_s);
        HOLDS(row->memory_requested_mib_s <= row->memory_capacity_mib_s);
        HOLDS(row->nodes_max <= result->summary.peak_nodes);
    }
}

/* ---- the same again ---- */

static void same_bill(const struct fg_ledger *a, const struct fg_ledger *b)
{
    HOLDS(a->row_count == b->row_count);
    for (uint32_t i = 0; i < a->row_count; i++) {
        const struct fg_ledger_row *left = &a->rows[i], *right = &b->rows[i];
        const struct fg_account *x = &a->accounts[left->account];
        const struct fg_account *y = &b->accounts[right->account];
        HOLDS(left->first_hour == right->first_hour && left->hour_count == right->hour_count);
        HOLDS(left->quantity == right->quantity && left->nano == right->nano);
        HOLDS(x->charge == y->charge && strcmp(x->pool, y->pool) == 0);
        HOLDS(strcmp(x->sku, y->sku) == 0 && strcmp(x->workload, y->workload) == 0);
    }
}

static void same_pods(const struct fg_result *a, const struct fg_result *b)
{
    HOLDS(a->pod_row_count == b->pod_row_count && a->capacity.count == b->capacity.count);
    for (uint32_t i = 0; i < a->pod_row_count; i++) {
        const struct fg_pod_row *left = &a->pod_rows[i], *right = &b->pod_rows[i];
        HOLDS(left->start_s == right->start_s && left->end_s == right->end_s);
        HOLDS(left->outcome == right->outcome && left->nano == right->nano);
        HOLDS(strcmp(left->placed_on, right->placed_on) == 0);
        HOLDS(strcmp(left->reason, right->reason) == 0);
    }
    for (uint32_t i = 0; i < a->capacity.count; i++)
        HOLDS(a->capacity.items[i].node_seconds == b->capacity.items[i].node_seconds &&
              a->capacity.items[i].cpu_requested_milli_s ==
                  b->capacity.items[i].cpu_requested_milli_s);
}

static void replay_again(const struct fg_result *result)
{
    struct fg_rich_world same;
    struct fg_result again;
    fg_rich_world_make(world_number, &same);
    HOLDS(replay(&same, &again));
    same_bill(&result->ledger, &again.ledger);
    same_pods(result, &again);
    fg_result_release(&again);
    fg_rich_world_release(&same);
}

static void note(const struct fg_summary *summary)
{
    seen.evicted += summary->evictions;
    seen.preempted += summary->preempted_pods;
    seen.interrupted += summary->spot_interruptions;
    seen.disrupted += summary->disrupted_nodes;
    seen.lost += summary->lost_work_s;
    seen.dry += summary->dry_subnet != NULL;
    seen.never_ran += summary->never_ran;
}

static void everything_at_once_keeps_its_promises(void **state)
{
    (void)state;
    uint32_t count = fg_random_world_count(2000) / 2;
    signal(SIGABRT, name_world);
    for (world_number = 0; world_number < count; world_number++) {
        struct fg_rich_world world;
        struct fg_result result;
        snprintf(where, sizeof where, "in world %" PRIu64 "\n", world_number);
        fg_rich_world_make(world_number, &world);
        if (replay(&world, &result)) {
            conserve_pods(&world, &result);
            add_up(&result, world.base.scenario.commitment_count > 0);
            fit_capacity(&result);
            note(&result.summary);
            if (world_number % 4 == 0)
                replay_again(&result);
            fg_result_release(&result);
        }
        fg_rich_world_release(&world);
    }
    signal(SIGABRT, SIG_DFL);
    if (count < 500)
        return;
    assert_true(seen.on_pool > count / 4 && seen.on_group > count / 4 && seen.on_fargate > 0);
    assert_true(seen.evicted > 0 && seen.preempted > 0 && seen.interrupted > 0);
    assert_true(seen.disrupted > 0 && seen.lost > 0 && seen.dry > 0 && seen.never_ran > 0);
    assert_true(seen.unused_plans > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_at_once_keeps_its_promises),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
