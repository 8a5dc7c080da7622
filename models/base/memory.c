#include "models/base/memory.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Blocks double from the first size to the largest: many arenas are small and short-lived. */
enum { FIRST_BLOCK_BYTES = 1024, BLOCK_BYTES = 64 * 1024, ALIGNMENT = 16 };

struct fg_arena_block { /* 16 bytes, so that those that follow are aligned to as many */
    struct fg_arena_block *next;
    size_t capacity_bytes;
};

_Noreturn static void out_of_memory(size_t bytes)
{
    fprintf(stderr, "fargauge: out of memory (%zu bytes more were needed)\n", bytes);
    exit(1);
}

void *fg_allocate(size_t count, size_t item_bytes)
{
    void *items = calloc(count ? count : 1, item_bytes ? item_bytes : 1);
    if (items == NULL)
        out_of_memory(count * item_bytes);
    return items;
}

void *fg_grow(void *items, uint32_t *capacity, uint32_t needed, size_t item_bytes)
{
    if (needed <= *capacity)
        return items;
    uint32_t wanted = *capacity < 8 ? 8 : *capacity;
    while (wanted < needed)
        wanted = wanted > UINT32_MAX / 2 ? UINT32_MAX : wanted * 2;
    void *grown = realloc(items, (size_t)wanted * item_bytes);
    if (grown == NULL)
        out_of_memory((size_t)wanted * item_bytes);
    *capacity = wanted;
    return grown;
}

static struct fg_arena_block *new_block(const struct fg_arena *arena, size_t bytes)
{
    size_t capacity = arena->blocks == NULL ? FIRST_BLOCK_BYTES : arena->capacity_bytes * 2;
    capacity = capacity > BLOCK_BYTES ? BLOCK_BYTES : capacity;
    capacity = bytes > capacity ? bytes : capacity;
    struct fg_arena_block *block = fg_allocate(1, sizeof *block + capacity);
    block->capacity_bytes = capacity;
    return block;
}

/* Spare blocks that are too small go: an arena that is reset again and again, for ever more, never
 * holds more than it needs at once. */
static void open_block(struct fg_arena *arena, size_t bytes)
{
    struct fg_arena_block *block = arena->spare;
    while (block != NULL && block->capacity_bytes < bytes) {
        arena->spare = block->next;
        free(block);
        block = arena->spare;
    }
    if (block != NULL)
        arena->spare = block->next;
    else
        block = new_block(arena, bytes);
    block->next = arena->blocks;
    arena->blocks = block;
    arena->capacity_bytes = block->capacity_bytes;
    arena->used_bytes = 0;
}

void *fg_arena_allocate(struct fg_arena *arena, size_t count, size_t item_bytes)
{
    size_t bytes = (count * item_bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if (arena->blocks == NULL || arena->capacity_bytes - arena->used_bytes < bytes)
        open_block(arena, bytes);
    char *room = (char *)(arena->blocks + 1) + arena->used_bytes;
    arena->used_bytes += bytes;
    return room;
}

char *fg_arena_copy(struct fg_arena *arena, const char *text, size_t length)
{
    char *copy = fg_arena_allocate(arena, length + 1, 1);
    memcpy(copy, text, length);
    return copy;
}

char *fg_arena_string(struct fg_arena *arena, const char *text)
{
    return fg_arena_copy(arena, text, strlen(text));
}

char *fg_arena_format(struct fg_arena *arena, const char *format, ...)
{
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    char *text = fg_arena_allocate(arena, (size_t)length + 1, 1);
    vsnprintf(text, (size_t)length + 1, format, again);
    va_end(again);
    return text;
}

void fg_arena_reset(struct fg_arena *arena)
{
    struct fg_arena_block *block = arena->blocks;
    if (block == NULL)
        return;
    memset(block + 1, 0, arena->used_bytes);
    arena->used_bytes = 0;
    while (block->next != NULL) {
        struct fg_arena_block *older = block->next;
        block->next = older->next;
        memset(older + 1, 0, older->capacity_bytes);
        older->next = arena->spare;
        arena->spare = older;
    }
}

static void free_blocks(struct fg_arena_block *block)
{
    while (block != NULL) {
        struct fg_arena_block *next = block->next;
        free(block);
        block = next;
    }
}

void fg_arena_release(struct fg_arena *arena)
{
    free_blocks(arena->blocks);
    free_blocks(arena->spare);
    *arena = (struct fg_arena){0};
}
