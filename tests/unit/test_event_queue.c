/* The event queue: by time, equal times in the order they were put in, over any distance. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sim/replay/event_queue.h"
#include "tests/support/random_world.h"

static struct fg_event_queue queue;

static int clear(void **state)
{
    (void)state;
    fg_event_queue_release(&queue);
    return 0;
}

static uint32_t take(uint32_t time)
{
    uint32_t word = 0;
    assert_true(fg_event_take(&queue, time, &word));
    return word;
}

static void event_queue_is_empty_at_first(void **state)
{
    (void)state;
    uint32_t word;
    assert_int_equal(fg_event_next(&queue), FG_NEVER);
    assert_false(fg_event_take(&queue, 0, &word));
}

static void event_queue_keeps_insertion_order_at_equal_times(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < 100; i++)
        fg_event_put(&queue, 7, i);
    for (uint32_t i = 0; i < 100; i++)
        assert_int_equal(take(7), i);
    assert_int_equal(queue.count, 0);
}

/* The first three come from the wheel's upper levels, the last one goes straight to the lowest. */
static void event_queue_keeps_insertion_order_however_far_ahead_events_were_put(void **state)
{
    (void)state;
    const uint32_t time = 3 * 65536 + 5 * 256 + 9;
    fg_event_put(&queue, time, 1);
    fg_event_put(&queue, 3 * 65536, 10);
    assert_int_equal(take(3 * 65536), 10);
    fg_event_put(&queue, time, 2);
    fg_event_put(&queue, 3 * 65536 + 5 * 256, 20);
    assert_int_equal(take(3 * 65536 + 5 * 256), 20);
    fg_event_put(&queue, time, 3);
    assert_int_equal(fg_event_next(&queue), time);
    for (uint32_t i = 1; i <= 3; i++)
        assert_int_equal(take(time), i);
}

static void event_queue_finds_what_is_put_in_for_the_same_second(void **state)
{
    (void)state;
    uint32_t word;
    fg_event_put(&queue, 5, 1);
    assert_int_equal(take(5), 1);
    fg_event_put(&queue, 5, 2);
    assert_int_equal(fg_event_next(&queue), 5);
    assert_int_equal(take(5), 2);
    assert_false(fg_event_take(&queue, 5, &word));
}

static void event_queue_reaches_to_the_last_second(void **state)
{
    (void)state;
    fg_event_put(&queue, FG_NEVER - 1, 2);
    fg_event_put(&queue, 0, 1);
    assert_int_equal(take(0), 1);
    assert_int_equal(fg_event_next(&queue), FG_NEVER - 1);
    assert_int_equal(take(FG_NEVER - 1), 2);
}

struct put {
    uint32_t time, word;
    bool taken;
};

/* The earliest that is left; of equals the first put in. */
static struct put *first_of(struct put *puts, uint32_t count)
{
    struct put *best = NULL;
    for (uint32_t i = 0; i < count; i++)
        if (!puts[i].taken && (best == NULL || puts[i].time < best->time))
            best = &puts[i];
    return best;
}

static void event_queue_leaves_as_a_sorted_list_does(void **state)
{
    (void)state;
    enum { EVENTS = 3000 };
    static const uint32_t reaches[] = {1, 3, 300, 70000, 20000000};
    static struct put puts[EVENTS];
    struct fg_dice dice = {.seed = 3};
    uint32_t count = 0, taken = 0, now = 0;
    while (taken < EVENTS) {
        if (count < EVENTS && (count == taken || fg_dice_one_in(&dice, 2))) {
            uint32_t time = now + fg_dice_below(&dice, reaches[fg_dice_below(&dice, 5)]);
            puts[count] = (struct put){time, count, false};
            fg_event_put(&queue, time, count++);
            continue;
        }
        struct put *expected = first_of(puts, count);
        now = expected->time;
        assert_int_equal(fg_event_next(&queue), now);
        assert_int_equal(take(now), expected->word);
        expected->taken = true;
        taken++;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(event_queue_is_empty_at_first, clear),
        cmocka_unit_test_teardown(event_queue_keeps_insertion_order_at_equal_times, clear),
        cmocka_unit_test_teardown(
            event_queue_keeps_insertion_order_however_far_ahead_events_were_put, clear),
        cmocka_unit_test_teardown(event_queue_finds_what_is_put_in_for_the_same_second, clear),
        cmocka_unit_test_teardown(event_queue_reaches_to_the_last_second, clear),
        cmocka_unit_test_teardown(event_queue_leaves_as_a_sorted_list_does, clear),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
