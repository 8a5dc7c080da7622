/* Lines of the planner's own, persistent volumes and image pulls in random worlds: their quantities
 * against what the replay says of hours, nodes and pods elsewhere, and that they move nothing
 * else. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/rich_world.h"

enum { MICRO = 1000000, MEBI = 1 << 20 };

static uint64_t world_number;

#define HOLDS(condition)                                                                           \
    do {                                                                                           \
        if (!(condition))                                                                          \
            fail_msg("world %" PRIu64 ": %s", world_number, #condition);                           \
    } while (0)

static bool replay(const struct fg_scenario *scenario, const struct fg_trace *trace,
                   const struct fg_catalog *catalog, struct fg_result *out)
{
    struct fg_error error = {0};
    const struct fg_replay_input input = {.scenario = scenario,
                                          .catalog = catalog,
                                          .trace = trace,
                                          .with_pods = true,
                                          .checked = true};
    fg_status status = fg_replay(&input, out, &error);
    HOLDS(status == FG_OK || scenario->duration_s == 0);
    return status == FG_OK;
}

/* ---- lines ---- */

enum { NAT, AGENT, PODS, ON_FARGATE, ON_GROUPS, ON_POOLS, STARTS, LOGS, LINES };
static struct fg_cost_line lines[LINES] = {
    [NAT] = {.name = "nat", .nano = 45000000, .count = 3, .amount[FG_LINE_HOUR] = 1},
    [AGENT] = {.name = "agent",
               .node_sku = "agent node",
               .nano = 20000000,
               .count = 1,
               .amount[FG_LINE_NODE_HOUR] = 1},
    [PODS] = {.name = "pods", .nano = 3000000, .count = 1, .amount[FG_LINE_POD_HOUR] = 1},
    [ON_FARGATE] = {.name = "on-fargate",
                    .nano = 1,
                    .count = 1,
                    .pool_pattern = "fargate:*",
                    .amount[FG_LINE_POD_HOUR] = 1},
    [ON_GROUPS] = {.name = "on-groups",
                   .nano = 1,
                   .count = 1,
                   .pool_pattern = "nodegroup:*",
                   .amount[FG_LINE_POD_HOUR] = 1},
    [ON_POOLS] = {.name = "on-pools",
                  .nano = 1,
                  .count = 1,
                  .pool_pattern = "nodepool:*",
                  .amount[FG_LINE_POD_HOUR] = 1},
    [STARTS] = {.name = "starts", .nano = 1000, .count = 1, .amount[FG_LINE_POD_START] = 1},
    [LOGS] = {.name = "logs",
              .nano = 500000000,
              .by_gb = true,
              .count = 1,
              .amount[FG_LINE_POD_HOUR] = 500000000},
};

static bool is_line(const struct fg_account *account, const char *name)
{
    size_t length = strlen(name);
    return account->charge >= FG_CHARGE_OTHER_HOURS && account->charge <= FG_CHARGE_OTHER_GB &&
           strncmp(account->sku, name, length) == 0 &&
           (account->sku[length] == '\0' || account->sku[length] == ' ');
}

/* Of all pools, or of one. */
static int64_t quantity_of(const struct fg_result *result, const char *name, const char *pool)
{
    int64_t sum = 0;
    for (uint32_t i = 0; i < result->ledger.row_count; i++) {
        const struct fg_ledger_row *row = &result->ledger.rows[i];
        const struct fg_account *account = &result->ledger.accounts[row->account];
        if (is_line(account, name) && (pool == NULL || strcmp(account->pool, pool) == 0))
            sum += row->quantity * row->hour_count;
    }
    return sum;
}

static int64_t instances_in(const struct fg_result *result, const char *pool)
{
    int64_t sum = 0;
    for (uint32_t i = 0; i < result->ledger.row_count; i++) {
        const struct fg_ledger_row *row = &result->ledger.rows[i];
        const struct fg_account *account = &result->ledger.accounts[row->account];
        if ((account->charge == FG_CHARGE_EC2_ON_DEMAND || account->charge == FG_CHARGE_EC2_SPOT) &&
            strcmp(account->pool, pool) == 0)
            sum += row->quantity * row->hour_count;
    }
    return sum;
}

