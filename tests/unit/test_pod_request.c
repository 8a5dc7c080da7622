/* A pod's request from its containers (rules F1). */
#include "models/pod_request.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "models/fargate_size.h"

#define MIB (1024LL * 1024)
#define NOTHING                                                                                    \
    {                                                                                              \
        FG_NOT_SET, FG_NOT_SET, FG_NOT_SET                                                         \
    }
#define ASKS(cpu, mib) .request = {cpu, (mib)*MIB, FG_NOT_SET}, .limit = NOTHING
#define COUNT(items) (sizeof(items) / sizeof *(items))

static void requests(const struct fg_pod_containers *pod, int64_t cpu, int64_t mib,
                     int64_t ephemeral_mib)
{
    int64_t out[FG_RESOURCE_COUNT] = {-7, -7, -7};
    fg_pod_request(pod, out);
    assert_int_equal(out[FG_RESOURCE_CPU], cpu);
    assert_int_equal(out[FG_RESOURCE_MEMORY], mib * MIB);
    assert_int_equal(out[FG_RESOURCE_EPHEMERAL], ephemeral_mib * MIB);
}

static void a_pod_without_requests_asks_for_nothing(void **state)
{
    (void)state;
    static const struct fg_container none = {.request = NOTHING, .limit = NOTHING};
    requests(
        &(struct fg_pod_containers){
            .container_count = 1, .containers = &none, .pod_level = NOTHING, .overhead = NOTHING},
        0, 0, 0);
    requests(&(struct fg_pod_containers){.pod_level = NOTHING, .overhead = NOTHING}, 0, 0, 0);
}

/* 100m + 250m = 350m; 64 + 128 = 192 MiB */
static void containers_add_up(void **state)
{
    (void)state;
    static const struct fg_container containers[] = {{ASKS(100, 64)}, {ASKS(250, 128)}};
    requests(&(struct fg_pod_containers){.container_count = COUNT(containers),
                                         .containers = containers,
                                         .pod_level = NOTHING,
                                         .overhead = NOTHING},
             350, 192, 0);
}

/* AWS's rule: the larger of the largest init container and the sum of the others, each resource on
 * its own: cpu max(500, 300) = 500m, memory max(128, 256) = 256 MiB. */
static void init_containers_count_by_their_largest_per_resource(void **state)
{
    (void)state;
    static const struct fg_container init[] = {{ASKS(500, 64)}, {ASKS(200, 128)}};
    static const struct fg_container containers[] = {{ASKS(100, 128)}, {ASKS(200, 128)}};
    requests(&(struct fg_pod_containers){.init_count = COUNT(init),
                                         .init = init,
                                         .container_count = COUNT(containers),
                                         .containers = containers,
                                         .pod_level = NOTHING,
                                         .overhead = NOTHING},
             500, 256, 0);
}

/* Sidecar 100m/64Mi first, then init 500m/128Mi, app 300m/256Mi:
 * starting max(100, 500 + 100) = 600m, max(64, 128 + 64) = 192Mi;
 * running 300 + 100 = 400m, 256 + 64 = 320Mi; pod 600m/320Mi */
static void a_sidecar_adds_to_later_init_containers_and_to_the_sum(void **state)
{
    (void)state;
    static const struct fg_container init[] = {{ASKS(100, 64), .sidecar = true}, {ASKS(500, 128)}};
    static const struct fg_container app = {ASKS(300, 256)};
    requests(&(struct fg_pod_containers){.init_count = COUNT(init),
                                         .init = init,
                                         .container_count = 1,
                                         .containers = &app,
                                         .pod_level = NOTHING,
                                         .overhead = NOTHING},
             600, 320, 0);
}

/* The same two the other way round: starting max(500, 100) = 500m, max(128, 64) = 128Mi;
 * running 400m, 320Mi; pod 500m/320Mi */
static void a_sidecar_does_not_add_to_an_earlier_init_container(void **state)
{
    (void)state;
    static const struct fg_container init[] = {{ASKS(500, 128)}, {ASKS(100, 64), .sidecar = true}};
    static const struct fg_container app = {ASKS(300, 256)};
    requests(&(struct fg_pod_containers){.init_count = COUNT(init),
                                         .init = init,
                                         .container_count = 1,
                                         .containers = &app,
                                         .pod_level = NOTHING,
                                         .overhead = NOTHING},
             500, 320, 0);
}

/* Two sidecars 100m and 200m around an init container of 50m: starting max(100, 50 + 100,
 * 100 + 200) = 300m; running 10 + 300 = 310m */
