/* YAML -> trees of values: what they hold, where they stand, and what is refused. */
#include "data/document.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

static struct fg_arena arena;
static struct fg_error error;

static int begin(void **state)
{
    (void)state;
    arena = (struct fg_arena){0};
    error = (struct fg_error){0};
    return 0;
}

static int end(void **state)
{
    (void)state;
    fg_arena_release(&arena);
    return 0;
}

static const struct fg_value *read_text(const char *yaml)
{
    const struct fg_value *value = NULL;
    error = (struct fg_error){0};
    fg_status status = fg_document_parse("f.yaml", yaml, strlen(yaml), &arena, &value, &error);
    if (status != FG_OK)
        print_error("%s\n", error.message);
    assert_int_equal(status, FG_OK);
    assert_int_equal(error.status, FG_OK);
    return value;
}

/* Refused at this place ("line:column", or "" = none) with these words in the message. */
static void refuses_bytes(const char *yaml, size_t length, uint32_t line, uint32_t column,
                          const char *words)
{
    const struct fg_value *value = NULL;
    error = (struct fg_error){0};
    assert_int_equal(fg_document_parse("f.yaml", yaml, length, &arena, &value, &error),
                     FG_BAD_INPUT);
    assert_string_equal(error.file, "f.yaml");
    if (strstr(error.message, words) == NULL || error.line != line || error.column != column)
        fail_msg("expected %u:%u '%s'; found %u:%u '%s'", line, column, words, error.line,
                 error.column, error.message);
}

static void refuses(const char *yaml, uint32_t line, uint32_t column, const char *words)
{
    refuses_bytes(yaml, strlen(yaml), line, column, words);
}

static void is_text(const struct fg_value *value, const char *text)
{
    assert_non_null(value);
    assert_int_equal(value->kind, FG_VALUE_TEXT);
    assert_string_equal(value->text, text);
}

static void stands_at(const struct fg_value *value, uint32_t line, uint32_t column)
{
    assert_string_equal(value->file, "f.yaml");
    assert_int_equal(value->line, line);
    assert_int_equal(value->column, column);
}

/* ---- what is there ---- */

static void values_know_their_line_and_column(void **state)
{
    (void)state;
    const struct fg_value *root = read_text("study: a\n"
                                            "trace:\n"
                                            "  file: x.csv\n"
                                            "list: [1, two, {k: v}]\n");
    assert_int_equal(root->kind, FG_VALUE_MAP);
    assert_int_equal(root->count, 3);
    stands_at(root, 1, 1);
    is_text(fg_value_find(root, "study"), "a");
    stands_at(fg_value_find(root, "study"), 1, 8);
    stands_at(fg_value_find(fg_value_find(root, "trace"), "file"), 3, 9);
    const struct fg_value *list = fg_value_find(root, "list");
    assert_int_equal(list->kind, FG_VALUE_LIST);
    assert_int_equal(list->count, 3);
    stands_at(list, 4, 7);
    is_text(list->items[1], "two");
    stands_at(list->items[1], 4, 11);
    stands_at(list->items[2], 4, 16);
}

static void keys_keep_their_place_and_order(void **state)
{
    (void)state;
    const struct fg_value *root = read_text("b: 1\n\n  # a remark\na: 2\n");
    assert_string_equal(root->keys[0].text, "b");
    assert_int_equal(root->keys[0].line, 1);
    assert_int_equal(root->keys[0].column, 1);
    assert_string_equal(root->keys[1].text, "a");
    assert_int_equal(root->keys[1].line, 4);
}

static void scalars_stay_texts_and_only_plain_nulls_are_null(void **state)
{
    (void)state;
    const struct fg_value *root = read_text("a: 1.50\nb: true\nc: null\nd: ~\ne:\nf: \"null\"\n"
                                            "g: ''\nh: Null\ni: |\n  two\n  lines\n");
    is_text(fg_value_find(root, "a"), "1.50");
    is_text(fg_value_find(root, "b"), "true");
    assert_int_equal(fg_value_find(root, "c")->kind, FG_VALUE_NULL);
    assert_int_equal(fg_value_find(root, "d")->kind, FG_VALUE_NULL);
    assert_int_equal(fg_value_find(root, "e")->kind, FG_VALUE_NULL);
    is_text(fg_value_find(root, "f"), "null");
    is_text(fg_value_find(root, "g"), "");
    assert_int_equal(fg_value_find(root, "h")->kind, FG_VALUE_NULL);
    is_text(fg_value_find(root, "i"), "two\nlines\n");
    assert_null(fg_value_find(root, "z"));
    assert_null(fg_value_find(fg_value_find(root, "a"), "z"));
    assert_null(fg_value_find(NULL, "z"));
}

