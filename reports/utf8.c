#include "reports/utf8.h"

#include <stdbool.h>
#include <string.h>

static bool is_tail(unsigned char byte)
{
    return (byte & 0xC0) == 0x80;
}

/* Shortest forms only, no surrogates, nothing above U+10FFFF. */
static bool is_scalar(uint32_t code, int length)
{
    static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    return code >= smallest[length] && code <= 0x10FFFF && (code < 0xD800 || code > 0xDFFF);
}

uint32_t fg_utf8_next(const char **at)
{
    const unsigned char *bytes = (const unsigned char *)*at;
    if (bytes[0] == '\0')
        return 0;
    if (bytes[0] < 0x80) {
        *at += 1;
        return bytes[0];
    }
    int length = bytes[0] >= 0xF0 ? 4 : bytes[0] >= 0xE0 ? 3 : 2;
    uint32_t code = bytes[0] & (0xFFU >> (length + 1));
    bool good = bytes[0] >= 0xC2 && bytes[0] < 0xF5;
    for (int i = 1; good && i < length; i++) {
        good = is_tail(bytes[i]);
        code = code << 6 | (bytes[i] & 0x3FU);
    }
    good = good && is_scalar(code, length);
    *at += good ? length : 1;
    return good ? code : FG_UTF8_REPLACEMENT;
}

size_t fg_utf8_put(uint32_t code, char out[4])
{
    if (code < 0x80) {
        out[0] = (char)code;
        return 1;
    }
    size_t length = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    for (size_t i = length - 1; i > 0; i--) {
        out[i] = (char)(0x80 | (code & 0x3F));
        code >>= 6;
    }
    out[0] = (char)((0xF00U >> length & 0xFF) | code);
    return length;
}

size_t fg_utf8_length(const char *text)
{
    size_t count = 0;
    while (fg_utf8_next(&text) != 0)
        count++;
    return count;
}

size_t fg_utf8_offset(const char *text, size_t count)
{
    const char *at = text;
    while (count > 0 && fg_utf8_next(&at) != 0)
        count--;
    return (size_t)(at - text);
}

static bool steers_terminal(uint32_t code)
{
    bool control = code < 0x20 || (code >= 0x7F && code < 0xA0);
    bool line_end = code == 0x2028 || code == 0x2029;
    bool direction = (code >= 0x202A && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069);
    return control || line_end || direction;
}

const char *fg_utf8_clean(struct fg_arena *arena, const char *text)
{
    char *out = fg_arena_allocate(arena, strlen(text) * 3 + 1, 1);
    size_t length = 0;
    uint32_t code;
    while ((code = fg_utf8_next(&text)) != 0)
        length += fg_utf8_put(steers_terminal(code) ? '?' : code, out + length);
    return out;
}
