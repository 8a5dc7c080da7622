#include "data/value_merge.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct fg_value *copy_map(struct fg_arena *arena, const struct fg_value *map, uint32_t more)
{
    struct fg_value *copy = fg_arena_allocate(arena, 1, sizeof *copy);
    *copy = *map;
    copy->keys = fg_arena_allocate(arena, map->count + more, sizeof *copy->keys);
    copy->items = fg_arena_allocate(arena, map->count + more, sizeof *copy->items);
    if (map->count > 0) {
        memcpy(copy->keys, map->keys, map->count * sizeof *copy->keys);
        memcpy(copy->items, map->items, map->count * sizeof *copy->items);
    }
    return copy;
}

static uint32_t find_key(const struct fg_value *map, const char *key, size_t length)
{
    for (uint32_t i = 0; i < map->count; i++)
        if (strncmp(map->keys[i].text, key, length) == 0 && map->keys[i].text[length] == '\0')
            return i;
    return UINT32_MAX;
}

/* ---- merging ---- */

static void remove_item(struct fg_value *map, uint32_t at)
{
    map->count--;
    memmove(map->keys + at, map->keys + at + 1, (map->count - at) * sizeof *map->keys);
    memmove(map->items + at, map->items + at + 1, (map->count - at) * sizeof *map->items);
}

static const struct fg_value *merge(struct fg_decoder *decoder, const char *key,
                                    const struct fg_value *base, const struct fg_value *over);

static const struct fg_value *merge_maps(struct fg_decoder *decoder, const struct fg_value *base,
                                         const struct fg_value *over)
{
    struct fg_value *merged = copy_map(decoder->arena, base, over->count);
    for (uint32_t i = 0; i < over->count; i++) {
        const char *key = over->keys[i].text;
        uint32_t at = find_key(merged, key, strlen(key));
        bool removes = over->items[i]->kind == FG_VALUE_NULL;
        if (at == UINT32_MAX && removes)
            continue;
        if (at == UINT32_MAX) {
            merged->keys[merged->count] = over->keys[i];
            merged->items[merged->count++] = over->items[i];
        } else if (removes) {
            remove_item(merged, at);
        } else {
            merged->items[at] = merge(decoder, key, merged->items[at], over->items[i]);
            merged->keys[at] = over->keys[i];
        }
    }
    return merged;
}

static const struct fg_value *merge(struct fg_decoder *decoder, const char *key,
                                    const struct fg_value *base, const struct fg_value *over)
{
    char found[96], expected[96];
    if (base->kind == FG_VALUE_MAP && over->kind == FG_VALUE_MAP)
        return merge_maps(decoder, base, over);
    bool one_is_map = base->kind == FG_VALUE_MAP || over->kind == FG_VALUE_MAP;
    if (!one_is_map || base->kind == FG_VALUE_NULL || over->kind == FG_VALUE_NULL)
        return over;
    fg_decode_fault(decoder, over, "%s is %s, over %s of line %u; expected %s", key,
                    fg_value_describe(over, found), fg_value_describe(base, expected), base->line,
                    expected);
    return base;
}

const struct fg_value *fg_value_merge(struct fg_decoder *decoder, const struct fg_value *base,
                                      const struct fg_value *over)
{
    if (base == NULL || over == NULL)
        return base == NULL ? over : base;
    return merge(decoder, "this", base, over);
}

/* ---- paths ---- */

struct walk {
    struct fg_decoder *decoder;
    const char *path;
    const struct fg_value *value, *place;
};

static const struct fg_value *put(struct walk *walk, const struct fg_value *at, const char *rest);

static const struct fg_value *leads_nowhere(struct walk *walk, const struct fg_value *at,
                                            const char *rest, const char *expected)
{
    char found[96];
    fg_decode_fault(walk->decoder, walk->place,
                    "the path '%s' leads nowhere: at '%.*s' is %s; "
                    "expected %s",
                    walk->path, (int)(rest - walk->path), walk->path,
                    at != NULL ? fg_value_describe(at, found) : "nothing", expected);
    return at;
}