static void json_is_read_as_it_is(void **state)
{
    (void)state;
    const struct fg_value *root =
        read_text("{\"a\": [1, \"\\u00e9\\n\", null, true], \"b\": {\"c\": \"d\"}}");
    const struct fg_value *list = fg_value_find(root, "a");
    assert_int_equal(list->count, 4);
    is_text(list->items[0], "1");
    is_text(list->items[1], "\xc3\xa9\n");
    assert_int_equal(list->items[2]->kind, FG_VALUE_NULL);
    is_text(fg_value_find(fg_value_find(root, "b"), "c"), "d");
    stands_at(list->items[1], 1, 11);
}

static void text_outside_ascii_is_read(void **state)
{
    (void)state;
    const struct fg_value *root = read_text("name: B\xc3\xbcro \xe2\x82\xac \xf0\x9f\x8c\x8d\n");
    is_text(fg_value_find(root, "name"), "B\xc3\xbcro \xe2\x82\xac \xf0\x9f\x8c\x8d");
}

/* ---- aliases ---- */

static void an_alias_is_the_tree_of_its_anchor(void **state)
{
    (void)state;
    const struct fg_value *root = read_text("a: &x {k: [1, 2]}\nb: *x\nc: &y text\nd: *y\n");
    assert_ptr_equal(fg_value_find(root, "a"), fg_value_find(root, "b"));
    is_text(fg_value_find(root, "d"), "text");
    assert_int_equal(fg_value_find(root, "a")->size, 4);
    assert_int_equal(root->size, 1 + 4 + 4 + 1 + 1);
}

static void the_last_anchor_of_a_name_counts(void **state)
{
    (void)state;
    const struct fg_value *root = read_text("a: &x 1\nb: *x\nc: &x 2\nd: *x\n");
    is_text(fg_value_find(root, "b"), "1");
    is_text(fg_value_find(root, "d"), "2");
}

static void an_alias_without_an_anchor_before_it_is_refused(void **state)
{
    (void)state;
    refuses("a: 1\nb: *x\n", 2, 4, "no anchor stands before the alias *x");
    refuses("a: &x [*x]\n", 1, 8, "no anchor stands before the alias *x");
}

static void a_merge_key_brings_what_the_map_does_not_have(void **state)
{
    (void)state;
    const struct fg_value *root = read_text("base: &b {k: 1, l: 2}\n"
                                            "more: &m {l: 3, n: 4}\n"
                                            "one: {<<: *b, l: own}\n"
                                            "two: {<<: [*b, *m]}\n");
    const struct fg_value *one = fg_value_find(root, "one"), *two = fg_value_find(root, "two");
    assert_int_equal(one->count, 2);
    is_text(fg_value_find(one, "k"), "1");
    is_text(fg_value_find(one, "l"), "own");
    assert_int_equal(two->count, 3);
    is_text(fg_value_find(two, "l"), "2"); /* the first of several */
    is_text(fg_value_find(two, "n"), "4");
    stands_at(fg_value_find(two, "n"), 2, 20);
}

static void a_merge_key_takes_maps_only(void **state)
{
    (void)state;
    refuses("a: {<<: text}\n", 1, 9, "'<<' needs a map or a list of maps");
    refuses("a: {<<: [[1]]}\n", 1, 9, "'<<' needs a map or a list of maps");
    refuses("a: {<<: [{b: 1}, 2]}\n", 1, 18, "'<<' needs a map or a list of maps");
}

/* ---- what is refused ---- */

