#include "models/labels.h"

#include <stdlib.h>
#include <string.h>

const char *fg_pairs_find(const struct fg_pairs *pairs, const char *key)
{
    for (uint32_t i = 0; i < pairs->count; i++)
        if (strcmp(pairs->items[i].key, key) == 0)
            return pairs->items[i].value;
    return NULL;
}

static int compare_keys(const void *a, const void *b)
{
    return strcmp(((const struct fg_pair *)a)->key, ((const struct fg_pair *)b)->key);
}

bool fg_pairs_sort(struct fg_pairs *pairs)
{
    if (pairs->count > 1)
        qsort(pairs->items, pairs->count, sizeof *pairs->items, compare_keys);
    for (uint32_t i = 1; i < pairs->count; i++)
        if (strcmp(pairs->items[i - 1].key, pairs->items[i].key) == 0)
            return false;
    return true;
}

bool fg_pairs_contain(const struct fg_pairs *present, const struct fg_pairs *wanted)
{
    for (uint32_t i = 0; i < wanted->count; i++) {
        const char *value = fg_pairs_find(present, wanted->items[i].key);
        if (value == NULL || strcmp(value, wanted->items[i].value) != 0)
            return false;
    }
    return true;
}

/* Goes back only to the last `*`: what an earlier one took need never change. */
bool fg_glob_match(const char *pattern, const char *text)
{
    const char *star = NULL, *star_text = NULL;
    while (*text != '\0') {
        if (*pattern == '*') {
            star = pattern++;
            star_text = text;
        } else if (*pattern == '?' || *pattern == *text) {
            pattern++;
            text++;
        } else if (star != NULL) {
            pattern = star + 1;
            text = ++star_text;
        } else {
            return false;
        }
    }
    while (*pattern == '*')
        pattern++;
    return *pattern == '\0';
}

bool fg_tolerates(const struct fg_tolerations *tolerations, const struct fg_taint *taint)
{
    for (uint32_t i = 0; i < tolerations->count; i++) {
        const struct fg_toleration *toleration = &tolerations->items[i];
        if (toleration->effect != FG_EFFECT_ANY && toleration->effect != taint->effect)
            continue;
        if (*toleration->key == '\0' && toleration->exists)
            return true;
        if (strcmp(toleration->key, taint->key) != 0)
            continue;
        if (toleration->exists || strcmp(toleration->value, taint->value) == 0)
            return true;
    }
    return false;
}

const struct fg_taint *fg_taints_find_untolerated(const struct fg_taints *taints,
                                                  const struct fg_tolerations *tolerations)
{
    for (uint32_t i = 0; i < taints->count; i++)
        if (taints->items[i].effect != FG_EFFECT_PREFER_NO_SCHEDULE &&
            !fg_tolerates(tolerations, &taints->items[i]))
            return &taints->items[i];
    return NULL;
}

static const struct {
    const char *name, *api_name;
    enum fg_effect effect;
} effects[] = {
    {"NoSchedule", "NO_SCHEDULE", FG_EFFECT_NO_SCHEDULE},
    {"PreferNoSchedule", "PREFER_NO_SCHEDULE", FG_EFFECT_PREFER_NO_SCHEDULE},
    {"NoExecute", "NO_EXECUTE", FG_EFFECT_NO_EXECUTE},
};

bool fg_effect_parse(const char *text, enum fg_effect *out)
{
    for (size_t i = 0; i < sizeof effects / sizeof *effects; i++) {
        if (strcmp(text, effects[i].name) == 0 || strcmp(text, effects[i].api_name) == 0) {
            *out = effects[i].effect;
            return true;
        }
    }
    return false;
}

const char *fg_effect_name(enum fg_effect effect)
{
    for (size_t i = 0; i < sizeof effects / sizeof *effects; i++)
        if (effects[i].effect == effect)
            return effects[i].name;
    return "";
}
