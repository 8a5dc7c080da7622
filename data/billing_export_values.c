#include "data/billing_export_values.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <yajl/yajl_parse.h>

#include "models/money.h"

/* ---- numbers ---- */

enum { NANO_DIGITS = 9, EXPONENT_MAX = 400 };

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Digits as a number times 10^exponent; digits past what fits 128 bits are dropped, but known. */
struct digits {
    __int128 value;
    int exponent;
    bool more; /* a dropped digit was not 0 */
    bool any;
};

static void add_digit(struct digits *digits, int digit, bool behind_point)
{
    const __int128 most = (__int128)1 << 120;
    digits->any = true;
    if (digits->value < most / 16) {
        digits->value = digits->value * 10 + digit;
        digits->exponent -= behind_point;
    } else {
        digits->more = digits->more || digit != 0;
        digits->exponent += !behind_point;
    }
}

static const char *read_digits(const char *at, struct digits *out)
{
    bool behind_point = false;
    for (; is_digit(*at) || (*at == '.' && !behind_point); at++) {
        if (*at == '.')
            behind_point = true;
        else
            add_digit(out, *at - '0', behind_point);
    }
    return at;
}

/* "E-7"; false if it is broken or beyond all sense. */
static bool read_exponent(const char *at, struct digits *inout)
{
    int exponent = 0, sign = 1;
    if (*at == '\0')
        return true;
    if (*at++ != 'e' && at[-1] != 'E')
        return false;
    if (*at == '+' || *at == '-')
        sign = *at++ == '-' ? -1 : 1;
    if (!is_digit(*at))
        return false;
    for (; is_digit(*at); at++)
        exponent = exponent > EXPONENT_MAX ? exponent : exponent * 10 + (*at - '0');
    inout->exponent += sign * exponent;
    return *at == '\0';
}

/* In units of 10^-9; false if too large. */
static bool to_nano(const struct digits *digits, __int128 *out)
{
    const __int128 limit = (__int128)1000000000000 * FG_NANO_PER_DOLLAR;
    __int128 value = digits->value, divisor = 1;
    int shift = digits->exponent + NANO_DIGITS;
    for (; shift > 0 && value != 0; shift--) {
        if (value >= limit)
            return false;
        value *= 10;
    }
    for (; shift < 0 && divisor <= value; shift++)
        divisor *= 10;
    if (shift < 0)
        divisor *= 10; /* less than a tenth of a unit: rounds to 0 like any such */
    /* A dropped digit only decides when what is kept is just half. */
    if (divisor > 1)
        value = fg_money_divide_half_even(value * 2 + (digits->more ? 1 : 0), divisor * 2);
    *out = value;
    return value < limit;
}

bool fg_bill_parse_decimal(const char *text, __int128 *out_nano)
{
    struct digits digits = {0};
    bool negative = *text == '-';
    *out_nano = 0;
    if (*text == '\0' || strcasecmp(text, "null") == 0)
        return true;
    const char *rest = read_digits(text + (negative || *text == '+'), &digits);
    __int128 value;
    if (!digits.any || !read_exponent(rest, &digits) || !to_nano(&digits, &value))
        return false;
    *out_nano = negative ? -value : value;
    return true;
}

/* ---- times ---- */

bool fg_bill_parse_instant(const char *text, fg_unix_s *out)
{
    char plain[64];
    struct fg_error ignored = {0};
    size_t length = strlen(text);
    if (length > 4 && strcmp(text + length - 4, " UTC") == 0)
        length -= 4;
    if (length >= sizeof plain)
        return false;
    snprintf(plain, sizeof plain, "%.*s", (int)length, text);
    return fg_calendar_parse_instant(plain, out, &ignored) == FG_OK && *out >= 0;
}

/* ---- tags ---- */

static const char *without(const char *prefix, const char *key)
{
    size_t length = strlen(prefix);
    bool is_there = strncasecmp(key, prefix, length) == 0 && key[length] != '\0' &&
                    !isalnum((unsigned char)key[length]);
    return is_there ? key + length + 1 : key;
}

static const char *next_letter(const char *at)
{
    while (*at != '\0' && (unsigned char)*at < 0x80 && !isalnum((unsigned char)*at))
        at++;
    return at;
}

bool fg_bill_is_same_tag(const char *a, const char *b)
{
    a = next_letter(without("user", without("resourceTags", a)));
    b = next_letter(without("user", without("resourceTags", b)));
    while (*a != '\0' && tolower((unsigned char)*a) == tolower((unsigned char)*b)) {
        a = next_letter(a + 1);
        b = next_letter(b + 1);
    }
    return *a == '\0' && *b == '\0';
}

enum { KEY_MAX = 256 };

struct search {
    const struct fg_pair *tag;
    int depth;
    bool is_key; /* that of the next value */
    bool found;
};

static int take_map_start(void *user)
{
    return ++((struct search *)user)->depth;
}

static int take_map_end(void *user)
{
    ((struct search *)user)->depth--;
    return 1;
}

static int take_key(void *user, const unsigned char *text, size_t length)
{
    struct search *search = user;
    char key[KEY_MAX];
    int bytes = snprintf(key, sizeof key, "%.*s", (int)(length < KEY_MAX ? length : KEY_MAX),
                         (const char *)text);
    search->is_key =
        search->depth == 1 && bytes < KEY_MAX && fg_bill_is_same_tag(key, search->tag->key);
    return 1;
}

static int take_text(void *user, const unsigned char *text, size_t length)
{
    struct search *search = user;
    const char *wanted = search->tag->value;
    if (search->is_key && search->depth == 1 && strlen(wanted) == length &&
        memcmp(wanted, text, length) == 0)
        search->found = true;
    return search->depth > 0; /* a text alone is no object */
}

static int take_number(void *user, const char *text, size_t length)
{
    return take_text(user, (const unsigned char *)text, length);
}

static int take_null(void *user)
{
    return ((struct search *)user)->depth > 0;
}

static int take_boolean(void *user, int value)
{
    (void)value;
    return take_null(user);
}

static int refuse_list(void *user)
{
    (void)user;
    return 0;
}

bool fg_bill_map_has(const char *json, const struct fg_pair *tag, bool *out_good)
{
    static const yajl_callbacks callbacks = {
        .yajl_null = take_null,
        .yajl_boolean = take_boolean,
        .yajl_number = take_number,
        .yajl_string = take_text,
        .yajl_start_map = take_map_start,
        .yajl_map_key = take_key,
        .yajl_end_map = take_map_end,
        .yajl_start_array = refuse_list,
    };
    struct search search = {.tag = tag};
    *out_good = true;
    if (*json == '\0' || strcmp(json, "null") == 0)
        return false;
    yajl_handle parser = yajl_alloc(&callbacks, NULL, &search);
    *out_good = parser != NULL &&
                yajl_parse(parser, (const unsigned char *)json, strlen(json)) == yajl_status_ok &&
                yajl_complete_parse(parser) == yajl_status_ok;
    if (parser != NULL)
        yajl_free(parser);
    return *out_good && search.found;
}
