/* event_queue.h - what is due when: a hierarchical timing wheel.
 *
 * An event is a second and a 32 bit word of the caller's. Events leave by time, equal times in
 * the order in which they were put in. Putting in and taking out cost the same for any number of
 * events in flight. The queue only moves forward: nothing may be put before `now`.
 */
#ifndef FARGAUGE_SIM_REPLAY_EVENT_QUEUE_H
#define FARGAUGE_SIM_REPLAY_EVENT_QUEUE_H

#include <stdbool.h>
#include <stdint.h>

#define FG_NEVER UINT32_MAX /* no second of a replay */

enum { FG_WHEEL_LEVELS = 4, FG_WHEEL_SLOTS = 256, FG_WHEEL_WORDS = FG_WHEEL_SLOTS / 64 };

struct fg_event {
    uint32_t time;
    uint32_t word;
};

struct fg_event_slot {
    uint32_t first_block, last_block; /* 0 = none */
    uint32_t earliest;                /* of the events that were put here */
};

/* {0} is an empty queue at second 0. */
struct fg_event_queue {
    uint32_t now;
    uint64_t count;
    struct fg_event_slot slots[FG_WHEEL_LEVELS][FG_WHEEL_SLOTS];
    uint64_t used[FG_WHEEL_LEVELS][FG_WHEEL_WORDS]; /* which slots hold something */
    struct fg_event_block *blocks;
    uint32_t block_count, block_capacity, free_block;
};

/* time >= queue->now, time < FG_NEVER. */
void fg_event_put(struct fg_event_queue *queue, uint32_t time, uint32_t word);
/* The second of the next event, or FG_NEVER. */
uint32_t fg_event_next(struct fg_event_queue *queue);
/* Takes the first event of second `time`; false when there is none (left). Events put in for
 * this second meanwhile are found too. Moves `now` to `time`: nothing earlier may be left. */
bool fg_event_take(struct fg_event_queue *queue, uint32_t time, uint32_t *out_word);
void fg_event_queue_release(struct fg_event_queue *queue);

#endif
