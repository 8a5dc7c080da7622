/* Which nodes could go: every pod must find room on those that stay. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sim/controllers/scale_down.h"

enum { NODES = 3 };
static const struct fg_node_capacity capacity = {
    .cpu_milli = 2000, .memory_bytes = 1 << 30, .pods = 10};
static const struct fg_request requests[] = {{.cpu_milli = 500}, {.cpu_milli = 900}};
static const uint8_t eligible[] = {1, 1, 1, 0}; /* class 1 may not go to kind 1 */

struct moving {
    struct fg_node_load loads[NODES];
    struct fg_removal_node nodes[NODES];
    struct fg_removal_snapshot snapshot;
};

/* Nodes of kind 0 with so many pods of class 0. */
static void set_up(struct moving *moving, uint32_t a, uint32_t b, uint32_t c)
{
    const uint32_t pods[NODES] = {a, b, c};
    memset(moving, 0, sizeof *moving);
    for (uint32_t i = 0; i < NODES; i++) {
        moving->loads[i] = (struct fg_node_load){0, pods[i]};
        moving->nodes[i] = (struct fg_removal_node){.allocatable = &capacity,
                                                    .is_target = true,
                                                    .load_count = pods[i] > 0,
                                                    .loads = &moving->loads[i]};
        fg_use_add(&moving->nodes[i].use, &requests[0], pods[i]);
    }
    moving->snapshot = (struct fg_removal_snapshot){.node_count = NODES,
                                                    .nodes = moving->nodes,
                                                    .requests = requests,
                                                    .eligible = eligible,
                                                    .kind_count = 2};
}

static void pods_that_fit_elsewhere_are_moved_there(void **state)
{
    (void)state;
    struct moving moving;
    set_up(&moving, 2, 3, 3); /* one more fits on each of the others */
    assert_true(fg_autoscaler_can_move(&moving.snapshot, 0));
    assert_int_equal(moving.nodes[1].use.cpu_milli, 2000);
    assert_int_equal(moving.nodes[2].use.cpu_milli, 2000);
    assert_false(moving.nodes[0].is_target);
    free(moving.snapshot.moves);
}

static void move_that_fails_leaves_all_as_it_was(void **state)
{
    (void)state;
    struct moving moving;
    set_up(&moving, 3, 3, 3);
    assert_false(fg_autoscaler_can_move(&moving.snapshot, 0));
    for (uint32_t i = 0; i < NODES; i++)
        assert_int_equal(moving.nodes[i].use.cpu_milli, 1500);
    assert_true(moving.nodes[0].is_target);
    free(moving.snapshot.moves);
}

/* 1's pod goes to 2; 2's own and that one then both need room on 0, which has room for one. */
static void pods_that_were_moved_must_move_again(void **state)
{
    (void)state;
    struct moving moving;
    set_up(&moving, 3, 1, 1);
    moving.snapshot.first_target = 2;
    assert_true(fg_autoscaler_can_move(&moving.snapshot, 1));
    assert_int_equal(moving.nodes[2].use.pods, 2);
    assert_false(fg_autoscaler_can_move(&moving.snapshot, 2));
    free(moving.snapshot.moves);
}

static void nodes_that_go_are_no_place_to_go_to(void **state)
{
    (void)state;
    struct moving moving;
    set_up(&moving, 0, 4, 0);
    assert_true(fg_autoscaler_can_move(&moving.snapshot, 0));
    assert_true(fg_autoscaler_can_move(&moving.snapshot, 2));
    assert_false(fg_autoscaler_can_move(&moving.snapshot, 1));
    free(moving.snapshot.moves);
}

static void pods_go_only_where_they_may(void **state)
{
    (void)state;
    struct moving moving;
    set_up(&moving, 1, 0, 0);
    moving.loads[0].scheduling_class = 1;
    moving.nodes[1].kind = moving.nodes[2].kind = 1;
    assert_false(fg_autoscaler_can_move(&moving.snapshot, 0));
    moving.nodes[2].kind = 0;
    assert_true(fg_autoscaler_can_move(&moving.snapshot, 0));
    assert_int_equal(moving.nodes[2].use.pods, 1);
    free(moving.snapshot.moves);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pods_that_fit_elsewhere_are_moved_there),
        cmocka_unit_test(move_that_fails_leaves_all_as_it_was),
        cmocka_unit_test(pods_that_were_moved_must_move_again),
        cmocka_unit_test(nodes_that_go_are_no_place_to_go_to),
        cmocka_unit_test(pods_go_only_where_they_may),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
