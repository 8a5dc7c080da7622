#include "sim/controllers/karpenter_known.h"

#include <stdlib.h>
#include <string.h>

struct fg_kind_labels *fg_known_labels(struct fg_known_nodes *known, uint32_t kind)
{
    if (kind >= known->kind_capacity) {
        uint32_t old = known->kind_capacity;
        known->kinds = fg_grow(known->kinds, &known->kind_capacity, known->state->kind_count,
                               sizeof *known->kinds);
        memset(known->kinds + old, 0, (known->kind_capacity - old) * sizeof *known->kinds);
    }
    struct fg_kind_labels *labels = &known->kinds[kind];
    if (!labels->is_filled) {
        labels->is_filled = true;
        fg_karpenter_requirements_add_labels(known->words, known->arena, &labels->requirements,
                                             &known->state->kinds[kind].labels);
    }
    return labels;
}

uint32_t fg_known_host(struct fg_known_nodes *known, uint32_t slot)
{
    const struct fg_cluster_state *state = known->state;
    if (slot >= known->host_count) {
        known->hosts =
            fg_grow(known->hosts, &known->host_capacity, state->slot_count, sizeof *known->hosts);
        for (uint32_t i = known->host_count; i < state->slot_count; i++)
            known->hosts[i] = (struct fg_known_host){.number = UINT32_MAX};
        known->host_count = state->slot_count;
    }
    struct fg_known_host *host = &known->hosts[slot];
    if (host->number == state->number_of[slot])
        return host->host;
    host->number = state->number_of[slot];
    const char *label =
        fg_pairs_find(&state->kinds[state->kind_of[slot]].labels, "kubernetes.io/hostname");
    if (label == NULL)
        label = state->name_of[slot];
    host->host = label != NULL ? fg_words_value(known->words, label)
                               : FG_HOST_OF_NUMBER | state->number_of[slot];
    return host->host;
}

/* ---- their order ---- */

static int compare_nodes(const void *a, const void *b, void *context)
{
    const struct fg_ordered_node *left = a, *right = b;
    const struct fg_cluster_state *state = context;
    if (left->is_initialized != right->is_initialized)
        return left->is_initialized ? -1 : 1;
    const char *x = state->name_of[left->slot], *y = state->name_of[right->slot];
    if (x != NULL && y != NULL)
        return strcmp(x, y);
    return (left->number > right->number) - (left->number < right->number);
}

static bool is_initialized(const struct fg_karpenter_node *node)
{
    return !node->is_managed || node->is_initialized;
}

/* Nodes that came since the last solve are sorted by themselves, and the two orders merged. */
void fg_known_order(struct fg_known_nodes *known, const struct fg_karpenter_node *nodes,
                    struct fg_arena *scratch)
{
    const struct fg_cluster_state *state = known->state;
    struct fg_ordered_node *fresh =
        fg_arena_allocate(scratch, state->slot_count + 1, sizeof *fresh);
    bool *is_known = fg_arena_allocate(scratch, state->slot_count + 1, sizeof *is_known);
    uint32_t kept = 0, new_count = 0;
    for (uint32_t i = 0; i < known->ordered_count; i++) {
        struct fg_ordered_node node = known->ordered[i];
        if (node.slot >= state->slot_count || state->kind_of[node.slot] == UINT32_MAX ||
            state->number_of[node.slot] != node.number ||
            is_initialized(&nodes[node.slot]) != node.is_initialized)
            continue;
        is_known[node.slot] = true;
        known->ordered[kept++] = node;
    }
    for (uint32_t slot = 0; slot < state->slot_count; slot++)
        if (state->kind_of[slot] != UINT32_MAX && !is_known[slot])
            fresh[new_count++] = (struct fg_ordered_node){slot, state->number_of[slot],
                                                          is_initialized(&nodes[slot])};
    void *context = (void *)(uintptr_t)state;
    qsort_r(fresh, new_count, sizeof *fresh, compare_nodes, context);
    known->ordered = fg_grow(known->ordered, &known->ordered_capacity, kept + new_count + 1,
                             sizeof *known->ordered);
    known->ordered_count = kept + new_count;
    for (uint32_t at = kept + new_count; new_count > 0;) {
        bool old = kept > 0 &&
                   compare_nodes(&known->ordered[kept - 1], &fresh[new_count - 1], context) > 0;
        known->ordered[--at] = old ? known->ordered[--kept] : fresh[--new_count];
    }
}

void fg_known_release(struct fg_known_nodes *known)
{
    free(known->kinds);
    free(known->hosts);
    free(known->ordered);
}
