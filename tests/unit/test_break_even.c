/* Shares of nodes, prices on Fargate, and what a smaller request saves. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "models/break_even.h"

#define GIB (INT64_C(1024) * 1024 * 1024)
#define MIB (INT64_C(1024) * 1024)

/* us-east-1: a vCPU 0.04048, a GB 0.004445, a GB of storage 0.000111 an hour. */
static const struct fg_fargate_prices prices = {40480000, 4445000, 111000};
static const struct fg_trim_market pods = {
    FG_BUYER_EKS_POD, FG_DAY_UNKNOWN, {40480000, 4445000, 111000}};

static struct fg_node_share share_of(struct fg_node_room node, struct fg_room_request request)
{
    struct fg_node_share share;
    assert_true(fg_node_share_of(&node, &request, &share));
    return share;
}

/* Of 2000m, 8 GiB and 20 pods for 0.10: 500m and 1 GiB take 1/4, 1/8 and 1/20: 0.025 by vCPU.
 * 100m and 4 GiB: 1/20, 1/2: 0.05 by memory. 10m and 64 MiB: 1/200, 1/128, 1/20: 0.005 by pods. */
static void largest_share_is_what_is_paid_for(void **state)
{
    (void)state;
    const struct fg_node_room node = {2000, 8 * GIB, 0, 20, 100000000};
    struct fg_node_share share = share_of(node, (struct fg_room_request){500, GIB, 0});
    assert_int_equal(share.per_hour, 25000000);
    assert_int_equal(share.binding, FG_BINDING_CPU);
    share = share_of(node, (struct fg_room_request){100, 4 * GIB, 0});
    assert_int_equal(share.per_hour, 50000000);
    assert_int_equal(share.binding, FG_BINDING_MEMORY);
    share = share_of(node, (struct fg_room_request){10, 64 * MIB, 0});
    assert_int_equal(share.per_hour, 5000000);
    assert_int_equal(share.binding, FG_BINDING_PODS);
}

/* One of 4 GPUs of a node for 4 USD is 1 USD, though a quarter of its vCPU is more than 1 of 16.
 * Equal shares, 1/4 of vCPU and of memory: vCPU binds. */
static void gpus_bind_as_the_others_do(void **state)
{
    (void)state;
    const struct fg_node_room node = {16000, 64 * GIB, 4000, 100, 4000000000};
    struct fg_node_share share = share_of(node, (struct fg_room_request){1000, GIB, 1000});
    assert_int_equal(share.per_hour, 1000000000);
    assert_int_equal(share.binding, FG_BINDING_GPU);
    assert_string_equal(fg_binding_resource_name(share.binding), "GPU");
    share = share_of(node, (struct fg_room_request){4000, 16 * GIB, 0});
    assert_string_equal(fg_binding_resource_name(share.binding), "vCPU");
}

static void node_that_is_too_small_has_no_share(void **state)
{
    (void)state;
    const struct fg_node_room node = {2000, 8 * GIB, 0, 20, 100000000};
    const struct fg_room_request large[] = {{2001, 0, 0}, {0, 8 * GIB + 1, 0}, {0, 0, 1}};
    struct fg_node_share share;
    for (size_t i = 0; i < sizeof large / sizeof *large; i++)
        assert_false(fg_node_share_of(&node, &large[i], &share));
    const struct fg_node_room full = {2000, 8 * GIB, 0, 0, 100000000};
    assert_false(fg_node_share_of(&full, &(struct fg_room_request){0, 0, 0}, &share));
}

/* 1000m and 1 GiB: of the first node 1/2 of 0.10 = 0.05; of the second 1/4 of 0.16 = 0.04; the
 * third is as cheap, but comes later. 5000m fit none. */
static void cheapest_share_is_not_the_cheapest_node(void **state)
{
    (void)state;
    const struct fg_node_room nodes[] = {{2000, 8 * GIB, 0, 20, 100000000},
                                         {4000, 16 * GIB, 0, 20, 160000000},
                                         {4000, 32 * GIB, 0, 20, 160000000}};
    struct fg_node_share share;
    const struct fg_room_request one = {1000, GIB, 0}, five = {5000, GIB, 0};
    assert_int_equal(fg_node_share_cheapest(nodes, 3, &one, &share), 1);
    assert_int_equal(share.per_hour, 40000000);
    assert_int_equal(fg_node_share_cheapest(nodes, 3, &five, &share), UINT32_MAX);
}

