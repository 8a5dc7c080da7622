#include "data/kube_json.h"

#include <stdlib.h>
#include <string.h>
#include <yajl/yajl_parse.h>

/* A map or list that is open. Its parts stand in the reader's stacks from `first` on. */
struct open_value {
    struct fg_value *value;
    uint32_t first;
    bool streams; /* its items go to the taker one by one */
};

struct reader {
    const char *file, *bytes;
    size_t length;
    struct fg_strings *texts;
    fg_kube_taker *take;
    void *user;
    struct fg_error *error;
    yajl_handle parser;
    struct fg_arena arena;      /* of the tree that is being built */
    struct fg_arena item_arena; /* of the item that is being built, where items are streamed */
    bool streams;               /* some open list does */
    bool at_end;
    uint32_t depth, skipped_depth, part_count, key_capacity, part_capacity;
    struct open_value open[FG_DOCUMENT_DEPTH_MAX];
    struct fg_key *keys;           /* beside parts; unused in lists */
    const struct fg_value **parts; /* of all that is open, innermost last */
    struct fg_key key;             /* of the value that comes next */
    const char *list_kind;
    size_t counted_bytes, line_start;
    uint32_t line;
};

/* ---- places ---- */

static void find_place(struct reader *reader, uint32_t *line, uint32_t *column)
{
    size_t at = reader->at_end ? reader->length : yajl_get_bytes_consumed(reader->parser);
    const char *from = reader->bytes + reader->counted_bytes, *newline;
    while (reader->counted_bytes < at &&
           (newline = memchr(from, '\n', at - reader->counted_bytes)) != NULL) {
        reader->line++;
        reader->counted_bytes = reader->line_start = (size_t)(newline + 1 - reader->bytes);
        from = newline + 1;
    }
    reader->counted_bytes = at;
    *line = reader->line;
    *column = (uint32_t)(at - reader->line_start);
}

/* The parser stands behind a token, a place is where it begins. */
static void place_token(struct reader *reader, size_t token_bytes, uint32_t *line, uint32_t *column)
{
    find_place(reader, line, column);
    *column = *column > token_bytes ? *column - (uint32_t)token_bytes + 1 : 1;
}

static int fault(struct reader *reader, const char *message, const char *detail)
{
    uint32_t line, column;
    place_token(reader, 1, &line, &column);
    fg_error_at(reader->error, reader->file, line, column, "%s%s", message, detail);
    return 0;
}

/* ---- what is not built ---- */

static bool never_matters(const char *key)
{
    static const char *const keys[] = {
        "args",
        "command",
        "containerStatuses",
        "env",
        "envFrom",
        "ephemeralContainerStatuses",
        "initContainerStatuses",
        "livenessProbe",
        "managedFields",
        "readinessProbe",
        "startupProbe",
        "volumeMounts",
    };
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (strcmp(keys[i], key) == 0)
            return true;
    return false;
}

/* ---- values ---- */

static struct fg_arena *arena_of(struct reader *reader)
{
    return reader->streams ? &reader->item_arena : &reader->arena;
}

static struct fg_value *new_value(struct reader *reader, enum fg_value_kind kind, size_t bytes)
{
    struct fg_value *value = fg_arena_allocate(arena_of(reader), 1, sizeof *value);
    value->kind = kind;
    value->file = reader->file;
    value->size = 1;
    place_token(reader, bytes, &value->line, &value->column);
    return value;
}

static bool is_streaming(const struct reader *reader)
{
    return reader->depth > 0 && reader->open[reader->depth - 1].streams;
}

static void push(struct reader *reader, const struct fg_value *value)
{
    reader->keys =
        fg_grow(reader->keys, &reader->key_capacity, reader->part_count + 1, sizeof *reader->keys);
    reader->parts = fg_grow((void *)(uintptr_t)reader->parts, &reader->part_capacity,
                            reader->part_count + 1, sizeof *reader->parts);
    reader->keys[reader->part_count] = reader->key;
    reader->parts[reader->part_count++] = value;
}

