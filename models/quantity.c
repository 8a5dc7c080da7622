#include "models/quantity.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define NANO ((fg_quantity)1000000000)
#define CAP (((fg_quantity)INT64_MAX) * NANO)
enum { MAX_DIGITS = 400, SCALE_MAX = 900, KEPT_DIGITS = 34 };

/* A suffix multiplies by base^power. */
struct suffix {
    const char *text;
    int base, power;
};
static const struct suffix suffixes[] = {
    {"", 10, 0},     {"n", 10, -9},   {"u", 10, -6},   {"m", 10, -3},
    {"k", 10, 3},    {"M", 10, 6},    {"G", 10, 9},    {"T", 10, 12},
    {"P", 10, 15},   {"E", 10, 18},   {"Ki", 1024, 1}, {"Mi", 1024, 2},
    {"Gi", 1024, 3}, {"Ti", 1024, 4}, {"Pi", 1024, 5}, {"Ei", 1024, 6},
};

static fg_status refuse(struct fg_error *error, const char *text, size_t length, const char *why)
{
    return fg_error_set(error, FG_BAD_INPUT,
                        "quantity '%.*s' %s; expected a number with a suffix such as m, k, M, G, "
                        "Ki, Mi, Gi or an exponent",
                        (int)(length > 64 ? 64 : length), text, why);
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The pieces of a quantity: digits with a decimal point somewhere, a suffix. */
struct pieces {
    bool negative;
    const char *digits; /* may hold one '.' */
    size_t digits_length;
    size_t fraction_digits;
    const char *suffix;
    size_t suffix_length;
};

static bool split(const char *text, size_t length, struct pieces *out)
{
    size_t i = 0, count = 0;
    bool point = false;
    *out = (struct pieces){0};
    if (length > 0 && (text[0] == '+' || text[0] == '-'))
        out->negative = text[i++] == '-';
    out->digits = text + i;
    for (; i < length && (is_digit(text[i]) || (text[i] == '.' && !point)); i++) {
        if (text[i] == '.')
            point = true;
        else if (count++, point)
            out->fraction_digits++;
    }
    out->digits_length = (size_t)(text + i - out->digits);
    out->suffix = text + i;
    out->suffix_length = length - i;
    return count > 0;
}

/* "e3", "E-6": the power of ten, at most +-SCALE_MAX. False if it is none. */
static bool read_exponent(const char *text, size_t length, int *out)
{
    if (length < 2 || (text[0] != 'e' && text[0] != 'E'))
        return false;
    size_t i = 1;
    bool negative = text[i] == '-';
    if (text[i] == '+' || text[i] == '-')
        i++;
    if (i == length)
        return false;
    int power = 0;
    for (; i < length; i++) {
        if (!is_digit(text[i]))
            return false;
        power = power * 10 + (text[i] - '0');
        power = power > SCALE_MAX ? SCALE_MAX : power;
    }
    *out = negative ? -power : power;
    return true;
}

static const struct suffix *find_suffix(const char *text, size_t length)
{
    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++)
        if (strlen(suffixes[i].text) == length && memcmp(suffixes[i].text, text, length) == 0)
            return &suffixes[i];
    return NULL;
}

/* A number under way: value * 10^decimal, `rest` when something finer was cut off. */
struct number {
    fg_quantity value;
    int decimal;
    bool rest;
};

static void drop_digit(struct number *number)
{
    number->rest |= number->value % 10 != 0;
    number->value /= 10;
    number->decimal++;
}

/* Makes room for the product by dropping digits that are finer than a nano anyway; where there
 * are none, holds the number at a limit far above CAP. */
static void multiply(struct number *number, int factor)
{
    const fg_quantity limit = (fg_quantity)1 << 125;
    while (number->value > limit / factor && number->decimal < 0)
        drop_digit(number);
    number->value = number->value > limit / factor ? limit : number->value * factor;
}

/* digits * 10^power * 1024^binary in nano, away from zero where finer. */
static fg_quantity scale(const struct pieces *pieces, int power, int binary)
{
    struct number number = {.decimal = power + 9 - (int)pieces->fraction_digits};
    int kept = 0;
    for (size_t i = 0; i < pieces->digits_length; i++) {
        if (pieces->digits[i] == '.')
            continue;
        if (kept >= KEPT_DIGITS) { /* more than fits: the rest only scales or rounds */
            number.rest |= pieces->digits[i] != '0';
            number.decimal++;
            continue;
        }
        number.value = number.value * 10 + (pieces->digits[i] - '0');
        kept += number.value > 0;
    }
    for (int i = 0; i < binary; i++)
        multiply(&number, 1024);
    for (; number.decimal > 0 && number.value > 0; number.decimal--)
        multiply(&number, 10);
    while (number.decimal < 0 && number.value > 0)
        drop_digit(&number);
    number.value += number.rest;
    return number.value > CAP ? CAP : number.value;
}

