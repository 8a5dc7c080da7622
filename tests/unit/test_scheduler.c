/* kube-scheduler: how many nodes are looked at, what fits, the scores, the words, the backoff. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sim/controllers/scheduler.h"

#define MIB (1024LL * 1024)

/* m5.large as a node: rules K5. */
static const struct fg_node_capacity m5_large = {
    .cpu_milli = 1930, .memory_bytes = 6903 * MIB, .ephemeral_bytes = 71 * 1024 * MIB, .pods = 29};

static struct fg_request ask(int64_t cpu_milli, int64_t mebibytes)
{
    const struct fg_pod_spec spec = {.cpu_milli = cpu_milli,
                                     .memory_bytes = mebibytes * MIB,
                                     .cpu_named = cpu_milli > 0,
                                     .memory_named = mebibytes > 0};
    return fg_request_of(&spec);
}

static struct fg_node_use held(int64_t cpu_milli, int64_t mebibytes)
{
    struct fg_node_use use = {0};
    struct fg_request request = ask(cpu_milli, mebibytes);
    fg_use_add(&use, &request, 1);
    return use;
}

static void sample_is_adaptive_from_100_nodes_on(void **state)
{
    (void)state;
    static const uint32_t table[][2] = {{1, 1},      {50, 50},    {99, 99},    {100, 100},
                                        {200, 100},  {500, 230},  {1000, 420}, {5000, 500},
                                        {6000, 300}, {10000, 500}};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        assert_int_equal(fg_scheduler_sample(table[i][0], 0), table[i][1]);
}

static void sample_follows_the_percentage_that_is_set(void **state)
{
    (void)state;
    assert_int_equal(fg_scheduler_sample(1000, 30), 300);
    assert_int_equal(fg_scheduler_sample(1000, 5), 100); /* never fewer than 100 */
    assert_int_equal(fg_scheduler_sample(1000, 100), 1000);
    assert_int_equal(fg_scheduler_sample(99, 10), 99);
}

/* rules S6: 1930m / 6903Mi hold 500m / 1024Mi, the pod asks for 100m / 200Mi: 600m / 1224Mi.
 * Least: cpu (1930 - 600) x 100 / 1930 = 68, memory (6903 - 1224) x 100 / 6903 = 82, mean 75.
 * Most: 600 x 100 / 1930 = 31, 1224 x 100 / 6903 = 17, mean 24.
 * Balanced: 0.3109 and 0.1773, half their difference 0.0668, (1 - 0.0668) x 100 = 93. */
static void score_is_the_fit_and_the_balance(void **state)
{
    (void)state;
    struct fg_node_use use = held(500, 1024);
    struct fg_request request = ask(100, 200);
    assert_int_equal(fg_scheduler_score(&m5_large, &use, &request, false), 75 + 93);
    assert_int_equal(fg_scheduler_score(&m5_large, &use, &request, true), 24 + 93);
}

/* Nothing asked for counts as 100m and 200Mi: (1930 - 100) x 100 / 1930 = 94,
 * (6903 - 200) x 100 / 6903 = 97, mean 95; the balance is skipped. */
static void best_effort_pod_scores_by_defaults_and_without_balance(void **state)
{
    (void)state;
    struct fg_node_use empty = {0};
    struct fg_request request = ask(0, 0);
    assert_int_equal(request.scored_cpu_milli, 100);
    assert_int_equal(request.scored_memory_bytes, 209715200);
    assert_int_equal(fg_scheduler_score(&m5_large, &empty, &request, false), 95);
}

static void zero_that_is_named_stays_zero(void **state)
{
    (void)state;
    const struct fg_pod_spec spec = {.cpu_named = true, .memory_named = true};
    struct fg_request request = fg_request_of(&spec);
    assert_int_equal(request.scored_cpu_milli, 0);
    assert_int_equal(request.scored_memory_bytes, 0);
}

/* The pods on the node count by the defaults too: 20 that ask for nothing score as 2000m,
 * above 1930m, so cpu gives 0; memory (6903 - 4200) x 100 / 6903 = 39; mean 19. */
static void defaults_count_for_scores_and_not_for_room(void **state)
{
    (void)state;
    struct fg_node_use use = {0};
    struct fg_request request = ask(0, 0);
    fg_use_add(&use, &request, 20);
    assert_int_equal(fg_scheduler_score(&m5_large, &use, &request, false), 19);
    assert_true(fg_scheduler_fits(&m5_large, &use, &request));
    request = ask(1930, 6903);
    assert_true(fg_scheduler_fits(&m5_large, &use, &request));
}

static void pod_fits_when_all_is_just_enough(void **state)
{
    (void)state;
    struct fg_node_use use = held(500, 1024);
    struct fg_request request = ask(1430, 5879);
    assert_true(fg_scheduler_fits(&m5_large, &use, &request));
    request = ask(1431, 1);
    assert_false(fg_scheduler_fits(&m5_large, &use, &request));
    request = ask(1, 5880);
    assert_false(fg_scheduler_fits(&m5_large, &use, &request));
    request = ask(0, 0);
    use.pods = 28;
    assert_true(fg_scheduler_fits(&m5_large, &use, &request));
    use.pods = 29;
    assert_false(fg_scheduler_fits(&m5_large, &use, &request));
}

