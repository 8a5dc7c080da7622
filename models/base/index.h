/* index.h - finds the number of a thing by its content.
 *
 * An open-addressing table of (hash, number). The things themselves live in the caller's array;
 * the caller compares. Numbers leave in probing order, so lookups never depend on anything but
 * what was put in. fg_strings is built on it: equal texts get one pointer.
 */
#ifndef FARGAUGE_MODELS_BASE_INDEX_H
#define FARGAUGE_MODELS_BASE_INDEX_H

#include <stddef.h>
#include <stdint.h>

#include "models/base/memory.h"

struct fg_index {
    struct fg_index_slot *slots; /* a power of two of them, or NULL */
    uint32_t slot_count;
    uint32_t used_count;
};

uint64_t fg_hash_bytes(const void *bytes, size_t length, uint64_t seed);
uint64_t fg_hash_mix(uint64_t a, uint64_t b);

/* Walks the numbers stored under `hash`: start with *cursor = 0, returns UINT32_MAX at the end. */
uint32_t fg_index_next(const struct fg_index *index, uint64_t hash, uint32_t *cursor);
void fg_index_put(struct fg_index *index, uint64_t hash, uint32_t number);
void fg_index_release(struct fg_index *index);

/* Interned texts: within one pool equal texts have equal pointers. {0} is an empty pool. */
struct fg_strings {
    struct fg_arena arena;
    struct fg_index index;
    const char **texts;
    uint32_t count, capacity;
};
const char *fg_strings_intern(struct fg_strings *strings, const char *text, size_t length);
void fg_strings_release(struct fg_strings *strings);

#endif
