#include "data/decode.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/calendar.h"
#include "models/catalog.h"
#include "models/labels.h"
#include "models/money.h"
#include "models/node_pool.h"
#include "models/quantity.h"

enum { COUNT_MAX = 1000000000 };

/* ---- faults ---- */

static bool is_known(const struct fg_errors *all, const struct fg_error *fault)
{
    for (uint32_t i = 0; i < all->count; i++)
        if (all->items[i].line == fault->line && all->items[i].column == fault->column &&
            strcmp(all->items[i].file, fault->file) == 0 &&
            strcmp(all->items[i].message, fault->message) == 0)
            return true;
    return false;
}

static void take_fault(struct fg_decoder *decoder, const struct fg_error *fault)
{
    struct fg_errors *all = decoder->all;
    if (decoder->first->status == FG_OK)
        *decoder->first = *fault;
    if (all == NULL || is_known(all, fault))
        return;
    fg_errors_add(all, fault);
}

static void fault_with(struct fg_decoder *decoder, const char *file, uint32_t line, uint32_t column,
                       const char *format, va_list arguments)
{
    char message[sizeof((struct fg_error *)0)->message];
    struct fg_error fault = {0};
    vsnprintf(message, sizeof message, format, arguments);
    fg_error_at(&fault, file, line, column, "%s", message);
    take_fault(decoder, &fault);
}

void fg_decode_fault(struct fg_decoder *decoder, const struct fg_value *place, const char *format,
                     ...)
{
    va_list arguments;
    va_start(arguments, format);
    if (place != NULL)
        fault_with(decoder, place->file, place->line, place->column, format, arguments);
    else
        fault_with(decoder, "", 0, 0, format, arguments);
    va_end(arguments);
}

void fg_decode_fault_at(struct fg_decoder *decoder, const char *file, uint32_t line,
                        uint32_t column, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fault_with(decoder, file, line, column, format, arguments);
    va_end(arguments);
}

void fg_decode_fault_of(struct fg_decoder *decoder, const struct fg_value *place, const char *key,
                        const struct fg_error *cause)
{
    fg_decode_fault(decoder, place, "%s: %s", key, cause->message);
}

/* ---- kinds ---- */

static void fault_of_kind(struct fg_decoder *decoder, const struct fg_value *value,
                          const char *what, const char *expected)
{
    char found[96];
    fg_decode_fault(decoder, value, "%s is %s; expected %s", what, fg_value_describe(value, found),
                    expected);
}

bool fg_decode_is_list(struct fg_decoder *decoder, const struct fg_value *value, const char *what)
{
    if (value->kind == FG_VALUE_LIST || value->kind == FG_VALUE_NULL)
        return true;
    fault_of_kind(decoder, value, what, "a list");
    return false;
}

bool fg_decode_is_map(struct fg_decoder *decoder, const struct fg_value *value, const char *what)
{
    if (value->kind == FG_VALUE_MAP)
        return true;
    fault_of_kind(decoder, value, what, "a map");
    return false;
}

static bool is_text(struct fg_decoder *decoder, const struct fg_value *value, const char *key,
                    const char *expected)
{
    if (value->kind == FG_VALUE_TEXT)
        return true;
    fault_of_kind(decoder, value, key, expected);
    return false;
}

/* ---- single values ---- */

bool fg_decode_text(struct fg_decoder *decoder, const struct fg_value *value, const char *key,
                    const char **out)
{
    if (!is_text(decoder, value, key, "a text"))
        return false;
    *out = value->text;
    return true;
}

bool fg_decode_bool(struct fg_decoder *decoder, const struct fg_value *value, const char *key,
                    bool *out)
{
    if (!is_text(decoder, value, key, "true or false"))
        return false;
    if (strcmp(value->text, "true") != 0 && strcmp(value->text, "false") != 0) {
        fault_of_kind(decoder, value, key, "true or false");
        return false;
    }
    *out = value->text[0] == 't';
    return true;
}

