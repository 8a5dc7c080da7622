/* How many pods of each class stand on a node. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "models/base/random.h"
#include "sim/controllers/cluster_state.h"

enum { CLASSES = 150, STEPS = 6000 };

/* Classes that stand there, each with its pods, by class; nothing else. */
static void assert_loads(const struct fg_node_loads *loads, const uint32_t *pods)
{
    uint32_t i = 0;
    for (uint32_t class = 0; class < CLASSES; class ++) {
        if (pods[class] == 0)
            continue;
        assert_true(i < loads->count);
        assert_int_equal(loads->items[i].scheduling_class, class);
        assert_int_equal(loads->items[i++].pods, pods[class]);
    }
    assert_int_equal(i, loads->count);
}

static void pods_of_many_classes_are_counted_in_order_of_class(void **unused)
{
    (void)unused;
    struct fg_cluster_state state = {0};
    static const struct fg_pod_spec spec = {.cpu_milli = 1, .cpu_named = true};
    static uint32_t pods[CLASSES];
    int64_t total = 0;
    for (uint32_t class = 0; class < CLASSES; class ++)
        fg_state_add_class(&state, &spec);
    fg_state_seal_classes(&state);
    uint32_t kind = fg_state_add_kind(&state, &(struct fg_state_kind){.arch = spec.arch});
    uint32_t slot = fg_state_add_node(&state, kind, NULL);
    for (uint32_t step = 0; step < STEPS; step++) {
        uint64_t random = fg_random_u64(5, 0, FG_RANDOM_GENERATE, step);
        uint32_t class = (uint32_t)(random % CLASSES);
        int64_t change = pods[class] > 0 && random >> 40 & 1 ? -(int64_t)pods[class] : 2;
        fg_state_count_pods(&state, slot, class, change);
        pods[class] += (uint32_t)change;
        total += change;
        if (step % 100 == 0)
            assert_loads(&state.loads[slot], pods);
    }
    assert_loads(&state.loads[slot], pods);
    assert_int_equal(state.use[slot].pods, total);
    fg_state_release(&state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pods_of_many_classes_are_counted_in_order_of_class),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
