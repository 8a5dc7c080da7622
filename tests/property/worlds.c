/* What must hold in every world: each replay below recounts capacity, addresses and quota at every
 * second (the input's `checked`), and here its rows are held against each other. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "models/money.h"
#include "tests/support/random_world.h"

static uint64_t world_number;
static enum fg_world_kind world_kind;

#define HOLDS(condition)                                                                           \
    do {                                                                                           \
        if (!(condition))                                                                          \
            fail_msg("world %" PRIu64 " of kind %d: %s", world_number, (int)world_kind,            \
                     #condition);                                                                  \
    } while (0)

static bool replay(const struct fg_random_world *world, struct fg_result *out)
{
    struct fg_error error = {0};
    const struct fg_replay_input input = {.scenario = &world->scenario,
                                          .catalog = fg_small_catalog(),
                                          .trace = &world->pods.trace,
                                          .with_pods = true,
                                          .checked = true};
    fg_status status = fg_replay(&input, out, &error);
    HOLDS(status == FG_OK || world->scenario.duration_s == 0);
    return status == FG_OK;
}

typedef void check(const struct fg_random_world *world, const struct fg_result *result);

static void for_each_world(enum fg_world_kind kind, uint32_t count, check *holds)
{
    uint32_t good = 0;
    world_kind = kind;
    for (world_number = 0; world_number < count; world_number++) {
        struct fg_random_world world;
        struct fg_result result;
        fg_random_world_make(world_number, kind, &world);
        if (replay(&world, &result)) {
            holds(&world, &result);
            fg_result_release(&result);
            good++;
        }
        fg_random_world_release(&world);
    }
    assert_true(good * 2 > count);
}

static void for_all_kinds(check *holds)
{
    uint32_t count = fg_random_world_count(2000) / 4;
    for_each_world(FG_WORLD_FARGATE, count, holds);
    for_each_world(FG_WORLD_STATIC_NODES, count, holds);
    for_each_world(FG_WORLD_AUTOSCALED, count, holds);
    for_each_world(FG_WORLD_MIXED, count, holds);
}

/* ---- pods ---- */

static bool has_run(enum fg_outcome outcome)
{
    return outcome == FG_OUTCOME_COMPLETED || outcome == FG_OUTCOME_RUNNING;
}

static void count_outcomes(const struct fg_random_world *world, const struct fg_result *result)
{
    uint64_t pods = 0, never_ran = 0;
    for (uint32_t i = 0; i < result->outcome_count; i++) {
        const struct fg_outcome_row *row = &result->outcomes[i];
        pods += row->pods;
        if (!has_run(row->outcome) && strcmp(row->reason, FG_REASON_WAITS_AGAIN) != 0)
            never_ran += row->pods;
        HOLDS(row->pods > 0);
        HOLDS(row->wait_p50_s <= row->wait_p95_s && row->wait_p95_s <= row->wait_max_s);
        HOLDS((strcmp(row->placed_on, "pending") == 0) == !has_run(row->outcome));
        HOLDS((*row->reason == '\0') == has_run(row->outcome));
    }
    HOLDS(result->summary.pod_count == world->pods.trace.pod_count);
    HOLDS(pods == result->summary.pod_count - result->summary.left_out);
    HOLDS(result->pod_row_count == pods);
    HOLDS(never_ran == result->summary.never_ran);
}

static void check_pod_rows(const struct fg_random_world *world, const struct fg_result *result)
{
    for (uint32_t i = 0; i < result->pod_row_count; i++) {
        const struct fg_pod_row *row = &result->pod_rows[i];
        HOLDS(row->arrival_s == world->pods.trace.arrival_s[i]);
        HOLDS(row->arrival_s < result->summary.cut_s);
        HOLDS((row->start_s >= 0) == has_run(row->outcome));
        HOLDS(row->start_s < 0 || row->start_s >= (int64_t)row->arrival_s);
        HOLDS(row->end_s < 0 || row->end_s >= row->start_s);
        HOLDS(row->end_s <= (int64_t)result->summary.cut_s);
        HOLDS(row->nano >= 0);
    }
}

static void conserve_pods(const struct fg_random_world *world, const struct fg_result *result)
{
    count_outcomes(world, result);
    check_pod_rows(world, result);
}

static void every_pod_has_one_outcome(void **state)
{
    (void)state;
    for_all_kinds(conserve_pods);
}

/* ---- money ---- */

static bool covers(const struct fg_ledger_row *row, int32_t hour)
{
    return hour >= row->first_hour && hour < row->first_hour + (int64_t)row->hour_count;
}

struct bought {
    int64_t quantity;
    fg_nanodollars nano;
};

