/* What must hold in every world on ECS: container instances in each network mode, tasks on Fargate
 * and Fargate Spot, on x86, ARM64 and Windows, taken back and begun anew. Each replay recounts
 * capacity, addresses and quotas at every second; here its rows are held against each other and
 * against those of the same world replayed again. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "models/ecs.h"
#include "tests/support/dice.h"
#include "tests/support/rich_world.h"

static uint64_t world_number;

#define HOLDS(condition)                                                                           \
    do {                                                                                           \
        if (!(condition))                                                                          \
            fail_msg("world %" PRIu64 ": %s", world_number, #condition);                           \
    } while (0)

/* What was seen, so that a kind of world that is never made is missed. */
static struct {
    uint64_t on_group, on_fargate, on_spot, on_arm, on_windows, taken_back, refused;
} seen;

/* Karpenter does not go with ECS, nor does the drift of its nodes. */
static void leave_out_karpenter(struct fg_cluster *cluster)
{
    uint32_t kept = 0;
    cluster->node_pool_count = cluster->node_class_count = 0;
    for (uint32_t i = 0; i < cluster->event_count; i++)
        if (cluster->events[i].kind != FG_PLANNED_NODE_POOL_DRIFT)
            cluster->events[kept++] = cluster->events[i];
    cluster->event_count = kept;
}

static void move_to_ecs(struct fg_scenario *scenario)
{
    struct fg_dice dice = {world_number, 0};
    struct fg_cluster *cluster = &scenario->cluster;
    leave_out_karpenter(cluster);
    cluster->orchestrator = FG_ORCHESTRATOR_ECS;
    cluster->ecs = fg_cluster_default().ecs;
    cluster->ecs.network_mode = (enum fg_ecs_network_mode)fg_dice_below(&dice, 3);
    cluster->fargate.spot_vcpu_quota_milli =
        fg_dice_below(&dice, 4) == 0 ? 4000 + (int64_t)fg_dice_below(&dice, 8000) : FG_UNLIMITED;
    for (uint32_t i = 0; i < cluster->profile_count; i++) {
        struct fg_fargate_profile *profile = &cluster->profiles[i];
        profile->is_windows = fg_dice_below(&dice, 4) == 0;
        profile->named_arch = !profile->is_windows && fg_dice_below(&dice, 3) == 0;
        profile->arch = profile->named_arch ? FG_ARCH_ARM64 : FG_ARCH_AMD64;
        profile->on_demand_weight = fg_dice_below(&dice, 3);
        profile->spot_weight = profile->is_windows ? 0 : fg_dice_below(&dice, 3);
    }
    scenario->spot.named_fargate_discount = true;
    scenario->spot.fargate_discount_millionths = fg_dice_below(&dice, 700000);
    scenario->spot.fargate_interruptions_per_month_nano =
        fg_dice_below(&dice, 2) == 0 ? 0 : fg_dice_below(&dice, 2000) * 1000000000LL;
}

static void replay(const struct fg_rich_world *world, struct fg_result *out)
{
    struct fg_error error = {0};
    const struct fg_replay_input input = {.scenario = &world->base.scenario,
                                          .catalog = fg_rich_catalog(),
                                          .trace = &world->base.pods.trace,
                                          .with_pods = true,
                                          .checked = true};
    if (fg_replay(&input, out, &error) != FG_OK)
        fail_msg("world %" PRIu64 ": %s", world_number, error.message);
}

static void conserve_pods(const struct fg_result *result)
{
    uint64_t pods = 0;
    for (uint32_t i = 0; i < result->outcome_count; i++) {
        const struct fg_outcome_row *row = &result->outcomes[i];
        pods += row->pods;
        seen.on_group += strncmp(row->placed_on, "nodegroup:", 10) == 0;
        seen.on_fargate += strncmp(row->placed_on, "fargate:", 8) == 0;
        seen.refused += strncmp(row->reason, "Task not supported on Fargate", 29) == 0;
    }
    HOLDS(pods == result->summary.pod_count - result->summary.left_out);
    HOLDS(result->pod_row_count == pods);
    for (uint32_t i = 0; i < result->pod_row_count; i++)
        HOLDS(result->pod_rows[i].nano >= 0);
    seen.taken_back += result->summary.spot_interruptions;
}