static void a_key_that_stands_twice_is_refused_where_it_stands(void **state)
{
    (void)state;
    refuses("a: 1\nb: 2\na: 3\n", 3, 1, "the key 'a' stands twice in one map");
    refuses("x:\n  - {k: 1, \"k\": 2}\n", 2, 12, "the key 'k' stands twice");
    read_text("- {a: 1}\n- {a: 2}\n");
}

static void a_key_must_be_a_word(void **state)
{
    (void)state;
    refuses("? [a, b]\n: 1\n", 1, 3, "a key must be a word");
    refuses("{{a: 1}: 2}\n", 1, 2, "a key must be a word");
}

/* A list in a list ..., closed. */
static char *nested(uint32_t depth)
{
    char *text = malloc(2 * depth + 1);
    memset(text, '[', depth);
    memset(text + depth, ']', depth);
    text[2 * depth] = '\0';
    return text;
}

static void nesting_is_limited(void **state)
{
    (void)state;
    const struct fg_value *value = NULL;
    char *deep = nested(40000);
    fg_status status = fg_document_parse("f.yaml", deep, strlen(deep), &arena, &value, &error);
    assert_int_equal(status, FG_BAD_INPUT);
    assert_int_equal(error.line, 1);
    free(deep);

    char block[20000] = "";
    for (int depth = 0; depth <= FG_DOCUMENT_DEPTH_MAX; depth++)
        snprintf(block + strlen(block), sizeof block - strlen(block), "%*sk:\n", depth, "");
    refuses(block, FG_DOCUMENT_DEPTH_MAX + 1, FG_DOCUMENT_DEPTH_MAX + 1, "is nested too deeply");
    char *fine = nested(50);
    read_text(fine);
    free(fine);
}

/* Each line has ten times the values of the line before: 10^10 in the last. */
static void aliases_that_multiply_are_refused_at_once(void **state)
{
    (void)state;
    char yaml[2000] = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
    for (int i = 1; i < 10; i++) {
        snprintf(yaml + strlen(yaml), sizeof yaml - strlen(yaml), "a%d: &a%d [", i, i);
        for (int n = 0; n < 10; n++)
            snprintf(yaml + strlen(yaml), sizeof yaml - strlen(yaml), "*a%d%s", i - 1,
                     n < 9 ? ", " : "]\n");
    }
    clock_t before = clock();
    refuses(yaml, 7, 9, "more values than fargauge reads from one document");
    assert_true(clock() - before < CLOCKS_PER_SEC / 2);
}

static void bytes_that_are_no_text_are_refused_with_their_place(void **state)
{
    (void)state;
    refuses_bytes("a: 1\nb: \0x\n", 11, 2, 4, "the byte 0x00 is no text; expected YAML in UTF-8");
    refuses("a: 1\nb: \xff\n", 2, 4, "the byte 0xff is no text");
    refuses("a: \xc3\n", 1, 4, "the byte 0xc3 is no text"); /* its second half is missing */
    refuses("a: \xc0\xaf\n", 1, 4, "0xc0");                 /* longer than need be */
    refuses("a: \xed\xa0\x80\n", 1, 4, "0xed");             /* half of a UTF-16 pair */
    refuses("a: \xf5\x80\x80\x80\n", 1, 4, "0xf5");         /* beyond Unicode */
    refuses("a: \x1b[0m\n", 1, 4, "0x1b");
    refuses("a: \x7f\n", 1, 4, "0x7f");
}

static void several_documents_are_refused_where_the_second_begins(void **state)
{
    (void)state;
    refuses("a: 1\n---\nb: 2\n", 2, 0, "another YAML document begins here; expected one in a file");
    is_text(fg_value_find(read_text("---\na: 1\n...\n"), "a"), "1");
}

static void an_empty_file_is_refused(void **state)
{
    (void)state;
    refuses("", 0, 0, "holds nothing; expected YAML");
    refuses("# only a remark\n\n", 0, 0, "holds nothing; expected YAML");
}

