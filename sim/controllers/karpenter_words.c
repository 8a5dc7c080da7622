#include "sim/controllers/karpenter_words.h"

#include <stdlib.h>
#include <string.h>

#include "models/base/status.h"

static const char *const spellings[][2] = {
    {"beta.kubernetes.io/arch", "kubernetes.io/arch"},
    {"beta.kubernetes.io/instance-type", "node.kubernetes.io/instance-type"},
    {"beta.kubernetes.io/os", "kubernetes.io/os"},
    {"failure-domain.beta.kubernetes.io/region", "topology.kubernetes.io/region"},
    {"failure-domain.beta.kubernetes.io/zone", "topology.kubernetes.io/zone"},
};
static const char *const well_known[] = {
    "karpenter.sh/capacity-type",
    "karpenter.sh/nodepool",
    "kubernetes.io/arch",
    "kubernetes.io/os",
    "node.kubernetes.io/instance-type",
    "node.kubernetes.io/windows-build",
    "topology.kubernetes.io/region",
    "topology.kubernetes.io/zone",
    "topology.k8s.aws/zone-id",
};

bool fg_words_parse_number(const char *text, int64_t *out)
{
    bool negative = *text == '-';
    uint64_t value = 0;
    if (*text == '-' || *text == '+')
        text++;
    if (*text == '\0')
        return false;
    for (; *text != '\0'; text++) {
        if (*text < '0' || *text > '9' || value > (UINT64_C(1) << 59))
            return false;
        value = value * 10 + (uint64_t)(*text - '0');
    }
    if (value > INT64_MAX)
        return false;
    *out = negative ? -(int64_t)value : (int64_t)value;
    return true;
}

static bool is_well_known(const char *text)
{
    for (size_t i = 0; i < sizeof well_known / sizeof *well_known; i++)
        if (strcmp(well_known[i], text) == 0)
            return true;
    return false;
}

uint32_t fg_words_value(struct fg_words *words, const char *value)
{
    size_t length = strlen(value);
    uint64_t hash = fg_hash_bytes(value, length, 0);
    uint32_t cursor = 0;
    for (uint32_t found; (found = fg_index_next(&words->index, hash, &cursor)) != UINT32_MAX;)
        if (strcmp(words->items[found].text, value) == 0)
            return found;
    FG_ASSERT(words->count < FG_WORD_LIMIT);
    words->items = fg_grow(words->items, &words->capacity, words->count + 1, sizeof *words->items);
    struct fg_word *word = &words->items[words->count];
    *word = (struct fg_word){
        .text = fg_arena_copy(&words->arena, value, length),
        .is_well_known = is_well_known(value),
        .is_restricted = strcmp(value, "kubernetes.io/hostname") == 0,
    };
    word->is_number = fg_words_parse_number(value, &word->number);
    fg_index_put(&words->index, hash, words->count);
    return words->count++;
}

uint32_t fg_words_key(struct fg_words *words, const char *key)
{
    for (size_t i = 0; i < sizeof spellings / sizeof *spellings; i++)
        if (strcmp(spellings[i][0], key) == 0)
            return fg_words_value(words, spellings[i][1]);
    return fg_words_value(words, key);
}

void fg_words_set_well_known(struct fg_words *words, uint32_t key)
{
    words->items[key].is_well_known = true;
}

void fg_words_release(struct fg_words *words)
{
    free(words->items);
    fg_index_release(&words->index);
    fg_arena_release(&words->arena);
    *words = (struct fg_words){0};
}