/* Of a Windows account the licence is bought for each vCPU-second. */
static int64_t quantity_of(const struct fg_ledger *ledger, const char *sku)
{
    int64_t sum = 0;
    for (uint32_t i = 0; i < ledger->row_count; i++) {
        const struct fg_account *account = &ledger->accounts[ledger->rows[i].account];
        if (account->charge == FG_CHARGE_FARGATE_VCPU && strcmp(account->sku, sku) == 0)
            sum += ledger->rows[i].quantity * ledger->rows[i].hour_count;
    }
    return sum;
}

static void check_bill(const struct fg_result *result)
{
    const struct fg_ledger *ledger = &result->ledger;
    for (uint32_t i = 0; i < ledger->account_count; i++) {
        enum fg_charge charge = ledger->accounts[i].charge;
        HOLDS(charge != FG_CHARGE_CONTROL_PLANE && charge != FG_CHARGE_EXTENDED_SUPPORT &&
              charge != FG_CHARGE_AUTO_MODE);
        HOLDS(ledger->accounts[i].contract_unit_nano >= 0);
    }
    HOLDS(quantity_of(ledger, "windows/amd64") == quantity_of(ledger, FG_SKU_WINDOWS_LICENCE));
    HOLDS(result->summary.bound_nano <= result->summary.compute_nano);
    HOLDS(result->summary.bound_spread_nano <= result->summary.compute_nano);
    HOLDS(result->summary.fargate_waste_nano >= 0);
    seen.on_spot += quantity_of(ledger, "linux/amd64/spot") > 0;
    seen.on_arm += quantity_of(ledger, "linux/arm64") > 0;
    seen.on_windows += quantity_of(ledger, "windows/amd64") > 0;
}

static void is_the_same(const struct fg_result *a, const struct fg_result *b)
{
    HOLDS(a->ledger.row_count == b->ledger.row_count);
    HOLDS(a->ledger.account_count == b->ledger.account_count);
    for (uint32_t i = 0; i < a->ledger.row_count; i++) {
        const struct fg_ledger_row *one = &a->ledger.rows[i], *other = &b->ledger.rows[i];
        HOLDS(one->account == other->account && one->first_hour == other->first_hour &&
              one->hour_count == other->hour_count && one->quantity == other->quantity &&
              one->nano == other->nano);
    }
    HOLDS(a->summary.evictions == b->summary.evictions);
    HOLDS(a->outcome_count == b->outcome_count);
}

static void rows_of_worlds_on_ecs_agree_with_each_other(void **state)
{
    (void)state;
    const char *wanted = getenv("FARGAUGE_WORLDS");
    uint64_t count = wanted != NULL ? strtoull(wanted, NULL, 10) : 400;
    for (world_number = 1; world_number <= count; world_number++) {
        struct fg_rich_world world;
        struct fg_result result, again;
        fg_rich_world_make(world_number, &world);
        move_to_ecs(&world.base.scenario);
        if (world.base.scenario.duration_s == 0)
            world.base.scenario.duration_s = 86400;
        replay(&world, &result);
        replay(&world, &again);
        conserve_pods(&result);
        check_bill(&result);
        is_the_same(&result, &again);
        fg_result_release(&result);
        fg_result_release(&again);
        fg_rich_world_release(&world);
    }
    if (count < 100)
        return;
    assert_true(seen.on_group > 0 && seen.on_fargate > 0 && seen.on_spot > 0 && seen.on_arm > 0 &&
                seen.on_windows > 0 && seen.taken_back > 0 && seen.refused > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_of_worlds_on_ecs_agree_with_each_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