static void request_of_zero_passes_where_there_is_too_much_already(void **state)
{
    (void)state;
    struct fg_node_use use = held(5000, 100);
    struct fg_request request = ask(0, 100);
    assert_true(fg_scheduler_fits(&m5_large, &use, &request));
    assert_int_equal(fg_scheduler_room(&m5_large, &use, &request, 100), 28); /* by pods */
}

/* 1930 / 300 = 6; memory would allow 6903 / 1000 = 6 too, 1500Mi only 4. */
static void room_is_what_the_scarcest_resource_allows(void **state)
{
    (void)state;
    struct fg_node_use empty = {0};
    struct fg_request request = ask(300, 1000);
    assert_int_equal(fg_scheduler_room(&m5_large, &empty, &request, 100), 6);
    request = ask(300, 1500);
    assert_int_equal(fg_scheduler_room(&m5_large, &empty, &request, 100), 4);
    assert_int_equal(fg_scheduler_room(&m5_large, &empty, &request, 3), 3);
    request = ask(2000, 1);
    assert_int_equal(fg_scheduler_room(&m5_large, &empty, &request, 3), 0);
}

static void backoff_doubles_to_ten_seconds(void **state)
{
    (void)state;
    static const uint32_t seconds[] = {1, 2, 4, 8, 10, 10, 10};
    for (uint32_t i = 0; i < 7; i++)
        assert_int_equal(fg_scheduler_backoff_s(i + 1), seconds[i]);
    assert_int_equal(fg_scheduler_backoff_s(1000), 10);
}

static void refusals_are_counted_sorted_and_printed(void **state)
{
    (void)state;
    char text[512];
    struct fg_refusals refusals = {.node_count = 5};
    struct fg_node_use use = held(1000, 1024);
    struct fg_request request = ask(1500, 100);
    fg_refusals_add_taint(&refusals, "gpu", "true", 3);
    fg_refusals_add_fit(&refusals, &m5_large, &use, &request);
    fg_refusals_add_fit(&refusals, &m5_large, &use, &request);
    assert_string_equal(fg_refusals_print(&refusals, text, sizeof text),
                        "0/5 nodes are available: 2 Insufficient cpu, 3 node(s) had untolerated "
                        "taint {gpu: true}.");
}

static void every_resource_that_is_short_is_named(void **state)
{
    (void)state;
    char text[512];
    struct fg_refusals refusals = {.node_count = 1};
    struct fg_node_use use = {.pods = 29};
    struct fg_request request = {.cpu_milli = 5000,
                                 .memory_bytes = 8000 * MIB,
                                 .ephemeral_bytes = 90 * 1024 * MIB,
                                 .gpu_milli = 1000};
    fg_refusals_add_fit(&refusals, &m5_large, &use, &request);
    assert_string_equal(fg_refusals_print(&refusals, text, sizeof text),
                        "0/1 nodes are available: 1 Insufficient cpu, 1 Insufficient "
                        "ephemeral-storage, 1 Insufficient memory, 1 Insufficient nvidia.com/gpu, "
                        "1 Too many pods.");
}

static void cluster_without_nodes_says_so(void **state)
{
    (void)state;
    char text[64];
    struct fg_refusals refusals = {0};
    assert_string_equal(fg_refusals_print(&refusals, text, sizeof text),
                        "no nodes available to schedule pods");
}

static void words_longer_than_the_buffer_are_cut(void **state)
{
    (void)state;
    char text[24];
    struct fg_refusals refusals = {.node_count = 3};
    fg_refusals_add(&refusals, "Insufficient memory", 3);
    assert_string_equal(fg_refusals_print(&refusals, text, sizeof text), "0/3 nodes are available");
}

static void node_is_selected_by_labels_and_architecture(void **state)
{
    (void)state;
    struct fg_pair labels[] = {{"tier", "web"}, {"zone", "a"}}, wanted[] = {{"tier", "web"}};
    const struct fg_pairs node = {2, labels};
    struct fg_pod_spec spec = {.arch = FG_ARCH_AMD64, .node_selector = {1, wanted}};
    assert_true(fg_scheduler_selects(&spec, &node, FG_ARCH_AMD64));
    assert_false(fg_scheduler_selects(&spec, &node, FG_ARCH_ARM64));
    wanted[0].value = "db";
    assert_false(fg_scheduler_selects(&spec, &node, FG_ARCH_AMD64));
    wanted[0] = (struct fg_pair){"disk", "ssd"};
    assert_false(fg_scheduler_selects(&spec, &node, FG_ARCH_AMD64));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sample_is_adaptive_from_100_nodes_on),
        cmocka_unit_test(sample_follows_the_percentage_that_is_set),
        cmocka_unit_test(score_is_the_fit_and_the_balance),
        cmocka_unit_test(best_effort_pod_scores_by_defaults_and_without_balance),
        cmocka_unit_test(zero_that_is_named_stays_zero),
        cmocka_unit_test(defaults_count_for_scores_and_not_for_room),
        cmocka_unit_test(pod_fits_when_all_is_just_enough),
        cmocka_unit_test(request_of_zero_passes_where_there_is_too_much_already),
        cmocka_unit_test(room_is_what_the_scarcest_resource_allows),
        cmocka_unit_test(backoff_doubles_to_ten_seconds),
        cmocka_unit_test(refusals_are_counted_sorted_and_printed),
        cmocka_unit_test(every_resource_that_is_short_is_named),
        cmocka_unit_test(cluster_without_nodes_says_so),
        cmocka_unit_test(words_longer_than_the_buffer_are_cut),
        cmocka_unit_test(node_is_selected_by_labels_and_architecture),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
