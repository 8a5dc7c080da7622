#include "data/document.h"

#include <libfyaml.h>
#include <stdlib.h>
#include <string.h>

#include "data/source.h"
#include "models/base/index.h"

struct anchor {
    const char *name;
    const struct fg_value *value;
};

struct builder {
    struct fy_parser *parser;
    struct fy_diag *diag;
    const char *file;
    struct fg_arena *arena;
    struct fg_error *error;
    uint32_t anchor_count, anchor_capacity;
    struct anchor *anchors;
    uint64_t size;
};

/* ---- what went wrong ---- */

static void discard(struct fy_diag *diag, void *user, const char *text, size_t length)
{
    (void)diag, (void)user, (void)text, (void)length;
}

static fg_status report_syntax(struct builder *builder)
{
    void *cursor = NULL;
    const struct fy_diag_error *found = fy_diag_errors_iterate(builder->diag, &cursor);
    if (found == NULL || found->msg == NULL)
        return fg_error_at(builder->error, builder->file, 0, 0, "is not YAML");
    uint32_t line = found->line > 0 ? (uint32_t)found->line : 0;
    uint32_t column = found->column > 0 ? (uint32_t)found->column : 0;
    return fg_error_at(builder->error, builder->file, line, column, "is not YAML: %s", found->msg);
}

static fg_status report_at(struct builder *builder, const struct fg_value *value,
                           const char *message, const char *detail)
{
    return fg_error_at(builder->error, builder->file, value->line, value->column, "%s%s", message,
                       detail);
}

/* ---- events -> values ---- */

static const char *copy_token(struct builder *builder, struct fy_token *token)
{
    size_t length = 0;
    const char *text = token != NULL ? fy_token_get_text(token, &length) : NULL;
    return fg_arena_copy(builder->arena, text != NULL ? text : "", length);
}

static struct fg_value *new_value(struct builder *builder, enum fg_value_kind kind,
                                  struct fy_token *token)
{
    struct fg_value *value = fg_arena_allocate(builder->arena, 1, sizeof *value);
    const struct fy_mark *mark = token != NULL ? fy_token_start_mark(token) : NULL;
    value->kind = kind;
    value->file = builder->file;
    value->line = mark != NULL ? (uint32_t)mark->line + 1 : 1;
    value->column = mark != NULL ? (uint32_t)mark->column + 1 : 1;
    value->size = 1;
    return value;
}

static void remember(struct builder *builder, struct fy_token *anchor, const struct fg_value *value)
{
    if (anchor == NULL)
        return;
    builder->anchors = fg_grow(builder->anchors, &builder->anchor_capacity,
                               builder->anchor_count + 1, sizeof *builder->anchors);
    builder->anchors[builder->anchor_count++] = (struct anchor){copy_token(builder, anchor), value};
}

static bool is_null_word(const char *text)
{
    return *text == '\0' || strcmp(text, "~") == 0 || strcmp(text, "null") == 0 ||
           strcmp(text, "Null") == 0 || strcmp(text, "NULL") == 0;
}

static const struct fg_value *build_scalar(struct builder *builder, const struct fy_event *event)
{
    struct fy_token *token = event->scalar.value;
    struct fg_value *value = new_value(builder, FG_VALUE_TEXT, token);
    enum fy_scalar_style style = token != NULL ? fy_scalar_token_get_style(token) : FYSS_PLAIN;
    value->text = copy_token(builder, token);
    if (style == FYSS_SINGLE_QUOTED || style == FYSS_DOUBLE_QUOTED)
        value->column--; /* the mark stands behind the quote */
    if (style == FYSS_PLAIN && is_null_word(value->text))
        value->kind = FG_VALUE_NULL;
    remember(builder, event->scalar.anchor, value);
    return value;
}

static fg_status build_alias(struct builder *builder, const struct fy_event *event,
                             const struct fg_value **out)
{
    const char *name = copy_token(builder, event->alias.anchor);
    for (uint32_t i = builder->anchor_count; i-- > 0;) {
        if (strcmp(builder->anchors[i].name, name) == 0) {
            *out = builder->anchors[i].value;
            return FG_OK;
        }
    }
    struct fg_value *place = new_value(builder, FG_VALUE_NULL, event->alias.anchor);
    place->column--; /* the mark stands behind the '*' */
    return report_at(builder, place, "no anchor stands before the alias *", name);
}

static fg_status build(struct builder *builder, struct fy_event *event, uint32_t depth,
                       const struct fg_value **out);

static fg_status next_event(struct builder *builder, struct fy_event **out)
{
    *out = fy_parser_parse(builder->parser);
    return *out != NULL ? FG_OK : report_syntax(builder);
}

