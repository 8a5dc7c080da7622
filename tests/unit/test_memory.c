/* Arenas that are used again: what they hand out is zeroed, and comes from the room they had. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "models/base/memory.h"

static void a_reset_arena_hands_out_the_same_room_again(void **state)
{
    (void)state;
    struct fg_arena arena = {0};
    const char *first = fg_arena_allocate(&arena, 10, 10);
    fg_arena_reset(&arena);
    assert_ptr_equal(fg_arena_allocate(&arena, 10, 10), first);
    fg_arena_release(&arena);
}

static void assert_zeroed(const char *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        assert_int_equal(bytes[i], 0);
}

/* Sizes that leave blocks partly used, and need some of their own. */
static void a_reset_arena_hands_out_zeroed_room(void **state)
{
    (void)state;
    struct fg_arena arena = {0};
    for (size_t round = 0; round < 20; round++) {
        for (size_t i = 0; i < 40; i++) {
            size_t count = (i * 7919 + round * 104729) % 9000 + 1;
            char *bytes = fg_arena_allocate(&arena, count, 1);
            assert_zeroed(bytes, count);
            memset(bytes, 0x5a, count);
        }
        char *large = fg_arena_allocate(&arena, 100000 + round, 1);
        assert_zeroed(large, 100000 + round);
        memset(large, 0x5a, 100000 + round);
        fg_arena_reset(&arena);
    }
    fg_arena_release(&arena);
}

static void an_arena_without_room_can_be_reset_and_released(void **state)
{
    (void)state;
    struct fg_arena arena = {0};
    fg_arena_reset(&arena);
    fg_arena_release(&arena);
    assert_null(arena.blocks);
    assert_null(arena.spare);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_reset_arena_hands_out_the_same_room_again),
        cmocka_unit_test(a_reset_arena_hands_out_zeroed_room),
        cmocka_unit_test(an_arena_without_room_can_be_reset_and_released),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