static int64_t pod_seconds_in(const struct fg_result *result, const char *pool)
{
    int64_t sum = 0;
    for (uint32_t i = 0; i < result->capacity.count; i++)
        if (pool == NULL || strcmp(result->capacity.items[i].pool, pool) == 0)
            sum += result->capacity.items[i].pod_seconds * result->capacity.items[i].hour_count;
    return sum;
}

/* Lines of pods by the hour: each row is its quantity at the price, rounded once. */
static void price_rows(const struct fg_result *result)
{
    for (uint32_t i = 0; i < result->ledger.row_count; i++) {
        const struct fg_ledger_row *row = &result->ledger.rows[i];
        const struct fg_account *account = &result->ledger.accounts[row->account];
        if (is_line(account, "pods") || is_line(account, "nat"))
            HOLDS(row->nano ==
                  fg_money_amount_half_even(
                      row->quantity, (struct fg_price){account->contract_unit_nano,
                                                       fg_charge_base_per_unit(account->charge)}));
    }
}

/* DaemonSets have a pod on every node, and lines by the node-hour. */
static bool is_template(const struct fg_trace *trace, uint32_t pod)
{
    return trace->specs[fg_trace_spec(trace, pod)].kind == FG_KIND_DAEMONSET;
}

static int64_t pods_that_ran(const struct fg_trace *trace, const struct fg_result *result)
{
    int64_t pods = 0;
    for (uint32_t i = 0; i < result->pod_row_count; i++)
        pods += result->pod_rows[i].start_s >= 0 && !is_template(trace, i);
    return pods;
}

static void count_drivers(const struct fg_trace *trace, const struct fg_result *result)
{
    int64_t pod_seconds = pod_seconds_in(result, NULL), rows = 0;
    HOLDS(quantity_of(result, "nat", "cluster") == (int64_t)result->summary.cut_s * 3 * MICRO);
    HOLDS(quantity_of(result, "nat", NULL) == quantity_of(result, "nat", "cluster"));
    HOLDS(quantity_of(result, "pods", NULL) == pod_seconds * MICRO);
    HOLDS(quantity_of(result, "on-fargate", NULL) + quantity_of(result, "on-groups", NULL) +
              quantity_of(result, "on-pools", NULL) ==
          pod_seconds * MICRO);
    for (uint32_t i = 0; i < result->ledger.account_count; i++) {
        const char *pool = result->ledger.accounts[i].pool;
        HOLDS(quantity_of(result, "agent", pool) == instances_in(result, pool));
        HOLDS(quantity_of(result, "pods", pool) == pod_seconds_in(result, pool) * MICRO);
    }
    int64_t ran = pods_that_ran(trace, result), starts = quantity_of(result, "starts", NULL);
    HOLDS(starts >= ran);
    HOLDS(starts <= ran + (int64_t)result->summary.evictions);
    /* 0.5 GB for each 3600 seconds; each row is off by half of 10^-9 GB at most. */
    for (uint32_t i = 0; i < result->ledger.row_count; i++)
        if (is_line(&result->ledger.accounts[result->ledger.rows[i].account], "logs"))
            rows += result->ledger.rows[i].hour_count;
    HOLDS(llabs(2 * (quantity_of(result, "logs", NULL) * 36 - pod_seconds * 5000000)) <= rows * 36);
    price_rows(result);
}