fg_status fg_quantity_parse(const char *text, size_t length, fg_quantity *out,
                            struct fg_error *error)
{
    struct pieces pieces;
    int power = 0, binary = 0;
    if (length == 0)
        return refuse(error, text, length, "is empty");
    if (length > MAX_DIGITS)
        return refuse(error, text, length, "is too long");
    if (!split(text, length, &pieces))
        return refuse(error, text, length, "has no number");
    if (!read_exponent(pieces.suffix, pieces.suffix_length, &power)) {
        const struct suffix *suffix = find_suffix(pieces.suffix, pieces.suffix_length);
        if (suffix == NULL) {
            char why[128];
            snprintf(why, sizeof why, "has an unknown suffix '%.*s'",
                     (int)(pieces.suffix_length > 32 ? 32 : pieces.suffix_length), pieces.suffix);
            return refuse(error, text, length, why);
        }
        power = suffix->base == 10 ? suffix->power : 0;
        binary = suffix->base == 1024 ? suffix->power : 0;
    }
    fg_quantity value = scale(&pieces, power, binary);
    *out = pieces.negative ? -value : value;
    return FG_OK;
}

/* Rounded up to whole units of `unit` nano; negative refused. */
static fg_status parse_request(const char *text, size_t length, fg_quantity unit, int64_t *out,
                               struct fg_error *error)
{
    fg_quantity value = 0;
    fg_status status = fg_quantity_parse(text, length, &value, error);
    if (status != FG_OK)
        return status;
    if (value < 0)
        return fg_error_set(error, FG_BAD_INPUT,
                            "quantity '%.*s' is negative; a request is zero or more", (int)length,
                            text);
    value = (value + unit - 1) / unit;
    *out = value > INT64_MAX ? INT64_MAX : (int64_t)value;
    return FG_OK;
}

fg_status fg_quantity_parse_cpu(const char *text, size_t length, int64_t *out_milli,
                                struct fg_error *error)
{
    enum { MAX_CPU_MILLI = 1000000000 };
    fg_status status = parse_request(text, length, NANO / 1000, out_milli, error);
    if (status == FG_OK && *out_milli > MAX_CPU_MILLI)
        return fg_error_set(error, FG_BAD_INPUT, "cpu '%.*s' is more than a million cores",
                            (int)length, text);
    return status;
}

fg_status fg_quantity_parse_bytes(const char *text, size_t length, int64_t *out_bytes,
                                  struct fg_error *error)
{
    const int64_t max_bytes = 1LL << 50;
    fg_status status = parse_request(text, length, NANO, out_bytes, error);
    if (status == FG_OK && *out_bytes > max_bytes)
        return fg_error_set(error, FG_BAD_INPUT, "'%.*s' is more than a PiB", (int)length, text);
    return status;
}

fg_status fg_quantity_parse_count(const char *text, size_t length, int64_t *out_count,
                                  struct fg_error *error)
{
    enum { MAX_COUNT = 1000000 };
    fg_quantity value = 0;
    fg_status status = fg_quantity_parse(text, length, &value, error);
    if (status != FG_OK)
        return status;
    if (value < 0 || value % NANO != 0 || value / NANO > MAX_COUNT)
        return fg_error_set(error, FG_BAD_INPUT,
                            "'%.*s' is not a whole number of things; expected 0, 1, 2, ...",
                            (int)length, text);
    *out_count = (int64_t)(value / NANO);
    return FG_OK;
}

const char *fg_quantity_print_cpu(int64_t milli, char buffer[32])
{
    if (milli % 1000 == 0)
        snprintf(buffer, 32, "%" PRId64, milli / 1000);
    else
        snprintf(buffer, 32, "%" PRId64 "m", milli);
    return buffer;
}

const char *fg_quantity_print_bytes(int64_t bytes, char buffer[32])
{
    static const char *const binary[] = {"", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"};
    static const char *const decimal[] = {"", "k", "M", "G", "T", "P", "E"};
    int64_t in_binary = bytes, in_decimal = bytes;
    int shifts = 0, thousands = 0;
    for (; in_binary != 0 && in_binary % 1024 == 0; in_binary /= 1024)
        shifts++;
    for (; in_decimal != 0 && in_decimal % 1000 == 0; in_decimal /= 1000)
        thousands++;
    if (in_decimal < in_binary)
        snprintf(buffer, 32, "%" PRId64 "%s", in_decimal, decimal[thousands]);
    else
        snprintf(buffer, 32, "%" PRId64 "%s", in_binary, binary[shifts]);
    return buffer;
}
