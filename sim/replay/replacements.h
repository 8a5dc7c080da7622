/* replacements.h - nodes of Karpenter's that go as soon as those in their place are ready.
 *
 * The nodes that go are cordoned meanwhile. When one of those in their place ends before it is
 * ready, nothing is replaced and they take pods again.
 */
#ifndef FARGAUGE_SIM_REPLAY_REPLACEMENTS_H
#define FARGAUGE_SIM_REPLAY_REPLACEMENTS_H

#include "sim/replay/world.h"

/* A node by its slot, and its number, which tells it from others that have the slot later. */
struct fg_node_name {
    uint32_t slot, number;
};
struct fg_replacement {
    uint32_t old_count, new_count; /* new_count: not ready yet */
    struct fg_node_name *old, *new;
};

/* Cordons a node that is to go; there is room for `old_count` and `new_count` of them. */
struct fg_replacement fg_replacement_new(uint32_t old_count, uint32_t new_count);
void fg_replacement_cordon(struct fg_world *world, struct fg_replacement *replacement,
                           uint32_t slot);
/* A new node that is waited for. */
void fg_replacement_await(const struct fg_world *world, struct fg_replacement *replacement,
                          uint32_t slot);
/* Takes it over: from now on it waits, and goes on or back by itself. */
void fg_replacement_begin(struct fg_world *world, const struct fg_replacement *replacement);
/* At once: the old nodes are drained, or take pods again. Each frees the replacement. */
void fg_replacement_finish(struct fg_world *world, struct fg_replacement *replacement);
void fg_replacement_give_up(struct fg_world *world, struct fg_replacement *replacement);

/* A node is ready: the last that a replacement waits for lets the old ones go. */
void fg_replacements_node_ready(struct fg_world *world, uint32_t slot);
/* A node leaves, ready or not. */
void fg_replacements_node_leaves(struct fg_world *world, uint32_t slot);
void fg_replacements_release(struct fg_world *world);

#endif
