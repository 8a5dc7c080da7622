/* Trees made from others: defaults under a scenario, a sweep's value at its path. */
#include "data/value_merge.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct fg_arena arena;
static struct fg_error first;
static struct fg_errors all;
static struct fg_decoder decoder;

static int begin(void **state)
{
    (void)state;
    first = (struct fg_error){0};
    decoder = (struct fg_decoder){.arena = &arena, .all = &all, .first = &first};
    return 0;
}

static int end(void **state)
{
    (void)state;
    free(all.items);
    all = (struct fg_errors){0};
    fg_arena_release(&arena);
    return 0;
}

static const struct fg_value *tree(const char *yaml)
{
    const struct fg_value *value = NULL;
    struct fg_error error = {0};
    assert_int_equal(fg_document_parse("f.yaml", yaml, strlen(yaml), &arena, &value, &error),
                     FG_OK);
    return value;
}

/* What `over` on top of `base` comes to, printed in one line. */
static void merges(const char *base, const char *over, const char *expected)
{
    const struct fg_value *merged = fg_value_merge(&decoder, tree(base), tree(over));
    assert_int_equal(all.count, 0);
    assert_string_equal(fg_value_print(merged, &arena), expected);
}

static void puts_at(const char *root, const char *path, const char *value, const char *expected)
{
    const struct fg_value *item = tree(value);
    const struct fg_value *made = fg_value_put(&decoder, tree(root), path, item, item);
    assert_int_equal(all.count, 0);
    assert_string_equal(fg_value_print(made, &arena), expected);
}

/* The path is refused with this message, at the place of the value; the tree stays as it was. */
static void leads_nowhere(const char *root, const char *path, const char *message)
{
    const struct fg_value *value = tree("[\n  5]"), *old = tree(root);
    const struct fg_value *left =
        fg_value_put(&decoder, old, path, value->items[0], value->items[0]);
    assert_int_equal(all.count, 1);
    assert_string_equal(all.items[0].message, message);
    assert_int_equal(all.items[0].line, 2);
    assert_int_equal(all.items[0].column, 3);
    assert_string_equal(fg_value_print(left, &arena), fg_value_print(old, &arena));
    all.count = 0;
    first = (struct fg_error){0};
}

/* ---- merging ---- */

static void maps_merge_key_by_key(void **state)
{
    (void)state;
    merges("{a: 1, b: {c: 2, d: 3}}", "{b: {d: 4, e: 5}, f: 6}",
           "{a: 1, b: {c: 2, d: 4, e: 5}, f: 6}");
    merges("{}", "{a: 1}", "{a: 1}");
    merges("{a: 1}", "{}", "{a: 1}");
}

static void lists_and_texts_replace_what_is_there(void **state)
{
    (void)state;
    merges("{a: [1, 2, 3]}", "{a: [4]}", "{a: [4]}");
    merges("{a: [1, 2]}", "{a: []}", "{a: []}");
    merges("{a: [1]}", "{a: text}", "{a: text}");
    merges("{a: text}", "{a: [{b: 1}]}", "{a: [{b: 1}]}");
}

static void null_takes_away(void **state)
{
    (void)state;
    merges("{a: 1, b: {c: 2}, d: 3}", "{b: null, d: ~}", "{a: 1}");
    merges("{a: {b: 1, c: 2}}", "{a: {b: null}}", "{a: {c: 2}}");
    merges("{a: 1}", "{z: null}", "{a: 1}");
}

static void what_was_null_can_be_anything(void **state)
{
    (void)state;
    merges("{a: null}", "{a: {b: 1}}", "{a: {b: 1}}");
    merges("{a: }", "{a: [1]}", "{a: [1]}");
}

static void one_side_alone_is_taken_as_it_is(void **state)
{
    (void)state;
    const struct fg_value *some = tree("{a: 1}");
    assert_ptr_equal(fg_value_merge(&decoder, NULL, some), some);
    assert_ptr_equal(fg_value_merge(&decoder, some, NULL), some);
}

static void the_trees_that_are_merged_stay_as_they_were(void **state)
{
    (void)state;
    const struct fg_value *base = tree("{a: {b: 1}}"), *over = tree("{a: {b: 2, c: 3}}");
    fg_value_merge(&decoder, base, over);
    assert_string_equal(fg_value_print(base, &arena), "{a: {b: 1}}");
    assert_string_equal(fg_value_print(over, &arena), "{a: {b: 2, c: 3}}");
}