/* A value is whole: it joins what is open around it, or it is an object to hand out. */
static int finish(struct reader *reader, const struct fg_value *value)
{
    bool is_text = value->kind == FG_VALUE_TEXT;
    if (reader->depth == 1 && is_text && !reader->open[0].streams && reader->key.text != NULL &&
        strcmp(reader->key.text, "kind") == 0)
        reader->list_kind = value->text;
    if (reader->depth > 0 && !is_streaming(reader)) {
        push(reader, value);
        return 1;
    }
    const char *list_kind = reader->depth > 0 ? reader->list_kind : NULL;
    fg_status status = reader->take(value, list_kind, reader->user);
    fg_arena_release(&reader->item_arena);
    if (reader->depth == 0) {
        fg_arena_release(&reader->arena);
        reader->list_kind = NULL;
    }
    return status == FG_OK;
}

static int take_scalar(struct reader *reader, enum fg_value_kind kind, const char *text,
                       size_t length, size_t token_bytes)
{
    if (reader->skipped_depth > 0)
        return 1;
    struct fg_value *value = new_value(reader, kind, token_bytes);
    value->text = fg_strings_intern(reader->texts, text, length);
    return finish(reader, value);
}

static int take_null(void *user)
{
    return take_scalar(user, FG_VALUE_NULL, "", 0, 4);
}

static int take_boolean(void *user, int is_true)
{
    return take_scalar(user, FG_VALUE_TEXT, is_true ? "true" : "false", is_true ? 4 : 5,
                       is_true ? 4 : 5);
}

static int take_number(void *user, const char *text, size_t length)
{
    return take_scalar(user, FG_VALUE_TEXT, text, length, length);
}

static int take_string(void *user, const unsigned char *text, size_t length)
{
    return take_scalar(user, FG_VALUE_TEXT, (const char *)text, length, length + 2);
}

/* ---- maps and lists ---- */

static bool is_items_of_a_list(const struct reader *reader)
{
    size_t length = reader->list_kind != NULL ? strlen(reader->list_kind) : 0;
    bool may_be_list = reader->list_kind == NULL ||
                       (length >= 4 && strcmp(reader->list_kind + length - 4, "List") == 0);
    return may_be_list && reader->depth == 1 && reader->open[0].value->kind == FG_VALUE_MAP &&
           strcmp(reader->key.text, "items") == 0;
}

static int open_value(struct reader *reader, enum fg_value_kind kind)
{
    bool in_map = reader->depth > 0 && reader->open[reader->depth - 1].value->kind == FG_VALUE_MAP;
    if (reader->skipped_depth > 0 || (in_map && never_matters(reader->key.text))) {
        reader->skipped_depth++;
        return 1;
    }
    if (reader->depth == FG_DOCUMENT_DEPTH_MAX)
        return fault(reader, "is nested too deeply", "");
    struct fg_value *value = new_value(reader, kind, 1);
    bool streams = kind == FG_VALUE_LIST && (reader->depth == 0 || is_items_of_a_list(reader));
    if (in_map) /* the key is wanted again when the value is whole */
        push(reader, NULL);
    reader->open[reader->depth++] = (struct open_value){value, reader->part_count, streams};
    reader->streams = reader->streams || streams;
    return 1;
}

static int take_map_start(void *user)
{
    return open_value(user, FG_VALUE_MAP);
}

static int take_list_start(void *user)
{
    return open_value(user, FG_VALUE_LIST);
}

/* Texts of the pool are equal when their pointers are. */
static int check_key(struct reader *reader, const char *key)
{
    const struct open_value *open = &reader->open[reader->depth - 1];
    for (uint32_t i = open->first; i < reader->part_count; i++)
        if (reader->keys[i].text == key)
            return fault(reader, "a key stands twice in one map: ", key);
    return 1;
}

static int take_key(void *user, const unsigned char *text, size_t length)
{
    struct reader *reader = user;
    if (reader->skipped_depth > 0)
        return 1;
    reader->key.text = fg_strings_intern(reader->texts, (const char *)text, length);
    place_token(reader, length + 2, &reader->key.line, &reader->key.column);
    return check_key(reader, reader->key.text);
}

