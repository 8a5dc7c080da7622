#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "reports/figures.h"
#include "reports/html_writer.h"
#include "reports/json_writer.h"
#include "reports/labels.h"
#include "reports/text_table.h"
#include "reports/utf8.h"

/* ---- UTF-8 ---- */

static void utf8_is_counted_in_code_points(void **state)
{
    (void)state;
    assert_int_equal(fg_utf8_length(""), 0);
    assert_int_equal(fg_utf8_length("größe"), 5);
    assert_int_equal(fg_utf8_length("日本 €"), 4);
    assert_int_equal(fg_utf8_length("\xF0\x9F\x90\xB3!"), 2);
    assert_int_equal(fg_utf8_offset("größe", 3), 4);
    assert_int_equal(fg_utf8_offset("größe", 99), 7);
}

static void bytes_that_are_no_utf8_are_replaced_one_by_one(void **state)
{
    (void)state;
    static const struct {
        const char *text, *clean;
    } cases[] = {
        {"a\xFFz", "a\xEF\xBF\xBDz"},             /* never a lead */
        {"\xC3", "\xEF\xBF\xBD"},                 /* cut off */
        {"\xC3z", "\xEF\xBF\xBDz"},               /* no tail */
        {"\xC0\xAF", "\xEF\xBF\xBD\xEF\xBF\xBD"}, /* too long a form of '/' */
        {"\xE0\x80\xAF", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},
        {"\xED\xA0\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"}, /* a surrogate */
        {"\xF4\x8F\xBF\xBF", "\xF4\x8F\xBF\xBF"},                 /* the last code point */
        {"\xE2\x80\xAEz", "?z"},                                  /* turns the line around */
        {"\xC2\x9Bz", "?z"},                                      /* a terminal's CSI */
        {"tab\there", "tab?here"},
    };
    struct fg_arena arena = {0};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(fg_utf8_clean(&arena, cases[i].text), cases[i].clean);
    fg_arena_release(&arena);
}

/* ---- figures ---- */

static void figures_are_rounded_half_to_even_with_commas(void **state)
{
    (void)state;
    struct fg_arena a = {0};
    assert_string_equal(fg_figure_usd(&a, 1234565000000, 2), "1,234.56");
    assert_string_equal(fg_figure_usd(&a, 1234575000000, 2), "1,234.58");
    assert_string_equal(fg_figure_usd(&a, 999999500000000, 0), "1,000,000");
    assert_string_equal(fg_figure_usd(&a, -4000000, 2), "0.00");
    assert_string_equal(fg_figure_signed_usd(&a, 431200000000, 2), "+431.20");
    assert_string_equal(fg_figure_signed_usd(&a, -1310020000000, 2), "-1,310.02");
    assert_string_equal(fg_figure_signed_usd(&a, 1, 2), "0.00");
    assert_string_equal(fg_figure_count(&a, 0), "0");
    assert_string_equal(fg_figure_count(&a, 999), "999");
    assert_string_equal(fg_figure_count(&a, 1000), "1,000");
    assert_string_equal(fg_figure_count(&a, -1234567), "-1,234,567");
    fg_arena_release(&a);
}

static void percentages_of_nothing_are_a_dash(void **state)
{
    (void)state;
    struct fg_arena a = {0};
    assert_string_equal(fg_figure_percent(&a, 1, 3), "33.3 %");
    assert_string_equal(fg_figure_percent(&a, 0, 3), "0.0 %");
    assert_string_equal(fg_figure_percent(&a, 5, 0), "-");
    assert_string_equal(fg_figure_signed_percent(&a, 123, 1000), "+12.3 %");
    assert_string_equal(fg_figure_signed_percent(&a, -1, 10), "-10.0 %");
    assert_string_equal(fg_figure_signed_percent(&a, 0, 10), "0.0 %");
    assert_string_equal(fg_figure_percent(&a, INT64_MAX, 1), "> 10^9 %");
    fg_arena_release(&a);
}