static struct bought bought_in(const struct fg_ledger *ledger, enum fg_charge charge,
                               const char *pool, int32_t hour)
{
    struct bought sum = {0};
    for (uint32_t i = 0; i < ledger->row_count; i++) {
        const struct fg_account *account = &ledger->accounts[ledger->rows[i].account];
        if (account->charge == charge && strcmp(account->pool, pool) == 0 &&
            covers(&ledger->rows[i], hour)) {
            sum.quantity += ledger->rows[i].quantity;
            sum.nano += ledger->rows[i].nano;
        }
    }
    return sum;
}

static int64_t nodes_in(const struct fg_result *result, const char *pool, int32_t hour,
                        int64_t *out_cpu_milli_s)
{
    *out_cpu_milli_s = 0;
    for (uint32_t i = 0; i < result->capacity.count; i++) {
        const struct fg_capacity_row *row = &result->capacity.items[i];
        if (strcmp(row->pool, pool) == 0 && hour >= row->first_hour &&
            hour < row->first_hour + (int64_t)row->hour_count) {
            *out_cpu_milli_s = row->cpu_capacity_milli_s;
            return row->node_seconds;
        }
    }
    return 0;
}

/* The workloads' shares, (idle) and (system) are the price of the nodes that stood, exactly;
 * minimums can lengthen it only from the last minute on. */
static void bill_nodes(const struct fg_random_world *world, const struct fg_result *result)
{
    const int64_t micro = 1000000;
    int32_t first = (int32_t)(world->scenario.start / 3600);
    int64_t end = world->scenario.start + result->summary.cut_s;
    for (uint32_t i = 0; i < world->scenario.cluster.node_group_count; i++) {
        const struct fg_node_group *group = &world->scenario.cluster.node_groups[i];
        struct fg_found_price price;
        struct fg_error error = {0};
        char pool[64] = "nodegroup:";
        strcat(pool, group->name);
        assert_int_equal(fg_catalog_price(fg_small_catalog(), group->instance_type, "us-east-1", "",
                                          FG_DAY_UNKNOWN, &price, &error),
                         FG_OK);
        for (int32_t hour = first; hour <= (end + 60) / 3600; hour++) {
            struct bought sum = bought_in(&result->ledger, FG_CHARGE_EC2_ON_DEMAND, pool, hour);
            int64_t cpu, node_seconds = nodes_in(result, pool, hour, &cpu);
            HOLDS(sum.quantity % micro == 0);
            HOLDS(sum.quantity >= node_seconds * micro);
            HOLDS((hour + 1) * 3600LL > end - 60 || sum.quantity == node_seconds * micro);
            HOLDS(sum.nano == fg_money_amount_half_even(sum.quantity / micro,
                                                        (struct fg_price){price.nano, 3600}));
        }
    }
}

/* What ran is billed; minimums make it more. */
static void bill_profiles(const struct fg_random_world *world, const struct fg_result *result)
{
    int32_t first = (int32_t)(world->scenario.start / 3600);
    for (uint32_t i = 0; i < world->scenario.cluster.profile_count; i++) {
        char pool[64] = "fargate:";
        int64_t all_bought = 0, all_used = 0;
        strcat(pool, world->scenario.cluster.profiles[i].name);
        for (int32_t hour = first;
             hour <= (world->scenario.start + result->summary.cut_s + 60) / 3600; hour++) {
            int64_t used;
            nodes_in(result, pool, hour, &used);
            struct bought sum = bought_in(&result->ledger, FG_CHARGE_FARGATE_VCPU, pool, hour);
            HOLDS(sum.quantity >= used);
            all_bought += sum.quantity;
            all_used += used;
        }
        HOLDS((all_bought > 0) == (all_used > 0) || all_used == 0);
    }
}

static void order_rows(const struct fg_random_world *world, const struct fg_result *result)
{
    const struct fg_ledger *ledger = &result->ledger;
    int64_t start = world->scenario.start, end = start + result->summary.cut_s + 60;
    fg_nanodollars total = 0;
    for (uint32_t i = 0; i < ledger->row_count; i++) {
        const struct fg_ledger_row *row = &ledger->rows[i], *before = row - 1;
        HOLDS(row->nano >= 0 && row->quantity >= 0 && row->hour_count > 0);
        HOLDS((row->first_hour + 1) * 3600LL > start);
        HOLDS((row->first_hour + (int64_t)row->hour_count - 1) * 3600LL <= end);
        HOLDS(i == 0 || before->account < row->account ||
              (before->account == row->account &&
               before->first_hour + (int64_t)before->hour_count <= row->first_hour));
        total += row->nano * row->hour_count;
    }
    HOLDS(total == fg_ledger_total(ledger));
}