/* Counts an alias in full, so that a few lines cannot stand for a billion values. */
static fg_status grow_size(struct builder *builder, struct fg_value *value,
                           const struct fg_value *part)
{
    value->size += part->size;
    if (value->size <= FG_DOCUMENT_VALUES_MAX)
        return FG_OK;
    return report_at(builder, value, "more values than fargauge reads from one document", "");
}

static fg_status build_list(struct builder *builder, struct fg_value *list, uint32_t depth)
{
    uint32_t capacity = 0;
    const struct fg_value **items = NULL;
    fg_status status;
    for (;;) {
        struct fy_event *event;
        const struct fg_value *item = NULL;
        if ((status = next_event(builder, &event)) != FG_OK)
            break;
        bool end = event->type == FYET_SEQUENCE_END;
        if (!end)
            status = build(builder, event, depth, &item);
        fy_parser_event_free(builder->parser, event);
        if (end || status != FG_OK || (status = grow_size(builder, list, item)) != FG_OK)
            break;
        items = fg_grow(items, &capacity, list->count + 1, sizeof *items);
        items[list->count++] = item;
    }
    list->items = fg_arena_allocate(builder->arena, list->count, sizeof *list->items);
    if (items != NULL)
        memcpy(list->items, items, list->count * sizeof *items);
    free(items);
    return status;
}

/* A map while it is read. */
struct entries {
    uint32_t count, key_capacity, item_capacity;
    struct fg_key *keys;
    const struct fg_value **items;
    struct fg_index by_key;
};

static uint64_t hash_key(const char *key)
{
    return fg_hash_bytes(key, strlen(key), 0);
}

static bool has_key(const struct entries *entries, const char *key)
{
    uint32_t cursor = 0, number;
    while ((number = fg_index_next(&entries->by_key, hash_key(key), &cursor)) != UINT32_MAX)
        if (strcmp(entries->keys[number].text, key) == 0)
            return true;
    return false;
}

static void add_entry(struct entries *entries, struct fg_key key, const struct fg_value *item)
{
    entries->keys =
        fg_grow(entries->keys, &entries->key_capacity, entries->count + 1, sizeof *entries->keys);
    entries->items = fg_grow(entries->items, &entries->item_capacity, entries->count + 1,
                             sizeof *entries->items);
    fg_index_put(&entries->by_key, hash_key(key.text), entries->count);
    entries->keys[entries->count] = key;
    entries->items[entries->count++] = item;
}

/* What "<<" brings: keys that the map does not have itself. */
static fg_status merge_below(struct builder *builder, struct entries *entries,
                             const struct fg_value *below)
{
    if (below->kind == FG_VALUE_LIST) {
        fg_status status = FG_OK;
        for (uint32_t i = 0; i < below->count && status == FG_OK; i++)
            status = below->items[i]->kind == FG_VALUE_LIST
                         ? report_at(builder, below, "'<<' needs a map or a list of maps", "")
                         : merge_below(builder, entries, below->items[i]);
        return status;
    }
    if (below->kind != FG_VALUE_MAP)
        return report_at(builder, below, "'<<' needs a map or a list of maps", "");
    for (uint32_t i = 0; i < below->count; i++)
        if (!has_key(entries, below->keys[i].text))
            add_entry(entries, below->keys[i], below->items[i]);
    return FG_OK;
}

static fg_status build_entry(struct builder *builder, struct fy_event *event, uint32_t depth,
                             struct fg_value *map, struct entries *entries,
                             const struct fg_value **below)
{
    const struct fg_value *key = NULL, *item = NULL;
    struct fy_event *value_event;
    fg_status status = build(builder, event, depth, &key);
    if (status != FG_OK)
        return status;
    if (key->kind != FG_VALUE_TEXT && key->kind != FG_VALUE_NULL)
        return report_at(builder, key, "a key must be a word", "");
    if (has_key(entries, key->text))
        return fg_error_at(builder->error, builder->file, key->line, key->column,
                           "the key '%s' stands twice in one map", key->text);
    if ((status = next_event(builder, &value_event)) != FG_OK)
        return status;
    status = build(builder, value_event, depth, &item);
    fy_parser_event_free(builder->parser, value_event);
    if (status == FG_OK)
        status = grow_size(builder, map, item);
    if (status == FG_OK && strcmp(key->text, "<<") == 0)
        *below = item;
    else if (status == FG_OK)
        add_entry(entries, (struct fg_key){key->text, key->line, key->column}, item);
    return status;
}