bool fg_decode_count(struct fg_decoder *decoder, const struct fg_value *value, const char *key,
                     int64_t *out)
{
    char *end;
    if (!is_text(decoder, value, key, "a whole number"))
        return false;
    bool digits = *value->text != '\0' && strspn(value->text, "0123456789") == strlen(value->text);
    long long number = digits && strlen(value->text) < 18 ? strtoll(value->text, &end, 10) : -1;
    if (number < 0 || number > COUNT_MAX) {
        fault_of_kind(decoder, value, key, "a whole number from 0 to 1000000000");
        return false;
    }
    *out = number;
    return true;
}

bool fg_decode_whole(struct fg_decoder *decoder, const struct fg_value *value, const char *key,
                     int64_t least, int64_t most, int64_t *out)
{
    char expected[96];
    snprintf(expected, sizeof expected, "a whole number from %" PRId64 " to %" PRId64, least, most);
    if (!is_text(decoder, value, key, expected))
        return false;
    const char *digits = value->text + (value->text[0] == '-');
    size_t length = strlen(digits);
    bool good = length > 0 && length < 18 && strspn(digits, "0123456789") == length;
    long long number = good ? strtoll(value->text, NULL, 10) : 0;
    if (!good || number < least || number > most) {
        fault_of_kind(decoder, value, key, expected);
        return false;
    }
    *out = number;
    return true;
}

bool fg_decode_seconds(struct fg_decoder *decoder, const struct fg_value *value, const char *key,
                       uint32_t *out)
{
    struct fg_error cause = {0};
    if (!is_text(decoder, value, key, "a duration such as 45s or 10m"))
        return false;
    if (fg_calendar_parse_duration(value->text, out, &cause) == FG_OK)
        return true;
    fg_decode_fault_of(decoder, value, key, &cause);
    return false;
}

bool fg_decode_seconds_or_never(struct fg_decoder *decoder, const struct fg_value *value,
                                const char *key, uint32_t *out)
{
    if (value->kind != FG_VALUE_TEXT || strcmp(value->text, "Never") != 0)
        return fg_decode_seconds(decoder, value, key, out);
    *out = FG_DURATION_NEVER;
    return true;
}

bool fg_decode_nano(struct fg_decoder *decoder, const struct fg_value *value, const char *key,
                    int64_t *out)
{
    struct fg_error cause = {0};
    int64_t number;
    if (!is_text(decoder, value, key, "a number"))
        return false;
    if (fg_money_parse_usd(value->text, &number, &cause) != FG_OK || number < 0) {
        fault_of_kind(decoder, value, key, "a number, not negative, with at most nine decimals");
        return false;
    }
    *out = number;
    return true;
}

bool fg_decode_ratio(struct fg_decoder *decoder, const struct fg_value *value, const char *key,
                     uint32_t *out_millionths)
{
    struct fg_error cause = {0};
    int64_t nano = -1;
    const char *expected = "0 to 1 with at most six decimals";
    if (!is_text(decoder, value, key, expected))
        return false;
    if (fg_money_parse_usd(value->text, &nano, &cause) != FG_OK || nano < 0 ||
        nano > FG_NANO_PER_DOLLAR || nano % 1000 != 0) {
        fault_of_kind(decoder, value, key, expected);
        return false;
    }
    *out_millionths = (uint32_t)(nano / 1000);
    return true;
}

bool fg_decode_percent(struct fg_decoder *decoder, const struct fg_value *value, const char *key,
                       uint32_t *out_millionths)
{
    struct fg_error cause = {0};
    char number[32];
    int64_t nano = -1; /* of a percent */
    const char *expected = "a percentage from 0% to 100% with at most four decimals";
    if (!is_text(decoder, value, key, expected))
        return false;
    size_t length = strlen(value->text);
    bool good = length > 1 && length < sizeof number && value->text[length - 1] == '%';
    snprintf(number, sizeof number, "%.*s", good ? (int)length - 1 : 0, value->text);
    if (!good || fg_money_parse_usd(number, &nano, &cause) != FG_OK || nano < 0 ||
        nano > INT64_C(100) * FG_NANO_PER_DOLLAR || nano % 100000 != 0) {
        fault_of_kind(decoder, value, key, expected);
        return false;
    }
    *out_millionths = (uint32_t)(nano / 100000);
    return true;
}

