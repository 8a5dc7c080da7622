#include "sim/replay/placement.h"

#include <stdlib.h>
#include <string.h>

#include "models/base/memory.h"
#include "models/base/status.h"

enum { BLOCK = 64 };

static uint32_t block_count(uint32_t nodes)
{
    return (nodes + BLOCK - 1) / BLOCK;
}

struct numbered_slot {
    uint32_t number, slot;
};

static int compare_numbers(const void *a, const void *b)
{
    uint32_t left = ((const struct numbered_slot *)a)->number;
    uint32_t right = ((const struct numbered_slot *)b)->number;
    return (left > right) - (left < right);
}

/* The slots of the open nodes in the order of their numbers. */
static struct numbered_slot *open_slots(const struct fg_cluster_state *state, uint32_t *out_count)
{
    struct numbered_slot *ready = fg_allocate(state->slot_count, sizeof *ready);
    uint32_t count = 0;
    for (uint32_t slot = 0; slot < state->slot_count; slot++)
        if (state->kind_of[slot] != UINT32_MAX && state->is_open[slot])
            ready[count++] = (struct numbered_slot){state->number_of[slot], slot};
    qsort(ready, count, sizeof *ready, compare_numbers);
    *out_count = count;
    return ready;
}

/* Writes the slots so that zones take turns: zone 0's first, zone 1's first, ... zone 0's second.
 */
static void interleave(struct fg_placement *placement, const struct numbered_slot *ready,
                       uint32_t ready_count)
{
    const struct fg_cluster_state *state = placement->state;
    uint32_t zone_count = state->zone_count;
    uint32_t *next = fg_allocate(zone_count, sizeof *next); /* where each zone's search stands */
    uint32_t count = 0;
    while (count < ready_count) {
        for (uint32_t zone = 0; zone < zone_count; zone++) {
            uint32_t i = next[zone];
            while (i < ready_count && state->kinds[state->kind_of[ready[i].slot]].zone != zone)
                i++;
            next[zone] = i + 1;
            if (i >= ready_count)
                continue;
            placement->positions[ready[i].slot] = count;
            placement->numbers[count] = ready[i].number;
            placement->order[count++] = ready[i].slot;
        }
    }
    free(next);
}

void fg_placement_reorder(struct fg_placement *placement)
{
    uint32_t slot_count = placement->state->slot_count;
    placement->order =
        fg_grow(placement->order, &placement->order_capacity, slot_count, sizeof *placement->order);
    uint32_t whole_blocks = block_count(slot_count) * BLOCK;
    placement->numbers = fg_grow(placement->numbers, &placement->number_capacity, whole_blocks,
                                 sizeof *placement->numbers);
    if (whole_blocks > 0)
        memset(placement->numbers, 0xff, whole_blocks * sizeof *placement->numbers);
    placement->positions = fg_grow(placement->positions, &placement->position_capacity, slot_count,
                                   sizeof *placement->positions);
    for (uint32_t slot = 0; slot < slot_count; slot++)
        placement->positions[slot] = UINT32_MAX;
    struct numbered_slot *ready = open_slots(placement->state, &placement->node_count);
    interleave(placement, ready, placement->node_count);
    free(ready);
    placement->order_version++;
    if (placement->search_start >= placement->node_count)
        placement->search_start = 0;
}

static void mark_all_dirty(struct fg_view *view, uint32_t nodes)
{
    uint32_t blocks = block_count(nodes);
    for (uint32_t i = 0; i < blocks; i++)
        view->dirty[i] = ~0ULL;
    if (nodes % BLOCK != 0)
        view->dirty[blocks - 1] = (1ULL << (nodes % BLOCK)) - 1;
}

static void size_view(struct fg_view *view, uint32_t nodes)
{
    uint32_t blocks = block_count(nodes);
    if (blocks > view->capacity) {
        free(view->scores);
        free(view->dirty);
        free(view->blocks);
        view->capacity = blocks + blocks / 2 + 1;
        view->scores = fg_allocate((size_t)view->capacity * BLOCK, 1);
        view->dirty = fg_allocate(view->capacity, sizeof *view->dirty);
        view->blocks = fg_allocate(view->capacity, sizeof *view->blocks);
    }
    memset(view->scores, 0, (size_t)blocks * BLOCK);
    memset(view->blocks, 0, blocks * sizeof *view->blocks);
}

/* Brings the view's dirty bits up to date with the log. */
static void read_log(struct fg_placement *placement, struct fg_view *view)
{
    if (view->order_version != placement->order_version) {
        size_view(view, placement->node_count);
        mark_all_dirty(view, placement->node_count);
        view->order_version = placement->order_version;
    } else if (placement->log_end - view->log_end > FG_CHANGE_LOG) {
        mark_all_dirty(view, placement->node_count);
    } else {
        for (uint64_t i = view->log_end; i < placement->log_end; i++) {
            uint32_t position = placement->log[i % FG_CHANGE_LOG];
            if (position < placement->node_count)
                view->dirty[position / BLOCK] |= 1ULL << (position % BLOCK);
        }
    }
    view->log_end = placement->log_end;
}