static fg_status build_map(struct builder *builder, struct fg_value *map, uint32_t depth)
{
    struct entries entries = {0};
    const struct fg_value *below = NULL;
    fg_status status;
    for (;;) {
        struct fy_event *event;
        if ((status = next_event(builder, &event)) != FG_OK)
            break;
        bool end = event->type == FYET_MAPPING_END;
        if (!end)
            status = build_entry(builder, event, depth, map, &entries, &below);
        fy_parser_event_free(builder->parser, event);
        if (end || status != FG_OK)
            break;
    }
    if (status == FG_OK && below != NULL)
        status = merge_below(builder, &entries, below);
    map->count = entries.count;
    map->keys = fg_arena_allocate(builder->arena, map->count, sizeof *map->keys);
    map->items = fg_arena_allocate(builder->arena, map->count, sizeof *map->items);
    if (map->count > 0) {
        memcpy(map->keys, entries.keys, map->count * sizeof *map->keys);
        memcpy(map->items, entries.items, map->count * sizeof *map->items);
    }
    fg_index_release(&entries.by_key);
    free(entries.keys);
    free(entries.items);
    return status;
}

static fg_status build(struct builder *builder, struct fy_event *event, uint32_t depth,
                       const struct fg_value **out)
{
    struct fg_value *value;
    fg_status status;
    switch (event->type) {
    case FYET_SCALAR:
        *out = build_scalar(builder, event);
        return FG_OK;
    case FYET_ALIAS:
        return build_alias(builder, event, out);
    case FYET_SEQUENCE_START:
        value = new_value(builder, FG_VALUE_LIST, event->sequence_start.sequence_start);
        break;
    case FYET_MAPPING_START:
        value = new_value(builder, FG_VALUE_MAP, event->mapping_start.mapping_start);
        break;
    default:
        return fg_error_at(builder->error, builder->file, 0, 0, "is not YAML");
    }
    *out = value;
    if (depth >= FG_DOCUMENT_DEPTH_MAX)
        return report_at(builder, value, "is nested too deeply", "");
    if (value->kind == FG_VALUE_LIST) {
        status = build_list(builder, value, depth + 1);
        remember(builder, event->sequence_start.anchor, value);
    } else {
        status = build_map(builder, value, depth + 1);
        remember(builder, event->mapping_start.anchor, value);
    }
    return status;
}

/* ---- the stream ---- */

static fg_status refuse_another(struct builder *builder, const struct fy_event *event)
{
    const struct fy_mark *mark = event->document_start.document_start != NULL
                                     ? fy_token_start_mark(event->document_start.document_start)
                                     : NULL;
    return fg_error_at(builder->error, builder->file, mark != NULL ? (uint32_t)mark->line + 1 : 0,
                       0, "another YAML document begins here; expected one in a file");
}

/* Hands each document to `take`, one after the other. */
static fg_status build_each(struct builder *builder, fg_document_taker *take, void *user)
{
    fg_status status = FG_OK;
    for (bool end = false; !end && status == FG_OK;) {
        struct fy_event *event;
        const struct fg_value *document = NULL;
        if ((status = next_event(builder, &event)) != FG_OK)
            break;
        end = event->type == FYET_STREAM_END;
        if (!end && event->type != FYET_STREAM_START && event->type != FYET_DOCUMENT_START &&
            event->type != FYET_DOCUMENT_END)
            status = build(builder, event, 0, &document);
        fy_parser_event_free(builder->parser, event);
        if (status == FG_OK && document != NULL) {
            builder->anchor_count = 0;
            status = take(document, user);
        }
    }
    return status;
}

static fg_status build_document(struct builder *builder, const struct fg_value **out)
{
    uint32_t documents = 0;
    fg_status status = FG_OK;
    for (bool end = false; !end && status == FG_OK;) {
        struct fy_event *event;
        if ((status = next_event(builder, &event)) != FG_OK)
            break;
        end = event->type == FYET_STREAM_END;
        if (event->type == FYET_DOCUMENT_START)
            status = ++documents > 1 ? refuse_another(builder, event) : FG_OK;
        else if (!end && event->type != FYET_STREAM_START && event->type != FYET_DOCUMENT_END)
            status = build(builder, event, 0, out);
        fy_parser_event_free(builder->parser, event);
    }
    if (status == FG_OK && *out == NULL)
        status = fg_error_at(builder->error, builder->file, 0, 0, "holds nothing; expected YAML");
    return status;
}

/* ---- the bytes ---- */

