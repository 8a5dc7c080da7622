#include "reports/figures.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* A comma before each third digit of the whole part. */
static const char *with_commas(struct fg_arena *arena, const char *plain, const char *sign)
{
    size_t start = plain[0] == '-' ? 1 : 0, whole = 0;
    while (is_digit(plain[start + whole]))
        whole++;
    char *out = fg_arena_allocate(arena, strlen(plain) * 2 + 4, 1);
    size_t length = (size_t)sprintf(out, "%s", start == 1 ? "-" : sign);
    for (size_t i = 0; i < whole; i++) {
        if (i > 0 && (whole - i) % 3 == 0)
            out[length++] = ',';
        out[length++] = plain[start + i];
    }
    memcpy(out + length, plain + start + whole, strlen(plain + start + whole) + 1);
    return out;
}

/* Whether there is a digit other than 0: what is rounded away has no sign. */
static bool shows_something(const char *plain)
{
    return strpbrk(plain, "123456789") != NULL;
}

static const char *print_usd(struct fg_arena *arena, fg_nanodollars amount, int decimals,
                             const char *plus)
{
    char plain[48];
    fg_money_print(amount, decimals, plain);
    bool zero = !shows_something(plain);
    const char *from = zero && plain[0] == '-' ? plain + 1 : plain;
    return with_commas(arena, from, zero ? "" : plus);
}

const char *fg_figure_count(struct fg_arena *arena, int64_t count)
{
    char plain[32];
    snprintf(plain, sizeof plain, "%" PRId64, count);
    return with_commas(arena, plain, "");
}

const char *fg_figure_usd(struct fg_arena *arena, fg_nanodollars amount, int decimals)
{
    return print_usd(arena, amount, decimals, "");
}

const char *fg_figure_signed_usd(struct fg_arena *arena, fg_nanodollars amount, int decimals)
{
    return print_usd(arena, amount, decimals, "+");
}

/* factor * part / whole with one decimal and `unit` behind it. */
static const char *print_tenths(struct fg_arena *arena, int64_t part, int64_t whole, int factor,
                                const char *plus, const char *unit)
{
    if (whole == 0)
        return "-";
    __int128 tenths = fg_money_divide_half_even((__int128)part * 10 * factor * (whole < 0 ? -1 : 1),
                                                whole < 0 ? -(__int128)whole : whole);
    if (tenths > INT64_MAX / FG_NANO_PER_DOLLAR || tenths < -(INT64_MAX / FG_NANO_PER_DOLLAR))
        return fg_arena_format(arena, "%s10^9%s", part > 0 ? "> " : "< -", unit);
    const char *figure =
        print_usd(arena, (fg_nanodollars)tenths * (FG_NANO_PER_DOLLAR / 10), 1, plus);
    return fg_arena_format(arena, "%s%s", figure, unit);
}

const char *fg_figure_tenths(struct fg_arena *arena, int64_t part, int64_t whole)
{
    return print_tenths(arena, part, whole, 1, "", "");
}

const char *fg_figure_percent(struct fg_arena *arena, int64_t part, int64_t whole)
{
    return print_tenths(arena, part, whole, 100, "", " %");
}

const char *fg_figure_signed_percent(struct fg_arena *arena, int64_t part, int64_t whole)
{
    return print_tenths(arena, part, whole, 100, "+", " %");
}

const char *fg_figure_decimal(__int128 numerator, __int128 denominator,
                              char buffer[FG_DECIMAL_BYTES])
{
    __int128 nano = fg_money_divide_half_even(numerator * FG_NANO_PER_DOLLAR, denominator);
    bool negative = nano < 0;
    nano = negative ? -nano : nano;
    int length =
        snprintf(buffer, FG_DECIMAL_BYTES, "%s%" PRId64 ".%09" PRId64, negative ? "-" : "",
                 (int64_t)(nano / FG_NANO_PER_DOLLAR), (int64_t)(nano % FG_NANO_PER_DOLLAR));
    while (buffer[length - 1] == '0')
        length--;
    if (buffer[length - 1] == '.')
        length--;
    buffer[length] = '\0';
    return buffer;
}