/* 12345 / 10 = 1234.5; -7 / 14 = -0.5; -1 / 100 rounds to none and has no sign; 25 / 100 = 0.25 is
 * half way and goes to the even 0.2. */
static void tenths_are_rounded_once_and_half_to_even(void **state)
{
    (void)state;
    struct fg_arena a = {0};
    assert_string_equal(fg_figure_tenths(&a, 12345, 10), "1,234.5");
    assert_string_equal(fg_figure_tenths(&a, -7, 14), "-0.5");
    assert_string_equal(fg_figure_tenths(&a, -1, 100), "0.0");
    assert_string_equal(fg_figure_tenths(&a, 25, 100), "0.2");
    assert_string_equal(fg_figure_tenths(&a, 5, 0), "-");
    assert_string_equal(fg_figure_tenths(&a, INT64_MIN / 2, 1), "< -10^9");
    fg_arena_release(&a);
}

static void decimals_have_no_trailing_zeros_and_no_exponent(void **state)
{
    (void)state;
    char text[FG_DECIMAL_BYTES];
    assert_string_equal(fg_figure_decimal(40480000, FG_NANO_PER_DOLLAR, text), "0.04048");
    assert_string_equal(fg_figure_decimal(1, FG_NANO_PER_DOLLAR, text), "0.000000001");
    assert_string_equal(fg_figure_decimal(-1, FG_NANO_PER_DOLLAR, text), "-0.000000001");
    assert_string_equal(fg_figure_decimal(2000, 1, text), "2000");
    assert_string_equal(fg_figure_decimal(0, 7, text), "0");
    assert_string_equal(fg_figure_decimal(1, 3, text), "0.333333333");
    assert_string_equal(fg_figure_decimal(INT64_MAX, FG_NANO_PER_DOLLAR, text),
                        "9223372036.854775807");
}

/* ---- labels ---- */

static struct fg_comparison comparison_of(struct fg_compared_scenario *scenarios,
                                          const char *const *names, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        scenarios[i] = (struct fg_compared_scenario){.name = names[i]};
    return (struct fg_comparison){.scenario_count = count, .scenarios = scenarios};
}

static void labels_lose_no_more_of_a_name_than_they_must(void **state)
{
    (void)state;
    static const char *const names[] = {"all-ec2/trace.scale=2/cluster.nodes.type=m6i.large",
                                        "mixed/trace.scale=1"};
    static const struct {
        uint32_t width;
        bool shortened;
        const char *labels[2];
    } cases[] = {
        {60, false, {"all-ec2/trace.scale=2/cluster.nodes.type=m6i.large", "mixed/trace.scale=1"}},
        {40, true, {"all-ec2/scale=2/type=m6i.large", "mixed/scale=1"}},
        {20, true, {"all-ec2/2/m6i.large", "mixed/1"}},
        {11, true, {"all-e…large", "mixed/1"}},
    };
    struct fg_compared_scenario scenarios[2];
    struct fg_comparison comparison = comparison_of(scenarios, names, 2);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fg_arena arena = {0};
        bool shortened;
        const char **labels = fg_labels_make(&comparison, &arena, cases[i].width, &shortened);
        assert_int_equal(shortened, cases[i].shortened);
        assert_string_equal(labels[0], cases[i].labels[0]);
        assert_string_equal(labels[1], cases[i].labels[1]);
        fg_arena_release(&arena);
    }
}

static void labels_that_would_be_alike_get_numbers(void **state)
{
    (void)state;
    static const char *const names[] = {"s/a.scale=2", "s/b.scale=2", "a-name-that-is-much-longer"};
    struct fg_compared_scenario scenarios[3];
    struct fg_comparison comparison = comparison_of(scenarios, names, 3);
    struct fg_arena arena = {0};
    bool shortened;
    const char **labels = fg_labels_make(&comparison, &arena, 10, &shortened);
    assert_string_equal(labels[0], "s/2");
    assert_string_equal(labels[1], "#2 s/2");
    assert_string_equal(labels[2], "a-na…onger");
    fg_arena_release(&arena);
}

