#include "reports/html_writer.h"

#include <stdbool.h>

#include "reports/utf8.h"

static const char *entity(uint32_t code)
{
    switch (code) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

static void put_code(FILE *out, uint32_t code)
{
    char bytes[4] = {0};
    bool control = (code < 0x20 && code != '\n' && code != '\t') || (code >= 0x7F && code < 0xA0);
    if (entity(code) != NULL) {
        fputs(entity(code), out);
        return;
    }
    size_t length = fg_utf8_put(control ? FG_UTF8_REPLACEMENT : code, bytes);
    fwrite(bytes, 1, length, out);
}

void fg_html_text(FILE *out, const char *text)
{
    uint32_t code;
    while ((code = fg_utf8_next(&text)) != 0)
        put_code(out, code);
}

void fg_html_breaking_text(FILE *out, const char *text)
{
    uint32_t code;
    while ((code = fg_utf8_next(&text)) != 0) {
        if (code == '/' || code == '=')
            fputs("<wbr>", out);
        put_code(out, code);
    }
}