/* All other rows of the bill are as they were. */
static void move_nothing_else(const struct fg_result *without, const struct fg_result *with)
{
    fg_nanodollars lines_nano = 0;
    for (uint32_t i = 0; i < with->ledger.row_count; i++) {
        const struct fg_ledger_row *row = &with->ledger.rows[i];
        enum fg_charge charge = with->ledger.accounts[row->account].charge;
        if (charge >= FG_CHARGE_OTHER_HOURS && charge <= FG_CHARGE_OTHER_GB)
            lines_nano += row->nano * row->hour_count;
    }
    HOLDS(lines_nano > 0);
    HOLDS(fg_ledger_total(&with->ledger) == fg_ledger_total(&without->ledger) + lines_nano);
    HOLDS(with->summary.cut_s == without->summary.cut_s);
    HOLDS(with->summary.never_ran == without->summary.never_ran);
    HOLDS(with->summary.wait_p95_s == without->summary.wait_p95_s);
    HOLDS(with->summary.compute_nano == without->summary.compute_nano);
}

static bool check_lines(struct fg_scenario scenario, const struct fg_trace *trace,
                        const struct fg_catalog *catalog)
{
    struct fg_result without, with;
    if (!replay(&scenario, trace, catalog, &without))
        return false;
    scenario.lines = lines;
    scenario.line_count = LINES;
    HOLDS(replay(&scenario, trace, catalog, &with));
    count_drivers(trace, &with);
    move_nothing_else(&without, &with);
    fg_result_release(&without);
    fg_result_release(&with);
    return true;
}

static void lines_are_what_drives_them(void **state)
{
    (void)state;
    uint32_t count = fg_random_world_count(1000), good = 0;
    for (world_number = 0; world_number < count; world_number++) {
        struct fg_random_world world;
        fg_random_world_make(world_number, (enum fg_world_kind)(world_number % 4), &world);
        good += check_lines(world.scenario, &world.pods.trace, fg_small_catalog());
        fg_random_world_release(&world);
    }
    assert_true(good * 2 > count);
}

static void lines_are_what_drives_them_with_everything_on(void **state)
{
    (void)state;
    uint32_t count = fg_random_world_count(1000) / 4, good = 0;
    for (world_number = 0; world_number < count; world_number++) {
        struct fg_rich_world world;
        fg_rich_world_make(world_number, &world);
        good += check_lines(world.base.scenario, &world.base.pods.trace, fg_rich_catalog());
        fg_rich_world_release(&world);
    }
    assert_true(good * 2 > count);
}

/* ---- volumes ---- */

/* From each pod's first start until it is gone; a pod that waits again at the cut has its volume,
 * but no row that says since when. */
static int64_t volume_seconds(const struct fg_trace *trace, const struct fg_result *result)
{
    int64_t seconds = 0;
    for (uint32_t i = 0; i < result->pod_row_count; i++) {
        const struct fg_pod_row *row = &result->pod_rows[i];
        if (row->start_s >= 0 && !is_template(trace, i))
            seconds +=
                (row->end_s < 0 ? (int64_t)result->summary.cut_s : row->end_s) - row->start_s;
    }
    return seconds;
}

static void check_volumes(const struct fg_trace *trace, const struct fg_result *result, int64_t gib)
{
    const int64_t nano = 1000000000;
    __int128 bought = 0, rounding = 0;
    for (uint32_t i = 0; i < result->ledger.row_count; i++) {
        const struct fg_ledger_row *row = &result->ledger.rows[i];
        if (strcmp(result->ledger.accounts[row->account].sku, "gp3 persistent") != 0)
            continue;
        int64_t month = fg_calendar_month_seconds((fg_unix_s)row->first_hour * 3600);
        bought += (__int128)row->quantity * row->hour_count * month;
        rounding += (__int128)row->hour_count * month;
    }
    __int128 held = (__int128)volume_seconds(trace, result) * gib * nano;
    HOLDS(bought >= held - rounding);
    HOLDS(result->summary.evictions > 0 || bought <= held + rounding);
}

