/* CSV rows as they come in: the same however the bytes are cut, bad rows told, the rest read. */
#include "data/csv_stream.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What came in, as "LINE:cell|cell;", a bad row as "LINE:!;". */
struct seen {
    char text[4096];
    uint32_t stop_at; /* a line on which the taker has enough, or 0 */
};

static fg_status take(uint32_t line, const char *const *cells, uint32_t count, void *user)
{
    struct seen *seen = user;
    size_t at = strlen(seen->text);
    if (at + 256 > sizeof seen->text)
        return FG_OK;
    at += (size_t)snprintf(seen->text + at, sizeof seen->text - at, "%u:", line);
    if (cells == NULL)
        at += (size_t)snprintf(seen->text + at, sizeof seen->text - at, "!");
    for (uint32_t i = 0; cells != NULL && i < count; i++)
        at += (size_t)snprintf(seen->text + at, sizeof seen->text - at, "%s%s", i > 0 ? "|" : "",
                               cells[i]);
    snprintf(seen->text + at, sizeof seen->text - at, ";");
    return seen->stop_at != 0 && line >= seen->stop_at ? FG_BAD_INPUT : FG_OK;
}

static void gives(const char *text, const char *expected)
{
    size_t length = strlen(text);
    for (size_t piece = 1; piece <= length + 1; piece++) {
        struct seen seen = {0};
        struct fg_csv_stream *stream = fg_csv_stream_open(take, &seen);
        for (size_t at = 0; at < length; at += piece)
            assert_int_equal(
                fg_csv_stream_feed(stream, text + at, length - at < piece ? length - at : piece),
                FG_OK);
        assert_int_equal(fg_csv_stream_close(stream), FG_OK);
        assert_string_equal(seen.text, expected);
    }
}

static void rows_come_with_their_lines_however_bytes_are_cut(void **state)
{
    (void)state;
    gives("a,b\n1,2\n", "1:a|b;2:1|2;");
    gives("a,b\r\n1,2", "1:a|b;2:1|2;");
    gives("\"x, y\",\"say \"\"so\"\"\"\n,\n", "1:x, y|say \"so\";2:|;");
    gives("", "");
}

static void lines_are_counted_with_blank_ones_and_breaks_in_quotes(void **state)
{
    (void)state;
    gives("a\n\n  \nb\n", "1:a;4:b;");
    gives("a,\"1\n2\"\nb,c\n", "1:a|1\n2;3:b|c;");
}

static void a_row_with_broken_quotes_is_told_and_the_next_is_read(void **state)
{
    (void)state;
    gives("a,b\n\"x\"y,z\nc,d\n", "1:a|b;2:!;3:c|d;");
    gives("a\"b\nc\n", "1:!;2:c;");
    gives("a\n\"never closed\n", "1:a;2:!;");
}

static void the_taker_may_have_enough(void **state)
{
    (void)state;
    struct seen seen = {.stop_at = 2};
    struct fg_csv_stream *stream = fg_csv_stream_open(take, &seen);
    assert_int_equal(fg_csv_stream_feed(stream, "a\nb\nc\nd\n", 8), FG_BAD_INPUT);
    assert_int_equal(fg_csv_stream_close(stream), FG_BAD_INPUT);
    assert_string_equal(seen.text, "1:a;2:b;");
}

/* A quote that is never closed must not take the rest of the file into memory. */
static void a_row_of_more_than_a_megabyte_is_bad(void **state)
{
    (void)state;
    struct seen seen = {0};
    struct fg_csv_stream *stream = fg_csv_stream_open(take, &seen);
    assert_int_equal(fg_csv_stream_feed(stream, "a\n\"", 3), FG_OK);
    for (int i = 0; i < 300000; i++)
        assert_int_equal(fg_csv_stream_feed(stream, "1234\n", 5), FG_OK);
    assert_int_equal(fg_csv_stream_close(stream), FG_OK);
    assert_memory_equal(seen.text, "1:a;2:!;", 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_come_with_their_lines_however_bytes_are_cut),
        cmocka_unit_test(lines_are_counted_with_blank_ones_and_breaks_in_quotes),
        cmocka_unit_test(a_row_with_broken_quotes_is_told_and_the_next_is_read),
        cmocka_unit_test(the_taker_may_have_enough),
        cmocka_unit_test(a_row_of_more_than_a_megabyte_is_bad),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