/* ---- writers ---- */

static char *written;
static size_t written_bytes;
static FILE *start_writing(void)
{
    return open_memstream(&written, &written_bytes);
}

static void assert_written(FILE *file, const char *expected)
{
    fclose(file);
    assert_string_equal(written, expected);
    free(written);
}

static void long_words_are_wrapped_before_a_slash(void **state)
{
    (void)state;
    FILE *file = start_writing();
    fg_text_print_wrapped(file, "  a  ", "one two three/four/fünf/sechs", 16);
    assert_written(file, "  a  one two\n     three/four\n     /fünf/sechs\n");
    file = start_writing();
    fg_text_print_wrapped(file, "", "abcdefghij", 4);
    assert_written(file, "abcd\nefgh\nij\n");
}

static void tables_line_up_and_end_without_spaces(void **state)
{
    (void)state;
    static const struct fg_text_column columns[] = {{"", "name", true}, {"top", "n", false}};
    static const char *const cells[] = {"ä", "1,000", "bcdef", ""};
    const struct fg_text_table table = {2, 2, columns, cells};
    FILE *file = start_writing();
    fg_text_table_print(&table, file);
    assert_int_equal(fg_text_table_width(&table), 12);
    assert_written(file, "         top\nname       n\nä      1,000\nbcdef\n");
}

static void json_is_escaped_and_nested(void **state)
{
    (void)state;
    FILE *file = start_writing();
    struct fg_json_writer json = {.out = file, .layout = FG_JSON_TIGHT};
    fg_json_open(&json, '{');
    fg_json_key(&json, "a\"b");
    fg_json_open(&json, '[');
    fg_json_put_usd(&json, 1500000000);
    fg_json_put_text(&json, "</script>\n\\");
    fg_json_put_ratio(&json, 1, 0);
    fg_json_open(&json, '{');
    fg_json_close(&json, '}');
    fg_json_close(&json, ']');
    fg_json_key(&json, "t");
    fg_json_put_boolean(&json, true);
    fg_json_close(&json, '}');
    fg_json_finish(&json);
    assert_written(file,
                   "{\"a\\\"b\":[1.5,\"\\u003c/script\\u003e\\u000a\\\\\",null,{}],\"t\":true}\n");
}

static void html_text_cannot_open_a_tag_or_end_an_attribute(void **state)
{
    (void)state;
    FILE *file = start_writing();
    fg_html_text(file, "<b a=\"1\" b='2'>&\033\xFF");
    assert_written(file, "&lt;b a=&quot;1&quot; b=&#39;2&#39;&gt;&amp;\xEF\xBF\xBD\xEF\xBF\xBD");
    file = start_writing();
    fg_html_breaking_text(file, "a/<b");
    assert_written(file, "a<wbr>/&lt;b");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(utf8_is_counted_in_code_points),
        cmocka_unit_test(bytes_that_are_no_utf8_are_replaced_one_by_one),
        cmocka_unit_test(figures_are_rounded_half_to_even_with_commas),
        cmocka_unit_test(percentages_of_nothing_are_a_dash),
        cmocka_unit_test(tenths_are_rounded_once_and_half_to_even),
        cmocka_unit_test(decimals_have_no_trailing_zeros_and_no_exponent),
        cmocka_unit_test(labels_lose_no_more_of_a_name_than_they_must),
        cmocka_unit_test(labels_that_would_be_alike_get_numbers),
        cmocka_unit_test(long_words_are_wrapped_before_a_slash),
        cmocka_unit_test(tables_line_up_and_end_without_spaces),
        cmocka_unit_test(json_is_escaped_and_nested),
        cmocka_unit_test(html_text_cannot_open_a_tag_or_end_an_attribute),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
