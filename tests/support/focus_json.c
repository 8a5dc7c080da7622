#include "tests/support/focus_json.h"

#include <string.h>

static void skip_blanks(const char **at)
{
    *at += strspn(*at, " \t\r\n");
}

static bool skip(const char **at, char wanted)
{
    skip_blanks(at);
    if (**at != wanted)
        return false;
    ++*at;
    return true;
}

static bool read_string(const char **at)
{
    if (!skip(at, '"'))
        return false;
    for (; **at != '"'; ++*at) {
        if ((unsigned char)**at < 0x20)
            return false; /* the end too */
        if (**at != '\\')
            continue;
        ++*at;
        if (**at == 'u') {
            if (strspn(*at + 1, "0123456789abcdefABCDEF") < 4)
                return false;
            *at += 4;
        } else if (**at == '\0' || strchr("\"\\/bfnrt", **at) == NULL) {
            return false;
        }
    }
    ++*at;
    return true;
}

static bool read_number(const char **at)
{
    *at += **at == '-';
    size_t whole = strspn(*at, "0123456789");
    bool leading_zero = **at == '0' && whole > 1;
    *at += whole;
    if (whole == 0 || leading_zero)
        return false;
    if (**at == '.') {
        size_t part = strspn(*at + 1, "0123456789");
        *at += part + 1;
        return part > 0;
    }
    return true;
}

static bool read_value(const char **at)
{
    static const char *const words[] = {"true", "false", "null"};
    skip_blanks(at);
    if (**at == '"')
        return read_string(at);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strncmp(*at, words[i], strlen(words[i])) == 0) {
            *at += strlen(words[i]);
            return true;
        }
    return read_number(at);
}

enum { MOST_KEYS = 32 };

static bool stands_before(const char *const *keys, const size_t *lengths, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (lengths[i] == lengths[count] && memcmp(keys[i], keys[count], lengths[i]) == 0)
            return true;
    return false;
}

static bool read_pairs(const char **at)
{
    const char *keys[MOST_KEYS];
    size_t lengths[MOST_KEYS];
    if (!skip(at, '{'))
        return false;
    if (skip(at, '}'))
        return true;
    for (size_t count = 0; count < MOST_KEYS; count++) {
        skip_blanks(at);
        keys[count] = *at;
        if (!read_string(at))
            return false;
        lengths[count] = (size_t)(*at - keys[count]);
        if (stands_before(keys, lengths, count) || !skip(at, ':') || !read_value(at))
            return false;
        if (skip(at, '}'))
            return true;
        if (!skip(at, ','))
            return false;
    }
    return false;
}

static bool is_at_end(const char *at)
{
    skip_blanks(&at);
    return *at == '\0';
}

bool fg_focus_json_is_pairs(const char *text)
{
    return read_pairs(&text) && is_at_end(text);
}

bool fg_focus_json_has_elements(const char *text)
{
    static const char key[] = "\"Elements\"";
    if (!skip(&text, '{') || strncmp(text, key, sizeof key - 1) != 0)
        return false;
    text += sizeof key - 1;
    if (!skip(&text, ':') || !skip(&text, '['))
        return false;
    do {
        if (!read_pairs(&text))
            return false;
    } while (skip(&text, ','));
    return skip(&text, ']') && skip(&text, '}') && is_at_end(text);
}

bool fg_focus_json_next_key(const char **at, char *key, size_t key_bytes)
{
    if (!skip(at, '{') && !skip(at, ','))
        return false;
    skip_blanks(at);
    const char *start = *at + 1;
    if (!read_string(at))
        return false;
    size_t length = (size_t)(*at - start) - 1;
    length = length < key_bytes - 1 ? length : key_bytes - 1;
    memcpy(key, start, length);
    key[length] = '\0';
    return skip(at, ':') && read_value(at);
}