static void broken_yaml_is_refused_with_its_line(void **state)
{
    (void)state;
    const struct fg_value *value;
    static const struct {
        const char *yaml;
        uint32_t line;
    } cases[] = {
        {"a: 1\nb: [1, 2\n", 2}, {"a: \"open\n", 1}, {"a: b: c\n", 1}, {"a: 1\n\tb: 2\n", 1}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        error = (struct fg_error){0};
        assert_int_equal(fg_document_parse("f.yaml", cases[i].yaml, strlen(cases[i].yaml), &arena,
                                           &value, &error),
                         FG_BAD_INPUT);
        assert_string_equal(error.file, "f.yaml");
        assert_non_null(strstr(error.message, "is not YAML: "));
        assert_true(error.line >= cases[i].line);
    }
}

/* A directive that libfyaml would read for ever. */
static void a_directive_of_other_bytes_ends(void **state)
{
    (void)state;
    refuses("*x\n%s pod\xfd\nb: a\n", 2, 7, "0xfd");
}

static void many_keys_take_little_time(void **state)
{
    (void)state;
    enum { KEYS = 200000 };
    char *yaml = malloc(KEYS * 16), *at = yaml;
    for (int i = 0; i < KEYS; i++)
        at += sprintf(at, "k%d: %d\n", i, i);
    clock_t before = clock();
    const struct fg_value *root = read_text(yaml);
    assert_true(clock() - before < 8 * CLOCKS_PER_SEC);
    assert_int_equal(root->count, KEYS);
    is_text(root->items[KEYS - 1], "199999");
    free(yaml);
}

/* ---- files and words ---- */

static void a_file_that_is_not_there_is_the_machines_fault(void **state)
{
    (void)state;
    const struct fg_value *value;
    assert_int_equal(fg_document_read("/nonexistent/f.yaml", &arena, &value, &error), FG_FAILED);
    assert_non_null(strstr(error.message, "/nonexistent/f.yaml cannot be read"));
}

static void a_file_is_read_whole(void **state)
{
    (void)state;
    char path[] = "/tmp/test_document_XXXXXX";
    int file = mkstemp(path);
    const struct fg_value *value;
    assert_true(file >= 0 && write(file, "a: [1, 2]\n", 10) == 10);
    close(file);
    fg_status status = fg_document_read(path, &arena, &value, &error);
    unlink(path);
    assert_int_equal(status, FG_OK);
    assert_string_equal(value->file, path);
    assert_int_equal(fg_value_find(value, "a")->count, 2);
}

static void values_are_described_for_messages(void **state)
{
    (void)state;
    char buffer[96], long_text[300] = "";
    assert_string_equal(fg_value_describe(read_text("x"), buffer), "'x'");
    assert_string_equal(fg_value_describe(read_text("[]"), buffer), "a list");
    assert_string_equal(fg_value_describe(read_text("{}"), buffer), "a map");
    assert_string_equal(fg_value_describe(read_text("~"), buffer), "nothing");
    memset(long_text, 'y', sizeof long_text - 1);
    fg_value_describe(read_text(long_text), buffer);
    assert_true(strlen(buffer) < sizeof buffer);
    assert_non_null(strstr(buffer, "yyy...'"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(values_know_their_line_and_column),
        TEST(keys_keep_their_place_and_order),
        TEST(scalars_stay_texts_and_only_plain_nulls_are_null),
        TEST(json_is_read_as_it_is),
        TEST(text_outside_ascii_is_read),
        TEST(an_alias_is_the_tree_of_its_anchor),
        TEST(the_last_anchor_of_a_name_counts),
        TEST(an_alias_without_an_anchor_before_it_is_refused),
        TEST(a_merge_key_brings_what_the_map_does_not_have),
        TEST(a_merge_key_takes_maps_only),
        TEST(a_key_that_stands_twice_is_refused_where_it_stands),
        TEST(a_key_must_be_a_word),
        TEST(nesting_is_limited),
        TEST(aliases_that_multiply_are_refused_at_once),
        TEST(bytes_that_are_no_text_are_refused_with_their_place),
        TEST(several_documents_are_refused_where_the_second_begins),
        TEST(an_empty_file_is_refused),
        TEST(broken_yaml_is_refused_with_its_line),
        TEST(a_directive_of_other_bytes_ends),
        TEST(many_keys_take_little_time),
        TEST(a_file_that_is_not_there_is_the_machines_fault),
        TEST(a_file_is_read_whole),
        TEST(values_are_described_for_messages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
