#include "reports/json_writer.h"

#include <inttypes.h>

#include "reports/figures.h"
#include "reports/utf8.h"

static void break_line(struct fg_json_writer *json)
{
    if (json->layout == FG_JSON_LINES)
        fprintf(json->out, "\n%*s", json->depth * 2, "");
}

static void start_value(struct fg_json_writer *json)
{
    if (json->after_key) {
        json->after_key = false;
        return;
    }
    if (json->comma)
        fputs(json->layout == FG_JSON_ONE_LINE ? ", " : ",", json->out);
    if (json->depth > 0)
        break_line(json);
    json->comma = true;
}

/* Control characters, and what could end a script element or a line of it. */
static bool needs_number(uint32_t code)
{
    return code < 0x20 || code == '<' || code == '>' || code == '&' || code == 0x7F ||
           code == 0x2028 || code == 0x2029;
}

static void put_string(FILE *out, const char *text)
{
    uint32_t code;
    fputc('"', out);
    while ((code = fg_utf8_next(&text)) != 0) {
        char bytes[4] = {0};
        if (code == '"' || code == '\\') {
            fprintf(out, "\\%c", (char)code);
        } else if (needs_number(code)) {
            fprintf(out, "\\u%04" PRIx32, code);
        } else {
            size_t length = fg_utf8_put(code, bytes);
            fwrite(bytes, 1, length, out);
        }
    }
    fputc('"', out);
}

void fg_json_open(struct fg_json_writer *json, char bracket)
{
    start_value(json);
    fputc(bracket, json->out);
    json->depth++;
    json->comma = false;
}

void fg_json_close(struct fg_json_writer *json, char bracket)
{
    json->depth--;
    if (json->comma)
        break_line(json);
    fputc(bracket, json->out);
    json->comma = true;
}

void fg_json_key(struct fg_json_writer *json, const char *key)
{
    start_value(json);
    put_string(json->out, key);
    fputs(json->layout == FG_JSON_TIGHT ? ":" : ": ", json->out);
    json->after_key = true;
}

void fg_json_put_text(struct fg_json_writer *json, const char *text)
{
    start_value(json);
    put_string(json->out, text);
}

void fg_json_put_integer(struct fg_json_writer *json, int64_t value)
{
    start_value(json);
    fprintf(json->out, "%" PRId64, value);
}

void fg_json_put_usd(struct fg_json_writer *json, fg_nanodollars amount)
{
    fg_json_put_ratio(json, amount, FG_NANO_PER_DOLLAR);
}

void fg_json_put_ratio(struct fg_json_writer *json, __int128 numerator, __int128 denominator)
{
    if (denominator == 0) {
        fg_json_put_null(json);
        return;
    }
    char text[FG_DECIMAL_BYTES];
    start_value(json);
    fputs(fg_figure_decimal(numerator, denominator, text), json->out);
}

void fg_json_put_boolean(struct fg_json_writer *json, bool value)
{
    start_value(json);
    fputs(value ? "true" : "false", json->out);
}

void fg_json_put_null(struct fg_json_writer *json)
{
    start_value(json);
    fputs("null", json->out);
}

void fg_json_named_text(struct fg_json_writer *json, const char *key, const char *text)
{
    fg_json_key(json, key);
    fg_json_put_text(json, text);
}

void fg_json_named_integer(struct fg_json_writer *json, const char *key, int64_t value)
{
    fg_json_key(json, key);
    fg_json_put_integer(json, value);
}

void fg_json_named_usd(struct fg_json_writer *json, const char *key, fg_nanodollars amount)
{
    fg_json_key(json, key);
    fg_json_put_usd(json, amount);
}

void fg_json_named_ratio(struct fg_json_writer *json, const char *key, __int128 numerator,
                         __int128 denominator)
{
    fg_json_key(json, key);
    fg_json_put_ratio(json, numerator, denominator);
}

void fg_json_finish(struct fg_json_writer *json)
{
    fputc('\n', json->out);
}