bool fg_placement_fits(const struct fg_placement *placement, uint32_t scheduling_class,
                       uint32_t slot)
{
    const struct fg_cluster_state *state = placement->state;
    return fg_state_eligible(state, scheduling_class, state->kind_of[slot]) &&
           fg_scheduler_fits(fg_state_allocatable(state, slot), &state->use[slot],
                             &state->classes[scheduling_class].request);
}

static uint8_t score_byte(const struct fg_placement *placement, uint32_t scheduling_class,
                          uint32_t slot)
{
    if (!fg_placement_fits(placement, scheduling_class, slot))
        return 0;
    const struct fg_cluster_state *state = placement->state;
    return (uint8_t)(1 + fg_scheduler_score(fg_state_allocatable(state, slot), &state->use[slot],
                                            &state->classes[scheduling_class].request,
                                            placement->most_allocated));
}

/* Best score, how many fit, and the lowest number among the best. Loops of constant length without
 * a branch, which compilers make vectors of. */
static void sum_up(const struct fg_placement *placement, struct fg_view *view, uint32_t block)
{
    const uint8_t *scores = view->scores + (size_t)block * BLOCK;
    const uint32_t *numbers = placement->numbers + (size_t)block * BLOCK;
    uint8_t best = 0, feasible = 0;
    uint32_t best_number = UINT32_MAX;
    for (uint32_t i = 0; i < BLOCK; i++) {
        best = scores[i] > best ? scores[i] : best;
        feasible = (uint8_t)(feasible + (scores[i] != 0));
    }
    for (uint32_t i = 0; i < BLOCK; i++) {
        uint32_t number = numbers[i] | (0u - (uint32_t)(scores[i] != best));
        best_number = number < best_number ? number : best_number;
    }
    view->blocks[block] =
        (struct fg_view_block){.best = best, .feasible = feasible, .best_number = best_number};
}

static void refresh(const struct fg_placement *placement, struct fg_view *view,
                    uint32_t scheduling_class, uint32_t block)
{
    uint64_t dirty = view->dirty[block];
    bool changed = false;
    while (dirty != 0) {
        uint32_t position = block * BLOCK + (uint32_t)__builtin_ctzll(dirty);
        uint8_t score = score_byte(placement, scheduling_class, placement->order[position]);
        changed |= score != view->scores[position];
        view->scores[position] = score;
        dirty &= dirty - 1;
    }
    if (changed || view->blocks[block].best == 0)
        sum_up(placement, view, block);
    view->dirty[block] = 0;
}

/* A search under way. */
struct search {
    uint32_t wanted, found, visited;
    uint32_t best_number, best_block;
    uint8_t best;
};

static void take_candidate(struct search *search, uint8_t score, uint32_t number, uint32_t block)
{
    if (score > search->best || (score == search->best && number < search->best_number)) {
        search->best = score;
        search->best_number = number;
        search->best_block = block;
    }
}

static void search_singly(const struct fg_placement *placement, const struct fg_view *view,
                          uint32_t from, uint32_t to, struct search *search)
{
    for (uint32_t i = from; i < to && search->found < search->wanted; i++) {
        search->visited++;
        if (view->scores[i] == 0)
            continue;
        search->found++;
        take_candidate(search, view->scores[i], placement->numbers[i], i / BLOCK);
    }
}

static void search_range(const struct fg_placement *placement, struct fg_view *view,
                         uint32_t scheduling_class, uint32_t from, uint32_t to,
                         struct search *search)
{
    while (from < to && search->found < search->wanted) {
        uint32_t block = from / BLOCK, block_end = (block + 1) * BLOCK;
        uint32_t end = block_end < to ? block_end : to;
        if (view->dirty[block] != 0)
            refresh(placement, view, scheduling_class, block);
        const struct fg_view_block *sum = &view->blocks[block];
        bool whole = from % BLOCK == 0 && (end == block_end || end == placement->node_count);
        if (whole && search->found + sum->feasible < search->wanted) {
            search->visited += end - from;
            search->found += sum->feasible;
            if (sum->best > 0)
                take_candidate(search, sum->best, sum->best_number, block);
        } else {
            search_singly(placement, view, from, end, search);
        }
        from = end;
    }
}

uint32_t fg_placement_find(struct fg_placement *placement, uint32_t scheduling_class)
{
    if (placement->node_count == 0)
        return FG_NO_NODE;
    struct fg_view *view = &placement->views[scheduling_class];
    read_log(placement, view);
    uint32_t count = placement->node_count, start = placement->search_start;
    uint32_t sample = fg_scheduler_sample(count, placement->percentage);
    struct search search = {.wanted = sample == count ? count + 1 : sample};
    search_range(placement, view, scheduling_class, start, count, &search);
    search_range(placement, view, scheduling_class, 0, start, &search);
    placement->search_start = (start + search.visited) % count;
    if (search.best == 0)
        return FG_NO_NODE;
    uint32_t position = search.best_block * BLOCK;
    while (placement->numbers[position] != search.best_number)
        position++;
    return placement->order[position];
}

void fg_placement_release(struct fg_placement *placement)
{
    for (uint32_t i = 0; i < placement->view_count; i++) {
        free(placement->views[i].scores);
        free(placement->views[i].dirty);
        free(placement->views[i].blocks);
    }
    free(placement->views);
    free(placement->order);
    free(placement->numbers);
    free(placement->positions);
}