static int close_value(void *user)
{
    struct reader *reader = user;
    if (reader->skipped_depth > 0) {
        reader->skipped_depth--;
        return 1;
    }
    const struct open_value *open = &reader->open[--reader->depth];
    struct fg_value *value = open->value;
    reader->streams = reader->streams && !open->streams;
    uint32_t count = reader->part_count - open->first;
    value->count = count;
    value->items = fg_arena_allocate(arena_of(reader), count, sizeof *value->items);
    if (value->kind == FG_VALUE_MAP)
        value->keys = fg_arena_allocate(arena_of(reader), count, sizeof *value->keys);
    for (uint32_t i = 0; i < count; i++) {
        value->items[i] = reader->parts[open->first + i];
        value->size += value->items[i]->size;
        if (value->kind == FG_VALUE_MAP)
            value->keys[i] = reader->keys[open->first + i];
    }
    reader->part_count = open->first;
    if (reader->depth > 0 && reader->open[reader->depth - 1].value->kind == FG_VALUE_MAP)
        reader->key = reader->keys[--reader->part_count];
    return finish(reader, value);
}

/* ---- the text ---- */

static const char *skip_blanks(const char *at, const char *end)
{
    while (at < end && strchr(" \t\r\n", *at) != NULL)
        at++;
    return at;
}

bool fg_kube_is_json(const char *bytes, size_t length)
{
    const char *end = bytes + length, *first = skip_blanks(bytes, end);
    if (first == end || (*first != '{' && *first != '['))
        return false;
    const char *second = skip_blanks(first + 1, end);
    return second < end &&
           (*first == '{' ? *second == '"' || *second == '}' : *second == '{' || *second == ']');
}

static fg_status report_syntax(struct reader *reader)
{
    uint32_t line, column;
    unsigned char *text = yajl_get_error(reader->parser, 0, NULL, 0);
    size_t length = text != NULL ? strcspn((const char *)text, "\n") : 0;
    find_place(reader, &line, &column);
    fg_error_at(reader->error, reader->file, line, column, "is not JSON: %.*s", (int)length,
                text != NULL ? (const char *)text : "");
    if (text != NULL)
        yajl_free_error(reader->parser, text);
    return FG_BAD_INPUT;
}

static fg_status parse(struct reader *reader)
{
    yajl_config(reader->parser, yajl_allow_multiple_values, 1);
    yajl_status parsed =
        yajl_parse(reader->parser, (const unsigned char *)reader->bytes, reader->length);
    if (parsed == yajl_status_ok) {
        reader->at_end = true;
        parsed = yajl_complete_parse(reader->parser);
    }
    if (parsed == yajl_status_error && reader->error->status == FG_OK)
        return report_syntax(reader);
    return parsed == yajl_status_ok ? FG_OK : reader->error->status;
}

fg_status fg_kube_json_each(const char *file, const char *bytes, size_t length,
                            struct fg_strings *texts, fg_kube_taker *take, void *user,
                            struct fg_error *error)
{
    static const yajl_callbacks callbacks = {
        .yajl_null = take_null,
        .yajl_boolean = take_boolean,
        .yajl_number = take_number,
        .yajl_string = take_string,
        .yajl_start_map = take_map_start,
        .yajl_map_key = take_key,
        .yajl_end_map = close_value,
        .yajl_start_array = take_list_start,
        .yajl_end_array = close_value,
    };
    struct reader reader = {
        .file = fg_strings_intern(texts, file, strlen(file)),
        .bytes = bytes,
        .length = length,
        .texts = texts,
        .take = take,
        .user = user,
        .error = error,
        .line = 1,
    };
    reader.parser = yajl_alloc(&callbacks, NULL, &reader);
    FG_ASSERT(reader.parser != NULL);
    fg_status status = parse(&reader);
    yajl_free(reader.parser);
    fg_arena_release(&reader.arena);
    fg_arena_release(&reader.item_arena);
    free(reader.keys);
    free((void *)(uintptr_t)reader.parts);
    return status;
}