/* How many bytes the UTF-8 character at `at` has; 0 = none that YAML takes. */
static size_t character_length(const unsigned char *at, size_t room)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t length = *at < 0x80 ? 1 : *at < 0xc0 ? 0 : *at < 0xe0 ? 2 : *at < 0xf0 ? 3 : 4;
    if (length == 1)
        return *at >= ' ' ? *at != 0x7f : *at == '\t' || *at == '\n' || *at == '\r';
    if (length == 0 || length > room || *at > 0xf4)
        return 0;
    uint32_t code = *at & (0x7fu >> length);
    for (size_t i = 1; i < length; i++) {
        if ((at[i] & 0xc0) != 0x80)
            return 0;
        code = code << 6 | (at[i] & 0x3fu);
    }
    bool surrogate = code >= 0xd800 && code <= 0xdfff;
    bool control = code < 0xa0 && code != 0x85;
    bool good = code >= least[length] && code <= 0x10ffff && !control && !surrogate &&
                code != 0xfffe && code != 0xffff;
    return good ? length : 0;
}

/* libfyaml does not come back from some bytes that are not UTF-8. */
static fg_status check_bytes(const char *file, const char *bytes, size_t length,
                             struct fg_error *error)
{
    uint32_t line = 1, column = 1;
    for (size_t i = 0, step; i < length; i += step, column++) {
        const unsigned char *at = (const unsigned char *)bytes + i;
        step = character_length(at, length - i);
        if (step == 0)
            return fg_error_at(error, file, line, column,
                               "the byte 0x%02x is no text; expected YAML in UTF-8", *at);
        if (*at == '\n') {
            line++;
            column = 0;
        }
    }
    return FG_OK;
}

/* One document into *out, or where `take` is given each into it. */
static fg_status parse(const char *file, const char *bytes, size_t length, struct fg_arena *arena,
                       const struct fg_value **out, fg_document_taker *take, void *user,
                       struct fg_error *error)
{
    struct fy_diag_cfg diag_settings;
    fy_diag_cfg_default(&diag_settings);
    diag_settings.fp = NULL;
    diag_settings.output_fn = discard;
    struct fy_diag *diag = fy_diag_create(&diag_settings);
    fy_diag_set_collect_errors(diag, true);
    const struct fy_parse_cfg settings = {.flags = FYPCF_DEFAULT_PARSE, .diag = diag};
    struct builder builder = {
        .parser = fy_parser_create(&settings),
        .diag = diag,
        .file = fg_arena_string(arena, file),
        .arena = arena,
        .error = error,
    };
    FG_ASSERT(builder.parser != NULL);
    fg_status status = check_bytes(file, bytes, length, error);
    if (status == FG_OK && fy_parser_set_string(builder.parser, bytes, length) != 0)
        status = report_syntax(&builder);
    else if (status == FG_OK)
        status = take != NULL ? build_each(&builder, take, user) : build_document(&builder, out);
    fy_parser_destroy(builder.parser);
    fy_diag_destroy(diag);
    free(builder.anchors);
    return status;
}

fg_status fg_document_parse(const char *file, const char *bytes, size_t length,
                            struct fg_arena *arena, const struct fg_value **out,
                            struct fg_error *error)
{
    *out = NULL;
    return parse(file, bytes, length, arena, out, NULL, NULL, error);
}

fg_status fg_document_parse_each(const char *file, const char *bytes, size_t length,
                                 struct fg_arena *arena, fg_document_taker *take, void *user,
                                 struct fg_error *error)
{
    return parse(file, bytes, length, arena, NULL, take, user, error);
}

fg_status fg_document_read(const char *path, struct fg_arena *arena, const struct fg_value **out,
                           struct fg_error *error)
{
    struct fg_source source;
    fg_status status = fg_source_read(path, &source, error);
    if (status != FG_OK)
        return status;
    status = fg_document_parse(path, source.bytes, source.length, arena, out, error);
    fg_source_release(&source);
    return status;
}

const struct fg_value *fg_value_find(const struct fg_value *map, const char *key)
{
    if (map == NULL || map->kind != FG_VALUE_MAP)
        return NULL;
    for (uint32_t i = 0; i < map->count; i++)
        if (strcmp(map->keys[i].text, key) == 0)
            return map->items[i];
    return NULL;
}

const char *fg_value_describe(const struct fg_value *value, char buffer[96])
{
    switch (value->kind) {
    case FG_VALUE_NULL:
        return strcpy(buffer, "nothing");
    case FG_VALUE_LIST:
        return strcpy(buffer, "a list");
    case FG_VALUE_MAP:
        return strcpy(buffer, "a map");
    case FG_VALUE_TEXT:
        break;
    }
    size_t length = strlen(value->text);
    snprintf(buffer, 96, length > 80 ? "'%.77s...'" : "'%s'", value->text);
    return buffer;
}
