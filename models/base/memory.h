/* memory.h - allocation that never returns NULL, arenas, and growing arrays.
 *
 * Running out of memory ends the program (exit 1, one message): whatever was committed to the
 * store stays. All memory handed out here is zeroed.
 */
#ifndef FARGAUGE_MODELS_BASE_MEMORY_H
#define FARGAUGE_MODELS_BASE_MEMORY_H

#include <stddef.h>
#include <stdint.h>

void *fg_allocate(size_t count, size_t item_bytes); /* zeroed; free() it */

/* Grows `items` so that it holds at least `needed` items; doubles, so pushing is O(1) each.
 * New room is not zeroed. Returns the array, which may have moved. */
void *fg_grow(void *items, uint32_t *capacity, uint32_t needed, size_t item_bytes);

/* An arena owns what it hands out until it is released; one thread each. {0} is an empty one. */
struct fg_arena {
    struct fg_arena_block *blocks, *spare; /* in use, newest first; zeroed, for later */
    size_t used_bytes;                     /* in the newest block */
    size_t capacity_bytes;                 /* of the newest block */
};
void *fg_arena_allocate(struct fg_arena *arena, size_t count, size_t item_bytes);
char *fg_arena_copy(struct fg_arena *arena, const char *text, size_t length); /* adds the NUL */
char *fg_arena_string(struct fg_arena *arena, const char *text);
char *fg_arena_format(struct fg_arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Takes back all that was handed out, and keeps the room for what comes next. */
void fg_arena_reset(struct fg_arena *arena);
void fg_arena_release(struct fg_arena *arena);

#endif
