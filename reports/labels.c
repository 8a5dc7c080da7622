#include "reports/labels.h"

#include <string.h>

#include "models/base/index.h"
#include "reports/utf8.h"

/* How much of a sweep's "/path=value" is shown. */
enum form { WHOLE, LAST_PART, VALUE, FORM_COUNT };

/* Where the shown part of [at, end), which starts with '/', begins. */
static const char *shown_from(const char *at, const char *end, enum form form)
{
    const char *from = at + 1, *equals = memchr(at, '=', (size_t)(end - at));
    if (equals == NULL)
        return from;
    if (form == VALUE)
        return equals + 1;
    for (const char *c = at; c < equals; c++)
        if (*c == '.')
            from = c + 1;
    return from;
}

static const char *shorten_paths(struct fg_arena *arena, const char *name, enum form form)
{
    if (form == WHOLE)
        return name;
    char *out = fg_arena_allocate(arena, strlen(name) + 1, 1);
    size_t length = strcspn(name, "/");
    memcpy(out, name, length);
    for (const char *at = name + length; *at != '\0';) {
        const char *end = at + 1 + strcspn(at + 1, "/");
        const char *from = shown_from(at, end, form);
        out[length++] = '/';
        memcpy(out + length, from, (size_t)(end - from));
        length += (size_t)(end - from);
        at = end;
    }
    return out;
}

/* The longest form in which all names fit; the shortest if they fit in none. */
static enum form choose_form(struct fg_arena *arena, const char **names, uint32_t count,
                             uint32_t width)
{
    int form = WHOLE;
    for (uint32_t i = 0; form < FORM_COUNT - 1 && i < count; i++)
        while (form < FORM_COUNT - 1 &&
               fg_utf8_length(shorten_paths(arena, names[i], (enum form)form)) > width)
            form++;
    return (enum form)form;
}

/* Takes the middle out; the end of a sweep's name tells more than its middle. */
static const char *cut_middle(struct fg_arena *arena, const char *text, size_t width)
{
    size_t length = fg_utf8_length(text);
    if (length <= width)
        return text;
    size_t tail = width / 2, head = width - tail - 1;
    return fg_arena_format(arena, "%.*s…%s", (int)fg_utf8_offset(text, head), text,
                           text + fg_utf8_offset(text, length - tail));
}

static bool is_taken(const struct fg_index *index, const char **labels, const char *label)
{
    uint64_t hash = fg_hash_bytes(label, strlen(label), 0);
    uint32_t cursor = 0, number;
    while ((number = fg_index_next(index, hash, &cursor)) != UINT32_MAX)
        if (strcmp(labels[number], label) == 0)
            return true;
    return false;
}

const char **fg_labels_make(const struct fg_comparison *comparison, struct fg_arena *arena,
                            uint32_t width, bool *out_shortened)
{
    uint32_t count = comparison->scenario_count;
    const char **labels = fg_arena_allocate(arena, count + 1, sizeof *labels);
    const char **names = fg_arena_allocate(arena, count + 1, sizeof *names);
    struct fg_index index = {0};
    *out_shortened = false;
    for (uint32_t i = 0; i < count; i++)
        names[i] = fg_utf8_clean(arena, comparison->scenarios[i].name);
    enum form form = choose_form(arena, names, count, width);
    for (uint32_t i = 0; i < count; i++) {
        const char *label = cut_middle(arena, shorten_paths(arena, names[i], form), width);
        if (is_taken(&index, labels, label)) {
            const char *number = fg_arena_format(arena, "#%u ", i + 1);
            label = fg_arena_format(arena, "%s%s", number,
                                    cut_middle(arena, label, width - strlen(number)));
        }
        *out_shortened = *out_shortened || strcmp(label, names[i]) != 0;
        labels[i] = label;
        fg_index_put(&index, fg_hash_bytes(label, strlen(label), 0), i);
    }
    fg_index_release(&index);
    return labels;
}
