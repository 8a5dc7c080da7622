#include "models/base/index.h"

#include <stdlib.h>
#include <string.h>

struct fg_index_slot {
    uint64_t hash;
    uint32_t number;
    uint32_t taken;
};

uint64_t fg_hash_mix(uint64_t a, uint64_t b)
{
    __uint128_t product = (__uint128_t)(a ^ 0x9e3779b97f4a7c15u) * (b ^ 0xd1b54a32d192ed03u);
    uint64_t mixed = (uint64_t)product ^ (uint64_t)(product >> 64);
    return mixed ^ mixed >> 29;
}

uint64_t fg_hash_bytes(const void *bytes, size_t length, uint64_t seed)
{
    const unsigned char *at = bytes;
    uint64_t hash = fg_hash_mix(seed, length);
    for (; length >= 8; at += 8, length -= 8) {
        uint64_t word;
        memcpy(&word, at, 8);
        hash = fg_hash_mix(hash, word);
    }
    uint64_t rest = 0;
    for (size_t i = 0; i < length; i++)
        rest |= (uint64_t)at[i] << 8 * i;
    return fg_hash_mix(hash, rest);
}

uint32_t fg_index_next(const struct fg_index *index, uint64_t hash, uint32_t *cursor)
{
    if (index->slot_count == 0)
        return UINT32_MAX;
    uint32_t mask = index->slot_count - 1;
    for (;; (*cursor)++) {
        const struct fg_index_slot *slot = &index->slots[((uint32_t)hash + *cursor) & mask];
        if (!slot->taken)
            return UINT32_MAX;
        if (slot->hash == hash) {
            (*cursor)++;
            return slot->number;
        }
    }
}

static void insert(struct fg_index *index, uint64_t hash, uint32_t number)
{
    uint32_t mask = index->slot_count - 1, at = (uint32_t)hash & mask;
    while (index->slots[at].taken)
        at = (at + 1) & mask;
    index->slots[at] = (struct fg_index_slot){hash, number, 1};
    index->used_count++;
}

void fg_index_put(struct fg_index *index, uint64_t hash, uint32_t number)
{
    if ((uint64_t)index->used_count * 3 >= (uint64_t)index->slot_count * 2) {
        struct fg_index grown = {.slot_count = index->slot_count ? index->slot_count * 2 : 16};
        grown.slots = fg_allocate(grown.slot_count, sizeof *grown.slots);
        for (uint32_t i = 0; i < index->slot_count; i++)
            if (index->slots[i].taken)
                insert(&grown, index->slots[i].hash, index->slots[i].number);
        free(index->slots);
        *index = grown;
    }
    insert(index, hash, number);
}

void fg_index_release(struct fg_index *index)
{
    free(index->slots);
    *index = (struct fg_index){0};
}

const char *fg_strings_intern(struct fg_strings *strings, const char *text, size_t length)
{
    uint64_t hash = fg_hash_bytes(text, length, 0);
    uint32_t cursor = 0, number;
    while ((number = fg_index_next(&strings->index, hash, &cursor)) != UINT32_MAX) {
        const char *known = strings->texts[number];
        if (strncmp(known, text, length) == 0 && known[length] == '\0')
            return known;
    }
    strings->texts =
        fg_grow(strings->texts, &strings->capacity, strings->count + 1, sizeof *strings->texts);
    const char *copy = fg_arena_copy(&strings->arena, text, length);
    strings->texts[strings->count] = copy;
    fg_index_put(&strings->index, hash, strings->count++);
    return copy;
}

void fg_strings_release(struct fg_strings *strings)
{
    fg_arena_release(&strings->arena);
    fg_index_release(&strings->index);
    free((void *)strings->texts);
    *strings = (struct fg_strings){0};
}