/* Rows by the hour, at whatever level they are added up, come to the same. */
static void add_up(const struct fg_random_world *world, const struct fg_result *result)
{
    fg_nanodollars by_charge = 0;
    for (int charge = 0; charge < FG_CHARGE_COUNT; charge++)
        by_charge += fg_small_sum(result, (enum fg_charge)charge, NULL);
    HOLDS(by_charge == fg_ledger_total(&result->ledger));
    HOLDS(fg_small_sum(result, FG_CHARGE_EC2_ON_DEMAND, NULL) +
              fg_small_sum(result, FG_CHARGE_EBS, NULL) ==
          result->summary.node_nano);
    HOLDS(fg_small_sum(result, FG_CHARGE_EC2_ON_DEMAND, FG_WORKLOAD_IDLE) +
              fg_small_sum(result, FG_CHARGE_EBS, FG_WORKLOAD_IDLE) ==
          result->summary.node_idle_nano);
    order_rows(world, result);
    bill_nodes(world, result);
    bill_profiles(world, result);
}

static void bills_add_up_and_agree_with_the_capacity(void **state)
{
    (void)state;
    for_all_kinds(add_up);
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
        HOLDS(strcmp(x->namespace_name, y->namespace_name) == 0);
        HOLDS(strcmp(x->workload, y->workload) == 0);
    }
}

static void same_outcomes(const struct fg_result *a, const struct fg_result *b)
{
    HOLDS(a->outcome_count == b->outcome_count);
    for (uint32_t i = 0; i < a->outcome_count; i++) {
        const struct fg_outcome_row *left = &a->outcomes[i], *right = &b->outcomes[i];
        HOLDS(left->pods == right->pods && left->outcome == right->outcome);
        HOLDS(left->wait_p50_s == right->wait_p50_s && left->wait_p95_s == right->wait_p95_s);
        HOLDS(left->wait_max_s == right->wait_max_s);
        HOLDS(strcmp(left->workload, right->workload) == 0);
        HOLDS(strcmp(left->placed_on, right->placed_on) == 0);
        HOLDS(strcmp(left->reason, right->reason) == 0);
    }
}

static void same_capacity(const struct fg_result *a, const struct fg_result *b)
{
    HOLDS(a->capacity.count == b->capacity.count);
    for (uint32_t i = 0; i < a->capacity.count; i++) {
        const struct fg_capacity_row *left = &a->capacity.items[i], *right = &b->capacity.items[i];
        HOLDS(strcmp(left->pool, right->pool) == 0 && left->first_hour == right->first_hour);
        HOLDS(left->hour_count == right->hour_count && left->seconds == right->seconds);
        HOLDS(left->node_seconds == right->node_seconds);
        HOLDS(left->pod_seconds == right->pod_seconds);
        HOLDS(left->nodes_max == right->nodes_max);
    }
}

static void replay_again(const struct fg_random_world *world, const struct fg_result *result)
{
    struct fg_result again;
    struct fg_random_world same;
    fg_random_world_make(world_number, world_kind, &same);
    HOLDS(replay(&same, &again));
    same_bill(&result->ledger, &again.ledger);
    same_outcomes(result, &again);
    same_capacity(result, &again);
    HOLDS(world->pods.trace.pod_count == same.pods.trace.pod_count);
    fg_result_release(&again);
    fg_random_world_release(&same);
}

static void the_same_world_gives_the_same_rows(void **state)
{
    (void)state;
    uint32_t count = fg_random_world_count(2000) / 10;
    for_each_world(FG_WORLD_AUTOSCALED, count, replay_again);
    for_each_world(FG_WORLD_MIXED, count, replay_again);
}

/* ---- Fargate without limits ---- */

static void lift_limits(struct fg_random_world *world)
{
    world->scenario.cluster.fargate.launch_burst = 100000;
    world->scenario.cluster.fargate.vcpu_quota_milli = FG_UNLIMITED;
    world->scenario.cluster.subnet_count = 0;
    if (world->scenario.duration_s == 0)
        world->scenario.duration_s = 9000;
}

/* Kube-scheduler's words count the nodes of the moment, of which Fargate has one a pod. A pod that
 * is deleted counts those that are left of its second, in which ends come in the order they were
 * put in: the count is the one thing that hangs on it. */
static bool counts_nodes(const char *reason)
{
    return strncmp(reason, "0/", 2) == 0 ||
           strcmp(reason, "no nodes available to schedule pods") == 0;
}

static bool same_fate(const struct fg_outcome_row *a, const struct fg_outcome_row *b)
{
    return a->outcome == b->outcome && strcmp(a->namespace_name, b->namespace_name) == 0 &&
           strcmp(a->workload, b->workload) == 0 && strcmp(a->placed_on, b->placed_on) == 0 &&
           (strcmp(a->reason, b->reason) == 0 ||
            (counts_nodes(a->reason) && counts_nodes(b->reason)));
}