static bool decode_quantity(struct fg_decoder *decoder, const struct fg_value *value,
                            const char *key, bool cpu, int64_t *out)
{
    struct fg_error cause = {0};
    if (!is_text(decoder, value, key, "a Kubernetes quantity such as 250m or 2Gi"))
        return false;
    fg_status status = cpu ? fg_quantity_parse_cpu(value->text, strlen(value->text), out, &cause)
                           : fg_quantity_parse_bytes(value->text, strlen(value->text), out, &cause);
    if (status != FG_OK)
        fg_decode_fault_of(decoder, value, key, &cause);
    return status == FG_OK;
}

bool fg_decode_cpu(struct fg_decoder *decoder, const struct fg_value *value, const char *key,
                   int64_t *out_milli)
{
    return decode_quantity(decoder, value, key, true, out_milli);
}

bool fg_decode_bytes(struct fg_decoder *decoder, const struct fg_value *value, const char *key,
                     int64_t *out)
{
    return decode_quantity(decoder, value, key, false, out);
}

int fg_decode_word(struct fg_decoder *decoder, const struct fg_value *value, const char *key,
                   const char *const *words)
{
    char expected[256] = "";
    for (int i = 0; words[i] != NULL; i++) {
        if (value->kind == FG_VALUE_TEXT && strcmp(value->text, words[i]) == 0)
            return i;
        size_t used = strlen(expected);
        snprintf(expected + used, sizeof expected - used, "%s%s",
                 i == 0 ? "" : (words[i + 1] == NULL ? " or " : ", "), words[i]);
    }
    fault_of_kind(decoder, value, key, expected);
    return -1;
}

bool fg_decode_texts(struct fg_decoder *decoder, const struct fg_value *value, const char *key,
                     const char ***out, uint32_t *out_count)
{
    uint32_t count = value->kind == FG_VALUE_LIST ? value->count : 1;
    const char **texts = fg_arena_allocate(decoder->arena, count, sizeof *texts);
    for (uint32_t i = 0; i < count; i++) {
        const struct fg_value *item = value->kind == FG_VALUE_LIST ? value->items[i] : value;
        if (!fg_decode_text(decoder, item, key, &texts[i]))
            return false;
    }
    *out = texts;
    *out_count = count;
    return true;
}

bool fg_decode_pairs(struct fg_decoder *decoder, const struct fg_value *value, const char *key,
                     struct fg_pairs *out)
{
    if (!fg_decode_is_map(decoder, value, key))
        return false;
    struct fg_pairs pairs = {
        .items = fg_arena_allocate(decoder->arena, value->count, sizeof *pairs.items)};
    for (uint32_t i = 0; i < value->count; i++) {
        struct fg_pair *pair = &pairs.items[pairs.count++];
        pair->key = value->keys[i].text;
        pair->value = "";
        if (value->items[i]->kind != FG_VALUE_NULL)
            fg_decode_text(decoder, value->items[i], pair->key, &pair->value);
    }
    fg_pairs_sort(&pairs);
    *out = pairs;
    return true;
}

const char *fg_decode_required(struct fg_decoder *decoder, const struct fg_value *map,
                               const char *key, const char *what)
{
    const struct fg_value *value = fg_value_find(map, key);
    const char *text = NULL;
    if (value == NULL || value->kind == FG_VALUE_NULL) {
        fg_decode_fault(decoder, map, "%s has no %s; expected one", what, key);
        return NULL;
    }
    if (fg_decode_text(decoder, value, key, &text) && *text == '\0') {
        fg_decode_fault(decoder, value, "%s is empty; expected a text", key);
        return NULL;
    }
    return text;
}

/* ---- maps ---- */

