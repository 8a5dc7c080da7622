/* Arenas, growing arrays, the index and interned texts. */
#include "models/base/index.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void finds_all_numbers_under_a_hash_in_the_order_of_putting(void **state)
{
    (void)state;
    struct fg_index index = {0};
    uint32_t cursor = 0;
    assert_int_equal(fg_index_next(&index, 5, &cursor), UINT32_MAX);
    fg_index_put(&index, 5, 30);
    fg_index_put(&index, 5, 10);
    fg_index_put(&index, 5 + 16, 99); /* starts at the same slot */
    fg_index_put(&index, 5, 20);
    cursor = 0;
    assert_int_equal(fg_index_next(&index, 5, &cursor), 30);
    assert_int_equal(fg_index_next(&index, 5, &cursor), 10);
    assert_int_equal(fg_index_next(&index, 5, &cursor), 20);
    assert_int_equal(fg_index_next(&index, 5, &cursor), UINT32_MAX);
    cursor = 0;
    assert_int_equal(fg_index_next(&index, 6, &cursor), UINT32_MAX);
    fg_index_release(&index);
    assert_null(index.slots);
}

static void keeps_everything_while_it_grows(void **state)
{
    (void)state;
    struct fg_index index = {0};
    enum { COUNT = 20000 };
    for (uint32_t i = 0; i < COUNT; i++)
        fg_index_put(&index, fg_hash_bytes(&i, sizeof i, 0), i);
    assert_int_equal(index.used_count, COUNT);
    assert_true(index.slot_count * 2 >= index.used_count * 3);
    for (uint32_t i = 0; i < COUNT; i++) {
        uint32_t cursor = 0, found, hits = 0;
        while ((found = fg_index_next(&index, fg_hash_bytes(&i, sizeof i, 0), &cursor)) !=
               UINT32_MAX)
            hits += found == i;
        assert_int_equal(hits, 1);
    }
    fg_index_release(&index);
}

static void hashes_depend_on_bytes_length_and_seed(void **state)
{
    (void)state;
    assert_true(fg_hash_bytes("abc", 3, 0) == fg_hash_bytes("abcd", 3, 0));
    assert_true(fg_hash_bytes("abc", 3, 0) != fg_hash_bytes("abd", 3, 0));
    assert_true(fg_hash_bytes("abc", 3, 0) != fg_hash_bytes("abc", 3, 1));
    assert_true(fg_hash_bytes("\0", 1, 0) != fg_hash_bytes("\0\0", 2, 0));
    assert_true(fg_hash_bytes("", 0, 0) != fg_hash_bytes("\0", 1, 0));
    assert_true(fg_hash_bytes("0123456789abcdef", 16, 0) !=
                fg_hash_bytes("0123456789abcdeg", 16, 0));
    assert_true(fg_hash_mix(1, 2) != fg_hash_mix(2, 1));
}

static void equal_texts_have_equal_pointers(void **state)
{
    (void)state;
    struct fg_strings strings = {0};
    const char *one = fg_strings_intern(&strings, "default", 7);
    const char *two = fg_strings_intern(&strings, "default-xyz", 7);
    assert_ptr_equal(one, two);
    assert_string_equal(one, "default");
    assert_ptr_not_equal(one, fg_strings_intern(&strings, "default", 6));
    assert_string_equal(fg_strings_intern(&strings, "", 0), "");
    assert_int_equal(strings.count, 3);
    fg_strings_release(&strings);
    assert_int_equal(strings.count, 0);
}

static void interned_texts_stay_where_they_are(void **state)
{
    (void)state;
    struct fg_strings strings = {0};
    enum { COUNT = 5000 };
    const char **first = fg_allocate(COUNT, sizeof *first);
    char text[32];
    for (int i = 0; i < COUNT; i++) {
        snprintf(text, sizeof text, "workload-%d", i);
        first[i] = fg_strings_intern(&strings, text, strlen(text));
    }
    for (int i = 0; i < COUNT; i++) {
        snprintf(text, sizeof text, "workload-%d", i);
        assert_string_equal(first[i], text);
        assert_ptr_equal(fg_strings_intern(&strings, text, strlen(text)), first[i]);
    }
    assert_int_equal(strings.count, COUNT);
    free((void *)first);
    fg_strings_release(&strings);
}

static void memory_is_handed_out_zeroed_and_aligned(void **state)
{
    (void)state;
    struct fg_arena arena = {0};
    unsigned char *before = NULL;
    for (size_t bytes = 1; bytes < 3000; bytes += 7) {
        unsigned char *room = fg_arena_allocate(&arena, bytes, 1);
        assert_int_equal((uintptr_t)room % 16, 0);
        assert_ptr_not_equal(room, before);
        for (size_t i = 0; i < bytes; i++)
            assert_int_equal(room[i], 0);
        memset(room, 0xff, bytes);
        before = room;
    }
    fg_arena_release(&arena);
    assert_null(arena.blocks);
}

static void an_arena_holds_things_larger_than_its_blocks(void **state)
{
    (void)state;
    struct fg_arena arena = {0};
    char *small = fg_arena_string(&arena, "small");
    char *large = fg_arena_allocate(&arena, 1 << 20, 1);
    memset(large, 'x', 1 << 20);
    char *after = fg_arena_copy(&arena, "after this", 5);
    assert_string_equal(small, "small");
    assert_string_equal(after, "after");
    assert_string_equal(fg_arena_format(&arena, "%s-%d", small, 7), "small-7");
    fg_arena_release(&arena);
}

static void an_array_keeps_its_items_while_it_grows(void **state)
{
    (void)state;
    uint32_t *items = NULL, capacity = 0;
    for (uint32_t i = 0; i < 10000; i++) {
        items = fg_grow(items, &capacity, i + 1, sizeof *items);
        assert_true(capacity > i);
        items[i] = i * 3;
    }
    for (uint32_t i = 0; i < 10000; i++)
        assert_int_equal(items[i], i * 3);
    uint32_t *same = fg_grow(items, &capacity, 1, sizeof *items);
    assert_ptr_equal(same, items);
    free(items);
    int *nothing = fg_allocate(0, sizeof *nothing);
    assert_non_null(nothing);
    free(nothing);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_all_numbers_under_a_hash_in_the_order_of_putting),
        cmocka_unit_test(keeps_everything_while_it_grows),
        cmocka_unit_test(hashes_depend_on_bytes_length_and_seed),
        cmocka_unit_test(equal_texts_have_equal_pointers),
        cmocka_unit_test(interned_texts_stay_where_they_are),
        cmocka_unit_test(memory_is_handed_out_zeroed_and_aligned),
        cmocka_unit_test(an_arena_holds_things_larger_than_its_blocks),
        cmocka_unit_test(an_array_keeps_its_items_while_it_grows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
