/* A file's bytes, packed or not, and digests. */
#include "data/source.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include <cmocka.h>

#include "data/digest.h"
#include "models/base/memory.h"

static char folder[] = "/tmp/fargauge-source-XXXXXX";
static char path[64];

static int make_folder(void **state)
{
    (void)state;
    if (mkdtemp(folder) == NULL)
        return -1;
    snprintf(path, sizeof path, "%s/file", folder);
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    unlink(path);
    return rmdir(folder);
}

static void write_file(const void *bytes, size_t length)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    fclose(file);
}

/* Writes gzip data; `mode` "wb" starts the file, "ab" adds a member. */
static void write_packed(const char *mode, const void *bytes, size_t length)
{
    gzFile file = gzopen(path, mode);
    assert_non_null(file);
    assert_int_equal(gzwrite(file, bytes, (unsigned)length), length);
    assert_int_equal(gzclose(file), Z_OK);
}

static void holds(const void *bytes, size_t length)
{
    struct fg_error error = {0};
    struct fg_source source;
    if (fg_source_read(path, &source, &error) != FG_OK)
        fail_msg("%s", error.message);
    assert_int_equal(source.length, length);
    assert_memory_equal(source.bytes, bytes, length);
    assert_int_equal(source.bytes[length], '\0');
    fg_source_release(&source);
    assert_null(source.bytes);
}

static void is_refused(fg_status status, const char *expected)
{
    struct fg_error error = {0};
    struct fg_source source;
    char text[1400];
    assert_int_equal(fg_source_read(path, &source, &error), status);
    fg_error_text(&error, text, sizeof text);
    if (strstr(text, expected) == NULL || strstr(text, path) == NULL)
        fail_msg("'%s' does not say '%s' of %s", text, expected, path);
    assert_null(source.bytes);
}

/* What gzip packs badly: a pattern without repeats. */
static unsigned char *noise(size_t length)
{
    unsigned char *bytes = fg_allocate(length, 1);
    uint64_t some = 1;
    for (size_t i = 0; i < length; i++) {
        some = some * 6364136223846793005u + 1442695040888963407u;
        bytes[i] = (unsigned char)(some >> 56);
    }
    return bytes;
}

static void reads_a_plain_file_whole(void **state)
{
    (void)state;
    write_file("a\0b\n", 4);
    holds("a\0b\n", 4);
    unsigned char *bytes = noise(200000);
    bytes[0] = 'x';
    write_file(bytes, 200000);
    holds(bytes, 200000);
    free(bytes);
}

static void reads_an_empty_file_as_nothing(void **state)
{
    (void)state;
    write_file("", 0);
    holds("", 0);
    write_file("\x1f", 1);
    holds("\x1f", 1);
}

static void unpacks_gzip_whatever_its_name(void **state)
{
    (void)state;
    write_packed("wb", "arrival_s\n0\n", 12);
    holds("arrival_s\n0\n", 12);
    write_packed("wb", "", 0);
    holds("", 0);
}

static void unpacks_much_more_than_is_packed(void **state)
{
    (void)state;
    size_t length = 5000000;
    char *bytes = fg_allocate(length, 1);
    memset(bytes, 'a', length);
    write_packed("wb", bytes, length);
    holds(bytes, length);
    free(bytes);
}

static void unpacks_every_member_of_a_joined_file(void **state)
{
    (void)state;
    write_packed("wb", "one\n", 4);
    write_packed("ab", "two\n", 4);
    write_packed("ab", "three\n", 6);
    holds("one\ntwo\nthree\n", 14);
}

static void a_gzip_file_that_is_cut_off_is_refused_wherever_it_is_cut(void **state)
{
    (void)state;
    unsigned char *bytes = noise(3000), packed[8192];
    write_packed("wb", bytes, 3000);
    FILE *file = fopen(path, "rb");
    size_t length = fread(packed, 1, sizeof packed, file);
    fclose(file);
    assert_in_range(length, 3000, 3100);
    for (size_t cut = 2; cut < length; cut += cut < 40 || cut > length - 40 ? 1 : 61) {
        write_file(packed, cut);
        is_refused(FG_BAD_INPUT, "the file is cut off");
    }
    free(bytes);
}