/* All rows of one fate as one, with the waits of the whole. */
static struct fg_outcome_row fate_in(const struct fg_result *result,
                                     const struct fg_outcome_row *fate)
{
    struct fg_outcome_row sum = {0};
    for (uint32_t i = 0; i < result->outcome_count; i++) {
        const struct fg_outcome_row *row = &result->outcomes[i];
        if (!same_fate(row, fate))
            continue;
        sum.pods += row->pods;
        sum.wait_max_s = row->wait_max_s > sum.wait_max_s ? row->wait_max_s : sum.wait_max_s;
        if (!counts_nodes(row->reason)) {
            sum.wait_p50_s = row->wait_p50_s;
            sum.wait_p95_s = row->wait_p95_s;
        }
    }
    return sum;
}

static void same_fates(const struct fg_result *a, const struct fg_result *b)
{
    uint64_t pods = 0, other_pods = 0;
    for (uint32_t i = 0; i < a->outcome_count; i++) {
        struct fg_outcome_row left = fate_in(a, &a->outcomes[i]);
        struct fg_outcome_row right = fate_in(b, &a->outcomes[i]);
        HOLDS(left.pods == right.pods && left.wait_max_s == right.wait_max_s);
        HOLDS(left.wait_p50_s == right.wait_p50_s && left.wait_p95_s == right.wait_p95_s);
        pods += a->outcomes[i].pods;
    }
    for (uint32_t i = 0; i < b->outcome_count; i++)
        other_pods += b->outcomes[i].pods;
    HOLDS(pods == other_pods);
}

static void swap_u32(uint32_t *a, uint32_t *b)
{
    uint32_t kept = *a;
    *a = *b;
    *b = kept;
}

/* Turns the pods of each second round. */
static void reverse_seconds(struct fg_trace *trace)
{
    for (uint32_t from = 0, to; from < trace->pod_count; from = to) {
        for (to = from; to < trace->pod_count && trace->arrival_s[to] == trace->arrival_s[from];)
            to++;
        for (uint32_t a = from, b = to - 1; a < b; a++, b--) {
            swap_u32(&trace->span_s[a], &trace->span_s[b]);
            swap_u32(&trace->spec_and_span[a], &trace->spec_and_span[b]);
        }
    }
}

static void order_within_a_second_is_nothing_where_there_are_no_limits(void **state)
{
    (void)state;
    world_kind = FG_WORLD_FARGATE;
    uint32_t count = fg_random_world_count(2000) / 4;
    for (world_number = 0; world_number < count; world_number++) {
        struct fg_random_world world;
        struct fg_result there, back;
        fg_random_world_make(world_number, world_kind, &world);
        lift_limits(&world);
        HOLDS(replay(&world, &there));
        reverse_seconds(&world.pods.trace);
        HOLDS(replay(&world, &back));
        same_bill(&there.ledger, &back.ledger);
        same_fates(&there, &back);
        same_capacity(&there, &back);
        fg_result_release(&there);
        fg_result_release(&back);
        fg_random_world_release(&world);
    }
}

static void a_longer_pod_never_costs_less_on_fargate(void **state)
{
    (void)state;
    world_kind = FG_WORLD_FARGATE;
    uint32_t count = fg_random_world_count(2000) / 4, dearer = 0;
    for (world_number = 0; world_number < count; world_number++) {
        struct fg_random_world world;
        struct fg_result shorter, longer;
        struct fg_dice dice = {.seed = world_number};
        fg_random_world_make(world_number, world_kind, &world);
        lift_limits(&world);
        uint32_t pod = fg_dice_below(&dice, world.pods.trace.pod_count);
        HOLDS(replay(&world, &shorter));
        world.pods.trace.span_s[pod] += 1 + fg_dice_below(&dice, 5000);
        HOLDS(replay(&world, &longer));
        fg_nanodollars before = fg_ledger_total(&shorter.ledger);
        fg_nanodollars after = fg_ledger_total(&longer.ledger);
        HOLDS(after >= before);
        HOLDS(longer.pod_row_count <= pod ||
              longer.pod_rows[pod].nano >= shorter.pod_rows[pod].nano);
        dearer += after > before;
        fg_result_release(&shorter);
        fg_result_release(&longer);
        fg_random_world_release(&world);
    }
    assert_true(dearer * 4 > count);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_pod_has_one_outcome),
        cmocka_unit_test(bills_add_up_and_agree_with_the_capacity),
        cmocka_unit_test(the_same_world_gives_the_same_rows),
        cmocka_unit_test(order_within_a_second_is_nothing_where_there_are_no_limits),
        cmocka_unit_test(a_longer_pod_never_costs_less_on_fargate),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