static void a_map_over_a_list_is_a_fault_that_names_both_lines(void **state)
{
    (void)state;
    const struct fg_value *root = tree("base:\n"
                                       "  groups: [x]\n"
                                       "over:\n"
                                       "  groups:\n"
                                       "    y: 1\n");
    fg_value_merge(&decoder, fg_value_find(root, "base"), fg_value_find(root, "over"));
    assert_int_equal(all.count, 1);
    assert_string_equal(all.items[0].message,
                        "groups is a map, over a list of line 2; expected a list");
    assert_int_equal(all.items[0].line, 5);
}

static void a_list_over_a_map_is_a_fault_that_names_both_lines(void **state)
{
    (void)state;
    const struct fg_value *root = tree("base: {c: {d: 1}}\n"
                                       "over:\n"
                                       "  c: [1]\n");
    fg_value_merge(&decoder, fg_value_find(root, "base"), fg_value_find(root, "over"));
    assert_int_equal(all.count, 1);
    assert_string_equal(all.items[0].message, "c is a list, over a map of line 1; expected a map");
    assert_int_equal(all.items[0].line, 3);
    fg_value_merge(&decoder, tree("{c: {d: 1}}"), tree("{c: text}"));
    assert_string_equal(all.items[1].message, "c is 'text', over a map of line 1; expected a map");
}

/* ---- paths ---- */

static void a_value_is_put_at_its_path(void **state)
{
    (void)state;
    puts_at("{a: {b: 1, c: 2}}", "a.b", "9", "{a: {b: 9, c: 2}}");
    puts_at("{a: 1}", "a", "{x: y}", "{a: {x: y}}");
    puts_at("{a: 1}", "b", "2", "{a: 1, b: 2}");
}

static void a_path_goes_through_lists_by_index(void **state)
{
    (void)state;
    puts_at("{g: [{t: a}, {t: b}]}", "g[1].t", "z", "{g: [{t: a}, {t: z}]}");
    puts_at("{g: [{t: a}, {t: b}]}", "g[0]", "z", "{g: [z, {t: b}]}");
    puts_at("{g: [[1, 2], [3]]}", "g[0][1]", "9", "{g: [[1, 9], [3]]}");
    puts_at("{g: [{s: 1}]}", "g[0].new", "9", "{g: [{s: 1, new: 9}]}");
}

static void maps_that_are_missing_on_the_way_are_made(void **state)
{
    (void)state;
    puts_at("{a: 1}", "b.c.d", "2", "{a: 1, b: {c: {d: 2}}}");
    puts_at("{a: null}", "a.b", "2", "{a: {b: 2}}");
}

static void what_is_put_leaves_the_old_tree_alone(void **state)
{
    (void)state;
    const struct fg_value *old = tree("{a: {b: 1}, g: [x]}"), *value = tree("2");
    fg_value_put(&decoder, old, "a.b", value, value);
    fg_value_put(&decoder, old, "g[0]", value, value);
    assert_string_equal(fg_value_print(old, &arena), "{a: {b: 1}, g: [x]}");
}

static void an_index_that_is_not_there_is_a_fault(void **state)
{
    (void)state;
    leads_nowhere("{g: [x, y]}", "g[2]",
                  "the path 'g[2]' leads nowhere: at 'g' is a list; expected an index from 0 to 1 "
                  "in brackets");
    leads_nowhere("{g: [x]}", "g[-1]",
                  "the path 'g[-1]' leads nowhere: at 'g' is a list; expected an index from 0 to 0 "
                  "in brackets");
    leads_nowhere("{g: [x]}", "g[ 0]",
                  "the path 'g[ 0]' leads nowhere: at 'g' is a list; expected an index from 0 to 0 "
                  "in brackets");
    leads_nowhere("{g: [x]}", "g[99999999999999999999]",
                  "the path 'g[99999999999999999999]' leads nowhere: at 'g' is a list; expected an "
                  "index from 0 to 0 in brackets");
    leads_nowhere("{g: [x]}", "g[0",
                  "the path 'g[0' leads nowhere: at 'g' is a list; expected an index from 0 to 0 "
                  "in brackets");
    leads_nowhere("{g: [{t: 1}]}", "g[0]t",
                  "the path 'g[0]t' leads nowhere: at 'g' is a list; expected an index from 0 to 0 "
                  "in brackets");
    leads_nowhere("{g: []}", "g[0]",
                  "the path 'g[0]' leads nowhere: at 'g' is a list; expected an item, but the list "
                  "is empty");
}

