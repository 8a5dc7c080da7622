/* spread_search.h - among the nodes of a search, the one that resources and soft topology spread
 * make the best.
 *
 * A node's spread score hangs on its labels (its place) and on how many pods on it count, so nodes
 * alike in both are a group; groups are looked at from the best spread score down until no further
 * one can win. Serves classes with at most one constraint by node and one by another label, and
 * with nothing else that looks at pods.
 */
#ifndef FARGAUGE_SIM_REPLAY_SPREAD_SEARCH_H
#define FARGAUGE_SIM_REPLAY_SPREAD_SEARCH_H

#include <string.h>

#include "models/base/memory.h"
#include "sim/controllers/topology.h"

enum { FG_SEARCH_BLOCK = 64, FG_SPREAD_PLACES = 64, FG_COUNT_LIMIT = 255 };

/* The class's constraints; NULL = it has no such. */
struct fg_spread_rule {
    const struct fg_spread *by_node, *by_label;
    bool needs_all_keys;     /* nodes that lack a label are not scored */
    uint64_t counted_places; /* a bit a place where the pods on the node itself count */
};
/* False where the class has others, or too many places. */
bool fg_spread_rule_make(const struct fg_cluster_state *state, uint32_t class_number,
                         struct fg_spread_rule *out);
/* Below FG_SPREAD_PLACES. */
uint8_t fg_spread_rule_place(const struct fg_cluster_state *state,
                             const struct fg_spread_rule *rule, uint32_t slot);
/* How many pods that count are on the node; FG_COUNT_LIMIT = so many or more. */
static inline uint8_t fg_spread_rule_count(const struct fg_cluster_state *state,
                                           const struct fg_spread_rule *rule, uint32_t slot,
                                           uint8_t place)
{
    if ((rule->counted_places >> place & 1) == 0)
        return 0;
    int32_t count = state->topology->counters[rule->by_node->counter].sums[slot];
    return (uint8_t)(count < FG_COUNT_LIMIT ? count : FG_COUNT_LIMIT);
}
/* The nodes where that has changed of late; NULL = it never does. */
static inline const struct fg_recent_slots *
fg_spread_rule_recent(const struct fg_cluster_state *state, const struct fg_spread_rule *rule)
{
    return rule->by_node != NULL ? state->topology->counters[rule->by_node->counter].recent : NULL;
}

/* A block's bytes, each 0 or 1, as bits. */
static inline uint64_t fg_search_bits(const uint8_t *bytes)
{
    enum { EIGHT = sizeof(uint64_t) };
    const uint64_t gather = 0x0102040810204080; /* the lowest bit of each byte into the top byte */
    uint64_t bits = 0, eight;
#pragma GCC unroll 8
    for (uint32_t i = 0; i < FG_SEARCH_BLOCK; i += EIGHT) {
        memcpy(&eight, bytes + i, EIGHT);
        bits |= (eight * gather) >> 56 << i;
    }
    return bits;
}

/* What a search has found, in blocks. A search that goes round has three of which it takes a part:
 * where it begins, where it stops, where it comes round to. */
enum { FG_PARTIAL_BLOCKS = 3 };
struct fg_search_block {
    uint32_t number;
    const uint8_t *scores; /* by resources, + 1; 0 = not found */
};
struct fg_search_window {
    uint32_t block_count, capacity, partial_count;
    struct fg_search_block *blocks;
    uint8_t partial[FG_PARTIAL_BLOCKS][FG_SEARCH_BLOCK];
    uint32_t found; /* nodes */
    /* Columns by position, borrowed. */
    const uint8_t *places, *counts;
    const uint32_t *numbers;
    uint64_t used_places; /* a bit a place that may be there */
    bool is_in_order;     /* among the nodes of a place numbers rise with the position */
};
/* Adds a block with its scores, which are borrowed. */
static inline void fg_search_window_add(struct fg_search_window *window, uint32_t block,
                                        const uint8_t *scores)
{
    if (window->block_count == window->capacity)
        window->blocks = fg_grow(window->blocks, &window->capacity, window->block_count + 1,
                                 sizeof *window->blocks);
    window->blocks[window->block_count++] = (struct fg_search_block){block, scores};
}
/* Adds of the block its positions [from, to), 0 .. FG_SEARCH_BLOCK. */
void fg_search_window_add_part(struct fg_search_window *window, uint32_t block,
                               const uint8_t *scores, uint32_t from, uint32_t to);
void fg_search_window_release(struct fg_search_window *window);

/* The position of the best node, of equal ones that with the lowest number; UINT32_MAX where none
 * was found. Returns false if a node found has more pods than its column can tell. */
bool fg_spread_search(struct fg_cluster_state *state, const struct fg_spread_rule *rule,
                      const struct fg_search_window *window, uint32_t *out_position);

#endif
