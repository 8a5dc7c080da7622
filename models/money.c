#include "models/money.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

__int128 fg_money_divide_half_even(__int128 numerator, __int128 denominator)
{
    bool negative = numerator < 0;
    unsigned __int128 magnitude = negative ? (unsigned __int128)0 - (unsigned __int128)numerator
                                           : (unsigned __int128)numerator;
    unsigned __int128 divisor = (unsigned __int128)denominator;
    unsigned __int128 quotient = magnitude / divisor, rest = magnitude % divisor;
    unsigned __int128 other_half = divisor - rest;
    if (rest > other_half || (rest == other_half && quotient % 2 == 1))
        quotient++;
    return negative ? -(__int128)quotient : (__int128)quotient;
}

fg_nanodollars fg_money_amount_half_even(__int128 quantity, struct fg_price price)
{
    __int128 product;
    bool overflow = __builtin_mul_overflow(quantity, (__int128)price.nano, &product);
    FG_ASSERT(!overflow);
    __int128 amount = fg_money_divide_half_even(product, price.period);
    FG_ASSERT(amount <= INT64_MAX && amount >= INT64_MIN);
    return (fg_nanodollars)amount;
}

fg_status fg_money_parse_usd(const char *text, fg_nanodollars *out, struct fg_error *error)
{
    fg_nanodollars value = 0;
    bool fits = true;
    int decimals = -1; /* before the point */
    size_t digits = 0, i = 0;
    for (; text[i] != '\0'; i++) {
        if (text[i] == '.' && decimals < 0) {
            decimals = 0;
            continue;
        }
        if (text[i] < '0' || text[i] > '9' || decimals == 9)
            break;
        fits = fits && !__builtin_mul_overflow(value, 10, &value) &&
               !__builtin_add_overflow(value, text[i] - '0', &value);
        decimals += decimals >= 0;
        digits++;
    }
    if (text[i] != '\0' || digits == 0 || text[i > 0 ? i - 1 : 0] == '.')
        return fg_error_set(error, FG_BAD_INPUT,
                            "'%.64s' is not a price; expected dollars such as 0.04048 with at most "
                            "nine decimals",
                            text);
    for (int d = decimals < 0 ? 0 : decimals; d < 9; d++)
        fits = fits && !__builtin_mul_overflow(value, 10, &value);
    if (!fits)
        return fg_error_set(error, FG_BAD_INPUT,
                            "price '%.64s' is too large; expected less than 9223372036 dollars",
                            text);
    *out = value;
    return FG_OK;
}

const char *fg_money_print(fg_nanodollars amount, int decimals, char buffer[48])
{
    int64_t step = 1, unit = 1;
    for (int d = decimals; d < 9; d++)
        step *= 10;
    for (int d = 0; d < decimals; d++)
        unit *= 10;
    __int128 rounded = fg_money_divide_half_even(amount, step);
    bool negative = rounded < 0;
    if (negative)
        rounded = -rounded;
    if (decimals == 0)
        snprintf(buffer, 48, "%s%" PRId64, negative ? "-" : "", (int64_t)rounded);
    else
        snprintf(buffer, 48, "%s%" PRId64 ".%0*" PRId64, negative ? "-" : "",
                 (int64_t)(rounded / unit), decimals, (int64_t)(rounded % unit));
    return buffer;
}
