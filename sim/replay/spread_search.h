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

#include "sim/controllers/topology.h"

enum { FG_SEARCH_BLOCK = 64, FG_SPREAD_PLACES = 64, FG_COUNT_LIMIT = 255 };

/* The class's constraints; NULL = it has no such. */
struct fg_spread_rule {
    const struct fg_spread *by_node, *by_label;
    bool needs_all_keys; /* nodes that lack a label are not scored */
};
/* False where the class has others, or too many places. */
bool fg_spread_rule_make(const struct fg_cluster_state *state, uint32_t class_number,
                         struct fg_spread_rule *out);
/* Below FG_SPREAD_PLACES. */
uint8_t fg_spread_rule_place(const struct fg_cluster_state *state,
                             const struct fg_spread_rule *rule, uint32_t slot);
/* Writes for the bits of `which`, by position: how many pods that count are on the node;
 * FG_COUNT_LIMIT = so many or more. */
void fg_spread_rule_count(const struct fg_cluster_state *state, const struct fg_spread_rule *rule,
                          const uint32_t *slots, uint64_t which, const uint8_t *places,
                          uint8_t *counts);

/* What a search has found, in whole blocks. */
struct fg_search_window {
    uint32_t block_count, capacity;
    uint32_t *blocks; /* numbers of the blocks */
    uint8_t *scores;  /* of these: by resources, + 1; 0 = not found */
    uint32_t found;   /* nodes */
    uint8_t highest;  /* no score is higher */
    /* Columns by position, borrowed. */
    const uint8_t *places, *counts;
    const uint32_t *numbers;
    uint64_t used_places; /* a bit a place that may be there */
};
/* Adds the block's positions [from, to), 0 .. FG_SEARCH_BLOCK, with the scores of all of it. */
void fg_search_window_add(struct fg_search_window *window, uint32_t block, const uint8_t *scores,
                          uint32_t from, uint32_t to);
void fg_search_window_release(struct fg_search_window *window);

/* The position of the best node, of equal ones that with the lowest number; UINT32_MAX where none
 * was found. Returns false if a node found has more pods than its column can tell. */
bool fg_spread_search(struct fg_cluster_state *state, const struct fg_spread_rule *rule,
                      const struct fg_search_window *window, uint32_t *out_position);

#endif
