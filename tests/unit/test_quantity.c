/* Kubernetes quantities (rules section 0). */
#include "models/quantity.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <string.h>

#include <cmocka.h>

static fg_quantity nano(const char *text)
{
    struct fg_error error = {0};
    fg_quantity value = -1;
    if (fg_quantity_parse(text, strlen(text), &value, &error) != FG_OK)
        fail_msg("'%s' was refused: %s", text, error.message);
    return value;
}

static int64_t cpu(const char *text)
{
    struct fg_error error = {0};
    int64_t value = -1;
    if (fg_quantity_parse_cpu(text, strlen(text), &value, &error) != FG_OK)
        fail_msg("cpu '%s' was refused: %s", text, error.message);
    return value;
}

static int64_t bytes(const char *text)
{
    struct fg_error error = {0};
    int64_t value = -1;
    if (fg_quantity_parse_bytes(text, strlen(text), &value, &error) != FG_OK)
        fail_msg("'%s' was refused: %s", text, error.message);
    return value;
}

static void is_refused(const char *text, size_t length)
{
    struct fg_error error = {0};
    fg_quantity value = 77;
    if (fg_quantity_parse(text, length, &value, &error) == FG_OK)
        fail_msg("'%.*s' was accepted", (int)length, text);
    assert_int_equal(error.status, FG_BAD_INPUT);
    assert_non_null(strstr(error.message, "expected"));
    assert_true(value == 77);
}

#define NANO ((fg_quantity)1000000000)

/* ---- the accept table ---- */

static void accepts_milli_and_decimal_cpu(void **state)
{
    (void)state;
    assert_int_equal(cpu("100m"), 100);
    assert_int_equal(cpu("0.5"), 500);
    assert_int_equal(cpu("1"), 1000);
    assert_int_equal(cpu("1.5"), 1500);
}

static void accepts_a_point_at_either_end_and_a_plus_sign(void **state)
{
    (void)state;
    assert_true(nano("1") == NANO);
    assert_true(nano("1.") == NANO);
    assert_true(nano(".5") == NANO / 2);
    assert_true(nano("+1") == NANO);
    assert_true(nano("-1") == -NANO);
    assert_true(nano("0") == 0);
}

static void keeps_binary_and_decimal_suffixes_apart(void **state)
{
    (void)state;
    /* 1.5 * 1024^3 = 1536 * 1024^2 = 1610612736 */
    assert_int_equal(bytes("1.5Gi"), 1610612736);
    assert_int_equal(bytes("1536Mi"), 1610612736);
    assert_int_equal(bytes("128M"), 128000000);
    assert_int_equal(bytes("128Mi"), 134217728);
    assert_int_equal(bytes("1k"), 1000);
    assert_int_equal(bytes("1Ki"), 1024);
    assert_int_equal(bytes("8G"), 8000000000);
    assert_int_equal(bytes("8Gi"), 8589934592);
}