static void volumes_last_as_long_as_their_pods(void **state)
{
    (void)state;
    static const enum fg_world_kind kinds[] = {FG_WORLD_STATIC_NODES, FG_WORLD_AUTOSCALED};
    uint32_t count = fg_random_world_count(500);
    for (world_number = 0; world_number < count; world_number++) {
        struct fg_random_world world;
        struct fg_result result;
        fg_random_world_make(world_number, kinds[world_number % 2], &world);
        struct fg_persistent_volume rule = {
            .pods.namespace_pattern = "*",
            .volume = {.type = "gp3", .size_gib = 1 + (int64_t)(world_number % 500)},
            .named_keep = true,
            .count = 1};
        world.scenario.cluster.persistent_volumes = &rule;
        world.scenario.cluster.persistent_volume_count = 1;
        if (replay(&world.scenario, &world.pods.trace, fg_small_catalog(), &result)) {
            check_volumes(&world.pods.trace, &result, rule.volume.size_gib);
            fg_result_release(&result);
        }
        fg_random_world_release(&world);
    }
}

/* ---- images ---- */

static void give_images(struct fg_random_world *world, struct fg_dice *dice)
{
    for (uint32_t i = 0; i < world->pods.trace.spec_count; i++)
        world->pods.trace.specs[i].image_bytes = (int64_t)fg_dice_below(dice, 500) * MEBI;
    world->scenario.cluster.nodes.pull_bytes_per_s = (int64_t)fg_dice_below(dice, 20) * MEBI;
    world->scenario.cluster.fargate.pull_bytes_per_s = (int64_t)fg_dice_below(dice, 20) * MEBI;
}

/* A GB is 1024 MiB. What is pulled lies between what pods on Fargate need for themselves and one
 * pull for each start. */
static void check_pulls(const struct fg_random_world *world, const struct fg_result *result)
{
    const struct fg_trace *trace = &world->pods.trace;
    int64_t speed = world->scenario.cluster.fargate.pull_bytes_per_s;
    int64_t needed = 0, most = 0, pulled = quantity_of(result, "pull", NULL);
    for (uint32_t i = 0; i < result->pod_row_count; i++) {
        const struct fg_pod_row *row = &result->pod_rows[i];
        int64_t bytes = trace->specs[fg_trace_spec(trace, i)].image_bytes;
        most += bytes;
        if (strncmp(row->placed_on, "fargate:", 8) != 0)
            continue;
        needed += bytes;
        if (speed > 0 && bytes > 0)
            HOLDS(row->start_s >= row->arrival_s + (bytes + speed - 1) / speed);
    }
    int64_t rows = (int64_t)result->ledger.row_count * 1000;
    HOLDS(pulled >= (int64_t)((__int128)needed * 1000000000 >> 30) - rows);
    HOLDS(result->summary.evictions > 0 ||
          pulled <= (int64_t)((__int128)most * 1000000000 >> 30) + rows);
}

static void images_are_pulled_for_who_needs_them(void **state)
{
    (void)state;
    static struct fg_cost_line pull = {.name = "pull",
                                       .nano = 50000000,
                                       .by_gb = true,
                                       .count = 1,
                                       .amount[FG_LINE_IMAGE_PULL] = 1};
    uint32_t count = fg_random_world_count(1000);
    for (world_number = 0; world_number < count; world_number++) {
        struct fg_random_world world;
        struct fg_result result;
        struct fg_dice dice = {.seed = world_number};
        fg_random_world_make(world_number, (enum fg_world_kind)(world_number % 4), &world);
        give_images(&world, &dice);
        world.scenario.lines = &pull;
        world.scenario.line_count = 1;
        if (replay(&world.scenario, &world.pods.trace, fg_small_catalog(), &result)) {
            check_pulls(&world, &result);
            fg_result_release(&result);
        }
        fg_random_world_release(&world);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_are_what_drives_them),
        cmocka_unit_test(lines_are_what_drives_them_with_everything_on),
        cmocka_unit_test(volumes_last_as_long_as_their_pods),
        cmocka_unit_test(images_are_pulled_for_who_needs_them),
    };
    return cmocka_run_group_tests_name("cost_lines_in_random_worlds", tests, NULL, NULL);
}
