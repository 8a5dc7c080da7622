#include "sim/replay/event_queue.h"

#include <stdlib.h>
#include <string.h>

#include "models/base/memory.h"
#include "models/base/status.h"

/* Level l holds events whose time differs from `now` first in byte l: 256 slots of 256^l
 * seconds. When `now` enters a slot of a higher level its events move down, in order; later ones
 * are put behind them, so equal times keep their order. */

enum { BLOCK_EVENTS = 31 };

struct fg_event_block {
    uint32_t next;
    uint16_t first, end; /* the events still here are [first, end) */
    struct fg_event events[BLOCK_EVENTS];
};

static uint32_t new_block(struct fg_event_queue *queue)
{
    uint32_t number = queue->free_block;
    if (number != 0) {
        queue->free_block = queue->blocks[number].next;
    } else {
        if (queue->block_count == 0)
            queue->block_count = 1; /* 0 means none */
        number = queue->block_count++;
        queue->blocks = fg_grow(queue->blocks, &queue->block_capacity, queue->block_count,
                                sizeof *queue->blocks);
    }
    queue->blocks[number].next = 0;
    queue->blocks[number].first = 0;
    queue->blocks[number].end = 0;
    return number;
}

static void free_block(struct fg_event_queue *queue, uint32_t number)
{
    queue->blocks[number].next = queue->free_block;
    queue->free_block = number;
}

static uint32_t level_of(uint32_t now, uint32_t time)
{
    uint32_t different = now ^ time;
    return different == 0 ? 0 : (31 - (uint32_t)__builtin_clz(different)) / 8;
}

static void append(struct fg_event_queue *queue, uint32_t time, uint32_t word)
{
    uint32_t level = level_of(queue->now, time);
    uint32_t slot_number = time >> (8 * level) & 0xff;
    struct fg_event_slot *slot = &queue->slots[level][slot_number];
    if (slot->last_block == 0) {
        uint32_t number = new_block(queue);
        slot->first_block = slot->last_block = number;
        slot->earliest = time;
        queue->used[level][slot_number / 64] |= 1ULL << (slot_number % 64);
    } else if (queue->blocks[slot->last_block].end == BLOCK_EVENTS) {
        uint32_t number = new_block(queue);
        queue->blocks[slot->last_block].next = number;
        slot->last_block = number;
    }
    if (time < slot->earliest)
        slot->earliest = time;
    struct fg_event_block *block = &queue->blocks[slot->last_block];
    block->events[block->end++] = (struct fg_event){.time = time, .word = word};
}

void fg_event_put(struct fg_event_queue *queue, uint32_t time, uint32_t word)
{
    FG_ASSERT(time >= queue->now && time != FG_NEVER);
    append(queue, time, word);
    queue->count++;
}

/* The first used slot from `from` on, or FG_WHEEL_SLOTS. */
static uint32_t find_slot(const uint64_t *used, uint32_t from)
{
    for (uint32_t word = from / 64; word < FG_WHEEL_WORDS; word++) {
        uint64_t bits = used[word];
        if (word == from / 64)
            bits &= ~0ULL << (from % 64);
        if (bits != 0)
            return word * 64 + (uint32_t)__builtin_ctzll(bits);
    }
    return FG_WHEEL_SLOTS;
}

static void clear_slot(struct fg_event_queue *queue, uint32_t level, uint32_t slot)
{
    queue->slots[level][slot] = (struct fg_event_slot){0};
    queue->used[level][slot / 64] &= ~(1ULL << (slot % 64));
}

/* Moves a higher slot's events down, now that `now` is at its start. */
static void cascade(struct fg_event_queue *queue, uint32_t level, uint32_t slot)
{
    uint32_t number = queue->slots[level][slot].first_block;
    clear_slot(queue, level, slot);
    while (number != 0) {
        for (uint32_t i = queue->blocks[number].first; i < queue->blocks[number].end; i++) {
            struct fg_event event = queue->blocks[number].events[i];
            append(queue, event.time, event.word);
        }
        uint32_t next = queue->blocks[number].next;
        free_block(queue, number);
        number = next;
    }
}

/* Moves `now` to `time`, which no event is before, and brings what is due soon down. */
static void advance(struct fg_event_queue *queue, uint32_t time)
{
    uint32_t level = level_of(queue->now, time);
    queue->now = time;
    for (; level > 0; level--) {
        uint32_t slot = time >> (8 * level) & 0xff;
        if (queue->slots[level][slot].first_block != 0)
            cascade(queue, level, slot);
    }
}

uint32_t fg_event_next(struct fg_event_queue *queue)
{
    if (queue->count == 0)
        return FG_NEVER;
    for (uint32_t level = 0; level < FG_WHEEL_LEVELS; level++) {
        uint32_t from = queue->now >> (8 * level) & 0xff;
        uint32_t slot = find_slot(queue->used[level], level == 0 ? from : from + 1);
        if (slot == FG_WHEEL_SLOTS)
            continue;
        if (level == 0)
            return (queue->now & ~0xffu) | slot;
        return queue->slots[level][slot].earliest;
    }
    return FG_NEVER;
}

bool fg_event_take(struct fg_event_queue *queue, uint32_t time, uint32_t *out_word)
{
    if (queue->now != time)
        advance(queue, time);
    uint32_t slot_number = time & 0xff;
    struct fg_event_slot *slot = &queue->slots[0][slot_number];
    if (slot->first_block == 0)
        return false;
    uint32_t number = slot->first_block;
    struct fg_event_block *block = &queue->blocks[number];
    *out_word = block->events[block->first++].word;
    if (block->first == block->end) {
        uint32_t next = block->next;
        free_block(queue, number);
        if (next == 0)
            clear_slot(queue, 0, slot_number);
        else
            slot->first_block = next;
    }
    queue->count--;
    return true;
}

void fg_event_queue_release(struct fg_event_queue *queue)
{
    free(queue->blocks);
    memset(queue, 0, sizeof *queue);
}