static void a_path_through_something_else_is_a_fault(void **state)
{
    (void)state;
    leads_nowhere("{a: text}", "a.b",
                  "the path 'a.b' leads nowhere: at 'a' is 'text'; expected a map");
    leads_nowhere("{a: [1]}", "a.b",
                  "the path 'a.b' leads nowhere: at 'a' is a list; expected a map");
    leads_nowhere("{a: {b: 1}}", "a[0]",
                  "the path 'a[0]' leads nowhere: at 'a' is a map; expected a list");
    leads_nowhere("{a: 1}", "b[0]",
                  "the path 'b[0]' leads nowhere: at 'b' is nothing; expected a list");
    leads_nowhere("{a: 1}", "b.c[0].d",
                  "the path 'b.c[0].d' leads nowhere: at 'b.c' is nothing; expected a list");
}

static void a_path_with_a_gap_is_a_fault(void **state)
{
    (void)state;
    leads_nowhere("{a: {b: 1}}", "a..b",
                  "the path 'a..b' leads nowhere: at 'a.' is a map; expected a key");
    leads_nowhere("{a: {b: 1}}", "a.",
                  "the path 'a.' leads nowhere: at 'a.' is a map; expected a key");
    leads_nowhere("{a: 1}", ".a", "the path '.a' leads nowhere: at '' is a map; expected a key");
    leads_nowhere("{g: [null]}", "g[0].",
                  "the path 'g[0].' leads nowhere: at 'g[0].' is nothing; expected a key");
}

static void a_path_is_there_if_it_leads_to_something_but_null(void **state)
{
    (void)state;
    const struct fg_value *root = tree("{a: {b: {c: 0}, n: null, l: [1]}}");
    assert_true(fg_value_has(root, "a"));
    assert_true(fg_value_has(root, "a.b.c"));
    assert_true(fg_value_has(root, "a.l"));
    assert_false(fg_value_has(root, "a.n"));
    assert_false(fg_value_has(root, "a.b.d"));
    assert_false(fg_value_has(root, "a.b.c.d"));
    assert_false(fg_value_has(root, "ab"));
    assert_false(fg_value_has(NULL, "a"));
}

/* ---- words and bytes ---- */

static void a_tree_is_printed_in_one_line(void **state)
{
    (void)state;
    assert_string_equal(fg_value_print(tree("- 1\n- [a, b]\n- {k: ~, l: \"x y\"}\n"), &arena),
                        "[1, [a, b], {k: null, l: x y}]");
}

static struct fg_digest digest(const char *yaml)
{
    struct fg_digester *digester = fg_digester_open();
    fg_value_digest(tree(yaml), digester);
    return fg_digester_close(digester);
}

static bool alike(const char *a, const char *b)
{
    struct fg_digest one = digest(a), two = digest(b);
    return memcmp(one.bytes, two.bytes, sizeof one.bytes) == 0;
}

static void a_digest_is_of_what_a_tree_says_not_of_how(void **state)
{
    (void)state;
    assert_true(alike("a: 1\nb: [x, y]\n", "{\"a\": \"1\", 'b': [ x,\n y ]} # remark"));
    assert_true(alike("k: &k {v: 1}\nl: *k\n", "k: {v: 1}\nl: {v: 1}\n"));
    assert_false(alike("a: 1", "a: 2"));
    assert_false(alike("a: 1", "b: 1"));
    assert_false(alike("a: [x, y]", "a: [y, x]"));
    assert_false(alike("a: [xy]", "a: [x, y]"));
    assert_false(alike("a: null", "a: 'null'"));
    assert_false(alike("a: []", "a: {}"));
    assert_false(alike("[[a], b]", "[[a, b]]"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(maps_merge_key_by_key),
        TEST(lists_and_texts_replace_what_is_there),
        TEST(null_takes_away),
        TEST(what_was_null_can_be_anything),
        TEST(one_side_alone_is_taken_as_it_is),
        TEST(the_trees_that_are_merged_stay_as_they_were),
        TEST(a_map_over_a_list_is_a_fault_that_names_both_lines),
        TEST(a_list_over_a_map_is_a_fault_that_names_both_lines),
        TEST(a_value_is_put_at_its_path),
        TEST(a_path_goes_through_lists_by_index),
        TEST(maps_that_are_missing_on_the_way_are_made),
        TEST(what_is_put_leaves_the_old_tree_alone),
        TEST(an_index_that_is_not_there_is_a_fault),
        TEST(a_path_through_something_else_is_a_fault),
        TEST(a_path_with_a_gap_is_a_fault),
        TEST(a_path_is_there_if_it_leads_to_something_but_null),
        TEST(a_tree_is_printed_in_one_line),
        TEST(a_digest_is_of_what_a_tree_says_not_of_how),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