static void damaged_gzip_data_are_refused(void **state)
{
    (void)state;
    unsigned char *bytes = noise(3000), packed[8192];
    write_packed("wb", bytes, 3000);
    FILE *file = fopen(path, "rb");
    size_t length = fread(packed, 1, sizeof packed, file);
    fclose(file);
    packed[length - 6] ^= 0xff; /* the checksum */
    write_file(packed, length);
    is_refused(FG_BAD_INPUT, "damaged");
    write_file("\x1f\x8b not gzip at all", 18);
    is_refused(FG_BAD_INPUT, "damaged");
    free(bytes);
}

static void a_file_that_cannot_be_read_is_a_fault_of_the_machine(void **state)
{
    (void)state;
    unlink(path);
    is_refused(FG_FAILED, "No such file");
    struct fg_error error = {0};
    struct fg_source source;
    assert_int_equal(fg_source_read(folder, &source, &error), FG_FAILED);
    assert_non_null(strstr(error.message, "Is a directory"));
    assert_null(source.bytes);
}

/* ---- digests ---- */

static struct fg_digest digest_of(const char *first, const char *second)
{
    struct fg_digester *digester = fg_digester_open();
    fg_digester_add(digester, first, strlen(first));
    if (second != NULL)
        fg_digester_add(digester, second, strlen(second));
    return fg_digester_close(digester);
}

static bool same(struct fg_digest a, struct fg_digest b)
{
    return memcmp(a.bytes, b.bytes, sizeof a.bytes) == 0;
}

static void a_digest_depends_on_bytes_lengths_and_order(void **state)
{
    (void)state;
    assert_true(same(digest_of("ab", "c"), digest_of("ab", "c")));
    assert_false(same(digest_of("ab", "c"), digest_of("a", "bc")));
    assert_false(same(digest_of("ab", "c"), digest_of("c", "ab")));
    assert_false(same(digest_of("abc", NULL), digest_of("abd", NULL)));
    assert_false(same(digest_of("abc", NULL), digest_of("abc", "")));
}

static void a_file_digest_is_of_its_bytes_on_disk(void **state)
{
    (void)state;
    struct fg_error error = {0};
    struct fg_digest one, two, three;
    unsigned char *bytes = noise(200000);
    write_file(bytes, 200000);
    assert_int_equal(fg_digest_file(path, &one, &error), FG_OK);
    assert_int_equal(fg_digest_file(path, &two, &error), FG_OK);
    assert_true(same(one, two));
    bytes[199999] ^= 1;
    write_file(bytes, 200000);
    assert_int_equal(fg_digest_file(path, &three, &error), FG_OK);
    assert_false(same(one, three));
    free(bytes);
    unlink(path);
    assert_int_equal(fg_digest_file(path, &one, &error), FG_FAILED);
    assert_non_null(strstr(error.message, path));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_a_plain_file_whole),
        cmocka_unit_test(reads_an_empty_file_as_nothing),
        cmocka_unit_test(unpacks_gzip_whatever_its_name),
        cmocka_unit_test(unpacks_much_more_than_is_packed),
        cmocka_unit_test(unpacks_every_member_of_a_joined_file),
        cmocka_unit_test(a_gzip_file_that_is_cut_off_is_refused_wherever_it_is_cut),
        cmocka_unit_test(damaged_gzip_data_are_refused),
        cmocka_unit_test(a_file_that_cannot_be_read_is_a_fault_of_the_machine),
        cmocka_unit_test(a_digest_depends_on_bytes_lengths_and_order),
        cmocka_unit_test(a_file_digest_is_of_its_bytes_on_disk),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
