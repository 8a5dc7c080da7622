/* json_writer.h - JSON to a file, as objects and lists are opened and closed.
 *
 * Also for data inside an HTML page: '<', '>', '&' and U+2028/9 are escaped, so no text can end
 * a script element. Names that are no UTF-8 get U+FFFD. Money and ratios are plain decimals.
 */
#ifndef FARGAUGE_REPORTS_JSON_WRITER_H
#define FARGAUGE_REPORTS_JSON_WRITER_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "models/money.h"

enum fg_json_layout {
    FG_JSON_LINES,    /* each value on a line of its own */
    FG_JSON_ONE_LINE, /* a blank after each comma and colon */
    FG_JSON_TIGHT,    /* no blanks */
};

struct fg_json_writer {
    FILE *out;
    enum fg_json_layout layout;
    int depth;
    bool comma; /* a value stands before on this level */
    bool after_key;
};

/* Each writes a value; in an object fg_json_key goes before it. */
void fg_json_open(struct fg_json_writer *json, char bracket);  /* '{' or '[' */
void fg_json_close(struct fg_json_writer *json, char bracket); /* '}' or ']' */
void fg_json_key(struct fg_json_writer *json, const char *key);
void fg_json_put_text(struct fg_json_writer *json, const char *text);
void fg_json_put_integer(struct fg_json_writer *json, int64_t value);
void fg_json_put_usd(struct fg_json_writer *json, fg_nanodollars amount);
/* null when the denominator is 0 */
void fg_json_put_ratio(struct fg_json_writer *json, __int128 numerator, __int128 denominator);
void fg_json_put_boolean(struct fg_json_writer *json, bool value);
void fg_json_put_null(struct fg_json_writer *json);
/* A key and its value. */
void fg_json_named_text(struct fg_json_writer *json, const char *key, const char *text);
void fg_json_named_integer(struct fg_json_writer *json, const char *key, int64_t value);
void fg_json_named_usd(struct fg_json_writer *json, const char *key, fg_nanodollars amount);
void fg_json_named_ratio(struct fg_json_writer *json, const char *key, __int128 numerator,
                         __int128 denominator);
/* Ends the text with a newline. */
void fg_json_finish(struct fg_json_writer *json);

#endif