static const struct fg_value *put_in_list(struct walk *walk, const struct fg_value *list,
                                          const char *rest)
{
    char expected[96];
    if (list == NULL || list->kind != FG_VALUE_LIST)
        return leads_nowhere(walk, list, rest, "a list");
    size_t digits = strspn(rest + 1, "0123456789");
    const char *end = rest + 1 + digits;
    unsigned long number = digits < 10 ? strtoul(rest + 1, NULL, 10) : ULONG_MAX;
    bool goes_on = *end == ']' && (end[1] == '\0' || end[1] == '.' || end[1] == '[');
    if (digits == 0 || !goes_on || number >= list->count) {
        snprintf(expected, sizeof expected, "an index from 0 to %u in brackets", list->count - 1);
        return leads_nowhere(walk, list, rest,
                             list->count > 0 ? expected : "an item, but the list is empty");
    }
    struct fg_value *copy = fg_arena_allocate(walk->decoder->arena, 1, sizeof *copy);
    *copy = *list;
    copy->items = fg_arena_allocate(walk->decoder->arena, list->count, sizeof *copy->items);
    memcpy(copy->items, list->items, list->count * sizeof *copy->items);
    const struct fg_value *item = put(walk, list->items[number], end + 1);
    if (item == NULL)
        return list;
    copy->items[number] = item;
    return copy;
}

static const struct fg_value *put_in_map(struct walk *walk, const struct fg_value *map,
                                         const char *rest)
{
    struct fg_arena *arena = walk->decoder->arena;
    if (map != NULL && map->kind != FG_VALUE_MAP)
        return leads_nowhere(walk, map, rest, "a map");
    rest += *rest == '.' && rest != walk->path;
    size_t length = strcspn(rest, ".[");
    if (length == 0)
        return leads_nowhere(walk, map, rest, "a key");
    struct fg_value empty = *walk->place;
    empty.kind = FG_VALUE_MAP;
    empty.count = 0;
    struct fg_value *copy = copy_map(arena, map != NULL ? map : &empty, 1);
    uint32_t at = find_key(copy, rest, length);
    const struct fg_value *old = at != UINT32_MAX ? copy->items[at] : NULL;
    if (at == UINT32_MAX)
        at = copy->count++;
    copy->keys[at] =
        (struct fg_key){fg_arena_copy(arena, rest, length), walk->place->line, walk->place->column};
    copy->items[at] = put(walk, old, rest + length);
    return copy->items[at] != NULL ? copy : map;
}

static const struct fg_value *put(struct walk *walk, const struct fg_value *at, const char *rest)
{
    if (*rest == '\0')
        return walk->value;
    if (at != NULL && at->kind == FG_VALUE_NULL)
        at = NULL;
    return *rest == '[' ? put_in_list(walk, at, rest) : put_in_map(walk, at, rest);
}

const struct fg_value *fg_value_put(struct fg_decoder *decoder, const struct fg_value *root,
                                    const char *path, const struct fg_value *value,
                                    const struct fg_value *place)
{
    struct walk walk = {decoder, path, value, place};
    return put(&walk, root, path);
}

bool fg_value_has(const struct fg_value *root, const char *path)
{
    while (root != NULL && root->kind == FG_VALUE_MAP && *path != '\0') {
        size_t length = strcspn(path, ".");
        uint32_t at = find_key(root, path, length);
        root = at != UINT32_MAX ? root->items[at] : NULL;
        path += length + (path[length] == '.');
    }
    return root != NULL && root->kind != FG_VALUE_NULL && *path == '\0';
}

/* ---- words and bytes ---- */

static void print(FILE *out, const struct fg_value *value)
{
    if (value->kind == FG_VALUE_NULL || value->kind == FG_VALUE_TEXT) {
        fputs(value->kind == FG_VALUE_NULL ? "null" : value->text, out);
        return;
    }
    bool map = value->kind == FG_VALUE_MAP;
    fputc(map ? '{' : '[', out);
    for (uint32_t i = 0; i < value->count; i++) {
        if (i > 0)
            fputs(", ", out);
        if (map)
            fprintf(out, "%s: ", value->keys[i].text);
        print(out, value->items[i]);
    }
    fputc(map ? '}' : ']', out);
}

const char *fg_value_print(const struct fg_value *value, struct fg_arena *arena)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    FG_ASSERT(out != NULL);
    print(out, value);
    fclose(out);
    const char *copy = fg_arena_copy(arena, text, length);
    free(text);
    return copy;
}

void fg_value_digest(const struct fg_value *value, struct fg_digester *digester)
{
    const uint32_t head[] = {(uint32_t)value->kind, value->count};
    fg_digester_add(digester, head, sizeof head);
    if (value->kind == FG_VALUE_TEXT)
        fg_digester_add(digester, value->text, strlen(value->text));
    for (uint32_t i = 0; i < value->count; i++) {
        if (value->kind == FG_VALUE_MAP)
            fg_digester_add(digester, value->keys[i].text, strlen(value->keys[i].text));
        fg_value_digest(value->items[i], digester);
    }
}