static void accepts_every_suffix(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t units; /* of 10^-9 up to 1, then of 1 */
        bool whole;
    } rows[] = {
        {"1n", 1, false},
        {"1u", 1000, false},
        {"1m", 1000000, false},
        {"1", 1, true},
        {"1k", 1000, true},
        {"1M", 1000000, true},
        {"1G", 1000000000, true},
        {"1T", 1000000000000, true},
        {"1P", 1000000000000000, true},
        {"1E", 1000000000000000000, true},
        {"1Ki", 1LL << 10, true},
        {"1Mi", 1LL << 20, true},
        {"1Gi", 1LL << 30, true},
        {"1Ti", 1LL << 40, true},
        {"1Pi", 1LL << 50, true},
        {"1Ei", 1LL << 60, true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_true(nano(rows[i].text) == (fg_quantity)rows[i].units * (rows[i].whole ? NANO : 1));
}

static void takes_e_alone_as_exa_and_with_digits_as_exponent(void **state)
{
    (void)state;
    assert_true(nano("1E") == NANO * 1000000000 * 1000000000);
    assert_true(nano("1E3") == 1000 * NANO);
    assert_true(nano("1e3") == 1000 * NANO);
    assert_true(nano("1e-3") == NANO / 1000);
    assert_true(nano("1E+3") == 1000 * NANO);
    assert_int_equal(bytes("12e6"), 12000000);
    assert_true(nano("1e-9") == 1);
}

static void rounds_requests_up_to_whole_units(void **state)
{
    (void)state;
    assert_int_equal(bytes("128974848000m"), 128974848);
    assert_int_equal(cpu("0.1m"), 1);
    assert_int_equal(bytes("400m"), 1); /* 0.4 byte */
    assert_int_equal(cpu("100.5m"), 101);
    assert_int_equal(cpu("1n"), 1);
    assert_int_equal(bytes("1.0000000001Ki"), 1025);
}

static void keeps_nano_and_rounds_finer_away_from_zero(void **state)
{
    (void)state;
    assert_true(nano(".001Ki") == 1024000000); /* 1.024 */
    assert_true(nano("100u") == 100000);       /* 0.0001 */
    assert_true(nano("0.1n") == 1);
    assert_true(nano("-0.1n") == -1);
    assert_true(nano("1.0000000001") == NANO + 1);
    assert_true(nano("-1.0000000001") == -NANO - 1);
    assert_true(nano("1e-400") == 1);
    assert_true(nano("0e-400") == 0);
    assert_true(nano("0.000000000000000000000000000000000000000000000000001") == 1);
}

static void caps_at_the_largest_int64(void **state)
{
    (void)state;
    const fg_quantity cap = (fg_quantity)INT64_MAX * NANO;
    assert_true(nano("9223372036854775807") == cap);
    assert_true(nano("9223372036854775808") == cap);
    assert_true(nano("8Ei") == cap); /* 8 * 2^60 = 2^63 */
    assert_true(nano("7Ei") == (fg_quantity)7 * (1LL << 60) * NANO);
    assert_true(nano("100E") == cap);
    assert_true(nano("1e400") == cap);
    assert_true(nano("-100E") == -cap);
    assert_true(nano("99999999999999999999999999999999999999999999999999") == cap);
}

static void stays_exact_with_many_digits(void **state)
{
    (void)state;
    assert_true(nano("1.00000000000000000000000000Ei") == (fg_quantity)(1LL << 60) * NANO);
    assert_true(nano("0.50000000000000000000000000000000000000000000Gi") ==
                (fg_quantity)(1LL << 29) * NANO);
    assert_true(nano("1000000000000000000000000000000000000000000e-42") == NANO);
    assert_true(nano("0000000000000000000000000000000000000000000000000001") == NANO);
    /* one digit too fine in the 41st place still rounds up */
    assert_true(nano("1.0000000000000000000000000000000000000001") == NANO + 1);
}

/* ---- the reject table ---- */

static void refuses_an_empty_text(void **state)
{
    (void)state;
    is_refused("", 0);
}

static void refuses_white_space(void **state)
{
    (void)state;
    is_refused(" 1", 2);
    is_refused("1 ", 2);
    is_refused("1 Gi", 4);
    is_refused("\t1", 2);
    is_refused("1\n", 2);
}

static void refuses_malformed_numbers(void **state)
{
    (void)state;
    static const char *const texts[] = {"1.1.M", "1+1.0M", "1..1", "--1", "+-1", "1,000", "1_000"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        is_refused(texts[i], strlen(texts[i]));
}

static void refuses_unknown_suffixes(void **state)
{
    (void)state;
    static const char *const texts[] = {"0.1mi", "0.1am", ".5i", "1i",  "-3.01i", "aoeu", "1K",
                                        "1KB",   "1GB",   "1gi", "1kI", "1MB",    "1b",   "1%"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        is_refused(texts[i], strlen(texts[i]));
}

static void refuses_an_exponent_without_digits(void **state)
{
    (void)state;
    is_refused("-3.01e-", 7);
    is_refused("1e", 2);
    is_refused("1e+", 3);
    is_refused("1E-", 3);
    is_refused("1e1.5", 5);
}

static void refuses_signs_and_points_alone(void **state)
{
    (void)state;
    is_refused(".", 1);
    is_refused("+", 1);
    is_refused("-", 1);
    is_refused("Mi", 2);
    is_refused(".Mi", 3);
}

static void refuses_a_nul_inside_and_texts_without_end(void **state)
{
    (void)state;
    char long_text[500];
    memset(long_text, '1', sizeof long_text);
    is_refused("1\0M", 3);
    is_refused(long_text, sizeof long_text);
}

static void reads_only_the_given_length(void **state)
{
    (void)state;
    struct fg_error error = {0};
    int64_t value = 0;
    assert_int_equal(fg_quantity_parse_cpu("250mXYZ", 4, &value, &error), FG_OK);
    assert_int_equal(value, 250);
    assert_int_equal(fg_quantity_parse_cpu("2500", 2, &value, &error), FG_OK);
    assert_int_equal(value, 25000);
}

static void says_what_is_wrong_with_the_suffix(void **state)
{
    (void)state;
    struct fg_error error = {0};
    int64_t value;
    assert_int_equal(fg_quantity_parse_bytes("1GB", 3, &value, &error), FG_BAD_INPUT);
    assert_non_null(strstr(error.message, "'1GB'"));
    assert_non_null(strstr(error.message, "unknown suffix 'GB'"));
    assert_non_null(strstr(error.message, "Gi"));
}

/* ---- requests ---- */

static void refuses_negative_requests(void **state)
{
    (void)state;
    struct fg_error error = {0};
    int64_t value = 5;
    assert_int_equal(fg_quantity_parse_cpu("-100m", 5, &value, &error), FG_BAD_INPUT);
    assert_non_null(strstr(error.message, "'-100m'"));
    assert_non_null(strstr(error.message, "negative"));
    assert_int_equal(value, 5);
}

static void refuses_requests_beyond_any_machine(void **state)
{
    (void)state;
    struct fg_error error = {0}, other = {0};
    int64_t value;
    assert_int_equal(cpu("1000000"), 1000000000);
    assert_int_equal(fg_quantity_parse_cpu("1000001", 7, &value, &error), FG_BAD_INPUT);
    assert_int_equal(bytes("1Pi"), 1LL << 50);
    assert_int_equal(fg_quantity_parse_bytes("1025Ti", 6, &value, &other), FG_BAD_INPUT);
}

static void counts_take_whole_things_only(void **state)
{
    (void)state;
    struct fg_error error = {0};
    int64_t value = -1;
    assert_int_equal(fg_quantity_parse_count("4", 1, &value, &error), FG_OK);
    assert_int_equal(value, 4);
    assert_int_equal(fg_quantity_parse_count("2000m", 5, &value, &error), FG_OK);
    assert_int_equal(value, 2);
    assert_int_equal(fg_quantity_parse_count("0.5", 3, &value, &error), FG_BAD_INPUT);
    error = (struct fg_error){0};
    assert_int_equal(fg_quantity_parse_count("-1", 2, &value, &error), FG_BAD_INPUT);
    assert_int_equal(value, 2);
}

/* ---- canonical forms ---- */

static void prints_cpu_in_cores_or_milli(void **state)
{
    (void)state;
    char buffer[32];
    assert_string_equal(fg_quantity_print_cpu(1500, buffer), "1500m"); /* of 1.5 */
    assert_string_equal(fg_quantity_print_cpu(2000, buffer), "2");
    assert_string_equal(fg_quantity_print_cpu(250, buffer), "250m");
    assert_string_equal(fg_quantity_print_cpu(0, buffer), "0");
    assert_string_equal(fg_quantity_print_cpu(cpu(".001Ki"), buffer), "1024m");
}

static void prints_bytes_with_the_largest_exact_suffix(void **state)
{
    (void)state;
    char buffer[32];
    static const struct {
        const char *given, *canonical;
    } rows[] = {
        {"1024Mi", "1Gi"},   {"1000M", "1G"},      {"1536Mi", "1536Mi"},
        {"1.5Gi", "1536Mi"}, {"128M", "128M"},     {"128Mi", "128Mi"},
        {"8G", "8G"},        {"8Gi", "8Gi"},       {"0", "0"},
        {"1", "1"},          {"1023", "1023"},     {"1k", "1k"},
        {"1Ki", "1Ki"},      {"1000Ki", "1000Ki"}, {"100k", "100k"},
        {"1Pi", "1Pi"},      {"1T", "1T"},         {"1000001", "1000001"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_string_equal(fg_quantity_print_bytes(bytes(rows[i].given), buffer),
                            rows[i].canonical);
}

static void prints_what_reads_back_equal(void **state)
{
    (void)state;
    char buffer[32];
    uint64_t dice = 1;
    for (int i = 0; i < 4000; i++) {
        dice = dice * 6364136223846793005u + 1442695040888963407u;
        int64_t some = (int64_t)(dice >> 14 >> i % 50);
        assert_int_equal(bytes(fg_quantity_print_bytes(some, buffer)), some);
        assert_int_equal(cpu(fg_quantity_print_cpu(some % 1000000, buffer)), some % 1000000);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(accepts_milli_and_decimal_cpu),
        cmocka_unit_test(accepts_a_point_at_either_end_and_a_plus_sign),
        cmocka_unit_test(keeps_binary_and_decimal_suffixes_apart),
        cmocka_unit_test(accepts_every_suffix),
        cmocka_unit_test(takes_e_alone_as_exa_and_with_digits_as_exponent),
        cmocka_unit_test(rounds_requests_up_to_whole_units),
        cmocka_unit_test(keeps_nano_and_rounds_finer_away_from_zero),
        cmocka_unit_test(caps_at_the_largest_int64),
        cmocka_unit_test(stays_exact_with_many_digits),
        cmocka_unit_test(refuses_an_empty_text),
        cmocka_unit_test(refuses_white_space),
        cmocka_unit_test(refuses_malformed_numbers),
        cmocka_unit_test(refuses_unknown_suffixes),
        cmocka_unit_test(refuses_an_exponent_without_digits),
        cmocka_unit_test(refuses_signs_and_points_alone),
        cmocka_unit_test(refuses_a_nul_inside_and_texts_without_end),
        cmocka_unit_test(reads_only_the_given_length),
        cmocka_unit_test(says_what_is_wrong_with_the_suffix),
        cmocka_unit_test(refuses_negative_requests),
        cmocka_unit_test(refuses_requests_beyond_any_machine),
        cmocka_unit_test(counts_take_whole_things_only),
        cmocka_unit_test(prints_cpu_in_cores_or_milli),
        cmocka_unit_test(prints_bytes_with_the_largest_exact_suffix),
        cmocka_unit_test(prints_what_reads_back_equal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