/* 2 vCPU and 9 GB: 2 * 0.04048 + 9 * 0.004445 = 0.08096 + 0.040005 = 0.120965. With 5 GB of
 * storage beyond the free 20: + 5 * 0.000111 = 0.12152. A quarter and half a GB: 0.01012 +
 * 0.0022225 = 0.0123425. */
static void fargate_costs_its_size(void **state)
{
    (void)state;
    const struct fg_fargate_size size = {2000, 9 * 1024}, smallest = {250, 512};
    assert_int_equal(fg_fargate_hourly(&prices, &size, 0), 120965000);
    assert_int_equal(fg_fargate_hourly(&prices, &size, 5), 121520000);
    assert_int_equal(fg_fargate_hourly(&prices, &smallest, 0), 12342500);
}

/* 1 vCPU and 8 GiB are sold as 2 vCPU and 9 GB for 0.120965. 7.75 GiB, with 0.25 on top, are 1 vCPU
 * and 8 GB: 0.04048 + 8 * 0.004445 = 0.07604. 0.25 GiB less save 0.044925 an hour. */
static void quarter_of_a_gib_can_be_a_third_of_the_price(void **state)
{
    (void)state;
    struct fg_fargate_trim trim;
    assert_true(fg_fargate_trim_memory(&pods, 1000, 8 * GIB, &trim));
    assert_int_equal(trim.cpu_milli, 1000);
    assert_int_equal(trim.memory_bytes, 8 * GIB - 256 * MIB);
    assert_int_equal(trim.size.cpu_milli, 1000);
    assert_int_equal(trim.size.memory_mib, 8 * 1024);
    assert_int_equal(trim.saving, 120965000 - 76040000);
}

/* A task has no overhead: 1 vCPU and 8 GiB are just that, 0.07604, and 7 GiB, 0.04048 + 7 *
 * 0.004445 = 0.071595, the next. */
static void task_is_trimmed_to_whole_sizes(void **state)
{
    (void)state;
    struct fg_trim_market tasks = pods;
    struct fg_fargate_trim trim;
    tasks.buyer = FG_BUYER_LINUX_TASK;
    assert_true(fg_fargate_trim_memory(&tasks, 1000, 8 * GIB, &trim));
    assert_int_equal(trim.memory_bytes, 7 * GIB);
    assert_int_equal(trim.saving, 76040000 - 71595000);
}

/* 251m and 128 MiB are half a vCPU and 1 GB: 0.02024 + 0.004445 = 0.024685; 250m are a quarter and
 * 0.5 GB, 0.0123425. */
static void milli_less_can_be_half_the_price(void **state)
{
    (void)state;
    struct fg_fargate_trim trim;
    assert_true(fg_fargate_trim_cpu(&pods, 251, 128 * MIB, &trim));
    assert_int_equal(trim.cpu_milli, 250);
    assert_int_equal(trim.memory_bytes, 128 * MIB);
    assert_int_equal(trim.size.memory_mib, 512);
    assert_int_equal(trim.saving, 24685000 - 12342500);
}

/* The memory makes 1100m and 20 GiB 4 vCPU, so less vCPU alone saves nothing; nor does anything
 * below the smallest size, or where no size holds the request. */
static void nothing_to_trim_where_no_size_is_cheaper(void **state)
{
    (void)state;
    struct fg_fargate_trim trim;
    assert_false(fg_fargate_trim_cpu(&pods, 1100, 20 * GIB, &trim));
    assert_false(fg_fargate_trim_memory(&pods, 250, 256 * MIB, &trim));
    assert_false(fg_fargate_trim_cpu(&pods, 100, 64 * MIB, &trim));
    assert_false(fg_fargate_trim_memory(&pods, 17000, GIB, &trim));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(largest_share_is_what_is_paid_for),
        cmocka_unit_test(gpus_bind_as_the_others_do),
        cmocka_unit_test(node_that_is_too_small_has_no_share),
        cmocka_unit_test(cheapest_share_is_not_the_cheapest_node),
        cmocka_unit_test(fargate_costs_its_size),
        cmocka_unit_test(quarter_of_a_gib_can_be_a_third_of_the_price),
        cmocka_unit_test(task_is_trimmed_to_whole_sizes),
        cmocka_unit_test(milli_less_can_be_half_the_price),
        cmocka_unit_test(nothing_to_trim_where_no_size_is_cheaper),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