static void decode_field(struct fg_decoder *decoder, const struct fg_field *field,
                         const struct fg_value *value, char *out)
{
    void *to = out + field->offset;
    int64_t count;
    switch (field->kind) {
    case FG_FIELD_TEXT:
        fg_decode_text(decoder, value, field->key, to);
        break;
    case FG_FIELD_BOOL:
        fg_decode_bool(decoder, value, field->key, to);
        break;
    case FG_FIELD_COUNT:
        fg_decode_count(decoder, value, field->key, to);
        break;
    case FG_FIELD_COUNT32:
        if (fg_decode_count(decoder, value, field->key, &count))
            *(uint32_t *)to = (uint32_t)count;
        break;
    case FG_FIELD_SECONDS:
        fg_decode_seconds(decoder, value, field->key, to);
        break;
    case FG_FIELD_CPU:
    case FG_FIELD_BYTES:
        decode_quantity(decoder, value, field->key, field->kind == FG_FIELD_CPU, to);
        break;
    case FG_FIELD_NANO:
        fg_decode_nano(decoder, value, field->key, to);
        break;
    case FG_FIELD_PAIRS:
        fg_decode_pairs(decoder, value, field->key, to);
        break;
    case FG_FIELD_FUNCTION:
        field->read(decoder, value, to);
        break;
    case FG_FIELD_PASSED_OVER:
    case FG_FIELD_UNSUPPORTED:
        break;
    }
}

static const struct fg_field *find_field(const struct fg_field *fields, const char *key)
{
    for (; fields->key != NULL; fields++)
        if (strcmp(fields->key, key) == 0)
            return fields;
    return NULL;
}

void fg_decode_fault_of_key(struct fg_decoder *decoder, const struct fg_value *map,
                            const struct fg_key *key, const char *what, const char *const *known,
                            uint32_t known_count)
{
    if (decoder->lenient)
        return;
    const char *nearest = fg_nearest_name(key->text, known, known_count);
    if (nearest != NULL) {
        fg_decode_fault_at(decoder, map->file, key->line, key->column,
                           "unknown key '%s' in %s; did you mean '%s'?", key->text, what, nearest);
        return;
    }
    char list[600] = "";
    for (uint32_t i = 0; i < known_count && strlen(list) < sizeof list - 60; i++) {
        size_t used = strlen(list);
        snprintf(list + used, sizeof list - used, "%s%s", i == 0 ? "" : ", ", known[i]);
    }
    fg_decode_fault_at(decoder, map->file, key->line, key->column,
                       "unknown key '%s' in %s; expected one of %s", key->text, what, list);
}

static void fault_of_key(struct fg_decoder *decoder, const struct fg_value *map,
                         const struct fg_key *key, const char *what, const struct fg_field *fields)
{
    const char *known[128] = {NULL};
    uint32_t count = 0;
    for (const struct fg_field *field = fields; field->key != NULL; field++)
        if (field->kind != FG_FIELD_UNSUPPORTED && count < 128)
            known[count++] = field->key;
    fg_decode_fault_of_key(decoder, map, key, what, known, count);
}

/* Known, but not in this version. */
static void fault_of_version(struct fg_decoder *decoder, const struct fg_value *map,
                             const struct fg_key *key, const char *what)
{
    if (!decoder->lenient)
        fg_decode_fault_at(decoder, map->file, key->line, key->column,
                           "'%s' in %s is not supported by this version of fargauge", key->text,
                           what);
}

static void decode_keys(struct fg_decoder *decoder, const struct fg_value *map, const char *what,
                        const struct fg_field *fields, void *out)
{
    for (uint32_t i = 0; i < map->count; i++) {
        const struct fg_field *field = find_field(fields, map->keys[i].text);
        if (field == NULL)
            fault_of_key(decoder, map, &map->keys[i], what, fields);
        else if (field->kind == FG_FIELD_UNSUPPORTED)
            fault_of_version(decoder, map, &map->keys[i], what);
        else if (map->items[i]->kind != FG_VALUE_NULL && field->kind != FG_FIELD_PASSED_OVER)
            decode_field(decoder, field, map->items[i], out);
    }
}

bool fg_decode_item(struct fg_decoder *decoder, const struct fg_value *item, const char *what,
                    const struct fg_field *fields, void *out)
{
    if (!fg_decode_is_map(decoder, item, what))
        return false;
    decode_keys(decoder, item, what, fields, out);
    return true;
}

void fg_decode_map(struct fg_decoder *decoder, const struct fg_value *map, const char *what,
                   const struct fg_field *fields, void *out)
{
    if (map->kind != FG_VALUE_NULL)
        fg_decode_item(decoder, map, what, fields, out);
}