static void sidecars_pile_up_in_order(void **state)
{
    (void)state;
    static const struct fg_container init[] = {
        {ASKS(100, 0), .sidecar = true}, {ASKS(50, 0)}, {ASKS(200, 0), .sidecar = true}};
    static const struct fg_container app = {ASKS(10, 0)};
    requests(&(struct fg_pod_containers){.init_count = COUNT(init),
                                         .init = init,
                                         .container_count = 1,
                                         .containers = &app,
                                         .pod_level = NOTHING,
                                         .overhead = NOTHING},
             310, 0, 0);
}

/* A limit stands in where there is no request, resource by resource, in init containers too:
 * app cpu 200 (limit), memory 64 (request, not its limit of 512); init memory 300 (limit). */
static void a_limit_without_a_request_is_the_request(void **state)
{
    (void)state;
    static const struct fg_container app = {.request = {FG_NOT_SET, 64 * MIB, FG_NOT_SET},
                                            .limit = {200, 512 * MIB, 10 * MIB}};
    static const struct fg_container init = {.request = NOTHING,
                                             .limit = {FG_NOT_SET, 300 * MIB, FG_NOT_SET}};
    requests(&(struct fg_pod_containers){.init_count = 1,
                                         .init = &init,
                                         .container_count = 1,
                                         .containers = &app,
                                         .pod_level = NOTHING,
                                         .overhead = NOTHING},
             200, 300, 10);
}

static void a_request_of_zero_is_not_replaced_by_the_limit(void **state)
{
    (void)state;
    static const struct fg_container app = {.request = {0, 0, 0},
                                            .limit = {200, 512 * MIB, 10 * MIB}};
    requests(
        &(struct fg_pod_containers){
            .container_count = 1, .containers = &app, .pod_level = NOTHING, .overhead = NOTHING},
        0, 0, 0);
}

/* Pod level cpu 700m replaces the containers' 300m; memory is not set there and stays 256 MiB;
 * for ephemeral storage the pod level has no say: 5 MiB stay. */
static void pod_level_requests_replace_cpu_and_memory_only(void **state)
{
    (void)state;
    static const struct fg_container app = {.request = {300, 256 * MIB, 5 * MIB}, .limit = NOTHING};
    requests(&(struct fg_pod_containers){.container_count = 1,
                                         .containers = &app,
                                         .pod_level = {700, FG_NOT_SET, 99 * MIB},
                                         .overhead = NOTHING},
             700, 256, 5);
    requests(&(struct fg_pod_containers){.container_count = 1,
                                         .containers = &app,
                                         .pod_level = {100, 64 * MIB, FG_NOT_SET},
                                         .overhead = NOTHING},
             100, 64, 5);
}

/* Overhead comes last: 700 + 50 = 750m, 256 + 16 = 272 MiB, 5 + 1 = 6 MiB */
static void overhead_is_added_to_the_pod(void **state)
{
    (void)state;
    static const struct fg_container app = {.request = {300, 256 * MIB, 5 * MIB}, .limit = NOTHING};
    requests(&(struct fg_pod_containers){.container_count = 1,
                                         .containers = &app,
                                         .pod_level = {700, FG_NOT_SET, FG_NOT_SET},
                                         .overhead = {50, 16 * MIB, MIB}},
             750, 272, 6);
}

/* Two containers of 50 GiB each: R = 100 GiB, provisioned 100 + 10 + 5 = 115 GiB. */
static void two_containers_of_50_gib_of_storage_make_115_provisioned(void **state)
{
    (void)state;
    static const struct fg_container containers[] = {
        {.request = {0, 0, 50 * 1024 * MIB}, .limit = NOTHING},
        {.request = {0, 0, 50 * 1024 * MIB}, .limit = NOTHING},
    };
    int64_t out[FG_RESOURCE_COUNT];
    fg_pod_request(&(struct fg_pod_containers){.container_count = 2,
                                               .containers = containers,
                                               .pod_level = NOTHING,
                                               .overhead = NOTHING},
                   out);
    assert_int_equal(out[FG_RESOURCE_EPHEMERAL], 100 * 1024 * MIB);
    assert_int_equal(fg_fargate_provisioned_storage_gib(out[FG_RESOURCE_EPHEMERAL]), 115);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pod_without_requests_asks_for_nothing),
        cmocka_unit_test(containers_add_up),
        cmocka_unit_test(init_containers_count_by_their_largest_per_resource),
        cmocka_unit_test(a_sidecar_adds_to_later_init_containers_and_to_the_sum),
        cmocka_unit_test(a_sidecar_does_not_add_to_an_earlier_init_container),
        cmocka_unit_test(sidecars_pile_up_in_order),
        cmocka_unit_test(a_limit_without_a_request_is_the_request),
        cmocka_unit_test(a_request_of_zero_is_not_replaced_by_the_limit),
        cmocka_unit_test(pod_level_requests_replace_cpu_and_memory_only),
        cmocka_unit_test(overhead_is_added_to_the_pod),
        cmocka_unit_test(two_containers_of_50_gib_of_storage_make_115_provisioned),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
